package ratecheck_test

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// exampleEngine is rates with one base charge and two tiers.
func exampleEngine(base, upper string) *rates.Engine {
	engine, err := rates.Compile(rates.Book{Name: "Example Water District", Schedules: []rates.Schedule{{
		ID: "home", Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine},
		Select: rates.SplitByDay, Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage,
		Versions: []rates.Version{{From: civil.MustDate("2027-07-01"), Charges: []rates.Charge{
			{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Num(base)}},
			{ID: "water", Text: "Water", Rule: rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("8"), Price: rates.Num("3.68")}, {Price: rates.Num(upper)}}}},
		}}},
	}}})
	if err != nil {
		panic(err)
	}
	return engine
}

func ExampleGolden() {
	table, err := ratecheck.ParseTable("board.csv", []byte(`name,class,from,to,usage,total
a home in July,home,2027-07-01,2027-08-01,13,86.44
a large one,home,2027-07-01,2027-08-01,40,238.98
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range ratecheck.Golden(exampleEngine("28.75", "5.65"), table) {
		fmt.Println(e)
	}
	// Output:
	// board.csv:3:43: E_CHECK: total: a large one: expected $238.98, computed $238.99: Base charge $28.75 + Water $29.44 + Water $180.80; correct the book, or the check if its bill is misprinted
}

func ExampleLaws() {
	engine := exampleEngine("28.75", "5.65")
	book := engine.Book()
	v := &book.Schedules[0].Versions[0]
	v.Charges = append(v.Charges, rates.Charge{ID: "help", Text: "Help", Rule: rates.Credit{Amount: rates.Num("30")}})
	engine, err := rates.Compile(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	report := ratecheck.Laws(engine, ratecheck.LawOptions{})
	for _, b := range report.Breaches {
		fmt.Println(b.String())
	}
	// Output:
	// home: never_negative: 0 CCF comes to -$1.25; limit the credits to the charges that they are of, or to a cap
	//     home: 2027-07-31 to 2027-08-29, 0 CCF
}

func ExampleCover() {
	used, err := metering.ParseVolume("6 CCF")
	if err != nil {
		fmt.Println(err)
		return
	}
	small := rates.Input{Schedule: "home", Period: civil.MustPeriod("[2027-07-01, 2027-08-01)"), Usage: used}
	coverage := ratecheck.Cover(exampleEngine("28.75", "5.65"), []ratecheck.Check{{Name: "a small home", Input: small, Total: money.Cents(5083)}})
	for _, p := range coverage.Missing() {
		if p.Kind == ratecheck.NumberPoint {
			fmt.Println(p.String())
		}
	}
	// Output:
	// home from 2027-07-01: 8 of the bound of tier 1 of Water
	// home from 2027-07-01: $5.65 of the price of tier 2 of Water
}

func ExampleStudy() {
	study := ratecheck.NewStudy(exampleEngine("28.75", "5.65"), exampleEngine("26.00", "6.40"))
	for _, units := range []string{"3", "6", "13", "40"} {
		used, err := metering.VolumeOf(units, metering.CCF)
		if err != nil {
			fmt.Println(err)
			return
		}
		in := rates.Input{Schedule: "home", Period: civil.MustPeriod("[2027-07-01, 2027-08-01)"), Usage: used}
		if err := study.Add(&ratecheck.Account{ID: units + " units", Before: in, After: in}); err != nil {
			fmt.Println(err)
		}
	}
	impact, err := study.Impact()
	if err != nil {
		fmt.Println(err)
		return
	}
	all := &impact.All
	fmt.Println(all.Bills, "bills:", all.Before, "to", all.After, "median", all.Percentile(50))
	for _, c := range all.Causes {
		fmt.Println(c.Text, c.Amount)
	}
	fmt.Println(all.MostUp[0].ID, all.MostUp[0].Before, "to", all.MostUp[0].After)
	// Output:
	// 4 bills: $416.05 to $432.80 median -$2.75
	// Water $27.75
	// Base charge -$11.00
	// 40 units $238.99 to $260.24
}
