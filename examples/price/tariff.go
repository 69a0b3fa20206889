package main

import (
	"errors"
	"slices"

	"github.com/headgate-dev/headgate/adapters/accountfile"
	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// tariff is the rates that accounts are priced by.
type tariff struct {
	engine *rates.Engine
	owrs   bool // from an OWRS file: parts of the bill are memo charges
	// placeholders are the titles of the schedules that say so of their rules.
	placeholders map[string]string
}

// inputs turn the rows of accounts into what these rates price. OWRS knows neither cycle_days nor carried, and some facts
// by other names than their columns have.
func (t tariff) inputs(accounts *accountfile.Reader) *accountfile.Inputs {
	if !t.owrs {
		return accounts.Inputs(t.engine, accountfile.InputOptions{})
	}
	return accounts.Inputs(t.engine, accountfile.InputOptions{FactName: owrsFact, CycleAsFacts: true})
}

// owrsFact is the fact that OWRS rates ask for by the name of a column.
func owrsFact(column string) (fact string) {
	for fact = range owrs.Facts(map[string]string{column: ""}) { // there is one
	}
	return fact
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
		if !e.Pos.IsZero() && e.Pos != pos {
			own.What += " (at " + e.Pos.String() + ")"
		}
		if !slices.ContainsFunc(list, func(have *problem.Error) bool { return have.Error() == own.Error() }) {
			list = append(list, own)
		}
	}
	return list
}
