package billing

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
)

// AdjustmentForm is how an [Adjustment] is stored, as it was proposed: with the sum of its lines, and the digest of all that an
// approver answers for. Reading proves what Adjustment.Check asks, the sum and the digest. The digest has no key: whoever means
// to change an adjustment takes it again. That it is what was approved, the approval's record tells (approval.Restore).
var AdjustmentForm = stored.NewForm("adjustment", 1, writeAdjustment, readAdjustment)

// RepricingForm is how a [Repricing] is stored, its adjustments in their own form. Reading proves each of them, that they are
// of the batch and in order, no bill twice, that they sum to its total, and the digest of all that an approver answers for.
var RepricingForm = stored.NewForm("repricing", 1, writeRepricing, readRepricing)

// FinalForm is how a [Final] is stored, its entries in their own form. Reading proves that deposit, interest and credit are
// what is applied, refunded or kept; that the entries, whose ids are derived again, move these amounts between the accounts that
// it names; and that the lines that say so are of them; and its digest, as AdjustmentForm does. Which item was paid, the books tell.
var FinalForm = stored.NewForm("final", 1, writeFinal, readFinal)

// The shapes of version 1. They never change.
type (
	adjustedLineV1 struct {
		Item      stored.ID    `json:"item,omitzero"`
		Posting   *postingV1   `json:"posting,omitempty"`
		Charge    string       `json:"charge,omitempty"`
		Agreement string       `json:"agreement,omitempty"`
		Period    civil.Period `json:"period,omitzero"`
		Meter     string       `json:"meter,omitempty"`
		Text      string       `json:"text"`
		Before    money.Amount `json:"before"`
		After     money.Amount `json:"after"`
		HangsOn   string       `json:"hangs_on,omitempty"`
		Because   string       `json:"because,omitempty"`
	}
	keptV1 struct {
		Charge string       `json:"charge"`
		Text   string       `json:"text"`
		Amount money.Amount `json:"amount"`
		Why    string       `json:"why"`
	}
	adjustmentV1 struct {
		Key       string           `json:"key"`
		Account   string           `json:"account"`
		Area      string           `json:"area"`
		Kind      AdjustmentKind   `json:"kind"`
		Bill      string           `json:"bill,omitempty"`
		Lines     []adjustedLineV1 `json:"lines"`
		Follows   []string         `json:"follows,omitempty"`
		Keeps     []keptV1         `json:"keeps,omitempty"`
		Change    money.Amount     `json:"change"`
		Reason    string           `json:"reason"`
		Evidence  []string         `json:"evidence"`
		By        approval.Person  `json:"by"`
		Effective civil.Date       `json:"effective"`
		Due       civil.Date       `json:"due,omitzero"`
		Digest    rates.Digest     `json:"digest"`
	}
	repricingV1 struct {
		Key         string            `json:"key"`
		Reason      string            `json:"reason"`
		Book        rates.Digest      `json:"book"`
		Since       civil.Date        `json:"since"`
		Adjustments []json.RawMessage `json:"adjustments"`
		Change      money.Amount      `json:"change"`
		Digest      rates.Digest      `json:"digest"`
	}
	finalLineV1 struct {
		Text    string       `json:"text"`
		Account string       `json:"account"`
		Amount  money.Amount `json:"amount"`
	}
	finalV1 struct {
		Key      string            `json:"key"`
		Account  string            `json:"account"`
		Customer string            `json:"customer"`
		Area     string            `json:"area"`
		Bill     string            `json:"bill"`
		By       approval.Person   `json:"by"`
		On       civil.Date        `json:"on"`
		Charges  money.Amount      `json:"charges"`
		Held     money.Amount      `json:"held"`
		Applied  money.Amount      `json:"applied"`
		Others   money.Amount      `json:"others"`
		Refund   money.Amount      `json:"refund"`
		Kept     money.Amount      `json:"kept"`
		StillDue money.Amount      `json:"still_due"`
		WriteOff money.Amount      `json:"write_off"`
		Lines    []finalLineV1     `json:"lines,omitempty"`
		Entries  []json.RawMessage `json:"entries,omitempty"`
		Digest   rates.Digest      `json:"digest"` // of all else
	}
)

