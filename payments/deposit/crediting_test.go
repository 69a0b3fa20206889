package deposit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// yearly credits interest each year since the deposit was paid.
func yearly(to deposit.CreditedTo) deposit.Crediting {
	return deposit.Crediting{Title: "Interest on deposits", Citation: "invented", Months: policy.Is(12), FromDay: policy.None[civil.Date](), To: to}
}

// later is when a batch of a day is acted on.
func later(on string) time.Time { return noon(on).Add(2 * time.Hour) }

func approveBatch(b deposit.Batch) (approval.Approved[deposit.Batch], error) {
	return approve(b, b.Key, b.On.String(), matrix(approval.Unlimited()))
}

// keyed is a request for a batch under a key of its own.
func keyed(key, on string) deposit.Request {
	q := request(on)
	q.Key = key
	return q
}

// credit proposes a batch of interest, has it approved, and posts its entries.
func (b *books) credit(p deposit.Policy, c deposit.Crediting, on string, of ...deposit.Facts) deposit.Done {
	b.t.Helper()
	batch, err := p.ProposeInterest(c, keyed("interest "+on, on), &b.l, of)
	require.NoError(b.t, err)
	if len(batch.Rows) == 0 {
		return deposit.Done{Batch: batch}
	}
	done, err := p.CreditInterest(c, must(approveBatch(batch)), later(on), time.UTC, &b.l, of)
	require.NoError(b.t, err)
	n, err := b.l.PostAll(done.Entries...)
	require.NoError(b.t, err)
	require.Len(b.t, done.Entries, n)
	done.Batch.Kept = batch.Kept
	return done
}

func stays(b deposit.Batch) string {
	var out []string
	for _, k := range b.Kept {
		out = append(out, k.Account+": "+k.Words)
	}
	return strings.Join(out, "; ")
}

func rows(b deposit.Batch) string {
	var out []string
	for _, r := range b.Rows {
		out = append(out, fmt.Sprintf("%s %s %s: %s", r.Account, r.Does, r.Amount, r.Words))
	}
	return strings.Join(out, "; ")
}

func TestInterestIsCreditedYearlyToTheDeposit(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToDeposit)
	b.deposit(acct, "2024-01-15", 200_00)
	require.Equal(t, acct+": no day of crediting has come: each 12 months", stays(b.credit(p, c, "2025-01-14", facts(acct)).Batch))
	done := b.credit(p, c, "2025-02-03", facts(acct))
	require.Equal(t, acct+" credits_deposit $3.01: up to 2025-01-15: $200.00 for 366 days at 1.5% a year bear $3.01", rows(done.Batch))
	require.Equal(t, person("s.reyes"), done.ApprovedBy)
	require.Empty(t, done.Payees)
	require.Equal(t, usd(203_01), b.held(acct).Held)
	again := b.credit(p, c, "2025-02-03", facts(acct))
	require.Equal(t, acct+": nothing to credit up to 2025-01-15: $200.00 for 366 days at 1.5% a year bear $3.01, and $3.01 was entered since", stays(again.Batch))
	done = b.credit(p, c, "2027-01-15", facts(acct))
	require.Equal(t, acct+" credits_deposit $6.00: up to 2027-01-15: $200.00 for 385 days at 1.5% a year, $200.00 for 711 days at 1.5% a year bear $9.01, of which $3.01 was entered before", rows(done.Batch), "a year that was missed comes with the next")
	require.Equal(t, usd(0), b.review(p, facts(acct), "2027-01-15").Earned.Interest)
	require.NoError(t, b.l.Check())
}

