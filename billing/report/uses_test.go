package report_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

// gardens asks for April of a town with gardens, two flat services and budgets.
func gardens() report.UsesRequest {
	s := town(6)
	f, q := flat("f-1"), flat("q-1")
	q.Schedule = "free"
	s.Agreements = append(s.Agreements, f, q)
	s.Bills = append(s.Bills, billed("f", line(f, april, -1)), billed("q", line(q, april, 30)))
	s.Books = booked(s.Bills...)
	return report.UsesRequest{
		Period: daysOf(april), Cut: report.ByDay, Fact: "class", Irrigation: []string{"irrigation"}, Services: []string{"water"}, Sales: s,
		Budgets: []report.Budget{
			{Agreement: "w-1", Bill: april, Volume: volume("10 CCF")}, {Agreement: "w-2", Bill: april, Volume: volume("7.5 CCF")}, {Agreement: "w-3",
				Bill: april, Volume: volume("0 CCF")},
			{Agreement: "w-4", Bill: march, Volume: volume("1 CCF")}, {Agreement: "w-5", Bill: "other", Volume: volume("1 CCF")},
		},
		Places: []report.Place{{Agreement: "w-2", Route: "07", Stop: 3}, {Agreement: "w-3", Route: "07", Stop: 1}},
	}
}

func useRow(r report.UseRow) string {
	return fmt.Sprintf("%s %s %s: %s", r.List, r.Place.Agreement, r.Use, r.Words)
}

func ExampleListUses() {
	uses, err := report.ListUses(gardens())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range uses.Rows {
		fmt.Println(useRow(r))
	}
	for _, total := range uses.Totals {
		fmt.Printf("%s: %d, %q, %q over\n", total.List, total.Rows, total.Use, total.Over)
	}
	fmt.Println(uses.Left[0])
	// Output:
	// over budget w-3 12 CCF: 12 CCF on 30 days is 12 CCF over the budget of 0 CCF
	// over budget w-2 11 CCF: 11 CCF on 30 days is 3.5 CCF over the budget of 7.5 CCF: 46.6667% more
	// irrigation w-6 15 CCF: its class is irrigation
	// irrigation w-3 12 CCF: its class is irrigation
	// unmetered f-1 : no meter measures it, and no quantity is billed
	// unmetered q-1 3 CCF: no meter measures it: the quantity is what the bill states it to rest on
	// over budget: 2, "23 CCF", "15.5 CCF" over
	// irrigation: 2, "27 CCF", "" over
	// unmetered: 1, "", "" over
	// unmetered: 1, "3 CCF", "" over
	// agreement w-5 budget of bill other: no such bill of the service stands
}

func TestUseOfSeveralBillsIsOneRow(t *testing.T) {
	r := gardens()
	r.Period, r.Budgets = daysOf("[2026-03-21, 2026-04-10)"), nil
	uses := got(report.ListUses(r))
	require.Equal(t, "irrigation w-6 10 CCF: its class is irrigation", useRow(uses.Rows[0]))
	require.Equal(t, 20, uses.Rows[0].Days)
	r.Cut = report.ByPeriodEnd
	require.Equal(t, "irrigation w-6 15 CCF: its class is irrigation", useRow(got(report.ListUses(r)).Rows[0]))
	r.Fact, r.Irrigation = "", nil
	require.Equal(t, report.UnmeteredUse, got(report.ListUses(gardensOf(r, daysOf(april).String()))).Rows[0].List)
	r.Services, r.Period = []string{"recycled"}, daysOf(april)
	require.Empty(t, got(report.ListUses(r)).Rows)
}

func gardensOf(r report.UsesRequest, period string) report.UsesRequest {
	r.Period = daysOf(period)
	return r
}

func TestABudgetIsComparedWithWhatStands(t *testing.T) {
	r := gardens()
	c := rebilled(r.Sales.Books, "RB-1", r.Sales.Bills[3], line(r.Sales.Agreements[1], april, 70))
	r.Sales.Corrections = []report.Correction{c}
	require.Equal(t, "w-3", got(report.ListUses(r)).Rows[0].Place.Agreement)
	require.Equal(t, report.IrrigationUse, got(report.ListUses(r)).Rows[1].List, "7 CCF is within the budget of 7.5")
	r.Sales.Books = booked(r.Sales.Bills[:3]...)
	r.Sales.Corrections = nil
	left := told(got(report.ListUses(r)).Left, words)
	require.Contains(t, left, "agreement w-2 budget of bill "+april+": no such bill of the service stands")
	require.Contains(t, left, "account A-w-2 agreement w-2 bill "+april+" "+april+": the books do not have it: it was not posted")
}

func TestUsesThatCannotBeListed(t *testing.T) {
	for what, change := range map[string]func(*report.UsesRequest){
		"the report has no days":                             func(r *report.UsesRequest) { r.Period.To = r.Period.From },
		"state ByPeriodEnd or ByDay":                         func(r *report.UsesRequest) { r.Cut = 9 },
		"name the services":                                  func(r *report.UsesRequest) { r.Services = nil },
		"services water land":                                func(r *report.UsesRequest) { r.Irrigation = nil },
		"which services water land":                          func(r *report.UsesRequest) { r.Fact = "" },
		"budget of agreement w-1 bill " + april:              func(r *report.UsesRequest) { r.Budgets = append(r.Budgets, r.Budgets[0]) },
		"or has no volume of 0 or more":                      func(r *report.UsesRequest) { r.Budgets[0].Volume = volume("-1 CCF") },
		"it stands there twice, or has no":                   func(r *report.UsesRequest) { r.Budgets[0].Volume = metering.Volume{} },
		"budget of agreement w-1 bill " + april + ": unit: ": func(r *report.UsesRequest) { r.Budgets[0].Volume = volume("1 billing_unit") },
		"place of agreement w-2":                             func(r *report.UsesRequest) { r.Places = append(r.Places, r.Places[0]) },
		"there are no books":                                 func(r *report.UsesRequest) { r.Sales.Books = nil },
	} {
		r := gardens()
		change(&r)
		require.Error(t, failure(report.ListUses(r)), what)
		if what != "budget of agreement w-1 bill "+april+": unit: " {
			require.ErrorContains(t, failure(report.ListUses(r)), what)
		} else {
			require.ErrorIs(t, failure(report.ListUses(r)), report.ErrWater)
		}
	}
}

func TestListsOfUseSumAndStandWhateverTheOrder(t *testing.T) {
	want := got(report.ListUses(gardens()))
	sums := map[report.List]exact.Ratio{}
	for _, r := range want.Rows {
		sums[r.List] = sums[r.List].Add(r.Use.Amount)
	}
	for _, total := range want.Totals {
		sums[total.List] = sums[total.List].Sub(total.Use.Amount)
	}
	for list, rest := range sums {
		require.True(t, rest.IsZero(), list)
	}
	rapid.Check(t, func(t *rapid.T) {
		r, seed := gardens(), rapid.Uint64().Draw(t, "seed")
		r.Sales, r.Budgets, r.Places = mixed(r.Sales, seed), shuffled(r.Budgets, seed), shuffled(r.Places, seed)
		require.Equal(t, want, got(report.ListUses(r)))
	})
}
