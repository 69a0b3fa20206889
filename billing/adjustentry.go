package billing

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/entrykey"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// cause is the cause of an adjustment's entry.
func (k AdjustmentKind) cause() ledger.Cause {
	switch k {
	case WriteOff:
		return ledger.WrittenOff
	case Recovery:
		return ledger.Recovered
	}
	return ledger.Adjusted
}

func (a Adjustment) entries(books *ledger.Ledger, accounting civil.Date) ([]ledger.Entry, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	if accounting.IsZero() {
		return nil, &problem.Error{Code: ErrAdjustment, Path: "accounting", What: "the day of the books is missing", Fix: "state it"}
	}
	entry := a.entry(books, accounting)
	freed := ledger.Entry{Cause: ledger.Applied, Key: entry.Key, Effective: a.Effective, Accounting: accounting}
	order, change := a.byItem()
	if out, err := a.posted(books, entry, freed); len(out) > 0 || err != nil {
		return out, err
	}
	if err := a.fits(books); err != nil {
		return nil, err
	}
	for _, id := range order {
		moves, err := a.free(books, id, change[id])
		if err != nil {
			return nil, err
		}
		freed.Moves = append(freed.Moves, moves...)
	}
	if len(freed.Moves) > 0 {
		return []ledger.Entry{freed, entry}, nil
	}
	return []ledger.Entry{entry}, nil
}

// byItem is by how much the adjustment changes each item, in the order of its lines.
func (a Adjustment) byItem() (order []stored.ID, cents map[stored.ID]int64) {
	cents = map[stored.ID]int64{}
	for _, l := range a.Lines {
		if l.Item.IsZero() {
			continue
		}
		if _, known := cents[l.Item]; !known {
			order = append(order, l.Item)
		}
		cents[l.Item] += l.Change().Cents()
	}
	return order, cents
}

// entry is the entry of the adjustment itself, apart from what is freed of payments before.
func (a Adjustment) entry(books *ledger.Ledger, accounting civil.Date) ledger.Entry {
	entry := ledger.Entry{Cause: a.Kind.cause(), Key: entrykey.Adjustment(a.Key), Parent: a.parent(books), Effective: a.Effective, Accounting: accounting}
	for _, l := range a.Lines {
		if l.Item.IsZero() {
			a.own(l, &entry)
		}
	}
	order, change := a.byItem()
	for _, id := range order {
		if item, ok := books.Item(id); ok && change[id] != 0 {
			entry.Moves = append(entry.Moves, a.onItem(item, change[id]))
		}
	}
	return entry
}

// own adds a charge or a credit of its own.
func (a Adjustment) own(l AdjustedLine, entry *ledger.Entry) {
	item := ledger.Item{
		Account: a.Account, Area: a.Area, Kind: l.Posting.Kind, Service: l.Posting.Service, RevenueCode: l.Posting.RevenueCode,
		Billed: a.Effective, Due: a.Due, Agency: l.Posting.Agency,
	}
	if cents := l.Change().Cents(); cents > 0 {
		entry.Opens = append(entry.Opens, ledger.Open{Item: item, Amount: money.Cents(cents), Against: item.Against()})
		return
	}
	entry.Moves = append(entry.Moves, creditOfItsOwn(l.Posting, a.Account, a.Area, -l.Change().Cents()))
}

// onItem is the move that changes what an item is for.
func (a Adjustment) onItem(item ledger.OpenItem, cents int64) ledger.Move {
	against := item.Against()
	if a.Kind == WriteOff || a.Kind == Recovery {
		against = ledger.Place{Kind: ledger.PlaceWriteOff}
		if item.Agency != "" {
			against = ledger.Agency(item.Agency)
		}
	}
	if cents < 0 {
		return ledger.Move{From: against, To: ledger.OfItem(item.ID), Amount: money.Cents(-cents), RevenueCode: item.RevenueCode}
	}
	return ledger.Move{From: ledger.OfItem(item.ID), To: against, Amount: money.Cents(cents), RevenueCode: item.RevenueCode}
}

// free makes the moves that take off an item what was paid on it and it is no more for, and refuses more than it can bear.
func (a Adjustment) free(books *ledger.Ledger, id stored.ID, cents int64) ([]ledger.Move, error) {
	item, ok := books.Item(id)
	refuse := func(what, fix string) ([]ledger.Move, error) {
		return nil, &problem.Error{Code: ErrItem, Err: ErrAdjustment, Path: "item " + id.String(), What: what, Fix: fix}
	}
	over := -cents - item.Open.Cents()
	switch {
	case !ok:
		return refuse("the books do not have it", "name an item of the account")
	case item.Account != a.Account || item.Area != a.Area:
		return refuse("it is of account "+item.Account, "adjust it under its own account")
	case a.Effective.Before(item.Billed):
		return refuse("it was billed on "+item.Billed.String()+", and is adjusted as of "+a.Effective.String(), "state a day from that on")
	case a.Kind == WriteOff && over > 0:
		return refuse(fmt.Sprintf("%s is written off, and %s is open", money.Cents(-cents), item.Open), "write off what is open")
	case over <= 0 && -cents <= item.Charged.Cents():
		return nil, nil
	}
	given, moved := elsewhere(books, item)
	switch charged := item.Charged.Cents() + given + moved; {
	case -cents > charged:
		return refuse(fmt.Sprintf("%s is taken off, and it was charged at %s", money.Cents(-cents), money.Cents(charged)), "take off what was charged at most")
	case moved > 0:
		return refuse(fmt.Sprintf("%s is taken off, %s is open of it, and %s of it was moved to another account", money.Cents(-cents), item.Open, money.Cents(moved)),
			"take off what is left here; adjust the rest where it was moved to, on the item that it became there, by an adjustment of that account")
	case given > 0:
		return refuse(fmt.Sprintf("%s is taken off beyond what is open, and %s of it was written off", money.Cents(over), money.Cents(given)),
			"recover what was written off first, so that nothing is credited that was never paid")
	}
	return books.Unapply(id, money.Cents(over))
}

// elsewhere is how many cents of an item were written off and not recovered, and how many were moved to other accounts.
func elsewhere(books *ledger.Ledger, item ledger.OpenItem) (given, moved int64) {
	place := ledger.OfItem(item.ID)
	for e := range books.EntriesOf(item.Account) {
		if e.Reverses || books.Reversed(e.ID()) {
			continue
		}
		for _, m := range e.Moves {
			switch {
			case e.Cause == ledger.WrittenOff && m.To == place:
				given += m.Amount.Cents()
			case e.Cause == ledger.Recovered && m.From == place:
				given -= m.Amount.Cents()
			}
		}
		for _, o := range e.Opens {
			if o.Against == place {
				moved += o.Amount.Cents()
			}
		}
	}
	return given, moved
}
