package billing_test

import (
	"testing"
	"time"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/rates"
)

// BenchmarkBills states how long 100,000 bills take to be made of their quotes, and how many times the pricing of these
// quotes that is, in one run.
func BenchmarkBills(b *testing.B) {
	const bills = 100_000
	engine := must(rates.Compile(book()))
	r := request(b)
	var pricing, making time.Duration
	for b.Loop() {
		start := time.Now()
		for range bills {
			for i := range r.Services {
				q, err := engine.Price(r.Services[i].Quote.Input)
				if err != nil { // require would cost as much as a tenth of it
					b.Fatal(err)
				}
				r.Services[i].Quote = q
			}
		}
		middle := time.Now()
		for range bills {
			if _, err := billing.NewBill(r); err != nil {
				b.Fatal(err)
			}
		}
		pricing, making = pricing+middle.Sub(start), making+time.Since(middle)
	}
	b.ReportMetric(making.Seconds()/float64(b.N), "s/100k-bills")
	b.ReportMetric(float64(making)/float64(pricing), "x-pricing")
	b.ReportMetric(0, "ns/op")
}
