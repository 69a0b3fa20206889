package main

import (
	"fmt"
	"strconv"
	"strings"

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

// differing is a value that came of an instant besides the first, which [entry] has: few have one.
type differing struct {
	instant uint32 // its number among what was seen
	version int64
	number  int64
	places  int
	says    uint32
}

// said are what a reading says besides its number. Two of one instant that differ in any of them are not the same.
var said = [...]string{"account", "unit", "source", "rollover", "multiplier", "dials"}

// says is what a reading says besides its number, in the order of said.
func says(got *metering.Delivered) string {
	word := func(is bool) string {
		if is {
			return "yes"
		}
		return "no"
	}
	unit, multiplier := "", ""
	if got.Unit.Valid() {
		unit = got.Unit.String()
	}
	if !got.Multiplier.IsZero() {
		multiplier = got.Multiplier.String()
	}
	return strings.Join([]string{
		got.Account, unit, got.Source.String(), word(got.RolledOver), multiplier, word(got.Dials) + strconv.Itoa(got.DialCount),
	}, "\x00")
}

// apart names what two readings say differently.
func apart(a, b string) string {
	var names []string
	others := strings.Split(b, "\x00")
	for i, text := range strings.Split(a, "\x00") {
		if i < len(others) && text != others[i] {
			names = append(names, said[i])
		}
	}
	return strings.Join(names, ", ")
}

// repeats looks whether the same register gave a number for the same instant before. Where it is the same in all, or of an older
// version, the row is dropped, and its line told or counted; where nothing says which holds, both stay, and the later line is told.
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
	own := differing{instant: n, version: r.version, number: number.Coefficient(), places: number.Places()}
	if own.says, err = d.seen.text(r.says); err != nil {
		return false, err
	}
	before := d.standing[n]
	versions := r.version != 0 && before.version != 0
	switch {
	case isNew:
		d.first(r, own)
		d.stands(r, own, before.rows)
		return false, nil
	case versions && r.version < before.version:
		d.replaced++
		return true, nil
	case versions && r.version > before.version:
		d.first(r, own)
		d.stands(r, own, d.replace(r, before.rows))
		return false, nil
	}
	return d.again(r, own), nil
}

// first keeps a value as the one that others of its instant are compared with.
func (d *delivery) first(r *row, own differing) {
	was := d.seen.entry(own.instant)
	was.number, was.decimals, was.says, was.line = own.number, uint8(own.places), own.says, uint32(r.line)
}

// stands adds a row to those of its instant.
func (d *delivery) stands(r *row, own differing, others []*row) {
	if d.keep {
		d.standing[own.instant] = standing{append(others, r), max(r.version, d.standing[own.instant].version)}
	}
}

// replace takes away the rows that a newer version replaces. Those of no version stay: nothing says which is newer.
func (d *delivery) replace(r *row, before []*row) (stay []*row) {
	for _, older := range before {
		if older.version != 0 {
			older.gone = true
			d.replaced++
			continue
		}
		number := older.reading == r.reading && older.interval == r.interval
		if len(stay) == 0 && !(number && older.says == r.says) {
			d.conflict(r, uint32(older.line), number, older.says)
		}
		stay = append(stay, older)
	}
	return stay
}

// again looks at a value of an instant of which another one stands, and says whether it is dropped.
func (d *delivery) again(r *row, own differing) bool {
	was := d.seen.entry(own.instant)
	number := own.number == was.number && own.places == int(was.decimals)
	line, same := was.line, number && own.says == was.says
	if !same {
		if line, same = d.differing[own]; !same {
			d.differing[own] = uint32(r.line)
			line = was.line
		}
	}
	switch {
	case !same:
		d.conflict(r, line, number, string(d.seen.name(was.says)))
	case r.at != "": // without a day nothing says that they are of one instant
		d.repeated++
		d.find(&problem.Error{
			Code: problem.Code(metering.Duplicate), Pos: r.pos(), What: fmt.Sprintf("the same as line %d: meter, register, instant and value", line),
			Fix: "it is dropped; look why the file has it again",
		})
		return true
	}
	d.stands(r, own, d.standing[own.instant].rows)
	return false
}

// conflict tells of a value that another line contradicts; number says that the numbers are the same.
func (d *delivery) conflict(r *row, line uint32, number bool, says string) {
	what, which := "has another value", "which is newer"
	if number {
		what, which = "has the same number", "which holds"
	}
	what = fmt.Sprintf("line %d %s for this meter, register and instant, and nothing says %s", line, what, which)
	if r.at == "" {
		what = fmt.Sprintf("line %d has another value for this meter and register, and neither is dated", line)
	}
	if number {
		what += "; they differ in " + apart(r.says, says)
	}
	d.find(&problem.Error{Code: problem.Code(metering.Conflict), Pos: r.pos(), What: what, Fix: "both rows stay; ask which one holds"})
}
