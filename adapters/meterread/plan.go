package meterread

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// A slot is a role that every read is asked for.
type slot uint8

const (
	slotReading slot = iota
	slotMixed        // reading_or_usage
	slotRaw
	slotScalar
	slotInterval
	slotReadAt
	slotReadDate
	slotReadTime
	slotMonth
	slotDay
	slotEnd
	slotStart
	slotUnit
	slotQuality
	slotCommodity
	slotNote
	slotTrouble
	slotMeter
	slotAccount
	slotEndpoint
	slotService
	slotLocation
	slots
)

var slotRoles = [slots]string{"reading", "reading_or_usage", "raw_reading", "scalar", "interval_usage", "read_at", "read_date", "read_time",
	"read_month", "read_day", "interval_end", "interval_start", "unit", "quality", "commodity", "note_code", "trouble_code",
	"meter_serial", "account", "endpoint_id", "service_point", "location"}

// identities say whose reading it is.
var identities = [...]slot{slotMeter, slotAccount, slotEndpoint, slotService, slotLocation}

// A check is what a field of every line is looked at for.
type check uint8

const (
	checkNone check = iota
	checkConst
	checkNumber
	checkDate
)

// fieldPlan is a field made ready for reading.
type fieldPlan struct {
	*Field
	columns    bool
	start, end int  // of columns, from 0
	cell       int  // of cells, from 0; -1 where the file has none
	pad        byte // what is taken off
	right      bool
	null       string
	cmep       bool // numbers may have an exponent, or be in hexadecimal
	several    bool // it may hold several codes, with blanks between them
	format     *dateFormat
	check      check
	counted    int    // the place of the record that it counts
	word       word   // of a record whose lines have a least width
	passed     uint64 // the word of a constant, or of a day that was in order last
	count      uint64 // the word of a count that stood there last, which was countN
	countN     int
	head, tail word       // the first and the last eight columns of a longer field
	next       *fieldPlan // the next field of the record with the same role
}

// recordPlan is a record made ready for reading.
type recordPlan struct {
	*Record
	place   int // among the records of the layout
	parent  *recordPlan
	parents bool // other records are enclosed by it
	emits   bool
	// document says that rows are objects of JSON or elements of XML, which are no lines.
	document bool
	// blocks says that the lines of the file have one width and no ends.
	blocks bool
	// need is the least width of a line, or the number of its cells; most the greatest, 0 where that is open.
	need, most int
	fields     []fieldPlan
	fieldOf    map[string]*fieldPlan
	byRole     map[string]*fieldPlan
	slots      [slots]*fieldPlan
	checks     []*fieldPlan
	counts     []*fieldPlan
	required   []*fieldPlan
	unique     []*fieldPlan
	dated      bool // it has a field for the day of reading
	datedLater bool // a record that it encloses dates the readings beside it
	group      *recordPlan
	trailer    *recordPlan
	extra      map[string]int // columns of the heading that the layout does not know
	lane       *lane          // the short way for its lines; nil where they have none
}

// plan is a layout made ready for reading one file.
type plan struct {
	layout  *Layout
	records []*recordPlan
	byType  map[string]*recordPlan
	unknown *recordPlan // of lines that no record matches, and of blank ones
	// named says that the file is asked for a meter or an account at all.
	named bool
}

func newPlan(l *Layout) (*plan, error) {
	p := &plan{layout: l, byType: map[string]*recordPlan{}, unknown: &recordPlan{Record: &Record{}, place: -1}}
	var found problem.List
	for i := range l.Records {
		r := &l.Records[i]
		rp := p.record(r, r.Fields, &found)
		rp.place, rp.emits = i, l.emits(r)
		if r.Repeat != nil {
			rp.group = p.record(r, r.Repeat.Fields, &found)
			rp.group.emits = rp.emits
			rp.trailer = p.record(r, r.Repeat.Trailer, &found)
		}
		p.width(rp)
		p.records = append(p.records, rp)
		p.byType[r.Type] = rp
	}
	for _, rp := range p.records {
		if rp.parent = p.byType[rp.Parent]; rp.parent != nil {
			rp.parent.parents = true
		}
		for _, f := range rp.counts {
			f.counted = p.byType[f.Counts].place
		}
		for _, s := range identities {
			p.named = p.named || rp.slots[s] != nil
		}
	}
	for _, rp := range p.records {
		if rp.parent != nil && rp.dated && !rp.emits && !rp.parents {
			rp.parent.datedLater = true
		}
	}
	if len(found) > 0 {
		return nil, found.Err()
	}
	return p, nil
}

