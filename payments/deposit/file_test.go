package deposit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/payments/deposit"
)

const src = `headgate: policy/1
name: test
deposit:
  - from: 2026-01-01
    source: {resolution: test}
    title: Coastside CWD
    citation: rules.md section 4
    months: 12
    clock: fully_paid
    counts: last_months
    late_allowed: 0
    grace_days: 0
    shutoff: bars
    returned_item: bars
    gives: automatic
    as: check
    forfeit_months: 0
    return_days: 0
    act_days: 3
    interest: simple
    rates:
      - {from: 2020-01-01, percent: 1.5}
    rounding: half_up
    revenue_code: "2300"
`

func parse(src string) (deposit.Policy, error) {
	var read policyfile.Dated[deposit.Policy]
	if _, err := policyfile.Parse("policy.yaml", []byte(src), policyfile.Into("deposit", &read)); err != nil {
		return deposit.Policy{}, err
	}
	p, _, err := read.On(day("2026-06-01"))
	return p, err
}

func TestAPolicyOfAFileIsReadAndChecked(t *testing.T) {
	p, err := parse(src)
	require.NoError(t, err)
	require.Equal(t, simple(coastside(), "1.5"), p)
	none, err := parse(strings.NewReplacer("interest: simple", "interest: none", "rates:\n      - {from: 2020-01-01, percent: 1.5}\n", "rates: []\n").Replace(src))
	require.NoError(t, err)
	require.Equal(t, coastside(), none)
	for _, c := range []struct{ old, harmed, want string }{
		{"    late_allowed: 0\n", "", "deposit[0].late_allowed"},
		{"months: 12", "months: twelve", "deposit[0].months"},
		{"clock: fully_paid", "clock: soon", "deposit[0].clock"},
		{"as: check", "as: cash", "deposit[0].as"},
		{"return_days: 0", "return_days: 400", "deposit[0].return_days"},
		{"percent: 1.5", "percent: 101", "deposit[0].rates[0].percent"},
		{"interest: simple", "interest: none", "deposit[0].rates"},
		{"    rounding: half_up\n", "", "deposit[0].rounding"},
	} {
		require.Equal(t, 1, strings.Count(strings.ReplaceAll(src, "forfeit_months: 0", ""), c.old), c.old)
		_, err := parse(strings.Replace(src, c.old, c.harmed, 1))
		require.ErrorContains(t, err, c.want)
	}
}

// What stands in for a value that is not known is told with each answer, and nothing is answered where a value is not known.
func TestPlaceholdersAreTold(t *testing.T) {
	p, err := parse(strings.NewReplacer("late_allowed: 0", "late_allowed: {placeholder: 0, why: not public}", "as: check", "as: {placeholder: check, why: never asked}",
		"percent: 1.5", "percent: {placeholder: 1.5, why: a guess}").Replace(src))
	require.NoError(t, err)
	b, of := three(t)
	says := func(marks []policy.Mark) []string {
		var out []string
		for _, m := range marks {
			out = append(out, m.String())
		}
		return out
	}
	told := []string{"deposit[0].late_allowed: not public", "deposit[0].as: never asked", "deposit[0].rates[0].percent: a guess"}
	run, err := p.Propose(request("2026-06-30"), &b.l, of)
	require.NoError(t, err)
	require.Equal(t, told, says(run.Placeholders))
	require.Equal(t, told, says(run.Kept[0].Placeholders))
	require.Contains(t, run.String(), "placeholder: deposit[0].as: never asked")
	s, err := p.Settle(b.held("A-1"), facts("A-1"), day("2026-06-30"))
	require.NoError(t, err)
	require.Equal(t, told, says(s.Placeholders))

	p, err = parse(strings.Replace(src, "late_allowed: 0", "late_allowed: {unknown: not public}", 1))
	require.NoError(t, err, "it is no fault of the policy")
	_, err = p.Propose(request("2026-06-30"), &b.l, of)
	require.ErrorIs(t, err, policy.ErrNotKnown)
}
