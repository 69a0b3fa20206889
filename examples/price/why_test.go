package main

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func TestWhyTellsTwoRowsApart(t *testing.T) {
	for name, args := range map[string][]string{
		"why_new_rates.txt":    {"-why", "1,3"},
		"why_before_july.txt":  {"-why", "3,1"},
		"why_meter_change.txt": {"-why", "4,2"}, // the bill before stands below
		"why_short_cycle.txt":  {"-why", "5,6"},
		"why_brief_1.txt":      {"-why", "1,3", "-brief", "1"},
		"why_brief_3.txt":      {"-why", "4,2", "-brief", "3"},
		"why_brief_99.txt":     {"-brief", "99", "-why", "4,2"},
		"why_equal.txt":        {"-why", "3,3"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := price(t, "", append([]string{"-rates", twoRates, "-accounts", twoMonths}, args...)...)
			require.Equal(t, exitPriced, code, stderr)
			require.Empty(t, stderr, "the refused row is not asked for")
			golden(t, name, stdout)
		})
	}
}

func TestWhyTellsTheBuiltInAccountsAndThoseOfAnOWRSFileApart(t *testing.T) {
	code, stdout, stderr := price(t, "", "-why", "1,16")
	require.Equal(t, exitPriced, code, stderr)
	require.Equal(t, noteOf(t, "ord-water"), stderr, "once for two rows")
	require.True(t, strings.HasPrefix(stdout, "before: built-in accounts:2, row 1: ord-water, "), stdout)
	require.Contains(t, stdout, "\nafter:  built-in accounts:17, row 16: ord-water, ")
	require.Contains(t, stdout, "+$15.25 ") // 2.7 × 5.65, of rounded lines

	code, stdout, stderr = price(t, "", "-rates", owrsRates, "-accounts", owrsAccounts, "-why", "1,2")
	require.Equal(t, exitPriced, code, stderr)
	require.Empty(t, stderr)
	require.True(t, strings.HasPrefix(stdout, "before: testdata/owrs_accounts.csv:2, row 1: RESIDENTIAL_SINGLE"), stdout)
	require.Contains(t, stdout, "$31.31, $17.96 more than the $13.35 before")
}

func TestWhyOfARefusedRowIsItsReason(t *testing.T) {
	const refused = twoMonths + ":8: E_USAGE: "
	for _, rows := range []string{"7,3", "3,7", "7,7"} {
		code, stdout, stderr := price(t, "", "-rates", twoRates, "-accounts", twoMonths, "-why", rows)
		require.Equal(t, exitRefused, code)
		require.Empty(t, stdout)
		require.True(t, strings.HasPrefix(stderr, refused), stderr)
		require.Equal(t, 1, strings.Count(stderr, "\n"))
	}
	const header, row = "class,usage,meter_size,from,to\n", "ord-water,13,3/4,2018-03-01,2018-04-01\n"
	code, stdout, stderr := price(t, header+row+"sewer,1,,,\nord-water,9,3/4", "-accounts", "-", "-why", "3,2")
	require.Equal(t, exitRefused, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "standard input:3: E_NO_CLASS: ")
	require.Contains(t, stderr, "standard input:4: E_CSV: ", "the line is cut off")
	require.Contains(t, stderr, "standard input:4: note: the last line has no line end")
	require.Equal(t, 3, strings.Count(stderr, "\n"))
}

func TestWhyReadsNoFurtherThanItsRows(t *testing.T) {
	const rows = "class,usage,meter_size,from,to\nord-water,13,3/4,2018-03-01,2018-04-01\nord-water,14,3/4,2018-03-01,2018-04-01\n"
	run := func(why string) (code int, stdout, stderr string) {
		var out, notes bytes.Buffer
		code = run([]string{"-accounts", "-", "-why", why}, io.MultiReader(strings.NewReader(rows), iotest.ErrReader(errors.New("the disk is gone"))), &out, &notes)
		return code, out.String(), notes.String()
	}
	code, stdout, stderr := run("2,1")
	require.Equal(t, exitPriced, code, stderr)
	require.Contains(t, stdout, "$5.65 less than")
	require.Equal(t, noteOf(t, "ord-water"), stderr)

	code, stdout, stderr = run("1,3")
	require.Equal(t, exitUnable, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "standard input:4 cannot be read on: the disk is gone")
}

