package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

func of2026(s report.Sales) report.AnnualRequest {
	return report.AnnualRequest{
		Supplier: "CA-0000000", Year: 2026, Unit: metering.CCF, Supply: wells(), ClassFact: "class", Services: []string{"water"}, Sales: s,
		Classes: map[string]string{"residential": "Single-family residential", "commercial": "Commercial", "irrigation": "Landscape irrigation"},
	}
}

func ExampleAnnual() {
	found, err := report.Annual(of2026(town(4)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range append(found.Rows, found.Total) {
		fmt.Println(r, "| March", r.Months[2], "| April", r.Months[3])
	}
	fmt.Println(found.Supply[3].Item, found.Supply[3].Months[3].Water, found.Supply[3].Year.State)
	// Output:
	// Commercial: 22 CCF, 1 connection, 0 of them unmetered | March 11.3667 CCF | April 10.6333 CCF
	// Landscape irrigation: 24 CCF, 1 connection, 0 of them unmetered | March 12.4 CCF | April 11.6 CCF
	// Single-family residential: 46 CCF, 2 connections, 0 of them unmetered | March 23.7667 CCF | April 22.2333 CCF
	// (no class): 92 CCF, 4 connections, 0 of them unmetered | March 47.5333 CCF | April 44.4667 CCF
	// water supplied 60 CCF partial
}

func TestAClassThatTheStateDoesNotHaveIsTold(t *testing.T) {
	s := town(3)
	s.Agreements[2].Until = dayOf("2026-05-30")
	r := of2026(s)
	delete(r.Classes, "commercial")
	r.Sales.Facts = append(r.Sales.Facts[:4:4], r.Sales.Facts[5:]...) // nothing states the class of w-3
	f := flat("w-7")
	f.From = dayOf("2026-12-31")
	r.Sales.Agreements = append(r.Sales.Agreements, f)
	r.Sales.Facts = append(r.Sales.Facts, report.Fact{Agreement: "w-7", Fact: "class", Value: "residential", From: f.From})
	found := got(report.Annual(r))
	require.Equal(t, []string{": 46 CCF", "Single-family residential: 20 CCF"},
		told(found.Rows, func(r report.AnnualRow) string { return r.Class + ": " + r.Use.String() }))
	require.Equal(t, []int{1, 0, 1, 1}, []int{found.Rows[0].Metered, found.Rows[0].Unmetered, found.Rows[1].Metered, found.Rows[1].Unmetered},
		"w-3 ended before the year")
	require.Contains(t, told(found.Left, words),
		"account A-w-2 agreement w-2 class commercial [2026-12-31, 2027-01-01): it is none of the State's classes: the service stands in the row without a class")
	require.Contains(t, told(found.Left, words),
		"account A-w-3 agreement w-3 fact class [2026-03-31, 2026-04-01): nothing states it on these days: the service stands in the row without a class")
	require.Contains(t, told(found.Left, words), "account A-w-1 agreement w-1 [2026-04-30, 2027-01-01): no bill has 246 days of its water")
	require.Contains(t, told(found.Left, words), "account A-w-7 agreement w-7 [2026-12-31, 2027-01-01): no bill has 1 day of its water")
}

func TestABillOfTheYearThatIsNotPostedIsTold(t *testing.T) {
	s := town(1)
	s.Books = booked(s.Bills[0])
	found := got(report.Annual(of2026(s)))
	require.Contains(t, told(found.Left, words), "account A-w-1 agreement w-1 bill "+april+" "+april+": the books do not have it: it was not posted")
	r := of2026(s)
	r.Year = 2027
	require.NotContains(t, fmt.Sprint(told(got(report.Annual(r)).Left, words)), "not posted", "it is none of 2027")
}

func TestAYearIsOfTheQuantitiesAndTheServicesOfItsWater(t *testing.T) {
	s := town(1)
	f, sewer := flat("f-1"), service("s-1")
	sewer.Service = "sewer"
	s.Agreements = append(s.Agreements, f, sewer)
	s.Bills = append(s.Bills, billed("f", line(f, april, -1)), billed("s", line(sewer, april, 70)))
	s.Books = booked(s.Bills...)
	found := got(report.Annual(of2026(s)))
	require.Equal(t, "20 CCF", found.Total.Use.String(), "of the metered water alone")
	require.Equal(t, []int{1, 1}, []int{found.Total.Metered, found.Total.Unmetered}, "and the sewer is no connection of it")
}

// known are the months of a row: use, or the state where there is none.
func known(r report.AnnualRow) []string {
	var out []string
	for m, use := range r.Months {
		out = append(out, strings.TrimSpace(use.String()+" "+r.Known[m].String()))
	}
	return append(out, strings.TrimSpace(r.Use.String()+" "+r.State.String()))
}

func TestAMonthThatNoBillHasIsUnknownAndNotZero(t *testing.T) {
	s := town(2)
	s.Agreements[0].Until = dayOf("2026-04-30")
	found := got(report.Annual(of2026(s)))
	zero, none := "0 CCF whole", "unknown"
	require.Equal(t, []string{zero, zero, "11.3667 CCF whole", "10.6333 CCF partial", none, none, none, none, none, none, none, none, "22 CCF partial"},
		known(found.Rows[0]), "Commercial: of April the last day is on no bill")
	require.Equal(t, []string{zero, zero, "10.3333 CCF whole", "9.6667 CCF whole", zero, zero, zero, zero, zero, zero, zero, zero, "20 CCF whole"},
		known(found.Rows[1]), "residential: nobody has the service before and after")
	require.Equal(t, []string{zero, zero, "21.7 CCF whole", "20.3 CCF partial", none, none, none, none, none, none, none, none, "42 CCF partial"},
		known(found.Total))

	s.Bills = nil
	found = got(report.Annual(of2026(s)))
	require.Equal(t, []string{zero, zero, none, none, zero, zero, zero, zero, zero, zero, zero, zero, none}, known(found.Rows[1]))
	require.Equal(t, "Commercial: unknown, 1 connection, 0 of them unmetered", found.Rows[0].String())
}

func TestALackingDayIsOfTheClassThatItHas(t *testing.T) {
	s := town(1)
	s.Facts = append(s.Facts, report.Fact{Agreement: "w-1", Fact: "class", Value: "commercial", From: dayOf("2026-06-11")})
	found := got(report.Annual(of2026(s)))
	require.Equal(t, []report.State{report.Whole, report.Unknown, report.Unknown}, found.Rows[0].Known[4:7], "Commercial from June 11 on")
	require.Equal(t, []report.State{report.Unknown, report.Unknown, report.Whole}, found.Rows[1].Known[4:7], "residential until then")
}

func TestFlatServicesOfAYearAreTold(t *testing.T) {
	f := flat("f-1")
	s := sold([]billing.Agreement{f}, billed("k", line(f, "[2026-01-01, 2027-01-01)", -1)))
	s.Facts = []report.Fact{{Agreement: "f-1", Fact: "class", Value: "residential", From: f.From}}
	found := got(report.Annual(of2026(s)))
	require.Equal(t, report.Unknown, found.Rows[0].State)
	require.Equal(t, [12]report.Water{}, found.Rows[0].Months)
	require.Contains(t, told(found.Left, words),
		"flat services of Single-family residential [2026-01-01, 2027-01-01) 1: 1 flat service of which nobody states the use")
}

func TestUseWithoutAClassIsOfNoneOfTheState(t *testing.T) {
	r := of2026(town(1))
	r.Classes[""] = "Other"
	err := failure(report.Annual(r))
	require.ErrorIs(t, err, report.ErrRequest)
	require.ErrorContains(t, err, "classes: one of them has no name")
}

func TestYearsThatCannotBeReported(t *testing.T) {
	for what, change := range map[string]func(*report.AnnualRequest){
		"the supplier's id":      func(r *report.AnnualRequest) { r.Supplier = "" },
		"the fact of the class":  func(r *report.AnnualRequest) { r.ClassFact = "" },
		"or the services are mi": func(r *report.AnnualRequest) { r.Services = nil },
		"the State's classes":    func(r *report.AnnualRequest) { r.Classes = nil },
		"E_REPORT: year":         func(r *report.AnnualRequest) { r.Year = 0 },
		"year: E_DATE":           func(r *report.AnnualRequest) { r.Year = 9999 },
		"no unit":                func(r *report.AnnualRequest) { r.Unit = metering.BillingUnit },
		"there are no books":     func(r *report.AnnualRequest) { r.Sales.Books = nil },
		"it is none of the sour": func(r *report.AnnualRequest) { r.Supply.Sources = nil },
	} {
		r := of2026(town(1))
		change(&r)
		require.ErrorContains(t, failure(report.Annual(r)), what)
	}
}

func TestAYearSumsToItsMonthsAndClasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyTown(t)
		r := of2026(s)
		r.ClassFact, r.Classes = "zone", map[string]string{"n": "North", "s": "South"}
		found := got(report.Annual(r))
		use := got(got(consume(year, report.ByDay, s)).UseBy("", nil, nil, metering.CCF))
		sum, connections := exact.Ratio{}, 0
		for _, row := range found.Rows {
			months := exact.Ratio{}
			for _, m := range row.Months {
				months = months.Add(m.Amount)
			}
			require.True(t, months.Equal(row.Use.Amount))
			sum, connections = sum.Add(months), connections+row.Metered+row.Unmetered
		}
		require.True(t, sum.Equal(found.Total.Use.Amount))
		require.True(t, sum.Equal(use.Amount), "and is what the use of the year is")
		require.Equal(t, len(s.Agreements), connections)
		r.Sales = mixed(s, rapid.Uint64().Draw(t, "seed"))
		require.Equal(t, found, got(report.Annual(r)))
	})
}
