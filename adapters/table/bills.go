package table

import (
	"errors"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// Bills is the sample bills of a customer, as the notice of a change of rates shows them:
// usage, bill before, bill after, change. A book that refuses a bill leaves its cell empty, and
// the note says why. Several customers make one table with [Stack].
func Bills(c *ratecheck.Customer, bills []ratecheck.SampleBill) Table {
	t := Table{Name: "sample_bills", Title: c.Label, Columns: changed(right("Usage"), left("Unit"))}
	if t.Title == "" {
		t.Title = c.Class
	}
	var usages []exact.Ratio
	for i := range bills {
		usages = append(usages, bills[i].Usage.Ratio())
	}
	places := Places(usages...)
	for i := range bills {
		b := &bills[i]
		t.Rows = append(t.Rows, append([]Cell{Quantity(b.Usage.Ratio(), places), Text(b.Usage.Unit().Word(false))}, Bill(b)...))
		if b.Err != nil {
			if t.Note != "" {
				t.Note += " "
			}
			t.Note += "At " + b.Usage.String() + ": " + b.Err.Error()
		}
	}
	return t
}

// Bill is a sample bill before and after, and its change in dollars and percent: four cells. A
// bill that a book refuses is nothing, and so is its change.
func Bill(b *ratecheck.SampleBill) []Cell {
	change, err := b.Change()
	if b.Err == nil && err == nil {
		return []Cell{Amount(b.Before), Amount(b.After), Change(change), PercentChange(b.Before, b.After)}
	}
	cells := make([]Cell, 4)
	if b.Err == nil || refusedOnly(b.Err, "after") {
		cells[0] = Amount(b.Before)
	}
	if b.Err == nil || refusedOnly(b.Err, "before") {
		cells[1] = Amount(b.After)
	}
	return cells
}

// refusedOnly reports whether all problems are those of one book: their paths begin with its
// side. Where both books refuse a bill for the same reason, none does.
func refusedOnly(err error, side string) bool {
	var list problem.List
	if !errors.As(err, &list) {
		return false
	}
	return !slices.ContainsFunc(list, func(e *problem.Error) bool {
		return e.Path != side && !strings.HasPrefix(e.Path, side+".")
	})
}
