package cycle

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// Total is what the bills of a cycle, or of one service area, come to, beside those of the last run.
type Total struct {
	Area      string // empty for the whole cycle
	Bills     int
	LastBills int
	Estimated int // bills of this run with an estimated reading
	Charges   money.Amount
	Last      money.Amount // charges of the last run
	Use       []UseTotal   // in the order of the units
}

// UseTotal is the use of all bills in one unit.
type UseTotal struct {
	Unit      metering.Unit
	Use, Last exact.Ratio
}

// side is what bills come to, in the making.
type side struct {
	bills, estimated int
	cents            int64
	use              map[metering.Unit]exact.Ratio
}

// totals adds up the cycle and its areas, and lists what differs from the last run by as much as the policy says.
func (w *reviewing) totals() ([]Total, error) {
	now, err := w.sum(w.bills, w.now)
	if err != nil {
		return nil, err
	}
	before, err := w.sum(w.r.Last, w.past)
	if err != nil {
		return nil, err
	}
	areas := slices.Collect(maps.Keys(now))
	areas = slices.AppendSeq(areas, maps.Keys(before))
	slices.Sort(areas)
	var out []Total
	for _, area := range slices.Compact(areas) {
		t := totalOf(area, now[area], before[area])
		out = append(out, t)
		if len(w.r.Last) > 0 {
			w.compareTotal(t)
		}
	}
	if len(w.r.Last) == 0 {
		w.add(found(NothingToCompare, "", "", "", "", "no bill of the last run is given: nothing of this one was compared with it"))
	}
	return out, nil
}

// sum adds up bills by area, and all of them under the empty one.
func (w *reviewing) sum(bills []billing.Bill, services []served) (map[string]*side, error) {
	out := map[string]*side{"": {use: map[metering.Unit]exact.Ratio{}}}
	of := func(area string) *side {
		if out[area] == nil {
			out[area] = &side{use: map[metering.Unit]exact.Ratio{}}
		}
		return out[area]
	}
	for i := range bills {
		b := &bills[i]
		for _, area := range []string{"", b.Area()} {
			s := of(area)
			sum, err := money.Cents(s.cents).Add(b.Charges())
			if err != nil {
				return nil, &problem.Error{Code: ErrRequest, Path: "bills", Err: err}
			}
			s.cents = sum.Cents()
			s.bills++
		}
	}
	guessed := make([]bool, len(bills))
	for i := range services {
		s := &services[i]
		area := bills[s.bill].Area()
		if s.measured && len(s.parts) > 0 && !s.use.IsZero() && !countedBefore(services, i) {
			for _, t := range []*side{of(""), of(area)} {
				t.use[s.unit] = t.use[s.unit].Add(s.use)
			}
		}
		if !guessed[s.bill] && s.estimated() {
			guessed[s.bill] = true
			of("").estimated++
			of(area).estimated++
		}
	}
	return out, nil
}

// countedBefore says whether the water of a service is that of one before it on the same bill, as of a sewer that is priced by what the water meter
// measured: the use of a cycle is what its meters showed.
func countedBefore(services []served, i int) bool {
	for j := i - 1; j >= 0 && services[j].bill == services[i].bill; j-- {
		for key := range services[i].own.Usages() {
			for other := range services[j].own.Usages() {
				if key == other {
					return true
				}
			}
		}
	}
	return false
}

// totalOf sets two sides beside each other; either may be nil.
func totalOf(area string, now, last *side) Total {
	none := &side{}
	now, last = cmp.Or(now, none), cmp.Or(last, none)
	t := Total{Area: area, Bills: now.bills, LastBills: last.bills, Estimated: now.estimated, Charges: money.Cents(now.cents), Last: money.Cents(last.cents)}
	units := slices.Collect(maps.Keys(now.use))
	units = slices.AppendSeq(units, maps.Keys(last.use))
	slices.Sort(units)
	for _, u := range slices.Compact(units) {
		t.Use = append(t.Use, UseTotal{Unit: u, Use: now.use[u], Last: last.use[u]})
	}
	return t
}

