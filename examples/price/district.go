package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// district prints the bills of the built-in district for people to read, in a hundred columns.
type district struct {
	w      io.Writer
	engine *rates.Engine
	totals *totals
	units  map[string]exact.Ratio
	// shown is the account whose bill is explained.
	shown   *rates.Input
	shownAs string
	at      map[string]int // columns by name
}

func newDistrict(w io.Writer, engine *rates.Engine) *district {
	return &district{w: w, engine: engine, totals: newTotals(io.Discard, amounts{}, engine), units: map[string]exact.Ratio{}, at: map[string]int{}}
}

func (d *district) begin(columns []string) error {
	for i, name := range columns {
		d.at[name] = i
	}
	_, err := fmt.Fprintf(d.w, `A hundred invented accounts in the Marina Coast Water District, March 2018, at its rates of 2018.
A unit is 100 cubic feet, taken as 748 gallons. Amounts are in dollars.

%-14s%-15s%-7s%8s%13s%10s%10s%10s%12s
`, "account", "schedule", "meter", "units", "base or fire", "tier 1", "tier 2", "tier 3", "total")
	return err
}

func (d *district) add(p *priced) error {
	cell := func(name string) string { return p.Cells[d.at[name]] }
	account, size, usage := cell("account"), cell("meter_size"), cell("usage")
	if len(p.refused) > 0 {
		_, err := fmt.Fprintf(d.w, "%-14s%-15s%-7s%8s  %s\n", account, p.class, size, usage, p.status())
		return err
	}
	if p.class == "ord-water" && size == "3/4" && usage == "13.0" && d.shown == nil {
		in := p.input()
		d.shown, d.shownAs = &in, account
	}
	columns := [4]string{}
	for l := range p.quote.Lines() {
		columns[l.Tier()] = dollars(l.Amount())
	}
	for _, b := range p.quote.Usage() {
		d.units[p.class] = d.units[p.class].Add(b.Usage)
	}
	if err := d.totals.add(p); err != nil {
		return err
	}
	_, err := fmt.Fprintf(d.w, "%-14s%-15s%-7s%8s%13s%10s%10s%10s%12s\n", account, p.class, size, usage,
		columns[0], columns[1], columns[2], columns[3], dollars(p.quote.Total))
	return err
}

func (d *district) end() error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-14s%-15s%7s%8s%55s\n", "totals", "schedule", "bills", "units", "total")
	units := exact.Ratio{}
	row := func(class string, s *sum, units exact.Ratio) {
		fmt.Fprintf(&b, "%-14s%-15s%7d%8s%55s\n", "", class, s.count, units.Rat().FloatString(1), dollars(s.cents))
	}
	for _, class := range d.totals.classes {
		row(class, d.totals.by[class], d.units[class])
		units = units.Add(d.units[class])
	}
	row(allClasses, &d.totals.all, units)
	if d.shown != nil {
		fmt.Fprintf(&b, "\nThe bill of %s, explained:\n%s\n", d.shownAs, d.engine.Explain(*d.shown))
	}
	b.WriteString("\n" + districtNotes)
	_, err := io.WriteString(d.w, b.String())
	return err
}

// districtNotes tell what the rates are, and what in them is a placeholder: see the comments of the book.
const districtNotes = `Rates: examples/price/books/marina-coast-2018.yaml, a rate book with the prices that
https://github.com/California-Data-Collaborative/Open-Water-Rate-Specification publishes.
Later rates have replaced them; when, and the district's other rules, are not public. Placeholders
stand for these: the rates end with 2018, amounts are rounded half_up by line, bills are not
prorated, usage is billed as measured, new rates split a bill by days, and a meter that changes size
within a bill is refused.

Next: price -explain 7, price -why 7,14, price -lines, price -totals; price -accounts FILE.csv for
your own, with -rates FILE by your own rates; price -check FILE for a rate book of yours; price -h
`

// dollars is an amount in a column of dollars.
func dollars(a money.Amount) string { return strings.Replace(a.String(), "$", "", 1) }
