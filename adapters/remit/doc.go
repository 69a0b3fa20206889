// Package remit holds what the readers of remittance and bank files have in common: findings, control totals and the verdict on
// each level. The formats stand in folders of their own:
//
//   - lockbox: BAI lockbox files, checks that were mailed to the bank
//   - bai2: BAI2 cash reporting, the bank's statement
//   - delim: delimited and fixed files of banks and portals, whose layouts are data
//   - x12: 820 payment orders and 823 lockbox advices
//   - camt: ISO 20022 camt.053 and camt.054
//
// Each reads its file once, as a stream of items in flat memory:
//
//	for item, err := range lockbox.Scan(file, layout, "lockbox.bai") {
//		switch {
//		case err != nil:
//			return err // the source failed; what came before holds
//		case item.Finding != nil:
//			fmt.Println(item.Finding) // lockbox.bai:210: E_CONTROL: batch 1: the total states 7,193.13 …
//		case item.Verdict != nil:
//			… // post what the level held, or hold it
//		case item.Record != nil:
//			… // collect it until the verdict on the levels that enclose it
//		}
//	}
//
// Every line of a file ends in a record or in a finding, and one bad line never loses the rest. All controls at every level are
// computed again and compared. What a reader is not sure of it says; it guesses nothing.
package remit
