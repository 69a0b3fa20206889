package metering_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

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
		return exchanged(from, []metering.Exchange{x}, gallonsByTen(), newMeter(30, oct31), metering.CubicFoot, refuse(), nil)
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

	_, err = exchanged(from, nil, gallonsByTen(), newMeter(30, oct31), metering.CubicFoot, refuse(), nil)
	require.ErrorIs(t, err, metering.ErrRule)
	_, err = exchanged(from, []metering.Exchange{changeOut("2026-10-10", "2026-10-12")}, gallonsByTen(), newMeter(30, oct31),
		metering.CubicFoot, refuse(), &metering.Basis{})
	require.ErrorIs(t, err, metering.ErrRule, "an estimate that rests on nothing")
	_, err = exchanged(from, []metering.Exchange{changeOut("2026-10-10", "2026-10-12")}, gallonsByTen(), newMeter(30, oct31),
		metering.CubicFoot, refuse(), &metering.Basis{Method: classMean("3 ft3"), Daily: exact.Int(-3), Unit: metering.CubicFoot})
	require.ErrorIs(t, err, metering.ErrRule, "a negative estimate")
	noState := changeOut("2026-10-12", "2026-10-12")
	noState.Final.State = 0
	_, err = exchange(noState)
	require.ErrorContains(t, err, "exchange MCO-17: ")
	require.ErrorContains(t, err, "no state")
	_, err = exchanged(from, []metering.Exchange{changeOut("2026-10-10", "2026-10-10")}, gallonsByTen(), newMeter(30, oct31),
		metering.BillingUnit, refuse(), nil)
	require.ErrorIs(t, err, metering.ErrUnit)
	_, err = exchanged(from, []metering.Exchange{changeOut("2026-10-10", "2026-10-12")}, gallonsByTen(), newMeter(30, oct31),
		metering.CubicFoot, refuse(), &metering.Basis{Daily: exact.Int(3), Unit: metering.CubicFoot})
	require.ErrorIs(t, err, metering.ErrRule, "an estimate by no method")
	start := must(changeOut("2026-10-12", "2026-10-12").Opens())
	start.Digits += 20
	last := must(metering.Between(start, gallonsByTen(), newMeter(30, oct31), refuse()))
	_, err = metering.Exchanged(from, []metering.Exchange{changeOut("2026-10-12", "2026-10-12")}, last, metering.CubicFoot, refuse(), nil)
	require.ErrorIs(t, err, metering.ErrExchange, "the new meter began at other digits")
	_, _, err = metering.AddExchange(nil, metering.Exchange{})
	require.ErrorIs(t, err, metering.ErrExchange)

	units := changeOut("2026-10-12", "2026-10-12")
	units.Register = times("10", dials(6, metering.BillingUnit))
	_, err = exchanged(from, []metering.Exchange{units}, units.Register, newMeter(30, oct31), metering.CubicFoot, refuse(), nil)
	require.ErrorIs(t, err, metering.ErrUnit, "what the new meter counts does not convert")

	// The last reading is dated before the first one: nothing is known, not even the days.
	m, err = exchanged(from, []metering.Exchange{changeOut("2026-10-12", "2026-10-12")}, gallonsByTen(), newMeter(30, "2026-09-12"), metering.CubicFoot, refuse(), nil)
	require.NoError(t, err)
	require.Equal(t, "none ReadOrder", useOf(m)+" "+codesOf(m))
	require.Zero(t, m.Period())

	// Twice in one period: 7088 to 9001 to 9100.
	next := changeOut("2026-10-20", "2026-10-20")
	next.Record = "MCO-18"
	next.Final, next.Start = newMeter(10, "2026-10-20"), newMeter(500, "2026-10-20")
	next.Start.Meter = "9100"
	to := newMeter(530, oct31)
	to.Meter = "9100"
	m, err = exchanged(from, []metering.Exchange{changeOut("2026-10-12", "2026-10-12"), next}, gallonsByTen(), to, metering.Gallon, refuse(), nil)
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
		return must(metering.TrueUp(must(metering.Between(base(r, p, oct1), r, actual(r, c, nov30), refuse())), billed, leftBy(base(r, p, oct1), billed)))
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

	late := must(metering.TrueUp(must(metering.Between(base(high(), 50, "2026-10-06"), high(), actual(high(), 54, nov30), refuse())), []metering.Cycle{cycleOf("2026-10-06", oct31, "5 CCF", metering.Estimated)}, estimatedBase(high(), 55, oct31)))
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
		return must(exchanged(base(r, p, oct1), []metering.Exchange{x}, low(), to, metering.CCF, refuse(), nil))
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

func TestOneOrderExchangesEachRegisterOfAMeter(t *testing.T) {
	x := changeOut("2026-10-12", "2026-10-12")
	y := x
	y.Final.Register, y.Start.Register, y.Register.ID = "high", "high", "high"
	list, added, err := metering.AddExchange([]metering.Exchange{x}, y)
	require.NoError(t, err)
	require.True(t, added)
	_, added, err = metering.AddExchange(list, y)
	require.NoError(t, err)
	require.False(t, added)
	y.Start.Digits++
	_, _, err = metering.AddExchange(list, y)
	require.ErrorIs(t, err, metering.ErrExchange)
	z := x
	z.Final.Meter = "7099"
	_, added, err = metering.AddExchange(list, z)
	require.NoError(t, err)
	require.True(t, added, "an order of two meters")
}
