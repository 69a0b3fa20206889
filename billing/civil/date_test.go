package civil_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
)

// drawDate is any date of the range.
func drawDate(t *rapid.T, label string) civil.Date {
	n := rapid.IntRange(0, 3652058).Draw(t, label)
	d, err := civil.DateOf(time.Date(1, time.January, 1+n, 12, 0, 0, 0, time.UTC), time.UTC)
	require.NoError(t, err)
	return d
}

func instant(d civil.Date) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
}

func TestEveryDayAgreesWithTheStandardCalendar(t *testing.T) {
	d := civil.MustDate("0001-01-01")
	at := time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)
	days := 0
	for {
		year, month, day := at.Date()
		made, err := civil.NewDate(year, month, day)
		// Plain comparisons: assertions on each of 3.6 million days would take minutes.
		if err != nil || made != d || d.Year() != year || d.Month() != month || d.Day() != day ||
			d.Weekday() != at.Weekday() || d.YearDay() != at.YearDay() {
			t.Fatalf("%s: got %s %s, year day %d, and from its parts %s, %v",
				at.Format(time.DateOnly), d, d.Weekday(), d.YearDay(), made, err)
		}
		days++
		next, err := d.AddDays(1)
		if err != nil {
			require.ErrorIs(t, err, civil.ErrDate)
			break
		}
		if next.Sub(d) != 1 || !next.After(d) || !d.Before(next) || next.Before(d) || d.After(next) {
			t.Fatalf("%s and %s are not in order", d, next)
		}
		d, at = next, at.AddDate(0, 0, 1)
	}
	require.Equal(t, "9999-12-31", d.String())
	require.Equal(t, 3652059, days)
}

func TestEveryMonthHasTheLengthOfTheStandardCalendar(t *testing.T) {
	for year := 1; year <= 9999; year++ {
		for month := time.January; month <= time.December; month++ {
			d, err := civil.NewDate(year, month, 1)
			require.NoError(t, err)
			length := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
			if d.DaysInMonth() != length {
				t.Fatalf("%s: got %d days, want %d", d, d.DaysInMonth(), length)
			}
		}
	}
}

func TestDayThatDoesNotExistIsRefused(t *testing.T) {
	for _, test := range []struct {
		name  string
		year  int
		month time.Month
		day   int
		what  string
	}{
		{"31 February", 2026, time.February, 31, "February 2026 has no day 31"},
		{"29 February of a common year", 2026, time.February, 29, "give a day from 1 to 28"},
		{"29 February of a century", 1900, time.February, 29, "give a day from 1 to 28"},
		{"30 February of a leap year", 2024, time.February, 30, "give a day from 1 to 29"},
		{"31 April", 2026, time.April, 31, "give a day from 1 to 30"},
		{"day 0", 2026, time.April, 0, "has no day 0"},
		{"negative day", 2026, time.April, -1, "has no day -1"},
		{"month 0", 2026, 0, 1, "month 0"},
		{"month 13", 2026, 13, 1, "month 13"},
		{"year 0", 0, time.April, 1, "year 0"},
		{"year 10000", 10000, time.April, 1, "year 10000"},
		{"two-digit year cannot be told from year 26, but a negative one can", -26, time.April, 1, "year -26"},
		{"numbers that would wrap", math.MaxInt, math.MinInt, math.MaxInt, "year"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := civil.NewDate(test.year, test.month, test.day)
			require.ErrorIs(t, err, civil.ErrDate)
			require.ErrorContains(t, err, test.what)
			require.True(t, d.IsZero())
		})
	}
}

func TestNoDateIsNoDay(t *testing.T) {
	var none civil.Date
	require.True(t, none.IsZero())
	require.False(t, civil.MustDate("0001-01-01").IsZero())
	require.Zero(t, none.Year())
	require.Zero(t, none.Month())
	require.Zero(t, none.Day())
	require.Zero(t, none.YearDay())
	require.Zero(t, none.DaysInMonth())
	require.Equal(t, time.Weekday(-1), none.Weekday())
	require.Empty(t, none.String())

	first := civil.MustDate("0001-01-01")
	require.Equal(t, -1, none.Compare(first))
	require.Equal(t, 1, first.Compare(none))
	require.Equal(t, 0, none.Compare(none))
	require.True(t, none.Before(first))
	require.False(t, none.After(none))

	_, err := none.AddDays(1)
	require.ErrorIs(t, err, civil.ErrDate)
	_, err = none.AddMonths(1)
	require.ErrorIs(t, err, civil.ErrDate)
	require.Panics(t, func() { first.Sub(none) })
	require.Panics(t, func() { none.Sub(first) })
}

