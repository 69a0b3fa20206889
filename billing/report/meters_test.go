package report_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

// found is a verdict of a check.
func found(code metering.Code, meter string) metering.Exception {
	return metering.Exception{Code: code, Rule: "invented", Meter: meter, Words: "words of " + string(code)}
}

// visit is what a reader brought: the code, or a reading where it is empty.
func visit(id, on, code string) report.Visit {
	r := metering.Reading{Meter: "M-" + id, Register: "1", State: metering.Skipped, Day: dayOf(on), Code: code}
	if code == "" {
		r.State, r.Source = metering.Read, metering.Actual
	}
	return report.Visit{Account: "A-" + id, Agreement: id, Reading: r}
}

// looked is a request with a meter on each list.
func looked() report.MetersRequest {
	review := func(id string, tenths int64, verdicts ...metering.Exception) report.Watched {
		return report.Watched{Account: "A-" + id, Agreement: id, Review: measured(id+"/2026-04", "M-"+id, april, tenths, verdicts...)}
	}
	return report.MetersRequest{
		Reviews: []report.Watched{
			review("w-1", 0, found(metering.ZeroUse, "M-w-1"), found(metering.StoppedMeter, "M-w-1")), review("w-2", -3), review("w-3", -300),
			review("w-4", 900, found(metering.Highest, "M-w-4")), review("w-5", 100, found(metering.Low, "M-w-5")), review("w-6", 100,
				found(metering.Normal, "M-w-6")),
			{Review: measured("vacant/2026-04", "M-v", april, 0, found(metering.ZeroUse, "M-v"))},
		},
		Leaks: []report.LeakWatch{
			{Account: "A-w-2", Agreement: "w-2", Meter: "M-w-2", Unit: metering.Gallon, State: metering.LeakState{
				Open: true, Since: time.Date(2026, time.April, 3, 7, 0, 0, 0, time.UTC), Rate: ratioOf(63, 2), Critical: true, Old: true,
			}},
			{Meter: "M-w-3", Unit: metering.Gallon},
		},
		Visits: []report.Visit{visit("w-4", "2026-03-30", "NF"), visit("w-4", "2026-04-28", "NF"), visit("w-5", "2026-04-28", "DOG"),
			visit("w-6", "2026-03-30", "NF"), visit("w-6", "2026-04-28", "")},
		NotFound: []string{"NF", "BUR"},
		Places:   []report.Place{{Agreement: "w-4", Route: "07", Stop: 2}, {Agreement: "w-1", Route: "07", Stop: 10}},
	}
}

func ExampleListMeters() {
	look, err := report.ListMeters(looked())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range look.Rows {
		fmt.Println(r)
	}
	fmt.Println(look.Totals)
	fmt.Println(look.Left[0])
	// Output:
	// zero meter M-v: words of ZeroUse [open]
	// zero account A-w-1 agreement w-1 meter M-w-1: words of ZeroUse [open]
	// stuck account A-w-1 agreement w-1 meter M-w-1: words of StoppedMeter [open]
	// reverse account A-w-2 agreement w-2 meter M-w-2 register 1: went back by 3, 1000 to 997, within 5: use 0, and the next counts from 1000 [open]
	// reverse account A-w-3 agreement w-3 meter M-w-3 register 1: went back from 1000 to 700; a rollover of 7 dials would be 9999700 digits, 999970 CCF; high limit none; nothing is billed [open]
	// leak account A-w-2 agreement w-2 meter M-w-2: at least 31.5 gal ran in each hour since 2026-04-03T07:00:00Z; that is critical; the leak is old
	// high use account A-w-4 agreement w-4 meter M-w-4: words of Highest [open]
	// box not found account A-w-4 agreement w-4 meter M-w-4: the reader says NF, on 2 days in a row, from 2026-03-30 to 2026-04-28
	// [{zero 2 2} {stuck 1 1} {reverse 2 2} {leak 1 1} {high use 1 1} {box not found 1 1}]
	// account A-w-5 agreement w-5 review w-5/2026-04 [2026-03-31, 2026-04-30): Low is on none of these lists: words of Low
}

func TestEachCheckHasItsList(t *testing.T) {
	for code, list := range map[metering.Code]report.List{
		metering.ZeroUse: report.ZeroList, metering.StoppedMeter: report.StuckList, metering.ReverseFlow: report.ReverseList,
		metering.NegativeOrRollover: report.ReverseList,
		metering.Leak:               report.LeakList, metering.High: report.HighList, metering.Higher: report.HighList, metering.Highest: report.HighList,
		metering.ContinuousFlow: "", metering.Low: "", metering.LongPeriod: "", metering.SameUse: "",
	} {
		look := got(report.ListMeters(report.MetersRequest{Reviews: []report.Watched{{Review: measured("k", "M", april, 10, found(code, "M"))}}}))
		if list == "" {
			require.Empty(t, look.Rows, code)
			require.Len(t, look.Left, 1, code)
			continue
		}
		require.Equal(t, list, look.Rows[0].List, code)
	}
}

