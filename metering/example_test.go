package metering_test

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

func Example() {
	used, err := metering.ParseVolume("31.237 CCF")
	if err != nil {
		fmt.Println(err)
		return
	}
	gallons, err := used.In(metering.Gallon)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := gallons.Round(1, exact.HalfUp).Decimal(1)
	fmt.Println(used, "is", text, "gal")

	_, err = metering.ParseUnit("PULSE")
	fmt.Println(err)
	// Output:
	// 31.237 CCF is 23366.9 gal
	// E_UNIT: "PULSE" is no known unit of volume; name one, such as gal, kgal, ft3, CCF, m3
}

func ExampleUnit_CubicInches() {
	measured, _ := metering.CCF.CubicInches()
	convention, _ := metering.CCF748.CubicInches()
	fmt.Println(measured, convention)
	// Output: 172800 172788
}
