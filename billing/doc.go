// Package billing is what happens to the accounts of a water district between a priced quote and the books: who has which
// service, bills, finals, adjustments.
//
//	point, err := billing.NewPoint(agreement)                     // one service at one premise: on a day one customer has it
//	point, err = point.Turnover(next)                             // the day of a turnover is the incoming customer's
//	stays, err := point.Stays(cycle)                              // who is billed for which days
//
//	in, err := agreement.Input(stay.Period)                       // with engine.Price: a rates.Quote
//	bill, err := billing.NewBill(request)                         // lines, messages and entries for the books
//	_, err = books.PostAll(bill.Entries()...)
//	causes, err := bill.Why(previous, engines)                    // why it is higher than the last one
//
//	change, err := bill.Rebill(request, books)                    // an Adjustment: the difference, charge by charge
//	change, err = bill.AdjustLines(what, lines, engines, books)   // one of single lines, with the taxes that hang on them
//	done, err := billing.Adjust(approved, now, books, accounting) // only once a second person has approved it
//	report, err := billing.ReportAdjustments(waiting, done)       // what a supervisor reviews, with totals that tie
//	final, err := closing.Settle(books)                           // a Final: deposit, refund, what is still due
//	closed, err := billing.CloseAccount(approved, now, books)     // its entries, only once a second person has approved it
//
// Nothing here posts: a bill, an adjustment and a final give the entries, and the host posts them. Each has a key of the
// host's, and the books take its entries once. A second run of NewBill, Adjust, AdjustAll and CloseAccount gives the same
// entries. One of FinalRequest.Settle does not, once the entries are posted: it settles what the account holds then, which is
// nothing more.
//
// The days that a final is the last of are billed where Agreement.Coverage is complete. Nothing here asks for it: the host
// gives it the days of all bills of the agreement, and says which bills were taken back, since a bill does not know.
//
// # Adjustments
//
// Three ways lead to an Adjustment of a bill, and each carries the surcharges and taxes with it. [Bill.Rebill] prices the
// services again: what was measured, or the agreement, was wrong. [Bill.AdjustLines] changes single lines by an amount or by
// units, and finds what follows. [Bill.AdjustCharges] takes amounts that another calculation has found, such as a leak credit,
// and refuses to leave a tax by oversight. [Reprice] makes one batch of many. An Adjustment that a host writes itself is for
// what is of no bill line: a fee, a courtesy, debt that is written off.
//
// A bill may be corrected again. Each request gives the adjustments that were made of the bill before, in Earlier, and starts from
// what they have made of it; the Adjustment names them, in Follows, and is refused (ErrCorrected) where the books have others by the
// time it is acted on. So nothing is corrected twice, in whatever order people ask and approve.
//
// # What is stored
//
// Bill, Adjustment, Repricing and Final have stored forms ([BillForm] and so on) that make or prove them again when they are
// read, and refuse what was altered. Entries are stored by the ledger's forms, approvals by their records.
//
// # What is refused
//
// A charge on a bill is a line of a quote, which explains it. Where a limit or a place in the books is not
// stated, the request is refused with what is missing: nothing is posted to an account that nobody named, and no limit is
// taken to be zero. A usage is the one that a review gave, so that an estimate says so on the bill.
//
// Late charges are in billing/latecharge, adjustments for leaks in billing/leak, winter averages for sewer in billing/winter,
// how far back a correction reaches in billing/backbill.
package billing
