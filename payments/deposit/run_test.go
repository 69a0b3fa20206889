package deposit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// three are a deposit that goes back by check, one that goes back too, and one that stays.
func three(t tester) (*books, []deposit.Facts) {
	b := newBooks(t)
	b.deposit("A-1", "2025-01-02", 75_00)
	b.deposit("A-2", "2025-06-30", 200_00)
	b.deposit("A-3", "2026-01-02", 50_00)
	return b, []deposit.Facts{facts("A-3"), facts("A-1"), facts("A-2")}
}

func payeesOf(payees []deposit.Payee) string {
	var out []string
	for _, p := range payees {
		out = append(out, p.Account+" "+p.Area+" "+p.Amount.String()+" "+p.On.String())
	}
	return strings.Join(out, ", ")
}

func TestTheMonthsRefundsGoOut(t *testing.T) {
	b, of := three(t)
	p := simple(coastside(), "1.5")
	done, err := b.refund(p, "2026-06-30", of...)
	require.NoError(t, err)
	require.Equal(t, person("s.reyes"), done.ApprovedBy)
	require.Equal(t, approval.ProposalID(deposit.RunApproval, "2026-06"), done.Proposal)
	require.Equal(t, "A-1 Ord $76.68 2026-06-30, A-2 Ord $203.00 2026-06-30", payeesOf(done.Payees))
	require.Len(t, done.Entries, 4)
	require.Equal(t, []deposit.Code{deposit.TooSoon}, codes(done.Run.Kept[0]))
	posted, err := b.l.PostAll(done.Entries...)
	require.NoError(t, err)
	require.Equal(t, 4, posted)
	require.Equal(t, usd(203_00), b.l.Balance(ledger.RefundTo("A-2", "Ord")))
	require.True(t, b.l.Balance(ledger.DepositOf("A-2", "Ord")).IsZero())
	require.Equal(t, usd(50_00), b.l.Balance(ledger.DepositOf("A-3", "Ord")))
	require.NoError(t, b.l.Check())
}

func TestARefundAsCreditHasNoPayee(t *testing.T) {
	b, of := three(t)
	done, err := b.refund(cedarPark(), "2026-06-30", of...)
	require.NoError(t, err)
	require.Empty(t, done.Payees)
	_, err = b.l.PostAll(done.Entries...)
	require.NoError(t, err)
	require.Equal(t, usd(75_00), b.l.Balance(ledger.CreditOf("A-1", "Ord")))
}

// A run that is acted on again gives the same entries with the same ids, and they change nothing.
func TestARunIsActedOnOnce(t *testing.T) {
	b, of := three(t)
	p := simple(coastside(), "1.5")
	run, err := p.Propose(request("2026-06-30"), &b.l, of)
	require.NoError(t, err)
	approved, err := approve(run, run.Key, "2026-06-30", matrix(approval.Unlimited()))
	require.NoError(t, err)
	first, err := p.Refund(approved, noon("2026-07-01"), time.UTC, &b.l, of)
	require.NoError(t, err)
	_, err = b.l.PostAll(first.Entries...)
	require.NoError(t, err)
	again, err := p.Refund(approved, noon("2026-07-02"), time.UTC, &b.l, of)
	require.NoError(t, err)
	require.Equal(t, first, again)
	posted, err := b.l.PostAll(again.Entries...)
	require.NoError(t, err)
	require.Zero(t, posted)

	refund := again.Entries[1]
	b.post(must(b.l.Reverse(refund.ID(), "stopped", ledger.Refunded, day("2026-07-01"), day("2026-07-01"))))
	_, err = p.Refund(approved, noon("2026-07-02"), time.UTC, &b.l, of)
	require.ErrorContains(t, err, "it was entered and taken back; propose it in another run")
}

// The order in which facts come, and accounts are opened, changes nothing.
func TestARunIsTheSameInAnyOrder(t *testing.T) {
	b, of := three(t)
	first := must(coastside().Propose(request("2026-06-30"), &b.l, of))
	slices.Reverse(of)
	require.Equal(t, first, must(coastside().Propose(request("2026-06-30"), &b.l, of)))
	require.Equal(t, "A-1", first.Rows[0].Account)
}

