package metering_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

func registers() *rapid.Generator[metering.Register] {
	return rapid.Custom(func(t *rapid.T) metering.Register {
		n := rapid.IntRange(1, metering.MaxDials).Draw(t, "dials")
		return metering.Register{
			ID: "1", Dials: n, PaintedZeros: rapid.IntRange(0, metering.MaxPaintedZeros).Draw(t, "zeros"),
			Decimals:   rapid.IntRange(0, min(n, metering.MaxDecimals)).Draw(t, "decimals"),
			Multiplier: must(exact.NewNumber(rapid.Int64Range(1, 100_000).Draw(t, "multiplier"), 2)),
			Unit:       rapid.SampledFrom([]metering.Unit{metering.Gallon, metering.CCF, metering.CubicMeter}).Draw(t, "unit"),
		}
	})
}

func rules() *rapid.Generator[metering.DeltaRule] {
	return rapid.Custom(func(t *rapid.T) metering.DeltaRule {
		rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
		if rapid.Bool().Draw(t, "plausible") {
			rule.Rollover = metering.IfPlausible
		}
		limit := must(exact.NewNumber(rapid.Int64Range(1, 1_000_000_000).Draw(t, "limit"), 0))
		rule.HighLimit = must(metering.NewVolume(limit, metering.Gallon))
		return rule
	})
}

// digitsOf draws a number that the register can show, often close to its ends.
func digitsOf(t *rapid.T, r metering.Register, label string) int64 {
	top := r.Modulus() - 1
	switch rapid.IntRange(0, 2).Draw(t, label+" place") {
	case 0:
		return rapid.Int64Range(0, min(20, top)).Draw(t, label)
	case 1:
		return rapid.Int64Range(max(0, top-20), top).Draw(t, label)
	}
	return rapid.Int64Range(0, top).Draw(t, label)
}

// checkDelta holds what is always true of a use between p and c.
func checkDelta(t require.TestingT, r metering.Register, p, c int64, declared bool, rule metering.DeltaRule, m metering.Measurement) {
	use, known := m.Use()
	next := m.Baselines()[0]
	if !known {
		require.True(t, use.IsZero())
		require.Empty(t, m.Parts())
		require.Equal(t, p, next.Digits, "the baseline stays where nothing is billed")
		require.NotEmpty(t, m.Exceptions(), "no use without a reason")
		return
	}
	part := m.Parts()[0]
	require.GreaterOrEqual(t, part.Used, int64(0))
	require.Less(t, part.Used, r.Modulus())
	require.True(t, use.Equal(r.Value(part.Used)))
	switch {
	case c >= p:
		require.Equal(t, c-p, part.Used)
		require.Empty(t, m.Exceptions())
	case next.Digits == p: // a reverse flow
		require.Zero(t, part.Used)
		require.LessOrEqual(t, p-c, rule.Tolerance.Digits(r))
		require.False(t, declared)
		require.Equal(t, "ReverseFlow", codesOf(m))
	default: // a rollover, and only one that is declared or believed
		require.Equal(t, "Rollover", codesOf(m))
		limit, err := rule.HighLimit.In(r.Unit)
		require.NoError(t, err)
		require.True(t, declared || rule.Rollover == metering.IfPlausible && use.Cmp(limit) <= 0 && p-c > rule.Tolerance.Digits(r))
	}
	require.Equal(t, next.Digits, (p+part.Used)%r.Modulus(), "(p + use) mod 10^n is where the next use counts from")
	if next.Digits != p || c == p {
		require.Equal(t, c, next.Digits)
	}
}

func TestUseIsNeverNegativeAndNeverWrapsUndeclared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, rule := registers().Draw(t, "register"), rules().Draw(t, "rule")
		p, c := digitsOf(t, r, "p"), digitsOf(t, r, "c")
		to := actual(r, c, oct31)
		to.RolledOver = rapid.Bool().Draw(t, "declared")
		m, err := metering.Between(base(r, p, oct1), r, to, rule)
		require.NoError(t, err)
		checkDelta(t, r, p, c, to.RolledOver, rule, m)
	})
}

