package exact

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func ratios(t require.TestingT, texts ...string) []Ratio {
	values := make([]Ratio, len(texts))
	for i, text := range texts {
		values[i] = mustParse(t, text)
	}
	return values
}

func TestSplitByLargestRemainder(t *testing.T) {
	for _, c := range []struct {
		name    string
		total   int64
		weights []string
		want    []int64
	}{
		{"even thirds: the spare cent to the first", 100, []string{"1", "1", "1"}, []int64{34, 33, 33}},
		{"two spare cents to the first two", 200, []string{"1", "1", "1"}, []int64{67, 67, 66}},
		{"the largest remainder wins over the place", 100, []string{"0.1", "0.2", "0.3"}, []int64{17, 33, 50}},
		{"a refund is the opposite of the charge", -100, []string{"1", "1", "1"}, []int64{-34, -33, -33}},
		{"a weight of zero gets nothing", 101, []string{"0", "1", "0", "1"}, []int64{0, 51, 0, 50}},
		{"nothing to split", 0, []string{"1", "2"}, []int64{0, 0}},
		{"the highest total", math.MaxInt64, []string{"1"}, []int64{math.MaxInt64}},
		{"the lowest total", math.MinInt64, []string{"1"}, []int64{math.MinInt64}},
		{"the lowest total in two", math.MinInt64, []string{"1", "1"}, []int64{math.MinInt64 / 2, math.MinInt64 / 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Split(c.total, ratios(t, c.weights...))
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestTiesGoToTheEarlierHoweverManyPartsThereAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := make([]Ratio, rapid.IntRange(1, 100).Draw(t, "parts"))
		for i := range weights {
			weights[i] = Int(rapid.Int64Range(1, 3).Draw(t, "weight"))
		}
		total := rapid.Int64Range(0, 1000).Draw(t, "total")
		parts, err := Split(total, weights)
		require.NoError(t, err)
		last := map[Ratio]int64{}
		for i, weight := range weights {
			if before, seen := last[weight]; seen {
				require.LessOrEqual(t, parts[i], before, "an earlier part of the same weight got less")
			}
			last[weight] = parts[i]
		}
	})
}

func TestSplitRefusesWeightsThatCannotShare(t *testing.T) {
	_, err := Split(100, nil)
	require.ErrorIs(t, err, ErrDivideByZero)
	_, err = Split(0, ratios(t, "0", "0"))
	require.ErrorIs(t, err, ErrDivideByZero)
	_, err = Split(100, ratios(t, "2", "-1"))
	require.ErrorIs(t, err, ErrRange)
	require.ErrorContains(t, err, "weights[1]")
}

func TestSplitConservesTheTotalAndStaysWithinOneUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := int64s().Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Ratio {
			if rapid.Bool().Draw(t, "plain") {
				return Int(rapid.Int64Range(0, 3).Draw(t, "weight"))
			}
			return FromRat(rats().Draw(t, "weight")).Abs()
		}), 1, 8).Draw(t, "weights")
		weights[rapid.IntRange(0, len(weights)-1).Draw(t, "one above zero")] = Int(1)
		given := slices.Clone(weights)

		parts, err := Split(total, weights)
		require.NoError(t, err)
		require.Equal(t, given, weights, "the weights were changed")
		require.Len(t, parts, len(weights))

		whole, sum := new(big.Rat), new(big.Int)
		for i, part := range parts {
			whole.Add(whole, weights[i].Rat())
			sum.Add(sum, big.NewInt(part))
		}
		require.Equal(t, big.NewInt(total).String(), sum.String())
		remainders := make([]*big.Rat, len(parts)) // share − part: from −1 to 1, all turned to the sign of the total
		for i, part := range parts {
			share := new(big.Rat).SetInt64(total)
			share.Mul(share, weights[i].Rat()).Quo(share, whole)
			remainders[i] = share.Sub(share, new(big.Rat).SetInt64(part))
			if total < 0 {
				remainders[i].Neg(remainders[i])
			}
			require.Negative(t, new(big.Rat).Abs(remainders[i]).Cmp(big.NewRat(1, 1)), "part %d is a unit or more off its share", i)
			if weights[i].IsZero() {
				require.Zero(t, part)
			}
		}
		requireLargestRemainders(t, remainders)
		if total != math.MinInt64 {
			reversed, err := Split(-total, weights)
			require.NoError(t, err)
			for i := range parts {
				require.Equal(t, -parts[i], reversed[i])
			}
		}
	})
}