func TestInterestIsCreditedToTheAccount(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToAccount)
	b.deposit(acct, "2024-01-15", 200_00)
	done := b.credit(p, c, "2025-02-03", facts(acct))
	require.Equal(t, []ledger.Cause{ledger.Accrued, ledger.DepositApplied}, []ledger.Cause{done.Entries[0].Cause, done.Entries[1].Cause})
	require.Equal(t, usd(200_00), b.held(acct).Held)
	require.Equal(t, usd(3_01), b.l.Balance(ledger.CreditOf(acct, "Ord")))
	require.Equal(t, done.Entries[0].Effective, day("2025-02-03"))
	s, err := p.Settle(b.held(acct), facts(acct), day("2025-07-15"))
	require.NoError(t, err)
	require.Equal(t, usd(1_49), s.Interest, "181 days more, of 547 that bear 4.50")
	require.Equal(t, usd(200_00), s.Held)
	require.NoError(t, b.l.Check())
}

func TestInterestIsCreditedOnTheDistrictsDay(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToDeposit)
	c.FromDay = policy.Of(day("2020-07-01"))
	b.deposit("A-1", "2025-01-15", 200_00)
	b.deposit("A-2", "2025-07-01", 200_00)
	b.deposit("A-3", "2025-08-01", 200_00)
	of := []deposit.Facts{facts("A-3"), facts("A-2"), facts("A-1")}
	done := b.credit(p, c, "2025-08-15", of...)
	require.Equal(t, "A-1 credits_deposit $1.37: up to 2025-07-01: $200.00 for 167 days at 1.5% a year bear $1.37", rows(done.Batch))
	require.Equal(t, "A-2: no day of crediting has come: each 12 months; A-3: no day of crediting has come: each 12 months", stays(done.Batch))
	c.FromDay = policy.Of(day("2030-07-01"))
	require.Empty(t, rows(b.credit(p, c, "2026-08-15", of...).Batch), "the rule's own first day is to come")
	c.FromDay, c.Months = policy.None[civil.Date](), policy.Is(1)
	c.FromDay = policy.Of(day("2025-01-31"))
	require.Equal(t, day("2026-02-28"), b.credit(p, c, "2026-03-30", of...).Batch.Rows[0].Through, "each month from the day itself")
}

// Money that came between the day up to which interest is credited and the day on which it is, and interest that was entered there
// by another way.
func TestInterestIsUpToItsDay(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToDeposit)
	b.deposit(acct, "2024-01-15", 200_00)
	b.deposit(acct, "2025-01-20", 500_00)
	b.post(entry(ledger.Accrued, "by hand", "2025-01-25", accrue(acct, 1_00)))
	done := b.credit(p, c, "2025-02-03", facts(acct))
	require.Equal(t, acct+" credits_deposit $2.01: up to 2025-01-15: $200.00 for 366 days at 1.5% a year bear $3.01, and $1.00 was entered since", rows(done.Batch))
}

func TestDepositsWithoutInterestToCreditStay(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToDeposit)
	b.deposit("A-1", "2024-01-15", 200_00)
	closed := facts("A-1")
	closed.Closed = day("2025-01-01")
	require.Equal(t, "A-0: nothing is held; A-1: closed on 2025-01-01: the final bill settles the deposit with its interest", stays(b.credit(p, c, "2025-02-03", closed, facts("A-0")).Batch))
	require.Equal(t, "A-1: no interest is paid", stays(b.credit(coastside(), c, "2025-02-03", facts("A-1")).Batch))
	batch := must(coastside().ProposeInterest(c, request("2025-02-03"), &b.l, []deposit.Facts{facts("A-1")}))
	_, err := approveBatch(batch)
	require.ErrorContains(t, err, "nothing moves")

	b = newBooks(t)
	b.post(entry(ledger.Paid, "moved in", "2024-01-05", ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.DepositOf("A-0", "Ord"), Amount: usd(75_00), RevenueCode: "2300"}))
	b.post(entry(ledger.Transferred, "moved", "2025-01-10", ledger.Move{From: ledger.DepositOf("A-0", "Ord"), To: ledger.DepositOf("A-1", "Ord"), Amount: usd(75_00), RevenueCode: "2300"}))
	moved := facts("A-1")
	moved.PaidSince = day("2024-01-05")
	require.Equal(t, "A-1: nothing to credit up to 2025-01-05: no day of interest has passed", stays(b.credit(p, c, "2025-02-03", moved).Batch), "its years run from where it was paid")
	require.Equal(t, day("2026-01-05"), b.credit(p, c, "2026-02-03", moved).Batch.Rows[0].Through)
}

