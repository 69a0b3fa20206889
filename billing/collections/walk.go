package collections

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// printedTitle is the constraint of what a notice states.
const printedTitle = "date printed on a notice"

// walk is the ladder of one account while it is walked.
type walk struct {
	*Ladder
	index
	facts *Facts
	terms ledger.Terms // of the account
	out   Answer
	// standing is the account on the day.
	standing ledger.Standing
	// petitions tell what is of days before each petition that was not dismissed.
	petitions []lineage
	// billed is the first bill of the oldest part of the debt, and ownDue the due date that its bill states, where that was extended since;
	// no date where installments are asked for, by a bill of their own.
	billed, ownDue civil.Date
	// broken says that a plan was broken, and breach is since when.
	broken bool
	breach civil.Date
	// anew is the last day on which the ladder began anew, and anewSince what began it: what was told before it is no step.
	anew      civil.Date
	anewSince string
	// mailed is the day of the last mail to the customer that came back, and after which nobody was told by telephone; no date where none did.
	mailed civil.Date
	// by is the day up to which steps have to count still: that of the question, of the list, or of the shutoff once it is known.
	by civil.Date
	// assume is the day on which steps that are missing are taken to be done, where any is; of assumes alone where that is a step.
	assume  civil.Date
	assumes Step
}

// Walk is the ladder of an account: when service may be shut off, and why not before; or why it may not be. It is the same for
// the same facts.
//
// Errors: [ErrFacts] and [ErrEvent] for facts that are missing, contradict one another or are in the future; [ErrLaw] for a day
// for which the text of a law was not read; those of the calendar, of the ledger and of dates; money.ErrOverflow.
func (l *Ladder) Walk(f Facts) (Answer, error) {
	w := walk{Ladder: l, facts: &f}
	if err := w.run(); err != nil {
		return Answer{}, err
	}
	return w.out, nil
}

func (w *walk) run() error {
	f := w.facts
	var own few
	w.index = newIndex(f.Events, &own)
	if err := w.check(); err != nil {
		return err
	}
	if err := w.lawful(f.Class, "on", f.On); err != nil {
		return err
	}
	w.terms = f.Account.Terms()
	out := &w.out
	*out = Answer{Account: f.Account.ID(), Area: f.Account.Area(), Class: f.Class, On: f.On, Placeholders: slices.Clone(w.placeholders)}
	if w.isResidential(f.Class) {
		out.Unconfirmed = slices.Clone(w.unconfirmed)
		for _, waiver := range w.policy.Waived {
			out.Notes = append(out.Notes, Reason{LawWaived, fmt.Sprintf("the district does not act under %s: %s", waiver.Law, waiver.Why), []Figure{{"law", waiver.Law}}})
		}
	} else {
		w.noLaw()
	}
	if err := w.debt(); err != nil {
		return err
	}
	if err := w.beforeBill(); err != nil {
		return err
	}
	if err := w.blocks(); err != nil {
		return err
	}
	if out.Debt.Due.IsZero() {
		return nil
	}
	if w.by.IsZero() {
		w.by = f.On
	}
	if err := w.began(); err != nil {
		return err
	}
	return w.date()
}

// date finds the first permitted day on or after all bounds. What tells of a shutoff that is near counts for some days alone: where
// the day would be after them, it is looked for without that step. A day only becomes later, so that this ends.
func (w *walk) date() error {
	out := &w.out
	for {
		if err := w.bounds(); err != nil || out.Blocked() {
			return err
		}
		last, _ := out.Deciding()
		var err error
		if out.Day, out.NotBefore, out.Moved, err = w.move(w.facts.Class, &last); err != nil {
			return err
		}
		if !slices.ContainsFunc(out.Bounds, w.ages) {
			return nil
		}
		w.by, out.Day, out.NotBefore, out.Moved = out.Day, civil.Date{}, time.Time{}, nil
	}
}

// ages says that a bound is of a step that does not count any more on the day that was found.
func (w *walk) ages(b Bound) bool {
	return b.Event != "" && b.Constraint != printedTitle && b.Step.imminent() && w.out.Day.Sub(b.From) > w.policy.LastContactAge.Get()
}

// noLaw says that laws of residential service do not apply.
func (w *walk) noLaw() {
	for i := range w.policy.Laws {
		law := &w.policy.Laws[i]
		w.out.Notes = append(w.out.Notes, Reason{
			Code:    LawDoesNotApply,
			Words:   fmt.Sprintf("%s (%s) is of residential service and does not apply to the class %s: district policy only", law.Title, law.Constraints[0].Source, w.facts.Class),
			Figures: []Figure{{"law", law.Title}, {"class", w.facts.Class}},
		})
	}
}

