package billing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// ChargeChange is what a charge of a bill comes to, all its lines together, by a calculation of its own.
type ChargeChange struct {
	Agreement string       // the id of the agreement whose service it is
	Charge    string       // its id in the rate schedule
	After     money.Amount // above zero or zero for a charge
	Because   string       // how it was found; no names, addresses or bank data
}

// AdjustCharges is the adjustment of charges of the bill to amounts that were found elsewhere with all that hangs on them, such
// as a leak credit of billing/leak, whose lines have the taxes too.//
// A charge that is made of a changed one, as the book of the quote says, and is neither changed itself nor kept, is refused
// (ErrFollows): no tax is left by oversight. Refused (ErrAdjustment) are a charge that the bill does not have or that stands
// there twice, an amount that has the other sign, and a bill that was taken back.
func (b Bill) AdjustCharges(r AdjustmentRequest, changes []ChargeChange, engines Books, books *ledger.Ledger) (Adjustment, error) {
	var found problem.List
	if err := b.checkRequestOf(r, books); err != nil {
		return Adjustment{}, err
	}
	add := func(code problem.Code, path, what, fix string) {
		found.Add(&problem.Error{Code: code, Path: path, What: what, Fix: fix})
	}
	a := b.adjustmentOf(r)
	known := make([]bool, len(changes))
	at := 0
	for i, s := range b.r.Services {
		own := map[string]ChargeChange{}
		for k, c := range changes {
			if c.Agreement != s.Agreement.ID {
				continue
			}
			if _, twice := own[c.Charge]; twice {
				add(ErrAdjustment, fmt.Sprintf("changes[%d]", k), "charge "+c.Charge+" stands there twice", "state each charge once")
			}
			own[c.Charge] = c
			known[k] = slices.ContainsFunc(slices.Collect(s.Quote.Lines()), func(l rates.Line) bool { return l.Charge() == c.Charge })
		}
		var order []string
		lines := map[string]*AdjustedLine{}
		for l := range s.Quote.Lines() {
			c, ok := own[l.Charge()]
			if ok && lines[l.Charge()] == nil {
				order = append(order, l.Charge())
				lines[l.Charge()] = &AdjustedLine{Charge: l.Charge(), Text: l.Text(), After: c.After, Because: c.Because}
				lines[l.Charge()].Item, lines[l.Charge()].Posting = b.placeOf(i, b.items[b.itemOf[at]].posting)
			}
			if ok {
				lines[l.Charge()].Before = money.Cents(lines[l.Charge()].Before.Cents() + l.Amount().Cents())
			}
			at++
		}
		if len(own) == 0 {
			continue
		}
		kept, err := b.hanging(s.Quote, own, r.Keeps, lines, engines)
		if err != nil {
			return Adjustment{}, err
		}
		a.Keeps = append(a.Keeps, kept...)
		for _, id := range order {
			l := *lines[id]
			if l.Before.Sign()*l.After.Sign() < 0 {
				add(ErrAdjustment, "charge "+id, fmt.Sprintf("it was %s, and would be %s", l.Before, l.After), "take all of it at most")
			}
			if !l.Change().IsZero() {
				a.Lines = append(a.Lines, l)
			}
		}
	}
	for k, c := range changes {
		if !known[k] {
			add(ErrAdjustment, fmt.Sprintf("changes[%d]", k), "the bill has no charge "+c.Charge+" of agreement "+c.Agreement, "name a charge of the bill")
		}
	}
	if err := found.Err(); err != nil {
		return Adjustment{}, err
	}
	return a, a.whole(r.Keeps, books)
}

// hanging refuses a charge of a quote that is made of a changed one, and is neither changed nor kept; and notes in lines what
// each follows.
func (b Bill) hanging(q rates.Quote, own map[string]ChargeChange, keeps []Keep, lines map[string]*AdjustedLine, engines Books) ([]Kept, error) {
	c, err := caseOf(q, engines)
	if err != nil {
		return nil, err
	}
	f := newFollower(q, c.Engine.Book(), nil)
	moved := func(id string) bool { return lines[id] != nil && !lines[id].Change().IsZero() }
	for _, v := range f.versions {
		for _, charge := range v.Charges {
			own := f.linesOf(charge.ID)
			for _, of := range f.restsOn(charge, v) {
				keep := slices.IndexFunc(keeps, func(k Keep) bool { return k.Charge == charge.ID })
				switch {
				case charge.Memo || len(own) == 0 || !moved(of):
				case moved(charge.ID):
					if l := lines[charge.ID]; l.HangsOn == "" {
						l.HangsOn = of
					} else if !slices.Contains(f.on[charge.ID], of) {
						l.HangsOn += ", " + of
					}
					f.on[charge.ID] = append(f.on[charge.ID], of)
				case keep >= 0:
					f.stay(charge, keeps[keep].Why)
				case lines[charge.ID] != nil:
					f.stay(charge, strings.TrimSuffix("comes to the same: "+lines[charge.ID].Because, ": "))
				default:
					return nil, f.refuse(charge.ID, "it is made of charge "+of+", which is changed, and is not changed itself")
				}
			}
		}
	}
	return f.kept, nil
}
