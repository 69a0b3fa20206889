package deposit

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Owed is a refund that is payable and was not paid out: of a deposit, or of a credit.
type Owed struct {
	// Reference is the id of the entry that made it payable, and Since the day of it.
	Reference     stored.ID
	Account, Area string
	Since         civil.Date
	// Amount is what of it is not paid out, and Unclaimed what of that is held as unclaimed.
	Amount, Unclaimed money.Amount
	// PaidOut is what of it was paid out, or became the district's: with Amount, what it was at first.
	PaidOut money.Amount
}

// OwedRefunds are the refunds of all accounts that were not paid out, by account and then oldest first. What is paid out without a
// parent pays the oldest of its account; an entry whose Parent is the entry of a refund pays that one. Money that leaves the
// unclaimed money names its refund as its Parent: it has no account otherwise. A check that was stopped is an entry that was taken
// back, and leaves its refund as old as it was.
//
// Refused (ErrFacts) is money that leaves the unclaimed money without saying whose.
func OwedRefunds(books *ledger.Ledger) ([]Owed, error) {
	if books == nil {
		return nil, &problem.Error{Code: ErrFacts, Path: "books", What: "there are no books", Fix: "give them"}
	}
	w := owing{byAccount: map[string][]*Owed{}, byEntry: map[stored.ID][]*Owed{}}
	var entries []ledger.Entry
	for e := range books.Entries() {
		if !e.Reverses && !books.Reversed(e.ID()) && slices.ContainsFunc(e.Moves, moves) {
			entries = append(entries, e)
		}
	}
	slices.SortStableFunc(entries, func(a, b ledger.Entry) int { return a.Effective.Compare(b.Effective) })
	for _, e := range entries {
		for _, m := range e.Moves {
			w.move(e, m)
		}
	}
	return w.out()
}

// moves reports whether a move has to do with refunds.
func moves(m ledger.Move) bool {
	for _, p := range []ledger.Place{m.From, m.To} {
		if p.Kind == ledger.PlaceRefund || p.Kind == ledger.PlaceUnclaimed {
			return true
		}
	}
	return false
}

// owing is OwedRefunds in the making.
type owing struct {
	byAccount map[string][]*Owed
	byEntry   map[stored.ID][]*Owed
	found     problem.List
}

func (w *owing) move(e ledger.Entry, m ledger.Move) {
	from, to := m.From.Kind, m.To.Kind
	switch {
	case from == ledger.PlaceUnclaimed:
		w.take(e, m, w.byEntry[e.Parent], func(o *Owed) (*money.Amount, *money.Amount) {
			if to == ledger.PlaceRefund {
				return &o.Unclaimed, nil
			}
			return &o.Unclaimed, &o.Amount
		})
	case to == ledger.PlaceUnclaimed:
		w.take(e, m, w.of(e, m.From), func(o *Owed) (*money.Amount, *money.Amount) { return nil, &o.Unclaimed })
	case from == ledger.PlaceRefund:
		w.take(e, m, w.of(e, m.From), func(o *Owed) (*money.Amount, *money.Amount) { return &o.Amount, nil })
	default:
		o := &Owed{Reference: e.ID(), Account: m.To.Key, Area: m.To.Area, Since: e.Effective, Amount: m.Amount}
		named := w.byEntry[o.Reference]
		if i := slices.IndexFunc(named, func(one *Owed) bool { return one.Account == o.Account }); i >= 0 {
			named[i].Amount = money.Cents(named[i].Amount.Cents() + m.Amount.Cents())
			return
		}
		w.byEntry[o.Reference] = append(w.byEntry[o.Reference], o)
		w.byAccount[o.Account] = append(w.byAccount[o.Account], o)
	}
}

// of are the refunds that a move out of an account's refunds takes from: the one that its entry names, or all, oldest first.
func (w *owing) of(e ledger.Entry, p ledger.Place) []*Owed {
	if named := w.byEntry[e.Parent]; len(named) > 0 {
		return slices.DeleteFunc(slices.Clone(named), func(o *Owed) bool { return o.Account != p.Key })
	}
	return w.byAccount[p.Key]
}

// take takes the amount of a move from refunds in their order. of says from where within a refund: what goes down, and what goes
// down with it; with nothing that goes down, what is not unclaimed yet becomes it.
func (w *owing) take(e ledger.Entry, m ledger.Move, from []*Owed, of func(*Owed) (down, with *money.Amount)) {
	left := m.Amount.Cents()
	for _, o := range from {
		down, with := of(o)
		payable := o.Amount.Cents() - o.Unclaimed.Cents()
		switch {
		case down == nil:
			cents := min(left, payable)
			*with, left = money.Cents(with.Cents()+cents), left-cents
		case down == &o.Amount:
			cents := min(left, payable)
			*down, left = money.Cents(down.Cents()-cents), left-cents
			o.PaidOut = money.Cents(o.PaidOut.Cents() + cents)
		default:
			cents := min(left, down.Cents())
			*down, left = money.Cents(down.Cents()-cents), left-cents
			if with != nil {
				*with = money.Cents(with.Cents() - cents)
				o.PaidOut = money.Cents(o.PaidOut.Cents() + cents)
			}
		}
	}
	if left > 0 {
		w.found.Add(&problem.Error{Code: ErrFacts, Path: "entry " + e.Key, What: fmt.Sprintf("%s of %s leaves %s, and no refund says that it is owed there", money.Cents(left), m.Amount, m.From),
			Fix: "enter it with the entry of the refund as its parent"})
	}
}

func (w *owing) out() ([]Owed, error) {
	var out []Owed
	for _, refunds := range w.byAccount {
		for _, o := range refunds {
			if !o.Amount.IsZero() {
				out = append(out, *o)
			}
		}
	}
	slices.SortFunc(out, func(a, b Owed) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), a.Since.Compare(b.Since), a.Reference.Compare(b.Reference))
	})
	return out, w.found.Err()
}
