package deposit_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/payments/deposit"
)

// The yearly interest of 10,000 deposits.
func BenchmarkInterestOf10000Deposits(b *testing.B) {
	l := newBooks(b)
	var of []deposit.Facts
	for n := range 10_000 {
		account := fmt.Sprintf("%07d", n)
		l.deposit(account, "2025-06-01", 75_00)
		of = append(of, facts(account))
	}
	p, c, q := simple(coastside(), "1.5"), yearly(deposit.ToDeposit), request("2026-06-30")
	for b.Loop() {
		batch, err := p.ProposeInterest(c, q, &l.l, of)
		require.NoError(b, err)
		require.Len(b, batch.Rows, len(of))
	}
}

// The unclaimed money of 10,000 refunds.
func BenchmarkUnclaimedMoneyOf10000Refunds(b *testing.B) {
	l := newBooks(b)
	for n := range 10_000 {
		l.refundDue(fmt.Sprintf("%07d", n), "2023-06-01", 15_00)
	}
	for b.Loop() {
		batch, err := deposit.Gov50050().ProposeUnclaimed(request("2026-06-30"), districts, &l.l, nil)
		require.NoError(b, err)
		require.Len(b, batch.Rows, 10_000)
	}
}

// The deposits that 10,000 accounts are asked for, each with a year of bills.
func BenchmarkDepositsAskedOf10000Accounts(b *testing.B) {
	l := newBooks(b)
	p, f := coastsideAsks(), asking(acct, 60_00, 61_00, 62_00, 63_00, 64_00, 65_00, 66_00, 67_00, 68_00, 69_00, 70_00, 71_00)
	for b.Loop() {
		for range 10_000 {
			a, err := p.Ask(&l.l, deposit.Holding{}, f, day(askDay))
			require.NoError(b, err)
			require.Equal(b, usd(75_00), a.More)
		}
	}
}
