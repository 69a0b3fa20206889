package leak_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/leak"
	"github.com/headgate-dev/headgate/metering"
)

func past(which, granted, period string) leak.Past {
	return leak.Past{Leak: which, Granted: civil.MustDate(granted), Period: civil.MustPeriod(period)}
}

// Each rule, at its edge: the last case that passes and the first that does not, with the words that say why.
func TestWhoIsEligible(t *testing.T) {
	t.Parallel()
	may, earlier := "[2026-05-01, 2026-06-01)", "[2023-06-01, 2023-07-01)"
	for _, c := range []struct {
		name  string
		rule  func(*leak.Eligibility)
		facts func(*leak.Facts)
		units string
		code  leak.Code // empty where it is eligible
		words string
	}{
		{name: "at least twice: twice", units: "20", rule: func(e *leak.Eligibility) { e.Test, e.TestMultiple = leak.AtLeast, at("2") }},
		{name: "at least twice: less", units: "19.9", rule: func(e *leak.Eligibility) { e.Test, e.TestMultiple = leak.AtLeast, at("2") },
			code: leak.TestNotMet, words: "19.9 CCF is not at least 2 × 10 = 20 CCF"},
		{name: "more than twice: more", units: "20.1", rule: func(e *leak.Eligibility) { e.Test, e.TestMultiple = leak.Above, at("2") }},
		{name: "more than twice: twice", units: "20", rule: func(e *leak.Eligibility) { e.Test, e.TestMultiple = leak.Above, at("2") },
			code: leak.TestNotMet, words: "20 CCF is not more than 2 × 10 = 20 CCF"},

		{name: "repaired", rule: func(e *leak.Eligibility) { e.Repaired = leak.Required }},
		{name: "not repaired", rule: func(e *leak.Eligibility) { e.Repaired = leak.Required },
			facts: func(f *leak.Facts) { f.Repaired = civil.Date{} }, code: leak.NotRepaired, words: "not repaired"},
		{name: "not repaired, nor required", facts: func(f *leak.Facts) { f.Repaired = civil.Date{} }},
		{name: "proof", rule: func(e *leak.Eligibility) { e.Proof = leak.Required }},
		{name: "no proof", rule: func(e *leak.Eligibility) { e.Proof = leak.Required },
			facts: func(f *leak.Facts) { f.Proof = leak.No }, code: leak.NoProof, words: "no proof"},
		{name: "current", rule: func(e *leak.Eligibility) { e.Current = leak.Required }},
		{name: "not current", rule: func(e *leak.Eligibility) { e.Current = leak.Required },
			facts: func(f *leak.Facts) { f.Current = leak.No }, code: leak.NotCurrent, words: "not current"},

		{name: "second bill of two", rule: func(e *leak.Eligibility) { e.Periods = at("2") },
			facts: func(f *leak.Facts) { f.Past = []leak.Past{past("wo-118", "2026-06-10", may)} }},
		{name: "second bill of one", rule: func(e *leak.Eligibility) { e.Periods = at("1") },
			facts: func(f *leak.Facts) { f.Past = []leak.Past{past("wo-118", "2026-06-10", may)} },
			code:  leak.PeriodsUsed, words: "the leak has 1 credited bills, and 1 is the most"},

		{name: "once ever, the same leak", rule: func(e *leak.Eligibility) { e.Frequency = leak.OnceEver },
			facts: func(f *leak.Facts) { f.Past = []leak.Past{past("wo-118", "2026-06-10", may)} }},
		{name: "once ever, another leak", rule: func(e *leak.Eligibility) { e.Frequency = leak.OnceEver },
			facts: func(f *leak.Facts) { f.Past = []leak.Past{past("wo-7", "2003-07-20", earlier)} },
			code:  leak.TooSoon, words: "leak wo-7 was credited on 2003-07-20, and one leak is credited ever"},
		{name: "once in 36 months, to the day", rule: func(e *leak.Eligibility) { e.Frequency, e.Months = leak.OnceInMonths, at("36") },
			facts: func(f *leak.Facts) { f.Past = []leak.Past{past("wo-7", "2023-07-20", earlier)} }},
		{name: "once in 36 months, a day early", rule: func(e *leak.Eligibility) { e.Frequency, e.Months = leak.OnceInMonths, at("36") },
			facts: func(f *leak.Facts) {
				f.Past = []leak.Past{past("wo-7", "2023-07-21", earlier), past("wo-1", "2019-01-02", "[2018-11-01, 2018-12-01)")}
			},
			code: leak.TooSoon, words: "leak wo-7 was credited on 2023-07-21; " +
				"one leak is credited in 36 months, the next from 2026-07-21 on, and this one was asked for on 2026-07-20"},
		{name: "unlimited", facts: func(f *leak.Facts) { f.Past = []leak.Past{past("wo-7", "2026-07-19", earlier)} }},
		{name: "the days of the bill have a credit", facts: func(f *leak.Facts) {
			f.Past = []leak.Past{past("wo-7", "2026-07-19", "[2026-06-30, 2026-07-31)")}
		}, code: leak.AlreadyCredited, words: "the credit of leak wo-7, granted on 2026-07-19"},

		// The bill is of 3 July, the leak was found on 20 June and repaired on 24 June, and asked for on 20 July.
		{name: "17 days from the bill", rule: func(e *leak.Eligibility) { e.Deadline, e.Since = at("17"), leak.SinceBill }},
		{name: "16 days from the bill", rule: func(e *leak.Eligibility) { e.Deadline, e.Since = at("16"), leak.SinceBill },
			code: leak.TooLate, words: "asked for on 2026-07-20, later than 2026-07-19: 16 days from 2026-07-03 (bill_date)"},
		{name: "20 days from the period", rule: func(e *leak.Eligibility) { e.Deadline, e.Since = at("20"), leak.SincePeriod }},
		{name: "19 days from the period", rule: func(e *leak.Eligibility) { e.Deadline, e.Since = at("19"), leak.SincePeriod },
			code: leak.TooLate, words: "from 2026-06-30"},
		{name: "30 days from when it was found", rule: func(e *leak.Eligibility) { e.Deadline, e.Since = at("30"), leak.SinceFound }},
		{name: "29 days from when it was found", rule: func(e *leak.Eligibility) { e.Deadline, e.Since = at("29"), leak.SinceFound },
			code: leak.TooLate, words: "from 2026-06-20"},
		{name: "26 days from the repair", rule: func(e *leak.Eligibility) { e.Deadline, e.Since = at("26"), leak.SinceRepair }},
		{name: "25 days from the repair", rule: func(e *leak.Eligibility) { e.Deadline, e.Since = at("25"), leak.SinceRepair },
			code: leak.TooLate, words: "from 2026-06-24"},

		{name: "13 months of history", rule: func(e *leak.Eligibility) { e.History = at("13") },
			facts: func(f *leak.Facts) { f.Service = civil.MustDate("2025-05-01") }},
		{name: "a day less", rule: func(e *leak.Eligibility) { e.History = at("13") },
			facts: func(f *leak.Facts) { f.Service = civil.MustDate("2025-05-02") },
			code:  leak.ShortHistory,
			words: "service began on 2025-05-02; 13 months of it end on 2026-06-02, after the bill's period began on 2026-06-01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, facts, units := mean("0.5", leak.AsBilled), factsOfMay("10"), "50"
			p.Winter = leak.Excluded
			if c.rule != nil {
				c.rule(&p.Eligible)
			}
			if c.facts != nil {
				c.facts(&facts)
			}
			if c.units != "" {
				units = c.units
			}
			credit := credited(t, p, schedule(), units, facts)
			if c.code == "" {
				require.True(t, credit.Eligible, credit.Words)
				require.Positive(t, credit.Credit.Cents())
				require.Empty(t, credit.Reasons)
				require.True(t, credit.NoWinter)
				return
			}
			require.False(t, credit.Eligible)
			require.True(t, credit.Credit.IsZero())
			require.Empty(t, credit.Lines)
			require.False(t, credit.NoWinter, "a period without a credit counts")
			require.Equal(t, []leak.Code{c.code}, codes(credit))
			require.Contains(t, credit.Reasons[0].Words, c.words)
			require.Contains(t, credit.Words, credit.Reasons[0].Words)
		})
	}
}