// Two batches for the same days: neither before nor after the first is posted is one day paid for twice.
func TestNoDayOfInterestIsPaidForTwice(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToDeposit)
	b.deposit(acct, "2024-01-15", 200_00)
	of := []deposit.Facts{facts(acct)}
	do := func(key, on string) (deposit.Done, error) {
		batch, err := p.ProposeInterest(c, keyed(key, on), &b.l, of)
		require.NoError(t, err)
		return p.CreditInterest(c, must(approveBatch(batch)), later(on), time.UTC, &b.l, of)
	}
	first, second, third := must(do("1", "2025-02-03")), must(do("2", "2025-02-03")), must(do("3", "2025-02-04"))
	_, err := b.l.PostAll(first.Entries...)
	require.NoError(t, err)
	n, err := b.l.PostAll(second.Entries...)
	require.NoError(t, err)
	require.Zero(t, n, "the same days are the same entry")
	_, err = b.l.PostAll(third.Entries...)
	require.Error(t, err)
	require.Equal(t, usd(203_01), b.held(acct).Held)

	b.post(must(b.l.Reverse(first.Entries[0].ID(), "by mistake", ledger.Accrued, day("2025-02-10"), day("2025-02-10"))))
	require.Equal(t, acct+": interest up to 2025-01-15 was credited before, or credited and taken back: the next crediting has what is left, or the deposit when it goes back", stays(b.credit(p, c, "2025-03-01", of...).Batch))
	require.Equal(t, usd(6_01), b.credit(p, c, "2026-01-15", of...).Batch.Rows[0].Amount, "two years")
}

func TestInterestThatChangedIsNotCredited(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToDeposit)
	b.deposit("A-1", "2024-01-15", 200_00)
	b.deposit("A-2", "2024-01-15", 100_00)
	of := []deposit.Facts{facts("A-1"), facts("A-2")}
	q := request("2025-02-03")
	batch := must(p.ProposeInterest(c, q, &b.l, of))
	require.Equal(t, "deposit_interest 2025-02 on 2025-02-03 under Interest on deposits, Coastside CWD (invented, rules.md section 4): 2 for $4.51, prepared by j.ortega\n"+
		"  A-1: $3.01, credits deposit: up to 2025-01-15: $200.00 for 366 days at 1.5% a year bear $3.01\n"+
		"  A-2: $1.50, credits deposit: up to 2025-01-15: $100.00 for 366 days at 1.5% a year bear $1.50", batch.String())
	approved := must(approveBatch(batch))
	act := func(p deposit.Policy, now time.Time, in *time.Location, of ...deposit.Facts) error {
		_, err := p.CreditInterest(c, approved, now, in, &b.l, of)
		return err
	}
	now := later("2025-02-03")
	require.NoError(t, act(p, now, time.UTC, of...))
	other := p
	other.Title = "another"
	require.ErrorIs(t, act(other, now, time.UTC, of...), deposit.ErrBatch)
	require.Error(t, act(p, now, nil, of...), "no location is implied")
	require.ErrorIs(t, act(p, now, time.FixedZone("west", -15*3600), of...), deposit.ErrEarly, "there it is the day before")
	require.ErrorIs(t, act(p, now.Add(200*time.Hour), time.UTC, of...), approval.ErrExpired)
	require.ErrorIs(t, act(deposit.Policy{}, now, time.UTC, of...), policy.ErrNotStated)
	require.ErrorIs(t, act(p, now, time.UTC, of[0]), deposit.ErrChanged)
	require.ErrorContains(t, act(p, now, time.UTC, of[0]), "account A-2")
	closed := of[1]
	closed.Closed = day("2025-01-20")
	require.ErrorContains(t, act(p, now, time.UTC, of[0], closed), "account A-2: E_DEPOSIT_CHANGED: nothing moves any more: closed on 2025-01-20")
	dearer := simple(coastside(), "2")
	require.ErrorContains(t, act(dearer, now, time.UTC, of...), "it was approved as $3.01 for up to 2025-01-15")
	_, err := p.Forfeit(approved, now, time.UTC, "4900", &b.l, of)
	require.ErrorIs(t, err, deposit.ErrBatch, "it is a batch of another kind")

	done := must(p.CreditInterest(c, approved, now, time.UTC, &b.l, of))
	_, err = b.l.PostAll(done.Entries...)
	require.NoError(t, err)
	again := must(p.CreditInterest(c, approved, now, time.UTC, &b.l, of))
	require.Equal(t, done, again, "what is in the books is given again")
	b.post(must(b.l.Reverse(done.Entries[0].ID(), "back", ledger.Accrued, day("2025-02-03"), day("2025-02-03"))))
	require.ErrorContains(t, act(p, now, time.UTC, of...), "it was entered and taken back")
}

