package ratecheck_test

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A proposal appends a version to the rates; what it changes is told from its first day.
func ExampleDiff() {
	now := rates.Version{
		Source: rates.Citation{Resolution: "Resolution 2026-11"},
		Charges: []rates.Charge{
			{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Num("38.79")}},
			{ID: "water", Text: "Water", Rule: rates.PerUnit{Price: rates.Num("4.10")}},
		},
	}
	next := now
	next.From = civil.MustDate("2027-07-01")
	next.Source = rates.Citation{Resolution: "Resolution 2027-08", Section: "Exhibit A"}
	next.Charges = []rates.Charge{
		{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Num("41.20")}},
		{ID: "water", Text: "Water", Rule: rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("10"), Price: rates.Num("3.90")}, {Price: rates.Num("5.25")}}}},
	}
	ended := now
	ended.To = next.From

	book := func(versions ...rates.Version) rates.Book {
		return rates.Book{Schedules: []rates.Schedule{{ID: "homes", Unit: metering.CCF, Versions: versions}}}
	}
	for _, d := range ratecheck.Diff(book(now), book(ended, next)) {
		fmt.Println(d)
	}
	// Output:
	// homes, from 2027-07-01: The rates rest on Resolution 2027-08, Exhibit A instead of Resolution 2026-11  [Resolution 2027-08, Exhibit A]
	// homes, from 2027-07-01: Base charge rises from $38.79 to $41.20 (+$2.41, +6.2%)  [Resolution 2027-08, Exhibit A]
	// homes, from 2027-07-01: Water was $4.10 per CCF and is now in 2 tiers: up to 10 CCF at $3.90 and above that at $5.25  [Resolution 2027-08, Exhibit A]
}
