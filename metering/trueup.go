package metering

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// TrueUp settles estimates by the actual reading that follows them. whole is measured from the last actual reading to this
// one, over all the estimates, by Between, ShortTotal, Exchanged or Compound. Its use is spread by day over the estimated
// periods and the current one (Woodburn IN, Krum TX; the spread is ours): the use of each register and each meter over the
// days that it was read for, in whole digits by largest remainder, so that the periods sum to it. So what a meter showed
// when it was taken out is of the days before, and none of it of those after.
//
// The measurement is the current period's with its share; Rebills has each estimated period with its own. Where more was
// estimated than was used the re-bills are credits; no period is ever below 0. A rule that believes a rollover up to a high
// limit is asked of the use of all these periods together.
//
// billed are the estimated periods since the last actual reading, in their order and without a gap, each with what it was
// billed; the first begins where whole does. at are the baselines that the last of these estimates left, one for each
// register, where the current period begins. Anything else is ErrHistory, and units that do not convert are ErrUnit. Where
// no use is known of the whole, none is of any part. The baselines are then still at, so that what the estimates have billed
// is not billed again, and the next actual reading is TrueUpDue.
//
// Of a meter of whose registers only some were estimated, true up each of these, and add the others with Sum.
func TrueUp(whole Measurement, billed []Cycle, at ...Baseline) (Measurement, error) {
	start, err := checkBilled(whole, billed, at)
	if err != nil {
		return Measurement{}, err
	}
	m := whole
	m.from, m.began, m.meter, m.period = start, slices.Clone(at), at[0].Meter, civil.Period{}
	if end := whole.period.To; !end.IsZero() && !end.Before(start) {
		m.period = civil.Period{From: start, To: end}
	}
	switch {
	case whole.known && m.period.IsZero():
		return m.none(verdict(ReadOrder, "the reading is dated {day}, before the estimate of {opened}",
			note("day", whole.period.To.String()), note("opened", start.String())).at(m.meter, "")), nil
	case !whole.known:
		return m.unknown(), nil
	}
	shares := make([]share, len(billed)+1)
	for i, c := range billed {
		shares[i].period = c.Period
	}
	shares[len(billed)].period = m.period
	for _, p := range whole.parts {
		if err := spread(p, whole.unit, shares); err != nil {
			return Measurement{}, err
		}
	}
	m.rebills = nil
	for i, c := range billed {
		was, err := c.Use.In(whole.unit)
		if err != nil {
			return Measurement{}, err
		}
		again := Rebill{Period: c.Period, Use: shares[i].use, Billed: was}
		if len(whole.parts) == 1 {
			for _, p := range shares[i].parts {
				again.Used = p.Used
			}
		}
		m.rebills = append(m.rebills, again)
	}
	own := shares[len(billed)]
	m.total, m.parts = own.use, own.parts
	m.baselines = whole.Baselines()
	for i := range m.baselines {
		if next := &m.baselines[i]; next.Source == Customer { // does not end the row of estimates
			for _, b := range at {
				if b.Register.ID == next.Register.ID || len(at) == 1 {
					next.Estimates = b.Estimates
				}
			}
		}
	}
	return m.With(verdict(Normal, "{use} {unit} since {day}, spread over {days} days: {share} are of this period",
		figure("use", whole.total), note("unit", whole.unit.String()), note("day", whole.from.String()),
		count("days", int64(whole.Days())), figure("share", own.use)).at(m.meter, "")), nil
}

// share is what a true-up finds of one period.
type share struct {
	period civil.Period
	use    exact.Ratio // in the measurement's unit
	parts  []Part
}

