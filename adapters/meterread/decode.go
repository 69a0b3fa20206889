package meterread

import (
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Options are what a file does not say of itself.
type Options struct {
	File string // its name, for findings
	// CycleClose is the last day that a read of the file can be of: it gives the year to a date of month and day alone, which is blank
	// without it.
	CycleClose civil.Date
}

// Decode reads a file of the layout, once, as a stream: memory stays flat at any size, but for the values of fields that must be unique.
// Each line is an [Item] with a read, or one with a finding; a read that is flagged has a finding before it that is [Finding.Kept]. Reads
// of enclosed records come when their parent ends. The last item of a file that was read to its end is its summary.
//
// An error ends the stream: the layout leaves open what must be known ([ErrUnstated]), the file is in UTF-16 ([ErrEncoding]), its heading
// is that of another layout ([ErrOtherLayout]), its JSON or XML cannot be understood from there on ([ErrDocument]), or the source failed
// ([ErrInput]). Items before it hold.
func Decode(layout *Layout, r io.Reader, options Options) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		p, err := newPlan(layout)
		if err != nil {
			yield(Item{}, err)
			return
		}
		d := &decoder{plan: p, options: options, lines: newLines(r), yield: yield, delimiter: ','}
		if layout.Delimiter != "" {
			d.delimiter = layout.Delimiter[0]
		}
		if e := d.lines.begin(); e != nil {
			e.Pos.File = options.File
			yield(Item{}, e)
			return
		}
		err = d.run()
		if err == nil && !d.stopped {
			if cause := d.lines.failed(); cause != nil {
				err = &problem.Error{Code: ErrInput, Pos: d.pos(d.lines.line+1, 0), What: "the source failed: " + cause.Error(), Fix: "read the file again", Err: cause}
			}
		}
		switch {
		case d.stopped:
		case err != nil:
			yield(Item{}, err)
		default:
			yield(Item{Summary: &d.sum}, nil)
		}
	}
}

// A decoder reads one file.
type decoder struct {
	plan      *plan
	options   Options
	lines     *lines
	yield     func(Item, error) bool
	stopped   bool // the caller wants no more
	delimiter byte
	sum       Summary
	fits      int  // lines that are of the layout though they were refused
	item      Item // of the line that is read
	seen      map[string]bool
	// cumulative says that the values of interval readings are those of a register.
	cumulative bool
	stack      []*level
	spare      []*level
	totals     []total
	counts     []int // of the records of each type
	cells      cellBuffer
	rowsFree   []row
	contents   []content
	scratch    Read // of the read that is made
	long       bool // take the longer road for every line; only a test does
}

func (d *decoder) run() error {
	l := d.plan.layout
	switch l.Kind {
	case JSON:
		return d.json()
	case XML:
		return d.xml()
	case JSONOrCSV:
		if head := strings.TrimLeft(d.lines.left(), " \t\r\n"); strings.HasPrefix(head, "[") || strings.HasPrefix(head, "{") {
			return d.json()
		}
		return d.rows()
	case Fixed, Multirecord, FixedRepeat:
		d.columns()
		return nil
	}
	return d.rows()
}

func (d *decoder) pos(line, col int) problem.Pos {
	return problem.Pos{File: d.options.File, Line: line, Col: col}
}

func (d *decoder) give(item Item) bool {
	if !d.stopped && !d.yield(item, nil) {
		d.stopped = true
	}
	return !d.stopped
}

