package rates

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// A resolved is an input laid out against its schedule: which days are billed
// under what. Everything that a bill charges grows with its days and its usage
// together, so a part of the days is priced as the whole bill under that part's
// conditions, times its share of the days.
type resolved struct {
	schedule *schedule
	in       *Input
	// lasts is the days that amounts are prorated by, and days their number: those of
	// the input's period, but for a variant.
	lasts    civil.Period
	days     int
	billed   []Billed
	account  subject
	meters   []subject
	versions dated[int] // index into schedule.versions; -1 is no version
	seasons  dated[string]
	// The days that pick what is neither split nor blended; factDays by slot.
	versionDay, seasonDay civil.Date
	factDays              []civil.Date
	blends                []blend
	// cut says that something changes inside the period.
	cut bool
}

// A blend is the days on which everything that is blended stays the same. A bill
// where nothing is blended has one.
type blend struct {
	period civil.Period
	weight exact.Ratio
}

// A part is the days on which all that a group of charges depends on stays the
// same.
type part struct {
	period  civil.Period
	version int
	season  string
	blend   civil.Date
	// share is the part's share of the bill. The others are of the whole bill:
	// prorate scales amounts that grow with days alone, tiers the bounds of tiers.
	share, prorate, tiers exact.Ratio
}

// A variant is a bill priced otherwise than its input says; the zero value is none.
type variant struct {
	// versions and seasons hold in place of what the dates pick; nil for none.
	versions timeline[int]
	seasons  timeline[string]
	// lasts is how long the bill is, where the input's period only lays out what
	// changes on it, and at which share of its days.
	lasts civil.Period
	// without are the IDs of charges that are left out.
	without map[string]bool
}

func (s *schedule) resolve(in *Input, as variant) (*resolved, error) {
	r := &resolved{schedule: s, in: in}
	if err := r.period(as); err != nil {
		return nil, err
	}
	if err := r.usage(); err != nil {
		return nil, err
	}
	if err := r.subjects(); err != nil {
		return nil, err
	}
	if err := r.dimensions(as); err != nil {
		return nil, err
	}
	r.blend()
	return r, nil
}

func (r *resolved) period(as variant) error {
	in, s := r.in, r.schedule
	if in.Period.IsZero() {
		if !s.Undated {
			return &problem.Error{Code: ErrNoPeriod, Path: "period", What: "the schedule is dated and the input has no period", Fix: "give the first day of the bill and the day after its last"}
		}
		changed := len(in.Changes) > 0
		for i := range in.Meters {
			changed = changed || len(in.Meters[i].Changes) > 0
		}
		if changed {
			return &problem.Error{Code: ErrNoPeriod, Path: "changes", What: "facts change on days, and the input has no period", Fix: "give the period"}
		}
		return nil
	}
	if err := in.Period.Check(); err != nil {
		return pathed(err, "period", "")
	}
	if r.lasts = in.Period; as.lasts != (civil.Period{}) {
		r.lasts = as.lasts
	}
	if r.days = r.lasts.Days(); r.days > MaxDays {
		return &problem.Error{Code: civil.ErrPeriod, Path: "period", What: fmt.Sprintf("the period has %d days", r.days), Fix: fmt.Sprintf("bill at most %d days at once", MaxDays)}
	}
	if s.Proration.Over == CycleDays && (in.CycleDays < 1 || in.CycleDays > 366) {
		return &problem.Error{Code: ErrNoPeriod, Path: "cycle_days", What: fmt.Sprintf("the schedule prorates by the days of the cycle, given as %d", in.CycleDays),
			Fix: "give the days of the full cycle, 1 to 366"}
	}
	return nil
}

// subjects lays out the facts of the account and its meters.
func (r *resolved) subjects() error {
	facts, err := r.schedule.subjectFacts(r.in, nil)
	if err != nil {
		return err
	}
	r.account = subject{facts: facts}
	for i := range r.in.Meters {
		m := &r.in.Meters[i]
		if facts, err = r.schedule.subjectFacts(r.in, m); err != nil {
			return err
		}
		r.meters = append(r.meters, subject{meter: m.ID, facts: facts})
	}
	if len(r.meters) == 0 {
		r.meters = []subject{r.account}
	}
	r.factDays = make([]civil.Date, len(r.schedule.facts))
	for slot := range r.schedule.facts {
		r.factDays[slot] = r.in.Period.From
		switch r.schedule.facts[slot].Change {
		case ByPeriodEnd:
			r.factDays[slot] = r.in.Period.Last()
		case ByBillDate:
			r.factDays[slot] = r.in.BillDate
		}
	}
	return nil
}

