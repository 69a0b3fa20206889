package payments_test

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/payments"
	"github.com/headgate-dev/headgate/payments/scanline"
)

// A check for 84.10 and one with a misread account number are reconciled with an account that owes 80.00.
func Example() {
	if err := reconcile(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// applied+credit 01044171 $84.10: $80.00 on 1 items, $4.10 credit
	// exception:check_digit $20.00, perhaps 01044171 [its number but for one digit]
	// $104.10 came in: $80.00 applied, $4.10 credit, $20.00 waits
}

func reconcile() error {
	today, due := civil.MustDate("2026-03-03"), civil.MustDate("2026-03-16")
	var books ledger.Ledger
	water := ledger.Item{Account: "01044171", Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: today, Due: due}
	_, err := books.Post(ledger.Entry{Cause: ledger.Billed, Key: "bill", Effective: today, Accounting: today, Opens: []ledger.Open{{Item: water, Amount: money.Cents(80_00), Against: water.Against()}}})
	if err != nil {
		return err
	}
	owed, err := payments.OwedOn(&books, today, payments.OldestFirstPolicy(), nil)
	if err != nil {
		return err
	}
	luhn := scanline.Luhn()
	directory, err := payments.NewDirectory(payments.References{CheckDigit: &luhn}, []payments.Account{{ID: "01044171", Area: "Ord", Status: payments.Active}})
	if err != nil {
		return err
	}
	seen, err := payments.NewSeen(nil, nil)
	if err != nil {
		return err
	}
	key, err := private.NewKey([]byte("32 bytes or more from a generator of random numbers"))
	if err != nil {
		return err
	}
	marker, err := payments.NewMarker(key)
	if err != nil {
		return err
	}
	check := func(number int, account string, amount money.Amount) payments.Receipt {
		return payments.Receipt{Number: number, Received: today, Amount: amount, Mark: marker.Check("lockbox", "121000358", "0001234567", fmt.Sprint(1000+number), amount),
			Stubs: []payments.Stub{{Reference: account, Amount: amount}}}
	}
	file := payments.File{Key: "lockbox 2026-03-03", Source: "lockbox", Batches: []payments.Batch{{Key: "lockbox 2026-03-03 batch 1",
		Receipts: []payments.Receipt{check(1, "01044171", money.Cents(84_10)), check(2, "01044771", money.Cents(20_00))}}}}
	result, err := payments.Reconcile(payments.Day{On: today, Files: []payments.File{file}, Directory: directory, Owed: owed, Seen: seen, Settings: payments.Settings{CreditCode: "2200", SuspenseCode: "2900"}})
	if err != nil {
		return err
	}
	if _, err := result.Post(&books); err != nil {
		return err
	}
	for i := range result.Lines {
		l := &result.Lines[i]
		if l.Code != "" {
			fmt.Printf("%s %s, perhaps %s %s\n", l.Disposition(), l.Amount, l.Evidence.Candidates[0].Account, l.Evidence.Candidates[0].Reasons)
			continue
		}
		fmt.Printf("%s %s %s: %s on %d items, %s credit\n", l.Disposition(), l.Account, l.Amount, l.Applied, len(l.Items), l.Credit)
	}
	sums, err := result.Sums()
	if err != nil {
		return err
	}
	fmt.Printf("%s came in: %s applied, %s credit, %s waits\n", sums.In, sums.Applied, sums.Credit, sums.Exception)
	return nil
}
