package billing

import (
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// measured is what a bill keeps of the usages of a service, in their order.
type measured []measuredUse

// measuredUse is what a bill keeps of a usage.
type measuredUse struct {
	key     string
	parts   []metering.Part // its readings
	guessed bool            // an estimate
}

// checkUsage compares the usage that was priced with that which was measured; again says that it may be of a period that a
// true-up bills again.
func (s *Service) checkUsage(path string, again bool) *problem.Error {
	refuse := func(what, fix string) *problem.Error {
		return &problem.Error{Code: ErrUsage, Path: path + ".usage", What: what, Fix: fix}
	}
	in := &s.Quote.Input
	switch {
	case s.Agreement.Reads == Unmetered && s.usages() > 0:
		return refuse("agreement "+s.Agreement.ID+" is unmetered, and there is a usage", "leave it out, or correct the agreement")
	case s.Agreement.Reads == Unmetered && (s.quantity() != "" && s.Basis == "" || s.Basis != "" && !s.stated()):
		return refuse(fmt.Sprintf("agreement %s is unmetered, %q was priced, and it is stated to rest on %q", s.Agreement.ID, s.quantity(), s.Basis),
			"state what a quantity rests on that nobody measured, and nothing where there is none")
	case s.Agreement.Reads == Unmetered:
		return nil
	case s.Basis != "":
		return refuse("agreement "+s.Agreement.ID+" is metered, and its quantity is stated to rest on "+s.Basis, "bill what was measured")
	case s.usages() == 0:
		return refuse("agreement "+s.Agreement.ID+" is metered, and there is no usage", "give what its review came to, an estimate too")
	}
	for i := range s.usages() {
		if days, ok := s.daysOf(i); !ok && !again {
			return refuse("usage "+s.keyOf(i)+" is of "+days.String()+", and "+in.Period.String()+" was priced", "price the days that were measured")
		}
		for k := range i {
			if s.keyOf(k) == s.keyOf(i) {
				return refuse("usage "+s.keyOf(i)+" stands there twice", "give that of each meter once")
			}
		}
	}
	if len(in.Meters) == 0 {
		return s.compareUsage(path, in.Usage, func(int) bool { return true })
	}
	return s.checkMeters(path)
}

// checkMeters compares each meter that was priced with its usage, and with what the agreement says of it.
func (s *Service) checkMeters(path string) *problem.Error {
	refuse := func(what, fix string) *problem.Error {
		return &problem.Error{Code: ErrUsage, Path: path + ".usage", What: what, Fix: fix}
	}
	in := &s.Quote.Input
	owner := make([]string, s.usages())
	for k := range in.Meters {
		m := &in.Meters[k]
		found := 0
		for i := range owner {
			if !s.isOf(i, m.ID) {
				continue
			}
			if owner[i] != "" {
				return refuse("usage "+s.keyOf(i)+" is of meter "+owner[i]+" and of meter "+m.ID, "price each usage once")
			}
			owner[i] = m.ID
			found++
		}
		if found != 1 {
			return refuse(fmt.Sprintf("meter %s was priced, and %d usages are of it", m.ID, found), "give one usage of each meter, whose key or readings name the meter")
		}
		if e := s.compareUsage(path, m.Usage, func(i int) bool { return owner[i] == m.ID }); e != nil {
			return e
		}
		if fact, ok := s.otherFact(m); ok {
			return &problem.Error{
				Code: ErrBill, Path: path + ".quote", What: "meter " + m.ID + " was priced by another " + fact + " than agreement " + s.Agreement.ID + " says",
				Fix: "price by the facts of the agreement; what differs from meter to meter, let the meters say alone",
			}
		}
	}
	if i := slices.Index(owner, ""); i >= 0 {
		return refuse("usage "+s.keyOf(i)+" is of no meter that was priced", "price every meter")
	}
	return nil
}

// stated reports whether a quantity was priced at all, be it zero: as of a house that stood empty in winter.
func (s *Service) stated() bool {
	in := &s.Quote.Input
	return in.Usage != (metering.Volume{}) || s.quantity() != "" ||
		slices.ContainsFunc(in.Meters, func(m rates.Meter) bool { return m.Usage != (metering.Volume{}) })
}

// quantity is what was priced, in words; empty where no unit was.
func (s *Service) quantity() string {
	in := &s.Quote.Input
	if !in.Usage.IsZero() {
		return in.Usage.String()
	}
	for i := range in.Meters {
		if m := &in.Meters[i]; !m.Usage.IsZero() {
			return m.Usage.String() + " of meter " + m.ID
		}
	}
	if !in.Carried.IsZero() {
		return decimal(in.Carried) + " that the last bill carried"
	}
	return ""
}

// compareUsage compares a volume that was priced with the usages that it is of.
func (s *Service) compareUsage(path string, priced metering.Volume, of func(usage int) bool) *problem.Error {
	if priced == (metering.Volume{}) {
		return &problem.Error{Code: ErrUsage, Path: path + ".usage", What: "no usage was priced", Fix: "price the usage that was measured"}
	}
	var uses []exact.Ratio
	var sum exact.Ratio
	for i := range s.usages() {
		if !of(i) {
			continue
		}
		own, err := s.useOf(i, priced.Unit())
		if err != nil {
			return &problem.Error{Code: ErrUsage, Path: path + ".usage", Err: err}
		}
		uses, sum = append(uses, own), sum.Add(own)
	}
	if !comesTo(priced.Number(), uses, sum) {
		return &problem.Error{Code: ErrUsage, Path: path + ".usage", What: fmt.Sprintf("%s was priced, and %s was measured", priced, decimal(sum)), Fix: "price the usage that was measured"}
	}
	return nil
}

// comesTo reports whether uses come to a number: each rounded alike to its places as metering.Usage.Volume rounds, or their sum
// rounded so. What needs no rounding is not taken for anything else.
func comesTo(priced exact.Number, uses []exact.Ratio, sum exact.Ratio) bool {
	want := priced.Ratio()
	for mode := exact.HalfUp; mode.Valid(); mode++ {
		var each exact.Ratio
		for _, use := range uses {
			each = each.Add(use.Round(priced.Places(), mode))
		}
		// Rounded up by itself, each of many would be billed for a unit of which it used little.
		if mode != exact.Up && each.Equal(want) || sum.Round(priced.Places(), mode).Equal(want) {
			return true
		}
	}
	return false
}

// otherFact is a fact of a meter that stands before another one of the agreement; false where there is none.
func (s *Service) otherFact(m *rates.Meter) (string, bool) {
	in := &s.Quote.Input
	changes := func(list []rates.Change, fact string) (out []rates.Change) {
		for _, c := range list {
			if c.Fact == fact {
				out = append(out, c)
			}
		}
		return out
	}
	names := slices.Collect(maps.Keys(m.Facts))
	for _, c := range m.Changes {
		names = append(names, c.Fact)
	}
	slices.Sort(names)
	for _, fact := range names {
		says, ok := in.Facts[fact]
		turns := changes(in.Changes, fact)
		if !ok && len(turns) == 0 {
			continue
		}
		own, stated := m.Facts[fact]
		if stated && own != says || !slices.Equal(changes(m.Changes, fact), turns) {
			return fact, true
		}
	}
	return "", false
}

// decimal is a number as people write it, to four places.
func decimal(r exact.Ratio) string {
	text, _ := r.Round(4, exact.HalfUp).Decimal(4)
	return text
}

// keepReads keeps the readings of a service, which the bill prints and is stored with, in the place of its usages.
func (b *Bill) keepReads(s *Service) {
	if s.kept == nil {
		s.kept = &measured{}
		if len(s.Usage) > 0 {
			*s.kept = make(measured, len(s.Usage))
		}
		for i, u := range s.Usage {
			(*s.kept)[i] = measuredUse{u.Key(), u.Parts(), u.Source() == metering.Estimated}
		}
	}
	b.reads = append(b.reads, *s.kept)
	s.Usage, s.kept = nil, nil
}

// usages is how many usages the service is billed for.
func (s *Service) usages() int {
	if s.kept != nil {
		return len(*s.kept)
	}
	return len(s.Usage)
}

// keyOf is the key of a usage.
func (s *Service) keyOf(usage int) string {
	if s.kept != nil {
		return (*s.kept)[usage].key
	}
	return s.Usage[usage].Key()
}

// daysOf are the days of a usage, or of a reading of it that is not within the days that were priced, and whether they are
// those.
func (s *Service) daysOf(usage int) (civil.Period, bool) {
	in := s.Quote.Input.Period
	if s.kept == nil {
		days := s.Usage[usage].Period()
		return days, days == in
	}
	for _, p := range (*s.kept)[usage].parts {
		if p.Period.From.Before(in.From) || p.Period.To.After(in.To) {
			return p.Period, false
		}
	}
	return in, true
}

// isOf reports whether a usage is of a meter: its key is the meter's id, or one of its readings is of the meter.
func (s *Service) isOf(usage int, meter string) bool {
	if s.keyOf(usage) == meter {
		return true
	}
	var parts []metering.Part
	if s.kept != nil {
		parts = (*s.kept)[usage].parts
	} else {
		parts = s.Usage[usage].Parts()
	}
	return slices.ContainsFunc(parts, func(p metering.Part) bool { return p.Meter == meter })
}

// useOf is what a usage comes to over the days that were priced.
func (s *Service) useOf(usage int, unit metering.Unit) (exact.Ratio, error) {
	if s.kept == nil {
		return s.Usage[usage].Of(s.Quote.Input.Period, unit)
	}
	var sum exact.Ratio
	for _, p := range (*s.kept)[usage].parts {
		own, err := p.In(unit)
		if err != nil {
			return exact.Ratio{}, err
		}
		if !readsTie(p) {
			return exact.Ratio{}, &problem.Error{Code: ErrUsage, What: "a reading does not tie with its digits: " + p.String(), Fix: "restore the bill as it was written"}
		}
		sum = sum.Add(own)
	}
	return sum, nil
}

// readsTie reports whether a stored reading may be one: nothing below zero, no more digits than lie between its readings, which
// for a true-up's share may be fewer, a digit that stands for something, and a use where there are digits, and none where there
// are none. Days without a meter have a use without digits, and behind a register that has turned over only the metering knows
// how many digits it has.
func readsTie(p metering.Part) bool {
	if p.Previous < 0 || p.Current < 0 || p.Used < 0 || p.Use.Sign() < 0 {
		return false
	}
	if p.Meter == "" {
		return p.Used == 0
	}
	return p.Step.Sign() > 0 && (p.Used == 0) == p.Use.IsZero() && (p.Current < p.Previous || p.Used <= p.Current-p.Previous)
}
