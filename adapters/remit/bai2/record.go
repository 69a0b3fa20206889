package bai2

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

// Record is one step of a statement: a group where only Group is set, an account where Detail is nil, otherwise a detail of both. A scan uses
// what they point to again: who keeps one keeps a [Record.Clone].
type Record struct {
	Group   *Group
	Account *Account
	Detail  *Detail
}

// Group is what a record 02 says: whose accounts follow, and as of when.
type Group struct {
	Line                 int
	Receiver, Originator string
	// Status is 1 for an update, 2 deletion, 3 correction, 4 test; empty where it is blank.
	Status string
	AsOf   civil.Date
	// Time is as the file has it: "2359", or "14:59:35".
	Time string
	// Currency is that of the group; empty where the file states none, which is dollars.
	Currency string
}

// Account is what a record 03 says of an account, with its continuations.
type Account struct {
	Line, Last int
	// Number counts the accounts of the file, from 1.
	Number int
	// Currency is the account's, or its group's where it states none.
	Currency string
	// Amounts are its balances and totals.
	Amounts []Amount
	number  *hidden
}

// Amount is a balance or a total of an account: of a type, such as 010 for the opening ledger and 015 for the closing one.
type Amount struct {
	Type string
	// Amount is in cents as signed; Stated says that it is there at all.
	Amount money.Amount
	Stated bool
	// Count is the number of items of a total; -1 where it is not stated.
	Count int
	Funds Funds
}

// Detail is what a record 16 says: a transaction.
type Detail struct {
	Line, Last int
	// Number counts the details of the file, from 1.
	Number int
	// Type is the type code: 100 to 399 credit the account, 400 to 699 debit it.
	Type string
	// Amount is in cents as the file states it, which is mostly without a sign; see [Detail.Signed].
	Amount money.Amount
	Funds  Funds
	// BankReference and CustomerReference are as the file has them.
	BankReference, CustomerReference string
	text                             *hidden
}

// Funds says when money is available.
type Funds struct {
	// Type is 0 to 2 for so many days, S, V, D or Z; empty where it is blank.
	Type string
	// Date and Time are those of V.
	Date civil.Date
	Time string
	// Days are those of S, which are today, in one and in two or more days, and of D, which states its own.
	Days []Available
}

// Available is what of an amount is available after so many days.
type Available struct {
	Days   int
	Amount money.Amount
}

// hidden is a text that may tell of people. It is behind a pointer that no printer follows.
type hidden struct{ text string }

// Text is the text of a detail, whole, its lines parted by "\n". Names may stand in it.
func (d *Detail) Text() string {
	if d.text == nil {
		return ""
	}
	return d.text.text
}

// ID is the account's number at the bank, as private data; the zero value where the file has none that is one.
func (a *Account) ID() private.BankAccount {
	if a.number == nil {
		return private.BankAccount{}
	}
	id, err := private.NewBankAccount(a.number.text)
	if err != nil {
		return private.BankAccount{}
	}
	return id
}

// IsCredit and IsDebit say what the type code says; neither of codes outside of both ranges.
func (d *Detail) IsCredit() bool { return inRange(d.Type, '1', '3') }

// IsDebit says that the type code is of those that debit the account.
func (d *Detail) IsDebit() bool { return inRange(d.Type, '4', '6') }

func inRange(code string, low, high byte) bool {
	return len(code) == 3 && code[0] >= low && code[0] <= high
}

// Signed is the amount as it changes the account: below zero for a debit. It says false of a type that is neither, and of an amount that has no
// opposite.
func (d *Detail) Signed() (money.Amount, bool) {
	switch {
	case d.IsCredit():
		return d.Amount, true
	case d.IsDebit():
		signed, err := d.Amount.Neg()
		return signed, err == nil
	}
	return money.Amount{}, false
}

// Clone is a copy that does not change as the scan goes on, and keeps nothing of the file but what it holds.
func (r *Record) Clone() *Record {
	own := &Record{}
	if r.Group != nil {
		g := *r.Group
		g.Receiver, g.Originator, g.Status, g.Time, g.Currency = strings.Clone(g.Receiver), strings.Clone(g.Originator), strings.Clone(g.Status), strings.Clone(g.Time), strings.Clone(g.Currency)
		own.Group = &g
	}
	if r.Account != nil {
		a := *r.Account
		a.Currency, a.number = strings.Clone(a.Currency), a.number.clone()
		a.Amounts = append([]Amount(nil), a.Amounts...)
		for i := range a.Amounts {
			a.Amounts[i].Type, a.Amounts[i].Funds = strings.Clone(a.Amounts[i].Type), a.Amounts[i].Funds.clone()
		}
		own.Account = &a
	}
	if r.Detail != nil {
		d := *r.Detail
		d.Type, d.BankReference, d.CustomerReference = strings.Clone(d.Type), strings.Clone(d.BankReference), strings.Clone(d.CustomerReference)
		d.Funds, d.text = d.Funds.clone(), d.text.clone()
		own.Detail = &d
	}
	return own
}

func (h *hidden) clone() *hidden {
	if h == nil {
		return nil
	}
	return &hidden{strings.Clone(h.text)}
}

func (f Funds) clone() Funds {
	f.Type, f.Time, f.Days = strings.Clone(f.Type), strings.Clone(f.Time), append([]Available(nil), f.Days...)
	return f
}
