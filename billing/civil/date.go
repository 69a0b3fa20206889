// Package civil has the days that bills are made of: a [Date] without a time of day or a zone, a half-open [Period] of
// days, and the [Calendar] that says on which days an office or a bank is open.
//
//	from, err := civil.ParseDate("2026-04-12")
//	...
//	period, err := civil.Inclusive(from, last) // both days count
//	...
//	fmt.Println(period)                        // [2026-04-12, 2026-05-12)
//	fmt.Println(period.Days())                 // 30
//	for _, part := range period.Months() {
//		fmt.Println(part.Period.Days(), "of", part.DaysInMonth) // 19 of 30, 11 of 31
//	}
//	due, err := from.AddDays(21)
//	...
//	due, err = civil.NextOpen(district, due)   // rolls over weekends and holidays
//
// All days are of the proleptic Gregorian calendar, from 0001-01-01 to 9999-12-31. A calculation that would leave that
// range is an error, never another date.
package civil

import (
	"fmt"
	"strconv"
	"time"

	"github.com/headgate-dev/headgate/billing/problem"
)

// The kinds of problem that this package reports.
const (
	// ErrDate is a text, a number or a calculation that is no date.
	ErrDate problem.Code = "E_DATE"
	// ErrPeriod is a period that ends before it begins, or lacks an end.
	ErrPeriod problem.Code = "E_PERIOD"
	// ErrCalendar is a day for which a calendar has no answer, or a calendar that is not well formed.
	ErrCalendar problem.Code = "E_CALENDAR"
)

// Date is one day of the calendar. Dates are compared with == and can be keys of a map. The zero value is no date: it
// stands for a date that is absent, comes before every date, and is written as an empty text.
type Date struct {
	n int32 // days since 0000-12-31; 0 is no date
}

const (
	minYear = 1
	maxYear = 9999
	maxDay  = 3652059 // 9999-12-31

	daysIn400Years = 146097
)

// NewDate returns the date of year 1 to 9999, month and day. A day that the month does not have, such as 31 February, is
// an error with the code [ErrDate].
func NewDate(year int, month time.Month, day int) (Date, error) {
	if year < minYear || year > maxYear {
		return Date{}, &problem.Error{
			Code: ErrDate,
			What: fmt.Sprintf("the year %d is outside 1 to 9999", year),
			Fix:  "give a year with its century",
		}
	}
	if month < time.January || month > time.December {
		return Date{}, &problem.Error{
			Code: ErrDate,
			What: fmt.Sprintf("the month %d is outside 1 to 12", int(month)),
			Fix:  "write the month before the day",
		}
	}
	if last := daysInMonth(year, month); day < 1 || day > last {
		return Date{}, &problem.Error{
			Code: ErrDate,
			What: fmt.Sprintf("%s %d has no day %d", month, year, day),
			Fix:  "give a day from 1 to " + strconv.Itoa(last),
		}
	}
	return dateOf(year, month, day), nil
}

// DateOf returns the day that an instant falls on at a place. The location is never implied. An instant that is the zero
// time, a nil location, and a day outside the years 1 to 9999 are errors with the code [ErrDate].
func DateOf(t time.Time, loc *time.Location) (Date, error) {
	if loc == nil {
		return Date{}, &problem.Error{
			Code: ErrDate,
			What: "an instant has no day without a location",
			Fix:  "give the location of the district",
		}
	}
	if t.IsZero() {
		return Date{}, &problem.Error{
			Code: ErrDate,
			What: "the instant is not set",
			Fix:  "set the time, or leave the date out",
		}
	}
	year, month, day := t.In(loc).Date()
	return NewDate(year, month, day)
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d.n == 0 }

// Year returns the year, 1 to 9999; 0 where d is no date.
func (d Date) Year() int {
	year, _, _ := d.parts()
	return year
}

// Month returns the month; 0 where d is no date.
func (d Date) Month() time.Month {
	_, month, _ := d.parts()
	return month
}

// Day returns the day of the month, 1 to 31; 0 where d is no date.
func (d Date) Day() int {
	_, _, day := d.parts()
	return day
}

// Weekday returns the day of the week; -1, which is none, where d is no date.
func (d Date) Weekday() time.Weekday {
	if d.IsZero() {
		return -1
	}
	return time.Weekday(d.n % 7) // 0001-01-01 is a Monday
}

// YearDay returns the day of the year, 1 to 366; 0 where d is no date.
func (d Date) YearDay() int {
	if d.IsZero() {
		return 0
	}
	return int(d.n-dateOf(d.Year(), time.January, 1).n) + 1
}

