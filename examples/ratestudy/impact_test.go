package main

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/problem"
)

// someOutcomes are outcomes of lines that stand at different places, with few different changes, so that many are alike,
// and some far from all others.
func someOutcomes() *rapid.Generator[[]outcome] {
	cents := rapid.OneOf(rapid.Int64Range(-3, 3), rapid.Int64Range(-300_000_00, 300_000_00), rapid.Just[int64](math.MaxInt64/2), rapid.Just[int64](math.MinInt64/2))
	one := rapid.Custom(func(t *rapid.T) outcome {
		return outcome{
			Kind:  rapid.SampledFrom([]kind{isHeader, isBlank, isPriced, isPriced, isPriced, isRefused, isRefused, isRefused}).Draw(t, "kind"),
			At:    place{rapid.SampledFrom([]string{"a", "b"}).Draw(t, "file"), rapid.Int64Range(0, 1<<40).Draw(t, "byte")},
			Bytes: rapid.Int64Range(1, 100).Draw(t, "bytes"), Cut: rapid.Bool().Draw(t, "cut"),
			Now: cents.Draw(t, "now"), Next: cents.Draw(t, "next"),
		}
	})
	return rapid.Custom(func(t *rapid.T) []outcome {
		all := rapid.SliceOfNDistinct(one, 0, 60, func(o outcome) place { return o.At }).Draw(t, "outcomes")
		for i := range all {
			if all[i].Kind == isRefused {
				all[i].Refusal = refusal{At: all[i].At, Code: rapid.SampledFrom([]problem.Code{"E_A", "E_B", "E_C"}).Draw(t, "code"), What: "what"}
			}
		}
		return all
	})
}

func impactOf(all []outcome) impact {
	var i impact
	for _, o := range all {
		i.add(o)
	}
	return i
}

// copied is an impact that shares nothing with i: it has been on its way between two machines.
func copied(t require.TestingT, i impact) impact {
	text, err := encodeImpact(i)
	require.NoError(t, err)
	other, err := decodeImpact(text)
	require.NoError(t, err)
	return other
}

// merged is the impact of both.
func merged(t require.TestingT, i, j impact) impact {
	both := copied(t, i)
	both.merge(copied(t, j))
	return both
}

func TestImpactsAddUpTheSameInAnyOrderAndGrouping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := someOutcomes().Draw(t, "all")
		want := copied(t, impactOf(all))
		parts := []impact{{}}
		for _, o := range rapid.Permutation(all).Draw(t, "order") {
			if rapid.Bool().Draw(t, "new part") {
				parts = append(parts, impact{})
			}
			parts[len(parts)-1].add(o)
		}
		for len(parts) > 1 {
			i := rapid.IntRange(0, len(parts)-2).Draw(t, "one")
			j := rapid.IntRange(i+1, len(parts)-1).Draw(t, "other")
			a, b := parts[i], parts[j]
			if rapid.Bool().Draw(t, "swap") {
				a, b = b, a
			}
			parts[i] = merged(t, a, b)
			parts = slices.Delete(parts, j, j+1)
		}
		require.Equal(t, want, copied(t, parts[0]))
	})
}

func TestMergingIsAssociativeAndCommutativeAndHasAZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := someOutcomes().Draw(t, "all")
		cut := rapid.IntRange(0, len(all)).Draw(t, "cut")
		cut2 := rapid.IntRange(cut, len(all)).Draw(t, "cut2")
		a, b, c := copied(t, impactOf(all[:cut])), copied(t, impactOf(all[cut:cut2])), copied(t, impactOf(all[cut2:]))
		require.Equal(t, merged(t, merged(t, a, b), c), merged(t, a, merged(t, b, c)))
		require.Equal(t, merged(t, a, b), merged(t, b, a))
		require.Equal(t, a, merged(t, a, impact{}))
		require.Equal(t, a, merged(t, impact{}, a))
	})
}

func TestAnImpactIsWhatItsRowsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := someOutcomes().Draw(t, "all")
		i := impactOf(all)
		now, next := new(big.Int), new(big.Int)
		var changes []int64
		var told []place
		refused := 0
		for _, o := range all {
			switch o.Kind {
			case isPriced:
				now.Add(now, big.NewInt(o.Now))
				next.Add(next, big.NewInt(o.Next))
				changes = append(changes, o.Next-o.Now)
			case isRefused:
				refused++
				told = append(told, o.At)
			}
		}
		require.Equal(t, now.String(), whole(i.Now))
		require.Equal(t, next.String(), whole(i.Next))
		require.EqualValues(t, len(changes), i.Bills)
		require.EqualValues(t, len(changes), i.Rise+i.Fall+i.Same)
		require.EqualValues(t, refused, i.refused())
		require.EqualValues(t, len(changes)+refused, i.Rows)
		slices.Sort(changes)
		if len(changes) > 0 {
			require.Equal(t, max(changes[len(changes)-1], 0), i.MostUp.Change)
			require.Equal(t, min(changes[0], 0), i.MostDown.Change)
		}
		slices.SortFunc(told, place.compare)
		require.Len(t, i.Told, min(len(told), mostTold))
		for k, r := range i.Told {
			require.Equal(t, told[k], r.At)
		}
	})
}

