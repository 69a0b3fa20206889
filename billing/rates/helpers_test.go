package rates_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// must is for values that a test states itself.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func day(text string) civil.Date { return civil.MustDate(text) }

// days is the period from the first day and before the last one given.
func days(from, to string) civil.Period { return must(civil.NewPeriod(day(from), day(to))) }

// june is 30 days: 10 of them are a third.
func june() civil.Period { return days("2026-06-01", "2026-07-01") }

func volume(number string, unit metering.Unit) metering.Volume {
	return must(metering.VolumeOf(number, unit))
}

func ccf(number string) metering.Volume { return volume(number, metering.CCF) }

func ratio(number string) exact.Ratio { return must(exact.Parse(number)) }

func part(num, den int64) exact.Ratio { return must(exact.New(num, den)) }

func num(text string) rates.Number { return rates.Num(text) }

func formula(text string) rates.Formula { return rates.Formula{Text: text} }

// fraction is a formula that may give a decimal that does not end.
func fraction(text string) rates.Formula { return rates.Formula{Text: text, Exact: true} }

// table is a table by one name, of keys and numbers in turn.
func table(by string, rows ...string) rates.Table {
	t := rates.Table{By: []string{by}}
	for i := 0; i+1 < len(rows); i += 2 {
		t.Rows = append(t.Rows, rates.Row{Key: []string{rows[i]}, Value: num(rows[i+1])})
	}
	return t
}

// tiers are bounds and prices in turn; the last price stands alone.
func tiers(numbers ...string) rates.TierList {
	var list rates.TierList
	for ; len(numbers) > 1; numbers = numbers[2:] {
		list = append(list, rates.Tier{UpTo: num(numbers[0]), Price: num(numbers[1])})
	}
	return append(list, rates.Tier{Price: num(numbers[0])})
}

func charge(id string, rule rates.Rule) rates.Charge { return rates.Charge{ID: id, Rule: rule} }

func fixed(id, amount string) rates.Charge { return charge(id, rates.Fixed{Amount: num(amount)}) }

func perUnit(id, price string) rates.Charge { return charge(id, rates.PerUnit{Price: num(price)}) }

func tiered(id string, numbers ...string) rates.Charge {
	return charge(id, rates.Tiered{Tiers: tiers(numbers...)})
}

func texts(name string, allowed ...string) rates.Fact {
	return rates.Fact{Name: name, Type: rates.TextFact, Allowed: allowed}
}

func number(name string) rates.Fact { return rates.Fact{Name: name, Type: rates.NumberFact} }

// changing is a fact with a rule for a change inside the period.
func changing(f rates.Fact, rule rates.Select) rates.Fact {
	f.Change = rule
	return f
}

var (
	byLine  = money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}
	atTotal = money.Rounding{Mode: exact.HalfUp, Place: money.AtTotal}
)

// schedule is the plainest one there is: one version without dates, in CCF, each
// line rounded half up.
func schedule(charges ...rates.Charge) rates.Schedule {
	return rates.Schedule{
		ID: "s", Unit: metering.CCF, Rounding: byLine, Select: rates.SplitByDay, Usage: rates.ExactUsage,
		Proration: rates.Proration{Over: rates.NotProrated},
		Versions:  []rates.Version{{Charges: charges}},
	}
}

// from begins a second version, with charges of its own.
func from(s rates.Schedule, on string, charges ...rates.Charge) rates.Schedule {
	versions := append([]rates.Version(nil), s.Versions...)
	versions[len(versions)-1].To = day(on)
	s.Versions = append(versions, rates.Version{From: day(on), Charges: charges})
	return s
}

// define puts a definition into every version.
func define(s rates.Schedule, definitions ...rates.Definition) rates.Schedule {
	versions := append([]rates.Version(nil), s.Versions...)
	for i := range versions {
		versions[i].Definitions = append(versions[i].Definitions[:len(versions[i].Definitions):len(versions[i].Definitions)], definitions...)
	}
	s.Versions = versions
	return s
}

