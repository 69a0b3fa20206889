package backbill_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/backbill"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/internal/corpus"
)

func backbillMonths(n int) policy.OrNone[backbill.Span] {
	return policy.Of(backbill.Span{Months: n})
}

func backbillDate(text string) civil.Date {
	if text == "" {
		return civil.Date{}
	}
	return civil.MustDate(text)
}

// backbillPlain has limits alone, the same ones where nobody knows when the error began.
func backbillPlain(title string, under, over policy.OrNone[backbill.Span]) backbill.Policy {
	return backbill.Policy{
		Title: title, Source: "rules.md section 6",
		Under:    backbill.Terms{Limit: under, UnknownStart: policy.Is(backbill.UnknownAsKnown())},
		Over:     backbill.Terms{Limit: over, UnknownStart: policy.Is(backbill.UnknownAsKnown())},
		Accuracy: backbill.AccuracyNotAsked, Doubt: backbill.DoubtHasNoEffect, LeastRefund: policy.Is(money.Amount{}),
	}
}

func phoenix() backbill.Policy {
	return backbillPlain("Phoenix code 37-71.1", backbillMonths(36), backbillMonths(36))
}

func coachella() backbill.Policy {
	return backbillPlain("CVWD 3.05.290", backbillMonths(12), backbillMonths(12))
}

func skamania() backbill.Policy {
	return backbillPlain("Skamania PUD", backbillMonths(24), policy.None[backbill.Span]())
}

func millersburg() backbill.Policy {
	p := backbillPlain("Millersburg MMC 10.10.095", backbillMonths(72), backbillMonths(72))
	p.Under.UnknownStart = policy.Is(backbill.UnknownWithin(backbill.Span{Months: 12}))
	return p
}

// dillon corrects the whole interval where it is known, and otherwise 60 days.
func dillon() backbill.Policy {
	none := policy.None[backbill.Span]()
	p := backbillPlain("Dillon SC 4-4-17", none, none)
	p.Under.UnknownStart = policy.Is(backbill.UnknownWithin(backbill.Span{Days: 60}))
	p.Over.UnknownStart = p.Under.UnknownStart
	p.Accuracy, p.Bands = backbill.AccuracyBySize, map[string]backbill.Band{"5/8": band("97", "103")}
	return p
}

func wisconsin() backbill.Policy {
	return backbill.Policy{
		Title: "Wisconsin PSC 185.35", Source: "rules.md section 6; sizes and the least refund are made up",
		Under:    backbill.Terms{Limit: backbillMonths(24), UnknownStart: policy.Is(backbill.UnknownHalfSinceTest())},
		Over:     backbill.Terms{Limit: policy.None[backbill.Span](), UnknownStart: policy.Is(backbill.UnknownHalfSinceTest())},
		Accuracy: backbill.AccuracyBySize,
		Bands: map[string]backbill.Band{
			"5/8": band("97", "102"),
			"6":   band("97", "103"),
		},
		Doubt: backbill.DoubtBars, LeastRefund: policy.Is(money.Cents(5_00)),
	}
}

// band is from one percentage to another.
func band(low, high string) backbill.Band {
	return backbill.Band{Low: policy.Is(decimal.RequireFromString(low)), High: policy.Is(decimal.RequireFromString(high))}
}

// found is an error found on 2026-06-30.
func found(side backbill.Side, start, lastTest string) backbill.Facts {
	return backbill.Facts{
		Side: side, Discovered: civil.MustDate("2026-06-30"), Start: backbillDate(start), StartUnknown: start == "", LastTest: backbillDate(lastTest),
	}
}

// monthsBegun is how many months a period has begun, counted from its first day. The acceptance cases have 5.00 a month: a
// charge of a month is whole, so that a month begun is one. 36 civil months before 2026-06-30 are those from 2023-06-30, each
// of them whole, and 12 those from 2025-06-30. From 2022-01-01 to the discovery are 53 whole months and all of June 2026 but its
// last day, on which the error was found: 54 begun.
func monthsBegun(t require.TestingT, p civil.Period) int64 {
	n := 0
	for ; ; n++ {
		next, err := p.From.AddMonths(n)
		require.NoError(t, err)
		if !next.Before(p.To) {
			return int64(n)
		}
	}
}

