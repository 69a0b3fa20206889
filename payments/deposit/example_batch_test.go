package deposit_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// A tenant is shut off, and asked for 50.00 more than was asked for at first. The figures are those of WAWNC (rules.md section 4); how it is paid is
// invented.
func ExampleAskPolicy_Charge() {
	rule := func(tenure deposit.Tenure, cents int64) deposit.AskRule {
		return deposit.AskRule{
			Tenure: tenure, When: deposit.Always, Flat: policy.Is(money.Cents(cents)), Times: policy.Is(decimal.Zero), EachShutoff: policy.Is(money.Cents(50_00)), AtMost: policy.None[exact.Number](),
		}
	}
	asks := deposit.AskPolicy{
		Title: "WAWNC", Citation: "rules.md section 4", Rules: []deposit.AskRule{rule(deposit.Owner, 50_00), rule(deposit.Tenant, 200_00)},
		ShutoffMonths: policy.Is(0), Waived: deposit.Never, Rounding: exact.HalfUp,
		DueDays: policy.Is(21), Installments: policy.Is(2), InstallmentMonths: policy.Is(1), Kind: "deposit", Service: "water", RevenueCode: "2300",
	}
	b := newBooks(stop{})
	b.deposit("0104417", "2025-05-26", 200_00)
	facts := deposit.AskFacts{
		Facts: deposit.Facts{Account: "0104417", Opened: civil.MustDate("2025-05-20"), Shutoffs: []civil.Date{civil.MustDate("2026-03-30")}},
		Area:  "Ord", Tenure: deposit.Tenant,
	}
	charge, err := asks.Charge(deposit.ChargeRequest{Billed: civil.MustDate("2026-04-02"), Accounting: civil.MustDate("2026-04-02"), Installments: 2}, &b.l, b.held("0104417"), facts)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range charge.Asked.Steps {
		fmt.Println(step)
	}
	for _, in := range charge.Installments {
		fmt.Println(in.Amount, "due", in.Due)
	}
	if _, err := b.l.PostAll(charge.Entries...); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("held", b.held("0104417").Held, "and charged", b.held("0104417").Open)
	// Output:
	// $200.00 flat (tenure tenant, always)
	// $50.00 more for each of 1 shutoff (2026-03-30)
	// $250.00 is asked for, $200.00 is held and $0.00 is charged and not paid: $50.00 more
	// $25.00 due 2026-04-23
	// $25.00 due 2026-05-23
	// held $200.00 and charged $50.00
}

// Interest is credited to the deposits each 1 July, and the rest of it goes with the deposit.
func ExamplePolicy_ProposeInterest() {
	crediting := deposit.Crediting{
		Title: "Interest on deposits", Citation: "Resolution 2026-12 (invented)", Months: policy.Is(12), FromDay: policy.Of(civil.MustDate("2020-07-01")), To: deposit.ToDeposit,
	}
	rule := simple(coastside(), "1.5")
	b := newBooks(stop{})
	b.deposit("0104417", "2025-05-26", 200_00)
	facts := []deposit.Facts{{Account: "0104417", Opened: civil.MustDate("2025-05-20")}}
	on := civil.MustDate("2025-07-03")
	batch, err := rule.ProposeInterest(crediting, deposit.Request{Key: "2025-07", On: on, Accounting: on, By: person("j.ortega")}, &b.l, facts)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(batch)
	approved, err := approveBatch(batch) // by a second person: billing/approval
	if err != nil {
		fmt.Println(err)
		return
	}
	done, err := rule.CreditInterest(crediting, approved, later("2025-07-03"), time.UTC, &b.l, facts)
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := b.l.PostAll(done.Entries...); err != nil {
		fmt.Println(err)
		return
	}
	s, err := rule.Settle(b.held("0104417"), facts[0], civil.MustDate("2026-06-30"))
	fmt.Println(s.Words, err)
	// Output:
	// deposit_interest 2025-07 on 2025-07-03 under Interest on deposits, Coastside CWD (Resolution 2026-12 (invented), rules.md section 4): 1 for $0.30, prepared by j.ortega
	//   0104417: $0.30, credits deposit: up to 2025-07-01: $200.00 for 36 days at 1.5% a year bear $0.30
	// $200.30 held and $2.99 interest: $200.00 for 38 days at 1.5% a year, $200.00 for 362 days at 1.5% a year bear $3.29, of which $0.30 was entered before <nil>
}

// Refunds that nobody claims: what the supervisor approves on a day.
func ExampleLaw_ProposeUnclaimed() {
	b := newBooks(stop{})
	b.refundDue("0104417", "2023-06-30", 15_00)
	ref := b.refundDue("0104420", "2023-06-15", 80_00)
	b.refundDue("0104431", "2025-05-01", 14_99)
	on := civil.MustDate("2026-06-30")
	batch, err := deposit.Gov50050().ProposeUnclaimed(deposit.Request{Key: "2026-06", On: on, Accounting: on, By: person("j.ortega")},
		deposit.Codes{Refund: "2200", Property: "4910", Small: "4920"}, &b.l,
		[]deposit.Finding{{Reference: ref, Account: "0104420", Search: deposit.Search{Claimed: civil.MustDate("2026-06-29")}}})
	fmt.Println(batch, err)
	// Output:
	// unclaimed_money 2026-06 on 2026-06-30 under Gov 50050-50057 (California Government Code 50050 to 50057, as of 2026): 2 for $29.99, prepared by j.ortega
	//   0104417: $15.00, sets aside: to be published since 2026-06-30: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days)
	//   0104431: $14.99, takes small: the district's since 2026-05-01: $14.99 owed since 2025-05-01 (1 year, no publication)
	//   0104420: stays: claimed on 2026-06-29: $80.00 owed since 2023-06-15 (3 years + notice 45-60 days); the claim is decided first <nil>
}
