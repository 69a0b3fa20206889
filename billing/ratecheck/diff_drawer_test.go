package ratecheck_test

import (
	"strconv"
	"time"

	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A diffDrawer draws books that compile, with every kind of rule and value.
type diffDrawer struct {
	*rapid.T
	seasons bool
	columns bool // the schedule is undated, and may hold what an outside format does
}

func (d *diffDrawer) n(low, high int) int { return rapid.IntRange(low, high).Draw(d.T, "n") }

// one in so many is true.
func (d *diffDrawer) one(in int) bool { return d.n(0, in-1) == in-1 }

func diffPick[V any](d *diffDrawer, from ...V) V { return from[d.n(0, len(from)-1)] }

func (d *diffDrawer) amount() rates.Number {
	return rates.Num(strconv.Itoa(d.n(0, 99)) + diffPick(d, "", ".5", ".50", ".25", ".125"))
}

func (d *diffDrawer) book() rates.Book {
	b := rates.Book{Name: diffPick(d, "District", "Town")}
	for i := range d.n(1, 3) {
		b.Schedules = append(b.Schedules, d.schedule("s"+strconv.Itoa(i)))
	}
	return b
}

func (d *diffDrawer) schedule(id string) rates.Schedule {
	s := rates.Schedule{
		ID: id, Title: diffPick(d, "", "Homes"), Unit: diffPick(d, metering.CCF, metering.CCF748, metering.ThousandGallons),
		Rounding:  money.Rounding{Mode: diffPick(d, exact.HalfUp, exact.HalfEven, exact.Up, exact.Down), Place: diffPick(d, money.ByLine, money.AtTotal)},
		Select:    diffPick(d, rates.SplitByDay, rates.BlendByDay, rates.ByPeriodStart, rates.ByPeriodEnd, rates.ByBillDate),
		Usage:     diffPick(d, rates.ExactUsage, rates.NextWholeUnit, rates.TruncateAndCarry),
		Proration: rates.Proration{Over: rates.NotProrated},
		Facts: []rates.Fact{
			{Name: "meter_size", Type: rates.TextFact, Allowed: []string{"3/4", "1", "2"}, Change: rates.SplitByDay},
			{Name: "zone", Type: rates.TextFact, Allowed: []string{"hill", "valley"}},
			{Name: "units", Type: rates.NumberFact, Range: &rates.Range{Least: rates.Num("1"), Most: rates.Num("9"), Whole: d.one(2)}},
			{Name: "area", Type: rates.AnyFact},
		},
	}
	d.columns, d.seasons = d.one(4), false
	switch {
	case d.columns:
		s.Undated, s.Codes = true, map[problem.Code]problem.Code{rates.ErrTierLength: "E_LENGTH", rates.ErrNoRow: "E_KEY", rates.ErrNotNumber: "E_TYPE", rates.ErrDivideByZero: "E_DIV", rates.ErrCycle: "E_LOOP"}
	case d.one(2):
		s.Proration = rates.Proration{Over: rates.StatedDays, Days: d.n(28, 31), Fixed: true, Tiers: d.one(2)}
		fallthrough
	default:
		if d.seasons = d.one(2); d.seasons {
			s.Seasons = rates.Seasons{Select: rates.ByPeriodEnd, Starts: []rates.SeasonStart{{Name: "summer", Month: time.May, Day: d.n(1, 28)}, {Name: "winter", Month: time.November, Day: 1}}}
		}
	}
	s.Versions = []rates.Version{d.version()}
	if s.Undated {
		return s
	}
	from := civil.MustDate("2026-01-01")
	if d.one(2) {
		s.Versions[0].From = civil.MustDate("2025-01-01")
	}
	for d.one(2) && len(s.Versions) < 4 {
		s.Versions[len(s.Versions)-1].To = from
		v := d.version()
		v.From = from
		s.Versions = append(s.Versions, v)
		from = diffDaysAfter(from, d.n(1, 400))
	}
	return s
}

func (d *diffDrawer) version() rates.Version {
	v := rates.Version{Source: rates.Citation{Resolution: "Resolution " + strconv.Itoa(d.n(1, 4))}}
	v.Definitions = []rates.Definition{
		{Name: "average", Fact: diffPick(d, "", "units"), Value: d.amount()},
		{Name: "group", Value: rates.Table{By: []string{"zone"}, Rows: []rates.Row{{Key: []string{"hill"}, Value: rates.Text("a")}}, Else: rates.Text(diffPick(d, "a", "b"))}},
		{Name: "joined", Value: rates.Joined{Names: []string{"zone", "meter_size"}, With: diffPick(d, "|", "-")}},
		{Name: "banded", Value: d.tiered()},
	}
	for i := range d.n(2, 8) {
		v.Charges = append(v.Charges, d.charge(i))
	}
	return v
}

func (d *diffDrawer) charge(i int) rates.Charge {
	c := rates.Charge{ID: "c" + strconv.Itoa(i), Text: diffPick(d, "", "Charge "+strconv.Itoa(i)), Service: diffPick(d, "", "water"), Memo: d.one(8),
		Per: rates.PerAccount, Source: rates.Citation{Section: diffPick(d, "", "", "Exhibit A")}}
	if d.one(3) {
		c.When = []rates.Condition{{Fact: diffPick(d, "zone", "group"), In: diffPick(d, []string{"hill"}, []string{"hill", "valley"})}}
		if c.When[0].Fact == "group" {
			c.When[0].In = []string{"a"}
		}
	}
	if d.one(5) {
		c.Meters = []rates.Condition{{Fact: "meter_size", In: []string{"3/4", "1"}}}
	}
	if d.seasons && d.one(3) {
		c.Season = diffPick(d, "summer", "winter")
	}
	kinds := 5
	if i > 0 {
		kinds = 8
	}
	of := []string{"c0"}
	switch d.n(1, kinds) {
	case 1, 2:
		c.Rule = rates.Fixed{Amount: d.value(2)}
	case 3:
		c.Rule = rates.PerUnit{Of: d.quantity(), Price: d.value(2)}
	case 4:
		c.Rule = d.tiered()
	case 5:
		c.Rule = rates.Computed{Amount: d.value(1)}
	case 6:
		c.Rule = rates.Percent{Rate: d.amount(), Of: of}
	case 7:
		c.Rule = rates.Minimum{Amount: d.value(1), Of: of}
	case 8:
		c.Rule = diffPick[rates.Rule](d, rates.Credit{Amount: d.amount()}, rates.Credit{Amount: d.amount(), Cap: d.amount(), Of: of}, rates.Credit{Percent: d.amount(), Of: of})
	}
	return c
}

func (d *diffDrawer) quantity() rates.Value {
	return diffPick[rates.Value](d, nil, nil, rates.Formula{Text: "max(0, usage - 3)"}, rates.Formula{Text: "usage / 3", Exact: true}, rates.Name("average"))
}

func (d *diffDrawer) value(depth int) rates.Value {
	if depth == 0 {
		return d.amount()
	}
	switch d.n(1, 8) {
	case 1, 2:
		return rates.Table{By: []string{"meter_size"}, Rows: []rates.Row{{Key: []string{"3/4"}, Value: d.value(depth - 1)}, {Key: []string{"1"}, Value: d.value(depth - 1)}}, Else: d.value(depth - 1)}
	case 3:
		return rates.Table{By: []string{"zone", "group"}, Rows: []rates.Row{{Key: []string{"hill", "a"}, Value: d.amount()}, {Key: []string{"valley", "b"}, Value: d.amount()}}}
	case 4:
		return rates.Formula{Text: diffPick(d, "units * 2.5", "average", "round(units / 3, 2)", "1.50 + units")}
	case 5:
		return rates.Name(diffPick(d, "average", "units"))
	case 6:
		if d.columns {
			return rates.Refuse{Code: "E_DAMAGED", What: "damaged", Fix: "mend it"}
		}
	}
	return d.amount()
}

func (d *diffDrawer) tiered() rates.Tiered {
	t := rates.Tiered{Of: diffPick[rates.Value](d, nil, nil, rates.Formula{Text: "max(0, usage - 3)"})}
	if d.columns && d.one(2) {
		t.Tiers = rates.TierColumns{From: rates.List{rates.Num("0"), d.amount()}, Prices: diffPick[rates.Value](d, rates.List{d.amount(), d.amount()}, rates.Name("area"))}
		return t
	}
	var list rates.TierList
	bound := 0
	for range d.n(0, 3) {
		bound += d.n(1, 9)
		list = append(list, rates.Tier{UpTo: rates.Num(strconv.Itoa(bound)), Price: d.value(1)})
	}
	t.Tiers = append(list, rates.Tier{Price: d.amount()})
	return t
}
