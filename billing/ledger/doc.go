// Package ledger is the books of a water district's customer accounts: what was billed, what was paid, and what is due, past
// due and pending on any day. It is the only answer that bill, draft, late charge and the ladder to shutoff ask for.
//
//	var books ledger.Ledger
//	bill := ledger.Entry{
//		Cause: ledger.Billed, Key: "bill 2026-04-0104417", Effective: april16, Accounting: april16,
//		Opens: []ledger.Open{{Item: water, Amount: money.Cents(62_00), Against: water.Against()}},
//	}
//	posted, err := books.Post(bill)                   // false, nil if it is posted again
//	...
//	moves, err := books.Settle(ledger.Clearing("lockbox"), bill.ItemID(0), money.Cents(40_00))
//	...
//	account, err := books.Account("0104417", terms)   // under its payment plans, level pay, extensions, pending money
//	...
//	standing, err := account.Standing(may20)
//	fmt.Println(standing.Due(), standing.PastDue)     // $22.00 $22.00
//
// # Money moves by legs
//
// An [Entry] is one event, such as a bill or a receipt, and is entered whole or not at all. Its legs move cents from one [Place]
// to another: a bill from an open item to income, a payment from a clearing to the item. In the terms of bookkeeping a leg
// debits where it comes from and credits where it goes to, so that the books balance by construction. A [Cause] allows only the
// ways that money can go for it. Nothing is changed once it is entered: a correction is a new entry, and [Ledger.Reverse] makes
// the exact negation of the stored legs.
//
// Entries are known by the key of their source. The same event entered again changes nothing; the same key with another
// content is refused; two equal credits have two keys and stay two.
//
// # What is due
//
// [Account.Standing] puts every open cent in one of four: past due, current, pending, later. Payment plans and level pay lay
// dated installments over the items, which stay what they are, so that services, agencies and revenue codes are not lost.
// An installment that is not billed is not past due. Money on its way, in a held batch, in suspense or in a draft, is pending:
// it is not asked for again.
//
// # Days
//
// Every entry has two: Effective counts for the customer, Accounting for the books. [Ledger.Close] closes months, which then
// refuse entries; [Ledger.RollForward], [Ledger.Rolls] and [Ledger.Distribution] tell an accounting period.
package ledger