func TestTheFirstOfTheBillsThatChangeMostIsTold(t *testing.T) {
	var i impact
	for _, o := range []outcome{
		{Kind: isPriced, At: place{"b", 7}, Next: 5}, {Kind: isPriced, At: place{"b", 3}, Next: 5}, {Kind: isPriced, At: place{"a", 90}, Next: 5},
		{Kind: isPriced, At: place{"a", 1}, Next: 4}, {Kind: isPriced, At: place{"c", 2}, Now: 5}, {Kind: isPriced, At: place{"c", 1}, Now: 5},
	} {
		i.add(o)
	}
	require.Equal(t, extreme{5, place{"a", 90}}, i.MostUp)
	require.Equal(t, extreme{-5, place{"c", 1}}, i.MostDown)
}

// whole is a sum in digits.
func whole(s sum) string {
	n := new(big.Int).Lsh(big.NewInt(s.High), 64)
	return n.Add(n, new(big.Int).SetUint64(s.Low)).String()
}

func TestSumsAreExactBeyondWhatAnAmountHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s sum
		want := new(big.Int)
		for _, n := range rapid.SliceOf(rapid.Int64()).Draw(t, "cents") {
			s = s.plus(sumOf(n))
			want.Add(want, big.NewInt(n))
		}
		require.Equal(t, want.String(), whole(s))
		amount, err := s.amount()
		require.Equal(t, want.IsInt64(), err == nil)
		if err == nil {
			require.Equal(t, want.Int64(), amount.Cents())
		}
	})
}

func TestChangesAreCountedExactlyOrToThreeDigits(t *testing.T) {
	for cents, want := range map[int64]int64{
		0: 0, 1: 1, -1: -1, 99_999: 99_999, -99_999: -99_999, 100_000: 100_000, 100_999: 100_000, 101_000: 101_000, -123_456_789: -123_000_000,
		math.MaxInt64: 9_220_000_000_000_000_000, math.MinInt64: -9_220_000_000_000_000_000,
	} {
		require.Equal(t, want, bin(cents), cents)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		require.Equal(t, cmp.Compare(bin(a), bin(b))*cmp.Compare(a, b) >= 0, true, "order is kept")
		require.Equal(t, bin(a), bin(bin(a)), "what is cut is not cut again")
	})
	bins := map[int64]bool{}
	for step := int64(1000); step <= 1e16; step *= 10 {
		for digits := int64(100); digits <= 999; digits++ {
			if digits <= math.MaxInt64/step {
				bins[bin(digits*step)] = true
				bins[bin(-digits*step)] = true
			}
		}
	}
	require.LessOrEqual(t, len(bins)+2*exactBelow-1, maxBins)
}

func TestPercentilesAreTheChangesOfTheBillsAtTheirRank(t *testing.T) {
	require.Empty(t, changes(nil).percentiles(50))
	require.Equal(t, []int64{1, 2, 3, 4}, changes{1: 1, 2: 1, 3: 1, 4: 1}.percentiles(25, 50, 75, 100))
	require.Equal(t, []int64{-7, -7, -7}, changes{-7: 1}.percentiles(1, 50, 100))
	rapid.Check(t, func(t *rapid.T) {
		sorted := rapid.SliceOfN(rapid.Int64Range(-50, 50), 1, 300).Draw(t, "changes")
		c := changes{}
		for _, n := range sorted {
			c[n]++
		}
		slices.Sort(sorted)
		percents := []int64{1, 5, 33, 50, 95, 100}
		for k, got := range c.percentiles(percents...) {
			at := new(big.Rat).SetFrac64(percents[k]*int64(len(sorted)), 100)
			atLeast := 0
			for big.NewRat(int64(atLeast), 1).Cmp(at) < 0 {
				atLeast++
			}
			require.Equal(t, sorted[atLeast-1], got, percents[k])
		}
	})
	require.Equal(t, int64(math.MaxInt64), rank(math.MaxInt64, 100))
}
