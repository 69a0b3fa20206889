package meterread

// sheet is a chunk of the file as lines of one record: what the reads of these lines share.
type sheet struct {
	plan *recordPlan
	text string
	up   *sheet // of the lines that enclose them
}

// mostUp is how many lines enclose one that has a place, at most.
const mostUp = 2

// place is where a line stands on its sheet. A read of columns that is in order in every way holds the place of its line, and takes no
// memory of its own for it.
type place struct {
	sheet    *sheet
	at, size int32 // of the line with its end, in the text
	ups      ups
}

// ups is where the lines that enclose one begin on their sheets, counted from 1, in 32 bits each, the nearest lowest; 0 where there is none.
type ups uint64

func upAt(at int32) ups { return ups(at) + 1 }

// at is where the nearest line begins, and what is left behind it; below zero where there is none.
func (u ups) at() (int, ups) { return int(u&(1<<32-1)) - 1, u >> 32 }

// row is the line as it stands. Only lines of the least width of their record have a place.
func (p *place) row() row { return row{plan: p.sheet.plan, raw: p.raw(), width: p.sheet.plan.need} }

func (p *place) raw() string { return p.sheet.text[p.at : p.at+p.size] }

// here is the place of a line of a record that was cut last.
func (d *decoder) here(rp *recordPlan, size int) place {
	return place{sheet: &d.sheets[rp.place], at: int32(d.lines.at - size), size: int32(size)}
}

// turn makes the sheets of the chunk that lines are cut from.
func (d *decoder) turn() {
	d.sheetsOf, d.sheets = d.lines.chunks, make([]sheet, len(d.plan.records))
	for i, rp := range d.plan.records {
		d.sheets[i] = sheet{plan: rp, text: d.lines.chunk}
		if rp.parent != nil {
			d.sheets[i].up = &d.sheets[rp.parent.place]
		}
	}
}

// walk goes over the read's own row and those that it takes roles from, nearest first: for w := r.walk(); w.next(); { … w.row … }
type walk struct {
	read *Read
	row  row
	seen int
	up   *sheet
	ups  ups
}

func (r *Read) walk() walk { return walk{read: r, up: r.place.sheet, ups: r.place.ups} }

func (w *walk) next() bool {
	i := w.seen
	w.seen++
	switch c := w.read.content; {
	case c != nil && i == 0:
		w.row = c.row
	case c != nil && i <= len(c.more):
		w.row = c.more[i-1]
	case c != nil || w.up == nil:
		return false
	case i == 0:
		w.row = w.read.place.row()
	default:
		at, others := w.ups.at()
		if w.up, w.ups = w.up.up, others; w.up == nil || at < 0 {
			return false
		}
		w.row = row{plan: w.up.plan, raw: w.up.text[at : at+w.up.plan.need], width: w.up.plan.need}
	}
	return w.row.plan != nil
}

// own is the read's own row. It says false of a read of nothing.
func (r *Read) own() (row, bool) {
	switch {
	case r.content != nil:
		return r.row, true
	case r.place.sheet != nil:
		return r.place.row(), true
	}
	return row{}, false
}
