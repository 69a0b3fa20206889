package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// row is a read as it is printed, and what measuring needs of it.
type row struct {
	file   *delivery
	line   int // 0 where nothing came
	status meterread.Status
	account, meter, register, at, reading, unit, code,
	interval string
	stamp meterread.Stamp // what at is printed of

	version int64               // 0 where none is stated
	says    string              // what it says besides its number, see says
	got     *metering.Delivered // what is measured; nil where nothing is
	gone    bool                // another row stands for it

	// What the use of its register came to; pile is empty where the row was not measured.
	previous, use, useUnit, days, pile, exceptions string
}

// pos is where the row stands.
func (r *row) pos() problem.Pos { return problem.Pos{File: r.file.name, Line: r.line} }

// delivery is a file of reads.
type delivery struct {
	name       string
	layout     *meterread.Layout
	cycleClose civil.Date
	today      civil.Date // zero where nothing is compared with it
	zone       *time.Location
	stock      *stock // nil where nothing is measured
	each       func(*row) error
	tell       func(string)

	keep     bool // rows until the end: a later one may stand for an earlier one, or all are measured
	rows     []*row
	seen     *seen
	versions bool                  // the layout has them
	standing map[uint32][]standing // by the number of what was seen, where it has
	// differing has the lines of the values that came besides the first of their instant: few have one.
	differing map[value]uint32
	measured  []*metered
	refused   refused

	findings, repeated, replaced, intervals, reads int
	summary                                        meterread.Summary
}

// find tells of a line, and counts it.
func (d *delivery) find(e *problem.Error) {
	d.findings++
	d.tell(e.Error())
}

// read reads the file to its end. Where rows are not kept, each is given away at once.
func (d *delivery) read(r io.Reader) error {
	d.seen, d.standing, d.differing = newSeen(), map[uint32][]standing{}, map[value]uint32{}
	for f := range d.layout.Fields {
		d.versions = d.versions || f.Role == "version"
	}
	if d.keep = d.stock != nil || d.versions; d.stock != nil {
		d.stock.refused = append(d.stock.refused, &d.refused)
	}
	var next *row                        // of the line whose reads come next
	var bare []*row                      // of lines that gave none
	watch := func(item meterread.Item) { // the summary comes last
		if next != nil {
			bare, next = append(bare, next), nil
		}
		if d.stock != nil {
			d.refused.see(&item)
		}
		if item.Summary != nil {
			d.summary = *item.Summary
		} else if item.Finding == nil && item.Read.Status != meterread.NoReading {
			next = d.row(&item.Read)
		}
	}
	// A row without a read stands in the table all the same; nothing is measured of it.
	takeBare := func() error {
		for _, r := range bare {
			if d.keep {
				r.own()
			}
			if err := d.take(r); err != nil {
				return err
			}
		}
		bare = nil
		return nil
	}
	options := meterread.SourceOptions{Options: meterread.Options{File: d.name, CycleClose: d.cycleClose}, Watch: watch}
	for got, err := range meterread.Source(d.layout, meterread.Once(r), options).Reads() {
		if err != nil {
			return errors.Join(takeBare(), err)
		}
		if err := takeBare(); err != nil {
			return err
		}
		switch {
		case got.Finding != nil:
			if next != nil && d.stock != nil { // the line is in order, and what it says is not
				d.refused.take(next.line, next.meter)
			}
			if next == nil || got.Finding.Code != meterread.NoMeter {
				d.find(got.Finding)
			}
			continue // what is said of a read comes before it
		case next == nil:
			continue // a use in an interval has no row of its own where the line has a reading
		}
		d.look(&got)
		next.says = says(&got)
		if next.version = got.Version; d.keep {
			next.keep(got, d.stock != nil)
		}
		r := next
		next = nil
		if err := d.take(r); err != nil {
			return err
		}
	}
	if err := takeBare(); err != nil {
		return err
	}
	d.settle()
	if d.reads == 0 && d.findings == 0 {
		d.find(&problem.Error{Code: "NoReads", Pos: problem.Pos{File: d.name}, What: "the file gives no read", Fix: "look whether it is the file that was meant, whole, and of this layout"})
	}
	d.rows = slices.DeleteFunc(d.rows, func(r *row) bool { return r.gone })
	return nil
}

// look tells of a read that may be torn, or that is of a day on which nobody can have read it: neither is measured.
func (d *delivery) look(got *metering.Delivered) {
	if got.Unended {
		d.find(&problem.Error{Code: problem.Code(metering.Torn), Pos: got.Pos, What: "the file ends before all of the reading has come: a cell may be cut, or what dates it",
			Fix: "have the file sent again, or end the line where it is whole"})
	}
	last, what := d.today, "today"
	if !d.cycleClose.IsZero() {
		last, what = d.cycleClose, "the close of the cycle"
	}
	if day := d.dayOf(got); !last.IsZero() && day.After(last) {
		what = "it is dated " + day.String() + ", after " + what + ", " + last.String()
		d.find(&problem.Error{Code: meterread.BadDate, Pos: got.Pos, What: what, Fix: "find out when the meter was read, and correct the file"})
		if got.State == metering.Read && got.Doubt.Code == "" {
			got.Doubt = metering.Exception{Code: metering.BadDate, Words: what}
		}
	}
}

