package ledger

import "github.com/headgate-dev/headgate/billing/civil"

// planned adds the claims of a payment plan that is in force. What was paid on its items since it was agreed fills the
// earliest installments; what an adjustment takes off the debt shortens it from its end, and what one adds lengthens the last.
func (a *Account) planned(p *accountPlan, on civil.Date, states []itemState, claims []claim) []claim {
	open, charged, total := int64(0), int64(0), int64(0)
	for _, i := range p.items {
		states[i].taken = true
		open += states[i].open
		charged += states[i].charged
	}
	for i := range p.installments {
		total += p.installments[i].Amount.Cents()
	}
	adjusted := charged - p.charged
	cut := min(max(-adjusted, 0), total)
	left := total - cut + max(adjusted, 0)
	paid := left - open
	hand := handing{account: a, states: states, items: p.items, claims: claims}
	if paid < 0 {
		// A payment from before the plan came back: that debt was never spread.
		hand = hand.take(-paid, a.items[p.items[0]].due, whenDue(a.items[p.items[0]].due, on))
		paid = 0
	}
	left = total - cut
	for i := range p.installments {
		in := &p.installments[i]
		cents := min(in.Amount.Cents(), left)
		left -= cents
		if i == len(p.installments)-1 {
			cents += max(adjusted, 0)
		}
		byPaid := min(cents, paid)
		paid -= byPaid
		hand = hand.take(cents-byPaid, in.Due, whenAsked(in, on))
	}
	return hand.claims
}

// leveled adds the claims of level pay: the level amounts billed so far less what was paid, whatever the charges are. What the
// charges are beyond that is left to the settlement.
func (a *Account) leveled(p *accountLevel, on civil.Date, states []itemState, claims []claim, out *Standing) []claim {
	if on.Before(p.from) {
		return claims
	}
	if !p.settled.IsZero() && !on.Before(p.settled) {
		for _, i := range p.items {
			if !states[i].taken && states[i].open > 0 { // a payment plan may have taken it since
				claims = append(claims, claim{cents: states[i].open, due: p.settlementDue, item: int32(i), when: whenDue(p.settlementDue, on)})
			}
			states[i].taken = true
		}
		return claims
	}
	out.OnLevelPay = true
	paid := int64(0)
	for _, i := range p.items {
		states[i].taken = true
		paid += states[i].charged - states[i].open
	}
	hand := handing{account: a, states: states, items: p.items, claims: claims}
	for i := range p.installments {
		in := &p.installments[i]
		if when := whenAsked(in, on); when != IsLater {
			byPaid := max(0, min(in.Amount.Cents(), paid))
			paid -= byPaid
			hand = hand.take(in.Amount.Cents()-byPaid, in.Due, when)
		}
	}
	return hand.rest()
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
	account *Account
	states  []itemState
	items   []int
	used    int64 // of the first item
	claims  []claim
}

// take adds the claims of an amount; what the items do not have open is a claim on none.
func (h handing) take(cents int64, due civil.Date, when When) handing {
	for cents > 0 && len(h.items) > 0 {
		i := h.items[0]
		part := min(cents, h.states[i].open-h.used)
		if part > 0 {
			h.claims = append(h.claims, claim{cents: part, due: due, item: int32(i), when: when})
			h.used += part
			cents -= part
		}
		if h.used == h.states[i].open {
			h.items, h.used = h.items[1:], 0
		}
	}
	if cents > 0 {
		h.claims = append(h.claims, claim{cents: cents, due: due, item: noItem, when: when})
	}
	return h
}

// rest are the claims, with what the items have open beyond what was taken, to be paid later.
func (h handing) rest() []claim {
	for len(h.items) > 0 {
		i := h.items[0]
		if part := h.states[i].open - h.used; part > 0 {
			h.claims = append(h.claims, claim{cents: part, due: h.account.items[i].due, item: int32(i), when: IsLater})
		}
		h.items, h.used = h.items[1:], 0
	}
	return h.claims
}
