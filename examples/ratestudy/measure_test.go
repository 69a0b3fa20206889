package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// The figures of the README: the same million accounts under both books, each way in a process of its own, since the
// peak of memory is that of the process.

const million = 1_000_000

// millionAccounts is a file of them.
func millionAccounts(b *testing.B) string {
	b.Helper()
	name := filepath.Join(b.TempDir(), "accounts.csv")
	f, err := os.Create(name)
	require.NoError(b, err)
	require.NoError(b, writeAccounts(f, million))
	require.NoError(b, f.Close())
	return name
}

// measured reports the time for one account, under both books, and the peak of memory where the system tells it.
func measured(b *testing.B, accounts int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(accounts), "ns/account")
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return
	}
	if _, text, ok := strings.Cut(string(status), "VmHWM:"); ok {
		kilobytes, err := strconv.Atoi(strings.Fields(text)[0])
		require.NoError(b, err)
		b.ReportMetric(float64(kilobytes)/1024, "MB-peak")
	}
}

// BenchmarkMillionPipeline is the study on the local runner: files read, rows priced, impacts added up.
func BenchmarkMillionPipeline(b *testing.B) {
	begin(b)
	name := millionAccounts(b)
	for b.Loop() {
		s := &study{now: book{"now.yaml", ownNow}, next: book{"next.yaml", ownNext}, piece: pieceBytes}
		var err error
		s.sources, s.columns, err = findAccounts(context.Background(), name)
		require.NoError(b, err)
		found, err := s.runPipeline(context.Background())
		require.NoError(b, err)
		require.EqualValues(b, 600_000, found["ord-water"].Bills)
	}
	measured(b, million)
}

// BenchmarkMillionLoop is the same study of the same file by a loop: the same reader, pricer and impacts, without Beam.
func BenchmarkMillionLoop(b *testing.B) {
	name := millionAccounts(b)
	now, next := engines(b)
	for b.Loop() {
		found := map[string]impact{}
		_, c, err := findAccounts(context.Background(), name)
		require.NoError(b, err)
		p := newPricer(now, next, c)
		f, err := os.Open(name)
		require.NoError(b, err)
		r := lines{file: name, r: bufio.NewReader(f)}
		for {
			l, err := r.next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(b, err)
			class, o, err := p.line(&l)
			require.NoError(b, err)
			i := found[class]
			i.add(o)
			found[class] = i
		}
		require.NoError(b, f.Close())
		require.EqualValues(b, 600_000, found["ord-water"].Bills)
	}
	measured(b, million)
}

// BenchmarkMillionPrice is the pricing alone: Engine.Price under both books for a thousand accounts, a thousand times.
func BenchmarkMillionPrice(b *testing.B) {
	now, next := engines(b)
	inputs := someInputs(b, now)
	for b.Loop() {
		for range million / len(inputs) {
			for _, in := range inputs {
				_, err := now.Price(in)
				require.NoError(b, err)
				_, err = next.Price(in)
				require.NoError(b, err)
			}
		}
	}
	measured(b, million)
}

// BenchmarkMillionTotals is the pricing alone in the fastest way there is: Bound.Totals under both books, over columns of
// the accounts that are alike in class and meter.
func BenchmarkMillionTotals(b *testing.B) {
	now, next := engines(b)
	type group struct {
		bounds [2]*rates.Bound
		usage  rates.Column
		totals []money.Amount
	}
	groups := map[string]*group{}
	inputs := someInputs(b, now)
	for _, in := range inputs {
		key := in.Schedule + " " + in.Facts["meter_size"]
		g := groups[key]
		if g == nil {
			g = &group{usage: rates.Column{Places: 1}}
			for i, engine := range []*rates.Engine{now, next} {
				var err error
				g.bounds[i], err = engine.Bind(in)
				require.NoError(b, err)
			}
			groups[key] = g
		}
		tenths, ok := in.Usage.Number().Ratio().Mul(exact.Int(10)).Int64()
		require.True(b, ok)
		for range million / len(inputs) {
			g.usage.Values = append(g.usage.Values, tenths)
		}
	}
	for _, g := range groups {
		g.totals = make([]money.Amount, len(g.usage.Values))
	}
	for b.Loop() {
		for _, g := range groups {
			for _, bound := range g.bounds {
				refused, err := bound.Totals(g.totals, g.usage)
				require.NoError(b, err)
				require.Empty(b, refused)
			}
		}
	}
	measured(b, million)
}

// someInputs are the built-in accounts.
func someInputs(b *testing.B, engine *rates.Engine) (inputs []rates.Input) {
	b.Helper()
	var text strings.Builder
	require.NoError(b, writeAccounts(&text, ownAccounts))
	header, rows, _ := strings.Cut(strings.TrimSuffix(text.String(), "\n"), "\n")
	c, err := parseHeader("built-in accounts", header)
	require.NoError(b, err)
	for _, row := range strings.Split(rows, "\n") {
		cells := strings.Split(row, ",")
		unit, _ := engine.Unit(cells[c.Class])
		in, err := c.input(cells, c.factNames(), rates.Facts{}, unit)
		require.NoError(b, err)
		inputs = append(inputs, in)
	}
	return inputs
}
