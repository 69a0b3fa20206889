package x12

import (
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

// Payment is one payment of an 820 or 823 with what it pays. A scan uses it again for the next: who keeps it keeps a [Payment.Clone].
type Payment struct {
	// Line is that of its BPR segment, or of its first segment in a piece that has none, and Segment its number in the file, from 1.
	Line, Segment int
	// Set is the control number of its transaction set, and Kind that set's: "820" or "823".
	Set, Kind string
	// Stated says that there is a BPR with an amount; Amount is that, or the sum of the stubs in a piece without one.
	Stated bool
	Amount money.Amount
	// Debit says that the money goes the other way, BPR03.
	Debit bool
	// Currency is that of a CUR segment; empty where there is none, which is dollars.
	Currency string
	// Method is how it is paid, BPR04, and Settles the day, BPR16; no date where it is not stated.
	Method  string
	Settles civil.Date
	// Trace is TRN02, and Originator TRN03.
	Trace, Originator string
	// Deposit and Batch are those of an 823: DEP01, and BAT03.
	Deposit, Batch string
	Stubs          []Stub
	// Fault is what was found in it, so that its stubs cannot be relied on; nil where nothing was.
	Fault *remit.Finding
	payer *payer
}

// Stub is what one RMR segment says that is paid.
type Stub struct {
	Line int
	// Qualifier says what the reference is: IV an invoice, AZ a bill of materials, 12 an account, and others.
	Qualifier, Reference string
	// Paid is RMR04, Invoice RMR05, the amount of the invoice, and Discount RMR06.
	Paid, Invoice, Discount money.Amount
	// Adjustment is the sum of the ADX segments that follow, which are not in Paid.
	Adjustment money.Amount
	// Others are the references of REF segments that follow.
	Others []string
}

// payer is what a payment tells of people. It is behind a pointer that no printer follows.
type payer struct{ name, routing, account string }

// Payer is who pays, N102 of the party PR.
func (p *Payment) Payer() private.Name {
	name, err := private.NewName(strings.TrimSpace(p.payer.name))
	if err != nil {
		return private.Name{}
	}
	return name
}

// Routing is the routing number of the bank that pays, BPR07.
func (p *Payment) Routing() private.RoutingNumber {
	routing, err := private.NewRoutingNumber(p.payer.routing)
	if err != nil {
		return private.RoutingNumber{}
	}
	return routing
}

// Account is the account that pays, BPR09.
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
	own.Stubs = slices.Clone(p.Stubs)
	for i := range own.Stubs {
		own.Stubs[i].Others = slices.Clone(own.Stubs[i].Others)
	}
	who := *p.payer
	own.payer = &who
	return &own
}
