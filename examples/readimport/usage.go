package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// rules are what a district has decided about its readings.
type rules struct {
	bands     metering.Bands
	zero      metering.ZeroRule
	tolerance metering.Tolerance
	days      int // that a bill may have
}

// checks are those that every use has had. What it is compared with is not always known, so the bands are none of them.
func (r rules) checks() []string { return []string{r.zero.Title, "days"} }

// defaultRules are Infor's bands of the daily use, three zeros in a row for a stopped meter, and 35 days for a bill.
func defaultRules(low metering.Threshold) rules {
	three, _ := exact.NewNumber(3, 0) // it fits
	r := rules{bands: metering.InforDefault(), tolerance: metering.StandardTolerance(), days: 35}
	r.bands.Low, r.bands.Lower, r.bands.Lowest, r.bands.PerDay = low, metering.Off(), metering.Off(), true
	r.zero = metering.ZeroRule{Title: "ZeroUse", Source: "Infor, Caselle", StoppedAt: metering.At(three)}
	return r
}

// metered is a meter with its use, in the pile where a clerk finds it.
type metered struct {
	on       *onFile
	review   metering.Review
	reviewed bool   // false where there is no last reading to measure from
	rows     []*row // one for each register, in their order
	compared bool
}

// pile is where a clerk finds the meter.
func (m *metered) pile() metering.Pile {
	if !m.reviewed {
		return metering.Exceptional
	}
	return m.review.Pile()
}

// noPrevious is told of a meter without a last reading.
const noPrevious = "NoPrevious"

// give gives the rows to the meters that they are of, and tells of those that no meter on file is.
func (d *delivery) give() {
	for _, r := range d.rows {
		e := &problem.Error{Code: "NotOnFile", Pos: r.pos()}
		m := d.stock.byMeter[r.meter]
		switch {
		case m == nil:
			e.Path, e.What, e.Fix = "meter", "the table of registers does not have this meter", "no use is measured; add it there, or have the file looked at"
		case r.account != "" && m.account != "" && !metering.ByText.Same(r.account, m.account):
			e.Path, e.What, e.Fix = "account", "the table of registers has this meter under another account", "no use is measured; find out whose meter it is"
			m.beside = append(m.beside, doubt(metering.Conflict, m.meter, "", "line "+strconv.Itoa(r.line)+" has this meter under another account"))
		case m.side(r.register) == nil:
			e.Path, e.What, e.Fix = "register", "the table of registers has no such register of this meter", "no use is measured; add it there"
		case r.status == meterread.Reading && r.reading == "":
			continue // a use in an interval is no reading
		case r.got == nil:
			continue // why it is none was told
		default:
			s := m.side(r.register)
			s.rows = append(s.rows, r)
			continue
		}
		d.find(e)
	}
}

// measure gives the use of every meter on file, and tells every exception.
func (d *delivery) measure(by rules) error {
	d.give()
	var err error
	if d.measured, err = d.stock.measure(d, by, d.cycleClose); err != nil {
		return err
	}
	for _, m := range d.measured {
		for _, text := range m.told() {
			d.findings++
			d.tell(text)
		}
	}
	return nil
}

// told are the exceptions of a meter, each with its place.
func (m *metered) told() []string {
	var texts []string
	if !m.reviewed {
		e := &problem.Error{
			Code: noPrevious, Pos: m.rows[0].pos(), What: "meter " + m.on.meter + " has a register without a row in the table of last readings",
			Fix: "no use is measured; give its opening reading",
		}
		return []string{e.Error()}
	}
	for _, e := range m.review.Open() {
		at := m.rows[0]
		for i, s := range m.on.sides {
			if s.register.ID == e.Register {
				at = m.rows[i]
			}
		}
		texts = append(texts, at.pos().String()+": "+e.String())
	}
	return texts
}

// unjudged is how many uses had nothing to be compared with.
func (d *delivery) unjudged() int {
	n := 0
	for _, m := range d.measured {
		if m.reviewed && m.review.Measurement().Known() && !m.compared {
			n++
		}
	}
	return n
}

// measure gives the use of every meter. Its readings were due at the close of the cycle, or without one on the day of the latest.
func (s *stock) measure(nothing *delivery, by rules, due civil.Date) ([]*metered, error) {
	if due.IsZero() {
		due = s.latest()
	}
	var previous []int64
	for _, m := range s.meters {
		for _, side := range m.sides {
			if side.from.Meter != "" {
				previous = append(previous, side.from.Digits)
			}
		}
	}
	none := metering.NoPrevious(previous)
	var all []*metered
	for _, m := range s.meters {
		one, err := m.measure(nothing, by, none, due)
		if err != nil {
			return nil, fmt.Errorf("meter %s: %w", m.meter, err)
		}
		all = append(all, one)
	}
	return all, nil
}