// debt finds what the account may be shut off for, and whether a plan was broken.
func (w *walk) debt() error {
	f, out := w.facts, &w.out
	var err error
	if w.standing, err = f.Account.Standing(f.On); err != nil {
		return err
	}
	if w.standing.PastDue.IsZero() {
		return nil
	}
	obligations, err := f.Account.Obligations(f.On)
	if err != nil {
		return err
	}
	books := f.Account.Books()
	ripe := w.ripe(obligations)
	var few [8]stored.ID
	items, cents := few[:0], int64(0)
	var seen map[stored.ID]bool // those that are paid by installments
	for _, o := range obligations {
		left := o.Left()
		if o.When != ledger.IsPastDue || left.Sign() <= 0 || o.Item.IsZero() {
			continue
		}
		it, _ := books.Item(o.Item)
		permits, known := w.kinds[string(it.Kind)]
		if !known {
			return &problem.Error{Code: ErrFacts, Path: "kinds", What: fmt.Sprintf("item %s is of the kind %q, of which the policy does not say whether it permits a shutoff", o.Item, string(it.Kind)),
				Fix: "add it to kinds or exempt"}
		}
		if !permits || !w.agencies[it.Agency] || w.beforePetition(&it) {
			continue
		}
		cents += left.Cents()
		if out.Debt.Due.IsZero() && !o.Due.Before(ripe) {
			out.Debt.Due, w.billed = o.Due, it.Billed // they are in order of their due dates
		}
		if o.Due == out.Debt.Due {
			if it.Billed.Before(w.billed) {
				w.billed = it.Billed
			}
			if !o.ByInstallment && it.Due.After(w.ownDue) {
				w.ownDue = it.Due
			}
		}
		if !o.ByInstallment || !seen[o.Item] { // under a plan an item is in several installments
			items = append(items, o.Item)
		}
		if o.ByInstallment {
			if seen == nil {
				seen = map[stored.ID]bool{}
			}
			seen[o.Item] = true
		}
		if o.ByInstallment && w.breach.IsZero() {
			w.broken, w.breach = true, o.Due
		}
	}
	if out.Debt.Due.IsZero() {
		return nil
	}
	out.Debt.Amount, out.Debt.Items = money.Cents(cents), slices.Clone(items)
	if out.Debt.FirstDelinquent, err = w.FirstDelinquent(out.Debt.Due); err != nil {
		return err
	}
	return w.endedPlans()
}

// ripe is the due date by which what is past due is as much as the least that anybody is told of: what little is left of an older bill
// makes no newer one older. No date where it is less in all.
func (w *walk) ripe(obligations []ledger.Obligation) civil.Date {
	cents := int64(0)
	for i := range obligations {
		if o := &obligations[i]; w.permits(o) {
			if cents += o.Left().Cents(); cents >= w.policy.MinimumBalance.Get().Cents() {
				return o.Due
			}
		}
	}
	return civil.Date{}
}

// beforeBill refuses events of the debt that are of before its bill, but for those that were withdrawn.
func (w *walk) beforeBill() error {
	var found problem.List
	for i := range w.events {
		if e := &w.events[i]; w.isOf(e) && e.Day.Before(w.billed) && w.withdrawn(i) == nil {
			found.Add(&problem.Error{Code: ErrEvent, Path: fmt.Sprintf("events[%d].day", i), What: fmt.Sprintf("the event %s is of %s, before the bill of %s of its debt", e.Key, e.Day, w.billed),
				Fix: "record of which debt it was, or withdraw it"})
		}
	}
	return found.Err()
}

// endedPlans takes note of plans that ended while something of the debt was under them.
func (w *walk) endedPlans() error {
	plans := w.terms.Plans
	if len(plans) == 0 {
		return nil
	}
	for i := range plans {
		p := &plans[i]
		if p.Ended.IsZero() || p.Ended.After(w.facts.On) {
			continue
		}
		covers := make(map[stored.ID]bool, len(p.Covers))
		for _, c := range p.Covers {
			covers[c.Item] = true
		}
		of := newLineage(w.facts.Account.Books(), func(it *ledger.OpenItem) bool { return covers[it.ID] })
		if !slices.ContainsFunc(w.out.Debt.Items, of.item) {
			continue
		}
		if err := w.endedPlan(p); err != nil {
			return err
		}
	}
	return nil
}

