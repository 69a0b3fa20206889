// Package x12 reads payment orders with remittance advice (820) and lockbox advices (823) of ANSI X12, and the pieces of them that stand in the
// addenda of ACH entries.
//
//	for item, err := range x12.Scan(file, "payments.x12") {
//		switch {
//		case err != nil:
//			return err // the source failed, or it is no X12
//		case item.Finding != nil:
//			fmt.Println(item.Finding)
//		case item.Record != nil:
//			fmt.Println(item.Record.Trace, item.Record.Amount, item.Record.Stubs)
//		}
//	}
//
// What parts elements and ends segments stands in the header of the interchange: the fourth character, and that in place 106. Where blanks were
// collapsed, so that the header is shorter, the two characters behind its sixteenth separator are taken, and that is told.
//
// An interchange (ISA to IEA) is a payments.OfGroup, a transaction set (ST to SE) a payments.OfBatch, and a payment (BPR with what follows) a payments.OfReceipt.
// The deposits (DEP) and batches (BAT) of an 823 are parts of their set. All control numbers, counts and totals are compared: SE01 counts the segments of a
// set, GE01 the sets of a functional group, IEA01 the groups, and the amount of a payment is the sum of what its RMR04 and ADX01 say, where
// there are any. In [remit.Summary] the lines are segments.
package x12
