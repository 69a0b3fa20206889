package meterread

import "github.com/headgate-dev/headgate/billing/exact"

// flat reads the lines of a layout of one record whose reads need nothing but a number and a day: most handhelds' files. It takes the
// lines that are in order in every way, and leaves all others to the longer road, which says what is wrong with them. Both give the
// same reads; a test compares them.
type flat struct {
	plan     *recordPlan
	identity []*fieldPlan
	reading  *fieldPlan
	date     *fieldPlan // nil where the record has none, or a month and a day
	checks   []*fieldPlan
	lastText string // the day that was read last: those of a route are mostly of one day
	last     Stamp
}

// newFlat is nil where a layout needs the longer road.
func (d *decoder) newFlat() *flat {
	l := d.plan.layout
	if l.Kind != Fixed || len(d.plan.records) != 1 {
		return nil
	}
	rp := d.plan.records[0]
	f := &flat{plan: rp, reading: rp.slots[slotReading], checks: rp.checks}
	for _, s := range [...]slot{slotMixed, slotRaw, slotScalar, slotInterval, slotReadTime, slotEnd, slotStart, slotCommodity} {
		if rp.slots[s] != nil {
			return nil
		}
	}
	if !rp.emits || f.reading == nil || rp.need == 0 || len(rp.required)+len(rp.unique) > 0 || rp.Match.Value != "" || f.reading.next != nil {
		return nil
	}
	for i := range rp.fields {
		if !rp.fields[i].plainly(rp.need) { // a site has moved it beyond the line
			return nil
		}
	}
	f.identity = rp.identity()
	switch at, date, month := rp.slots[slotReadAt], rp.slots[slotReadDate], rp.slots[slotMonth]; {
	case at == nil && month == nil:
		f.date = date
	case date == nil && month == nil:
		f.date = at
	case at != nil || date != nil || rp.slots[slotDay] == nil || rp.slots[slotDay].start != month.end:
		return nil // a month and a day side by side are read as one text
	}
	if f.date != nil && (f.date.next != nil || f.date.format == nil) {
		return nil
	}
	return f
}

// read reads a line, and says whether it could. What it found is given back and not written into a read: where the garbage collector marks,
// that would cost more than the line does.
func (f *flat) read(d *decoder, raw string) (digits string, number exact.Number, at Stamp, ok bool) {
	if !bodyOf(raw, f.plan.need) {
		return digits, number, at, false
	}
	for _, field := range f.checks {
		if !field.passes(d, raw) {
			return digits, number, at, false
		}
	}
	if d.plan.named && !named(f.identity, raw) {
		return digits, number, at, false
	}
	if at, ok = f.when(d, raw); !ok {
		return digits, number, at, false
	}
	digits, number, ok = f.reading.digits(raw)
	return digits, number, at, ok && !(number.IsZero() && f.plan.dated && at.IsZero())
}

// when finds the day of a line.
func (f *flat) when(d *decoder, raw string) (at Stamp, ok bool) {
	var text string
	month := f.plan.slots[slotMonth]
	switch {
	case month != nil:
		text = raw[month.start:f.plan.slots[slotDay].end]
	case f.date != nil:
		text = raw[f.date.start:f.date.end]
	default:
		return at, true
	}
	if text == f.lastText {
		return f.last, true
	}
	if month != nil {
		long := Read{content: d.hold(row{plan: f.plan, raw: raw, width: f.plan.need}, nil)}
		if d.yearless(&long) != nil {
			return at, false
		}
		at = long.At
	} else if inner := f.date.told(text); inner != "" {
		stamp, ok := d.stamp(inner, f.date)
		if !ok || stamp.date.IsZero() {
			return at, false
		}
		at = stamp
	}
	f.lastText, f.last = text, at
	return at, true
}

// passes reports whether a field that every line is checked for is surely in order. The line is as wide as its record.
func (f *fieldPlan) passes(d *decoder, raw string) bool {
	short := f.word.mask != 0
	if short {
		switch bytes := f.word.of(raw); {
		case f.check == checkNumber:
			return f.word.digits(bytes) || f.word.blank(bytes) && f.Default == ""
		case bytes == f.passed:
			return true
		}
	}
	text := raw[f.start:f.end]
	switch f.check {
	case checkConst:
		return text == f.Value
	case checkNumber:
		if f.tail.mask != 0 {
			head, tail := f.head.of(raw), f.tail.of(raw)
			return f.head.digits(head) && f.tail.digits(tail) || f.head.blank(head) && f.tail.blank(tail) && f.Default == ""
		}
		for i := range len(text) {
			if text[i]-'0' > 9 {
				return blankText(text) && f.Default == ""
			}
		}
		return len(text) <= maxDigits
	}
	if inner := f.told(text); inner != "" {
		if _, ok := d.stamp(inner, f); !ok {
			return false
		}
	}
	if short {
		f.passed = f.word.of(raw)
	}
	return true
}

// plainly reports whether the short way may look at the field: it stands on every line, and a constant is read as it is written.
func (f *fieldPlan) plainly(need int) bool {
	return f.end <= need && (f.check != checkConst || f.told(f.Value) == f.Value)
}

// identity are the fields that say whose reading it is.
func (rp *recordPlan) identity() (fields []*fieldPlan) {
	for _, s := range identities {
		for f := rp.slots[s]; f != nil; f = f.next {
			fields = append(fields, f)
		}
	}
	return fields
}

// named reports whether one of the fields says whose reading it is.
func named(identity []*fieldPlan, raw string) bool {
	for _, f := range identity { // mostly one of them has something at one of its ends that is no pad
		if first, last := raw[f.start], raw[f.end-1]; f.null == "" && (first > ' ' && first != f.pad || last > ' ' && last != f.pad) {
			return true
		}
	}
	for _, f := range identity {
		if f.told(raw[f.start:f.end]) != "" {
			return true
		}
	}
	return false
}

func blankText(text string) bool {
	for i := range len(text) {
		if text[i] != ' ' {
			return false
		}
	}
	return true
}
