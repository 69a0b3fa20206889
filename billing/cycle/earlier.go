package cycle

import (
	"cmp"
	"strings"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/problem"
)

// readEarlier reads the bills of the year before.
func (w *reviewing) readEarlier() error {
	var err error
	if w.ago, err = w.lastOfEach("year_ago", w.r.YearAgo); err != nil {
		return err
	}
	return nil
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
