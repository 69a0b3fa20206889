package ratecheck

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A trial is the bills of a schedule on which the laws are tried.
type trial struct {
	engine *rates.Engine
	s      *rates.Schedule
	scenes []scene
	// quotes are the bills of each scene by usage; a bill that is refused has no amount.
	quotes [][]rates.Quote
	errs   [][]error
	priced int
}

func newTrial(engine *rates.Engine, s *rates.Schedule, own []rates.Input) *trial {
	t := &trial{engine: engine, s: s, scenes: scenes(engine, s, own, false)}
	t.quotes, t.errs = make([][]rates.Quote, len(t.scenes)), make([][]error, len(t.scenes))
	for i := range t.scenes {
		sc := &t.scenes[i]
		t.quotes[i], t.errs[i] = make([]rates.Quote, len(sc.usages)), make([]error, len(sc.usages))
		for j, usage := range sc.usages {
			if t.quotes[i][j], t.errs[i][j] = engine.Price(sc.at(usage)); t.errs[i][j] == nil {
				t.priced++
			}
		}
	}
	return t
}

// each goes through the bills that have an amount, until one breaks the law.
func (t *trial) each(try func(q *rates.Quote) *Breach) *Breach {
	for i := range t.quotes {
		for j := range t.quotes[i] {
			if t.errs[i][j] != nil {
				continue
			}
			if b := try(&t.quotes[i][j]); b != nil {
				return b
			}
		}
	}
	return nil
}

// sparse goes through some of the bills, for laws that take long to try: of each account the
// bills at a few usages, as many in all.
func (t *trial) sparse(most int, try func(q *rates.Quote) *Breach) *Breach {
	n := 0
	step := max(1, t.priced/most)
	return t.each(func(q *rates.Quote) *Breach {
		if n++; n%step != 0 {
			return nil
		}
		return try(q)
	})
}

func (t *trial) linesSum() *Breach {
	byLine := t.s.Rounding.Place == money.ByLine
	return t.each(func(q *rates.Quote) *Breach {
		sum, count := money.Amount{}, int64(0)
		for line := range q.Lines() {
			count++
			if err := addTo(&sum, line.Amount()); err != nil {
				return broken(err, q)
			}
			if rounded, err := money.FromRatio(line.Exact(), t.s.Rounding.Mode); byLine && (err != nil || line.Period().IsZero() && rounded != line.Amount() && !t.blends()) {
				return &Breach{Bills: inputs(q), What: fmt.Sprintf("the line %s is %s, and %s is %s before rounding", line.Text(), line.Amount(), line.Text(), decimalText(line.Exact())),
					Fix: "report it: the engine contradicts itself"}
			}
		}
		rest := q.Total.Ratio().Sub(q.Exact()).Abs()
		if sum != q.Total || rest.Cmp(cents(count)) > 0 {
			return &Breach{Bills: inputs(q), What: fmt.Sprintf("the lines sum to %s, exactly %s, and the total is %s", sum, decimalText(q.Exact()), q.Total), Fix: "report it: the engine contradicts itself"}
		}
		return nil
	})
}

// blends says whether bills of the schedule may be blended, and so rounded at the total.
func (t *trial) blends() bool {
	return t.s.Select == rates.BlendByDay || t.s.Seasons.Select == rates.BlendByDay ||
		slices.ContainsFunc(t.s.Facts, func(f rates.Fact) bool { return f.Change == rates.BlendByDay })
}

// othersIgnored adds a fact that nobody asks for.
func (t *trial) othersIgnored() *Breach {
	name := "color"
	for n := 0; slices.ContainsFunc(t.s.Facts, func(f rates.Fact) bool { return f.Name == name }); n++ {
		name = "color_" + strconv.Itoa(n)
	}
	return t.sparse(150, func(q *rates.Quote) *Breach {
		in := q.Input
		in.Facts = maps.Clone(in.Facts)
		if in.Facts == nil {
			in.Facts = rates.Facts{}
		}
		in.Facts[name] = "blue"
		return t.agrees(t.engine, q, in, fmt.Sprintf("a fact %s, which the schedule does not ask for,", name))
	})
}

// agrees is that an engine comes to the same for an input as a quote says.
func (t *trial) agrees(engine *rates.Engine, q *rates.Quote, in rates.Input, what string) *Breach {
	other, err := engine.Price(in)
	if err != nil {
		return &Breach{Bills: inputs(q), What: fmt.Sprintf("%s makes that it is refused: %s", what, reason(err)), Fix: "report it: the engine contradicts itself"}
	}
	if other.Total != q.Total || !other.Exact().Equal(q.Exact()) {
		return &Breach{Bills: inputs(q), What: fmt.Sprintf("%s makes it %s instead of %s", what, other.Total, q.Total), Fix: "report it: the engine contradicts itself"}
	}
	return nil
}