func TestWhatIsWrongWithARunIsToldAtOnce(t *testing.T) {
	b, of := three(t)
	for _, c := range []struct {
		says   string
		code   problem.Code
		change func(q *deposit.Request, of []deposit.Facts) []deposit.Facts
	}{
		{"account A-2: $200.00 is held and no facts are given", deposit.ErrRun, func(_ *deposit.Request, of []deposit.Facts) []deposit.Facts { return of[:2] }},
		{"facts[3]: the facts of account \"A-1\" are given twice", deposit.ErrRun, func(_ *deposit.Request, of []deposit.Facts) []deposit.Facts { return append(of, of[1]) }},
		{"facts[3]: the facts of account \"\" are given twice, or name none", deposit.ErrRun, func(_ *deposit.Request, of []deposit.Facts) []deposit.Facts { return append(of, facts("")) }},
		{"key: it is missing", deposit.ErrRun, func(q *deposit.Request, of []deposit.Facts) []deposit.Facts { q.Key = " "; return of }},
		{"on: it is missing", deposit.ErrRun, func(q *deposit.Request, of []deposit.Facts) []deposit.Facts { q.On = civil.Date{}; return of }},
		{"accounting: it is missing", deposit.ErrRun, func(q *deposit.Request, of []deposit.Facts) []deposit.Facts { q.Accounting = civil.Date{}; return of }},
		{"by: it is missing", deposit.ErrRun, func(q *deposit.Request, of []deposit.Facts) []deposit.Facts { q.By = approval.Person{}; return of }},
		{"before the account was opened on 2026-02-01", deposit.ErrOlder, func(_ *deposit.Request, of []deposit.Facts) []deposit.Facts {
			of[0].Opened = day("2026-02-01")
			return of
		}},
		{"2026-07-01 is after 2026-06-30", deposit.ErrFuture, func(_ *deposit.Request, of []deposit.Facts) []deposit.Facts {
			of[1].Requested = day("2026-07-01")
			return of
		}},
	} {
		q := request("2026-06-30")
		given := c.change(&q, slices.Clone(of))
		_, err := coastside().Propose(q, &b.l, given)
		require.ErrorContains(t, err, c.says)
		require.ErrorIs(t, err, c.code)
	}
	of[0].Opened, of[1].Opened = day("2026-02-01"), day("2026-02-01")
	_, err := coastside().Propose(request("2026-06-30"), &b.l, of)
	var all problem.List
	require.ErrorAs(t, err, &all)
	require.Len(t, all, 2)
	_, err = coastside().Propose(request("2026-06-30"), nil, of)
	require.ErrorIs(t, err, deposit.ErrRun)

	b.charge("A-7", "ask A-7", "2026-06-01", "2026-06-30", 75_00, true) // holds nothing, and needs no facts
	of = []deposit.Facts{facts("A-1"), facts("A-2"), facts("A-3"), facts("A-9")}
	run, err := coastside().Propose(request("2026-06-30"), &b.l, of)
	require.NoError(t, err)
	require.Equal(t, []deposit.Code{deposit.NothingHeld}, codes(run.Kept[1]), "an account that holds nothing")
}

// An approval is of this run: not of another, not by who prepared it, and not beyond a limit by a cent.
func TestARunIsApprovedByASecondPerson(t *testing.T) {
	b, of := three(t)
	run := must(coastside().Propose(request("2026-06-30"), &b.l, of))

	_, err := approve(run, run.Key, "2026-06-30", matrix(approval.UpTo(usd(199_99))))
	require.ErrorIs(t, err, approval.ErrLimit, "200.00 where 199.99 may be approved")
	approved, err := approve(run, run.Key, "2026-06-30", matrix(approval.UpTo(usd(200_00))))
	require.NoError(t, err)

	proposal := must(approval.Propose(run, approval.Request{Key: run.Key, Prepared: []approval.Person{person("j.ortega")}, At: noon("2026-06-30")}))
	other := must(approval.Propose(run.Without("A-2"), approval.Request{Key: run.Key, Prepared: []approval.Person{person("j.ortega")}, At: noon("2026-06-30")}))
	_, err = approval.Approve(proposal, approval.Decision{By: person("s.reyes"), At: noon("2026-06-30"), Saw: other.Digest()}, matrix(approval.Unlimited()), must(approval.NewHistory(seal(), nil)))
	require.ErrorIs(t, err, approval.ErrDigest, "an approval for other content")

	_, err = coastside().Refund(approved, noon("2026-07-15"), time.UTC, &b.l, of)
	require.ErrorIs(t, err, approval.ErrExpired)
	_, err = coastside().Refund(approval.Approved[deposit.Run]{}, noon("2026-07-01"), time.UTC, &b.l, of)
	require.ErrorIs(t, err, approval.ErrNotApproved)
	for _, change := range []func(p *deposit.Policy){
		func(p *deposit.Policy) { p.Title = "another" }, func(p *deposit.Policy) { p.Citation = "another" }, func(p *deposit.Policy) { p.RevenueCode = "2400" },
	} {
		p := coastside()
		change(&p)
		_, err = p.Refund(approved, noon("2026-07-01"), time.UTC, &b.l, of)
		require.ErrorContains(t, err, "policy: the run was made under Coastside CWD")
	}

	q := request("2026-06-30")
	q.By = person("s.reyes") // who approves it below
	own := must(coastside().Propose(q, &b.l, of))
	approved, err = approve(own, own.Key, "2026-06-30", matrix(approval.Unlimited()))
	require.NoError(t, err)
	_, err = coastside().Refund(approved, noon("2026-07-01"), time.UTC, &b.l, of)
	require.ErrorContains(t, err, "who prepared the run has approved it")
	_, err = deposit.Policy{}.Refund(approved, noon("2026-07-01"), time.UTC, &b.l, of)
	require.ErrorIs(t, err, policy.ErrNotStated)
}

