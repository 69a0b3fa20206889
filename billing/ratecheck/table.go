package ratecheck

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A Table is worked bills as a finance officer writes them down: CSV, a bill a line.
//
//	name,class,meter_size,from,to,usage,charge base,charge water tier 2,total
//	a home in June,home,3/4,2018-06-01,2018-07-01,13,28.75,28.25,86.44
//
// The first line names the columns, in any order:
//
//	class       the schedule
//	usage       what was measured, a plain number in the schedule's unit; empty for none
//	from, to    the first day, and the day after the last; both empty for undated rates
//	bill_date, cycle_days, carried
//	            where the schedule asks for them
//	total       what the bill comes to: 96.48, and not $96.48 nor 1,234.50
//	refused     the code of the refusal, such as E_NO_ROW, of a bill that must not be priced
//	charge ID, charge ID tier N
//	            what the lines of a charge, or of a tier of it, sum to; where the cell is empty,
//	            nothing is said of it
//	name, source, note
//	            for people
//	others      facts, each named as its column; where the cell is empty, it is not given
//	fact NAME   a fact that is called as a column above is
//
// Each line says a total or a refusal. Empty lines are passed over, and so are remarks, which begin
// with #; one that has as many commas as a row is told, since it may be one.
type Table struct {
	// FactName gives the fact that a column holds, where outside formats call it otherwise
	// (OWRS); nil for the column's own name.
	FactName func(column string) string

	name    string
	head    []byte // up to the first line below the header
	columns []column
	rows    []tableRow
	found   problem.List // lines that are no rows
}

// A column of a table.
type column struct {
	name   string
	kind   columnKind
	fact   string // of a column that says that it is one
	charge string
	tier   int
	pos    problem.Pos
}

type columnKind uint8

const (
	factColumn columnKind = iota
	noteColumn
	classColumn
	usageColumn
	fromColumn
	toColumn
	billDateColumn
	cycleDaysColumn
	carriedColumn
	totalColumn
	refusedColumn
	chargeColumn
)

var columnKinds = map[string]columnKind{
	"name": noteColumn, "source": noteColumn, "note": noteColumn, "class": classColumn, "usage": usageColumn, "from": fromColumn, "to": toColumn,
	"bill_date": billDateColumn, "cycle_days": cycleDaysColumn, "carried": carriedColumn, "total": totalColumn, "refused": refusedColumn,
}

// A tableRow is a line of a table, or several where a cell holds line ends.
type tableRow struct {
	cells []string
	raw   []byte        // with its line end; also of lines that are no rows
	pos   []problem.Pos // of the cells; nil for lines that are no rows
}

// MaxTable is the largest table that is read, in bytes.
const MaxTable = 16 << 20

// maxRow is the longest row in bytes. It bounds how far a quote that is never closed is looked
// for.
const maxRow = 64 << 10

// ParseTable reads a table. The name is for positions alone. The error is a [problem.List] of
// [ErrTable]: what of the header makes the table useless. Lines that are no rows are told by
// [Table.Checks] and [Golden], so that they do not hide the others.
func ParseTable(name string, src []byte) (*Table, error) {
	t := &Table{name: name}
	refuse := func(line int, what, fix string) (*Table, error) {
		return nil, problem.List{{Code: ErrTable, Pos: problem.Pos{File: name, Line: line}, What: what, Fix: fix}}
	}
	switch {
	case len(src) > MaxTable:
		return refuse(0, fmt.Sprintf("the table is larger than %d bytes", MaxTable), "price accounts with a program that reads them one by one; a table is for worked bills")
	case bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")):
		return refuse(0, "the table is UTF-16", "save it as CSV in UTF-8")
	case !utf8.Valid(src):
		return refuse(1+bytes.Count(src[:invalidAt(src)], []byte("\n")), "the table is not UTF-8", "save it as CSV in UTF-8")
	}
	rest := bytes.TrimPrefix(src, []byte("\ufeff"))
	t.head = src[:len(src)-len(rest)]
	line := 1
	for len(rest) > 0 {
		row, size := t.row(rest, line)
		if t.columns == nil {
			t.head = append(t.head[:len(t.head):len(t.head)], row.raw...)
			if !row.blank() {
				if err := t.header(row, line); err != nil {
					return nil, err
				}
			}
		} else {
			t.rows = append(t.rows, row)
		}
		line += bytes.Count(rest[:size], []byte("\n"))
		rest = rest[size:]
	}
	if t.columns == nil {
		return refuse(1, "the table is empty", "begin it with a line that names the columns: class, usage, total and the facts")
	}
	return t, nil
}