func backbillCases() map[string]corpus.Case {
	cents := func(p backbill.Policy, side backbill.Side, period string) func(t testing.TB) int64 {
		return func(t testing.TB) int64 {
			v, err := p.Verdict(found(side, "2022-01-01", ""))
			require.NoError(t, err)
			require.Equal(t, period, v.Period.String())
			return 5_00 * monthsBegun(t, v.Period)
		}
	}
	return map[string]corpus.Case{
		"J-backbill-12":  {Cents: 6000, Find: cents(coachella(), backbill.Underbilled, "[2025-06-30, 2026-06-30)")},
		"J-backbill-cap": {Cents: 18000, Find: cents(phoenix(), backbill.Underbilled, "[2023-06-30, 2026-06-30)")},
		"J-overbill-all": {Cents: 27000, Find: cents(skamania(), backbill.Overbilled, "[2022-01-01, 2026-06-30)")},
	}
}

func TestBackbillCases(t *testing.T) { corpus.Run(t, backbillCases()) }

func TestBackbillCasesAreThoseOfTheCorpus(t *testing.T) {
	cents := corpus.Cents(t, "policy", "cases.csv", "expected_cents", func(row map[string]string) bool {
		return strings.HasPrefix(row["id"], "J-backbill") || strings.HasPrefix(row["id"], "J-overbill")
	})
	corpus.Same(t, cents, backbillCases())
}

// backbillLeft is what a verdict leaves out, in a line.
func backbillLeft(v backbill.Verdict) string {
	text := ""
	for _, out := range v.LeftOut {
		text += out.From.String() + ".." + out.To.String() + " " + string(out.Code) + " "
	}
	return text
}

