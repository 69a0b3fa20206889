package exact

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func numbers() *rapid.Generator[Number] {
	return rapid.Custom(func(t *rapid.T) Number {
		coef := rapid.OneOf(
			rapid.SampledFrom([]int64{0, 1, -1, 10, 999_999_999_999_999_999, -999_999_999_999_999_999, 1e17, -1e17}),
			rapid.Int64Range(-1000, 1000), rapid.Int64Range(-maxCoefficient, maxCoefficient),
		).Draw(t, "coef")
		n, err := NewNumber(coef, rapid.IntRange(0, 18).Draw(t, "places"))
		require.NoError(t, err)
		return n
	})
}

// numberOf reads a Number back as a big fraction through its text alone.
func numberOf(t require.TestingT, n Number) *big.Rat {
	r, ok := new(big.Rat).SetString(n.String())
	require.True(t, ok)
	return r
}

func TestNumberHasOneFormForEachValue(t *testing.T) {
	for _, c := range []struct {
		coef   int64
		places int
		text   string
		digits int64
		scale  int
	}{
		{31237, 3, "31.237", 31237, 3},
		{312370, 4, "31.237", 31237, 3},
		{-5, 1, "-0.5", -5, 1},
		{5, 18, "0.000000000000000005", 5, 18},
		{0, 18, "0", 0, 0},
		{0, 400, "0", 0, 0},
		{1200, 0, "1200", 1200, 0},
		{1200, 2, "12", 12, 0},
		{1_000_000_000_000_000_000, 1, "100000000000000000", 100_000_000_000_000_000, 0},
		{10, 19, "0.000000000000000001", 1, 18},
	} {
		n, err := NewNumber(c.coef, c.places)
		require.NoError(t, err)
		require.Equal(t, c.text, n.String())
		require.Equal(t, c.digits, n.Coefficient())
		require.Equal(t, c.scale, n.Places())
		parsed, err := ParseNumber(c.text)
		require.NoError(t, err)
		require.True(t, parsed == n, "%s is the same number however it was made", c.text)
	}
	require.Equal(t, "0", Number{}.String())
}

func TestNumberBeyondEighteenDigitsIsRefused(t *testing.T) {
	for _, c := range []struct {
		coef   int64
		places int
	}{
		{1_000_000_000_000_000_000, 0}, {-1_000_000_000_000_000_000, 0}, {math.MaxInt64, 3}, {math.MinInt64, 3},
		{1, 19}, {1, -1}, {0, -1},
	} {
		_, err := NewNumber(c.coef, c.places)
		require.ErrorIs(t, err, ErrRange, "%+v", c)
	}
	for _, text := range []string{
		"1000000000000000000", "-1000000000000000000", "0.0000000000000000001", "123456789.1234567891",
		strings.Repeat("9", 64),
	} {
		_, err := ParseNumber(text)
		require.ErrorIs(t, err, ErrRange, text)
	}
	for _, text := range []string{
		"999999999999999999", "0.999999999999999999", "1.0000000000000000000000000", "0000000000000000000000012.5",
	} {
		_, err := ParseNumber(text)
		require.NoError(t, err, text)
	}
}

func TestNumberArithmeticIsExactOrRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := numbers().Draw(t, "n"), numbers().Draw(t, "m")
		x, y := numberOf(t, n), numberOf(t, m)
		for _, c := range []struct {
			name string
			want *big.Rat
			op   func() (Number, error)
		}{
			{"sum", new(big.Rat).Add(x, y), func() (Number, error) { return n.Add(m) }},
			{"difference", new(big.Rat).Sub(x, y), func() (Number, error) { return n.Sub(m) }},
		} {
			got, err := c.op()
			places, _ := c.want.FloatPrec()
			coef := new(big.Rat).Mul(c.want, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)))
			if len(new(big.Int).Abs(coef.Num()).String()) > 18 {
				require.ErrorIs(t, err, ErrRange, c.name)
				continue
			}
			require.NoError(t, err, "%s of %s and %s", c.name, n, m)
			require.Zero(t, c.want.Cmp(numberOf(t, got)), c.name)
			require.Equal(t, places, got.Places(), c.name)
		}
		require.Equal(t, x.Cmp(y), n.Cmp(m))
		require.Equal(t, x.Cmp(y) == 0, n == m, "== compares values")
		require.Equal(t, x.Sign(), n.Sign())
		require.Equal(t, x.Sign() == 0, n.IsZero())
		require.Zero(t, new(big.Rat).Neg(x).Cmp(numberOf(t, n.Neg())))
		require.Zero(t, x.Cmp(n.Ratio().Rat()))
	})
}

