package rates

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/metering"
)

// An Explanation is a quote with the reasons for every line. It is found by
// walking the book itself with exact rationals, apart from the plan that prices:
// the two agree to the last digit.
type Explanation struct {
	// Quote is what the input comes to, the same that Price returns.
	Quote Quote
	// Err is why it is refused; nil where it is priced.
	Err error
	// Lines are the reasons for the lines of the quote, and Memos for its memo
	// lines, in the same order.
	Lines, Memos []LineReason
	unit         metering.Unit
}

// A LineReason is a line with what led to it.
type LineReason struct {
	Line Line
	// Text says how the amount was found, in one sentence.
	Text string
	// Because are the values that it rests on.
	Because []Reason
}

// A Reason is a step that led to an amount, with the steps that led to it. Steps
// that more than one value rests on are told once.
type Reason struct {
	Text    string
	Because []Reason
}

// Explain prices an input as [Engine.Price] does and says why, for what is
// refused as for what is priced.
func (e *Engine) Explain(in Input) Explanation {
	ev := &explainer{scopes: map[*frame]*scope{}}
	p, q, err := e.run(in, ev, variant{})
	if err != nil {
		return Explanation{Quote: q, Err: err}
	}
	x := Explanation{unit: p.schedule.Unit}
	x.Err = p.finish(&q)
	x.Quote = q
	x.Lines, x.Memos = p.reasons(p.lines), p.reasons(p.memos)
	return x
}

// ExplainQuote explains a quote that the engine's book has priced, as it was made or as it was stored. A quote of
// another book, or one that has been changed in anything that [Engine.Verify] compares, is refused with [ErrOtherBook].
// Why the input itself was refused is in the explanation.
func (e *Engine) ExplainQuote(q Quote) (Explanation, error) {
	if err := e.made(&q); err != nil {
		return Explanation{}, err
	}
	x := e.Explain(q.Input)
	if err := compare(&q, &x.Quote); err != nil {
		return Explanation{}, err
	}
	return x, nil
}

// reasons tells the items, now that they have their cents.
func (p *pricing) reasons(items []item) []LineReason {
	all := make([]LineReason, len(items))
	for i := range items {
		it := &items[i]
		all[i] = LineReason{Line: it.line(p.in.Period), Text: it.tell(it), Because: it.because}
		if it.Amount.Ratio().Equal(it.Exact) {
			continue
		}
		all[i].Text += ", rounded to " + it.Amount.String()
		if alone, err := p.amount(it.Exact); err == nil && alone != it.Amount {
			all[i].Text += ", so that the parts sum to the whole"
		}
	}
	return all
}

// String is the whole explanation: a line of the bill to a line, and below it,
// indented, what it rests on.
func (x Explanation) String() string {
	var b strings.Builder
	b.WriteString(x.title())
	for i := range x.Lines {
		b.WriteString("\n  " + x.line(&x.Lines[i]))
		writeReasons(&b, x.Lines[i].Because, "    ")
	}
	for i := range x.Memos {
		b.WriteString("\n  for information, " + x.line(&x.Memos[i]))
		writeReasons(&b, x.Memos[i].Because, "    ")
	}
	for _, r := range x.Quote.Refusals() {
		fmt.Fprintf(&b, "\n  %s: refused: %v", r.Charge, r.Err)
	}
	return b.String()
}

// Brief is the explanation in at most so many lines, 1 or more: what the bill comes
// to, and its lines without what they rest on; those that are left out are counted
// in the last one. Memo lines are left out.
func (x Explanation) Brief(lines int) string {
	var b strings.Builder
	b.WriteString(x.title())
	keep := len(x.Lines)
	if keep > lines-1 {
		keep = max(lines-2, 0)
	}
	for i := range x.Lines[:keep] {
		b.WriteString("\n  " + x.line(&x.Lines[i]))
	}
	if left := len(x.Lines) - keep; left > 0 && lines > 1 {
		b.WriteString("\n  and " + plural(left, "other line"))
	}
	return b.String()
}

func (x Explanation) title() string {
	q := &x.Quote
	var b strings.Builder
	b.WriteString(q.Input.Schedule)
	if p := q.Input.Period; p.Check() == nil { // that of a refused bill may be anything
		fmt.Fprintf(&b, ", %s to %s (%s)", p.From, p.Last(), plural(p.Days(), "day"))
	}
	for _, u := range q.Usage() {
		b.WriteString(", ")
		if u.Meter != "" {
			b.WriteString("meter " + u.Meter + " ")
		}
		b.WriteString(counted(u.Usage, x.unit))
		carried := q.Input.Carried
		for i := range q.Input.Meters {
			if m := &q.Input.Meters[i]; m.ID == u.Meter {
				carried = m.Carried
			}
		}
		switch {
		case !carried.IsZero():
			fmt.Fprintf(&b, " billed: %s measured and %s carried in", shown(u.Measured), shown(carried))
		case !u.Usage.Equal(u.Measured):
			fmt.Fprintf(&b, " billed of %s measured", shown(u.Measured))
		}
	}
	if x.Err != nil {
		fmt.Fprintf(&b, ": refused: %v", x.Err)
	} else {
		fmt.Fprintf(&b, ": %s", q.Total)
	}
	return b.String()
}

// line is a line of the bill with how its amount was found.
func (x Explanation) line(l *LineReason) string {
	text := l.Line.Text()
	if l.Line.Meter() != "" {
		text += ", meter " + l.Line.Meter()
	}
	if p := l.Line.Period(); !p.IsZero() {
		text += fmt.Sprintf(", %s to %s", p.From, p.Last())
	}
	return cited(text+": "+l.Text, l.Line.Source())
}

func writeReasons(b *strings.Builder, all []Reason, indent string) {
	for _, r := range all {
		b.WriteString("\n" + indent + r.Text)
		writeReasons(b, r.Because, indent+"  ")
	}
}

// String is the resolution and the section.
func (c Citation) String() string {
	switch {
	case c.Section == "":
		return c.Resolution
	case c.Resolution == "":
		return c.Section
	}
	return c.Resolution + ", " + c.Section
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
