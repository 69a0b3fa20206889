package collections_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/policy"
)

// H&S 116908(a)(1)(C): what a written notice explains, in each language, by the template of the policy; what was not read is unverified.
func TestALetterExplainsWhatTheLawAsksForInEachLanguage(t *testing.T) {
	c := noticed(t).letter(collections.PastDueLetter, collections.Notices, "2026-06-02")
	require.Equal(t, []collections.LetterTopic{
		{Topic: collections.Body, Source: "invented", Status: collections.Ours},
		{Topic: collections.Extension, Source: "H&S 116908(a)(1)(C)(iv)", Status: collections.Unverified},
		{Topic: collections.ReviewAndAppeal, Source: "H&S 116908(a)(1)(C)(v)", Status: collections.Unverified},
		{Topic: collections.PaymentSchedule, Source: "H&S 116908(a)(1)(C)(vi)", Status: collections.Unverified},
		{Topic: "assistance", Source: "invented", Status: collections.Ours},
	}, c.Topics)
	var languages []collections.Language
	for _, one := range c.Languages {
		languages = append(languages, one.Language)
		require.Equal(t, collections.Unverified, one.Status)
	}
	require.Equal(t, letters().Languages, languages)
	require.Len(t, c.Wordings, 30)
	require.Equal(t, collections.Wording{Language: "es", Topic: collections.ReviewAndAppeal, ID: "past_due_notice/review_appeal/es"}, c.Wordings[7])

	// A tag has the same topics by our own choice; of other service only what the district asks for.
	s := noticed(t)
	s.f.Class = "commercial"
	shop := s.letter(collections.PastDueLetter, collections.Notices, "2026-06-02")
	require.Equal(t, []collections.Topic{collections.Body, "assistance"}, []collections.Topic{shop.Topics[0].Topic, shop.Topics[1].Topic})
	require.Len(t, shop.Wordings, 12)
	require.Equal(t, collections.Ours, shop.Languages[0].Status)
	require.Empty(t, shop.Unconfirmed)
	require.Len(t, shop.Fees, 3, "no cap of low income")
	for _, topic := range collections.HSC116900LettersAt2024().Topics {
		if slices.Contains(topic.Letters, collections.TagLetter) {
			require.Equal(t, collections.Ours, topic.Status)
		}
	}
}

// H&S 116906: English, the languages of Civil Code 1632, and those of at least 10% of the customers.
func TestALanguageOfATenthOfTheCustomersIsAskedFor(t *testing.T) {
	var asks []collections.Language
	for _, one := range collections.HSC116900LettersAt2024().Languages {
		asks = append(asks, one.Language)
	}
	require.Equal(t, []collections.Language{"en", "es", "zh", "tl", "vi", "ko"}, asks)
	for i, language := range asks {
		p := letters()
		p.Languages = slices.Delete(slices.Clone(p.Languages), i, i+1)
		require.ErrorIs(t, p.Check(), policy.ErrNotStated)
		require.ErrorContains(t, p.Check(), fmt.Sprintf("the language %q is missing", string(language)))
	}
	p := letters()
	require.NoError(t, p.Check())
	p.Spoken[1].Percent = policy.Is(decimal.RequireFromString("10"))
	require.ErrorIs(t, p.Check(), policy.ErrNotStated)
	require.ErrorContains(t, p.Check(), `the language "hmn" is missing: 10% of the customers speak it`)
	p.Languages = append(p.Languages, "hmn")
	require.ErrorContains(t, p.Check(), `the wording of "extension" in "hmn" is missing from the letter past_due_notice`)
	for i := range p.Letters {
		for _, w := range p.Letters[i].Wordings {
			if w.Language == "en" {
				p.Letters[i].Wordings = append(p.Letters[i].Wordings, collections.Wording{Language: "hmn", Topic: w.Topic, ID: "h"})
			}
		}
	}
	s := noticed(t)
	c, err := writer(t, p).Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-06-02"), s.facts("2026-06-02"))
	require.NoError(t, err)
	require.Equal(t, collections.LetterLanguage{Language: "hmn", Source: "H&S 116906 (of the policy); 116922 (of letters): 10% of the customers speak it", Status: collections.Unverified}, c.Languages[6])
	s.f.Class = "commercial"
	c, err = writer(t, p).Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-06-02"), s.facts("2026-06-02"))
	require.NoError(t, err)
	require.Equal(t, collections.LetterLanguage{Language: "hmn", Source: "invented", Status: collections.Ours}, c.Languages[6])
}

