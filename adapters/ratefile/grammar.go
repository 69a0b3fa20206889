package ratefile

import (
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// The first line of a file.
const (
	formatKey     = "headgate"
	formatVersion = "rate-book/1"
)

// The words of choices that have more than one meaning in this package.
const (
	notProrated = "not_prorated"
	scalesFixed = "fixed"
	scalesTiers = "tiers"
)

// The keys of a charge that say how its amount is found, one in each charge.
var ruleKeys = []string{"fixed", "per_unit", "tiers", "percent", "minimum", "credit", "credit_percent", "computed"}

// grammar is the format, whole. Everything that reads or writes a file follows it.
var grammar, valueForm = newGrammar()

func newGrammar() (book, value *form) {
	aText := &form{kind: text, name: "a text"}
	anID := &form{kind: text, name: "an ID"}
	aDate := &form{kind: date, name: "a date"}
	aNumber := &form{kind: number, name: "a number"}
	aQuantity := &form{kind: quantity, name: "a number of units"}
	isTrue := &form{kind: onlyTrue, name: "true"}
	texts := &form{kind: list, name: "a list of texts", of: aText}
	textOrTexts := &form{kind: union, name: "a text or a list of texts", any: []*form{aText, texts}}
	selectWord := choice("a rule for dates", rates.ByPeriodStart, rates.ByPeriodEnd, rates.ByBillDate, rates.SplitByDay, rates.BlendByDay)

	source := &form{kind: object, name: "a source", fields: []field{
		{key: "resolution", form: aText, doc: "The resolution or ordinance, as the district names it."},
		{key: "section", form: aText, doc: "The section, exhibit or page within it."},
		{key: "address", form: aText, doc: "Where it can be read."},
	}}
	value, tiers := newValue(aText, isTrue, texts, textOrTexts)
	definition := &form{kind: union, name: "a definition", any: []*form{
		{kind: object, name: "a value that a fact stands before", fields: []field{
			{key: "fact", form: aText, required: true, doc: "The fact that, where an account has it, stands in place of the value."},
			{key: "value", form: value, required: true, doc: "The value where the account has no such fact."},
		}},
		value,
	}}
	conditions := &form{kind: names, name: "a mapping of conditions", of: textOrTexts}
	charge := &form{kind: object, name: "a charge", block: true, rules: ruleKeys, fields: []field{
		{key: "id", form: anID, required: true, doc: "Names the charge in lines, formulas and lists of charges."},
		{key: "text", form: aText, doc: "What the bill prints; the id where it is left out."},
		{key: "service", form: aText, doc: "Groups charges on a bill of several services."},
		{key: "per", form: choice("a choice of meters", rates.PerMeter, rates.PerAccount),
			doc: "Whether the charge is made for each meter or once for the account."},
		{key: "meters", form: conditions, doc: "Limits the usage of a charge for the account to that of the meters that meet every condition."},
		{key: "when", form: conditions, doc: "Limits the charge to accounts, or meters, that meet every condition."},
		{key: "season", form: aText, doc: "Limits the charge to a season."},
		{key: "memo", form: isTrue, doc: "The charge is shown and is no part of the total."},
		{key: "fixed", form: value, doc: "An amount in dollars for being connected."},
		{key: "per_unit", form: value, doc: "A price in dollars for each unit of the quantity."},
		{key: "tiers", form: tiers, doc: "Bands of the quantity in rising order, each at its own price; the last has no up_to."},
		{key: "percent", form: value, needs: []string{"of"}, doc: "A percentage of the charges named in of: 8 is 8%."},
		{key: "minimum", form: value, needs: []string{"of"}, doc: "Raises the sum of the charges named in of to this amount in dollars."},
		{key: "credit", form: value, doc: "Lowers the bill by this amount in dollars."},
		{key: "credit_percent", form: value, needs: []string{"of"}, doc: "Lowers the bill by this percentage of the charges named in of."},
		{key: "computed", form: value, doc: "An amount in dollars that a formula gives, below zero too."},
		{key: "quantity", form: value, beside: []string{"per_unit", "tiers"}, doc: "What is priced; the billed usage where it is left out."},
		{key: "cap", form: value, beside: []string{"credit", "credit_percent"}, doc: "The most that is credited, in dollars."},
		{key: "of", form: &form{kind: list, name: "a list of charges", of: anID}, beside: []string{"percent", "minimum", "credit", "credit_percent"},
			doc: "The ids of the charges that this one is of; needed but for a credit in dollars."},
		{key: "source", form: source, doc: "What the price rests on, in place of the version's source."},
	}}
	version := &form{kind: object, name: "a version", block: true, fields: []field{
		{key: "from", form: aDate, doc: "The first day; may be left out in the first version."},
		{key: "to", form: aDate, doc: "The day after the last; may be left out in the last version."},
		{key: "source", form: source, doc: "What adopted the version."},
		{key: "definitions", form: &form{kind: names, name: "a mapping of definitions", of: definition, block: true}, doc: "Named values that charges, tiers and each other use."},
		{key: "charges", form: &form{kind: list, name: "a list of charges", of: charge, block: true}, required: true, doc: "The lines of the bill, in printed order."},
	}}
	fact := &form{kind: object, name: "a fact", fields: []field{
		{key: "type", form: choice("a type of fact", rates.TextFact, rates.NumberFact, rates.AnyFact), required: true, doc: "How the text of the fact is read."},
		{key: "allowed", form: texts, doc: "The texts that the fact may have."},
		{key: "least", form: aNumber, needs: []string{"most"}, doc: "The least that a number may be."},
		{key: "most", form: aNumber, needs: []string{"least"}, doc: "The most that a number may be."},
		{key: "whole", form: isTrue, needs: []string{"least"}, doc: "Only whole numbers are allowed."},
		{key: "change", form: selectWord, doc: "The rule for a value that changes inside a period; such a period is refused where there is none."},
	}}
	book = &form{kind: object, name: "a rate book", block: true, fields: []field{
		{key: formatKey, form: &form{kind: word, name: "a version of the format", words: []string{formatVersion}}, required: true, doc: "The format and its version; the first key of the file."},
		{key: "name", form: aText, required: true, doc: "Whose rates these are, in words."},
		{key: "schedules", form: &form{kind: list, name: "a list of schedules", block: true, spaced: true, of: &form{
			kind: object, name: "a schedule", block: true, fields: []field{
				{key: "id", form: anID, required: true, doc: "Names the schedule."},
				{key: "title", form: aText, doc: "The schedule's name in words."},
				{key: "unit", form: newUnit(), required: true, doc: "What usage, the bounds of tiers and unit prices count."},
				{key: "rounding", form: newRounding(), required: true, doc: "How and where exact dollars become cents."},
				{key: "select", form: selectWord, required: true, doc: "Which date picks the version."},
				{key: "proration", form: newProration(), required: true, doc: "How the days of a bill scale its fixed amounts and the bounds of its tiers."},
				{key: "usage", form: choice("a rule for usage", rates.ExactUsage, rates.TruncateAndCarry, rates.NextWholeUnit), required: true,
					doc: "How measured usage becomes billed usage."},
				{key: "undated", form: isTrue, doc: "Bills without dates are priced; such a schedule has one version."},
				{key: "seasons", form: newSeasons(aText, selectWord), doc: "Divides the year, where prices depend on it."},
				{key: "facts", form: &form{kind: names, name: "a mapping of facts", of: fact, block: true}, doc: "What the schedule may ask of an account, by name."},
				{key: "versions", form: &form{kind: list, name: "a list of versions", of: version, block: true, spaced: true}, required: true,
					doc: "The prices as they were adopted, each beginning where the one before it ends."},
			},
		}}, required: true, doc: "The rate schedules."},
		{key: "checks", form: newChecks(aText, aDate, aQuantity, source), doc: "Worked bills that the book must reproduce, or it does not load."},
	}}
	return book, value
}

func newValue(aText, isTrue, texts, textOrTexts *form) (value, tiers *form) {
	value = &form{kind: union, name: "a value"}
	tiers = &form{kind: list, name: "a list of tiers", block: true, of: &form{kind: object, name: "a tier", fields: []field{
		{key: "up_to", form: value, doc: "The most units in this tier and those below it; left out in the last."},
		{key: "price", form: value, required: true, doc: "Dollars for each unit."},
	}}}
	value.any = []*form{
		{kind: scalar, name: "a number or a formula"},
		{kind: object, name: "an exact formula", fields: []field{
			{key: "formula", form: &form{kind: formula, name: "a formula"}, required: true, doc: "The formula."},
			{key: "exact", form: isTrue, required: true, doc: "Its result may be a fraction that does not end."},
		}},
		{kind: object, name: "a table", fields: []field{
			{key: "by", form: textOrTexts, required: true, doc: "The facts, texts or season whose texts make the key."},
			{key: "rows", form: &form{kind: rows, name: "the rows of a table", of: value}, required: true, doc: "The values by key; one mapping in the other for each name of by."},
			{key: "else", form: value, doc: "The value where no row has the key; a bill is refused where there is none."},
		}},
		{kind: object, name: "an amount by tiers", fields: []field{
			{key: "tiers", form: tiers, required: true, doc: "Bands of the quantity, each at its own price."},
			{key: "quantity", form: value, doc: "What is priced; the billed usage where it is left out."},
		}},
		{kind: object, name: "a text as a value", fields: []field{{key: "text", form: aText, required: true, doc: "A text, for keys of tables."}}},
		{kind: object, name: "a name as a value", fields: []field{{key: "name", form: aText, required: true, doc: "The fact or definition whose value this is."}}},
		{kind: object, name: "a joined text", fields: []field{
			{key: "join", form: texts, required: true, doc: "The names whose texts are joined, for keys of tables."},
			{key: "with", form: aText, doc: "What stands between them."},
		}},
	}
	return value, tiers
}

func newUnit() *form {
	units := make([]metering.Unit, 0, metering.BillingUnit)
	for u := metering.Gallon; u.Valid(); u++ {
		units = append(units, u)
	}
	f := choice("a unit", units...)
	f.meant = func(written string) string {
		if u, err := metering.ParseUnit(written); err == nil {
			return u.String()
		}
		return ""
	}
	return f
}

func newRounding() *form {
	return &form{kind: object, name: "a rounding", fields: []field{
		{key: "mode", form: choice("a rounding mode", exact.HalfUp, exact.HalfEven, exact.Up, exact.Down), required: true, doc: "What becomes of a part of a cent."},
		{key: "place", form: choice("a place of rounding", money.ByLine, money.AtTotal), required: true, doc: "Whether each line is rounded, or the total."},
	}}
}

func newProration() *form {
	return &form{kind: union, name: "a proration", any: []*form{
		{kind: word, name: "a proration", words: []string{notProrated}, hint: "or what it is over and what it scales, as in {over: stated_days, days: 30, scales: [fixed]}"},
		{kind: object, name: "a proration", fields: []field{
			{key: "over", form: choice("a denominator", rates.StatedDays, rates.CycleDays, rates.MonthDays), required: true, doc: "The days for which prices are stated."},
			{key: "days", form: &form{kind: whole, name: "a number of days"}, doc: "The days of stated_days, 1 to 366."},
			{key: "scales", form: &form{kind: list, name: "a list of things to scale", of: &form{kind: word, name: "a thing to scale", words: []string{scalesFixed, scalesTiers}}},
				required: true, doc: "What the days scale: fixed amounts, the bounds of tiers, or both."},
		}},
	}}
}

func newSeasons(aText, selectWord *form) *form {
	return &form{kind: object, name: "a division into seasons", fields: []field{
		{key: "select", form: selectWord, required: true, doc: "Which date picks the season of a bill."},
		{key: "starts", form: &form{kind: list, name: "a list of seasons", of: &form{kind: object, name: "a season", fields: []field{
			{key: "name", form: aText, required: true, doc: "Names the season; may stand more than once."},
			{key: "from", form: &form{kind: monthDay, name: "a month and day"}, required: true, doc: "Its first day in every year."},
		}}}, required: true, doc: "The first days of the seasons, in the order of the calendar."},
	}}
}

func newChecks(aText, aDate, aQuantity, source *form) *form {
	given := &form{kind: factValue, name: "a text or a number"}
	facts := &form{kind: names, name: "a mapping of facts", of: given}
	changes := &form{kind: list, name: "a list of changes", of: &form{kind: object, name: "a change", fields: []field{
		{key: "fact", form: aText, required: true, doc: "The fact that changes."},
		{key: "value", form: given, required: true, doc: "What it is from that day on."},
		{key: "on", form: aDate, required: true, doc: "The first day of the new value."},
	}}}
	someDollars := &form{kind: dollars, name: "an amount in dollars"}
	return &form{kind: list, name: "a list of checks", block: true, spaced: true, of: &form{kind: object, name: "a check", block: true, rules: []string{"total", "refused"}, fields: []field{
		{key: "name", form: aText, required: true, doc: "Names the check; no two alike."},
		{key: "source", form: source, doc: "Where the bill is printed."},
		{key: "schedule", form: aText, required: true, doc: "The id of the schedule."},
		{key: "from", form: aDate, needs: []string{"to"}, doc: "The first day of the bill."},
		{key: "to", form: aDate, needs: []string{"from"}, doc: "The day after its last."},
		{key: "bill_date", form: aDate, doc: "The day of the bill."},
		{key: "cycle_days", form: &form{kind: whole, name: "a number of days"}, doc: "The days of the full cycle."},
		{key: "usage", form: aQuantity, not: []string{"meters"}, doc: "What was measured, in the schedule's unit."},
		{key: "carried", form: aQuantity, not: []string{"meters"}, doc: "The part of a unit that the last bill left unbilled."},
		{key: "facts", form: facts, doc: "What is known of the account."},
		{key: "changes", form: changes, doc: "Facts that change after the first day."},
		{key: "meters", form: &form{kind: list, name: "a list of meters", of: &form{kind: object, name: "a meter", fields: []field{
			{key: "id", form: aText, required: true, doc: "Names the meter."},
			{key: "usage", form: aQuantity, doc: "What it measured, in the schedule's unit."},
			{key: "carried", form: aQuantity, doc: "The part of a unit that the last bill left unbilled."},
			{key: "facts", form: facts, doc: "What is known of the meter."},
			{key: "changes", form: changes, doc: "Facts of the meter that change."},
		}}}, doc: "The account's meters, where it has several."},
		{key: "lines", form: &form{kind: list, name: "a list of lines", of: &form{kind: pair, name: "a line", of: someDollars}}, not: []string{"refused"},
			doc: "Every line of the bill in printed order: the id of the charge, and dollars."},
		{key: "total", form: someDollars, doc: "The total of the bill in dollars."},
		{key: "refused", form: &form{kind: code, name: "the code of a refusal"}, doc: "The code with which the bill is refused."},
	}}}
}

// choice is the form of a word that stands for one of the choices.
func choice[T interface{ String() string }](name string, choices ...T) *form {
	f := &form{kind: word, name: name}
	for _, c := range choices {
		f.words = append(f.words, c.String())
	}
	return f
}
