package table

import (
	"cmp"
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/exact"
)

// WriteCSV writes a table as CSV (RFC 4180, in UTF-8, lines ending in LF): the names of the
// columns, the rows, and the total, where there is one, as a last row. Name, Title and Note are
// not written. Numbers are plain decimals.
//
// Spreadsheets take a text that begins with = + - @, a tab or a carriage return for a formula,
// and run it. Such a text, when it is no number, is written behind an apostrophe, which
// spreadsheets show and do not run; so is one that begins with an apostrophe itself. A program
// that wants the text as it was takes one apostrophe away where a cell begins with one.
//
// The error is ErrCells, before anything is written, or that of w.
func WriteCSV(w io.Writer, t Table) error {
	rows, err := t.lines()
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	line := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		line[i] = harmless(column.Name)
	}
	if err := writeCSVLine(w, out, line); err != nil {
		return err
	}
	for _, row := range rows {
		for i, cell := range row {
			if line[i] = cell.Plain(); cell.kind == text {
				line[i] = harmless(line[i])
			}
		}
		if err := writeCSVLine(w, out, line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// writeCSVLine writes a line. One empty cell alone would be an empty line, which readers skip.
func writeCSVLine(w io.Writer, out *csv.Writer, line []string) error {
	if len(line) == 1 && line[0] == "" {
		out.Flush()
		_, err := io.WriteString(w, "\"\"\n")
		return cmp.Or(out.Error(), err)
	}
	return out.Write(line)
}

// harmless is a text that no spreadsheet runs.
func harmless(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s == "" || !strings.ContainsRune("=+-@\t\r\n'＝＋－＠", first) {
		return s
	}
	if _, err := exact.Parse(s); err == nil {
		return s
	}
	return "'" + s
}
