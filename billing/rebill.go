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
	Earlier   []Adjustment // of the bill, as they were approved: all that the books have and that were not reversed; others are passed over
	Rebilled  []Service    // for Reprice: the services that were billed again, as the last re-bill of each among the earlier ones has them
	Reason    string
	Evidence  []string
	By        approval.Person
	Effective civil.Date
	Due       civil.Date // of what a charge that was nothing before comes to
}

// Rebill is the adjustment that turns what a bill charges into what it should have: by charge, with all surcharges and taxes
// that hang on it, since each quote is priced whole. After it what was paid beyond is the account's credit (see Adjust). Late
// charges on the bill are found again by latecharge.Correct, and notices on the old amount are withdrawn by the host: neither is
// done here. A re-bill that changes nothing is refused (ErrRebill), and so is one of a bill that was taken back or that the
// books never had, of an agreement that the bill does not have or that is another customer's, premise's or service's, of other
// days, and of a service named twice. Usages may be those of a true-up, which has the periods that it bills again.
//
// It starts from what was billed and from what the corrections and re-bills among the earlier adjustments have made of it; what was
// given as a courtesy or waived stays beside it, and is refused where it comes to more than what is left of its charge. A bill of which the books have an adjustment that is not among the earlier ones
// is refused (ErrCorrected), and so is a leak credit on a service that is billed again, since it was computed on what was billed:
// reverse it, and compute it anew. The same request, asked for again under its key, gives the same.
func (b Bill) Rebill(r RebillRequest, books *ledger.Ledger) (Adjustment, error) {
	var found problem.List
	if e := b.stands(books, r.Effective, ErrRebill); e != nil {
		found.Add(e)
	}
	known, err := b.earlier(r.Earlier, r.Key, books)
	if err != nil {
		return Adjustment{}, err
	}
	a := Adjustment{
		Key: r.Key, Account: b.r.Account, Area: b.r.Area, Kind: Rebilled, Bill: b.r.Key, Reason: r.Reason, Evidence: slices.Clone(r.Evidence), By: r.By,
		Effective: r.Effective, Due: r.Due, Follows: known.keys(),
	}
	var named []int // the bill's services
	for i := range r.Services {
		s := &r.Services[i]
		path := fmt.Sprintf("services[%d]", i)
		at, same := b.serviceOf(s.Agreement.ID, s.Quote.Input.Period)
		refuse := func(what, fix string) {
			found.Add(&problem.Error{Code: ErrRebill, Path: path, What: what, Fix: fix})
		}
		switch {
		case at < 0:
			refuse("agreement "+s.Agreement.ID+" is not on the bill", "bill it by a bill of its own")
			continue
		case !same:
			refuse("it is of "+s.Quote.Input.Period.String()+", and was billed for "+b.r.Services[at].Quote.Input.Period.String(),
				"bill the same days again, each period by its own bill")
			continue
		case slices.Contains(named, at):
			refuse("agreement "+s.Agreement.ID+" of "+s.Quote.Input.Period.String()+" stands there twice", "give each service once")
			continue
		case !sameService(s.Agreement, b.r.Services[at].Agreement):
			refuse("agreement "+s.Agreement.ID+" is of another customer, premise or service than was billed", "take the bill back, and bill the right one")
			continue
		}
		named = append(named, at)
		if e := b.checkBillDate(s); e != nil {
			e.Path = path + e.Path
			found.Add(e)
			continue
		}
		if e := s.check(path, b.r.Account, true); e != nil {
			found.Add(e)
			continue
		}
		before := s.earlier(known)
		if err := noLeak(path, before); err != nil {
			return Adjustment{}, err
		}
		lines, e := b.changes(at, s.Quote, s.Agreement.Schedule, r.Postings, before)
		if e == nil {
			e = withinCredits(lines, before)
		}
		if e != nil {
			e.Path = path + "." + e.Path
			found.Add(e)
			continue
		}
		a.Lines = append(a.Lines, known.bear(lines)...)
	}
	if err := found.Err(); err != nil {
		return Adjustment{}, err
	}
	if len(a.Lines) == 0 {
		return Adjustment{}, &problem.Error{Code: ErrRebill, Path: "services", What: "it comes to what was billed", Fix: "leave the bill as it is; to take a correction back, reverse it"}
	}
	if err := a.Check(); err != nil {
		return Adjustment{}, err
	}
	if err := a.fits(books); err != nil {
		return Adjustment{}, err
	}
	return a, nil
}

// serviceOf is the place of the service of an agreement and a period, which identify it; where there is none of the period, that
// of the agreement's last, and -1 where the bill does not have the agreement.
func (b Bill) serviceOf(agreement string, period civil.Period) (at int, same bool) {
	at = -1
	for i, s := range b.r.Services {
		if s.Agreement.ID != agreement {
			continue
		}
		if at = i; s.Quote.Input.Period == period {
			return at, true
		}
	}
	return at, false
}

// sameService says that an agreement, perhaps with facts or a schedule that were corrected, is what was billed.
func sameService(a, b Agreement) bool {
	return a.Customer == b.Customer && a.Premise == b.Premise && a.Service == b.Service
}

// stands refuses a bill that was taken back or never posted, and a correction that would count before it.
func (b Bill) stands(books *ledger.Ledger, effective civil.Date, code problem.Code) *problem.Error {
	refuse := func(what, fix string) *problem.Error {
		return &problem.Error{Code: code, Path: "bill " + b.r.Key, What: what, Fix: fix}
	}
	if b.takenBack(books) {
		return refuse("it was taken back", "bill the period anew")
	}
	for _, e := range b.Entries() { // a bill of nothing has none
		if _, ok := books.Entry(e.ID()); !ok {
			return refuse("the books do not have it", "post the bill first, or leave it as it was never sent")
		}
	}
	if !effective.IsZero() && effective.Before(b.r.Billed) {
		return refuse("it is of "+b.r.Billed.String()+", and would be corrected as of "+effective.String(), "state a day from the bill's on")
	}
	return nil
}

// changes are the charges of a service, each by meter, that come to another amount, in the order of the old quote, then of what was added to it, and
// then of the new one.
func (b Bill) changes(service int, again rates.Quote, schedule string, postings Postings, before []earlierLine) ([]AdjustedLine, *problem.Error) {
	type charge struct {
		text          string
		before, after int64
		posting       Posting
	}
	var order []chargeKey
	charges := map[chargeKey]*charge{}
	of := func(id, meter, text string) *charge {
		key := chargeKey{id, meter}
		c := charges[key]
		if c == nil {
			c = &charge{text: text}
			charges[key], order = c, append(order, key)
		}
		return c
	}
	n := 0
	for i, s := range b.r.Services {
		for l := range s.Quote.Lines() {
			if i == service {
				c := of(l.Charge(), l.Meter(), l.Text())
				c.before += l.Amount().Cents()
				c.posting = b.items[b.itemOf[n]].posting
			}
			n++
		}
	}
	for _, e := range before {
		if !e.kind.replaces() {
			continue
		}
		c := of(e.Charge, e.Meter, e.Text)
		c.before += e.Change().Cents()
		if c.posting == (Posting{}) {
			c.posting = e.posting
		}
	}
	for l := range again.Lines() {
		c := of(l.Charge(), l.Meter(), l.Text())
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
	for _, key := range order {
		c := charges[key]
		if c.before == c.after {
			continue
		}
		line := AdjustedLine{Charge: key.charge, Meter: key.meter, Text: c.text, Before: money.Cents(c.before), After: money.Cents(c.after)}
		b.place(service, c.posting, &line, before)
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
