package batch_test

import (
	"fmt"
	"iter"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// must is for values that a test states itself.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// numbers are 0 to below n.
func numbers(n int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
	}
}

func double(n int) (int, error) { return 2 * n, nil }

// book has a base charge by meter size, tiers that widen with persons, and a tax.
func book() rates.Book {
	return rates.Book{Name: "Anytown", Schedules: []rates.Schedule{{
		ID:        "water",
		Unit:      metering.CCF748,
		Rounding:  money.Rounding{Mode: exact.HalfUp, Place: money.ByLine},
		Select:    rates.SplitByDay,
		Proration: rates.Proration{Over: rates.NotProrated},
		Usage:     rates.ExactUsage,
		Facts: []rates.Fact{
			{Name: "meter_size", Type: rates.TextFact, Allowed: []string{"3/4", "1"}},
			{Name: "persons", Type: rates.NumberFact},
		},
		Versions: []rates.Version{{
			Source: rates.Citation{Resolution: "2026-04"},
			Charges: []rates.Charge{
				{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Table{By: []string{"meter_size"}, Rows: []rates.Row{
					{Key: []string{"3/4"}, Value: rates.Num("48.94")}, {Key: []string{"1"}, Value: rates.Num("81.55")}}}}},
				{ID: "water", Text: "Water", Rule: rates.Tiered{Tiers: rates.TierList{
					{UpTo: rates.Formula{Text: "2.5 * persons"}, Price: rates.Num("4.9017")},
					{Price: rates.Num("9.5533")}}}},
				{ID: "tax", Text: "Utility tax", Rule: rates.Percent{Of: []string{"base", "water"}, Rate: rates.Num("6.5")}},
			},
		}},
	}}}
}

// june is a bill of 4 persons.
func june(units, meterSize string) rates.Input {
	return rates.Input{Schedule: "water", Period: civil.MustPeriod("[2026-06-01, 2026-07-01)"),
		Usage: must(metering.VolumeOf(units, metering.CCF748)), Facts: rates.Facts{"meter_size": meterSize, "persons": "4"}}
}

// account is the ith of many: of 1 to 9 persons.
func account(i int) rates.Account {
	return rates.Account{Usage: must(metering.VolumeOf(fmt.Sprint(i%60), metering.CCF748)), Columns: []exact.Number{must(exact.NewNumber(int64(1+i%9), 0))}}
}

// columns are the usage and the persons of so many accounts.
func columns(rows int) (usage, persons rates.Column) {
	usage, persons = rates.Column{Values: make([]int64, rows), Places: 3}, rates.Column{Values: make([]int64, rows)}
	for i := range rows {
		usage.Values[i], persons.Values[i] = int64(i*37%60_000), int64(1+i%9)
	}
	return usage, persons
}

// bound is a book's June with a 3/4 inch meter; persons are a column.
func bound(book rates.Book) *rates.Bound {
	in := june("0", "3/4")
	delete(in.Facts, "persons")
	return must(must(rates.Compile(book)).Bind(in, "persons"))
}
