package table_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

func water(number string) report.Water {
	return report.Water{Amount: ratio(number), Unit: metering.CCF}
}

var april = civil.MustPeriod("[2026-04-01, 2026-05-01)")

func left(why string) []report.Left {
	return []report.Left{{Account: "A-1", Agreement: "w-1", Of: "bill k", Period: april, Why: why}}
}

// used is consumption with one total.
func used() report.Consumption {
	row := func(class string, use, mean string) report.ConsumptionRow {
		r := report.ConsumptionRow{Service: "water", Metered: true, Use: water(use), Days: 60, Accounts: 2, Bills: 3, Mean: ratio(mean)}
		if class != "-" {
			r.Of = []string{class, "north"}
		}
		return r
	}
	third := row("residential", "10", "5")
	third.Mean, _ = exact.New(10, 3)
	return report.Consumption{
		Period: april, Cut: report.ByDay, By: []string{"class", "zone"}, Rows: []report.ConsumptionRow{row("", "1234.5", "617.25"), third},
		Totals: []report.ConsumptionRow{row("-", "1244.5", "311.125")}, Left: left("it was taken back"),
	}
}

func balanceRows() []report.BalanceRow {
	return []report.BalanceRow{
		{Item: report.OwnSources, State: report.Whole, Water: water("45"), Words: "of 2 sources"}, {Item: report.Imported, State: report.Partial,
			Water: water("1.5"), Words: "of 1 source; 3 days of a source lack"},
		{Item: report.Exported, State: report.Unknown, Words: "nobody says"},
	}
}

