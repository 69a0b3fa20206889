package ledger

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// draft is what an entry would do to the ledger.
type draft struct {
	ledger *Ledger
	// posted is what becomes of it, and what follows is what it takes to undo it.
	posted         *posted
	lastAccounting civil.Date
	notices        map[string]civil.Date
	entry          *Entry
	legs           []Leg
	at             int // the leg that is looked at
	opened         []*itemBook
	items          map[stored.ID]*itemAfter
	places         map[Place]*placeAfter
	// credits are the movements of unapplied credits.
	credits map[Place][]movement
	// areas are the service areas of accounts that the entry is the first for.
	areas map[string]string
	// owedOn is, for what is billed for others, how much more of it the entry collects and how much it hands over.
	owedOn map[passage]*handover
	found  problem.List
}

type itemAfter struct {
	item                      *Item
	open, charged, writtenOff money.Amount
	movements                 []movement
	// was is the item before.
	was itemBook
}

type placeAfter struct{ before, after money.Amount }

// passage is from where something is billed for others to where it is collected for them.
type passage struct{ billed, collected Place }

type handover struct{ settled, moved money.Amount }

// draft finds what the entry would do, or all that forbids it.
func (l *Ledger) draft(e Entry, id stored.ID) (*draft, error) {
	d := &draft{ledger: l, entry: &e, items: map[stored.ID]*itemAfter{}, places: map[Place]*placeAfter{}}
	for i, o := range e.Opens {
		d.at = i
		it := &itemBook{OpenItem: OpenItem{Item: o.Item, ID: itemID(id, i, o.Item), Entry: id, Ordinal: i}}
		d.opened = append(d.opened, it)
		d.items[it.ID] = &itemAfter{item: &it.Item}
		d.area(o.Item.Account, o.Item.Area)
		if a := l.accounts[o.Item.Account]; a != nil && e.Cause == Converted {
			if d.notices == nil {
				d.notices = map[string]civil.Date{}
			}
			d.notices[o.Item.Account] = a.noticesFrom
		}
	}
	if e.Reverses && !d.reversal() {
		return nil, d.found.Err()
	}
	d.legs = e.legs(id)
	for i, leg := range d.legs {
		d.at = i
		d.leg(leg, i < len(e.Opens))
	}
	if len(d.found) > 0 {
		return nil, d.found.Err()
	}
	d.limits()
	d.shortfalls()
	d.handovers()
	if err := d.found.Err(); err != nil {
		return nil, err
	}
	return d, nil
}

// path is the place of the leg that is looked at.
func (d *draft) path() string {
	if moved := d.at - len(d.entry.Opens); moved >= 0 {
		return fmt.Sprintf("moves[%d]", moved)
	}
	return fmt.Sprintf("opens[%d]", d.at)
}

// leg adds what one leg does.
func (d *draft) leg(leg Leg, opens bool) {
	from, to := d.end(leg, leg.From), d.end(leg, leg.To)
	if from == nil && leg.From.Kind == PlaceItem || to == nil && leg.To.Kind == PlaceItem {
		return
	}
	cents := leg.Amount.Cents()
	if from != nil {
		d.item(from, leg, leg.To, cents, opens)
	}
	if to != nil {
		d.item(to, leg, leg.From, -cents, false)
	}
	if from != nil && to != nil && !opens && !d.entry.Reverses {
		d.refuse(ErrCause, d.path(), "one item is moved onto another", "open a new item against the one that it replaces")
	}
	if a, b := d.accountOf(leg.From), d.accountOf(leg.To); a != b && a != "" && b != "" && leg.Cause != Transferred {
		d.refuse(ErrTwoAccounts, d.path(), fmt.Sprintf("it goes from account %s to account %s", a, b),
			"move it as Transferred, which is for accounts of one customer; a payment on the wrong account is reversed and entered anew")
	}
	if isHeldForOthers(leg.From.Kind, leg.To.Kind) && !isHandover(leg.From, leg.To) && !isHandover(leg.To, leg.From) {
		d.refuse(ErrThirdParty, d.path(), fmt.Sprintf("what is billed for one is collected for another: %s and %s", leg.From, leg.To), "hand it over to the same")
	}
	d.place(leg.From, leg, -cents)
	d.place(leg.To, leg, cents)
}

// accountOf is the account of a place, and empty where it has none.
func (d *draft) accountOf(p Place) string {
	switch {
	case p.Kind == PlaceItem:
		return d.items[p.Item].item.Account
	case placeRules[p.Kind].ofAccount:
		return p.Key
	}
	return ""
}

