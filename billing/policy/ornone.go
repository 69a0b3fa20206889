package policy

import (
	"encoding"
	"fmt"

	"github.com/headgate-dev/headgate/billing/problem"
)

// OrNone is a part of a policy that a district may do without, such as a cap. The zero value is not stated: a policy that
// holds one is refused, since to have no cap is a decision and no default. Of and None state it.
//
// In a file it is the word none, or the text of T, whose pointer has UnmarshalText. A number stands in quotes there, since it
// is a text.
type OrNone[T any] struct {
	marked
	is choice[T]
}

// choice is what a file's text says: a value or none.
type choice[T any] struct {
	none  bool
	value T
}

// Of states the value.
func Of[T any](value T) OrNone[T] { return OrNone[T]{marked{state: isStated}, choice[T]{value: value}} }

// None states that there is none.
func None[T any]() OrNone[T] { return OrNone[T]{marked{state: isStated}, choice[T]{none: true}} }

// Value returns the value, a placeholder's too; false where there is none, or nothing was stated.
func (o OrNone[T]) Value() (T, bool) { return o.is.value, o.Stated() && !o.is.none }

// String gives the value, "none" or "not stated", with a placeholder's why.
func (o OrNone[T]) String() string {
	if o.is.none {
		return o.say("none")
	}
	return o.say(fmt.Sprint(o.is.value))
}

// PolicyValue is for reading policy files, as are PolicyMark and ValidatorValue: see policyfile.Knowable.
func (o *OrNone[T]) PolicyValue() any { return &o.is }

// ValidatorValue is what the rules of a file's field are checked on; nil where there is no value.
func (o OrNone[T]) ValidatorValue() any {
	if value, ok := o.Value(); ok {
		return value
	}
	return nil
}

// UnmarshalText reads "none", or what T reads, with its errors. An empty text is ErrNotStated: it decides nothing. On an
// error c stays as it was.
func (c *choice[T]) UnmarshalText(text []byte) error {
	switch string(text) {
	case "":
		return &problem.Error{Code: ErrNotStated, What: "nothing is stated", Fix: "state a value, or none"}
	case "none":
		*c = choice[T]{none: true}
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
	*c = choice[T]{value: value}
	return nil
}
