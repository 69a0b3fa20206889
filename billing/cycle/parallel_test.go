package cycle_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// oldOf is our bill as the old system would have billed it: the tiers of a charge as one line.
func oldOf(b billing.Bill, use int64) cycle.OldBill {
	o := cycle.OldBill{Account: b.Account(), Key: b.Key(), Total: b.Charges()}
	for l := range b.Lines() {
		at := slices.IndexFunc(o.Lines, func(x cycle.OldLine) bool { return x.Agreement == l.Agreement && x.Charge == l.Charge })
		if at >= 0 {
			o.Lines[at].Amount = money.Cents(o.Lines[at].Amount.Cents() + l.Amount.Cents())
			continue
		}
		line := cycle.OldLine{Agreement: l.Agreement, Charge: l.Charge, Amount: l.Amount, Period: l.Period}
		if l.Charge == "water" {
			tenths := must(exact.New(use, 10))
			line.Use, line.Unit = &tenths, metering.CCF
		}
		o.Lines = append(o.Lines, line)
	}
	return o
}

// line changes the water of an old bill, and its total with it.
func line(o cycle.OldBill, change func(*cycle.OldLine)) cycle.OldBill {
	o.Lines = slices.Clone(o.Lines)
	for i := range o.Lines {
		if o.Lines[i].Charge == "water" {
			was := o.Lines[i].Amount.Cents()
			change(&o.Lines[i])
			o.Total = money.Cents(o.Total.Cents() + o.Lines[i].Amount.Cents() - was)
		}
	}
	return o
}

func usd(cents int64) money.Amount { return money.Cents(cents) }

// Old bill against new over a cycle, to the cent, causes grouped.
func TestParallelRunPutsEachCentDownToACause(t *testing.T) {
	r := six()
	r = but(r, 5, made{tenths: 111, tenth: true}) // 1.1 CCF at 5.55 is 6.105, and so 6.11
	var old []cycle.OldBill
	for i, b := range r.Bills {
		old = append(old, oldOf(b, []int64{80, 80, 80, 80, 80, 111}[i]))
	}
	run, err := cycle.Parallel(old, r.Bills)
	require.NoError(t, err)
	require.Equal(t, "6 bills, 6 the same to the cent: $276.11, and the old system $276.11\n", run.String())
	require.Empty(t, run.Differences)

	use := func(n int64) *exact.Ratio { v := exact.Int(n); return &v }
	old[0] = line(old[0], func(l *cycle.OldLine) { l.Amount, l.Use = usd(27_00), use(9) })
	old[1] = line(old[1], func(l *cycle.OldLine) { l.Amount, l.Period = usd(24_80), days("[2026-03-31, 2026-05-01)") })
	old[2] = line(old[2], func(l *cycle.OldLine) { l.Amount = usd(23_00) })
	old[3].Total = usd(45_00)
	old[4] = line(old[4], func(l *cycle.OldLine) { l.Charge = "commodity" })
	old[5] = line(old[5], func(l *cycle.OldLine) { l.Amount = usd(36_10) })
	run, err = cycle.Parallel(old, r.Bills)
	require.NoError(t, err)
	var told []string
	for _, d := range run.Differences {
		told = append(told, d.Account+" "+string(d.Cause)+" "+d.By.String()+": "+d.Words)
	}
	require.Equal(t, []string{
		"A-1 other use -$3.00: water is $24.00, and was $27.00: 8 CCF are billed, and were 9 CCF",
		"A-2 other days -$0.80: water is $24.00, and was $24.80: it is for [2026-03-31, 2026-04-30), and was for [2026-03-31, 2026-05-01)",
		"A-3 other rates $1.00: water is $24.00, and was $23.00: the use and the days are the same",
		"A-4 old sum -$1.00: the lines of the old bill come to $44.00, and it says $45.00",
		"A-5 lost charge -$24.00: commodity was $24.00, and ours does not have it",
		"A-5 new charge $24.00: water is $24.00, and the old bill does not have it",
		"A-6 rounding $0.01: water is $36.11, and was $36.10: before rounding it is $36.105 on 1 rounded line",
	}, told)
	require.Equal(t, 0, run.Same)
	require.Equal(t, "6 bills, 0 the same to the cent: $276.11, and the old system $279.90\n"+
		"  new charge in water: +$24.00 on 1 bill; account A-5, bill 2026-W18: water is $24.00, and the old bill does not have it\n"+
		"  lost charge in commodity: -$24.00 on 1 bill; account A-5, bill 2026-W18: commodity was $24.00, and ours does not have it\n"+
		"  other use in water: -$3.00 on 1 bill; account A-1, bill 2026-W18: water is $24.00, and was $27.00: 8 CCF are billed, and were 9 CCF\n"+
		"  old sum: -$1.00 on 1 bill; account A-4, bill 2026-W18: the lines of the old bill come to $44.00, and it says $45.00\n"+
		"  other rates in water: +$1.00 on 1 bill; account A-3, bill 2026-W18: water is $24.00, and was $23.00: the use and the days are the same\n"+
		"  other days in water: -$0.80 on 1 bill; account A-2, bill 2026-W18: water is $24.00, and was $24.80: it is for [2026-03-31, 2026-04-30), and was for [2026-03-31, 2026-05-01)\n"+
		"  rounding in water: +$0.01 on 1 bill; account A-6, bill 2026-W18: water is $36.11, and was $36.10: before rounding it is $36.105 on 1 rounded line\n", run.String())

	old[5] = line(old[5], func(l *cycle.OldLine) { l.Amount = usd(36_12) })
	require.Equal(t, cycle.OtherRates, causeOf(t, old[5], r.Bills[5]), "no rounding of 36.105 is 36.12")
	old[5] = line(old[5], func(l *cycle.OldLine) { l.Amount, l.Use = usd(30_00), nil })
	require.Equal(t, cycle.OtherRates, causeOf(t, old[5], r.Bills[5]))
	cent := line(oldOf(r.Bills[0], 80), func(l *cycle.OldLine) { l.Amount = usd(24_01) })
	require.Equal(t, cycle.OtherRates, causeOf(t, cent, r.Bills[0]), "24.00 exactly was not rounded")
	kgal := line(oldOf(r.Bills[0], 80), func(l *cycle.OldLine) { l.Amount, l.Use, l.Unit = usd(24_01), use(8), metering.Gallon })
	require.Equal(t, cycle.OtherUse, causeOf(t, kgal, r.Bills[0]), "8 of another unit are another use")

	alone := cycle.OldBill{Account: "A-1", Key: key, Total: usd(44_00)}
	run, err = cycle.Parallel([]cycle.OldBill{alone}, r.Bills[:1])
	require.NoError(t, err)
	require.Equal(t, 1, run.Same)
	alone.Total = usd(40_00)
	require.Equal(t, cycle.TotalAlone, causeOf(t, alone, r.Bills[0]))
}

