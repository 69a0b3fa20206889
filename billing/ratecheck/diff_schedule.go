package ratecheck

import (
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// rules compares what a schedule states of its bills, whatever the days.
func (d *bookDiffer) rules(was, is *rates.Schedule) {
	if was.Title != is.Title {
		d.say(Altered, "The schedule is titled "+diffInstead(diffText(is.Title), diffText(was.Title)))
	}
	if was.Unit != is.Unit {
		d.say(Altered, fmt.Sprintf("Usage is now counted in %s, and so are prices and the bounds of tiers", diffInstead(diffUnitWords(is.Unit), diffUnitWords(was.Unit))))
	}
	if was.Rounding.Mode != is.Rounding.Mode {
		d.say(Altered, "Bills are now rounded "+diffInstead(diffModeWords(is.Rounding.Mode), diffModeWords(was.Rounding.Mode)))
	}
	if was.Rounding.Place != is.Rounding.Place {
		d.say(Altered, "Bills are now rounded "+diffInstead(diffPlaceWords(is.Rounding.Place), diffPlaceWords(was.Rounding.Place)))
	}
	if was.Select != is.Select {
		d.say(Altered, "A change of rates inside a bill is now "+diffInstead(diffSelectWords(is.Select), diffSelectWords(was.Select)))
	}
	if was.Proration != is.Proration {
		d.say(Altered, "Bills are now "+diffInstead(diffProrationWords(is.Proration), diffProrationWords(was.Proration)))
	}
	if was.Usage != is.Usage {
		d.say(Altered, "Usage is now billed "+diffInstead(diffUsageWords(is.Usage), diffUsageWords(was.Usage)))
	}
	d.seasons(&was.Seasons, &is.Seasons)
	switch {
	case is.Undated && !was.Undated:
		d.say(Altered, "Bills without dates are now priced, instead of refused")
	case was.Undated && !is.Undated:
		d.say(Altered, "Bills without dates are now refused, instead of priced")
	}
}

func (d *bookDiffer) seasons(was, is *rates.Seasons) {
	if was.Select != is.Select {
		d.say(Altered, "A change of season inside a bill is now "+diffInstead(diffSelectWords(is.Select), diffSelectWords(was.Select)))
	}
	if len(was.Starts) != len(is.Starts) {
		d.say(Altered, "The seasons are now "+diffInstead(diffSeasonWords(is.Starts), diffSeasonWords(was.Starts)))
		return
	}
	for i := range is.Starts {
		a, b := was.Starts[i], is.Starts[i]
		if a.Name != b.Name {
			d.say(Altered, fmt.Sprintf("The season from %s is called %s", diffYearDay(b), diffInstead(b.Name, a.Name)))
		}
		if a.Month != b.Month || a.Day != b.Day {
			d.say(Altered, fmt.Sprintf("Season %s begins on %s", b.Name, diffInstead(diffYearDay(b), diffYearDay(a))))
		}
	}
}

// codes compares what an outside format calls the refusals of the engine.
func (d *bookDiffer) codes(was, is *rates.Schedule) {
	all := maps.Clone(was.Codes)
	if all == nil {
		all = map[problem.Code]problem.Code{}
	}
	maps.Copy(all, is.Codes)
	for _, code := range slices.Sorted(maps.Keys(all)) {
		before, had := was.Codes[code]
		after, has := is.Codes[code]
		switch {
		case had && !has:
			d.say(Altered, fmt.Sprintf("A refusal with %s is now reported as it is instead of as %s", code, before))
		case has && !had:
			d.say(Altered, fmt.Sprintf("A refusal with %s is now reported as %s instead of as it is", code, after))
		case before != after:
			d.say(Altered, fmt.Sprintf("A refusal with %s is now reported as %s", code, diffInstead(string(after), string(before))))
		}
	}
}

func diffUnitWords(u metering.Unit) string {
	switch u {
	case metering.CCF:
		return "CCF of 100 cubic feet"
	case metering.CCF748:
		return "CCF of 748 gallons"
	}
	return u.Word(false)
}

func diffModeWords(m exact.Mode) string {
	switch m {
	case exact.HalfUp:
		return "half up"
	case exact.HalfEven:
		return "half to even"
	case exact.Up:
		return "up"
	case exact.Down:
		return "down"
	}
	return fmt.Sprintf("by %s", m)
}

func diffPlaceWords(p money.Place) string {
	switch p {
	case money.ByLine:
		return "line by line"
	case money.AtTotal:
		return "once at the total"
	}
	return fmt.Sprintf("at %s", p)
}

func diffSelectWords(s rates.Select) string {
	switch s {
	case 0:
		return "refused"
	case rates.ByPeriodStart:
		return "decided by the first day of the bill"
	case rates.ByPeriodEnd:
		return "decided by the last day of the bill"
	case rates.ByBillDate:
		return "decided by the date of the bill"
	case rates.SplitByDay:
		return "split by days"
	case rates.BlendByDay:
		return "blended by days"
	}
	return fmt.Sprintf("decided by %s", s)
}

func diffProrationWords(p rates.Proration) string {
	over := ""
	switch p.Over {
	case rates.NotProrated:
		over = "charged in full, whatever their days"
	case rates.StatedDays:
		over = "prorated over " + diffPlural(p.Days, "day")
	case rates.CycleDays:
		over = "prorated over the days of the full cycle"
	case rates.MonthDays:
		over = "prorated over the days of each month"
	default:
		over = fmt.Sprintf("prorated over %s", p.Over)
	}
	if p.Days != 0 && p.Over != rates.StatedDays {
		over += " of " + diffPlural(p.Days, "day")
	}
	switch {
	case p.Fixed && p.Tiers:
		over += " (fixed amounts and tiers)"
	case p.Fixed:
		over += " (fixed amounts)"
	case p.Tiers:
		over += " (tiers)"
	}
	return over
}

func diffUsageWords(u rates.UsageRule) string {
	switch u {
	case rates.ExactUsage:
		return "as it is measured"
	case rates.TruncateAndCarry:
		return "in whole units, with the rest carried to the next bill"
	case rates.NextWholeUnit:
		return "by the begun unit"
	}
	return fmt.Sprintf("by %s", u)
}

func diffSeasonWords(starts []rates.SeasonStart) string {
	if len(starts) == 0 {
		return "none"
	}
	said := make([]string, len(starts))
	for i, s := range starts {
		said[i] = fmt.Sprintf("%s from %s", s.Name, diffYearDay(s))
	}
	return diffAnd(said)
}

// diffYearDay is a day of every year.
func diffYearDay(s rates.SeasonStart) string { return fmt.Sprintf("%s %d", s.Month, s.Day) }
