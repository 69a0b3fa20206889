package approval_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
)

// limited is the policy with a ceiling per account for lists, the slow way.
func limited() approval.Policy {
	p := policy()
	p.Limits[2].Bounds.PerAccount, p.Limits[2].Bounds.Window = approval.UpTo(dollars(1_000_000)), approval.Window{Span: approval.ByRolling, Days: 365}
	return p
}

// BenchmarkApproveAndOpen proposes, approves and opens a list of 10,000 rows in 10,000 accounts.
func BenchmarkApproveAndOpen(b *testing.B) {
	m, h, list := compiled(b, limited()), history(b), shutoffList(10_000)
	for b.Loop() {
		p := proposed(b, list, "1")
		a, err := approval.Approve(p, by("supervisor", p), m, h)
		require.NoError(b, err)
		_, err = a.Open(a.At())
		require.NoError(b, err)
	}
}

// BenchmarkApproveBehindAYear does so behind 52 lists of the same accounts.
func BenchmarkApproveBehindAYear(b *testing.B) {
	m, h, list := compiled(b, limited()), history(b), shutoffList(10_000)
	for week := range 52 {
		p := proposed(b, list, fmt.Sprint(week))
		d := by("supervisor", p)
		d.At = d.At.AddDate(0, 0, 3*week)
		a, err := approval.Approve(p, d, m, h)
		require.NoError(b, err)
		require.NoError(b, h.Add(sealed(b, a.Record())))
	}
	p := proposed(b, list, "next")
	d := by("supervisor", p)
	d.At = d.At.AddDate(0, 0, 150)
	for b.Loop() {
		_, err := approval.Approve(p, d, m, h)
		require.NoError(b, err)
	}
}

// BenchmarkAdjustments approves 10,000 adjustments one after the other, each behind those before it.
func BenchmarkAdjustments(b *testing.B) {
	m := compiled(b, policy())
	for b.Loop() {
		h := history(b)
		for i := range 10_000 {
			p := proposed(b, credit(fmt.Sprintf("A-%d", i%5_000), dollars(1)), fmt.Sprint(i))
			a, err := approval.Approve(p, by("supervisor", p), m, h)
			require.NoError(b, err)
			require.NoError(b, h.Add(sealed(b, a.Record())))
		}
	}
}

// BenchmarkOneAccount approves adjustments one after the other in a single account, each behind those before it. The time for
// each stays the same.
func BenchmarkOneAccount(b *testing.B) {
	for _, n := range []int{1_000, 8_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := compiled(b, window(approval.Window{Span: approval.ByRolling, Days: 30}, 1_000_000_000))
			for b.Loop() {
				h := history(b)
				for i := range n {
					p := proposed(b, credit("A-1", dollars(1)), fmt.Sprint(i))
					a, err := approval.Approve(p, by("supervisor", p), m, h)
					require.NoError(b, err)
					require.NoError(b, h.Add(sealed(b, a.Record())))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/approval")
		})
	}
}

// BenchmarkReduce takes every hundredth row out of 10,000.
func BenchmarkReduce(b *testing.B) {
	list := shutoffList(10_000)
	a := approved(b, list, "1")
	h := history(b, sealed(b, a.Record()))
	next, reasons := shutoffs{Day: list.Day}, map[string]string{}
	for i, row := range list.Rows {
		if i%100 == 0 {
			reasons[row.Account] = "paid"
		} else {
			next.Rows = append(next.Rows, row)
		}
	}
	for b.Loop() {
		_, err := approval.Reduce(a, next, person("clerk"), a.At().Add(time.Minute), reasons, h)
		require.NoError(b, err)
	}
}

// BenchmarkRestore reads 1,000 records of JSON, verifies them and restores one.
func BenchmarkRestore(b *testing.B) {
	form, lines := approval.RecordForm(), make([][]byte, 1_000)
	for i := range lines {
		data, err := form.Marshal(sealed(b, approved(b, credit("A-1", dollars(1)), fmt.Sprint(i)).Record()))
		require.NoError(b, err)
		lines[i] = data
	}
	for b.Loop() {
		records := make([]approval.Record, len(lines))
		for i, line := range lines {
			r, err := form.Unmarshal(line)
			require.NoError(b, err)
			records[i] = r
		}
		_, err := approval.Restore(credit("A-1", dollars(1)), "7", history(b, records...))
		require.NoError(b, err)
	}
}
