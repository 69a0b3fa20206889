package table_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/money"
)

func TestNoSpreadsheetRunsACell(t *testing.T) {
	for text, want := range map[string]string{
		`=HYPERLINK("http://evil.example")`: `'=HYPERLINK("http://evil.example")`,
		"\n=1+1":                            "'\n=1+1", "＝1+1": "'＝1+1", "＠x": "'＠x", "＋1": "'＋1", "－1": "'－1",
		"+1+cmd|' /C calc'!A0": "'+1+cmd|' /C calc'!A0",
		"-2+3":                 "'-2+3",
		"@SUM(A1)":             "'@SUM(A1)",
		"\t=1":                 "'\t=1",
		"\r=1":                 "'\r=1",
		"'s name":              "''s name",
		"-12.50":               "-12.50",
		"+7":                   "+7",
		"-":                    "'-",
		"3/4":                  "3/4",
		"a=b":                  "a=b",
	} {
		tab := table.Table{Columns: []table.Column{{Name: text}, {Name: "Change $"}}, Rows: [][]table.Cell{{table.Text(text), table.Change(money.Cents(-5_00))}}}
		var b bytes.Buffer
		require.NoError(t, table.WriteCSV(&b, tab))
		rows, err := csv.NewReader(&b).ReadAll()
		require.NoError(t, err)
		require.Equal(t, [][]string{{want, "Change $"}, {want, "-5.00"}}, rows, "numbers stay numbers")
	}
}

// What a program reads, one apostrophe taken away, is what was written.
func TestCSVIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.OneOf(rapid.String(), rapid.StringMatching(`['=+\-@,"\n\t ]{0,3}[a-z0-9.]{0,4}`))
		wide := rapid.IntRange(1, 4).Draw(t, "columns")
		tab := table.Table{Columns: make([]table.Column, wide)}
		for i := range tab.Columns {
			tab.Columns[i].Name = texts.Draw(t, "name")
		}
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			row := make([]table.Cell, wide)
			for i := range row {
				row[i] = rapid.OneOf(rapid.Map(texts, table.Text), rapid.Map(rapid.Int64(), table.Count)).Draw(t, "cell")
			}
			tab.Rows = append(tab.Rows, row)
		}
		var b bytes.Buffer
		require.NoError(t, table.WriteCSV(&b, tab))
		rows, err := csv.NewReader(&b).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, len(tab.Rows)+1)
		same := func(want, got string) {
			want = strings.ReplaceAll(want, "\r\n", "\n") // as readers of CSV take it
			require.Equal(t, want, strings.TrimPrefix(got, "'"))
		}
		for i, column := range tab.Columns {
			same(column.Name, rows[0][i])
			for r, row := range tab.Rows {
				same(row[i].Plain(), rows[r+1][i])
			}
		}
	})
}

func TestTheTotalIsTheLastRow(t *testing.T) {
	tab := table.Table{Title: "not written", Note: "nor this", Columns: []table.Column{{Name: "Charge"}, {Name: "$"}},
		Rows: [][]table.Cell{{table.Text("Base"), table.Amount(money.Cents(1_000_00))}}, Total: []table.Cell{{}, table.Amount(money.Cents(1_000_00))}}
	var b strings.Builder
	require.NoError(t, table.WriteCSV(&b, tab))
	require.Equal(t, "Charge,$\nBase,1000.00\n,1000.00\n", b.String())
}

func TestARowHasACellForEachColumn(t *testing.T) {
	for _, tab := range []table.Table{
		{Columns: make([]table.Column, 2), Rows: [][]table.Cell{make([]table.Cell, 2), make([]table.Cell, 3)}},
		{Columns: make([]table.Column, 2), Rows: [][]table.Cell{make([]table.Cell, 2)}, Total: make([]table.Cell, 1)},
	} {
		var b bytes.Buffer
		require.ErrorIs(t, table.WriteCSV(&b, tab), table.ErrCells)
		require.ErrorIs(t, table.WriteMarkdown(&b, tab), table.ErrCells)
		require.ErrorContains(t, table.WriteCSV(&b, tab), "rows[1]")
		require.Empty(t, b.Bytes(), "nothing is written")
	}
}

func TestErrorsOfTheWriterAreTold(t *testing.T) {
	tab := table.Table{Columns: make([]table.Column, 1), Rows: [][]table.Cell{{table.Text(strings.Repeat("long ", 10_000))}}}
	require.ErrorIs(t, table.WriteCSV(full{}, tab), errFull)
	require.ErrorIs(t, table.WriteMarkdown(full{}, tab), errFull)
}

var errFull = errors.New("the disk is full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
