package ratetest_test

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/ratetest"
)

// A recorder is a test that notes what it is told.
type recorder struct {
	testing.TB
	errors, logs []string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Errorf(f string, a ...any) { r.errors = append(r.errors, fmt.Sprintf(f, a...)) }
func (r *recorder) Logf(f string, a ...any)   { r.logs = append(r.logs, fmt.Sprintf(f, a...)) }

func next(t *testing.T) *rates.Engine {
	engine, err := ratefile.Load(files, "rates-2027.yaml")
	require.NoError(t, err)
	return engine
}

const header = "name,class,meter_size,from,to,usage,charge water,total\n"

func folder(table string) fstest.MapFS {
	return fstest.MapFS{"t.csv": {Data: []byte(table)}}
}

func TestGoldenFailsByRow(t *testing.T) {
	for _, c := range []struct{ name, table, want string }{
		{"a cent", header + "August,home,3/4,2027-07-31,2027-08-30,10,,72.31\n",
			"t.csv:2:43: E_CHECK: total: August: expected $72.31, computed $72.30: Base charge $29.90 + Water $30.64 + Water $11.76; correct the book, or the check if its bill is misprinted"},
		{"a charge", header + "August,home,3/4,2027-07-31,2027-08-30,10,42.41,72.30\n",
			"t.csv:2:42: E_CHECK: charge water: August: charge water: expected $42.41, computed $42.40; the total agrees; correct the book, or the table if its bill is worked out wrongly"},
		{"money as people write it", header + "August,home,3/4,2027-07-31,2027-08-30,10,,\"1,234.5\"\n",
			`t.csv:2:43: E_AMOUNT: total: "1,234.5": `},
		{"money with a sign", header + "August,home,3/4,2027-07-31,2027-08-30,10,,$72.30\n", `E_AMOUNT: total: "$72.30": `},
		{"a class that the book lacks", header + "August,shop,3/4,2027-07-31,2027-08-30,10,,72.30\n",
			`t.csv:2:8: E_NO_SCHEDULE: class: the book has no schedule "shop"; use one of: home`},
		{"no total", header + "August,home,3/4,2027-07-31,2027-08-30,10,,\n", "t.csv:2:43: E_TABLE: total: the row says neither a total nor a refusal; work out what the bill comes to, and write it as 96.48"},
		{"a missing column", "class,usage\nhome,3\n", "t.csv:1: E_TABLE: no column is called total; "},
		{"a column of no fact", "class,metersize,usage,total\nhome,3/4,3,1\n", `t.csv:1:7: E_TABLE: column "metersize" is no fact of any schedule; rename it, or call it note; the facts are: meter_size`},
		{"a column of no charge", "class,usage,charge sewer,total\nhome,3,1,1\n", `t.csv:1:13: E_TABLE: column "charge sewer" is of no charge of any schedule; the charges are: base, water`},
		{"a short row", header + "August,home,3/4\n", "t.csv:2: E_TABLE: the row has 3 cells, and there are 8 columns; "},
		{"a missing fact", header + "August,home,,2027-07-31,2027-08-30,10,,72.30\n", "but the bill is refused: E_MISSING_FACT"},
		{"no rows", header, "t.csv has no rows, and proves nothing"},
		{"no file", "", "the table is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &recorder{TB: t}
			ratetest.Golden(r, next(t), folder(c.table), "t.csv")
			require.Len(t, r.errors, 1, "%v", r.errors)
			require.Contains(t, r.errors[0], c.want)
		})
	}
	r := &recorder{TB: t}
	ratetest.Golden(r, next(t), folder(header), "other.csv")
	require.Len(t, r.errors, 1)
	require.Contains(t, r.errors[0], "other.csv")
}

func TestManyFindingsAreCounted(t *testing.T) {
	r := &recorder{TB: t}
	ratetest.Golden(r, next(t), folder(header+strings.Repeat("August,home,3/4,2027-07-31,2027-08-30,10,,1\n", 30)), "t.csv")
	require.Len(t, r.errors, 21)
	require.Equal(t, "and 10 more: 30 findings of 30 rows of t.csv", r.errors[20])
}

func TestUpdateWritesTablesAnew(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "t.csv")
	require.NoError(t, os.WriteFile(name, []byte("# the board's table\n"+header+"August,home,3/4,2027-07-31,2027-08-30,10,1,2\nnew,home,1,2027-07-31,2027-08-30,10,,\n"), 0o644))
	t.Setenv(ratetest.Update, "1")
	r := &recorder{TB: t}
	ratetest.Golden(r, next(t), ratetest.Dir(dir), "t.csv")
	require.Empty(t, r.errors)
	require.Len(t, r.logs, 1)
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "# the board's table\n"+header+"August,home,3/4,2027-07-31,2027-08-30,10,42.40,72.30\nnew,home,1,2027-07-31,2027-08-30,10,,88.25\n", string(got))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing else is left")

	ratetest.Golden(r, next(t), folder(header), "t.csv")
	require.Len(t, r.errors, 1)
	require.Contains(t, r.errors[0], "use a ratetest.Dir")

	r = &recorder{TB: t}
	require.NoError(t, os.WriteFile(name, []byte(header+"August,home,3/4,2027-13-31,2027-08-30,10,1,2\n"), 0o644))
	ratetest.Golden(r, next(t), ratetest.Dir(dir), "t.csv")
	require.Len(t, r.errors, 1, "a row that cannot be read keeps the table as it is")
	require.Contains(t, r.errors[0], "t.csv:2:")
}