// A wording that is missing is an error that names the letter, the topic and the language.
func TestAMissingWordingIsNamed(t *testing.T) {
	for i, r := range letters().Letters {
		for j, w := range r.Wordings {
			p := letters()
			p.Letters[i].Wordings = slices.Delete(p.Letters[i].Wordings, j, j+1)
			err := p.Check()
			require.ErrorIs(t, err, policy.ErrNotStated)
			require.ErrorContains(t, err, fmt.Sprintf("letters[%d].wordings: letters: the wording of %q in %q is missing from the letter %s", i, string(w.Topic), string(w.Language), r.Letter))
			_, err = collections.CompileLetters(feesOf(t, stepFees(), reconnection()), p)
			require.ErrorIs(t, err, policy.ErrNotStated)
			if j > 8 {
				break // one language and more
			}
		}
	}
	s := noticed(t)
	p := letters()
	p.Letters = p.Letters[1:]
	_, err := writer(t, p).Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-06-02"), s.facts("2026-06-02"))
	require.ErrorIs(t, err, policy.ErrNotStated)
	require.ErrorContains(t, err, "there is no letter past_due_notice")
}

func TestAPolicyOfLettersIsChecked(t *testing.T) {
	w := func(p *collections.LetterPolicy) *collections.Wording { return &p.Letters[0].Wordings[0] }
	for name, c := range map[string]struct {
		path   string
		code   error
		change func(p *collections.LetterPolicy)
	}{
		"title":           {"title", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Title = "" }},
		"citation":        {"citation", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Citation = "" }},
		"laws":            {"laws", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Laws = nil }},
		"confirmed":       {"confirmed", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Confirmed = nil }},
		"no such law":     {"confirmed[0]", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Confirmed = []string{"x"} }},
		"a law twice":     {"laws[2].title", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Laws = append(p.Laws, p.Laws[0]) }},
		"law title":       {"laws[0].title", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Laws[0].Title = "" }},
		"law source":      {"laws[0].source", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Laws[0].Source = "" }},
		"law days":        {"laws[0].during", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Laws[0].During = civil.Period{} }},
		"law share":       {"laws[0].share", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Laws[0].Share = 101 }},
		"share of whom":   {"laws[0].share", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Laws[0].ShareSource = "" }},
		"law language":    {"laws[0].languages[1]", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Laws[0].Languages[1].Source = "" }},
		"law topic":       {"laws[0].topics[0]", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Laws[0].Topics[0].Status = "perhaps" }},
		"topic of none":   {"laws[0].topics[1]", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Laws[0].Topics[1].Letters = nil }},
		"topic of what":   {"laws[0].topics[1]", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Laws[0].Topics[1].Letters = []collections.LetterKind{"song"} }},
		"spoken":          {"spoken", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Spoken = nil }},
		"spoken what":     {"spoken[0].language", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Spoken[0].Language = "" }},
		"spoken twice":    {"spoken[1].language", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Spoken[1].Language = "es" }},
		"spoken by whom":  {"spoken[0].percent", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Spoken[0].Percent = policy.Value[decimal.Decimal]{} }},
		"by more":         {"spoken[0].percent", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Spoken[0].Percent = policy.Is(decimal.New(101, 0)) }},
		"by less":         {"spoken[0].percent", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Spoken[0].Percent = policy.Is(decimal.New(-1, 0)) }},
		"languages":       {"languages", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Languages = nil }},
		"a language":      {"languages[0]", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Languages[0] = "English" }},
		"languages twice": {"languages[6]", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Languages = append(p.Languages, "en") }},
		"pay by":          {"pay_by", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.PayBy = "" }},
		"letters":         {"letters", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Letters = nil }},
		"letter":          {"letters[0].letter", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Letters[0].Letter = "" }},
		"no letter":       {"letters[0].letter", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Letters[0].Letter = "song" }},
		"letter twice":    {"letters[6].letter", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Letters = append(p.Letters, p.Letters[0]) }},
		"records":         {"letters[0].records", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Letters[0].Records = nil }},
		"not its own":     {"letters[0].records", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Letters[0].Records = []collections.Step{collections.Contact} }},
		"another's": {"letters[4].records", collections.ErrPolicy, func(p *collections.LetterPolicy) {
			p.Letters[4].Records = append(p.Letters[4].Records, collections.Visit)
		}},
		"topics":        {"letters[0].topics", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Letters[0].Topics = nil }},
		"a topic twice": {"letters[0].topics[1]", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Letters[0].Topics = append(p.Letters[0].Topics, "assistance") }},
		"no topic":      {"letters[0].topics[0]", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Letters[0].Topics[0] = " " }},
		"its body":      {"letters[0].topics[0]", collections.ErrPolicy, func(p *collections.LetterPolicy) { p.Letters[0].Topics[0] = collections.Body }},
		"wordings":      {"letters[0].wordings", policy.ErrNotStated, func(p *collections.LetterPolicy) { p.Letters[0].Wordings = nil }},
		"wording in":    {"letters[0].wordings[0].language", policy.ErrNotStated, func(p *collections.LetterPolicy) { w(p).Language = "" }},
		"wording of":    {"letters[0].wordings[0].topic", policy.ErrNotStated, func(p *collections.LetterPolicy) { w(p).Topic = "" }},
		"wording id":    {"letters[0].wordings[0].id", policy.ErrNotStated, func(p *collections.LetterPolicy) { w(p).ID = " " }},
		"wording twice": {"letters[0].wordings[1]", collections.ErrPolicy, func(p *collections.LetterPolicy) {
			p.Letters[0].Wordings[1] = collections.Wording{Language: "en", Topic: collections.Body, ID: "other"}
		}},
		"wording for nobody": {"letters[0].wordings[0]", collections.ErrPolicy, func(p *collections.LetterPolicy) { w(p).Language = "fr" }},
		"wording of nothing": {"letters[0].wordings[0]", collections.ErrPolicy, func(p *collections.LetterPolicy) { w(p).Topic = "weather" }},
	} {
		t.Run(name, func(t *testing.T) {
			p := letters()
			c.change(&p)
			require.ErrorIs(t, p.Check(), c.code)
			require.ErrorContains(t, p.Check(), ": "+c.path+": ")
		})
	}
	_, err := collections.CompileLetters(nil, letters())
	require.ErrorContains(t, err, "there are no fees")
	require.ErrorIs(t, new(collections.LetterLaw).UnmarshalText([]byte("CA-HSC-116900-LETTERS@2017")), collections.ErrLaw)
	p := letters()
	out := writer(t, p)
	p.Letters[0].Wordings[0].ID, p.Laws[0].Topics[0].Letters[0], p.Languages[0] = "x", "y", "z"
	s := noticed(t)
	c, err := out.Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-06-02"), s.facts("2026-06-02"))
	require.NoError(t, err)
	require.Equal(t, "past_due_notice/body/en", c.Wordings[0].ID, "the policy was copied")
	require.Len(t, c.Topics, 5)
}

// A preset is what its name says: one that was cut down has another name.
func TestALawOfLettersIsAsItWasRead(t *testing.T) {
	for _, change := range []func(l *collections.LetterLaw){
		func(l *collections.LetterLaw) { l.Languages = l.Languages[:1] }, func(l *collections.LetterLaw) { l.Topics = l.Topics[1:] }, func(l *collections.LetterLaw) { l.Share = 20 },
		func(l *collections.LetterLaw) { l.Languages[1].Status = collections.Verified }, func(l *collections.LetterLaw) { l.Topics[0].Letters = l.Topics[0].Letters[:1] },
		func(l *collections.LetterLaw) { l.Topics[0].Topic = "pay_here" }, func(l *collections.LetterLaw) { l.During = civil.MustPeriod("[2024-01-01, 2038-01-01)") },
		func(l *collections.LetterLaw) { l.ShareSource = "x" }, func(l *collections.LetterLaw) { l.Source = "x" },
	} {
		p := letters()
		change(&p.Laws[0])
		require.ErrorContains(t, p.Check(), `"CA-HSC-116900-LETTERS@2024" is the name of a preset, and says something else`)
	}
}
