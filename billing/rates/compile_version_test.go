package rates_test

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/rates"
)

// inVersion is the path of the second version of sound, where faults are made.
const inVersion = "schedules[0].versions[1]"

// The charges of sound by their place.
const (
	baseCharge = iota
	waterCharge
	droughtCharge
	taxCharge
	minimumCharge
	creditCharge
	feeCharge
)

func rulePath(charge int, more string) string {
	return inVersion + ".charges[" + string(rune('0'+charge)) + "].rule" + more
}

// rule makes a fault of one charge's rule.
func rule(charge int, r rates.Rule) func(*rates.Schedule, *rates.Version) {
	return func(_ *rates.Schedule, v *rates.Version) { v.Charges[charge].Rule = r }
}

// fee makes a fault of the value of a charge that nothing rests on.
func fee(v rates.Value) func(*rates.Schedule, *rates.Version) {
	return rule(feeCharge, rates.Computed{Amount: v})
}

// change makes a fault of one charge.
func change(charge int, with func(c *rates.Charge)) func(*rates.Schedule, *rates.Version) {
	return func(_ *rates.Schedule, v *rates.Version) { with(&v.Charges[charge]) }
}

func defined(name string, v rates.Value) func(*rates.Schedule, *rates.Version) {
	return func(_ *rates.Schedule, version *rates.Version) {
		version.Definitions = append(version.Definitions, rates.Definition{Name: name, Value: v})
	}
}

