package civil

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Period is the days from From on and before To: To is the day after the last, so that periods join without a gap or an
// overlap where one's To is the next one's From. From == To is a period of no days, as of an agreement that was opened
// and closed on one day. The zero value is no period.
//
// A Period that is written as a literal may be wrong; [Period.Check] tells. [NewPeriod], [Inclusive] and [ParsePeriod]
// return only periods that pass it.
type Period struct {
	From Date // the first day
	To   Date // the day after the last
}

// NewPeriod returns the days from from on and before to. It is an error with the code [ErrPeriod] where to is before
// from, or one of them is no date.
func NewPeriod(from, to Date) (Period, error) {
	p := Period{From: from, To: to}
	if err := p.Check(); err != nil {
		return Period{}, err
	}
	return p, nil
}

// Inclusive returns the period from first to last, both counted, as people name periods. It is an error with the code
// [ErrPeriod] where last is before first or one of them is no date, and with [ErrDate] where last is 9999-12-31, since
// there is no day after it.
func Inclusive(first, last Date) (Period, error) {
	if _, err := NewPeriod(first, last); err != nil {
		return Period{}, err
	}
	to, err := last.AddDays(1)
	if err != nil {
		return Period{}, err
	}
	return Period{From: first, To: to}, nil
}

// Check tells what is wrong with p, as an error with the code [ErrPeriod]: an end that is missing, or To before From. No
// period is wrong too: where a period may be absent, ask [Period.IsZero] first.
func (p Period) Check() error {
	switch {
	case p.IsZero():
		return &problem.Error{Code: ErrPeriod, What: "there is no period", Fix: "give its first day and the day after its last"}
	case p.From.IsZero():
		return &problem.Error{Code: ErrPeriod, What: fmt.Sprintf("the period %s has no first day", p), Fix: "give its first day"}
	case p.To.IsZero():
		return &problem.Error{Code: ErrPeriod, What: fmt.Sprintf("the period %s has no end", p), Fix: "give the day after its last"}
	case p.To.Before(p.From):
		return &problem.Error{Code: ErrPeriod, What: fmt.Sprintf("the period %s ends before it begins", p), Fix: "exchange its two dates"}
	default:
		return nil
	}
}

// IsZero reports whether p is no period. A period of no days is not zero: it has dates.
func (p Period) IsZero() bool { return p == Period{} }

// Days returns how many days p has, 0 for no period. It panics where p is a period that [Period.Check] refuses, since any
// number would be wrong.
func (p Period) Days() int {
	if p.IsZero() {
		return 0
	}
	if p.From.IsZero() || p.To.n < p.From.n {
		panic(p.Check())
	}
	return int(p.To.n - p.From.n)
}

// Contains reports whether d is one of the days of p.
func (p Period) Contains(d Date) bool {
	return !p.From.IsZero() && !d.Before(p.From) && d.Before(p.To)
}

// Last returns the last day of p; From where p has no days.
func (p Period) Last() Date {
	if p.Days() == 0 {
		return p.From
	}
	return Date{p.To.n - 1}
}

// Intersect returns the days that p and q have in common, and whether there are any.
func (p Period) Intersect(q Period) (Period, bool) {
	if p.Days() == 0 || q.Days() == 0 {
		return Period{}, false
	}
	both := Period{From: later(p.From, q.From), To: earlier(p.To, q.To)}
	if !both.From.Before(both.To) {
		return Period{}, false
	}
	return both, true
}

// Cut returns the parts into which the dates divide p, in order: a new part begins on each date that is after From and
// before To. Other dates, and dates given twice, cut nothing; a period that nothing cuts is its own only part. The parts
// have all days of p, each once.
func (p Period) Cut(at ...Date) []Period {
	inside := make([]Date, 0, len(at))
	for _, d := range at {
		if p.Contains(d) && d != p.From {
			inside = append(inside, d)
		}
	}
	slices.SortFunc(inside, Date.Compare)
	inside = slices.Compact(inside)
	parts := make([]Period, 0, len(inside)+1)
	from := p.From
	for _, d := range inside {
		parts = append(parts, Period{From: from, To: d})
		from = d
	}
	return append(parts, Period{From: from, To: p.To})
}

// MonthPart is the days of a period that lie in one calendar month.
type MonthPart struct {
	Period      Period
	DaysInMonth int // how many days the whole month has, 28 to 31
}

// Months returns the parts of p in each calendar month, in order, for amounts that each month shares out among its own
// days. A period of no days has no parts.
func (p Period) Months() []MonthPart {
	if p.Days() == 0 {
		return nil
	}
	parts := make([]MonthPart, 0, p.Days()/28+2)
	for from := p.From; from.Before(p.To); {
		length := from.DaysInMonth()
		// Only a length less than p.To is kept, so that the step over the end of December 9999 is never seen.
		to := earlier(Date{from.n + int32(length-from.Day()+1)}, p.To)
		parts = append(parts, MonthPart{Period: Period{From: from, To: to}, DaysInMonth: length})
		from = to
	}
	return parts
}

func earlier(a, b Date) Date {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b Date) Date {
	if b.After(a) {
		return b
	}
	return a
}
