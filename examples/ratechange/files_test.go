package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// workedOut fills in what the bills of a table come to, as a person would.
func workedOut(t *testing.T, text string) string {
	t.Helper()
	book, err := readRates("after", "after.yaml", 0, &strings.Builder{})
	require.NoError(t, err)
	parsed, err := ratecheck.ParseTable("new.csv", []byte(text))
	require.NoError(t, err)
	filled, err := parsed.Update(book.engine)
	require.NoError(t, err)
	return string(filled)
}

func TestTheReportHasTheFiguresOfThePage(t *testing.T) {
	folder(t)
	code, stdout, stderr := ratechange(t, "", "-out", "report.html", "-tables", "tables", "-title", "Rates <of> 2018", "-income", "64500", "-households", "ord-water")
	require.Equal(t, exitProven, code, stderr)
	page, err := os.ReadFile("report.html")
	require.NoError(t, err)
	shown := html.UnescapeString(string(page))
	for _, figure := range []string{"182,213.97", "168,392.78", "13,821.19", "+8.2%", "293 (73.3%)", "nobody has proposed it",
		"all 11 worked bills that it holds come out right", "Mains replacement is new: 2% of Base charge: 2018-07-01 to 2018-12-31."} {
		require.True(t, strings.Contains(shown, figure), figure)
	}
	require.Contains(t, string(page[:500]), "Rates &lt;of&gt; 2018")
	_, income, ok := strings.Cut(shown, `id="affordability"`)
	require.True(t, ok)
	income, _, _ = strings.Cut(income, "</section>")
	require.Contains(t, income, "$64,500.00")
	require.Contains(t, income, "ord-water")
	require.NotContains(t, income, "central-water", "it is not among the households")
	for _, figure := range []string{"182,213.97", "168,392.78", "13,821.19", "+8.2%", "293 (73.3%)"} {
		require.Contains(t, stdout, figure)
	}
	f, err := os.Open("tables/classes.csv")
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"All classes", "400", "168392.78", "182213.97", "13821.19", "8.2", "34.55"}, rows[len(rows)-1])
	markdown, err := os.ReadFile("tables/impact.md")
	require.NoError(t, err)
	require.Contains(t, string(markdown), "182,213.97")

	_, _, _ = ratechange(t, "", "-out", "again.html", "-title", "Rates <of> 2018", "-income", "64500", "-households", "ord-water")
	again, err := os.ReadFile("again.html")
	require.NoError(t, err)
	require.True(t, bytes.Equal(page, again))
}

func TestTheReportSaysWhatIsLeftOutAndWhatFails(t *testing.T) {
	folder(t)
	write(t, "table.csv", changed(t, workedBills, "60.99", "60.98"))
	code, _, stderr := ratechange(t, someAccounts+"104,sewer,3/4,5,2018-03-01,2018-04-01,0\n", "-before", "before.yaml", "-after", "after.yaml", "-accounts", "-", "-golden", "table.csv", "-out", "report.html")
	require.Equal(t, exitUnproven, code)
	require.Contains(t, stderr, `table.csv:2:`)
	page, err := os.ReadFile("report.html")
	require.NoError(t, err)
	require.True(t, strings.Contains(string(page), "1 of 4 accounts is in no total"))
	require.True(t, strings.Contains(string(page), "Not everything that was checked is as it should be"))
	require.True(t, strings.Contains(string(page), "4 bills, and 1 line does not come out right or cannot be read: table.csv:2"))
}

