package payments

import (
	"fmt"
	"iter"
	"strconv"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// SuspenseKey is the key of the suspense in which a line waits: that of its receipt, and of its stub where the receipt has several.
func (r *Result) SuspenseKey(l *Line) string {
	_, key := r.Receipt(l)
	if l.Stub >= 0 {
		key += "." + strconv.Itoa(l.Stub+1)
	}
	return key
}

// Journal gives the entries that enter the day in a ledger, in the order in which they are posted: for each receipt one, whose legs go from
// the source's clearing to the items, the account's credit and suspense; before it the one that uses the account's credit, where it
// has any; and for what is taken back the exact negation of the stored legs. Their keys are those of the receipts, so that
// entering the same day twice enters it once.
//
// Money below zero that takes back nothing that is known has no entry: its clearing is short of it until a person has said whose it was.
// So has money that is no dollars. An error ends the sequence.
func (r *Result) Journal() iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		j := journal{result: r, credits: map[ledger.Place]int64{}}
		if !j.write(yield) {
			return
		}
	}
}

// Post enters the day in a ledger, all of it or nothing, and reports how many entries were not in it already.
func (r *Result) Post(books *ledger.Ledger) (int, error) {
	var entries []ledger.Entry
	for e, err := range r.Journal() {
		if err != nil {
			return 0, err
		}
		entries = append(entries, e)
	}
	return books.PostAll(entries...)
}

type journal struct {
	result *Result
	// credits is what the entries add to places, of which the credits and deposits of accounts are asked for.
	credits map[ledger.Place]int64
	entries map[string]ledger.Entry // those that are taken back the same day
}

func (j *journal) write(yield func(ledger.Entry, error) bool) bool {
	r := j.result
	for i := range r.Lines {
		if of := r.Lines[i].Reverses; of != "" {
			if j.entries == nil {
				j.entries = map[string]ledger.Entry{}
			}
			j.entries[of] = ledger.Entry{}
		}
	}
	credit := 0
	for from := 0; from < len(r.Lines); {
		to := from + 1
		for to < len(r.Lines) && r.Lines[to].place == r.Lines[from].place {
			to++
		}
		for ; credit < len(r.Credits) && r.Credits[credit].line < to; credit++ {
			e, err := j.creditUse(&r.Credits[credit])
			if !j.give(e, err, yield) {
				return false
			}
		}
		e, err := j.receipt(r.Lines[from:to])
		if err != nil || len(e.Moves) > 0 {
			if !j.give(e, err, yield) {
				return false
			}
		}
		from = to
	}
	return true
}

func (j *journal) give(e ledger.Entry, err error, yield func(ledger.Entry, error) bool) bool {
	if err != nil {
		yield(ledger.Entry{}, err)
		return false
	}
	if j.entries != nil { // else nobody asks
		if _, asked := j.entries[e.Key]; asked && e.Cause == ledger.Paid {
			j.entries[e.Key] = e
		}
		for _, m := range e.Moves {
			j.credits[m.From] -= m.Amount.Cents()
			j.credits[m.To] += m.Amount.Cents()
		}
	}
	return yield(e, nil)
}

func (j *journal) creditUse(c *CreditUse) (ledger.Entry, error) {
	r := j.result
	receipt, key := r.Receipt(&r.Lines[c.line])
	e := ledger.Entry{Cause: ledger.Applied, Key: key + " credit of " + c.Account, Effective: receipt.Received, Accounting: r.On}
	return e, settle(&e, r.day.Owed.books, ledger.CreditOf(c.Account, c.Area), c.Items)
}

func settle(e *ledger.Entry, books *ledger.Ledger, from ledger.Place, items []Applied) error {
	for _, a := range items {
		moves, err := books.Settle(from, a.Item, a.Amount)
		if err != nil {
			return err
		}
		e.Moves = append(e.Moves, moves...)
	}
	return nil
}

// receipt is the entry of a receipt, by its lines.
func (j *journal) receipt(lines []Line) (ledger.Entry, error) {
	r := j.result
	receipt, key := r.Receipt(&lines[0])
	if lines[0].Reverses != "" {
		return j.reversal(&lines[0], receipt, key)
	}
	_, file := r.Batch(&lines[0])
	clearing := ledger.Clearing(file.Source)
	e := ledger.Entry{Cause: ledger.Paid, Key: key, Effective: receipt.Received, Accounting: r.On}
	for i := range lines {
		l := &lines[i]
		if err := settle(&e, r.day.Owed.books, clearing, l.Items); err != nil {
			return e, err
		}
		if l.Credit.Sign() > 0 {
			e.Moves = append(e.Moves, ledger.Move{From: clearing, To: ledger.CreditOf(l.Account, r.area(l.Account)), Amount: l.Credit, RevenueCode: r.day.Settings.CreditCode})
		}
		if l.Exception.Sign() > 0 && !(l.Code == Duplicate && l.Evidence.Of == key) { // the same receipt again is no other money
			e.Moves = append(e.Moves, ledger.Move{From: clearing, To: ledger.Suspense(r.SuspenseKey(l)), Amount: l.Exception, RevenueCode: r.day.Settings.SuspenseCode})
		}
	}
	return e, nil
}