// dimensions lays out versions and seasons, and finds that a version holds on
// every day.
func (r *resolved) dimensions(as variant) (err error) {
	s, p := r.schedule, r.in.Period
	if p.IsZero() {
		r.versions.line = timeline[int]{{value: 0}}
		r.seasons.line = timeline[string]{{}}
		if v, d := &s.Versions[0], r.in.BillDate; !d.IsZero() && (d.Before(v.From) || !v.To.IsZero() && !d.Before(v.To)) {
			return s.noVersion("bill_date", d)
		}
		return nil
	}
	line := as.versions
	if line == nil {
		line = s.versionLine()
	}
	if r.versionDay, err = fixedDay(s.Select, r.in, "the version"); err != nil {
		return err
	}
	r.versions = dated[int]{line: line, rule: s.Select, days: line.changes(p, func(a, b int) bool { return a == b })}
	for _, d := range r.versionDays() {
		if line.at(d) < 0 {
			return s.noVersion("period", d)
		}
	}
	return r.seasonDimension(as)
}

// versionLine is the schedule's versions; -1 where none holds.
func (s *schedule) versionLine() timeline[int] {
	line := make(timeline[int], 0, len(s.versions)+2)
	if first := s.Versions[0].From; !first.IsZero() {
		line = append(line, stretch[int]{value: -1})
	}
	for i := range s.versions {
		line = append(line, stretch[int]{s.Versions[i].From, i})
	}
	if last := s.Versions[len(s.Versions)-1].To; !last.IsZero() {
		line = append(line, stretch[int]{last, -1})
	}
	return line
}

// seasonDimension lays out the seasons, where there are any.
func (r *resolved) seasonDimension(as variant) (err error) {
	s := r.schedule
	r.seasons.line = timeline[string]{{}}
	if len(s.Seasons.Starts) == 0 {
		return nil
	}
	if r.seasonDay, err = fixedDay(s.Seasons.Select, r.in, "the season"); err != nil {
		return err
	}
	line := as.seasons
	if line == nil {
		line = s.seasonLine(r.seasonSpan())
	}
	r.seasons = dated[string]{line: line, rule: s.Seasons.Select, days: line.changes(r.in.Period, func(a, b string) bool { return a == b })}
	return nil
}

func (s *schedule) noVersion(path string, d civil.Date) error {
	return &problem.Error{Code: ErrNoVersion, Path: path, What: fmt.Sprintf("no version of schedule %s holds on %s", s.ID, d),
		Fix: "correct the dates, or add the version to the book"}
}

// versionDays are the first days of all stretches of versions that the bill is
// priced under.
func (r *resolved) versionDays() []civil.Date {
	if r.schedule.Select == SplitByDay || r.schedule.Select == BlendByDay {
		return append([]civil.Date{r.in.Period.From}, r.versions.days...)
	}
	return []civil.Date{r.versionDay}
}

// seasonSpan is the days for which seasons are laid out.
func (r *resolved) seasonSpan() (from, to civil.Date) {
	from, to = r.in.Period.From, r.in.Period.To
	if r.seasonDay.Before(from) {
		from = r.seasonDay
	}
	if to.Before(r.seasonDay) {
		to = r.seasonDay
	}
	return from, to
}

// seasonLine lays the seasons out over the years that the days touch.
func (s *schedule) seasonLine(from, to civil.Date) timeline[string] {
	starts := s.Seasons.Starts
	line := timeline[string]{{value: starts[len(starts)-1].Name}}
	for year := from.Year(); year <= to.Year(); year++ {
		for _, start := range starts {
			// Compile has proven that the day exists in every year.
			if day, err := civil.NewDate(year, start.Month, start.Day); err == nil {
				line = append(line, stretch[string]{day, start.Name})
			}
		}
	}
	return line
}

// blend cuts the period where anything that is blended changes.
func (r *resolved) blend() {
	var days []civil.Date
	if r.versions.rule == BlendByDay {
		days = append(days, r.versions.days...)
	}
	if r.seasons.rule == BlendByDay && r.reads(func(v *version) bool { return v.reads.season }) {
		days = append(days, r.seasons.days...)
	}
	r.cut = len(r.versions.days)+len(r.seasons.days) > 0
	for _, s := range append([]subject{r.account}, r.meters...) {
		for slot := range s.facts {
			r.cut = r.cut || len(s.facts[slot].days) > 0
			if s.facts[slot].rule == BlendByDay && r.reads(func(v *version) bool { return v.reads.facts[slot] }) {
				days = append(days, s.facts[slot].days...)
			}
		}
	}
	if len(days) == 0 {
		r.blends = []blend{{r.in.Period, exact.Int(1)}}
		return
	}
	for _, p := range r.in.Period.Cut(days...) {
		r.blends = append(r.blends, blend{p, dayShare(p.Days(), r.in.Period.Days())})
	}
}

