package policy

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/problem"
)

const (
	// ErrNotStated is a part of a policy that nobody has stated.
	ErrNotStated problem.Code = "E_NOT_STATED"
	// ErrNotKnown is a part of a policy that its file states as not known. It is the code of adapters/policyfile too.
	ErrNotKnown problem.Code = "E_NOT_KNOWN"
)

// Value is a value that a policy must state. The zero value was not stated: a policy that has it is refused, and 0 is said.
// Is states one in Go.
type Value[T any] struct {
	marked
	value T
}

// Is states a value in Go.
func Is[T any](value T) Value[T] { return Value[T]{marked{state: isStated}, value} }

// Get is the value, a placeholder's too. Where [Value.Stated] is false it is the zero of T, which nobody has stated: it is for
// policies that were found to be in order.
func (v Value[T]) Get() T { return v.value }

// String is the value, or why there is none: "25.00 (placeholder: not public)", "not known: not public", "not stated".
func (v Value[T]) String() string { return v.say(fmt.Sprint(v.value)) }

// PolicyValue is for reading policy files, as are PolicyMark and ValidatorValue: see policyfile.Knowable.
func (v *Value[T]) PolicyValue() any { return &v.value }

// ValidatorValue is what the rules of a file's field are checked on; nil where there is no value.
func (v Value[T]) ValidatorValue() any {
	if v.Stated() {
		return v.value
	}
	return nil
}

// Mark is a place of a policy file that says that the value there is not the district's own.
type Mark struct {
	Path string      // such as "late_charge[0].fee"
	Pos  problem.Pos // of the value
	Why  string      // as the file says: "not public"
}

// String gives "late_charge[0].fee: not public".
func (m Mark) String() string { return m.Path + ": " + m.Why }

// Marks are the placeholders of a policy's plain fields, by the path of the field as the policy's Check names it: "accuracy",
// "rule.parts[0].of". A list or a mapping has those of its entries too. It is never changed.
//
// A policy has a field of this type, without a tag, and gives it to its [Findings]. Reading a file fills it, and so may a
// program that states its policy in Go: Marks{"accuracy": {{Path: "accuracy", Why: "not public"}}}.
type Marks map[string][]Mark

// marked is how a value was stated.
type marked struct {
	state state
	mark  Mark // of a placeholder, or of what is not known
}

type state uint8

const (
	isUnstated state = iota
	isStated
	isPlaceholder
	isUnknown
)

// Stated reports whether the district has decided, or a placeholder stands in for its decision.
func (m marked) Stated() bool { return m.state == isStated || m.state == isPlaceholder }

// Placeholder reports whether the value stands in for one that is not known, and where the file says so and why: what is
// made with it is to say so.
func (m marked) Placeholder() (Mark, bool) {
	if m.state != isPlaceholder {
		return Mark{}, false
	}
	return m.mark, true
}

// Problem is why there is no value, at a path in the policy, or at that of the file which says that it is not known:
// ErrNotStated or ErrNotKnown. It is nil where there is one.
func (m marked) Problem(path string) *problem.Error {
	switch m.state {
	case isUnstated:
		return &problem.Error{Code: ErrNotStated, Path: path, What: notStated, Fix: "state it, also where it is zero or none"}
	case isUnknown:
		return &problem.Error{Code: ErrNotKnown, Path: m.mark.Path, Pos: m.mark.Pos, What: "the value is not known: " + m.mark.Why,
			Fix: "ask the district for it, and state it with its source"}
	}
	return nil
}

const notStated = "it is not stated, and has no default"

// PolicyMark takes note of how a file states the value: "" as it is, "placeholder" or "unknown", each with its why.
func (m *marked) PolicyMark(mark, path, why string, pos problem.Pos) {
	*m = marked{state: isStated}
	switch mark {
	case "placeholder":
		*m = marked{isPlaceholder, Mark{path, pos, why}}
	case "unknown":
		*m = marked{isUnknown, Mark{path, pos, why}}
	}
}

// say is the text of a value, with how it was stated.
func (m marked) say(text string) string {
	switch m.state {
	case isUnstated:
		return "not stated"
	case isUnknown:
		return "not known: " + m.mark.Why
	case isPlaceholder:
		return text + " (placeholder: " + m.mark.Why + ")"
	}
	return text
}