// digestOf is the SHA-256 of canonical bytes.
func digestOf(c stored.Canonical) rates.Digest { return sha256.Sum256(c.AppendCanonical(nil)) }

func writeAdjustment(a Adjustment) (adjustmentV1, error) {
	if err := a.Check(); err != nil {
		return adjustmentV1{}, err
	}
	w := adjustmentV1{
		Key: a.Key, Account: a.Account, Area: a.Area, Kind: a.Kind, Bill: a.Bill, Change: a.Change(), Reason: a.Reason, Evidence: a.Evidence, By: a.By,
		Effective: a.Effective, Due: a.Due, Follows: a.Follows, Digest: digestOf(a),
	}
	for _, l := range a.Lines {
		one := adjustedLineV1{Item: l.Item, Charge: l.Charge, Agreement: l.Agreement, Period: l.Period, Meter: l.Meter, Text: l.Text, Before: l.Before, After: l.After, HangsOn: l.HangsOn, Because: l.Because}
		if l.Posting != (Posting{}) {
			p := writePosting(ChargeOf{}, l.Posting)
			one.Posting = &p
		}
		w.Lines = append(w.Lines, one)
	}
	for _, k := range a.Keeps {
		w.Keeps = append(w.Keeps, keptV1(k))
	}
	return w, nil
}

func readAdjustment(w adjustmentV1) (Adjustment, error) {
	a := Adjustment{
		Key: w.Key, Account: w.Account, Area: w.Area, Kind: w.Kind, Bill: w.Bill, Reason: w.Reason, Evidence: w.Evidence, By: w.By, Effective: w.Effective,
		Due: w.Due, Follows: w.Follows,
	}
	for _, l := range w.Lines {
		one := AdjustedLine{Item: l.Item, Charge: l.Charge, Agreement: l.Agreement, Period: l.Period, Meter: l.Meter, Text: l.Text, Before: l.Before, After: l.After, HangsOn: l.HangsOn, Because: l.Because}
		if l.Posting != nil {
			one.Posting = readPosting(*l.Posting)
		}
		a.Lines = append(a.Lines, one)
	}
	for _, k := range w.Keeps {
		a.Keeps = append(a.Keeps, Kept(k))
	}
	if err := a.Check(); err != nil {
		return Adjustment{}, err
	}
	if a.Change() != w.Change {
		return Adjustment{}, altered(ErrAdjustment, "change", fmt.Sprintf("its lines come to %s, and not to %s", a.Change(), w.Change))
	}
	if digestOf(a) != w.Digest {
		return Adjustment{}, altered(ErrAdjustment, "digest", "it is not what it was when its digest was taken")
	}
	return a, nil
}

func altered(code problem.Code, path, what string) error {
	return &problem.Error{Code: code, Path: path, What: what, Fix: "restore it as it was written"}
}

// check tells what is wrong with a batch by itself, beyond what ApprovalCheck asks.
func (r Repricing) check() error {
	if err := r.whole(); err != nil {
		return err
	}
	if r.Book == (rates.Digest{}) || r.Since.IsZero() {
		return altered(ErrAdjustment, "book", "the corrected book, or the day since which it holds, is missing")
	}
	for i, a := range r.Adjustments {
		switch {
		case a.Key != r.Key+" "+a.Account+" "+a.Bill || a.Kind != Rebilled:
			return altered(ErrAdjustment, a.Key, "it is no adjustment of the batch")
		case i > 0 && strings.Compare(r.Adjustments[i-1].Key, a.Key) >= 0:
			return altered(ErrAdjustment, a.Key, "it is not in the order of keys, or stands there twice")
		}
	}
	return nil
}

// change is what the batch comes to.
func (r Repricing) change() money.Amount {
	var cents int64
	for _, a := range r.Adjustments {
		cents += a.Change().Cents()
	}
	return money.Cents(cents)
}

