package cycle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// Member is an agreement of the district and the cycle that bills it: one of Request.Cycles. Empty where it is in none. An active one
// that is in none, or in another word than these, is listed, since no cycle would ever bill it.
type Member struct {
	Agreement billing.Agreement
	Cycle     string
}

// Request is what is reviewed: what a cycle is about to bill, and all that it is compared with. The order of its lists has no
// effect.
type Request struct {
	Key    string       // names this run of the cycle, such as "2026-W17": one of its own for each
	Cycle  string       // the group of accounts that is billed, in the words of Member.Cycle
	Period civil.Period // the days of the full cycle
	On     civil.Date   // the day of the review
	// Cycles are all cycles of the district, this one among them.
	Cycles []string
	// Members are all agreements of the district: those of other cycles and of none too, and those that have ended, as long as Billed or
	// Last have their days.
	Members []Member
	// Bills are those of this run, and Last those of the run before of this cycle, which the bills are compared with: none for the
	// first.
	Bills, Last []billing.Bill
	// Before are the last bills of services that the last run did not bill, since they were held in it, taken out of it, or came from
	// another cycle: they are compared with these.
	Before []billing.Bill
	// YearAgo are the bills of the same period of the year before, where a district has them: use and tiers are compared with those of
	// the agreement among them, and else with the last bill.
	YearAgo []billing.Bill
	// Billed are the days of all bills before this run, from the first day of each agreement, as the books have them
	// (billing.Bill.DaysIn): those of Last too. Days keeps them short.
	Billed []billing.BilledDays
	// Usages are those that the bills were made of, each once: what the checks of the readings found, and how many estimates in a row
	// they are, they alone know. Those of bills that are held may be among them.
	Usages []metering.Usage
	// Vacant is use where nobody had the service, as billing.Point.VacantUse lists it.
	Vacant []Vacancy
	// Holds are those of this run and those that go on from the one before (EditList.Held).
	Holds []Hold
	// Decisions are on exceptions of this review, as an earlier one of the same run has listed them.
	Decisions []Decision
}

// Vacancy is water that was used at a premise while nobody had the service.
type Vacancy struct {
	Premise, Service string
	Use              billing.VacantUse
}

// check finds all that is wrong with the request by itself, and gives the places of the members by their agreements and the
// order of the bills of the last run.
func (r Request) check(l limits) (members map[string]int, last []int, err error) {
	var found problem.List
	add := func(code problem.Code, path, what, fix string) {
		found.Add(&problem.Error{Code: code, Path: path, What: what, Fix: fix})
	}
	for _, part := range []struct{ path, text string }{{"key", r.Key}, {"cycle", r.Cycle}} {
		if part.text == "" {
			add(ErrRequest, part.path, "it is missing", "state it")
		}
	}
	if err := r.Period.Check(); err != nil || r.Period.Days() == 0 {
		add(ErrRequest, "period", "the cycle has no days", "state the days of the full cycle")
	}
	if r.On.IsZero() {
		add(ErrRequest, "on", "the day of the review is missing", "state it: it says which holds have expired")
	}
	if !slices.Contains(r.Cycles, r.Cycle) || slices.Contains(r.Cycles, "") {
		add(ErrRequest, "cycles", "the cycles of the district are not stated, or not this one, or one has no name", "name each cycle that the district runs")
	}
	if len(r.Bills) == 0 {
		add(ErrRequest, "bills", "the cycle bills nothing", "give the bills that are to be released")
	}
	members = r.checkMembers(add)
	for i := range r.Bills {
		if r.Bills[i].ID().IsZero() {
			add(ErrRequest, fmt.Sprintf("bills[%d]", i), "it is no bill", "give what billing.NewBill returns")
		}
	}
	last = inOrder(r.Last)
	for i, at := range last {
		b := &r.Last[at]
		switch {
		case b.ID().IsZero():
			add(ErrRequest, fmt.Sprintf("last[%d]", at), "it is no bill", "give what billing.NewBill returns")
		case i > 0 && r.Last[last[i-1]].ID() == b.ID():
			add(ErrRequest, fmt.Sprintf("last[%d]", at), "bill "+b.Key()+" of account "+b.Account()+" stands there twice", "give each once")
		}
	}
	vacant := map[[3]string]bool{}
	for i, v := range r.Vacant {
		if at := [3]string{v.Premise, v.Service, v.Use.Usage}; vacant[at] {
			add(ErrRequest, fmt.Sprintf("vacant[%d]", i), "it stands there twice", "give each use once")
		} else {
			vacant[at] = true
		}
		if v.Premise == "" || v.Service == "" || v.Use.Usage == "" || v.Use.Use.Sign() <= 0 || !v.Use.Unit.Valid() || len(v.Use.Vacant) == 0 {
			add(ErrRequest, fmt.Sprintf("vacant[%d]", i), "its premise, its service or its use is missing", "give what billing.Point.VacantUse lists, and where it is")
		}
	}
	for i, h := range r.Holds {
		h.check(fmt.Sprintf("holds[%d]", i), r.On, l, add)
	}
	seen := map[stored.ID]Decision{}
	for i, d := range r.Decisions {
		path := fmt.Sprintf("decisions[%d]", i)
		if d.Exception.IsZero() || d.Reason == "" || d.By.IsZero() || d.On.IsZero() {
			add(ErrDecision, path, "it lacks its exception, its reason, its person or its day", "state all four")
		}
		if d.On.After(r.On) {
			add(ErrDecision, path, "it is of "+d.On.String()+", after the day of the review, "+r.On.String(), "decide on what was reviewed")
		}
		if was, twice := seen[d.Exception]; twice && was != d {
			add(ErrDecision, path, "two decisions are on exception "+d.Exception.String(), "keep the one that counts")
		}
		seen[d.Exception] = d
	}
	return members, last, found.Err()
}

