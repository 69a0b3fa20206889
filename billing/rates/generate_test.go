package rates_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A drawer draws books that compile, with every kind of rule and value, and inputs
// for them. Those of a calm drawer are never refused, charge nothing below zero and
// hold no credits, so that laws of amounts can be stated of them.
type drawer struct {
	*rapid.T
	calm, undated bool
	// minimum is set where the version has one.
	minimum bool
	// numbers and texts are the names that values may ask for.
	numbers, texts, lists []string
	seasons               []string
}

// A bill is what a drawer draws.
type bill struct {
	schedule rates.Schedule
	in       rates.Input
}

// GoString is how a bill is shown where a law does not hold of it.
func (b bill) GoString() string { return fmt.Sprintf("%+v\n%+v", b.schedule, b.in) }

// drawn draws a schedule and an input for it.
func drawn(t *rapid.T, calm bool) (rates.Schedule, rates.Input) {
	b := rapid.Custom(func(t *rapid.T) bill {
		d := &drawer{T: t, calm: calm}
		s := d.schedule()
		return bill{s, d.input(s)}
	}).Draw(t, "bill")
	return b.schedule, b.in
}

// fuzzDrawn fuzzes a law over what is drawn. The seeds are long enough to draw so many
// whole books from; the fuzzer bends them.
func fuzzDrawn(f *testing.F, books int, law func(*rapid.T)) {
	for seed := range byte(24) {
		bits := make([]byte, books*20<<10)
		must(rand.NewChaCha8([32]byte{seed}).Read(bits))
		f.Add(bits)
	}
	f.Fuzz(rapid.MakeFuzz(law))
}

func (d *drawer) n(low, high int) int { return rapid.IntRange(low, high).Draw(d.T, "n") }

// one in so many is true.
func (d *drawer) one(in int) bool { return d.n(0, in-1) == in-1 }

func pick[V any](d *drawer, from ...V) V { return from[d.n(0, len(from)-1)] }

// decimal is a number as people write it, of up to four decimals.
func (d *drawer) decimal(most int) string {
	text := strconv.Itoa(d.n(0, most))
	if places := d.n(0, 4); places > 0 {
		text += fmt.Sprintf(".%0*d", places, d.n(0, [...]int{0, 9, 99, 999, 9999}[places]))
	}
	return text
}

func (d *drawer) date() civil.Date { return must(day("2026-01-01").AddDays(d.n(0, 400))) }

func (d *drawer) selects() rates.Select {
	return pick(d, rates.SplitByDay, rates.BlendByDay, rates.ByPeriodStart, rates.ByPeriodEnd, rates.ByBillDate)
}

func (d *drawer) schedule() rates.Schedule {
	s := rates.Schedule{
		ID: "s", Unit: pick(d, metering.CCF, metering.CCF748, metering.ThousandGallons),
		Rounding: money.Rounding{Mode: pick(d, exact.HalfUp, exact.HalfEven, exact.Up, exact.Down), Place: pick(d, money.ByLine, money.AtTotal)},
		Select:   d.selects(), Usage: pick(d, rates.ExactUsage, rates.NextWholeUnit, rates.TruncateAndCarry),
		Proration: rates.Proration{Over: pick(d, rates.NotProrated, rates.StatedDays, rates.CycleDays, rates.MonthDays)},
		Facts: []rates.Fact{
			{Name: "size", Type: rates.TextFact, Allowed: []string{"a", "b", "c"}},
			{Name: "zone", Type: rates.TextFact, Allowed: []string{"a", "b", "c", "x"}}, {Name: "units", Type: rates.NumberFact}, {Name: "area", Type: rates.AnyFact}},
	}
	for i := range s.Facts {
		s.Facts[i].Change = d.selects()
		if !d.calm && d.one(4) {
			s.Facts[i].Change = 0
		}
	}
	if !d.calm && d.one(8) {
		s.Undated, s.Proration.Over, d.undated = true, rates.NotProrated, true
		s.Codes = map[problem.Code]problem.Code{rates.ErrDivideByZero: "E_DIV0", rates.ErrTierLength: "E_LENGTH", rates.ErrCycle: "E_LOOP"}
	}
	if s.Proration.Over == rates.StatedDays {
		s.Proration.Days = pick(d, 30, 60, 365, 1)
	}
	if s.Proration.Over != rates.NotProrated {
		s.Proration.Fixed = d.one(2)
		s.Proration.Tiers = !s.Proration.Fixed || d.one(2)
	}
	d.seasons = nil
	if !s.Undated && d.one(3) {
		s.Seasons.Select = d.selects()
		for month := d.n(1, 4); month <= 12; month += d.n(2, 6) {
			name := pick(d, "wet", "dry", "cold")
			s.Seasons.Starts = append(s.Seasons.Starts, rates.SeasonStart{Name: name, Month: time.Month(month), Day: d.n(1, 28)})
			d.seasons = append(d.seasons, name)
		}
	}
	s.Versions = []rates.Version{d.version()}
	if !s.Undated {
		for on := d.date(); d.one(2) && len(s.Versions) < 4; on = must(on.AddDays(d.n(1, 40))) {
			s.Versions[len(s.Versions)-1].To = on
			v := d.version()
			v.From = on
			s.Versions = append(s.Versions, v)
		}
	}
	return s
}

