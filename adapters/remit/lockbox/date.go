package lockbox

import (
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
)

// dateOf reads a date of six digits.
func dateOf(text string, form DateForm) (civil.Date, bool) {
	if len(text) != 6 {
		return civil.Date{}, false
	}
	var part [3]int
	for i := range 6 {
		digit := text[i] - '0'
		if digit > 9 {
			return civil.Date{}, false
		}
		part[i/2] = part[i/2]*10 + int(digit)
	}
	year, month, day := part[0], part[1], part[2]
	if form == MMDDYY {
		year, month, day = part[2], part[0], part[1]
	}
	d, err := civil.NewDate(2000+year, time.Month(month), day)
	return d, err == nil
}

// textOf writes a date as six digits; zeros for no date.
func textOf(d civil.Date, form DateForm) string {
	if d.IsZero() {
		return "000000"
	}
	text := d.String() // 2026-03-03
	year, month, day := text[2:4], text[5:7], text[8:10]
	if form == MMDDYY {
		return month + day + year
	}
	return year + month + day
}
