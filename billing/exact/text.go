package exact

import (
	"math/big"
	"strconv"

	"github.com/headgate-dev/headgate/billing/problem"
)

// maxDigits bounds the digits of a number that is read from text, leading zeros counted.
const maxDigits = 64

// Parse reads a plain decimal number: an optional sign, digits, and an optional point with digits before it, after it or
// both ("12", "-0.5", ".7", "12."). It takes at most 64 digits, and no exponent, spaces, commas or currency signs.
// Anything else is ErrNumber; the error names the place in the text but does not repeat the text, which may be private.
func Parse(text string) (Ratio, error) {
	plain, err := scan(text)
	if err != nil {
		return Ratio{}, err
	}
	if coef, ok := plain.int64(); ok && len(plain.decimals) <= maxPlaces {
		return fraction(coef, power10(len(plain.decimals))), nil
	}
	num, _ := new(big.Int).SetString(plain.whole+plain.decimals, 10)
	if plain.negative {
		num.Neg(num)
	}
	den := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(len(plain.decimals))), nil)
	return fromBig(new(big.Rat).SetFrac(num, den)), nil
}

// String gives the whole number or the fraction in lowest terms: "3", "-1/748".
func (r Ratio) String() string {
	switch {
	case r.big != nil:
		return r.big.RatString()
	case r.den <= 1:
		return strconv.FormatInt(r.num, 10)
	}
	return strconv.FormatInt(r.num, 10) + "/" + strconv.FormatInt(r.den, 10)
}

// Finite reports whether r has a decimal that ends: whether its denominator has no prime factors but 2 and 5.
func (r Ratio) Finite() bool {
	if r.big != nil {
		_, ends := r.big.FloatPrec()
		return ends
	}
	den := r.denominator()
	for den%2 == 0 {
		den /= 2
	}
	for den%5 == 0 {
		den /= 5
	}
	return den == 1
}

// Decimal writes r as a plain decimal. Where the decimal ends, text is all of it, without trailing zeros, whatever places
// says, and ends is true. Otherwise text is cut (not rounded) after that many decimals, and ends is false. It panics
// where places is negative.
func (r Ratio) Decimal(places int) (text string, ends bool) {
	if places < 0 {
		panic("exact: Decimal: negative places")
	}
	value := r.rat()
	if digits, ends := value.FloatPrec(); ends {
		return value.FloatString(digits), true
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	steps := new(big.Int).Mul(value.Num(), unit)
	steps.Quo(steps, value.Denom())
	return new(big.Rat).SetFrac(steps, unit).FloatString(places), false
}

// plainNumber is a plain decimal in its parts.
type plainNumber struct {
	negative        bool
	whole, decimals string // digits only; at least one between them
}

// scan takes a plain decimal apart.
func scan(text string) (plainNumber, error) {
	var plain plainNumber
	start := 0
	if text != "" && (text[0] == '+' || text[0] == '-') {
		plain.negative = text[0] == '-'
		start = 1
	}
	point := -1
	for i := start; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
		case c == '.' && point < 0:
			point = i
		default:
			return plainNumber{}, notNumber("character "+strconv.Itoa(i+1)+" does not belong in a number",
				"write digits with at most one point, such as 12.34, with no exponent, spaces or commas")
		}
	}
	plain.whole = text[start:]
	if point >= 0 {
		plain.whole, plain.decimals = text[start:point], text[point+1:]
	}
	switch digits := len(plain.whole) + len(plain.decimals); {
	case text == "":
		return plainNumber{}, notNumber("the number is empty", "write a number, 0 where zero is meant")
	case digits == 0:
		return plainNumber{}, notNumber("the number has no digits", "write a number, 0 where zero is meant")
	case digits > maxDigits:
		return plainNumber{}, notNumber("the number has more than 64 digits", "write fewer digits")
	}
	return plain, nil
}

// int64 returns the digits without the point, where there are at most 18 that count.
func (p plainNumber) int64() (int64, bool) {
	var coef int64
	for _, digits := range [2]string{p.whole, p.decimals} {
		for i := range len(digits) {
			if coef > (maxCoefficient-9)/10 {
				return 0, false
			}
			coef = coef*10 + int64(digits[i]-'0')
		}
	}
	if p.negative {
		coef = -coef
	}
	return coef, true
}

func notNumber(what, fix string) *problem.Error {
	return &problem.Error{Code: ErrNumber, What: what, Fix: fix}
}
