package exact

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/problem"
)

const (
	maxPlaces      = 18
	maxCoefficient = 999_999_999_999_999_999
)

// Number is a plain decimal of at most 18 digits, at most 18 of them after the point. It holds metered quantities and
// numeric facts. It has one form for each value, so that == compares values and a Number can be a map key; it holds no
// pointer. The zero value is 0.
type Number struct {
	coef  int64 // value × 10^scale, within ±maxCoefficient
	scale uint8 // decimals; the last of them is not 0
}

// NewNumber returns coef × 10^-places: NewNumber(31237, 3) is 31.237. Places are not negative. What needs more than 18
// digits or 18 decimals, trailing zero decimals left out, is ErrRange.
func NewNumber(coef int64, places int) (Number, error) {
	if coef == 0 && places >= 0 {
		return Number{}, nil
	}
	for places > 0 && coef%10 == 0 {
		coef /= 10
		places--
	}
	if places < 0 || places > maxPlaces || magnitude(coef) > maxCoefficient {
		return Number{}, numberRange()
	}
	return Number{coef: coef, scale: uint8(places)}, nil
}

// ParseNumber reads the text that Parse reads. What is not a plain decimal is ErrNumber; one of more than 18 digits or 18
// decimals, leading zeros and trailing zero decimals left out, is ErrRange.
func ParseNumber(text string) (Number, error) {
	if n, ok := parseShort(text); ok {
		return n, nil
	}
	plain, err := scan(text)
	if err != nil {
		return Number{}, err
	}
	plain.decimals = strings.TrimRight(plain.decimals, "0")
	coef, ok := plain.int64()
	if !ok {
		return Number{}, numberRange()
	}
	return NewNumber(coef, len(plain.decimals))
}

// parseShort reads a number as most are written, in one pass: up to 18 digits without a
// sign, and a point among them.
func parseShort(text string) (n Number, ok bool) {
	if len(text) == 0 || len(text) > 18 {
		return n, false
	}
	coef, places, point := int64(0), 0, false
	for i := range len(text) {
		switch c := text[i]; {
		case c-'0' <= 9:
			coef = coef*10 + int64(c-'0')
			if point {
				places++
			}
		case c == '.' && !point && len(text) > 1:
			point = true
		default:
			return n, false
		}
	}
	for places > 0 && coef%10 == 0 {
		coef /= 10
		places--
	}
	return Number{coef: coef, scale: uint8(places)}, true
}

// NumberFromDecimal returns d exactly. What needs more than 18 digits or 18 decimals, or is held with a coefficient of
// more than 64 digits, is ErrRange. It is safe for decimals from outside, however large their exponent.
func NumberFromDecimal(d decimal.Decimal) (Number, error) {
	if d.IsZero() {
		return Number{}, nil
	}
	places := -int(d.Exponent())
	if places < -maxPlaces || d.NumDigits() > maxDigits {
		return Number{}, numberRange()
	}
	coef, ten := d.Coefficient(), big.NewInt(10)
	for places > 0 {
		shorter, last := new(big.Int).QuoRem(coef, ten, new(big.Int))
		if last.Sign() != 0 {
			break
		}
		coef = shorter
		places--
	}
	for ; places < 0; places++ {
		coef.Mul(coef, ten)
	}
	if !coef.IsInt64() {
		return Number{}, numberRange()
	}
	return NewNumber(coef.Int64(), places)
}

// Ratio returns n as a fraction.
func (n Number) Ratio() Ratio { return fraction(n.coef, power10(int(n.scale))) }

// Decimal returns n as a decimal.
func (n Number) Decimal() decimal.Decimal { return decimal.New(n.coef, -int32(n.scale)) }

// Coefficient returns n's digits as a whole number: n is Coefficient × 10^-Places.
func (n Number) Coefficient() int64 { return n.coef }

// Places returns how many decimals n has, 0 to 18.
func (n Number) Places() int { return int(n.scale) }

// Sign returns -1, 0 or 1.
func (n Number) Sign() int { return cmp.Compare(n.coef, 0) }

// IsZero reports whether n is 0.
func (n Number) IsZero() bool { return n.coef == 0 }

// Neg returns −n.
func (n Number) Neg() Number { return Number{coef: -n.coef, scale: n.scale} }

// Add returns n + m. A sum of more than 18 digits is ErrRange.
func (n Number) Add(m Number) (Number, error) {
	scale := max(n.scale, m.scale)
	// A number that does not fit 64 bits at the finer scale is too far out for the other one to bring it back within 18 digits.
	nCoef, ok1 := mulInt64(n.coef, power10(int(scale-n.scale)))
	mCoef, ok2 := mulInt64(m.coef, power10(int(scale-m.scale)))
	sum := nCoef + mCoef
	if !ok1 || !ok2 || (nCoef < 0) == (mCoef < 0) && (sum < 0) != (nCoef < 0) {
		return Number{}, numberRange()
	}
	return NewNumber(sum, int(scale))
}

// Sub returns n − m. A difference of more than 18 digits is ErrRange.
func (n Number) Sub(m Number) (Number, error) { return n.Add(m.Neg()) }

// Cmp returns -1 where n < m, 0 where they are equal, and 1 where n > m.
func (n Number) Cmp(m Number) int {
	if n.scale == m.scale || n.Sign() != m.Sign() {
		return cmp.Compare(n.coef, m.coef)
	}
	scale := max(n.scale, m.scale)
	nHigh, nLow := bits.Mul64(magnitude(n.coef), power10(int(scale-n.scale)))
	mHigh, mLow := bits.Mul64(magnitude(m.coef), power10(int(scale-m.scale)))
	return n.Sign() * cmp.Or(cmp.Compare(nHigh, mHigh), cmp.Compare(nLow, mLow))
}

// String gives the plain decimal that ParseNumber reads, without trailing zeros: "31.237".
func (n Number) String() string {
	digits := strconv.FormatUint(magnitude(n.coef), 10)
	if places := int(n.scale); places > 0 {
		if short := places + 1 - len(digits); short > 0 {
			digits = strings.Repeat("0", short) + digits
		}
		point := len(digits) - places
		digits = digits[:point] + "." + digits[point:]
	}
	if n.coef < 0 {
		return "-" + digits
	}
	return digits
}

// MarshalText gives what String gives.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads what ParseNumber reads.
func (n *Number) UnmarshalText(text []byte) error {
	number, err := ParseNumber(string(text))
	if err != nil {
		return err
	}
	*n = number
	return nil
}

// MarshalJSON gives a JSON string: readers that take every JSON number for a float would change its digits.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(`"` + n.String() + `"`), nil }

// UnmarshalJSON reads a JSON string or a JSON number, whose text is taken as it stands and has no exponent. null is
// ErrNumber: it is no zero.
func (n *Number) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		return notNumber("the number is null", "write a number, 0 where zero is meant")
	}
	if len(data) > 0 && data[0] == '"' {
		var text string
		if err := json.Unmarshal(data, &text); err != nil {
			return &problem.Error{Code: ErrNumber, Fix: "write a JSON string or number", Err: err}
		}
		return n.UnmarshalText([]byte(text))
	}
	return n.UnmarshalText(data)
}

func numberRange() *problem.Error {
	return &problem.Error{
		Code: ErrRange, What: "the number needs more than 18 digits or 18 decimals",
		Fix: "write at most 18 digits, at most 18 of them decimals",
	}
}
