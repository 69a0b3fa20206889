package ratecheck

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/rates"
)

// A diffAspect is what a part of a rule says.
type diffAspect uint8

const (
	diffItself   diffAspect = iota // the amount, the price, the percentage, or a definition's value
	diffColumn                     // the prices of all tiers in one list
	diffQuantity                   // what is counted
	diffBound                      // where a tier ends
	diffStart                      // where a tier begins
)

// A diffPlace is a step from a value to a part of it: a row of a table, a tier, an item of a
// list.
type diffPlace struct {
	by, key []string // of a row
	other   bool     // the row for all other keys
	tier    int      // from 1
	item    int      // from 1
}

// A diffFound is a part of a value that differs.
type diffFound struct {
	aspect  diffAspect
	at      []diffPlace
	measure [2]diffMeasure // before and after
	was, is rates.Value    // nil where there is none
	// usage says that none is the billed usage.
	usage bool
	// told says it already, where it is no part but how parts are found.
	told string
}

// A diffWalk compares two values part by part.
type diffWalk struct {
	*ratesDiffer
	name  string
	found []diffFound
	// kept says that some amount is as it was, or is found in another way: that amounts
	// change alike then is not said of all.
	kept bool
}

func (r *ratesDiffer) walk(name string) *diffWalk { return &diffWalk{ratesDiffer: r, name: name} }

func (w *diffWalk) add(f diffFound) { w.found = append(w.found, f) }

func (w *diffWalk) prices(wasOf, isOf rates.Value) [2]diffMeasure {
	return [2]diffMeasure{{counts: diffPrices, unit: w.was.unit(wasOf)}, {counts: diffPrices, unit: w.is.unit(isOf)}}
}

func (w *diffWalk) compare(at []diffPlace, m [2]diffMeasure, was, is rates.Value) {
	w.part(diffFound{aspect: diffItself, at: at, measure: m, was: was, is: is})
}

// quantity compares what is counted; nil is the billed usage.
func (w *diffWalk) quantity(at []diffPlace, was, is rates.Value) {
	w.part(diffFound{aspect: diffQuantity, at: at, was: was, is: is, usage: true})
}

// within is a part of a part.
func (f diffFound) within(step diffPlace, was, is rates.Value) diffFound {
	f.at = append(slices.Clip(f.at), step)
	f.was, f.is, f.usage = was, is, false
	return f
}

// part compares a part, down to the parts that differ.
func (w *diffWalk) part(f diffFound) {
	if diffSameValue(f.was, f.is) {
		w.kept = w.kept || f.was != nil && (f.aspect == diffItself || f.aspect == diffColumn)
		return
	}
	switch was := f.was.(type) {
	case rates.Table:
		if is, ok := f.is.(rates.Table); ok && len(was.By) == len(is.By) {
			w.table(f, was, is)
			return
		}
	case rates.List:
		if is, ok := f.is.(rates.List); ok && len(was) == len(is) {
			w.list(f, was, is)
			return
		}
	case rates.Tiered:
		if is, ok := f.is.(rates.Tiered); ok && f.aspect == diffItself {
			w.tiered(f.at, was, is)
			return
		}
	}
	w.add(f)
}

func (w *diffWalk) list(f diffFound, was, is rates.List) {
	for i := range is {
		step := diffPlace{item: i + 1}
		if f.aspect == diffColumn || f.aspect == diffStart {
			step = diffPlace{tier: i + 1}
		}
		part := f.within(step, was[i], is[i])
		if part.aspect == diffColumn {
			part.aspect = diffItself
		}
		w.part(part)
	}
}

// table compares tables by the keys of their rows. Where the same names are given in another
// order, the keys are those of the table after.
func (w *diffWalk) table(f diffFound, was, is rates.Table) {
	if !slices.Equal(was.By, is.By) {
		before, after := diffApart(func(level diffLevel) (string, string) {
			return diffAnd(level.names(was.By)), diffAnd(level.names(is.By))
		})
		f := f
		f.told = "now goes by " + diffInstead(after, before)
		w.add(f)
		w.kept = true
		was.Rows = diffReordered(was, is.By)
	}
	for _, p := range diffMatch(was.Rows, is.Rows, diffRowKey) {
		switch {
		case p.was == nil:
			w.add(f.within(diffPlace{by: is.By, key: p.is.Key}, nil, p.is.Value))
		case p.is == nil:
			w.add(f.within(diffPlace{by: is.By, key: p.was.Key}, p.was.Value, nil))
		default:
			w.part(f.within(diffPlace{by: is.By, key: p.is.Key}, p.was.Value, p.is.Value))
		}
	}
	w.part(f.within(diffPlace{by: is.By, other: true}, was.Else, is.Else))
}

// diffReordered is the rows of a table with their keys in the order of other names, where
// those are the same names.
func diffReordered(t rates.Table, by []string) []rates.Row {
	places := make([]int, len(by))
	for i, name := range by {
		places[i] = slices.Index(t.By, name)
	}
	if distinct := slices.Compact(slices.Sorted(slices.Values(places))); len(distinct) < len(by) || slices.Contains(places, -1) {
		return t.Rows
	}
	rows := slices.Clone(t.Rows)
	for i := range rows {
		if len(rows[i].Key) != len(by) {
			continue
		}
		key := make([]string, len(by))
		for j, place := range places {
			key[j] = rows[i].Key[place]
		}
		rows[i].Key = key
	}
	return rows
}

// tiered compares tiers one by one, where there are as many as before.
func (w *diffWalk) tiered(at []diffPlace, was, is rates.Tiered) {
	w.quantity(at, was.Of, is.Of)
	whole := diffFound{at: at, was: was, is: is}
	bounds := [2]diffMeasure{{counts: diffUnits, unit: w.was.unit(was.Of)}, {counts: diffUnits, unit: w.is.unit(is.Of)}}
	prices := w.prices(was.Of, is.Of)
	switch b := was.Tiers.(type) {
	case rates.TierList:
		a, ok := is.Tiers.(rates.TierList)
		if !ok || len(a) != len(b) {
			w.add(whole)
			return
		}
		for i := range a {
			step := diffPlace{tier: i + 1}
			w.part(diffFound{aspect: diffBound, at: at, measure: bounds}.within(step, b[i].UpTo, a[i].UpTo))
			w.part(diffFound{at: at, measure: prices}.within(step, b[i].Price, a[i].Price))
		}
	case rates.TierColumns:
		a, ok := is.Tiers.(rates.TierColumns)
		if !ok {
			w.add(whole)
			return
		}
		w.part(diffFound{aspect: diffStart, at: at, measure: bounds, was: b.From, is: a.From})
		w.part(diffFound{aspect: diffColumn, at: at, measure: prices, was: b.Prices, is: a.Prices})
	default:
		if was.Tiers != is.Tiers { // one of them does not compile
			w.add(whole)
		}
	}
}
