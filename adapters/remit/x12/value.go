package x12

import (
	"bytes"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/remit/internal/amount"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// most is the longest number that is read, in digits: one that fits into 64 bits whatever they are.
const most = 18

func digits(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(text) > 0
}

// number is a whole number of at most 18 digits.
func number(text []byte) (n int64, ok bool) {
	text = bytes.TrimLeft(text, "0")
	if len(text) > most {
		return 0, false
	}
	for _, c := range text {
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// cents reads an amount of dollars with a point or without one, and never rounds. What is wrong with it is empty where nothing is.
func cents(text []byte) (n int64, code problem.Code, what string) {
	minus := false
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		minus, text = text[0] == '-', text[1:]
	}
	dollars := string(text)
	if whole, fraction, point := strings.Cut(dollars, "."); point && (whole == "") != (fraction == "") {
		dollars = "0" + whole + "." + fraction + "0" // as X12 writes numbers: a point may stand without digits on one side
	}
	n, code, what = amount.Cents(dollars, 2)
	if minus {
		n = -n
	}
	return n, code, what
}

// count reads a number of things.
func count(text []byte) (int64, bool) {
	if !digits(text) {
		return 0, false
	}
	return number(text)
}

// dateOf reads a day as CCYYMMDD, or as YYMMDD of this century as versions before 004 write it.
func dateOf(text []byte) (civil.Date, bool) {
	if !digits(text) || len(text) != 8 && len(text) != 6 {
		return civil.Date{}, false
	}
	year, century := text[:len(text)-4], int64(0)
	if len(year) == 2 {
		century = 2000
	}
	y, _ := number(year)
	m, _ := number(text[len(text)-4 : len(text)-2])
	d, _ := number(text[len(text)-2:])
	day, err := civil.NewDate(int(century+y), time.Month(m), int(d))
	return day, err == nil
}
