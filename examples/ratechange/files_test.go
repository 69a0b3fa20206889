package main

import (
	"bytes"
	"encoding/csv"
	"errors"
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
	require.NoError(t, os.WriteFile("reports/report.html", []byte("the last one"), 0o600))
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
	require.NoError(t, os.MkdirAll("tables/classes.csv", 0o755))
	code, stdout, stderr := ratechange(t, someAccounts, "-before", "before.yaml", "-after", "after.yaml", "-accounts", "-", "-tables", "tables")
	require.Equal(t, exitUnable, code)
	require.Contains(t, stdout, "WHAT IT DOES TO BILLS")
	require.NotContains(t, stdout, "- tables/classes.csv\n")
	require.Contains(t, stderr, "tables/classes.csv is not written")
	names, err := os.ReadDir("tables")
	require.NoError(t, err)
	for _, name := range names {
		require.NotContains(t, name.Name(), ".part", "nothing is left of it")
	}
}

func TestALinkStaysALink(t *testing.T) {
	folder(t)
	write(t, "real.html", "the last one")
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
