package leak_test

import (
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/leak"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func n(text string) exact.Number { return must(exact.ParseNumber(text)) }

func at(text string) policy.OrNone[exact.Number] { return policy.Of(n(text)) }

func off() policy.OrNone[exact.Number] { return policy.None[exact.Number]() }

func is(text string) policy.Value[exact.Number] { return policy.Is(n(text)) }

func fraction(text string) exact.Ratio { return must(exact.Parse(text)) }

func volume(number string, unit metering.Unit) metering.Volume {
	return must(metering.VolumeOf(number, unit))
}

const period = "[2026-06-01, 2026-07-01)"

// schedule is invented: a base of 20.00; water to 10 CCF at 3.00, to 20 at 5.00, to 40 at 7.00, above at 9.00; sewer at
// 2.00 a CCF. Each line is rounded half up.
func schedule(more ...rates.Charge) rates.Schedule {
	return scheduleOf(append([]rates.Charge{
		{ID: "base", Text: "Base charge", Service: "water", Rule: rates.Fixed{Amount: rates.Num("20.00")}},
		tiered("10", "3.00", "20", "5.00", "40", "7.00", "9.00"),
	}, more...)...)
}

func scheduleOf(charges ...rates.Charge) rates.Schedule {
	return rates.Schedule{
		ID: "s", Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: rates.SplitByDay,
		Usage: rates.ExactUsage, Proration: rates.Proration{Over: rates.NotProrated}, Versions: []rates.Version{{Charges: charges}},
	}
}

func tiered(numbers ...string) rates.Charge {
	var tiers rates.TierList
	for len(numbers) > 1 {
		tiers = append(tiers, rates.Tier{UpTo: rates.Num(numbers[0]), Price: rates.Num(numbers[1])})
		numbers = numbers[2:]
	}
	return rates.Charge{ID: "water", Text: "Water", Service: "water",
		Rule: rates.Tiered{Tiers: append(tiers, rates.Tier{Price: rates.Num(numbers[0])})}}
}

func perUnit(id, service, price string) rates.Charge {
	return rates.Charge{ID: id, Text: id, Service: service, Rule: rates.PerUnit{Price: rates.Num(price)}}
}

func sewer() rates.Charge { return perUnit("sewer", "sewer", "2.00") }

func taxOn(rate string, of ...string) rates.Charge {
	return rates.Charge{ID: "tax", Text: "Tax", Service: "tax", Rule: rates.Percent{Rate: rates.Num(rate), Of: of}}
}

func engine(s rates.Schedule) *rates.Engine {
	return must(rates.Compile(rates.Book{Name: "invented", Schedules: []rates.Schedule{s}}))
}

// billed prices June with so many units.
func billed(t require.TestingT, s rates.Schedule, units string) (*rates.Engine, rates.Quote) {
	engine := engine(s)
	q, err := engine.Price(rates.Input{
		Schedule: s.ID, Period: civil.MustPeriod(period), BillDate: civil.MustDate("2026-07-03"), Usage: volume(units, s.Unit),
	})
	require.NoError(t, err)
	return engine, q
}

// cycles are bills of one month each, the first in the month.
func cycles(unit metering.Unit, bills ...string) []metering.Cycle {
	var cycles []metering.Cycle
	for i := 0; i < len(bills); i += 2 {
		from := civil.MustDate(bills[i])
		cycles = append(cycles, metering.Cycle{
			Period: must(civil.NewPeriod(from, must(from.AddMonths(1)))), Use: volume(bills[i+1], unit), Source: metering.Actual,
		})
	}
	return cycles
}

// known is a leak that was found and repaired in June, of an account that is current and has had the service since 2020.
func known(kind leak.BaselineKind, bills ...string) leak.Facts {
	return leak.Facts{
		Leak: "wo-118", Asked: civil.MustDate("2026-07-20"), Found: civil.MustDate("2026-06-20"), Repaired: civil.MustDate("2026-06-24"),
		Proof: leak.Yes, Current: leak.Yes, OffSewer: leak.Yes, Service: civil.MustDate("2020-01-01"),
		Baselines: []leak.Baseline{{Kind: kind, Cycles: cycles(metering.CCF, bills...)}},
	}
}

// anyone is an eligibility that asks for nothing.
func anyone() leak.Eligibility {
	return leak.Eligibility{
		Test: leak.NoTest, TestMultiple: off(), Repaired: leak.NotRequired, Proof: leak.NotRequired,
		Current: leak.NotRequired, Periods: off(), Frequency: leak.Unlimited, Months: off(),
		Deadline: off(), Since: leak.SinceNone, History: off(),
	}
}

// part is a part with a fixed share, whose units are not rounded.
func part(service, share string, price leak.Price) leak.Part {
	part := leak.Part{
		Name: service, Of: []string{service}, Share: is(share), ShareIs: leak.ShareFixed, Units: policy.Is(leak.Exact()), Price: price,
		Stated: off(), When: leak.Always,
	}
	if price != leak.AsBilled {
		part.Charge = service
	}
	return part
}

// policyOf is a policy of one part for water, for anyone, with sewer as it was billed.
func policyOf(kind leak.BaselineKind, share string, price leak.Price) leak.Policy {
	p := leak.Policy{
		Title: "a test's own policy", Source: "invented", Eligible: anyone(), Winter: leak.Counted,
		Rule: leak.Rule{
			Baseline: kind, Bills: off(), LeastBills: off(), BaselineUnits: policy.Is(leak.Exact()), Multiple: is("1"),
			Parts: []leak.Part{part("water", share, price)}, Uncredited: []string{"sewer"}, Cap: policy.None[money.Amount](),
		},
	}
	if kind == leak.MeanBills || kind == leak.MeanSamePeriods {
		p.Rule.Bills, p.Rule.LeastBills = at("3"), at("1")
	}
	return p
}

// mean compares with the mean of one bill, of May, with so many units.
func mean(share string, price leak.Price) leak.Policy {
	return policyOf(leak.MeanBills, share, price)
}

func factsOfMay(units string) leak.Facts {
	return known(leak.MeanBills, "2026-05-01", units)
}

// credited credits a bill, and proves what holds of every credit.
func credited(t require.TestingT, p leak.Policy, s rates.Schedule, units string, facts leak.Facts) leak.Credit {
	engine, q := billed(t, s, units)
	credit, err := p.Credit(engine, q, facts)
	require.NoError(t, err)
	holds(t, credit, q)
	return credit
}

// holds is what is true of every credit: it is from zero to the bill, its lines sum to it, and each unit is priced once.
func holds(t require.TestingT, c leak.Credit, q rates.Quote) {
	require.Equal(t, q.Total, c.Before)
	require.GreaterOrEqual(t, c.Credit.Cents(), int64(0))
	require.LessOrEqual(t, c.Credit.Cents(), max(c.Before.Cents(), 0))
	var sum int64
	for _, l := range c.Lines {
		sum += l.Credit.Cents()
		require.Equal(t, l.Credit, must(l.Before.Sub(l.After)))
		require.False(t, l.Credit.IsZero())
	}
	require.Equal(t, c.Credit.Cents(), sum)
	for _, part := range c.Parts {
		for _, units := range []exact.Ratio{part.Normal, part.Rest, part.Excused} {
			require.GreaterOrEqual(t, units.Sign(), 0)
		}
		require.True(t, part.Normal.Add(part.Rest).Add(part.Excused).Equal(c.Usage), "%s: each unit is normal, priced again or excused", part.Part)
	}
}

func codes(c leak.Credit) []leak.Code {
	var codes []leak.Code
	for _, r := range c.Reasons {
		codes = append(codes, r.Code)
	}
	return codes
}

func requireProblem(t require.TestingT, err error, code problem.Code) *problem.Error {
	require.ErrorIs(t, err, code)
	var e *problem.Error
	require.ErrorAs(t, err, &e)
	require.NotEmpty(t, e.What)
	require.NotEmpty(t, e.Fix)
	return e
}
