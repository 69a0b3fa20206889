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

const src = `headgate: policy/1
name: test
collections:
  - from: 2026-01-01
    source: {resolution: test}
    title: collections
    citation: invented
    laws: [CA-HSC-116900@2024, CA-GOV-60370@2022]
    confirmed: []
    waived: []
    reading: full_days
    residential: [residential, multi-family]
    others: [commercial]
    kinds: [charge]
    exempt: [fee, tax]
    agencies: []
    minimum_balance: 25.00
    constraints:
      - title: 30 days past due
        source: invented
        status: ours
        for: others
        when: always
        since: due
        wait: 30 days
        ways: []
    never: []
    opens: 08:00
    closes: "15:00"
    notice_after: 5
    tag_lead: 7
    last_contact_age: 21
fees:
  - from: 2026-01-01
    source: {resolution: test}
    title: reconnection
    citation: invented
    in_hours: 85.00
    after_hours: 260.00
    cap: CA-HSC-116914@2018
    confirmed: false
    index: []
    kind: fee
    revenue_code: "4200"
`

func parse(src string) (collections.Policy, collections.FeePolicy, error) {
	var read policyfile.Dated[collections.Policy]
	var fees policyfile.Dated[collections.FeePolicy]
	if _, err := policyfile.Parse("policy.yaml", []byte(src), policyfile.Into("collections", &read), policyfile.Into("fees", &fees)); err != nil {
		return collections.Policy{}, collections.FeePolicy{}, err
	}
	p, _, err := read.On(civil.MustDate("2026-06-01"))
	if err != nil {
		return p, collections.FeePolicy{}, err
	}
	f, _, err := fees.On(civil.MustDate("2026-06-01"))
	return p, f, err
}

func TestAPolicyOfAFileIsReadAndChecked(t *testing.T) {
	p, f, err := parse(src)
	require.NoError(t, err)
	want := district()
	want.Constraints[0].Ways = []collections.Way{}
	require.Equal(t, want, p)
	require.Equal(t, reconnection(), f)
	for _, c := range []struct{ old, harmed, want string }{
		{"    tag_lead: 7\n", "", "collections[0].tag_lead"},
		{"    last_contact_age: 21\n", "", "collections[0].last_contact_age"},
		{"laws: [CA-HSC-116900@2024, ", "laws: [CA-HSC-116900@2017, ", "collections[0].laws[0]"},
		{"reading: full_days", "reading: whole_days", "collections[0].reading"},
		{"wait: 30 days", "wait: thirty days", "collections[0].constraints[0].wait"},
		{"never: []", "never: [Friday]", "collections[0].never[0]"},
		{"opens: 08:00", "opens: 8 a.m.", "collections[0].opens"},
		{"others: [commercial]", "others: [residential]", "collections[0].others"},
		{"cap: CA-HSC-116914@2018", "cap: CA-HSC-116914@2017", "fees[0].cap"},
		{"index: []", "index: [{year: 2026, value: 336.2}]", "fees[0].index"},
	} {
		t.Run(c.want, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(src, c.old), c.old)
			_, _, err := parse(strings.Replace(src, c.old, c.harmed, 1))
			require.ErrorContains(t, err, c.want)
		})
	}
}

// A constraint of the district's own with steps, as a file states it.
func TestAConstraintOfAFileHasWays(t *testing.T) {
	p, _, err := parse(strings.Replace(src, "    never: []\n", `      - title: the district's own letter
        source: Resolution 2026-01
        status: ours
        for: all
        when: always
        since: step
        wait: none
        ways:
          - {step: past_due_notice, methods: [mail, handed], to: [customer], wait: 20 days, after: bill_mailed, after_wait: 25 days, after_breach: none}
          - {step: past_due_notice, methods: [posted], to: [customer, occupant], wait: 48 hours, after_wait: none, after_breach: none}
        missing: letter required
    never: [friday]
`, 1))
	require.NoError(t, err)
	s := untilShutoff(t)
	require.Equal(t, []collections.Code{"letter required"}, codes(s.walk(p, "2026-06-22").Blocks))
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-04-19")
	require.Contains(t, s.walk(p, "2026-06-22").String(), "past_due_notice E5 was on 2026-04-19, and counts from 2026-04-20 on")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-05")
	require.Equal(t, day("2026-06-25"), s.walk(p, "2026-06-22").Day)
}

// What a file states as not known is an error once it is asked for, and a placeholder is told with every answer.
func TestWhatIsNotTheDistrictsOwnIsTold(t *testing.T) {
	p, f, err := parse(strings.NewReplacer("minimum_balance: 25.00", "minimum_balance: {placeholder: 25.00, why: not public}", "reading: full_days",
		"reading: {placeholder: full_days, why: a guess}", "in_hours: 85.00", "in_hours: {placeholder: 85.00, why: not public}").Replace(src))
	require.NoError(t, err)
	a := untilShutoff(t).walk(p, "2026-06-22")
	require.Len(t, a.Placeholders, 2)
	require.Contains(t, a.String(), "a placeholder stands in for collections[0].reading: a guess; a placeholder stands in for collections[0].minimum_balance: not public")
	list, err := compiled(t, p).List(collections.Shutoffs, "L", day("2026-06-22"), person("m.alvarez"), []collections.Facts{untilShutoff(t).facts("2026-06-22")})
	require.NoError(t, err)
	require.Contains(t, list.Rows[0].Words, "a placeholder stands in for collections[0].minimum_balance: not public")
	one, err := f.Reconnection(feeFacts(collections.InHours, 85_00, collections.Yes))
	require.NoError(t, err)
	require.Contains(t, one.Words, "a placeholder stands in for fees[0].in_hours: not public")
	require.Len(t, one.Placeholders, 1)

	p, f, err = parse(strings.NewReplacer("minimum_balance: 25.00", "minimum_balance: {unknown: not public}", "in_hours: 85.00", "in_hours: {unknown: not public}").Replace(src))
	require.NoError(t, err)
	require.NoError(t, p.Check(), "it is no fault of the policy")
	_, err = collections.Compile(p, office(), pacific())
	require.ErrorIs(t, err, policy.ErrNotKnown)
	_, err = f.Reconnection(feeFacts(collections.InHours, 85_00, collections.Yes))
	require.ErrorIs(t, err, policy.ErrNotKnown)
}

// Each part of a policy that is a placeholder is told, the plain ones too.
func TestEveryPlaceholderIsTold(t *testing.T) {
	told, next := 0, 0
	for line := range strings.Lines(src) {
		at := next
		next += len(line)
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || !strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "     ") || key == "source" || strings.HasPrefix(key, "- ") {
			continue
		}
		t.Run(key, func(t *testing.T) {
			area := "collections"
			if at > strings.Index(src, "\nfees:") {
				area = "fees"
			}
			p, f, err := parse(src[:at] + "    " + key + ": {placeholder: " + strings.TrimSpace(value) + ", why: not public}\n" + src[at+len(line):])
			require.NoError(t, err)
			marks := untilShutoff(t).walk(p, "2026-06-22").Placeholders
			if area == "fees" {
				one, err := f.Reconnection(feeFacts(collections.InHours, 85_00, collections.Yes))
				require.NoError(t, err)
				marks = one.Placeholders
			}
			require.Len(t, marks, 1)
			told++
		})
	}
	require.Greater(t, told, 20)
}
