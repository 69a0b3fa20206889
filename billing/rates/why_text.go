package rates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/money"
)

// String is the whole difference: a line for each cause, and below it, indented,
// what it did to each charge.
func (d Difference) String() string {
	var b strings.Builder
	b.WriteString(d.title())
	for i := range d.Causes {
		c := &d.Causes[i]
		b.WriteString("\n  " + c.String())
		if c.Kind >= RatesChange && c.Kind != UsageChange && c.Kind != Together {
			continue // it is of one charge, and says all there is
		}
		for _, e := range c.Effects {
			if e.Source == c.Source {
				e.Source = Citation{} // it is said above
			}
			b.WriteString("\n    " + e.String())
		}
	}
	return b.String()
}

// Brief is the difference in at most so many lines, 1 or more: what the bill comes
// to, and the causes, first those that moved it the way it went, the largest before
// the others. Those that are left out are summed at the end.
func (d Difference) Brief(lines int) string {
	way := d.After.Total.Cmp(d.Before.Total) // 1 up, -1 down
	causes := slices.Clone(d.Causes)
	bySize(causes, func(c *Cause) (money.Amount, string) { return c.Amount, "" })
	slices.SortStableFunc(causes, func(a, b Cause) int { return way * (b.Amount.Sign() - a.Amount.Sign()) })
	text := d.title()
	if len(causes) == 0 {
		return text
	}
	if lines <= 1 {
		if len(causes) == 1 {
			return cited(text+": "+causes[0].Text, causes[0].Source)
		}
		return cited(fmt.Sprintf("%s. Above all: %s (%s)", text, causes[0].Text, signed(causes[0].Amount)), causes[0].Source)
	}
	keep := len(causes)
	if keep > lines-1 {
		keep = max(lines-2, 1)
	}
	for i := range causes[:keep] {
		text += "\n  " + causes[i].String()
	}
	rest := causes[keep:]
	if len(rest) == 0 {
		return text
	}
	left := money.Amount{}
	for i := range rest {
		sum, err := left.Add(rest[i].Amount)
		if err != nil {
			return text + "\n  and " + plural(len(rest), "other cause") // beyond what an amount can say
		}
		left = sum
	}
	others := plural(len(rest), "other cause")
	if lines == 2 {
		return text + fmt.Sprintf("; %s %s", signed(left), others)
	}
	return text + fmt.Sprintf("\n  %s %s", signed(left), others)
}

func (d Difference) title() string {
	before, after := d.Before.Total, d.After.Total
	change, err := after.Sub(before)
	switch {
	case err != nil:
		return fmt.Sprintf("The bill is %s instead of %s", after, before)
	case change.IsZero() && len(d.Causes) == 0:
		return fmt.Sprintf("The bill is %s, as before", after)
	case change.IsZero():
		return fmt.Sprintf("The bill is %s, as before, by changes that cancel out", after)
	case change.Sign() < 0:
		change, _ = change.Neg() // it is the difference of two amounts
		return fmt.Sprintf("The bill is %s, %s less than the %s before", after, change, before)
	}
	return fmt.Sprintf("The bill is %s, %s more than the %s before", after, change, before)
}

// String is the amount and the sentence, with what a change of rates rests on.
func (c Cause) String() string { return cited(signed(c.Amount)+" "+c.Text, c.Source) }

// String is the charge, the amount and how its lines changed.
func (e Effect) String() string {
	text := e.Text + " " + signed(e.Amount)
	if e.Because != "" {
		text += ": " + e.Because
	}
	return cited(text, e.Source)
}

// cited is a sentence with its source.
func cited(text string, source Citation) string {
	if of := source.String(); of != "" {
		text += "  [" + of + "]"
	}
	return text
}

// signed is an amount with its sign.
func signed(a money.Amount) string {
	if a.Sign() > 0 {
		return "+" + a.String()
	}
	return a.String()
}

var causeWords = []string{"fact", "days", "season", "rates", "usage", "charge_added", "charge_removed", "together"}

// String is the kind's word, such as usage.
func (k CauseKind) String() string { return word(causeWords, uint8(k)) }
