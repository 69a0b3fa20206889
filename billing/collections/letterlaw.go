package collections

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Language is the tag of a language, such as "en" or "es".
type Language string

// LetterKind is a kind of letter.
type LetterKind string

// The letters.
const (
	PastDueLetter    LetterKind = "past_due_notice"    // to the customer
	OccupantLetter   LetterKind = "occupant_notice"    // to the service address, where it is not the customer's
	TenantsLetter    LetterKind = "tenants_notice"     // to the tenants behind an owner's account
	ThirdPartyLetter LetterKind = "third_party_notice" // to whom the customer has asked that it be told
	TagLetter        LetterKind = "door_tag"           // left at the premise
	FinalLetter      LetterKind = "final_notice"       // posted at the premise, after a plan was broken
)

var letterKinds = []LetterKind{PastDueLetter, OccupantLetter, TenantsLetter, ThirdPartyLetter, TagLetter, FinalLetter}

// Topic is what a letter explains. A district has topics of its own.
type Topic string

// The topics. Body is that of the letter itself, of every kind.
const (
	Body            Topic = "body"
	Extension       Topic = "extension"        // how to ask for more time
	ReviewAndAppeal Topic = "review_appeal"    // how to have the bill reviewed, and to appeal
	PaymentSchedule Topic = "payment_schedule" // how to ask for a deferred, reduced or alternative schedule of payments
	BecomeCustomers Topic = "become_customers" // how tenants become customers, without paying the arrears
)

// AskedLanguage is a language in which a law asks for letters.
type AskedLanguage struct {
	Language Language
	Source   string
	Status   Status
}

// AskedTopic is a topic that a law asks letters of some kinds to explain.
type AskedTopic struct {
	Topic   Topic
	Letters []LetterKind
	Source  string
	Status  Status
}

// LetterLaw is what a law asks of letters about residential service: dated, sourced data, confirmed by the district's counsel.
type LetterLaw struct {
	// Title is its name with the year of its text, and Source where the text stands.
	Title, Source string
	// During are the days for which it may be used: after them its text is to be read anew.
	During civil.Period
	// Languages are asked for whoever the customers are.
	Languages []AskedLanguage
	// Share is the percentage of the customers from which on the language that they speak is asked for too, with where it stands;
	// 0 where the law asks for none.
	Share       int
	ShareSource string
	ShareStatus Status
	Topics      []AskedTopic
}

// HSC116900LettersAt2024 is what California Health and Safety Code 116906 to 116922 asks of letters, as read in 2024: English, the languages
// of Civil Code 1632 (Spanish, Chinese, Tagalog, Vietnamese and Korean), and those of at least 10% of the customers; and what a written
// notice explains. That the policy stands in these languages was read, that the letters do too, which languages Civil Code 1632 names, and
// what a notice explains is well known and was not. The law asks for fewer languages of small systems: for which is not known here,
// and all are asked of all. On a tag, a final notice and a letter to a third party the topics are ours. To be confirmed by the district's
// counsel.
func HSC116900LettersAt2024() LetterLaw {
	law := LetterLaw{
		Title: "CA-HSC-116900-LETTERS@2024", Source: "California Health and Safety Code 116906, 116908(a)(1)(C), 116922; Civil Code 1632",
		During: civil.MustPeriod("[2024-01-01, 2028-01-01)"), Share: 10, ShareSource: "H&S 116906 (of the policy); 116922 (of letters)", ShareStatus: Unverified,
		Languages: []AskedLanguage{{"en", "H&S 116906 (of the policy); 116922 (of letters)", Unverified}},
	}
	for _, language := range []Language{"es", "zh", "tl", "vi", "ko"} {
		law.Languages = append(law.Languages, AskedLanguage{language, "Civil Code 1632, by H&S 116906 (of the policy) and 116922 (of letters)", Unverified})
	}
	for _, topic := range []struct {
		of    Topic
		where string
	}{{Extension, "(iv)"}, {ReviewAndAppeal, "(v)"}, {PaymentSchedule, "(vi)"}} {
		law.Topics = append(law.Topics,
			AskedTopic{topic.of, []LetterKind{PastDueLetter, OccupantLetter}, "H&S 116908(a)(1)(C)" + topic.where, Unverified},
			AskedTopic{topic.of, []LetterKind{ThirdPartyLetter, TagLetter, FinalLetter}, "as H&S 116908(a)(1)(C)" + topic.where + " asks of the written notice", Ours})
	}
	return law
}

