package civil

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/problem"
)

const dateForm = "YYYY-MM-DD"

// ParseDate reads a date written as YYYY-MM-DD, such as 2026-04-12, and nothing else: an empty text is an error too. An
// error has the code [ErrDate]; it repeats the text only where that has the form of a date, since a text that stands in
// the wrong place may be anyone's private data.
func ParseDate(text string) (Date, error) {
	if text == "" {
		return Date{}, &problem.Error{Code: ErrDate, What: "the date is empty", Fix: "write it as " + dateForm}
	}
	for i := range len(dateForm) {
		if i >= len(text) {
			return Date{}, badForm("the text ends too early")
		}
		ok := text[i] >= '0' && text[i] <= '9'
		if dateForm[i] == '-' {
			ok = text[i] == '-'
		}
		if !ok {
			return Date{}, badForm(fmt.Sprintf("character %d does not fit", i+1))
		}
	}
	if len(text) > len(dateForm) {
		return Date{}, badForm(fmt.Sprintf("more follows after character %d", len(dateForm)))
	}
	return NewDate(digits(text[0:4]), time.Month(digits(text[5:7])), digits(text[8:10]))
}

// MustDate is [ParseDate] for a date that stands in the program itself, as in a test. It panics where the text is no
// date.
func MustDate(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// String writes d as YYYY-MM-DD, and no date as an empty text.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return string(d.appendTo(make([]byte, 0, len(dateForm))))
}

// MarshalText writes d as YYYY-MM-DD, and no date as an empty text. Through it a Date is a JSON string.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes, by the rules of [ParseDate]: an empty text is no date. On an error d stays
// as it was.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Value is d for a database column: its text, and NULL for no date.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads a database column: a text as YYYY-MM-DD, NULL as no date, and a time only where it is a midnight, as
// drivers hand out DATE columns. A time of day is an error with the code [ErrDate]: an instant becomes a date by
// [DateOf], which asks for the location.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case time.Time:
		if hour, minute, second := v.Clock(); hour != 0 || minute != 0 || second != 0 || v.Nanosecond() != 0 {
			return &problem.Error{
				Code: ErrDate,
				What: "the column holds an instant, not a date",
				Fix:  "use a date column, or make the date with DateOf and the location of the district",
			}
		}
		year, month, day := v.Date()
		parsed, err := NewDate(year, month, day)
		if err != nil {
			return err
		}
		*d = parsed
		return nil
	default:
		return &problem.Error{
			Code: ErrDate,
			What: fmt.Sprintf("a column of type %T is no date", src),
			Fix:  "use a date column, or a text column with dates as " + dateForm,
		}
	}
}

// ParsePeriod reads a period as [Period.String] writes it, such as "[2026-04-12, 2026-05-01)": the first day, and the
// day after the last. The brackets are asked for because a period without them does not say whether its second day
// counts. An error has the code [ErrPeriod], and [ErrDate] too where one of the dates is none.
func ParsePeriod(text string) (Period, error) {
	body, opened := strings.CutPrefix(text, "[")
	body, closed := strings.CutSuffix(body, ")")
	fromText, toText, two := strings.Cut(body, ", ")
	if !opened || !closed || !two {
		return Period{}, &problem.Error{
			Code: ErrPeriod,
			What: "the text is not a period",
			Fix:  "write [" + dateForm + ", " + dateForm + ") with the first day and the day after the last",
		}
	}
	from, err := ParseDate(fromText)
	if err != nil {
		return Period{}, &problem.Error{Code: ErrPeriod, Path: "from", Err: err}
	}
	to, err := ParseDate(toText)
	if err != nil {
		return Period{}, &problem.Error{Code: ErrPeriod, Path: "to", Err: err}
	}
	return NewPeriod(from, to)
}

// MustPeriod is [ParsePeriod] for a period that stands in the program itself, as in a test. It panics where the text is
// no period.
func MustPeriod(text string) Period {
	p, err := ParsePeriod(text)
	if err != nil {
		panic(err)
	}
	return p
}

// String writes p as "[2026-04-12, 2026-05-01)", and no period as an empty text. A period that [Period.Check] refuses is
// written with what it has.
func (p Period) String() string {
	if p.IsZero() {
		return ""
	}
	text := make([]byte, 0, len("[, )")+2*len(dateForm))
	text = append(text, '[')
	text = p.From.appendTo(text)
	text = append(text, ", "...)
	text = p.To.appendTo(text)
	return string(append(text, ')'))
}

// MarshalText writes p as [Period.String] does, and no period as an empty text. A period that [Period.Check] refuses is
// an error.
func (p Period) MarshalText() ([]byte, error) {
	if p.IsZero() {
		return []byte{}, nil
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads what MarshalText writes, by the rules of [ParsePeriod]: an empty text is no period. On an error p
// stays as it was.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Period{}
		return nil
	}
	parsed, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// appendTo appends the date as text; nothing where it is no date.
func (d Date) appendTo(text []byte) []byte {
	if d.IsZero() {
		return text
	}
	year, month, day := d.parts()
	return append(text,
		byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-',
		byte('0'+month/10), byte('0'+month%10), '-',
		byte('0'+day/10), byte('0'+day%10))
}

// digits is the number that a text of few digits stands for.
func digits(text string) int {
	n := 0
	for i := range len(text) {
		n = 10*n + int(text[i]-'0')
	}
	return n
}

func badForm(what string) *problem.Error {
	return &problem.Error{
		Code: ErrDate,
		What: "the text is not a date as " + dateForm + ": " + what,
		Fix:  "write the date as 2026-04-12",
	}
}
