package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/examples/internal/command"
	"github.com/headgate-dev/headgate/payments"
)

// expected are differences that a day has without anything being wrong.
var expected = map[payments.DifferenceCode]bool{payments.Fees: true, payments.Chargebacks: true, payments.NotYetBanked: true}

// toLookAt counts what a person has to look at.
func (d *day) toLookAt() int {
	n := len(d.findings) + len(d.result.Notes)
	for i := range d.result.Lines {
		if d.result.Lines[i].Code != "" {
			n++
		}
	}
	for _, f := range d.result.Files {
		for _, b := range f.Batches {
			if b.Choice != payments.Accept {
				n++
			}
		}
	}
	if d.banked != nil {
		for _, diff := range d.tie.Differences {
			if !expected[diff.Code] {
				n++
			}
		}
		for _, w := range d.banked.InTransit {
			if w.Old {
				n++
			}
		}
	}
	return n
}

// page is what is printed.
func (d *day) page() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Payments of %s\n", d.on)
	d.cameIn(&b)
	d.looked(&b)
	d.waits(&b)
	d.counted(&b)
	d.tied(&b)
	if n := d.toLookAt(); n > 0 {
		fmt.Fprintf(&b, "\n%d to look at.\n", n)
	} else {
		b.WriteString("\nAll agrees, and nothing is to be looked at.\n")
	}
	return b.String()
}

func (d *day) cameIn(b *strings.Builder) {
	fmt.Fprintf(b, "\nCAME IN: in = applied + credit + waiting + taken back\n  %-9s %8s %13s %13s %11s %11s %11s %11s\n", "", "receipts", "in", "applied", "credit", "waiting", "taken back", "held")
	var all payments.Sums
	receipts, held := 0, money.Amount{}
	for _, f := range d.result.Files {
		n := 0
		for _, batch := range f.Batches {
			n += batch.Receipts
		}
		row(b, f.Source, n, f.Sums, f.Held)
		receipts += n
		for _, p := range []struct {
			sum  *money.Amount
			more money.Amount
		}{{&all.In, f.Sums.In}, {&all.Applied, f.Sums.Applied}, {&all.Credit, f.Sums.Credit}, {&all.Exception, f.Sums.Exception}, {&all.Reversed, f.Sums.Reversed}, {&held, f.Held}} {
			if sum, err := p.sum.Add(p.more); err == nil { // Reconcile has proved that they fit
				*p.sum = sum
			}
		}
	}
	row(b, "together", receipts, all, held)
	if n := len(d.result.Credits); n > 0 {
		fmt.Fprintf(b, "  Credit of %d accounts was used first.\n", n)
	}
}

func row(b *strings.Builder, name string, receipts int, s payments.Sums, held money.Amount) {
	fmt.Fprintf(b, "  %-9s %8d %13s %13s %11s %11s %11s %11s\n", name, receipts, s.In, s.Applied, s.Credit, s.Exception, s.Reversed, held)
}

// looked are the findings about the files, and what they hold.
func (d *day) looked(b *strings.Builder) {
	if len(d.findings) == 0 {
		return
	}
	b.WriteString("\nFINDINGS about the files\n")
	for i := range d.findings {
		command.Wrap(b, 108, "  ", d.findings[i].String())
	}
	for _, f := range d.result.Files {
		for _, batch := range f.Batches {
			if batch.Choice != payments.Accept {
				fmt.Fprintf(b, "  held: %s, %d receipts, %s\n", batch.Key, batch.Receipts, batch.Held)
			}
		}
	}
}

// waits are the lines that wait, and the posted ones that are to be looked at.
func (d *day) waits(b *strings.Builder) {
	var waiting []*payments.Line
	for i := range d.result.Lines {
		if l := &d.result.Lines[i]; l.Code != "" {
			waiting = append(waiting, l)
		}
	}
	if len(waiting) > 0 {
		byCode := map[payments.Exception][]*payments.Line{}
		var codes []payments.Exception
		for _, l := range waiting {
			if byCode[l.Code] == nil {
				codes = append(codes, l.Code)
			}
			byCode[l.Code] = append(byCode[l.Code], l)
		}
		slices.Sort(codes)
		b.WriteString("\nWAITING in suspense, and for whom it may be\n")
		for _, code := range codes {
			list := byCode[code]
			sum := int64(0)
			for _, l := range list {
				sum += l.Exception.Cents()
			}
			fmt.Fprintf(b, "  %s: %d, %s\n", code, len(list), money.Cents(sum))
			for i, l := range list {
				if i == most {
					fmt.Fprintf(b, "    … and %d more, in exceptions.csv\n", len(list)-most)
					break
				}
				command.Wrap(b, 108, "    ", d.words(l, l.Evidence))
			}
		}
	}
	d.posted(b)
}

