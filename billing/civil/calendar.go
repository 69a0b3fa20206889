package civil

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/headgate-dev/headgate/billing/problem"
)

// A Calendar knows the days on which an office, a bank or a crew works.
//
// Open reports whether d is such a day. An error means that the calendar cannot say, as for a year whose holidays it does
// not have; such a day is neither open nor closed, and callers must not go on as if it were. Errors should match
// [ErrCalendar] and name the day. The answer for a day never changes. Open must be safe for use by several goroutines.
type Calendar interface {
	Open(d Date) (bool, error)
}

// searchDays is how far a calendar may be closed without a break. No office closes for a year; a calendar that says so
// is wrong.
const searchDays = 366

// NextOpen returns the first day that c has open, from d on: d itself where it is open. Errors of the calendar are
// returned with the day that was looked for; it is an error with the code [ErrCalendar] where c is nil or has no day open
// within 366 days, and with [ErrDate] where d is no date or the years end.
func NextOpen(c Calendar, d Date) (Date, error) { return search(c, d, 1) }

// PreviousOpen returns the last day that c has open, up to d: d itself where it is open. Its errors are those of
// [NextOpen].
func PreviousOpen(c Calendar, d Date) (Date, error) { return search(c, d, -1) }

// AddOpenDays returns the n-th open day after d, or before d where n is negative. d itself is not counted, whether it is
// open or not: this is how "5 business days after the notice" and "7 business days before the shutoff" are counted. With
// n = 0 it is d. Its errors are those of [NextOpen].
func AddOpenDays(c Calendar, d Date, n int) (Date, error) {
	if d.IsZero() {
		return Date{}, noDate("open days cannot be counted from no date")
	}
	step := 1
	if n < 0 {
		step = -1
	}
	at := d
	for ; n != 0; n -= step {
		next, err := at.AddDays(step)
		if err != nil {
			return Date{}, err
		}
		if at, err = search(c, next, step); err != nil {
			return Date{}, err
		}
	}
	return at, nil
}

func search(c Calendar, d Date, step int) (Date, error) {
	if c == nil {
		return Date{}, &problem.Error{Code: ErrCalendar, What: "there is no calendar", Fix: "give one"}
	}
	if d.IsZero() {
		return Date{}, noDate("no open day can be found from no date")
	}
	at := d
	for range searchDays {
		open, err := c.Open(at)
		if err != nil {
			return Date{}, &problem.Error{
				Code: ErrCalendar,
				What: fmt.Sprintf("no open day can be found from %s: %s", d, err),
				Err:  err,
			}
		}
		if open {
			return at, nil
		}
		if at, err = at.AddDays(step); err != nil {
			return Date{}, err
		}
	}
	return Date{}, &problem.Error{
		Code: ErrCalendar,
		What: fmt.Sprintf("no day is open within %d days of %s", searchDays, d),
		Fix:  "look for a calendar that is closed on every weekday",
	}
}

// ListCalendar is a [Calendar] made of a list of closed days, such as the holidays that a board adopts. Every other day
// that is not of the weekend is open. The zero value has no answer for any day. It is immutable.
type ListCalendar struct {
	covers  Period
	closed  []Date // in order
	weekend [7]bool
}

// NewListCalendar returns a calendar that has an answer for the days of covers: closed on the weekdays of weekend and on
// the days of closed, which must lie in covers. No weekend is implied: a district that works from Monday to Thursday
// gives Friday, Saturday and Sunday. The error is a [problem.List] of everything that is wrong, with the codes
// [ErrPeriod] and [ErrCalendar].
func NewListCalendar(covers Period, closed []Date, weekend ...time.Weekday) (ListCalendar, error) {
	var found problem.List
	if covers.IsZero() || covers.Check() != nil || covers.Days() == 0 {
		found.Add(&problem.Error{
			Code: ErrPeriod, Path: "covers",
			What: "a calendar must cover at least one day",
			Fix:  "give the years whose closed days are known",
		})
		return ListCalendar{}, found.Err()
	}
	c := ListCalendar{covers: covers, closed: slices.Clone(closed)}
	for i, d := range closed {
		if !covers.Contains(d) {
			found.Add(&problem.Error{
				Code: ErrCalendar, Path: "closed[" + strconv.Itoa(i) + "]",
				What: fmt.Sprintf("the closed day %q is outside %s, which the calendar covers", d, covers),
				Fix:  "take it out, or cover its whole year",
			})
		}
	}
	for i, w := range weekend {
		if w < time.Sunday || w > time.Saturday {
			found.Add(&problem.Error{
				Code: ErrCalendar, Path: "weekend[" + strconv.Itoa(i) + "]",
				What: fmt.Sprintf("%d is not a weekday", int(w)),
				Fix:  "give 0 (Sunday) to 6 (Saturday)",
			})
			continue
		}
		c.weekend[w] = true
	}
	if c.weekend == [7]bool{true, true, true, true, true, true, true} {
		found.Add(&problem.Error{
			Code: ErrCalendar, Path: "weekend",
			What: "no weekday is left open",
			Fix:  "give only the weekdays that are always closed",
		})
	}
	if err := found.Err(); err != nil {
		return ListCalendar{}, err
	}
	slices.SortFunc(c.closed, Date.Compare)
	return c, nil
}

// Open reports whether d is open. A day that the calendar does not cover is an error with the code [ErrCalendar].
func (c ListCalendar) Open(d Date) (bool, error) {
	if !c.covers.Contains(d) {
		return false, &problem.Error{
			Code: ErrCalendar,
			What: fmt.Sprintf("the calendar covers %s and has no answer for %q", c.covers, d),
			Fix:  "add the closed days of that year",
		}
	}
	if c.weekend[d.Weekday()] {
		return false, nil
	}
	_, closed := slices.BinarySearchFunc(c.closed, d, Date.Compare)
	return !closed, nil
}
