package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func TestCheckTellsWhatAGoodBookHolds(t *testing.T) {
	code, stdout, stderr := price(t, "", "-check", twoRates)
	require.Equal(t, exitPriced, code)
	require.Empty(t, stderr)
	golden(t, "two_rates.txt", stdout)

	text, err := os.ReadFile(twoRates)
	require.NoError(t, err)
	code, fromStdin, stderr := price(t, string(text), "-check", "-")
	require.Equal(t, exitPriced, code)
	require.Empty(t, stderr)
	require.Equal(t, stdout, strings.Replace(fromStdin, "standard input", twoRates, 1))
}

const (
	// smallBook is a book without checks; its one schedule has what the test puts there.
	smallBook = `headgate: rate-book/1
name: Small
schedules:
  - id: flat
    unit: CCF
    rounding: {mode: half_up, place: line}
    select: by_period_start
    proration: not_prorated
    usage: exact
`
	charges = "charges: [{id: water, per_unit: 2}]\n"
	check   = "checks: [{name: one, schedule: flat, usage: 3, total: 6}]\n"
)

func TestCheckSaysWhenVersionsHoldAndWhatProvesThem(t *testing.T) {
	for name, c := range map[string]struct{ more, first, rows string }{
		"undated, no check": {
			"    undated: true\n    versions:\n      - " + charges,
			"good, but no check proves its amounts", "flat      0       undated\n",
		},
		"undated, a check": {
			"    undated: true\n    versions:\n      - " + charges + check,
			"good, its check holds", "flat      1       undated\n",
		},
		"open at both ends": {
			"    versions:\n      - " + charges,
			"good, but no check proves its amounts", "flat      0       always\n",
		},
		"open at its start, with an address": {
			"    versions:\n      - to: 2018-03-01\n        source: {address: https://example.org}\n        " + charges + "      - from: 2018-03-01\n        to: 2018-05-01\n        " + charges,
			"good, but no check proves its amounts", "flat      0       to 2018-02-28             https://example.org\n                  2018-03-01 to 2018-04-30\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := price(t, smallBook+c.more, "-check", "-")
			require.Equal(t, exitPriced, code, stderr)
			require.Empty(t, stderr)
			require.Equal(t, "standard input: "+c.first+"\nSmall: 1 schedule\n\nschedule  checks  rates\n"+c.rows, stdout)
		})
	}
}

func TestCheckTellsEveryProblemOfABrokenBook(t *testing.T) {
	code, stdout, stderr := price(t, "", "-check", brokenRates)
	require.Equal(t, exitRefused, code)
	require.Empty(t, stdout)
	golden(t, "broken.txt", stderr)
	require.Equal(t, 7+1, strings.Count(stderr, "\n"))

	// Rates that accounts are to be priced by are told the same, and price nothing.
	code, stdout, priced := price(t, "", "-rates", brokenRates, "-accounts", twoMonths)
	require.Equal(t, exitUnable, code)
	require.Empty(t, stdout)
	require.Equal(t, stderr, priced+brokenRates+": 7 problems\n")
}

func TestABookThatReadsWellIsProvenTooBeforeItPrices(t *testing.T) {
	text, err := os.ReadFile(twoRates)
	require.NoError(t, err)
	for name, c := range map[string]struct{ was, is, want string }{
		"a check that fails by a cent": {"total: 86.44", "total: 86.45", "E_CHECK: checks[0].total: expected $86.45, computed $86.44"},
		"tiers out of order":           {"{up_to: 16, price: 5.65}", "{up_to: 6, price: 5.65}", "E_TIER_ORDER: schedules[0].versions[0].charges[1].tiers[1].up_to: 6 is not above 8; "},
		"a gap between the versions":   {"- from: 2018-07-01", "- from: 2018-07-02", "E_VERSION_GAP: schedules[0].versions[1].from: "},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "rates.yaml")
			faulty := strings.Replace(string(text), c.was, c.is, 1)
			require.NoError(t, os.WriteFile(file, []byte(faulty), 0o644))
			code, stdout, stderr := price(t, "", "-check", file)
			require.Equal(t, exitRefused, code)
			require.Empty(t, stdout)
			require.Contains(t, stderr, c.want)

			code, stdout, stderr = price(t, "", "-rates", file, "-accounts", twoMonths)
			require.Equal(t, exitUnable, code)
			require.Empty(t, stdout)
			require.Contains(t, stderr, c.want)

			code, stdout, stderr = price(t, "", "-format", file)
			require.Equal(t, exitPriced, code, stderr)
			require.Equal(t, faulty, stdout, "its form is none of that")
		})
	}
}

