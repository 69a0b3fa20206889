package rates

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// why is the way from one bill to another. The bills between are laid out on days on
// which the shares of both come out whole.
type why struct {
	before, after side
	// layout is those days; zero where neither bill has dates.
	layout civil.Period
	// seasons are those that the schedule of the bill before has on the days of the bill
	// after; nil for none.
	seasons timeline[string]
	// meters are those of either bill; both sides of an account without meters of its
	// own are nil.
	meters []meterPair
	// replaced says that the one bill has several meters and the other none, or none of
	// those: they change as a whole.
	replaced bool
	// added and removed are the charges that only the bill after, or before, has.
	added, removed map[string]bool
	steps          []step
}

// A side is one of the two bills, with what its dates pick, laid out.
type side struct {
	Case
	schedule *schedule
	versions timeline[int]
	seasons  timeline[string]
	// account are the facts of the account, and meters those of its meters by ID.
	account laidFacts
	meters  map[string]laidFacts
	// ids are the charges of its versions that are on the bill.
	ids map[string]bool
}

// A meterPair is a meter as both bills have it; nil where one does not. The ID is that
// of the bill after: an exchange of one meter for another is a meter.
type meterPair struct {
	id   string
	b, a *Meter
}

// laidFacts are facts by name, as their rules pick them.
type laidFacts map[string]laidFact

// A laidFact is what a fact is on the first day, and what it changes to.
type laidFact struct {
	value   string
	given   bool
	changes []Change
	// said is all of it in words, with the days of the bill.
	said string
}

func (f laidFact) equal(o laidFact) bool {
	return f.value == o.value && f.given == o.given && slices.Equal(f.changes, o.changes)
}

// price prices the bill itself.
func (s *side) price(into *Quote) (*pricing, error) {
	if s.Engine == nil {
		return nil, &problem.Error{Code: ErrUnset, What: "the case has no engine", Fix: "give the engine of the book that prices it"}
	}
	p, q, err := s.Engine.run(s.Input, planned{}, variant{})
	if err == nil {
		err = p.finish(&q)
	}
	*into = q
	return p, err
}

// newWhy lays two bills out that are priced.
func newWhy(before, after Case, b, a *pricing) *why {
	w := &why{before: side{Case: before, schedule: b.schedule}, after: side{Case: after, schedule: a.schedule}}
	w.layout = layout(before.Input.Period, after.Input.Period)
	w.pairMeters()
	w.before.lay(b, w.layout)
	w.after.lay(a, w.layout)
	r := &resolved{schedule: b.schedule, in: &after.Input}
	if !after.Input.Period.IsZero() && r.seasonDimension(variant{}) == nil {
		w.seasons = laid(held(&r.seasons, after.Input.Period, r.seasonDay), after.Input.Period, w.layout)
	}
	w.findSteps()
	return w
}

// maxLayout is the longest layout; beyond it shares are cut to whole days of the longer
// bill.
const maxLayout = 1_000_000

// layout is so many days that each day of both bills is a number of them.
func layout(b, a civil.Period) civil.Period {
	if b.IsZero() && a.IsZero() {
		return civil.Period{}
	}
	x, y := max(b.Days(), 1), max(a.Days(), 1)
	g, rest := x, y
	for rest > 0 {
		g, rest = rest, g%rest
	}
	days := x / g * y
	if days > maxLayout {
		days = max(x, y)
	}
	from, _ := civil.NewDate(1000, 1, 1) // any day will do
	to, _ := from.AddDays(days)
	return civil.Period{From: from, To: to}
}

// laidDay is the day of a layout at which a day of a bill begins.
func laidDay(d civil.Date, bill, layout civil.Period) civil.Date {
	day, _ := layout.From.AddDays(d.Sub(bill.From) * layout.Days() / bill.Days()) // a bill with such a day has days
	return day
}

// laid lays what the days of a bill have out over a layout.
func laid[T comparable](line timeline[T], bill, layout civil.Period) timeline[T] {
	if layout == (civil.Period{}) || len(line) == 0 {
		return line
	}
	own := timeline[T]{{layout.From, line[0].value}}
	for _, s := range line[1:] {
		if s.value != own[len(own)-1].value {
			own = append(own, stretch[T]{laidDay(s.from, bill, layout), s.value})
		}
	}
	return own
}

