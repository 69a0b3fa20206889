package rates

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// given is a fact as a part of a bill has it.
type given struct {
	state factState
	text  string
	// on is the day of the change that has no rule.
	on civil.Date
}

type factState uint8

const (
	factMissing factState = iota
	factKnown
	// factChanged is a fact that changes inside the period and has no rule for it.
	factChanged
	// factUndated is a fact that changes and is picked by a bill date not given.
	factUndated
)

// read is the text of the fact, or why there is none.
func (g given) read(fact *Fact) (string, error) {
	switch g.state {
	case factMissing:
		fix := "give it; if it is no fact but a slip in the rates, correct its name there"
		if len(fact.Allowed) > 0 {
			fix = "give one of: " + strings.Join(fact.Allowed, ", ")
		}
		return "", &problem.Error{Code: ErrMissingFact, Path: fact.Name, What: fact.Name + " is needed and not given", Fix: fix}
	case factChanged:
		return "", &problem.Error{Code: ErrFactChange, Path: fact.Name,
			What: fmt.Sprintf("%s changes on %s, inside the period, and the schedule does not say how to bill that", fact.Name, g.on),
			Fix:  "bill the days before and after apart, or state the fact's rule in the schedule"}
	}
	if g.state == factUndated {
		return "", &problem.Error{Code: ErrNoPeriod, Path: "bill_date", What: fact.Name + " changes, and is picked by the bill date, which is not given", Fix: "give the day of the bill"}
	}
	if len(fact.Allowed) > 0 && !slices.Contains(fact.Allowed, g.text) {
		return "", &problem.Error{Code: ErrFactValue, Path: fact.Name, What: fmt.Sprintf("%s is %s", fact.Name, quoted(g.text)),
			Fix: "give one of: " + strings.Join(fact.Allowed, ", ")}
	}
	return g.text, nil
}

// number is the number that a fact's text states.
func (fact *Fact) number(text string) (exact.Ratio, error) {
	v, err := exact.Parse(text)
	if err != nil {
		return v, &problem.Error{Code: ErrNotNumber, Path: fact.Name, What: fmt.Sprintf("%s is %s, which is not a number", fact.Name, quoted(text)),
			Fix: `give it as a plain decimal, such as "3" or "0.75"`, Err: err}
	}
	if r := fact.Range; r != nil {
		if v.Cmp(exact.FromDecimal(r.Least.decimal())) < 0 || v.Cmp(exact.FromDecimal(r.Most.decimal())) > 0 || r.Whole && !v.IsInt() {
			return v, &problem.Error{Code: ErrFactValue, Path: fact.Name, What: fmt.Sprintf("%s is %s", fact.Name, text), Fix: "give " + r.String()}
		}
	}
	return v, nil
}

// String says which numbers are in the range.
func (r *Range) String() string {
	kind := "a number"
	if r.Whole {
		kind = "a whole number"
	}
	return fmt.Sprintf("%s from %s to %s", kind, r.Least, r.Most)
}

// A timeline is the values that something has, in order of time. Each holds from
// its day on; the first one from ever.
type timeline[T any] []stretch[T]

type stretch[T any] struct {
	from  civil.Date
	value T
}

func (t timeline[T]) at(d civil.Date) T {
	i := sort.Search(len(t)-1, func(i int) bool { return d.Before(t[i+1].from) })
	return t[i].value
}

// changes are the days inside the period on which the value changes.
func (t timeline[T]) changes(p civil.Period, same func(a, b T) bool) []civil.Date {
	var days []civil.Date
	for i := 1; i < len(t); i++ {
		if d := t[i].from; p.From.Before(d) && d.Before(p.To) && !same(t[i-1].value, t[i].value) {
			days = append(days, d)
		}
	}
	return days
}

// A dated is something that has a value on each day of the bill, by a rule.
type dated[T any] struct {
	line timeline[T]
	rule Select
	// days are its changes inside the period.
	days []civil.Date
}

// at is the value for the part of a bill that begins on part, in the blended
// bill of the days from blend. fixed is the day that a rule other than splitting
// and blending picks.
func (d *dated[T]) at(part, blend, fixed civil.Date) T {
	switch d.rule {
	case SplitByDay:
		return d.line.at(part)
	case BlendByDay:
		return d.line.at(blend)
	}
	return d.line.at(fixed)
}

// fixedDay is the day that a rule picks for the whole bill.
func fixedDay(rule Select, in *Input, need string) (civil.Date, error) {
	switch rule {
	case ByPeriodEnd:
		return in.Period.Last(), nil
	case ByBillDate:
		if in.BillDate.IsZero() {
			return civil.Date{}, &problem.Error{Code: ErrNoPeriod, Path: "bill_date", What: "the schedule selects " + need + " by the bill date, which is not given",
				Fix: "give the day of the bill"}
		}
		return in.BillDate, nil
	}
	return in.Period.From, nil
}

// A subject is the account, or one of its meters.
type subject struct {
	meter string
	// facts are by the fact's slot.
	facts []dated[given]
}

func sameGiven(a, b given) bool { return a == b }

// subjectFacts are the facts of the account, or of a meter of the account.
func (s *schedule) subjectFacts(in *Input, meter *Meter) ([]dated[given], error) {
	all := make([]dated[given], len(s.facts))
	for slot := range s.facts {
		fact := &s.facts[slot]
		base, ok := in.Facts[fact.Name]
		changes := in.Changes
		if meter != nil {
			if own, has := meter.Facts[fact.Name]; has {
				base, ok = own, true
				changes = nil
			}
			if slices.ContainsFunc(meter.Changes, func(c Change) bool { return c.Fact == fact.Name }) {
				changes = meter.Changes
			}
		}
		line := timeline[given]{{}}
		if ok {
			line[0].value = given{state: factKnown, text: base}
		}
		for _, c := range changes {
			if c.Fact == fact.Name {
				line = append(line, stretch[given]{c.On, given{state: factKnown, text: c.Value}})
			}
		}
		if len(line) > 1 {
			if err := inOrder(line, fact.Name); err != nil {
				return nil, err
			}
		}
		d := dated[given]{line: line, rule: fact.Change}
		if len(line) > 1 {
			d.days = line.changes(in.Period, sameGiven)
		}
		switch {
		case fact.Change == 0 && len(d.days) > 0:
			d.line = timeline[given]{{value: given{state: factChanged, on: d.days[0]}}}
			d.days = nil
		case fact.Change == ByBillDate && len(line) > 1 && in.BillDate.IsZero():
			d.line = timeline[given]{{value: given{state: factUndated}}}
		}
		all[slot] = d
	}
	return all, nil
}

// inOrder sorts a fact's values by day and refuses two on one day.
func inOrder(line timeline[given], fact string) error {
	slices.SortStableFunc(line[1:], func(a, b stretch[given]) int { return a.from.Compare(b.from) })
	for i, s := range line[1:] {
		if s.from.IsZero() {
			return &problem.Error{Code: ErrFactChange, Path: fact, What: fact + " changes on no day", Fix: "give the first day of the new value"}
		}
		if i > 0 && s.from == line[i].from && s.value != line[i].value {
			return &problem.Error{Code: ErrFactChange, Path: fact, What: fmt.Sprintf("%s has two values from %s on: %s and %s", fact, s.from,
				quoted(line[i].value.text), quoted(s.value.text)), Fix: "keep the right one"}
		}
	}
	return nil
}
