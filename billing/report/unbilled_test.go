package report_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

// forgotten asks on 2026-05-15 for services of which days before May are on no bill.
func forgotten() report.UnbilledRequest {
	r := report.UnbilledRequest{On: dayOf("2026-05-15"), Through: map[string]civil.Date{"north": dayOf("2026-05-01"), "": dayOf("2026-05-01")}}
	add := func(id, cycleOf string, periods ...string) {
		r.Members = append(r.Members, cycle.Member{Agreement: service(id), Cycle: cycleOf})
		for _, p := range periods {
			r.Billed = append(r.Billed, billing.BilledDays{Bill: p, Agreement: id, Period: daysOf(p)})
		}
	}
	add("w-1", "north", "[2026-01-01, 2026-04-01)", "[2026-04-01, 2026-05-11)")
	add("w-2", "")
	add("w-3", "north", "[2026-01-01, 2026-03-01)")
	add("w-4", "north", "[2026-01-01, 2026-03-01)", "[2026-04-01, 2026-06-01)")
	add("w-5", "north", "[2026-01-01, 2026-04-30)")
	r.Billed = append(r.Billed, billing.BilledDays{Bill: "back", Agreement: "w-5", Period: daysOf("[2026-04-30, 2026-05-01)"), Reversed: true})
	r.Exceptions = []cycle.Exception{
		{Code: cycle.NoCycle, Agreement: "w-2"}, {Code: cycle.NoBill, Agreement: "w-2"}, {Code: cycle.NoBill, Agreement: "w-2"},
		{Code: cycle.NoBill, Agreement: "w-1"}, {Code: cycle.Gap, Agreement: "w-4"},
		{Code: cycle.HighUse, Agreement: "other"},
	}
	hold := func(id, until string) cycle.Hold {
		return cycle.Hold{Account: "A-" + id, Agreement: id, Reason: "the meter is buried", By: whoIs("clerk"), On: dayOf("2026-05-01"), Until: dayOf(until)}
	}
	r.Holds = []cycle.Hold{hold("w-3", "2026-05-10"), hold("w-3", "2026-05-20"), hold("w-4", "2026-05-15"), hold("w-1", "2026-05-16"),
		{Account: "A-9", Bill: "k"}}
	r.Vacant = []cycle.Vacancy{
		{Premise: "P-2", Service: "water", Use: billing.VacantUse{Usage: "P-2/05", Period: daysOf(april),
			Vacant: []civil.Period{daysOf("[2026-04-02, 2026-04-04)"), daysOf("[2026-04-20, 2026-04-30)")}, Use: ratioOf(7, 2), Unit: metering.CCF}},
		{Premise: "P-1", Service: "water", Use: billing.VacantUse{Usage: "P-1/05", Period: daysOf(april), Vacant: []civil.Period{daysOf(april)},
			Use: exact.Int(300), Unit: metering.CubicFoot}},
	}
	r.Places = []report.Place{{Agreement: "w-3", Route: "07", Stop: 4}}
	return r
}

// A hold of a bill says of no service of the account that it is on it: it is told of all that have days on no bill.
func TestAHoldOfABillIsOfTheServicesOfItsAccount(t *testing.T) {
	r := forgotten()
	r.Holds = []cycle.Hold{{Account: "A-w-3", Bill: "k", Reason: "disputed", By: whoIs("clerk"), On: dayOf("2026-05-01"), Until: dayOf("2026-05-20")}}
	for _, row := range got(report.ListUnbilled(r)).Rows {
		require.Equal(t, row.Place.Agreement == "w-3", row.Standing == report.OnHold, row.Place.Agreement)
	}
}

