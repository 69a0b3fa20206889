package delim_test

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit/delim"
)

const benchRows = 10_000

// large is a file of so many rows of each kind that is measured.
func large(t testing.TB) map[string]struct {
	profile *delim.Profile
	text    string
} {
	var cents, quoted, fixed strings.Builder
	cents.WriteString("txn_id,type,date,account,amount_cents,fee_cents,net_cents\n")
	quoted.WriteString(`"deposit date","account","amount","check number","routing number","bank account","name"` + "\n")
	fixed.WriteString("1000260303\n")
	for i := range benchRows {
		fmt.Fprintf(&cents, "T%08d,PAYMENT,2026-03-03,%08d,%d,790,%d\n", i, 31970791+i, 26217+i, 25427+i)
		fmt.Fprintf(&quoted, `"03/03/2026","%08d","%d.17","%d","121000358","1234567","SMITH, J"`+"\n", 31970791+i, 100+i, i+1)
		fmt.Fprintf(&fixed, "%s\n", fultonLine(fmt.Sprint(31970791+i), 26217+i, fmt.Sprintf("R%d", i)))
	}
	return map[string]struct {
		profile *delim.Profile
		text    string
	}{
		"cells":  {shipped(t, "portal-settlement"), cents.String()},
		"quoted": {shipped(t, "checks-by-name"), quoted.String()},
		"fixed":  {shipped(t, "fulton-retail-80"), fixed.String()},
	}
}

func lineFloor(text string) int {
	n := 0
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		n += len(lines.Text())
	}
	return n
}

// BenchmarkScan is measured against the floor of the same run, which only reads the lines.
func BenchmarkScan(b *testing.B) {
	files := large(b)
	for _, name := range []string{"cells", "quoted", "fixed"} {
		f := files[name]
		perRow := func(b *testing.B) {
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchRows), "ns/row")
		}
		b.Run(name+"/floor", func(b *testing.B) {
			b.SetBytes(int64(len(f.text)))
			for b.Loop() {
				lineFloor(f.text)
			}
			perRow(b)
		})
		b.Run(name+"/scan", func(b *testing.B) {
			b.SetBytes(int64(len(f.text)))
			b.ReportAllocs()
			for b.Loop() {
				rows := 0
				for item, err := range delim.Scan(strings.NewReader(f.text), f.profile, "large") {
					if err != nil {
						b.Fatal(err)
					}
					if item.Record != nil {
						rows++
					}
				}
				if rows != benchRows {
					b.Fatal(rows)
				}
			}
			perRow(b)
		})
	}
}

// endless is a file whose rows go on: it is made as it is read.
type endless struct {
	head  string
	row   func(i int) string
	rows  int
	i     int
	piece strings.Reader
}

func (e *endless) Read(p []byte) (int, error) {
	for e.piece.Len() == 0 {
		switch {
		case e.i == 0:
			e.piece.Reset(e.head)
		case e.i <= e.rows:
			e.piece.Reset(e.row(e.i))
		default:
			return 0, io.EOF
		}
		e.i++
	}
	return e.piece.Read(p)
}

func TestMemoryIsFlatAtAnySize(t *testing.T) {
	tender := &delim.Profile{ID: "tender", Seen: "a test", Delimiter: ',', Unit: "dollars", Sign: "plain", Fields: []delim.Field{
		{Role: delim.AccountNo, Column: 1}, {Role: delim.Tender, Column: 2}, {Role: delim.TenderPaid, Column: 3}, {Role: delim.Amount, Column: 4}}}
	for name, c := range map[string]struct {
		profile *delim.Profile
		head    string
		row     func(i int) string
		most    int64
	}{
		"rows": {shipped(t, "portal-settlement"), "txn_id,type,date,account,amount_cents,fee_cents,net_cents\n",
			func(i int) string { return fmt.Sprintf("T%d,PAYMENT,2026-03-03,31970791,26217,790,25427\n", i) }, 1 << 20},
		"open quotes": {shipped(t, "portal-settlement"), "txn_id,type,date,account,amount_cents,fee_cents,net_cents\n",
			func(i int) string { return fmt.Sprintf("T%d,PAYMENT,2026-03-03,\"31970791,26217,790,25427\n", i) }, 1 << 20},
		"tenders":                  {tender, "", func(i int) string { return fmt.Sprintf("A,t%d,30.00,10.00\nB,t%d,30.00,20.00\n", i, i) }, 1 << 20},
		"tenders that never close": {tender, "", func(i int) string { return fmt.Sprintf("A,t%d,30.00,10.00\n", i) }, 4 << 20},
		"tenders in long rows":     {tender, "", func(i int) string { return fmt.Sprintf("A%01000d,t%d,30.00,10.00\n", i, i) }, 4 << 20},
		"batches": {shipped(t, "checks-by-name"), "deposit date,batch,account,amount,check number,routing number,bank account\n",
			func(i int) string {
				return fmt.Sprintf("03/03/2026,%d,31970791,262.17,%d,121000358,1234567\n", i/10, i)
			}, 1 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			file := &endless{head: c.head, row: c.row, rows: 100_000}
			var before, now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			highest, items := uint64(0), 0
			for _, err := range delim.Scan(file, c.profile, "endless.csv") {
				require.NoError(t, err)
				if items++; items%5_000 == 0 {
					runtime.GC()
					runtime.ReadMemStats(&now)
					highest = max(highest, now.HeapAlloc)
				}
			}
			require.Greater(t, items, 90_000)
			require.Less(t, int64(highest)-int64(before.HeapAlloc), c.most, "4 to 100 MB were read")
		})
	}
}
