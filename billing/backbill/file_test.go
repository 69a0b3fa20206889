package backbill_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/backbill"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
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

// No limit stands for one that is not known, and no verdict hides that its limit is a placeholder.
func TestLimitsThatAreNotKnownAreErrorsAndPlaceholdersAreTold(t *testing.T) {
	for _, c := range []struct{ path, stated, stand string }{
		{"under.limit", "limit: 24 months", "24 months"},
		{"over.limit", "limit: none", "none"},
		{"under.unknown_start", "limit: 24 months, unknown_start: half_since_test", "half_since_test"},
		{"bands.6.low", `"6": {low: 97`, "97"},
		{"bands.6.high", "high: 103", "103"},
		{"least_refund", "least_refund: 5.00", "5.00"},
	} {
		t.Run(c.path, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(src, c.stated))
			marked := func(mark string) backbill.Policy {
				read, err := parse(strings.Replace(src, c.stated, strings.TrimSuffix(c.stated, c.stand)+mark, 1))
				require.NoError(t, err)
				limits, _, err := read.On(civil.MustDate("2026-06-01"))
				require.NoError(t, err)
				return limits
			}
			path := "backbill[0]." + c.path
			unknown := marked("{unknown: not public}")
			_, err := unknown.Verdict(found(backbill.Underbilled, "2026-01-01", ""))
			require.ErrorIs(t, err, policy.ErrNotKnown)
			require.ErrorContains(t, err, path)
			_, err = unknown.Refund(money.Cents(5_00))
			require.ErrorIs(t, err, policy.ErrNotKnown)

			stand := marked("{placeholder: " + c.stand + ", why: not public}")
			verdict, err := stand.Verdict(found(backbill.Underbilled, "2026-01-01", ""))
			require.NoError(t, err)
			require.Equal(t, path+": not public", verdict.Placeholders[0].String())
			require.Contains(t, verdict.Words, "; a placeholder stands in for "+path+": not public")
			refund, err := stand.Refund(money.Cents(5_00))
			require.NoError(t, err)
			require.Equal(t, verdict.Placeholders, refund.Placeholders)
			require.Contains(t, refund.Words, "; a placeholder stands in for "+path+": not public")
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
