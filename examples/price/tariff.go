package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// errNoClass is a class that the rate file or the book does not have.
const errNoClass problem.Code = "E_NO_CLASS"

// tariff is the rates that accounts are priced by.
type tariff struct {
	engine *rates.Engine
	owrs   bool // from an OWRS file: parts of the bill are memo charges
}

// ownBook is the tariff of the book in this program.
func ownBook(mode exact.Mode) (tariff, error) {
	engine, err := rates.Compile(marinaCoast(mode))
	return tariff{engine: engine}, err
}

// readRates reads a rate file. Warnings are what it prices but a reader should know.
func readRates(name string, mode exact.Mode) (t tariff, warnings []*problem.Error, err error) {
	if !strings.EqualFold(filepath.Ext(name), ".owrs") {
		return t, nil, fmt.Errorf("-rates %s: the name does not end in .owrs; give an Open Water Rate Specification file", name)
	}
	r, err := os.Open(name)
	if err != nil {
		return t, nil, fmt.Errorf("-rates: %w", err)
	}
	defer func() { _ = r.Close() }() // it was only read
	return readOWRS(name, r, mode)
}

func readOWRS(name string, r io.Reader, mode exact.Mode) (t tariff, warnings []*problem.Error, err error) {
	file, err := owrs.Read(name, r)
	if err != nil {
		return t, nil, err
	}
	engine, err := rates.Compile(file.Book(money.Rounding{Mode: mode, Place: money.ByLine}))
	return tariff{engine: engine, owrs: true}, file.Warnings(), err
}

// factNames are the names of the facts that the columns hold; empty for a column that holds none.
func (t tariff) factNames(c *columns) []string {
	names := slices.Clone(c.names)
	for i, column := range names {
		switch {
		case i == c.class || i == c.usage || i == c.from || i == c.to || i == c.billDay:
			names[i] = ""
		case t.owrs:
			for fact := range owrs.Facts(map[string]string{column: ""}) {
				names[i] = fact
			}
		}
	}
	return names
}

// input is what a row asks to be priced, or why it asks for nothing that can be. facts is emptied and filled.
func (t tariff) input(c *columns, names, cells []string, facts rates.Facts) (in rates.Input, err error) {
	in = rates.Input{Schedule: cells[c.class], Facts: facts}
	unit, ok := t.engine.Unit(in.Schedule)
	if !ok {
		return in, t.noClass(in.Schedule)
	}
	if in.Usage, err = metering.VolumeOf(cells[c.usage], unit); err != nil {
		return in, badUsage(cells[c.usage], err)
	}
	if err := dates(&in, c, cells); err != nil {
		return in, err
	}
	clear(facts)
	for i, cell := range cells {
		if cell != "" && names[i] != "" {
			facts[names[i]] = cell
		}
	}
	return in, nil
}

func (t tariff) noClass(class string) error {
	const most = 12
	have := t.engine.Schedules()
	fix := "use one of: " + strings.Join(have[:min(len(have), most)], ", ")
	if len(have) > most {
		fix += fmt.Sprintf(" … (%d in all)", len(have))
	}
	what := "the class is empty"
	if class != "" {
		what = fmt.Sprintf("there is no class %q", shortened(class))
	}
	return &problem.Error{Code: errNoClass, Path: "class", What: what, Fix: fix}
}

func badUsage(text string, err error) error {
	e := &problem.Error{Code: rates.ErrUsage, Path: "usage", Err: err}
	if text == "" {
		e.What, e.Fix = "the usage is empty", "write the billing units, 0 where nothing was used"
		return e
	}
	var why *problem.Error
	if errors.As(err, &why) {
		e.What, e.Fix = fmt.Sprintf("%q: %s", shortened(text), why.What), why.Fix
	}
	return e
}

// dates reads the period and the bill date, which may all be absent.
func dates(in *rates.Input, c *columns, cells []string) error {
	var from, to civil.Date
	for _, d := range []struct {
		column int
		name   string
		into   *civil.Date
	}{{c.from, "from", &from}, {c.to, "to", &to}, {c.billDay, "bill_date", &in.BillDate}} {
		if d.column < 0 || cells[d.column] == "" {
			continue
		}
		var err error
		if *d.into, err = civil.ParseDate(cells[d.column]); err != nil {
			return at(d.name, err)
		}
	}
	switch {
	case from.IsZero() && to.IsZero():
		return nil
	case from.IsZero():
		return &problem.Error{Code: civil.ErrPeriod, Path: "from", What: "the row has a day to, and none from", Fix: "give the first day of the bill, or neither"}
	case to.IsZero():
		return &problem.Error{Code: civil.ErrPeriod, Path: "to", What: "the row has a day from, and none to", Fix: "give the day after the last day of the bill, or neither"}
	}
	var err error
	if in.Period, err = civil.NewPeriod(from, to); err != nil {
		return at("to", err)
	}
	return nil
}

// at names the column of a fault.
func at(column string, err error) error {
	var e *problem.Error
	if !errors.As(err, &e) {
		return err
	}
	own := *e
	own.Path = column
	return &own
}

// shortened is a cell for a message.
func shortened(cell string) string {
	const longest = 40
	if runes := []rune(cell); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return cell
}

// reasons are why a row is refused, each at its place in the accounts file; the first one's code is the row's status. A
// quote may have several, of different charges.
func reasons(pos problem.Pos, quote *rates.Quote, err error) []*problem.Error {
	all := []error{err}
	for _, r := range quote.Refusals {
		if !r.Memo {
			all = append(all, r.Err)
		}
	}
	var list []*problem.Error
	for _, err := range all {
		var e *problem.Error
		if !errors.As(err, &e) {
			e = &problem.Error{Code: "E_UNKNOWN", Err: err}
		}
		own := &problem.Error{Code: e.Code, Path: e.Path, Pos: pos, What: e.What, Fix: e.Fix}
		if own.What == "" && e.Err != nil {
			own.What = e.Err.Error()
		}
		if !e.Pos.IsZero() {
			own.What += " (at " + e.Pos.String() + ")"
		}
		if !slices.ContainsFunc(list, func(have *problem.Error) bool { return have.Error() == own.Error() }) {
			list = append(list, own)
		}
	}
	return list
}
