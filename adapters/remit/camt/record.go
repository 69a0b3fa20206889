package camt

import (
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

// Record is one step of a document: a statement where only Statement is set, an entry where Detail is nil, otherwise a detail of both. What it points to
// is not used again.
type Record struct {
	Statement *Statement
	Entry     *Entry
	Detail    *Detail
}

// Statement is a statement or a notification. Its balances stand before its entries.
type Statement struct {
	Line int
	// Number counts the statements and notifications of the file, from 1.
	Number int
	ID     string
	// Notification says that it is of camt.054, which has no balances.
	Notification bool
	// Copy is CpyDplctInd: COPY, DUPL for one that was sent before, CODU for both; empty where it is the first.
	Copy string
	// Currency is that of the account, where it is stated.
	Currency string
	Balances []Balance
	account  *hidden
}

// Account is the account that it is of, as private data; the zero value where it is none that can be such.
func (s *Statement) Account() private.BankAccount {
	account, err := private.NewBankAccount(s.account.text)
	if err != nil {
		return private.BankAccount{}
	}
	return account
}

// Balance is a balance of a type, such as OPBD, opening booked, and CLBD, closing booked.
type Balance struct {
	Type string
	// Amount is in hundredths, and below zero for a debit.
	Amount   money.Amount
	Currency string
	On       Day
}

// Day is a day, or an instant with it: a document has either. A time without a zone is no instant.
type Day struct {
	Date civil.Date
	At   time.Time
}

// Entry is one entry of a statement.
type Entry struct {
	Line int
	// Number counts the entries of the file, from 1.
	Number int
	// Reference is that of the bank, AcctSvcrRef, or where there is none NtryRef.
	Reference string
	// Amount is in hundredths and without a sign; Credit says that it is for the account's good, and Reversal that it takes an earlier entry back, which was
	// then of the other side.
	Amount           money.Amount
	Currency         string
	Credit, Reversal bool
	// Status is BOOK for one that is booked, or PDNG, INFO or FUTR. One without a status is booked.
	Status         string
	Booked, Valued Day
	// Code is the bank's transaction code: its domain, family and sub-family such as PMNT-RCDT-DMCT, or its own.
	Code string
}

// Signed is the amount as it changes the account.
func (e *Entry) Signed() money.Amount {
	if e.Credit {
		return e.Amount
	}
	return money.Cents(-e.Amount.Cents()) // of at most 18 digits
}

// Detail is one transaction of an entry.
type Detail struct {
	Line int
	// Number counts the details of the file, from 1.
	Number int
	// Amount is the transaction's, in hundredths and without a sign; Stated says that it has one, and Credit its side, which is its entry's where it states none.
	Amount         money.Amount
	Stated, Credit bool
	Currency       string
	// Reference is the first structured creditor reference, and References are all of them.
	Reference  string
	References []string
	// EndToEnd, Transaction and Mandate are the originator's, the bank's and the mandate's numbers.
	EndToEnd, Transaction, Mandate string
	text, debtor, account          *hidden
}

// Text is the unstructured remittance information, its lines parted by "\n". Names may stand in it.
func (d *Detail) Text() string { return d.text.text }

// Debtor is who paid.
func (d *Detail) Debtor() private.Name {
	name, err := private.NewName(d.debtor.text)
	if err != nil {
		return private.Name{}
	}
	return name
}

// DebtorAccount is the account that paid.
func (d *Detail) DebtorAccount() private.BankAccount {
	account, err := private.NewBankAccount(d.account.text)
	if err != nil {
		return private.BankAccount{}
	}
	return account
}

// hidden is a text that may tell of people. It is behind a pointer that no printer follows.
type hidden struct{ text string }
