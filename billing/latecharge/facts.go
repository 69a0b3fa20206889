package latecharge

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Facts are what a late charge rests on: the account as the ledger has it, and what the ledger does not know. The order
// of their lists has no meaning.
type Facts struct {
	// Account is the account under its terms, and Items all its items: slices.Collect(books.Items(id)).
	Account *ledger.Account
	Items   []ledger.OpenItem
	// Books are the books that both are of. An item that was transferred from another account is followed in them to where it was
	// billed: what bore its late charge there bears it here no more. So they hold that account too, with its late charges, and
	// those to which an item was transferred by what was taken back since.
	Books *ledger.Ledger
	// Pending is the money on its way, as the terms of the account have it.
	Pending []ledger.Pending
	// On is the day of the late charge, and Since the first day of which late charges are kept in this ledger: its opening, or
	// the conversion. Months that began before Since are never charged.
	On, Since civil.Date
	// Office is the calendar of open days; nil where the policy does not roll.
	Office civil.Calendar
	// Disputes are the parts of items in bona fide dispute.
	Disputes []Dispute
	// Taken are months of items that bore their late charge outside this ledger, or whose late charge was waived. Those that
	// were entered by [Charge.Entries] are found among Items and in Books. For an item that was transferred, either the item as
	// it is now or one that it was before is named, one of a transfer that was taken back too.
	Taken []Taken
	// Waiver is the reason for which a waiver is asked; empty where none is. Waived are the days of waivers granted before; one of
	// the day of the charge is that which is asked for now.
	Waiver string
	Waived []civil.Date
}

// Dispute is a part of an item in bona fide dispute, which bears no late charge.
type Dispute struct {
	Item   stored.ID
	Amount money.Amount
	// From is the first day of the dispute, and Until the day of its decision; no date while it is open.
	From, Until civil.Date
}

// Taken is a calendar month for which an item bore its late charge.
type Taken struct {
	Item stored.ID
	// Month is any day of the calendar month.
	Month civil.Date
	// First says that it was the item's first late charge.
	First bool
	// Unpaid is what of it is unpaid: zero where it was waived.
	Unpaid money.Amount
}

// prepare looks at the facts before anything is computed.
func (r *run) prepare() error {
	var found problem.List
	f := &r.facts
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrFacts, Path: path, What: what, Fix: fix})
	}
	if f.Account == nil {
		refuse("account", "there is no account", "give what Ledger.Account makes")
	}
	if f.Books == nil {
		refuse("books", "there are no books", "give those that the account and its items are of")
	}
	if f.On.IsZero() {
		refuse("on", "the late charge is of no day", "give the day")
	}
	if f.Since.IsZero() {
		refuse("since", "it is not stated since when this ledger keeps late charges", "give the day of its opening, or of the conversion")
	}
	if r.policy.Roll != RollNone && f.Office == nil {
		refuse("office", "the policy rolls over closed days, and there is no calendar", "give the calendar of the office")
	}
	if len(found) > 0 {
		return found.Err()
	}
	r.items, r.byEntry, r.views = map[stored.ID]ledger.OpenItem{}, map[stored.ID]ledger.OpenItem{}, map[civil.Date]*view{}
	for i, it := range f.Items {
		if _, twice := r.items[it.ID]; twice || it.Account != f.Account.ID() {
			refuse(fmt.Sprintf("items[%d]", i), "the item is given twice, or is another account's",
				"give the account's items as Ledger.Items has them")
		}
		r.items[it.ID], r.byEntry[it.Entry] = it, it
	}
	if len(found) > 0 {
		return found.Err()
	}
	if err := r.follow(); err != nil {
		return err
	}
	for i, d := range f.Disputes {
		path := fmt.Sprintf("disputes[%d]", i)
		if _, ok := r.items[d.Item]; !ok {
			refuse(path+".item", fmt.Sprintf("the account has no item %s", d.Item), "give an item of the account")
		}
		if d.Amount.Sign() <= 0 {
			refuse(path+".amount", fmt.Sprintf("%s is disputed", d.Amount), "give an amount above zero, or leave the dispute out")
		}
		if d.From.IsZero() || !d.Until.IsZero() && d.Until.Before(d.From) {
			refuse(path+".from", "the dispute begins on no day, or after its decision", "give its days")
		}
	}
	r.taken = map[itemMonth]Taken{}
	for i, t := range f.Taken {
		path := fmt.Sprintf("taken[%d]", i)
		key := monthOf(t.Item, t.Month)
		it, ok := r.items[t.Item]
		if !ok {
			it, ok = r.was[t.Item]
		}
		switch {
		case !ok || t.Month.IsZero() || t.Unpaid.Sign() < 0:
			refuse(path, "it is of no item of the account, of no month, or of less than nothing", "give the item, the month and what is unpaid of it")
		case key.month < monthOf(it.ID, it.Billed).month || key.month > monthOf(it.ID, f.On).month:
			refuse(path, fmt.Sprintf("%s is before the item was billed, or after the month of the charge", t.Month),
				"give the months that it was charged for")
		}
		if _, twice := r.taken[key]; twice {
			refuse(path, "the month of the item is given twice", "give it once")
		}
		r.taken[key] = t
	}
	for i, day := range f.Waived {
		if day.IsZero() || day.After(f.On) {
			refuse(fmt.Sprintf("waived[%d]", i), "a waiver was granted on no day, or after this one", "give the days of earlier waivers")
		}
	}
	return found.Err()
}

// month is a calendar month of an item, counted from the year 0: 12 × year + month.
type itemMonth struct {
	item  stored.ID
	month int
}

func monthOf(item stored.ID, day civil.Date) itemMonth {
	return itemMonth{item, day.Year()*12 + int(day.Month())}
}
