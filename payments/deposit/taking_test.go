package deposit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

var (
	districts = deposit.Codes{Refund: "2200", Property: "4910", Small: "4920"}
	setAside  = ledger.Place{Kind: ledger.PlaceUnclaimed}
)

// refundDue is a credit that became payable on a day, and its entry.
func (b *books) refundDue(account, on string, cents int64) stored.ID {
	b.t.Helper()
	b.post(entry(ledger.Paid, "in "+account+on, on, ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(account, "Ord"), Amount: usd(cents), RevenueCode: "2200"}))
	return b.post(entry(ledger.Refunded, "out "+account+on, on, ledger.Move{From: ledger.CreditOf(account, "Ord"), To: ledger.RefundTo(account, "Ord"), Amount: usd(cents), RevenueCode: "2200"}))
}

// found is what is known of a refund.
func found(account string, of stored.ID, s deposit.Search) deposit.Finding {
	return deposit.Finding{Reference: of, Account: account, Search: s}
}

// move proposes a batch of unclaimed money, has it approved, and posts its entries.
func (b *books) move(on string, findings ...deposit.Finding) deposit.Done {
	b.t.Helper()
	batch, err := deposit.Gov50050().ProposeUnclaimed(keyed("unclaimed "+on, on), districts, &b.l, findings)
	require.NoError(b.t, err)
	if len(batch.Rows) == 0 {
		return deposit.Done{Batch: batch}
	}
	done, err := deposit.Gov50050().MoveUnclaimed(must(approveBatch(batch)), later(on), time.UTC, districts, &b.l, findings)
	require.NoError(b.t, err)
	n, err := b.l.PostAll(done.Entries...)
	require.NoError(b.t, err)
	require.Len(b.t, done.Entries, n)
	done.Batch.Kept = batch.Kept
	return done
}

// 15.00 and more: three years, then published twice, then the district's on the day that the notice names; nothing on the day before.
func TestUnclaimedMoneyBecomesTheDistricts(t *testing.T) {
	b := newBooks(t)
	ref := b.refundDue(acct, "2023-06-30", 15_00)
	to := ledger.RefundTo(acct, "Ord")
	done := b.move("2026-06-29")
	require.Equal(t, acct+": not yet: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days), until 2026-06-30", stays(done.Batch))
	done = b.move("2026-06-30")
	require.Equal(t, acct+" sets_aside $15.00: to be published since 2026-06-30: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days)", rows(done.Batch))
	require.Equal(t, ref, done.Entries[0].Parent)
	require.Equal(t, ledger.Banked, done.Entries[0].Cause)
	require.Equal(t, usd(15_00), b.l.Balance(setAside))
	require.Equal(t, usd(0), b.l.Balance(to))
	require.Contains(t, stays(b.move("2026-07-01").Batch), "to be published since 2026-06-30: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days); set aside already")
	once := found(acct, ref, deposit.Search{Notice: notice("2026-07-01", "", "2026-08-15")})
	twice := found(acct, ref, deposit.Search{Notice: notice("2026-07-01", "2026-07-08", "2026-08-15")})
	require.Contains(t, stays(b.move("2026-08-15", once).Batch), "to be published again; set aside already")
	require.Contains(t, stays(b.move("2026-08-14", twice).Batch), "and the district's on 2026-08-15")
	done = b.move("2026-08-15", twice)
	require.Equal(t, acct+" takes_property $15.00: the district's since 2026-08-15, published on 2026-07-01 and 2026-07-08: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days)", rows(done.Batch))
	require.Len(t, done.Entries, 1)
	require.Equal(t, usd(0), b.l.Balance(setAside))
	require.Equal(t, usd(15_00), b.l.Balance(ledger.Revenue("4910")))
	require.Empty(t, must(deposit.OwedRefunds(&b.l)))
	require.Empty(t, b.move("2026-08-16").Batch.Rows)
	require.NoError(t, b.l.Check())
}

