package ledger

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Account is all that says what an account owes on any day: its items and credits with their history, the agreements with
// it, and the money on its way. [Ledger.Account] makes it. It is not changed by anything that is entered later, and is safe
// for use by several goroutines.
type Account struct {
	id, area string
	// items are those that matter on any day, then those that are paid and under no payment plan, which matter only before
	// the day quietFrom. Both are in order of their due dates.
	items       []accountItem
	live        int
	quietFrom   civil.Date
	credits     []movement
	plans       []accountPlan
	levels      []accountLevel
	pending     []accountPending
	noticesFrom civil.Date
	// books are those that it was made of, book and entries the account's part in them and how many entries it had then.
	books   *Ledger
	book    *accountBook
	entries int
	terms   *Terms // those that it was made under; nil where there are none
	// takenBack is the last accounting date of a payment or a credit that was taken back with effect from an earlier day.
	takenBack civil.Date
}

// accountItem is what a standing mostly needs of an item, close together in memory: a walk over a million accounts waits for
// memory more than for anything else.
type accountItem struct {
	billed, due civil.Date
	// settled is the day from which the item is for charged and has open.
	settled       civil.Date
	isExtended    bool
	charged, open int64
	*itemHistory
}

type itemHistory struct {
	id        stored.ID
	movements []movement
	extended  []extended
}

type extended struct{ granted, until civil.Date }

// accountPlan is a payment plan with the places of its items in the account, oldest due date first.
type accountPlan struct {
	agreed, ended civil.Date
	items         []int
	// agreedAs are the items as they stood when it was agreed, in the order of items.
	agreedAs     []itemState
	installments []Installment
}

// accountLevel is level pay with the places of its items in the account, oldest due date first: all, and those that matter
// on any day. quietPaid is what was paid on the others.
type accountLevel struct {
	all, live              []int
	quietPaid              int64
	from                   civil.Date
	installments           []Installment
	settled, settlementDue civil.Date
}

type accountPending struct {
	cents       int64
	from, until civil.Date
	// arrived are the cents that were entered of it, and taken out again.
	arrived []movement
}

// Account is an account as the ledger has it, under terms. The terms must be those of the account, and hold together: no item
// is under two agreements on one day, no key is given twice, and a plan covers items as they stood once.
func (l *Ledger) Account(id string, terms Terms) (*Account, error) {
	book := l.accounts[id]
	if book == nil {
		return nil, &problem.Error{Code: ErrNoAccount, Path: "account", What: fmt.Sprintf("nothing was entered for account %q", id), Fix: "give an account of this ledger"}
	}
	a := &Account{id: id, area: book.area, credits: slices.Clone(book.credits), noticesFrom: book.noticesFrom, books: l, book: book, entries: len(book.entries)}
	if len(terms.Plans)+len(terms.LevelPay)+len(terms.Extensions)+len(terms.Pending) > 0 {
		own := terms.clone()
		a.terms = &own
	}
	for _, p := range book.entries {
		if e := &p.entry; e.Effective.Before(e.Accounting) && e.Accounting.After(a.takenBack) && e.takesBack() {
			a.takenBack = e.Accounting
		}
	}
	covered := map[stored.ID]bool{}
	for _, p := range terms.Plans {
		for _, c := range p.Covers {
			covered[c.Item] = true
		}
	}
	live, quiet := make([]*itemBook, 0, len(book.items)), []*itemBook(nil)
	for _, it := range book.items {
		if it.Open.IsZero() && !covered[it.ID] {
			quiet = append(quiet, it)
		} else {
			live = append(live, it)
		}
	}
	byDue := func(x, y *itemBook) int { return cmp.Or(x.Due.Compare(y.Due), x.ID.Compare(y.ID)) }
	slices.SortFunc(live, byDue)
	slices.SortFunc(quiet, byDue)
	a.live = len(live)
	order := append(live, quiet...)
	at := make(map[stored.ID]int, len(order))
	for i, it := range order {
		own := accountItem{billed: it.Billed, due: it.Due, settled: it.Billed, charged: it.Charged.Cents(), open: it.Open.Cents(),
			itemHistory: &itemHistory{id: it.ID, movements: slices.Clone(it.movements)}}
		for _, m := range own.movements {
			if m.on.After(own.settled) {
				own.settled = m.on
			}
		}
		if i >= a.live && own.settled.After(a.quietFrom) {
			a.quietFrom = own.settled
		}
		a.items = append(a.items, own)
		at[it.ID] = i
	}
	b := &accountBuilder{account: a, order: order, at: at}
	b.terms(terms)
	b.bound(terms)
	if err := b.found.Err(); err != nil {
		return nil, err
	}
	return a, nil
}

