package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
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
	// Use without a class is of none of them, so that the key "" is refused.
	Classes  map[string]string
	Services []string // those whose use is water of this system
	Sales    Sales
}

// AnnualRow is a class of the State in a year.
type AnnualRow struct {
	Class string // empty for use whose class nothing states, or that has no class of the State: it is told
	// Months are the use of the months, and Known how much of each is known: Partial where days of the class are on no bill, or services
	// of it are flat; Unknown where nothing but those is, and then it has no unit. A month in which nobody of the class has the
	// service is whole, and 0.
	Months [12]Water
	Known  [12]State
	Use    Water // of the year: the sum of the months that are known
	State  State // of Use
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
	if _, ok := r.Classes[""]; ok {
		found.Add(&problem.Error{
			Code: ErrRequest, Path: "classes", What: "one of them has no name, so that use without a class would be of a class of the State",
			Fix: "state the class of each agreement, and leave the rest without one",
		})
	}
	w := r.Sales.read(&found)
	out.Supply, out.Left = r.supply(out.Period, &found)
	if err := told(found); err != nil {
		return AnnualReport{}, err
	}
	rows := map[string]*annualTally{}
	row := func(class string) *annualTally {
		if rows[class] == nil {
			rows[class] = &annualTally{row: AnnualRow{Class: class}}
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
			if !slices.Contains(r.Services, s.agreement.Service) {
				continue
			}
			in := row(classOf(s.account, s.agreement.ID, s.values[0], s.days))
			if !s.priced {
				in.flat(m, s.agreement.ID)
				continue
			}
			use, err := s.use.In(r.Unit)
			if err != nil {
				found.Add(&problem.Error{Code: ErrWater, Path: "account " + s.account + " bill " + s.bill, Err: err})
				continue
			}
			in.sum[m], in.priced[m] = in.sum[m].Add(use.Amount), true
		}
	}
	if err := told(found); err != nil {
		return AnnualReport{}, err
	}
	lacks := w.lacking(out.Period, r.Services)
	for _, l := range lacks {
		a := w.agreements[l.Agreement]
		for m, month := range out.Period.Months() {
			days, _ := l.Period.Intersect(month.Period)
			for _, piece := range days.Cut(w.turns(a, []string{r.ClassFact})...) {
				if piece.Days() > 0 {
					row(r.Classes[w.value(a, r.ClassFact, piece.From)]).lacks[m] = true
				}
			}
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
			in.row.Metered++
		} else {
			in.row.Unmetered++
		}
	}
	out.add(rows)
	out.Left = sortLeft(slices.Concat(out.Left, lacks, w.notGiven(out.Period, lacks), w.leftOut(out.Period, ByDay, r.Services)))
	return out, nil
}

// annualTally is a row in the making.
type annualTally struct {
	row           AnnualRow
	sum           [12]exact.Ratio
	priced, lacks [12]bool        // whether use of a month is billed, and whether some of it is not known
	flats         map[string]bool // agreements that were billed without a quantity
}

func (t *annualTally) flat(month int, agreement string) {
	if t.flats == nil {
		t.flats = map[string]bool{}
	}
	t.flats[agreement], t.lacks[month] = true, true
}

// told is the row, with how much of it is known.
func (t *annualTally) told(unit metering.Unit) AnnualRow {
	row := t.row
	sum, priced, lacks := exact.Ratio{}, false, false
	for m := range row.Months {
		row.Months[m], row.Known[m] = known(t.sum[m], unit, t.priced[m], t.lacks[m])
		sum, priced, lacks = sum.Add(t.sum[m]), priced || t.priced[m], lacks || t.lacks[m]
	}
	row.Use, row.State = known(sum, unit, priced, lacks)
	return row
}

// known is use with how much of it is known: nothing where none is billed and some lacks.
func known(use exact.Ratio, unit metering.Unit, priced, lacks bool) (Water, State) {
	switch {
	case !lacks:
		return Water{use, unit}, Whole
	case priced:
		return Water{use, unit}, Partial
	}
	return Water{}, Unknown
}

// add puts the rows in order, and adds them up.
func (out *AnnualReport) add(rows map[string]*annualTally) {
	all := annualTally{}
	for _, t := range rows {
		for m := range t.sum {
			all.sum[m] = all.sum[m].Add(t.sum[m])
			all.priced[m], all.lacks[m] = all.priced[m] || t.priced[m], all.lacks[m] || t.lacks[m]
		}
		all.row.Metered += t.row.Metered
		all.row.Unmetered += t.row.Unmetered
		out.Rows = append(out.Rows, t.told(out.Unit))
		out.Left = append(out.Left, leftFlat(len(t.flats), cmp.Or(t.row.Class, "no class"), out.Period)...)
	}
	out.Total = all.told(out.Unit)
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
	return fmt.Sprintf("%s: %s, %s, %d of them unmetered", class, cmp.Or(row.Use.String(), row.State.String()), counted(row.Metered+row.Unmetered, "connection"), row.Unmetered)
}
