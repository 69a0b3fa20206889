package delim

import (
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

// Row is what one row of a file says. A field that the profile does not have is empty. Its texts are without blanks around them.
type Row struct {
	// Line and Last are the lines that it stands on, from 1.
	Line, Last int
	Kind       Kind
	// Batch is the number of its batch as the file has it; empty where it has none.
	Batch string
	// Transaction is the processor's number for it, and Reverses that of the payment that a refund or a chargeback takes back; empty for others, and
	// where the row does not say it, which a finding tells.
	Transaction, Reverses   string
	Account, Invoice, Check string
	// Tender is what several rows have in common that were paid as one.
	Tender              string
	PaidOn, DepositedOn civil.Date
	// Amount is what goes to the account: the gross. Fee is what the processor keeps of it, and Net what it hands over. TenderAmount is the whole of what
	// was paid with the tender, and Due what was asked for.
	Amount, Fee, Net, TenderAmount, Due money.Amount
	// Doubt says that a finding fails it: the fee and the net do not agree with the amount, its tender is stated twice, or what takes a payment back is
	// above zero. Nothing of it may be posted before a person has looked.
	Doubt bool
	// payer gives who paid; nil where the row tells of nobody. It is a function, as what prints follows a pointer where its verb is a wrong one.
	payer func() payer
}

// payer is what a row tells of people.
type payer struct{ routing, account, name string }

// told is what the row tells of its payer; nothing of a row that has none.
func (r *Row) told() payer {
	if r.payer == nil {
		return payer{}
	}
	return r.payer()
}

// tell gives the row its payer.
func (r *Row) tell(who payer) {
	if who != (payer{}) {
		r.payer = func() payer { return who }
	}
}

// Routing and the two below are who paid, as private data; the zero values where the file has none that are.
func (r *Row) Routing() private.RoutingNumber {
	routing, err := private.NewRoutingNumber(r.told().routing)
	if err != nil {
		return private.RoutingNumber{}
	}
	return routing
}

// Payer is the bank account that paid.
func (r *Row) Payer() private.BankAccount {
	account, err := private.NewBankAccount(r.told().account)
	if err != nil {
		return private.BankAccount{}
	}
	return account
}

// Name is the payer's.
func (r *Row) Name() private.Name {
	name, err := private.NewName(r.told().name)
	if err != nil {
		return private.Name{}
	}
	return name
}
