package money_test

import (
	"encoding/json"
	"fmt"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

func Example() {
	base, err := money.Parse("45.27")
	if err != nil {
		fmt.Println(err)
		return
	}
	rate, err := exact.Parse("4.90") // dollars per CCF
	if err != nil {
		fmt.Println(err)
		return
	}
	charge, err := money.FromRatio(rate.Mul(exact.Int(10)), exact.HalfUp)
	if err != nil {
		fmt.Println(err)
		return
	}
	total, err := money.Sum(base, charge)
	fmt.Println(total, total.Cents(), err)
	// Output: $94.27 9427 <nil>
}

func ExampleParse() {
	_, err := money.Parse("$1,234.56")
	fmt.Println(err)
	// Output: E_AMOUNT: the amount has a currency sign; write it without $, such as 1234.56
}

func ExampleAmount_Split() {
	halves, err := money.Cents(9427).Split([]exact.Ratio{exact.Int(1), exact.Int(1)})
	fmt.Println(halves, err)
	// Output: [$47.14 $47.13] <nil>
}

func ExampleAmount_MarshalJSON() {
	text, err := json.Marshal(money.Cents(-308))
	fmt.Println(string(text), err)
	// Output: "-3.08" <nil>
}
