package billing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/internal/hangs"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// restsOn are the charges that a charge is made of, in the order of the version.
func (f *follower) restsOn(c rates.Charge, v rates.Version) []string {
	read := hangs.Names(v, c)
	var out []string
	for _, other := range v.Charges {
		if other.ID != c.ID && (read[other.ID] || slices.Contains(hangs.Listed(c.Rule), other.ID)) {
			out = append(out, other.ID)
		}
	}
	return out
}

// changes says that a line of a charge has changed, or that a charge which is no line of the bill would have.
func (f *follower) changes(id string) bool {
	return f.untold[id] || f.because[id] != "" || slices.ContainsFunc(f.lines, func(l followed) bool { return l.Charge() == id && l.changed() })
}

// hang finds how the lines of a charge in a version follow.
func (f *follower) hang(c rates.Charge, v rates.Version, lines []int) error {
	if slices.ContainsFunc(lines, func(i int) bool { return f.lines[i].named }) && len(f.because[c.ID]) == 0 {
		return f.alone(c, v)
	}
	on, told, why := f.moves(c, v)
	switch {
	case len(on) == 0 && why == "":
		return nil
	case c.Memo && !hangs.MayApply(c, v, f.quote.Input):
		return nil
	case c.Memo: // it is no part of the bill, and what is made of it cannot be told
		f.untold[c.ID] = true
		return nil
	case len(lines) == 0 && !f.appears(c, v, on):
		return nil
	case f.keeps[c.ID] != "":
		f.stay(c, f.keeps[c.ID])
		return nil
	case len(lines) == 0 && len(on) > 0:
		return f.refuse(c.ID, "it is not on the bill, and may be once "+strings.Join(on, ", ")+" is changed")
	case len(lines) == 0:
		return f.refuse(c.ID, "it is not on the bill, and may be: "+why)
	case why != "":
		return f.refuse(c.ID, why)
	case slices.ContainsFunc(on, func(of string) bool { return f.untold[of] }):
		return f.refuse(c.ID, "it is of charges that are no part of the bill")
	}
	slices.Sort(on)
	f.on[c.ID] = slices.Compact(append(f.on[c.ID], on...))
	if !slices.Contains(f.order, c.ID) {
		f.order = append(f.order, c.ID)
	}
	switch r := c.Rule.(type) {
	case rates.Percent:
		return f.percent(c.ID, r, lines)
	case rates.Minimum:
		return f.minimum(c.ID, r, lines)
	case rates.Credit:
		return f.credit(c.ID, r, lines)
	}
	if told {
		return f.byUnits(c.ID, lines)
	}
	return f.refuse(c.ID, "it rests on what is changed")
}

// alone refuses a named charge that follows another one which is changed too.
func (f *follower) alone(c rates.Charge, v rates.Version) error {
	for _, of := range f.restsOn(c, v) {
		if f.changes(of) {
			return f.refuse(c.ID, "it is named, and follows charge "+of+", which is changed too")
		}
	}
	if id, ok := f.decides(c, v); ok {
		return f.refuse(c.ID, "whether it applies rests on charge "+id+", which is changed")
	}
	return nil
}

// moves tells what a charge is of and has changed; whether it follows stated units; and why it cannot be told how it follows, where
// it cannot.
func (f *follower) moves(c rates.Charge, v rates.Version) (on []string, told bool, why string) {
	for _, of := range hangs.Listed(c.Rule) {
		if f.changes(of) {
			on = append(on, of)
		}
	}
	read := hangs.Names(v, c)
	for _, other := range v.Charges {
		if read[other.ID] && other.ID != c.ID && f.changes(other.ID) {
			why = "it reads charge " + other.ID + ", which is changed, in a formula"
		}
	}
	for _, u := range f.units {
		named, then := f.charge(f.lines[u.line].Line)
		if named.ID == c.ID {
			continue
		}
		of, _ := hangs.QuantityOf(named.Rule)
		shared := false
		for name := range hangs.NamesOfQuantity(then, of) {
			shared = shared || read[name]
		}
		_, perUnit := c.Rule.(rates.PerUnit)
		switch {
		case !shared: // a charge that does not apply has no line, see appears
		case u.told && perUnit && hangs.SameQuantity(named, c):
			told = true
			on = append(on, named.ID)
		case u.told:
			why = "it is priced from the units of charge " + named.ID + " in another way than by each"
		default:
			why = "it is priced from the units of charge " + named.ID + ", and the amount does not say how many are changed"
		}
	}
	decided, conditional := f.decides(c, v)
	if conditional && why == "" {
		why = "whether it applies rests on charge " + decided + ", which is changed"
	}
	return on, told, why
}