// isHeldForOthers says whether a leg is between where something is billed for others and where it is collected for them.
func isHeldForOthers(from, to PlaceKind) bool {
	pair := func(billed, collected PlaceKind) bool {
		return billed == PlaceAgency && collected == PlaceAgencyPayable || billed == PlaceDepositBilled && collected == PlaceDeposit
	}
	return pair(from, to) || pair(to, from)
}

// end is the item at an end of a leg, if it is one.
func (d *draft) end(leg Leg, p Place) *itemAfter {
	if p.Kind != PlaceItem {
		return nil
	}
	after := d.items[p.Item]
	if after == nil {
		it := d.ledger.items[p.Item]
		if it == nil {
			d.refuse(ErrNoItem, d.path(), fmt.Sprintf("no entry has opened the item %s", p.Item), "enter its bill first, or give the item's id as its entry made it")
			return nil
		}
		after = &itemAfter{item: &it.Item, open: it.Open, charged: it.Charged, writtenOff: it.writtenOff}
		d.items[p.Item] = after
	}
	if leg.RevenueCode != after.item.RevenueCode {
		d.refuse(ErrRevenueCode, d.path()+".revenue_code", fmt.Sprintf("the code is %q and the item's is %q", leg.RevenueCode, after.item.RevenueCode), "give the item's")
	}
	return after
}

// item adds cents to what an item has open.
func (d *draft) item(it *itemAfter, leg Leg, other Place, cents int64, opens bool) {
	settle := !opens && settles(leg.Cause, other.Kind)
	if cents < 0 && it.open.IsZero() {
		d.refuse(ErrClosed, d.path(), fmt.Sprintf("the item has nothing open, and %s more would close it again", leg.Amount), "move the money to the account's credit")
		return
	}
	delta := money.Cents(cents)
	var err error
	if it.open, err = it.open.Add(delta); err != nil {
		d.overflow(err)
		return
	}
	if !settle {
		if it.charged, err = it.charged.Add(delta); err != nil {
			d.overflow(err)
			return
		}
	}
	if leg.Cause == WrittenOff || leg.Cause == Recovered {
		if it.writtenOff, err = it.writtenOff.Sub(delta); err != nil {
			d.overflow(err)
			return
		}
	}
	it.movements = append(it.movements, d.movement(leg, cents, settle))

	billed, collected, ok := it.item.owedOn()
	switch {
	case !ok:
		if other.Kind == PlaceAgency || other.Kind == PlaceDepositBilled {
			d.refuse(ErrThirdParty, d.path(), fmt.Sprintf("the item is the district's own, and %s is owed on", other), "give the item its agency, or move it to or from income")
		}
	case settle:
		d.hand(passage{billed, collected}, func(h *handover) { h.settled, err = h.settled.Sub(delta) })
	case other != billed && !d.sameOwner(it.item, other):
		d.refuse(ErrThirdParty, d.path(), fmt.Sprintf("what this item is for is owed on to %s", billed), fmt.Sprintf("move it to or from %s", billed))
	}
	if err != nil {
		d.overflow(err)
	}
}

// movement is what a leg does to an item or a credit. It knows the payment that it enters or takes out again; what the bank
// takes back was paid all the same, and is not on its way any more.
func (d *draft) movement(leg Leg, cents int64, settle bool) movement {
	m := movement{on: leg.Effective, cents: cents, settle: settle}
	if leg.Cause == Paid {
		m.payment = d.entry.Key
		if d.entry.Reverses {
			m.payment = d.ledger.posted[d.entry.Parent].entry.Key
		}
	}
	return m
}

// sameOwner says whether the other end of a leg is an item that is collected for the same agency.
func (d *draft) sameOwner(it *Item, other Place) bool {
	after := d.items[other.Item]
	return other.Kind == PlaceItem && after != nil && it.Agency != "" && after.item.Agency == it.Agency
}

func (d *draft) hand(w passage, change func(*handover)) {
	h := d.owedOn[w]
	if h == nil {
		if d.owedOn == nil {
			d.owedOn = map[passage]*handover{}
		}
		h = &handover{}
		d.owedOn[w] = h
	}
	change(h)
}

// place adds cents to a place that is no item.
func (d *draft) place(p Place, leg Leg, cents int64) {
	if p.Kind == PlaceItem {
		return
	}
	if placeRules[p.Kind].ofAccount {
		d.area(p.Key, p.Area)
	}
	after := d.places[p]
	if after == nil {
		now := d.ledger.balances[p]
		after = &placeAfter{now, now}
		d.places[p] = after
	}
	sum, err := after.after.Add(money.Cents(cents))
	if err != nil {
		d.overflow(err)
		return
	}
	after.after = sum
	if p.Kind == PlaceCredit {
		if d.credits == nil {
			d.credits = map[Place][]movement{}
		}
		d.credits[p] = append(d.credits[p], d.movement(leg, cents, true))
	}
	// What leaves where it is billed for others for where it is collected is counted once, at the end that it leaves.
	if cents < 0 && isHandover(leg.From, leg.To) {
		d.hand(passage{leg.From, leg.To}, func(h *handover) { h.moved, err = h.moved.Add(leg.Amount) })
	} else if cents < 0 && isHandover(leg.To, leg.From) {
		d.hand(passage{leg.To, leg.From}, func(h *handover) { h.moved, err = h.moved.Sub(leg.Amount) })
	}
	if err != nil {
		d.overflow(err)
	}
}

