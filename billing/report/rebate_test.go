package report_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

// lawns are rebates of 2026-03-31 in a town whose houses used less in April.
func lawns() report.RebatesRequest {
	var agreements []billing.Agreement
	var bills []billing.Bill
	for i, use := range [][2]int64{{300, 150}, {100, 100}, {0, 30}, {200, 180}} {
		a := service(fmt.Sprint("w-", i+1))
		a.From = dayOf("2026-03-01")
		agreements = append(agreements, a)
		bills = append(bills, billed(march, line(a, march, use[0])))
		if i < 3 {
			bills = append(bills, billed(april, line(a, april, use[1])))
		}
	}
	rebate := func(key, agreement, class string) report.Rebate {
		return report.Rebate{Key: key, Agreement: agreement, Class: class, Day: dayOf("2026-03-31")}
	}
	return report.RebatesRequest{
		Rebates: []report.Rebate{rebate("R-1", "w-1", "turf"), rebate("R-2", "w-2", "turf"), rebate("R-3", "w-3", "barrel"), rebate("R-4", "w-4", "turf")},
		Before:  30, After: 20, Unit: metering.CCF, Sales: sold(agreements, bills...),
	}
}

func ExampleCompareRebates() {
	saved, err := report.CompareRebates(lawns())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range saved.Rows {
		fmt.Println(r.Class, r.Key, r.Words)
	}
	for _, total := range saved.Totals {
		fmt.Println(total.Class, total.Rebates, total.ByDayBefore, total.ByDayAfter, total.Saved)
	}
	fmt.Println(saved.Left)
	// Output:
	// barrel R-3 0 CCF a day on 30 days before, and 0.1 CCF on 20 days after
	// turf R-1 1 CCF a day on 30 days before, and 0.5 CCF on 20 days after
	// turf R-2 0.3333 CCF a day on 30 days before, and 0.3333 CCF on 20 days after
	// barrel 1 0 CCF 0.1 CCF -0.1 CCF
	// turf 2 0.6667 CCF 0.4167 CCF 0.25 CCF
	// [account A-w-4 agreement w-4 rebate R-4: no bill has 20 days of the 20 days after it, [2026-04-01, 2026-04-21)]
}

func TestSavingsAreInPercentOfTheUseBefore(t *testing.T) {
	saved := got(report.CompareRebates(lawns()))
	require.Nil(t, saved.Rows[0].Percent, "there is no percentage of zero")
	require.True(t, saved.Rows[1].Percent.Equal(exact.Int(50)))
	require.True(t, saved.Totals[1].Percent.Equal(ratioOf(75, 2)))
	r := lawns()
	r.Unit = metering.Gallon
	require.True(t, got(report.CompareRebates(r)).Rows[1].Percent.Equal(exact.Int(50)), "in whatever unit")
}

func TestARebateIsComparedOnlyOnDaysThatAreTheAgreementsAndBilled(t *testing.T) {
	of := func(change func(*report.RebatesRequest)) string {
		r := lawns()
		r.Rebates = r.Rebates[:1]
		change(&r)
		found := got(report.CompareRebates(r))
		require.Empty(t, found.Rows)
		return found.Left[0].Why
	}
	require.Equal(t, "the 31 days before it, [2026-02-28, 2026-03-31), are not all the agreement's", of(func(r *report.RebatesRequest) { r.Before = 31 }))
	require.Equal(t, "the 20 days after it, [2026-04-01, 2026-04-21), are not all the agreement's",
		of(func(r *report.RebatesRequest) { r.Sales.Agreements[0].Until = dayOf("2026-04-20") }))
	require.Equal(t, "no bill has 1 day of the 30 days after it, [2026-04-01, 2026-05-01)", of(func(r *report.RebatesRequest) { r.After = 30 }))
	require.Contains(t, of(func(r *report.RebatesRequest) { r.Before = 4_000_000 }), "E_DATE")
	require.Contains(t, of(func(r *report.RebatesRequest) { r.After = 4_000_000 }), "E_DATE")
	require.Contains(t, of(func(r *report.RebatesRequest) { r.Rebates[0].Day = dayOf("9999-12-31") }), "E_DATE")
	require.Equal(t, "bill "+march+" has no quantity of it", of(func(r *report.RebatesRequest) {
		f := flat("w-1")
		r.Sales = sold([]billing.Agreement{f}, billed(march, line(f, march, -1)), billed(april, line(f, april, -1)))
	}))
	r := lawns()
	r.Rebates, r.After = r.Rebates[:1], 29
	require.Len(t, got(report.CompareRebates(r)).Rows, 1, "up to the last day of a bill")
}

func TestTheDayOfARebateIsOfNeitherSide(t *testing.T) {
	a := service("w-1")
	a.From = dayOf("2026-03-01")
	s := sold([]billing.Agreement{a}, billed("1", line(a, march, 300)), billed("2", line(a, "[2026-03-31, 2026-04-01)", 5000)),
		billed("3", line(a, "[2026-04-01, 2026-05-01)", 300)))
	row := got(report.CompareRebates(report.RebatesRequest{
		Rebates: []report.Rebate{{Key: "R", Agreement: "w-1", Class: "turf", Day: dayOf("2026-03-31")}}, Before: 30, After: 30, Unit: metering.CCF, Sales: s,
	})).Rows[0]
	require.True(t, row.Saved.Amount.IsZero())
}

