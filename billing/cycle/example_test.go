package cycle_test

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/money"
)

// A cycle is reviewed, what is open is decided or held, a second person approves it, and it is released.
func ExampleReview() {
	request := but(six(), 0, made{tenths: 120}) // house 1 used 12 CCF
	request.Bills = request.Bills[:5]           // and house 6 has no bill
	list, err := cycle.Review(given(request), thresholds())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range list.Open() {
		fmt.Println(e)
		if e.Acceptable() {
			request.Decisions = append(request.Decisions, cycle.Decision{Exception: e.ID, Reason: "a pool was filled", By: person("clerk"), On: request.On})
		}
	}
	request.Holds = []cycle.Hold{{Account: "A-6", Agreement: "6", Reason: "the meter is buried", By: person("clerk"), On: request.On, Until: day("2026-05-08")}}
	list, err = cycle.Review(given(request), thresholds())
	if err != nil {
		fmt.Println(err)
		return
	}
	approved, _, err := approve(list, list.Key(), "clerk")
	if err != nil {
		fmt.Println(err)
		return
	}
	released, bills, err := cycle.Release(approved, may().Add(2*time.Hour), time.UTC)
	fmt.Println(len(bills), "bills,", released.Charges, "approved by", released.ApprovedBy, err)
	fmt.Println(released.Held[0].Account, released.Held[0])
	// Output:
	// NoBill account A-6 agreement 6: the water is active from 2026-01-01 on, and no bill has 27 days of it: [2026-03-31, 2026-04-27)
	// TierJump account A-1 agreement 1 bill 2026-W18: it reaches tier 2 of water, and the bill before tier 1; 1 or more is a jump
	// BillsChange: the bills of the cycle are 5, against 6 of the last run: -16.6667%, and 10% or more is listed
	// BillsChange: the bills of area central are 5, against 6 of the last run: -16.6667%, and 10% or more is listed
	// 5 bills, $237.10 approved by s.reyes <nil>
	// A-6 held by clerk from 2026-05-01 to 2026-05-08: the meter is buried
}

// The old system's bill of an account against ours, to the cent.
func ExampleParallel() {
	ours := six().Bills[:1]
	old := []cycle.OldBill{{
		Account: "A-1", Key: key, Total: money.Cents(43_50), Lines: []cycle.OldLine{
			{Agreement: "1", Charge: "base", Amount: money.Cents(20_00)}, {Agreement: "1", Charge: "water", Amount: money.Cents(23_50)},
		},
	}}
	run, err := cycle.Parallel(old, ours)
	fmt.Print(run)
	fmt.Println(err)
	// Output:
	// 1 bill, 0 the same to the cent: $44.00, and the old system $43.50
	//   other rates in water: +$0.50 on 1 bill; account A-1, bill 2026-W18: water is $24.00, and was $23.50: the old bill does not say its days, or its use
	// <nil>
}