// compareTotal lists totals that are far from those of the last run.
func (w *reviewing) compareTotal(t Total) {
	where := "the cycle"
	if t.Area != "" {
		where = "area " + t.Area
	}
	compare := func(code Code, l limit, sub, what string, now, last exact.Ratio, figure func(what string, n exact.Ratio) metering.Figure) {
		change := now.Sub(last)
		if !l.on || change.IsZero() {
			return
		}
		figures := []metering.Figure{say.Text("where", where), figure("now", now), figure("last", last)}
		if last.IsZero() {
			w.add(found(code, "", "", "", strings.TrimSuffix(t.Area+" "+sub, " "), what+" {now}, and the last run had none", figures...))
			return
		}
		percent, err := change.Mul(exact.Int(100)).Quo(last.Abs())
		if err != nil || percent.Abs().Cmp(l.at) < 0 {
			return
		}
		figures = append(figures, say.Number("percent", percent), say.Number("limit", l.at))
		w.add(found(code, "", "", "", strings.TrimSuffix(t.Area+" "+sub, " "),
			what+" {now}, against {last} of the last run: {percent}%, and {limit}% or more is listed", figures...))
	}
	dollars := func(what string, n exact.Ratio) metering.Figure {
		amount, _ := money.FromRatio(n, exact.HalfUp) // it was an amount
		return say.Money(what, amount)
	}
	compare(BillsChange, w.limits.bills, "", "the bills of {where} are", exact.Int(int64(t.Bills)), exact.Int(int64(t.LastBills)), say.Number)
	compare(ChargesChange, w.limits.charges, "", "the charges of {where} are", t.Charges.Ratio(), t.Last.Ratio(), dollars)
	for _, u := range t.Use {
		unit := u.Unit.String()
		compare(UseChange, w.limits.usage, unit, "the use of {where} in "+unit+" is", u.Use, u.Last, say.Number)
	}
}

// rateOf is what prices a schedule: a book, and the version of it.
type rateOf struct {
	schedule string
	book     rates.Digest
	version  civil.Date
}

func ratesOf(services []served) map[rateOf]int {
	out := map[rateOf]int{}
	for i := range services {
		s := &services[i]
		digest := s.quote.Digest()
		out[rateOf{s.input.Schedule, digest, s.version}]++
		for _, v := range s.versions {
			out[rateOf{s.input.Schedule, digest, v}]++
		}
	}
	return out
}

// checkRates lists rates that no bill of the last run was priced by: a new version, or another book, be it corrected or altered; and
// schedules of which some bills were priced by one book, and some by another.
func (w *reviewing) checkRates() {
	books := map[string]map[rates.Digest]int{}
	for i := range w.now {
		schedule, digest := w.now[i].input.Schedule, w.now[i].quote.Digest()
		if books[schedule] == nil {
			books[schedule] = map[rates.Digest]int{}
		}
		books[schedule][digest]++
	}
	for schedule, list := range books {
		if len(list) < 2 {
			continue
		}
		var said []string
		for digest, n := range list {
			said = append(said, fmt.Sprintf("%s book %s", say.Counted(n, "service")+" by", digest.String()[:12]))
		}
		slices.Sort(said)
		w.add(found(MixedRates, "", "", "", schedule, "services of schedule {schedule} are priced by several books: {books}", say.Text("schedule", schedule),
			say.Text("books", strings.Join(said, ", "))))
	}
	if len(w.r.Last) == 0 {
		return
	}
	before := ratesOf(w.past)
	for r, n := range ratesOf(w.now) {
		if before[r] > 0 {
			continue
		}
		version := "the rates without a date"
		if !r.version.IsZero() {
			version = "the rates of " + r.version.String()
		}
		w.add(found(NewRates, "", "", "", r.schedule+" "+r.book.String()+" "+r.version.String(),
			say.Many("bills", exact.Int(int64(n)), "service")+" of schedule {schedule} have {version} of book {book}, which no bill of the last run has",
			say.Count("bills", n), say.Text("schedule", r.schedule), say.Text("version", version), say.Text("book", r.book.String()[:12])))
	}
}
