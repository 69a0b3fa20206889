package ledger

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Terms are the agreements with an account, and the money on its way to it: what changes when its items are to be paid,
// without changing what they are.
type Terms struct {
	Plans      []Plan
	LevelPay   []LevelPay
	Extensions []Extension
	Pending    []Pending
}

// clone shares nothing with the terms that could be changed.
func (t Terms) clone() Terms {
	t.Plans, t.LevelPay, t.Extensions, t.Pending = slices.Clone(t.Plans), slices.Clone(t.LevelPay), slices.Clone(t.Extensions), slices.Clone(t.Pending)
	for i := range t.Plans {
		p := &t.Plans[i]
		p.Covers, p.Installments = slices.Clone(p.Covers), slices.Clone(p.Installments)
	}
	for i := range t.LevelPay {
		p := &t.LevelPay[i]
		p.Kinds, p.Installments = slices.Clone(p.Kinds), slices.Clone(p.Installments)
	}
	for i := range t.Extensions {
		t.Extensions[i].Items = slices.Clone(t.Extensions[i].Items)
	}
	return t
}

// Installment is one payment of a payment plan or of level pay.
type Installment struct {
	// Billed is the day of the bill that asks for it; no date where none does yet. What is not billed is not past due.
	Billed civil.Date
	// Due is the last day on which it is paid in time.
	Due    civil.Date
	Amount money.Amount
}

// Plan is a payment plan: agreed installments in place of the due dates of old items. While it is in force the items are paid
// by installments; when it ends they are due as they were.
type Plan struct {
	// Key is the agreement's own key, and Account whose it is.
	Key, Account string
	// Agreed is the day from which it is in force.
	Agreed civil.Date
	// Covers are the items as they stood when it was agreed, and Installments what they are paid by, in order of their due
	// dates. They sum to what the items had open.
	Covers       []Cover
	Installments []Installment
	// Ended is the day from which it is no more in force: broken, fulfilled or called off; no date while it is. Ending says
	// which, in the district's word.
	Ended  civil.Date
	Ending string
}

// Cover is an item under a payment plan, with what it was for and what of it was open when the plan was agreed.
type Cover struct {
	Item          stored.ID
	Charged, Open money.Amount
}

// LevelPay is level pay: equal bills while the charges of a year are entered as they are, and what is left settled at its end.
type LevelPay struct {
	// Key is the agreement's own key, and Account whose it is.
	Key, Account string
	// Term is the days on which bills fall under it, and Kinds the kinds of items that do; all others are due as they are.
	Term  civil.Period
	Kinds []Kind
	// Installments are the level amounts, in order of their due dates.
	Installments []Installment
	// Settled is the day of the bill that settles it, and SettlementDue that bill's due date; no dates before, in which case
	// it stays in force after its term. From that day on, level amounts that were billed and not paid keep their due dates,
	// and what else is open is due by the settlement's, or its own where that is later.
	Settled, SettlementDue civil.Date
}

// Extension is a later due date for the items of one bill.
type Extension struct {
	// Key is the agreement's own key, and Account whose it is.
	Key, Account string
	Items        []stored.ID
	// Granted is the day from which it holds, and Until the due date in place of an earlier one.
	Granted, Until civil.Date
}

// PendingKind is a kind of money on its way. Its text is the word in stored forms.
type PendingKind string

// The kinds of pending money.
const (
	// HeldBatch is a payment in a batch whose control totals are being looked into.
	HeldBatch PendingKind = "held_batch"
	// InSuspense is money in suspense that names the account.
	InSuspense PendingKind = "in_suspense"
	// DraftInFlight is an automatic draft that was sent to the bank and has not settled.
	DraftInFlight PendingKind = "draft_in_flight"
)

// Pending is money on its way to an account that is not entered yet. It is never asked for again, and blocks late charge, door
// tag and shutoff.
type Pending struct {
	// Key is the key of the payment, the same as that of the entry, or the entries, that will enter it as [Paid]: from the
	// day on which they take effect, what they enter is pending no more. What they enter and is taken out again, back into
	// suspense, is pending again.
	Key, Account string
	Kind         PendingKind
	Amount       money.Amount
	// From is the day on which it was received or sent, and Until the day from which it will not come; no date while it may.
	From, Until civil.Date
}

// ID is made of the agreement's key and account.
func (p Plan) ID() stored.ID {
	return stored.NewID("plan", stored.ID{}, p.Key, stored.AppendText(nil, p.Account))
}

// ID is made of the agreement's key and account.
func (p LevelPay) ID() stored.ID {
	return stored.NewID("level_pay", stored.ID{}, p.Key, stored.AppendText(nil, p.Account))
}