func TestAMeterOnAListSaysHowItEnded(t *testing.T) {
	r := measured("k", "M", april, 0, found(metering.ZeroUse, "M"))
	r = got(r.Accept(metering.Step{By: whoIs("clerk"), At: evening(), Reason: "an empty house"}, r.Open()[0]))
	look := got(report.ListMeters(report.MetersRequest{Reviews: []report.Watched{{Review: r}}}))
	require.Equal(t, "accepted", look.Rows[0].Ended)
}

func TestWhatACycleFoundIsOnTheLists(t *testing.T) {
	accepted := cycle.Exception{Code: cycle.HighUse, Account: "A-1", Agreement: "w-1", Bill: "k", Words: "words"}
	accepted.Decision.Exception[0] = 1
	look := got(report.ListMeters(report.MetersRequest{Cycle: []cycle.Exception{
		accepted, {Code: cycle.ZeroUse, Account: "A-2", Agreement: "w-2", Bill: "k", Words: "none"}, {Code: cycle.LowUse, Account: "A-3"},
	}}))
	require.Equal(t, []string{"zero account A-2 agreement w-2: none [open]", "high use account A-1 agreement w-1: words [ended]"},
		told(look.Rows, report.MeterRow.String))
}

func TestABoxIsFoundOnceItsMeterIsRead(t *testing.T) {
	of := func(visits ...report.Visit) []string {
		return told(got(report.ListMeters(report.MetersRequest{
			Visits: visits, NotFound: []string{"NF"},
		})).Rows, func(r report.MeterRow) string { return r.Words })
	}
	require.Empty(t, of(visit("1", "2026-04-28", "NF"), visit("1", "2026-04-28", "")), "read later on the same day")
	require.Equal(t, []string{"the reader says NF, on 1 day in a row, from 2026-04-28 to 2026-04-28"},
		of(visit("1", "2026-03-28", ""), visit("1", "2026-04-28", "NF"), visit("1", "2026-02-28", "NF")))
	require.Len(t, of(visit("1", "2026-04-28", "NF"), visit("1", "2026-04-28", "NF")), 1, "two registers of one box")
	read := visit("1", "2026-04-28", "NF")
	read.Reading.State, read.Reading.Source = metering.Read, metering.Actual
	require.Empty(t, of(read), "a code beside a number: the box was found")
}

func TestMetersThatCannotBeListed(t *testing.T) {
	r := looked()
	r.Reviews = append(r.Reviews, r.Reviews[0], report.Watched{})
	r.Leaks = append(r.Leaks, r.Leaks[0], report.LeakWatch{Unit: metering.Gallon}, report.LeakWatch{Meter: "M"})
	r.Visits = append(r.Visits, report.Visit{Reading: metering.Reading{Day: dayOf("2026-04-01")}})
	r.Visits = append(r.Visits, report.Visit{Reading: metering.Reading{Meter: "M-7"}}, visit("", "2026-04-01", "NF"))
	r.Visits[len(r.Visits)-1].Reading.Day = r.Visits[len(r.Visits)-2].Reading.Day
	r.Places = append(r.Places, r.Places[0], report.Place{})
	err := failure(report.ListMeters(r))
	require.ErrorIs(t, err, report.ErrWatched)
	require.ErrorIs(t, err, report.ErrDevice)
	for _, what := range []string{
		"review w-1/2026-04: it is none, or stands there twice", "review : it is none", "leak of meter M-w-2: it has no meter",
		"leak of meter : it", "leak of meter M: it",
		"visit of meter : it has no meter", "visit of meter M-7: it has no meter or no day", "visit of meter M-: it has no meter or no day", "place of agreement w-4: it has no agreement",
		"place of agreement : it",
	} {
		require.ErrorContains(t, err, what)
	}
}

func TestListsOfMetersAreAlongTheRoutes(t *testing.T) {
	r := report.MetersRequest{Places: []report.Place{{Agreement: "w-1", Route: "08", Stop: 1}, {Agreement: "w-2", Route: "07", Stop: 10}, {Agreement: "w-3", Route: "07", Stop: 9}}}
	for _, id := range []string{"w-1", "w-2", "w-3"} {
		r.Reviews = append(r.Reviews, report.Watched{Agreement: id, Account: "A", Review: measured(id, "M-"+id, april, 0, found(metering.ZeroUse, "M-"+id))})
	}
	require.Equal(t, []string{"w-3", "w-2", "w-1"}, told(got(report.ListMeters(r)).Rows, func(r report.MeterRow) string { return r.Place.Agreement }))
}

func TestListsOfMetersStandWhateverTheOrder(t *testing.T) {
	want := got(report.ListMeters(looked()))
	rapid.Check(t, func(t *rapid.T) {
		r, seed := looked(), rapid.Uint64().Draw(t, "seed")
		r.Reviews, r.Leaks, r.Visits, r.Places = shuffled(r.Reviews, seed), shuffled(r.Leaks, seed), shuffled(r.Visits, seed), shuffled(r.Places, seed)
		require.Equal(t, want, got(report.ListMeters(r)))
	})
	rows := 0
	for _, total := range want.Totals {
		rows += total.Rows
	}
	require.Len(t, want.Rows, rows)
}
