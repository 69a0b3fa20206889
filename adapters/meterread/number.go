package meterread

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
)

// maxDigits is what a number may have, leading zeros left out.
const maxDigits = 18

// numFault is why a text is no number: where in it, and never what stands there. The zero value is no fault.
type numFault struct {
	at   int
	what string
	fix  string
}

const numberFix = "look at the line, and read the meter again where the number is lost"

// parseNumber reads digits, with a point where the field is no int, a sign where its role has one, and the implied decimals of the field.
// Nothing is cut and nothing is guessed.
func parseNumber(text string, f *fieldPlan) (exact.Number, numFault) {
	if f.cmep {
		text = cmepNumber(text)
	}
	if len(text) <= maxDigits {
		n := int64(0)
		for i := range len(text) {
			if !isDigit(text[i]) {
				n = -1
				break
			}
			n = n*10 + int64(text[i]-'0')
		}
		if n >= 0 && text != "" {
			return numberOf(n, f.Decimals)
		}
	}
	return parseLong(text, f)
}

func numberOf(n int64, places int) (exact.Number, numFault) {
	number, err := exact.NewNumber(n, places)
	if err != nil {
		return exact.Number{}, numFault{what: "the number is too long to be kept exactly", fix: numberFix}
	}
	return number, numFault{}
}

func parseLong(text string, f *fieldPlan) (exact.Number, numFault) {
	point := false
	for i := range len(text) {
		switch b := text[i]; {
		case isDigit(b):
		case b == '-' && i == 0 && signedRoles[f.Role] && len(text) > 1:
		case b == '.' && f.Type != "int" && !point:
			point = true
		case b == '.':
			return exact.Number{}, numFault{i, "a point stands where only digits can", numberFix}
		case b == ' ' || b == '\t':
			return exact.Number{}, numFault{i, "a blank stands inside the number", numberFix}
		case b == '-' || b == '+':
			return exact.Number{}, numFault{i, "a sign stands in the number", numberFix}
		case isLetter(b):
			return exact.Number{}, numFault{i, "a letter stands in the number", numberFix}
		default:
			return exact.Number{}, numFault{i, "something other than a digit stands in the number", numberFix}
		}
	}
	n, err := exact.ParseNumber(text)
	if err != nil {
		return exact.Number{}, numFault{0, "the number has no digits, or more than are kept exactly", numberFix}
	}
	if f.Decimals > 0 {
		return numberOf(n.Coefficient(), f.Decimals)
	}
	return n, numFault{}
}

// power multiplies a number by a power of ten, exactly.
func power(n exact.Number, ten int) (exact.Number, error) {
	switch {
	case ten <= n.Places():
		return exact.NewNumber(n.Coefficient(), n.Places()-ten)
	case ten > maxDigits:
		if n.IsZero() {
			return n, nil
		}
		return exact.ParseNumber(strings.Repeat("9", 2*maxDigits)) // the error of a number that is too long
	}
	return exact.ParseNumber(signed(n, ten))
}

func signed(n exact.Number, ten int) string {
	return fmt.Sprintf("%d%s", n.Coefficient(), strings.Repeat("0", ten-n.Places()))
}

// cmepNumber rewrites the two forms that CMEP has besides plain decimals: an exponent with E or D, and whole numbers in hexadecimal
// with H in front. Anything else stays as it is.
func cmepNumber(text string) string {
	if len(text) > 1 && text[0] == 'H' {
		n := int64(0)
		for _, b := range []byte(text[1:]) {
			digit := strings.IndexByte("0123456789ABCDEF", b)
			if digit < 0 || n >= 1<<55 {
				return text
			}
			n = n*16 + int64(digit)
		}
		return fmt.Sprint(n)
	}
	i := strings.IndexAny(text, "ED")
	if i < 1 {
		return text
	}
	exponent, ok := smallInt(text[i+1:])
	n, err := exact.ParseNumber(text[:i])
	if !ok || err != nil {
		return text
	}
	if n, err = power(n, exponent); err != nil {
		return text
	}
	return n.String()
}

// smallInt reads a whole number of one or two digits with an optional sign.
func smallInt(text string) (int, bool) {
	negative := strings.HasPrefix(text, "-")
	digits := strings.TrimPrefix(strings.TrimPrefix(text, "-"), "+")
	if digits == "" || len(digits) > 2 || (len(text) > len(digits)+1) {
		return 0, false
	}
	n := 0
	for _, b := range []byte(digits) {
		if !isDigit(b) {
			return 0, false
		}
		n = n*10 + int(b-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}