// held is what the days of a period have, from its first day on.
func held[T any](d *dated[T], p civil.Period, fixed civil.Date) timeline[T] {
	line := timeline[T]{{p.From, d.at(p.From, p.From, fixed)}}
	if d.rule == SplitByDay || d.rule == BlendByDay {
		for _, day := range d.days {
			line = append(line, stretch[T]{day, d.line.at(day)})
		}
	}
	return line
}

// lay notes what the bill has on its days.
func (s *side) lay(p *pricing, layout civil.Period) {
	bill := s.Input.Period
	s.versions = laid(held(&p.versions, bill, p.versionDay), bill, layout)
	s.seasons = laid(held(&p.seasons, bill, p.seasonDay), bill, layout)
	s.account = s.layFacts(s.Input.Facts, s.Input.Changes, layout)
	s.meters = map[string]laidFacts{}
	for i := range s.Input.Meters {
		m := &s.Input.Meters[i]
		facts := maps.Clone(m.Facts)
		for _, c := range m.Changes {
			// A meter with changes of its own has the account's fact up to them, and none
			// of the account's changes.
			if base, ok := s.Input.Facts[c.Fact]; ok {
				if _, own := m.Facts[c.Fact]; !own {
					if facts == nil {
						facts = Facts{}
					}
					facts[c.Fact] = base
				}
			}
		}
		s.meters[m.ID] = s.layFacts(facts, m.Changes, layout)
	}
	s.ids = map[string]bool{}
	for _, at := range s.versions {
		for i := range p.schedule.versions[at.value].charges {
			if c := p.schedule.versions[at.value].charges[i].book; !c.Memo {
				s.ids[c.ID] = true
			}
		}
	}
}

// layFacts picks facts by their rules, so that no date but those of the layout matters.
func (s *side) layFacts(facts Facts, changes []Change, layout civil.Period) laidFacts {
	all := laidFacts{}
	bill := s.Input.Period
	for name, value := range facts {
		all[name] = laidFact{value: value, given: true, said: value}
	}
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(x, y Change) int { return x.On.Compare(y.On) })
	for _, c := range changes {
		rule := Select(0)
		if slot, ok := s.schedule.slots[c.Fact]; ok {
			rule = s.schedule.facts[slot].Change
		}
		f := all[c.Fact]
		from := bill.From // the day from which on the change counts
		switch rule {
		case ByPeriodEnd:
			from = bill.Last()
		case ByBillDate:
			from = s.Input.BillDate
		}
		switch inside := bill.From.Before(c.On) && c.On.Before(bill.To); {
		case !from.Before(c.On):
			f = laidFact{value: c.Value, given: true, said: c.Value}
		case inside && rule != ByPeriodStart && rule != ByPeriodEnd && rule != ByBillDate:
			on := laidDay(c.On, bill, layout)
			if n := len(f.changes); n > 0 && f.changes[n-1].On == on {
				f.changes = f.changes[: n-1 : n-1]
			}
			f.changes = append(f.changes, Change{c.Fact, c.Value, on})
			f.said = fmt.Sprintf("%s, then %s from %s", cmp.Or(f.said, "none"), c.Value, c.On)
		}
		all[c.Fact] = f
	}
	return all
}

// pairMeters finds which meters of the bills are the same.
func (w *why) pairMeters() {
	b, a := &w.before.Input, &w.after.Input
	switch {
	case len(b.Meters) == 0 && len(a.Meters) == 1:
		b.Meters = ownMeter(b, a.Meters[0].ID)
	case len(a.Meters) == 0 && len(b.Meters) == 1:
		a.Meters = ownMeter(a, b.Meters[0].ID)
	case len(b.Meters) == 0 || len(a.Meters) == 0:
		w.replaced = len(b.Meters) > 0 || len(a.Meters) > 0
		return
	}
	of := map[string]*meterPair{}
	pair := func(id string) *meterPair {
		if of[id] == nil {
			of[id] = &meterPair{id: id}
		}
		return of[id]
	}
	for i := range b.Meters {
		pair(b.Meters[i].ID).b = &b.Meters[i]
	}
	for i := range a.Meters {
		pair(a.Meters[i].ID).a = &a.Meters[i]
	}
	var gone, came []string
	common := false
	for _, id := range slices.Sorted(maps.Keys(of)) {
		switch p := of[id]; {
		case p.a == nil:
			gone = append(gone, id)
		case p.b == nil:
			came = append(came, id)
		default:
			common = true
		}
	}
	switch {
	case len(gone) == 1 && len(came) == 1: // exchanged
		of[came[0]].b = of[gone[0]].b
		delete(of, gone[0])
	case !common:
		w.replaced = true
		return
	}
	for _, id := range slices.Sorted(maps.Keys(of)) {
		w.meters = append(w.meters, *of[id])
	}
}

