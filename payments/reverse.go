package payments

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Return is a payment that its bank took back: a check that is not honored, a draft that is returned.
type Return struct {
	// Key names the return for good, such as "bank 2026-03-05 555 ref 0042", and Receipt is the key of the payment.
	Key, Receipt string
	// On is the day that counts for the customer, and Accounting that for the books.
	On, Accounting civil.Date
	// CreditCode is the revenue code for credit that is asked for again; see [KindReturnedCredit].
	CreditCode string
	// Fee is the returned-payment fee; nil where none is charged.
	Fee *ReturnFee
	// Tenders are those of a payment at a counter. All of them are canceled with it, and cash that was given back on its check is lost: it
	// goes where Source, the clearing of the counter, has what is over or short, under LossCode. Empty where no cash was given back.
	Tenders          []Tender
	Source, LossCode string
}

// ReturnFee is a fee for a returned payment. It is an item of its own, of the account whose customer paid: where someone else paid for
// it, the debt is that of the account again, and the fee is the payor's (Oracle CC&B).
type ReturnFee struct {
	Amount money.Amount
	// Item is what is owed: the payor's account and area, kind, service, revenue code, and due date. It is billed on the day of the return.
	Item ledger.Item
}

// Reversal is what a return comes to.
type Reversal struct {
	// Entries are those to post, in order: the negation, and the fee.
	Entries []ledger.Entry
	// Reopened are the items that are owed again, and Shortfall is what of the payment's credit was used or refunded before: it is an
	// item of the kind [KindReturnedCredit].
	Reopened  []Applied
	Shortfall money.Amount
	// Loss is cash that was given back on a check that is not honored.
	Loss money.Amount
}

// Reverse makes the entries that take a payment back: the exact negation of the legs that were stored, never a new calculation. What other
// payments did since stays as it is. A payment that is not in the ledger is [ErrReturn]; one that was taken back before is
// [ledger.ErrReversed], which a report calls [AlreadyReversed].
func Reverse(books *ledger.Ledger, r Return) (Reversal, error) {
	if r.Key == "" || r.On.IsZero() || r.Accounting.IsZero() || r.CreditCode == "" {
		return Reversal{}, &problem.Error{Code: ErrReturn, What: "the return lacks its key, a day or the revenue code of credit", Fix: "give all of them"}
	}
	id := EntryID(r.Receipt)
	original, ok := books.Entry(id)
	if !ok {
		return Reversal{}, &problem.Error{Code: ErrReturn, Path: "receipt", What: fmt.Sprintf("the payment %q is not in the ledger", r.Receipt), Fix: "give the key of its receipt"}
	}
	if _, err := books.Reverse(id, r.Key, ledger.Returned, r.On, r.Accounting); err != nil {
		return Reversal{}, err
	}
	for _, m := range original.Moves {
		if m.To.Kind == ledger.PlaceSuspense && books.Balance(m.To).Cmp(m.Amount) < 0 {
			return Reversal{}, &problem.Error{Code: ErrReturn, Path: "receipt", What: fmt.Sprintf("money of the payment %q was given out of suspense since", r.Receipt),
				Fix: "reverse what gave it to an account first, so that it is in suspense again"}
		}
	}
	e, err := negate(books, original, r.Key, ledger.Returned, r.On, r.Accounting, r.CreditCode, func(p ledger.Place) int64 { return books.Balance(p).Cents() })
	if err != nil {
		return Reversal{}, err
	}
	out := Reversal{Entries: []ledger.Entry{e}}
	for _, m := range e.Moves {
		if m.From.Kind == ledger.PlaceItem {
			out.Reopened = append(out.Reopened, Applied{m.From.Item, m.Amount})
		}
	}
	for _, o := range e.Opens {
		if err := add(&out.Shortfall, o.Amount); err != nil {
			return Reversal{}, err
		}
	}
	if err := out.lose(r, original, e.ID()); err != nil {
		return Reversal{}, err
	}
	if r.Fee == nil {
		return out, nil
	}
	if r.Fee.Amount.Sign() <= 0 {
		return Reversal{}, &problem.Error{Code: ErrReturn, Path: "fee.amount", What: "the fee is nothing or less", Fix: "leave it out where none is charged"}
	}
	item := r.Fee.Item
	item.Billed = r.On
	out.Entries = append(out.Entries, ledger.Entry{Cause: ledger.Charged, Key: r.Key + " fee", Parent: e.ID(), Effective: r.On, Accounting: r.Accounting,
		Opens: []ledger.Open{{Item: item, Amount: r.Fee.Amount, Against: item.Against()}}})
	return out, nil
}

// lose adds what of the tenders cannot be had back. The bank takes the whole check back, and the payment was of less.
func (out *Reversal) lose(r Return, original ledger.Entry, reversal stored.ID) error {
	if len(r.Tenders) == 0 {
		return nil
	}
	sum, back := int64(0), int64(0)
	for _, t := range r.Tenders {
		sum += t.Amount.Cents()
		if t.Amount.Sign() < 0 {
			back -= t.Amount.Cents()
		}
	}
	paid := int64(0)
	for _, m := range original.Moves {
		if m.From.Kind == ledger.PlaceClearing {
			paid += m.Amount.Cents()
		}
	}
	if sum != paid || r.Source == "" || r.LossCode == "" {
		return &problem.Error{Code: ErrReturn, Path: "tenders", What: fmt.Sprintf("the tenders sum to %s and the payment is %s, or there is no source or revenue code", money.Cents(sum), money.Cents(paid)),
			Fix: "give the tenders of this payment, the counter's source and the code of what is over or short"}
	}
	if back == 0 {
		return nil
	}
	out.Loss = money.Cents(back)
	e := ledger.Entry{Cause: ledger.Banked, Key: r.Key + " cash back", Parent: reversal, Effective: r.On, Accounting: r.Accounting}
	out.Entries = append(out.Entries, overShort(e, r.Source, money.Cents(-back), r.LossCode))
	return nil
}

