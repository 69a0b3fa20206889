package problem

import (
	"cmp"
	"slices"
	"strings"
)

// List holds all problems that one validation found. The zero value is an empty list, ready to use. Return its Err, not
// the list itself: an empty list in an error variable would not be nil.
type List []*Error

// Add appends a problem. A nil problem is no problem and is not added.
func (l *List) Add(e *Error) {
	if e != nil {
		*l = append(*l, e)
	}
}

// Err returns nil where the list is empty, and otherwise the list.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error gives one problem on each line, in the list's order.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the problems, so that errors.Is and errors.As look into each of them.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// Sort puts the problems in the order of their source: by file name, line and column. Equal places keep their order.
// Problems without any position come last, in the order they were added; one that knows only its file stands before
// those that know a line in it.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b *Error) int {
		if a.Pos.IsZero() || b.Pos.IsZero() {
			return cmp.Compare(unplaced(a), unplaced(b))
		}
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col),
		)
	})
}

func unplaced(e *Error) int {
	if e.Pos.IsZero() {
		return 1
	}
	return 0
}
