package billing

import (
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
)

// The codes of bills.
const (
	ErrBill     problem.Code = "E_BILL"             // a bill that lacks what it must say, or contradicts itself
	ErrPosting  problem.Code = "E_POSTING"          // a charge of which nothing says how it is entered in the books
	ErrUsage    problem.Code = "E_BILLED_USAGE"     // a quote of another usage than was measured, or of none
	ErrFigures  problem.Code = "E_BILL_FIGURES"     // figures of a bill that do not add up
	ErrLevelPay problem.Code = "E_BILL_LEVEL_PAY"   // a bill that says something else of level pay than the account
	ErrDraft    problem.Code = "E_BILL_DRAFT_STATE" // a bill that does not say whether it is drafted
)

// Bill is what an account is charged for a period, and what it owes with it. It is made by NewBill and never changed: a
// correction is another document. The zero value is no bill.
type Bill struct {
	id     stored.ID
	r      BillRequest
	reads  []measured // of each service
	items  []billedItem
	itemOf []int // of each line, in their order

	charges, credit, pending, level, later, due, after money.Amount
	// given is what the bill gives as credit of the account, which pays the oldest first, and over is what its own credits
	// exceed its charges by, which pays what was due before.
	given, over int64
}

// billedItem is what the lines of one service come to under one posting.
type billedItem struct {
	service int // its place, fees behind the services
	posting Posting
	cents   int64
}

// NewBill makes a bill, and reports all that is wrong with the request. Its id is of the account and the key alone, so that a
// re-run is the same bill. Each agreement is one of its customer, and no day of it stands there twice. Each quote is one that was
// priced, of the agreement's schedule, days and facts, and of the usage that was measured (ErrUsage); each charge has its posting
// (ErrPosting); what was owed before and has happened since ties (ErrFigures).
func NewBill(r BillRequest) (Bill, error) {
	b := Bill{r: r.clone()}
	var found problem.List
	b.checkRequest(&found)
	var charges int64
	for i := range b.r.Services {
		s := &b.r.Services[i]
		// A path is written for what is wrong alone: most of a hundred thousand bills have nothing.
		wrong := func(e *problem.Error) {
			e.Path = fmt.Sprintf("services[%d]", i) + e.Path
			found.Add(e)
		}
		if e := b.checkPlace(i); e != nil {
			wrong(e)
			continue
		}
		if e := s.check("", b.r.Account, false); e != nil {
			wrong(e)
			continue
		}
		b.keepReads(s)
		charges += s.Quote.Total.Cents() // each is bounded by rates.MaxTotal
		for line := range s.Quote.Lines() {
			p, ok := r.Postings[ChargeOf{s.Agreement.Schedule, line.Charge()}]
			if !ok {
				wrong(&problem.Error{
					Code: ErrPosting, Path: ".charge " + line.Charge(), What: "nothing says how it is entered, of schedule " + s.Agreement.Schedule,
					Fix: "state kind, service and revenue code in the postings",
				})
				continue
			}
			if e := p.check(""); e != nil {
				e.Path = ".charge " + line.Charge()
				wrong(e)
				continue
			}
			b.post(i, p, line.Amount().Cents())
		}
	}
	for i, f := range b.r.Fees {
		charges += f.Amount.Cents()
		b.post(len(b.r.Services)+i, f.Posting, f.Amount.Cents())
	}
	if err := found.Err(); err != nil {
		return Bill{}, err
	}
	b.charges = money.Cents(charges)
	if e := b.settle(); e != nil {
		return Bill{}, e
	}
	b.id = stored.NewID("bill", stored.ID{}, b.r.Key, stored.AppendText(nil, b.r.Account))
	return b, nil
}

// checkPlace tells why a service is not of this bill: an agreement of another customer, a quote of another day of the bill, or
// days that the bill has already.
func (b *Bill) checkPlace(service int) *problem.Error {
	s := &b.r.Services[service]
	if s.Agreement.Customer != b.r.Customer {
		return &problem.Error{
			Code: ErrBill, Path: ".agreement", What: "agreement " + s.Agreement.ID + " is of customer " + s.Agreement.Customer + ", and the bill of " + b.r.Customer,
			Fix: "bill each customer what is theirs",
		}
	}
	if e := b.checkBillDate(s); e != nil {
		return e
	}
	p := s.Quote.Input.Period
	for i := range b.r.Services[:service] {
		q := b.r.Services[i].Quote.Input.Period
		if b.r.Services[i].Agreement.ID == s.Agreement.ID && (p == q || p.From.Before(q.To) && q.From.Before(p.To)) {
			return &problem.Error{
				Code: ErrBill, Path: ".agreement", What: "agreement " + s.Agreement.ID + " stands there for " + q.String() + " and " + p.String(), Fix: "bill each day of it once",
			}
		}
	}
	return nil
}

