package lockbox

import (
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

// Check is one check of a file with what its stubs say. A scan uses it again for the next: who keeps it keeps a [Check.Clone].
type Check struct {
	// Line is the line of its record, and Last that of the last of its stubs; from 1.
	Line, Last int
	// Lockbox is the number of its lockbox as the file has it, and Deposited the day on which it was deposited; no date where the layout
	// has none.
	Lockbox   string
	Deposited civil.Date
	// Batch and Item are its numbers.
	Batch, Item int
	Amount      money.Amount
	// Number is the check's number as the file has it; empty where it is blank or zero.
	Number string
	// Dated is the day that the layout gives of the check itself; no date where it has none.
	Dated civil.Date
	Stubs []Stub
	// Fault is what was found in the records of this check, so that its stubs cannot be relied on; nil where nothing was. Its amount can.
	Fault *remit.Finding
	payer *payer
}

// Stub is what one record of type 4 says.
type Stub struct {
	Line int
	// Sequence is its number as the file has it.
	Sequence int
	// Reference is what it pays: an account, an invoice. In a memo it is the first word.
	Reference string
	// Net is what it pays, and Deduction what it takes off; nothing where the layout has a memo instead.
	Net, Deduction money.Amount
}

// payer is what a check tells of people: the line that tells it, or what is to be written. It is behind a pointer that no printer follows.
type payer struct {
	line                              string
	layout                            *Layout
	routing, account, remitter, payee string
}

// told is a copy that holds what the line says, and not the line.
func (p *payer) told() payer {
	if p == nil {
		return payer{}
	}
	if p.line == "" {
		return *p
	}
	l := p.layout
	return payer{routing: trim(cut(p.line, l.Routing)), account: trim(cut(p.line, l.Account)), remitter: trim(cut(p.line, l.Remitter)), payee: trim(cut(p.line, l.Payee))}
}

// Routing is the routing number of the bank that it is drawn on, as private data; the zero value where the file has none that is one.
func (c *Check) Routing() private.RoutingNumber {
	routing, err := private.NewRoutingNumber(c.payer.told().routing)
	if err != nil {
		return private.RoutingNumber{} // it is not one: banks print what they can read
	}
	return routing
}

// Account is the account that it is drawn on.
func (c *Check) Account() private.BankAccount {
	account, err := private.NewBankAccount(c.payer.told().account)
	if err != nil {
		return private.BankAccount{}
	}
	return account
}

// Remitter is who paid, as the bank reads it.
func (c *Check) Remitter() private.Name {
	name, err := private.NewName(c.payer.told().remitter)
	if err != nil {
		return private.Name{}
	}
	return name
}

// Payee is to whom it is made out.
func (c *Check) Payee() private.Name {
	name, err := private.NewName(c.payer.told().payee)
	if err != nil {
		return private.Name{}
	}
	return name
}

// Clone is a copy that does not change as the scan goes on. It keeps nothing of the file but what it holds.
func (c *Check) Clone() *Check {
	own := *c
	own.Lockbox, own.Number = strings.Clone(c.Lockbox), strings.Clone(c.Number)
	own.Stubs = slices.Clone(c.Stubs)
	for i := range own.Stubs {
		own.Stubs[i].Reference = strings.Clone(own.Stubs[i].Reference)
	}
	p := c.payer.told()
	own.payer = &payer{routing: strings.Clone(p.routing), account: strings.Clone(p.account), remitter: strings.Clone(p.remitter), payee: strings.Clone(p.payee)}
	return &own
}
