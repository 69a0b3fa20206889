package policyfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
)

const calendarHead = "headgate: policy/1\nname: D\ncalendars:\n"

// office is closed for Memorial Day and Juneteenth of 2026, and works four days a week
// from July.
const office = calendarHead + `  office:
    - from: 2026-01-01
      to: 2026-07-01
      source: {resolution: 2025-40}
      weekend: [saturday, sunday]
      closed: {2026-06-19: Juneteenth, 2026-05-25: Memorial Day}
    - from: 2026-07-01
      to: 2027-01-01
      source: {resolution: 2026-12}
      weekend: [friday, saturday, sunday]
      closed: {2026-12-24: Christmas Eve}
  posting:
    - {from: 2026-01-01, to: 2027-01-01, source: {section: s}, weekend: [], closed: {}}
`

func parseCalendars(src string) (policyfile.Calendars, error) {
	var calendars policyfile.Calendars
	_, err := policyfile.Parse("p.yaml", []byte(src), policyfile.IntoCalendars("calendars", &calendars))
	return calendars, err
}

func calendar(t *testing.T, src, name string) policyfile.Calendar {
	t.Helper()
	calendars, err := parseCalendars(src)
	require.NoError(t, err)
	c, err := calendars.Get(name)
	require.NoError(t, err)
	return c
}

func TestDaysOfTheOffice(t *testing.T) {
	c := calendar(t, office, "office")
	for d, want := range map[string]struct {
		open bool
		name string
	}{
		"2026-01-01": {true, ""}, // a Thursday that the policy does not close
		"2026-05-22": {true, ""},
		"2026-05-23": {false, ""},             // a Saturday
		"2026-05-25": {false, "Memorial Day"}, // a Monday
		"2026-05-26": {true, ""},
		"2026-06-19": {false, "Juneteenth"}, // a Friday
		"2026-06-22": {true, ""},
		"2026-06-26": {true, ""},  // a Friday of the first version
		"2026-07-01": {true, ""},  // a Wednesday, the first day of the second
		"2026-07-03": {false, ""}, // a Friday of the second
		"2026-12-24": {false, "Christmas Eve"},
		"2026-12-31": {true, ""},
	} {
		open, err := c.Open(day(d))
		require.NoError(t, err)
		require.Equal(t, want.open, open, d)
		name, err := c.HolidayName(day(d))
		require.NoError(t, err)
		require.Equal(t, want.name, name, d)
	}
	for _, d := range []civil.Date{day("2025-12-31"), day("2027-01-01"), {}} {
		_, err := c.Open(d)
		require.ErrorIs(t, err, policyfile.ErrCalendar)
		require.ErrorContains(t, err, "covers [2026-01-01, 2027-01-01) and has no answer for")
		_, err = c.HolidayName(d)
		require.ErrorIs(t, err, policyfile.ErrCalendar)
	}
	require.Equal(t, civil.MustPeriod("[2026-01-01, 2027-01-01)"), c.Covers())
	require.Equal(t, []policyfile.Holiday{
		{Day: day("2026-05-25"), Name: "Memorial Day"}, {Day: day("2026-06-19"), Name: "Juneteenth"}, {Day: day("2026-12-24"), Name: "Christmas Eve"},
	}, c.Holidays())

	open, err := calendar(t, office, "posting").Open(day("2026-05-24"))
	require.NoError(t, err)
	require.True(t, open, "no weekend")
}

// The worked example of the ladder to shutoff: the office closes on 25 May and 19 June.
func TestWorkedExampleOfTheLadder(t *testing.T) {
	c := calendar(t, office, "office")
	for _, w := range []struct {
		from string
		days int
		want string
	}{
		{"2026-06-04", 7, "2026-06-15"},  // the letter's 7 business days
		{"2026-06-22", -7, "2026-06-10"}, // and back from the shutoff: 19 June is none
		{"2026-05-22", 1, "2026-05-26"},
	} {
		got, err := civil.AddOpenDays(c, day(w.from), w.days)
		require.NoError(t, err)
		require.Equal(t, day(w.want), got)
	}
	next, err := civil.NextOpen(c, day("2026-06-19"))
	require.NoError(t, err)
	require.Equal(t, day("2026-06-22"), next)
	last, err := civil.PreviousOpen(c, day("2026-06-07"))
	require.NoError(t, err)
	require.Equal(t, day("2026-06-05"), last)
	next, err = civil.NextOpen(c, day("2026-07-03"))
	require.NoError(t, err)
	require.Equal(t, day("2026-07-06"), next, "over the border of two versions")
	_, err = civil.AddOpenDays(c, day("2026-12-31"), 1)
	require.ErrorIs(t, err, policyfile.ErrCalendar)
}

