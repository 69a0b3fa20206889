// Package hangs tells what a charge of a rate book hangs on: the names that its rule reads, the charges that it lists, the units
// that it counts.
package hangs

import (
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/rates"
)

// walk goes through what a rule of a charge reads.
type walk struct {
	definitions map[string]rates.Value
	found       map[string]bool
}

// plainUsage is the name by which formulas read the billed usage.
const plainUsage = "usage"

// Names are what a charge reads in a version, in the values of its rule and in its conditions, through the definitions that they
// use: facts, definitions, charges, and "usage" for the billed usage. What the rule lists itself, see Listed, is not among them.
func Names(v rates.Version, c rates.Charge) map[string]bool {
	n := newWalk(v)
	n.conditions(c)
	switch r := c.Rule.(type) {
	case rates.Fixed:
		n.values(r.Amount)
	case rates.PerUnit:
		n.quantity(r.Of)
		n.values(r.Price)
	case rates.Tiered:
		n.values(r)
	case rates.Percent:
		n.values(r.Rate)
	case rates.Minimum:
		n.values(r.Amount)
	case rates.Credit:
		n.values(r.Amount, r.Percent, r.Cap)
	case rates.Computed:
		n.values(r.Amount)
	}
	return n.found
}

// NamesOfConditions are what decides whether a charge applies, and to which meters, as Names are.
func NamesOfConditions(v rates.Version, c rates.Charge) map[string]bool {
	n := newWalk(v)
	n.conditions(c)
	return n.found
}

// NamesOfQuantity are what the quantity of a charge is made of, as Names are; nil is the billed usage.
func NamesOfQuantity(v rates.Version, of rates.Value) map[string]bool {
	n := newWalk(v)
	n.quantity(of)
	return n.found
}

func newWalk(v rates.Version) *walk {
	n := &walk{definitions: map[string]rates.Value{}, found: map[string]bool{}}
	for _, d := range v.Definitions {
		n.definitions[d.Name] = d.Value
	}
	return n
}

func (n *walk) conditions(c rates.Charge) {
	for _, when := range c.When {
		n.read(when.Fact)
	}
	for _, only := range c.Meters {
		n.read(only.Fact)
	}
}

func (n *walk) quantity(of rates.Value) {
	if of == nil {
		n.read(plainUsage)
		return
	}
	n.values(of)
}

func (n *walk) values(values ...rates.Value) {
	for _, value := range values {
		switch v := value.(type) {
		case rates.Formula:
			n.read(strings.FieldsFunc(v.Text, func(r rune) bool { return !inName(r) })...)
		case rates.Name:
			n.read(string(v))
		case rates.Joined:
			n.read(v.Names...)
		case rates.Table:
			n.read(v.By...)
			for _, row := range v.Rows {
				n.values(row.Value)
			}
			n.values(v.Else)
		case rates.List:
			n.values(v...)
		case rates.Tiered:
			n.quantity(v.Of)
			switch t := v.Tiers.(type) {
			case rates.TierList:
				for _, tier := range t {
					n.values(tier.UpTo, tier.Price)
				}
			case rates.TierColumns:
				n.values(t.From, t.Prices)
			}
		}
	}
}

func (n *walk) read(words ...string) {
	for _, word := range words {
		if word == "" || n.found[word] || '0' <= word[0] && word[0] <= '9' { // or a number
			continue
		}
		n.found[word] = true
		if value, ok := n.definitions[word]; ok {
			n.values(value)
		}
	}
}

// inName reports whether a formula may have the rune in a name.
func inName(r rune) bool {
	return r == '_' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// Listed are the charges that a rule names as what it is taken of.
func Listed(rule rates.Rule) []string {
	switch r := rule.(type) {
	case rates.Percent:
		return r.Of
	case rates.Minimum:
		return r.Of
	case rates.Credit:
		return r.Of
	}
	return nil
}

// QuantityOf is what a charge is priced by the unit of; false where it is not. A nil quantity is the billed usage.
func QuantityOf(rule rates.Rule) (of rates.Value, ok bool) {
	switch r := rule.(type) {
	case rates.PerUnit:
		return r.Of, true
	case rates.Tiered:
		return r.Of, true
	}
	return nil, false
}

// SameQuantity says that two charges count the same units of the same meters.
func SameQuantity(a, b rates.Charge) bool {
	of, _ := QuantityOf(a.Rule)
	other, _ := QuantityOf(b.Rule)
	if a.Per != b.Per || len(a.Meters)+len(b.Meters) > 0 {
		return false
	}
	switch v := of.(type) {
	case nil:
		return other == nil
	case rates.Name:
		w, ok := other.(rates.Name)
		return ok && v == w
	case rates.Formula:
		w, ok := other.(rates.Formula)
		return ok && v.Text == w.Text
	}
	return false
}

// MayApply says that no condition of a charge keeps it from what was priced. A condition on a definition, on what changes, or
// where meters have facts of their own, may hold.
func MayApply(c rates.Charge, v rates.Version, in rates.Input) bool {
	for _, when := range c.When {
		value, known := in.Facts[when.Fact]
		defined := slices.ContainsFunc(v.Definitions, func(d rates.Definition) bool { return d.Name == when.Fact })
		changes := slices.ContainsFunc(in.Changes, func(x rates.Change) bool { return x.Fact == when.Fact })
		if known && !defined && !changes && len(in.Meters) == 0 && !slices.Contains(when.In, value) {
			return false
		}
	}
	return true
}
