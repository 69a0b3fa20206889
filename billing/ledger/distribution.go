package ledger

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Chart is the district's chart of accounts as far as it concerns this ledger: which account of the general ledger each place
// is. The row that says most about a place is its row; a place without a row, and one with two that say equally much and name
// different accounts, are errors.
type Chart []ChartRow

// ChartRow names the account of the general ledger for places. What is empty fits any.
type ChartRow struct {
	// Place is the kind of place; it is always given.
	Place PlaceKind
	// Key is the place's key: a source, an agency, a bank account.
	Key string
	// Area and Kind are those of the item or credit that the leg moves, and RevenueCode is the leg's.
	Area        string
	Kind        Kind
	RevenueCode string
	// GL is the account of the general ledger.
	GL string
}

// GLLine is what an accounting period adds to an account of the general ledger. Debits and Credits are both zero or more.
type GLLine struct {
	GL              string
	Debits, Credits money.Amount
	// Legs is the number of legs that it is made of.
	Legs int
}

// facet is what a chart can tell places apart by.
type facet struct {
	place     PlaceKind
	key, area string
	kind      Kind
	code      string
}

// Distribution is the general-ledger distribution of an accounting period: each leg debits the account of the place that it
// comes from and credits that of the place that it goes to. Debits and credits sum to the same.
func (l *Ledger) Distribution(period civil.Period, chart Chart) ([]GLLine, error) {
	if err := checkPeriod(period); err != nil {
		return nil, err
	}
	if err := chart.check(); err != nil {
		return nil, err
	}
	var found problem.List
	accounts, lines := map[facet]string{}, map[string]*GLLine{}
	line := func(f facet) *GLLine {
		gl, ok := accounts[f]
		if !ok {
			var err *problem.Error
			gl, err = chart.find(f)
			found.Add(err)
			accounts[f] = gl
		}
		of := lines[gl]
		if of == nil {
			of = &GLLine{GL: gl}
			lines[gl] = of
		}
		of.Legs++
		return of
	}
	for leg := range l.legs(period.To) {
		if leg.Accounting.Before(period.From) {
			continue
		}
		from, to := l.facets(leg)
		if err := addTo(&line(from).Debits, leg.Amount); err != nil {
			return nil, err
		}
		if err := addTo(&line(to).Credits, leg.Amount); err != nil {
			return nil, err
		}
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	out := make([]GLLine, 0, len(lines))
	for _, gl := range slices.Sorted(maps.Keys(lines)) {
		out = append(out, *lines[gl])
	}
	return out, nil
}

// facets are what the chart can tell the ends of a leg apart by. A place that is in no area, such as income, has that of the
// account at the other end.
func (l *Ledger) facets(leg Leg) (from, to facet) {
	of := func(p Place) facet {
		f := facet{place: p.Kind, key: p.Key, area: p.Area, code: leg.RevenueCode}
		if it := l.items[p.Item]; it != nil {
			f.area, f.kind = it.Area, it.Kind
		}
		if placeRules[p.Kind].ofAccount {
			f.key = "" // an account of a customer is none of the general ledger
		}
		if p.Kind == PlaceCredit {
			f.kind = KindCredit
		}
		return f
	}
	from, to = of(leg.From), of(leg.To)
	share := func(f *facet, other facet) {
		if f.area == "" {
			f.area = other.area
		}
		if f.kind == "" {
			f.kind = other.kind
		}
	}
	share(&from, to)
	share(&to, from)
	return from, to
}

func (c Chart) check() error {
	var found problem.List
	for i, r := range c {
		path := fmt.Sprintf("chart[%d]", i)
		if _, ok := placeRules[r.Place]; !ok {
			found.Add(&problem.Error{Code: ErrChart, Path: path + ".place", What: fmt.Sprintf("there is no kind of place %q", string(r.Place)), Fix: "use a constant of this package, such as PlaceRevenue"})
		}
		if blank(r.GL) {
			found.Add(&problem.Error{Code: ErrChart, Path: path + ".gl", What: "the row names no account of the general ledger", Fix: "name it"})
		}
	}
	return found.Err()
}

// find is the account for a place.
func (c Chart) find(f facet) (string, *problem.Error) {
	best, says, rival := -1, -1, -1
	for i, r := range c {
		weight := 0
		fits := r.Place == f.place
		for _, pair := range [][2]string{{r.Key, f.key}, {r.Area, f.area}, {string(r.Kind), string(f.kind)}, {r.RevenueCode, f.code}} {
			if pair[0] != "" {
				weight++
				fits = fits && pair[0] == pair[1]
			}
		}
		switch {
		case !fits:
		case weight > says:
			best, says, rival = i, weight, -1
		case weight == says && r.GL != c[best].GL:
			rival = i
		}
	}
	what := fmt.Sprintf("%s with key %q, area %q, kind %q and revenue code %q", f.place, f.key, f.area, string(f.kind), f.code)
	switch {
	case best < 0:
		return "", &problem.Error{Code: ErrChart, Path: "chart", What: "no row fits " + what, Fix: "add a row for it"}
	case rival >= 0:
		return "", &problem.Error{Code: ErrChart, Path: fmt.Sprintf("chart[%d]", rival), What: fmt.Sprintf("it and chart[%d] fit %s equally well", best, what),
			Fix: "say more in one of them, or take one out"}
	}
	return c[best].GL, nil
}

// legs are the legs with an accounting date before a day.
func (l *Ledger) legs(before civil.Date) iter.Seq[Leg] {
	return func(yield func(Leg) bool) {
		for _, p := range l.entries {
			if !p.entry.Accounting.Before(before) {
				continue
			}
			for _, leg := range p.legs {
				if !yield(leg) {
					return
				}
			}
		}
	}
}
