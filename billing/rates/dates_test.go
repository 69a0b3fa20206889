package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/rates"
)

// A ruleCase is a bill that one rule decides: its lines, with their days or
// without.
type ruleCase struct {
	rule        string
	schedule    rates.Schedule
	in          rates.Input
	lines, days string
}

func requireRules(t *testing.T, cases []ruleCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			quote := priced(t, c.schedule, c.in)
			if c.days != "" {
				require.Equal(t, c.days, onDays(quote))
			} else {
				require.Equal(t, c.lines, printed(lines(quote)))
			}
		})
	}
}

// rises charges 1.00 a unit, and 2.00 from the 11th of June on.
func rises(rule rates.Select) rates.Schedule {
	s := from(schedule(perUnit("water", "1.00")), "2026-06-11", perUnit("water", "2.00"))
	s.Select = rule
	return s
}

func billed(in rates.Input, on string) rates.Input {
	in.BillDate = day(on)
	return in
}

func TestSelectPicksTheVersion(t *testing.T) {
	in := input("30", nil)
	short := from(schedule(perUnit("water", "1.00")), "2026-06-02", perUnit("water", "2.00"))
	short = from(short, "2026-06-30", perUnit("water", "4.00"))
	requireRules(t, []ruleCase{
		{rule: "by period start", schedule: rises(rates.ByPeriodStart), in: in, days: "water 06-01..06-30 30.00"},
		{rule: "by period end", schedule: rises(rates.ByPeriodEnd), in: in, days: "water 06-01..06-30 60.00"},
		{rule: "by period end, a version that begins the day after", schedule: rises(rates.ByPeriodEnd),
			in: rates.Input{Period: days("2026-05-12", "2026-06-11"), Usage: ccf("30")}, days: "water 05-12..06-10 30.00"},
		{rule: "by period end, a version of the last day", schedule: rises(rates.ByPeriodEnd),
			in: rates.Input{Period: days("2026-05-13", "2026-06-12"), Usage: ccf("30")}, days: "water 05-13..06-11 60.00"},
		{rule: "by bill date, the day before", schedule: rises(rates.ByBillDate), in: billed(in, "2026-06-10"), days: "water 06-01..06-30 30.00"},
		{rule: "by bill date, on the day", schedule: rises(rates.ByBillDate), in: billed(in, "2026-06-11"), days: "water 06-01..06-30 60.00"},
		{rule: "by bill date, after the period", schedule: rises(rates.ByBillDate), in: billed(in, "2026-07-04"), days: "water 06-01..06-30 60.00"},
		{rule: "split by day", schedule: rises(rates.SplitByDay), in: in, days: "water 06-01..06-10 10.00, water 06-11..06-30 40.00"},
		{rule: "blend by day", schedule: rises(rates.BlendByDay), in: in, days: "water 06-01..06-10 10.00, water 06-11..06-30 40.00"},
		{rule: "a version of two days and one of a day", schedule: short, in: in,
			days: "water 06-01..06-01 1.00, water 06-02..06-29 56.00, water 06-30..06-30 4.00"},
		{rule: "the period ends where the version does", schedule: rises(rates.SplitByDay),
			in:   rates.Input{Period: days("2026-05-12", "2026-06-11"), Usage: ccf("30")},
			days: "water 05-12..06-10 30.00"},
		{rule: "the period begins where the version does", schedule: rises(rates.SplitByDay),
			in:   rates.Input{Period: days("2026-06-11", "2026-07-11"), Usage: ccf("30")},
			days: "water 06-11..07-10 60.00"},
	})
}

