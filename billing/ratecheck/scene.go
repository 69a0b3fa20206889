package ratecheck

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A scene is an account and its days, to be billed at several usages.
type scene struct {
	in   rates.Input // without usage
	unit metering.Unit
	// usages rise.
	usages []exact.Number
	// bounds are the usages at which the cost of a unit changes, as far as they are found.
	bounds []exact.Ratio
}

// at is the scene's bill at a usage. An account of two meters uses it on the first.
func (sc *scene) at(usage exact.Number) rates.Input {
	in := sc.in
	v, err := metering.NewVolume(usage, sc.unit)
	if err != nil {
		return in // a schedule has a unit
	}
	if len(in.Meters) > 0 {
		in.Meters = slices.Clone(in.Meters)
		in.Meters[0].Usage = v
		return in
	}
	in.Usage = v
	return in
}

// most are the most of each that are drawn from a book, which bounds the work for large ones.
const (
	mostFacts  = 120 // accounts that differ in their facts
	mostDays   = 60  // periods
	mostUsages = 60  // usages of an account
	fewUsages  = 16  // of one that is not the first in its days
	mostScenes = 300 // of a schedule
)

// scenes are bills that a schedule's own words suggest: every value that its facts may have or
// that its tables and conditions know, one at a time and as they stand together in a row; bills
// in the middle of each version and season, at both sides of their bounds and across them; and
// usages at and around the bounds of tiers and of the numbers in formulas. The simplest come
// first. Bills of one's own come before them. With refused, there are also such that have no price:
// days outside of the rates, numbers outside of their range.
func scenes(engine *rates.Engine, s *rates.Schedule, own []rates.Input, refused bool) []scene {
	d := &drafter{engine: engine, s: s, refused: refused}
	return d.scenes(own)
}

func (d *drafter) scenes(own []rates.Input) []scene {
	s := d.s
	values, rows := d.values()
	periods := d.periods()
	var all []scene
	seen := map[string]int{}
	add := func(in rates.Input, own ...exact.Number) {
		key := sceneKey(&in)
		at, ok := seen[key]
		if !ok && len(all) < mostScenes {
			most := fewUsages
			if len(all) == 0 || !slices.ContainsFunc(all, func(sc scene) bool { return sc.in.Period == in.Period }) {
				most = mostUsages
			}
			if sc := (scene{in: in, unit: s.Unit}); d.measure(&sc, most) || len(own) > 0 {
				at, ok = len(all), true
				seen[key] = at
				all = append(all, sc)
			}
		}
		for _, usage := range own {
			if i, has := 0, ok; has && len(all[at].usages) < mostScenes {
				if i, has = slices.BinarySearchFunc(all[at].usages, usage, exact.Number.Cmp); !has {
					all[at].usages = slices.Insert(all[at].usages, i, usage)
				}
			}
		}
	}
	for _, in := range own {
		if in.Schedule != s.ID {
			continue
		}
		used := in.Usage
		if len(in.Meters) > 0 {
			used = in.Meters[0].Usage
		}
		in.Usage = metering.Volume{}
		if r, err := used.In(s.Unit); err != nil {
			add(in) // none, or in units that are not the schedule's
		} else if n, ok := numberOf(r); ok {
			add(in, n)
		} else {
			add(in)
		}
	}
	accounts := d.accounts(periods[0], values, rows)
	for i, facts := range accounts {
		in := periods[0]
		in.Facts = facts
		add(in)
		if i == 0 {
			for _, in := range periods[1:] {
				in.Facts = facts
				add(in)
			}
		}
	}
	if len(accounts) > 0 {
		for _, in := range d.meters(periods[0], accounts[0]) {
			add(in)
		}
		// Each version and season with other accounts too, as far as there is room.
		for _, in := range periods[1:] {
			for _, facts := range accounts[1:] {
				in.Facts = facts
				add(in)
			}
		}
	}
	return all
}

