package delim

import (
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrProfile is a profile that lacks what it must say, or says what has no meaning.
const ErrProfile problem.Code = "E_PROFILE"

// Profile says what a file looks like. It is plain data: make one here or read it with [Parse]; it is not changed by reading files, and several
// goroutines may use it.
type Profile struct {
	// ID and Title name it; Seen says where the columns are published.
	ID, Title, Seen string
	// Limits says in words what is not known of the layout, or not read of it.
	Limits string
	// Unstated is what the publication leaves out and a site must state before a file can be read: by its path, such as "unit" or "fields[3]", what
	// is not said of it. A site states it in a copy of the profile, and takes it out here.
	Unstated map[string]string

	// Delimiter parts cells; 0 for lines of columns.
	Delimiter byte
	// Unquoted says that a quote in a cell is text like any other. Otherwise quotes are as RFC 4180 has them.
	Unquoted bool
	// Heading says that the first row has the names of the columns, by which they are found in any order.
	Heading bool
	// Cells is how many cells a row has where there is no heading; 0 where that is not known. With a heading, it is as many as the heading has.
	Cells int
	// Ends says that the source ends every line: a last one without its end was cut, and is refused.
	Ends bool

	// Unit is "cents" or "dollars"; a field may have its own.
	Unit string
	// Sign says how an amount below zero is written: "plain" with a minus in front, "trailing" with one behind, "parentheses"; or "kind", where
	// amounts have no sign and those of refunds and chargebacks are below zero. A field of signs stands above it.
	Sign string
	// Grouped says that commas may part thousands, as in 1,084.10. Symbol is what may stand before an amount, such as a dollar sign.
	Grouped bool
	Symbol  string
	// FeeAdds says that the net is the amount plus the fee, as where a fee of 0.79 is written -0.79. Otherwise it is the amount less the fee.
	FeeAdds bool
	// Date is how dates are written, one of [DateForms]; a field may have its own.
	Date string

	// Kinds are the words of the field with the role kind: payment, refund or chargeback. Without such a field all rows are payments.
	Kinds map[string]Kind
	// Suffix is what a row that takes a payment back has behind that payment's transaction; empty where a field names it, or nothing does.
	Suffix string
	// Records are the types of lines where there are several; a line of no type is told.
	Records []RecordType
	Fields  []Field
}

// RecordType is a type of lines: the first, those with a text in some columns or in a cell, or, where nothing is said of it, all that are of no other type.
type RecordType struct {
	Name string
	// First says that it is the first line of the file.
	First bool
	// From, To and Text are the columns, from 1, and what stands there; Column is the number of the cell instead.
	From, To, Column int
	Text             string
	// Is says what it is: "row", "control" for one with totals or counts, "heading" for one of titles that are not looked at, "none" for one that
	// holds nothing to be read. A heading that has an amount where rows have it is none, and is refused.
	Is string
	// Of is the level that a control is of: "file", or "batch". Empty is the file.
	Of string
	// Opens says of a control of a batch that the batch begins with it; any other ends it.
	Opens bool
}

// Field is a column with what it means.
type Field struct {
	Role Role
	// Record is the type of line that it is of; empty where there is one.
	Record string
	// Name is that in the heading, Column its number from 1, From and To its columns.
	Name             string
	Column, From, To int
	// Optional says that it may be blank, and missing from the heading. Otherwise a row is refused in which an amount, a fee, a net, a date, a kind, a
	// sign, a transaction or a tender is blank. What names who paid, and what, may be blank in any case.
	Optional bool
	// Unit and Date are its own, where they are others than the profile's.
	Unit, Date string
	// Plus and Minus are the words of a field of signs: that of an amount as it stands, and that of one below zero.
	Plus, Minus string
}

// Role is what a field means.
type Role string

// The roles of rows.
const (
	Transaction Role = "transaction" // the number that the processor gives a payment
	Reverses    Role = "reverses"    // that of the payment that a refund or a chargeback takes back
	KindOf      Role = "kind"
	PaidOn      Role = "paid_on"
	DepositedOn Role = "deposited_on"
	AccountNo   Role = "account"
	InvoiceNo   Role = "invoice"
	CheckNo     Role = "check"
	Routing     Role = "routing"
	Payer       Role = "payer" // the bank account that pays
	Name        Role = "name"  // the payer's
	BatchNo     Role = "batch" // of a row, or of a control of a batch
	Tender      Role = "tender"
	TenderPaid  Role = "tender_amount" // of all rows with one tender
	Amount      Role = "amount"
	Fee         Role = "fee"
	Net         Role = "net"
	Due         Role = "due"  // the amount that was asked for
	SignOf      Role = "sign" // of the amount
	FeeSign     Role = "fee_sign"
	NetSign     Role = "net_sign"
)

// The roles of controls.
const (
	Total   Role = "control_total"   // of the amounts of the rows
	Count   Role = "control_count"   // of the rows
	Batches Role = "control_batches" // of the batches of a file
	Lines   Role = "control_lines"   // of the lines of a file that hold anything, the control's own among them
)

var roles = []Role{Transaction, Reverses, KindOf, PaidOn, DepositedOn, AccountNo, InvoiceNo, CheckNo, Routing, Payer, Name, BatchNo, Tender, TenderPaid, Amount, Fee, Net, Due,
	SignOf, FeeSign, NetSign, Total, Count, Batches, Lines}

func (r Role) isControl() bool { return r == Total || r == Count || r == Batches || r == Lines }
func (r Role) isSign() bool    { return r == SignOf || r == FeeSign || r == NetSign }
func (r Role) isDate() bool    { return r == PaidOn || r == DepositedOn }
func (r Role) isMoney() bool {
	return r == Amount || r == Fee || r == Net || r == TenderPaid || r == Due || r == Total
}

// Kind is what a row is.
type Kind string

// The kinds.
const (
	Payment    Kind = "payment"
	Refund     Kind = "refund"
	Chargeback Kind = "chargeback"
)

// The words of a profile.
const (
	inCents   = "cents"
	inDollars = "dollars"

	signPlain       = "plain"
	signTrailing    = "trailing"
	signParentheses = "parentheses"
	signByKind      = "kind"
	signNone        = "none" // of a field that has none, since its kind or a field beside it says it

	isRow     = "row"
	isControl = "control"
	isHeading = "heading"
	isNone    = "none"

	ofFile  = "file"
	ofBatch = "batch"
)

// takes says whether the record is what a field with the role can be in.
func (r *RecordType) takes(role Role) bool {
	switch {
	case role == Batches || role == Lines:
		return r.Is == isControl && r.Of != ofBatch
	case role == Total || role == Count:
		return r.Is == isControl
	case role == BatchNo:
		return r.Is == isRow || r.Is == isControl && r.Of == ofBatch
	}
	return r.Is == isRow
}
