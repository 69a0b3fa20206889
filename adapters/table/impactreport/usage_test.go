package impactreport

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// schedule is one whose only charge is a rule.
func schedule(unit metering.Unit, rule rates.Rule, facts ...rates.Fact) rates.Schedule {
	return rates.Schedule{ID: "flat", Unit: unit, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: rates.SplitByDay,
		Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage, Facts: facts,
		Versions: []rates.Version{{From: civil.MustDate("2026-01-01"), Charges: []rates.Charge{{ID: "charge", Text: "Charge", Rule: rule}}}}}
}

// flat is a schedule of one charge, which is a fact.
func flat(fact string) rates.Schedule {
	return schedule(metering.CCF, rates.Fixed{Amount: rates.Name(fact)}, rates.Fact{Name: fact, Type: rates.NumberFact})
}

func thousand(n int64) thousandths { return thousandths(n * 1000) }

func TestShortUsages(t *testing.T) {
	for n, want := range map[thousandths]thousandths{
		0: 0, 4: 4, 1_234: 1_200, 1_250: 1_300, 4_949: 4_900, 4_999: 5_000, 7_800: thousand(8), 23_499: thousand(23), 99_500: thousand(100),
		127_400: thousand(130), 4_312_000: thousand(4_300),
	} {
		require.Equal(t, want, short(n), "%d", n)
	}
}

// A step is the smallest of 1, 2 or 5 and zeros of which a span has at most so many.
func TestNiceSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span, most := rapid.Int64Range(1, 1<<61).Draw(t, "span"), rapid.Int64Range(2, 24).Draw(t, "most")
		step := nice(span, most)
		require.LessOrEqual(t, (span+step-1)/step, most)
		digit := step
		for digit%10 == 0 {
			digit /= 10
		}
		require.Contains(t, []int64{1, 2, 5}, digit)
		if smaller := map[int64]int64{1: step / 2, 2: step / 2, 5: step / 5 * 2}[digit]; smaller > 0 && step > 1 {
			require.Greater(t, (span+smaller-1)/smaller, most, "a smaller step would do")
		}
	})
}

// Usages that are shown rise, begin at nothing, and reach what 9 of 10 bills do not exceed.
func TestLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := ratecheck.Group{Unit: metering.CCF}
		from := exact.Ratio{}
		for i := range rapid.IntRange(0, 10).Draw(t, "deciles") {
			to := from.Add(thousandths(rapid.Int64Range(0, 50_000).Draw(t, "wide")).ratio())
			bills := rapid.Int64Range(1, 1000).Draw(t, "bills")
			g.Deciles = append(g.Deciles, ratecheck.Band{Number: i + 1, From: from, To: to, Bills: bills})
			g.Bills += bills
			from = to
		}
		u := usagesOf(&g, metering.Gallon)
		require.Equal(t, metering.CCF, u.unit)
		var others []thousandths
		for range rapid.IntRange(0, mostBends).Draw(t, "bends") {
			others = append(others, thousandths(rapid.Int64Range(0, int64(u.most())).Draw(t, "bend")))
		}
		levels := u.levels(others...)
		require.True(t, slices.IsSorted(levels))
		require.Equal(t, levels, slices.Compact(slices.Clone(levels)))
		require.Zero(t, levels[0])
		require.Equal(t, u.most(), levels[len(levels)-1])
		require.GreaterOrEqual(t, u.most(), u.high)
		require.LessOrEqual(t, len(levels), 7+1+mostBends)
		require.LessOrEqual(t, u.low, u.median)
		require.LessOrEqual(t, u.median, u.high)
		for _, n := range append(others, u.median) {
			require.Contains(t, levels, n)
		}
		require.Subset(t, curveUsages(u.most(), levels), levels)
	})
}

func TestUsageOfTenths(t *testing.T) {
	band := func(number int, to, bills int64) ratecheck.Band {
		return ratecheck.Band{Number: number, To: exact.Int(to), Bills: bills}
	}
	even := ratecheck.Group{Bills: 100}
	for i := range 10 {
		even.Deciles = append(even.Deciles, band(i+1, int64(i+1), 10))
	}
	require.Equal(t, thousand(5), usageOf(&even, 5))
	require.Equal(t, thousand(9), usageOf(&even, 9))
	// Most bills have the same usage: they stand in the first tenth.
	same := ratecheck.Group{Bills: 10, Deciles: []ratecheck.Band{band(1, 7, 8), band(9, 8, 1), band(10, 30, 1)}}
	require.Equal(t, thousand(7), usageOf(&same, 5))
	require.Equal(t, thousand(8), usageOf(&same, 9))
	require.Zero(t, usageOf(&ratecheck.Group{}, 5))
	// Half of 15 bills are 8: 7 are fewer.
	odd := ratecheck.Group{Bills: 15, Deciles: []ratecheck.Band{band(1, 3, 7), band(5, 4, 1), band(6, 9, 7)}}
	require.Equal(t, thousand(4), usageOf(&odd, 5))
}

