package meterread_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
)

// fixedFile is a file of that many reads, each of another meter.
func fixedFile(id string, reads int) []byte {
	var b bytes.Buffer
	for i := range reads {
		switch id {
		case "smartfusion-a-radix1-reads":
			fmt.Fprintf(&b, "   012%06d %-7d112026%-10d\r\n", i%1_000_000, 45210+i%1000, 70_000_000+i)
		case "smartfusion-k3-sensus-notes-reads":
			fmt.Fprintf(&b, "%-12d%-15d%15sM%-9d1120DO%-10d %-11s%-11s\r\n", i, 70_000_000+i, "", 45210+i%1000, 80_000_000+i, "36.684400", "-121.80220")
		case "smartfusion-usage-file":
			fmt.Fprintf(&b, "%-12d%-121s%015d261120%07d261020%07d%07d  261120000000%29s%09d%010d%010d\r\n", i, "DOE JANE", 70_000_000+i, 45210, 44890, 320, "", 12, i, 0)
		case "itron-mvrs-upload":
			fmt.Fprintf(&b, "CUS%-8s%03d%-20d%-20s%-40s%03d%29s\r\n", "012", 1, i, "DOE JANE", "11 RESERVATION RD", 0, "")
			fmt.Fprintf(&b, "MTR%-8s%03d%03d%14s%-14s%-12d%04d%08d%57s\r\n", "012", 1, 0, "", "", 70_000_000+i, 0, 120, "")
			fmt.Fprintf(&b, "RDG%-8s%4s %03d%03d%03d %06d%d%010d%04d112020260930%02dK%64s\r\n", "012", "", 0, 0, 0, 1, 0, 45210+i%1000, 1, 5, "")
		}
	}
	return b.Bytes()
}

var benchmarked = []string{"smartfusion-a-radix1-reads", "smartfusion-k3-sensus-notes-reads", "smartfusion-usage-file", "itron-mvrs-upload"}

var closing = meterread.Options{File: "reads.txt", CycleClose: civil.MustDate("2026-11-30")}

// pass decodes a file and counts its reads.
func pass(layout *meterread.Layout, r io.Reader) (reads int, sum int64, err error) {
	for item, e := range meterread.Decode(layout, r, closing) {
		if e != nil {
			return reads, sum, e
		}
		if item.Read.Status == meterread.Reading {
			reads++
			sum += item.Read.Number.Coefficient()
		}
	}
	return reads, sum, nil
}

// look is pass, and asks each read whose it is.
func look(layout *meterread.Layout, r io.Reader) (reads int, err error) {
	for item, e := range meterread.Decode(layout, r, closing) {
		if e != nil {
			return reads, e
		}
		if item.Read.Status == meterread.Reading && (item.Read.Meter() != "" || item.Read.Account() != "") {
			reads++
		}
	}
	return reads, nil
}

// floor only reads the lines.
func floor(r io.Reader) (lines int) {
	s := bufio.NewScanner(r)
	for s.Scan() {
		lines++
	}
	return lines
}

func BenchmarkDecode(b *testing.B) {
	for _, id := range benchmarked {
		const reads = 20_000
		src := fixedFile(id, reads)
		layout := shipped(b, id)
		b.Run(id, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			var n int
			for b.Loop() {
				var err error
				n, _, err = pass(layout, bytes.NewReader(src))
				require.NoError(b, err)
			}
			require.Equal(b, reads, n)
			b.ReportMetric(float64(reads)*float64(b.N)/b.Elapsed().Seconds(), "reads/s")
		})
		b.Run(id+"/floor", func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				floor(bytes.NewReader(src))
			}
		})
	}
}

// BenchmarkRatio states how many times the floor of the same run a decode takes: of a text in memory, and of a stream.
func BenchmarkRatio(b *testing.B) {
	for _, id := range benchmarked {
		src := fixedFile(id, 20_000)
		text := string(src)
		layout := shipped(b, id)
		for name, source := range map[string]func() io.Reader{
			"text":   func() io.Reader { return strings.NewReader(text) },
			"stream": func() io.Reader { return bytes.NewReader(src) },
		} {
			b.Run(id+"/"+name, func(b *testing.B) {
				var decoding, reading time.Duration
				for b.Loop() {
					start := time.Now()
					floor(source())
					middle := time.Now()
					_, _, err := pass(layout, source())
					reading, decoding = reading+middle.Sub(start), decoding+time.Since(middle)
					require.NoError(b, err)
				}
				b.ReportMetric(float64(decoding)/float64(reading), "x-floor")
			})
		}
	}
}

func TestFixedLayoutTakesAtMostTwoAllocationsARead(t *testing.T) {
	for _, id := range benchmarked {
		t.Run(id, func(t *testing.T) {
			const reads = 5000
			src := fixedFile(id, reads)
			layout := shipped(t, id)
			allocs := testing.AllocsPerRun(3, func() {
				n, err := look(layout, bytes.NewReader(src))
				require.NoError(t, err)
				require.Equal(t, reads, n)
			})
			require.LessOrEqual(t, allocs/reads, 2.0)
			source := meterread.Source(layout, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(src)), nil }, meterread.SourceOptions{Options: closing})
			allocs = testing.AllocsPerRun(3, func() {
				n := 0
				for _, err := range source.Reads() {
					require.NoError(t, err)
					n++
				}
				require.Equal(t, reads, n)
			})
			require.LessOrEqual(t, allocs/reads, 2.0, "as a source of reads, with texts of its own")
		})
	}
}

// repeated is a source that gives the same text again and again.
type repeated struct {
	text []byte
	left int64
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && r.left > 0 {
		m := copy(p[n:min(int64(len(p)), int64(n)+r.left)], r.text[r.at:])
		r.at = (r.at + m) % len(r.text)
		n, r.left = n+m, r.left-int64(m)
	}
	return n, nil
}

// TestMemoryStaysFlat reads a generated stream: 64 MB here; the benchmark below reads as much as it is told to.
func TestMemoryStaysFlat(t *testing.T) {
	for _, id := range benchmarked {
		t.Run(id, func(t *testing.T) { require.Less(t, peak(t, id, 1<<26), uint64(32<<20)) })
	}
}

// peak is the most memory in use while a stream of that many bytes is read.
func peak(t testing.TB, id string, bytes int64) uint64 {
	text := fixedFile(id, 1000)
	bytes -= bytes % int64(len(text))
	layout := shipped(t, id)
	var most uint64
	reads := 0
	var m runtime.MemStats
	for item, err := range meterread.Decode(layout, &repeated{text: text, left: bytes}, closing) {
		require.NoError(t, err)
		if item.Read.Status == meterread.Reading {
			if reads++; reads%200_000 == 0 {
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
		}
	}
	require.Equal(t, int(bytes/int64(len(text)))*1000, reads)
	return most
}

// BenchmarkTenGigabytes reads a stream of 10 GB once: -benchtime 1x.
func BenchmarkTenGigabytes(b *testing.B) {
	for b.Loop() {
		b.ReportMetric(float64(peak(b, "smartfusion-a-radix1-reads", 10_000_000_000))/1e6, "peak-MB")
	}
}
