package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/rates"
)

// scaled has a base charge, a minimum, a credit and tiers: all that a proration
// can scale, and a price and a formula, which it cannot.
func scaled(p rates.Proration) rates.Schedule {
	s := schedule(
		fixed("base", "30.00"),
		tiered("water", "9", "1.00", "2.00"),
		charge("minimum", rates.Minimum{Amount: num("60.00"), Of: []string{"base"}}),
		charge("credit", rates.Credit{Amount: num("6.00"), Cap: num("4.50"), Of: []string{"base"}}),
		charge("fee", rates.Computed{Amount: num("3.00")}))
	s.Proration = p
	return s
}

func TestProration(t *testing.T) {
	stated := rates.Proration{Over: rates.StatedDays, Days: 30}
	fixedOnly, tiersOnly, both := stated, stated, stated
	fixedOnly.Fixed, tiersOnly.Tiers, both.Fixed, both.Tiers = true, true, true, true
	month := rates.Proration{Over: rates.MonthDays, Fixed: true, Tiers: true}
	cycle := rates.Proration{Over: rates.CycleDays, Fixed: true, Tiers: true}
	at := func(from, to string, cycleDays int) rates.Input {
		return rates.Input{Period: days(from, to), CycleDays: cycleDays, Usage: ccf("12")}
	}
	requireRules(t, []ruleCase{
		{rule: "not prorated", schedule: scaled(rates.Proration{Over: rates.NotProrated}), in: at("2026-06-01", "2026-06-21", 0),
			lines: "base 30.00, water#1 9.00, water#2 6.00, minimum 30.00, credit -4.50, fee 3.00"},
		{rule: "fixed amounts over 30 days", schedule: scaled(fixedOnly), in: at("2026-06-01", "2026-06-21", 0),
			lines: "base 20.00, water#1 9.00, water#2 6.00, minimum 20.00, credit -3.00, fee 3.00"},
		{rule: "tiers over 30 days", schedule: scaled(tiersOnly), in: at("2026-06-01", "2026-06-21", 0),
			lines: "base 30.00, water#1 6.00, water#2 12.00, minimum 30.00, credit -4.50, fee 3.00"},
		{rule: "both over 30 days", schedule: scaled(both), in: at("2026-06-01", "2026-06-21", 0),
			lines: "base 20.00, water#1 6.00, water#2 12.00, minimum 20.00, credit -3.00, fee 3.00"},
		{rule: "31 days over 30", schedule: scaled(both), in: at("2026-07-01", "2026-08-01", 0),
			lines: "base 31.00, water#1 9.30, water#2 5.40, minimum 31.00, credit -4.65, fee 3.00"},
		{rule: "60 days over 30", schedule: scaled(both), in: at("2026-06-01", "2026-07-31", 0),
			lines: "base 60.00, water#1 12.00, minimum 60.00, credit -9.00, fee 3.00"},
		{rule: "a year over 365", schedule: scaled(rates.Proration{Over: rates.StatedDays, Days: 365, Fixed: true}), in: at("2027-01-01", "2028-01-01", 0),
			lines: "base 30.00, water#1 9.00, water#2 6.00, minimum 30.00, credit -4.50, fee 3.00"},
		{rule: "a whole month by its own days", schedule: scaled(month), in: at("2026-07-01", "2026-08-01", 0),
			lines: "base 30.00, water#1 9.00, water#2 6.00, minimum 30.00, credit -4.50, fee 3.00"},
		{rule: "February by its own days", schedule: scaled(month), in: at("2027-02-15", "2027-03-01", 0),
			lines: "base 15.00, water#1 4.50, water#2 15.00, minimum 15.00, credit -2.25, fee 3.00"},
		{rule: "February of a leap year", schedule: scaled(month), in: at("2028-02-01", "2028-03-01", 0),
			lines: "base 30.00, water#1 9.00, water#2 6.00, minimum 30.00, credit -4.50, fee 3.00"},
		// 15 of 30 days of June and 31 of 31 of July.
		{rule: "days of two months, each by its own", schedule: scaled(month), in: at("2026-06-16", "2026-08-01", 0),
			lines: "base 45.00, water#1 12.00, minimum 45.00, credit -6.75, fee 3.00"},
		{rule: "by the days of the cycle", schedule: scaled(cycle), in: at("2026-06-01", "2026-06-21", 40),
			lines: "base 15.00, water#1 4.50, water#2 15.00, minimum 15.00, credit -2.25, fee 3.00"},
		{rule: "a full cycle", schedule: scaled(cycle), in: at("2026-06-01", "2026-07-03", 32),
			lines: "base 30.00, water#1 9.00, water#2 6.00, minimum 30.00, credit -4.50, fee 3.00"},
	})
}

// A proration and a split both count days, and no day twice.
func TestProrationOfASplit(t *testing.T) {
	both := rates.Proration{Over: rates.StatedDays, Days: 60, Fixed: true, Tiers: true}
	s := from(schedule(fixed("base", "60.00"), tiered("water", "24", "1.00", "2.00"), charge("fee", rates.Computed{Amount: num("3.00")})),
		"2026-06-11", fixed("base", "120.00"), tiered("water", "24", "2.00", "3.00"), charge("fee", rates.Computed{Amount: num("6.00")}))
	s.Proration = both
	// 30 of 60 days; bounds of 24*10/60 and 24*20/60 for 5 and 10 units.
	require.Equal(t, "base 10.00, water#1 4.00, water#2 2.00, fee 1.00, base 40.00, water#1 16.00, water#2 6.00, fee 4.00", printed(lines(priced(t, s, input("15", nil)))))
	s.Select = rates.BlendByDay
	require.Equal(t, "base 10.00, water#1 4.00, water#2 2.00, fee 1.00, base 40.00, water#1 16.00, water#2 6.00, fee 4.00", printed(lines(priced(t, s, input("15", nil)))))
	s.Proration = rates.Proration{Over: rates.NotProrated}
	s.Select = rates.SplitByDay
	require.Equal(t, "base 20.00, water#1 5.00, fee 1.00, base 80.00, water#1 20.00, fee 4.00", printed(lines(priced(t, s, input("15", nil)))))
}

