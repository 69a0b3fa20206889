package billing

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// Posting says how a charge is entered in the books.
type Posting struct {
	Kind        ledger.Kind // such as "charge"
	Service     string      // such as "water"
	RevenueCode string
	Agency      string // for whom it is collected, where it is not the district's own
}

// ChargeOf names a charge of a rate schedule.
type ChargeOf struct{ Schedule, Charge string }

// Postings say how the charges of the rate schedules are entered. A charge that no row names is no income by accident: its
// bill is refused (ErrPosting).
type Postings map[ChargeOf]Posting

// Service is what a bill charges for one agreement.
type Service struct {
	Agreement Agreement
	Quote     rates.Quote
	// Usage is what was measured for the quote, one for each meter: none where the agreement is unmetered. A meter of the quote's
	// input is that of the usage whose key is its id, or which has readings of it. Two usages of one account need keys of their
	// own, such as account, cycle and meter: one key twice is taken for one usage that stands there twice (ErrUsage), and a bill
	// prints and stores its usages under their keys.
	Usage []metering.Usage
	// Basis says what a quantity rests on that an unmetered agreement is billed for, such as "winter average 2025-26": the bill
	// tells it. Empty where none is priced.
	Basis string
	kept  *measured // of a bill that was stored, which has no usages
}

// Fee is one amount of a bill that no rate schedule prices, such as for opening an account. It is 0 or more: a credit is an
// adjustment.
type Fee struct {
	Key     string // unique within the bill
	Text    string // what the bill prints
	Amount  money.Amount
	Source  rates.Citation // what it rests on
	Posting Posting
}

// Activity is a line of what happened on the account since the last bill, such as a payment: below zero where it lowers what
// is owed.
type Activity struct {
	On     civil.Date
	Text   string
	Amount money.Amount
}

// DraftState says what becomes of a bill by automatic draft. The zero value says nothing, and is refused.
type DraftState uint8

// The states.
const (
	NotEnrolled    DraftState = iota + 1 // the customer pays by other means
	WillBeDrafted                        // the amount due is drafted on Draft.On
	DraftSuspended                       // enrolled, and this bill is not drafted
)

// String gives "not enrolled", "will be drafted" or "suspended".
func (s DraftState) String() string {
	switch s {
	case NotEnrolled:
		return "not enrolled"
	case WillBeDrafted:
		return "will be drafted"
	case DraftSuspended:
		return "suspended"
	}
	return fmt.Sprintf("DraftState(%d)", uint8(s))
}

// Draft is the state of automatic draft on a bill.
type Draft struct {
	State DraftState
	On    civil.Date // where it will be drafted
	Why   string     // where it is suspended, such as "the last one was returned"
}

// Message is a text on a bill.
type Message struct {
	Code string // such as "drought-stage-2"
	Text string
}

// The codes of messages that a bill puts on itself.
const (
	MessageEstimated = "estimated"
	MessageBasis     = "unmetered quantity"
	MessageDraft     = "automatic draft"
	MessageSuspended = "automatic draft suspended"
	MessageLevelPay  = "level pay"
	MessageCredit    = "credit balance"
	MessagePending   = "payment on its way"
)

// BillRequest is all that a bill is made of.
type BillRequest struct {
	Key                     string // the source's own, unique for the account, such as "2026-W17"; a re-run has the same
	Account, Customer, Area string
	Billed, Due             civil.Date // the day of the bill, and the last on which it is paid in time
	Services                []Service
	Fees                    []Fee
	Postings                Postings
	// Before is what the account owes on the day of the bill, without it: ledger.Account.Standing.
	Before ledger.Standing
	// Previous is the account's balance after its last bill, and Since what happened then: the two come to Before.Balance.
	Previous money.Amount
	Since    []Activity
	// Level is the level pay agreement that the account is on; nil where it is on none.
	Level    *ledger.LevelPay
	Draft    Draft
	Messages []Message
}

