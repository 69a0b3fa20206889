package billing

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// adjustmentKey is what the keys of adjustments' entries begin with.
const adjustmentKey = "adjustment "

// adjustedBills are the books, with the adjustments of charges of bills that have no item, by the entry of the bill. They are
// sought once, and only where they are asked for.
type adjustedBills struct {
	books *ledger.Ledger
	of    map[stored.ID][]ledger.Entry
}

// under are the adjustments that follow from the entry of a bill and were not reversed.
func (k *adjustedBills) under(bill stored.ID) []ledger.Entry {
	if k.of == nil {
		k.of = map[stored.ID][]ledger.Entry{}
		for e := range k.books.Entries() {
			if e.Cause == ledger.Adjusted && !e.Parent.IsZero() && strings.HasPrefix(e.Key, adjustmentKey) && !e.Reverses && !k.books.Reversed(e.ID()) {
				k.of[e.Parent] = append(k.of[e.Parent], e)
			}
		}
	}
	return k.of[bill]
}

// billEntry is the id of the first entry of a bill, whether the books have it or not: of a bill whose credits exceed its charges
// everywhere, which opens no item, that of the credits.
func billEntry(account, bill string, books *ledger.Ledger) stored.ID {
	e := ledger.Entry{Cause: ledger.Billed, Key: "bill " + account + " " + bill}
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

// ofBill says that a line states what a charge of the bill was billed at, and what it is to be.
func (a Adjustment) ofBill(l AdjustedLine) bool {
	return a.Bill != "" && l.Charge != "" && a.Kind != WriteOff && a.Kind != Recovery
}

// parent is the entry that the adjustment follows from in the books: that of the bill, where a charge of it has no item by which
// the adjustment would be found again.
func (a Adjustment) parent(books *ledger.Ledger) stored.ID {
	if slices.ContainsFunc(a.Lines, func(l AdjustedLine) bool { return a.ofBill(l) && l.Item.IsZero() }) {
		return billEntry(a.Account, a.Bill, books)
	}
	return stored.ID{}
}

// afresh refuses a line of a charge of a bill that the books have adjusted already: what it was is then not what was billed; and
// a line of something else that was more than its item is for. The adjustment itself, asked for again under its own key, is none.
func (a Adjustment) afresh(known *adjustedBills) error {
	own := ledger.Entry{Cause: a.Kind.cause(), Key: adjustmentKey + a.Key, Parent: a.parent(known.books)}
	if _, ok := known.books.Entry(own.ID()); ok && !known.books.Reversed(own.ID()) {
		return nil
	}
	change := map[stored.ID]int64{} // of each item
	for _, l := range a.Lines {
		change[l.Item] += l.After.Cents() - l.Before.Cents()
	}
	for i, l := range a.Lines {
		refuse := func(what, fix string) error {
			return &problem.Error{Code: ErrAdjustment, Path: fmt.Sprintf("lines[%d], charge %s", i, l.Charge), What: what, Fix: fix}
		}
		if a.ofBill(l) && !l.Item.IsZero() && change[l.Item] == 0 && l.Before != l.After { // and it could be made again
			return refuse("what is added to its item is taken of it by another line, so that the books would show no correction", "take the bill back, and bill anew")
		}
		if !a.ofBill(l) {
			if item, ok := known.books.Item(l.Item); ok && l.Before.Cmp(item.Charged) > 0 {
				return refuse(fmt.Sprintf("it was %s, and its item is for %s", l.Before, item.Charged), "state what the books have it at, or less")
			}
			continue
		}
		bill := billEntry(a.Account, a.Bill, known.books)
		if l.Item.IsZero() {
			if slices.ContainsFunc(known.under(bill), func(e ledger.Entry) bool { return adjusts(e, l.Posting) }) {
				return corrected(refuse("bill "+a.Bill+" has an adjustment of such a charge already", "reverse that one, and correct the bill anew"))
			}
			continue
		}
		item, ok := known.books.Item(l.Item)
		if !ok || item.Entry != bill {
			return refuse("its item is none of bill "+a.Bill, "name an item of the bill, or leave the bill away")
		}
		opened, _ := known.books.Entry(bill)
		if billed := opened.Opens[item.Ordinal].Amount; billed != item.Charged {
			return corrected(refuse(fmt.Sprintf("its item was billed at %s, and later entries have it at %s", billed, item.Charged), "reverse them, and correct the bill anew"))
		}
	}
	return nil
}

// corrected marks a refusal as that of what was corrected already.
func corrected(refusal error) error {
	var e *problem.Error
	errors.As(refusal, &e)
	e.Err = ErrCorrected
	return e
}

// posted are the entries of the adjustment where the books have it: a re-run, which finds something else open than the first run.
// It is refused where the books have another adjustment of its key.
func (a Adjustment) posted(books *ledger.Ledger, entry, freed ledger.Entry) ([]ledger.Entry, error) {
	taken := &problem.Error{Code: ErrAdjustment, Path: "key", What: "another adjustment has the key " + a.Key, Fix: "give each request its own"}
	on, ok := books.Entry(entry.ID())
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

// adjusts says that an entry charges or credits under a posting.
func adjusts(e ledger.Entry, p Posting) bool {
	if slices.ContainsFunc(e.Opens, func(o ledger.Open) bool {
		return p == Posting{Kind: o.Item.Kind, Service: o.Item.Service, RevenueCode: o.Item.RevenueCode, Agency: o.Item.Agency}
	}) {
		return true
	}
	return slices.ContainsFunc(e.Moves, func(m ledger.Move) bool {
		return m.To.Kind == ledger.PlaceCredit && m.From == creditedFrom(p) && m.RevenueCode == p.RevenueCode
	})
}

// creditedFrom is the place of which a credit of its own comes.
func creditedFrom(p Posting) ledger.Place {
	if p.Agency != "" {
		return ledger.AgencyPayable(p.Agency)
	}
	return ledger.Revenue(p.RevenueCode)
}

// creditOfItsOwn is the move of a credit that has no item to the account's credit.
func creditOfItsOwn(p Posting, account, area string, cents int64) ledger.Move {
	return ledger.Move{From: creditedFrom(p), To: ledger.CreditOf(account, area), Amount: money.Cents(cents), RevenueCode: p.RevenueCode}
}
