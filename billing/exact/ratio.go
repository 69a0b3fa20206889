// Package exact computes with fractions that never lose a digit, and rounds them only where it is told how.
//
//	rate, err := exact.Parse("4.90")            // dollars per CCF
//	days, err := exact.New(17, 31)              // the part of the month
//	usage := exact.Int(10)
//	dollars := rate.Mul(usage).Mul(days)        // 833/31
//	cents := dollars.Round(2, exact.HalfUp)     // 2687/100
//	text, _ := cents.Decimal(2)                 // "26.87"
//	parts, err := exact.Split(2687, []exact.Ratio{exact.Int(1), exact.Int(2)}) // 896, 1791
//
// [Ratio] is a fraction of any size, [Number] a short plain decimal for metered quantities, and [Mode] a way of rounding.
// Nothing here uses floating point.
package exact

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of this package's errors.
const (
	ErrDivideByZero problem.Code = "E_DIVIDE_BY_ZERO" // a fraction or a quotient over zero
	ErrNumber       problem.Code = "E_NUMBER"         // text that is not a plain decimal number
	ErrRange        problem.Code = "E_RANGE"          // a number outside the stated bounds
	ErrMode         problem.Code = "E_ROUNDING"       // a rounding that is missing or unknown
)

// Ratio is an exact fraction of any size. The zero value is 0. A Ratio is an immutable value: methods return new ones.
// While numerator and denominator fit an int64 it holds no pointer and its arithmetic allocates nothing; beyond that it
// carries on with big integers, and comes back as soon as the result fits. Compare with Equal or Cmp, not with ==.
type Ratio struct {
	num, den int64    // reduced, den > 0; 0 is held as 0/0, so that the zero value is the only zero
	big      *big.Rat // set where the fraction does not fit num and den; never written to
}

// maxDecimalExponent bounds the powers of ten that FromDecimal expands. It is what package decimal itself reads by default.
const maxDecimalExponent = 10_000

// Int returns the whole number n.
func Int(n int64) Ratio {
	if n == 0 {
		return Ratio{}
	}
	return Ratio{num: n, den: 1}
}

// New returns num/den in lowest terms. A den of 0 is ErrDivideByZero.
func New(num, den int64) (Ratio, error) {
	if den == 0 {
		return Ratio{}, divideByZero()
	}
	n, d := magnitude(num), magnitude(den)
	g := gcd(n, d)
	if r, ok := small((num < 0) != (den < 0), n/g, d/g); ok {
		return r, nil
	}
	return fromBig(big.NewRat(num, den)), nil
}

// FromRat returns a copy of r, which must not be nil.
func FromRat(r *big.Rat) Ratio {
	return fromBig(new(big.Rat).Set(r))
}

// FromDecimal returns d exactly. It panics where d's exponent is outside ±10,000, since a decimal such as 1e2000000000
// would fill the memory. Package decimal reads no such text by default; a decimal that was made in other ways goes through
// [NumberFromDecimal] or a bound of the caller's first.
func FromDecimal(d decimal.Decimal) Ratio {
	if d.IsZero() {
		return Ratio{}
	}
	exponent := int(d.Exponent())
	if exponent < -maxDecimalExponent || exponent > maxDecimalExponent {
		panic("exact: FromDecimal: exponent outside -10,000 to 10,000; bound decimals from outside before converting them")
	}
	return fromBig(d.Rat())
}

// Sign returns -1, 0 or 1.
func (r Ratio) Sign() int {
	switch {
	case r.big != nil:
		return r.big.Sign()
	case r.num < 0:
		return -1
	case r.num > 0:
		return 1
	}
	return 0
}

// IsZero reports whether r is 0.
func (r Ratio) IsZero() bool { return r.big == nil && r.num == 0 }

// IsInt reports whether r is a whole number.
func (r Ratio) IsInt() bool {
	if r.big != nil {
		return r.big.IsInt()
	}
	return r.den <= 1
}

// Int64 returns r where it is a whole number that fits an int64; otherwise ok is false.
func (r Ratio) Int64() (n int64, ok bool) {
	if r.big != nil || r.den > 1 {
		return 0, false
	}
	return r.num, true
}

// Rat returns a fresh copy of r, the caller's to change.
func (r Ratio) Rat() *big.Rat { return new(big.Rat).Set(r.rat()) }

// BitLen returns the bits of the longer of numerator and denominator, signs left out. It is what bounds the size of a
// computation whose inputs come from outside.
func (r Ratio) BitLen() int {
	if r.big != nil {
		return max(r.big.Num().BitLen(), r.big.Denom().BitLen())
	}
	return max(bits.Len64(magnitude(r.num)), bits.Len64(r.denominator()))
}

// rat returns r as a big fraction that must not be changed.
func (r Ratio) rat() *big.Rat {
	if r.big != nil {
		return r.big
	}
	return new(big.Rat).SetFrac64(r.num, int64(r.denominator()))
}

func (r Ratio) denominator() uint64 { return uint64(max(r.den, 1)) }

// fromBig takes r over: the caller keeps no use of it.
func fromBig(r *big.Rat) Ratio {
	if num, den := r.Num(), r.Denom(); num.IsInt64() && den.IsInt64() {
		if num.Sign() == 0 {
			return Ratio{}
		}
		return Ratio{num: num.Int64(), den: den.Int64()}
	}
	return Ratio{big: r}
}

// small builds a Ratio from a reduced fraction, where it fits.
func small(negative bool, num, den uint64) (Ratio, bool) {
	if num == 0 {
		return Ratio{}, true
	}
	if den > math.MaxInt64 {
		return Ratio{}, false
	}
	n, ok := signed(negative, num)
	return Ratio{num: n, den: int64(den)}, ok
}

// fraction returns num/den in lowest terms, for a den in 1 to 10^18, where the result always fits.
func fraction(num int64, den uint64) Ratio {
	n := magnitude(num)
	g := gcd(n, den)
	r, _ := small(num < 0, n/g, den/g)
	return r
}

// signed puts the sign to a magnitude. The lowest int64 has a magnitude that no positive int64 has.
func signed(negative bool, magnitude uint64) (int64, bool) {
	if negative {
		return -int64(magnitude), magnitude <= 1<<63
	}
	return int64(magnitude), magnitude <= math.MaxInt64
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// gcd is the greatest common divisor, by halving and subtracting. Where one is 0 it is the other.
func gcd(a, b uint64) uint64 {
	if a == 0 || b == 0 {
		return a | b
	}
	shift := bits.TrailingZeros64(a | b)
	a >>= bits.TrailingZeros64(a)
	for b != 0 {
		b >>= bits.TrailingZeros64(b)
		if a > b {
			a, b = b, a
		}
		b -= a
	}
	return a << shift
}

// power10 returns 10^n for n in 0 to 18.
func power10(n int) uint64 {
	return [...]uint64{
		1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
		1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
	}[n]
}

func divideByZero() *problem.Error {
	return &problem.Error{Code: ErrDivideByZero, What: "the divisor is zero", Fix: "give a divisor other than zero"}
}
