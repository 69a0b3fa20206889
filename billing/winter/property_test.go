package winter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/winter"
	"github.com/headgate-dev/headgate/metering"
)

// winterHistories draws bills of different lengths, with gaps between some of them, around the winter of 2025-26.
func winterHistories() *rapid.Generator[[]winter.Cycle] {
	return rapid.Custom(func(t *rapid.T) []winter.Cycle {
		day := must(civil.MustDate("2025-10-01").AddDays(rapid.IntRange(0, 60).Draw(t, "first")))
		bills := make([]winter.Cycle, rapid.IntRange(0, 7).Draw(t, "bills"))
		for i := range bills {
			to := must(day.AddDays(rapid.IntRange(1, 65).Draw(t, "days")))
			use := must(metering.NewVolume(must(exact.NewNumber(rapid.Int64Range(0, 50_000).Draw(t, "use"), 0)), metering.Gallon))
			bills[i] = winter.Cycle{
				Cycle: metering.Cycle{
					Period: civil.Period{From: day, To: to}, Use: use, Source: metering.Source(rapid.IntRange(1, 3).Draw(t, "source")),
				},
				Leak: rapid.Bool().Draw(t, "leak"),
			}
			day = must(to.AddDays(rapid.IntRange(0, 3).Draw(t, "gap")))
		}
		return bills
	})
}

func winterPolicies() *rapid.Generator[winter.Policy] {
	return rapid.Custom(func(t *rapid.T) winter.Policy {
		treat := func(label string) winter.Treat {
			return winter.Treat(rapid.IntRange(1, 2).Draw(t, label))
		}
		p := withClass(longviewWinter(), func(c *winter.Class) { c.Default = stated("8000 gal") })
		p.Months = policy.Is([][]time.Month{{12, 1, 2}, {11, 12, 1, 2, 3}, {1}}[rapid.IntRange(0, 2).Draw(t, "months")])
		p.Counts = winter.Counts(rapid.IntRange(1, 2).Draw(t, "counts"))
		if rapid.Bool().Draw(t, "daily") {
			daily(&p, "30.42")
		}
		p.LeastDays, p.MostDays = policy.Is(rapid.IntRange(1, 20).Draw(t, "least_days")), policy.Is(rapid.IntRange(30, 66).Draw(t, "most_days"))
		p.Leaks, p.Estimates, p.CustomerReads = treat("leaks"), treat("estimates"), treat("customer")
		p.DropHighest, p.Least = policy.Is(rapid.IntRange(0, 2).Draw(t, "drop")), policy.Is(rapid.IntRange(1, 3).Draw(t, "least"))
		p.Rounding = exact.Mode(rapid.IntRange(1, 4).Draw(t, "rounding"))
		p.Select = rates.ByPeriodEnd
		return p
	})
}

func TestWinterAverageLiesWithinWhatCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, history := winterPolicies().Draw(t, "policy"), winterHistories().Draw(t, "history")
		a, err := p.Average(winterOf(history...))
		require.NoError(t, err)
		require.Len(t, history, len(a.Counted)+len(a.LeftOut), "each bill counts or is left out")
		if a.Code == winter.Defaulted {
			require.Empty(t, a.Counted)
			return
		}
		require.GreaterOrEqual(t, len(a.Counted), p.Least.Get())
		var low, high exact.Ratio
		for i, c := range a.Counted {
			days := exact.Int(int64(c.Cycle.Period.Days()))
			use := c.Cycle.Use.Ratio()
			if month, daily := p.DaysPerMonth.Value(); daily {
				use = must(use.Mul(month.Ratio()).Quo(days))
			}
			if i == 0 {
				low, high = use, use
			}
			low, high = exact.Min(low, use), exact.Max(high, use)
		}
		require.True(t, low.Cmp(a.Mean) <= 0 && a.Mean.Cmp(high) <= 0, "%s is not within %s and %s", a.Mean, low, high)
		// Without floor, cap and scale the quantity is less than a step from the mean.
		require.Negative(t, a.Quantity.Ratio().Sub(a.Mean).Abs().Cmp(exact.Int(1)))
	})
}

func TestWinterAverageDoesNotDependOnTheOrderOfBills(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, history := winterPolicies().Draw(t, "policy"), winterHistories().Draw(t, "history")
		want, err := p.Average(winterOf(history...))
		require.NoError(t, err)
		if len(history) == 0 {
			return
		}
		got, err := p.Average(winterOf(rapid.Permutation(history).Draw(t, "order")...))
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestSewerUseIsNeverAboveWhatLimitsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gallons := func(label string) metering.Volume {
			return must(metering.NewVolume(must(exact.NewNumber(rapid.Int64Range(0, 9).Draw(t, label), 0)), metering.Gallon))
		}
		average := winter.Average{Class: "residential", Holds: june(), Select: rates.ByPeriodStart, Quantity: gallons("average")}
		f := winter.SewerFacts{Class: "residential", Actual: gallons("actual"), Average: average}
		limit := gallons("cap")
		use := sewerUse(t, winter.SewerByLower, policy.Of(limit), f)
		require.True(t, use == f.Actual || use == average.Quantity || use == limit)
		for _, most := range []metering.Volume{f.Actual, average.Quantity, limit} {
			require.LessOrEqual(t, must(use.Cmp(most)), 0)
		}
	})
}
