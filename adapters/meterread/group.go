package meterread

import (
	"fmt"
	"slices"
	"strconv"
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
	row    row // where it has no place
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
	// Of a record that came by its lane: where it stands.
	place  place
	named  bool  // it, or what encloses it, says whose readings are in it
	stated []int // its counts; below zero where they do not stand plainly
}

// own is the record's own row.
func (l *level) own() row {
	if l.place.sheet != nil {
		return l.place.row()
	}
	return l.row
}

// has reports whether a record of that type stands in the group.
func (l *level) has(p *recordPlan) bool {
	return slices.ContainsFunc(l.kids, func(r row) bool { return r.plan == p })
}

// pending is a read that waits for its parent to end.
type pending struct {
	row   row // where it has no place
	line  int
	kids  []row
	place place // of a line that came by its lane
}

func (p *pending) own() row {
	if p.place.sheet != nil {
		return p.place.row()
	}
	return p.row
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

// enter takes a line that is in order into its group, and says whether it has a place there.
func (d *decoder) enter(r *Read) bool {
	p := r.row.plan
	d.popTo(p.parent)
	d.count(p)
	up := d.last()
	if p.parent != nil && (up == nil || up.broken) {
		d.open(&r.row, r.Line, true)
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
	d.open(&r.row, r.Line, false)
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

// open puts a record on the stack that came by the longer road.
func (d *decoder) open(r *row, line int, broken bool) {
	l := d.push(r.plan, line)
	l.row, l.broken, l.place.sheet = *r, broken, nil
}

// push puts a record on the stack, whose row is set by who calls it. The levels behind the last one are used again.
func (d *decoder) push(p *recordPlan, line int) *level {
	n := len(d.stack)
	if n == cap(d.stack) {
		d.stack = append(d.stack, &level{})
	} else if d.stack = d.stack[:n+1]; d.stack[n] == nil {
		d.stack[n] = &level{}
	}
	l := d.stack[n]
	if l.plan != p {
		l.plan = p
	}
	l.line, l.broken, l.undated, l.size, l.bytes, l.named = line, false, false, 0, 0, false
	if l.counting = len(p.counts) > 0; l.counting {
		if l.counts == nil {
			l.counts, l.stated = make([]int, len(d.counts)), make([]int, d.plan.mostCounts())
		}
		clear(l.counts)
	}
	return l
}

// last is the record that is open last; nil where none is.
func (d *decoder) last() *level {
	if n := len(d.stack); n > 0 {
		return d.stack[n-1]
	}
	return nil
}

// popTo ends records until one of that type is the last that is open; all of them where it is nil or none is open.
func (d *decoder) popTo(p *recordPlan) {
	for len(d.stack) > 0 && d.stack[len(d.stack)-1].plan != p {
		last := len(d.stack) - 1
		l := d.stack[last]
		d.flush(l, last)
		d.tieGroup(l)
		d.stack = d.stack[:last]
		if len(l.kids) > 0 {
			clear(l.kids)
			l.kids = l.kids[:0]
		}
	}
}

// flush gives the reads that wait at a level.
func (d *decoder) flush(l *level, depth int) {
	if l.plan.emits && l.plan.parent == nil && !l.broken {
		d.emit(&pending{row: l.own(), line: l.line, kids: l.kids}, nil, 0)
	}
	for i := range l.reads {
		p := &l.reads[i]
		switch {
		case l.undated:
			own := p.own()
			d.find(p.line, &fault{code: BadDate, at: &own, what: "a record that dates this reading was refused", fix: "correct that record, and read the file again"}, false)
		case len(l.kids) == 0 && d.quick(p, depth):
		default:
			d.emit(p, l.kids, depth+1)
		}
		if p.place.sheet == nil {
			*p = pending{}
		}
	}
	const few = 16
	if len(l.reads) > few {
		clear(l.reads) // else many chunks of the file are kept
	}
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
		more = append(more, l.own())
	}
	r := &d.scratch
	*r = Read{Line: p.line, content: d.hold(p.own(), more)}
	f := d.repeated(&r.row) // a line of the same group may have been given since
	if f == nil {
		f = d.evaluate(r)
	}
	if f != nil {
		// The line itself was in order: what is wrong may stand on another one.
		d.find(p.line, f, false)
		return
	}
	if depth > 0 && d.stack[depth-1].plan.datedLater && r.Status != NoReading {
		switch {
		case slices.ContainsFunc(siblings, func(s row) bool { return s.plan.dated }):
			if !d.with && d.without > 0 {
				d.find(d.without, &fault{code: BadDate, what: "the record that dates the readings of other groups is not in this one, nor in those up to line " + strconv.Itoa(p.line),
					fix: "look whether it is lost: the readings have the day of what encloses them, or none"}, true)
			}
			d.with = true
		case d.ending:
			r.Unended = d.without == 0
		case d.with:
			own := p.own()
			d.find(p.line, &fault{code: BadDate, at: &own, what: "the record that dates the readings of other groups is not in this one",
				fix: "look whether it is lost: the reading has the day of what encloses it, or none"}, true)
		default:
			if d.without == 0 {
				d.without = p.line
			}
		}
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
	for i, f := range l.plan.counts {
		if n := l.stated[i]; l.place.sheet == nil || n != 0 && n != l.counts[f.counted] {
			own := l.own()
			d.compare(f, &own, l.line, l.counts[f.counted])
		}
	}
}

// tie compares the control counts of the file.
func (d *decoder) tie() {
	for i := range d.totals {
		t := &d.totals[i]
		d.compare(t.field, &t.row, t.line, d.counts[t.field.counted])
	}
}

// plainCount is a count that stands as whole digits in its columns; below zero where it does not.
func (f *fieldPlan) plainCount(raw string) (n int) {
	bytes := f.word.of(raw)
	if bytes == f.count {
		return f.countN
	}
	if f.Decimals != 0 || f.null != "" || f.pad != ' ' && !(f.pad == '0' && f.right) {
		return -1
	}
	for _, b := range []byte(raw[f.start:f.end]) {
		digit := b - '0'
		if digit > 9 {
			return -1
		}
		n = n*10 + int(digit)
	}
	f.count, f.countN = bytes, n
	return n
}

// mostCounts is how many control counts a record has at most.
func (p *plan) mostCounts() (most int) {
	for _, rp := range p.records {
		most = max(most, len(rp.counts))
	}
	return most
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
