package collections_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
)

// lettersSrc is the policy of letters as a file states it.
func lettersSrc() string {
	var b strings.Builder
	b.WriteString(`headgate: policy/1
name: test
letters:
  - from: 2026-01-01
    source: {resolution: test}
    title: letters
    citation: invented
    laws: [CA-HSC-116900-LETTERS@2024, CA-GOV-60371-LETTERS@2022]
    confirmed: []
    spoken: [{language: es, percent: 38.5}, {language: hmn, percent: 9.99}]
    languages: [en, es, zh, tl, vi, ko]
    pay_by: day_before
    letters:
`)
	for _, r := range letters().Letters {
		var records, topics []string
		for _, step := range r.Records {
			records = append(records, string(step))
		}
		for _, topic := range r.Topics {
			topics = append(topics, string(topic))
		}
		fmt.Fprintf(&b, "      - letter: %s\n        records: [%s]\n        topics: [%s]\n        wordings:\n", r.Letter, strings.Join(records, ", "), strings.Join(topics, ", "))
		for _, w := range r.Wordings {
			fmt.Fprintf(&b, "          - {language: %s, topic: %s, id: %s}\n", w.Language, w.Topic, w.ID)
		}
	}
	return b.String()
}

func parseLetters(src string) (collections.LetterPolicy, error) {
	var read policyfile.Dated[collections.LetterPolicy]
	if _, err := policyfile.Parse("policy.yaml", []byte(src), policyfile.Into("letters", &read)); err != nil {
		return collections.LetterPolicy{}, err
	}
	p, _, err := read.On(civil.MustDate("2026-06-01"))
	return p, err
}

func TestAPolicyOfLettersIsReadFromAFile(t *testing.T) {
	src := lettersSrc()
	p, err := parseLetters(src)
	require.NoError(t, err)
	require.Equal(t, letters(), p)
	for _, c := range []struct{ old, harmed, want string }{
		{"laws: [CA-HSC-116900-LETTERS@2024, ", "laws: [CA-HSC-116900-LETTERS@2017, ", "letters[0].laws[0]"},
		{"languages: [en, es, ", "languages: [en, ", `the language "es" is missing`},
		{"pay_by: day_before", "pay_by: some_day", "letters[0].pay_by"},
		{"    pay_by: day_before\n", "", "letters[0].pay_by"},
		{"- letter: door_tag", "- letter: song", "letters[0].letters[4].letter"},
		{"          - {language: vi, topic: extension, id: door_tag/extension/vi}\n", "", `the wording of "extension" in "vi" is missing from the letter door_tag`},
		{"percent: 9.99", "percent: 10.00", `the language "hmn" is missing`},
	} {
		require.Equal(t, 1, strings.Count(src, c.old), c.old)
		_, err := parseLetters(strings.Replace(src, c.old, c.harmed, 1))
		require.ErrorContains(t, err, c.want)
	}
	p, err = parseLetters(strings.Replace(src, "percent: 9.99", "percent: {unknown: not counted}", 1))
	require.NoError(t, err)
	require.NoError(t, p.Check(), "it is no fault of the policy")
	_, err = collections.CompileLetters(feesOf(t, stepFees(), reconnection()), p)
	require.ErrorIs(t, err, policy.ErrNotKnown)
}

// Each part of the policy that is a placeholder is told with each letter, as are those of the ladder and of the fees.
func TestEveryPlaceholderOfALetterIsTold(t *testing.T) {
	src := lettersSrc()
	s := noticed(t)
	told, next := 0, 0
	for line := range strings.Lines(src) {
		at := next
		next += len(line)
		body := strings.TrimPrefix(strings.TrimSpace(line), "- ")
		key, value, ok := strings.Cut(body, ": ")
		if !ok || !strings.HasPrefix(line, "    ") || key == "source" || strings.HasPrefix(body, "{") {
			continue
		}
		lead := line[:strings.Index(line, key)]
		p, err := parseLetters(src[:at] + lead + key + ": {placeholder: " + strings.TrimSpace(value) + ", why: not public}\n" + src[at+len(line):])
		require.NoError(t, err, line)
		c, err := writer(t, p).Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-06-02"), s.facts("2026-06-02"))
		require.NoError(t, err)
		require.Len(t, c.Placeholders, 1, line)
		require.Contains(t, c.String(), "a placeholder stands in for "+c.Placeholders[0])
		told++
	}
	require.Equal(t, 7+6*3, told)

	rule, steps, r := district(), stepFees(), reconnection()
	mark := func(path string) policy.Marks { return policy.Marks{"citation": {{Path: path, Why: "not public"}}} }
	rule.Marks, steps.Marks, r.Marks = mark("a"), mark("b"), mark("c")
	fees, err := collections.CompileFees(compiled(t, rule), steps, r)
	require.NoError(t, err)
	p := letters()
	p.Marks = mark("d")
	w, err := collections.CompileLetters(fees, p)
	require.NoError(t, err)
	c, err := w.Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-06-02"), s.facts("2026-06-02"))
	require.NoError(t, err)
	require.Equal(t, []string{"a: not public", "d: not public", "b: not public", "c: not public"}, c.Placeholders)
}

