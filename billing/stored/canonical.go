package stored

import (
	"encoding/binary"
	"time"
)

// Canonical is a value with canonical bytes: two values have the same bytes only where they say the same.
//
// AppendCanonical begins with [AppendKind], whose kind no other type uses, and appends each part by a function of this
// package, a list behind its [AppendCount]. It writes private data as they are: digests of masks would all be the same.
// It leaves out what changes nothing, such as where in a file something stood.
type Canonical interface {
	AppendCanonical(b []byte) []byte
}

// Each part stands behind a letter for its type and, where it has no fixed size, its length: so parts cannot run into each
// other, and no two sequences of parts have the same bytes.
const (
	tagKind    = 'k'
	tagText    = 't'
	tagBytes   = 'x'
	tagInt     = 'i'
	tagFalse   = 'f'
	tagTrue    = 'y'
	tagID      = 'u'
	tagCount   = 'n'
	tagInstant = 'z'
)

// AppendKind appends the kind of what follows, such as "headgate.leg.1".
func AppendKind(b []byte, kind string) []byte { return appendSized(b, tagKind, kind) }

// AppendText appends a text.
func AppendText(b []byte, text string) []byte { return appendSized(b, tagText, text) }

// AppendBytes appends bytes.
func AppendBytes(b, data []byte) []byte { return appendSized(b, tagBytes, data) }

// AppendInt appends an integer, such as cents.
func AppendInt(b []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(append(b, tagInt), uint64(n))
}

// AppendBool appends a choice.
func AppendBool(b []byte, yes bool) []byte {
	if yes {
		return append(b, tagTrue)
	}
	return append(b, tagFalse)
}

// AppendID appends an id.
func AppendID(b []byte, id ID) []byte { return append(append(b, tagID), id[:]...) }

// AppendCount appends the number of parts of a list, which stands before them.
func AppendCount(b []byte, n int) []byte { return binary.AppendUvarint(append(b, tagCount), uint64(n)) }

// AppendInstant appends an instant to the nanosecond. The same instant in another zone has the same bytes.
func AppendInstant(b []byte, t time.Time) []byte {
	b = binary.BigEndian.AppendUint64(append(b, tagInstant), uint64(t.Unix()))
	return binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond()))
}

func appendSized[T string | []byte](b []byte, tag byte, data T) []byte {
	b = binary.AppendUvarint(append(b, tag), uint64(len(data)))
	return append(b, data...)
}
