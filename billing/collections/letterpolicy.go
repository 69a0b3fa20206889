package collections

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrLetter is the code of a letter that is not whole, or that its row, its facts and the policy do not make.
const ErrLetter problem.Code = "E_COLLECTIONS_LETTER"

// PayBy says what a letter states as the last day on which payment, or an arrangement, keeps the service on.
type PayBy string

const (
	// DayBefore is the day before the shutoff.
	DayBefore PayBy = "day_before"
	// OpenDayBefore is the last day before the shutoff on which the office is open.
	OpenDayBefore PayBy = "open_day_before"
)

// Spoken is a language that a part of the customers speaks.
type Spoken struct {
	Language Language `policy:"language"`
	// Percent is the share of the customers, 0 to 100.
	Percent policy.Value[decimal.Decimal] `policy:"percent"`
}

// Wording is which template has the words of a topic in a language.
type Wording struct {
	Language Language `policy:"language"`
	Topic    Topic    `policy:"topic"`
	// ID is the district's own id of the template.
	ID string `policy:"id"`
}

// LetterRule is what a district's letters of a kind are made of.
type LetterRule struct {
	Letter LetterKind `policy:"letter" validate:"oneof=past_due_notice occupant_notice tenants_notice third_party_notice door_tag final_notice"`
	// Records are the steps that a letter which was given is: a past-due notice may be the contact and the mailed notice of the laws
	// too.
	Records []Step `policy:"records" validate:"unique"`
	// Topics are the district's own, besides [Body] and those that the laws ask for.
	Topics []Topic `policy:"topics,empty" validate:"unique"`
	// Wordings are the templates: one for each topic in each language of the policy.
	Wordings []Wording `policy:"wordings" validate:"dive"`
}

// LetterPolicy is a district's rule of letters. Every field is stated; a letter, a language or a wording that is missing is an error
// that names it.
type LetterPolicy struct {
	// Title is the policy's name, and Citation what adopted it.
	Title    string `policy:"title"`
	Citation string `policy:"citation"`
	// Laws are those that ask something of letters about residential service, and Confirmed the titles of those that the
	// district's counsel has confirmed.
	Laws      []LetterLaw `policy:"laws,empty"`
	Confirmed []string    `policy:"confirmed,empty" validate:"unique"`
	// Spoken are the languages that the customers speak besides English, as far as their shares are known.
	Spoken []Spoken `policy:"spoken,empty" validate:"dive"`
	// Languages are those of every letter, in the order in which they are printed: those that the laws ask for are among them.
	Languages []Language `policy:"languages" validate:"unique"`
	PayBy     PayBy      `policy:"pay_by" validate:"oneof=day_before open_day_before"`
	// Letters are the kinds of letters that the district has, each once.
	Letters []LetterRule `policy:"letters" validate:"dive"`
	// Marks are the placeholders of the plain fields.
	Marks policy.Marks
}

// Check finds all that is wrong with the policy, as a problem.List: what is not stated (policy.ErrNotStated), a language that a law asks
// for and a wording among it; what cannot be or contradicts itself ([ErrPolicy]). What a file states as not known is policy.ErrNotKnown
// once it is compiled.
func (p LetterPolicy) Check() error {
	f := p.findings()
	return f.Faults()
}

func (p *LetterPolicy) findings() policy.Findings {
	f := policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}
	f.Need("title", p.Title != "", "it")
	f.Need("citation", p.Citation != "", "what adopted it")
	f.Need("laws", p.Laws != nil, "the laws, or an empty list")
	f.Need("confirmed", p.Confirmed != nil, "the titles of the laws that counsel has confirmed, or an empty list")
	titles := map[string]bool{}
	for i := range p.Laws {
		path := fmt.Sprintf("laws[%d]", i)
		p.Laws[i].check(&f, path)
		if titles[p.Laws[i].Title] {
			f.Refuse(path+".title", fmt.Sprintf("%q stands there twice", p.Laws[i].Title), "state it once")
		}
		titles[p.Laws[i].Title] = true
	}
	for i, title := range p.Confirmed {
		if !titles[title] {
			f.Refuse(fmt.Sprintf("confirmed[%d]", i), fmt.Sprintf("%q is none of the laws", title), "state the title of a law of the policy")
		}
	}
	p.checkLanguages(&f)
	policy.OneOf(&f, "pay_by", p.PayBy, DayBefore, OpenDayBefore)
	f.Need("letters", len(p.Letters) > 0, "the letters")
	seen := map[LetterKind]bool{}
	for i := range p.Letters {
		r := &p.Letters[i]
		path := fmt.Sprintf("letters[%d]", i)
		if r.Letter != "" && seen[r.Letter] {
			f.Refuse(path+".letter", fmt.Sprintf("%q stands there twice", string(r.Letter)), "state it once")
		}
		seen[r.Letter] = true
		p.checkLetter(&f, path, r)
	}
	return f
}