func TestALetterThatWasConfirmedNamesNoLaw(t *testing.T) {
	rule, r, p := district(), reconnection(), letters()
	rule.Confirmed, p.Confirmed = []string{rule.Laws[0].Title, rule.Laws[1].Title}, []string{p.Laws[0].Title}
	r.Confirmed = policy.Is(true)
	fees, err := collections.CompileFees(compiled(t, rule), stepFees(), r)
	require.NoError(t, err)
	w, err := collections.CompileLetters(fees, p)
	require.NoError(t, err)
	s := noticed(t)
	c, err := w.Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-06-02"), s.facts("2026-06-02"))
	require.NoError(t, err)
	require.Equal(t, []string{"CA-GOV-60371-LETTERS@2022"}, c.Unconfirmed)
}

// A letter as it is stored: what was printed can be shown again, and what was changed is refused.
func TestAStoredLetterIsTheOneThatWasGiven(t *testing.T) {
	c := noticed(t).letter(collections.PastDueLetter, collections.Notices, "2026-06-02")
	c.Placeholders = []string{"letters[0].citation: not public"}
	data := string(golden(t, collections.LetterForm(), "letter_past_due.v1.json", c))
	s := noticed(t)
	s.f.Tenants = collections.Yes
	golden(t, collections.LetterForm(), "letter_tenants.v1.json", s.letter(collections.TenantsLetter, collections.Notices, "2026-06-02"))
	back, err := collections.LetterForm().Unmarshal([]byte(data))
	require.NoError(t, err)
	require.Equal(t, c.AppendCanonical(nil), back.AppendCanonical(nil))
	require.Equal(t, time.UTC, back.NotBefore.Location())
	require.Equal(t, c.String(), back.String())
	for _, ch := range []struct{ old, harmed string }{
		{`"key":"N-1"`, `"key":"N-2"`}, {`"account":"0104417"`, `"account":"0104418"`}, {`"area":"Ord"`, `"area":"Marina"`}, {`"class":"residential"`, `"class":"commercial"`},
		{`"day":"2026-06-02"`, `"day":"2026-06-03"`}, {`"pay_by":"2026-06-16"`, `"pay_by":"2026-06-15"`}, {`"shutoff":"2026-06-17"`, `"shutoff":"2026-06-18"`},
		{`"not_before":"2026-06-17T15:00:00Z"`, `"not_before":"2026-06-17T15:00:01Z"`}, {`"first_delinquent":"2026-04-17"`, `"first_delinquent":"2026-04-18"`},
		{`"debt":"2026-04-16"`, `"debt":"2026-04-15"`}, {`"bill":"0104417 bill 2026-04-16"`, `"bill":"0104417 bill"`}, {`"service":"water"`, `"service":"sewer"`},
		{`"kind":"charge"`, `"kind":"tax"`}, {`"billed":"2026-03-26"`, `"billed":"2026-03-27"`}, {`"step":"shut_off","amount":"40.00"`, `"step":"shut_off","amount":"41.00"`},
		{`"when":"in_hours","amount":"85.00"`, `"when":"after_hours","amount":"85.00"`}, {`"low_income":true,"amount":"50.00"`, `"amount":"50.00"`},
		{`"language":"ko","source":"Civil`, `"language":"ko","source":"civil`}, {`"language":"en","topic":"body","id":"past_due_notice/body/en"`, `"language":"en","topic":"body","id":"x"`},
		{`"topic":"assistance","source":"invented","status":"ours"`, `"topic":"assistance","source":"invented","status":"verified"`},
		{`"records":["past_due_notice","contact","mailed_notice"]`, `"records":["past_due_notice"]`}, {`"policy":"letters"`, `"policy":"other"`},
		{`"unconfirmed":["CA-HSC-116900@2024",`, `"unconfirmed":[`}, {`"placeholders":["letters[0].citation: not public"],`, ``}, {`"to":"customer"`, `"to":"occupant"`},
		{`"at":"mailing_address"`, `"at":"service_address"`}, {`"kind":"past_due_notice"`, `"kind":"occupant_notice"`}, {`"amount":"84.37"`, `"amount":"84.38"`},
	} {
		require.Contains(t, data, ch.old)
		_, err := collections.LetterForm().Unmarshal([]byte(strings.Replace(data, ch.old, ch.harmed, 1)))
		require.Error(t, err, ch.harmed)
	}
	// One that is not whole is refused, though its digest is that of what it says.
	digest := func(c collections.Letter) string {
		sum := sha256.Sum256(c.AppendCanonical(nil))
		return hex.EncodeToString(sum[:])
	}
	was := digest(c)
	c.PayBy = c.Shutoff
	harmed := strings.NewReplacer(`"pay_by":"2026-06-16"`, `"pay_by":"2026-06-17"`, was, digest(c)).Replace(data)
	require.Contains(t, harmed, digest(c))
	_, err = collections.LetterForm().Unmarshal([]byte(harmed))
	require.ErrorIs(t, err, collections.ErrLetter)
	c.PayBy, c.Key = day("2026-06-16"), "N-2"
	harmed = strings.NewReplacer(`"key":"N-1"`, `"key":"N-2"`, was, digest(c)).Replace(data)
	_, err = collections.LetterForm().Unmarshal([]byte(harmed))
	require.ErrorIs(t, err, stored.ErrID)
}

