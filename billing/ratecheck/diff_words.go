package ratecheck

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// diffCounts is what the numbers of a value count.
type diffCounts uint8

const (
	diffNumbers  diffCounts = iota // nobody knows, as of a definition
	diffAmounts                    // dollars
	diffPrices                     // dollars per unit
	diffPercents                   // percent
	diffUnits                      // units
)

// A diffMeasure is what the numbers of a value count on one side.
type diffMeasure struct {
	counts diffCounts
	// unit is what prices are per, and what units are; zero for no volume.
	unit metering.Unit
	// of is what a percentage is taken of, where that is to be said.
	of string
}

// number is a number with what it counts.
func (m diffMeasure) number(n rates.Number) string {
	r, fits := diffRatio(n)
	if !fits {
		return diffNumberText(n)
	}
	return m.bare(r) + m.behind(r.Equal(exact.Int(1)))
}

// bare is a number without what stands behind it.
func (m diffMeasure) bare(r exact.Ratio) string {
	switch m.counts {
	case diffAmounts, diffPrices:
		return diffDollars(r)
	case diffPercents:
		return diffShown(r) + "%"
	}
	return diffShown(r)
}

func (m diffMeasure) behind(one bool) string {
	switch m.counts {
	case diffPrices:
		return " per " + diffUnit(m.unit, true)
	case diffPercents:
		return m.of
	case diffUnits:
		if m.unit != 0 {
			return " " + diffUnit(m.unit, one)
		}
	}
	return ""
}

// computed is the text of a formula with what its result counts.
func (m diffMeasure) computed(text string) string {
	said := strconv.Quote(text)
	if m.counts == diffPercents {
		said += " percent"
	}
	return said + m.behind(false)
}

// named is the value of a name with what it counts.
func (m diffMeasure) named(name string) string {
	if m.counts == diffUnits {
		return "the value of " + name
	}
	return "the value of " + name + m.behind(false)
}

// diffIsName says whether a formula is one name alone.
func diffIsName(text string) bool {
	for i, c := range []byte(text) {
		switch {
		case c == '_', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case i > 0 && (c == '.' || c >= '0' && c <= '9'):
		default:
			return false
		}
	}
	return text != ""
}

// value is a value in words.
func (s diffSide) value(level diffLevel, v rates.Value, m diffMeasure) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case rates.Number:
		return m.number(v)
	case rates.Formula:
		switch {
		case level == diffExactly:
			return fmt.Sprintf("the formula %s (exact: %t)", m.computed(v.Text), v.Exact)
		case level == diffPlain && diffIsName(v.Text):
			return m.named(level.name(v.Text))
		}
		return m.computed(v.Text)
	case rates.Table:
		return s.table(level, v, m)
	case rates.List:
		said := make([]string, len(v))
		for i := range v {
			said[i] = s.value(level, v[i], m)
		}
		if level == diffExactly {
			return "(" + strings.Join(said, "; ") + ")"
		}
		return diffAnd(said)
	case rates.Text:
		return strconv.Quote(string(v))
	case rates.Name:
		return m.named(level.name(string(v)))
	case rates.Joined:
		return fmt.Sprintf("%s joined by %q", diffAnd(level.names(v.Names)), v.With)
	case rates.Tiered:
		return s.tiered(level, v)
	case rates.Refuse:
		return fmt.Sprintf("refused with %s (%s; %s)", v.Code, level.text(v.What), level.text(v.Fix))
	}
	return fmt.Sprintf("a value of type %T, which cannot be priced", v)
}

func (s diffSide) table(level diffLevel, t rates.Table, m diffMeasure) string {
	var said []string
	add := func(v rates.Value, key string) {
		text := s.value(level, v, m)
		switch v.(type) {
		case rates.Table, rates.List, rates.Tiered:
			text = "(" + text + ")"
		}
		said = append(said, text+" for "+key)
	}
	for _, row := range t.Rows {
		add(row.Value, diffKeyWords(level, t.By, row.Key))
	}
	if t.Else != nil {
		add(t.Else, "any other "+diffAnd(level.names(t.By)))
	}
	text := strings.Join(said, ", ")
	switch {
	case level == diffExactly:
		return fmt.Sprintf("by %s: %s", diffAnd(level.names(t.By)), text)
	case len(said) == 0:
		return "a table without rows"
	}
	return text
}