// All reasons are told at once, in a fixed order.
func TestEveryReasonIsTold(t *testing.T) {
	t.Parallel()
	p, facts := mean("0.5", leak.AsBilled), factsOfMay("40")
	p.Eligible = leak.Eligibility{
		Test: leak.AtLeast, TestMultiple: at("2"), Repaired: leak.Required, Proof: leak.Required, Current: leak.Required,
		Periods: at("1"), Frequency: leak.OnceEver, Months: off(), Deadline: at("1"), Since: leak.SinceBill, History: at("13"),
	}
	facts.Repaired, facts.Proof, facts.Current, facts.Service = civil.Date{}, leak.No, leak.No, civil.MustDate("2026-05-01")
	facts.Past = []leak.Past{past("wo-118", "2026-07-01", "[2026-06-01, 2026-07-01)"), past("wo-7", "2026-07-01", "[2020-06-01, 2020-07-01)")}
	require.Equal(t, []leak.Code{
		leak.AlreadyCredited, leak.TestNotMet, leak.NotRepaired, leak.NoProof, leak.NotCurrent, leak.PeriodsUsed,
		leak.TooSoon, leak.TooLate, leak.ShortHistory,
	}, codes(credited(t, p, schedule(), "50", facts)))
}

// No period after the repair is known before it: that is no missing fact, but why there is no credit.
func TestUnrepairedLeakHasNoPeriodAfterTheRepair(t *testing.T) {
	t.Parallel()
	facts := known("")
	facts.Baselines, facts.Repaired = nil, civil.Date{}
	credit := credited(t, otay(), schedule(sewer()), "50", facts)
	require.Equal(t, []leak.Code{leak.NotRepaired}, codes(credit))
	require.False(t, credit.Eligible)
}

