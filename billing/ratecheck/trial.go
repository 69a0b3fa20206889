package ratecheck

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A trial is the bills of a schedule on which the laws are tried.
type trial struct {
	engine *rates.Engine
	s      *rates.Schedule
	scenes []scene
	// quotes are the bills of each scene by usage; a bill that is refused has no amount.
	quotes [][]rates.Quote
	errs   [][]error
	priced int
}

func newTrial(engine *rates.Engine, s *rates.Schedule, own []rates.Input) *trial {
	t := &trial{engine: engine, s: s, scenes: scenes(engine, s, own, false)}
	t.quotes, t.errs = make([][]rates.Quote, len(t.scenes)), make([][]error, len(t.scenes))
	for i := range t.scenes {
		sc := &t.scenes[i]
		t.quotes[i], t.errs[i] = make([]rates.Quote, len(sc.usages)), make([]error, len(sc.usages))
		for j, usage := range sc.usages {
			if t.quotes[i][j], t.errs[i][j] = engine.Price(sc.at(usage)); t.errs[i][j] == nil {
				t.priced++
			}
		}
	}
	return t
}

// each goes through the bills that have an amount, until one breaks the law.
func (t *trial) each(try func(q *rates.Quote) *Breach) *Breach {
	for i := range t.quotes {
		for j := range t.quotes[i] {
			if t.errs[i][j] != nil {
				continue
			}
			if b := try(&t.quotes[i][j]); b != nil {
				return b
			}
		}
	}
	return nil
}

// sparse goes through some of the bills, for laws that take long to try: of each account the
// bills at a few usages, as many in all.
func (t *trial) sparse(most int, try func(q *rates.Quote) *Breach) *Breach {
	n := 0
	step := max(1, t.priced/most)
	return t.each(func(q *rates.Quote) *Breach {
		if n++; n%step != 0 {
			return nil
		}
		return try(q)
	})
}

func (t *trial) linesSum() *Breach {
	byLine := t.s.Rounding.Place == money.ByLine
	return t.each(func(q *rates.Quote) *Breach {
		sum, count := money.Amount{}, int64(0)
		for line := range q.Lines() {
			count++
			if err := addTo(&sum, line.Amount()); err != nil {
				return broken(err, q)
			}
			if rounded, err := money.FromRatio(line.Exact(), t.s.Rounding.Mode); byLine && (err != nil || line.Period().IsZero() && rounded != line.Amount() && !t.blends()) {
				return &Breach{Bills: inputs(q), What: fmt.Sprintf("the line %s is %s, and %s is %s before rounding", line.Text(), line.Amount(), line.Text(), decimalText(line.Exact())),
					Fix: "report it: the engine contradicts itself"}
			}
		}
		rest := q.Total.Ratio().Sub(q.Exact()).Abs()
		if sum != q.Total || rest.Cmp(cents(count)) > 0 {
			return &Breach{Bills: inputs(q), What: fmt.Sprintf("the lines sum to %s, exactly %s, and the total is %s", sum, decimalText(q.Exact()), q.Total), Fix: "report it: the engine contradicts itself"}
		}
		return nil
	})
}

// blends says whether bills of the schedule may be blended, and so rounded at the total.
func (t *trial) blends() bool {
	return t.s.Select == rates.BlendByDay || t.s.Seasons.Select == rates.BlendByDay ||
		slices.ContainsFunc(t.s.Facts, func(f rates.Fact) bool { return f.Change == rates.BlendByDay })
}

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

// othersIgnored adds a fact that nobody asks for.
func (t *trial) othersIgnored() *Breach {
	name := "color"
	for n := 0; slices.ContainsFunc(t.s.Facts, func(f rates.Fact) bool { return f.Name == name }); n++ {
		name = "color_" + strconv.Itoa(n)
	}
	return t.sparse(150, func(q *rates.Quote) *Breach {
		in := q.Input
		in.Facts = maps.Clone(in.Facts)
		if in.Facts == nil {
			in.Facts = rates.Facts{}
		}
		in.Facts[name] = "blue"
		return t.agrees(t.engine, q, in, fmt.Sprintf("a fact %s, which the schedule does not ask for,", name))
	})
}

// agrees is that an engine comes to the same for an input as a quote says.
func (t *trial) agrees(engine *rates.Engine, q *rates.Quote, in rates.Input, what string) *Breach {
	other, err := engine.Price(in)
	if err != nil {
		return &Breach{Bills: inputs(q), What: fmt.Sprintf("%s makes that it is refused: %s", what, reason(err)), Fix: "report it: the engine contradicts itself"}
	}
	if other.Total != q.Total || !other.Exact().Equal(q.Exact()) {
		return &Breach{Bills: inputs(q), What: fmt.Sprintf("%s makes it %s instead of %s", what, other.Total, q.Total), Fix: "report it: the engine contradicts itself"}
	}
	return nil
}

