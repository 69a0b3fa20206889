package report

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// PerCapitaRequest asks for the residential gallons per capita and day.
type PerCapitaRequest struct {
	Period      civil.Period
	Produced    Water       // in any unit that has a volume, 0 or more
	Residential exact.Ratio // the part of it that residential customers use, from 0 to 1
	Population  int64       // people who are served, 1 or more
	// Places and Mode are the one rounding, of the result: decimals of a gallon, 0 to 18.
	Places int
	Mode   exact.Mode
}

// PerCapita is the residential gallons per capita and day (R-GPCD) of some days.
type PerCapita struct {
	Exact   exact.Ratio // before rounding
	Gallons exact.Ratio // rounded as the request says
	Words   string      // the formula with its numbers
}

// PerPerson finds production × residential share ÷ (population × days) in gallons. Days that are none, a share outside 0 to 1, a
// population below 1, production below zero and a rounding that is none are ErrRequest, and a unit without a volume is ErrWater;
// all are told.
func PerPerson(r PerCapitaRequest) (PerCapita, error) {
	var found problem.List
	asked(&found, r.Period)
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrRequest, Path: path, What: what, Fix: fix})
	}
	if r.Residential.Sign() < 0 || r.Residential.Cmp(exact.Int(1)) > 0 {
		refuse("residential", "the residential share is "+decimal(r.Residential), "state a part of the production, from 0 to 1")
	}
	askedPeople(&found, r.Population, r.Places, r.Mode)
	if r.Produced.Amount.Sign() < 0 {
		refuse("produced", "it is "+r.Produced.String(), "state what was produced")
	}
	gallons, err := r.Produced.In(metering.Gallon)
	if err != nil {
		found.Add(&problem.Error{Code: ErrWater, Path: "produced", Err: err})
	}
	if err := told(found); err != nil {
		return PerCapita{}, err
	}
	days := exact.Int(int64(r.Period.Days()))
	each, err := gallons.Amount.Mul(r.Residential).Quo(exact.Int(r.Population).Mul(days))
	if err != nil {
		return PerCapita{}, &problem.Error{Code: ErrRequest, Err: err}
	}
	out := PerCapita{Exact: each, Gallons: each.Round(r.Places, r.Mode)}
	text, _ := out.Gallons.Decimal(r.Places)
	figures := []metering.Figure{
		say.Number("produced", gallons.Amount), say.Number("share", r.Residential), say.Number("people", exact.Int(r.Population)), say.Number("days", days),
		say.Text("result", text), say.Text("mode", r.Mode.String()), say.Count("places", r.Places),
	}
	out.Words = say.Words("{produced} gal × {share} ÷ ({people} people × {days} days) is {result} gal by person and day, rounded {mode} to "+
		say.Many("places", exact.Int(int64(r.Places)), "decimal"), figures)
	return out, nil
}

// askedPeople adds what is wrong with the people served, and with the rounding of what is found for each.
func askedPeople(found *problem.List, people int64, places int, mode exact.Mode) {
	if people < 1 {
		found.Add(&problem.Error{
			Code: ErrRequest, Path: "population", What: fmt.Sprintf("%d people are served", people), Fix: "state how many people the system serves",
		})
	}
	if !mode.Valid() || places < 0 || places > 18 {
		found.Add(&problem.Error{
			Code: ErrRequest, Path: "rounding", What: fmt.Sprintf("%d decimals, %s", places, mode), Fix: "state 0 to 18 decimals and how they are rounded",
		})
	}
}

// MonthRequest asks for the figures of the monthly report of an urban water supplier to the State.
type MonthRequest struct {
	Supplier string     // the id under which the State knows the system
	Month    civil.Date // any day of the month that is reported
	Unit     metering.Unit
	Supply   Supply
	// ClassFact names the fact that holds an agreement's class, and Residential its values that are residential, each of which an
	// agreement has at some time: one that none has is misspelled, and its share would be of nothing. Use of an agreement whose class
	// nothing states is of no class, and is told.
	ClassFact   string
	Residential []string
	Services    []string // those whose use is water of this system
	Sales       Sales
	Population  int64
	Places      int // of the gallons by person and day
	Mode        exact.Mode
	On          civil.Date // the day on which it is asked for
}

// MonthReport is the figures of a month. The use of the customers is spread over the days of their bills.
type MonthReport struct {
	Supplier    string
	Period      civil.Period
	Due         civil.Date // the 28th of the next month
	DaysLeft    int        // from the day on which it was asked for to Due; below zero where it is overdue
	Rows        []BalanceRow
	Use         []ConsumptionRow // by class
	Residential Water            // use of the residential classes
	All         Water            // use of all classes
	Share       exact.Ratio      // Residential by All; 0 where there is no use
	// Used is how much of Residential and of All is known: Partial where days are on no bill, a bill was not posted, a class is stated by
	// nobody or services are flat.
	Used State
	// PerCapita has no figure where the water supplied is not whole, or no use is billed: then its Words say so. Where Used is Partial it
	// is too, since the share is of the use without what lacks.
	PerCapita PerCapita
	State     State // of PerCapita
	Left      []Left
}

