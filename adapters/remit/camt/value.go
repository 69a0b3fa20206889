package camt

import (
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/remit/internal/amount"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// hundredths reads a decimal of XML that is not below zero. It never rounds. What is wrong with it is empty where nothing is.
func hundredths(text string) (n int64, code problem.Code, what string) {
	text = strings.TrimPrefix(text, "+")
	if whole, fraction, point := strings.Cut(text, "."); point && (whole == "") != (fraction == "") {
		text = "0" + whole + "." + fraction + "0" // as XML writes decimals: a point may stand without digits on one side
	}
	return amount.Cents(text, 2)
}

// count reads a number of things.
func count(text string) (int64, bool) {
	if text == "" || len(text) > 18 || !digits(text) {
		return 0, false
	}
	n := int64(0)
	for i := range len(text) {
		n = n*10 + int64(text[i]-'0')
	}
	return n, true
}

func isCurrency(text string) bool {
	return len(text) == 3 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// addTo adds a number, and says false, and adds nothing, where the sum cannot be held.
func addTo(sum *int64, n int64) bool {
	next := *sum + n
	if n != 0 && (next > *sum) != (n > 0) {
		return false
	}
	*sum = next
	return true
}

// The ways in which ISO 8601 writes an instant; those without a zone are no instant, and only their day is taken.
const (
	zoned   = time.RFC3339Nano
	unzoned = "2006-01-02T15:04:05.999999999"
)

// dateOf reads a day, which may have a zone.
func dateOf(text string) (Day, bool) {
	if len(text) > 10 {
		if _, err := time.Parse("Z07:00", text[10:]); err != nil {
			return Day{}, false
		}
		text = text[:10]
	}
	on, err := civil.ParseDate(text)
	return Day{Date: on}, err == nil
}

// instantOf reads a day with its time.
func instantOf(text string) (Day, bool) {
	at, err := time.Parse(zoned, text)
	none := err != nil
	if none {
		if at, err = time.Parse(unzoned, text); err != nil {
			return Day{}, false
		}
	}
	on, err := civil.NewDate(at.Date())
	if err != nil {
		return Day{}, false
	}
	if none {
		return Day{Date: on}, true
	}
	return Day{Date: on, At: at}, true
}
