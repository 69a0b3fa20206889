package billing

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// BilledDays is what a bill says of the days of an agreement.
type BilledDays struct {
	Bill      string // the host's key of the bill
	Agreement string
	Period    civil.Period
	Reversed  bool // taken back, and its days are not billed by it: the host's to say, by Ledger.Reversed; Bill.Days never does
}

// Coverage is how the days of an agreement are billed. Every service day is to be on exactly one bill that was not taken
// back.
type Coverage struct {
	Unbilled []civil.Period // of no days for an agreement that has none
	Twice    []BilledTwice
	Outside  []BilledDays // days on a bill that are not the agreement's
}

// BilledTwice is days that several bills have.
type BilledTwice struct {
	Period civil.Period
	Bills  []string // their keys, in the order in which they were given
}

// Complete reports whether every day is billed once, and no other.
func (c Coverage) Complete() bool { return len(c.Unbilled)+len(c.Twice)+len(c.Outside) == 0 }

// Coverage compares the days of the agreement, up to the day before through, with those that bills have. Bills of other agreements
// are passed over, and those that were taken back. The host asks it before a cycle is closed, and before a final is settled, with
// through the day on which the agreement ends: FinalRequest.Settle sees the final bill alone. A period that is none, and a missing
// through, are ErrDays.
func (a Agreement) Coverage(billed []BilledDays, through civil.Date) (Coverage, error) {
	if err := a.Check(); err != nil {
		return Coverage{}, err
	}
	if through.IsZero() {
		return Coverage{}, &problem.Error{Code: ErrDays, Path: "through", What: "the day is missing", Fix: "state up to which day bills are expected"}
	}
	if a.follow(billed, through) {
		return Coverage{}, nil
	}
	var c Coverage
	var own []BilledDays
	for _, b := range billed {
		if b.Agreement != a.ID || b.Reversed {
			continue
		}
		if err := b.Period.Check(); err != nil {
			return Coverage{}, &problem.Error{Code: ErrDays, Path: "bill " + b.Bill, Err: err}
		}
		own = append(own, b)
		if b.Period.From.Before(a.From) || !a.Open() && b.Period.To.After(a.Until) {
			c.Outside = append(c.Outside, b)
		}
	}
	if a.From == a.Until { // no days, and one bill
		day := civil.Period{From: a.From, To: a.From}
		bills := keysOf(own)
		switch {
		case len(bills) == 0 && a.From.Before(through):
			c.Unbilled = append(c.Unbilled, day)
		case len(bills) > 1:
			c.Twice = append(c.Twice, BilledTwice{Period: day, Bills: bills})
		}
		return c, nil
	}
	var cuts []civil.Date
	last := through
	for _, b := range own {
		cuts = append(cuts, b.Period.From, b.Period.To)
		if b.Period.To.After(last) {
			last = b.Period.To
		}
	}
	span, ok := a.Within(civil.Period{From: a.From, To: last})
	if !ok {
		return c, nil
	}
	for _, part := range span.Cut(append(cuts, through)...) {
		var have []BilledDays
		for _, b := range own {
			if b.Period.Contains(part.From) {
				have = append(have, b)
			}
		}
		switch {
		case len(have) == 0 && part.From.Before(through):
			c.Unbilled = join(c.Unbilled, part)
		case len(have) > 1:
			c.Twice = append(c.Twice, BilledTwice{Period: part, Bills: keysOf(have)})
		}
	}
	return c, nil
}

// follow reports whether bills have the days of the agreement one after the other, as those of most agreements do: then there is
// nothing to tell.
func (a Agreement) follow(billed []BilledDays, through civil.Date) bool {
	next := a.From
	for i := range billed {
		b := &billed[i]
		if b.Agreement != a.ID || b.Reversed {
			continue
		}
		if b.Period.From != next || !b.Period.From.Before(b.Period.To) {
			return false
		}
		next = b.Period.To
	}
	if a.Open() {
		return next != a.From && !next.Before(through)
	}
	return next == a.Until && next != a.From
}

// join adds days to a list of periods, to its last one where they follow it.
func join(list []civil.Period, part civil.Period) []civil.Period {
	if n := len(list); n > 0 && list[n-1].To == part.From {
		list[n-1].To = part.To
		return list
	}
	return append(list, part)
}

func keysOf(list []BilledDays) []string {
	var keys []string
	for _, b := range list {
		keys = append(keys, b.Bill)
	}
	return keys
}

// VacantUse is water that was used while nobody had the service, on some of the days of a usage at least.
type VacantUse struct {
	Usage  string         // its key
	Period civil.Period   // of the usage
	Vacant []civil.Period // the days of it on which nobody had the service
	Use    exact.Ratio    // of all its days, above 0
	Unit   metering.Unit
}

// VacantUse lists, of usages at the point, those with a use above 0 and days on which nobody had the service. A usage of no
// days is vacant where nobody has that day. How much of it was used on those days no reading says.
func (p Point) VacantUse(used ...metering.Usage) ([]VacantUse, error) {
	var out []VacantUse
	for _, u := range used {
		if u.Exact().Sign() <= 0 {
			continue
		}
		stays, err := p.Stays(u.Period())
		if err != nil {
			return nil, &problem.Error{Code: ErrDays, Path: "usage " + u.Key(), Err: err}
		}
		row := VacantUse{Usage: u.Key(), Period: u.Period(), Use: u.Exact(), Unit: u.Unit()}
		for _, s := range stays {
			if s.Agreement == "" {
				row.Vacant = append(row.Vacant, s.Period)
			}
		}
		if _, taken := p.On(u.Period().From); u.Days() == 0 && !taken && !slices.ContainsFunc(stays, func(s Stay) bool { return s.Agreement != "" }) {
			row.Vacant = append(row.Vacant, u.Period())
		}
		if len(row.Vacant) > 0 {
			out = append(out, row)
		}
	}
	return out, nil
}