func TestFaultsOfCalendars(t *testing.T) {
	version := func(fields string) string {
		return calendarHead + "  o:\n  - {from: 2026-01-01, to: 2027-01-01, source: {section: s}, " + fields + "}\n"
	}
	for _, c := range []struct{ name, src, want string }{
		{"no end", strings.Replace(version("weekend: [], closed: {}"), "to: 2027-01-01, ", "", 1), "5:5 E_MISSING calendars.o[0].to"},
		{
			"no end, and days before it begins and on the weekend",
			strings.Replace(version("weekend: [saturday], closed: {2025-12-30: x, 2026-07-04: y, 2031-01-01: z}"), "to: 2027-01-01, ", "", 1),
			"5:5 E_MISSING calendars.o[0].to\n5:76 E_CALENDAR calendars.o[0].closed.2025-12-30\n5:91 E_CALENDAR calendars.o[0].closed.2026-07-04",
		},
		{
			"an end that is none, and a day on the weekend",
			strings.Replace(version("weekend: [saturday], closed: {2026-07-04: y}"), "to: 2027-01-01, ", "to: 2027, ", 1),
			"5:28 E_DATE calendars.o[0].to\n5:86 E_CALENDAR calendars.o[0].closed.2026-07-04",
		},
		{
			"no begin, and a day after the version",
			strings.Replace(version("weekend: [], closed: {2027-01-01: y}"), "from: 2026-01-01, ", "", 1),
			"5:5 E_MISSING calendars.o[0].from\n5:66 E_CALENDAR calendars.o[0].closed.2027-01-01",
		},
		{"a day before the version", version("weekend: [], closed: {2025-12-31: x}"), "5:84 E_CALENDAR calendars.o[0].closed.2025-12-31"},
		{"a day after the version", version("weekend: [], closed: {2026-05-25: x, 2027-01-01: y}"), "5:99 E_CALENDAR calendars.o[0].closed.2027-01-01"},
		{"a day of the weekend", version("weekend: [saturday], closed: {2026-07-04: x}"), "5:92 E_CALENDAR calendars.o[0].closed.2026-07-04"},
		{"a day of the weekend, as a placeholder", version("weekend: [saturday], closed: {placeholder: {2026-07-04: x}, why: y}"), "5:106 E_CALENDAR calendars.o[0].closed.2026-07-04"},
		{"a day twice", version("weekend: [], closed: {2026-05-25: x, 2026-05-25: y}"), "5:99 E_DUPKEY"},
		{"no name", version("weekend: [], closed: {2026-05-25: }"), "5:96 E_MISSING calendars.o[0].closed.2026-05-25"},
		{"no date", version("weekend: [], closed: {05-25: x}"), "5:84 E_DATE calendars.o[0].closed.05-25"},
		{"no day of the week", version("weekend: [Sat], closed: {}"), "5:72 E_CHOICE calendars.o[0].weekend[0]"},
		{"a day of the week in capitals", version("weekend: [Saturday], closed: {}"), "5:72 E_CHOICE calendars.o[0].weekend[0]"},
		{"a day of the week twice", version("weekend: [sunday, sunday], closed: {}"), "5:80 E_POLICY_RULE calendars.o[0].weekend[1]"},
		{"no day left", version("weekend: [sunday, monday, tuesday, wednesday, thursday, friday, saturday], closed: {}"), "5:71 E_POLICY_RULE calendars.o[0].weekend"},
		{"no weekend", version("closed: {}"), "5:5 E_MISSING calendars.o[0].weekend"},
		{"no closed days", version("weekend: []"), "5:5 E_MISSING calendars.o[0].closed"},
		{"a gap", version("weekend: [], closed: {}") + "  - {from: 2027-01-02, to: 2028-01-01, unknown: x}\n", "6:12 E_VERSION_GAP calendars.o[1].from"},
		{"no names", calendarHead + "  - x\n", "4:3 E_SHAPE calendars"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseCalendars(c.src)
			require.Equal(t, c.want, brief(t, err), "%v", err)
		})
	}
	_, err := parseCalendars(version("weekend: [saturday], closed: {2026-07-04: x}"))
	require.ErrorContains(t, err, "the closed day is a Saturday, on which the office is closed anyway; write the day on which it is observed")
}

