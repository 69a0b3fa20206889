package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// UnbilledRequest asks for services that have days on no bill. The order of its lists has no effect.
type UnbilledRequest struct {
	On civil.Date // the day for which holds are told
	// Through is by cycle the day up to the day before which bills are expected: for most, the end of the last period that it has billed.
	// Each cycle of a member is among them, and "" for those that are in none. There is no default: a week that is not billed yet
	// lacks nothing.
	Through map[string]civil.Date
	// Members are all agreements of the district, those in no cycle too, and Billed the days of all their bills.
	Members []cycle.Member
	Billed  []billing.BilledDays
	// Exceptions are those of the last edit lists: NoCycle, NoBill and Gap are of services without a bill. Holds are those of all runs.
	Exceptions []cycle.Exception
	Holds      []cycle.Hold
	// Vacant is use where nobody had the service, as cycle.Request has it.
	Vacant []cycle.Vacancy
	Places []Place
}

// Standing says why a service has days on no bill.
type Standing string

// The answers, in the order of a report.
const (
	InNoCycle   Standing = "in no cycle"  // no cycle would ever bill it
	HoldExpired Standing = "hold expired" // it was held, and is held no more
	NotBilled   Standing = "not billed"   // nothing says why
	OnHold      Standing = "held"         // by name, with a reason and an expiry
)

var standings = []Standing{InNoCycle, HoldExpired, NotBilled, OnHold}

// UnbilledRow is a service with days on no bill.
type UnbilledRow struct {
	Standing   Standing
	Place      Place // with the agreement
	Account    string
	Service    string
	Cycle      string // empty where it is in none
	Days       int    // that no bill has; 0 for an agreement of no days, which is owed one bill
	Unbilled   []civil.Period
	Through    civil.Date // up to the day before it bills of its cycle are expected
	LastBilled civil.Date // the last day before Through that a bill has; none where no bill has any
	Hold       cycle.Hold // the last one; the zero value where there is none
	Listed     []cycle.Code
	Words      string
}

// VacantRow is water that was used while nobody had the service.
type VacantRow struct {
	Premise, Service string
	Usage            string // the key of the review
	Period           civil.Period
	Vacant           []civil.Period
	VacantDays       int
	Use              Water // of all days of the period: no reading says how much of it is of the vacant days
	Words            string
}

// Unbilled is what is used and not billed.
type Unbilled struct {
	Rows        []UnbilledRow // in the order of why, then those of most days, then along the routes
	Totals      []UnbilledTotal
	Vacant      []VacantRow // in the order of premises, services and days
	VacantTotal []Water     // by unit
	// Left is exceptions and holds of services that have been billed since.
	Left []Left
}

// UnbilledTotal is what the services of a standing come to.
type UnbilledTotal struct {
	Standing       Standing
	Services, Days int
}