// decides says that a condition of a charge reads, through definitions, a charge or units that are changed: which of them.
func (f *follower) decides(c rates.Charge, v rates.Version) (string, bool) {
	if len(c.When)+len(c.Meters) == 0 {
		return "", false
	}
	read := hangs.NamesOfConditions(v, c)
	for _, other := range v.Charges {
		if read[other.ID] && f.changes(other.ID) {
			return other.ID, true
		}
	}
	for _, u := range f.units {
		named, then := f.charge(f.lines[u.line].Line)
		of, _ := hangs.QuantityOf(named.Rule)
		for name := range hangs.NamesOfQuantity(then, of) {
			if read[name] {
				return named.ID, true
			}
		}
	}
	return "", false
}

// tiers refuses units that no bill would have: taken off a tier while a higher one keeps some, or put onto a tier that is full or
// that has a bound.
func (f *follower) tiers() error {
	for _, u := range f.units {
		l := &f.lines[u.line]
		if !u.told || l.Tier() == 0 {
			continue
		}
		refuse := func(what string) error {
			return &problem.Error{Code: ErrFollows, Path: fmt.Sprintf("charge %s, tier %d", l.Charge(), l.Tier()), What: what, Fix: "bill the period again"}
		}
		for i := range f.lines {
			higher := &f.lines[i]
			if higher.Charge() != l.Charge() || higher.Meter() != l.Meter() || higher.Version() != l.Version() || higher.Period() != l.Period() || higher.Tier() <= l.Tier() {
				continue
			}
			if left := higher.Quantity().Add(higher.units); left.Sign() > 0 && l.units.Sign() < 0 {
				return refuse(fmt.Sprintf("units are taken of it, and tier %d keeps %s", higher.Tier(), decimal(left)))
			}
			if higher.Quantity().Sign() > 0 && l.units.Sign() > 0 {
				return refuse(fmt.Sprintf("it is full, since tier %d has units", higher.Tier()))
			}
		}
		charge, _ := f.charge(l.Line)
		tiered, _ := charge.Rule.(rates.Tiered)
		if list, ok := tiered.Tiers.(rates.TierList); l.units.Sign() > 0 && (!ok || l.Tier() < len(list)) {
			return refuse("it has a bound, and whether it holds so many more is not told")
		}
	}
	return nil
}

// appears says that a charge without a line may have one once the charges it is of, or what its conditions read, have changed.
func (f *follower) appears(c rates.Charge, v rates.Version, on []string) bool {
	if !hangs.MayApply(c, v, f.quote.Input) {
		return false
	}
	if _, ok := f.decides(c, v); ok {
		return true
	}
	var change int64
	for i := range f.lines {
		if slices.Contains(on, f.lines[i].Charge()) {
			change += f.lines[i].amount.Cents() - f.lines[i].Amount().Cents()
		}
	}
	switch c.Rule.(type) {
	case rates.Minimum:
		return change < 0
	case rates.Credit:
		return change > 0
	}
	return false // a charge of any other kind has a line wherever it applies, which its conditions decide
}

// stay notes that a charge stays.
func (f *follower) stay(c rates.Charge, why string) {
	if slices.ContainsFunc(f.kept, func(s Kept) bool { return s.Charge == c.ID }) {
		return
	}
	text := c.Text
	if text == "" {
		text = c.ID
	}
	var cents int64
	for _, i := range f.linesOf(c.ID) {
		cents += f.lines[i].Amount().Cents()
	}
	f.kept = append(f.kept, Kept{Charge: c.ID, Text: text, Amount: money.Cents(cents + f.since(c.ID)), Why: why})
}
