package report_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/report"
)

// finEvent is a shutoff, a reconnection or another step on a day, at an instant where the text has one.
func finEvent(key, account string, step collections.Step, when string) collections.Event {
	e := collections.Event{Key: key, Account: account, Debt: finDay("2025-04-16"), Step: step, Day: finDay(when[:10]), Method: collections.InPerson, To: collections.Occupant, By: finPerson("crew.1")}
	if len(when) > 10 {
		e.At = finMust(time.Parse("2006-01-02 15:04", when))
	}
	return e
}

// taken back is a withdrawal of another event.
func finWithdrawn(key, account, of, when string) collections.Event {
	e := finEvent(key, account, collections.Withdrawn, when)
	e.Method, e.To, e.Of = "", "", of
	return e
}

// shuttingYear is a year with each thing that can be.
func shuttingYear() report.ShutoffRequest {
	off, on := collections.ShutOff, collections.Reconnected
	return report.ShutoffRequest{
		Year: 2026, Through: finDay("2026-12-31"), Law: report.HSC116918(), Residential: []string{"residential", "multi-family"}, Others: []string{"commercial"},
		Accounts: []report.ShutoffAccount{{"A", "Ord", "residential"}, {"B", "Ord", "multi-family"}, {"C", "Central", "residential"}, {"D", "Ord", "commercial"}, {"E", "Ord", ""}, {"F", "Central", "residential"},
			{"G", "Ord", "residential"}, {"H", "Ord", "residential"}, {"I", "Ord", "residential"}},
		Events: []collections.Event{
			finEvent("1", "A", off, "2026-01-30"), finEvent("2", "A", on, "2026-02-03"), // 2 days of January, 2 of February
			finEvent("3", "A", off, "2026-02-10"), finEvent("4", "A", on, "2026-02-10"), // off and on again on a day
			finEvent("1", "B", off, "2025-12-30"), finEvent("2", "B", on, "2026-01-02"), // of the year before: 1 day of January
			finEvent("1", "C", off, "2026-12-30"), // and still off: 2 days
			finEvent("1", "D", off, "2026-03-02"), finEvent("2", "D", on, "2026-03-03"),
			finEvent("1", "E", off, "2026-04-01"), finEvent("2", "E", on, "2026-04-02"),
			finEvent("1", "F", off, "2026-05-04"), finWithdrawn("2", "F", "1", "2026-05-05"),
			finEvent("1", "G", off, "2026-06-01"), finEvent("2", "G", off, "2026-06-03"), finEvent("3", "G", on, "2026-06-04"), // 3 days
			finEvent("1", "H", on, "2026-07-01"),
			finEvent("1", "I", off, "2024-07-01"), finEvent("2", "I", on, "2024-07-02"),
			finEvent("5", "A", collections.DoorTag, "2026-01-28"), finEvent("6", "Z", collections.DoorTag, "2026-01-28"), // whose class nobody asks for
			finEvent("9", "D", off, "2025-03-02"), finEvent("8", "D", off, "2026-09-02"),
			finEvent("11", "F", off, "2026-05-04"), finWithdrawn("12", "F", "11", "2026-05-05"),
			finEvent("7", "F", off, "2025-05-04"), finWithdrawn("8", "F", "7", "2025-05-05"), finEvent("9", "F", on, "2026-05-06"), finWithdrawn("10", "F", "9", "2026-05-07"),
		},
	}
}

