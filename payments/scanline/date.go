package scanline

import (
	"fmt"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
)

// DateFormat is how a date stands on a scanline: MM, DD and YY or YYYY in any order, or DDD, the day of the year, with a year. YY needs
// the century, which nobody guesses.
type DateFormat string

// The usual formats; others are written in the same way.
const (
	MMDDYY   DateFormat = "MMDDYY"
	YYMMDD   DateFormat = "YYMMDD"
	MMDDYYYY DateFormat = "MMDDYYYY"
	YYYYMMDD DateFormat = "YYYYMMDD"
	YYDDD    DateFormat = "YYDDD"
)

// valid reports whether the format states a day, once.
func (d DateFormat) valid() bool {
	var year, month, day, ofYear int
	for rest := string(d); rest != ""; {
		switch {
		case strings.HasPrefix(rest, "YYYY"):
			year, rest = year+1, rest[4:]
		case strings.HasPrefix(rest, "YY"):
			year, rest = year+1, rest[2:]
		case strings.HasPrefix(rest, "MM"):
			month, rest = month+1, rest[2:]
		case strings.HasPrefix(rest, "DDD"):
			ofYear, rest = ofYear+1, rest[3:]
		case strings.HasPrefix(rest, "DD"):
			day, rest = day+1, rest[2:]
		default:
			return false
		}
	}
	return year == 1 && (month == 1 && day == 1 && ofYear == 0 || month == 0 && day == 0 && ofYear == 1)
}

func (d DateFormat) shortYear() bool { return !strings.Contains(string(d), "YYYY") }

func (f *Field) checkDate(fault func(what, fix string)) {
	switch {
	case !f.Format.valid():
		fault("the format states no day", "state such as MMDDYY or YYYYMMDD")
	case len(f.Format) != f.Width:
		fault("the format is not as wide as the field", "state the width of the format")
	case f.Format.shortYear() && (f.Century < 1 || f.Century > 99):
		fault("the format has two digits of the year, and no century is stated", "state the century, such as 20, or a format with YYYY")
	case !f.Format.shortYear() && f.Century != 0:
		fault("a century is stated, and the format has it too", "leave it out")
	}
}

// writeDate writes a date by the format. It says false where it is of another century.
func (f *Field) writeDate(date civil.Date) (string, bool) {
	text := string(f.Format)
	put := func(part string, number int) {
		text = strings.Replace(text, part, fmt.Sprintf("%0*d", len(part), number), 1)
	}
	if f.Format.shortYear() {
		if date.Year()/100 != f.Century {
			return "", false
		}
		put("YY", date.Year()%100)
	} else {
		put("YYYY", date.Year())
	}
	put("DDD", date.YearDay())
	put("MM", int(date.Month()))
	put("DD", date.Day())
	return text, true
}

// readDate reads the date of a text of digits. It says false where there is no such day.
func (f *Field) readDate(text string) (civil.Date, bool) {
	number := func(part string) (n int, stated bool) {
		at := strings.Index(string(f.Format), part)
		if at < 0 {
			return 0, false
		}
		for i := range len(part) {
			n = 10*n + int(text[at+i]-'0')
		}
		return n, true
	}
	year, stated := number("YYYY")
	if !stated {
		year, _ = number("YY")
		year += 100 * f.Century
	}
	if of, stated := number("DDD"); stated {
		first, err := civil.NewDate(year, time.January, 1)
		if err != nil {
			return civil.Date{}, false
		}
		date, err := first.AddDays(of - 1)
		return date, err == nil && date.Year() == year
	}
	month, _ := number("MM")
	day, _ := number("DD")
	date, err := civil.NewDate(year, time.Month(month), day)
	return date, err == nil
}