// endedPlan takes note of a plan: it was broken when its first missed installment was due; where none was, when it ended.
func (w *walk) endedPlan(p *ledger.Plan) error {
	w.broken = true
	breach := p.Ended
	before, err := p.Ended.AddDays(-1)
	if err != nil {
		return err
	}
	obligations, err := w.facts.Account.Obligations(before)
	if err != nil {
		return err
	}
	for _, o := range obligations {
		if o.ByInstallment && o.When == ledger.IsPastDue && o.Left().Sign() > 0 {
			breach = o.Due
			break
		}
	}
	if breach.After(w.breach) {
		w.breach = breach
	}
	return nil
}

// bounds finds what each constraint allows; one whose step is missing blocks.
func (w *walk) bounds() error {
	// Most accounts have fewer: they are found in no memory of their own, and kept in as much as they need.
	var few [12]Bound
	found, blocks := few[:0], len(w.out.Blocks)
	for _, c := range w.constraints(w.facts.Class) {
		if !w.is(c.When) {
			continue
		}
		var b Bound
		ok := true
		var err error
		switch c.Since {
		case SinceDue:
			b, err = w.earliest(c.Wait, nil, w.out.Debt.Due)
		case SinceBreach:
			b, err = w.earliest(c.Wait, nil, w.breach)
		default:
			b, ok, err = w.byStep(c)
		}
		if err != nil {
			return err
		}
		if !ok {
			w.out.Blocks = append(w.out.Blocks, w.missing(c))
			continue
		}
		b.Constraint, b.Source, b.Status = c.Title, c.Source, c.Status
		found = append(found, b)
	}
	if len(w.out.Blocks) > blocks && w.assume.IsZero() {
		w.anotherAmount()
	}
	first := len(found)
	for i := range w.events {
		if e := &w.events[i]; !e.Printed.IsZero() {
			found = append(found, Bound{Constraint: printedTitle, Source: "H&S 116908(a)(1)(C)(iii)", Status: Verified, Step: e.Step, Event: e.Key, From: e.Day, Day: e.Printed})
		}
	}
	if len(found) > first+1 {
		slices.SortFunc(found[first:], func(a, b Bound) int { return strings.Compare(a.Event, b.Event) })
	}
	w.out.Bounds = slices.Clone(found)
	return nil
}

// anotherAmount blocks an account that lacks a step where a notice was given, and what was charged is less since. Where it is looked at
// who is told next, it is no block: the customer is told anew.
func (w *walk) anotherAmount() {
	first := -1
	for i := range w.events {
		if w.fault(i) == anotherAmount && (first < 0 || w.events[i].before(&w.events[first])) {
			first = i
		}
	}
	if first < 0 {
		return
	}
	e, now := &w.events[first], money.Cents(w.marks[first].now)
	w.block(AnotherAmount, fmt.Sprintf("the %s %s of %s states %s, and %s is what was charged since a correction", e.Step, e.Key, e.Day, e.Amount, now),
		Figure{"event", e.Key}, Figure{"stated", e.Amount.String()}, Figure{"charged", now.String()})
}

// is says whether the account is of those.
func (w *walk) is(when When) bool {
	switch when {
	case AtOtherAddress:
		return w.facts.OtherAddress == Yes
	case WithTenants:
		return w.facts.Tenants == Yes
	case WithThirdParty:
		return w.facts.ThirdParty == Yes
	case OfBrokenPlan:
		return w.broken
	case Undelivered:
		return !w.mailed.IsZero()
	}
	return true
}

// way says that a way is one on the account.
func (w *walk) way(way *Way) bool { return way.Unless == "" || !w.is(way.Unless) }

// byStep is the earliest that any event allows by any way; false where no event does.
func (w *walk) byStep(c *Constraint) (best Bound, ok bool, err error) {
	for j := range c.Ways {
		way := &c.Ways[j]
		if !w.way(way) {
			continue
		}
		from, known, err := w.from(way)
		if err != nil {
			return Bound{}, false, err
		}
		for i := range w.events {
			e := &w.events[i]
			if !known || !way.takes(e) || e.Day.Before(from) || c.When == Undelivered && e.Day.Before(w.mailed) || !w.counts(i) {
				continue
			}
			b, err := w.earliest(way.Wait, e, e.Day)
			if err != nil {
				return Bound{}, false, err
			}
			if !ok || best.after(&b) || !b.after(&best) && b.Event < best.Event {
				best, ok = b, true
			}
		}
	}
	if ok || w.assume.IsZero() {
		return best, ok, nil
	}
	return w.assumed(c)
}

