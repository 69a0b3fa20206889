package main

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/examples/internal/command"
	"github.com/headgate-dev/headgate/metering"
)

// The built-in day: all of it is invented, and nobody's name stands in it.
//
//go:embed day
var dayFiles embed.FS

// makes are the files of the built-in day.
var makes = []struct {
	file, layout, words string
	sets                []string
}{
	{"day/ezroute.txt", "smartfusion-h-ezroute-reads", "Neptune EZRoute, fixed columns", []string{"read_date.format=MMDDYY"}},
	{"day/mvrs.txt", "itron-mvrs-upload", "Itron MV-RS, nested records", nil},
}

// day prints the built-in day as a clerk would want to see it.
func (p program) day() error {
	text, err := page()
	if err != nil {
		return err
	}
	return p.print(text)
}

func page() (string, error) {
	var b strings.Builder
	b.WriteString("A day of reads of an invented district, 2026-11-30. Two routes, two makes.\n\nIMPORTED\n")
	registers, err := dayFiles.ReadFile("day/registers.csv")
	if err != nil {
		return "", err
	}
	previous, err := dayFiles.ReadFile("day/previous.csv")
	if err != nil {
		return "", err
	}
	s, err := readStock("registers.csv", bytes.NewReader(registers), "previous.csv", bytes.NewReader(previous))
	if err != nil {
		return "", err
	}
	var findings []string
	for _, m := range makes {
		d, err := importDay(m.file, m.layout, m.sets, s, &findings)
		if err != nil {
			return "", err
		}
		sum := d.summary
		fmt.Fprintf(&b, "  %-12s %-31s %2d read, %d no_read, %d skipped, %d dropped, %d refused\n",
			d.name, m.words, sum.Reads, sum.NoReads, sum.Skipped, d.repeated, sum.Refused)
	}
	b.WriteString("\nFINDINGS: what a line of a file does not tell, or tells twice\n")
	for _, text := range findings {
		wrap(&b, "  ", text)
	}
	half, _ := exact.NewNumber(50, 0) // it fits
	measured, err := s.measure(nil, defaultRules(metering.At(half)), civil.Date{})
	if err != nil {
		return "", err
	}
	return b.String() + piles(measured) + pageEnd, nil
}

// importDay reads a file of the built-in day.
func importDay(file, layout string, set []string, s *stock, findings *[]string) (*delivery, error) {
	var values sets
	for _, text := range set {
		if err := values.Set(text); err != nil {
			return nil, err
		}
	}
	l, err := (&options{layout: layout, sets: values}).layoutOf()
	if err != nil {
		return nil, err
	}
	src, err := dayFiles.ReadFile(file)
	if err != nil {
		return nil, err
	}
	d := &delivery{name: strings.TrimPrefix(file, "day/"), layout: l, stock: s, tell: func(text string) { *findings = append(*findings, text) }}
	d.refused.of = " of " + d.name
	if err := d.read(bytes.NewReader(src)); err != nil {
		return nil, err
	}
	d.give()
	return d, nil
}

// piles prints the meters in the three piles, and what may be billed.
func piles(measured []*metered) string {
	var b strings.Builder
	ready, held := 0, 0
	units := map[string]exact.Ratio{}
	var order []string
	for _, pile := range []struct {
		pile  metering.Pile
		words string
	}{
		{metering.Approved, "nothing is open; it may be billed"},
		{metering.Acceptable, "one person may accept each with a reason"},
		{metering.Exceptional, "each is read again, estimated, corrected, sent to the field, or overridden by two"},
	} {
		var in []*metered
		for _, m := range measured {
			if m.pile() == pile.pile {
				in = append(in, m)
			}
		}
		fmt.Fprintf(&b, "\n%s, %s: %s\n", strings.ToUpper(pile.pile.String()), count(len(in), "meter"), pile.words)
		if len(in) > 0 {
			fmt.Fprintf(&b, "  %-9s%-10s%-9s%9s%9s%9s%6s%6s  %s\n", "account", "meter", "register", "previous", "reading", "use", "unit", "days", "code")
		}
		for _, m := range in {
			m.print(&b)
			usage, err := m.review.Billable()
			if err != nil {
				held++
				continue
			}
			ready++
			unit := usage.Unit().String()
			if !slices.Contains(order, unit) {
				order = append(order, unit)
			}
			units[unit] = units[unit].Add(usage.Exact())
		}
	}
	b.WriteString("\nREADY TO BILL\n")
	for _, unit := range order {
		text, _ := units[unit].Decimal(4)
		fmt.Fprintf(&b, "  %10s %s\n", text, unit)
	}
	fmt.Fprintf(&b, "  of %s; %s held until their exceptions have ended\n", count(ready, "meter"), count(held, "meter"))
	return b.String()
}

// print prints the registers of a meter, and under them why a clerk has to look at it.
func (m *metered) print(b *strings.Builder) {
	for i, r := range m.rows {
		named := m.on.sides[i].named
		reading := r.reading
		if r.status != meterread.Reading {
			if reading = r.status.String(); reading == "" {
				reading = "none"
			}
		}
		if strings.Contains(r.exceptions, string(metering.Conflict)) {
			reading = "differs"
		}
		use := r.use
		if use == "" {
			use = "unknown"
		}
		line := fmt.Sprintf("  %-9s%-10s%-9s%9s%9s%9s%6s%6s  %s", m.on.account, m.on.meter, named, r.previous, reading, use, r.useUnit, r.days, r.code)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	for _, e := range m.review.Open() {
		register := ""
		if len(m.on.sides) > 1 && e.Register != "" {
			register = " (" + e.Register + ")"
		}
		wrap(b, "           ", string(e.Code)+register+": "+e.Words)
	}
}

// wrap prints a text in lines of a hundred columns, the later ones set in.
func wrap(b *strings.Builder, margin, text string) { command.Wrap(b, 100, margin, text) }

const pageEnd = `
Rules: compared by the day with the same month of last year, High from 125%, Higher 150%, Highest 200%
(Infor's example; 200 is ours), Low to 50% (invented); a rollover is believed up to twice that use; the
third zero in a row is a stopped meter; a bill has at most 35 days. Meters, accounts and readings are
invented.

Next: readimport -list; readimport -layout ID FILE for a file of yours, with -registers and -previous for
its use; readimport -h
`
