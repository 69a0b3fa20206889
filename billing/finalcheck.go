package billing

import (
	"errors"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// check reports all that is wrong with the request, as Settle says.
func (r FinalRequest) check(books *ledger.Ledger) error {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrFinal, Path: path, What: what, Fix: fix})
	}
	for _, part := range [...]struct{ path, text string }{
		{"key", r.Key}, {"holder", r.Holder.Account}, {"holder.customer", r.Holder.Customer}, {"holder.area", r.Holder.Area}, {"small.source", r.Small.Source},
		{"deposit_code", r.DepositCode}, {"credit_code", r.CreditCode},
	} {
		if part.text == "" {
			add(part.path, "it is missing", "state it")
		}
	}
	if r.By.IsZero() {
		add("by", "the person who asks for it is missing", "say who")
	}
	for _, limit := range [...]struct {
		path, what string
		amount     *money.Amount
	}{
		{"small.collect_from", "the balance below which a debt is written off", r.Small.CollectFrom}, {"small.refund_from", "the balance below which nothing is refunded", r.Small.RefundFrom},
	} {
		switch {
		case limit.amount == nil:
			add(limit.path, limit.what+" is not stated", "state it, 0.00 where there is no limit")
		case limit.amount.Sign() < 0:
			add(limit.path, limit.what+" is "+limit.amount.String(), "state it, 0.00 where there is no limit")
		}
	}
	switch {
	case r.On.IsZero() || r.Accounting.IsZero():
		add("on", "the day of the settlement, or that of the books, is missing", "state both")
	case r.On.Before(r.Bill.Billed()):
		add("on", "it is before the day of the bill, "+r.Bill.Billed().String(), "settle it once it is billed")
	}
	r.checkBill(books, add)
	if held := books.Balance(ledger.DepositOf(r.Holder.Account, r.Holder.Area)); held != r.Deposit {
		add("deposit", fmt.Sprintf("%s is stated, and the books hold %s", r.Deposit, held), "take both from one day")
	}
	for it := range books.Items(r.Holder.Account) {
		if it.Deposit && it.Open.Sign() > 0 && r.Pays != PaysFinalBill {
			add("deposit", "a deposit of "+it.Open.String()+" was charged and is not paid", "take the charge back first, by an adjustment of what is open of it")
		}
	}
	// More than the deposit itself is taken for a slip (ours); where it is right, enter it on the deposit year by year before.
	if r.Interest.Sign() < 0 || r.Interest.Cmp(r.Deposit) > 0 {
		add("interest", fmt.Sprintf("%s of it, and a deposit of %s", r.Interest, r.Deposit), "find it by the deposit's rules: from 0.00 to what the deposit is")
	}
	r.checkOthers(books, &found)
	return found.Err()
}

