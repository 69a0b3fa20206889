package metering_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

func TestRegisterTellsAllThatIsWrong(t *testing.T) {
	require.NoError(t, dials(6, metering.CCF).Check())
	err := metering.Register{PaintedZeros: 7, Decimals: -1, Multiplier: number("-1")}.Check()
	var found problem.List
	require.ErrorAs(t, err, &found)
	var paths []string
	for _, e := range found {
		paths = append(paths, e.Path)
	}
	require.Equal(t, []string{"id", "dials", "painted_zeros", "decimals", "multiplier", "unit"}, paths)
	r := dials(4, metering.CCF)
	r.Decimals = 5
	require.ErrorContains(t, r.Check(), "5 decimals do not fit 4 dials")
	r.Decimals = 4
	require.NoError(t, r.Check())
	for _, n := range []int{0, 16} {
		require.ErrorIs(t, dials(n, metering.CCF).Check(), metering.ErrRegister)
		require.Zero(t, dials(n, metering.CCF).Modulus())
	}
	require.NoError(t, dials(15, metering.CCF).Check())
	require.ErrorIs(t, times("0", dials(4, metering.CCF)).Check(), metering.ErrRegister)
	require.NoError(t, times("0.01", dials(4, metering.CCF)).Check())
}

func TestScaleIsExact(t *testing.T) {
	r := metering.Register{ID: "1", Dials: 8, PaintedZeros: 1, Decimals: 3, Multiplier: number("2.5"), Unit: metering.Gallon}
	require.Equal(t, "1/40", r.Step().String())
	text, _ := r.Value(12345678).Decimal(0)
	require.Equal(t, "308641.95", text)
}

func TestReadingTellsANumberFromNone(t *testing.T) {
	r := dials(6, metering.CCF)
	require.NoError(t, actual(r, 0, oct31).Check(), "a zero is a number")
	require.NoError(t, noRead(r, oct31).Check())
	skipped := metering.Reading{Meter: "7088", Register: "1", State: metering.Skipped, Code: "DOG"}
	require.NoError(t, skipped.Check())
	for name, wrong := range map[string]func(*metering.Reading){
		"no meter":        func(r *metering.Reading) { r.Meter = "" },
		"no register":     func(r *metering.Reading) { r.Register = "" },
		"no state":        func(r *metering.Reading) { r.State = 0 },
		"below zero":      func(r *metering.Reading) { r.Digits = -1 },
		"no day":          func(r *metering.Reading) { r.Day = date("2026-01-01"); r.Day = metering.Reading{}.Day },
		"no source":       func(r *metering.Reading) { r.Source = 0 },
		"no read, number": func(r *metering.Reading) { r.State = metering.NoRead },
		"skip, rollover":  func(r *metering.Reading) { r.State, r.Digits, r.RolledOver = metering.Skipped, 0, true },
	} {
		reading := actual(r, 5, oct31)
		wrong(&reading)
		require.ErrorIs(t, reading.Check(), metering.ErrReading, name)
		_, err := metering.Between(base(r, 1, oct1), r, reading, refuse())
		require.ErrorIs(t, err, metering.ErrReading, name)
	}
	require.Equal(t, "read no_read skipped State(9)", metering.Read.String()+" "+metering.NoRead.String()+" "+metering.Skipped.String()+" "+metering.State(9).String())
}

func TestAnotherUnitWithoutAnExchangeIsNoUse(t *testing.T) {
	m, err := metering.Between(base(dials(6, metering.CCF), 100, oct1), dials(6, metering.Gallon), actual(dials(6, metering.Gallon), 120, oct31), refuse())
	require.NoError(t, err)
	require.Equal(t, "none MultiplierChanged", useOf(m)+" "+codesOf(m))
}

func TestTruncationRefusesWhatIsNoCarry(t *testing.T) {
	for _, c := range [][2]string{{"-1", "0"}, {"1", "-0.5"}, {"1", "1"}} {
		_, _, err := metering.WholeUnits(ratio(c[0]), ratio(c[1]))
		require.ErrorIs(t, err, metering.ErrRule, c)
	}
	_, _, err := metering.WholeUnits(ratio("99999999999999999999"), ratio("0"))
	require.ErrorIs(t, err, exact.ErrRange)
	_, err = metering.Prorate(-1, []int{1})
	require.ErrorIs(t, err, metering.ErrRule)
	_, err = metering.Prorate(1, []int{2, -1})
	require.ErrorIs(t, err, metering.ErrRule)
	_, err = metering.CarryAt(metering.Baseline{}, metering.CCF)
	require.ErrorIs(t, err, metering.ErrReading)
	_, err = metering.CarryAt(base(dials(4, metering.CCF), 1, oct1), metering.BillingUnit)
	require.ErrorIs(t, err, metering.ErrUnit)
}

func TestNoReadAndSkipKeepTheBaselineAndAreNoZero(t *testing.T) {
	r := dials(6, metering.CCF)
	for state, want := range map[metering.State]string{metering.NoRead: "NoRead", metering.Skipped: "Skipped"} {
		m, err := metering.Between(base(r, 100, oct1), r, metering.Reading{Meter: "7088", Register: "1", State: state, Code: "DOG"}, refuse())
		require.NoError(t, err)
		require.Equal(t, "none", useOf(m))
		require.Equal(t, want, codesOf(m))
		require.Equal(t, base(r, 100, oct1), m.Baselines()[0])
		require.Contains(t, m.Exceptions()[0].Words, "DOG")
		require.Zero(t, m.Days())
	}
}

func TestAnotherMeterIsNoUse(t *testing.T) {
	r := dials(6, metering.CCF)
	to := actual(r, 120, oct31)
	to.Meter = "07088"
	m, err := metering.Between(base(r, 100, oct1), r, to, refuse())
	require.NoError(t, err)
	require.Equal(t, "none SerialMismatch", useOf(m)+" "+codesOf(m))
	require.Equal(t, "SerialMismatch(1) on meter 7088: meter 07088 was read where meter 7088 stands, and no exchange is on record; it shows 120",
		m.Exceptions()[0].String())
}

func TestDeclaredRolloverGoesBeforeTheTolerance(t *testing.T) {
	r := dials(4, metering.CCF)
	to := actual(r, 3990, oct31)
	rule := refuse()
	m, err := metering.Between(base(r, 4000, oct1), r, to, rule)
	require.NoError(t, err)
	require.Equal(t, "0 ReverseFlow", useOf(m)+" "+codesOf(m))
	to.RolledOver = true
	m, err = metering.Between(base(r, 4000, oct1), r, to, rule)
	require.NoError(t, err)
	require.Equal(t, "9990 Rollover", useOf(m)+" "+codesOf(m))
}