// checkBillDate refuses a quote that says another day of the bill than the bill: a schedule that selects by it would be priced
// at other rates.
func (b *Bill) checkBillDate(s *Service) *problem.Error {
	if on := s.Quote.Input.BillDate; !on.IsZero() && on != b.r.Billed {
		return &problem.Error{
			Code: ErrBill, Path: ".quote", What: "it was priced for a bill of " + on.String() + ", and the bill is of " + b.r.Billed.String(), Fix: "price it for the day of the bill",
		}
	}
	return nil
}

// check tells what is wrong with a service.
func (s *Service) check(path, account string, again bool) *problem.Error {
	refuse := func(code problem.Code, path, what, fix string) *problem.Error {
		return &problem.Error{Code: code, Path: path, What: what, Fix: fix}
	}
	in := &s.Quote.Input
	a := s.Agreement
	switch {
	case a.Account != account:
		return refuse(ErrBill, path+".agreement", "agreement "+a.ID+" is of account "+a.Account, "bill it on its own account")
	case s.Quote.Digest() == (rates.Digest{}):
		return refuse(ErrBill, path+".quote", "the quote was made by no book", "give what Engine.Price returns")
	case s.Quote.Refused():
		return refuse(ErrBill, path+".quote", "the quote was refused: it has no amount", "correct what it names, and price it again")
	}
	want, err := a.Input(in.Period)
	if err != nil {
		return &problem.Error{Code: ErrBill, Path: path, Err: err}
	}
	if in.Schedule != want.Schedule || !maps.Equal(in.Facts, want.Facts) || !slices.Equal(in.Changes, want.Changes) {
		return refuse(ErrBill, path+".quote", "the quote was not priced by the schedule, the facts and the changes of agreement "+a.ID, "price what Agreement.Input gives")
	}
	return s.checkUsage(path, again)
}

// post adds an amount to the item of its posting within a service.
func (b *Bill) post(service int, p Posting, cents int64) {
	at := slices.IndexFunc(b.items, func(x billedItem) bool { return x.service == service && x.posting == p })
	if at < 0 {
		at = len(b.items)
		b.items = append(b.items, billedItem{service: service, posting: p})
	}
	b.items[at].cents += cents
	b.itemOf = append(b.itemOf, at)
}

// settle finds what is due: what is due without the bill, and its charges, less what credit and money on its way cover.
// Credits of the bill beyond its charges pay what is due without it. On level pay the charges that fall under it are later; the
// level amount is due without the bill, as the ledger says. An item below zero is the account's credit, which is not later.
func (b *Bill) settle() error {
	before, asked := b.r.Before, b.charges.Cents()
	later := before.Later.Cents()
	if l := b.r.Level; l != nil && before.OnLevelPay {
		for _, x := range b.items {
			if x.cents > 0 && l.Term.Contains(b.r.Billed) && slices.Contains(l.Kinds, x.posting.Kind) {
				asked, later = asked-x.cents, later+x.cents
			}
		}
		var level int64
		for _, in := range l.Installments {
			if in.Billed == b.r.Billed {
				level += in.Amount.Cents()
			}
		}
		b.level = money.Cents(level)
	}
	covered := func(by money.Amount) int64 { return max(0, min(asked, by.Cents())) }
	credit := covered(before.Credit)
	asked -= credit
	pending := covered(before.PendingOver)
	asked -= pending
	b.credit, b.pending, b.later = money.Cents(credit), money.Cents(pending), money.Cents(later)
	b.over = max(0, -asked)
	for _, x := range b.items {
		b.given += max(0, -x.cents)
	}
	b.due = money.Cents(b.DueBefore().Cents() + max(0, asked))
	after, err := before.Balance.Add(b.charges)
	b.after = after
	return err
}
