package billing

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of transfers between accounts.
const (
	ErrTransfer  problem.Code = "E_TRANSFER"        // a transfer that lacks what it must say, or moves nothing
	ErrCustomers problem.Code = "E_OTHER_CUSTOMERS" // money of one customer that would go to another's account
)

// Holder is an account with the customer whose it is.
type Holder struct{ Account, Customer, Area string }

// TransferredItem is an open item that moves, or a part of one.
type TransferredItem struct {
	Item   ledger.OpenItem
	Amount money.Amount // what of it moves, above 0 and not more than is open
}

// Transfer moves what a customer owes, or what is held for them, from one of their accounts to another. Items keep their
// kind, service, revenue code, agency and due date: who moves does not owe later. Money never moves to another customer's
// account. What was moved in error is moved back by another transfer, or taken back by ledger.Ledger.Reverse: late charges in
// between are found either way.
type Transfer struct {
	Key                   string // the request's own
	From, To              Holder
	Items                 []TransferredItem
	Credit                money.Amount // unapplied credit, 0 or more
	Deposit               money.Amount // deposit held, 0 or more
	CreditCode            string       // the district's revenue code for unapplied credits, where there is one to move
	DepositCode           string       // and that for deposits
	Effective, Accounting civil.Date
}

// Entry is the transfer as the ledger takes it. Refused are accounts of two customers (ErrCustomers), and a transfer that
// lacks a part, moves nothing, names an item twice, or moves more of an item than is open (ErrTransfer). What a credit and a deposit hold the
// ledger checks.
func (t Transfer) Entry() (ledger.Entry, error) {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrTransfer, Path: path, What: what, Fix: fix})
	}
	for _, h := range []struct {
		path string
		Holder
	}{{"from", t.From}, {"to", t.To}} {
		if h.Account == "" || h.Customer == "" || h.Area == "" {
			add(h.path, "the account, its customer or its service area is missing", "state all three")
		}
	}
	switch {
	case t.From.Customer != t.To.Customer:
		found.Add(&problem.Error{
			Code: ErrCustomers, Path: "to", What: "account " + t.To.Account + " is another customer's than account " + t.From.Account,
			Fix: "refund the one and bill the other; what a customer owes or holds moves to their own accounts alone",
		})
	case t.From.Account == t.To.Account:
		add("to", "it is the account that the money comes from", "name another one")
	}
	if t.Key == "" {
		add("key", "it is missing", "give the request its own")
	}
	if t.Effective.IsZero() || t.Accounting.IsZero() {
		add("effective", "a day is missing", "state the day that counts for the customer, and that of the books")
	}
	if t.Credit.Sign() < 0 || t.Deposit.Sign() < 0 {
		add("credit", "an amount is below 0", "state 0 or more")
	}
	if len(t.Items) == 0 && t.Credit.IsZero() && t.Deposit.IsZero() {
		add("items", "nothing moves", "name an item, a credit or a deposit")
	}
	if t.Credit.Sign() > 0 && t.CreditCode == "" || t.Deposit.Sign() > 0 && t.DepositCode == "" {
		add("credit_code", "the revenue code of the money is missing", "state the district's code for credits, and that for deposits")
	}
	e := ledger.Entry{Cause: ledger.Transferred, Key: t.Key, Effective: t.Effective, Accounting: t.Accounting}
	for i, x := range t.Items {
		path := fmt.Sprintf("items[%d]", i)
		switch {
		case x.Item.Account != t.From.Account || x.Item.Area != t.From.Area:
			add(path, "the item is of account "+x.Item.Account, "name items of account "+t.From.Account)
		case x.Amount.Sign() <= 0 || x.Amount.Cmp(x.Item.Open) > 0:
			add(path, x.Amount.String()+" is not from a cent to what is open, "+x.Item.Open.String(), "move what is open, or a part of it")
		}
		if slices.ContainsFunc(t.Items[:i], func(y TransferredItem) bool { return y.Item.ID == x.Item.ID }) {
			add(path, "the item stands there twice", "name it once, with all that moves of it")
		}
		item := x.Item.Item
		item.Account, item.Area = t.To.Account, t.To.Area
		e.Opens = append(e.Opens, ledger.Open{Item: item, Amount: x.Amount, Against: ledger.OfItem(x.Item.ID)})
	}
	if t.Credit.Sign() > 0 {
		e.Moves = append(e.Moves, ledger.Move{
			From: ledger.CreditOf(t.From.Account, t.From.Area), To: ledger.CreditOf(t.To.Account, t.To.Area), Amount: t.Credit, RevenueCode: t.CreditCode,
		})
	}
	if t.Deposit.Sign() > 0 {
		e.Moves = append(e.Moves, ledger.Move{
			From: ledger.DepositOf(t.From.Account, t.From.Area), To: ledger.DepositOf(t.To.Account, t.To.Area), Amount: t.Deposit, RevenueCode: t.DepositCode,
		})
	}
	return e, found.Err()
}
