package x12_test

import (
	"bufio"
	"strings"
	"testing"

	"github.com/headgate-dev/headgate/adapters/remit/x12"
)

// many is an interchange of payments, each with two stubs.
const many = 2000

func large() string {
	one := order[len(isa):]
	from, to := strings.Index(one, "ST*"), strings.Index(one, "GE*")
	return isa + one[:from] + strings.Repeat(one[from:to], many) + "GE*2000*1~\nIEA*1*000000001~\n"
}

// BenchmarkScan is measured against the floor of the same run, which only reads the lines.
func BenchmarkScan(b *testing.B) {
	text := large()
	b.Run("floor", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			n := 0
			for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
				n += len(lines.Text())
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*many), "ns/payment")
	})
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for item, err := range x12.Scan(strings.NewReader(text), "large.x12") {
				if err != nil || item.Finding != nil {
					b.Fatal(err, item.Finding)
				}
				if item.Record != nil {
					n++
				}
			}
			if n != many {
				b.Fatal(n)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*many), "ns/payment")
	})
}
