package deposit

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// RunForm is how a [Run] is stored while it waits for its decision and after it, without what stays (Kept). Reading proves what
// ApprovalCheck asks, the total, and the digest of all that an approver answers for. The digest has no key: that it is what was
// approved, the approval's record tells (approval.Restore).
var RunForm = stored.NewForm("deposit.run", 1, writeRun, readRun)

// SettlementForm is how a [Settlement] is stored between a final bill's proposal and its [Settlement.Release].
var SettlementForm = stored.NewForm("deposit.settlement", 1, writeSettlement, readSettlement)

// FactsForm is how the [Facts] of a deposit are stored, its terms in their own forms.
var FactsForm = stored.NewForm("deposit.facts", 1, writeFacts, readFacts)

// The shapes of version 1. They never change.
type (
	markV1 struct {
		Path string `json:"path"`
		Why  string `json:"why"`
		File string `json:"file,omitempty"`
		Line int    `json:"line,omitempty"`
		Col  int    `json:"col,omitempty"`
	}
	rowV1 struct {
		Account  string       `json:"account"`
		Area     string       `json:"area"`
		Held     money.Amount `json:"held"`
		Interest money.Amount `json:"interest"`
		Refund   money.Amount `json:"refund"`
		As       As           `json:"as"`
		Words    string       `json:"words"`
	}
	runV1 struct {
		Key          string          `json:"key"`
		Policy       string          `json:"policy"`
		Citation     string          `json:"citation"`
		Placeholders []markV1        `json:"placeholders,omitempty"`
		Code         string          `json:"code"`
		On           civil.Date      `json:"on"`
		Accounting   civil.Date      `json:"accounting"`
		By           approval.Person `json:"by"`
		Rows         []rowV1         `json:"rows"`
		Total        money.Amount    `json:"total"`
		Digest       approval.Digest `json:"digest"` // of all else
	}
	settlementV1 struct {
		Account      string       `json:"account"`
		Area         string       `json:"area"`
		On           civil.Date   `json:"on"`
		Held         money.Amount `json:"held"`
		Interest     money.Amount `json:"interest"`
		Policy       string       `json:"policy"`
		Placeholders []markV1     `json:"placeholders,omitempty"`
		Words        string       `json:"words"`
	}
	// An empty list of days says that there was none, and none at all that nobody has looked.
	factsV1 struct {
		Account    string            `json:"account"`
		Plans      []json.RawMessage `json:"plans,omitempty"`
		LevelPay   []json.RawMessage `json:"level_pay,omitempty"`
		Extensions []json.RawMessage `json:"extensions,omitempty"`
		Pending    []json.RawMessage `json:"pending,omitempty"`
		Opened     civil.Date        `json:"opened"`
		Closed     civil.Date        `json:"closed,omitzero"`
		Service    civil.Date        `json:"service,omitzero"`
		Requested  civil.Date        `json:"requested,omitzero"`
		Shutoffs   []civil.Date      `json:"shutoffs,omitzero"`
		PaidSince  civil.Date        `json:"paid_since,omitzero"`
		Late       []civil.Date      `json:"late,omitzero"`
		Returned   []civil.Date      `json:"returned,omitzero"`
	}
)

func writeMarks(marks []policy.Mark) []markV1 {
	var out []markV1
	for _, m := range marks {
		out = append(out, markV1{m.Path, m.Why, m.Pos.File, m.Pos.Line, m.Pos.Col})
	}
	return out
}

func readMarks(marks []markV1) []policy.Mark {
	var out []policy.Mark
	for _, m := range marks {
		out = append(out, policy.Mark{Path: m.Path, Why: m.Why, Pos: problem.Pos{File: m.File, Line: m.Line, Col: m.Col}})
	}
	return out
}

// digestOf is of all that an approver answers for.
func digestOf(list interface{ AppendCanonical([]byte) []byte }) approval.Digest {
	return sha256.Sum256(list.AppendCanonical(nil))
}

func writeRun(r Run) (runV1, error) {
	total, err := r.Total()
	if err != nil {
		return runV1{}, err
	}
	w := runV1{Key: r.Key, Policy: r.Policy, Citation: r.Citation, Placeholders: writeMarks(r.Placeholders), Code: r.Code, On: r.On, Accounting: r.Accounting, By: r.By, Total: total, Digest: digestOf(r)}
	for _, row := range r.Rows {
		w.Rows = append(w.Rows, rowV1(row))
	}
	return w, nil
}

