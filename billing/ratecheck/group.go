package ratecheck

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A group counts the bills of a class.
type group struct {
	class string
	// schedule is that of the bill before.
	schedule string
	tally
	days             int64
	shortest         int64
	longest          int64
	riseBy, fallBy   money.Amount
	changes          Distribution
	billsBefore      Distribution
	billsAfter       Distribution
	unit             metering.Unit // 0 before the first bill, and where mixed
	mixed            bool
	thousandths      int64 // of a unit, of usage
	units            exact.Ratio
	usage            bins[usageBin]
	sizes            [len(sizeBounds) + 1]tally
	before, after    lineSums
	mostUp, mostDown []Extreme
}

// A tally is what bills come to.
type tally struct {
	count            int64
	sumBefore        money.Amount
	sumAfter         money.Amount
	rise, fall, same int64
}

func (t *tally) add(before, after money.Amount) error {
	t.count++
	switch after.Cmp(before) {
	case 1:
		t.rise++
	case -1:
		t.fall++
	default:
		t.same++
	}
	if err := addTo(&t.sumBefore, before); err != nil {
		return err
	}
	return addTo(&t.sumAfter, after)
}

func (t *tally) merge(o *tally) error {
	t.count += o.count
	t.rise += o.rise
	t.fall += o.fall
	t.same += o.same
	return cmp.Or(addTo(&t.sumBefore, o.sumBefore), addTo(&t.sumAfter, o.sumAfter))
}

// A usageBin is bills of about the same usage, and the most of it.
type usageBin struct {
	tally
	most uint64 // thousandths
}

// usageDigits are the first digits of a usage in thousandths that it is counted by.
const usageDigits = 4

// sizeBounds are where the bands of amounts begin, in dollars, behind the first.
var sizeBounds = [...]int64{0, 25, 50, 75, 100, 150, 200, 300, 500, 1_000, 2_000, 5_000, 10_000}

// add counts a bill whose usage before counts in units of unit.
func (g *group) add(a *Account, unit metering.Unit, before, after *rates.Quote) error {
	switch {
	case g.count == 0:
		g.unit = unit
	case g.unit != unit && !g.mixed:
		g.unmeasure()
	}
	change, err := after.Total.Sub(before.Total)
	if err != nil {
		return &problem.Error{Code: rates.ErrRange, Pos: a.Pos, What: "the bills differ by more than an amount can be", Err: err}
	}
	g.addDays(int64(a.Before.Period.Days()))
	if err := g.tally.add(before.Total, after.Total); err != nil {
		return err
	}
	if err := g.sizes[sizeOf(before.Total)].add(before.Total, after.Total); err != nil {
		return err
	}
	g.changes.add(change.Cents())
	g.billsBefore.add(before.Total.Cents())
	g.billsAfter.add(after.Total.Cents())
	if err := g.extreme(a, change, before.Total, after.Total); err != nil {
		return err
	}
	if !g.mixed {
		if err := g.measure(&a.Before, before.Total, after.Total); err != nil {
			return err
		}
	}
	if err := g.before.add(before); err != nil {
		return err
	}
	return g.after.add(after)
}

// addDays counts the days of a bill; it stands behind the bills before it.
func (g *group) addDays(days int64) {
	if g.count == 0 || days < g.shortest {
		g.shortest = days
	}
	g.longest = max(g.longest, days)
	g.days += days
}

// unmeasure leaves the usage out: its bills count different units.
func (g *group) unmeasure() {
	g.mixed, g.unit, g.thousandths, g.units, g.usage = true, 0, 0, exact.Ratio{}, bins[usageBin]{}
}

// measure counts a bill by its usage.
func (g *group) measure(in *rates.Input, before, after money.Amount) error {
	thousandths, units, err := usageOf(in, g.unit)
	if err != nil {
		return err
	}
	if !units.IsZero() {
		g.units = g.units.Add(units)
	} else if g.thousandths += int64(thousandths); g.thousandths > 1<<62 { // one more cannot overflow it
		g.spill()
	}
	b := g.usage.at(indexOf(thousandths, usageDigits))
	b.most = max(b.most, thousandths)
	return b.add(before, after)
}