// What was approved is looked at again when it is acted on: a row that is not what it was stops the run, and is taken out of it.
func TestARefundOfAnotherStateIsNotMade(t *testing.T) {
	for _, c := range []struct {
		says   string
		change func(b *books, of []deposit.Facts)
	}{
		{"it does not go back any more: paid late", func(b *books, _ []deposit.Facts) { b.water("A-2", "2026-06-29", "", 62_00) }},
		{"it does not go back any more: shut off", func(_ *books, of []deposit.Facts) { of[2].Shutoffs = []civil.Date{day("2026-06-30")} }},
		{"it was approved as $200.00", func(b *books, _ []deposit.Facts) {
			b.post(entry(ledger.DepositApplied, "part", "2026-06-30", ledger.Move{From: ledger.DepositOf("A-2", "Ord"), To: ledger.CreditOf("A-2", "Ord"), Amount: usd(1), RevenueCode: "2300"}))
		}},
		{"it does not go back any more: nothing held", func(b *books, _ []deposit.Facts) {
			b.post(entry(ledger.DepositApplied, "all", "2026-06-30", ledger.Move{From: ledger.DepositOf("A-2", "Ord"), To: ledger.CreditOf("A-2", "Ord"), Amount: usd(200_00), RevenueCode: "2300"}))
		}},
		{"moved on 2026-07-01", func(b *books, _ []deposit.Facts) { b.deposit("A-2", "2026-07-01", 1_00) }},
		{"no facts of the account are given", func(_ *books, of []deposit.Facts) { of[2].Account = "A-9" }},
		{"another entry is in the books under its key; propose it in another run", func(b *books, _ []deposit.Facts) {
			b.post(entry(ledger.Refunded, "deposit refund 2026-06 A-2", "2026-06-30", ledger.Move{From: ledger.DepositOf("A-2", "Ord"), To: ledger.RefundTo("A-2", "Ord"), Amount: usd(1), RevenueCode: "2300"}))
		}},
	} {
		b, of := three(t)
		run := must(coastside().Propose(request("2026-06-30"), &b.l, of))
		m := matrix(approval.Unlimited())
		approved := must(approve(run, run.Key, "2026-06-30", m))
		c.change(b, of)
		_, err := coastside().Refund(approved, noon("2026-07-01"), time.UTC, &b.l, of)
		require.ErrorIs(t, err, deposit.ErrChanged, c.says)
		require.ErrorContains(t, err, c.says)
		require.ErrorContains(t, err, "account A-2")
		require.NotContains(t, err.Error(), "account A-1")

		history := must(approval.NewHistory(seal(), []approval.Record{must(approved.Record().Sealed(seal()))}))
		less, err := approval.Reduce(approved, run.Without("A-2"), person("j.ortega"), noon("2026-06-30").Add(3*time.Hour), map[string]string{"A-2": c.says}, history)
		require.NoError(t, err)
		done, err := coastside().Refund(less, noon("2026-07-01"), time.UTC, &b.l, of)
		require.NoError(t, err)
		require.Equal(t, "A-1 Ord $75.00 2026-06-30", payeesOf(done.Payees))
	}
}

// Of a row with interest both entries are in the books, or neither.
func TestARowIsEnteredWhole(t *testing.T) {
	b, of := three(t)
	p := simple(coastside(), "1.5")
	run := must(p.Propose(request("2026-06-30"), &b.l, of))
	approved := must(approve(run, run.Key, "2026-06-30", matrix(approval.Unlimited())))
	done := must(p.Refund(approved, noon("2026-07-01"), time.UTC, &b.l, of))
	b.post(done.Entries[0])
	_, err := p.Refund(approved, noon("2026-07-01"), time.UTC, &b.l, of)
	require.ErrorContains(t, err, "only some of its entries are in the books; post the entries of a run all or none")
}

