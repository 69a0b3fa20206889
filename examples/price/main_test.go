package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// asProgram makes the test binary the program itself, for what only a process of its own shows.
const asProgram = "PRICE_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// price runs the program.
func price(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, notes bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &notes)
	return code, out.String(), notes.String()
}

// noteOf is what is said of a schedule of the built-in book, whose rules are placeholders.
func noteOf(t *testing.T, schedule string) string {
	t.Helper()
	own, err := readOwnBook()
	require.NoError(t, err)
	require.Contains(t, own.placeholders[schedule], "are placeholders")
	return "note: " + schedule + ": " + own.placeholders[schedule] + "\n"
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

const (
	owrsRates    = "testdata/invented.owrs"
	owrsAccounts = "testdata/owrs_accounts.csv"
	bookAccounts = "testdata/book_accounts.csv"
	twoRates     = "testdata/two_rates.yaml"
	twoMonths    = "testdata/two_months.csv"
	brokenRates  = "testdata/broken.yaml"
)

func TestGoldenOutput(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"owrs_bills.csv":     {[]string{"-rates", owrsRates, "-accounts", owrsAccounts}, exitRefused},
		"owrs_exact.csv":     {[]string{"-rates", owrsRates, "-accounts", owrsAccounts, "-exact"}, exitRefused},
		"owrs_half_even.csv": {[]string{"-rates", owrsRates, "-accounts", owrsAccounts, "-rounding", "half_even"}, exitRefused},
		"owrs_up.csv":        {[]string{"-rates", owrsRates, "-accounts", owrsAccounts, "-rounding", "up"}, exitRefused},
		"owrs_lines.csv":     {[]string{"-rates", owrsRates, "-accounts", owrsAccounts, "-lines"}, exitRefused},
		"owrs_totals.csv":    {[]string{"-rates", owrsRates, "-accounts", owrsAccounts, "-totals"}, exitRefused},
		"owrs_totals_ex.csv": {[]string{"-rates", owrsRates, "-accounts", owrsAccounts, "-totals", "-exact"}, exitRefused},
		"book_bills.csv":     {[]string{"-accounts", bookAccounts}, exitRefused},
		"book_exact.csv":     {[]string{"-accounts", bookAccounts, "-exact"}, exitRefused},
		"book_lines.csv":     {[]string{"-accounts", bookAccounts, "-lines"}, exitRefused},
		"book_totals.csv":    {[]string{"-accounts", bookAccounts, "-totals"}, exitRefused},
		"cycle_bills.csv":    {[]string{"-rates", twoRates, "-accounts", twoMonths}, exitRefused},
		"district_bills.csv": {[]string{"-exact"}, exitPriced},
		"district_sums.csv":  {[]string{"-totals"}, exitPriced},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := price(t, "", c.args...)
			require.Equal(t, c.code, code, stderr)
			golden(t, name, stdout)
		})
	}
}

func TestEachRefusalSaysWhereWhatAndWhatToDo(t *testing.T) {
	for _, args := range [][]string{{"-accounts", bookAccounts}, {"-rates", owrsRates, "-accounts", owrsAccounts}} {
		code, stdout, stderr := price(t, "", args...)
		require.Equal(t, exitRefused, code)
		accounts := args[len(args)-1]

		// The status column and standard error tell the same rows. The line in the file is that of the row of the output,
		// but for one empty line in the accounts of the book.
		r := csv.NewReader(strings.NewReader(stdout))
		rows, err := r.ReadAll()
		require.NoError(t, err)
		var want []string
		for i, row := range rows[1:] {
			line := i + 2
			if accounts == bookAccounts && i >= 22 {
				line++
			}
			status := row[len(row)-1]
			if status != "OK" {
				require.Empty(t, row[len(row)-2], "a refused row has no bill")
				want = append(want, fmt.Sprintf("%s:%d: %s", accounts, line, status))
			}
		}
		reason := regexp.MustCompile(`^([^:]+:\d+: E_[A-Z_]+): .+; .+$`)
		var got []string
		for line := range strings.Lines(stderr) {
			if m := reason.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
				got = append(got, m[1])
			}
		}
		require.Equal(t, want, got)
		require.Contains(t, stderr, fmt.Sprintf("%s: %d of %d rows refused\n", accounts, len(want), len(rows)-1))
	}
	_, _, stderr := price(t, "", "-rates", owrsRates, "-accounts", owrsAccounts)
	require.Contains(t, stderr, "(at testdata/invented.owrs:30:23)", "a fault of the rates says where they stand")
	_, _, stderr = price(t, "", "-accounts", bookAccounts)
	require.Contains(t, stderr, bookAccounts+":27: note: the last line has no line end")
}

