package rates

import (
	"maps"
	"slices"
)

// clone is a copy of the book that shares nothing with it, so that an engine
// stays what it was when its book is changed. Compile has bounded its depth.
func (b Book) clone() Book {
	b.Schedules = slices.Clone(b.Schedules)
	for i := range b.Schedules {
		s := &b.Schedules[i]
		s.Seasons.Starts = slices.Clone(s.Seasons.Starts)
		s.Codes = maps.Clone(s.Codes)
		s.Facts = slices.Clone(s.Facts)
		for j := range s.Facts {
			s.Facts[j].Allowed = slices.Clone(s.Facts[j].Allowed)
			if r := s.Facts[j].Range; r != nil {
				own := *r
				s.Facts[j].Range = &own
			}
		}
		s.Versions = slices.Clone(s.Versions)
		for j := range s.Versions {
			s.Versions[j] = s.Versions[j].clone()
		}
	}
	return b
}

func (v Version) clone() Version {
	v.Definitions = slices.Clone(v.Definitions)
	for i := range v.Definitions {
		v.Definitions[i].Value = cloneValue(v.Definitions[i].Value)
	}
	v.Charges = slices.Clone(v.Charges)
	for i := range v.Charges {
		c := &v.Charges[i]
		c.Meters, c.When = cloneConditions(c.Meters), cloneConditions(c.When)
		c.Rule = cloneRule(c.Rule)
	}
	return v
}

func cloneConditions(all []Condition) []Condition {
	all = slices.Clone(all)
	for i := range all {
		all[i].In = slices.Clone(all[i].In)
	}
	return all
}

func cloneRule(r Rule) Rule {
	switch r := r.(type) {
	case Fixed:
		return Fixed{cloneValue(r.Amount)}
	case PerUnit:
		return PerUnit{Of: cloneValue(r.Of), Price: cloneValue(r.Price)}
	case Tiered:
		return cloneTiered(r)
	case Percent:
		return Percent{Rate: cloneValue(r.Rate), Of: slices.Clone(r.Of)}
	case Minimum:
		return Minimum{Amount: cloneValue(r.Amount), Of: slices.Clone(r.Of)}
	case Credit:
		return Credit{Amount: cloneValue(r.Amount), Percent: cloneValue(r.Percent), Cap: cloneValue(r.Cap), Of: slices.Clone(r.Of)}
	case Computed:
		return Computed{cloneValue(r.Amount)}
	}
	return r
}

func cloneValue(v Value) Value {
	switch v := v.(type) {
	case Table:
		v.By = slices.Clone(v.By)
		v.Rows = slices.Clone(v.Rows)
		for i := range v.Rows {
			v.Rows[i].Key = slices.Clone(v.Rows[i].Key)
			v.Rows[i].Value = cloneValue(v.Rows[i].Value)
		}
		v.Else = cloneValue(v.Else)
		return v
	case List:
		v = slices.Clone(v)
		for i := range v {
			v[i] = cloneValue(v[i])
		}
		return v
	case Joined:
		v.Names = slices.Clone(v.Names)
		return v
	case Tiered:
		return cloneTiered(v)
	}
	return v // the rest hold no slices
}

func cloneTiered(t Tiered) Tiered {
	t.Of = cloneValue(t.Of)
	switch tiers := t.Tiers.(type) {
	case TierList:
		tiers = slices.Clone(tiers)
		for i := range tiers {
			tiers[i] = Tier{cloneValue(tiers[i].UpTo), cloneValue(tiers[i].Price)}
		}
		t.Tiers = tiers
	case TierColumns:
		tiers.From, tiers.Prices = cloneValue(tiers.From), cloneValue(tiers.Prices)
		t.Tiers = tiers
	}
	return t
}