// Below 15.00, or where the name is not known: a year, and the general fund, without a publication.
func TestSmallMoneyGoesToTheGeneralFund(t *testing.T) {
	b := newBooks(t)
	b.refundDue("A-1", "2025-06-30", 14_99)
	ref := b.refundDue("A-2", "2025-06-30", 500_00)
	unknown := found("A-2", ref, deposit.Search{NameUnknown: true})
	require.Empty(t, b.move("2026-06-29", unknown).Entries)
	done := b.move("2026-06-30", unknown)
	require.Equal(t, "A-1 takes_small $14.99: the district's since 2026-06-30: $14.99 owed since 2025-06-30 (1 year, no publication); "+
		"A-2 takes_small $500.00: the district's since 2026-06-30: $500.00 owed since 2025-06-30 (1 year, no publication)", rows(done.Batch))
	require.Len(t, done.Entries, 4, "set aside and taken, each")
	require.Equal(t, usd(514_99), b.l.Balance(ledger.Revenue("4920")))
	require.Equal(t, usd(0), b.l.Balance(ledger.Revenue("4910")))
	require.Empty(t, must(deposit.OwedRefunds(&b.l)))
	require.NoError(t, b.l.Check())
}

// A claim stops all of it, before the batch is proposed and between its approval and its entries; one that is granted is payable.
func TestAClaimComesInBetween(t *testing.T) {
	b := newBooks(t)
	ref := b.refundDue(acct, "2023-06-30", 15_00)
	b.move("2026-06-30")
	twice := found(acct, ref, deposit.Search{Notice: notice("2026-07-01", "2026-07-08", "2026-08-15")})
	claimed := twice
	claimed.Search.Claimed = day("2026-08-14")
	batch := must(deposit.Gov50050().ProposeUnclaimed(request("2026-08-15"), districts, &b.l, []deposit.Finding{twice}))
	approved := must(approveBatch(batch))
	_, err := deposit.Gov50050().MoveUnclaimed(approved, later("2026-08-15"), time.UTC, districts, &b.l, []deposit.Finding{claimed})
	require.ErrorIs(t, err, deposit.ErrChanged)
	require.ErrorContains(t, err, "nothing moves any more: claimed on 2026-08-14")
	require.Contains(t, stays(b.move("2026-08-16", claimed).Batch), "the claim is decided first")
	claimed.Granted = true
	done := b.move("2026-08-17", claimed)
	require.Equal(t, acct+" gives_back $15.00: claimed on 2026-08-14: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days); granted", rows(done.Batch))
	require.Equal(t, []deposit.Payee{{Reference: done.Entries[0].ID(), Account: acct, Area: "Ord", Amount: usd(15_00), On: day("2026-08-17")}}, done.Payees)
	require.Equal(t, usd(15_00), b.l.Balance(ledger.RefundTo(acct, "Ord")))
	require.Equal(t, usd(0), b.l.Balance(setAside))
	require.Contains(t, stays(b.move("2026-08-18", claimed).Batch), "granted, and payable as a refund")
	check := entry(ledger.Banked, "check", "2026-08-19", ledger.Move{From: ledger.RefundTo(acct, "Ord"), To: ledger.Place{Kind: ledger.PlaceBank, Key: "main"}, Amount: usd(15_00), RevenueCode: "2200"})
	check.Parent = ref
	b.post(check)
	require.Empty(t, must(deposit.OwedRefunds(&b.l)))
}

