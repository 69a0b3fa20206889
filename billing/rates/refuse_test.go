package rates_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// refused is a bill of a base charge of 9.00 and a charge that cannot be priced.
func refused(c rates.Charge, facts ...rates.Fact) rates.Schedule {
	return withFacts(schedule(fixed("base", "9.00"), c), facts...)
}

func fees(v rates.Value, facts ...rates.Fact) rates.Schedule {
	return refused(charge("fee", rates.Computed{Amount: v}), facts...)
}

// One charge that cannot be priced refuses the bill, says where, why and what to
// do, and leaves the other lines in the quote.
func TestRefusedCharges(t *testing.T) {
	size := texts("meter_size", "5/8", "1")
	units := number("units")
	many := strings.Repeat("9", 64)
	tierLengths := refused(charge("water", rates.Tiered{Tiers: rates.TierColumns{
		From: rates.Table{By: []string{"class"}, Rows: []rates.Row{{Key: []string{"home"}, Value: list(2)}, {Key: []string{"shop"}, Value: list(3)}}}, Prices: list(2)}}), texts("class"))
	changes := fees(table("meter_size", "5/8", "1", "1", "2"), size)
	coded := func(s rates.Schedule, code problem.Code) rates.Schedule {
		s.Codes = map[problem.Code]problem.Code{code: code}
		return s
	}
	for _, c := range []struct {
		name     string
		schedule rates.Schedule
		in       rates.Input
		code     problem.Code
	}{
		{"a missing fact", fees(table("meter_size", "5/8", "1", "1", "2"), size), input("0", nil), rates.ErrMissingFact},
		{"a missing number", fees(formula("units * 2"), units), input("0", nil), rates.ErrMissingFact},
		{"a missing fact of a condition", refused(when(fixed("fee", "1"), "meter_size", "1"), size), input("0", nil), rates.ErrMissingFact},
		{"an unknown meter size", fees(table("meter_size", "5/8", "1", "1", "2"), size), input("0", rates.Facts{"meter_size": "3/4"}), rates.ErrFactValue},
		{"an empty meter size", fees(table("meter_size", "5/8", "1", "1", "2"), size), input("0", rates.Facts{"meter_size": ""}), rates.ErrFactValue},
		{"a meter size in other letters", fees(table("meter_size", "5/8", "1", "1", "2"), size), input("0", rates.Facts{"meter_size": " 1"}), rates.ErrFactValue},
		{"a size without a row", fees(table("meter_size", "5/8", "1"), size), input("0", rates.Facts{"meter_size": "1"}), rates.ErrNoRow},
		{"a number that is a word", fees(formula("units * 2"), units), input("0", rates.Facts{"units": "two"}), rates.ErrNotNumber},
		{"a number that is empty", fees(formula("units * 2"), units), input("0", rates.Facts{"units": ""}), rates.ErrNotNumber},
		{"a number with a comma", fees(formula("units * 2"), units), input("0", rates.Facts{"units": "1,000"}), rates.ErrNotNumber},
		{"a number with an exponent", fees(formula("units * 2"), units), input("0", rates.Facts{"units": "1e3"}), rates.ErrNotNumber},
		{"a number of 65 digits", fees(formula("units * 2"), units), input("0", rates.Facts{"units": many + "9"}), rates.ErrNotNumber},
		{"a fact that changes without a rule", changes, becomes(input("0", rates.Facts{"meter_size": "5/8"}), "meter_size", "1", "2026-06-11"), rates.ErrFactChange},
		{"a quantity below zero", refused(per("fee", "1.00", "usage - 10")), input("9", nil), rates.ErrNegative},
		{"a tiered quantity below zero", refused(charge("fee", rates.Tiered{Of: formula("usage - 10"), Tiers: tiers("1")})), input("9", nil), rates.ErrNegative},
		{"a credit below zero", refused(charge("credit", rates.Credit{Amount: formula("usage - 10")})), input("9", nil), rates.ErrNegative},
		{"a division by a fact that is zero", fees(fraction("100 / units"), units), input("0", rates.Facts{"units": "0.00"}), rates.ErrDivideByZero},
		{"a division by no usage", fees(fraction("100 / usage")), input("0", nil), rates.ErrDivideByZero},
		{"bounds and prices of two lengths", tierLengths, input("9", rates.Facts{"class": "shop"}), rates.ErrTierLength},
		{"a value of more bits than there may be", fees(formula("min(1, units"+strings.Repeat(" * units", 40)+")"), units), input("0", rates.Facts{"units": many}), rates.ErrRange},
		{"an amount beyond what there is", fees(formula("units * 1000"), units), input("0", rates.Facts{"units": "99999999999999999"}), rates.ErrRange},
		{"texts that join to more than there may be", define(fees(table("key", "a", "1"), texts("class")), rates.Definition{Name: "key", Value: rates.Joined{Names: []string{"class", "class"}}}),
			input("0", rates.Facts{"class": strings.Repeat("a", 40_000)}), rates.ErrRange},
		{"a cycle that the book's format finds at run time", coded(define(fees(rates.Name("x")), rates.Definition{Name: "x", Value: rates.Name("y")}, rates.Definition{Name: "y", Value: formula("x + 1")}), rates.ErrCycle), input("0", nil), rates.ErrCycle},
		{"a part that is stated wrongly", fees(rates.Refuse{Code: "E_DAMAGED", What: "damaged", Fix: "mend it"}), input("0", nil), "E_DAMAGED"},
		{"a percentage of a charge that is refused", withFacts(schedule(fixed("base", "9.00"), charge("tax", rates.Percent{Rate: num("8"), Of: []string{"fee"}}), charge("fee", rates.Computed{Amount: rates.Name("units")})), units), input("0", nil), rates.ErrMissingFact},
		{"a text for a key that does not end", define(fees(table("third", "0.3", "1")), rates.Definition{Name: "third", Value: fraction("usage / 3")}), input("1", nil), rates.ErrValueType},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.Schedule = "s"
			quote, err := price(t, c.schedule, c.in)
			p := requireProblem(t, err, c.code)
			require.Equal(t, "base 9.00", printed(lines(quote)))
			require.Zero(t, quote.Total)
			require.True(t, quote.Exact().IsZero())
			require.NotEmpty(t, quote.Refusals())
			require.Same(t, p, quote.Refusals()[0].Err, "the error is the first refusal")
			require.Equal(t, c.in, quote.Input)
		})
	}
}

