package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// pageWidth is how many characters a line of the page has at most. Only a long name is longer.
const pageWidth = 100

// Of what can be many, the page shows so many.
const (
	mostDifferences = 40
	mostMissing     = 20
	mostRows        = 20
)

// A page is what is printed for people.
type page struct{ strings.Builder }

// page is what was found, for people.
func (r *result) page() string {
	var p page
	if r.before != nil {
		p.pair("before", r.before)
	}
	p.pair("after", r.after)
	r.proofPage(&p)
	p.listing("What to know", r.notes())
	if r.studies() {
		r.impactPage(&p)
	}
	if r.before != nil {
		r.differencePage(&p)
	}
	p.listing("What to do next", r.next())
	p.listing("Written", r.written)
	return p.String()
}

func (p *page) line(format string, args ...any) { _, _ = fmt.Fprintf(p, format+"\n", args...) }

// pair is a book with its file.
func (p *page) pair(side string, b *book) {
	p.wrapped(fmt.Sprintf("%-8s", side), fmt.Sprintf("%s (%s)", b.name, b.file))
}

// wrapped is a text in lines, after a mark in the first.
func (p *page) wrapped(mark, text string) {
	at := utf8.RuneCountInString(mark)
	indent := strings.Repeat(" ", at)
	line := mark
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > pageWidth {
			p.line("%s", line)
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	p.line("%s", strings.TrimRight(line, " "))
}

// heading stands behind one empty line.
func (p *page) heading(text string) {
	if !strings.HasSuffix(p.String(), "\n\n") {
		p.line("")
	}
	p.line("%s", strings.ToUpper(text))
}

// listing is texts under a heading.
func (p *page) listing(heading string, texts []string) {
	if len(texts) == 0 {
		return
	}
	p.heading(heading)
	for _, text := range texts {
		p.wrapped("  - ", text)
	}
}

// proofPage is what was checked, and how it came out.
func (r *result) proofPage(p *page) {
	failed := 0
	for _, proof := range r.proofs {
		if !proof.Good {
			failed++
		}
	}
	switch left := r.impact.LeftOut(); {
	case failed > 0:
		p.heading("Not proven")
	case left > 0:
		p.heading(fmt.Sprintf("Not proven: %s left out", counted(left, "account")))
	default:
		p.heading("Proven: all that was checked holds")
	}
	for _, proof := range r.proofs {
		mark := "  ok    "
		if !proof.Good {
			mark = "  FAILS "
		}
		p.wrapped(mark, proof.What+": "+proof.Result+".")
	}
	r.missingPage(p)
}

// missingPage is what of the book after no worked bill covers.
func (r *result) missingPage(p *page) {
	switch {
	case r.coverage == nil:
		return
	case r.coverage.Complete():
		if r.suggest != "" {
			p.wrapped("  ", fmt.Sprintf("No bill is missing that would cover more: %s is not written.", r.suggest))
		}
		return
	}
	missing := r.coverage.Missing()
	p.heading("If these were wrong, no worked bill would show it")
	for i := range missing[:min(len(missing), mostMissing)] {
		p.wrapped("  - ", missing[i].String())
	}
	if n := len(missing) - mostMissing; n > 0 {
		p.line("  and %s more", count(int64(n)))
	}
	if r.unsuggested > 0 {
		p.wrapped("  ", fmt.Sprintf("%s that would cover more cannot stand in a table: of several meters, or of facts that change. A rate book can hold them as checks.", counted(int64(r.unsuggested), "bill")))
	}
	if r.suggested == nil || r.suggest != "" {
		return
	}
	p.line("\nThese bills would cover it; work out by hand what each comes to:\n")
	p.WriteString(string(r.suggested))
}

// impactPage is what the change does to bills, in short.
func (r *result) impactPage(p *page) {
	i := &r.impact
	p.heading("What it does to bills")
	if i.All.Bills == 0 {
		p.line("There is no bill that both books price, and so nothing to compare.\n")
	} else {
		p.wrapped("", r.lead())
		p.line("")
		for _, t := range []table.Table{table.Classes(i), table.Moves(i), table.Percentiles(i), table.Causes(&i.All)} {
			p.table(&t)
		}
	}
	p.left(i)
}

// left are the accounts that are in no total: in sentences, since a line is too short for the table.
func (p *page) left(i *ratecheck.Impact) {
	if i.LeftOut() == 0 {
		return
	}
	p.line("Accounts left out")
	t := table.Left(i)
	for at, row := range t.Rows[:min(len(t.Rows), mostRows)] {
		l := &i.Left[at]
		who := "refused by " + l.Side.String()
		if l.Side == ratecheck.NoBook {
			who = "not asked of any book"
		}
		text := fmt.Sprintf("%s, %s, %s: %s (%s)", row[0], counted(l.Accounts, "account"), who, cmp.Or(row[2].Plain(), "another reason"), l.Code)
		switch l.Side {
		case ratecheck.AfterOnly:
			text += fmt.Sprintf("; under the book before %s", l.Before)
		case ratecheck.BeforeOnly:
			text += fmt.Sprintf("; under the book after %s", l.After)
		}
		p.wrapped("  - ", text)
	}
	if n := len(t.Rows) - mostRows; n > 0 {
		p.line("  and %s more, which the report has (-out)", counted(int64(n), "reason"))
	}
	p.wrapped("  ", t.Note)
	p.line("")
}

// lead is the answer in a sentence or two.
func (r *result) lead() string {
	g := &r.impact.All
	change := g.Change()
	in := "the same in all"
	switch change.Sign() {
	case 1:
		in = change.String() + " more in all"
	case -1:
		in = strings.TrimPrefix(change.String(), "-") + " less in all"
	}
	if cell := table.PercentChange(g.Before, g.After); cell.Plain() != "" && change.Sign() != 0 {
		in += " (" + cell.String() + ")"
	}
	share := func(n int64) string {
		return count(n) + " (" + table.Percent(exact.Int(n), exact.Int(g.Bills), 1).String() + ")"
	}
	return fmt.Sprintf("%s: %s instead of %s, %s. %s rise, %s fall, %s stay the same. These are the same bills under both books: nobody is taken to use less water because it costs more.",
		counted(g.Bills, "bill"), g.After, g.Before, in, share(g.Rise), share(g.Fall), share(g.Same))
}

// table is a table with its columns aligned.
func (p *page) table(t *table.Table) {
	rows := t.Rows
	cut := 0
	if len(rows) > mostRows {
		rows, cut = rows[:mostRows], len(rows)-mostRows
	}
	if t.Total != nil && len(t.Rows) != 1 {
		rows = append(rows[:len(rows):len(rows)], t.Total)
	}
	heads, widths, all := measured(t.Columns, rows, false)
	if all > pageWidth {
		heads, widths, _ = measured(t.Columns, rows, true)
	}
	write := func(text func(i int) string) {
		var line strings.Builder
		line.WriteString(" ")
		for i, c := range t.Columns {
			gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text(i)))
			if c.Right {
				line.WriteString(" " + gap + text(i) + " ")
			} else {
				line.WriteString(" " + text(i) + gap + " ")
			}
		}
		p.line("%s", strings.TrimRight(line.String(), " "))
	}
	p.line("%s", t.Title)
	for _, head := range heads {
		write(func(i int) string { return head[i] })
	}
	for _, row := range rows {
		write(func(i int) string { return shown(row[i]) })
	}
	if cut > 0 {
		p.line("  and %s more, which the report has (-out)", counted(int64(cut), "row"))
	}
	if t.Note != "" {
		p.wrapped("  ", t.Note)
	}
	p.line("")
}

