package exact

import (
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// edges are the whole numbers where 64-bit arithmetic goes wrong.
func edges() []int64 {
	return []int64{
		0, 1, -1, 2, -2, 5, 10, -10, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, math.MinInt64 + 1,
		math.MaxInt64 / 2, math.MinInt64 / 2, 1 << 62, -1 << 62, 1 << 32, -1 << 32, 1<<32 - 1, 1<<31 - 1,
		1_000_000_000_000_000_000, -1_000_000_000_000_000_000, 999_999_999_999_999_999, 3_037_000_500, -3_037_000_500,
	}
}

func int64s() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.SampledFrom(edges()), rapid.Int64Range(-1000, 1000), rapid.Int64())
}

// rats draws small, edge and big fractions.
func rats() *rapid.Generator[*big.Rat] {
	return rapid.Custom(func(t *rapid.T) *big.Rat {
		whole := func(label string) *big.Int {
			n := big.NewInt(int64s().Draw(t, label))
			if rapid.IntRange(0, 3).Draw(t, label+" is big") == 0 {
				n.Mul(n, big.NewInt(int64s().Draw(t, label+" factor")))
				n.Add(n, big.NewInt(int64s().Draw(t, label+" rest")))
			}
			return n
		}
		num, den := whole("num"), whole("den")
		if den.Sign() == 0 {
			den.SetInt64(1)
		}
		return new(big.Rat).SetFrac(num, den)
	})
}

// requireSame checks the value and the one form that a value may have.
func requireSame(t require.TestingT, want *big.Rat, got Ratio, msg ...any) {
	require.Equal(t, want.RatString(), got.String(), msg...)
	require.Zero(t, want.Cmp(got.Rat()), msg...)
	fits := want.Num().IsInt64() && want.Denom().IsInt64()
	require.Equal(t, fits, got.big == nil, "a fraction is small exactly while it fits: %v", got)
	if want.Sign() == 0 {
		require.Equal(t, Ratio{}, got, "there is one zero")
	}
}

func TestArithmeticAgreesWithBigRat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := rats().Draw(t, "x"), rats().Draw(t, "y")
		checkArithmetic(t, x, y)
	})
}

func TestArithmeticAgreesWithBigRatAtEveryEdge(t *testing.T) {
	for _, a := range edges() {
		for _, b := range edges() {
			checkArithmetic(t, new(big.Rat).SetInt64(a), new(big.Rat).SetInt64(b))
			for _, c := range edges()[:16] {
				if b != 0 && c != 0 {
					checkArithmetic(t, big.NewRat(a, b), big.NewRat(a, c))
					checkArithmetic(t, big.NewRat(a, b), big.NewRat(c, b))
				}
			}
		}
	}
}

func checkArithmetic(t require.TestingT, x, y *big.Rat) {
	r, s := FromRat(x), FromRat(y)
	xText, yText := x.RatString(), y.RatString()

	requireSame(t, x, r)
	requireSame(t, new(big.Rat).Add(x, y), r.Add(s))
	requireSame(t, new(big.Rat).Sub(x, y), r.Sub(s))
	requireSame(t, new(big.Rat).Mul(x, y), r.Mul(s))
	requireSame(t, new(big.Rat).Neg(x), r.Neg())
	requireSame(t, new(big.Rat).Abs(x), r.Abs())
	quotient, err := r.Quo(s)
	if y.Sign() == 0 {
		require.ErrorIs(t, err, ErrDivideByZero)
	} else {
		require.NoError(t, err)
		requireSame(t, new(big.Rat).Quo(x, y), quotient)
	}

	require.Equal(t, x.Cmp(y), r.Cmp(s))
	require.Equal(t, x.Cmp(y) == 0, r.Equal(s))
	require.Equal(t, x.Sign(), r.Sign())
	require.Equal(t, x.Sign() == 0, r.IsZero())
	require.Equal(t, x.IsInt(), r.IsInt())
	require.Equal(t, max(x.Num().BitLen(), x.Denom().BitLen()), r.BitLen())
	n, ok := r.Int64()
	require.Equal(t, x.IsInt() && x.Num().IsInt64(), ok)
	if ok {
		require.Equal(t, x.Num().Int64(), n)
	}
	least, most := Min(r, s), Max(r, s)
	require.True(t, least.Cmp(most) <= 0)
	require.True(t, least.Add(most).Equal(r.Add(s)))

	require.Equal(t, xText, r.String(), "an operand was changed")
	require.Equal(t, yText, s.String(), "an operand was changed")
}

