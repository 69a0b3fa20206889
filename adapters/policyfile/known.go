package policyfile

import (
	"fmt"
	"reflect"

	"github.com/go-playground/validator/v10"

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

// Knowable is what the pointer to a type has that can do what [Known] does: hold a
// value that a policy may state, state by a placeholder, or state as not known. Its
// methods take and return plain types, so that a package that may not import this one,
// as those of the core, can bring a type of its own:
//
//	type Value[T any] struct { value T; mark, path, why string; pos problem.Pos }
//
//	func (v *Value[T]) PolicyValue() any { return &v.value }
//	func (v *Value[T]) PolicyMark(mark, path, why string, pos problem.Pos) { … }
//	func (v Value[T]) ValidatorValue() any { … } // v.value, or nil where it is not known
//
// Such a type starts as not known: nothing is called for a key that is absent.
type Knowable interface {
	// PolicyValue returns a pointer into the value itself, which reading fills.
	PolicyValue() any
	// PolicyMark is called once the file has been read: the mark is "" where it states
	// the value, "placeholder" where what has been filled in stands in for it, or
	// "unknown", with the path and place of the value, or of the placeholder that it
	// stands in. The why is the file's reason for the mark.
	PolicyMark(mark, path, why string, pos problem.Pos)
	// ValidatorValue is what the rules of the field are checked on: the value, or nil
	// where it is not known. It is to be a method of the type itself, not of its pointer.
	ValidatorValue() any
}

// PolicyValue is for reading: see [Knowable].
func (k *Known[T]) PolicyValue() any { return &k.value }

// PolicyMark is for reading: see [Knowable].
func (k *Known[T]) PolicyMark(mark, path, why string, pos problem.Pos) {
	switch mark {
	case placeholderKey:
		k.state = placeholder
	case unknownKey:
		k.state = unknown
	default:
		*k = Known[T]{value: k.value, state: stated}
		return
	}
	k.mark = Mark{Path: path, Pos: pos, Why: why}
}

var (
	knowableType = reflect.TypeFor[Knowable]()
	valuerType   = reflect.TypeFor[validator.Valuer]()
)

// innerType is the T of a Known[T], or of another that can do what it does.
func innerType(t reflect.Type) (reflect.Type, bool) {
	if !reflect.PointerTo(t).Implements(knowableType) {
		return nil, false
	}
	inner := reflect.TypeOf(reflect.New(t).Interface().(Knowable).PolicyValue())
	if inner == nil || inner.Kind() != reflect.Pointer {
		return nil, false
	}
	return inner.Elem(), true
}

// knowableFault is why a type is no [Knowable] although it has the methods, or some;
// "" where there is nothing to say.
func knowableFault(t reflect.Type) string {
	p := reflect.PointerTo(t)
	if !p.Implements(knowableType) {
		if _, has := p.MethodByName("PolicyMark"); has {
			return "it has PolicyMark and is no Knowable"
		}
		return ""
	}
	k := reflect.New(t).Interface().(Knowable)
	switch v := reflect.ValueOf(k.PolicyValue()); {
	case v.Kind() != reflect.Pointer || v.IsNil():
		return "its PolicyValue returns no pointer"
	case v.Pointer() != reflect.ValueOf(k.PolicyValue()).Pointer():
		return "its PolicyValue returns a pointer to a copy"
	case !t.Implements(valuerType):
		return "its ValidatorValue is a method of the pointer"
	}
	return ""
}