// area is the service area of an account: the ledger's, and that on file where nothing was entered for it.
func (r *Result) area(account string) string {
	if own, ok := r.day.Owed.of[account]; ok {
		return own.area
	}
	a, _ := r.day.Directory.Account(account)
	return a.Area
}

// reversal is the entry that takes a payment back.
func (j *journal) reversal(l *Line, receipt *Receipt, key string) (ledger.Entry, error) {
	books := j.result.day.Owed.books
	original := j.entries[l.Reverses]
	if len(original.Moves) == 0 {
		var ok bool
		if original, ok = books.Entry(EntryID(l.Reverses)); !ok {
			return ledger.Entry{}, &problem.Error{Code: ErrReturn, Path: key, What: fmt.Sprintf("the payment %s is not in the ledger", l.Reverses), Fix: "enter it first, or leave the return out"}
		}
	}
	if entered, ok := books.Entry(ledger.Entry{Cause: ledger.Returned, Key: key, Parent: original.ID()}.ID()); ok {
		return entered, nil // what was short then is not to be found from what the books hold now
	}
	return negate(books, original, key, ledger.Returned, receipt.Received, j.result.On, j.result.day.Settings.CreditCode, func(p ledger.Place) int64 {
		return books.Balance(p).Cents() + j.credits[p]
	})
}

// KindReturnedCredit is the kind of the item that asks for credit, or for a deposit, that was used or refunded before its payment was taken back.
const KindReturnedCredit ledger.Kind = "returned_credit"

// negate is the entry that takes a payment back: its legs the other way round, and an item for what of its credit is gone.
func negate(books *ledger.Ledger, original ledger.Entry, key string, cause ledger.Cause, effective, accounting civil.Date, code string, holds func(ledger.Place) int64) (ledger.Entry, error) {
	e := ledger.Entry{Cause: cause, Key: key, Parent: original.ID(), Reverses: true, Effective: effective, Accounting: accounting}
	taken := map[ledger.Place]int64{}
	var order []ledger.Place
	for _, leg := range original.Legs() {
		e.Moves = append(e.Moves, ledger.Move{From: leg.To, To: leg.From, Amount: leg.Amount, RevenueCode: leg.RevenueCode})
		if leg.To.Kind == ledger.PlaceCredit || leg.To.Kind == ledger.PlaceDeposit {
			if taken[leg.To] == 0 {
				order = append(order, leg.To)
			}
			taken[leg.To] += leg.Amount.Cents()
		}
	}
	for _, p := range order {
		if short := taken[p] - max(0, holds(p)); short > 0 {
			e.Opens = append(e.Opens, ledger.Open{Amount: money.Cents(short), Against: p, Item: ledger.Item{Account: p.Key, Area: p.Area, Kind: KindReturnedCredit,
				Service: "returned credit", RevenueCode: code, Billed: effective, Due: effective}})
		}
	}
	return e, nil
}

// Pending are the payments of the day that wait and name an account: those of held batches, and those in suspense. Until they are posted the ledger
// is told of them, so that nothing is asked for again that is on its way: see [ledger.Terms]. Pending money of a key is there once for each
// account.
func (r *Result) Pending() []ledger.Pending {
	var pending []ledger.Pending
	put := func(key, account string, kind ledger.PendingKind, amount money.Amount, from civil.Date) {
		if amount.Sign() <= 0 {
			return
		}
		for i := len(pending) - 1; i >= 0 && pending[i].Key == key; i-- {
			if pending[i].Account == account {
				if sum, err := pending[i].Amount.Add(amount); err == nil {
					pending[i].Amount = sum
				}
				return
			}
		}
		pending = append(pending, ledger.Pending{Key: key, Account: account, Kind: kind, Amount: amount, From: from})
	}
	d := r.day.Directory
	for f := range r.Files {
		for b := range r.Files[f].Batches {
			if r.Files[f].Batches[b].Choice != Hold {
				continue
			}
			batch := &r.day.Files[f].Batches[b]
			for i := range batch.Receipts {
				receipt := &batch.Receipts[i]
				if !receipt.isDollars() || !receipt.Reverses.IsZero() {
					continue
				}
				for _, stub := range receipt.Stubs {
					if account, _, why, _ := d.find(stub.Reference); why == "" {
						put(ReceiptKey(batch.Key, receipt.Number), d.accounts[account].ID, ledger.HeldBatch, stub.Amount, receipt.Received)
					}
				}
			}
		}
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Code == "" || l.Exception.Sign() <= 0 || l.Code == Duplicate {
			continue
		}
		receipt, key := r.Receipt(l)
		if l.Code != DetailSumMismatch {
			if l.Account != "" {
				put(key, l.Account, ledger.InSuspense, l.Exception, receipt.Received)
			}
			continue
		}
		for _, stub := range receipt.Stubs {
			if account, _, why, _ := d.find(stub.Reference); why == "" {
				put(key, d.accounts[account].ID, ledger.InSuspense, stub.Amount, receipt.Received)
			}
		}
	}
	return pending
}
