package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/rates"
)

func withFacts(s rates.Schedule, facts ...rates.Fact) rates.Schedule {
	s.Facts = append(s.Facts, facts...)
	return s
}

func when(c rates.Charge, fact string, in ...string) rates.Charge {
	c.When = append(c.When, rates.Condition{Fact: fact, In: in})
	return c
}

func TestFixedCharges(t *testing.T) {
	two := rates.Table{By: []string{"class", "meter_size"}, Rows: []rates.Row{
		{Key: []string{"home", "5/8"}, Value: num("22.36")},
		{Key: []string{"home", "1"}, Value: num("36.07")},
		{Key: []string{"shop", "5/8"}, Value: num("25.00")},
	}, Else: num("99.99")}
	s := withFacts(schedule(charge("base", rates.Fixed{Amount: two})), texts("class"), texts("meter_size"))
	fire := withFacts(schedule(charge("fire", rates.Fixed{Amount: table("fire_size", "4", "86.58", "6", "251.49")})), texts("fire_size"))
	requireRules(t, []ruleCase{
		{rule: "by two facts", schedule: s, in: input("9", rates.Facts{"class": "home", "meter_size": "1"}), lines: "base 36.07"},
		{rule: "neither fact alone is the key", schedule: s, in: input("9", rates.Facts{"class": "shop", "meter_size": "5/8"}), lines: "base 25.00"},
		{rule: "else, where no row has the key", schedule: s, in: input("9", rates.Facts{"class": "shop", "meter_size": "1"}), lines: "base 99.99"},
		{rule: "keys that join to one text stay two", in: input("0", rates.Facts{"class": "a", "meter_size": "b|c"}), lines: "base 2.00",
			schedule: withFacts(schedule(charge("base", rates.Fixed{Amount: rates.Table{By: []string{"class", "meter_size"}, Rows: []rates.Row{
				{Key: []string{"a|b", "c"}, Value: num("1")}, {Key: []string{"a", "b|c"}, Value: num("2")}}}})), texts("class"), texts("meter_size"))},
		{rule: "a fire line without a meter", schedule: fire, in: rates.Input{Period: june(), Facts: rates.Facts{"fire_size": "6"}}, lines: "fire 251.49"},
		{rule: "an amount for each dwelling unit", in: input("0", rates.Facts{"dwelling_units": "3"}), lines: "base 25.50",
			schedule: withFacts(schedule(charge("base", rates.Fixed{Amount: formula("10 * 0.85 * dwelling_units")})), number("dwelling_units"))},
		{rule: "a free account", schedule: schedule(fixed("base", "0")), in: input("0", nil), lines: "base 0.00"},
	})
}

func TestTiers(t *testing.T) {
	rising := schedule(tiered("water", "8", "2.78", "16", "3.19", "5.63"))
	declining := schedule(tiered("water", "10", "3.00", "20", "2.00", "1.00"))
	units := func(bounds ...rates.Value) rates.Schedule {
		list := rates.TierList{}
		for i, bound := range bounds {
			list = append(list, rates.Tier{UpTo: bound, Price: num([]string{"1.00", "2.00", "3.00"}[i])})
		}
		list = append(list, rates.Tier{Price: num("4.00")})
		return withFacts(schedule(charge("water", rates.Tiered{Tiers: list})), number("dwelling_units"))
	}
	three := rates.Facts{"dwelling_units": "3"}
	requireRules(t, []ruleCase{
		{rule: "a bound belongs to the tier below it", schedule: rising, in: input("8", nil), lines: "water#1 22.24"},
		{rule: "a fraction above a bound belongs to the tier above", schedule: rising, in: input("8.5", nil), lines: "water#1 22.24, water#2 1.60"},
		{rule: "a thousandth of a unit above a bound", schedule: rising, in: input("16.001", nil), lines: "water#1 22.24, water#2 25.52, water#3 0.01"},
		{rule: "no usage is a line of the first tier", schedule: rising, in: input("0", nil), lines: "water#1 0.00"},
		{rule: "declining", schedule: declining, in: input("25", nil), lines: "water#1 30.00, water#2 20.00, water#3 5.00"},
		{rule: "uniform", schedule: schedule(tiered("water", "3.00")), in: input("25", nil), lines: "water#1 75.00"},
		{rule: "widths times dwelling units", schedule: units(formula("4 * dwelling_units"), formula("8 * dwelling_units")), in: input("30", three), lines: "water#1 12.00, water#2 24.00, water#3 24.00"},
		{rule: "a first block and a step for each further unit", schedule: units(formula("15 + 5 * (dwelling_units - 1)")), in: input("30", three), lines: "water#1 25.00, water#2 20.00"},
		{rule: "a width for each day", schedule: units(fraction("days / 3")), in: input("30", three), lines: "water#1 10.00, water#2 80.00"},
		{rule: "a computed bound that is the one before it leaves its tier empty", schedule: units(formula("4 * dwelling_units"), formula("4 * dwelling_units"), num("20")), in: input("30", three),
			lines: "water#1 12.00, water#3 24.00, water#4 40.00"},
	})
}