// posted are the notes, by what they say.
func (d *day) posted(b *strings.Builder) {
	byCode := map[payments.Exception][]payments.Note{}
	var codes []payments.Exception
	for _, n := range d.result.Notes {
		if byCode[n.Code] == nil {
			codes = append(codes, n.Code)
		}
		byCode[n.Code] = append(byCode[n.Code], n)
	}
	if len(codes) == 0 {
		return
	}
	slices.Sort(codes)
	b.WriteString("\nPOSTED, and to be looked at\n")
	for _, code := range codes {
		fmt.Fprintf(b, "  %s: %d\n", code, len(byCode[code]))
		for i, n := range byCode[code] {
			if i == most {
				fmt.Fprintf(b, "    … and %d more, in exceptions.csv\n", len(byCode[code])-most)
				break
			}
			text := n.File
			if n.Line < 0 {
				text += " is like " + n.Evidence.Of
			} else {
				text = d.words(&d.result.Lines[n.Line], n.Evidence)
			}
			command.Wrap(b, 108, "    ", text)
		}
	}
}

// most is how many of a kind are shown.
const most = 5

func (d *day) words(l *payments.Line, e *payments.Evidence) string {
	_, key := d.result.Receipt(l)
	words := []string{fmt.Sprintf("%s %s", key, l.Amount)}
	if l.Account != "" {
		words = append(words, "account "+l.Account)
	}
	if e != nil {
		if e.Of != "" {
			words = append(words, "of "+d.called(e.Of))
		}
		if !e.Stated.IsZero() || !e.Computed.IsZero() {
			words = append(words, fmt.Sprintf("%s and %s", e.Stated, e.Computed))
		}
		if e.Hint != "" {
			words = append(words, e.Hint)
		}
		for i, c := range e.Candidates {
			if i == 3 {
				break
			}
			reasons := make([]string, len(c.Reasons))
			for j, r := range c.Reasons {
				reasons[j] = string(r)
			}
			words = append(words, fmt.Sprintf("perhaps %s (%s)", c.Account, strings.Join(reasons, ", ")))
		}
	}
	return strings.Join(words, "; ")
}

func (d *day) counted(b *strings.Builder) {
	if d.drawer == nil {
		return
	}
	word := "agrees"
	switch d.closing.OverShort.Sign() {
	case 1:
		word = "is over by " + d.closing.OverShort.String()
	case -1:
		word = "is short: " + d.closing.OverShort.String()
	}
	fmt.Fprintf(b, "\nDRAWER: it %s\n  counted %s, of that the float %s; receipts %s; %s goes to the bank\n", word, d.closing.Counted, d.drawer.Float, d.closing.Receipts, d.closing.Deposit)
}

func (d *day) tied(b *strings.Builder) {
	if d.banked == nil {
		return
	}
	fmt.Fprintf(b, "\nBANK: billing and the differences make what the bank has\n  %-64s %14s\n", "billing", d.tie.Billing)
	for _, diff := range d.tie.Differences {
		word := string(diff.Code)
		if account := d.returns[diff.Key]; account != "" {
			word += ", account " + account + ", whose payment is of an earlier day"
		}
		fmt.Fprintf(b, "  %-64s %14s\n", word+map[bool]string{true: "", false: ", " + diff.Key}[strings.Contains(word, "account")], diff.Amount)
	}
	fmt.Fprintf(b, "  %-64s %14s\n", "bank", d.tie.Bank)
	for _, m := range d.banked.Matches {
		sum := int64(0)
		for _, l := range m.Lines {
			sum += d.lines[l].Amount.Cents()
		}
		fmt.Fprintf(b, "  the bank has %s in %d, matched by %s\n", money.Cents(sum), len(m.Lines), m.By)
	}
}