// Gov60371LettersAt2022 is what California Government Code 60371 has to say to tenants behind an owner's account, as read in 2022: that they may
// become customers without paying the arrears. That the letter says so is not read. To be confirmed by the district's counsel.
func Gov60371LettersAt2022() LetterLaw {
	return LetterLaw{
		Title: "CA-GOV-60371-LETTERS@2022", Source: "California Government Code 60371", During: civil.MustPeriod("[2022-01-01, 2028-01-01)"),
		Topics: []AskedTopic{{BecomeCustomers, []LetterKind{TenantsLetter}, "Gov 60371", Unverified}},
	}
}

// letterPresets are the laws of letters of this package.
func letterPresets() []LetterLaw {
	return []LetterLaw{HSC116900LettersAt2024(), Gov60371LettersAt2022()}
}

// same says that a law is another, in all that it says.
func (l LetterLaw) same(o LetterLaw) bool {
	return l.Title == o.Title && l.Source == o.Source && l.During == o.During && l.Share == o.Share && l.ShareSource == o.ShareSource && l.ShareStatus == o.ShareStatus &&
		slices.Equal(l.Languages, o.Languages) && slices.EqualFunc(l.Topics, o.Topics, func(a, b AskedTopic) bool {
		return a.Topic == b.Topic && a.Source == b.Source && a.Status == b.Status && slices.Equal(a.Letters, b.Letters)
	})
}

// UnmarshalText reads the name of a preset, as a policy file states it: CA-HSC-116900-LETTERS@2024 or CA-GOV-60371-LETTERS@2022. Another is
// [ErrLaw]. On an error l stays as it was.
func (l *LetterLaw) UnmarshalText(text []byte) error {
	for _, preset := range letterPresets() {
		if preset.Title == string(text) {
			*l = preset
			return nil
		}
	}
	return &problem.Error{Code: ErrLaw, What: "no preset has this name",
		Fix: "write CA-HSC-116900-LETTERS@2024 or CA-GOV-60371-LETTERS@2022; another law is stated in Go once its text was read"}
}

func (l *LetterLaw) check(f *policy.Findings, path string) {
	f.Need(path+".title", l.Title != "", "the law's name")
	f.Need(path+".source", l.Source != "", "where its text stands")
	if i := slices.IndexFunc(letterPresets(), func(p LetterLaw) bool { return p.Title == l.Title }); i >= 0 && !l.same(letterPresets()[i]) {
		f.Refuse(path+".title", fmt.Sprintf("%q is the name of a preset, and says something else", l.Title), "use the preset as it is, or give the law another title")
	}
	if l.During.Check() != nil {
		f.Refuse(path+".during", "the law is of no days", "state the days for which its text was read")
	}
	if l.Share < 0 || l.Share > 100 || l.Share > 0 && (l.ShareSource == "" || !known(l.ShareStatus)) {
		f.Refuse(path+".share", fmt.Sprintf("%d%% is no share, or it is not said where it stands", l.Share), "state from 0 to 100, its source and its status")
	}
	for i, asked := range l.Languages {
		if !asked.Language.ok() || asked.Source == "" || !known(asked.Status) {
			f.Refuse(fmt.Sprintf("%s.languages[%d]", path, i), fmt.Sprintf("%q is no language, or it is not said where it stands", string(asked.Language)), "state the language, its source and its status")
		}
	}
	for i, asked := range l.Topics {
		if asked.Topic == "" || asked.Source == "" || !known(asked.Status) || len(asked.Letters) == 0 || !subset(asked.Letters, letterKinds) {
			f.Refuse(fmt.Sprintf("%s.topics[%d]", path, i), fmt.Sprintf("%q is no topic, of no letters, or it is not said where it stands", string(asked.Topic)),
				"state the topic, its letters, its source and its status")
		}
	}
}

func known(s Status) bool { return slices.Contains([]Status{Verified, Unverified, Ours}, s) }

// subset says that all of some are among others.
func subset[T comparable](some, others []T) bool {
	return !slices.ContainsFunc(some, func(one T) bool { return !slices.Contains(others, one) })
}

// ok says that it is written as a language: letters in lower case, and parts after hyphens.
func (t Language) ok() bool {
	for i, c := range t {
		if (c < 'a' || c > 'z') && (i < 2 || c != '-' && (c < 'A' || c > 'Z') && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(t) > 1 && t[len(t)-1] != '-'
}

func (l LetterLaw) clone() LetterLaw {
	l.Languages, l.Topics = slices.Clone(l.Languages), slices.Clone(l.Topics)
	for i := range l.Topics {
		l.Topics[i].Letters = slices.Clone(l.Topics[i].Letters)
	}
	return l
}