func TestNewReducesAnyFraction(t *testing.T) {
	check := func(t require.TestingT, num, den int64) {
		r, err := New(num, den)
		if den == 0 {
			require.ErrorIs(t, err, ErrDivideByZero)
			return
		}
		require.NoError(t, err)
		requireSame(t, big.NewRat(num, den), r, "%d/%d", num, den)
	}
	for _, num := range edges() {
		for _, den := range edges() {
			check(t, num, den)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, int64s().Draw(t, "num"), int64s().Draw(t, "den"))
	})
}

func TestZeroValueIsZero(t *testing.T) {
	var r Ratio
	requireSame(t, new(big.Rat), r)
	requireSame(t, big.NewRat(2, 3), r.Add(fraction(2, 3)))
	require.True(t, r.IsInt())
	require.True(t, r.Finite())
	require.Equal(t, r, Int(0))
}

func TestRatiosDoNotShareTheirBigNumbers(t *testing.T) {
	source, _ := new(big.Rat).SetString("123456789012345678901234567890/7")
	want := source.RatString()
	r := FromRat(source)
	source.SetInt64(1)
	require.Equal(t, want, r.String(), "FromRat copies")
	r.Rat().SetInt64(1)
	require.Equal(t, want, r.String(), "Rat copies")
	r.Neg().Rat().SetInt64(1)
	require.Equal(t, want, r.String())
}

func TestFromDecimalIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coef := rats().Draw(t, "coef").Num()
		exponent := rapid.Int32Range(-40, 40).Draw(t, "exponent")
		power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(exponent, -exponent))), nil)
		want := new(big.Rat).SetInt(coef)
		if exponent < 0 {
			want.Quo(want, new(big.Rat).SetInt(power))
		} else {
			want.Mul(want, new(big.Rat).SetInt(power))
		}
		requireSame(t, want, FromDecimal(decimal.NewFromBigInt(coef, exponent)))
	})
	requireSame(t, new(big.Rat), FromDecimal(decimal.Decimal{}))
}

func TestFromDecimalRefusesExponentsThatFillTheMemory(t *testing.T) {
	require.Panics(t, func() { FromDecimal(decimal.New(1, 2_000_000_000)) })
	require.Panics(t, func() { FromDecimal(decimal.New(1, -2_000_000_000)) })
	require.NotPanics(t, func() { FromDecimal(decimal.New(1, 10_000)) })
	require.NotPanics(t, func() { FromDecimal(decimal.New(1, -10_000)) })
	require.NotPanics(t, func() { FromDecimal(decimal.New(0, 2_000_000_000)) })
}

func TestSmallArithmeticAllocatesNothing(t *testing.T) {
	rate, usage, days := fraction(49, 10), Int(10), fraction(17, 31)
	weights := [2]Ratio{fraction(1, 3), fraction(2, 3)}
	number := Number{coef: 31237, scale: 3}
	amount := "1234567.1875"
	for name, op := range map[string]func(){
		"Add":    func() { rate.Add(days) },
		"Sub":    func() { rate.Sub(days) },
		"Mul":    func() { rate.Mul(usage).Mul(days) },
		"Quo":    func() { _, _ = rate.Quo(days) },
		"Neg":    func() { rate.Neg() },
		"Cmp":    func() { rate.Cmp(days) },
		"Min":    func() { Min(weights[0], weights[1]) },
		"Round":  func() { days.Round(2, HalfUp) },
		"Floor":  func() { days.Floor(-2) },
		"Ceil":   func() { days.Ceil(18) },
		"New":    func() { _, _ = New(34, -62) },
		"Int64":  func() { usage.Int64() },
		"BitLen": func() { days.BitLen() },
		"Finite": func() { days.Finite() },
		"Parse":  func() { _, _ = Parse(amount) },
		"Number": func() { _, _ = number.Add(number); number.Cmp(number); number.Ratio() },
		"ParseNumber": func() {
			_, _ = ParseNumber(amount)
		},
	} {
		require.Zero(t, testing.AllocsPerRun(100, op), name)
	}
}
