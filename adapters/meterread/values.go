package meterread

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
)

// MaxObject is the largest value of JSON that is read, in bytes: one answer of a vendor's service, with its list of reads. A larger one is
// passed over and told. It bounds one text or tag of XML too; behind a longer one such a file is not read on.
const MaxObject = 1 << 24

// values cuts a source of JSON into the values of its array, or into those that stand one after the other. It looks at brackets and quotes
// alone: what is wrong within a value is of that value, and the next is read all the same.
type values struct {
	source *bufio.Reader
	buf    []byte // of the value that is read
	line   int    // where the source is read, from 1
	array  bool
	began  bool  // the first value has been looked for
	closed bool  // the array has ended
	ended  bool  // the source has ended
	failed error // what it failed with
}

// state is what comes of looking for a value.
type state uint8

const (
	atValue state = iota
	atLarge       // there is one beyond MaxObject
	atEnd
	atFault // what stands there is no JSON, or the source failed or ended
)

func newValues(source io.Reader) *values {
	return &values{source: bufio.NewReaderSize(source, chunkSize), line: 1}
}

// next is the next value and the line on which it begins. The bytes hold until it is called again.
func (v *values) next() (line int, src []byte, s state) {
	b, ok := v.skip()
	if !v.began && ok && b == '[' {
		v.array = true
		if b, ok = v.skip(); ok && b == ']' {
			v.closed = true
		}
	} else if v.began && v.array && !v.closed && ok {
		switch b {
		case ',':
			b, ok = v.skip()
		case ']':
			v.closed = true
		default:
			return 0, nil, atFault
		}
	}
	v.began = true
	if v.closed {
		if _, more := v.skip(); more || v.failed != nil {
			return 0, nil, atFault
		}
		return 0, nil, atEnd
	}
	if !ok {
		if v.array || v.failed != nil {
			return 0, nil, atFault
		}
		return 0, nil, atEnd
	}
	line = v.line
	whole := v.value(b)
	switch {
	case !whole:
		return 0, nil, atFault
	case len(v.buf) > MaxObject:
		return line, nil, atLarge
	}
	return line, v.buf, atValue
}

// byte is the next byte.
func (v *values) byte() (byte, bool) {
	b, err := v.source.ReadByte()
	if err != nil {
		if v.ended = errors.Is(err, io.EOF); !v.ended {
			v.failed = err
		}
		return 0, false
	}
	if b == '\n' {
		v.line++
	}
	return b, true
}

// skip is the next byte that is no blank, and no mark of an old end of file.
func (v *values) skip() (byte, bool) {
	for {
		b, ok := v.byte()
		if !ok || b != ' ' && b != '\t' && b != '\r' && b != '\n' && b != substitute[0] {
			return b, ok
		}
	}
}

// keep adds a byte to the value, or to none that is longer than it may be.
func (v *values) keep(b byte) {
	if len(v.buf) <= MaxObject {
		v.buf = append(v.buf, b)
	}
}

// value reads the value that begins with a byte into the buffer, and says whether it has its end.
func (v *values) value(b byte) bool {
	v.buf = v.buf[:0]
	depth, quoted, ok := 0, false, true
	for {
		v.keep(b)
		switch {
		case quoted && b == '\\':
			if b, ok = v.byte(); ok {
				v.keep(b)
			}
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			depth--
		}
		if depth < 0 {
			return false
		}
		if depth == 0 && !quoted && ok {
			break
		}
		if b, ok = v.byte(); !ok {
			return false
		}
	}
	if last := v.buf[len(v.buf)-1]; last == '}' || last == ']' || last == '"' || len(v.buf) > MaxObject {
		return true
	}
	return v.word()
}

// word reads on a number, true, false or null, whose first byte has been read.
func (v *values) word() bool {
	for {
		next, err := v.source.Peek(1)
		if err != nil || next[0] <= ' ' || next[0] == ',' || next[0] == ']' || next[0] == '}' || len(v.buf) > maxText {
			break
		}
		b, _ := v.byte()
		v.keep(b)
	}
	return json.Valid(v.buf)
}
