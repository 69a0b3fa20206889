package deposit

import (
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/stored"
)

// enough late days are told of an account that is late more often than it may be: all beyond are "or more".
const enough = 24

// lateness finds on which days an account was late. What is past due the ledger says, for one day at a time and with all that the
// account has; so it is asked only about days on which something may have become past due, and the sums kept here tell which.
type lateness struct {
	r    *review
	from civil.Date
	at   map[stored.ID]*lateItem
	// returned are the days on which payments were taken back.
	returned []civil.Date
	items    []lateItem // in order of their last days
	changes  []change
	asks     []civil.Date // days on which something may become past due
	// overdue is the number of items whose last day is over, and total what they have open. fresh is the number of those that
	// have something open and were not late yet, and credit the account's.
	overdue, fresh int
	total, credit  int64
}

// newLateness is the memory of reviews one after the other.
func newLateness() *lateness { return &lateness{at: map[stored.ID]*lateItem{}} }

// lateItem is an item with the last day on which it is paid in time.
type lateItem struct {
	id   stored.ID
	due  civil.Date
	last civil.Date
	// open is what it has open on the day that is looked at.
	open              int64
	extended, overdue bool
	// late says that it was late, so that it is late no second time.
	late bool
}

// change is what an entry does to what an item has open, or to the credit.
type change struct {
	on    civil.Date
	item  *lateItem // nil for the credit
	cents int64
}

// lateness reads what may make an account late from a day on, into the memory of the account before.
func (r *review) lateness(from civil.Date) (*lateness, error) {
	l := r.late
	clear(l.at)
	*l = lateness{r: r, from: from, at: l.at, items: l.items[:0], changes: l.changes[:0], asks: l.asks[:0]}
	for it := range r.books.Items(r.f.Account) {
		last, err := it.Due.AddDays(r.p.GraceDays.Get())
		if err != nil {
			return nil, err
		}
		l.items = append(l.items, lateItem{id: it.ID, due: it.Due, last: last, open: it.Open.Cents()})
		l.ask(last)
	}
	slices.SortFunc(l.items, func(a, b lateItem) int { return a.last.Compare(b.last) })
	for i := range l.items {
		l.at[l.items[i].id] = &l.items[i]
	}
	for e := range r.books.EntriesOf(r.f.Account) {
		l.entry(&e)
	}
	slices.SortStableFunc(l.changes, func(a, b change) int { return a.on.Compare(b.on) })
	if err := l.terms(); err != nil {
		return nil, err
	}
	l.ask(from)
	before, err := from.AddDays(-1) // the last day in time of what is late on the first that counts
	if err != nil {
		return nil, err
	}
	l.asks = slices.DeleteFunc(l.asks, func(on civil.Date) bool { return on.Before(before) || on.After(r.v.On) })
	slices.SortFunc(l.asks, civil.Date.Compare)
	l.asks = slices.Compact(l.asks)
	return l, nil
}

func (l *lateness) ask(on civil.Date) { l.asks = append(l.asks, on) }

// entry reads what an entry does. What an item was opened with is what it has open less all that came after.
func (l *lateness) entry(e *ledger.Entry) {
	if e.Cause == ledger.Returned && !e.Effective.Before(l.from) && !e.Effective.After(l.r.v.On) {
		l.returned = append(l.returned, e.Effective)
	}
	l.ask(e.Effective)
	place := func(p ledger.Place, cents int64) {
		switch it := l.at[p.Item]; {
		case p.Kind == ledger.PlaceItem && it != nil:
			l.changes = append(l.changes, change{e.Effective, it, -cents})
			it.open += cents
		case p.Kind == ledger.PlaceCredit && p.Key == l.r.f.Account:
			l.changes = append(l.changes, change{e.Effective, nil, cents})
		}
	}
	for _, o := range e.Opens {
		place(o.Against, o.Amount.Cents())
	}
	for _, m := range e.Moves {
		place(m.From, -m.Amount.Cents())
		place(m.To, m.Amount.Cents())
	}
}

