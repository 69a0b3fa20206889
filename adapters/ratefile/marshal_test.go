package ratefile_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A drawer draws books of every kind of rule and value. They need not compile.
type drawer struct{ *rapid.T }

func (d drawer) often(label string) bool { return rapid.IntRange(0, 2).Draw(d.T, label) > 0 }

// text draws texts that YAML may take for something else, and such that it may not.
func (d drawer) text() string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"a", "1", "1.0", "true", "null", "~", "yes", "5/8", "1 1/2", "2018-01-01", "0x1F", "1e3", ".5", "1_000", "- a", "a: b", "a #b", "#", "x,y",
			"[a]", "{a}", "é", "\u2028", "\ufeff", "'", `"`, `\`, " a ", "a\nb", "\x00", "<<", "=", "&a", "*a", "!a", "%a", "@a", "`a", "?", ":", "a:", "https://example.org/a?b=c#d", "...", "---", "1:30", "+1", "-1", "-", "💧", ".inf", "010"}),
		rapid.StringN(1, 12, -1),
	).Draw(d.T, "text")
}

func (d drawer) maybe() string {
	if d.often("left out") {
		return ""
	}
	return d.text()
}

func (d drawer) texts() []string { return draws(d, 1, 3, d.text) }

func draws[T any](d drawer, least, most int, draw func() T) []T {
	n := rapid.IntRange(least, most).Draw(d.T, "how many")
	if n == 0 {
		return nil
	}
	all := make([]T, n)
	for i := range all {
		all[i] = draw()
	}
	return all
}

