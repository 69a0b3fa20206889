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
// these draw on. It is for one goroutine at a time, and is not copied.
type Ledger struct {
	entries  []*posted
	posted   map[stored.ID]*posted
	items    map[stored.ID]*itemBook
	accounts map[string]*accountBook
	// balances are what each place but items was given, less what was taken.
	balances map[Place]money.Amount
	// closed is the last day of the last closed month, and lastAccounting the latest accounting date.
	closed, lastAccounting civil.Date
	_                      noCopy
}

// noCopy lets go vet tell where a ledger is copied: two copies would share their maps.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

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
	writtenOff money.Amount
	movements  []movement
}

// accountBook is the history of an account.
type accountBook struct {
	area    string
	items   []*itemBook
	credits []movement
	entries []*posted // those that move an item or the credit
	// noticesFrom is the first day on which a notice may go out, after a conversion.
	noticesFrom civil.Date
}

// movement is what a leg did to an item or a credit: cents that are owed more, or that the credit is more.
type movement struct {
	on     civil.Date
	cents  int64
	settle bool // it pays, or takes a payment back
	// payment is the key of the payment that it enters, or takes out again, by which pending money is seen to have arrived.
	payment string
}

// Post enters an entry, whole or not at all. It reports false where the same entry is in the ledger already, and nothing
// changes. Refused are, besides what [Entry.Check] finds: another entry of the same cause, parent and key; a closed month; an
// item that is not there, is closed or would be paid beyond what is open; a credit, a deposit or suspense that does not hold
// as much; a revenue code or a service area that is not the item's; money on an agency's item that does not reach the agency;
// a reversal that is not the negation of the stored legs, or comes again.
func (l *Ledger) Post(e Entry) (bool, error) {
	if err := refuseConverted(&e); err != nil {
		return false, err
	}
	d, err := l.post(e)
	return d != nil, err
}

func refuseConverted(e *Entry) error {
	if e.Cause == Converted && !e.Reverses {
		return &problem.Error{Code: ErrConversion, Path: "cause", What: "opening balances come in with their proof", Fix: "use Ledger.Convert"}
	}
	return nil
}

// Restore enters an entry that was in the ledger before and was stored. It is as [Ledger.Post], and takes opening balances,
// which were proved when they came in. Restore the entries first, in the order in which they were posted, and close the months
// then.
func (l *Ledger) Restore(e Entry) (bool, error) {
	d, err := l.post(e)
	return d != nil, err
}

// post enters an entry, and gives what it did; nothing where it is there already.
func (l *Ledger) post(e Entry) (*draft, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	id, digest := e.ID(), e.digest()
	if before, ok := l.posted[id]; ok {
		if before.digest == digest {
			return nil, nil
		}
		return nil, &problem.Error{Code: ErrConflict, Path: "key", What: fmt.Sprintf("the source %q is entered as %s and says something else now", e.Key, id),
			Fix: "reverse the entry and enter the new one under its own key; what is entered is never changed"}
	}
	if !e.Accounting.After(l.closed) {
		return nil, &problem.Error{Code: ErrMonthClosed, Path: "accounting", What: fmt.Sprintf("%s is in a month that is closed up to %s", e.Accounting, l.closed),
			Fix: "give a date in an open month; the effective day may stay as it is"}
	}
	d, err := l.draft(e, id)
	if err != nil {
		return nil, err
	}
	d.posted = &posted{entry: e.clone(), legs: d.legs, digest: digest}
	l.commit(id, d)
	return d, nil
}

// PostAll enters entries in their order, all or none: a cycle's bills, a day's receipts. It reports how many were not in the
// ledger already. An error tells which entry is refused, and why.
func (l *Ledger) PostAll(entries ...Entry) (int, error) {
	for i := range entries {
		if err := refuseConverted(&entries[i]); err != nil {
			return 0, err
		}
	}
	return l.postAll(entries)
}

