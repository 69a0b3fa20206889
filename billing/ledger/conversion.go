package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Conversion is the opening balances that come from an old system, with the totals that the old system states for them. They
// come in only when the two tie: a town that lost three months of records at a conversion sent 150 notices on what was left.
type Conversion struct {
	// Key names the conversion, such as "cutover-2026". Entered twice, it changes nothing.
	Key string
	// On is the accounting date of the opening balances.
	On civil.Date
	// NoticesFrom is the first day on which a notice may go out on them; On itself where none are held back.
	NoticesFrom civil.Date
	// Items are what accounts owe, each with its old due date and what of it is open.
	Items []OpeningItem
	// Holdings are credits, deposits, suspense, money owed to agencies, and refunds not paid out.
	Holdings []Holding
	// Control are the totals that the old system states, one for each group that has anything.
	Control []ControlTotal
}

// OpeningItem is an open item of the old system.
type OpeningItem struct {
	Item Item
	Open money.Amount
}

// Holding is what a place holds in the old system.
type Holding struct {
	Place       Place
	Amount      money.Amount
	RevenueCode string
}

// ControlTotal is the number and the sum of the opening items of an area and kind, or of the holdings of a kind of place in
// an area.
type ControlTotal struct {
	Place PlaceKind
	// Area is empty for places that are in none.
	Area string
	// Kind is that of the items; it is empty for holdings.
	Kind   Kind
	Count  int
	Amount money.Amount
}

// group is what a control total is for.
type group struct {
	place PlaceKind
	area  string
	kind  Kind
}

func (g group) String() string {
	text := string(g.place)
	if g.kind != "" {
		text += " " + string(g.kind)
	}
	if g.area != "" {
		text += " (" + g.area + ")"
	}
	return text
}

// Convert enters opening balances, all or none, once they are proved: for each group, the number and the sum of what comes in
// are those that the old system states, and no group is left without a total. It reports false where they are all in the
// ledger already. There is one entry for each account, and for each other place.
func (l *Ledger) Convert(c Conversion) (bool, error) {
	if err := c.check(); err != nil {
		return false, err
	}
	if err := c.prove(); err != nil {
		return false, err
	}
	n, err := l.postAll(c.entries())
	return n > 0, err
}

func (c *Conversion) check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrConversion, Path: path, What: what, Fix: fix})
	}
	if blank(c.Key) {
		refuse("key", "the conversion has no key", `name it, such as "cutover-2026"`)
	}
	if c.On.IsZero() {
		refuse("on", "the conversion has no accounting date", "give the day of the opening balances")
	}
	if c.NoticesFrom.Before(c.On) || c.NoticesFrom.IsZero() {
		refuse("notices_from", "it is not said from which day on notices may go out on converted balances", "give a day on or after the conversion")
	}
	if len(c.Items)+len(c.Holdings) == 0 {
		refuse("items", "there is nothing to convert", "give the open items and what else the old system holds")
	}
	for i, it := range c.Items {
		if it.Item.Billed.After(c.On) {
			refuse(fmt.Sprintf("items[%d].item.billed", i), fmt.Sprintf("the item is billed on %s, after the conversion", it.Item.Billed), "enter it as a bill")
		}
		found.Add(checkAmount(fmt.Sprintf("items[%d].open", i), it.Open))
	}
	for i, h := range c.Holdings {
		path := fmt.Sprintf("holdings[%d]", i)
		if err := h.Place.check(path + ".place"); err != nil {
			found.Add(err)
		} else if !slices.Contains(ways[Converted], way{PlaceOpening, h.Place.Kind}) {
			refuse(path+".place", fmt.Sprintf("there is no opening balance of %s", h.Place), "give credits, deposits, suspense, money owed to agencies and refunds")
		}
		found.Add(checkAmount(path+".amount", h.Amount))
	}
	return found.Err()
}

