package collections

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// fault is why an event is no step of the debt; none where it is one.
type fault uint8

const (
	none fault = iota
	ofAnother
	withdrawn
	beforeDue
	beforeAnew
	cameBack
	anotherAmount
	aged
)

// imminent says that a step tells of a shutoff that is near, and counts for some days alone.
func (s Step) imminent() bool { return s == Visit || s == AdultReached || s == DoorTag }

// fault finds why an event is no step of this debt.
func (w *walk) fault(i int) fault {
	e := &w.events[i]
	switch {
	case !w.isOf(e):
		return ofAnother
	case w.withdrawn(i) != nil:
		return withdrawn
	case e.Step == BillMailed:
		return none
	case (e.Step != MailedNotice || e.To != Customer) && !e.Day.After(w.out.Debt.Due): // nobody else is told of what is not past due
		return beforeDue
	case e.Day.Before(w.anew):
		return beforeAnew
	case w.returned(i) != nil && (e.To != Customer || e.Step != Contact && e.Step != MailedNotice):
		return cameBack // of those to the customer a visit makes up for it
	case w.marks[i].corrected:
		return anotherAmount
	case e.Step.imminent() && w.by.Sub(e.Day) > w.policy.LastContactAge.Get():
		return aged
	}
	return none
}

// isOf says that an event is of this debt; the mailing of a bill is of the bill.
func (w *walk) isOf(e *Event) bool {
	return e.Debt == w.out.Debt.Due || e.Step == BillMailed && e.Debt == w.ownDue
}

// counts says that an event is a step of this debt.
func (w *walk) counts(i int) bool { return w.fault(i) == none }

// said says why an event is no step.
func (w *walk) said(i int, f fault) string {
	e := &w.events[i]
	switch f {
	case ofAnother:
		return "was of the debt due " + e.Debt.String()
	case withdrawn:
		return "was withdrawn on " + w.withdrawn(i).Day.String()
	case beforeDue:
		return fmt.Sprintf("was on %s, and nothing was past due before %s", e.Day, w.out.Debt.FirstDelinquent)
	case beforeAnew:
		return "was before " + w.anewSince
	case cameBack:
		return "came back on " + w.returned(i).Day.String()
	case anotherAmount:
		return fmt.Sprintf("states %s, and %s is what was charged since a correction", e.Amount, money.Cents(w.marks[i].now))
	case aged:
		return fmt.Sprintf("was on %s, and counts for %d days: not on %s", e.Day, w.policy.LastContactAge.Get(), w.by)
	}
	return ""
}

// beginsAnew takes note that the ladder began anew on a day: what was told before it is no step. Of two of one day, either says so,
// and always the same.
func (w *walk) beginsAnew(on civil.Date, why string) {
	if on.After(w.anew) || on == w.anew && why < w.anewSince {
		w.anew, w.anewSince = on, why
	}
}

// began finds the last day on which the ladder began anew: the end of what kept the account from a shutoff, a reconnection, or the
// day from which the debt stands.
func (w *walk) began() error {
	f, on := w.facts, w.facts.On
	ended := func(day civil.Date, format string, args ...any) {
		if !day.IsZero() && !day.After(on) {
			w.beginsAnew(day, fmt.Sprintf(format, args...)+" on "+day.String())
		}
	}
	for i := range f.Reviews {
		r := &f.Reviews[i]
		ended(r.Decided, "the %s was decided", r.Kind)
	}
	for i := range f.Bankruptcies {
		b := &f.Bankruptcies[i]
		if b.Dismissed {
			ended(b.Closed, "the petition was dismissed")
		} else {
			ended(b.Closed, "the bankruptcy was closed")
		}
	}
	for i := range f.Hardships {
		until := f.Hardships[i].Until
		if until.IsZero() || until.After(on) {
			continue
		}
		before, err := until.AddDays(-1)
		if err != nil {
			return err
		}
		if held, _ := w.parts(before); held == 3 {
			if holds, _ := w.parts(until); holds < 3 {
				ended(until, "the hardship ended")
			}
		}
	}
	for i := range w.terms.Plans {
		ended(w.terms.Plans[i].Ended, "the plan ended")
	}
	for i := range w.terms.LevelPay {
		ended(w.terms.LevelPay[i].Settled, "level pay was settled")
	}
	ended(w.standing.NoticesFrom, "notices were let out")
	ended(f.Account.TakenBack(), "a payment or a credit was taken back")
	if e := w.last(Reconnected); e != nil {
		next, err := e.Day.AddDays(1)
		if err != nil {
			return err
		}
		w.beginsAnew(next, "the day after the reconnection of "+e.Day.String())
	}
	if err := w.unkept(); err != nil {
		return err
	}
	if err := w.reopened(); err != nil {
		return err
	}
	w.undelivered()
	return w.amounts()
}

