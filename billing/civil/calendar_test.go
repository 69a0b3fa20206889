package civil_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

func dates(texts ...string) []civil.Date {
	var ds []civil.Date
	for _, text := range texts {
		ds = append(ds, civil.MustDate(text))
	}
	return ds
}

// office is closed on the weekend and on two holidays of 2026.
func office(t require.TestingT) civil.ListCalendar {
	c, err := civil.NewListCalendar(
		civil.MustPeriod("[2026-01-01, 2027-01-01)"), dates("2026-07-03", "2026-06-19"), time.Saturday, time.Sunday)
	require.NoError(t, err)
	return c
}

func TestListCalendarIsClosedOnItsWeekendAndItsList(t *testing.T) {
	c := office(t)
	for _, test := range []struct {
		day  string
		open bool
	}{
		{"2026-06-18", true},
		{"2026-06-19", false}, // listed
		{"2026-06-20", false}, // Saturday
		{"2026-06-21", false}, // Sunday
		{"2026-06-22", true},
		{"2026-07-03", false},
		{"2026-01-01", true}, // no holiday is implied
		{"2026-12-31", true},
	} {
		open, err := c.Open(civil.MustDate(test.day))
		require.NoError(t, err)
		require.Equal(t, test.open, open, test.day)
	}
}

func TestNoWeekendIsImplied(t *testing.T) {
	c, err := civil.NewListCalendar(civil.MustPeriod("[2026-01-01, 2027-01-01)"), nil)
	require.NoError(t, err)
	open, err := c.Open(civil.MustDate("2026-06-21"))
	require.NoError(t, err)
	require.True(t, open)
}

func TestDayThatTheListDoesNotCoverIsAnError(t *testing.T) {
	c := office(t)
	for _, d := range append(dates("2025-12-31", "2027-01-01"), civil.Date{}) {
		_, err := c.Open(d)
		require.ErrorIs(t, err, civil.ErrCalendar)
	}
	_, err := civil.ListCalendar{}.Open(civil.MustDate("2026-06-18"))
	require.ErrorIs(t, err, civil.ErrCalendar)
}

func TestListCalendarKeepsItsOwnList(t *testing.T) {
	closed := dates("2026-07-03", "2026-06-19")
	c, err := civil.NewListCalendar(civil.MustPeriod("[2026-01-01, 2027-01-01)"), closed)
	require.NoError(t, err)
	require.Equal(t, dates("2026-07-03", "2026-06-19"), closed, "the list given is not reordered")
	closed[0] = civil.MustDate("2026-08-01")
	open, err := c.Open(civil.MustDate("2026-07-03"))
	require.NoError(t, err)
	require.False(t, open)
}

func TestEverythingWrongWithACalendarIsReported(t *testing.T) {
	_, err := civil.NewListCalendar(civil.MustPeriod("[2026-01-01, 2027-01-01)"),
		append(dates("2026-06-19", "2027-01-01"), civil.Date{}), 7, 0, 1, 2, 3, 4, 5, 6)
	var list problem.List
	require.ErrorAs(t, err, &list)
	var paths []string
	for _, e := range list {
		require.Equal(t, civil.ErrCalendar, e.Code)
		paths = append(paths, e.Path)
	}
	require.Equal(t, []string{"closed[1]", "closed[2]", "weekend[0]", "weekend"}, paths)

	for _, covers := range []civil.Period{
		{}, civil.MustPeriod("[2026-01-01, 2026-01-01)"), {From: civil.MustDate("2026-01-01")},
	} {
		_, err := civil.NewListCalendar(covers, nil)
		require.ErrorIs(t, err, civil.ErrPeriod)
	}
}