// usageTables are all tables of the reports on water, meters and services.
func usageTables() []table.Table {
	c := used()
	audit := report.Audit{Period: april, Unit: metering.CCF, Rows: balanceRows(), AsBilled: water("33"), Lag: water("-0.1"),
		Left: left("no bill has 1 day of its water")}
	month := report.MonthReport{
		Supplier: "CA-0000000", Period: april, Due: civil.MustDate("2026-05-28"), Rows: balanceRows(), Residential: water("10"),
		All: water("32.9"), State: report.Whole, Used: report.Whole,
		PerCapita: report.PerCapita{Gallons: ratio("45.5"), Words: "the formula"},
	}
	year := report.AnnualReport{
		Supplier: "CA-0000000", Unit: metering.CCF, Period: civil.MustPeriod("[2026-01-01, 2027-01-01)"), Rows: make([]report.AnnualRow, 2),
		Supply: make([]report.AnnualSupply, 2),
	}
	for m := range 12 {
		year.Rows[0].Months[m], year.Rows[1].Months[m], year.Total.Months[m] = water("1"), water("2.25"), water("3.25")
		year.Supply[0].Months[m], year.Supply[1].Months[m] = balanceRows()[0], balanceRows()[2]
	}
	year.Rows[1].Class, year.Rows[1].Use, year.Rows[0].Use, year.Total.Use, year.Total.Metered, year.Total.Unmetered = "Commercial",
		water("27"), water("12"), water("39"), 7, 1
	year.Rows[0].State, year.Rows[1].State, year.Total.State = report.Whole, report.Partial, report.Partial
	year.Rows[1].Months[11], year.Total.Months[11], year.Rows[1].Use, year.Total.Use = report.Water{}, water("1"), water("24.75"), water("36.75") // nobody knows December
	year.Supply[0].Item, year.Supply[0].Year, year.Supply[1].Item, year.Supply[1].Year = report.OwnSources, balanceRows()[0], report.Exported,
		balanceRows()[2]
	at := report.Place{Agreement: "w-1", Zone: "north", Pressure: "P1", Route: "07", Stop: 20, Main: "MN-12"}
	meters := report.Meters{Rows: []report.MeterRow{
		{List: report.ZeroList, Place: at, Account: "A-1", Meter: "M-1", Register: "1", Of: "k", Ended: "open", Words: "no use"},
		{List: report.LeakList, Meter: "M-2", Words: "a leak"},
	}, Totals: []report.MeterTotal{{List: report.ZeroList, Rows: 5, Services: 4}, {List: report.LeakList, Rows: 3, Services: 2}}}
	uses := report.Uses{Period: april, Rows: []report.UseRow{
		{List: report.OverBudget, Place: at, Account: "A-1", Bill: "k", Days: 30, Use: water("11"), Budget: water("7.5"), Over: water("3.5"),
			Words: "over"}, {List: report.UnmeteredUse, Place: at, Account: "A-1", Days: 30, Words: "flat"},
	}, Totals: []report.UseTotal{{List: report.OverBudget, Rows: 7, Use: water("11"), Over: water("3.5")}, {List: report.UnmeteredUse, Rows: 1}}}
	unbilled := report.Unbilled{
		Rows: []report.UnbilledRow{
			{Standing: report.NotBilled, Place: at, Account: "A-1", Service: "water", Cycle: "north", Days: 31,
				Through: civil.MustDate("2026-05-01"), LastBilled: civil.MustDate("2026-03-31"), Words: "nothing says why"}, {Standing: report.InNoCycle, Days: 2},
		},
		Vacant: []report.VacantRow{{Premise: "P-1", Service: "water", Usage: "k", Period: april, VacantDays: 12, Use: water("3.5"), Words: "used"}},
		Totals: []report.UnbilledTotal{{Standing: report.InNoCycle, Services: 2, Days: 8}, {Standing: report.NotBilled, Services: 3, Days: 31}},
	}
	devices := report.Devices{
		On: april.From, Through: april.To,
		Rows: []report.DeviceRow{
			{Due: report.Overdue, Place: at, ID: "B-1", Kind: "RPP", Installed: civil.MustDate("2019-02-28"), AgeMonths: 85,
				Tested: civil.MustDate("2025-03-31"), Next: civil.MustDate("2026-03-31"), Days: 1, Words: "late"},
			{Due: report.NoTest, ID: "M-1", Kind: "3/4", Installed: civil.MustDate("2019-02-28"), AgeMonths: 85, Words: "none"},
		},
		Totals: []report.DeviceTotal{{Kind: "RPP", Devices: 4, Overdue: 1, Due: 1, NotYet: 1, NoTest: 1, AgeMonths: ratio("37.55")}},
	}
	network := report.Network{
		On: april.From, Rows: []report.NetworkRow{
			{Zone: "north", Pressure: "P1", Route: "07", Services: 2, Accounts: 2, Customers: 1, Sites: 1, Sensitive: 1},
		}, Total: report.NetworkRow{Services: 2, Accounts: 2, Customers: 1, Sites: 1, Sensitive: 1},
		Sites: []report.SamplingSite{{ID: "S-1", Kind: "coliform", Place: at}},
		Sensitive: []report.ServiceRow{
			{Place: at, Account: "A-1", Service: "water", Sensitive: []string{"S1", "S2"}},
		}, Near: []report.ServiceRow{{Place: at, Account: "A-1", Service: "water"}}, All: []report.ServiceRow{{Place: at, Account: "A-2", Service: "sewer"}},
	}
	half := ratio("50")
	side := report.Compared{
		Before: water("30"), After: water("15"), DaysBefore: 30, DaysAfter: 30, ByDayBefore: water("1"), ByDayAfter: water("0.5"),
		Saved: water("0.5"), Percent: &half,
	}
	none := report.Compared{
		Before: water("0"), After: water("3"), DaysBefore: 30, DaysAfter: 30, ByDayBefore: water("0"), ByDayAfter: water("0.1"), Saved: water("-0.1"),
	}
	rebates := report.Rebates{
		Rows: []report.RebateRow{
			{Key: "R-1", Class: "turf", Account: "A-1", Agreement: "w-1", Day: april.From, Compared: side}, {Key: "R-3", Class: "barrel",
				Account: "A-3", Agreement: "w-3", Day: april.From, Compared: none},
		},
		Totals: []report.RebateTotal{{Class: "turf", Rebates: 1, Compared: side}},
	}
	return []table.Table{
		table.Consumption(&c), table.ConsumptionTotals(&c), table.WaterAudit(&audit), table.SupplierMonth(&month), table.AnnualUse(&year),
		table.AnnualSupply(&year), table.Meters(&meters), table.MeterTotals(&meters), table.Uses(&uses), table.UseTotals(&uses),
		table.Unbilled(&unbilled), table.UnbilledTotals(&unbilled), table.VacantUse(&unbilled), table.Devices(&devices), table.DeviceTotals(&devices), table.Network(&network), table.NetworkServices(&network),
		table.Sites(&network), table.SensitiveUsers(&network), table.NearMains(&network),
		table.Rebates(&rebates), table.RebateTotals(&rebates), table.WhatIsLeft("consumption_left", c.Left),
	}
}

