package bai2

import (
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
)

// number reads a whole number with a sign or without one; a blank is 0. It says what is wrong with one that is none.
func number(text string) (n int64, what string) {
	if text != "" && (text[0] == ' ' || text[len(text)-1] == ' ') {
		text = strings.TrimSpace(text)
	}
	if text == "" {
		return 0, ""
	}
	digits, minus := text, false
	if text[0] == '-' || text[0] == '+' {
		minus = text[0] == '-'
		digits = text[1:]
	}
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	if digits == "" {
		return 0, "there is a sign without a number"
	}
	for i := range len(digits) {
		digit := digits[i] - '0'
		switch {
		case digits[i] == '.':
			return 0, "a point stands in the number: amounts are in cents"
		case digit > 9:
			return 0, "something other than a digit stands in the number"
		case i >= 18:
			return 0, "the number has more than 18 digits"
		}
		n = n*10 + int64(digit)
	}
	if minus {
		n = -n
	}
	return n, ""
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i]-'0' > 9 {
			return false
		}
	}
	return true
}

// dateOf reads YYMMDD of this century; a blank is no date.
func dateOf(text string) (civil.Date, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return civil.Date{}, true
	}
	if len(text) != 6 || !isDigits(text) {
		return civil.Date{}, false
	}
	pair := func(i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }
	d, err := civil.NewDate(2000+pair(0), time.Month(pair(2)), pair(4))
	return d, err == nil
}

// maxDays is how many days a distribution can have.
const maxDays = 1000

// funds reads a funds type and the fields that it decides: three amounts of S, a date and a time of V, so many days with their amounts of D.
func funds(f *fields) (Funds, string) {
	out := Funds{Type: strings.TrimSpace(f.take())}
	switch out.Type {
	case "S":
		for days := range 3 {
			cents, what := number(f.take())
			if what != "" {
				return out, what
			}
			out.Days = append(out.Days, Available{days, money.Cents(cents)})
		}
	case "V":
		day, ok := dateOf(f.take())
		out.Date, out.Time = day, strings.TrimSpace(f.take())
		if !ok {
			return out, "there is no such day, or it is not written as YYMMDD"
		}
	case "D":
		n, what := number(f.take())
		if what != "" || n < 0 || n > maxDays {
			return out, "the number of days of a distribution is none, or beyond what one can have"
		}
		for range n {
			if f.over {
				return out, "the distribution ends before its last day"
			}
			days, wrong := number(f.take())
			cents, what := number(f.take())
			if wrong != "" || what != "" || days < 0 || days > maxDays {
				return out, "a day of the distribution, or its amount, is none"
			}
			out.Days = append(out.Days, Available{int(days), money.Cents(cents)})
		}
	case "", "0", "1", "2", "Z":
	default:
		return out, "the funds type is none of 0, 1, 2, S, V, D and Z"
	}
	return out, ""
}