// DaysInMonth returns how many days the month of d has, 28 to 31; 0 where d is no date.
func (d Date) DaysInMonth() int {
	if d.IsZero() {
		return 0
	}
	year, month, _ := d.parts()
	return daysInMonth(year, month)
}

// AddDays returns the date n days later, or earlier where n is negative. It is an error with the code [ErrDate] where d
// is no date or the result is outside the years 1 to 9999.
func (d Date) AddDays(n int) (Date, error) {
	if d.IsZero() {
		return Date{}, noDate("days cannot be added to no date")
	}
	if n < -maxDay || n > maxDay {
		return Date{}, outOfRange(d, n, "days")
	}
	sum := int(d.n) + n
	if sum < 1 || sum > maxDay {
		return Date{}, outOfRange(d, n, "days")
	}
	return Date{int32(sum)}, nil
}

// AddMonths returns the same day of the month n months later, or earlier where n is negative. A month that is too short
// gives its last day: one month after 31 January is 28 or 29 February. It is an error with the code [ErrDate] where d is
// no date or the result is outside the years 1 to 9999.
func (d Date) AddMonths(n int) (Date, error) {
	if d.IsZero() {
		return Date{}, noDate("months cannot be added to no date")
	}
	if n < -12*maxYear || n > 12*maxYear {
		return Date{}, outOfRange(d, n, "months")
	}
	year, month, day := d.parts()
	count := 12*year + int(month) - 1 + n
	if count < 12*minYear || count > 12*maxYear+11 {
		return Date{}, outOfRange(d, n, "months")
	}
	year, month = count/12, time.Month(count%12+1)
	return dateOf(year, month, min(day, daysInMonth(year, month))), nil
}

// Compare returns -1 where d is before e, 0 where they are the same day, and 1 where d is after e. No date comes before
// every date.
func (d Date) Compare(e Date) int {
	switch {
	case d.n < e.n:
		return -1
	case d.n > e.n:
		return 1
	default:
		return 0
	}
}

// Before reports whether d is before e. No date is before every date.
func (d Date) Before(e Date) bool { return d.n < e.n }

// After reports whether d is after e. No date is after none.
func (d Date) After(e Date) bool { return d.n > e.n }

// Sub returns the days from e to d: 1 where d is the day after e. It panics where d or e is no date, since any number
// would be wrong: ask [Date.IsZero] first where a date may be absent.
func (d Date) Sub(e Date) int {
	if d.IsZero() || e.IsZero() {
		panic(noDate("days cannot be counted from or to no date"))
	}
	return int(d.n - e.n)
}

// dateOf is the day count of a date that is known to exist. Years are taken to begin in March, so that the leap day is
// the last day of its year.
func dateOf(year int, month time.Month, day int) Date {
	y, m := year, int(month)
	if m > 2 {
		m -= 3
	} else {
		m += 9
		y--
	}
	beforeYear := 365*y + y/4 - y/100 + y/400
	beforeMonth := (153*m + 2) / 5
	return Date{int32(beforeYear + beforeMonth + day - daysBeforeMarch)}
}

// daysBeforeMarch is the days from 0000-03-01, where dateOf counts from, to 0000-12-31, where Date does, less one since
// days of the month count from 1.
const daysBeforeMarch = 306

// parts undoes dateOf; all parts of no date are 0.
func (d Date) parts() (year int, month time.Month, day int) {
	if d.n == 0 {
		return 0, 0, 0
	}
	z := int(d.n) + daysBeforeMarch - 1
	era := z / daysIn400Years
	z -= era * daysIn400Years
	y := (z - z/1460 + z/36524 - z/146096) / 365 // takes out the leap days of 4, 100 and 400 years
	z -= 365*y + y/4 - y/100
	m := (5*z + 2) / 153
	day = z - (153*m+2)/5 + 1
	year = y + 400*era
	if m < 10 {
		return year, time.Month(m + 3), day
	}
	return year + 1, time.Month(m - 9), day
}

func daysInMonth(year int, month time.Month) int {
	switch month {
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	default:
		return 31
	}
}

func noDate(what string) *problem.Error {
	return &problem.Error{Code: ErrDate, What: what, Fix: "give the date"}
}

func outOfRange(d Date, n int, unit string) *problem.Error {
	return &problem.Error{
		Code: ErrDate,
		What: fmt.Sprintf("%s and %d %s is outside the years 1 to 9999", d, n, unit),
		Fix:  "give a smaller number of " + unit,
	}
}
