package ratecheck

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A Coverage is what of a book worked bills prove: the coverage of a table of rates.
type Coverage struct {
	// Points are all that a book states and that could be stated wrongly, in its order: its
	// numbers, its days, its rules and the values of its facts; but for what happens where a fact
	// changes inside a bill.
	Points []Point
	// Untried are the schedules of which no bill could be priced, so that nothing is known of what
	// would be noticed. Give worked bills of them.
	Untried []string
}

// A Point is something that a book states: a price, the bound of a tier, the first day of a
// version, a rounding, the value of a fact.
type Point struct {
	// Schedule is its schedule, and Version the first day of its version; zero where it is of
	// the schedule, or the version has no first day.
	Schedule string
	Version  civil.Date
	Kind     PointKind
	// Text says what it is: "$7.62 of the price of tier 3 of Water".
	Text string
	// Covered says that a worked bill would come out otherwise if the point were wrong in its
	// last place; of a fact's value, that a bill has it.
	Covered bool
	// Suggestions are bills that together would cover it, where none does; none where none of
	// the bills that the book suggests would: then the point makes no difference that is known,
	// and it is not asked for.
	Suggestions []rates.Input
}

// String says which point it is.
func (p *Point) String() string {
	text := p.Schedule
	if !p.Version.IsZero() {
		text += " from " + p.Version.String()
	}
	return text + ": " + p.Text
}

// Missing are the points that the bills do not cover and another bill would.
func (c *Coverage) Missing() []Point {
	var all []Point
	for _, p := range c.Points {
		if !p.Covered && len(p.Suggestions) > 0 {
			all = append(all, p)
		}
	}
	return all
}

// Complete says whether nothing is missing: whatever one of the points were wrong, a bill would
// notice, if any of the bills that the book suggests would.
func (c *Coverage) Complete() bool { return len(c.Missing()) == 0 && len(c.Untried) == 0 }

// Covered is how many points the bills cover, and of how many that can be covered.
func (c *Coverage) Covered() (covered, of int) {
	for _, p := range c.Points {
		if p.Covered {
			covered++
		}
		if p.Covered || len(p.Suggestions) > 0 {
			of++
		}
	}
	return covered, of
}

// Suggestions are bills that together cover all that is missing, each once. What they come to is
// for a person to work out; the engine's own answer proves nothing.
func (c *Coverage) Suggestions() []rates.Input {
	var all []rates.Input
	var seen []string
	for i := range c.Points {
		for _, in := range c.Points[i].Suggestions {
			if key := sceneKey(&in) + billText(&in); !slices.Contains(seen, key) {
				seen = append(seen, key)
				all = append(all, in)
			}
		}
	}
	return all
}

// Cover finds what of a book worked bills cover. It does so by making each number, day and rule
// of the book wrong, one at a time, and looking whether any of the bills comes out otherwise: to
// another total, to other lines where a check states them, or to another refusal. What no bill
// notices is looked for among the bills that the book itself suggests.
//
// It compiles a schedule some times for each of its points, and prices thousands of bills for one
// that none of them notices: a second or two for the book of a district, and up to minutes for one
// of hundreds of versions, or of dozens of schedules whose bills have no program
// ([rates.Engine.Unproven]).
func Cover(engine *rates.Engine, checks []Check) Coverage {
	var c Coverage
	book := engine.Book()
	for i := range book.Schedules {
		s := &book.Schedules[i]
		alone, err := rates.Compile(rates.Book{Name: book.Name, Schedules: []rates.Schedule{*s}})
		if err != nil {
			c.Untried = append(c.Untried, s.ID) // it has been compiled among the others
			continue
		}
		k := &coverer{engine: alone, drafter: &drafter{engine: alone, s: s, refused: true}}
		for _, check := range checks {
			if check.Input.Schedule == s.ID {
				k.bills = append(k.bills, k.bill(check.Input, check.Lines != nil))
			}
		}
		var own []rates.Input
		for i := range k.bills {
			own = append(own, k.bills[i].in)
		}
		k.think(k.drafter.scenes(own))
		if !slices.ContainsFunc(append(slices.Clone(k.ideas), k.bills...), func(b coverBill) bool { return !b.refused }) {
			c.Untried = append(c.Untried, s.ID)
		}
		for _, draft := range points(s) {
			k.cover(&draft)
			c.Points = append(c.Points, draft.Point)
		}
	}
	return c
}

