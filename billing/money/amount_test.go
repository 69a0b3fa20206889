package money_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

const (
	highest = math.MaxInt64
	lowest  = math.MinInt64
)

func cents() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.SampledFrom([]int64{0, 1, -1, 99, -99, 100, highest, highest - 1, lowest, lowest + 1, 1 << 62, -1 << 62}),
		rapid.Int64Range(-1_000_000, 1_000_000), rapid.Int64(),
	)
}

func TestAmountsAddOrOverflow(t *testing.T) {
	check := func(t require.TestingT, name string, want *big.Int, got money.Amount, err error) {
		if !want.IsInt64() {
			require.ErrorIs(t, err, money.ErrOverflow, "%s: %s", name, want)
			require.Zero(t, got)
			return
		}
		require.NoError(t, err, name)
		require.Equal(t, want.Int64(), got.Cents(), name)
	}
	rapid.Check(t, func(t *rapid.T) {
		x, y := cents().Draw(t, "x"), cents().Draw(t, "y")
		a, b := money.Cents(x), money.Cents(y)
		bigX, bigY := big.NewInt(x), big.NewInt(y)

		got, err := a.Add(b)
		check(t, "sum", new(big.Int).Add(bigX, bigY), got, err)
		got, err = a.Sub(b)
		check(t, "difference", new(big.Int).Sub(bigX, bigY), got, err)
		got, err = a.Neg()
		check(t, "opposite", new(big.Int).Neg(bigX), got, err)

		require.Equal(t, bigX.Cmp(bigY), a.Cmp(b))
		require.Equal(t, x == y, a == b)
		require.Equal(t, bigX.Sign(), a.Sign())
		require.Equal(t, x == 0, a.IsZero())
	})
}

func TestSumOverflowsOnlyAtTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(cents(), 0, 6).Draw(t, "values")
		want := new(big.Int)
		var amounts []money.Amount
		for _, value := range values {
			want.Add(want, big.NewInt(value))
			amounts = append(amounts, money.Cents(value))
		}
		got, err := money.Sum(amounts...)
		if !want.IsInt64() {
			require.ErrorIs(t, err, money.ErrOverflow)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want.Int64(), got.Cents())
	})
	sum, err := money.Sum(money.Cents(highest), money.Cents(1), money.Cents(-2))
	require.NoError(t, err)
	require.Equal(t, int64(highest-1), sum.Cents())
}

func TestFromRatioRoundsAsNamed(t *testing.T) {
	for _, c := range []struct {
		dollars                    string
		halfUp, halfEven, up, down int64
	}{
		{"7.125", 713, 712, 713, 712},
		{"-7.125", -713, -712, -713, -712},
		{"7.1249", 712, 712, 713, 712},
		{"49", 4900, 4900, 4900, 4900},
		{"92233720368547758.07", highest, highest, highest, highest},
		{"-92233720368547758.08", lowest, lowest, lowest, lowest},
	} {
		dollars, err := exact.Parse(c.dollars)
		require.NoError(t, err)
		for mode, want := range map[exact.Mode]int64{
			exact.HalfUp: c.halfUp, exact.HalfEven: c.halfEven, exact.Up: c.up, exact.Down: c.down,
		} {
			got, err := money.FromRatio(dollars, mode)
			require.NoError(t, err)
			require.Equal(t, want, got.Cents(), "%s %s", c.dollars, mode)
		}
	}
}

func TestFromRatioRefusesAMissingModeAndAnAmountOutOfRange(t *testing.T) {
	for _, mode := range []exact.Mode{0, exact.Down + 1} {
		_, err := money.FromRatio(exact.Int(1), mode)
		require.ErrorIs(t, err, exact.ErrMode)
	}
	for _, text := range []string{"92233720368547758.075", "-92233720368547758.085", "1000000000000000000000000"} {
		dollars, err := exact.Parse(text)
		require.NoError(t, err)
		_, err = money.FromRatio(dollars, exact.HalfUp)
		require.ErrorIs(t, err, money.ErrOverflow, text)
	}
}

func TestAmountsRoundTripThroughRatioAndDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.Cents(cents().Draw(t, "cents"))
		require.Zero(t, big.NewRat(a.Cents(), 100).Cmp(a.Ratio().Rat()))
		for mode := exact.HalfUp; mode.Valid(); mode++ {
			back, err := money.FromRatio(a.Ratio(), mode)
			require.NoError(t, err)
			require.Equal(t, a, back)
		}
		d := a.Decimal()
		require.Zero(t, big.NewRat(a.Cents(), 100).Cmp(d.Rat()))
		back, err := money.FromDecimal(d)
		require.NoError(t, err)
		require.Equal(t, a, back)
	})
}

func TestFromDecimalTakesCentsAndNothingFiner(t *testing.T) {
	for text, want := range map[string]int64{
		"12.34": 1234, "12.3400": 1234, "12": 1200, "-0.05": -5, "0": 0, "0.000": 0, "1e3": 100_000,
		"92233720368547758.07": highest, "-92233720368547758.08": lowest,
	} {
		d, err := decimal.NewFromString(text)
		require.NoError(t, err)
		got, err := money.FromDecimal(d)
		require.NoError(t, err, text)
		require.Equal(t, want, got.Cents(), text)
	}
	for text, code := range map[string]error{
		"12.345": money.ErrSubCent, "0.001": money.ErrSubCent, "-0.005": money.ErrSubCent,
		"92233720368547758.08": money.ErrOverflow, "-92233720368547758.09": money.ErrOverflow, "1e17": money.ErrOverflow,
		"1e64": money.ErrOverflow, "1e65": money.ErrOverflow, "1e10000": money.ErrOverflow, "1e-10000": money.ErrSubCent,
	} {
		d, err := decimal.NewFromString(text)
		require.NoError(t, err)
		_, err = money.FromDecimal(d)
		require.ErrorIs(t, err, code, text)
	}
	_, err := money.FromDecimal(decimal.New(1, 2_000_000_000))
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = money.FromDecimal(decimal.New(1, -2_000_000_000))
	require.ErrorIs(t, err, money.ErrSubCent)
	tooLong := decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(64), nil), -64)
	_, err = money.FromDecimal(tooLong)
	require.ErrorIs(t, err, money.ErrAmount)
	zero, err := money.FromDecimal(decimal.New(0, 2_000_000_000))
	require.NoError(t, err)
	require.True(t, zero.IsZero())
}

func TestSplitLosesNoCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.Cents(cents().Draw(t, "cents"))
		weights := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) exact.Ratio {
			return exact.Int(rapid.Int64Range(0, 31).Draw(t, "weight"))
		}), 0, 6).Draw(t, "weights")
		weights = append(weights, exact.Int(1))
		given := slices.Clone(weights)
		parts, err := a.Split(weights)
		require.NoError(t, err)
		require.Equal(t, given, weights)
		require.Len(t, parts, len(weights))
		sum, err := money.Sum(parts...)
		require.NoError(t, err)
		require.Equal(t, a, sum)
	})
	_, err := money.Cents(100).Split(nil)
	require.ErrorIs(t, err, exact.ErrDivideByZero)
}

func TestAmountArithmeticAllocatesNothing(t *testing.T) {
	a, b := money.Cents(4900), money.Cents(4527)
	amounts := []money.Amount{a, b}
	text := "-1234.56"
	for name, op := range map[string]func(){
		"Add": func() { _, _ = a.Add(b) },
		"Sum": func() { _, _ = money.Sum(amounts...) },
		"FromRatio": func() {
			_, _ = money.FromRatio(a.Ratio(), exact.HalfUp)
		},
		"Parse": func() { _, _ = money.Parse(text) },
	} {
		require.Zero(t, testing.AllocsPerRun(100, op), name)
	}
}
