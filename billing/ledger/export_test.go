package ledger

import "slices"

// Copy is an account that shares no memory with a.
func (a *Account) Copy() *Account {
	b := *a
	b.items, b.credits = slices.Clone(a.items), slices.Clone(a.credits)
	for i := range b.items {
		history := *a.items[i].itemHistory
		history.movements = slices.Clone(history.movements)
		b.items[i].itemHistory = &history
	}
	b.plans, b.levels, b.pending = slices.Clone(a.plans), slices.Clone(a.levels), slices.Clone(a.pending)
	return &b
}
