package rates

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// checkRounding proves that amounts are rounded from their fractions: each by itself, and all by one mode in one place.
func (q *Quote) checkRounding(found *problem.List) {
	near := true
	for i, line := range q.full.lines {
		near = q.checkNear(found, fmt.Sprintf("lines[%d].amount", i), line, q.most(line)) && near
	}
	for i, memo := range q.full.memos {
		near = q.checkNear(found, fmt.Sprintf("memos[%d].amount", i), memo, q.mostOfMemo(memo)) && near
	}
	if near && len(*found) == 0 && !q.roundedAlike() {
		found.Add(badQuote("lines", "no one way of rounding makes these amounts of their fractions"))
	}
}

// checkNear finds an amount that lies so many cents or more from its fraction.
func (q *Quote) checkNear(found *problem.List, path string, l Line, most int64) bool {
	off := l.Amount().Ratio().Sub(l.Exact()).Mul(exact.Int(100)) // in cents
	if off.Sign() < 0 {
		off = off.Neg()
	}
	if off.Cmp(exact.Int(most)) < 0 {
		return true
	}
	found.Add(badQuote(path, "it is not the line's exact amount, rounded"))
	return false
}

// most is the cents that a line's amount stays below being away from its fraction. What is rounded once is less than a cent
// away. The parts of one amount are differences of its rounded sums, and so is a line that joins some of them, however many:
// the first is less than a cent away, a later one less than two. Of each amount in the line there may be so much.
//
// A bill that is rounded at its total has lines less than a cent away.
func (q *Quote) most(l Line) int64 {
	bill, p := q.Input.Period, l.Period()
	switch {
	case p.IsZero():
		return amountsIn(bill)
	case p.From == bill.From: // what is rounded by line is not blended: no part lies before
		return amountsIn(p)
	}
	return 2 * amountsIn(p)
}

// mostOfMemo is most of a memo line. In a blended bill its days are not those of its parts.
func (q *Quote) mostOfMemo(l Line) int64 {
	most := amountsIn(q.Input.Period)
	if l.Period().IsZero() {
		return most
	}
	return 2 * most
}

// amountsIn is the most amounts that a line of such days may join parts of. Parts are joined where nothing that the charge
// depends on has changed, and then are of one amount; but what rests on an amount that is prorated by the days of each month
// ([MonthDays]) has another whole for each length of a month, and for each part that lies in several months.
func amountsIn(p civil.Period) int64 {
	if p.Check() != nil || p.Days() < 1 || p.Days() > MaxDays {
		return 1
	}
	months := p.Months()
	var lengths [32]bool
	amounts := len(months) - 1 // no more parts than that lie in several months
	for _, m := range months {
		if !lengths[m.DaysInMonth] {
			lengths[m.DaysInMonth] = true
			amounts++
		}
	}
	return int64(min(amounts, p.Days()))
}

// roundedAlike says whether one mode makes all amounts of their fractions, by line or at the total. Lines that may be more
// than a rounded fraction are left to checkNear.
func (q *Quote) roundedAlike() bool {
	for mode := exact.HalfUp; mode.Valid(); mode++ {
		if allRounded(q.full.lines, mode, q.most) && allRounded(q.full.memos, mode, q.mostOfMemo) {
			return true
		}
	}
	if !q.fitted() {
		return false
	}
	sum := q.Exact()
	for mode := exact.HalfUp; mode.Valid(); mode++ {
		if isRounded(q.Total, sum, mode) && allRounded(q.full.memos, mode, q.mostOfMemo) {
			return true
		}
	}
	return false
}

func allRounded(lines []Line, mode exact.Mode, most func(Line) int64) bool {
	return !slices.ContainsFunc(lines, func(l Line) bool { return most(l) == 1 && !isRounded(l.Amount(), l.Exact(), mode) })
}

func isRounded(a money.Amount, of exact.Ratio, mode exact.Mode) bool {
	rounded, err := money.FromRatio(of, mode)
	return err == nil && rounded == a
}

// fitted says whether the lines are fitted to the total.
func (q *Quote) fitted() bool {
	cents := make([]exact.Ratio, len(q.full.lines))
	for i, line := range q.full.lines {
		cents[i] = line.Exact().Mul(exact.Int(100))
	}
	fitted, err := exact.Fit(cents, q.Total.Cents())
	if err != nil {
		return false
	}
	for i, line := range q.full.lines {
		if line.Amount() != money.Cents(fitted[i]) {
			return false
		}
	}
	return true
}
