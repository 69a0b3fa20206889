package ratefile

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/rates"
)

func (w *writer) rule(n *yamldoc.Node, r rates.Rule, at *place) {
	put := func(key string, v rates.Value) { w.put(n, key, w.value(v, at.under(key))) }
	optional := func(key string, v rates.Value) {
		if v != nil {
			put(key, v)
		}
	}
	of := func(ids []string) { w.put(n, "of", w.texts(ids, at.under("of"))) }
	switch r := r.(type) {
	case rates.Fixed:
		put("fixed", r.Amount)
	case rates.PerUnit:
		put("per_unit", r.Price)
		optional("quantity", r.Of)
	case rates.Tiered:
		w.put(n, "tiers", w.tiers(r.Tiers, at.under("tiers")))
		optional("quantity", r.Of)
	case rates.Percent:
		put("percent", r.Rate)
		of(r.Of)
	case rates.Minimum:
		put("minimum", r.Amount)
		of(r.Of)
	case rates.Credit:
		if (r.Amount == nil) == (r.Percent == nil) {
			w.refuse(rates.ErrRule, at, "a credit is either an amount or a percentage", "state one of the two")
		}
		optional("credit", r.Amount)
		optional("credit_percent", r.Percent)
		optional("cap", r.Cap)
		of(r.Of)
	case rates.Computed:
		put("computed", r.Amount)
	default:
		w.refuse(ErrMissing, at, fmt.Sprintf("the rule %T cannot be stated", r), "use a rule of billing/rates")
	}
}

// tiers are the tiers of a list; nothing where they are none.
func (w *writer) tiers(t rates.Tiers, at *place) *yamldoc.Node {
	list, ok := t.(rates.TierList)
	if !ok {
		w.refuse(ErrShape, at, fmt.Sprintf("the tiers %T cannot be stated", t), "use a TierList")
		return nil
	}
	n := &yamldoc.Node{Kind: yamldoc.Sequence}
	for i, tier := range list {
		item := mapping()
		if tier.UpTo != nil {
			w.put(item, "up_to", w.value(tier.UpTo, at.item(i).under("up_to")))
		}
		w.put(item, "price", w.value(tier.Price, at.item(i).under("price")))
		n.Items = append(n.Items, item)
	}
	return orNone(n)
}

func (w *writer) number(number rates.Number, at *place) *yamldoc.Node {
	d := decimal.Decimal(number)
	if e := d.Exponent(); e > maxDigits || e < -maxDigits {
		w.refuse(ErrNumber, at, fmt.Sprintf("the number has more than %d digits", maxDigits), "state it shorter")
		return nil
	}
	return scalarNode(d.StringFixed(max(-d.Exponent(), 0)))
}

// value is the node of a value. One that cannot be stated is reported, and is nothing.
func (w *writer) value(v rates.Value, at *place) *yamldoc.Node {
	n := mapping()
	switch v := v.(type) {
	case rates.Number:
		return w.number(v, at)
	case rates.Formula:
		if v.Exact {
			w.put(n, "formula", w.text(v.Text, at))
			w.put(n, "exact", trueNode(true))
			return n
		}
		if numberText.MatchString(v.Text) {
			w.refuse(ErrNumber, at, fmt.Sprintf("a formula that is only the number %s cannot be told from it", shown(v.Text)), "make it a Number")
		}
		return w.text(v.Text, at)
	case rates.Table:
		return w.table(&v, at)
	case rates.Tiered:
		w.put(n, "tiers", w.tiers(v.Tiers, at.under("tiers")))
		if v.Of != nil {
			w.put(n, "quantity", w.value(v.Of, at.under("quantity")))
		}
	case rates.Text:
		w.put(n, "text", w.text(string(v), at))
	case rates.Name:
		w.put(n, "name", w.text(string(v), at))
	case rates.Joined:
		w.put(n, "join", w.texts(v.Names, at.under("join")))
		w.put(n, "with", w.optional(v.With, at.under("with")))
	case nil:
		w.refuse(ErrMissing, at, "the value is missing", "state it")
	default:
		w.refuse(ErrShape, at, fmt.Sprintf("the value %T cannot be stated", v), "state it in another way")
	}
	return n
}

func (w *writer) table(t *rates.Table, at *place) *yamldoc.Node {
	n, all := mapping(), mapping()
	w.put(n, "by", w.texts(t.By, at.under("by")))
	for i := range t.Rows {
		w.row(all, &t.Rows[i], len(t.By), i, at)
	}
	w.put(n, "rows", orNone(all))
	if t.Else != nil {
		w.put(n, "else", w.value(t.Else, at.under("else")))
	}
	return n
}

// row adds a row to the rows of a table: a mapping in the last one for each name but
// the last.
func (w *writer) row(all *yamldoc.Node, row *rates.Row, names, i int, at *place) {
	under := at.under("rows")
	if len(row.Key) != names || names == 0 {
		w.refuse(rates.ErrRule, under, fmt.Sprintf("the key of row %d has %d texts for %d names", i, len(row.Key), names), "give one for each name")
		return
	}
	for _, key := range row.Key[:names-1] {
		under = under.under(key)
		inner := w.seen[all][key]
		switch {
		case inner == nil:
			inner = mapping()
			w.name(all, key, inner, under)
		case all.Entries[len(all.Entries)-1].Value != inner:
			w.refuse(ErrShape, under, "its rows do not stand together", "put the rows of one first key side by side")
		}
		all = inner
	}
	last := row.Key[names-1]
	under = under.under(last)
	w.name(all, last, w.value(row.Value, under), under)
}
