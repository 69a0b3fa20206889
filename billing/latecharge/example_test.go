package latecharge_test

import (
	"fmt"
	"log"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// A late charge under Gov 54348, two months after the first: the line with its numbers, what bears none, and the entries
// that charge it. The policy is an example; no district's values stand behind it.
func ExamplePolicy_Charge() {
	rule := latecharge.Policy{
		Title: "late charge", Citation: "an example", Regime: latecharge.Gov54348(), GraceDays: policy.Is(0), Roll: latecharge.RollNone,
		PaymentDay: latecharge.ByReceipt, Basis: latecharge.OnPastDue,
		Kinds: []ledger.Kind{"charge"}, Exempt: []ledger.Kind{"tax"}, Agencies: []string{},
		Percent: policy.Is(decimal.New(10, 0)), Flat: policy.Is(money.Cents(0)),
		Monthly: policy.Is(decimal.New(5, -1)), MonthlyOn: latecharge.OnChargesAndFirst, Growth: latecharge.Simple,
		MinimumBalance: policy.Is(money.Cents(0)), Waives: latecharge.WaivesNothing, WaiverReasons: []string{}, WaiverMonths: policy.Is(0),
		Rounding: exact.HalfUp, Kind: "penalty", RevenueCode: "4090",
	}
	var books ledger.Ledger
	charge := ledger.Item{Account: "0104417", Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000",
		Billed: civil.MustDate("2026-03-26"), Due: civil.MustDate("2026-04-16")}
	tax := charge
	tax.Kind, tax.RevenueCode = "tax", "2200"
	bill := ledger.Entry{Cause: ledger.Billed, Key: "bill 2026-03-0104417", Effective: charge.Billed, Accounting: charge.Billed, Opens: []ledger.Open{
		{Item: charge, Amount: money.Cents(100_00), Against: charge.Against()}, {Item: tax, Amount: money.Cents(8_00), Against: tax.Against()}}}
	must(books.Post(bill))

	facts := latecharge.Facts{
		Account: must(books.Account("0104417", ledger.Terms{})), Items: slices.Collect(books.Items("0104417")), Books: &books,
		On: civil.MustDate("2026-07-01"), Since: civil.MustDate("2026-01-01"),
	}
	late := must(rule.Charge(facts))
	for _, line := range late.Lines {
		fmt.Println(line.Words)
	}
	for _, why := range late.Reasons {
		fmt.Println(why)
	}
	fmt.Println(late.Total)
	entries := must(late.Entries(latecharge.Posting{Billed: late.On, Due: civil.MustDate("2026-07-22"), Accounting: late.On}))
	must(books.PostAll(entries...))

	facts.Account, facts.Items = must(books.Account("0104417", ledger.Terms{})), slices.Collect(books.Items("0104417"))
	fmt.Println("again:", must(rule.Charge(facts)).Total)

	// The bill was 30.00 too high: what of the late charge goes back.
	credit := must(latecharge.Correct([]latecharge.Charge{late}, []latecharge.Correction{{Item: bill.ItemID(0), Less: money.Cents(30_00)}}))
	for _, line := range credit.Lines {
		fmt.Println(line.Month, line.Credit, "back:", line.Words)
	}
	// Output:
	// due 2026-04-16, delinquent 2026-05-01: 10% of $100.00 is $10.00; 2 further months at 0.5% of $110.00 are $1.10
	// exempt kind: items of the kind tax bear none
	// $11.10
	// again: $0.00
	// 2026-05-01 $3.00 back: $7.00 in place of $10.00, on $70.00 in place of $100.00
	// 2026-06-01 $0.17 back: $0.38 in place of $0.55, on $70.00 in place of $100.00
	// 2026-07-01 $0.17 back: $0.38 in place of $0.55, on $70.00 in place of $100.00
}

// A policy beyond its law is no policy: the limit is named.
func ExamplePolicy_Check() {
	rule := water()
	rule.Monthly = policy.Is(decimal.New(2, 0))
	fmt.Println(rule.Check())
	// Output:
	// E_LATE_CAP: monthly: test: 2% is above the 1.5% that Water 35470.5 allows for a month; state at most 1.5
}
