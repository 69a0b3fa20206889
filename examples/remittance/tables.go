package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

const errTable problem.Code = "E_TABLE"

// table is a CSV file with a heading, whose columns are found by their names.
type table struct {
	file  string
	at    map[string]int
	row   []string
	line  int
	found problem.List
}

// readTable gives each row of a table.
func readTable(in input, columns []string, row func(t *table)) error {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(in.bytes, []byte("\ufeff"))))
	t := &table{file: in.name, at: map[string]int{}}
	heading, err := r.Read()
	if err != nil {
		return t.torn(err)
	}
	for i, name := range heading {
		t.at[strings.TrimSpace(name)] = i
	}
	for _, name := range columns {
		if _, ok := t.at[name]; !ok {
			return &problem.Error{Code: errTable, Path: name, Pos: problem.Pos{File: in.name, Line: 1}, What: "the heading lacks the column", Fix: "give " + strings.Join(columns, ",")}
		}
	}
	for {
		t.row, err = r.Read()
		if errors.Is(err, io.EOF) {
			return t.found.Err()
		}
		if err != nil {
			return t.torn(err)
		}
		t.line, _ = r.FieldPos(0)
		row(t)
	}
}

func (t *table) torn(err error) error {
	pos := problem.Pos{File: t.file}
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		pos.Line, pos.Col, err = parse.Line, parse.Column, parse.Err
	}
	if errors.Is(err, io.EOF) {
		err = errors.New("the file is empty")
	}
	return &problem.Error{Code: errTable, Pos: pos, What: "the table cannot be read: " + err.Error(), Fix: "look whether the file is whole"}
}

func (t *table) text(column string) string { return strings.TrimSpace(t.row[t.at[column]]) }

func (t *table) refuse(column, what, fix string) {
	t.found.Add(&problem.Error{Code: errTable, Path: column, Pos: problem.Pos{File: t.file, Line: t.line}, What: what, Fix: fix})
}

func (t *table) cents(column string) money.Amount {
	cents, err := strconv.ParseInt(t.text(column), 10, 64)
	if err != nil {
		t.refuse(column, "it is no whole number of cents", "write cents as digits")
	}
	return money.Cents(cents)
}

func (t *table) date(column string) civil.Date {
	d, err := civil.ParseDate(t.text(column))
	if err != nil {
		t.refuse(column, "it is no day", "write it as 2026-03-03")
	}
	return d
}

// drawerFile is the drawer as its file has it.
type drawerFile struct {
	Float    int64           `json:"opening_float"`
	Receipts []drawerReceipt `json:"receipts"`
	Counts   map[string]int  `json:"counts"`
	pieces   []pieces
}

type pieces struct {
	cents int64
	n     int
}

// drawerReceipt is a list of its id, account and cents.
type drawerReceipt struct {
	id, account string
	cents       int64
}

func (r *drawerReceipt) UnmarshalJSON(data []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if len(parts) != 3 {
		return fmt.Errorf("a receipt has %d parts, and not its id, account and cents", len(parts))
	}
	for i, into := range []any{&r.id, &r.account, &r.cents} {
		if err := json.Unmarshal(parts[i], into); err != nil {
			return err
		}
	}
	return nil
}

func readDrawer(in input) (drawerFile, error) {
	var d drawerFile
	refuse := func(what string) (drawerFile, error) {
		return d, &problem.Error{Code: errTable, Pos: problem.Pos{File: in.name}, What: what, Fix: "give opening_float, receipts and counts, in cents"}
	}
	if err := json.Unmarshal(in.bytes, &d); err != nil {
		return refuse("the drawer cannot be read: " + err.Error())
	}
	for text, n := range d.Counts {
		cents, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return refuse(fmt.Sprintf("%q is no denomination in cents", text))
		}
		d.pieces = append(d.pieces, pieces{cents, n})
	}
	slices.SortFunc(d.pieces, func(a, b pieces) int { return int(b.cents - a.cents) })
	return d, nil
}
