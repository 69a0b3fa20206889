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
// Nothing is charged twice for a month of an item. After a correction of what it was charged on, Correct gives back what was
// too much. A policy states everything: what it does not state is an error that names it, and no zero.
package latecharge
