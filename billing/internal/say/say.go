// Package say puts the numbers of a verdict into words.
package say

import (
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/metering"
)

// Number is a number by its name.
func Number(what string, value exact.Ratio) metering.Figure {
	return metering.Figure{What: what, Value: value}
}

// Count is a whole number by its name.
func Count(what string, n int) metering.Figure { return Number(what, exact.Int(int64(n))) }

// Text is a text by its name.
func Text(what, text string) metering.Figure { return metering.Figure{What: what, Text: text} }

// Money is an amount, as people write it: "$25.00".
func Money(what string, amount money.Amount) metering.Figure { return Text(what, amount.String()) }

// Volume is a volume with its unit.
func Volume(what string, v metering.Volume) metering.Figure {
	return metering.Figure{What: what, Text: v.String()}
}

// Date is a day.
func Date(what string, d civil.Date) metering.Figure { return Text(what, d.String()) }

// Days are the first and the last day of a period.
func Days(p civil.Period) []metering.Figure {
	return []metering.Figure{Date("first", p.From), Date("last", p.Last())}
}

// Many are words for a figure of that name and what it counts: "{days} days", and "{days} day" of one.
func Many(what string, n exact.Ratio, word string) string {
	if !n.Equal(exact.Int(1)) {
		word += "s"
	}
	return "{" + what + "} " + word
}

// Counted is a whole number with the word for what it counts: "2 days", and "1 day" of one.
func Counted(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return strconv.Itoa(n) + " " + word
}

// Words puts the figures into the words that name them in braces.
func Words(words string, figures []metering.Figure) string {
	pairs := make([]string, 0, 2*len(figures))
	for _, f := range figures {
		pairs = append(pairs, "{"+f.What+"}", f.String())
	}
	return strings.NewReplacer(pairs...).Replace(words)
}

// Placeholder says that a value of a policy stands in for what is not known.
func Placeholder(mark policy.Mark) string { return "a placeholder stands in for " + mark.String() }

// Placeholders are words for such values, to stand at the end of others; none where there are none.
func Placeholders(marks []policy.Mark) string {
	var words strings.Builder
	for _, mark := range marks {
		words.WriteString("; " + Placeholder(mark))
	}
	return words.String()
}