// Service that was opened and closed on one day has no days and is billed for its
// usage. A schedule that does not count days charges it in full.
func TestZeroDayPeriod(t *testing.T) {
	in := rates.Input{Period: days("2026-07-15", "2026-07-15"), CycleDays: 30, Usage: ccf("2")}
	plain := func(p rates.Proration) rates.Schedule {
		s := schedule(fixed("base", "30.00"), tiered("water", "9", "1.00", "2.00"))
		s.Proration = p
		return s
	}
	requireRules(t, []ruleCase{
		{rule: "not prorated", schedule: plain(rates.Proration{Over: rates.NotProrated}), in: in, lines: "base 30.00, water#1 2.00"},
		{rule: "stated days", schedule: plain(rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true}), in: in, lines: "base 0.00, water#1 2.00"},
		{rule: "cycle days", schedule: plain(rates.Proration{Over: rates.CycleDays, Fixed: true}), in: in, lines: "base 0.00, water#1 2.00"},
		{rule: "month days", schedule: plain(rates.Proration{Over: rates.MonthDays, Fixed: true}), in: in, lines: "base 0.00, water#1 2.00"},
		// A tier that widens with days is as wide as there are days.
		{rule: "tiers", schedule: plain(rates.Proration{Over: rates.MonthDays, Tiers: true}), in: in, lines: "base 30.00, water#2 4.00"},
	})
	changes := from(plain(rates.Proration{Over: rates.NotProrated}), "2026-07-15", fixed("base", "60.00"))
	for _, rule := range []rates.Select{rates.ByPeriodStart, rates.ByPeriodEnd, rates.SplitByDay, rates.BlendByDay} {
		changes.Select = rule
		require.Equal(t, "base 60.00", printed(lines(priced(t, changes, in))))
	}
}

// The parts of one fixed amount sum to the amount, a tie of cents included.
func TestPartsOfAFixedAmountSumToIt(t *testing.T) {
	same := func(amount string, mode rates.Select) rates.Schedule {
		s := from(schedule(fixed("base", amount)), "2026-06-16", fixed("base", amount))
		s.Select = mode
		return s
	}
	thirds := from(same("10.00", rates.SplitByDay), "2026-06-21", fixed("base", "10.00"))
	other := from(schedule(fixed("base", "10.01")), "2026-06-16", fixed("base", "20.01"))
	meters15 := schedule(perMeter(fixed("base", "10.01")))
	meters15 = from(meters15, "2026-06-16", perMeter(fixed("base", "10.01")))
	requireRules(t, []ruleCase{
		{rule: "10.01 over 15 and 15 days", schedule: same("10.01", rates.SplitByDay), in: input("0", nil), lines: "base 5.01, base 5.00"},
		{rule: "10.01 blended", schedule: same("10.01", rates.BlendByDay), in: input("0", nil), lines: "base 5.01, base 5.00"},
		{rule: "0.01 over 15 and 15 days", schedule: same("0.01", rates.SplitByDay), in: input("0", nil), lines: "base 0.01, base 0.00"},
		{rule: "10.00 over 15, 5 and 10 days", schedule: thirds, in: input("0", nil), lines: "base 5.00, base 1.67, base 3.33"},
		{rule: "amounts that differ are two", schedule: other, in: input("0", nil), lines: "base 5.01, base 10.01"},
		{rule: "each meter's own", schedule: meters15, in: rates.Input{Period: june(), Meters: meters("0", "0")},
			lines: "base@A 5.01, base@B 5.01, base@A 5.00, base@B 5.00"},
	})
}

// Nor does a credit that is cut exceed its amount or its cap, or a minimum that is
// cut the minimum, by the cents of its parts.
func TestPartsOfCreditsAndMinimumsSumToThem(t *testing.T) {
	cut := func(rule rates.Rule) rates.Schedule {
		s := schedule(fixed("base", "100.00"), perUnit("water", "1.00"), charge("x", rule))
		return from(s, "2026-06-16", s.Versions[0].Charges...)
	}
	requireRules(t, []ruleCase{
		{rule: "a credit of 10.01", schedule: cut(rates.Credit{Amount: num("10.01")}), in: input("0", nil), lines: "base 50.00, water 0.00, x -5.01, base 50.00, water 0.00, x -5.00"},
		{rule: "a credit capped at 10.01", schedule: cut(rates.Credit{Percent: num("50"), Cap: num("10.01"), Of: []string{"base"}}), in: input("0", nil), lines: "base 50.00, water 0.00, x -5.01, base 50.00, water 0.00, x -5.00"},
		{rule: "a minimum of 10.01", schedule: cut(rates.Minimum{Amount: num("10.01"), Of: []string{"water"}}), in: input("0", nil), lines: "base 50.00, water 0.00, x 5.01, base 50.00, water 0.00, x 5.00"},
	})
}
