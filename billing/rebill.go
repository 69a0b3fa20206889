package billing

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
)

// ErrRebill is a bill that cannot be billed again, or not by what is given.
const ErrRebill problem.Code = "E_REBILL"

// RebillRequest is a bill that is billed again: services of it with other quotes, each of its own period and so at its own
// version of the rates. What is not named stays as it was billed.
type RebillRequest struct {
	Key       string // the request's own
	Services  []Service
	Postings  Postings
	Reason    string
	Evidence  []string
	By        approval.Person
	Effective civil.Date
	Due       civil.Date // of what a charge that was nothing before comes to
}

// Rebill is the adjustment that turns what a bill charges into what it should have: by charge, with all surcharges and taxes
// that hang on it, since each quote is priced whole. After it what was paid beyond is the account's credit (see Adjust), late
// charges on the bill are found again, and notices on the old amount are withdrawn. A re-bill that changes nothing is refused
// (ErrRebill), and so is one of a bill that was taken back, of an agreement that the bill does not have, or of other days.
// Usages may be those of a true-up, which has the periods that it bills again.
//
// It starts from what was billed, so a charge that another adjustment has changed is refused (ErrAdjustment) until that one is
// reversed; the same request, asked for again under its key, gives the same.
func (b Bill) Rebill(r RebillRequest, books *ledger.Ledger) (Adjustment, error) {
	return b.rebill(r, &adjustedBills{books: books})
}

func (b Bill) rebill(r RebillRequest, known *adjustedBills) (Adjustment, error) {
	var found problem.List
	if b.takenBack(known.books) {
		found.Add(&problem.Error{Code: ErrRebill, Path: "bill " + b.r.Key, What: "it was taken back", Fix: "bill the period anew"})
	}
	a := Adjustment{
		Key: r.Key, Account: b.r.Account, Area: b.r.Area, Kind: Rebilled, Bill: b.r.Key, Reason: r.Reason, Evidence: slices.Clone(r.Evidence), By: r.By,
		Effective: r.Effective, Due: r.Due,
	}
	for i := range r.Services {
		s := &r.Services[i]
		path := fmt.Sprintf("services[%d]", i)
		at := -1
		for k, was := range b.r.Services {
			if was.Agreement.ID == s.Agreement.ID {
				at = k
			}
		}
		refuse := func(what, fix string) {
			found.Add(&problem.Error{Code: ErrRebill, Path: path, What: what, Fix: fix})
		}
		switch {
		case at < 0:
			refuse("agreement "+s.Agreement.ID+" is not on the bill", "bill it by a bill of its own")
			continue
		case s.Quote.Input.Period != b.r.Services[at].Quote.Input.Period:
			refuse("it is of "+s.Quote.Input.Period.String()+", and was billed for "+b.r.Services[at].Quote.Input.Period.String(),
				"bill the same days again, each period by its own bill")
			continue
		}
		if e := s.check(path, b.r.Account, true); e != nil {
			found.Add(e)
			continue
		}
		lines, e := b.changes(at, s.Quote, s.Agreement.Schedule, r.Postings)
		if e != nil {
			e.Path = path + "." + e.Path
			found.Add(e)
			continue
		}
		a.Lines = append(a.Lines, lines...)
	}
	if err := found.Err(); err != nil {
		return Adjustment{}, err
	}
	if len(a.Lines) == 0 {
		return Adjustment{}, &problem.Error{Code: ErrRebill, Path: "services", What: "it comes to what was billed", Fix: "leave the bill as it is"}
	}
	if err := a.Check(); err != nil {
		return Adjustment{}, err
	}
	return a, a.afresh(known)
}

// changes are the charges of a service that come to another amount, in the order of the old quote and then of the new one.
func (b Bill) changes(service int, again rates.Quote, schedule string, postings Postings) ([]AdjustedLine, *problem.Error) {
	type charge struct {
		text          string
		before, after int64
		posting       Posting
	}
	var order []string
	charges := map[string]*charge{}
	of := func(l rates.Line) *charge {
		c := charges[l.Charge()]
		if c == nil {
			c = &charge{text: l.Text()}
			charges[l.Charge()], order = c, append(order, l.Charge())
		}
		return c
	}
	n := 0
	for i, s := range b.r.Services {
		for l := range s.Quote.Lines() {
			if i == service {
				c := of(l)
				c.before += l.Amount().Cents()
				c.posting = b.items[b.itemOf[n]].posting
			}
			n++
		}
	}
	for l := range again.Lines() {
		c := of(l)
		c.after += l.Amount().Cents()
		if c.posting == (Posting{}) {
			p, ok := postings[ChargeOf{schedule, l.Charge()}]
			if e := p.check("charge " + l.Charge()); !ok || e != nil {
				return nil, &problem.Error{
					Code: ErrPosting, Path: "charge " + l.Charge(), What: "nothing says how it is entered, of schedule " + schedule,
					Fix: "state kind, service and revenue code in the postings",
				}
			}
			c.posting = p
		}
	}
	var lines []AdjustedLine
	for _, id := range order {
		c := charges[id]
		if c.before == c.after {
			continue
		}
		line := AdjustedLine{Charge: id, Text: c.text, Before: money.Cents(c.before), After: money.Cents(c.after)}
		if item, ok := b.itemFor(service, c.posting); ok {
			line.Item = item
		} else {
			line.Posting = c.posting
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// itemFor is the item that a posting of a service has opened; none where its lines came to nothing or less.
func (b Bill) itemFor(service int, p Posting) (stored.ID, bool) {
	n := 0
	for _, x := range b.items {
		if x.cents <= 0 {
			continue
		}
		if x.service == service && x.posting == p {
			return b.Entries()[0].ItemID(n), true
		}
		n++
	}
	return stored.ID{}, false
}