func (p *plan) record(r *Record, fields []Field, found *problem.List) *recordPlan {
	l := p.layout
	rp := &recordPlan{Record: r, fieldOf: map[string]*fieldPlan{}, byRole: map[string]*fieldPlan{}, fields: make([]fieldPlan, len(fields))}
	for i := len(fields) - 1; i >= 0; i-- { // the first of a role comes to stand first in its chain
		f := &rp.fields[i]
		*f = fieldPlan{Field: &fields[i], columns: l.fixed(), start: fields[i].Start - 1, end: fields[i].Start + fields[i].Length - 1,
			cell: fields[i].Index - 1, pad: ' ', cmep: l.Kind == CSVRepeat, right: fields[i].Justify == "right", null: fields[i].Null}
		if f.Pad != "" && l.fixed() && !(f.Pad == "0" && codeRoles[f.Role]) {
			f.pad = f.Pad[0]
		}
		f.compile(found)
		rp.fieldOf[f.Name] = f
		if f.Role != "" {
			f.next = rp.byRole[f.Role]
			rp.byRole[f.Role] = f
		}
	}
	for s, role := range slotRoles {
		rp.slots[s] = rp.byRole[role]
	}
	rp.dated = rp.slots[slotReadAt] != nil || rp.slots[slotReadDate] != nil || rp.slots[slotMonth] != nil
	for i := range rp.fields {
		f := &rp.fields[i]
		if f.check = p.checkOf(r, f); f.check != checkNone {
			rp.checks = append(rp.checks, f)
		}
		if l.record(f.Counts) != nil {
			rp.counts = append(rp.counts, f)
		}
		if f.Required {
			rp.required = append(rp.required, f)
		}
		if f.Unique {
			rp.unique = append(rp.unique, f)
		}
	}
	return rp
}

func (f *fieldPlan) compile(found *problem.List) {
	if f.Type != "date" && f.Type != "time" && f.Type != "datetime" && f.Type != "interval" {
		return
	}
	if unstated(f.Format) {
		found.Add(&problem.Error{Code: ErrUnstated, Path: f.Name + ".format", Pos: f.pos,
			What: "in which order the date is written is not published, and the site has not said it", Fix: `set it, as in Set("` + f.Name + `.format", "MMDDYY")`})
		return
	}
	if f.Format == "" {
		return
	}
	format, e := compileFormat(f.Format)
	if e != nil {
		e.Path, e.Pos = f.Name+".format", f.pos
		found.Add(e)
	}
	f.format = format
}

// checkOf is what a field is looked at for on every line. What a read is made of is looked at when it is made.
func (p *plan) checkOf(r *Record, f *fieldPlan) check {
	switch {
	case f.Type == "const":
		return checkConst
	case f.Type == "filler" || f.Type == "text":
		return checkNone
	case p.layout.emits(r) && (f.Role == "reading" || f.Role == "interval_usage" || f.Role == "reading_or_usage" || f.Role == "raw_reading"):
		return checkNone
	case numericRoles[f.Role]:
		return checkNumber
	case otherDateRoles[f.Role] && f.format != nil:
		return checkDate
	}
	return checkNone
}

// width finds how wide a line must be and may be.
func (p *plan) width(rp *recordPlan) {
	l := p.layout
	last := 0
	for i := range rp.fields {
		if l.fixed() {
			last = max(last, rp.fields[i].end)
		} else {
			last = max(last, rp.fields[i].cell+1)
		}
	}
	rp.need = last
	defer rp.words()
	switch {
	case l.Kind == FixedRepeat:
		rp.need = max(rp.need, rp.Repeat.Base)
	case l.fixed() && rp.Contiguous && !l.Partial() && rp.Length > 0:
		rp.need, rp.most = rp.Length, rp.Length
	case l.fixed():
		rp.most = rp.Length
	case (l.Kind == CSV || l.Kind == Delimited) && !l.Partial():
		rp.most = last
	}
}

// words makes ready what of a line is compared at once. A zero byte, which no word of a line in order has, stands where none was passed.
func (rp *recordPlan) words() {
	for i := range rp.fields {
		f := &rp.fields[i]
		if !f.columns {
			continue
		}
		if n := f.end - f.start; n > wordSize && n <= 2*wordSize {
			f.head, f.tail = wordOf(f.start, f.start+wordSize, rp.need), wordOf(f.end-wordSize, f.end, rp.need)
		}
		if f.word = wordOf(f.start, f.end, rp.need); f.check == checkConst && len(f.Value) == f.end-f.start && f.word.mask != 0 {
			of := wordOf(0, len(f.Value), wordSize)
			f.passed = of.of((f.Value + strings.Repeat(" ", wordSize))[:wordSize])
		}
	}
}

// match finds the record of a line; nil where none matches.
func (p *plan) match(text string) *recordPlan {
	for _, rp := range p.records {
		m := &rp.Match
		if m.Value == "" || (len(text) >= m.Start-1+m.Length && text[m.Start-1:m.Start-1+m.Length] == m.Value) {
			return rp
		}
	}
	return nil
}

// matchCells is match for a line of cells.
func (p *plan) matchCells(cells []string) *recordPlan {
	for _, rp := range p.records {
		m := &rp.Match
		if m.Value == "" || (len(cells) >= m.Index && strings.TrimSpace(cells[m.Index-1]) == m.Value) {
			return rp
		}
	}
	return nil
}
