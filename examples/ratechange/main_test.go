package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/table"
)

var update = flag.Bool("update", false, "write the golden files anew")

// asProgram makes the test binary the program itself, for what only a process of its own shows.
const asProgram = "RATECHANGE_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// ratechange runs the program.
func ratechange(t testing.TB, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, notes bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &notes)
	return code, out.String(), notes.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(got), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// folder makes an empty folder the current one, so that names of files are short. Before and after are the built-in books.
func folder(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	write(t, "before.yaml", string(ownBefore))
	write(t, "after.yaml", string(ownAfter))
}

func write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
}

// changed is a text in which each second one of the pairs stands for the first.
func changed(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, text, pairs[i])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// withoutChecks is a book without its worked bills.
func withoutChecks(t *testing.T, text string) string {
	t.Helper()
	book, _, ok := strings.Cut(text, "\nchecks:")
	require.True(t, ok)
	return book + "\n"
}

const (
	workedBills = `name,class,meter_size,drought_stage,from,to,usage,charge base,charge commodity tier 2,total,refused
a home in March,central-water,3/4,0,2018-03-01,2018-04-01,13,21.50,17.25,60.99,
a home in July,ord-water,1,1,2018-07-01,2018-08-01,17,58.09,35.70,156.39,
a fire line,ord-fire,4,,2018-03-01,2018-04-01,,,,90.04,
after the rates,central-fire,2,,2019-03-01,2019-04-01,,,,,E_NO_VERSION
`
	someAccounts = `account,class,meter_size,usage,from,to,drought_stage
101,ord-water,3/4,13,2018-03-01,2018-04-01,0
102,ord-water,1,17,2018-07-01,2018-08-01,1
103,central-fire,2,0,2018-03-01,2018-04-01,0
`
)

func TestGoldenOutput(t *testing.T) {
	here, err := os.Getwd()
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		args string
		code int
	}{
		{"own.txt", "", exitProven},
		{"proven.txt", "-before before.yaml -after after.yaml -accounts accounts.csv -golden table.csv", exitProven},
		{"book.txt", "-after after.yaml -golden table.csv", exitProven},
		{"coverage.txt", "-after after.yaml -golden table.csv -coverage", exitUnproven},
		{"same.txt", "-before before.yaml -after before.yaml -accounts accounts.csv", exitProven},
		{"nothing.txt", "-after unchecked.yaml", exitUnproven},
		{"wrong.txt", "-before before.yaml -after wrong.yaml -accounts bad.csv -golden bad_table.csv", exitUnproven},
		{"owrs.txt", "-before before.owrs -after after.owrs -accounts owrs.csv -golden owrs_table.csv -laws -rounding half_even", exitUnproven},
		{"units.txt", "-before before.yaml -after kgal.yaml -accounts accounts.csv", exitProven},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder(t)
			write(t, "table.csv", workedBills)
			write(t, "accounts.csv", someAccounts)
			write(t, "unchecked.yaml", withoutChecks(t, string(ownAfter)))
			write(t, "wrong.yaml", changed(t, string(ownAfter), "total: 60.99", "total: 61.99", "price: 8.40", "price: 5.40"))
			write(t, "kgal.yaml", changed(t, string(ownAfter), "unit: CCF748", "unit: kgal"))
			write(t, "bad.csv", someAccounts+badAccounts)
			write(t, "bad_table.csv", workedBills+badRows)
			write(t, "before.owrs", owrsBefore)
			write(t, "after.owrs", owrsAfter)
			write(t, "owrs.csv", "class,usage,meter_size,from,to\nHOME,8.5,3/4,2018-03-01,2018-04-01\nHOME,20,1,2018-03-01,2018-04-01\nSHOP,5,1,2018-03-01,2018-04-01\n")
			write(t, "owrs_table.csv", "class,usage,meter_size,from,to,total\nHOME,8.5,3/4,2018-03-01,2018-04-01,28.75\n")
			code, stdout, stderr := ratechange(t, "", strings.Fields(c.args)...)
			require.Equal(t, c.code, code, stderr)
			for line := range strings.Lines(stdout) {
				require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), pageWidth, line)
			}
			golden(t, filepath.Join(here, "testdata", c.name), stdout)
			golden(t, filepath.Join(here, "testdata", strings.Replace(c.name, ".", "_refused.", 1)), stderr)
		})
	}
}

