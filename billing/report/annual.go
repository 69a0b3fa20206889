package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// AnnualRequest asks for the figures of the annual report of a water system to the State: deliveries by class and month, service
// connections by class, and what was supplied.
type AnnualRequest struct {
	Supplier  string // the id under which the State knows the system
	Year      int
	Unit      metering.Unit
	Supply    Supply
	ClassFact string // names the fact that holds an agreement's class
	// Classes says which class of the State each class of the district is, such as "ord-water": "Single-family residential".
	Classes  map[string]string
	Services []string // those whose use is water of this system
	Sales    Sales
}

// AnnualRow is a class of the State in a year.
type AnnualRow struct {
	Class  string // empty for use whose class nothing states, or that has no class of the State: it is told
	Months [12]Water
	Use    Water // of the year: the sum of the months
	// Metered and Unmetered are the service connections in use on the last day of the year: one for each agreement. A vacant
	// premise has none.
	Metered, Unmetered int
}

// AnnualSupply is an item of the supply in a year.
type AnnualSupply struct {
	Item   Item
	Months [12]BalanceRow
	Year   BalanceRow
}

// AnnualReport is the figures of a year. Use is spread over the days of the bills.
type AnnualReport struct {
	Supplier string
	Period   civil.Period
	Unit     metering.Unit
	Rows     []AnnualRow // in the order of the classes
	Total    AnnualRow   // the sum of the rows
	Supply   []AnnualSupply
	Left     []Left
}

// Annual finds the figures of the annual report. Refused are a request and sales that are not whole (ErrRequest, ErrSales), supply
// that cannot be (ErrSupply), and units that do not convert (ErrWater); all are told.
func Annual(r AnnualRequest) (AnnualReport, error) {
	var found problem.List
	askedUnit(&found, r.Unit)
	first, err := civil.NewDate(r.Year, 1, 1)
	if err != nil {
		return AnnualReport{}, &problem.Error{Code: ErrRequest, Path: "year", Err: err}
	}
	next, err := first.AddMonths(12)
	if err != nil {
		return AnnualReport{}, &problem.Error{Code: ErrRequest, Path: "year", Err: err}
	}
	out := AnnualReport{Supplier: r.Supplier, Period: civil.Period{From: first, To: next}, Unit: r.Unit}
	if r.Supplier == "" || r.ClassFact == "" || len(r.Services) == 0 || len(r.Classes) == 0 {
		found.Add(&problem.Error{
			Code: ErrRequest, Path: "supplier, class_fact, classes, services",
			What: "the supplier's id, the fact of the class, the State's classes or the services are missing",
			Fix:  "state them",
		})
	}
	w := r.Sales.read(&found)
	out.Supply, out.Left = r.supply(out.Period, &found)
	if err := told(found); err != nil {
		return AnnualReport{}, err
	}
	rows := map[string]*AnnualRow{}
	row := func(class string) *AnnualRow {
		if rows[class] == nil {
			rows[class] = &AnnualRow{Class: class}
			rows[class].zero(r.Unit)
		}
		return rows[class]
	}
	classOf := func(account, id, class string, days civil.Period) string {
		state := r.Classes[class]
		switch {
		case class == "":
			out.Left = append(out.Left, Left{
				Account: account, Agreement: id, Of: "fact " + r.ClassFact, Period: days,
				Why: "nothing states it on these days: the service stands in the row without a class",
			})
		case state == "":
			out.Left = append(out.Left, Left{
				Account: account, Agreement: id, Of: "class " + class, Period: days,
				Why: "it is none of the State's classes: the service stands in the row without a class",
			})
		}
		return state
	}
	for m, month := range out.Period.Months() {
		for _, s := range w.shares(month.Period, ByDay, []string{r.ClassFact}) {
			if !s.priced || !slices.Contains(r.Services, s.agreement.Service) {
				continue
			}
			use, err := s.use.In(r.Unit)
			if err != nil {
				found.Add(&problem.Error{Code: ErrWater, Path: "account " + s.account + " bill " + s.bill, Err: err})
			}
			in := row(classOf(s.account, s.agreement.ID, s.values[0], s.days))
			in.Months[m] = in.Months[m].plus(use)
		}
	}
	last := out.Period.Last()
	for _, id := range slices.Sorted(maps.Keys(w.agreements)) {
		a := w.agreements[id]
		if !a.Has(last) || !slices.Contains(r.Services, a.Service) {
			continue
		}
		in := row(classOf(a.Account, id, w.value(a, r.ClassFact, last), civil.Period{From: last, To: next}))
		if a.Reads == billing.Metered {
			in.Metered++
		} else {
			in.Unmetered++
		}
	}
	out.add(rows)
	out.Left = append(out.Left, w.lacking(out.Period, r.Services)...)
	out.Left = sortLeft(append(out.Left, w.leftOut(out.Period, ByDay, r.Services)...))
	return out, told(found)
}

func (row *AnnualRow) zero(unit metering.Unit) {
	row.Use.Unit = unit
	for m := range row.Months {
		row.Months[m].Unit = unit
	}
}

// add puts the rows in order, and adds them up.
func (out *AnnualReport) add(rows map[string]*AnnualRow) {
	out.Total.zero(out.Unit)
	for _, row := range rows {
		for m, use := range row.Months {
			row.Use = row.Use.plus(use)
			out.Total.Months[m] = out.Total.Months[m].plus(use)
			out.Total.Use = out.Total.Use.plus(use)
		}
		out.Total.Metered += row.Metered
		out.Total.Unmetered += row.Unmetered
		out.Rows = append(out.Rows, *row)
	}
	slices.SortFunc(out.Rows, func(a, b AnnualRow) int { return cmp.Compare(a.Class, b.Class) })
}

// supply finds the items of the supply, of each month and of the year, and what the year lacks.
func (r *AnnualRequest) supply(year civil.Period, found *problem.List) ([]AnnualSupply, []Left) {
	items := []Item{OwnSources, Imported, Exported, WaterSupplied}
	whole := balance{unit: r.Unit, rows: map[Item]BalanceRow{}}
	r.Supply.read(&whole, year, found)
	whole.supplied()
	out := make([]AnnualSupply, len(items))
	for m, month := range year.Months() {
		var known problem.List // the year has told them
		b := balance{unit: r.Unit, rows: map[Item]BalanceRow{}}
		r.Supply.read(&b, month.Period, &known)
		b.supplied()
		for i, item := range items {
			out[i].Item, out[i].Year, out[i].Months[m] = item, whole.rows[item], b.rows[item]
		}
	}
	return out, whole.left
}

// String gives the row on one line: class, use and connections.
func (row AnnualRow) String() string {
	class := row.Class
	if class == "" {
		class = "(no class)"
	}
	return fmt.Sprintf("%s: %s, %s, %d of them unmetered", class, row.Use, counted(row.Metered+row.Unmetered, "connection"), row.Unmetered)
}
