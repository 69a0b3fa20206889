package billing

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/internal/entrykey"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// billEntry is the id of the first entry of a bill, whether the books have it or not: of a bill whose credits exceed its charges
// everywhere, which opens no item, that of the credits.
func billEntry(account, bill string, books *ledger.Ledger) stored.ID {
	e := ledger.Entry{Cause: ledger.Billed, Key: entrykey.Bill(account, bill)}
	if _, ok := books.Entry(e.ID()); ok {
		return e.ID()
	}
	credits := e
	credits.Cause = ledger.Adjusted
	if _, ok := books.Entry(credits.ID()); ok {
		return credits.ID()
	}
	return e.ID()
}

// adjustmentsOf are the entries that adjust a bill and were not reversed, in the order in which they were posted, those of other
// accounts behind: those that follow from it, and those that change an item of it otherwise, also where that was moved to. What gives
// debt up or takes it on again says nothing of what was billed.
func adjustmentsOf(account, bill string, books *ledger.Ledger) []ledger.Entry {
	billed := billEntry(account, bill, books)
	moved := map[stored.ID]bool{}
	ofBill := func(p ledger.Place) bool {
		item, ok := books.Item(p.Item)
		return p.Kind == ledger.PlaceItem && ok && (item.Entry == billed || moved[p.Item])
	}
	var out []ledger.Entry
	accounts := []string{account}
	for i := 0; i < len(accounts); i++ {
		for e := range books.EntriesOf(accounts[i]) {
			if e.Reverses || e.ID() == billed || books.Reversed(e.ID()) {
				continue
			}
			for n, o := range e.Opens {
				if e.Cause == ledger.Transferred && ofBill(o.Against) {
					moved[e.ItemID(n)] = true
					if !slices.Contains(accounts, o.Item.Account) {
						accounts = append(accounts, o.Item.Account)
					}
				}
			}
			adjusts := e.Parent == billed || slices.ContainsFunc(e.Moves, func(m ledger.Move) bool { return ofBill(m.From) || ofBill(m.To) })
			if e.Cause == ledger.Adjusted && adjusts {
				out = append(out, e)
			}
		}
	}
	return out
}

// ofBill says that a line states what a charge of the bill was, and what it is to be.
func (a Adjustment) ofBill(l AdjustedLine) bool {
	return a.Bill != "" && l.Charge != "" && a.Kind != WriteOff && a.Kind != Recovery
}

// corrects says that the adjustment is of charges of a bill.
func (a Adjustment) corrects() bool { return slices.ContainsFunc(a.Lines, a.ofBill) }

// parent is the entry that the adjustment follows from in the books: that of the bill whose charges it changes, by which it is
// found again.
func (a Adjustment) parent(books *ledger.Ledger) stored.ID {
	if a.corrects() {
		return billEntry(a.Account, a.Bill, books)
	}
	return stored.ID{}
}

// fits refuses an adjustment that the books cannot take: one of charges of a bill that does not start from all that they have
// adjusted of it, or starts from what they do not have, so that what the charges were is not what it says; lines that come to
// nothing item by item; more than an item bears (see free); and items that are others than it says. One that they have, asked for
// again under its own key, fits.
func (a Adjustment) fits(books *ledger.Ledger) error {
	own := ledger.Entry{Cause: a.Kind.cause(), Key: entrykey.Adjustment(a.Key), Parent: a.parent(books)}
	if _, ok := books.Entry(own.ID()); ok && !books.Reversed(own.ID()) {
		return nil
	}
	var standing []ledger.Entry
	if a.corrects() {
		standing = adjustmentsOf(a.Account, a.Bill, books)
	}
	if err := a.follows(standing); err != nil {
		return err
	}
	order, change := a.byItem()
	if !slices.ContainsFunc(order, func(id stored.ID) bool { return change[id] != 0 }) &&
		!slices.ContainsFunc(a.Lines, func(l AdjustedLine) bool { return l.Item.IsZero() }) {
		return &problem.Error{
			Code: ErrItem, Err: ErrAdjustment, Path: "lines", What: "its lines cancel each other item by item, so that the books would show no correction",
			Fix: "leave it; where the bill is to show it, take the bill back, and bill anew",
		}
	}
	for _, id := range order {
		if _, err := a.free(books, id, change[id]); err != nil {
			return err
		}
	}
	return a.onItems(standing, books)
}

