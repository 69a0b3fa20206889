package metering_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/metering"
)

func TestUnitsThatDoNotMixAreRefusedEverywhere(t *testing.T) {
	ccf, unit := sample("10", metering.CCF, 30), sample("10", metering.BillingUnit, 30)
	factor := metering.OracleFactor()
	factor.LowFactor, factor.HighFactor = metering.At(number("0.5")), metering.At(number("2"))
	season, iee := metering.SeasonPercent{Limit: metering.At(number("50"))}, metering.ItronIEE()
	iee.Limit = metering.At(number("50"))
	r := dials(6, metering.CCF)
	billing := cycles(oct1, metering.Actual, []int{30, 30, 30}, []string{"10 unit", "10 CCF", "10 CCF"})
	class := metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("1 unit"))}
	for name, err := range map[string]error{
		"bands":           second(bandsOff("125").Judge(ccf, unit)),
		"floor band":      second(metering.FloorBandDefault(metering.CCF).Judge(unit, ccf)),
		"floor average":   second(metering.FloorBandDefault(metering.CCF).Judge(ccf, unit)),
		"factor":          second(factor.Judge(unit, ccf)),
		"season":          second(season.Judge(ccf, []metering.Sample{unit})),
		"current percent": second(iee.Judge(ccf, unit)),
		"same use":        second(metering.CheckSame(ccf, unit)),
		"estimate":        second(third(metering.MunisEstimate().Basis(billing, period(oct1, oct31), metering.CCF))),
		"class mean":      second(third(class.Basis(nil, period(oct1, oct31), metering.CCF))),
		"reading limits":  second(third(factor.ReadingLimits(base(r, 1, oct1), unit))),
		"exchange": second(exchanged(base(dials(6, metering.CubicFoot), 900, oct1), []metering.Exchange{changeOut("2026-10-10", "2026-10-12")},
			gallonsByTen(), newMeter(30, oct31), metering.CubicFoot, refuse(), &metering.Basis{Method: classMean("1 unit"), Daily: ratio("1"), Unit: metering.BillingUnit})),
	} {
		require.ErrorIs(t, err, metering.ErrUnit, name)
	}
}

// third leaves the middle one of three results out.
func third[A, B any](a A, _ B, err error) (A, error) { return a, err }

func TestRecordsOfTwoExchangesStandBesideEachOther(t *testing.T) {
	first, second := changeOut("2026-10-12", "2026-10-12"), changeOut("2026-10-12", "2026-10-12")
	second.Record = "MCO-18"
	list, added, err := metering.AddExchange([]metering.Exchange{first}, second)
	require.NoError(t, err)
	require.True(t, added)
	require.Equal(t, []metering.Exchange{first, second}, list)

	timed := first
	timed.Final.At = noon()
	_, _, err = metering.AddExchange(list, timed)
	require.ErrorIs(t, err, metering.ErrExchange, "another instant")
	elsewhere := timed
	elsewhere.Final.At = timed.Final.At.In(time.FixedZone("", -7*3600))
	_, added, err = metering.AddExchange([]metering.Exchange{timed}, elsewhere)
	require.NoError(t, err)
	require.False(t, added, "the same instant, written in another zone")
}

func TestReadingLimitsThatNoRegisterHas(t *testing.T) {
	factor := metering.OracleFactor()
	factor.LowFactor, factor.HighFactor = metering.At(number("0.5")), metering.At(number("2"))
	_, _, err := factor.ReadingLimits(base(dials(6, metering.CCF), 1, oct1), sample("1000000000000000000", metering.CCF, 30))
	require.Error(t, err)
	_, _, err = factor.ReadingLimits(metering.Baseline{}, sample("1", metering.CCF, 30))
	require.ErrorIs(t, err, metering.ErrReading)
}