// latest is the latest day of a reading that came.
func (s *stock) latest() (day civil.Date) {
	for _, m := range s.meters {
		for _, side := range m.sides {
			for _, r := range side.rows {
				if d := r.delivered(); d.Doubt.Code == "" && d.Day.After(day) {
					day = d.Day
				}
			}
		}
	}
	return day
}

// measure gives the use of a meter, all its registers together, with the verdicts of the checks.
func (m *onFile) measure(nothing *delivery, by rules, none bool, due civil.Date) (*metered, error) {
	out := &metered{on: m}
	var parts []metering.Measurement
	measurable, came := true, 0
	for _, s := range m.sides {
		came += len(s.rows)
	}
	for _, s := range m.sides {
		r, to, why, err := s.latest(m)
		if err != nil {
			return nil, err
		}
		if r == nil {
			r = &row{file: nothing, account: m.account, meter: m.meter, register: s.named}
			if nothing != nil {
				*why = nothing.refused.missing(*why)
			}
			if came > 0 { // the other registers of the meter have a reading
				why.Code = metering.MissingRegister
			}
		}
		out.rows = append(out.rows, r)
		if s.from.Meter == "" {
			measurable = false
			continue
		}
		var part metering.Measurement
		switch {
		case why != nil:
			part, err = metering.NoUse(s.from, *why)
		default:
			part, err = metering.Between(s.from, s.register, to, s.rule(by))
		}
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	if !measurable {
		for _, r := range out.rows {
			r.pile, r.exceptions = metering.Exceptional.String(), noPrevious
		}
		return out, nil
	}
	use := parts[0]
	if len(parts) > 1 {
		var err error
		if use, err = metering.Sum(m.sides[0].register.Unit, parts...); err != nil {
			return nil, err
		}
	}
	use, err := out.judge(use, by, none)
	if err != nil {
		return nil, err
	}
	use = use.With(m.beside...)
	for _, s := range m.sides {
		if s.from.Day.After(due) { // what was read since is not due before that
			due = s.from.Day
		}
	}
	key := m.meter + " from " + m.sides[0].from.Day.String()
	if out.review, err = metering.NewReview(key, due, use, by.checks()...); err != nil {
		return nil, err
	}
	out.reviewed = true
	out.show()
	return out, nil
}

// rule is what is made of a reading below the last one: a rollover is believed up to the Highest band of the use it is compared with.
func (s *side) rule(by rules) metering.DeltaRule {
	rule := metering.DeltaRule{Tolerance: by.tolerance, Rollover: metering.RefuseRollover}
	if s.compare.Sign() > 0 {
		if twice, err := s.compare.Add(s.compare); err == nil {
			rule.Rollover, rule.HighLimit = metering.IfPlausible, twice
		}
	}
	return rule
}

// judge runs the checks on a use. Without a use there is nothing to judge.
func (m *metered) judge(use metering.Measurement, by rules, none bool) (metering.Measurement, error) {
	now, known := use.Sample()
	if !known {
		return use, nil
	}
	zeros := m.on.sides[0].zeros
	compare := metering.Sample{Unit: use.Unit(), Days: m.on.sides[0].days}
	m.compared = true
	for _, s := range m.on.sides {
		zeros = min(zeros, s.zeros)
		if s.compare.Unit() == 0 || s.days != compare.Days {
			m.compared = false
			continue
		}
		part, err := s.compare.In(use.Unit())
		if err != nil {
			return use, err
		}
		compare.Use = compare.Use.Add(part)
	}
	// Where nobody knows of zeros before, this one is taken for the first.
	verdict, err := by.zero.Judge(now, metering.Standing{Active: m.on.active, ZerosBefore: max(zeros, 0), NoPrevious: none})
	if err != nil {
		return use, err
	}
	days, err := metering.CheckDays(now.Days, by.days)
	if err != nil {
		return use, err
	}
	verdicts := []metering.Exception{verdict, days}
	if now.Days == 0 { // there is no daily use: nothing is used in no days
		if m.compared = true; !now.Use.IsZero() {
			const words = "a use on the day of the last reading has no days to be compared by: one of the two may be wrong"
			verdicts = append(verdicts, metering.Exception{Code: metering.NoBasis, Words: words})
		}
	} else if m.compared {
		if verdict, err = by.bands.Judge(now, compare); err != nil {
			return use, err
		}
		verdicts = append(verdicts, verdict)
	} else if slices.ContainsFunc(use.Exceptions(), func(e metering.Exception) bool { return e.Code == metering.Rollover }) {
		const words = "passed the top of the register, as its sender says, and there is nothing to compare the use with"
		verdicts = append(verdicts, metering.Exception{Code: metering.NoBasis, Words: words})
	}
	for i := range verdicts {
		if verdicts[i].Meter == "" {
			verdicts[i].Meter = m.on.meter
		}
	}
	return use.With(verdicts...), nil
}

// show writes the use of each register on its row, so that the rows of a meter sum to its use, and the pile and the exceptions of the
// meter on all of them.
func (m *metered) show() {
	use := m.review.Measurement()
	var codes []string
	for _, e := range m.review.Open() {
		codes = append(codes, string(e.Code))
	}
	for i, r := range m.rows {
		s := m.on.sides[i]
		r.previous = strconv.FormatInt(s.from.Digits, 10)
		r.pile, r.exceptions = m.review.Pile().String(), strings.Join(codes, "; ")
		for _, part := range use.Parts() {
			if use.Known() && part.Register == s.register.ID {
				r.use, _ = part.Use.Decimal(18)
				r.useUnit, r.days = part.Unit.String(), strconv.Itoa(part.Period.Days())
			}
		}
	}
}

// latest is the latest reading that came of a register, and its row; or why there is none to measure by.
func (s *side) latest(m *onFile) (*row, metering.Reading, *metering.Exception, error) {
	meter := m.meter
	if len(s.rows) == 0 {
		if s.from.Meter == "" {
			return nil, metering.Reading{}, &metering.Exception{Code: metering.Missing, Meter: meter, Register: s.register.ID, Words: "nothing came"}, nil
		}
		return nil, metering.Reading{}, &metering.FindMissing([]metering.Baseline{s.from}, nil, metering.ByText)[0], nil
	}
	// Of the latest stamp, whether it is a day, a local time or an instant, there may be one value; without any, the last line says why.
	last := s.rows[len(s.rows)-1]
	var latest *row
	for _, r := range s.rows {
		if r.status == meterread.Reading {
			if r.at != "" && (latest == nil || r.compare(latest) > 0) {
				latest = r
			}
		}
	}
	var same []metering.Received
	var before []*row
	var earlier []metering.Reading
	for _, r := range s.rows {
		if r.status != meterread.Reading {
			if latest != nil && r.at == latest.at {
				m.beside = append(m.beside, doubt(metering.Conflict, meter, s.register.ID, "line "+strconv.Itoa(r.line)+" says of the same time that there is no number"))
			}
			continue
		}
		to, why, err := s.register.Take(meter, metering.ByText, r.delivered())
		if err != nil {
			return r, metering.Reading{}, nil, err
		}
		switch {
		case why.Code == "":
		case to.Reading.State == metering.Read: // its day is known, and its instant is not
			m.beside = append(m.beside, why)
		default:
			return r, metering.Reading{}, &why, nil
		}
		if latest == nil || r.at == latest.at {
			same, last = append(same, to), r
		} else {
			before, earlier = append(before, r), append(earlier, to.Reading)
		}
	}
	if len(same) == 0 {
		none, why, err := s.register.Take(meter, metering.ByText, last.delivered())
		if err != nil || why.Code != "" {
			return last, metering.Reading{}, &why, err
		}
		return last, none.Reading, nil, nil
	}
	got := metering.Distinct(same)
	if len(got.Exceptions) > 0 {
		return last, metering.Reading{}, &got.Exceptions[0], nil
	}
	s.falls(m, got.Kept[0], before, earlier)
	return last, got.Kept[0], nil, nil
}

// compare is above 0 where a row is stamped later than another; a time of a day is later than the day alone.
func (r *row) compare(other *row) int {
	millis := func(s meterread.Stamp) int {
		hour, minute, second, millisecond := s.Clock()
		return ((hour*60+minute)*60+second)*1000 + millisecond
	}
	a, b := r.stamp, other.stamp
	switch {
	case a.Date().After(b.Date()):
		return 1
	case a.Date().Before(b.Date()):
		return -1
	}
	return cmp.Or(cmp.Compare(millis(a), millis(b)), strings.Compare(r.at, other.at))
}

// falls tells of a register that shows less at last than an earlier line of the file has, by more than it may go back.
func (s *side) falls(m *onFile, last metering.Reading, before []*row, earlier []metering.Reading) {
	for i, e := range earlier {
		if e.Digits-last.Digits > metering.StandardTolerance().Digits(s.register) && !last.RolledOver {
			m.beside = append(m.beside, doubt(metering.Conflict, m.meter, s.register.ID,
				fmt.Sprintf("line %d shows more, %d on %s, than the last line, %d", before[i].line, e.Digits, e.Day, last.Digits)))
		}
	}
}

// doubt is an exception of this program's own.
func doubt(code metering.Code, meter, register, words string) metering.Exception {
	return metering.Exception{Code: code, Meter: meter, Register: register, Words: words}
}

// delivered is what was delivered of a row, with its day. A local time has one; which instant it was, no use asks.
func (r *row) delivered() metering.Delivered {
	d := *r.got
	switch {
	case d.At.IsZero():
	case r.file.zone == nil:
		const words = "the file states an instant, and which day that was depends on the place; name it with -zone"
		d.Doubt = metering.Exception{Code: metering.BadDate, Words: words}
	default:
		if resolved, err := metering.Resolve([]metering.Delivered{d}, r.file.zone); err == nil {
			return resolved[0]
		}
	}
	return d
}