// onItems proves that each line is on an item that it can be on.
func (a Adjustment) onItems(standing []ledger.Entry, books *ledger.Ledger) error {
	billed := billEntry(a.Account, a.Bill, books)
	for i, l := range a.Lines {
		refuse := func(what, fix string) error {
			return &problem.Error{Code: ErrAdjustment, Path: fmt.Sprintf("lines[%d], charge %s", i, l.Charge), What: what, Fix: fix}
		}
		item, ok := books.Item(l.Item)
		switch {
		case !a.ofBill(l):
			if ok && l.Before.Cmp(item.Charged) > 0 {
				return refuse(fmt.Sprintf("it was %s, and its item is for %s", l.Before, item.Charged), "state what the books have it at, or less")
			}
		case l.Item.IsZero():
		case !ok || item.Entry != billed && !opens(item.Entry, billed, books):
			return refuse("its item is none of bill "+a.Bill, "name an item of the bill, or leave the bill away")
		default:
			for _, e := range standing {
				if _, ok := entrykey.CutAdjustment(e.Key); !ok && moves(e, l.Item) {
					return corrected(refuse("entry "+e.Key+" has changed its item, and is of no adjustment", "reverse it, and make an adjustment of it"))
				}
			}
		}
	}
	return nil
}

// opens says that an entry is an adjustment of the bill with that entry, be it one that was taken back: what stands on an item that
// it has opened is corrected there.
func opens(entry, billed stored.ID, books *ledger.Ledger) bool {
	e, ok := books.Entry(entry)
	return ok && e.Cause == ledger.Adjusted && e.Parent == billed
}

// moves says that an entry moves an item.
func moves(e ledger.Entry, item stored.ID) bool {
	return slices.ContainsFunc(e.Moves, func(m ledger.Move) bool { return m.From == ledger.OfItem(item) || m.To == ledger.OfItem(item) })
}

// follows compares what the adjustment starts from with what stands.
func (a Adjustment) follows(standing []ledger.Entry) error {
	refuse := func(what, fix string) error {
		return &problem.Error{Code: ErrAdjustment, Path: "bill " + a.Bill, What: what, Fix: fix}
	}
	var keys []string
	for _, e := range standing {
		key, ok := entrykey.CutAdjustment(e.Key)
		if ok && !slices.Contains(a.Follows, key) {
			return corrected(refuse("the books have adjustment "+key+" of it, from which this one does not start",
				"ask for it anew with that one among the earlier ones, or reverse that one"))
		}
		keys = append(keys, key)
	}
	for _, key := range a.Follows {
		if !slices.Contains(keys, key) {
			return corrected(refuse("it starts from adjustment "+key+", which the books do not have, or which was taken back",
				"ask for it anew without that one"))
		}
	}
	return nil
}

// corrected marks a refusal as that of what was corrected already.
func corrected(refusal error) error {
	var e *problem.Error
	errors.As(refusal, &e)
	e.Code, e.Err = ErrCorrected, ErrAdjustment
	return e
}

// posted are the entries of the adjustment where the books have it: a re-run, which finds something else open than the first run.
// It is refused where the books have another adjustment of its key.
func (a Adjustment) posted(books *ledger.Ledger, entry, freed ledger.Entry) ([]ledger.Entry, error) {
	taken := &problem.Error{Code: ErrAdjustment, Path: "key", What: "another adjustment has the key " + a.Key, Fix: "give each request its own"}
	on, ok := books.Entry(entry.ID())
	entry.Accounting = on.Accounting // a re-run on another day of the books is none of another adjustment
	switch {
	case !ok:
		for _, parent := range []stored.ID{{}, billEntry(a.Account, a.Bill, books)} {
			other := entry
			other.Parent = parent
			if _, ok := books.Entry(other.ID()); ok {
				return nil, taken
			}
		}
		return nil, nil
	case !bytes.Equal(on.AppendCanonical(nil), entry.AppendCanonical(nil)):
		return nil, taken
	case books.Reversed(on.ID()):
		return nil, &problem.Error{Code: ErrAdjustment, Path: "key", What: "adjustment " + a.Key + " was taken back", Fix: "ask for it anew, under another key"}
	}
	if before, ok := books.Entry(freed.ID()); ok {
		return []ledger.Entry{before, on}, nil
	}
	return []ledger.Entry{on}, nil
}

// creditOfItsOwn is the move of a credit that has no item to the account's credit.
func creditOfItsOwn(p Posting, account, area string, cents int64) ledger.Move {
	from := ledger.Revenue(p.RevenueCode)
	if p.Agency != "" {
		from = ledger.AgencyPayable(p.Agency)
	}
	return ledger.Move{From: from, To: ledger.CreditOf(account, area), Amount: money.Cents(cents), RevenueCode: p.RevenueCode}
}
