package billing_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/ledger"
)

func TestAFinalIsActedOnOnceASecondPersonHasApprovedIt(t *testing.T) {
	books, r := closing(t, 46_12, 75_00, 0)
	f := must(r.Settle(books))
	require.Equal(t, billing.FinalApproval, f.ApprovalKind())
	_, err := billing.CloseAccount(approval.Approved[billing.Final]{}, may(), books)
	require.ErrorIs(t, err, approval.ErrNotApproved)
	approved := must(approvedFinal(f))
	_, err = billing.CloseAccount(approved, may().Add(1000*time.Hour), books)
	require.ErrorIs(t, err, approval.ErrExpired)
	own := r
	own.By = person("s.reyes")
	_, err = closed(books, must(own.Settle(books)))
	require.ErrorContains(t, err, "E_FINAL: approved: who asked for it has approved it")

	done := must(billing.CloseAccount(approved, may().Add(2*time.Hour), books))
	require.Equal(t, f, done.Final)
	require.Equal(t, person("s.reyes"), done.ApprovedBy)
	require.Equal(t, approved.Proposal(), done.Proposal)
	require.Equal(t, len(done.Entries), must(books.PostAll(done.Entries...)))
	again := must(billing.CloseAccount(approved, may().Add(3*time.Hour), books))
	require.Equal(t, done, again, "a second run gives the same entries, although nothing is left to settle")
	require.Zero(t, must(books.PostAll(again.Entries...)))
	last := done.Entries[len(done.Entries)-1]
	require.True(t, must(books.Post(must(books.Reverse(last.ID(), "reversal of "+last.Key, last.Cause, day("2026-05-02"), day("2026-05-02"))))))
	_, err = billing.CloseAccount(approved, may().Add(3*time.Hour), books)
	require.ErrorIs(t, err, billing.ErrFinal)
	require.ErrorContains(t, err, "was taken back; settle the account anew, under another key")
}

// What was approved is not what the account is any more: the refund of 28.88 would be of money that has gone, or of an account
// that owes.
func TestAFinalOfAnAccountThatHasChangedIsSettledAnew(t *testing.T) {
	for name, moved := range map[string]ledger.Entry{
		"a payment": {Cause: ledger.Paid, Key: "late", Effective: day("2026-04-11"), Accounting: day("2026-04-11"), Moves: []ledger.Move{
			{From: ledger.Clearing("lockbox"), To: ledger.CreditOf("A-1", "central"), Amount: usd(1), RevenueCode: "2200"}}},
		"a fee": {Cause: ledger.Charged, Key: "late", Effective: day("2026-04-11"), Accounting: day("2026-04-11"), Opens: []ledger.Open{{
			Item:   ledger.Item{Account: "A-1", Area: "central", Kind: "fee", Service: "water", RevenueCode: "4100", Billed: day("2026-04-11"), Due: day("2026-05-02")},
			Amount: usd(1), Against: ledger.Revenue("4100")}}},
	} {
		books, r := closing(t, 46_12, 75_00, 0)
		f := must(r.Settle(books))
		require.True(t, must(books.Post(moved)), name)
		_, err := closed(books, f)
		require.ErrorIs(t, err, billing.ErrFinal, name)
		require.ErrorContains(t, err, "account A-1: it holds or owes something else than when it was settled")
		r.Key = "F-2"
		settled(t, books, r)
	}
}

func TestTheStakesOfAFinalAreAllThatWasHeld(t *testing.T) {
	f := fullFinal(t)
	require.Equal(t, []approval.Stake{{Account: "A-1", Amount: usd(46_12)}, {Account: "A-1", Amount: usd(22_17)}, {Account: "A-8", Amount: usd(20_00)}}, f.Stakes())
	limit := usd(50_00)
	books, r := closing(t, 46_12, 75_00, 0)
	r.Small.RefundFrom = &limit
	require.Equal(t, []approval.Stake{{Account: "A-1", Amount: usd(46_12)}, {Account: "A-1", Amount: usd(28_88)}}, must(r.Settle(books)).Stakes(), "kept is at stake too")
}

// An approver answers for all of it, and for a copy of their own.
func TestEveryPartOfAFinalIsApproved(t *testing.T) {
	good := fullFinal(t)
	for name, change := range map[string]func(f *billing.Final){
		"key": func(f *billing.Final) { f.Key = "F-2" }, "account": func(f *billing.Final) { f.Account = "A-2" },
		"customer": func(f *billing.Final) { f.Customer = "C-2" }, "area": func(f *billing.Final) { f.Area = "ord" }, "bill": func(f *billing.Final) { f.Bill = "x" },
		"by": func(f *billing.Final) { f.By = person("t.okafor") }, "on": func(f *billing.Final) { f.On = day("2026-04-11") },
		"charges": func(f *billing.Final) { f.Charges = usd(1) }, "held": func(f *billing.Final) { f.Held = usd(1) },
		"applied": func(f *billing.Final) { f.Applied = usd(1) }, "others": func(f *billing.Final) { f.Others = usd(1) },
		"refund": func(f *billing.Final) { f.Refund = usd(1) }, "kept": func(f *billing.Final) { f.Kept = usd(1) },
		"still due": func(f *billing.Final) { f.StillDue = usd(1) }, "write-off": func(f *billing.Final) { f.WriteOff = usd(1) },
		"text": func(f *billing.Final) { f.Lines[0].Text = "x" }, "line's account": func(f *billing.Final) { f.Lines[0].Account = "A-2" },
		"amount": func(f *billing.Final) { f.Lines[0].Amount = usd(1) }, "entry": func(f *billing.Final) { billing.EntriesOf(f)[0].Moves[0].Amount = usd(1) },
		"entries": func(f *billing.Final) { billing.EntriesOf(f)[0].Cause = ledger.Paid },
	} {
		f := good.Clone()
		change(&f)
		require.False(t, bytes.Equal(f.AppendCanonical(nil), good.AppendCanonical(nil)), name)
		require.Equal(t, fullFinal(t), good, name+": the copy shares nothing")
	}
	wrong := good.Clone()
	wrong.Refund = usd(28_00)
	require.ErrorIs(t, second(approvedFinal(wrong)), billing.ErrFinal, "what does not add up is not proposed")
	require.Contains(t, good.String(), "\n  $20.00 applied to another account of the customer (A-8)\n")
}
