package private

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"io"

	"github.com/headgate-dev/headgate/billing/problem"
)

// A kind tells what a veil hides.
type kind interface {
	// word is the field's word for it, as masks and errors have it: "name".
	word() string
}

// A veil hides a text of kind K. It is a function and not the text, so that whatever prints by reflection or walks memory
// finds an address: see the package comment. Nil means that nothing is known.
type veil[K kind] struct {
	plain func() string
}

// drawn hides a text; the empty one is nothing.
func drawn[K kind](text string) veil[K] {
	if text == "" {
		return veil[K]{}
	}
	return veil[K]{plain: func() string { return text }}
}

// text is what is hidden; empty where nothing is known.
func (v veil[K]) text() string {
	if v.plain == nil {
		return ""
	}
	return v.plain()
}

// IsZero reports whether nothing is known. The option omitzero of encoding/json goes by it.
func (v veil[K]) IsZero() bool { return v.plain == nil }

// String is the mask, such as "[private name]"; "[no name]" where nothing is known.
func (v veil[K]) String() string {
	var k K
	if v.IsZero() {
		return "[no " + k.word() + "]"
	}
	return "[private " + k.word() + "]"
}

// GoString is the mask.
func (v veil[K]) GoString() string { return v.String() }

// Format writes the mask, whatever the verb, the flags, the width and the precision.
func (v veil[K]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, v.String()) }

// MarshalText gives the mask; an empty text where nothing is known. It has no errors.
func (v veil[K]) MarshalText() ([]byte, error) {
	if v.IsZero() {
		return []byte{}, nil
	}
	return []byte(v.String()), nil
}

// MarshalJSON gives the mask as a JSON string; "" where nothing is known. It has no errors.
func (v veil[K]) MarshalJSON() ([]byte, error) {
	text, err := v.MarshalText()
	if err != nil {
		return nil, err
	}
	return json.Marshal(string(text))
}

// A shape is a kind whose texts come from outside.
type shape interface {
	kind
	// check is nil for a text of the kind. The text is not empty, is UTF-8, is no mask and has no control characters other
	// than line feeds.
	check(text string) *problem.Error
	// signs is how the kind is masked by others.
	signs() signs
	// canonical is what the fingerprint is made of.
	canonical(text string) string
}

// held is what each private type is made of: a veil, and the ways in.
type held[K shape] struct {
	veil[K]
}

// hold checks a text and hides it. The text may not be empty.
func hold[K shape](text string) (held[K], error) {
	var k K
	if err := checkText(k, text); err != nil {
		return held[K]{}, err
	}
	return held[K]{drawn[K](text)}, nil
}

// UnmarshalText reads a text by the rules of the type's constructor; an empty one is the zero value. A mask is [ErrMask]. On
// an error the value stays as it was. YAML's null does not come here: see the package comment.
func (h *held[K]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*h = held[K]{}
		return nil
	}
	read, err := hold[K](string(text))
	if err != nil {
		return err
	}
	*h = read
	return nil
}

// UnmarshalJSON reads a JSON string as UnmarshalText does. Null and numbers are [ErrText]: null does not say whether the value
// is unknown or was left out by mistake, and a number has lost its leading zeros.
func (h *held[K]) UnmarshalJSON(data []byte) error {
	var k K
	text, err := jsonText(k, data)
	if err != nil {
		return err
	}
	return h.UnmarshalText([]byte(text))
}

// Value is always [ErrReveal]: a database is given what Reveal returns, and never a mask.
func (h held[K]) Value() (driver.Value, error) {
	var k K
	return nil, &problem.Error{
		Code: ErrReveal, What: "a private " + k.word() + " is not stored as it is", Fix: "store private.Reveal(v), which is read back by Scan",
	}
}

// secret is what Reveal and FingerprintOf are made of. It keeps other packages from making types that would pass for private.
func (h held[K]) secret() (text, word string, canonical func(string) string) {
	var k K
	return h.text(), k.word(), k.canonical
}

func jsonText(k kind, data []byte) (string, error) {
	if len(data) == 0 || data[0] != '"' {
		what, fix := "is not a JSON string", "put it in quotes"
		if string(data) == "null" {
			what, fix = "is null", `leave the key out, or give "" where it is not known`
		}
		return "", &problem.Error{Code: ErrText, What: "the " + k.word() + " " + what, Fix: fix}
	}
	var text string
	if json.Unmarshal(data, &text) != nil {
		return "", &problem.Error{Code: ErrText, What: "the " + k.word() + " is a torn JSON string", Fix: "write it as a JSON string"}
	}
	return text, nil
}
