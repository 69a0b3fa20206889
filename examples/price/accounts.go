package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// What is wrong with the accounts file itself.
const (
	errHeader problem.Code = "E_HEADER" // the first line, which names the columns
	errCSV    problem.Code = "E_CSV"    // a line that is no row of the table
)

// maxRecord is the longest row in bytes. It bounds the memory, and how far a quote that is never closed is looked for.
const maxRecord = 64 << 10

// accounts reads the rows of an accounts file, one at a time. A line that is no row costs itself alone: reading goes on
// with the next line, so that every line of the file is a row, a part of a row, or a refusal.
type accounts struct {
	name    string
	columns columns
	source  *bufio.Reader
	ahead   []physical // lines that are read and not yet used
	line    int        // the line that ahead begins with
	row     int
	end     error // what the source ended with
	cut     bool  // the last line has no line end
	text    strings.Reader
	buffer  *bufio.Reader
	csv     *csv.Reader
}

// physical is one line of the file with its line end.
type physical struct {
	text   string
	quotes int
	long   bool // cut at maxRecord
}

// columns are the names in the header, with the places of those that have a meaning of their own; -1 where absent.
type columns struct {
	names                                               []string
	class, usage, from, to, billDay, cycleDays, carried int
}

// record is one row of the file, or a line in its place that is none.
type record struct {
	row   int // from 1, without the header
	pos   problem.Pos
	cells []string // nil where the line cannot be taken apart; valid until the next record
	err   *problem.Error
}

// readAccounts reads the header and checks it. outputs are the columns that stand beside the file's own in what is
// printed, and so may not be called alike.
func readAccounts(name string, r io.Reader, outputs []string) (*accounts, error) {
	a := &accounts{name: name, source: bufio.NewReader(r), line: 1, buffer: bufio.NewReader(nil)}
	a.csv = csv.NewReader(a.buffer)
	a.csv.FieldsPerRecord = -1
	a.csv.ReuseRecord = true
	if start, _ := a.source.Peek(3); bytes.Equal(start, []byte("\xef\xbb\xbf")) {
		_, _ = a.source.Discard(len(start)) // what was peeked at is there
	} else if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) {
		return nil, a.refuseHeader("the file is UTF-16", "save it as CSV in UTF-8")
	}
	first, err := a.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, a.refuseHeader("the file is empty", "begin it with a line that names the columns: class, usage, and the facts")
	case err != nil:
		return nil, err
	case first.err != nil:
		first.err.Code = errHeader
		return nil, first.err
	}
	a.row = 0
	a.columns, err = a.header(slices.Clone(first.cells), first.pos, outputs)
	return a, err
}

func (a *accounts) refuseHeader(what, fix string) error {
	return &problem.Error{Code: errHeader, Pos: problem.Pos{File: a.name, Line: a.line}, What: what, Fix: fix}
}

// header finds every fault of the header.
func (a *accounts) header(names []string, pos problem.Pos, outputs []string) (columns, error) {
	var found problem.List
	refuse := func(what, fix string) {
		found.Add(&problem.Error{Code: errHeader, Pos: pos, What: what, Fix: fix})
	}
	at := map[string]int{}
	for i, name := range names {
		_, twice := at[name]
		switch {
		case name == "":
			refuse(fmt.Sprintf("column %d has no name", i+1), "name it, or take it out")
		case twice:
			refuse(fmt.Sprintf("two columns are called %q", name), "keep one, or rename the other")
		case strings.TrimSpace(name) != name:
			refuse(fmt.Sprintf("column %d is called %q, with blanks around the name", i+1, name), "take the blanks out")
		case slices.Contains(outputs, name):
			refuse(fmt.Sprintf("column %d is called %q, as a column that is printed is", i+1, name), "rename it in the file")
		}
		at[name] = i
	}
	place := func(name string) int {
		if i, ok := at[name]; ok {
			return i
		}
		return -1
	}
	c := columns{
		names: names, class: place("class"), usage: place("usage"), from: place("from"), to: place("to"), billDay: place("bill_date"),
		cycleDays: place("cycle_days"), carried: place("carried"),
	}
	for _, needed := range []string{"class", "usage"} {
		if place(needed) < 0 {
			refuse("no column is called "+needed, "name one so, letter by letter; the first line names the columns, with commas between")
		}
	}
	return c, found.Err()
}