func (d *drawer) version() rates.Version {
	d.numbers, d.texts, d.lists = []string{"units"}, []string{"size", "zone"}, nil
	if !d.calm {
		d.numbers, d.texts, d.lists = append(d.numbers, "usage", "area"), append(d.texts, "area", "units", "usage"), []string{"area"}
		if !d.undated {
			d.numbers, d.texts = append(d.numbers, "days"), append(d.texts, "days")
		}
	}
	if len(d.seasons) > 0 {
		d.texts = append(d.texts, "season")
	}
	v := rates.Version{Source: rates.Citation{Resolution: "R" + strconv.Itoa(d.n(1, 9))}}
	for i := d.n(0, 4); i > 0; i-- {
		id := "d" + strconv.Itoa(len(v.Definitions))
		def := rates.Definition{Name: id}
		switch {
		case d.calm || d.one(2):
			def.Value = d.number(2)
			d.numbers = append(d.numbers, id)
			if d.one(4) {
				def.Fact = "units"
				if !d.calm && d.one(2) {
					def.Fact = "area"
				}
			}
			switch def.Value.(type) {
			case rates.Number, rates.Formula: // are their own texts, and lists of one
				if !d.calm {
					d.texts, d.lists = append(d.texts, id), append(d.lists, id)
				}
			}
		case d.one(3):
			def.Value = d.list()
			d.lists = append(d.lists, id)
			if d.one(4) {
				def.Fact = "area"
			}
		default:
			def.Value = d.text()
			d.texts = append(d.texts, id)
			if d.one(4) {
				def.Fact = pick(d, "zone", "area")
			}
		}
		v.Definitions = append(v.Definitions, def)
	}
	if n := len(v.Definitions); d.undated && d.one(4) && n > 1 && len(d.numbers) > 3 {
		// A cycle, where the format finds them when they are reached.
		if last := d.numbers[len(d.numbers)-1]; last != v.Definitions[0].Name && slices.Contains(d.numbers, v.Definitions[0].Name) {
			v.Definitions[0].Value = fraction(last + " + 1")
		}
	}
	d.minimum = false
	var ids []string
	per := map[string]rates.Per{}
	for i := d.n(1, 5); i > 0; i-- {
		c := d.charge("c"+strconv.Itoa(len(v.Charges)), ids, per)
		v.Charges = append(v.Charges, c)
		per[c.ID] = c.Per
		// What a minimum adds falls as usage grows: a calm drawer lets nothing rest on
		// it, and no minimum on what is no part of the bill.
		_, minimum := c.Rule.(rates.Minimum)
		d.minimum = d.minimum || minimum
		if !d.calm || !c.Memo && !minimum {
			ids = append(ids, c.ID)
		}
	}
	v.Charges = rapid.Permutation(v.Charges).Draw(d.T, "order")
	return v
}

