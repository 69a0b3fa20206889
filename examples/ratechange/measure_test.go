package main

import (
	"bufio"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/accountfile"
	"github.com/headgate-dev/headgate/adapters/ratefile"
)

// million is a file of a million accounts.
func million(b *testing.B) string {
	b.Helper()
	f, err := os.Create(b.TempDir() + "/million.csv")
	require.NoError(b, err)
	require.NoError(b, writeAccounts(f, 1_000_000))
	require.NoError(b, f.Close())
	return f.Name()
}

// BenchmarkMillion is a whole run of the program over a million accounts, from the file to the page.
func BenchmarkMillion(b *testing.B) {
	name := million(b)
	b.Chdir(b.TempDir())
	require.NoError(b, os.WriteFile("before.yaml", ownBefore, 0o644))
	require.NoError(b, os.WriteFile("after.yaml", ownAfter, 0o644))
	for b.Loop() {
		require.Equal(b, exitProven, run([]string{"-before", "before.yaml", "-after", "after.yaml", "-accounts", name, "-out", "report.html"}, nil, io.Discard, os.Stderr))
	}
}

// BenchmarkMillionPriced only reads the same accounts and prices them twice: what of a run cannot be saved.
func BenchmarkMillionPriced(b *testing.B) {
	name := million(b)
	first, err := ratefile.Parse(ownBeforeName, ownBefore)
	require.NoError(b, err)
	second, err := ratefile.Parse(ownAfterName, ownAfter)
	require.NoError(b, err)
	before, err := first.Compile()
	require.NoError(b, err)
	after, err := second.Compile()
	require.NoError(b, err)
	for b.Loop() {
		f, err := os.Open(name)
		require.NoError(b, err)
		accounts, err := accountfile.NewReader(name, bufio.NewReader(f))
		require.NoError(b, err)
		var sum int64
		for a, err := range accounts.Accounts(accountfile.Change{Before: before, After: after}) {
			p, errBefore := before.Price(a.Before)
			q, errAfter := after.Price(a.After)
			if err != nil || errBefore != nil || errAfter != nil { // without require, which takes longer than the pricing
				b.Fatal(err, errBefore, errAfter)
			}
			sum += q.Total.Cents() - p.Total.Cents()
		}
		require.NotZero(b, sum)
		require.NoError(b, f.Close())
	}
}