// Tiers whose computed bounds fall are no tiers: a tier would silently have no price.
func TestTiersThatFallAreRefused(t *testing.T) {
	bounds := func(all ...rates.Value) rates.Schedule {
		var list rates.TierList
		for _, b := range all {
			list = append(list, rates.Tier{UpTo: b, Price: num("1.00")})
		}
		return withFacts(schedule(charge("water", rates.Tiered{Tiers: append(list, rates.Tier{Price: num("2.00")})})), number("units"))
	}
	for name, s := range map[string]rates.Schedule{
		"below the one before": bounds(formula("4 * units"), formula("2 * units")),
		"below zero":           bounds(formula("units - 5")),
		"below a written one":  bounds(num("10"), formula("units")),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := price(t, s, input("30", rates.Facts{"units": "3"}))
			requireProblem(t, err, rates.ErrTierOrder)
		})
	}
}

// Bounds and prices that are looked up apart.
func TestTierColumns(t *testing.T) {
	list := func(numbers ...string) rates.List {
		var l rates.List
		for _, n := range numbers {
			l = append(l, num(n))
		}
		return l
	}
	columns := func(from, prices rates.Value) rates.Schedule {
		return withFacts(schedule(charge("water", rates.Tiered{Tiers: rates.TierColumns{From: from, Prices: prices}})), texts("class"))
	}
	byClass := rates.Table{By: []string{"class"}, Rows: []rates.Row{
		{Key: []string{"home"}, Value: list("0", "8", "16")}, {Key: []string{"shop"}, Value: list("0", "100", "200")}}}
	prices := list("1.00", "2.00", "3.00")
	requireRules(t, []ruleCase{
		{rule: "lists", schedule: columns(list("0", "8", "16"), prices), in: input("20", nil), lines: "water#1 8.00, water#2 16.00, water#3 12.00"},
		{rule: "the first beginning is taken as zero", schedule: columns(list("5", "8", "16"), prices), in: input("20", nil), lines: "water#1 8.00, water#2 16.00, water#3 12.00"},
		{rule: "beginnings by a fact", schedule: columns(byClass, prices), in: input("150", rates.Facts{"class": "shop"}), lines: "water#1 100.00, water#2 100.00"},
		{rule: "one tier is a number", schedule: columns(num("0"), num("2.50")), in: input("4", nil), lines: "water#1 10.00"},
	})
}

func TestPercent(t *testing.T) {
	charges := []rates.Charge{
		perUnit("water", "0.333"), perUnit("more", "0.333"),
		charge("tax", rates.Percent{Rate: num("50"), Of: []string{"water", "more"}}),
		charge("tax_of_tax", rates.Percent{Rate: num("50"), Of: []string{"tax"}}),
	}
	byLineTax := schedule(charges...)
	totalTax := schedule(charges...)
	totalTax.Rounding = atTotal
	requireRules(t, []ruleCase{
		// 50% of 0.33 + 0.33; 50% of 0.33.
		{rule: "of rounded lines, where lines are rounded", schedule: byLineTax, in: input("1", nil), lines: "water 0.33, more 0.33, tax 0.33, tax_of_tax 0.17"},
		// 0.333 + 0.333 + 0.333 + 0.1665 = 1.1655.
		{rule: "of exact lines, where the total is rounded", schedule: totalTax, in: input("1", nil), lines: "water 0.34, more 0.33, tax 0.33, tax_of_tax 0.17"},
		{rule: "of charges that stand below it", in: input("1", nil), lines: "tax 3.00, base 30.00",
			schedule: schedule(charge("tax", rates.Percent{Rate: num("10"), Of: []string{"base"}}), fixed("base", "30.00"))},
		{rule: "outside the district", in: input("1", rates.Facts{"place": "outside"}), lines: "base 30.00, outside 15.00",
			schedule: withFacts(schedule(fixed("base", "30.00"), when(charge("outside", rates.Percent{Rate: num("50"), Of: []string{"base"}}), "place", "outside")), texts("place", "inside", "outside"))},
		{rule: "inside it", in: input("1", rates.Facts{"place": "inside"}), lines: "base 30.00",
			schedule: withFacts(schedule(fixed("base", "30.00"), when(charge("outside", rates.Percent{Rate: num("50"), Of: []string{"base"}}), "place", "outside")), texts("place", "inside", "outside"))},
		{rule: "of a charge that is not made", in: input("1", rates.Facts{"place": "inside"}), lines: "tax 0.00",
			schedule: withFacts(schedule(when(fixed("base", "30.00"), "place", "outside"), charge("tax", rates.Percent{Rate: num("50"), Of: []string{"base"}})), texts("place", "inside", "outside"))},
	})
}

