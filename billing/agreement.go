package billing

import (
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// The codes of agreements and of what is billed under them.
const (
	ErrAgreement problem.Code = "E_SERVICE_AGREEMENT" // an agreement that lacks what it must say, or contradicts itself
	ErrOverlap   problem.Code = "E_AGREEMENT_OVERLAP" // two agreements for one service at one premise on one day
	ErrPoint     problem.Code = "E_SERVICE_POINT"     // a step that a service at a premise does not allow
	ErrDays      problem.Code = "E_SERVICE_DAYS"      // days that an agreement does not have, or that are billed twice
)

// Reads says whether an agreement is billed by what meters show. The zero value is no answer, and refused: accounts whose
// cycle field was optional were never billed (Corpus Christi 2018).
type Reads uint8

// The answers.
const (
	Metered   Reads = iota + 1 // a reading is expected for each period
	Unmetered                  // flat, sewer alone, a fire line: no reading is expected, and a bill is
)

// String gives "metered" or "unmetered".
func (r Reads) String() string {
	switch r {
	case Metered:
		return "metered"
	case Unmetered:
		return "unmetered"
	}
	return fmt.Sprintf("Reads(%d)", uint8(r))
}

// Agreement says who takes which service at a premise, from when to when, and what is known of it for its rates.
type Agreement struct {
	ID       string // the host's, unique
	Customer string // the person, by the host's id
	Account  string // which is billed
	Premise  string
	Service  string // the host's word, such as "water"; the services of one word at one premise follow one another
	Schedule string // the id of its rate schedule
	Reads    Reads
	// From is the first day. Until is the day after the last: on the day of a turnover it is the next customer's first. It is no
	// date while the agreement goes on. One that is opened and closed on one day has From and Until alike, no days, and a bill
	// for what was used.
	From, Until civil.Date
	// Owner says that it is the owner's, to whom the service reverts where nobody takes it.
	Owner bool
	// Facts are what is known on the first day, and Changes what changes after it, in order of the days.
	Facts   rates.Facts
	Changes []rates.Change
}

// Check reports all that is wrong with the agreement by itself, each ErrAgreement.
func (a Agreement) Check() error {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrAgreement, Path: path, What: what, Fix: fix})
	}
	for _, part := range []struct{ path, text string }{
		{"id", a.ID}, {"customer", a.Customer}, {"account", a.Account}, {"premise", a.Premise}, {"service", a.Service}, {"schedule", a.Schedule},
	} {
		if part.text == "" {
			add(part.path, "it is missing", "state it")
		}
	}
	if a.Reads != Metered && a.Reads != Unmetered {
		add("reads", "it is not stated whether a reading is expected", "state Metered or Unmetered")
	}
	switch {
	case a.From.IsZero():
		add("from", "the first day is missing", "state it")
	case !a.Until.IsZero() && a.Until.Before(a.From):
		add("until", a.Until.String()+" is before the first day, "+a.From.String(), "state the day after the last")
	}
	for i, c := range a.Changes {
		path := fmt.Sprintf("changes[%d]", i)
		switch {
		case c.Fact == "" || c.On.IsZero():
			add(path, "the fact or its day is missing", "state both")
		case !c.On.After(a.From):
			add(path, c.Fact+" changes on "+c.On.String()+", which is not after the first day", "state it in the facts of the first day")
		case !a.Until.IsZero() && !c.On.Before(a.Until):
			add(path, c.Fact+" changes on "+c.On.String()+", after the last day", "leave it to the next agreement")
		case i > 0 && c.On.Before(a.Changes[i-1].On):
			add(path, "the changes are not in the order of their days", "sort them")
		case slices.ContainsFunc(a.Changes[:i], func(d rates.Change) bool { return d.Fact == c.Fact && d.On == c.On }):
			add(path, c.Fact+" changes twice on "+c.On.String(), "state which value holds")
		}
	}
	return found.Err()
}

// Open reports whether the agreement goes on.
func (a Agreement) Open() bool { return a.Until.IsZero() }

// Has reports whether a day is one of the agreement's.
func (a Agreement) Has(day civil.Date) bool {
	return !day.Before(a.From) && (a.Open() || day.Before(a.Until))
}

// Within returns the days of a span that are the agreement's, and whether there are any; one of no days has none.
func (a Agreement) Within(span civil.Period) (civil.Period, bool) {
	own := civil.Period{From: a.From, To: span.To}
	if !a.Open() && a.Until.Before(span.To) {
		own.To = a.Until
	}
	if !own.From.Before(own.To) {
		return civil.Period{}, false
	}
	return span.Intersect(own)
}

// Input is what a bill of a period is priced from: the schedule, the days, the facts of the first of them and their changes
// within. Usage is the caller's to add. A period with days that are not the agreement's is ErrDays, and errors of the
// agreement are those of Check.
func (a Agreement) Input(period civil.Period) (rates.Input, error) {
	if err := a.Check(); err != nil {
		return rates.Input{}, err
	}
	if err := period.Check(); err != nil {
		return rates.Input{}, &problem.Error{Code: ErrDays, Path: "period", Err: err}
	}
	if period.From.Before(a.From) || !a.Open() && period.To.After(a.Until) {
		until := "and goes on"
		if !a.Open() {
			until = "to " + a.Until.String()
		}
		return rates.Input{}, &problem.Error{
			Code: ErrDays, Path: "period", What: period.String() + " is not within agreement " + a.ID + ", which is from " + a.From.String() + " " + until,
			Fix: "bill the days of the agreement alone, see Point.Stays",
		}
	}
	in := rates.Input{Schedule: a.Schedule, Period: period, Facts: maps.Clone(a.Facts)}
	for _, c := range a.Changes {
		switch {
		case !c.On.After(period.From):
			if in.Facts == nil {
				in.Facts = rates.Facts{}
			}
			in.Facts[c.Fact] = c.Value
		case c.On.Before(period.To):
			in.Changes = append(in.Changes, c)
		}
	}
	return in, nil
}

// clone shares nothing with a that could be changed.
func (a Agreement) clone() Agreement {
	a.Facts, a.Changes = maps.Clone(a.Facts), slices.Clone(a.Changes)
	return a
}
