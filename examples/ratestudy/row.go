package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// errNoClass is a class that a book does not have.
const errNoClass problem.Code = "E_NO_CLASS"

// factNames are the names of the facts that the columns hold; empty for a column that holds none.
func (c *columns) factNames() []string {
	names := append([]string(nil), c.Names...)
	for _, i := range []int{c.Class, c.Usage, c.From, c.To, c.BillDay, c.CycleDays, c.Carried} {
		if i >= 0 {
			names[i] = ""
		}
	}
	return names
}

// input is what a row asks to be priced, or why it asks for nothing that can be. Its usage counts units. facts is
// emptied and filled; an input is priced before the next one is made.
func (c *columns) input(cells, names []string, facts rates.Facts, unit metering.Unit) (in rates.Input, err error) {
	in = rates.Input{Schedule: cells[c.Class], Facts: facts}
	if in.Usage, err = metering.VolumeOf(cells[c.Usage], unit); err != nil {
		if cells[c.Usage] == "" {
			return in, &problem.Error{Code: rates.ErrUsage, Path: "usage", What: "the usage is empty", Fix: "write the billing units, 0 where nothing was used"}
		}
		return in, noNumber("usage", cells[c.Usage], err)
	}
	if err := c.days(&in, cells); err != nil {
		return in, err
	}
	if err := c.cycle(&in, cells); err != nil {
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

// days reads the period and the bill date, which may all be absent.
func (c *columns) days(in *rates.Input, cells []string) error {
	var from, to civil.Date
	for _, d := range []struct {
		column int
		name   string
		into   *civil.Date
	}{{c.From, "from", &from}, {c.To, "to", &to}, {c.BillDay, "bill_date", &in.BillDate}} {
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
func (c *columns) cycle(in *rates.Input, cells []string) error {
	if c.CycleDays >= 0 && cells[c.CycleDays] != "" {
		text := cells[c.CycleDays]
		days, err := strconv.ParseUint(text, 10, 16)
		if err != nil || days == 0 {
			return &problem.Error{Code: rates.ErrNoPeriod, Path: "cycle_days", What: fmt.Sprintf("%q is no number of days", shortened(text)), Fix: "write the days of the full cycle as a whole number, such as 30"}
		}
		in.CycleDays = int(days)
	}
	if c.Carried < 0 || cells[c.Carried] == "" {
		return nil
	}
	part, err := exact.ParseNumber(cells[c.Carried])
	if err != nil {
		return noNumber("carried", cells[c.Carried], err)
	}
	in.Carried = part.Ratio()
	return nil
}

// noNumber is a cell that is no number.
func noNumber(column, text string, err error) error {
	e := &problem.Error{Code: rates.ErrUsage, Path: column, Err: err}
	var why *problem.Error
	if errors.As(err, &why) {
		e.What, e.Fix = fmt.Sprintf("%q: %s", shortened(text), why.What), why.Fix
	}
	return e
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

func noClass(class string, have []string) error {
	const most = 12
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