// ListUnbilled lists services with days on no bill, with what the cycles know of them, and vacant use. Which days are on no bill
// billing's Coverage tells. Refused are days that are missing, also that of a cycle of a member (ErrRequest), agreements and billed days that are not whole, an agreement
// that stands there twice, an exception or a hold of an agreement that is not given (ErrService), and places that stand there twice
// (ErrDevice); all are told.
func ListUnbilled(r UnbilledRequest) (Unbilled, error) {
	var found problem.List
	if r.days(&found); len(found) > 0 {
		return Unbilled{}, told(found)
	}
	places := placed(r.Places, &found)
	billed := map[string][]billing.BilledDays{}
	for _, b := range r.Billed {
		billed[b.Agreement] = append(billed[b.Agreement], b)
	}
	members := map[string]*cycle.Member{}
	for i := range r.Members {
		if id := r.Members[i].Agreement.ID; members[id] != nil {
			found.Add(&problem.Error{Code: ErrService, Path: "agreement " + id, What: "it stands there twice", Fix: "give each agreement once"})
		} else {
			members[id] = &r.Members[i]
		}
	}
	codes, holds := r.known(members, &found)
	var out Unbilled
	for _, id := range slices.Sorted(maps.Keys(members)) {
		m := members[id]
		coverage, err := m.Agreement.Coverage(billed[id], r.Through[m.Cycle])
		if err != nil {
			found.Add(&problem.Error{Code: ErrService, Path: "agreement " + id, Err: err})
			continue
		}
		if len(coverage.Unbilled) > 0 {
			out.Rows = append(out.Rows, r.row(m, coverage.Unbilled, billed[id], codes[id], holds[id], places))
			continue
		}
		for _, code := range codes[id] {
			out.Left = append(out.Left, Left{Account: m.Agreement.Account, Agreement: id, Of: string(code), Why: "all its days are on a bill since"})
		}
		if h := holds[id]; r.On.Before(h.Until) {
			out.Left = append(out.Left, Left{
				Account: m.Agreement.Account, Agreement: id, Of: "hold until " + h.Until.String(),
				Why: "all its days are on a bill, and it is held",
			})
		}
	}
	out.vacant(r.Vacant, &found)
	if err := told(found); err != nil {
		return Unbilled{}, err
	}
	slices.SortFunc(out.Rows, func(a, b UnbilledRow) int {
		return cmp.Or(slices.Index(standings, a.Standing)-slices.Index(standings, b.Standing), b.Days-a.Days, a.Place.compare(b.Place))
	})
	for _, s := range standings {
		t := UnbilledTotal{Standing: s}
		for _, row := range out.Rows {
			if row.Standing == s {
				t.Services, t.Days = t.Services+1, t.Days+row.Days
			}
		}
		if t.Services > 0 {
			out.Totals = append(out.Totals, t)
		}
	}
	out.Left = sortLeft(out.Left)
	return out, nil
}

// days refuses a report without its day, and cycles of members of which nobody says through which day bills are expected.
func (r *UnbilledRequest) days(found *problem.List) {
	if r.On.IsZero() {
		found.Add(&problem.Error{Code: ErrRequest, Path: "on", What: "the day of the report is missing", Fix: "state the day for which holds are told"})
	}
	cycles := map[string]bool{}
	for i := range r.Members {
		cycles[r.Members[i].Cycle] = true
	}
	for _, name := range slices.Sorted(maps.Keys(cycles)) {
		if r.Through[name].IsZero() {
			found.Add(&problem.Error{
				Code: ErrRequest, Path: fmt.Sprintf("through[%q]", name), What: "the day through which bills of the cycle are expected is missing",
				Fix: "state it for each cycle of a member, and under the empty name for members that are in none",
			})
		}
	}
}

// known are what the cycles know of each agreement: the codes of its exceptions, and its last hold, without those that begin later.
func (r *UnbilledRequest) known(members map[string]*cycle.Member, found *problem.List) (map[string][]cycle.Code, map[string]cycle.Hold) {
	codes, holds := map[string][]cycle.Code{}, map[string]cycle.Hold{}
	stranger := func(agreement, what string) bool {
		if members[agreement] != nil {
			return false
		}
		found.Add(&problem.Error{
			Code: ErrService, Path: "agreement " + agreement, What: "there is " + what + " of it, and it is not given",
			Fix: "give all agreements of the district",
		})
		return true
	}
	for _, e := range r.Exceptions {
		if (e.Code == cycle.NoCycle || e.Code == cycle.NoBill || e.Code == cycle.Gap) && !stranger(e.Agreement, "an exception") {
			codes[e.Agreement] = append(codes[e.Agreement], e.Code)
		}
	}
	for id, list := range codes {
		slices.Sort(list)
		codes[id] = slices.Compact(list)
	}
	keep := func(agreement string, h cycle.Hold) {
		was := holds[agreement]
		if cmp.Or(h.Until.Compare(was.Until), h.On.Compare(was.On), cmp.Compare(h.Reason, was.Reason), cmp.Compare(h.By.String(), was.By.String()),
			cmp.Compare(h.Bill, was.Bill), cmp.Compare(h.Account, was.Account)) > 0 {
			holds[agreement] = h
		}
	}
	ofAccount := map[string][]string{}
	for id, m := range members {
		ofAccount[m.Agreement.Account] = append(ofAccount[m.Agreement.Account], id)
	}
	for _, h := range r.Holds {
		switch {
		case r.On.Before(h.On):
		case h.Agreement != "":
			if !stranger(h.Agreement, "a hold") {
				keep(h.Agreement, h)
			}
		default: // of a bill: which of the account's services are on it the hold does not say
			for _, id := range ofAccount[h.Account] {
				keep(id, h)
			}
		}
	}
	return codes, holds
}