func (r Request) checkMembers(add func(code problem.Code, path, what, fix string)) map[string]int {
	members := make(map[string]int, len(r.Members))
	for i := range r.Members {
		a := &r.Members[i].Agreement
		if err := a.Check(); err != nil {
			add(ErrRequest, fmt.Sprintf("members[%d]", i), err.Error(), "correct the agreement")
			continue
		}
		if _, twice := members[a.ID]; twice {
			add(ErrRequest, fmt.Sprintf("members[%d]", i), "agreement "+a.ID+" stands there twice", "give it once, in one cycle")
		}
		members[a.ID] = i
	}
	return members
}

// check finds what is wrong with a hold.
func (h Hold) check(path string, on civil.Date, l limits, add func(code problem.Code, path, what, fix string)) {
	switch {
	case h.Account == "" || h.Agreement == "" && h.Bill == "":
		add(ErrHold, path, "it says of no account, agreement or bill that it is held", "name the account, and the agreement or the bill")
	case h.Reason == "" || h.By.IsZero():
		add(ErrHold, path, "it has no reason, or no person", "state why it is held, and who answers for it")
	case h.On.IsZero() || h.Until.IsZero() || !h.Until.After(h.On):
		add(ErrHold, path, "it has no day, or does not expire after it", "state when it was held, and when it holds no more")
	case h.On.After(on):
		add(ErrHold, path, "it is of "+h.On.String()+", after the day of the review, "+on.String(), "hold what was reviewed")
	case l.hold.on:
		if most, ok := l.hold.at.Int64(); ok && int64(h.Until.Sub(h.On)) > most {
			add(ErrHold, path, fmt.Sprintf("it holds for %d days, and the policy for at most %d", h.Until.Sub(h.On), most),
				"let it expire earlier, and look again")
		}
	}
}

// Days are the days of bills, for [Request.Billed] of the next run: those that were known before, and those of the bills that are
// released now. Days of bills that were taken back are left out, and those before settled are joined where they follow one another, so
// that a host that keeps what it returns has few rows for most agreements, however long they go on. settled is the day before which no
// bill is taken back any more: a joined row does not tell which of its days would be gone, nor the keys of its bills but the last. A
// bill under one of the others is refused by the books, which know every key: billing/ledger.
func Days(before []billing.BilledDays, released []billing.Bill, settled civil.Date) []billing.BilledDays {
	all := make([]billing.BilledDays, 0, len(before)+len(released))
	for _, d := range before {
		if !d.Reversed {
			all = append(all, d)
		}
	}
	for _, b := range released {
		all = append(all, b.Days()...)
	}
	slices.SortFunc(all, orderOfDays)
	var out []billing.BilledDays
	for _, d := range all {
		// What is of no days, or stands there twice, stays as it is: joined, it would be seen no more.
		if n := len(out); n > 0 && out[n-1].Agreement == d.Agreement && out[n-1].Period.To == d.Period.From && out[n-1].Period.Days() > 0 && d.Period.Days() > 0 &&
			!d.Period.To.After(settled) {
			out[n-1].Period.To, out[n-1].Bill = d.Period.To, d.Bill
			continue
		}
		out = append(out, d)
	}
	return out
}

func orderOfDays(a, b billing.BilledDays) int {
	if c := strings.Compare(a.Agreement, b.Agreement); c != 0 {
		return c
	}
	if c := a.Period.From.Compare(b.Period.From); c != 0 {
		return c
	}
	return cmp.Or(a.Period.To.Compare(b.Period.To), strings.Compare(a.Bill, b.Bill))
}
