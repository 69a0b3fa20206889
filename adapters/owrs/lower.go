package owrs

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

func (l *lowering) refuse(code problem.Code, at *yamldoc.Node, what, fix string) rates.Value {
	r := refusal{code, at, what, fix}
	return r.value(l.file.name)
}

func (l *lowering) badText(at *yamldoc.Node, wrong *fault) rates.Value {
	return l.refuse(ErrExpression, at, wrong.what, wrong.fix)
}

// value lowers a field for what it is read as.
func (l *lowering) value(t *task) rates.Value {
	f := t.field
	switch t.as {
	case asKey:
		return rates.Joined{Names: l.dependsOn(f), With: "|"}
	case asNumber:
		return l.each(f, func(n *yamldoc.Node) rates.Value { return l.number(f, n) })
	case asText:
		return l.each(f, func(n *yamldoc.Node) rates.Value { return l.text(f, n) })
	}
	if f.Key == nil {
		return l.refuse(ErrMissingField, t.from, fmt.Sprintf("%s needs %s, which neither the input nor the class has", yamldoc.Quoted(t.from.Text), t.name), "state it in the class")
	}
	return l.each(f, func(n *yamldoc.Node) rates.Value { return l.list(&t.reading, f, n) })
}

// each lowers a field that is a map with all its values, and any other as it is.
func (l *lowering) each(f yamldoc.Entry, lower func(*yamldoc.Node) rates.Value) rates.Value {
	if f.Value.Kind != yamldoc.Mapping {
		return lower(f.Value)
	}
	values := f.Value.Get("values").Value
	names, what := depends(f)
	switch {
	case what != "":
	case values == nil:
		what = "has no values"
	case values.Kind != yamldoc.Mapping:
		what = "has values that are no mapping from keys"
	}
	if what != "" {
		return l.misshapen(f, what)
	}
	l.ignored(f)
	l.mapOver(strings.Join(names, "|"), f)
	table := rates.Table{Pos: f.Key.Pos(l.file.name), Rows: make([]rates.Row, len(values.Entries))}
	if len(names) == 1 {
		table.By = l.dependsOn(f)
	} else {
		table.By = []string{l.define(f, reading{name: f.Key.Text, field: f.Key.Text, as: asKey})}
	}
	keys := make([]string, len(values.Entries))
	for i, e := range values.Entries {
		keys[i] = e.Key.Text
		row := rates.Row{Key: keys[i : i+1 : i+1]}
		if e.Value.Kind == yamldoc.Mapping {
			row.Value = l.misshapen(f, fmt.Sprintf("has a mapping as its value for %s", yamldoc.Quoted(e.Key.Text)))
		} else {
			row.Value = lower(e.Value)
		}
		table.Rows[i] = row
	}
	return table
}

func (l *lowering) misshapen(f yamldoc.Entry, what string) rates.Value {
	return l.refuse(ErrMapShape, f.Key, fmt.Sprintf("%s %s", f.Key.Text, what), "state depends_on, a name or a list of names, and values, a mapping from keys to numbers, lists or formulas")
}

// depends are the names that a map depends on, or what is wrong with them.
func depends(f yamldoc.Entry) (names []string, what string) {
	n := f.Value.Get("depends_on").Value
	if n == nil {
		return nil, "has no depends_on"
	}
	items := n.Items
	if n.Kind == yamldoc.Scalar {
		items = []*yamldoc.Node{n}
	}
	if len(items) == 0 {
		return nil, "depends on no name"
	}
	for _, item := range items {
		if item.Kind != yamldoc.Scalar || item.Text == "" {
			return nil, "depends on something that is no name"
		}
		names = append(names, item.Text)
	}
	return names, ""
}

// dependsOn are the engine's names for what a map depends on.
func (l *lowering) dependsOn(f yamldoc.Entry) []string {
	names, _ := depends(f)
	for i, name := range names {
		names[i] = l.name(name, familyOf(f.Key.Text), asText)
	}
	return names
}

// text is what a field gives to the key of a map.
func (l *lowering) text(f yamldoc.Entry, n *yamldoc.Node) rates.Value {
	if n.Kind != yamldoc.Scalar {
		return l.refuse(ErrType, nil, fmt.Sprintf("%s, on line %d, is a list, and a text is needed", f.Key.Text, n.Line), "state one text")
	}
	return rates.Text(n.Text)
}

// number is what a field gives to a formula.
func (l *lowering) number(f yamldoc.Entry, n *yamldoc.Node) rates.Value {
	if n.Kind == yamldoc.Sequence {
		if len(n.Items) == 1 && n.Items[0].Kind == yamldoc.Scalar {
			if number, ok, wrong := plainNumber(n.Items[0].Text); wrong != nil {
				return l.badText(n.Items[0], wrong)
			} else if ok {
				return rates.Number(number)
			}
		}
		return l.refuse(ErrType, nil, fmt.Sprintf("%s, on line %d, is a list, and one number is needed", f.Key.Text, n.Line), "state one number, or read the list by Tiered")
	}
	if number, ok, wrong := plainNumber(n.Text); wrong != nil {
		return l.badText(n, wrong)
	} else if ok {
		return rates.Number(number)
	}
	switch word := strings.Trim(n.Text, blanks); {
	case word == "Tiered":
		return l.tiered(f, n, asTieredStarts)
	case word == "Budget":
		return l.tiered(f, n, asBudgetStarts)
	case strings.Contains(f.Key.Text, "budget"):
		return l.budget(f, n)
	}
	return l.formula(f, n, "", "")
}

