package cycle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
)

// checkMembers asks of each agreement of the cycle whether its days are billed, once and no others.
func (w *reviewing) checkMembers() {
	through, err := w.r.Period.To.AddDays(-w.limits.window)
	if err != nil {
		w.wrong.Add(&problem.Error{Code: ErrRequest, Path: "period", Err: err})
		return
	}
	days, bills := w.byMember()
	for i := range w.r.Members {
		m := &w.r.Members[i]
		a := &m.Agreement
		if m.Cycle != w.r.Cycle {
			w.checkOutside(m)
			continue
		}
		cover, err := a.Coverage(days[i], through)
		if err != nil {
			w.wrong.Add(&problem.Error{Code: ErrRequest, Path: "billed days of agreement " + a.ID, Err: err})
			continue
		}
		mine := bills[i]
		w.checkUnbilled(a, cover, mine)
		w.checkTwice(a, cover, mine)
		for _, out := range cover.Outside {
			if at, ok := w.billOf(mine, out.Bill); ok {
				w.ofBill(at, a.ID, NotOurDays, out.Period.String(), "it bills {billed}, and the agreement is {agreement}",
					say.Text("billed", out.Period.String()), say.Text("agreement", span(a)))
			} else if was := w.before[i]; was != nil && w.r.Last[was.bill].Key() == out.Bill { // told once: in the run after
				w.add(found(EarlierDays, a.Account, a.ID, "", out.Bill+" "+out.Period.String(),
					"the last bill, {bill}, has {billed}, and the agreement is {agreement}",
					say.Text("bill", out.Bill), say.Text("billed", out.Period.String()), say.Text("agreement", span(a))))
			}
		}
		if h, ok := w.holds.byAgreement[a.ID]; ok && len(mine) > 0 && !w.leftOut(h) {
			for _, at := range mine {
				w.ofBill(at, a.ID, HeldAndBilled, "", "the service is {hold}, and the bill bills it", say.Text("hold", h.String()))
			}
		}
	}
	w.checkForeign()
}

// leftOut reports whether a hold is of a bill of this cycle.
func (w *reviewing) leftOut(h Hold) bool {
	_, ok := w.holds.byBill[billOf{h.Account, h.Bill}]
	return ok
}

// span is from when to when an agreement goes, in words.
func span(a *billing.Agreement) string {
	if a.Open() {
		return "from " + a.From.String() + " on"
	}
	return "from " + a.From.String() + " to before " + a.Until.String()
}

// byMember are the days of all bills of each member, in order, and the bills of the cycle that it stands on.
func (w *reviewing) byMember() (days [][]billing.BilledDays, bills [][]int) {
	before := len(w.r.Billed)
	places := make([]int, before+len(w.now)) // the member of each row, -1 for none
	counts := make([]int, len(w.r.Members))
	for i := range places {
		if places[i] = -1; i >= before {
			places[i] = w.now[i-before].member
		} else if at, ok := w.members[w.r.Billed[i].Agreement]; ok {
			places[i] = at
		}
		if places[i] >= 0 {
			counts[places[i]]++
		}
	}
	all := make([]billing.BilledDays, len(places)) // of all members, in one piece
	days, bills = make([][]billing.BilledDays, len(counts)), make([][]int, len(counts))
	begin := 0
	for i, n := range counts {
		days[i] = all[begin : begin : begin+n]
		begin += n
	}
	for i, at := range places {
		switch {
		case at < 0:
		case i < before:
			days[at] = append(days[at], w.r.Billed[i])
		default:
			s := &w.now[i-before]
			days[at] = append(days[at], billing.BilledDays{Bill: w.bills[s.bill].Key(), Agreement: s.agreement, Period: s.input.Period})
			if !slices.Contains(bills[at], s.bill) {
				bills[at] = append(bills[at], s.bill)
			}
		}
	}
	for i := range days {
		slices.SortFunc(days[i], orderOfDays)
	}
	return days, bills
}

// billOf finds a bill of the cycle by its key among some.
func (w *reviewing) billOf(among []int, key string) (int, bool) {
	for _, at := range among {
		if w.bills[at].Key() == key {
			return at, true
		}
	}
	return 0, false
}

