package deposit

import (
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
	// returned are the days on which payments that went to it past any item were taken back.
	returned []civil.Date
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
		if l.cents == 0 {
			break
		}
		part := min(l.cents, s.lacks)
		s.lacks -= part
		l.cents -= part
		s.by = append(s.by, l.from)
	}
	h.short = slices.DeleteFunc(h.short, func(s *source) bool { return s.lacks == 0 })
	if l.cents == 0 {
		return
	}
	before := func(a, b *source) bool {
		return a.interest && !b.interest || a.interest == b.interest && a.on.Before(b.on)
	}
	i := len(h.lots)
	for i > 0 && before(l.from, h.lots[i-1].from) {
		i--
	}
	h.lots = slices.Insert(h.lots, i, l)
}

// reading is Read in the making. What was taken back is left out as if it had never been: what it leaves uncovered then is what
// the returned payment leaves uncovered. Credits are followed with the deposits, for a deposit is paid by credit too.
type reading struct {
	books   *ledger.Ledger
	held    map[string]*holder
	credits map[string]*holder
	// owed are the items that were opened for what a returned payment found gone from a deposit or a credit.
	owed map[stored.ID]*source
	// through is, within an entry, what goes through an item for a deposit: a payment goes to the item, and is handed on from what
	// was billed to what is held; taken off again it goes the other way.
	through []lot
}

// concerns reports whether an entry has to do with deposits or credits.
func (r *reading) concerns(e *ledger.Entry) bool {
	of := func(p ledger.Place) bool {
		switch p.Kind {
		case ledger.PlaceDeposit, ledger.PlaceDepositBilled, ledger.PlaceCredit:
			return true
		case ledger.PlaceItem:
			return r.owed[p.Item] != nil
		}
		return false
	}
	return slices.ContainsFunc(e.Opens, func(o ledger.Open) bool { return of(o.Against) }) ||
		!e.Reverses && slices.ContainsFunc(e.Moves, func(m ledger.Move) bool { return of(m.From) || of(m.To) })
}

// at is the deposit or the credit at a place; nil where the place is none.
func (r *reading) at(p ledger.Place) *holder {
	of := r.held
	switch p.Kind {
	case ledger.PlaceDeposit, ledger.PlaceDepositBilled:
	case ledger.PlaceCredit:
		of = r.credits
	default:
		return nil
	}
	h := of[p.Key]
	if h == nil {
		h = &holder{area: p.Area}
		of[p.Key] = h
	}
	return h
}

// returned sees the payments that were taken back and went to a deposit past any item, which are none of ledger.EntriesOf.
func (r *reading) returned(e *ledger.Entry) {
	for _, m := range e.Moves {
		if e.Cause == ledger.Returned && m.From.Kind == ledger.PlaceDeposit && m.To.Kind != ledger.PlaceDepositBilled {
			h := r.at(m.From)
			h.returned = append(h.returned, e.Effective)
		}
	}
}

func (r *reading) entry(id stored.ID, e *ledger.Entry) {
	r.through = r.through[:0]
	for i, o := range e.Opens {
		if at := r.at(o.Against); at == nil || o.Against.Kind == ledger.PlaceDepositBilled {
			continue
		}
		s := &source{on: e.Effective, lacks: o.Amount.Cents()}
		r.owed[e.ItemID(i)] = s
		r.put(id, e, o.Against, lot{s, o.Amount.Cents()}, nil)
	}
	if e.Reverses {
		return
	}
	for _, second := range []bool{false, true} { // what goes through an item comes out of it after it went in
		for _, m := range e.Moves {
			if isSecond := m.From.Kind == ledger.PlaceDepositBilled || m.From.Kind == ledger.PlaceItem; isSecond == second {
				r.move(id, e, m)
			}
		}
	}
}

// move follows the money of a move from where it was to where it goes.
func (r *reading) move(id stored.ID, e *ledger.Entry, m ledger.Move) {
	cents := m.Amount.Cents()
	var lots []lot
	known := true // where it came from before it was where it moves from
	switch from := r.at(m.From); m.From.Kind {
	case ledger.PlaceDeposit:
		from.movements = append(from.movements, Movement{Entry: id, Cause: e.Cause, On: e.Effective, Amount: money.Cents(-cents)})
		lots = from.take(e.Effective, cents)
	case ledger.PlaceCredit:
		lots = from.take(e.Effective, cents)
	case ledger.PlaceDepositBilled, ledger.PlaceItem:
		if s := r.owed[m.From.Item]; s != nil && isPaidOn(m.To) {
			s.lacks += cents
		}
		lots, known = r.comeThrough(cents)
	default:
		known = false
	}
	if !known {
		lots = []lot{{&source{on: e.Effective, returns: mayReturn(m.From.Kind), interest: m.From.Kind == ledger.PlaceInterest}, cents}}
	}
	for _, l := range lots {
		var from *source
		if known {
			from = l.from
		}
		r.put(id, e, m.To, l, from)
		if s := r.owed[m.To.Item]; s != nil && isPaidOn(m.From) {
			s.lacks -= l.cents
			s.by = append(s.by, l.from)
		}
	}
}

// mayReturn reports whether a bank may take back what comes from a place: from all but the district's own it is a payment.
func mayReturn(kind ledger.PlaceKind) bool {
	switch kind {
	case ledger.PlaceOpening, ledger.PlaceInterest, ledger.PlaceRevenue:
		return false
	}
	return true
}

// isPaidOn reports whether money from a place pays an item, or comes off it to there. What is forgiven is not paid.
func isPaidOn(p ledger.Place) bool {
	switch p.Kind {
	case ledger.PlaceClearing, ledger.PlaceSuspense, ledger.PlaceCredit, ledger.PlaceDeposit:
		return true
	}
	return false
}

// put puts money where it goes. from is what it came from before; nil where it comes the first time.
func (r *reading) put(id stored.ID, e *ledger.Entry, p ledger.Place, l lot, from *source) {
	switch to := r.at(p); p.Kind {
	case ledger.PlaceDeposit:
		to.movements = append(to.movements, Movement{Entry: id, Cause: e.Cause, On: e.Effective, Amount: money.Cents(l.cents), from: from})
		to.put(l)
	case ledger.PlaceCredit:
		if l.from.interest { // it is the customer's from here on
			l.from = &source{on: e.Effective}
		}
		to.put(l)
	case ledger.PlaceDepositBilled:
		r.through = append(r.through, l)
	case ledger.PlaceItem:
		if it, ok := r.books.Item(p.Item); ok && it.Deposit {
			r.through = append(r.through, l)
		}
	}
}

// comeThrough takes what went into an item for a deposit out of it; false where nothing went in.
func (r *reading) comeThrough(cents int64) ([]lot, bool) {
	h := holder{lots: r.through}
	held := int64(0)
	for _, l := range h.lots {
		held += l.cents
	}
	if held < cents {
		return nil, false
	}
	lots := h.take(civil.Date{}, cents)
	r.through = h.lots
	return lots, true
}