// ownMeter is an account without meters as one of that ID.
func ownMeter(in *Input, id string) []Meter {
	m := Meter{ID: id, Usage: in.Usage, Carried: in.Carried}
	in.Usage, in.Carried = metering.Volume{}, exact.Ratio{}
	return []Meter{m}
}

// A step is one of the changes between the bills.
type step struct {
	kind CauseKind
	// subject is the fact, empty where a meter came or went; meter is whose fact or
	// usage it is, empty for the account.
	subject, meter string
}

// findSteps lists what differs, in the order in which it is taken.
func (w *why) findSteps() {
	b, a := &w.before.Input, &w.after.Input
	add := func(kind CauseKind, subject, meter string) { w.steps = append(w.steps, step{kind, subject, meter}) }
	names := w.commonFacts()
	for _, name := range names {
		if !w.before.account[name].equal(w.after.account[name]) {
			add(FactChange, name, "")
		}
	}
	if w.replaced {
		add(FactChange, "", "")
	}
	for _, p := range w.meters {
		if p.b == nil || p.a == nil {
			add(FactChange, "", p.id)
			continue
		}
		for _, name := range names {
			if !w.before.meters[p.b.ID][name].equal(w.after.meters[p.a.ID][name]) {
				add(FactChange, name, p.id)
			}
		}
	}
	if b.Period != a.Period || b.CycleDays != a.CycleDays {
		add(DaysChange, "", "")
	}
	if w.seasons != nil && !slices.Equal(w.before.seasons, w.seasons) {
		add(SeasonChange, "", "")
	}
	rates := w.before.Engine.digest != w.after.Engine.digest || b.Schedule != a.Schedule || !slices.Equal(w.before.versions, w.after.versions)
	w.added, w.removed = only(w.after.ids, w.before.ids), only(w.before.ids, w.after.ids)
	if rates && len(w.removed) > 0 {
		add(ChargeRemoved, "", "")
	}
	if rates {
		add(RatesChange, "", "")
	}
	if len(w.meters) == 0 && !w.replaced && (b.Usage != a.Usage || !b.Carried.Equal(a.Carried)) {
		add(UsageChange, "", "")
	}
	for _, p := range w.meters {
		if p.b != nil && p.a != nil && (p.b.Usage != p.a.Usage || !p.b.Carried.Equal(p.a.Carried)) {
			add(UsageChange, "", p.id)
		}
	}
	if rates && len(w.added) > 0 {
		add(ChargeAdded, "", "")
	}
}

// only are the keys that the other has not.
func only(of, other map[string]bool) map[string]bool {
	ids := map[string]bool{}
	for id := range of {
		if !other[id] {
			ids[id] = true
		}
	}
	return ids
}

