package billing

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// ErrFinal is a final bill that cannot be settled.
const ErrFinal problem.Code = "E_FINAL"

// SmallBalance is below which balance of a closed account nothing more is done: what is owed is written off, and what is held
// stays as credit, to be listed as unclaimed in time. Both are the district's to state: 0.00 where it has no limit.
type SmallBalance struct {
	Source      string        // what adopted it
	CollectFrom *money.Amount // a debt below it is written off
	RefundFrom  *money.Amount // a refund below it stays as credit
}

// FinalRequest is the settlement of an agreement that was stopped, once its final bill is entered: what the deposit and the
// credit of the account pay, in the order final bill, other items of the account, the customer's other accounts; what is
// refunded, and what stays due.
type FinalRequest struct {
	Key           string // the source's own
	Holder        Holder // whose account it is
	Agreement     Agreement
	Bill          Bill         // the final bill: of the agreement's last days
	Pays          FinalPays    // what of the account is paid
	Deposit       money.Amount // held, as the deposit's own books say
	Interest      money.Amount // on it, found by the deposit's rules, and not more than it is; entered with the settlement
	DepositCode   string       // the district's revenue codes for deposits, interest and credits
	CreditCode    string
	Others        []Holder // the customer's other accounts, in the order in which they are paid
	Small         SmallBalance
	On            civil.Date // the day of the settlement
	Accounting    civil.Date
	OtherAccounts bool            // whether the district pays other accounts from the deposit; with false Others is empty
	By            approval.Person // who asks for it
}

// FinalLine is where some of the money is from or what becomes of it, in words. One without an amount says what the settlement
// rests on, such as what another account owes: CloseAccount proves that it is still so.
type FinalLine struct {
	Text    string
	Account string
	Amount  money.Amount
}

// Final is a closed account settled, as it is proposed. Deposit, interest and credit are what is applied, refunded or kept:
// nothing is lost. It is acted on once a second person has approved it: its entries are CloseAccount's to give.
type Final struct {
	Key                     string // the request's own
	Account, Customer, Area string
	Bill                    string // the key of the final bill
	By                      approval.Person
	On                      civil.Date

	Charges  money.Amount // of the final bill, as it was billed
	Held     money.Amount // deposit, interest and credit
	Applied  money.Amount // to this account
	Others   money.Amount // to the customer's other accounts
	Refund   money.Amount // payable to the customer
	Kept     money.Amount // credit below the district's limit for refunds; with PaysFinalBill all that is left
	StillDue money.Amount // of what is to be paid: with PaysFinalBill of the final bill
	WriteOff money.Amount // what of StillDue is below the district's limit for collecting: an adjustment writes it off
	Lines    []FinalLine
	entries  []ledger.Entry // in the order in which they are posted
}

// Settle makes the settlement of a final bill whose entries are in the books, for a second person to approve. Refused (ErrFinal)
// are an agreement that goes on or is not the one that was billed, a bill that does not end where it ends or begins before it, a
// bill of another customer or area, one that the books do not have, a day before the bill's, a deposit that the books hold
// otherwise or that was charged and is not paid, interest of more than the deposit, what does not state what is paid (FinalPays)
// or has the account closed while the bill shows an agreement that goes on, an account that stands there twice, is of another
// area or not in the books, accounts of another customer (ErrCustomers), and a limit for small balances that is not stated.
//
// That the agreement's earlier days are billed, Agreement.Coverage tells: the host asks it before, with all bills of the
// agreement, and settles where it is complete.
func (r FinalRequest) Settle(books *ledger.Ledger) (Final, error) {
	if err := r.check(books); err != nil {
		return Final{}, err
	}
	f := Final{
		Key: r.Key, Account: r.Holder.Account, Customer: r.Holder.Customer, Area: r.Holder.Area, Bill: r.Bill.Key(), By: r.By, On: r.On, Charges: r.Bill.Charges(),
	}
	s := settlement{r: r, books: books, f: &f}
	s.fund()
	s.goesOn()
	for _, other := range r.Others {
		line, err := otherAccount(books, other.Account)
		if err != nil {
			return Final{}, err
		}
		f.Lines = append(f.Lines, line)
	}
	for _, account := range append([]Holder{r.Holder}, r.Others...) {
		if err := s.pay(account); err != nil {
			return Final{}, err
		}
	}
	s.rest()
	return f, nil
}

// settlement is a Final in the making.
type settlement struct {
	r               FinalRequest
	books           *ledger.Ledger
	f               *Final
	deposit, credit int64 // what is left of each
}

func (s *settlement) entry(cause ledger.Cause, what string) ledger.Entry {
	return ledger.Entry{Cause: cause, Key: "final " + s.r.Holder.Account + " " + s.r.Key + what, Effective: s.r.On, Accounting: s.r.Accounting}
}

func (s *settlement) line(text, account string, cents int64) {
	s.f.Lines = append(s.f.Lines, FinalLine{text, account, money.Cents(cents)})
}

// fund finds the money: the deposit with its interest, and the account's credit.
func (s *settlement) fund() {
	h := s.r.Holder
	s.deposit = s.r.Deposit.Cents() + s.r.Interest.Cents()
	s.credit = s.books.Balance(ledger.CreditOf(h.Account, h.Area)).Cents()
	s.f.Held = money.Cents(s.deposit + s.credit)
	if s.r.Deposit.Sign() > 0 {
		s.line("deposit held", h.Account, s.r.Deposit.Cents())
	}
	if s.r.Interest.Sign() > 0 {
		s.line("interest on the deposit", h.Account, s.r.Interest.Cents())
		e := s.entry(ledger.Accrued, "")
		e.Moves = []ledger.Move{{From: ledger.Place{Kind: ledger.PlaceInterest}, To: ledger.DepositOf(h.Account, h.Area), Amount: s.r.Interest, RevenueCode: s.r.DepositCode}}
		s.f.entries = append(s.f.entries, e)
	}
	if s.credit > 0 {
		s.line("credit of the account", h.Account, s.credit)
	}
}

