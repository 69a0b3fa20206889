package cycle

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// reviewing is a review in the making.
type reviewing struct {
	r      Request
	p      Policy
	limits limits

	last     []int                // the bills of the last run, by their places, in order
	unknown  []int                // rows of Request.Billed of agreements that are none of the members
	bills    []billing.Bill       // those that may go out, in order
	out      []billing.Bill       // those that are held
	members  map[string]int       // by the id of the agreement
	now      []served             // of bills
	before   []*served            // the last service of each member in the last run
	foreign  map[string]*served   // the same of agreements that are none
	earlier  []*served            // the last service of each member among those of Request.Before; nil where none are given
	ago      []*served            // the last service of each member in the year before; nil where no bills of it are given
	past     []served             // of the last run, in the order of its bills
	services []int                // how many of now each member has
	digests  map[int]rates.Digest // of the bills that have exceptions, by their place
	usages   map[string]int       // by their keys
	holds    holds
	apart    map[billed]civil.Date // to when bills before this run bill members; made once somebody asks

	list  []Exception
	wrong problem.List
}

// register names a register of a meter.
type register struct{ meter, register string }

// Review makes the edit list of a cycle: every exception, in order, with what has ended it. It is a function of the request and the
// policy: shuffled input gives the same list, and so does a second run. Bills that are held are none of the list's, and what is asked
// of the rest is asked without them.
//
// Refused are a policy that lacks something or is not known (policy.ErrNotStated, policy.ErrNotKnown, ErrPolicy), a request that lacks
// something or names an agreement or a usage twice (ErrRequest), a bill of which a usage is not given as it was billed (ErrRequest), a
// hold that names nothing that is there, or is not whole (ErrHold), and a decision that is not whole or is on what nobody may accept
// (ErrDecision). All are told.
func Review(r Request, p Policy) (EditList, error) {
	f := p.findings()
	if err := f.Err(); err != nil {
		return EditList{}, err
	}
	w := &reviewing{r: r, p: p, limits: p.limits(), digests: map[int]rates.Digest{}}
	var err error
	if w.members, w.last, err = r.check(w.limits); err != nil {
		return EditList{}, err
	}
	if w.usages, err = r.checkUsages(); err != nil {
		return EditList{}, err
	}
	w.takeOut()
	if err := w.read(); err != nil {
		return EditList{}, err
	}
	if err := w.readEarlier(); err != nil {
		return EditList{}, err
	}
	w.checkBills()
	w.checkMembers()
	w.checkReadTwice()
	w.checkVacant()
	totals, err := w.totals()
	if err != nil {
		return EditList{}, err
	}
	w.checkRates()
	list := EditList{
		key: r.Key, cycle: r.Cycle, period: r.Period, on: r.On, policy: p.Title, citation: p.Citation, marks: slices.Clone(f.Placeholders),
		bills: w.bills, totals: totals,
	}
	w.finish(&list)
	if err := sorted(w.wrong).Err(); err != nil {
		return EditList{}, err
	}
	return list, nil
}

// sorted puts problems of shuffled input in one order.
func sorted(wrong problem.List) problem.List {
	slices.SortStableFunc(wrong, func(a, b *problem.Error) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.What, b.What))
	})
	return wrong
}

// finish gives the exceptions their ids, their order and what has ended them.
func (w *reviewing) finish(list *EditList) {
	slices.SortFunc(w.list, Exception.order)
	decisions := make(map[stored.ID]Decision, len(w.r.Decisions))
	for _, d := range w.r.Decisions {
		decisions[d.Exception] = d
	}
	for i := range w.list {
		e := &w.list[i]
		e.ID = e.derive(w.r.Key, w.r.Cycle, w.r.Period)
		d, decided := decisions[e.ID]
		delete(decisions, e.ID)
		switch {
		case !decided:
		case !e.Acceptable():
			w.wrong.Add(&problem.Error{
				Code: ErrDecision, Path: "exception " + e.ID.String(), What: "nobody may accept " + string(e.Code) + ": " + e.Words,
				Fix: "correct it, or hold the service",
			})
		default:
			e.Decision = d
		}
	}
	for _, d := range decisions {
		list.stale = append(list.stale, d)
	}
	slices.SortFunc(list.stale, func(a, b Decision) int { return a.Exception.Compare(b.Exception) })
	list.exceptions, list.held = w.list, w.holds.kept()
}

func (w *reviewing) add(e Exception) { w.list = append(w.list, e) }