func TestTheTablesOfTheReports(t *testing.T) {
	var words, plain strings.Builder
	seen := map[string]bool{}
	for _, tab := range usageTables() {
		require.Regexp(t, `^[a-z_]+$`, tab.Name)
		require.False(t, seen[tab.Name], tab.Name)
		seen[tab.Name] = true
		require.NoError(t, table.WriteMarkdown(&words, tab))
		plain.WriteString("-- " + tab.Name + ".csv --\n")
		require.NoError(t, table.WriteCSV(&plain, tab))
	}
	golden(t, "reports.md", words.String())
	golden(t, "reports.txt", plain.String())
}

func TestATableOfReportsHasIdsAndNoNames(t *testing.T) {
	for _, tab := range usageTables() {
		for _, column := range tab.Columns {
			require.NotRegexp(t, `(?i)name|address|phone|mail|bank|customer$`, column.Name, tab.Name)
		}
	}
}

func TestSeveralTotalsStandInATableOfTheirOwn(t *testing.T) {
	c := used()
	c.Totals = append(c.Totals, report.ConsumptionRow{Service: "sewer", Days: 30, Accounts: 1, Bills: 1})
	require.Nil(t, table.Consumption(&c).Total)
	require.Len(t, table.ConsumptionTotals(&c).Rows, 2)
	require.Equal(t, "", table.ConsumptionTotals(&c).Rows[1][2].Plain(), "no quantity is no zero")
	require.Equal(t, "unmetered", table.ConsumptionTotals(&c).Rows[1][1].Plain())
	c.By, c.Totals = nil, c.Totals[:1]
	c.Rows = c.Totals
	require.Equal(t, "water", table.Consumption(&c).Total[0].Plain())
}

func TestWaterThatIsNotShownWholeIsSaidToBeRounded(t *testing.T) {
	c := used()
	require.Contains(t, table.Consumption(&c).Note, table.ToThree)
	require.NotContains(t, table.ConsumptionTotals(&c).Note, table.ToThree)
	require.Equal(t, "1 item left out or not known: see what is left out.", table.ConsumptionTotals(&c).Note)
	c.Left = nil
	require.Empty(t, table.ConsumptionTotals(&c).Note)
}

func TestAMonthWithoutAFigureHasNoneInItsTable(t *testing.T) {
	m := report.MonthReport{
		State: report.Unknown, Used: report.Partial, Left: left("no bill has 1 day of its water"), Residential: water("1"), All: water("2"),
		PerCapita: report.PerCapita{Words: "there is none"},
	}
	tab := table.SupplierMonth(&m)
	require.Equal(t, []string{"R-GPCD", "", "gallons by person and day", "unknown", "there is none"}, plainly(tab.Rows[2]))
	require.Equal(t, "partial", tab.Rows[0][3].Plain())
}

func plainly(row []table.Cell) []string {
	var out []string
	for _, c := range row {
		out = append(out, c.Plain())
	}
	return out
}