const (
	// badAccounts are rows of accounts of which each has something wrong.
	badAccounts = `104,ord-water,3/4,"1,234.5",2018-03-01,2018-04-01,0
105,ord-water,3/4,1,234.5,2018-03-01,2018-04-01,0
106,sewer,3/4,5,2018-03-01,2018-04-01,0
107,ord-water,3/4,5,2018-03-01,2018-04-01,
108,ord-water,3/4,5,2019-03-01,2019-04-01,0
109,ord-water,3/4,5,2018-04-01,2018-03-01,0
110,ord-water,"3/4,5,2018-03-01,2018-04-01,0
111,ord-water,7,5,2018-03-01,2018-04-01,0
112,ord-water,3/4,torn`
	// badRows are rows of a table of which each has something wrong.
	badRows = `money,central-water,3/4,0,2018-03-01,2018-04-01,13,,,"1,234.5",
money,central-water,3/4,0,2018-03-01,2018-04-01,13,,,1,234.5,
dollars,central-water,3/4,0,2018-03-01,2018-04-01,13,$21.50,,60.99,
class,sewer,3/4,0,2018-03-01,2018-04-01,13,,,60.99,
neither,central-water,3/4,0,2018-03-01,2018-04-01,13,,,,
both,central-water,3/4,0,2018-03-01,2018-04-01,13,,,60.99,E_NO_ROW
other,central-water,3/4,0,2018-03-01,2018-04-01,13,,17.52,60.99,
refused,central-water,3/4,,2018-03-01,2018-04-01,13,,,60.99,
`
	owrsBefore = `metadata:
  effective_date: 2018-01-01
  utility_name: An invented utility
  bill_frequency: monthly
  bill_unit: ccf
rate_structure:
  HOME:
    service_charge: {depends_on: meter_size, values: {3/4: 10.00, "1": 16.00}}
    commodity_charge: Tiered
    tier_starts: [0, 9]
    tier_prices: [2.00, 3.00]
    bill: service_charge + commodity_charge
  SHOP:
    service_charge: 12.50
    commodity_charge: 2.5 * usage_ccf
    bill: service_charge + commodity_charge
`
	owrsAfter = `metadata:
  effective_date: 2018-01-01
  utility_name: An invented utility, proposed
  bill_frequency: monthly
  bill_unit: ccf
rate_structure:
  HOME:
    service_charge: {depends_on: meter_size, values: {3/4: 11.00, "1": 17.50}}
    commodity_charge: Tiered
    tier_starts: [0, 9]
    tier_prices: [2.00, 3.50]
    bill: service_charge + commodity_charge
`
)

