package deposit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// What a batch of unclaimed money sets aside and takes is what its rows say, and each belongs to what the row does.
func TestARowOfUnclaimedMoneySaysWhatItDoes(t *testing.T) {
	good := fullBatch(t)
	require.NoError(t, good.ApprovalCheck())
	at := map[deposit.Does]int{}
	for i, r := range good.Rows {
		at[r.Does] = i
	}
	for says, c := range map[string]struct {
		does   deposit.Does
		change func(r *deposit.BatchRow)
	}{
		"$16.00 moves, of which $15.99 is set aside":  {deposit.SetsAside, func(r *deposit.BatchRow) { r.Aside = usd(15_99) }},
		"$16.00 moves, of which $16.01 is set aside":  {deposit.SetsAside, func(r *deposit.BatchRow) { r.Aside = usd(16_01) }},
		"$14.98 moves, of which $14.99 is set aside":  {deposit.TakesSmall, func(r *deposit.BatchRow) { r.Aside = usd(14_99) }},
		"$14.98 moves, of which -$0.01 is set aside":  {deposit.TakesSmall, func(r *deposit.BatchRow) { r.Aside = usd(-1) }},
		"$80.00 moves, of which $80.00 is set aside":  {deposit.GivesBack, func(r *deposit.BatchRow) { r.Aside = r.Amount }},
		"-$1.00 moves, of which $0.00 is set aside":   {deposit.GivesBack, func(r *deposit.BatchRow) { r.Amount = usd(-1_00) }},
		"account A-4: its reference, the code of the": {deposit.TakesProperty, func(r *deposit.BatchRow) { r.Income = "" }},
		"account A-2: its reference, the code of the": {deposit.TakesSmall, func(r *deposit.BatchRow) { r.Reference = stored.ID{} }},
		"account A-1: its reference, the code of the": {deposit.SetsAside, func(r *deposit.BatchRow) { r.Income = "4910" }},
		"account A-3: its reference, the code of the": {deposit.GivesBack, func(r *deposit.BatchRow) { r.Through = day("2026-01-01") }},
	} {
		bad := good.Clone()
		c.change(&bad.Rows[at[c.does]])
		err := bad.ApprovalCheck()
		require.Error(t, err, says)
		require.Contains(t, err.Error(), says)
	}
}

// A row says whose it is, where, under which code and why.
func TestARowOfABatchSaysAllThatIsNeeded(t *testing.T) {
	good := fullBatch(t)
	for _, change := range []func(r *deposit.BatchRow){
		func(r *deposit.BatchRow) { r.Account = "" }, func(r *deposit.BatchRow) { r.Area = "" }, func(r *deposit.BatchRow) { r.Code = "" }, func(r *deposit.BatchRow) { r.Words = "" },
	} {
		bad := good.Clone()
		change(&bad.Rows[0])
		require.ErrorContains(t, bad.ApprovalCheck(), "the account, its area, the revenue code or why it moves is missing")
	}
}

// Who prepared a batch does not decide on it, also where the proposal names another; and a batch is acted on as what it is.
func TestABatchIsActedOnAsWhatItIs(t *testing.T) {
	b := newBooks(t)
	p, c := simple(bearValley(), "1.5"), yearly(deposit.ToDeposit)
	b.deposit(acct, "2024-01-15", 200_00)
	of := []deposit.Facts{facts(acct)}
	q := request("2025-02-03")
	q.By = person("s.reyes") // who decides, below
	own := must(approveBatch(must(p.ProposeInterest(c, q, &b.l, of))))
	_, err := p.CreditInterest(c, own, later("2025-02-03"), time.UTC, &b.l, of)
	require.ErrorIs(t, err, deposit.ErrBatch)
	require.ErrorContains(t, err, "who prepared the batch has approved it")

	interest := must(approveBatch(must(p.ProposeInterest(c, request("2025-02-03"), &b.l, of))))
	same := p
	same.Title, same.Citation = c.Title+", "+p.Title, c.Citation+", "+p.Citation
	_, err = same.Forfeit(interest, later("2025-02-03"), time.UTC, "4930", &b.l, of)
	require.ErrorIs(t, err, deposit.ErrBatch)
	require.ErrorContains(t, err, "the batch is deposit_interest under")
	for _, other := range []deposit.Crediting{
		{Title: "another", Citation: c.Citation, Months: c.Months, FromDay: c.FromDay, To: c.To},
		{Title: c.Title, Citation: "another", Months: c.Months, FromDay: c.FromDay, To: c.To},
	} {
		_, err = p.CreditInterest(other, interest, later("2025-02-03"), time.UTC, &b.l, of)
		require.ErrorIs(t, err, deposit.ErrBatch)
	}
	more := c
	more.Months = policy.Is(6)
	_, err = p.CreditInterest(more, interest, later("2025-02-03"), time.UTC, &b.l, of)
	require.NoError(t, err, "what is credited is the same")
	more.To = deposit.ToAccount
	_, err = p.CreditInterest(more, interest, later("2025-02-03"), time.UTC, &b.l, of)
	require.ErrorIs(t, err, deposit.ErrChanged)
}
