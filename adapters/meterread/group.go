package meterread

import (
	"fmt"
	"slices"
	"strings"
)

// maxGroup is how many lines one group of records may hold before its parent ends: what keeps memory flat where a parent never ends.
const maxGroup = 4096

// level is a record that may enclose those that follow.
type level struct {
	plan   *recordPlan
	row    row
	line   int
	broken bool // the record was refused: what it encloses has no parent
	// undated says that a record was refused which dates the reads of the group.
	undated  bool
	size     int // of lines directly within it
	kids     []row
	reads    []pending
	counting bool
	counts   []int // of records within it, by their place in the layout
}

// pending is a read that waits for its parent to end.
type pending struct {
	row  row
	line int
	kids []row
}

// total is a control count of the whole file.
type total struct {
	field *fieldPlan
	row   row
	line  int
}

// count counts a line of a type, for all control counts.
func (d *decoder) count(p *recordPlan) {
	d.counts[p.place]++
	for _, l := range d.stack {
		if l.counting {
			l.counts[p.place]++
		}
	}
}

// push takes a line that is in order into its group, and says whether it has a place there.
func (d *decoder) push(r *Read) bool {
	p := r.row.plan
	d.popTo(p.parent)
	d.count(p)
	var up *level
	if len(d.stack) > 0 {
		up = d.stack[len(d.stack)-1]
	}
	if p.parent != nil && (up == nil || up.broken) {
		d.open(p, r, true)
		d.find(r.Line, &fault{code: NoParent, at: &r.row, what: "the record " + p.Parent + " that encloses this one is missing or was refused",
			fix: "correct the line above, and read the file again"}, false)
		return false
	}
	switch {
	case up == nil:
		d.total(p, r)
	case p.emits:
		up.reads = append(up.reads, pending{row: r.row, line: r.Line})
	case up.plan.emits && len(d.stack) > 1 && len(d.stack[len(d.stack)-2].reads) > 0:
		reads := d.stack[len(d.stack)-2].reads
		last := &reads[len(reads)-1]
		last.kids = append(last.kids, r.row)
	case !p.parents:
		up.kids = append(up.kids, r.row)
	}
	d.open(p, r, false)
	d.read(r)
	if up == nil || p.parents && !p.emits {
		return true
	}
	if up.size++; up.size > maxGroup {
		d.popTo(up.plan)
		d.flush(up, len(d.stack)-1)
		up.broken = true
		d.find(r.Line, &fault{code: GroupTooLong, at: &r.row, what: fmt.Sprintf("the group has more than %d records", maxGroup),
			fix: "look whether the records that end a group are missing"}, false)
	}
	return true
}

// total keeps the control counts of a heading or a trailer until the file ends.
func (d *decoder) total(p *recordPlan, r *Read) {
	for _, f := range p.counts {
		switch {
		case p.parents:
		case len(d.totals) < maxGroup:
			d.totals = append(d.totals, total{f, r.row, r.Line})
		default:
			d.find(r.Line, &fault{code: GroupTooLong, field: f, at: &r.row, what: fmt.Sprintf("more than %d records state counts of the whole file", maxGroup),
				fix: "read its parts one by one"}, true)
		}
	}
}

// open puts a record on the stack.
func (d *decoder) open(p *recordPlan, r *Read, broken bool) {
	n := len(d.spare)
	if n == 0 {
		d.spare, n = append(d.spare, &level{}), 1
	}
	l := d.spare[n-1]
	d.spare = d.spare[:n-1]
	l.plan, l.row, l.line, l.broken, l.undated, l.size = p, r.row, r.Line, broken, false, 0
	if l.counting = len(p.counts) > 0; l.counting {
		if l.counts == nil {
			l.counts = make([]int, len(d.counts))
		}
		clear(l.counts)
	}
	d.stack = append(d.stack, l)
}

// popTo ends records until one of that type is the last that is open; all of them where it is nil or none is open.
func (d *decoder) popTo(p *recordPlan) {
	for len(d.stack) > 0 && d.stack[len(d.stack)-1].plan != p {
		last := len(d.stack) - 1
		l := d.stack[last]
		d.flush(l, last)
		d.tieGroup(l)
		d.stack = d.stack[:last]
		clear(l.kids)
		l.kids = l.kids[:0]
		d.spare = append(d.spare, l)
	}
}

// flush gives the reads that wait at a level.
func (d *decoder) flush(l *level, depth int) {
	if l.plan.emits && l.plan.parent == nil && !l.broken {
		d.emit(&pending{row: l.row, line: l.line, kids: l.kids}, nil, 0)
	}
	for i := range l.reads {
		p := &l.reads[i]
		if l.undated {
			d.find(p.line, &fault{code: BadDate, at: &p.row, what: "a record that dates this reading was refused", fix: "correct that record, and read the file again"}, false)
			continue
		}
		d.emit(p, l.kids, depth+1)
	}
	clear(l.reads)
	l.reads = l.reads[:0]
}

