package lockbox_test

import (
	"bufio"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit/lockbox"
)

// large is a file of 99 batches of 100 checks, the most that the totals' counts can state.
func large(t testing.TB) string {
	f := sample()
	f.Boxes[0].Batches = nil
	for b := range 99 {
		var checks []lockbox.Check
		for i := range 100 {
			checks = append(checks, paid(i+1, stub("90165044", int64(10_00+i))))
		}
		f.Boxes[0].Batches = append(f.Boxes[0].Batches, lockbox.Batch{Number: b + 1, Checks: checks})
	}
	return encode(t, f)
}

func lineFloor(text string) int {
	n := 0
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		n += len(lines.Text())
	}
	return n
}

func scanAll(b testing.TB, text string) (checks int) {
	for item, err := range lockbox.Scan(strings.NewReader(text), layout, "large.bai") {
		if err != nil {
			b.Fatal(err)
		}
		if item.Record != nil {
			checks++
		}
	}
	return checks
}

// BenchmarkScan is measured against the floor of the same run, which only reads the lines.
func BenchmarkScan(b *testing.B) {
	text := large(b)
	b.Run("floor", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			lineFloor(text)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*9900), "ns/check")
	})
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			scanAll(b, text)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*9900), "ns/check")
	})
}

// endless is a file whose batches go on: it is made as it is read.
type endless struct {
	head, batch, tail string
	batches           int
	at                strings.Reader
	step              int
}

func (e *endless) Read(p []byte) (int, error) {
	for e.at.Len() == 0 {
		switch {
		case e.step == 0:
			e.at.Reset(e.head)
		case e.step <= e.batches:
			e.at.Reset(e.batch)
		case e.step == e.batches+1:
			e.at.Reset(e.tail)
		default:
			return 0, io.EOF
		}
		e.step++
	}
	return e.at.Read(p)
}

func TestMemoryIsFlatAtAnySize(t *testing.T) {
	list := strings.SplitAfter(large(t), "\n")
	file := &endless{head: strings.Join(list[:3], ""), batch: strings.Join(list[3:204], ""), tail: strings.Join(list[len(list)-3:], ""), batches: 500}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	highest, checks := uint64(0), 0
	for item, err := range lockbox.Scan(file, layout, "endless.bai") {
		require.NoError(t, err)
		if item.Record == nil {
			continue
		}
		if checks++; checks%10_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapAlloc)
		}
	}
	require.Equal(t, 50_000, checks)
	require.Less(t, int64(highest)-int64(before.HeapAlloc), int64(1<<20), "10 MB were read")
}
