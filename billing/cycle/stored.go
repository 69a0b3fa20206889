package cycle

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// ReleasedForm is how a [Released] cycle is stored. Reading derives the ids of its proposal, its bills and its exceptions again, and
// proves that every exception has ended, that the bills come to its charges, and by a digest that all else is as it was written. The
// digest has no key: that it is what was approved, the approval's record tells.
var ReleasedForm = stored.NewForm("released_cycle", 1, writeReleased, readReleased)

// The shapes of version 1. They never change.
type (
	figureV1 struct {
		What  string          `json:"what"`
		Value *exact.Fraction `json:"value,omitempty"`
		Text  string          `json:"text,omitempty"`
	}
	decisionV1 struct {
		Reason string          `json:"reason"`
		By     approval.Person `json:"by"`
		On     civil.Date      `json:"on"`
	}
	holdV1 struct {
		Account   string          `json:"account"`
		Agreement string          `json:"agreement,omitempty"`
		Bill      string          `json:"bill,omitempty"`
		Reason    string          `json:"reason"`
		By        approval.Person `json:"by"`
		On        civil.Date      `json:"on"`
		Until     civil.Date      `json:"until"`
	}
	exceptionV1 struct {
		ID        stored.ID    `json:"id"`
		Code      Code         `json:"code"`
		Account   string       `json:"account,omitempty"`
		Agreement string       `json:"agreement,omitempty"`
		Bill      string       `json:"bill,omitempty"`
		Sub       string       `json:"sub,omitempty"`
		Charges   money.Amount `json:"charges,omitzero"`
		Priced    rates.Digest `json:"priced_from,omitzero"`
		Figures   []figureV1   `json:"figures,omitempty"`
		Words     string       `json:"words"`
		Decision  *decisionV1  `json:"decision,omitempty"`
		Hold      *holdV1      `json:"hold,omitempty"`
	}
	releasedBillV1 struct {
		ID      stored.ID    `json:"id"`
		Account string       `json:"account"`
		Key     string       `json:"key"`
		Charges money.Amount `json:"charges"`
		Digest  rates.Digest `json:"digest"`
	}
	useTotalV1 struct {
		Unit metering.Unit  `json:"unit"`
		Use  exact.Fraction `json:"use"`
		Last exact.Fraction `json:"last"`
	}
	totalV1 struct {
		Area      string       `json:"area,omitempty"`
		Bills     int          `json:"bills"`
		LastBills int          `json:"last_bills"`
		Estimated int          `json:"estimated"`
		Charges   money.Amount `json:"charges"`
		Last      money.Amount `json:"last"`
		Use       []useTotalV1 `json:"use,omitempty"`
	}
	releasedV1 struct {
		Key        string           `json:"key"`
		Cycle      string           `json:"cycle"`
		Period     civil.Period     `json:"period"`
		Reviewed   civil.Date       `json:"reviewed"`
		ApprovedBy approval.Person  `json:"approved_by"`
		Authority  approval.Person  `json:"authority,omitzero"` // where it is not ApprovedBy's own
		Request    string           `json:"request,omitempty"`  // where it is not the key
		Proposal   stored.ID        `json:"proposal"`
		Bills      []releasedBillV1 `json:"bills"`
		Charges    money.Amount     `json:"charges"`
		Exceptions []exceptionV1    `json:"exceptions,omitempty"`
		Held       []holdV1         `json:"held,omitempty"`
		TakenOut   []releasedBillV1 `json:"taken_out,omitempty"`
		Totals     []totalV1        `json:"totals"`
		Digest     rates.Digest     `json:"digest"` // of all else
	}
)

