package main

import (
	"encoding/csv"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func TestTheInventedAccountsAreAHundredOfEveryKind(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(inventedAccounts())).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 101)
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		require.False(t, seen[row[0]], row[0])
		require.Contains(t, row[0], "invented-")
		for _, cell := range row[:3] {
			seen[cell] = true
		}
		if !strings.HasSuffix(row[3], "0") {
			seen["a fraction"] = true
		}
	}
	for schedule := range bases {
		require.True(t, seen[schedule], schedule)
	}
	for _, size := range sizes {
		require.True(t, seen[size], size)
	}
	require.True(t, seen["a fraction"])
	require.Equal(t, inventedAccounts(), inventedAccounts())
}

func TestTheDistrictIsPricedAndExplained(t *testing.T) {
	code, stdout, stderr := price(t, "")
	require.Equal(t, exitPriced, code)
	require.Empty(t, stderr)
	for line := range strings.Lines(stdout) {
		require.LessOrEqual(t, len([]rune(line)), 101, line)
	}

	// The explanation is the engine's; the rest is golden.
	own, err := readOwnBook()
	require.NoError(t, err)
	volume, err := metering.VolumeOf("13.0", metering.CCF748)
	require.NoError(t, err)
	why := own.engine.Explain(rates.Input{
		Schedule: "ord-water", Period: civil.MustPeriod("[2018-03-01, 2018-04-01)"), Usage: volume,
		Facts: rates.Facts{"account": "invented-016", "meter_size": "3/4"},
	}).String()
	require.Equal(t, 1, strings.Count(stdout, why))
	golden(t, "district.txt", strings.Replace(stdout, why, "(explained)", 1))

	// The bills of the table, and their sum, by the published figures.
	var sum int64
	rows, err := csv.NewReader(strings.NewReader(inventedAccounts())).ReadAll()
	require.NoError(t, err)
	for _, row := range rows[1:] {
		cents := byHand(t, row[1], row[2], row[3])
		sum += cents
		for line := range strings.Lines(stdout) {
			if strings.HasPrefix(line, row[0]) {
				require.True(t, strings.HasSuffix(line, " "+dollarsOf(cents)+"\n"), line)
			}
		}
	}
	require.Contains(t, stdout, " "+dollarsOf(sum)+"\n")
}

// dollarsOf is an amount as the table writes it, below a million.
func dollarsOf(cents int64) string {
	text := big.NewRat(cents, 100).FloatString(2)
	if n := len(text); n > 6 {
		text = text[:n-6] + "," + text[n-6:]
	}
	return text
}