// Two lines that were rounded are off by less than two cents together, and not by two.
func TestRoundingIsLessThanACentForEachLine(t *testing.T) {
	a := water("1")
	half := func(period string, from int64) billing.Service {
		return made{agreement: a, period: period, tenths: 111, tenth: true, from: from}.service()
	}
	ours := billOf(key, half("[2026-03-31, 2026-04-15)", 1000), half("[2026-04-15, 2026-04-30)", 1111))
	for cents, cause := range map[int64]cycle.Cause{72_19: cycle.OtherRates, 72_20: cycle.Rounding, 72_21: cycle.Rounding, 72_23: cycle.OtherRates} {
		old := cycle.OldBill{Account: "A-1", Key: key, Total: usd(40_00 + cents), Lines: []cycle.OldLine{
			{Agreement: "1", Charge: "base", Amount: usd(40_00)}, {Agreement: "1", Charge: "water", Amount: usd(cents)},
		}}
		require.Equal(t, cause, causeOf(t, old, ours), "%d, where ours is 72.22, and 72.21 before rounding", cents)
	}
}

func causeOf(t *testing.T, old cycle.OldBill, ours billing.Bill) cycle.Cause {
	run, err := cycle.Parallel([]cycle.OldBill{old}, []billing.Bill{ours})
	require.NoError(t, err)
	require.Len(t, run.Differences, 1)
	return run.Differences[0].Cause
}

func TestABillThatOneSideLacksIsADifference(t *testing.T) {
	r := six()
	run, err := cycle.Parallel([]cycle.OldBill{oldOf(r.Bills[0], 80)}, r.Bills[1:2])
	require.NoError(t, err)
	require.Equal(t, 2, run.Bills)
	require.Equal(t, []cycle.Cause{cycle.OnlyOld, cycle.OnlyOurs}, []cycle.Cause{run.Differences[0].Cause, run.Differences[1].Cause})
	require.Equal(t, "the old system has billed $44.00, and we have no bill", run.Differences[0].Words)
	require.Equal(t, "we bill $44.00, and the old system has no bill", run.Differences[1].Words)
}

