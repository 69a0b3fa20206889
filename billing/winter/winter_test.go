package winter_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/winter"
	"github.com/headgate-dev/headgate/metering"
)

func TestWinterAverage(t *testing.T) {
	leak := func(b winter.Cycle) winter.Cycle { b.Leak = true; return b }
	from := func(s metering.Source, b winter.Cycle) winter.Cycle { b.Source = s; return b }
	three := months("7000 gal", "6800 gal", "6900 gal")
	for _, c := range []struct {
		rule     string
		policy   func(p *winter.Policy)
		history  []winter.Cycle
		quantity string
		code     winter.Code
		leftOut  string
	}{
		{rule: "the mean of the bills", history: three, quantity: "6900 gal", code: winter.Measured},
		{rule: "the mean of daily use, times the days of a month: 20700 / 90 × 30.42 = 6996.6",
			policy:  func(p *winter.Policy) { daily(p, "30.42") },
			history: three, quantity: "6997 gal", code: winter.Measured},
		{rule: "what the step rounds to, by its mode",
			policy: func(p *winter.Policy) {
				daily(p, "30.42")
				p.RoundTo, p.Rounding = policy.Is(volume("100 gal")), exact.Down
			},
			history: three, quantity: "6900 gal", code: winter.Measured},
		{rule: "a step of part of a unit, in another unit than the bills",
			policy:  func(p *winter.Policy) { p.RoundTo = policy.Is(volume("0.05 kgal")) },
			history: months("7000 gal", "6800 gal", "6925 gal"), quantity: "6.9 kgal", code: winter.Measured},
		{rule: "bills of other months are left out",
			history:  append(slices.Clone(three), candidate("2025-11-01", "2025-12-01", "20000 gal"), candidate("2026-03-01", "2026-04-01", "1 gal")),
			quantity: "6900 gal", code: winter.Measured, leftOut: "2025-11-01 Outside, 2026-03-01 Outside"},
		{rule: "by its last day, a bill that ends with November is no bill of December, and one that ends with February is",
			policy: func(p *winter.Policy) { p.Least = policy.Is(1) },
			history: []winter.Cycle{
				candidate("2025-10-31", "2025-12-01", "10 gal"), candidate("2025-12-01", "2025-12-02", "20 gal"),
				candidate("2026-01-29", "2026-03-01", "30 gal"),
				candidate("2026-03-01", "2026-03-02", "40 gal")},
			quantity: "25 gal", code: winter.Measured, leftOut: "2025-10-31 Outside, 2026-03-01 Outside"},
		// 10 of the first bill's 31 days are December's, and the second's are all: (310 × 10/31 + 620) / (10/31 + 1) = 720 / (41/31).
		{rule: "by days, a bill weighs as the share of its days",
			policy:   func(p *winter.Policy) { p.Counts, p.Least = winter.ByDays, policy.Is(2) },
			history:  []winter.Cycle{candidate("2025-11-10", "2025-12-11", "310 gal"), candidate("2025-12-11", "2026-01-11", "620 gal")},
			quantity: "544 gal", code: winter.Measured},
		// 100 gallons in 10 days and 620 in 31.
		{rule: "by days, the daily use is that of the days in the months",
			policy: func(p *winter.Policy) {
				daily(p, "41")
				p.Counts, p.Least = winter.ByDays, policy.Is(2)
			},
			history:  []winter.Cycle{candidate("2025-11-10", "2025-12-11", "310 gal"), candidate("2025-12-11", "2026-01-11", "620 gal")},
			quantity: "720 gal", code: winter.Measured},
		{rule: "the highest bill is dropped", policy: func(p *winter.Policy) { p.DropHighest, p.Least = policy.Is(1), policy.Is(2) },
			history: three, quantity: "6850 gal", code: winter.Measured, leftOut: "2025-12-01 Highest"},
		{rule: "two are dropped", policy: func(p *winter.Policy) { p.DropHighest, p.Least = policy.Is(2), policy.Is(1) },
			history: three, quantity: "6800 gal", code: winter.Measured, leftOut: "2025-12-01 Highest, 2026-02-01 Highest"},
		{rule: "of equal ones the earlier is dropped", policy: func(p *winter.Policy) { p.DropHighest, p.Least = policy.Is(1), policy.Is(2) },
			history:  months("6000 gal", "7000 gal", "7000 gal"),
			quantity: "6500 gal", code: winter.Measured, leftOut: "2026-01-01 Highest"},
		// 6900 in February's 28 days are more a day than 7000 in December's 31.
		{rule: "of daily use the highest is that of a day",
			policy:  func(p *winter.Policy) { daily(p, "31"); p.DropHighest, p.Least = policy.Is(1), policy.Is(2) },
			history: three, quantity: "6900 gal", code: winter.Measured, leftOut: "2026-02-01 Highest"},
		{rule: "a leak, an estimate and the customer's reading are left out, where the policy says so",
			policy: func(p *winter.Policy) {
				p.Months, p.CustomerReads, p.Least = policy.Is([]time.Month{12, 1, 2, 3}), winter.LeaveThemOut, policy.Is(1)
			},
			history: []winter.Cycle{
				leak(candidate("2025-12-01", "2026-01-01", "90000 gal")), from(metering.Estimated, candidate("2026-01-01", "2026-02-01", "100 gal")),
				from(metering.Customer, candidate("2026-02-01", "2026-03-01", "200 gal")), candidate("2026-03-01", "2026-04-01", "300 gal")},
			quantity: "300 gal", code: winter.Measured,
			leftOut: "2025-12-01 Leak, 2026-01-01 Estimated, 2026-02-01 Customer"},
		{rule: "and count, where it says that",
			policy: func(p *winter.Policy) { p.Leaks, p.Estimates = winter.CountThem, winter.CountThem },
			history: []winter.Cycle{
				leak(candidate("2025-12-01", "2026-01-01", "900 gal")), from(metering.Estimated, candidate("2026-01-01", "2026-02-01", "100 gal")),
				from(metering.Customer, candidate("2026-02-01", "2026-03-01", "200 gal"))},
			quantity: "400 gal", code: winter.Measured},
		{rule: "short and long bills are left out, and the limits themselves count",
			policy: func(p *winter.Policy) { p.LeastDays, p.MostDays, p.Least = policy.Is(25), policy.Is(31), policy.Is(2) },
			history: []winter.Cycle{
				candidate("2025-11-12", "2025-12-06", "999 gal"), candidate("2025-12-06", "2025-12-31", "100 gal"),
				candidate("2025-12-31", "2026-01-31", "200 gal"), candidate("2026-01-31", "2026-03-01", "300 gal")},
			quantity: "200 gal", code: winter.Measured, leftOut: "2025-11-12 ShortPeriod"},
		{rule: "a long one", policy: func(p *winter.Policy) { p.MostDays, p.Least = policy.Is(30), policy.Is(1) },
			history: three, quantity: "6900 gal", code: winter.Measured, leftOut: "2025-12-01 LongPeriod, 2026-01-01 LongPeriod"},
		{rule: "two bimonthly bills make that of two months",
			policy: func(p *winter.Policy) { p.Months, p.Least = policy.Is([]time.Month{11, 12, 1, 2}), policy.Is(2) },
			history: []winter.Cycle{
				candidate("2025-11-01", "2026-01-01", "13000 gal"), candidate("2026-01-01", "2026-03-01", "12000 gal")},
			quantity: "12500 gal", code: winter.Measured},
		{rule: "a mean by the month makes a bimonthly bill by its scale", policy: func(p *winter.Policy) { p.Scale = policy.Is(amountOf("2")) },
			history: three, quantity: "13800 gal", code: winter.Measured},
		{rule: "twice the winter half makes a year",
			policy: func(p *winter.Policy) {
				p.Months, p.Least, p.Scale = policy.Is([]time.Month{10, 11, 12, 1, 2, 3}), policy.Is(1), policy.Is(amountOf("2"))
			},
			history: []winter.Cycle{candidate("2025-10-01", "2026-04-01", "30000 gal")}, quantity: "60000 gal", code: winter.Measured},
		{rule: "a lower average is raised to the floor",
			policy: func(p *winter.Policy) {
				*p = withClass(*p, func(c *winter.Class) { c.Floor = stated("6901 gal") })
			},
			history: three, quantity: "6901 gal", code: winter.Floored},
		{rule: "the floor itself is measured",
			policy: func(p *winter.Policy) {
				*p = withClass(*p, func(c *winter.Class) { c.Floor = stated("6900 gal") })
			},
			history: three, quantity: "6900 gal", code: winter.Measured},
		{rule: "a higher average is lowered to the cap (Corpus Christi)",
			policy: func(p *winter.Policy) {
				*p = withClass(*p, func(c *winter.Class) { c.Cap = stated("25000 gal") })
			},
			history: months("25001 gal", "25001 gal", "25001 gal"), quantity: "25000 gal", code: winter.Capped},
		{rule: "the cap itself is measured",
			policy: func(p *winter.Policy) {
				*p = withClass(*p, func(c *winter.Class) { c.Cap = stated("6900 gal") })
			},
			history: three, quantity: "6900 gal", code: winter.Measured},
		{rule: "too few bills give the default, and none of them counts",
			policy: func(p *winter.Policy) {
				*p = withClass(*p, func(c *winter.Class) { c.Default = stated("4471 gal") })
			},
			history: months("7000 gal", "6800 gal"), quantity: "4471 gal", code: winter.Defaulted,
			leftOut: "2025-12-01 TooFew, 2026-01-01 TooFew"},
		{rule: "so does what is dropped",
			policy: func(p *winter.Policy) {
				p.DropHighest = policy.Is(1)
				*p = withClass(*p, func(c *winter.Class) { c.Default = stated("4471 gal") })
			},
			history: three, quantity: "4471 gal", code: winter.Defaulted,
			leftOut: "2025-12-01 Highest, 2026-01-01 TooFew, 2026-02-01 TooFew"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p := longviewWinter()
			if c.policy != nil {
				c.policy(&p)
			}
			a, err := p.Average(winterOf(c.history...))
			require.NoError(t, err)
			require.Equal(t, c.quantity, a.Quantity.String())
			require.Equal(t, c.code, a.Code)
			require.Equal(t, c.leftOut, codes(a.LeftOut))
			require.NotContains(t, a.Words, "{")
			for _, out := range a.LeftOut {
				require.NotContains(t, out.Words, "{")
			}
		})
	}
}

