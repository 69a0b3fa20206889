package collections

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// together says in words why the fee for a shutoff is under the cap on a reconnection.
const together = "the fee for the shutoff and that for the reconnection are together at most"

// reconnectionFee is what the books have of the fee of a reconnection, as [Fee.Entries] charges it: the entry that stands and its amount, if
// there is one; and what the fee is known by if it is charged next. One that was taken back stays what it was, and the next has another key.
func reconnectionFee(books *ledger.Ledger, account, key string) (stands stored.ID, amount money.Amount, next ledger.Entry) {
	next = ledger.Entry{Cause: ledger.Charged, Parent: stored.NewID("reconnection", stored.ID{}, key, stored.AppendText(nil, account)), Key: "reconnection fee"}
	for n := 2; ; n++ {
		id := next.ID()
		fee, ok := feeIn(books, id)
		if !ok {
			return stands, amount, next
		}
		if !books.Reversed(id) {
			stands, amount = id, fee
		}
		next.Key = fmt.Sprintf("reconnection fee %d", n)
	}
}

// limit keeps the fee of a shutoff, of a household of low income, under the cap on the reconnection that has to follow: the cap in
// hours, since it is not known in which it will be, and the actual cost. Of low income is who was on the day of the shutoff, or on that
// of the reconnection.
func (f *Fees) limit(s *judged, c *StepCharge) error {
	if c.Step != ShutOff || c.Outcome != ChargeFee || !f.ladder.isResidential(s.Facts.Class) {
		return nil
	}
	p, low, books := &f.reconnection, s.lowIncome(c.Day), s.Facts.Account.Books()
	days, charged := []civil.Date{c.Day}, int64(0)
	for _, e := range s.ended(c) {
		low = low || s.lowIncome(e.Day)
		days = append(days, e.Day)
		_, fee, _ := reconnectionFee(books, e.Account, e.Key)
		charged += fee.Cents()
	}
	if !low {
		return nil
	}
	if s.ActualCost.IsZero() {
		return &problem.Error{Code: ErrFacts, Path: "actual_cost", What: "it is not said what a reconnection costs", Fix: "give what it costs the district, above which the law allows no fee"}
	}
	least, name := s.ActualCost, "the actual cost"
	for _, day := range days {
		most, err := p.capOn(day)
		if err != nil {
			return err
		}
		if most.Cmp(least) < 0 {
			least, name = most, "the cap"
		}
	}
	left, before := least.Cents()-charged, ""
	if charged > 0 {
		before = fmt.Sprintf(", of which %s was charged for the reconnection", money.Cents(charged))
	}
	c.Limit = money.Cents(max(left, 0))
	c.Placeholders = append(c.Placeholders, f.reconnectionMarks()...)
	words := fmt.Sprintf("of a household of low income %s %s of %s (%s)%s", together, name, least, p.Cap.Source, before)
	if !p.Confirmed.Get() {
		words += "; " + p.Cap.Title + " is to be confirmed by counsel"
	}
	if c.Limit.IsZero() {
		c.none(CapReached, words)
		c.Capped = true
		return nil
	}
	if c.Limit.Cmp(c.Amount) < 0 {
		c.Amount, c.Capped = c.Limit, true
	}
	c.Words = words
	return nil
}

func (f *Fees) reconnectionMarks() []policy.Mark {
	found := f.reconnection.findings()
	return found.Placeholders
}

// capOn is the cap in hours on a day. Errors: [ErrLaw] and [ErrCap].
func (p *FeePolicy) capOn(day civil.Date) (money.Amount, error) {
	if !p.Cap.During.Contains(day) {
		return money.Amount{}, &problem.Error{Code: ErrLaw, Path: "on", What: fmt.Sprintf("%s is not of the days %s of %s", day, p.Cap.During, p.Cap.Title),
			Fix: "use the cap as it stands on that day, once its text was read anew"}
	}
	return p.indexed(p.Cap.InHours, day.Year())
}

// ended are the reconnections that ended a shutoff: those after it and before the next one.
func (s *judged) ended(c *StepCharge) []*Event {
	var out []*Event
	for i := range s.turns {
		e := &s.turns[i]
		if e.Step == Reconnected && !e.Day.Before(c.Day) && !s.between(ShutOff, c.Day, e.Day) {
			out = append(out, e)
		}
	}
	return out
}

// between says that service was shut off, or turned on, after one day and before another.
func (s *judged) between(step Step, after, before civil.Date) bool {
	return slices.ContainsFunc(s.turns, func(e Event) bool { return e.Step == step && e.Day.After(after) && e.Day.Before(before) })
}

