package table_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/money"
)

func markdown(t require.TestingT, tab table.Table) string {
	var b strings.Builder
	require.NoError(t, table.WriteMarkdown(&b, tab))
	return b.String()
}

func TestMarkdownIsAligned(t *testing.T) {
	require.Equal(t, `**Revenue**

| Charge | Change $ |
| ------ | -------: |
| Base   |   -12.50 |
| Água   |        – |
| Total  | 1,000.00 |

2 charges.

`, markdown(t, table.Table{Title: "Revenue", Note: "2 charges.", Columns: []table.Column{{Name: "Charge"}, {Name: "Change $", Right: true}},
		Rows:  [][]table.Cell{{table.Text("Base"), table.Change(money.Cents(-12_50))}, {table.Text("Água"), {}}},
		Total: []table.Cell{table.Text("Total"), table.Amount(money.Cents(1_000_00))}}))
}

func TestMarkdownShowsTextsAsTheyAre(t *testing.T) {
	for text, want := range map[string]string{
		"a|b":                         `a\|b`,
		`a\|b`:                        `a\\\|b`,
		"two\nlines\r\nand a\ttab":    "two lines and a tab",
		"<script>alert(1)</script>":   `\<script\>alert(1)\</script\>`,
		"[click](http://evil)":        `\[click\](http\://evil)`,
		"www.evil.example":            `www\.evil.example`,
		"*bold* _em_ ~~no~~ `code`":   "\\*bold\\* \\_em\\_ \\~\\~no\\~\\~ \\`code\\`",
		"E_NO_ROW":                    "E_NO_ROW",
		"&amp; $x$ y $ z $ # !":       `\&amp; \$x$ y $ z $ \# !`,
		"bad \xff utf-8 and \x00\x1b": "bad � utf-8 and ��",
	} {
		got := markdown(t, table.Table{Columns: []table.Column{{Name: "A"}}, Rows: [][]table.Cell{{table.Text(text)}}})
		row := strings.Split(got, "\n")[2]
		require.Equal(t, want, strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(row, "| "), "|")), "%q", text)
	}
}

func TestANoteIsAParagraph(t *testing.T) {
	for note, want := range map[string]string{
		"- a list?":    `\- a list?`,
		"+ a list?":    `\+ a list?`,
		"===":          `\===`,
		"1. a list?":   `1\. a list?`,
		"12) a list?":  `12\) a list?`,
		"1,200 bills.": "1,200 bills.",
		"# a heading?": `\# a heading?`,
	} {
		require.Contains(t, markdown(t, table.Table{Note: note, Columns: []table.Column{{Name: "A"}}}), "\n\n"+want+"\n")
	}
}

// Whatever the cells hold, a table has as many bars as it has columns, and lines as it has rows.
func TestMarkdownKeepsItsColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.OneOf(rapid.String(), rapid.StringMatching(`[|\\<>\n\x60* ]{0,6}`), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		wide := rapid.IntRange(1, 4).Draw(t, "columns")
		tab := table.Table{Title: texts.Draw(t, "title"), Columns: make([]table.Column, wide)}
		for i := range tab.Columns {
			tab.Columns[i] = table.Column{Name: texts.Draw(t, "name"), Right: rapid.Bool().Draw(t, "right")}
		}
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			row := make([]table.Cell, wide)
			for i := range row {
				row[i] = table.Text(texts.Draw(t, "cell"))
			}
			tab.Rows = append(tab.Rows, row)
		}
		lines := strings.Split(markdown(t, tab), "\n")
		if tab.Title != "" {
			lines = lines[2:]
		}
		require.Len(t, lines, len(tab.Rows)+2+2)
		for _, line := range lines[:len(tab.Rows)+2] {
			require.True(t, utf8.ValidString(line))
			bars, escape := 0, false
			for _, r := range line {
				if r == '|' && !escape {
					bars++
				}
				escape = r == '\\' && !escape
			}
			require.Equal(t, wide+1, bars, line)
			require.Equal(t, utf8.RuneCountInString(lines[0]), utf8.RuneCountInString(line), "aligned")
		}
	})
}
