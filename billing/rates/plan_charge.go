package rates

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/exact"
)

// planned is the plan's evaluation of a charge.
type planned struct{}

func (planned) holds(f *frame, when []condition) (bool, error) {
	for _, w := range when {
		text, err := w.fact.text(f)
		if err != nil || !w.in[text] {
			return false, err
		}
	}
	return true, nil
}

func (planned) lines(f *frame, c *charge, p *part, base amount) ([]item, error) {
	switch c.book.Rule.(type) {
	case Fixed:
		amount, err := positive(f, c.amount, "the amount")
		whole := amount.Mul(p.prorate)
		return []item{{plainLine: plainLine{Exact: whole.Mul(p.share)}, whole: whole, of: [3]exact.Ratio{amount}}}, err
	case PerUnit:
		price, err := positive(f, c.price, "the price")
		if err != nil {
			return nil, err
		}
		quantity, err := positive(f, c.quantity, "the quantity")
		whole := quantity.Mul(price)
		return []item{{plainLine: plainLine{Quantity: quantity.Mul(p.share), Price: price, Exact: whole.Mul(p.share)},
			whole: whole, of: [3]exact.Ratio{whole, price}}}, err
	case Tiered:
		bands, err := c.tiers.bands(f)
		if err != nil {
			return nil, err
		}
		return tierItems(bands, p.share), nil
	case Percent:
		rate, err := positive(f, c.percent, "the percentage")
		whole := percent(rate, base.whole)
		return []item{{plainLine: plainLine{Quantity: base.value, Price: rate, Exact: percent(rate, base.value)}, whole: whole, of: [3]exact.Ratio{whole, rate}}}, err
	case Minimum:
		least, err := positive(f, c.amount, "the minimum")
		needed := least.Mul(p.prorate)
		whole := needed.Sub(base.whole)
		if err != nil || whole.Sign() <= 0 {
			return nil, err
		}
		return []item{{plainLine: plainLine{Exact: needed.Mul(p.share).Sub(base.value)}, whole: whole, of: [3]exact.Ratio{least, base.whole}}}, nil
	case Credit:
		return c.credit(f, p, base)
	case Computed:
		whole, err := c.amount.num(f)
		return []item{{plainLine: plainLine{Exact: whole.Mul(p.share)}, whole: whole, of: [3]exact.Ratio{whole}}}, err
	}
	panic(fmt.Sprintf("rates: no such rule: %T", c.book.Rule)) // Compile has refused it
}

// positive is a number that may not lie below zero.
func positive(f *frame, n node, what string) (exact.Ratio, error) {
	v, err := n.num(f)
	if err == nil {
		err = notNegative(what, v)
	}
	return v, err
}

// tierItems are the lines of tiers that have usage, or of the first tier where
// none has.
func tierItems(bands []band, share exact.Ratio) []item {
	items := make([]item, 0, len(bands))
	for _, b := range bands {
		if b.quantity.Sign() > 0 {
			items = append(items, b.item(share))
		}
	}
	if len(items) == 0 {
		items = append(items, bands[0].item(share))
	}
	return items
}

func (b *band) item(share exact.Ratio) item {
	whole := b.quantity.Mul(b.price)
	return item{plainLine: plainLine{Tier: b.tier, Quantity: b.quantity.Mul(share), Price: b.price, Exact: whole.Mul(share)},
		whole: whole, of: [3]exact.Ratio{whole, b.price}}
}

func percent(rate, of exact.Ratio) exact.Ratio {
	hundredth, _ := exact.New(1, 100)
	return of.Mul(rate).Mul(hundredth)
}

// credit is the least of what the credit is, its cap, and what it is taken of.
func (c *charge) credit(f *frame, p *part, base amount) ([]item, error) {
	var own, most exact.Ratio
	var err error
	it := item{}
	if c.percent != nil {
		own, err = positive(f, c.percent, "the percentage")
		it.Price, it.Quantity = own, base.value
	} else {
		own, err = positive(f, c.amount, "the credit")
	}
	if err == nil && c.cap != nil {
		most, err = positive(f, c.cap, "the cap")
	}
	if err != nil {
		return nil, err
	}
	off := func(base, days exact.Ratio) exact.Ratio {
		base = exact.Max(base, exact.Ratio{})
		v := own.Mul(days)
		if c.percent != nil {
			v = percent(own, base)
		}
		if c.cap != nil {
			v = exact.Min(v, most.Mul(days))
		}
		if len(c.of) > 0 {
			v = exact.Min(v, base)
		}
		return v.Neg()
	}
	if it.whole = off(base.whole, p.prorate); it.whole.IsZero() {
		return nil, nil
	}
	it.Exact = off(base.value, p.prorate.Mul(p.share))
	it.of = [3]exact.Ratio{own, most, base.whole}
	return []item{it}, nil
}
