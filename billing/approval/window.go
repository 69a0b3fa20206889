package approval

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Span is a way in which days are gathered for a limit.
type Span string

// The spans. Days are those of the policy's location.
const (
	ByDay     Span = "day"     // one day
	ByMonth   Span = "month"   // a calendar month
	ByYear    Span = "year"    // twelve months from the first of Window.Month on
	ByRolling Span = "rolling" // Window.Days days in a row, wherever they begin
)

// Window is the days whose approvals count together. Where a window of calendar months lets two amounts stand on both
// sides of the month's edge, a rolling one does not.
type Window struct {
	Span  Span
	Month time.Month // where a year begins; for [ByYear] alone
	Days  int        // how many days roll, 1 to 3660; for [ByRolling] alone
}

// maxRolling is ten years of days.
const maxRolling = 3660

// String is the window for people, such as "30 days in a row".
func (w Window) String() string {
	switch w.Span {
	case ByDay:
		return "a day"
	case ByMonth:
		return "a calendar month"
	case ByYear:
		return "a year from " + w.Month.String() + " on"
	case ByRolling:
		return fmt.Sprintf("%d days in a row", w.Days)
	}
	return "no window"
}

func (w Window) check(path string) *problem.Error {
	refuse := func(part, what, fix string) *problem.Error {
		return &problem.Error{Code: ErrPolicy, Path: path + part, What: what, Fix: fix}
	}
	switch {
	case w.Span == "":
		return refuse(".span", "the window of the ceiling per account is missing", "state day, month, year or rolling")
	case w.Span != ByDay && w.Span != ByMonth && w.Span != ByYear && w.Span != ByRolling:
		return refuse(".span", "the window is unknown", "state day, month, year or rolling")
	case w.Span == ByYear && (w.Month < time.January || w.Month > time.December):
		return refuse(".month", "the month in which the year begins is missing or none of 1 to 12", "state it, 7 for July")
	case w.Span != ByYear && w.Month != 0:
		return refuse(".month", "a month is stated for a window that is no year", "leave it out")
	case w.Span == ByRolling && (w.Days < 1 || w.Days > maxRolling):
		return refuse(".days", fmt.Sprintf("the days that roll are missing or not 1 to %d", maxRolling), "state how many days roll")
	case w.Span != ByRolling && w.Days != 0:
		return refuse(".days", "days are stated for a window that does not roll", "leave them out")
	}
	return nil
}

// calendar is the window of the calendar that a day is in.
func (w Window) calendar(day civil.Date) (civil.Period, error) {
	if w.Span == ByDay {
		return civil.Inclusive(day, day)
	}
	months, back := 1, 0
	if w.Span == ByYear {
		months, back = 12, (int(day.Month())-int(w.Month)+12)%12
	}
	from, err := firstOf(day, back)
	if err != nil {
		return civil.Period{}, err
	}
	to, err := from.AddMonths(months)
	if err != nil {
		return civil.Period{}, err
	}
	return civil.NewPeriod(from, to)
}

// heaviest is the most that was approved within a window that a day is in. It looks at what is dated later, too: a decision
// that comes to be recorded behind a later one must not overfill the windows that hold both.
func (w Window) heaviest(day civil.Date, all *spending, location *time.Location) (money.Amount, error) {
	if w.Span == ByRolling {
		return w.heaviestRolling(day, all, location)
	}
	period, err := w.calendar(day)
	if err != nil {
		return money.Amount{}, err
	}
	return all.between(all.first(period.From, location), all.first(period.To, location))
}

// heaviestRolling slides the window over every position that holds day and ends on it or on a later day with an approval.
func (w Window) heaviestRolling(day civil.Date, all *spending, location *time.Location) (money.Amount, error) {
	var most money.Amount
	for end := day; ; {
		from, err := end.AddDays(1 - w.Days)
		if err != nil {
			return money.Amount{}, err
		}
		next, err := end.AddDays(1)
		if err != nil {
			return money.Amount{}, err
		}
		beyond := all.first(next, location)
		sum, err := all.between(all.first(from, location), beyond)
		if err != nil {
			return money.Amount{}, err
		}
		if sum.Cmp(most) > 0 {
			most = sum
		}
		if beyond == len(all.entries) {
			return most, nil
		}
		if end, err = civil.DateOf(all.entries[beyond].at, location); err != nil || end.Sub(day) >= w.Days {
			return most, err
		}
	}
}

// firstOf is the first day of the month that lies back months before that of day; back is less than 12.
func firstOf(day civil.Date, back int) (civil.Date, error) {
	year, month := day.Year(), int(day.Month())-back
	if month < 1 {
		year, month = year-1, month+12
	}
	return civil.NewDate(year, time.Month(month), 1)
}
