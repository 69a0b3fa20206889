package deposit

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Holding is what is held for an account, as the books have it: the money that has come, and not what was charged.
type Holding struct {
	Account, Area string
	// Held is what the books hold, interest that was entered included.
	Held money.Amount
	// Open is what was charged as a deposit and is not paid.
	Open money.Amount
	// Movements are what came and went, oldest first, without what was taken back. They are those since nothing was held last.
	Movements []Movement
}

// Movement is money that came to a deposit, or went from it where the amount is below zero.
type Movement struct {
	Entry  stored.ID
	Cause  ledger.Cause
	On     civil.Date
	Amount money.Amount
}

// Read reads what is held for each account that was asked for a deposit, or had one, out of all entries of the books.
func Read(books *ledger.Ledger) map[string]Holding {
	held := map[string]Holding{}
	for e := range books.Entries() {
		moves := e.Moves
		if e.Reverses {
			moves = nil // it is left out with what it takes back; what that found gone is opened against the deposit
		}
		for _, o := range e.Opens {
			moves = append(moves, ledger.Move{To: o.Against, Amount: o.Amount})
		}
		if !slices.ContainsFunc(moves, isOfDeposit) {
			continue
		}
		id := e.ID()
		if books.Reversed(id) {
			continue
		}
		for _, m := range moves {
			for _, end := range []struct {
				place ledger.Place
				cents int64
			}{{m.To, m.Amount.Cents()}, {m.From, -m.Amount.Cents()}} {
				if end.place.Kind != ledger.PlaceDeposit && end.place.Kind != ledger.PlaceDepositBilled {
					continue
				}
				h := held[end.place.Key]
				h.Account, h.Area = end.place.Key, end.place.Area
				if end.place.Kind == ledger.PlaceDeposit {
					h.Movements = append(h.Movements, Movement{id, e.Cause, e.Effective, money.Cents(end.cents)})
				}
				held[h.Account] = h
			}
		}
	}
	for account, h := range held {
		h.begin()
		h.Held = books.Balance(ledger.DepositOf(h.Account, h.Area))
		h.Open = books.Balance(ledger.DepositBilledTo(h.Account, h.Area))
		held[account] = h
	}
	return held
}

func isOfDeposit(m ledger.Move) bool {
	for _, p := range []ledger.Place{m.From, m.To} {
		if p.Kind == ledger.PlaceDeposit || p.Kind == ledger.PlaceDepositBilled {
			return true
		}
	}
	return false
}

// begin puts the movements in order, and leaves those of an earlier deposit: what was before nothing was held last.
func (h *Holding) begin() {
	slices.SortStableFunc(h.Movements, func(a, b Movement) int { return a.On.Compare(b.On) })
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
}

// paidIn reports whether the movement brought money of the customer: interest is none.
func (m Movement) paidIn() bool { return m.Amount.Sign() > 0 && m.Cause != ledger.Accrued }

// carriedIn reports whether the movement brought a deposit that was paid elsewhere.
func (m Movement) carriedIn() bool {
	return m.paidIn() && (m.Cause == ledger.Converted || m.Cause == ledger.Transferred)
}

// paid are the first and the last day on which money came, that which was paid elsewhere on its day there; no dates where none did.
func (h Holding) paid(elsewhere civil.Date) (first, last civil.Date) {
	for _, m := range h.Movements {
		if !m.paidIn() {
			continue
		}
		day := m.On
		if m.carriedIn() && !elsewhere.IsZero() {
			day = elsewhere
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
// was entered is, and opening balances are.
func (h Holding) Cleared(on civil.Date, returnDays int) (money.Amount, error) {
	cents := h.Held.Cents()
	for _, m := range h.Movements {
		clears, err := m.clears(returnDays)
		if err != nil {
			return money.Amount{}, err
		}
		if clears.After(on) {
			cents -= m.Amount.Cents()
		}
	}
	return money.Cents(max(cents, 0)), nil
}

// ClearsOn is the day from which all of the deposit is cleared; no date where nothing waits for one.
func (h Holding) ClearsOn(returnDays int) (civil.Date, error) {
	var last civil.Date
	for _, m := range h.Movements {
		clears, err := m.clears(returnDays)
		if err != nil {
			return civil.Date{}, err
		}
		if clears.After(last) {
			last = clears
		}
	}
	return last, nil
}

// clears is the first day on which a bank cannot take the money back; no date where it is no payment.
func (m Movement) clears(returnDays int) (civil.Date, error) {
	if !m.paidIn() || m.Cause == ledger.Converted {
		return civil.Date{}, nil
	}
	return m.On.AddDays(returnDays + 1)
}
