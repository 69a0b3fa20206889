package collections_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

func closes(minutes int) policy.Value[collections.Clock] {
	return policy.Is(collections.Clock(minutes))
}

// own is a policy under laws of its own titles, which may say something else than the presets do; those are waived.
func own() collections.Policy {
	p := district()
	p.Laws[0].Title, p.Laws[1].Title = "HSC", "GOV"
	p.Waived = []collections.Waiver{{Law: "CA-HSC-116900@2024", Why: "another text holds"}, {Law: "CA-GOV-60370@2022", Why: "another text holds"}}
	return p
}

// What nobody has stated is an error that names it, and no default.
func TestEveryPartOfAPolicyIsStated(t *testing.T) {
	require.NoError(t, district().Check())
	for path, change := range map[string]func(p *collections.Policy){
		"title": func(p *collections.Policy) { p.Title = "" }, "citation": func(p *collections.Policy) { p.Citation = "" },
		"laws": func(p *collections.Policy) { p.Laws, p.Residential = nil, []string{} }, "confirmed": func(p *collections.Policy) { p.Confirmed = nil },
		"reading": func(p *collections.Policy) { p.Reading = "" }, "waived": func(p *collections.Policy) { p.Waived = nil },
		"waived[0].law": func(p *collections.Policy) { p.Waived[0].Law, p.Residential = "", []string{} }, "waived[1].why": func(p *collections.Policy) { p.Waived[1].Why = " " }, "residential": func(p *collections.Policy) { p.Residential = nil },
		"others": func(p *collections.Policy) { p.Others = nil }, "kinds": func(p *collections.Policy) { p.Kinds = nil }, "exempt": func(p *collections.Policy) { p.Exempt = nil },
		"agencies": func(p *collections.Policy) { p.Agencies = nil }, "minimum_balance": func(p *collections.Policy) { p.MinimumBalance = policy.Value[money.Amount]{} },
		"constraints": func(p *collections.Policy) { p.Constraints, p.Others = nil, []string{} }, "never": func(p *collections.Policy) { p.Never = nil },
		"opens": func(p *collections.Policy) { p.Opens = policy.Value[collections.Clock]{} }, "closes": func(p *collections.Policy) { p.Closes = policy.Value[collections.Clock]{} },
		"notice_after": func(p *collections.Policy) { p.NoticeAfter = policy.Value[int]{} }, "tag_lead": func(p *collections.Policy) { p.TagLead = policy.Value[int]{} },
		"last_contact_age":     func(p *collections.Policy) { p.LastContactAge = policy.Value[int]{} },
		"constraints[0].title": func(p *collections.Policy) { p.Constraints[0].Title = "" }, "constraints[0].source": func(p *collections.Policy) { p.Constraints[0].Source = "" },
		"constraints[0].status": func(p *collections.Policy) { p.Constraints[0].Status = "" }, "constraints[0].for": func(p *collections.Policy) { p.Constraints[0].For = ""; p.Others = []string{} },
		"constraints[0].when": func(p *collections.Policy) { p.Constraints[0].When = "" }, "constraints[0].since": func(p *collections.Policy) { p.Constraints[0].Since = "" },
		"constraints[0].wait": func(p *collections.Policy) { p.Constraints[0].Wait = collections.Wait{} },
		"laws[0].title":       func(p *collections.Policy) { p.Laws[0].Title = "" }, "laws[0].source": func(p *collections.Policy) { p.Laws[0].Source = "" },
		"laws[0].constraints": func(p *collections.Policy) { p.Laws[0].Constraints = nil }, "laws[0].constraints[1].ways": func(p *collections.Policy) { p.Laws[0].Constraints[1].Ways = nil },
		"laws[0].constraints[1].missing":         func(p *collections.Policy) { p.Laws[0].Constraints[1].Missing = "" },
		"laws[0].constraints[1].ways[0].step":    func(p *collections.Policy) { p.Laws[0].Constraints[1].Ways[0].Step = "" },
		"laws[0].constraints[1].ways[0].methods": func(p *collections.Policy) { p.Laws[0].Constraints[1].Ways[0].Methods = nil },
		"laws[0].constraints[1].ways[0].to":      func(p *collections.Policy) { p.Laws[0].Constraints[1].Ways[0].To = nil },
	} {
		t.Run(path, func(t *testing.T) {
			p := own()
			change(&p)
			var found problem.List
			require.ErrorAs(t, p.Check(), &found)
			require.Len(t, found, 1, "%v", found)
			require.Equal(t, path, found[0].Path)
			require.ErrorIs(t, found[0], policy.ErrNotStated)
			_, err := collections.Compile(p, office(), pacific())
			require.ErrorIs(t, err, policy.ErrNotStated)
		})
	}
}