func TestARowThatIsTakenApartAgainIsNotPrintedTwice(t *testing.T) {
	code, stdout, stderr := price(t, "usage,class\n\"x,1\n0\",FLAT,2\n0,FLAT\n", "-rates", owrsRates, "-accounts", "-")
	require.Equal(t, exitRefused, code)
	require.Equal(t, "usage,class,service_charge,commodity_charge,bill,status\n,,,,,E_CSV\n,,,,,E_CSV\n0,FLAT,,,10.00,OK\n", stdout)
	require.Contains(t, stderr, "standard input:2: E_CSV: ")
	require.Contains(t, stderr, "standard input:3: E_CSV: ")
}

func TestAllRefusalsArePrinted(t *testing.T) {
	const rows = 20_000
	code, _, stderr := price(t, "class,usage\n"+strings.Repeat("sewer,1\n", rows), "-accounts", "-", "-totals")
	require.Equal(t, exitRefused, code)
	require.Equal(t, rows, strings.Count(stderr, "E_NO_CLASS"))
	require.Contains(t, stderr, "standard input:20001: E_NO_CLASS: ")
}

func TestWhatCannotBeDoneExitsWithTwoAndSaysWhatToDo(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "folder.owrs")
	require.NoError(t, os.Mkdir(folder, 0o755))
	for name, c := range map[string]struct {
		args  []string
		stdin string
		want  string
	}{
		"unknown flag":             {[]string{"-x"}, "", "-x; -h shows the flags"},
		"argument":                 {[]string{"accounts.csv"}, "", `"accounts.csv" is no flag; name files with -rates, -accounts, -check and -format`},
		"rates alone":              {[]string{"-rates", owrsRates}, "", "add -accounts FILE.csv"},
		"no name of rates":         {[]string{"-rates", "", "-accounts", "-"}, "", "-rates names no file"},
		"no name of accounts":      {[]string{"-accounts", ""}, "", "-accounts names no file"},
		"another format":           {[]string{"-rates", "rates.toml", "-accounts", "-"}, "", "-rates rates.toml: the name ends neither in .owrs nor in .yaml, .yml or .json; "},
		"rates are no book":        {[]string{"-rates", "testdata/ill_named.json", "-accounts", "-"}, "", "testdata/ill_named.json:1:1: E_FORMAT: "},
		"book with faults":         {[]string{"-rates", brokenRates, "-accounts", twoMonths}, "", "testdata/broken.yaml:50:36: E_CHECK: "},
		"no book there":            {[]string{"-rates", "testdata/none.yaml", "-accounts", "-"}, "", "testdata/none.yaml: no such file"},
		"no book to check":         {[]string{"-check", "testdata/none.yaml"}, "", "price: -check: open testdata/none.yaml: no such file"},
		"no book to format":        {[]string{"-format", "testdata/none.yaml"}, "", "price: -format: open testdata/none.yaml: no such file"},
		"check a folder":           {[]string{"-check", "testdata"}, "", "is a directory"},
		"format a folder":          {[]string{"-format", "testdata"}, "", "is a directory"},
		"check nothing":            {[]string{"-check", ""}, "", "-check names no file; give one, or - for standard input"},
		"format nothing":           {[]string{"-format", ""}, "", "-format names no file; give one, or - for standard input"},
		"check and format":         {[]string{"-check", twoRates, "-format", twoRates}, "", "-check and -format do not go together: -check reads one rate book and prices nothing"},
		"check and rates":          {[]string{"-check", twoRates, "-rates", twoRates}, "", "-check and -rates do not go together"},
		"check and accounts":       {[]string{"-check", twoRates, "-accounts", twoMonths}, "", "-check and -accounts do not go together"},
		"check and rounding":       {[]string{"-check", twoRates, "-rounding", "up"}, "", "-check and -rounding do not go together"},
		"check and nothing of why": {[]string{"-check", "", "-why", "1,2"}, "", "-check and -why do not go together"},
		"format and brief":         {[]string{"-format", twoRates, "-brief", "1"}, "", "-format and -brief do not go together"},
		"rates alone to check":     {[]string{"-rates", twoRates}, "", "to prove a rate book alone, use -check FILE"},
		"total column":             {[]string{"-rates", twoRates, "-accounts", "-"}, "class,usage,total\n", `E_HEADER: column 3 is called "total"`},
		"no rates there":           {[]string{"-rates", "testdata/none.owrs", "-accounts", "-"}, "", "testdata/none.owrs: no such file"},
		"rates are a folder":       {[]string{"-rates", folder, "-accounts", "-"}, "", "is a directory"},
		"rates with a fault":       {[]string{"-rates", "testdata/twice.owrs", "-accounts", "-"}, "", "testdata/twice.owrs:5:3: E_DUPKEY: "},
		"no accounts there":        {[]string{"-accounts", "testdata/none.csv"}, "", "testdata/none.csv: no such file"},
		"accounts are a folder":    {[]string{"-accounts", "testdata"}, "", "is a directory"},
		"accounts are empty":       {[]string{"-accounts", "-"}, "", "standard input:1: E_HEADER: the file is empty; "},
		"no class column":          {[]string{"-accounts", "-"}, "usage\n1\n", "standard input:1: E_HEADER: no column is called class; "},
		"usage twice":              {[]string{"-rates", owrsRates, "-accounts", "-"}, "class,usage,usage_ccf\n", `E_HEADER: a column is called "usage_ccf"`},
		"status column":            {[]string{"-accounts", "-"}, "class,usage,status\n", `E_HEADER: column 3 is called "status"`},
		"bill column":              {[]string{"-rates", owrsRates, "-accounts", "-"}, "class,usage,bill\n", `E_HEADER: column 3 is called "bill"`},
		"amount column of lines":   {[]string{"-accounts", "-", "-lines"}, "class,usage,amount\n", `E_HEADER: column 3 is called "amount"`},
		"rounding":                 {[]string{"-rounding", "nearest"}, "", "write half_up, half_even, up or down"},
		"no rounding":              {[]string{"-rounding", ""}, "", "write half_up, half_even, up or down"},
		"rounding of the book":     {[]string{"-rounding", "up"}, "", "-rounding is for OWRS files, which state no rounding; a rate book states its own"},
		"rounding of a book":       {[]string{"-rates", twoRates, "-accounts", twoMonths, "-rounding", "half_up"}, "", "-rounding is for OWRS files"},
		"explain nothing":          {[]string{"-explain", "0"}, "", "-explain 0: rows are counted from 1"},
		"explain text":             {[]string{"-explain", "x"}, "", "-explain"},
		"explain beyond the end":   {[]string{"-explain", "101"}, "", "-explain 101: built-in accounts has 100 rows below its header, and no row 101"},
		"explain in an empty file": {[]string{"-accounts", "-", "-explain", "1"}, "class,usage\n", "has 0 rows"},
		"lines and totals":         {[]string{"-lines", "-totals"}, "", "-lines and -totals do not go together"},
		"explain and totals":       {[]string{"-explain", "1", "-totals"}, "", "-explain and -totals do not go together"},
		"explain and lines":        {[]string{"-explain", "1", "-lines"}, "", "-explain and -lines do not go together"},
		"explain and exact":        {[]string{"-explain", "1", "-exact"}, "", "-explain and -exact do not go together"},
		"why with one row":         {[]string{"-why", "3"}, "", `"3" for flag -why: that is not two rows; write two rows with a comma and no blank between`},
		"why with three rows":      {[]string{"-why", "3,4,5"}, "", "that is not two rows; write two rows"},
		"why with no rows":         {[]string{"-why", ""}, "", "that is not two rows; write two rows"},
		"why with half a pair":     {[]string{"-why", "3,"}, "", `"" is no row; write two rows`},
		"why with a text":          {[]string{"-why", "3,x"}, "", `"x" is no row; write two rows`},
		"why with a fraction":      {[]string{"-why", "3.5,4"}, "", `"3.5" is no row; write two rows`},
		"why with a sign":          {[]string{"-why", "-3,4"}, "", `"-3" is no row; write two rows`},
		"why with a blank":         {[]string{"-why", "3, 4"}, "", `" 4" is no row; write two rows`},
		"why with row 0":           {[]string{"-why", "0,4"}, "", "rows are counted from 1, the first below the header; write two rows"},
		"why with a long number":   {[]string{"-why", "3,99999999999999999999"}, "", `"99999999999999999999" is no row; write two rows`},
		"why beyond the end":       {[]string{"-why", "200,3"}, "", "-why 200,3: built-in accounts has 100 rows below its header, and no row 200"},
		"why in an empty file":     {[]string{"-accounts", "-", "-why", "1,1"}, "class,usage\n", "has 0 rows below its header, and no row 1"},
		"why and explain":          {[]string{"-why", "1,2", "-explain", "1"}, "", "-why and -explain do not go together: they ask for different output; leave one out"},
		"why and lines":            {[]string{"-why", "1,2", "-lines"}, "", "-why and -lines do not go together"},
		"why and totals":           {[]string{"-why", "1,2", "-totals"}, "", "-why and -totals do not go together"},
		"why and exact":            {[]string{"-why", "1,2", "-exact"}, "", "-why and -exact do not go together: causes are told of bills in cents"},
		"brief alone":              {[]string{"-brief", "3"}, "", "-brief shortens what -explain and -why say; add one of them"},
		"brief of no lines":        {[]string{"-explain", "1", "-brief", "0"}, "", "-brief 0: that is no line; give 1 or more"},
		"brief of fewer":           {[]string{"-why", "1,2", "-brief", "-1"}, "", "-brief -1: that is no line; give 1 or more"},
		"exact and rounding":       {[]string{"-exact", "-rounding", "up"}, "", "-exact and -rounding do not go together"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := price(t, c.stdin, c.args...)
			require.Equal(t, exitUnable, code)
			require.Empty(t, stdout)
			require.Contains(t, stderr, c.want)
			require.True(t, strings.HasSuffix(stderr, "\n"))
		})
	}
}

