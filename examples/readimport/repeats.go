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

// value is what came of an instant: a number with what it says besides.
type value struct {
	instant uint32 // its number among what was seen
	version int64  // 0 where none is stated
	number  int64
	places  int
	says    uint32
}

// said are what a reading says besides its number. Two of one instant that differ in any of them are not the same.
var said = [...]string{"account", "unit", "source", "rollover", "multiplier", "dials", "code", "doubt"}

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
		got.Account, unit, got.Source.String(), word(got.RolledOver), multiplier, word(got.Dials) + strconv.Itoa(got.DialCount), got.Code,
		string(got.Doubt.Code),
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

// repeats looks whether the same register gave a number for the same instant before. Where it is the same in all, the row is dropped, and
// its line told; where nothing says which holds, both stay, and the later line is told. Of a layout with versions that is settled at the end.
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
	own := value{instant: n, version: r.version, number: number.Coefficient(), places: number.Places()}
	if own.says, err = d.seen.text(r.says); err != nil {
		return false, err
	}
	if isNew {
		was := d.seen.entry(n)
		was.number, was.decimals, was.says, was.line = own.number, uint8(own.places), own.says, uint32(r.line)
		d.stands(r, own)
		return false, nil
	}
	return d.again(r, own), nil
}

// stands keeps a row of an instant, where versions settle which holds.
func (d *delivery) stands(r *row, own value) {
	if d.versions {
		d.standing[own.instant] = append(d.standing[own.instant], standing{r, own})
	}
}

// again looks at a value of an instant that came before, and says whether it is dropped.
func (d *delivery) again(r *row, own value) bool {
	was := d.seen.entry(own.instant)
	first := value{own.instant, 0, was.number, int(was.decimals), was.says}
	if d.versions {
		first = d.standing[own.instant][0].value
	}
	line, same := was.line, own == first
	if !same {
		if line, same = d.differing[own]; !same {
			d.differing[own] = uint32(r.line)
			line = was.line
		}
	}
	switch {
	case same && r.at != "": // without a day nothing says that they are of one instant
		d.repeat(r, line)
		return true
	case !same && (!d.versions || r.at == ""):
		d.conflict(r, line, own.number == first.number && own.places == first.places, string(d.seen.name(first.says)))
	}
	d.stands(r, own)
	return false
}

// standing is a row of an instant of a layout with versions.
type standing struct {
	row   *row
	value value
}

// settle finds which rows of each instant hold: those of the newest version, and those of none, of which nothing says how old they are.
func (d *delivery) settle() {
	for n := range d.seen.count {
		rows := d.standing[n]
		if len(rows) < 2 || rows[0].row.at == "" {
			continue
		}
		newest := int64(0)
		for _, s := range rows {
			newest = max(newest, s.value.version)
		}
		var stay []standing
		for _, s := range rows {
			if s.value.version != 0 && s.value.version < newest {
				s.row.gone = true
				d.replaced++
			} else {
				stay = append(stay, s)
			}
		}
		d.compare(stay)
	}
}

// compare tells of the rows of an instant that contradict the first, and drops those that are the same but for their version.
func (d *delivery) compare(rows []standing) {
	lines := map[value]int{}
	for i, s := range rows {
		own := s.value
		own.version = 0
		line, same := lines[own]
		switch first := rows[0]; {
		case same:
			s.row.gone = true
			d.repeat(s.row, uint32(line))
			continue
		case i > 0:
			d.conflict(s.row, uint32(first.row.line), own.number == first.value.number && own.places == first.value.places, first.row.says)
		}
		lines[own] = s.row.line
	}
}

// repeat tells of a row that is dropped.
func (d *delivery) repeat(r *row, line uint32) {
	d.repeated++
	d.find(&problem.Error{
		Code: problem.Code(metering.Duplicate), Pos: r.pos(), What: fmt.Sprintf("the same as line %d: meter, register, instant and value", line),
		Fix: "it is dropped; look why the file has it again",
	})
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
