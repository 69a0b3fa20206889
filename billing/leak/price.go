package leak

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// key is a charge, of one meter where it is made for each; memo charges are no part of a bill.
type key struct {
	charge, meter string
	memo          bool
}

// sum is the lines of a charge.
type sum struct {
	amount money.Amount
	exact  exact.Ratio
	units  exact.Ratio
	lines  []rates.Line
}

// quoteOf is what the bill comes to at one usage.
type quoteOf struct {
	keys []key
	sums map[key]sum
	cuts bool // lines have days of their own
}

// bill is a bill on its way to be priced again, with other usage.
type bill struct {
	engine   *rates.Engine
	quote    rates.Quote
	meter    string
	unit     metering.Unit
	usage    exact.Ratio // U
	billed   *quoteOf
	schedule rates.Schedule
	charges  []rates.Charge  // of the versions that the bill has
	units    map[string]bool // charges that are a price for units
	at       []pricedAt      // the usages that have been priced
}

type pricedAt struct {
	usage exact.Ratio
	quote *quoteOf
}

func newBill(engine *rates.Engine, q rates.Quote, meter string) (*bill, error) {
	if engine == nil || q.Refused() {
		return nil, refuse(ErrFact, "quote", "there is no bill: the quote was refused, or has no engine",
			"give the quote that was billed, and the engine of its book")
	}
	if err := engine.Verify(q); err != nil {
		return nil, err
	}
	b := &bill{engine: engine, quote: q, meter: meter, units: map[string]bool{}}
	b.unit, _ = engine.Unit(q.Input.Schedule)
	usages := q.Usage()
	at := slices.IndexFunc(usages, func(u rates.Billed) bool { return u.Meter == meter })
	if at < 0 {
		return nil, refuse(ErrFact, "meter", fmt.Sprintf("the bill has no meter %q", meter), "name the meter that leaked, as the bill does")
	}
	b.usage = usages[at].Usage
	var err error
	if b.billed, err = newQuote(q); err != nil {
		return nil, err
	}
	b.at = []pricedAt{{b.usage, b.billed}}
	b.read()
	return b, nil
}

// read takes from the book what the bill's versions say of their charges.
func (b *bill) read() {
	for _, s := range b.engine.Book().Schedules {
		if s.ID == b.quote.Input.Schedule {
			b.schedule = s
		}
	}
	for _, v := range b.schedule.Versions {
		cited := slices.ContainsFunc(b.billed.keys, func(k key) bool {
			return slices.ContainsFunc(b.billed.sums[k].lines, func(l rates.Line) bool { return l.Version() == v.From })
		})
		if !cited {
			continue
		}
		b.charges = append(b.charges, v.Charges...)
		for _, c := range v.Charges {
			switch c.Rule.(type) {
			case rates.PerUnit, rates.Tiered:
				b.units[c.ID] = true
			}
		}
	}
}