func TestStandardToleranceIsAThousandthAndAtMostTen(t *testing.T) {
	for n, want := range map[int]int64{1: 0, 2: 0, 3: 1, 4: 10, 5: 10, 9: 10} {
		require.Equal(t, want, metering.StandardTolerance().Digits(dials(n, metering.CCF)), "%d dials", n)
	}
	use, codes, _ := used(t, dials(4, metering.CCF), 4000, 3989, refuse())
	require.Equal(t, "none NegativeOrRollover", use+" "+codes)
}

func TestPlausibleRolloverIsAtTheLimitAtMost(t *testing.T) {
	use, _, _ := used(t, dials(6, metering.CCF), 999990, 40, plausible("50 CCF"))
	require.Equal(t, "50", use)
	use, codes, _ := used(t, dials(6, metering.CCF), 999990, 41, plausible("50 CCF"))
	require.Equal(t, "none NegativeOrRollover", use+" "+codes)
	use, _, _ = used(t, dials(6, metering.CCF), 999990, 10, plausible("14961 gal"))
	require.Equal(t, "none", use, "20 CCF are 14961.04 gal")
	use, _, _ = used(t, dials(6, metering.CCF), 999990, 10, plausible("14962 gal"))
	require.Equal(t, "20", use)
	use, codes, _ = used(t, dials(6, metering.CCF), 999990, 10, refuse())
	require.Equal(t, "none NegativeOrRollover", use+" "+codes)
}

func TestDeltaRuleStatesEverything(t *testing.T) {
	r := dials(4, metering.CCF)
	good := plausible("50 CCF")
	for name, change := range map[string]func(*metering.DeltaRule){
		"tolerance":          func(d *metering.DeltaRule) { d.Tolerance = metering.Tolerance{} },
		"negative tolerance": func(d *metering.DeltaRule) { d.Tolerance = metering.ToleranceOf(-1) },
		"whole range":        func(d *metering.DeltaRule) { d.Tolerance = metering.ToleranceOf(10000) },
		"rollover":           func(d *metering.DeltaRule) { d.Rollover = 0 },
		"no limit":           func(d *metering.DeltaRule) { d.HighLimit = metering.Volume{} },
		"limit of zero":      func(d *metering.DeltaRule) { d.HighLimit = must(metering.ParseVolume("0 CCF")) },
		"limit of no volume": func(d *metering.DeltaRule) { d.HighLimit = must(metering.ParseVolume("50 unit")) },
	} {
		rule := good
		change(&rule)
		_, err := metering.Between(base(r, 1, oct1), r, actual(r, 2, oct31), rule)
		require.ErrorIs(t, err, metering.ErrRule, name)
	}
	_, err := metering.ShortTotal(base(r, 1, oct1), r, actual(r, 2, oct31), 2, refuse())
	require.ErrorContains(t, err, "high limit is missing", "turned digits are not believed without one")
	for _, kept := range []int{0, 5} {
		_, err = metering.ShortTotal(base(r, 1, oct1), r, actual(r, 2, oct31), kept, good)
		require.ErrorIs(t, err, metering.ErrRule)
	}
}

func TestThreePartsAreOfOneRegister(t *testing.T) {
	r := dials(4, metering.CCF)
	for _, c := range [][3]string{{"2", "1", "1"}, {"1", "2", "1"}, {"1", "1", "2"}} {
		from := base(named(c[0], r), 1, oct1)
		_, err := metering.Between(from, named(c[1], r), actual(named(c[2], r), 2, oct31), refuse())
		require.ErrorIs(t, err, metering.ErrReading)
	}
	wrong := base(r, 1, oct1)
	wrong.Digits, wrong.Meter, wrong.Source, wrong.Day = -1, "", 0, metering.Reading{}.Day
	wrong.Register.Dials = 0
	_, err := metering.Between(wrong, r, actual(r, 2, oct31), refuse())
	for _, part := range []string{"from", "meter", "less than zero", "day", "source", "dials"} {
		require.ErrorContains(t, err, part)
	}
	_, err = metering.Between(base(r, 1, oct1), dials(0, metering.CCF), actual(r, 2, oct31), refuse())
	require.ErrorIs(t, err, metering.ErrRegister)
}

func TestOpenTakesANumberThatTheRegisterCanShow(t *testing.T) {
	r := dials(4, metering.CCF)
	require.Equal(t, int64(9999), base(r, 9999, oct1).Digits)
	for _, reading := range []metering.Reading{noRead(r, oct1), actual(r, 10000, oct1), actual(named("2", r), 1, oct1), {}} {
		_, err := metering.Open(r, reading)
		require.ErrorIs(t, err, metering.ErrReading)
	}
	_, err := metering.Open(metering.Register{}, actual(r, 1, oct1))
	require.ErrorIs(t, err, metering.ErrRegister)
}

func TestBaselineBeyondTheDialsIsOutOfRange(t *testing.T) {
	from := base(dials(6, metering.CCF), 123456, oct1)
	m, err := metering.Between(from, dials(4, metering.CCF), actual(dials(4, metering.CCF), 3500, oct31), refuse())
	require.NoError(t, err)
	require.Equal(t, "none OutOfRange", useOf(m)+" "+codesOf(m))
}

func TestAnActualReadingAfterAnEstimateIsATrueUp(t *testing.T) {
	r := dials(6, metering.CCF)
	for _, c := range []int64{1060, 1100} { // below the estimate, and above
		m, err := metering.Between(estimatedBase(r, 1080, oct1), r, actual(r, c, oct31), plausible("999999 CCF"))
		require.NoError(t, err)
		require.Equal(t, "none TrueUpDue", useOf(m)+" "+codesOf(m))
	}
}

