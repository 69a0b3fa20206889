package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// What stands in place of a class: rows whose class no book has, and the sum of all.
const (
	noClassName = "(no class)"
	allClasses  = "in all"
)

// report is what a study has found.
type report struct {
	now, next string // names of the books
	found     map[string]impact
	rows      []reportRow // the classes in the order of the books, and all of them at last
	all       impact
	places    *places
}

// reportRow is the figures of a class, ready to be written.
type reportRow struct {
	class             string
	impact            impact
	now, next, change money.Amount
	average           money.Amount // of the changes, rounded half up
	percent           string       // of the total now; empty where that is nothing
	fifth, median     money.Amount // percentiles of the changes
	ninetyFifth       money.Amount
}

// newReport puts what was found in order. The error is a sum that is no amount of money any more.
func newReport(s *study, found map[string]impact) (*report, error) {
	r := &report{now: s.now.Name, next: s.next.Name, found: found, places: newPlaces(s.sources)}
	for _, class := range s.classes {
		i := found[class]
		r.all.merge(i)
		if i.Bills == 0 {
			continue
		}
		if err := r.addRow(class, i); err != nil {
			return nil, err
		}
	}
	r.all.merge(found[""])
	return r, r.addRow(allClasses, r.all)
}

func (r *report) addRow(class string, i impact) error {
	row := reportRow{class: class, impact: i}
	var errs [3]error
	row.now, errs[0] = i.Now.amount()
	row.next, errs[1] = i.Next.amount()
	row.change, errs[2] = row.next.Sub(row.now)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	if i.Bills == 0 {
		r.rows = append(r.rows, row)
		return nil
	}
	average, err := row.change.Ratio().Quo(exact.Int(i.Bills))
	if err != nil {
		return err
	}
	if row.average, err = money.FromRatio(average, exact.HalfUp); err != nil {
		return err
	}
	row.percent = percent(row.change, row.now)
	p := i.Changes.percentiles(5, 50, 95)
	row.fifth, row.median, row.ninetyFifth = money.Cents(p[0]), money.Cents(p[1]), money.Cents(p[2])
	r.rows = append(r.rows, row)
	return nil
}

// percent is a change in percent, rounded half up to one decimal; empty where there was nothing before.
func percent(change, before money.Amount) string {
	share, err := change.Ratio().Quo(before.Ratio().Abs())
	if err != nil {
		return ""
	}
	tenths, ok := share.Mul(exact.Int(1000)).Round(0, exact.HalfUp).Int64()
	if !ok {
		return ""
	}
	text := fmt.Sprintf("%d.%d", tenths/10, max(tenths%10, -tenths%10))
	if tenths < 0 && tenths > -10 {
		text = "-" + text
	}
	return text
}

