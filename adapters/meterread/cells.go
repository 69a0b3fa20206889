package meterread

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/problem"
)

// cellBuffer cuts lines into cells. The lists of many lines share one allocation.
type cellBuffer struct {
	free     []string
	document bool // cells are values of a document, and have no columns
}

// take is a list of n cells that nobody else has.
func (b *cellBuffer) take(n int) []string {
	const block = 1024
	if len(b.free) < n {
		b.free = make([]string, max(n, block))
	}
	cells := b.free[:n:n]
	b.free = b.free[n:]
	return cells
}

// split cuts a line at the delimiter. A cell may stand in double quotes, with quotes in it doubled; it ends on its line. at is where a
// quote is wrong, from 0; -1 where none is.
func (b *cellBuffer) split(text string, delimiter byte) (cells []string, at int) {
	cells = b.take(strings.Count(text, string(delimiter)) + 1)
	if strings.IndexByte(text, '"') < 0 {
		n := 0
		for {
			i := strings.IndexByte(text, delimiter)
			if i < 0 {
				cells[n] = text
				return cells, -1
			}
			cells[n], text = text[:i], text[i+1:]
			n++
		}
	}
	n := 0
	for start := 0; ; n++ {
		cell, next, bad := quotedCell(text, start, delimiter)
		if bad >= 0 {
			return nil, bad
		}
		cells[n] = cell
		if next < 0 {
			return cells[:n+1], -1
		}
		start = next
	}
}

// quotedCell reads the cell that begins at start, and gives where the next one does: -1 after the last.
func quotedCell(text string, start int, delimiter byte) (cell string, next, bad int) {
	if start >= len(text) || text[start] != '"' {
		i := strings.IndexByte(text[start:], delimiter)
		if i < 0 {
			i, next = len(text)-start, -1
		} else {
			next = start + i + 1
		}
		cell = text[start : start+i]
		if q := strings.IndexByte(cell, '"'); q >= 0 {
			return "", 0, start + q
		}
		return cell, next, -1
	}
	doubled := false
	for i := start + 1; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		cell = text[start+1 : i]
		if doubled {
			cell = strings.ReplaceAll(cell, `""`, `"`)
		}
		switch {
		case i+1 == len(text):
			return cell, -1, -1
		case text[i+1] == delimiter:
			return cell, i + 2, -1
		}
		return "", 0, i + 1
	}
	return "", 0, start
}

// cellColumn is where a cell begins on its line, from 1.
func cellColumn(text string, cell int, delimiter byte) int {
	start := 0
	for range cell {
		_, next, bad := quotedCell(text, start, delimiter)
		if bad >= 0 || next < 0 {
			return 0
		}
		start = next
	}
	return start + 1
}

// cellColumns is cellColumn of n cells at once: 0 for those that the line does not have.
func cellColumns(text string, n int, delimiter byte) []int {
	columns := make([]int, n)
	for i, start := 0, 0; i < n; i++ {
		columns[i] = start + 1
		_, next, bad := quotedCell(text, start, delimiter)
		if bad >= 0 || next < 0 {
			break
		}
		start = next
	}
	return columns
}

// rows reads lines of cells.
func (d *decoder) rows() error {
	l := d.plan.layout
	headed := l.Kind == CSVHeader || l.Kind == Table || l.Kind == JSONOrCSV
	may := l.Kind == CSV || l.Kind == Delimited
	if l.Heading != "" {
		d.heading(func(text string) bool { return text == l.Heading })
		may = false
	}
	good := 0
	r := &Read{}
	for !d.stopped {
		raw, long, ok := d.lines.next()
		if !ok {
			break
		}
		d.sum.Lines++
		*r = Read{Line: d.lines.line, First: true, content: d.hold(row{plan: d.plan.unknown, raw: raw, width: body(raw)}, nil)}
		text := raw[:r.row.width]
		if long {
			d.find(r.Line, &fault{code: LineTooLong, what: fmt.Sprintf("the line is longer than %d bytes", MaxLine), fix: "look whether the file has line ends"}, false)
			continue
		}
		if isBlank(text) {
			d.blank(raw)
			continue
		}
		if fault := d.cutRow(r, text); fault != nil {
			if headed {
				return d.noHeading(r.Line, "the heading cannot be read: "+fault.what)
			}
			d.find(r.Line, fault, false)
			continue
		}
		if headed || may {
			is, err := d.headingRow(r, headed)
			if err != nil {
				return err
			}
			headed, may = false, false
			if is {
				good++
				d.read(r)
				continue
			}
		}
		if d.cellRow(r) {
			good++
		}
	}
	d.other(good > 0)
	return nil
}

// unseen reports whether a rune shows nothing, and makes another text of a number that holds it: a byte order mark, a space of no width, a
// control character. Soft hyphens and joiners may stand in a name.
func unseen(r rune) bool {
	switch r {
	case '\u00ad', '\u200c', '\u200d', '\t', '\r':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf)
}

// cutRow makes the cells of a line.
func (d *decoder) cutRow(r *Read, text string) *fault {
	if !d.lines.plain {
		if !utf8.ValidString(text) {
			return &fault{code: BadEncoding, at: &r.row, what: "the line holds bytes that are no UTF-8", fix: "export the file again as UTF-8"}
		}
		if f := controlByte(text, true); f != nil {
			f.at = &r.row
			return f
		}
		if strings.ContainsFunc(text, unseen) {
			return &fault{code: BadEncoding, at: &r.row, what: "the line holds a character that nobody sees, such as the mark that begins a file",
				fix: "take it out: a file that was put together of several has one at the beginning of each"}
		}
	}
	if d.plan.layout.QuotedLine {
		if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
			return &fault{code: BadQuote, at: &r.row, what: "the line does not stand in a pair of quotes", fix: "look whether the line is torn"}
		}
		r.row.cells = d.cells.take(strings.Count(text, string(d.delimiter)) + 1)
		copy(r.row.cells, strings.Split(text[1:len(text)-1], string(d.delimiter)))
		return nil
	}
	cells, bad := d.cells.split(text, d.delimiter)
	if bad >= 0 {
		return &fault{code: BadQuote, at: &r.row, what: fmt.Sprintf("a quote in column %d is not closed on its line, or stands inside a cell", bad+1), fix: "look whether the line is torn"}
	}
	r.row.cells = cells
	return nil
}

