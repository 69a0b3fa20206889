// Package camt reads statements (camt.053) and notifications (camt.054) of ISO 20022, of any version that keeps to their elements, as versions 02 to
// 08 do.
//
//	for item, err := range camt.Scan(file, "statement.xml") {
//		switch {
//		case err != nil:
//			return err // the source failed, or it is no such document
//		case item.Finding != nil:
//			fmt.Println(item.Finding)
//		case item.Record != nil && item.Record.Detail != nil:
//			fmt.Println(item.Record.Detail.Reference, item.Record.Detail.Amount)
//		case item.Record != nil && item.Record.Entry != nil:
//			fmt.Println(item.Record.Entry.Reference, item.Record.Entry.Signed())
//		}
//	}
//
// A statement or notification is a payments.OfBatch, and an entry a payments.OfReceipt. The opening booked balance and all booked entries make the closing
// one, and an entry is the sum of its details where these have amounts, each within one currency alone: amounts of two currencies are never added,
// and that they would have to be is told. Amounts are in hundredths of their unit; zeros behind these are no fraction, and anything else is told and not
// rounded. In [remit.Summary] the lines are statements, entries and details.
package camt
