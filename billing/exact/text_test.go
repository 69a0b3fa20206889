package exact

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseReadsPlainDecimals(t *testing.T) {
	for text, want := range map[string]string{
		"12": "12", "-0.5": "-1/2", ".7": "7/10", "12.": "12", "+3": "3", "0": "0", "-0": "0", "-.25": "-1/4", "007": "7",
		"0.10":                "1/10",
		"9223372036854775808": "9223372036854775808",
		"0.00000000000000000000000000000000000001":                          "1/100000000000000000000000000000000000000",
		strings.Repeat("9", 64):                                             strings.Repeat("9", 64),
		strings.Repeat("0", 63) + "1":                                       "1",
		"1.000000000000000000000000000000000000000000000000000000000000000": "1",
	} {
		got, err := Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got.String(), text)
	}
}

func TestParseRefusesWhatIsNotAPlainDecimal(t *testing.T) {
	for _, text := range []string{
		"", "-", "+", ".", "-.", "1e3", "1E3", "0x10", " 1", "1 ", "1 000", "1,000", "$1", "--1", "+-1", "1-", "1.2.3", "..1",
		"NaN", "Inf", "١", "½", "1/2", "1_000", strings.Repeat("0", 65), "\x00", "null",
	} {
		_, err := Parse(text)
		require.ErrorIs(t, err, ErrNumber, "%q", text)
		_, err = ParseNumber(text)
		require.ErrorIs(t, err, ErrNumber, "%q", text)
	}
}

func TestParseErrorNamesThePlaceAndNotTheText(t *testing.T) {
	_, err := Parse("4,90")
	require.EqualError(t, err, "E_NUMBER: character 2 does not belong in a number; "+
		"write digits with at most one point, such as 12.34, with no exponent, spaces or commas")
}

func TestDecimalIsWholeWhereItEndsAndCutWhereItDoesNot(t *testing.T) {
	for _, c := range []struct {
		num, den int64
		places   int
		want     string
		ends     bool
	}{
		{3, 1, 0, "3", true},
		{0, 1, 5, "0", true},
		{1, 8, 0, "0.125", true},
		{-1, 8, 9, "-0.125", true},
		{100, 1, 2, "100", true},
		{1, 3, 2, "0.33", false},
		{2, 3, 2, "0.66", false},
		{-2, 3, 2, "-0.66", false},
		{2, 3, 0, "0", false},
		{-1, 300, 2, "0.00", false},
		{57600, 77, 4, "748.0519", false},
	} {
		r, err := New(c.num, c.den)
		require.NoError(t, err)
		text, ends := r.Decimal(c.places)
		require.Equal(t, c.want, text, r)
		require.Equal(t, c.ends, ends, r)
		require.Equal(t, c.ends, r.Finite(), r)
	}
}

func TestDecimalTextsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rats().Draw(t, "x")
		r := FromRat(x)
		places := rapid.IntRange(0, 30).Draw(t, "places")
		text, ends := r.Decimal(places)
		back, ok := new(big.Rat).SetString(text)
		require.True(t, ok, text)
		require.Equal(t, ends, r.Finite())
		if ends {
			require.Zero(t, back.Cmp(x), text)
			require.False(t, strings.Contains(text, ".") && strings.HasSuffix(text, "0"), "trailing zeros in %s", text)
			return
		}
		_, decimals, _ := strings.Cut(text, ".")
		require.Len(t, decimals, places)
		off := new(big.Rat).Abs(new(big.Rat).Sub(x, back))
		unit := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
		require.Negative(t, off.Cmp(unit))
		require.True(t, new(big.Rat).Abs(back).Cmp(new(big.Rat).Abs(x)) < 0, "cut, not rounded")
	})
}

func TestFiniteMeansTwosAndFivesOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rats().Draw(t, "x")
		den := new(big.Int).Set(x.Denom())
		for _, factor := range []*big.Int{big.NewInt(2), big.NewInt(5)} {
			for new(big.Int).Rem(den, factor).Sign() == 0 {
				den.Quo(den, factor)
			}
		}
		require.Equal(t, den.IsInt64() && den.Int64() == 1, FromRat(x).Finite(), x)
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"12", "-0.5", ".7", "12.", "", "1e9", "+", "9223372036854775808", "0.000000000000000000001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text)
		number, numberErr := ParseNumber(text)
		if err != nil {
			require.ErrorIs(t, err, ErrNumber)
			require.ErrorIs(t, numberErr, ErrNumber)
			return
		}
		want, ok := new(big.Rat).SetString(text)
		require.True(t, ok, "%q", text)
		requireSame(t, want, r)
		if numberErr != nil {
			require.ErrorIs(t, numberErr, ErrRange)
			scaled := new(big.Rat).Mul(want, new(big.Rat).SetInt64(1_000_000_000_000_000_000))
			digits, _ := r.Decimal(0)
			digits = strings.TrimLeft(strings.NewReplacer("-", "", ".", "").Replace(digits), "0")
			require.True(t, !scaled.IsInt() || len(digits) > 18, "%q would have fit", text)
			return
		}
		require.Zero(t, want.Cmp(number.Ratio().Rat()))
		again, err := ParseNumber(number.String())
		require.NoError(t, err)
		require.Equal(t, number, again)
	})
}
