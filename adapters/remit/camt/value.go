package camt

import (
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// hundredths reads a decimal of XML without a sign below zero. It never rounds. What is wrong with it is empty where nothing is.
func hundredths(text string) (n int64, code problem.Code, what string) {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(text, "+"), ".")
	switch {
	case whole == "" && fraction == "":
		return 0, remit.ErrField, "there is no amount"
	case !digits(whole) || !digits(fraction):
		return 0, remit.ErrField, "something other than a digit stands in the amount"
	case len(fraction) > 2 && strings.Trim(fraction[2:], "0") != "":
		return 0, remit.ErrSubCent, "the amount has a fraction of a cent, and is not rounded"
	}
	all := strings.TrimLeft(whole+(fraction + "00")[:2], "0")
	if len(all) > 18 {
		return 0, remit.ErrRange, "the amount is larger than can be held"
	}
	for i := range len(all) {
		n = n*10 + int64(all[i]-'0')
	}
	return n, "", ""
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