func TestTheYearsResidentialShutoffsAreCounted(t *testing.T) {
	s, err := report.CountShutoffs(shuttingYear())
	require.NoError(t, err)
	require.Equal(t, report.ShutoffMonth{Shutoffs: 4, Accounts: 3, Reconnections: 4, DaysOff: 2 + 2 + 1 + 2 + 3}, s.Total)
	require.Equal(t, 1, s.StillOff)
	var rows []string
	for _, r := range s.Rows {
		rows = append(rows, fmt.Sprintf("%s %s %s %q %d %t", r.Account, r.Area, r.Day, r.On, r.DaysOff, r.Counted))
	}
	require.Equal(t, []string{
		`B Ord 2025-12-30 "2026-01-02" 1 false`, `A Ord 2026-01-30 "2026-02-03" 4 true`, `A Ord 2026-02-10 "2026-02-10" 0 true`, `G Ord 2026-06-01 "2026-06-04" 3 true`,
		`C Central 2026-12-30 "" 2 true`,
	}, rows)
	var months []string
	for _, m := range append(s.Months, s.Areas...) {
		months = append(months, fmt.Sprintf("%q %s %d of %d, on %d, days %d", m.Month, m.Area, m.Shutoffs, m.Accounts, m.Reconnections, m.DaysOff))
	}
	require.Equal(t, []string{
		`"2026-01-01" Ord 1 of 1, on 1, days 3`, `"2026-02-01" Ord 1 of 1, on 2, days 2`, `"2026-06-01" Ord 1 of 1, on 1, days 3`, `"2026-12-01" Central 1 of 1, on 0, days 2`,
		`"" Central 1 of 1, on 0, days 2`, `"" Ord 3 of 2, on 4, days 8`,
	}, months)
}

func TestWhatIsNotCountedIsToldWithWhy(t *testing.T) {
	s, err := report.CountShutoffs(shuttingYear())
	require.NoError(t, err)
	require.Equal(t, []report.Left{{Count: 2, Why: "the class commercial is not residential"}, {Count: 2, Why: "the shutoff was withdrawn"}}, s.Left)
	require.Equal(t, []report.Left{
		{Of: "E", Count: 1, Why: "shut off 1 of 2026-04-01: the class of the account is not known"},
		{Of: "G", Count: 1, Why: "shut off 2 of 2026-06-03: service was off already since 2026-06-01, and no reconnection is recorded: a second record of it, or another shutoff"},
		{Of: "H", Count: 1, Why: "reconnected 1 of 2026-07-01: no shutoff is recorded before it"},
	}, s.Untold)
	require.Equal(t, "4 discontinuations of residential service for inability to pay in 2026, of 3 accounts (H&S 116918, verified); to be confirmed by counsel; 3 cannot be told", s.String())
	require.False(t, s.Law.Confirmed)
	require.NotEmpty(t, s.Law.Readings)

	r := shuttingYear()
	returned := finWithdrawn("9", "A", "1", "2026-02-01")
	returned.Step = collections.Returned
	r.Events = append(r.Events, returned)
	require.Equal(t, 4, finMust(report.CountShutoffs(r)).Total.Shutoffs, "what came back was not withdrawn")

	r = shuttingYear()
	r.Law.Confirmed, r.Events = true, r.Events[:2]
	s, err = report.CountShutoffs(r)
	require.NoError(t, err)
	require.Equal(t, "1 discontinuation of residential service for inability to pay in 2026, of 1 account (H&S 116918, verified)", s.String())
}

func TestAYearThatHasNotEndedSaysSo(t *testing.T) {
	r := shuttingYear()
	r.Through, r.Events = finDay("2026-02-01"), []collections.Event{finEvent("1", "A", collections.ShutOff, "2026-01-30")}
	s, err := report.CountShutoffs(r)
	require.NoError(t, err)
	require.False(t, s.Complete)
	require.Equal(t, 3, s.Total.DaysOff, "30 and 31 January, 1 February")
	require.Contains(t, s.String(), "the year is told through 2026-02-01")

	r = shuttingYear()
	r.Events = []collections.Event{finEvent("1", "A", collections.ShutOff, "2025-01-30")}
	s, err = report.CountShutoffs(r)
	require.NoError(t, err)
	require.Equal(t, report.ShutoffMonth{DaysOff: 365}, s.Total, "off since the year before, all the year")
	s.Law.Readings[0] = "changed"
	require.NotEqual(t, "changed", r.Law.Readings[0])

	r = shuttingYear()
	r.Through = finDay("2027-03-01")
	r.Events = append(r.Events, finEvent("2", "C", collections.Reconnected, "2027-02-01"), finEvent("1", "F2", collections.ShutOff, "2027-01-01"))
	r.Accounts = append(r.Accounts, report.ShutoffAccount{Account: "F2", Area: "Ord", Class: "residential"})
	s, err = report.CountShutoffs(r)
	require.NoError(t, err)
	require.True(t, s.Complete)
	require.Equal(t, 4, s.Total.Shutoffs, "that of New Year's Day is of the next")
	require.Equal(t, 2, s.Rows[len(s.Rows)-1].DaysOff, "of this year")
	require.Equal(t, 4, s.Total.Reconnections, "of this year")
	require.Zero(t, s.StillOff)
}

