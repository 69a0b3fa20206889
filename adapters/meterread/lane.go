package meterread

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
)

// lanes are the short way for the lines of a layout with groups, as flat is for a layout of one record: for lines that are in order in every
// way, of records that enclose others or are a reading. All else takes the longer road, on the same stack of open records. Both give the
// same reads; a test compares them.
type lanes struct {
	typ   word // the type, which all records have in one place
	least int  // the least width of a line
	of    []lane
}

// lane is what the lines of one record are looked at for.
type lane struct {
	key      uint64 // the type
	plan     *recordPlan
	checks   []*fieldPlan // but for that of the type itself
	identity []*fieldPlan
	// quick says that a reading needs nothing but a number, a day and a time of its own line.
	quick               bool
	reading, date, time *fieldPlan
	days, times         memo
	belowOf, below      *sheet // the sheet that was put below one of another chunk last, and what came of it
}

// memo is what a text of a day or a time was read as last: those of a route are mostly of one day.
type memo struct {
	text  string
	stamp Stamp
	blank bool
}

// newLanes makes lanes for the records that can have them.
func (d *decoder) newLanes() (made lanes) {
	l := d.plan.layout
	if l.Kind != Multirecord || len(d.plan.records) == 0 {
		return made
	}
	first := d.plan.records[0].Match
	least := d.plan.records[0].need
	for _, rp := range d.plan.records {
		least = min(least, rp.need)
	}
	typ := wordOf(first.Start-1, first.Start-1+first.Length, least)
	seen := map[uint64]bool{}
	for _, rp := range d.plan.records {
		m := rp.Match
		// Where types stand in one place and differ, a line is of the one that it has, in whatever order they are looked for.
		if typ.mask == 0 || len(m.Value) != m.Length || m.Start != first.Start || m.Length != first.Length {
			return lanes{}
		}
		key := typ.of(strings.Repeat(" ", m.Start-1) + m.Value + strings.Repeat(" ", least))
		if seen[key] {
			return lanes{}
		}
		seen[key] = true
		if enclosing, leaf := rp.parents && !rp.emits, rp.emits && !rp.parents && rp.parent != nil; !enclosing && !leaf || !rp.straight() {
			continue
		}
		one := lane{key: key, plan: rp, identity: rp.identity(), quick: rp.emits && rp.alone()}
		for _, f := range rp.checks {
			if f.check != checkConst || f.start != m.Start-1 || f.Value != m.Value || f.end != f.start+m.Length {
				one.checks = append(one.checks, f)
			}
		}
		one.reading, one.date, one.time = rp.slots[slotReading], rp.slots[slotReadDate], rp.slots[slotReadTime]
		made.of = append(made.of, one)
	}
	if len(made.of) > 0 {
		made.typ, made.least = typ, least
		for i := range made.of {
			made.of[i].plan.lane = &made.of[i]
		}
	}
	return made
}

// straight reports whether lines of the record have one width, nothing to look at but checks, and a parent that is itself no reading.
func (rp *recordPlan) straight() bool {
	if rp.need == 0 || rp.need != rp.most || rp.group != nil || len(rp.required)+len(rp.unique) > 0 || rp.parent != nil && rp.parent.emits {
		return false
	}
	for i := range rp.fields {
		if !rp.fields[i].plainly(rp.need) {
			return false
		}
	}
	return true
}

// alone reports whether a reading of the record takes its number and its instant from its own line in any case.
func (rp *recordPlan) alone() bool {
	seen := map[*recordPlan]bool{}
	for up := rp; up != nil; up = up.parent {
		if seen[up] { // it encloses itself
			return false
		}
		seen[up] = true
		for _, s := range [...]slot{slotCommodity, slotMixed, slotRaw, slotScalar, slotInterval, slotReadAt, slotMonth, slotEnd, slotStart} {
			if up.slots[s] != nil {
				return false
			}
		}
		if up != rp && (up.slots[slotReadDate] != nil || up.slots[slotReadTime] != nil) {
			return false
		}
	}
	for _, s := range [...]slot{slotReading, slotReadDate, slotReadTime} {
		if f := rp.slots[s]; f != nil && f.next != nil || f == nil && s == slotReading {
			return false
		}
	}
	return true
}

// find is the lane of a line; nil where it has none.
func (l *lanes) find(raw string) *lane {
	if len(raw) < l.least {
		return nil
	}
	key := l.typ.of(raw)
	for i := range l.of {
		if one := &l.of[i]; one.key == key {
			return one
		}
	}
	return nil
}

// bodyOf is the width of a line that is as wide as need and ends as lines do; false where it is not.
func bodyOf(raw string, need int) bool {
	width := len(raw)
	if width > 0 && raw[width-1] == '\n' {
		width--
	}
	if width > 0 && raw[width-1] == '\r' {
		width--
	}
	return width == need && width > 0 && raw[width-1] != 0x1a && raw[width-1] != '\r'
}

