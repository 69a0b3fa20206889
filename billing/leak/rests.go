package leak

import (
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/rates"
)

// rests finds, for each charge, the IDs of the charges that it is made of: by its list, or by a formula, through the
// definitions that it uses.
func rests(charges []rates.Charge, s rates.Schedule) map[string][]string {
	w := walk{charges: map[string]bool{}, definitions: map[string][]rates.Value{}}
	for _, c := range charges {
		w.charges[c.ID] = true
	}
	for _, v := range s.Versions {
		for _, d := range v.Definitions {
			w.definitions[d.Name] = append(w.definitions[d.Name], d.Value)
		}
	}
	rests := map[string][]string{}
	for _, c := range charges {
		w.found, w.seen = nil, map[string]bool{}
		w.rule(c.Rule)
		for _, id := range w.found {
			if id != c.ID && !slices.Contains(rests[c.ID], id) {
				rests[c.ID] = append(rests[c.ID], id)
			}
		}
	}
	return rests
}

// walk goes through the values of a rule.
type walk struct {
	charges     map[string]bool
	definitions map[string][]rates.Value
	seen        map[string]bool // definitions
	found       []string        // charges
}

func (w *walk) rule(rule rates.Rule) {
	switch r := rule.(type) {
	case rates.Fixed:
		w.values(r.Amount)
	case rates.PerUnit:
		w.values(r.Of, r.Price)
	case rates.Tiered:
		w.values(r)
	case rates.Percent:
		w.names(r.Of...)
		w.values(r.Rate)
	case rates.Minimum:
		w.names(r.Of...)
		w.values(r.Amount)
	case rates.Credit:
		w.names(r.Of...)
		w.values(r.Amount, r.Percent, r.Cap)
	case rates.Computed:
		w.values(r.Amount)
	}
}

func (w *walk) values(values ...rates.Value) {
	for _, value := range values {
		switch v := value.(type) {
		case rates.Formula:
			w.names(strings.FieldsFunc(v.Text, func(r rune) bool { return !nameRune(r) })...)
		case rates.Name:
			w.names(string(v))
		case rates.Joined:
			w.names(v.Names...)
		case rates.Table:
			w.names(v.By...)
			for _, row := range v.Rows {
				w.values(row.Value)
			}
			w.values(v.Else)
		case rates.List:
			w.values(v...)
		case rates.Tiered:
			w.values(v.Of)
			switch t := v.Tiers.(type) {
			case rates.TierList:
				for _, tier := range t {
					w.values(tier.UpTo, tier.Price)
				}
			case rates.TierColumns:
				w.values(t.From, t.Prices)
			}
		}
	}
}

// names notes the charges among the names, and goes through the definitions.
func (w *walk) names(names ...string) {
	for _, name := range names {
		if w.charges[name] {
			w.found = append(w.found, name)
		}
		if definition, ok := w.definitions[name]; ok && !w.seen[name] {
			w.seen[name] = true
			w.values(definition...)
		}
	}
}

// nameRune reports whether a formula may have the rune in a name.
func nameRune(r rune) bool {
	return r == '_' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}