// nameFaults are names that are missing, unknown, taken or impossible.
func nameFaults() []fault {
	return []fault{
		{"a definition without a name", defined("", num("1")), rates.ErrName, inVersion + ".definitions[2].name"},
		{"a definition that begins with a digit", defined("1st", num("1")), rates.ErrName, inVersion + ".definitions[2].name"},
		{"a definition called ceil", defined("ceil", num("1")), rates.ErrName, inVersion + ".definitions[2].name"},
		{"two definitions of one name", defined("band", num("1")), rates.ErrDuplicate, inVersion + ".definitions[2].name"},
		{"a definition with a fact's name", defined("units", num("1")), rates.ErrDuplicate, inVersion + ".definitions[2].name"},
		{"a definition of an unknown fact", func(_ *rates.Schedule, v *rates.Version) { v.Definitions[0].Fact = "persons" }, rates.ErrUnknownName, inVersion + ".definitions[0].fact"},
		{"a charge without an ID", change(feeCharge, func(c *rates.Charge) { c.ID = "" }), rates.ErrUnset, inVersion + ".charges[6].id"},
		{"two charges of one ID", change(feeCharge, func(c *rates.Charge) { c.ID = "base" }), rates.ErrDuplicate, inVersion + ".charges[6].id"},
		{"a charge with a definition's name", change(feeCharge, func(c *rates.Charge) { c.ID = "allotment" }), rates.ErrDuplicate, inVersion + ".charges[6].id"},
		{"a charge with a fact's name", change(feeCharge, func(c *rates.Charge) { c.ID = "units" }), rates.ErrDuplicate, inVersion + ".charges[6].id"},
		{"a charge called usage", change(feeCharge, func(c *rates.Charge) { c.ID = "usage" }), rates.ErrDuplicate, inVersion + ".charges[6].id"},
		{"a charge in no season", change(feeCharge, func(c *rates.Charge) { c.Season = "spring" }), rates.ErrUnknownName, inVersion + ".charges[6].season"},
		{"no such per", change(feeCharge, func(c *rates.Charge) { c.Per = rates.PerAccount + 1 }), rates.ErrUnset, inVersion + ".charges[6].per"},
		{"a condition on an unknown fact", change(feeCharge, func(c *rates.Charge) { *c = when(*c, "class", "home") }), rates.ErrUnknownName, inVersion + ".charges[6].when[0].fact"},
		{"a condition on an amount", change(feeCharge, func(c *rates.Charge) { *c = when(*c, "base", "1") }), rates.ErrValueType, inVersion + ".charges[6].when[0].fact"},
		{"a condition that never holds", change(feeCharge, func(c *rates.Charge) { *c = when(*c, "meter_size") }), rates.ErrUnset, inVersion + ".charges[6].when[0].in"},
		{"a condition on a text that is not allowed", change(feeCharge, func(c *rates.Charge) { *c = when(*c, "meter_size", "1", "2") }), rates.ErrFactValue, inVersion + ".charges[6].when[0].in[1]"},
		{"a condition on no season", change(feeCharge, func(c *rates.Charge) { *c = when(*c, "season", "spring") }), rates.ErrUnknownName, inVersion + ".charges[6].when[0].in[0]"},
		{"a condition on a number as it is never written", change(feeCharge, func(c *rates.Charge) { *c = when(*c, "units", "2", "2.0") }), rates.ErrFactValue, inVersion + ".charges[6].when[0].in[1]"},
		{"a condition on a number that is none", change(feeCharge, func(c *rates.Charge) { *c = when(*c, "units", "two") }), rates.ErrFactValue, inVersion + ".charges[6].when[0].in[0]"},
		{"a key as a number is never written", fee(table("units", "01", "3")), rates.ErrFactValue, rulePath(feeCharge, ".amount.rows[0].key[0]")},
		{"a division by zero", fee(formula("2 * (1 / (3 - 3))")), rates.ErrDivideByZero, rulePath(feeCharge, ".amount")},
		{"a name of nothing", fee(rates.Name("persons")), rates.ErrUnknownName, rulePath(feeCharge, ".amount")},
		{"a formula of an unknown name", fee(formula("units + persons")), rates.ErrUnknownName, rulePath(feeCharge, ".amount")},
		{"joined of an unknown name", defined("key", rates.Joined{Names: []string{"season", "class"}}), rates.ErrUnknownName, inVersion + ".definitions[2].value.names[1]"},
		{"a table by an unknown name", fee(table("class", "1", "1")), rates.ErrUnknownName, rulePath(feeCharge, ".amount.by[0]")},
		{"a percentage of an unknown charge", rule(taxCharge, rates.Percent{Rate: num("8"), Of: []string{"base", "sewer"}}), rates.ErrUnknownName, rulePath(taxCharge, ".of[1]")},
		{"a percentage of a fact", rule(taxCharge, rates.Percent{Rate: num("8"), Of: []string{"units"}}), rates.ErrUnknownName, rulePath(taxCharge, ".of[0]")},
		{"a percentage of one charge twice", rule(taxCharge, rates.Percent{Rate: num("8"), Of: []string{"base", "water", "base"}}), rates.ErrDuplicate, rulePath(taxCharge, ".of[2]")},
		{"a percentage of nothing", rule(taxCharge, rates.Percent{Rate: num("8")}), rates.ErrUnset, rulePath(taxCharge, ".of")},
		{"a minimum of nothing", rule(minimumCharge, rates.Minimum{Amount: num("8")}), rates.ErrUnset, rulePath(minimumCharge, ".of")},
		{"a percentage credit of nothing", rule(creditCharge, rates.Credit{Percent: num("8")}), rates.ErrUnset, rulePath(creditCharge, ".of")},
		{"a credit of an unknown charge", rule(creditCharge, rates.Credit{Amount: num("8"), Of: []string{"sewer"}}), rates.ErrUnknownName, rulePath(creditCharge, ".of[0]")},
	}
}

func deep(levels int) rates.Formula {
	return formula(strings.Repeat("(", levels) + "1" + strings.Repeat(")", levels))
}

// nested is a table whose else is a table, and so on.
func nested(levels int) rates.Value {
	v := rates.Value(num("1"))
	for range levels {
		v = rates.Table{By: []string{"meter_size"}, Else: v}
	}
	return v
}

