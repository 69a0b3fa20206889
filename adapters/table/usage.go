package table

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

// ToThree is the note of a table with water that is not shown whole.
const ToThree = "Water is rounded half up to three decimals, so that rows may not sum to the total to the last of them."

// waters are how the water of a table is shown.
type waters struct {
	places int
	whole  bool
}

func shownAs(all ...report.Water) waters {
	var amounts []exact.Ratio
	for _, w := range all {
		amounts = append(amounts, w.Amount)
	}
	shown := waters{places: Places(amounts...), whole: true}
	for _, a := range amounts {
		shown.whole = shown.whole && a.Round(shown.places, exact.HalfUp).Equal(a)
	}
	return shown
}

// cell is an amount of water; nothing where there is none.
func (s waters) cell(w report.Water) Cell {
	if !w.Unit.Valid() {
		return Cell{}
	}
	return Quantity(w.Amount, s.places)
}

// note is ToThree where the water is not shown whole, behind what else is to be said.
func (s waters) note(said ...string) string {
	if !s.whole {
		said = append(said, ToThree)
	}
	return join(said)
}

func join(said []string) string {
	var parts []string
	for _, s := range said {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// unit is a unit in words; nothing where there is none.
func unit(u metering.Unit) Cell {
	if !u.Valid() {
		return Cell{}
	}
	return Text(u.Word(false))
}

func date(d civil.Date) Cell { return Text(d.String()) }

// told says how many things a report lacks; empty where it lacks none.
func told(left []report.Left) string {
	if len(left) == 0 {
		return ""
	}
	return counted(int64(len(left)), "item") + " left out or not known: see what is left out."
}

// WhatIsLeft is what a report has left out or does not know, with why. Name is a short name without blanks, as for a file.
func WhatIsLeft(name string, all []report.Left) Table {
	t := Table{
		Name: name, Title: "What is left out",
		Columns: []Column{left("Account"), left("Agreement"), left("Of"), left("From"), left("Before"), right("Count"), left("Why")},
	}
	for _, l := range all {
		var count Cell
		if l.Count > 0 {
			count = Count(int64(l.Count))
		}
		t.Rows = append(t.Rows, []Cell{Text(l.Account), Text(l.Agreement), Text(l.Of), date(l.Period.From), date(l.Period.To), count, Text(l.Why)})
	}
	return t
}

// Consumption is billed use by facts, service and unit. Where all is of one service, unit and kind, it has a total; otherwise
// [ConsumptionTotals] has one for each.
func Consumption(c *report.Consumption) Table {
	t := Table{Name: "consumption", Title: "Consumption " + c.Period.String() + ", " + c.Cut.String()}
	for _, fact := range c.By {
		t.Columns = append(t.Columns, left(fact))
	}
	rows := append(append([]report.ConsumptionRow(nil), c.Rows...), c.Totals...)
	shown := consumed(&t, rows)
	for _, r := range c.Rows {
		var cells []Cell
		for _, value := range r.Of {
			cells = append(cells, Text(value))
		}
		t.Rows = append(t.Rows, append(cells, consumption(shown, r)...))
	}
	if len(c.Totals) == 1 {
		t.Total = append(make([]Cell, len(c.By)), consumption(shown, c.Totals[0])...)
		if len(c.By) > 0 {
			t.Total[0] = Text("Total")
		}
	}
	t.Note = shown.note(told(c.Left))
	return t
}

// ConsumptionTotals is billed use by service and unit. Accounts and bills are counted once, so that they may be fewer than those of the
// rows of [Consumption].
func ConsumptionTotals(c *report.Consumption) Table {
	t := Table{Name: "consumption_totals", Title: "Consumption in all " + c.Period.String() + ", " + c.Cut.String()}
	shown := consumed(&t, c.Totals)
	for _, r := range c.Totals {
		t.Rows = append(t.Rows, consumption(shown, r))
	}
	t.Note = shown.note(told(c.Left))
	return t
}

// consumed adds the columns of consumption, and finds how its water is shown.
func consumed(t *Table, rows []report.ConsumptionRow) waters {
	t.Columns = append(append(t.Columns, left("Service"), left("Reads"), right("Use"), left("Unit")),
		numbers("Days", "Accounts", "Bills", "Mean by account")...)
	var all []report.Water
	for _, r := range rows {
		all = append(all, r.Use, report.Water{Amount: r.Mean, Unit: r.Use.Unit})
	}
	return shownAs(all...)
}

func consumption(shown waters, r report.ConsumptionRow) []Cell {
	reads := "metered"
	if !r.Metered {
		reads = "unmetered"
	}
	return []Cell{Text(r.Service), Text(reads), shown.cell(r.Use), unit(r.Use.Unit), Count(int64(r.Days)), Count(int64(r.Accounts)), Count(int64(r.Bills)),
		shown.cell(report.Water{Amount: r.Mean, Unit: r.Use.Unit})}
}

// WaterAudit is the inputs of a water audit, with how much of each is known.
func WaterAudit(a *report.Audit) Table {
	t := balance("water_audit", "Water audit "+a.Period.String(), a.Rows, told(a.Left))
	lag := shownAs(a.AsBilled, a.Lag)
	t.Note = join([]string{fmt.Sprintf("Bills that ended within the days come to %s %s. Spread over their days there is %s more, the read lag; below zero, less.",
		lag.cell(a.AsBilled), a.Unit.Word(false), lag.cell(a.Lag)), t.Note})
	return t
}

// balance is rows of a water balance.
func balance(name, title string, rows []report.BalanceRow, note string) Table {
	t := Table{Name: name, Title: title, Columns: []Column{left("Item"), right("Water"), left("Unit"), left("Known"), left("What it is made of")}}
	var all []report.Water
	for _, r := range rows {
		all = append(all, r.Water)
	}
	shown := shownAs(all...)
	for _, r := range rows {
		t.Rows = append(t.Rows, []Cell{Text(string(r.Item)), shown.cell(r.Water), unit(r.Water.Unit), Text(r.State.String()), Text(r.Words)})
	}
	t.Note = shown.note(note)
	return t
}

// SupplierMonth is the figures of a monthly supplier report.
func SupplierMonth(m *report.MonthReport) Table {
	rows := append([]report.BalanceRow(nil), m.Rows...)
	rows = append(rows, report.BalanceRow{
		Item: "use of residential classes", State: m.Used, Water: m.Residential,
	}, report.BalanceRow{Item: "use of all classes", State: m.Used, Water: m.All})
	t := balance("supplier_month", "Supplier "+m.Supplier+", "+m.Period.String(), rows, told(m.Left))
	figure := Cell{}
	if m.State != report.Unknown {
		figure = Quantity(m.PerCapita.Gallons, Places(m.PerCapita.Gallons))
	}
	t.Rows = append(t.Rows, []Cell{Text("R-GPCD"), figure, Text("gallons by person and day"), Text(m.State.String()), Text(m.PerCapita.Words)})
	t.Note = join([]string{"Due on " + m.Due.String() + ".", t.Note})
	return t
}

// AnnualUse is the deliveries of a year by class and month, and the connections. A month that is not known holds nothing.
func AnnualUse(a *report.AnnualReport) Table {
	t := Table{
		Name: "annual_use", Title: "Supplier " + a.Supplier + ", deliveries " + a.Period.String(),
		Columns: append(append([]Column{left("Class"), left("Unit")}, months(a.Period)...), right("Year"), left("Known"), right("Metered"), right("Unmetered")),
	}
	var all []report.Water
	for _, r := range append(append([]report.AnnualRow(nil), a.Rows...), a.Total) {
		all = append(append(all, r.Months[:]...), r.Use)
	}
	shown := shownAs(all...)
	row := func(name string, r report.AnnualRow) []Cell {
		cells := []Cell{Text(name), unit(a.Unit)}
		for _, m := range r.Months {
			cells = append(cells, shown.cell(m))
		}
		return append(cells, shown.cell(r.Use), Text(r.State.String()), Count(int64(r.Metered)), Count(int64(r.Unmetered)))
	}
	for _, r := range a.Rows {
		name := r.Class
		if name == "" {
			name = noClass
		}
		t.Rows = append(t.Rows, row(name, r))
	}
	t.Total = row(AllClasses, a.Total)
	t.Note = shown.note(told(a.Left))
	return t
}

// AnnualSupply is the supply of a year by item and month. A volume that is not known holds nothing.
func AnnualSupply(a *report.AnnualReport) Table {
	t := Table{
		Name: "annual_supply", Title: "Supplier " + a.Supplier + ", supply " + a.Period.String(),
		Columns: append(append([]Column{left("Item"), left("Unit")}, months(a.Period)...), right("Year"), left("Known")),
	}
	var all []report.Water
	for _, r := range a.Supply {
		for _, m := range r.Months {
			all = append(all, m.Water)
		}
		all = append(all, r.Year.Water)
	}
	shown := shownAs(all...)
	for _, r := range a.Supply {
		cells := []Cell{Text(string(r.Item)), unit(a.Unit)}
		for _, m := range r.Months {
			cells = append(cells, shown.cell(m.Water))
		}
		t.Rows = append(t.Rows, append(cells, shown.cell(r.Year.Water), Text(r.Year.State.String())))
	}
	t.Note = shown.note(told(a.Left))
	return t
}

func months(period civil.Period) []Column {
	var all []Column
	for _, m := range period.Months() {
		all = append(all, right(m.Period.From.Month().String()[:3]))
	}
	return all
}

// place are the cells of where a service is, and of whose it is.
func place(p report.Place, account string) []Cell {
	stop := Cell{}
	if p.Route != "" {
		stop = Count(p.Stop)
	}
	return []Cell{Text(p.Route), stop, Text(p.Zone), Text(p.Pressure), Text(account), Text(p.Agreement)}
}

func placed(first ...Column) []Column {
	return append(first, left("Route"), right("Stop"), left("Zone"), left("Pressure"), left("Account"), left("Agreement"))
}

// Meters is the meters to look at, each with why.
func Meters(m *report.Meters) Table {
	t := Table{
		Name: "meters", Title: "Meters to look at",
		Columns: append(placed(left("List")), left("Meter"), left("Register"), left("Of"), left("Ended"), left("Why")),
	}
	for _, r := range m.Rows {
		t.Rows = append(t.Rows, append(append([]Cell{Text(string(r.List))}, place(r.Place, r.Account)...), Text(r.Meter), Text(r.Register),
			Text(r.Of), Text(r.Ended), Text(r.Words)))
	}
	t.Note = told(m.Left)
	return t
}

// MeterTotals is how many rows and services each list of meters has.
func MeterTotals(m *report.Meters) Table {
	t := Table{Name: "meter_totals", Title: "Meters to look at, in all", Columns: []Column{left("List"), right("Rows"), right("Services")}}
	for _, r := range m.Totals {
		t.Rows = append(t.Rows, []Cell{Text(string(r.List)), Count(int64(r.Rows)), Count(int64(r.Services))})
	}
	return t
}

// Uses is over-budget, irrigation and unmetered use.
func Uses(u *report.Uses) Table {
	t := Table{
		Name: "uses", Title: "Use to look at, " + u.Period.String(),
		Columns: append(placed(left("List")), left("Bill"), right("Days"), right("Use"), right("Budget"), right("Over"), left("Unit"), left("Why")),
	}
	var all []report.Water
	for _, r := range u.Rows {
		all = append(all, r.Use, r.Budget, r.Over)
	}
	shown := shownAs(all...)
	for _, r := range u.Rows {
		t.Rows = append(t.Rows, append(append([]Cell{Text(string(r.List))}, place(r.Place, r.Account)...), Text(r.Bill), Count(int64(r.Days)),
			shown.cell(r.Use), shown.cell(r.Budget), shown.cell(r.Over),
			unit(r.Use.Unit), Text(r.Words)))
	}
	t.Note = shown.note(told(u.Left))
	return t
}

// UseTotals is the use of each list of use.
func UseTotals(u *report.Uses) Table {
	t := Table{
		Name: "use_totals", Title: "Use to look at in all, " + u.Period.String(),
		Columns: []Column{left("List"), right("Rows"), right("Use"), right("Over"), left("Unit")},
	}
	var all []report.Water
	for _, r := range u.Totals {
		all = append(all, r.Use, r.Over)
	}
	shown := shownAs(all...)
	for _, r := range u.Totals {
		t.Rows = append(t.Rows, []Cell{Text(string(r.List)), Count(int64(r.Rows)), shown.cell(r.Use), shown.cell(r.Over), unit(r.Use.Unit)})
	}
	t.Note = shown.note("")
	return t
}

// UnbilledTotals is how many services and days each standing of unbilled services has.
func UnbilledTotals(u *report.Unbilled) Table {
	t := Table{Name: "unbilled_totals", Title: "Services with days on no bill, in all", Columns: []Column{left("Standing"), right("Services"), right("Days")}}
	for _, r := range u.Totals {
		t.Rows = append(t.Rows, []Cell{Text(string(r.Standing)), Count(int64(r.Services)), Count(int64(r.Days))})
	}
	return t
}

// Unbilled is services with days on no bill.
func Unbilled(u *report.Unbilled) Table {
	t := Table{
		Name: "unbilled", Title: "Services with days on no bill",
		Columns: append(placed(left("Standing")), left("Service"), left("Cycle"), right("Days"), left("Expected before"), left("Last billed"), left("Why")),
	}
	days := 0
	for _, r := range u.Rows {
		days += r.Days
		t.Rows = append(t.Rows, append(append([]Cell{Text(string(r.Standing))}, place(r.Place, r.Account)...), Text(r.Service), Text(r.Cycle),
			Count(int64(r.Days)), date(r.Through), date(r.LastBilled), Text(r.Words)))
	}
	t.Total = append([]Cell{Text("Total")}, make([]Cell, len(t.Columns)-1)...)
	t.Total[len(t.Columns)-4] = Count(int64(days))
	t.Note = told(u.Left)
	return t
}

// VacantUse is water that was used while nobody had the service.
func VacantUse(u *report.Unbilled) Table {
	t := Table{
		Name: "vacant_use", Title: "Use while nobody had the service",
		Columns: []Column{left("Premise"), left("Service"), left("Reading"), left("From"), left("Before"), right("Vacant days"), right("Use"),
			left("Unit"), left("Why")},
	}
	var all []report.Water
	for _, r := range u.Vacant {
		all = append(all, r.Use)
	}
	shown := shownAs(all...)
	for _, r := range u.Vacant {
		t.Rows = append(t.Rows, []Cell{Text(r.Premise), Text(r.Service), Text(r.Usage), date(r.Period.From), date(r.Period.To),
			Count(int64(r.VacantDays)), shown.cell(r.Use), unit(r.Use.Unit), Text(r.Words)})
	}
	t.Note = shown.note()
	return t
}
