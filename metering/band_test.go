package metering_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/metering"
)

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