func TestMinimum(t *testing.T) {
	s := schedule(tiered("water", "2.00"), perUnit("sewer", "1.00"), charge("minimum", rates.Minimum{Amount: num("28.50"), Of: []string{"water", "sewer"}}))
	included := schedule(charge("minimum_charge", rates.Fixed{Amount: num("28.50")}),
		charge("water", rates.PerUnit{Of: formula("max(0, usage - 6)"), Price: num("4.75")}))
	byUnits := withFacts(schedule(perUnit("water", "1.00"), charge("minimum", rates.Minimum{Amount: formula("5 * dwelling_units"), Of: []string{"water"}})), number("dwelling_units"))
	requireRules(t, []ruleCase{
		{rule: "raises what is below it", schedule: s, in: input("3", nil), lines: "water#1 6.00, sewer 3.00, minimum 19.50"},
		{rule: "adds nothing to what is above it", schedule: s, in: input("10", nil), lines: "water#1 20.00, sewer 10.00"},
		{rule: "adds nothing to what equals it", schedule: s, in: input("9.5", nil), lines: "water#1 19.00, sewer 9.50"},
		{rule: "with included usage, below it", schedule: included, in: input("6", nil), lines: "minimum_charge 28.50, water 0.00"},
		{rule: "with included usage, above it", schedule: included, in: input("6.5", nil), lines: "minimum_charge 28.50, water 2.38"},
		{rule: "for each dwelling unit", schedule: byUnits, in: input("7", rates.Facts{"dwelling_units": "3"}), lines: "water 7.00, minimum 8.00"},
	})
}

func TestCredits(t *testing.T) {
	bill := func(c rates.Credit) rates.Schedule {
		return schedule(fixed("base", "30.00"), perUnit("water", "2.00"), charge("credit", c))
	}
	requireRules(t, []ruleCase{
		{rule: "an amount", schedule: bill(rates.Credit{Amount: num("12.50")}), in: input("0", nil), lines: "base 30.00, water 0.00, credit -12.50"},
		{rule: "an amount with a cap below it", schedule: bill(rates.Credit{Amount: formula("1.00 * usage"), Cap: num("8.00")}), in: input("10", nil), lines: "base 30.00, water 20.00, credit -8.00"},
		{rule: "an amount with a cap above it", schedule: bill(rates.Credit{Amount: formula("1.00 * usage"), Cap: num("8.00")}), in: input("7", nil), lines: "base 30.00, water 14.00, credit -7.00"},
		{rule: "never more than the charges that it names", schedule: bill(rates.Credit{Amount: num("12.50"), Of: []string{"water"}}), in: input("3", nil), lines: "base 30.00, water 6.00, credit -6.00"},
		{rule: "no line where there is nothing to take it of", schedule: bill(rates.Credit{Amount: num("12.50"), Of: []string{"water"}}), in: input("0", nil), lines: "base 30.00, water 0.00"},
		{rule: "a percentage of named charges", schedule: bill(rates.Credit{Percent: num("20"), Of: []string{"base", "water"}}), in: input("10", nil), lines: "base 30.00, water 20.00, credit -10.00"},
		{rule: "a percentage with a cap", schedule: bill(rates.Credit{Percent: num("20"), Cap: num("7.77"), Of: []string{"base", "water"}}), in: input("10", nil), lines: "base 30.00, water 20.00, credit -7.77"},
		{rule: "a percentage above a hundred", schedule: bill(rates.Credit{Percent: num("150"), Of: []string{"water"}}), in: input("10", nil), lines: "base 30.00, water 20.00, credit -20.00"},
		{rule: "an amount beyond the bill, which names no charges", schedule: bill(rates.Credit{Amount: num("100.00")}), in: input("0", nil), lines: "base 30.00, water 0.00, credit -100.00"},
		{rule: "low income", in: input("0", rates.Facts{"low_income": "yes"}), lines: "base 30.00, credit -15.00",
			schedule: withFacts(schedule(fixed("base", "30.00"), when(charge("credit", rates.Credit{Percent: num("50"), Of: []string{"base"}}), "low_income", "yes")), texts("low_income", "yes", "no"))},
		{rule: "not for others", in: input("0", rates.Facts{"low_income": "no"}), lines: "base 30.00",
			schedule: withFacts(schedule(fixed("base", "30.00"), when(charge("credit", rates.Credit{Percent: num("50"), Of: []string{"base"}}), "low_income", "yes")), texts("low_income", "yes", "no"))},
		{rule: "a credit lowers what a tax is of", in: input("0", nil), lines: "base 30.00, credit -10.00, tax 2.00",
			schedule: schedule(fixed("base", "30.00"), charge("credit", rates.Credit{Amount: num("10.00")}), charge("tax", rates.Percent{Rate: num("10"), Of: []string{"base", "credit"}}))},
	})
}

