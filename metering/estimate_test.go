package metering_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/metering"
)

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
	method := metering.EstimateMethod{Title: "x", Kind: metering.AverageDailyUse, MaxAge: metering.Off(), Cycles: 3, Least: 3, DropHighLow: true}
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
		"no name":            {Kind: metering.AverageDailyUse, MaxAge: metering.Off(), Cycles: 3, Least: 1},
		"no kind":            {Title: "x"},
		"no cycles":          {Title: "x", Kind: metering.AverageDailyUse, MaxAge: metering.Off(), Least: 1},
		"no least":           {Title: "x", Kind: metering.AverageDailyUse, MaxAge: metering.Off(), Cycles: 3},
		"least above cycles": {Title: "x", Kind: metering.SameSeason, Cycles: 3, Least: 4},
		"nothing left":       {Title: "x", Kind: metering.AverageDailyUse, MaxAge: metering.Off(), Cycles: 3, Least: 2, DropHighLow: true},
		"two bases":          {Title: "x", Kind: metering.AverageDailyUse, MaxAge: metering.Off(), Cycles: 3, Least: 1, ClassDaily: class},
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

func TestACustomersReadingIsNoBasis(t *testing.T) {
	history := cycles(oct1, metering.Actual, []int{30, 30, 30}, []string{"30 CCF", "30 CCF", "30 CCF"})
	history[1].Source = metering.Customer
	_, e, err := metering.MunisEstimate().Basis(history, period(oct1, oct31), metering.CCF)
	require.NoError(t, err)
	require.Equal(t, metering.NoBasis, e.Code)
	require.Equal(t, "2", figureOf(t, e, "have"))
}

func TestCyclesBeyondTheAgeAreNotCounted(t *testing.T) {
	method := metering.MunisEstimate()
	history := cycles("2026-08-02", metering.Actual, []int{30, 30, 30}, []string{"30 CCF", "30 CCF", "30 CCF"}) // ends 60, 90 and 120 days before
	for age, want := range map[string]metering.Code{"119": metering.NoBasis, "120": metering.Normal} {
		method.MaxAge = metering.At(number(age))
		_, e, err := method.Basis(history, period(oct1, oct31), metering.CCF)
		require.NoError(t, err)
		require.Equal(t, want, e.Code, age)
	}
	for text, code := range map[string]error{"0": metering.ErrRule, "1.5": metering.ErrRule, "-1": metering.ErrThreshold} {
		method.MaxAge = metering.At(number(text))
		require.ErrorIs(t, method.Check(), code, text)
	}
	method.MaxAge = metering.Threshold{}
	require.ErrorIs(t, method.Check(), metering.ErrThreshold, "nobody decided")
	season := metering.EstimateMethod{Title: "season", Kind: metering.SameSeason, Cycles: 2, Least: 1}
	require.NoError(t, season.Check(), "a season is of other years")
}

// Whatever the history says: a host may give one cycle of it, and none of the estimates.
func TestOnlyAnActualReadingEndsTheEstimatesInARow(t *testing.T) {
	r := dials(6, metering.CCF)
	rule := metering.EstimateRule{Method: classMean("1 CCF"), MaxInRow: 3}
	estimate := func(from metering.Baseline, day string) metering.Measurement {
		m, _, err := metering.Estimate(from, r, date(day), rule, nil)
		require.NoError(t, err)
		return m
	}
	first := estimate(base(r, 100, oct1), oct31)
	second := estimate(first.Baselines()[0], nov30)
	require.Equal(t, []int{1, 2}, []int{first.Baselines()[0].Estimates, second.Baselines()[0].Estimates})
	third := estimate(second.Baselines()[0], dec30)
	require.Equal(t, "MaxEstimates", codesOf(third))
	require.Equal(t, "3", figureOf(t, third.Exceptions()[0], "run"))

	whole := must(metering.Between(base(r, 100, oct1), r, actual(r, 170, dec30), refuse()))
	billed := []metering.Cycle{cycleOf(oct1, oct31, "30 CCF", metering.Estimated), cycleOf(oct31, nov30, "30 CCF", metering.Estimated)}
	require.Zero(t, must(metering.TrueUp(whole, billed, second.Baselines()[0])).Baselines()[0].Estimates)

	card := actual(r, 170, dec30)
	card.Source = metering.Customer
	whole = must(metering.Between(base(r, 100, oct1), r, card, refuse()))
	trued := must(metering.TrueUp(whole, billed, second.Baselines()[0]))
	require.Equal(t, 2, trued.Baselines()[0].Estimates, "the customer's reading settles them, and does not end the row")
	require.Zero(t, whole.Baselines()[0].Estimates, "what was given in is as it was")
	require.Equal(t, "MaxEstimates", codesOf(estimate(trued.Baselines()[0], "2027-01-29")))

	start := actual(r, 5, oct1)
	start.Source = metering.Estimated
	require.Equal(t, 1, must(metering.Open(r, start)).Estimates)
}

func TestABaselineSaysHowManyEstimatesLedToIt(t *testing.T) {
	r := dials(6, metering.CCF)
	for name, change := range map[string]func(*metering.Baseline){
		"below 0":                  func(b *metering.Baseline) { b.Source, b.Estimates = metering.Customer, -1 },
		"read, after an estimate":  func(b *metering.Baseline) { b.Estimates = 1 },
		"estimated, and by nobody": func(b *metering.Baseline) { b.Source = metering.Estimated },
	} {
		b := base(r, 1, oct1)
		change(&b)
		require.ErrorContains(t, b.Check(), "estimates: ", name)
	}
	b := base(r, 1, oct1)
	b.Source, b.Estimates = metering.Customer, 2
	require.NoError(t, b.Check())
}

func TestAnEstimateByNoMethodKnownIsAnException(t *testing.T) {
	r := dials(6, metering.CCF)
	sent := actual(r, 1010, oct31)
	sent.Source = metering.Estimated
	short := sent
	short.Digits = 10
	for name, m := range map[string]metering.Measurement{
		"whole": must(metering.Between(base(r, 1000, oct1), r, sent, refuse())),
		"short": must(metering.ShortTotal(base(r, 1000, oct1), r, short, 3, plausible("50 CCF"))),
	} {
		require.Equal(t, "10 EstimatedReading", useOf(m)+" "+codesOf(m), name)
		require.Equal(t, 1, m.Baselines()[0].Estimates, name)
		require.False(t, m.Exceptions()[0].Acceptable(), name)
		require.False(t, m.Exceptions()[0].Correctable(), name)
	}
	again := sent
	again.Digits, again.Day = 1020, date(nov30)
	m := must(metering.Between(estimatedBase(r, 1010, oct31), r, again, refuse()))
	require.Equal(t, "2", figureOf(t, m.Exceptions()[0], "run"))
}