// reads says whether a version that the bill is priced under reads something.
func (r *resolved) reads(which func(*version) bool) bool {
	for _, d := range r.versionDays() {
		if which(&r.schedule.versions[r.versions.line.at(d)]) {
			return true
		}
	}
	return false
}

// dayShare is part of all; a bill of no days is one part.
func dayShare(part, all int) exact.Ratio {
	if all == 0 {
		return exact.Int(1)
	}
	share, _ := exact.New(int64(part), int64(all)) // all is above zero
	return share
}

// versionRuns are the stretches of the blend's bill under one version each.
func (r *resolved) versionRuns(b blend) []part {
	runs := []civil.Period{r.in.Period}
	if r.versions.rule == SplitByDay {
		runs = r.in.Period.Cut(r.versions.days...)
	}
	parts := make([]part, len(runs))
	for i, p := range runs {
		parts[i] = part{period: p, version: r.versions.at(p.From, b.period.From, r.versionDay), blend: b.period.From}
	}
	return parts
}

// changes are the days on which something that is read and that splits the bill
// changes for the account or a meter.
func (r *resolved) changes(reads reads, s subject) []civil.Date {
	var days []civil.Date
	if reads.season && r.seasons.rule == SplitByDay {
		days = append(days, r.seasons.days...)
	}
	for slot := range s.facts {
		if reads.facts[slot] && s.facts[slot].rule == SplitByDay {
			days = append(days, s.facts[slot].days...)
		}
	}
	return days
}

// changed says whether something that the charge itself depends on changes on the
// first day of a part, for the account or a meter.
func (r *resolved) changed(c *charge, s subject, p *part) bool {
	if slices.Contains(r.changes(c.reads, s), p.period.From) {
		return true
	}
	return c.book.Per == PerAccount && slices.ContainsFunc(r.meters, func(m subject) bool {
		return slices.Contains(r.changes(c.reads, m), p.period.From)
	})
}

// numDays is the days of the bill as a number.
func (r *resolved) numDays() exact.Ratio { return exact.Int(int64(r.days)) }

// parts cuts a run of one version where anything that the group depends on
// changes.
func (r *resolved) parts(run part, b blend, g *group) []part {
	days := r.changes(g.reads, r.account)
	for _, m := range r.meters {
		days = append(days, r.changes(g.reads, m)...)
	}
	parts := []part{run}
	if len(days) > 0 {
		cut := run.period.Cut(days...)
		parts = make([]part, len(cut))
		for i, p := range cut {
			parts[i] = run
			parts[i].period = p
		}
	}
	for i := range parts {
		p := &parts[i]
		p.season = r.seasons.at(p.period.From, p.blend, r.seasonDay)
		r.scale(p, b.weight)
	}
	return parts
}

// scale finds the factors of a part.
func (r *resolved) scale(p *part, weight exact.Ratio) {
	share := dayShare(p.period.Days(), r.in.Period.Days())
	p.share = share.Mul(weight)
	p.prorate, p.tiers = exact.Int(1), exact.Int(1)
	pr := r.schedule.Proration
	if pr.Over == NotProrated || r.in.Period.IsZero() {
		return
	}
	if pr.Fixed {
		// Months differ in length: a part has the proration of its own days.
		p.prorate, _ = r.prorated(p.period).Quo(share) // a part has days, or is the whole of a bill of none
	}
	if pr.Tiers {
		p.tiers = r.prorated(r.in.Period)
	}
}

// prorated is the days of a part over the denominator of the schedule's proration.
func (r *resolved) prorated(p civil.Period) exact.Ratio {
	from, to := r.lasting(p.From), r.lasting(p.To)
	over := r.in.CycleDays
	switch r.schedule.Proration.Over {
	case StatedDays:
		over = r.schedule.Proration.Days
	case MonthDays:
		sum, begins := exact.Ratio{}, exact.Ratio{}
		for _, m := range r.lasts.Months() {
			ends := begins.Add(exact.Int(int64(m.Period.Days())))
			if days := exact.Min(to, ends).Sub(exact.Max(from, begins)); days.Sign() > 0 {
				share, _ := days.Quo(exact.Int(int64(m.DaysInMonth))) // a month has days
				sum = sum.Add(share)
			}
			begins = ends
		}
		return sum
	}
	share, _ := to.Sub(from).Quo(exact.Int(int64(over))) // it has been found to be above zero
	return share
}

// lasting is how many days of the bill lie before a day of its layout.
func (r *resolved) lasting(d civil.Date) exact.Ratio {
	days := exact.Int(int64(d.Sub(r.in.Period.From)))
	if r.lasts == r.in.Period {
		return days
	}
	return days.Mul(dayShare(r.days, r.in.Period.Days()))
}