func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	folder(t)
	require.NoError(t, os.Mkdir("reports", 0o755))
	require.NoError(t, os.WriteFile("reports/report.html", []byte("<!doctype html>the last one"), 0o600))
	code, _, stderr := ratechange(t, someAccounts, "-before", "before.yaml", "-after", "after.yaml", "-accounts", "-", "-out", "reports/report.html")
	require.Equal(t, exitProven, code, stderr)
	info, err := os.Stat("reports/report.html")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	names, err := os.ReadDir("reports")
	require.NoError(t, err)
	require.Len(t, names, 1, "nothing else is left")

	err = writeWhole(filepath.Join("reports", "report.html"), func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return errors.New("no report")
	})
	require.ErrorContains(t, err, "no report")
	text, err := os.ReadFile("reports/report.html")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), "<!DOCTYPE html>"), "the file before stays")
}

func TestAFileThatCannotBeWrittenIsSaidAndThePageIsPrinted(t *testing.T) {
	folder(t)
	require.NoError(t, os.Mkdir("tables", 0o755))
	for i := range 100 { // no name is left for the file beside it
		write(t, fmt.Sprintf("tables/classes.csv.part%d", i), "")
	}
	code, stdout, stderr := ratechange(t, someAccounts, "-before", "before.yaml", "-after", "after.yaml", "-accounts", "-", "-tables", "tables")
	require.Equal(t, exitUnable, code)
	require.Contains(t, stdout, "WHAT IT DOES TO BILLS")
	require.NotContains(t, stdout, "- tables/classes.csv")
	require.Contains(t, stderr, "tables/classes.csv is not written")
	_, err := os.Stat("tables/classes.csv")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Contains(t, stdout, "- tables/moves.csv in ")
}

func TestALinkStaysALink(t *testing.T) {
	folder(t)
	write(t, "real.html", "<!doctype html>the last one")
	require.NoError(t, os.Symlink("real.html", "report.html"))
	code, _, stderr := ratechange(t, someAccounts, "-before", "before.yaml", "-after", "after.yaml", "-accounts", "-", "-out", "report.html")
	require.Equal(t, exitProven, code, stderr)
	info, err := os.Lstat("report.html")
	require.NoError(t, err)
	require.Equal(t, os.ModeSymlink, info.Mode().Type())
	text, err := os.ReadFile("real.html")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), "<!DOCTYPE html>"))
}

func TestNoFileThatIsReadOrNotOursIsWrittenOver(t *testing.T) {
	both := []string{"-before", "before.yaml", "-after", "after.yaml"}
	for name, c := range map[string]struct {
		files map[string]string
		args  []string
		want  string
	}{
		"accounts that are called as a table": {map[string]string{"usage.csv": someAccounts}, []string{"-accounts", "usage.csv", "-tables", "."}, "-tables writes usage.csv, which is a file that is read; name another folder"},
		"a golden table called so":            {map[string]string{"accounts.csv": someAccounts, "causes.csv": workedBills}, []string{"-accounts", "accounts.csv", "-golden", "causes.csv", "-tables", "./"}, "-tables writes causes.csv, which is a file that is read"},
		"the report among the tables":         {map[string]string{"accounts.csv": someAccounts}, []string{"-accounts", "accounts.csv", "-out", "ct/classes.csv", "-tables", "ct"}, "-tables writes ct/classes.csv, which -out names too; give each a name of its own"},
		"the suggestions among them":          {map[string]string{"accounts.csv": someAccounts}, []string{"-accounts", "accounts.csv", "-coverage", "-suggest", "ct/usage.csv", "-tables", "./ct"}, "-tables writes ct/usage.csv, which -suggest names too"},
		"a table of another":                  {map[string]string{"accounts.csv": someAccounts, "ct/sizes.csv": "size,count\n"}, []string{"-accounts", "accounts.csv", "-tables", "ct"}, "-tables writes ct/sizes.csv, which is there already and is none of its tables; name another folder"},
		"a text of another":                   {map[string]string{"accounts.csv": someAccounts, "ct/impact.md": "# Mine\n"}, []string{"-accounts", "accounts.csv", "-tables", "ct"}, "-tables writes ct/impact.md, which is there already"},
		"a folder called as a table":          {map[string]string{"accounts.csv": someAccounts, "ct/moves.csv/x": ""}, []string{"-accounts", "accounts.csv", "-tables", "ct"}, "-tables writes ct/moves.csv, which is there already"},
		"a report over what is none":          {map[string]string{"accounts.csv": someAccounts, "notes.txt": "mine"}, []string{"-accounts", "accounts.csv", "-out", "notes.txt"}, "-out notes.txt is there already, and is no report; give another name"},
		"a table given twice":                 {map[string]string{"accounts.csv": someAccounts, "table.csv": workedBills}, []string{"-accounts", "accounts.csv", "-golden", "table.csv", "-golden", "./table.csv"}, "-golden ./table.csv is given twice; give each table once"},
	} {
		t.Run(name, func(t *testing.T) {
			folder(t)
			require.NoError(t, os.Mkdir("ct", 0o755))
			for file, text := range c.files {
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
				write(t, file, text)
			}
			code, stdout, stderr := ratechange(t, "", append(both[:4:4], c.args...)...)
			require.Equal(t, exitUnable, code)
			require.Empty(t, stdout)
			require.Contains(t, stderr, c.want)
			for file, text := range c.files {
				is, err := os.ReadFile(file)
				require.NoError(t, err)
				require.Equal(t, text, string(is), file)
			}
			names, err := os.ReadDir("ct")
			require.NoError(t, err)
			require.LessOrEqual(t, len(names), 1, "nothing is written")
		})
	}
}

