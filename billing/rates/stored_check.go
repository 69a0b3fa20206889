package rates

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/exact"
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
	meters := q.meters(&found)
	if !q.Refused() {
		q.checkInput(&found)
	}
	q.checkUsage(&found)
	for i, line := range q.full.lines {
		q.checkLine(&found, fmt.Sprintf("lines[%d]", i), line, meters)
	}
	for i, line := range q.full.memos {
		q.checkLine(&found, fmt.Sprintf("memos[%d]", i), line, meters)
	}
	for i, r := range q.full.refusals {
		q.checkRefusal(&found, fmt.Sprintf("refusals[%d]", i), r)
	}
	if !q.Refused() {
		q.checkTotal(&found)
		q.checkRounding(&found)
	}
	return found.Err()
}

// meters are the IDs of the input's meters. Of a quote that was priced no two are alike.
func (q *Quote) meters(found *problem.List) map[string]bool {
	ids := make(map[string]bool, len(q.Input.Meters))
	for i := range q.Input.Meters {
		id := q.Input.Meters[i].ID
		if ids[id] && !q.Refused() {
			found.Add(badQuote(fmt.Sprintf("input.meters[%d].id", i), "two meters have one ID"))
		}
		ids[id] = true
	}
	return ids
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

// checkLine proves that a line is of the input.
func (q *Quote) checkLine(found *problem.List, path string, l Line, meters map[string]bool) {
	in := &q.Input
	if l.Charge() == "" {
		found.Add(badQuote(path+".charge", "it is empty"))
	}
	if l.Tier() < 0 {
		found.Add(badQuote(path+".tier", "it is below zero"))
	}
	if id := l.Meter(); id != "" && !meters[id] {
		found.Add(badQuote(path+".meter", "the input has no such meter"))
	}
	if p := l.Period(); !p.IsZero() && (p.Check() != nil || p.From.Before(in.Period.From) || in.Period.To.Before(p.To) || p == in.Period) {
		found.Add(badQuote(path+".period", "it is no part of the days of the bill"))
	}
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
	sum := exact.Ratio{} // of cents, since a sum of lines that were made up may be beyond an amount
	for _, line := range q.full.lines {
		sum = sum.Add(exact.Int(line.Amount().Cents()))
	}
	if !sum.Equal(exact.Int(q.Total.Cents())) {
		found.Add(badQuote("total", "the lines do not sum to it"))
	}
}
