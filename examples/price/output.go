package main

import (
	"encoding/csv"
	"io"
	"maps"
	"strconv"

	"github.com/headgate-dev/headgate/adapters/accountfile"
	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// priced is a row with what became of it.
type priced struct {
	accountfile.Row
	class string
	quote rates.Quote
	// refused is why the row is not priced; empty where it is.
	refused []*problem.Error
}

// hasLines says whether a part of the bill is priced.
func (p *priced) hasLines() bool {
	for range p.quote.Lines() {
		return true
	}
	return false
}

// input is what was priced, with facts of its own: those of the next row will stand in the same map.
func (p *priced) input() rates.Input {
	in := p.quote.Input
	in.Facts = maps.Clone(in.Facts)
	return in
}

// status is what the status column says.
func (p *priced) status() string {
	if len(p.refused) == 0 {
		return "OK"
	}
	return string(p.refused[0].Code)
}

// output takes the priced rows in the order of the file.
type output interface {
	begin(columns []string) error
	add(p *priced) error
	end() error
}

// The columns that stand after those of the file.
var (
	bookColumns = []string{"total", "status"}
	owrsColumns = []string{"service_charge", "commodity_charge", "bill", "status"}
	lineColumns = []string{"line", "charge", "text", "tier", "line_from", "line_to", "quantity", "price", "amount", "status"}
)

// amounts is how amounts are written.
type amounts struct {
	exact bool // before rounding
}

func (a amounts) text(cents money.Amount, unrounded exact.Ratio) string {
	if a.exact {
		return decimalText(unrounded)
	}
	text, _ := cents.MarshalText() // an amount has no text that fails
	return string(text)
}

// decimalText is all of a decimal that ends, and the beginning of one that does not.
func decimalText(r exact.Ratio) string {
	const places = 20
	text, ends := r.Decimal(places)
	if !ends {
		text += "…"
	}
	return text
}

// table prints one row for each account: as CSV, the file's cells and what they come to.
type table struct {
	amounts
	csv   *csv.Writer
	owrs  bool
	width int // columns of the file
	row   []string
}

func newTable(w io.Writer, a amounts, owrs bool) *table {
	return &table{amounts: a, csv: csv.NewWriter(w), owrs: owrs}
}

func (t *table) begin(columns []string) error {
	t.width = len(columns)
	t.row = append(append(t.row[:0], columns...), outputColumns(t.owrs)...)
	return t.csv.Write(t.row)
}

func outputColumns(owrs bool) []string {
	if owrs {
		return owrsColumns
	}
	return bookColumns
}

func (t *table) add(p *priced) error {
	t.row = fileCells(t.row[:0], p, t.width)
	if t.owrs {
		t.row = append(t.row, t.memo(p, owrs.ChargeService), t.memo(p, owrs.ChargeCommodity))
	}
	total := ""
	if len(p.refused) == 0 {
		total = t.text(p.quote.Total, p.quote.Exact())
	}
	t.row = append(t.row, total, p.status())
	return t.csv.Write(t.row)
}

// memo is a part of the bill that may hold where the bill does not.
func (t *table) memo(p *priced, charge string) string {
	for line := range p.quote.Memos() {
		if line.Charge() == charge {
			return t.text(line.Amount(), line.Exact())
		}
	}
	return ""
}

func (t *table) end() error { return finish(t.csv) }

func finish(w *csv.Writer) error {
	w.Flush()
	return w.Error()
}

// fileCells appends the cells of the file, as many as there are columns. A line that is no row has what can be told of it.
func fileCells(row []string, p *priced, width int) []string {
	row = append(row, p.Cells[:min(len(p.Cells), width)]...)
	for len(row) < width {
		row = append(row, "")
	}
	return row
}

// lineTable prints one row for each line of each bill.
type lineTable struct {
	amounts
	csv   *csv.Writer
	width int
	row   []string
}

func newLineTable(w io.Writer, a amounts) *lineTable {
	return &lineTable{amounts: a, csv: csv.NewWriter(w)}
}

func (t *lineTable) begin(columns []string) error {
	t.width = len(columns)
	t.row = append(append(t.row[:0], columns...), lineColumns...)
	return t.csv.Write(t.row)
}

func (t *lineTable) add(p *priced) error {
	t.row = fileCells(t.row[:0], p, t.width)
	printed := 0
	line := func(number string, l rates.Line) error {
		printed++
		days := l.Period()
		if days.IsZero() {
			days = p.quote.Input.Period
		}
		t.row = append(t.row[:t.width], number, l.Charge(), l.Text(), "", days.From.String(), days.To.String(), "", "",
			t.text(l.Amount(), l.Exact()), p.status())
		if l.Tier() > 0 {
			t.row[t.width+3] = strconv.Itoa(l.Tier())
		}
		if !l.Quantity().IsZero() || !l.Price().IsZero() {
			t.row[t.width+6], t.row[t.width+7] = decimalText(l.Quantity()), decimalText(l.Price())
		}
		return t.csv.Write(t.row)
	}
	for l := range p.quote.Lines() {
		if err := line(strconv.Itoa(printed+1), l); err != nil {
			return err
		}
	}
	for l := range p.quote.Memos() {
		if err := line("memo", l); err != nil {
			return err
		}
	}
	if printed > 0 {
		return nil
	}
	t.row = append(t.row[:t.width], "", "", "", "", "", "", "", "", "", p.status())
	return t.csv.Write(t.row)
}

func (t *lineTable) end() error { return finish(t.csv) }
