// Package scanline has the check digits of account numbers and the line at the foot of a remittance stub that a bank's machine reads: one
// routine for all check digits, templates that print a line and read it back, and what each routine fails to see.
//
//	luhn := scanline.Luhn()
//	account, err := luhn.Append("0104417")     // "01044171"
//	err = luhn.Verify("01044713")              // E_CHECK_DIGIT: the check digit of …
//
//	stub := scanline.Template{Name: "water bill", Fields: []scanline.Field{
//		{Name: "account", Kind: scanline.Account, Width: 8},
//		{Name: "due", Kind: scanline.AmountDue, Width: 10},
//		{Name: "check", Kind: scanline.CheckDigit, Routine: luhn, Over: []string{"account", "due"}},
//	}}
//	line, err := stub.Print(scanline.Line{Account: account, AmountDue: money.Cents(84_10)}) // "0104417100000084108"
//	read, err := stub.Read(line)
//
// A line that was misread may be repaired: [Template.Repair] proposes what it may have been, and never decides.
//
// The routines and the vectors that prove them are of the sources that each names. Luhn's is preferred, or ISO 7064 where two digits have
// room: see [Routine.Misses].
package scanline