func TestShortTotal(t *testing.T) {
	r := dials(6, metering.CCF)
	for _, c := range []struct {
		name       string
		p, file    int64
		declared   bool
		rule       metering.DeltaRule
		use, codes string
		next       int64
	}{
		{"turned low digits", 123990, 10, false, plausible("50 CCF"), "20", "", 124010},
		{"turned, though rollovers are refused", 123990, 10, false, limited(refuse(), "50 CCF"), "20", "", 124010},
		{"turned beyond belief", 123500, 400, false, plausible("50 CCF"), "none", "NegativeOrRollover", 123500},
		{"turned and declared", 123500, 400, true, plausible("50 CCF"), "900", "", 124400},
		{"back, and declared", 123500, 495, true, plausible("50 CCF"), "995", "", 124495},
		{"back within the tolerance", 123500, 495, false, plausible("50 CCF"), "0", "ReverseFlow", 123500},
		{"back across a thousand, within the tolerance", 124002, 998, false, plausible("5000 CCF"), "0", "ReverseFlow", 124002},
		{"the same, declared: nothing has turned", 124002, 998, true, plausible("5000 CCF"), "0", "ReverseFlow", 124002},
		{"the last of the tolerance", 124002, 992, false, plausible("5000 CCF"), "0", "ReverseFlow", 124002},
		{"back across a thousand, by more", 124002, 991, false, plausible("50 CCF"), "none", "NegativeOrRollover", 124002},
		{"the same, declared", 124002, 991, true, plausible("50 CCF"), "none", "NegativeOrRollover", 124002},
		{"so near a thousand, and believed", 124002, 991, false, plausible("989 CCF"), "989", "", 124991},
		{"half of a thousand is forward", 124002, 502, false, plausible("50 CCF"), "500", "", 124502},
		{"more than half is not", 124002, 503, false, plausible("50 CCF"), "none", "NegativeOrRollover", 124002},
		{"back from the top's other side", 2, 998, false, plausible("5000 CCF"), "0", "ReverseFlow", 2},
		{"the same again", 124002, 2, false, plausible("50 CCF"), "0", "", 124002},
		{"over the top", 999990, 10, false, plausible("50 CCF"), "20", "Rollover", 10},
		{"over the top, refused", 999990, 10, false, limited(refuse(), "50 CCF"), "none", "NegativeOrRollover", 999990},
		{"more than it keeps", 123500, 1000, false, plausible("50 CCF"), "none", "OutOfRange", 123500},
	} {
		to := actual(r, c.file, oct31)
		to.RolledOver = c.declared
		m, err := metering.ShortTotal(base(r, c.p, oct1), r, to, 3, c.rule)
		require.NoError(t, err)
		require.Equal(t, c.use, useOf(m), c.name)
		require.Equal(t, c.codes, codesOf(m), c.name)
		require.Equal(t, c.next, m.Baselines()[0].Digits, c.name)
	}
	m, err := metering.ShortTotal(base(r, 1, oct1), r, noRead(r, oct31), 3, plausible("50 CCF"))
	require.NoError(t, err)
	require.Equal(t, "NoRead", codesOf(m))
}

func TestAShortTotalThatGoesBackOverItsWrapBillsNothing(t *testing.T) {
	r := dials(6, metering.CubicFoot)
	rule := metering.DeltaRule{
		Tolerance: metering.ToleranceOf(10), Rollover: metering.RefuseRollover, HighLimit: must(metering.ParseVolume("500 CF")),
	}
	m, err := metering.ShortTotal(base(r, 200003, oct1), r, actual(r, 99998, oct31), 5, rule)
	require.NoError(t, err)
	require.Equal(t, "0 ReverseFlow", useOf(m)+" "+codesOf(m))
	require.Equal(t, "5", figureOf(t, m.Exceptions()[0], "back"))
	require.Equal(t, int64(200003), m.Baselines()[0].Digits)
}

func TestTheToleranceOfAShortTotalIsLessThanHalfOfWhatItsDigitsTell(t *testing.T) {
	r := dials(6, metering.CCF)
	for tolerance, refused := range map[int64]bool{49: false, 50: true, 100: true} {
		rule := plausible("50 CCF")
		rule.Tolerance = metering.ToleranceOf(tolerance)
		_, err := metering.ShortTotal(base(r, 123450, oct1), r, actual(r, 60, oct31), 2, rule)
		if refused {
			require.ErrorIs(t, err, metering.ErrRule, tolerance)
			continue
		}
		require.NoError(t, err, tolerance)
	}
}

func limited(rule metering.DeltaRule, limit string) metering.DeltaRule {
	rule.HighLimit = must(metering.ParseVolume(limit))
	return rule
}

func TestCompoundRefusesWhatIsNoMeter(t *testing.T) {
	lowRead, highRead := actual(low(), 180, oct31), actual(high(), 52, oct31)
	twice := compound()
	twice[1] = twice[0]
	otherDay := compound()
	otherDay[1].From.Day = date("2026-09-30")
	for name, c := range map[string]struct {
		sides []metering.Side
		to    []metering.Reading
	}{
		"no side": {nil, nil}, "twice": {twice, []metering.Reading{lowRead}}, "other day": {otherDay, []metering.Reading{lowRead, highRead}},
		"stranger":  {compound(), []metering.Reading{lowRead, actual(named("mid", low()), 1, oct31)}},
		"two reads": {compound(), []metering.Reading{lowRead, lowRead, highRead}},
	} {
		_, err := metering.Compound(c.sides, c.to, metering.CCF, refuse())
		require.ErrorIs(t, err, metering.ErrReading, name)
	}
	m, err := metering.Compound(compound(), []metering.Reading{lowRead, actual(high(), 52, nov30)}, metering.CCF, refuse())
	require.NoError(t, err)
	require.Equal(t, "none BadDate", useOf(m)+" "+codesOf(m), "registers of two days")
	m, err = metering.Compound(compound(), []metering.Reading{lowRead, noRead(high(), oct31)}, metering.CCF, refuse())
	require.NoError(t, err)
	require.Equal(t, "none NoRead", useOf(m)+" "+codesOf(m))
	require.Empty(t, m.Parts(), "the low side alone is no use")
	_, err = metering.Compound(compound(), []metering.Reading{lowRead, highRead}, metering.BillingUnit, refuse())
	require.ErrorIs(t, err, metering.ErrUnit)
}

