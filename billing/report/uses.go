package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// The lists of use.
const (
	OverBudget    List = "over budget" // a bill of more than its water budget
	IrrigationUse List = "irrigation"  // use of services that water land
	UnmeteredUse  List = "unmetered"   // services that no meter measures
)

var useLists = []List{OverBudget, IrrigationUse, UnmeteredUse}

// Budget is the water budget of a service for the days of one bill.
type Budget struct {
	Agreement string
	Bill      string          // its key
	Volume    metering.Volume // 0 or more
}

// UsesRequest asks for over-budget, irrigation and unmetered use of some days.
type UsesRequest struct {
	Period  civil.Period
	Cut     Cut // of irrigation and unmetered use; a budget is compared with its whole bill
	Budgets []Budget
	// Fact and Irrigation say which services water land: the fact has one of these values.
	Fact       string
	Irrigation []string
	Services   []string // those whose use is of this water; only of them is unmetered use listed
	Places     []Place
	Sales      Sales
}

// UseRow is use that is on a list.
type UseRow struct {
	List    List
	Place   Place // with the agreement
	Account string
	Bill    string // the key of the bill over budget; empty where the row is of several
	Days    int    // billed
	Use     Water  // without a unit where no quantity is priced
	Budget  Water  // of an over-budget row
	Over    Water  // Use less Budget; of an over-budget row
	Words   string
}

// Uses are the use lists of some days.
type Uses struct {
	Period civil.Period
	Cut    Cut
	Rows   []UseRow // in the order of the lists, then along the routes
	Totals []UseTotal
	Left   []Left // budgets of bills that are not there, and, as in Consumption, what is in no row
}

// UseTotal is what the rows of a list come to in a unit.
type UseTotal struct {
	List List
	Rows int
	Use  Water
	Over Water // of over-budget rows
}

// ListUses lists over-budget, irrigation and unmetered use. Refused are a request and sales that are not whole (ErrRequest, ErrSales), a
// budget that stands there twice or has no volume, and places that do (ErrDevice); all are told.
func ListUses(r UsesRequest) (Uses, error) {
	var found problem.List
	asked(&found, r.Period)
	askedCut(&found, r.Cut)
	if (r.Fact == "") != (len(r.Irrigation) == 0) || len(r.Services) == 0 {
		found.Add(&problem.Error{
			Code: ErrRequest, Path: "fact, irrigation, services", What: "it is not said which services water land, or which are of this water",
			Fix: "name the services, and a fact with its values, or neither of the two where no irrigation is to be listed",
		})
	}
	places := placed(r.Places, &found)
	w := r.Sales.read(&found)
	out := Uses{Period: r.Period, Cut: r.Cut}
	out.budgets(&r, w, places, &found)
	if err := told(found); err != nil {
		return Uses{}, err
	}
	var facts []string
	if r.Fact != "" {
		facts = []string{r.Fact}
	}
	rows := map[string]*UseRow{}
	add := func(list List, s share, words string) {
		key := fmt.Sprintf("%s %q %s", list, s.agreement.ID, s.use.Unit)
		if rows[key] == nil {
			rows[key] = &UseRow{List: list, Place: at(places, s.agreement.ID), Account: s.account, Use: Water{Unit: s.use.Unit}, Words: words}
		}
		rows[key].Days += s.days.Days()
		rows[key].Use.Amount = rows[key].Use.Amount.Add(s.use.Amount)
	}
	for _, s := range w.shares(r.Period, r.Cut, facts) {
		if !slices.Contains(r.Services, s.agreement.Service) {
			continue
		}
		if len(facts) > 0 && slices.Contains(r.Irrigation, s.values[0]) {
			add(IrrigationUse, s, "its "+r.Fact+" is "+s.values[0])
		}
		if s.agreement.Reads == billing.Unmetered {
			words := "no meter measures it, and no quantity is billed"
			if s.priced {
				words = "no meter measures it: the quantity is what the bill states it to rest on"
			}
			add(UnmeteredUse, s, words)
		}
	}
	for _, row := range rows {
		out.Rows = append(out.Rows, *row)
	}
	out.Left = append(out.Left, w.missing(r.Period, r.Cut, r.Services)...)
	slices.SortFunc(out.Rows, UseRow.compare)
	out.Left = sortLeft(out.Left)
	out.total()
	return out, nil
}

