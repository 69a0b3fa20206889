// Package deposit is what a district holds as security for its customers: what of it is held, what interest it has earned, when
// it goes back after a time of good service, the month's refund run, what a final bill takes, and refunds that nobody claims.
//
//	held := deposit.Read(&books)                           // once, for all accounts
//	verdict, err := rule.Review(&books, held["0104417"], deposit.Facts{Account: "0104417", Opened: opened, Shutoffs: none}, june30)
//	for _, reason := range verdict.Reasons {
//		fmt.Println(reason.Words)                      // not held long enough: fully paid on 2026-04-15, 12 months end on 2027-04-15
//	}
//
//	run, err := rule.Propose(deposit.Request{Key: "2026-06", On: june30, Accounting: june30, By: clerk}, &books, facts)
//	... a second person approves it: billing/approval
//	done, err := rule.Refund(approved, now, location, &books, facts)
//	_, err = books.PostAll(done.Entries...)                // and done.Payees go to accounts payable
//
// What a district asks for is [AskPolicy], and its charge [AskPolicy.Charge]. Interest that is credited while a deposit is held, money
// that nobody claims, and deposits that are forfeited are each a [Batch]: proposed, approved by a second person and acted on, as a
// run is. Post what is given before the next is proposed or acted on: what is given is so for the books as they are.
//
// The money itself is in billing/ledger: a deposit that is billed is an item, and is held once it is paid. This package reads the
// books and makes entries for them; it keeps no balance of its own.
//
// # What the sources leave open
//
// The rules are those of the policy README.md §3.7 and §3.8 and rules.md §4. Where they are silent, these readings are ours, for
// the district to ratify:
//
//   - An entry that was taken back never was: the deposit and its interest are as if neither it nor its reversal had been entered.
//   - Money that moves to another account of the customer, or that a deposit is paid with as credit, is what it was: it may be taken
//     back by its bank as long as it might have been, and where it was, no payment stands behind it until what is owed for it is
//     paid. Such money, and interest where nothing else came, bears nothing, is not refunded and not settled; take the transfer or
//     the interest back, or wait. What leaves is what came first, interest before all.
//   - Interest is from the day on which money came to the day before it goes, actual days over 365, on what was paid in and not
//     on interest; all of it is summed exactly and rounded once. What leaves takes interest that was entered first.
//   - A deposit begins anew when nothing was held before: earlier interest and earlier days do not count for it.
//   - Fully paid is the last day on which money came, while no deposit that was charged is open.
//   - Late is an amount that was past due after the days of grace, under the account's plans and extensions, on any day of those
//     that count: also where it was due before them, where a payment was taken back, and where money on its way did not come.
//     Amounts with one due date are late once. Money on its way on that day is in time. What is not paid on its last day is late
//     on the next; what is past due later is so by the end of a day, so that a payment that comes back and is made good on the same
//     day is in time. A returned payment counts on the day on which it was taken back.
//   - A deposit is refunded whole or not at all: none while a charge is past due, also where money on its way will pay it; none on a
//     payment plan; none inside the return window of a payment of it.
//   - The deposit of a closed account is settled by its final bill, and never by the run.
//   - Who was approved is looked at again when the refund is made, as of the run's day and as of today: a row whose answer changed
//     stops the run, and is taken out of it with a reason (approval.Reduce), so that no refund goes out on a state that is past. The
//     interest stays that of the run's day, which is at most some days ago.
//   - What is asked for is the greater of a flat amount and of average months, then what shutoffs add, and the cap is on all of that.
//     All that is held counts, interest that was entered too, and all that is charged. No law is known that caps a deposit.
//   - A bill counts for the average month by its last day. A good record is that of the months up to the day, and asks for so many.
//   - Interest that is credited is that up to the stated day, entered on the day of its batch; days that were missed come with the
//     next. Each entry is what was earned in all, rounded once, less what was entered, so that roundings do not add up. To the account
//     it goes through the deposit, since the ledger has interest for deposits alone.
//   - Money is set aside as unclaimed once it may be published, and is the general fund's where nothing is published. A claim that was
//     granted makes it payable again, and it stays claimed.
//   - A deposit is forfeited once its months are over, from the day after; not where the account owes anything, which its final bill
//     takes from the deposit first. It goes through the account's credit, since the ledger knows no other way from a deposit to income.
package deposit
