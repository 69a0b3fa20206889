package ledger

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Standing is what an account owes on a day: the one answer that bill, draft, late charge and the ladder to shutoff ask for.
// Every open cent is in one of PastDue, Current, Pending and Later, or is covered by credit; so nothing is asked for twice, and
// Balance = PastDue + Current + Pending + Later − Credit.
type Standing struct {
	// On is the day.
	On civil.Date
	// PastDue is to be paid since a day that has gone by: the due date is before On.
	PastDue money.Amount
	// Current is billed and to be paid by On or a later day.
	Current money.Amount
	// Pending is billed, and money on its way will pay it.
	Pending money.Amount
	// Later is owed and not asked for yet: unbilled installments, and what level pay leaves to its settlement, which is below
	// zero where the level amounts are ahead of the charges.
	Later money.Amount
	// Credit is what is left of the account's credit once it has covered what is past due and current.
	Credit money.Amount
	// PendingOver is what money on its way will leave as credit.
	PendingOver money.Amount
	// Balance is all open items less all unapplied credit.
	Balance money.Amount
	// OldestDue is the earliest due date of what is past due, and NextDue that of what is current; no dates where nothing is.
	// The first delinquent day is the day after OldestDue, unless a law that is applied says otherwise.
	OldestDue, NextDue civil.Date
	// OnPlan and OnLevelPay say that a payment plan, or level pay, is in force. Level pay is until it is settled.
	OnPlan, OnLevelPay bool
	// Broken says that an installment of a plan, or a level amount, is past due.
	Broken bool
	// NoticesFrom is the first day on which a notice may go out, after a conversion; no date where none is held back.
	NoticesFrom civil.Date
}

// Due is what the account has to pay, past due and current: the amount due of a bill, the amount of a draft.
func (s Standing) Due() money.Amount { return money.Cents(s.PastDue.Cents() + s.Current.Cents()) }

// IsPending reports whether any money is on its way: it blocks late charge, door tag and shutoff.
func (s Standing) IsPending() bool { return s.Pending.Sign() > 0 || s.PendingOver.Sign() > 0 }

// Obligation is an amount that is to be paid by a day: an item, or its part in an installment.
type Obligation struct {
	// Item is the item; zero for what a level amount asks for beyond the charges to date, and for a credit that was used, by
	// the effective days, before it came.
	Item stored.ID
	// Amount is what is to be paid; ByCredit of it is covered by the account's credit, and Pending by money on its way.
	Amount, ByCredit, Pending money.Amount
	// Due is the last day on which it is paid in time.
	Due civil.Date
	// When says whether it is past due, current or later.
	When When
	// ByInstallment says that it is to be paid under a payment plan or level pay.
	ByInstallment bool
}

// Left is what is still to be paid of it.
func (o Obligation) Left() money.Amount {
	return money.Cents(o.Amount.Cents() - o.ByCredit.Cents() - o.Pending.Cents())
}

// When is when an obligation is to be paid.
type When uint8

// An obligation is past due after its due date, current from its bill on, and later before it is billed.
const (
	IsLater When = iota + 1
	IsCurrent
	IsPastDue
)

// claim is an obligation while it is found.
type claim struct {
	cents int64
	due   civil.Date
	item  int32 // or one of the two below
	when  When
	// byInstallment says that a plan or level pay asks for it.
	byInstallment bool
	// byCredit and pending are what covers it.
	byCredit, pending int64
}

const (
	// noItem is the item of what a level amount asks for beyond the charges to date.
	noItem = -1
	// ofCredit is the item of a credit that was used before the day on which it came.
	ofCredit = -2
)

// itemState is an item on a day.
type itemState struct {
	charged, open int64
	// taken says that an agreement makes the item's claims.
	taken bool
}

func (s *itemState) add(m *movement) {
	s.open += m.cents
	if !m.settle {
		s.charged += m.cents
	}
}

// stateOn is what movements come to on a day.
func stateOn(all []movement, day civil.Date) itemState {
	var s itemState
	for i := range all {
		if !all[i].on.After(day) {
			s.add(&all[i])
		}
	}
	return s
}

// few is the number of items and claims of most accounts, which then need no memory of their own.
const few = 40

// Standing is what the account owes on a day, as what was entered since says: what took effect after the day is left out, and
// what took effect before counts, whenever it was entered.
//
// Credit covers what is billed, oldest due date first; pending money covers what is left of it in the same order.
func (a *Account) Standing(on civil.Date) (Standing, error) {
	if err := a.asked(on); err != nil {
		return Standing{}, err
	}
	var states [few]itemState
	var claims [few]claim
	out := Standing{On: on, NoticesFrom: a.noticesFrom}
	all, credit := a.claims(on, states[:0], claims[:0], &out)
	credit, over := cover(all, credit, a.pendingOn(on))
	balance, pastDue, current, later, covered := -credit, int64(0), int64(0), int64(0), int64(0)
	for i := range all {
		c := &all[i]
		balance -= c.byCredit
		if c.item == noItem {
			later -= c.cents
		} else {
			balance += c.cents
		}
		covered += c.pending
		left := c.cents - c.byCredit - c.pending
		switch {
		case c.when == IsLater:
			later += left
		case left == 0:
		case c.when == IsPastDue:
			pastDue += left
			out.Broken = out.Broken || c.byInstallment
			if out.OldestDue.IsZero() {
				out.OldestDue = c.due
			}
		default:
			current += left
			if out.NextDue.IsZero() {
				out.NextDue = c.due
			}
		}
	}
	out.PastDue, out.Current, out.Pending, out.Later = money.Cents(pastDue), money.Cents(current), money.Cents(covered), money.Cents(later)
	out.Credit, out.PendingOver, out.Balance = money.Cents(credit), money.Cents(over), money.Cents(balance)
	return out, nil
}

