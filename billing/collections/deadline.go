package collections

import (
	"fmt"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Deadline is the last day on which a step is taken for a shutoff on a day, counted back from it.
type Deadline struct {
	// Constraint is its title, When the accounts on which it holds, and Unless those on which the step is none, as [Way.Unless] says.
	Constraint   string
	When, Unless When
	// Step is the step, by one of Methods to one of To; empty for a due date. Of what another step has to follow, such as the mailing of
	// the bill, both are empty, and Wait is how long before that step's last day it is.
	Step    Step
	Methods []Method
	To      []Recipient
	Wait    Wait
	// Day is the last day. What can be taken by mail alone is mailed on an open day.
	Day civil.Date
	// Before is, of clock hours, the last instant, for a shutoff as soon as the hours of that day begin.
	Before time.Time
}

// String says it: "7-business-day contact: contact by 2026-06-10".
func (d Deadline) String() string {
	step, by := string(d.Step), d.Day.String()
	if step == "" {
		step = "due"
	}
	if !d.Before.IsZero() {
		by = clock(d.Before)
	}
	return fmt.Sprintf("%s: %s by %s (%s)", d.Constraint, step, by, d.Wait)
}

// Deadlines are the last days of all steps for a shutoff of a class on a day, in the order of the laws and the policy; those that
// hold on some accounts alone are among them, and what counts from a breach is not.
//
// Errors: [ErrList] for a day on which nobody of the class is shut off; [ErrFacts] for a class that the policy has not; [ErrLaw];
// those of the calendar and of dates.
func (l *Ladder) Deadlines(class string, day civil.Date) ([]Deadline, error) {
	if err := l.shutoffDay(class, day); err != nil {
		return nil, err
	}
	var out []Deadline
	for _, c := range l.constraints(class) {
		d := Deadline{Constraint: c.Title, When: c.When}
		switch c.Since {
		case SinceBreach:
		case SinceDue:
			if err := l.back(&d, c.Wait, day); err != nil {
				return nil, err
			}
			out = append(out, d)
		default:
			for i := range c.Ways {
				way := &c.Ways[i]
				d := d
				d.Unless, d.Step, d.Methods, d.To = way.Unless, way.Step, slices.Clone(way.Methods), slices.Clone(way.To)
				if err := l.back(&d, way.Wait, day); err != nil {
					return nil, err
				}
				out = append(out, d)
				if way.After == "" {
					continue
				}
				// What the step has to follow, such as the mailing of the bill, so long before the last day of it.
				d.Step, d.Methods, d.To, d.Wait, d.Before = way.After, nil, nil, way.AfterWait, time.Time{}
				var err error
				if d.Day, err = d.Day.AddDays(-way.AfterWait.N); err != nil {
					return nil, err
				}
				out = append(out, d)
			}
		}
	}
	return out, nil
}

// shutoffDay refuses a class that there is not, and a day on which nobody of it is shut off.
func (l *Ladder) shutoffDay(class string, day civil.Date) error {
	if !slices.Contains(l.policy.Residential, class) && !slices.Contains(l.policy.Others, class) {
		return &problem.Error{Code: ErrFacts, Path: "class", What: fmt.Sprintf("the policy has no class %q", class), Fix: "give one of its classes"}
	}
	if day.IsZero() {
		return &problem.Error{Code: ErrList, Path: "day", What: "there is no day", Fix: "give the day of the shutoff"}
	}
	if err := l.lawful(class, "day", day); err != nil {
		return err
	}
	ok, why, err := l.permitted(class, day)
	if err != nil {
		return err
	}
	if !ok {
		return &problem.Error{Code: ErrList, Path: "day", What: why.String(), Fix: "give a day on which service of the class is shut off"}
	}
	return nil
}

// back counts a wait back from a day.
func (l *Ladder) back(d *Deadline, wait Wait, day civil.Date) (err error) {
	d.Wait = wait
	switch wait.Unit {
	case OpenDays:
		d.Day, err = civil.AddOpenDays(l.business, day, -wait.N)
		return err
	case Hours:
		d.Before = l.policy.Opens.Get().on(day, l.location).Add(-hours(wait.N))
		d.Day, err = civil.DateOf(d.Before, l.location)
		return err
	}
	n := wait.N
	if wait.Unit == DelinquentDays && l.policy.Reading == FullDays {
		n++
	}
	if d.Day, err = day.AddDays(-n); err == nil && len(d.Methods) == 1 && d.Methods[0] == ByMail {
		d.Day, err = civil.PreviousOpen(l.business, d.Day)
	}
	return err
}
