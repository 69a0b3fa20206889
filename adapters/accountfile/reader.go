package accountfile

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// A Reader reads the rows of a file of accounts, one at a time. It is not safe for use by several
// goroutines.
type Reader struct {
	name    string
	columns columns
	lines   lines
	row     int
	text    strings.Reader
	buffer  *bufio.Reader
	csv     *csv.Reader
	apart   []string // the cells of the last plain line
}

// NewReader reads the first line and checks it. The name stands in positions alone. The columns may
// not have a reserved name: those are for a program that prints the file's columns and others of its
// own beside them.
//
// Errors: a [problem.List] of every [ErrHeader]; one [ErrHeader] where the first line cannot be taken
// apart, the file is empty or is UTF-16; what r failed with. The Reader is then nil.
func NewReader(name string, r io.Reader, reserved ...string) (*Reader, error) {
	f := &Reader{name: name, lines: lines{source: r, line: 1}, buffer: bufio.NewReader(nil)}
	f.csv = csv.NewReader(f.buffer)
	f.csv.FieldsPerRecord = -1
	f.csv.ReuseRecord = true
	if f.lines.begin() {
		return nil, f.refuse("the file is UTF-16", "save it as CSV in UTF-8")
	}
	first, err := f.Next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, f.refuse("the file is empty", "begin it with a line that names the columns: class, usage, and the facts")
	case err != nil:
		return nil, err
	case first.Err != nil:
		first.Err.Code = ErrHeader
		return nil, first.Err
	}
	f.row = 0
	if f.columns, err = newColumns(slices.Clone(first.Cells), first.Pos, reserved); err != nil {
		return nil, err
	}
	return f, nil
}

func (r *Reader) refuse(what, fix string) error {
	return &problem.Error{Code: ErrHeader, Pos: r.pos(), What: what, Fix: fix}
}

// pos is the line that is read next.
func (r *Reader) pos() problem.Pos { return problem.Pos{File: r.name, Line: r.lines.line} }

// Columns returns the names in the first line, in its order. Each row has a cell for each of them.
func (r *Reader) Columns() []string { return slices.Clone(r.columns.names) }

// Next returns the next row. A line that is no row is a [Row] with an error, and no error of Next.
//
// Errors: io.EOF after the last row; what kept the file from being read on, with the line. Neither
// is followed by another row.
func (r *Reader) Next() (Row, error) {
	for {
		if !r.lines.fill(1) {
			return Row{}, r.stopped()
		}
		if text := r.lines.ahead[0].text; text[0] != '\r' && text[0] != '\n' || strings.Trim(text, "\r\n") != "" {
			break
		}
		r.lines.use(1)
	}
	r.row++
	row := Row{Number: r.row, Pos: r.pos()}
	n := r.lines.gather()
	row.Cells, row.Err = r.cells(n)
	if want := len(r.columns.names); row.Err == nil && want > 0 && len(row.Cells) != want {
		row.Err = &problem.Error{Code: ErrCSV, What: fmt.Sprintf("the row has %d cells, and there are %d columns", len(row.Cells), want),
			Fix: "give one cell for each column, and put a cell that holds a comma in quotes"}
		if n > 1 {
			row.Cells = nil
		}
	}
	if row.Err != nil {
		row.Err.Pos = row.Pos
		n = 1
	}
	r.lines.use(n)
	return row, nil
}

// stopped is why there are no more rows.
func (r *Reader) stopped() error {
	if errors.Is(r.lines.end, io.EOF) {
		return io.EOF
	}
	return fmt.Errorf("%s cannot be read on: %w", r.pos(), r.lines.end)
}

// cells takes a row of so many lines apart; 0 is a quote that is not closed.
func (r *Reader) cells(lines int) ([]string, *problem.Error) {
	const quoting = `put a cell that holds a " in quotes and write each " in it twice: "3/4"""`
	first := &r.lines.ahead[0]
	var text string
	switch {
	case first.long:
		return nil, &problem.Error{Code: ErrCSV, What: fmt.Sprintf("the line is longer than %d bytes", MaxRow), Fix: "look for lost line ends"}
	case lines == 1 && first.quotes == 0:
		return r.plain(first.text), nil
	case lines < 2:
		text = first.text
	default:
		var b strings.Builder
		for _, line := range r.lines.ahead[:lines] {
			b.WriteString(line.text)
		}
		text = b.String()
	}
	r.text.Reset(text)
	r.buffer.Reset(&r.text)
	cells, err := r.csv.Read()
	if err == nil {
		return cells, nil
	}
	e := &problem.Error{Code: ErrCSV, What: "the line is no row", Fix: quoting, Err: err}
	var at *csv.ParseError
	if errors.As(err, &at) {
		switch {
		case errors.Is(at.Err, csv.ErrBareQuote):
			e.What = fmt.Sprintf(`a " stands inside a cell, at byte %d`, at.Column)
		case lines == 0:
			e.What = `a quoted cell has no closing "`
		default:
			e.What = fmt.Sprintf(`a quoted cell goes on after its closing ", at byte %d`, at.Column)
		}
	}
	return nil, e
}

// plain takes a line without quotes apart, which is most of them, as package csv does in a third of
// the time.
func (r *Reader) plain(line string) []string {
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	cells := r.apart[:0]
	for {
		i := strings.IndexByte(line, ',')
		if i < 0 {
			break
		}
		cells = append(cells, line[:i])
		line = line[i+1:]
	}
	r.apart = append(cells, line)
	return r.apart
}

// Offset returns how many bytes of the file are read, of which the rows that Next has returned are a
// part. After the last row it is the length of the file.
func (r *Reader) Offset() int64 { return r.lines.bytes }

// Cut reports whether the file is read to its end and has no line end there: if it was cut off, the
// last cell may be too short. The place is the last line.
func (r *Reader) Cut() (problem.Pos, bool) {
	if !r.lines.cut || !r.lines.used() {
		return problem.Pos{}, false
	}
	pos := r.pos()
	pos.Line--
	return pos, true
}
