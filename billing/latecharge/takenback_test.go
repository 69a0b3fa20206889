package latecharge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// takeBack reverses the transfer that opened an item.
func (b *books) takeBack(item stored.ID, on string) {
	b.t.Helper()
	it, ok := b.l.Item(item)
	require.True(b.t, ok)
	e, err := b.l.Reverse(it.Entry, "back "+on, ledger.Transferred, civil.MustDate(on), civil.MustDate(on))
	require.NoError(b.t, err)
	b.post(e)
}

// runOf charges another account and enters it.
func (b *books) runOf(account, on string) latecharge.Charge {
	b.t.Helper()
	c := of(b.t, gov(), b.factsOf(account, on))
	for _, e := range entries(b.t, c) {
		b.post(e)
	}
	return c
}

// A transfer that was taken back by a reversal leaves no trace on the item: what it bore where it had been counts all the same.
// Gov 54348 caps the first charge at 10%, so that a second one of 10.00 would be beyond the law.
func TestAnItemOfAReversedTransferBearsNoFirstChargeAgain(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	moved := b.moveTo("transfer 1", "NEW", "2026-04-18", item, 100_00)
	first := b.runOf("NEW", "2026-05-05")
	require.Equal(t, money.Cents(10_00), first.Total)
	b.takeBack(moved, "2026-05-10")

	require.Equal(t, money.Cents(0), b.charge(gov(), "2026-05-20").Total)
	c := b.charge(gov(), "2026-06-05")
	require.Equal(t, money.Cents(50), c.Total, "a further month: 0.5% of 100.00, and of no charge of the other account")
	require.False(t, c.Lines[0].Parts[0].First)

	// And where it is moved again, it is the item that it was.
	b.moveTo("transfer 2", "THIRD", "2026-05-12", item, 100_00)
	c = of(t, gov(), b.factsOf("THIRD", "2026-06-05"))
	require.Equal(t, money.Cents(50), c.Total)
	require.False(t, c.Lines[0].Parts[0].First)
	require.NoError(t, b.l.Check())
}

// Of a reversal on the day of the transfer, nothing was ever moved; the month that was charged is charged.
func TestAMonthThatWasChargedWhileATransferStoodIsNotChargedAgain(t *testing.T) {
	b := newLateBooks(t)
	moved := b.moveTo("transfer 1", "NEW", "2026-04-10", b.bill("bill 1", "2026-04-16", 100_00), 100_00)
	require.Equal(t, money.Cents(10_00), b.runOf("NEW", "2026-05-05").Total)
	b.takeBack(moved, "2026-04-10")
	c := b.charge(gov(), "2026-05-12")
	require.Equal(t, money.Cents(0), c.Total)
	require.Equal(t, []latecharge.Code{latecharge.ChargedBefore}, why(c))
}

// Two transfers one after the other, both taken back: what it bore on the last of three accounts counts on the first.
func TestReversedTransfersAreFollowedOneAfterAnother(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	second := b.moveTo("transfer 1", "NEW", "2026-04-10", item, 100_00)
	third := b.moveTo("transfer 2", "THIRD", "2026-04-11", second, 100_00)
	require.Equal(t, money.Cents(10_00), b.runOf("THIRD", "2026-05-05").Total)
	b.takeBack(third, "2026-04-11")
	require.Equal(t, money.Cents(0), of(t, gov(), b.factsOf("NEW", "2026-05-12")).Total, "on the account in between")
	b.takeBack(second, "2026-04-12")
	require.Equal(t, money.Cents(0), b.charge(gov(), "2026-05-12").Total)
}

// A part that came back, and bore nothing there, changes nothing; neither does another item's reversed transfer.
func TestAReversedTransferOfAnotherItemHidesNoCharge(t *testing.T) {
	b := newLateBooks(t)
	other := b.moveTo("transfer 1", "NEW", "2026-04-10", b.bill("bill 1", "2026-04-16", 100_00), 100_00)
	b.runOf("NEW", "2026-05-05")
	b.takeBack(other, "2026-04-10")
	b.takeBack(b.moveTo("transfer 2", "NEW", "2026-04-11", b.bill("bill 2", "2026-04-16", 60_00), 60_00), "2026-04-12")
	c := b.charge(gov(), "2026-05-12")
	require.Equal(t, money.Cents(6_00), c.Total, "10% of the second item alone")
	require.True(t, c.Lines[0].Parts[0].First)
}

// What a waiver took while the transfer stood is stated of the item as it was there.
func TestWhatWasWaivedWhileATransferStoodIsStatedOfTheItemThere(t *testing.T) {
	b := newLateBooks(t)
	moved := b.moveTo("transfer 1", "NEW", "2026-04-10", b.bill("bill 1", "2026-04-16", 100_00), 100_00)
	b.takeBack(moved, "2026-04-11")
	f := b.facts("2026-05-12")
	require.Equal(t, money.Cents(10_00), of(t, gov(), f).Total)
	f.Taken = []latecharge.Taken{{Item: moved, Month: civil.MustDate("2026-05-01"), First: true}}
	require.Equal(t, money.Cents(0), of(t, gov(), f).Total)
	f.Taken[0].Item = stored.NewID("item", moved, "9", nil)
	_, err := gov().Charge(f)
	refused(t, err, latecharge.ErrFacts, "of no item of the account")
}

// A part that is still on the other account is no part of what stayed: each bears its own.
func TestAPartThatStaysTransferredBearsItsOwn(t *testing.T) {
	b := newLateBooks(t)
	b.moveTo("transfer 1", "NEW", "2026-04-10", b.bill("bill 1", "2026-04-16", 100_00), 60_00)
	require.Equal(t, money.Cents(6_00), b.runOf("NEW", "2026-05-05").Total)
	require.Equal(t, money.Cents(4_00), b.charge(gov(), "2026-05-05").Total)
}