// checkRequest adds what is wrong with the request apart from its services.
func (b *Bill) checkRequest(found *problem.List) {
	r := &b.r
	add := func(code problem.Code, path, what, fix string) {
		found.Add(&problem.Error{Code: code, Path: path, What: what, Fix: fix})
	}
	for _, part := range [...]struct{ path, text string }{{"key", r.Key}, {"account", r.Account}, {"customer", r.Customer}, {"area", r.Area}} {
		if part.text == "" {
			add(ErrBill, part.path, "it is missing", "state it")
		}
	}
	switch {
	case r.Billed.IsZero() || r.Due.IsZero():
		add(ErrBill, "due", "the day of the bill, or its due date, is missing", "state both")
	case r.Due.Before(r.Billed):
		add(ErrBill, "due", "it is due on "+r.Due.String()+", before the day of the bill, "+r.Billed.String(), "give the customer the district's days to pay")
	case r.Before.On != r.Billed:
		add(ErrBill, "before", "what is owed before it is stated for another day than the bill's", "ask the ledger for the day of the bill")
	}
	if len(r.Services) == 0 && len(r.Fees) == 0 {
		add(ErrBill, "services", "it charges nothing, not even 0.00 for a service", "give the services of the account")
	}
	for i, f := range r.Fees {
		path := fmt.Sprintf("fees[%d]", i)
		switch {
		case f.Key == "" || f.Text == "" || f.Source == (rates.Citation{}):
			add(ErrBill, path, "its key, its text, or what it rests on is missing", "state all three")
		case f.Amount.Sign() < 0:
			add(ErrBill, path, "it is below zero", "make a credit an adjustment")
		case slices.ContainsFunc(r.Fees[:i], func(g Fee) bool { return g.Key == f.Key }):
			add(ErrBill, path, "the key "+f.Key+" stands there twice", "give each fee its own")
		}
		if e := f.Posting.check(path + ".posting"); e != nil {
			found.Add(e)
		}
	}
	sum := r.Previous.Cents()
	for _, a := range r.Since {
		sum += a.Amount.Cents()
	}
	if was := money.Cents(sum); was != r.Before.Balance {
		add(ErrFigures, "since", fmt.Sprintf("the last balance and what happened since come to %s, and the account owes %s", was, r.Before.Balance),
			"give every entry since the last bill")
	}
	d := r.Draft
	if d.State < NotEnrolled || d.State > DraftSuspended || (d.State == WillBeDrafted) == d.On.IsZero() || (d.State == DraftSuspended) == (d.Why == "") {
		add(ErrDraft, "draft", "it is not stated whether the bill is drafted, when, or why it is not", "state NotEnrolled, WillBeDrafted with its day, or DraftSuspended with its reason")
	}
	if d.State == WillBeDrafted && d.On.Before(r.Billed) {
		add(ErrDraft, "draft.on", "it is drafted on "+d.On.String()+", before the day of the bill", "draft it after the customer has the bill")
	}
	for i, m := range r.Messages {
		if m.Code == "" || m.Text == "" {
			add(ErrBill, fmt.Sprintf("messages[%d]", i), "its code or its text is missing", "state both")
		}
	}
	b.checkAmounts(add)
	b.checkLevel(add)
}

// maxCents bounds every amount that goes into a bill, so that sums of them fit: a hundred billion dollars.
const maxCents = 1e13

// checkAmounts refuses amounts so large that sums of them might not fit.
func (b *Bill) checkAmounts(add func(code problem.Code, path, what, fix string)) {
	r := &b.r
	amounts := []money.Amount{r.Previous, r.Before.Balance, r.Before.PastDue, r.Before.Current, r.Before.Later, r.Before.Credit, r.Before.PendingOver}
	for _, f := range r.Fees {
		amounts = append(amounts, f.Amount)
	}
	for _, a := range r.Since {
		amounts = append(amounts, a.Amount)
	}
	if slices.ContainsFunc(amounts, func(a money.Amount) bool { return max(a.Cents(), -a.Cents()) > maxCents || a.Cents() == math.MinInt64 }) {
		add(ErrBill, "amounts", "an amount is beyond what any account owes", "look where it comes from")
	}
}

// checkLevel compares the level pay of the request with that of the account.
func (b *Bill) checkLevel(add func(code problem.Code, path, what, fix string)) {
	l := b.r.Level
	switch {
	case l == nil && b.r.Before.OnLevelPay:
		add(ErrLevelPay, "level", "the account is on level pay, and the agreement is not given", "give the agreement: the bill asks for its level amount")
	case l == nil:
	case !b.r.Before.OnLevelPay && l.Settled != b.r.Billed:
		add(ErrLevelPay, "level", "the account is on no level pay that day", "leave the agreement out")
	case l.Account != b.r.Account:
		add(ErrLevelPay, "level", "the agreement is of account "+l.Account, "give that of the bill's account")
	case l.Check() != nil:
		add(ErrLevelPay, "level", l.Check().Error(), "correct the agreement")
	}
}

// check tells what a posting lacks.
func (p Posting) check(path string) *problem.Error {
	if p.Kind == "" || p.Kind == ledger.KindCredit || p.Service == "" || p.RevenueCode == "" {
		return &problem.Error{Code: ErrPosting, Path: path, What: "its kind, service or revenue code is missing", Fix: "state all three; no charge is of the kind " + string(ledger.KindCredit)}
	}
	return nil
}

// clone shares nothing with r that could be changed.
func (r BillRequest) clone() BillRequest {
	r.Services, r.Fees, r.Since, r.Messages = slices.Clone(r.Services), slices.Clone(r.Fees), slices.Clone(r.Since), slices.Clone(r.Messages)
	for i := range r.Services {
		s := &r.Services[i]
		s.Agreement, s.Usage = s.Agreement.clone(), slices.Clone(s.Usage)
		in := &s.Quote.Input
		in.Facts, in.Changes, in.Meters = maps.Clone(in.Facts), slices.Clone(in.Changes), slices.Clone(in.Meters)
		for k := range in.Meters {
			m := &in.Meters[k]
			m.Facts, m.Changes = maps.Clone(m.Facts), slices.Clone(m.Changes)
		}
	}
	r.Postings = nil // each line has its own
	if r.Level != nil {
		l := *r.Level
		l.Kinds, l.Installments = slices.Clone(l.Kinds), slices.Clone(l.Installments)
		r.Level = &l
	}
	return r
}
