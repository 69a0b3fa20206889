// Package problem is the one error type of this module. An error says where the fault is, what is wrong and what to do,
// and carries a stable code that programs can test for.
//
//	const ErrGap problem.Code = "E_GAP"
//
//	var found problem.List
//	if next.From.After(last.To) {
//		found.Add(&problem.Error{
//			Code: ErrGap,
//			Path: "versions[1].from",
//			Pos:  problem.Pos{File: "rates.yaml", Line: 14, Col: 9},
//			What: "no version holds from 2026-07-01 to 2026-07-15",
//			Fix:  "start this version on 2026-07-01",
//		})
//	}
//	return found.Err() // errors.Is(err, ErrGap) holds
//
// An error text carries ids, paths and rules. It never carries names, addresses or bank data.
package problem

import (
	"strconv"
	"strings"
)

// Code names a kind of problem, such as "E_GAP". Codes are stable: a program may store and compare them. A Code is itself
// an error, so that errors.Is(err, ErrGap) holds for every Error with that code.
type Code string

// Error returns the code's text.
func (c Code) Error() string { return string(c) }

// Pos is a place in a file. Line and Col count from 1, Col in bytes; 0 means unknown.
type Pos struct {
	File string
	Line int
	Col  int
}

// IsZero reports whether nothing of the place is known.
func (p Pos) IsZero() bool { return p == Pos{} }

// String gives "file:line:col", leaving out what is unknown. A column without a line says nothing and is left out too.
func (p Pos) String() string {
	parts := make([]string, 0, 3)
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Line > 0 {
		parts = append(parts, strconv.Itoa(p.Line))
		if p.Col > 0 {
			parts = append(parts, strconv.Itoa(p.Col))
		}
	}
	return strings.Join(parts, ":")
}

// Error is one problem. Every part may be empty, but a useful one has at least a Code and a What.
type Error struct {
	Code Code
	Path string // path to the value, such as "schedules[0].tiers[2].up_to"
	Pos  Pos    // where the value stands in its file
	What string // what is wrong
	Fix  string // what to do about it
	Err  error  // the cause; its text stands in for What where What is empty
}

// Error gives "pos: code: path: what; fix" on one line, leaving out each empty part.
func (e *Error) Error() string {
	what := e.What
	if what == "" && e.Err != nil {
		what = e.Err.Error()
	}
	parts := make([]string, 0, 4)
	for _, part := range []string{e.Pos.String(), string(e.Code), e.Path, what} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	text := strings.Join(parts, ": ")
	switch {
	case e.Fix == "":
		return text
	case text == "":
		return e.Fix
	default:
		return text + "; " + e.Fix
	}
}

// Is reports whether target is this error's code.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// Unwrap returns the cause, nil where there is none.
func (e *Error) Unwrap() error { return e.Err }
