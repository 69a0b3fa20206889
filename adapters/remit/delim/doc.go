// Package delim reads the remittance files that every bank and portal makes in its own way: rows of cells, or lines of columns. What a file looks
// like is data, a profile of some lines of YAML, shipped here or a site's own.
//
//	profile, err := delim.ShippedProfile("portal-settlement")
//	for item, err := range delim.Scan(file, profile, "portal.csv") {
//		switch {
//		case err != nil:
//			return err // the source failed, or the file is no such one
//		case item.Finding != nil:
//			fmt.Println(item.Finding) // portal.csv:7:31: E_SUB_CENT: amount: a fraction of a cent …
//		case item.Record != nil:
//			fmt.Println(item.Record.Kind, item.Record.Account, item.Record.Amount)
//		}
//	}
//
// [Read] collects a file as what package payments posts. The file is the level payments.OfFile, and a row a payments.OfReceipt.
//
// Columns are found by the names of a heading, since publishers add columns and move them, or by their numbers or places where there is none. Units
// and signs are stated, never guessed. No vendor is named whose layout is not public: a profile says where it was seen.
package delim
