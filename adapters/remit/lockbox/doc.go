// Package lockbox reads and writes BAI lockbox files: checks that were mailed to the bank, with what their stubs say. It is not BAI2 cash
// reporting, even where a bank calls a variant of it "BAI2".
//
//	for item, err := range lockbox.Scan(file, lockbox.ReferenceAndNet(), "lockbox.bai") {
//		switch {
//		case err != nil:
//			return err // the source failed; what came before holds
//		case item.Finding != nil:
//			fmt.Println(item.Finding) // lockbox.bai:304: E_CONTROL: batch 1: the total states $17,193.22 and its checks come to $17,193.13 …
//		case item.Record != nil:
//			fmt.Println(item.Record.Amount, item.Record.Stubs[0].Reference)
//		case item.Verdict != nil:
//			fmt.Println(item.Verdict) // batch 1, lines 4 to 304, does not hold
//		}
//	}
//
// [Read] collects a file as what package payments posts or holds: batches with their receipts, and the faults of each level.
//
// The records are, by their first column, 1 and 2 (header and service), 5 (the start of a lockbox, or of each batch), 6 (a check), 4 (what
// belongs to the check before it: an overflow record, mostly one stub), 7 (the end of a batch), 8 (of a lockbox) and 9 (of the file). What
// stands in which columns differs from bank to bank, and is data: see [Layout]. A lockbox is a payments.OfGroup, and a check a payments.OfReceipt.
//
// The count and the total of a batch and of a lockbox are both compared with the checks themselves, so that a wrong total of a batch leaves
// its lockbox clean; the trailer's count is of all records. What a file holds that no layout column covers is not read, and is no fault.
package lockbox