// By split, tiers and usage are shared by days; by blend, whole bills are.
func TestSplitAndBlendDifferWhereTiersDo(t *testing.T) {
	change := func(rule rates.Select) rates.Schedule {
		s := from(schedule(tiered("water", "10", "1.00", "2.00")), "2026-06-11", tiered("water", "20", "1.00", "2.00"))
		s.Select = rule
		return s
	}
	requireRules(t, []ruleCase{
		// Usage 5 and 10 units; bounds of 10/3 and 20*2/3.
		{rule: "split", schedule: change(rates.SplitByDay), in: input("15", nil), days: "water#1 06-01..06-10 3.33, water#2 06-01..06-10 3.33, water#1 06-11..06-30 10.00"},
		// (10 + 2*5) / 3 and 15 * 2/3.
		{rule: "blend", schedule: change(rates.BlendByDay), in: input("15", nil), days: "water#1 06-01..06-10 3.34, water#2 06-01..06-10 3.33, water#1 06-11..06-30 10.00"},
	})
}

// The line says under which version it was priced, and on what it rests.
func TestLinesNameTheirVersionAndSource(t *testing.T) {
	s := rises(rates.SplitByDay)
	s.Versions[0].Source = rates.Citation{Resolution: "2020-01"}
	s.Versions[1].Source = rates.Citation{Resolution: "2026-05", Section: "Exhibit A", Address: "https://example.org"}
	own := fixed("permit", "1.00")
	own.Text, own.Source = "Permit fee", rates.Citation{Resolution: "Ordinance 7"}
	s.Versions[1].Charges = append(s.Versions[1].Charges, own)
	lines := lines(priced(t, s, input("30", nil)))
	require.Len(t, lines, 3)
	require.True(t, lines[0].Version().IsZero())
	require.Equal(t, s.Versions[0].Source, lines[0].Source())
	require.Equal(t, "water", lines[0].Text())
	require.Equal(t, day("2026-06-11"), lines[1].Version())
	require.Equal(t, s.Versions[1].Source, lines[1].Source())
	require.Equal(t, "Permit fee", lines[2].Text())
	require.Equal(t, own.Source, lines[2].Source())
}

// seasonal is dear from July to October.
func seasonal(rule rates.Select) rates.Schedule {
	s := schedule(charge("water", rates.PerUnit{Price: table("season", "dry", "2.00", "wet", "1.00")}))
	s.Seasons = rates.Seasons{Select: rule, Starts: []rates.SeasonStart{{Name: "dry", Month: 7, Day: 1}, {Name: "wet", Month: 11, Day: 1}}}
	return s
}

