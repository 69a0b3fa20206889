// Package camt reads statements (camt.053) and notifications (camt.054) of ISO 20022, of any version that keeps to their elements, as versions 02 to
// 08 do, alone or within the envelope of a transport.
//
//	for item, err := range camt.Scan(file, "statement.xml") {
//		switch {
//		case err != nil:
//			return err // the source failed; what came before holds
//		case item.Finding != nil:
//			fmt.Println(item.Finding)
//		case item.Record != nil && item.Record.Detail != nil:
//			fmt.Println(item.Record.Detail.Reference, item.Record.Detail.Amount)
//		case item.Record != nil && item.Record.Entry != nil:
//			fmt.Println(item.Record.Entry.Reference, item.Record.Entry.Signed())
//		}
//	}
//
// A statement or notification is a payments.OfBatch, and an entry a payments.OfReceipt. These controls are computed again:
//
//   - the opening booked balance (OPBD, or PRCD where there is none) and all booked entries make the closing one (CLBD), in each currency
//   - an entry is the sum of its details, where all of these have amounts
//   - the summary of a statement (TxsSummry) counts and sums its entries
//   - that of a batch (Btch) counts and sums the details of its entry
//
// Amounts of two currencies are never added: that they would have to be is told. Amounts are in hundredths of their unit; zeros behind these are no
// fraction, and anything else is told and not rounded. A reversal (RvslInd) moves the account as its own indicator says, CRDT or DBIT: the entry
// that it takes back was of the other.
//
// Elements of other namespaces are passed over, a document type declaration is refused, and entities are but the five of XML. Where the XML breaks,
// what comes behind cannot be read: each entry there is told. In [remit.Summary] the lines are statements, entries and details.
package camt
