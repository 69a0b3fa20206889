package main

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// Where the rates were read: the collection that published them, as of 1 January 2018. The resolution that adopted them
// is not named there, and so not here.
const (
	published = "2018 rates"
	address   = "https://github.com/California-Data-Collaborative/Open-Water-Rate-Specification"
)

// Rules that the district has and that are not public. They are placeholders: chosen for this example, the district's
// own may differ. The way of rounding to cents is another, which the flag -rounding chooses.
const (
	placeholderSelect    = rates.SplitByDay
	placeholderProration = rates.NotProrated
	placeholderUsage     = rates.ExactUsage
	placeholderPlace     = money.ByLine

	placeholders = "bills are not prorated, usage is billed as measured, new rates split a bill by days"
)

// area is the prices of one of the district's two service areas, in dollars.
type area struct {
	id, name string
	base     [][2]string // by meter size, a month
	tiers    [3]string   // a unit: to 8, to 16, above
	fire     [][2]string // by size, a month
}

// marinaCoast is the Marina Coast Water District in California: water and fire service in Central Marina and the Ord
// Community, from 1 January 2018. Its sewer, recycled water and deposits are left out, since their figures are not public.
func marinaCoast(mode exact.Mode) rates.Book {
	book := rates.Book{Name: "Marina Coast Water District, 2018"}
	for _, a := range []area{
		{
			id: "central", name: "Central Marina",
			base: [][2]string{
				{"5/8", "22.36"}, {"3/4", "22.36"}, {"1", "36.07"}, {"1 1/2", "58.94"}, {"2", "86.36"}, {"3", "150.41"},
				{"4", "241.82"}, {"6", "470.42"}, {"8", "927.88"},
			},
			tiers: [3]string{"2.78", "3.19", "5.63"},
			fire: [][2]string{
				{"1", "1.68"}, {"1 1/2", "4.87"}, {"2", "10.37"}, {"3", "30.13"}, {"4", "64.20"}, {"6", "186.49"}, {"8", "397.40"},
			},
		},
		{
			id: "ord", name: "Ord Community",
			base: [][2]string{
				{"5/8", "38.79"}, {"3/4", "38.79"}, {"1", "60.51"}, {"1 1/2", "96.71"}, {"2", "140.14"}, {"3", "241.57"},
				{"4", "386.31"}, {"6", "748.31"}, {"8", "1472.72"},
			},
			tiers: [3]string{"3.68", "5.65", "7.62"},
			fire: [][2]string{
				{"1", "2.26"}, {"1 1/2", "6.56"}, {"2", "13.99"}, {"3", "40.63"}, {"4", "86.58"}, {"6", "251.49"}, {"8", "535.94"},
			},
		},
	} {
		book.Schedules = append(book.Schedules, a.water(mode), a.fireService(mode))
	}
	return book
}

// water is a base charge by meter size, and three tiers.
func (a area) water(mode exact.Mode) rates.Schedule {
	return a.schedule(a.id+"-water", a.name+" water", mode, a.base,
		rates.Charge{
			ID: "base", Text: "Base charge", Service: "water",
			Rule: rates.Fixed{Amount: bySize(a.base)}, Source: a.source("base charge"),
		},
		rates.Charge{
			ID: "commodity", Text: "Water", Service: "water", Source: a.source("tiers"),
			// The tiers are published by their first units: 0, 9 and 17. Here they are upper bounds, so that 8.5 units are 8
			// in tier 1 and half a unit in tier 2.
			Rule: rates.Tiered{Tiers: rates.TierList{
				{UpTo: rates.Num("8"), Price: rates.Num(a.tiers[0])},
				{UpTo: rates.Num("16"), Price: rates.Num(a.tiers[1])},
				{Price: rates.Num(a.tiers[2])},
			}},
		})
}

// fireService is a fire line: a charge by its size, whatever runs through it.
func (a area) fireService(mode exact.Mode) rates.Schedule {
	return a.schedule(a.id+"-fire", a.name+" fire service", mode, a.fire, rates.Charge{
		ID: "fire", Text: "Fire service", Service: "fire",
		Rule: rates.Fixed{Amount: bySize(a.fire)}, Source: a.source("fire service"),
	})
}

func (a area) schedule(id, title string, mode exact.Mode, sizes [][2]string, charges ...rates.Charge) rates.Schedule {
	size := rates.Fact{Name: "meter_size", Type: rates.TextFact}
	for _, row := range sizes {
		size.Allowed = append(size.Allowed, row[0])
	}
	return rates.Schedule{
		ID: id, Title: title,
		Unit:      metering.CCF748,
		Rounding:  money.Rounding{Mode: mode, Place: placeholderPlace},
		Select:    placeholderSelect,
		Proration: rates.Proration{Over: placeholderProration},
		Usage:     placeholderUsage,
		Facts:     []rates.Fact{size},
		Versions:  []rates.Version{{From: civil.MustDate("2018-01-01"), Source: a.source(""), Charges: charges}},
	}
}

func (a area) source(of string) rates.Citation {
	section := a.name
	if of != "" {
		section += ", " + of
	}
	return rates.Citation{Resolution: published, Section: section, Address: address}
}

// bySize is a price for each size.
func bySize(rows [][2]string) rates.Table {
	t := rates.Table{By: []string{"meter_size"}}
	for _, row := range rows {
		t.Rows = append(t.Rows, rates.Row{Key: []string{row[0]}, Value: rates.Num(row[1])})
	}
	return t
}

// inventedAccounts are a hundred accounts that nobody has, as CSV: made by arithmetic, so that they are the same always.
// They mix areas, sizes, whole and fractional usage, and fire lines.
func inventedAccounts() string {
	var (
		meters = []string{ // most meters are small
			"3/4", "5/8", "3/4", "1", "3/4", "5/8", "1 1/2", "3/4", "2", "5/8", "3/4", "1", "3/4", "3", "5/8", "3/4", "1", "4", "1 1/2", "6",
		}
		fireLines = []string{"2", "4", "6", "1", "8", "3", "1 1/2", "4", "6", "2"}
		times     = map[string]int{"1": 2, "1 1/2": 3, "2": 5, "3": 9, "4": 16, "6": 30} // larger meters use more
	)
	var b strings.Builder
	b.WriteString("account,class,meter_size,usage,from,to\n")
	for i := 1; i <= 100; i++ {
		place := "ord"
		if i%3 == 0 {
			place = "central"
		}
		if i%10 == 0 {
			fmt.Fprintf(&b, "invented-%03d,%s-fire,%s,0,2018-03-01,2018-04-01\n", i, place, fireLines[i/10-1])
			continue
		}
		size := meters[i*7%len(meters)]
		tenths := i * 103 % 253 * max(times[size], 1)
		fmt.Fprintf(&b, "invented-%03d,%s-water,%s,%d.%d,2018-03-01,2018-04-01\n", i, place, size, tenths/10, tenths%10)
	}
	return b.String()
}
