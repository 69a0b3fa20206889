package ratecheck_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

const tiers = `
          - id: water
            text: Water
            tiers:
              - {up_to: 8, price: 3.68}
              - {price: 5.65}
`

// Books that are what they should be keep every law.
func TestGoodBooksKeepTheLaws(t *testing.T) {
	for name, engine := range map[string]*rates.Engine{
		"Marina Coast 2018": engineOf(t, marina), "the proposal": engineOf(t, proposal), "two rates": engineOf(t, "../../examples/price/testdata/two_rates.yaml"),
		"tiers":    home(t, tiers),
		"prorated": schedule(t, "proration: {over: stated_days, days: 30, scales: [fixed, tiers]}", tiers),
	} {
		t.Run(name, func(t *testing.T) {
			report := ratecheck.Laws(engine, ratecheck.LawOptions{})
			require.NoError(t, report.Err(), "%v", report.Breaches)
			require.Greater(t, report.Bills, 100)
		})
	}
}

// Each law of the prices is broken by a book that compiles, and told with the smallest bills.
func TestBrokenLawsAreTold(t *testing.T) {
	for _, c := range []struct {
		law           ratecheck.Law
		charges, want string
	}{
		{ratecheck.MoreCostsMore, tiers + `
          - id: help
            text: Help
            computed: -12 * min(max(usage - 20, 0), 3)
`, "home: more_costs_more: 20 CCF costs $118.64, and 20.01 CCF costs $118.58: more for less; look at Help"},
		{ratecheck.BoundsJoin, `
          - id: water
            text: Water
            computed: 3 * usage + 20 * min(1, floor(usage / 10))
`, "around the bound of 10 Water jumps: 0.02 more cost $20.06, where a unit costs $3 below and $3 above"},
		{ratecheck.NeverNegative, tiers + `
          - id: help
            credit: 60
`, "0 CCF comes to -$38.60; limit the credits to the charges that they are of, or to a cap"},
	} {
		t.Run(string(c.law), func(t *testing.T) {
			report := ratecheck.Laws(home(t, c.charges), ratecheck.LawOptions{})
			require.Len(t, report.Breaches, 1, "%v", report.Breaches)
			b := report.Breaches[0]
			require.Equal(t, c.law, b.Law)
			require.Contains(t, b.String(), c.want)
			require.NotEmpty(t, b.Bills)
			require.ErrorIs(t, report.Err(), ratecheck.ErrLaw)
		})
	}
}

// A slip in one row of a table of meter sizes is found without any worked bill.
func TestLargerMetersPayMore(t *testing.T) {
	engine := home(t, tiers)
	book := engine.Book()
	rows := book.Schedules[0].Versions[0].Charges[0].Rule.(rates.Fixed).Amount.(rates.Table).Rows
	rows[2].Value = rates.Num("4410") // a lost point
	wrong, err := rates.Compile(book)
	require.NoError(t, err)
	report := ratecheck.Laws(wrong, ratecheck.LawOptions{})
	require.Len(t, report.Breaches, 1)
	require.Equal(t, `home: larger_pays_more: meter size 1 pays $4,410.00, and 1 1/2 pays $88.00, without usage; look for a slip in base
    home: 2026-07-31 to 2026-08-29, 0 CCF, meter size 1
    home: 2026-07-31 to 2026-08-29, 0 CCF, meter size 1 1/2`, report.Breaches[0].String())
}