// Reconnection is the fee for turning service on again beside the fees of the shutoff that it ends, which come back with it. For a
// household that was of low income on the day of either, both together are at most the law's cap, and at most the actual cost: a fee for the shutoff is no way
// round it (ours, as a cap on one half of what has to be done would be none). What the shutoff was charged at is taken off what the
// reconnection may cost; where it alone is above, it is taken back whole, and the reconnection is charged under the cap. Enter
// the fees of the shutoff first, and make the account anew: one that is left to the end finds what the reconnection has left of the cap.
//
// There is no fee, and the words say why, for a reconnection that was withdrawn, for one that ends no shutoff that is recorded, as the second
// after one shutoff, and for one after a shutoff that should not have been: withdrawn, or while the ladder was blocked.
//
// The reconnection is a recorded event, whose key is that of its facts. Errors: those of [FeePolicy.Reconnection] and [Fees.Steps];
// [ErrEvent] for a reconnection that was not recorded; [ErrFacts] for facts that contradict one another.
func (f *Fees) Reconnection(r FeeFacts, s StepFacts) (Fee, []StepCharge, error) {
	j, err := f.judged(&s)
	if err != nil {
		return Fee{}, nil, err
	}
	all, err := f.charges(&j)
	if err != nil {
		return Fee{}, nil, err
	}
	if err := f.agree(&r, &j); err != nil {
		return Fee{}, nil, err
	}
	var shutoffs []StepCharge
	for _, c := range all {
		if c.Step == ShutOff && !c.Day.After(r.On) && !j.between(Reconnected, c.Day, r.On) {
			shutoffs = append(shutoffs, c)
			if r.Residential == Yes && s.lowIncome(c.Day) {
				r.LowIncome = Yes
			}
		}
	}
	out, err := f.reconnection.Reconnection(r)
	if err != nil {
		return Fee{}, nil, err
	}
	if why := j.endsNone(r.Key, shutoffs); why != "" {
		out.Amount, out.Capped, out.Words = money.Amount{}, false, "no fee: "+why
		return out, shutoffs, nil
	}
	if r.Residential == No || r.LowIncome == No {
		return out, shutoffs, nil
	}
	most, name := out.Cap, "the cap"
	if r.ActualCost.Cmp(most) < 0 {
		most, name = r.ActualCost, "the actual cost"
	}
	charged := int64(0)
	for i := range shutoffs {
		c := &shutoffs[i]
		switch {
		case c.Outcome == FeeStands && c.Amount.Cents() > most.Cents()-charged:
			c.Outcome, c.Why, c.Capped, c.Limit = TakeFeeBack, CapReached, true, money.Cents(most.Cents()-charged)
			c.Words = fmt.Sprintf("of a household of low income %s %s of %s (%s)", together, name, most, f.reconnection.Cap.Source)
			c.say()
		case c.Outcome == FeeStands || c.Outcome == ChargeFee:
			charged += c.Amount.Cents()
		}
	}
	if charged == 0 {
		return out, shutoffs, nil
	}
	left := money.Cents(max(most.Cents()-charged, 0))
	if left.Cmp(out.Amount) < 0 {
		out.Amount, out.Capped = left, true
	}
	out.Words += fmt.Sprintf("; %s %s of %s, and %s is that of the shutoff: %s", together, name, most, money.Cents(charged), out.Amount)
	return out, shutoffs, nil
}

// endsNone says why a reconnection ends no shutoff that should have been; empty where it ends one.
func (s *judged) endsNone(key string, shutoffs []StepCharge) string {
	i := s.at(key)
	e := &s.events[i]
	if by := s.withdrawn(i); by != nil {
		return "the reconnection was withdrawn on " + by.Day.String()
	}
	var last *Event
	for k := range s.turns {
		if o := &s.turns[k]; o.Key != e.Key && s.turned(o, e) && (last == nil || s.turned(last, o)) {
			last = o
		}
	}
	if last == nil || last.Step != ShutOff {
		return "no shutoff is recorded that it ends"
	}
	for _, c := range shutoffs {
		if !c.wrong {
			return ""
		}
	}
	return "the shutoff that it ends should not have been: " + shutoffs[len(shutoffs)-1].Words
}

// turned says that a shutoff or a reconnection came before another. Of those of a day the instants say it; else the shutoff came first, and
// of two of a kind the one whose fee is in the books, the one without an instant, or the first by its key.
func (s *judged) turned(e, o *Event) bool {
	known := !e.At.IsZero() && !o.At.IsZero() && !e.At.Equal(o.At)
	switch {
	case e.Day != o.Day:
		return e.Day.Before(o.Day)
	case known:
		return e.At.Before(o.At)
	case e.Step != o.Step:
		return e.Step == ShutOff
	}
	if e.Step == Reconnected {
		books := s.Facts.Account.Books()
		mine, _, _ := reconnectionFee(books, e.Account, e.Key)
		other, _, _ := reconnectionFee(books, o.Account, o.Key)
		if mine.IsZero() != other.IsZero() {
			return other.IsZero()
		}
	}
	if e.At.IsZero() != o.At.IsZero() {
		return e.At.IsZero()
	}
	return e.Key < o.Key
}

// agree refuses facts of a reconnection that are not those of the account.
func (f *Fees) agree(r *FeeFacts, s *judged) error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrFacts, Path: path, What: what, Fix: fix})
	}
	if e := s.event(r.Key); e == nil || e.Step != Reconnected || e.Day != r.On {
		found.Add(&problem.Error{Code: ErrEvent, Path: "key", What: fmt.Sprintf("no reconnection %q of %s is recorded", r.Key, r.On), Fix: "record it first"})
	}
	if r.Account != s.Facts.Account.ID() || r.Area != s.Facts.Account.Area() {
		refuse("account", fmt.Sprintf("the reconnection is of %s in %q, and the account is %s in %q", r.Account, r.Area, s.Facts.Account.ID(), s.Facts.Account.Area()), "give the facts of one account")
	}
	if (r.Residential == Yes) != f.ladder.isResidential(s.Facts.Class) {
		refuse("residential", fmt.Sprintf("the class %s of the ladder says otherwise", s.Facts.Class), "give what the class says")
	}
	if r.Residential == Yes && r.LowIncome == Yes && r.ActualCost.Cmp(s.ActualCost) < 0 {
		refuse("actual_cost", fmt.Sprintf("the reconnection cost %s, and one in hours is said to cost %s", r.ActualCost, s.ActualCost), "give the less for both")
	}
	if (r.LowIncome == Yes) != s.lowIncome(r.On) {
		refuse("low_income", fmt.Sprintf("the days of low income say otherwise of %s", r.On), "give what the days say")
	}
	return found.Err()
}
