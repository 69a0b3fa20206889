package ratecheck

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// Golden is where a book does not come to what a table says, and what of the table cannot be
// read: each with its place, in the order of the table; nothing where the book reproduces all
// of it. A row that differs is one [ErrCheck], with the line of the bill that it comes to.
func Golden(engine *rates.Engine, t *Table) problem.List {
	bills, found := t.bills(engine, false)
	if len(t.unknownColumns(engine)) > 0 {
		return found // what the rows come to would only follow from it
	}
	for i := range bills {
		found.Add(t.golden(engine, &bills[i]))
	}
	found.Sort()
	return found
}

// golden is how a row differs from the bill; nil for not.
func (t *Table) golden(engine *rates.Engine, b *tableBill) *problem.Error {
	check := Check{Input: b.input, Total: b.total, Refused: b.refused}
	e := check.Run(engine)
	var differing []string
	at := -1
	if q, err := engine.Price(b.input); err == nil && b.refused == "" {
		for i := range t.columns {
			if want, is, ok := t.chargeDiffers(&q, b.row, i); ok {
				differing = append(differing, fmt.Sprintf("%s: expected %s, computed %s", t.columns[i].name, want, is))
				if at < 0 {
					at = i
				}
			}
		}
	}
	switch {
	case e == nil && at < 0:
		return nil
	case e == nil:
		e = &problem.Error{Code: ErrCheck, Path: t.columns[at].name, What: some(differing, "; ") + "; the total agrees",
			Fix: "correct the book, or the table if its bill is worked out wrongly"}
	case at >= 0:
		e.What += "; " + some(differing, "; ")
	}
	e.Pos = b.row.pos[0]
	e.Pos.Col = 0
	for i := range t.columns {
		if t.columns[i].name == e.Path {
			e.Pos = b.row.pos[i]
		}
	}
	for i := range t.columns {
		if t.columns[i].name == "name" && b.row.cells[i] != "" {
			e.What = b.row.cells[i] + ": " + e.What
		}
	}
	return e
}

// chargeDiffers compares what a row says of a charge with the bill.
func (t *Table) chargeDiffers(q *rates.Quote, row *tableRow, i int) (want, is money.Amount, differs bool) {
	c := &t.columns[i]
	if c.kind != chargeColumn || row.cells[i] == "" {
		return want, is, false
	}
	want, _ = money.Parse(row.cells[i]) // it has been read
	is, err := chargeAmount(q, c)
	return want, is, err != nil || is != want
}

// chargeAmount is what the lines of a column's charge sum to; memo lines too.
func chargeAmount(q *rates.Quote, c *column) (sum money.Amount, err error) {
	for line := range q.Lines() {
		if line.Charge() == c.charge && (c.tier == 0 || line.Tier() == c.tier) {
			err = cmp.Or(err, addTo(&sum, line.Amount()))
		}
	}
	for line := range q.Memos() {
		if line.Charge() == c.charge && (c.tier == 0 || line.Tier() == c.tier) {
			err = cmp.Or(err, addTo(&sum, line.Amount()))
		}
	}
	return sum, err
}

// Update is the table with what the book's bills come to in place of what it says: totals,
// refusals, and amounts of charges where the table has them. Nothing else is changed: rows that
// agree stay as they are, byte for byte, and in others the cells that do. Amounts of charges of a
// bill that is refused are taken out. A row that says neither is filled in. Where a row says a
// refusal and the table has no column refused, or the other way about, the error says so.
//
// A table that is updated proves nothing until a person has looked at what has changed.
//
// The error is a [problem.List] of the rows that cannot be read, as of [Golden]; then nothing is
// updated.
func (t *Table) Update(engine *rates.Engine) ([]byte, error) {
	bills, found := t.bills(engine, true)
	if err := found.Err(); err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(slices.Clone(t.head))
	next := 0
	for i := range t.rows {
		row := &t.rows[i]
		if next == len(bills) || bills[next].row != row {
			out.Write(row.raw)
			continue
		}
		raw, err := t.updated(engine, &bills[next])
		if err != nil {
			return nil, err
		}
		out.Write(raw)
		next++
	}
	return out.Bytes(), nil
}

// updated is a row with what the bill comes to.
func (t *Table) updated(engine *rates.Engine, b *tableBill) ([]byte, error) {
	q, err := engine.Price(b.input)
	cells := slices.Clone(b.row.cells)
	said := false
	for i := range t.columns {
		c := &t.columns[i]
		switch {
		case c.kind == totalColumn && err != nil, c.kind == refusedColumn && err == nil, c.kind == chargeColumn && err != nil && cells[i] != "":
			cells[i] = ""
		case c.kind == totalColumn:
			said = true
			if was, bad := money.Parse(cells[i]); bad != nil || was != q.Total {
				cells[i] = plain(q.Total)
			}
		case c.kind == refusedColumn:
			said = true
			cells[i] = string(codeOf(err))
		case c.kind == chargeColumn && cells[i] != "":
			is, err := chargeAmount(&q, c)
			if err != nil {
				return nil, err
			}
			if was, bad := money.Parse(cells[i]); bad != nil || was != is {
				cells[i] = plain(is)
			}
		}
	}
	if !said {
		e := &problem.Error{Code: ErrTable, Path: "total", Pos: b.row.pos[0], What: fmt.Sprintf("the bill comes to %s, and the table has no column total", outcome(q, err)), Fix: "add the column, with a comma in every row"}
		if err != nil {
			e.Path, e.What = "refused", fmt.Sprintf("the bill is %s, and the table has no column refused", outcome(q, err))
		}
		return nil, problem.List{e}
	}
	if slices.Equal(cells, b.row.cells) {
		return b.row.raw, nil
	}
	return csvRow(cells, b.row.raw), nil
}

// plain is an amount as tables hold it.
func plain(a money.Amount) string {
	text, _ := a.AppendText(nil) // every amount has a text
	return string(text)
}

// csvRow is cells as a line of CSV, with the line end of another.
func csvRow(cells []string, like []byte) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = bytes.HasSuffix(like, []byte("\r\n"))
	_ = w.Write(cells) // a buffer takes all
	w.Flush()
	if b.Bytes()[0] == '#' { // which would be a remark
		first, rest := cells[0], b.Bytes()[len(cells[0]):]
		quoted := append([]byte(`"`+first+`"`), rest...)
		b = *bytes.NewBuffer(quoted)
	}
	if !bytes.HasSuffix(like, []byte("\n")) {
		return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	}
	return b.Bytes()
}
