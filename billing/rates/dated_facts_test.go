package rates_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/rates"
)

// sized has a base charge by meter size and a price that does not depend on it.
func sized(rule rates.Select) rates.Schedule {
	s := schedule(baseBy("meter_size", "small", "10.00", "large", "40.00"), perUnit("water", "1.00"))
	s.Facts = []rates.Fact{changing(texts("meter_size", "small", "large"), rule)}
	return s
}

func becomes(in rates.Input, fact, value, on string) rates.Input {
	in.Changes = append(slices.Clone(in.Changes), rates.Change{Fact: fact, Value: value, On: day(on)})
	return in
}

func TestDatedFacts(t *testing.T) {
	small := input("30", rates.Facts{"meter_size": "small"})
	large := becomes(small, "meter_size", "large", "2026-06-11")
	requireRules(t, []ruleCase{
		{rule: "by period start", schedule: sized(rates.ByPeriodStart), in: large, days: "base 06-01..06-30 10.00, water 06-01..06-30 30.00"},
		{rule: "by period end", schedule: sized(rates.ByPeriodEnd), in: large, days: "base 06-01..06-30 40.00, water 06-01..06-30 30.00"},
		{rule: "by period end, a change on the day after", schedule: sized(rates.ByPeriodEnd), in: becomes(small, "meter_size", "large", "2026-07-01"), lines: "base 10.00, water 30.00"},
		{rule: "by bill date, before", schedule: sized(rates.ByBillDate), in: billed(large, "2026-06-10"), days: "base 06-01..06-30 10.00, water 06-01..06-30 30.00"},
		{rule: "by bill date, after", schedule: sized(rates.ByBillDate), in: billed(large, "2026-07-03"), days: "base 06-01..06-30 40.00, water 06-01..06-30 30.00"},
		{rule: "by bill date, which need not be given where nothing changes", schedule: sized(rates.ByBillDate), in: small,
			days: "base 06-01..06-30 10.00, water 06-01..06-30 30.00"},
		// 10.00 * 10/30 and 40.00 * 20/30: the price that does not depend on the size has one line.
		{rule: "split by day", schedule: sized(rates.SplitByDay), in: large, days: "base 06-01..06-10 3.33, base 06-11..06-30 26.67, water 06-01..06-30 30.00"},
		{rule: "blend by day", schedule: sized(rates.BlendByDay), in: large,
			days: "base 06-01..06-10 3.33, water 06-01..06-10 10.00, base 06-11..06-30 26.67, water 06-11..06-30 20.00"},
		{rule: "changed before the period", schedule: sized(0), in: becomes(small, "meter_size", "large", "2026-05-01"), lines: "base 40.00, water 30.00"},
		{rule: "changes on the first day", schedule: sized(0), in: becomes(small, "meter_size", "large", "2026-06-01"), lines: "base 40.00, water 30.00"},
		{rule: "changes on the day after the last", schedule: sized(0), in: becomes(small, "meter_size", "large", "2026-07-01"), lines: "base 10.00, water 30.00"},
		{rule: "changes to what it is", schedule: sized(0), in: becomes(small, "meter_size", "small", "2026-06-11"), days: "base 06-01..06-30 10.00, water 06-01..06-30 30.00"},
		{rule: "two changes, in any order", schedule: sized(rates.SplitByDay), in: becomes(becomes(small, "meter_size", "small", "2026-06-13"), "meter_size", "large", "2026-06-11"),
			days: "base 06-01..06-10 3.33, base 06-11..06-12 2.67, base 06-13..06-30 6.00, water 06-01..06-30 30.00"},
		{rule: "stated twice", schedule: sized(rates.SplitByDay), in: becomes(large, "meter_size", "large", "2026-06-11"),
			days: "base 06-01..06-10 3.33, base 06-11..06-30 26.67, water 06-01..06-30 30.00"},
		{rule: "no value before the first day", schedule: sized(rates.ByPeriodEnd), in: becomes(input("30", nil), "meter_size", "large", "2026-06-01"), lines: "base 40.00, water 30.00"},
	})
}

// A fact that changes and has no rule is refused where it is read, and only there.
func TestFactChangeWithoutRule(t *testing.T) {
	in := becomes(input("30", rates.Facts{"meter_size": "small"}), "meter_size", "large", "2026-06-11")
	in.Schedule = "s"
	quote, err := price(t, sized(0), in)
	p := requireProblem(t, err, rates.ErrFactChange)
	require.Contains(t, p.What, "2026-06-11")
	require.Equal(t, "water 30.00", printed(lines(quote)))
	require.Zero(t, quote.Total)

	unread := sized(0)
	unread.Versions[0].Charges = unread.Versions[0].Charges[1:]
	require.Equal(t, "water 30.00", printed(lines(priced(t, unread, in))))
}