func TestNumberArithmeticBeyondSixtyFourBits(t *testing.T) {
	parse := func(text string) Number {
		n, err := ParseNumber(text)
		require.NoError(t, err)
		return n
	}
	// At 17 decimals the sum passes 2^63, and what is left of it in 64 bits would fit 18 digits.
	_, err := parse("92").Add(parse("9.99999999999999996"))
	require.ErrorIs(t, err, ErrRange)
	_, err = parse("-92").Sub(parse("9.99999999999999996"))
	require.ErrorIs(t, err, ErrRange)
	// At 18 decimals 37 passes 2^64, and what is left of it in 64 bits is less than the other.
	require.Equal(t, 1, parse("37").Cmp(parse("0.999999999999999999")))
	require.Equal(t, -1, parse("-37").Cmp(parse("-0.999999999999999999")))
}

func TestNumberRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := numbers().Draw(t, "n")
		text, err := n.MarshalText()
		require.NoError(t, err)
		var back Number
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, n, back)

		encoded, err := json.Marshal(n)
		require.NoError(t, err)
		require.Equal(t, `"`+n.String()+`"`, string(encoded))
		back = Number{}
		require.NoError(t, json.Unmarshal(encoded, &back))
		require.Equal(t, n, back)
		back = Number{}
		require.NoError(t, json.Unmarshal([]byte(n.String()), &back), "a bare JSON number")
		require.Equal(t, n, back)

		fromDecimal, err := NumberFromDecimal(n.Decimal())
		require.NoError(t, err)
		require.Equal(t, n, fromDecimal)
		again, err := NewNumber(n.Coefficient(), n.Places())
		require.NoError(t, err)
		require.Equal(t, n, again)
	})
}

func TestNumberJSONRefusesWhatIsNoPlainNumber(t *testing.T) {
	for _, text := range []string{"null", "1e3", `"1e3"`, `""`, "true", "{}", "[1]", `" 1"`, `"1,000"`} {
		kept := Number{coef: 7}
		require.ErrorIs(t, json.Unmarshal([]byte(text), &kept), ErrNumber, text)
		require.Equal(t, Number{coef: 7}, kept, "a refused text changes nothing")
	}
	require.ErrorContains(t, json.Unmarshal([]byte("null"), new(Number)), "the number is null")
	require.ErrorIs(t, new(Number).UnmarshalJSON([]byte(`"1`)), ErrNumber)
	require.ErrorIs(t, new(Number).UnmarshalJSON(nil), ErrNumber)
}

func TestNumberFromDecimal(t *testing.T) {
	long, ok := new(big.Int).SetString("1"+strings.Repeat("0", 63), 10)
	require.True(t, ok)
	for _, c := range []struct {
		d    decimal.Decimal
		want string
	}{
		{decimal.Decimal{}, "0"},
		{decimal.New(0, 2_000_000_000), "0"},
		{decimal.New(12, 3), "12000"},
		{decimal.New(1, 17), "100000000000000000"},
		{decimal.New(-1, -18), "-0.000000000000000001"},
		{decimal.NewFromBigInt(long, -63), "1"},
		{decimal.NewFromBigInt(long, -81), "0.000000000000000001"},
	} {
		n, err := NumberFromDecimal(c.d)
		require.NoError(t, err, c.want)
		require.Equal(t, c.want, n.String())
	}
	for _, d := range []decimal.Decimal{
		decimal.New(1, 18), decimal.New(1, 19), decimal.New(1, -19), decimal.New(1, 2_000_000_000), decimal.New(1, -2_000_000_000),
		decimal.NewFromBigInt(long, 0), decimal.NewFromBigInt(new(big.Int).Mul(long, big.NewInt(10)), -64), decimal.New(-1, 18),
		decimal.NewFromBigInt(new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 64), big.NewInt(5)), 0),
	} {
		_, err := NumberFromDecimal(d)
		require.ErrorIs(t, err, ErrRange)
	}
}
