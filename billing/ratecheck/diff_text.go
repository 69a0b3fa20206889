package ratecheck

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// diffLevel is how closely words keep to the book. What cannot be told apart in plain words
// is told closer.
type diffLevel uint8

const (
	diffPlain   diffLevel = iota // as people say it: meter size
	diffClosely                  // as it is written: meter_size
	diffExactly                  // as it is written, each text in quotes
)

// diffApart puts what was and what is into words that differ, if any do.
func diffApart(say func(diffLevel) (was, is string)) (was, is string) {
	for level := diffPlain; level <= diffExactly; level++ {
		if was, is = say(level); was != is {
			break
		}
	}
	return was, is
}

// diffInstead says what is, and what was.
func diffInstead(is, was string) string { return is + " instead of " + was }

// diffText is a text of the book between quotes.
func diffText(text string) string {
	if text == "" {
		return "nothing"
	}
	return strconv.Quote(text)
}

// name is a name of the book in words.
func (l diffLevel) name(name string) string {
	switch {
	case l == diffExactly || name == "":
		return strconv.Quote(name)
	case l == diffClosely:
		return name
	}
	return strings.NewReplacer("_", " ", ".", " ").Replace(name)
}

func (l diffLevel) names(names []string) []string {
	said := make([]string, len(names))
	for i, name := range names {
		said[i] = l.name(name)
	}
	return said
}

// text is a text of the book as it is, such as the key of a table.
func (l diffLevel) text(text string) string {
	if l == diffExactly || text == "" {
		return strconv.Quote(text)
	}
	return text
}

func (l diffLevel) texts(texts []string) []string {
	said := make([]string, len(texts))
	for i, text := range texts {
		said[i] = l.text(text)
	}
	return said
}

func (l diffLevel) citation(c rates.Citation) string {
	switch of := c.String(); {
	case l == diffExactly:
		return fmt.Sprintf("resolution %q, section %q, address %q", c.Resolution, c.Section, c.Address)
	case c == rates.Citation{}:
		return "no source"
	case of == "":
		return c.Address
	case l == diffClosely && c.Address != "":
		return fmt.Sprintf("%s (%s)", of, c.Address)
	default:
		return of
	}
}

// diffSeries is texts behind each other: "a, b and c".
func diffSeries(texts []string, last string) string {
	switch n := len(texts); n {
	case 0:
		return "nothing"
	case 1:
		return texts[0]
	default:
		return strings.Join(texts[:n-1], ", ") + " " + last + " " + texts[n-1]
	}
}

func diffAnd(texts []string) string { return diffSeries(texts, "and") }
func diffOr(texts []string) string  { return diffSeries(texts, "or") }

func diffPlural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// diffBegin begins a sentence with words of ours.
func diffBegin(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if first == utf8.RuneError {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// diffDays is days in words; nothing for all days.
func diffDays(from, to civil.Date) string {
	var said []string
	if !from.IsZero() {
		said = append(said, "from "+from.String())
	}
	if !to.IsZero() {
		said = append(said, "to "+diffLast(to).String())
	}
	return strings.Join(said, " ")
}

// diffLast is the day before, the last of the days that end there.
func diffLast(to civil.Date) civil.Date {
	last, err := to.AddDays(-1)
	if err != nil {
		return to // the first day there is
	}
	return last
}

func diffDecimal(n rates.Number) decimal.Decimal { return decimal.Decimal(n) }

// diffNumberText is a number with as many digits as it has.
func diffNumberText(n rates.Number) string {
	r, fits := diffRatio(n)
	if !fits {
		d := diffDecimal(n)
		return fmt.Sprintf("%se%d", d.Coefficient(), d.Exponent())
	}
	return diffShown(r)
}

// diffShown is a number, with commas between the thousands.
func diffShown(r exact.Ratio) string {
	text, _ := r.Decimal(0) // numbers of books, their sums and differences end
	whole, decimals, cut := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if cut {
		whole += "." + decimals
	}
	return whole
}

// diffDollars is an amount: at least two decimals, and as many as it has.
func diffDollars(r exact.Ratio) string {
	text := diffDecimals(diffShown(r.Abs()), 2)
	if r.Sign() < 0 {
		return "-$" + text
	}
	return "$" + text
}

// diffDecimals adds zeros to the decimals of a number.
func diffDecimals(text string, least int) string {
	whole, decimals, _ := strings.Cut(text, ".")
	if lack := least - len(decimals); lack > 0 {
		return whole + "." + decimals + strings.Repeat("0", lack)
	}
	return text
}

// diffSigned is the text of a size with the sign of its number.
func diffSigned(r exact.Ratio, text string) string {
	if r.Sign() < 0 {
		return "-" + text
	}
	return "+" + text
}

// diffPercent is the change in percent, rounded half up to one decimal. There is none from
// zero, and none from below zero, where more percent would be less money.
func diffPercent(was, is exact.Ratio) (exact.Ratio, bool) {
	if was.Sign() <= 0 {
		return exact.Ratio{}, false
	}
	part, err := is.Sub(was).Quo(was)
	if err != nil {
		return exact.Ratio{}, false
	}
	return part.Mul(exact.Int(100)).Round(1, exact.HalfUp), true
}

func diffPercentText(r exact.Ratio) string { return diffDecimals(diffShown(r), 1) + "%" }

// diffUnit is what people call one of a unit; the zero unit counts no volume.
func diffUnit(unit metering.Unit, one bool) string {
	if unit == 0 {
		return "unit"
	}
	return unit.Word(one)
}

// diffPrinted is what a bill prints for charges.
func diffPrinted(charges []rates.Charge) []string {
	texts := make([]string, len(charges))
	for i := range charges {
		texts[i] = diffChargeName(&charges[i])
	}
	return texts
}

func diffChargeName(c *rates.Charge) string {
	switch {
	case c.Text != "":
		return c.Text
	case c.ID != "":
		return c.ID
	}
	return "A charge without a name"
}

// diffChargesNamed is what the bill prints for the charges of those IDs.
func diffChargesNamed(v *rates.Version, ids []string, level diffLevel) string {
	if len(ids) == 0 {
		return "no charge"
	}
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = level.text(id)
		at := slices.IndexFunc(v.Charges, func(c rates.Charge) bool { return c.ID == id })
		if at >= 0 && level == diffPlain {
			texts[i] = diffChargeName(&v.Charges[at])
		}
	}
	return diffAnd(texts)
}
