package rates

import (
	"iter"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

// A Quote is a priced bill: lines that sum to the total, to the cent. It keeps what the
// pricing found; lines, and fractions before rounding, are made when they are asked for.
type Quote struct {
	// Input is what was priced. Its maps and slices are those that Price was given.
	Input Input
	// Total is the amount of the bill; zero, and no amount, where Price refused.
	Total money.Amount

	engine   *Engine
	schedule *schedule
	// program is how it was priced, and kept or, where there are too many, more is what
	// the program left for its lines. full is what fractions found.
	program *program
	kept    few
	more    []int64
	full    *fullQuote
}

// A fullQuote is what the exact pricing finds, or what was stored.
type fullQuote struct {
	usage        []Billed
	lines, memos []Line
	refusals     []Refusal
	refused      bool // there is no amount
	// digest is that of the book of a quote that was stored, which has no engine.
	digest *Digest
}

// Digest identifies the book that priced it ([Engine.Digest]); zero for the zero Quote.
func (q Quote) Digest() Digest {
	switch {
	case q.engine != nil:
		return q.engine.digest
	case q.full != nil && q.full.digest != nil:
		return *q.full.digest
	}
	return Digest{}
}

// Refused says that Price refused the bill: Total is no amount.
func (q Quote) Refused() bool {
	if q.full != nil {
		return q.full.refused
	}
	return q.program == nil
}

// Lines are the lines of the bill in printed order; their amounts sum to Total. With a
// refusal they are the lines that could be priced. Where a slice is needed,
// slices.Collect makes one.
func (q Quote) Lines() iter.Seq[Line] {
	return func(yield func(Line) bool) { q.lines(yield) }
}

func (q *Quote) lines(yield func(Line) bool) {
	switch {
	case q.full != nil:
		yieldAll(q.full.lines, yield)
	case q.program != nil && q.program.fit > 0:
		yieldAll(q.program.fitted(q), yield)
	case q.program != nil:
		printLines(q.program.lines, q, yield)
	}
}

// yieldAll is slices.Values for a yield that then need not be allocated.
func yieldAll(lines []Line, yield func(Line) bool) {
	for _, line := range lines {
		if !yield(line) {
			return
		}
	}
}

// Memos are the lines of memo charges, which are no part of the total.
func (q Quote) Memos() iter.Seq[Line] {
	return func(yield func(Line) bool) {
		switch {
		case q.full != nil:
			yieldAll(q.full.memos, yield)
		case q.program != nil:
			printLines(q.program.memos, &q, yield)
		}
	}
}

// Refusals are the charges that could not be priced, in printed order, memo charges among
// them.
func (q Quote) Refusals() []Refusal {
	if q.full == nil {
		return nil
	}
	return q.full.refusals
}

// Usage is what was billed, for each meter.
func (q Quote) Usage() []Billed {
	switch {
	case q.full != nil:
		return q.full.usage
	case q.program == nil:
		return nil
	}
	b, _ := q.schedule.bill(q.Input.Usage, q.Input.Carried, "") // it has been billed
	return []Billed{b}
}

// Exact is the total before rounding, in dollars: the sum of the exact lines. Where each
// line is rounded, percentages are taken of rounded lines. It is zero where Price refused.
func (q Quote) Exact() exact.Ratio {
	sum := exact.Ratio{}
	if q.Refused() {
		return sum
	}
	for line := range q.Lines() {
		sum = sum.Add(line.Exact())
	}
	return sum
}

// Billed is the usage billed for one meter, in the schedule's units.
type Billed struct {
	// Meter is the meter's ID; empty for an account without meters of its own.
	Meter string
	// Measured is the usage as measured, converted exactly.
	Measured exact.Ratio
	// Usage is what the usage rule made of it.
	Usage exact.Ratio
	// Carry is for the next bill's [Input.Carried].
	Carry exact.Ratio
}

// A Refusal is a charge that could not be priced.
type Refusal struct {
	// Charge is the ID of the charge, Memo whether it is a memo charge.
	Charge string
	Memo   bool
	// Err is a [problem.Error] with the reason.
	Err error
}