func TestExchange(t *testing.T) {
	from := base(dials(6, metering.CubicFoot), 900, oct1)
	exchange := func(x metering.Exchange) (metering.Measurement, error) {
		return metering.Exchanged(from, []metering.Exchange{x}, gallonsByTen(), newMeter(30, oct31), metering.CubicFoot, refuse(), nil)
	}
	early := changeOut("2026-10-12", "2026-10-10")
	m, err := exchange(early)
	require.NoError(t, err)
	require.Equal(t, "none ReadOrder", useOf(m)+" "+codesOf(m))
	require.Equal(t, []metering.Baseline{from}, m.Baselines())

	lost := changeOut("2026-10-12", "2026-10-12")
	lost.Final = metering.Reading{Meter: "7088", Register: "1", State: metering.NoRead}
	m, err = exchange(lost)
	require.NoError(t, err)
	require.Equal(t, "none NoRead", useOf(m)+" "+codesOf(m))
	require.Equal(t, []metering.Baseline{from}, m.Baselines())
	require.Empty(t, m.Parts())

	noStart := changeOut("2026-10-12", "2026-10-12")
	noStart.Start.State, noStart.Start.Digits = metering.Skipped, 0
	_, err = exchange(noStart)
	require.ErrorIs(t, err, metering.ErrReading)
	require.ErrorContains(t, err, "exchange MCO-17")

	_, err = metering.Exchanged(from, nil, gallonsByTen(), newMeter(30, oct31), metering.CubicFoot, refuse(), nil)
	require.ErrorIs(t, err, metering.ErrRule)
	_, err = metering.Exchanged(from, []metering.Exchange{changeOut("2026-10-10", "2026-10-12")}, gallonsByTen(), newMeter(30, oct31),
		metering.CubicFoot, refuse(), &metering.Basis{})
	require.ErrorIs(t, err, metering.ErrRule, "an estimate that rests on nothing")
	_, err = metering.Exchanged(from, []metering.Exchange{changeOut("2026-10-10", "2026-10-12")}, gallonsByTen(), newMeter(30, oct31),
		metering.CubicFoot, refuse(), &metering.Basis{Daily: exact.Int(-3), Unit: metering.CubicFoot})
	require.ErrorIs(t, err, metering.ErrRule, "a negative estimate")
	noState := changeOut("2026-10-12", "2026-10-12")
	noState.Final.State = 0
	_, err = exchange(noState)
	require.ErrorContains(t, err, "exchange MCO-17: ")
	require.ErrorContains(t, err, "no state")
	_, err = metering.Exchanged(from, []metering.Exchange{changeOut("2026-10-10", "2026-10-10")}, gallonsByTen(), newMeter(30, oct31),
		metering.BillingUnit, refuse(), nil)
	require.ErrorIs(t, err, metering.ErrUnit)
	_, _, err = metering.AddExchange(nil, metering.Exchange{})
	require.ErrorIs(t, err, metering.ErrExchange)

	// Twice in one period: 7088 to 9001 to 9100.
	next := changeOut("2026-10-20", "2026-10-20")
	next.Record = "MCO-18"
	next.Final, next.Start = newMeter(10, "2026-10-20"), newMeter(500, "2026-10-20")
	next.Start.Meter = "9100"
	to := newMeter(530, oct31)
	to.Meter = "9100"
	m, err = metering.Exchanged(from, []metering.Exchange{changeOut("2026-10-12", "2026-10-12"), next}, gallonsByTen(), to, metering.Gallon, refuse(), nil)
	require.NoError(t, err)
	require.Len(t, m.Parts(), 3)
	require.Len(t, m.Baselines(), 1)
	require.Equal(t, "9100", m.Baselines()[0].Meter)
	require.Equal(t, "50 100 300", m.Parts()[0].Use.String()+" "+m.Parts()[1].Use.String()+" "+m.Parts()[2].Use.String())
}

func TestSumOfRegistersThatWereTruedUpOnTheirOwn(t *testing.T) {
	billed := func(use string) []metering.Cycle {
		return []metering.Cycle{cycleOf(oct1, oct31, use, metering.Estimated)}
	}
	trued := func(r metering.Register, p, c int64, billed []metering.Cycle) metering.Measurement {
		return must(metering.TrueUp(base(r, p, oct1), billed, leftBy(base(r, p, oct1), billed), r, actual(r, c, nov30), refuse()))
	}
	first, other := trued(low(), 100, 160, billed("40 CCF")), trued(high(), 50, 54, billed("10 CCF"))
	sum, err := metering.Sum(metering.CCF, first, other)
	require.NoError(t, err)
	require.Equal(t, "50", useOf(sum), "30 + 2 × 10")
	require.Equal(t, []metering.Rebill{{Period: period(oct1, oct31), Use: ratio("50"), Billed: ratio("50")}}, sum.Rebills())
	require.Len(t, sum.Baselines(), 2)
	require.Equal(t, int64(54), sum.Baselines()[1].Digits)

	none := trued(high(), 50, 20, billed("10 CCF"))
	sum, err = metering.Sum(metering.CCF, first, none)
	require.NoError(t, err)
	require.Equal(t, "none NegativeOrRollover", useOf(sum)+" "+codesOf(sum))
	require.Empty(t, sum.Rebills())
	require.Equal(t, []metering.Baseline{estimatedBase(low(), 140, oct31), estimatedBase(high(), 60, oct31)}, sum.Baselines(), "each stays where the estimate put it")

	read := must(metering.Between(base(high(), 50, oct31), high(), actual(high(), 54, nov30), refuse()))
	for _, both := range [][]metering.Measurement{{first, read}, {read, first}} {
		sum, err = metering.Sum(metering.CCF, both...)
		require.NoError(t, err)
		require.Equal(t, "70", useOf(sum), "one register was estimated, and the other read")
		require.Equal(t, []metering.Rebill{{Period: period(oct1, oct31), Use: ratio("30"), Billed: ratio("40")}}, sum.Rebills())
	}

	late := must(metering.TrueUp(base(high(), 50, "2026-10-06"), []metering.Cycle{cycleOf("2026-10-06", oct31, "5 CCF", metering.Estimated)},
		estimatedBase(high(), 55, oct31), high(), actual(high(), 54, nov30), refuse()))
	_, err = metering.Sum(metering.CCF, first, late)
	require.ErrorIs(t, err, metering.ErrRule)
	days := []metering.Cycle{cycleOf(oct1, "2026-10-20", "5 CCF", metering.Estimated), cycleOf("2026-10-20", oct31, "5 CCF", metering.Estimated)}
	_, err = metering.Sum(metering.CCF, first, trued(high(), 50, 54, days))
	require.ErrorIs(t, err, metering.ErrRule)
	_, err = metering.Sum(metering.CCF)
	require.ErrorIs(t, err, metering.ErrReading)
	_, err = metering.Sum(metering.CCF, metering.Measurement{})
	require.ErrorIs(t, err, metering.ErrReading)
	later := must(metering.Between(base(high(), 50, oct1), high(), actual(high(), 52, oct31), refuse()))
	_, err = metering.Sum(metering.CCF, first, later)
	require.ErrorIs(t, err, metering.ErrReading, "one begins on another day")
	_, err = metering.Sum(metering.BillingUnit, first, other)
	require.ErrorIs(t, err, metering.ErrUnit)
}

