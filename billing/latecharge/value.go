package latecharge

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Value is a value that a policy of late charges must state. The zero value was not stated: a policy that has it is
// refused, since a default would quietly charge people. Make one with [Is], or read it from a policy file.
type Value[T any] struct {
	value           T
	state           state
	path, why, mark string
	pos             problem.Pos
}

type state uint8

const (
	unstated state = iota
	stated
	unknown
)

// Is states a value in Go.
func Is[T any](value T) Value[T] { return Value[T]{value: value, state: stated} }

// Value is the value, a placeholder's too. Where there is none the error is [ErrPolicy] and says why.
func (v Value[T]) Value() (T, error) {
	var none T
	switch v.state {
	case stated:
		return v.value, nil
	case unknown:
		return none, &problem.Error{Code: ErrPolicy, Path: v.path, Pos: v.pos, What: "the value is not known: " + v.why,
			Fix: "ask the district for it, and state it with its source"}
	}
	return none, &problem.Error{Code: ErrPolicy, What: "the value is not stated, and has no default", Fix: "state it with Is, zero too"}
}

// Placeholder reports whether the value stands in for one that is not known, and why: what is made with it is to say so.
func (v Value[T]) Placeholder() (why string, ok bool) { return v.why, v.mark == "placeholder" }

// String is the value, or why there is none.
func (v Value[T]) String() string {
	switch {
	case v.state == unknown:
		return "not known: " + v.why
	case v.state == unstated:
		return "not stated"
	case v.mark != "":
		return fmt.Sprintf("%v (%s: %s)", v.value, v.mark, v.why)
	}
	return fmt.Sprint(v.value)
}

// PolicyValue is for reading policy files, as are PolicyMark and ValidatorValue.
func (v *Value[T]) PolicyValue() any { return &v.value }

// PolicyMark takes note of how a file states the value: "" as it is, "placeholder" or "unknown", each with its why.
func (v *Value[T]) PolicyMark(mark, path, why string, pos problem.Pos) {
	v.mark, v.path, v.why, v.pos, v.state = mark, path, why, pos, stated
	if mark == "unknown" {
		v.state = unknown
	}
}

// ValidatorValue is what the rules of a file's field are checked on; nil where there is no value.
func (v Value[T]) ValidatorValue() any {
	if v.state == stated {
		return v.value
	}
	return nil
}

// need takes the value of a field, or notes that it is missing.
func need[T any](found *problem.List, path string, v Value[T]) (T, bool) {
	value, err := v.Value()
	if err == nil {
		return value, true
	}
	if e, ok := err.(*problem.Error); ok {
		if e.Path == "" {
			e.Path = path
		}
		found.Add(e)
	}
	return value, false
}