func TestAWarningOfTheRatesIsPrintedAndThePriceStands(t *testing.T) {
	rates := filepath.Join(t.TempDir(), "odd.owrs")
	require.NoError(t, os.WriteFile(rates, []byte(`rate_structure:
  ODD:
    commodity_charge: Tiered
    tier_starts: [0, 9.5]
    tier_prices: [1, 2]
    bill: commodity_charge
`), 0o644))
	code, stdout, stderr := price(t, "class,usage\nODD,9\n", "-rates", rates, "-accounts", "-")
	require.Equal(t, exitPriced, code)
	require.Equal(t, "class,usage,service_charge,commodity_charge,bill,status\nODD,9,,9.50,9.50,OK\n", stdout) // 8.5 + 0.5 × 2
	require.Contains(t, stderr, rates+":4:")
	require.Contains(t, stderr, "W_")
}

func TestAColumnMayHaveANameThatTheEngineUsesItself(t *testing.T) {
	rates := filepath.Join(t.TempDir(), "days.owrs")
	require.NoError(t, os.WriteFile(rates, []byte("rate_structure:\n  DAILY:\n    bill: 2 * days\n"), 0o644))
	code, stdout, stderr := price(t, "class,usage,days\nDAILY,0,30\n", "-rates", rates, "-accounts", "-")
	require.Equal(t, exitPriced, code, stderr)
	require.True(t, strings.HasSuffix(stdout, ",60.00,OK\n"), stdout)
}