// row is a service with days on no bill.
func (r *UnbilledRequest) row(m *cycle.Member, unbilled []civil.Period, billed []billing.BilledDays, codes []cycle.Code, hold cycle.Hold,
	places map[string]Place) UnbilledRow {
	a := &m.Agreement
	through := r.Through[m.Cycle]
	row := UnbilledRow{
		Place: at(places, a.ID), Account: a.Account, Service: a.Service, Cycle: m.Cycle, Through: through, Unbilled: unbilled, Hold: hold, Listed: codes,
	}
	for _, p := range unbilled {
		row.Days += p.Days()
	}
	for _, b := range billed {
		last := b.Period.Last()
		if b.Period.To.After(through) {
			last, _ = through.AddDays(-1) // a day of the agreement is before it
		}
		if !b.Reversed && b.Period.From.Before(through) && last.After(row.LastBilled) {
			row.LastBilled = last
		}
	}
	figures := []metering.Figure{say.Count("days", row.Days), say.Text("first", unbilled[0].From.String()), say.Text("service", a.Service)}
	words := "the {service} has " + say.Many("days", exact.Int(int64(row.Days)), "day") + " on no bill, the first {first}"
	if row.LastBilled.IsZero() {
		words += "; it was never billed"
	} else {
		words, figures = words+"; the last day on a bill is {last}", append(figures, say.Date("last", row.LastBilled))
	}
	figures = append(figures, say.Text("person", hold.By.String()), say.Date("until", hold.Until), say.Text("reason", hold.Reason))
	switch {
	case r.On.Before(hold.Until):
		row.Standing, words = OnHold, words+"; held by {person} until {until}: {reason}"
	case m.Cycle == "":
		row.Standing, words = InNoCycle, words+"; it is in no cycle, and none would ever bill it"
	case !hold.Until.IsZero():
		row.Standing, words = HoldExpired, words+"; the hold by {person} ended on {until}"
	default:
		row.Standing, words = NotBilled, words+"; nothing says why"
	}
	row.Words = say.Words(words, figures)
	return row
}

// vacant adds the use where nobody had the service.
func (out *Unbilled) vacant(list []cycle.Vacancy, found *problem.List) {
	totals, seen := map[metering.Unit]Water{}, map[string]bool{}
	for _, v := range list {
		u := v.Use
		if u.Usage == "" || seen[u.Usage] || !u.Unit.Valid() || len(u.Vacant) == 0 {
			found.Add(&problem.Error{
				Code: ErrService, Path: "vacant use " + u.Usage, What: "it has no key, no unit or no vacant days, or stands there twice",
				Fix: "give what Point.VacantUse lists, once",
			})
			continue
		}
		seen[u.Usage] = true
		row := VacantRow{Premise: v.Premise, Service: v.Service, Usage: u.Usage, Period: u.Period, Vacant: slices.Clone(u.Vacant), Use: Water{u.Use, u.Unit}}
		for _, p := range u.Vacant {
			row.VacantDays += p.Days()
		}
		row.Words = row.Use.String() + " was used on " + u.Period.String() + ", and on " + counted(row.VacantDays, "day") + " of it nobody had the service"
		totals[u.Unit] = totals[u.Unit].plus(row.Use)
		out.Vacant = append(out.Vacant, row)
	}
	slices.SortFunc(out.Vacant, func(a, b VacantRow) int {
		return cmp.Or(cmp.Compare(a.Premise, b.Premise), cmp.Compare(a.Service, b.Service), comparePeriods(a.Period, b.Period), cmp.Compare(a.Usage, b.Usage))
	})
	for _, unit := range slices.Sorted(maps.Keys(totals)) {
		out.VacantTotal = append(out.VacantTotal, totals[unit])
	}
}
