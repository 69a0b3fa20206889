package meterread

import (
	"slices"
	"strings"
)

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
	d.open(&row{plan: p}, d.lines.line, true)
}

// unknownLine keeps a line whose type the layout does not have, where its type can be read; one that is torn is refused.
func (d *decoder) unknownLine(r *Read) {
	r.row.plan = d.plan.unknown
	text := r.row.raw[:r.row.width]
	typ, torn := d.typeOf(text)
	switch {
	case torn:
		d.undateNear(text)
		d.broken(nil)
		d.find(r.Line, &fault{code: BadRecord, at: &r.row, what: "the line does not begin with the type of a record", fix: "look whether the line is torn, or the file of another layout"}, false)
		return
	case !slices.Contains(d.plan.layout.Others, typ):
		d.undateNear(text)
		d.popTo(nil)
	case slices.Contains(d.plan.layout.Closing, typ):
		d.popTo(nil)
	}
	d.unknown(r, typ)
}

// unknown gives a line of a type that the layout does not table, and counts it.
func (d *decoder) unknown(r *Read, typ string) {
	key := "other"
	if i := slices.Index(d.plan.layout.Others, typ); i >= 0 {
		key = d.plan.layout.Others[i]
	} else {
		d.find(r.Line, &fault{code: UnknownRecord, at: &r.row, what: "the layout does not know the type of the record",
			fix: "look whether the type is damaged; where the vendor has it, name it in the layout's other_records"}, true)
	}
	if d.sum.Unknown == nil {
		d.sum.Unknown = map[string]int{}
	}
	d.sum.Unknown[key]++
	d.read(r)
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

// undate marks that a record was refused which dates the reads of its group.
func (d *decoder) undate(p *recordPlan) {
	if !p.dated || p.emits {
		return
	}
	for _, l := range d.stack {
		if l.plan == p.parent {
			l.undated = true
		}
	}
}

// undateNear is undate for a line whose type is not known: it may be a record that dates a group and has not come yet, where one byte of
// the type is another one, or the type is torn.
func (d *decoder) undateNear(text string) {
	for _, l := range d.stack {
		for _, p := range d.plan.records {
			if p.parent == l.plan && p.near(text) && !l.has(p) {
				d.undate(p)
			}
		}
	}
}

// near reports whether a line may be of the record but for one byte of its type.
func (rp *recordPlan) near(text string) bool {
	m := &rp.Match
	inner := text[min(len(text), max(m.Start-1, 0)):]
	if len(inner) < len(m.Value) {
		return strings.HasPrefix(m.Value, inner)
	}
	other := 0
	for i := range m.Value {
		if inner[i] != m.Value[i] {
			other++
		}
	}
	return other <= 1
}

// joined looks for a second record on a line of columns; see [JoinedLines].
func (d *decoder) joined(r *row) *recordPlan {
	p := r.plan
	if p.need == p.most && r.width <= p.most {
		return nil
	}
	if _, value := p.mark(); value == "" {
		return nil
	}
	text := r.raw[:r.width]
	for _, rp := range d.plan.records {
		start, value := rp.mark()
		for at := start + 1; value != ""; at++ { // a first record that is torn may be shorter than its columns
			i := strings.Index(text[min(at, len(text)):], value)
			if i < 0 {
				break
			}
			at += i
			begin := at - start
			if (begin >= p.need || start == 0 && !p.inText(begin)) && d.isRecord(&row{plan: rp, raw: text[begin:], width: len(text) - begin}) {
				return rp
			}
		}
	}
	return nil
}

// joinedCells is joined for a line of cells that has more than the layout knows. The first cell of the second record stands in the last one of
// the first.
func (d *decoder) joinedCells(r *row) bool {
	p := r.plan
	if _, value := p.mark(); value == "" {
		return false
	}
	for at := p.need - 1; at+p.need <= len(r.cells); at++ {
		if d.isRecord(&row{plan: p, cells: r.cells[at:], width: p.need}) {
			return true
		}
	}
	return false
}

// mark is by which text a record is known, and where it stands, from 0: that of its match, or the longest of its constants, where that has
// three bytes at least.
func (rp *recordPlan) mark() (start int, value string) {
	if rp.Match.Value != "" {
		return rp.Match.Start - 1, rp.Match.Value
	}
	const least = 3
	for i := range rp.fields {
		if f := &rp.fields[i]; f.Type == "const" && len(f.Value) >= max(least, len(value)+1) {
			start, value = f.start, f.Value
		}
	}
	return start, value
}

func joinedLines(r *row, second *recordPlan) *fault {
	return &fault{code: JoinedLines, at: r, what: "a record of the type " + second.Type + " stands behind the first one on the line",
		fix: "look whether a line end is lost, and have the file sent again"}
}

// inText reports whether a column, from 0, stands in a field of text.
func (rp *recordPlan) inText(column int) bool {
	for i := range rp.fields {
		if f := &rp.fields[i]; f.Type == "text" && column >= f.start && column < f.end {
			return true
		}
	}
	return false
}

// isRecord reports whether a whole record stands in a row, and something in its fields.
func (d *decoder) isRecord(r *row) bool {
	if r.width < r.plan.need {
		return false
	}
	filled := false
	for i := range r.plan.fields {
		f := &r.plan.fields[i]
		text := f.text(r)
		switch {
		case f.Type == "const" && text != f.Value:
			return false
		case f.Type == "const" || f.Type == "filler" || text == "":
			continue
		case f.Type == "int" || f.Type == "decimal":
			if _, e := parseNumber(text, f); e.what != "" && !noDigits(text) {
				return false
			}
		case f.format != nil:
			if _, ok := d.stamp(text, f); !ok {
				return false
			}
		}
		filled = true
	}
	return filled
}

// refuseLine marks that a line of a record was refused. Where it is longer than the record, what else stood on it is not known: it may
// have been a record that ends the groups, or dates them.
func (d *decoder) refuseLine(p, second *recordPlan, long bool) {
	d.count(p)
	if second != nil {
		d.count(second)
		d.undate(second)
	}
	if long {
		d.undate(p)
		d.popTo(nil)
		return
	}
	d.broken(p)
}
