package ratecheck

import (
	"cmp"
	"fmt"

	"github.com/headgate-dev/headgate/billing/rates"
)

// A diffSide is a version of one of the two books.
type diffSide struct {
	schedule *rates.Schedule
	version  *rates.Version
	// counted says that it is told elsewhere what rules count.
	counted bool
}

// source is what a charge rests on.
func (s diffSide) source(c *rates.Charge) rates.Citation {
	return cmp.Or(c.Source, s.version.Source)
}

// ratesDiffer collects what differs between two versions.
type ratesDiffer struct {
	was, is diffSide
	told    []diffStated
	// charge and source are those of the charge in hand.
	charge string
	source rates.Citation
}

// diffRates compares two versions, but for the days on which they hold.
func diffRates(was, is diffSide) []diffStated {
	r := &ratesDiffer{was: was, is: is, source: is.version.Source}
	if was.version.Source != is.version.Source {
		before, after := diffApart(func(level diffLevel) (string, string) {
			return level.citation(was.version.Source), level.citation(is.version.Source)
		})
		r.say(Altered, "The rates rest on "+diffInstead(after, before))
	}
	names := diffMatch(was.version.Definitions, is.version.Definitions, func(d *rates.Definition) string { return d.Name })
	for _, p := range names {
		r.definition(p)
	}
	charges := diffMatch(was.version.Charges, is.version.Charges, func(c *rates.Charge) string { return c.ID })
	charges = diffRenamed(charges, diffSameCharge)
	for _, p := range charges {
		r.inCharge(p)
	}
	r.charge, r.source = "", is.version.Source
	if len(r.told) > 0 {
		return r.told
	}
	if diffMoved(charges) {
		r.say(Altered, "The bill prints its charges in another order: "+diffAnd(diffPrinted(is.version.Charges)))
	}
	if diffMoved(names) {
		all := make([]string, len(is.version.Definitions))
		for i := range all {
			all[i] = is.version.Definitions[i].Name
		}
		r.say(Altered, "The definitions stand in another order: "+diffAnd(diffPlain.names(all)))
	}
	return r.told
}

// say adds a difference of the charge in hand, or of the version where there is none.
func (r *ratesDiffer) say(kind DifferenceKind, text string) {
	r.told = append(r.told, diffStated{r.charge, kind, text, r.source})
}

// definition compares named values.
func (r *ratesDiffer) definition(p diffPair[rates.Definition]) {
	switch {
	case p.was == nil:
		r.say(Added, fmt.Sprintf("The book now defines %s: %s%s", diffPlain.name(p.is.Name), r.is.value(diffPlain, p.is.Value, diffMeasure{}), diffFromFact(p.is)))
		return
	case p.is == nil:
		r.source = r.was.version.Source
		r.say(Removed, fmt.Sprintf("The book no longer defines %s; it was: %s%s", diffPlain.name(p.was.Name), r.was.value(diffPlain, p.was.Value, diffMeasure{}), diffFromFact(p.was)))
		r.source = r.is.version.Source
		return
	}
	name := "the book's " + diffPlain.name(p.is.Name)
	r.value(name, diffMeasure{}, p.was.Value, p.is.Value)
	switch before, after := p.was.Fact, p.is.Fact; {
	case before == after:
	case before == "":
		r.say(Altered, fmt.Sprintf("An account's own %s now stands in place of %s", diffPlain.name(after), name))
	case after == "":
		r.say(Altered, fmt.Sprintf("An account's own %s no longer stands in place of %s", diffPlain.name(before), name))
	default:
		before, after = diffApart(func(level diffLevel) (string, string) { return level.name(before), level.name(after) })
		r.say(Altered, fmt.Sprintf("In place of %s now stands an account's own %s", name, diffInstead(after, before)))
	}
}

func diffFromFact(d *rates.Definition) string {
	if d.Fact == "" {
		return ""
	}
	return fmt.Sprintf(", or an account's own %s", diffPlain.name(d.Fact))
}

// inCharge compares charges.
func (r *ratesDiffer) inCharge(p diffPair[rates.Charge]) {
	switch {
	case p.was == nil:
		r.charge, r.source = p.is.ID, r.is.source(p.is)
		r.say(Added, fmt.Sprintf("%s is new: %s%s", diffChargeName(p.is), r.is.rule(diffPlain, p.is.Rule), diffLimits(p.is)))
		return
	case p.is == nil:
		r.charge, r.source = p.was.ID, r.was.source(p.was)
		r.say(Removed, fmt.Sprintf("%s is gone; it was %s%s", diffChargeName(p.was), r.was.rule(diffPlain, p.was.Rule), diffLimits(p.was)))
		return
	}
	r.charge, r.source = p.is.ID, r.is.source(p.is)
	begin := len(r.told)
	name := diffChargeName(p.is)
	if p.renamed {
		r.say(Altered, fmt.Sprintf("%s stands in the book as %s; nothing else of it changes", name, diffInstead(p.is.ID, p.was.ID)))
	}
	r.rule(name, p.was.Rule, p.is.Rule)
	r.terms(name, p.was, p.is)
	r.cited(name, p.was, p.is)
	if len(r.told) == begin && !diffSameCharge(p.was, p.is) {
		r.say(Altered, name+" is written in another way")
	}
}

// cited compares what a charge rests on, where that does not follow from what the rates rest
// on as a whole.
func (r *ratesDiffer) cited(name string, was, is *rates.Charge) {
	if was.Source == is.Source {
		return
	}
	a, b := r.was.source(was), r.is.source(is)
	before, after := diffApart(func(level diffLevel) (string, string) { return level.citation(a), level.citation(b) })
	none := rates.Citation{}
	switch {
	case a == b && is.Source == none:
		r.say(Altered, fmt.Sprintf("%s has no source of its own any more; that of the rates is the same, %s", name, diffClosely.citation(b)))
	case a == b:
		r.say(Altered, fmt.Sprintf("%s has a source of its own now, the same as that of the rates, %s", name, diffClosely.citation(b)))
	case is.Source == none:
		r.say(Altered, fmt.Sprintf("%s now rests on %s, as the rates do, instead of %s", name, after, before))
	default:
		r.say(Altered, fmt.Sprintf("%s now rests on %s", name, diffInstead(after, before)))
	}
}
