package impactreport

import (
	"cmp"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// thousandths is a usage in thousandths of a unit, which is what usage is counted to.
type thousandths int64

func (n thousandths) ratio() exact.Ratio {
	r, _ := exact.New(int64(n), 1000) // not over zero
	return r
}

func (n thousandths) volume(unit metering.Unit) metering.Volume {
	number, _ := exact.NewNumber(int64(n), 3) // a usage has at most 16 digits
	v, _ := metering.NewVolume(number, unit)  // the unit is that of a schedule
	return v
}

func thousandthsOf(r exact.Ratio) thousandths {
	n, _ := r.Mul(exact.Int(1000)).Round(0, exact.HalfUp).Int64() // a usage is at most [rates.MaxUsage]
	return thousandths(n)
}

// usages are those at which the customers of a class are shown.
type usages struct {
	unit metering.Unit
	// low, median and high are what about 2, 5 and 9 of 10 bills of the class do not exceed.
	low, median, high thousandths
	// round are the multiples of step from 0 to about high.
	round []thousandths
	step  thousandths
	// guessed: no bill of the class shows what is usual.
	guessed bool
}

// most is the highest level.
func (u *usages) most() thousandths { return u.round[len(u.round)-1] }

// levels are the round usages, the median, and others. A round one that is close to one of those
// gives way to it.
func (u *usages) levels(others ...thousandths) []thousandths {
	if u.median > 0 {
		others = append(slices.Clone(others), u.median)
	}
	all := slices.DeleteFunc(slices.Clone(u.round), func(level thousandths) bool {
		return level != 0 && level != u.most() && slices.ContainsFunc(others, func(n thousandths) bool {
			return max(level-n, n-level) < u.step*3/10
		})
	})
	all = append(all, others...)
	slices.Sort(all)
	return slices.Compact(all)
}

// guessedMost is where levels end in a class without bills: some 30 CCF.
const guessedMost = 30

// usagesOf finds the usages of a class; its group is nil where no bill of it was studied.
func usagesOf(g *ratecheck.Group, unit metering.Unit) usages {
	u := usages{unit: unit}
	top := thousandths(0)
	if g != nil && g.Unit != 0 {
		u.unit = g.Unit
		u.low, u.median, u.high = short(usageOf(g, 2)), short(usageOf(g, 5)), short(usageOf(g, 9))
		top = u.high
	} else {
		u.guessed = true
		top = guessedTop(unit)
	}
	if top == 0 {
		u.round = []thousandths{0}
		return u
	}
	u.step = thousandths(nice(int64(top), 6))
	for level := thousandths(0); ; level += u.step {
		u.round = append(u.round, level)
		if level >= top {
			break
		}
	}
	return u
}

// guessedTop is some 30 CCF in a unit.
func guessedTop(unit metering.Unit) thousandths {
	v, _ := metering.VolumeOf("30", metering.CCF)
	if in, err := v.In(unit); err == nil {
		return short(thousandthsOf(in))
	}
	return guessedMost * 1000 // a unit of the tariff's own
}

// usageOf is the most usage of so many tenths of the bills that use least. It is that of the
// decile in which they end.
func usageOf(g *ratecheck.Group, tenths int) thousandths {
	seen, last := int64(0), thousandths(0)
	for _, d := range g.Deciles {
		if seen += d.Bills; seen == 0 {
			continue
		}
		last = thousandthsOf(d.To)
		// Whole parts and remainders apart, so that nothing overflows.
		if seen >= g.Bills/10*int64(tenths)+(g.Bills%10*int64(tenths)+9)/10 {
			break
		}
	}
	return last
}

// short rounds a usage, half up, to two digits, or to a whole number from 5 on.
func short(n thousandths) thousandths {
	unit := thousandths(1)
	if n >= 5_000 {
		unit = 1000
	}
	for n/unit >= 100 {
		unit *= 10
	}
	return (n + unit/2) / unit * unit
}

// nice is the smallest step of 1, 2 or 5 and zeros that a span has at most so many of.
func nice(span int64, most int64) int64 {
	for step := int64(1); ; step *= 10 {
		for _, s := range []int64{step, 2 * step, 5 * step} {
			if (span-1)/s < most {
				return s
			}
		}
	}
}

// bends are the usages, up to the most, at which a tier ends in a bill: there its curve bends. A
// charge may have others, such as a minimum; a curve shows them as exactly as its points are close.
// They are not known where the book refuses the bill.
func bends(engine *rates.Engine, in rates.Input, unit metering.Unit, most thousandths) (found []thousandths, known bool) {
	in.Usage = most.volume(unit)
	quote, err := engine.Price(in)
	if err != nil {
		return nil, false
	}
	counts, ok := engine.Unit(in.Schedule)
	if !ok {
		return nil, false
	}
	type tier struct {
		charge string
		number int
		units  exact.Ratio
	}
	var tiers []tier
	for line := range quote.Lines() {
		if line.Tier() == 0 {
			continue
		}
		at := slices.IndexFunc(tiers, func(t tier) bool { return t.charge == line.Charge() && t.number == line.Tier() })
		if at < 0 {
			at = len(tiers)
			tiers = append(tiers, tier{charge: line.Charge(), number: line.Tier()})
		}
		tiers[at].units = tiers[at].units.Add(line.Quantity())
	}
	slices.SortStableFunc(tiers, func(a, b tier) int { return cmp.Or(cmp.Compare(a.charge, b.charge), cmp.Compare(a.number, b.number)) })
	known = true
	end := exact.Ratio{}
	for i, t := range tiers {
		if i > 0 && tiers[i-1].charge != t.charge {
			end = exact.Ratio{}
		}
		end = end.Add(t.units)
		at, err := convert(end, counts, unit)
		if err != nil {
			known = false
		} else if at > 0 && at < most-1 { // the last ends there, give or take the rounding
			found = append(found, at)
		}
	}
	slices.Sort(found)
	return slices.Compact(found), known
}

// convert takes a number of one unit into another.
func convert(r exact.Ratio, from, to metering.Unit) (thousandths, error) {
	one, _ := exact.NewNumber(1, 0)
	v, err := metering.NewVolume(one, from)
	if err != nil {
		return 0, err
	}
	in, err := v.In(to)
	if err != nil {
		return 0, err
	}
	return thousandthsOf(r.Mul(in)), nil
}
