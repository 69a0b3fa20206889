package leak_test

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/leak"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// exampleBook is invented.
func exampleBook() rates.Book {
	return rates.Book{Name: "invented", Schedules: []rates.Schedule{{
		ID: "residential", Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: rates.SplitByDay,
		Usage: rates.ExactUsage, Proration: rates.Proration{Over: rates.NotProrated},
		Versions: []rates.Version{{Charges: []rates.Charge{
			{ID: "base", Text: "Base charge", Service: "water", Rule: rates.Fixed{Amount: rates.Num("20.00")}},
			{ID: "water", Text: "Water", Service: "water", Rule: rates.Tiered{Tiers: rates.TierList{
				{UpTo: rates.Num("10"), Price: rates.Num("3.00")}, {UpTo: rates.Num("40"), Price: rates.Num("7.00")}, {Price: rates.Num("9.00")}}}},
			{ID: "sewer", Text: "Sewer", Service: "sewer", Rule: rates.PerUnit{Price: rates.Num("2.00")}},
			{ID: "tax", Text: "Utility tax", Rule: rates.Percent{Rate: rates.Num("6"), Of: []string{"water", "sewer"}}},
		}}},
	}}}
}

// examplePolicy excuses a quarter of the water above the mean of four bills, and all of it from sewer where it did not
// reach the sewer: for repaired leaks, two bills of each, one leak in 12 months.
func examplePolicy() leak.Policy {
	number := func(n int64) exact.Number {
		number, _ := exact.NewNumber(n, 0) // it fits
		return number
	}
	quarter, _ := exact.NewNumber(25, 2) // it fits
	count := func(n int64) policy.OrNone[exact.Number] { return policy.Of(number(n)) }
	none := policy.None[exact.Number]()
	return leak.Policy{
		Title: "a quarter of the water", Source: "invented",
		Rule: leak.Rule{
			Baseline: leak.MeanBills, Bills: count(4), LeastBills: count(4), BaselineUnits: policy.Is(leak.Exact()), Multiple: policy.Is(number(1)),
			Parts: []leak.Part{
				{Name: "water", Of: []string{"water"}, Share: policy.Is(quarter), ShareIs: leak.ShareFixed, Units: policy.Is(leak.Exact()),
					Price: leak.AsBilled, Stated: none, When: leak.Always},
				{Name: "sewer", Of: []string{"sewer"}, Share: policy.Is(number(1)), ShareIs: leak.ShareFixed, Units: policy.Is(leak.Exact()),
					Price: leak.AsBilled, Stated: none, When: leak.OffSewer},
			},
			Cap: policy.None[money.Amount](),
		},
		Eligible: leak.Eligibility{
			Test: leak.NoTest, TestMultiple: none, Repaired: leak.Required, Proof: leak.NotRequired, Current: leak.NotRequired,
			Periods: count(2), Frequency: leak.OnceInMonths, Months: count(12), Deadline: none, Since: leak.SinceNone, History: none,
		},
		Winter: leak.Excluded,
	}
}

func ExamplePolicy_Credit() {
	engine, err := rates.Compile(exampleBook())
	if err != nil {
		fmt.Println(err)
		return
	}
	used, err := metering.ParseVolume("50 CCF")
	if err != nil {
		fmt.Println(err)
		return
	}
	bill, err := engine.Price(rates.Input{Schedule: "residential", Period: civil.MustPeriod("[2026-06-01, 2026-07-01)"), Usage: used})
	if err != nil {
		fmt.Println(err)
		return
	}
	facts := leak.Facts{
		Leak: "work order 118", Asked: civil.MustDate("2026-07-20"), Repaired: civil.MustDate("2026-06-24"), OffSewer: leak.Yes,
		Baselines: []leak.Baseline{{Kind: leak.MeanBills}},
	}
	for i, units := range []string{"9 CCF", "12 CCF", "11 CCF", "8 CCF"} {
		use, err := metering.ParseVolume(units)
		if err != nil {
			fmt.Println(err)
			return
		}
		months := civil.MustPeriod("[2026-02-01, 2026-06-01)").Months()
		facts.Baselines[0].Cycles = append(facts.Baselines[0].Cycles, metering.Cycle{Period: months[i].Period, Use: use, Source: metering.Actual})
	}
	rule := examplePolicy()

	credit, err := rule.Credit(engine, bill, facts)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, words := range credit.Words {
		fmt.Println(words)
	}
	for _, line := range credit.Lines {
		fmt.Println(line.Words)
	}
	fmt.Println("Credit", credit.Credit, "not in the winter average:", credit.NoWinter)

	// The same leak half a year after another one.
	facts.Past = []leak.Past{{Leak: "work order 7", Period: civil.MustPeriod("[2025-12-01, 2026-01-01)"), Granted: civil.MustDate("2026-01-15")}}
	credit, err = rule.Credit(engine, bill, facts)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("Credit", credit.Credit, credit.Reasons[0].Code)
	for _, words := range strings.Split(credit.Reasons[0].Words, "; ") {
		fmt.Println(words)
	}
	// Output:
	// 50 CCF were billed; normal are 10, the mean of bills (9, 12, 11, 8); above 1 × 10 they are 40 in excess
	// water: 0.25 × 40 = 10 are excused as 10; the rest, 30, is priced as billed
	// sewer: 1 × 40 = 40 are excused as 40; the rest, 0, is priced as billed
	// the bill of $475.80 comes to $295.60: $180.20 less
	// Water: $330.00 was billed, $240.00 is left, $90.00 is credited (50 CCF, and 40 to pay for)
	// Sewer: $100.00 was billed, $20.00 is left, $80.00 is credited (50 CCF, and 10 to pay for)
	// Utility tax: $25.80 was billed, $15.60 is left, $10.20 is credited
	// Credit $180.20 not in the winter average: true
	// Credit $0.00 TooSoon
	// leak work order 7 was credited on 2026-01-15
	// one leak is credited in 12 months, the next from 2027-01-15 on, and this one was asked for on 2026-07-20
}

// Every part of a policy that is not stated is told, with its place.
func ExamplePolicy_Check() {
	rule := examplePolicy()
	rule.Rule.Multiple = policy.Value[exact.Number]{}
	rule.Eligible.Periods = policy.OrNone[exact.Number]{}
	rule.Eligible.Months = policy.None[exact.Number]()
	fmt.Println(strings.ReplaceAll(rule.Check().Error(), "; ", ";\n  "))
	// Output:
	// E_NOT_STATED: rule.multiple: a quarter of the water: it is not stated, and has no default;
	//   state it, also where it is zero or none
	// E_NOT_STATED: eligible.periods: a quarter of the water: it is not stated, and has no default;
	//   state it, also where it is zero or none
	// E_NOT_STATED: eligible.months: a quarter of the water: it is not stated, and has no default;
	//   state a whole number: the frequency is once in so many months
}
