package cycle

import (
	"cmp"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// readEarlier reads the bills of services that the last run has not billed, and those of the year before.
func (w *reviewing) readEarlier() error {
	var err error
	if w.earlier, err = w.lastOfEach("before", w.r.Before); err != nil {
		return err
	}
	w.ago, err = w.lastOfEach("year_ago", w.r.YearAgo)
	return err
}

// checkFirst looks at services of which no bill before is given: one that was billed before is compared with nothing, and says so; a new
// one at a premise whose agreement has ended is compared with the last bill of that one.
func (w *reviewing) checkFirst(first []*served) {
	if len(w.r.Last)+len(w.r.Before) == 0 { // told once: there is nothing to compare
		return
	}
	alone := make(map[string]*served, len(first))
	for _, s := range first {
		alone[s.agreement] = s
	}
	billed := map[string]civil.Date{} // to when
	for i := range w.r.Billed {
		d := &w.r.Billed[i]
		if s := alone[d.Agreement]; s != nil && !d.Reversed && d.Period.From.Before(s.input.Period.From) && d.Period.To.After(billed[d.Agreement]) {
			billed[d.Agreement] = d.Period.To
		}
	}
	follows := map[point][]*served{}
	for _, s := range first {
		if to := billed[s.agreement]; !to.IsZero() {
			w.of(s, NotCompared, "", "the agreement was billed to {day}, and no bill of it from before this run is given: nothing of this one was compared with it",
				say.Date("day", to))
			continue
		}
		at := point{s.own.Agreement.Premise, s.own.Agreement.Service}
		follows[at] = append(follows[at], s)
	}
	if len(follows) == 0 {
		return
	}
	ended := map[*served]*served{}
	for _, list := range [][]served{w.now, w.past} {
		for i := range list {
			w.follow(follows, ended, &list[i])
		}
	}
	for _, was := range w.earlier {
		if was != nil {
			w.follow(follows, ended, was)
		}
	}
	for _, s := range first {
		if was := ended[s]; was != nil {
			w.checkKeys(s, was)
			if s.input.Period.From == was.input.Period.To { // else the water between was used by nobody, and is listed as that
				w.checkFollowing(s, was)
			}
		}
	}
}

// point is where a service is taken.
type point struct{ premise, service string }

// follow takes a service for the last one before those that begin at its point, where its agreement has ended by then.
func (w *reviewing) follow(follows map[point][]*served, ended map[*served]*served, was *served) {
	a := was.own.Agreement
	list := follows[point{a.Premise, a.Service}]
	if len(list) == 0 {
		return
	}
	if was.member >= 0 {
		a = &w.r.Members[was.member].Agreement // as it is now: on the bill it may go on
	}
	for _, s := range list {
		to, other := was.input.Period.To, ended[s]
		goesOn := was.member >= 0 && (a.Open() || a.Until.After(s.own.Agreement.From))
		if a.ID == s.agreement || goesOn || to.After(s.input.Period.From) {
			continue
		}
		// At a premise of several it is the one of the same meter, where one is.
		if other == nil || cmp.Or(s.sharedMeters(was)-s.sharedMeters(other), to.Compare(other.input.Period.To), strings.Compare(other.agreement, was.agreement)) > 0 {
			ended[s] = was
		}
	}
}

// sharedMeters is how many readings of a service are of a meter that another one has.
func (s *served) sharedMeters(o *served) (n int) {
	for _, p := range s.parts {
		if p.Meter != "" && slices.ContainsFunc(o.parts, func(q metering.Part) bool { return q.Meter == p.Meter }) {
			n++
		}
	}
	return n
}

// lastOfEach is the last service of each member on some bills; nil where there are none.
func (w *reviewing) lastOfEach(path string, bills []billing.Bill) ([]*served, error) {
	if len(bills) == 0 {
		return nil, nil
	}
	var wrong problem.List
	all := make([]served, 0, len(bills))
	for i := range bills {
		b := &bills[i]
		if b.ID().IsZero() {
			wrong.Add(&problem.Error{Code: ErrRequest, Path: path, What: "one is no bill", Fix: "give what billing.NewBill returns"})
			continue
		}
		var err error
		if all, err = serve(all, b, i); err != nil {
			return nil, &problem.Error{Code: ErrRequest, Path: path + ": bill " + b.Key() + " of account " + b.Account(), Err: err}
		}
	}
	out := make([]*served, len(w.r.Members))
	for i := range all {
		s := &all[i]
		at, ok := w.members[s.agreement]
		if !ok {
			continue
		}
		s.member = at
		was := out[at]
		if was == nil {
			out[at] = s
			continue
		}
		one, other := &bills[s.bill], &bills[was.bill]
		if s.bill != was.bill && one.ID() == other.ID() {
			wrong.Add(&problem.Error{
				Code: ErrRequest, Path: path, What: "bill " + one.Key() + " of account " + one.Account() + " stands there twice", Fix: "give each once",
			})
		}
		// Of two of one day the order of the list does not decide.
		if cmp.Or(s.input.Period.To.Compare(was.input.Period.To), s.input.Period.From.Compare(was.input.Period.From), strings.Compare(one.Key(), other.Key())) > 0 {
			out[at] = s
		}
	}
	return out, sorted(wrong).Err()
}
