package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/money"
)

// ratestudy runs the program.
func ratestudy(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	begin(t)
	var out, notes bytes.Buffer
	code = run(args, &out, &notes)
	return code, out.String(), notes.String()
}

const accountsHeader = "account,class,meter_size,usage,from,to\n"

// file writes a file of accounts.
func file(t *testing.T, text string) string {
	t.Helper()
	return filepath.Join(write(t, text), "part-0.csv")
}

func TestRefusedRowsAreCountedAndToldAndTheRestIsPriced(t *testing.T) {
	name := file(t, accountsHeader+
		"1,ord-water,3/4,13,2018-03-01,2018-04-01\n"+
		"2,ord-water,9,13,2018-03-01,2018-04-01\n"+
		"3,ord-water,,13,2018-03-01,2018-04-01\n"+
		"4,sewer,3/4,13,2018-03-01,2018-04-01\n"+
		"5,ord-water,3/4,,2018-03-01,2018-04-01\n"+
		"6,ord-water,\"3/4,13,2018-03-01,2018-04-01\n"+
		"7,ord-water,3/4\",13,2018-03-01,2018-04-01\n"+
		"8,ord-water,3/4,13,2018-03-01\n"+
		"9,ord-water,3/4,13,2018-03-01,\n"+
		"10,ord-water,3/4,13,2018-03-01,2018-02-01\n"+
		"11,ord-water,3/4,13,2018-12-15,2019-01-15\n"+
		"\n"+
		"12,ord-water,3/4,-1,2018-03-01,2018-04-01\n"+
		strings.Repeat("x", maxRecord+1)+"\n")
	code, stdout, stderr := ratestudy(t, "-accounts", name)
	require.Equal(t, exitRefused, code)
	require.Contains(t, stdout, "1 bill priced now by")
	require.Contains(t, stdout, "\nord-water      1      96.48       96.44   -0.04  0.0    -0.04\n")
	require.Contains(t, stdout, `
refused     rows  code
(no class)     4  E_CSV
(no class)     1  E_NO_CLASS
ord-water      1  E_FACT_VALUE
ord-water      1  E_MISSING_FACT
ord-water      1  E_NO_VERSION
ord-water      2  E_PERIOD
ord-water      2  E_USAGE
`)
	told := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	require.Len(t, told, mostTold+1)
	for i, want := range []string{
		":3: E_FACT_VALUE: meter_size: by the rates now, meter_size is ", ":4: E_MISSING_FACT: meter_size: by the rates now, meter_size is needed and not given (at books/now.yaml:",
		`:5: E_NO_CLASS: class: by the rates now, there is no class "sewer"; use one of: central-water, `, ":6: E_USAGE: usage: the usage is empty; ",
		":7: E_CSV: a quoted cell does not end in its line", `:8: E_CSV: a " stands inside a cell; `, ":9: E_CSV: the row has 5 cells, and there are 6 columns; ",
		":10: E_PERIOD: to: the row has a day from, and none to; ", ":11: E_PERIOD: to: ", ":12: E_NO_VERSION: ",
	} {
		require.True(t, strings.HasPrefix(told[i], name+want), told[i])
	}
	require.Equal(t, "12 of 13 rows refused; the first 10 are told", told[mostTold])
}

func TestARowThatOnlyTheNextRatesRefuseIsRefused(t *testing.T) {
	folder := write(t)
	next := filepath.Join(folder, "next.yaml")
	text := strings.ReplaceAll(string(ownNext), "allowed: [5/8, 3/4, ", "allowed: [5/8, ")
	for _, line := range []string{"                3/4: 20.50\n", "                3/4: 36.50\n"} {
		require.Contains(t, text, line)
		text = strings.Replace(text, line, "", 1)
	}
	text, _, _ = strings.Cut(text, "\nchecks:")
	text = strings.Replace(text, "id: ord-fire", "id: other-fire", 1)
	require.NoError(t, os.WriteFile(next, []byte(text), 0o600))
	now := filepath.Join(folder, "now.yaml")
	require.NoError(t, os.WriteFile(now, ownNow, 0o600))
	name := file(t, accountsHeader+"1,ord-water,3/4,13,2018-03-01,2018-04-01\n2,ord-fire,2,0,2018-03-01,2018-04-01\n3,other-fire,2,0,2018-03-01,2018-04-01\n")
	code, stdout, stderr := ratestudy(t, "-accounts", name, "-now", now, "-next", next)
	require.Equal(t, exitRefused, code)
	require.Contains(t, stderr, name+":2: E_FACT_VALUE: meter_size: by the rates next, ")
	require.Contains(t, stderr, name+":3: E_NO_CLASS: class: by the rates next, there is no class \"ord-fire\"; ")
	require.Contains(t, stderr, name+":4: E_NO_CLASS: class: by the rates now, there is no class \"other-fire\"; ")
	require.Contains(t, stdout, "0 bills priced now by "+now+" and next by "+next)
	require.Contains(t, stdout, "\nord-fire       1  E_NO_CLASS\n")
	require.Contains(t, stdout, "\nother-fire     1  E_NO_CLASS\n")
}

