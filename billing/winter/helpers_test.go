package winter_test

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/winter"
	"github.com/headgate-dev/headgate/metering"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func number(text string) exact.Number { return must(exact.ParseNumber(text)) }

func volume(text string) metering.Volume { return must(metering.ParseVolume(text)) }

func stated(text string) policy.OrNone[metering.Volume] {
	return policy.Of(volume(text))
}

func amountOf(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// candidate is a past bill from its first day and before the other, read by a person: "2025-12-01", "2026-01-01", "7000 gal".
func candidate(from, to, use string) winter.Cycle {
	return winter.Cycle{Cycle: metering.Cycle{
		Period: must(civil.NewPeriod(civil.MustDate(from), civil.MustDate(to))), Use: volume(use), Source: metering.Actual,
	}}
}

// months are bills of the calendar months of the winter 2025-26, from December on.
func months(uses ...string) []winter.Cycle {
	from := civil.MustDate("2025-12-01")
	var bills []winter.Cycle
	for _, use := range uses {
		to := must(from.AddMonths(1))
		bills = append(bills, candidate(from.String(), to.String(), use))
		from = to
	}
	return bills
}

// longviewWinter is the policy that Longview prints, with what it does not print made up: when it starts, and what is left out.
func longviewWinter() winter.Policy {
	return winter.Policy{
		Title: "Longview winter average", Source: "longviewtexas.gov/3151; parts are made up",
		Months: policy.Is([]time.Month{12, 1, 2}), Counts: winter.ByLastDay, Mean: winter.MeanOfBills, Scale: policy.Is(amountOf("1")),
		LeastDays: policy.Is(1), MostDays: policy.Is(999), DropHighest: policy.Is(0),
		Leaks: winter.LeaveThemOut, Estimates: winter.LeaveThemOut, CustomerReads: winter.CountThem,
		Least: policy.Is(3), RoundTo: policy.Is(volume("1 gal")), Rounding: exact.HalfUp,
		Starts: policy.Is(winter.Day{Month: time.April, Day: 1}), DaysPerMonth: policy.None[exact.Number](), Select: rates.ByPeriodStart,
		Classes: map[string]winter.Class{"residential": {
			Floor: policy.None[metering.Volume](), Cap: policy.None[metering.Volume](), Default: policy.None[metering.Volume](),
		}},
	}
}

// withClass is a policy with its one class changed.
func withClass(p winter.Policy, change func(*winter.Class)) winter.Policy {
	class := p.Classes["residential"]
	change(&class)
	p.Classes = map[string]winter.Class{"residential": class}
	return p
}

// of asks for the average of June 2026.
func winterOf(history ...winter.Cycle) winter.Facts {
	return winter.Facts{Class: "residential", On: civil.MustDate("2026-06-01"), History: history}
}

func codes(list []winter.LeftOut) string {
	var names []string
	for _, out := range list {
		names = append(names, out.Cycle.Period.From.String()+" "+string(out.Code))
	}
	return strings.Join(names, ", ")
}

func june() civil.Period { return civil.MustPeriod("[2026-06-01, 2026-07-01)") }

// priced prices a bill of June by charges, each line rounded half up.
func priced(t require.TestingT, unit metering.Unit, in rates.Input, charges ...rates.Charge) int64 {
	engine, err := rates.Compile(rates.Book{Name: "test", Schedules: []rates.Schedule{{
		ID: "sewer", Unit: unit, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: rates.SplitByDay,
		Usage: rates.ExactUsage, Proration: rates.Proration{Over: rates.NotProrated}, Versions: []rates.Version{{Charges: charges}},
	}}})
	require.NoError(t, err)
	in.Schedule, in.Period = "sewer", june()
	quote, err := engine.Price(in)
	require.NoError(t, err)
	return quote.Total.Cents()
}