// dayOf is the day that a read is of, at the least: of an instant whose place nobody named it may be the day before, in UTC.
func (d *delivery) dayOf(got *metering.Delivered) civil.Date {
	switch {
	case got.At.IsZero():
		return got.Day
	case d.zone != nil:
		day, _ := civil.DateOf(got.At, d.zone) // without one it is after none
		return day
	}
	day, _ := civil.DateOf(got.At, time.UTC)
	before, _ := day.AddDays(-1)
	return before
}

// row is how a read is printed.
func (d *delivery) row(read *meterread.Read) *row {
	r := &row{
		file: d, line: read.Line, status: read.Status, account: read.Account(), meter: read.Meter(), register: read.Register(),
		at: read.At.String(), stamp: read.At, unit: unitOf(read), code: strings.Join(read.Codes(), "; "),
	}
	if read.Status == meterread.Reading {
		if read.Digits != "" {
			r.reading = read.Number.String()
		}
		if n, ok := read.Interval(); ok {
			r.interval = n.String()
			if r.reading == "" {
				d.intervals++
			}
		}
	}
	return r
}

// unitOf is the unit as the file writes it, and what the layout says of it where that is a code, as the 128 of Green Button.
func unitOf(read *meterread.Read) string {
	text := read.UnitText()
	if _, err := metering.ParseUnit(text); err == nil || text == "" {
		return text
	}
	if unit, err := read.Unit(); err == nil {
		return unit.String()
	}
	return text
}

// own makes the texts of a row its own: those of the file are parts of a larger text.
func (r *row) own() {
	for _, text := range []*string{&r.account, &r.meter, &r.register, &r.code, &r.unit} {
		*text = strings.Clone(*text)
	}
}

// keep takes them from what was delivered, where they are its own.
func (r *row) keep(got metering.Delivered, measured bool) {
	r.unit = strings.Clone(r.unit)
	r.account, r.meter, r.register, r.code = got.Account, got.Meter, got.Register, got.Code
	if measured {
		r.got = &got
	}
}

// take gives a row away, or keeps it.
func (d *delivery) take(r *row) error {
	d.reads++
	switch repeats, err := d.repeats(r); {
	case repeats || err != nil:
		return err
	case d.keep:
		d.rows = append(d.rows, r)
		return nil
	}
	return d.each(r)
}

// unset says which -set is missing, where that is why the file cannot be read.
func (d *delivery) unset(err error) error {
	if !errors.Is(err, meterread.ErrUnstated) {
		return err
	}
	var missing problem.List
	told := map[string]bool{}
	for f := range d.layout.Fields {
		example := map[string]string{"UNSTATED": "YYYYMMDD", "UNSTATED6": "MMDDYY"}[f.Format]
		if example == "" || told[f.Name] {
			continue
		}
		told[f.Name] = true
		set := "-set " + f.Name + ".format=" + example
		if strings.Contains(f.Name, " ") {
			set = `-set "` + f.Name + ".format=" + example + `"`
		}
		missing.Add(&problem.Error{
			Code: meterread.ErrUnstated, Path: f.Name + ".format", What: "in which order its maker writes the date is not published, and it was not set",
			Fix: "add " + set + ", with the order of this site",
		})
	}
	if missing.Err() == nil {
		return err
	}
	return missing.Err()
}

// close tells what the file came to, where there is something to tell.
func (d *delivery) close(intervals bool) {
	s := d.summary
	note := func(format string, args ...any) { d.tell(d.name + ": note: " + fmt.Sprintf(format, args...)) }
	if s.NotWater > 0 {
		note("%s of another commodity left out", count(s.NotWater, "line"))
	}
	unknown := 0
	for _, n := range s.Unknown {
		unknown += n
	}
	if unknown > 0 {
		note("%s of types that the layout does not table left out", count(unknown, "line"))
	}
	if d.replaced > 0 {
		note("%s by a newer version", count(d.replaced, "read")+" replaced")
	}
	if d.intervals > 0 && !intervals {
		note("%s a use in an interval and no reading of a register; -intervals adds it as a column", count(d.intervals, "row")+" state")
	}
	if n := d.unjudged(); n > 0 {
		note("%s no compare_use: High and Low are not judged for them", count(n, "meter")+" with")
	}
	if d.findings > 0 {
		d.tell(fmt.Sprintf("%s: %s; %s: %d read, %d no_read, %d skipped", d.name, count(d.findings, "finding"), count(s.Lines, "line"), s.Reads, s.NoReads, s.Skipped))
	}
}

// count is a number of things in words.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
