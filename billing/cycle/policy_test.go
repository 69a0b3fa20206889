package cycle_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/metering"
)

const src = `headgate: policy/1
name: test
cycle:
  - from: 2026-01-01
    source: {resolution: test}
    title: edit list 2026
    citation: invented
    read_window: 3
    long_period: "35"
    short_period: "25"
    estimates_in_row: "2"
    high_use: "200"
    low_use: "50"
    least_change: 0.5 CCF
    tier_jump: "1"
    bills_change: "10"
    charges_change: "20"
    use_change: "25"
    longest_hold: "30"
    longest_unbilled: "45"
    passing: [stage]
`

func parse(src string) (policyfile.Dated[cycle.Policy], error) {
	var read policyfile.Dated[cycle.Policy]
	_, err := policyfile.Parse("policy.yaml", []byte(src), policyfile.Into("cycle", &read))
	return read, err
}

// onDay is the policy of the file with a text of it changed.
func onDay(t *testing.T, old, changed string) cycle.Policy {
	t.Helper()
	require.Equal(t, 1, strings.Count(src, old), old)
	read, err := parse(strings.Replace(src, old, changed, 1))
	require.NoError(t, err)
	p, _, err := read.On(day("2026-06-01"))
	require.NoError(t, err)
	return p
}

var parts = []string{
	"read_window: 3", `long_period: "35"`, `short_period: "25"`, `estimates_in_row: "2"`, `high_use: "200"`, `low_use: "50"`, `least_change: 0.5 CCF`, `tier_jump: "1"`, `bills_change: "10"`,
	`charges_change: "20"`, `use_change: "25"`, `longest_hold: "30"`, `longest_unbilled: "45"`, "passing: [stage]",
}

func TestAPolicyOfAFileIsReadAndChecked(t *testing.T) {
	require.Equal(t, thresholds(), onDay(t, "name: test", "name: test"))
	for _, part := range append([]string{"title: edit list 2026", "citation: invented"}, parts...) {
		name, _, _ := strings.Cut(part, ":")
		_, err := parse(strings.Replace(src, "    "+part+"\n", "", 1))
		require.ErrorContains(t, err, "cycle[0]."+name, "no default")
	}
}

// A list does not rest on a threshold that is not known, and says where it rests on one that stands in for it.
func TestAListSaysWhichThresholdsArePlaceholders(t *testing.T) {
	for _, part := range parts {
		name, value, _ := strings.Cut(part, ": ")
		p := onDay(t, part, name+": {placeholder: "+value+", why: not public}")
		list, err := cycle.Review(given(six()), p)
		require.NoError(t, err)
		require.Len(t, list.Placeholders(), 1, name)
		require.Equal(t, "cycle[0]."+name+": not public", list.Placeholders()[0].String())
		require.Contains(t, list.String(), "a placeholder stands in for cycle[0]."+name+": not public")
		require.NotEqual(t, review(t, six()).AppendCanonical(nil), list.AppendCanonical(nil), "who approves it answers for that")
		if name == "passing" {
			continue // a list that is not known takes its version of the policy with it
		}
		p = onDay(t, part, name+": {unknown: not public}")
		require.NoError(t, p.Check())
		_, err = cycle.Review(given(six()), p)
		require.ErrorIs(t, err, policy.ErrNotKnown)
		require.ErrorContains(t, err, name)
	}
}

func TestAPolicyHasNoDefaults(t *testing.T) {
	require.NoError(t, thresholds().Check())
	err := cycle.Policy{}.Check()
	require.ErrorIs(t, err, policy.ErrNotStated)
	for _, part := range append([]string{"title:", "citation:"}, parts...) {
		name, _, _ := strings.Cut(part, ":")
		require.ErrorContains(t, err, name)
	}
	require.ErrorIs(t, second(cycle.Review(given(six()), cycle.Policy{})), policy.ErrNotStated)
}

func TestAValueThatCannotBeIsRefused(t *testing.T) {
	half := policy.Of(must(exact.ParseNumber("1.5")))
	for name, change := range map[string]func(*cycle.Policy){
		"read_window":      func(p *cycle.Policy) { p.ReadWindow = policy.Is(-1) },
		"long_period":      func(p *cycle.Policy) { p.LongPeriod = at(0) },
		"short_period":     func(p *cycle.Policy) { p.ShortPeriod = half },
		"estimates_in_row": func(p *cycle.Policy) { p.EstimatesInRow = half },
		"high_use":         func(p *cycle.Policy) { p.HighUse = at(100) },
		"low_use":          func(p *cycle.Policy) { p.LowUse = at(0) },
		"least_change":     func(p *cycle.Policy) { p.LeastChange = policy.Of(must(metering.ParseVolume("0 CCF"))) },
		"tier_jump":        func(p *cycle.Policy) { p.TierJump = at(0) },
		"bills_change":     func(p *cycle.Policy) { p.BillsChange = at(0) },
		"charges_change":   func(p *cycle.Policy) { p.ChargesChange = at(-1) },
		"use_change":       func(p *cycle.Policy) { p.UseChange = at(0) },
		"longest_hold":     func(p *cycle.Policy) { p.LongestHold = at(0) },
		"passing":          func(p *cycle.Policy) { p.Passing = []string{""} },
	} {
		p := thresholds()
		change(&p)
		err := p.Check()
		require.ErrorIs(t, err, cycle.ErrPolicy, name)
		require.ErrorContains(t, err, name)
	}
	for name, change := range map[string]func(*cycle.Policy){
		"read_window": func(p *cycle.Policy) { p.ReadWindow = policy.Is(367) }, "low_use": func(p *cycle.Policy) { p.LowUse = at(100) },
		"short_period": func(p *cycle.Policy) { p.ShortPeriod = at(36) }, "least_change": func(p *cycle.Policy) { p.LeastChange = policy.Of(metering.Volume{}) },
	} {
		p := thresholds()
		change(&p)
		require.ErrorContains(t, p.Check(), name)
	}
	p := thresholds()
	p.LowUse, p.HighUse, p.LongPeriod, p.ShortPeriod, p.EstimatesInRow, p.TierJump = off(), off(), off(), off(), off(), off()
	p.LeastChange = policy.None[metering.Volume]()
	p.BillsChange, p.ChargesChange, p.UseChange, p.LongestHold, p.LongestUnbilled = off(), off(), off(), off(), off()
	require.NoError(t, p.Check())
	r := but(without(six(), 5), 1, made{period: "[2026-03-31, 2026-05-20)", tenths: 900})
	r.Members = r.Members[:5]
	r = forget(r)
	list, err := cycle.Review(given(r), p)
	require.NoError(t, err)
	require.Equal(t, []string{"FutureDays account A-2 agreement 2 bill 2026-W18: it bills days to before 2026-05-20, and is reviewed on 2026-05-01"}, lines(list.Exceptions()), "a threshold that is off lists nothing; days that are not over are no threshold")
	r.Holds = []cycle.Hold{holdOf("2")}
	r.Holds[0].Bill, r.Holds[0].Until = key, day("2027-05-01")
	require.NoError(t, second(cycle.Review(given(r), p)), "nor does it bound a hold")
}
