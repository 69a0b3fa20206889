package ratecheck

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

func (t *trial) moreCostsMore() *Breach {
	for i := range t.quotes {
		sc := &t.scenes[i]
		last := -1
		for j := range t.quotes[i] {
			if t.errs[i][j] != nil {
				continue
			}
			if last >= 0 && t.quotes[i][j].Total.Cmp(t.quotes[i][last].Total) < 0 && t.falls(&t.quotes[i][last], &t.quotes[i][j]) {
				return t.smallestFall(sc, sc.usages[last], sc.usages[j])
			}
			last = j
		}
	}
	return nil
}

// falls says whether a bill falls by more than the cents that rounding moves: where only those
// do, nothing is wrong with the rates.
func (t *trial) falls(less, more *rates.Quote) bool {
	tolerance := exact.Ratio{}
	if t.s.Rounding.Place == money.ByLine {
		lines := int64(0)
		for range more.Lines() {
			lines++
		}
		tolerance = cents(lines)
	}
	return less.Exact().Sub(more.Exact()).Cmp(tolerance) > 0
}

// smallestFall narrows two usages, of which the higher costs less, as far as short numbers go.
func (t *trial) smallestFall(sc *scene, less, more exact.Number) *Breach {
	total := func(n exact.Number) (money.Amount, bool) {
		q, err := t.engine.Price(sc.at(n))
		return q.Total, err == nil
	}
	half, _ := exact.New(1, 2)
	for places := 0; places <= 2; places++ {
		for {
			mid, ok := numberOf(less.Ratio().Add(more.Ratio()).Mul(half).Floor(places))
			if !ok || mid.Cmp(less) <= 0 || mid.Cmp(more) >= 0 {
				break
			}
			at, priced := total(mid)
			if !priced {
				break
			}
			if low, _ := total(less); at.Cmp(low) < 0 {
				more = mid
			} else {
				less = mid
			}
		}
	}
	p, _ := t.engine.Price(sc.at(less))
	q, _ := t.engine.Price(sc.at(more))
	return &Breach{Bills: inputs(&p, &q), What: fmt.Sprintf("%s costs %s, and %s costs %s: more for less", usageText(&p), p.Total, usageText(&q), q.Total),
		Fix: "look at " + cheaper(&p, &q)}
}

// cheaper names the charges that fall from one bill to another.
func cheaper(before, after *rates.Quote) string {
	sums := map[string]exact.Ratio{}
	var texts []string
	names := map[string]string{}
	for line := range before.Lines() {
		sums[line.Charge()] = sums[line.Charge()].Sub(line.Exact())
		names[line.Charge()] = line.Text()
	}
	for line := range after.Lines() {
		sums[line.Charge()] = sums[line.Charge()].Add(line.Exact())
		names[line.Charge()] = line.Text()
	}
	for _, id := range slices.Sorted(maps.Keys(sums)) {
		if sums[id].Sign() < 0 {
			texts = append(texts, names[id])
		}
	}
	return some(texts, ", ")
}

func (t *trial) neverNegative() *Breach {
	return t.each(func(q *rates.Quote) *Breach {
		if q.Total.Sign() >= 0 {
			return nil
		}
		return &Breach{Bills: inputs(q), What: fmt.Sprintf("%s comes to %s", usageText(q), q.Total), Fix: "limit the credits to the charges that they are of, or to a cap"}
	})
}

// largerPaysMore compares the bills of no usage of accounts that differ in one size.
func (t *trial) largerPaysMore() *Breach {
	for _, f := range t.s.Facts {
		if !t.isSize(f.Name) {
			continue
		}
		type sized struct {
			size  exact.Ratio
			quote *rates.Quote
		}
		alike := map[string][]sized{}
		var keys []string
		for i := range t.scenes {
			sc := &t.scenes[i]
			size, ok := sizeText(sc.in.Facts[f.Name])
			if !ok || t.errs[i][0] != nil || !sc.usages[0].IsZero() {
				continue
			}
			in := sc.in
			in.Facts = maps.Clone(in.Facts)
			delete(in.Facts, f.Name)
			key := sceneKey(&in)
			if len(alike[key]) == 0 {
				keys = append(keys, key)
			}
			alike[key] = append(alike[key], sized{size, &t.quotes[i][0]})
		}
		for _, key := range keys {
			all := alike[key]
			slices.SortStableFunc(all, func(a, b sized) int { return a.size.Cmp(b.size) })
			for i := 1; i < len(all); i++ {
				p, q := all[i-1].quote, all[i].quote
				if p.Total.Cmp(q.Total) > 0 && all[i-1].size.Cmp(all[i].size) < 0 {
					name := strings.ReplaceAll(f.Name, "_", " ")
					return &Breach{Bills: inputs(p, q), What: fmt.Sprintf("%s %s pays %s, and %s pays %s, without usage", name, p.Input.Facts[f.Name], p.Total, q.Input.Facts[f.Name], q.Total),
						Fix: "look for a slip in " + cheaper(p, q)}
				}
			}
		}
	}
	return nil
}

// isSize says whether a fact is a size in inches: all its values are sizes, and one is written with
// a fraction or a sign for inches, as no number of persons is.
func (t *trial) isSize(fact string) bool {
	inches := false
	for i := range t.scenes {
		text, has := t.scenes[i].in.Facts[fact]
		if !has {
			continue
		}
		if _, ok := sizeText(text); !ok {
			return false
		}
		inches = inches || strings.ContainsAny(text, "/\"½¼¾⅝") || strings.Contains(text, "in")
	}
	return inches
}