// What was cashed or changed between approval and act moves no money, and no batch moves one refund twice or before its day.
func TestUnclaimedMoneyThatChangedIsNotMoved(t *testing.T) {
	b := newBooks(t)
	b.refundDue("A-1", "2025-01-01", 10_00)
	second := b.refundDue("A-2", "2025-01-01", 10_00)
	law := deposit.Gov50050()
	q := request("2026-02-01")
	first, other := must(law.ProposeUnclaimed(q, districts, &b.l, nil)), must(law.ProposeUnclaimed(keyed("other", "2026-02-01"), districts, &b.l, nil))
	act := func(batch deposit.Batch, now string, l deposit.Law, codes deposit.Codes) (deposit.Done, error) {
		return l.MoveUnclaimed(must(approveBatch(batch)), later(now), time.UTC, codes, &b.l, nil)
	}
	early := must(law.ProposeUnclaimed(keyed("early", "2026-02-03"), districts, &b.l, nil))
	approved := must(approve(early, early.Key, "2026-02-02", matrix(approval.Unlimited())))
	_, err := law.MoveUnclaimed(approved, later("2026-02-02"), time.UTC, districts, &b.l, nil)
	require.ErrorIs(t, err, deposit.ErrEarly)
	_, err = act(first, "2026-02-01", law, deposit.Codes{Refund: "2200", Property: "4910", Small: "9999"})
	require.ErrorIs(t, err, deposit.ErrChanged, "another code of income than was approved")
	renamed := law
	renamed.Source = "another"
	_, err = act(first, "2026-02-01", renamed, districts)
	require.ErrorIs(t, err, deposit.ErrBatch)
	_, err = act(first, "2026-02-01", deposit.Law{}, districts)
	require.ErrorIs(t, err, deposit.ErrLaw)

	done, late := must(act(first, "2026-02-01", law, districts)), must(act(other, "2026-02-01", law, districts))
	_, err = b.l.PostAll(done.Entries...)
	require.NoError(t, err)
	_, err = b.l.PostAll(late.Entries...)
	require.Error(t, err, "the ledger has no such money any more")
	_, err = act(other, "2026-02-01", law, districts)
	require.ErrorIs(t, err, deposit.ErrChanged)
	require.ErrorContains(t, err, "nothing is owed of it")
	require.Equal(t, done, must(act(first, "2026-02-01", law, districts)), "what is in the books is given again")

	b = newBooks(t)
	b.refundDue("A-1", "2025-01-01", 10_00)
	require.Equal(t, second, b.refundDue("A-2", "2025-01-01", 10_00))
	check := entry(ledger.Banked, "check", "2026-01-15", ledger.Move{From: ledger.RefundTo("A-2", "Ord"), To: ledger.Place{Kind: ledger.PlaceBank, Key: "main"}, Amount: usd(4_00), RevenueCode: "2200"})
	b.post(check)
	_, err = act(first, "2026-02-01", law, districts)
	require.ErrorIs(t, err, deposit.ErrChanged)
	require.ErrorContains(t, err, "account A-2: E_DEPOSIT_CHANGED: it was approved as $10.00")
	require.NotContains(t, err.Error(), "account A-1")
}

func TestFindingsThatCannotBeAreRefused(t *testing.T) {
	b := newBooks(t)
	ref := b.refundDue(acct, "2023-06-30", 15_00)
	law := deposit.Gov50050()
	good := found(acct, ref, deposit.Search{})
	for says, of := range map[string][]deposit.Finding{
		"findings[1]: what is known of a refund is given twice":                           {good, good},
		"findings[0]: E_DEPOSIT_BATCH: reference: it is of no refund":                     {{Account: acct}},
		"findings[0]: E_DEPOSIT_BATCH: granted: a claim is granted, and there is none":    {{Reference: ref, Account: acct, Granted: true}},
		"account another refund " + ref.String() + ": nothing is owed of it":              {found("another", ref, deposit.Search{})},
		"account " + acct + " refund " + ref.String() + ": E_DEPOSIT_FACTS: notice.names": {found(acct, ref, deposit.Search{Notice: notice("2026-07-01", "2026-07-08", "2026-08-14")})},
	} {
		batch, err := law.ProposeUnclaimed(request("2026-09-01"), districts, &b.l, of)
		require.Error(t, err, says)
		require.Contains(t, err.Error(), says)
		require.Equal(t, deposit.Batch{}, batch)
	}
	for _, codes := range []deposit.Codes{{Property: "1", Small: "2"}, {Refund: "1", Small: "2"}, {Refund: "1", Property: "2"}} {
		_, err := law.ProposeUnclaimed(request("2026-09-01"), codes, &b.l, nil)
		require.ErrorIs(t, err, deposit.ErrBatch)
	}
	_, err := law.ProposeUnclaimed(request("2026-09-01"), districts, nil, nil)
	require.ErrorIs(t, err, deposit.ErrFacts)
	_, err = law.ProposeUnclaimed(deposit.Request{}, districts, &b.l, nil)
	require.ErrorIs(t, err, deposit.ErrBatch)
	_, err = deposit.Law{}.ProposeUnclaimed(request("2026-09-01"), districts, &b.l, nil)
	require.ErrorIs(t, err, deposit.ErrLaw)
}

