package billing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// FinalApproval is the kind of approval of a Final: the word of the policy's limits.
const FinalApproval approval.Kind = "final"

// ApprovalCheck reports what a settlement by itself can show to be wrong (ErrFinal): that its amounts, its lines and its entries
// are not of one settlement.
func (f Final) ApprovalCheck() error { return f.check() }

// ApprovalKind is FinalApproval. A small debt that is written off is an Adjustment with an approval of its own.
func (f Final) ApprovalKind() approval.Kind { return FinalApproval }

// Stakes are what is applied, refunded and kept, and what moves to each other account: all that was held, each once.
func (f Final) Stakes() []approval.Stake {
	var out []approval.Stake
	for _, amount := range []approval.Stake{{Account: f.Account, Amount: f.Applied}, {Account: f.Account, Amount: f.Refund}, {Account: f.Account, Amount: f.Kept}} {
		if !amount.Amount.IsZero() {
			out = append(out, amount)
		}
	}
	for _, e := range f.entries {
		for _, m := range e.Moves {
			if e.Cause == ledger.Transferred {
				out = append(out, approval.Stake{Account: m.To.Key, Amount: m.Amount})
			}
		}
	}
	return out
}

// Clone returns a copy that shares nothing with it that could be changed.
func (f Final) Clone() Final {
	f.Lines, f.entries = slices.Clone(f.Lines), slices.Clone(f.entries)
	for i := range f.entries {
		f.entries[i].Moves = slices.Clone(f.entries[i].Moves)
	}
	return f
}

// String is what the second person is shown: where the money is from, where it goes, and who asks for it.
func (f Final) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s final of account %s of customer %s on %s, bill %s of %s", f.Key, f.Account, f.Customer, f.On, f.Bill, f.Charges)
	for _, l := range f.Lines {
		b.WriteString("\n  ")
		if !l.Amount.IsZero() {
			b.WriteString(l.Amount.String() + " ")
		}
		b.WriteString(l.Text)
		if l.Account != f.Account {
			b.WriteString(" (" + l.Account + ")")
		}
	}
	fmt.Fprintf(&b, "\nasked for by %s", f.By)
	return b.String()
}

// AppendCanonical writes all of it that the approver answers for.
func (f Final) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.billing.final.1")
	for _, text := range []string{f.Key, f.Account, f.Customer, f.Area, f.Bill, f.By.String(), f.On.String()} {
		b = stored.AppendText(b, text)
	}
	for _, a := range f.amounts() {
		b = stored.AppendInt(b, a.Cents())
	}
	b = stored.AppendCount(b, len(f.Lines))
	for _, l := range f.Lines {
		b = stored.AppendInt(stored.AppendText(stored.AppendText(b, l.Text), l.Account), l.Amount.Cents())
	}
	b = stored.AppendCount(b, len(f.entries))
	for _, e := range f.entries {
		b = stored.AppendBytes(b, e.AppendCanonical(nil))
	}
	return b
}

// Closed is a final that was approved, with the entries that make it.
type Closed struct {
	Final      Final
	ApprovedBy approval.Person
	Proposal   stored.ID
	Entries    []ledger.Entry // in the order in which they are posted; none where nothing is held
}

// CloseAccount gives the entries of a final that a second person has approved, at the instant at which it is acted on. Refused
// are an approval that is none or has ended (see approval.Approved.Open), and an account that holds or owes something else than
// when it was settled, be it one of the customer's others, by a payment or a bill that came in between (ErrFinal): it is settled
// anew, under another key. Where the entries are in the books already they are given again.
func CloseAccount(approved approval.Approved[Final], now time.Time, books *ledger.Ledger) (Closed, error) {
	f, err := approved.Open(now)
	if err != nil {
		return Closed{}, err
	}
	if approved.By() == f.By {
		return Closed{}, &problem.Error{Code: ErrFinal, Path: "approved", What: "who asked for it has approved it", Fix: "have another person decide"}
	}
	done := slices.ContainsFunc(f.entries, func(e ledger.Entry) bool { _, ok := books.Entry(e.ID()); return ok })
	if slices.ContainsFunc(f.entries, func(e ledger.Entry) bool { return books.Reversed(e.ID()) }) {
		return Closed{}, &problem.Error{Code: ErrFinal, Path: "key", What: "final " + f.Key + " was taken back", Fix: "settle the account anew, under another key"}
	}
	if !done {
		if err := f.still(books); err != nil {
			return Closed{}, err
		}
	}
	return Closed{Final: f, ApprovedBy: approved.By(), Proposal: approved.Proposal(), Entries: f.Clone().entries}, nil
}

// still proves that the account, and the customer's others, hold and owe what they did when it was settled, and that what it
// pays is still open.
func (f Final) still(books *ledger.Ledger) error {
	changed := func(account, what string) error {
		return &problem.Error{Code: ErrFinal, Path: "account " + account, What: what, Fix: "settle it anew, under another key, and have that approved"}
	}
	held := books.Balance(ledger.DepositOf(f.Account, f.Area)).Cents() + books.Balance(ledger.CreditOf(f.Account, f.Area)).Cents()
	paid := map[stored.ID]int64{}
	for _, e := range f.entries {
		for _, m := range e.Moves {
			if e.Cause == ledger.Accrued {
				held += m.Amount.Cents()
			}
			if m.To.Kind == ledger.PlaceItem {
				paid[m.To.Item] += m.Amount.Cents()
			}
		}
	}
	var owed int64
	for it := range books.Items(f.Account) {
		owed += it.Open.Cents()
	}
	if left := owed - f.Applied.Cents() - f.StillDue.Cents(); held != f.Held.Cents() || !f.leaves(left) {
		return changed(f.Account, "it holds or owes something else than when it was settled")
	}
	for _, l := range f.Lines {
		if l.Account == f.Account {
			continue
		}
		if now, err := otherAccount(books, l.Account); err != nil || !slices.Contains(f.Lines, now) {
			return changed(l.Account, "this other account of the customer owes or has something else than when the final was settled, or is of another area")
		}
	}
	// What is owed may come to the same, of other items.
	for _, e := range f.entries {
		for _, m := range e.Moves {
			if it, _ := books.Item(m.To.Item); m.To.Kind == ledger.PlaceItem && it.Open.Cents() < paid[it.ID] {
				return changed(it.Account, "an item that the final pays has less open than when it was settled")
			}
		}
	}
	return nil
}

// leaves reports whether a final leaves so much unpaid besides what it is to pay: nothing, where it does not say so.
func (f Final) leaves(cents int64) bool {
	for _, l := range f.Lines {
		if l.Account == f.Account && l.Amount.IsZero() && l.Text != paysWhole {
			return l == besides(f.Account, cents)
		}
	}
	return cents == 0
}
