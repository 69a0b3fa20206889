package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

func TestRoundingModes(t *testing.T) {
	for _, c := range []struct {
		mode   exact.Mode
		amount string
		cents  int64
	}{
		{exact.HalfUp, "0.125", 13}, {exact.HalfEven, "0.125", 12}, {exact.Up, "0.125", 13}, {exact.Down, "0.125", 12},
		{exact.HalfUp, "0.135", 14}, {exact.HalfEven, "0.135", 14}, {exact.Up, "0.135", 14}, {exact.Down, "0.135", 13},
		{exact.HalfUp, "0.1249", 12}, {exact.HalfEven, "0.1251", 13}, {exact.Up, "0.1201", 13}, {exact.Down, "0.1299", 12},
		{exact.HalfUp, "0.12", 12}, {exact.HalfEven, "0.12", 12}, {exact.Up, "0.12", 12}, {exact.Down, "0.12", 12},
	} {
		for _, place := range []money.Place{money.ByLine, money.AtTotal} {
			rounding := money.Rounding{Mode: c.mode, Place: place}
			t.Run(c.amount+" "+rounding.String(), func(t *testing.T) {
				s := schedule(fixed("base", c.amount))
				s.Rounding = rounding
				require.Equal(t, c.cents, priced(t, s, input("0", nil)).Total.Cents())
				// What is charged is taken back to the cent.
				s.Versions[0].Charges = []rates.Charge{charge("credit", rates.Credit{Amount: num(c.amount)})}
				require.Equal(t, -c.cents, priced(t, s, input("0", nil)).Total.Cents())
			})
		}
	}
}

// Where the total is rounded, the printed lines are fitted to it.
func TestLinesFittedToTheTotal(t *testing.T) {
	total := func(mode exact.Mode, charges ...rates.Charge) rates.Schedule {
		s := schedule(charges...)
		s.Rounding = money.Rounding{Mode: mode, Place: money.AtTotal}
		return s
	}
	third := func(id string) rates.Charge { return charge(id, rates.Computed{Amount: fraction("1 / 3")}) }
	requireRules(t, []ruleCase{
		{rule: "three thirds are one", schedule: total(exact.HalfUp, third("a"), third("b"), third("c")), in: input("0", nil), lines: "a 0.34, b 0.33, c 0.33"},
		{rule: "two thirds", schedule: total(exact.HalfUp, third("a"), third("b")), in: input("0", nil), lines: "a 0.34, b 0.33"},
		{rule: "two thirds, rounded down", schedule: total(exact.Down, third("a"), third("b")), in: input("0", nil), lines: "a 0.33, b 0.33"},
		{rule: "the largest remainders are raised", schedule: total(exact.HalfUp, fixed("a", "1.002"), fixed("b", "1.004"), fixed("c", "1.009")), in: input("0", nil), lines: "a 1.00, b 1.01, c 1.01"},
		{rule: "with a credit among them", schedule: total(exact.HalfUp, fixed("a", "1.005"), charge("credit", rates.Credit{Amount: num("0.502")}), fixed("c", "1.002")), in: input("0", nil), lines: "a 1.01, credit -0.50, c 1.00"},
		{rule: "a bill below zero", schedule: total(exact.HalfUp, fixed("a", "0.005"), charge("credit", rates.Credit{Amount: num("1.002")})), in: input("0", nil), lines: "a 0.00, credit -1.00"},
	})
}

// The exact total is kept beside the rounded one.
func TestExactTotal(t *testing.T) {
	s := schedule(charge("a", rates.Computed{Amount: fraction("usage / 3")}), perUnit("b", "0.125"))
	quote := priced(t, s, input("1", nil))
	require.Equal(t, "11/24", quote.Exact().String())
	require.Equal(t, "a 0.33, b 0.13", printed(lines(quote)))
	s.Rounding = atTotal
	quote = priced(t, s, input("1", nil))
	require.Equal(t, "11/24", quote.Exact().String())
	require.Equal(t, int64(46), quote.Total.Cents())
}

// A blended bill is rounded once, whatever the schedule's place.
func TestBlendIsRoundedOnce(t *testing.T) {
	s := from(schedule(fixed("a", "0.01"), fixed("b", "0.01")), "2026-06-11", fixed("a", "0.02"), fixed("b", "0.02"))
	s.Select = rates.BlendByDay
	// 2 * (0.01 / 3 + 0.04 / 3) = 0.0333...
	quote := priced(t, s, input("0", nil))
	require.Equal(t, int64(3), quote.Total.Cents())
	s.Select = rates.SplitByDay
	// 0.0033 and 0.0133, each twice, rounded by line.
	require.Equal(t, int64(2), priced(t, s, input("0", nil)).Total.Cents())
}

// Sums of cents are where a percentage is taken of, so a bill adds up by hand.
func TestTaxOfPrintedLines(t *testing.T) {
	s := schedule(perUnit("water", "0.005"), charge("tax", rates.Percent{Rate: num("100"), Of: []string{"water"}}))
	require.Equal(t, "water 0.01, tax 0.01", printed(lines(priced(t, s, input("1", nil)))))
	s.Rounding = atTotal
	require.Equal(t, "water 0.01, tax 0.00", printed(lines(priced(t, s, input("1", nil)))))
}