// spill takes whole thousandths over to units.
func (g *group) spill() {
	part, _ := exact.New(g.thousandths, 1000) // it is above zero
	g.units, g.thousandths = g.units.Add(part), 0
}

// sizeOf is the band of an amount.
func sizeOf(a money.Amount) int {
	cents := a.Cents()
	for i, bound := range sizeBounds {
		if cents < bound*100 {
			return i
		}
	}
	return len(sizeBounds)
}

// extreme keeps the bills that change most.
func (g *group) extreme(a *Account, change, before, after money.Amount) error {
	e := Extreme{ID: a.ID, Pos: a.Pos, Before: before, After: after}
	switch change.Sign() {
	case 1:
		g.mostUp = keepExtreme(g.mostUp, e, change)
		return addTo(&g.riseBy, change)
	case -1:
		g.mostDown = keepExtreme(g.mostDown, e, change)
		by, err := change.Neg()
		if err != nil {
			return err
		}
		return addTo(&g.fallBy, by)
	}
	return nil
}

// keepExtreme puts a bill in its place among those that change most, all of them the same way.
func keepExtreme(all []Extreme, e Extreme, change money.Amount) []Extreme {
	size := magnitude(change)
	at := len(all)
	for at > 0 && magnitude(all[at-1].change()) < size {
		at--
	}
	if at >= MostTold {
		return all
	}
	if len(all) == MostTold {
		all = all[:MostTold-1]
	}
	return slices.Insert(all, at, e)
}

func (e *Extreme) change() money.Amount {
	change, _ := e.After.Sub(e.Before) // the bill has been counted with it
	return change
}

func magnitude(a money.Amount) uint64 {
	if c := a.Cents(); c < 0 {
		return -uint64(c)
	}
	return uint64(a.Cents())
}

// merge counts the bills of another group, which come after those of this one.
func (g *group) merge(o *group) error {
	if o.count == 0 {
		return nil
	}
	if g.count == 0 {
		g.unit, g.mixed = o.unit, o.mixed
	} else if !g.mixed && (o.mixed || g.unit != o.unit) {
		g.unmeasure()
	}
	if g.count == 0 || o.shortest < g.shortest {
		g.shortest = o.shortest
	}
	g.longest = max(g.longest, o.longest)
	g.days += o.days
	var failed error
	keep := func(err error) {
		if err != nil && failed == nil {
			failed = err
		}
	}
	keep(g.tally.merge(&o.tally))
	keep(addTo(&g.riseBy, o.riseBy))
	keep(addTo(&g.fallBy, o.fallBy))
	g.changes.merge(&o.changes)
	g.billsBefore.merge(&o.billsBefore)
	g.billsAfter.merge(&o.billsAfter)
	for i := range g.sizes {
		keep(g.sizes[i].merge(&o.sizes[i]))
	}
	if !g.mixed {
		g.units = g.units.Add(o.units)
		if g.thousandths += o.thousandths; g.thousandths > 1<<62 {
			g.spill()
		}
		g.usage.merge(&o.usage, func(to, from *usageBin) {
			to.most = max(to.most, from.most)
			keep(to.tally.merge(&from.tally))
		})
	}
	keep(g.before.merge(&o.before))
	keep(g.after.merge(&o.after))
	for _, e := range o.mostUp {
		g.mostUp = keepExtreme(g.mostUp, e, e.change())
	}
	for _, e := range o.mostDown {
		g.mostDown = keepExtreme(g.mostDown, e, e.change())
	}
	return failed
}

