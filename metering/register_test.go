package metering_test

import (
	"testing"

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