func TestBackbillVerdict(t *testing.T) {
	meter := func(f backbill.Facts, size, accuracy string) backbill.Facts {
		f.Meter = &backbill.Meter{Size: size, Accuracy: new(must(exact.ParseNumber(accuracy)))}
		return f
	}
	doubted := func(f backbill.Facts) backbill.Facts { f.DoubtIgnored = true; return f }
	until := func(f backbill.Facts, end string) backbill.Facts { f.End = civil.MustDate(end); return f }
	under, over := backbill.Underbilled, backbill.Overbilled
	for _, c := range []struct {
		rule   string
		policy backbill.Policy
		facts  backbill.Facts
		code   backbill.Code
		period string
		left   string
		words  string
	}{
		{"within the limit every wrong day", phoenix(), found(under, "2026-05-01", ""), backbill.Whole, "[2026-05-01, 2026-06-30)", "",
			"what was under-billed from 2026-05-01 to 2026-06-29, 60 days, is billed again; the error was found on 2026-06-30"},
		{"the limit's own first day is in", phoenix(), found(under, "2023-06-30", ""), backbill.Whole, "[2023-06-30, 2026-06-30)", "", ""},
		{"a day more is not", phoenix(), found(under, "2023-06-29", ""), backbill.Limited, "[2023-06-30, 2026-06-30)",
			"2023-06-29..2023-06-30 BeforeLimit ",
			"what was under-billed from 2023-06-30 to 2026-06-29, 1096 days, is billed again; the error was found on 2026-06-30; " +
				"not before 2023-06-30, 36 months before the discovery on 2026-06-30: the limit for what was under-billed"},
		{"what was billed too high has its own limit", skamania(), found(over, "2010-01-01", ""), backbill.Whole, "[2010-01-01, 2026-06-30)", "",
			"what was over-billed from 2010-01-01 to 2026-06-29, 6024 days, is refunded; the error was found on 2026-06-30"},
		{"and what was billed too low the other", skamania(), found(under, "2010-01-01", ""), backbill.Limited, "[2024-06-30, 2026-06-30)",
			"2010-01-01..2024-06-30 BeforeLimit ", ""},
		{"an unknown start has the shorter limit", millersburg(), found(under, "", ""), backbill.Limited, "[2025-06-30, 2026-06-30)",
			"..2020-06-30 BeforeLimit 2020-06-30..2025-06-30 UnknownStart ", ""},
		{"which a known one has not", millersburg(), found(under, "2021-01-01", ""), backbill.Whole, "[2021-01-01, 2026-06-30)", "", ""},
		{"nothing before the last test", millersburg(), found(under, "", "2026-01-10"), backbill.Limited, "[2026-01-10, 2026-06-30)",
			"..2020-06-30 BeforeLimit 2020-06-30..2025-06-30 UnknownStart 2025-06-30..2026-01-10 BeforeTest ",
			"what was under-billed from 2026-01-10 to 2026-06-29, 171 days, is billed again; the error was found on 2026-06-30; " +
				"not before 2020-06-30, 72 months before the discovery on 2026-06-30: the limit for what was under-billed; " +
				"not before 2025-06-30, 12 months before the discovery on 2026-06-30: the limit for what was under-billed since nobody knows when; " +
				"not before 2026-01-10, when the meter was tested and found right"},
		{"a test says nothing of a start that is known", phoenix(), found(under, "2025-01-01", "2026-01-10"), backbill.Whole,
			"[2025-01-01, 2026-06-30)", "", ""},
		{"a limit in days", dillon(), found(over, "", ""), backbill.Limited, "[2026-05-01, 2026-06-30)", "..2026-05-01 UnknownStart ",
			"what was over-billed from 2026-05-01 to 2026-06-29, 60 days, is refunded; the error was found on 2026-06-30; " +
				"not before 2026-05-01, 60 days before the discovery on 2026-06-30: the limit for what was over-billed since nobody knows when"},
		// From 2026-01-01 to the discovery are 180 days.
		{"half the time since the last test", wisconsin(), found(under, "", "2026-01-01"), backbill.Limited, "[2026-04-01, 2026-06-30)",
			"..2024-06-30 BeforeLimit 2024-06-30..2026-01-01 BeforeTest 2026-01-01..2026-04-01 UnknownStart ",
			"what was under-billed from 2026-04-01 to 2026-06-29, 90 days, is billed again; the error was found on 2026-06-30; " +
				"not before 2024-06-30, 24 months before the discovery on 2026-06-30: the limit for what was under-billed; " +
				"not before 2026-01-01, when the meter was tested and found right; " +
				"not before 2026-04-01, 90 days before the discovery on 2026-06-30: half of 180 days since the test on 2026-01-01"},
		{"the odd day is no part of a back-bill", wisconsin(), found(under, "", "2025-12-31"), backbill.Limited, "[2026-04-01, 2026-06-30)",
			"..2024-06-30 BeforeLimit 2024-06-30..2025-12-31 BeforeTest 2025-12-31..2026-04-01 UnknownStart ", ""},
		{"and part of a refund", wisconsin(), found(over, "", "2025-12-31"), backbill.Limited, "[2026-03-31, 2026-06-30)",
			"..2025-12-31 BeforeTest 2025-12-31..2026-03-31 UnknownStart ", ""},
		{"the limit holds for half of a long time too", wisconsin(), found(under, "", "2016-06-30"), backbill.Limited, "[2024-06-30, 2026-06-30)",
			"..2016-06-30 BeforeTest 2016-06-30..2021-06-30 UnknownStart 2021-06-30..2024-06-30 BeforeLimit ", ""},
		{"an end before the discovery", phoenix(), until(found(under, "2026-05-01", ""), "2026-06-01"), backbill.Whole,
			"[2026-05-01, 2026-06-01)", "", ""},
		{"an end before the limit", coachella(), until(found(under, "2020-01-01", ""), "2025-06-30"), backbill.Nothing, "",
			"2020-01-01..2025-06-30 BeforeLimit ",
			"nothing that was under-billed is billed again; the error was found on 2026-06-30; " +
				"not before 2025-06-30, 12 months before the discovery on 2026-06-30: the limit for what was under-billed"},
		{"found on its first day", phoenix(), found(under, "2026-06-30", ""), backbill.Nothing, "", "",
			"nothing that was under-billed is billed again; the error was found on 2026-06-30"},
		{"a meter at the low end is right", wisconsin(), meter(found(under, "2026-01-01", ""), "5/8", "97"), backbill.Nothing, "",
			"2026-01-01..2026-06-30 WithinBand ",
			"nothing that was under-billed is billed again; the error was found on 2026-06-30; " +
				"the 5/8 meter shows 97%, and from 97% to 102% it is right"},
		{"one below it is wrong", wisconsin(), meter(found(under, "2026-01-01", ""), "5/8", "96.99"), backbill.Whole,
			"[2026-01-01, 2026-06-30)", "", ""},
		{"a meter at the high end is right", wisconsin(), meter(found(over, "2026-01-01", ""), "5/8", "102"), backbill.Nothing, "",
			"2026-01-01..2026-06-30 WithinBand ", ""},
		{"one above it is wrong", wisconsin(), meter(found(over, "2026-01-01", ""), "5/8", "102.01"), backbill.Whole,
			"[2026-01-01, 2026-06-30)", "", ""},
		{"and right, of another size", wisconsin(), meter(found(over, "2026-01-01", ""), "6", "103"), backbill.Nothing, "",
			"2026-01-01..2026-06-30 WithinBand ", ""},
		{"a meter that is right leaves nothing to correct, whoever knows when", wisconsin(), meter(found(over, "", "2026-01-01"), "6", "103"),
			backbill.Nothing, "", "..2026-06-30 WithinBand ", ""},
		{"a dead meter shows nothing, and is wrong", wisconsin(), meter(found(under, "2026-01-01", ""), "5/8", "0"), backbill.Whole,
			"[2026-01-01, 2026-06-30)", "", ""},
		{"where the policy does not ask, every meter is", phoenix(), meter(found(under, "2026-01-01", ""), "", "99"), backbill.Whole,
			"[2026-01-01, 2026-06-30)", "", ""},
		{"no back-bill where the customer's doubt was ignored", wisconsin(), doubted(found(under, "2026-01-01", "")), backbill.Nothing, "",
			"2026-01-01..2026-06-30 Doubted ",
			"nothing that was under-billed is billed again; the error was found on 2026-06-30; " +
				"the customer doubted the meter and was ignored: there is no back-bill"},
		{"a refund there is", wisconsin(), doubted(found(over, "2026-01-01", "")), backbill.Whole, "[2026-01-01, 2026-06-30)", "", ""},
		{"and a back-bill where the policy does not ask", phoenix(), doubted(found(under, "2026-01-01", "")), backbill.Whole,
			"[2026-01-01, 2026-06-30)", "", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			v, err := c.policy.Verdict(c.facts)
			require.NoError(t, err)
			require.Equal(t, c.code, v.Code)
			require.Equal(t, c.period, v.Period.String())
			require.Equal(t, c.left, backbillLeft(v))
			require.NotContains(t, v.Words, "{")
			if c.words != "" {
				require.Equal(t, c.words, v.Words)
			}
		})
	}
}

