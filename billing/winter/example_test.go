package winter_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/winter"
	"github.com/headgate-dev/headgate/metering"
)

// A home's winter average of three bills, one of them high by a leak, and what June is billed for sewer. The numbers are no
// district's.
func ExamplePolicy_Average() {
	must := func(text string) metering.Volume { // a host handles the error
		v, err := metering.ParseVolume(text)
		if err != nil {
			panic(err)
		}
		return v
	}
	rule := winter.Policy{
		Title: "Example winter average", Source: "placeholder",
		Months: policy.Is([]time.Month{time.December, time.January, time.February}), Counts: winter.ByLastDay,
		Mean: winter.MeanOfBills, Scale: policy.Is(decimal.NewFromInt(1)),
		LeastDays: policy.Is(25), MostDays: policy.Is(36), DropHighest: policy.Is(0),
		Leaks: winter.LeaveThemOut, Estimates: winter.LeaveThemOut, CustomerReads: winter.CountThem,
		Least: policy.Is(2), RoundTo: policy.Is(must("1 gal")), Rounding: exact.HalfUp,
		Starts: policy.Is(winter.Day{Month: time.May, Day: 1}), DaysPerMonth: policy.None[exact.Number](), Select: rates.ByPeriodStart,
		Classes: map[string]winter.Class{"residential": {
			Floor: policy.None[metering.Volume](), Cap: policy.None[metering.Volume](), Default: policy.Of(must("8000 gal")),
		}},
	}
	bill := func(period, use string, leak bool) winter.Cycle {
		return winter.Cycle{Cycle: metering.Cycle{Period: civil.MustPeriod(period), Use: must(use), Source: metering.Actual}, Leak: leak}
	}
	average, err := rule.Average(winter.Facts{
		Class: "residential", On: civil.MustDate("2026-06-01"),
		History: []winter.Cycle{
			bill("[2025-12-01, 2026-01-01)", "7000 gal", false),
			bill("[2026-01-01, 2026-02-01)", "31000 gal", true),
			bill("[2026-02-01, 2026-03-01)", "6800 gal", false),
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(average.Words)
	for _, out := range average.LeftOut {
		fmt.Println("not", out.Cycle.Period, "since", out.Words)
	}
	fmt.Println("holds for", average.Holds)

	sewer := winter.SewerPolicy{
		Title: "Example sewer", Source: "placeholder",
		Classes: map[string]winter.SewerClass{"residential": {Basis: winter.SewerByLower, Cap: policy.None[metering.Volume]()}},
	}
	use, err := sewer.Use(winter.SewerFacts{
		Class: "residential", Period: civil.MustPeriod("[2026-06-01, 2026-07-01)"), Actual: must("9400 gal"), Average: average,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(use.Quantity, "billed:", use.Words)
	// Output:
	// 13800 gal in 2 bills from 2025-12-01 to 2026-02-28 are 6900 gal a bill: 6900 gal
	// not [2026-01-01, 2026-02-01) since its 31000 gal were high by a leak
	// holds for [2026-05-01, 2027-05-01)
	// 6900 gal billed: the winter average, 6900 gal, which is below the use of the period, 9400 gal
}
