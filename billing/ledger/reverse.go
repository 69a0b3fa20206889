package ledger

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Reverse makes the entry that takes another one back: its stored legs, the other way round. What was entered since stays as
// it is. The cause is that of the entry, or [Returned] for a payment that the bank took back. Posting the entry is what
// reverses; it can be done once, and a reversal is not reversed itself: enter the event anew, under its own key.
//
// A payment whose credit, or deposit, was used or refunded meanwhile cannot be taken back from it: add to the entry's Opens an
// item for what is gone, against the credit or the deposit. It takes effect on or after the day of the entry.
func (l *Ledger) Reverse(id stored.ID, key string, cause Cause, effective, accounting civil.Date) (Entry, error) {
	p, err := l.reversible(id, cause)
	if err != nil {
		return Entry{}, err
	}
	reversal := Entry{Cause: cause, Key: key, Parent: id, Reverses: true, Effective: effective, Accounting: accounting}
	for _, leg := range p.legs {
		reversal.Moves = append(reversal.Moves, Move{From: leg.To, To: leg.From, Amount: leg.Amount, RevenueCode: leg.RevenueCode})
	}
	return reversal, nil
}

func (l *Ledger) reversible(id stored.ID, cause Cause) (*posted, error) {
	p, ok := l.posted[id]
	if !ok {
		return nil, &problem.Error{Code: ErrReversal, Path: "parent", What: fmt.Sprintf("there is no entry %s", id), Fix: "give the id of the entry to reverse"}
	}
	e := &p.entry
	switch {
	case e.Reverses:
		return nil, &problem.Error{Code: ErrReversal, Path: "parent", What: fmt.Sprintf("entry %s is itself a reversal", id), Fix: "enter the event anew, under a key of its own"}
	case p.reversed:
		return nil, &problem.Error{Code: ErrReversed, Path: "parent", What: fmt.Sprintf("entry %s is reversed already", id), Fix: "leave it out"}
	case cause != e.Cause && (cause != Returned || e.Cause != Paid):
		return nil, &problem.Error{Code: ErrReversal, Path: "cause", What: fmt.Sprintf("what was %s is not taken back as %s", e.Cause, cause),
			Fix: fmt.Sprintf("reverse it as %s; only a payment is returned", e.Cause)}
	}
	return p, nil
}

// reversal sees that the entry negates its parent, leg for leg.
func (d *draft) reversal() bool {
	p, err := d.ledger.reversible(d.entry.Parent, d.entry.Cause)
	if err != nil {
		d.found = append(d.found, err.(*problem.Error))
		return false
	}
	if before := &p.entry; d.entry.Effective.Before(before.Effective) || d.entry.Accounting.Before(before.Accounting) {
		d.refuse(ErrReversal, "effective", fmt.Sprintf("the entry took effect on %s, in the books of %s, and is taken back before", before.Effective, before.Accounting),
			"give days on or after those of the entry")
	}
	legs := p.legs
	exact := len(legs) == len(d.entry.Moves)
	for i := 0; exact && i < len(legs); i++ {
		exact = d.entry.Moves[i] == Move{From: legs[i].To, To: legs[i].From, Amount: legs[i].Amount, RevenueCode: legs[i].RevenueCode}
	}
	if !exact {
		d.refuse(ErrReversal, "moves", fmt.Sprintf("the moves are not the legs of %s the other way round", d.entry.Parent), "let Ledger.Reverse make them, and change none")
	}
	return len(d.found) == 0
}

// Settle makes the moves that settle an amount of an item from where the money is: a clearing, the account's credit, its
// deposit, suspense. What is collected for an agency, or as a customer deposit, moves on to it by a move of its own.
func (l *Ledger) Settle(from Place, item stored.ID, amount money.Amount) ([]Move, error) {
	it := l.items[item]
	if it == nil {
		return nil, unknownItem(item)
	}
	moves := []Move{{From: from, To: OfItem(item), Amount: amount, RevenueCode: it.RevenueCode}}
	if billed, collected, ok := it.owedOn(); ok {
		moves = append(moves, Move{From: billed, To: collected, Amount: amount, RevenueCode: it.RevenueCode})
	}
	return moves, nil
}

// Reversed reports whether an entry was taken back. Posting a payment again that was taken back changes nothing: one that is
// good after all is entered under a key of its own.
func (l *Ledger) Reversed(id stored.ID) bool {
	p := l.posted[id]
	return p != nil && p.reversed
}

// Unapply makes the moves that take an amount that was paid on an item off it, as the account's credit: before an adjustment
// of an item that is paid, so that the adjustment is the item's and the payment is not lost. It is for the cause [Applied].
func (l *Ledger) Unapply(item stored.ID, amount money.Amount) ([]Move, error) {
	it := l.items[item]
	if it == nil {
		return nil, unknownItem(item)
	}
	moves := []Move{{From: OfItem(item), To: CreditOf(it.Account, it.Area), Amount: amount, RevenueCode: it.RevenueCode}}
	if billed, collected, ok := it.owedOn(); ok {
		moves = append(moves, Move{From: collected, To: billed, Amount: amount, RevenueCode: it.RevenueCode})
	}
	return moves, nil
}

func unknownItem(id stored.ID) error {
	return &problem.Error{Code: ErrNoItem, Path: "item", What: fmt.Sprintf("no entry has opened the item %s", id),
		Fix: "enter its bill first, or give the item's id as its entry made it"}
}