func TestWhatCannotBeDoneExitsWithTwoAndSaysWhatToDo(t *testing.T) {
	both := []string{"-before", "before.yaml", "-after", "after.yaml"}
	with := func(more ...string) []string { return append(both[:4:4], more...) }
	for name, c := range map[string]struct {
		args  []string
		stdin string
		want  string
	}{
		"unknown flag":               {[]string{"-x"}, "", "ratechange: flag provided but not defined: -x; -h shows the flags\n"},
		"argument":                   {[]string{"after.yaml"}, "", `ratechange: "after.yaml" is no flag; name files with -before, -after, -accounts, -golden, -suggest, -out and -tables` + "\n"},
		"no name":                    {[]string{"-after", ""}, "", "ratechange: -after names no file; give one, or leave -after out\n"},
		"no table":                   {[]string{"-golden", ""}, "", "it names no file; give a table of worked bills, TABLE.csv"},
		"before alone":               {[]string{"-before", "before.yaml"}, "", "ratechange: -before is compared with the rates after; add -after FILE, or, to prove that book alone, name it with -after\n"},
		"accounts under one book":    {[]string{"-after", "after.yaml", "-accounts", "-"}, "", "ratechange: -accounts are priced under two books; add -before FILE, the rates now\n"},
		"report of no accounts":      {with("-out", "r.html"), "", "ratechange: -out and -tables tell what a change of rates does to accounts; add -before FILE and -accounts FILE.csv\n"},
		"exception without laws":     {with("-except", "more_costs_more=so"), "", "ratechange: -except excepts from laws; add -laws\n"},
		"laws refused by name":       {with("-laws=false", "-except", "more_costs_more=so"), "", "-except excepts from laws; add -laws\n"},
		"exception without a reason": {[]string{"-laws", "-except", "more_costs_more"}, "", "the exception gives no reason; write LAW=REASON, or LAW:SCHEDULE=REASON"},
		"exception from no law":      {[]string{"-laws", "-except", "more_is_more=so"}, "", `"more_is_more" is no law; the laws are lines_sum, more_costs_more, `},
		"exception for no schedule":  {[]string{"-laws", "-except", "more_costs_more:=so"}, "", "no schedule stands behind the colon"},
		"suggest without coverage":   {[]string{"-suggest", "new.csv"}, "", "ratechange: -suggest writes the bills that are not covered; add -coverage\n"},
		"suggest over a table":       {[]string{"-coverage", "-suggest", "after.yaml"}, "", "ratechange: -suggest after.yaml is there already, and may hold bills that somebody has worked out; give another name\n"},
		"years back":                 {with("-accounts", "-", "-later", "-1"), "", "ratechange: -later -1: that is no number of years; give 1 to 100\n"},
		"too many years":             {with("-accounts", "-", "-later", "101"), "", "ratechange: -later 101: that is no number of years; give 1 to 100\n"},
		"exception elsewhere":        {[]string{"-after", "after.yaml", "-laws", "-except", "never_negative:home=so"}, "", `ratechange: -except never_negative:home: the book after has no schedule "home"; it has central-water, central-fire, ord-water, ord-fire` + "\n"},
		"class without a new name":   {with("-accounts", "-", "-class", "home"), "", "write OLD=NEW: the class as the accounts and the book before call it"},
		"class of two names":         {with("-accounts", "-", "-class", "a=b", "-class", "a=c"), "", `"a" is said to become "b" and "c"; keep one`},
		"class that is not there":    {with("-accounts", "-", "-class", "home=ord-water"), "", `ratechange: -class home=ord-water: the book before has no schedule "home"; it has central-water, central-fire, ord-water, ord-fire` + "\n"},
		"class that is not to be":    {with("-accounts", "-", "-class", "ord-water=home"), "", `ratechange: -class ord-water=home: the book after has no schedule "home"; it has central-water, central-fire, ord-water, ord-fire` + "\n"},
		"income with a comma":        {[]string{"-out", "r.html", "-income", "64,500"}, "", "that is no income; write what a household has in a year in dollars, without a dollar sign or commas: -income 64500"},
		"no income":                  {[]string{"-out", "r.html", "-income", "0"}, "", "that is no income"},
		"households without income":  {[]string{"-out", "r.html", "-households", "ord-water"}, "", "add -income AMOUNT\n"},
		"households that are none":   {[]string{"-out", "r.html", "-income", "1", "-households", "home"}, "", `ratechange: -households: no book has a schedule "home"; `},
		"households with blanks":     {[]string{"-out", "r.html", "-income", "1", "-households", "a,,b"}, "", "write classes with commas and no blanks between"},
		"rounding of a book":         {with("-rounding", "up"), "", "ratechange: -rounding is for OWRS files, which state no rounding; a rate book states its own: leave -rounding out, or change the book\n"},
		"rounding that is none":      {with("-rounding", "nearest"), "", "write half_up, half_even, up or down"},
		"another format":             {[]string{"-after", "after.txt"}, "", "ratechange: -after after.txt: the name ends neither in .owrs nor in .yaml, .yml or .json; "},
		"no book there":              {[]string{"-after", "none.yaml"}, "", "ratechange: -after: open none.yaml: no such file or directory\n"},
		"two books not there":        {[]string{"-before", "no.yaml", "-after", "none.yaml"}, "", "ratechange: -before: open no.yaml: no such file or directory\nratechange: -after: open none.yaml"},
		"book with a fault":          {[]string{"-after", "faulty.yaml"}, "", "faulty.yaml:17:11: E_CHOICE: "},
		"a folder":                   {[]string{"-after", "folder.yaml"}, "", "is a directory"},
		"no accounts there":          {[]string{"-accounts", "none.csv"}, "", "ratechange: -accounts: open none.csv: no such file or directory\n"},
		"accounts are empty":         {[]string{"-accounts", "-"}, "", "standard input:1: E_HEADER: the file is empty; "},
		"accounts without a class":   {[]string{"-accounts", "-"}, "usage\n1\n", "standard input:1: E_HEADER: no column is called class; "},
		"accounts in UTF-16":         {[]string{"-accounts", "-"}, "\xff\xfec\x00", "standard input:1: E_HEADER: the file is UTF-16; save it as CSV in UTF-8\n"},
		"no table there":             {[]string{"-golden", "none.csv"}, "", "ratechange: -golden: open none.csv: no such file or directory\n"},
		"table without class":        {[]string{"-golden", "classless.csv"}, "", "classless.csv:1: E_TABLE: no column is called class; name the column of the schedules so, letter by letter\nclassless.csv:1: E_TABLE: no column is called total; name the column of what the bills come to so, letter by letter\n"},
		"two tables":                 {[]string{"-golden", "empty.csv", "-golden", "classless.csv"}, "", "empty.csv:1: E_TABLE: the table is empty; begin it with a line that names the columns: class, usage, total and the facts\nclassless.csv:1: E_TABLE: "},
		"report over a book":         {with("-accounts", "-", "-out", "./after.yaml"), "", "ratechange: -out ./after.yaml is a file that is read; give the report a name of its own\n"},
		"report over itself":         {[]string{"-coverage", "-suggest", "a.csv", "-out", "./a.csv"}, "", "ratechange: -out and -suggest name the same file; give each a name of its own\n"},
		"report in no folder":        {[]string{"-out", "none/r.html"}, "", "ratechange: -out none/r.html: there is no folder none; make it first\n"},
		"report in a file":           {[]string{"-out", "after.yaml/r.html"}, "", "ratechange: -out"},
		"report that is a folder":    {[]string{"-out", "folder.yaml"}, "", "ratechange: -out folder.yaml is no plain file; give the name of one\n"},
		"report that is a device":    {[]string{"-out", "/dev/null"}, "", "ratechange: -out /dev/null is no plain file; give the name of one\n"},
		"tables in a file":           {[]string{"-tables", "after.yaml"}, "", "ratechange: -tables after.yaml is a file; name a folder\n"},
		"usage twice":                {[]string{"-before", "before.owrs", "-after", "before.owrs", "-accounts", "-"}, "class,usage,usage_ccf\n", `E_HEADER: a column is called "usage_ccf"`},
	} {
		t.Run(name, func(t *testing.T) {
			folder(t)
			require.NoError(t, os.Mkdir("folder.yaml", 0o755))
			write(t, "faulty.yaml", changed(t, string(ownAfter), "unit: CCF748", "unit: furlong"))
			write(t, "classless.csv", "usage,amount\n")
			write(t, "empty.csv", "")
			write(t, "before.owrs", owrsBefore)
			code, stdout, stderr := ratechange(t, c.stdin, c.args...)
			require.Equal(t, exitUnable, code)
			require.Empty(t, stdout)
			require.Contains(t, stderr, c.want)
			require.True(t, strings.HasSuffix(stderr, "\n"))
		})
	}
}

