// Package accountfile reads the accounts that are to be priced from a CSV file, row by row, and
// turns each row into the input of an engine of billing/rates, or of several.
//
//	file, err := accountfile.NewReader("march.csv", src) // march.csv:1: E_HEADER: no column is called usage; …
//	...
//	inputs := file.Inputs(engine, accountfile.InputOptions{})
//	for {
//		row, err := file.Next()
//		if err != nil {
//			return err // io.EOF after the last row
//		}
//		in, err := inputs.Of(row)
//		if err != nil {
//			fmt.Println(err) // march.csv:7: E_USAGE: usage: the usage is empty; …
//			continue
//		}
//		quote, err := engine.Price(in)
//		...
//	}
//
// The first line names the columns; each other line is one bill of an account:
//
//	class       the schedule that prices it
//	usage       billing units of the schedule: a plain number, 0 where nothing was used
//	from, to    the days of the bill as 2018-03-01: the first day, and the day after the last
//	bill_date   the day of the bill
//	cycle_days  the days of the full cycle
//	carried     the part of a unit that the last bill left unbilled
//	others      facts of the account, named by the column, such as meter_size
//
// Only class and usage are needed. Columns may stand in any order, and their names are compared
// letter by letter. An empty cell says nothing: no day, no fact. A column that the schedule does not
// ask for, such as an account number, changes nothing.
//
// The text is UTF-8, with or without a byte order mark, and lines end in LF or CRLF. A cell that
// holds a comma, a quote or a line end stands in quotes, and each quote in it is written twice. Empty
// lines are passed over. A line that is no row costs itself alone: its [Row] has an error, and reading
// goes on with the next line. So every line of the file is a row, a part of one, or an error.
// Memory does not grow with the file.
package accountfile

import "github.com/headgate-dev/headgate/billing/problem"

// What is wrong with a file or a row. A row has other codes, too: [rates.ErrUsage] of the usage and
// of what was carried, [civil.ErrDate] and [civil.ErrPeriod] of the days, [rates.ErrNoPeriod] of the
// days of the cycle.
const (
	// ErrHeader: the first line does not name the columns as it should.
	ErrHeader problem.Code = "E_HEADER"
	// ErrCSV: a line is no row of the table.
	ErrCSV problem.Code = "E_CSV"
	// ErrNoClass: the engine has no schedule of the name that stands in the column class.
	ErrNoClass problem.Code = "E_NO_CLASS"
)

// MaxRow is the longest row in bytes, with its line ends. It bounds the memory, and how far a quote
// that is never closed is looked for.
const MaxRow = 64 << 10

// A Row is one row of the file, or a line in its place that is none.
type Row struct {
	// Number counts the rows from 1, without the header.
	Number int
	// Pos is the line where the row begins.
	Pos problem.Pos
	// Cells are the row's cells, one for each column where Err is nil. A line of too few or too many
	// has those that it has; one that cannot be taken apart has nil. The slice is used again for the
	// next row; its texts stay as they are.
	Cells []string
	// Err is why the line is no row, an [ErrCSV] at Pos; nil where it is one.
	Err *problem.Error
}
