package ledger

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Leg is one amount that moved from one place to another. What leaves one place arrives at the other, so that no cent is
// made or lost. A leg is never changed; a correction is a new one.
type Leg struct {
	// ID is made of the entry, the ordinal and what the leg says.
	ID stored.ID
	// Entry is the id of the entry that it belongs to, and Ordinal its place there, from 0.
	Entry   stored.ID
	Ordinal int
	// From is debited and To is credited with Amount, which is above zero.
	From, To Place
	Amount   money.Amount
	// Cause is the entry's cause.
	Cause Cause
	// RevenueCode is the item's, or what the entry states.
	RevenueCode string
	// Effective is the day that counts for the customer: of a bill, of the receipt of a payment.
	Effective civil.Date
	// Accounting is the day that counts in the books.
	Accounting civil.Date
}

// AppendCanonical appends all that the leg says; its id, entry and ordinal are not among it.
func (l Leg) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.leg.1")
	b = appendPlace(appendPlace(b, l.From), l.To)
	b = stored.AppendInt(b, l.Amount.Cents())
	for _, text := range []string{string(l.Cause), l.RevenueCode, l.Effective.String(), l.Accounting.String()} {
		b = stored.AppendText(b, text)
	}
	return b
}

func (l Leg) deriveID() stored.ID {
	return stored.NewID("leg", l.Entry, stored.Ordinal(l.Ordinal), l.AppendCanonical(make([]byte, 0, 256)))
}

// String is the leg for messages: "$12.50 from clearing lockbox to credit 0104417 (Ord), paid 2026-04-16".
func (l Leg) String() string {
	return fmt.Sprintf("%s from %s to %s, %s %s", l.Amount, l.From, l.To, l.Cause, l.Effective)
}

func appendPlace(b []byte, p Place) []byte {
	b = stored.AppendText(b, string(p.Kind))
	b = stored.AppendText(b, p.Key)
	b = stored.AppendText(b, p.Area)
	return stored.AppendID(b, p.Item)
}
