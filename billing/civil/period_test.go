package civil_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
)

// drawPeriod is a period of 0 to 800 days.
func drawPeriod(t *rapid.T, label string) civil.Period {
	from := drawDate(t, label)
	days := rapid.IntRange(0, min(800, civil.MustDate("9999-12-31").Sub(from))).Draw(t, label+" days")
	to, err := from.AddDays(days)
	require.NoError(t, err)
	p, err := civil.NewPeriod(from, to)
	require.NoError(t, err)
	return p
}

// eachDay lists the days of a period, one by one.
func eachDay(t require.TestingT, p civil.Period) []civil.Date {
	var days []civil.Date
	for d := p.From; d != p.To; {
		days = append(days, d)
		next, err := d.AddDays(1)
		require.NoError(t, err)
		d = next
	}
	return days
}

func TestPeriodIsHalfOpen(t *testing.T) {
	p := civil.MustPeriod("[2026-04-12, 2026-05-01)")
	require.Equal(t, 19, p.Days())
	require.False(t, p.Contains(civil.MustDate("2026-04-11")))
	require.True(t, p.Contains(civil.MustDate("2026-04-12")))
	require.True(t, p.Contains(civil.MustDate("2026-04-30")))
	require.False(t, p.Contains(civil.MustDate("2026-05-01")))
	require.False(t, p.Contains(civil.Date{}))
	require.Equal(t, "2026-04-30", p.Last().String())
}

func TestBothEndsCountWherePeopleNameThem(t *testing.T) {
	p, err := civil.Inclusive(civil.MustDate("2026-04-01"), civil.MustDate("2026-04-30"))
	require.NoError(t, err)
	require.Equal(t, "[2026-04-01, 2026-05-01)", p.String())
	require.Equal(t, 30, p.Days())

	one, err := civil.Inclusive(civil.MustDate("2026-04-01"), civil.MustDate("2026-04-01"))
	require.NoError(t, err)
	require.Equal(t, 1, one.Days())

	_, err = civil.Inclusive(civil.MustDate("2026-04-02"), civil.MustDate("2026-04-01"))
	require.ErrorIs(t, err, civil.ErrPeriod, "the day before the first is not a period of no days")
	_, err = civil.Inclusive(civil.MustDate("2026-04-02"), civil.MustDate("9999-12-31"))
	require.ErrorIs(t, err, civil.ErrDate)
	_, err = civil.Inclusive(civil.Date{}, civil.MustDate("2026-04-01"))
	require.ErrorIs(t, err, civil.ErrPeriod)
}

func TestPeriodOfNoDaysIsAllowed(t *testing.T) {
	p, err := civil.NewPeriod(civil.MustDate("2026-04-12"), civil.MustDate("2026-04-12"))
	require.NoError(t, err)
	require.NoError(t, p.Check())
	require.False(t, p.IsZero())
	require.Zero(t, p.Days())
	require.False(t, p.Contains(p.From))
	require.Equal(t, p.From, p.Last())
	require.Empty(t, p.Months())
	require.Equal(t, []civil.Period{p}, p.Cut(p.From))
	_, ok := p.Intersect(civil.MustPeriod("[2026-01-01, 2027-01-01)"))
	require.False(t, ok)
}

func TestWrongPeriodIsRefused(t *testing.T) {
	d := civil.MustDate("2026-04-12")
	for _, test := range []struct {
		name string
		p    civil.Period
		what string
	}{
		{"ends before it begins", civil.Period{From: d, To: civil.MustDate("2026-04-11")}, "[2026-04-12, 2026-04-11) ends before it begins"},
		{"no first day", civil.Period{To: d}, "[, 2026-04-12) has no first day"},
		{"no end", civil.Period{From: d}, "[2026-04-12, ) has no end"},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.ErrorIs(t, test.p.Check(), civil.ErrPeriod)
			require.ErrorContains(t, test.p.Check(), test.what)
			_, err := civil.NewPeriod(test.p.From, test.p.To)
			require.ErrorIs(t, err, civil.ErrPeriod)
			_, err = test.p.MarshalText()
			require.ErrorIs(t, err, civil.ErrPeriod)
			require.False(t, test.p.Contains(d))
			require.False(t, test.p.Contains(civil.MustDate("2026-04-11")))
			require.Panics(t, func() { test.p.Days() })
			require.Panics(t, func() { test.p.Last() })
			require.Panics(t, func() { test.p.Months() })
		})
	}
}