func TestMonthsAreClippedToTheEndOfTheMonth(t *testing.T) {
	for _, test := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2096-02-29", 48, "2100-02-28"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-05-31", 1, "2026-06-30"},
		{"2026-02-28", 1, "2026-03-28"},
		{"2026-12-15", 1, "2027-01-15"},
		{"2026-01-15", -1, "2025-12-15"},
		{"2026-01-15", -13, "2024-12-15"},
		{"2026-04-12", 0, "2026-04-12"},
		{"0001-01-31", 9998*12 + 11, "9999-12-31"},
		{"9999-12-31", -9998*12 - 11, "0001-01-31"},
	} {
		got, err := civil.MustDate(test.from).AddMonths(test.months)
		require.NoError(t, err)
		require.Equal(t, test.want, got.String(), "%s and %d months", test.from, test.months)
	}
}

func TestSumOutsideTheYearsIsRefused(t *testing.T) {
	first, last := civil.MustDate("0001-01-01"), civil.MustDate("9999-12-31")
	for _, test := range []struct {
		name string
		add  func(civil.Date, int) (civil.Date, error)
		from civil.Date
		n    int
	}{
		{"a day before the first", civil.Date.AddDays, first, -1},
		{"a day after the last", civil.Date.AddDays, last, 1},
		{"days that would wrap 32 bits", civil.Date.AddDays, first, 1 << 32},
		{"days that would wrap 64 bits", civil.Date.AddDays, last, math.MaxInt},
		{"days that would wrap below", civil.Date.AddDays, first, math.MinInt},
		{"a month before the first", civil.Date.AddMonths, first, -1},
		{"a month after the last", civil.Date.AddMonths, last, 1},
		{"months that would wrap", civil.Date.AddMonths, last, math.MaxInt},
		{"months that would wrap below", civil.Date.AddMonths, first, math.MinInt},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.add(test.from, test.n)
			require.ErrorIs(t, err, civil.ErrDate)
			require.True(t, got.IsZero())
		})
	}
}

func TestDaysAddedAndCountedAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawDate(t, "a"), drawDate(t, "b")
		n := b.Sub(a)
		require.Equal(t, int(instant(b).Unix()-instant(a).Unix())/(24*60*60), n)
		sum, err := a.AddDays(n)
		require.NoError(t, err)
		require.Equal(t, b, sum)
		require.Equal(t, -n, a.Sub(b))
		require.Equal(t, instant(a).Compare(instant(b)), a.Compare(b))
		require.Equal(t, a == b, a.Compare(b) == 0)
	})
}

func TestAddMonthsIsTheSameDayOrTheLastOfItsMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDate(t, "date")
		n := rapid.IntRange(-130000, 130000).Draw(t, "months")
		got, err := d.AddMonths(n)
		first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		if first.Year() < 1 || first.Year() > 9999 {
			require.ErrorIs(t, err, civil.ErrDate)
			return
		}
		require.NoError(t, err)
		require.Equal(t, first.Year(), got.Year())
		require.Equal(t, first.Month(), got.Month())
		require.Equal(t, min(d.Day(), first.AddDate(0, 1, -1).Day()), got.Day())
	})
}

func TestInstantFallsOnTheDayOfItsPlace(t *testing.T) {
	pacific := time.FixedZone("PDT", -7*60*60)
	at := time.Date(2026, time.April, 13, 2, 0, 0, 0, time.UTC)
	there, err := civil.DateOf(at, pacific)
	require.NoError(t, err)
	require.Equal(t, "2026-04-12", there.String())
	here, err := civil.DateOf(at.In(pacific), time.UTC)
	require.NoError(t, err)
	require.Equal(t, "2026-04-13", here.String())

	for name, make := range map[string]func() (civil.Date, error){
		"no location":         func() (civil.Date, error) { return civil.DateOf(at, nil) },
		"no instant":          func() (civil.Date, error) { return civil.DateOf(time.Time{}, time.UTC) },
		"year 10000":          func() (civil.Date, error) { return civil.DateOf(at.AddDate(8000, 0, 0), time.UTC) },
		"year 0 at the place": func() (civil.Date, error) { return civil.DateOf(time.Time{}.Add(time.Second), pacific) },
	} {
		_, err := make()
		require.ErrorIs(t, err, civil.ErrDate, name)
	}
}