func isHandover(billed, collected Place) bool {
	return billed.Kind == PlaceAgency && collected.Kind == PlaceAgencyPayable && billed.Key == collected.Key ||
		billed.Kind == PlaceDepositBilled && collected.Kind == PlaceDeposit && billed.Key == collected.Key
}

// accounts are those an item or the credit of which the entry moves; one may come several times.
func (d *draft) accounts() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, after := range d.items {
			if !yield(after.item.Account) {
				return
			}
		}
		for place := range d.credits {
			if !yield(place.Key) {
				return
			}
		}
	}
}

// area sees that an account stays in its service area.
func (d *draft) area(account, area string) {
	known, ok := d.areas[account]
	if a := d.ledger.accounts[account]; a != nil {
		known, ok = a.area, true
	}
	switch {
	case !ok:
		if d.areas == nil {
			d.areas = map[string]string{}
		}
		d.areas[account] = area
	case known != area:
		d.refuse(ErrArea, d.path(), fmt.Sprintf("account %s is in the area %q, not %q", account, known, area), "give the area of the account; an account does not change it")
	}
}

// limits sees that nothing was paid beyond what is open, or taken from where it is not.
func (d *draft) limits() {
	for _, id := range slices.SortedFunc(maps.Keys(d.items), stored.ID.Compare) {
		after := d.items[id]
		if after.open.Sign() < 0 {
			d.refuse(ErrOverApplied, OfItem(id).String(), fmt.Sprintf("it would have %s open", after.open), "apply what is open, and move the rest to the account's credit")
		}
		if after.open.Cmp(after.charged) > 0 {
			d.refuse(ErrUnpaid, OfItem(id).String(), fmt.Sprintf("it would have %s open of %s", after.open, after.charged), "take back what was paid, and no more")
		}
		if after.writtenOff.Sign() < 0 {
			d.refuse(ErrUnpaid, OfItem(id).String(), fmt.Sprintf("%s more would be recovered than was written off", money.Cents(-after.writtenOff.Cents())),
				"recover what was written off; a new debt is a new item")
		}
	}
	var places []Place
	for p, after := range d.places {
		if placeRules[p.Kind].full && after.after.Sign() < 0 {
			places = append(places, p)
		}
	}
	slices.SortFunc(places, comparePlaces)
	for _, p := range places {
		d.refuse(ErrOverdrawn, p.String(), fmt.Sprintf("it holds %s and would hold %s", d.places[p].before, d.places[p].after),
			"take no more than it holds; what a returned payment finds gone is opened as an item against it")
	}
}

// shortfalls sees that a reversal opens items for no more than what it finds gone.
func (d *draft) shortfalls() {
	if !d.entry.Reverses {
		return
	}
	for i, o := range d.entry.Opens {
		d.at = i
		if after := d.places[o.Against].after; after.Sign() > 0 {
			d.refuse(ErrReversal, d.path(), fmt.Sprintf("%s would still hold %s", o.Against, after), "open items for what is gone, and no more")
		}
	}
}

// handovers sees that what is collected for others reaches them.
func (d *draft) handovers() {
	for _, w := range slices.SortedFunc(maps.Keys(d.owedOn), func(a, b passage) int { return comparePlaces(a.billed, b.billed) }) {
		if h := d.owedOn[w]; h.settled != h.moved {
			d.refuse(ErrThirdParty, w.billed.String(), fmt.Sprintf("%s is collected for it and %s is handed over", h.settled, h.moved),
				fmt.Sprintf("move as much from %s to %s; Ledger.Settle makes both moves", w.billed, w.collected))
		}
	}
}

func (d *draft) refuse(code problem.Code, path, what, fix string) {
	d.found.Add(&problem.Error{Code: code, Path: path, What: what, Fix: fix})
}

func (d *draft) overflow(err error) {
	d.found.Add(&problem.Error{Code: money.ErrOverflow, Path: d.path(), What: "a sum would be beyond what cents are counted in", Fix: "look for a misplaced decimal point", Err: err})
}

func comparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Area, b.Area), a.Item.Compare(b.Item))
}
