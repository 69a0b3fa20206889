package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

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
	require.Empty(t, stderr)
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
	require.Equal(t, 2, strings.Count(stderr, "\n"))
}

func TestWhyReadsNoFurtherThanItsRows(t *testing.T) {
	const rows = "class,usage,meter_size,from,to\nord-water,13,3/4,2018-03-01,2018-04-01\nord-water,14,3/4,2018-03-01,2018-04-01\n"
	run := func(why string) (code int, stdout, stderr string) {
		var out, notes bytes.Buffer
		code = run([]string{"-accounts", "-", "-why", why}, io.MultiReader(strings.NewReader(rows), iotestErr{errors.New("the disk is gone")}), &out, &notes)
		return code, out.String(), notes.String()
	}
	code, stdout, stderr := run("2,1")
	require.Equal(t, exitPriced, code, stderr)
	require.Contains(t, stdout, "$5.65 less than")
	require.Empty(t, stderr)

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
		require.Equal(t, 1+want, strings.Count(stdout, "\n"), stdout)
		require.True(t, strings.HasPrefix(stdout, twoMonths+":4, row 3\nhome, "), stdout)
	}
}
