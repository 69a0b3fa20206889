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
	r.followBack()
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

// followBack adds to what each item was before what it was on other accounts by transfers that were taken back since.
func (r *run) followBack() {
	books, back, seen := r.facts.Books, map[stored.ID][]ledger.OpenItem{}, map[string]bool{}
	look := func(account string) { // for what its items became elsewhere
		if seen[account] {
			return
		}
		seen[account] = true
		for e := range books.EntriesOf(account) {
			if e.Cause != ledger.Transferred || e.Reverses || !books.Reversed(e.ID()) {
				continue
			}
			for i, o := range e.Opens {
				if it, ok := books.Item(e.ItemID(i)); ok && o.Against.Kind == ledger.PlaceItem && of(books, o.Against.Item) == account {
					back[o.Against.Item] = append(back[o.Against.Item], it)
				}
			}
		}
	}
	for _, item := range r.facts.Items {
		all := append([]ledger.OpenItem{item}, r.origins[item.ID]...)
		for i := 0; i < len(all); i++ {
			look(all[i].Account)
			for _, it := range back[all[i].ID] {
				all, r.was[it.ID] = append(all, it), it
			}
		}
		r.origins[item.ID] = all[1:]
	}
}

// of is the account of an item.
func of(books *ledger.Ledger, item stored.ID) string {
	it, _ := books.Item(item)
	return it.Account
}
