package backbill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/backbill"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

func TestBackbillPolicyNamesWhatIsNotStated(t *testing.T) {
	err := backbill.Policy{}.Check()
	for _, path := range []string{
		"title", "authority", "under.limit", "under.unknown_start", "over.limit", "over.unknown_start", "accuracy", "ignored_doubt", "least_refund",
	} {
		require.Contains(t, err.Error(), "E_NOT_STATED: "+path+": ")
	}
	_, err = backbill.Policy{}.Verdict(found(backbill.Underbilled, "2026-01-01", ""))
	require.ErrorIs(t, err, policy.ErrNotStated)
	_, err = backbill.Policy{}.Refund(money.Cents(1))
	require.ErrorIs(t, err, policy.ErrNotStated)
	for _, p := range []backbill.Policy{phoenix(), coachella(), skamania(), millersburg(), dillon(), wisconsin()} {
		require.NoError(t, p.Check(), p.Title)
	}
}

func TestBackbillPolicyRefusesWhatContradictsItself(t *testing.T) {
	for _, c := range []struct {
		path string
		harm func(p *backbill.Policy)
	}{
		{"under.limit", func(p *backbill.Policy) { p.Under.Limit = policy.Of(backbill.Span{}) }},
		{"over.limit", func(p *backbill.Policy) {
			p.Over.Limit = policy.Of(backbill.Span{Months: 1, Days: 1})
		}},
		{"over.limit", func(p *backbill.Policy) { p.Over.Limit = backbillMonths(1201) }},
		{"over.limit", func(p *backbill.Policy) { p.Over.Limit = policy.Of(backbill.Span{Days: 36601}) }},
		{"under.unknown_start", func(p *backbill.Policy) {
			p.Under.UnknownStart = policy.Is(backbill.UnknownWithin(backbill.Span{Months: -1}))
		}},
		{"bands", func(p *backbill.Policy) { p.Bands = nil }},
		{"bands", func(p *backbill.Policy) { p.Accuracy = backbill.AccuracyNotAsked }},
		{"bands.1", func(p *backbill.Policy) {
			p.Bands = map[string]backbill.Band{"1": band("0", "102")}
		}},
		{"bands.1", func(p *backbill.Policy) {
			p.Bands = map[string]backbill.Band{"1": band("97", "0")}
		}},
		{"bands.1", func(p *backbill.Policy) {
			p.Bands = map[string]backbill.Band{"1": band("101", "102")}
		}},
		{"least_refund", func(p *backbill.Policy) { p.LeastRefund = policy.Is(money.Cents(-1)) }},
	} {
		t.Run(c.path, func(t *testing.T) {
			p := wisconsin()
			c.harm(&p)
			err := p.Check()
			require.ErrorIs(t, err, backbill.ErrPolicy)
			require.ErrorContains(t, err, "E_BACKBILL_POLICY: "+c.path+": ")
		})
	}
}

func TestBackbillSpanIsReadFromItsText(t *testing.T) {
	for text, want := range map[string]backbill.Span{
		"36 months": {Months: 36}, "1 month": {Months: 1}, "60 days": {Days: 60},
		"1 day": {Days: 1}, "1200 months": {Months: 1200}, "36600 days": {Days: 36600},
	} {
		var span backbill.Span
		require.NoError(t, span.UnmarshalText([]byte(text)))
		require.Equal(t, want, span)
		require.Equal(t, text, string(must(span.MarshalText())))
	}
	for _, text := range []string{
		"", "36", "months", "1 months", "0 months", "-1 days", "1201 months",
		"36601 days", "6 years", "+6 months", "06 months", "6  months",
	} {
		span := backbill.Span{Days: 7}
		require.ErrorIs(t, span.UnmarshalText([]byte(text)), backbill.ErrPolicy, text)
		require.Equal(t, backbill.Span{Days: 7}, span, "an error leaves it as it was")
	}
	_, err := backbill.Span{}.MarshalText()
	require.ErrorIs(t, err, backbill.ErrPolicy)
}

func FuzzBackbillUnknown(f *testing.F) {
	for _, text := range []string{"", "as_known", "half_since_test", "12 months", "60 days", "1 month", "01 month", "12 month"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var u backbill.Unknown
		if err := u.UnmarshalText([]byte(text)); err != nil {
			require.ErrorIs(t, err, backbill.ErrPolicy)
			require.Equal(t, "not stated", u.String())
			return
		}
		require.Equal(t, text, u.String())
	})
}
