package policyfile

import (
	"fmt"
	"reflect"

	"github.com/headgate-dev/headgate/billing/problem"
)

// A Mark is a place where a file says that it does not state the district's own value.
type Mark struct {
	Path string      // such as "late_charge[0].fee"
	Pos  problem.Pos // of the value
	Why  string      // as the file says: "not public"
}

// String gives "late_charge[0].fee: not public".
func (m Mark) String() string { return m.Path + ": " + m.Why }

// notKnown is the error of a value that a mark says is not known.
func (m Mark) notKnown() *problem.Error {
	return &problem.Error{
		Code: ErrNotKnown, Path: m.Path, Pos: m.Pos, What: fmt.Sprintf("the value is not known: %s", m.Why),
		Fix: "ask the district for it, and state it in the file with its source",
	}
}

// Known is the type of a field that a version of a policy can do without. Where the
// file states it as not known, asking for it is an error; the other values of the
// version can be had. A field of any other type takes its whole version with it.
// The zero value is not known.
type Known[T any] struct {
	value T
	state knownState
	mark  Mark
}

type knownState uint8

const (
	unset knownState = iota
	stated
	placeholder
	unknown
)

// Stated returns a known value, for a policy that is written in Go.
func Stated[T any](value T) Known[T] { return Known[T]{value: value, state: stated} }

// Value returns the value, a placeholder's too. Where it is not known the error is
// [ErrNotKnown], with the place where the file says so.
func (k Known[T]) Value() (T, error) {
	switch k.state {
	case stated, placeholder:
		return k.value, nil
	case unknown:
		var none T
		return none, k.mark.notKnown()
	}
	var none T
	return none, &problem.Error{Code: ErrNotKnown, What: "the value was never stated", Fix: "read it from a file, or make it with policyfile.Stated"}
}

// Placeholder reports whether the value is a placeholder, and where the file says so
// and why.
func (k Known[T]) Placeholder() (Mark, bool) {
	if k.state != placeholder {
		return Mark{}, false
	}
	return k.mark, true
}

// String gives the value, and of what is no district's value why: "25.00
// (placeholder: not public)", "not known: not public".
func (k Known[T]) String() string {
	switch k.state {
	case stated:
		return fmt.Sprint(k.value)
	case placeholder:
		return fmt.Sprintf("%v (placeholder: %s)", k.value, k.mark.Why)
	case unknown:
		return "not known: " + k.mark.Why
	}
	return "not known"
}

// ValidatorValue is what validator/v10 checks the rules of the field on: the value,
// or nil where it is not known.
func (k Known[T]) ValidatorValue() any {
	if k.state == stated || k.state == placeholder {
		return k.value
	}
	return nil
}

// wrapper is what reading needs of a *Known[T].
type wrapper interface {
	inner() reflect.Value
	set(state knownState, mark Mark)
}

func (k *Known[T]) inner() reflect.Value { return reflect.ValueOf(&k.value).Elem() }

func (k *Known[T]) set(state knownState, mark Mark) { k.state, k.mark = state, mark }

var wrapperType = reflect.TypeFor[wrapper]()

// innerType is the T of a Known[T].
func innerType(t reflect.Type) (reflect.Type, bool) {
	if !reflect.PointerTo(t).Implements(wrapperType) {
		return nil, false
	}
	return reflect.New(t).Interface().(wrapper).inner().Type(), true
}
