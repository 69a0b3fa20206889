package scanline_test

import (
	"errors"
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments/scanline"
)

// The ten lines of the package comment.
func Example() {
	luhn := scanline.Luhn()
	stub := scanline.Template{Name: "water stub", Fields: []scanline.Field{
		{Kind: scanline.Account, Width: 8, Routine: &luhn},
		{Kind: scanline.AmountDue, Width: 10, Pad: scanline.ZerosLeft},
		{Kind: scanline.DueDate, Width: 6, Format: scanline.MMDDYY, Century: 20},
		{Kind: scanline.CheckDigit, Width: 1, Routine: &luhn},
	}}
	account, err := luhn.Append("1044177")
	if err != nil {
		fmt.Println(err)
		return
	}
	line, err := stub.Print(scanline.Stub{Account: account, Due: money.Cents(8410), DueDate: civil.MustDate("2026-04-30")})
	if err != nil {
		fmt.Println(err)
		return
	}
	read, err := stub.Read(line)
	if err != nil {
		fmt.Println(err)
		return
	}
	differs, err := scanline.Differs(read.Due, money.Cents(4810))
	fmt.Println(line)
	fmt.Println(read.Account, read.Due, read.DueDate)
	fmt.Println(differs, err)
	// Output:
	// 1044177200000084100430267
	// 10441772 $84.10 2026-04-30
	// due $84.10, paid $48.10: $36.00 short; the difference is divisible by 9: two neighboring digits were swapped, it seems <nil>
}

func ExampleRoutine_Verify() {
	err := scanline.Luhn().Verify("10441175")
	fmt.Println(err)
	fmt.Println(errors.Is(err, scanline.ErrCheckDigit))

	fmt.Println(scanline.ABA().Verify("121000358"))
	fmt.Println(scanline.RF().Verify("RF18539007547034"))
	fmt.Println(scanline.Luhn().Verify("1O441772"))
	// Output:
	// E_CHECK_DIGIT: Luhn: the check digit is 5, and the rest gives 8; compare with the paper: any of the digits may be the wrong one
	// true
	// <nil>
	// <nil>
	// E_CHARACTER: Luhn: character 2 is not a digit; leave out blanks and hyphens; look whether a letter was read for a digit
}

// A routine that is not among the presets is a value. This one is of a manual of bar code readers: each digit times its place from the
// right, the check digit included.
func ExampleRoutine() {
	places := scanline.Routine{
		Name: "places", Weights: []int{1}, Step: 1, Direction: scanline.FromRight, Sum: scanline.DigitSums,
		Modulus: 10, Result: scanline.Complement, Included: true, Digits: 1,
	}
	fmt.Println(places.Append("13245"))

	missed, err := places.Misses(8)
	fmt.Println(missed.Digit, err)
	// Output:
	// 132456 <nil>
	// 15.6 % (7/45) <nil>
}

func ExampleRoutine_Misses() {
	for _, r := range []scanline.Routine{scanline.Luhn(), scanline.Products21(), scanline.Weights731(), scanline.Mod97()} {
		m, err := r.Misses(8)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: one digit wrong %s %v, neighbors swapped %s %v\n", r.Name, m.Digit, m.Digit.Pairs, m.Swap, m.Swap.Pairs)
	}
	// Output:
	// Luhn: one digit wrong 0 % [], neighbors swapped 2.2 % (1/45) [09]
	// 2121 products: one digit wrong 5.6 % (1/18) [05 16 27 38 49], neighbors swapped 0 % []
	// 731: one digit wrong 0 % [], neighbors swapped 11.1 % (1/9) [05 16 27 38 49]
	// mod 97-10: one digit wrong 0 % [], neighbors swapped 0 % []
}

// A line with three check digits: of the account, of the amount, and of all that stands before the last.
func ExampleTemplate_Read() {
	left, products := scanline.LeftLuhn(), scanline.Weights731()
	template := scanline.Template{Fields: []scanline.Field{
		{Kind: scanline.Account, Width: 9, Pad: scanline.ZerosLeft},
		{Kind: scanline.CheckDigit, Name: "account check", Width: 1, Routine: &left, Over: []string{"account"}},
		{Kind: scanline.AmountDue, Width: 8, Pad: scanline.ZerosLeft},
		{Kind: scanline.CheckDigit, Name: "amount check", Width: 1, Routine: &products, Over: []string{"amount_due"}},
		{Kind: scanline.BillType, Width: 2},
		{Kind: scanline.CheckDigit, Name: "line check", Width: 1, Routine: &left},
	}}
	line, err := template.Print(scanline.Stub{Account: "104417", Due: money.Cents(12659), BillType: "01"})
	fmt.Println(line, err)

	_, err = template.Read("0001044171000126959018")
	fmt.Println(err)
	// Output:
	// 0001044171000126599018 <nil>
	// E_CHECK_DIGIT: amount check: column 19: 731: the check digit is 9, and the rest gives 5; compare with the paper: any of the digits may be the wrong one
	// E_CHECK_DIGIT: line check: column 22: Luhn from the left: the check digit is 8, and the rest gives 4; compare with the paper: any of the digits may be the wrong one
}

func ExampleTemplate_Repair() {
	luhn := scanline.Luhn()
	template := scanline.Template{Fields: []scanline.Field{
		{Kind: scanline.Account, Width: 8, Routine: &luhn},
		{Kind: scanline.AmountDue, Width: 10, Pad: scanline.ZerosLeft},
		{Kind: scanline.CheckDigit, Width: 1, Routine: &luhn},
	}}
	line, err := template.Print(scanline.Stub{Account: "10441772", Due: money.Cents(8410)})
	fmt.Println(line, err)

	repairs, err := template.Repair("1O44177200000O84I03", scanline.LookAlikes(), scanline.Limit{Changes: 3, Candidates: 10})
	for _, candidate := range repairs.Candidates { // to show to a person; never to post
		fmt.Println(candidate.Stub.Account, candidate.Stub.Due)
		for _, change := range candidate.Changes {
			fmt.Println(change)
		}
	}
	fmt.Println(repairs.Complete, err)
	// Output:
	// 1044177200000084103 <nil>
	// 10441772 $84.10
	// account, column 2: 'O' is read as '0'
	// amount_due, column 14: 'O' is read as '0'
	// amount_due, column 17: 'I' is read as '1'
	// true <nil>
}
