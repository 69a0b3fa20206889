package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// report is what other departments ask for, as tables.
func (w *week) report() ([]table.Table, error) {
	var out []table.Table
	for _, one := range []func() ([]table.Table, error){w.consumption, w.unbilled, w.owed, w.ledger, w.people, w.field, w.deposited} {
		tables, err := one()
		if err != nil {
			return nil, err
		}
		out = append(out, tables...)
	}
	return out, nil
}

// consumption is the use of May by class and zone, for conservation.
func (w *week) consumption() ([]table.Table, error) {
	sales := report.Sales{Books: &w.books, Bills: w.bills}
	for _, h := range w.houses {
		for _, a := range h.services() {
			sales.Agreements = append(sales.Agreements, a)
			sales.Facts = append(sales.Facts, report.Fact{Agreement: a.ID, Fact: "class", Value: h.class, From: a.From},
				report.Fact{Agreement: a.ID, Fact: "zone", Value: h.zone(), From: a.From})
		}
	}
	for _, a := range w.adjustments {
		sales.Corrections = append(sales.Corrections, report.Correction{Adjustment: a.Adjustment, Again: w.again[a.Adjustment.Key]})
	}
	used, err := report.Consume(report.ConsumptionRequest{Period: months()[3].period, Cut: report.ByPeriodEnd, By: []string{"class", "zone"}, Sales: sales})
	return []table.Table{table.Consumption(&used), table.ConsumptionTotals(&used)}, err
}

// zone is where the house is in the network.
func (h *house) zone() string {
	if h.number%2 == 0 {
		return "upper"
	}
	return "lower"
}

// unbilled is the services with days on no bill, for operations.
func (w *week) unbilled() ([]table.Table, error) {
	end := months()[3].period.To
	r := report.UnbilledRequest{
		On: civil.MustDate("2026-06-04"), Through: map[string]civil.Date{ours: end, "week 2": months()[3].period.From, "": end}, // week 2 is billed next week
		Billed: w.billed, Exceptions: w.released.Exceptions, Holds: w.released.Held, Vacant: w.vacant,
	}
	for _, h := range w.houses {
		for _, a := range h.services() {
			r.Members = append(r.Members, cycle.Member{Agreement: a, Cycle: h.cycle})
			r.Places = append(r.Places, report.Place{Agreement: a.ID, Zone: h.zone(), Route: "3", Stop: int64(h.number)})
		}
	}
	list, err := report.ListUnbilled(r)
	return []table.Table{table.Unbilled(&list), table.UnbilledTotals(&list), table.VacantUse(&list)}, err
}

// owed is what is open at the end of June, by its age.
func (w *week) owed() ([]table.Table, error) {
	r := report.AgingRequest{On: civil.MustDate("2026-06-30"), UpTo: []int{30, 60, 90}, Books: &w.books}
	for _, h := range w.houses {
		terms, err := w.terms(h)
		if err != nil {
			return nil, err
		}
		if slices.Contains(w.books.Accounts(), h.account()) {
			r.Accounts = append(r.Accounts, report.AgedAccount{Account: h.account(), Class: h.class, Terms: terms})
		}
	}
	aging, err := report.Age(r)
	if err != nil {
		return nil, err
	}
	return table.Aging(&aging), nil
}

// ledger is the roll-forward of June and its distribution to the general ledger.
func (w *week) ledger() ([]table.Table, error) {
	rolled, err := report.RollForward(&w.books, june())
	if err != nil {
		return nil, err
	}
	chart := ledger.Chart{
		{Place: ledger.PlaceItem, GL: "1200"}, {Place: ledger.PlaceCredit, GL: "2100"}, {Place: ledger.PlaceClearing, GL: "1010"}, {Place: ledger.PlaceDeposit, GL: "2200"},
		{Place: ledger.PlaceInterest, GL: "5800"}, {Place: ledger.PlaceRefund, GL: "2110"}, {Place: ledger.PlaceWriteOff, GL: "5900"}, {Place: ledger.PlaceDepositBilled, GL: "2210"},
		{Place: ledger.PlaceRevenue, RevenueCode: "4000", GL: "4000"}, {Place: ledger.PlaceRevenue, RevenueCode: "4010", GL: "4010"}, {Place: ledger.PlaceRevenue, RevenueCode: "4300", GL: "4300"},
	}
	gl, err := report.Distribution(&w.books, june(), chart)
	return append(table.Roll(&rolled), table.GLDistribution(&gl)), err
}