// diffKeyWords is the key of a row: "meter size 3/4 and zone b".
func diffKeyWords(level diffLevel, by, key []string) string {
	said := level.texts(key)
	for i := range said {
		if i < len(by) {
			said[i] = level.name(by[i]) + " " + said[i]
		}
	}
	return diffAnd(said)
}

// unit is what a quantity counts: a volume where it is the usage.
func (s diffSide) unit(of rates.Value) metering.Unit {
	if of != nil {
		return 0
	}
	return s.schedule.Unit
}

func (s diffSide) tiered(level diffLevel, t rates.Tiered) string {
	bounds, prices := diffMeasure{counts: diffUnits, unit: s.unit(t.Of)}, diffMeasure{counts: diffAmounts}
	text := "without tiers"
	switch tiers := t.Tiers.(type) {
	case rates.TierList:
		said := make([]string, len(tiers))
		for i, tier := range tiers {
			at := s.value(level, tier.Price, prices)
			switch {
			case tier.UpTo != nil:
				said[i] = fmt.Sprintf("up to %s at %s", s.value(level, tier.UpTo, bounds), at)
			case i == 0:
				said[i] = "all at " + at
			default:
				said[i] = "above that at " + at
			}
		}
		text = fmt.Sprintf("in %s: %s", diffPlural(len(tiers), "tier"), diffAnd(said))
	case rates.TierColumns:
		text = fmt.Sprintf("in tiers that begin at %s and cost %s", s.value(level, tiers.From, bounds), s.value(level, tiers.Prices, prices))
	}
	return text + s.counting(level, t.Of)
}

// counting is what a price is multiplied by, where that is not the usage.
func (s diffSide) counting(level diffLevel, of rates.Value) string {
	if of == nil || s.counted {
		return ""
	}
	return ", counting " + s.value(level, of, diffMeasure{})
}

// rule is in words how a charge finds its amount.
func (s diffSide) rule(level diffLevel, r rates.Rule) string {
	amounts := diffMeasure{counts: diffAmounts}
	switch r := r.(type) {
	case nil:
		return "without a price"
	case rates.Fixed:
		return s.value(level, r.Amount, amounts)
	case rates.PerUnit:
		return s.value(level, r.Price, diffMeasure{counts: diffPrices, unit: s.unit(r.Of)}) + s.counting(level, r.Of)
	case rates.Tiered:
		return s.tiered(level, r)
	case rates.Percent:
		return s.value(level, r.Rate, diffMeasure{counts: diffPercents, of: s.of(level, r.Of)})
	case rates.Minimum:
		return fmt.Sprintf("a minimum of %s for %s", s.value(level, r.Amount, amounts), diffChargesNamed(s.version, r.Of, level))
	case rates.Credit:
		return s.credit(level, r)
	case rates.Computed:
		if f, ok := r.Amount.(rates.Formula); ok {
			return "computed as " + s.value(level, f, diffMeasure{})
		}
		return s.value(level, r.Amount, amounts)
	}
	return fmt.Sprintf("a rule of type %T, which cannot be priced", r)
}

// of is what a percentage is taken of.
func (s diffSide) of(level diffLevel, ids []string) string {
	return " of " + diffChargesNamed(s.version, ids, level)
}

func (s diffSide) credit(level diffLevel, r rates.Credit) string {
	var said []string
	if r.Amount != nil {
		said = append(said, s.value(level, r.Amount, diffMeasure{counts: diffAmounts}))
	}
	if r.Percent != nil {
		said = append(said, s.value(level, r.Percent, diffMeasure{counts: diffPercents, of: s.of(level, r.Of)}))
	}
	text := "a credit of " + diffAnd(said)
	if r.Cap != nil {
		text += ", at most " + s.value(level, r.Cap, diffMeasure{counts: diffAmounts})
	}
	if r.Percent == nil && len(r.Of) > 0 {
		text += ", at most what is charged (" + diffChargesNamed(s.version, r.Of, level) + ")"
	}
	return text
}
