package money

import (
	"strconv"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Place says where a bill's exact dollars become cents. The zero value is no place, and whatever takes a place refuses it.
type Place uint8

// The places.
const (
	ByLine  Place = iota + 1 // each line is rounded; the total is the sum of the rounded lines
	AtTotal                  // the total is rounded; the lines are fitted to it
)

const placeFix = "write line or total"

// Valid reports whether p is one of the places.
func (p Place) Valid() bool { return p == ByLine || p == AtTotal }

// String gives "line" or "total".
func (p Place) String() string {
	switch p {
	case ByLine:
		return "line"
	case AtTotal:
		return "total"
	}
	return "Place(" + strconv.Itoa(int(p)) + ")"
}

// MarshalText gives the name. A place that is not valid is exact.ErrMode.
func (p Place) MarshalText() ([]byte, error) {
	if !p.Valid() {
		return nil, missingPlace()
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads "line" or "total". Anything else is exact.ErrMode.
func (p *Place) UnmarshalText(text []byte) error {
	switch string(text) {
	case "line":
		*p = ByLine
	case "total":
		*p = AtTotal
	case "":
		return missingPlace()
	default:
		return &problem.Error{Code: exact.ErrMode, What: "not a place of rounding", Fix: placeFix}
	}
	return nil
}

// Rounding says how and where exact dollars become cents. The zero value is no rounding: there is no default.
type Rounding struct {
	Mode  exact.Mode
	Place Place
}

// Check returns exact.ErrMode where the mode or the place is missing or unknown.
func (r Rounding) Check() error {
	var found problem.List
	if !r.Mode.Valid() {
		e := missingMode()
		e.Path = "mode"
		found.Add(e)
	}
	if !r.Place.Valid() {
		e := missingPlace()
		e.Path = "place"
		found.Add(e)
	}
	return found.Err()
}

// String gives "half_up by line" or "half_up at the total".
func (r Rounding) String() string {
	switch r.Place {
	case ByLine:
		return r.Mode.String() + " by line"
	case AtTotal:
		return r.Mode.String() + " at the total"
	}
	return r.Mode.String() + " at " + r.Place.String()
}

func missingMode() *problem.Error {
	return &problem.Error{
		Code: exact.ErrMode, What: "the rounding mode is missing", Fix: "name half_up, half_even, up or down",
	}
}

func missingPlace() *problem.Error {
	return &problem.Error{Code: exact.ErrMode, What: "the place of rounding is missing", Fix: placeFix}
}
