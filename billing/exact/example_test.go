package exact_test

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/exact"
)

func Example() {
	rate, err := exact.Parse("4.90") // dollars per CCF
	if err != nil {
		fmt.Println(err)
		return
	}
	days, err := exact.New(17, 31)
	if err != nil {
		fmt.Println(err)
		return
	}
	dollars := rate.Mul(exact.Int(10)).Mul(days)
	cents, _ := dollars.Round(2, exact.HalfUp).Decimal(2)
	fmt.Println(dollars, "is", cents)
	// Output: 833/31 is 26.87
}

func ExampleRatio_Decimal() {
	eighth, _ := exact.New(1, 8)
	third, _ := exact.New(1, 3)
	fmt.Println(eighth.Decimal(2))
	fmt.Println(third.Decimal(2))
	// Output:
	// 0.125 true
	// 0.33 false
}

func ExampleSplit() {
	parts, err := exact.Split(2687, []exact.Ratio{exact.Int(1), exact.Int(2)})
	fmt.Println(parts, err)
	// Output: [896 1791] <nil>
}

func ExampleFit() {
	first, _ := exact.New(1049, 100)
	second, _ := exact.New(2071, 100)
	lines, err := exact.Fit([]exact.Ratio{first, second}, 31)
	fmt.Println(lines, err)
	// Output: [10 21] <nil>
}

func ExampleParseNumber() {
	n, err := exact.ParseNumber("31.2370")
	fmt.Println(n, n.Coefficient(), n.Places(), err)
	_, err = exact.ParseNumber("31,237")
	fmt.Println(err)
	// Output:
	// 31.237 31237 3 <nil>
	// E_NUMBER: character 3 does not belong in a number; write digits with at most one point, such as 12.34, with no exponent, spaces or commas
}
