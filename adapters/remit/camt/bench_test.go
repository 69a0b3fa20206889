package camt_test

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/headgate-dev/headgate/adapters/remit/camt"
)

// many entries of one detail each.
const many = 2000

// BenchmarkScan is measured against the floors of the same run: one only reads the lines, the other only takes the tokens.
func BenchmarkScan(b *testing.B) {
	text := head + strings.Repeat(entry("1.00", "CRDT", detail("1.00", "01044171")), many) + tail
	measure := func(b *testing.B, read func()) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			read()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*many), "ns/entry")
	}
	b.Run("lines", func(b *testing.B) {
		measure(b, func() {
			n := 0
			for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
				n += len(lines.Text())
			}
		})
	})
	b.Run("tokens", func(b *testing.B) {
		measure(b, func() {
			for tokens := xml.NewDecoder(strings.NewReader(text)); ; {
				if _, err := tokens.Token(); err != nil {
					if !errors.Is(err, io.EOF) {
						b.Fatal(err)
					}
					return
				}
			}
		})
	})
	b.Run("scan", func(b *testing.B) {
		measure(b, func() {
			n := 0
			for item, err := range camt.Scan(strings.NewReader(text), "large.xml") {
				if err != nil || item.Finding != nil {
					b.Fatal(err, item.Finding)
				}
				if item.Record != nil && item.Record.Detail != nil {
					n++
				}
			}
			if n != many {
				b.Fatal(n)
			}
		})
	})
}
