package ratecheck_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func parsed(t testing.TB, src string) *ratecheck.Table {
	t.Helper()
	table, err := ratecheck.ParseTable("t.csv", []byte(src))
	require.NoError(t, err)
	return table
}

func findings(t testing.TB, engine *rates.Engine, src string) []string {
	t.Helper()
	var all []string
	for _, e := range ratecheck.Golden(engine, parsed(t, src)) {
		all = append(all, e.Error())
	}
	return all
}

const tableHead = "name,class,meter_size,from,to,usage,charge water,charge water tier 2,total,refused\n"

func TestGoldenRows(t *testing.T) {
	engine := home(t, tiers)
	for _, c := range []struct{ name, row, want string }{
		{"as it is", "June,home,3/4,2027-06-01,2027-07-01,13,57.69,28.25,86.44,", ""},
		{"no more than the total", "June,home,3/4,2027-06-01,2027-07-01,13,,,86.44,", ""},
		{"refused as it says", "June,home,3/4,2025-06-01,2025-07-01,13,,,,E_NO_VERSION", ""},
		{"short amounts", "June,home,3/4,2027-06-01,2027-07-01,0,0,0,28.75,", ""},
		{"no usage", "June,home,3/4,2027-06-01,2027-07-01,,,,28.75,", ""},
		{"a charge and a tier", "June,home,3/4,2027-06-01,2027-07-01,13,57.70,28.26,86.44,",
			"t.csv:2:40: E_CHECK: charge water: June: charge water: expected $57.70, computed $57.69; charge water tier 2: expected $28.26, computed $28.25; the total agrees; " +
				"correct the book, or the table if its bill is worked out wrongly"},
		{"a charge and the total", "June,home,3/4,2027-06-01,2027-07-01,13,57.70,,86.45,",
			"t.csv:2:47: E_CHECK: total: June: expected $86.45, computed $86.44: base $28.75 + Water $29.44 + Water $28.25; charge water: expected $57.70, computed $57.69; correct the book, or the check if its bill is misprinted"},
		{"priced, and refused in the table", "June,home,3/4,2027-06-01,2027-07-01,13,,,,E_NO_ROW",
			"t.csv:2:43: E_CHECK: refused: June: expected the refusal E_NO_ROW, computed $86.44: base $28.75 + Water $29.44 + Water $28.25; correct the check, or the book"},
		{"both", "June,home,3/4,2027-06-01,2027-07-01,13,,,1,E_NO_ROW", "t.csv:2:44: E_TABLE: refused: the row says a total and a refusal; keep one"},
		{"a day that is none", "June,home,3/4,6/1/2027,2027-07-01,13,,,1,", `t.csv:2:15: E_DATE: from: "6/1/2027": `},
		{"days the other way about", "June,home,3/4,2027-07-01,2027-06-01,13,,,1,", "t.csv:2:26: E_PERIOD: to: "},
		{"usage with a unit", "June,home,3/4,2027-06-01,2027-07-01,13 CCF,,,1,", `t.csv:2:37: E_NUMBER: usage: "13 CCF": `},
		{"a charge with a comma", `June,home,3/4,2027-06-01,2027-07-01,13,"1,057.69",,1,`, `t.csv:2:40: E_AMOUNT: charge water: "1,057.69": `},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := findings(t, engine, tableHead+c.row+"\n")
			if c.want == "" {
				require.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			require.Contains(t, found[0], c.want)
		})
	}
}