func invalidAt(src []byte) int {
	at := 0
	for at < len(src) {
		r, size := utf8.DecodeRune(src[at:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	return at
}

// row takes the first row of what is left of a table, and says how many bytes it is. A line that
// is no row costs itself alone.
func (t *Table) row(rest []byte, line int) (row tableRow, size int) {
	end := bytes.IndexByte(rest, '\n') + 1
	if end == 0 {
		end = len(rest)
	}
	row.raw = rest[:end]
	if row.blank() {
		if n := len(t.columns); n > 1 && bytes.Count(row.raw, []byte(",")) >= n-1 {
			t.found.Add(&problem.Error{Code: ErrTable, Pos: problem.Pos{File: t.name, Line: line}, What: "the line begins with #, and so is a remark, but it has as many cells as a row",
				Fix: "put the first cell in quotes if it is a row; take the commas out if it is none"})
		}
		return row, end
	}
	window := rest[:min(len(rest), maxRow)]
	r := csv.NewReader(bytes.NewReader(window))
	r.FieldsPerRecord = -1
	cells, err := r.Read()
	if err == nil && len(window) < len(rest) && r.InputOffset() == int64(len(window)) {
		t.found.Add(&problem.Error{Code: ErrTable, Pos: problem.Pos{File: t.name, Line: line}, What: fmt.Sprintf("the row is longer than %d bytes", maxRow), Fix: "look for a quote that is not closed, and for lost line ends"})
		return row, end
	}
	if err != nil {
		e := &problem.Error{Code: ErrTable, Pos: problem.Pos{File: t.name, Line: line}, What: "the line is no row of CSV", Err: err,
			Fix: `put a cell that holds a " or a comma in quotes, and write each " in it twice: "3/4"""`}
		var at *csv.ParseError
		if errors.As(err, &at) {
			e.Pos.Col, e.What, e.Err = at.Column, "the line is no row of CSV: "+at.Err.Error(), at.Err
		}
		t.found.Add(e)
		return row, end
	}
	row.cells, row.raw = cells, rest[:r.InputOffset()]
	for i := range cells {
		l, c := r.FieldPos(i)
		row.pos = append(row.pos, problem.Pos{File: t.name, Line: line + l - 1, Col: c})
	}
	if t.columns != nil && len(cells) != len(t.columns) {
		t.found.Add(&problem.Error{Code: ErrTable, Pos: problem.Pos{File: t.name, Line: line},
			What: fmt.Sprintf("the row has %d cells, and there are %d columns", len(cells), len(t.columns)),
			Fix:  "give one cell for each column, and put a cell that holds a comma in quotes (an amount is written without: 1234.50)"})
		row.cells, row.pos = nil, nil
	}
	return row, int(r.InputOffset())
}

// header reads the names of the columns.
func (t *Table) header(row tableRow, line int) error {
	if row.cells == nil {
		return t.found.Err()
	}
	var found problem.List
	seen := map[string]bool{}
	has := map[columnKind]bool{}
	for i, name := range row.cells {
		c := column{name: name, kind: columnKinds[name], pos: row.pos[i]}
		refuse := func(what, fix string) {
			found.Add(&problem.Error{Code: ErrTable, Pos: c.pos, What: what, Fix: fix})
		}
		if fact, ok := strings.CutPrefix(name, factPrefix); ok && fact != "" {
			c.fact = fact
		}
		switch rest, ofCharge := strings.CutPrefix(name, "charge "); {
		case name == "":
			refuse(fmt.Sprintf("column %d has no name", i+1), "name it, or take it out")
		case strings.TrimSpace(name) != name:
			refuse(fmt.Sprintf("column %d is called %q, with blanks around the name", i+1, name), "take the blanks out")
		case seen[name]:
			refuse(fmt.Sprintf("two columns are called %q", name), "keep one")
		case ofCharge:
			c.kind, c.charge = chargeColumn, rest
			if id, tier, tiered := strings.Cut(rest, " tier "); tiered {
				n, err := strconv.ParseUint(tier, 10, 16)
				if err != nil || n == 0 {
					refuse(fmt.Sprintf("%q is no number of a tier", tier), "count tiers from 1: charge water tier 2")
				}
				c.charge, c.tier = id, int(n)
			}
		}
		seen[name] = true
		has[c.kind] = true
		t.columns = append(t.columns, c)
	}
	pos := problem.Pos{File: t.name, Line: line}
	if !has[classColumn] {
		found.Add(&problem.Error{Code: ErrTable, Pos: pos, What: "no column is called class", Fix: "name the column of the schedules so, letter by letter"})
	}
	if !has[totalColumn] && !has[refusedColumn] {
		found.Add(&problem.Error{Code: ErrTable, Pos: pos, What: "no column is called total", Fix: "name the column of what the bills come to so, letter by letter"})
	}
	return found.Err()
}

// Len is how many bills the table has, with those that cannot be read.
func (t *Table) Len() int {
	n := 0
	for i := range t.rows {
		if row := &t.rows[i]; !row.blank() {
			n++
		}
	}
	return n
}

// blank says whether the line is empty or a remark.
func (row *tableRow) blank() bool {
	return len(bytes.Trim(row.raw, "\r\n")) == 0 || row.raw[0] == '#'
}

// A bill is a row of a table as it asks to be priced, and what it says the bill comes to.
type tableBill struct {
	row     *tableRow
	input   rates.Input
	total   money.Amount
	stated  bool // the total
	refused problem.Code
}

// bills are the rows that can be priced, and what is wrong with the others. Where they are to be
// filled in, a row need not say what its bill comes to.
func (t *Table) bills(engine *rates.Engine, fill bool) ([]tableBill, problem.List) {
	found := slices.Clone(t.found)
	found = append(found, t.unknownColumns(engine)...)
	var all []tableBill
	for i := range t.rows {
		row := &t.rows[i]
		if row.cells == nil {
			continue
		}
		b, problems := t.bill(engine, row, fill)
		if len(problems) > 0 {
			found = append(found, problems...)
			continue
		}
		all = append(all, b)
	}
	found.Sort()
	return all, found
}

// unknownColumns are the columns that no schedule of the table's rows knows.
func (t *Table) unknownColumns(engine *rates.Engine) problem.List {
	facts, charges := map[string]bool{}, map[string]bool{}
	var factNames, chargeIDs []string
	for _, s := range engine.Book().Schedules {
		for _, f := range s.Facts {
			if !facts[f.Name] {
				facts[f.Name] = true
				factNames = append(factNames, f.Name)
			}
		}
		for _, v := range s.Versions {
			for _, c := range v.Charges {
				if !charges[c.ID] {
					charges[c.ID] = true
					chargeIDs = append(chargeIDs, c.ID)
				}
			}
		}
	}
	var found problem.List
	twice := map[string]bool{}
	for i := range t.columns {
		c := &t.columns[i]
		if c.kind == factColumn {
			if name := t.fact(c); twice[name] {
				found.Add(&problem.Error{Code: ErrTable, Pos: c.pos, What: fmt.Sprintf("column %q holds the fact %s, and so does another", c.name, name), Fix: "keep one"})
			} else {
				twice[name] = true
			}
		}
		switch {
		case c.kind == factColumn && !facts[t.fact(c)]:
			found.Add(&problem.Error{Code: ErrTable, Pos: c.pos, What: fmt.Sprintf("column %q is no fact of any schedule", c.name),
				Fix: "rename it, or call it note; the facts are: " + some(factNames, ", ")})
		case c.kind == chargeColumn && !charges[c.charge]:
			found.Add(&problem.Error{Code: ErrTable, Pos: c.pos, What: fmt.Sprintf("column %q is of no charge of any schedule", c.name),
				Fix: "the charges are: " + some(chargeIDs, ", ")})
		}
	}
	return found
}

// factPrefix begins the name of a column of a fact that is called as another column is.
const factPrefix = "fact "

func (t *Table) fact(c *column) string {
	if c.fact != "" {
		return c.fact
	}
	if t.FactName == nil {
		return c.name
	}
	return t.FactName(c.name)
}

// bill reads a row.
func (t *Table) bill(engine *rates.Engine, row *tableRow, fill bool) (b tableBill, found problem.List) {
	b.row = row
	cell := map[columnKind]string{}
	at := map[columnKind]problem.Pos{}
	for i := range t.columns {
		if kind := t.columns[i].kind; kind != factColumn && kind != noteColumn && kind != chargeColumn {
			cell[kind], at[kind] = row.cells[i], row.pos[i]
		}
	}
	refuse := func(kind columnKind, err error) {
		e := &problem.Error{Code: codeOf(err), Path: kind.String(), Pos: at[kind]}
		var p *problem.Error
		if errors.As(err, &p) {
			e.What, e.Fix, e.Err = p.What, p.Fix, p.Err
		} else {
			e.What = err.Error()
		}
		found.Add(e)
	}
	b.input.Schedule = cell[classColumn]
	unit, ok := engine.Unit(b.input.Schedule)
	if !ok {
		refuse(classColumn, &problem.Error{Code: rates.ErrNoSchedule, What: fmt.Sprintf("the book has no schedule %q", b.input.Schedule),
			Fix: "use one of: " + some(engine.Schedules(), ", ")})
		return b, found
	}
	var err error
	if text := cell[usageColumn]; text != "" {
		if b.input.Usage, err = metering.VolumeOf(text, unit); err != nil {
			refuse(usageColumn, of(text, rates.ErrUsage, err))
		}
	}
	for _, d := range []struct {
		kind columnKind
		to   *civil.Date
	}{{fromColumn, &b.input.Period.From}, {toColumn, &b.input.Period.To}, {billDateColumn, &b.input.BillDate}} {
		if text := cell[d.kind]; text != "" {
			if *d.to, err = civil.ParseDate(text); err != nil {
				refuse(d.kind, of(text, civil.ErrDate, err))
			}
		}
	}
	if len(found) == 0 && !b.input.Period.IsZero() {
		if err := b.input.Period.Check(); err != nil {
			refuse(toColumn, err)
		}
	}
	if text := cell[cycleDaysColumn]; text != "" {
		days, err := strconv.ParseUint(text, 10, 16)
		if err != nil || days == 0 {
			refuse(cycleDaysColumn, &problem.Error{Code: rates.ErrNoPeriod, What: fmt.Sprintf("%q is no number of days", text), Fix: "write a whole number, such as 30"})
		}
		b.input.CycleDays = int(days)
	}
	if text := cell[carriedColumn]; text != "" {
		if b.input.Carried, err = exact.Parse(text); err != nil {
			refuse(carriedColumn, of(text, rates.ErrUsage, err))
		}
	}
	b.refused = problem.Code(cell[refusedColumn])
	total := cell[totalColumn]
	b.stated = total != ""
	switch {
	case b.stated:
		if b.total, err = money.Parse(total); err != nil {
			refuse(totalColumn, of(total, money.ErrAmount, err))
		} else if b.refused != "" && !fill {
			refuse(refusedColumn, &problem.Error{Code: ErrTable, What: "the row says a total and a refusal", Fix: "keep one"})
		}
	case b.refused == "" && !fill:
		pos := row.pos[0]
		pos.Col = 0
		found.Add(&problem.Error{Code: ErrTable, Path: "total", Pos: cmp.Or(at[totalColumn], pos), What: "the row says neither a total nor a refusal",
			Fix: "work out what the bill comes to, and write it as 96.48"})
	}
	found = append(found, t.facts(engine, &b, fill)...)
	return b, found
}

// facts reads the facts of a row, and the amounts of its charges.
func (t *Table) facts(engine *rates.Engine, b *tableBill, fill bool) problem.List {
	var found problem.List
	known, _ := engine.Facts(b.input.Schedule) // it has the schedule
	for i := range t.columns {
		c, text := &t.columns[i], b.row.cells[i]
		switch {
		case text == "":
		case c.kind == factColumn:
			name := t.fact(c)
			if !slices.ContainsFunc(known, func(f rates.Fact) bool { return f.Name == name }) {
				continue // of another class
			}
			if b.input.Facts == nil {
				b.input.Facts = rates.Facts{}
			}
			b.input.Facts[name] = text
		case c.kind == chargeColumn:
			if _, err := money.Parse(text); err != nil {
				e := of(text, money.ErrAmount, err)
				e.Path, e.Pos = c.name, b.row.pos[i]
				found.Add(e)
			} else if b.refused != "" && !fill {
				found.Add(&problem.Error{Code: ErrTable, Path: c.name, Pos: b.row.pos[i], What: "the row says a refusal, and what a charge comes to", Fix: "keep one"})
			}
		}
	}
	return found
}

// of is why a text is not read, with the text and the remedy for how people write amounts.
func of(text string, code problem.Code, err error) *problem.Error {
	e := &problem.Error{Code: code, What: fmt.Sprintf("%q is not read", text), Fix: "write it plainly, as 96.48", Err: err}
	var p *problem.Error
	if errors.As(err, &p) {
		e.Code, e.Fix = p.Code, cmp.Or(p.Fix, e.Fix)
		if p.What != "" {
			e.What = fmt.Sprintf("%q: %s", text, p.What)
		}
		e.Err = p.Err
	}
	return e
}

// String is the column's name.
func (k columnKind) String() string {
	for name, kind := range columnKinds {
		if kind == k && kind != noteColumn {
			return name
		}
	}
	return ""
}

// Checks are the worked bills of the table as the engine's book reads them: the rows that can
// be priced. The error is a [problem.List] of the others, each with its place.
func (t *Table) Checks(engine *rates.Engine) ([]Check, error) {
	bills, found := t.bills(engine, false)
	checks := make([]Check, len(bills))
	for i := range bills {
		b := &bills[i]
		checks[i] = Check{Name: t.rowName(b.row), Input: b.input, Total: b.total, Refused: b.refused}
	}
	return checks, found.Err()
}

// rowName is what people call a row: its name, or its place.
func (t *Table) rowName(row *tableRow) string {
	for i := range t.columns {
		if t.columns[i].name == "name" && row.cells[i] != "" {
			return row.cells[i]
		}
	}
	return problem.Pos{File: t.name, Line: row.pos[0].Line}.String()
}