// Rates that are right, and that the laws have no word against: what rounds on its way to the
// bill, what is charged for other than usage, persons that are no inches, cents that only rounding
// moves.
func TestNoFalseAlarms(t *testing.T) {
	const scaled = "proration: {over: stated_days, days: 30, scales: [fixed, tiers]}"
	for name, engine := range map[string]*rates.Engine{
		"whole gallons": engineOf(t, "../../adapters/ratefile/testdata/worked/nanaimo.yaml"),
		"every key":     engineOf(t, "../../adapters/ratefile/testdata/good.yaml"),
		"begun units":   home(t, "          - {id: water, computed: 3.10 * ceil(usage)}\n"),
		"winter":        schedule(t, scaled, tiers+"          - {id: sewer, per_unit: 2.10, quantity: \"min(usage, 6)\"}\n"),
		"month days":    schedule(t, "proration: {over: month_days, scales: [fixed, tiers]}", tiers),
		"a cap near a bound, in whole units": engineFrom(t, "whole.yaml", strings.Replace(source("proration: not_prorated", tiers+"          - {id: sewer, per_unit: 2.10, quantity: \"min(usage, 9)\"}\n"),
			"usage: exact", "usage: next_whole_unit", 1)),
		"down by line": engineFrom(t, "down.yaml", strings.Replace(source("proration: not_prorated", tiers+"          - {id: tax, percent: 3.3, of: [water]}\n          - {id: less, credit_percent: 1.7, of: [water]}\n"),
			"mode: half_up", "mode: down", 1)),
		"persons": engineFrom(t, "persons.yaml", strings.Replace(source("proration: not_prorated", tiers+"          - {id: help, credit: 3 * household_size, of: [base]}\n"),
			"    versions:", "      household_size: {type: number, least: 0, most: 9, whole: true}\n    versions:", 1)),
	} {
		t.Run(name, func(t *testing.T) {
			report := ratecheck.Laws(engine, ratecheck.LawOptions{})
			require.NoError(t, report.Err(), "%v", report.Breaches)
		})
	}
}

// Slips in rates that also have tiers, or sizes written as people write them.
func TestSlipsAreFound(t *testing.T) {
	sizes := func(a, b, c string) string {
		return strings.NewReplacer("[5/8, 3/4, \"1\", 1 1/2]", fmt.Sprintf("[%q, %q, %q]", a, b, c),
			"{5/8: 21.40, 3/4: 28.75, 1: 44.10, 1 1/2: 88.00}", fmt.Sprintf("{%q: 21.40, %q: 2875, %q: 44.10}", a, b, c)).Replace(source("proration: not_prorated", tiers))
	}
	for _, c := range []struct {
		name   string
		law    ratecheck.Law
		engine *rates.Engine
	}{
		{"a cliff at a half unit", ratecheck.MoreCostsMore, home(t, tiers+"          - {id: cliff, computed: \"-12.5 * min(1, floor(usage / 12.5))\"}\n")},
		{"a charge for all at the upper price", ratecheck.BoundsJoin, home(t, tiers+"          - {id: pump, computed: \"usage * (1 + min(1, floor(usage / 20)))\"}\n")},
		{"sizes with lines", ratecheck.LargerPaysMore, engineFrom(t, "x.yaml", sizes("5/8 x 3/4", "3/4", "1"))},
		{"sizes in words", ratecheck.LargerPaysMore, engineFrom(t, "x.yaml", sizes("3/4 in", "1 inch", "1½"))},
		{"sizes by another name", ratecheck.LargerPaysMore, engineFrom(t, "x.yaml", strings.ReplaceAll(sizes("5/8", "3/4", "1"), "meter_size", "meter"))},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := ratecheck.Laws(c.engine, ratecheck.LawOptions{})
			require.Len(t, report.Breaches, 1, "%v", report.Breaches)
			require.Equal(t, c.law, report.Breaches[0].Law)
		})
	}
}

// A bill of one's own is tried at its own usage.
func TestOnesOwnUsageIsTried(t *testing.T) {
	engine := home(t, "          - {id: odd, computed: \"-200 * (floor(min(1, usage / 6.66)) - floor(min(1, usage / 6.67)))\"}\n")
	in := check(t, engine, "1", "[2026-08-01, 2026-09-01)", "6.66").Input
	report := ratecheck.Laws(engine, ratecheck.LawOptions{Bills: []rates.Input{in}})
	require.NotEmpty(t, report.Breaches)
	require.Equal(t, ratecheck.MoreCostsMore, report.Breaches[0].Law)
}

