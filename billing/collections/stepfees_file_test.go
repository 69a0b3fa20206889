package collections_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/policy"
)

const stepsSrc = `headgate: policy/1
name: test
step_fees:
  - from: 2026-01-01
    source: {resolution: test}
    title: steps
    citation: invented
    past_due_notice:
      amount: "5.00"
      classes: [residential, commercial]
      exempt: [multi-family]
      times: once_per_debt
      waivers: []
    door_tag:
      amount: "25.00"
      classes: [residential, commercial]
      exempt: [multi-family]
      times: each_event
      waivers: [error, low_income]
    visit:
      amount: none
      classes: []
      exempt: []
      times: each_event
      waivers: []
    shut_off:
      amount: "40.00"
      classes: [residential, commercial]
      exempt: [multi-family]
      times: each_event
      waivers: [error]
    kind: fee
    revenue_code: "4210"
`

func parseSteps(src string) (collections.StepFees, error) {
	var read policyfile.Dated[collections.StepFees]
	if _, err := policyfile.Parse("policy.yaml", []byte(src), policyfile.Into("step_fees", &read)); err != nil {
		return collections.StepFees{}, err
	}
	p, _, err := read.On(civil.MustDate("2026-06-01"))
	return p, err
}

func TestFeesOfStepsAreReadFromAFile(t *testing.T) {
	p, err := parseSteps(stepsSrc)
	require.NoError(t, err)
	require.Equal(t, stepFees(), p)
	for _, c := range []struct{ old, harmed, want string }{
		{"      amount: none\n", "", "step_fees[0].visit.amount"}, {"amount: none", `amount: "0.00"`, "step_fees[0].visit.amount"},
		{"times: once_per_debt", "times: once", "step_fees[0].past_due_notice.times"}, {"waivers: [error]", "waivers: []\n      more: 1", "step_fees[0].shut_off.more"},
		{"    kind: fee\n", "", "step_fees[0].kind"},
	} {
		require.Equal(t, 1, strings.Count(stepsSrc, c.old), c.old)
		_, err := parseSteps(strings.Replace(stepsSrc, c.old, c.harmed, 1))
		require.ErrorContains(t, err, c.want)
	}
	p, err = parseSteps(strings.Replace(stepsSrc, `amount: "40.00"`, "amount: {unknown: not public}", 1))
	require.NoError(t, err)
	require.NoError(t, p.Check(), "it is no fault of the policy")
	_, err = collections.CompileFees(compiled(t, district()), p, reconnection())
	require.ErrorIs(t, err, policy.ErrNotKnown)
}

// Each part of the fees that is a placeholder is told with each fee, and of a fee under the cap those of the reconnection too.
func TestEveryPlaceholderOfAFeeIsTold(t *testing.T) {
	told, next := 0, 0
	for line := range strings.Lines(stepsSrc) {
		at := next
		next += len(line)
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || !strings.HasPrefix(line, "    ") || key == "source" {
			continue
		}
		indent := line[:strings.Index(line, key)]
		p, err := parseSteps(stepsSrc[:at] + indent + key + ": {placeholder: " + strings.TrimSpace(value) + ", why: not public}\n" + stepsSrc[at+len(line):])
		require.NoError(t, err)
		all, err := feesOf(t, p, reconnection()).Steps(tagged(t).stepFacts("2026-06-22"))
		require.NoError(t, err)
		require.Len(t, only(t, all).Placeholders, 1, line)
		require.Contains(t, only(t, all).Words, key+": not public")
		told++
	}
	require.Equal(t, 24, told)

	r := reconnection()
	r.Marks = policy.Marks{"citation": {{Path: "fees[0].citation", Why: "not public"}}}
	s := untilShutoff(t)
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22 09:00")
	all, err := feesOf(t, stepFees(), r).Steps(s.low("2026-06-22", 85_00))
	require.NoError(t, err)
	require.Contains(t, shutoffOf(t, all).Words, "a placeholder stands in for fees[0].citation: not public")
	require.NotContains(t, all[0].Words, "placeholder")
}