// read gives a read and counts it.
func (d *decoder) read(r *Read) bool {
	if r.First {
		d.sum.Records++
	}
	switch r.Status {
	case Reading:
		d.sum.Reads++
	case NoRead:
		d.sum.NoReads++
	case Skipped:
		d.sum.Skipped++
	}
	if d.stopped {
		return false
	}
	if r.Mismatch {
		f := &fault{code: ScaleMismatch, field: r.row.plan.slots[slotReading], at: &r.row, what: "raw reading times scalar is not the scaled reading",
			fix: "find out which of the three is wrong before the reading is billed"}
		if !d.find(r.Line, f, true) {
			return false
		}
	}
	// A line with groups is used when one of these is given, and a read that waits for its parent when that ends.
	rp := r.row.plan
	if waits := r.First && rp.emits && (rp.group != nil || d.plan.layout.Kind == Multirecord); !waits {
		d.use(&r.row)
	}
	d.item.Read = *r
	if !d.yield(d.item, nil) {
		d.stopped = true
	}
	return !d.stopped
}

// find gives a finding.
func (d *decoder) find(line int, f *fault, kept bool) bool {
	d.sum.Findings++
	if !kept {
		d.sum.Refused++
		if !misfits[f.code] {
			d.fits++
		}
	}
	finding := &Finding{Code: f.code, What: f.what, Fix: f.fix, Kept: kept, Pos: d.pos(line, 0)}
	if f.at != nil {
		finding.raw = rawOf(f.at.raw)
	}
	if f.field != nil {
		finding.Field = f.field.Name
		if f.at != nil {
			if col := f.field.column(f.at, d.textDelimiter()); col > 0 {
				finding.Pos.Col = col + f.shift
			}
		}
	}
	return d.give(Item{Finding: finding})
}

// textDelimiter is 0 where rows are no text with delimiters.
func (d *decoder) textDelimiter() byte {
	switch {
	case d.plan.layout.Kind == JSON || d.plan.layout.Kind == XML || d.cells.document || d.plan.layout.QuotedLine:
		return 0
	}
	return d.delimiter
}

// misfits are the faults that a line of another layout has.
var misfits = map[problem.Code]bool{LineTooShort: true, LineTooLong: true, BadConst: true, BadRecord: true, NoParent: true, BadQuote: true, NotSupported: true}

// other tells, at the end of a file, that nothing in it fits the layout. One line that is refused says it for itself.
func (d *decoder) other(matched bool) {
	lines := d.sum.Lines - d.sum.Blank
	if matched || d.stopped || lines == 0 || d.sum.Refused == 1 && lines == 1 || d.fits > 0 {
		return
	}
	l := d.plan.layout
	d.find(0, &fault{code: OtherLayout, what: fmt.Sprintf("none of the %d lines is of the layout %s (%s)", lines, l.ID, l.Title),
		fix: "look whether the file is what it is said to be, and choose its layout"}, false)
}

// blank gives a line with nothing on it.
func (d *decoder) blank(raw string) bool {
	d.sum.Blank++
	return d.read(&Read{Line: d.lines.line, First: true, content: d.hold(row{plan: d.plan.unknown, raw: raw, width: body(raw)}, nil)})
}