func TestABatchIsPostedAllOrNone(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToAccount)
	b.deposit(acct, "2024-01-15", 200_00)
	of := []deposit.Facts{facts(acct)}
	batch := must(p.ProposeInterest(c, request("2025-02-03"), &b.l, of))
	approved := must(approveBatch(batch))
	done := must(p.CreditInterest(c, approved, later("2025-02-03"), time.UTC, &b.l, of))
	b.post(done.Entries[0])
	_, err := p.CreditInterest(c, approved, later("2025-02-03"), time.UTC, &b.l, of)
	require.ErrorContains(t, err, "only some of its entries are in the books")
	b = newBooks(t)
	b.deposit(acct, "2024-01-15", 200_00)
	other := done.Entries[0]
	other.Moves = []ledger.Move{accrue(acct, 1)}
	b.post(other)
	_, err = p.CreditInterest(c, approved, later("2025-02-03"), time.UTC, &b.l, of)
	require.ErrorContains(t, err, "another entry is in the books under its key")
}

func TestBatchesThatCannotBeMadeAreRefused(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToDeposit)
	b.deposit("A-1", "2024-01-15", 200_00)
	of := []deposit.Facts{facts("A-1")}
	q := request("2025-02-03")
	for says, change := range map[string]func(q *deposit.Request, of *[]deposit.Facts, c *deposit.Crediting){
		"E_DEPOSIT_BATCH: key":        func(q *deposit.Request, _ *[]deposit.Facts, _ *deposit.Crediting) { q.Key = " " },
		"E_DEPOSIT_BATCH: on":         func(q *deposit.Request, _ *[]deposit.Facts, _ *deposit.Crediting) { q.On = civil.Date{} },
		"E_DEPOSIT_BATCH: accounting": func(q *deposit.Request, _ *[]deposit.Facts, _ *deposit.Crediting) { q.Accounting = civil.Date{} },
		"E_DEPOSIT_BATCH: by":         func(q *deposit.Request, _ *[]deposit.Facts, _ *deposit.Crediting) { q.By = approval.Person{} },
		"E_DEPOSIT_BATCH: account A-1: $200.00 is held and no facts are given": func(_ *deposit.Request, of *[]deposit.Facts, _ *deposit.Crediting) { *of = nil },
		"facts[1]: the facts of account \"A-1\" are given twice":               func(_ *deposit.Request, of *[]deposit.Facts, _ *deposit.Crediting) { *of = append(*of, (*of)[0]) },
		"E_DEPOSIT_OLDER": func(_ *deposit.Request, of *[]deposit.Facts, _ *deposit.Crediting) {
			(*of)[0].Opened = day("2025-01-01")
		},
		"E_NOT_STATED: title":      func(_ *deposit.Request, _ *[]deposit.Facts, c *deposit.Crediting) { c.Title = "" },
		"E_NOT_STATED: citation":   func(_ *deposit.Request, _ *[]deposit.Facts, c *deposit.Crediting) { c.Citation = "" },
		"E_DEPOSIT_POLICY: months": func(_ *deposit.Request, _ *[]deposit.Facts, c *deposit.Crediting) { c.Months = policy.Is(0) },
		"E_NOT_STATED: from_day": func(_ *deposit.Request, _ *[]deposit.Facts, c *deposit.Crediting) {
			c.FromDay = policy.OrNone[civil.Date]{}
		},
		"E_DEPOSIT_POLICY: from_day": func(_ *deposit.Request, _ *[]deposit.Facts, c *deposit.Crediting) {
			c.FromDay = policy.Of(civil.Date{})
		},
		"E_DEPOSIT_POLICY: credited_to": func(_ *deposit.Request, _ *[]deposit.Facts, c *deposit.Crediting) { c.To = "bank" },
	} {
		q, of, c := q, slices.Clone(of), c
		change(&q, &of, &c)
		batch, err := p.ProposeInterest(c, q, &b.l, of)
		require.Error(t, err, says)
		require.Contains(t, err.Error(), says)
		require.Equal(t, deposit.Batch{}, batch)
	}
	_, err := p.ProposeInterest(c, q, nil, of)
	require.ErrorIs(t, err, deposit.ErrRun)
	_, err = deposit.Policy{}.ProposeInterest(c, q, &b.l, of)
	require.ErrorIs(t, err, policy.ErrNotStated)

	good := must(p.ProposeInterest(c, q, &b.l, of))
	for says, change := range map[string]func(b *deposit.Batch, r *deposit.BatchRow){
		"kind: it is missing":                                 func(b *deposit.Batch, _ *deposit.BatchRow) { b.Kind = "deposit_refund" },
		"rule: it is missing":                                 func(b *deposit.Batch, _ *deposit.BatchRow) { b.Citation = "" },
		"the account, its area":                               func(_ *deposit.Batch, r *deposit.BatchRow) { r.Area = "" },
		"revenue code or why it moves":                        func(_ *deposit.Batch, r *deposit.BatchRow) { r.Code = "" },
		"in a batch of deposit_interest it does \"forfeits\"": func(_ *deposit.Batch, r *deposit.BatchRow) { r.Does = deposit.Forfeits },
		"its reference, the code": func(_ *deposit.Batch, r *deposit.BatchRow) {
			r.Reference = stored.NewID("entry", stored.ID{}, "x", nil)
		},
		"or the day up to which":                 func(_ *deposit.Batch, r *deposit.BatchRow) { r.Through = civil.Date{} },
		"code of the income or":                  func(_ *deposit.Batch, r *deposit.BatchRow) { r.Income = "4900" },
		"$0.00 moves":                            func(_ *deposit.Batch, r *deposit.BatchRow) { r.Amount = usd(0) },
		"of which $0.01 is set aside":            func(_ *deposit.Batch, r *deposit.BatchRow) { r.Aside = usd(1) },
		"it stands there twice, or out of order": func(b *deposit.Batch, r *deposit.BatchRow) { b.Rows = append(b.Rows, *r) },
	} {
		bad := good.Clone()
		change(&bad, &bad.Rows[0])
		err := bad.ApprovalCheck()
		require.Error(t, err, says)
		require.Contains(t, err.Error(), says)
	}
	require.Len(t, good.Rows, 1, "a copy shares nothing with it")
	require.Empty(t, good.Without("A-1").Rows)
	require.Len(t, good.Without("A-2").Rows, 1)
}