func TestAFlagSetToFalseIsNoFlag(t *testing.T) {
	code, stdout, _ := price(t, "", "-lines=false", "-totals")
	require.Equal(t, exitPriced, code)
	require.True(t, strings.HasPrefix(stdout, "class,count,sum\n"))
}

func TestTheManualIsOnStandardOutput(t *testing.T) {
	code, stdout, stderr := price(t, "", "-h")
	require.Equal(t, exitPriced, code)
	require.Empty(t, stderr)
	for _, name := range []string{"rates", "accounts", "exact", "lines", "totals", "explain", "why", "brief", "rounding", "check", "format"} {
		require.Regexp(t, `\n  (price )?-`+name+" ", stdout, "each flag is in the manual")
	}
	require.LessOrEqual(t, strings.Count(stdout, "\n"), 66, "one page")
	for line := range strings.Lines(stdout) {
		require.LessOrEqual(t, len([]rune(line)), 101, line)
	}
}

func TestExplainTellsOneRowAndPricesNoOther(t *testing.T) {
	code, stdout, stderr := price(t, "", "-accounts", bookAccounts, "-explain", "1")
	require.Equal(t, exitPriced, code, "the refused rows are not asked for")
	require.Equal(t, noteOf(t, "ord-water"), stderr)
	require.True(t, strings.HasPrefix(stdout, bookAccounts+":2, row 1\n"), stdout)
	for _, part := range []string{"$96.48", "$38.79", "8 CCF in tier 1", "$3.68", "5 CCF in tier 2", "$5.65", "[Ord Community, tiers]"} {
		require.Contains(t, stdout, part)
	}

	code, stdout, stderr = price(t, "", "-accounts", bookAccounts, "-explain", "9")
	require.Equal(t, exitRefused, code)
	require.Empty(t, stdout, "usage that is no number cannot be explained")
	require.Contains(t, stderr, bookAccounts+":10: E_USAGE: ")

	code, stdout, stderr = price(t, "", "-rates", owrsRates, "-accounts", owrsAccounts, "-explain", "6")
	require.Equal(t, exitRefused, code)
	require.Contains(t, stdout, "refused")
	require.Contains(t, stdout, "E_MAP_KEY")
	require.Contains(t, stderr, owrsAccounts+":7: E_MAP_KEY: ")

	code, _, stderr = price(t, "", "-accounts", bookAccounts, "-explain", "21")
	require.Equal(t, exitRefused, code)
	require.Contains(t, stderr, bookAccounts+":22: E_CSV: ")
}

