package collections

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
)

// FinalNotices is the list of final notices: accounts whose payment plan was broken, and that lack the final notice of it, from the day on
// which one counts. Facts are those of the day of the list.
const FinalNotices ListKind = "final_notices"

// NotAfterPlan is why an account is on no list of final notices: none is asked for.
const NotAfterPlan Code = "no final notice asked for"

// final is the account's row of a list of final notices, or why it has none.
func (l *Ladder) final(day civil.Date, f *Facts) (Row, []Reason, error) {
	w, err := l.project(f, day, "")
	if err != nil {
		return Row{}, nil, err
	}
	a := &w.out
	if a.Blocked() {
		return Row{}, a.Blocks, nil
	}
	none := func(words string) []Reason {
		return []Reason{{NotAfterPlan, words, []Figure{{"debt", a.Debt.Due.String()}}}}
	}
	if !w.broken {
		return Row{}, none("no plan of the debt due " + a.Debt.Due.String() + " was broken"), nil
	}
	e, from, err := w.finalNotice()
	switch {
	case err != nil:
		return Row{}, nil, err
	case e != nil:
		return Row{}, []Reason{given(NoticeGiven, e)}, nil
	case from.IsZero():
		return Row{}, none("no rule of the class " + f.Class + " asks for one"), nil
	case day.Before(from):
		return Row{}, []Reason{{TooEarly, fmt.Sprintf("the plan was broken on %s, and a final notice counts from %s on", w.breach, from),
			[]Figure{{"breach", w.breach.String()}, {"from", from.String()}}}}, nil
	}
	if !a.Day.After(day) {
		return Row{}, []Reason{{TooEarly, fmt.Sprintf("the shutoff would be on %s, and a final notice states a later day than its own", a.Day), []Figure{{"shutoff", a.Day.String()}}}}, nil
	}
	return a.row("%s due %s is past due after a plan was broken, and no final notice of it was given: a shutoff not before %s", clock(a.NotBefore)), nil, nil
}

// finalNotice is a final notice that was given as each rule which asks for one has it; nil where a rule lacks its own, with the day from
// which on one counts, or no date where no rule asks.
func (w *walk) finalNotice() (last *Event, from civil.Date, err error) {
	for _, c := range w.constraints(w.facts.Class) {
		if !w.is(c.When) {
			continue
		}
		own, since, err := w.finalOf(c)
		switch {
		case err != nil:
			return nil, civil.Date{}, err
		case since.IsZero():
		case own == nil && (from.IsZero() || since.Before(from)):
			from = since
		case own != nil && (last == nil || last.before(own)):
			last = own
		}
	}
	if !from.IsZero() {
		last = nil
	}
	return last, from, nil
}

// finalOf is the first final notice that a rule takes, and the day from which on it takes one; no date where it asks for none.
func (w *walk) finalOf(c *Constraint) (first *Event, since civil.Date, err error) {
	for i := range c.Ways {
		way := &c.Ways[i]
		if way.Step != FinalNotice || !w.way(way) {
			continue
		}
		from, _, err := w.from(way)
		if err != nil {
			return nil, civil.Date{}, err
		}
		counts := from
		if counts.Before(w.breach) {
			counts = w.breach
		}
		if since.IsZero() || counts.Before(since) {
			since = counts
		}
		for j := range w.events {
			if e := &w.events[j]; way.takes(e) && w.counts(j) && !e.Day.Before(from) && (first == nil || e.before(first)) {
				first = e
			}
		}
	}
	return first, since, nil
}
