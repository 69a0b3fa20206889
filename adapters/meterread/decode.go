package meterread

import (
	"fmt"
	"io"
	"iter"
	"strings"

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
// The text of a [strings.Reader] is read where it stands in memory, and not copied: that is the fastest way, and reads that are kept keep the
// whole text.
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
	ending    bool // the file has ended: the groups that are open end with it
	with      bool // a group has come with the record that can date its reads
	without   int  // the first line of one without it before; 0 where there is none
	delimiter byte
	sum       Summary
	fits      int  // lines that are of the layout though they were refused
	item      Item // of the line that is read
	seen      map[string]bool
	// cumulative says that the values of interval readings are those of a register.
	cumulative bool
	stack      []*level
	totals     []total
	totalBytes int
	counts     []int // of the records of each type
	cells      cellBuffer
	rowsFree   []row
	contents   []content
	scratch    Read // of the read that is made
	sheets     []sheet
	sheetsOf   int   // the chunk whose they are, counted from 1
	lanes      lanes // of a layout with groups
	adrift     bool  // where the next block begins is not known
	long       bool  // take the longer road for every line; only a test does
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
		d.lines.quotes = d.delimiter
		return d.rows()
	case Fixed, Multirecord, FixedRepeat:
		d.columns()
		return nil
	}
	d.lines.quotes = d.delimiter
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
