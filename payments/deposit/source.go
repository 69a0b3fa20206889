package deposit

import (
	"cmp"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// source is what money of a deposit came from: a payment, interest, or what stands in for a payment that was taken back.
type source struct {
	// on is the day on which it came.
	on civil.Date
	// returns says that a bank may take it back for some days after, and interest that it is interest, which leaves first.
	returns, interest bool
	// lacks is what of it nothing stands behind yet: of an item that was opened for money that a returned payment found gone, what
	// is not paid on it; of money that left a deposit that did not hold it, but for a payment that was taken back, what came there
	// since too little.
	lacks int64
	// by is what stands behind it since.
	by []*source
}

// lot is an amount of a deposit with what it came from.
type lot struct {
	from  *source
	cents int64
}

// behind are the source and all that stands behind it. What stands behind itself is there once: money that went round.
func (s *source) behind() []*source {
	all := []*source{s}
	for i := 0; i < len(all); i++ {
		for _, b := range all[i].by {
			if !slices.Contains(all, b) {
				all = append(all, b)
			}
		}
	}
	return all
}

// came is the day on which all of it was there; false while some of it is not.
func (s *source) came() (civil.Date, bool) {
	var last civil.Date
	for _, b := range s.behind() {
		if b.lacks > 0 {
			return civil.Date{}, false
		}
		if b.on.After(last) {
			last = b.on
		}
	}
	return last, true
}

// clears is the first day on which no bank can take it back; no date where none can, and while it has not come.
func (s *source) clears(returnDays int) (civil.Date, error) {
	if _, ok := s.came(); !ok {
		return civil.Date{}, nil
	}
	var last civil.Date
	for _, b := range s.behind() {
		if b.returns && b.on.After(last) {
			last = b.on
		}
	}
	if last.IsZero() {
		return last, nil
	}
	return last.AddDays(returnDays + 1)
}

// holder is the deposit of an account while the books are read.
type holder struct {
	area      string
	movements []Movement
	lots      []lot
	// short is what left it and was not there.
	short []*source
}

// take takes money out: interest first, and then what came first. What is not there lacks until something comes.
func (h *holder) take(on civil.Date, cents int64) []lot {
	var out []lot
	for cents > 0 && len(h.lots) > 0 {
		l := &h.lots[0]
		part := min(cents, l.cents)
		out = append(out, lot{l.from, part})
		cents -= part
		if l.cents -= part; l.cents == 0 {
			h.lots = h.lots[1:]
		}
	}
	if cents > 0 {
		s := &source{on: on, lacks: cents}
		h.short = append(h.short, s)
		out = append(out, lot{s, cents})
	}
	return out
}

// put puts money in. It stands first behind what left and was not there.
func (h *holder) put(l lot) {
	for _, s := range h.short {
		part := min(l.cents, s.lacks)
		if part == 0 {
			continue
		}
		s.lacks -= part
		l.cents -= part
		if s != l.from { // what comes back to where it left needs nothing behind it any more
			s.by = append(s.by, l.from)
		}
	}
	if l.cents == 0 {
		return
	}
	h.lots = append(h.lots, l)
	order := func(l lot) int {
		if l.from.interest {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(h.lots, func(a, b lot) int { return cmp.Or(cmp.Compare(order(a), order(b)), a.from.on.Compare(b.from.on)) })
}

// reading is Read in the making. What was taken back is left out as if it had never been: what it leaves uncovered then is what
// the returned payment leaves uncovered.
type reading struct {
	held map[string]*holder
	// owed are the items that were opened for what a returned payment found gone from a deposit.
	owed map[stored.ID]*source
}

// concerns reports whether an entry has to do with deposits.
func (r *reading) concerns(e *ledger.Entry) bool {
	of := func(p ledger.Place) bool {
		return p.Kind == ledger.PlaceDeposit || p.Kind == ledger.PlaceDepositBilled || p.Kind == ledger.PlaceItem && r.owed[p.Item] != nil
	}
	return slices.ContainsFunc(e.Opens, func(o ledger.Open) bool { return of(o.Against) }) ||
		!e.Reverses && slices.ContainsFunc(e.Moves, func(m ledger.Move) bool { return of(m.From) || of(m.To) })
}

// at is the deposit of an account at a place; nil where the place is none of a deposit.
func (r *reading) at(p ledger.Place) *holder {
	if p.Kind != ledger.PlaceDeposit && p.Kind != ledger.PlaceDepositBilled {
		return nil
	}
	h := r.held[p.Key]
	if h == nil {
		h = &holder{area: p.Area}
		r.held[p.Key] = h
	}
	return h
}

func (r *reading) entry(id stored.ID, e *ledger.Entry) {
	for i, o := range e.Opens {
		to := r.at(o.Against)
		if to == nil || o.Against.Kind != ledger.PlaceDeposit {
			continue
		}
		s := &source{on: e.Effective, lacks: o.Amount.Cents()}
		r.owed[e.ItemID(i)] = s
		to.movements = append(to.movements, Movement{Entry: id, Cause: e.Cause, On: e.Effective, Amount: o.Amount})
		to.put(lot{s, o.Amount.Cents()})
	}
	if e.Reverses {
		return
	}
	for _, m := range e.Moves {
		r.paid(e, m)
		r.move(id, e, m)
	}
}

// paid sees what is paid on an item that was opened for what is gone, and taken off it again. What is forgiven is not paid.
func (r *reading) paid(e *ledger.Entry, m ledger.Move) {
	switch {
	case e.Cause == ledger.Paid, e.Cause == ledger.Applied, e.Cause == ledger.DepositApplied, e.Cause == ledger.Transferred:
	default:
		return
	}
	if s := r.owed[m.To.Item]; s != nil {
		s.lacks -= m.Amount.Cents()
		s.by = append(s.by, &source{on: e.Effective, returns: true})
	}
	if s := r.owed[m.From.Item]; s != nil {
		s.lacks += m.Amount.Cents()
	}
}

func (r *reading) move(id stored.ID, e *ledger.Entry, m ledger.Move) {
	from, to := r.at(m.From), r.at(m.To)
	cents := m.Amount.Cents()
	lots := []lot{{&source{on: e.Effective, returns: e.Cause != ledger.Converted && e.Cause != ledger.Accrued, interest: e.Cause == ledger.Accrued}, cents}}
	elsewhere := from != nil && m.From.Kind == ledger.PlaceDeposit
	if elsewhere {
		from.movements = append(from.movements, Movement{Entry: id, Cause: e.Cause, On: e.Effective, Amount: money.Cents(-cents)})
		lots = from.take(e.Effective, cents)
	}
	if to == nil || m.To.Kind != ledger.PlaceDeposit {
		return
	}
	for _, l := range lots {
		in := Movement{Entry: id, Cause: e.Cause, On: e.Effective, Amount: money.Cents(l.cents)}
		if elsewhere {
			in.from = l.from
		}
		to.movements = append(to.movements, in)
		to.put(l)
	}
}