func ExampleListUnbilled() {
	lost, err := report.ListUnbilled(forgotten())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range lost.Rows {
		fmt.Printf("%s: account %s agreement %s: %s\n", r.Standing, r.Account, r.Place.Agreement, r.Words)
	}
	for _, r := range lost.Vacant {
		fmt.Println(r.Premise, r.Words)
	}
	fmt.Println(lost.Totals, lost.VacantTotal)
	for _, l := range lost.Left {
		fmt.Println(l)
	}
	// Output:
	// in no cycle: account A-w-2 agreement w-2: the water has 120 days on no bill, the first 2026-01-01; it was never billed; it is in no cycle, and none would ever bill it
	// hold expired: account A-w-4 agreement w-4: the water has 31 days on no bill, the first 2026-03-01; the last day on a bill is 2026-04-30; the hold by clerk ended on 2026-05-15
	// not billed: account A-w-5 agreement w-5: the water has 1 day on no bill, the first 2026-04-30; the last day on a bill is 2026-04-29; nothing says why
	// held: account A-w-3 agreement w-3: the water has 61 days on no bill, the first 2026-03-01; the last day on a bill is 2026-02-28; held by clerk until 2026-05-20: the meter is buried
	// P-1 300 ft3 was used on [2026-03-31, 2026-04-30), and on 30 days of it nobody had the service
	// P-2 3.5 CCF was used on [2026-03-31, 2026-04-30), and on 12 days of it nobody had the service
	// [{in no cycle 1 120} {hold expired 1 31} {not billed 1 1} {held 1 61}] [300 ft3 3.5 CCF]
	// account A-w-1 agreement w-1 NoBill: all its days are on a bill since
	// account A-w-1 agreement w-1 hold until 2026-05-16: all its days are on a bill, and it is held
}

func TestAServiceWithoutABillTellsWhatTheCyclesKnow(t *testing.T) {
	rows := got(report.ListUnbilled(forgotten())).Rows
	require.Equal(t, []cycle.Code{cycle.NoBill, cycle.NoCycle}, rows[0].Listed)
	require.Equal(t, []civil.Period{daysOf("[2026-03-01, 2026-04-01)")}, rows[1].Unbilled)
	require.Equal(t, dayOf("2026-05-20"), rows[3].Hold.Until, "the one that holds longest")
	r := forgotten()
	r.Holds[1].On = dayOf("2026-05-16")
	w3 := got(report.ListUnbilled(r)).Rows[1]
	require.Equal(t, "w-3 hold expired 2026-05-10", fmt.Sprintf("%s %s %s", w3.Place.Agreement, w3.Standing, w3.Hold.Until), "one that begins later holds nothing yet")
	require.Equal(t, []cycle.Code{cycle.Gap}, rows[1].Listed)
	r = forgotten()
	r.Billed = append(r.Billed, billing.BilledDays{Bill: "later", Agreement: "w-5", Period: daysOf("[2026-05-05, 2026-06-01)")})
	require.Equal(t, dayOf("2026-04-29"), got(report.ListUnbilled(r)).Rows[2].LastBilled, "a bill of later days says nothing of these")
	r.Holds[3].Until = dayOf("2026-05-15")
	require.Len(t, got(report.ListUnbilled(r)).Left, 1, "a hold that has ended holds nothing that is billed")
}

func TestAServiceOfNoDaysIsOwedABill(t *testing.T) {
	a := service("w-1")
	a.Until = a.From
	r := report.UnbilledRequest{On: dayOf("2026-05-15"), Through: map[string]civil.Date{"north": dayOf("2026-05-01")}, Members: []cycle.Member{{Agreement: a, Cycle: "north"}}}
	lost := got(report.ListUnbilled(r))
	require.Equal(t, 0, lost.Rows[0].Days)
	require.Equal(t, []report.UnbilledTotal{{Standing: report.NotBilled, Services: 1}}, lost.Totals)
}

