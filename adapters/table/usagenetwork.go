package table

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/report"
)

// Devices is meters and backflow devices with their age and their next test.
func Devices(d *report.Devices) Table {
	t := Table{Name: "devices", Title: "Devices on " + d.On.String() + ", tests due through " + d.Through.String(),
		Columns: append(placed(left("Test")), left("Device"), left("Kind"), left("Installed"), right("Months old"), left("Tested"), left("Next"),
			right("Days overdue"), left("Why"))}
	for _, r := range d.Rows {
		days := Cell{}
		if r.Due != report.NoTest {
			days = Count(int64(r.Days))
		}
		t.Rows = append(t.Rows, append(append([]Cell{Text(string(r.Due))}, place(r.Place, "")...), Text(r.ID), Text(r.Kind), date(r.Installed),
			Count(int64(r.AgeMonths)), date(r.Tested), date(r.Next), days, Text(r.Words)))
	}
	t.Note = told(d.Left)
	return t
}

// DeviceTotals is how many devices of each kind are tested, and how old they are.
func DeviceTotals(d *report.Devices) Table {
	t := Table{
		Name: "device_totals", Title: "Devices by kind",
		Columns: append([]Column{left("Kind")}, numbers("Devices", "Overdue", "Due", "Not yet due", "No test", "Mean months old")...), Note: told(d.Left),
	}
	for _, r := range d.Totals {
		t.Rows = append(t.Rows, []Cell{Text(r.Kind), Count(int64(r.Devices)), Count(int64(r.Overdue)), Count(int64(r.Due)),
			Count(int64(r.NotYet)), Count(int64(r.NoTest)), Quantity(r.AgeMonths, 1)})
	}
	return t
}

// Network is what is in each part of the network: services, customers and sampling sites.
func Network(n *report.Network) Table {
	t := Table{
		Name: "network", Title: "Network on " + n.On.String(),
		Columns: append([]Column{left("Zone"), left("Pressure"), left("Route")}, numbers("Services", "Accounts", "Customers", "Sites", "Sensitive")...),
	}
	row := func(r report.NetworkRow) []Cell {
		return []Cell{Text(r.Zone), Text(r.Pressure), Text(r.Route), Count(int64(r.Services)), Count(int64(r.Accounts)),
			Count(int64(r.Customers)), Count(int64(r.Sites)), Count(int64(r.Sensitive))}
	}
	for _, r := range n.Rows {
		t.Rows = append(t.Rows, row(r))
	}
	t.Total = row(n.Total)
	t.Total[0] = Text("Total")
	t.Note = join([]string{"An account and a customer with services in several parts are counted in each, and once in the total.", told(n.Left)})
	return t
}

// Sites is the sampling sites.
func Sites(n *report.Network) Table {
	t := Table{
		Name: "sampling_sites", Title: "Sampling sites",
		Columns: []Column{left("Zone"), left("Pressure"), left("Route"), left("Site"), left("Kind"), left("Agreement")},
	}
	for _, s := range n.Sites {
		t.Rows = append(t.Rows, []Cell{Text(s.Place.Zone), Text(s.Place.Pressure), Text(s.Place.Route), Text(s.ID), Text(s.Kind), Text(s.Place.Agreement)})
	}
	return t
}

// NetworkServices is the services of each zone and pressure zone, along the routes.
func NetworkServices(n *report.Network) Table {
	return services("network_services", "Services by zone on "+n.On.String(), n.All)
}

// SensitiveUsers is the services that are not to be without water without notice.
func SensitiveUsers(n *report.Network) Table {
	return services("sensitive_users", "Sensitive users", n.Sensitive)
}

// NearMains is the services that hang on the mains that were asked for.
func NearMains(n *report.Network) Table {
	return services("near_mains", "Services near the mains", n.Near)
}

func services(name, title string, rows []report.ServiceRow) Table {
	t := Table{Name: name, Title: title, Columns: append(placed(left("Main")), left("Service"), left("Sensitive"))}
	for _, r := range rows {
		t.Rows = append(t.Rows, append(append([]Cell{Text(r.Place.Main)}, place(r.Place, r.Account)...), Text(r.Service),
			Text(strings.Join(r.Sensitive, " "))))
	}
	return t
}

// Rebates is the use before and after each rebate, and RebateTotals by class.
func Rebates(r *report.Rebates) Table {
	t := Table{
		Name: "rebates", Title: "Use before and after rebates",
		Columns: append([]Column{left("Class"), left("Rebate"), left("Day"), left("Account"), left("Agreement")}, compared()...),
	}
	var all []report.Compared
	for _, row := range r.Rows {
		all = append(all, row.Compared)
	}
	shown := sides(all)
	for _, row := range r.Rows {
		t.Rows = append(t.Rows, append([]Cell{Text(row.Class), Text(row.Key), date(row.Day), Text(row.Account), Text(row.Agreement)},
			side(shown, row.Compared)...))
	}
	t.Note = shown.note(told(r.Left))
	return t
}

// RebateTotals is the use before and after the rebates of each class.
func RebateTotals(r *report.Rebates) Table {
	t := Table{
		Name: "rebate_totals", Title: "Use before and after rebates, by class",
		Columns: append([]Column{left("Class"), right("Rebates")}, compared()...),
	}
	var all []report.Compared
	for _, row := range r.Totals {
		all = append(all, row.Compared)
	}
	shown := sides(all)
	for _, row := range r.Totals {
		t.Rows = append(t.Rows, append([]Cell{Text(row.Class), Count(int64(row.Rebates))}, side(shown, row.Compared)...))
	}
	t.Note = shown.note(told(r.Left))
	return t
}

func compared() []Column {
	return append(numbers("Days before", "Before", "Days after", "After", "A day before", "A day after", "Saved a day", "Saved %"), left("Unit"))
}

func sides(all []report.Compared) waters {
	var water []report.Water
	for _, c := range all {
		water = append(water, c.Before, c.After, c.ByDayBefore, c.ByDayAfter, c.Saved)
	}
	return shownAs(water...)
}

func side(shown waters, c report.Compared) []Cell {
	saved := Cell{}
	if c.Percent != nil {
		saved = Percent(*c.Percent, exact.Int(100), 1)
	}
	return []Cell{Count(int64(c.DaysBefore)), shown.cell(c.Before), Count(int64(c.DaysAfter)), shown.cell(c.After), shown.cell(c.ByDayBefore),
		shown.cell(c.ByDayAfter), shown.cell(c.Saved), saved,
		unit(c.Before.Unit)}
}