func TestBackbillRefusesADayBeyondTheLimit(t *testing.T) {
	v, err := phoenix().Verdict(found(backbill.Underbilled, "2022-01-01", ""))
	require.NoError(t, err)
	require.NoError(t, v.Allows(v.Period))
	require.NoError(t, v.Allows(civil.MustPeriod("[2024-01-01, 2024-02-01)")))
	err = v.Allows(civil.MustPeriod("[2023-06-29, 2026-06-30)"))
	require.ErrorIs(t, err, backbill.ErrLimit)
	require.ErrorContains(t, err, "[2023-06-29, 2026-06-30) begins before 2023-06-30: what was under-billed from 2023-06-30 to 2026-06-29")
	require.ErrorContains(t, err, "36 months before the discovery on 2026-06-30")
	err = v.Allows(civil.MustPeriod("[2023-06-30, 2026-07-01)"))
	require.ErrorIs(t, err, backbill.ErrLimit)
	require.ErrorContains(t, err, "ends after 2026-06-29: what was")
	require.ErrorIs(t, v.Allows(civil.Period{}), civil.ErrPeriod)

	ignored := found(backbill.Underbilled, "2022-01-01", "")
	ignored.DoubtIgnored = true
	v, err = wisconsin().Verdict(ignored)
	require.NoError(t, err)
	err = v.Allows(civil.MustPeriod("[2026-06-29, 2026-06-30)"))
	require.ErrorIs(t, err, backbill.ErrLimit)
	require.ErrorContains(t, err, "there is no back-bill; correct nothing")
	require.ErrorIs(t, backbill.Verdict{}.Allows(civil.MustPeriod("[2026-06-29, 2026-06-30)")), backbill.ErrLimit)
}