// spread shares the use of a part out over the periods in which it was used. A part without days, as where a meter was
// exchanged on the day that it was read, is of the period in which its day stands.
func spread(p Part, unit Unit, shares []share) error {
	weights, common := make([]exact.Ratio, len(shares)), make([]civil.Period, len(shares))
	for i, s := range shares {
		var days int
		switch both, ok := p.Period.Intersect(s.period); {
		case ok:
			common[i], days = both, both.Days()
		case p.Period.Days() == 0 && (i == len(shares)-1 || p.Period.From.Before(s.period.To)):
			common[i], days = p.Period, 1
		}
		weights[i] = exact.Int(int64(days))
		if days > 0 && p.Period.Days() == 0 {
			break
		}
	}
	digits, err := exact.Split(p.Used, weights)
	if err != nil {
		return err
	}
	for i, s := range shares {
		if weights[i].IsZero() {
			continue
		}
		own := p
		own.Period, own.Used = common[i], digits[i]
		switch {
		case p.Used > 0: // as many digits of its step
			own.Use, err = p.Use.Mul(exact.Int(digits[i])).Quo(exact.Int(p.Used))
		case p.Period.Days() > 0: // days without a meter have no digits
			own.Use, err = p.Use.Mul(weights[i]).Quo(exact.Int(int64(p.Period.Days())))
		}
		if err == nil {
			s.use, err = addIn(s.use, own.Use, p.Unit, unit)
		}
		if err != nil {
			return err
		}
		s.parts = append(s.parts, own)
		shares[i] = s
	}
	return nil
}

// checkBilled returns the day on which the current period begins.
func checkBilled(whole Measurement, billed []Cycle, at []Baseline) (civil.Date, error) {
	refuse := func(path, what, fix string) (civil.Date, error) {
		return civil.Date{}, &problem.Error{Code: ErrHistory, Path: path, What: what, Fix: fix}
	}
	estimated := func(b Baseline) bool { return b.Source == Estimated }
	switch {
	case whole.from.IsZero():
		return refuse("whole", "there is no measurement", "measure from the last actual reading to this one")
	case slices.ContainsFunc(whole.began, estimated):
		return refuse("whole", "it begins at an estimate", "measure from the last actual reading")
	case whole.known && slices.ContainsFunc(whole.baselines, estimated):
		return refuse("whole", "it ends at an estimate", "true up by a reading that somebody took")
	case len(billed) == 0:
		return refuse("billed", "there is no estimate", "take the measurement as it is")
	}
	day := whole.from
	for i, c := range billed {
		path := fmt.Sprintf("billed[%d]", i)
		switch {
		case c.Source != Estimated:
			return refuse(path, "the period was not estimated", "begin at the last actual reading")
		case c.Period.Check() != nil || c.Period.Days() == 0 || c.Period.From != day:
			return refuse(path, "the period does not begin on "+day.String()+", or has no days",
				"give every estimated period since the last actual reading, in order")
		case !c.Use.Unit().Valid() || c.Use.Sign() < 0:
			return refuse(path, "what was billed is missing, or below 0", "give the use that the estimate was billed at")
		}
		day = c.Period.To
	}
	if len(at) == 0 {
		return refuse("at", "there is no baseline", "give those that the last estimate left")
	}
	for i, b := range at {
		path := fmt.Sprintf("at[%d]", i)
		switch {
		case b.Check() != nil || b.Source != Estimated || !whole.has(b.Meter) || b.Meter != at[0].Meter:
			return refuse(path, "the baseline is not one that an estimate of this meter has left", "give the one that the last estimate left")
		case b.Day != day:
			return refuse(path, "the baseline is of "+b.Day.String()+", and the estimates end on "+day.String(), "give the one that the last estimate left")
		case slices.ContainsFunc(at[:i], func(c Baseline) bool { return c.Register.ID == b.Register.ID }):
			return refuse(path, "register "+b.Register.ID+" stands there twice", "give each register once")
		}
	}
	if len(at) != len(whole.began) || len(whole.through) == 0 && !sameRegisters(at, whole.began) {
		return refuse("at", "the baselines are not of the registers that were measured", "give that of each register once")
	}
	return day, nil
}

// has reports whether a meter is one that was measured.
func (m Measurement) has(meter string) bool {
	return m.meter == meter || slices.Contains(m.through, meter)
}

// sameRegisters reports whether two lists, in which each register stands once, are of the same.
func sameRegisters(a, b []Baseline) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x Baseline) bool {
		return !slices.ContainsFunc(b, func(y Baseline) bool { return x.Meter == y.Meter && x.Register.ID == y.Register.ID })
	})
}
