package main

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
	source  io.Reader
	buf     [2 * maxRecord]byte // what is left of it while more is read
	chunk   string              // what is read and not yet cut into lines
	ahead   []physical          // lines that are read and not yet used
	store   [1]physical         // where they mostly stand
	line    int                 // the line that ahead begins with
	quoted  bool                // there is a quote in chunk
	bytes   int64               // of the source, up to where chunk begins
	row     int
	end     error // what the source ended with
	cut     bool  // the last line has no line end
	text    strings.Reader
	buffer  *bufio.Reader
	csv     *csv.Reader
	apart   []string // the cells of the last plain line
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
	a := &accounts{name: name, source: r, line: 1, buffer: bufio.NewReader(nil)}
	a.csv = csv.NewReader(a.buffer)
	a.csv.FieldsPerRecord = -1
	a.csv.ReuseRecord = true
	for len(a.chunk) < 3 && a.end == nil {
		a.more()
	}
	if strings.HasPrefix(a.chunk, "\xff\xfe") || strings.HasPrefix(a.chunk, "\xfe\xff") {
		return nil, a.refuseHeader("the file is UTF-16", "save it as CSV in UTF-8")
	}
	a.chunk = strings.TrimPrefix(a.chunk, "\ufeff")
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
		if text := a.ahead[0].text; text[0] != '\r' && text[0] != '\n' || strings.Trim(text, "\r\n") != "" {
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
	case lines == 1 && a.ahead[0].quotes == 0:
		return a.plain(a.ahead[0].text), nil
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

// plain takes a line without quotes apart, which is most of them, as package csv does in a third of the time.
func (a *accounts) plain(line string) []string {
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	cells := a.apart[:0]
	for {
		i := strings.IndexByte(line, ',')
		if i < 0 {
			break
		}
		cells = append(cells, line[:i])
		line = line[i+1:]
	}
	a.apart = append(cells, line)
	return a.apart
}

// fill reads ahead until n lines are there, and says whether they are.
func (a *accounts) fill(n int) bool {
	for len(a.ahead) < n && (a.end == nil || a.chunk != "") {
		if line, ok := a.read(); ok {
			a.ahead = append(a.ahead, line)
			a.cut = !strings.HasSuffix(line.text, "\n") && !line.long
		}
	}
	return len(a.ahead) >= n
}

// read is the next line, kept no further than maxRecord.
func (a *accounts) read() (line physical, ok bool) {
	i := strings.IndexByte(a.chunk, '\n')
	for i < 0 && a.end == nil {
		had := len(a.chunk)
		if had > maxRecord { // the rest of it is of no use
			line.long = true
			a.bytes += int64(had - maxRecord)
			a.chunk, had = a.chunk[:maxRecord], maxRecord
		}
		a.more()
		if i = strings.IndexByte(a.chunk[had:], '\n'); i >= 0 {
			i += had
		}
	}
	if i < 0 && !errors.Is(a.end, io.EOF) {
		a.chunk = "" // a line that could not be read to its end is none: its last cell may be too short
	}
	if i < 0 {
		i = len(a.chunk) - 1
	}
	line.text, a.chunk = a.chunk[:i+1], a.chunk[i+1:]
	a.bytes += int64(i + 1)
	if len(line.text) > maxRecord {
		line.text, line.long = line.text[:maxRecord], true
	}
	if a.quoted {
		line.quotes = strings.Count(line.text, `"`)
	}
	return line, line.text != ""
}

// more reads on behind what is left. All of it is one text, of which lines and cells are parts.
func (a *accounts) more() {
	had := copy(a.buf[:], a.chunk)
	n, err := a.source.Read(a.buf[had:])
	a.chunk, a.end = string(a.buf[:had+n]), err
	a.quoted = strings.IndexByte(a.chunk, '"') >= 0
}

func (a *accounts) use(lines int) {
	if a.ahead = a.ahead[lines:]; len(a.ahead) == 0 {
		a.ahead = a.store[:0]
	}
	a.line += lines
}

// atEnd reports whether the last row ended with the file, as far as it is read.
func (a *accounts) atEnd() bool { return a.end != nil && a.chunk == "" && len(a.ahead) == 0 }

// stopped is why there are no more rows.
func (a *accounts) stopped() error {
	if errors.Is(a.end, io.EOF) {
		return io.EOF
	}
	return fmt.Errorf("%s cannot be read on: %w", problem.Pos{File: a.name, Line: a.line}, a.end)
}
