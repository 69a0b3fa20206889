// Package money holds amounts of United States dollars in whole cents. Nothing is rounded unless a rounding is named,
// and nothing overflows unseen.
//
//	base, err := money.Parse("45.27")
//	usage := exact.Int(10).Mul(rate)                          // an exact number of dollars
//	charge, err := money.FromRatio(usage, exact.HalfUp)       // $49.00
//	total, err := money.Sum(base, charge)                     // $94.27
//	fmt.Println(total, total.Cents())                         // $94.27 9427
//	shares, err := total.Split([]exact.Ratio{exact.Int(1), exact.Int(2)})
//
// Outside of Go an [Amount] is its decimal text: "94.27" in text, JSON and SQL, and a decimal.Decimal for other code.
package money

import (
	"cmp"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of this package's errors. A rounding that is missing is exact.ErrMode.
const (
	ErrOverflow problem.Code = "E_AMOUNT_RANGE" // outside ±$92,233,720,368,547,758.07
	ErrSubCent  problem.Code = "E_SUB_CENT"     // a fraction of a cent where cents are stated
	ErrAmount   problem.Code = "E_AMOUNT"       // not an amount at all
)

// Amount is an amount of money in whole cents, positive or negative, within an int64. The zero value is $0.00. Amounts
// compare with == and can be map keys.
type Amount struct {
	cents int64
}

// Cents returns the amount of n cents.
func Cents(n int64) Amount { return Amount{cents: n} }

// Cents returns a in cents.
func (a Amount) Cents() int64 { return a.cents }

// FromDecimal returns the amount of d dollars. A fraction of a cent is ErrSubCent, an amount that does not fit ErrOverflow.
// Trailing zeros are no fraction: 12.340 is $12.34. It is safe for decimals from outside, however large their exponent.
func FromDecimal(d decimal.Decimal) (Amount, error) {
	const maxDigits = 64
	if d.IsZero() {
		return Amount{}, nil
	}
	places := -int(d.Exponent())
	if places < -maxDigits {
		return Amount{}, overflow()
	}
	if d.NumDigits() > maxDigits {
		return Amount{}, &problem.Error{
			Code: ErrAmount, What: "the decimal is held in more than 64 digits", Fix: "give an amount with two decimals",
		}
	}
	cents, ten := d.Coefficient(), big.NewInt(10)
	for ; places < 2; places++ {
		cents.Mul(cents, ten)
	}
	for ; places > 2; places-- {
		shorter, last := new(big.Int).QuoRem(cents, ten, new(big.Int))
		if last.Sign() != 0 {
			return Amount{}, subCent()
		}
		cents = shorter
	}
	if !cents.IsInt64() {
		return Amount{}, overflow()
	}
	return Amount{cents: cents.Int64()}, nil
}

// Decimal returns a in dollars, with two decimals.
func (a Amount) Decimal() decimal.Decimal { return decimal.New(a.cents, -2) }

// FromRatio returns the amount of so many dollars, rounded to a cent by mode. A mode that is not valid is exact.ErrMode,
// an amount that does not fit ErrOverflow.
func FromRatio(dollars exact.Ratio, mode exact.Mode) (Amount, error) {
	if !mode.Valid() {
		return Amount{}, missingMode()
	}
	cents, ok := dollars.Mul(exact.Int(100)).Round(0, mode).Int64()
	if !ok {
		return Amount{}, overflow()
	}
	return Amount{cents: cents}, nil
}

// Ratio returns a in dollars.
func (a Amount) Ratio() exact.Ratio {
	// A divisor other than zero has no error.
	dollars, _ := exact.New(a.cents, 100)
	return dollars
}

// Add returns a + b, or ErrOverflow.
func (a Amount) Add(b Amount) (Amount, error) {
	sum := a.cents + b.cents
	if (sum > a.cents) != (b.cents > 0) {
		return Amount{}, overflow()
	}
	return Amount{cents: sum}, nil
}

// Sub returns a − b, or ErrOverflow.
func (a Amount) Sub(b Amount) (Amount, error) {
	difference := a.cents - b.cents
	if (difference < a.cents) != (b.cents > 0) {
		return Amount{}, overflow()
	}
	return Amount{cents: difference}, nil
}

// Neg returns −a. The lowest amount, one cent further from zero than the highest, has no opposite: ErrOverflow.
func (a Amount) Neg() (Amount, error) { return Amount{}.Sub(a) }

// Sum adds the amounts, or returns ErrOverflow where their sum does not fit, whatever the sums on the way.
func Sum(amounts ...Amount) (Amount, error) {
	var sum exact.Ratio
	for _, a := range amounts {
		sum = sum.Add(exact.Int(a.cents))
	}
	cents, ok := sum.Int64()
	if !ok {
		return Amount{}, overflow()
	}
	return Amount{cents: cents}, nil
}

// Cmp returns -1 where a < b, 0 where they are equal, and 1 where a > b.
func (a Amount) Cmp(b Amount) int { return cmp.Compare(a.cents, b.cents) }

// Sign returns -1, 0 or 1.
func (a Amount) Sign() int { return cmp.Compare(a.cents, 0) }

// IsZero reports whether a is $0.00.
func (a Amount) IsZero() bool { return a.cents == 0 }

// Split shares a out in proportion to the weights, by largest remainder as exact.Split does. The parts sum to a.
func (a Amount) Split(weights []exact.Ratio) ([]Amount, error) {
	parts, err := exact.Split(a.cents, weights)
	if err != nil {
		return nil, err
	}
	amounts := make([]Amount, len(parts))
	for i, cents := range parts {
		amounts[i] = Amount{cents: cents}
	}
	return amounts, nil
}

// magnitude returns the cents without their sign; the lowest int64 has no positive int64.
func (a Amount) magnitude() uint64 {
	if a.cents < 0 {
		return -uint64(a.cents)
	}
	return uint64(a.cents)
}

func overflow() *problem.Error {
	return &problem.Error{
		Code: ErrOverflow, What: "the amount is beyond $92,233,720,368,547,758.07",
		Fix: "look for a wrong unit or a misplaced decimal point",
	}
}

func subCent() *problem.Error {
	return &problem.Error{
		Code: ErrSubCent, What: "the amount has a fraction of a cent",
		Fix: "round it by a named rounding first, and write at most two decimals",
	}
}
