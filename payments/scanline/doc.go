// Package scanline makes and verifies check digits, and prints and reads the lines at the foot of remittance stubs that a bank's machine
// scans. Both the routines and the lines are data: what a bank asks for is written down, and checked, and no code is needed for it.
//
//	luhn := scanline.Luhn()
//	stub := scanline.Template{Name: "water stub", Fields: []scanline.Field{
//		{Kind: scanline.Account, Width: 8, Routine: &luhn},
//		{Kind: scanline.AmountDue, Width: 10, Pad: scanline.ZerosLeft},
//		{Kind: scanline.DueDate, Width: 6, Format: scanline.MMDDYY, Century: 20},
//		{Kind: scanline.CheckDigit, Width: 1, Routine: &luhn},
//	}}
//	account, err := luhn.Append("1044177")                                  // 10441772
//	line, err := stub.Print(scanline.Stub{Account: account, Due: money.Cents(8410), DueDate: civil.MustDate("2026-04-30")})
//	fmt.Println(line)                                                       // 1044177200000084100430267
//	read, err := stub.Read(line)                                            // the account, the amount and the day, all in order
//	differs, err := scanline.Differs(read.Due, money.Cents(4810))           // $36.00 short; the difference is divisible by 9 …
//
// [Routine.Misses] says exactly which errors a routine does not see, so that a district can choose. Nothing is guessed: a line is read
// when all of it is in order, and is otherwise an error that says which field and which columns. [Template.Repair] proposes what a line that
// was misread may have said; only a person makes a payment of it.
//
// # Which routine
//
// What is missed in payloads of eight digits, of errors in the payload, by [Routine.Misses]:
//
//	                                    one digit wrong   neighbors swapped
//	Luhn, LeftLuhn                      0 %               2.2 % (1/45: 09 and 90)
//	Products21                          5.6 % (1/18)      0 %
//	Weights731, ABA                     0 %               11.1 % (1/9: digits 5 apart)
//	Geometric248                        11.1 % (1/9)      11.1 % (1/9)
//	Unweighted                          0 %               100 %
//	Mod11                               0 %               0 %
//	Mod97, RF                           0 %               0 %
//
// Prefer Luhn, or mod 97 where the length allows. Mod 11 sees as much with one digit, and leaves one number in eleven without one.
package scanline
