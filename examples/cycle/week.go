package main

import (
	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// week is all that the supervisor has approved, and the books after it.
type week struct {
	*district
	*cycled
	finals      []billing.Final
	adjustments []billing.Adjusted
	arrears     *arrears
	refunds     deposit.Refunded
	rolled      ledger.RollForward
	tables      []table.Table // the reports
}

// june is the month whose books are told.
func june() civil.Period { return civil.MustPeriod("[2026-06-01, 2026-07-01)") }

// newWeek takes the district through its cycle.
func newWeek() (*week, error) {
	d, err := newDistrict()
	if err != nil {
		return nil, err
	}
	d.settle()
	if err := d.secured(); err != nil {
		return nil, err
	}
	if err := d.past(); err != nil {
		return nil, err
	}
	w := &week{district: d}
	if w.cycled, err = d.cycle(); err != nil {
		return nil, err
	}
	if w.finals, err = d.finals(); err != nil {
		return nil, err
	}
	if w.adjustments, err = d.adjustments(); err != nil {
		return nil, err
	}
	if w.arrears, err = d.collect(); err != nil {
		return nil, err
	}
	if err := d.pays(); err != nil {
		return nil, err
	}
	if w.refunds, err = d.refunds(w.arrears.dispatch.Go); err != nil {
		return nil, err
	}
	if err := d.books.Check(); err != nil {
		return nil, err
	}
	if w.rolled, err = d.books.RollForward(june()); err != nil {
		return nil, err
	}
	w.tables, err = w.report()
	return w, err
}
