package x12

import (
	"slices"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

// Payment is one payment of an 820 or 823 with what it pays. A scan uses it again for the next: who keeps it keeps a [Payment.Clone].
type Payment struct {
	// Number counts the payments of the file, from 1.
	Number int
	// Line is that of its BPR segment, or of its first segment in a piece that has none, and Segment its number in the file, from 1.
	Line, Segment int
	// Set is the control number of its transaction set, and Kind that set's: "820" or "823"; both are empty in a piece without one.
	Set, Kind string
	// Stated says that there is a BPR with an amount; Amount is that, or the sum of the stubs in a piece without one. It is never below
	// zero unless stated so.
	Stated bool
	Amount money.Amount
	// Debit says that the money goes the other way, BPR03.
	Debit bool
	// Currency is that of a CUR segment; empty where there is none, which is dollars.
	Currency string
	// Handling says what the order is, BPR01, such as C for a payment with its advice and I for the advice alone. Method is how it is paid,
	// BPR04, such as ACH or CHK.
	Handling, Method string
	// Settles is the day on which the money moves, BPR16; no date where it is not stated.
	Settles civil.Date
	// Trace is TRN02, and Originator TRN03, of its first TRN.
	Trace, Originator string
	// Deposit and Batch are those of an 823: DEP01 and BAT03. Deposited is the day of the deposit, DEP02.
	Deposit, Batch string
	Deposited      civil.Date
	// Stubs are what it pays, in their order. They and Adjustment sum to the amount.
	Stubs []Stub
	// Adjustment is the sum of the ADX segments that stand before any stub of their entity.
	Adjustment money.Amount
	// Others are the references of REF segments that stand before any stub.
	Others []Reference
	// Fault is what was found first in it, so that its stubs cannot be relied on; nil where nothing was.
	Fault *remit.Finding
	payer *payer
}

// Stub is what one RMR segment says that is paid.
type Stub struct {
	Line int
	// Qualifier says what the reference is: IV an invoice, 12 an account, AZ a policy, and others.
	Qualifier, Reference string
	// Paid is RMR04, Invoice RMR05, the amount of the invoice, and Discount RMR06.
	Paid, Invoice, Discount money.Amount
	// Adjustment is the sum of the ADX segments that follow, which are not in Paid.
	Adjustment money.Amount
	// Dated is the day of the first DTM that follows; no date where there is none.
	Dated civil.Date
	// Others are the references of REF segments that follow.
	Others []Reference
}

// Reference is what a REF segment names.
type Reference struct{ Qualifier, Number string }

// payer is what a payment tells of people. It is behind a pointer that no printer follows.
type payer struct{ name, routing, account string }

// Payer is who pays, N102 of the first party PR. It is the zero value where nobody is named.
func (p *Payment) Payer() private.Name {
	name, err := private.NewName(p.payer.name)
	if err != nil {
		return private.Name{}
	}
	return name
}

// Routing is the routing number of the bank that pays, BPR07. It is the zero value where there is none that can be one.
func (p *Payment) Routing() private.RoutingNumber {
	routing, err := private.NewRoutingNumber(p.payer.routing)
	if err != nil {
		return private.RoutingNumber{}
	}
	return routing
}

// Account is the account that pays, BPR09. It is the zero value where there is none that can be one.
func (p *Payment) Account() private.BankAccount {
	account, err := private.NewBankAccount(p.payer.account)
	if err != nil {
		return private.BankAccount{}
	}
	return account
}

// Clone is a copy that does not change as the scan goes on.
func (p *Payment) Clone() *Payment {
	own := *p
	own.Others = slices.Clone(p.Others)
	own.Stubs = slices.Clone(p.Stubs)
	for i := range own.Stubs {
		own.Stubs[i].Others = slices.Clone(own.Stubs[i].Others)
	}
	who := *p.payer
	own.payer = &who
	return &own
}