// commonFacts are the facts that both schedules ask for, by name. What only one of them
// asks for changes with the rates.
func (w *why) commonFacts() []string {
	var names []string
	for name := range w.before.schedule.slots {
		if _, both := w.after.schedule.slots[name]; both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// A state is which of the steps are taken.
type state struct {
	days, season, rates, added, removed, replaced bool
	facts                                         map[step]bool
	usage, meters                                 map[string]bool
}

func (w *why) state(done []bool) *state {
	s := &state{facts: map[step]bool{}, usage: map[string]bool{}, meters: map[string]bool{}}
	for i, st := range w.steps {
		if !done[i] {
			continue
		}
		switch st.kind {
		case FactChange:
			switch {
			case st.subject != "":
				s.facts[st] = true
			case st.meter != "":
				s.meters[st.meter] = true
			default:
				s.replaced = true
			}
		case DaysChange:
			s.days = true
		case SeasonChange:
			s.season = true
		case RatesChange:
			s.rates = true
		case UsageChange:
			s.usage[st.meter] = true
		case ChargeAdded:
			s.added = true
		case ChargeRemoved:
			s.removed = true
		}
	}
	return s
}

// bill prices what the steps that are taken make of the bill before.
func (w *why) bill(done []bool) (*bill, error) {
	s := w.state(done)
	by, as := &w.before, variant{}
	if s.rates {
		if by = &w.after; !s.added {
			as.without = w.added
		}
	} else if s.removed {
		as.without = w.removed
	}
	days := w.before.Input
	if s.days {
		days = w.after.Input
	}
	// What the bill date picks has been laid out: it is given for those that ask for it.
	in := Input{Schedule: by.Input.Schedule, BillDate: cmp.Or(by.Input.BillDate, days.BillDate), CycleDays: days.CycleDays}
	if !days.Period.IsZero() {
		in.Period, as.lasts = w.layout, days.Period
	}
	as.versions, as.seasons = by.versions, by.seasons
	if by == &w.before && s.season {
		as.seasons = w.seasons
	}
	w.fill(&in, s)
	p, err := by.schedule.price(&in, planned{}, as)
	if err != nil {
		return nil, err
	}
	var q Quote
	if err := p.finish(&q); err != nil {
		return nil, err
	}
	return newBill(p, &q, as.versions), nil
}

// fill gives a bill its facts, meters and usage.
func (w *why) fill(in *Input, s *state) {
	b, a := &w.before.Input, &w.after.Input
	in.Facts, in.Changes = w.facts(s, "", w.before.account, w.after.account)
	from, of := b, &w.before
	if s.replaced {
		from, of = a, &w.after
	}
	in.Usage, in.Carried = from.Usage, from.Carried
	if s.usage[""] {
		in.Usage, in.Carried = a.Usage, a.Carried
	}
	if w.replaced {
		for _, m := range from.Meters {
			in.Meters = append(in.Meters, w.meter(m.ID, &m, of))
		}
	}
	for _, p := range w.meters {
		switch {
		case p.b == nil && s.meters[p.id]:
			in.Meters = append(in.Meters, w.meter(p.id, p.a, &w.after))
		case p.a == nil && !s.meters[p.id]:
			in.Meters = append(in.Meters, w.meter(p.id, p.b, &w.before))
		case p.b != nil && p.a != nil:
			m := Meter{ID: p.id, Usage: p.b.Usage, Carried: p.b.Carried}
			if s.usage[p.id] {
				m.Usage, m.Carried = p.a.Usage, p.a.Carried
			}
			m.Facts, m.Changes = w.facts(s, p.id, w.before.meters[p.b.ID], w.after.meters[p.a.ID])
			in.Meters = append(in.Meters, m)
		}
	}
}

// meter is a meter that is on one bill alone.
func (w *why) meter(id string, m *Meter, of *side) Meter {
	own := Meter{ID: id, Usage: m.Usage, Carried: m.Carried, Facts: Facts{}}
	for _, name := range slices.Sorted(maps.Keys(of.meters[m.ID])) {
		of.meters[m.ID][name].put(name, own.Facts, &own.Changes)
	}
	return own
}

func (f laidFact) put(name string, facts Facts, changes *[]Change) {
	if f.given {
		facts[name] = f.value
	}
	*changes = append(*changes, f.changes...)
}

// facts are the facts of the account, or of a meter that both bills have. A fact that
// one schedule alone asks for is what it is on that bill.
func (w *why) facts(s *state, meter string, before, after laidFacts) (Facts, []Change) {
	facts := Facts{}
	var changes []Change
	for name := range w.before.schedule.slots {
		f := before[name]
		if s.facts[step{FactChange, name, meter}] {
			f = after[name]
		}
		f.put(name, facts, &changes)
	}
	for name := range w.after.schedule.slots {
		if _, both := w.before.schedule.slots[name]; !both {
			after[name].put(name, facts, &changes)
		}
	}
	return facts, changes
}
