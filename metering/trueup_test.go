package metering_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

func TestAnActualReadingAfterAnEstimateIsATrueUp(t *testing.T) {
	r := dials(6, metering.CCF)
	for _, c := range []int64{1060, 1100} { // below the estimate, and above
		m, err := metering.Between(estimatedBase(r, 1080, oct1), r, actual(r, c, oct31), plausible("999999 CCF"))
		require.NoError(t, err)
		require.Equal(t, "none TrueUpDue", useOf(m)+" "+codesOf(m))
	}
}

func TestTrueUpTakesEveryEstimateSinceTheLastActualReading(t *testing.T) {
	r := dials(6, metering.CCF)
	first := cycleOf(oct1, oct31, "40 CCF", metering.Estimated)
	at, to := estimatedBase(r, 1040, oct31), actual(r, 1060, dec30)
	for name, billed := range map[string][]metering.Cycle{
		"none": nil, "actual": {cycleOf(oct1, oct31, "40 CCF", metering.Actual)}, "gap": {first, cycleOf("2026-11-05", nov30, "40 CCF", metering.Estimated)},
		"late": {cycleOf(oct31, nov30, "40 CCF", metering.Estimated)}, "credit": {cycleOf(oct1, oct31, "-1 CCF", metering.Estimated)},
	} {
		_, err := metering.TrueUp(must(metering.Between(base(r, 1000, oct1), r, to, refuse())), billed, leftBy(base(r, 1000, oct1), billed))
		require.ErrorIs(t, err, metering.ErrHistory, name)
	}
	_, err := metering.TrueUp(must(metering.Between(estimatedBase(r, 1000, oct1), r, to, refuse())), []metering.Cycle{first}, at)
	require.ErrorIs(t, err, metering.ErrHistory)
	_, err = metering.TrueUp(must(metering.Between(base(r, 1000, oct1), r, to, refuse())), []metering.Cycle{cycleOf(oct1, oct31, "40 unit", metering.Estimated)}, at)
	require.ErrorIs(t, err, metering.ErrUnit)

	guess := to
	guess.Source = metering.Estimated
	_, err = metering.TrueUp(must(metering.Between(base(r, 1000, oct1), r, guess, refuse())), []metering.Cycle{first}, at)
	require.ErrorIs(t, err, metering.ErrHistory)

	m, err := metering.TrueUp(must(metering.Between(base(r, 1000, oct1), r, actual(r, 1060, "2026-10-20"), refuse())), []metering.Cycle{first}, at)
	require.NoError(t, err)
	require.Equal(t, "none ReadOrder", useOf(m)+" "+codesOf(m), "the reading lies within an estimated period")
	require.Equal(t, []metering.Baseline{at}, m.Baselines())
	require.Empty(t, m.Rebills())

	m, err = metering.TrueUp(must(metering.Between(base(r, 1000, oct1), r, actual(r, 900, dec30), refuse())), []metering.Cycle{first}, at)
	require.NoError(t, err)
	require.Equal(t, "none NegativeOrRollover", useOf(m)+" "+codesOf(m))
	require.Equal(t, []metering.Baseline{at}, m.Baselines())
	require.Empty(t, m.Rebills())
}

func TestATrueUpWithoutAUseLeavesTheEstimatesBilledOnce(t *testing.T) {
	r := dials(6, metering.CCF)
	last, at := base(r, 1000, oct1), estimatedBase(r, 1030, oct31)
	billed := []metering.Cycle{cycleOf(oct1, oct31, "30 CCF", metering.Estimated)}
	m, err := metering.TrueUp(must(metering.Between(last, r, noRead(r, nov30), refuse())), billed, at)
	require.NoError(t, err)
	require.Equal(t, "none NoRead", useOf(m)+" "+codesOf(m))
	require.Equal(t, must(metering.Between(at, r, noRead(r, nov30), refuse())).Baselines(), m.Baselines())
	next := must(metering.Between(m.Baselines()[0], r, actual(r, 1060, dec30), refuse()))
	require.Equal(t, "none TrueUpDue", useOf(next)+" "+codesOf(next), "and not a use of 60 with the 30 in it")
	known, err := metering.TrueUp(must(metering.Between(last, r, actual(r, 1060, nov30), refuse())), billed, at)
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
		_, err := metering.TrueUp(must(metering.Between(base(r, 1000, oct1), r, actual(r, 1060, nov30), refuse())), billed, at)
		require.ErrorIs(t, err, metering.ErrHistory, name)
		require.ErrorContains(t, err, "at", name)
	}
}