func newQuote(q rates.Quote) (*quoteOf, error) {
	out := &quoteOf{sums: map[key]sum{}}
	add := func(l rates.Line, memo bool) error {
		key := key{l.Charge(), l.Meter(), memo}
		s, ok := out.sums[key]
		if !ok {
			out.keys = append(out.keys, key)
		}
		var err error
		if s.amount, err = s.amount.Add(l.Amount()); err != nil {
			return err
		}
		s.exact, s.units, s.lines = s.exact.Add(l.Exact()), s.units.Add(l.Quantity()), append(s.lines, l)
		out.sums[key] = s
		out.cuts = out.cuts || !l.Period().IsZero()
		return nil
	}
	for l := range q.Lines() {
		if err := add(l, false); err != nil {
			return nil, err
		}
	}
	for l := range q.Memos() {
		if err := add(l, true); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// price is the bill at another usage of the meter that leaked: the bill's own input, only that changed. Each usage is priced
// once.
func (b *bill) price(usage exact.Ratio) (*quoteOf, error) {
	for _, a := range b.at {
		if a.usage.Equal(usage) {
			return a.quote, nil
		}
	}
	refuse := func(what string) error {
		return refuse(ErrUnits, "usage", show(usage)+" "+b.unit.String()+" "+what,
			"round the baseline and the excused units to what the schedule bills")
	}
	text, ends := usage.Decimal(18)
	if !ends {
		return nil, refuse("has no decimal that ends")
	}
	used, err := metering.VolumeOf(text, b.unit)
	if err != nil {
		return nil, refuse("has too many digits")
	}
	in := b.quote.Input
	if len(in.Meters) == 0 {
		in.Usage, in.Carried = used, exact.Ratio{}
	} else {
		in.Meters = slices.Clone(in.Meters)
		i := slices.IndexFunc(in.Meters, func(m rates.Meter) bool { return m.ID == b.meter })
		in.Meters[i].Usage, in.Meters[i].Carried = used, exact.Ratio{}
	}
	q, err := b.engine.Price(in)
	if err != nil {
		return nil, err
	}
	for _, u := range q.Usage() {
		if u.Meter == b.meter && !u.Usage.Equal(usage) {
			return nil, refuse("would be billed as " + show(u.Usage))
		}
	}
	priced, err := newQuote(q)
	if err != nil {
		return nil, err
	}
	b.at = append(b.at, pricedAt{usage, priced})
	return priced, nil
}

// tierOne is the units that the bill has in tier 1 of a charge: its width, as days and dwelling units make it, where usage is
// above it.
func (b *bill) tierOne(charge string) (exact.Ratio, error) {
	var in, all exact.Ratio
	for _, key := range b.billed.keys {
		if key.charge != charge || key.meter != "" && key.meter != b.meter {
			continue
		}
		for _, l := range b.billed.sums[key].lines {
			if l.Tier() == 1 {
				in = in.Add(l.Quantity())
			}
			all = all.Add(l.Quantity())
		}
	}
	if !all.Equal(b.usage) {
		return exact.Ratio{}, refuse(ErrCharge, charge,
			"the charge has "+show(all)+" of "+show(b.usage)+" units: its tier 1 is no part of usage",
			"name a charge whose tiers are on the usage of the meter that leaked")
	}
	return in, nil
}

// atTotal reports that amounts are rounded once at the total.
func (b *bill) atTotal() bool {
	if b.schedule.Rounding.Place == money.AtTotal {
		return true
	}
	blends := b.schedule.Select == rates.BlendByDay || b.schedule.Seasons.Select == rates.BlendByDay ||
		slices.ContainsFunc(b.schedule.Facts, func(f rates.Fact) bool { return f.Change == rates.BlendByDay })
	return blends && b.billed.cuts
}

// rest is what the rest of a part's excess comes to at P, in dollars, with its units: for the charge's lines of each
// version and of each meter the units between U − E and U − X, priced anew.
func (b *bill) rest(part Part, key key, low, high *quoteOf, tierThen int) (dollars, units exact.Ratio) {
	for _, l := range high.sums[key].lines {
		n := l.Quantity()
		for _, below := range low.sums[key].lines {
			if alike(l, below) && below.Tier() == l.Tier() {
				n = n.Sub(below.Quantity())
			}
		}
		price := part.priceOf(l, b.billed.sums[key].lines, tierThen)
		dollars, units = dollars.Add(n.Mul(price)), units.Add(n)
	}
	return dollars, units
}

// alike reports whether two lines of a charge are of the same days and version.
func alike(a, b rates.Line) bool { return a.Version() == b.Version() && a.Period() == b.Period() }

// priceOf is P for the units of a line, by the tiers that the bill reaches in the same days.
func (p Part) priceOf(l rates.Line, billed []rates.Line, tierThen int) exact.Ratio {
	if price, stated := p.Stated.Value(); stated {
		return price.Ratio()
	}
	tiers := make([]rates.Line, 0, len(billed))
	for _, t := range billed {
		if alike(t, l) {
			tiers = append(tiers, t)
		}
	}
	slices.SortStableFunc(tiers, func(a, b rates.Line) int { return a.Tier() - b.Tier() })
	price := l.Price()
	for i, t := range tiers {
		switch p.Price {
		case TierOne:
			if i == 0 {
				price = t.Price()
			}
		case LowestTier:
			price = exact.Min(price, t.Price())
		case TierDown:
			if t.Tier() < l.Tier() {
				price = t.Price()
			}
		case TierThen:
			if t.Tier() <= min(l.Tier(), tierThen) {
				price = t.Price()
			}
		}
	}
	return price
}
