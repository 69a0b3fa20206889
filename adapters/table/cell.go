package table

import (
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

// A Cell is a value in a table. The zero value is nothing: a dash for people, empty for
// programs.
type Cell struct {
	kind   kind
	text   string
	number exact.Ratio
	places int
	signed bool // people see the sign of what is above zero
}

type kind uint8

const (
	nothing kind = iota
	text
	number
	percent
)

// Dash is what people see in a cell that holds nothing.
const Dash = "–"

// Text is a text. An empty one is nothing.
func Text(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{kind: text, text: s}
}

// Amount is an amount of money, in dollars.
func Amount(a money.Amount) Cell { return Cell{kind: number, number: a.Ratio(), places: 2} }

// Change is an amount of money that something changes by.
func Change(a money.Amount) Cell {
	return Cell{kind: number, number: a.Ratio(), places: 2, signed: true}
}

// Count is a whole number of things.
func Count(n int64) Cell { return Cell{kind: number, number: exact.Int(n)} }

// Quantity is a number, rounded half up to places, 0 to 18.
func Quantity(r exact.Ratio, places int) Cell {
	return Cell{kind: number, number: r.Round(places, exact.HalfUp), places: places}
}

// Percent is how many percent a part is of a whole, rounded half up to places, 0 to 16. There is
// no percentage of zero: then the cell holds nothing.
func Percent(part, whole exact.Ratio, places int) Cell {
	share, err := part.Quo(whole)
	if err != nil {
		return Cell{}
	}
	return Cell{kind: percent, number: share.Mul(exact.Int(100)), places: places}
}

// PercentChange is by how many percent an amount changes, rounded half up to one decimal. From
// zero there is no percentage, and the cell holds nothing. From below zero it has the sign of
// the change: from -10.00 to -5.00 is +50.0%.
func PercentChange(before, after money.Amount) Cell {
	was := before.Ratio()
	c := Percent(after.Ratio().Sub(was), was.Abs(), 1)
	c.signed = c.kind == percent
	return c
}

// String is the cell for people: 12,345.67, +2.41, 6.2%. What rounds to zero has no sign: a bill
// of $10,000.00 that falls by a cent changes by 0.0%.
func (c Cell) String() string {
	switch c.kind {
	case nothing:
		return Dash
	case text:
		return c.text
	}
	digits := grouped(fixed(c.number.Abs(), c.places))
	if c.kind == percent {
		digits += "%"
	}
	switch sign := c.number.Round(c.places, exact.HalfUp).Sign(); {
	case sign < 0:
		return "-" + digits
	case sign > 0 && c.signed:
		return "+" + digits
	}
	return digits
}

// Plain is the cell for programs: 12345.67, 2.41, 6.2. It is empty for nothing.
func (c Cell) Plain() string {
	switch c.kind {
	case nothing:
		return ""
	case text:
		return c.text
	}
	return fixed(c.number, c.places)
}

// fixed is a number with so many decimals, rounded half up.
func fixed(r exact.Ratio, places int) string {
	whole, _ := r.Round(places, exact.HalfUp).Decimal(places) // it ends there
	if places == 0 {
		return whole
	}
	whole, part, _ := strings.Cut(whole, ".")
	return whole + "." + part + strings.Repeat("0", places-len(part))
}

// grouped puts commas into the whole part of a number without a sign.
func grouped(digits string) string {
	whole, part, decimals := strings.Cut(digits, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if decimals {
		return whole + "." + part
	}
	return whole
}