func daily(p *winter.Policy, month string) {
	p.Mean, p.DaysPerMonth = winter.MeanOfDailyUse, policy.Of(number(month))
}

func TestWinterWordsHaveTheirNumbers(t *testing.T) {
	p := withClass(longviewWinter(), func(c *winter.Class) { c.Cap = stated("13000 gal") })
	p.Scale = policy.Is(amountOf("2"))
	leak := candidate("2026-02-10", "2026-02-28", "90000 gal")
	leak.Leak = true
	history := append(months("7000 gal", "6800 gal"), candidate("2026-02-01", "2026-02-10", "6900 gal"), leak)
	a, err := p.Average(winterOf(history...))
	require.NoError(t, err)
	require.Equal(t, "20700 gal in 3 bills from 2025-12-01 to 2026-02-28 are 6900 gal a bill, times 2: 13800 gal, "+
		"lowered to the cap for residential, 13000 gal", a.Words)
	require.Equal(t, "its 90000 gal were high by a leak", a.LeftOut[0].Words)
	daily(&p, "30.42")
	a, err = p.Average(winterOf(history...))
	require.NoError(t, err)
	// 20700 / 71 × 30.42 = 8868.9296, and twice that 17737.859.
	require.Equal(t, "20700 gal over 71 days from 2025-12-01 to 2026-02-28, times 30.42, are 8868.9296 gal a month, times 2: 17738 gal, "+
		"lowered to the cap for residential, 13000 gal", a.Words)
}