func FuzzBetween(f *testing.F) {
	f.Add(int64(999990), int64(10), 6, 0, 0, int64(100), false, true, int64(50))
	f.Add(int64(4000), int64(3990), 4, 2, 0, int64(1000), true, false, int64(1))
	f.Add(int64(3363), int64(3362), 7, 0, 3, int64(100), false, true, int64(1<<40))
	f.Fuzz(func(t *testing.T, p, c int64, n, z, k int, m int64, declared, believe bool, limit int64) {
		multiplier, err := exact.NewNumber(m, 2)
		if err != nil {
			t.Skip("no multiplier")
		}
		r := metering.Register{ID: "1", Dials: n, PaintedZeros: z, Decimals: k, Multiplier: multiplier, Unit: metering.Gallon}
		most, err := exact.NewNumber(limit, 0)
		if err != nil {
			t.Skip("no limit")
		}
		rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover, HighLimit: must(metering.NewVolume(most, metering.Gallon))}
		if believe {
			rule.Rollover = metering.IfPlausible
		}
		from := metering.Baseline{Meter: "7088", Register: r, Digits: p, Day: date(oct1), Source: metering.Actual}
		to := actual(r, c, oct31)
		to.RolledOver = declared
		got, err := metering.Between(from, r, to, rule)
		if err != nil {
			return // arguments that cannot be
		}
		if p >= r.Modulus() || c >= r.Modulus() {
			require.Equal(t, "OutOfRange", codesOf(got))
			require.False(t, got.Known())
			return
		}
		checkDelta(t, r, p, c, declared, rule, got)
	})
}

func TestShortTotalAgreesWithTheWholeRegister(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, rule := registers().Draw(t, "register"), rules().Draw(t, "rule")
		kept := rapid.IntRange(1, r.Dials).Draw(t, "kept")
		short := int64(1)
		for range kept {
			short *= 10
		}
		p := digitsOf(t, r, "p")
		file := rapid.Int64Range(0, short-1).Draw(t, "file")
		m, err := metering.ShortTotal(base(r, p, oct1), r, actual(r, file, oct31), kept, rule)
		turn, unit := rule.HighLimit.In(r.Unit)
		if 2*rule.Tolerance.Digits(r) >= short || kept < r.Dials && unit == nil && turn.Cmp(r.Value(short)) >= 0 {
			require.ErrorIs(t, err, metering.ErrRule)
			return
		}
		require.NoError(t, err)
		use, known := m.Use()
		next := m.Baselines()[0].Digits
		if !known {
			require.Equal(t, p, next)
			require.Equal(t, "NegativeOrRollover", codesOf(m))
			return
		}
		part := m.Parts()[0]
		require.GreaterOrEqual(t, part.Used, int64(0))
		require.Less(t, part.Used, short)
		require.Equal(t, next, (p+part.Used)%r.Modulus())
		if codesOf(m) != "ReverseFlow" {
			require.Equal(t, file, next%short, "the new reading ends in the file's digits")
		}
		if back := (p%short - file + short) % short; back > 0 && back <= rule.Tolerance.Digits(r) {
			require.Equal(t, "ReverseFlow", codesOf(m), "whichever digits are the higher")
		}
		if file < p%short || 2*part.Used > short {
			limit, err := rule.HighLimit.In(r.Unit)
			require.NoError(t, err)
			require.True(t, part.Used == 0 || use.Cmp(limit) <= 0, "turned digits, and a long way forward, are believed up to the limit")
		}
	})
}

func TestTruncationWithCarryIsTheSameHoweverTheReadingsAreSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := registers().Draw(t, "register")
		unit := rapid.SampledFrom([]metering.Unit{metering.Gallon, metering.CCF, metering.ThousandGallons}).Draw(t, "billed in")
		first := digitsOf(t, r, "first")
		from := base(r, first, oct1)
		carry := must(metering.CarryAt(from, unit))
		opening := carry
		var total int64
		var sum exact.Ratio
		for i := range rapid.IntRange(0, 6).Draw(t, "readings") {
			used := rapid.Int64Range(0, min(r.Modulus()-1, 1_000_000)).Draw(t, "used")
			use := in(t, must(metering.NewVolume(number("1"), r.Unit)).String(), unit).Mul(r.Value(used))
			units, next, err := metering.WholeUnits(use, carry)
			require.NoError(t, err, "reading %d", i)
			require.GreaterOrEqual(t, units, int64(0))
			total, carry, sum = total+units, next, sum.Add(use)
		}
		whole, left, err := metering.WholeUnits(sum, opening)
		require.NoError(t, err)
		require.Equal(t, whole, total)
		require.True(t, left.Equal(carry))
	})
}