// prove compares what comes in with what the old system states.
func (c *Conversion) prove() error {
	computed, stated := map[group]ControlTotal{}, map[group]ControlTotal{}
	add := func(g group, amount money.Amount) error {
		t := computed[g]
		sum, err := t.Amount.Add(amount)
		computed[g] = ControlTotal{Count: t.Count + 1, Amount: sum}
		return err
	}
	for _, it := range c.Items {
		if err := add(group{PlaceItem, it.Item.Area, it.Item.Kind}, it.Open); err != nil {
			return err
		}
	}
	for _, h := range c.Holdings {
		if err := add(group{place: h.Place.Kind, area: h.Place.Area}, h.Amount); err != nil {
			return err
		}
	}
	var found problem.List
	for i, t := range c.Control {
		g := group{t.Place, t.Area, t.Kind}
		if _, twice := stated[g]; twice {
			found.Add(&problem.Error{Code: ErrControl, Path: fmt.Sprintf("control[%d]", i), What: fmt.Sprintf("there are two totals for %s", g), Fix: "keep the right one"})
		}
		stated[g] = t
	}
	groups := maps.Clone(computed)
	maps.Copy(groups, stated)
	for _, g := range slices.SortedFunc(maps.Keys(groups), func(a, b group) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.area, b.area), cmp.Compare(a.kind, b.kind))
	}) {
		s, ok := stated[g]
		switch in := computed[g]; {
		case !ok:
			found.Add(&problem.Error{Code: ErrControl, Path: g.String(), What: fmt.Sprintf("the old system states no total, and %d of together %s come in", in.Count, in.Amount),
				Fix: "give the total of the old system: what is not proved does not come in"})
		case s.Count != in.Count || s.Amount != in.Amount:
			difference, err := in.Amount.Sub(s.Amount)
			if err != nil {
				return err
			}
			found.Add(&problem.Error{Code: ErrControl, Path: g.String(),
				What: fmt.Sprintf("the old system states %d of together %s, and %d of together %s come in, a difference of %s", s.Count, s.Amount, in.Count, in.Amount, difference),
				Fix:  "find what is missing or doubled; nothing was entered"})
		}
	}
	return found.Err()
}

// entries are one for each account, in order, and one for each other place.
func (c *Conversion) entries() []Entry {
	byKey := map[string]*Entry{}
	of := func(key string) *Entry {
		key = c.Key + "/" + key
		e := byKey[key]
		if e == nil {
			e = &Entry{Cause: Converted, Key: key, Effective: c.On, Accounting: c.On, NoticesFrom: c.NoticesFrom}
			byKey[key] = e
		}
		return e
	}
	for _, it := range c.Items {
		against, _, ok := it.Item.owedOn()
		if !ok {
			against = Place{Kind: PlaceOpening}
		}
		e := of("account/" + it.Item.Account)
		e.Opens = append(e.Opens, Open{Item: it.Item, Amount: it.Open, Against: against})
	}
	for _, h := range c.Holdings {
		key := "place/" + string(h.Place.Kind) + "/" + h.Place.Key
		if placeRules[h.Place.Kind].ofAccount {
			key = "account/" + h.Place.Key
		}
		e := of(key)
		e.Moves = append(e.Moves, Move{From: Place{Kind: PlaceOpening}, To: h.Place, Amount: h.Amount, RevenueCode: h.RevenueCode})
	}
	entries := make([]Entry, 0, len(byKey))
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		// In an order of their own, so that the old system's order changes no id.
		e := byKey[key]
		slices.SortStableFunc(e.Opens, func(a, b Open) int {
			return cmp.Or(bytes.Compare(a.Item.AppendCanonical(nil), b.Item.AppendCanonical(nil)), a.Amount.Cmp(b.Amount))
		})
		slices.SortStableFunc(e.Moves, func(a, b Move) int {
			return cmp.Or(comparePlaces(a.To, b.To), cmp.Compare(a.RevenueCode, b.RevenueCode), a.Amount.Cmp(b.Amount))
		})
		entries = append(entries, *e)
	}
	return entries
}