func TestAPolicyThatContradictsItselfIsRefused(t *testing.T) {
	ways := func(p *collections.Policy) *collections.Way { return &p.Laws[1].Constraints[0].Ways[0] }
	for name, c := range map[string]struct {
		path   string
		change func(p *collections.Policy)
	}{
		"reading":              {"reading", func(p *collections.Policy) { p.Reading = "perhaps" }},
		"class twice":          {"others", func(p *collections.Policy) { p.Others = append(p.Others, "residential") }},
		"kind twice":           {"exempt", func(p *collections.Policy) { p.Exempt = append(p.Exempt, "charge") }},
		"minimum":              {"minimum_balance", func(p *collections.Policy) { p.MinimumBalance = policy.Is(usd(-1)) }},
		"a law twice":          {"laws[2].title", func(p *collections.Policy) { p.Laws = append(p.Laws, p.Laws[0]) }},
		"confirmed":            {"confirmed[0]", func(p *collections.Policy) { p.Confirmed = []string{"CA-HSC-116900@2018"} }},
		"a waiver of none":     {"waived[1].law", func(p *collections.Policy) { p.Waived[1].Law = "CA-GOV-60370@2020" }},
		"waived twice":         {"waived[2].law", func(p *collections.Policy) { p.Waived = append(p.Waived, p.Waived[0]) }},
		"a law and waived":     {"waived[0].law", func(p *collections.Policy) { p.Laws[0] = collections.HSC116900At2024() }},
		"neither":              {"waived", func(p *collections.Policy) { p.Waived = p.Waived[:1] }},
		"law of no days":       {"laws[0].during", func(p *collections.Policy) { p.Laws[0].During = civil.Period{} }},
		"law of others":        {"laws[0].constraints[0].for", func(p *collections.Policy) { p.Laws[0].Constraints[0].For = collections.ForAll }},
		"plan months":          {"laws[1].plan_months", func(p *collections.Policy) { p.Laws[1].PlanMonths = -1 }},
		"never twice":          {"never", func(p *collections.Policy) { p.Never = []collections.Weekday{5, 5} }},
		"no weekday":           {"never", func(p *collections.Policy) { p.Never = []collections.Weekday{7} }},
		"never at all":         {"never", func(p *collections.Policy) { p.Never = []collections.Weekday{0, 1, 2, 3, 4, 5, 6} }},
		"closes before":        {"closes", func(p *collections.Policy) { p.Closes = closes(8 * 60) }},
		"opens the day before": {"opens", func(p *collections.Policy) { p.Opens = closes(-1) }},
		"closes the day after": {"closes", func(p *collections.Policy) { p.Closes = closes(24 * 60) }},
		"nothing for all":      {"constraints", func(p *collections.Policy) { p.Constraints[0].When = collections.WithTenants }},
		"notice after":         {"notice_after", func(p *collections.Policy) { p.NoticeAfter = policy.Is(367) }},
		"last contact age":     {"last_contact_age", func(p *collections.Policy) { p.LastContactAge = policy.Is(367) }},
		"a tag of less":        {"last_contact_age", func(p *collections.Policy) { p.LastContactAge = policy.Is(6) }},
		"tag lead":             {"tag_lead", func(p *collections.Policy) { p.TagLead = policy.Is(0) }},
		"nothing for others":   {"constraints", func(p *collections.Policy) { p.Constraints = []collections.Constraint{} }},
		"nothing for homes":    {"constraints", func(p *collections.Policy) { p.Laws = []collections.Law{} }},
		"title twice":          {"constraints[0].title", func(p *collections.Policy) { p.Constraints[0].Title = "last contact" }},
		"hours since due":      {"constraints[0].wait", func(p *collections.Policy) { p.Constraints[0].Wait = collections.Wait{N: 1, Unit: collections.Hours} }},
		"a wait of a century":  {"constraints[0].wait", func(p *collections.Policy) { p.Constraints[0].Wait.N = 36525 }},
		"a wait below zero":    {"constraints[0].wait", func(p *collections.Policy) { p.Constraints[0].Wait.N = -1 }},
		"missing since due":    {"constraints[0].ways", func(p *collections.Policy) { p.Constraints[0].Missing = "x" }},
		"breach of no plan":    {"constraints[0].since", func(p *collections.Policy) { p.Constraints[0].Since = collections.SinceBreach }},
		"a wait of its own": {"laws[1].constraints[0].wait", func(p *collections.Policy) {
			p.Laws[1].Constraints[0].Wait = collections.Wait{N: 1, Unit: collections.Days}
		}},
		"a step":           {"laws[1].constraints[0].ways[0].step", func(p *collections.Policy) { ways(p).Step = collections.Withdrawn }},
		"a method":         {"laws[1].constraints[0].ways[0].methods", func(p *collections.Policy) { ways(p).Methods[0] = "dove" }},
		"a recipient":      {"laws[1].constraints[0].ways[0].to", func(p *collections.Policy) { ways(p).To[0] = "dog" }},
		"delinquent steps": {"laws[1].constraints[0].ways[0].wait", func(p *collections.Policy) { ways(p).Wait.Unit = collections.DelinquentDays }},
		"after a breach, of no broken plan": {"laws[1].constraints[0].ways[0].after_breach", func(p *collections.Policy) {
			ways(p).AfterBreach = collections.Wait{N: 60, Unit: collections.DelinquentDays}
		}},
		"hours after a breach": {"laws[0].constraints[5].ways[0].after_breach", func(p *collections.Policy) {
			p.Laws[0].Constraints[5].Ways[0].AfterBreach.Unit = collections.Hours
		}},
		"an age after a breach": {"laws[0].constraints[5].ways[0].after_breach", func(p *collections.Policy) { p.Laws[0].Constraints[5].Ways[0].AfterBreach.N = 5000 }},
		"after nothing":         {"laws[1].constraints[0].ways[0].after", func(p *collections.Policy) { ways(p).After = "" }},
		"after no step":         {"laws[1].constraints[0].ways[0].after", func(p *collections.Policy) { ways(p).After = "dinner" }},
		"after hours":           {"laws[1].constraints[0].ways[0].after_wait", func(p *collections.Policy) { ways(p).AfterWait.Unit = collections.Hours }},
	} {
		t.Run(name, func(t *testing.T) {
			p := own()
			c.change(&p)
			require.ErrorIs(t, p.Check(), collections.ErrPolicy)
			require.ErrorContains(t, p.Check(), ": "+c.path+": ")
		})
	}
}

