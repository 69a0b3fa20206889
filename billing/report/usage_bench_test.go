package report_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/report"
)

func TestAReportMakesFewThingsForEachBill(t *testing.T) {
	s := town(300)
	request := report.ConsumptionRequest{Period: daysOf(year), Cut: report.ByDay, By: []string{"class", "zone"}, Sales: s}
	made := testing.AllocsPerRun(3, func() { got(report.Consume(request)) }) / float64(len(s.Bills))
	require.Less(t, made, 33.0, "25 of each bill; with the key of its rows in words, and things made for each id, 50")
}

func TestFactsThatReadAlikeTogetherStandApart(t *testing.T) {
	s := town(2)
	s.Facts = nil
	for i, values := range [][]string{{"a", "bc"}, {"ab", "c"}} {
		for j, fact := range []string{"class", "zone"} {
			s.Facts = append(s.Facts, report.Fact{Agreement: s.Agreements[i].ID, Fact: fact, Value: values[j], From: s.Agreements[i].From})
		}
	}
	require.Len(t, got(consume(april, report.ByDay, s, "class", "zone")).Rows, 2)
}

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
