package backbill_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/backbill"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
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

// onDay is the policy of the file with a text of it changed.
func onDay(t *testing.T, old, changed string) backbill.Policy {
	t.Helper()
	require.Equal(t, 1, strings.Count(src, old), old)
	read, err := parse(strings.Replace(src, old, changed, 1))
	require.NoError(t, err)
	limits, _, err := read.On(civil.MustDate("2026-06-01"))
	require.NoError(t, err)
	return limits
}

// question is one that a policy is asked. It gives what the answer says of placeholders, and its words.
type question func(p backbill.Policy) (marks []policy.Mark, words string, err error)

func verdict(f backbill.Facts) question {
	return func(p backbill.Policy) ([]policy.Mark, string, error) {
		v, err := p.Verdict(f)
		return v.Placeholders, v.Words, err
	}
}

func refund(p backbill.Policy) ([]policy.Mark, string, error) {
	r, err := p.Refund(money.Cents(5_00))
	return r.Placeholders, r.Words, err
}

// questions are all that there are, by what they read of the policy.
func questions() map[string]question {
	tested := func(f backbill.Facts, size, accuracy string) backbill.Facts {
		f.Meter = &backbill.Meter{Size: size, Accuracy: new(must(exact.ParseNumber(accuracy)))}
		return f
	}
	doubted := func(f backbill.Facts) backbill.Facts { f.DoubtIgnored = true; return f }
	under, over := found(backbill.Underbilled, "2026-01-01", ""), found(backbill.Overbilled, "2026-01-01", "")
	return map[string]question{
		"under":         verdict(under),
		"over":          verdict(over),
		"under unknown": verdict(found(backbill.Underbilled, "", "2026-01-01")),
		"over unknown":  verdict(found(backbill.Overbilled, "", "2026-01-01")),
		"right meter":   verdict(tested(doubted(under), "6", "98")),
		"wrong meter":   verdict(tested(over, "6", "110")),
		"other meter":   verdict(tested(over, "5/8", "110")),
		"doubt":         verdict(doubted(under)),
		"over doubt":    verdict(doubted(over)),
		"refund":        refund,
	}
}

// No answer rests on a value that is not known, and none hides that it rests on a placeholder. What a question does not read is
// no matter to it.
func TestAQuestionAsksForWhatItReads(t *testing.T) {
	for _, c := range []struct{ path, stated, stand, read string }{
		{"under.limit", "limit: 24 months", "24 months", "under, under unknown"},
		{"over.limit", "limit: none", "none", "over, over unknown, wrong meter, other meter, over doubt"},
		{"under.unknown_start", "limit: 24 months, unknown_start: half_since_test", "half_since_test", "under unknown"},
		{"over.unknown_start", "limit: none, unknown_start: half_since_test", "half_since_test", "over unknown"},
		{"bands.6.low", `"6": {low: 97`, "97", "right meter, wrong meter"},
		{"bands.6.high", "high: 103", "103", "right meter, wrong meter"},
		{"least_refund", "least_refund: 5.00", "5.00", "refund"},
	} {
		for name, ask := range questions() {
			t.Run(c.path+"/"+name, func(t *testing.T) {
				marked := func(mark string) backbill.Policy {
					return onDay(t, c.stated, strings.TrimSuffix(c.stated, c.stand)+mark)
				}
				path := "backbill[0]." + c.path
				marks, words, err := ask(marked("{placeholder: " + c.stand + ", why: not public}"))
				require.NoError(t, err)
				_, _, unknown := ask(marked("{unknown: not public}"))
				if !slices.Contains(strings.Split(c.read, ", "), name) {
					require.NoError(t, unknown)
					require.Empty(t, marks)
					require.NotContains(t, words, "placeholder")
					return
				}
				require.ErrorIs(t, unknown, policy.ErrNotKnown)
				require.ErrorContains(t, unknown, path)
				require.Len(t, marks, 1)
				require.Equal(t, path+": not public", marks[0].String())
				require.True(t, strings.HasSuffix(words, "; a placeholder stands in for "+path+": not public"), words)
			})
		}
	}
}

