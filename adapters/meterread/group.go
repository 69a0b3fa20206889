package meterread

import (
	"fmt"
	"slices"
	"strings"
)

// What one group of records may hold before its parent ends, in lines and in bytes: what keeps memory flat where a parent never ends.
const (
	maxGroup      = 4096
	maxGroupBytes = 1 << 22
)

// level is a record that may enclose those that follow.
type level struct {
	plan   *recordPlan
	row    row
	line   int
	broken bool // the record was refused: what it encloses has no parent
	// undated says that a record was refused which dates the reads of the group.
	undated  bool
	size     int // of lines directly within it
	bytes    int // of those lines
	kids     []row
	reads    []pending
	counting bool
	counts   []int // of records within it, by their place in the layout
}

// has reports whether a record of that type stands in the group.
func (l *level) has(p *recordPlan) bool {
	return slices.ContainsFunc(l.kids, func(r row) bool { return r.plan == p })
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
	up.size++
	up.bytes += len(r.row.raw)
	if up.size > maxGroup || up.bytes > maxGroupBytes {
		d.popTo(up.plan)
		d.flush(up, len(d.stack)-1)
		up.broken = true
		d.find(r.Line, &fault{code: GroupTooLong, at: &r.row, what: fmt.Sprintf("the group has more than %d records, or more than %d bytes", maxGroup, maxGroupBytes),
			fix: "look whether the records that end a group are missing"}, false)
	}
	return true
}

// total keeps the control counts of a heading or a trailer until the file ends.
func (d *decoder) total(p *recordPlan, r *Read) {
	for _, f := range p.counts {
		switch {
		case p.parents:
		case len(d.totals) < maxGroup && d.totalBytes < maxGroupBytes:
			kept := r.row
			kept.raw = strings.Clone(kept.raw) // else a whole chunk of the file is kept
			d.totalBytes += len(kept.raw)
			d.totals = append(d.totals, total{f, kept, r.Line})
		default:
			d.find(r.Line, &fault{code: GroupTooLong, field: f, at: &r.row,
				what: fmt.Sprintf("more than %d records, or more than %d bytes, state counts of the whole file", maxGroup, maxGroupBytes),
				fix:  "read its parts one by one"}, true)
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
	l.plan, l.row, l.line, l.broken, l.undated, l.size, l.bytes = p, r.row, r.Line, broken, false, 0, 0
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
