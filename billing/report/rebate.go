package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// Rebate is a rebate that a customer was given for saving water, such as for a lawn that was taken out.
type Rebate struct {
	Key       string // the host's own
	Agreement string
	Class     string     // of the rebate, such as "turf"
	Day       civil.Date // on which the work was done: it is of neither side
}

// RebatesRequest asks for the use before and after rebates. The order of its lists has no effect.
type RebatesRequest struct {
	Rebates []Rebate
	// Before and After are how many days before and after the day of the rebate are compared, each 1 or more. Whole years on both sides
	// have the same seasons.
	Before, After int
	Unit          metering.Unit
	Sales         Sales
}

// Compared is use before and after, with the use by day of each side: exact fractions.
type Compared struct {
	Before, After           Water
	DaysBefore, DaysAfter   int // of services: of 2 services with 365 days each, 730
	ByDayBefore, ByDayAfter Water
	// Saved is the use by day before less that after: below zero where more was used.
	Saved Water
	// Percent is Saved in percent of the use by day before; nil where nothing was used before.
	Percent *exact.Ratio
}

// RebateRow is the use of a service before and after a rebate, spread over the days of its bills.
type RebateRow struct {
	Key, Class         string
	Account, Agreement string
	Day                civil.Date
	Compared
	Words string
}

// RebateTotal is what the rebates of a class come to: use and days are the sums of the rows.
type RebateTotal struct {
	Class   string
	Rebates int
	Compared
}

// Rebates is the use before and after rebates.
type Rebates struct {
	Rows   []RebateRow   // in the order of classes, days and keys
	Totals []RebateTotal // by class
	// Left is rebates that cannot be compared, each with why: days on both sides that no bill has, or that are not the agreement's, or
	// that another rebate of the agreement has too, so that their water would count twice and nobody could say which rebate saved it.
	Left []Left
}

// CompareRebates compares the use by day before and after each rebate. A rebate whose days are not all on bills of the service is left
// out: what a part of a year says of the rest is nobody's to guess. The next customer at the premise has another agreement, and is not
// compared with this one. Nor are two rebates of an agreement in one class whose days overlap: each is told. Refused are a request and sales that are not whole (ErrRequest, ErrSales), a rebate that lacks something, stands there
// twice or is of no agreement (ErrRebate), and units that do not convert (ErrWater); all are told.
func CompareRebates(r RebatesRequest) (Rebates, error) {
	var found problem.List
	askedUnit(&found, r.Unit)
	if r.Before < 1 || r.After < 1 {
		found.Add(&problem.Error{
			Code: ErrRequest, Path: "before, after", What: fmt.Sprintf("%d days before and %d after", r.Before, r.After),
			Fix: "state how many days are compared on each side",
		})
	}
	w := r.Sales.read(&found)
	seen := map[string]bool{}
	for _, b := range r.Rebates {
		if b.Key == "" || seen[b.Key] || b.Class == "" || b.Day.IsZero() || w.agreements[b.Agreement] == nil {
			found.Add(&problem.Error{
				Code: ErrRebate, Path: "rebate " + b.Key, What: "its key, class or day is missing, it stands there twice, or its agreement is not given",
				Fix: "state each rebate once, with its agreement among the others",
			})
		}
		seen[b.Key] = true
	}
	if err := told(found); err != nil {
		return Rebates{}, err
	}
	var out Rebates
	shared := r.shared()
	for _, b := range r.Rebates {
		row, why := RebateRow{}, shared[b.Key]
		if why == "" {
			row, why = r.row(w, b, &found)
		}
		if why != "" {
			out.Left = append(out.Left, Left{Account: w.agreements[b.Agreement].Account, Agreement: b.Agreement, Of: "rebate " + b.Key, Why: why})
			continue
		}
		out.Rows = append(out.Rows, row)
	}
	if err := told(found); err != nil {
		return Rebates{}, err
	}
	slices.SortFunc(out.Rows, func(a, b RebateRow) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), a.Day.Compare(b.Day), cmp.Compare(a.Key, b.Key))
	})
	out.Left = sortLeft(out.Left)
	for _, row := range out.Rows {
		if n := len(out.Totals); n == 0 || out.Totals[n-1].Class != row.Class {
			out.Totals = append(out.Totals, RebateTotal{Class: row.Class, Compared: Compared{Before: Water{Unit: r.Unit}, After: Water{Unit: r.Unit}}})
		}
		t := &out.Totals[len(out.Totals)-1]
		t.Rebates++
		t.Before, t.After = t.Before.plus(row.Before), t.After.plus(row.After)
		t.DaysBefore, t.DaysAfter = t.DaysBefore+row.DaysBefore, t.DaysAfter+row.DaysAfter
	}
	for i := range out.Totals {
		out.Totals[i].compare()
	}
	return out, nil
}