// checkLanguages looks at the languages, and for those that the laws ask for.
func (p *LetterPolicy) checkLanguages(f *policy.Findings) {
	f.Need("spoken", p.Spoken != nil, "the languages that customers speak with their shares, or an empty list")
	f.Need("languages", len(p.Languages) > 0, "the languages of letters")
	for i, one := range p.Languages {
		if !one.ok() || slices.Contains(p.Languages[:i], one) {
			f.Refuse(fmt.Sprintf("languages[%d]", i), fmt.Sprintf("%q is no language, or stands there twice", string(one)), `state tags such as "en" or "es", each once`)
		}
	}
	lacks := func(language Language, why string) {
		if !slices.Contains(p.Languages, language) {
			what := fmt.Sprintf("the language %q is missing: %s", string(language), why)
			f.Add(&problem.Error{Code: policy.ErrNotStated, Path: "languages", What: what, Fix: "state it, and its wordings"})
		}
	}
	seen := map[Language]bool{}
	for i := range p.Spoken {
		s := &p.Spoken[i]
		path := fmt.Sprintf("spoken[%d]", i)
		f.Need(path+".language", s.Language != "", "the language")
		if s.Language != "" && (!s.Language.ok() || seen[s.Language]) {
			f.Refuse(path+".language", fmt.Sprintf("%q is no language, or stands there twice", string(s.Language)), `state tags such as "en" or "es", each once`)
		}
		seen[s.Language] = true
		if !f.Value(path+".percent", s.Percent) {
			continue
		}
		share := s.Percent.Get()
		if share.Sign() < 0 || share.GreaterThan(decimal.New(100, 0)) {
			f.Refuse(path+".percent", share.String()+" is not from 0 to 100", "state the share of the customers in percent")
		}
		for j := range p.Laws {
			if law := &p.Laws[j]; law.asksFor(share) {
				lacks(s.Language, fmt.Sprintf("%s%% of the customers speak it, and %s asks for those of at least %d%% (%s)", share, law.ShareSource, law.Share, law.ShareStatus))
			}
		}
	}
	for i := range p.Laws {
		for _, asked := range p.Laws[i].Languages {
			lacks(asked.Language, fmt.Sprintf("%s asks for it (%s)", asked.Source, asked.Status))
		}
	}
}

// asksFor says that the law asks for the language of a share of the customers, in percent.
func (l *LetterLaw) asksFor(share decimal.Decimal) bool {
	return l.Share > 0 && share.GreaterThanOrEqual(decimal.New(int64(l.Share), 0))
}

