package delim

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/internal/amount"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// dateForms are the ways of writing dates. A year of two digits is of 2000 to 2099.
var dateForms = []string{"YYYY-MM-DD", "YYYY-MM-DD hh:mm:ss", "MM/DD/YYYY", "M/D/YYYY", "MM/DD/YY", "YYYYMMDD", "MMDDYYYY", "YYMMDD", "MMDDYY"}

// DateForms lists the ways of writing dates that a profile can name. M/D/YYYY has months and days with one digit or two. A time of day is looked at
// and not kept: the day is that of the place where the file was written.
func DateForms() []string { return append([]string(nil), dateForms...) }

// cents reads an amount or a count. It never rounds: zeros behind the cents are no fraction, anything else is one. It says what is wrong, and under
// which code.
func (pl *plan) cents(text string, q *place) (n int64, code problem.Code, what string) {
	minus := false
	switch {
	case q.sign == signTrailing && strings.HasSuffix(text, "-"):
		text, minus = text[:len(text)-1], true
	case q.sign == signParentheses && strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")"):
		text, minus = text[1:len(text)-1], true
	case q.sign == signPlain && strings.HasPrefix(text, "-"):
		text, minus = text[1:], true
	}
	if pl.Symbol != "" && q.Role.isMoney() {
		text = strings.TrimPrefix(text, pl.Symbol)
	}
	if pl.Grouped && q.Role.isMoney() {
		var ok bool
		if text, ok = ungrouped(text); !ok {
			return 0, remit.ErrField, "the commas do not part thousands"
		}
	}
	n, code, what = amount.Cents(text, q.decimals)
	if minus {
		n = -n
	}
	return n, code, what
}

// ungrouped takes out the commas that part thousands.
func ungrouped(text string) (string, bool) {
	whole, _, _ := strings.Cut(text, ".")
	if strings.IndexByte(text, ',') < 0 {
		return text, true
	}
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if i == 0 && (len(g) < 1 || len(g) > 3) || i > 0 && len(g) != 3 {
			return text, false
		}
	}
	return strings.Join(groups, "") + text[len(whole):], true
}

// dateOf reads a date that is no blank.
func dateOf(text, form string) (civil.Date, bool) {
	if form == "M/D/YYYY" {
		month, rest, _ := strings.Cut(text, "/")
		day, year, _ := strings.Cut(rest, "/")
		if len(month) == 1 {
			month = "0" + month
		}
		if len(day) == 1 {
			day = "0" + day
		}
		text, form = month+"/"+day+"/"+year, "MM/DD/YYYY"
	}
	if len(text) != len(form) {
		return civil.Date{}, false
	}
	var year, month, day, hour, minute, second, yearDigits int
	for i := range len(form) {
		c := text[i]
		var into *int
		switch form[i] {
		case 'Y':
			into = &year
			yearDigits++
		case 'M':
			into = &month
		case 'D':
			into = &day
		case 'h':
			into = &hour
		case 'm':
			into = &minute
		case 's':
			into = &second
		default:
			if c != form[i] {
				return civil.Date{}, false
			}
			continue
		}
		if c < '0' || c > '9' {
			return civil.Date{}, false
		}
		*into = *into*10 + int(c-'0')
	}
	if yearDigits == 2 {
		year += 2000
	}
	d, err := civil.NewDate(year, time.Month(month), day)
	return d, err == nil && hour < 24 && minute < 60 && second < 61
}

// isText says whether a value is characters, and none of them a control but the ends of lines and tabs.
func isText(text string) bool {
	ascii := true
	for i := range len(text) {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			ascii = false
		case c < ' ' && c != '\n' && c != '\t' || c == 0x7F:
			return false
		}
	}
	return ascii || utf8.ValidString(text)
}
