// Package delim reads the remittance files that every bank and portal makes in its own way: rows of cells, or lines of columns. What a file looks
// like is data, a profile of some lines of YAML, shipped here or a site's own.
//
//	profile, err := delim.ShippedProfile("portal-settlement")
//	for item, err := range delim.Scan(file, profile, "portal.csv") {
//		switch {
//		case err != nil:
//			return err // the source failed, or the file is no such one
//		case item.Finding != nil:
//			fmt.Println(item.Finding) // portal.csv:7:31: E_SUB_CENT: amount: the amount has a fraction of a cent …
//		case item.Record != nil:
//			fmt.Println(item.Record.Kind, item.Record.Account, item.Record.Amount)
//		}
//	}
//
// [Read] collects a file as what package payments posts. A profile is
//
//	id: bank
//	seen: the bank's letter of 2026-01-05   # where the columns are published
//	delimiter: ","                          # none for lines of columns
//	heading: true                           # columns are found by their names; without it by column, or by from and to
//	unit: dollars                           # or cents
//	sign: plain                             # or trailing, parentheses, kind
//	date: MM/DD/YYYY
//	kinds: {PAY: payment, RET: chargeback}  # the words of the field with the role kind
//	suffix: R                               # a chargeback has the transaction that it takes back, and an R
//	fields:
//	  - {role: transaction, name: Txn}
//	  - {role: kind, name: Type}
//	  - {role: paid_on, name: Paid}
//	  - {role: account, name: Account}
//	  - {role: amount, name: Amount}
//
// and has records where lines are of several types: rows, controls of the file or of a batch, headings. The keys are those of [Profile], [RecordType] and
// [Field] in small letters, and the roles those of [Role].
//
// The levels of a file are payments.OfFile; payments.OfBatch, where records or a field tell batches apart; and payments.OfReceipt, which is a row, or the
// rows of one tender, and has findings but no verdict. Totals and counts are computed again at each; so are the net of a row, where it states its fee and
// its net, and the sum of a tender's rows.
//
// Nothing is guessed. Units and signs are stated. A row that lacks cells, an amount within which its line ends, a word that the profile does not know, a
// fraction of a cent: each is told, and no money is made of it. As a payment may be lost with a row that cannot be read, what encloses it does not hold.
// What can be missed: in a file that states no totals, rows that are missing whole; and, where a row has nothing to compute again and an amount or a text
// stands last in it, a last line that was cut, unless the profile says that the source ends every line.
//
// No vendor is named whose layout is not public: a profile says where it was seen, and leaves to the site what was not said there.
package delim
