package meterread

import (
	"fmt"
	"strings"
	"time"
)

// groups reads the groups of a line: each is a read, where the layout's are. It says whether the line is of the layout.
func (d *decoder) groups(r *Read) bool {
	fault := d.checkRow(&r.row)
	var groups []row
	if fault == nil {
		groups, fault = d.cutGroups(&r.row)
	}
	if fault != nil {
		d.find(r.Line, fault, false)
		return false
	}
	line := *r
	d.read(&line)
	if !r.row.plan.emits {
		return true
	}
	if d.plan.layout.Kind == CSVRepeat {
		// What is wrong with the line as a whole is told once, and not of each of its groups.
		probe := Read{Line: r.Line, content: d.hold(r.row, nil)}
		if text, f, _ := probe.find(slotCommodity); text != "" && !isWater(text, f.meaning(text)) {
			d.sum.NotWater++
			d.use(&r.row)
			return true
		}
		if fault := d.identify(&probe); fault != nil {
			d.find(r.Line, fault, false)
			return true
		}
	}
	if len(groups) == 0 {
		d.use(&r.row)
	}
	steps := d.steps(&r.row)
	var starts []int // of the line's cells
	for i := range groups {
		read := Read{Line: r.Line, content: d.hold(groups[i], []row{r.row})}
		read.row.raw, read.row.width = r.row.raw, r.row.width
		if d.plan.layout.Kind == FixedRepeat {
			read.row = groups[i]
		}
		fault := steps.fill(&read, d)
		if fault == nil {
			fault = d.checkRow(&groups[i])
		}
		if fault == nil {
			fault = d.evaluate(&read)
		}
		if fault != nil {
			if f := fault.field; f != nil && fault.at == &read.row && d.plan.layout.Kind == CSVRepeat {
				// The cell stands behind those of the base and of the groups before.
				if starts == nil {
					starts = cellColumns(r.row.raw[:r.row.width], len(r.row.cells), d.delimiter)
				}
				fault.shift += starts[r.row.plan.base()+i*len(read.row.cells)+f.cell] - f.column(&read.row, d.delimiter)
			}
			if fault.at == &read.row && d.plan.layout.Kind == FixedRepeat {
				fault.shift += r.row.plan.Repeat.Start - 1 + i*r.row.plan.Repeat.Length
			}
			d.find(r.Line, fault, false)
			continue
		}
		d.use(&r.row)
		if read.Status != NoReading && !d.read(&read) {
			break
		}
	}
	return true
}

// base is how many cells stand before the first group.
func (rp *recordPlan) base() int {
	n := 0
	for i := range rp.fields {
		n = max(n, rp.fields[i].Index)
	}
	return n
}

// size is how many cells a group has.
func (rp *recordPlan) size() int { return rp.base() }

// cutGroups cuts what stands behind the base of a line into its groups.
func (d *decoder) cutGroups(r *row) ([]row, *fault) {
	stated, known, bad := d.stated(r)
	if bad != nil {
		return nil, bad
	}
	if d.plan.layout.Kind == FixedRepeat {
		return d.cutColumns(r, stated, known)
	}
	base, size := r.plan.base(), r.plan.group.size()
	var rest []string
	if len(r.cells) > base {
		rest = r.cells[base:]
	}
	// One spare cell is a checksum, or what a comma at the end of the line leaves.
	want, have := stated*size, len(rest)
	if have == want+1 && (rest[want] == "" || isCRC(rest[want])) {
		have = want
	}
	if have == want && want > 0 && len(rest) == want && isCRC(rest[want-1]) {
		return nil, &fault{code: CountMismatch, field: r.plan.fieldOf[r.plan.Repeat.CountField], at: r,
			what: fmt.Sprintf("the line states %d groups of %d cells, and the last of these is written as a checksum is", stated, size),
			fix:  "look whether a value is lost, and have the line sent again; behind a whole number in hexadecimal, a comma or the checksum tells it apart"}
	}
	// A cell that is not there is not one that is empty: CMEP takes the latter for zero, and a torn line would give a reading of zero.
	if have != want {
		return nil, &fault{code: CountMismatch, field: r.plan.fieldOf[r.plan.Repeat.CountField], at: r,
			what: fmt.Sprintf("the line states %d groups of %d cells, and has %d and %d cells more", stated, size, have/size, have%size), fix: "look whether the line is torn, and have it sent again"}
	}
	groups := make([]row, stated)
	for i := range groups {
		groups[i] = row{plan: r.plan.group, raw: r.raw, width: r.width, cells: rest[i*size : (i+1)*size]}
	}
	return groups, nil
}