func TestSearchStopsOnTheFirstOpenDay(t *testing.T) {
	c := office(t)
	for _, test := range []struct{ from, next, previous string }{
		{"2026-06-18", "2026-06-18", "2026-06-18"},
		{"2026-06-19", "2026-06-22", "2026-06-18"},
		{"2026-06-21", "2026-06-22", "2026-06-18"},
		{"2026-07-04", "2026-07-06", "2026-07-02"},
	} {
		next, err := civil.NextOpen(c, civil.MustDate(test.from))
		require.NoError(t, err)
		require.Equal(t, test.next, next.String())
		previous, err := civil.PreviousOpen(c, civil.MustDate(test.from))
		require.NoError(t, err)
		require.Equal(t, test.previous, previous.String())
	}
}

func TestOpenDaysAreCountedWithoutTheFirst(t *testing.T) {
	c := office(t)
	for _, test := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-06-04", 7, "2026-06-15"},
		{"2026-06-22", -7, "2026-06-10"}, // 19 June is a holiday
		{"2026-06-19", 1, "2026-06-22"},
		{"2026-06-20", -1, "2026-06-18"},
		{"2026-06-20", 0, "2026-06-20"},
	} {
		got, err := civil.AddOpenDays(c, civil.MustDate(test.from), test.n)
		require.NoError(t, err)
		require.Equal(t, test.want, got.String(), "%s and %d open days", test.from, test.n)
	}
	rapid.Check(t, func(t *rapid.T) {
		from, err := civil.MustDate("2026-05-01").AddDays(rapid.IntRange(0, 90).Draw(t, "from"))
		require.NoError(t, err)
		n := rapid.IntRange(-60, 60).Draw(t, "n")
		got, err := civil.AddOpenDays(c, from, n)
		require.NoError(t, err)
		between := civil.Period{From: from, To: got}
		if n < 0 {
			between = civil.Period{From: got, To: from}
		}
		count := 0
		for _, d := range eachDay(t, between) {
			open, err := c.Open(d)
			require.NoError(t, err)
			if open && d != from {
				count++
			}
		}
		if n > 0 { // the last day, which is open, lies after the half-open period
			count++
		}
		require.Equal(t, max(n, -n), count)
	})
}

func TestSearchEndsWithAReason(t *testing.T) {
	c := office(t)
	_, err := civil.NextOpen(c, civil.MustDate("2027-01-01"))
	require.ErrorIs(t, err, civil.ErrCalendar)
	require.ErrorContains(t, err, "2027-01-01")
	_, err = civil.AddOpenDays(c, civil.MustDate("2026-12-30"), 2)
	require.ErrorIs(t, err, civil.ErrCalendar, "it does not go on past the days it knows")

	down := errors.New("calendar service down")
	_, err = civil.PreviousOpen(calendarFunc(func(civil.Date) (bool, error) { return true, down }), civil.MustDate("2026-06-18"))
	require.ErrorIs(t, err, down, "true beside an error is not an answer")
	require.ErrorIs(t, err, civil.ErrCalendar)

	asked := 0
	_, err = civil.NextOpen(calendarFunc(func(civil.Date) (bool, error) { asked++; return false, nil }), civil.MustDate("2026-06-18"))
	require.ErrorIs(t, err, civil.ErrCalendar)
	require.Equal(t, 366, asked)

	_, err = civil.NextOpen(nil, civil.MustDate("2026-06-18"))
	require.ErrorIs(t, err, civil.ErrCalendar)
	_, err = civil.NextOpen(c, civil.Date{})
	require.ErrorIs(t, err, civil.ErrDate)
	_, err = civil.AddOpenDays(c, civil.Date{}, 0)
	require.ErrorIs(t, err, civil.ErrDate)
	never := calendarFunc(func(civil.Date) (bool, error) { return false, nil })
	_, err = civil.NextOpen(never, civil.MustDate("9999-12-31"))
	require.ErrorIs(t, err, civil.ErrDate)
}

type calendarFunc func(civil.Date) (bool, error)

func (f calendarFunc) Open(d civil.Date) (bool, error) { return f(d) }
