package cycle_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
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

	// What is off by its days or its use is not put down to the rates.
	old[13] = oldOf(ours[13], 80)
	old[3] = line(old[3], func(l *cycle.OldLine) { l.Amount, l.Period.To = usd(24_80), must(l.Period.To.AddDays(1)) })
	old[7] = line(old[7], func(l *cycle.OldLine) { nine := exact.Int(9); l.Amount, l.Use = usd(27_00), &nine })
	run, err = cycle.Parallel(old, ours)
	require.NoError(t, err)
	require.Equal(t, 18, run.Same)
	require.Equal(t, []cycle.Cause{cycle.OtherUse, cycle.OtherDays}, []cycle.Cause{run.Groups[0].Cause, run.Groups[1].Cause})
}

// What comes to the same by other days or another use is no proof of the rates: it is told, and not the same.
func TestTheSameAmountByOtherDaysOrUseIsNotTheSame(t *testing.T) {
	ours := six().Bills[:1]
	sixteen := exact.Int(16)
	old := line(oldOf(ours[0], 80), func(l *cycle.OldLine) { l.Use = &sixteen })
	old.Lines[0].Period = days("[2026-01-01, 2026-02-01)")
	run, err := cycle.Parallel([]cycle.OldBill{old}, ours)
	require.NoError(t, err)
	require.Equal(t, 0, run.Same)
	require.Equal(t, "1 bill, 0 the same to the cent: $44.00, and the old system $44.00\n"+
		"  other days in base: $0.00 on 1 bill; account A-1, bill 2026-W18: base is $20.00 all the same: it is for [2026-03-31, 2026-04-30), and was for [2026-01-01, 2026-02-01)\n"+
		"  other use in water: $0.00 on 1 bill; account A-1, bill 2026-W18: water is $24.00 all the same: 8 CCF are billed, and were 16 CCF\n", run.String())
	require.Equal(t, 1, must(cycle.Parallel([]cycle.OldBill{oldOf(ours[0], 80)}, ours)).Same)
	none := but(six(), 0, made{}).Bills[0]
	base := cycle.OldBill{Account: "A-1", Key: key, Total: usd(20_00), Lines: []cycle.OldLine{{Agreement: "1", Charge: "base", Amount: usd(20_00)}}}
	require.Equal(t, 1, must(cycle.Parallel([]cycle.OldBill{base}, []billing.Bill{none})).Same, "a charge of nothing that the old bill does not have is none")
}

// Where the old bill says the meter, each is compared by itself: five too much and five too little are not the same.
func TestMetersAreComparedApartWhereTheOldBillDoes(t *testing.T) {
	ours := pairs("water", two(), two()).Bills[1]
	lines := func(change func(*cycle.OldLine)) cycle.OldBill {
		o := cycle.OldBill{Account: ours.Account(), Key: ours.Key(), Total: ours.Charges()}
		for l := range ours.Lines() {
			x := cycle.OldLine{Agreement: l.Agreement, Meter: l.Meter, Charge: l.Charge, Amount: l.Amount}
			if l.Charge == "water" {
				use := ratio(map[string]int64{"a": 43, "b": 47}[l.Meter], 10)
				x.Use, x.Unit = &use, metering.CCF
			}
			change(&x)
			o.Lines = append(o.Lines, x)
		}
		return o
	}
	off := func(l *cycle.OldLine) {
		by := map[string]int64{"a": 5_00, "b": -5_00}[l.Meter]
		if l.Charge == "water" {
			l.Amount = usd(l.Amount.Cents() + by)
		}
	}
	run := must(cycle.Parallel([]cycle.OldBill{lines(off)}, []billing.Bill{ours}))
	require.Len(t, run.Differences, 2)
	require.Equal(t, "water of meter a is $12.90, and was $17.90: the old bill does not say its days, or its use", run.Differences[0].Words)
	require.Equal(t, []string{"a", "b"}, []string{run.Differences[0].Meter, run.Differences[1].Meter})
	require.Equal(t, usd(10_00), run.Groups[0].Gross)
	require.Contains(t, run.String(), "other rates in water: $0.00 net, $10.00 up and down, on 1 bill; ")
	require.Equal(t, 1, must(cycle.Parallel([]cycle.OldBill{lines(func(*cycle.OldLine) {})}, []billing.Bill{ours})).Same)
	// The use is the meter's, and where the old bill has one line for all of them it is the sum.
	swapped := lines(func(l *cycle.OldLine) {
		if l.Charge == "water" {
			use := ratio(map[string]int64{"a": 47, "b": 43}[l.Meter], 10)
			l.Use = &use
		}
	})
	require.Equal(t, 0, must(cycle.Parallel([]cycle.OldBill{swapped}, []billing.Bill{ours})).Same)
	require.Equal(t, 1, must(cycle.Parallel([]cycle.OldBill{oldOf(ours, 90)}, []billing.Bill{ours})).Same)
}