func TestUpdateIsAsked(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "t.csv")
	table := header + "August,home,3/4,2027-07-31,2027-08-30,10,,1\n"
	require.NoError(t, os.WriteFile(name, []byte(table), 0o644))
	for text, want := range map[string]int{"0": 1, "false": 1, "": 1, "yes": 2} {
		t.Setenv(ratetest.Update, text)
		r := &recorder{TB: t}
		ratetest.Golden(r, next(t), ratetest.Dir(dir), "t.csv")
		require.Len(t, r.errors, want, text)
		got, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, table, string(got))
	}
}

func TestChecksFailByName(t *testing.T) {
	r := &recorder{TB: t}
	check := ratecheck.Check{Name: "July", Input: homes()[0], Total: money.Cents(1)}
	ratetest.Checks(r, next(t), check)
	require.Len(t, r.errors, 1)
	require.Contains(t, r.errors[0], "July: expected $0.01, computed $33.79")
}

func TestLawsFailWithTheSmallestCounterExample(t *testing.T) {
	engine := bent(t)
	r := &recorder{TB: t}
	ratetest.Laws(r, engine)
	require.Len(t, r.errors, 1, "%v", r.errors)
	require.Contains(t, r.errors[0], "home: more_costs_more: 9.99 CCF costs $62.08, and 10 CCF costs $52.14: more for less; look at Help")

	r = &recorder{TB: t}
	ratetest.Laws(r, engine, ratecheck.Exception{Law: ratecheck.MoreCostsMore, Schedule: "home", Reason: "Resolution 2027-09 helps whoever uses ten units"})
	require.Empty(t, r.errors)
	require.Len(t, r.logs, 1)

	ratetest.Laws(r, next(t), ratecheck.Exception{Law: ratecheck.NeverNegative, Schedule: "home", Reason: "none"})
	require.Len(t, r.errors, 1)
	require.Contains(t, r.errors[0], "E_EXCEPTION: home: the exception to never_negative is not needed: the law holds; take it out")
}

// bent is a book whose bills fall at ten units.
func bent(t *testing.T) *rates.Engine {
	engine, err := ratefile.Load(files, "rates-2026.yaml")
	require.NoError(t, err)
	book := engine.Book()
	v := &book.Schedules[0].Versions[0]
	v.Charges = append(v.Charges, rates.Charge{ID: "help", Text: "Help", Rule: rates.Computed{Amount: rates.Formula{Text: "-10 * min(1, floor(usage / 10))", Exact: true}}})
	engine, err = rates.Compile(book)
	require.NoError(t, err)
	return engine
}

func TestCoverageTellsRowsToAdd(t *testing.T) {
	r := &recorder{TB: t}
	ratetest.Coverage(r, next(t), folder(header+"August,home,3/4,2027-07-31,2027-08-30,10,,72.30\n"), "t.csv")
	require.Len(t, r.errors, 1)
	require.Contains(t, r.errors[0], "points of the book are covered. If one of these were wrong, no row would notice:")
	require.Contains(t, r.errors[0], "home from 2026-07-01: $44.10 for meter size 1 of Base charge")
	require.Contains(t, r.errors[0], "class,from,to,usage,meter_size,total,refused\n")
}

func TestImpactFailsWhereAccountsAreLeftOut(t *testing.T) {
	now, err := ratefile.Load(files, "rates-2026.yaml")
	require.NoError(t, err)
	bills := homes()
	bills[3].Facts = rates.Facts{"meter_size": "9"}
	r := &recorder{TB: t}
	impact := ratetest.Impact(r, now, next(t), ratecheck.Accounts(bills...))
	require.Equal(t, int64(99), impact.All.Bills)
	require.Equal(t, int64(1), impact.LeftOut())
	require.Len(t, r.errors, 2)
	require.Contains(t, r.errors[0], `left out: E_FACT_VALUE: meter_size: bill 4: meter_size is "9"; give one of: 5/8, 3/4, 1`)
	require.Equal(t, "1 of 100 accounts are in no total", r.errors[1])

	r = &recorder{TB: t}
	ratetest.Impact(r, now, next(t), ratecheck.Accounts())
	require.Equal(t, []string{"there are no accounts, and nothing is known of the impact"}, r.errors)

	r = &recorder{TB: t}
	var torn iter.Seq2[ratecheck.Account, error] = func(yield func(ratecheck.Account, error) bool) {
		yield(ratecheck.Account{}, errors.New("the file is torn"))
	}
	ratetest.Impact(r, now, next(t), torn)
	require.Equal(t, []string{"left out: the file is torn", "1 of 1 accounts are in no total"}, r.errors)
}

// What the package comment shows is the suite that runs here.
func TestTheCommentIsTheSuite(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	suite, err := os.ReadFile("suite_test.go")
	require.NoError(t, err)
	var code []string
	for _, line := range strings.Split(string(doc), "\n") {
		if text, ok := strings.CutPrefix(line, "//\t"); ok {
			code = append(code, text)
		} else if line == "//" {
			code = append(code, "")
		}
	}
	text := strings.Join(code, "\n")
	from := strings.Index(text, "var files")
	require.Positive(t, from)
	to := strings.Index(text[from:], "\n}\n")
	require.Positive(t, to)
	require.Contains(t, string(suite), text[from:from+to+2])
}