// valueFaults are values that are missing, out of bounds or not what is asked.
func valueFaults() []fault {
	amount := rulePath(feeCharge, ".amount")
	row := func(v rates.Value, key ...string) rates.Table {
		return rates.Table{By: []string{"meter_size"}, Rows: []rates.Row{{Key: key, Value: v}}}
	}
	twice := table("meter_size", "1", "1", "1", "2")
	return []fault{
		{"no value", fee(nil), rates.ErrUnset, amount},
		{"no value in a row", fee(row(nil, "1")), rates.ErrUnset, amount + ".rows[0]"},
		{"no value in a list", rule(waterCharge, rates.Tiered{Tiers: rates.TierColumns{From: rates.List{num("0"), nil}, Prices: list(2)}}), rates.ErrUnset, rulePath(waterCharge, ".from[1]")},
		{"no value in a definition", defined("x", nil), rates.ErrUnset, inVersion + ".definitions[2].value"},
		{"a pointer to a value", fee(new(rates.Number)), rates.ErrValueType, amount},
		{"a pointer to a value in a table's else", fee(rates.Table{By: []string{"meter_size"}, Else: new(rates.Text)}), rates.ErrValueType, amount + ".else"},
		{"a number of 61 digits", fee(num(strings.Repeat("9", 61))), rates.ErrBounds, amount},
		{"a number of a large exponent", fee(num("1e61")), rates.ErrBounds, amount},
		{"a number of a small exponent", fee(num("1e-61")), rates.ErrBounds, amount},
		{"a value in 201 others", fee(nested(201)), rates.ErrDepth, amount + strings.Repeat(".else", 201)},
		{"a formula that does not parse", fee(formula("2 *")), rates.ErrFormula, amount},
		{"a formula of 201 parentheses", fee(deep(201)), rates.ErrFormula, amount},
		{"a formula that is too long", fee(formula("1" + strings.Repeat(" ", 64<<10))), rates.ErrFormula, amount},
		{"no formula", fee(formula("")), rates.ErrFormula, amount},
		{"a third", fee(formula("1 / 3")), rates.ErrNotFinite, amount},
		{"a seventh of a fact", fee(formula("units / 7")), rates.ErrNotFinite, amount},
		{"a fact below the line", fee(formula("1 / units")), rates.ErrNotFinite, amount},
		{"usage for each day", fee(formula("usage / days")), rates.ErrNotFinite, amount},
		{"the larger of a third and a half", fee(formula("max(0.5, units / 3)")), rates.ErrNotFinite, amount},
		{"a text in a formula", fee(formula("meter_size * 2")), rates.ErrValueType, amount},
		{"a defined text in a formula", fee(formula("band * 2")), rates.ErrValueType, amount},
		{"a season in a formula", fee(formula("season * 2")), rates.ErrValueType, amount},
		{"a text for an amount", fee(rates.Text("5.00")), rates.ErrValueType, amount},
		{"a list for an amount", fee(rates.List{num("1")}), rates.ErrValueType, amount},
		{"a text fact for an amount", fee(rates.Name("meter_size")), rates.ErrValueType, amount},
		{"a text in a row of amounts", fee(row(rates.Text("5.00"), "1")), rates.ErrValueType, amount + ".rows[0]"},
		{"a text for a table's else", fee(rates.Table{By: []string{"meter_size"}, Rows: []rates.Row{{Key: []string{"1"}, Value: num("1")}}, Else: rates.Text("x")}), rates.ErrValueType, amount + ".else"},
		{"joined texts for a quantity", rule(droughtCharge, rates.PerUnit{Of: rates.Name("band"), Price: num("1")}), rates.ErrValueType, rulePath(droughtCharge, ".of")},
		{"a table without a key", fee(rates.Table{Else: num("1")}), rates.ErrUnset, amount + ".by"},
		{"a table by an amount", fee(rates.Table{By: []string{"base"}, Else: num("1")}), rates.ErrValueType, amount + ".by[0]"},
		{"a key of two texts for one name", fee(row(num("1"), "1", "2")), rates.ErrRule, amount + ".rows[0].key"},
		{"a key twice", fee(twice), rates.ErrDuplicate, amount + ".rows[1].key"},
		{"a key that is not allowed", fee(row(num("1"), "2")), rates.ErrFactValue, amount + ".rows[0].key[0]"},
		{"a key that is no season", fee(table("season", "spring", "1")), rates.ErrUnknownName, amount + ".rows[0].key[0]"},
		{"nothing joined", defined("key", rates.Joined{With: "|"}), rates.ErrUnset, inVersion + ".definitions[2].value.names"},
		{"an amount joined", defined("key", rates.Joined{Names: []string{"base"}}), rates.ErrValueType, inVersion + ".definitions[2].value.names[0]"},
		{"a definition that needs itself", defined("x", formula("x + 1")), rates.ErrCycle, inVersion + ".definitions[2].value"},
		{"definitions that need each other", func(s *rates.Schedule, v *rates.Version) {
			defined("x", formula("y + 1"))(s, v)
			defined("y", rates.Name("x"))(s, v)
		}, rates.ErrCycle, inVersion + ".definitions[3].value"},
	}
}

