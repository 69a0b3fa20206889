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

// A reading that settles estimates counts from the last actual one, before them: it follows on, and what counts from elsewhere does not.
func TestAReadingThatSettlesEstimatesFollowsOn(t *testing.T) {
	register := ccf()
	register.Dials = 4
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.IfPlausible, HighLimit: must(metering.ParseVolume("50 CCF"))}
	estimating := metering.EstimateRule{MaxInRow: 9, Method: metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("0.3 CCF"))}}
	read := func(digits int64, on string) metering.Reading {
		return metering.Reading{Meter: "M-2", Register: "1", State: metering.Read, Digits: digits, Day: day(on), Source: metering.Actual}
	}
	usage := func(name string, m metering.Measurement) metering.Usage {
		open := must(metering.NewReview(name, m.Period().To, m.With(must(metering.CheckDays(m.Days(), 400)))))
		for len(open.Open()) > 0 {
			open = must(open.Accept(metering.Step{By: person("clerk"), At: may(), Reason: "looked at"}, open.Open()[0]))
		}
		return kept(must(open.Billable()))
	}
	for _, began := range []int64{1000, 9990} {
		// Estimated in February and in March, and read in April.
		from := must(metering.Open(register, read(began, "2026-02-01")))
		february, _, err := metering.Estimate(from, register, day("2026-03-01"), estimating, nil)
		require.NoError(t, err)
		first := usage("2/february", february)
		march, _, err := metering.Estimate(first.Baselines()[0], register, day("2026-03-31"), estimating, nil)
		require.NoError(t, err)
		last := usage("2/march", march)
		whole := must(metering.Between(from, register, read((began+26)%10000, "2026-04-30"), rule))
		billed := []metering.Cycle{must(first.Cycle(metering.CCF, 0)), must(last.Cycle(metering.CCF, 0))}
		settled := usage("2/april", must(metering.TrueUp(whole, billed, last.Baselines()[0])))
		r := metered(six(), settled)
		a := r.Members[1].Agreement
		in := must(a.Input(last.Period()))
		in.Usage = must(last.Volume(metering.CCF, 1, exact.HalfUp))
		r.Last[1] = billOf(lastKey, billing.Service{Agreement: a, Quote: must(plain.Price(in)), Usage: []metering.Usage{last}})
		require.Empty(t, of(t, r, cycle.ReadingGap))

		if began != 1000 {
			continue
		}
		// The estimates stand at 1008 and 1017: from behind them, or from before them without a share of theirs, it does not follow on.
		for from, gaps := range map[int64]int{1017: 0, 1012: 1, 1000: 1} {
			m := must(metering.Between(must(metering.Open(register, read(from, "2026-03-31"))), register, read(1026, "2026-04-30"), rule))
			require.Len(t, of(t, metered(r, usage("2/april again", m)), cycle.ReadingGap), gaps, "%d", from)
		}
		then, _, err := metering.Estimate(last.Baselines()[0], register, day("2026-04-30"), estimating, nil)
		require.NoError(t, err)
		require.Empty(t, of(t, metered(r, usage("2/april estimated", then)), cycle.ReadingGap))
	}
}