func TestTrueUpSpreadsByDay(t *testing.T) {
	r := dials(6, metering.CCF)
	billed := []metering.Cycle{cycleOf(oct1, oct31, "500 CCF", metering.Estimated)} // 30 days, then 60
	m, err := metering.TrueUp(must(metering.Between(base(r, 1000, oct1), r, actual(r, 1100, dec30), refuse())), billed, estimatedBase(r, 1500, oct31))
	require.NoError(t, err)
	require.Equal(t, "33", m.Rebills()[0].Use.String())
	require.Equal(t, "500", m.Rebills()[0].Billed.String(), "the re-bill is a credit of 467")
	require.Equal(t, "67", useOf(m))
	require.Equal(t, 60, m.Days())
	usage := must(must(metering.NewReview("A-1", date(oct31), checked(m))).Billable())
	require.Len(t, usage.Rebills(), 1)
	require.Equal(t, "67 33", must(usage.Of(period(oct31, dec30), metering.CCF)).String()+" "+must(usage.Of(period(oct1, oct31), metering.CCF)).String())
	_, err = usage.Of(period(oct1, nov30), metering.CCF)
	require.ErrorIs(t, err, metering.ErrHistory)
	_, err = metering.Usage{}.Of(period(oct1, nov30), metering.CCF)
	require.ErrorIs(t, err, metering.ErrOpen)
}

// The old meter's last digits are a reading too: what it showed is of the days before it was taken out.
func TestATrueUpAcrossAnExchangeSpreadsWhatEachMeterShowed(t *testing.T) {
	r := dials(6, metering.CCF)
	last, at := base(r, 1000, oct1), estimatedBase(r, 1030, oct31)
	billed := []metering.Cycle{cycleOf(oct1, oct31, "30 CCF", metering.Estimated)}
	out := metering.Exchange{Record: "MCO-7", Final: actual(r, 1090, "2026-11-15"), Start: actual(r, 0, "2026-11-15"), Register: r}
	out.Start.Meter = "9001"
	to := actual(r, 5, nov30)
	to.Meter = "9001"
	require.Equal(t, "none TrueUpDue", func() string {
		m := must(exchanged(at, []metering.Exchange{out}, r, to, metering.CCF, refuse(), nil))
		return useOf(m) + " " + codesOf(m)
	}(), "an exchange does not settle the estimate")

	whole := must(exchanged(last, []metering.Exchange{out}, r, to, metering.CCF, refuse(), nil))
	m := must(metering.TrueUp(whole, billed, at))
	require.Equal(t, "60", m.Rebills()[0].Use.String(), "90 over 45 days, of which 30 were estimated")
	require.Equal(t, "35", useOf(m), "30 of the old meter, 5 of the new one")
	require.Equal(t, period(oct31, nov30), m.Period())
	require.Equal(t, "7088 [2026-10-31, 2026-11-15) 30, 9001 [2026-11-15, 2026-11-30) 5", partsOf(m))
	require.Equal(t, "9001", m.Baselines()[0].Meter)
	require.Equal(t, "95", useOf(whole))

	early := out // exchanged before the estimate, which was of the new meter
	early.Final.Day, early.Start.Day, early.Final.Digits = date("2026-10-16"), date("2026-10-16"), 1015
	put := at
	put.Meter, put.Digits = "9001", 15
	whole = must(exchanged(last, []metering.Exchange{early}, r, to, metering.CCF, refuse(), nil))
	m = must(metering.TrueUp(whole, billed, put))
	require.Equal(t, "17", m.Rebills()[0].Use.String(), "15 of the old meter, and of the 5 over 45 days 2")
	require.Equal(t, "9001 [2026-10-31, 2026-11-30) 3", partsOf(m))
	require.Equal(t, "9001", m.Parts()[0].Meter)
	_, err := metering.TrueUp(whole, billed, func() metering.Baseline { b := put; b.Meter = "1"; return b }())
	require.ErrorIs(t, err, metering.ErrHistory, "a meter that was never there")

	lost := to
	lost.State, lost.Digits, lost.Source = metering.NoRead, 0, 0
	none := must(metering.TrueUp(must(exchanged(last, []metering.Exchange{early}, r, lost, metering.CCF, refuse(), nil)), billed, put))
	require.Equal(t, "none NoRead", useOf(none)+" "+codesOf(none))
	require.Equal(t, []metering.Baseline{put}, none.Baselines())
}