func TestWinterWordsOfABillOutside(t *testing.T) {
	p := withClass(longviewWinter(), func(c *winter.Class) { c.Default = stated("1 gal") })
	for counts, words := range map[winter.Counts]string{
		winter.ByLastDay: "its last day, 2025-11-30, is not from 2025-12-01 to 2026-02-28",
		winter.ByDays:    "none of its days is from 2025-12-01 to 2026-02-28",
	} {
		p.Counts = counts
		a, err := p.Average(winterOf(candidate("2025-11-01", "2025-12-01", "1 gal")))
		require.NoError(t, err)
		require.Equal(t, words, a.LeftOut[0].Words)
	}
}

func TestWinterWithoutHistoryOrDefaultIsRefusedWithItsReasons(t *testing.T) {
	a, err := longviewWinter().Average(winterOf(months("7000 gal", "6800 gal")...))
	require.ErrorIs(t, err, winter.ErrAverage)
	require.ErrorContains(t, err, "2 of the bills from 2025-12-01 to 2026-02-28 count, and 3 are needed: no average, and no default for residential")
	require.Equal(t, winter.NoHistory, a.Code)
	require.Equal(t, metering.Volume{}, a.Quantity)
	require.Equal(t, "2025-12-01 TooFew, 2026-01-01 TooFew", codes(a.LeftOut))
}