func TestTheManualIsPrinted(t *testing.T) {
	code, stdout, stderr := ratechange(t, "", "-h")
	require.Equal(t, exitProven, code)
	require.Empty(t, stderr)
	require.Equal(t, manual, stdout)
	for line := range strings.Lines(manual) {
		require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), pageWidth, line)
	}
}

func TestTheBookBeforeIsThatOfThePriceExample(t *testing.T) {
	want, err := os.ReadFile("../price/books/marina-coast-2018.yaml")
	require.NoError(t, err)
	require.Equal(t, string(want), string(ownBefore))
}

func TestTheProgramExitsWithWhatItFound(t *testing.T) {
	folder(t)
	write(t, "table.csv", changed(t, workedBills, "60.99", "60.98"))
	self, err := os.Executable()
	require.NoError(t, err)
	for want, args := range map[int][]string{exitProven: {"-after", "after.yaml"}, exitUnproven: {"-after", "after.yaml", "-golden", "table.csv"}, exitUnable: {"-after", "none.yaml"}} {
		cmd := exec.Command(self, args...)
		cmd.Env = append(os.Environ(), asProgram+"=1")
		err := cmd.Run()
		var exit *exec.ExitError
		if want == exitProven {
			require.NoError(t, err)
			continue
		}
		require.ErrorAs(t, err, &exit)
		require.Equal(t, want, exit.ExitCode())
	}
}

