package rates

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/metering"
)

// quick prices an input by the program of its version. It is false where there is none,
// where the input lies outside of what the program was proven for, and where the bill
// may be refused: then the exact pricing has the answer.
func (e *Engine) quick(q *Quote) bool {
	in := &q.Input
	s := e.find(in.Schedule)
	if s == nil || len(in.Meters) > 0 || len(in.Changes) > 0 {
		return false
	}
	v := s.quickVersion(in)
	if v == nil || v.plan == nil {
		return false
	}
	p := v.plan
	if p.regs <= len(some{}) {
		var r some
		return p.load(s, in, r[:]) && run(p.ops, &r) && p.keep(s, q, r[:])
	}
	var r registers
	return p.load(s, in, r[:]) && run(p.ops, &r) && p.keep(s, q, r[:])
}

// load sets the registers of what an input says.
func (p *plan) load(s *schedule, in *Input, r []int64) bool {
	r[0] = 1
	return p.quickUsage(s, in.Usage, in.Carried, r) && p.facts(in.Facts, r) && s.quickDays(p, in, r)
}

// keep puts what the registers say into a quote.
func (p *program) keep(s *schedule, q *Quote, r []int64) bool {
	q.schedule, q.program = s, p
	q.Total = money.Cents(r[p.total])
	kept := q.kept[:]
	if len(p.kept) > len(kept) {
		q.more = make([]int64, len(p.kept))
		kept = q.more
	}
	for i, reg := range p.kept {
		kept[i] = r[reg]
	}
	return true
}

// quickVersion is the version that prices a bill that no version's end cuts; nil where the
// dates are not plain.
func (s *schedule) quickVersion(in *Input) *version {
	if in.Period.IsZero() || s.Undated {
		if !s.Undated || !in.Period.IsZero() || !in.BillDate.IsZero() {
			return nil
		}
		return &s.versions[0]
	}
	if in.Period.Check() != nil {
		return nil
	}
	day := in.Period.From
	switch s.Select {
	case ByPeriodEnd:
		day = in.Period.Last()
	case ByBillDate:
		day = in.BillDate
	}
	if day.IsZero() {
		return nil
	}
	for i := range slices.Backward(s.versions) {
		v := &s.versions[i]
		if day.Before(v.book.From) {
			continue
		}
		cut := s.Select == SplitByDay || s.Select == BlendByDay
		if to := v.book.To; !to.IsZero() && (!day.Before(to) || cut && to.Before(in.Period.To)) {
			return nil
		}
		return v
	}
	return nil
}

// quickUsage sets the register of the usage.
func (p *program) quickUsage(s *schedule, usage metering.Volume, carried exact.Ratio, r []int64) bool {
	if usage.Unit() != s.Unit && usage != (metering.Volume{}) {
		return false
	}
	var ok bool
	if carried.IsZero() {
		r[usageRegister], ok = p.inputs[0].scaled(usage.Number())
		return ok
	}
	// What is billed is a whole number of units.
	b, err := s.bill(usage, carried, "")
	if err != nil {
		return false
	}
	units, ok := b.Usage.Int64()
	if !ok {
		return false
	}
	n, err := exact.NewNumber(units, 0)
	if err != nil {
		return false
	}
	r[usageRegister], ok = p.inputs[0].scaled(n)
	return ok
}

// facts sets the registers of the facts.
func (p *plan) facts(facts Facts, r []int64) bool {
	found := 0
	for i := range p.texts {
		t := &p.texts[i]
		text, ok := facts[t.name]
		if !ok {
			continue
		}
		found++
		code := slices.Index(t.texts, text)
		if code < 0 {
			return false
		}
		r[t.reg] = int64(code + 1)
	}
	for i := range p.numbers {
		n := &p.numbers[i]
		text, ok := facts[n.name]
		if !ok {
			if n.present == 0 {
				return false
			}
			continue
		}
		if !n.text { // otherwise it is counted
			found++
		}
		number, err := exact.ParseNumber(text)
		if err != nil {
			return false
		}
		if r[usageRegister+1+i], ok = p.inputs[1+i].scaled(number); !ok {
			return false
		}
		if n.present != 0 {
			r[n.present] = 1
		}
	}
	if found < len(facts) {
		for _, name := range p.absent {
			if _, given := facts[name]; given {
				return false
			}
		}
	}
	return true
}

