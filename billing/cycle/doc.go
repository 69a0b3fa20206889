// Package cycle is the weekly billing cycle before it goes out: the edit list with every exception, each ended by a decision or a
// hold, the release that a second person approves, and the comparison with the bills of the old system.
//
//	list, err := cycle.Review(cycle.Request{Key: "2026-W17", Cycle: "north", Period: april, Bills: bills, Usages: usages, …}, policy)
//	for _, e := range list.Open() {
//		fmt.Println(e.Code, e.Words)          // why it is on the list, with its numbers
//	}
//	request.Decisions = append(request.Decisions, cycle.Decision{Exception: e.ID, Reason: "read twice", By: clerk, On: today})
//	request.Holds = append(request.Holds, cycle.Hold{Agreement: "4711", …, Reason: "meter buried", By: clerk, Until: friday})
//	list, err = cycle.Review(request, policy) // again: the same bills, the same ids, with what was decided
//
//	proposal, err := approval.Propose(list, …)                  // refused while an exception is open
//	released, bills, err := cycle.Release(approved, now, location) // what may be posted, printed and drafted
//	err = released.Prove(bills)                                 // a re-run is the same, or it is refused
//	run, err := cycle.Parallel(oldBills, bills)                 // old against new, to the cent, causes grouped
//
// A review is a function of its request and its policy. Nothing is decided by default: an exception stays open until a person
// decides on that very exception, with these numbers; where a bill is corrected its exceptions are others, and a decision on the
// old ones is told as stale.
//
// # An active service without a bill
//
// In Corpus Christi 853 accounts were never billed, since the field for the cycle was optional. So a review is given all
// agreements of the district, and the names of all its cycles. It lists those in no cycle or in one of another name, those that were
// billed and are left out, and those of other cycles that no bill has had for too long. No decision accepts a service of which days
// are on no bill: it is billed, or held by name with a reason, a person and an expiry. A hold that has expired, by the review or by
// the release, is no hold. Which days are billed, billing's Coverage tells, from the first day of each agreement; [Days] keeps that
// short for a host.
//
// # What is approved
//
// The list is approved as a whole, with a row for each bill ([EditList] is an approval.List). Rows may be taken out afterwards, each
// with its reason, and none is added. What was taken out is named in [Released], and is an active service without a bill in the next
// cycle.
//
// # What a host stores
//
// The bills by billing.BillForm, the approval's records, the decisions and holds of a run until it is released, and the [Released]
// cycle by [ReleasedForm]. A list that waits for its approval is reviewed again from these: it is the same list, of the same digest.
// From one run to the next it keeps the days of [Days], the holds of [Released] and, of what was not released, the last bills before
// ([Request.Before]).
//
// # What the sources leave open
//
// These are ours, for the district to ratify.
//
//   - Days that a reading has not reached yet are not missing: a cycle expects bills up to [Policy.ReadWindow] days before its end.
//   - Use is compared by day with that of the year before of the same agreement, and where none is given, or nothing was used then, with
//     the bill before it. The first bill of an agreement is compared with the last of the one that ended at its premise, but for the use,
//     which is another customer's.
//   - A meter that one service of two agreements is billed by is billed twice, and nobody accepts that: two meters of one number are
//     told apart by their names.
//   - A register that counts from elsewhere than the last bill ended at is accepted with a reason, as where that bill was corrected.
//   - A meter that was exchanged counts its estimates anew: what it and the bill before have in a row nothing tells, and so it is listed.
//   - A period counts as it was billed: the short one of a customer who comes or goes is listed too, and says so.
//   - What the first quote of an agreement carries in is zero; what one carries in whose last bill nobody gives cannot be told.
//   - Days that are not to be billed at all are given among the billed days under a key of their own, such as that of the decision. Those of
//     the cycle, as those of a bill that is not given, such as a final, are listed, and accepted with a reason.
//   - Days on no bill or on two, a bill of no agreement of the cycle, and two agreements for one service at one premise are accepted by
//     nobody: they are corrected or held.
//   - A decision is on what a bill was priced from, its readings, and on what the exception says. What the account owes may change.
package cycle
