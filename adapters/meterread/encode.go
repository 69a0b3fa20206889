package meterread

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Row is a line to be written: a new one, or one that was read with some of its fields set anew. It prints no values, since names and
// addresses stand in them.
type Row struct {
	plan   *recordPlan
	layout *Layout
	base   *row // as it was read
	set    map[string]string
}

// Format writes the type of the record, whatever the verb.
func (w Row) Format(s fmt.State, _ rune) {
	text := "[row]"
	if w.plan != nil {
		text = "[row " + w.plan.Type + "]"
	}
	writeText(s, text)
}

// NewRow is an empty line of the record of a type; "" is the first, or only, record of the layout. Fields that are not set are written as
// blanks, constants as they are.
func (l *Layout) NewRow(typ string) (*Row, error) {
	p, err := newWritePlan(l)
	if err != nil {
		return nil, err
	}
	if typ == "" && len(p.records) > 0 {
		typ = p.records[0].Type
	}
	rp := p.byType[typ]
	if rp == nil {
		return nil, &problem.Error{Code: ErrNoLayout, What: "the layout " + l.ID + " has no such type of record", Fix: "name one of its records"}
	}
	return &Row{plan: rp, layout: l, set: map[string]string{}}, nil
}

// newWritePlan is a plan for writing, which asks for formats only where a date is set.
func newWritePlan(l *Layout) (*plan, error) {
	if l.Kind == JSON || l.Kind == XML || l.Kind == JSONOrCSV || l.Kind == CSVRepeat || l.Kind == FixedRepeat {
		return nil, readOnly(l)
	}
	return newPlan(l)
}

func readOnly(l *Layout) *problem.Error {
	return &problem.Error{Code: ErrRow, What: "lines of the kind " + l.Kind + " are read and not made", Fix: "write one of columns or of cells"}
}

// Row is the line of the read, for writing it again. What is not set anew is written byte for byte as it stood, what the layout does not know
// too.
func (r *Read) Row() *Row {
	own, ok := r.own()
	if !ok {
		return &Row{set: map[string]string{}}
	}
	return &Row{plan: own.plan, base: &own, set: map[string]string{}}
}

// Set gives a field its text. A name that no field has, or a text that the field cannot hold without being cut, is an error; so is any
// other text than its own for a constant. A row that was read from a file whose heading lacks the field has no place for it, which is [ErrRow]:
// write rows anew, with all columns of the layout, where one is to be added.
func (w *Row) Set(field, text string) error {
	f := w.plan.fieldOf[field]
	switch {
	case f == nil:
		return noField(field)
	case !f.columns && f.cell < 0:
		return noColumn(field)
	}
	if _, e := f.write(text); e != nil {
		return e
	}
	w.set[field] = text
	return nil
}

func noColumn(field string) *problem.Error {
	return &problem.Error{Code: ErrRow, Path: field, What: "the heading of the file lacks the column", Fix: "write a file anew, which has all columns of the layout"}
}

// SetDate gives a field a day, in its format.
func (w *Row) SetDate(field string, d civil.Date) error {
	f := w.plan.fieldOf[field]
	if f == nil {
		return noField(field)
	}
	if f.format == nil || d.IsZero() {
		return &problem.Error{Code: ErrRow, Path: field, What: "the field has no format for a day, or there is no day", Fix: "give a field of the type date a day"}
	}
	text, ok := f.format.write(d)
	if !ok {
		return &problem.Error{Code: ErrRow, Path: field, What: "the format " + f.Format + " does not hold the day " + d.String(), Fix: "look at the format"}
	}
	return w.Set(field, text)
}

// SetName gives a field a name.
func (w *Row) SetName(field string, name private.Name) error {
	return w.Set(field, private.Reveal(name).Text())
}

// SetAddress gives a field an address, its lines parted by blanks.
func (w *Row) SetAddress(field string, address private.Address) error {
	return w.Set(field, strings.ReplaceAll(private.Reveal(address).Text(), "\n", " "))
}

// write gives the field its width: justified and padded, never cut.
func (f *fieldPlan) write(text string) (string, *problem.Error) {
	refuse := func(what, fix string) (string, *problem.Error) {
		return "", &problem.Error{Code: ErrRow, Path: f.Name, What: what, Fix: fix}
	}
	for _, b := range []byte(text) {
		if b < ' ' || b == 0x7f {
			return refuse("the text holds a control character", "take it out")
		}
	}
	switch f.Type {
	case "const":
		if text != f.Value {
			return refuse("the field is a constant", "leave it as it is")
		}
	case "int":
		if strings.Trim(text, "0123456789") != "" {
			return refuse("the field holds digits alone", "give it a whole number without a sign")
		}
	}
	if !f.columns {
		return text, nil
	}
	missing := f.Length - len(text)
	if missing < 0 {
		return refuse(fmt.Sprintf("the text has %d bytes and the field %d", len(text), f.Length), "shorten it; nothing is cut here")
	}
	if text == "" {
		return strings.Repeat(" ", missing), nil
	}
	pad := strings.Repeat(cmp.Or(f.Pad, " "), missing)
	if f.Justify == "right" {
		return pad + text, nil
	}
	return text + pad, nil
}