// charge draws a charge that may rest on those before it.
func (d *drawer) charge(id string, before []string, per map[string]rates.Per) rates.Charge {
	c := rates.Charge{ID: id, Per: pick(d, rates.PerMeter, rates.PerAccount)}
	if !d.calm && d.one(6) {
		c.Per = 0
	}
	kinds := 4
	if len(before) > 0 {
		kinds = 8
	}
	of := func() []string {
		all := rapid.Permutation(before).Draw(d.T, "of")
		all = all[:d.n(1, len(all))]
		for _, id := range all {
			if per[id] == rates.PerAccount {
				c.Per = rates.PerAccount
			}
		}
		return all
	}
	kind := d.n(1, kinds)
	if d.calm && d.minimum && kind == 7 {
		kind = 1 // two that share a charge fall together
	}
	switch kind {
	case 1:
		c.Rule = rates.Fixed{Amount: d.number(1)}
	case 2:
		c.Rule = rates.PerUnit{Of: d.quantity(), Price: d.number(1)}
	case 3:
		c.Rule = d.tiered()
	case 4:
		c.Rule = rates.Computed{Amount: d.number(2)}
	case 5, 6:
		c.Rule = rates.Percent{Rate: d.number(1), Of: of()}
	case 7:
		c.Rule = rates.Minimum{Amount: d.number(1), Of: of()}
	case 8:
		switch {
		case d.calm:
			c.Rule = rates.Percent{Rate: num(d.decimal(20)), Of: of()}
		case d.one(3):
			c.Rule = rates.Credit{Percent: d.number(1), Of: of()}
		case d.one(2):
			c.Rule = rates.Credit{Amount: d.number(1), Cap: d.number(1), Of: of()}
		default:
			c.Rule = rates.Credit{Amount: d.number(1)}
		}
	}
	if d.one(4) {
		c = when(c, "size", pick(d, []string{"a"}, []string{"a", "b"})...)
	}
	if by := pick(d, d.texts...); !d.calm && by != "season" && d.one(4) {
		c = when(c, by, keysOf(by)...)
	}
	if len(d.seasons) > 0 && d.one(4) {
		c.Season = pick(d, d.seasons...)
	}
	c.Memo = d.one(8)
	return c
}

// number draws a value that is a number: for a calm drawer one that is not below
// zero and does not fall as usage grows.
func (d *drawer) number(depth int) rates.Value {
	if depth == 0 || d.one(3) {
		return num(d.decimal(40))
	}
	if d.calm {
		switch d.n(1, 3) {
		case 1:
			return rates.Table{By: []string{"size"}, Rows: []rates.Row{{Key: []string{"a"}, Value: num(d.decimal(9))}}, Else: num(d.decimal(9))}
		case 2:
			return fraction(pick(d, "units / 7", "units * 2.5", "round(units / 3, 1, half_even)", "max(1, units - 2)"))
		case 3:
			return rates.Name(pick(d, d.numbers...))
		}
		return num(d.decimal(9))
	}
	switch d.n(1, 7) {
	case 1, 2, 3:
		return rates.Formula{Text: d.formula(depth + 1), Exact: true, Pos: problem.Pos{File: "f", Line: d.n(1, 9)}}
	case 4, 5:
		return d.table(func() rates.Value { return d.number(depth - 1) })
	case 6:
		if d.one(8) {
			return rates.Refuse{Code: "E_DAMAGED", Pos: problem.Pos{File: "f", Line: 7}, What: "damaged", Fix: "mend it"}
		}
		return d.tiered()
	}
	return rates.Name(pick(d, d.numbers...))
}

// quantity draws what is counted.
func (d *drawer) quantity() rates.Value {
	switch {
	case d.one(2):
		return nil
	case d.calm:
		return fraction(pick(d, "max(0, usage - 3)", "min(usage, 16)", "0.85 * usage", "usage / 3", "ceil(usage)", "units", "min(usage, 4 * units)"))
	}
	return d.number(2)
}

