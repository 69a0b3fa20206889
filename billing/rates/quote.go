package rates

import (
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

// A Quote is a priced bill: lines that sum to the total, to the cent.
type Quote struct {
	// Input is what was priced, a copy of its own.
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
	// Exact is the total before rounding, in dollars. Where each line is rounded,
	// percentages are taken of rounded lines and so is this sum of exact lines.
	Exact exact.Ratio
	// Refusals are the charges that could not be priced, in printed order, memo
	// charges among them.
	Refusals []Refusal
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

// A Line is one amount on the bill.
type Line struct {
	// Charge is the ID of the charge, Text what the bill prints, Service the
	// charge's service.
	Charge, Text, Service string
	// Meter is the ID of the meter, where the line is for one of several.
	Meter string
	// Tier counts from 1; 0 where the charge has no tiers.
	Tier int
	// Period is the days that the line is for; in a blended bill, the days that the
	// whole bill is weighed by.
	Period civil.Period
	// Version is the first day of the version that priced the line; zero where
	// the first version has none.
	Version civil.Date
	// Quantity is the units, or the amount in dollars that a percentage is taken
	// of; Price is dollars per unit, or the percentage. Both are zero for fixed,
	// minimum and computed amounts.
	Quantity, Price exact.Ratio
	// Exact is the amount before rounding, in dollars.
	Exact exact.Ratio
	// Amount is the amount billed.
	Amount money.Amount
	// Source is what the price rests on.
	Source Citation
}

// A Refusal is a charge that could not be priced.
type Refusal struct {
	// Charge is the ID of the charge, Memo whether it is a memo charge.
	Charge string
	Memo   bool
	// Err is a [problem.Error] with the reason.
	Err error
}
