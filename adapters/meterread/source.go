package meterread

import (
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
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
	file   *watched
	text   []byte
	who    string // who was the reader last: mostly one reads a route
	reader approval.Person
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
	if s.has.version {
		if v, err := r.Quantity("version"); err == nil && v.Places() == 0 {
			d.Version = v.Coefficient()
		}
	}
	if s.has.reader {
		var bad *problem.Error
		if d.Reader, bad = s.readBy(r.Text("reader")); bad != nil && !yield(refused(d, bad.Code, "reader", bad.What, bad.Fix)) {
			return false
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
	guess, known := s.estimated(r)
	if !known {
		return yield(unknownWord(d, "estimated", "whether it was estimated"))
	}
	d.State, d.Source = metering.Read, metering.Actual
	if guess {
		d.Source = metering.Estimated
	}
	times, bad := s.multiplier(r)
	if bad != nil {
		return yield(refused(d, NotNumeric, "multiplier", bad.What, bad.Fix))
	}
	if r.Digits != "" && !yield(s.reading(r, d, times)) {
		return false
	}
	use, ok := r.Interval()
	switch {
	case ok && !r.counts():
		return yield(s.interval(r, d, use, times))
	case r.Digits == "":
		return yield(refused(d, NotNumeric, "", "the use in the interval is too long to be kept exactly", numberFix))
	}
	return true
}

// readBy is who read the meter.
func (s *deliverer) readBy(text string) (approval.Person, *problem.Error) {
	switch text {
	case "":
		return approval.Person{}, nil
	case s.who:
		return s.reader, nil
	}
	text = strings.Clone(text) // of a larger text of the file
	p, err := approval.ParsePerson(text)
	var bad *problem.Error
	if errors.As(err, &bad) {
		return approval.Person{}, bad
	}
	s.who, s.reader = text, p
	return p, nil
}

// multiplier is that of the file: zero where it states none.
func (s *deliverer) multiplier(r *Read) (exact.Number, *problem.Error) {
	if !s.has.multiplier {
		return exact.Number{}, nil
	}
	return r.stated("multiplier")
}

// stated is a number of a role, without an error where none is stated, and zero then.
func (r *Read) stated(role string) (exact.Number, *problem.Error) {
	if r.Text(role) == "" {
		return exact.Number{}, nil
	}
	n, err := r.Quantity(role)
	var bad *problem.Error
	if errors.As(err, &bad) {
		return exact.Number{}, bad
	}
	return n, nil
}

// times multiplies exactly; false where that is too long to be kept. A multiplier that is not stated changes nothing.
func times(n, by exact.Number) (exact.Number, bool) {
	if by.IsZero() {
		return n, true
	}
	text, _ := n.Ratio().Mul(by.Ratio()).Decimal(0) // a product of decimals ends
	product, err := exact.ParseNumber(text)
	return product, err == nil
}

// unended reports whether a read is of the cell that the end of the file may have cut, or of one that it cut off. Columns have their
// width, documents their last bracket, and lines in quotes their last quote.
func (s *deliverer) unended(r *Read) bool {
	if r.Unended {
		return true
	}
	own, ok := r.own()
	switch s.layout.Kind {
	case CSV, CSVHeader, CSVRepeat, Delimited, Table, JSONOrCSV:
	default:
		return false
	}
	if !ok || len(own.raw) == 0 || strings.ContainsRune("\n\r\x1a", rune(own.raw[len(own.raw)-1])) || s.layout.QuotedLine {
		return false
	}
	if s.layout.Kind == JSONOrCSV && own.raw[0] == '{' { // an object, whose end is there
		return false
	}
	var line row // the whole of it, where the read is a group
	for at := range r.rows {
		line = *at
	}
	last := &line.cells[len(line.cells)-1]
	for at := range r.rows {
		for i := range at.plan.fields {
			f := &at.plan.fields[i]
			if f.cell >= 0 && (usedRoles[f.Role] || f.Type == "interval") && (f.cell >= len(at.cells) || &at.cells[f.cell] == last) {
				return true
			}
		}
	}
	return false
}

// texts copies the texts of a read, those of one read into one: they are parts of a larger text of the file.
func (s *deliverer) texts(r *Read, d *metering.Delivered) {
	b := s.text[:0]
	if s.has.account {
		b = append(b, r.Account()...)
	}
	account := len(b)
	if b = append(b, r.Meter()...); len(b) == account {
		b = append(b, s.options.Meter...)
	}
	meter := len(b)
	if s.has.register {
		b = append(b, r.Register()...)
	}
	register := len(b)
	if s.has.codes {
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

// estimated says whether a read is an estimate of its sender, by its flag and by the codes that the layout tables as such; known is false
// where the flag says neither.
func (s *deliverer) estimated(r *Read) (guess, known bool) {
	for _, t := range s.estimates {
		blank := true
		for text := range r.Texts(t.role) {
			blank = false
			if t.codes[text] || s.layout.Kind == CSVRepeat && t.codes[strings.TrimRight(text, "0123456789")] { // of "E32", and a mask follows it
				return true, true
			}
			if !listRoles[t.role] {
				break // the nearest holds
			}
		}
		if blank && t.codes[""] {
			return true, true
		}
	}
	if !s.has.estimated {
		return false, true
	}
	word := r.Text("estimated")
	meaning, tabled := s.flag[word]
	if tabled {
		word = meaning
	}
	switch strings.ToLower(word) {
	case "y", "yes", "true", "1", "e":
		return true, true
	case "n", "no", "false", "0", "a", "":
		return false, true
	}
	return false, tabled
}

// rolledOver says whether a rollover is declared; known is false where the flag says neither.
func rolledOver(r *Read) (declared, known bool) {
	text := r.Text("rollover_flag")
	word := strings.ToLower(r.Meaning("rollover_flag"))
	switch word {
	case "y", "yes", "1", "true", "rollover":
		return true, true
	case "n", "no", "0", "false", "":
		return false, true
	}
	tabled := word != strings.ToLower(text)
	return true, tabled && strings.HasPrefix(word, "roll")
}

func unknownWord(d metering.Delivered, role, whether string) (metering.Delivered, error) {
	return refused(d, UnknownWord, role, "what stands there does not say "+whether, "look at the line, and give the field a table of values that says yes or no of each word")
}

// reading adds the register's number, and what the file says of the register.
func (s *deliverer) reading(r *Read, d metering.Delivered, by exact.Number) (metering.Delivered, error) {
	text, field, _ := r.find(slotReading)
	d.Number, d.Multiplier = r.Number, by
	d.Dials = text == r.Digits && field.Type == "int" && field.Decimals == 0
	unit, err := r.Unit()
	d.Unit = unit
	switch {
	case r.Mismatch:
		d.Doubt = metering.Exception{Code: metering.ScaleMismatch, Words: "raw reading times scalar is not the scaled reading"}
	case err != nil:
		d.Doubt = noVolume()
	}
	if !d.Dials && d.Unit != 0 {
		volume, ok := times(d.Number, by)
		if !ok {
			return tooLong(d)
		}
		d.Number = volume
	}
	if s.has.dials {
		n, bad := r.stated("dials")
		count, whole := n.Ratio().Int64()
		switch {
		case bad != nil:
			return refused(d, NotNumeric, "dials", bad.What, bad.Fix)
		case !whole:
			return refused(d, NotNumeric, "dials", "the number of dials is no whole number", "look at the line, and at the layout")
		}
		d.DialCount = int(count)
	}
	if s.has.rollover {
		declared, known := rolledOver(r)
		if !known {
			return unknownWord(d, "rollover_flag", "whether the register passed its top")
		}
		d.RolledOver = declared
	}
	return checked(d)
}

func tooLong(d metering.Delivered) (metering.Delivered, error) {
	return refused(d, NotNumeric, "multiplier", "the number times its multiplier is too long to be kept exactly", numberFix)
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
func (s *deliverer) interval(r *Read, d metering.Delivered, use, by exact.Number) (metering.Delivered, error) {
	var ok bool
	if d.Number, ok = times(use, by); !ok {
		return tooLong(d)
	}
	d.Interval = true
	unit, err := r.Unit()
	if s.has.intervalUnit {
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
	if bad := s.begins(r, &d); bad != nil {
		return refused(d, BadDate, bad.Name, "there is no such day or time, or it is not written in the layout's format", "correct the date at its source")
	}
	return checked(d)
}

// begins says when an interval begins, and how long it is. It gives the field of a time that cannot be read, or none.
func (s *deliverer) begins(r *Read, d *metering.Delivered) *fieldPlan {
	start, startField, _ := r.find(slotStart)
	end, endField, _ := r.find(slotEnd)
	var from Stamp
	to, ok := r.At, false
	if start != "" {
		if from, ok = new(decoder).stamp(start, startField); !ok {
			return startField
		}
	}
	if end != "" {
		if to, ok = new(decoder).stamp(end, endField); !ok {
			return endField
		}
	}
	minutes := s.minutes(r)
	switch {
	case start != "":
		a, known := from.Instant()
		b, both := to.Instant()
		if span := b.Sub(a); minutes == 0 && end != "" && known && both && span > 0 && span%time.Minute == 0 {
			minutes = int(span / time.Minute)
		}
	case to.hasTime && minutes > 0:
		if from, ok = to.add(0, 0, -minutes); !ok { // before the first year there is
			from, minutes = to, 0
		}
	default:
		from = to
	}
	if stamped(d, from); from.hasTime {
		d.Minutes = minutes
	}
	return nil
}

// minutes is how long an interval is; 0 where no whole number of minutes is stated.
func (s *deliverer) minutes(r *Read) int {
	text, seconds := "", false
	switch {
	case s.has.minutes:
		for w := r.walk(); text == "" && w.next(); {
			for f := w.row.plan.byRole["interval_minutes"]; f != nil && text == ""; f = f.next {
				text, seconds = f.text(&w.row), f.Unit == "seconds"
			}
		}
	case s.step != "":
		for w := r.walk(); w.next(); {
			if f := w.row.plan.fieldOf[s.step]; f != nil && f.format != nil {
				if v, ok := f.format.read(f.text(&w.row)); ok && v[month] == 0 {
					return v[day]*24*60 + v[hour]*60 + v[minute]
				}
			}
		}
		return 0
	case s.layout.Kind == XML:
		seconds = true
		if text, _ = r.Field("IntervalReading/timePeriod/duration"); text == "" {
			text, _ = r.Field("ReadingType/intervalLength")
		}
	}
	n, err := strconv.Atoi(text)
	const most = 366 * 24 * 60
	switch {
	case err != nil || n < 0 || seconds && n%60 != 0:
		return 0
	case seconds:
		n /= 60
	}
	if n > most {
		return 0
	}
	return n
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