func (d *drawer) tiered() rates.Tiered {
	t := rates.Tiered{Of: d.quantity()}
	if !d.calm && d.one(4) {
		columns := rates.TierColumns{From: d.list(), Prices: d.list(), Pos: problem.Pos{File: "f", Line: 8}}
		if d.one(2) {
			columns.From = rates.List{num(d.decimal(9)), num(d.decimal(9))}
			columns.Prices = rates.List{num(d.decimal(9)), d.number(1)}
		}
		t.Tiers = columns
		return t
	}
	var list rates.TierList
	bound := 0
	scaled := d.one(4) // all bounds alike, so that they rise
	for i := d.n(0, 3); i > 0; i-- {
		bound += d.n(1, 9)
		tier := rates.Tier{UpTo: num(strconv.Itoa(bound) + ".5"), Price: num(d.decimal(9))}
		switch {
		case scaled:
			tier.UpTo = fraction(strconv.Itoa(bound) + " * units / 3")
		case !d.calm && d.one(4):
			tier.UpTo = fraction(d.formula(2))
		}
		if !d.calm && d.one(4) {
			tier.Price = d.number(1)
		}
		list = append(list, tier)
	}
	t.Tiers = append(list, rates.Tier{Price: num(d.decimal(9))})
	return t
}

// list draws a list; of two literal ones the lengths are equal.
func (d *drawer) list() rates.Value {
	switch d.n(1, 8) {
	case 1:
		return d.table(func() rates.Value { return rates.List{num(d.decimal(9)), d.number(1)} })
	case 2:
		return fraction(d.formula(1))
	case 3, 4, 5:
		return rates.Name(pick(d, d.lists...))
	case 6:
		if d.one(4) {
			return rates.Refuse{Code: "E_DAMAGED", Pos: problem.Pos{File: "f", Line: 7}, What: "damaged", Fix: "mend it"}
		}
	}
	return rates.List{num(d.decimal(9)), d.number(1)}
}

func (d *drawer) text() rates.Value {
	switch d.n(1, 6) {
	case 5:
		return fraction(d.formula(1))
	case 6:
		if d.one(4) {
			return rates.Refuse{Code: "E_DAMAGED", What: "damaged", Fix: "mend it"}
		}
		return num(d.decimal(9))
	case 1:
		return rates.Text(pick(d, "a", "b", "x"))
	case 2:
		return rates.Joined{Names: []string{pick(d, d.texts...), pick(d, d.texts...)}, With: pick(d, "", "|")}
	case 3:
		return rates.Name(pick(d, d.texts...))
	}
	return d.table(func() rates.Value { return rates.Text(pick(d, "a", "b", "x")) })
}

// keysOf are texts that a name may have.
func keysOf(name string) []string {
	if name == "units" {
		return []string{"2", "3.5"}
	}
	return []string{"a", "b"}
}

func (d *drawer) table(value func() rates.Value) rates.Table {
	t := rates.Table{By: []string{pick(d, d.texts...)}, Pos: problem.Pos{File: "f", Line: 6}}
	if d.one(3) {
		t.By = append(t.By, "zone")
	}
	keys := keysOf(t.By[0])
	if t.By[0] == "season" {
		keys = d.seasons
	}
	seen := map[string]bool{}
	for _, key := range keys {
		if !seen[key] {
			seen[key] = true
			row := rates.Row{Key: []string{key}, Value: value()}
			if len(t.By) == 2 {
				row.Key = append(row.Key, pick(d, "a", "x"))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	if d.one(2) {
		t.Else = value()
	}
	return t
}

// formula draws the text of a formula.
func (d *drawer) formula(depth int) string {
	if depth == 0 || d.one(4) {
		if d.one(2) {
			return d.decimal(20)
		}
		return pick(d, d.numbers...)
	}
	some := func(with string) string {
		parts := make([]string, d.n(1, 3))
		for i := range parts {
			parts[i] = d.formula(depth - 1)
		}
		return strings.Join(parts, with)
	}
	switch d.n(1, 7) {
	case 1:
		return some(" + ")
	case 2:
		return "(" + some(" - ") + ")"
	case 3:
		return some(" * ")
	case 4:
		// A constant that is zero does not divide: names may be zero.
		return "(" + some(" * ") + " / " + pick(d, append([]string{"7", "0.4"}, d.numbers...)...) + ")"
	case 5:
		return pick(d, "min(", "max(") + some(", ") + ")"
	case 6:
		return pick(d, "ceil(", "floor(", "round(") + d.formula(depth-1) + pick(d, ")", ", 1)", ", 3)")
	}
	return "-round(" + d.formula(depth-1) + ", " + strconv.Itoa(d.n(0, 3)) + ", " + pick(d, "half_up", "half_even", "up", "down") + ")"
}