func TestWinterHoldsUntilTheNext(t *testing.T) {
	p := withClass(longviewWinter(), func(c *winter.Class) { c.Default = stated("1 gal") })
	for _, c := range []struct{ on, starts, winter, holds string }{
		{"2026-04-01", "04-01", "[2025-12-01, 2026-03-01)", "[2026-04-01, 2027-04-01)"},
		{"2027-03-31", "04-01", "[2025-12-01, 2026-03-01)", "[2026-04-01, 2027-04-01)"},
		{"2026-03-31", "04-01", "[2024-12-01, 2025-03-01)", "[2025-04-01, 2026-04-01)"},
		{"2026-01-15", "03-01", "[2024-12-01, 2025-03-01)", "[2025-03-01, 2026-03-01)"},
		{"2026-03-01", "03-01", "[2025-12-01, 2026-03-01)", "[2026-03-01, 2027-03-01)"},
		// February is not over on its 28th.
		{"2026-02-28", "02-28", "[2024-12-01, 2025-03-01)", "[2026-02-28, 2027-02-28)"},
	} {
		t.Run(c.on+" "+c.starts, func(t *testing.T) {
			var starts winter.Day
			require.NoError(t, starts.UnmarshalText([]byte(c.starts)))
			require.Equal(t, c.starts, starts.String())
			p.Starts = policy.Is(starts)
			a, err := p.Average(winter.Facts{Class: "residential", On: civil.MustDate(c.on)})
			require.NoError(t, err)
			require.Equal(t, c.winter, a.Winter.String())
			require.Equal(t, c.holds, a.Holds.String())
		})
	}
}

func TestWinterPolicyNamesWhatIsNotStated(t *testing.T) {
	err := winter.Policy{}.Check()
	for _, path := range []string{
		"title", "authority", "months", "counts", "mean", "days_per_month", "scale",
		"least_days", "most_days", "leaks", "estimates", "customer_reads", "drop_highest",
		"least", "round_to", "rounding", "starts", "select", "classes",
	} {
		require.Contains(t, err.Error(), "E_NOT_STATED: "+path+": ")
	}
	require.NoError(t, longviewWinter().Check())
	err = withClass(longviewWinter(), func(c *winter.Class) { *c = winter.Class{} }).Check()
	for _, path := range []string{"floor", "cap", "default"} {
		require.ErrorContains(t, err, "E_NOT_STATED: classes.residential."+path+": Longview winter average: it is not stated")
	}
	_, err = winter.Policy{}.Average(winterOf())
	require.ErrorIs(t, err, policy.ErrNotStated)
}

func TestWinterPolicyRefusesWhatContradictsItself(t *testing.T) {
	for _, c := range []struct {
		path string
		harm func(p *winter.Policy)
	}{
		{"months[1]", func(p *winter.Policy) { p.Months = policy.Is([]time.Month{12, 2}) }},
		{"months[0]: Longview winter average: 13 is no month", func(p *winter.Policy) { p.Months = policy.Is([]time.Month{13}) }},
		{"months[2]", func(p *winter.Policy) { p.Months = policy.Is([]time.Month{11, 12, 13}) }},
		{"months", func(p *winter.Policy) { p.Months = policy.Is(make([]time.Month, 13)) }},
		{"days_per_month", func(p *winter.Policy) { p.Mean = winter.MeanOfDailyUse }},
		{"days_per_month", func(p *winter.Policy) { daily(p, "0") }},
		{"days_per_month", func(p *winter.Policy) { daily(p, "30.42"); p.Mean = winter.MeanOfBills }},
		{"scale", func(p *winter.Policy) { p.Scale = policy.Is(amountOf("-1")) }},
		{"scale", func(p *winter.Policy) { p.Scale = policy.Is(decimal.New(1, 2_000_000_000)) }},
		{"least_days", func(p *winter.Policy) { p.LeastDays = policy.Is(-1) }},
		{"drop_highest", func(p *winter.Policy) { p.DropHighest = policy.Is(-1) }},
		{"most_days", func(p *winter.Policy) { p.LeastDays, p.MostDays = policy.Is(30), policy.Is(29) }},
		{"round_to", func(p *winter.Policy) { p.RoundTo = policy.Is(volume("0 gal")) }},
		{"starts", func(p *winter.Policy) { p.Starts = policy.Is(winter.Day{Month: time.February, Day: 29}) }},
		{"select", func(p *winter.Policy) { p.Select = rates.SplitByDay }},
		{"classes.residential.cap", func(p *winter.Policy) {
			*p = withClass(*p, func(c *winter.Class) { c.Cap = stated("1 kgal") })
		}},
		{"classes.residential.floor", func(p *winter.Policy) {
			*p = withClass(*p, func(c *winter.Class) { c.Floor = stated("-1 gal") })
		}},
		{"classes.residential.cap", func(p *winter.Policy) {
			*p = withClass(*p, func(c *winter.Class) { c.Floor, c.Cap = stated("2 gal"), stated("1 gal") })
		}},
		{"classes.residential.cap", func(p *winter.Policy) {
			*p = withClass(*p, func(c *winter.Class) { c.Default, c.Cap = stated("2 gal"), stated("1 gal") })
		}},
		{"classes.residential.default", func(p *winter.Policy) {
			*p = withClass(*p, func(c *winter.Class) { c.Floor, c.Default = stated("2 gal"), stated("1 gal") })
		}},
	} {
		t.Run(c.path, func(t *testing.T) {
			p := longviewWinter()
			c.harm(&p)
			err := p.Check()
			require.ErrorIs(t, err, winter.ErrPolicy)
			require.ErrorContains(t, err, "E_WINTER_POLICY: "+c.path)
		})
	}
	var day winter.Day
	require.ErrorIs(t, day.UnmarshalText([]byte("02-29")), winter.ErrPolicy, "some years lack it")
}

