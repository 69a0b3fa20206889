package rates_test

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// ordWater is the water schedule that Marina Coast Water District publishes for
// the Ord Community.
func ordWater() rates.Book {
	return rates.Book{Name: "Marina Coast Water District", Schedules: []rates.Schedule{{
		ID:        "ord-water",
		Unit:      metering.CCF748,
		Rounding:  money.Rounding{Mode: exact.HalfUp, Place: money.ByLine},
		Select:    rates.SplitByDay,
		Proration: rates.Proration{Over: rates.NotProrated},
		Usage:     rates.ExactUsage,
		Facts:     []rates.Fact{{Name: "meter_size", Type: rates.TextFact, Allowed: []string{"3/4"}}},
		Versions: []rates.Version{{
			Source: rates.Citation{Resolution: "published rates", Section: "Ord Community"},
			Charges: []rates.Charge{
				{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Table{
					By: []string{"meter_size"}, Rows: []rates.Row{{Key: []string{"3/4"}, Value: rates.Num("48.94")}}}}},
				{ID: "water", Text: "Water", Rule: rates.Tiered{Tiers: rates.TierList{
					{UpTo: rates.Num("10"), Price: rates.Num("4.90")},
					{Price: rates.Num("9.55")}}}},
			},
		}},
	}}}
}

func june13() rates.Input {
	used, err := metering.VolumeOf("13", metering.CCF748)
	if err != nil {
		panic(err)
	}
	return rates.Input{Schedule: "ord-water", Period: civil.MustPeriod("[2026-06-01, 2026-07-01)"), Usage: used, Facts: rates.Facts{"meter_size": "3/4"}}
}

func Example() {
	engine, err := rates.Compile(ordWater())
	if err != nil {
		fmt.Println(err)
		return
	}
	quote, err := engine.Price(june13())
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range quote.Lines() {
		fmt.Println(line.Text(), line.Amount())
	}
	fmt.Println("Total", quote.Total)
	// Output:
	// Base charge $48.94
	// Water $49.00
	// Water $28.65
	// Total $126.59
}

// Every fault of a book is reported at once, with its place, reason and remedy.
func ExampleCompile() {
	book := ordWater()
	water := rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("10"), Price: rates.Num("4.90")}, {UpTo: rates.Num("8"), Price: rates.Num("9.55")}}}
	book.Schedules[0].Select = 0
	book.Schedules[0].Versions[0].Charges[1].Rule = water
	_, err := rates.Compile(book)
	fmt.Println(err)
	// Output:
	// E_UNSET: schedules[0].select: which date picks the version is not stated; state it: none is implied
	// E_TIER_ORDER: schedules[0].versions[0].charges[1].rule.tiers[1].up_to: the last tier is not open; leave out how far it goes: usage above it would have no price
	// E_TIER_ORDER: schedules[0].versions[0].charges[1].rule.tiers[1].up_to: 8 is not above 10; raise it
}

// A refused bill says why; the lines that could be priced are still in the quote.
func ExampleEngine_Price_refused() {
	engine, err := rates.Compile(ordWater())
	if err != nil {
		fmt.Println(err)
		return
	}
	in := june13()
	in.Facts = rates.Facts{"meter_size": "2"}
	quote, err := engine.Price(in)
	fmt.Println(err)
	for line := range quote.Lines() {
		fmt.Println(line.Text(), line.Amount())
	}
	// Output:
	// E_FACT_VALUE: meter_size: meter_size is "2"; give one of: 3/4
	// Water $49.00
	// Water $28.65
}

// Many accounts that are alike in all but their usage are settled once.
func ExampleEngine_Bind() {
	engine, err := rates.Compile(ordWater())
	if err != nil {
		fmt.Println(err)
		return
	}
	bound, err := engine.Bind(june13())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, units := range []string{"0", "10", "13", "13.5"} {
		used, err := metering.VolumeOf(units, metering.CCF748)
		if err != nil {
			fmt.Println(err)
			return
		}
		total, err := bound.Total(rates.Account{Usage: used})
		fmt.Println(used, total, err)
	}
	// Output:
	// 0 CCF748 $48.94 <nil>
	// 10 CCF748 $97.94 <nil>
	// 13 CCF748 $126.59 <nil>
	// 13.5 CCF748 $131.37 <nil>
}

// Why is my bill so high?
func ExampleEngine_Explain() {
	engine, err := rates.Compile(ordWater())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(engine.Explain(june13()))
	// Output:
	// ord-water, 2026-06-01 to 2026-06-30 (30 days), 13 CCF: $126.59
	//   Base charge: $48.94  [published rates, Ord Community]
	//     meter size is 3/4: $48.94
	//   Water: 10 CCF in tier 1 (to 10 CCF) at $4.90 = $49.00  [published rates, Ord Community]
	//   Water: 3 CCF in tier 2 at $9.55 = $28.65  [published rates, Ord Community]
}

// Why is this month's bill higher than the last?
func ExampleWhy() {
	book := ordWater()
	last := &book.Schedules[0].Versions[0]
	last.To = civil.MustDate("2026-07-01")
	next := *last
	next.From, next.To = last.To, civil.Date{}
	next.Source.Resolution = "Resolution 2026-31"
	next.Charges = []rates.Charge{last.Charges[0], last.Charges[1]}
	next.Charges[1].Rule = rates.Tiered{Tiers: rates.TierList{
		{UpTo: rates.Num("10"), Price: rates.Num("5.10")},
		{Price: rates.Num("9.95")}}}
	book.Schedules[0].Versions = append(book.Schedules[0].Versions, next)
	engine, err := rates.Compile(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	june, july := june13(), june13()
	july.Period = civil.MustPeriod("[2026-07-01, 2026-08-01)")
	if july.Usage, err = metering.VolumeOf("15", metering.CCF748); err != nil {
		fmt.Println(err)
		return
	}
	why, err := rates.Why(rates.Case{Engine: engine, Input: june}, rates.Case{Engine: engine, Input: july})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(why.Brief(1))
	for _, cause := range why.Causes {
		fmt.Println(cause)
	}
	// Output:
	// The bill is $149.69, $23.10 more than the $126.59 before. Above all: you used 2 CCF more, 15 instead of 13, in tier 2 (+$19.90)  [Resolution 2026-31, Ord Community]
	// +$3.20 new rates for Water: 10 CCF in tier 1 at $5.10 instead of $4.90, 3 CCF in tier 2 at $9.95 instead of $9.55  [Resolution 2026-31, Ord Community]
	// +$19.90 you used 2 CCF more, 15 instead of 13, in tier 2  [Resolution 2026-31, Ord Community]
}

// A quote that was stored is explained by the book that made it.
func ExampleEngine_ExplainQuote() {
	engine, err := rates.Compile(ordWater())
	if err != nil {
		fmt.Println(err)
		return
	}
	quote, err := engine.Price(june13())
	if err != nil {
		fmt.Println(err)
		return
	}
	book := ordWater()
	book.Schedules[0].Title = "next year's"
	other, err := rates.Compile(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	explanation, err := engine.ExplainQuote(quote)
	fmt.Println(explanation.Quote.Total, err)
	_, err = other.ExplainQuote(quote)
	fmt.Println(rates.ErrOtherBook.Error(), err != nil)
	// Output:
	// $126.59 <nil>
	// E_OTHER_BOOK true
}
