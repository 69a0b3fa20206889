package owrs_test

import (
	"fmt"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

const elmGrove = `
metadata:
  utility_name: Elm Grove Water
  effective_date: 7/1/2024
  bill_unit: ccf
rate_structure:
  RESIDENTIAL_SINGLE:
    service_charge:
      depends_on: meter_size
      values:
        3/4": 22.36
        1": 41.10
    commodity_charge: Tiered
    tier_starts: [0, 9, 17]
    tier_prices: [2.78, 3.19, 4.05]
    bill: service_charge+commodity_charge
`

func Example() {
	file, err := owrs.Parse("elm-grove.owrs", []byte(elmGrove))
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := rates.Compile(file.Book(money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}))
	if err != nil {
		fmt.Println(err)
		return
	}
	used, err := metering.ParseVolume("13 CCF")
	if err != nil {
		fmt.Println(err)
		return
	}
	in := rates.Input{Schedule: "RESIDENTIAL_SINGLE", Usage: used, Facts: owrs.Facts(map[string]string{"meter_size": `3/4"`})}
	quote, err := engine.Price(in)
	fmt.Println(quote.Total, err)
	for part := range quote.Memos() {
		fmt.Println(" ", part.Charge(), part.Amount())
	}

	in.Facts["meter_size"] = `2"`
	_, err = engine.Price(in)
	fmt.Println(err)
	// Output:
	// $60.55 <nil>
	//   service_charge $22.36
	//   commodity_charge $38.19
	// elm-grove.owrs:8:5: E_MAP_KEY: meter_size: no row for meter_size "2\""; correct the fact, or add the row to the table
}

func ExampleParse_faults() {
	_, err := owrs.Parse("twice.owrs", []byte("rate_structure:\n  HOME: {bill: 1}\n  HOME: {bill: 2}\n"))
	fmt.Println(err)
	_, err = owrs.Parse("indented.owrs", []byte("rate_structure:\n  HOME:\n    bill: rate*usage_ccf\n      rate: 2\n"))
	fmt.Println(err)
	// Output:
	// twice.owrs:3:3: E_DUPKEY: key "HOME" stands on line 2 already; keep one
	// indented.owrs:4:11: E_YAML: mapping values are not allowed in this context; correct it: a rate file is one YAML document
}

func ExampleFile_Warnings() {
	file, err := owrs.Parse("starts.owrs", []byte(`
rate_structure:
  HOME:
    commodity_charge: Tiered
    tier_starts: [0, 10, 10]
    tier_prices: [1.00, 2.00, 3.00]
    bill: commodity_charge
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range file.Warnings() {
		fmt.Println(w)
	}
	// Output:
	// starts.owrs:5:26: W_STARTS_ORDER: rate_structure.HOME.tier_starts: start 10 is not above 10: the tier between gets no usage; check the starts
}
