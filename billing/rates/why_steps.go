package rates

import (
	"cmp"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// why is the way from one bill to another.
type why struct {
	before, after side
	// seasons are those that the book of the bill before has on the days of the bill
	// after; nil for none.
	seasons timeline[string]
	// added and removed are the charges that only the bill after, or before, has.
	added, removed map[string]bool
	steps          []step
}

// A side is one of the two bills, with what its dates pick.
type side struct {
	Case
	schedule *schedule
	versions timeline[int]
	seasons  timeline[string]
	// ids are the charges of its versions that are on the bill.
	ids map[string]bool
}

func (s *side) price(into *Quote) error {
	if s.Engine == nil {
		return &problem.Error{Code: ErrUnset, What: "the case has no engine", Fix: "give the engine of the book that prices it"}
	}
	p, q, err := s.Engine.run(s.Input, planned{}, variant{})
	if err == nil {
		err = p.finish(&q)
	}
	if *into = q; err != nil {
		return err
	}
	s.schedule = p.schedule
	s.versions = held(&p.versions, s.Input.Period, p.versionDay)
	s.seasons = held(&p.seasons, s.Input.Period, p.seasonDay)
	s.ids = map[string]bool{}
	for _, at := range s.versions {
		for i := range p.schedule.versions[at.value].charges {
			if c := p.schedule.versions[at.value].charges[i].book; !c.Memo {
				s.ids[c.ID] = true
			}
		}
	}
	return nil
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

// moved lays what one period has out over another, each part by its share of the
// days.
func moved[T comparable](line timeline[T], from, to civil.Period) timeline[T] {
	if from == to || len(line) == 0 {
		return line
	}
	own := timeline[T]{{to.From, line[0].value}}
	for _, s := range line[1:] {
		last := &own[len(own)-1]
		switch day := movedDay(s.from, from, to); {
		case day == last.from:
			last.value = s.value
		case s.value != last.value:
			own = append(own, stretch[T]{day, s.value})
		}
	}
	return own
}

// movedDay is the day of one period that lies where d lies in the other.
func movedDay(d civil.Date, from, to civil.Period) civil.Date {
	days := d.Sub(from.From)
	switch whole := from.Days(); {
	case days > whole:
		days += to.Days() - whole
	case days > 0:
		days = days * to.Days() / whole
	}
	if day, err := to.From.AddDays(days); err == nil {
		return day
	}
	return d // beyond the calendar
}

// newSeasons finds the seasons that the book of the bill before has for the bill
// after.
func (w *why) newSeasons() timeline[string] {
	r := &resolved{schedule: w.before.schedule, in: &w.after.Input}
	if r.in.Period.IsZero() || r.seasonDimension(variant{}) != nil {
		return nil
	}
	return held(&r.seasons, r.in.Period, r.seasonDay)
}

// A step is one of the changes between the bills.
type step struct {
	kind CauseKind
	// subject is the fact, or the meter whose usage it is; meter is whose fact it is.
	subject, meter string
}

// findSteps lists what differs, in the order of [CauseKind].
func (w *why) findSteps() {
	b, a := &w.before.Input, &w.after.Input
	add := func(kind CauseKind, subject, meter string) { w.steps = append(w.steps, step{kind, subject, meter}) }
	names := w.factNames()
	for _, name := range names {
		if !w.sameFact(name, owner{b.Facts, b.Changes}, owner{a.Facts, a.Changes}) {
			add(FactChange, name, "")
		}
	}
	if (len(b.Meters) == 0) != (len(a.Meters) == 0) {
		add(FactChange, "", "")
	} else {
		w.findMeterSteps(names)
	}
	if b.Period != a.Period || b.BillDate != a.BillDate || b.CycleDays != a.CycleDays {
		add(DaysChange, "", "")
	}
	if w.seasons != nil && !slices.Equal(moved(w.before.seasons, b.Period, a.Period), w.seasons) {
		add(SeasonChange, "", "")
	}
	rates := w.before.Engine.digest != w.after.Engine.digest || b.Schedule != a.Schedule ||
		!slices.Equal(moved(w.before.versions, b.Period, a.Period), w.after.versions)
	if rates {
		add(RatesChange, "", "")
	}
	if len(b.Meters) == 0 && len(a.Meters) == 0 && (b.Usage != a.Usage || !b.Carried.Equal(a.Carried)) {
		add(UsageChange, "", "")
	}
	for _, pair := range w.commonMeters() {
		if pair.b.Usage != pair.a.Usage || !pair.b.Carried.Equal(pair.a.Carried) {
			add(UsageChange, pair.b.ID, "")
		}
	}
	if !rates {
		return
	}
	w.added, w.removed = only(w.after.ids, w.before.ids), only(w.before.ids, w.after.ids)
	if len(w.added) > 0 {
		add(ChargeAdded, "", "")
	}
	if len(w.removed) > 0 {
		add(ChargeRemoved, "", "")
	}
}

func (w *why) findMeterSteps(names []string) {
	b, a := w.before.Input.Meters, w.after.Input.Meters
	ids := map[string]int{}
	for i := range b {
		ids[b[i].ID]++
	}
	for i := range a {
		ids[a[i].ID]--
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if ids[id] != 0 {
			w.steps = append(w.steps, step{kind: FactChange, meter: id})
		}
	}
	for _, pair := range w.commonMeters() {
		for _, name := range names {
			if !w.sameFact(name, owner{pair.b.Facts, pair.b.Changes}, owner{pair.a.Facts, pair.a.Changes}) {
				w.steps = append(w.steps, step{kind: FactChange, subject: name, meter: pair.b.ID})
			}
		}
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

type meterPair struct{ b, a *Meter }

// commonMeters are the meters that both bills have, by ID.
func (w *why) commonMeters() []meterPair {
	var all []meterPair
	for i := range w.before.Input.Meters {
		if a := meterOf(&w.after.Input, w.before.Input.Meters[i].ID); a != nil {
			all = append(all, meterPair{&w.before.Input.Meters[i], a})
		}
	}
	slices.SortFunc(all, func(x, y meterPair) int { return cmp.Compare(x.b.ID, y.b.ID) })
	return all
}

func meterOf(in *Input, id string) *Meter {
	if i := slices.IndexFunc(in.Meters, func(m Meter) bool { return m.ID == id }); i >= 0 {
		return &in.Meters[i]
	}
	return nil
}

// factNames are the facts that one of the schedules asks for, by name.
func (w *why) factNames() []string {
	asked := map[string]bool{}
	for _, s := range []*side{&w.before, &w.after} {
		for slot := range s.schedule.facts {
			asked[s.schedule.facts[slot].Name] = true
		}
	}
	return slices.Sorted(maps.Keys(asked))
}

// An owner is an account or a meter with its facts.
type owner struct {
	facts   Facts
	changes []Change
}

// fact is what the owner has of a fact, its days laid out over another period.
func (o owner) fact(name string, from, to civil.Period) (value string, ok bool, changes []Change) {
	value, ok = o.facts[name]
	for _, c := range o.changes {
		if c.Fact == name {
			changes = append(changes, Change{name, c.Value, movedDay(c.On, from, to)})
		}
	}
	slices.SortStableFunc(changes, func(x, y Change) int { return x.On.Compare(y.On) })
	// Two that fall on one day by being moved are the later one.
	for i := len(changes) - 1; i > 0; i-- {
		if from != to && changes[i-1].On == changes[i].On {
			changes = slices.Delete(changes, i-1, i)
		}
	}
	return value, ok, changes
}

// sameFact says whether both bills have a fact alike, each change at the same share
// of the days.
func (w *why) sameFact(name string, before, after owner) bool {
	b, hasB, bChanges := before.fact(name, w.before.Input.Period, w.after.Input.Period)
	a, hasA, aChanges := after.fact(name, w.after.Input.Period, w.after.Input.Period)
	return b == a && hasB == hasA && slices.Equal(bChanges, aChanges)
}

// A state is which of the steps are taken.
type state struct {
	days, season, rates, added, removed bool
	// facts and usage are by meter; of the account under "".
	facts map[step]bool
	usage map[string]bool
	// meters are those that came or went; all of them under "" where the bill
	// before, or the bill after, has none.
	meters map[string]bool
}

func (w *why) state(done []bool) *state {
	s := &state{facts: map[step]bool{}, usage: map[string]bool{}, meters: map[string]bool{}}
	for i, st := range w.steps {
		if !done[i] {
			continue
		}
		switch st.kind {
		case FactChange:
			if st.subject == "" {
				s.meters[st.meter] = true
			} else {
				s.facts[st] = true
			}
		case DaysChange:
			s.days = true
		case SeasonChange:
			s.season = true
		case RatesChange:
			s.rates = true
		case UsageChange:
			s.usage[st.subject] = true
		case ChargeAdded:
			s.added = true
		case ChargeRemoved:
			s.removed = true
		}
	}
	return s
}

// bill prices what the steps that are taken make of the bill before. Under the new
// rates, charges that they lack keep what the old rates make of them, until they are
// removed; those that they add are left out until they are added.
func (w *why) bill(done []bool) (*bill, error) {
	s := w.state(done)
	var added, removed map[string]bool
	if !s.added {
		added = w.added
	}
	if s.removed {
		removed = w.removed
	}
	if !s.rates {
		return w.priced(s, &w.before, removed)
	}
	b, err := w.priced(s, &w.after, added)
	if err != nil || len(w.removed) == 0 || s.removed {
		return b, err
	}
	with, err := w.priced(s, &w.before, nil)
	if err != nil {
		return nil, err
	}
	rest, err := w.priced(s, &w.before, w.removed)
	if err != nil {
		return nil, err
	}
	for id := range w.removed {
		b.lines[id], b.charges[id] = with.lines[id], with.charges[id]
	}
	if err := b.add(with, 1); err != nil {
		return nil, err
	}
	return b, b.add(rest, -1)
}

// priced prices a bill between the two by the book of one of them.
func (w *why) priced(s *state, by *side, without map[string]bool) (*bill, error) {
	in := w.input(s, by)
	as := variant{without: without, versions: moved(by.versions, by.Input.Period, in.Period), seasons: moved(by.seasons, by.Input.Period, in.Period)}
	if by == &w.before && s.season {
		as.seasons = moved(w.seasons, w.after.Input.Period, in.Period)
	}
	p, err := by.schedule.price(&in, planned{}, as)
	if err != nil {
		return nil, err
	}
	var q Quote
	if err := p.finish(&q); err != nil {
		return nil, err
	}
	b := &bill{total: q.Total, cents: map[string]exact.Ratio{}, lines: map[string][]Line{}, charges: map[string]*charge{}, usage: q.Usage, schedule: by.schedule, days: p.days, byLine: p.byLine}
	for i := range q.Lines {
		l := &q.Lines[i]
		value := l.Exact
		if p.byLine {
			value = l.Amount.Ratio()
		}
		b.cents[l.Charge] = b.cents[l.Charge].Add(value.Mul(exact.Int(100)))
		b.lines[l.Charge] = append(b.lines[l.Charge], *l)
	}
	for _, at := range as.versions {
		v := &by.schedule.versions[at.value]
		for i := range v.charges {
			b.charges[v.charges[i].book.ID] = &v.charges[i]
		}
	}
	return b, nil
}

// input is the input of a bill between the two.
func (w *why) input(s *state, by *side) Input {
	days := w.before.Input
	if s.days {
		days = w.after.Input
	}
	in := Input{Schedule: by.Input.Schedule, Period: days.Period, BillDate: days.BillDate, CycleDays: days.CycleDays}
	b, a := &w.before.Input, &w.after.Input
	in.Facts, in.Changes = w.facts(s, "", in.Period, owner{b.Facts, b.Changes}, owner{a.Facts, a.Changes})
	if len(b.Meters) == 0 || len(a.Meters) == 0 {
		from, period := b, w.before.Input.Period
		if s.meters[""] {
			from, period = a, w.after.Input.Period
		}
		for _, m := range from.Meters {
			in.Meters = append(in.Meters, w.meter(m, period, in.Period))
		}
		if in.Usage, in.Carried = from.Usage, from.Carried; s.usage[""] {
			in.Usage, in.Carried = a.Usage, a.Carried
		}
		return in
	}
	for _, m := range a.Meters {
		before := meterOf(b, m.ID)
		if before == nil {
			if s.meters[m.ID] {
				in.Meters = append(in.Meters, w.meter(m, a.Period, in.Period))
			}
			continue
		}
		own := Meter{ID: m.ID, Usage: before.Usage, Carried: before.Carried}
		if s.usage[m.ID] {
			own.Usage, own.Carried = m.Usage, m.Carried
		}
		own.Facts, own.Changes = w.facts(s, m.ID, in.Period, owner{before.Facts, before.Changes}, owner{m.Facts, m.Changes})
		in.Meters = append(in.Meters, own)
	}
	for _, m := range b.Meters {
		if meterOf(a, m.ID) == nil && !s.meters[m.ID] {
			in.Meters = append(in.Meters, w.meter(m, b.Period, in.Period))
		}
	}
	return in
}

// meter is a meter of one bill, its changes laid out over another period.
func (w *why) meter(m Meter, from, to civil.Period) Meter {
	own := Meter{ID: m.ID, Usage: m.Usage, Carried: m.Carried, Facts: m.Facts}
	for _, name := range w.factNames() {
		_, _, changes := owner{m.Facts, m.Changes}.fact(name, from, to)
		own.Changes = append(own.Changes, changes...)
	}
	return own
}

// facts are the facts of the account or of a meter that both bills have.
func (w *why) facts(s *state, meter string, period civil.Period, before, after owner) (Facts, []Change) {
	facts := Facts{}
	var all []Change
	for _, name := range w.factNames() {
		from, of := w.before.Input.Period, before
		if s.facts[step{FactChange, name, meter}] {
			from, of = w.after.Input.Period, after
		}
		value, ok, changes := of.fact(name, from, period)
		if ok {
			facts[name] = value
		}
		all = append(all, changes...)
	}
	return facts, all
}
