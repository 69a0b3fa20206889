package deposit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/payments/deposit"
)

const askSrc = `headgate: policy/1
name: test
deposit_asked:
  - from: 2026-01-01
    source: {resolution: test}
    title: Coastside CWD
    citation: rules.md section 4
    rules:
      - {tenure: any, when: always, flat: 75.00, times: 1, each_shutoff: 0, at_most: none}
    average:
      of: account
      months: 12
      mean: bill
      bill_months: "1"
      days_per_month: none
      least: 1
      no_history: none
    shutoff_months: 0
    waived: never
    rounding: half_up
    due_days: 21
    installments: 4
    installment_months: 1
    kind: deposit
    service: water
    revenue_code: "2300"
`

func parseAsk(src string) (deposit.AskPolicy, error) {
	var read policyfile.Dated[deposit.AskPolicy]
	if _, err := policyfile.Parse("policy.yaml", []byte(src), policyfile.Into("deposit_asked", &read)); err != nil {
		return deposit.AskPolicy{}, err
	}
	p, _, err := read.On(day("2026-06-01"))
	return p, err
}

func TestAnAskPolicyOfAFileIsReadAndChecked(t *testing.T) {
	p, err := parseAsk(askSrc)
	require.NoError(t, err)
	require.Equal(t, coastsideAsks(), p)
	record := "    waived: good_record\n    record: {months: 12, late_allowed: 0, grace_days: 0, shutoff: bars, returned_item: bars}\n"
	p, err = parseAsk(strings.Replace(askSrc, "    waived: never\n", record, 1))
	require.NoError(t, err)
	require.Equal(t, goodRecord(coastsideAsks()), p)
	p, err = parseAsk(strings.Replace(askSrc, `at_most: none`, `at_most: "3"`, 1))
	require.NoError(t, err)
	most, _ := p.Rules[0].AtMost.Value()
	require.Equal(t, number("3"), most)
	for _, c := range []struct{ old, harmed, want string }{
		{"    waived: never\n", "", "deposit_asked[0].waived"},
		{"tenure: any", "tenure: renter", "deposit_asked[0].rules[0].tenure"},
		{"tenure: any", "tenure: owner", "deposit_asked[0].rules"},
		{"flat: 75.00, ", "", "deposit_asked[0].rules[0].flat"},
		{"mean: bill", "mean: median", "deposit_asked[0].average.mean"},
		{"mean: bill", "mean: day", "deposit_asked[0].average.bill_months"},
		{"installments: 4", "installments: 0", "deposit_asked[0].installments"},
		{"    rounding: half_up\n", "", "deposit_asked[0].rounding"},
	} {
		require.Equal(t, 1, strings.Count(askSrc, c.old), c.old)
		_, err := parseAsk(strings.Replace(askSrc, c.old, c.harmed, 1))
		require.ErrorContains(t, err, c.want)
	}
}

// What stands in for a value that is not known is told with what is asked for.
func TestPlaceholdersOfWhatIsAskedForAreTold(t *testing.T) {
	for line, with := range map[string]string{
		"title: Coastside CWD": "title: {placeholder: Coastside CWD, why: not public}",
		"flat: 75.00":          "flat: {placeholder: 75.00, why: not public}",
		"at_most: none":        "at_most: {placeholder: none, why: not public}",
		"when: always":         "when: {placeholder: always, why: not public}",
		"of: account":          "of: {placeholder: account, why: not public}",
		"no_history: none":     "no_history: {placeholder: none, why: not public}",
		"rounding: half_up":    "rounding: {placeholder: half_up, why: not public}",
		"service: water":       "service: {placeholder: water, why: not public}",
		"waived: never":        "waived: {placeholder: never, why: not public}",
		"due_days: 21":         "due_days: {placeholder: 21, why: not public}",
	} {
		p, err := parseAsk(strings.Replace(askSrc, line, with, 1))
		require.NoError(t, err, line)
		a := newBooks(t).ask(p, asking(acct, 60_00))
		require.Len(t, a.Placeholders, 1, line)
		require.Contains(t, a.Placeholders[0].String(), "not public")
	}
}

const creditingSrc = `headgate: policy/1
name: test
deposit_interest:
  - from: 2026-01-01
    source: {resolution: test}
    title: Interest on deposits
    citation: invented
    months: 12
    from_day: none
    credited_to: deposit
`

func TestACreditingOfAFileIsReadAndChecked(t *testing.T) {
	parse := func(src string) (deposit.Crediting, error) {
		var read policyfile.Dated[deposit.Crediting]
		if _, err := policyfile.Parse("policy.yaml", []byte(src), policyfile.Into("deposit_interest", &read)); err != nil {
			return deposit.Crediting{}, err
		}
		c, _, err := read.On(day("2026-06-01"))
		return c, err
	}
	c, err := parse(creditingSrc)
	require.NoError(t, err)
	require.Equal(t, yearly(deposit.ToDeposit), c)
	c, err = parse(strings.Replace(creditingSrc, "from_day: none", "from_day: 2020-07-01", 1))
	require.NoError(t, err)
	from, stated := c.FromDay.Value()
	require.True(t, stated)
	require.Equal(t, day("2020-07-01"), from)
	for _, line := range []string{"    months: 12\n", "    from_day: none\n", "    credited_to: deposit\n", "    citation: invented\n"} {
		_, err = parse(strings.Replace(creditingSrc, line, "", 1))
		require.Error(t, err, line)
	}
	c, err = parse(strings.NewReplacer("credited_to: deposit", "credited_to: {placeholder: deposit, why: a guess}", "months: 12", "months: {placeholder: 12, why: another}").Replace(creditingSrc))
	require.NoError(t, err)
	b := newBooks(t)
	b.deposit(acct, "2024-01-15", 200_00)
	batch := must(simple(coastside(), "1.5").ProposeInterest(c, request("2025-02-03"), &b.l, []deposit.Facts{facts(acct)}))
	require.Len(t, batch.Placeholders, 2)
	require.Contains(t, batch.String(), "placeholder: deposit_interest[0].credited_to: a guess")
}
