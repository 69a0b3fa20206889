package deposit_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// A final bill takes the deposit with its interest, whatever the months; the release tells what became of both.
func TestAFinalBillTakesTheDepositWithItsInterest(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2025-03-06", 200_00)
	s, f, done := b.final(46_12, simple(coastside(), "1.5"))
	require.Equal(t, "$200.00 held and $3.29 interest: $200.00 for 400 days at 1.5% a year bear $3.29", s.Words)
	release, err := s.Release(&b.l, done.Entries...)
	require.NoError(t, err)
	require.Equal(t, deposit.Release{Account: acct, Applied: usd(46_12), Refund: usd(157_17), Payees: release.Payees}, release)
	require.Equal(t, f.Refund, release.Payees[0].Amount)
	require.Equal(t, acct+" Ord $157.17 2026-04-10", payeesOf(release.Payees))

	// A cent that is not accounted for is told.
	for says, change := range map[string]func(s *deposit.Settlement) []ledger.Entry{
		"$3.29 was entered, and $3.30 settled": func(s *deposit.Settlement) []ledger.Entry { s.Interest = usd(3_30); return done.Entries },
		"$200.01 was held":                     func(s *deposit.Settlement) []ledger.Entry { s.Held = usd(200_01); return done.Entries }, // with 3.29, 203.30
		"$0.00 was entered, and $3.29 settled": func(*deposit.Settlement) []ledger.Entry { return done.Entries[1:] },
		"the books do not have the entry": func(*deposit.Settlement) []ledger.Entry {
			return append(done.Entries[:len(done.Entries):len(done.Entries)], entry(ledger.Refunded, "x", "2026-04-10"))
		},
		"$0.00 applied, $0.00 refunded and $0.00 r": func(*deposit.Settlement) []ledger.Entry { return nil },
	} {
		other := s
		entries := change(&other)
		_, err := other.Release(&b.l, entries...)
		require.ErrorIs(t, err, deposit.ErrRelease, says)
		if says != "$200.01 was held" {
			require.ErrorContains(t, err, says)
		} else {
			require.ErrorContains(t, err, "and $203.30 was held with its interest")
		}
	}
	altered := slices.Clone(done.Entries)
	last := &altered[len(altered)-1]
	last.Moves = slices.Clone(last.Moves)
	last.Moves[0].RevenueCode = "2400"
	_, err = s.Release(&b.l, altered...)
	require.ErrorContains(t, err, "the books do not have the entry", "of this content")

	b.post(must(b.l.Reverse(done.Entries[len(done.Entries)-1].ID(), "back", ledger.Refunded, day("2026-05-01"), day("2026-05-01"))))
	_, err = s.Release(&b.l, done.Entries...)
	require.ErrorContains(t, err, "or it was taken back")
}

// Money that comes to the deposit is none of its settlement.
func TestAReleaseIsOfTheSettlementAlone(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2025-03-06", 75_00)
	s, err := coastside().Settle(b.held(acct), facts(acct), day("2026-04-10"))
	require.NoError(t, err)
	release, err := s.Release(&b.l)
	require.NoError(t, err)
	require.Equal(t, usd(75_00), release.Remaining, "nothing was done yet")
	b.deposit("A-8", "2025-03-06", 5_00)
	in := entry(ledger.Transferred, "in", "2026-04-10", ledger.Move{From: ledger.DepositOf("A-8", "Ord"), To: ledger.DepositOf(acct, "Ord"), Amount: usd(5_00), RevenueCode: "2300"})
	b.post(in)
	_, err = s.Release(&b.l, in)
	require.ErrorContains(t, err, "$5.00 comes to the deposit")
	_, err = s.Release(&b.l)
	require.ErrorContains(t, err, "look for what moved the deposit besides")
}

func TestMoneyThatMayComeBackIsNotSettled(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2026-03-06", 75_00)
	p := coastside()
	p.ReturnDays = policy.Is(60)
	_, err := p.Settle(b.held(acct), facts(acct), day("2026-05-05"))
	require.ErrorIs(t, err, deposit.ErrUncleared)
	require.ErrorContains(t, err, "settle the account on 2026-05-06 or later")
	s, err := p.Settle(b.held(acct), facts(acct), day("2026-05-06"))
	require.NoError(t, err)
	require.Equal(t, usd(75_00), s.Held)

	_, err = p.Settle(b.held(acct), facts(acct), day("2026-03-05"))
	require.ErrorIs(t, err, deposit.ErrFuture)
	f := facts(acct)
	f.Opened = day("2026-03-07")
	_, err = p.Settle(b.held(acct), f, day("2026-05-06"))
	require.ErrorIs(t, err, deposit.ErrOlder)
	s, err = p.Settle(b.held("A-9"), facts("A-9"), day("2026-05-06"))
	require.NoError(t, err)
	require.True(t, s.Held.IsZero() && s.Interest.IsZero(), "nothing is settled as nothing")
}

// Without books nothing is held, and nothing is proved.
func TestWithoutBooksNothingIsHeld(t *testing.T) {
	require.Empty(t, deposit.Read(nil))
	for _, entries := range [][]ledger.Entry{nil, {{}}} {
		_, err := deposit.Settlement{}.Release(nil, entries...)
		require.ErrorIs(t, err, deposit.ErrRelease)
		require.ErrorContains(t, err, "books: there are no books")
	}
}

func TestPayeesAreOfRefundsAlone(t *testing.T) {
	to := func(account string, from ledger.Place, cents int64) ledger.Move {
		return ledger.Move{From: from, To: ledger.RefundTo(account, "Ord"), Amount: usd(cents), RevenueCode: "2300"}
	}
	both := entry(ledger.Refunded, "both", "2026-06-30", to("A-1", ledger.DepositOf("A-1", "Ord"), 10_00), to("A-1", ledger.CreditOf("A-1", "Ord"), 2_00), to("A-2", ledger.CreditOf("A-2", "Ord"), 3_00))
	back := entry(ledger.Refunded, "back", "2026-06-30", to("A-1", ledger.DepositOf("A-1", "Ord"), 10_00))
	back.Reverses = true
	claimed := entry(ledger.Banked, "claimed", "2026-06-30", to("A-1", ledger.Place{Kind: ledger.PlaceUnclaimed}, 10_00))
	rows := deposit.Payees(both, back, claimed, entry(ledger.Accrued, "i", "2026-06-30", accrue("A-1", 1)))
	require.Equal(t, "A-1 Ord $12.00 2026-06-30, A-2 Ord $3.00 2026-06-30", payeesOf(rows))
	require.Equal(t, both.ID(), rows[0].Reference)
}