// terms reads the days on which terms may make something past due.
func (l *lateness) terms() error {
	var dues []civil.Date
	for _, x := range l.r.f.Terms.Extensions {
		dues = append(dues, x.Until)
		for _, id := range x.Items {
			if it := l.at[id]; it != nil {
				it.extended = true
			}
		}
	}
	for _, p := range l.r.f.Terms.Plans {
		for _, i := range p.Installments {
			dues = append(dues, i.Due)
		}
		l.ask(p.Ended)
	}
	for _, p := range l.r.f.Terms.LevelPay {
		for _, i := range p.Installments {
			dues = append(dues, i.Due)
		}
		if !p.Settled.IsZero() {
			dues = append(dues, p.SettlementDue)
		}
	}
	for _, p := range l.r.f.Terms.Pending {
		l.ask(p.Until)
	}
	for _, due := range dues {
		last, err := due.AddDays(l.r.p.GraceDays.Get())
		if err != nil {
			return err
		}
		l.ask(last)
	}
	return nil
}

// days are the days on which the account was late, those from before the books too, and " or more" where it is late too often and
// they are not all.
func (l *lateness) days() (late []civil.Date, more string, err error) {
	known := map[civil.Date]bool{}
	for _, day := range within(l.r.f.Late, l.from) {
		known[day] = true
	}
	late = slices.Collect(maps.Keys(known))
	dues := map[civil.Date]bool{}
	changed := 0
	for _, on := range l.asks {
		for ; changed < len(l.changes) && !l.changes[changed].on.After(on); changed++ {
			l.change(l.changes[changed])
		}
		for ; l.overdue < len(l.items) && !l.items[l.overdue].last.After(on); l.overdue++ {
			l.items[l.overdue].overdue = true
			l.count(&l.items[l.overdue], 1)
		}
		if !l.may(on) {
			continue
		}
		if err := l.look(on, dues, func(day civil.Date) {
			if !known[day] {
				late = append(late, day)
			}
		}); err != nil {
			return nil, "", err
		}
		if len(late) >= enough && len(late) > l.r.p.LateAllowed.Get() {
			more = " or more"
			break
		}
	}
	slices.SortFunc(late, civil.Date.Compare)
	return late, more, nil
}

// count adds an item that is overdue to the sums, or takes it out of them.
func (l *lateness) count(it *lateItem, sign int) {
	l.total += int64(sign) * it.open
	if it.open > 0 && !it.late {
		l.fresh += sign
	}
}

func (l *lateness) change(c change) {
	if c.item == nil {
		l.credit += c.cents
		return
	}
	if !c.item.overdue {
		c.item.open += c.cents
		return
	}
	l.count(c.item, -1)
	c.item.open += c.cents
	l.count(c.item, 1)
}

// look asks the ledger what was past due by the end of a day, and tells of each due date that was not late before the day on which
// it was: the day after its last, or the day that is asked about where that is longer ago.
func (l *lateness) look(on civil.Date, dues map[civil.Date]bool, tell func(day civil.Date)) error {
	owed, err := l.r.account.Obligations(on)
	if err != nil {
		return err
	}
	for _, o := range owed {
		ofCredit := o.Item.IsZero() && !o.ByInstallment // used before it came, and due each day until then
		if o.When == ledger.IsLater || ofCredit || o.Left().Sign() <= 0 || dues[o.Due] {
			continue
		}
		last, err := o.Due.AddDays(l.r.p.GraceDays.Get())
		if err != nil {
			return err
		}
		day := on
		if last == on {
			if day, err = on.AddDays(1); err != nil {
				return err
			}
		}
		if last.After(on) || day.Before(l.from) || day.After(l.r.v.On) {
			continue
		}
		dues[o.Due] = true
		tell(day)
	}
	for i := range l.items[:l.overdue] {
		if it := &l.items[i]; !it.extended && dues[it.due] && !it.late {
			l.count(it, -1)
			it.late = true
			l.count(it, 1)
		}
	}
	return nil
}

// may reports whether something may have become past due by the end of a day. Under installments the ledger is asked each time.
func (l *lateness) may(on civil.Date) bool {
	for _, p := range l.r.f.Terms.Plans {
		if inForce(p, on) {
			return true
		}
	}
	for _, p := range l.r.f.Terms.LevelPay {
		if !on.Before(p.Term.From) {
			return true
		}
	}
	return l.fresh > 0 && l.total > l.credit
}
