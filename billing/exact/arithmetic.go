package exact

import (
	"cmp"
	"math/big"
	"math/bits"
)

// Add returns r + s.
func (r Ratio) Add(s Ratio) Ratio {
	if r.big == nil && s.big == nil {
		if sum, ok := addSmall(r, s); ok {
			return sum
		}
	}
	return fromBig(new(big.Rat).Add(r.rat(), s.rat()))
}

// Sub returns r − s.
func (r Ratio) Sub(s Ratio) Ratio { return r.Add(s.Neg()) }

// Mul returns r × s.
func (r Ratio) Mul(s Ratio) Ratio {
	if r.big == nil && s.big == nil {
		negative := (r.num < 0) != (s.num < 0)
		if product, ok := mulSmall(negative, magnitude(r.num), r.denominator(), magnitude(s.num), s.denominator()); ok {
			return product
		}
	}
	return fromBig(new(big.Rat).Mul(r.rat(), s.rat()))
}

// Quo returns r ÷ s. Where s is 0 it is ErrDivideByZero.
func (r Ratio) Quo(s Ratio) (Ratio, error) {
	if s.IsZero() {
		return Ratio{}, divideByZero()
	}
	if r.big == nil && s.big == nil {
		negative := (r.num < 0) != (s.num < 0)
		if quotient, ok := mulSmall(negative, magnitude(r.num), r.denominator(), s.denominator(), magnitude(s.num)); ok {
			return quotient, nil
		}
	}
	return fromBig(new(big.Rat).Quo(r.rat(), s.rat())), nil
}

// Neg returns −r.
func (r Ratio) Neg() Ratio {
	if r.big == nil {
		if n, ok := signed(r.num > 0, magnitude(r.num)); ok {
			return Ratio{num: n, den: r.den}
		}
	}
	return fromBig(new(big.Rat).Neg(r.rat()))
}

// Abs returns r without its sign.
func (r Ratio) Abs() Ratio {
	if r.Sign() < 0 {
		return r.Neg()
	}
	return r
}

// Cmp returns -1 where r < s, 0 where they are equal, and 1 where r > s.
func (r Ratio) Cmp(s Ratio) int {
	if r.big != nil || s.big != nil {
		return r.rat().Cmp(s.rat())
	}
	if r.den == s.den || r.Sign() != s.Sign() {
		return cmp.Compare(r.num, s.num)
	}
	rHigh, rLow := bits.Mul64(magnitude(r.num), s.denominator())
	sHigh, sLow := bits.Mul64(magnitude(s.num), r.denominator())
	return r.Sign() * cmp.Or(cmp.Compare(rHigh, sHigh), cmp.Compare(rLow, sLow))
}

// Equal reports whether r and s are the same number.
func (r Ratio) Equal(s Ratio) bool { return r.Cmp(s) == 0 }

// Min returns the lesser of a and b.
func Min(a, b Ratio) Ratio {
	if b.Cmp(a) < 0 {
		return b
	}
	return a
}

// Max returns the greater of a and b.
func Max(a, b Ratio) Ratio {
	if b.Cmp(a) > 0 {
		return b
	}
	return a
}

// addSmall adds over the least common denominator. It gives up where a step does not fit, even if the sum would.
func addSmall(r, s Ratio) (Ratio, bool) {
	rDen, sDen := r.denominator(), s.denominator()
	common := gcd(rDen, sDen)
	rNum, ok1 := mulInt64(r.num, sDen/common)
	sNum, ok2 := mulInt64(s.num, rDen/common)
	sum := rNum + sNum
	if !ok1 || !ok2 || (rNum < 0) == (sNum < 0) && (sum < 0) != (rNum < 0) {
		return Ratio{}, false
	}
	// Whatever the sum still shares with its denominator, it shares with common.
	shared := gcd(magnitude(sum), common)
	high, den := bits.Mul64(rDen/shared, sDen/common)
	if high != 0 {
		return Ratio{}, false
	}
	return small(sum < 0, magnitude(sum)/shared, den)
}

// mulSmall returns (a/b) × (c/d) of reduced fractions. It reduces across first, so that it gives up only where the
// product itself does not fit.
func mulSmall(negative bool, a, b, c, d uint64) (Ratio, bool) {
	if a == 0 || c == 0 {
		return Ratio{}, true
	}
	ad, bc := gcd(a, d), gcd(b, c)
	numHigh, num := bits.Mul64(a/ad, c/bc)
	denHigh, den := bits.Mul64(b/bc, d/ad)
	if numHigh != 0 || denHigh != 0 {
		return Ratio{}, false
	}
	return small(negative, num, den)
}

func mulInt64(n int64, by uint64) (int64, bool) {
	high, low := bits.Mul64(magnitude(n), by)
	product, ok := signed(n < 0, low)
	return product, ok && high == 0
}