func TestSumTakesEachRegisterOnce(t *testing.T) {
	m := must(metering.Between(base(low(), 100, oct1), low(), actual(low(), 160, oct31), refuse()))
	none := must(metering.Between(base(low(), 100, oct1), low(), noRead(low(), oct31), refuse()))
	other := must(metering.Between(base(high(), 50, oct1), high(), actual(high(), 52, oct31), refuse()))
	sum := must(metering.Sum(metering.CCF, m, other))
	for name, list := range map[string][]metering.Measurement{
		"again": {m, m}, "again, without a use": {m, none}, "apart": {m, other, m}, "in a sum": {sum, m}, "before a sum": {m, sum},
	} {
		_, err := metering.Sum(metering.CCF, list...)
		require.ErrorIs(t, err, metering.ErrReading, name)
		require.ErrorContains(t, err, "register "+low().ID+" is measured twice", name)
	}

	start := metering.Reading{Meter: "9100", Register: low().ID, State: metering.Read, Day: date("2026-10-15"), Source: metering.Actual}
	exchanged := func(r metering.Register, p int64) metering.Measurement {
		x := metering.Exchange{Record: "X-1", Final: actual(r, p, "2026-10-15"), Start: start, Register: low()}
		to := start
		to.Digits, to.Day = 40, date(oct31)
		return must(metering.Exchanged(base(r, p, oct1), []metering.Exchange{x}, low(), to, metering.CCF, refuse(), nil))
	}
	_, err := metering.Sum(metering.CCF, exchanged(low(), 100), exchanged(high(), 50))
	require.ErrorIs(t, err, metering.ErrReading, "two registers became one: its 40 are used once")
}

func TestSumOfAnActualAndAnEstimatedRegisterIsEstimated(t *testing.T) {
	read := must(metering.Between(base(low(), 100, oct1), low(), actual(low(), 160, oct31), refuse()))
	class := metering.EstimateRule{MaxInRow: 3, Method: metering.EstimateMethod{
		Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("1 CCF")),
	}}
	guess, _, err := metering.Estimate(base(high(), 50, oct1), high(), date(oct31), class, nil)
	require.NoError(t, err)
	sum, err := metering.Sum(metering.CCF, read, guess)
	require.NoError(t, err)
	require.Equal(t, "90", useOf(sum))
	require.Equal(t, metering.Estimated, sum.Source())
	customer := actual(high(), 52, oct31)
	customer.Source = metering.Customer
	own := must(metering.Between(base(high(), 50, oct1), high(), customer, refuse()))
	require.Equal(t, metering.Customer, must(metering.Sum(metering.CCF, read, own)).Source())
}

func TestEstimateHasABasisOrNoNumber(t *testing.T) {
	r := dials(6, metering.CCF)
	m, reading, err := metering.Estimate(base(r, 1000, oct1), r, date(oct31), munis(), nil)
	require.NoError(t, err)
	require.Equal(t, "none NoBasis", useOf(m)+" "+codesOf(m))
	require.Zero(t, reading)
	require.Equal(t, base(r, 1000, oct1), m.Baselines()[0])

	big := metering.EstimateRule{MaxInRow: 3, Method: metering.EstimateMethod{
		Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("100000 CCF")),
	}}
	m, _, err = metering.Estimate(base(r, 1000, oct1), r, date(oct31), big, nil)
	require.NoError(t, err)
	require.Equal(t, "none OutOfRange", useOf(m)+" "+codesOf(m))

	m, _, err = metering.Estimate(base(r, 1000, oct31), r, date(oct1), munis(), nil)
	require.NoError(t, err)
	require.Equal(t, "none ReadOrder", useOf(m)+" "+codesOf(m))
}

func TestEstimateOfTheClassMeanInWholeDigits(t *testing.T) {
	r := dials(6, metering.CubicFoot)
	r.PaintedZeros = 1
	rule := metering.EstimateRule{MaxInRow: 3, Method: metering.EstimateMethod{
		Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("0.4 CCF")),
	}}
	m, reading, err := metering.Estimate(base(r, 1000, oct1), r, date(oct31), rule, nil)
	require.NoError(t, err)
	require.Equal(t, "1200", useOf(m), "30 × 40 ft3")
	require.Equal(t, int64(1120), reading.Digits)
	require.True(t, m.Parts()[0].Estimated)
	require.Contains(t, m.Verdicts()[0].Words, "class", "the method is named")
}

func TestSameSeasonTakesTheCyclesOfEarlierYears(t *testing.T) {
	method := metering.EstimateMethod{Title: "season", Kind: metering.SameSeason, Cycles: 2, Least: 1}
	history := []metering.Cycle{
		cycleOf("2025-10-03", "2025-11-02", "60 CCF", metering.Actual),
		cycleOf("2024-09-28", "2024-10-28", "30 CCF", metering.Actual),
		cycleOf("2025-09-03", "2025-10-03", "900 CCF", metering.Actual),
		cycleOf("2026-09-01", "2026-10-01", "900 CCF", metering.Actual),
		cycleOf("2023-10-01", "2023-10-31", "900 CCF", metering.Actual),
	}
	basis, _, err := method.Basis(history, period(oct1, oct31), metering.CCF)
	require.NoError(t, err)
	require.Equal(t, []metering.Cycle{history[1], history[0]}, basis.Cycles)
	require.Equal(t, "3/2", basis.Daily.String())
	history[0].Source = metering.Estimated
	basis, _, err = method.Basis(history, period(oct1, oct31), metering.CCF)
	require.NoError(t, err)
	require.Equal(t, []metering.Cycle{history[1], history[2]}, basis.Cycles, "an estimate of the season is no basis")
	method.Least = 2
	_, e, err := method.Basis([]metering.Cycle{cycleOf("2024-01-01", "2026-01-01", "900 CCF", metering.Actual)}, period(oct1, oct31), metering.CCF)
	require.NoError(t, err)
	require.Equal(t, metering.NoBasis, e.Code, "a cycle of two years is one cycle")
	method.Least = 1
	_, e, err = method.Basis(nil, period(oct1, oct31), metering.CCF)
	require.NoError(t, err)
	require.Equal(t, metering.NoBasis, e.Code)
	_, e, err = method.Basis(nil, period("0001-01-02", "0001-01-05"), metering.CCF)
	require.NoError(t, err)
	require.Equal(t, metering.NoBasis, e.Code, "before the calendar begins")
}

func TestOneHighAndOneLowAreDroppedOfEqualOnesToo(t *testing.T) {
	method := metering.EstimateMethod{Title: "x", Kind: metering.AverageDailyUse, Cycles: 3, Least: 3, DropHighLow: true}
	history := cycles(oct1, metering.Actual, []int{30, 30, 30}, []string{"30 CCF", "30 CCF", "30 CCF"})
	basis, _, err := method.Basis(history, period(oct1, oct31), metering.CCF)
	require.NoError(t, err)
	require.Equal(t, history[1:2], basis.Cycles)
	mixed := cycles(oct1, metering.Actual, []int{30, 60, 30}, []string{"30 CCF", "40 CCF", "23000 gal"}) // 1, 0.67 and 1.02 CCF a day
	basis, _, err = method.Basis(mixed, period(oct1, oct31), metering.CCF)
	require.NoError(t, err)
	require.Equal(t, mixed[:1], basis.Cycles, "by the day, and in one unit")
}