// assumed is the earliest that a step allows which is taken on the day that is assumed, or once it counts.
func (w *walk) assumed(c *Constraint) (Bound, bool, error) {
	for i := range c.Ways {
		way := &c.Ways[i]
		if w.assumes != "" && way.Step != w.assumes || !w.way(way) {
			continue
		}
		from, known, err := w.from(way)
		if err != nil {
			return Bound{}, false, err
		}
		if !known {
			if w.assumes != "" {
				return Bound{}, false, nil
			}
			// That the bill was mailed is not recorded: whoever is told meanwhile is told of a day on which it is certain that it was.
			mailed, err := w.assume.AddDays(way.AfterWait.N)
			if err != nil {
				return Bound{}, false, err
			}
			if mailed.After(from) {
				from = mailed
			}
		}
		if from.Before(w.assume) {
			from = w.assume
		}
		b, err := w.earliest(way.Wait, nil, from)
		b.Step = way.Step
		return b, err == nil, err
	}
	return Bound{}, false, nil
}

// from is the day from which a step counts; false where what it has to follow is not recorded. Of several mailings of the bill
// the first counts.
func (w *walk) from(way *Way) (from civil.Date, known bool, err error) {
	if way.AfterBreach != (Wait{}) {
		b, err := w.earliest(way.AfterBreach, nil, w.breach)
		if err != nil {
			return civil.Date{}, false, err
		}
		from = b.Day
	}
	if way.After == "" {
		return from, true, nil
	}
	var first civil.Date
	for i := range w.events {
		e := &w.events[i]
		if e.Step == way.After && w.counts(i) && (!known || e.Day.Before(first)) {
			first, known = e.Day, true
		}
	}
	if !known {
		return from, false, nil
	}
	if first, err = first.AddDays(way.AfterWait.N); err == nil && first.After(from) {
		from = first
	}
	return from, true, err
}

// earliest is the earliest day, or instant, so long after an event, or after a day.
func (w *walk) earliest(wait Wait, e *Event, from civil.Date) (b Bound, err error) {
	b = Bound{From: from, Wait: wait}
	if e != nil {
		b.Step, b.Event = e.Step, e.Key
	}
	switch wait.Unit {
	case OpenDays:
		// Counted back from the shutoff, as many business days reach the step: a step on a closed day counts as one of the next.
		if b.Day, err = civil.NextOpen(w.business, from); err == nil {
			b.Day, err = civil.AddOpenDays(w.business, b.Day, wait.N)
		}
	case Hours:
		if e != nil && !e.At.IsZero() {
			b.At = e.At.In(w.location)
		} else {
			// Only the day is known: hours count from its end.
			next, err := from.AddDays(1)
			if err != nil {
				return Bound{}, err
			}
			b.At = w.startOf(next)
		}
		b.At = b.At.Add(hours(wait.N))
		b.Day, err = civil.DateOf(b.At, w.location)
	case DelinquentDays:
		n := wait.N
		b.Reading = w.policy.Reading
		if b.Reading == FullDays {
			n++
		}
		b.Day, err = from.AddDays(n)
	default:
		b.Day, err = from.AddDays(wait.N)
	}
	return b, err
}

// missing says which step a constraint lacks, and why those that were recorded are none.
func (w *walk) missing(c *Constraint) Reason {
	var ways, why []string
	for i := range c.Ways {
		way := &c.Ways[i]
		if !slices.Contains(ways, string(way.Step)) {
			ways = append(ways, string(way.Step))
		}
		from, known, _ := w.from(way) // its errors were told by byStep
		if !known {
			why = append(why, fmt.Sprintf("no %s of it is recorded, before which no %s counts", way.After, way.Step))
		}
		for j := range w.events {
			e := &w.events[j]
			if e.Step != way.Step {
				continue
			}
			f := w.fault(j)
			no := w.said(j, f)
			switch {
			case f != none:
			case !way.takes(e):
				no = fmt.Sprintf("was by %s to %s on %s", e.Method, e.To, e.Day)
			case c.When == Undelivered && e.Day.Before(w.mailed):
				no = fmt.Sprintf("was on %s, before the mail of %s that came back", e.Day, w.mailed)
			case known && e.Day.Before(from):
				no = fmt.Sprintf("was on %s, and counts from %s on", e.Day, from)
			default:
				continue
			}
			why = append(why, fmt.Sprintf("%s %s %s", e.Step, e.Key, no))
		}
	}
	slices.Sort(why)
	why = slices.Compact(why)
	words := fmt.Sprintf("no %s of the debt due %s is recorded (%s, %s)", strings.Join(ways, " or "), w.out.Debt.Due, c.Source, c.Status)
	if len(why) > 0 {
		words += ": " + strings.Join(why, "; ")
	}
	return Reason{Code: c.Missing, Words: words, Figures: []Figure{{"debt", w.out.Debt.Due.String()}, {"constraint", c.Title}}}
}
