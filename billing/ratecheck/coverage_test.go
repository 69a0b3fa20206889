package ratecheck_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func check(t testing.TB, engine *rates.Engine, size, period, usage string) ratecheck.Check {
	in := rates.Input{Schedule: "home", Period: civil.MustPeriod(period), Usage: must(metering.VolumeOf(usage, metering.CCF)), Facts: rates.Facts{"meter_size": size}}
	q, err := engine.Price(in)
	if err != nil {
		return ratecheck.Check{Input: in, Refused: rates.ErrNoVersion}
	}
	return ratecheck.Check{Input: in, Total: q.Total}
}

func points(c *ratecheck.Coverage) string {
	var b strings.Builder
	for _, p := range c.Points {
		state := "missing"
		switch {
		case p.Covered:
			state = "covered"
		case len(p.Suggestions) == 0:
			state = "no difference"
		}
		fmt.Fprintf(&b, "%s: %s %s\n", state, p.Kind, p.String())
	}
	return b.String()
}

// What is covered is told point by point; a bill that reaches a point covers it.
func TestCoverage(t *testing.T) {
	engine := home(t, tiers)
	c := ratecheck.Cover(engine, []ratecheck.Check{check(t, engine, "3/4", "[2026-08-01, 2026-09-01)", "7")})
	require.Equal(t, `missing: rule home: the rounding half_up, and not half_even
missing: rule home: the rounding half_up, and not up
missing: rule home: the rounding half_up, and not down
no difference: rule home: the rounding by line, and not by total
no difference: rule home: that the version is picked by each day (split), and not by the first day of the bill
missing: rule home: that the version is picked by each day (split), and not by the last day of the bill
covered: rule home: that the version is picked by each day (split), and not by the day of the bill
no difference: rule home: that the version is picked by each day (split), and not by each day (blended)
missing: rule home: that usage is billed as measured, and not in whole units, the rest carried
missing: rule home: that usage is billed as measured, and not in begun units
missing: fact home: meter size 5/8
covered: fact home: meter size 3/4
missing: fact home: meter size 1
missing: fact home: meter size 1 1/2
missing: date home from 2026-07-01: the first day of the rates, 2026-07-01
missing: number home from 2026-07-01: $21.40 for meter size 5/8 of base
covered: number home from 2026-07-01: $28.75 for meter size 3/4 of base
missing: number home from 2026-07-01: $44.10 for meter size 1 of base
missing: number home from 2026-07-01: $88.00 for meter size 1 1/2 of base
missing: number home from 2026-07-01: 8 of the bound of tier 1 of Water
covered: number home from 2026-07-01: $3.68 of the price of tier 1 of Water
missing: number home from 2026-07-01: $5.65 of the price of tier 2 of Water
`, points(&c))
	covered, of := c.Covered()
	require.Equal(t, []int{4, 19}, []int{covered, of})
	require.False(t, c.Complete())
	require.Len(t, c.Missing(), 15)

	c = ratecheck.Cover(engine, []ratecheck.Check{
		check(t, engine, "3/4", "[2026-08-01, 2026-09-01)", "8.5"), // half a cent: 0.5 units at 5.65
		check(t, engine, "5/8", "[2026-07-01, 2026-08-01)", "10.17"), check(t, engine, "1", "[2026-06-30, 2026-08-01)", "1"), check(t, engine, "1", "[2026-08-01, 2026-09-01)", "0.7"),
		check(t, engine, "1 1/2", "[2026-08-01, 2026-09-01)", "10"),
	})
	require.True(t, c.Complete(), points(&c))
}

// A check that states lines notices what leaves the total as it is.
func TestCoverageByLines(t *testing.T) {
	engine := home(t, "          - {id: a, fixed: 2}\n          - {id: b, computed: \"10 - a\"}\n")
	in := check(t, engine, "1", "[2026-08-01, 2026-09-01)", "1")
	one := func(c ratecheck.Coverage) bool {
		for _, p := range c.Points {
			if strings.HasSuffix(p.Text, "$2.00 of a") {
				return p.Covered
			}
		}
		require.Fail(t, points(&c))
		return false
	}
	require.False(t, one(ratecheck.Cover(engine, []ratecheck.Check{in})))
	in.Lines = []ratecheck.CheckLine{{Charge: "base", Amount: money.Cents(4410)}, {Charge: "a", Amount: money.Cents(200)}, {Charge: "b", Amount: money.Cents(800)}}
	require.Nil(t, in.Run(engine))
	require.True(t, one(ratecheck.Cover(engine, []ratecheck.Check{in})))
}

// Every number of a book is a point, found by reflection apart from the walk that makes them.
func TestEveryNumberIsAPoint(t *testing.T) {
	for _, name := range []string{marina, proposal, "../../examples/price/testdata/two_rates.yaml", "../../adapters/ratefile/testdata/good.yaml",
		"../../adapters/ratefile/testdata/worked/western-mwd.yaml", "../../adapters/ratefile/testdata/worked/sheffield.yaml"} {
		engine := engineOf(t, name)
		numbers := 0
		var count func(v reflect.Value)
		count = func(v reflect.Value) {
			switch value := v.Interface().(type) {
			case rates.Number:
				numbers++
				return
			case rates.Formula:
				numbers += len(formulaNumbers(value.Text))
				return
			}
			switch v.Kind() {
			case reflect.Struct:
				for i := range v.NumField() {
					if f := v.Type().Field(i); f.IsExported() && f.Name != "Facts" {
						count(v.Field(i))
					}
				}
			case reflect.Slice:
				for i := range v.Len() {
					count(v.Index(i))
				}
			case reflect.Interface:
				if !v.IsNil() {
					count(v.Elem())
				}
			}
		}
		for _, s := range engine.Book().Schedules {
			for _, v := range s.Versions {
				count(reflect.ValueOf(v))
			}
		}
		got := 0
		for _, p := range ratecheck.Points(engine) {
			if p.Kind == ratecheck.NumberPoint && !p.Version.IsZero() || p.Kind == ratecheck.NumberPoint && !strings.Contains(p.Text, "days that prices") {
				got++
			}
		}
		require.Equal(t, numbers, got, name)
	}
}

