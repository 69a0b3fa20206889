package meterread

import (
	"errors"
	"io"
	"iter"
	"strings"
	"sync/atomic"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
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
//			register := onFile(d.Meter, d.Register)      // dials, decimals and unit, as the district has them
//			got, doubt, err := register.Take(d.Meter, d) // or why it cannot be measured
//		}
//	}
//
// What was taken goes to [metering.Distinct], which keeps one reading of each register and instant, and what is kept to
// [metering.Between], or the doubt to [metering.NoUse]. Where the file states instants or local times, [metering.Resolve] gives them
// their day and instant before they are taken: without an instant, two reads of one day are of one time.
//
// A line that has a reading and a use in an interval is two items of one place, the reading first. A read is an estimate where the
// layout's own table of values says so of its code, in words that begin with "estimated", and actual otherwise. Codes stand as they are in
// the file, with "; " between. The doubt of a read is [metering.ScaleMismatch] where raw reading times scalar is not the scaled one, and
// [metering.MultiplierChanged] where the unit is none of volume. A read of a line that states an account and no meter is a finding,
// [NoMeter]. Where the last line of delimited cells has no end, its reads are Unended; where the source failed there, they are left out,
// and the error tells.
//
// In a file of nested records, a group is whole when the next one begins or the file ends: of one that is cut off between two lines of
// its last group nothing tells that it was, unless its control counts do.
func Source(layout *Layout, open func() (io.ReadCloser, error), options SourceOptions) metering.ReadSource {
	s := &source{layout: layout, open: open, options: options, has: map[string]bool{}, estimates: map[string]bool{}}
	for f := range layout.Fields {
		s.has[f.Role] = true
		for code, meaning := range f.Values {
			if strings.HasPrefix(strings.ToLower(meaning), "estimated") {
				s.estimates[f.Role+" "+code] = true
			}
		}
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
	has     map[string]bool // the roles of the layout
	// estimates are the codes, each after its role, that say of a reading that its sender estimated it.
	estimates map[string]bool
}

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
			if !d.deliver(&item, yield) {
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

// A deliverer makes what is delivered of one reading of a file.
type deliverer struct {
	*source
	file *watched
	text []byte
}

// deliver gives what is delivered of an item; false where no more is wanted.
func (s *deliverer) deliver(item *Item, yield func(metering.Delivered, error) bool) bool {
	if f := item.Finding; f != nil {
		return yield(refused(metering.Delivered{Pos: f.Pos}, f.Code, f.Field, f.What, f.Fix))
	}
	r := &item.Read
	if item.Summary != nil || r.Status == NoReading {
		return true
	}
	unended := s.unended(r)
	if unended && s.file.err != nil {
		return true
	}
	d := metering.Delivered{Pos: problem.Pos{File: s.options.File, Line: r.Line}, Unended: unended}
	s.texts(r, &d)
	stamped(&d, r.At)
	if s.has["version"] {
		if v, err := r.Quantity("version"); err == nil && v.Places() == 0 {
			d.Version = v.Coefficient()
		}
	}
	switch r.Status {
	case NoRead:
		d.State = metering.NoRead
		return yield(checked(d))
	case Skipped:
		d.State = metering.Skipped
		return yield(checked(d))
	}
	d.State, d.Source = metering.Read, s.sourceOf(r)
	if r.Digits != "" && !yield(checked(s.reading(r, d))) {
		return false
	}
	use, ok := r.Interval()
	switch {
	case ok && !r.counts():
		return yield(checked(s.interval(r, d, use)))
	case r.Digits == "":
		return yield(refused(d, NotNumeric, "", "the use in the interval is too long to be kept exactly", numberFix))
	}
	return true
}

// unended reports whether a read is of cells that no line end stands behind. Columns have their width, documents their last bracket.
func (s *deliverer) unended(r *Read) bool {
	switch s.layout.Kind {
	case CSV, CSVHeader, CSVRepeat, Delimited, Table:
	case JSONOrCSV:
		if strings.HasPrefix(r.row.raw, "{") { // an object, whose end is there
			return false
		}
	default:
		return false
	}
	for at := range r.rows { // a group, and the line that it is of
		if at.raw != "" && strings.ContainsRune("\n\r\x1a", rune(at.raw[len(at.raw)-1])) {
			return false
		}
	}
	return true
}

// texts copies the texts of a read, those of one read into one: they are parts of a larger text of the file.
func (s *deliverer) texts(r *Read, d *metering.Delivered) {
	b := s.text[:0]
	if s.has["account"] {
		b = append(b, r.Account()...)
	}
	account := len(b)
	if b = append(b, r.Meter()...); len(b) == account {
		b = append(b, s.options.Meter...)
	}
	meter := len(b)
	if s.has["register_id"] {
		b = append(b, r.Register()...)
	}
	register := len(b)
	if s.has["read_code"] || s.has["note_code"] || s.has["trouble_code"] || s.has["quality"] {
		for i, code := range r.Codes() {
			if i > 0 {
				b = append(b, "; "...)
			}
			b = append(b, code...)
		}
	}
	s.text = b
	all := string(b)
	d.Account, d.Meter, d.Register, d.Code = all[:account], all[account:meter], all[meter:register], all[register:]
}

// stamped says when, as the file does.
func stamped(d *metering.Delivered, s Stamp) {
	d.Day, d.At, d.Local = s.date, time.Time{}, metering.LocalTime{}
	if at, ok := s.Instant(); ok {
		d.Day, d.At = civil.Date{}, at // its day is that of a place
	} else if s.hasTime {
		hour, minute, second, _ := s.Clock()
		d.Local = metering.LocalTime{Day: s.date, Hour: hour, Minute: minute, Second: second}
	}
}

// sourceOf says who had the number, by the codes that say how it was read.
func (s *deliverer) sourceOf(r *Read) metering.Source {
	if len(s.estimates) == 0 {
		return metering.Actual
	}
	for _, role := range [...]string{"estimated", "quality", "read_type"} {
		text := r.Text(role)
		letter := strings.TrimRight(text, "0123456789") // of "E32", and a mask follows it
		if s.estimates[role+" "+text] || letter != "" && s.estimates[role+" "+letter] {
			return metering.Estimated
		}
	}
	return metering.Actual
}

// reading adds the register's number.
func (s *deliverer) reading(r *Read, d metering.Delivered) metering.Delivered {
	text, field, _ := r.find(slotReading)
	d.Number = r.Number
	d.Dials = text == r.Digits && field.Type == "int" && field.Decimals == 0
	unit, err := r.Unit()
	d.Unit = unit
	switch {
	case r.Mismatch:
		d.Doubt = metering.Exception{Code: metering.ScaleMismatch, Words: "raw reading times scalar is not the scaled reading"}
	case err != nil:
		d.Doubt = noVolume()
	}
	if s.has["rollover_flag"] {
		switch strings.ToLower(r.Meaning("rollover_flag")) {
		case "y", "yes", "1", "true", "rollover":
			d.RolledOver = true
		}
	}
	return d
}

// counts reports whether the value of an interval is itself what a register showed at its end.
func (r *Read) counts() bool {
	if r.Digits == "" {
		return false
	}
	reading, _, _ := r.find(slotReading)
	raw, _, _ := r.find(slotRaw)
	return reading == "" && raw == ""
}

// interval adds a use in an interval, with the unit and the time of the interval where the line has others for a reading.
func (s *deliverer) interval(r *Read, d metering.Delivered, use exact.Number) metering.Delivered {
	d.Number, d.Interval = use, true
	unit, err := r.Unit()
	if s.has["interval_unit"] {
		if unit, err = 0, nil; r.Text("interval_unit") != "" {
			if unit, err = metering.ParseUnit(r.Text("interval_unit")); err != nil {
				unit, err = metering.ParseUnit(r.Meaning("interval_unit"))
			}
		}
	}
	d.Unit = unit
	if err != nil {
		d.Unit, d.Doubt = 0, noVolume()
	}
	at, _, _ := r.find(slotReadAt)
	date, _, _ := r.find(slotReadDate)
	if at == "" && date == "" {
		return d // the time of the line is the interval's
	}
	for _, slot := range [...]slot{slotEnd, slotStart} {
		text, field, _ := r.find(slot)
		if text == "" {
			continue
		}
		stamp, ok := new(decoder).stamp(text, field)
		if !ok {
			d, _ = refused(d, BadDate, field.Name, "there is no such day or time, or it is not written in the layout's format", "correct the date at its source")
			return d
		}
		stamped(&d, stamp)
		break
	}
	return d
}

func noVolume() metering.Exception {
	return metering.Exception{Code: metering.MultiplierChanged, Words: "the unit that the file states is none of volume"}
}

// checked gives a read, or a finding where what it says cannot be.
func checked(d metering.Delivered) (metering.Delivered, error) {
	if d.Finding != nil {
		return d, nil
	}
	if d.Meter == "" {
		return refused(d, NoMeter, "meter", "the line does not state the meter", "where it stands in another field, give that the role meter_serial")
	}
	var e *problem.Error
	if err := d.Check(); errors.As(err, &e) {
		return refused(d, e.Code, e.Path, e.What, "look at the line, and at the layout")
	}
	return d, nil
}

// refused is a finding in the place of a read.
func refused(d metering.Delivered, code problem.Code, path, what, fix string) (metering.Delivered, error) {
	return metering.Delivered{Pos: d.Pos, Finding: &problem.Error{Code: code, Pos: d.Pos, Path: path, What: what, Fix: fix}}, nil
}