func TestALastLineWithoutAnEndIsPricedAndTold(t *testing.T) {
	name := file(t, accountsHeader+"1,ord-water,3/4,13,2018-03-01,2018-04-01\n2,ord-water,3/4,14,2018-03-01,2018-04-01")
	code, stdout, stderr := ratestudy(t, "-accounts", name)
	require.Equal(t, exitPriced, code)
	require.Contains(t, stdout, "2 bills priced")
	require.Equal(t, name+":3: note: the last line has no line end; if the file was cut off there, its last cell may be too short\n", stderr)
	require.NotContains(t, stdout, "invented", "only the built-in accounts are")
}

func TestAFileWithoutRowsHasNoImpact(t *testing.T) {
	for _, text := range []string{accountsHeader, strings.TrimSuffix(accountsHeader, "\n"), accountsHeader + "\n\r\n", "\xef\xbb\xbf" + accountsHeader} {
		code, stdout, stderr := ratestudy(t, "-accounts", file(t, text))
		require.Equal(t, exitPriced, code, stderr)
		require.Empty(t, stderr)
		require.Contains(t, stdout, "0 bills priced")
		require.Contains(t, stdout, "\nin all      0       0.00        0.00    0.00  –     0.00\n")
	}
}

func TestAHeaderThatCannotBeUsedIsRefusedWithEveryFault(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string // one text in each problem
	}{
		"empty file":  {"", []string{"the file is empty"}},
		"empty line":  {"\n" + accountsHeader, []string{"the first line names no columns"}},
		"no class":    {"usage,x\n", []string{"no column is called class"}},
		"neither":     {"a;b\n", []string{"no column is called class", "no column is called usage"}},
		"twice":       {"class,usage,x,x\n", []string{`two columns are called "x"`}},
		"no name":     {"class,usage,\n", []string{"column 3 has no name"}},
		"blanks":      {"class,usage, x\n", []string{`column 3 is called " x"`}},
		"several":     {"class,,x,x\n", []string{"column 2 has no name", `"x"`, "no column is called usage"}},
		"open quote":  {"class,\"usage\n", []string{"names no columns"}},
		"UTF-16":      {"\xff\xfec\x00", []string{"UTF-16"}},
		"compressed":  {"\x1f\x8b\x08", []string{"compressed"}},
		"without end": {strings.Repeat("x", maxRecord+1), []string{"longer than"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, c.text)
			code, stdout, stderr := ratestudy(t, "-accounts", path)
			require.Equal(t, exitUnable, code)
			require.Empty(t, stdout)
			lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
			require.Len(t, lines, len(c.want), stderr)
			for i, line := range lines {
				require.True(t, strings.HasPrefix(line, path+":1: E_HEADER: "), line)
				require.Contains(t, line, c.want[i])
				require.Contains(t, line, "; ", "what to do")
			}
		})
	}
}

func TestFilesOfOneStudyHaveTheSameColumns(t *testing.T) {
	folder := write(t, accountsHeader, "class,usage\n")
	code, _, stderr := ratestudy(t, "-accounts", filepath.Join(folder, "*.csv"))
	require.Equal(t, exitUnable, code)
	require.Contains(t, stderr, filepath.Join(folder, "part-1.csv")+":1: E_HEADER: the first line is not that of "+filepath.Join(folder, "part-0.csv"))
}

func TestTheReportAsCSV(t *testing.T) {
	name := file(t, accountsHeader+"1,ord-water,3/4,13,2018-03-01,2018-04-01\n2,ord-water,3/4,100,2018-03-01,2018-04-01\n3,ord-water,8,2000000,2018-03-01,2018-04-01\n4,sewer,,,,\n")
	code, stdout, _ := ratestudy(t, "-accounts", name, "-csv")
	require.Equal(t, exitRefused, code)
	// Row 3: 84 units in tier 3 at 1.13 more, 8 in tier 2 at 0.45 more, 2.29 off the base charge: 96.23.
	require.Equal(t, `class,bills,now,next,change,percent,average,rise,fall,same,largest_fall,largest_fall_at,p5,median,p95,largest_rise,largest_rise_at,refused
ord-water,3,15242275.43,17502270.52,2259995.09,14.8,753331.70,2,1,0,-0.04,`+name+`:2,-0.04,96.23,2250000.00,2259898.90,`+name+`:4,0
in all,3,15242275.43,17502270.52,2259995.09,14.8,753331.70,2,1,0,-0.04,`+name+`:2,-0.04,96.23,2250000.00,2259898.90,`+name+`:4,1
`, stdout)

	_, stdout, _ = ratestudy(t, "-accounts", name)
	require.Contains(t, stdout, "\nChanges of $1,000.00 and more stand under 5%, median and 95% with three digits, cut toward zero.\n")
}

