package deposit_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/payments/deposit"
)

// The month's run of 10,000 deposits, each with a year of bills.
func BenchmarkARunOf10000Deposits(b *testing.B) {
	const accounts = 10_000
	l := newBooks(b)
	var of []deposit.Facts
	for n := range accounts {
		account := fmt.Sprintf("%07d", n)
		l.deposit(account, "2025-06-01", 75_00)
		for due := day("2025-07-16"); due.Before(day("2026-06-30")); due = must(due.AddMonths(1)) {
			l.water(account, due.String(), due.String(), 62_00)
		}
		of = append(of, facts(account))
	}
	p, q := simple(coastside(), "1.5"), request("2026-06-30")
	for b.Loop() {
		run, err := p.Propose(q, &l.l, of)
		require.NoError(b, err)
		require.Len(b, run.Rows, accounts)
	}
}