// columns reads the lines of a layout of columns.
func (d *decoder) columns() {
	l := d.plan.layout
	d.counts = make([]int, len(d.plan.records))
	for i := range l.Records {
		for _, end := range l.Records[i].LineEndings {
			if width, ok := blockWidth(end); ok && d.lines.block == 0 {
				d.lines.cutBlocks(width)
			}
		}
	}
	for _, rp := range append(d.plan.records, d.plan.unknown) {
		rp.blocks = d.lines.block > 0
	}
	single := len(d.plan.records) == 1 && l.Kind == Fixed
	good := 0
	if l.Heading != "" {
		d.heading(func(raw string) bool { return raw == l.Heading })
	}
	var flat *flat
	if !d.long {
		flat = d.newFlat()
	}
	r := &Read{}
	for !d.stopped {
		raw, long, ok := d.lines.next()
		if !ok {
			break
		}
		d.sum.Lines++
		if flat != nil && d.lines.plain && !long {
			var item Item
			if flat.read(d, raw, &item.Read) {
				good++
				d.sum.Records++
				d.sum.Reads++
				d.stopped = !d.yield(item, nil)
				continue
			}
		}
		*r = Read{Line: d.lines.line, First: true, content: d.hold(row{raw: raw, width: body(raw)}, nil)}
		if long {
			d.broken(nil)
			d.find(r.Line, &fault{code: LineTooLong, what: fmt.Sprintf("the line is longer than %d bytes", MaxLine), fix: "look whether the file has line ends"}, false)
			continue
		}
		if isBlank(raw[:r.row.width]) {
			d.blank(raw)
			continue
		}
		plan := d.plan.match(raw[:r.row.width])
		if plan == nil {
			d.unknownLine(r)
			continue
		}
		r.row.plan = plan
		fault := d.checkLine(&r.row)
		if fault == nil {
			fault = d.checkRow(&r.row)
		}
		if single && fault == nil && plan.emits {
			fault = d.evaluate(r)
		}
		switch {
		case fault != nil:
			if l.Kind == Multirecord {
				d.count(plan)
				d.broken(plan)
			}
			d.find(r.Line, fault, false)
			continue
		case l.Kind == Multirecord:
			if d.push(r) {
				good++
			}
		case l.Kind == FixedRepeat:
			if d.groups(r) {
				good++
			}
		default:
			good++
			d.read(r)
		}
	}
	d.popTo(nil)
	d.tie()
	d.other(good > 0)
}

func isBlank(text string) bool {
	return text == "" || (text[0] == ' ' && strings.Trim(text, " \t") == "")
}

// heading reads the literal first line.
func (d *decoder) heading(is func(string) bool) {
	raw, _, ok := d.lines.next()
	if !ok {
		return
	}
	d.sum.Lines++
	head := row{plan: d.plan.unknown, raw: raw, width: body(raw)}
	if !is(raw[:head.width]) {
		d.find(d.lines.line, &fault{code: OtherLayout, at: &head, what: "the first line is not the heading of the layout", fix: "look whether the file is of this layout, and whole"}, false)
		return
	}
	d.read(&Read{Line: d.lines.line, First: true, content: d.hold(head, nil)})
}

// checkLine looks at the width of a line and at its bytes.
func (d *decoder) checkLine(r *row) *fault {
	p := r.plan
	if r.width < p.need {
		return &fault{code: LineTooShort, at: r, what: fmt.Sprintf("the line has %d columns, and the layout needs %d", r.width, p.need), fix: "look whether the line is torn, and have it sent again"}
	}
	if p.most > 0 && r.width > p.most && strings.Trim(r.raw[p.most:r.width], " \t\x1a") != "" {
		return &fault{code: LineTooLong, at: r, what: fmt.Sprintf("something stands behind column %d, where the line ends by the layout", p.most), fix: "look whether the file is of this layout"}
	}
	if !d.lines.plain {
		return d.checkBytes(r)
	}
	return nil
}

// checkBytes looks for bytes that are not ASCII. Letters of several bytes shift the columns behind them; letters of one byte, as old code
// pages have them, may stand in a name, and not in what a read is made of.
func (d *decoder) checkBytes(r *row) *fault {
	text := r.raw[:r.width]
	if strings.IndexByte(text, 0) >= 0 {
		return &fault{code: BadEncoding, at: r, what: "the line holds zero bytes", fix: "export the file again as plain text"}
	}
	first := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
	if first < 0 {
		return nil
	}
	if utf8.ValidString(text) {
		return &fault{code: BadEncoding, at: r, what: "the line holds letters of several bytes, which shift its columns", fix: "export the file again with one byte for each letter"}
	}
	for i := range r.plan.fields {
		f := &r.plan.fields[i]
		if f.Role == "" || f.Personal() {
			continue
		}
		for _, b := range []byte(f.raw(r)) {
			if b >= utf8.RuneSelf {
				return &fault{code: BadEncoding, field: f, at: r, what: "the field holds a byte that is no ASCII", fix: "correct the line at its source"}
			}
		}
	}
	return nil
}