func TestATrueUpOfDaysWithoutAMeterAndOfNoDays(t *testing.T) {
	r := dials(6, metering.CCF)
	last, billed := base(r, 1000, oct1), []metering.Cycle{cycleOf(oct1, oct31, "30 CCF", metering.Estimated)}
	out := metering.Exchange{Record: "MCO-7", Final: actual(r, 1060, "2026-10-21"), Start: actual(r, 0, "2026-11-10"), Register: r}
	out.Start.Meter = "9001"
	to := actual(r, 20, nov30)
	to.Meter = "9001"
	put := estimatedBase(r, 1030, oct31)
	gap := &metering.Basis{Method: classMean("1 CCF"), Daily: must(exact.New(1, 3)), Unit: metering.CCF}
	whole := must(exchanged(last, []metering.Exchange{out}, r, to, metering.CCF, refuse(), gap))
	m := must(metering.TrueUp(whole, billed, put))
	require.Equal(t, "190/3", m.Rebills()[0].Use.String(), "60, and 10 of the 20 days without a meter")
	require.Equal(t, "70/3", useOf(m))
	require.True(t, must(useRatio(m)).Add(m.Rebills()[0].Use).Equal(must(useRatio(whole))))
	require.Zero(t, m.Rebills()[0].Used, "digits of two meters are no sum")

	// The meter was read and taken out on the first day, and the new one on the day of the estimate.
	out.Final, out.Start.Day = actual(r, 1060, oct1), date(oct1)
	whole = must(exchanged(last, []metering.Exchange{out}, r, to, metering.CCF, refuse(), nil))
	m = must(metering.TrueUp(whole, billed, put))
	require.Equal(t, "70 10", m.Rebills()[0].Use.String()+" "+useOf(m), "60 of no day are of the period in which the day is")
	out.Final.Day, out.Start.Day = date(oct31), date(oct31)
	second := out
	second.Record, second.Final, second.Start = "MCO-8", to, to
	second.Final.Day, second.Start.Day, second.Final.Digits, second.Start.Digits, second.Start.Meter = date(oct31), date(oct31), 7, 0, "9100"
	to.Meter = "9100"
	whole = must(exchanged(last, []metering.Exchange{out, second}, r, to, metering.CCF, refuse(), nil))
	m = must(metering.TrueUp(whole, billed, put))
	require.Equal(t, "60 27", m.Rebills()[0].Use.String()+" "+useOf(m), "7 of the day on which the current period begins")
	require.Equal(t, "9001 [2026-10-31, 2026-10-31) 7, 9100 [2026-10-31, 2026-11-30) 20", partsOf(m))

	// Read on the day of the estimate itself: nothing is of the current period.
	whole = must(metering.Between(last, r, actual(r, 1060, oct31), refuse()))
	m = must(metering.TrueUp(whole, billed, put))
	require.Equal(t, "60 0", m.Rebills()[0].Use.String()+" "+useOf(m))
	require.Equal(t, int64(60), m.Rebills()[0].Used)
	require.Empty(t, m.Parts())
}