// amounts finds the notices that state more than was charged since: a correction has made it less.
func (w *walk) amounts() error {
	type charged struct{ then, now int64 }
	var known map[civil.Date]charged
	for i := range w.events {
		e := &w.events[i]
		if e.Amount.IsZero() || !w.counts(i) {
			continue
		}
		both, ok := known[e.Day]
		if !ok {
			var err error
			if both.then, both.now, err = w.charged(e.Day, w.facts.On); err != nil {
				return err
			}
			if known == nil {
				known = map[civil.Date]charged{}
			}
			known[e.Day] = both
		}
		w.marks[i].corrected, w.marks[i].now = e.corrected(both.then, both.now), both.now
	}
	return nil
}

// corrected says that an event states another amount than what was charged since: less than on its day, or less than it states.
func (e *Event) corrected(then, now int64) bool { return now < then || now < e.Amount.Cents() }

// charged is what the debt was for on a day, by its items of that day, and what these are for on a later one. Payments change neither.
func (w *walk) charged(on, later civil.Date) (then, now int64, err error) {
	obligations, err := w.facts.Account.Obligations(on)
	if err != nil {
		return 0, 0, err
	}
	books, seen := w.facts.Account.Books(), map[stored.ID]bool{}
	for i := range obligations {
		o := &obligations[i]
		told := o.When == ledger.IsPastDue || o.When == ledger.IsCurrent && !o.Due.After(w.out.Debt.Due) // a mailed notice may come before
		if !told || seen[o.Item] || !w.kind(o.Item) {
			continue
		}
		seen[o.Item] = true
		then += books.Charged(o.Item, on).Cents()
		now += books.Charged(o.Item, later).Cents()
	}
	return then, now, nil
}

// undelivered finds the last mail of the debt to the customer that came back, where the customer was not told by telephone after it.
func (w *walk) undelivered() {
	for i := range w.events {
		e := &w.events[i]
		if e.To == Customer && w.returned(i) != nil && e.Day.After(w.mailed) {
			if f := w.fault(i); f == none || f == cameBack {
				w.mailed = e.Day
			}
		}
	}
	if w.mailed.IsZero() {
		return
	}
	for i := range w.events {
		if e := &w.events[i]; e.Method == ByTelephone && e.To == Customer && e.Day.After(w.mailed) {
			if f := w.fault(i); f == none || f == aged {
				w.mailed = civil.Date{}
				return
			}
		}
	}
}

// last is the last event of a step that was not withdrawn; nil where there is none. Of those of a day the one at the latest instant
// is the last; one of which none is known says less.
func (w *walk) last(step Step) *Event {
	var last *Event
	for i := range w.events {
		e := &w.events[i]
		if e.Step != step || w.withdrawn(i) != nil {
			continue
		}
		if last == nil || e.laterThan(last) {
			last = e
		}
	}
	return last
}

// laterThan says that an event was after another of its step: of those of a day by their instants, and one of which none is known says less.
func (e *Event) laterThan(o *Event) bool {
	return e.Day.After(o.Day) || e.Day == o.Day && o.At.Before(e.At)
}

// reopened finds the last day on which the debt stood again, after one on which it did not: it was paid, and the payment came back.
func (w *walk) reopened() error {
	due, on := w.out.Debt.Due, w.facts.On
	// It is not looked for before the first step that it could undo.
	first := on
	for i := range w.events {
		if e := &w.events[i]; e.Day.Before(first) && e.Step != BillMailed && w.counts(i) {
			first = e.Day
		}
	}
	changes := w.facts.Account.Changes(first, on)
	for k := len(changes) - 1; k >= 0; k-- {
		before, err := changes[k].AddDays(-1)
		if err != nil {
			return err
		}
		if !before.After(due) {
			return nil // it is not past due yet
		}
		stands, err := w.stood(before)
		if err != nil {
			return err
		}
		if !stands {
			w.beginsAnew(changes[k], "the debt stood again on "+changes[k].String())
			return nil
		}
	}
	return nil
}

// stood says that on a day the debt was past due, and not below the least that anybody is told of.
func (w *walk) stood(on civil.Date) (bool, error) {
	obligations, err := w.facts.Account.Obligations(on)
	if err != nil {
		return false, err
	}
	cents := int64(0)
	for i := range obligations {
		if o := &obligations[i]; w.permits(o) && !o.Due.After(w.out.Debt.Due) {
			cents += o.Left().Cents()
		}
	}
	return cents >= max(1, w.policy.MinimumBalance.Get().Cents()), nil
}

// permits says that an obligation is past due and permits a shutoff.
func (w *walk) permits(o *ledger.Obligation) bool {
	return o.When == ledger.IsPastDue && o.Left().Sign() > 0 && w.kind(o.Item)
}

// kind says that an item is of those that permit a shutoff.
func (w *walk) kind(item stored.ID) bool {
	it, ok := w.facts.Account.Books().Item(item)
	return ok && w.kinds[string(it.Kind)] && w.agencies[it.Agency] && !w.beforePetition(&it)
}
