package ratecheck

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/rates"
)

// rule compares how a charge finds its amount.
func (r *ratesDiffer) rule(name string, was, is rates.Rule) {
	if diffSameRule(was, is) {
		return
	}
	amounts := diffMeasure{counts: diffAmounts}
	switch a := was.(type) {
	case rates.Fixed:
		if b, ok := is.(rates.Fixed); ok {
			r.value(name, amounts, a.Amount, b.Amount)
			return
		}
	case rates.PerUnit:
		if b, ok := is.(rates.PerUnit); ok {
			w := r.walk(name)
			w.quantity(nil, a.Of, b.Of)
			w.compare(nil, w.prices(a.Of, b.Of), a.Price, b.Price)
			w.tell()
			return
		}
	case rates.Tiered:
		if b, ok := is.(rates.Tiered); ok {
			w := r.walk(name)
			w.tiered(nil, a, b)
			w.tell()
			return
		}
	case rates.Percent:
		if b, ok := is.(rates.Percent); ok {
			r.percent(name, a.Of, b.Of, a.Rate, b.Rate)
			r.of(name, "a percentage of", a.Of, b.Of)
			return
		}
	case rates.Minimum:
		if b, ok := is.(rates.Minimum); ok {
			r.value(name, amounts, a.Amount, b.Amount)
			r.of(name, "a minimum for", a.Of, b.Of)
			return
		}
	case rates.Credit:
		if b, ok := is.(rates.Credit); ok && (a.Amount == nil) == (b.Amount == nil) && (a.Percent == nil) == (b.Percent == nil) {
			r.value(name, amounts, a.Amount, b.Amount)
			r.percent(name, a.Of, b.Of, a.Percent, b.Percent)
			r.value("the cap of "+name, amounts, a.Cap, b.Cap)
			r.of(name, "credited against", a.Of, b.Of)
			return
		}
	case rates.Computed:
		if b, ok := is.(rates.Computed); ok {
			r.value(name, amounts, a.Amount, b.Amount)
			return
		}
	}
	side := r.was
	side.counted = diffSameValue(diffCounted(was), diffCounted(is))
	before, after := diffApart(func(level diffLevel) (string, string) { return side.rule(level, was), r.is.rule(level, is) })
	r.say(Altered, fmt.Sprintf("%s was %s and is now %s", name, before, after))
}

// diffCounted is what a rule counts, where that is not the usage.
func diffCounted(r rates.Rule) rates.Value {
	switch r := r.(type) {
	case rates.PerUnit:
		return r.Of
	case rates.Tiered:
		return r.Of
	}
	return nil
}

// value compares a value that is all there is of its name.
func (r *ratesDiffer) value(name string, m diffMeasure, was, is rates.Value) {
	w := r.walk(name)
	w.compare(nil, [2]diffMeasure{m, m}, was, is)
	w.tell()
}

// percent compares percentages of charges; of which charges is told beside, where that is not
// as it was.
func (r *ratesDiffer) percent(name string, wasOf, isOf []string, was, is rates.Value) {
	m := diffMeasure{counts: diffPercents}
	if before, after := r.was.of(diffPlain, wasOf), r.is.of(diffPlain, isOf); before == after {
		m.of = after
	}
	r.value(name, m, was, is)
}

// of compares the charges that a charge rests on.
func (r *ratesDiffer) of(name, what string, was, is []string) {
	if diffKeyOf(was) == diffKeyOf(is) {
		return
	}
	before, after := diffApart(func(level diffLevel) (string, string) {
		return diffChargesNamed(r.was.version, was, level), diffChargesNamed(r.is.version, is, level)
	})
	r.say(Altered, fmt.Sprintf("%s is now %s %s", name, what, diffInstead(after, before)))
}
