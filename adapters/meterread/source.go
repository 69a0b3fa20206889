package meterread

import (
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// SourceOptions are [Options], and who wants to know more of a file than its reads.
type SourceOptions struct {
	Options
	// Meter is the meter of the reads whose lines state none, such as those of a feed of one customer. Empty: they are findings.
	Meter string
	// Watch is called with every item that [Decode] gives, before what is delivered of it: for the summary, for a count, for columns that
	// a delivery has no place for. Where two read from one source at once, it is called by both.
	Watch func(Item)
}

// Source is a file of the layout as package metering takes reads from anywhere. Each time that it is read, it opens the file, reads it as
// a stream, and closes it.
//
//	open := func() (io.ReadCloser, error) { return os.Open("reads.txt") }
//	source := meterread.Source(layout, open, meterread.SourceOptions{Options: meterread.Options{File: "reads.txt"}})
//	for d, err := range source.Reads() {
//		switch {
//		case err != nil:
//			return err // the file cannot be read on; what came before holds
//		case d.Finding != nil:
//			fmt.Println(d.Finding) // a line that gives no read, or what is said of the read that follows
//		case d.Interval: // a use in an interval, and no reading of a register
//		default:
//			register := onFile(d.Meter, d.Register) // dials, decimals and unit, as the district has them
//			got, doubt, err := register.Take(d.Meter, metering.ByText, d) // or why it cannot be measured
//		}
//	}
//
// What was taken goes to [metering.Distinct], which keeps one reading of each register and instant, and what is kept to
// [metering.Between], or the doubt to [metering.NoUse]. Where the file states instants or local times, [metering.Resolve] gives them
// their day and instant before they are taken: without an instant, two reads of one day are of one time.
//
// A line that has a reading and a use in an interval is two items of one place, the reading first.
//
// A reading of the type int without decimals is the digits of the dials. Any other is a volume where the line states its unit, and what the
// dials show with their point where it does not. A multiplier of the file, 0 and blank left out, is delivered of a reading as that of its
// register, and a volume and a use are multiplied by it. Dials are delivered where the line states how many, 0 left out.
//
// A use begins at its start. Where the file states its end, or one time alone, that is the end, and the length is taken off it, of a local
// time by the clock. The length is what the role interval_minutes states (in seconds where its field has that unit), the interval of CMEP, the
// duration of ESPI, or the time between a start and an end that are instants. Where it is none of these, or no whole minutes, Minutes is 0,
// and the time is what the file states: its start, and without one its end.
//
// A read is an estimate where its field of the role estimated says Y, YES, TRUE, 1 or E, or where the layout's own table of values says so of
// one of its codes, in words that begin with "estimat"; N, NO, FALSE, 0, A and a blank say that it is none. A rollover is declared by Y, YES,
// TRUE, 1 or ROLLOVER, and by a table in one of these or in words that begin with "roll". Any other word in either field is a finding in the
// place of the read, [UnknownWord], until the layout tables it. A reader that is no id is a finding, and the read stands without one.
//
// Codes stand as they are in the file, with "; " between. The doubt of a read is [metering.ScaleMismatch] where raw reading times scalar is
// not the scaled one, and [metering.MultiplierChanged] where the unit is none of volume. A read of a line that states an account and no
// meter is a finding, [NoMeter]. Where the last line of delimited cells has no end, a read is Unended that uses its last cell, or a cell
// that it lacks; where the source failed there, such a read is left out, and the error tells.
//
// In a file of nested records, a group is whole when the next one begins or the file ends. Where it ends before a record that can date
// its readings, and no group before went without one, these are Unended; of another cut between two lines nothing tells, unless control
// counts do.
func Source(layout *Layout, open func() (io.ReadCloser, error), options SourceOptions) metering.ReadSource {
	s := &source{layout: layout, open: open, options: options, flag: map[string]string{}}
	tables := map[string]map[string]bool{}
	for f := range layout.Fields {
		s.has.see(f)
		if f.Type == "interval" && s.step == "" {
			s.step = f.Name
		}
		if f.Role != "estimated" && !codeRoles[f.Role] {
			continue
		}
		for code, meaning := range f.Values {
			if f.Role == "estimated" {
				s.flag[code] = meaning
			}
			if strings.HasPrefix(strings.ToLower(meaning), "estimat") {
				if tables[f.Role] == nil {
					tables[f.Role] = map[string]bool{}
				}
				tables[f.Role][code] = true
			}
		}
	}
	for _, role := range slices.Sorted(maps.Keys(tables)) {
		s.estimates = append(s.estimates, table{role, tables[role]})
	}
	return s
}

// Once opens what can be read one time alone, such as standard input or a body of HTTP. Where it is asked for it again, that is
// [ErrInput], and not a file with nothing in it.
func Once(r io.Reader) func() (io.ReadCloser, error) {
	var opened atomic.Bool
	return func() (io.ReadCloser, error) {
		if opened.Swap(true) {
			const fix = "keep what is delivered, or store it as a file first"
			return nil, &problem.Error{Code: ErrInput, What: "it was read already, and cannot be read again", Fix: fix}
		}
		if c, ok := r.(io.ReadCloser); ok {
			return c, nil
		}
		return io.NopCloser(r), nil
	}
}

// Fields are the fields of all records, of groups and trailers too: for f := range layout.Fields. They are not to be changed; see [Layout.Set].
func (l *Layout) Fields(yield func(*Field) bool) {
	for i := range l.Records {
		r := &l.Records[i]
		all := [][]Field{r.Fields}
		if r.Repeat != nil {
			all = append(all, r.Repeat.Fields, r.Repeat.Trailer)
		}
		for _, fields := range all {
			for k := range fields {
				if !yield(&fields[k]) {
					return
				}
			}
		}
	}
}

type source struct {
	layout  *Layout
	open    func() (io.ReadCloser, error)
	options SourceOptions
	has     stated
	step    string            // the field that states how long an interval is, as CMEP does
	flag    map[string]string // what the layout says of the words of the role estimated
	// estimates are the codes of each role that say of a reading that its sender estimated it.
	estimates []table
}

// table is the codes of a role that say one thing.
type table struct {
	role  string
	codes map[string]bool
}

// stated are the roles that a layout has: what it has not, no read is asked for.
type stated struct {
	account, register, codes, version, rollover, multiplier, dials, reader, estimated, intervalUnit, minutes bool
}

func (s *stated) see(f *Field) {
	switch f.Role {
	case "account":
		s.account = true
	case "register_id":
		s.register = true
	case "read_code", "note_code", "trouble_code", "quality":
		s.codes = true
	case "version":
		s.version = true
	case "rollover_flag":
		s.rollover = true
	case "multiplier":
		s.multiplier = true
	case "dials":
		s.dials = true
	case "reader":
		s.reader = true
	case "estimated":
		s.estimated = true
	case "interval_unit":
		s.intervalUnit = true
	case "interval_minutes":
		s.minutes = true
	}
}

// usedRoles are those that what is delivered is made of.
var usedRoles = wordSet(`
	account meter_serial register_id reading reading_or_usage raw_reading scalar scale interval_usage unit interval_unit multiplier dials
	read_at read_date read_time read_month read_day interval_start interval_end interval_minutes commodity version reader rollover_flag
	estimated quality read_type read_code note_code trouble_code read_reason estimate_reason
`)

// UnknownWord is the code of a flag that says neither yes nor no, and that the layout does not table.
const UnknownWord problem.Code = "UnknownWord"

// Reads reads the file from its beginning.
func (s *source) Reads() iter.Seq2[metering.Delivered, error] {
	return func(yield func(metering.Delivered, error) bool) {
		file, err := s.open()
		if err != nil {
			yield(metering.Delivered{}, s.failed(err))
			return
		}
		defer func() { _ = file.Close() }() // it was only read
		d := &deliverer{source: s, file: &watched{r: file}}
		for item, err := range Decode(s.layout, d.file, s.options.Options) {
			switch {
			case err != nil && d.file.err != nil && !errors.Is(err, d.file.err):
				err = s.failed(d.file.err) // what cannot be understood is so because the rest did not come
			case err == nil && s.options.Watch != nil:
				s.options.Watch(item)
			}
			if err != nil {
				yield(metering.Delivered{}, err)
				return
			}
			if d.item = item; !d.deliver(&d.item, yield) {
				return
			}
		}
		if d.file.err != nil { // it wraps io.EOF, and is none
			yield(metering.Delivered{}, s.failed(d.file.err))
		}
	}
}

func (s *source) failed(cause error) error {
	var e *problem.Error
	if errors.As(cause, &e) {
		return cause
	}
	return &problem.Error{Code: ErrInput, Pos: problem.Pos{File: s.options.File}, What: "the source failed: " + cause.Error(), Fix: "read the file again", Err: cause}
}

// watched is a file that knows whether it failed.
type watched struct {
	r   io.Reader
	err error
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}
