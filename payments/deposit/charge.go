package deposit

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrCharge is a charge of a deposit that cannot be made.
const ErrCharge problem.Code = "E_DEPOSIT_CHARGE"

// ChargeRequest is what asks for the charge of a deposit.
type ChargeRequest struct {
	// Billed is the day of the charge, on which the deposit is asked for, and Accounting that of the books.
	Billed, Accounting civil.Date
	// Installments is in how many payments it is asked for, 1 where it is one.
	Installments int
}

// Charge is a deposit that is asked for, and the entry that charges it.
type Charge struct {
	Asked Asked
	// Installments are what is to be paid and when; none where nothing more is asked for.
	Installments []ledger.Installment
	// Entries is the entry that charges it, or none where nothing more is asked for. What was charged is held once it is paid.
	Entries []ledger.Entry
}

// Charge makes the entry that charges what is still to be charged of the deposit: an item for each installment, in parts as equal
// as cents allow, the first the greatest. The entry is keyed by the account and by how often it was charged a deposit before: asked
// for twice before the first was posted it is the same entry, or is refused by the ledger, and asked for after that nothing more is
// charged. A charge that was taken back is one before. Errors: those of [AskPolicy.Ask]; [ErrCharge] for a request without its days,
// or of installments that the policy does not allow or that would be of less than a cent.
func (p AskPolicy) Charge(q ChargeRequest, books *ledger.Ledger, h Holding, f AskFacts) (Charge, error) {
	asked, err := p.Ask(books, h, f, q.Billed)
	if err != nil {
		return Charge{}, err
	}
	c := Charge{Asked: asked}
	if c.Installments, err = p.installments(q, asked); err != nil || len(c.Installments) == 0 {
		return c, err
	}
	entry := ledger.Entry{Cause: ledger.Billed, Key: fmt.Sprintf("deposit %s #%d", f.Account, chargesOf(books, f.Account)+1), Effective: q.Billed, Accounting: q.Accounting}
	for _, i := range c.Installments {
		it := ledger.Item{Account: f.Account, Area: f.Area, Kind: p.Kind, Service: p.Service, RevenueCode: p.RevenueCode, Billed: i.Billed, Due: i.Due, Deposit: true}
		entry.Opens = append(entry.Opens, ledger.Open{Item: it, Amount: i.Amount, Against: it.Against()})
	}
	c.Entries = []ledger.Entry{entry}
	return c, nil
}

// installments are what is to be paid of a deposit and when.
func (p AskPolicy) installments(q ChargeRequest, a Asked) ([]ledger.Installment, error) {
	refuse := func(path, what, fix string) error {
		return &problem.Error{Code: ErrCharge, Path: path, What: what, Fix: fix}
	}
	switch most := p.Installments.Get(); {
	case q.Accounting.IsZero():
		return nil, refuse("accounting", "the day of the books is missing", "give it")
	case q.Installments < 1 || q.Installments > most:
		return nil, refuse("installments", fmt.Sprintf("%d payments are asked for, and %s allows up to %d", q.Installments, p.Title, most), "give 1 for one payment, or as many as the policy allows")
	case a.More.IsZero():
		return nil, nil
	case a.More.Cents() < int64(q.Installments):
		return nil, refuse("installments", fmt.Sprintf("%s is no %d payments of a cent", a.More, q.Installments), "ask for fewer")
	}
	weights := make([]exact.Ratio, q.Installments)
	for i := range weights {
		weights[i] = exact.Int(1)
	}
	amounts, err := a.More.Split(weights)
	if err != nil {
		return nil, err
	}
	first, err := q.Billed.AddDays(p.DueDays.Get())
	if err != nil {
		return nil, err
	}
	out := make([]ledger.Installment, q.Installments)
	for i := range out {
		due, err := first.AddMonths(i * p.InstallmentMonths.Get())
		if err != nil {
			return nil, err
		}
		out[i] = ledger.Installment{Billed: q.Billed, Due: due, Amount: amounts[i]}
	}
	return out, nil
}

// chargesOf is how many entries have charged a deposit to an account, or moved one that it was charged, those that were taken back too.
func chargesOf(books *ledger.Ledger, account string) int {
	n := 0
	for e := range books.EntriesOf(account) {
		if slices.ContainsFunc(e.Opens, func(o ledger.Open) bool { return o.Item.Deposit }) {
			n++
		}
	}
	return n
}
