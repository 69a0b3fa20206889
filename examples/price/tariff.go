package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
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
	// placeholders are the titles of the schedules that say so of their rules.
	placeholders map[string]string
}

// factNames are the names of the facts that the columns hold; empty for a column that holds none.
func (t tariff) factNames(c *columns) []string {
	names := slices.Clone(c.names)
	for i, column := range names {
		switch {
		case i == c.class || i == c.usage || i == c.from || i == c.to || i == c.billDay:
			names[i] = ""
		case !t.owrs && (i == c.cycleDays || i == c.carried):
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
	if !t.owrs {
		if err := cycle(&in, c, cells); err != nil {
			return in, err
		}
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
	if text == "" {
		return &problem.Error{Code: rates.ErrUsage, Path: "usage", Err: err, What: "the usage is empty", Fix: "write the billing units, 0 where nothing was used"}
	}
	return noNumber("usage", text, err)
}

// noNumber is a cell of usage, or of a part of it, that is no number.
func noNumber(column, text string, err error) error {
	e := &problem.Error{Code: rates.ErrUsage, Path: column, Err: err}
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

// cycle reads the days of the full cycle and what the last bill left unbilled, which may both be absent.
func cycle(in *rates.Input, c *columns, cells []string) error {
	if c.cycleDays >= 0 && cells[c.cycleDays] != "" {
		text := cells[c.cycleDays]
		days, err := strconv.ParseUint(text, 10, 16)
		if err != nil || days == 0 {
			return &problem.Error{Code: rates.ErrNoPeriod, Path: "cycle_days", What: fmt.Sprintf("%q is no number of days", shortened(text)), Fix: "write the days of the full cycle as a whole number, such as 30; leave the cell empty where the rates do not ask for it"}
		}
		in.CycleDays = int(days)
	}
	if c.carried < 0 || cells[c.carried] == "" {
		return nil
	}
	part, err := exact.ParseNumber(cells[c.carried])
	if err != nil {
		return noNumber("carried", cells[c.carried], err)
	}
	in.Carried = part.Ratio()
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
	for _, r := range quote.Refusals() {
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
