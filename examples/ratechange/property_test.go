package main

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// totals is where the page says what all bills come to.
var totals = regexp.MustCompile(`(?m)^([\d,]+) bills?: (-?\$[\d,.]+) instead of (-?\$[\d,.]+), `)

// cents reads an amount as the page shows it.
func cents(t require.TestingT, text string) *big.Int {
	n, ok := new(big.Int).SetString(strings.NewReplacer("$", "", ",", "", ".", "").Replace(text), 10)
	require.True(t, ok, text)
	return n
}

func TestTheTotalsAreThoseOfALoop(t *testing.T) {
	folder(t)
	before, err := readRates("before", "before.yaml", 0, &strings.Builder{})
	require.NoError(t, err)
	after, err := readRates("after", "after.yaml", 0, &strings.Builder{})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		var csv strings.Builder
		csv.WriteString("class,meter_size,usage,from,to,drought_stage\n")
		was, is := new(big.Int), new(big.Int)
		bills, left := 0, 0
		for range rapid.IntRange(1, 40).Draw(t, "rows") {
			class := rapid.SampledFrom([]string{"central-water", "ord-water", "central-fire", "ord-fire", "sewer"}).Draw(t, "class")
			size := rapid.SampledFrom([]string{"5/8", "3/4", "1", "1 1/2", "2", "8", "9"}).Draw(t, "size")
			usage := strconv.Itoa(rapid.IntRange(0, 400).Draw(t, "usage")) + "." + strconv.Itoa(rapid.IntRange(0, 9).Draw(t, "tenth"))
			stage := rapid.SampledFrom([]string{"0", "1", "2", ""}).Draw(t, "stage")
			days := rapid.SampledFrom([]string{"2018-03-01,2018-04-01", "2018-06-11,2018-07-10", "2018-12-20,2019-01-20"}).Draw(t, "days")
			fmt.Fprintf(&csv, "%s,%s,%s,%s,%s\n", class, size, usage, days, stage)

			volume, err := metering.VolumeOf(usage, metering.CCF748)
			require.NoError(t, err)
			in := rates.Input{Schedule: class, Usage: volume, Facts: rates.Facts{"meter_size": size}, Period: civil.MustPeriod("[" + strings.Replace(days, ",", ", ", 1) + ")")}
			if stage != "" {
				in.Facts["drought_stage"] = stage
			}
			p, errBefore := before.engine.Price(in)
			q, errAfter := after.engine.Price(in)
			if errBefore != nil || errAfter != nil {
				left++
				continue
			}
			bills++
			was.Add(was, big.NewInt(p.Total.Cents()))
			is.Add(is, big.NewInt(q.Total.Cents()))
		}
		var stdout, stderr strings.Builder
		code := run([]string{"-before", "before.yaml", "-after", "after.yaml", "-accounts", "-"}, strings.NewReader(csv.String()), &stdout, &stderr)
		if left == 0 {
			require.Equal(t, exitProven, code)
			require.Empty(t, stderr.String())
		} else {
			require.Equal(t, exitUnproven, code)
			require.Contains(t, stderr.String(), fmt.Sprintf("standard input: %d of %s left out\n", left, counted(int64(bills+left), "row")))
		}
		said := totals.FindStringSubmatch(stdout.String())
		if bills == 0 {
			require.Nil(t, said)
			return
		}
		require.NotNil(t, said)
		require.Equal(t, strconv.Itoa(bills), said[1])
		require.Equal(t, is, cents(t, said[2]))
		require.Equal(t, was, cents(t, said[3]))
	})
}

// The published rates of Santa Monica of 2016, and a proposal for its homes, over the usage of its bills: by whole cents, in
// a loop that shares nothing with the engine.
func TestPublishedRatesComeToWhatALoopOverThemDoes(t *testing.T) {
	root, set := os.LookupEnv("HEADGATE_CORPUS")
	if !set {
		t.Skip("HEADGATE_CORPUS is unset: the published rates are not tested")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS must be absolute, and is %q", root)
	city := filepath.Join(root, "owrs/rates/California/Santa Monica City of - 2581")
	published, err := os.ReadFile(filepath.Join(city, "Older/smc-2016-03-01.owrs"))
	require.NoError(t, err)
	counts, err := os.ReadFile(filepath.Join(root, "owrs/santamonica_usage_counts.csv"))
	require.NoError(t, err)

	folder(t)
	write(t, "before.owrs", string(published))
	write(t, "after.owrs", changed(t, string(published), "- 2.87", "- 3.01", "- 4.29", "- 4.50", "- 6.44", "- 6.76", "- 10.07", "- 10.57"))
	var accounts strings.Builder
	accounts.WriteString("class,usage,from,to\n")
	tiers := [2][4]int64{{287, 429, 644, 1007}, {301, 450, 676, 1057}}
	var want [2]int64
	bills := 0
	for line := range strings.Lines(string(counts)) {
		cells := strings.Split(strings.TrimSpace(line), ",")
		usage, err := strconv.ParseInt(cells[1], 10, 64)
		if err != nil || usage > 500 {
			continue // the header
		}
		bills++
		fmt.Fprintf(&accounts, "RESIDENTIAL_SINGLE,%d,2018-02-01,2018-04-01\n", usage)
		for side := range tiers {
			for unit := int64(1); unit <= usage; unit++ {
				tier := 0
				for _, first := range []int64{15, 41, 149} {
					if unit >= first {
						tier++
					}
				}
				want[side] += tiers[side][tier]
			}
		}
	}
	code, stdout, stderr := ratechange(t, accounts.String(), "-before", "before.owrs", "-after", "after.owrs", "-accounts", "-")
	require.Equal(t, exitUnproven, code, "nothing proves the file after")
	said := totals.FindStringSubmatch(stdout)
	require.NotNil(t, said, stdout+stderr)
	require.Equal(t, bills, int(cents(t, said[1]).Int64()))
	require.Equal(t, want[1], cents(t, said[2]).Int64())
	require.Equal(t, want[0], cents(t, said[3]).Int64())

	code, stdout, stderr = ratechange(t, accounts.String(), "-before", "before.owrs", "-after", filepath.Join(city, "smc-2018-01-03.owrs"), "-accounts", "-")
	require.Equal(t, exitUnable, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "smc-2018-01-03.owrs:10:5: E_YAML: ")
}