func TestOfOneDayTheInstantsDecideWhereAllAreKnown(t *testing.T) {
	r := shuttingYear()
	off, on := collections.ShutOff, collections.Reconnected
	r.Events = []collections.Event{finEvent("1", "A", off, "2026-03-01"), finEvent("2", "A", on, "2026-03-09 09:00"), finEvent("3", "A", off, "2026-03-09 15:00")}
	s, err := report.CountShutoffs(r)
	require.NoError(t, err)
	require.Equal(t, 2, s.Total.Shutoffs)
	require.Empty(t, s.Untold)

	r.Events[2].At = time.Time{}
	s, err = report.CountShutoffs(r)
	require.NoError(t, err)
	require.Equal(t, 1, s.Total.Shutoffs, "it cannot be told which came first")
	require.Len(t, s.Untold, 1)
}

func TestAReportOfShutoffsRefusesWhatItCannotCount(t *testing.T) {
	for words, spoil := range map[string]func(r *report.ShutoffRequest){
		"0 is no year":                            func(r *report.ShutoffRequest) { r.Year = 0 },
		"the year begins on":                      func(r *report.ShutoffRequest) { r.Through = finDay("2025-12-31") },
		"give an earlier day":                     func(r *report.ShutoffRequest) { r.Through = finDay("9999-12-31") },
		"through \"\"":                            func(r *report.ShutoffRequest) { r.Through = civil.Date{} },
		"the law is not stated":                   func(r *report.ShutoffRequest) { r.Law = report.ShutoffLaw{} },
		"law: the law is not stated":              func(r *report.ShutoffRequest) { r.Law.Title = "" },
		"give HSC116918, or another":              func(r *report.ShutoffRequest) { r.Law.Readings = nil },
		"no class is residential":                 func(r *report.ShutoffRequest) { r.Residential = nil },
		"is residential and is not":               func(r *report.ShutoffRequest) { r.Others = r.Residential },
		"the account A is given twice":            func(r *report.ShutoffRequest) { r.Accounts[1].Account = "A" },
		"neither residential nor not":             func(r *report.ShutoffRequest) { r.Accounts[0].Class = "farm" },
		"the event 1 of account A is given twice": func(r *report.ShutoffRequest) { r.Events = append(r.Events, r.Events[0]) },
		"after 2026-12-31": func(r *report.ShutoffRequest) {
			r.Events = append(r.Events, finEvent("9", "A", collections.ShutOff, "2027-01-01"))
		},
		"the account Z of the event": func(r *report.ShutoffRequest) { r.Events[0].Account = "Z" },
		"E_COLLECTIONS_EVENT":        func(r *report.ShutoffRequest) { r.Events[0].Method = "" },
	} {
		r := shuttingYear()
		spoil(&r)
		_, err := report.CountShutoffs(r)
		refusedBy(t, err, report.ErrShutoffs, words)
	}
}