// found is the group as it is told.
func (g *group) found() (Group, error) {
	out := Group{Class: g.class, Bills: g.count, Days: g.days, ShortestDays: g.shortest, LongestDays: g.longest, Before: g.sumBefore, After: g.sumAfter, Rise: g.rise, Fall: g.fall, Same: g.same,
		RiseBy: g.riseBy, FallBy: g.fallBy, Unit: g.unit, MostUp: slices.Clone(g.mostUp), MostDown: slices.Clone(g.mostDown)}
	// What the study goes on to count is not to be seen in what it has told.
	out.Changes.merge(&g.changes)
	out.BillsBefore.merge(&g.billsBefore)
	out.BillsAfter.merge(&g.billsAfter)
	if !g.mixed {
		part, _ := exact.New(g.thousandths, 1000)
		out.Units = g.units.Add(part)
		deciles, err := g.deciles()
		if err != nil {
			return out, err
		}
		out.Deciles = deciles
	}
	for i := range g.sizes {
		if t := &g.sizes[i]; t.count > 0 {
			b := t.band(i + 1)
			if i > 0 {
				b.From = exact.Int(sizeBounds[i-1])
			}
			if i < len(sizeBounds) {
				b.To = exact.Int(sizeBounds[i])
			}
			out.Sizes = append(out.Sizes, b)
		}
	}
	if _, err := g.sumAfter.Sub(g.sumBefore); err != nil {
		return out, addTo(&money.Amount{}, g.sumAfter)
	}
	out.Revenue = revenue(&g.before, &g.after)
	var err error
	out.Causes, err = causes(&g.before, &g.after)
	return out, err
}

func (t *tally) band(number int) Band {
	return Band{Number: number, Bills: t.count, Before: t.sumBefore, After: t.sumAfter, Rise: t.rise, Fall: t.fall, Same: t.same}
}

// deciles puts bills of the same usage into the tenth that the first of them is in.
func (g *group) deciles() ([]Band, error) {
	var all []Band
	seen := int64(0)
	for i := range g.usage.size() {
		bin := g.usage.get(i)
		if bin.count == 0 {
			continue
		}
		number := int(tenths(seen, g.count)) + 1
		seen += bin.count
		if len(all) == 0 || all[len(all)-1].Number != number {
			all = append(all, Band{Number: number, From: thousandthsOf(valueOf(i, usageDigits))})
		}
		b := &all[len(all)-1]
		b.To = thousandthsOf(bin.most)
		t := tally{b.Bills, b.Before, b.After, b.Rise, b.Fall, b.Same}
		if err := t.merge(&bin.tally); err != nil {
			return nil, err
		}
		from, to := b.From, b.To
		*b = t.band(number)
		b.From, b.To = from, to
	}
	return all, nil
}

// tenths is how many whole tenths of all the bills have been seen, without overflow.
func tenths(seen, all int64) int64 {
	if seen < 1<<59 {
		return seen * 10 / all
	}
	return seen / (all / 10)
}

func thousandthsOf(n uint64) exact.Ratio {
	r, _ := exact.New(int64(n), 1000) // at most 2^53
	return r
}

// usageOf is the usage of a bill in a unit: thousandths cut toward zero, and all of it.
func usageOf(in *rates.Input, unit metering.Unit) (thousandths uint64, all exact.Ratio, err error) {
	if len(in.Meters) == 0 && (in.Usage.Unit() == unit || in.Usage == (metering.Volume{})) {
		n := in.Usage.Number()
		if c, places := n.Coefficient(), n.Places(); c >= 0 && places <= 3 && c <= rates.MaxUsage {
			return uint64(c) * powers[3-places], exact.Ratio{}, nil
		}
	}
	volumes := []metering.Volume{in.Usage}
	for i := range in.Meters {
		volumes = append(volumes, in.Meters[i].Usage)
	}
	for _, v := range volumes {
		if v == (metering.Volume{}) {
			continue
		}
		part, err := v.In(unit)
		if err != nil {
			return 0, all, fmt.Errorf("usage: %w", err)
		}
		all = all.Add(part)
	}
	n, ok := all.Mul(exact.Int(1000)).Floor(0).Int64()
	if !ok {
		return 0, all, fmt.Errorf("usage: %w", rates.ErrUsage)
	}
	return uint64(n), all, nil
}