// formula lowers a formula, with what stands before and after it in the engine's.
func (l *lowering) formula(f yamldoc.Entry, n *yamldoc.Node, before, after string) rates.Value {
	parsed, wrong := parseFormula(n.Text)
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
func (l *lowering) namer(f yamldoc.Entry) func(string) string {
	in := familyOf(f.Key.Text)
	return func(name string) string { return l.name(name, in, asNumber) }
}

// budget lowers the formula of a budget field: each term is rounded by itself, half
// to even, to a whole unit.
func (l *lowering) budget(f yamldoc.Entry, n *yamldoc.Node) rates.Value {
	terms, between, wrong := parseBudget(n.Text)
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

func (l *lowering) written(f yamldoc.Entry, text string, n *yamldoc.Node) rates.Value {
	if len(text) > maxFormula {
		text = strings.ReplaceAll(text, " ", "") // they stand beside operators only
	}
	if len(text) > maxFormula {
		return l.refuse(ErrExpression, n, "the formula is too long with its names and roundings written out", "give parts of it fields of their own")
	}
	l.conversion(f, text, n)
	return rates.Formula{Text: text, Exact: true, Pos: n.Pos(l.file.name)}
}

// tiered lowers Tiered and Budget.
func (l *lowering) tiered(f yamldoc.Entry, n *yamldoc.Node, starts use) rates.Value {
	names, ok := tierNamesOf(f.Key.Text)
	if !ok {
		return l.refuse(ErrTierFamily, n, fmt.Sprintf("%s has no tiers: a part is Tiered or a Budget by its name", f.Key.Text),
			"state tiers in commodity_charge, sewer_charge or a part whose name contains drought or wastewater")
	}
	at := n
	if found, ok := l.class.lookup(names.starts, names.family); ok {
		at = found.Key
	}
	return rates.Tiered{Tiers: rates.TierColumns{
		From:   l.listOf(names.starts, starts, names, n),
		Prices: l.listOf(names.prices, asPrices, names, n),
		Pos:    at.Pos(l.file.name),
	}}
}

// listOf is the list that Tiered or Budget, standing at from, reads by a name.
func (l *lowering) listOf(name string, as use, names tierNames, from *yamldoc.Node) rates.Value {
	r := reading{name: name, as: as}
	f, ok := l.class.lookup(name, names.family)
	if ok {
		r.field = f.Key.Text
	} else {
		r.from = from
	}
	if as == asBudgetStarts {
		r.names = names
	}
	return rates.Name(l.define(f, r))
}

// list lowers a list of prices or starts. A plain number is a list of one.
func (l *lowering) list(r *reading, f yamldoc.Entry, n *yamldoc.Node) rates.Value {
	items := n.Items
	if n.Kind == yamldoc.Scalar {
		if _, ok, _ := plainNumber(n.Text); !ok {
			return l.refuse(ErrType, n, fmt.Sprintf("%s is %s, and a list is needed", f.Key.Text, yamldoc.Quoted(n.Text)), "state a list of numbers and formulas, or one number")
		}
		items = []*yamldoc.Node{n}
	}
	if len(items) == 0 {
		return l.refuse(ErrType, n, fmt.Sprintf("the list %s is empty", f.Key.Text), "state its numbers")
	}
	list := make(rates.List, len(items))
	for i, item := range items {
		switch {
		case item.Kind != yamldoc.Scalar:
			list[i] = l.refuse(ErrType, item, fmt.Sprintf("the list %s holds a list or a mapping", f.Key.Text), "state numbers and formulas alone")
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

func (l *lowering) price(f yamldoc.Entry, n *yamldoc.Node) rates.Value {
	if number, ok, wrong := plainNumber(n.Text); wrong != nil {
		return l.badText(n, wrong)
	} else if ok {
		return rates.Number(number)
	}
	return l.formula(f, n, "", "")
}

var one = decimal.NewFromInt(1)

// tieredStart is the boundary below a tier of Tiered, whose start is its first unit.
// The first has none: all tiers begin at zero.
func (l *lowering) tieredStart(f yamldoc.Entry, n *yamldoc.Node, i int) rates.Value {
	if _, ok, _ := percent(n.Text); ok {
		return l.refuse(ErrPercentInTiered, n, fmt.Sprintf("%s is a share of a budget, and Tiered has none", yamldoc.Quoted(n.Text)), "write Budget, or state the start in units")
	}
	number, ok, wrong := plainNumber(n.Text)
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
func (l *lowering) budgetStart(f yamldoc.Entry, n *yamldoc.Node, i int, names tierNames) rates.Value {
	number, ok, wrong := plainNumber(n.Text)
	switch {
	case wrong != nil:
		return l.badText(n, wrong)
	case ok:
		return rates.Number(number)
	case i == 0:
		return l.refuse(ErrFirstStart, n, fmt.Sprintf("the first start of a Budget is %s", yamldoc.Quoted(n.Text)), "write 0: the first tier begins there")
	}
	share, ok, wrong := percent(n.Text)
	switch {
	case wrong != nil:
		return l.badText(n, wrong)
	case ok:
		return l.written(f, "round("+share.String()+"/100*"+l.name(names.budget, names.family, asNumber)+roundedUnit, n)
	}
	switch word := strings.Trim(n.Text, blanks); {
	case strings.EqualFold(word, "indoor"):
		return l.written(f, "round("+l.name(names.indoor, names.family, asNumber)+roundedUnit, n)
	case strings.EqualFold(word, "outdoor"):
		return l.written(f, "round("+l.name(names.outdoor, names.family, asNumber)+roundedUnit, n)
	}
	return l.formula(f, n, "", "")
}
