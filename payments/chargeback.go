package payments

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// reopened are the claims of an account of which a payment was taken back.
type reopened struct {
	claims []claim
	left   []int64
	paid   []Applied // what the payments that were taken back had paid
}

// takeBack is a receipt that takes another one back, as a chargeback does.
func (r *run) takeBack(receipt *Receipt, whole Line) {
	i, today := r.marks.find(receipt.Reverses, r.result.sightings)
	before, known := r.day.Seen.marks[receipt.Reverses]
	switch {
	case today && r.result.sightings[i].reversed || !today && known && before.Reversed:
		of := before.Receipt
		if today {
			of = r.result.sightedKey(int(i))
		}
		r.wait(whole, AlreadyReversed, &Evidence{Of: of})
		return
	case !today && !known:
		r.wait(whole, Returned, &Evidence{Hint: "what it takes back is not known here"})
		return
	}
	of := before.Receipt
	if today {
		of = r.result.sightedKey(int(i))
	}
	amount, lines, entry, fits := r.original(of, today, int(i))
	switch {
	case !fits && !today && r.day.Owed.books.Reversed(EntryID(of)):
		r.wait(whole, AlreadyReversed, &Evidence{Of: of, Hint: "the payment was taken back, or moved to another account, before"})
		return
	case !fits:
		r.wait(whole, Returned, &Evidence{Of: of, Hint: "what it takes back was not posted"})
		return
	case !today && r.isMoved(entry):
		r.wait(whole, Returned, &Evidence{Of: of, Hint: "its money was taken out of suspense since: take that back first"})
		return
	case amount.Cents() != -receipt.Amount.Cents():
		r.wait(whole, Returned, &Evidence{Of: of, Stated: receipt.Amount, Computed: amount, Hint: "it takes back another amount than was paid"})
		return
	}
	whole.Reverses, whole.Reversed = of, whole.Amount
	if today {
		whole.Account = r.sameAccount(lines)
		for _, l := range lines {
			r.giveBack(l.account, l.Items)
		}
		r.result.sightings[i].reversed = true
	} else {
		whole.Account = r.reopenEntry(entry)
		r.result.earlier[len(r.result.sightings)] = of
		r.result.sightings = append(r.result.sightings, sighted{mark: receipt.Reverses, reversed: true})
		r.marks.put(r.result.sightings)
	}
	if at, ok := r.day.Directory.byID[whole.Account]; ok {
		whole.account = at
	}
	r.result.Lines = append(r.result.Lines, whole)
}

// original is what a payment that is taken back was: the lines of today's, or the entry of an earlier one.
func (r *run) original(key string, today bool, sighting int) (amount money.Amount, lines []Line, entry ledger.Entry, posted bool) {
	if today {
		at := r.result.sightings[sighting].at
		// The lines are in the order of the receipts.
		from, _ := slices.BinarySearchFunc(r.result.Lines, at, func(l Line, at place) int { return l.place.compare(at) })
		sum := int64(0)
		for from+len(lines) < len(r.result.Lines) && r.result.Lines[from+len(lines)].place == at {
			l := r.result.Lines[from+len(lines)]
			sum += l.Amount.Cents()
			lines = append(lines, l)
		}
		return money.Cents(sum), lines, entry, len(lines) > 0
	}
	entry, ok := r.day.Owed.books.Entry(EntryID(key))
	if !ok || r.day.Owed.books.Reversed(entry.ID()) {
		return money.Amount{}, nil, entry, false
	}
	sum := int64(0)
	for _, m := range entry.Moves {
		if m.From.Kind == ledger.PlaceClearing {
			sum += m.Amount.Cents()
		}
	}
	return money.Cents(sum), nil, entry, true
}

// sameAccount is the account of all of a payment's lines; empty where there are several.
func (r *run) sameAccount(lines []Line) string {
	account := lines[0].Account
	for _, l := range lines {
		if l.Account != account {
			return ""
		}
	}
	return account
}

// giveBack opens again what a payment of today paid.
func (r *run) giveBack(account int32, items []Applied) {
	if account < 0 {
		return
	}
	r.result.reopened[account] = true
	claims, left := r.claimsOf(account)
	for _, a := range items {
		cents := a.Amount.Cents()
		for i := len(claims) - 1; i >= 0 && cents > 0; i-- {
			if claims[i].item == a.Item {
				back := min(cents, claims[i].cents-left[i])
				left[i] += back
				cents -= back
			}
		}
	}
}

// reopenEntry opens again what a payment of an earlier day paid, for what comes after it today. It gives the account, where it is one.
func (r *run) reopenEntry(entry ledger.Entry) string {
	books := r.day.Owed.books
	paid := map[string][]Applied{}
	var order []string
	for _, m := range entry.Moves {
		account := m.To.Key
		if m.To.Kind == ledger.PlaceItem {
			item, ok := books.Item(m.To.Item)
			if !ok {
				continue
			}
			account = item.Account
			paid[account] = append(paid[account], Applied{m.To.Item, m.Amount})
		} else if m.To.Kind != ledger.PlaceCredit {
			continue
		} else if at, ok := r.day.Directory.byID[account]; ok { // it is used for nothing any more
			own := r.ownOf(at)
			own.credit = max(0, own.credit-m.Amount.Cents())
		}
		if !slices.Contains(order, account) {
			order = append(order, account)
		}
	}
	for id, items := range paid {
		if at, ok := r.day.Directory.byID[id]; ok {
			r.reopenItems(at, items)
		}
	}
	if len(order) == 1 {
		return order[0]
	}
	return ""
}

func (r *run) reopenItems(account int32, items []Applied) {
	id := r.day.Directory.accounts[account].ID
	own, err := r.day.Owed.books.Account(id, r.day.Owed.terms(id))
	if err != nil {
		return // it was made when what is owed was, of the same books
	}
	claims, left := r.claimsOf(account)
	next, was := &reopened{paid: items}, 0
	if before := r.reopen[account]; before != nil {
		next.paid = append(slices.Clone(before.paid), items...)
	}
	list, err := r.day.Owed.reopened(own, next.paid)
	if err != nil {
		return
	}
	// What is left of each claim that was there: those of the ledger are in the order in which they were, and so are, for each item, those
	// that are owed again.
	var first []int64
	again := map[stored.ID][]int64{}
	for i := range claims {
		if claims[i].again {
			again[claims[i].item] = append(again[claims[i].item], left[i])
		} else {
			first = append(first, left[i])
		}
	}
	for i := range list {
		c := claimOf(&list[i])
		cents := c.cents
		if queue := again[c.item]; c.again && len(queue) > 0 {
			cents, again[c.item] = queue[0], queue[1:]
		} else if !c.again && was < len(first) {
			cents = first[was]
			was++
		}
		next.claims, next.left = append(next.claims, c), append(next.left, cents)
	}
	r.result.reopened[account] = true
	if r.reopen == nil {
		r.reopen = map[int32]*reopened{}
	}
	r.reopen[account] = next
}

// isMoved says whether what a payment left in suspense is not there any more, so that its legs cannot be negated.
func (r *run) isMoved(entry ledger.Entry) bool {
	for _, m := range entry.Moves {
		if m.To.Kind == ledger.PlaceSuspense && r.day.Owed.books.Balance(m.To).Cmp(m.Amount) < 0 {
			return true
		}
	}
	return false
}
