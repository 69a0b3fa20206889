package latecharge

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// view is the account on a day: what of each item is unpaid and undisputed.
type view struct {
	standing ledger.Standing
	// block is why the account bears no late charge on the day; nil where it may.
	block *Reason
	// order are the items that have something to be paid, as the ledger orders them: oldest due date first, then by their ids.
	order []stored.ID
	items map[stored.ID]itemState
}

// itemState is an item on a day, in cents.
type itemState struct {
	// due is its earliest due date, of what is past due where anything is.
	due civil.Date
	// isPastDue says that a part of it is past due, covered by credit or not.
	isPastDue bool
	// open and pastDue are what is unpaid and undisputed, and disputed what was taken off what is past due.
	open, pastDue, disputed int64
}

// view is the account on a day.
func (r *run) view(day civil.Date) (*view, error) {
	if v := r.views[day]; v != nil {
		return v, nil
	}
	standing, err := r.facts.Account.Standing(day)
	if err != nil {
		return nil, err
	}
	obligations, err := r.facts.Account.Obligations(day)
	if err != nil {
		return nil, err
	}
	v := &view{standing: standing, block: block(standing), items: map[stored.ID]itemState{}}
	for _, o := range obligations {
		if o.Item.IsZero() {
			continue // of level pay, or a credit used before it came: no item's charge
		}
		if _, ok := r.items[o.Item]; !ok {
			return nil, &problem.Error{Code: ErrFacts, Path: "items", What: fmt.Sprintf("item %s of the account is not among them", o.Item),
				Fix: "give all items, as Ledger.Items has them"}
		}
		s, seen := v.items[o.Item]
		if !seen {
			v.order = append(v.order, o.Item)
			s.due = o.Due
		}
		left := o.Left().Cents()
		s.open += left
		if o.When == ledger.IsPastDue {
			s.isPastDue = true
			s.pastDue += left
		}
		v.items[o.Item] = s
	}
	for _, d := range r.facts.Disputes {
		if day.Before(d.From) || !d.Until.IsZero() && !day.Before(d.Until) {
			continue
		}
		s, ok := v.items[d.Item]
		if !ok {
			continue // paid, or not billed yet
		}
		cut := min(d.Amount.Cents(), s.pastDue)
		s.pastDue, s.disputed = s.pastDue-cut, s.disputed+cut
		s.open = max(0, s.open-d.Amount.Cents())
		v.items[d.Item] = s
	}
	r.views[day] = v
	return v, nil
}

// block is why an account bears no late charge, whatever its items.
func block(s ledger.Standing) *Reason {
	switch {
	case s.OnLevelPay:
		return &Reason{Code: LevelPay, Words: fmt.Sprintf("on level pay on %s; the balance of %s is settled at its end", s.On, s.Balance),
			Figures: []metering.Figure{say.Date("day", s.On), say.Money("balance", s.Balance)}}
	case s.OnPlan && !s.Broken:
		return &Reason{Code: PlanKept, Words: fmt.Sprintf("on a payment plan that was kept on %s", s.On),
			Figures: []metering.Figure{say.Date("day", s.On)}}
	case s.Balance.Sign() <= 0:
		return &Reason{Code: InCredit, Words: fmt.Sprintf("the balance was %s on %s", s.Balance, s.On),
			Figures: []metering.Figure{say.Date("day", s.On), say.Money("balance", s.Balance)}}
	}
	return nil
}

// pending is why money on its way keeps the account from a late charge; nil where none is.
func (r *run) pending(v *view) (*Reason, error) {
	s := v.standing
	if !s.IsPending() {
		return nil, nil
	}
	named, held := false, false
	for _, p := range r.facts.Pending {
		if s.On.Before(p.From) || !p.Until.IsZero() && !s.On.Before(p.Until) || p.Account != r.facts.Account.ID() {
			continue
		}
		named = true
		held = held || p.Kind != ledger.DraftInFlight
	}
	if !named {
		return nil, &problem.Error{Code: ErrFacts, Path: "pending",
			What: fmt.Sprintf("the account has money on its way on %s, and the facts name none", s.On),
			Fix:  "give the pending money of the account's terms"}
	}
	amount, err := s.Pending.Add(s.PendingOver)
	if err != nil {
		return nil, err
	}
	out := &Reason{Code: DraftPending, Figures: []metering.Figure{say.Date("day", s.On), say.Money("pending", amount)},
		Words: fmt.Sprintf("a draft of %s was sent and has not settled on %s", amount, s.On)}
	if held {
		out.Code, out.Words = PaymentHeld, fmt.Sprintf("%s was received and is not posted on %s", amount, s.On)
	}
	return out, nil
}