// read reads the bills, those of the last run, in their order, and the usages.
func (w *reviewing) read() error {
	order := make([]int, len(w.bills))
	for i := range order {
		order[i] = i
	}
	var err error
	if w.now, err = readBills(w.bills, order); err != nil {
		return err
	}
	if w.past, err = readBills(w.r.Last, w.last); err != nil {
		return err
	}
	for _, list := range [][]served{w.now, w.past} {
		for i := range list {
			at, ok := w.members[list[i].agreement]
			if list[i].member = at; !ok {
				list[i].member = -1
			}
		}
	}
	w.services = make([]int, len(w.r.Members))
	for i := range w.now {
		if at := w.now[i].member; at >= 0 {
			w.services[at]++
		}
	}
	w.before, w.foreign = make([]*served, len(w.r.Members)), map[string]*served{}
	for i := range w.past {
		s := &w.past[i]
		if was := w.lastOf(s); was != nil && !s.input.Period.To.After(was.input.Period.To) {
			continue
		}
		if s.member >= 0 {
			w.before[s.member] = s
		} else {
			w.foreign[s.agreement] = s
		}
	}
	return nil
}

// lastOf is the last service of the same agreement in the last run, or before it; nil where there is none.
func (w *reviewing) lastOf(s *served) *served {
	if s.member < 0 {
		return w.foreign[s.agreement]
	}
	was := w.before[s.member]
	if w.earlier != nil {
		if e := w.earlier[s.member]; e != nil && (was == nil || e.input.Period.To.After(was.input.Period.To)) {
			return e
		}
	}
	return was
}

// readBills reads bills in an order.
func readBills(bills []billing.Bill, order []int) ([]served, error) {
	out := make([]served, 0, len(bills))
	for _, i := range order {
		var err error
		if out, err = serve(out, &bills[i], i); err != nil {
			return nil, &problem.Error{Code: ErrRequest, Path: "bill " + bills[i].Key() + " of account " + bills[i].Account(), Err: err}
		}
	}
	return out, nil
}

// checkBills looks at each bill, and at each service of it beside the one before.
func (w *reviewing) checkBills() {
	at := 0 // both runs are in order, and a bill's id is of what orders it
	for i := range w.bills {
		b := &w.bills[i]
		if b.Charges().Sign() < 0 {
			w.ofBill(i, "", NegativeBill, "", "it charges {charges}", say.Money("charges", b.Charges()))
		}
		for at < len(w.last) && before(&w.r.Last[w.last[at]], b) {
			at++
		}
		if at < len(w.last) && w.r.Last[w.last[at]].ID() == b.ID() {
			w.ofBill(i, "", DuplicateBill, "last", "the last run had bill {bill} of the account", say.Text("bill", b.Key()))
		}
		if b.Due().Before(w.r.On) {
			w.ofBill(i, "", OtherDates, "due", "it is due on {due}, and reviewed on {on}", say.Date("due", b.Due()), say.Date("on", w.r.On))
		}
		if i == 0 || w.bills[i-1].Account() != b.Account() {
			continue
		}
		if other := &w.bills[i-1]; other.ID() == b.ID() {
			w.ofBill(i, "", DuplicateBill, "", "bill {bill} of the account stands there twice", say.Text("bill", b.Key()))
		} else {
			w.ofBill(i, "", SecondBill, "", "the account has bill {other} of the cycle too", say.Text("other", other.Key()))
		}
	}
	// The services of an agreement follow one another: the one before the first is that of the last run. Most have one.
	var several []int
	var first []*served // of which no bill before is given
	check := func(s, was *served) {
		if was == nil && s.member >= 0 {
			first = append(first, s)
		}
		w.checkService(s, was)
	}
	for i := range w.now {
		if s := &w.now[i]; s.member >= 0 && w.services[s.member] == 1 {
			check(s, w.lastOf(s))
		} else {
			several = append(several, i)
		}
	}
	slices.SortStableFunc(several, func(a, b int) int {
		if c := strings.Compare(w.now[a].agreement, w.now[b].agreement); c != 0 {
			return c
		}
		return w.now[a].input.Period.From.Compare(w.now[b].input.Period.From)
	})
	for i, at := range several {
		s := &w.now[at]
		was := w.lastOf(s)
		if i > 0 && w.now[several[i-1]].agreement == s.agreement {
			was = &w.now[several[i-1]]
		}
		check(s, was)
	}
	w.checkTogether(several)
	w.checkFirst(first)
}

// ofBill adds an exception of a bill.
func (w *reviewing) ofBill(bill int, agreement string, code Code, sub, words string, figures ...metering.Figure) {
	b := &w.bills[bill]
	e := found(code, b.Account(), agreement, b.Key(), sub, words, figures...)
	e.Charges, e.of = b.Charges(), w.priced(bill)
	w.add(e)
}

// priced is the digest of what a bill was priced from, found once: an exception is of these numbers, and not of what the account owes,
// which changes with each payment.
func (w *reviewing) priced(bill int) rates.Digest {
	out, ok := w.digests[bill]
	if !ok {
		out = sha256.Sum256(appendServices(nil, &w.bills[bill]))
		w.digests[bill] = out
	}
	return out
}

// of adds an exception of a service of a bill.
func (w *reviewing) of(s *served, code Code, sub, words string, figures ...metering.Figure) {
	w.ofBill(s.bill, s.agreement, code, strings.TrimSuffix(s.input.Period.String()+" "+sub, " "), words, figures...)
}
