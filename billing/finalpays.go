package billing

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
)

// FinalPays says what of an account its deposit and its credit pay at a final. The zero value is no answer, and refused: whether
// another agreement of the account goes on, such as one at another premise, the books do not know.
//
// The policy gives the order final bill, the customer's other accounts, refund check (README.md §3.8, rules.md §4), and is silent on
// another agreement of the same account. Ours: the money pays all that the account owes, as is usual for security that is held
// of an account; but where another agreement goes on it does so only if the request says it, since the deposit secures that
// agreement too, and none is refunded while something is past due (§3.7).
type FinalPays uint8

// What is paid.
const (
	// PaysClosedAccount is for an account of which no other agreement goes on: all that it owes is paid.
	PaysClosedAccount FinalPays = iota + 1
	// PaysWholeAccount is for one of which another agreement goes on, where all that the account owes is paid all the same, the
	// bills of that agreement too, and the rest is refunded.
	PaysWholeAccount
	// PaysFinalBill is for one of which another agreement goes on, where the final bill is paid alone, with what corrections have added
	// to it and without what it charges for other agreements; bills before it are not paid, since an item does not say whose
	// agreement's it is. The rest of deposit and credit stays where it is, and no other account is paid.
	PaysFinalBill
)

// paysWhole is the line of a final that pays the bills of an agreement that goes on.
const paysWhole = "another agreement of the account goes on: its bills are paid too"

// besides says what an account of which another agreement goes on owes besides what a final of it is to pay. It is to be the
// same when the final is acted on.
func besides(account string, cents int64) FinalLine {
	return FinalLine{Account: account, Text: fmt.Sprintf("another agreement of the account goes on: %s that the account owes besides is not paid", money.Cents(cents))}
}

// goesOn tells the approver of an agreement of the account that goes on, and what becomes of its bills.
func (s *settlement) goesOn() {
	switch account := s.r.Holder.Account; s.r.Pays {
	case PaysWholeAccount:
		s.line(paysWhole, account, 0)
	case PaysFinalBill:
		var left int64
		for it := range s.books.Items(account) {
			if !s.toPay(it) {
				left += it.Open.Cents()
			}
		}
		s.f.Lines = append(s.f.Lines, besides(account, left))
	}
}

// toPay reports whether an item is one that the money pays: any but a deposit, or, where the final bill alone is paid, what it
// charges for the agreement and by its fees.
func (s *settlement) toPay(it ledger.OpenItem) bool {
	if it.Deposit || s.r.Pays != PaysFinalBill || it.Account != s.r.Holder.Account {
		return !it.Deposit
	}
	bill := s.r.Bill
	if opens(it.Entry, billEntry(bill.r.Account, bill.r.Key, s.books), s.books) {
		return true // a charge that a correction of the bill has added
	}
	for _, e := range bill.Entries() {
		if e.ID() != it.Entry {
			continue
		}
		n := 0
		for _, x := range bill.items {
			if x.cents <= 0 {
				continue // it opens no item
			}
			if n == it.Ordinal {
				services := bill.r.Services
				return x.service >= len(services) || services[x.service].Agreement.ID == s.r.Agreement.ID
			}
			n++
		}
	}
	return false
}
