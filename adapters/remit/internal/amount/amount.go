// Package amount reads amounts as files state them, into cents and never rounded.
package amount

import (
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Cents reads digits with a point or without one, which are of a unit with so many decimals: 2 for dollars, 0 for cents. Zeros behind these are no fraction,
// and anything else is one and is refused. It says what is wrong, and under which code.
func Cents(text string, decimals int) (cents int64, code problem.Code, what string) {
	whole, fraction, point := strings.Cut(text, ".")
	if whole == "" || point && fraction == "" {
		return 0, remit.ErrField, "there is no amount, or a point without digits on both sides"
	}
	if !isDigits(whole) || !isDigits(fraction) {
		return 0, remit.ErrField, "something other than a digit stands in the amount"
	}
	for len(fraction) < decimals {
		fraction += "0"
	}
	if strings.Trim(fraction[decimals:], "0") != "" {
		return 0, remit.ErrSubCent, "the amount has a fraction of a cent, and is not rounded"
	}
	digits := strings.TrimLeft(whole+fraction[:decimals], "0")
	if len(digits) > 18 {
		return 0, remit.ErrRange, "the amount is larger than can be held"
	}
	for i := range len(digits) {
		cents = cents*10 + int64(digits[i]-'0')
	}
	return cents, "", ""
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