// Whatever is paid out, published and claimed, no cent is made or lost, nothing is taken before its day, and what is claimed is not.
func TestNoUnclaimedCentIsTakenBeforeItsDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBooks(t)
		law := deposit.Gov50050()
		on := day("2022-01-01")
		var in, out int64
		know := map[stored.ID]deposit.Finding{}
		for step := range rapid.IntRange(1, 14).Draw(t, "steps") {
			on = must(on.AddDays(rapid.IntRange(1, 300).Draw(t, "days")))
			all := must(deposit.OwedRefunds(&b.l))
			var one deposit.Owed
			if len(all) > 0 {
				one = rapid.SampledFrom(all).Draw(t, "refund")
			}
			f := know[one.Reference]
			switch kind := rapid.IntRange(0, 6).Draw(t, "step"); {
			case kind == 0 || len(all) == 0:
				cents := rapid.SampledFrom([]int64{1, 14_99, 15_00, 80_00}).Draw(t, "cents")
				account := fmt.Sprint("A-", rapid.IntRange(0, 2).Draw(t, "account"))
				ref := b.refundDue(account, on.String(), cents)
				know[ref] = found(account, ref, deposit.Search{NameUnknown: rapid.IntRange(0, 3).Draw(t, "unknown") == 0})
				in += cents
			case kind == 1 && one.Amount != one.Unclaimed:
				cents := rapid.Int64Range(1, one.Amount.Cents()-one.Unclaimed.Cents()).Draw(t, "check")
				e := entry(ledger.Banked, fmt.Sprint("check ", step), on.String(), ledger.Move{From: ledger.RefundTo(one.Account, "Ord"), To: ledger.Place{Kind: ledger.PlaceBank, Key: "main"}, Amount: usd(cents), RevenueCode: "2200"})
				e.Parent = one.Reference
				b.post(e)
				out += cents
			case kind == 2 && f.Search.Claimed.IsZero():
				f.Search.Claimed, f.Granted = on, rapid.Bool().Draw(t, "granted")
				know[one.Reference] = f
			case kind == 3 && f.Search.Notice.First.IsZero() && !must(one.Since.AddMonths(36)).After(on):
				f.Search.Notice = deposit.Notice{First: on, Second: must(on.AddDays(7)), Names: must(on.AddDays(rapid.IntRange(45, 60).Draw(t, "names")))}
				know[one.Reference] = f
				on = f.Search.Notice.Second
			default:
				var findings []deposit.Finding
				for _, o := range all {
					findings = append(findings, know[o.Reference])
				}
				before := b.l.Balance(ledger.Revenue("4910")).Cents() + b.l.Balance(ledger.Revenue("4920")).Cents()
				done := b.move(on.String(), rapid.Permutation(findings).Draw(t, "order")...)
				require.Len(t, all, len(done.Batch.Rows)+len(done.Batch.Kept), "each refund is answered")
				var taken int64
				for _, r := range done.Batch.Rows {
					o := all[indexOf(all, r.Reference, r.Account)]
					s := know[r.Reference].Search
					require.Equal(t, r.Does == deposit.GivesBack, !s.Claimed.IsZero(), "what is claimed is not taken")
					switch r.Does {
					case deposit.TakesProperty:
						require.False(t, on.Before(s.Notice.Names))
						require.GreaterOrEqual(t, o.Amount.Cents(), int64(15_00))
						require.False(t, on.Before(must(o.Since.AddMonths(36))))
						taken += r.Amount.Cents()
					case deposit.TakesSmall:
						require.True(t, s.NameUnknown || o.Amount.Cents() < 15_00)
						require.False(t, on.Before(must(o.Since.AddMonths(12))))
						taken += r.Amount.Cents()
					}
				}
				require.Equal(t, before+taken, b.l.Balance(ledger.Revenue("4910")).Cents()+b.l.Balance(ledger.Revenue("4920")).Cents())
				require.Empty(t, b.again(t, law, on, know).Rows, "a second batch of the day moves nothing")
			}
			left := b.l.Balance(setAside).Cents() + b.l.Balance(ledger.Revenue("4910")).Cents() + b.l.Balance(ledger.Revenue("4920")).Cents()
			for n := range 3 {
				left += b.l.Balance(ledger.RefundTo(fmt.Sprint("A-", n), "Ord")).Cents()
			}
			require.Equal(t, in-out, left)
			require.NoError(t, b.l.Check())
		}
	})
}