func TestEstimateMethodStatesItsParts(t *testing.T) {
	class := must(metering.ParseVolume("1 CCF"))
	for name, m := range map[string]metering.EstimateMethod{
		"no name":            {Kind: metering.AverageDailyUse, Cycles: 3, Least: 1},
		"no kind":            {Title: "x"},
		"no cycles":          {Title: "x", Kind: metering.AverageDailyUse, Least: 1},
		"no least":           {Title: "x", Kind: metering.AverageDailyUse, Cycles: 3},
		"least above cycles": {Title: "x", Kind: metering.SameSeason, Cycles: 3, Least: 4},
		"nothing left":       {Title: "x", Kind: metering.AverageDailyUse, Cycles: 3, Least: 2, DropHighLow: true},
		"two bases":          {Title: "x", Kind: metering.AverageDailyUse, Cycles: 3, Least: 1, ClassDaily: class},
		"no class":           {Title: "x", Kind: metering.ClassMean},
		"class of cycles":    {Title: "x", Kind: metering.ClassMean, ClassDaily: class, Cycles: 2},
	} {
		_, _, err := m.Basis(nil, period(oct1, oct31), metering.CCF)
		require.ErrorIs(t, err, metering.ErrRule, name)
	}
	r := dials(6, metering.CCF)
	rule := munis()
	rule.MaxInRow = 0
	_, _, err := metering.Estimate(base(r, 1, oct1), r, date(oct31), rule, nil)
	require.ErrorContains(t, err, "in a row")
	_, _, err = metering.Estimate(base(r, 1, oct1), named("2", r), date(oct31), munis(), nil)
	require.ErrorIs(t, err, metering.ErrReading)
	_, _, err = metering.Estimate(base(r, 1, oct1), r, metering.Reading{}.Day, munis(), nil)
	require.ErrorIs(t, err, metering.ErrReading)
	_, _, err = metering.Estimate(metering.Baseline{}, r, date(oct31), munis(), nil)
	require.ErrorIs(t, err, metering.ErrReading)
	_, _, err = metering.Estimate(base(r, 1, oct1), metering.Register{}, date(oct31), munis(), nil)
	require.ErrorIs(t, err, metering.ErrRegister)
}

func TestHistoryThatContradictsItselfIsRefused(t *testing.T) {
	good := cycleOf("2026-09-01", oct1, "30 CCF", metering.Actual)
	for name, history := range map[string][]metering.Cycle{
		"overlap":   {good, cycleOf("2026-09-20", "2026-09-25", "3 CCF", metering.Actual)},
		"twice":     {good, good},
		"no days":   {cycleOf(oct1, oct1, "30 CCF", metering.Actual)},
		"credit":    {cycleOf("2026-09-01", oct1, "-30 CCF", metering.Actual)},
		"no volume": {{Period: good.Period, Source: metering.Actual}},
		"no source": {{Period: good.Period, Use: good.Use}},
	} {
		_, _, err := metering.MunisEstimate().Basis(history, period(oct1, oct31), metering.CCF)
		require.ErrorIs(t, err, metering.ErrHistory, name)
	}
	late := cycleOf("2026-09-15", "2026-10-15", "900 CCF", metering.Actual)
	_, e, err := metering.MunisEstimate().Basis([]metering.Cycle{late, late}, period(oct1, oct31), metering.CCF)
	require.NoError(t, err, "what does not end by the period is not looked at")
	require.Equal(t, "0", figureOf(t, e, "have"))
	_, _, err = metering.MunisEstimate().Basis(nil, period(oct1, oct31).Cut()[0], metering.CCF)
	require.NoError(t, err)
}

func TestTrueUpTakesEveryEstimateSinceTheLastActualReading(t *testing.T) {
	r := dials(6, metering.CCF)
	first := cycleOf(oct1, oct31, "40 CCF", metering.Estimated)
	at, to := estimatedBase(r, 1040, oct31), actual(r, 1060, dec30)
	for name, billed := range map[string][]metering.Cycle{
		"none": nil, "actual": {cycleOf(oct1, oct31, "40 CCF", metering.Actual)}, "gap": {first, cycleOf("2026-11-05", nov30, "40 CCF", metering.Estimated)},
		"late": {cycleOf(oct31, nov30, "40 CCF", metering.Estimated)}, "credit": {cycleOf(oct1, oct31, "-1 CCF", metering.Estimated)},
	} {
		_, err := metering.TrueUp(base(r, 1000, oct1), billed, leftBy(base(r, 1000, oct1), billed), r, to, refuse())
		require.ErrorIs(t, err, metering.ErrHistory, name)
	}
	_, err := metering.TrueUp(estimatedBase(r, 1000, oct1), []metering.Cycle{first}, at, r, to, refuse())
	require.ErrorIs(t, err, metering.ErrHistory)
	_, err = metering.TrueUp(base(r, 1000, oct1), []metering.Cycle{cycleOf(oct1, oct31, "40 unit", metering.Estimated)}, at, r, to, refuse())
	require.ErrorIs(t, err, metering.ErrUnit)

	guess := to
	guess.Source = metering.Estimated
	_, err = metering.TrueUp(base(r, 1000, oct1), []metering.Cycle{first}, at, r, guess, refuse())
	require.ErrorIs(t, err, metering.ErrReading)

	m, err := metering.TrueUp(base(r, 1000, oct1), []metering.Cycle{first}, at, r, actual(r, 1060, "2026-10-20"), refuse())
	require.NoError(t, err)
	require.Equal(t, "none ReadOrder", useOf(m)+" "+codesOf(m), "the reading lies within an estimated period")
	require.Equal(t, []metering.Baseline{at}, m.Baselines())
	require.Empty(t, m.Rebills())

	m, err = metering.TrueUp(base(r, 1000, oct1), []metering.Cycle{first}, at, r, actual(r, 900, dec30), refuse())
	require.NoError(t, err)
	require.Equal(t, "none NegativeOrRollover", useOf(m)+" "+codesOf(m))
	require.Equal(t, []metering.Baseline{at}, m.Baselines())
	require.Empty(t, m.Rebills())
}

func TestATrueUpWithoutAUseLeavesTheEstimatesBilledOnce(t *testing.T) {
	r := dials(6, metering.CCF)
	last, at := base(r, 1000, oct1), estimatedBase(r, 1030, oct31)
	billed := []metering.Cycle{cycleOf(oct1, oct31, "30 CCF", metering.Estimated)}
	m, err := metering.TrueUp(last, billed, at, r, noRead(r, nov30), refuse())
	require.NoError(t, err)
	require.Equal(t, "none NoRead", useOf(m)+" "+codesOf(m))
	require.Equal(t, must(metering.Between(at, r, noRead(r, nov30), refuse())).Baselines(), m.Baselines())
	next := must(metering.Between(m.Baselines()[0], r, actual(r, 1060, dec30), refuse()))
	require.Equal(t, "none TrueUpDue", useOf(next)+" "+codesOf(next), "and not a use of 60 with the 30 in it")
	known, err := metering.TrueUp(last, billed, at, r, actual(r, 1060, nov30), refuse())
	require.NoError(t, err)
	require.Equal(t, []metering.Baseline{base(r, 1060, nov30)}, known.Baselines())
}