func list(n int) rates.List {
	l := make(rates.List, n)
	for i := range l {
		l[i] = num("1")
	}
	return l
}

// chargeFaults are rules that cannot hold.
func chargeFaults() []fault {
	water := func(list ...rates.Tier) func(*rates.Schedule, *rates.Version) {
		return rule(waterCharge, rates.Tiered{Tiers: rates.TierList(list)})
	}
	one, two := num("1"), num("2")
	minus := num("-0.01")
	bounds := func(i string) string { return rulePath(waterCharge, ".tiers["+i+"].up_to") }
	return []fault{
		{"no rule", rule(feeCharge, nil), rates.ErrUnset, rulePath(feeCharge, "")},
		{"a pointer to a rule", rule(feeCharge, &rates.Fixed{Amount: one}), rates.ErrRule, rulePath(feeCharge, "")},
		{"no tiers", rule(waterCharge, rates.Tiered{}), rates.ErrUnset, rulePath(waterCharge, ".tiers")},
		{"no tiers in the list", water(), rates.ErrUnset, rulePath(waterCharge, ".tiers")},
		{"a pointer to tiers", rule(waterCharge, rates.Tiered{Tiers: &rates.TierList{}}), rates.ErrRule, rulePath(waterCharge, ".tiers")},
		{"a tier without a price", water(rates.Tier{}), rates.ErrUnset, rulePath(waterCharge, ".tiers[0].price")},
		{"a last tier that is not open", water(rates.Tier{UpTo: one, Price: one}), rates.ErrTierOrder, bounds("0")},
		{"an open tier before another", water(rates.Tier{Price: one}, rates.Tier{Price: one}), rates.ErrTierOrder, bounds("0")},
		{"bounds that fall", water(rates.Tier{UpTo: two, Price: one}, rates.Tier{UpTo: one, Price: one}, rates.Tier{Price: one}), rates.ErrTierOrder, bounds("1")},
		{"bounds that stay", water(rates.Tier{UpTo: two, Price: one}, rates.Tier{UpTo: num("2.00"), Price: one}, rates.Tier{Price: one}), rates.ErrTierOrder, bounds("1")},
		{"bounds that fall behind a computed one", water(rates.Tier{UpTo: two, Price: one}, rates.Tier{UpTo: formula("units"), Price: one}, rates.Tier{UpTo: one, Price: one}, rates.Tier{Price: one}), rates.ErrTierOrder, bounds("2")},
		{"a bound below zero", water(rates.Tier{UpTo: minus, Price: one}, rates.Tier{Price: one}), rates.ErrTierOrder, bounds("0")},
		{"a text for a bound", water(rates.Tier{UpTo: rates.Text("8"), Price: one}, rates.Tier{Price: one}), rates.ErrValueType, bounds("0")},
		{"tiers and prices of two lengths", rule(waterCharge, rates.Tiered{Tiers: rates.TierColumns{From: list(3), Prices: list(2)}}), rates.ErrTierLength, rulePath(waterCharge, "")},
		{"a text for beginnings", rule(waterCharge, rates.Tiered{Tiers: rates.TierColumns{From: rates.Text("0"), Prices: list(2)}}), rates.ErrValueType, rulePath(waterCharge, ".from")},
		{"a text for prices", rule(waterCharge, rates.Tiered{Tiers: rates.TierColumns{From: list(2), Prices: rates.Text("0")}}), rates.ErrValueType, rulePath(waterCharge, ".prices")},
		{"no beginnings", rule(waterCharge, rates.Tiered{Tiers: rates.TierColumns{Prices: list(2)}}), rates.ErrUnset, rulePath(waterCharge, ".from")},
		{"a list in a list", rule(waterCharge, rates.Tiered{Tiers: rates.TierColumns{From: rates.List{list(1)}, Prices: list(1)}}), rates.ErrValueType, rulePath(waterCharge, ".from[0]")},
		{"a quantity that is a text", rule(waterCharge, rates.Tiered{Of: rates.Text("8"), Tiers: tiers("1")}), rates.ErrValueType, rulePath(waterCharge, ".of")},
		{"a tier's price below zero", water(rates.Tier{Price: minus}), rates.ErrBounds, rulePath(waterCharge, ".tiers[0].price")},
		{"an amount below zero", rule(feeCharge, rates.Fixed{Amount: minus}), rates.ErrBounds, rulePath(feeCharge, ".amount")},
		{"an amount below zero in a row", rule(feeCharge, rates.Fixed{Amount: table("meter_size", "1", "-1")}), rates.ErrBounds, rulePath(feeCharge, ".amount.rows[0]")},
		{"an amount below zero for all else", rule(feeCharge, rates.Fixed{Amount: rates.Table{By: []string{"meter_size"}, Else: minus}}), rates.ErrBounds, rulePath(feeCharge, ".amount.else")},
		{"a price below zero", rule(feeCharge, rates.PerUnit{Price: minus}), rates.ErrBounds, rulePath(feeCharge, ".price")},
		{"a percentage below zero", rule(taxCharge, rates.Percent{Rate: minus, Of: []string{"base"}}), rates.ErrBounds, rulePath(taxCharge, ".rate")},
		{"a minimum below zero", rule(minimumCharge, rates.Minimum{Amount: minus, Of: []string{"base"}}), rates.ErrBounds, rulePath(minimumCharge, ".amount")},
		{"a credit below zero", rule(creditCharge, rates.Credit{Amount: minus}), rates.ErrBounds, rulePath(creditCharge, ".amount")},
		{"a credit's percentage below zero", rule(creditCharge, rates.Credit{Percent: minus, Of: []string{"base"}}), rates.ErrBounds, rulePath(creditCharge, ".percent")},
		{"a credit's cap below zero", rule(creditCharge, rates.Credit{Amount: one, Cap: minus}), rates.ErrBounds, rulePath(creditCharge, ".cap")},
		{"a credit of nothing", rule(creditCharge, rates.Credit{Cap: one}), rates.ErrRule, rulePath(creditCharge, "")},
		{"a credit of both", rule(creditCharge, rates.Credit{Amount: one, Percent: one, Of: []string{"base"}}), rates.ErrRule, rulePath(creditCharge, "")},
		{"a percentage of itself", rule(taxCharge, rates.Percent{Rate: num("8"), Of: []string{"tax"}}), rates.ErrCycle, inVersion + ".charges[3]"},
		{"a charge of one that rests on it", fee(formula("credit + fee")), rates.ErrCycle, inVersion + ".charges[6]"},
		{"a charge for each meter of one for the account", func(_ *rates.Schedule, v *rates.Version) {
			v.Charges[minimumCharge].Per = rates.PerAccount
			v.Charges[feeCharge] = perMeter(charge("fee", rates.Computed{Amount: formula("minimum * 2")}))
		}, rates.ErrRule, inVersion + ".charges[6].per"},
	}
}