// checkBill proves that the final bill is of the account, its customer and its area, of the agreement as it was billed, and in the
// books.
func (r FinalRequest) checkBill(books *ledger.Ledger, add func(path, what, fix string)) {
	a, h := r.Agreement, r.Holder
	var period civil.Period
	for _, s := range r.Bill.r.Services {
		own, p := s.Agreement, s.Quote.Input.Period
		if own.ID != a.ID {
			continue
		}
		if own.Customer != a.Customer || own.Account != a.Account || own.Premise != a.Premise || own.Service != a.Service || own.From != a.From {
			add("agreement", "agreement "+a.ID+" is not the one that the bill is of", "give the agreement that was billed, as it was stopped")
		}
		if p.From.Before(a.From) {
			add("bill", "the bill begins on "+p.From.String()+", and the agreement on "+a.From.String(), "give the final bill of the agreement")
		}
		if period.IsZero() || p.To.After(period.To) {
			period = p
		}
	}
	switch {
	case a.Open():
		add("agreement", "agreement "+a.ID+" goes on", "stop it first")
	case period.IsZero():
		add("bill", "the bill does not have agreement "+a.ID, "give its final bill")
	case period.To != a.Until:
		add("bill", "the bill ends on "+period.To.String()+", and the agreement on "+a.Until.String(), "bill the last days first")
	}
	switch {
	case r.Bill.Account() != h.Account || a.Customer != h.Customer:
		add("holder", "the bill, the agreement and the account are not of one customer", "settle the customer's own account")
	case r.Bill.Customer() != h.Customer:
		add("holder", "the bill is of customer "+r.Bill.Customer(), "settle the customer's own account")
	}
	switch r.Pays {
	case PaysWholeAccount, PaysFinalBill:
	case PaysClosedAccount:
		for _, s := range r.Bill.r.Services {
			if own := s.Agreement; own.ID != a.ID && (own.Open() || own.Until.After(r.On)) {
				add("pays", "the account is stated to be closed, and agreement "+own.ID+" goes on", "state PaysWholeAccount or PaysFinalBill, as the district decides")
			}
		}
	default:
		add("pays", "it is not stated whether another agreement of the account goes on, and what is paid then",
			"state PaysClosedAccount, or PaysWholeAccount or PaysFinalBill as the district decides")
	}
	if r.Bill.Area() != h.Area {
		add("holder.area", "the bill is of area "+r.Bill.Area(), "state the account's own area: its deposit and its credit are there")
	}
	for _, e := range r.Bill.Entries() {
		if _, ok := books.Entry(e.ID()); !ok || books.Reversed(e.ID()) {
			add("bill", "the books do not have it, or it was taken back", "enter the final bill first")
			break
		}
	}
}

// checkOthers proves that the other accounts are the customer's, each once and under its own area.
func (r FinalRequest) checkOthers(books *ledger.Ledger, found *problem.List) {
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrFinal, Path: path, What: what, Fix: fix})
	}
	if !r.OtherAccounts && len(r.Others) > 0 {
		add("others", "the district does not pay other accounts, and some are given", "leave them out, or state that it does")
	}
	if r.Pays == PaysFinalBill && len(r.Others) > 0 {
		add("others", "what is left stays with the account, and other accounts are given", "leave them out, or state that the whole account is paid")
	}
	for i, o := range r.Others {
		path := fmt.Sprintf("others[%d]", i)
		switch {
		case o.Account == "" || o.Area == "":
			add(path, "the account or its area is missing", "state both")
		case o.Customer != r.Holder.Customer:
			found.Add(&problem.Error{Code: ErrCustomers, Path: path, What: "account " + o.Account + " is another customer's", Fix: "pay the customer's own accounts alone"})
		case o.Account == r.Holder.Account || slices.ContainsFunc(r.Others[:i], func(x Holder) bool { return x.Account == o.Account }):
			add(path, "account "+o.Account+" stands there twice", "give each account once")
		}
		if o.Account == "" || o.Area == "" {
			continue
		}
		switch account, err := books.Account(o.Account, ledger.Terms{}); {
		case errors.Is(err, ledger.ErrNoAccount):
			add(path, "the books have nothing of account "+o.Account, "leave out an account that was never billed, and load the entries of one that was")
		case err != nil:
			found.Add(&problem.Error{Code: ErrFinal, Path: path, Err: err})
		case account.Area() != o.Area:
			add(path+".area", "account "+o.Account+" is of area "+account.Area(), "state the account's own area")
		}
	}
}

// otherAccount says what another account of the customer owes and has, and in which area it is. An approver sees it, and it
// is to be the same when the settlement is acted on.
func otherAccount(books *ledger.Ledger, account string) (FinalLine, error) {
	a, err := books.Account(account, ledger.Terms{})
	if err != nil {
		return FinalLine{}, err
	}
	var owed int64
	for it := range books.Items(account) {
		owed += it.Open.Cents()
	}
	return FinalLine{Account: account, Text: fmt.Sprintf("another account of the customer, of area %s: owes %s and has a credit of %s",
		a.Area(), money.Cents(owed), books.Balance(ledger.CreditOf(account, a.Area())))}, nil
}