// ID is the account.
func (a *Account) ID() string { return a.id }

// Area is its service area.
func (a *Account) Area() string { return a.area }

// Books are the ledger that made it; nil of the zero Account.
func (a *Account) Books() *Ledger { return a.books }

// Terms are those that it was made under. They are a copy.
func (a *Account) Terms() Terms {
	if a.terms == nil {
		return Terms{}
	}
	return a.terms.clone()
}

// TakenBack is the last day of the books on which a payment of it, a credit, a write-off or what was applied was taken back with effect from an
// earlier day; no date where none was. Up to that day it was taken for settled, which [Account.Standing] of those days does not tell any
// more.
func (a *Account) TakenBack() civil.Date { return a.takenBack }

// takesBack says that an entry makes open again what was settled: a reversal, or what was applied and is not any more.
func (e *Entry) takesBack() bool {
	if !e.Reverses && e.Cause != Applied && e.Cause != Transferred {
		return false
	}
	return slices.ContainsFunc(e.Moves, func(m Move) bool { return m.From.Kind == PlaceItem })
}

// Behind says that something was entered for it since it was made, which it does not know of: [Ledger.Account] makes it anew. It
// looks into the books, and is not asked while something is entered.
func (a *Account) Behind() bool { return a.book != nil && len(a.book.entries) != a.entries }

type accountBuilder struct {
	account *Account
	order   []*itemBook
	at      map[stored.ID]int
	// under is, for each item, the days on which it is under an agreement.
	under map[int][]civil.Period
	seen  map[codeKey]bool
	found problem.List
}

func (b *accountBuilder) refuse(code problem.Code, path, what, fix string) {
	b.found.Add(&problem.Error{Code: code, Path: path, What: what, Fix: fix})
}

func (b *accountBuilder) terms(terms Terms) {
	b.under = map[int][]civil.Period{}
	for i, p := range terms.Plans {
		path := fmt.Sprintf("plans[%d]", i)
		if b.usable(path, ErrPlan, p.Account, p.Check()) && b.once(path, ErrPlan, p.Key) {
			b.plan(path, p)
		}
	}
	for i, p := range terms.LevelPay {
		path := fmt.Sprintf("level_pay[%d]", i)
		if b.usable(path, ErrLevelPay, p.Account, p.Check()) && b.once(path, ErrLevelPay, p.Key) {
			b.level(path, p, terms.LevelPay[:i])
		}
	}
	for i, x := range terms.Extensions {
		path := fmt.Sprintf("extensions[%d]", i)
		if b.usable(path, ErrExtension, x.Account, x.Check()) && b.once(path, ErrExtension, x.Key) {
			b.extension(path, x)
		}
	}
	for i, p := range terms.Pending {
		path := fmt.Sprintf("pending[%d]", i)
		if b.usable(path, ErrPending, p.Account, p.Check()) && b.once(path, ErrPending, p.Key) {
			b.pend(p)
		}
	}
}