// An input that cannot be laid out against the schedule has no lines at all.
func TestRefusedInputs(t *testing.T) {
	dated := from(schedule(fixed("base", "9.00")), "2026-06-11", fixed("base", "10.00"))
	dated.Versions[0].From, dated.Versions[1].To = day("2026-01-01"), day("2027-01-01")
	by := func(rule rates.Select) rates.Schedule {
		s := dated
		s.Select = rule
		return s
	}
	seasonal := schedule(fixed("base", "9.00"))
	seasonal.Seasons = rates.Seasons{Select: rates.ByBillDate, Starts: []rates.SeasonStart{{Name: "all", Month: 1, Day: 1}}}
	cycle := schedule(fixed("base", "9.00"))
	cycle.Proration = rates.Proration{Over: rates.CycleDays, Fixed: true}
	undated := fees(rates.Name("units"), number("units"))
	undated.Undated = true
	carries := schedule(perUnit("water", "1.00"))
	carries.Usage = rates.TruncateAndCarry
	at := func(from, to string) rates.Input { return rates.Input{Period: days(from, to)} }
	with := func(in rates.Input, change func(*rates.Input)) rates.Input {
		change(&in)
		return in
	}
	usage := func(v metering.Volume) rates.Input { return rates.Input{Period: june(), Usage: v} }
	carried := func(v exact.Ratio) rates.Input { return rates.Input{Period: june(), Carried: v} }
	plain := schedule(fixed("base", "9.00"), perUnit("water", "1.00"))
	two := func(change func(*rates.Input)) rates.Input {
		return with(rates.Input{Period: june(), Meters: meters("1", "2")}, change)
	}
	for _, c := range []struct {
		name     string
		schedule rates.Schedule
		in       rates.Input
		code     problem.Code
	}{
		{"no such schedule", plain, rates.Input{Schedule: "x", Period: june()}, rates.ErrNoSchedule},
		{"no period", plain, rates.Input{}, rates.ErrNoPeriod},
		{"a period that ends before it begins", plain, rates.Input{Period: civil.Period{From: day("2026-06-11"), To: day("2026-06-01")}}, civil.ErrPeriod},
		{"a period without an end", plain, rates.Input{Period: civil.Period{From: day("2026-06-11")}}, civil.ErrPeriod},
		{"no bill date", by(rates.ByBillDate), at("2026-06-01", "2026-07-01"), rates.ErrNoPeriod},
		{"no bill date for the season", seasonal, at("2026-06-01", "2026-07-01"), rates.ErrNoPeriod},
		{"no days of the cycle", cycle, at("2026-06-01", "2026-07-01"), rates.ErrNoPeriod},
		{"days of the cycle below zero", cycle, with(at("2026-06-01", "2026-07-01"), func(in *rates.Input) { in.CycleDays = -30 }), rates.ErrNoPeriod},
		{"days of the cycle beyond a year", cycle, with(at("2026-06-01", "2026-07-01"), func(in *rates.Input) { in.CycleDays = 367 }), rates.ErrNoPeriod},
		{"changes without a period", undated, rates.Input{Facts: rates.Facts{"units": "1"}, Changes: []rates.Change{{Fact: "units", Value: "2", On: day("2026-06-01")}}}, rates.ErrNoPeriod},
		{"a meter's changes without a period", undated, rates.Input{Meters: []rates.Meter{{ID: "A", Changes: []rates.Change{{Fact: "units", Value: "2", On: day("2026-06-01")}}}}}, rates.ErrNoPeriod},
		{"the first day before every version", dated, at("2025-12-31", "2026-01-31"), rates.ErrNoVersion},
		{"all days before every version", dated, at("2024-01-01", "2024-02-01"), rates.ErrNoVersion},
		{"the last day after every version", dated, at("2026-12-03", "2027-01-02"), rates.ErrNoVersion},
		{"all days after every version", dated, at("2030-01-01", "2030-02-01"), rates.ErrNoVersion},
		{"a blend with a day after every version", by(rates.BlendByDay), at("2026-12-03", "2027-01-02"), rates.ErrNoVersion},
		{"a start before every version", by(rates.ByPeriodStart), at("2025-12-31", "2026-01-31"), rates.ErrNoVersion},
		{"an end after every version", by(rates.ByPeriodEnd), at("2026-12-03", "2027-01-02"), rates.ErrNoVersion},
		{"a bill date after every version", by(rates.ByBillDate), billed(at("2026-06-01", "2026-07-01"), "2027-01-01"), rates.ErrNoVersion},
		{"usage below zero", plain, usage(ccf("-0.001")), rates.ErrUsage},
		{"usage beyond the largest", plain, usage(ccf("1000000000000.00001")), rates.ErrUsage},
		{"usage beyond the largest in other units", plain, usage(volume("999999999999999999", metering.AcreFoot)), rates.ErrUsage},
		{"usage of a unit of no volume", plain, usage(volume("1", metering.BillingUnit)), metering.ErrUnit},
		{"a rest carried below zero", carries, carried(ratio("-0.1")), rates.ErrUsage},
		{"a rest carried of a whole unit", carries, carried(ratio("1")), rates.ErrUsage},
		{"a rest carried where nothing is", plain, carried(ratio("0.5")), rates.ErrUsage},
		{"a meter's usage below zero", plain, two(func(in *rates.Input) { in.Meters[1].Usage = ccf("-1") }), rates.ErrUsage},
		{"two meters of one ID", plain, two(func(in *rates.Input) { in.Meters[1].ID = "A" }), rates.ErrMeters},
		{"usage of the account and of its meters", plain, two(func(in *rates.Input) { in.Usage = ccf("3") }), rates.ErrMeters},
		{"a rest of the account and meters", carries, two(func(in *rates.Input) { in.Carried = ratio("0.5") }), rates.ErrMeters},
		{"two values on one day", sized(rates.SplitByDay), becomes(becomes(input("0", rates.Facts{"meter_size": "small"}), "meter_size", "large", "2026-06-11"), "meter_size", "small", "2026-06-11"), rates.ErrFactChange},
		{"a change on no day", sized(rates.SplitByDay), with(input("0", rates.Facts{"meter_size": "small"}), func(in *rates.Input) {
			in.Changes = []rates.Change{{Fact: "meter_size", Value: "large"}}
		}), rates.ErrFactChange},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.in.Schedule == "" {
				c.in.Schedule = "s"
			}
			quote, err := price(t, c.schedule, c.in)
			requireProblem(t, err, c.code)
			require.Empty(t, lines(quote))
			require.Zero(t, quote.Total)
			require.Equal(t, c.in, quote.Input)
		})
	}
}

