package rates

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The reciprocals that a published derivation gives for these divisors.
func TestReciprocalsOfOldAcquaintance(t *testing.T) {
	for _, c := range []struct {
		by, mul uint64
		shift   uint8
	}{{100_000, 94447329657392905, 9}, {10_000, 118059162071741131, 6}} {
		d := newDivisor(c.by, 1<<56)
		require.True(t, d.exact)
		require.Equal(t, [2]uint64{c.mul, uint64(c.shift)}, [2]uint64{d.mul, uint64(d.shift)})
	}
}

// Where a reciprocal is used, it gives what division gives: at multiples of the
// divisor and beside them, up to the bound.
func TestReciprocalsDivide(t *testing.T) {
	used := 0
	rapid.Check(t, func(t *rapid.T) {
		by := rapid.Uint64Range(1, math.MaxUint64).Draw(t, "by") >> rapid.IntRange(0, 63).Draw(t, "shorter")
		by = max(by, 1)
		most := rapid.Uint64().Draw(t, "most") >> rapid.IntRange(0, 63).Draw(t, "less")
		d := newDivisor(by, most)
		if d.exact {
			used++
		}
		k := rapid.Uint64Range(0, most/by).Draw(t, "k")
		for _, n := range []uint64{k * by, k*by - 1, k*by + 1, most, most / by * by, most/by*by - 1, 0} {
			if n <= most {
				require.Equal(t, n/by, d.div(n), "%d / %d up to %d", n, by, most)
			}
		}
	})
	require.Positive(t, used)
}
