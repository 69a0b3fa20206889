package batch_test

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/batch"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// What a stream costs for each bill, beside work that costs next to nothing.
func BenchmarkMap(b *testing.B) {
	b.Run("loop", func(b *testing.B) {
		b.ReportAllocs()
		sum := 0
		for v, err := range numbers(b.N) {
			if err != nil {
				b.Fatal(err)
			}
			sum += must(double(v))
		}
		require.Equal(b, b.N*(b.N-1), sum)
	})
	for _, workers := range []int{1, 2, 4} {
		for _, chunk := range []int{1, 64, 1024, 8192} {
			b.Run(fmt.Sprintf("workers=%d/chunk=%d", workers, chunk), func(b *testing.B) {
				b.ReportAllocs()
				sum := 0
				for v, err := range batch.Map(context.Background(), numbers(b.N), double, batch.Options{Workers: workers, Chunk: chunk}) {
					if err != nil {
						b.Fatal(err)
					}
					sum += v
				}
				require.Equal(b, b.N*(b.N-1), sum)
			})
		}
	}
}

// repeated gives n of a few.
func repeated[T any](few []T) func(n int) iter.Seq2[T, error] {
	return func(n int) iter.Seq2[T, error] {
		return func(yield func(T, error) bool) {
			for i := range n {
				if !yield(few[i%len(few)], nil) {
					return
				}
			}
		}
	}
}

// A stream of totals, beside a loop in one goroutine.
func BenchmarkTotals(b *testing.B) {
	bound := bound(book())
	all := make([]rates.Account, 1024)
	for i := range all {
		all[i] = account(i)
	}
	accounts := repeated(all)
	b.Run("loop", func(b *testing.B) {
		b.ReportAllocs()
		for a, err := range accounts(b.N) {
			if err != nil {
				b.Fatal(err)
			}
			must(bound.Total(a))
		}
	})
	for _, chunk := range []int{0, 64, 256, 1024, 4096} {
		b.Run(fmt.Sprintf("chunk=%d", chunk), func(b *testing.B) {
			b.ReportAllocs()
			for _, err := range batch.Totals(context.Background(), bound, accounts(b.N), batch.Options{Chunk: chunk}) {
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A stream of whole bills, beside a loop in one goroutine.
func BenchmarkQuotes(b *testing.B) {
	engine := must(rates.Compile(book()))
	bills := repeated([]rates.Input{june("13", "3/4"), june("7.5", "1")})
	b.Run("loop", func(b *testing.B) {
		b.ReportAllocs()
		for in, err := range bills(b.N) {
			if err != nil {
				b.Fatal(err)
			}
			must(engine.Price(in))
		}
	})
	for _, chunk := range []int{0, 4, 16, 64, 256} {
		b.Run(fmt.Sprintf("chunk=%d", chunk), func(b *testing.B) {
			b.ReportAllocs()
			for _, err := range batch.Quotes(context.Background(), engine, bills(b.N), batch.Options{Chunk: chunk}) {
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A million rows.
func BenchmarkColumns(b *testing.B) {
	bound := bound(book())
	usage, persons := columns(1_000_000)
	totals := make([]money.Amount, len(usage.Values))
	b.Run("loop", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(bound.Totals(totals, usage, persons))
		}
	})
	for _, rows := range []int{256, 4096, 16_384, 65_536} {
		b.Run(fmt.Sprintf("chunk=%d", rows), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				must(batch.Columns(context.Background(), bound, batch.Options{Chunk: rows}, totals, usage, persons))
			}
		})
	}
}