func TestStandardInputIsNotWrittenOver(t *testing.T) {
	for _, args := range [][]string{{"-out", "usage.csv"}, {"-tables", "."}} {
		folder(t)
		write(t, "usage.csv", someAccounts)
		in, err := os.Open("usage.csv")
		require.NoError(t, err)
		var stdout, stderr strings.Builder
		code := run(append([]string{"-before", "before.yaml", "-after", "after.yaml", "-accounts", "-"}, args...), in, &stdout, &stderr)
		require.NoError(t, in.Close())
		require.Equal(t, exitUnable, code)
		require.Contains(t, stderr.String(), "is a file that is read")
		text, err := os.ReadFile("usage.csv")
		require.NoError(t, err)
		require.Equal(t, someAccounts, string(text))
	}
}

func TestWhatAFormerRunHasWrittenIsWrittenAnew(t *testing.T) {
	folder(t)
	write(t, "accounts.csv", someAccounts)
	write(t, "empty.html", "")
	args := []string{"-before", "before.yaml", "-after", "after.yaml", "-accounts", "accounts.csv", "-tables", "ct", "-out", "empty.html"}
	for range 2 {
		code, stdout, stderr := ratechange(t, "", args...)
		require.Equal(t, exitProven, code, stderr)
		here, err := os.Getwd()
		require.NoError(t, err)
		require.Contains(t, strings.Join(strings.Fields(stdout), " "), "- empty.html in "+here+" - ct/classes.csv in "+here)
	}
}

func TestTheFiguresForPeopleBeginWithWhatMustBeKnown(t *testing.T) {
	folder(t)
	code, _, stderr := ratechange(t, someAccounts+"104,sewer,3/4,5,2018-03-01,2018-04-01,0\n", "-before", "before.yaml", "-after", "after.yaml", "-accounts", "-", "-tables", "ct")
	require.Equal(t, exitUnproven, code, stderr)
	text, err := os.ReadFile("ct/impact.md")
	require.NoError(t, err)
	start, _, ok := strings.Cut(string(text), "**Bills by class**")
	require.True(t, ok)
	require.True(t, strings.HasPrefix(start, markdownTitle))
	for _, what := range []string{"Marina Coast Water District, 2018", "An invented proposal for 2018", "after.yaml", "usage and meter changes are placeholders.",
		"all 11 worked bills that it holds come out right", "| ok ", "1 of 4 accounts is in no total"} {
		require.True(t, strings.Contains(start, what), what+start)
	}
}
