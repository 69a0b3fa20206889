package ratecheck_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// corpus is the folder of the published rates; without it the test is skipped.
func corpus(t testing.TB) string {
	t.Helper()
	root, set := os.LookupEnv("HEADGATE_CORPUS")
	if !set {
		t.Skip("HEADGATE_CORPUS is unset: the published rates are not tested")
	}
	require.True(t, filepath.IsAbs(root), "HEADGATE_CORPUS must be absolute, and is %q", root)
	return filepath.Join(root, "owrs")
}

// records reads a CSV file as maps by column.
func records(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var all []map[string]string
	for _, row := range rows[1:] {
		record := map[string]string{}
		for i, cell := range row {
			record[rows[0][i]] = cell
		}
		all = append(all, record)
	}
	return all
}

// A rateFile is a published file that loads, with the accounts that bills of it are known for.
type rateFile struct {
	fid, path string
	engine    *rates.Engine
	accounts  []rates.Input
	// prices are the classes that at least one of the accounts has a price in.
	prices map[string]bool
}

var readRateFiles = sync.OnceValues(func() ([]*rateFile, error) {
	root := filepath.Join(os.Getenv("HEADGATE_CORPUS"), "owrs")
	t := &testing.T{}
	var all []*rateFile
	by := map[string]*rateFile{}
	for _, r := range records(t, filepath.Join(root, "files.csv")) {
		src, err := os.ReadFile(filepath.Join(root, "rates", r["path"]))
		if err != nil {
			return nil, err
		}
		file, err := owrs.Parse(r["path"], src)
		if err != nil {
			continue // three files are to be refused
		}
		engine, err := rates.Compile(file.Book(money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}))
		if err != nil {
			return nil, err
		}
		f := &rateFile{fid: r["fid"], path: r["path"], engine: engine, prices: map[string]bool{}}
		by[f.fid] = f
		all = append(all, f)
	}
	seen := map[string]bool{}
	for _, r := range records(t, filepath.Join(root, "golden.csv")) {
		f := by[r["fid"]]
		if f == nil {
			continue
		}
		f.prices[r["class"]] = f.prices[r["class"]] || r["status"] == "OK"
		if key := r["fid"] + "/" + r["class"] + "/" + r["inputs"]; !seen[key] {
			seen[key] = true
			inputs := map[string]string{}
			for _, pair := range strings.Split(r["inputs"], ";") {
				if name, value, ok := strings.Cut(pair, "="); ok {
					inputs[name] = value
				}
			}
			f.accounts = append(f.accounts, rates.Input{Schedule: r["class"], Facts: owrs.Facts(inputs)})
		}
	}
	return all, nil
})

// published are the published rates of a file.
func published(t testing.TB, fid string) (*rates.Engine, []rates.Input) {
	t.Helper()
	corpus(t)
	all, err := readRateFiles()
	require.NoError(t, err)
	for _, f := range all {
		if f.fid == fid {
			return f.engine, f.accounts
		}
	}
	require.Fail(t, "there is no file "+fid)
	return nil, nil
}

// exceptions are the laws that published rates break: each is a finding about a real tariff, or
// about how it was written down.
var exceptions = map[string][]ratecheck.Exception{
	"F165": {{Law: ratecheck.NeverNegative, Schedule: "IRRIGATION",
		Reason: `Claremont writes "turn-on_charge" in the bill, which the format reads as turn less on_charge: a slip of writing`}},
	"F238": {{Law: ratecheck.LargerPaysMore, Schedule: "FIRE_SERVICE",
		Reason: `Long Beach's 12" fire line costs $33.67 between $264.75 for 10" and $489.14 for 16": the comment beside it, 10.976 a day, makes it $333.67`}},
	"F337": {{Law: ratecheck.LargerPaysMore, Reason: `Red Bluff's 1 1/2" meter costs $4833 between $25.78 for 1" and $60.24 for 2": a lost point, of 48.33, in every class`}},
	"F358": {{Law: ratecheck.LargerPaysMore, Reason: `Rowland's 4" meter costs $243.61 between $257.04 for 3" and $856.27 for 6": lost digits, in every class`}},
	"F366": {{Law: ratecheck.LargerPaysMore, Schedule: "RESIDENTIAL_MULTI", Reason: `Sacramento Suburban's 1 1/2" connection costs $87.31 with a 3/4" meter, and 2" $86.73`}},
	"F365": {
		{Law: ratecheck.LargerPaysMore, Schedule: "RESIDENTIAL_SINGLE_UNMETERED", Reason: `Sacramento Suburban's unmetered 1 1/2" service costs $47.60, and 2" $47.02`},
		{Law: ratecheck.LargerPaysMore, Schedule: "RESIDENTIAL_MULTI_UNMETERED", Reason: `Sacramento Suburban's unmetered 1 1/2" connection costs $47.60, and 2" $47.02`},
	},
}

func TestPublishedRatesKeepTheLaws(t *testing.T) {
	corpus(t)
	all, err := readRateFiles()
	require.NoError(t, err)
	require.Len(t, all, 57)
	classes, bills, excepted := 0, 0, 0
	for _, f := range all {
		t.Run(f.fid, func(t *testing.T) {
			report := ratecheck.Laws(f.engine, ratecheck.LawOptions{Bills: f.accounts, Exceptions: exceptions[f.fid]})
			for _, b := range report.Breaches {
				t.Errorf("%s: %s", f.path, b.String())
			}
			require.Empty(t, report.Idle)
			excepted += len(report.Excepted)
			for _, id := range report.Untried {
				require.False(t, f.prices[id], "%s has a price", id)
			}
			classes += len(f.engine.Schedules()) - len(report.Untried)
			bills += report.Bills
		})
	}
	t.Logf("%d classes, %d bills, %d exceptions", classes, bills, excepted)
	require.Equal(t, 289, classes)
}