// ID is made of the agreement's key and account.
func (x Extension) ID() stored.ID {
	return stored.NewID("extension", stored.ID{}, x.Key, stored.AppendText(nil, x.Account))
}

// ID is made of the payment's key and its account.
func (p Pending) ID() stored.ID {
	return stored.NewID("pending", stored.ID{}, p.Key, stored.AppendText(nil, p.Account))
}

// AppendCanonical appends all that the plan says.
func (p Plan) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.plan.1")
	b = appendTexts(b, p.Key, p.Account, p.Agreed.String(), p.Ended.String(), p.Ending)
	b = stored.AppendCount(b, len(p.Covers))
	for _, c := range p.Covers {
		b = stored.AppendID(b, c.Item)
		b = stored.AppendInt(stored.AppendInt(b, c.Charged.Cents()), c.Open.Cents())
	}
	return appendInstallments(b, p.Installments)
}

// AppendCanonical appends all that the agreement says.
func (p LevelPay) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.level_pay.1")
	b = appendTexts(b, p.Key, p.Account, p.Term.From.String(), p.Term.To.String(), p.Settled.String(), p.SettlementDue.String())
	b = stored.AppendCount(b, len(p.Kinds))
	for _, k := range p.Kinds {
		b = stored.AppendText(b, string(k))
	}
	return appendInstallments(b, p.Installments)
}

// AppendCanonical appends all that the extension says.
func (x Extension) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.extension.1")
	b = appendTexts(b, x.Key, x.Account, x.Granted.String(), x.Until.String())
	b = stored.AppendCount(b, len(x.Items))
	for _, id := range x.Items {
		b = stored.AppendID(b, id)
	}
	return b
}

// AppendCanonical appends all that is known of the payment.
func (p Pending) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.pending.1")
	b = appendTexts(b, p.Key, p.Account, string(p.Kind), p.From.String(), p.Until.String())
	return stored.AppendInt(b, p.Amount.Cents())
}

func appendInstallments(b []byte, all []Installment) []byte {
	b = stored.AppendCount(b, len(all))
	for _, in := range all {
		b = stored.AppendInt(appendTexts(b, in.Billed.String(), in.Due.String()), in.Amount.Cents())
	}
	return b
}

func appendTexts(b []byte, texts ...string) []byte {
	for _, text := range texts {
		b = stored.AppendText(b, text)
	}
	return b
}

// Plan makes a payment plan for items of an account as they stood on the day on which it is agreed, and refuses one that has
// holes or goes beyond the debt.
func (l *Ledger) Plan(key, account string, agreed civil.Date, items []stored.ID, installments []Installment) (Plan, error) {
	p := Plan{Key: key, Account: account, Agreed: agreed, Installments: append([]Installment(nil), installments...)}
	for i, id := range items {
		it := l.items[id]
		if it == nil || it.Account != account {
			return Plan{}, &problem.Error{Code: ErrPlan, Path: fmt.Sprintf("items[%d]", i), What: fmt.Sprintf("account %s has no item %s", account, id), Fix: "give items of the account"}
		}
		on := stateOn(it.movements, agreed)
		p.Covers = append(p.Covers, Cover{Item: id, Charged: money.Cents(on.charged), Open: money.Cents(on.open)})
	}
	if err := p.Check(); err != nil {
		return Plan{}, err
	}
	return p, nil
}

// Check finds all that is wrong with the plan by itself.
func (p Plan) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrPlan, Path: path, What: what, Fix: fix})
	}
	named(p.Key, p.Account, refuse)
	if p.Agreed.IsZero() {
		refuse("agreed", "the plan was agreed on no day", "give the day from which it is in force")
	}
	if len(p.Covers) == 0 {
		refuse("covers", "the plan covers no item", "give the items whose due dates it replaces")
	}
	seen := map[stored.ID]bool{}
	debt, sum := money.Amount{}, money.Amount{}
	var err error
	for i, c := range p.Covers {
		path := fmt.Sprintf("covers[%d]", i)
		if seen[c.Item] {
			refuse(path, "the item is covered twice", "give each item once")
		}
		seen[c.Item] = true
		if c.Open.Sign() <= 0 || c.Open.Cmp(c.Charged) > 0 {
			refuse(path+".open", fmt.Sprintf("the item had %s open of %s", c.Open, c.Charged), "cover items that have something open")
		}
		if debt, err = debt.Add(c.Open); err != nil {
			return err
		}
	}
	checkInstallments(p.Installments, refuse)
	for i, in := range p.Installments {
		if in.Due.Before(p.Agreed) {
			refuse(fmt.Sprintf("installments[%d].due", i), fmt.Sprintf("%s is before the plan was agreed on %s", in.Due, p.Agreed), "give a later day")
		}
		if sum, err = sum.Add(in.Amount); err != nil {
			return err
		}
	}
	if gap, err := debt.Sub(sum); err != nil {
		return err
	} else if gap.Sign() > 0 {
		refuse("installments", fmt.Sprintf("the installments sum to %s and leave a hole of %s in the debt of %s", sum, gap, debt), "add installments for all of it")
	} else if gap.Sign() < 0 {
		refuse("installments", fmt.Sprintf("the installments sum to %s, beyond the debt of %s", sum, debt), "ask for no more than the debt; a fee is an item of its own")
	}
	if p.Ended.IsZero() != (p.Ending == "") || !p.Ended.IsZero() && p.Ended.Before(p.Agreed) {
		refuse("ended", "the plan's end has a day on or after that on which it was agreed, and a word", "give both, or neither while the plan is in force")
	}
	return found.Err()
}

