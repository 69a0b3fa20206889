// Package x12 reads payment orders with remittance advice (820) and lockbox advices (823) of ANSI X12, and the pieces of them that stand in the
// addenda of ACH entries.
//
//	for item, err := range x12.Scan(file, "payments.x12") {
//		switch {
//		case err != nil:
//			return err // the source failed; what came before holds
//		case item.Finding != nil:
//			fmt.Println(item.Finding)
//		case item.Record != nil:
//			fmt.Println(item.Record.Trace, item.Record.Amount, item.Record.Stubs)
//		}
//	}
//
// What parts elements and ends segments stands in the header of each interchange: its fourth character, and that in place 106. Where blanks
// were collapsed, so that the header is shorter, the two characters behind its sixteenth separator are taken, and that is told. Ends of
// lines mean nothing wherever they stand, unless they end the segments. A file may hold many interchanges, each with separators of its own.
//
// The levels:
//
//   - payments.OfGroup is an interchange (ISA to IEA); in an 823 also its set (ST to SE), and each deposit (DEP) in that
//   - payments.OfBatch is the set of an 820, and a batch (BAT) of an 823; payments that an 823 has outside a BAT are one
//   - payments.OfReceipt is a payment: BPR with what follows
//
// All control numbers, counts and totals are compared. SE01 counts the segments of a set, itself and its header among them, GE01 the sets of a
// functional group, IEA01 the groups. The amount of a payment is the sum of what its RMR04 and ADX01 say, where there are any. The totals (AMT)
// and counts (QTY) of deposits and batches are those of their payments. Amounts of two currencies are never added.
//
// In [remit.Summary] the lines are segments, and what stands where none can.
package x12
