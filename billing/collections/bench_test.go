package collections_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// many are so many accounts of one ledger, each with two bills past due and five events: a third may be shut off, a third lacks the
// last contact, a third has money pending.
func many(t testing.TB, n int) []collections.Facts {
	var l ledger.Ledger
	facts, terms := make([]collections.Facts, n), make([]ledger.Terms, n)
	for i := range facts {
		account := fmt.Sprintf("%07d", i)
		s := untilShutoff(t)
		for _, due := range []string{"2026-04-16", "2026-05-16"} {
			billed := must(day(due).AddDays(-21))
			it := ledger.Item{Account: account, Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: billed, Due: day(due)}
			must(l.Post(ledger.Entry{Cause: ledger.Billed, Key: account + due, Effective: billed, Accounting: billed, Opens: []ledger.Open{{Item: it, Amount: usd(60_00), Against: it.Against()}}}))
		}
		f := s.f
		switch i % 3 {
		case 1:
			f.Events = f.Events[:3]
		case 2:
			terms[i].Pending = []ledger.Pending{{Key: "held", Account: account, Kind: ledger.HeldBatch, Amount: usd(10_00), From: day("2026-06-20")}}
		}
		for j := range f.Events {
			f.Events[j].Account = account
		}
		f.On = day("2026-06-22")
		facts[i] = f
	}
	for i := range facts {
		facts[i].Account = must(l.Account(fmt.Sprintf("%07d", i), terms[i]))
	}
	return facts
}

// BenchmarkWalk is the ladder of so many accounts per operation, on one core: 100,000 in under a second, and linear.
func BenchmarkWalk(b *testing.B) {
	l := compiled(b, district())
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			facts := many(b, n)
			b.ReportAllocs()
			open := 0
			for b.Loop() {
				open = 0
				for i := range facts {
					a, err := l.Walk(facts[i])
					if err != nil {
						b.Fatal(err)
					}
					if !a.Blocked() {
						open++
					}
				}
			}
			require.Equal(b, (n+2)/3, open)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/account")
		})
	}
}

// BenchmarkShutoffList is the list of 100,000 accounts, with the words of each.
func BenchmarkShutoffList(b *testing.B) {
	l := compiled(b, district())
	facts := many(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		list, err := l.List(collections.Shutoffs, "L", day("2026-06-22"), person("m.alvarez"), facts)
		if err != nil {
			b.Fatal(err)
		}
		require.Len(b, list.Rows, 33_334)
	}
}