func (t *trial) orderIgnored() *Breach {
	engine, err := t.compile(func(s *rates.Schedule) {
		for i := range s.Versions {
			slices.Reverse(s.Versions[i].Charges)
		}
	})
	if err != nil {
		return &Breach{What: "with its charges in another order the book does not compile: " + reason(err), Fix: "report it: the engine contradicts itself"}
	}
	return t.sparse(150, func(q *rates.Quote) *Breach { return t.agrees(engine, q, q.Input, "the order of the charges") })
}

// compile is an engine of the schedule alone, changed.
func (t *trial) compile(change func(*rates.Schedule)) (*rates.Engine, error) {
	book := t.engine.Book()
	book.Schedules = slices.DeleteFunc(book.Schedules, func(s rates.Schedule) bool { return s.ID != t.s.ID })
	if len(book.Schedules) != 1 {
		return nil, &problem.Error{Code: rates.ErrNoSchedule, What: "the book has no schedule " + t.s.ID}
	}
	change(&book.Schedules[0])
	return rates.Compile(book)
}

func (t *trial) equalAgree() *Breach {
	equal, err := rates.Compile(t.engine.Book())
	if err != nil || equal.Digest() != t.engine.Digest() {
		return &Breach{What: "a copy of the book is another book", Fix: "report it: the engine contradicts itself"}
	}
	return t.sparse(150, func(q *rates.Quote) *Breach {
		if b := t.agrees(equal, q, q.Input, "an equal book"); b != nil {
			return b
		}
		x := t.engine.Explain(q.Input)
		same := x.Err == nil && x.Quote.Total == q.Total && slices.EqualFunc(slices.Collect(q.Lines()), slices.Collect(x.Quote.Lines()), rates.Line.Equal)
		if !same {
			return &Breach{Bills: inputs(q), What: fmt.Sprintf("it is %s, and its explanation says %s", q.Total, outcome(x.Quote, x.Err)), Fix: "report it: the engine contradicts itself"}
		}
		return nil
	})
}

func (t *trial) causesSum() *Breach {
	var before *rates.Quote
	return t.sparse(60, func(after *rates.Quote) *Breach {
		was := before
		before = after
		if was == nil {
			return nil
		}
		why, err := rates.Why(rates.Case{Engine: t.engine, Input: was.Input}, rates.Case{Engine: t.engine, Input: after.Input})
		if err != nil {
			return broken(err, was, after)
		}
		sum := was.Total
		for i := range why.Causes {
			if why.Causes[i].Amount.IsZero() {
				return &Breach{Bills: inputs(was, after), What: "a cause adds nothing: " + why.Causes[i].Text, Fix: "report it: the engine contradicts itself"}
			}
			if err := addTo(&sum, why.Causes[i].Amount); err != nil {
				return broken(err, was, after)
			}
		}
		if sum != after.Total {
			return &Breach{Bills: inputs(was, after), What: fmt.Sprintf("the causes lead from %s to %s, and the bill is %s", was.Total, sum, after.Total), Fix: "report it: the engine contradicts itself"}
		}
		return nil
	})
}

// partsShare prices the whole period under each version alone and weighs the bills by days.
func (t *trial) partsShare() *Breach {
	if t.s.Select != rates.SplitByDay && t.s.Select != rates.BlendByDay || t.s.Proration.Over == rates.MonthDays || len(t.s.Versions) < 2 {
		return nil
	}
	alone := make([]*rates.Engine, len(t.s.Versions))
	for i := range alone {
		// Prices that do not compile alone would not have compiled together.
		alone[i], _ = t.compile(func(s *rates.Schedule) {
			v := s.Versions[i]
			v.From, v.To = civil.Date{}, civil.Date{}
			s.Versions = []rates.Version{v}
		})
	}
	return t.each(func(q *rates.Quote) *Breach {
		p := q.Input.Period
		if !t.oneSeason(p) || len(q.Input.Changes) > 0 {
			return nil
		}
		want, lines, parts := exact.Ratio{}, int64(0), 0
		for line := range q.Lines() {
			_ = line
			lines++
		}
		for i := range t.s.Versions {
			share := daysIn(p, &t.s.Versions[i])
			if share == 0 || alone[i] == nil {
				continue
			}
			parts++
			whole, err := alone[i].Price(q.Input)
			if err != nil {
				return nil // a fact that one of the versions does not know
			}
			part, _ := exact.New(int64(share), int64(p.Days())) // a period with a share has days
			want = want.Add(whole.Exact().Mul(part))
			for range whole.Lines() {
				lines++
			}
		}
		if parts < 2 {
			return nil
		}
		if off := q.Exact().Sub(want).Abs(); off.Cmp(cents(lines)) > 0 {
			return &Breach{Bills: inputs(q), What: fmt.Sprintf("its versions' bills, weighed by days, come to %s, and the bill to %s", shortDollars(want), q.Total),
				Fix: "look for amounts that do not grow with days and usage together, such as formulas"}
		}
		return nil
	})
}

// daysIn is how many days of a period a version holds.
func daysIn(p civil.Period, v *rates.Version) int {
	from, to := p.From, p.To
	if from.Before(v.From) {
		from = v.From
	}
	if !v.To.IsZero() && v.To.Before(to) {
		to = v.To
	}
	return max(0, to.Sub(from))
}