// A batch that was approved may lose a row, with its reason, and gains none.
func TestARowIsTakenOutOfABatch(t *testing.T) {
	b := newBooks(t)
	p, c := simple(coastside(), "1.5"), yearly(deposit.ToDeposit)
	b.deposit("A-1", "2024-01-15", 200_00)
	b.deposit("A-2", "2024-01-15", 100_00)
	of := []deposit.Facts{facts("A-1"), facts("A-2")}
	batch := must(p.ProposeInterest(c, request("2025-02-03"), &b.l, of))
	approved := must(approveBatch(batch))
	history := must(approval.NewHistory(seal(), []approval.Record{must(approved.Record().Sealed(seal()))}))
	left, err := approval.Reduce(approved, batch.Without("A-2"), person("m.alvarez"), later("2025-02-03"), map[string]string{batch.Rows[1].Key(): "closed"}, history)
	require.NoError(t, err)
	done := must(p.CreditInterest(c, left, later("2025-02-03"), time.UTC, &b.l, of))
	require.Len(t, done.Entries, 1)
	more := batch.Clone()
	more.Rows[0].Through = day("2025-01-16")
	_, err = approval.Reduce(approved, more, person("m.alvarez"), later("2025-02-03"), nil, history)
	require.ErrorIs(t, err, approval.ErrGrown)
}