// emit makes a read of a line, of the records that belong to it, of its siblings, and of those that enclose it.
func (d *decoder) emit(p *pending, siblings []row, depth int) {
	if d.stopped {
		return
	}
	more := d.takeRows(len(p.kids) + len(siblings) + depth)
	more = append(append(more, p.kids...), siblings...)
	for _, l := range slices.Backward(d.stack[:depth]) {
		more = append(more, l.row)
	}
	r := &d.scratch
	*r = Read{Line: p.line, content: d.hold(p.row, more)}
	f := d.repeated(&r.row) // a line of the same group may have been given since
	if f == nil {
		f = d.evaluate(r)
	}
	if f != nil {
		// The line itself was in order: what is wrong may stand on another one.
		d.find(p.line, f, false)
		return
	}
	if r.Status != NoReading {
		d.read(r)
	}
}

// takeRows is an empty list for n rows that nobody else has. Many lists share one allocation.
func (d *decoder) takeRows(n int) []row {
	const block = 256
	if len(d.rowsFree) < n {
		d.rowsFree = make([]row, max(n, block))
	}
	rows := d.rowsFree[:0:n]
	d.rowsFree = d.rowsFree[n:]
	return rows
}

// broken marks that a line of a type was refused, or one of a type that cannot be told: nothing that follows may take roles from the
// record before it.
func (d *decoder) broken(p *recordPlan) {
	if p == nil {
		for i, l := range d.stack {
			if !l.broken {
				d.flush(l, i)
				l.broken = true
			}
		}
		return
	}
	d.popTo(p.parent)
	if n := len(d.stack); n > 0 && p.dated && !p.emits {
		d.stack[n-1].undated = true
	}
	d.open(p, &Read{Line: d.lines.line, content: d.hold(row{plan: p}, nil)}, true)
}

// unknownLine keeps a line whose type the layout does not have, where its type can be read; one that is torn is refused.
func (d *decoder) unknownLine(r *Read) {
	r.row.plan = d.plan.unknown
	typ, torn := d.typeOf(r.row.raw[:r.row.width])
	if torn {
		d.broken(nil)
		d.find(r.Line, &fault{code: BadRecord, at: &r.row, what: "the line does not begin with the type of a record", fix: "look whether the line is torn, or the file of another layout"}, false)
		return
	}
	d.unknown(typ)
	d.read(r)
}

// unknown counts a line of a type that the layout does not table.
func (d *decoder) unknown(typ string) {
	key := "other"
	if i := slices.Index(d.plan.layout.Others, typ); i >= 0 {
		key = d.plan.layout.Others[i]
	}
	if d.sum.Unknown == nil {
		d.sum.Unknown = map[string]int{}
	}
	d.sum.Unknown[key]++
}

// typeOf is what a line has where the types of records stand. It is torn where that is no word of capitals as the known types are.
func (d *decoder) typeOf(text string) (typ string, torn bool) {
	m := &d.plan.records[0].Match
	end := m.Start - 1 + m.Length
	if len(text) < end {
		return "", true
	}
	typ = text[m.Start-1 : end]
	digits := false
	for _, rp := range d.plan.records {
		digits = digits || strings.ContainsAny(rp.Match.Value, "0123456789")
	}
	for _, b := range []byte(typ) {
		if (b < 'A' || b > 'Z') && !(digits && isDigit(b)) {
			return "", true
		}
	}
	return typ, false
}

// tieGroup compares the control counts of a record with what it enclosed.
func (d *decoder) tieGroup(l *level) {
	if l.broken || !l.plan.parents {
		return
	}
	for _, f := range l.plan.counts {
		d.compare(f, &l.row, l.line, l.counts[d.plan.byType[f.Counts].place])
	}
}

// tie compares the control counts of the file.
func (d *decoder) tie() {
	for i := range d.totals {
		t := &d.totals[i]
		d.compare(t.field, &t.row, t.line, d.counts[d.plan.byType[t.field.Counts].place])
	}
}

func (d *decoder) compare(f *fieldPlan, at *row, line, have int) {
	text := f.text(at)
	stated, e := parseNumber(text, f)
	if text == "" || (e.what == "" && (stated.IsZero() || stated.Coefficient() == int64(have) && stated.Places() == 0)) {
		return
	}
	what := fmt.Sprintf("%s records of the type %s are stated, and there are %d", stated, f.Counts, have)
	if e.what != "" {
		what = fmt.Sprintf("the number of records of the type %s cannot be read, and there are %d", f.Counts, have)
	}
	d.find(line, &fault{code: TotalMismatch, field: f, at: at, what: what, fix: "look whether the file is whole before it is used"}, true)
}