func TestTruncationOfReadingsIsFloorLessFloor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := registers().Draw(t, "register")
		a, b := digitsOf(t, r, "a"), digitsOf(t, r, "b")
		p, c := min(a, b), max(a, b)
		factor := in(t, must(metering.NewVolume(number("1"), r.Unit)).String(), metering.CCF)
		units, _, err := metering.WholeUnits(r.Value(c-p).Mul(factor), must(metering.CarryAt(base(r, p, oct1), metering.CCF)))
		if err != nil {
			require.ErrorIs(t, err, exact.ErrRange)
			return
		}
		floors := r.Value(c).Mul(factor).Floor(0).Sub(r.Value(p).Mul(factor).Floor(0))
		require.Equal(t, floors.String(), exact.Int(units).String())
	})
}

func TestProrationSumsToTheUse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.Int64Range(0, 1<<50).Draw(t, "units")
		days := rapid.SliceOfN(rapid.IntRange(0, 400), 1, 6).Draw(t, "days")
		total := 0
		for _, d := range days {
			total += d
		}
		parts, err := metering.Prorate(units, days)
		if total == 0 {
			require.ErrorIs(t, err, exact.ErrDivideByZero)
			return
		}
		require.NoError(t, err)
		var sum int64
		for i, part := range parts {
			share := exact.Int(units).Mul(must(exact.New(int64(days[i]), int64(total))))
			require.LessOrEqual(t, exact.Int(part).Sub(share).Abs().Cmp(exact.Int(1)), 0, "within one unit of its share")
			sum += part
		}
		require.Equal(t, units, sum)
	})
}

func TestTrueUpSumsToTheUseAndIsNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, rule := registers().Draw(t, "register"), rules().Draw(t, "rule")
		p, c := digitsOf(t, r, "p"), digitsOf(t, r, "c")
		last := base(r, p, oct1)
		at, estimated := last.Day, []metering.Cycle(nil)
		for range rapid.IntRange(1, 7).Draw(t, "estimates") {
			to := must(at.AddDays(rapid.IntRange(1, 70).Draw(t, "days")))
			use := must(exact.NewNumber(rapid.Int64Range(0, 1_000_000).Draw(t, "billed"), 1))
			estimated = append(estimated, metering.Cycle{Period: must(civil.NewPeriod(at, to)), Use: must(metering.NewVolume(use, r.Unit)), Source: metering.Estimated})
			at = to
		}
		to := actual(r, c, must(at.AddDays(rapid.IntRange(0, 40).Draw(t, "current"))).String())
		whole, err := metering.Between(last, r, to, rule)
		require.NoError(t, err)
		m, err := metering.TrueUp(must(metering.Between(last, r, to, rule)), estimated, leftBy(last, estimated))
		require.NoError(t, err)
		require.Equal(t, whole.Known(), m.Known())
		if !m.Known() {
			require.Empty(t, m.Rebills())
			require.Equal(t, []metering.Baseline{leftBy(last, estimated)}, m.Baselines())
			return
		}
		sum := must(useRatio(m))
		require.GreaterOrEqual(t, sum.Sign(), 0)
		for i, again := range m.Rebills() {
			require.GreaterOrEqual(t, again.Use.Sign(), 0)
			require.True(t, again.Billed.Equal(estimated[i].Use.Ratio()))
			sum = sum.Add(again.Use)
		}
		require.True(t, sum.Equal(must(useRatio(whole))))
		require.Len(t, m.Rebills(), len(estimated))
		require.Equal(t, whole.Baselines(), m.Baselines())
	})
}