func TestServicesThatCannotBeListed(t *testing.T) {
	r := forgotten()
	r.Members = append(r.Members, r.Members[0], cycle.Member{Agreement: billing.Agreement{ID: "w-9"}})
	r.Exceptions = append(r.Exceptions, cycle.Exception{Code: cycle.NoBill, Agreement: "x-1"})
	r.Holds = append(r.Holds, cycle.Hold{Agreement: "x-2"})
	r.Places = append(r.Places, r.Places[0])
	r.Vacant = append(r.Vacant, r.Vacant[0], cycle.Vacancy{Use: billing.VacantUse{Unit: metering.CCF, Vacant: []civil.Period{daysOf(april)}}}, cycle.Vacancy{Use: billing.VacantUse{Usage: "k", Unit: metering.CCF}},
		cycle.Vacancy{Use: billing.VacantUse{Usage: "u", Vacant: []civil.Period{daysOf(april)}}})
	err := failure(report.ListUnbilled(r))
	require.ErrorIs(t, err, report.ErrService)
	for _, what := range []string{
		"agreement w-1: it stands there twice", "agreement w-9", "agreement x-1: there is an exception of it",
		"agreement x-2: there is a hold of it", "place of agreement w-3",
		"vacant use P-2/05: it has no key", "vacant use : it has", "vacant use k: it has", "vacant use u: it has",
	} {
		require.ErrorContains(t, err, what)
	}
	refusedBy(t, failure(report.ListUnbilled(report.UnbilledRequest{Through: map[string]civil.Date{"north": dayOf("2026-05-01")}})), report.ErrRequest, "on: the day of the report")
}

func TestAServiceIsBilledThroughTheDayOfItsCycle(t *testing.T) {
	r := report.UnbilledRequest{
		On: dayOf("2026-05-02"), Through: map[string]civil.Date{"week 1": dayOf("2026-05-01"), "week 2": dayOf("2026-04-24")},
		Members: []cycle.Member{{Agreement: service("w-1"), Cycle: "week 1"}, {Agreement: service("w-2"), Cycle: "week 2"}},
		Billed: []billing.BilledDays{{Bill: "1", Agreement: "w-1", Period: daysOf("[2026-01-01, 2026-05-01)")},
			{Bill: "1", Agreement: "w-2", Period: daysOf("[2026-01-01, 2026-04-24)")}},
	}
	require.Empty(t, got(report.ListUnbilled(r)).Rows, "both weeks are up to date")
	r.Billed[1].Period = daysOf("[2026-01-01, 2026-04-20)")
	rows := got(report.ListUnbilled(r)).Rows
	require.Len(t, rows, 1)
	require.Equal(t, "w-2 2026-04-24 [[2026-04-20, 2026-04-24)]", fmt.Sprint(rows[0].Place.Agreement, " ", rows[0].Through, " ", rows[0].Unbilled))
}

func TestEachCycleOfAMemberStatesThroughWhichDayItIsBilled(t *testing.T) {
	r := forgotten()
	r.Members = append(r.Members, cycle.Member{Agreement: service("w-6"), Cycle: "south"})
	refusedBy(t, failure(report.ListUnbilled(r)), report.ErrRequest, `through["south"]: the day through which bills of the cycle are expected is missing`)
	r.Through["south"] = civil.Date{}
	refusedBy(t, failure(report.ListUnbilled(r)), report.ErrRequest, `through["south"]`)
	r = forgotten()
	delete(r.Through, "")
	refusedBy(t, failure(report.ListUnbilled(r)), report.ErrRequest, `through[""]`)
	r.Through = nil
	refusedBy(t, failure(report.ListUnbilled(r)), report.ErrRequest, `through[""]`, `through["north"]`)
}

func TestUnbilledServicesStandWhateverTheOrder(t *testing.T) {
	want := got(report.ListUnbilled(forgotten()))
	rapid.Check(t, func(t *rapid.T) {
		r, seed := forgotten(), rapid.Uint64().Draw(t, "seed")
		r.Members, r.Billed, r.Exceptions, r.Holds, r.Vacant = shuffled(r.Members, seed), shuffled(r.Billed, seed), shuffled(r.Exceptions, seed),
			shuffled(r.Holds, seed), shuffled(r.Vacant, seed)
		require.Equal(t, want, got(report.ListUnbilled(r)))
	})
	services, days := 0, 0
	for _, total := range want.Totals {
		services, days = services+total.Services, days+total.Days
	}
	for _, row := range want.Rows {
		days -= row.Days
	}
	require.Len(t, want.Rows, services)
	require.Zero(t, days)
}
