package billing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/rates"
)

// The base was adopted at 18.00 and entered at 20.00 (failure 14): the bills since are priced again as one batch.
func TestBillsArePricedAgainSinceADayAsOneBatch(t *testing.T) {
	corrected := book()
	corrected.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Num("18.00")}
	engine := must(rates.Compile(corrected))
	a := water("1", "2026-01-01", "")
	var books ledger.Ledger
	var bills []billing.Bill
	for _, period := range []string{"[2026-01-01, 2026-01-31)", "[2026-01-31, 2026-03-01)", march} {
		r := request(t)
		r.Key, r.Services = period, []billing.Service{waterOf(t, a, period, 13), sewerOf(t, a, period)}
		b := must(billing.NewBill(r))
		require.True(t, must(books.Post(b.Entries()[0])))
		bills = append(bills, b)
	}
	ask := again("RP-1")
	batch := must(billing.Reprice(bills, engine, day("2026-01-31"), ask, &books))
	require.Len(t, batch.Adjustments, 2, "the first bill has no days since")
	for _, x := range batch.Adjustments {
		require.Equal(t, usd(-2_00), x.Change())
		require.Len(t, x.Lines, 1)
	}
	require.Contains(t, batch.String(), "RP-1: 2 bills since 2026-01-31 priced again by book ")
	require.Contains(t, batch.String(), "-$4.00 in all, because the meter was read wrong")
	require.Empty(t, must(billing.Reprice(bills, must(rates.Compile(book())), day("2026-01-31"), ask, &books)).Adjustments, "under the same book nothing changes")

	history := must(approval.NewHistory(must(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers"))), nil))
	proposal := must(approval.Propose(batch, approval.Request{Key: "RP-1", Prepared: []approval.Person{person("m.alvarez")}, At: may()}))
	approved := must(approval.Approve(proposal, approval.Decision{By: person("s.reyes"), At: may().Add(time.Hour), Saw: proposal.Digest()}, approvals(), history))
	done := must(billing.AdjustAll(approved, may().Add(2*time.Hour), &books, day("2026-05-01")))
	require.Len(t, done, 2)
	for _, x := range done {
		for _, e := range x.Entries {
			require.True(t, must(books.Post(e)))
		}
		require.Equal(t, person("s.reyes"), x.ApprovedBy)
	}
	require.NoError(t, books.Check())
	require.Equal(t, usd(3*99_65-4_00), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-05-02"))).Balance)
	require.Equal(t, done, must(billing.AdjustAll(approved, may().Add(2*time.Hour), &books, day("2026-05-01"))), "run again")

	own := batch.Clone()
	own.Adjustments[1].By = person("s.reyes")
	proposal = must(approval.Propose(own, approval.Request{Key: "RP-2", Prepared: []approval.Person{person("m.alvarez")}, At: may()}))
	approved = must(approval.Approve(proposal, approval.Decision{By: person("s.reyes"), At: may().Add(time.Hour), Saw: proposal.Digest()}, approvals(), history))
	_, err := billing.AdjustAll(approved, may().Add(2*time.Hour), &books, day("2026-05-01"))
	require.ErrorContains(t, err, "who asked for it has approved it")
	_, err = billing.AdjustAll(approval.Approved[billing.Repricing]{}, may(), &books, day("2026-05-01"))
	require.ErrorIs(t, err, approval.ErrNotApproved)

	for name, change := range map[string]func(*billing.Repricing){
		"no key": func(r *billing.Repricing) { r.Key = "" }, "no reason": func(r *billing.Repricing) { r.Reason = "" },
		"no book": func(r *billing.Repricing) { r.Book = rates.Digest{} }, "no day": func(r *billing.Repricing) { r.Since = civil.Date{} },
		"a bill twice": func(r *billing.Repricing) { r.Adjustments[1] = r.Adjustments[0] }, "another's": func(r *billing.Repricing) { r.Adjustments[0].Bill = "x" },
		"nothing": func(r *billing.Repricing) { r.Adjustments = nil }, "one that is not whole": func(r *billing.Repricing) { r.Adjustments[0].Evidence = nil },
	} {
		wrong := batch.Clone()
		change(&wrong)
		require.Error(t, wrong.ApprovalCheck(), name)
		require.NoError(t, batch.ApprovalCheck())
	}
	for name, change := range map[string]func(*billing.Repricing){
		"reason": func(r *billing.Repricing) { r.Reason = "x" }, "since": func(r *billing.Repricing) { r.Since = civil.Date{} },
		"book": func(r *billing.Repricing) { r.Book[0]++ }, "line": func(r *billing.Repricing) { r.Adjustments[0].Lines[0].After = usd(1) },
	} {
		other := batch.Clone()
		change(&other)
		require.NotEqual(t, batch.AppendCanonical(nil), other.AppendCanonical(nil), name)
	}

	refused := book()
	refused.Schedules[0].ID = "other"
	_, err = billing.Reprice(bills, must(rates.Compile(refused)), day("2026-01-31"), ask, &books)
	require.ErrorContains(t, err, "bill A-1 [2026-01-31, 2026-03-01)")
	require.ErrorContains(t, err, "bill A-1 "+march, "all are told")
}

func TestABatchIsOfBillsThatStand(t *testing.T) {
	corrected := book()
	corrected.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Num("18.00")}
	engine := must(rates.Compile(corrected))
	books, b := billedBooks(t, 0)
	since := day("2026-01-31")
	require.ErrorContains(t, second(billing.Reprice([]billing.Bill{b, b}, engine, since, again("RP-1"), books)), "bill A-1 2026-W14: it stands there twice")
	noReason := again("RP-1")
	noReason.Reason = " "
	for name, err := range map[string]error{
		"key": second(billing.Reprice([]billing.Bill{b}, engine, since, again(""), books)), "reason": second(billing.Reprice([]billing.Bill{b}, engine, since, noReason, books)),
		"day": second(billing.Reprice([]billing.Bill{b}, engine, civil.Date{}, again("RP-1"), books)),
	} {
		require.ErrorContains(t, err, "its key, its reason or the day since is missing", name)
	}

	require.Len(t, must(billing.Reprice([]billing.Bill{b}, engine, since, again("RP-1"), books)).Adjustments, 1)
	require.True(t, must(books.Post(must(books.Reverse(b.Entries()[0].ID(), "void", ledger.Billed, day("2026-04-10"), day("2026-04-10"))))))
	require.Empty(t, must(billing.Reprice([]billing.Bill{b}, engine, since, again("RP-1"), books)).Adjustments, "a bill that was taken back is passed over")
}

// A credit on one line and a debit on another of the same adjustment do not hide each other from a limit.
func TestTheStakesOfABatchAreThoseOfItsLines(t *testing.T) {
	_, b := billedBooks(t, 0)
	a := credit(b, "RP A-1 2026-W14", 60_00, 10_00)
	a.Kind = billing.Rebilled
	up := a.Lines[0]
	up.Item, up.Before, up.After = b.Entries()[0].ItemID(1), usd(10_00), usd(60_00)
	a.Lines = append(a.Lines, up)
	batch := billing.Repricing{Key: "RP", Reason: "x", Book: rates.Digest{1}, Since: day("2026-01-01"), Adjustments: []billing.Adjustment{a}}
	proposal := must(approval.Propose(batch, approval.Request{Key: "RP", Prepared: []approval.Person{person("m.alvarez")}, At: may()}))
	require.Equal(t, []approval.Stake{{Account: "A-1", Amount: usd(100_00)}}, proposal.Stakes())
	single := must(approval.Propose(a, approval.Request{Key: "RP", Prepared: []approval.Person{person("m.alvarez")}, At: may()}))
	require.Equal(t, proposal.Stakes(), single.Stakes())
	batch.Adjustments[0].Lines = batch.Adjustments[0].Lines[:1]
	require.Equal(t, []approval.Stake{{Account: "A-1", Amount: usd(-50_00)}}, batch.Stakes())
}
