package ledger

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Ledger is the books: every entry, in the order in which it was posted, and what follows from them. The zero value is an
// empty ledger. A ledger holds what it is given: all of a district's entries, or those of some accounts with the entries that
// these draw on. It is for one goroutine at a time.
type Ledger struct {
	entries  []*posted
	posted   map[stored.ID]*posted
	items    map[stored.ID]*itemBook
	accounts map[string]*accountBook
	// balances are what each place but items was given, less what was taken.
	balances map[Place]money.Amount
	// closed is the last day of the last closed month.
	closed civil.Date
}

// posted is an entry in the ledger.
type posted struct {
	entry    Entry
	legs     []Leg
	digest   [sha256.Size]byte
	reversed bool
}

// itemBook is the history of an item.
type itemBook struct {
	OpenItem
	movements []movement
}

// accountBook is the history of an account.
type accountBook struct {
	area    string
	items   []*itemBook
	credits []movement
	// noticesFrom is the first day on which a notice may go out, after a conversion.
	noticesFrom civil.Date
}

// movement is what a leg did to an item or a credit: cents that are owed more, or that the credit is more.
type movement struct {
	on     civil.Date
	cents  int64
	settle bool // it pays, or takes a payment back
	// key is the key of the entry, by which pending money is seen to have arrived.
	key string
}

// Post enters an entry, whole or not at all. It reports false where the same entry is in the ledger already, and nothing
// changes. Refused are, besides what [Entry.Check] finds: another entry of the same cause, parent and key; a closed month; an
// item that is not there, is closed or would be paid beyond what is open; a credit, a deposit or suspense that does not hold
// as much; a revenue code or a service area that is not the item's; money on an agency's item that does not reach the agency;
// a reversal that is not the negation of the stored legs, or comes again.
func (l *Ledger) Post(e Entry) (bool, error) {
	if e.Cause == Converted {
		return false, &problem.Error{Code: ErrConversion, Path: "cause", What: "opening balances come in with their proof", Fix: "use Ledger.Convert"}
	}
	return l.post(e)
}

// Restore enters an entry that was in the ledger before and was stored. It is as [Ledger.Post], and takes opening balances,
// which were proved when they came in.
func (l *Ledger) Restore(e Entry) (bool, error) { return l.post(e) }

func (l *Ledger) post(e Entry) (bool, error) {
	if err := e.Check(); err != nil {
		return false, err
	}
	id, digest := e.ID(), e.digest()
	if before, ok := l.posted[id]; ok {
		if before.digest == digest {
			return false, nil
		}
		return false, &problem.Error{Code: ErrConflict, Path: "key", What: fmt.Sprintf("the source %q is entered as %s and says something else now", e.Key, id),
			Fix: "reverse the entry and enter the new one under its own key; what is entered is never changed"}
	}
	if !e.Accounting.After(l.closed) {
		return false, &problem.Error{Code: ErrMonthClosed, Path: "accounting", What: fmt.Sprintf("%s is in a month that is closed up to %s", e.Accounting, l.closed),
			Fix: "give a date in an open month; the effective day may stay as it is"}
	}
	d, err := l.draft(e, id)
	if err != nil {
		return false, err
	}
	l.commit(id, &posted{entry: e.clone(), legs: d.legs, digest: digest}, d)
	return true, nil
}

// commit makes true what draft has found to be possible.
func (l *Ledger) commit(id stored.ID, p *posted, d *draft) {
	if l.posted == nil {
		l.posted, l.items = map[stored.ID]*posted{}, map[stored.ID]*itemBook{}
		l.accounts, l.balances = map[string]*accountBook{}, map[Place]money.Amount{}
	}
	l.posted[id] = p
	l.entries = append(l.entries, p)
	e := &p.entry
	if e.Reverses {
		l.posted[e.Parent].reversed = true
	}
	for _, it := range d.opened {
		l.items[it.ID] = it
		a := l.account(it.Account, it.Area)
		a.items = append(a.items, it)
		if e.NoticesFrom.After(a.noticesFrom) {
			a.noticesFrom = e.NoticesFrom
		}
	}
	for place, delta := range d.places {
		if place.Kind != PlaceItem {
			l.balances[place] = delta.after
		}
	}
	for id, after := range d.items {
		it := l.items[id]
		it.Open, it.Charged = after.open, after.charged
		it.movements = append(it.movements, after.movements...)
	}
	for place, moved := range d.credits {
		a := l.account(place.Key, place.Area)
		a.credits = append(a.credits, moved...)
	}
	for account, area := range d.areas {
		l.account(account, area)
	}
}