func TestTableHeaders(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", "t.csv:1: E_TABLE: the table is empty; "},
		{"only remarks", "# a\n\n", "the table is empty"},
		{"UTF-16", "\xff\xfec", "t.csv: E_TABLE: the table is UTF-16; save it as CSV in UTF-8"},
		{"Latin-1", "class,total\nhome,1\nh\xf6me,1\n", "t.csv:3: E_TABLE: the table is not UTF-8; "},
		{"no class", "usage,total\n", "t.csv:1: E_TABLE: no column is called class; "},
		{"no total", "class,usage\n", "t.csv:1: E_TABLE: no column is called total; "},
		{"twice", "class,total,total\n", `t.csv:1:13: E_TABLE: two columns are called "total"; keep one`},
		{"no name", "class,,total\n", "t.csv:1:7: E_TABLE: column 2 has no name; "},
		{"blanks", "class, usage,total\n", `t.csv:1:7: E_TABLE: column 2 is called " usage", with blanks around the name; `},
		{"tier", "class,total,charge water tier two\n", `t.csv:1:13: E_TABLE: "two" is no number of a tier; `},
		{"no CSV", "cl\"ass,total\n", "t.csv:1:3: E_TABLE: the line is no row of CSV: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ratecheck.ParseTable("t.csv", []byte(c.src))
			require.ErrorIs(t, err, ratecheck.ErrTable)
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := ratecheck.ParseTable("t.csv", make([]byte, ratecheck.MaxTable+1))
	require.ErrorContains(t, err, "larger than")
}

// One bad line costs itself alone, and every line is a row, a remark, blank, or told.
func TestBadLinesDoNotHideOthers(t *testing.T) {
	engine := home(t, tiers)
	good := "June,home,3/4,2027-06-01,2027-07-01,13,,,86.44,\n"
	src := "\ufeff# the board's table\r\n" + tableHead + good + "\n# a remark, with \"quotes\n" + "Ju\"ly,home\n" + good + "short,home\n" + "\"never closed,home\n" + strings.Replace(good, "86.44", "86.45", 1)
	found := findings(t, engine, src)
	require.Len(t, found, 4, "%v", found)
	for i, want := range []string{"t.csv:6:3: E_TABLE: the line is no row of CSV", "t.csv:8: E_TABLE: the row has 2 cells, and there are 10 columns", "t.csv:9:", "t.csv:10:42: E_CHECK: total"} {
		require.Contains(t, found[i], want)
	}
}

func TestTableFactNames(t *testing.T) {
	table := parsed(t, "class,size,from,to,usage,total\nhome,3/4,2027-06-01,2027-07-01,13,86.44\n")
	table.FactName = func(column string) string { return map[string]string{"size": "meter_size"}[column] }
	require.Empty(t, ratecheck.Golden(home(t, tiers), table))
	checks, err := table.Checks(home(t, tiers))
	require.NoError(t, err)
	require.Equal(t, []ratecheck.Check{{Name: "t.csv:2", Total: money.Cents(8644), Input: rates.Input{Schedule: "home", Period: civil.MustPeriod("[2027-06-01, 2027-07-01)"),
		Usage: must(metering.VolumeOf("13", metering.CCF)), Facts: rates.Facts{"meter_size": "3/4"}}}}, checks)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// An updated table is one that the book reproduces; what agreed, and what people wrote, stays.
func TestUpdate(t *testing.T) {
	engine := home(t, tiers)
	src := "# remark\r\nname,class,meter_size,from,to,usage,charge water,total,refused,note\r\n" +
		"as it is,home,3/4,2027-06-01,2027-07-01,13,57.69,86.44,,\"so, \"\"said\"\"\"\r\n" +
		"short,home,3/4,2027-06-01,2027-07-01,0,0,28.7,,\r\n" +
		"wrong,home,3/4,2027-06-01,2027-07-01,13,1,2,,\"a, b\"\r\n" +
		"new,home,3/4,2027-06-01,2027-07-01,13,,,,\r\n" +
		"refused,home,3/4,2025-06-01,2025-07-01,13,5,1,,\r\n" +
		"last,home,1,2027-06-01,2027-07-01,1,,,E_NO,"
	got, err := parsed(t, src).Update(engine)
	require.NoError(t, err)
	require.Equal(t, "# remark\r\nname,class,meter_size,from,to,usage,charge water,total,refused,note\r\n"+
		"as it is,home,3/4,2027-06-01,2027-07-01,13,57.69,86.44,,\"so, \"\"said\"\"\"\r\n"+
		"short,home,3/4,2027-06-01,2027-07-01,0,0,28.75,,\r\n"+
		"wrong,home,3/4,2027-06-01,2027-07-01,13,57.69,86.44,,\"a, b\"\r\n"+
		"new,home,3/4,2027-06-01,2027-07-01,13,,86.44,,\r\n"+
		"refused,home,3/4,2025-06-01,2025-07-01,13,,,E_NO_VERSION,\r\n"+
		"last,home,1,2027-06-01,2027-07-01,1,,47.78,,", string(got))
	require.Empty(t, findings(t, engine, string(got)))

	_, err = parsed(t, "class,meter_size,from,to,usage,total\nhome,3/4,2025-06-01,2025-07-01,1,2\n").Update(engine)
	require.ErrorContains(t, err, "t.csv:2:1: E_TABLE: refused: the bill is refused (E_NO_VERSION: ")
	_, err = parsed(t, "class,meter_size,from,to,usage,total\nhome,3/4,2025-06-01,2025-13-01,1,2\nshort\n").Update(engine)
	require.ErrorContains(t, err, "t.csv:2:21: E_DATE: to: ")
	require.ErrorContains(t, err, "t.csv:3: E_TABLE: the row has 1 cells")
}

// Bills that a book suggests make a table that holds them all.
func TestTableOf(t *testing.T) {
	engine := engineOf(t, marina)
	coverage := ratecheck.Cover(engine, nil)
	bills := coverage.Suggestions()
	several := bills[0]
	several.Meters = []rates.Meter{{ID: "a"}}
	other := bills[0]
	other.Usage = must(metering.VolumeOf("3", metering.Gallon))
	carried := bills[0]
	carried.Carried = must(exact.New(1, 3))
	src, rest := ratecheck.TableOf(engine, append(bills, several, other, carried))
	require.Equal(t, []rates.Input{several, other, carried}, rest)
	require.True(t, bytes.HasPrefix(src, []byte("class,from,to,usage,meter_size,total,refused\ncentral-water,")), string(src))
	table := parsed(t, string(src))
	_, err := table.Checks(engine)
	require.ErrorContains(t, err, "the row says neither a total nor a refusal")
	filled, err := table.Update(engine)
	require.NoError(t, err)
	checks, err := parsed(t, string(filled)).Checks(engine)
	require.NoError(t, err)
	require.Len(t, checks, len(bills))
	for i := range checks {
		require.Equal(t, bills[i], checks[i].Input)
	}
	require.Empty(t, findings(t, engine, string(filled)))
}

// A table that is updated twice is updated once, whatever it was; no line is lost.
func FuzzTable(f *testing.F) {
	f.Add([]byte(tableHead + "June,home,3/4,2027-06-01,2027-07-01,13,57.69,28.25,86.44,\n"))
	f.Add([]byte("# x\r\nclass,usage,total,refused\r\nhome,1,,\r\n\"a\nb\",1,2,"))
	f.Add([]byte("\ufeffclass,total\n\"home,1\n,,,\nx"))
	f.Add([]byte("class,meter_size,from,to,usage,total,refused\nhome,1,2027-06-01,2027-07-01,1,\"4\"\"7\",E"))
	engine := home(f, tiers)
	f.Fuzz(func(t *testing.T, src []byte) {
		table, err := ratecheck.ParseTable("t.csv", src)
		if err != nil {
			return
		}
		found := ratecheck.Golden(engine, table)
		checks, err := table.Checks(engine)
		require.LessOrEqual(t, len(checks), table.Len())
		require.LessOrEqual(t, len(found), table.Len()+100)
		if err == nil && len(found) == 0 {
			for i := range checks {
				require.Nil(t, checks[i].Run(engine))
			}
		}
		once, err := table.Update(engine)
		if err != nil {
			return
		}
		require.Equal(t, bytes.Count(src, []byte("\n")), bytes.Count(once, []byte("\n")), "%q", once)
		again, err := ratecheck.ParseTable("t.csv", once)
		require.NoError(t, err)
		require.Empty(t, ratecheck.Golden(engine, again), "%q", once)
		twice, err := again.Update(engine)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
	})
}

// A line that begins with # is a remark, and told where it may be a row; Update makes none of a row.
func TestRemarksAreNoRows(t *testing.T) {
	engine := home(t, tiers)
	found := findings(t, engine, "name,class,meter_size,from,to,usage,total\n# so, and so\n#1 home,home,3/4,2027-06-01,2027-07-01,13,9999\n")
	require.Len(t, found, 1)
	require.Contains(t, found[0], "t.csv:3: E_TABLE: the line begins with #, and so is a remark, but it has as many cells as a row; put the first cell in quotes if it is a row")
	require.Zero(t, parsed(t, "name,class,total\n# a\n\n").Len())

	got, err := parsed(t, "name,class,meter_size,from,to,usage,total\n\"#1 home\",home,3/4,2027-06-01,2027-07-01,13,9999\n").Update(engine)
	require.NoError(t, err)
	require.Equal(t, "name,class,meter_size,from,to,usage,total\n\"#1 home\",home,3/4,2027-06-01,2027-07-01,13,86.44\n", string(got))
	require.Equal(t, 1, parsed(t, string(got)).Len())
}

func TestRowsThatAreTooLong(t *testing.T) {
	found := findings(t, home(t, tiers), "name,class,total\nx,home,1\n"+strings.Repeat("x", 70_000)+",home,1\n")
	require.Len(t, found, 2)
	require.Contains(t, found[1], "t.csv:3: E_TABLE: the row is longer than 65536 bytes; look for a quote that is not closed")
}

// Facts may be called as columns are.
func TestFactsCalledAsColumns(t *testing.T) {
	engine := engineFrom(t, "x.yaml", strings.ReplaceAll(source("proration: not_prorated", tiers), "meter_size", "note"))
	in := check(t, home(t, tiers), "1", "[2026-08-01, 2026-09-01)", "5").Input
	in.Facts = rates.Facts{"note": "1"}
	src, rest := ratecheck.TableOf(engine, []rates.Input{in})
	require.Empty(t, rest)
	require.Equal(t, "class,from,to,usage,fact note,total,refused\nhome,2026-08-01,2026-09-01,5,1,,\n", string(src))
	filled, err := parsed(t, string(src)).Update(engine)
	require.NoError(t, err)
	checks, err := parsed(t, string(filled)).Checks(engine)
	require.NoError(t, err)
	require.Equal(t, in, checks[0].Input)
	require.Equal(t, int64(6250), checks[0].Total.Cents())

	found := findings(t, home(t, tiers), "class,meter_size,fact meter_size,total\nhome,1,1,1\n")
	require.Len(t, found, 1)
	require.Contains(t, found[0], `t.csv:1:18: E_TABLE: column "fact meter_size" holds the fact meter_size, and so does another; keep one`)
	found = findings(t, home(t, tiers), tableHead+"June,home,3/4,2025-06-01,2025-07-01,13,5,,,E_NO_VERSION\n")
	require.Len(t, found, 1)
	require.Contains(t, found[0], "E_TABLE: charge water: the row says a refusal, and what a charge comes to; keep one")
}