func TestSelectPicksTheSeason(t *testing.T) {
	// 10 days of June, 20 of July.
	in := rates.Input{Period: days("2026-06-21", "2026-07-21"), Usage: ccf("30")}
	at := func(from, to string) rates.Input { return rates.Input{Period: days(from, to), Usage: ccf("30")} }
	again := seasonal(rates.SplitByDay)
	again.Seasons.Starts = []rates.SeasonStart{{Name: "wet", Month: 1, Day: 1}, {Name: "dry", Month: 7, Day: 1}, {Name: "wet", Month: 11, Day: 1}}
	charges := seasonal(rates.SplitByDay)
	charges.Versions[0].Charges = []rates.Charge{inSeason("dry", perUnit("dry_water", "2.00")), inSeason("wet", perUnit("wet_water", "1.00")), fixed("base", "9.00")}
	requireRules(t, []ruleCase{
		{rule: "by period start", schedule: seasonal(rates.ByPeriodStart), in: in, days: "water 06-21..07-20 30.00"},
		{rule: "by period end", schedule: seasonal(rates.ByPeriodEnd), in: in, days: "water 06-21..07-20 60.00"},
		{rule: "by period end, a season that begins the day after", schedule: seasonal(rates.ByPeriodEnd), in: at("2026-06-01", "2026-07-01"), days: "water 06-01..06-30 30.00"},
		{rule: "by bill date", schedule: seasonal(rates.ByBillDate), in: billed(in, "2026-08-01"), days: "water 06-21..07-20 60.00"},
		{rule: "by bill date of another year", schedule: seasonal(rates.ByBillDate), in: billed(in, "2028-01-05"), days: "water 06-21..07-20 30.00"},
		{rule: "by bill date before the period", schedule: seasonal(rates.ByBillDate), in: billed(in, "2024-10-31"), days: "water 06-21..07-20 60.00"},
		{rule: "split by day", schedule: seasonal(rates.SplitByDay), in: in, days: "water 06-21..06-30 10.00, water 07-01..07-20 40.00"},
		{rule: "blend by day", schedule: seasonal(rates.BlendByDay), in: in, days: "water 06-21..06-30 10.00, water 07-01..07-20 40.00"},
		{rule: "the last season runs over the new year", schedule: seasonal(rates.SplitByDay), in: at("2026-12-17", "2027-01-16"), days: "water 12-17..01-15 30.00"},
		{rule: "the last season holds before the first", schedule: seasonal(rates.SplitByDay), in: at("2026-02-01", "2026-03-03"), days: "water 02-01..03-02 30.00"},
		{rule: "a season begins on the first day", schedule: seasonal(rates.SplitByDay), in: at("2026-07-01", "2026-07-31"), days: "water 07-01..07-30 60.00"},
		{rule: "a season begins on the last day", schedule: seasonal(rates.SplitByDay), in: at("2026-06-02", "2026-07-02"), days: "water 06-02..06-30 29.00, water 07-01..07-01 2.00"},
		{rule: "a season begins on the day after", schedule: seasonal(rates.SplitByDay), in: at("2026-06-01", "2026-07-01"), days: "water 06-01..06-30 30.00"},
		{rule: "a year has both seasons, and one twice", schedule: seasonal(rates.SplitByDay),
			in:   rates.Input{Period: days("2026-01-01", "2027-01-01"), Usage: ccf("365")},
			days: "water 01-01..06-30 181.00, water 07-01..10-31 246.00, water 11-01..12-31 61.00"},
		{rule: "a season of the same name cuts nothing", schedule: again, in: at("2026-12-17", "2027-01-16"), days: "water 12-17..01-15 30.00"},
		{rule: "charges of a season", schedule: charges, in: in, days: "dry_water 07-01..07-20 40.00, wet_water 06-21..06-30 10.00, base 06-21..07-20 9.00"},
	})
}

// Versions and seasons that both change inside a bill cut it twice.
func TestVersionsAndSeasonsCutTogether(t *testing.T) {
	s := from(seasonal(rates.SplitByDay), "2026-07-11",
		charge("water", rates.PerUnit{Price: table("season", "dry", "4.00", "wet", "3.00")}))
	in := rates.Input{Period: days("2026-06-21", "2026-07-21"), Usage: ccf("30")}
	require.Equal(t, "water 06-21..06-30 10.00, water 07-01..07-10 20.00, water 07-11..07-20 40.00", onDays(priced(t, s, in)))
	s.Select = rates.BlendByDay
	require.Equal(t, int64(7000), priced(t, s, in).Total.Cents(), "blended versions of split seasons")
	s.Seasons.Select = rates.BlendByDay
	require.Equal(t, int64(7000), priced(t, s, in).Total.Cents(), "both blended")
	s.Select = rates.ByPeriodStart
	require.Equal(t, int64(5000), priced(t, s, in).Total.Cents(), "one version, blended seasons")
}

// A schedule without dates prices an input without a period.
func TestUndatedSchedule(t *testing.T) {
	s := schedule(fixed("base", "9.00"), perUnit("water", "1.00"))
	s.Undated = true
	quote := priced(t, s, rates.Input{Usage: ccf("3")})
	require.Equal(t, "base 9.00, water 3.00", printed(lines(quote)))
	require.True(t, lines(quote)[0].Period().IsZero())
	require.Equal(t, "base 9.00, water 3.00", printed(lines(priced(t, s, input("3", nil)))), "a period changes nothing")
}