func TestAReaderThatGoesAwayIsReported(t *testing.T) {
	var stderr bytes.Buffer
	folder(t)
	require.Equal(t, exitUnable, run([]string{"-after", "after.yaml"}, strings.NewReader(""), failing{}, &stderr))
	require.Equal(t, "ratechange: the output cannot be written: nobody reads; what is written is not complete\n", stderr.String())
	require.Equal(t, exitUnable, run([]string{"-h"}, strings.NewReader(""), failing{}, io.Discard))
}

func TestRefusalsThatNobodyHearsAreNotProven(t *testing.T) {
	folder(t)
	require.Equal(t, exitUnable, run([]string{"-before", "before.yaml", "-after", "after.yaml", "-accounts", "-"}, strings.NewReader("class,usage\nsewer,1\n"), io.Discard, failing{}))
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

func TestAccountsThatBreakOffAreNotReported(t *testing.T) {
	broken := io.MultiReader(strings.NewReader(someAccounts), iotest.ErrReader(errors.New("the disk is gone")))
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitUnable, run([]string{"-accounts", "-"}, broken, &stdout, &stderr))
	require.Empty(t, stdout.String())
	require.Equal(t, "ratechange: standard input:5 cannot be read on: the disk is gone; nothing is reported of accounts of which not all are read\n", stderr.String())
}

func TestAFileThatIsCutOffIsSaidTo(t *testing.T) {
	folder(t)
	code, stdout, stderr := ratechange(t, strings.TrimSuffix(someAccounts, "\n"), "-before", "before.yaml", "-after", "after.yaml", "-accounts", "-")
	require.Equal(t, exitProven, code, stderr)
	require.Contains(t, stdout, "The last line of standard input (standard input:4) has no line end")
}

func TestATableWithAByteOrderMarkAndCRLFProves(t *testing.T) {
	folder(t)
	write(t, "table.csv", "\ufeff"+strings.ReplaceAll(workedBills, "\n", "\r\n"))
	code, stdout, stderr := ratechange(t, "", "-golden", "table.csv", "-after", "after.yaml")
	require.Equal(t, exitProven, code, stderr)
	require.Empty(t, stderr)
	require.Contains(t, stdout, "  ok    Worked bills of table.csv: all 4 bills come out right.\n")
	write(t, "accounts.csv", "\ufeff"+strings.ReplaceAll(someAccounts, "\n", "\r\n"))
	code, stdout, stderr = ratechange(t, "", "-before", "before.yaml", "-after", "after.yaml", "-accounts", "accounts.csv")
	require.Equal(t, exitProven, code, stderr)
	require.Contains(t, stdout, "Accounts studied: 3. All of them are in the totals.")
}