// Interest credited on the way and the rest at the end come to interest counted once at the end, to the cent and however often it is
// credited; what is credited to the account leaves the deposit as it was, also where some of it is used on the way.
func TestInterestCreditedOnTheWayIsInterestCountedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		to := rapid.SampledFrom([]deposit.CreditedTo{deposit.ToDeposit, deposit.ToAccount}).Draw(t, "to")
		p, c := simple(coastside(), rapid.SampledFrom([]string{"0.5", "1.5", "7"}).Draw(t, "rate")), yearly(to)
		p.Rates = append(p.Rates, deposit.Rate{From: day("2025-06-15"), Percent: percent("3")})
		p.Rounding = rapid.SampledFrom([]exact.Mode{exact.HalfUp, exact.HalfEven, exact.Up, exact.Down}).Draw(t, "rounding")
		c.Months = policy.Is(rapid.IntRange(1, 14).Draw(t, "months"))
		if rapid.Bool().Draw(t, "from a day") {
			c.FromDay = policy.Of(must(day("2023-01-01").AddDays(rapid.IntRange(0, 900).Draw(t, "day"))))
		}
		credited, plain := newBooks(t), newBooks(t)
		on, first := day("2024-01-01"), true
		var dues []civil.Date
		for step := range rapid.IntRange(1, 10).Draw(t, "steps") {
			on = must(on.AddDays(rapid.IntRange(1, 200).Draw(t, "days")))
			held := plain.held(acct).Held.Cents()
			switch {
			case first || rapid.IntRange(0, 2).Draw(t, "step") == 0:
				cents := rapid.Int64Range(1, 300_00).Draw(t, "cents")
				credited.deposit(acct, on.String(), cents)
				plain.deposit(acct, on.String(), cents)
				first = false
			case to == deposit.ToAccount && held > 1 && rapid.Bool().Draw(t, "use"):
				cents := rapid.Int64Range(1, held-1).Draw(t, "used")
				for _, b := range []*books{credited, plain} {
					b.post(entry(ledger.DepositApplied, fmt.Sprint("used ", step), on.String(), ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.CreditOf(acct, "Ord"), Amount: usd(cents), RevenueCode: "2300"}))
				}
			default:
				for _, r := range credited.credit(p, c, on.String(), facts(acct)).Batch.Rows {
					require.False(t, r.Through.After(on))
					require.True(t, len(dues) == 0 || r.Through.After(dues[len(dues)-1]), "no day twice")
					dues = append(dues, r.Through)
				}
				require.Empty(t, credited.credit(p, c, on.String(), facts(acct)).Batch.Rows, "nothing is left to credit on that day")
			}
		}
		on = must(on.AddDays(rapid.IntRange(1, 300).Draw(t, "rest")))
		once, rest := must(p.Settle(plain.held(acct), facts(acct), on)), must(p.Settle(credited.held(acct), facts(acct), on))
		v := credited.review(p, facts(acct), on.String())
		require.Equal(t, rest.Interest, v.Earned.Interest, "the final bill and the refund run agree")
		require.Equal(t, once.Interest.Cents(), v.Earned.Entered.Cents()+rest.Interest.Cents())
		extra := v.Earned.Entered.Cents()
		if to == deposit.ToAccount {
			extra = 0
		}
		require.Equal(t, once.Held.Cents()+extra, rest.Held.Cents())
		require.NoError(t, credited.l.Check())
	})
}

