package backbill_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/backbill"
	"github.com/headgate-dev/headgate/billing/civil"
)

const src = `headgate: policy/1
name: test
backbill:
  - from: 2026-01-01
    source: {resolution: test}
    title: Wisconsin PSC 185.35
    authority: rules.md section 6; sizes and the least refund are made up
    under: {limit: 24 months, unknown_start: half_since_test}
    over: {limit: none, unknown_start: half_since_test}
    accuracy: by_size
    bands:
      5/8: {low: 97, high: 102}
      "6": {low: 97, high: 103}
    ignored_doubt: bars_back_bill
    least_refund: 5.00
`

func parse(src string) (policyfile.Dated[backbill.Policy], error) {
	var read policyfile.Dated[backbill.Policy]
	_, err := policyfile.Parse("policy.yaml", []byte(src), policyfile.Into("backbill", &read))
	return read, err
}

func TestAPolicyOfAFileIsReadAndChecked(t *testing.T) {
	read, err := parse(src)
	require.NoError(t, err)
	limits, _, err := read.On(civil.MustDate("2026-06-01"))
	require.NoError(t, err)
	require.Equal(t, wisconsin(), limits)
	for _, c := range []struct{ old, harmed, want string }{
		{"    least_refund: 5.00\n", "", "backbill[0].least_refund"},
		{"limit: 24 months", "limit: 24", "backbill[0].under.limit"},
		{"low: 97, high: 102", "low: 101, high: 102", "backbill[0].bands.5/8"},
		{"ignored_doubt: bars_back_bill", "ignored_doubt: yes", "backbill[0].ignored_doubt"},
		{"{limit: none, unknown_start: half_since_test}", "{limit: none, unknown_start: soon}", "backbill[0].over.unknown_start"},
		{"accuracy: by_size", "accuracy: not_asked", "backbill[0].bands"},
	} {
		t.Run(c.want, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(src, c.old), c.old)
			_, err := parse(strings.Replace(src, c.old, c.harmed, 1))
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestChoicesAreReadByTheirWords(t *testing.T) {
	type choice interface {
		UnmarshalText(text []byte) error
		String() string
	}
	for _, c := range []struct {
		into  choice
		words []string
	}{{new(backbill.Accuracy), []string{"by_size", "not_asked"}}, {new(backbill.Doubt), []string{"bars_back_bill", "no_effect"}}} {
		require.Equal(t, "not stated", c.into.String())
		require.Error(t, c.into.UnmarshalText([]byte("not stated")))
		for _, word := range c.words {
			require.NoError(t, c.into.UnmarshalText([]byte(word)))
			require.Equal(t, word, c.into.String())
			require.Error(t, c.into.UnmarshalText(nil))
			require.Equal(t, word, c.into.String(), "an error leaves it as it was")
		}
	}
}
