package billing

import (
	"cmp"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// Point is one service at one premise with all agreements for it, past and present: on each day at most one customer has
// it. A Point is a value: each step returns the next one, and leaves the one before as it was. The zero value is no point.
type Point struct {
	premise, service string
	agreements       []Agreement // in order of their days
}

// NewPoint makes a point of its agreements, in any order. Refused are agreements of several premises or services, two of one
// id, and two that have a day in common (ErrOverlap); other errors are those of Agreement.Check. One of no days may stand on
// the first day of another, since that customer came and went before.
func NewPoint(agreements ...Agreement) (Point, error) {
	if len(agreements) == 0 {
		return Point{}, &problem.Error{Code: ErrPoint, What: "there is no agreement", Fix: "give the first one"}
	}
	var p Point
	for _, a := range agreements {
		if err := a.Check(); err != nil {
			return Point{}, &problem.Error{Code: ErrAgreement, Path: "agreement " + a.ID, Err: err}
		}
		if p.premise == "" {
			p.premise, p.service = a.Premise, a.Service
		}
		if a.Premise != p.premise || a.Service != p.service {
			return Point{}, &problem.Error{
				Code: ErrPoint, Path: "agreement " + a.ID, What: "it is for " + a.Service + " at " + a.Premise + ", and the others for " + p.service + " at " + p.premise,
				Fix: "make a point of each service at each premise",
			}
		}
		p.agreements = append(p.agreements, a.clone())
	}
	slices.SortStableFunc(p.agreements, func(a, b Agreement) int {
		return cmp.Or(a.From.Compare(b.From), until(a).Compare(until(b)))
	})
	for i, a := range p.agreements {
		for _, b := range p.agreements[:i] {
			if a.ID == b.ID {
				return Point{}, &problem.Error{Code: ErrPoint, Path: "agreement " + a.ID, What: "the id stands there twice", Fix: "give each agreement its own"}
			}
		}
		if i == 0 {
			continue
		}
		if b := p.agreements[i-1]; b.Open() || a.From.Before(b.Until) {
			return Point{}, &problem.Error{
				Code: ErrOverlap, Path: "agreement " + a.ID, What: "it begins on " + a.From.String() + ", and agreement " + b.ID + " has that day",
				Fix: "end " + b.ID + " by that day: the day of a turnover is the incoming customer's",
			}
		}
	}
	return p, nil
}

// until is the day on which an agreement ends, the last of all where it goes on.
func until(a Agreement) civil.Date {
	if a.Open() {
		return civil.MustDate("9999-12-31")
	}
	return a.Until
}

// Premise returns the premise.
func (p Point) Premise() string { return p.premise }

// Service returns the service.
func (p Point) Service() string { return p.service }

// Agreements returns all agreements, in the order of their days.
func (p Point) Agreements() []Agreement {
	out := make([]Agreement, len(p.agreements))
	for i, a := range p.agreements {
		out[i] = a.clone()
	}
	return out
}

// On returns the agreement of a day; false where nobody has the service.
func (p Point) On(day civil.Date) (Agreement, bool) {
	for _, a := range p.agreements {
		if a.Has(day) {
			return a.clone(), true
		}
	}
	return Agreement{}, false
}

// Stay is a part of a span of days: those of one agreement, or, without one, days on which nobody has the service.
type Stay struct {
	Agreement string // its id; empty where the service is vacant
	Period    civil.Period
}

// Stays divides a span into its stays, in order: each day stands in one of them, and an agreement of no days within the span
// stands there too, for what was used under it. A span that is none is ErrDays.
func (p Point) Stays(span civil.Period) ([]Stay, error) {
	if err := span.Check(); err != nil {
		return nil, &problem.Error{Code: ErrDays, Path: "span", Err: err}
	}
	var stays []Stay
	at := span.From
	for _, a := range p.agreements {
		own, ok := a.Within(span)
		if !ok {
			if none := a.From == a.Until && (span.Contains(a.From) || span.From == a.From && span.Days() == 0); !none {
				continue
			}
			own = civil.Period{From: a.From, To: a.From}
		}
		if at.Before(own.From) {
			stays = append(stays, Stay{Period: civil.Period{From: at, To: own.From}})
		}
		stays = append(stays, Stay{Agreement: a.ID, Period: own})
		at = own.To
	}
	if at.Before(span.To) {
		stays = append(stays, Stay{Period: civil.Period{From: at, To: span.To}})
	}
	return stays, nil
}

// Start adds an agreement that nobody stands in the way of. Errors are those of NewPoint.
func (p Point) Start(a Agreement) (Point, error) {
	return NewPoint(append(p.Agreements(), a)...)
}

// Stop ends the agreement that goes on: until is the day after its last. Changes of facts that would come later are left
// out. Where the owner's agreement is given it begins on that day: the service reverts to the owner. Refused with ErrPoint
// are an agreement that has ended and one that is not there, and an owner's that is not marked as one; other errors are
// those of NewPoint.
func (p Point) Stop(id string, until civil.Date, owner ...Agreement) (Point, error) {
	list := p.Agreements()
	i := slices.IndexFunc(list, func(a Agreement) bool { return a.ID == id })
	refuse := func(what, fix string) (Point, error) {
		return Point{}, &problem.Error{Code: ErrPoint, Path: "agreement " + id, What: what, Fix: fix}
	}
	switch {
	case i < 0:
		return refuse("it is none of the point's", "name one of "+p.service+" at "+p.premise)
	case !list[i].Open():
		return refuse("it ended on "+list[i].Until.String(), "correct that by taking its final bill back")
	case until.IsZero():
		return refuse("the day is missing", "state the day after the last")
	case len(owner) > 1 || len(owner) == 1 && (!owner[0].Owner || owner[0].From != until):
		return refuse("the service does not revert to that agreement", "give one agreement of the owner's that begins on "+until.String())
	}
	list[i].Until = until
	list[i].Changes = slices.DeleteFunc(list[i].Changes, func(c rates.Change) bool { return !c.On.Before(until) })
	return NewPoint(append(list, owner...)...)
}

// Turnover ends the agreement that goes on and begins the next customer's on the same day, which is the incoming customer's.
// Errors are those of Stop and NewPoint.
func (p Point) Turnover(in Agreement) (Point, error) {
	for _, a := range p.agreements {
		if a.Open() {
			stopped, err := p.Stop(a.ID, in.From)
			if err != nil {
				return Point{}, err
			}
			return stopped.Start(in)
		}
	}
	return Point{}, &problem.Error{Code: ErrPoint, Path: "agreement " + in.ID, What: "nobody has the service", Fix: "use Start"}
}
