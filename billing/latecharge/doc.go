// Package latecharge finds what is charged on bills that are not paid in time: by the district's policy, within the caps of
// the law that it acts under, on what the ledger says is unpaid.
//
//	rule := latecharge.Policy{Regime: latecharge.Gov54348(), …}
//	err := rule.Check()                         // a policy beyond the law's caps names the cap
//	charge, err := rule.Charge(latecharge.Facts{Account: account, …})
//	for _, line := range charge.Lines {
//		fmt.Println(line.Item, line.Amount, line.Words)
//	}
//	for _, reason := range charge.Reasons {
//		fmt.Println(reason.Words)           // why an item bears none: a credit balance, level pay, a payment on its way
//	}
//
// A policy states everything: what it does not state is an error that names it, and no zero. After a correction of what was
// charged on, Correct gives back what was too much.
//
// # What the sources leave open
//
// The rules that it follows (policy README.md §2 and §3.5, rules.md §3) decide these six by one principle: where two
// readings are possible, the smaller charge or the later day. They are ours, for the district to ratify.
//
//   - The basis of a month is the smaller of what of the item was unpaid and undisputed on the day on which the month began,
//     and on the day of the charge. What was paid, credited or corrected in between bears nothing, late as it came; and what
//     became unpaid later, as when a check comes back, bears from the next month on, since it was not past due when this one
//     began.
//   - A month of an item is charged once, on whatever day and however often the run is done. The entry of a month is named
//     by the item and the month: a second run finds it among the items and charges nothing, the same entry entered again
//     changes nothing, and the ledger refuses another amount for it. A reversed late charge stays charged. What a waiver
//     took is not in the ledger: the host keeps [Charge.WaivedMonths] and gives it as [Facts.Taken]. A waiver that was
//     granted on the same day is the one that is asked for, so that a run that is done again grants it again.
//   - An item that was transferred is the item that it was: a month that was charged on the account from which it came, of the
//     whole or of what was left there, is not charged again, and no second first charge is. What is unpaid of the late charges
//     there bears nothing on the new account. Whether it is moved back by another transfer or the first one is reversed, what it
//     bore in between counts.
//   - Late charges bear no first charge: [Policy.Kinds] may not name their kind. A further month is on what is unpaid of the
//     first charge where the policy says so and the law allows it (Gov 54348 does, Water 35470.5 does not), and on other
//     months' only where growth is compound, which no law with a monthly limit allows here. A district that renames the kind
//     states the old one as exempt; an open item of a kind that is in no list is refused.
//   - A part in bona fide dispute bears none (Gov 54348) from the first day of the dispute to the day before its decision,
//     and these months are not made up after it, whoever was right. Payments count for the undisputed part. An item that was
//     disputed whole bears its first charge in the first month after; of one that was disputed in part, the part bears
//     further months alone.
//   - A waiver takes what is charged on the day for which it is asked, and is not asked for again within the policy's months
//     (H&S 116914: once in 12). One that was given before takes nothing from a later run: where it was for late charges that
//     were entered it is an adjustment of these, and where it was for a month to come that month is given as [Facts.Taken],
//     with nothing unpaid.
package latecharge