// budgets adds the bills that end within the days and have more use than their budget.
func (out *Uses) budgets(r *UsesRequest, w *selling, places map[string]Place, found *problem.List) {
	type of struct{ agreement, bill string }
	budgets := map[of]metering.Volume{}
	for _, b := range r.Budgets {
		key := of{b.Agreement, b.Bill}
		if _, twice := budgets[key]; twice || b.Volume.Sign() < 0 || !b.Volume.Unit().Valid() {
			found.Add(&problem.Error{
				Code: ErrRequest, Path: "budget of agreement " + b.Agreement + " bill " + b.Bill,
				What: "it stands there twice, or has no volume of 0 or more",
				Fix:  "state one budget for each bill of the service",
			})
			continue
		}
		budgets[key] = b.Volume
	}
	met := map[of]bool{}
	for i := range w.sold {
		s := &w.sold[i]
		key := of{s.agreement.ID, s.bill}
		budget, ok := budgets[key]
		if !ok {
			continue
		}
		met[key] = true
		if _, _, in := ByPeriodEnd.within(s.period, r.Period); !in {
			continue
		}
		limit, err := WaterOf(budget).In(s.use.Unit)
		if err != nil {
			found.Add(&problem.Error{Code: ErrWater, Path: "budget of agreement " + s.agreement.ID + " bill " + s.bill, Err: err})
			continue
		}
		over := Water{s.use.Amount.Sub(limit.Amount), s.use.Unit}
		if over.Amount.Sign() <= 0 {
			continue
		}
		words := s.use.String() + " on " + counted(s.period.Days(), "day") + " is " + over.String() + " over the budget of " + limit.String()
		if percent, err := over.Amount.Mul(exact.Int(100)).Quo(limit.Amount); err == nil {
			words += ": " + decimal(percent) + "% more"
		}
		out.Rows = append(out.Rows, UseRow{
			List: OverBudget, Place: at(places, s.agreement.ID), Account: s.account, Bill: s.bill, Days: s.period.Days(), Use: s.use, Budget: limit,
			Over: over, Words: words,
		})
	}
	for key := range budgets {
		if !met[key] {
			out.Left = append(out.Left, Left{Agreement: key.agreement, Of: "budget of bill " + key.bill, Why: "no such bill of the service stands"})
		}
	}
}

func (r UseRow) compare(s UseRow) int {
	return cmp.Or(slices.Index(useLists, r.List)-slices.Index(useLists, s.List), r.Place.compare(s.Place), cmp.Compare(r.Account, s.Account),
		cmp.Compare(r.Bill, s.Bill), cmp.Compare(r.Use.Unit, s.Use.Unit))
}

// total adds up the rows of each list and unit.
func (out *Uses) total() {
	type of struct {
		list List
		unit metering.Unit
	}
	totals := map[of]*UseTotal{}
	for _, row := range out.Rows {
		key := of{row.List, row.Use.Unit}
		if totals[key] == nil {
			totals[key] = &UseTotal{List: row.List, Use: Water{Unit: row.Use.Unit}}
		}
		t := totals[key]
		t.Rows++
		t.Use.Amount = t.Use.Amount.Add(row.Use.Amount)
		t.Over = t.Over.plus(row.Over)
	}
	for _, t := range totals {
		out.Totals = append(out.Totals, *t)
	}
	slices.SortFunc(out.Totals, func(a, b UseTotal) int {
		return cmp.Or(slices.Index(useLists, a.List)-slices.Index(useLists, b.List), cmp.Compare(a.Use.Unit, b.Use.Unit))
	})
}
