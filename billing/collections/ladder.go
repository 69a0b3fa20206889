package collections

import (
	"fmt"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Ladder is a policy that was found to be in order, with the days on which its office is open and the place where they begin and
// end. It is not changed by anything and safe for goroutines where its calendar is.
type Ladder struct {
	policy       Policy
	office       civil.Calendar
	business     civil.Calendar
	location     *time.Location
	placeholders []policy.Mark
	unconfirmed  []string
	// residential and others are the constraints that hold for each.
	residential, others []*Constraint
	// kinds says of each kind of item whether it permits a shutoff.
	kinds    map[string]bool
	agencies map[string]bool
}

// Compile checks a policy and makes it usable. Office is the calendar of the days on which the office is open, on which a legal
// holiday is closed, and location the place where the district's days begin and end; time.Local, which depends on the machine, is
// refused. The policy is copied.
//
// Errors: those of [Policy.Check]; policy.ErrNotKnown; [ErrPolicy] for a calendar or a place that is missing.
func Compile(p Policy, office civil.Calendar, location *time.Location) (*Ladder, error) {
	f := p.findings()
	if office == nil {
		f.Refuse("office", "there is no calendar", "give the days on which the office is open")
	}
	if location == nil || location == time.Local || location.String() == "Local" { //nolint:forbidigo // compared, not used: TZ gives it another name
		f.Refuse("location", "there is no place, or it is the machine's", "give the district's location")
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	l := &Ladder{policy: p.clone(), office: office, business: business{office}, location: location, placeholders: f.Placeholders, kinds: map[string]bool{}, agencies: map[string]bool{"": true}}
	for i := range l.policy.Laws {
		law := &l.policy.Laws[i]
		if !slices.Contains(p.Confirmed, law.Title) {
			l.unconfirmed = append(l.unconfirmed, law.Title)
		}
		for j := range law.Constraints {
			l.residential = append(l.residential, &law.Constraints[j])
		}
	}
	for i := range l.policy.Constraints {
		c := &l.policy.Constraints[i]
		if c.For != ForOthers {
			l.residential = append(l.residential, c)
		}
		if c.For != ForResidential {
			l.others = append(l.others, c)
		}
	}
	for _, kind := range p.Kinds {
		l.kinds[string(kind)] = true
	}
	for _, kind := range p.Exempt {
		l.kinds[string(kind)] = false
	}
	for _, agency := range p.Agencies {
		l.agencies[agency] = true
	}
	return l, nil
}

// isResidential says whether a class of service is residential.
func (l *Ladder) isResidential(class string) bool {
	return slices.Contains(l.policy.Residential, class)
}

// constraints are those for a class of service.
func (l *Ladder) constraints(class string) []*Constraint {
	if l.isResidential(class) {
		return l.residential
	}
	return l.others
}

// business is the calendar of business days: those on which the office is open, but no Saturday and no Sunday (ours), as an
// office that opens on Saturdays makes no notice shorter.
type business struct{ office civil.Calendar }

func (b business) Open(d civil.Date) (bool, error) {
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return false, nil
	}
	return b.office.Open(d)
}

// permitted says whether anybody of a class may be shut off on a day, and else why not.
func (l *Ladder) permitted(class string, day civil.Date) (ok bool, why Moved, err error) {
	w := Weekday(day.Weekday())
	if l.isResidential(class) {
		for i := range l.policy.Laws {
			if slices.Contains(l.policy.Laws[i].Never, w) {
				return false, Moved{Day: day, Law: l.policy.Laws[i].Title}, nil
			}
		}
	}
	if slices.Contains(l.policy.Never, w) {
		return false, Moved{Day: day}, nil
	}
	open, err := l.office.Open(day)
	return open, Moved{Day: day, Closed: true}, err
}

// lawful refuses a day for which the text of a law of the class was not read.
func (l *Ladder) lawful(class, path string, day civil.Date) error {
	if !l.isResidential(class) {
		return nil
	}
	for i := range l.policy.Laws {
		if err := l.policy.Laws[i].holds(path, day); err != nil {
			return err
		}
	}
	return nil
}

// maxMove bounds how far a day is moved: a calendar that has none open for so long is wrong.
const maxMove = 366

// move moves a bound to the first permitted instant.
func (l *Ladder) move(class string, last *Bound) (day civil.Date, notBefore time.Time, moved []Moved, err error) {
	day, at := last.Day, last.At
	for range maxMove {
		ok, why, err := l.permitted(class, day)
		if err != nil {
			return civil.Date{}, time.Time{}, nil, err
		}
		if ok {
			opens := l.policy.Opens.Get().on(day, l.location)
			if at.Before(opens) {
				return day, opens, moved, l.lawful(class, "day", day)
			}
			if at.Before(l.policy.Closes.Get().on(day, l.location)) {
				return day, at, moved, l.lawful(class, "day", day)
			}
			why = Moved{Day: day, At: at}
		}
		moved = append(moved, why)
		if day, err = day.AddDays(1); err != nil {
			return civil.Date{}, time.Time{}, nil, err
		}
	}
	return civil.Date{}, time.Time{}, nil, &problem.Error{Code: civil.ErrCalendar, Path: "office", What: fmt.Sprintf("nobody may be shut off on any of %d days from %s on", maxMove, last.Day),
		Fix: "look at the calendar and at the days of the week that are left"}
}

func hours(n int) time.Duration { return time.Duration(n) * time.Hour }

// startOf is the instant at which a day begins.
func (l *Ladder) startOf(day civil.Date) time.Time { return Clock(0).on(day, l.location) }

// FirstDelinquent is the first day on which what was due is delinquent: the day after the due date. Errors: civil.ErrDate.
func (l *Ladder) FirstDelinquent(due civil.Date) (civil.Date, error) { return due.AddDays(1) }

// Reading is how days of delinquency are read.
func (l *Ladder) Reading() Reading { return l.policy.Reading }
