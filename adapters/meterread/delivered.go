package meterread

import (
	"errors"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// A deliverer makes what is delivered of one reading of a file.
type deliverer struct {
	*source
	file   *watched
	item   Item // the one that is read
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
		v, bad := r.stated("version")
		if bad == nil && v.Places() > 0 {
			bad = &problem.Error{Code: NotNumeric, What: "the version has decimals", Fix: "look at the line: which of two values holds cannot be told by it"}
		}
		if bad != nil && !yield(refused(d, bad.Code, "version", bad.What, bad.Fix)) {
			return false
		}
		if bad == nil {
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
	if err != nil {
		var bad *problem.Error
		errors.As(err, &bad)
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
		for _, role := range toldCodes {
			for code := range r.Texts(role) {
				if len(b) > register {
					b = append(b, "; "...)
				}
				b = append(b, code...)
			}
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

// checked gives a read, or a finding where what it says cannot be.
func checked(d metering.Delivered) (metering.Delivered, error) {
	if d.Finding != nil {
		return d, nil
	}
	if d.Meter == "" {
		return refused(d, NoMeter, "meter", "the line does not state the meter", "where it stands in another field, give that the role meter_serial")
	}
	if err := d.Check(); err != nil {
		var e *problem.Error
		errors.As(err, &e)
		return refused(d, e.Code, e.Path, e.What, "look at the line, and at the layout")
	}
	return d, nil
}

// refused is a finding in the place of a read.
func refused(d metering.Delivered, code problem.Code, path, what, fix string) (metering.Delivered, error) {
	return metering.Delivered{Pos: d.Pos, Finding: &problem.Error{Code: code, Pos: d.Pos, Path: path, What: what, Fix: fix}}, nil
}