// again is a second batch of the same day.
func (b *books) again(t tester, law deposit.Law, on civil.Date, know map[stored.ID]deposit.Finding) deposit.Batch {
	var findings []deposit.Finding
	for _, o := range must(deposit.OwedRefunds(&b.l)) {
		findings = append(findings, know[o.Reference])
	}
	batch, err := law.ProposeUnclaimed(keyed("again", on.String()), districts, &b.l, findings)
	require.NoError(t, err)
	return batch
}

func indexOf(all []deposit.Owed, ref stored.ID, account string) int {
	for i, o := range all {
		if o.Reference == ref && o.Account == account {
			return i
		}
	}
	return -1
}

// bearValley forfeits a deposit that is not asked for within a year of closing.
func bearValley() deposit.Policy {
	p := coastside()
	p.Title, p.Gives = "Bear Valley CSD", deposit.OnRequest
	p.ForfeitMonths = policy.Is(12)
	return p
}

func TestADepositIsAskedForWithinAYearOfClosingOrForfeited(t *testing.T) {
	b := newBooks(t)
	p := bearValley()
	closed := func(account, asked string) deposit.Facts {
		f := facts(account)
		f.Closed = day("2025-05-31")
		if asked != "" {
			f.Requested = day(asked)
		}
		return f
	}
	for _, account := range []string{"A-1", "A-2", "A-3", "A-4", "A-5"} {
		b.deposit(account, "2024-01-02", 75_00)
	}
	b.water("A-4", "2025-06-20", "", 12_00)
	of := []deposit.Facts{closed("A-1", ""), closed("A-2", "2026-05-31"), closed("A-3", "2026-06-01"), closed("A-4", ""), facts("A-5")}
	require.Equal(t, day("2026-05-31"), must(p.LastToAsk(day("2025-05-31"))))
	require.True(t, must(p.LastToAsk(civil.Date{})).IsZero())
	require.True(t, must(coastside().LastToAsk(day("2025-05-31"))).IsZero())
	within := must(p.ProposeForfeits(request("2026-05-31"), "4930", &b.l, []deposit.Facts{of[0], of[1], closed("A-3", ""), of[3], of[4]}))
	require.Empty(t, within.Rows, "the last day is within it")
	batch := must(p.ProposeForfeits(request("2026-06-01"), "4930", &b.l, of))
	require.Equal(t, "A-1 forfeits $75.00: forfeited: closed on 2025-05-31, and not asked for within 12 months, by 2026-05-31; "+
		"A-3 forfeits $75.00: forfeited: closed on 2025-05-31, and not asked for within 12 months, by 2026-05-31", rows(batch))
	require.Equal(t, "A-2: closed on 2025-05-31: the final bill settles the deposit; A-4: the account owes $12.00: its final bill takes the deposit first; A-5: the account is not closed", stays(batch))
	approved := must(approveBatch(batch))
	owing := newBooks(t)
	for _, account := range []string{"A-1", "A-3"} {
		owing.deposit(account, "2024-01-02", 75_00)
	}
	owing.water("A-1", "2025-06-20", "", 12_00)
	_, err := p.Forfeit(approved, later("2026-06-01"), time.UTC, "4930", &owing.l, of)
	require.ErrorIs(t, err, deposit.ErrChanged)
	_, err = p.Forfeit(approved, later("2026-06-01"), time.UTC, "4931", &b.l, of)
	require.ErrorIs(t, err, deposit.ErrChanged)

	done := must(p.Forfeit(approved, later("2026-06-01"), time.UTC, "4930", &b.l, of))
	require.Empty(t, done.Payees)
	require.Empty(t, deposit.Payees(done.Entries...), "nobody is paid")
	n, err := b.l.PostAll(done.Entries...)
	require.NoError(t, err)
	require.Equal(t, 4, n)
	require.Equal(t, usd(150_00), b.l.Balance(ledger.Revenue("4930")))
	for _, account := range []string{"A-1", "A-3"} {
		require.Equal(t, usd(0), b.l.Balance(ledger.DepositOf(account, "Ord")))
		require.Equal(t, usd(0), b.l.Balance(ledger.CreditOf(account, "Ord")))
	}
	require.Equal(t, usd(75_00), b.held("A-2").Held)
	require.NoError(t, b.l.Check())
	require.Equal(t, done, must(p.Forfeit(approved, later("2026-06-01"), time.UTC, "4930", &b.l, of)))
	require.Empty(t, must(p.ProposeForfeits(keyed("again", "2026-06-02"), "4930", &b.l, of)).Rows)
}

