package latecharge_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// moveTo transfers cents of an item to another account of the customer, and gives the item as it is there.
func (b *books) moveTo(key, account, on string, item stored.ID, cents int64) stored.ID {
	b.t.Helper()
	it, ok := b.l.Item(item)
	require.True(b.t, ok)
	e, err := billing.Transfer{
		Key: key, From: billing.Holder{Account: it.Account, Customer: "C-1", Area: "Ord"}, To: billing.Holder{Account: account, Customer: "C-1", Area: "Ord"},
		Items: []billing.TransferredItem{{Item: it, Amount: money.Cents(cents)}}, Effective: civil.MustDate(on), Accounting: civil.MustDate(on),
	}.Entry()
	require.NoError(b.t, err)
	b.post(e)
	return e.ItemID(0)
}

// factsOf are those of any account of the books.
func (b *books) factsOf(account, on string) latecharge.Facts {
	b.t.Helper()
	f := b.facts(on)
	a, err := b.l.Account(account, ledger.Terms{})
	require.NoError(b.t, err)
	f.Account, f.Items = a, slices.Collect(b.l.Items(account))
	return f
}

// An item that bore its first charge bears no second one where it was moved to: 10% is the law's cap, on whatever account.
func TestATransferredItemBearsNoFirstChargeAgain(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	require.Equal(t, money.Cents(10_00), b.run(gov(), "2026-05-05").Total)
	moved := b.moveTo("transfer 1", "NEW", "2026-05-10", item, 60_00)
	c := of(t, gov(), b.factsOf("NEW", "2026-05-20"))
	require.Equal(t, money.Cents(0), c.Total)
	require.Equal(t, []latecharge.Code{latecharge.ChargedBefore}, why(c))
	c = of(t, gov(), b.factsOf("NEW", "2026-06-05"))
	require.Equal(t, money.Cents(30), c.Total, "a further month: 0.5% of 60.00, and of no charge of the other account")
	require.False(t, c.Lines[0].Parts[0].First)

	// And after a second move, and one back to where it came from.
	third := b.moveTo("transfer 2", "THIRD", "2026-05-11", moved, 60_00)
	require.Equal(t, money.Cents(0), of(t, gov(), b.factsOf("THIRD", "2026-05-20")).Total)
	b.moveTo("transfer 3", acct, "2026-05-12", third, 60_00)
	require.Equal(t, money.Cents(0), b.charge(gov(), "2026-05-20").Total)
	require.NoError(t, b.l.Check())
}

func TestATransferredItemThatBoreNothingBearsItsFirstCharge(t *testing.T) {
	b := newLateBooks(t)
	b.moveTo("transfer 1", "NEW", "2026-04-18", b.bill("bill 1", "2026-04-16", 100_00), 100_00)
	c := of(t, gov(), b.factsOf("NEW", "2026-06-05"))
	require.Equal(t, money.Cents(10_55), c.Total, "10% of 100.00, and 0.5% of 110.00")
	require.True(t, c.Lines[0].Parts[0].First)
}

// What a waiver took, or another ledger charged, is stated of the item as it was or as it is.
func TestWhatATransferredItemBoreElsewhereIsStatedOfEither(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	moved := b.moveTo("transfer 1", "NEW", "2026-04-18", item, 100_00)
	for _, id := range []stored.ID{item, moved} {
		f := b.factsOf("NEW", "2026-05-20")
		require.Equal(t, money.Cents(10_00), of(t, gov(), f).Total)
		f.Taken = []latecharge.Taken{{Item: id, Month: civil.MustDate("2026-05-01"), First: true}}
		require.Equal(t, money.Cents(0), of(t, gov(), f).Total)
	}
}

// Without the account that it came from, nobody knows what it bore.
func TestATransferredItemIsFollowedInTheBooks(t *testing.T) {
	b := newLateBooks(t)
	b.moveTo("transfer 1", "NEW", "2026-04-18", b.bill("bill 1", "2026-04-16", 100_00), 100_00)
	f := b.factsOf("NEW", "2026-05-20")
	f.Books = &ledger.Ledger{}
	_, err := gov().Charge(f)
	refused(t, err, latecharge.ErrFacts, "the books do not have the entry")
}