// Month finds the figures of the monthly supplier report. Refused are a request and sales that are not whole (ErrRequest,
// ErrSales), supply that cannot be (ErrSupply), and units that do not convert (ErrWater).
func Month(r MonthRequest) (MonthReport, error) {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrRequest, Path: path, What: what, Fix: fix})
	}
	askedUnit(&found, r.Unit)
	if r.Supplier == "" || r.Month.IsZero() || r.On.IsZero() {
		refuse("supplier, month, on", "the supplier's id, the month or the day of the report is missing", "state them")
		return MonthReport{}, told(found)
	}
	if r.ClassFact == "" || len(r.Residential) == 0 || len(r.Services) == 0 {
		refuse("class_fact, residential, services", "it is not said which services are of this water, and which classes are residential", "name them")
	}
	askedPeople(&found, r.Population, r.Places, r.Mode)
	period, err := monthOf(r.Month)
	if err != nil {
		return MonthReport{}, err
	}
	next := period.To
	due, err := next.AddDays(27)
	if err != nil {
		return MonthReport{}, err
	}
	b := balance{unit: r.Unit, rows: map[Item]BalanceRow{}}
	r.Supply.read(&b, period, &found)
	w := r.Sales.read(&found)
	for _, class := range r.Residential {
		if class == "" || !w.everHas(r.ClassFact, class, r.Services) {
			refuse("residential", fmt.Sprintf("no agreement of these services ever has the class %q", class), "name the classes as the facts do")
		}
	}
	if err := told(found); err != nil {
		return MonthReport{}, err
	}
	used := w.consume(&ConsumptionRequest{Period: period, Cut: ByDay, By: []string{r.ClassFact}})
	b.supplied()
	out := MonthReport{
		Supplier: r.Supplier, Period: period, Due: due, DaysLeft: due.Sub(r.On), Used: Whole,
		Left: append(ofServices(used.Left, r.Sales.Agreements, r.Services), leftFlat(w.flat(period, r.Services), "", period)...),
		Rows: b.list(OwnSources, Imported, Exported, WaterSupplied),
	}
	lacks := lacking(out.Left)
	if lacks > 0 {
		out.Used = Partial
	}
	out.Left = append(out.Left, b.left...)
	for _, row := range used.Rows {
		if slices.Contains(r.Services, row.Service) {
			out.Use = append(out.Use, row)
		}
	}
	if out.Residential, err = used.UseBy(r.ClassFact, r.Residential, r.Services, r.Unit); err != nil {
		return MonthReport{}, err
	}
	if out.All, err = used.UseBy("", nil, r.Services, r.Unit); err != nil {
		return MonthReport{}, err
	}
	out.Share, _ = out.Residential.Amount.Quo(out.All.Amount) // without use there is no share, which is told
	out.Left = sortLeft(out.Left)
	return out, r.perCapita(&out, lacks)
}

// lacking are how many are told because something lacks.
func lacking(left []Left) int {
	n := 0
	for _, l := range left {
		if !l.Note {
			n++
		}
	}
	return n
}

// ofServices are those that are of agreements of some services, or of none.
func ofServices(left []Left, agreements []billing.Agreement, services []string) []Left {
	other := map[string]bool{}
	for i := range agreements {
		other[agreements[i].ID] = !slices.Contains(services, agreements[i].Service)
	}
	return slices.DeleteFunc(slices.Clone(left), func(l Left) bool { return other[l.Agreement] })
}

// perCapita finds the residential gallons by person and day, where all that they are made of is whole.
func (r *MonthRequest) perCapita(out *MonthReport, lacks int) error {
	supplied := out.Rows[len(out.Rows)-1]
	out.State = Unknown
	switch {
	case supplied.State != Whole:
		out.PerCapita.Words = "there is none: the water supplied is " + supplied.State.String()
	case out.All.Amount.Sign() <= 0:
		out.PerCapita.Words = "there is none: no use is billed, of which residential use would be a part"
	default:
		found, err := PerPerson(PerCapitaRequest{
			Period: out.Period, Produced: supplied.Water, Residential: out.Share, Population: r.Population, Places: r.Places, Mode: r.Mode,
		})
		if err != nil {
			return err
		}
		if out.PerCapita, out.State = found, Whole; lacks > 0 {
			out.State = Partial
			out.PerCapita.Words += fmt.Sprintf("; the residential share is of use without %s that is told", counted(lacks, "item"))
		}
	}
	return nil
}

// monthOf is the month of a day.
func monthOf(day civil.Date) (civil.Period, error) {
	first, err := civil.NewDate(day.Year(), day.Month(), 1)
	if err != nil {
		return civil.Period{}, err
	}
	next, err := first.AddMonths(1)
	return civil.Period{From: first, To: next}, err
}