func TestForfeitsThatCannotBeAreRefused(t *testing.T) {
	b := newBooks(t)
	b.deposit("A-1", "2024-01-02", 75_00)
	of := []deposit.Facts{facts("A-1")}
	_, err := coastside().ProposeForfeits(request("2026-06-01"), "4930", &b.l, of)
	require.ErrorContains(t, err, "Coastside CWD forfeits no deposit")
	p := bearValley()
	_, err = p.ProposeForfeits(request("2026-06-01"), "", &b.l, of)
	require.ErrorContains(t, err, "the revenue code of forfeited deposits is missing")
	_, err = p.ProposeForfeits(deposit.Request{}, "4930", &b.l, of)
	require.ErrorIs(t, err, deposit.ErrBatch)
	_, err = p.ProposeForfeits(request("2026-06-01"), "4930", &b.l, nil)
	require.ErrorIs(t, err, deposit.ErrBatch)
	_, err = deposit.Policy{}.ProposeForfeits(request("2026-06-01"), "4930", &b.l, of)
	require.ErrorContains(t, err, "E_NOT_STATED")
	of[0].Closed = day("2025-05-31")
	p.ReturnDays = policy.Is(366)
	b.deposit("A-1", "2025-06-10", 5_00)
	batch := must(p.ProposeForfeits(request("2026-06-01"), "4930", &b.l, of))
	require.Empty(t, batch.Rows)
	require.True(t, strings.Contains(stays(batch), "inside the return window"), "what a bank may take back is nobody's income")
}

// Unclaimed money has no account: of a refund of two accounts none is moved while both are owed.
func TestARefundOfTwoAccountsIsNotMoved(t *testing.T) {
	b := newBooks(t)
	b.deposit("A-1", "2024-01-01", 10_00)
	b.deposit("A-2", "2024-01-01", 3_00)
	out := func(account string, cents int64) ledger.Move {
		return ledger.Move{From: ledger.DepositOf(account, "Ord"), To: ledger.RefundTo(account, "Ord"), Amount: usd(cents), RevenueCode: "2300"}
	}
	ref := b.post(entry(ledger.Refunded, "both", "2024-02-01", out("A-1", 10_00), out("A-2", 3_00)))
	require.Equal(t, 2, strings.Count(stays(b.move("2026-06-30").Batch), "its entry refunds another account too"))
	check := entry(ledger.Banked, "check", "2026-06-30", ledger.Move{From: ledger.RefundTo("A-1", "Ord"), To: ledger.Place{Kind: ledger.PlaceBank, Key: "main"}, Amount: usd(10_00), RevenueCode: "2300"})
	check.Parent = ref
	b.post(check)
	require.Equal(t, "A-2 takes_small $3.00: the district's since 2025-02-01: $3.00 owed since 2024-02-01 (1 year, no publication)", rows(b.move("2026-07-01").Batch))
}