func TestDateIsReadOnlyAsISO(t *testing.T) {
	for _, text := range []string{
		"", " ", "2026-4-12", "2026-04-1", "26-04-12", "2026/04/12", "04/12/2026", "20260412", "2026-04-12 ", " 2026-04-12",
		"2026-04-12T00:00:00Z", "2026-04-1x", "2026-04-1٢", "+026-04-12", "-026-04-12", "2026-04-31", "2026-13-01",
		"2026-00-01", "2026-01-00", "0000-01-01", "2026-04-12\x00", "2026–04–12", "12026-04-12",
	} {
		d, err := civil.ParseDate(text)
		require.ErrorIs(t, err, civil.ErrDate, text)
		require.True(t, d.IsZero(), text)
	}
	d, err := civil.ParseDate("2026-04-12")
	require.NoError(t, err)
	require.Equal(t, []int{2026, 4, 12}, []int{d.Year(), int(d.Month()), d.Day()})
	require.Panics(t, func() { civil.MustDate("12 April") })
}

func TestErrorDoesNotRepeatTextThatIsNoDate(t *testing.T) {
	for _, text := range []string{"4400123456", "Ada Lovelace", "2026-04-12 4400123456"} {
		_, err := civil.ParseDate(text)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "4400")
		require.NotContains(t, err.Error(), "Ada")
	}
}

func TestDateReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDate(t, "date")
		if rapid.Bool().Draw(t, "absent") {
			d = civil.Date{}
		} else {
			require.Equal(t, instant(d).Format(time.DateOnly), d.String())
		}

		text, err := json.Marshal(d)
		require.NoError(t, err)
		require.Equal(t, `"`+d.String()+`"`, string(text))
		back := civil.MustDate("2026-04-12")
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, d, back)

		stored, err := d.Value()
		require.NoError(t, err)
		require.Equal(t, d.IsZero(), stored == nil, "no date is NULL, and nothing else is")
		back = civil.MustDate("2026-04-12")
		require.NoError(t, back.Scan(stored))
		require.Equal(t, d, back)
	})
}

func TestColumnIsADateOrRefused(t *testing.T) {
	pacific := time.FixedZone("PDT", -7*60*60)
	old := civil.MustDate("2000-01-01")
	for _, test := range []struct {
		name   string
		column any
		want   string
		wrong  bool
	}{
		{"text", "2026-04-12", "2026-04-12", false},
		{"bytes", []byte("2026-04-12"), "2026-04-12", false},
		{"NULL is no date", nil, "", false},
		{"empty text is no date", "", "", false},
		{"midnight", time.Date(2026, 4, 12, 0, 0, 0, 0, time.UTC), "2026-04-12", false},
		{"midnight keeps the day of its own zone", time.Date(2026, 4, 12, 0, 0, 0, 0, pacific), "2026-04-12", false},
		{"an instant is no date", time.Date(2026, 4, 12, 0, 0, 0, 1, time.UTC), "", true},
		{"an hour is no date", time.Date(2026, 4, 12, 7, 0, 0, 0, time.UTC), "", true},
		{"year 0 of a time", time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), "", true},
		{"number", int64(20260412), "", true},
		{"other text", "04/12/2026", "", true},
		{"the zero date of MySQL", "0000-00-00", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := old
			err := d.Scan(test.column)
			if test.wrong {
				require.ErrorIs(t, err, civil.ErrDate)
				require.Equal(t, old, d, "a failed scan changes nothing")
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, d.String())
		})
	}
}

func TestFailedReadingChangesNothing(t *testing.T) {
	d, p := civil.MustDate("2000-01-01"), civil.MustPeriod("[2000-01-01, 2000-02-01)")
	require.ErrorIs(t, json.Unmarshal([]byte(`"2026-02-30"`), &d), civil.ErrDate)
	require.Equal(t, "2000-01-01", d.String())
	require.ErrorIs(t, json.Unmarshal([]byte(`"[2026-02-01, 2026-01-01)"`), &p), civil.ErrPeriod)
	require.Equal(t, "[2000-01-01, 2000-02-01)", p.String())
	require.Error(t, json.Unmarshal([]byte(`20260412`), &d))
}

func TestAbsentDateCanBeLeftOutOfJSON(t *testing.T) {
	type version struct {
		To civil.Date `json:"to,omitzero"`
	}
	text, err := json.Marshal(version{})
	require.NoError(t, err)
	require.Equal(t, `{}`, string(text))
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-04-12", "2024-02-29", "2026-02-29", "0001-01-01", "9999-12-31", "", "2026-4-12", "2026-04-12Z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := civil.ParseDate(text)
		want, wantErr := time.Parse(time.DateOnly, text)
		if wantErr == nil && want.Year() == 0 {
			wantErr = civil.ErrDate
		}
		if wantErr != nil {
			require.ErrorIs(t, err, civil.ErrDate)
			return
		}
		require.NoError(t, err)
		require.Equal(t, text, d.String())
		require.Equal(t, want, instant(d))
	})
}

func BenchmarkDateParts(b *testing.B) {
	d := civil.MustDate("2026-04-12")
	for b.Loop() {
		_ = d.Year() + d.Day()
	}
}