// checkOutside looks at an agreement that is not of the cycle: one in no cycle is billed by none.
func (w *reviewing) checkOutside(m *Member) {
	a := &m.Agreement
	_, active := a.Within(w.r.Period)
	if m.Cycle != "" || !active && !(a.From == a.Until && w.r.Period.Contains(a.From)) {
		return
	}
	e := found(NoCycle, a.Account, a.ID, "", "", "the service is active {agreement}, and no cycle bills it", say.Text("agreement", span(a)))
	w.add(w.held(e, *a))
}

// checkUnbilled lists a service without a bill, and days on no bill of one that has one.
func (w *reviewing) checkUnbilled(a *billing.Agreement, cover billing.Coverage, mine []int) {
	if len(cover.Unbilled) == 0 {
		return
	}
	if len(mine) == 0 {
		var list []string
		total := 0
		for _, p := range cover.Unbilled {
			list = append(list, p.String())
			total += p.Days()
		}
		e := found(NoBill, a.Account, a.ID, "", "", "the {service} is active {agreement}, and no bill has "+say.Counted(total, "day")+" of it: {days}",
			say.Text("service", a.Service), say.Text("agreement", span(a)), say.Text("days", strings.Join(list, ", ")))
		w.add(w.held(e, *a))
		return
	}
	for _, p := range cover.Unbilled {
		w.ofBill(mine[0], a.ID, Gap, p.String(), "no bill has "+say.Counted(p.Days(), "day")+" of the agreement: {days}", say.Text("days", p.String()))
		if h, ok := w.holds.byAgreement[a.ID]; ok && w.leftOut(h) && w.heldDays(a.ID, p) {
			w.list[len(w.list)-1].Hold = h
		}
	}
}

// heldDays reports whether days of an agreement are on a bill that is held.
func (w *reviewing) heldDays(agreement string, p civil.Period) bool {
	for _, b := range w.out {
		for _, d := range b.Days() {
			if d.Agreement == agreement && within(p, d.Period) {
				return true
			}
		}
	}
	return false
}

// checkTwice lists days on several bills, at each bill of the cycle that has them.
func (w *reviewing) checkTwice(a *billing.Agreement, cover billing.Coverage, mine []int) {
	var all []billing.BilledTwice // those that follow one another are one: coverage parts them where bills are expected no more
	for _, twice := range cover.Twice {
		if n := len(all); n > 0 && all[n-1].Period.To == twice.Period.From && slices.Equal(all[n-1].Bills, twice.Bills) {
			all[n-1].Period.To = twice.Period.To
			continue
		}
		all = append(all, twice)
	}
	for _, twice := range all {
		listed := map[int]bool{}
		for _, key := range twice.Bills {
			at, ok := w.billOf(mine, key)
			if !ok || listed[at] {
				continue
			}
			listed[at] = true
			w.ofBill(at, a.ID, Overlap, twice.Period.String(), fmt.Sprintf("%d bills have {days}: {bills}", len(twice.Bills)),
				say.Text("days", twice.Period.String()), say.Text("bills", strings.Join(twice.Bills, ", ")))
		}
	}
}

// checkForeign lists bills of agreements that are not of the cycle.
func (w *reviewing) checkForeign() {
	for i := range w.now {
		s := &w.now[i]
		at := s.member
		switch {
		case at < 0:
			w.of(s, NotInCycle, "", "the district has no agreement {agreement}", say.Text("agreement", s.agreement))
		case w.r.Members[at].Cycle == "":
			w.of(s, NotInCycle, "", "agreement {agreement} is in no cycle", say.Text("agreement", s.agreement))
		case w.r.Members[at].Cycle != w.r.Cycle:
			w.of(s, NotInCycle, "", "agreement {agreement} is of cycle {cycle}, and this is cycle {this}", say.Text("agreement", s.agreement),
				say.Text("cycle", w.r.Members[at].Cycle), say.Text("this", w.r.Cycle))
		}
	}
}

// checkVacant lists use where nobody had the service.
func (w *reviewing) checkVacant() {
	for _, v := range w.r.Vacant {
		var days []string
		for _, p := range v.Use.Vacant {
			days = append(days, p.String())
		}
		w.add(found(VacantUse, "", "", "", v.Premise+" "+v.Service+" "+v.Use.Usage,
			"{use} {unit} of {service} was used at premise {premise} in {period}, and nobody had it on {days}",
			say.Number("use", v.Use.Use), say.Text("unit", v.Use.Unit.String()), say.Text("service", v.Service), say.Text("premise", v.Premise),
			say.Text("period", v.Use.Period.String()), say.Text("days", strings.Join(days, ", "))))
	}
}
