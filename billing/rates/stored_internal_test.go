package rates

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
)

// SealQuote gives a stored quote that a test has altered the digest of what it now says; what is no stored quote stays as
// it is.
func SealQuote(data []byte) []byte {
	var form struct {
		Value quoteV1 `json:"value"`
	}
	if json.Unmarshal(data, &form) != nil || form.Value.Digest == "" {
		return data
	}
	return bytes.Replace(data, []byte(form.Value.Digest), []byte(form.Value.digest()), 1)
}

// A line joins parts of as many amounts as its months have lengths, and one more for each end of a month, but no more than it
// has days.
func TestAmountsInALine(t *testing.T) {
	for _, c := range []struct {
		from, to string
		amounts  int64
	}{
		{"2026-06-01", "2026-07-01", 1},
		{"2026-06-16", "2026-07-16", 3},
		{"2026-06-30", "2026-07-02", 2},
		{"2026-07-16", "2026-08-16", 2},
		{"2026-06-01", "2026-10-01", 5},
		{"2026-06-01", "2026-06-01", 1},
	} {
		require.Equal(t, c.amounts, amountsIn(civil.Period{From: civil.MustDate(c.from), To: civil.MustDate(c.to)}), "%v", c)
	}
	require.Equal(t, int64(1), amountsIn(civil.Period{}))
}

// BenchmarkCheckMeters shows that a quote of many meters is checked in linear time: the time for a meter does not grow.
func BenchmarkCheckMeters(b *testing.B) {
	for _, n := range []int{500, 16_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			q := Quote{Input: Input{Schedule: "s"}, full: &fullQuote{digest: &Digest{1}}}
			for i := range n {
				id := fmt.Sprintf("M-%06d", i)
				q.Input.Meters = append(q.Input.Meters, Meter{ID: id})
				q.full.usage = append(q.full.usage, Billed{Meter: id})
				q.full.lines = append(q.full.lines, Line{item: &lineItem{charge: "base", meter: id}})
			}
			for b.Loop() {
				if err := q.check(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/meter")
		})
	}
}