func (l *Ledger) account(id, area string) *accountBook {
	a := l.accounts[id]
	if a == nil {
		a = &accountBook{area: area}
		l.accounts[id] = a
	}
	return a
}

// Entry is an entry by its id.
func (l *Ledger) Entry(id stored.ID) (Entry, bool) {
	p, ok := l.posted[id]
	if !ok {
		return Entry{}, false
	}
	return p.entry.clone(), true
}

// Entries are all entries, in the order in which they were posted.
func (l *Ledger) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for _, p := range l.entries {
			if !yield(p.entry.clone()) {
				return
			}
		}
	}
}

// Item is an item by its id.
func (l *Ledger) Item(id stored.ID) (OpenItem, bool) {
	it, ok := l.items[id]
	if !ok {
		return OpenItem{}, false
	}
	return it.OpenItem, true
}

// Items are the items of an account that have something open, in the order in which they were opened.
func (l *Ledger) Items(account string) iter.Seq[OpenItem] {
	return func(yield func(OpenItem) bool) {
		a := l.accounts[account]
		if a == nil {
			return
		}
		for _, it := range a.items {
			if !it.Open.IsZero() && !yield(it.OpenItem) {
				return
			}
		}
	}
}

// Accounts are the accounts that something was entered for, in order.
func (l *Ledger) Accounts() []string { return slices.Sorted(maps.Keys(l.accounts)) }

// Balance is what a place was given less what was taken from it: what a credit or a deposit holds, what income was earned.
// For an item it is what is open, as a number above zero.
func (l *Ledger) Balance(p Place) money.Amount {
	if p.Kind != PlaceItem {
		return l.balances[p]
	}
	if it := l.items[p.Item]; it != nil {
		return it.Open
	}
	return money.Amount{}
}

// Close closes all months up to the one whose last day is given: no entry may have an accounting date in them any more.
// Months are closed in order and never opened again.
func (l *Ledger) Close(last civil.Date) error {
	switch {
	case last.IsZero() || last.Day() != last.DaysInMonth():
		return &problem.Error{Code: ErrClose, Path: "last", What: fmt.Sprintf("%q is not the last day of a month", last.String()), Fix: "give the last day of the month to close"}
	case !last.After(l.closed):
		return &problem.Error{Code: ErrClose, Path: "last", What: fmt.Sprintf("the month of %s is closed, as are all up to %s", last, l.closed), Fix: "close a later month"}
	}
	l.closed = last
	return nil
}

// ClosedThrough is the last day of the last closed month, and no date where none is.
func (l *Ledger) ClosedThrough() civil.Date { return l.closed }

// Check proves the books again from the entries alone: that each leg that left a place arrived at one, that the items, the
// credits and all other places hold what the legs give, and that what is owed on for others is what their items have open.
func (l *Ledger) Check() error {
	var again Ledger
	for _, p := range l.entries {
		if _, err := again.post(p.entry); err != nil {
			return &problem.Error{Code: ErrBooks, Path: "entries", What: fmt.Sprintf("entry %s cannot be posted again", p.entry.ID()), Fix: "restore the entry as it was written", Err: err}
		}
	}
	var found problem.List
	disagree := func(p Place, held, given money.Amount) {
		if held != given {
			found.Add(&problem.Error{Code: ErrBooks, Path: p.String(), What: fmt.Sprintf("it holds %s, and its legs give %s", held, given),
				Fix: "load the ledger again from its entries"})
		}
	}
	sum := money.Amount{}
	var err error
	owedOn := map[Place]money.Amount{}
	for _, id := range slices.SortedFunc(maps.Keys(l.items), stored.ID.Compare) {
		it := l.items[id]
		disagree(OfItem(id), it.Open, again.Balance(OfItem(id)))
		if sum, err = sum.Sub(it.Open); err != nil {
			return err
		}
		if billed, _, ok := it.owedOn(); ok {
			if owedOn[billed], err = owedOn[billed].Add(it.Open); err != nil {
				return err
			}
		}
	}
	for _, p := range slices.SortedFunc(maps.Keys(l.balances), comparePlaces) {
		disagree(p, l.balances[p], again.balances[p])
		if sum, err = sum.Add(l.balances[p]); err != nil {
			return err
		}
		if p.Kind == PlaceAgency || p.Kind == PlaceDepositBilled {
			disagree(p, l.balances[p], owedOn[p])
		}
	}
	if !sum.IsZero() {
		found.Add(&problem.Error{Code: ErrBooks, Path: "sum", What: fmt.Sprintf("all places together hold %s, not nothing", sum), Fix: "load the ledger again from its entries"})
	}
	return found.Err()
}
