package collections

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/stored"
)

// lineage tells of items whether they are of a kind, or replace one that is: a bill that is corrected, or moved, is the old debt still. An
// entry that opens an item replaces those that it takes back or raises (more than it has to, as nobody is shut off earlier by it), those that it opens it against, and those of the entry that it follows from.
type lineage struct {
	books *ledger.Ledger
	is    func(*ledger.OpenItem) bool
	// entries are those that were looked into, so that each is once.
	entries map[stored.ID]bool
}

func newLineage(books *ledger.Ledger, is func(*ledger.OpenItem) bool) lineage {
	return lineage{books, is, map[stored.ID]bool{}}
}

func (l lineage) item(id stored.ID) bool {
	it, ok := l.books.Item(id)
	return ok && (l.is(&it) || l.entry(it.Entry))
}

func (l lineage) entry(id stored.ID) bool {
	if of, known := l.entries[id]; known {
		return of
	}
	l.entries[id] = false
	e, ok := l.books.Entry(id)
	if !ok {
		return false
	}
	of := slices.ContainsFunc(e.Moves, func(m ledger.Move) bool { return l.place(m.From) || l.place(m.To) }) ||
		slices.ContainsFunc(e.Opens, func(o ledger.Open) bool { return l.place(o.Against) }) || l.opened(e.Parent)
	l.entries[id] = of
	return of
}

// place says it of a place that is an item.
func (l lineage) place(p ledger.Place) bool { return p.Kind == ledger.PlaceItem && l.item(p.Item) }

// opened says it of what an entry opened.
func (l lineage) opened(id stored.ID) bool {
	e, ok := l.books.Entry(id)
	for i := range e.Opens {
		if l.item(e.ItemID(i)) {
			return true
		}
	}
	return ok && l.entry(id)
}

// beforePetition says that an item is of days before a petition that was not dismissed.
func (w *walk) beforePetition(it *ledger.OpenItem) bool {
	if w.petitions == nil {
		for i := range w.facts.Bankruptcies {
			if b := &w.facts.Bankruptcies[i]; !b.Dismissed {
				w.petitions = append(w.petitions, newLineage(w.facts.Account.Books(), func(it *ledger.OpenItem) bool { return !it.Billed.After(b.Through) || slices.Contains(b.Items, it.ID) }))
			}
		}
	}
	return slices.ContainsFunc(w.petitions, func(l lineage) bool { return l.item(it.ID) })
}