// Move is a payment that is on the wrong account.
type Move struct {
	// Key names the correction for good, Receipt is the key of the payment, and From and To are the accounts.
	Key, Receipt, From, To string
	// On is the accounting date. What counts for the customer is the day of the payment.
	On civil.Date
	// CreditCode is the revenue code for what is left as credit.
	CreditCode string
}

// MovePayment makes the entries that put a payment, or its part on one account, onto another: it is taken back whole and entered
// anew, what was on other accounts as it was, so that the right account has it from the day on which it was paid. What the right account owes is
// given as it is before. It is in To's order and never more than was on From.
func MovePayment(books *ledger.Ledger, owed *Owed, m Move) ([]ledger.Entry, error) {
	refuse := func(what, fix string) ([]ledger.Entry, error) {
		return nil, &problem.Error{Code: ErrMove, Path: "receipt", What: what, Fix: fix}
	}
	if m.Key == "" || m.On.IsZero() || m.CreditCode == "" || m.From == m.To {
		return refuse("the correction lacks its key, its day, the revenue code of credit, or goes from an account to itself", "give all of them, and two accounts")
	}
	id := EntryID(m.Receipt)
	original, ok := books.Entry(id)
	if !ok {
		return refuse(fmt.Sprintf("the payment %q is not in the ledger", m.Receipt), "give the key of its receipt")
	}
	if _, err := books.Reverse(id, m.Key+" back", ledger.Paid, original.Effective, m.On); err != nil {
		return nil, err
	}
	own, ok := owed.of[m.To]
	if !ok {
		return nil, unknownOwed(m.To)
	}
	back, err := negate(books, original, m.Key+" back", ledger.Paid, original.Effective, m.On, m.CreditCode, func(p ledger.Place) int64 { return books.Balance(p).Cents() })
	if err != nil {
		return nil, err
	}
	if len(back.Opens) > 0 {
		return refuse("credit of the payment was used or refunded since", "take that back first")
	}
	next := ledger.Entry{Cause: ledger.Paid, Key: m.Key, Effective: original.Effective, Accounting: m.On}
	var clearing ledger.Place
	moved := int64(0)
	for i, move := range original.Moves {
		account := move.To.Key
		switch {
		case move.To.Kind == ledger.PlaceItem:
			item, _ := books.Item(move.To.Item)
			account = item.Account
		case move.To.Kind != ledger.PlaceCredit:
			account = ""
		}
		if account == m.From && (move.From.Kind == ledger.PlaceClearing || move.From.Kind == ledger.PlaceSuspense) {
			clearing = move.From
			moved += move.Amount.Cents()
			continue
		}
		if i > 0 && isHandover(move) && isOf(books, original.Moves[i-1], m.From) {
			continue // what was collected of it for an agency, or as a deposit
		}
		next.Moves = append(next.Moves, move)
	}
	if moved == 0 {
		return refuse(fmt.Sprintf("nothing of the payment is on account %s", m.From), "give the account that it is on")
	}
	a, err := owed.Apply(m.To, money.Cents(moved), Direction{})
	if err != nil {
		return nil, err
	}
	if err := settle(&next, books, clearing, a.Items); err != nil {
		return nil, err
	}
	if a.Credit.Sign() > 0 {
		next.Moves = append(next.Moves, ledger.Move{From: clearing, To: ledger.CreditOf(m.To, own.area), Amount: a.Credit, RevenueCode: m.CreditCode})
	}
	return []ledger.Entry{back, next}, nil
}

func isHandover(m ledger.Move) bool {
	return m.From.Kind == ledger.PlaceAgency || m.From.Kind == ledger.PlaceDepositBilled
}

func isOf(books *ledger.Ledger, m ledger.Move, account string) bool {
	if m.To.Kind != ledger.PlaceItem {
		return false
	}
	item, _ := books.Item(m.To.Item)
	return item.Account == account
}

// Assignment is money in suspense that a person gives to an account.
type Assignment struct {
	// Key names it for good, Suspense is the key of the money, see [Result.SuspenseKey], and Account is whose it is.
	Key, Suspense, Account string
	Amount                 money.Amount
	// Received is the day on which it came in, which counts for the customer; Accounting is that for the books.
	Received, Accounting civil.Date
	CreditCode           string
	Directed             Direction
}

// Assign makes the entry that takes money out of suspense and applies it to what an account owes; what is left is its credit. More than
// the suspense holds is refused by the ledger.
func Assign(books *ledger.Ledger, owed *Owed, a Assignment) (ledger.Entry, error) {
	if a.Key == "" || a.Suspense == "" || a.Received.IsZero() || a.Accounting.IsZero() || a.CreditCode == "" {
		return ledger.Entry{}, &problem.Error{Code: ErrMove, Path: "suspense", What: "the assignment lacks its key, its money, a day or the revenue code of credit", Fix: "give all of them"}
	}
	applied, err := owed.Apply(a.Account, a.Amount, a.Directed)
	if err != nil {
		return ledger.Entry{}, err
	}
	from := ledger.Suspense(a.Suspense)
	e := ledger.Entry{Cause: ledger.Paid, Key: a.Key, Effective: a.Received, Accounting: a.Accounting}
	if err := settle(&e, books, from, applied.Items); err != nil {
		return ledger.Entry{}, err
	}
	if applied.Credit.Sign() > 0 {
		e.Moves = append(e.Moves, ledger.Move{From: from, To: ledger.CreditOf(a.Account, owed.of[a.Account].area), Amount: applied.Credit, RevenueCode: a.CreditCode})
	}
	return e, nil
}