func TestCalendarsThatAreNotKnown(t *testing.T) {
	c := calendar(t, office[:strings.Index(office, "  posting")]+"    - {from: 2027-01-01, to: 2028-01-01, unknown: not yet adopted}\n", "office")
	open, err := c.Open(day("2026-12-31"))
	require.NoError(t, err)
	require.True(t, open)
	_, err = c.Open(day("2027-01-04"))
	require.ErrorIs(t, err, policyfile.ErrCalendar)
	require.ErrorIs(t, err, policyfile.ErrNotKnown)
	_, err = civil.AddOpenDays(c, day("2026-12-31"), 1)
	require.ErrorContains(t, err, "not yet adopted")

	c = calendar(t, calendarHead+"  o:\n  - {from: 2026-01-01, to: 2027-01-01, source: {section: s}, weekend: [], closed: {unknown: lost}}\n", "o")
	_, err = c.Open(day("2026-05-25"))
	require.ErrorIs(t, err, policyfile.ErrNotKnown)
	require.Empty(t, c.Holidays())

	calendars, err := parseCalendars(calendarHead + "  o: {unknown: lost}\n")
	require.NoError(t, err)
	_, err = calendars.Get("o")
	require.ErrorIs(t, err, policyfile.ErrNotKnown)
	calendars, err = parseCalendars("headgate: policy/1\nname: D\ncalendars: {unknown: lost}\n")
	require.NoError(t, err)
	_, err = calendars.Get("o")
	require.ErrorIs(t, err, policyfile.ErrNotKnown)
	calendars, err = parseCalendars(office)
	require.NoError(t, err)
	require.Equal(t, []string{"office", "posting"}, calendars.Names())
	_, err = calendars.Get("Office")
	require.EqualError(t, err, `p.yaml:4:3: E_NO_AREA: calendars: there is no "Office"; write one of: office, posting`)

	var zero policyfile.Calendar
	_, err = zero.Open(day("2026-01-01"))
	require.ErrorIs(t, err, policyfile.ErrCalendar)
	require.Zero(t, zero.Covers())
}

func TestPlaceholderCalendarsAreListed(t *testing.T) {
	var calendars policyfile.Calendars
	file, err := policyfile.Parse("p.yaml", []byte(calendarHead+
		"  o:\n  - {from: 2026-01-01, to: 2027-01-01, source: {unknown: x}, weekend: [], closed: {placeholder: {2026-05-25: Memorial Day}, why: not public}}\n"),
		policyfile.IntoCalendars("calendars", &calendars))
	require.NoError(t, err)
	require.Equal(t, "calendars.o[0].closed: not public", file.Placeholders()[0].String())
	c, err := calendars.Get("o")
	require.NoError(t, err)
	name, err := c.HolidayName(day("2026-05-25"))
	require.NoError(t, err)
	require.Equal(t, "Memorial Day", name)
}

// A year that is cut into versions answers as the year in one.
func TestVersionsOfACalendarJoin(t *testing.T) {
	all := []string{"2026-01-02", "2026-02-16", "2026-03-31", "2026-05-25", "2026-06-19", "2026-09-07", "2026-11-11", "2026-12-31"}
	source := func(bounds []string) string {
		var b strings.Builder
		b.WriteString(calendarHead + "  o:\n")
		for i := 1; i < len(bounds); i++ {
			b.WriteString("  - {from: " + bounds[i-1] + ", to: " + bounds[i] + ", source: {section: s}, weekend: [saturday, sunday], closed: {")
			for _, d := range all {
				if d >= bounds[i-1] && d < bounds[i] {
					b.WriteString(d + ": Closed " + d + ", ")
				}
			}
			b.WriteString("}}\n")
		}
		return b.String()
	}
	whole := calendar(t, source([]string{"2026-01-01", "2027-01-01"}), "o")
	require.Len(t, whole.Holidays(), len(all))
	rapid.Check(t, func(r *rapid.T) {
		bounds := []string{"2026-01-01"}
		for at := day("2026-01-01"); ; {
			var err error
			at, err = at.AddDays(rapid.IntRange(1, 200).Draw(r, "days"))
			require.NoError(r, err)
			if !at.Before(day("2027-01-01")) {
				break
			}
			bounds = append(bounds, at.String())
		}
		calendars, err := parseCalendars(source(append(bounds, "2027-01-01")))
		require.NoError(r, err)
		cut, err := calendars.Get("o")
		require.NoError(r, err)
		require.Equal(r, whole.Holidays(), cut.Holidays())
		require.Equal(r, whole.Covers(), cut.Covers())
		for at := day("2026-01-01"); at.Before(day("2027-01-01")); {
			want, err := whole.Open(at)
			require.NoError(r, err)
			got, err := cut.Open(at)
			require.NoError(r, err)
			require.Equal(r, want, got)
			at, err = at.AddDays(1)
			require.NoError(r, err)
		}
	})
}
