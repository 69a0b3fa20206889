package stored

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"github.com/headgate-dev/headgate/billing/problem"
)

// ID names a thing that is stored: a UUID of version 5, made of what it names. The zero value names nothing. IDs compare
// with == and can be map keys.
type ID [16]byte

// space is what all ids of this module are made in: no id of another system can come out the same.
var space = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/headgate-dev/headgate"))

// NewID returns the id of a thing of a kind, such as "leg": of its parent, the zero ID where it has none; of its key, which
// is its [Ordinal] within the parent or the key that its source gives; and of its content, the canonical bytes of what it
// says. Things that differ in any of the four have different ids, whatever texts they hold.
func NewID(kind string, parent ID, key string, content []byte) ID {
	var room [256]byte // few names are longer; a bill alone has dozens of ids, and the ids of a year are millions
	name := append(room[:0], space[:]...)
	name = AppendKind(name, kind)
	name = AppendID(name, parent)
	name = AppendText(name, key)
	name = AppendBytes(name, content)
	return version5(name)
}

// version5 is the UUID of a name that begins with its space, as [uuid.NewSHA1] makes it, without making anything else (RFC 9562, 5.5).
func version5(name []byte) ID {
	sum := sha1.Sum(name)
	id := ID(sum[:16])
	id[6] = id[6]&0x0f | 5<<4    // the version
	id[8] = id[8]&0x3f | 0b10<<6 // the variant
	return id
}

// Ordinal is the key of the nth thing of a parent.
func Ordinal(n int) string { return strconv.Itoa(n) }

// ParseID reads what [ID.String] writes of an id that names something: 36 characters in lower case, of version 5. Anything
// else is [ErrID]; the error does not repeat the text, which may be private.
func ParseID(text string) (ID, error) {
	parsed, err := uuid.Parse(text)
	if err != nil || parsed.String() != text || parsed.Version() != 5 || parsed.Variant() != uuid.RFC4122 {
		return ID{}, &problem.Error{Code: ErrID, What: "the text is not an id", Fix: "give it as it was written, 36 characters such as 6ba7b810-9dad-51d1-80b4-00c04fd430c8"}
	}
	return ID(parsed), nil
}

// IsZero reports whether id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// Compare orders ids by their bytes, which is the order of their texts.
func (id ID) Compare(other ID) int { return bytes.Compare(id[:], other[:]) }

// String is the id in its usual form; empty where it names nothing.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	return uuid.UUID(id).String()
}

// MarshalText writes what String gives.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText writes: an empty text is the zero ID.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// Check compares the id that a stored form states with the one that its content gives. Where they differ, the content was
// changed or is another's: [ErrID] at the path.
func (id ID) Check(path string, derived ID) error {
	if id == derived {
		return nil
	}
	stated := "the id is " + id.String()
	if id.IsZero() {
		stated = "there is no id"
	}
	return &problem.Error{Code: ErrID, Path: path, What: fmt.Sprintf("%s, and the content gives %s", stated, derived),
		Fix: "restore it as it was written: what is stored is never changed"}
}
