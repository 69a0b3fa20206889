package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/examples/internal/command"
	"github.com/headgate-dev/headgate/metering"
)

// part is a part of the page.
type part struct {
	name, title string
	print       func(*strings.Builder, *week)
}

func parts() []part {
	return []part{
		{"readings", "READINGS", readings},
		{"list", "EDIT LIST, as the clerk has prepared the cycle", list},
		{"release", "RELEASE, once every exception has ended", release},
		{"finals", "FINALS", finals},
		{"adjustments", "ADJUSTMENTS", adjustments},
		{"notices", "PAST-DUE NOTICES", func(b *strings.Builder, w *week) { listed(b, w, w.arrears.notices) }},
		{"tags", "24-HOUR DOOR TAGS", func(b *strings.Builder, w *week) { listed(b, w, w.arrears.tags) }},
		{"shutoffs", "SHUTOFFS", shutoffs},
		{"deposits", "DEPOSIT REFUNDS", refunds},
		{"books", "THE BOOKS OF JUNE", books},
		{"reports", "REPORTS", reports},
	}
}

// names are the parts of the page, in their order.
func names() []string {
	var out []string
	for _, p := range parts() {
		out = append(out, p.name)
	}
	return out
}

// page is what the supervisor approves, and why.
func (w *week) page(o options) string {
	var b strings.Builder
	if o.part == "" {
		b.WriteString("A billing cycle of an invented district: 300 houses, the month of May 2026. j.ortega prepares, s.reyes approves.\n")
	}
	for _, p := range parts() {
		if o.part != "" && o.part != p.name {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", p.title)
		p.print(&b, w)
	}
	if o.part == "" {
		b.WriteString("\nNext: cycle -part list; cycle -h\n")
	}
	return strings.TrimPrefix(b.String(), "\n")
}

// wrap prints a text in lines of a hundred and ten columns, the later ones set in.
func wrap(b *strings.Builder, margin, text string) { command.Wrap(b, 110, margin, text) }

// readings tells how the readings came to usages.
func readings(b *strings.Builder, w *week) {
	estimated, accepted, units := 0, 0, exact.Ratio{}
	for _, u := range w.usages {
		if u.Parts()[0].Estimated {
			estimated++
		}
		if slices.ContainsFunc(u.Verdicts(), func(v metering.Exception) bool { return !v.Passed() }) {
			accepted++
		}
		units = units.Add(u.Exact())
	}
	all, _ := units.Decimal(0) // dials count whole units
	fmt.Fprintf(b, "  %d meters read or estimated, %d estimated: %s CCF in all\n", len(w.usages), estimated, all)
	fmt.Fprintf(b, "  %d readings that a check stopped, and one or two persons let stand; they are on the edit list too\n", accepted)
}

// list prints the first edit list, by code, and below it what was planted and how it ends.
func list(b *strings.Builder, w *week) {
	l := w.first
	for _, t := range l.Totals()[:1] {
		wrap(b, "  ", t.String())
	}
	fmt.Fprintf(b, "  %d exceptions, none of them ended:\n", len(l.Exceptions()))
	for _, e := range l.Exceptions() {
		wrap(b, "    ", e.String())
	}
	b.WriteString("\n  What was planted, and how it ends\n")
	for _, f := range w.faults {
		who := f.account()
		if who == "" {
			who = "all"
		}
		wrap(b, "    ", fmt.Sprintf("%-6s %s: %s", who, f.planted, f.ends()))
	}
}

// ends says how a fault ends.
func (f fault) ends() string {
	var out []string
	if f.correct != nil {
		out = append(out, "corrected")
	}
	if f.decide != "" {
		out = append(out, "accepted, \""+f.decide+"\"")
	}
	if f.hold != "" {
		out = append(out, "held, \""+f.hold+"\"")
	}
	return strings.Join(out, "; ")
}

// release prints what was approved.
func release(b *strings.Builder, w *week) {
	for _, t := range w.second.Totals()[:1] {
		wrap(b, "  ", t.String())
	}
	fmt.Fprintf(b, "  %d exceptions are left, each accepted with a reason or held:\n", len(w.second.Exceptions()))
	for _, e := range w.second.Exceptions() {
		wrap(b, "    ", e.String())
	}
	fmt.Fprintf(b, "  approved by %s: %d bills, %s\n", w.released.ApprovedBy, len(w.released.Bills), w.released.Charges)
	b.WriteString("  prepared once more: the same bills with the same ids, to the byte\n")
}

func finals(b *strings.Builder, w *week) {
	for _, f := range w.finals {
		indent(b, f.String())
		if before := f.Applied.Cents() + f.StillDue.Cents() - f.Charges.Cents(); before > 0 {
			fmt.Fprintf(b, "    (%s was owed before the final bill)\n", money.Cents(before))
		}
		fmt.Fprintf(b, "  approved by %s\n", w.by[f.Key])
	}
}

func adjustments(b *strings.Builder, w *week) {
	for _, a := range w.adjustments {
		indent(b, a.Adjustment.String())
		fmt.Fprintf(b, "  approved by %s\n", a.ApprovedBy)
	}
}

// indent prints lines as they are, two columns in.
func indent(b *strings.Builder, text string) {
	for line := range strings.Lines(text) {
		wrap(b, "  "+line[:len(line)-len(strings.TrimLeft(line, " "))], line)
	}
}

// listed prints a list of the ladder: who is on it, and who is not and why.
func listed(b *strings.Builder, w *week, l collections.List) {
	wrap(b, "  ", l.String()+"; approved by "+w.by[l.Key].String())
	for _, r := range l.Rows {
		shutoff := ""
		if l.Kind != collections.Shutoffs {
			shutoff = ", states a shutoff on " + r.Shutoff.String()
		}
		wrap(b, "    ", fmt.Sprintf("%s owes %s since %s%s", r.Account, r.Amount, r.Due, shutoff))
	}
	left := map[string]int{}
	var order []collections.Left
	for _, x := range l.Left {
		if len(x.Reasons) > 0 && left[string(x.Reasons[0].Code)] == 0 {
			order = append(order, x)
		}
		if len(x.Reasons) > 0 {
			left[string(x.Reasons[0].Code)]++
		}
	}
	if len(order) > 0 {
		b.WriteString("    Left out, one of each reason:\n")
	}
	for _, x := range order {
		more := ""
		if n := left[string(x.Reasons[0].Code)]; n > 1 {
			more = fmt.Sprintf(" (and %d more)", n-1)
		}
		wrap(b, "      ", x.Account+": "+x.Reasons[0].String()+more)
	}
}

func shutoffs(b *strings.Builder, w *week) {
	listed(b, w, w.arrears.shutoffs)
	b.WriteString("    Looked at again before the crew leaves:\n")
	wrap(b, "      ", w.arrears.dispatch.String())
	if len(w.arrears.dispatch.Go) > 0 {
		wrap(b, "      ", "why "+w.arrears.dispatch.Go[0].Account+" goes: "+w.arrears.dispatch.Go[0].Words)
	}
}

func refunds(b *strings.Builder, w *week) {
	indent(b, w.refunds.Run.String())
	fmt.Fprintf(b, "  approved by %s\n", w.refunds.ApprovedBy)
	for _, p := range w.refunds.Payees {
		fmt.Fprintf(b, "  to accounts payable: account %s, %s\n", p.Account, p.Amount)
	}
}

// books prints how the receivable went over the month.
func books(b *strings.Builder, w *week) {
	columns := []struct {
		name string
		of   func(ledger.RollRow) money.Amount
	}{
		{"opening", func(r ledger.RollRow) money.Amount { return r.Opening }}, {"billed", func(r ledger.RollRow) money.Amount { return r.Billed }},
		{"adjustments", func(r ledger.RollRow) money.Amount { return r.Adjustments }}, {"payments", func(r ledger.RollRow) money.Amount { return r.Payments }},
		{"refunds", func(r ledger.RollRow) money.Amount { return r.Refunds }}, {"deposits applied", func(r ledger.RollRow) money.Amount { return r.DepositsApplied }},
		{"closing", func(r ledger.RollRow) money.Amount { return r.Closing }}, {"open items", func(r ledger.RollRow) money.Amount { return r.OpenItems }},
		{"less credits", func(r ledger.RollRow) money.Amount { return r.Credits }},
	}
	for _, c := range columns {
		fmt.Fprintf(b, "  %-18s%14s\n", c.name, c.of(w.rolled.Total))
	}
	b.WriteString("  proved against every item and credit that the ledger holds\n")
}
