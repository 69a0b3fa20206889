package billing_test

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// A customer moves out: the last days are billed, the deposit pays the final bill, and the rest goes back.
func ExampleFinalRequest_Settle() {
	books, request := closing(nil, 46_12, 75_00, 0) // a final bill of 46.12, and a deposit of 75.00
	final, err := request.Settle(books)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(final)
	approved := must(approvedFinal(final)) // by s.reyes, with approval.Propose and approval.Approve
	done := must(billing.CloseAccount(approved, may().Add(2*time.Hour), books))
	_, err = books.PostAll(done.Entries...)
	fmt.Println(books.Balance(ledger.RefundTo("A-1", "central")), "payable to the customer", err)

	request.Small.RefundFrom = nil // nobody has decided
	_, err = request.Settle(books)
	fmt.Println(err)
	// Output:
	// F-1 final of account A-1 of customer C-1 on 2026-04-10, bill final of $46.12
	//   $75.00 deposit held
	//   $46.12 applied to this account
	//   $28.88 refund to the customer
	// asked for by m.alvarez
	// $28.88 payable to the customer <nil>
	// E_FINAL: small.refund_from: the balance below which nothing is refunded is not stated; state it, 0.00 where there is no limit
	// E_FINAL: deposit: $75.00 is stated, and the books hold $0.00; take both from one day
}

// The bill was paid, and then it turns out that the meter was read wrong: the difference goes to the charges, and what was
// paid beyond them becomes credit.
func ExampleBill_Rebill() {
	books, bill := billedBooks(nil, 66_65) // 13 CCF of water for 66.65, paid, and sewer for 33.00
	read := waterOf(nil, water("1", "2026-01-01", ""), march, 9)
	change, err := bill.Rebill(again("RB-1", read), books)
	fmt.Println(change)
	fmt.Println(err)

	done := must(adjust(books, change)) // once s.reyes has approved it
	for _, entry := range done.Entries {
		for _, leg := range entry.Legs() {
			fmt.Println(entry.Cause, leg.From.Kind, "to", leg.To.Kind, leg.Amount)
		}
	}
	fmt.Println(done.ApprovedBy, books.Balance(ledger.CreditOf("A-1", "central")), "credit")

	// The second reading was wrong too. Another re-bill starts from the first; one that does not is refused.
	request := again("RB-2", waterOf(nil, water("1", "2026-01-01", ""), march, 10))
	_, err = bill.Rebill(request, books)
	fmt.Println(err)
	request.Earlier = []billing.Adjustment{change}
	change, err = bill.Rebill(request, books)
	fmt.Println(change)
	fmt.Println(err)
	// Output:
	// RB-1 rebill of account A-1, -$19.65 in all, bill 2026-W14
	//   Water: $27.00, was $46.65
	// because the meter was read wrong; RO-7; asked for by m.alvarez
	// <nil>
	// applied item to credit $19.65
	// adjusted revenue to item $19.65
	// s.reyes $19.65 credit
	// E_CORRECTED: bill 2026-W14: the books have adjustment RB-1 of it, from which this one does not start; ask for it anew with that one among the earlier ones, or reverse that one
	// RB-2 rebill of account A-1, $3.00 in all, bill 2026-W14, after adjustment RB-1
	//   Water: $30.00, was $27.00
	// because the meter was read wrong; RO-7; asked for by m.alvarez
	// <nil>
}

// One customer moves out and the next one in on the same day, which is the incoming customer's.
func ExamplePoint_Turnover() {
	point := must(billing.NewPoint(water("AG-7", "2026-01-01", "")))
	point, err := point.Turnover(water("AG-8", "2026-07-15", ""))
	fmt.Println(err)
	for _, stay := range must(point.Stays(days("[2026-07-01, 2026-08-01)"))) {
		fmt.Println(stay.Agreement, stay.Period)
	}
	// Output:
	// <nil>
	// AG-7 [2026-07-01, 2026-07-15)
	// AG-8 [2026-07-15, 2026-08-01)
}
