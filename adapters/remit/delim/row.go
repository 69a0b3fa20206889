package delim

import (
	"strings"
	"time"

	"github.com/headgate-dev/headgate/adapters/remit/internal/amount"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Row is what one row of a file says. A field that the profile does not have is empty.
type Row struct {
	// Line and Last are the lines that it stands on, from 1.
	Line, Last int
	Kind       Kind
	// Transaction is the processor's number for it, and Reverses that of the payment that it takes back.
	Transaction, Reverses   string
	Account, Invoice, Check string
	// Tender is what several rows have in common that were paid as one.
	Tender              string
	PaidOn, DepositedOn civil.Date
	// Amount is what goes to the account: the gross. Fee is what the processor keeps of it, and Net what it hands over.
	Amount, Fee, Net, TenderAmount money.Amount
	// Doubt says that the fee and the net do not agree with the amount: there is a finding.
	Doubt bool
	payer *payer
}

// payer is what a row tells of people. It is behind a pointer that no printer follows.
type payer struct{ routing, account, name string }

// Routing and the two below are who paid, as private data; the zero values where the file has none that are.
func (r *Row) Routing() private.RoutingNumber {
	routing, err := private.NewRoutingNumber(r.payer.routing)
	if err != nil {
		return private.RoutingNumber{}
	}
	return routing
}

// Payer is the bank account that paid.
func (r *Row) Payer() private.BankAccount {
	account, err := private.NewBankAccount(r.payer.account)
	if err != nil {
		return private.BankAccount{}
	}
	return account
}

// Name is the payer's.
func (r *Row) Name() private.Name {
	name, err := private.NewName(r.payer.name)
	if err != nil {
		return private.Name{}
	}
	return name
}

// centsOf reads an amount in a unit with a sign. It never rounds: zeros behind the cents are no fraction, anything else is one.
func centsOf(text, unit, sign string) (int64, problem.Code, string) {
	text = strings.TrimSpace(text)
	minus := false
	switch {
	case sign == "trailing" && strings.HasSuffix(text, "-"):
		text, minus = text[:len(text)-1], true
	case sign == "parentheses" && strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")"):
		text, minus = text[1:len(text)-1], true
	case sign == "plain" && strings.HasPrefix(text, "-"):
		text, minus = text[1:], true
	}
	decimals := 0
	if unit == "dollars" {
		decimals = 2
	}
	n, code, what := amount.Cents(text, decimals)
	if minus {
		n = -n
	}
	return n, code, what
}

// dateOf reads a date; a blank is no date.
func dateOf(text, form string) (civil.Date, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return civil.Date{}, true
	}
	if len(text) != len(form) {
		return civil.Date{}, false
	}
	var year, month, day, digits int
	for i := range len(form) {
		c := text[i]
		if form[i] == '-' || form[i] == '/' {
			if c != form[i] {
				return civil.Date{}, false
			}
			continue
		}
		if c < '0' || c > '9' {
			return civil.Date{}, false
		}
		switch form[i] {
		case 'Y':
			year = year*10 + int(c-'0')
			digits++
		case 'M':
			month = month*10 + int(c-'0')
		case 'D':
			day = day*10 + int(c-'0')
		}
	}
	if digits == 2 {
		year += 2000
	}
	d, err := civil.NewDate(year, time.Month(month), day)
	return d, err == nil
}
