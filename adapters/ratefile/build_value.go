package ratefile

import (
	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/rates"
)

// refused stands where the check has refused a value: no more is said of it.
func (b *builder) refused(n *yamldoc.Node) rates.Value {
	return rates.Refuse{Code: ErrShape, Pos: n.Pos(b.name), What: "the value could not be read"}
}

func (b *builder) value(n *yamldoc.Node) rates.Value {
	switch n.Kind {
	case yamldoc.Scalar:
		if numberText.MatchString(n.Text) {
			return rates.Num(n.Text)
		}
		return rates.Formula{Text: n.Text, Pos: n.Pos(b.name)}
	case yamldoc.Mapping:
		return b.mapping(n)
	}
	return b.refused(n)
}

func (b *builder) mapping(n *yamldoc.Node) rates.Value {
	get := func(key string) *yamldoc.Node { return n.Get(key).Value }
	refused := func(n *yamldoc.Node) bool { return n == nil || n.Kind == yamldoc.Refused }
	form, flaw := pick(valueForm, n)
	if flaw != nil {
		return b.refused(n)
	}
	switch form.fields[0].key {
	case "formula":
		if t := get("formula"); !refused(t) {
			return rates.Formula{Text: t.Text, Exact: true, Pos: n.Pos(b.name)}
		}
	case "by":
		if !refused(get("by")) && !refused(get("rows")) {
			return b.table(n)
		}
	case "tiers":
		if !refused(get("tiers")) {
			t := rates.Tiered{Tiers: b.tiers(get("tiers"))}
			if q := get("quantity"); q != nil {
				t.Of = b.value(q)
			}
			return t
		}
	case "text":
		if t := get("text"); !refused(t) {
			return rates.Text(t.Text)
		}
	case "name":
		if t := get("name"); !refused(t) {
			return rates.Name(t.Text)
		}
	case "join":
		if t := get("join"); !refused(t) {
			return rates.Joined{Names: textsOf(t), With: textOf(get("with"))}
		}
	}
	return b.refused(n)
}

func (b *builder) table(n *yamldoc.Node) rates.Value {
	t := rates.Table{By: textsOf(n.Get("by").Value), Pos: n.Pos(b.name)}
	leaves(n.Get("rows").Value, len(t.By), func(keys []*yamldoc.Node, leaf *yamldoc.Node) bool {
		row := rates.Row{Key: make([]string, len(keys)), Value: b.value(leaf)}
		for i, key := range keys {
			row.Key[i] = key.Text
		}
		t.Rows = append(t.Rows, row)
		return true
	})
	if e := n.Get("else").Value; e != nil {
		t.Else = b.value(e)
	}
	return t
}

// leaves calls yield for the rows of a table by so many names, in their order.
func leaves(n *yamldoc.Node, depth int, yield func(keys []*yamldoc.Node, leaf *yamldoc.Node) bool) bool {
	var walk func(n *yamldoc.Node, keys []*yamldoc.Node) bool
	walk = func(n *yamldoc.Node, keys []*yamldoc.Node) bool {
		if len(keys) == depth {
			return yield(keys, n)
		}
		for _, e := range n.Entries {
			if !walk(e.Value, append(keys[:len(keys):len(keys)], e.Key)) {
				return false
			}
		}
		return true
	}
	return walk(n, nil)
}

func (b *builder) tiers(n *yamldoc.Node) rates.Tiers {
	if n.Kind != yamldoc.Sequence {
		return rates.TierList{{Price: b.refused(n)}}
	}
	tiers := make(rates.TierList, len(n.Items))
	for i, item := range n.Items {
		if up := item.Get("up_to").Value; up != nil {
			tiers[i].UpTo = b.value(up)
		} else if item.Kind == yamldoc.Refused && i < len(n.Items)-1 {
			tiers[i].UpTo = b.refused(item)
		}
		if price := item.Get("price").Value; price != nil {
			tiers[i].Price = b.value(price)
		} else {
			tiers[i].Price = b.refused(item)
		}
	}
	return tiers
}