func TestATrueUpOfAWholeMeter(t *testing.T) {
	billed := []metering.Cycle{cycleOf(oct1, oct31, "50 CCF", metering.Estimated)}
	sides := []metering.Side{{From: base(low(), 100, oct1), Register: low()}, {From: base(high(), 50, oct1), Register: high()}}
	whole := must(metering.Compound(sides, []metering.Reading{actual(low(), 160, nov30), actual(high(), 54, nov30)}, metering.CCF, refuse()))
	at := []metering.Baseline{estimatedBase(high(), 51, oct31), estimatedBase(low(), 140, oct31)}
	m := must(metering.TrueUp(whole, billed, at...))
	require.Equal(t, "50 50", useOf(m)+" "+m.Rebills()[0].Use.String())
	for name, wrong := range map[string][]metering.Baseline{
		"none": nil, "one side": at[:1], "one side twice": {at[0], at[0]}, "a third side": append([]metering.Baseline{estimatedBase(named("mid", low()), 1, oct31)}, at...),
	} {
		_, err := metering.TrueUp(whole, billed, wrong...)
		require.ErrorIs(t, err, metering.ErrHistory, name)
	}
	_, err := metering.TrueUp(m, []metering.Cycle{cycleOf(oct31, nov30, "50 CCF", metering.Estimated)}, at...)
	require.ErrorContains(t, err, "it begins at an estimate", "trued up already")
	_, err = metering.TrueUp(metering.Measurement{}, billed, at...)
	require.ErrorContains(t, err, "there is no measurement")
	_, err = metering.TrueUp(whole, nil, at...)
	require.ErrorContains(t, err, "there is no estimate")
	_, err = metering.TrueUp(whole, billed)
	require.ErrorContains(t, err, "there is no baseline")
	_, err = metering.TrueUp(whole, []metering.Cycle{cycleOf(oct1, oct1, "0 CCF", metering.Estimated), billed[0]}, at...)
	require.ErrorContains(t, err, "has no days")
}

func partsOf(m metering.Measurement) string {
	var texts []string
	for _, p := range m.Parts() {
		texts = append(texts, p.Meter+" "+p.Period.String()+" "+p.Use.String())
	}
	return strings.Join(texts, ", ")
}

func TestCustomersReadingsLeaveEachRegisterItsRowOfEstimates(t *testing.T) {
	billed := []metering.Cycle{cycleOf(oct1, oct31, "50 CCF", metering.Estimated)}
	sides := []metering.Side{{From: base(low(), 100, oct1), Register: low()}, {From: base(high(), 50, oct1), Register: high()}}
	card := []metering.Reading{actual(low(), 160, nov30), actual(high(), 54, nov30)}
	card[0].Source, card[1].Source = metering.Customer, metering.Customer
	whole := must(metering.Compound(sides, card, metering.CCF, refuse()))
	at := []metering.Baseline{estimatedBase(high(), 51, oct31), estimatedBase(low(), 140, oct31)}
	at[0].Estimates, at[1].Estimates = 3, 2
	m := must(metering.TrueUp(whole, billed, at...))
	require.Equal(t, []int{2, 3}, []int{m.Baselines()[0].Estimates, m.Baselines()[1].Estimates})
	require.Zero(t, whole.Baselines()[0].Estimates)
}

func TestDaysWithoutAMeterThatAreEstimatedAreNoActualHistory(t *testing.T) {
	r := dials(6, metering.CCF)
	out := metering.Exchange{Record: "MCO-7", Final: actual(r, 1001, "2026-10-02"), Start: actual(r, 0, "2026-10-30"), Register: r}
	out.Start.Meter = "9001"
	to := actual(r, 0, oct31)
	to.Meter = "9001"
	gap := &metering.Basis{Method: classMean("5 CCF"), Daily: ratio("5"), Unit: metering.CCF}
	r2 := held(t, must(exchanged(base(r, 1000, oct1), []metering.Exchange{out}, r, to, metering.CCF, refuse(), gap)))
	r2 = must(r2.Accept(step("m.alvarez", "no meter on the shelf"), r2.Open()[0]))
	u := must(r2.Billable())
	require.Equal(t, "141", u.Exact().String())
	require.Equal(t, metering.Actual, u.Source(), "it was read at its end")
	require.Equal(t, metering.Estimated, must(u.Cycle(metering.CCF, 0)).Source)
}