// digest is of all that is stored.
func (r Released) digest() rates.Digest {
	b := stored.AppendKind(nil, "headgate.billing.cycle.released.1")
	for _, text := range []string{r.Key, r.Cycle, r.Period.String(), r.Reviewed.String(), r.ApprovedBy.String()} {
		b = stored.AppendText(b, text)
	}
	if r.Authority != r.ApprovedBy {
		b = stored.AppendText(b, "on the authority of "+r.Authority.String())
	}
	if r.Request != r.Key {
		b = stored.AppendText(b, "as the request "+r.Request)
	}
	b = stored.AppendID(b, r.Proposal)
	b = stored.AppendInt(b, r.Charges.Cents())
	for _, list := range [][]ReleasedBill{r.Bills, r.TakenOut} {
		b = stored.AppendCount(b, len(list))
		for _, x := range list {
			b = stored.AppendID(b, x.ID)
			b = stored.AppendText(b, x.Account)
			b = stored.AppendText(b, x.Key)
			b = stored.AppendInt(b, x.Charges.Cents())
			b = stored.AppendBytes(b, x.Digest[:])
		}
	}
	b = stored.AppendCount(b, len(r.Exceptions))
	for _, e := range r.Exceptions {
		b = e.appendAll(b)
	}
	b = stored.AppendCount(b, len(r.Held))
	for _, h := range r.Held {
		b = h.append(b)
	}
	b = stored.AppendCount(b, len(r.Totals))
	for _, t := range r.Totals {
		b = t.append(b)
	}
	return sha256.Sum256(b)
}

func writeReleased(r Released) (releasedV1, error) {
	w := releasedV1{
		Key: r.Key, Cycle: r.Cycle, Period: r.Period, Reviewed: r.Reviewed, ApprovedBy: r.ApprovedBy, Proposal: r.Proposal, Charges: r.Charges,
		Digest: r.digest(),
	}
	if r.Authority != r.ApprovedBy {
		w.Authority = r.Authority
	}
	if r.Request != r.Key {
		w.Request = r.Request
	}
	if err := r.check(); err != nil {
		return w, err
	}
	for _, b := range r.Bills {
		w.Bills = append(w.Bills, releasedBillV1(b))
	}
	for _, e := range r.Exceptions {
		one := exceptionV1{ID: e.ID, Code: e.Code, Account: e.Account, Agreement: e.Agreement, Bill: e.Bill, Sub: e.sub, Charges: e.Charges, Priced: e.of, Words: e.Words}
		for _, f := range e.Figures {
			figure := figureV1{What: f.What, Text: f.Text}
			if f.Text == "" {
				figure.Value = &exact.Fraction{Ratio: f.Value}
			}
			one.Figures = append(one.Figures, figure)
		}
		if d := e.Decision; !d.Exception.IsZero() {
			one.Decision = &decisionV1{d.Reason, d.By, d.On}
		}
		if !e.Hold.By.IsZero() {
			hold := holdV1(e.Hold)
			one.Hold = &hold
		}
		w.Exceptions = append(w.Exceptions, one)
	}
	for _, h := range r.Held {
		w.Held = append(w.Held, holdV1(h))
	}
	for _, b := range r.TakenOut {
		w.TakenOut = append(w.TakenOut, releasedBillV1(b))
	}
	for _, t := range r.Totals {
		one := totalV1{Area: t.Area, Bills: t.Bills, LastBills: t.LastBills, Estimated: t.Estimated, Charges: t.Charges, Last: t.Last}
		for _, u := range t.Use {
			one.Use = append(one.Use, useTotalV1{u.Unit, exact.Fraction{Ratio: u.Use}, exact.Fraction{Ratio: u.Last}})
		}
		w.Totals = append(w.Totals, one)
	}
	return w, nil
}

