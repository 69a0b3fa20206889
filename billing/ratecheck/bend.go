package ratecheck

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
)

// measure finds the usages at which to bill a scene: around the bounds of its tiers and the
// numbers of the schedule, and some ordinary ones. It says no where there are none, since the
// account cannot be priced.
func (d *drafter) measure(sc *scene, most int) bool {
	if !d.priced(sc.in) {
		one, _ := exact.NewNumber(1, 0)
		sc.usages = []exact.Number{one}
		return d.refused
	}
	sc.bounds = d.bounds(&sc.in)
	sc.usages = d.usages(sc.bounds, most)
	return true
}

func (d *drafter) usages(bounds []exact.Ratio, most int) []exact.Number {
	var all []exact.Number
	add := func(r exact.Ratio) {
		for _, r := range []exact.Ratio{r.Floor(2), r.Ceil(2)} {
			if r.Sign() < 0 || r.Cmp(exact.Int(100_000_000)) > 0 {
				continue
			}
			if n, ok := numberOf(r); ok && !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	half, _ := exact.New(1, 2)
	tenth, _ := exact.New(1, 10)
	ordinary := []string{"0", "1", "13", "50", "500", "0.5", "2.5", "5", "10", "20", "27.3", "100", "2000"}
	if most <= fewUsages {
		ordinary = ordinary[:5]
	}
	for _, text := range ordinary {
		r, _ := exact.Parse(text)
		add(r)
	}
	bounds = slices.Clone(bounds)
	for _, r := range d.numbers {
		if r.Cmp(exact.Int(1)) > 0 {
			bounds = append(bounds, r)
		}
	}
	for _, b := range bounds {
		if len(all) >= most {
			break
		}
		for _, step := range []exact.Ratio{{}, exact.Int(1), half, tenth, exact.Int(2)} {
			add(b.Add(step))
			add(b.Sub(step))
		}
	}
	slices.SortFunc(all, exact.Number.Cmp)
	return all
}

// bounds are where an account's tiers end, as a bill shows that fills all of them, and where else
// the cost of a unit changes.
func (d *drafter) bounds(in *rates.Input) []exact.Ratio {
	sc := scene{in: *in, unit: d.s.Unit}
	large, _ := exact.NewNumber(10_000_000, 0)
	q, err := d.engine.Price(sc.at(large))
	if err != nil {
		return nil
	}
	var all []exact.Ratio
	charge, filled := "", exact.Ratio{}
	for line := range both(&q) {
		if line.Tier() == 0 || !line.Period().IsZero() {
			continue // a part of a bill has a share of its tiers
		}
		if key := line.Charge() + "|" + line.Meter(); key != charge {
			charge, filled = key, exact.Ratio{}
		} else if !slices.ContainsFunc(all, filled.Equal) {
			all = append(all, filled) // another tier follows
		}
		filled = filled.Add(line.Quantity())
	}
	// Other charges may bend where tiers do not.
	if d.bent++; len(all) == 0 || d.bent <= mostBent {
		for _, bend := range d.bends(&sc) {
			if !slices.ContainsFunc(all, func(b exact.Ratio) bool { return b.Sub(bend).Abs().Cmp(cents(2)) <= 0 }) {
				all = append(all, bend)
			}
		}
	}
	slices.SortFunc(all, exact.Ratio.Cmp)
	return all
}

// As many bends are looked for, and as many bills priced to find them.
const (
	mostBends  = 12
	mostProbes = 400
	mostBent   = 40 // accounts whose bills show their tiers
)

// bends are usages at which the cost of a unit changes, to a hundredth: what is charged between
// two usages is halved until it is straight.
func (d *drafter) bends(sc *scene) []exact.Ratio {
	step, _ := exact.New(1, 100)
	if d.s.Usage != rates.ExactUsage {
		step = exact.Int(1)
	}
	b := bender{d: d, sc: sc, step: step}
	last := exact.Ratio{}
	lastCost, ok := b.cost(last)
	if !ok {
		return nil
	}
	off, _ := exact.New(37, 100) // bounds are mostly whole
	for at := int64(1); at <= 1<<20; at *= 2 {
		next := exact.Int(at)
		if !step.IsInt() {
			next = next.Add(off)
		}
		cost, ok := b.cost(next)
		if !ok {
			break
		}
		b.search(last, next, lastCost, cost, 2, false)
		last, lastCost = next, cost
	}
	slices.SortFunc(b.found, exact.Ratio.Cmp)
	return slices.CompactFunc(b.found, func(x, y exact.Ratio) bool { return y.Sub(x).Abs().Cmp(step) <= 0 })
}

type bender struct {
	d      *drafter
	sc     *scene
	step   exact.Ratio
	probes int
	found  []exact.Ratio
}

func (b *bender) cost(usage exact.Ratio) (cost exact.Ratio, ok bool) {
	n, ok := numberOf(usage)
	if b.probes++; !ok || b.probes > mostProbes {
		return cost, false
	}
	q, err := b.d.engine.Price(b.sc.at(n))
	return q.Exact(), err == nil
}

// search finds bends between two usages. Where the middle lies on the line between them, it is
// halved so many times more, since what bends there and back may do so too. Bent says that the
// stretch of which this is a half is.
func (b *bender) search(from, to, costFrom, costTo exact.Ratio, trust int, bent bool) {
	width := to.Sub(from)
	if len(b.found) >= mostBends {
		return
	}
	if width.Cmp(b.step) <= 0 {
		if bent {
			b.found = append(b.found, to)
		}
		return
	}
	half, _ := exact.New(1, 2)
	places := 2
	if b.step.IsInt() {
		places = 0
	}
	mid := from.Add(width.Mul(half)).Floor(places)
	if mid.Cmp(from) <= 0 {
		mid = from.Add(b.step)
	}
	cost, ok := b.cost(mid)
	if !ok {
		return
	}
	share, err := mid.Sub(from).Quo(width)
	if err != nil {
		return
	}
	if straight := costFrom.Add(costTo.Sub(costFrom).Mul(share)); cost.Equal(straight) {
		if trust == 0 {
			return
		}
		b.search(from, mid, costFrom, cost, trust-1, false)
		b.search(mid, to, cost, costTo, trust-1, false)
		return
	}
	had := len(b.found)
	b.search(from, mid, costFrom, cost, 1, true)
	b.search(mid, to, cost, costTo, 1, true)
	if len(b.found) == had {
		b.found = append(b.found, mid) // both halves are straight
	}
}

// both are the lines of a bill and its memos.
func both(q *rates.Quote) func(func(rates.Line) bool) {
	return func(yield func(rates.Line) bool) {
		for line := range q.Lines() {
			if !yield(line) {
				return
			}
		}
		for line := range q.Memos() {
			if !yield(line) {
				return
			}
		}
	}
}

// numberOf is a fraction as a plain decimal.
func numberOf(r exact.Ratio) (exact.Number, bool) {
	text, ends := r.Decimal(0)
	if !ends {
		return exact.Number{}, false
	}
	n, err := exact.ParseNumber(text)
	return n, err == nil
}

// literals are the numbers that stand in a formula.
func literals(text string) []exact.Ratio {
	var all []exact.Ratio
	for _, at := range literalPlaces(text) {
		if r, err := exact.Parse(text[at[0]:at[1]]); err == nil {
			all = append(all, r)
		}
	}
	return all
}

// literalPlaces are where numbers stand in a formula: digits that are no part of a name.
func literalPlaces(text string) [][2]int {
	var all [][2]int
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	word := func(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case word(c):
			for i < len(text) && (word(text[i]) || digit(text[i]) || text[i] == '.') {
				i++
			}
		case digit(c) || c == '.':
			from := i
			for i < len(text) && (digit(text[i]) || text[i] == '.') {
				i++
			}
			all = append(all, [2]int{from, i})
		default:
			i++
		}
	}
	return all
}
