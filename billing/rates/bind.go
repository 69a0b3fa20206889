package rates

import (
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// A Bound is a schedule with everything settled but usage and numbers, to price
// many accounts that are alike in the rest. It is immutable and safe for use by
// several goroutines.
type Bound struct {
	engine   *Engine
	schedule *schedule
	in       Input
	columns  []string
	program  *program // nil where there is none
}

// An Account is what differs from account to account in a [Bound].
type Account struct {
	// Usage and Carried as in [Input].
	Usage   metering.Volume
	Carried exact.Ratio
	// Columns are the numbers of the columns, in their order.
	Columns []exact.Number
}

// Bind settles the schedule, the period and the facts of in; its usage is left
// out.
// columns name the numeric facts that differ from account to account, such
// as persons or area, in the order in which Price takes them. A fact may be bound
// or a column, not both.
//
// Errors: [ErrNoSchedule]; [ErrUnknownName] for a column that is no fact of the
// schedule, [ErrValueType] for one that is a text, [ErrDuplicate] for one that
// stands twice or is bound; [ErrMeters] for an input with meters; and those of
// [Engine.Price] that the period and the changes cause.
func (e *Engine) Bind(in Input, columns ...string) (*Bound, error) {
	s, err := e.schedule(in.Schedule)
	if err != nil {
		return nil, err
	}
	if len(in.Meters) > 0 {
		return nil, &problem.Error{Code: ErrMeters, Path: "meters", What: "an account with meters of its own cannot be bound", Fix: "price it with Engine.Price"}
	}
	for i, column := range columns {
		refuse := func(code problem.Code, what, fix string) (*Bound, error) {
			return nil, &problem.Error{Code: code, Path: fmt.Sprintf("columns[%d]", i), What: fmt.Sprintf("%s %s", quoted(column), what), Fix: fix}
		}
		slot, ok := s.slots[column]
		if !ok {
			return refuse(ErrUnknownName, "is no fact of the schedule", "use a fact's name (Engine.Facts)")
		}
		if s.facts[slot].Type == TextFact {
			return refuse(ErrValueType, "is a text", "bind it among the facts")
		}
		_, bound := in.Facts[column]
		if bound || slices.Contains(columns[:i], column) ||
			slices.ContainsFunc(in.Changes, func(c Change) bool { return c.Fact == column }) {
			return refuse(ErrDuplicate, "is given twice", "bind it or make it a column")
		}
	}
	in = in.clone()
	in.Usage, in.Carried = metering.Volume{}, exact.Ratio{}
	r, err := s.resolve(&in, variant{})
	if err != nil {
		return nil, s.recode(err)
	}
	slots := make([]int, len(columns))
	for i, column := range columns {
		slots[i] = s.slots[column]
	}
	p := s.pricing(r, planned{}, variant{})
	return &Bound{engine: e, schedule: s, in: in, columns: slices.Clone(columns), program: p.lower(slots)}, nil
}

// Proven says that totals are found by a program of 64-bit integers, which has been
// proven to hold them all for usage and numbers of everyday size, and allocates
// nothing. Beyond that size, and where it is false, the exact pricing finds them; what
// they come to is the same.
func (b *Bound) Proven() bool { return b.program != nil }

// Price prices one account. Where there are columns, the quote's input has facts of its own,
// with the account's numbers among them: that takes longer than the pricing, and
// [Engine.Price] is faster then. Errors as [Engine.Price]; [ErrMissingFact] where its numbers
// are not as many as the columns.
func (b *Bound) Price(a Account) (q Quote, err error) {
	if len(a.Columns) != len(b.columns) {
		return q, &problem.Error{Code: ErrMissingFact, Path: "columns", What: fmt.Sprintf("%d numbers for %d columns", len(a.Columns), len(b.columns)),
			Fix: "give one number for each column"}
	}
	q.Input, q.engine = b.in, b.engine
	q.Input.Usage, q.Input.Carried = a.Usage, a.Carried
	if len(a.Columns) > 0 {
		q.Input.Facts = b.facts(a.Columns)
	}
	switch p := b.program; {
	case p == nil || !p.hasLines:
	case p.regs <= len(some{}):
		var r some
		if b.load(&a, r[:]) && run(p.ops, &r) && p.keep(b.schedule, &q, r[:]) {
			return q, nil
		}
	default:
		var r registers
		if b.load(&a, r[:]) && run(p.ops, &r) && p.keep(b.schedule, &q, r[:]) {
			return q, nil
		}
	}
	return b.engine.Price(q.Input)
}

// facts are the bound facts and those of the columns.
func (b *Bound) facts(columns []exact.Number) Facts {
	facts := make(Facts, len(b.in.Facts)+len(columns))
	maps.Copy(facts, b.in.Facts)
	for i, column := range b.columns {
		facts[column] = columns[i].String()
	}
	return facts
}

// Total is the total of [Bound.Price].
func (b *Bound) Total(a Account) (money.Amount, error) {
	switch p := b.program; {
	case p == nil:
	case p.small:
		var r few
		if b.load(&a, r[:]) && run(p.totals, &r) {
			return money.Cents(r[p.sum&(uint8(len(r))-1)]), nil
		}
	default:
		var r registers
		if b.load(&a, r[:]) && run(p.totals, &r) {
			return money.Cents(r[p.sum&(uint8(len(r))-1)]), nil
		}
	}
	q, err := b.Price(a)
	return q.Total, err
}

// load sets the registers of the inputs, where they are within the program's bounds.
func (b *Bound) load(a *Account, r []int64) bool {
	p := b.program
	if len(a.Columns) != len(b.columns) {
		return false
	}
	r[0] = 1
	if !p.quickUsage(b.schedule, a.Usage, a.Carried, r) {
		return false
	}
	for i := range a.Columns {
		var ok bool
		if r[usageRegister+1+i], ok = p.inputs[1+i].scaled(a.Columns[i]); !ok {
			return false
		}
	}
	return true
}