// A check that was stopped after the rest was set aside: what is given back is what was set aside, and what is taken is all of it.
func TestOnlyWhatWasSetAsideIsGivenBack(t *testing.T) {
	for _, claimed := range []bool{true, false} {
		b := newBooks(t)
		ref := b.refundDue(acct, "2023-06-30", 20_00)
		check := entry(ledger.Banked, "check", "2026-01-15", ledger.Move{From: ledger.RefundTo(acct, "Ord"), To: ledger.Place{Kind: ledger.PlaceBank, Key: "main"}, Amount: usd(5_00), RevenueCode: "2200"})
		b.post(check)
		require.Equal(t, usd(15_00), b.move("2026-06-30").Batch.Rows[0].Amount)
		b.post(must(b.l.Reverse(check.ID(), "stopped", ledger.Banked, day("2026-07-10"), day("2026-07-10"))))
		f := found(acct, ref, deposit.Search{Notice: notice("2026-07-01", "2026-07-08", "2026-08-15")})
		if claimed {
			f.Search.Claimed, f.Granted = day("2026-07-20"), true
		}
		r := b.move("2026-08-15", f).Batch.Rows[0]
		if claimed {
			require.Equal(t, usd(15_00), r.Amount)
			require.Equal(t, usd(20_00), b.l.Balance(ledger.RefundTo(acct, "Ord")))
		} else {
			require.Equal(t, []int64{20_00, 5_00}, []int64{r.Amount.Cents(), r.Aside.Cents()})
			require.Equal(t, usd(20_00), b.l.Balance(ledger.Revenue("4910")))
		}
		require.Equal(t, usd(0), b.l.Balance(setAside))
		require.NoError(t, b.l.Check())
	}
}

// A forfeited deposit is the district's income only where money stands behind it.
func TestMoneyThatNeverCameIsNotForfeited(t *testing.T) {
	p := coastside()
	p.ForfeitMonths = policy.Is(12)
	b := newBooks(t)
	paid := b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-01-12", 75_00)
	b.bounce("A-1", paid, "2026-01-20", 75_00)
	f := facts("A-2")
	f.Closed = day("2026-02-01")
	batch, err := p.ProposeForfeits(request("2027-06-30"), "4900", &b.l, []deposit.Facts{f, facts("A-1")})
	require.NoError(t, err)
	require.Empty(t, batch.Rows)
}

// What nobody has looked at is not good.
func TestShutoffsThatNobodyLookedAtAreNoGoodRecord(t *testing.T) {
	b := newBooks(t)
	f := asking(acct, 61_00, 62_01)
	f.Shutoffs = nil
	_, err := desertAsks().Ask(&b.l, b.held(acct), f, day(askDay))
	require.ErrorIs(t, err, deposit.ErrFacts)
}

// The payees of a settlement are of its entries, each once.
func TestAnEntryOfASettlementIsGivenOnce(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2025-03-06", 75_00)
	s := must(coastside().Settle(b.held(acct), facts(acct), day("2026-04-10")))
	e := entry(ledger.Refunded, "final", "2026-04-10", ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.RefundTo(acct, "Ord"), Amount: usd(75_00), RevenueCode: "2300"})
	b.post(e)
	_, err := s.Release(&b.l, e, e)
	require.ErrorContains(t, err, "is given twice")
}
