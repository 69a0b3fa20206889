package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
)

// An account that was made before something was entered for it says so, whatever it was; what was entered for another, or was not
// entered in the end, changes nothing of it.
func TestAnAccountIsBehindOnceSomethingIsEntered(t *testing.T) {
	var l ledger.Ledger
	first := billOne("first", "2026-03-05", 60_00)
	post(t, &l, first)
	made := func() *ledger.Account {
		a, err := l.Account(acct, ledger.Terms{})
		require.NoError(t, err)
		require.False(t, a.Behind())
		require.Same(t, &l, a.Books())
		return a
	}
	a := made()
	other := billOne("other", "2026-03-05", 40_00)
	other.Opens[0].Item.Account = "0200001"
	post(t, &l, other)
	again, err := l.Post(first)
	require.NoError(t, err)
	require.False(t, again)
	_, err = l.PostAll(billOne("second", "2026-04-05", 60_00), billOne("first", "2026-03-05", 61_00))
	require.Error(t, err)
	require.False(t, a.Behind(), "another's entry, one that was there, and a batch that was refused")

	paid := pay(t, &l, "paid", "2026-03-20", first.ItemID(0), 10_00)
	post(t, &l, paid)
	require.True(t, a.Behind(), "a payment")
	a = made()
	reversed, err := l.Reverse(paid.ID(), "bounced", ledger.Returned, day("2026-03-25"), day("2026-03-25"))
	require.NoError(t, err)
	post(t, &l, reversed)
	require.True(t, a.Behind(), "a payment that was returned")
	a = made()
	post(t, &l, entry(ledger.Paid, "credit", "2026-03-26", toCredit(5_00)))
	require.True(t, a.Behind(), "a credit")
	a = made()
	post(t, &l, billOne("third", "2026-04-05", 60_00))
	require.True(t, a.Behind(), "a bill")
	require.False(t, made().Behind())

	var zero ledger.Account
	require.False(t, zero.Behind())
	require.Nil(t, zero.Books())
	require.Equal(t, ledger.Terms{}, zero.Terms())
}

// The terms of an account are those that it was made under, whatever becomes of the values that were given or told.
func TestTheTermsOfAnAccountAreThoseThatItWasMadeUnder(t *testing.T) {
	terms := func(l *ledger.Ledger, b ledger.Entry) ledger.Terms {
		p, err := l.Plan("plan", acct, day("2026-03-30"), idsOf(b)[:1], []ledger.Installment{{Due: day("2026-04-20"), Amount: usd(60_00)}})
		require.NoError(t, err)
		return ledger.Terms{
			Plans: []ledger.Plan{p},
			LevelPay: []ledger.LevelPay{{Key: "level", Account: acct, Term: civil.MustPeriod("[2027-01-01, 2028-01-01)"), Kinds: []ledger.Kind{"charge"},
				Installments: []ledger.Installment{{Due: day("2027-02-01"), Amount: usd(50_00)}}}},
			Extensions: []ledger.Extension{{Key: "x", Account: acct, Items: idsOf(b)[1:], Granted: day("2026-03-10"), Until: day("2026-05-01")}},
			Pending:    []ledger.Pending{{Key: "held", Account: acct, Kind: ledger.HeldBatch, Amount: usd(1), From: day("2026-03-20")}},
		}
	}
	var l ledger.Ledger
	b := bill("bill", []ledger.Item{water("2026-03-05"), penalty("2026-03-05")}, 60_00, 5_00)
	post(t, &l, b)
	given := terms(&l, b)
	a, err := l.Account(acct, given)
	require.NoError(t, err)
	want := terms(&l, b)
	harm := func(terms ledger.Terms) {
		terms.Plans[0].Covers[0].Open, terms.Plans[0].Installments[0].Amount = usd(1), usd(1)
		terms.LevelPay[0].Kinds[0], terms.LevelPay[0].Installments[0].Amount = "fee", usd(1)
		terms.Extensions[0].Items[0] = b.ID()
		terms.Pending[0].Amount, terms.Plans[0].Key, terms.LevelPay[0].Key, terms.Extensions[0].Key = usd(2), "", "", ""
	}
	harm(given)
	require.Equal(t, want, a.Terms())
	harm(a.Terms())
	require.Equal(t, want, a.Terms())
}

// A payment that was taken back with effect from its own day was never there, by the effective days: the day of the books tells until when
// the account was taken for paid.
func TestAPaymentThatWasTakenBackIsToldByTheDayOfTheBooks(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill", "2026-03-05", 60_00)
	post(t, &l, b)
	back := func(key, paid, effective, accounting string, cause ledger.Cause) *ledger.Account {
		p := pay(t, &l, key, paid, b.ItemID(0), 10_00)
		post(t, &l, p)
		r, err := l.Reverse(p.ID(), "back "+key, cause, day(effective), day(accounting))
		require.NoError(t, err)
		post(t, &l, r)
		a, err := l.Account(acct, ledger.Terms{})
		require.NoError(t, err)
		return a
	}
	late := pay(t, &l, "late", "2026-03-20", b.ItemID(0), 5_00)
	late.Accounting = day("2026-03-31")
	post(t, &l, late)
	require.True(t, back("one", "2026-03-20", "2026-03-25", "2026-03-25", ledger.Returned).TakenBack().IsZero(), "with effect from the day")
	require.Equal(t, day("2026-03-27"), back("two", "2026-03-20", "2026-03-20", "2026-03-27", ledger.Returned).TakenBack())
	require.Equal(t, day("2026-03-28"), back("three", "2026-03-20", "2026-03-21", "2026-03-28", ledger.Paid).TakenBack())
	require.Equal(t, day("2026-03-28"), back("four", "2026-03-20", "2026-03-20", "2026-03-26", ledger.Paid).TakenBack(), "the last")
	less := entry(ledger.Adjusted, "less", "2026-03-20", move(b.Opens[0].Against, ledger.OfItem(b.ItemID(0)), 1_00, "4000"))
	post(t, &l, less)
	r, err := l.Reverse(less.ID(), "more", ledger.Adjusted, day("2026-03-20"), day("2026-04-02"))
	require.NoError(t, err)
	post(t, &l, r)
	a, err := l.Account(acct, ledger.Terms{})
	require.NoError(t, err)
	require.Equal(t, day("2026-04-02"), a.TakenBack(), "a credit that is taken back was told too")

	// What was applied and is not any more was taken for settled; a charge that is reversed, and a credit that is entered late, were not.
	moves, err := l.Unapply(b.ItemID(0), money.Cents(2_00))
	require.NoError(t, err)
	unapplied := entry(ledger.Applied, "apart", "2026-03-20", moves...)
	unapplied.Accounting = day("2026-04-03")
	post(t, &l, unapplied)
	fee := billOne("fee", "2026-03-06", 1_00)
	post(t, &l, fee)
	reversed, err := l.Reverse(fee.ID(), "none", ledger.Billed, day("2026-03-07"), day("2026-04-05"))
	require.NoError(t, err)
	post(t, &l, reversed)
	a, err = l.Account(acct, ledger.Terms{})
	require.NoError(t, err)
	require.Equal(t, day("2026-04-03"), a.TakenBack())
}