func TestTrueUpTakesTheBaselineThatTheLastEstimateLeft(t *testing.T) {
	r := dials(6, metering.CCF)
	billed := []metering.Cycle{cycleOf(oct1, oct31, "30 CCF", metering.Estimated)}
	otherMeter := estimatedBase(r, 1030, oct31)
	otherMeter.Meter = "9100"
	for name, at := range map[string]metering.Baseline{
		"none": {}, "read": base(r, 1030, oct31), "of another day": estimatedBase(r, 1030, oct1),
		"of another register": estimatedBase(named("2", r), 1030, oct31), "of another meter": otherMeter,
	} {
		_, err := metering.TrueUp(base(r, 1000, oct1), billed, at, r, actual(r, 1060, nov30), refuse())
		require.ErrorIs(t, err, metering.ErrHistory, name)
		require.ErrorContains(t, err, "at: ", name)
	}
}

func TestTrueUpSpreadsByDay(t *testing.T) {
	r := dials(6, metering.CCF)
	billed := []metering.Cycle{cycleOf(oct1, oct31, "500 CCF", metering.Estimated)} // 30 days, then 60
	m, err := metering.TrueUp(base(r, 1000, oct1), billed, estimatedBase(r, 1500, oct31), r, actual(r, 1100, dec30), refuse())
	require.NoError(t, err)
	require.Equal(t, "33", m.Rebills()[0].Use.String())
	require.Equal(t, "500", m.Rebills()[0].Billed.String(), "the re-bill is a credit of 467")
	require.Equal(t, "67", useOf(m))
	require.Equal(t, 60, m.Days())
	usage := must(must(metering.NewReview("A-1", m)).Billable())
	require.Len(t, usage.Rebills(), 1)
}

func TestBandsNameTheOutermostThatIsReached(t *testing.T) {
	bands := metering.InforDefault()
	bands.Low, bands.Lower, bands.Lowest = metering.At(number("50")), metering.At(number("25")), metering.At(number("10"))
	for use, want := range map[string]metering.Code{
		"0": metering.Lowest, "10": metering.Lowest, "10.001": metering.Lower, "25": metering.Lower, "26": metering.Low, "50": metering.Low,
		"51": metering.Normal, "124": metering.Normal, "125": metering.High, "149": metering.High, "150": metering.Higher, "199": metering.Higher,
		"200": metering.Highest, "9999": metering.Highest,
	} {
		require.Equal(t, want, judged(t, bands, use, "100").Code, use)
	}
	e := judged(t, bands, "130", "100")
	require.Equal(t, "High: 130 CCF is 130% of 100, and 125% or more is High", e.String())
	require.Equal(t, "InforDefault", e.Rule)
}

func TestAThresholdThatNobodySetHasNoDefault(t *testing.T) {
	a, b := sample("1", metering.CCF, 30), sample("2", metering.CCF, 30)
	_, err := metering.InforDefault().Judge(a, b)
	require.ErrorIs(t, err, metering.ErrThreshold)
	for _, band := range []string{"low:", "lower:", "lowest:"} {
		require.ErrorContains(t, err, band)
	}
	require.NotContains(t, err.Error(), "high")
	_, err = metering.OracleFactor().Judge(a, b)
	require.ErrorIs(t, err, metering.ErrThreshold)
	_, _, err = metering.OracleFactor().ReadingLimits(base(dials(6, metering.CCF), 1, oct1), b)
	require.ErrorIs(t, err, metering.ErrThreshold)
	_, err = metering.ItronIEE().Judge(a, b)
	require.ErrorIs(t, err, metering.ErrThreshold)
	_, err = metering.SeasonPercent{Limit: metering.Off()}.Judge(a, []metering.Sample{b})
	require.ErrorIs(t, err, metering.ErrThreshold)
	_, err = metering.ZeroRule{}.Judge(a, metering.Standing{})
	require.ErrorIs(t, err, metering.ErrThreshold)
	_, err = metering.FloorBand{Unit: metering.CCF}.Judge(a, b)
	require.ErrorIs(t, err, metering.ErrThreshold)
	_, _, err = metering.LeakRule{Unit: metering.Gallon}.Judge(metering.LeakState{}, false, nil, noon())
	require.ErrorIs(t, err, metering.ErrThreshold)
	for limit, ok := range map[string]bool{"0.99": false, "1": true, "5": true, "5.01": false} {
		_, err = metering.EyeOnWaterLeak(number(limit))
		require.Equal(t, ok, err == nil, limit)
	}
}

func TestBandsRiseAndAreNotNegative(t *testing.T) {
	bands := bandsOff("125")
	bands.Higher = metering.At(number("125"))
	require.ErrorIs(t, bands.Check(), metering.ErrRule)
	bands = bandsOff("125")
	bands.Low = metering.At(number("130"))
	require.ErrorIs(t, bands.Check(), metering.ErrRule)
	require.ErrorIs(t, bandsOff("-1").Check(), metering.ErrThreshold)
	_, err := bandsOff("125").Judge(sample("1", metering.CCF, 30), sample("1", metering.BillingUnit, 30))
	require.ErrorIs(t, err, metering.ErrUnit)
	perDay := bandsOff("125")
	perDay.PerDay = true
	for _, s := range []metering.Sample{sample("1", metering.CCF, 0), sample("-1", metering.CCF, 30), sample("1", metering.CCF, -1)} {
		_, err = perDay.Judge(s, sample("1", metering.CCF, 30))
		require.ErrorIs(t, err, metering.ErrRule)
	}
	e, err := bandsOff("125").Judge(sample("1", metering.ThousandGallons, 30), sample("1000", metering.Gallon, 30))
	require.NoError(t, err)
	require.Equal(t, "100", figureOf(t, e, "percent"), "units are converted")
	require.Equal(t, "not set off 5", metering.Threshold{}.String()+" "+metering.Off().String()+" "+metering.At(number("5")).String())
}

