package meterread

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// Quantity is the nearest number of a role, with the implied decimals of its field. A text that is no number is [NotNumeric], a role
// that is not stated [ErrMissing]: neither is zero.
func (r *Read) Quantity(role string) (exact.Number, error) {
	for w := r.walk(); w.next(); {
		for f := w.row.plan.byRole[role]; f != nil; f = f.next {
			text := f.text(&w.row)
			if text == "" {
				continue
			}
			n, fault := parseNumber(text, f)
			if fault.what != "" {
				return exact.Number{}, &problem.Error{Code: NotNumeric, Path: f.Name, What: fault.what, Fix: fault.fix}
			}
			return n, nil
		}
	}
	return exact.Number{}, &problem.Error{Code: ErrMissing, Path: role, What: "the file does not state it", Fix: "look whether the layout has the role"}
}

// UnitText is the unit as the file writes it; that of the interval where the line has no register reading. The letters REG with which
// CMEP marks the unit of a register, in capitals or not, are left out, and a blank, hyphen or underscore before them.
func (r *Read) UnitText() string {
	text := r.Text("unit")
	if own, ok := r.own(); ok && own.plan != nil && own.plan.slots[slotMixed] != nil {
		text, _ = unitOfRegister(text)
	}
	if text == "" && r.Digits == "" {
		text = r.Text("interval_unit")
	}
	return text
}

// unitOfRegister takes the letters REG off a unit of CMEP, and says whether they stood there: the value is that of a register then.
func unitOfRegister(text string) (unit string, register bool) {
	const mark = "REG"
	if i := len(text) - len(mark); i >= 0 && strings.EqualFold(text[i:], mark) {
		return strings.TrimRight(text[:i], " -_"), true
	}
	return text, false
}

// Unit is the unit of the reading. It is zero, without an error, where the file states none; a unit that is none of volume is
// [metering.ErrUnit]. The error does not tell what stands there: where cells are shifted, it may be a name.
func (r *Read) Unit() (metering.Unit, error) {
	text := r.UnitText()
	if text == "" {
		return 0, nil
	}
	if unit, err := metering.ParseUnit(text); err == nil {
		return unit, nil
	}
	if unit, err := metering.ParseUnit(r.Meaning("unit")); err == nil {
		return unit, nil
	}
	return 0, &problem.Error{Code: metering.ErrUnit, Path: "unit", What: "what the file states is no known unit of volume",
		Fix: "look whether the cells of the line are shifted, or give the field a table of values that name units, such as gal, kgal, ft3, CCF, m3"}
}

// Interval is the use in an interval, with its scale of powers of ten where the file states one, and whether the line has one. It says
// false unless the status is [Reading]: what stands at a place that was not read is no use.
func (r *Read) Interval() (exact.Number, bool) {
	if r.Status != Reading {
		return exact.Number{}, false
	}
	for w := r.walk(); w.next(); {
		at := &w.row
		for _, s := range [...]slot{slotInterval, slotMixed} {
			f := at.plan.slots[s]
			if f == nil || (s == slotMixed && r.Digits != "") {
				continue
			}
			text := f.text(at)
			if text == "" && s == slotMixed {
				text = "0"
			}
			n, fault := parseNumber(text, f)
			if text == "" || fault.what != "" {
				return exact.Number{}, false
			}
			n, err := r.scaled(n)
			return n, err == nil
		}
	}
	return exact.Number{}, false
}