// write prints the report for people to read.
func (r *report) write(ctx context.Context, w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s priced now by %s and next by %s, in dollars\n\n", counted(r.all.Bills, "bill"), r.now, r.next)
	totals := table{{"class", "bills", "total now", "total next", "change", "%", "average"}}
	moves := table{{"change of a bill", "rise", "fall", "same", "largest fall", "5%", "median", "95%", "largest rise"}}
	largest := table{}
	for _, row := range r.rows {
		i := &row.impact
		totals = append(totals, []string{row.class, grouped(i.Bills), dollars(row.now), dollars(row.next), signed(row.change), plus(row.percent), signed(row.average)})
		moves = append(moves, []string{row.class, grouped(i.Rise), grouped(i.Fall), grouped(i.Same),
			i.MostDown.text(), signed(row.fifth), signed(row.median), signed(row.ninetyFifth), i.MostUp.text()})
		if row.class == allClasses {
			continue
		}
		for _, e := range []struct {
			name string
			of   extreme
		}{{"largest fall", i.MostDown}, {"largest rise", i.MostUp}} {
			if !e.of.none() {
				largest = append(largest, []string{row.class, e.name, e.of.text(), r.places.pos(ctx, e.of.At).String()})
			}
		}
	}
	totals.write(&b, "lrrrrrr")
	b.WriteString("\n")
	moves.write(&b, "lrrrrrrrr")
	if len(largest) > 0 {
		b.WriteString("\n")
		largest.write(&b, "llrl")
	}
	if slices.ContainsFunc(r.rows, func(row reportRow) bool { return row.beyondExact() }) {
		fmt.Fprintf(&b, "\nChanges of %s and more stand under 5%%, median and 95%% with three digits, cut toward zero.\n", money.Cents(exactBelow))
	}
	if r.all.refused() > 0 {
		b.WriteString("\n")
		refused := table{{"refused", "rows", "code"}}
		for _, line := range r.refused() {
			refused = append(refused, []string{line.class, grouped(line.rows), string(line.code)})
		}
		refused.write(&b, "lrl")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// beyondExact reports whether a percentile is cut to three digits.
func (row *reportRow) beyondExact() bool {
	return slices.ContainsFunc([]money.Amount{row.fifth, row.median, row.ninetyFifth}, func(a money.Amount) bool {
		return a.Cents() >= exactBelow || a.Cents() <= -exactBelow
	})
}

// refusedLine is how many rows of a class are refused with a code.
type refusedLine struct {
	class string
	code  problem.Code
	rows  int64
}

// refused are the refused rows by class and code.
func (r *report) refused() []refusedLine {
	var all []refusedLine
	for class, i := range r.found {
		if class == "" {
			class = noClassName
		}
		for code, rows := range i.Refused {
			all = append(all, refusedLine{class, code, rows})
		}
	}
	slices.SortFunc(all, func(a, b refusedLine) int {
		return strings.Compare(a.class+"\x00"+string(a.code), b.class+"\x00"+string(b.code))
	})
	return all
}

// tell prints why the first rows are refused, and what else a reader should know of the accounts.
func (r *report) tell(ctx context.Context, w io.Writer) {
	for _, t := range r.all.Told {
		_, _ = fmt.Fprintln(w, &problem.Error{Code: t.Code, Path: t.Path, Pos: r.places.pos(ctx, t.At), What: t.What, Fix: t.Fix}) // there is nowhere else to say it
	}
	if refused := r.all.refused(); refused > 0 {
		_, _ = fmt.Fprintf(w, "%s of %s refused", grouped(refused), counted(r.all.Rows, "row"))
		if more := refused - int64(len(r.all.Told)); more > 0 {
			_, _ = fmt.Fprintf(w, "; the first %d are told", len(r.all.Told))
		}
		_, _ = fmt.Fprintln(w)
	}
	if r.all.Cut > 0 {
		_, _ = fmt.Fprintf(w, "%s: note: the last line has no line end; if the file was cut off there, its last cell may be too short", r.places.pos(ctx, r.all.FirstCut))
		if more := r.all.Cut - 1; more > 0 {
			_, _ = fmt.Fprintf(w, "; so have %s more", counted(more, "file"))
		}
		_, _ = fmt.Fprintln(w)
	}
}

// writeCSV prints one line for each class, for programs.
func (r *report) writeCSV(ctx context.Context, w io.Writer) error {
	out := csv.NewWriter(w)
	lines := [][]string{{"class", "bills", "now", "next", "change", "percent", "average", "rise", "fall", "same", "largest_fall", "largest_fall_at",
		"p5", "median", "p95", "largest_rise", "largest_rise_at", "refused"}}
	for _, row := range r.rows {
		i := &row.impact
		lines = append(lines, []string{row.class, number(i.Bills), plain(row.now), plain(row.next), plain(row.change), row.percent, plain(row.average),
			number(i.Rise), number(i.Fall), number(i.Same), plain(money.Cents(i.MostDown.Change)), r.at(ctx, i.MostDown),
			plain(row.fifth), plain(row.median), plain(row.ninetyFifth), plain(money.Cents(i.MostUp.Change)), r.at(ctx, i.MostUp), number(i.refused())})
	}
	return out.WriteAll(lines)
}

// at is where a bill stands; empty for none.
func (r *report) at(ctx context.Context, e extreme) string {
	if e.none() {
		return ""
	}
	return r.places.pos(ctx, e.At).String()
}

func (e extreme) text() string {
	if e.none() {
		return "–"
	}
	return signed(money.Cents(e.Change))
}

// dollars is an amount in a column of dollars.
func dollars(a money.Amount) string { return strings.Replace(a.String(), "$", "", 1) }

func signed(a money.Amount) string {
	if a.Sign() > 0 {
		return "+" + dollars(a)
	}
	return dollars(a)
}

// plus puts a sign to a percentage.
func plus(percent string) string {
	switch {
	case percent == "":
		return "–"
	case strings.HasPrefix(percent, "-"), percent == "0.0":
		return percent
	}
	return "+" + percent
}

func plain(a money.Amount) string {
	text, _ := a.MarshalText() // an amount always has a text
	return string(text)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// grouped is a count with commas.
func grouped(n int64) string {
	text := number(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

func counted(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return grouped(n) + " " + what
}

// table is lines of cells.
type table [][]string

// write prints a table; align says of each column whether it stands to the left (l) or to the right (r).
func (t table) write(b *strings.Builder, align string) {
	widths := make([]int, len(align))
	for _, line := range t {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, line := range t {
		var text strings.Builder
		for i, cell := range line {
			gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i > 0 {
				text.WriteString("  ")
			}
			if align[i] == 'l' {
				text.WriteString(cell + gap)
			} else {
				text.WriteString(gap + cell)
			}
		}
		b.WriteString(strings.TrimRight(text.String(), " ") + "\n")
	}
}
