package rates

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
)

// A rounding of a program gives what exact fractions give, on both sides of zero and
// at ties.
func TestProgramsRoundAsFractionsDo(t *testing.T) {
	modes := []rounder{roundHalfUp, roundHalfEven, roundUp, roundDown, roundFloor, roundCeil}
	rapid.Check(t, func(t *rapid.T) {
		by := rapid.Int64Range(1, 1<<40).Draw(t, "by") >> rapid.IntRange(0, 40).Draw(t, "shorter")
		by = max(by, 1)
		n := rapid.Int64Range(-1<<60, 1<<60).Draw(t, "n") >> rapid.IntRange(0, 60).Draw(t, "less")
		if rapid.Bool().Draw(t, "tie") {
			n = n/by*by + by/2
		}
		o := operation{div: newDivisor(uint64(by), 1<<61), half: uint64(by) / 2}
		v, err := exact.New(n, by)
		require.NoError(t, err)
		for _, mode := range modes {
			o.rounding = mode
			want, ok := roundedConstant(v, 0, mode).Int64()
			require.True(t, ok)
			require.Equal(t, want, o.round(n), "%d / %d, mode %d", n, by, mode)
		}
	})
}

// What a register is said to hold is what it holds: sums and products of whole numbers
// at the ends of their ranges.
func TestReachHoldsWhatAPolynomialComesTo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &lowering{}
		values := make([]int64, 3)
		for i := range values {
			low := rapid.Int64Range(-50, 50).Draw(t, "low")
			high := low + rapid.Int64Range(0, 50).Draw(t, "width")
			values[i] = rapid.Int64Range(low, high).Draw(t, "value")
			l.regs = append(l.regs, registerRange{big.NewRat(rapid.Int64Range(1, 12).Draw(t, "num"), rapid.Int64Range(1, 12).Draw(t, "den")), big.NewInt(low), big.NewInt(high)})
		}
		var p polynomial
		value := new(big.Rat)
		for range rapid.IntRange(1, 5).Draw(t, "terms") {
			coef, _ := exact.New(rapid.Int64Range(-30, 30).Draw(t, "num"), rapid.Int64Range(1, 30).Draw(t, "den"))
			term := constantPolynomial(coef)
			of := coef.Rat()
			for range rapid.IntRange(0, 3).Draw(t, "degree") {
				r := rapid.IntRange(0, 2).Draw(t, "register")
				term, _ = term.mul(register(r))
				of.Mul(of, mulRat(big.NewRat(values[r], 1), l.regs[r].unit))
			}
			p = p.plus(term)
			value.Add(value, of)
		}
		low, high := l.reach(p)
		require.True(t, low.Cmp(value) <= 0 && value.Cmp(high) <= 0, "%s is not from %s to %s", value, low, high)
		whole := value
		if unit := l.commonUnit(p); unit.Sign() != 0 {
			whole = quoRat(value, unit)
		}
		require.True(t, whole.IsInt(), "%s is no whole number", whole)
	})
}
