package ledger

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Kind is the kind of an item, such as "charge", "penalty" or "fee": a word of the district's own, by which payments are
// applied in order and the receivable rolls forward.
type Kind string

// KindCredit is the kind under which unapplied credits stand in the roll-forward. No item has it.
const KindCredit Kind = "credit"

// Item is a charge that an account owes until it is paid: one line of a bill, a fee, a debit adjustment. It says what is
// owed; how much is in the legs.
type Item struct {
	// Account is the account that owes it, and Area the account's service area.
	Account, Area string
	// Kind and Service are the words for what is owed, such as "penalty" and "water".
	Kind    Kind
	Service string
	// RevenueCode is the code under which it is income, or under which it is owed on to someone else.
	RevenueCode string
	// Billed is the day of the bill: before it the item is not owed.
	Billed civil.Date
	// Due is the last day on which it is paid in time; it is past due from the next day on. A conversion keeps the old one.
	Due civil.Date
	// Agency is who it is collected for, where it is not the district's own.
	Agency string
	// Deposit says that it asks for a customer deposit, which is held once it is paid.
	Deposit bool
}

// check finds all that the item lacks.
func (it *Item) check(path string, found *problem.List) {
	for _, must := range []struct{ name, text string }{
		{"account", it.Account}, {"area", it.Area}, {"kind", string(it.Kind)}, {"service", it.Service}, {"revenue_code", it.RevenueCode},
	} {
		if blank(must.text) {
			found.Add(&problem.Error{Code: ErrItem, Path: path + "." + must.name, What: "the item has none, or one with blanks around it or characters that cannot be stored",
				Fix: "give it; nothing is assumed"})
		}
	}
	if it.Agency != "" && blank(it.Agency) {
		found.Add(&problem.Error{Code: ErrItem, Path: path + ".agency", What: "the agency has blanks around it or characters that cannot be stored", Fix: "give it as it is written"})
	}
	if it.Kind == KindCredit {
		found.Add(&problem.Error{Code: ErrItem, Path: path + ".kind", What: `an item is no credit`, Fix: "move money to CreditOf the account"})
	}
	if it.Billed.IsZero() {
		found.Add(&problem.Error{Code: ErrItem, Path: path + ".billed", What: "the item has no day of billing", Fix: "give the day of the bill"})
	}
	if it.Due.Before(it.Billed) {
		found.Add(&problem.Error{Code: ErrItem, Path: path + ".due", What: fmt.Sprintf("the due date %s is before the bill of %s", it.Due, it.Billed),
			Fix: "give a due date on or after the bill"})
	}
	if it.Agency != "" && it.Deposit {
		found.Add(&problem.Error{Code: ErrItem, Path: path + ".agency", What: "a deposit is held by the district", Fix: "leave out the agency or the deposit"})
	}
}

// owedOn is where what is billed and collected on an item goes, where it is not the district's income: before and after it
// is collected.
func (it *Item) owedOn() (billed, collected Place, ok bool) {
	switch {
	case it.Agency != "":
		return Agency(it.Agency), AgencyPayable(it.Agency), true
	case it.Deposit:
		return DepositBilledTo(it.Account, it.Area), DepositOf(it.Account, it.Area), true
	}
	return Place{}, Place{}, false
}

// Against is the place that a bill of the item moves money to: income under its revenue code, its agency, or the deposit.
func (it Item) Against() Place {
	if billed, _, ok := it.owedOn(); ok {
		return billed
	}
	return Revenue(it.RevenueCode)
}

// AppendCanonical appends all that the item says.
func (it Item) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.item.1")
	for _, text := range []string{it.Account, it.Area, string(it.Kind), it.Service, it.RevenueCode, it.Billed.String(), it.Due.String(), it.Agency} {
		b = stored.AppendText(b, text)
	}
	return stored.AppendBool(b, it.Deposit)
}

// OpenItem is an item as the ledger knows it.
type OpenItem struct {
	Item
	// ID is made of the entry that opened the item, its Ordinal there from 0, and what it says.
	ID, Entry stored.ID
	Ordinal   int
	// Charged is what it is for, adjustments and write-offs included; Open is what of it is not paid.
	Charged, Open money.Amount
}

// AppendCanonical appends all that is known of the item.
func (it OpenItem) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.open_item.1")
	b = stored.AppendID(stored.AppendID(b, it.ID), it.Entry)
	b = stored.AppendInt(b, int64(it.Ordinal))
	b = it.Item.AppendCanonical(b)
	return stored.AppendInt(stored.AppendInt(b, it.Charged.Cents()), it.Open.Cents())
}

func itemID(entry stored.ID, ordinal int, it Item) stored.ID {
	return stored.NewID("item", entry, stored.Ordinal(ordinal), it.AppendCanonical(make([]byte, 0, 256)))
}