func TestConditions(t *testing.T) {
	both := when(when(fixed("both", "1.00"), "class", "home", "flat"), "zone", "1")
	s := withFacts(schedule(fixed("base", "9.00"), both), texts("class", "home", "flat", "shop"), texts("zone", "1", "2"))
	requireRules(t, []ruleCase{
		{rule: "every condition holds", schedule: s, in: input("0", rates.Facts{"class": "flat", "zone": "1"}), lines: "base 9.00, both 1.00"},
		{rule: "the second does not", schedule: s, in: input("0", rates.Facts{"class": "home", "zone": "2"}), lines: "base 9.00"},
		{rule: "the first does not, and the second's fact is not asked for", schedule: s, in: input("0", rates.Facts{"class": "shop"}), lines: "base 9.00"},
	})
}

// Memo charges are shown and are no part of the total; their refusal refuses
// nothing else.
func TestMemoCharges(t *testing.T) {
	memo := charge("last_year", rates.Tiered{Tiers: tiers("10", "1.00", "2.00")})
	memo.Memo = true
	asks := charge("budget", rates.Computed{Amount: formula("persons * 2")})
	asks.Memo = true
	s := withFacts(schedule(fixed("base", "9.00"), memo, asks, charge("tax", rates.Percent{Rate: num("10"), Of: []string{"base"}})), number("persons"))
	quote := priced(t, s, input("12", rates.Facts{"persons": "3"}))
	require.Equal(t, "base 9.00, tax 0.90", printed(lines(quote)))
	require.Equal(t, "last_year#1 10.00, last_year#2 4.00, budget 6.00", printed(memos(quote)))
	require.Equal(t, int64(990), quote.Total.Cents())

	in := input("12", nil)
	in.Schedule = "s"
	quote, err := price(t, s, in)
	require.NoError(t, err)
	require.Equal(t, int64(990), quote.Total.Cents())
	require.Equal(t, "last_year#1 10.00, last_year#2 4.00", printed(memos(quote)))
	require.Len(t, quote.Refusals(), 1)
	require.True(t, quote.Refusals()[0].Memo)
	require.Equal(t, "budget", quote.Refusals()[0].Charge)
	requireProblem(t, quote.Refusals()[0].Err, rates.ErrMissingFact)
}

func TestServicesAndMetersOnLines(t *testing.T) {
	s := schedule(inService("water", fixed("base", "1.00")), inService("sewer", perUnit("sewer", "2.00")), fixed("other", "3.00"))
	lines := lines(priced(t, s, input("1", nil)))
	require.Equal(t, []string{"water", "sewer", ""}, []string{lines[0].Service(), lines[1].Service(), lines[2].Service()})
	require.Empty(t, lines[0].Meter())
}

// A line's quantity times its price is its exact amount, wherever it has both.
func TestLinesStateQuantityAndPrice(t *testing.T) {
	s := schedule(tiered("water", "8", "2.78", "3.19"), perUnit("bulk", "0.1"), charge("tax", rates.Percent{Rate: num("8.25"), Of: []string{"water"}}), fixed("base", "3.00"))
	lines := lines(priced(t, from(s, "2026-06-11", s.Versions[0].Charges...), input("10", nil)))
	require.Len(t, lines, 10)
	for _, line := range lines {
		product := line.Quantity().Mul(line.Price())
		switch line.Charge() {
		case "tax":
			require.Equal(t, product.Mul(part(1, 100)).String(), line.Exact().String())
		case "base":
			require.True(t, line.Quantity().IsZero())
			require.True(t, line.Price().IsZero())
		default:
			require.Equal(t, product.String(), line.Exact().String())
		}
	}
}
