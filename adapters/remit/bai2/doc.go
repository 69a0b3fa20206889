// Package bai2 reads and writes BAI2 cash reporting: the statement of a bank on the district's accounts.
//
//	for item, err := range bai2.Scan(file, "bank.bai2") {
//		switch {
//		case err != nil:
//			return err // the source failed; what came before holds
//		case item.Finding != nil:
//			fmt.Println(item.Finding) // bank.bai2:7: E_CONTROL: total: the total of account 1 is stated as …
//		case item.Record != nil && item.Record.Detail != nil:
//			fmt.Println(item.Record.Detail.Type, item.Record.Detail.Amount, item.Record.Detail.BankReference)
//		}
//	}
//
// A statement has groups (records 02 to 98) of accounts (03 to 49) with details (16), each of which 88 may continue. A group is a payments.OfGroup, an
// account a payments.OfBatch. The rules are those of the specification, Cash Management Balance Reporting, version 2:
//
//   - Fields are parted by commas, and amounts are in cents, with a sign where there is one. A slash ends a record; in the text of a detail, and of what
//     continues it, slashes are text but for one at its end.
//   - A record may run on over lines, and several may share one: a record begins at the start of a line, or behind a slash and blanks, where one of
//     the eight codes and a comma follow. All else belongs to the record before it.
//   - What continues an account continues its fields: a type and its amount may be parted. What continues a detail continues its text, behind a
//     line end, once all of its fields are there.
//   - The total of an account (49) is the sum of all amounts of its 03, 16 and their continuations as signed, without those that distribute
//     an amount over days; where it is blank, nothing is stated. The total of a group (98) is the sum of the stated totals of its accounts, and
//     that of the file (99) of the stated totals of its groups, so that one wrong total is one finding. All counts are of records.
package bai2
