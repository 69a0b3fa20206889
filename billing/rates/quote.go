package rates

import (
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

// A Quote is a priced bill: lines that sum to the total, to the cent.
type Quote struct {
	// Input is what was priced. Its maps and slices are those that Price was given.
	Input Input
	// Digest identifies the book that priced it ([Engine.Digest]).
	Digest Digest
	// Usage is what was billed, for each meter.
	Usage []Billed
	// Lines are the lines of the bill in printed order; their amounts sum to
	// Total. With a refusal they are the lines that could be priced.
	Lines []Line
	// Memos are the lines of memo charges, which are no part of the total.
	Memos []Line
	// Total is the amount of the bill; zero, and no amount, where Price refused.
	Total money.Amount
	// Refusals are the charges that could not be priced, in printed order, memo
	// charges among them.
	Refusals []Refusal

	refused bool // there is no amount
}

// Exact is the total before rounding, in dollars: the sum of the exact lines. Where each
// line is rounded, percentages are taken of rounded lines. It is zero where Price refused.
func (q Quote) Exact() exact.Ratio {
	sum := exact.Ratio{}
	if q.refused {
		return sum
	}
	for i := range q.Lines {
		sum = sum.Add(q.Lines[i].Exact())
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