// pay pays the open items of an account, those of the final bill first, and then by their due dates.
func (s *settlement) pay(h Holder) error {
	own := h == s.r.Holder
	var open []ledger.OpenItem
	for it := range s.books.Items(h.Account) {
		if it.Open.Sign() > 0 && s.toPay(it) {
			open = append(open, it)
		}
	}
	final := map[stored.ID]bool{}
	if own {
		for _, e := range s.r.Bill.Entries() {
			final[e.ID()] = true
		}
	}
	slices.SortStableFunc(open, func(a, b ledger.OpenItem) int {
		switch {
		case final[a.Entry] != final[b.Entry] && final[a.Entry]:
			return -1
		case final[a.Entry] != final[b.Entry]:
			return 1
		}
		return cmp.Or(a.Due.Compare(b.Due), a.Billed.Compare(b.Billed))
	})
	var paid int64
	for _, it := range open {
		for _, from := range []struct {
			left  *int64
			place ledger.Place
			cause ledger.Cause
		}{
			{&s.credit, ledger.CreditOf(s.r.Holder.Account, s.r.Holder.Area), ledger.Applied},
			{&s.deposit, ledger.DepositOf(s.r.Holder.Account, s.r.Holder.Area), ledger.DepositApplied},
		} {
			amount := min(it.Open.Cents(), *from.left)
			if amount <= 0 {
				continue
			}
			if err := s.settle(it, h, own, from.place, from.cause, amount); err != nil {
				return err
			}
			*from.left -= amount
			it.Open = money.Cents(it.Open.Cents() - amount)
			paid += amount
		}
		if own {
			s.f.StillDue = money.Cents(s.f.StillDue.Cents() + it.Open.Cents())
		}
	}
	switch {
	case paid == 0:
	case own:
		s.f.Applied = money.Cents(paid)
		s.line("applied to this account", h.Account, paid)
	default:
		s.f.Others = money.Cents(s.f.Others.Cents() + paid)
		s.line("applied to another account of the customer", h.Account, paid)
	}
	return nil
}

// settle enters a payment of an item. Money that pays another account moves there first.
func (s *settlement) settle(it ledger.OpenItem, h Holder, own bool, from ledger.Place, cause ledger.Cause, cents int64) error {
	key := " " + string(from.Kind) + " " + it.ID.String()
	if !own {
		to, code := ledger.CreditOf(h.Account, h.Area), s.r.CreditCode
		if cause == ledger.DepositApplied {
			to, code = ledger.DepositOf(h.Account, h.Area), s.r.DepositCode
		}
		e := s.entry(ledger.Transferred, key)
		e.Moves = []ledger.Move{{From: from, To: to, Amount: money.Cents(cents), RevenueCode: code}}
		s.f.entries = append(s.f.entries, e)
		from = to
	}
	moves, err := s.books.Settle(from, it.ID, money.Cents(cents))
	if err != nil {
		return err
	}
	e := s.entry(cause, key)
	e.Moves = moves
	s.f.entries = append(s.f.entries, e)
	return nil
}

// rest refunds what is left, or keeps it as credit where it is little or as it is where the account goes on, and writes a small
// debt off.
func (s *settlement) rest() {
	h := s.r.Holder
	left := s.deposit + s.credit
	switch {
	case left > 0 && s.r.Pays == PaysFinalBill:
		s.f.Kept = money.Cents(left)
		s.line("stays with the account, of which another agreement goes on", h.Account, left)
	case left > 0 && left >= s.r.Small.RefundFrom.Cents():
		e := s.entry(ledger.Refunded, "")
		for _, from := range []struct {
			place ledger.Place
			cents int64
			code  string
		}{{ledger.DepositOf(h.Account, h.Area), s.deposit, s.r.DepositCode}, {ledger.CreditOf(h.Account, h.Area), s.credit, s.r.CreditCode}} {
			if from.cents > 0 {
				e.Moves = append(e.Moves, ledger.Move{From: from.place, To: ledger.RefundTo(h.Account, h.Area), Amount: money.Cents(from.cents), RevenueCode: from.code})
			}
		}
		s.f.Refund = money.Cents(left)
		s.f.entries = append(s.f.entries, e)
		s.line("refund to the customer", h.Account, left)
	case left > 0:
		if s.deposit > 0 {
			e := s.entry(ledger.DepositApplied, " kept")
			e.Moves = []ledger.Move{{From: ledger.DepositOf(h.Account, h.Area), To: ledger.CreditOf(h.Account, h.Area), Amount: money.Cents(s.deposit), RevenueCode: s.r.DepositCode}}
			s.f.entries = append(s.f.entries, e)
		}
		s.f.Kept = money.Cents(left)
		s.line(fmt.Sprintf("below %s: stays as credit (%s)", s.r.Small.RefundFrom, s.r.Small.Source), h.Account, left)
	case s.f.StillDue.Sign() > 0 && s.f.StillDue.Cmp(*s.r.Small.CollectFrom) < 0:
		s.f.WriteOff = s.f.StillDue
		s.line(fmt.Sprintf("below %s: to be written off (%s)", s.r.Small.CollectFrom, s.r.Small.Source), h.Account, s.f.WriteOff.Cents())
	case s.f.StillDue.Sign() > 0:
		s.line("still due", h.Account, s.f.StillDue.Cents())
	}
}
