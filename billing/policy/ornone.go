package policy

import (
	"encoding"
	"fmt"

	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrNotStated is a part of a policy that was read from an empty text, or is to be written and was never stated.
const ErrNotStated problem.Code = "E_NOT_STATED"

// OrNone is a part of a policy that a district may do without, such as a cap. The zero value is not stated: a policy that
// holds one is refused, since to have no cap is a decision and no default. Of and None state it.
//
// In a file it is the word none, or the text of T, whose pointer has UnmarshalText.
type OrNone[T any] struct {
	state orNoneState
	value T
}

type orNoneState uint8

const (
	isValue orNoneState = iota + 1
	isNone
)

// Of states the value.
func Of[T any](value T) OrNone[T] { return OrNone[T]{state: isValue, value: value} }

// None states that there is none.
func None[T any]() OrNone[T] { return OrNone[T]{state: isNone} }

// Stated reports whether the district has decided, for a value or for none.
func (o OrNone[T]) Stated() bool { return o.state == isValue || o.state == isNone }

// Value returns the value; false where there is none, or nothing was stated.
func (o OrNone[T]) Value() (T, bool) { return o.value, o.state == isValue }

// String gives the value, "none" or "not stated".
func (o OrNone[T]) String() string {
	switch o.state {
	case isValue:
		return fmt.Sprint(o.value)
	case isNone:
		return "none"
	}
	return "not stated"
}

// MarshalText gives what UnmarshalText reads. One that is not stated is ErrNotStated.
func (o OrNone[T]) MarshalText() ([]byte, error) {
	if !o.Stated() {
		return nil, &problem.Error{Code: ErrNotStated, What: "nothing is stated", Fix: "state a value, or none"}
	}
	if m, ok := any(o.value).(encoding.TextMarshaler); ok && o.state == isValue {
		return m.MarshalText()
	}
	return []byte(o.String()), nil
}

// UnmarshalText reads "none", or what T reads, with its errors. An empty text is ErrNotStated: it decides nothing. On an
// error o stays as it was.
func (o *OrNone[T]) UnmarshalText(text []byte) error {
	switch string(text) {
	case "":
		return &problem.Error{Code: ErrNotStated, What: "nothing is stated", Fix: "state a value, or none"}
	case "none":
		*o = None[T]()
		return nil
	}
	var value T
	u, ok := any(&value).(encoding.TextUnmarshaler)
	if !ok {
		return &problem.Error{Code: ErrNotStated, What: fmt.Sprintf("a %T is not read from text", value), Fix: "state it in Go"}
	}
	if err := u.UnmarshalText(text); err != nil {
		return err
	}
	*o = Of(value)
	return nil
}
