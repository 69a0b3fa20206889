package ratecheck

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// partsShare prices the whole period under each version alone and weighs the bills by days.
func (t *trial) partsShare() *Breach {
	if t.s.Select != rates.SplitByDay && t.s.Select != rates.BlendByDay || t.s.Proration.Over == rates.MonthDays || len(t.s.Versions) < 2 {
		return nil
	}
	alone := make([]*rates.Engine, len(t.s.Versions))
	for i := range alone {
		// Prices that do not compile alone would not have compiled together.
		alone[i], _ = t.compile(func(s *rates.Schedule) {
			v := s.Versions[i]
			v.From, v.To = civil.Date{}, civil.Date{}
			s.Versions = []rates.Version{v}
		})
	}
	return t.each(func(q *rates.Quote) *Breach {
		p := q.Input.Period
		if !t.oneSeason(p) || len(q.Input.Changes) > 0 {
			return nil
		}
		want, lines, parts := exact.Ratio{}, int64(0), 0
		for line := range q.Lines() {
			_ = line
			lines++
		}
		for i := range t.s.Versions {
			share := daysIn(p, &t.s.Versions[i])
			if share == 0 || alone[i] == nil {
				continue
			}
			parts++
			whole, err := alone[i].Price(q.Input)
			if err != nil {
				return nil // a fact that one of the versions does not know
			}
			part, _ := exact.New(int64(share), int64(p.Days())) // a period with a share has days
			want = want.Add(whole.Exact().Mul(part))
			for range whole.Lines() {
				lines++
			}
		}
		if parts < 2 {
			return nil
		}
		if off := q.Exact().Sub(want).Abs(); off.Cmp(cents(lines)) > 0 {
			return &Breach{Bills: inputs(q), What: fmt.Sprintf("its versions' bills, weighed by days, come to %s, and the bill to %s", shortDollars(want), q.Total),
				Fix: "look for amounts that do not grow with days and usage together, such as formulas"}
		}
		return nil
	})
}

// daysIn is how many days of a period a version holds.
func daysIn(p civil.Period, v *rates.Version) int {
	from, to := p.From, p.To
	if from.Before(v.From) {
		from = v.From
	}
	if !v.To.IsZero() && v.To.Before(to) {
		to = v.To
	}
	return max(0, to.Sub(from))
}

// oneSeason says whether no season begins inside a period.
func (t *trial) oneSeason(p civil.Period) bool {
	for _, start := range t.s.Seasons.Starts {
		for year := p.From.Year(); year <= p.To.Year(); year++ {
			if on, err := civil.NewDate(year, start.Month, start.Day); err == nil && p.From.Before(on) && on.Before(p.To) {
				return false
			}
		}
	}
	return true
}

// halvesSum bills the two halves of a period apart.
func (t *trial) halvesSum() *Breach {
	p := t.s.Proration
	if !p.Fixed || !p.Tiers || p.Over == rates.MonthDays || t.s.Usage != rates.ExactUsage || t.s.Select == rates.ByBillDate || !t.growsWithDays() {
		return nil
	}
	return t.sparse(400, func(q *rates.Quote) *Breach {
		period := q.Input.Period
		days := period.Days()
		if days < 2 || !t.oneSeason(period) || len(q.Input.Changes) > 0 || len(q.Input.Meters) > 0 || t.crosses(period) {
			return nil
		}
		mid, err := period.From.AddDays(days / 2)
		if err != nil {
			return nil
		}
		want, lines := exact.Ratio{}, int64(0)
		var halves [2]rates.Quote
		for i, half := range []civil.Period{{From: period.From, To: mid}, {From: mid, To: period.To}} {
			in := q.Input
			in.Period = half
			share, _ := exact.New(int64(half.Days()), int64(days))
			n, ok := numberOf(q.Input.Usage.Ratio().Mul(share))
			if !ok {
				return nil // a usage that has no decimal
			}
			if in.Usage, err = metering.NewVolume(n, t.s.Unit); err != nil {
				return nil
			}
			if halves[i], err = t.engine.Price(in); err != nil {
				return nil
			}
			want = want.Add(halves[i].Exact())
			for range halves[i].Lines() {
				lines++
			}
		}
		if off := q.Exact().Sub(want).Abs(); off.Cmp(cents(2*lines)) > 0 {
			return &Breach{Bills: inputs(q, &halves[0], &halves[1]), What: fmt.Sprintf("the bill is %s, and its halves come to %s and %s", q.Total, halves[0].Total, halves[1].Total),
				Fix: "look for amounts that do not grow with days and usage together: formulas, quantities that are not usage, minimums and caps"}
		}
		return nil
	})
}

// growsWithDays says whether all that is charged grows with days and usage together. Quantities
// that are not usage, such as winter averages, and formulas are what they are for any days.
func (t *trial) growsWithDays() bool {
	for i := range t.s.Versions {
		for _, c := range t.s.Versions[i].Charges {
			switch r := c.Rule.(type) {
			case rates.PerUnit:
				if r.Of != nil {
					return false
				}
			case rates.Tiered:
				if _, columns := r.Tiers.(rates.TierColumns); r.Of != nil || columns {
					return false
				}
			case rates.Computed:
				return false
			}
		}
		formulas := false
		walkVersion(&t.s.Versions[i], visitor{formula: func(*rates.Formula) { formulas = true }})
		if formulas {
			return false
		}
	}
	return true
}

// crosses says whether a version begins inside a period.
func (t *trial) crosses(p civil.Period) bool {
	return slices.ContainsFunc(t.s.Versions, func(v rates.Version) bool { return p.From.Before(v.From) && v.From.Before(p.To) })
}