func TestSumsBeyondAnAmountAreNoTotals(t *testing.T) {
	most := "FLAT,0\n"
	rates := filepath.Join(t.TempDir(), "large.owrs")
	require.NoError(t, os.WriteFile(rates, []byte("rate_structure:\n  FLAT:\n    bill: 92233720368547758.07\n"), 0o644))
	code, stdout, _ := price(t, "class,usage\n"+most, "-rates", rates, "-accounts", "-", "-totals")
	require.Equal(t, exitPriced, code)
	require.Equal(t, "class,count,sum\nFLAT,1,92233720368547758.07\nin all,1,92233720368547758.07\n", stdout)

	code, stdout, stderr := price(t, "class,usage\n"+most+most, "-rates", rates, "-accounts", "-", "-totals")
	require.Equal(t, exitUnable, code)
	require.NotContains(t, stdout, "in all")
	require.Contains(t, stderr, "standard input:3: E_AMOUNT_RANGE: the sum grows beyond what can be held; ")

	// Unrounded sums hold more, but not fractions of any length.
	code, stdout, _ = price(t, "class,usage\n"+most+most, "-rates", rates, "-accounts", "-", "-totals", "-exact")
	require.Equal(t, exitPriced, code)
	require.Contains(t, stdout, "in all,2,184467440737095516.14\n")
	require.NoError(t, os.WriteFile(rates, []byte("rate_structure:\n  PART:\n    bill: 1/usage_ccf\n"), 0o644))
	var primes strings.Builder
	for n := 999_999_999_001; n < 999_999_999_601; n += 2 {
		fmt.Fprintf(&primes, "PART,%d\n", n)
	}
	code, _, stderr = price(t, "class,usage\n"+primes.String(), "-rates", rates, "-accounts", "-", "-totals", "-exact")
	require.Equal(t, exitUnable, code)
	require.Contains(t, stderr, "E_RANGE")
}

