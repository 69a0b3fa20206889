package deposit_test

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// The month's deposit refunds: what the supervisor approves, why each deposit goes back or stays, and what accounts payable gets.
// The figures of the policy are invented.
func Example() {
	on := civil.MustDate("2026-06-30")
	rule := deposit.Policy{
		Title: "Deposits", Citation: "Resolution 2026-12 (invented)", Months: policy.Is(12), Clock: deposit.FromFullyPaid, Counts: deposit.InLastMonths,
		LateAllowed: policy.Is(1), GraceDays: policy.Is(0), Shutoff: deposit.Bars, ReturnedItem: deposit.Bars, Gives: deposit.Automatic, As: deposit.AsCheck,
		ForfeitMonths: policy.Is(0), ReturnDays: policy.Is(60), ActDays: policy.Is(3), Interest: deposit.SimpleInterest,
		Rates:    []deposit.Rate{{From: civil.MustDate("2020-01-01"), Percent: percent("1.5")}},
		Rounding: exact.HalfUp, RevenueCode: "2300",
	}

	// The books: three deposits, of which the second was paid in January, and the third account paid two bills late.
	b := newBooks(stop{})
	b.deposit("0104417", "2025-05-26", 200_00)
	b.deposit("0104420", "2026-01-15", 75_00)
	b.deposit("0104431", "2025-03-10", 75_00)
	b.water("0104431", "2025-12-16", "2025-12-18", 62_00)
	b.water("0104431", "2026-02-16", "2026-02-20", 58_00)
	facts := []deposit.Facts{
		{Account: "0104417", Opened: civil.MustDate("2025-05-20"), Shutoffs: []civil.Date{}}, // none, which is not the same as unknown
		{Account: "0104420", Opened: civil.MustDate("2026-01-10"), Shutoffs: []civil.Date{}},
		{Account: "0104431", Opened: civil.MustDate("2025-03-01"), Shutoffs: []civil.Date{civil.MustDate("2026-03-30")}},
	}

	clerk, supervisor := person("j.ortega"), person("s.reyes")
	run, err := rule.Propose(deposit.Request{Key: "2026-06", On: on, Accounting: on, By: clerk}, &b.l, facts)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(run)

	at := time.Date(2026, 6, 30, 16, 0, 0, 0, time.UTC)
	proposal, err := approval.Propose(run, approval.Request{Key: run.Key, Prepared: []approval.Person{clerk}, At: at})
	if err != nil {
		fmt.Println(err)
		return
	}
	history, err := approval.NewHistory(seal(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	decision := approval.Decision{By: supervisor, At: at.Add(time.Hour), Saw: proposal.Digest()}
	approved, err := approval.Approve(proposal, decision, matrix(approval.UpTo(money.Cents(500_00))), history)
	if err != nil {
		fmt.Println(err)
		return
	}
	done, err := rule.Refund(approved, at.Add(2*time.Hour), time.UTC, &b.l, facts)
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := b.l.PostAll(done.Entries...); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("approved by", done.ApprovedBy)
	for _, payee := range done.Payees {
		fmt.Println("accounts payable: account", payee.Account, payee.Amount)
	}
	fmt.Println("held still:", b.l.Balance(ledger.DepositOf("0104417", "Ord")))
	// Output:
	// deposit refunds 2026-06 on 2026-06-30 under Deposits (Resolution 2026-12 (invented)): 1 for $203.29, prepared by j.ortega
	//   0104417: $203.29 as check, $200.00 held and $3.29 interest: eligible: fully paid on 2025-05-26, 12 months end on 2026-05-26; late never since 2025-06-30, and 1 allowed; nothing past due; interest: $200.00 for 400 days at 1.5% a year bear $3.29
	//   0104420: stays, $75.00 held: not held long enough: fully paid on 2026-01-15, 12 months end on 2027-01-15
	//   0104431: stays, $75.00 held: paid late: late 2 times since 2025-06-30 (2025-12-17, 2026-02-17), and 1 allowed; shut off: once since 2025-06-30 (2026-03-30), and one bars the refund
	// approved by s.reyes
	// accounts payable: account 0104417 $203.29
	// held still: $0.00
}

// Refunds that nobody claims, by the law of California.
func ExampleLaw_Age() {
	law := deposit.Gov50050()
	owed := deposit.Owed{Account: "0104417", Area: "Ord", Since: civil.MustDate("2025-06-30"), Amount: money.Cents(15_00)}
	for _, day := range []string{"2026-06-30", "2028-06-30"} {
		age, err := law.Age(owed, deposit.Search{}, civil.MustDate(day))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(age.Words)
	}
	// Output:
	// not yet: $15.00 owed since 2025-06-30 (3 years + notice 45-60 days), until 2028-06-30
	// to be published since 2028-06-30: $15.00 owed since 2025-06-30 (3 years + notice 45-60 days)
}

// stop is what the books of an example say their failures to.
type stop struct{}

func (stop) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (stop) FailNow()                          { panic("failed") }
func (stop) Helper()                           {}
