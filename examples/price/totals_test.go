package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// manyRows is so many accounts of two classes, in any order, for the months of 2018.
func manyRows(rows int) []byte {
	var text bytes.Buffer
	text.WriteString("account,class,meter_size,usage,from,to\n")
	classes := [...]string{"ord-water", "central-water", "ord-water"}
	sizes := [...]string{"3/4", "1", "1 1/2", "2", "3"}
	for i := range rows {
		month := 1 + i*7%11
		fmt.Fprintf(&text, "invented-%07d,%s,%s,%d.%d,2018-%02d-01,2018-%02d-01\n", i, classes[i*5%3], sizes[i*11%5], i*37%60, i%10, month, month+1)
	}
	return text.Bytes()
}

// Totals leave next to nothing behind for a row, so that their memory is that of a few rows,
// whatever the length of the file.
func TestTotalsLeaveNothingBehind(t *testing.T) {
	const rows = 50_000
	text := manyRows(rows)
	var before, after runtime.MemStats
	var stdout, stderr bytes.Buffer
	runtime.ReadMemStats(&before)
	require.Equal(t, exitPriced, run([]string{"-accounts", "-", "-totals"}, bytes.NewReader(text), &stdout, &stderr), stderr.String())
	runtime.ReadMemStats(&after)
	require.Contains(t, stdout.String(), fmt.Sprintf("in all,%d,", rows))
	// What is read is made a text once, and the rates are read and compiled.
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2*len(text)+8<<20))
	require.Less(t, after.Mallocs-before.Mallocs, uint64(100_000))
}

// BenchmarkTotals sets totals of a file of a million rows beside only reading it with package
// csv: at most twice its time.
func BenchmarkTotals(b *testing.B) {
	const rows = 1_000_000
	name := filepath.Join(b.TempDir(), "accounts.csv")
	require.NoError(b, os.WriteFile(name, manyRows(rows), 0o600))
	perRow := func(b *testing.B) { b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row") }
	b.Run("only-reading", func(b *testing.B) {
		for range b.N {
			f, err := os.Open(name)
			require.NoError(b, err)
			r := csv.NewReader(f)
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
			require.NoError(b, f.Close())
		}
		perRow(b)
	})
	b.Run("totals", func(b *testing.B) {
		for range b.N {
			if code := run([]string{"-accounts", name, "-totals"}, nil, io.Discard, io.Discard); code != exitPriced {
				b.Fatal(code)
			}
		}
		perRow(b)
	})
}