// full is a disk that is full after some bytes.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

func TestOutputThatCannotBeWrittenIsAnError(t *testing.T) {
	many := "class,usage,meter_size,from,to\n" + strings.Repeat("ord-water,8.5,3/4,2018-03-01,2018-04-01\n", 5000)
	for name, args := range map[string][]string{
		"district": nil, "manual": {"-h"}, "bills": {"-accounts", "-"}, "lines": {"-accounts", "-", "-lines"},
		"totals": {"-accounts", "-", "-totals"}, "explain": {"-accounts", "-", "-explain", "3"},
		"why": {"-accounts", "-", "-why", "3,7"}, "check": {"-check", twoRates}, "format": {"-format", twoRates},
	} {
		for _, room := range []int{0, 70 << 10} {
			if room > 0 && name != "bills" && name != "lines" {
				continue // shorter than that
			}
			var stderr bytes.Buffer
			code := run(args, strings.NewReader(many), &full{room}, &stderr)
			require.Equal(t, exitUnable, code, name)
			require.Contains(t, stderr.String(), "price: the output cannot be written: no space left on device; what is written is not complete", name)
		}
	}
}

func TestAReaderThatGoesAwayIsAnError(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "-accounts", "-")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stdin = strings.NewReader("class,usage,meter_size,from,to\n" + strings.Repeat("ord-water,8.5,3/4,2018-03-01,2018-04-01\n", 20_000))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	first := make([]byte, 5)
	_, err = io.ReadFull(stdout, first)
	require.NoError(t, err)
	require.Equal(t, "class", string(first))
	require.NoError(t, stdout.Close())
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Wait(), &exit)
	require.Equal(t, exitUnable, exit.ExitCode(), "a signal would be -1")
	require.Contains(t, stderr.String(), "price: the output cannot be written: ")
}

func TestAnInputThatBreaksOffKeepsWhatWasPriced(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("class,usage,meter_size,from,to\nord-water,13,3/4,2018-03-01,2018-04-01\n"),
		iotest.ErrReader(errors.New("the disk is gone")))
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitUnable, run([]string{"-accounts", "-"}, broken, &stdout, &stderr))
	require.Contains(t, stdout.String(), ",96.48,OK\n")
	require.Contains(t, stderr.String(), "standard input:3 cannot be read on: the disk is gone")
}

// TestMemoryStaysFlat prices 200,000 rows and compares what is held after the first 20,000 with what is held at the end.
func TestMemoryStaysFlat(t *testing.T) {
	const rows, first, allowed = 200_000, 20_000, 3 << 20
	for name, args := range map[string][]string{"all": {"-lines"}, "two": {"-why", fmt.Sprintf("%d,2", rows)}} {
		t.Run(name, func(t *testing.T) {
			r, w := io.Pipe()
			held := map[int]uint64{}
			done := make(chan error, 1)
			go func() {
				_, err := io.WriteString(w, "account,class,usage,meter_size,from,to\n")
				for i := 1; i <= rows && err == nil; i++ {
					_, err = fmt.Fprintf(w, "a%d,%s,%d.%d,3/4,2018-03-01,2018-04-01\n", i, [...]string{"ord-water", "sewer", "central-water"}[i%3], i%40, i%10)
					if i == first || i == rows {
						var m runtime.MemStats
						runtime.GC()
						runtime.ReadMemStats(&m)
						held[i] = m.HeapAlloc
					}
				}
				done <- errors.Join(err, w.Close())
			}()
			var out, refused lineCount
			code := run(append([]string{"-accounts", "-"}, args...), r, &out, &refused)
			require.NoError(t, <-done)
			if name == "all" {
				require.Equal(t, exitRefused, code)
				require.Greater(t, int(out), rows)
				require.Equal(t, (rows+1)/3+3, int(refused), "a third of the rows, the count of them, and the notes of two schedules")
			} else {
				require.Equal(t, exitPriced, code, "the refused rows are not asked for")
				require.Positive(t, int(out))
				require.Equal(t, 1, int(refused), "the note of the schedule")
			}
			require.Less(t, held[rows], held[first]+allowed)
		})
	}
}

