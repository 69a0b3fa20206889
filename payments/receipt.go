package payments

import (
	"strconv"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// File is what a source delivered as one: a lockbox file, a day's settlement of a portal, a drawer. Its batches post in their order.
type File struct {
	// Key names it for messages and in reports, such as "lockbox 2026-03-03".
	Key string
	// Source is where the money came from, such as "lockbox": it is in ledger.Clearing(Source) until it is distributed.
	Source string
	// Content is the mark of all its bytes: the same file again is nothing new. Loose is the mark of its bytes without what another
	// copy of it differs in, such as the time in its header and the ends of its lines; the zero Mark where none was made.
	Content, Loose Mark
	// Faults are what its reader found wrong with the file as a whole, or with a lockbox, group or deposit in it.
	Faults []Fault
	// Batches are its batches, each with a key that no other has.
	Batches []Batch
}

// Batch is receipts that post or are held together.
type Batch struct {
	// Key names it for good, such as "lockbox 2026-03-03 0054321 batch 1": a receipt is known by the key of its batch and its number
	// there.
	Key string
	// Group says in which lockbox, group or deposit of its file it is, as the faults of the file do; empty where there is none.
	Group string
	// Faults are what its reader found wrong with it.
	Faults []Fault
	// Receipts are its receipts, in order of their numbers.
	Receipts []Receipt
}

// Receipt is one payment as it came in: a check of a lockbox, a row of a portal, a payment at the counter. It is never changed.
type Receipt struct {
	// Number is its number in the batch, from 1, above that of the receipt before.
	Number int
	// Received is the day that counts for the customer.
	Received civil.Date
	// Amount is what was paid; below zero for what is taken back.
	Amount money.Amount
	// Currency is the currency as the source states it; dollars where it states none.
	Currency string
	// Mark is what it is known by when it comes again; Loose is what is known of it where it has no mark. Payer and Name are the marks
	// of who paid. Each is the zero Mark where nothing is known. See [Marker].
	Mark, Loose, Payer, Name Mark
	// Dated is the day that a check bears; no date where it is not stated.
	Dated civil.Date
	// Reverses is the mark of the payment that it takes back, as a chargeback does.
	Reverses Mark
	// Stubs say what it pays, in their order. Their amounts sum to its own.
	Stubs []Stub
}

// Stub is what one remittance stub, or one line of a payment, says that it pays.
type Stub struct {
	// Reference is what it names, without blanks around it: an account, an invoice, an old account number. It is empty where nothing is
	// named.
	Reference string
	Amount    money.Amount
	// Due is the amount due that the scanline states; nothing where it states none.
	Due money.Amount
	// Directed is what the customer wants paid with it, where they said so.
	Directed Direction
}

// ReceiptKey is the key of a receipt of a batch: of its entry in a ledger, and where others name it.
func ReceiptKey(batch string, number int) string { return batch + " #" + strconv.Itoa(number) }

// EntryID is the id of the entry that a receipt is in a ledger, by the receipt's key.
func EntryID(key string) stored.ID { return ledger.Entry{Cause: ledger.Paid, Key: key}.ID() }

// Level is a level of a file: what a control total is stated for, and what is posted or held as one.
type Level uint8

// The levels, from the whole to the part.
const (
	NoLevel Level = iota
	// OfFile is the whole file.
	OfFile
	// OfGroup is a lockbox, a group of a bank statement, a deposit.
	OfGroup
	// OfBatch is a batch of checks, an account's statement.
	OfBatch
	// OfReceipt is one payment with all that belongs to it.
	OfReceipt
)

// String gives "file", "group", "batch" or "receipt"; nothing for no level.
func (l Level) String() string {
	switch l {
	case OfFile:
		return "file"
	case OfGroup:
		return "group"
	case OfBatch:
		return "batch"
	case OfReceipt:
		return "receipt"
	}
	return ""
}

// MarshalText gives what String gives.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Fault is a control of a level that does not agree, or what else stands against posting it.
type Fault struct {
	Level Level
	// Of says which group a fault of a group is of.
	Of string
	// Money says that it is a total of money, or that records may be missing: what has such a fault never posts.
	Money bool
	// What is wrong, for people.
	What string
}

// Choice is what is done with a level that has a fault.
type Choice uint8

// The choices.
const (
	// Hold posts nothing of the level until a person has looked. It is what is done where nothing is chosen.
	Hold Choice = iota
	// Reject posts nothing of the level and sends it back: nothing in it counts as seen.
	Reject
	// Accept posts it with the fault told; a fault of money is held all the same.
	Accept
)

// String gives "hold", "reject" or "accept".
func (c Choice) String() string {
	switch c {
	case Hold:
		return "hold"
	case Reject:
		return "reject"
	case Accept:
		return "accept"
	}
	return "choice " + strconv.Itoa(int(c))
}

// Controls are the choices for faults of each level.
type Controls struct{ File, Group, Batch Choice }

func (c Controls) at(l Level) Choice {
	switch l {
	case OfFile:
		return c.File
	case OfGroup:
		return c.Group
	}
	return c.Batch
}

func (c Controls) check() error {
	for _, choice := range []Choice{c.File, c.Group, c.Batch} {
		if choice > Accept {
			return &problem.Error{Code: ErrSettings, Path: "controls", What: choice.String() + " is no choice", Fix: "give Hold, Reject or Accept"}
		}
	}
	return nil
}

// decide is what becomes of a batch of a file, and why; [Accept] where nothing stands against it.
func (c Controls) decide(f *File, b *Batch) (Choice, *Fault) {
	worst, why := Accept, (*Fault)(nil)
	look := func(faults []Fault, concerns func(*Fault) bool) {
		for i := range faults {
			fault := &faults[i]
			if !concerns(fault) {
				continue
			}
			choice := c.at(fault.Level)
			if choice == Accept && fault.Money {
				choice = Hold
			}
			if choice == Reject && worst != Reject || choice == Hold && worst == Accept {
				worst, why = choice, fault
			}
		}
	}
	look(f.Faults, func(fault *Fault) bool { return fault.Level != OfGroup || fault.Of == b.Group })
	look(b.Faults, func(*Fault) bool { return true })
	return worst, why
}
