package owrs

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
)

// What a number may hold; prices have a dozen digits.
const (
	maxDigits   = 40
	maxExponent = 30
)

// blanks may stand anywhere in a formula and around a number.
const blanks = " \t\r\n"

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
func isNamePart(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c == '.' }

// digitsAt is how many digits text begins with.
func digitsAt(text string) int {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return n
}

// numberAt is the length of the number that text begins with: 12, 12., .7, 1e3. It
// has no sign; 0 is no number.
func numberAt(text string) int {
	whole := digitsAt(text)
	n := whole
	if n < len(text) && text[n] == '.' {
		decimals := digitsAt(text[n+1:])
		if whole+decimals == 0 {
			return 0
		}
		n += 1 + decimals
	}
	if n == 0 || n == len(text) || text[n] != 'e' && text[n] != 'E' {
		return n
	}
	sign := 0
	if rest := text[n+1:]; rest != "" && (rest[0] == '+' || rest[0] == '-') {
		sign = 1
	}
	if exponent := digitsAt(text[n+1+sign:]); exponent > 0 {
		return n + 1 + sign + exponent
	}
	return n
}

// A fault is what is wrong with a text.
type fault struct{ what, fix string }

// plainDecimal writes a number without exponent, and with digits on both sides of
// its point or no point. The text is a whole number as numberAt measures it.
func plainDecimal(text string) (string, *fault) {
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa = text[:i]
		n, err := strconv.Atoi(text[i+1:])
		if err != nil || n > maxExponent || n < -maxExponent {
			return "", &fault{fmt.Sprintf("the exponent of %s is beyond %d", yamldoc.Quoted(text), maxExponent), "write the number out, in larger or smaller units"}
		}
		exponent = n
	}
	whole, decimals, _ := strings.Cut(mantissa, ".")
	switch {
	case exponent > 0:
		decimals += strings.Repeat("0", max(0, exponent-len(decimals)))
		whole, decimals = whole+decimals[:exponent], decimals[exponent:]
	case exponent < 0:
		whole = strings.Repeat("0", max(0, -exponent-len(whole))) + whole
		whole, decimals = whole[:len(whole)+exponent], whole[len(whole)+exponent:]+decimals
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if len(whole)+len(decimals) > maxDigits {
		return "", &fault{fmt.Sprintf("%s has more than %d digits", yamldoc.Quoted(text), maxDigits), "write fewer digits, or larger or smaller units"}
	}
	if decimals == "" {
		return whole, nil
	}
	return whole + "." + decimals, nil
}

// plainNumber reads a text that is a number and nothing else, with a sign or none.
// ok is false where it is anything else, such as a formula.
func plainNumber(text string) (number decimal.Decimal, ok bool, wrong *fault) {
	text = strings.Trim(text, blanks)
	minus := strings.HasPrefix(text, "-")
	if minus || strings.HasPrefix(text, "+") {
		text = text[1:]
	}
	if text == "" || numberAt(text) != len(text) {
		return number, false, nil
	}
	plain, wrong := plainDecimal(text)
	if wrong != nil {
		return number, true, wrong
	}
	number, err := decimal.NewFromString(plain)
	if err != nil {
		return number, true, &fault{fmt.Sprintf("%s is no number", yamldoc.Quoted(text)), "write it as in 12.34"}
	}
	if minus {
		number = number.Neg()
	}
	return number, true, nil
}

// percent reads a start such as 125%.
func percent(text string) (number decimal.Decimal, ok bool, wrong *fault) {
	of, ok := strings.CutSuffix(strings.Trim(text, blanks), "%")
	if !ok {
		return number, false, nil
	}
	return plainNumber(of)
}