func TestBriefShortensAnExplanation(t *testing.T) {
	args := []string{"-rates", twoRates, "-accounts", twoMonths, "-explain", "3"}
	code, whole, stderr := price(t, "", args...)
	require.Equal(t, exitPriced, code, stderr)
	golden(t, "explain_row_3.txt", whole)
	for lines, want := range map[string]int{"1": 1, "2": 2, "4": 4, "50": 5} {
		code, stdout, stderr := price(t, "", append(args, "-brief", lines)...)
		require.Equal(t, exitPriced, code, stderr)
		require.Equal(t, want, strings.Count(stdout, "\n"), stdout)
		require.True(t, strings.HasPrefix(stdout, "home, "), stdout)
	}
	for _, lines := range []int{1, 2, 3, 4} {
		code, stdout, stderr := price(t, "", "-rates", twoRates, "-accounts", twoMonths, "-why", "4,2", "-brief", strconv.Itoa(lines))
		require.Equal(t, exitPriced, code, stderr)
		require.LessOrEqual(t, strings.Count(stdout, "\n"), lines, stdout)
		require.True(t, strings.HasPrefix(stdout, "The bill is "), stdout)
	}
}

func TestALastLineThatMayBeCutOffIsToldWhereItIsShown(t *testing.T) {
	const rows = "class,usage,meter_size,from,to\nord-water,13,3/4,2018-03-01,2018-04-01\nord-water,14,3/4,2018-03-01,2018-04-0"
	const note = "standard input:3: note: the last line has no line end"
	for _, args := range [][]string{{"-explain", "2"}, {"-why", "1,2"}, {"-why", "2,1", "-brief", "1"}, {"-lines"}} {
		code, _, stderr := price(t, rows+"2", append([]string{"-accounts", "-"}, args...)...)
		require.Equal(t, exitPriced, code, stderr)
		require.Equal(t, 1, strings.Count(stderr, note), stderr)
	}
	for _, c := range []struct{ end, flag, rows string }{{"2", "-explain", "1"}, {"2", "-why", "1,1"}, {"2\n", "-why", "1,2"}, {"2\n", "-explain", "2"}} {
		code, _, stderr := price(t, rows+c.end, "-accounts", "-", c.flag, c.rows)
		require.Equal(t, exitPriced, code, stderr)
		require.Equal(t, noteOf(t, "ord-water"), stderr)
	}
}

func TestALineThatWasOnlyLookedAtIsNotTheLastRow(t *testing.T) {
	const open = "class,usage,meter_size,from,to\nord-water,13,\"3/4,2018-03-01,2018-04-01\nord-water,14,3/4,2018-03-01,2018-04-01"
	code, _, stderr := price(t, open, "-accounts", "-", "-explain", "1")
	require.Equal(t, exitRefused, code)
	require.Contains(t, stderr, "standard input:2: E_CSV: ")
	require.NotContains(t, stderr, "note: ")
}

func TestPlaceholdersAreToldOnceForEachScheduleThatPrices(t *testing.T) {
	ord, central := noteOf(t, "ord-water"), noteOf(t, "central-water")
	const rows = "class,usage,meter_size,from,to\nord-fire,1,3/4,2018-03-01,2018-04-01\nord-water,13,3/4,2018-03-01,2018-04-01\n" +
		"central-water,13,3/4,2018-03-01,2018-04-01\nord-water,14,3/4,2018-03-01,2018-04-01\n"
	for _, args := range [][]string{nil, {"-exact"}, {"-lines"}, {"-totals"}, {"-totals", "-exact"}} {
		_, stdout, stderr := price(t, rows, append([]string{"-accounts", "-"}, args...)...)
		require.NotContains(t, stdout, "placeholder")
		require.Equal(t, 2, strings.Count(stderr, "note: "), stderr)
		require.Contains(t, stderr, ord+central, "and none of ord-fire, which prices nothing")
	}
	_, _, stderr := price(t, rows, "-accounts", "-", "-why", "2,3")
	require.Equal(t, ord+central, stderr)
	_, _, stderr = price(t, "", "-totals")
	require.Equal(t, 4, strings.Count(stderr, "note: "))

	// Rates whose title says nothing of the kind are priced without a word.
	_, _, stderr = price(t, "", "-rates", twoRates, "-accounts", twoMonths, "-explain", "1")
	require.Empty(t, stderr)
	_, stdout, _ := price(t, "", "-check", ownBookName)
	require.Contains(t, stdout, strings.TrimPrefix(ord, "note: "))
}

func TestNoDayAfterTheRatesOf2018IsPriced(t *testing.T) {
	for _, class := range []string{"ord-water", "central-water", "ord-fire", "central-fire"} {
		for _, days := range []string{"2018-12-15,2019-01-15", "2019-01-01,2019-02-01", "2026-06-01,2026-07-01"} {
			code, stdout, stderr := price(t, "class,usage,meter_size,from,to\n"+class+",1,2,"+days+"\n", "-accounts", "-")
			require.Equal(t, exitRefused, code)
			require.True(t, strings.HasSuffix(stdout, ",,E_NO_VERSION\n"), stdout)
			require.Contains(t, stderr, "standard input:2: E_NO_VERSION: ")
			require.NotContains(t, stderr, "note: ")
		}
	}
}
