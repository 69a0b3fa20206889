// Package table puts results into tables, for CSV that programs and spreadsheets read, and for
// Markdown that people read: what a change of rates does, by class, by usage, by charge, and the
// reports that other departments ask of billing.
//
//	impact, err := study.Impact()
//	...
//	for _, t := range table.Impact(&impact) {
//		err := table.WriteMarkdown(out, t) // | Central | 1,200 | 58,112.40 | +3.1% |
//		...
//		file, err := os.Create(t.Name + ".csv")
//		...
//		err = table.WriteCSV(file, t) // Central,1200,58112.40,3.1
//	}
//	bills := home.Bills(before, after, usages)
//	err = table.WriteMarkdown(out, table.Bills(&home, bills)) // sample bills, as in a notice
//
//	used, err := report.Consume(request)
//	err = table.WriteCSV(file, table.Consumption(&used)) // residential,lower,water,metered,986,CCF
//
// A cell knows what it is, an amount, a quantity, a share, a count or a text, and is written as
// its reader takes it: an amount is 12345.67 for a program and 12,345.67 for people. Amounts and
// shares are exact until they are rounded for the cell, half up; nothing is a float.
//
// What a table leaves out, it says: in its Note, or in the table Left.
package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrCells is a row that has more or fewer cells than the table has columns.
const ErrCells problem.Code = "E_CELLS"

// A Table is rows of cells under named columns.
type Table struct {
	// Name is a short name without blanks, as for a file: revenue.
	Name string
	// Title says what the table shows; Note what a reader has to know of it. Either may be empty.
	Title, Note string
	Columns     []Column
	// Rows have a cell for each column. The first cell of a row says what the row is of.
	Rows [][]Cell
	// Total is a last row, of what the rows come to; nil for none.
	Total []Cell
}

// A Column is what a cell in each row is of.
type Column struct {
	Name string
	// Right: the cells stand to the right, as numbers do.
	Right bool
}

// Stack puts tables of the same columns below each other, with a first column of this name
// that holds their titles. Name and columns are those of the first table; totals are left out. A
// note that is not that of all tables has the title of its table before it.
func Stack(first string, tables ...Table) Table {
	var all Table
	var notes []string
	for i, t := range tables {
		if i == 0 {
			all = Table{Name: t.Name, Columns: append([]Column{left(first)}, t.Columns...)}
		}
		for _, row := range t.Rows {
			all.Rows = append(all.Rows, append([]Cell{Text(t.Title)}, row...))
		}
		if t.Note != "" {
			notes = append(notes, t.Title+": "+t.Note)
		}
	}
	if len(tables) > 0 && !slices.ContainsFunc(tables, func(t Table) bool { return t.Note != tables[0].Note }) {
		notes = []string{tables[0].Note}
	}
	all.Note = strings.Join(notes, " ")
	return all
}

// lines are the rows, the total among them.
func (t *Table) lines() ([][]Cell, error) {
	all := t.Rows
	if t.Total != nil {
		all = append(all[:len(all):len(all)], t.Total)
	}
	for i, row := range all {
		if len(row) != len(t.Columns) {
			return nil, &problem.Error{Code: ErrCells, Path: fmt.Sprintf("rows[%d]", i), What: fmt.Sprintf("a row of %d cells in a table of %d columns", len(row), len(t.Columns)), Fix: "give each column a cell; Cell{} is an empty one"}
		}
	}
	return all, nil
}

func left(name string) Column  { return Column{Name: name} }
func right(name string) Column { return Column{Name: name, Right: true} }

// numbers are columns to the right.
func numbers(names ...string) []Column {
	var all []Column
	for _, name := range names {
		all = append(all, right(name))
	}
	return all
}
