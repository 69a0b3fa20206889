package ledger

import "github.com/headgate-dev/headgate/billing/civil"

// planned adds the claims of a payment plan that is in force. What was paid on its items since it was agreed fills the
// earliest installments; what an adjustment takes off the debt shortens it from its end, and what one adds lengthens the last.
// A payment from before the plan that came back was never spread: it is owed by the item's own due date.
func (a *Account) planned(p *accountPlan, on civil.Date, states []itemState, claims []claim) []claim {
	open, adjusted, total := int64(0), int64(0), int64(0)
	for k, i := range p.items {
		s, then := &states[i], p.agreedAs[k]
		s.taken = true
		change := s.charged - then.charged
		adjusted += change
		if back := min(s.open, s.open-then.open-change); back > 0 {
			due := a.items[i].dueOn(on)
			claims = append(claims, claim{cents: back, due: due, item: int32(i), when: whenDue(due, on)})
			s.open -= back
		}
		open += s.open
	}
	for i := range p.installments {
		total += p.installments[i].Amount.Cents()
	}
	cut := min(max(-adjusted, 0), total)
	paid := max(0, total-cut+max(adjusted, 0)-open)
	left := total - cut
	hand := handing{states: states, items: p.items, claims: claims}
	for i := range p.installments {
		in := &p.installments[i]
		cents := min(in.Amount.Cents(), left)
		left -= cents
		if i == len(p.installments)-1 {
			cents += max(adjusted, 0)
		}
		byPaid := min(cents, paid)
		paid -= byPaid
		hand = hand.take(cents-byPaid, in.Due, whenAsked(in, on), true)
	}
	return hand.claims
}

// leveled adds the claims of level pay: the level amounts billed so far less what was paid, whatever the charges are. What the
// charges are beyond that is left to the settlement. Once it is settled, nothing is asked for beyond the charges.
func (a *Account) leveled(p *accountLevel, on civil.Date, states []itemState, claims []claim, out *Standing) []claim {
	if on.Before(p.from) {
		return claims
	}
	settled := !p.settled.IsZero() && !on.Before(p.settled)
	out.OnLevelPay = out.OnLevelPay || !settled
	items, paid, open := p.live, p.quietPaid, int64(0)
	if len(states) > a.live {
		items, paid = p.all, 0
	}
	for _, i := range items {
		paid += states[i].charged - states[i].open
		if settled && states[i].taken {
			continue // a payment plan has taken it since
		}
		open += states[i].open
	}
	hand := handing{states: states, items: items, claims: claims, free: settled}
	for i := range p.installments {
		in := &p.installments[i]
		when := whenAsked(in, on)
		if when == IsLater || settled && !in.Billed.Before(p.settled) {
			continue
		}
		byPaid := max(0, min(in.Amount.Cents(), paid))
		paid -= byPaid
		cents := in.Amount.Cents() - byPaid
		if settled {
			cents = min(cents, open)
		}
		open -= cents
		hand = hand.take(cents, in.Due, when, true)
	}
	for len(hand.items) > 0 {
		i := hand.items[0]
		due, when := a.items[i].due, IsLater
		if settled {
			due = later(due, p.settlementDue)
			when = whenDue(due, on)
		}
		hand = hand.takeFirst(hand.left(), due, when, false)
	}
	for _, i := range items {
		states[i].taken = true
	}
	return hand.claims
}

func later(a, b civil.Date) civil.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// whenAsked is when an installment is to be paid: what is not billed is not past due.
func whenAsked(in *Installment, on civil.Date) When {
	if in.Billed.IsZero() || in.Billed.After(on) {
		return IsLater
	}
	return whenDue(in.Due, on)
}

// handing shares amounts out over items, oldest first, each up to what it has open. It goes by value, so that the claims of
// most accounts stay where they are and nothing is allocated.
type handing struct {
	states []itemState
	items  []int
	used   int64 // of the first item
	claims []claim
	// free says that items which another agreement has taken are passed over.
	free bool
}

// left is what the first item has left.
func (h handing) left() int64 {
	s := &h.states[h.items[0]]
	if h.free && s.taken {
		return 0
	}
	return max(0, s.open-h.used)
}

// take adds the claims of an amount; what the items do not have open is a claim on none.
func (h handing) take(cents int64, due civil.Date, when When, byInstallment bool) handing {
	for cents > 0 && len(h.items) > 0 {
		part := min(cents, h.left())
		cents -= part
		h = h.takeFirst(part, due, when, byInstallment)
	}
	if cents > 0 {
		h.claims = append(h.claims, claim{cents: cents, due: due, item: noItem, when: when, byInstallment: byInstallment})
	}
	return h
}

// takeFirst adds the claim of an amount of the first item, and goes on to the next item where nothing is left of it.
func (h handing) takeFirst(cents int64, due civil.Date, when When, byInstallment bool) handing {
	if cents > 0 {
		h.claims = append(h.claims, claim{cents: cents, due: due, item: int32(h.items[0]), when: when, byInstallment: byInstallment})
		h.used += cents
	}
	if h.left() == 0 {
		h.items, h.used = h.items[1:], 0
	}
	return h
}
