package deposit

import (
	"encoding/json"
	"slices"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// BatchForm is how a [Batch] is stored while it waits for its decision and after it, without what stays (Kept). Reading proves what
// ApprovalCheck asks, the total, and the digest of all that an approver answers for, as [RunForm] does.
var BatchForm = stored.NewForm("deposit.batch", 1, writeBatch, readBatch)

// AskFactsForm is how [AskFacts] are stored.
var AskFactsForm = stored.NewForm("deposit.ask_facts", 1, writeAskFacts, readAskFacts)

// FindingForm is how a [Finding] is stored.
var FindingForm = stored.NewForm("deposit.finding", 1, writeFinding, readFinding)

// The shapes of version 1. They never change.
type (
	batchRowV1 struct {
		Account   string       `json:"account"`
		Area      string       `json:"area"`
		Reference stored.ID    `json:"reference,omitzero"`
		Does      Does         `json:"does"`
		Amount    money.Amount `json:"amount"`
		Aside     money.Amount `json:"aside,omitzero"`
		Through   civil.Date   `json:"through,omitzero"`
		Code      string       `json:"code"`
		Income    string       `json:"income,omitempty"`
		Words     string       `json:"words"`
	}
	batchV1 struct {
		Kind         approval.Kind   `json:"kind"`
		Key          string          `json:"key"`
		Rule         string          `json:"rule"`
		Citation     string          `json:"citation"`
		Placeholders []markV1        `json:"placeholders,omitempty"`
		On           civil.Date      `json:"on"`
		Accounting   civil.Date      `json:"accounting"`
		By           approval.Person `json:"by"`
		Rows         []batchRowV1    `json:"rows"`
		Total        money.Amount    `json:"total"`
		Digest       approval.Digest `json:"digest"` // of all else
	}
	billV1 struct {
		Account string       `json:"account"`
		Period  civil.Period `json:"period"`
		Amount  money.Amount `json:"amount"`
	}
	askFactsV1 struct {
		Facts       json.RawMessage `json:"facts"`
		Area        string          `json:"area"`
		Tenure      Tenure          `json:"tenure,omitempty"`
		Bills       []billV1        `json:"bills,omitempty"`
		RecordSince civil.Date      `json:"record_since,omitzero"`
	}
	findingV1 struct {
		Reference   stored.ID  `json:"reference"`
		Account     string     `json:"account"`
		NameUnknown bool       `json:"name_unknown,omitempty"`
		Since       civil.Date `json:"since,omitzero"`
		First       civil.Date `json:"first,omitzero"`
		Second      civil.Date `json:"second,omitzero"`
		Names       civil.Date `json:"names,omitzero"`
		Claimed     civil.Date `json:"claimed,omitzero"`
		Granted     bool       `json:"granted,omitempty"`
	}
)

func writeBatch(b Batch) (batchV1, error) {
	total, err := b.Total()
	if err != nil {
		return batchV1{}, err
	}
	w := batchV1{Kind: b.Kind, Key: b.Key, Rule: b.Rule, Citation: b.Citation, Placeholders: writeMarks(b.Placeholders), On: b.On, Accounting: b.Accounting, By: b.By, Total: total, Digest: digestOf(b)}
	for _, r := range b.Rows {
		w.Rows = append(w.Rows, batchRowV1(r))
	}
	return w, nil
}

func readBatch(w batchV1) (Batch, error) {
	b := Batch{Kind: w.Kind, Key: w.Key, Rule: w.Rule, Citation: w.Citation, Placeholders: readMarks(w.Placeholders), On: w.On, Accounting: w.Accounting, By: w.By}
	for _, r := range w.Rows {
		b.Rows = append(b.Rows, BatchRow(r))
	}
	if err := b.ApprovalCheck(); err != nil {
		return Batch{}, err
	}
	total, err := b.Total()
	if err != nil {
		return Batch{}, err
	}
	if err := proven(ErrBatch, total, w.Total, digestOf(b), w.Digest); err != nil {
		return Batch{}, err
	}
	return b, nil
}

func writeAskFacts(f AskFacts) (askFactsV1, error) {
	facts, err := FactsForm.Marshal(f.Facts)
	if err != nil {
		return askFactsV1{}, err
	}
	w := askFactsV1{Facts: facts, Area: f.Area, Tenure: f.Tenure, RecordSince: f.RecordSince}
	for _, b := range f.Bills {
		w.Bills = append(w.Bills, billV1(b))
	}
	return w, nil
}

func readAskFacts(w askFactsV1) (AskFacts, error) {
	facts, err := FactsForm.Unmarshal(w.Facts)
	if err != nil {
		return AskFacts{}, &problem.Error{Code: ErrFacts, Path: "facts", Err: err}
	}
	f := AskFacts{Facts: facts, Area: w.Area, Tenure: w.Tenure, RecordSince: w.RecordSince}
	var last civil.Date
	for _, b := range w.Bills {
		f.Bills = append(f.Bills, Bill(b))
		last = slices.MaxFunc([]civil.Date{last, b.Period.To}, civil.Date.Compare)
	}
	return f, f.lookedAsk(last).Err()
}

func writeFinding(f Finding) (findingV1, error) {
	s := f.Search
	return findingV1{f.Reference, f.Account, s.NameUnknown, s.Since, s.Notice.First, s.Notice.Second, s.Notice.Names, s.Claimed, f.Granted}, f.check()
}

func readFinding(w findingV1) (Finding, error) {
	f := Finding{Reference: w.Reference, Account: w.Account, Granted: w.Granted,
		Search: Search{NameUnknown: w.NameUnknown, Since: w.Since, Notice: Notice{w.First, w.Second, w.Names}, Claimed: w.Claimed}}
	return f, f.check()
}

// check finds what no finding has.
func (f Finding) check() error {
	switch {
	case f.Reference.IsZero() || f.Account == "":
		return &problem.Error{Code: ErrBatch, Path: "reference", What: "it is of no refund, or of no account", Fix: "give the reference and the account of OwedRefunds"}
	case f.Granted && f.Search.Claimed.IsZero():
		return &problem.Error{Code: ErrBatch, Path: "granted", What: "a claim is granted, and there is none", Fix: "give the day of the claim"}
	}
	return nil
}