// once says whether a key comes the first time among its like. Pending money is known by its key alone: the same payment is
// not in a held batch and in suspense.
func (b *accountBuilder) once(path string, code problem.Code, key string) bool {
	k := codeKey{code, key}
	if b.seen[k] {
		b.refuse(code, path+".key", fmt.Sprintf("the key %q is given twice", key), "give each once")
		return false
	}
	if b.seen == nil {
		b.seen = map[codeKey]bool{}
	}
	b.seen[k] = true
	return true
}

type codeKey struct {
	code problem.Code
	key  string
}

// usable says whether an agreement is whole and this account's.
func (b *accountBuilder) usable(path string, code problem.Code, account string, err error) bool {
	if account != b.account.id {
		b.refuse(code, path+".account", fmt.Sprintf("it is of account %q, not %q", account, b.account.id), "give the account's own terms")
		return false
	}
	switch err := err.(type) {
	case nil:
		return true
	case problem.List:
		b.found = append(b.found, within(path, err)...)
	default:
		b.found.Add(&problem.Error{Code: code, Path: path, What: "its sums cannot be made", Fix: "look for a misplaced decimal point", Err: err})
	}
	return false
}

// forever is the end of an agreement that has none.
var forever = civil.MustDate("9999-12-31")

// hold notes that an item is under an agreement, on days on which it is under no other.
func (b *accountBuilder) hold(code problem.Code, path string, item int, from, to civil.Date) {
	if to.IsZero() {
		to = forever
	}
	days := civil.Period{From: from, To: to}
	for _, other := range b.under[item] {
		if both, ok := days.Intersect(other); ok {
			b.refuse(code, path, fmt.Sprintf("the item %s is under two agreements from %s on", b.account.items[item].id, both.From), "end the one before the other begins")
			return
		}
	}
	b.under[item] = append(b.under[item], days)
}

func (b *accountBuilder) plan(path string, p Plan) {
	out := accountPlan{agreed: p.Agreed, ended: p.Ended, installments: slices.Clone(p.Installments)}
	covers := map[int]Cover{}
	for i, c := range p.Covers {
		at, ok := b.at[c.Item]
		path := fmt.Sprintf("%s.covers[%d]", path, i)
		if !ok {
			b.refuse(ErrNoItem, path, fmt.Sprintf("the account has no item %s", c.Item), "give the ledger all entries of the account")
			continue
		}
		if !b.order[at].stood(c, p.Agreed) {
			b.refuse(ErrPlan, path, fmt.Sprintf("the item was never for %s", c.Charged), "let Ledger.Plan make the plan")
		}
		if b.account.items[at].billed.After(p.Agreed) {
			b.refuse(ErrPlan, path, fmt.Sprintf("the item is billed on %s, after the plan was agreed", b.account.items[at].billed),
				"cover what was owed when the plan was agreed")
		}
		b.hold(ErrPlan, path, at, p.Agreed, p.Ended)
		out.items = append(out.items, at)
		covers[at] = c
	}
	slices.SortFunc(out.items, func(x, y int) int { return b.account.items[x].due.Compare(b.account.items[y].due) })
	for _, at := range out.items {
		out.agreedAs = append(out.agreedAs, itemState{charged: covers[at].Charged.Cents(), open: covers[at].Open.Cents()})
	}
	b.account.plans = append(b.account.plans, out)
}

// stood says whether an item was once for as much as a plan has it: in the order in which it was entered, or on the day of the
// plan by the effective days. What of it was open is not compared, since a payment that is entered late changes that; too much
// there asks for nothing that is not owed, because what was paid before then counts as paid.
func (it *itemBook) stood(c Cover, agreed civil.Date) bool {
	if stateOn(it.movements, agreed).charged == c.Charged.Cents() {
		return true
	}
	var s itemState
	for i := range it.movements {
		s.add(&it.movements[i])
		if s.charged == c.Charged.Cents() {
			return true
		}
	}
	return false
}