func TestPercentagesAreExact(t *testing.T) {
	for _, c := range []struct {
		change, before int64
		want           string
	}{
		{1, 3, "33.3"}, {-1, 3, "-33.3"}, {2, 3, "66.7"}, {1, 2000, "0.1"}, {-1, 2000, "-0.1"}, {1, 2001, "0.0"}, {-1, 2001, "0.0"}, {0, 5, "0.0"},
		{-5, 5, "-100.0"}, {7, -7, "100.0"}, {5, 0, ""}, {1005, 10000, "10.1"}, {-1234, 10000, "-12.3"}, {-4, 1000, "-0.4"},
	} {
		require.Equal(t, c.want, percent(money.Cents(c.change), money.Cents(c.before)), c)
	}
}

func TestFlagsThatAskForNothingThatCanBeDoneAreRefused(t *testing.T) {
	good := file(t, accountsHeader)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown":                    {[]string{"-nothing"}, "-nothing; -h shows the flags"},
		"an argument":                {[]string{"accounts.csv"}, `"accounts.csv" is no flag`},
		"now alone":                  {[]string{"-now", "a.yaml"}, "-now and -next go together"},
		"next alone":                 {[]string{"-next", "a.yaml", "-accounts", good}, "-now and -next go together"},
		"books without accounts":     {[]string{"-now", "a.yaml", "-next", "a.yaml"}, "need accounts"},
		"accounts that name nothing": {[]string{"-accounts", ""}, "-accounts names no file"},
		"no such book":               {[]string{"-now", "no.yaml", "-next", "no.yaml", "-accounts", good}, "-now: open no.yaml"},
		"no such accounts":           {[]string{"-accounts", "no.csv"}, "-accounts: no.csv: there is no such file"},
		"no such file system":        {[]string{"-accounts", "nowhere://no.csv"}, "-accounts: file system scheme"},
		"a pattern that is none":     {[]string{"-accounts", "["}, "-accounts: syntax error in pattern"},
		"no such runner":             {[]string{"-runner", "sprint"}, "-runner sprint: there is no such runner; use one of: prism, flink"},
		"not waiting":                {[]string{"-async"}, "-async leaves nothing to report"},
		"workers elsewhere":          {[]string{"-runner", "flink", "-accounts", good}, "name with -results a file"},
		"no endpoint":                {[]string{"-runner", "flink", "-accounts", good, "-results", filepath.Join(t.TempDir(), "r")}, "no job service endpoint"},
		"results that are there":     {[]string{"-accounts", good, "-results", good}, "there is such a file already"},
		"results nowhere":            {[]string{"-accounts", good, "-results", "nowhere://r"}, "-results: file system scheme"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := ratestudy(t, c.args...)
			require.Equal(t, exitUnable, code)
			require.Empty(t, stdout)
			require.True(t, strings.HasPrefix(stderr, "ratestudy: "), stderr)
			require.Contains(t, stderr, c.want)
			require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		})
	}
}

func TestABookThatDoesNotCompileIsToldWithItsPlaces(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	require.NoError(t, os.WriteFile(broken, bytes.Replace(ownNext, []byte("half_up"), []byte("half_down"), 1), 0o600))
	code, _, stderr := ratestudy(t, "-now", broken, "-next", broken, "-accounts", file(t, accountsHeader))
	require.Equal(t, exitUnable, code)
	require.True(t, strings.HasPrefix(stderr, broken+":"), stderr)
}

func TestResultsStayWhereTheyAreAskedFor(t *testing.T) {
	results := filepath.Join(t.TempDir(), "results.jsonl")
	code, want, _ := ratestudy(t)
	require.Equal(t, exitPriced, code)
	code, stdout, stderr := ratestudy(t, "-results", results, "-csv=false")
	require.Equal(t, exitPriced, code, stderr)
	require.Equal(t, want, stdout)
	text, err := os.ReadFile(results)
	require.NoError(t, err)
	require.Equal(t, 5, bytes.Count(text, []byte("\n")), "four classes, and the header")
}

func TestTheManualIsPrinted(t *testing.T) {
	code, stdout, stderr := ratestudy(t, "-h")
	require.Equal(t, exitPriced, code)
	require.Equal(t, manual, stdout)
	require.Empty(t, stderr)
	for _, line := range strings.Split(manual, "\n") {
		require.LessOrEqual(t, len([]rune(line)), 100, line)
	}
}

func TestOutputThatCannotBeWrittenIsAnError(t *testing.T) {
	begin(t)
	for _, args := range [][]string{nil, {"-csv"}, {"-h"}} {
		var notes bytes.Buffer
		require.Equal(t, exitUnable, run(args, broken{}, &notes))
		require.Contains(t, notes.String(), "the disk is full")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestThatItIsAliveIsShownUntilItIsDone(t *testing.T) {
	var b bytes.Buffer
	alive(&b)()
	require.True(t, strings.HasSuffix(b.String(), "\r\x1b[K"))
}