// Failure 14: new rates were implemented wrongly, and bills seldom checked: old against new schedule over whole cycles, 20 of them.
func TestFailure14OldAgainstNewOverTwentyCycles(t *testing.T) {
	wrong := book()
	wrong.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Num("20.10")}
	engine := must(rates.Compile(wrong))
	var old []cycle.OldBill
	var ours []billing.Bill
	a := water("1")
	from := a.From
	for i := range 20 {
		to := must(from.AddDays(30))
		m := made{agreement: a, period: "[" + from.String() + ", " + to.String() + ")", tenths: 80}
		old = append(old, oldOf(billOf(strconv.Itoa(i), m.service()), 80))
		if m.engine = plain; i == 13 {
			m.engine = engine
		}
		ours = append(ours, billOf(strconv.Itoa(i), m.service()))
		from = to
	}
	run, err := cycle.Parallel(old, ours)
	require.NoError(t, err)
	require.Equal(t, 19, run.Same)
	require.Equal(t, "20 bills, 19 the same to the cent: $880.10, and the old system $880.00\n"+
		"  other rates in base: +$0.10 on 1 bill; account A-1, bill 13: base is $20.10, and was $20.00: the old bill does not say its days, or its use\n", run.String())
}

func TestAnOldBillThatSaysNothingIsRefused(t *testing.T) {
	ours := six().Bills
	for name, old := range map[string][]cycle.OldBill{
		"no account": {{Key: key}}, "no key": {{Account: "A-1"}}, "twice": {oldOf(ours[0], 80), oldOf(ours[0], 80)},
		"no charge": {line(oldOf(ours[0], 80), func(l *cycle.OldLine) { l.Charge = "" })},
		"no unit":   {line(oldOf(ours[0], 80), func(l *cycle.OldLine) { l.Unit = 0 })},
		"no days":   {line(oldOf(ours[0], 80), func(l *cycle.OldLine) { l.Period.To = day("2026-01-01") })},
	} {
		require.ErrorIs(t, second(cycle.Parallel(old, ours)), cycle.ErrParallel, name)
	}
	require.ErrorIs(t, second(cycle.Parallel(nil, append(slices.Clone(ours), ours[0]))), cycle.ErrParallel)
	require.ErrorIs(t, second(cycle.Parallel(nil, []billing.Bill{{}})), cycle.ErrParallel)
}

// Whatever differs: the groups, and the differences, come to what the totals differ by, to the cent, in any order of the bills.
func TestPropertyTheCausesSumToTheDifference(t *testing.T) {
	ours := six().Bills
	rapid.Check(t, func(t *rapid.T) {
		var old []cycle.OldBill
		for _, b := range ours {
			o := oldOf(b, 80)
			for i := range o.Lines {
				if rapid.Bool().Draw(t, "changed") {
					more := rapid.Int64Range(-50_00, 50_00).Draw(t, "by")
					o.Lines[i].Amount, o.Total = usd(o.Lines[i].Amount.Cents()+more), usd(o.Total.Cents()+more)
				}
				if rapid.IntRange(0, 4).Draw(t, "named") == 0 {
					o.Lines[i].Charge = "old " + o.Lines[i].Charge
				}
			}
			o.Total = usd(o.Total.Cents() + rapid.SampledFrom([]int64{0, 0, 0, 1, -1}).Draw(t, "printed"))
			if rapid.IntRange(0, 5).Draw(t, "there") > 0 {
				old = append(old, o)
			}
		}
		mine := slices.Clone(ours[:rapid.IntRange(0, len(ours)).Draw(t, "ours")])
		run, err := cycle.Parallel(old, mine)
		require.NoError(t, err)
		var groups, differences int64
		for _, g := range run.Groups {
			groups += g.By.Cents()
			require.Equal(t, g.By.Cents(), g.Ours.Cents()-g.Old.Cents())
		}
		for _, d := range run.Differences {
			differences += d.By.Cents()
			require.NotContains(t, d.Words, "{")
		}
		require.Equal(t, run.Ours.Cents()-run.Old.Cents(), groups)
		require.Equal(t, groups, differences)

		source := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1)) //nolint:gosec // an order, and no secret
		source.Shuffle(len(old), func(i, k int) { old[i], old[k] = old[k], old[i] })
		source.Shuffle(len(mine), func(i, k int) { mine[i], mine[k] = mine[k], mine[i] })
		require.Equal(t, run, must(cycle.Parallel(old, mine)))
		require.Equal(t, len(run.Groups)+1, strings.Count(run.String(), "\n"))
	})
}