func (b *accountBuilder) level(path string, p LevelPay, before []LevelPay) {
	for _, other := range before {
		if both, ok := p.Term.Intersect(other.Term); ok && slices.ContainsFunc(p.Kinds, func(k Kind) bool { return slices.Contains(other.Kinds, k) }) {
			b.refuse(ErrLevelPay, path+".term", fmt.Sprintf("another level pay is for the same kind from %s on", both.From), "let one end before the other begins")
			return
		}
	}
	out := accountLevel{from: p.Term.From, installments: slices.Clone(p.Installments), settled: p.Settled, settlementDue: p.SettlementDue}
	for at, it := range b.order {
		if p.Term.Contains(it.Billed) && slices.Contains(p.Kinds, it.Kind) && (p.Settled.IsZero() || it.Billed.Before(p.Settled)) {
			b.hold(ErrLevelPay, path, at, it.Billed, p.Settled)
			out.all = append(out.all, at)
			if at < b.account.live {
				out.live = append(out.live, at)
			} else {
				out.quietPaid += b.account.items[at].charged
			}
		}
	}
	byDue := func(x, y int) int { return b.account.items[x].due.Compare(b.account.items[y].due) }
	slices.SortStableFunc(out.all, byDue)
	slices.SortStableFunc(out.live, byDue)
	b.account.levels = append(b.account.levels, out)
}

func (b *accountBuilder) extension(path string, x Extension) {
	days := civil.Period{From: x.Granted, To: x.Until}
	for i, id := range x.Items {
		at, ok := b.at[id]
		path := fmt.Sprintf("%s.items[%d]", path, i)
		if !ok {
			b.refuse(ErrNoItem, path, fmt.Sprintf("the account has no item %s", id), "give the items of the bill")
			continue
		}
		it := &b.account.items[at]
		if !x.Until.After(it.due) {
			b.refuse(ErrExtension, path, fmt.Sprintf("%s is no later than the due date %s", x.Until, it.due), "give a later day, or leave the extension out")
			continue
		}
		if slices.ContainsFunc(b.under[at], func(p civil.Period) bool { _, both := days.Intersect(p); return both }) {
			b.refuse(ErrExtension, path, "the item is paid by installments on some of these days", "agree on other installments, or end the agreement before")
			continue
		}
		it.isExtended = true
		it.extended = append(it.extended, extended{x.Granted, x.Until})
	}
}

// pend adds pending money, less what the entries of its payment enter.
func (b *accountBuilder) pend(p Pending) {
	out := accountPending{cents: p.Amount.Cents(), from: p.From, until: p.Until}
	arrived := func(all []movement, sign int64) {
		for _, m := range all {
			if m.payment == p.Key {
				out.arrived = append(out.arrived, movement{on: m.on, cents: sign * m.cents})
			}
		}
	}
	for i := range b.account.items {
		arrived(b.account.items[i].movements, -1)
	}
	arrived(b.account.credits, 1)
	b.account.pending = append(b.account.pending, out)
}

// bound proves that no sum of the account can overflow, so that its standing need not be checked.
func (b *accountBuilder) bound(terms Terms) {
	const most = math.MaxInt64 / 8
	total := uint64(0)
	add := func(cents int64) {
		magnitude := uint64(max(cents, -cents))
		if magnitude > most || total > most-magnitude {
			total = most + 1
			return
		}
		total += magnitude
	}
	for i := range b.account.items {
		for _, m := range b.account.items[i].movements {
			add(m.cents)
		}
	}
	for _, m := range b.account.credits {
		add(m.cents)
	}
	for _, p := range terms.Plans {
		for _, in := range p.Installments {
			add(in.Amount.Cents())
		}
		for _, c := range p.Covers {
			add(c.Charged.Cents())
		}
	}
	for _, p := range terms.LevelPay {
		for _, in := range p.Installments {
			add(in.Amount.Cents())
		}
	}
	for _, p := range terms.Pending {
		add(p.Amount.Cents())
	}
	if total > most {
		b.refuse(money.ErrOverflow, "account "+b.account.id, "its sums would be beyond what cents are counted in", "look for a misplaced decimal point")
	}
}