func TestALadderIsOfAnOfficeAndAPlace(t *testing.T) {
	_, err := collections.Compile(district(), nil, pacific())
	require.ErrorContains(t, err, "office")
	for _, at := range []*time.Location{nil, time.Local} {
		_, err = collections.Compile(district(), office(), at)
		require.ErrorContains(t, err, "location")
	}
	p := district()
	l := compiled(t, p)
	p.Kinds[0], p.Constraints[0].Wait.N, p.Laws[0].Constraints[0].Wait.N = "fee", 1, 1
	p.Laws[0].Constraints[1].Ways[0].Methods[0] = "none"
	a, err := l.Walk(untilShutoff(t).facts("2026-06-22"))
	require.NoError(t, err)
	require.Empty(t, a.Blocks, "the policy was copied")
	require.Equal(t, day("2026-06-16"), bound(t, a, "60 days delinquent").Day)
	require.Equal(t, collections.FullDays, l.Reading())
	first, err := l.FirstDelinquent(day("2026-04-16"))
	require.NoError(t, err)
	require.Equal(t, day("2026-04-17"), first)
}

func TestALawThatWasConfirmedIsNotNamed(t *testing.T) {
	p := district()
	p.Confirmed = []string{"CA-HSC-116900@2024"}
	require.Equal(t, []string{"CA-GOV-60370@2022"}, untilShutoff(t).walk(p, "2026-06-22").Unconfirmed)
}