// A list never grows: no row is added, and no amount rises by a cent.
func TestAnApprovedRunShrinksAndNeverGrows(t *testing.T) {
	b, of := three(t)
	run := must(coastside().Propose(request("2026-06-30"), &b.l, of))
	approved := must(approve(run, run.Key, "2026-06-30", matrix(approval.Unlimited())))
	history := must(approval.NewHistory(seal(), []approval.Record{must(approved.Record().Sealed(seal()))}))
	at := noon("2026-06-30").Add(3 * time.Hour)
	for _, change := range []func(r *deposit.Run){
		func(r *deposit.Run) { r.Rows[0].Refund, r.Rows[0].Held = usd(75_01), usd(75_01) },
		func(r *deposit.Run) {
			r.Rows = append(r.Rows, deposit.Row{Account: "A-3", Area: "Ord", Held: usd(1), Refund: usd(1), As: deposit.AsCheck, Words: "x"})
		},
		func(r *deposit.Run) { r.Rows[0].As = deposit.AsCredit },
		func(r *deposit.Run) { r.Rows[0].Words = "because" },
		func(r *deposit.Run) { r.On = day("2026-07-01") },
		func(r *deposit.Run) { r.Code = "2400" },
	} {
		next := run.Clone()
		change(&next)
		_, err := approval.Reduce(approved, next, person("j.ortega"), at, nil, history)
		require.ErrorIs(t, err, approval.ErrGrown)
	}
	next := run.Clone()
	next.Rows[0].Refund, next.Rows[0].Held = usd(74_99), usd(75_00)
	_, err := approval.Reduce(approved, next, person("j.ortega"), at, map[string]string{"A-1": "less"}, history)
	require.ErrorIs(t, err, deposit.ErrRun, "whole or not at all")
}

func TestARunThatContradictsItselfIsNotProposed(t *testing.T) {
	b, of := three(t)
	run := must(simple(coastside(), "1.5").Propose(request("2026-06-30"), &b.l, of))
	require.NoError(t, run.ApprovalCheck())
	for says, change := range map[string]func(r *deposit.Run){
		"no deposit goes back":      func(r *deposit.Run) { r.Rows = nil },
		"policy: it is missing":     func(r *deposit.Run) { r.Citation = "" },
		"code: it is missing":       func(r *deposit.Run) { r.Code = "" },
		"it stands there twice":     func(r *deposit.Run) { r.Rows[1].Account = "A-1" },
		"or out of order":           func(r *deposit.Run) { slices.Reverse(r.Rows) },
		"its area or why":           func(r *deposit.Run) { r.Rows[0].Area = "" },
		"why it goes back":          func(r *deposit.Run) { r.Rows[0].Words = "" },
		`it goes back as "cash"`:    func(r *deposit.Run) { r.Rows[0].As = "cash" },
		"$76.69 goes back, of":      func(r *deposit.Run) { r.Rows[0].Refund = usd(76_69) },
		"$0.00 held":                func(r *deposit.Run) { r.Rows[0].Held, r.Rows[0].Refund = usd(0), r.Rows[0].Interest },
		"of $78.00 held and -$1.32": func(r *deposit.Run) { r.Rows[0].Held, r.Rows[0].Interest = usd(78_00), usd(-1_32) },
	} {
		next := run.Clone()
		change(&next)
		err := next.ApprovalCheck()
		require.ErrorIs(t, err, deposit.ErrRun, says)
		require.ErrorContains(t, err, says)
		_, err = approval.Propose(next, approval.Request{Key: "x", Prepared: []approval.Person{person("j.ortega")}, At: noon("2026-06-30")})
		require.ErrorIs(t, err, deposit.ErrRun)
	}
}

// The copy that is approved shares nothing with the run.
func TestACloneSharesNothing(t *testing.T) {
	b, of := three(t)
	run := must(simple(coastside(), "1.5").Propose(request("2026-06-30"), &b.l, of))
	before := run.String()
	next := run.Clone()
	next.Rows[0].Words, next.Kept[0].Reasons[0].Words, next.Kept[0].Earned.Parts[0].On = "x", "x", usd(1)
	require.Equal(t, before, run.String())
	require.Equal(t, usd(50_00), run.Kept[0].Earned.Parts[0].On)
}
