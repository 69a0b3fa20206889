package rates

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// badQuote is a stored quote that Price never gives.
func badQuote(path, what string) *problem.Error {
	return &problem.Error{Code: ErrQuote, Path: path, What: what, Fix: "restore it as it was written: a stored quote is never changed"}
}

// check proves of a stored quote what it alone can show.
func (q *Quote) check() error {
	var found problem.List
	if q.Digest() == (Digest{}) {
		found.Add(badQuote("book", "the digest is zero, which is no book's"))
	}
	if !q.Refused() {
		q.checkInput(&found)
	}
	q.checkUsage(&found)
	for i, line := range q.full.lines {
		q.checkLine(&found, fmt.Sprintf("lines[%d]", i), line)
	}
	for i, line := range q.full.memos {
		q.checkLine(&found, fmt.Sprintf("memos[%d]", i), line)
	}
	for i, r := range q.full.refusals {
		q.checkRefusal(&found, fmt.Sprintf("refusals[%d]", i), r)
	}
	q.checkTotal(&found)
	return found.Err()
}

// checkInput proves of an input that was priced what every schedule asks of it.
func (q *Quote) checkInput(found *problem.List) {
	in := &q.Input
	if in.Schedule == "" {
		found.Add(badQuote("input.schedule", "it is empty"))
	}
	if p := in.Period; !p.IsZero() {
		switch {
		case p.Check() != nil:
			found.Add(badQuote("input.period", "it is no period: it ends before it begins, or has one end alone"))
		case p.Days() > MaxDays:
			found.Add(badQuote("input.period", fmt.Sprintf("it has %d days, and no bill more than %d", p.Days(), MaxDays)))
		}
	}
	if len(in.Meters) > 0 && (!in.Usage.IsZero() || !in.Carried.IsZero()) {
		found.Add(badQuote("input.usage", "usage is given for the account and for its meters"))
	}
	for i := range in.Meters {
		if slices.ContainsFunc(in.Meters[:i], func(m Meter) bool { return m.ID == in.Meters[i].ID }) {
			found.Add(badQuote(fmt.Sprintf("input.meters[%d].id", i), "two meters have one ID"))
		}
	}
}

// checkUsage proves that what was billed is of the input's meters, one by one.
func (q *Quote) checkUsage(found *problem.List) {
	meters := q.Input.Meters
	if len(meters) == 0 {
		meters = []Meter{{Usage: q.Input.Usage, Carried: q.Input.Carried}}
	}
	usage := q.full.usage
	switch {
	case q.Refused() && len(usage) == 0: // it was refused before
		return
	case len(usage) != len(meters):
		found.Add(badQuote("usage", fmt.Sprintf("usage is billed for %d meters, and the input has %d", len(usage), len(meters))))
		return
	}
	one := exact.Int(1)
	for i, b := range usage {
		path := fmt.Sprintf("usage[%d]", i)
		carried := meters[i].Carried
		carries := b.Usage.Add(b.Carry).Equal(b.Measured.Add(carried))
		wholes := b.Carry.IsZero() && carried.IsZero() && b.Usage.Equal(b.Measured.Ceil(0))
		switch {
		case b.Meter != meters[i].ID:
			found.Add(badQuote(path+".meter", "it is not the meter in the same place of the input"))
		case b.Measured.Sign() < 0 || b.Measured.Cmp(exact.Int(MaxUsage)) > 0:
			found.Add(badQuote(path+".measured", "it is below zero or more than any usage"))
		case b.Measured.IsZero() != meters[i].Usage.IsZero():
			found.Add(badQuote(path+".measured", "it is zero and the input's usage is not, or the other way round"))
		case b.Carry.Sign() < 0 || b.Carry.Cmp(one) >= 0:
			found.Add(badQuote(path+".carry", "it is not from 0 to below 1"))
		case carried.Sign() < 0 || carried.Cmp(one) >= 0:
			found.Add(badQuote(path, "what was carried in is not from 0 to below 1"))
		case !carries && !wholes:
			found.Add(badQuote(path+".usage", "what was billed and what is carried on is not what was measured and carried in"))
		}
	}
}

// checkLine proves that a line is of the input, and its amount rounded from its fraction.
func (q *Quote) checkLine(found *problem.List, path string, l Line) {
	in := &q.Input
	if l.Charge() == "" {
		found.Add(badQuote(path+".charge", "it is empty"))
	}
	if l.Tier() < 0 {
		found.Add(badQuote(path+".tier", "it is below zero"))
	}
	if id := l.Meter(); id != "" && !slices.ContainsFunc(in.Meters, func(m Meter) bool { return m.ID == id }) {
		found.Add(badQuote(path+".meter", "the input has no such meter"))
	}
	if p := l.Period(); !p.IsZero() && (p.Check() != nil || p.From.Before(in.Period.From) || in.Period.To.Before(p.To) || p == in.Period) {
		found.Add(badQuote(path+".period", "it is no part of the days of the bill"))
	}
	if !q.Refused() && !rounded(l.Amount(), l.Exact(), in.Period) {
		found.Add(badQuote(path+".amount", "it is not the line's exact amount, rounded"))
	}
}

// rounded says whether an amount can be a fraction's rounding. What is rounded once is less than a cent away. A part of an
// amount that changes cut is the difference of two such, and a line may join as many parts as the bill has days.
func rounded(a money.Amount, of exact.Ratio, bill civil.Period) bool {
	days := 1
	if bill.Check() == nil {
		days = max(days, bill.Days())
	}
	off := a.Ratio().Sub(of).Mul(exact.Int(100)) // in cents
	if off.Sign() < 0 {
		off = off.Neg()
	}
	return off.Cmp(exact.Int(2*int64(days))) < 0
}

func (q *Quote) checkRefusal(found *problem.List, path string, r Refusal) {
	if r.Charge == "" {
		found.Add(badQuote(path+".charge", "it is empty"))
	}
	if !r.Memo && !q.Refused() {
		found.Add(badQuote(path+".memo", "a charge of the bill is refused, and the bill has a total"))
	}
	if r.Err.Error() == "" {
		found.Add(badQuote(path+".error", "it says nothing"))
	}
}

// checkTotal proves that the lines sum to the total.
func (q *Quote) checkTotal(found *problem.List) {
	if q.Refused() {
		return
	}
	sum := exact.Ratio{} // of cents, since a sum of lines that were made up may be beyond an amount
	for _, line := range q.full.lines {
		sum = sum.Add(exact.Int(line.Amount().Cents()))
	}
	if !sum.Equal(exact.Int(q.Total.Cents())) {
		found.Add(badQuote("total", "the lines do not sum to it"))
	}
}