func TestExceptions(t *testing.T) {
	engine := home(t, tiers+`
          - id: help
            credit: 60
`)
	laws := func(e ...ratecheck.Exception) ratecheck.LawReport {
		return ratecheck.Laws(engine, ratecheck.LawOptions{Exceptions: e})
	}
	report := laws(ratecheck.Exception{Law: ratecheck.NeverNegative, Reason: "Resolution 2026-30 pays what is over to the account"})
	require.NoError(t, report.Err())
	require.Len(t, report.Excepted, 1)
	for _, c := range []struct {
		exception ratecheck.Exception
		want      string
	}{
		{ratecheck.Exception{Law: ratecheck.NeverNegative}, "the exception to never_negative gives no reason"},
		{ratecheck.Exception{Law: ratecheck.NeverNegative, Schedule: "shop", Reason: "r"}, "is not needed"},
		{ratecheck.Exception{Law: "never", Reason: "r"}, `there is no law "never"; the laws are: lines_sum, more_costs_more`},
		{ratecheck.Exception{Law: ratecheck.MoreCostsMore, Reason: "r"}, "is not needed"},
	} {
		report := laws(c.exception)
		require.Len(t, report.Idle, 1)
		require.ErrorContains(t, report.Err(), c.want)
		require.ErrorIs(t, report.Err(), ratecheck.ErrException)
		require.Len(t, report.Breaches, 1, "nothing is excepted")
	}
}

// Nothing is known of a schedule of which no bill can be priced; with a bill of one's own it is
// tried.
func TestUntriedSchedulesAreTold(t *testing.T) {
	book := home(t, tiers).Book()
	s := &book.Schedules[0]
	s.Facts = append(s.Facts, rates.Fact{Name: "code", Type: rates.TextFact})
	s.Versions[0].Charges = append(s.Versions[0].Charges, rates.Charge{ID: "more", Rule: rates.Fixed{Amount: rates.Table{By: []string{"code"}, Rows: []rates.Row{
		{Key: []string{"a"}, Value: rates.Num("1")}}}}})
	s.Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Formula{Text: "code2", Exact: true}}
	s.Facts = append(s.Facts, rates.Fact{Name: "code2", Type: rates.NumberFact, Range: &rates.Range{Least: rates.Num("0"), Most: rates.Num("1")}})
	s.Versions[0].Definitions = append(s.Versions[0].Definitions, rates.Definition{Name: "no", Value: rates.Refuse{Code: "E_NO", What: "no"}})
	s.Versions[0].Charges = append(s.Versions[0].Charges, rates.Charge{ID: "never", Rule: rates.Computed{Amount: rates.Name("no")}})
	engine, err := rates.Compile(book)
	require.NoError(t, err)
	report := ratecheck.Laws(engine, ratecheck.LawOptions{})
	require.Equal(t, []string{"home"}, report.Untried)
	require.ErrorContains(t, report.Err(), "no bill of the schedule could be priced")
}

// Bills of one's own find what the book does not suggest: a code that stands nowhere in it.
func TestLawsOverOnesOwnBills(t *testing.T) {
	engine := home(t, tiers)
	book := engine.Book()
	s := &book.Schedules[0]
	s.Facts = append(s.Facts, rates.Fact{Name: "people", Type: rates.NumberFact})
	s.Versions[0].Charges = append(s.Versions[0].Charges, rates.Charge{ID: "help", Rule: rates.Computed{Amount: rates.Formula{Text: "-100000 * max(0, people - 5000)"}}})
	engine, err := rates.Compile(book)
	require.NoError(t, err)
	report := ratecheck.Laws(engine, ratecheck.LawOptions{})
	require.NoError(t, report.Err())
	in := rates.Input{Schedule: "home", Period: civil.MustPeriod("[2026-08-01, 2026-09-01)"), Facts: rates.Facts{"meter_size": "1", "people": "6000"}}
	report = ratecheck.Laws(engine, ratecheck.LawOptions{Bills: []rates.Input{in}})
	require.Len(t, report.Breaches, 1)
	require.Equal(t, ratecheck.NeverNegative, report.Breaches[0].Law)
	var p *problem.Error
	require.ErrorAs(t, report.Err(), &p)
	require.Equal(t, "home.never_negative", p.Path)
}

func TestLawsAreDeterministic(t *testing.T) {
	one, two := ratecheck.Laws(engineOf(t, marina), ratecheck.LawOptions{}), ratecheck.Laws(engineOf(t, marina), ratecheck.LawOptions{})
	require.Equal(t, one, two)
	require.Len(t, ratecheck.AllLaws(), 11)
}