func TestAnAccountThatOneBookPricesIsToldWithWhatItComesTo(t *testing.T) {
	folder(t)
	write(t, "after.yaml", changed(t, string(ownAfter), "ord-water", "ord-homes"))
	args := []string{"-before", "before.yaml", "-after", "after.yaml", "-accounts", "-"}
	code, stdout, stderr := ratechange(t, someAccounts, args...)
	require.Equal(t, exitUnproven, code)
	require.Equal(t, `standard input:2: E_NO_SCHEDULE: after.schedule: 101: the book has no schedule "ord-water"; correct the class, or say what it is called after: -class OLD=NEW; the book after has central-water, central-fire, ord-homes, ord-fire
standard input:3: E_NO_SCHEDULE: after.schedule: 102: the book has no schedule "ord-water"; correct the class, or say what it is called after: -class OLD=NEW; the book after has central-water, central-fire, ord-homes, ord-fire
standard input: 2 of 3 rows left out
`, stderr)
	require.Contains(t, stdout, "2 of 3 accounts are in no total: not both books price them.")
	require.Contains(t, stdout, "  - ord-water, 2 accounts, refused by the book after: no rate schedule of that name (E_NO_SCHEDULE);\n    under the book before $239.25\n")

	code, stdout, stderr = ratechange(t, someAccounts, append(args, "-class", "ord-water=ord-homes")...)
	require.Equal(t, exitProven, code, stderr)
	require.Empty(t, stderr)
	require.Contains(t, stdout, "Accounts of the class ord-water are of the class ord-homes after.")
}

func TestUnitsThatDoNotConvertRefuseEachRow(t *testing.T) {
	folder(t)
	write(t, "after.yaml", changed(t, string(ownAfter), "unit: CCF748", "unit: unit"))
	code, stdout, stderr := ratechange(t, someAccounts, "-before", "before.yaml", "-after", "after.yaml", "-accounts", "-")
	require.Equal(t, exitUnproven, code)
	require.Contains(t, strings.Join(strings.Fields(stdout), " "), "central-water, central-fire, ord-water, ord-fire: usage is in CCF, which does not convert to units,")
	require.Contains(t, stderr, "standard input:2: ")
	require.Contains(t, stderr, "standard input:3: ")
}

// unfair is a book of rates that breaks a law.
const unfair = `headgate: rate-book/1
name: Unfair rates
schedules:
  - id: home
    unit: kgal
    rounding: {mode: half_up, place: line}
    select: by_period_start
    proration: not_prorated
    usage: exact
    undated: true
    facts:
      meter_size: {type: text, allowed: ["1", 1 1/2]}
    versions:
      - charges:
          - {id: base, text: Base charge, fixed: {by: meter_size, rows: {1: 10.00, 1 1/2: 9.00}}}
          - {id: water, text: Water, per_unit: 2.00}
`

func TestALawThatIsBrokenIsToldAndMayBeExcepted(t *testing.T) {
	folder(t)
	write(t, "after.yaml", unfair)
	args := []string{"-after", "after.yaml", "-laws"}
	code, stdout, stderr := ratechange(t, "", args...)
	require.Equal(t, exitUnproven, code)
	require.Contains(t, stdout, "  FAILS 11 laws of rates: larger_pays_more does not hold for home.")
	require.Contains(t, stderr, "E_LAW: home.larger_pays_more: meter size 1 pays $10.00, and 1 1/2 pays $9.00, without usage; look for a slip in Base charge\n")

	code, stdout, stderr = ratechange(t, "", append(args, "-except", "larger_pays_more:home=Resolution 12, for schools")...)
	require.Equal(t, exitProven, code, stderr)
	require.Contains(t, stdout, "does not hold, as is intended: Resolution 12, for")

	code, stdout, stderr = ratechange(t, "", append(args, "-except", "larger_pays_more=schools", "-except", "never_negative=credits")...)
	require.Equal(t, exitUnproven, code)
	require.Contains(t, stdout, "the exception from never_negative is not needed")
	require.Contains(t, stderr, "E_EXCEPTION")
}