func TestALetterThatIsNotWholeIsRefused(t *testing.T) {
	for path, changes := range map[string][]func(c *collections.Letter){
		"key":  {func(c *collections.Letter) { c.Key = " " }, func(c *collections.Letter) { c.Account = "" }, func(c *collections.Letter) { c.Class = "" }, func(c *collections.Letter) { c.Policy = "" }},
		"kind": {func(c *collections.Letter) { c.Kind = "song" }},
		"to":   {func(c *collections.Letter) { c.To = collections.Occupant }, func(c *collections.Letter) { c.At = collections.ServiceAddress }},
		"day": {func(c *collections.Letter) { c.Day = civil.Date{} }, func(c *collections.Letter) { c.Debt = civil.Date{} }, func(c *collections.Letter) { c.FirstDelinquent = c.Debt },
			func(c *collections.Letter) { c.PayBy = day("2026-06-01") }, func(c *collections.Letter) { c.Shutoff = c.PayBy }, func(c *collections.Letter) { c.NotBefore = time.Time{} }},
		"items[0]": {func(c *collections.Letter) { c.Items[0].Item = stored.ID{} }, func(c *collections.Letter) { c.Items[0].Bill = "" },
			func(c *collections.Letter) { c.Items[0].Amount = usd(0) }},
		"items":    {func(c *collections.Letter) { c.Items[0].Due = day("2026-04-15") }},
		"items[1]": {func(c *collections.Letter) { c.Items = append(c.Items, c.Items[0]); c.Items[0].Due = day("2026-04-17") }},
		"amount":   {func(c *collections.Letter) { c.Amount = usd(1) }, func(c *collections.Letter) { c.Items = nil }, func(c *collections.Letter) { c.Items, c.Amount = nil, usd(0) }},
		"languages": {func(c *collections.Letter) { c.Languages, c.Wordings = nil, nil }, func(c *collections.Letter) { c.Topics, c.Wordings = nil, nil },
			func(c *collections.Letter) { c.Topics = c.Topics[1:] }},
		"wordings": {func(c *collections.Letter) { c.Wordings = c.Wordings[1:] }, func(c *collections.Letter) { c.Wordings[3].ID = "" }, func(c *collections.Letter) { c.Wordings[3].Topic = "x" },
			func(c *collections.Letter) { c.Wordings[3].Language = "fr" }, func(c *collections.Letter) { c.Wordings = append(c.Wordings, c.Wordings[0]) }},
		"records": {func(c *collections.Letter) { c.Records = nil }, func(c *collections.Letter) { c.Records = c.Records[1:] }, func(c *collections.Letter) { c.Records = append(c.Records, collections.ShutOff) }},
		"fees": {func(c *collections.Letter) { c.Fees = nil }, func(c *collections.Letter) { c.Fees[0].Source = "" }, func(c *collections.Letter) { c.Fees[0].Amount = usd(-1) },
			func(c *collections.Letter) { c.Fees[0].Step = collections.DoorTag }, func(c *collections.Letter) { c.Fees[1].When = "" }},
	} {
		for i, change := range changes {
			c := noticed(t).letter(collections.PastDueLetter, collections.Notices, "2026-06-02")
			require.NoError(t, c.Check())
			change(&c)
			require.ErrorIs(t, c.Check(), collections.ErrLetter, "%s %d", path, i)
			require.ErrorContains(t, c.Check(), ": "+path+": ", "%s %d", path, i)
			_, err := collections.LetterForm().Marshal(c)
			require.ErrorIs(t, err, collections.ErrLetter)
		}
	}
	s := noticed(t)
	s.f.Tenants = collections.Yes
	c := s.letter(collections.TenantsLetter, collections.Notices, "2026-06-02")
	c.Amount = usd(84_37)
	require.ErrorContains(t, c.Check(), ": items: ")
	tag := noticed(t)
	tag.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
	tag.event(collections.Contact, collections.ByMail, collections.Customer, "2026-06-02")
	c = tag.letter(collections.TagLetter, collections.DoorTags, "2026-06-15")
	require.NoError(t, c.Check())
	c.To = collections.ThirdParty
	require.ErrorContains(t, c.Check(), ": to: ")
}
