package ratecheck

import "github.com/headgate-dev/headgate/billing/rates"

// A visitor is called with what a version states; what it does not ask for may be nil.
type visitor struct {
	table     func(*rates.Table)
	condition func(*rates.Condition)
	number    func(rates.Number)
	formula   func(*rates.Formula)
}

// walkVersion visits a version in the order of the book.
func walkVersion(v *rates.Version, see visitor) {
	for i := range v.Definitions {
		see.value(v.Definitions[i].Value)
	}
	for i := range v.Charges {
		c := &v.Charges[i]
		for j := range c.Meters {
			see.conditions(&c.Meters[j])
		}
		for j := range c.When {
			see.conditions(&c.When[j])
		}
		switch r := c.Rule.(type) {
		case rates.Fixed:
			see.value(r.Amount)
		case rates.PerUnit:
			see.value(r.Of)
			see.value(r.Price)
		case rates.Tiered:
			see.value(r)
		case rates.Percent:
			see.value(r.Rate)
		case rates.Minimum:
			see.value(r.Amount)
		case rates.Credit:
			see.value(r.Amount)
			see.value(r.Percent)
			see.value(r.Cap)
		case rates.Computed:
			see.value(r.Amount)
		}
	}
}

func (see visitor) conditions(c *rates.Condition) {
	if see.condition != nil {
		see.condition(c)
	}
}

func (see visitor) value(v rates.Value) {
	switch v := v.(type) {
	case rates.Number:
		if see.number != nil {
			see.number(v)
		}
	case rates.Formula:
		if see.formula != nil {
			see.formula(&v)
		}
	case rates.Table:
		if see.table != nil {
			see.table(&v)
		}
		for i := range v.Rows {
			see.value(v.Rows[i].Value)
		}
		see.value(v.Else)
	case rates.List:
		for _, item := range v {
			see.value(item)
		}
	case rates.Tiered:
		see.value(v.Of)
		switch tiers := v.Tiers.(type) {
		case rates.TierList:
			for _, t := range tiers {
				see.value(t.UpTo)
				see.value(t.Price)
			}
		case rates.TierColumns:
			see.value(tiers.From)
			see.value(tiers.Prices)
		}
	}
}