// shared says of each rebate that has days with another of its agreement and class which one that is, by its key: the first in order of keys
// where there are several.
func (r *RebatesRequest) shared() map[string]string {
	type of struct{ agreement, class string }
	groups, out := map[of][]Rebate{}, map[string]string{}
	for _, b := range r.Rebates {
		groups[of{b.Agreement, b.Class}] = append(groups[of{b.Agreement, b.Class}], b)
	}
	for _, list := range groups {
		slices.SortFunc(list, func(a, b Rebate) int { return cmp.Compare(a.Key, b.Key) })
		for _, b := range list {
			for _, other := range list {
				// So many days apart, the last day after the one is the first day before the other.
				if apart := b.Day.Sub(other.Day); b.Key == other.Key || max(apart, -apart) > r.Before+r.After {
					continue
				}
				out[b.Key] = "the days before or after it are those of rebate " + other.Key + " of " + other.Day.String() + " too, which is of the same agreement and class"
				break
			}
		}
	}
	return out
}

// row compares one rebate, or says why it cannot.
func (r *RebatesRequest) row(w *selling, b Rebate, found *problem.List) (RebateRow, string) {
	a := w.agreements[b.Agreement]
	row := RebateRow{Key: b.Key, Class: b.Class, Account: a.Account, Agreement: a.ID, Day: b.Day}
	row.DaysBefore, row.DaysAfter = r.Before, r.After
	first, err := b.Day.AddDays(-r.Before)
	if err != nil {
		return row, err.Error()
	}
	next, err := b.Day.AddDays(1)
	if err != nil {
		return row, err.Error()
	}
	last, err := next.AddDays(r.After)
	if err != nil {
		return row, err.Error()
	}
	for _, side := range []struct {
		what  string
		days  civil.Period
		water *Water
	}{{"before", civil.Period{From: first, To: b.Day}, &row.Before}, {"after", civil.Period{From: next, To: last}, &row.After}} {
		if own, ok := a.Within(side.days); !ok || own != side.days {
			return row, "the " + counted(side.days.Days(), "day") + " " + side.what + " it, " + side.days.String() + ", are not all the agreement's"
		}
		lacks := 0
		for _, p := range w.unbilled(a, side.days) {
			lacks += p.Days()
		}
		if lacks > 0 {
			return row, "no bill has " + counted(lacks, "day") + " of the " + counted(side.days.Days(),
				"day") + " " + side.what + " it, " + side.days.String()
		}
		use, why := w.useOf(a.ID, side.days, r.Unit, found)
		if why != "" {
			return row, why
		}
		*side.water = use
	}
	row.compare()
	row.Words = row.ByDayBefore.String() + " a day on " + counted(row.DaysBefore,
		"day") + " before, and " + row.ByDayAfter.String() + " on " + counted(row.DaysAfter, "day") + " after"
	return row, ""
}

// useOf is the use of an agreement on some days; it says why where there is none.
func (w *selling) useOf(agreement string, days civil.Period, unit metering.Unit, found *problem.List) (Water, string) {
	sum := Water{Unit: unit}
	from, _ := slices.BinarySearchFunc(w.sold, agreement, func(s sold, id string) int { return cmp.Compare(s.agreement.ID, id) })
	for i := from; i < len(w.sold) && w.sold[i].agreement.ID == agreement; i++ {
		s := &w.sold[i]
		_, part, ok := ByDay.within(s.period, days)
		switch {
		case !ok:
			continue
		case !s.priced:
			return Water{}, "bill " + s.bill + " has no quantity of it"
		}
		use, err := s.use.In(unit)
		if err != nil {
			found.Add(&problem.Error{Code: ErrWater, Path: "account " + s.account + " bill " + s.bill, Err: err})
			continue
		}
		sum.Amount = sum.Amount.Add(use.Amount.Mul(part))
	}
	return sum, ""
}

// compare finds the use by day of both sides, and what was saved. Both have days.
func (c *Compared) compare() {
	before, _ := c.Before.Amount.Quo(exact.Int(int64(c.DaysBefore)))
	after, _ := c.After.Amount.Quo(exact.Int(int64(c.DaysAfter)))
	unit := c.Before.Unit
	c.ByDayBefore, c.ByDayAfter, c.Saved = Water{before, unit}, Water{after, unit}, Water{before.Sub(after), unit}
	if percent, err := c.Saved.Amount.Mul(exact.Int(100)).Quo(before); err == nil {
		c.Percent = &percent
	}
}