func writeRepricing(r Repricing) (repricingV1, error) {
	w := repricingV1{Key: r.Key, Reason: r.Reason, Book: r.Book, Since: r.Since, Change: r.change(), Digest: digestOf(r)}
	if err := r.check(); err != nil {
		return w, err
	}
	for _, a := range r.Adjustments {
		one, err := AdjustmentForm.Marshal(a)
		if err != nil {
			return w, err
		}
		w.Adjustments = append(w.Adjustments, one)
	}
	return w, nil
}

func readRepricing(w repricingV1) (Repricing, error) {
	r := Repricing{Key: w.Key, Reason: w.Reason, Book: w.Book, Since: w.Since}
	for i, data := range w.Adjustments {
		a, err := AdjustmentForm.Unmarshal(data)
		if err != nil {
			return Repricing{}, &problem.Error{Code: ErrAdjustment, Path: fmt.Sprintf("adjustments[%d]", i), Err: err}
		}
		r.Adjustments = append(r.Adjustments, a)
	}
	if err := r.check(); err != nil {
		return Repricing{}, err
	}
	if r.change() != w.Change {
		return Repricing{}, altered(ErrAdjustment, "change", fmt.Sprintf("its adjustments come to %s, and not to %s", r.change(), w.Change))
	}
	if digestOf(r) != w.Digest {
		return Repricing{}, altered(ErrAdjustment, "digest", "it is not what it was when its digest was taken")
	}
	return r, nil
}

func writeFinal(f Final) (finalV1, error) {
	w := finalV1{
		Key: f.Key, Account: f.Account, Customer: f.Customer, Area: f.Area, Bill: f.Bill, By: f.By, On: f.On,
		Charges: f.Charges, Held: f.Held, Applied: f.Applied, Others: f.Others, Refund: f.Refund, Kept: f.Kept, StillDue: f.StillDue, WriteOff: f.WriteOff,
	}
	if err := f.check(); err != nil {
		return w, err
	}
	for _, l := range f.Lines {
		w.Lines = append(w.Lines, finalLineV1(l))
	}
	for _, e := range f.entries {
		one, err := ledger.EntryForm.Marshal(e)
		if err != nil {
			return w, err
		}
		w.Entries = append(w.Entries, one)
	}
	w.Digest = digestOf(f)
	return w, nil
}

func readFinal(w finalV1) (Final, error) {
	f := Final{
		Key: w.Key, Account: w.Account, Customer: w.Customer, Area: w.Area, Bill: w.Bill, By: w.By, On: w.On,
		Charges: w.Charges, Held: w.Held, Applied: w.Applied, Others: w.Others, Refund: w.Refund, Kept: w.Kept, StillDue: w.StillDue, WriteOff: w.WriteOff,
	}
	for _, l := range w.Lines {
		f.Lines = append(f.Lines, FinalLine(l))
	}
	for i, data := range w.Entries {
		e, err := ledger.EntryForm.Unmarshal(data)
		if err != nil {
			return Final{}, &problem.Error{Code: ErrFinal, Path: fmt.Sprintf("entries[%d]", i), Err: err}
		}
		f.entries = append(f.entries, e)
	}
	if err := f.check(); err != nil {
		return Final{}, err
	}
	if digestOf(f) != w.Digest {
		return Final{}, altered(ErrFinal, "digest", "it is not what it was when its digest was taken")
	}
	return f, nil
}

// amounts are what a settlement comes to, in the order in which they are written.
func (f Final) amounts() []money.Amount {
	return []money.Amount{f.Charges, f.Held, f.Applied, f.Others, f.Refund, f.Kept, f.StillDue, f.WriteOff}
}