func TestShutoffsShuffledAreTheSameAndTotalsAreThoseOfTheRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := shuttingYear()
		r.Events = nil
		for _, account := range []string{"A", "B", "C", "D", "E"} {
			on := finDay("2025-11-01")
			for i := range rapid.IntRange(0, 8).Draw(t, "events") {
				on = finMust(on.AddDays(rapid.IntRange(0, 90).Draw(t, "days")))
				if on.After(r.Through) {
					break
				}
				e := finEvent(fmt.Sprint(i), account, rapid.SampledFrom([]collections.Step{collections.ShutOff, collections.Reconnected}).Draw(t, "step"), on.String())
				if rapid.Bool().Draw(t, "timed") {
					e.At = finMust(time.Parse(time.DateOnly, on.String())).Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "hour")) * time.Hour)
				}
				r.Events = append(r.Events, e)
			}
		}
		want, err := report.CountShutoffs(r)
		require.NoError(t, err)
		r.Events, r.Accounts = rapid.Permutation(r.Events).Draw(t, "shuffled"), rapid.Permutation(r.Accounts).Draw(t, "accounts")
		got, err := report.CountShutoffs(r)
		require.NoError(t, err)
		require.Equal(t, want, got)

		var rows, months, areas report.ShutoffMonth
		for _, row := range got.Rows {
			rows.DaysOff += row.DaysOff
			if row.Counted {
				rows.Shutoffs++
			}
			require.GreaterOrEqual(t, row.DaysOff, 0)
		}
		for _, m := range got.Months {
			months.Shutoffs, months.DaysOff, months.Reconnections = months.Shutoffs+m.Shutoffs, months.DaysOff+m.DaysOff, months.Reconnections+m.Reconnections
		}
		for _, m := range got.Areas {
			areas.Shutoffs, areas.DaysOff, areas.Accounts = areas.Shutoffs+m.Shutoffs, areas.DaysOff+m.DaysOff, areas.Accounts+m.Accounts
		}
		require.Equal(t, []int{got.Total.Shutoffs, got.Total.DaysOff}, []int{rows.Shutoffs, rows.DaysOff})
		require.Equal(t, []int{got.Total.Shutoffs, got.Total.DaysOff, got.Total.Reconnections}, []int{months.Shutoffs, months.DaysOff, months.Reconnections})
		require.Equal(t, []int{got.Total.Shutoffs, got.Total.DaysOff, got.Total.Accounts}, []int{areas.Shutoffs, areas.DaysOff, areas.Accounts})

		counted := 0 // each shutoff of a residential account is counted or told
		for _, e := range r.Events {
			if e.Step == collections.ShutOff && e.Day.Year() == 2026 && e.Account != "D" {
				counted++
			}
		}
		for _, u := range got.Untold {
			if u.Why[:4] == "shut" {
				counted--
			}
		}
		require.Equal(t, counted, got.Total.Shutoffs)
	})
}

// The year's number, as it is published and reported to the State Board.
func ExampleCountShutoffs() {
	crew := finPerson("crew.1")
	event := func(key string, step collections.Step, on string) collections.Event {
		return collections.Event{Key: key, Account: "0104417", Debt: civil.MustDate("2026-04-16"), Step: step, Day: civil.MustDate(on), Method: collections.InPerson, To: collections.Occupant, By: crew}
	}
	shutoffs, err := report.CountShutoffs(report.ShutoffRequest{
		Year: 2026, Through: civil.MustDate("2026-12-31"), Law: report.HSC116918(), Residential: []string{"residential"}, Others: []string{"commercial"},
		Accounts: []report.ShutoffAccount{{Account: "0104417", Area: "Ord", Class: "residential"}},
		Events:   []collections.Event{event("S-1", collections.ShutOff, "2026-06-22"), event("S-2", collections.Reconnected, "2026-06-24")},
	})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(shutoffs)
	for _, m := range shutoffs.Months {
		fmt.Println(m.Month.Month(), m.Area, "shutoffs", m.Shutoffs, "reconnections", m.Reconnections, "days off", m.DaysOff)
	}
	fmt.Println("read so:", shutoffs.Law.Readings[0])
	// Output:
	// 1 discontinuation of residential service for inability to pay in 2026, of 1 account (H&S 116918, verified); to be confirmed by counsel
	// June Ord shutoffs 1 reconnections 1 days off 2
	// read so: a discontinuation is each shutoff that was recorded; an account that was shut off twice is two discontinuations and one account
}