// A refusal says what is allowed.
func TestRefusalsNameTheRemedy(t *testing.T) {
	s := fees(table("meter_size", "5/8", "1", "1", "2"), texts("meter_size", "5/8", "1"))
	_, err := price(t, s, input("0", nil))
	require.ErrorContains(t, err, "meter_size is needed and not given; give one of: 5/8, 1")
	_, err = price(t, s, input("0", rates.Facts{"meter_size": "3/4"}))
	require.ErrorContains(t, err, `meter_size is "3/4"; give one of: 5/8, 1`)
	_, err = price(t, s, rates.Input{Schedule: "s", Period: june(), Usage: ccf("-1")})
	require.ErrorContains(t, err, "usage is -1 CCF, below zero")
}

// All refusals are there, in printed order, and the first is the error.
func TestEveryRefusalIsReported(t *testing.T) {
	s := withFacts(schedule(charge("tax", rates.Percent{Rate: num("8"), Of: []string{"c"}}), charge("a", rates.Computed{Amount: rates.Name("x")}), fixed("b", "2.00"), charge("c", rates.Computed{Amount: fraction("1 / y")})), number("x"), number("y"))
	quote, err := price(t, s, input("0", rates.Facts{"y": "0"}))
	require.ErrorIs(t, err, rates.ErrDivideByZero)
	require.Equal(t, "b 2.00", printed(lines(quote)))
	var got []string
	for _, r := range quote.Refusals() {
		var p *problem.Error
		require.True(t, errors.As(r.Err, &p))
		got = append(got, fmt.Sprint(r.Charge, " ", p.Code))
	}
	require.Equal(t, []string{"tax E_DIVIDE_BY_ZERO", "a E_MISSING_FACT", "c E_DIVIDE_BY_ZERO"}, got)
}