// Check finds all that is wrong with the agreement by itself.
func (p LevelPay) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrLevelPay, Path: path, What: what, Fix: fix})
	}
	named(p.Key, p.Account, refuse)
	if err := p.Term.Check(); err != nil {
		refuse("term", "the agreement has no term", "give its first day and the day after its last")
	}
	if len(p.Kinds) == 0 {
		refuse("kinds", "no kind of item falls under it", "name the kinds that the level amounts pay; fees are mostly not among them")
	}
	checkInstallments(p.Installments, refuse)
	if p.Settled.IsZero() != p.SettlementDue.IsZero() || p.SettlementDue.Before(p.Settled) {
		refuse("settlement_due", "a settlement has a day and a due date that is not before it", "give both, or neither before it is settled")
	}
	if p.Settled.Before(p.Term.From) && !p.Settled.IsZero() {
		refuse("settled", fmt.Sprintf("it is settled on %s, before its term begins", p.Settled), "give a day in or after the term")
	}
	return found.Err()
}

func checkInstallments(all []Installment, refuse func(path, what, fix string)) {
	if len(all) == 0 {
		refuse("installments", "there are no installments", "give them, in order of their due dates")
	}
	for i, in := range all {
		path := fmt.Sprintf("installments[%d]", i)
		if in.Amount.Sign() <= 0 {
			refuse(path+".amount", fmt.Sprintf("the installment is %s", in.Amount), "give an amount above zero, or leave the installment out")
		}
		switch {
		case in.Due.IsZero():
			refuse(path+".due", "the installment has no due date", "give it")
		case in.Due.Before(in.Billed):
			refuse(path+".due", fmt.Sprintf("the due date %s is before the bill of %s", in.Due, in.Billed), "give a due date on or after the bill")
		case i > 0 && !in.Due.After(all[i-1].Due):
			refuse(path+".due", fmt.Sprintf("%s does not follow %s", in.Due, all[i-1].Due), "give the installments in order of their due dates, one for each day")
		}
	}
}

func named(key, account string, refuse func(path, what, fix string)) {
	if blank(key) {
		refuse("key", "it has no key", "give the key under which the district keeps it")
	}
	if blank(account) {
		refuse("account", "it has no account", "give the account")
	}
}

// Check finds all that is wrong with the extension by itself.
func (x Extension) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrExtension, Path: path, What: what, Fix: fix})
	}
	named(x.Key, x.Account, refuse)
	if len(x.Items) == 0 {
		refuse("items", "it extends no item", "give the items of the bill")
	}
	if x.Granted.IsZero() {
		refuse("granted", "it was granted on no day", "give the day from which it holds")
	}
	if !x.Until.After(x.Granted) {
		refuse("until", fmt.Sprintf("the due date %q is not after the day %q on which it was granted", x.Until.String(), x.Granted.String()), "give a later day")
	}
	return found.Err()
}

// Check finds all that is wrong with the pending money by itself.
func (p Pending) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrPending, Path: path, What: what, Fix: fix})
	}
	named(p.Key, p.Account, refuse)
	switch p.Kind {
	case HeldBatch, InSuspense, DraftInFlight:
	default:
		refuse("kind", fmt.Sprintf("there is no kind of pending money %q", string(p.Kind)), "use a constant of this package, such as HeldBatch")
	}
	if p.Amount.Sign() <= 0 {
		refuse("amount", fmt.Sprintf("the amount is %s", p.Amount), "give an amount above zero")
	}
	if p.From.IsZero() {
		refuse("from", "it is pending from no day on", "give the day on which it was received or sent")
	}
	if !p.Until.IsZero() && p.Until.Before(p.From) {
		refuse("until", fmt.Sprintf("it is pending until %s, before %s", p.Until, p.From), "give a later day")
	}
	return found.Err()
}
