package ratecheck

import (
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A drafter thinks of bills of a schedule.
type drafter struct {
	engine *rates.Engine
	s      *rates.Schedule
	// numbers are those in formulas, tiers and ranges, for usages.
	numbers []exact.Ratio
	// refused says that bills without a price are asked for too.
	refused bool
	// bent is how many accounts' bends have been looked for.
	bent int
}

// priced says whether a bill can be priced at some usage.
func (d *drafter) priced(in rates.Input) bool {
	sc := scene{in: in, unit: d.s.Unit}
	for _, n := range []int64{1, 20, 0} {
		usage, _ := exact.NewNumber(n, 0)
		if _, err := d.engine.Price(sc.at(usage)); err == nil {
			return true
		}
	}
	return false
}

// periods are days of bills, without facts: a month in the middle of the newest version first.
func (d *drafter) periods() []rates.Input {
	base := rates.Input{Schedule: d.s.ID}
	if d.s.Undated {
		return []rates.Input{base}
	}
	base.CycleDays = 30
	if d.s.Proration.Over != rates.CycleDays {
		base.CycleDays = 0
	}
	length := 30
	var all []rates.Input
	add := func(from civil.Date, days int) {
		to, err := from.AddDays(days)
		if err != nil || from.IsZero() || len(all) >= mostDays {
			return
		}
		in := base
		in.Period = civil.Period{From: from, To: to}
		bills := []civil.Date{{}}
		if d.byBillDate() {
			bills = []civil.Date{to, in.Period.Last()}
		}
		for _, in.BillDate = range bills {
			if !slices.ContainsFunc(all, func(have rates.Input) bool { return have.Period == in.Period && have.BillDate == in.BillDate }) {
				all = append(all, in)
			}
		}
	}
	plus := func(day civil.Date, days int) civil.Date {
		on, err := day.AddDays(days)
		if err != nil || day.IsZero() {
			return civil.Date{}
		}
		return on
	}
	versions := d.s.Versions
	for i := len(versions) - 1; i >= 0; i-- {
		from, to := versions[i].From, versions[i].To
		switch {
		case !from.IsZero() && !to.IsZero():
			add(plus(from, max(0, to.Sub(from)-length)/2), min(length, to.Sub(from)))
		case !from.IsZero():
			add(plus(from, length), length)
		case !to.IsZero():
			add(plus(to, -2*length), length)
		default:
			add(civil.MustDate("2024-03-01"), length)
		}
	}
	cuts := make([]civil.Date, 0, 2*len(versions))
	for i := range versions {
		cuts = append(cuts, versions[i].From)
	}
	if n := len(versions); n > 0 {
		cuts = append(cuts, versions[n-1].To)
	}
	for _, start := range d.s.Seasons.Starts {
		for _, v := range versions {
			first := 2024
			if !v.From.IsZero() {
				first = v.From.Year()
			} else if !v.To.IsZero() {
				first = v.To.Year() - 1
			}
			for year := first; year <= first+1; year++ {
				on, err := civil.NewDate(year, start.Month, start.Day)
				if err == nil && v.From.Before(on) && (v.To.IsZero() || on.Before(v.To)) {
					cuts = append(cuts, on)
					break
				}
			}
		}
	}
	for _, cut := range cuts {
		add(cut, length)                    // begins with it
		add(plus(cut, -length), length)     // ends before it
		add(plus(cut, -length/2), length)   // across it
		add(plus(cut, -1), length)          // begins the day before
		add(plus(cut, 1-length), length)    // its last day is the first of it
		add(plus(cut, -length/3), length/2) // across it, and short
	}
	if len(all) > 0 {
		first := all[0].Period.From
		for _, days := range []int{1, 15, 45, 60} {
			add(first, days)
		}
	}
	if len(all) == 0 {
		all = append(all, base)
	}
	return all
}

// byBillDate says whether anything is picked by the day of the bill.
func (d *drafter) byBillDate() bool {
	return d.s.Select == rates.ByBillDate || d.s.Seasons.Select == rates.ByBillDate ||
		slices.ContainsFunc(d.s.Facts, func(f rates.Fact) bool { return f.Change == rates.ByBillDate })
}

// accounts are facts that can be priced in a period, the simplest first.
func (d *drafter) accounts(period rates.Input, values map[string][]string, rows []rates.Facts) []rates.Facts {
	base := rates.Facts{}
	for _, f := range d.s.Facts {
		if len(values[f.Name]) > 0 && !d.optional(f.Name) {
			base[f.Name] = values[f.Name][0]
		}
	}
	with := func(more rates.Facts) rates.Facts {
		facts := maps.Clone(base)
		maps.Copy(facts, more)
		return facts
	}
	can := func(facts rates.Facts) bool {
		in := period
		in.Facts = facts
		return d.priced(in)
	}
	if !can(base) {
		base = d.coax(base, rows, can)
	}
	all := []rates.Facts{base}
	try := func(facts rates.Facts) {
		if len(all) < mostFacts {
			all = append(all, facts)
		}
	}
	// Accounts that are large or small in all their numbers: what is small in one may round away
	// what another comes to.
	for i := range 10 {
		facts := rates.Facts{}
		for _, f := range d.s.Facts {
			if n := len(values[f.Name]); n > 0 && f.Type != rates.TextFact && !d.optional(f.Name) {
				facts[f.Name] = values[f.Name][i%n]
			}
		}
		if len(facts) > 0 {
			try(with(facts))
		}
	}
	for _, f := range d.s.Facts {
		if f.Type == rates.AnyFact && d.optional(f.Name) {
			// What an input puts in the place of an outside format's own value is no rate of
			// the book.
			delete(values, f.Name)
		}
		for _, value := range values[f.Name] {
			try(with(rates.Facts{f.Name: value}))
		}
	}
	for _, row := range rows {
		try(with(row))
	}
	for i, f := range d.s.Facts {
		for _, g := range d.s.Facts[:i] {
			for _, x := range values[f.Name] {
				for _, y := range values[g.Name] {
					try(with(rates.Facts{f.Name: x, g.Name: y}))
				}
			}
		}
	}
	return all
}

// coax finds rows of tables that can stand together, where the first values of all facts cannot:
// one row after the other is put in, and all combinations of a few.
func (d *drafter) coax(base rates.Facts, rows []rates.Facts, can func(rates.Facts) bool) rates.Facts {
	const most = 4000
	tried := 0
	var search func(facts rates.Facts, from, depth int) rates.Facts
	search = func(facts rates.Facts, from, depth int) rates.Facts {
		for i := from; i < len(rows) && tried < most; i++ {
			with := maps.Clone(facts)
			maps.Copy(with, rows[i])
			if tried++; can(with) {
				return with
			}
			if depth > 1 {
				if found := search(with, i+1, depth-1); found != nil {
					return found
				}
			}
		}
		return nil
	}
	for depth := 1; depth <= 4; depth++ {
		if found := search(base, 0, depth); found != nil {
			return found
		}
	}
	return base
}

// optional says whether a fact stands in the place of a definition, which has a value without
// it.
func (d *drafter) optional(fact string) bool {
	for i := range d.s.Versions {
		for _, def := range d.s.Versions[i].Definitions {
			if def.Fact == fact {
				return true
			}
		}
	}
	return false
}

// values are those that facts may have, and the facts that stand together in rows of tables.
func (d *drafter) values() (map[string][]string, []rates.Facts) {
	values := map[string][]string{}
	var rows []rates.Facts
	know := func(fact, value string) {
		if !slices.Contains(values[fact], value) {
			values[fact] = append(values[fact], value)
		}
	}
	types := map[string]rates.Fact{}
	for _, f := range d.s.Facts {
		types[f.Name] = f
		for _, value := range f.Allowed {
			know(f.Name, value)
		}
	}
	for i := range d.s.Versions {
		v := &d.s.Versions[i]
		joined := joinedNames(v)
		note := func(by []string, key []string) {
			row := rates.Facts{}
			for name, text := range keyFacts(by, key, joined) {
				if f, ok := types[name]; ok && (len(f.Allowed) == 0 || slices.Contains(f.Allowed, text)) {
					row[name] = text
				}
			}
			for _, name := range sortedNames(row) {
				know(name, row[name])
			}
			if len(row) > 0 {
				rows = append(rows, row)
			}
		}
		walkVersion(v, visitor{
			table: func(t *rates.Table) {
				for _, row := range t.Rows {
					note(t.By, row.Key)
				}
			},
			condition: func(c *rates.Condition) {
				for _, text := range c.In {
					note([]string{c.Fact}, []string{text})
				}
			},
			number: func(n rates.Number) {
				if r := exact.FromDecimal(decimal.Decimal(n)); r.IsInt() { // others are mostly prices
					d.numbers = append(d.numbers, r)
				}
			},
			formula: func(f *rates.Formula) { d.numbers = append(d.numbers, literals(f.Text)...) },
		})
	}
	for _, f := range d.s.Facts {
		if f.Type == rates.TextFact || f.Type == rates.AnyFact && len(values[f.Name]) > 0 {
			continue
		}
		for _, n := range numbersOf(&f, d.refused) {
			know(f.Name, n)
		}
	}
	return values, rows
}

// splitKey takes a joined key apart: as many texts as there are names, however often the
// separator stands in one of them: the first of them takes what is too much.
func splitKey(key, with string, names int) []string {
	if with == "" || names == 1 {
		return []string{key}
	}
	parts := strings.Split(key, with)
	if extra := len(parts) - names; extra > 0 {
		parts = append([]string{strings.Join(parts[:extra+1], with)}, parts[extra+1:]...)
	}
	return parts
}

// numbersOf are numbers that a fact may have: ordinary ones, and the ends of its range.
func numbersOf(f *rates.Fact, beyond bool) []string {
	ordinary := []string{"3", "1", "0", "2", "10", "30.4", "57", "100", "750", "2000"}
	r := f.Range
	if r == nil {
		return ordinary
	}
	least, most := decimal.Decimal(r.Least), decimal.Decimal(r.Most)
	var all []string
	for _, text := range append(ordinary, least.String(), most.String()) {
		n := decimal.RequireFromString(text)
		if n.Cmp(least) >= 0 && n.Cmp(most) <= 0 && (!r.Whole || n.IsInteger()) && !slices.Contains(all, n.String()) {
			all = append(all, n.String())
		}
	}
	if beyond {
		all = append(all, least.Sub(lastPlace(least)).String(), most.Add(lastPlace(most)).String())
	}
	return all
}

// meters are bills of an account with two meters, where charges speak of them.
func (d *drafter) meters(period rates.Input, facts rates.Facts) []rates.Input {
	speaks := false
	for i := range d.s.Versions {
		for _, c := range d.s.Versions[i].Charges {
			speaks = speaks || c.Per != 0
		}
	}
	if !speaks {
		return nil
	}
	in := period
	in.Facts = facts
	n, _ := exact.NewNumber(7, 0)
	v, err := metering.NewVolume(n, d.s.Unit)
	if err != nil {
		return nil
	}
	in.Meters = []rates.Meter{{ID: "first"}, {ID: "second", Usage: v}}
	return []rates.Input{in}
}
