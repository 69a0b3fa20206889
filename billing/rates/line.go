package rates

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

// A Line is one amount on the bill. It is a small value that shares what the book says of
// it with the lines of other bills; lines are compared with Equal.
//
// It has four words, which is the most that the compiler keeps in registers: with one more,
// each line would be copied through memory, which takes longer than pricing it.
type Line struct {
	item   *lineItem
	amount money.Amount
	// What the item's numbers count: the quantity, and the price or, where that is always
	// the same, the exact amount.
	quantity, other int64
}

// A lineItem is what lines of many bills have in common.
type lineItem struct {
	charge, text, service, meter string
	tier                         int
	period                       civil.Period
	version                      civil.Date
	source                       Citation
	quantity, price, exact       lineNumber
	// priced says that the price differs from bill to bill. The exact amount then is the
	// quantity times the price times a share.
	priced bool
	share  exact.Ratio
}

// A lineNumber is a number of a line: so many parts of 1/den, or a value where den is 0.
type lineNumber struct {
	den   int64
	value exact.Ratio
}

func (n *lineNumber) of(parts int64) exact.Ratio {
	if n.den == 0 {
		return n.value
	}
	v, _ := exact.New(parts, n.den) // it is above zero
	return v
}

// of is the item; the zero Line has one that says nothing.
func (l Line) of() *lineItem {
	if l.item == nil {
		return &lineItem{}
	}
	return l.item
}

// Charge is the ID of the charge.
func (l Line) Charge() string { return l.of().charge }

// Text is what the bill prints.
func (l Line) Text() string { return l.of().text }

// Service is the charge's service; empty where it states none.
func (l Line) Service() string { return l.of().service }

// Meter is the ID of the meter, where the line is for one of several.
func (l Line) Meter() string { return l.of().meter }

// Tier counts from 1; 0 where the charge has no tiers.
func (l Line) Tier() int { return l.of().tier }

// Period is the days that the line is for, where a change cuts the bill; in a blended bill,
// the days that the whole bill is weighed by. It is zero for a line that is for all days
// of the bill.
func (l Line) Period() civil.Period { return l.of().period }

// Version is the first day of the version that priced the line; zero where the first
// version has none.
func (l Line) Version() civil.Date { return l.of().version }

// Quantity is the units, or the amount in dollars that a percentage is taken of; zero for
// fixed, minimum and computed amounts.
func (l Line) Quantity() exact.Ratio { return l.of().quantity.of(l.quantity) }

// QuantityParts is the quantity as so many parts of which a unit has per; per is 0 where only
// [Line.Quantity] says it. Lines of one charge mostly have the same per, so that those of many
// bills can be added up as integers, which is much faster than adding fractions.
func (l Line) QuantityParts() (parts, per int64) {
	return l.quantity, l.of().quantity.den
}

// Price is dollars per unit, or the percentage; zero for fixed, minimum and computed
// amounts.
func (l Line) Price() exact.Ratio { return l.of().price.of(l.other) }

// Exact is the amount before rounding, in dollars.
func (l Line) Exact() exact.Ratio {
	item := l.of()
	if item.priced {
		return l.Quantity().Mul(l.Price()).Mul(item.share)
	}
	return item.exact.of(l.other)
}

// Amount is the amount billed.
func (l Line) Amount() money.Amount { return l.amount }

// Source is what the price rests on.
func (l Line) Source() Citation { return l.of().source }

// Equal says whether two lines say the same.
func (l Line) Equal(m Line) bool {
	if l.item == nil || m.item == nil {
		return l.item == m.item
	}
	return l.Charge() == m.Charge() && l.Text() == m.Text() && l.Service() == m.Service() && l.Meter() == m.Meter() && l.Tier() == m.Tier() &&
		l.Period() == m.Period() && l.Version() == m.Version() && l.Quantity().Equal(m.Quantity()) && l.Price().Equal(m.Price()) &&
		l.Exact().Equal(m.Exact()) && l.amount == m.amount && l.Source() == m.Source()
}

// String is all that the line says, for messages and tests.
func (l Line) String() string {
	if l.item == nil {
		return "no line"
	}
	var b strings.Builder
	b.WriteString(l.Charge())
	if l.Tier() > 0 {
		fmt.Fprintf(&b, "#%d", l.Tier())
	}
	if l.Meter() != "" {
		b.WriteString("@" + l.Meter())
	}
	fmt.Fprintf(&b, " %q %q %s version %s: %s at %s = %s, %s", l.Text(), l.Service(), l.Period(), l.Version(), l.Quantity(), l.Price(), l.Exact(), l.amount)
	return cited(b.String(), l.Source())
}

// plainLine is a line while it is found.
type plainLine struct {
	Charge, Text, Service, Meter string
	Tier                         int
	Period                       civil.Period
	Version                      civil.Date
	Quantity, Price, Exact       exact.Ratio
	Amount                       money.Amount
	Source                       Citation
}

// line is the line of a bill of the days of bill.
func (p *plainLine) line(bill civil.Period) Line {
	item := &lineItem{charge: p.Charge, text: p.Text, service: p.Service, meter: p.Meter, tier: p.Tier, version: p.Version, source: p.Source,
		quantity: lineNumber{value: p.Quantity}, price: lineNumber{value: p.Price}, exact: lineNumber{value: p.Exact}}
	if p.Period != bill {
		item.period = p.Period
	}
	return Line{item: item, amount: p.Amount}
}