// sizeText reads the size of a meter: 5/8, 1 1/2, 2, with or without the sign for inches, and
// with any sign between the whole and the fraction.
func sizeText(text string) (size exact.Ratio, ok bool) {
	text, _, _ = strings.Cut(text, " x ") // 5/8 x 3/4: the meter in a larger line
	text = halves.Replace(text)
	for _, inch := range []string{`"`, "inches", "inch", "in.", "in"} {
		text = strings.TrimSpace(strings.TrimSuffix(text, inch))
	}
	if n, err := exact.Parse(text); err == nil {
		return n, n.Sign() > 0
	}
	text = strings.TrimSpace(text)
	whole, fraction := "0", text
	if i := strings.IndexAny(text, " |-"); i > 0 {
		whole, fraction = text[:i], strings.TrimSpace(text[i+1:])
	}
	over, under, found := strings.Cut(fraction, "/")
	w, errW := strconv.ParseUint(whole, 10, 16)
	a, errA := strconv.ParseUint(over, 10, 16)
	b, errB := strconv.ParseUint(under, 10, 16)
	if !found || errW != nil || errA != nil || errB != nil || b == 0 {
		return size, false
	}
	part, err := exact.New(int64(a), int64(b))
	return exact.Int(int64(w)).Add(part), err == nil
}

var halves = strings.NewReplacer("½", " 1/2", "¼", " 1/4", "¾", " 3/4", "⅝", " 5/8")

// boundsJoin looks at each bound from both sides: what is used across it costs something
// between what the same costs below and above it.
func (t *trial) boundsJoin() *Breach {
	step, _ := exact.New(1, 100)
	if t.s.Usage != rates.ExactUsage {
		step = exact.Int(1)
	}
	for i := range t.scenes {
		sc := &t.scenes[i]
		bounds := sc.bounds
		for k, bound := range bounds {
			low, high := bound.Floor(2), bound.Ceil(2)
			if t.s.Usage != rates.ExactUsage {
				low, high = bound.Floor(0), bound.Ceil(0)
			}
			points := [4]exact.Ratio{low.Sub(step).Sub(step), low.Sub(step), high.Add(step), high.Add(step).Add(step)}
			if points[0].Sign() < 0 || k > 0 && bounds[k-1].Cmp(points[0]) > 0 || k+1 < len(bounds) && bounds[k+1].Cmp(points[3]) < 0 {
				continue // another bound is too near
			}
			if b := t.joins(sc, bound, points); b != nil {
				return b
			}
		}
	}
	return nil
}

// joins looks at each charge by itself. One that is flat on both sides goes by steps, as amounts
// do that are rounded to whole units on their way, and so may jump; percentages and what else
// follows other charges jump with them.
func (t *trial) joins(sc *scene, bound exact.Ratio, points [4]exact.Ratio) *Breach {
	var quotes [4]rates.Quote
	costs := map[string]*[4]exact.Ratio{}
	var ids []string
	for i, point := range points {
		n, ok := numberOf(point)
		if !ok {
			return nil
		}
		q, err := t.engine.Price(sc.at(n))
		if err != nil {
			return nil
		}
		quotes[i] = q
		for line := range q.Lines() {
			id := line.Charge()
			if costs[id] == nil {
				costs[id] = new([4]exact.Ratio)
				ids = append(ids, id)
			}
			costs[id][i] = costs[id][i].Add(line.Exact())
		}
	}
	width := points[2].Sub(points[1])
	for _, id := range ids {
		if t.follows(id) {
			continue
		}
		c := costs[id]
		below, above := slope(c[0], c[1], points[0], points[1]), slope(c[2], c[3], points[2], points[3])
		across := c[2].Sub(c[1])
		least, most := exact.Min(below, above).Mul(width).Sub(cents(2)), exact.Max(below, above).Mul(width).Add(cents(2))
		if across.Cmp(least) >= 0 && across.Cmp(most) <= 0 || below.IsZero() && above.IsZero() {
			continue
		}
		return &Breach{Bills: inputs(&quotes[1], &quotes[2]),
			What: fmt.Sprintf("around the bound of %s %s jumps: %s more cost %s, where a unit costs %s below and %s above", shortDecimal(bound), t.textOf(id), shortDecimal(width),
				shortDollars(across), shortDollars(below), shortDollars(above)),
			Fix: "let the upper tier price what is above the bound, and not all that is used"}
	}
	return nil
}

// slope is what a unit costs between two usages.
func slope(costFrom, costTo, from, to exact.Ratio) exact.Ratio {
	s, err := costTo.Sub(costFrom).Quo(to.Sub(from))
	if err != nil {
		return exact.Ratio{} // the usages differ
	}
	return s
}

// follows says whether a charge rests on other charges.
func (t *trial) follows(id string) bool {
	for i := range t.s.Versions {
		for _, c := range t.s.Versions[i].Charges {
			if c.ID != id {
				continue
			}
			switch c.Rule.(type) {
			case rates.Percent, rates.Minimum, rates.Credit:
				return true
			}
		}
	}
	return false
}

// textOf is what bills print for a charge.
func (t *trial) textOf(id string) string {
	for i := range t.s.Versions {
		for _, c := range t.s.Versions[i].Charges {
			if c.ID == id && c.Text != "" {
				return c.Text
			}
		}
	}
	return id
}
