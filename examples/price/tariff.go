package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
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
