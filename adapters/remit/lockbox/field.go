package lockbox

import (
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/civil"
)

// cut is what stands in the columns; less than they are wide where the line ends before.
func cut(line string, at Columns) string {
	if at.From == 0 || len(line) < at.From {
		return ""
	}
	return line[at.From-1 : min(at.To, len(line))]
}

// trim takes the blanks off a field.
func trim(text string) string {
	for text != "" && text[0] == ' ' {
		text = text[1:]
	}
	for text != "" && text[len(text)-1] == ' ' {
		text = text[:len(text)-1]
	}
	return text
}

func isZeros(text string) bool {
	for i := range len(text) {
		if text[i] != '0' {
			return false
		}
	}
	return true
}

// numberAt is a number of a record, which is refused where it is none.
func (s *scanner) numberAt(line string, at Columns, name string) (int64, bool) {
	if at.IsZero() {
		return 0, true
	}
	n, column, what := number(cut(line, at), at.width())
	if what == "" && n < 0 {
		what = "a number is below zero"
	}
	if what != "" {
		s.refuse(remit.ErrField, name, at.From+column, what, sendAgain)
		return 0, false
	}
	return n, true
}

// centsAt is an amount, which may be below zero.
func (s *scanner) centsAt(line string, at Columns, name string) (int64, bool) {
	if at.IsZero() {
		return 0, true
	}
	n, column, what := number(cut(line, at), at.width())
	if what != "" {
		s.refuse(remit.ErrField, name, at.From+column, what, sendAgain)
		return 0, false
	}
	return n, true
}

// number reads the digits of a field that is as wide as the layout says, with a minus in front where there is one. It says where something
// else stands, and what.
func number(text string, width int) (n int64, column int, what string) {
	if len(text) < width {
		return 0, len(text), "the line ends within a number"
	}
	i, minus := 0, false
	if text[0] == '-' {
		i, minus = 1, true
	}
	if i == len(text) {
		return 0, 0, "there is a minus without a number"
	}
	for ; i < len(text); i++ {
		digit := text[i] - '0'
		if digit > 9 {
			return 0, i, "something other than a digit stands in a number"
		}
		n = n*10 + int64(digit) // at most 18 digits, which fit
	}
	if minus {
		n = -n
	}
	return n, 0, ""
}

// dateAt is a date of a record, which is refused where it is none. Blanks and zeros are no date.
func (s *scanner) dateAt(line string, at Columns, form DateForm, name string) (civil.Date, bool) {
	if at.IsZero() {
		return civil.Date{}, true
	}
	text := cut(line, at)
	if text == s.dateText && form == MMDDYY && text != "" { // most checks of a file bear one date
		return s.date, true
	}
	if strings.Trim(text, " 0") == "" {
		return civil.Date{}, true
	}
	day, ok := dateOf(text, form)
	if !ok {
		s.refuse(remit.ErrField, name, at.From, "there is no such day, or it is not written as "+string(form), sendAgain)
		return civil.Date{}, false
	}
	if form == MMDDYY {
		s.dateText, s.date = strings.Clone(text), day
	}
	return day, true
}