// The refund run and the final bill pay the rest of what was credited, in the whole way that a host goes.
func TestCreditedInterestAgreesWithTheRefundAndTheFinalBill(t *testing.T) {
	p := simple(coastside(), "1.5")
	for _, to := range []deposit.CreditedTo{deposit.ToDeposit, deposit.ToAccount} {
		once, by := newBooks(t), newBooks(t)
		for _, b := range []*books{once, by} {
			b.deposit(acct, "2025-01-02", 200_00)
		}
		require.Len(t, by.credit(p, yearly(to), "2026-02-01", facts(acct)).Batch.Rows, 1)
		held := int64(200_00)
		if to == deposit.ToDeposit {
			held += 3_00
		}
		require.Equal(t, usd(held), by.held(acct).Held)
		whole, rest := must(once.refund(p, "2026-06-30", facts(acct))), must(by.refund(p, "2026-06-30", facts(acct)))
		require.Equal(t, whole.Run.Rows[0].Interest.Cents()-3_00, rest.Run.Rows[0].Interest.Cents())
		require.Equal(t, held+rest.Run.Rows[0].Interest.Cents(), rest.Payees[0].Amount.Cents())
		late := must(p.ProposeInterest(yearly(to), request("2027-01-02"), &by.l, []deposit.Facts{facts(acct)}))
		_, err := by.l.PostAll(rest.Entries...)
		require.NoError(t, err)
		_, err = p.CreditInterest(yearly(to), must(approveBatch(late)), later("2027-01-02"), time.UTC, &by.l, []deposit.Facts{facts(acct)})
		require.ErrorContains(t, err, "nothing moves any more: nothing is held")

		by = newBooks(t)
		by.deposit(acct, "2025-01-02", 200_00)
		by.credit(p, yearly(to), "2026-02-01", facts(acct))
		s, f, done := by.final(46_12, p)
		require.Equal(t, usd(81), s.Interest, "463 days bear 3.81, of which 3.00 was entered")
		release, err := s.Release(&by.l, done.Entries...)
		require.NoError(t, err)
		require.Equal(t, held+81, release.Applied.Cents()+release.Refund.Cents())
		require.Equal(t, release.Refund, f.Refund)
		require.NoError(t, by.l.Check())
	}
}

// More was entered by hand than was earned: nothing is credited, and nothing is taken back.
func TestInterestThatWasEnteredBeyondWhatIsEarnedStays(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2024-01-15", 200_00)
	b.post(entry(ledger.Accrued, "by hand", "2025-01-25", accrue(acct, 5_00)))
	require.Equal(t, acct+": nothing to credit up to 2025-01-15: $200.00 for 366 days at 1.5% a year bear $3.01, and $5.00 was entered since",
		stays(b.credit(simple(coastside(), "1.5"), yearly(deposit.ToDeposit), "2025-02-03", facts(acct)).Batch))
}

// Placeholders of the rule and of the policy are told with the batch.
func TestPlaceholdersOfInterestAreTold(t *testing.T) {
	p, err := parse(strings.Replace(src, "percent: 1.5", "percent: {placeholder: 1.5, why: a guess}", 1))
	require.NoError(t, err)
	b := newBooks(t)
	b.deposit(acct, "2024-01-15", 200_00)
	batch := must(p.ProposeInterest(yearly(deposit.ToDeposit), request("2025-02-03"), &b.l, []deposit.Facts{facts(acct)}))
	require.Len(t, batch.Placeholders, 1)
	require.Contains(t, batch.String(), "placeholder: deposit[0].rates[0].percent: a guess")
}