func TestATornBookIsToldAndNothingOfItIsPrinted(t *testing.T) {
	text, err := os.ReadFile(twoRates)
	require.NoError(t, err)
	whole := string(text)
	for name, c := range map[string]struct{ text, want string }{
		"empty":              {"", "standard input:1:1: E_FORMAT: "},
		"another format":     {"rate_structure: {}\n", "standard input:1:1: E_FORMAT: "},
		"cut in a mapping":   {whole[:strings.Index(whole, ", 3/4: 28.75")], "E_YAML: "},
		"cut between values": {whole[:strings.Index(whole, "    versions:")], "E_MISSING: schedules[0].versions: "},
		"not UTF-8":          {strings.Replace(whole, "Base", "B\xe4se", 1), "E_YAML: "},
		"a key twice":        {strings.Replace(whole, "    unit: CCF\n", "    unit: CCF\n    unit: CCF\n", 1), "standard input:9:5: E_DUPKEY: "},
	} {
		for _, flag := range []string{"-check", "-format"} {
			t.Run(name+" "+flag, func(t *testing.T) {
				code, stdout, stderr := price(t, c.text, flag, "-")
				require.Equal(t, exitRefused, code)
				require.Empty(t, stdout)
				require.Contains(t, stderr, c.want)
				require.Regexp(t, `(?m)^standard input: \d+ problems?\n\z`, stderr)
			})
		}
	}
}

func TestABookThatCannotBeReadOnIsNotJudged(t *testing.T) {
	for _, flag := range []string{"-check", "-format"} {
		var stdout, stderr bytes.Buffer
		broken := io.MultiReader(strings.NewReader("headgate: rate-book/1\n"), iotest.ErrReader(errors.New("the disk is gone")))
		require.Equal(t, exitUnable, run([]string{flag, "-"}, broken, &stdout, &stderr))
		require.Empty(t, stdout.String())
		require.Equal(t, "price: read standard input: the disk is gone\n", stderr.String())
	}
}

func TestFormatPrintsTheCanonicalForm(t *testing.T) {
	text, err := os.ReadFile(twoRates)
	require.NoError(t, err)
	code, stdout, stderr := price(t, "", "-format", twoRates)
	require.Equal(t, exitPriced, code)
	require.Empty(t, stderr)
	require.Equal(t, string(text), stdout, "it has that form")

	ragged := strings.NewReplacer("{mode: half_up, place: line}", "\n        place:   line\n        mode: half_up", "unit: CCF\n", "unit: 'CCF' \n").Replace(string(text))
	code, stdout, stderr = price(t, ragged, "-format", "-")
	require.Equal(t, exitPriced, code, stderr)
	require.Empty(t, stderr)
	require.Equal(t, string(text), stdout)
}

func TestABookPricesAlikeUnderAnyOfItsNames(t *testing.T) {
	const asJSON = `{"headgate": "rate-book/1", "name": "Small", "schedules": [{"id": "flat", "unit": "CCF",
		"rounding": {"mode": "half_up", "place": "line"}, "select": "by_period_start", "proration": "not_prorated", "usage": "exact",
		"undated": true, "versions": [{"charges": [{"id": "water", "per_unit": 2}]}]}]}`
	asYAML := smallBook + "    undated: true\n    versions:\n      - " + charges
	for name, text := range map[string]string{"a.yaml": asYAML, "a.yml": asYAML, "a.YAML": asYAML, "a.json": asJSON, "b.yaml": asJSON} {
		file := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		code, stdout, stderr := price(t, "class,usage\nflat,1.5\n", "-rates", file, "-accounts", "-")
		require.Equal(t, exitPriced, code, stderr)
		require.Equal(t, "class,usage,total,status\nflat,1.5,3.00,OK\n", stdout)
	}
}

func TestCycleAndCarriedAreReadAndRefused(t *testing.T) {
	for name, c := range map[string]struct{ cells, want string }{
		"neither, and the cycle is needed":  {"shop,1,,", "E_NO_PERIOD: cycle_days: "},
		"no number of days":                 {"shop,1,thirty,", `E_NO_PERIOD: cycle_days: "thirty" is no number of days; write`},
		"a part of a day":                   {"shop,1,30.5,", `"30.5" is no number of days`},
		"no days":                           {"shop,1,0,", `"0" is no number of days`},
		"days below zero":                   {"shop,1,-1,", `"-1" is no number of days`},
		"more days than a cycle has":        {"shop,1,367,", "E_NO_PERIOD: cycle_days: "},
		"carried is no number":              {"shop,1,30,x", `E_USAGE: carried: "x": `},
		"carried is a fraction":             {"shop,1,30,1/4", `E_USAGE: carried: "1/4": `},
		"a whole unit is carried":           {"shop,1,30,1", "E_USAGE: "},
		"carried where rates carry nothing": {"home,1,,0.5", "E_USAGE: "},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := price(t, "class,usage,cycle_days,carried,meter_size,from,to\n"+c.cells+",3/4,2018-06-01,2018-07-01\n", "-rates", twoRates, "-accounts", "-")
			require.Equal(t, exitRefused, code, stdout)
			require.True(t, strings.HasPrefix(stderr, "standard input:2: "), stderr)
			require.Contains(t, stderr, c.want)
		})
	}
	// For OWRS, which has neither, the columns are facts as any others.
	file := filepath.Join(t.TempDir(), "facts.owrs")
	require.NoError(t, os.WriteFile(file, []byte("rate_structure:\n  ANY:\n    bill: cycle_days + carried\n"), 0o644))
	code, stdout, stderr := price(t, "class,usage,cycle_days,carried\nANY,0,30.5,2\n", "-rates", file, "-accounts", "-")
	require.Equal(t, exitPriced, code, stderr)
	require.True(t, strings.HasSuffix(stdout, ",32.50,OK\n"), stdout)
}