func (l *Ledger) postAll(entries []Entry) (int, error) {
	done := make([]*draft, 0, len(entries))
	for i, e := range entries {
		d, err := l.post(e)
		if err != nil {
			for k := len(done) - 1; k >= 0; k-- {
				l.retract(done[k])
			}
			return 0, &problem.Error{Code: ErrEntry, Path: fmt.Sprintf("entries[%d]", i), What: fmt.Sprintf("the entry %q cannot be posted; none was: %s", e.Key, err),
				Fix: "mend it, or leave it out", Err: err}
		}
		if d != nil {
			done = append(done, d)
		}
	}
	return len(done), nil
}

// commit makes true what draft has found to be possible.
func (l *Ledger) commit(id stored.ID, d *draft) {
	if l.posted == nil {
		l.posted, l.items = map[stored.ID]*posted{}, map[stored.ID]*itemBook{}
		l.accounts, l.balances = map[string]*accountBook{}, map[Place]money.Amount{}
	}
	e := &d.posted.entry
	l.posted[id] = d.posted
	l.entries = append(l.entries, d.posted)
	if e.Reverses {
		l.posted[e.Parent].reversed = true
	}
	for account, area := range d.areas {
		l.accounts[account] = &accountBook{area: area}
	}
	for _, it := range d.opened {
		l.items[it.ID] = it
		a := l.accounts[it.Account]
		a.items = append(a.items, it)
		if e.NoticesFrom.After(a.noticesFrom) {
			a.noticesFrom = e.NoticesFrom
		}
	}
	for place, delta := range d.places {
		l.balances[place] = delta.after
	}
	for id, after := range d.items {
		it := l.items[id]
		after.was = *it
		it.Open, it.Charged, it.writtenOff = after.open, after.charged, after.writtenOff
		it.movements = append(it.movements, after.movements...)
	}
	for place, moved := range d.credits {
		a := l.accounts[place.Key]
		a.credits = append(a.credits, moved...)
	}
	for account := range d.accounts() {
		if a := l.accounts[account]; len(a.entries) == 0 || a.entries[len(a.entries)-1] != d.posted {
			a.entries = append(a.entries, d.posted)
		}
	}
	d.lastAccounting = l.lastAccounting
	if e.Accounting.After(l.lastAccounting) {
		l.lastAccounting = e.Accounting
	}
}

// retract undoes commit of the entry that was committed last.
func (l *Ledger) retract(d *draft) {
	e := &d.posted.entry
	delete(l.posted, e.ID())
	l.entries = l.entries[:len(l.entries)-1]
	l.lastAccounting = d.lastAccounting
	if e.Reverses {
		l.posted[e.Parent].reversed = false
	}
	for account := range d.accounts() {
		a := l.accounts[account]
		if last := len(a.entries) - 1; last >= 0 && a.entries[last] == d.posted {
			a.entries = a.entries[:last]
		}
	}
	for place, moved := range d.credits {
		a := l.accounts[place.Key]
		a.credits = a.credits[:len(a.credits)-len(moved)]
	}
	for id, after := range d.items {
		*l.items[id] = after.was
	}
	for place, delta := range d.places {
		l.balances[place] = delta.before
	}
	for _, it := range d.opened {
		delete(l.items, it.ID)
		a := l.accounts[it.Account]
		a.items = a.items[:len(a.items)-1]
	}
	for account, before := range d.notices {
		l.accounts[account].noticesFrom = before
	}
	for account := range d.areas {
		delete(l.accounts, account)
	}
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

// EntriesOf are the entries that move an item or the credit of an account, in the order in which they were posted.
func (l *Ledger) EntriesOf(account string) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		a := l.accounts[account]
		if a == nil {
			return
		}
		for _, p := range a.entries {
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

// Charged is what an item was for on a day, adjustments and write-offs included, as what was entered since says; nothing of an item
// that is not there.
func (l *Ledger) Charged(item stored.ID, on civil.Date) money.Amount {
	it := l.items[item]
	if it == nil {
		return money.Amount{}
	}
	return money.Cents(stateOn(it.movements, on).charged)
}

// Items are the items of an account, those that are paid too, in the order in which they were opened.
func (l *Ledger) Items(account string) iter.Seq[OpenItem] {
	return func(yield func(OpenItem) bool) {
		a := l.accounts[account]
		if a == nil {
			return
		}
		for _, it := range a.items {
			if !yield(it.OpenItem) {
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
			found.Add(booksError(p.String(), held, given))
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