// checkLetter looks at a letter: the steps that it is, and its wordings.
func (p *LetterPolicy) checkLetter(f *policy.Findings, path string, r *LetterRule) {
	policy.OneOf(f, path+".letter", r.Letter, letterKinds...)
	f.Need(path+".records", len(r.Records) > 0, "the steps that it is")
	f.Need(path+".topics", r.Topics != nil, "the district's own topics, or an empty list")
	f.Need(path+".wordings", len(r.Wordings) > 0, "the templates")
	if own, may := r.Letter.steps(); r.Letter != "" && len(r.Records) > 0 && (!subset(r.Records, may) || own != "" && !slices.Contains(r.Records, own)) {
		f.Refuse(path+".records", fmt.Sprintf("%q are not the steps that a letter %s is", r.Records, r.Letter), fmt.Sprintf("state some of %q, its own among them", may))
	}
	topics := p.topics(r, true)
	for i, topic := range r.Topics {
		if strings.TrimSpace(string(topic)) == "" || slices.Contains(r.Topics[:i], topic) || topic == Body {
			f.Refuse(fmt.Sprintf("%s.topics[%d]", path, i), fmt.Sprintf("%q is no topic, stands there twice, or is of every letter", string(topic)), "state each of the district's own once")
		}
	}
	has := map[Wording]bool{}
	for i, w := range r.Wordings {
		at := fmt.Sprintf("%s.wordings[%d]", path, i)
		f.Need(at+".language", w.Language != "", "the language")
		f.Need(at+".topic", w.Topic != "", "the topic")
		f.Need(at+".id", strings.TrimSpace(w.ID) != "", "the id of the template")
		w.ID = ""
		if has[w] || !slices.Contains(p.Languages, w.Language) || !slices.ContainsFunc(topics, func(t LetterTopic) bool { return t.Topic == w.Topic }) {
			f.Refuse(at, fmt.Sprintf("the wording of %q in %q stands there twice, or is not asked for", string(w.Topic), string(w.Language)), "state one for each topic and language of the letter")
		}
		has[w] = true
	}
	for _, language := range p.Languages {
		for _, topic := range topics {
			if !has[Wording{Language: language, Topic: topic.Topic}] {
				what := fmt.Sprintf("the wording of %q in %q is missing from the letter %s: %s (%s)", string(topic.Topic), string(language), r.Letter, topic.Source, topic.Status)
				f.Add(&problem.Error{Code: policy.ErrNotStated, Path: path + ".wordings", What: what, Fix: "state the id of its template"})
			}
		}
	}
}

// LetterTopic is a topic of a letter, and why it is one.
type LetterTopic struct {
	Topic  Topic
	Source string
	Status Status
}

// topics are those of a letter: its body, those of the laws where they are asked, and the district's own.
func (p *LetterPolicy) topics(r *LetterRule, lawful bool) []LetterTopic {
	out := []LetterTopic{{Body, p.Citation, Ours}}
	add := func(t LetterTopic) {
		if !slices.ContainsFunc(out, func(o LetterTopic) bool { return o.Topic == t.Topic }) {
			out = append(out, t)
		}
	}
	for i := range p.Laws {
		for _, asked := range p.Laws[i].Topics {
			if lawful && slices.Contains(asked.Letters, r.Letter) {
				add(LetterTopic{asked.Topic, asked.Source, asked.Status})
			}
		}
	}
	for _, topic := range r.Topics {
		add(LetterTopic{topic, p.Citation, Ours})
	}
	return out
}

// steps are the step that a kind of letter is at least, where it is one, and those that it may be.
func (k LetterKind) steps() (own Step, may []Step) {
	switch k {
	case PastDueLetter:
		return PastDueNotice, []Step{PastDueNotice, Contact, MailedNotice}
	case TagLetter:
		return DoorTag, []Step{DoorTag}
	case FinalLetter:
		return FinalNotice, []Step{FinalNotice}
	}
	return "", []Step{Contact, MailedNotice}
}

// rule is the rule of a kind of letter; nil where there is none.
func (p *LetterPolicy) rule(kind LetterKind) *LetterRule {
	for i := range p.Letters {
		if p.Letters[i].Letter == kind {
			return &p.Letters[i]
		}
	}
	return nil
}

// clone shares nothing with the policy that could be changed.
func (p LetterPolicy) clone() LetterPolicy {
	p.Laws, p.Letters = slices.Clone(p.Laws), slices.Clone(p.Letters)
	for i := range p.Laws {
		p.Laws[i] = p.Laws[i].clone()
	}
	for i := range p.Letters {
		r := &p.Letters[i]
		r.Records, r.Topics, r.Wordings = slices.Clone(r.Records), slices.Clone(r.Topics), slices.Clone(r.Wordings)
	}
	p.Confirmed, p.Spoken, p.Languages = slices.Clone(p.Confirmed), slices.Clone(p.Spoken), slices.Clone(p.Languages)
	return p
}