type lineCount int

func (n *lineCount) Write(p []byte) (int, error) {
	*n += lineCount(bytes.Count(p, []byte("\n")))
	return len(p), nil
}

// clock is a time that goes on by a step whenever it is asked.
func clock(step time.Duration) func() time.Time {
	now := time.Date(2018, time.March, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(step)
		return now
	}
}

func TestProgressShowsOnATerminalAfterASecondAndLeavesNothing(t *testing.T) {
	var accounts strings.Builder
	accounts.WriteString("class,usage,meter_size,from,to\n")
	for range 400 {
		accounts.WriteString("ord-water,13,3/4,2018-03-01,2018-04-01\n")
	}
	refused := "ord-water,-1,3/4,2018-03-01,2018-04-01\n"
	accounts.WriteString(refused)
	file := filepath.Join(t.TempDir(), "accounts.csv")
	require.NoError(t, os.WriteFile(file, []byte(accounts.String()), 0o644))
	_, plainOut, plainErr := price(t, "", "-accounts", file)

	for name, c := range map[string]struct {
		step         time.Duration
		stdin        bool
		terminal     bool
		outTerminal  bool
		want, wantIn string
	}{
		"a file":                             {10 * time.Millisecond, false, true, false, "Pricing", "%"},
		"a pipe":                             {10 * time.Millisecond, true, true, false, "Pricing", "accounts/"},
		"standard output is a terminal, too": {10 * time.Millisecond, false, true, true, "Pricing", "%"},
		"less than a second":                 {2 * time.Millisecond, false, true, false, "", ""},
		"no terminal":                        {10 * time.Millisecond, false, false, false, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out, notes bytes.Buffer
			p := program{stdin: strings.NewReader(accounts.String()), stdout: &out, stderr: &notes, now: clock(c.step)}
			p.terminal = func(w io.Writer) bool { return w == &notes && c.terminal || w == &out && c.outTerminal }
			args, plain := []string{"-accounts", file}, plainErr
			if c.stdin {
				args = []string{"-accounts", "-"}
				plain = strings.ReplaceAll(plain, file, "standard input")
			}
			require.Equal(t, exitRefused, p.run(args))
			require.Equal(t, plainOut, out.String())
			if c.want == "" {
				require.Equal(t, plain, notes.String())
				return
			}
			require.Contains(t, notes.String(), c.want)
			require.Contains(t, notes.String(), c.wantIn)
			require.Equal(t, plain, screen(notes.String()), "the bar is gone, and nothing else is")
		})
	}

	var notes bytes.Buffer
	p := program{
		stdin: strings.NewReader(strings.TrimSuffix(accounts.String(), refused)), stdout: io.Discard, stderr: &notes,
		now: clock(10 * time.Millisecond), terminal: func(w io.Writer) bool { return w == &notes },
	}
	require.Equal(t, exitPriced, p.run([]string{"-accounts", "-"}))
	require.Contains(t, notes.String(), "Pricing")
	require.Equal(t, noteOf(t, "ord-water"), screen(notes.String()), "the bar is gone where there is nothing else to say")
}

// screen is what is left on a terminal: a return goes back to the beginning of the line, and what follows covers it.
func screen(text string) string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		var shown []rune
		at := 0
		for _, c := range line {
			if c == '\r' {
				at = 0
				continue
			}
			shown = append(shown[:at], append([]rune{c}, shown[min(at+1, len(shown)):]...)...)
			at++
		}
		lines = append(lines, strings.TrimRight(string(shown), " "))
	}
	return strings.Join(lines, "\n")
}