// short reads a line by its lane, and says whether it could. Where it could not, nothing has come of it but that groups have ended which
// the line ends on the longer road too.
func (d *decoder) short(raw string) bool {
	lane := d.lanes.find(raw)
	if lane == nil || !bodyOf(raw, lane.plan.need) {
		return false
	}
	rp := lane.plan
	for _, f := range lane.checks {
		if !f.passes(d, raw) {
			return false
		}
	}
	var item Item
	at := &item.Read.place
	*at, item.Read.Line, item.Read.First = d.here(rp, len(raw)), d.lines.line, true
	up := d.last()
	if up != nil && up.plan != rp.parent {
		d.popTo(rp.parent)
		up = d.last()
	}
	if rp.parent != nil && (up == nil || up.broken) {
		return false
	}
	if rp.emits {
		if up.size == maxGroup || up.bytes+len(raw) > maxGroupBytes {
			return false
		}
		up.size++
		up.bytes += len(raw)
		up.wait(at, d.lines.line)
		d.count(rp) // as no record is enclosed by it, it need not be open
	} else {
		d.count(rp)
		l := d.push(rp, d.lines.line)
		l.place.set(at)
		l.named = up != nil && up.named || d.plan.named && named(lane.identity, raw)
		for i, f := range rp.counts {
			if l.stated[i] = -1; f.word.mask != 0 {
				l.stated[i] = f.plainCount(raw)
			}
		}
	}
	d.sum.Records++
	if !d.stopped {
		d.stopped = !d.yield(item, nil)
	}
	return true
}

// set takes a place. A pointer is written only where it is another one: while the garbage collector marks, each that is
// written costs more than a line does.
func (p *place) set(at *place) {
	if p.sheet != at.sheet {
		p.sheet = at.sheet
	}
	p.at, p.size = at.at, at.size
}

// wait takes a reading that waits for the record to end.
func (l *level) wait(at *place, line int) {
	n := len(l.reads)
	if n == cap(l.reads) {
		l.reads = append(l.reads, pending{})
	} else {
		l.reads = l.reads[:n+1]
	}
	l.reads[n].place.set(at)
	l.reads[n].line = line
}

// quick gives a read that waited at a record on the stack, and says whether it could: where nothing can be wrong with it, and its group has no
// records besides.
func (d *decoder) quick(p *pending, depth int) bool {
	if p.place.sheet == nil {
		return false
	}
	lane := p.place.sheet.plan.lane
	if lane == nil || !lane.quick || depth >= mostUp {
		return false
	}
	if d.stopped {
		return true
	}
	raw := p.place.raw()
	up := d.sheetUp(depth)
	if up == nil || d.plan.named && !d.stack[depth].named && !named(lane.identity, raw) {
		return false
	}
	text, number, ok := lane.reading.digits(raw)
	if !ok {
		return false
	}
	var item Item
	r := &item.Read
	r.Line, r.Status, r.Digits, r.Number = p.line, Reading, text, number
	r.place.sheet, r.place.at, r.place.size, r.place.ups = lane.under(p.place.sheet, up), p.place.at, p.place.size, upAt(d.stack[depth].place.at)
	if depth > 0 {
		r.place.ups |= upAt(d.stack[depth-1].place.at) << 32
	}
	at := &r.At
	if lane.date != nil {
		if !lane.days.read(d, lane.date, raw) || !lane.days.blank && lane.days.stamp.date.IsZero() {
			return false
		}
		*at = lane.days.stamp
	}
	if lane.time != nil && !at.hasTime {
		switch {
		case !lane.times.read(d, lane.time, raw):
			return false
		case !lane.times.blank && !at.IsZero():
			at.hasTime, at.millis = true, lane.times.stamp.millis
			if lane.time.Zone != "" {
				at.utc = lane.times.stamp.utc
			}
		}
	}
	if number.IsZero() && lane.plan.dated && at.IsZero() {
		return false
	}
	d.sum.Reads++
	d.stopped = !d.yield(item, nil)
	return true
}

// read reads the day or the time of a field, and says whether there is one or it is blank.
func (m *memo) read(d *decoder, f *fieldPlan, line string) bool {
	raw := line[f.start:f.end]
	if raw == m.text {
		return true
	}
	read := memo{text: raw}
	if text := f.told(raw); text == "" {
		read.blank = true
	} else {
		stamp, ok := d.stamp(text, f)
		if !ok {
			return false
		}
		read.stamp = stamp
	}
	*m = read
	return true
}

// digits is what stands in the field of a line, where that is a number that is nothing but digits.
func (f *fieldPlan) digits(line string) (text string, number exact.Number, ok bool) {
	from, end := f.start, f.end
	if f.null != "" || f.pad != ' ' && !f.right || end-from > maxDigits {
		return "", number, false
	}
	raw := line[:end]
	for from < end && raw[from] == ' ' {
		from++
	}
	if f.pad != ' ' {
		for from < end-1 && raw[from] == f.pad {
			from++
		}
	}
	n, at := int64(0), from
	for ; at < end; at++ {
		digit := raw[at] - '0'
		if digit > 9 {
			break
		}
		n = n*10 + int64(digit)
	}
	if at == from || !blankText(raw[at:]) {
		return "", number, false
	}
	number, err := exact.NewNumber(n, f.Decimals)
	return raw[from:at], number, err == nil
}

// sheetUp is the sheet of a record on the stack, above it those of what encloses it; nil where one of them came by the longer road. Mostly they are
// all of one chunk, and there already.
func (d *decoder) sheetUp(depth int) *sheet {
	l := d.stack[depth]
	if l.place.sheet == nil || depth == 0 {
		return l.place.sheet
	}
	up := d.sheetUp(depth - 1)
	if up == nil {
		return nil
	}
	return l.plan.lane.under(l.place.sheet, up)
}

// under is a sheet below another one.
func (l *lane) under(s, up *sheet) *sheet {
	if s.up == up {
		return s
	}
	if l.below == nil || l.belowOf != s || l.below.up != up {
		l.belowOf, l.below = s, &sheet{plan: s.plan, text: s.text, up: up}
	}
	return l.below
}
