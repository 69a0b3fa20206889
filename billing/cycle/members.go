package cycle

import (
	"cmp"
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
	known := map[string]bool{}
	for _, name := range w.r.Cycles {
		known[name] = true
	}
	for i := range w.r.Members {
		m := &w.r.Members[i]
		a := &m.Agreement
		if m.Cycle != w.r.Cycle {
			w.checkOutside(m, known[m.Cycle], days[i])
			continue
		}
		cover, err := a.Coverage(days[i], through)
		if err != nil {
			w.wrong.Add(&problem.Error{Code: ErrRequest, Path: "billed days of agreement " + a.ID, Err: err})
			continue
		}
		mine := bills[i]
		w.checkOut(a, days[i], mine, w.services[i])
		w.checkUnbilled(a, cover, mine)
		w.checkTwice(a, cover, mine)
		w.checkApart(i, days[i], mine)
		for _, out := range cover.Outside {
			if at, ok := w.billOf(mine, out.Bill); ok {
				w.ofBill(at, a.ID, NotOurDays, out.Period.String(), "it bills {billed}, and the agreement is {agreement}",
					say.Text("billed", out.Period.String()), say.Text("agreement", span(a)))
			} else if w.before[i] != nil || w.earlier != nil && w.earlier[i] != nil { // told while a bill before is given, and not for ever
				w.add(found(EarlierDays, a.Account, a.ID, "", out.Bill+" "+out.Period.String(),
					"the bills up to {bill} have {billed}, and the agreement is {agreement}",
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
	w.checkFees()
	w.checkPremises()
	w.checkLeftOut()
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
		} else {
			w.unknown = append(w.unknown, i)
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

// checkOut lists bills of an agreement under a key under which bills before have days of it: the same bill, by its id, would be out
// twice. services is how many of its services are on bills of the cycle.
func (w *reviewing) checkOut(a *billing.Agreement, days []billing.BilledDays, mine []int, services int) {
	rows := 0
	for _, d := range days {
		if _, ok := w.billOf(mine, d.Bill); ok && !d.Reversed {
			rows++
		}
	}
	if rows > services {
		b := &w.bills[mine[0]]
		w.ofBill(mine[0], a.ID, DuplicateBill, "out", "bill {bill} of the account is out already", say.Text("bill", b.Key()))
	}
}

// checkApart lists days of the cycle, or after it, that count as billed and that no bill shows which is given: those of a final, or days that
// somebody has decided not to bill. Of days before the cycle the list before has told.
func (w *reviewing) checkApart(member int, days []billing.BilledDays, mine []int) {
	a := &w.r.Members[member].Agreement
	for _, d := range days {
		if d.Reversed || !d.Period.To.After(w.r.Period.From) {
			continue
		}
		if _, ok := w.billOf(mine, d.Bill); ok || !d.Period.To.After(w.shown(member, d.Bill)) {
			continue
		}
		w.add(found(BilledApart, a.Account, a.ID, "", d.Bill+" "+d.Period.String(), "{billed} counts as billed by {bill}, which is neither of this run nor one of those before it that are given",
			say.Text("billed", d.Period.String()), say.Text("bill", d.Bill)))
	}
}

// shown is to when a bill from before this run, where it is given, bills a member; the zero date where it does not.
func (w *reviewing) shown(member int, key string) civil.Date {
	if w.apart == nil { // few ask
		w.apart = map[billed]civil.Date{}
		add := func(bills []billing.Bill, s *served) {
			at := billed{s.member, bills[s.bill].Key()}
			if s.input.Period.To.After(w.apart[at]) {
				w.apart[at] = s.input.Period.To
			}
		}
		for i := range w.past {
			add(w.r.Last, &w.past[i])
		}
		for _, s := range w.earlier {
			if s != nil {
				add(w.r.Before, s)
			}
		}
	}
	return w.apart[billed{member, key}]
}

// billed is a bill that bills a member.
type billed struct {
	member int
	bill   string
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

// checkOutside looks at an agreement that is not of the cycle. One that is in none, or in one that the district does not have, is billed by
// none: it is listed, unless it has ended and all its days are billed. One of another cycle is listed where no bill has had it for longer
// than the policy says, since a cycle that is not run lists nothing.
func (w *reviewing) checkOutside(m *Member, known bool, days []billing.BilledDays) {
	a := &m.Agreement
	if !a.From.Before(w.r.Period.To) {
		return
	}
	through := w.r.Period.To
	if known {
		most, ok := w.limits.unbilled.at.Int64()
		if !w.limits.unbilled.on || !ok {
			return
		}
		var err error
		if through, err = through.AddDays(-int(min(most, 1<<20))); err != nil {
			return // from before any date
		}
	}
	cover, err := a.Coverage(days, through)
	if err != nil {
		w.wrong.Add(&problem.Error{Code: ErrRequest, Path: "billed days of agreement " + a.ID, Err: err})
		return
	}
	var e Exception
	switch ended := !a.Open() && !a.Until.After(w.r.Period.To); {
	case known && len(cover.Unbilled) > 0:
		e = found(Unbilled, a.Account, a.ID, "", "", "the {service} is active {agreement} in cycle {cycle}, and no bill has days of it before {through}, the first on {first}",
			say.Text("service", a.Service), say.Text("agreement", span(a)), say.Text("cycle", m.Cycle), say.Date("through", through), say.Date("first", cover.Unbilled[0].From))
	case known, ended && len(cover.Unbilled) == 0:
		return
	case m.Cycle == "":
		e = found(NoCycle, a.Account, a.ID, "", "", "the service is active {agreement}, and no cycle bills it", say.Text("agreement", span(a)))
	default:
		e = found(NoCycle, a.Account, a.ID, "", "", "the service is active {agreement}, and the district has no cycle {cycle}", say.Text("agreement", span(a)),
			say.Text("cycle", m.Cycle))
	}
	w.add(w.held(e, *a))
}

// checkPremises lists two agreements for one service at one premise on one day of the cycle or later: both would be billed.
func (w *reviewing) checkPremises() {
	type point struct{ premise, service string }
	first, others := make(map[point]int, len(w.r.Members)), map[point][]int{}
	for i := range w.r.Members {
		a := &w.r.Members[i].Agreement
		if !a.Open() && !a.Until.After(w.r.Period.From) {
			continue
		}
		at := point{a.Premise, a.Service}
		if one, ok := first[at]; !ok {
			first[at] = i
		} else if others[at] = append(others[at], i); len(others[at]) == 1 {
			others[at] = append(others[at], one)
		}
	}
	for _, list := range others {
		slices.SortFunc(list, func(a, b int) int {
			x, y := &w.r.Members[a].Agreement, &w.r.Members[b].Agreement
			return cmp.Or(x.From.Compare(y.From), strings.Compare(x.ID, y.ID))
		})
		before := &w.r.Members[list[0]].Agreement // of those so far the one that goes on longest
		for _, i := range list[1:] {
			a := &w.r.Members[i].Agreement
			if before.Open() || before.Until.After(a.From) {
				e := found(TwoAgreements, a.Account, a.ID, "", before.ID, "the {service} at premise {premise} is that of agreement {agreement} too, which is {span}",
					say.Text("service", a.Service), say.Text("premise", a.Premise), say.Text("agreement", before.ID), say.Text("span", span(before)))
				w.add(w.held(e, *a))
			}
			if !before.Open() && (a.Open() || a.Until.After(before.Until)) {
				before = a
			}
		}
	}
}

// checkLeftOut lists agreements that were billed and are none of the members: nothing else would miss one that is left out.
func (w *reviewing) checkLeftOut() {
	last := map[string]civil.Date{} // the day after the last one that was billed
	accounts := map[string]string{}
	for i := range w.past {
		if s := &w.past[i]; s.member < 0 {
			last[s.agreement], accounts[s.agreement] = s.input.Period.To, w.r.Last[s.bill].Account()
		}
	}
	for _, i := range w.unknown {
		if d := w.r.Billed[i]; !d.Reversed && (last[d.Agreement].IsZero() || d.Period.To.After(last[d.Agreement])) {
			last[d.Agreement] = d.Period.To
		}
	}
	for id, to := range last {
		w.add(found(NotAMember, accounts[id], id, "", "", "it was billed to before {to}, and is not among the agreements of the district", say.Date("to", to)))
	}
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
	return slices.ContainsFunc(w.holds.days[agreement], func(d civil.Period) bool { return within(p, d) })
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

// checkFees lists bills of fees alone whose account has no agreement.
func (w *reviewing) checkFees() {
	served := make([]bool, len(w.bills))
	for i := range w.now {
		served[w.now[i].bill] = true
	}
	var accounts map[string]bool
	for i := range w.bills {
		if served[i] {
			continue
		}
		if accounts == nil {
			accounts = make(map[string]bool, len(w.r.Members))
			for k := range w.r.Members {
				accounts[w.r.Members[k].Agreement.Account] = true
			}
		}
		if account := w.bills[i].Account(); !accounts[account] {
			w.ofBill(i, "", NotInCycle, "fees", "the district has no agreement of account {account}", say.Text("account", account))
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