func (t *trial) orderIgnored() *Breach {
	engine, err := t.compile(func(s *rates.Schedule) {
		for i := range s.Versions {
			slices.Reverse(s.Versions[i].Charges)
		}
	})
	if err != nil {
		return &Breach{What: "with its charges in another order the book does not compile: " + reason(err), Fix: "report it: the engine contradicts itself"}
	}
	return t.sparse(150, func(q *rates.Quote) *Breach { return t.agrees(engine, q, q.Input, "the order of the charges") })
}

// compile is an engine of the schedule alone, changed.
func (t *trial) compile(change func(*rates.Schedule)) (*rates.Engine, error) {
	book := t.engine.Book()
	book.Schedules = slices.DeleteFunc(book.Schedules, func(s rates.Schedule) bool { return s.ID != t.s.ID })
	if len(book.Schedules) != 1 {
		return nil, &problem.Error{Code: rates.ErrNoSchedule, What: "the book has no schedule " + t.s.ID}
	}
	change(&book.Schedules[0])
	return rates.Compile(book)
}

func (t *trial) equalAgree() *Breach {
	equal, err := rates.Compile(t.engine.Book())
	if err != nil || equal.Digest() != t.engine.Digest() {
		return &Breach{What: "a copy of the book is another book", Fix: "report it: the engine contradicts itself"}
	}
	return t.sparse(150, func(q *rates.Quote) *Breach {
		if b := t.agrees(equal, q, q.Input, "an equal book"); b != nil {
			return b
		}
		x := t.engine.Explain(q.Input)
		same := x.Err == nil && x.Quote.Total == q.Total && slices.EqualFunc(slices.Collect(q.Lines()), slices.Collect(x.Quote.Lines()), rates.Line.Equal)
		if !same {
			return &Breach{Bills: inputs(q), What: fmt.Sprintf("it is %s, and its explanation says %s", q.Total, outcome(x.Quote, x.Err)), Fix: "report it: the engine contradicts itself"}
		}
		return nil
	})
}

func (t *trial) causesSum() *Breach {
	var before *rates.Quote
	return t.sparse(60, func(after *rates.Quote) *Breach {
		was := before
		before = after
		if was == nil {
			return nil
		}
		why, err := rates.Why(rates.Case{Engine: t.engine, Input: was.Input}, rates.Case{Engine: t.engine, Input: after.Input})
		if err != nil {
			return broken(err, was, after)
		}
		sum := was.Total
		for i := range why.Causes {
			if why.Causes[i].Amount.IsZero() {
				return &Breach{Bills: inputs(was, after), What: "a cause adds nothing: " + why.Causes[i].Text, Fix: "report it: the engine contradicts itself"}
			}
			if err := addTo(&sum, why.Causes[i].Amount); err != nil {
				return broken(err, was, after)
			}
		}
		if sum != after.Total {
			return &Breach{Bills: inputs(was, after), What: fmt.Sprintf("the causes lead from %s to %s, and the bill is %s", was.Total, sum, after.Total), Fix: "report it: the engine contradicts itself"}
		}
		return nil
	})
}

// broken is a law that could not be tried since the engine refuses what it has priced.
func broken(err error, quotes ...*rates.Quote) *Breach {
	var p *problem.Error
	fix := "report it: the engine contradicts itself"
	if errors.As(err, &p) && p.Fix != "" {
		fix = p.Fix
	}
	return &Breach{Bills: inputs(quotes...), What: reason(err), Fix: fix}
}

func inputs(quotes ...*rates.Quote) []rates.Input {
	all := make([]rates.Input, len(quotes))
	for i, q := range quotes {
		all[i] = q.Input
	}
	return all
}

// usageText is the usage of a bill.
func usageText(q *rates.Quote) string {
	in := &q.Input
	if len(in.Meters) > 0 {
		return in.Meters[0].Usage.String() + " on meter " + in.Meters[0].ID
	}
	return in.Usage.String()
}

// cents is so many cents, in dollars.
func cents(n int64) exact.Ratio {
	r, _ := exact.New(n, 100)
	return r
}

func decimalText(r exact.Ratio) string {
	text, _ := r.Decimal(20)
	return text
}

// shortDecimal is a fraction for people: up to three decimals.
func shortDecimal(r exact.Ratio) string {
	text, _ := r.Round(3, exact.HalfUp).Decimal(0)
	return text
}

func shortDollars(r exact.Ratio) string {
	text, _ := r.Round(4, exact.HalfUp).Decimal(0)
	return "$" + text
}

func sortedNames(facts rates.Facts) []string { return slices.Sorted(maps.Keys(facts)) }