func TestBackbillFactsThatCannotBeAreRefused(t *testing.T) {
	meter := func(size string, accuracy *exact.Number) *backbill.Meter {
		return &backbill.Meter{Size: size, Accuracy: accuracy}
	}
	for _, c := range []struct {
		path string
		harm func(f *backbill.Facts)
	}{
		{"side", func(f *backbill.Facts) { f.Side = 0 }},
		{"discovered", func(f *backbill.Facts) { f.Discovered = civil.Date{} }},
		{"start", func(f *backbill.Facts) { f.Start = civil.Date{} }},
		{"start", func(f *backbill.Facts) { f.StartUnknown = true }},
		{"start", func(f *backbill.Facts) { f.Start = civil.MustDate("2026-07-01") }},
		{"last_test", func(f *backbill.Facts) { f.LastTest = civil.MustDate("2026-07-01") }},
		{"last_test", func(f *backbill.Facts) { f.Start, f.StartUnknown = civil.Date{}, true }},
		{"end", func(f *backbill.Facts) { f.End = civil.MustDate("2026-07-01") }},
		{"end", func(f *backbill.Facts) { f.End = civil.MustDate("2025-12-31") }},
		{"meter.size", func(f *backbill.Facts) { f.Meter = meter("2", new(must(exact.ParseNumber("90")))) }},
		{"meter.accuracy", func(f *backbill.Facts) { f.Meter = meter("5/8", new(must(exact.ParseNumber("103")))) }},
		{"meter.accuracy", func(f *backbill.Facts) {
			f.Side, f.Meter = backbill.Overbilled, meter("5/8", new(must(exact.ParseNumber("90"))))
		}},
		{"meter.accuracy", func(f *backbill.Facts) { f.Meter = meter("5/8", new(must(exact.ParseNumber("-1")))) }},
		{"meter.accuracy", func(f *backbill.Facts) { f.Meter = meter("5/8", nil) }},
	} {
		t.Run(c.path, func(t *testing.T) {
			f := found(backbill.Underbilled, "2026-01-01", "")
			c.harm(&f)
			_, err := wisconsin().Verdict(f)
			require.ErrorIs(t, err, backbill.ErrFacts)
			require.ErrorContains(t, err, "E_BACKBILL_FACTS: "+c.path+": ")
		})
	}
	t.Run("nothing says how far back", func(t *testing.T) {
		_, err := skamania().Verdict(found(backbill.Overbilled, "", ""))
		require.ErrorIs(t, err, backbill.ErrFacts)
		_, err = skamania().Verdict(found(backbill.Overbilled, "", "2026-01-01"))
		require.NoError(t, err)
	})
	t.Run("a limit beyond the calendar", func(t *testing.T) {
		early := backbill.Facts{Side: backbill.Underbilled, Discovered: civil.MustDate("0002-01-01"), Start: civil.MustDate("0001-01-01")}
		_, err := phoenix().Verdict(early)
		require.ErrorIs(t, err, civil.ErrDate)
	})
}

func TestBackbillLeastRefund(t *testing.T) {
	for _, c := range []struct {
		policy backbill.Policy
		amount int64
		code   backbill.Code
		refund int64
		words  string
	}{
		{wisconsin(), 4_99, backbill.SmallRefund, 0, "$4.99 are not refunded: the least refund is $5.00"},
		{wisconsin(), 5_00, backbill.Refund, 5_00, "$5.00 are refunded, which is not below the least refund, $5.00"},
		{phoenix(), 1, backbill.Refund, 1, "$0.01 are refunded"},
	} {
		r, err := c.policy.Refund(money.Cents(c.amount))
		require.NoError(t, err)
		require.Equal(t, c.code, r.Code)
		require.Equal(t, c.refund, r.Amount.Cents())
		require.Equal(t, c.words, r.Words)
	}
	for _, cents := range []int64{0, -1} {
		_, err := wisconsin().Refund(money.Cents(cents))
		require.ErrorIs(t, err, backbill.ErrFacts)
	}
}

// A month back from a day that the month before does not have begins on that month's last day (ours).
func TestBackbillMonthsBackFromTheLastDayOfAMonth(t *testing.T) {
	p := phoenix()
	p.Under.Limit = backbillMonths(1)
	for discovered, want := range map[string]string{
		"2026-03-31": "[2026-02-28, 2026-03-31)", "2026-03-28": "[2026-02-28, 2026-03-28)", "2024-03-30": "[2024-02-29, 2024-03-30)", "2026-07-31": "[2026-06-30, 2026-07-31)",
	} {
		f := found(backbill.Underbilled, "2022-01-01", "")
		f.Discovered = civil.MustDate(discovered)
		v, err := p.Verdict(f)
		require.NoError(t, err)
		require.Equal(t, want, v.Period.String())
	}
}