// next is the next row. The error is io.EOF after the last one, or what kept the file from being read on.
func (a *accounts) next() (record, error) {
	for {
		if !a.fill(1) {
			return record{}, a.stopped()
		}
		if strings.Trim(a.ahead[0].text, "\r\n") != "" {
			break
		}
		a.use(1)
	}
	a.row++
	rec := record{row: a.row, pos: problem.Pos{File: a.name, Line: a.line}}
	lines := a.gather()
	rec.cells, rec.err = a.cells(lines)
	if want := len(a.columns.names); rec.err == nil && want > 0 && len(rec.cells) != want {
		rec.err = &problem.Error{Code: errCSV, What: fmt.Sprintf("the row has %d cells, and there are %d columns", len(rec.cells), want),
			Fix: "give one cell for each column, and put a cell that holds a comma in quotes"}
		if lines > 1 {
			rec.cells = nil
		}
	}
	if rec.err != nil {
		rec.err.Pos = rec.pos
		lines = 1
	}
	a.use(lines)
	return rec, nil
}

// gather is how many lines the row has: a cell in quotes may hold line ends. 0 is a quote that is not closed.
func (a *accounts) gather() int {
	quotes, size := 0, 0
	for n := 1; a.fill(n); n++ {
		line := a.ahead[n-1]
		quotes += line.quotes
		if size += len(line.text); size > maxRecord || line.long {
			break
		}
		if quotes%2 == 0 {
			return n
		}
	}
	return 0
}

// cells takes a row of so many lines apart.
func (a *accounts) cells(lines int) ([]string, *problem.Error) {
	const quoting = `put a cell that holds a " in quotes and write each " in it twice: "3/4"""`
	var text string
	switch {
	case a.ahead[0].long:
		return nil, &problem.Error{Code: errCSV, What: fmt.Sprintf("the line is longer than %d bytes", maxRecord), Fix: "look for lost line ends"}
	case lines < 2:
		text = a.ahead[0].text
	default:
		var b strings.Builder
		for _, line := range a.ahead[:lines] {
			b.WriteString(line.text)
		}
		text = b.String()
	}
	a.text.Reset(text)
	a.buffer.Reset(&a.text)
	cells, err := a.csv.Read()
	if err == nil {
		return cells, nil
	}
	e := &problem.Error{Code: errCSV, What: "the line is no row", Fix: quoting, Err: err}
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

// fill reads ahead until n lines are there, and says whether they are.
func (a *accounts) fill(n int) bool {
	for len(a.ahead) < n && a.end == nil {
		line, err := a.read()
		if line.text != "" {
			a.ahead = append(a.ahead, line)
			a.cut = !strings.HasSuffix(line.text, "\n") && !line.long
		}
		a.end = err
	}
	return len(a.ahead) >= n
}

// read is the next line, kept no further than maxRecord.
func (a *accounts) read() (line physical, err error) {
	var text []byte
	for {
		var piece []byte
		piece, err = a.source.ReadSlice('\n')
		if room := maxRecord - len(text); len(piece) > room {
			piece, line.long = piece[:room], true
		}
		text = append(text, piece...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
	}
	line.text = string(text)
	line.quotes = strings.Count(line.text, `"`)
	return line, err
}

func (a *accounts) use(lines int) {
	a.ahead = a.ahead[lines:]
	a.line += lines
}

// atEnd reports whether the last row ended with the file, as far as it is read.
func (a *accounts) atEnd() bool { return a.end != nil && len(a.ahead) == 0 }

// stopped is why there are no more rows.
func (a *accounts) stopped() error {
	if errors.Is(a.end, io.EOF) {
		return io.EOF
	}
	return fmt.Errorf("%s cannot be read on: %w", problem.Pos{File: a.name, Line: a.line}, a.end)
}