func TestEstimateRoundTripsThroughTheRegister(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := registers().Draw(t, "register")
		p := digitsOf(t, r, "p")
		daily := must(exact.NewNumber(rapid.Int64Range(0, 1_000_000).Draw(t, "daily"), 3))
		rule := metering.EstimateRule{MaxInRow: 9, Method: metering.EstimateMethod{
			Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.NewVolume(daily, r.Unit)),
		}}
		from := base(r, p, oct1)
		m, reading, err := metering.Estimate(from, r, date(oct31), rule, nil)
		require.NoError(t, err)
		if !m.Known() {
			require.Equal(t, "OutOfRange", codesOf(m))
			require.Zero(t, reading)
			return
		}
		used := m.Parts()[0].Used
		require.Equal(t, (p+used)%r.Modulus(), reading.Digits)
		reading.RolledOver = reading.Digits < p
		back, err := metering.Between(from, r, reading, metering.DeltaRule{Tolerance: metering.ToleranceOf(0), Rollover: metering.RefuseRollover})
		require.NoError(t, err)
		require.True(t, must(useRatio(m)).Equal(must(useRatio(back))), "the estimated reading measures the estimated use")
		half := r.Step().Mul(must(exact.New(1, 2)))
		require.LessOrEqual(t, must(useRatio(m)).Sub(daily.Ratio().Mul(exact.Int(30))).Abs().Cmp(half), 0, "within half a digit")
	})
}

func TestBandsAreMonotone(t *testing.T) {
	rank := map[metering.Code]int{metering.Lowest: -3, metering.Lower: -2, metering.Low: -1, metering.Normal: 0,
		metering.High: 1, metering.Higher: 2, metering.Highest: 3}
	rapid.Check(t, func(t *rapid.T) {
		bands, at := metering.Bands{Title: "drawn", PerDay: rapid.Bool().Draw(t, "per day")}, int64(0)
		for _, band := range []*metering.Threshold{&bands.Lowest, &bands.Lower, &bands.Low, &bands.High, &bands.Higher, &bands.Highest} {
			at += rapid.Int64Range(1, 60).Draw(t, "rise")
			*band = metering.Off()
			if rapid.Bool().Draw(t, "set") {
				*band = metering.At(must(exact.NewNumber(at, 0)))
			}
		}
		compare := metering.Sample{Use: exact.Int(rapid.Int64Range(1, 500).Draw(t, "compare")), Unit: metering.CCF, Days: rapid.IntRange(1, 60).Draw(t, "days")}
		a, b := rapid.Int64Range(0, 1500).Draw(t, "a"), rapid.Int64Range(0, 1500).Draw(t, "b")
		days := rapid.IntRange(1, 60).Draw(t, "own days")
		less, err := bands.Judge(metering.Sample{Use: exact.Int(min(a, b)), Unit: metering.CCF, Days: days}, compare)
		require.NoError(t, err)
		more, err := bands.Judge(metering.Sample{Use: exact.Int(max(a, b)), Unit: metering.CCF, Days: days}, compare)
		require.NoError(t, err)
		require.LessOrEqual(t, rank[less.Code], rank[more.Code], "more use is never in a lower band")
	})
}

func TestCompoundIsTheSumOfItsRegisters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sides []metering.Side
		var readings []metering.Reading
		var sum exact.Ratio
		known := true
		rule := rules().Draw(t, "rule")
		for _, id := range []string{"low", "mid", "high"} {
			r := named(id, registers().Draw(t, id))
			from := base(r, digitsOf(t, r, "p"), oct1)
			to := actual(r, digitsOf(t, r, "c"), oct31)
			m, err := metering.Between(from, r, to, rule)
			require.NoError(t, err)
			if use, ok := m.Use(); ok {
				sum = sum.Add(use.Mul(in(t, "1 "+r.Unit.String(), metering.CCF)))
			} else {
				known = false
			}
			sides, readings = append(sides, metering.Side{From: from, Register: r}), append([]metering.Reading{to}, readings...)
		}
		m, err := metering.Compound(sides, readings, metering.CCF, rule)
		require.NoError(t, err)
		require.Equal(t, known, m.Known())
		require.Len(t, m.Baselines(), 3)
		if known {
			require.True(t, sum.Equal(must(useRatio(m))))
			return
		}
		for i, b := range m.Baselines() {
			require.Equal(t, sides[i].From, b, "no use of one, and no baseline moves")
		}
	})
}