// Groups stand by what is up and down counted alike: six bills that are wrong by 49 dollars each are not behind one that is by a cent.
func TestGroupsAreRankedByTheirGross(t *testing.T) {
	ours := six().Bills
	var old []cycle.OldBill
	for i, b := range ours {
		by := int64(49_00)
		if i%2 == 0 {
			by = -by
		}
		old = append(old, line(oldOf(b, 80), func(l *cycle.OldLine) { l.Amount = usd(24_00 + by) }))
	}
	old[0].Lines[0].Amount, old[0].Total = usd(20_01), usd(old[0].Total.Cents()+1)
	run := must(cycle.Parallel(old, ours))
	require.Equal(t, []string{"water", "base"}, []string{run.Groups[0].Charge, run.Groups[1].Charge})
	require.Equal(t, []money.Amount{usd(294_00), {}}, []money.Amount{run.Groups[0].Gross, run.Groups[0].By})
	require.Contains(t, run.String(), "  other rates in water: $0.00 net, $294.00 up and down, on 6 bills; account A-1")
	require.Contains(t, run.String(), "  other rates in base: -$0.01 on 1 bill; ")
}

// Amounts that nobody can add up are refused: two of them would come round to what is the same to the cent.
func TestAmountsThatOverflowAreRefused(t *testing.T) {
	ours := six().Bills[:1]
	most := money.Cents(math.MaxInt64)
	base := cycle.OldLine{Agreement: "1", Charge: "base", Amount: usd(20_00)}
	of := func(total money.Amount, amounts ...money.Amount) cycle.OldBill {
		o := cycle.OldBill{Account: "A-1", Key: key, Total: total, Lines: []cycle.OldLine{base}}
		for _, a := range amounts {
			o.Lines = append(o.Lines, cycle.OldLine{Agreement: "1", Charge: "water", Amount: a})
		}
		return o
	}
	for name, old := range map[string]cycle.OldBill{
		"lines": of(usd(44_00), most, most, usd(24_02)), "the rest": of(money.Cents(math.MinInt64+1), usd(24_00)), "a charge that went": of(money.Cents(math.MinInt64+20_00), money.Cents(math.MinInt64)),
		"a total alone": {Account: "A-1", Key: key, Total: money.Cents(math.MinInt64)}, "no bill of ours": {Account: "A-9", Key: key, Total: money.Cents(math.MinInt64)},
	} {
		err := second(cycle.Parallel([]cycle.OldBill{old}, ours))
		require.ErrorIs(t, err, cycle.ErrParallel, name)
	}
	require.NoError(t, second(cycle.Parallel([]cycle.OldBill{of(usd(44_00), usd(24_00))}, ours)))
}

// Rounding is a cause where days and use are known to be the same; where the old bill does not say them, that is said.
func TestRoundingSaysWhatTheOldBillDoesNot(t *testing.T) {
	ours := but(six(), 0, made{tenths: 133, tenth: true}).Bills[0] // 10 at 3.00 and 3.3 at 5.55: 48.315
	silent := line(oldOf(ours, 133), func(l *cycle.OldLine) { l.Amount, l.Use, l.Period = usd(48_31), nil, civil.Period{} })
	said := line(oldOf(ours, 133), func(l *cycle.OldLine) { l.Amount = usd(48_31) })
	words := func(old cycle.OldBill) string {
		run := must(cycle.Parallel([]cycle.OldBill{old}, []billing.Bill{ours}))
		require.Equal(t, cycle.Rounding, run.Differences[0].Cause)
		return run.Differences[0].Words
	}
	require.Equal(t, "water is $48.32, and was $48.31: before rounding it is $48.315 on 1 rounded line; the old bill does not say its days, or its use", words(silent))
	require.Equal(t, "water is $48.32, and was $48.31: before rounding it is $48.315 on 1 rounded line", words(said))
}

