package billing

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// BillCause is one thing that made a bill higher or lower than the one before: a cause of a service, one that came or went, or
// a fee.
type BillCause struct {
	Service string // the service of the agreement; empty for a fee
	Text    string // in a sentence that can be said on the phone
	Amount  money.Amount
	Cause   rates.Cause // of a service that both bills have; zero otherwise
}

// Books finds the engine that priced a quote, by its digest; nil where there is none.
type Books func(rates.Digest) *rates.Engine

// Why tells why a bill comes to other charges than the one before: usage, days, rates, services and fees, in amounts that sum to
// the difference, to the cent. Services are matched by their agreement, and else by their word, at the same premise first, so that
// a new agreement for the same service is compared with the one before it. A quote that was made by a book which is not found, or
// that is not what that book makes of it, is ErrBill; other errors are those of rates.Why.
func (b Bill) Why(before Bill, books Books) ([]BillCause, error) {
	var out []BillCause
	matched, used := b.matched(before)
	for i, s := range b.r.Services {
		at := matched[i]
		if at < 0 {
			out = append(out, BillCause{Service: s.Agreement.Service, Text: s.Agreement.Service + " is new on the bill", Amount: s.Quote.Total})
			continue
		}
		was, err := caseOf(before.r.Services[at].Quote, books)
		if err != nil {
			return nil, err
		}
		is, err := caseOf(s.Quote, books)
		if err != nil {
			return nil, err
		}
		difference, err := rates.Why(was, is)
		if err != nil {
			return nil, err
		}
		for _, c := range difference.Causes {
			out = append(out, BillCause{Service: s.Agreement.Service, Text: c.Text, Amount: c.Amount, Cause: c})
		}
	}
	for i, was := range before.r.Services {
		if !used[i] {
			gone, err := was.Quote.Total.Neg()
			if err != nil {
				return nil, err
			}
			out = append(out, BillCause{Service: was.Agreement.Service, Text: was.Agreement.Service + " is no more on the bill", Amount: gone})
		}
	}
	for _, f := range before.r.Fees {
		out = append(out, BillCause{Text: f.Text + " was on the last bill", Amount: money.Cents(-f.Amount.Cents())})
	}
	for _, f := range b.r.Fees {
		out = append(out, BillCause{Text: f.Text + " is on this bill", Amount: f.Amount})
	}
	kept := out[:0]
	for _, c := range out {
		if !c.Amount.IsZero() {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// matched finds for each service that of the bill before with which it is compared, -1 where there is none, and tells which of
// that bill are.
func (b Bill) matched(before Bill) (of []int, used []bool) {
	of, used = make([]int, len(b.r.Services)), make([]bool, len(before.r.Services))
	for i := range of {
		of[i] = -1
	}
	for _, same := range [...]func(a, was Agreement) bool{
		func(a, was Agreement) bool { return a.ID == was.ID },
		func(a, was Agreement) bool { return a.Service == was.Service && a.Premise == was.Premise },
		func(a, was Agreement) bool { return a.Service == was.Service },
	} {
		for i, s := range b.r.Services {
			for k, was := range before.r.Services {
				if of[i] < 0 && !used[k] && same(s.Agreement, was.Agreement) {
					of[i], used[k] = k, true
				}
			}
		}
	}
	return of, used
}

// caseOf is a quote as rates.Why compares it, proven to be of its book.
func caseOf(q rates.Quote, books Books) (rates.Case, error) {
	engine := books(q.Digest())
	if engine == nil {
		return rates.Case{}, &problem.Error{
			Code: ErrBill, Path: "quote", What: fmt.Sprintf("the book %s, which priced it, is not found", q.Digest()), Fix: "give the engine of each book that has priced a bill",
		}
	}
	if err := engine.Verify(q); err != nil {
		return rates.Case{}, &problem.Error{Code: ErrBill, Path: "quote", Err: err}
	}
	return rates.Case{Engine: engine, Input: q.Input}, nil
}
