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
	"github.com/headgate-dev/headgate/billing/exact"
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

	stamp    meterread.Stamp
	number   exact.Number
	hasUnit  metering.Unit
	unitErr  error
	version  exact.Number
	source   metering.Source
	rolled   bool
	mismatch bool
	gone     bool // another row stands for it

	// What the use of its register came to; pile is empty where the row was not measured.
	previous, use, useUnit, days, pile, exceptions string
}

// pos is where the row stands.
func (r *row) pos() problem.Pos { return problem.Pos{File: r.file.name, Line: r.line} }

// instant is a meter, a register and an instant, of which one value is expected.
type instant struct{ meter, register, at string }

// first is what came of an instant before.
type first struct {
	line            int
	number, version exact.Number
	rows            []*row // where rows are kept
}

// delivery is a file of reads.
type delivery struct {
	name       string
	layout     *meterread.Layout
	cycleClose civil.Date
	zone       *time.Location
	stock      *stock // nil where nothing is measured
	each       func(*row) error
	tell       func(string)

	keep bool // rows until the end: a later one may stand for an earlier one, or all are measured
	raw  bool // the layout writes a reading as the digits of the dials, without a point
	// estimates are the codes of the layout, each with its role, that say of a reading that its sender estimated it.
	estimates map[string]bool
	cut       bool // the last line has no end, and its last cell may be too short
	rows      []*row
	seen      map[instant]first
	measured  []*metered

	findings, again, replaced, intervals, reads int
	summary                                     meterread.Summary
}

// find tells of a line, and counts it.
func (d *delivery) find(e *problem.Error) {
	d.findings++
	d.tell(e.Error())
}

// read reads the file to its end. Where rows are not kept, each is given away at once.
func (d *delivery) read(r io.Reader) error {
	d.seen, d.estimates = map[instant]first{}, map[string]bool{}
	d.keep = d.stock != nil
	for f := range fields(d.layout) {
		d.keep = d.keep || f.Role == "version"
		for code, meaning := range f.Values {
			if strings.HasPrefix(strings.ToLower(meaning), "estimated") {
				d.estimates[f.Role+" "+code] = true
			}
		}
		d.raw = d.raw || f.Role == "reading" && f.Type == "int" && f.Decimals == 0
	}
	tail := &ended{r: r}
	for item, err := range meterread.Decode(d.layout, tail, meterread.Options{File: d.name, CycleClose: d.cycleClose}) {
		switch {
		case err != nil:
			return err
		case item.Finding != nil:
			d.findings++
			d.tell(item.Finding.String())
		case item.Summary != nil:
			d.summary = *item.Summary
		case item.Read.Status != meterread.NoReading:
			if err := d.take(&item.Read); err != nil {
				return err
			}
		}
	}
	d.cut = strings.HasPrefix(d.layout.Kind, "csv") || d.layout.Kind == meterread.Delimited || d.layout.Kind == meterread.Table
	d.cut = d.cut && tail.last != 0 && !strings.ContainsRune("\n\r\x1a", rune(tail.last))
	d.rows = slices.DeleteFunc(d.rows, func(r *row) bool { return r.gone })
	return nil
}

// ended is a source that knows how it ended.
type ended struct {
	r    io.Reader
	last byte // 0 where nothing was read
}

func (e *ended) Read(b []byte) (int, error) {
	n, err := e.r.Read(b)
	if n > 0 {
		e.last = b[n-1]
	}
	return n, err
}

// fields are the fields of a layout.
func fields(l *meterread.Layout) func(func(*meterread.Field) bool) {
	return func(yield func(*meterread.Field) bool) {
		for i := range l.Records {
			r := &l.Records[i]
			all := [][]meterread.Field{r.Fields}
			if r.Repeat != nil {
				all = append(all, r.Repeat.Fields, r.Repeat.Trailer)
			}
			for _, fs := range all {
				for k := range fs {
					if !yield(&fs[k]) {
						return
					}
				}
			}
		}
	}
}

