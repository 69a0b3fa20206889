package metering_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/metering"
)

func TestAnotherUnitWithoutAnExchangeIsNoUse(t *testing.T) {
	m, err := metering.Between(base(dials(6, metering.CCF), 100, oct1), dials(6, metering.Gallon), actual(dials(6, metering.Gallon), 120, oct31), refuse())
	require.NoError(t, err)
	require.Equal(t, "none MultiplierChanged", useOf(m)+" "+codesOf(m))
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
	for _, part := range []string{"from", "meter", "no more than the dials", "day", "source", "dials"} {
		require.ErrorContains(t, err, part)
	}
	_, err = metering.Between(base(r, 1, oct1), dials(0, metering.CCF), actual(r, 2, oct31), refuse())
	require.ErrorIs(t, err, metering.ErrRegister)
}

func TestBaselineBeyondTheDialsIsOutOfRange(t *testing.T) {
	from := base(dials(6, metering.CCF), 123456, oct1)
	m, err := metering.Between(from, dials(4, metering.CCF), actual(dials(4, metering.CCF), 3500, oct31), refuse())
	require.NoError(t, err)
	require.Equal(t, "none OutOfRange", useOf(m)+" "+codesOf(m))
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
		{"back across a thousand, within the tolerance", 124002, 998, false, plausible("800 CCF"), "0", "ReverseFlow", 124002},
		{"the same, declared: nothing has turned", 124002, 998, true, plausible("800 CCF"), "0", "ReverseFlow", 124002},
		{"the last of the tolerance", 124002, 992, false, plausible("800 CCF"), "0", "ReverseFlow", 124002},
		{"back across a thousand, by more", 124002, 991, false, plausible("50 CCF"), "none", "NegativeOrRollover", 124002},
		{"the same, declared", 124002, 991, true, plausible("50 CCF"), "none", "NegativeOrRollover", 124002},
		{"so near a thousand, and believed", 124002, 991, false, plausible("989 CCF"), "989", "", 124991},
		{"half of a thousand is forward", 124002, 502, false, plausible("50 CCF"), "500", "", 124502},
		{"more than half is not", 124002, 503, false, plausible("50 CCF"), "none", "NegativeOrRollover", 124002},
		{"back from the top's other side", 2, 998, false, plausible("800 CCF"), "0", "ReverseFlow", 2},
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

func TestACodeThatIsNoneIsNotRepeated(t *testing.T) {
	r := dials(6, metering.CCF)
	for code, want := range map[string]string{"04": "code 04", "": "code none", ":::::": "code :::::", "ANN MILLER": "not shown", "MILLER": "not shown", "DOG": "code DOG", "DOES": "not shown", "ñ": "not shown", "3 4": "not shown", "SC-04": "code SC-04", "RA; 04": "code RA; 04", "04; ANN MILLER": "not shown"} {
		to := noRead(r, oct31)
		to.Code = code
		m := must(metering.Between(base(r, 1000, oct1), r, to, refuse()))
		require.Contains(t, m.Exceptions()[0].String(), want)
		require.NotContains(t, m.Exceptions()[0].String(), "ANN")
	}
}

func TestTheHighLimitOfAShortTotalIsBelowATurnOfIt(t *testing.T) {
	r := dials(6, metering.CCF)
	for limit, refused := range map[string]bool{"99 CCF": false, "100 CCF": true, "400 CCF": true} {
		_, err := metering.ShortTotal(base(r, 123400, oct1), r, actual(r, 50, oct31), 2, plausible(limit))
		require.Equal(t, refused, err != nil, limit)
	}
	_, err := metering.ShortTotal(base(r, 123400, oct1), r, actual(r, 123450, oct31), 6, plausible("5000000 CCF"))
	require.NoError(t, err, "all digits are kept")
}

func TestABaselineIsOneThatItsRegisterShows(t *testing.T) {
	r := dials(4, metering.CCF)
	b := base(r, 9999, oct1)
	require.NoError(t, b.Check())
	b.Digits = 10000
	require.ErrorContains(t, b.Check(), "digits: the register does not show such a number")
	factor := metering.OracleFactor()
	factor.LowFactor, factor.HighFactor = metering.At(number("0.5")), metering.At(number("2"))
	b.Digits = 1<<63 - 1
	_, _, err := factor.ReadingLimits(b, sample("10", metering.CCF, 30))
	require.ErrorIs(t, err, metering.ErrReading)
}