func TestBillsOfLaterYearsAreComparedWithRatesOfThose(t *testing.T) {
	folder(t)
	write(t, "after.yaml", strings.NewReplacer("2018-", "2020-", "2019-01-01", "2021-01-01").Replace(string(ownAfter)))
	args := []string{"-before", "before.yaml", "-after", "after.yaml", "-accounts", "-"}
	code, stdout, stderr := ratechange(t, someAccounts, args...)
	require.Equal(t, exitUnproven, code)
	require.Contains(t, stderr, "E_NO_VERSION: after.period: 101")
	require.Contains(t, stdout, "-later YEARS.")
	code, stdout, stderr = ratechange(t, someAccounts, append(args, "-later", "2")...)
	require.Equal(t, exitProven, code, stderr)
	require.Contains(t, stdout, "The rates after price the same bills as if their days were 2 years later.")
	require.NotContains(t, stdout, "-later YEARS.")
}

func TestTheSuggestedBillsCoverTheBookOnceTheyAreWorkedOut(t *testing.T) {
	folder(t)
	code, stdout, stderr := ratechange(t, "", "-after", "after.yaml", "-coverage", "-suggest", "new.csv")
	require.Equal(t, exitUnproven, code, stderr)
	require.Contains(t, strings.Join(strings.Fields(stdout), " "), "WRITTEN - new.csv in ")
	text, err := os.ReadFile("new.csv")
	require.NoError(t, err)
	code, stdout, stderr = ratechange(t, "", "-after", "after.yaml", "-golden", "new.csv")
	require.Equal(t, exitUnproven, code)
	rows := strings.Count(string(text), "\n") - 1
	require.Equal(t, rows, strings.Count(stderr, "the row says neither a total nor a refusal"), stderr)
	require.Contains(t, stdout, fmt.Sprintf("%d bills, and %d lines do not come out right or cannot be read", rows, rows))

	write(t, "worked.csv", workedOut(t, string(text)))
	code, stdout, stderr = ratechange(t, "", "-after", "after.yaml", "-golden", "worked.csv", "-coverage")
	require.Equal(t, exitProven, code, stdout+stderr)
	require.Contains(t, stdout, fmt.Sprintf("  ok    Coverage by %d worked bills: all 162 numbers, days and rules", 11+rows))
}

func TestAScheduleThatIsCalledOtherwiseIsTold(t *testing.T) {
	folder(t)
	write(t, "after.yaml", changed(t, string(ownBefore), "ord-fire", "ord-hydrants", "Ord Community fire service (", "Ord Community hydrants (", "name: Marina Coast Water District, 2018", "name: The same"))
	code, stdout, stderr := ratechange(t, "", "-before", "before.yaml", "-after", "after.yaml")
	require.Equal(t, exitProven, code, stderr)
	_, stdout, _ = strings.Cut(stdout, "WHAT CHANGES\n")
	stdout, _, _ = strings.Cut(stdout, "\nWHAT TO DO NEXT")
	require.Equal(t, `  Ord Community hydrants, 2018-01-01 to 2018-12-31
  - The schedule ord-fire is now called ord-hydrants; nothing else of it changes
  Not told: 3 differences of names, titles and sources, which change no amount.
`, stdout)
}