// people is who has set checks and charges aside in June, and what to raise upward.
func (w *week) people() ([]table.Table, error) {
	adjusted, err := billing.ReportAdjustments(nil, w.adjustments)
	if err != nil {
		return nil, err
	}
	r := report.OverrideRequest{Periods: []civil.Period{june()}, Location: w.location, Released: []cycle.Released{w.released}, Adjustments: adjusted, Records: w.records}
	for _, review := range w.reviews {
		r.Reviews = append(r.Reviews, review)
	}
	acts, err := report.CountOverrides(r)
	if err != nil {
		return nil, err
	}
	ranked, err := report.RankExceptions([]cycle.Released{w.released}, nil)
	return append(table.Overrides(&acts), table.Exceptions(&ranked)), err
}

// field is the work orders of the shutoffs, and the shutoffs of the year.
func (w *week) field() ([]table.Table, error) {
	orders := report.OrderRequest{Dispatches: []collections.Dispatch{w.arrears.dispatch}}
	year := report.ShutoffRequest{
		Year: 2026, Through: civil.MustDate("2026-06-30"), Law: report.HSC116918(), Events: w.arrears.events, Residential: []string{home}, Others: []string{business},
	}
	for _, h := range w.houses {
		orders.Sites = append(orders.Sites, report.WorkSite{Account: h.account(), Agreement: h.water.ID, Premise: h.water.Premise, Meter: h.meter.Meter})
		orders.Route = append(orders.Route, h.water.Premise)
		year.Accounts = append(year.Accounts, report.ShutoffAccount{Account: h.account(), Area: area, Class: h.class})
	}
	work, err := report.WorkOrders(orders)
	if err != nil {
		return nil, err
	}
	off, err := report.CountShutoffs(year)
	return append(table.WorkOrders(&work), table.Shutoffs(&off)...), err
}

// deposited is the month's refunds of deposits, the file for accounts payable, and what is owed and nobody has claimed.
func (w *week) deposited() ([]table.Table, error) {
	owed, err := deposit.OwedRefunds(&w.books)
	if err != nil {
		return nil, err
	}
	var ages []deposit.Age
	for _, o := range owed {
		age, err := deposit.Gov50050().Age(o, deposit.Search{}, civil.MustDate("2026-06-30"))
		if err != nil {
			return nil, err
		}
		ages = append(ages, age)
	}
	return append(table.DepositRefunds(&w.refunds.Run), table.Payees(w.refunds.Payees), table.UnclaimedMoney(ages)), nil
}

// shown are the tables that the page has; the others are written to files.
func shown() []string {
	return []string{"consumption", "unbilled", "vacant_use", "aging", "exceptions", "shutoffs"}
}

// reports prints some of the tables.
func reports(b *strings.Builder, w *week) {
	for _, t := range w.tables {
		if slices.Contains(shown(), t.Name) {
			_ = table.WriteMarkdown(b, t) // the tables are whole, and a builder takes all
		}
	}
	fmt.Fprintf(b, "%d reports in all: cycle -tables DIR writes them as CSV and Markdown.\n", len(w.tables))
}

// write writes each report to a folder, as CSV and as Markdown.
func (w *week) write(folder string) error {
	for _, t := range w.tables {
		for suffix, write := range map[string]func(io.Writer, table.Table) error{".csv": table.WriteCSV, ".md": table.WriteMarkdown} {
			var b strings.Builder
			if err := write(&b, t); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(folder, t.Name+suffix), []byte(b.String()), 0o644); err != nil {
				return fmt.Errorf("-tables: %w", err)
			}
		}
	}
	return nil
}