// As many bills are tried for a point that no bill covers, and of those that have no price.
const (
	mostIdeas   = 3000
	mostRefused = 200
)

// A coverer covers the points of one schedule.
type coverer struct {
	engine  *rates.Engine // of the schedule alone
	drafter *drafter
	bills   []coverBill
	// start is a bill that has a price; its period is that of no point.
	start *rates.Input
	// ideas are bills that might be added; those that are suggested stand in suggested too.
	ideas, suggested []coverBill
}

// A coverBill is a bill, and what of it is looked at.
type coverBill struct {
	in      rates.Input
	lines   bool
	is      string
	refused bool
}

func (k *coverer) bill(in rates.Input, lines bool) coverBill {
	b := coverBill{in: in, lines: lines}
	b.is, b.refused = b.outcome(k.engine)
	return b
}

// think makes bills of scenes: of each at a few usages first, far apart, and then at the others.
func (k *coverer) think(all []scene) {
	orders := make([][]int, len(all))
	longest, refused, most := 0, 0, mostIdeas
	if k.engine.Unproven(k.drafter.s.ID) != nil {
		most /= 3 // each takes a hundred times as long
	}
	for i := range all {
		orders[i] = all[i].order()
		longest = max(longest, len(orders[i]))
	}
	for round := range longest {
		for i := range all {
			if round >= len(orders[i]) || len(k.ideas) == most {
				continue
			}
			b := k.bill(all[i].at(all[i].usages[orders[i][round]]), false)
			if b.refused {
				if refused == mostRefused {
					continue
				}
				refused++
			}
			k.ideas = append(k.ideas, b)
			if k.start == nil && !b.refused && len(b.in.Meters) == 0 {
				k.start = &b.in
			}
		}
	}
}

// order is the usages of a scene: first one that fills all tiers and is no larger than it must be,
// since it shows most, and then the others, those that are far apart first.
func (sc *scene) order() []int {
	enough := exact.Int(10)
	if n := len(sc.bounds); n > 0 {
		enough = sc.bounds[n-1].Add(exact.Int(2))
	}
	n := len(sc.usages)
	first := slices.IndexFunc(sc.usages, func(u exact.Number) bool { return u.Ratio().Cmp(enough) >= 0 })
	if first < 0 {
		first = n - 1
	}
	seen := make([]bool, n)
	var order []int
	add := func(i int) {
		if !seen[i] {
			seen[i] = true
			order = append(order, i)
		}
	}
	add(first)
	for step := max(n-1, 1); ; step = (step + 1) / 2 {
		for i := 0; i < n; i += step {
			add(i)
		}
		if step == 1 {
			return order
		}
	}
}

// outcome is all of a bill that is looked at, as a text.
func (b *coverBill) outcome(engine *rates.Engine) (is string, refused bool) {
	q, err := engine.Price(b.in)
	if err != nil {
		return string(codeOf(err)), true
	}
	if !b.lines {
		return q.Total.String(), false
	}
	var text strings.Builder
	text.WriteString(q.Total.String())
	for line := range q.Lines() {
		fmt.Fprintf(&text, "|%s %s", line.Charge(), line.Amount())
	}
	return text.String(), false
}

func (k *coverer) cover(p *pointDraft) {
	if p.fact != "" {
		k.coverFact(p)
		return
	}
	// Each way is looked at by itself: what is too small to be noticed one way may be noticed the
	// other.
	p.Covered = true
	known := false
	for _, way := range p.ways {
		covered, idea := k.coverWay(p, way)
		known = known || covered || idea != nil
		if idea != nil {
			p.Covered = false
			p.Suggestions = append(p.Suggestions, *idea)
		}
	}
	p.Covered = p.Covered && known
}