func (d *decoder) noHeading(line int, what string) error {
	l := d.plan.layout
	return &problem.Error{Code: ErrOtherLayout, Pos: d.pos(line, 0), What: what + ": the file is not of the layout " + l.ID + " (" + l.Title + ")",
		Fix: "look whether the file is what it is said to be, and choose its layout"}
}

// headingRow reads the first row where it is a heading. By name, it finds the place of each field; otherwise it is a heading only where it
// holds the fields' names in their order.
func (d *decoder) headingRow(r *Read, byName bool) (bool, error) {
	rp := d.plan.records[0]
	known := 0
	place := map[string]int{}
	for i, cell := range r.row.cells {
		name := strings.TrimSpace(cell)
		if _, twice := place[name]; twice && rp.fieldOf[name] != nil {
			return false, d.noHeading(r.Line, fmt.Sprintf("the heading has one of the layout's columns twice, in cell %d", i+1))
		}
		if rp.fieldOf[name] != nil {
			known++
		}
		place[strings.Clone(name)] = i
	}
	if !byName {
		same := len(r.row.cells) >= len(rp.fields)
		for i := range rp.fields {
			f := &rp.fields[i]
			same = same && f.cell < len(r.row.cells) && strings.TrimSpace(r.row.cells[f.cell]) == f.Name
		}
		if !same && known > 1 && 2*known >= len(rp.fields) {
			return false, d.noHeading(r.Line, "the heading has the layout's columns in another order, or others")
		}
		return same, nil
	}
	return true, d.placeFields(r, rp, place)
}

// placeFields gives each field the column that bears its name.
func (d *decoder) placeFields(r *Read, rp *recordPlan, place map[string]int) error {
	var missing []string
	for i := range rp.fields {
		f := &rp.fields[i]
		at, ok := place[f.Name]
		f.cell = at
		if !ok {
			f.cell = -1
			missing = append(missing, f.Name)
		}
		delete(place, f.Name)
	}
	if rp.lacks() {
		return d.noHeading(r.Line, "the heading lacks the columns "+strings.Join(missing, ", "))
	}
	rp.extra, rp.need, rp.most = place, len(r.row.cells), len(r.row.cells)
	if len(missing) > 0 {
		d.find(r.Line, &fault{code: MissingColumn, at: &r.row, what: "the heading lacks the columns " + strings.Join(missing, ", "), fix: "look whether the export was made in full"}, true)
	}
	return nil
}

// lacks reports whether the file has no column that a read could be made of: none for the number or none for whose it is, or not one that
// is required.
func (rp *recordPlan) lacks() bool {
	for _, f := range rp.required {
		if f.cell < 0 {
			return true
		}
	}
	wants := func(slots ...slot) bool {
		wanted, had := false, false
		for _, s := range slots {
			for f := rp.slots[s]; f != nil; f = f.next {
				wanted, had = true, had || f.cell >= 0
			}
		}
		return wanted && !had
	}
	return wants(slotReading, slotInterval, slotRaw) || wants(identities[:]...) || !slices.ContainsFunc(rp.fields, func(f fieldPlan) bool { return f.cell >= 0 })
}

// cellRow reads a line of cells, and says whether it is of the layout.
func (d *decoder) cellRow(r *Read) bool {
	rp := d.plan.matchCells(r.row.cells)
	if rp == nil {
		// Only a word can be a type; anything else may be of a person.
		typ := strings.TrimSpace(r.row.cells[min(len(r.row.cells), d.plan.records[0].Match.Index)-1])
		const longest = 16
		if typ == "" || len(typ) > longest || strings.Trim(typ, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
			d.find(r.Line, &fault{code: BadRecord, at: &r.row, what: "the line does not begin with the type of a record", fix: "look whether the line is torn, or the file of another layout"}, false)
			return false
		}
		d.unknown(r, typ)
		return false
	}
	r.row.plan = rp
	have := len(r.row.cells)
	var bad *fault
	switch {
	case rp.group != nil: // a record may end after its heading
		return d.groups(r)
	case have < rp.need:
		bad = &fault{code: LineTooShort, at: &r.row, what: fmt.Sprintf("the line has %d cells, and the layout needs %d", have, rp.need), fix: "look whether the line is torn, and have it sent again"}
	case rp.most > 0 && have > rp.most && strings.Join(r.row.cells[rp.most:], "") != "":
		bad = &fault{code: LineTooLong, at: &r.row, what: fmt.Sprintf("the line has %d cells, and %d are known", have, rp.most), fix: "look whether a cell with the delimiter in it lacks its quotes"}
	case rp.most == 0 && have > rp.need && d.joinedCells(&r.row):
		bad = joinedLines(&r.row, rp)
	}
	if bad == nil {
		bad = d.checkRow(&r.row)
	}
	if bad == nil && rp.emits {
		bad = d.evaluate(r)
	}
	if bad != nil {
		d.find(r.Line, bad, false)
		return false
	}
	d.read(r)
	return true
}