// A number that changes inside the period splits what rests on it, through
// definitions too.
func TestDatedNumbers(t *testing.T) {
	s := define(schedule(
		charge("water", rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Name("allotment"), Price: num("1.00")}, {Price: num("3.00")}}}),
		charge("tax", rates.Percent{Rate: num("10"), Of: []string{"water"}}),
		charge("fee", rates.Computed{Amount: formula("2 * dwelling_units")}),
		fixed("base", "5.00")),
		rates.Definition{Name: "allotment", Value: formula("6 * dwelling_units")})
	s.Facts = []rates.Fact{changing(number("dwelling_units"), rates.SplitByDay)}
	in := becomes(input("30", rates.Facts{"dwelling_units": "2"}), "dwelling_units", "4", "2026-06-11")
	require.Equal(t, "water#1 06-01..06-10 4.00, water#2 06-01..06-10 18.00, water#1 06-11..06-30 16.00, water#2 06-11..06-30 12.00, "+
		"tax 06-01..06-10 2.20, tax 06-11..06-30 2.80, fee 06-01..06-10 1.33, fee 06-11..06-30 5.33, base 06-01..06-30 5.00",
		onDays(priced(t, s, in)))
}

// Where one charge reads a fact, the charges that rest on it are cut with it, and
// no others.
func TestFactChangeCutsOnlyWhatRestsOnIt(t *testing.T) {
	s := sized(rates.SplitByDay)
	s.Facts = append(s.Facts, changing(texts("stage"), rates.SplitByDay))
	s.Versions[0].Charges = append(s.Versions[0].Charges,
		charge("drought", rates.PerUnit{Price: table("stage", "1", "0.10", "2", "0.40")}),
		charge("tax", rates.Percent{Rate: num("10"), Of: []string{"base"}}))
	in := becomes(input("30", rates.Facts{"meter_size": "small", "stage": "1"}), "meter_size", "large", "2026-06-11")
	in = becomes(in, "stage", "2", "2026-06-21")
	require.Equal(t, "base 06-01..06-10 3.33, base 06-11..06-30 26.67, water 06-01..06-30 30.00, drought 06-01..06-20 2.00, drought 06-21..06-30 4.00, "+
		"tax 06-01..06-10 0.33, tax 06-11..06-30 2.67", onDays(priced(t, s, in)))
}

// A condition on a fact that changes holds on the days on which it is met.
func TestConditionOnADatedFact(t *testing.T) {
	s := schedule(fixed("base", "30.00"))
	s.Facts = []rates.Fact{changing(texts("outside", "yes", "no"), rates.SplitByDay)}
	extra := fixed("outside_charge", "15.00")
	extra.When = []rates.Condition{{Fact: "outside", In: []string{"yes"}}}
	s.Versions[0].Charges = append(s.Versions[0].Charges, extra)
	in := becomes(input("0", rates.Facts{"outside": "no"}), "outside", "yes", "2026-06-11")
	require.Equal(t, "base 06-01..06-30 30.00, outside_charge 06-11..06-30 10.00", onDays(priced(t, s, in)))
}

// A fact that only another version reads, or no version, cuts nothing, rounds
// nothing and asks for no bill date.
func TestFactsThatTheBillDoesNotRead(t *testing.T) {
	for name, rule := range map[string]rates.Select{"no rule": 0, "by period start": rates.ByPeriodStart, "by period end": rates.ByPeriodEnd,
		"by bill date": rates.ByBillDate, "split by day": rates.SplitByDay, "blend by day": rates.BlendByDay} {
		t.Run(name, func(t *testing.T) {
			s := from(schedule(perUnit("water", "0.125"), perUnit("sewer", "0.125")), "2027-01-01", charge("water", rates.PerUnit{Price: table("zone", "a", "1.00", "b", "2.00")}))
			s.Facts = []rates.Fact{changing(texts("zone", "a", "b"), rule), changing(texts("color"), rule)}
			in := becomes(input("1", rates.Facts{"zone": "a", "color": "red"}), "zone", "b", "2026-06-11")
			in = becomes(in, "color", "blue", "2026-06-21")
			require.Equal(t, "water 06-01..06-30 0.13, sewer 06-01..06-30 0.13", onDays(priced(t, s, in)))
		})
	}
}