// A law that is named as a preset says what the preset says: nobody confirms what was cut down.
func TestAPresetIsAsItIs(t *testing.T) {
	require.NoError(t, district().Check())
	for name, change := range map[string]func(l *collections.Law){
		"source": func(l *collections.Law) { l.Source = "x" }, "days": func(l *collections.Law) { l.During.To = day("2029-01-01") },
		"plans": func(l *collections.Law) { l.PlanMonths = 24 }, "weekdays": func(l *collections.Law) { l.Never = l.Never[:1] },
		"a rule is left out": func(l *collections.Law) { l.Constraints = l.Constraints[:1] }, "a rule is another": func(l *collections.Law) { l.Constraints[0].Source = "x" },
		"status": func(l *collections.Law) { l.Constraints[0].Status = collections.Verified }, "when": func(l *collections.Law) { l.Constraints[0].When = collections.WithTenants },
		"rule": func(l *collections.Law) { l.Constraints[0].Title = "x" }, "missing": func(l *collections.Law) { l.Constraints[0].Missing = "x" },
		"way": func(l *collections.Law) { l.Constraints[1].Ways = l.Constraints[1].Ways[:1] }, "wait": func(l *collections.Law) { l.Constraints[0].Ways[0].Wait.N = 10 },
		"step": func(l *collections.Law) { l.Constraints[0].Ways[0].Step = collections.Contact }, "methods": func(l *collections.Law) { l.Constraints[0].Ways[0].Methods[0] = collections.Posted },
		"to": func(l *collections.Law) { l.Constraints[0].Ways[0].To[0] = collections.Occupant }, "unless": func(l *collections.Law) { l.Constraints[1].Ways[2].Unless = "" },
		"after breach": func(l *collections.Law) { l.Constraints[0].Ways[0].AfterBreach.N = 1 },
		"after":        func(l *collections.Law) { l.Constraints[0].Ways[0].After = collections.Contact }, "after wait": func(l *collections.Law) { l.Constraints[0].Ways[0].AfterWait.N = 1 },
		"since": func(l *collections.Law) {
			l.Constraints[0].Since, l.Constraints[0].Wait, l.Constraints[0].Ways, l.Constraints[0].Missing = collections.SinceDue, collections.Wait{N: 1, Unit: collections.Days}, nil, ""
		},
	} {
		p := district()
		change(&p.Laws[1])
		require.ErrorIs(t, p.Check(), collections.ErrPolicy, name)
		require.ErrorContains(t, p.Check(), `laws[1].title: collections: "CA-GOV-60370@2022" is the name of a preset, and says something else`, name)
	}
}

// A district of residential service that does not act under a preset says why, and so does every answer and every list.
func TestALawThatIsWaivedIsTold(t *testing.T) {
	p := district()
	p.Laws = p.Laws[:1]
	_, err := collections.Compile(p, office(), pacific())
	require.ErrorContains(t, err, "waived: collections: there is residential service, and CA-GOV-60370@2022 is neither a law of the policy nor waived")
	p.Waived = []collections.Waiver{{Law: "CA-GOV-60370@2022", Why: "the district is a city"}}
	l := compiled(t, p)
	p.Waived[0].Why = "changed"
	s := untilShutoff(t)
	a, err := l.Walk(s.facts("2026-06-22"))
	require.NoError(t, err)
	require.Empty(t, a.Blocks)
	require.Equal(t, "law waived: the district does not act under CA-GOV-60370@2022: the district is a city", a.Notes[0].String())
	require.Contains(t, a.String(), a.Notes[0].String())
	list, err := l.List(collections.Shutoffs, "L", day("2026-06-22"), person("m.alvarez"), []collections.Facts{s.facts("2026-06-22")})
	require.NoError(t, err)
	require.Contains(t, list.Rows[0].Words, a.Notes[0].String())
	s.f.Class = "commercial"
	a, err = l.Walk(s.facts("2026-06-22"))
	require.NoError(t, err)
	require.NotContains(t, a.String(), "law waived")

	// Without residential service there is no law to act under.
	p = district()
	p.Laws, p.Residential = []collections.Law{}, []string{}
	require.NoError(t, p.Check())
}

// A law holds for the days for which its text was read: on the day of the question, and on that of the answer.
func TestALawEndsWithItsText(t *testing.T) {
	l := compiled(t, district())
	s := untilShutoff(t)
	p := own()
	p.Laws[1].During = civil.MustPeriod("[2022-01-01, 2026-06-22)")
	_, err := compiled(t, p).Walk(s.facts("2026-06-21"))
	require.ErrorIs(t, err, collections.ErrLaw, "the shutoff would be on 2026-06-22")
	require.ErrorContains(t, err, "2026-06-22 is not of the days [2022-01-01, 2026-06-22) of GOV")
	hour := owes(t, "2026-04-16").told()
	hour.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-20 10:30")
	_, err = compiled(t, p).Walk(hour.facts("2026-06-21"))
	require.ErrorIs(t, err, collections.ErrLaw, "the shutoff would be on 2026-06-22 at 10:30")
	p.Laws[1].During = civil.MustPeriod("[2026-06-22, 2027-01-01)")
	_, err = compiled(t, p).Walk(s.facts("2026-06-21"))
	require.ErrorIs(t, err, collections.ErrLaw, "the question is of 2026-06-21")
	_, err = l.Walk(s.facts("2028-01-01"))
	require.ErrorIs(t, err, collections.ErrLaw)
	require.ErrorIs(t, new(collections.Law).UnmarshalText([]byte("CA-HSC-116900@2018")), collections.ErrLaw, "unknown")
}

