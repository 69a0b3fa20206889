package latecharge

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// follow finds of each item what it was before it was transferred to the account, the last one first.
func (r *run) follow() error {
	r.origins, r.was = map[stored.ID][]ledger.OpenItem{}, map[stored.ID]ledger.OpenItem{}
	for i, item := range r.facts.Items {
		for it := item; ; {
			from, ok := openedAgainst(r.facts.Books, it)
			if !ok {
				return &problem.Error{Code: ErrFacts, Path: fmt.Sprintf("items[%d]", i), What: fmt.Sprintf("the books do not have the entry that opened item %s", it.ID),
					Fix: "give the books that the items are of, with the accounts from which items came"}
			}
			if from.Kind != ledger.PlaceItem {
				break
			}
			it, _ = r.facts.Books.Item(from.Item) // they have it: nothing moves from an item that is not there
			r.origins[item.ID], r.was[it.ID] = append(r.origins[item.ID], it), it
		}
	}
	return nil
}

// openedAgainst is the place that an item was opened against: another item where it was transferred.
func openedAgainst(books *ledger.Ledger, it ledger.OpenItem) (ledger.Place, bool) {
	e, ok := books.Entry(it.Entry)
	if !ok || it.Ordinal >= len(e.Opens) {
		return ledger.Place{}, false
	}
	return e.Opens[it.Ordinal].Against, true
}

// knows reports whether an item is one of the account, or what one was before.
func (r *run) knows(item stored.ID) bool {
	_, ok := r.items[item]
	_, was := r.was[item]
	return ok || was
}

// followBack adds to what each item was before what it was on other accounts by transfers that were taken back since, and
// reports whether it was anything. An item does not say where it went, so that all items of the books are looked at: it is
// done once, and only where a charge depends on it.
func (r *run) followBack() (found bool) {
	if r.followedBack {
		return false
	}
	r.followedBack = true
	books, back := r.facts.Books, map[stored.ID][]ledger.OpenItem{}
	for _, account := range books.Accounts() {
		for it := range books.Items(account) {
			if !books.Reversed(it.Entry) {
				continue
			}
			if from, ok := openedAgainst(books, it); ok && from.Kind == ledger.PlaceItem {
				back[from.Item] = append(back[from.Item], it)
			}
		}
	}
	if len(back) == 0 {
		return false
	}
	for _, item := range r.facts.Items {
		all := append([]ledger.OpenItem{item}, r.origins[item.ID]...)
		for i := 0; i < len(all); i++ {
			for _, it := range back[all[i].ID] {
				all, r.was[it.ID] = append(all, it), it
			}
		}
		found = found || len(all)-1 > len(r.origins[item.ID])
		r.origins[item.ID] = all[1:]
	}
	return found
}
