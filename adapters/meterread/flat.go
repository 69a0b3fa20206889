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
		if rp.fields[i].end > rp.need { // a site has moved it beyond the line
			return nil
		}
	}
	for _, s := range identities {
		for field := rp.slots[s]; field != nil; field = field.next {
			f.identity = append(f.identity, field)
		}
	}
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

// read reads a line into r, and says whether it could.
func (f *flat) read(d *decoder, raw string, r *Read) bool {
	width := len(raw)
	if width > 0 && raw[width-1] == '\n' {
		width--
	}
	if width > 0 && raw[width-1] == '\r' {
		width--
	}
	rp := f.plan
	if width != rp.need || raw[width-1] == 0x1a || raw[width-1] == '\r' {
		return false
	}
	r.content = d.hold(row{plan: rp, raw: raw, width: width}, nil)
	for _, field := range f.checks {
		if !field.passes(d, &r.row) {
			return false
		}
	}
	named := false
	for _, field := range f.identity {
		if !blankText(raw[field.start:field.end]) && field.text(&r.row) != "" {
			named = true
			break
		}
	}
	if !named && d.plan.named {
		return false
	}
	r.Line, r.First, r.Mismatch, r.At = d.lines.line, true, false, Stamp{}
	if !f.when(d, raw, r) {
		return false
	}
	text := f.reading.text(&r.row)
	if len(text) == 0 || len(text) > maxDigits {
		return false
	}
	n := int64(0)
	for i := range len(text) {
		digit := text[i] - '0'
		if digit > 9 {
			return false
		}
		n = n*10 + int64(digit)
	}
	if n == 0 && rp.dated && r.At.IsZero() {
		return false
	}
	number, err := exact.NewNumber(n, f.reading.Decimals)
	if err != nil {
		return false
	}
	r.Digits, r.Number, r.Status = text, number, Reading
	return true
}

// when finds the day of a line.
func (f *flat) when(d *decoder, raw string, r *Read) bool {
	var text string
	month := f.plan.slots[slotMonth]
	switch {
	case month != nil:
		text = raw[month.start:f.plan.slots[slotDay].end]
	case f.date != nil:
		text = raw[f.date.start:f.date.end]
	default:
		return true
	}
	if text == f.lastText {
		r.At = f.last
		return true
	}
	if month != nil {
		long := *r // r itself stays off the heap
		if d.yearless(&long) != nil {
			return false
		}
		r.At = long.At
	} else if inner := f.date.text(&r.row); inner != "" {
		stamp, ok := d.stamp(inner, f.date)
		if !ok || stamp.date.IsZero() {
			return false
		}
		r.At = stamp
	}
	f.lastText, f.last = text, r.At
	return true
}

// passes reports whether a field that every line is checked for is surely in order.
func (f *fieldPlan) passes(d *decoder, r *row) bool {
	text := r.raw[f.start:f.end]
	switch f.check {
	case checkConst:
		return text == f.Value
	case checkNumber:
		for i := range len(text) {
			if text[i]-'0' > 9 {
				return blankText(text)
			}
		}
		return len(text) <= maxDigits
	}
	if text == f.passed {
		return true
	}
	if inner := f.text(r); inner != "" {
		if _, ok := d.stamp(inner, f); !ok {
			return false
		}
	}
	f.passed = text
	return true
}

func blankText(text string) bool {
	for i := range len(text) {
		if text[i] != ' ' {
			return false
		}
	}
	return true
}
