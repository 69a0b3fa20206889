package cycle_test

import (
	"strconv"
	"testing"

	"github.com/headgate-dev/headgate/billing/cycle"
)

// BenchmarkReview states how long a review of 100,000 bills takes, each compared with the bill before it, and what a bill takes in a
// tenth of the cycle: the two are alike where the review is linear. One house in fifty is on the list.
func BenchmarkReview(b *testing.B) {
	for _, houses := range []int{10_000, 100_000} {
		r := large(houses)
		b.Run(strconv.Itoa(houses), func(b *testing.B) {
			for b.Loop() {
				list, err := cycle.Review(r, thresholds())
				if err != nil || len(list.Totals()) != 2 {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/review")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(houses), "ns/bill")
		})
	}
}

// large is a town of many houses.
func large(houses int) cycle.Request {
	r := cycle.Request{Key: key, Cycle: "north", Cycles: []string{"north"}, Period: days(april), On: day("2026-05-01")}
	for i := range houses {
		a := water(strconv.Itoa(i))
		now := made{agreement: a, period: april, tenths: 80}
		if i%50 == 0 {
			now.tenths = 160
		}
		last := billOf(lastKey, made{agreement: a, period: march, tenths: 80}.service())
		r.Members = append(r.Members, cycle.Member{Agreement: a, Cycle: "north"})
		r.Last, r.Bills = append(r.Last, last), append(r.Bills, billOf(key, now.service()))
		r.Billed = append(r.Billed, last.Days()...)
		r.Billed = append(r.Billed, last.Days()[0])
		r.Billed[len(r.Billed)-1].Period, r.Billed[len(r.Billed)-1].Bill = days("[2026-01-01, 2026-03-01)"), "2026-W10"
	}
	return given(r)
}

// BenchmarkParallel states how long a comparison of 100,000 bills with those of an old system takes, of which none differs.
func BenchmarkParallel(b *testing.B) {
	for _, houses := range []int{10_000, 100_000} {
		r := large(houses)
		old := make([]cycle.OldBill, len(r.Bills))
		for i, bill := range r.Bills {
			old[i] = oldOf(bill, 80)
		}
		b.Run(strconv.Itoa(houses), func(b *testing.B) {
			for b.Loop() {
				run, err := cycle.Parallel(old, r.Bills)
				if err != nil || run.Bills != houses {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(houses), "ns/bill")
		})
	}
}