func TestWinterFactsThatCannotBeAreRefused(t *testing.T) {
	good := months("7000 gal", "6800 gal", "6900 gal")
	for _, c := range []struct {
		rule string
		code error
		path string
		harm func(f *winter.Facts)
	}{
		{"a class that is not stated", winter.ErrClass, "class", func(f *winter.Facts) { f.Class = "commercial" }},
		{"no day", winter.ErrHistory, "on", func(f *winter.Facts) { f.On = civil.Date{} }},
		{"a year before the calendar", civil.ErrDate, "", func(f *winter.Facts) { f.On = civil.MustDate("0001-01-01") }},
		{"a cycle without days", winter.ErrHistory, "history[1].period", func(f *winter.Facts) { f.History[1].Period = civil.Period{} }},
		{"a cycle of no days", winter.ErrHistory, "history[1].period", func(f *winter.Facts) {
			f.History[1].Period.To = f.History[1].Period.From
		}},
		{"a use below 0", winter.ErrHistory, "history[1].use", func(f *winter.Facts) { f.History[1].Use = volume("-1 gal") }},
		{"no use", winter.ErrHistory, "history[1].use", func(f *winter.Facts) { f.History[1].Use = metering.Volume{} }},
		{"no source", winter.ErrHistory, "history[1].source", func(f *winter.Facts) { f.History[1].Source = 0 }},
		{"days that are told twice", winter.ErrHistory, "history", func(f *winter.Facts) {
			f.History[1].Period.To = civil.MustDate("2026-02-02")
		}},
		{"a unit that does not convert", metering.ErrUnit, "history[1].use", func(f *winter.Facts) {
			f.History[1].Use = must(metering.NewVolume(number("1"), metering.BillingUnit))
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			f := winterOf(slices.Clone(good)...)
			c.harm(&f)
			_, err := longviewWinter().Average(f)
			require.ErrorIs(t, err, c.code)
			require.ErrorContains(t, err, c.path)
		})
	}
	_, err := longviewWinter().Average(winterOf(good...))
	require.NoError(t, err)
}

func TestWinterHistoryIsNotChanged(t *testing.T) {
	history := months("7000 gal", "6800 gal", "6900 gal")
	slices.Reverse(history)
	before := slices.Clone(history)
	p := longviewWinter()
	p.DropHighest, p.Least = policy.Is(1), policy.Is(1)
	_, err := p.Average(winterOf(history...))
	require.NoError(t, err)
	require.Equal(t, before, history)
}

// A bill over the day on which the average changes is of the one that the policy selects.
func TestWinterAverageOfABillOverItsStart(t *testing.T) {
	over, p := civil.MustPeriod("[2026-03-15, 2026-04-15)"), longviewWinter()
	for _, c := range []struct {
		by    rates.Select
		holds bool
	}{{rates.ByPeriodStart, false}, {rates.ByPeriodEnd, true}} {
		p.Select = c.by
		a, err := p.Average(winterOf(months("7000 gal", "6800 gal", "6900 gal")...))
		require.NoError(t, err)
		require.Equal(t, c.holds, a.HoldsFor(over), strings.ToUpper(c.by.String()))
		require.False(t, a.HoldsFor(civil.Period{}))
		require.False(t, a.HoldsFor(civil.Period{From: civil.MustDate("2026-06-02"), To: civil.MustDate("2026-06-01")}))
		require.True(t, a.HoldsFor(civil.MustPeriod("[2027-03-01, 2027-04-01)")), "its last day is 31 March")
	}
}
