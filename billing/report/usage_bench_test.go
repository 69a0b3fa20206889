package report_test

import (
	"strconv"
	"testing"

	"github.com/headgate-dev/headgate/billing/report"
)

// A year's report of many houses is linear in their bills.
func BenchmarkConsume(b *testing.B) {
	for _, houses := range []int{1_000, 10_000} {
		s := town(houses)
		b.Run(strconv.Itoa(houses), func(b *testing.B) {
			for b.Loop() {
				used, err := report.Consume(report.ConsumptionRequest{Period: daysOf(year), Cut: report.ByDay, By: []string{"class", "zone"}, Sales: s})
				if err != nil || len(used.Rows) != 6 {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(s.Bills)), "ns/bill")
		})
	}
}