func readReleased(w releasedV1) (Released, error) {
	r := Released{Key: w.Key, Cycle: w.Cycle, Period: w.Period, Reviewed: w.Reviewed, ApprovedBy: w.ApprovedBy, Authority: w.Authority, Request: w.Request, Proposal: w.Proposal, Charges: w.Charges}
	if r.Authority.IsZero() {
		r.Authority = r.ApprovedBy
	}
	if r.Request == "" {
		r.Request = r.Key
	}
	for _, b := range w.Bills {
		r.Bills = append(r.Bills, ReleasedBill(b))
	}
	for _, x := range w.Exceptions {
		e := Exception{ID: x.ID, Code: x.Code, Account: x.Account, Agreement: x.Agreement, Bill: x.Bill, Charges: x.Charges, Words: x.Words,
			of: x.Priced, sub: x.Sub, rank: slices.Index(codes, x.Code)}
		for _, f := range x.Figures {
			one := metering.Figure{What: f.What, Text: f.Text}
			if f.Value != nil {
				one.Value = f.Value.Ratio
			}
			e.Figures = append(e.Figures, one)
		}
		if d := x.Decision; d != nil {
			e.Decision = Decision{Exception: x.ID, Reason: d.Reason, By: d.By, On: d.On}
		}
		if x.Hold != nil {
			e.Hold = Hold(*x.Hold)
		}
		r.Exceptions = append(r.Exceptions, e)
	}
	for _, h := range w.Held {
		r.Held = append(r.Held, Hold(h))
	}
	for _, b := range w.TakenOut {
		r.TakenOut = append(r.TakenOut, ReleasedBill(b))
	}
	for _, t := range w.Totals {
		one := Total{Area: t.Area, Bills: t.Bills, LastBills: t.LastBills, Estimated: t.Estimated, Charges: t.Charges, Last: t.Last}
		for _, u := range t.Use {
			one.Use = append(one.Use, UseTotal{u.Unit, u.Use.Ratio, u.Last.Ratio})
		}
		r.Totals = append(r.Totals, one)
	}
	if err := r.check(); err != nil {
		return Released{}, err
	}
	if r.digest() != w.Digest {
		return Released{}, altered("digest", "it is not what it was when its digest was taken")
	}
	return r, nil
}

func altered(path, what string) error {
	return &problem.Error{Code: ErrRelease, Path: path, What: what, Fix: "restore it as it was written"}
}

// check proves what a released cycle shows by itself.
func (r Released) check() error {
	if r.Key == "" || r.Cycle == "" || r.Period.Check() != nil || r.Reviewed.IsZero() || r.ApprovedBy.IsZero() || len(r.Bills) == 0 {
		return altered("cycle", "its key, its cycle, its days, who approved it, or its bills are missing")
	}
	if !isRequestOf(r.Request, r.Key) || r.Authority.IsZero() {
		return altered("request", "it was approved under another request than the run's, or on nobody's authority")
	}
	if err := r.Proposal.Check("proposal", approval.ProposalID(ReleaseApproval, r.Request)); err != nil {
		return err
	}
	var sum money.Amount
	if err := checkBills("taken_out", r.TakenOut); err != nil {
		return err
	}
	if err := checkBills("bills", r.Bills); err != nil {
		return err
	}
	out := make(map[stored.ID]bool, len(r.TakenOut))
	for _, b := range r.TakenOut {
		out[b.ID] = true
	}
	for i, b := range r.Bills {
		path := fmt.Sprintf("bills[%d]", i)
		if out[b.ID] {
			return altered(path, "it went out, and was taken out")
		}
		var err error
		if sum, err = sum.Add(b.Charges); err != nil {
			return &problem.Error{Code: ErrRelease, Path: path, Err: err}
		}
	}
	if sum != r.Charges {
		return altered("charges", fmt.Sprintf("its bills come to %s, and not to %s", sum, r.Charges))
	}
	for i, e := range r.Exceptions {
		path := fmt.Sprintf("exceptions[%d]", i)
		if err := e.ID.Check(path+".id", e.derive(r.Key, r.Cycle, r.Period)); err != nil {
			return err
		}
		byApprover := func(p approval.Person) bool { return !p.IsZero() && (p == r.ApprovedBy || p == r.Authority) }
		if !slices.Contains(codes, e.Code) || e.Open() || byApprover(e.Decision.By) || byApprover(e.Hold.By) || !e.Decision.By.IsZero() && !e.Acceptable() {
			return altered(path, "nobody has ended it, or nobody who may")
		}
	}
	return nil
}

// checkBills proves the ids of bills, and their order.
func checkBills(path string, list []ReleasedBill) error {
	for i, b := range list {
		path := fmt.Sprintf("%s[%d]", path, i)
		if err := b.ID.Check(path+".id", billID(b.Account, b.Key)); err != nil {
			return err
		}
		if i > 0 && cmp.Or(cmp.Compare(list[i-1].Account, b.Account), cmp.Compare(list[i-1].Key, b.Key)) >= 0 {
			return altered(path, "it is not in the order of accounts and keys, or stands there twice")
		}
	}
	return nil
}

// billID is the id of a bill, as billing makes it: of its account and key alone.
func billID(account, key string) stored.ID {
	return stored.NewID("bill", stored.ID{}, key, stored.AppendText(nil, account))
}