// formulaNumbers are the numbers in a formula, by another way than the one that is tested.
func formulaNumbers(text string) []string {
	var all []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" +-*/(),", r) }) {
		if word[0] >= '0' && word[0] <= '9' || word[0] == '.' {
			all = append(all, word)
		}
	}
	return all
}

// The bills that coverage suggests are not those of a book that is wrong at the point: what they
// come to changes when the point does.
func TestSuggestionsAreBillsThatNotice(t *testing.T) {
	engine := home(t, tiers)
	c := ratecheck.Cover(engine, nil)
	for _, p := range c.Missing() {
		if p.Text != "$5.65 of the price of tier 2 of Water" {
			continue
		}
		book := engine.Book()
		list := book.Schedules[0].Versions[0].Charges[1].Rule.(rates.Tiered).Tiers.(rates.TierList)
		list[1].Price = rates.Num("5.66")
		wrong, err := rates.Compile(book)
		require.NoError(t, err)
		before, err := engine.Price(p.Suggestions[0])
		require.NoError(t, err)
		after, err := wrong.Price(p.Suggestions[0])
		require.NoError(t, err)
		require.NotEqual(t, before.Total, after.Total)
		return
	}
	require.Fail(t, points(&c))
}

// Rows and days beyond what is drawn from a book at first are aimed at, one by one.
func TestCoverageReachesEveryRowAndDay(t *testing.T) {
	var table, versions strings.Builder
	var zones []string
	for zone := range 30 {
		zones = append(zones, fmt.Sprintf("z%d", zone))
		fmt.Fprintf(&table, "                z%d: {5/8: %d.10, 3/4: %d.20, \"1\": %d.30, 1 1/2: %d.40}\n", zone, 10+zone, 20+zone, 30+zone, 40+zone)
	}
	for year := 2000; year < 2020; year++ {
		fmt.Fprintf(&versions, "      - {from: %d-07-01, to: %d-07-01, charges: [{id: base, fixed: %d}]}\n", year, year+1, 10+year%10)
	}
	src := strings.NewReplacer("    versions:\n", "      zone: {type: text, allowed: ["+strings.Join(zones, ", ")+"]}\n    versions:\n"+versions.String(),
		"from: 2026-07-01", "from: 2020-07-01",
		"fixed: {by: meter_size, rows: {5/8: 21.40, 3/4: 28.75, 1: 44.10, 1 1/2: 88.00}}", "fixed:\n              by: [zone, meter_size]\n              rows:\n"+table.String()).Replace(source("proration: not_prorated", tiers))
	c := ratecheck.Cover(engineFrom(t, "large.yaml", src), nil)
	numbers, days := 0, 0
	for _, p := range c.Points {
		switch {
		case p.Kind == ratecheck.NumberPoint:
			numbers++
			require.NotEmpty(t, p.Suggestions, p.String())
		case p.Kind == ratecheck.DatePoint:
			days++
			require.NotEmpty(t, p.Suggestions, p.String())
		}
	}
	require.Equal(t, []int{30*4 + 20 + 3, 21}, []int{numbers, days})
}

// Where no bill can be priced, nothing is covered, and that is said.
func TestCoverageOfWhatCannotBePriced(t *testing.T) {
	book := home(t, tiers).Book()
	v := &book.Schedules[0].Versions[0]
	v.Definitions = append(v.Definitions, rates.Definition{Name: "no", Value: rates.Refuse{Code: "E_NO", What: "no"}})
	v.Charges = append(v.Charges, rates.Charge{ID: "never", Rule: rates.Computed{Amount: rates.Name("no")}})
	engine, err := rates.Compile(book)
	require.NoError(t, err)
	c := ratecheck.Cover(engine, nil)
	require.Equal(t, []string{"home"}, c.Untried)
	require.False(t, c.Complete())
}

// The rules of a charge are points: its season, what it is of, whether it is part of the total, and
// what it is made for.
func TestRulesOfChargesArePoints(t *testing.T) {
	engine := engineOf(t, "../../adapters/ratefile/testdata/good.yaml")
	var texts []string
	for _, p := range ratecheck.Points(engine) {
		if p.Kind == ratecheck.RulePoint && strings.HasPrefix(p.Text, "that ") && !strings.Contains(p.Text, "picked") && !strings.Contains(p.Text, "usage") && !strings.Contains(p.Text, "scale") && !strings.Contains(p.Text, "bills are") {
			texts = append(texts, p.Text)
		}
	}
	require.Equal(t, []string{"that summer is charged in summer alone", "that least is of base too", "that least is of water too", "that budget_share is no part of the total",
		"that line is made for each meter", "that domestic is made for the account"}, texts)
	c := ratecheck.Cover(engine, nil)
	for _, p := range c.Points {
		if p.Text == "that summer is charged in summer alone" {
			require.NotEmpty(t, p.Suggestions)
			return
		}
	}
	require.Fail(t, "no point")
}
