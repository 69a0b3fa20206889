package backbill_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/backbill"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/policy"
)

// backbillLimits draws two limits, the second no shorter; none is the longest.
func backbillLimits(t *rapid.T, label string) (short, long policy.OrNone[backbill.Span]) {
	span := func(n int) policy.OrNone[backbill.Span] { return backbillMonths(n) }
	if rapid.Bool().Draw(t, label+" in days") {
		span = func(n int) policy.OrNone[backbill.Span] {
			return policy.Of(backbill.Span{Days: n})
		}
	}
	n := rapid.IntRange(1, 90).Draw(t, label)
	short, long = span(n), span(n+rapid.IntRange(0, 40).Draw(t, label+" more"))
	if rapid.Bool().Draw(t, label+" none") {
		long = policy.None[backbill.Span]()
	}
	return short, long
}

// backbillErrors draws an error of whatever start, found in these years.
func backbillErrors(t *rapid.T) backbill.Facts {
	f := backbill.Facts{
		Side:       backbill.Side(rapid.IntRange(1, 2).Draw(t, "side")),
		Discovered: must(civil.MustDate("2020-01-01").AddDays(rapid.IntRange(0, 3000).Draw(t, "discovered"))),
	}
	back := func(label string, from civil.Date) civil.Date {
		return must(from.AddDays(-rapid.IntRange(0, 4000).Draw(t, label)))
	}
	if f.StartUnknown = rapid.Bool().Draw(t, "unknown"); f.StartUnknown {
		f.LastTest = back("test", f.Discovered)
	} else {
		f.Start = back("start", f.Discovered)
	}
	if rapid.Bool().Draw(t, "ended") {
		end := f.Discovered
		begun := f.Start
		if f.StartUnknown {
			begun = f.LastTest
		}
		f.End = must(begun.AddDays(rapid.IntRange(0, end.Sub(begun)).Draw(t, "end")))
	}
	f.DoubtIgnored = rapid.Bool().Draw(t, "doubted")
	return f
}

func backbillUnknown(t *rapid.T, limit policy.OrNone[backbill.Span]) policy.Value[backbill.Unknown] {
	span, ok := limit.Value()
	if !ok {
		return policy.Is(backbill.UnknownAsKnown())
	}
	return policy.Is(backbill.UnknownWithin(span))
}

func TestBackbillPeriodLiesWithinTheErrorAndEveryOtherDayHasItsReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := backbillErrors(t)
		p := wisconsin()
		p.Under.Limit, p.Over.Limit = backbillLimits(t, "limit")
		if rapid.Bool().Draw(t, "within") {
			short, _ := backbillLimits(t, "unknown limit")
			p.Under.UnknownStart = backbillUnknown(t, short)
			p.Over.UnknownStart = p.Under.UnknownStart
		}
		v, err := p.Verdict(f)
		require.NoError(t, err)
		end := f.Discovered
		if !f.End.IsZero() {
			end = f.End
		}
		// From the start, or the time before all tests, each day up to the end is left out or corrected, once.
		at := f.Start
		for _, out := range v.LeftOut {
			require.Equal(t, at, out.From)
			require.True(t, out.To.After(at))
			at = out.To
		}
		if v.Period.IsZero() {
			require.Equal(t, end, at)
			require.Equal(t, backbill.Nothing, v.Code)
			return
		}
		require.NoError(t, v.Period.Check())
		require.Positive(t, v.Period.Days())
		require.Equal(t, civil.Period{From: at, To: end}, v.Period)
		require.False(t, v.Period.From.Before(f.Start))
		require.False(t, f.StartUnknown && v.Period.From.Before(f.LastTest))
		require.False(t, v.Period.To.After(f.Discovered))
		require.NoError(t, v.Allows(v.Period))
		early := must(v.Period.From.AddDays(-1))
		require.ErrorIs(t, v.Allows(civil.Period{From: early, To: v.Period.To}), backbill.ErrLimit)
	})
}

func TestBackbillLongerLimitNeverGivesAShorterPeriod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := backbillErrors(t)
		short, long := wisconsin(), wisconsin()
		a, b := backbillLimits(t, "limit")
		short.Under.Limit, short.Over.Limit, long.Under.Limit, long.Over.Limit = a, a, b, b
		a, b = backbillLimits(t, "unknown limit")
		short.Under.UnknownStart, long.Under.UnknownStart = backbillUnknown(t, a), backbillUnknown(t, b)
		short.Over.UnknownStart, long.Over.UnknownStart = short.Under.UnknownStart, long.Under.UnknownStart
		less, err := short.Verdict(f)
		require.NoError(t, err)
		more, err := long.Verdict(f)
		require.NoError(t, err)
		require.GreaterOrEqual(t, more.Period.Days(), less.Period.Days())
		if !less.Period.IsZero() {
			require.False(t, more.Period.From.After(less.Period.From))
		}
	})
}