// take makes a row of a read.
func (d *delivery) take(read *meterread.Read) error {
	r := &row{
		file: d, line: read.Line, status: read.Status, account: read.Account(), meter: read.Meter(), register: read.Register(),
		at: read.At.String(), unit: read.UnitText(), code: strings.Join(read.Codes(), "; "), stamp: read.At, mismatch: read.Mismatch,
	}
	if read.Status == meterread.Reading {
		if read.Digits != "" {
			r.number = read.Number
			r.reading = r.number.String()
		}
		if n, ok := read.Interval(); ok {
			r.interval = n.String()
			if r.reading == "" {
				d.intervals++
			}
		}
	}
	d.reads++
	if d.keep {
		d.keepable(r, read)
	}
	if d.repeats(r) {
		return nil
	}
	if d.keep {
		d.rows = append(d.rows, r)
		return nil
	}
	return d.each(r)
}

// keepable gives a row what is needed of it later, and copies of its texts: those of a read are parts of a larger text.
func (d *delivery) keepable(r *row, read *meterread.Read) {
	for _, text := range []*string{&r.account, &r.meter, &r.register, &r.unit, &r.code} {
		*text = strings.Clone(*text)
	}
	if v, err := read.Quantity("version"); err == nil {
		r.version = v
	}
	r.hasUnit, r.unitErr = read.Unit()
	r.source = metering.Actual
	for _, role := range []string{"estimated", "quality", "read_type"} {
		// Of "E32" the letter is the code, and a mask follows it.
		text := read.Text(role)
		for _, code := range []string{text, strings.TrimRight(text, "0123456789")} {
			if text != "" && d.estimates[role+" "+code] {
				r.source = metering.Estimated
			}
		}
	}
	switch strings.ToLower(read.Meaning("rollover_flag")) {
	case "y", "yes", "1", "true", "rollover":
		r.rolled = true
	}
}

// repeats looks whether the same register gave a number for the same instant before. Where it is the same number, or an older
// version, the row is dropped, and its line told; where nothing says which number is newer, both stay, and the later line is told.
func (d *delivery) repeats(r *row) bool {
	if r.status != meterread.Reading || r.meter == "" || r.reading == "" && r.at == "" {
		return false
	}
	number := r.number
	if r.reading == "" {
		number, _ = exact.ParseNumber(r.interval)
	}
	key := instant{strings.Clone(r.meter), strings.Clone(r.register), r.at}
	if r.reading == "" {
		key.register += "\x00interval"
	}
	was, ok := d.seen[key]
	if !ok {
		d.remember(key, r, number, nil)
		return false
	}
	e := &problem.Error{Pos: r.pos()}
	switch newer := r.version.Cmp(was.version); {
	case newer > 0:
		for _, older := range was.rows {
			older.gone = true
			d.replaced++
		}
		d.remember(key, r, number, nil)
		return false
	case newer < 0:
		d.replaced++
		return true
	case was.number != number:
		e.Code = problem.Code(metering.Conflict)
		e.What = fmt.Sprintf("line %d has another value for this meter, register and instant, and nothing says which is newer", was.line)
		e.Fix = "both rows stay; ask which one holds"
		if r.at == "" {
			e.What = fmt.Sprintf("line %d has another value for this meter and register, and neither is dated", was.line)
		}
		d.find(e)
		d.remember(key, r, was.number, &was)
		return false
	case r.at == "":
		d.remember(key, r, number, &was)
		return false // nothing says that they are of one instant
	}
	e.Code, e.What = problem.Code(metering.Duplicate), fmt.Sprintf("the same as line %d: meter, register, instant and value", was.line)
	e.Fix = "it is dropped; look why the file has it again"
	d.again++
	d.find(e)
	return true
}

// remember keeps what came of an instant, after what came before where that stays.
func (d *delivery) remember(key instant, r *row, number exact.Number, before *first) {
	f := first{line: r.line, number: number, version: r.version}
	if before != nil {
		f = *before
	}
	if d.keep {
		f.rows = append(f.rows, r)
	}
	d.seen[key] = f
}

// unset says which -set is missing, where that is why the file cannot be read.
func (d *delivery) unset(err error) error {
	if !errors.Is(err, meterread.ErrUnstated) {
		return err
	}
	var missing problem.List
	told := map[string]bool{}
	for f := range fields(d.layout) {
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
	if d.reads == 0 && d.findings == 0 {
		note("the file holds no reading")
	}
	if s.NotWater > 0 {
		note("%s of another commodity left out", count(s.NotWater, "line"))
	}
	if d.cut {
		note("the last line has no line end; if the file was cut off there, its last cell may be too short")
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
