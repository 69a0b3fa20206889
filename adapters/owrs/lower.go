package owrs

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

func (l *lowering) refuse(code problem.Code, at *node, what, fix string) rates.Value {
	r := refusal{code, at, what, fix}
	return r.value(l.file.name)
}

func (l *lowering) badText(at *node, wrong *fault) rates.Value {
	return l.refuse(ErrExpression, at, wrong.what, wrong.fix)
}

// value lowers a field for what it is read as.
func (l *lowering) value(t *task) rates.Value {
	f := t.field
	switch t.as {
	case asKey:
		return rates.Joined{Names: l.dependsOn(f), With: "|"}
	case asNumber:
		return l.each(f, func(n *node) rates.Value { return l.number(f, n) })
	case asText:
		return l.each(f, func(n *node) rates.Value { return l.text(f, n) })
	}
	if f.key == nil {
		return l.refuse(ErrMissingField, t.from, fmt.Sprintf("%s needs %s, which neither the input nor the class has", quoted(t.from.text), t.name), "state it in the class")
	}
	return l.each(f, func(n *node) rates.Value { return l.list(&t.reading, f, n) })
}

// each lowers a field that is a map with all its values, and any other as it is.
func (l *lowering) each(f field, lower func(*node) rates.Value) rates.Value {
	if f.value.kind != mapping {
		return lower(f.value)
	}
	values := f.value.get("values").value
	names, what := depends(f)
	switch {
	case what != "":
	case values == nil:
		what = "has no values"
	case values.kind != mapping:
		what = "has values that are no mapping from keys"
	}
	if what != "" {
		return l.misshapen(f, what)
	}
	l.ignored(f)
	l.mapOver(strings.Join(names, "|"), f)
	table := rates.Table{Pos: pos(l.file.name, f.key), Rows: make([]rates.Row, len(values.entries))}
	if len(names) == 1 {
		table.By = l.dependsOn(f)
	} else {
		table.By = []string{l.define(f, reading{name: f.key.text, field: f.key.text, as: asKey})}
	}
	keys := make([]string, len(values.entries))
	for i, e := range values.entries {
		keys[i] = e.key.text
		row := rates.Row{Key: keys[i : i+1 : i+1]}
		if e.value.kind == mapping {
			row.Value = l.misshapen(f, fmt.Sprintf("has a mapping as its value for %s", quoted(e.key.text)))
		} else {
			row.Value = lower(e.value)
		}
		table.Rows[i] = row
	}
	return table
}

func (l *lowering) misshapen(f field, what string) rates.Value {
	return l.refuse(ErrMapShape, f.key, fmt.Sprintf("%s %s", f.key.text, what), "state depends_on, a name or a list of names, and values, a mapping from keys to numbers, lists or formulas")
}

// depends are the names that a map depends on, or what is wrong with them.
func depends(f field) (names []string, what string) {
	n := f.value.get("depends_on").value
	if n == nil {
		return nil, "has no depends_on"
	}
	items := n.items
	if n.kind == scalar {
		items = []*node{n}
	}
	if len(items) == 0 {
		return nil, "depends on no name"
	}
	for _, item := range items {
		if item.kind != scalar || item.text == "" {
			return nil, "depends on something that is no name"
		}
		names = append(names, item.text)
	}
	return names, ""
}

// dependsOn are the engine's names for what a map depends on.
func (l *lowering) dependsOn(f field) []string {
	names, _ := depends(f)
	for i, name := range names {
		names[i] = l.name(name, familyOf(f.key.text), asText)
	}
	return names
}

// text is what a field gives to the key of a map.
func (l *lowering) text(f field, n *node) rates.Value {
	if n.kind != scalar {
		return l.refuse(ErrType, nil, fmt.Sprintf("%s, on line %d, is a list, and a text is needed", f.key.text, n.line), "state one text")
	}
	return rates.Text(n.text)
}

// number is what a field gives to a formula.
func (l *lowering) number(f field, n *node) rates.Value {
	if n.kind == sequence {
		if len(n.items) == 1 && n.items[0].kind == scalar {
			if number, ok, wrong := plainNumber(n.items[0].text); wrong != nil {
				return l.badText(n.items[0], wrong)
			} else if ok {
				return rates.Number(number)
			}
		}
		return l.refuse(ErrType, nil, fmt.Sprintf("%s, on line %d, is a list, and one number is needed", f.key.text, n.line), "state one number, or read the list by Tiered")
	}
	if number, ok, wrong := plainNumber(n.text); wrong != nil {
		return l.badText(n, wrong)
	} else if ok {
		return rates.Number(number)
	}
	switch word := strings.Trim(n.text, blanks); {
	case word == "Tiered":
		return l.tiered(f, n, asTieredStarts)
	case word == "Budget":
		return l.tiered(f, n, asBudgetStarts)
	case strings.Contains(f.key.text, "budget"):
		return l.budget(f, n)
	}
	return l.formula(f, n, "", "")
}

// formula lowers a formula, with what stands before and after it in the engine's.
func (l *lowering) formula(f field, n *node, before, after string) rates.Value {
	parsed, wrong := parseFormula(n.text)
	if wrong != nil {
		return l.badText(n, wrong)
	}
	var b strings.Builder
	b.WriteString(before)
	parsed.write(&b, l.namer(f))
	b.WriteString(after)
	return l.written(f, b.String(), n)
}

// namer gives the engine's names in the formulas of a field.
func (l *lowering) namer(f field) func(string) string {
	in := familyOf(f.key.text)
	return func(name string) string { return l.name(name, in, asNumber) }
}