// sceneKey tells scenes apart.
func sceneKey(in *rates.Input) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%s|%d|%s", in.Period, in.BillDate, in.CycleDays, in.Carried)
	write := func(facts rates.Facts) {
		for _, name := range slices.Sorted(maps.Keys(facts)) {
			b.WriteString("|" + name + "=" + facts[name])
		}
	}
	write(in.Facts)
	for _, c := range in.Changes {
		b.WriteString("|" + c.On.String() + c.Fact + "=" + c.Value)
	}
	for i := range in.Meters {
		b.WriteString("|meter " + in.Meters[i].ID)
		if i > 0 { // the first is billed at several usages
			b.WriteString(" " + in.Meters[i].Usage.String())
		}
		write(in.Meters[i].Facts)
	}
	return b.String()
}

// A drafter thinks of bills of a schedule.
type drafter struct {
	engine *rates.Engine
	s      *rates.Schedule
	// numbers are those in formulas, tiers and ranges, for usages.
	numbers []exact.Ratio
	// refused says that bills without a price are asked for too.
	refused bool
	// bent is how many accounts' bends have been looked for.
	bent int
}

// priced says whether a bill can be priced at some usage.
func (d *drafter) priced(in rates.Input) bool {
	sc := scene{in: in, unit: d.s.Unit}
	for _, n := range []int64{1, 20, 0} {
		usage, _ := exact.NewNumber(n, 0)
		if _, err := d.engine.Price(sc.at(usage)); err == nil {
			return true
		}
	}
	return false
}

// periods are days of bills, without facts: a month in the middle of the newest version first.
func (d *drafter) periods() []rates.Input {
	base := rates.Input{Schedule: d.s.ID}
	if d.s.Undated {
		return []rates.Input{base}
	}
	base.CycleDays = 30
	if d.s.Proration.Over != rates.CycleDays {
		base.CycleDays = 0
	}
	length := 30
	var all []rates.Input
	add := func(from civil.Date, days int) {
		to, err := from.AddDays(days)
		if err != nil || from.IsZero() || len(all) >= mostDays {
			return
		}
		in := base
		in.Period = civil.Period{From: from, To: to}
		bills := []civil.Date{{}}
		if d.byBillDate() {
			bills = []civil.Date{to, in.Period.Last()}
		}
		for _, in.BillDate = range bills {
			if !slices.ContainsFunc(all, func(have rates.Input) bool { return have.Period == in.Period && have.BillDate == in.BillDate }) {
				all = append(all, in)
			}
		}
	}
	plus := func(day civil.Date, days int) civil.Date {
		on, err := day.AddDays(days)
		if err != nil || day.IsZero() {
			return civil.Date{}
		}
		return on
	}
	versions := d.s.Versions
	for i := len(versions) - 1; i >= 0; i-- {
		from, to := versions[i].From, versions[i].To
		switch {
		case !from.IsZero() && !to.IsZero():
			add(plus(from, max(0, to.Sub(from)-length)/2), min(length, to.Sub(from)))
		case !from.IsZero():
			add(plus(from, length), length)
		case !to.IsZero():
			add(plus(to, -2*length), length)
		default:
			add(civil.MustDate("2024-03-01"), length)
		}
	}
	cuts := make([]civil.Date, 0, 2*len(versions))
	for i := range versions {
		cuts = append(cuts, versions[i].From)
	}
	if n := len(versions); n > 0 {
		cuts = append(cuts, versions[n-1].To)
	}
	for _, start := range d.s.Seasons.Starts {
		for _, v := range versions {
			first := 2024
			if !v.From.IsZero() {
				first = v.From.Year()
			} else if !v.To.IsZero() {
				first = v.To.Year() - 1
			}
			for year := first; year <= first+1; year++ {
				on, err := civil.NewDate(year, start.Month, start.Day)
				if err == nil && v.From.Before(on) && (v.To.IsZero() || on.Before(v.To)) {
					cuts = append(cuts, on)
					break
				}
			}
		}
	}
	for _, cut := range cuts {
		add(cut, length)                    // begins with it
		add(plus(cut, -length), length)     // ends before it
		add(plus(cut, -length/2), length)   // across it
		add(plus(cut, -1), length)          // begins the day before
		add(plus(cut, 1-length), length)    // its last day is the first of it
		add(plus(cut, -length/3), length/2) // across it, and short
	}
	if len(all) > 0 {
		first := all[0].Period.From
		for _, days := range []int{1, 15, 45, 60} {
			add(first, days)
		}
	}
	if len(all) == 0 {
		all = append(all, base)
	}
	return all
}