func (d drawer) number() rates.Number {
	return rates.Num(rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?`).Draw(d.T, "number"))
}

func (d drawer) value(depth int) rates.Value {
	most := 4
	if depth < 3 {
		most = 7
	}
	switch rapid.IntRange(0, most).Draw(d.T, "value") {
	case 0:
		return d.number()
	case 1:
		// Of numbers in formulas not every way of writing is one of the format.
		f := rates.Formula{Text: strings.NewReplacer("0", "o", "1", "l", "2", "z", "3", "e", "4", "a", "5", "s", "6", "b", "7", "t", "8", "B", "9", "g", ".", "").Replace(d.text()), Exact: rapid.Bool().Draw(d.T, "exact")}
		if f.Text == "" {
			f.Text = "x"
		}
		if !f.Exact {
			f.Text = "x + " + f.Text
		}
		return f
	case 2:
		return rates.Text(d.text())
	case 3:
		return rates.Name(d.text())
	case 4:
		return rates.Joined{Names: d.texts(), With: d.maybe()}
	case 5:
		return rates.Tiered{Of: d.optional(depth), Tiers: d.tiers(depth)}
	}
	return d.table(depth)
}

func (d drawer) optional(depth int) rates.Value {
	if d.often("left out") {
		return nil
	}
	return d.value(depth + 1)
}

func (d drawer) tiers(depth int) rates.TierList {
	return draws(d, 1, 3, func() rates.Tier { return rates.Tier{UpTo: d.optional(depth + 1), Price: d.value(depth + 1)} })
}

// table draws tables whose rows of one first key stand together.
func (d drawer) table(depth int) rates.Table {
	t := rates.Table{By: d.texts(), Else: d.optional(depth)}
	var add func(key []string)
	add = func(key []string) {
		if len(key) == len(t.By) {
			t.Rows = append(t.Rows, rates.Row{Key: slices.Clone(key), Value: d.value(depth + 1)})
			return
		}
		for _, k := range distinct(d.texts()) {
			add(append(slices.Clone(key), k))
		}
	}
	add([]string{})
	return t
}

func distinct(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}

func (d drawer) rule() rates.Rule {
	of := func(least int) []string { return draws(d, least, 2, d.text) }
	switch rapid.IntRange(0, 7).Draw(d.T, "rule") {
	case 0:
		return rates.Fixed{Amount: d.value(0)}
	case 1:
		return rates.PerUnit{Of: d.optional(0), Price: d.value(0)}
	case 2:
		return rates.Tiered{Of: d.optional(0), Tiers: d.tiers(0)}
	case 3:
		return rates.Percent{Rate: d.value(0), Of: of(1)}
	case 4:
		return rates.Minimum{Amount: d.value(0), Of: of(1)}
	case 5:
		return rates.Credit{Amount: d.value(0), Cap: d.optional(0), Of: of(0)}
	case 6:
		return rates.Credit{Percent: d.value(0), Cap: d.optional(0), Of: of(1)}
	}
	return rates.Computed{Amount: d.value(0)}
}

func (d drawer) conditions() []rates.Condition {
	var all []rates.Condition
	for _, name := range distinct(draws(d, 0, 2, d.text)) {
		all = append(all, rates.Condition{Fact: name, In: d.texts()})
	}
	return all
}

func (d drawer) source() rates.Citation {
	return rates.Citation{Resolution: d.maybe(), Section: d.maybe(), Address: d.maybe()}
}

func (d drawer) date() civil.Date {
	if d.often("left out") {
		return civil.Date{}
	}
	return must(civil.NewDate(rapid.IntRange(1, 9999).Draw(d.T, "year"), time.Month(rapid.IntRange(1, 12).Draw(d.T, "month")), rapid.IntRange(1, 28).Draw(d.T, "day")))
}

func (d drawer) selects(least rates.Select) rates.Select {
	return rapid.Custom(func(t *rapid.T) rates.Select {
		return rates.Select(rapid.IntRange(int(least), int(rates.BlendByDay)).Draw(t, "select"))
	}).Draw(d.T, "select")
}

func (d drawer) version() rates.Version {
	v := rates.Version{From: d.date(), To: d.date(), Source: d.source()}
	for _, name := range distinct(draws(d, 0, 2, d.text)) {
		v.Definitions = append(v.Definitions, rates.Definition{Name: name, Fact: d.maybe(), Value: d.value(0)})
	}
	v.Charges = draws(d, 1, 3, func() rates.Charge {
		return rates.Charge{ID: d.text(), Text: d.maybe(), Service: d.maybe(), Per: rates.Per(rapid.IntRange(0, 2).Draw(d.T, "per")), Meters: d.conditions(), When: d.conditions(),
			Season: d.maybe(), Memo: rapid.Bool().Draw(d.T, "memo"), Rule: d.rule(), Source: d.source()}
	})
	return v
}

func (d drawer) schedule() rates.Schedule {
	s := rates.Schedule{
		ID: d.text(), Title: d.maybe(), Unit: metering.Unit(rapid.IntRange(1, int(metering.BillingUnit)).Draw(d.T, "unit")),
		Rounding: money.Rounding{Mode: exact.Mode(rapid.IntRange(1, 4).Draw(d.T, "mode")), Place: money.Place(rapid.IntRange(1, 2).Draw(d.T, "place"))},
		Select:   d.selects(1), Usage: rates.UsageRule(rapid.IntRange(1, 3).Draw(d.T, "usage")), Undated: rapid.Bool().Draw(d.T, "undated"),
		Proration: rapid.SampledFrom([]rates.Proration{{Over: rates.NotProrated}, {Over: rates.StatedDays, Days: 30, Fixed: true}, {Over: rates.CycleDays, Tiers: true},
			{Over: rates.MonthDays, Fixed: true, Tiers: true}}).Draw(d.T, "proration"),
	}
	if rapid.Bool().Draw(d.T, "seasons") {
		s.Seasons.Select = d.selects(1)
		s.Seasons.Starts = draws(d, 1, 2, func() rates.SeasonStart {
			return rates.SeasonStart{Name: d.text(), Month: time.Month(rapid.IntRange(1, 12).Draw(d.T, "month")), Day: rapid.IntRange(1, 31).Draw(d.T, "day")}
		})
	}
	for _, name := range distinct(draws(d, 0, 2, d.text)) {
		f := rates.Fact{Name: name, Type: rates.FactType(rapid.IntRange(1, 3).Draw(d.T, "type")), Allowed: draws(d, 0, 2, d.text), Change: d.selects(0)}
		if rapid.Bool().Draw(d.T, "range") {
			f.Range = &rates.Range{Least: d.number(), Most: d.number(), Whole: rapid.Bool().Draw(d.T, "whole")}
		}
		s.Facts = append(s.Facts, f)
	}
	s.Versions = draws(d, 1, 2, d.version)
	return s
}

func (d drawer) changes() []rates.Change {
	return draws(d, 0, 2, func() rates.Change {
		return rates.Change{Fact: d.text(), Value: d.text(), On: civil.MustDate("2018-02-03")}
	})
}

func (d drawer) facts() rates.Facts {
	var facts rates.Facts
	for _, name := range draws(d, 0, 2, d.text) {
		if facts == nil {
			facts = rates.Facts{}
		}
		facts[name] = d.text()
	}
	return facts
}

func (d drawer) usage(unit metering.Unit) metering.Volume {
	if d.often("left out") {
		return metering.Volume{}
	}
	return must(metering.VolumeOf(rapid.StringMatching(`(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?`).Draw(d.T, "usage"), unit))
}

func (d drawer) amount() money.Amount {
	return money.Cents(rapid.Int64().Draw(d.T, "cents"))
}

func (d drawer) check(name string, s *rates.Schedule) ratecheck.Check {
	c := ratecheck.Check{Name: name, Source: d.source(), Input: rates.Input{Schedule: s.ID, BillDate: d.date(), CycleDays: rapid.IntRange(0, 400).Draw(d.T, "cycle"), Facts: d.facts(), Changes: d.changes()}}
	if rapid.Bool().Draw(d.T, "period") {
		c.Input.Period = must(civil.NewPeriod(civil.MustDate("2018-01-01"), civil.MustDate("2018-02-01")))
	}
	if rapid.Bool().Draw(d.T, "meters") {
		c.Input.Meters = draws(d, 1, 2, func() rates.Meter {
			return rates.Meter{ID: d.text(), Usage: d.usage(s.Unit), Carried: must(exact.Parse("0.25")), Facts: d.facts(), Changes: d.changes()}
		})
	} else {
		c.Input.Usage = d.usage(s.Unit)
	}
	if rapid.Bool().Draw(d.T, "refused") {
		c.Refused = rates.ErrMissingFact
		return c
	}
	c.Total = d.amount()
	c.Lines = draws(d, 0, 2, func() ratecheck.CheckLine { return ratecheck.CheckLine{Charge: d.text(), Amount: d.amount()} })
	return c
}

func TestMarshaledBooksParseToThemselves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawer{t}
		book := rates.Book{Name: d.text(), Schedules: draws(d, 1, 2, d.schedule)}
		var checks []ratecheck.Check
		units := map[string]bool{}
		for i := range book.Schedules {
			if s := &book.Schedules[i]; !units[s.ID] {
				units[s.ID] = true
				checks = append(checks, d.check(fmt.Sprintf("check %d", i), s))
			}
		}
		if len(units) < len(book.Schedules) {
			t.Skip("the units of checks are those of the last schedule of a name")
		}
		out, err := ratefile.Marshal(book, checks...)
		require.NoError(t, err)
		f := parsed(t, string(out))
		require.Equal(t, book, placeless(f.Book()), string(out))
		require.Equal(t, checks, f.Checks(), string(out))
		require.Equal(t, string(out), formatted(t, string(out)), "it is in the form")
		requireSameDigest(t, book, f.Book())
	})
}

func TestMarshalOfTheTestBooksIsTheirForm(t *testing.T) {
	for _, name := range books() {
		f := parsed(t, read(name))
		out, err := ratefile.Marshal(f.Book(), f.Checks()...)
		require.NoError(t, err, name)
		requireSame(t, read(name), string(out))
	}
}

func TestWhatTheFormatCannotStateIsRefusedWithItsPath(t *testing.T) {
	one := rates.Num("1")
	book := func(change func(b *rates.Book)) rates.Book {
		b := parsed(t, read("good.yaml")).Book()
		change(&b)
		return b
	}
	charge := func(r rates.Rule) rates.Book {
		return book(func(b *rates.Book) { b.Schedules[0].Versions[0].Charges[0].Rule = r })
	}
	fixed := func(v rates.Value) rates.Book { return charge(rates.Fixed{Amount: v}) }
	row := func(key ...string) rates.Row { return rates.Row{Key: key, Value: one} }
	const at = "schedules[0].versions[0].charges[0]"
	for name, c := range map[string]struct {
		book   rates.Book
		checks []ratecheck.Check
		code   problem.Code
		path   string
	}{
		"a list":                         {book: fixed(rates.List{one}), code: ratefile.ErrShape, path: at + ".fixed"},
		"a refusal":                      {book: fixed(rates.Refuse{Code: "E_X"}), code: ratefile.ErrShape, path: at + ".fixed"},
		"tier columns":                   {book: charge(rates.Tiered{Tiers: rates.TierColumns{From: one, Prices: one}}), code: ratefile.ErrShape, path: at + ".tiers"},
		"codes":                          {book: book(func(b *rates.Book) { b.Schedules[1].Codes = map[problem.Code]problem.Code{"E_A": "E_B"} }), code: ratefile.ErrUnknownKey, path: "schedules[1].codes"},
		"no rule":                        {book: charge(nil), code: ratefile.ErrMissing, path: at},
		"no value":                       {book: fixed(nil), code: ratefile.ErrMissing, path: at + ".fixed"},
		"an empty text":                  {book: fixed(rates.Text("")), code: ratefile.ErrText, path: at + ".fixed.text"},
		"an empty name of a book":        {book: book(func(b *rates.Book) { b.Name = "" }), code: ratefile.ErrMissing, path: "name"},
		"a text that is not UTF-8":       {book: book(func(b *rates.Book) { b.Schedules[0].Title = "\xff" }), code: ratefile.ErrText, path: "schedules[0].title"},
		"a name that is not UTF-8":       {book: fixed(rates.Table{By: []string{"a"}, Rows: []rates.Row{row("\xff")}}), code: ratefile.ErrText, path: at + ".fixed.rows.\xff"},
		"a formula without names":        {book: fixed(rates.Formula{Text: "10-12"}), code: ratefile.ErrNumber, path: at + ".fixed"},
		"a formula that is a number":     {book: fixed(rates.Formula{Text: "4.90"}), code: ratefile.ErrNumber, path: at + ".fixed"},
		"rows that stand apart":          {book: fixed(rates.Table{By: []string{"a", "b"}, Rows: []rates.Row{row("x", "1"), row("y", "1"), row("x", "2")}}), code: ratefile.ErrShape, path: at + ".fixed.rows.x"},
		"a row twice":                    {book: fixed(rates.Table{By: []string{"a"}, Rows: []rates.Row{row("x"), row("x")}}), code: rates.ErrDuplicate, path: at + ".fixed.rows.x"},
		"a key of another length":        {book: fixed(rates.Table{By: []string{"a"}, Rows: []rates.Row{row("x", "y")}}), code: rates.ErrRule, path: at + ".fixed.rows"},
		"a fact twice":                   {book: book(func(b *rates.Book) { s := &b.Schedules[1]; s.Facts = append(s.Facts, s.Facts[0]) }), code: rates.ErrDuplicate, path: "schedules[1].facts.diameter"},
		"a credit of both kinds":         {book: charge(rates.Credit{Amount: one, Percent: one, Of: []string{"x"}}), code: rates.ErrRule, path: at},
		"a number of a million digits":   {book: fixed(rates.Number(decimal.New(1, 1_000_000))), code: ratefile.ErrNumber, path: at + ".fixed"},
		"a number of 61 digits":          {book: fixed(rates.Num("1e60")), code: ratefile.ErrNumber, path: at + ".fixed"},
		"an unset rounding":              {book: book(func(b *rates.Book) { b.Schedules[1].Rounding.Mode = 0 }), code: ratefile.ErrMissing, path: "schedules[1].rounding.mode"},
		"a proration that is none":       {book: book(func(b *rates.Book) { b.Schedules[1].Proration.Fixed = true }), code: ratefile.ErrChoice, path: "schedules[1].proration.over"},
		"a check in another unit":        {book: book(func(*rates.Book) {}), checks: []ratecheck.Check{{Name: "a", Input: rates.Input{Schedule: "fire", Usage: must(metering.ParseVolume("1 CCF"))}}}, code: metering.ErrUnit, path: "checks[0].usage"},
		"a carried third":                {book: book(func(*rates.Book) {}), checks: []ratecheck.Check{{Name: "a", Input: rates.Input{Schedule: "fire", Carried: must(exact.New(1, 3))}}}, code: ratefile.ErrNumber, path: "checks[0].carried"},
		"a check with total and refusal": {book: book(func(*rates.Book) {}), checks: []ratecheck.Check{{Name: "a", Input: rates.Input{Schedule: "fire"}, Total: money.Cents(1), Refused: "E_A"}}, code: ratefile.ErrShape, path: "checks[0].refused"},
		"a condition that never holds":   {book: book(func(b *rates.Book) { b.Schedules[0].Versions[0].Charges[0].When = []rates.Condition{{Fact: "class"}} }), code: ratefile.ErrMissing, path: at + ".when.class"},
		"a rule that is no value":        {book: charge(&rates.Fixed{Amount: one}), code: ratefile.ErrMissing, path: at},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ratefile.Marshal(c.book, c.checks...)
			var all problem.List
			require.True(t, errors.As(err, &all), "%v", err)
			require.Len(t, all, 1, "%v", all)
			require.Equal(t, c.code, all[0].Code)
			require.Equal(t, c.path, all[0].Path)
			require.NotEmpty(t, all[0].Fix)
		})
	}
}
