package leak_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/leak"
)

// A text, a choice or a list that is a placeholder is told as a number is.
func TestLeakPlaceholdersThatAreNoValuesAreTold(t *testing.T) {
	t.Parallel()
	for path, stated := range map[string]string{
		"title": "    title: a test's own policy", "published": "published: invented", "rule.baseline": "      baseline: mean_of_bills",
		"rule.parts[0].name": "name: water", "rule.parts[0].of": "of: [water]", "rule.parts[0].share_is": "share_is: fixed",
		"rule.parts[0].price": "price: stated", "rule.parts[0].charge": "charge: water", "rule.parts[0].when": "when: always",
		"rule.uncredited": "uncredited: [sewer]", "eligible.test": "      test: at_least", "eligible.repaired": "repaired: required",
		"eligible.proof": "proof: required", "eligible.current": "current: required", "eligible.frequency": "frequency: once_in_months",
		"eligible.deadline_since": "deadline_since: bill_date", "winter_average": "winter_average: counted",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, 1, strings.Count(file, stated))
			key, value, _ := strings.Cut(stated, ": ")
			var dated policyfile.Dated[leak.Policy]
			_, err := policyfile.Parse("leak.yaml", []byte(strings.Replace(file, stated, key+": {placeholder: "+value+", why: not public}", 1)), policyfile.Into("leak_credit", &dated))
			require.NoError(t, err)
			p, _, err := dated.On(civil.MustDate("2026-06-01"))
			require.NoError(t, err)
			engine, q := billed(t, schedule(), "50")
			credit, err := p.Credit(engine, q, factsOfMay("10"))
			require.NoError(t, err)
			require.Len(t, credit.Placeholders, 1)
			require.Equal(t, "leak_credit[0]."+path+": not public", credit.Placeholders[0].String())
			require.Contains(t, credit.Words, "a placeholder stands in for leak_credit[0]."+path+": not public")
		})
	}
}
