package main

import (
	"math"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// secured are the deposits that were asked for and paid, by house.
func (d *district) secured() error {
	for _, s := range []struct {
		house int
		paid  string
		cents int64
	}{
		{76, "2025-03-12", 75_00}, {77, "2025-04-01", 50_00}, // of customers who move out
		{10, "2025-05-20", 75_00}, {90, "2025-06-12", 150_00}, {130, "2025-02-03", 75_00}, // a year of good service
		{44, "2025-05-02", 75_00}, {70, "2025-03-03", 150_00}, // in arrears
		{150, "2025-11-14", 75_00}, {180, "2026-05-20", 75_00}, // too soon
	} {
		account := (&house{number: s.house}).account()
		on := civil.MustDate(s.paid)
		item := ledger.Item{Account: account, Area: area, Kind: "deposit", Service: "water", RevenueCode: "2300", Billed: on, Due: on, Deposit: true}
		asked := ledger.Entry{Cause: ledger.Billed, Key: "deposit " + account, Effective: on, Accounting: on, Opens: []ledger.Open{{Item: item, Amount: money.Cents(s.cents), Against: item.Against()}}}
		if _, err := d.books.Post(asked); err != nil {
			return err
		}
		moves, err := d.books.Settle(ledger.Clearing("counter"), asked.ItemID(0), money.Cents(s.cents))
		if err != nil {
			return err
		}
		if _, err := d.books.Post(ledger.Entry{Cause: ledger.Paid, Key: "deposit of " + account, Effective: on, Accounting: on, Moves: moves}); err != nil {
			return err
		}
	}
	// A customer who moves out has paid four dollars too much.
	credit := ledger.CreditOf(d.houses[79-1].account(), area)
	on := civil.MustDate("2026-05-18")
	_, err := d.books.Post(ledger.Entry{Cause: ledger.Paid, Key: "lockbox over", Effective: on, Accounting: on, Moves: []ledger.Move{{From: ledger.Clearing("lockbox"), To: credit, Amount: money.Cents(60_00), RevenueCode: "2200"}}})
	return err
}

// facts are what the deposit's rules ask of an account. Before June nobody was shut off.
func (d *district) facts(account string) deposit.Facts {
	f := deposit.Facts{Account: account, Opened: civil.MustDate("2024-07-01"), Shutoffs: []civil.Date{}}
	for _, h := range d.houses {
		if h.account() == account && !h.water.Open() {
			f.Closed = h.water.Until
		}
	}
	return f
}

// finals settles the accounts of those who moved out, once their final bills are in the books.
func (d *district) finals() ([]billing.Final, error) {
	on := civil.MustDate("2026-06-04")
	held := deposit.Read(&d.books)
	limit, collect := money.Cents(5_00), money.Cents(1_00)
	var out []billing.Final
	for _, n := range []int{76, 77, 79} {
		h := d.houses[n-1]
		account := h.account()
		holding := held[account]
		holding.Account, holding.Area = account, area
		value, err := deposits().Settle(holding, d.facts(account), on)
		if err != nil {
			return nil, err
		}
		request := billing.FinalRequest{
			Key: "F-" + account, Holder: billing.Holder{Account: account, Customer: h.water.Customer, Area: area}, Agreement: h.water, Bill: h.bills[len(h.bills)-1],
			Pays: billing.PaysClosedAccount, Deposit: value.Held, Interest: value.Interest, DepositCode: "2300", CreditCode: "2200",
			Small: billing.SmallBalance{Source: "invented", CollectFrom: &collect, RefundFrom: &limit}, On: on, Accounting: on, By: d.clerk,
		}
		final, err := request.Settle(&d.books)
		if err != nil {
			return nil, err
		}
		permit, err := approved(d, final, final.Key, d.now(on.String(), morning))
		if err != nil {
			return nil, err
		}
		closed, err := billing.CloseAccount(permit, d.now(on.String(), noon), &d.books)
		if err != nil {
			return nil, err
		}
		if _, err := d.books.PostAll(closed.Entries...); err != nil {
			return nil, err
		}
		if _, err := value.Release(&d.books, closed.Entries...); err != nil {
			return nil, err
		}
		out = append(out, final)
	}
	return out, nil
}

// adjustments are what the edit list has brought up, and a credit that a customer was promised.
func (d *district) adjustments() ([]billing.Adjusted, error) {
	on, due := civil.MustDate("2026-06-04"), civil.MustDate("2026-06-25")
	rebill := func(n int, a billing.Agreement, u metering.Usage, key, reason, evidence string) (billing.Adjustment, error) {
		april := d.houses[n-1].bills[2]
		service, err := d.priced(a, months()[2].period, u)
		if err != nil {
			return billing.Adjustment{}, err
		}
		d.again[key] = []billing.Service{service}
		return april.Rebill(billing.RebillRequest{
			Key: key, Services: []billing.Service{service}, Postings: postings(), Reason: reason, Evidence: []string{evidence}, By: d.clerk, Effective: on, Due: due,
		}, &d.books)
	}

	misread := d.houses[97-1]
	right := &making{house: misread, period: months()[2].period, read: months()[2].read, used: 7, from: misread.meter}
	right.from.Digits, right.from.Day = misread.meter.Digits-10, right.period.From // as it stood before April
	use, err := d.measure(right)
	if err != nil {
		return nil, err
	}
	down, err := rebill(97, misread.water, use, "RB-97", "the reading of 1 May was three too high", "read order of 2 June")
	if err != nil {
		return nil, err
	}

	changed := d.houses[127-1]
	april := &making{house: changed, period: months()[2].period, read: months()[2].read, used: changed.use(2), from: changed.meter}
	april.from.Digits, april.from.Day = changed.meter.Digits-changed.use(3)-changed.use(2), april.period.From
	if use, err = d.measure(april); err != nil {
		return nil, err
	}
	up, err := rebill(127, changed.water, use, "RB-127", "the larger meter was in place since 1 April", "work order 5511")
	if err != nil {
		return nil, err
	}

	bill := d.houses[12-1].bills[3]
	courtesy, err := bill.AdjustLines(billing.AdjustmentRequest{
		Key: "C-12", Kind: billing.Courtesy, Reason: "no water for two days while a main was mended", Evidence: []string{"job 310"}, By: d.clerk, Effective: on,
	}, []billing.LineChange{{Line: 0, By: money.Cents(-1_63)}}, func(digest rates.Digest) *rates.Engine { return d.engine }, &d.books)
	if err != nil {
		return nil, err
	}

	var out []billing.Adjusted
	for _, a := range []billing.Adjustment{down, up, courtesy} {
		permit, err := approved(d, a, a.Key, d.now(on.String(), morning))
		if err != nil {
			return nil, err
		}
		done, err := billing.Adjust(permit, d.now(on.String(), noon), &d.books, on)
		if err != nil {
			return nil, err
		}
		if _, err := d.books.PostAll(done.Entries...); err != nil {
			return nil, err
		}
		out = append(out, done)
	}
	return out, nil
}

// refunds is the month's run of deposits that go back. gone are the accounts that were shut off in June.
func (d *district) refunds(gone []collections.Row) (deposit.Refunded, error) {
	on := civil.MustDate("2026-06-30")
	policy := deposits()
	var facts []deposit.Facts
	for account := range deposit.Read(&d.books) {
		f := d.facts(account)
		if slices.ContainsFunc(gone, func(r collections.Row) bool { return r.Account == account }) {
			f.Shutoffs = append(f.Shutoffs, civil.MustDate("2026-06-11"))
		}
		facts = append(facts, f)
	}
	run, err := policy.Propose(deposit.Request{Key: "2026-06", On: on, Accounting: on, By: d.clerk}, &d.books, facts)
	if err != nil {
		return deposit.Refunded{}, err
	}
	permit, err := approved(d, run, run.Key, d.now(on.String(), morning))
	if err != nil {
		return deposit.Refunded{}, err
	}
	done, err := policy.Refund(permit, d.now(on.String(), noon), d.location, &d.books, facts)
	if err != nil {
		return done, err
	}
	_, err = d.books.PostAll(done.Entries...)
	return done, err
}

// pays enters the payments of June.
func (d *district) pays() error {
	for _, h := range d.houses {
		if h.number >= 20 && h.number <= 29 || h.number >= 40 && h.number <= 45 || h.number >= 63 && h.number <= 79 || h.number == 290 || len(h.bills) < 4 {
			continue
		}
		if err := d.pay(h.bills[len(h.bills)-1], months()[3].paid, money.Cents(math.MaxInt64)); err != nil {
			return err
		}
	}
	return nil
}