func TestUsagesWithoutBills(t *testing.T) {
	require.Equal(t, thousand(30), func() thousandths { u := usagesOf(nil, metering.CCF); return u.most() }())
	gallons := usagesOf(nil, metering.Gallon)
	require.Equal(t, thousand(25_000), gallons.most())
	require.Equal(t, thousand(30), func() thousandths { u := usagesOf(nil, metering.BillingUnit); return u.most() }())
	require.True(t, gallons.guessed)
}

func TestBendsAreWhereTiersEnd(t *testing.T) {
	number := func(text string) rates.Value { return rates.Number(decimal.RequireFromString(text)) }
	engine, err := rates.Compile(rates.Book{Schedules: []rates.Schedule{schedule(metering.ThousandGallons, rates.Tiered{Tiers: rates.TierList{
		{UpTo: number("3.5"), Price: number("1")}, {UpTo: number("10"), Price: number("2")}, {Price: number("3")},
	}})}})
	require.NoError(t, err)
	in := rates.Input{Schedule: "flat", Period: civil.MustPeriod("[2026-01-01, 2026-02-01)")}
	known := func(unit metering.Unit, most thousandths) []thousandths {
		found, known := bends(engine, in, unit, most)
		require.True(t, known)
		return found
	}
	require.Equal(t, []thousandths{3_500, 10_000}, known(metering.ThousandGallons, thousand(20)))
	require.Equal(t, []thousandths{3_500}, known(metering.ThousandGallons, thousand(10)), "the last is the end")
	require.Equal(t, []thousandths{3_500_000, 10_000_000}, known(metering.Gallon, thousand(20_000)), "in the unit of the curve")
	in.Schedule = "none"
	found, ok := bends(engine, in, metering.Gallon, thousand(20))
	require.Empty(t, found, "what is not priced has no bends")
	require.False(t, ok)
}

// tiered is a book whose tiers, of one unit's width from a first end on, cost more and more.
func tiered(t *testing.T, first, tiers int) *rates.Engine {
	var list rates.TierList
	for i := range tiers {
		list = append(list, rates.Tier{UpTo: rates.Number(decimal.New(int64(first+i), 0)), Price: rates.Number(decimal.New(int64(i+1), 0))})
	}
	list = append(list, rates.Tier{Price: rates.Number(decimal.New(int64(tiers+1), 0))})
	engine, err := rates.Compile(rates.Book{Schedules: []rates.Schedule{schedule(metering.CCF, rates.Tiered{Tiers: list})}})
	require.NoError(t, err)
	return engine
}

// Usages at which a tier of either book ends are in the table, as many as it takes in; where
// there are more, it says so.
func TestTablesHoldTheBendsOfBothBooks(t *testing.T) {
	in := rates.Input{Schedule: "flat", Period: civil.MustPeriod("[2026-01-01, 2026-02-01)")}
	u := usagesOf(nil, metering.CCF) // up to 30
	cardOf := func(before, after *rates.Engine) (card, []string) {
		r := Report{Before: Book{Engine: before}, After: Book{Engine: after}}
		c := r.card(&page{}, &ratecheck.Customer{Label: "A home", Before: in, After: in}, &u)
		var shown []string
		for _, row := range c.Bills.Rows {
			shown = append(shown, row[0].Plain())
		}
		return c, shown
	}
	c, shown := cardOf(tiered(t, 3, 2), tiered(t, 13, 2))
	require.Subset(t, shown, []string{"3 CCF", "4 CCF", "13 CCF", "14 CCF"})
	require.True(t, c.Bends)
	require.Empty(t, c.Bills.Note)

	c, shown = cardOf(tiered(t, 1, 16), tiered(t, 1, 16))
	for i := range thousandths(16) {
		require.Contains(t, shown, usage((i+1)*1000)+" CCF")
	}
	require.True(t, c.Bends)

	c, shown = cardOf(tiered(t, 1, 9), tiered(t, 11, 8))
	require.NotContains(t, shown, "12 CCF")
	require.False(t, c.Bends)
	require.Contains(t, c.Bills.Note, "Tiers end at 17 usages up to the last: too many for the table")
}
