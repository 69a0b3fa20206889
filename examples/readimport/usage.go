package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

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
		one, err := m.measure(s, nothing, by, none, due)
		if err != nil {
			return nil, fmt.Errorf("meter %s: %w", m.meter, err)
		}
		all = append(all, one)
	}
	return all, nil
}

// measure gives the use of a meter, all its registers together, with the verdicts of the checks.
func (m *onFile) measure(stock *stock, nothing *delivery, by rules, none bool, due civil.Date) (*metered, error) {
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
			*why = stock.missing(*why)
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
	if came > 0 && len(m.meter) >= longNumber && stock.having(m.meter) { // a short number stands in many lines
		m.beside = append(m.beside, doubt(metering.Conflict, m.meter, "", stock.mayBe(m.meter)+" besides what came"))
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