// byBillDate says whether anything is picked by the day of the bill.
func (d *drafter) byBillDate() bool {
	return d.s.Select == rates.ByBillDate || d.s.Seasons.Select == rates.ByBillDate ||
		slices.ContainsFunc(d.s.Facts, func(f rates.Fact) bool { return f.Change == rates.ByBillDate })
}

// accounts are facts that can be priced in a period, the simplest first.
func (d *drafter) accounts(period rates.Input, values map[string][]string, rows []rates.Facts) []rates.Facts {
	base := rates.Facts{}
	for _, f := range d.s.Facts {
		if len(values[f.Name]) > 0 && !d.optional(f.Name) {
			base[f.Name] = values[f.Name][0]
		}
	}
	with := func(more rates.Facts) rates.Facts {
		facts := maps.Clone(base)
		maps.Copy(facts, more)
		return facts
	}
	can := func(facts rates.Facts) bool {
		in := period
		in.Facts = facts
		return d.priced(in)
	}
	if !can(base) {
		base = d.coax(base, rows, can)
	}
	all := []rates.Facts{base}
	try := func(facts rates.Facts) {
		if len(all) < mostFacts {
			all = append(all, facts)
		}
	}
	// Accounts that are large or small in all their numbers: what is small in one may round away
	// what another comes to.
	for i := range 10 {
		facts := rates.Facts{}
		for _, f := range d.s.Facts {
			if n := len(values[f.Name]); n > 0 && f.Type != rates.TextFact && !d.optional(f.Name) {
				facts[f.Name] = values[f.Name][i%n]
			}
		}
		if len(facts) > 0 {
			try(with(facts))
		}
	}
	for _, f := range d.s.Facts {
		if f.Type == rates.AnyFact && d.optional(f.Name) {
			// What an input puts in the place of an outside format's own value is no rate of
			// the book.
			delete(values, f.Name)
		}
		for _, value := range values[f.Name] {
			try(with(rates.Facts{f.Name: value}))
		}
	}
	for _, row := range rows {
		try(with(row))
	}
	for i, f := range d.s.Facts {
		for _, g := range d.s.Facts[:i] {
			for _, x := range values[f.Name] {
				for _, y := range values[g.Name] {
					try(with(rates.Facts{f.Name: x, g.Name: y}))
				}
			}
		}
	}
	return all
}

// coax finds rows of tables that can stand together, where the first values of all facts cannot:
// one row after the other is put in, and all combinations of a few.
func (d *drafter) coax(base rates.Facts, rows []rates.Facts, can func(rates.Facts) bool) rates.Facts {
	const most = 4000
	tried := 0
	var search func(facts rates.Facts, from, depth int) rates.Facts
	search = func(facts rates.Facts, from, depth int) rates.Facts {
		for i := from; i < len(rows) && tried < most; i++ {
			with := maps.Clone(facts)
			maps.Copy(with, rows[i])
			if tried++; can(with) {
				return with
			}
			if depth > 1 {
				if found := search(with, i+1, depth-1); found != nil {
					return found
				}
			}
		}
		return nil
	}
	for depth := 1; depth <= 4; depth++ {
		if found := search(base, 0, depth); found != nil {
			return found
		}
	}
	return base
}

// optional says whether a fact stands in the place of a definition, which has a value without
// it.
func (d *drafter) optional(fact string) bool {
	for i := range d.s.Versions {
		for _, def := range d.s.Versions[i].Definitions {
			if def.Fact == fact {
				return true
			}
		}
	}
	return false
}

