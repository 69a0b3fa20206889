package main

import (
	"fmt"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// standing are the rows of an instant that still stand, where rows are kept, and the version that they are of.
type standing struct {
	rows    []*row
	version int64 // 0 where the layout has none
}

// differing is a number that came of an instant besides the first, which [entry] has: few have one.
type differing struct {
	instant uint32 // its number among what was seen
	version int64
	number  int64
	places  int
}

// repeats looks whether the same register gave a number for the same instant before. Where it is the same number, or an older
// version, the row is dropped, and its line told; where nothing says which number is newer, both stay, and the later line is told.
func (d *delivery) repeats(r *row) (bool, error) {
	if r.status != meterread.Reading || r.meter == "" || r.reading == "" && r.at == "" {
		return false, nil
	}
	text, register := r.reading, r.meter+"\x00"+r.register
	if text == "" { // a use in an interval and a reading are two things
		text, register = r.interval, register+"\x00"
	}
	number, _ := exact.ParseNumber(text) // it was printed of one
	n, isNew, err := d.seen.find(register, r.stamp)
	if err != nil {
		return false, err
	}
	was := d.seen.entry(n)
	set := func() {
		was.number, was.decimals, was.line = number.Coefficient(), uint8(number.Places()), uint32(r.line)
	}
	stays := func() {
		if d.keep {
			d.standing[n] = standing{append(d.standing[n].rows, r), r.version}
		}
	}
	e := &problem.Error{Pos: r.pos()}
	before := d.standing[n]
	switch {
	case isNew:
		set()
		stays()
		return false, nil
	case r.version > before.version:
		for _, older := range before.rows {
			older.gone = true
			d.replaced++
		}
		delete(d.standing, n)
		set()
		stays()
		return false, nil
	case r.version < before.version:
		d.replaced++
		return true, nil
	}
	line, same := was.line, number.Coefficient() == was.number && number.Places() == int(was.decimals)
	if !same {
		other := differing{n, r.version, number.Coefficient(), number.Places()}
		if line, same = d.differing[other]; !same {
			d.differing[other] = uint32(r.line)
			line = was.line
		}
	}
	switch {
	case !same:
		e.Code = problem.Code(metering.Conflict)
		e.What = fmt.Sprintf("line %d has another value for this meter, register and instant, and nothing says which is newer", line)
		e.Fix = "both rows stay; ask which one holds"
		if r.at == "" {
			e.What = fmt.Sprintf("line %d has another value for this meter and register, and neither is dated", line)
		}
		d.find(e)
		stays()
		return false, nil
	case r.at == "":
		stays()
		return false, nil // nothing says that they are of one instant
	}
	e.Code, e.What = problem.Code(metering.Duplicate), fmt.Sprintf("the same as line %d: meter, register, instant and value", line)
	e.Fix = "it is dropped; look why the file has it again"
	d.again++
	d.find(e)
	return true, nil
}