// pendingOn is the money on its way on a day.
func (a *Account) pendingOn(on civil.Date) int64 {
	sum := int64(0)
	for i := range a.pending {
		p := &a.pending[i]
		if on.Before(p.from) || !p.until.IsZero() && !on.Before(p.until) {
			continue
		}
		left := p.cents
		for j := range p.arrived {
			if !p.arrived[j].on.After(on) {
				left -= p.arrived[j].cents
			}
		}
		sum += max(0, min(left, p.cents))
	}
	return sum
}

// cover lets credit, and then pending money, cover what is billed, oldest due date first. It gives what is left of each.
func cover(claims []claim, credit, pending int64) (creditLeft, pendingLeft int64) {
	for i := range claims {
		c := &claims[i]
		if c.when == IsLater {
			continue
		}
		c.byCredit = min(c.cents, credit)
		credit -= c.byCredit
		c.pending = min(c.cents-c.byCredit, pending)
		pending -= c.pending
	}
	return credit, pending
}

// Obligations are what the account has to pay on a day: what is past due and current in order of the due dates, then what is
// later, each with what covers it. Standing is their sum. It is what payments are applied to, and what a late charge on some
// kinds, or a shutoff for some, looks into.
func (a *Account) Obligations(on civil.Date) ([]Obligation, error) {
	if err := a.asked(on); err != nil {
		return nil, err
	}
	var states [few]itemState
	var claims [few]claim
	all, credit := a.claims(on, states[:0], claims[:0], &Standing{})
	cover(all, credit, a.pendingOn(on))
	obligations := make([]Obligation, 0, len(all))
	for _, later := range []bool{false, true} {
		for _, c := range all {
			if (c.when == IsLater) != later {
				continue
			}
			o := Obligation{Amount: money.Cents(c.cents), ByCredit: money.Cents(c.byCredit), Pending: money.Cents(c.pending), Due: c.due, When: c.when,
				ByInstallment: c.byInstallment}
			if c.item >= 0 {
				o.Item = a.items[c.item].id
			}
			obligations = append(obligations, o)
		}
	}
	return obligations, nil
}

// asked refuses a question about no day, or about no account: the zero Account owes nothing only because nothing is known.
func (a *Account) asked(on civil.Date) error {
	switch {
	case a.id == "":
		return &problem.Error{Code: ErrNoAccount, Path: "account", What: "the account was made by no ledger", Fix: "use Ledger.Account"}
	case on.IsZero():
		return &problem.Error{Code: ErrDay, Path: "on", What: "the standing is asked for no day", Fix: "give the day"}
	}
	return nil
}

// claims are the account's obligations on a day in order of their due dates, and its unapplied credit.
func (a *Account) claims(on civil.Date, states []itemState, claims []claim, out *Standing) ([]claim, int64) {
	credit := int64(0)
	for i := range a.credits {
		if m := &a.credits[i]; !m.on.After(on) {
			credit += m.cents
		}
	}
	n := len(a.items)
	if !on.Before(a.quietFrom) {
		n = a.live
	}
	for i := range n {
		it := &a.items[i]
		s := itemState{charged: it.charged, open: it.open}
		if on.Before(it.settled) {
			s = stateOn(it.movements, on)
		}
		switch {
		case it.billed.After(on):
			credit += s.charged - s.open // paid before it is billed
			s.open, s.charged = 0, 0
		case s.open < 0:
			// Charged less, as of this day, than was paid: that much is credit, and what was paid stays the same.
			credit -= s.open
			s.charged -= s.open
			s.open = 0
		}
		states = append(states, s)
	}
	for i := range a.plans {
		if p := &a.plans[i]; !on.Before(p.agreed) && (p.ended.IsZero() || on.Before(p.ended)) {
			out.OnPlan = true
			claims = a.planned(p, on, states, claims)
		}
	}
	for i := range a.levels {
		claims = a.leveled(&a.levels[i], on, states, claims, out)
	}
	for i := range states {
		s := &states[i]
		if s.taken || s.open == 0 {
			continue
		}
		due := a.items[i].dueOn(on)
		claims = append(claims, claim{cents: s.open, due: due, item: int32(i), when: whenDue(due, on)})
	}
	if credit < 0 {
		claims = append(claims, claim{cents: -credit, due: on, item: ofCredit, when: IsCurrent})
		credit = 0
	}
	sortClaims(claims)
	return claims, credit
}

// dueOn is the item's due date as it was extended by a day.
func (it *accountItem) dueOn(day civil.Date) civil.Date {
	due := it.due
	if !it.isExtended {
		return due
	}
	for _, x := range it.extended {
		if !day.Before(x.granted) && x.until.After(due) {
			due = x.until
		}
	}
	return due
}

func whenDue(due, on civil.Date) When {
	if due.Before(on) {
		return IsPastDue
	}
	return IsCurrent
}

// sortClaims puts claims in order of their due dates, those of one day as they were found. Most are few, and in order already.
func sortClaims(claims []claim) {
	if len(claims) > few {
		slices.SortStableFunc(claims, func(a, b claim) int { return a.due.Compare(b.due) })
		return
	}
	for i := 1; i < len(claims); i++ {
		c := claims[i]
		j := i
		for ; j > 0 && c.due.Before(claims[j-1].due); j-- {
			claims[j] = claims[j-1]
		}
		claims[j] = c
	}
}
