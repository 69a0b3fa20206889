package payments_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/payments"
)

// large is a day of so many checks, each of an account of its own with two items.
func large(t testing.TB, n int) payments.Day {
	b := newBooks()
	accounts := make([]payments.Account, n)
	batches := make([]payments.Batch, 0, n/100+1)
	m := marker()
	for i := range n {
		id := luhn(1000000 + i)
		accounts[i] = payments.Account{ID: id}
		b.bill(t, id, "", owes{"past W", "40.00"}, owes{"cur W", "50.00"})
		if i%100 == 0 {
			batches = append(batches, payments.Batch{Key: "lockbox batch " + luhn(i)})
		}
		batch := &batches[len(batches)-1]
		amount := usd("60.00")
		batch.Receipts = append(batch.Receipts, payments.Receipt{Number: i%100 + 1, Received: april, Amount: amount, Mark: m.Check("lockbox", "121000358", id, "0000001001", amount),
			Stubs: []payments.Stub{{Reference: id, Amount: amount}}})
	}
	return payments.Day{On: april, Files: []payments.File{{Key: "lockbox", Source: "lockbox", Batches: batches}}, Directory: directory(t, accounts...),
		Owed: b.owed(t, payments.OldestFirstPolicy()), Seen: unseen(t), Settings: settings}
}

func BenchmarkReconcile(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		d := large(b, n)
		b.Run(map[int]string{1_000: "1k", 10_000: "10k", 100_000: "100k"}[n], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := payments.Reconcile(d)
				require.NoError(b, err)
				require.Len(b, r.Lines, n)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/receipt")
		})
	}
}

func BenchmarkMark(b *testing.B) {
	m := marker()
	amount := usd("60.00")
	b.ReportAllocs()
	for b.Loop() {
		m.Check("lockbox", "121000358", "0001234567", "0000001001", amount)
	}
}
