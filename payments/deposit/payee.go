package deposit

import (
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Payee is a row for accounts payable: a check to the customer of an account. The name and the address are the host's to add, by
// the account.
type Payee struct {
	// Reference is the id of the entry that made it payable: paid twice under one reference is paid twice.
	Reference     stored.ID
	Account, Area string
	Amount        money.Amount
	On            civil.Date
}

// Payees are the rows of entries, in their order: one for each entry and account to which a refund became payable.
func Payees(entries ...ledger.Entry) []Payee {
	var out []Payee
	for _, e := range entries {
		if e.Reverses {
			continue
		}
		first := len(out)
		for _, m := range e.Moves {
			if m.To.Kind != ledger.PlaceRefund || e.Cause != ledger.Refunded {
				continue
			}
			at := first
			for at < len(out) && out[at].Account != m.To.Key {
				at++
			}
			if at == len(out) {
				out = append(out, Payee{Reference: e.ID(), Account: m.To.Key, Area: m.To.Area, On: e.Effective})
			}
			out[at].Amount = money.Cents(out[at].Amount.Cents() + m.Amount.Cents())
		}
	}
	return out
}