// coverWay looks for the smallest step that any bill notices: whether one of those that there are
// does, or which one would.
func (k *coverer) coverWay(p *pointDraft, steps []func(*rates.Schedule)) (covered bool, idea *rates.Input) {
	for _, wrong := range steps {
		engine := k.compile(wrong)
		if engine == nil || noticed(k.bills, engine) != nil {
			return true, nil
		}
		if found := noticed(k.suggested, engine); found != nil {
			return false, &found.in
		}
		found := noticed(k.ideas, engine)
		if found == nil {
			if p.aimed == nil {
				p.aimed = k.aim(p)
			}
			found = noticed(p.aimed, engine)
		}
		if found != nil {
			k.suggested = append(k.suggested, *found)
			return false, &found.in
		}
	}
	return false, nil
}

// aim makes bills for a point that those which were thought of do not reach: of an account with
// what its row of a table asks for, in the days of its version or around the day that it is about.
func (k *coverer) aim(p *pointDraft) []coverBill {
	if k.start == nil || len(p.facts) == 0 && p.cut.IsZero() && p.Version.IsZero() {
		return nil
	}
	bills := []coverBill{}
	for _, period := range k.periods(p) {
		in := *k.start
		in.Period = period
		if !in.BillDate.IsZero() {
			in.BillDate = period.To
		}
		in.Facts = maps.Clone(in.Facts)
		if in.Facts == nil {
			in.Facts = rates.Facts{}
		}
		for name, text := range p.facts {
			if slices.ContainsFunc(k.drafter.s.Facts, func(f rates.Fact) bool { return f.Name == name }) {
				in.Facts[name] = text
			}
		}
		sc := scene{in: in, unit: k.drafter.s.Unit}
		if !k.drafter.measure(&sc, fewUsages) {
			continue
		}
		for _, i := range sc.order()[:min(len(sc.usages), 6)] {
			bills = append(bills, k.bill(sc.at(sc.usages[i]), false))
		}
	}
	return bills
}

// periods are the days of bills for a point.
func (k *coverer) periods(p *pointDraft) []civil.Period {
	if k.start.Period.IsZero() {
		return []civil.Period{{}}
	}
	days := k.start.Period.Days()
	var all []civil.Period
	add := func(day civil.Date, by int) {
		from, err := day.AddDays(by)
		if err != nil || day.IsZero() {
			return
		}
		if to, err := from.AddDays(days); err == nil {
			all = append(all, civil.Period{From: from, To: to})
		}
	}
	switch {
	case !p.cut.IsZero():
		for _, by := range []int{0, -days, -days / 2, -1, 1 - days} {
			add(p.cut, by)
		}
	case !p.Version.IsZero():
		add(p.Version, 0)
		add(p.Version, days)
	default:
		all = append(all, k.start.Period)
		if first := &k.drafter.s.Versions[0]; !first.To.IsZero() {
			add(first.To, -days)
		}
	}
	return all
}

func (k *coverer) coverFact(p *pointDraft) {
	has := func(b coverBill) bool {
		if b.refused {
			return false
		}
		if b.in.Facts[p.fact] == p.value {
			return true
		}
		return slices.ContainsFunc(b.in.Changes, func(c rates.Change) bool { return c.Fact == p.fact && c.Value == p.value }) ||
			slices.ContainsFunc(b.in.Meters, func(m rates.Meter) bool { return m.Facts[p.fact] == p.value })
	}
	if slices.ContainsFunc(k.bills, has) {
		p.Covered = true
		return
	}
	for _, list := range [][]coverBill{k.suggested, k.ideas} {
		if i := slices.IndexFunc(list, has); i >= 0 {
			p.Suggestions = []rates.Input{list[i].in}
			k.suggested = append(k.suggested, list[i])
			return
		}
	}
}

// compile is the schedule with something wrong; nil where it does not compile, which would be
// noticed at once.
func (k *coverer) compile(way func(*rates.Schedule)) *rates.Engine {
	book := k.engine.Book()
	way(&book.Schedules[0])
	engine, err := rates.Compile(book)
	if err != nil {
		return nil
	}
	return engine
}

// noticed is the first of the bills that comes out otherwise under an engine; nil for none.
func noticed(bills []coverBill, engine *rates.Engine) *coverBill {
	for i := range bills {
		if is, _ := bills[i].outcome(engine); is != bills[i].is {
			return &bills[i]
		}
	}
	return nil
}
