package ratecheck

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/rates"
)

// A leaf is a number that a version states, or one of those in a formula.
type leaf struct {
	// words say what it is: "the price of tier 2 of Water".
	words  string
	number decimal.Decimal
	// money says that it is dollars, so that a cent is the least step of it.
	money bool
	// facts are what an account must have for the number to be reached, as far as tables say.
	facts rates.Facts
}

// rewriteVersion calls change with every number of a version, in the order of the book, and puts
// what it returns in its place. The version shares nothing with others.
func rewriteVersion(v *rates.Version, change func(leaf) decimal.Decimal) {
	w := rewriter{change: change, joined: joinedNames(v)}
	for i := range v.Definitions {
		d := &v.Definitions[i]
		d.Value = w.value(d.Value, leaf{words: "of " + d.Name})
	}
	for i := range v.Charges {
		c := &v.Charges[i]
		c.Rule = w.rule(c.Rule, cmp.Or(c.Text, c.ID))
	}
}

type rewriter struct {
	change func(leaf) decimal.Decimal
	joined map[string]rates.Joined
}

// joinedNames are the definitions that join texts to keys.
func joinedNames(v *rates.Version) map[string]rates.Joined {
	joined := map[string]rates.Joined{}
	for _, def := range v.Definitions {
		if j, ok := def.Value.(rates.Joined); ok {
			joined[def.Name] = j
		}
	}
	return joined
}

// keyFacts are the names that a row of a table asks for, with their texts.
func keyFacts(by, key []string, joined map[string]rates.Joined) rates.Facts {
	row := rates.Facts{}
	for n, name := range by {
		names, parts := []string{name}, []string{key[n]}
		if j, ok := joined[name]; ok {
			names, parts = j.Names, splitKey(key[n], j.With, len(j.Names))
		}
		for k, name := range names {
			if k < len(parts) {
				row[name] = parts[k]
			}
		}
	}
	return row
}

func (w rewriter) rule(r rates.Rule, name string) rates.Rule {
	dollars := func(words string) leaf { return leaf{words: words + name, money: true} }
	plain := func(words string) leaf { return leaf{words: words + name} }
	switch r := r.(type) {
	case rates.Fixed:
		return rates.Fixed{Amount: w.value(r.Amount, dollars("of "))}
	case rates.PerUnit:
		return rates.PerUnit{Of: w.value(r.Of, plain("of the quantity of ")), Price: w.value(r.Price, dollars("of the price of "))}
	case rates.Tiered:
		return w.tiered(r, name)
	case rates.Percent:
		r.Rate = w.value(r.Rate, plain("of the percentage of "))
		return r
	case rates.Minimum:
		r.Amount = w.value(r.Amount, dollars("of "))
		return r
	case rates.Credit:
		r.Amount = w.value(r.Amount, dollars("of "))
		r.Percent = w.value(r.Percent, plain("of the percentage of "))
		r.Cap = w.value(r.Cap, dollars("of the cap of "))
		return r
	case rates.Computed:
		return rates.Computed{Amount: w.value(r.Amount, plain("of "))}
	}
	return r
}

func (w rewriter) tiered(t rates.Tiered, name string) rates.Tiered {
	t.Of = w.value(t.Of, leaf{words: "of the quantity of " + name})
	switch tiers := t.Tiers.(type) {
	case rates.TierList:
		for i := range tiers {
			tiers[i].UpTo = w.value(tiers[i].UpTo, leaf{words: fmt.Sprintf("of the bound of tier %d of %s", i+1, name)})
			tiers[i].Price = w.value(tiers[i].Price, leaf{words: fmt.Sprintf("of the price of tier %d of %s", i+1, name), money: true})
		}
	case rates.TierColumns:
		tiers.From = w.value(tiers.From, leaf{words: "of the bounds of " + name})
		tiers.Prices = w.value(tiers.Prices, leaf{words: "of the prices of " + name, money: true})
		t.Tiers = tiers
	}
	return t
}

func (w rewriter) value(v rates.Value, l leaf) rates.Value {
	switch v := v.(type) {
	case rates.Number:
		l.number = decimal.Decimal(v)
		return rates.Number(w.change(l))
	case rates.Formula:
		v.Text = w.formula(v.Text, l)
		return v
	case rates.Table:
		for i := range v.Rows {
			row := l
			row.words = keyWords(v.By, v.Rows[i].Key) + " " + l.words
			row.facts = keyFacts(v.By, v.Rows[i].Key, w.joined)
			maps.Copy(row.facts, l.facts)
			v.Rows[i].Value = w.value(v.Rows[i].Value, row)
		}
		rest := l
		rest.words = "for the rest " + l.words
		v.Else = w.value(v.Else, rest)
		return v
	case rates.List:
		for i := range v {
			item := l
			item.words = fmt.Sprintf("number %d %s", i+1, l.words)
			v[i] = w.value(v[i], item)
		}
		return v
	case rates.Tiered:
		return w.tiered(v, strings.TrimPrefix(l.words, "of "))
	}
	return v
}

func keyWords(by, key []string) string {
	parts := make([]string, len(by))
	for i, name := range by {
		parts[i] = strings.ReplaceAll(name, "_", " ") + " " + key[i]
	}
	return "for " + strings.Join(parts, ", ")
}

// formula changes the numbers in a formula.
func (w rewriter) formula(text string, l leaf) string {
	var b strings.Builder
	done := 0
	l.money = false
	words := fmt.Sprintf("in the formula %s %s", text, l.words)
	for _, at := range literalPlaces(text) {
		n, err := decimal.NewFromString(text[at[0]:at[1]])
		if err != nil {
			continue // "12." is none
		}
		l.words, l.number = words, n
		b.WriteString(text[done:at[0]])
		if to := w.change(l); to.Equal(n) {
			b.WriteString(text[at[0]:at[1]])
		} else {
			b.WriteString("(" + to.String() + ")")
		}
		done = at[1]
	}
	b.WriteString(text[done:])
	return b.String()
}
