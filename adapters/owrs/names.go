package owrs

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/rates"
)

// usageInput is the input that every class knows: the usage, whatever its unit.
const usageInput = "usage_ccf"

// Facts gives inputs, by their OWRS names, as the facts of a [rates.Input]. Most
// names are their facts' names, and then the map can be used as it is. Others cannot
// be names of facts: those of charges ("bill"), those that the engine's formulas have
// a meaning of their own for ("days", "min"), those with blanks. Facts renames them.
//
// The usage is no fact: it is the input's Usage, and usage_ccf among the inputs has
// no effect.
func Facts(inputs map[string]string) rates.Facts {
	facts := make(rates.Facts, len(inputs))
	for name, value := range inputs {
		facts[factName(name)] = value
	}
	return facts
}

// Names that cannot be those of facts begin so instead.
const renamed = "in."

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// factName is the fact of an input. No two inputs have one fact: in a renamed name
// all bytes but letters, digits and "_" are written ".xHH.".
func factName(input string) string {
	if plainName.MatchString(input) && !reserved(input) && !strings.HasPrefix(input, renamed) {
		return input
	}
	var b strings.Builder
	b.WriteString(renamed)
	for i := range len(input) {
		if c := input[i]; isNamePart(c) && c != '.' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, ".x%02X.", c)
		}
	}
	return b.String()
}

// reserved says whether the engine, or a charge of ours, has a name already.
func reserved(name string) bool {
	switch name {
	case "usage", "days", "min", "max", "round", "ceil", "floor", ChargeBill:
		return true
	}
	for _, id := range memoCharges {
		if name == id {
			return true
		}
	}
	return false
}

// dottedNames collects the names in a text that hold a dot.
func dottedNames(text string, into map[string]bool) {
	for at := 0; at < len(text); {
		n := 0
		for at+n < len(text) && isNamePart(text[at+n]) {
			n++
		}
		if name := text[at : at+n]; strings.Contains(name, ".") && !isDigit(name[0]) {
			into[name] = true
		}
		at += max(n, 1)
	}
}

// A family is the suffix of names that belong together: indoor_drought and what it
// reads.
type family string

const (
	commodity  family = "commodity"
	drought    family = "drought"
	wastewater family = "wastewater"
)

// familyOf is the family of a field, in which its names are looked up. A field
// without suffix has that of the part that it is, or none: then only the suffix
// _commodity is tried, as for all.
func familyOf(field string) family {
	switch {
	case strings.HasSuffix(field, "_commodity"):
		return commodity
	case strings.Contains(field, string(drought)):
		return drought
	case strings.Contains(field, string(wastewater)):
		return wastewater
	}
	return ""
}

// lookup finds the field that a name means where no input has it.
func (c *class) lookup(name string, in family) (yamldoc.Entry, bool) {
	names := [3]string{name, name + "_" + string(in), name + "_" + string(commodity)}
	for i, n := range names {
		if i == 1 && in == "" {
			continue
		}
		if f, ok := c.fields[n]; ok {
			return f, true
		}
	}
	return yamldoc.Entry{}, false
}

// tierNames are the names by which Tiered and Budget read their lists.
type tierNames struct {
	starts, prices, budget, indoor, outdoor string
	family                                  family
}

// tierNamesOf are the names for a part; ok is false where it has no tiers.
func tierNamesOf(part string) (names tierNames, ok bool) {
	names = tierNames{"tier_starts", "tier_prices", "budget", "indoor", "outdoor", commodity}
	switch {
	case part == ChargeCommodity:
		return names, true
	case part == "sewer_charge":
		names.starts, names.prices, names.budget = "sewer_"+names.starts, "sewer_"+names.prices, "sewer_"+names.budget
		return names, true
	case strings.Contains(part, string(drought)):
		names.family = drought
	case strings.Contains(part, string(wastewater)):
		names.family = wastewater
	default:
		return names, false
	}
	for _, name := range []*string{&names.starts, &names.prices, &names.budget, &names.indoor, &names.outdoor} {
		*name += "_" + string(names.family)
	}
	return names, true
}