// A text, a choice, a mapping or a part as a whole that is a placeholder is told as a value is.
func TestAPlaceholderThatIsNoValueIsToldToo(t *testing.T) {
	const all = "under, over, under unknown, over unknown, right meter, wrong meter, other meter, doubt, over doubt, refund"
	for _, c := range []struct{ path, stated, stand, read string }{
		{"title", "title: Wisconsin PSC 185.35", "title: {placeholder: A rule, why: not public}", all},
		{"authority", "authority: rules.md section 6; sizes and the least refund are made up", "authority: {placeholder: A board, why: not public}", all},
		{"accuracy", "accuracy: by_size", "accuracy: {placeholder: by_size, why: not public}", "right meter, wrong meter, other meter"},
		{"ignored_doubt", "ignored_doubt: bars_back_bill", "ignored_doubt: {placeholder: bars_back_bill, why: not public}", "doubt"},
		{"bands", "bands:\n      5/8: {low: 97, high: 102}\n      \"6\": {low: 97, high: 103}",
			`bands: {placeholder: {5/8: {low: 97, high: 102}, "6": {low: 97, high: 103}}, why: not public}`, "right meter, wrong meter, other meter"},
		{"bands.6", `"6": {low: 97, high: 103}`, `"6": {placeholder: {low: 97, high: 103}, why: not public}`, "right meter, wrong meter"},
		{"under", "under: {limit: 24 months, unknown_start: half_since_test}",
			"under: {placeholder: {limit: 24 months, unknown_start: half_since_test}, why: not public}", "under, under unknown"},
	} {
		for name, ask := range questions() {
			t.Run(c.path+"/"+name, func(t *testing.T) {
				marks, words, err := ask(onDay(t, c.stated, c.stand))
				require.NoError(t, err)
				if !slices.Contains(strings.Split(c.read, ", "), name) {
					require.Empty(t, marks)
					require.NotContains(t, words, "placeholder")
					return
				}
				path := "backbill[0]." + c.path
				require.Len(t, marks, 1)
				require.Equal(t, path+": not public", marks[0].String())
				require.True(t, strings.HasSuffix(words, "; a placeholder stands in for "+path+": not public"), words)
			})
		}
	}
}

// A part that nobody has stated is missing where it is read, and only there.
func TestAPolicyInPartAnswersWhatItStates(t *testing.T) {
	for _, c := range []struct {
		path, read string
		without    func(p *backbill.Policy)
	}{
		{"under.limit", "under, under unknown", func(p *backbill.Policy) { p.Under.Limit = policy.OrNone[backbill.Span]{} }},
		{"over.limit", "over, over unknown, wrong meter, other meter, over doubt", func(p *backbill.Policy) { p.Over.Limit = policy.OrNone[backbill.Span]{} }},
		{"under.unknown_start", "under unknown", func(p *backbill.Policy) { p.Under.UnknownStart = policy.Value[backbill.Unknown]{} }},
		{"over.unknown_start", "over unknown", func(p *backbill.Policy) { p.Over.UnknownStart = policy.Value[backbill.Unknown]{} }},
		{"accuracy", "right meter, wrong meter, other meter", func(p *backbill.Policy) { p.Accuracy = 0 }},
		{"bands", "right meter, wrong meter, other meter", func(p *backbill.Policy) { p.Bands = nil }},
		{"bands.6.low", "right meter, wrong meter", func(p *backbill.Policy) { p.Bands["6"] = backbill.Band{High: p.Bands["6"].High} }},
		{"ignored_doubt", "doubt", func(p *backbill.Policy) { p.Doubt = 0 }},
		{"least_refund", "refund", func(p *backbill.Policy) { p.LeastRefund = policy.Value[money.Amount]{} }},
		{"title", "all", func(p *backbill.Policy) { p.Title = "" }},
		{"authority", "all", func(p *backbill.Policy) { p.Source = "" }},
	} {
		for name, ask := range questions() {
			t.Run(c.path+"/"+name, func(t *testing.T) {
				p := wisconsin()
				c.without(&p)
				_, _, err := ask(p)
				if c.read == "all" || slices.Contains(strings.Split(c.read, ", "), name) {
					require.ErrorContains(t, err, ": "+c.path+": ")
					require.ErrorContains(t, p.Check(), ": "+c.path+": ")
					return
				}
				require.NoError(t, err)
			})
		}
	}
}

// What keeps every day from being corrected does so whatever the limits are.
func TestNoLimitIsAskedForWhereNothingIsCorrected(t *testing.T) {
	p := wisconsin()
	p.Under, p.Over = backbill.Terms{}, backbill.Terms{}
	for _, name := range []string{"right meter", "doubt"} {
		_, words, err := questions()[name](p)
		require.NoError(t, err)
		require.Contains(t, words, "nothing that was under-billed is billed again")
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