// requireLargestRemainders checks that whoever got a spare unit (and so stands below zero) had at least the remainder of
// whoever did not, and stands earlier where they are equal.
func requireLargestRemainders(t require.TestingT, remainders []*big.Rat) {
	one := big.NewRat(1, 1)
	for i, got := range remainders {
		if got.Sign() >= 0 {
			continue
		}
		before := new(big.Rat).Add(got, one)
		for j, other := range remainders {
			if other.Sign() < 0 {
				continue
			}
			order := before.Cmp(other)
			require.True(t, order > 0 || order == 0 && i < j, "part %d got the unit that was part %d's", i, j)
		}
	}
}

func TestFitLinesToTheirTotal(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []string
		total  int64
		want   []int64
	}{
		{"the missing cents to the largest remainders", []string{"10.4", "20.4", "30.6"}, 61, []int64{10, 20, 31}},
		{"ties to the earlier", []string{"10.5", "20.5"}, 31, []int64{11, 20}},
		{"a credit among charges", []string{"10.5", "-3.3", "0.8"}, 8, []int64{10, -3, 1}},
		{"whole values stay", []string{"10", "-3"}, 7, []int64{10, -3}},
		{"a total one above whole values", []string{"10", "-3"}, 8, []int64{11, -3}},
		{"a reversal gives the opposites", []string{"-10.4", "-20.4", "-30.6"}, -61, []int64{-10, -20, -31}},
		{"a reversal breaks ties as the charge did", []string{"-10.5", "-20.5"}, -31, []int64{-11, -20}},
		{"a total of zero", []string{"0.5", "-0.5"}, 0, []int64{1, -1}},
		{"the reversal of a total of zero", []string{"-0.5", "0.5"}, 0, []int64{-1, 1}},
		{"nothing", nil, 0, []int64{}},
		{"the highest value", []string{"9223372036854775807"}, math.MaxInt64, []int64{math.MaxInt64}},
		{"the lowest value", []string{"-9223372036854775808"}, math.MinInt64, []int64{math.MinInt64}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Fit(ratios(t, c.values...), c.total)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestFitRefusesATotalOutOfReach(t *testing.T) {
	for _, c := range []struct {
		values []string
		total  int64
	}{
		{[]string{"10.4", "20.4"}, 29},
		{[]string{"10.4", "20.4"}, 33},
		{[]string{"-10.4", "-20.4"}, -29},
		{[]string{"-10.4", "-20.4"}, -33},
		{nil, 1},
		{[]string{"9223372036854775808", "-1"}, math.MaxInt64},
	} {
		_, err := Fit(ratios(t, c.values...), c.total)
		require.ErrorIs(t, err, ErrRange, "%v to %d", c.values, c.total)
	}
}

func TestFitReachesTheRoundedSumInEveryMode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Ratio {
			return fraction(rapid.Int64Range(-100_000, 100_000).Draw(t, "num"), rapid.Uint64Range(1, 60).Draw(t, "den"))
		}), 0, 8).Draw(t, "values")
		given := slices.Clone(values)
		var sum Ratio
		opposite := make([]Ratio, len(values))
		for i, value := range values {
			sum = sum.Add(value)
			opposite[i] = value.Neg()
		}
		for _, mode := range modes() {
			total, ok := sum.Round(0, mode).Int64()
			require.True(t, ok)
			parts, err := Fit(values, total)
			require.NoError(t, err)
			require.Equal(t, given, values, "the values were changed")
			reversed, err := Fit(opposite, -total)
			require.NoError(t, err)
			var fitted int64
			remainders := make([]*big.Rat, len(parts))
			for i, part := range parts {
				fitted += part
				require.Equal(t, -part, reversed[i], "a reversal is the exact opposite")
				remainders[i] = new(big.Rat).Sub(values[i].Rat(), new(big.Rat).SetInt64(part))
				require.LessOrEqual(t, new(big.Rat).Abs(remainders[i]).Cmp(big.NewRat(1, 1)), 0)
			}
			require.Equal(t, total, fitted)
			if total > 0 {
				requireLargestRemainders(t, remainders)
			}
		}
	})
}