func TestTheWaterOfTwoRebatesOfAnAgreementCountsOnce(t *testing.T) {
	r := lawns()
	r.Before, r.After = 10, 5
	second := r.Rebates[0]
	second.Key = "R-9"
	list := func(day string) []string {
		second.Day = dayOf(day)
		r.Rebates = append(lawns().Rebates[:1:1], second)
		saved := got(report.CompareRebates(r))
		require.Len(t, r.Rebates, len(saved.Rows)+len(saved.Left))
		return told(saved.Left, words)
	}
	require.Equal(t, []string{
		"account A-w-1 agreement w-1 rebate R-1: the days before or after it are those of rebate R-9 of 2026-04-15 too, which is of the same agreement and class",
		"account A-w-1 agreement w-1 rebate R-9: the days before or after it are those of rebate R-1 of 2026-03-31 too, which is of the same agreement and class",
	}, list("2026-04-15"))
	require.Len(t, list("2026-03-31"), 2)
	require.Len(t, list("2026-03-16"), 2, "before it too")
	require.Empty(t, list("2026-04-16"), "the five days after the one end where the ten before the other begin")
	require.Empty(t, list("2026-03-15"))
	second.Class = "barrel"
	require.Empty(t, list("2026-03-31"), "classes are not added up")
	second.Class, second.Agreement = "turf", "w-2"
	require.Empty(t, list("2026-03-31"), "nor is it another's water")

	r.Rebates = nil
	for _, key := range []string{"R-3", "R-1", "R-2"} {
		r.Rebates = append(r.Rebates, report.Rebate{Key: key, Agreement: "w-1", Class: "turf", Day: dayOf("2026-03-31")})
	}
	want := got(report.CompareRebates(r)).Left
	require.Contains(t, want[2].Why, "those of rebate R-1 of")
	for seed := range uint64(6) {
		r.Rebates = shuffled(r.Rebates, seed)
		require.Equal(t, want, got(report.CompareRebates(r)).Left, "the first in order of keys")
	}
}

func TestRebatesThatCannotBeCompared(t *testing.T) {
	for what, change := range map[string]func(*report.RebatesRequest){
		"0 days before and 20 after":        func(r *report.RebatesRequest) { r.Before = 0 },
		"30 days before and 0 after":        func(r *report.RebatesRequest) { r.After = 0 },
		"no unit that others convert to":    func(r *report.RebatesRequest) { r.Unit = 0 },
		"rebate R-1: its key, class or day": func(r *report.RebatesRequest) { r.Rebates = append(r.Rebates, r.Rebates[0]) },
		"rebate : its key":                  func(r *report.RebatesRequest) { r.Rebates[0].Key = "" },
		"rebate R-2: its key":               func(r *report.RebatesRequest) { r.Rebates[1].Class = "" },
		"rebate R-3: its key":               func(r *report.RebatesRequest) { r.Rebates[2].Agreement = "w-9" },
		"rebate R-4: its key":               func(r *report.RebatesRequest) { r.Rebates[3].Day = r.Sales.Agreements[0].Until },
		"there are no books":                func(r *report.RebatesRequest) { r.Sales.Books = nil },
	} {
		r := lawns()
		change(&r)
		require.ErrorContains(t, failure(report.CompareRebates(r)), what)
	}
}

func TestRebatesOfAClassSumAndStandWhateverTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyTown(t)
		r := report.RebatesRequest{
			Before: rapid.IntRange(1, 30).Draw(t, "before"), After: rapid.IntRange(1, 30).Draw(t, "after"), Unit: metering.Gallon, Sales: s,
		}
		for i, a := range s.Agreements {
			r.Rebates = append(r.Rebates, report.Rebate{Key: fmt.Sprint(i), Agreement: a.ID, Class: []string{"turf", "barrel"}[i%2],
				Day: got(dayOf("2026-02-01").AddDays(rapid.IntRange(0, 60).Draw(t, "day")))})
		}
		saved := got(report.CompareRebates(r))
		require.Len(t, s.Agreements, len(saved.Rows)+len(saved.Left))
		for _, total := range saved.Totals {
			before, after := exact.Ratio{}, exact.Ratio{}
			for _, row := range saved.Rows {
				if row.Class == total.Class {
					before, after = before.Add(row.Before.Amount), after.Add(row.After.Amount)
				}
			}
			require.True(t, before.Equal(total.Before.Amount) && after.Equal(total.After.Amount))
			require.True(t, total.ByDayBefore.Amount.Mul(exact.Int(int64(total.DaysBefore))).Equal(before))
		}
		r.Sales, r.Rebates = mixed(s, 7), shuffled(r.Rebates, rapid.Uint64().Draw(t, "seed"))
		require.Equal(t, saved, got(report.CompareRebates(r)))
	})
}
