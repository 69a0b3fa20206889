package billing

import (
	"encoding/json"
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// BillForm is how a [Bill] is stored: all that it was made of, its quotes in their own form, and the readings of its usages.
// Reading makes the bill of it again, its id and every sum, and proves what a bill alone can show: that each quote is of its
// agreement, that the readings come to what was priced, that what was owed before ties with what happened since, and by a digest
// that all else is as it was written. That the quotes are those of the rate book, Bill.Verify proves.
var BillForm = stored.NewForm("bill", 1, writeBill, readBill)

// The shapes of version 1. They never change.
type (
	changeV1 struct {
		Fact  string     `json:"fact"`
		Value string     `json:"value"`
		On    civil.Date `json:"on"`
	}
	agreementV1 struct {
		ID       string      `json:"id"`
		Customer string      `json:"customer"`
		Account  string      `json:"account"`
		Premise  string      `json:"premise"`
		Service  string      `json:"service"`
		Schedule string      `json:"schedule"`
		Reads    string      `json:"reads"`
		From     civil.Date  `json:"from"`
		Until    civil.Date  `json:"until,omitzero"`
		Owner    bool        `json:"owner,omitempty"`
		Facts    rates.Facts `json:"facts,omitempty"`
		Changes  []changeV1  `json:"changes,omitempty"`
	}
	readV1 struct {
		Meter     string         `json:"meter,omitempty"`
		Register  string         `json:"register,omitempty"`
		Period    civil.Period   `json:"period"`
		Previous  int64          `json:"previous"`
		Current   int64          `json:"current"`
		Used      int64          `json:"used"`
		Use       exact.Fraction `json:"use"`
		Unit      metering.Unit  `json:"unit"`
		Step      exact.Fraction `json:"step"`
		Estimated bool           `json:"estimated,omitempty"`
	}
	usageV1 struct {
		Key       string   `json:"key"`
		Estimated bool     `json:"estimated,omitempty"`
		Reads     []readV1 `json:"reads"`
	}
	postingV1 struct {
		Schedule    string      `json:"schedule,omitempty"`
		Charge      string      `json:"charge,omitempty"`
		Kind        ledger.Kind `json:"kind"`
		Service     string      `json:"service"`
		RevenueCode string      `json:"revenue_code"`
		Agency      string      `json:"agency,omitempty"`
	}
	serviceV1 struct {
		Agreement agreementV1     `json:"agreement"`
		Quote     json.RawMessage `json:"quote"`
		Usages    []usageV1       `json:"usages,omitempty"`
		Basis     string          `json:"basis,omitempty"`
	}
	citationV1 struct {
		Resolution string `json:"resolution,omitempty"`
		Section    string `json:"section,omitempty"`
		Address    string `json:"address,omitempty"`
	}
	feeV1 struct {
		Key     string       `json:"key"`
		Text    string       `json:"text"`
		Amount  money.Amount `json:"amount"`
		Source  citationV1   `json:"source"`
		Posting postingV1    `json:"posting"`
	}
	activityV1 struct {
		On     civil.Date   `json:"on"`
		Text   string       `json:"text"`
		Amount money.Amount `json:"amount"`
	}
	standingV1 struct {
		PastDue     money.Amount `json:"past_due"`
		Current     money.Amount `json:"current"`
		Pending     money.Amount `json:"pending"`
		Later       money.Amount `json:"later"`
		Credit      money.Amount `json:"credit"`
		PendingOver money.Amount `json:"pending_over"`
		Balance     money.Amount `json:"balance"`
		OldestDue   civil.Date   `json:"oldest_due,omitzero"`
		NextDue     civil.Date   `json:"next_due,omitzero"`
		OnPlan      bool         `json:"on_plan,omitempty"`
		OnLevelPay  bool         `json:"on_level_pay,omitempty"`
		Broken      bool         `json:"broken,omitempty"`
		NoticesFrom civil.Date   `json:"notices_from,omitzero"`
	}
	draftV1 struct {
		State string     `json:"state"`
		On    civil.Date `json:"on,omitzero"`
		Why   string     `json:"why,omitempty"`
	}
	messageV1 struct {
		Code string `json:"code"`
		Text string `json:"text"`
	}
	billV1 struct {
		ID       stored.ID       `json:"id"`
		Key      string          `json:"key"`
		Account  string          `json:"account"`
		Customer string          `json:"customer"`
		Area     string          `json:"area"`
		Billed   civil.Date      `json:"billed"`
		Due      civil.Date      `json:"due"`
		Charges  money.Amount    `json:"charges"`
		AskedFor money.Amount    `json:"amount_due"`
		Services []serviceV1     `json:"services,omitempty"`
		Fees     []feeV1         `json:"fees,omitempty"`
		Postings []postingV1     `json:"postings,omitempty"`
		Before   standingV1      `json:"before"`
		Previous money.Amount    `json:"previous"`
		Since    []activityV1    `json:"since,omitempty"`
		Level    json.RawMessage `json:"level_pay,omitempty"`
		Draft    draftV1         `json:"draft"`
		Messages []messageV1     `json:"messages,omitempty"`
		Digest   rates.Digest    `json:"digest"` // of all else
	}
)

func writeAgreement(a Agreement) agreementV1 {
	w := agreementV1{
		ID: a.ID, Customer: a.Customer, Account: a.Account, Premise: a.Premise, Service: a.Service, Schedule: a.Schedule, Reads: a.Reads.String(),
		From: a.From, Until: a.Until, Owner: a.Owner, Facts: a.Facts,
	}
	for _, c := range a.Changes {
		w.Changes = append(w.Changes, changeV1{c.Fact, c.Value, c.On})
	}
	return w
}

func readAgreement(w agreementV1) Agreement {
	a := Agreement{
		ID: w.ID, Customer: w.Customer, Account: w.Account, Premise: w.Premise, Service: w.Service, Schedule: w.Schedule,
		From: w.From, Until: w.Until, Owner: w.Owner, Facts: w.Facts,
	}
	for _, reads := range []Reads{Metered, Unmetered} {
		if reads.String() == w.Reads {
			a.Reads = reads
		}
	}
	for _, c := range w.Changes {
		a.Changes = append(a.Changes, rates.Change{Fact: c.Fact, Value: c.Value, On: c.On})
	}
	return a
}

func writePosting(of ChargeOf, p Posting) postingV1 {
	return postingV1{of.Schedule, of.Charge, p.Kind, p.Service, p.RevenueCode, p.Agency}
}

func readPosting(w postingV1) Posting {
	return Posting{Kind: w.Kind, Service: w.Service, RevenueCode: w.RevenueCode, Agency: w.Agency}
}

func writeBill(b Bill) (billV1, error) {
	r := b.r
	if r.Key == "" {
		return billV1{}, &problem.Error{Code: ErrBill, What: "there is no bill", Fix: "make one with NewBill"}
	}
	s := r.Before
	w := billV1{
		ID: b.id, Key: r.Key, Account: r.Account, Customer: r.Customer, Area: r.Area, Billed: r.Billed, Due: r.Due, Charges: b.charges, AskedFor: b.due,
		Before: standingV1{
			s.PastDue, s.Current, s.Pending, s.Later, s.Credit, s.PendingOver, s.Balance, s.OldestDue, s.NextDue, s.OnPlan, s.OnLevelPay, s.Broken, s.NoticesFrom,
		},
		Previous: r.Previous, Draft: draftV1{r.Draft.State.String(), r.Draft.On, r.Draft.Why}, Digest: b.digest(),
	}
	seen := map[ChargeOf]bool{}
	n := 0
	for i, s := range r.Services {
		quote, err := rates.QuoteForm.Marshal(s.Quote)
		if err != nil {
			return billV1{}, err
		}
		one := serviceV1{Agreement: writeAgreement(s.Agreement), Quote: quote, Basis: s.Basis}
		for _, u := range b.reads[i] {
			usage := usageV1{Key: u.key, Estimated: u.guessed}
			for _, p := range u.parts {
				usage.Reads = append(usage.Reads, readV1{p.Meter, p.Register, p.Period, p.Previous, p.Current, p.Used, exact.Fraction{Ratio: p.Use}, p.Unit, exact.Fraction{Ratio: p.Step}, p.Estimated})
			}
			one.Usages = append(one.Usages, usage)
		}
		w.Services = append(w.Services, one)
		for l := range s.Quote.Lines() {
			if of := (ChargeOf{s.Agreement.Schedule, l.Charge()}); !seen[of] {
				seen[of] = true
				w.Postings = append(w.Postings, writePosting(of, b.items[b.itemOf[n]].posting))
			}
			n++
		}
	}
	for _, f := range r.Fees {
		w.Fees = append(w.Fees, feeV1{f.Key, f.Text, f.Amount, citationV1(f.Source), writePosting(ChargeOf{}, f.Posting)})
	}
	for _, a := range r.Since {
		w.Since = append(w.Since, activityV1(a))
	}
	for _, m := range r.Messages {
		w.Messages = append(w.Messages, messageV1(m))
	}
	if r.Level != nil {
		level, err := ledger.LevelPayForm.Marshal(*r.Level)
		if err != nil {
			return billV1{}, err
		}
		w.Level = level
	}
	return w, nil
}

func readService(w serviceV1) (Service, error) {
	quote, err := rates.QuoteForm.Unmarshal(w.Quote)
	if err != nil {
		return Service{}, err
	}
	var kept measured
	for _, u := range w.Usages {
		usage := measuredUse{key: u.Key, guessed: u.Estimated}
		for _, p := range u.Reads {
			usage.parts = append(usage.parts, metering.Part{
				Meter: p.Meter, Register: p.Register, Period: p.Period, Previous: p.Previous, Current: p.Current, Used: p.Used, Use: p.Use.Ratio,
				Unit: p.Unit, Step: p.Step.Ratio, Estimated: p.Estimated,
			})
		}
		kept = append(kept, usage)
	}
	return Service{Agreement: readAgreement(w.Agreement), Quote: quote, Basis: w.Basis, kept: &kept}, nil
}

func readBill(w billV1) (Bill, error) {
	s := w.Before
	r := BillRequest{
		Key: w.Key, Account: w.Account, Customer: w.Customer, Area: w.Area, Billed: w.Billed, Due: w.Due, Previous: w.Previous, Postings: Postings{},
		Before: ledger.Standing{
			On: w.Billed, PastDue: s.PastDue, Current: s.Current, Pending: s.Pending, Later: s.Later, Credit: s.Credit, PendingOver: s.PendingOver,
			Balance: s.Balance, OldestDue: s.OldestDue, NextDue: s.NextDue, OnPlan: s.OnPlan, OnLevelPay: s.OnLevelPay, Broken: s.Broken, NoticesFrom: s.NoticesFrom,
		},
		Draft: Draft{On: w.Draft.On, Why: w.Draft.Why},
	}
	for state := NotEnrolled; state <= DraftSuspended; state++ {
		if state.String() == w.Draft.State {
			r.Draft.State = state
		}
	}
	for i, s := range w.Services {
		service, err := readService(s)
		if err != nil {
			return Bill{}, &problem.Error{Code: ErrBill, Path: fmt.Sprintf("services[%d].quote", i), Err: err}
		}
		r.Services = append(r.Services, service)
	}
	for _, p := range w.Postings {
		r.Postings[ChargeOf{p.Schedule, p.Charge}] = readPosting(p)
	}
	for _, f := range w.Fees {
		r.Fees = append(r.Fees, Fee{Key: f.Key, Text: f.Text, Amount: f.Amount, Source: rates.Citation(f.Source), Posting: readPosting(f.Posting)})
	}
	for _, a := range w.Since {
		r.Since = append(r.Since, Activity(a))
	}
	for _, m := range w.Messages {
		r.Messages = append(r.Messages, Message(m))
	}
	if w.Level != nil {
		level, err := ledger.LevelPayForm.Unmarshal(w.Level)
		if err != nil {
			return Bill{}, &problem.Error{Code: ErrBill, Path: "level_pay", Err: err}
		}
		r.Level = &level
	}
	b, err := NewBill(r)
	if err != nil {
		return Bill{}, err
	}
	if b.id != w.ID || b.charges != w.Charges || b.due != w.AskedFor {
		return Bill{}, &problem.Error{Code: ErrFigures, What: "its id, its charges or what it asks for are not what it comes to", Fix: "restore it as it was written"}
	}
	if b.digest() != w.Digest {
		return Bill{}, altered(ErrFigures, "digest", "it is not what it was when its digest was taken")
	}
	return b, nil
}
