package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// arrears are the lists of the ladder, as they were approved, and what became of the shutoffs.
type arrears struct {
	notices, tags, shutoffs collections.List
	dispatch                collections.Dispatch
	events                  []collections.Event
}

// collect makes the lists of past-due notices, of door tags a week later, and of shutoffs three days after those. Each is approved, and each
// account looked at again before anything of it is done; what was done is an event.
func (d *district) collect() (*arrears, error) {
	ladder, err := d.ladder()
	if err != nil {
		return nil, err
	}
	out := &arrears{events: d.told()}
	if out.notices, _, err = d.act(out, ladder, collections.Notices, "NOTICES-2026-06-03", d.now("2026-06-03", morning), d.now("2026-06-03", 10),
		collections.Event{Step: collections.PastDueNotice, Method: collections.ByMail, To: collections.Customer, By: d.clerk}); err != nil {
		return nil, err
	}
	if out.tags, _, err = d.act(out, ladder, collections.DoorTags, "TAGS-2026-06-08", d.now("2026-06-08", 7), d.now("2026-06-08", morning+1),
		collections.Event{Step: collections.DoorTag, Method: collections.Posted, To: collections.Occupant, By: d.reader}); err != nil {
		return nil, err
	}
	out.shutoffs, out.dispatch, err = d.act(out, ladder, collections.Shutoffs, "SHUTOFF-2026-06-11", d.now("2026-06-10", 16), d.now("2026-06-11", morning),
		collections.Event{Step: collections.ShutOff, Method: collections.InPerson, To: collections.Customer, By: d.reader})
	return out, err
}

// act makes a list, has it approved, looks at every account of it again when somebody leaves, and records what is done: an event such as
// e of each account that goes.
func (d *district) act(out *arrears, ladder *collections.Ladder, kind collections.ListKind, key string, asked, leaves time.Time, e collections.Event) (collections.List, collections.Dispatch, error) {
	refused := func(err error) (collections.List, collections.Dispatch, error) {
		return collections.List{}, collections.Dispatch{}, err
	}
	on, err := civil.DateOf(leaves, d.location)
	if err != nil {
		return refused(err)
	}
	facts, err := d.arrearsOn(on, out.events)
	if err != nil {
		return refused(err)
	}
	list, err := ladder.List(kind, key, on, d.clerk, facts)
	if err != nil {
		return refused(err)
	}
	permit, err := approved(d, list, key, asked)
	if err != nil {
		return refused(err)
	}
	if kind == collections.Shutoffs { // somebody pays at the counter before the crew leaves
		for _, b := range d.houses[74-1].bills {
			if err := d.pay(b, on, money.Cents(1_000_00)); err != nil {
				return refused(err)
			}
		}
	}
	if facts, err = d.arrearsOn(on, out.events); err != nil {
		return refused(err)
	}
	facts = slices.DeleteFunc(facts, func(f collections.Facts) bool {
		return !slices.ContainsFunc(list.Rows, func(r collections.Row) bool { return r.Account == f.Account.ID() })
	})
	dispatch, err := ladder.Dispatch(permit, leaves, facts)
	if err != nil {
		return refused(err)
	}
	for _, row := range dispatch.Go {
		e.Key, e.Day, e.At = key+" "+row.Account, on, leaves
		told, err := dispatch.Told(row.Account, e)
		if err != nil {
			return refused(err)
		}
		out.events = append(out.events, told)
	}
	return list, dispatch, nil
}

