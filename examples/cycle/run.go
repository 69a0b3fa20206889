package main

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// cycled is what became of the cycle.
type cycled struct {
	faults        []fault
	first, second cycle.EditList // as it was prepared, and once all has ended
	usages        []metering.Usage
	vacant        []cycle.Vacancy
	released      cycle.Released
	bills         []billing.Bill
}

// cycle prepares the bills of the month with their faults, reviews them, corrects, decides and holds, and releases them.
func (d *district) cycle() (*cycled, error) {
	m := len(months()) - 1
	month := months()[m]
	out := &cycled{faults: faults()}
	all := make([]*making, len(d.houses))
	for i, h := range d.houses {
		all[i] = h.make(m)
		if h.cycle != ours {
			all[i].skip = true
		}
	}
	for _, f := range out.faults {
		if f.plant != nil {
			f.plant(all[f.house-1])
		}
	}
	policy := editList()
	request, err := d.request(all, month, month.billed)
	if err != nil {
		return nil, err
	}
	if out.first, err = cycle.Review(request, policy); err != nil {
		return nil, err
	}

	// The clerk corrects what is wrong, holds what waits, and prepares the rest again: what was not corrected is the same bill.
	for _, f := range out.faults {
		if f.correct != nil {
			f.correct(all[f.house-1])
		}
	}
	if request, err = d.request(all, month, month.billed); err != nil {
		return nil, err
	}
	for _, f := range out.faults {
		if f.hold == "" {
			continue
		}
		for _, a := range d.houses[f.house-1].services() {
			request.Holds = append(request.Holds, cycle.Hold{Account: a.Account, Agreement: a.ID, Reason: f.hold, By: d.clerk, On: month.billed, Until: day("2026-06-10")})
		}
	}
	out.usages, out.vacant = request.Usages, request.Vacant
	if out.second, err = cycle.Review(request, policy); err != nil {
		return nil, err
	}
	for _, e := range out.second.Open() {
		i := slices.IndexFunc(out.faults, func(f fault) bool { return f.has(e) && f.decide != "" })
		if i < 0 {
			return nil, fmt.Errorf("an exception that nobody has planted: %s", e)
		}
		request.Decisions = append(request.Decisions, cycle.Decision{Exception: e.ID, Reason: out.faults[i].decide, By: d.clerk, On: month.billed})
	}
	if out.second, err = cycle.Review(request, policy); err != nil {
		return nil, err
	}

	// A second person approves what is shown, and what goes out is proved to be the same.
	permit, err := approved(d, out.second, month.key, d.now(month.billed.String(), morning))
	if err != nil {
		return nil, err
	}
	if out.released, out.bills, err = cycle.Release(permit, d.now(month.billed.String(), noon), d.location); err != nil {
		return nil, err
	}
	again, err := d.request(all, month, month.billed)
	if err != nil {
		return nil, err
	}
	if err := out.released.Prove(ofThese(again.Bills, out.bills)); err != nil {
		return nil, err
	}
	byAccount := map[string]*making{}
	for _, in := range all {
		byAccount[in.account()] = in
	}
	for _, b := range out.bills {
		if err := d.issued(byAccount[b.Account()], b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ofThese are the bills that have the id of one of others.
func ofThese(bills, others []billing.Bill) []billing.Bill {
	ids := map[stored.ID]bool{}
	for _, b := range others {
		ids[b.ID()] = true
	}
	return slices.DeleteFunc(bills, func(b billing.Bill) bool { return !ids[b.ID()] })
}

// has reports whether an exception is of the fault: that of its account, or, of no account, the one that was planted.
func (f fault) has(e cycle.Exception) bool {
	if e.Account == "" {
		return slices.Contains(f.codes, e.Code)
	}
	return f.account() == e.Account
}

// account is whose fault it is; empty for one of the whole cycle.
func (f fault) account() string {
	if f.house == 0 {
		return ""
	}
	return (&house{number: f.house}).account()
}
