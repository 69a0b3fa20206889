package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// ConsumptionRequest asks for the billed use of some days.
type ConsumptionRequest struct {
	Period civil.Period
	Cut    Cut
	// By are the facts that the rows are of, such as class and zone, in the order of the report. None: one row for each service.
	By    []string
	Sales Sales
}

// ConsumptionRow is the billed use of the agreements that have the same facts, service and unit. A service that changes its class
// within the report stands in two rows.
type ConsumptionRow struct {
	Of      []string // the values of the facts, in the order of the request; empty where nothing states one
	Service string
	Metered bool
	// Use is what was billed, as it was priced and corrected; it has no unit where no quantity is priced, as of a flat charge.
	Use Water
	// Days are those that the services of the row were billed for: of 2 services for 30 days each, 60.
	Days     int
	Accounts int         // different ones
	Bills    int         // different ones
	Mean     exact.Ratio // use by account, exactly; 0 where there is no quantity
}

// Consumption is the billed use of some days, by facts. Of Totals, use and days are the sums of the rows; accounts and bills are
// those of all rows, each counted once.
type Consumption struct {
	Period civil.Period
	Cut    Cut
	By     []string
	Rows   []ConsumptionRow // in the order of facts, service, metered first, and unit
	Totals []ConsumptionRow // by service, metered or not, and unit, without facts
	// Left is what is in no row: bills that were not posted or were taken back, and bills that the books have from the first day on and
	// that are not given, of accounts with days that no bill has. Where use is spread over days it tells those days, and otherwise
	// the agreements of which no bill ends within the report or has their days later. A fact that nothing states is told here too, and its row has it empty.
	Left []Left
}

// tally is a row in the making.
type tally struct {
	row      ConsumptionRow
	accounts map[string]bool
	bills    map[billed]bool
}

// billed is a bill of an account.
type billed struct{ account, key string }

// tallyOf is what a row is of: its facts each with its length, so that no two lists are the same.
type tallyOf struct {
	values, service string
	metered         bool
	unit            metering.Unit
}

// Consume reports the billed use of some days. Its numbers are exact; it refuses days, a cut or sales that are not whole
// (ErrRequest, ErrSales), and tells all.
func Consume(r ConsumptionRequest) (Consumption, error) {
	var found problem.List
	asked(&found, r.Period)
	askedCut(&found, r.Cut)
	for i, fact := range r.By {
		if fact == "" || slices.Contains(r.By[:i], fact) {
			found.Add(&problem.Error{Code: ErrRequest, Path: "by", What: "a fact without a name, or named twice", Fix: "name each fact once"})
		}
	}
	w := r.Sales.read(&found)
	if err := told(found); err != nil {
		return Consumption{}, err
	}
	return w.consume(&r), nil
}

// consume makes the report of what was sold.
func (w *selling) consume(r *ConsumptionRequest) Consumption {
	out := Consumption{Period: r.Period, Cut: r.Cut, By: slices.Clone(r.By)}
	out.Left = w.missing(r.Period, r.Cut, nil)
	rows, totals := map[tallyOf]*tally{}, map[tallyOf]*tally{}
	for _, s := range w.shares(r.Period, r.Cut, r.By) {
		add(rows, s, s.values)
		add(totals, s, nil)
		for i, value := range s.values {
			if value == "" {
				out.Left = append(out.Left, Left{
					Account: s.account, Agreement: s.agreement.ID, Of: "fact " + r.By[i], Period: s.days,
					Why: "nothing states it on these days: its use stands in the row without it",
				})
			}
		}
	}
	out.Rows, out.Totals = tallied(rows), tallied(totals)
	out.Left = sortLeft(out.Left)
	return out
}

// add adds a share to the row of its facts.
func add(rows map[tallyOf]*tally, s share, values []string) {
	var of []byte
	for _, v := range values {
		of = append(strconv.AppendInt(of, int64(len(v)), 10), ':')
		of = append(of, v...)
	}
	key := tallyOf{string(of), s.agreement.Service, metered(s.sold), s.use.Unit}
	t := rows[key]
	if t == nil {
		t = &tally{
			row:      ConsumptionRow{Of: values, Service: s.agreement.Service, Metered: metered(s.sold), Use: Water{Unit: s.use.Unit}},
			accounts: map[string]bool{}, bills: map[billed]bool{},
		}
		rows[key] = t
	}
	t.row.Use.Amount = t.row.Use.Amount.Add(s.use.Amount)
	t.row.Days += s.days.Days()
	t.accounts[s.account] = true
	t.bills[billed{s.account, s.bill}] = true
}

// tallied are the rows, in order.
func tallied(rows map[tallyOf]*tally) []ConsumptionRow {
	var out []ConsumptionRow
	for _, t := range rows {
		t.row.Accounts, t.row.Bills = len(t.accounts), len(t.bills)
		t.row.Mean, _ = t.row.Use.Amount.Quo(exact.Int(int64(t.row.Accounts))) // a row has an account
		out = append(out, t.row)
	}
	slices.SortFunc(out, func(a, b ConsumptionRow) int {
		return cmp.Or(slices.Compare(a.Of, b.Of), cmp.Compare(a.Service, b.Service), -compareBools(a.Metered, b.Metered), cmp.Compare(a.Use.Unit, b.Use.Unit))
	})
	return out
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// UseBy is what the rows of a value of a fact come to, in one unit: of some services alone, and of all values where none are
// named. Rows without a unit, as of flat services, are in no sum. A row whose unit does not convert is ErrWater, and a fact that the report is not by is ErrRequest.
func (c Consumption) UseBy(fact string, values, services []string, unit metering.Unit) (Water, error) {
	at := slices.Index(c.By, fact)
	if at < 0 && len(values) > 0 {
		return Water{}, &problem.Error{Code: ErrRequest, Path: "by", What: "the report is not by " + fact, Fix: "ask for it by that fact"}
	}
	sum := Water{Unit: unit}
	for _, row := range c.Rows {
		if !row.Use.Unit.Valid() || len(values) > 0 && !slices.Contains(values, row.Of[at]) || len(services) > 0 && !slices.Contains(services, row.Service) {
			continue
		}
		use, err := row.Use.In(unit)
		if err != nil {
			return Water{}, err
		}
		sum = sum.plus(use)
	}
	return sum, nil
}