// A line that names no agreement is of the one that our bill has, where it has such a charge.
func TestALineWithoutAnAgreementIsOfTheOnlyOne(t *testing.T) {
	ours := six().Bills[0]
	bare := oldOf(ours, 80)
	for i := range bare.Lines {
		bare.Lines[i].Agreement = ""
	}
	require.Equal(t, 1, must(cycle.Parallel([]cycle.OldBill{bare}, []billing.Bill{ours})).Same)
	fee := bare
	fee.Lines = append(slices.Clone(bare.Lines), cycle.OldLine{Charge: "fee", Amount: usd(7_00)})
	fee.Total = usd(51_00)
	run := must(cycle.Parallel([]cycle.OldBill{fee}, []billing.Bill{ours}))
	require.Len(t, run.Differences, 1)
	require.Equal(t, []string{"", "fee"}, []string{run.Differences[0].Agreement, run.Differences[0].Charge})

	a, b := water("1"), water("1")
	b.ID = "1b"
	two := billOf(key, made{agreement: a, period: april, tenths: 80}.service(), made{agreement: b, period: april, tenths: 80}.service())
	bare.Total = usd(44_00)
	require.Len(t, must(cycle.Parallel([]cycle.OldBill{bare}, []billing.Bill{two})).Differences, 6, "of two nobody knows which")
	on := day("2026-04-30")
	own := must(billing.NewBill(billing.BillRequest{
		Key: key, Account: "A-1", Customer: "C-1", Area: "central", Billed: on, Due: on, Services: []billing.Service{made{agreement: a, period: april, tenths: 80}.service()}, Postings: postings(),
		Before: ledger.Standing{On: on}, Draft: billing.Draft{State: billing.NotEnrolled},
		Fees: []billing.Fee{{Key: "base", Text: "A fee", Amount: usd(5_00), Source: rates.Citation{Resolution: "invented"}, Posting: billing.Posting{Kind: "fee", Service: "water", RevenueCode: "4100"}}},
	}))
	charge := cycle.OldBill{Account: "A-1", Key: key, Total: usd(5_00), Lines: []cycle.OldLine{{Charge: "base", Amount: usd(5_00)}}}
	for _, d := range must(cycle.Parallel([]cycle.OldBill{charge}, []billing.Bill{own})).Differences {
		require.Equal(t, cycle.NewCharge, d.Cause, "the fee of that name is meant")
	}
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
		for i, g := range run.Groups {
			groups += g.By.Cents()
			require.GreaterOrEqual(t, g.Gross.Cents(), max(g.By.Cents(), -g.By.Cents()))
			require.True(t, i == 0 || run.Groups[i-1].Gross.Cmp(g.Gross) >= 0)
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

// An old system names the meter of a house with one; that is no other charge. Of two meters each is its own.
func TestTheOnlyMeterOfAnOldBillIsOurs(t *testing.T) {
	r := six()
	var old []cycle.OldBill
	for _, b := range r.Bills {
		o := oldOf(b, 80)
		for i := range o.Lines {
			o.Lines[i].Meter = "M-" + b.Account()[2:]
		}
		old = append(old, o)
	}
	run := must(cycle.Parallel(old, r.Bills))
	require.Equal(t, 6, run.Same)
	require.Empty(t, run.Differences)
	old[1].Lines = append(old[1].Lines, old[1].Lines[1])
	old[1].Lines[1].Meter = "M-other"
	run = must(cycle.Parallel(old, r.Bills))
	require.NotEmpty(t, run.Differences)
}