// budget lowers the formula of a budget field: each term is rounded by itself, half
// to even, to a whole unit.
func (l *lowering) budget(f field, n *node) rates.Value {
	terms, between, wrong := parseBudget(n.text)
	if wrong != nil {
		return l.badText(n, wrong)
	}
	var b strings.Builder
	for i, term := range terms {
		if i > 0 {
			b.WriteString(" " + between[i-1] + " ")
		}
		b.WriteString("round(")
		term.write(&b, l.namer(f))
		b.WriteString(roundedUnit)
	}
	return l.written(f, b.String(), n)
}

// roundedUnit ends a rounding to whole units.
const roundedUnit = ", 0, half_even)"

func (l *lowering) written(f field, text string, n *node) rates.Value {
	if len(text) > maxFormula {
		text = strings.ReplaceAll(text, " ", "") // they stand beside operators only
	}
	if len(text) > maxFormula {
		return l.refuse(ErrExpression, n, "the formula is too long with its names and roundings written out", "give parts of it fields of their own")
	}
	l.conversion(f, text, n)
	return rates.Formula{Text: text, Exact: true, Pos: pos(l.file.name, n)}
}

// tiered lowers Tiered and Budget.
func (l *lowering) tiered(f field, n *node, starts use) rates.Value {
	names, ok := tierNamesOf(f.key.text)
	if !ok {
		return l.refuse(ErrTierFamily, n, fmt.Sprintf("%s has no tiers: a part is Tiered or a Budget by its name", f.key.text),
			"state tiers in commodity_charge, sewer_charge or a part whose name contains drought or wastewater")
	}
	at := n
	if found, ok := l.class.lookup(names.starts, names.family); ok {
		at = found.key
	}
	return rates.Tiered{Tiers: rates.TierColumns{
		From:   l.listOf(names.starts, starts, names, n),
		Prices: l.listOf(names.prices, asPrices, names, n),
		Pos:    pos(l.file.name, at),
	}}
}

// listOf is the list that Tiered or Budget, standing at from, reads by a name.
func (l *lowering) listOf(name string, as use, names tierNames, from *node) rates.Value {
	r := reading{name: name, as: as}
	f, ok := l.class.lookup(name, names.family)
	if ok {
		r.field = f.key.text
	} else {
		r.from = from
	}
	if as == asBudgetStarts {
		r.names = names
	}
	return rates.Name(l.define(f, r))
}

// list lowers a list of prices or starts. A plain number is a list of one.
func (l *lowering) list(r *reading, f field, n *node) rates.Value {
	items := n.items
	if n.kind == scalar {
		if _, ok, _ := plainNumber(n.text); !ok {
			return l.refuse(ErrType, n, fmt.Sprintf("%s is %s, and a list is needed", f.key.text, quoted(n.text)), "state a list of numbers and formulas, or one number")
		}
		items = []*node{n}
	}
	if len(items) == 0 {
		return l.refuse(ErrType, n, fmt.Sprintf("the list %s is empty", f.key.text), "state its numbers")
	}
	list := make(rates.List, len(items))
	for i, item := range items {
		switch {
		case item.kind != scalar:
			list[i] = l.refuse(ErrType, item, fmt.Sprintf("the list %s holds a list or a mapping", f.key.text), "state numbers and formulas alone")
		case r.as == asPrices:
			list[i] = l.price(f, item)
		case r.as == asTieredStarts:
			list[i] = l.tieredStart(f, item, i)
		default:
			list[i] = l.budgetStart(f, item, i, r.names)
		}
	}
	if r.as != asPrices {
		l.starts(f, items, r.as)
	}
	return list
}

func (l *lowering) price(f field, n *node) rates.Value {
	if number, ok, wrong := plainNumber(n.text); wrong != nil {
		return l.badText(n, wrong)
	} else if ok {
		return rates.Number(number)
	}
	return l.formula(f, n, "", "")
}

var one = decimal.NewFromInt(1)

// tieredStart is the boundary below a tier of Tiered, whose start is its first unit.
// The first has none: all tiers begin at zero.
func (l *lowering) tieredStart(f field, n *node, i int) rates.Value {
	if _, ok, _ := percent(n.text); ok {
		return l.refuse(ErrPercentInTiered, n, fmt.Sprintf("%s is a share of a budget, and Tiered has none", quoted(n.text)), "write Budget, or state the start in units")
	}
	number, ok, wrong := plainNumber(n.text)
	switch {
	case wrong != nil:
		return l.badText(n, wrong)
	case ok && i == 0:
		return rates.Number(decimal.Decimal{})
	case ok:
		return rates.Number(number.Sub(one))
	}
	return l.formula(f, n, "(", ") - 1")
}

// budgetStart is the boundary below a tier of Budget: a number or a formula as it
// stands, or a rounded share of the budget.
func (l *lowering) budgetStart(f field, n *node, i int, names tierNames) rates.Value {
	number, ok, wrong := plainNumber(n.text)
	switch {
	case wrong != nil:
		return l.badText(n, wrong)
	case ok:
		return rates.Number(number)
	case i == 0:
		return l.refuse(ErrFirstStart, n, fmt.Sprintf("the first start of a Budget is %s", quoted(n.text)), "write 0: the first tier begins there")
	}
	share, ok, wrong := percent(n.text)
	switch {
	case wrong != nil:
		return l.badText(n, wrong)
	case ok:
		return l.written(f, "round("+share.String()+"/100*"+l.name(names.budget, names.family, asNumber)+roundedUnit, n)
	}
	switch word := strings.Trim(n.text, blanks); {
	case strings.EqualFold(word, "indoor"):
		return l.written(f, "round("+l.name(names.indoor, names.family, asNumber)+roundedUnit, n)
	case strings.EqualFold(word, "outdoor"):
		return l.written(f, "round("+l.name(names.outdoor, names.family, asNumber)+roundedUnit, n)
	}
	return l.formula(f, n, "", "")
}