// Encode writes rows as a file of the layout, in their order. A layout whose first line is a heading of names gets it first, unless the
// first row was read from a file: that has its own, and new rows behind it take its columns, or are [ErrRow] where these lack one that is
// set. Rows that were read and not changed come out byte for byte; a byte order mark of the file
// is not theirs, and the last line of a file that had no end gets one where a row follows it. Of a line with several reads, write the row of the one that is its [Read.First].
func Encode(w io.Writer, layout *Layout, rows iter.Seq[*Row]) error {
	if layout.Kind == JSON || layout.Kind == XML {
		return readOnly(layout)
	}
	out := bufio.NewWriter(w)
	first := true
	end, lacks := "\r\n", false // of the line before
	var heading *recordPlan     // that of the file which rows are from
	for r := range rows {
		if first && r.base == nil && (layout.Kind == CSV || layout.Kind == CSVHeader || layout.Kind == Table) {
			names := make([]string, 0, len(r.plan.fields))
			for i := range r.plan.fields {
				names = append(names, cellText(r.plan.fields[i].Name, ','))
			}
			if _, err := out.WriteString(strings.Join(names, ",") + "\r\n"); err != nil {
				return err
			}
		}
		first = false
		if r.base != nil && r.plan.extra != nil {
			heading = r.plan
		}
		line, e := r.line(layout, heading)
		if e != nil {
			return e
		}
		if lacks {
			line = end + line
		}
		if _, err := out.WriteString(line); err != nil {
			return err
		}
		lacks = !strings.HasSuffix(line, "\n") && !strings.HasSuffix(line, "\r") && !r.plan.blocks
		if !lacks && !r.plan.blocks {
			end = lineEnd(line)
		}
	}
	return out.Flush()
}

// lineEnd is what ends a line that has an end.
func lineEnd(line string) string {
	for _, end := range []string{"\r\n", "\n"} {
		if strings.HasSuffix(line, end) {
			return end
		}
	}
	return "\r"
}

// line is the row with its end. A new one takes the columns of the heading, where there is one.
func (w *Row) line(l *Layout, heading *recordPlan) (string, *problem.Error) {
	if w.plan.document {
		return "", readOnly(l)
	}
	if w.base != nil && len(w.set) == 0 {
		return w.base.raw, nil
	}
	if l.Kind == CSVRepeat || l.Kind == FixedRepeat {
		return "", readOnly(l)
	}
	if !w.columns() {
		place := w.plan
		if w.base == nil && heading != nil {
			place = heading
		}
		return w.cellLine(l, place)
	}
	raw, end := "", "\r\n"
	if w.base != nil {
		raw, end = w.base.raw[:w.base.width], w.base.raw[w.base.width:]
	}
	width := max(w.plan.need, w.plan.Length)
	for i := range w.plan.fields {
		width = max(width, w.plan.fields[i].end)
	}
	line := []byte(raw)
	for len(line) < width {
		line = append(line, ' ')
	}
	for i := range w.plan.fields {
		f := &w.plan.fields[i]
		text, ok := w.set[f.Name]
		switch {
		case ok:
		case f.Type == "const" && w.base == nil:
			text = f.Value
		default:
			continue
		}
		padded, e := f.write(text)
		if e != nil {
			return "", e
		}
		copy(line[f.start:f.end], padded)
	}
	return string(line) + end, nil
}

func (w *Row) columns() bool { return len(w.plan.fields) > 0 && w.plan.fields[0].columns }

// cellLine is a row of cells with its end. Cells that are not set keep their quotes.
func (w *Row) cellLine(l *Layout, place *recordPlan) (string, *problem.Error) {
	delimiter := byte(',')
	if l.Delimiter != "" {
		delimiter = l.Delimiter[0]
	}
	end := "\r\n"
	var cells []string
	if w.base != nil {
		end = w.base.raw[w.base.width:]
		cells = w.base.written(l, delimiter)
	}
	if w.base == nil && place.extra != nil {
		cells = make([]string, place.need)
	}
	for i := range place.fields {
		f := &place.fields[i]
		text, ok := w.set[f.Name]
		if f.Type == "const" && w.base == nil && f.cell >= 0 {
			text, ok = f.Value, true
		}
		for f.cell >= len(cells) {
			cells = append(cells, "")
		}
		switch {
		case !ok:
			continue
		case f.cell < 0:
			return "", noColumn(f.Name)
		case !l.QuotedLine:
			text = cellText(text, delimiter)
		case strings.IndexByte(text, delimiter) >= 0:
			return "", &problem.Error{Code: ErrRow, Path: f.Name, What: "the text holds the delimiter, which this layout has no quotes for", Fix: "take it out"}
		}
		cells[f.cell] = text
	}
	line := strings.Join(cells, string(delimiter))
	if l.QuotedLine {
		line = `"` + line + `"`
	}
	return line + end, nil
}

// written are the cells of a line as they stand, in their quotes.
func (r *row) written(l *Layout, delimiter byte) []string {
	text := r.raw[:r.width]
	if l.QuotedLine {
		return strings.Split(text[1:len(text)-1], string(delimiter))
	}
	var cells []string
	for start := 0; start >= 0; {
		_, next, _ := quotedCell(text, start, delimiter) // the line was read before
		if next < 0 {
			cells = append(cells, text[start:])
		} else {
			cells = append(cells, text[start:next-1])
		}
		start = next
	}
	return cells
}

// cellText puts a cell in quotes where it needs them.
func cellText(text string, delimiter byte) string {
	if strings.IndexByte(text, delimiter) < 0 && !strings.ContainsAny(text, "\"\r\n") {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}