func readRun(w runV1) (Run, error) {
	r := Run{Key: w.Key, Policy: w.Policy, Citation: w.Citation, Placeholders: readMarks(w.Placeholders), Code: w.Code, On: w.On, Accounting: w.Accounting, By: w.By}
	for _, row := range w.Rows {
		r.Rows = append(r.Rows, Row(row))
	}
	if err := r.ApprovalCheck(); err != nil {
		return Run{}, err
	}
	total, err := r.Total()
	if err != nil {
		return Run{}, err
	}
	if err := proven(ErrRun, total, w.Total, digestOf(r), w.Digest); err != nil {
		return Run{}, err
	}
	return r, nil
}

// proven refuses what does not come to the total, or to the digest, that was stored with it.
func proven(code problem.Code, total, stored money.Amount, digest, was approval.Digest) error {
	refuse := func(path, what string) error {
		return &problem.Error{Code: code, Path: path, What: what, Fix: "restore it as it was written"}
	}
	switch {
	case total != stored:
		return refuse("total", fmt.Sprintf("its rows come to %s, and not to %s", total, stored))
	case digest != was:
		return refuse("digest", "it is not what it was when its digest was taken")
	}
	return nil
}

func writeSettlement(s Settlement) (settlementV1, error) {
	return settlementV1{s.Account, s.Area, s.On, s.Held, s.Interest, s.Policy, writeMarks(s.Placeholders), s.Words}, s.check()
}

func readSettlement(w settlementV1) (Settlement, error) {
	s := Settlement{w.Account, w.Area, w.On, w.Held, w.Interest, w.Policy, readMarks(w.Placeholders), w.Words}
	return s, s.check()
}

// check finds what no settlement has.
func (s Settlement) check() error {
	if s.Account == "" || s.On.IsZero() || s.Policy == "" || s.Words == "" || s.Held.Sign() < 0 || s.Interest.Sign() < 0 || s.Area == "" && !s.Held.IsZero() {
		return &problem.Error{Code: ErrFacts, Path: "settlement", What: "its account, area, day, policy or words are missing, or an amount is below zero", Fix: "settle the deposit again"}
	}
	return nil
}

func writeFacts(f Facts) (factsV1, error) {
	w := factsV1{Account: f.Account, Opened: f.Opened, Closed: f.Closed, Service: f.Service, Requested: f.Requested, Shutoffs: f.Shutoffs, PaidSince: f.PaidSince, Late: f.Late, Returned: f.Returned}
	var err error
	if w.Plans, err = writeAll(ledger.PlanForm, f.Terms.Plans); err != nil {
		return w, err
	}
	if w.LevelPay, err = writeAll(ledger.LevelPayForm, f.Terms.LevelPay); err != nil {
		return w, err
	}
	if w.Extensions, err = writeAll(ledger.ExtensionForm, f.Terms.Extensions); err != nil {
		return w, err
	}
	w.Pending, err = writeAll(ledger.PendingForm, f.Terms.Pending)
	return w, err
}

func readFacts(w factsV1) (Facts, error) {
	f := Facts{Account: w.Account, Opened: w.Opened, Closed: w.Closed, Service: w.Service, Requested: w.Requested, Shutoffs: w.Shutoffs, PaidSince: w.PaidSince, Late: w.Late, Returned: w.Returned}
	var err error
	if f.Terms.Plans, err = readAll(ledger.PlanForm, w.Plans); err != nil {
		return f, err
	}
	if f.Terms.LevelPay, err = readAll(ledger.LevelPayForm, w.LevelPay); err != nil {
		return f, err
	}
	if f.Terms.Extensions, err = readAll(ledger.ExtensionForm, w.Extensions); err != nil {
		return f, err
	}
	if f.Terms.Pending, err = readAll(ledger.PendingForm, w.Pending); err != nil {
		return f, err
	}
	last := f.Opened
	for _, days := range [][]civil.Date{{f.Closed, f.Service, f.Requested, f.PaidSince}, f.Shutoffs, f.Late, f.Returned} {
		for _, day := range days {
			if day.After(last) {
				last = day
			}
		}
	}
	return f, f.looked(last).Err()
}

func writeAll[T any](form stored.Form[T], values []T) ([]json.RawMessage, error) {
	var out []json.RawMessage
	for _, v := range values {
		data, err := form.Marshal(v)
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func readAll[T any](form stored.Form[T], raw []json.RawMessage) ([]T, error) {
	var out []T
	for i, data := range raw {
		v, err := form.Unmarshal(data)
		if err != nil {
			return nil, &problem.Error{Code: ErrFacts, Path: fmt.Sprintf("terms[%d]", i), Err: err}
		}
		out = append(out, v)
	}
	return out, nil
}