// check tells what a settlement by itself can show to be wrong.
func (f Final) check() error {
	for _, a := range f.amounts() {
		if a.Sign() < 0 || a.Cents() > maxCents {
			return altered(ErrFinal, "amounts", "an amount is below zero, or beyond what any account owes")
		}
	}
	switch {
	case f.Key == "" || f.Account == "" || f.Customer == "" || f.Area == "" || f.Bill == "" || f.By.IsZero() || f.On.IsZero():
		return &problem.Error{Code: ErrFinal, What: "there is no settlement, or it does not say whose, of which bill, by whom and when", Fix: "make one with FinalRequest.Settle"}
	case f.Applied.Cents()+f.Others.Cents()+f.Refund.Cents()+f.Kept.Cents() != f.Held.Cents():
		return altered(ErrFinal, "held", "what is applied, refunded and kept is not what was held")
	case f.Refund.Sign() > 0 && f.Kept.Sign() > 0:
		return altered(ErrFinal, "refund", "what is left is refunded and kept")
	case !f.WriteOff.IsZero() && f.WriteOff != f.StillDue:
		return altered(ErrFinal, "write_off", "what is written off is not what is still due")
	case f.Refund.Sign()+f.Kept.Sign() > 0 && f.StillDue.Sign() > 0:
		return altered(ErrFinal, "still_due", "something is still due, and something is left")
	}
	return f.checkEntries()
}

// checkEntries proves that the entries move what the settlement says, between the accounts that it names, and that its lines are
// of these amounts.
func (f Final) checkEntries() error {
	var paid, across, refunded int64
	key := "final " + f.Account + " " + f.Key
	for i, e := range f.entries {
		path := fmt.Sprintf("entries[%d]", i)
		if !slices.Contains([]ledger.Cause{ledger.Accrued, ledger.Applied, ledger.DepositApplied, ledger.Transferred, ledger.Refunded}, e.Cause) || len(e.Opens) > 0 {
			return altered(ErrFinal, path, "it is no entry of a settlement")
		}
		if e.Key != key && !strings.HasPrefix(e.Key, key+" ") || e.Effective != f.On {
			return altered(ErrFinal, path, "it is not of the settlement")
		}
		for _, m := range e.Moves {
			if !f.names(e.Cause, m.From) || !f.names(e.Cause, m.To) {
				return altered(ErrFinal, path, "it moves money of an account that the settlement does not name")
			}
			switch {
			case e.Cause == ledger.Transferred:
				across += m.Amount.Cents()
			case e.Cause == ledger.Refunded:
				refunded += m.Amount.Cents()
			case m.To.Kind == ledger.PlaceItem:
				paid += m.Amount.Cents()
			}
		}
	}
	switch {
	case paid != f.Applied.Cents()+f.Others.Cents():
		return altered(ErrFinal, "applied", fmt.Sprintf("the entries apply %s", money.Cents(paid)))
	case across != f.Others.Cents():
		return altered(ErrFinal, "others", fmt.Sprintf("the entries move %s to other accounts", money.Cents(across)))
	case refunded != f.Refund.Cents():
		return altered(ErrFinal, "refund", fmt.Sprintf("the entries refund %s", money.Cents(refunded)))
	}
	// The lines tell where the money is from and where it goes, and what is still due.
	var told int64
	for i, l := range f.Lines {
		if l.Text == "" || l.Account == "" || l.Amount.Sign() < 0 || l.Amount.Cents() > maxCents {
			return altered(ErrFinal, fmt.Sprintf("lines[%d]", i), "its text or its account is missing, or its amount is none")
		}
		told += l.Amount.Cents()
	}
	if told != 2*f.Held.Cents()+f.StillDue.Cents() {
		return altered(ErrFinal, "lines", "its lines do not tell where the money is from and where it goes")
	}
	return nil
}

// names reports whether a place is of the account, or, of what is not interest or a refund, of one that a line names.
func (f Final) names(cause ledger.Cause, p ledger.Place) bool {
	switch p.Kind {
	case ledger.PlaceDeposit, ledger.PlaceCredit, ledger.PlaceRefund:
	default:
		return true
	}
	other := cause != ledger.Accrued && cause != ledger.Refunded && slices.ContainsFunc(f.Lines, func(l FinalLine) bool { return l.Account == p.Key })
	return p.Key == f.Account || other
}
