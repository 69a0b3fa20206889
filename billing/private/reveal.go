package private

import (
	"bytes"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"fmt"
	"io"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Value is any of the private types.
type Value interface {
	Name | Address | Email | Telephone | BankAccount | RoutingNumber

	fmt.Stringer
	secret() (text, word string, canonical func(string) string)
}

// Revealed is a private value that is meant to be read: printed on a document, sent to a bank, stored. JSON, text and database
// columns hold its plain text and read it back. fmt and slog still see the mask, unless it stands in a struct that is
// logged as JSON: keep it in the struct that is stored, and in nothing that lives longer. The zero value reveals a value of
// which nothing is known.
type Revealed[T Value] struct {
	private T
}

// Reveal is the one way from a private value to its text.
func Reveal[T Value](v T) Revealed[T] { return Revealed[T]{v} }

// Text is the text as it was given to the constructor, with the lines of an address parted by "\n"; empty where nothing is
// known.
func (r Revealed[T]) Text() string {
	text, _, _ := r.private.secret()
	return text
}

// Private is the value that was revealed.
func (r Revealed[T]) Private() T { return r.private }

// IsZero reports whether nothing is known. The option omitzero of encoding/json goes by it.
func (r Revealed[T]) IsZero() bool { return r.Text() == "" }

// String is the mask of the private value: see Text for the text.
func (r Revealed[T]) String() string { return r.private.String() }

// GoString is the mask.
func (r Revealed[T]) GoString() string { return r.String() }

// Format writes the mask, whatever the verb, the flags, the width and the precision.
func (r Revealed[T]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.String()) }

// MarshalText gives the text. It has no errors.
func (r Revealed[T]) MarshalText() ([]byte, error) { return []byte(r.Text()), nil }

// UnmarshalText reads what MarshalText writes, by the rules of the type's constructor; an empty text is the zero value. A mask
// is [ErrMask]. On an error r stays as it was.
func (r *Revealed[T]) UnmarshalText(text []byte) error {
	// Every type in Value reads texts; a constraint cannot speak of the pointer to its type.
	return any(&r.private).(encoding.TextUnmarshaler).UnmarshalText(text)
}

// MarshalJSON gives the text as a JSON string. It has no errors.
func (r Revealed[T]) MarshalJSON() ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // whether & and < are escaped is for the encoder around this one to say
	if err := enc.Encode(r.Text()); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// UnmarshalJSON reads what MarshalJSON writes, as UnmarshalText does. Null and numbers are [ErrText].
func (r *Revealed[T]) UnmarshalJSON(data []byte) error {
	return any(&r.private).(json.Unmarshaler).UnmarshalJSON(data)
}

// Value gives the text for a text column; an empty one where nothing is known.
func (r Revealed[T]) Value() (driver.Value, error) { return r.Text(), nil }

// Scan reads a text column as UnmarshalText does. NULL and what is no text are [ErrText]: a number has lost its leading
// zeros.
func (r *Revealed[T]) Scan(src any) error {
	switch src := src.(type) {
	case string:
		return r.UnmarshalText([]byte(src))
	case []byte:
		return r.UnmarshalText(src)
	}
	_, word, _ := r.private.secret()
	if src == nil {
		return &problem.Error{
			Code: ErrText, What: "the column of the " + word + " is NULL", Fix: "scan into sql.Null, or make the column NOT NULL with '' for unknown",
		}
	}
	return &problem.Error{Code: ErrText, What: "the column of the " + word + " does not come as text", Fix: "make it a text column"}
}
