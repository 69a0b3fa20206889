package deposit

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Facts are what the books do not know of an account. The order of their lists has no meaning.
type Facts struct {
	// Account is the account.
	Account string
	// Terms are its plans, level pay, extensions and the money on its way.
	Terms ledger.Terms
	// Opened is the day on which the account was opened, and Closed the day from which it has no service; no date while it goes on.
	Opened, Closed civil.Date
	// Service is its first day of service. A policy whose clock runs from it needs it.
	Service civil.Date
	// Requested is the day on which the customer asked for the deposit; no date where they did not.
	Requested civil.Date
	// Shutoffs are the days of its shutoffs for non-payment, empty where there was none. A policy under which one bars the refund
	// needs them: nil says that nobody has looked.
	Shutoffs []civil.Date
	// PaidSince is, of a deposit that came in with opening balances or from another account of the customer, the day on which it
	// was paid in full there, also before this account was opened; no date where it counts from the day on which it came in. It is no earlier than
	// what the books know: money that was made good there later is paid on that day. Interest from before the books is to be
	// entered with them.
	PaidSince civil.Date
	// Late and Returned are the days of late and of returned payments from before the books; those in the books are found there. Of
	// a deposit that came in with opening balances they are needed, empty where there was none: nil says that nobody has looked.
	Late, Returned []civil.Date
}

// until are the facts without what happened after a day.
func (f Facts) until(on civil.Date) Facts {
	for _, days := range []*[]civil.Date{&f.Shutoffs, &f.Late, &f.Returned} {
		*days = slices.DeleteFunc(slices.Clone(*days), func(day civil.Date) bool { return day.After(on) })
	}
	for _, day := range []*civil.Date{&f.Closed, &f.Requested} {
		if day.After(on) {
			*day = civil.Date{}
		}
	}
	return f
}

// check finds all that is wrong with the facts of a deposit on a day.
func (f Facts) check(h Holding, on civil.Date) error {
	var found problem.List
	add := func(code problem.Code, path, what, fix string) {
		found.Add(&problem.Error{Code: code, Path: path, What: what, Fix: fix})
	}
	if on.IsZero() {
		add(ErrFacts, "on", "it is asked about no day", "give the day")
		return found.Err()
	}
	if h.Account != "" && f.Account != h.Account {
		add(ErrFacts, "account", fmt.Sprintf("the facts are of account %q and the deposit of %q", f.Account, h.Account), "give the deposit and the facts of one account")
	}
	found = append(found, f.looked(on)...)
	if !f.PaidSince.IsZero() && !slices.ContainsFunc(h.Movements, Movement.carriedIn) && !h.Held.IsZero() {
		add(ErrFacts, "paid_since", "the books have the payments of the deposit", "leave it out: it is for what came in with opening balances or from another account")
	}
	for i, m := range h.Movements {
		path := fmt.Sprintf("deposit.movements[%d]", i)
		if m.On.Before(f.Opened) {
			add(ErrOlder, path, fmt.Sprintf("%s came on %s, before the account was opened on %s", m.Amount, m.On, f.Opened), "give the day on which the customer's account was opened, or enter the money on the account that it is of")
		}
		if m.On.After(on) {
			add(ErrFuture, path, fmt.Sprintf("%s moved on %s, after %s, the day that is asked about", m.Amount, m.On, on), "ask on that day or later")
		}
	}
	return found.Err()
}

// looked finds what is wrong with the facts by themselves on a day.
func (f Facts) looked(on civil.Date) problem.List {
	var found problem.List
	add := func(code problem.Code, path, what, fix string) {
		found.Add(&problem.Error{Code: code, Path: path, What: what, Fix: fix})
	}
	if f.Account == "" {
		add(ErrFacts, "account", "the facts are of no account", "give the account")
	}
	if f.Opened.IsZero() {
		add(ErrFacts, "opened", "the day on which the account was opened is missing", "give it: no deposit is older than its account")
	}
	for _, event := range []struct {
		path, what string
		day        civil.Date
	}{
		{"closed", "the account is closed", f.Closed}, {"service", "service began", f.Service}, {"requested", "the deposit was asked for", f.Requested},
	} {
		if !event.day.IsZero() && event.day.Before(f.Opened) {
			add(ErrFacts, event.path, fmt.Sprintf("%s on %s, before the account was opened on %s", event.what, event.day, f.Opened), "give the day of this customer's account, or the day on which it was opened")
		}
	}
	for _, events := range []struct {
		path string
		days []civil.Date
		many bool
	}{
		{"opened", []civil.Date{f.Opened}, false}, {"closed", []civil.Date{f.Closed}, false}, {"service", []civil.Date{f.Service}, false},
		{"requested", []civil.Date{f.Requested}, false}, {"paid_since", []civil.Date{f.PaidSince}, false},
		{"shutoffs", f.Shutoffs, true}, {"late", f.Late, true}, {"returned", f.Returned, true},
	} {
		for i, day := range events.days {
			path := events.path
			if events.many {
				path = fmt.Sprintf("%s[%d]", path, i)
			}
			switch {
			case day.After(on):
				add(ErrFuture, path, fmt.Sprintf("%s is after %s, the day that is asked about", day, on), "leave out what has not happened, or ask on a later day")
			case day.IsZero() && events.many:
				add(ErrFacts, path, "an event is of no day", "give its day, or leave it out")
			}
		}
	}
	return found
}