// oneSeason says whether no season begins inside a period.
func (t *trial) oneSeason(p civil.Period) bool {
	for _, start := range t.s.Seasons.Starts {
		for year := p.From.Year(); year <= p.To.Year(); year++ {
			if on, err := civil.NewDate(year, start.Month, start.Day); err == nil && p.From.Before(on) && on.Before(p.To) {
				return false
			}
		}
	}
	return true
}

// halvesSum bills the two halves of a period apart.
func (t *trial) halvesSum() *Breach {
	p := t.s.Proration
	if !p.Fixed || !p.Tiers || p.Over == rates.MonthDays || t.s.Usage != rates.ExactUsage || t.s.Select == rates.ByBillDate || !t.growsWithDays() {
		return nil
	}
	return t.sparse(400, func(q *rates.Quote) *Breach {
		period := q.Input.Period
		days := period.Days()
		if days < 2 || !t.oneSeason(period) || len(q.Input.Changes) > 0 || len(q.Input.Meters) > 0 || t.crosses(period) {
			return nil
		}
		mid, err := period.From.AddDays(days / 2)
		if err != nil {
			return nil
		}
		want, lines := exact.Ratio{}, int64(0)
		var halves [2]rates.Quote
		for i, half := range []civil.Period{{From: period.From, To: mid}, {From: mid, To: period.To}} {
			in := q.Input
			in.Period = half
			share, _ := exact.New(int64(half.Days()), int64(days))
			n, ok := numberOf(q.Input.Usage.Ratio().Mul(share))
			if !ok {
				return nil // a usage that has no decimal
			}
			if in.Usage, err = metering.NewVolume(n, t.s.Unit); err != nil {
				return nil
			}
			if halves[i], err = t.engine.Price(in); err != nil {
				return nil
			}
			want = want.Add(halves[i].Exact())
			for range halves[i].Lines() {
				lines++
			}
		}
		if off := q.Exact().Sub(want).Abs(); off.Cmp(cents(2*lines)) > 0 {
			return &Breach{Bills: inputs(q, &halves[0], &halves[1]), What: fmt.Sprintf("the bill is %s, and its halves come to %s and %s", q.Total, halves[0].Total, halves[1].Total),
				Fix: "look for amounts that do not grow with days and usage together: formulas, quantities that are not usage, minimums and caps"}
		}
		return nil
	})
}

// growsWithDays says whether all that is charged grows with days and usage together. Quantities
// that are not usage, such as winter averages, and formulas are what they are for any days.
func (t *trial) growsWithDays() bool {
	for i := range t.s.Versions {
		for _, c := range t.s.Versions[i].Charges {
			switch r := c.Rule.(type) {
			case rates.PerUnit:
				if r.Of != nil {
					return false
				}
			case rates.Tiered:
				if _, columns := r.Tiers.(rates.TierColumns); r.Of != nil || columns {
					return false
				}
			case rates.Computed:
				return false
			}
		}
		formulas := false
		walkVersion(&t.s.Versions[i], visitor{formula: func(*rates.Formula) { formulas = true }})
		if formulas {
			return false
		}
	}
	return true
}

// crosses says whether a version begins inside a period.
func (t *trial) crosses(p civil.Period) bool {
	return slices.ContainsFunc(t.s.Versions, func(v rates.Version) bool { return p.From.Before(v.From) && v.From.Before(p.To) })
}

// broken is a law that could not be tried since the engine refuses what it has priced.
func broken(err error, quotes ...*rates.Quote) *Breach {
	var p *problem.Error
	fix := "report it: the engine contradicts itself"
	if errors.As(err, &p) && p.Fix != "" {
		fix = p.Fix
	}
	return &Breach{Bills: inputs(quotes...), What: reason(err), Fix: fix}
}

func inputs(quotes ...*rates.Quote) []rates.Input {
	all := make([]rates.Input, len(quotes))
	for i, q := range quotes {
		all[i] = q.Input
	}
	return all
}

// usageText is the usage of a bill.
func usageText(q *rates.Quote) string {
	in := &q.Input
	if len(in.Meters) > 0 {
		return in.Meters[0].Usage.String() + " on meter " + in.Meters[0].ID
	}
	return in.Usage.String()
}

// cents is so many cents, in dollars.
func cents(n int64) exact.Ratio {
	r, _ := exact.New(n, 100)
	return r
}

func decimalText(r exact.Ratio) string {
	text, _ := r.Decimal(20)
	return text
}

// shortDecimal is a fraction for people: up to three decimals.
func shortDecimal(r exact.Ratio) string {
	text, _ := r.Round(3, exact.HalfUp).Decimal(0)
	return text
}

func shortDollars(r exact.Ratio) string {
	text, _ := r.Round(4, exact.HalfUp).Decimal(0)
	return "$" + text
}

func sortedNames(facts rates.Facts) []string { return slices.Sorted(maps.Keys(facts)) }
