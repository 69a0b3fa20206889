package policy

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Findings is what looking through a policy finds: all that is wrong with it, and which of its values are placeholders.
//
//	func (p Policy) findings() policy.Findings {
//		f := policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}
//		f.Need("title", p.Title != "", "what the policy is called")
//		if f.Value("grace_days", p.GraceDays) && p.GraceDays.Get() < 0 {
//			f.Refuse("grace_days", "it is below 0", "state the days of grace")
//		}
//		return f
//	}
//
// The policy's Check gives the Faults, and what is asked of the policy the Err: a value that a file states as not known is no
// fault of it, and asking for what is made with the policy is an error.
type Findings struct {
	// Code is that of values that cannot be, or contradict each other. What is not stated is ErrNotStated.
	Code problem.Code
	// Title is the policy's, which each problem names; empty where it has none.
	Title string
	// Marks are the placeholders of the policy's plain fields. Each is told once the field is looked at, by Need, OneOf or Value.
	Marks Marks
	// Placeholders are the values that stand in for what is not known, in the order of the policy. What is made with the
	// policy is to say so.
	Placeholders []Mark

	found, unknown problem.List
	told           map[Mark]bool
}

// Stated is what [Value] and [OrNone] have in common.
type Stated interface {
	Problem(path string) *problem.Error
	Placeholder() (Mark, bool)
}

// Value takes note of a value that is not stated or not known, or is a placeholder. It reports whether there is one, or none was
// decided.
func (f *Findings) Value(path string, v Stated) bool {
	switch e := v.Problem(path); {
	case e == nil:
	case e.Code == ErrNotKnown:
		f.unknown.Add(f.named(e))
		return false
	default:
		f.Add(e)
		return false
	}
	if mark, ok := v.Placeholder(); ok {
		f.tell(mark)
	}
	f.tell(f.Marks[path]...)
	return true
}

// tell takes note of placeholders, of each once: one that stands in for several parts is found with each of them.
func (f *Findings) tell(marks ...Mark) {
	for _, mark := range marks {
		if f.told[mark] {
			continue
		}
		if f.told == nil {
			f.told = map[Mark]bool{}
		}
		f.told[mark] = true
		f.Placeholders = append(f.Placeholders, mark)
	}
}

// Need takes note of a plain part that is not stated, or is a placeholder by Marks; the choices say what is to be: "by_size or
// not_asked". A plain part that may be empty is looked at too, as stated: otherwise its placeholder is not told.
func (f *Findings) Need(path string, stated bool, choices string) {
	f.tell(f.Marks[path]...)
	if !stated {
		f.Add(&problem.Error{Code: ErrNotStated, Path: path, What: notStated, Fix: "state " + choices})
	}
}

// Refuse takes note of a value that cannot be, or contradicts another.
func (f *Findings) Refuse(path, what, fix string) {
	f.Add(&problem.Error{Code: f.Code, Path: path, What: what, Fix: fix})
}

// Add takes note of a problem, by the title of the policy.
func (f *Findings) Add(e *problem.Error) { f.found.Add(f.named(e)) }

func (f *Findings) named(e *problem.Error) *problem.Error {
	if f.Title != "" {
		e.What = f.Title + ": " + e.What
	}
	return e
}

// Faults is a problem.List of what is wrong, in the order in which it was found; nil where nothing is. What is not known is not
// among it.
func (f *Findings) Faults() error { return f.found.Err() }

// Err is a problem.List of the faults and then of what is not known: why nothing can be made with the policy. It is nil where
// there is nothing of both.
func (f *Findings) Err() error {
	return append(f.found[:len(f.found):len(f.found)], f.unknown...).Err()
}

// OneOf takes note of a choice that is not stated, or is none of those that there are, or is a placeholder by Marks.
func OneOf[T ~string](f *Findings, path string, choice T, choices ...T) {
	fix := fmt.Sprintf("one of %q", choices)
	f.Need(path, choice != "", fix)
	if choice != "" && !slices.Contains(choices, choice) {
		f.Refuse(path, fmt.Sprintf("%q is none of the choices", string(choice)), "state "+fix)
	}
}