func TestFactorBandAsUsesAndAsReadings(t *testing.T) {
	band := metering.OracleFactor()
	band.LowFactor, band.HighFactor = metering.At(number("0.5")), metering.At(number("1.5"))
	expected := sample("33", metering.CCF, 30)
	for use, want := range map[string]metering.Code{"16.4": metering.Low, "16.5": metering.Normal, "49.5": metering.Normal, "49.6": metering.High} {
		e, err := band.Judge(sample(use, metering.CCF, 30), expected)
		require.NoError(t, err)
		require.Equal(t, want, e.Code, use)
	}
	least, most, err := band.ReadingLimits(base(dials(4, metering.CCF), 9990, oct1), expected)
	require.NoError(t, err)
	require.Equal(t, []int64{10007, 10039}, []int64{least, most}, "9990 + 16.5 and + 49.5, inward, and not wrapped")
	band.LowFactor = band.HighFactor
	_, err = band.Judge(expected, expected)
	require.ErrorIs(t, err, metering.ErrRule)
}

func TestPercentOfTheSeasonAndOfTheCurrentValue(t *testing.T) {
	season := metering.SeasonPercent{Limit: metering.At(number("50"))}
	two := []metering.Sample{sample("10", metering.CCF, 30), sample("10", metering.CCF, 31)}
	for use, want := range map[string]metering.Code{"30": metering.High, "29": metering.Normal, "10": metering.Low, "11": metering.Normal} {
		e, err := season.Judge(sample(use, metering.CCF, 61), two)
		require.NoError(t, err)
		require.Equal(t, want, e.Code, use)
	}
	e, err := season.Judge(sample("30", metering.CCF, 61), nil)
	require.NoError(t, err)
	require.Equal(t, metering.ComparedToZero, e.Code)

	iee := metering.ItronIEE()
	iee.Limit = metering.At(number("60"))
	e, err = iee.Judge(sample("50", metering.CCF, 30), sample("100", metering.CCF, 30))
	require.NoError(t, err)
	require.Equal(t, "Low 100", string(e.Code)+" "+figureOf(t, e, "percent"), "the current value divides")
	e, err = iee.Judge(sample("100", metering.CCF, 30), sample("50", metering.CCF, 30))
	require.NoError(t, err)
	require.Equal(t, "Normal 50", string(e.Code)+" "+figureOf(t, e, "percent"))
	e, err = iee.Judge(sample("0", metering.CCF, 30), sample("50", metering.CCF, 30))
	require.NoError(t, err)
	require.Equal(t, metering.ComparedToZero, e.Code)
}

func TestSameUseAndLongPeriods(t *testing.T) {
	for use, want := range map[string]metering.Code{"12.5": metering.SameUse, "12.51": metering.Normal} {
		e, err := metering.CheckSame(sample(use, metering.CCF, 30), sample("12.5", metering.CCF, 31))
		require.NoError(t, err)
		require.Equal(t, want, e.Code)
	}
	e, err := metering.CheckSame(sample("0", metering.CCF, 30), sample("0", metering.CCF, 30))
	require.NoError(t, err)
	require.True(t, e.Passed(), "zero is the zero rule's")
	for days, want := range map[int]metering.Code{35: metering.Normal, 36: metering.LongPeriod} {
		e, err := metering.CheckDays(days, 35)
		require.NoError(t, err)
		require.Equal(t, want, e.Code)
	}
	_, err = metering.CheckDays(30, 0)
	require.ErrorIs(t, err, metering.ErrRule)
	for _, stopped := range []string{"0", "1.5"} {
		_, err = metering.ZeroRule{StoppedAt: metering.At(number(stopped))}.Judge(sample("0", metering.CCF, 30), metering.Standing{Active: true})
		require.ErrorIs(t, err, metering.ErrRule)
	}
	e, err = metering.ZeroRule{StoppedAt: metering.Off()}.Judge(sample("0", metering.CCF, 30), metering.Standing{Active: true, ZerosBefore: 99})
	require.NoError(t, err)
	require.Equal(t, metering.ZeroUse, e.Code)
}

func TestDistinctTellsStatesSourcesAndRegistersApart(t *testing.T) {
	r := dials(6, metering.CCF)
	zero, none := metering.Received{Reading: actual(r, 0, oct31)}, metering.Received{Reading: noRead(r, oct31)}
	require.Equal(t, "Conflict", codeNames(metering.Distinct([]metering.Received{zero, none}).Exceptions), "a zero is not no read")
	skip := none
	skip.Reading.State = metering.Skipped
	require.Equal(t, "Conflict", codeNames(metering.Distinct([]metering.Received{none, skip}).Exceptions), "no read is not a skip")
	guess := zero
	guess.Reading.Source = metering.Estimated
	require.Equal(t, "Conflict", codeNames(metering.Distinct([]metering.Received{zero, guess}).Exceptions))
	other := metering.Received{Reading: actual(named("2", r), 5, oct31)}
	require.Len(t, metering.Distinct([]metering.Received{zero, other}).Kept, 2)

	morning, evening := zero, zero
	morning.Reading.At, evening.Reading.At = noon(), noon().Add(time.Hour)
	evening.Reading.Digits = 3
	require.Len(t, metering.Distinct([]metering.Received{morning, evening}).Kept, 2, "two instants of a day")

	// A newer value that is sent again stands, and what it replaced is counted.
	v1, v2 := zero, zero
	v1.Version, v2.Version, v2.Reading.Digits = 1, 2, 9
	got := metering.Distinct([]metering.Received{v2, v1, v2})
	require.Equal(t, []metering.Reading{v2.Reading}, got.Kept)
	require.Equal(t, 2, got.Dropped)
	// Of two values under the newest version neither is believed.
	v3 := v2
	v3.Reading.Digits = 8
	require.Len(t, metering.Distinct([]metering.Received{v1, v2, v3}).Conflicts, 3)
	// A version and a stamp do not compare: one without a version is not newer because it was sent later.
	stamped, versioned := zero, v2
	stamped.Sent, versioned.Sent = noon().Add(time.Hour), noon()
	require.Equal(t, "Conflict", codeNames(metering.Distinct([]metering.Received{versioned, stamped}).Exceptions))
	require.Empty(t, metering.Distinct(nil).Kept)
}

func TestMissingIsNotNoRead(t *testing.T) {
	r := dials(6, metering.CCF)
	expected := []metering.Baseline{base(low(), 1, oct1), base(high(), 1, oct1)}
	found := metering.FindMissing(expected, []metering.Reading{noRead(low(), oct31)}, metering.ByText)
	require.Equal(t, "Missing", codeNames(found))
	require.Equal(t, "high", found[0].Register)
	zeros := actual(r, 1, oct31)
	zeros.Meter = "007088"
	require.Len(t, metering.FindMissing([]metering.Baseline{base(r, 1, oct1)}, []metering.Reading{zeros}, metering.ByText), 1)
	require.Empty(t, metering.FindMissing([]metering.Baseline{base(r, 1, oct1)}, []metering.Reading{zeros}, metering.ByNumber))
}