// told are the steps that were taken before June.
func (d *district) told() []collections.Event {
	var out []collections.Event
	add := func(n int, step collections.Step, method collections.Method, debt, on string) {
		account := d.houses[n-1].account()
		out = append(out, collections.Event{
			Key: fmt.Sprintf("log %d", len(out)+1), Account: account, Debt: civil.MustDate(debt), Step: step, Day: civil.MustDate(on), Method: method, To: collections.Customer, By: d.clerk,
		})
	}
	for n := 20; n <= 29; n++ {
		add(n, collections.BillMailed, collections.ByMail, "2026-05-25", "2026-05-05")
	}
	for n := 40; n <= 45; n++ {
		add(n, collections.BillMailed, collections.ByMail, "2026-04-24", "2026-04-03")
		add(n, collections.PastDueNotice, collections.ByMail, "2026-04-24", "2026-05-05")
	}
	for n := 63; n <= 75; n++ {
		add(n, collections.BillMailed, collections.ByMail, "2026-03-24", "2026-03-03")
		add(n, collections.PastDueNotice, collections.ByMail, "2026-03-24", "2026-04-02")
		add(n, collections.MailedNotice, collections.ByMail, "2026-03-24", "2026-05-20")
		if n != 69 { // of which nobody has a record
			add(n, collections.Contact, collections.ByTelephone, "2026-03-24", "2026-05-21")
		}
	}
	return out
}

// arrearsOn are the facts of all accounts that have service on a day.
func (d *district) arrearsOn(on civil.Date, events []collections.Event) ([]collections.Facts, error) {
	var out []collections.Facts
	for _, h := range d.houses {
		if !h.water.Has(on) {
			continue // there is nothing to shut off
		}
		terms, err := d.terms(h)
		if err != nil {
			return nil, err
		}
		account, err := d.books.Account(h.account(), terms)
		if err != nil {
			return nil, err
		}
		f := collections.Facts{
			Account: account, On: on, Class: h.class, OtherAddress: collections.No, Tenants: collections.No, ThirdParty: collections.No,
			InService: collections.Yes, Events: []collections.Event{}, Reviews: []collections.Review{}, Bankruptcies: []collections.Bankruptcy{}, Hardships: []collections.Hardship{},
		}
		for _, e := range events {
			if e.Account == h.account() && !e.Day.After(on) {
				f.Events = append(f.Events, e)
			}
		}
		switch h.number {
		case 63:
			f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: civil.MustDate("2026-05-28")}}
		case 66:
			f.Bankruptcies = []collections.Bankruptcy{{Petition: civil.MustDate("2026-05-01"), Through: civil.MustDate("2026-05-01")}}
		case 67:
			f.Hardships = []collections.Hardship{{Certified: true, CannotPay: true, Willing: true, From: civil.MustDate("2026-05-28")}}
		case 70:
			f.Tenants = collections.Yes
		}
		out = append(out, f)
	}
	return out, nil
}

// terms are the agreements with a house, and the money on its way.
func (d *district) terms(h *house) (ledger.Terms, error) {
	var t ledger.Terms
	switch h.number {
	case 24, 64:
		t.Pending = []ledger.Pending{{Key: "lockbox held 2026-06-02", Account: h.account(), Kind: ledger.HeldBatch, Amount: money.Cents(60_00), From: civil.MustDate("2026-06-02")}}
	case 65:
		plan, err := d.plan(h)
		if err != nil {
			return t, err
		}
		t.Plans = []ledger.Plan{plan}
	}
	return t, nil
}

// plan is a payment plan over three months, for all that is past due on the day of it.
func (d *district) plan(h *house) (ledger.Plan, error) {
	agreed := civil.MustDate("2026-06-01")
	var ids []stored.ID
	total := int64(0)
	for _, b := range h.bills[:3] {
		for _, e := range b.Entries() {
			for i := range e.Opens {
				ids = append(ids, e.ItemID(i))
				total += e.Opens[i].Amount.Cents()
			}
		}
	}
	third := money.Cents(total / 3)
	return d.books.Plan("PLAN-65", h.account(), agreed, ids, []ledger.Installment{
		{Billed: civil.MustDate("2026-06-03"), Due: civil.MustDate("2026-06-24"), Amount: third},
		{Billed: civil.MustDate("2026-07-03"), Due: civil.MustDate("2026-07-24"), Amount: third},
		{Billed: civil.MustDate("2026-08-03"), Due: civil.MustDate("2026-08-24"), Amount: money.Cents(total - 2*third.Cents())},
	})
}
