package report

import (
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// stands is what the legs alone give: what items and credits come to by the effective days up to a day, and what stands
// between these and the accounting dates.
type stands struct {
	// notBilled is, by account and kind, what items are for that are billed after the day.
	notBilled map[string]map[ledger.Kind]int64
	ties      map[agingKey]*AgingTie
}

// standOn adds up the legs.
func standOn(books *ledger.Ledger, on civil.Date) (*stands, error) {
	type state struct{ open, charged int64 }
	s := &stands{notBilled: map[string]map[ledger.Kind]int64{}, ties: map[agingKey]*AgingTie{}}
	items := map[stored.ID]*state{}
	add := func(to *money.Amount, cents int64) error { return addMoney(to, money.Cents(cents)) }
	for e := range books.Entries() {
		effective, accounted := !e.Effective.After(on), !e.Accounting.After(on)
		if !effective && !accounted {
			continue
		}
		for leg := range stepsOf(e) {
			for _, end := range []struct {
				place, other ledger.Place
				cents        int64
				opens        bool
			}{{leg.from, leg.to, leg.amount.Cents(), leg.opens}, {leg.to, leg.from, -leg.amount.Cents(), false}} {
				if !end.place.IsReceivable() {
					continue
				}
				at := agingKey{area: end.place.Area, kind: ledger.KindCredit}
				if end.place.Kind == ledger.PlaceItem {
					it, _ := books.Item(end.place.Item)
					at.area, at.kind = it.Area, it.Kind
					if effective {
						own := items[it.ID]
						if own == nil {
							own = &state{}
							items[it.ID] = own
						}
						own.open += end.cents
						// What opens the item, and what is not a payment, says how much it is for.
						if end.opens || !pays(e.Cause, end.other.Kind) {
							own.charged += end.cents
						}
					}
				}
				tie := s.tie(at.area, at.kind)
				var err error
				switch {
				case !accounted:
					err = add(&tie.LaterInBooks, end.cents)
				case !effective:
					err = add(&tie.NotInEffect, end.cents)
				}
				if err != nil {
					return nil, err
				}
			}
		}
	}
	for id, own := range items {
		it, _ := books.Item(id)
		tie, credit := s.tie(it.Area, it.Kind), int64(0)
		switch {
		case it.Billed.After(on):
			if err := add(&tie.NotBilled, own.charged); err != nil {
				return nil, err
			}
			credit = own.charged - own.open
			if s.notBilled[it.Account] == nil {
				s.notBilled[it.Account] = map[ledger.Kind]int64{}
			}
			s.notBilled[it.Account][it.Kind] += own.charged
		case own.open < 0:
			credit = -own.open
		}
		if credit != 0 {
			if err := add(&tie.AsCredit, credit); err != nil {
				return nil, err
			}
			if err := add(&s.tie(it.Area, ledger.KindCredit).AsCredit, -credit); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// pays says that a leg between an item and another place pays the item, or takes a payment back.
func pays(c ledger.Cause, other ledger.PlaceKind) bool {
	return slices.Contains([]ledger.Cause{ledger.Paid, ledger.Applied, ledger.DepositApplied, ledger.Returned},
		c) || c == ledger.Transferred && other == ledger.PlaceCredit
}

func (s *stands) tie(area string, kind ledger.Kind) *AgingTie {
	at := agingKey{area: area, kind: kind}
	if s.ties[at] == nil {
		s.ties[at] = &AgingTie{Area: area, Kind: kind}
	}
	return s.ties[at]
}

// ties compares the groups with the closing of the roll-forward.
func (a *aging) ties() ([]AgingTie, error) {
	next, err := a.r.On.AddDays(1)
	if err != nil {
		return nil, err
	}
	rolled, err := a.r.Books.RollForward(civil.Period{From: a.r.On, To: next})
	if err != nil {
		return nil, err
	}
	for _, row := range rolled.Rows {
		a.stands.tie(row.Area, row.Kind).Closing = row.Closing
	}
	for at, group := range a.groups {
		if at.kind == KindAhead {
			continue // it is no item, and open with nothing
		}
		if err := addMoney(&a.stands.tie(at.area, at.kind).Aged, group.Balance); err != nil {
			return nil, err
		}
	}
	var out []AgingTie
	for _, at := range slices.SortedFunc(maps.Keys(a.stands.ties), agingKey.compare) {
		out = append(out, *a.stands.ties[at])
	}
	return out, nil
}

// expected is what an area and kind have to come to.
func (t AgingTie) expected() (money.Amount, error) {
	sum, err := money.Sum(t.Closing, t.LaterInBooks, t.AsCredit)
	if err == nil {
		sum, err = sum.Sub(t.NotInEffect)
	}
	if err == nil {
		sum, err = sum.Sub(t.NotBilled)
	}
	return sum, err
}

// proveAging proves that what is aged is what the books have, and that rows and groups come to the total.
func proveAging(a Aging) error {
	var found problem.List
	for _, t := range a.Ties {
		want, err := t.expected()
		if err != nil {
			return err
		}
		if want != t.Aged {
			found.Add(&problem.Error{Code: ErrTie, Path: fmt.Sprintf("%s %s", t.Area, t.Kind),
				What: fmt.Sprintf("it is aged as %s, and the books come to %s", t.Aged, want),
				Fix:  "load the ledger again from its entries, and give it all of them"})
		}
	}
	rows, groups := newAged(len(a.Buckets)), newAged(len(a.Buckets))
	for i := range a.Rows {
		if err := rows.add(a.Rows[i].Aged); err != nil {
			return err
		}
	}
	for i := range a.Groups {
		if err := groups.add(a.Groups[i].Aged); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		what string
		sum  Aged
	}{{"rows", rows}, {"groups", groups}} {
		if !slices.EqualFunc(part.sum.columns(), a.Total.columns(), func(x, y *money.Amount) bool { return *x == *y }) {
			found.Add(&problem.Error{Code: ErrTie, Path: part.what, What: fmt.Sprintf("they come to %s, and the total is %s", part.sum.Balance, a.Total.Balance),
				Fix: "make the report again"})
		}
	}
	return found.Err()
}