func TestNoPeriodIsEmptyAndRefused(t *testing.T) {
	var none civil.Period
	require.True(t, none.IsZero())
	require.ErrorIs(t, none.Check(), civil.ErrPeriod)
	require.Zero(t, none.Days())
	require.Empty(t, none.String())
	require.Empty(t, none.Months())
	require.True(t, none.Last().IsZero())
}

func TestCommonDaysAreThoseOfBothPeriods(t *testing.T) {
	for _, test := range []struct{ p, q, want string }{
		{"[2026-04-01, 2026-05-01)", "[2026-04-15, 2026-05-15)", "[2026-04-15, 2026-05-01)"},
		{"[2026-04-01, 2026-05-01)", "[2026-04-10, 2026-04-20)", "[2026-04-10, 2026-04-20)"},
		{"[2026-04-01, 2026-05-01)", "[2026-05-01, 2026-06-01)", ""},
		{"[2026-04-01, 2026-05-01)", "[2026-04-30, 2026-06-01)", "[2026-04-30, 2026-05-01)"},
		{"[2026-04-01, 2026-05-01)", "[2026-04-15, 2026-04-15)", ""},
	} {
		for _, pair := range [][2]string{{test.p, test.q}, {test.q, test.p}} {
			got, ok := civil.MustPeriod(pair[0]).Intersect(civil.MustPeriod(pair[1]))
			require.Equal(t, test.want, got.String())
			require.Equal(t, test.want != "", ok)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := drawPeriod(t, "p")
		shift := rapid.IntRange(-900, 900).Draw(t, "shift")
		from, err := p.From.AddDays(shift)
		if err != nil {
			t.Skip("outside the years")
		}
		to, err := from.AddDays(rapid.IntRange(0, 900).Draw(t, "q days"))
		if err != nil {
			t.Skip("outside the years")
		}
		q := civil.Period{From: from, To: to}
		var want []civil.Date
		for _, d := range eachDay(t, p) {
			if q.Contains(d) {
				want = append(want, d)
			}
		}
		both, ok := p.Intersect(q)
		require.Equal(t, len(want) > 0, ok)
		require.Equal(t, want, eachDay(t, both))
	})
}

func TestCutsBeginPartsAtTheDatesInside(t *testing.T) {
	p := civil.MustPeriod("[2026-04-12, 2026-06-01)")
	at := []civil.Date{
		civil.MustDate("2026-05-01"), civil.MustDate("2026-04-20"), civil.MustDate("2026-05-01"), // out of order, twice
		p.From, p.To, civil.MustDate("2026-01-01"), civil.MustDate("2027-01-01"), {}, // cut nothing
	}
	given := slices.Clone(at)
	require.Equal(t, []civil.Period{
		civil.MustPeriod("[2026-04-12, 2026-04-20)"),
		civil.MustPeriod("[2026-04-20, 2026-05-01)"),
		civil.MustPeriod("[2026-05-01, 2026-06-01)"),
	}, p.Cut(at...))
	require.Equal(t, given, at, "the dates given are not reordered")
	require.Equal(t, []civil.Period{p}, p.Cut())
}

func TestPartsHaveEachDayOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPeriod(t, "p")
		var at []civil.Date
		for range rapid.IntRange(0, 5).Draw(t, "cuts") {
			if d, err := p.From.AddDays(rapid.IntRange(-5, 810).Draw(t, "cut")); err == nil {
				at = append(at, d)
			}
		}
		var days []civil.Date
		for i, part := range p.Cut(at...) {
			require.NoError(t, part.Check())
			require.True(t, part.Days() > 0 || p.Days() == 0)
			require.True(t, i == 0 || slices.Contains(at, part.From))
			days = append(days, eachDay(t, part)...)
		}
		require.Equal(t, eachDay(t, p), days)
		for _, d := range at {
			for _, part := range p.Cut(at...) {
				require.False(t, part.Contains(d) && part.From != d, "the cut at %s is missing", d)
			}
		}

		days = nil
		for _, part := range p.Months() {
			for _, d := range eachDay(t, part.Period) {
				require.Equal(t, part.Period.From.Month(), d.Month())
				require.Equal(t, time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day(), part.DaysInMonth)
				days = append(days, d)
			}
		}
		require.Equal(t, eachDay(t, p), days)
	})
}

func TestMonthPartsKnowTheLengthOfTheirMonth(t *testing.T) {
	require.Equal(t, []civil.MonthPart{
		{Period: civil.MustPeriod("[2023-12-15, 2024-01-01)"), DaysInMonth: 31},
		{Period: civil.MustPeriod("[2024-01-01, 2024-02-01)"), DaysInMonth: 31},
		{Period: civil.MustPeriod("[2024-02-01, 2024-02-10)"), DaysInMonth: 29},
	}, civil.MustPeriod("[2023-12-15, 2024-02-10)").Months())
	require.Equal(t, []civil.MonthPart{
		{Period: civil.MustPeriod("[9999-12-01, 9999-12-31)"), DaysInMonth: 31},
	}, civil.MustPeriod("[9999-12-01, 9999-12-31)").Months(), "the step over the last month is not seen")
}

func TestPeriodIsReadOnlyWithItsBrackets(t *testing.T) {
	for _, text := range []string{
		"", "2026-04-12/2026-05-01", "2026-04-12, 2026-05-01", "[2026-04-12, 2026-05-01]", "(2026-04-12, 2026-05-01)",
		"[2026-04-12,2026-05-01)", "[2026-04-12, 2026-05-01) ", "[2026-04-12)", "[, 2026-05-01)", "[2026-04-12, )",
		"[2026-04-12, 2026-04-11)", "[2026-04-31, 2026-05-01)", "[2026-04-12, 2026-05-01, 2026-06-01)",
	} {
		p, err := civil.ParsePeriod(text)
		require.ErrorIs(t, err, civil.ErrPeriod, text)
		require.True(t, p.IsZero(), text)
	}
	_, err := civil.ParsePeriod("[2026-04-12, 2026-04-31)")
	require.ErrorIs(t, err, civil.ErrDate)
	require.ErrorContains(t, err, "to: ")
	require.Panics(t, func() { civil.MustPeriod("April") })
}

func TestPeriodReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPeriod(t, "p")
		if rapid.Bool().Draw(t, "absent") {
			p = civil.Period{}
		}
		text, err := json.Marshal(p)
		require.NoError(t, err)
		require.Equal(t, `"`+p.String()+`"`, string(text))
		back := civil.MustPeriod("[2026-04-12, 2026-05-01)")
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, p, back)
	})
}

func FuzzParsePeriod(f *testing.F) {
	for _, seed := range []string{
		"[2026-04-12, 2026-05-01)", "[2026-04-12, 2026-04-12)", "[2026-04-12, 2026-04-11)", "[2026-04-12,2026-05-01)", "[, )", "", "[",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := civil.ParsePeriod(text)
		if err != nil {
			require.ErrorIs(t, err, civil.ErrPeriod)
			require.True(t, p.IsZero())
			return
		}
		require.NoError(t, p.Check())
		require.Equal(t, text, p.String())
	})
}
