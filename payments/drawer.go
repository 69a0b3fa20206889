package payments

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// TenderKind is what a payment at the counter is made with.
type TenderKind string

// The kinds of tenders.
const (
	Cash  TenderKind = "cash"
	Check TenderKind = "check"
)

// Tender is what was handed over for a payment. Cash below zero is cash that was given back on a check.
type Tender struct {
	Kind   TenderKind
	Amount money.Amount
}

// Counted is how many pieces of a denomination were counted.
type Counted struct {
	Denomination money.Amount
	Pieces       int
}

// Taken is a payment that was taken at a counter. Its tenders sum to it.
type Taken struct {
	// Receipt is the key of the receipt.
	Receipt string
	Amount  money.Amount
	Tenders []Tender
}

// Drawer is a cash drawer as it was counted at the end of a day.
type Drawer struct {
	// Key names the drawer and its day for good, and Source is the clearing that its receipts are in.
	Key, Source string
	// Float is the cash that it began with, and that stays in it.
	Float money.Amount
	Taken []Taken
	// Cash is what was counted, and Checks are the checks that are in it.
	Cash   []Counted
	Checks []money.Amount
}

// Closing is what a drawer comes to: Counted − Float − Receipts = OverShort, and Deposit = Counted − Float.
type Closing struct {
	// Counted is the cash and the checks that were counted, and Receipts what was taken.
	Counted, Receipts money.Amount
	// OverShort is above zero for a drawer that has too much, and Checks is its part in checks, where one is missing or not receipted.
	OverShort, Checks money.Amount
	// Deposit is what goes to the bank.
	Deposit money.Amount
}

// Close counts a drawer. A denomination of nothing or less, pieces below zero, tenders that do not sum to their payment and a float
// below zero are [ErrDrawer].
func (d Drawer) Close() (Closing, error) {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrDrawer, Path: path, What: what, Fix: fix})
	}
	if d.Key == "" || d.Source == "" || d.Float.Sign() < 0 {
		refuse("float", "the drawer has no key or source, or a float below zero", "name it, and give the cash that it began with")
	}
	var c Closing
	var checks, tendered money.Amount
	seen := map[money.Amount]bool{}
	for i, count := range d.Cash {
		path := fmt.Sprintf("cash[%d]", i)
		if count.Denomination.Sign() <= 0 || count.Pieces < 0 || seen[count.Denomination] {
			refuse(path, fmt.Sprintf("%d pieces of %s: nothing or less, or counted twice", count.Pieces, count.Denomination), "give each denomination once with the pieces that there are")
			continue
		}
		seen[count.Denomination] = true
		worth, err := times(count.Denomination, count.Pieces)
		if err == nil {
			err = add(&c.Counted, worth)
		}
		if err != nil {
			return Closing{}, err
		}
	}
	for i, check := range d.Checks {
		if check.Sign() <= 0 {
			refuse(fmt.Sprintf("checks[%d]", i), "a check of "+check.String(), "leave it out")
		}
		if err := add(&checks, check); err != nil {
			return Closing{}, err
		}
	}
	for i, t := range d.Taken {
		var sum money.Amount
		for _, tender := range t.Tenders {
			if tender.Kind != Cash && tender.Kind != Check || tender.Kind == Check && tender.Amount.Sign() <= 0 || tender.Amount.IsZero() {
				refuse(fmt.Sprintf("taken[%d]", i), fmt.Sprintf("a tender of %s in %q", tender.Amount, tender.Kind), "give cash, or checks of more than nothing")
			}
			if tender.Kind == Check {
				if err := add(&tendered, tender.Amount); err != nil {
					return Closing{}, err
				}
			}
			if err := add(&sum, tender.Amount); err != nil {
				return Closing{}, err
			}
		}
		if sum != t.Amount || t.Receipt == "" || t.Amount.Sign() <= 0 {
			refuse(fmt.Sprintf("taken[%d]", i), fmt.Sprintf("the tenders sum to %s and the payment is %s, or it has no receipt", sum, t.Amount), "correct the tenders")
		}
		if err := add(&c.Receipts, t.Amount); err != nil {
			return Closing{}, err
		}
	}
	if err := found.Err(); err != nil {
		return Closing{}, err
	}
	if err := add(&c.Counted, checks); err != nil {
		return Closing{}, err
	}
	var err error
	if c.Deposit, err = c.Counted.Sub(d.Float); err != nil {
		return Closing{}, err
	}
	if c.OverShort, err = c.Deposit.Sub(c.Receipts); err != nil {
		return Closing{}, err
	}
	c.Checks, err = checks.Sub(tendered)
	return c, err
}

func times(a money.Amount, n int) (money.Amount, error) {
	worth := a.Cents() * int64(n)
	if n != 0 && worth/int64(n) != a.Cents() {
		return money.Amount{}, &problem.Error{Code: money.ErrOverflow, Path: "cash", What: fmt.Sprintf("%d pieces of %s are worth more than can be held", n, a), Fix: "correct the count"}
	}
	return money.Cents(worth), nil
}

// Entry is the entry that puts what a drawer is over or short where the district has such differences; it has no legs where the drawer
// agrees. Its revenue code is the district's for them.
func (d Drawer) Entry(c Closing, on civil.Date, code string) ledger.Entry {
	e := ledger.Entry{Cause: ledger.Banked, Key: d.Key + " over or short", Effective: on, Accounting: on}
	return overShort(e, d.Source, c.OverShort, code)
}

// overShort moves what is over from a clearing, and what is short to it.
func overShort(e ledger.Entry, source string, over money.Amount, code string) ledger.Entry {
	clearing, difference := ledger.Clearing(source), ledger.Place{Kind: ledger.PlaceOverShort}
	switch over.Sign() {
	case 1:
		e.Moves = append(e.Moves, ledger.Move{From: clearing, To: difference, Amount: over, RevenueCode: code})
	case -1:
		e.Moves = append(e.Moves, ledger.Move{From: difference, To: clearing, Amount: money.Cents(-over.Cents()), RevenueCode: code})
	}
	return e
}