// A charge that cannot be priced in one part of the days is refused whole, once.
func TestRefusedInOnePart(t *testing.T) {
	s := from(fees(num("1")), "2026-06-11", fixed("base", "9.00"), charge("fee", rates.Computed{Amount: fraction("1 / usage")}))
	quote, err := price(t, s, input("0", nil))
	require.ErrorIs(t, err, rates.ErrDivideByZero)
	require.Len(t, quote.Refusals(), 1)
	dated := sized(rates.SplitByDay)
	quote, err = price(t, dated, becomes(input("30", nil), "meter_size", "large", "2026-06-11"))
	require.ErrorIs(t, err, rates.ErrMissingFact)
	require.Len(t, quote.Refusals(), 1)
	require.Equal(t, "water 30.00", printed(lines(quote)))
}

// An outside format has its own codes for the engine's refusals; both are found.
func TestCodesOfAnOutsideFormat(t *testing.T) {
	s := fees(rates.Table{By: []string{"size"}, Rows: []rates.Row{{Key: []string{"1"}, Value: num("1")}}, Pos: problem.Pos{File: "f.owrs", Line: 7, Col: 3}}, texts("size"))
	s.Codes = map[problem.Code]problem.Code{rates.ErrNoRow: "E_MAP_KEY"}
	quote, err := price(t, s, input("0", rates.Facts{"size": "2"}))
	p := requireProblem(t, err, "E_MAP_KEY")
	require.ErrorIs(t, err, rates.ErrNoRow)
	require.Equal(t, problem.Pos{File: "f.owrs", Line: 7, Col: 3}, p.Pos)
	require.ErrorIs(t, quote.Refusals()[0].Err, problem.Code("E_MAP_KEY"))
	s.Codes[rates.ErrNoPeriod] = "E_DATES"
	_, err = price(t, s, rates.Input{Schedule: "s"})
	requireProblem(t, err, "E_DATES")
}

// A bill whose lines are amounts, and whose sum is none, is refused.
func TestTotalBeyondAmounts(t *testing.T) {
	for _, place := range []money.Place{money.ByLine, money.AtTotal} {
		t.Run(place.String(), func(t *testing.T) {
			s := schedule(fixed("a", "90000000000000000"), fixed("b", "90000000000000000"))
			s.Rounding.Place = place
			quote, err := price(t, s, input("0", nil))
			requireProblem(t, err, rates.ErrRange)
			require.Zero(t, quote.Total)
			require.True(t, quote.Exact().IsZero())
		})
	}
}

// A quote is explained by the book that made it, and by no other.
func TestExplainUnderAnotherBook(t *testing.T) {
	s := schedule(fixed("base", "9.00"))
	engine := compiled(t, s)
	quote, err := engine.Price(input("0", nil))
	require.NoError(t, err)
	x, err := engine.ExplainQuote(quote)
	require.NoError(t, err)
	require.Equal(t, told(quote, nil), told(x.Quote, nil))
	s.Title = "the next year's"
	_, err = compiled(t, s).ExplainQuote(quote)
	requireProblem(t, err, rates.ErrOtherBook)
}