// values are those that facts may have, and the facts that stand together in rows of tables.
func (d *drafter) values() (map[string][]string, []rates.Facts) {
	values := map[string][]string{}
	var rows []rates.Facts
	know := func(fact, value string) {
		if !slices.Contains(values[fact], value) {
			values[fact] = append(values[fact], value)
		}
	}
	types := map[string]rates.Fact{}
	for _, f := range d.s.Facts {
		types[f.Name] = f
		for _, value := range f.Allowed {
			know(f.Name, value)
		}
	}
	for i := range d.s.Versions {
		v := &d.s.Versions[i]
		joined := joinedNames(v)
		note := func(by []string, key []string) {
			row := rates.Facts{}
			for name, text := range keyFacts(by, key, joined) {
				if f, ok := types[name]; ok && (len(f.Allowed) == 0 || slices.Contains(f.Allowed, text)) {
					row[name] = text
				}
			}
			for _, name := range sortedNames(row) {
				know(name, row[name])
			}
			if len(row) > 0 {
				rows = append(rows, row)
			}
		}
		walkVersion(v, visitor{
			table: func(t *rates.Table) {
				for _, row := range t.Rows {
					note(t.By, row.Key)
				}
			},
			condition: func(c *rates.Condition) {
				for _, text := range c.In {
					note([]string{c.Fact}, []string{text})
				}
			},
			number: func(n rates.Number) {
				if r := exact.FromDecimal(decimal.Decimal(n)); r.IsInt() { // others are mostly prices
					d.numbers = append(d.numbers, r)
				}
			},
			formula: func(f *rates.Formula) { d.numbers = append(d.numbers, literals(f.Text)...) },
		})
	}
	for _, f := range d.s.Facts {
		if f.Type == rates.TextFact || f.Type == rates.AnyFact && len(values[f.Name]) > 0 {
			continue
		}
		for _, n := range numbersOf(&f, d.refused) {
			know(f.Name, n)
		}
	}
	return values, rows
}

// splitKey takes a joined key apart: as many texts as there are names, however often the
// separator stands in one of them: the first of them takes what is too much.
func splitKey(key, with string, names int) []string {
	if with == "" || names == 1 {
		return []string{key}
	}
	parts := strings.Split(key, with)
	if extra := len(parts) - names; extra > 0 {
		parts = append([]string{strings.Join(parts[:extra+1], with)}, parts[extra+1:]...)
	}
	return parts
}

// numbersOf are numbers that a fact may have: ordinary ones, and the ends of its range.
func numbersOf(f *rates.Fact, beyond bool) []string {
	ordinary := []string{"3", "1", "0", "2", "10", "30.4", "57", "100", "750", "2000"}
	r := f.Range
	if r == nil {
		return ordinary
	}
	least, most := decimal.Decimal(r.Least), decimal.Decimal(r.Most)
	var all []string
	for _, text := range append(ordinary, least.String(), most.String()) {
		n := decimal.RequireFromString(text)
		if n.Cmp(least) >= 0 && n.Cmp(most) <= 0 && (!r.Whole || n.IsInteger()) && !slices.Contains(all, n.String()) {
			all = append(all, n.String())
		}
	}
	if beyond {
		all = append(all, least.Sub(lastPlace(least)).String(), most.Add(lastPlace(most)).String())
	}
	return all
}

// meters are bills of an account with two meters, where charges speak of them.
func (d *drafter) meters(period rates.Input, facts rates.Facts) []rates.Input {
	speaks := false
	for i := range d.s.Versions {
		for _, c := range d.s.Versions[i].Charges {
			speaks = speaks || c.Per != 0
		}
	}
	if !speaks {
		return nil
	}
	in := period
	in.Facts = facts
	n, _ := exact.NewNumber(7, 0)
	v, err := metering.NewVolume(n, d.s.Unit)
	if err != nil {
		return nil
	}
	in.Meters = []rates.Meter{{ID: "first"}, {ID: "second", Usage: v}}
	return []rates.Input{in}
}

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