// measured are the lines that name columns, one or, where folded, two, how wide each column is, and all of them.
func measured(columns []table.Column, rows [][]table.Cell, folded bool) (heads [][]string, widths []int, all int) {
	heads = [][]string{make([]string, len(columns))}
	if folded {
		heads = append(heads, make([]string, len(columns)))
	}
	widths = make([]int, len(columns))
	for i, c := range columns {
		above, below := "", c.Name
		if folded {
			above, below = fold(c.Name)
			heads[0][i] = above
		}
		heads[len(heads)-1][i] = below
		widths[i] = max(utf8.RuneCountInString(above), utf8.RuneCountInString(below))
		for _, row := range rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(shown(row[i])))
		}
		all += widths[i] + 2
	}
	return heads, widths, all
}

// fold breaks a name at the blank that makes it narrowest; a name of one word stands below.
func fold(name string) (above, below string) {
	below = name
	for i, r := range name {
		wide := func(a, b string) int { return max(utf8.RuneCountInString(a), utf8.RuneCountInString(b)) }
		if r == ' ' && wide(name[:i], name[i+1:]) < wide(above, below) {
			above, below = name[:i], name[i+1:]
		}
	}
	return above, below
}

// shown is a cell for people; what is nothing is left empty, since lines have no grid.
func shown(c table.Cell) string {
	if c.Plain() == "" {
		return ""
	}
	return c.String()
}

// differencePage is what differs between the books, in words.
func (r *result) differencePage(p *page) {
	p.heading("What changes")
	if len(r.differences) == 0 {
		p.line("  Nothing that changes an amount.")
	}
	last := ""
	for i := range r.differences[:min(len(r.differences), mostDifferences)] {
		d := &r.differences[i]
		if of := about(d); of != last {
			p.line("  %s", of)
			last = of
		}
		p.wrapped("  - ", said(d))
	}
	if n := len(r.differences) - mostDifferences; n > 0 {
		p.line("  and %s more, which the report has (-out)", count(int64(n)))
	}
	if r.unpriced > 0 {
		p.wrapped("  ", r.untold())
	}
}

// untold says how many differences are not told.
func (r *result) untold() string {
	return fmt.Sprintf("Not told: %s of names, titles and sources, which change no amount.", counted(int64(r.unpriced), "difference"))
}

// said is a difference in words with its days.
func said(d *change) string {
	if of := days(d.From, d.To); of != "" {
		return of + ": " + d.Text
	}
	return d.Text
}

// next is what to do.
func (r *result) next() []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if r.told {
		add("What does not hold, and every account that is left out, stands on standard error, each with its place and what to do.")
	}
	if r.ownBooks() && r.accounts == "" {
		add("Price your own: -before NOW.yaml -after PROPOSAL.yaml -accounts FILE.csv. The manual, -h, says what the files hold.")
	}
	refused := func(l ratecheck.Left) bool { return l.Side == ratecheck.AfterOnly && l.Code == rates.ErrNoVersion }
	if slices.ContainsFunc(r.impact.Left, refused) {
		add("The book after has no rates on the days of some bills. If its rates begin later than these bills, price them as if their days were so many years later: -later YEARS.")
	}
	if r.coverage == nil {
		add("See what of the book after no worked bill proves, and which bills would: -coverage -suggest NEW.csv.")
	} else if !r.coverage.Complete() {
		add("Work out by hand, from the resolution and not from the book, what the bills that would cover the rest come to; put them into a table, and give it with -golden.")
	}
	if len(r.golden) == 0 && r.coverage == nil {
		add("Prove the book after by bills that somebody has worked out by hand from the resolution: -golden TABLE.csv.")
	}
	if !r.laws {
		add("Try the laws of rates on the book after, such as that more water never costs less: -laws.")
	}
	if r.studies() && r.out == "" {
		add("Write the report for the board: -out %s.", cmp.Or(r.out, "report.html"))
	}
	return all
}