func TestACoveredBookSuggestsNothing(t *testing.T) {
	folder(t)
	write(t, "after.yaml", changed(t, unfair, "1 1/2: 9.00", "1 1/2: 11.00"))
	write(t, "table.csv", "class,meter_size,usage,total\nhome,1,3.5,17.00\nhome,1 1/2,0,11.00\nhome,1,0.123,10.25\nhome,1,0.0025,10.01\n")
	code, stdout, stderr := ratechange(t, "", "-after", "after.yaml", "-golden", "table.csv", "-coverage", "-suggest", "new.csv")
	require.Equal(t, exitProven, code, stdout+stderr)
	require.Contains(t, stdout, "No bill is missing that would cover more: new.csv is not written.\n")
	_, err := os.Stat("new.csv")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAFileWithoutAccountsProvesNothing(t *testing.T) {
	folder(t)
	code, stdout, stderr := ratechange(t, "class,usage\n", "-before", "before.yaml", "-after", "after.yaml", "-accounts", "-")
	require.Equal(t, exitUnproven, code, stderr)
	require.Contains(t, stdout, "NOT PROVEN\n")
	require.Contains(t, stdout, "  FAILS The accounts: the file has none behind its first line: nothing was studied.\n")
}

func TestATableWithoutBillsProvesNothing(t *testing.T) {
	folder(t)
	write(t, "table.csv", "class,usage,total\n")
	code, stdout, stderr := ratechange(t, "", "-after", "after.yaml", "-golden", "table.csv")
	require.Equal(t, exitUnproven, code, stderr)
	require.Contains(t, stdout, "  FAILS Worked bills of table.csv: the table has no bills, and proves nothing.\n")
}

func TestHouseholdsWithoutBillsAreTold(t *testing.T) {
	folder(t)
	args := []string{"-before", "before.yaml", "-after", "after.yaml", "-accounts", "-", "-out", "report.html", "-income", "64500", "-households"}
	code, stdout, stderr := ratechange(t, someAccounts, append(args, "ord-water,central-water")...)
	require.Equal(t, exitProven, code, stderr)
	require.Contains(t, strings.Join(strings.Fields(stdout), " "), "No bill of the class central-water, which -households names, is in the totals: nothing of it is set against the income.")
	require.NotContains(t, stdout, "No bill of the class ord-water")
}

func TestAClassThatIsRenamedIsComparedWithWhatItBecomes(t *testing.T) {
	folder(t)
	before := changed(t, unfair, "name: Unfair rates", "name: Rates", "id: home", "id: house\n    title: Houses")
	write(t, "before.yaml", before)
	write(t, "after.yaml", changed(t, unfair, "id: home", "id: home\n    title: Homes", "per_unit: 2.00", "per_unit: 2.20"))
	changes := func(classes ...string) string {
		args := []string{"-before", "before.yaml", "-after", "after.yaml", "-accounts", "-"}
		for _, class := range classes {
			args = append(args, "-class", class)
		}
		_, stdout, _ := ratechange(t, "class,usage,meter_size\nhouse,1,1\n", args...)
		_, stdout, ok := strings.Cut(stdout, "WHAT CHANGES\n")
		require.True(t, ok)
		stdout, _, _ = strings.Cut(stdout, "\nWHAT TO DO NEXT")
		return stdout
	}
	const rises = "  - Water rises from $2.00 to $2.20 per thousand gallons (+$0.20, +10.0%)\n"
	require.Equal(t, "  Homes\n"+rises+"  Not told: 1 difference of names, titles and sources, which change no amount.\n", changes("house=home"))
	require.NotContains(t, changes(), rises)

	_, house, ok := strings.Cut(before, "schedules:\n")
	require.True(t, ok)
	write(t, "before.yaml", before+changed(t, house, "id: house", "id: cabin", "per_unit: 2.00", "per_unit: 1.00"))
	both := changes("house=home", "cabin=home")
	require.Contains(t, both, rises)
	require.Contains(t, both, "Water rises from $1.00 to $2.20")
	require.NotContains(t, both, "is new")
	require.NotContains(t, both, "is gone")
}

func TestATableThatIsTooWideHasItsColumnsNamedInTwoLines(t *testing.T) {
	wide := table.Table{Title: "Wide", Columns: []table.Column{{Name: "Class"}, {Name: "25th of 100 $", Right: true}}, Rows: [][]table.Cell{{table.Text(strings.Repeat("x", 86)), table.Count(7)}}}
	var p page
	p.table(&wide)
	require.Equal(t, "Wide\n"+strings.Repeat(" ", 90)+"25th of\n  Class"+strings.Repeat(" ", 85)+"100 $\n  "+strings.Repeat("x", 86)+strings.Repeat(" ", 8)+"7\n\n", p.String())
}
