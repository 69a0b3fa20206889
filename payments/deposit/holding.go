package deposit

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Holding is what is held for an account, as the books have it: the money that has come, and not what was charged. [Read] makes it.
type Holding struct {
	Account, Area string
	// Held is what the books hold, interest that was entered included.
	Held money.Amount
	// NeverCame is what of Held no payment stands behind: money from another account, or from credit, whose payment there was
	// returned, until what is owed for it is paid, and interest where nothing else came. It bears no interest, and is cleared on no day.
	NeverCame money.Amount
	// Open is what was charged as a deposit and is not paid.
	Open money.Amount
	// Movements are what came and went, oldest first, without what was taken back. They are those since nothing was held last.
	Movements []Movement
	// lots are what is held, by what it came from, and returned the days on which payments straight to it were taken back.
	lots     []lot
	returned []civil.Date
}

// Movement is money that came to a deposit, or went from it where the amount is below zero.
type Movement struct {
	Entry stored.ID
	Cause ledger.Cause
	// On is the day of the entry; of money whose payment was returned elsewhere, the day on which it was made good, if that is later.
	On     civil.Date
	Amount money.Amount
	// from is what it was before; nil where it came the first time, and where it goes.
	from *source
}

// Read reads what is held for each account that was asked for a deposit, or had one, out of all entries of the books. Without books
// it is nothing.
func Read(books *ledger.Ledger) map[string]Holding {
	if books == nil {
		return map[string]Holding{}
	}
	r := reading{books: books, held: map[string]*holder{}, credits: map[string]*holder{}, owed: map[stored.ID]*source{}}
	for e := range books.Entries() {
		r.returned(&e)
		if !r.concerns(&e) {
			continue
		}
		id := e.ID()
		if books.Reversed(id) {
			continue
		}
		r.entry(id, &e)
	}
	held := make(map[string]Holding, len(r.held))
	for account, at := range r.held {
		h := Holding{Account: account, Area: at.area, Movements: at.movements, lots: at.lots, returned: at.returned}
		h.Held = books.Balance(ledger.DepositOf(h.Account, h.Area))
		h.Open = books.Balance(ledger.DepositBilledTo(h.Account, h.Area))
		h.begin()
		held[account] = h
	}
	return held
}

// begin puts the movements in order, and leaves those of an earlier deposit: what was before nothing was held last. It finds what
// never came, and what came later than it was entered.
func (h *Holding) begin() {
	byDay := func(a, b Movement) int { return a.On.Compare(b.On) }
	slices.SortStableFunc(h.Movements, byDay)
	var sum int64
	begins := 0
	for i, m := range h.Movements {
		if sum == 0 {
			begins = i
		}
		sum += m.Amount.Cents()
	}
	if h.Movements = h.Movements[begins:]; sum == 0 {
		h.Movements = nil
	}
	for i := range h.Movements {
		if m := &h.Movements[i]; m.from != nil {
			if came, ok := m.from.came(); ok && came.After(m.On) {
				m.On = came
			}
		}
	}
	slices.SortStableFunc(h.Movements, byDay)
	if !slices.ContainsFunc(h.Movements, Movement.paidIn) {
		h.NeverCame = h.Held
		return
	}
	for _, l := range h.lots {
		if _, ok := l.from.came(); !ok {
			h.NeverCame = money.Cents(h.NeverCame.Cents() + l.cents)
		}
	}
}

// neverCame reports whether no payment stands behind the money of the movement.
func (m Movement) neverCame() bool {
	if m.from == nil {
		return false
	}
	_, ok := m.from.came()
	return !ok
}

// isInterest reports whether the movement brought interest, also that of another account.
func (m Movement) isInterest() bool {
	return m.Cause == ledger.Accrued || m.from != nil && m.from.interest
}

// paidIn reports whether the movement brought money of the customer: interest is none.
func (m Movement) paidIn() bool { return m.Amount.Sign() > 0 && !m.isInterest() && !m.neverCame() }

// carriedIn reports whether the movement brought a deposit that was paid elsewhere.
func (m Movement) carriedIn() bool {
	return m.paidIn() && (m.Cause == ledger.Converted || m.Cause == ledger.Transferred)
}

// paid are the first and the last day on which money came, that which was paid elsewhere on its day there, where it was there by
// then; no dates where none did.
func (h Holding) paid(elsewhere civil.Date) (first, last civil.Date) {
	for _, m := range h.Movements {
		if !m.paidIn() {
			continue
		}
		day := m.On
		if m.carriedIn() && !elsewhere.IsZero() {
			day = elsewhere
			if m.from != nil {
				if came, _ := m.from.came(); came.After(day) {
					day = came
				}
			}
		}
		if first.IsZero() || day.Before(first) {
			first = day
		}
		if day.After(last) {
			last = day
		}
	}
	return first, last
}

// Cleared is what of the deposit no bank can take back on a day, where it may do so for some days after a payment: interest that
// was entered is, and opening balances are. Money from another account is as its payment there is; what never came is not.
func (h Holding) Cleared(on civil.Date, returnDays int) (money.Amount, error) {
	cents := h.Held.Cents() - h.NeverCame.Cents()
	for _, l := range h.lots {
		clears, err := l.from.clears(returnDays)
		if err != nil {
			return money.Amount{}, err
		}
		if clears.After(on) {
			cents -= l.cents
		}
	}
	return money.Cents(max(cents, 0)), nil
}

// ClearsOn is the day from which all of the deposit is cleared, but for what never came; no date where nothing waits for one.
func (h Holding) ClearsOn(returnDays int) (civil.Date, error) {
	var last civil.Date
	for _, l := range h.lots {
		clears, err := l.from.clears(returnDays)
		if err != nil {
			return civil.Date{}, err
		}
		if clears.After(last) {
			last = clears
		}
	}
	return last, nil
}
