package cycle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// After an estimate the actual reading settles it: the bill has the use of its own days, which is compared as any other.
func TestABillAfterAnEstimateIsComparedByItsOwnDays(t *testing.T) {
	r := six()
	a := r.Members[1].Agreement
	register := metering.Register{ID: "1", Dials: 7, Multiplier: must(exact.NewNumber(1, 0)), Unit: metering.CCF}
	reading := func(digits int64, on string) metering.Reading {
		return metering.Reading{Meter: "M-2", Register: "1", State: metering.Read, Digits: digits, Day: day(on), Source: metering.Actual}
	}
	from := must(metering.Open(register, reading(1000, "2026-03-01")))
	rule := metering.EstimateRule{MaxInRow: 9, Method: metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("0.3 CCF"))}}
	estimate, _, err := metering.Estimate(from, register, day("2026-03-31"), rule, nil)
	require.NoError(t, err)
	guessed := must(must(metering.NewReview("2/march", day("2026-03-31"), estimate, "days")).Billable())
	whole := must(metering.Between(from, register, reading(1018, "2026-04-30"), metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}))
	settled := must(metering.TrueUp(whole, []metering.Cycle{must(guessed.Cycle(metering.CCF, 0))}, guessed.Baselines()[0]))
	settled = settled.With(must(metering.CheckDays(settled.Days(), 400)))
	actual := kept(must(must(metering.NewReview("2/april", day("2026-04-30"), settled)).Billable()))

	bill := func(k, period string, u metering.Usage) billing.Bill {
		in := must(a.Input(days(period)))
		in.Usage = must(u.Volume(metering.CCF, 1, exact.HalfUp))
		return billOf(k, billing.Service{Agreement: a, Quote: must(plain.Price(in)), Usage: []metering.Usage{u}})
	}
	r.Last[1], r.Bills[1] = bill(lastKey, march, guessed), bill(key, april, actual)
	var told []cycle.Code
	for _, e := range review(t, r).Exceptions() {
		told = append(told, e.Code)
	}
	require.Empty(t, told)

	rule.Method.ClassDaily = must(metering.ParseVolume("1 CCF"))
	estimate, _, err = metering.Estimate(from, register, day("2026-03-31"), rule, nil)
	require.NoError(t, err)
	r.Last[1] = bill(lastKey, march, must(must(metering.NewReview("2/march", day("2026-03-31"), estimate, "days")).Billable()))
	require.Len(t, of(t, r, cycle.LowUse), 1, "9 where 30 were estimated")
}
