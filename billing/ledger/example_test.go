package ledger_test

import (
	"fmt"
	"log"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// must is for examples alone.
func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// charge is one line of a bill: here of water, due three weeks after the bill.
func charge(account, billed, due string) ledger.Item {
	return ledger.Item{Account: account, Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000",
		Billed: civil.MustDate(billed), Due: civil.MustDate(due)}
}

// A bill is entered, then a payment. Entered again, nothing changes.
func Example() {
	var books ledger.Ledger
	item := charge("0104417", "2026-04-16", "2026-05-07")
	bill := ledger.Entry{Cause: ledger.Billed, Key: "bill 2026-04-0104417", Effective: item.Billed, Accounting: item.Billed,
		Opens: []ledger.Open{{Item: item, Amount: money.Cents(62_00), Against: item.Against()}}}
	fmt.Println(must(books.Post(bill)))
	fmt.Println(must(books.Post(bill)))

	received := civil.MustDate("2026-04-30")
	payment := ledger.Entry{Cause: ledger.Paid, Key: "lockbox 2026-04-30 #17", Effective: received, Accounting: received,
		Moves: must(books.Settle(ledger.Clearing("lockbox"), bill.ItemID(0), money.Cents(40_00)))}
	fmt.Println(must(books.Post(payment)))
	for _, leg := range payment.Legs() {
		fmt.Println(leg)
	}

	account := must(books.Account("0104417", ledger.Terms{}))
	for _, on := range []string{"2026-05-07", "2026-05-08"} {
		s := must(account.Standing(civil.MustDate(on)))
		fmt.Println(on, "due", s.Due(), "of it past due", s.PastDue)
	}
	// Output:
	// true
	// false
	// true
	// $40.00 from clearing lockbox to item 2b4b1bed-742e-54ca-a743-e29d72a8a5b1, paid 2026-04-30
	// 2026-05-07 due $22.00 of it past due $0.00
	// 2026-05-08 due $22.00 of it past due $22.00
}

// A payment plan lays installments over old items. The items stay what they are.
func ExampleLedger_Plan() {
	var books ledger.Ledger
	item := charge("0104417", "2026-01-16", "2026-02-06")
	bill := ledger.Entry{Cause: ledger.Billed, Key: "bill 1", Effective: item.Billed, Accounting: item.Billed,
		Opens: []ledger.Open{{Item: item, Amount: money.Cents(120_00), Against: item.Against()}}}
	must(books.Post(bill))

	agreed := civil.MustDate("2026-04-01")
	items := []stored.ID{bill.ItemID(0)}
	installments := []ledger.Installment{
		{Billed: civil.MustDate("2026-04-16"), Due: civil.MustDate("2026-05-07"), Amount: money.Cents(60_00)},
		{Due: civil.MustDate("2026-06-06"), Amount: money.Cents(60_00)}, // on a bill that is not out yet
	}
	plan := must(books.Plan("plan 7", "0104417", agreed, items, installments))

	account := must(books.Account("0104417", ledger.Terms{Plans: []ledger.Plan{plan}}))
	for _, on := range []string{"2026-03-31", "2026-04-01", "2026-04-16", "2026-05-08", "2026-06-10"} {
		s := must(account.Standing(civil.MustDate(on)))
		fmt.Println(on, "past due", s.PastDue, "current", s.Current, "later", s.Later)
	}
	_, err := books.Plan("plan 8", "0104417", agreed, items, installments[:1])
	fmt.Println(err)
	// Output:
	// 2026-03-31 past due $120.00 current $0.00 later $0.00
	// 2026-04-01 past due $0.00 current $0.00 later $120.00
	// 2026-04-16 past due $0.00 current $60.00 later $60.00
	// 2026-05-08 past due $60.00 current $0.00 later $60.00
	// 2026-06-10 past due $60.00 current $0.00 later $60.00
	// E_PLAN: installments: the installments sum to $60.00 and leave a hole of $60.00 in the debt of $120.00; add installments for all of it
}

// Money that is on its way is not asked for again, and blocks late charge, door tag and shutoff.
func ExampleAccount_Standing_pending() {
	var books ledger.Ledger
	item := charge("0104417", "2026-04-16", "2026-05-07")
	must(books.Post(ledger.Entry{Cause: ledger.Billed, Key: "bill 1", Effective: item.Billed, Accounting: item.Billed,
		Opens: []ledger.Open{{Item: item, Amount: money.Cents(84_37), Against: item.Against()}}}))

	draft := ledger.Pending{Key: "draft 2026-06-22 0104417", Account: "0104417", Kind: ledger.DraftInFlight, Amount: money.Cents(84_37),
		From: civil.MustDate("2026-06-18")}
	account := must(books.Account("0104417", ledger.Terms{Pending: []ledger.Pending{draft}}))
	for _, on := range []string{"2026-06-17", "2026-06-18"} {
		s := must(account.Standing(civil.MustDate(on)))
		fmt.Println(on, "due", s.Due(), "pending", s.Pending, "blocked", s.IsPending())
	}
	// Output:
	// 2026-06-17 due $84.37 pending $0.00 blocked false
	// 2026-06-18 due $0.00 pending $84.37 blocked true
}

// A payment that the bank takes back is reversed: its stored legs, the other way round.
func ExampleLedger_Reverse() {
	var books ledger.Ledger
	item := charge("0104417", "2026-04-16", "2026-05-07")
	bill := ledger.Entry{Cause: ledger.Billed, Key: "bill 1", Effective: item.Billed, Accounting: item.Billed,
		Opens: []ledger.Open{{Item: item, Amount: money.Cents(62_00), Against: item.Against()}}}
	must(books.Post(bill))
	received := civil.MustDate("2026-04-30")
	payment := ledger.Entry{Cause: ledger.Paid, Key: "receipt 1", Effective: received, Accounting: received,
		Moves: must(books.Settle(ledger.Clearing("lockbox"), bill.ItemID(0), money.Cents(62_00)))}
	must(books.Post(payment))

	returned := civil.MustDate("2026-05-04")
	must(books.Post(must(books.Reverse(payment.ID(), "return 1", ledger.Returned, returned, returned))))
	fmt.Println("open again:", books.Balance(ledger.OfItem(bill.ItemID(0))))
	_, err := books.Reverse(payment.ID(), "return 2", ledger.Returned, returned, returned)
	fmt.Println(err)
	// Output:
	// open again: $62.00
	// E_ALREADY_REVERSED: parent: entry a1bd2e3b-e609-5c7a-bf41-b07543f24564 is reversed already; leave it out
}

// The receivable rolls forward over a month, by area and kind, and the general ledger gets its distribution.
func ExampleLedger_RollForward() {
	var books ledger.Ledger
	item := charge("0104417", "2026-05-16", "2026-06-06")
	bill := ledger.Entry{Cause: ledger.Billed, Key: "bill 1", Effective: item.Billed, Accounting: item.Billed,
		Opens: []ledger.Open{{Item: item, Amount: money.Cents(62_00), Against: item.Against()}}}
	must(books.Post(bill))
	received := civil.MustDate("2026-05-28")
	must(books.Post(ledger.Entry{Cause: ledger.Paid, Key: "receipt 1", Effective: received, Accounting: received,
		Moves: must(books.Settle(ledger.Clearing("lockbox"), bill.ItemID(0), money.Cents(40_00)))}))

	may := civil.MustPeriod("[2026-05-01, 2026-06-01)")
	for _, row := range must(books.RollForward(may)).Rows {
		fmt.Println(row.Area, row.Kind, row.Opening, "+", row.Billed, row.Payments, "=", row.Closing)
	}
	chart := ledger.Chart{
		{Place: ledger.PlaceItem, GL: "1200"},
		{Place: ledger.PlaceClearing, GL: "1010"},
		{Place: ledger.PlaceRevenue, RevenueCode: "4000", GL: "4000"},
	}
	for _, line := range must(books.Distribution(may, chart)) {
		fmt.Println(line.GL, "debits", line.Debits, "credits", line.Credits)
	}
	if err := books.Close(civil.MustDate("2026-05-31")); err != nil {
		log.Fatal(err)
	}
	late := bill
	late.Key = "bill 2"
	_, err := books.Post(late)
	fmt.Println(err)
	// Output:
	// Ord charge $0.00 + $62.00 -$40.00 = $22.00
	// 1010 debits $40.00 credits $0.00
	// 1200 debits $62.00 credits $40.00
	// 4000 debits $0.00 credits $62.00
	// E_MONTH_CLOSED: accounting: 2026-05-16 is in a month that is closed up to 2026-05-31; give a date in an open month; the effective day may stay as it is
}

// Opening balances come in only when they tie to the totals of the old system.
func ExampleLedger_Convert() {
	var books ledger.Ledger
	conversion := ledger.Conversion{
		Key: "cutover-2026", On: civil.MustDate("2026-04-01"), NoticesFrom: civil.MustDate("2026-05-01"),
		Items:   []ledger.OpeningItem{{Item: charge("0104417", "2026-01-16", "2026-02-06"), Open: money.Cents(50_00)}},
		Control: []ledger.ControlTotal{{Place: ledger.PlaceItem, Area: "Ord", Kind: "charge", Count: 2, Amount: money.Cents(120_00)}},
	}
	_, err := books.Convert(conversion)
	fmt.Println(err)

	conversion.Items = append(conversion.Items, ledger.OpeningItem{Item: charge("0109999", "2026-02-16", "2026-03-09"), Open: money.Cents(70_00)})
	fmt.Println(must(books.Convert(conversion)))
	s := must(must(books.Account("0104417", ledger.Terms{})).Standing(civil.MustDate("2026-04-02")))
	fmt.Println("past due since", s.OldestDue, "and no notice before", s.NoticesFrom)
	// Output:
	// E_CONTROL_TOTAL: item charge (Ord): the old system states 2 of together $120.00, and 1 of together $50.00 come in, a difference of -$70.00; find what is missing or doubled; nothing was entered
	// true
	// past due since 2026-02-06 and no notice before 2026-05-01
}

// What a host stores is read back strictly, and its ids are made again.
func ExampleLedger_Restore() {
	item := charge("0104417", "2026-04-16", "2026-05-07")
	bill := ledger.Entry{Cause: ledger.Billed, Key: "bill 1", Effective: item.Billed, Accounting: item.Billed,
		Opens: []ledger.Open{{Item: item, Amount: money.Cents(62_00), Against: item.Against()}}}
	data := must(ledger.EntryForm.Marshal(bill))

	var books ledger.Ledger
	fmt.Println(must(books.Restore(must(ledger.EntryForm.Unmarshal(data)))))
	fmt.Println(books.Balance(ledger.OfItem(bill.ItemID(0))))
	// Output:
	// true
	// $62.00
}