func isCRC(text string) bool {
	return len(text) == 5 && text[0] == 'H' && strings.Trim(text[1:], "0123456789ABCDEFabcdef") == ""
}

// stated is how many groups the line says that it has.
func (d *decoder) stated(r *row) (n int, known bool, e *fault) {
	name := r.plan.Repeat.CountField
	if name == "" {
		return 0, false, nil
	}
	f := r.plan.fieldOf[name]
	text := f.text(r)
	if text == "" {
		return 0, true, nil
	}
	number, bad := parseNumber(text, f)
	if bad.what != "" || number.Places() > 0 || number.Coefficient() > MaxLine || number.Sign() < 0 {
		return 0, true, &fault{code: NotNumeric, field: f, at: r, shift: bad.at, what: "the number of groups cannot be read", fix: numberFix}
	}
	return int(number.Coefficient()), true, nil
}

// cutColumns cuts groups of one width, with a trailer behind them.
func (d *decoder) cutColumns(r *row, stated int, known bool) ([]row, *fault) {
	p := r.plan.Repeat
	tail := 0
	for i := range p.Trailer {
		tail = max(tail, p.Trailer[i].Start+p.Trailer[i].Length-1)
	}
	have := r.width - (p.Start - 1) - tail
	whole := have / p.Length
	if known && stated*p.Length <= have && strings.Trim(r.raw[p.Start-1+stated*p.Length+tail:r.width], " ") == "" {
		whole, have = stated, stated*p.Length
	}
	if have < 0 || have != whole*p.Length || (known && whole != stated) {
		return nil, &fault{code: CountMismatch, field: r.plan.fieldOf[p.CountField], at: r, fix: "look whether the line is torn, and have it sent again",
			what: fmt.Sprintf("groups of %d columns do not fill the %d columns between the base and the trailer, or are not as many as stated", p.Length, max(have, 0))}
	}
	groups := make([]row, whole)
	for i := range groups {
		at := p.Start - 1 + i*p.Length
		groups[i] = row{plan: r.plan.group, raw: r.raw[at : at+p.Length], width: p.Length}
	}
	if tail > 0 {
		at := p.Start - 1 + whole*p.Length
		trailer := row{plan: r.plan.trailer, raw: r.raw[at : at+tail], width: tail}
		if fault := d.checkRow(&trailer); fault != nil {
			return nil, fault
		}
		d.use(&trailer)
	}
	return groups, nil
}

// stepper completes the end times of groups: an empty one is the one before with the interval added.
type stepper struct {
	months, days, minutes int
	known                 bool
	last                  Stamp
}

// steps reads the interval of a line.
func (d *decoder) steps(r *row) *stepper {
	s := &stepper{}
	for i := range r.plan.fields {
		f := &r.plan.fields[i]
		if f.Type != "interval" || f.format == nil {
			continue
		}
		values, ok := f.format.read(f.text(r))
		if ok {
			s.months, s.days, s.minutes = values[month], values[day], values[hour]*60+values[minute]
			s.known = s.months+s.days+s.minutes > 0
		}
	}
	return s
}

// fill sets the end time of a group that leaves it empty.
func (s *stepper) fill(r *Read, d *decoder) *fault {
	f := r.row.plan.slots[slotReadAt]
	if f == nil || d.plan.layout.Kind != CSVRepeat {
		return nil
	}
	if text := f.text(&r.row); text != "" {
		stamp, ok := d.stamp(text, f)
		if s.last = stamp; !ok {
			s.last = Stamp{}
			return badDate(f, &r.row)
		}
		return nil
	}
	if s.last.IsZero() || !s.known {
		return &fault{code: BadDate, field: f, at: &r.row, what: "the end time is empty, and there is none before it, or no interval, to count it from", fix: "have the line sent again"}
	}
	next, ok := s.last.add(s.months, s.days, s.minutes)
	if !ok {
		return badDate(f, &r.row)
	}
	s.last, r.At = next, next
	return nil
}

// add counts on: months by the calendar, then days and minutes.
func (s Stamp) add(months, days, minutes int) (Stamp, bool) {
	date, err := s.date.AddMonths(months)
	if err != nil {
		return Stamp{}, false
	}
	t := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, int(s.millis)*int(time.Millisecond), time.UTC).AddDate(0, 0, days).Add(time.Duration(minutes) * time.Minute)
	next, ok := stampOf(t)
	next.utc, next.hasTime = s.utc, s.hasTime || minutes > 0
	return next, ok
}