func TestACalendarWithoutTheYearIsAnError(t *testing.T) {
	short := must(civil.NewListCalendar(civil.MustPeriod("[2026-01-01, 2026-06-20)"), nil, time.Saturday, time.Sunday))
	l, err := collections.Compile(district(), short, pacific())
	require.NoError(t, err)
	s := untilShutoff(t)
	_, err = l.Walk(s.facts("2026-06-18"))
	require.NoError(t, err, "nothing later than 19 June is asked for")
	s.f.Events[1].Printed = day("2026-06-22")
	_, err = l.Walk(s.facts("2026-06-18"))
	require.ErrorIs(t, err, civil.ErrCalendar)
	never := must(civil.NewListCalendar(civil.MustPeriod("[2026-01-01, 2028-06-20)"), nil, time.Monday))
	p := own()
	p.Laws[0].Constraints = p.Laws[0].Constraints[:1]
	p.Never = []collections.Weekday{2, 3, 4, 5}
	l, err = collections.Compile(p, never, pacific())
	require.NoError(t, err)
	_, err = l.Walk(untilShutoff(t).facts("2026-06-22"))
	require.ErrorContains(t, err, "nobody may be shut off on any of 366 days")
}

// Gov 60372: at most 12 months from the day on which it was agreed.
func TestAPlanIsNoLongerThanTheLawAllows(t *testing.T) {
	s := owes(t, "2026-04-16")
	plan := func(last string) ledger.Plan {
		return must(s.l.Plan("P", acct, day("2026-05-01"), s.items, []ledger.Installment{{Due: day("2026-06-01"), Amount: usd(80_00)}, {Due: day(last), Amount: usd(4_37)}}))
	}
	require.NoError(t, district().CheckPlan(plan("2027-05-01")))
	err := district().CheckPlan(plan("2027-05-02"))
	require.ErrorIs(t, err, collections.ErrPlan)
	require.ErrorContains(t, err, "the last installment of P is due on 2027-05-02, after 2027-05-01: CA-GOV-60370@2022 allows 12 months from 2026-05-01")
	holes := plan("2027-05-01")
	holes.Installments[0].Amount = usd(79_99)
	require.ErrorIs(t, district().CheckPlan(holes), ledger.ErrPlan)
	ended := own()
	ended.Laws[1].During = civil.MustPeriod("[2022-01-01, 2026-05-01)")
	require.ErrorIs(t, ended.CheckPlan(plan("2026-07-01")), collections.ErrLaw)
}

func TestTextsAreReadAsTheyAreWritten(t *testing.T) {
	for _, text := range []string{"none", "0 days", "1 day", "15 days", "60 delinquent days", "1 delinquent day", "7 open days", "48 hours", "1000 hours", "1 hour"} {
		var w collections.Wait
		require.NoError(t, w.UnmarshalText([]byte(text)), text)
		require.Equal(t, text, w.String())
	}
	for _, text := range []string{"", "days", "15", "15 weeks", "1 days", "2 day", "+2 days", "02 days", "-1 days", "1001 days", "2  days", "2 days "} {
		w := collections.Wait{N: 3, Unit: collections.Days}
		require.ErrorIs(t, w.UnmarshalText([]byte(text)), collections.ErrPolicy, text)
		require.Equal(t, "3 days", w.String(), "an error leaves it as it was")
	}
	for text, want := range map[string]collections.Clock{"00:00": 0, "08:00": 480, "23:59": 1439} {
		var c collections.Clock
		require.NoError(t, c.UnmarshalText([]byte(text)))
		require.Equal(t, want, c)
		require.Equal(t, text, c.String())
	}
	for _, text := range []string{"", "8:00", "24:00", "08:60", "08:00:00", "noon"} {
		require.ErrorIs(t, new(collections.Clock).UnmarshalText([]byte(text)), collections.ErrPolicy, text)
	}
	var w collections.Weekday
	require.NoError(t, w.UnmarshalText([]byte("friday")))
	require.Equal(t, collections.Weekday(time.Friday), w)
	for _, text := range []string{"", "Friday", "fri"} {
		require.ErrorIs(t, w.UnmarshalText([]byte(text)), collections.ErrPolicy, text)
	}
}

func FuzzWait(f *testing.F) {
	for _, text := range []string{"none", "15 days", "1 hour", "7 open days", "", "1 days", "99999999999999999999 days"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var w collections.Wait
		if w.UnmarshalText([]byte(text)) != nil {
			require.Equal(t, collections.Wait{}, w)
			return
		}
		require.Equal(t, text, w.String())
		require.False(t, strings.Contains(text, "  "))
	})
}

func FuzzClock(f *testing.F) {
	for _, text := range []string{"08:00", "24:00", "", "8:00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var c collections.Clock
		if c.UnmarshalText([]byte(text)) == nil {
			require.Equal(t, text, c.String())
		}
	})
}