func TestUsageUpToTheMultipleHasNoCredit(t *testing.T) {
	t.Parallel()
	p := mean("1", leak.AsBilled)
	p.Rule.Multiple = is("1.5")
	credit := credited(t, p, schedule(), "15", factsOfMay("10"))
	require.True(t, credit.Eligible)
	require.True(t, credit.Credit.IsZero())
	require.Equal(t, "15 CCF is not above 1.5 × 10: there is no excess", credit.Reasons[0].Words)
	require.Equal(t, int64(5), credited(t, p, schedule(), "15.01", factsOfMay("10")).Credit.Cents()) // at 5.00
}

func TestCountedPeriodStaysInTheWinterAverage(t *testing.T) {
	t.Parallel()
	credit := credited(t, mean("1", leak.AsBilled), schedule(), "50", factsOfMay("10"))
	require.Positive(t, credit.Credit.Cents())
	require.False(t, credit.NoWinter)
}

// A fact that the policy needs and nobody gives is an error with its name.
func TestMissingFactsAreNamed(t *testing.T) {
	t.Parallel()
	for path, c := range map[string]struct {
		policy func(*leak.Policy)
		facts  func(*leak.Facts)
	}{
		"leak":      {facts: func(f *leak.Facts) { f.Leak = "" }},
		"asked":     {facts: func(f *leak.Facts) { f.Asked = civil.Date{} }},
		"baselines": {facts: func(f *leak.Facts) { f.Baselines = nil }},
		"proof": {policy: func(p *leak.Policy) { p.Eligible.Proof = leak.Required },
			facts: func(f *leak.Facts) { f.Proof = 0 }},
		"current": {policy: func(p *leak.Policy) { p.Eligible.Current = leak.Required },
			facts: func(f *leak.Facts) { f.Current = 0 }},
		"service": {policy: func(p *leak.Policy) { p.Eligible.History = at("13") },
			facts: func(f *leak.Facts) { f.Service = civil.Date{} }},
		"found": {policy: func(p *leak.Policy) {
			p.Eligible.Deadline, p.Eligible.Since = at("90"), leak.SinceFound
		},
			facts: func(f *leak.Facts) { f.Found = civil.Date{} }},
		"repaired": {policy: func(p *leak.Policy) {
			p.Eligible.Deadline, p.Eligible.Since = at("90"), leak.SinceRepair
		},
			facts: func(f *leak.Facts) { f.Repaired = civil.Date{} }},
		"share": {policy: func(p *leak.Policy) { p.Rule.Parts[0].ShareIs = leak.ShareAtMost },
			facts: func(*leak.Facts) {}},
		"tier_then": {policy: func(p *leak.Policy) {
			p.Rule.Parts[0].Price, p.Rule.Parts[0].Charge = leak.TierThen, "water"
		}, facts: func(*leak.Facts) {}},
		"past[0]": {facts: func(f *leak.Facts) { f.Past = []leak.Past{{Leak: "wo-7"}} }},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			p, facts := mean("0.5", leak.AsBilled), factsOfMay("10")
			if c.policy != nil {
				c.policy(&p)
			}
			c.facts(&facts)
			engine, q := billed(t, schedule(), "50")
			_, err := p.Credit(engine, q, facts)
			require.Equal(t, path, requireProblem(t, err, leak.ErrFact).Path)
		})
	}
}

// What was granted is not above the most that the policy allows, and a past credit was granted before this one.
func TestFactsThatContradictAreRefused(t *testing.T) {
	t.Parallel()
	engine, q := billed(t, schedule(), "50")
	p, facts := robinson(), factsOfMay("20")
	facts.Share = new(n("0.51"))
	_, err := p.Credit(engine, q, facts)
	require.Equal(t, "share", requireProblem(t, err, leak.ErrFact).Path)
	facts.Share = new(n("0.5"))
	credit, err := p.Credit(engine, q, facts)
	require.NoError(t, err)
	require.Equal(t, int64(125_00), credit.Credit.Cents())
	facts.Past = []leak.Past{past("wo-7", "2026-07-21", "[2020-06-01, 2020-07-01)")}
	_, err = p.Credit(engine, q, facts)
	require.Equal(t, "past[0]", requireProblem(t, err, leak.ErrFact).Path)
}