func book(schedules ...rates.Schedule) rates.Book {
	return rates.Book{Name: "test", Schedules: schedules}
}

func compiled(t require.TestingT, schedules ...rates.Schedule) *rates.Engine {
	engine, err := rates.Compile(book(schedules...))
	require.NoError(t, err)
	return engine
}

// input is a bill for June.
func input(usage string, facts rates.Facts) rates.Input {
	return rates.Input{Schedule: "s", Period: june(), Usage: ccf(usage), Facts: facts}
}

// price prices an input, and has it explained: both come to the same.
func price(t require.TestingT, s rates.Schedule, in rates.Input) (rates.Quote, error) {
	engine := compiled(t, s)
	quote, err := engine.Price(in)
	x := engine.Explain(in)
	require.Equal(t, told(quote, err), told(x.Quote, x.Err))
	return quote, err
}

// priced prices an input that must not be refused.
func priced(t require.TestingT, s rates.Schedule, in rates.Input) rates.Quote {
	if in.Schedule == "" {
		in.Schedule = s.ID
	}
	quote, err := price(t, s, in)
	require.NoError(t, err)
	require.Empty(t, quote.Refusals())
	requireSums(t, quote)
	return quote
}

// requireSums is what holds of every quote: its lines sum to its total.
func requireSums(t require.TestingT, q rates.Quote) {
	var cents int64
	var sum exact.Ratio
	for line := range q.Lines() {
		cents += line.Amount().Cents()
		sum = sum.Add(line.Exact())
	}
	require.Equal(t, q.Total.Cents(), cents, "lines sum to the total: %s", printed(lines(q)))
	require.True(t, q.Exact().Equal(sum), "exact lines sum to the exact total")
}

// printed is lines as one text: "base 48.94, water#1 49.00", with the meter as in
// "base@A 48.94".
func printed(lines []rates.Line) string {
	all := make([]string, len(lines))
	for i, line := range lines {
		all[i] = label(line) + " " + dollars(line.Amount())
	}
	return strings.Join(all, ", ")
}

// onDays is printed with the days that each line is for: "base 06-01..06-11 8.20".
func onDays(q rates.Quote) string {
	var all []string
	for line := range q.Lines() {
		days := daysOf(q, line)
		all = append(all, label(line)+" "+days.From.String()[5:]+".."+days.Last().String()[5:]+" "+dollars(line.Amount()))
	}
	return strings.Join(all, ", ")
}

// daysOf are the days that a line is for.
func daysOf(q rates.Quote, line rates.Line) civil.Period {
	if p := line.Period(); !p.IsZero() {
		return p
	}
	return q.Input.Period
}

// unrounded is all that a line says but its cents.
func unrounded(l rates.Line) string {
	return fmt.Sprint(label(l), l.Text(), l.Service(), l.Period(), l.Version(), " ", l.Quantity(), l.Price(), l.Exact(), l.Source())
}

func label(line rates.Line) string {
	text := line.Charge()
	if line.Tier() > 0 {
		text += "#" + strconv.Itoa(line.Tier())
	}
	if line.Meter() != "" {
		text += "@" + line.Meter()
	}
	return text
}

func dollars(a money.Amount) string { return string(must(a.MarshalText())) }

// requireProblem finds the one problem that an error is: with that code, and with
// place, reason and remedy.
func requireProblem(t require.TestingT, err error, code problem.Code) *problem.Error {
	require.ErrorIs(t, err, code)
	var p *problem.Error
	require.True(t, errors.As(err, &p))
	require.Equal(t, code, p.Code, "%v", err)
	require.NotEmpty(t, p.Path, "place of %v", err)
	require.NotEmpty(t, p.Fix, "remedy of %v", err)
	require.True(t, p.What != "" || p.Err != nil, "reason of %v", err)
	return p
}

func name(prefix string, n int) string { return prefix + strconv.Itoa(n) }

func lines(q rates.Quote) []rates.Line { return slices.Collect(q.Lines()) }

func memos(q rates.Quote) []rates.Line { return slices.Collect(q.Memos()) }