// quickDays sets the registers of days and of the season.
func (s *schedule) quickDays(p *plan, in *Input, r []int64) bool {
	days := in.Period.Days()
	if days > MaxDays {
		return false
	}
	r[p.days] = int64(days)
	switch {
	case s.Proration.Over == CycleDays && (in.CycleDays != days || days < 1 || days > 366):
		return false // a share of a cycle is left to the exact pricing, and so is a wrong one
	case p.months != 0:
		r[p.months] = inMonths(in.Period)
	}
	if len(s.Seasons.Starts) == 0 {
		return true
	}
	day := in.Period.From
	switch s.Seasons.Select {
	case ByPeriodEnd:
		day = in.Period.Last()
	case ByBillDate:
		if day = in.BillDate; day.IsZero() {
			return false
		}
	case SplitByDay, BlendByDay:
		if s.seasonChanges(in.Period) {
			return false
		}
	}
	if p.season != 0 {
		name := s.Seasons.Starts[s.seasonOn(day)].Name
		r[p.season] = int64(slices.Index(p.seasons, name))
	}
	return true
}

// seasonOn is which start of a season a day follows.
func (s *schedule) seasonOn(day civil.Date) int {
	month, of := day.Month(), day.Day()
	for i, start := range slices.Backward(s.Seasons.Starts) {
		if start.Month < month || start.Month == month && start.Day <= of {
			return i
		}
	}
	return len(s.Seasons.Starts) - 1
}

// seasonChanges says whether a season begins inside a period.
func (s *schedule) seasonChanges(p civil.Period) bool {
	for year := p.From.Year(); year <= p.To.Year(); year++ {
		for _, start := range s.Seasons.Starts {
			day, err := civil.NewDate(year, start.Month, start.Day)
			if err == nil && p.From.Before(day) && day.Before(p.To) {
				return true
			}
		}
	}
	return false
}

// inMonths is the months of a period, each day a share of its own, in parts.
func inMonths(p civil.Period) int64 {
	parts := int64(0)
	for day := p.From; day.Before(p.To); {
		length := day.DaysInMonth()
		days := min(length-day.Day()+1, p.To.Sub(day))
		parts += int64(days) * (monthParts / int64(length))
		next, err := day.AddDays(days)
		if err != nil {
			break // the period ends where dates do
		}
		day = next
	}
	return parts
}

// printLines yields the lines of a bill.
func printLines(all []programLine, q *Quote, yield func(Line) bool) {
	some := false // of the tiers of a charge are printed
	for i := range all {
		of := &all[i]
		if !of.plain {
			if of.guard != 0 && q.keeps(of.guard) == 0 {
				continue
			}
			some = some && !of.starts
			switch {
			case of.tier && of.quantity.in(q) != 0, !of.tier && (!of.ifNotZero || of.other.in(q) != 0):
				some = true
			case of.ends && !some:
				of = &all[i-of.before] // usage of zero is in the first tier
			default:
				continue
			}
		}
		if !yield(Line{of.item, money.Cents(of.amount.in(q)), of.quantity.in(q), of.other.in(q)}) {
			return
		}
	}
}

// fitted are the lines of a bill that is rounded at its total.
func (p *program) fitted(q *Quote) []Line {
	lines := make([]Line, 0, len(p.lines))
	printLines(p.lines, q, func(l Line) bool { lines = append(lines, l); return true })
	fitLines(lines, p.fit, q.Total.Cents())
	return lines
}

// fitLines makes cents of lines that are in parts of cents, as [exact.Fit] does: it cuts
// them, and what is missing of the rounded total goes to the largest remainders.
func fitLines(lines []Line, parts, total int64) {
	sign := int64(1)
	if total < 0 {
		sign = -1
	}
	for i := 0; total == 0 && i < len(lines); i++ {
		if v := lines[i].amount.Cents(); v != 0 {
			if v < 0 {
				sign = -1
			}
			break
		}
	}
	missing := total * sign
	rests := make([]int64, len(lines))
	for i := range lines {
		v := lines[i].amount.Cents() * sign
		whole := v / parts
		rest := v % parts
		if rest < 0 {
			whole, rest = whole-1, rest+parts
		}
		rests[i] = rest
		lines[i].amount = money.Cents(whole)
		missing -= whole
	}
	for ; missing > 0; missing-- {
		most := -1
		for i := range lines {
			if rests[i] >= 0 && (most < 0 || rests[i] > rests[most]) {
				most = i
			}
		}
		rests[most] = -1
		lines[most].amount = money.Cents(lines[most].amount.Cents() + 1)
	}
	if sign < 0 {
		for i := range lines {
			lines[i].amount = money.Cents(-lines[i].amount.Cents())
		}
	}
}