// A baseline is what it says: other periods than the policy compares with are refused.
func TestBaselinesAreOfThePeriodsThatTheyName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind  leak.BaselineKind
		bills []string
		words string // empty where it is taken
	}{
		{leak.SamePeriod, []string{"2025-06-01", "10"}, ""},
		{leak.SamePeriod, []string{"2025-06-15", "10"}, ""},             // more of it is of June than of any other
		{leak.SamePeriod, []string{"2025-05-15", "10"}, "earlier year"}, // 14 of its 31 days are
		{leak.SamePeriod, []string{"2025-05-01", "10"}, "earlier year"},
		{leak.SamePeriod, []string{"2024-06-01", "10"}, "earlier year"},
		{leak.SamePeriod, []string{"2025-06-01", "10", "2024-06-01", "10"}, "of 2 bills"},
		{leak.MeanSamePeriods, []string{"2023-06-01", "10", "2025-06-01", "10"}, ""},
		{leak.MeanSamePeriods, []string{"2022-06-01", "10", "2025-06-01", "10"}, "earlier year"},
		{leak.MeanSamePeriods, []string{"2025-06-01", "10", "2025-06-15", "10"}, "overlap"},
		{leak.MeanSamePeriods, []string{"2025-05-16", "10", "2025-06-16", "10"}, "same year as another"},
		{leak.MeanBills, []string{"2026-05-01", "10", "2026-04-01", "10"}, ""},
		{leak.MeanBills, []string{"2026-05-02", "10"}, "before the bill's period"},
		{leak.MeanBills, []string{"2026-05-01", "10", "2026-04-01", "10", "2026-03-01", "10", "2026-02-01", "10"}, "of 4 bills"},
		{leak.MeanBills, nil, "of 0 bills"},
		{leak.AfterRepair, []string{"2026-06-24", "10"}, ""},
		{leak.AfterRepair, []string{"2026-06-23", "10"}, "after the repair"},
	} {
		t.Run(string(c.kind)+c.words, func(t *testing.T) {
			t.Parallel()
			engine, q := billed(t, schedule(), "50")
			credit, err := policyOf(c.kind, "0.5", leak.AsBilled).Credit(engine, q, known(c.kind, c.bills...))
			if c.words == "" {
				require.NoError(t, err)
				require.Equal(t, int64(160_00), credit.Credit.Cents())
				return
			}
			e := requireProblem(t, err, leak.ErrFact)
			require.Equal(t, "baselines", e.Path)
			require.Contains(t, e.What, c.words)
		})
	}
	engine, q := billed(t, schedule(), "50")
	facts := factsOfMay("10")
	facts.Baselines = append(facts.Baselines, facts.Baselines[0])
	_, err := mean("0.5", leak.AsBilled).Credit(engine, q, facts)
	requireProblem(t, err, leak.ErrFact)
	_, err = mean("0.5", leak.AsBilled).Credit(engine, q, factsOfMay("-1"))
	requireProblem(t, err, leak.ErrFact)
}

// Use is compared with that of a period about as long: two weeks after the repair are no normal month, and two months none.
func TestABaselineIsAboutAsLongAsTheBill(t *testing.T) {
	t.Parallel()
	engine, q := billed(t, schedule(), "50") // of 30 days
	for _, c := range []struct {
		kind   leak.BaselineKind
		period string
		taken  bool
	}{
		{leak.AfterRepair, "[2026-07-01, 2026-07-21)", true}, {leak.AfterRepair, "[2026-07-01, 2026-07-20)", false},
		{leak.MeanBills, "[2026-04-17, 2026-06-01)", true}, {leak.MeanBills, "[2026-04-16, 2026-06-01)", false},
		{leak.SamePeriod, "[2025-05-15, 2025-07-15)", false},
	} {
		facts := known(c.kind)
		facts.Baselines[0].Cycles = []metering.Cycle{{Period: civil.MustPeriod(c.period), Use: volume("10", metering.CCF), Source: metering.Actual}}
		_, err := policyOf(c.kind, "0.5", leak.AsBilled).Credit(engine, q, facts)
		if c.taken {
			require.NoError(t, err, c.period)
			continue
		}
		require.Contains(t, requireProblem(t, err, leak.ErrFact).What, "and the bill 30", c.period)
	}
}
