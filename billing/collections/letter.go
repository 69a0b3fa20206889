package collections

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Address is where a letter goes. Whose names and addresses those are the host knows, and no letter has.
type Address string

// The addresses.
const (
	MailingAddress    Address = "mailing_address"     // of the customer
	ServiceAddress    Address = "service_address"     // the premise
	ThirdPartyAddress Address = "third_party_address" // of whom the customer has named
)

// Letter is what a letter has to say: the fields that are printed in the wordings of a template. It has no names and no addresses.
type Letter struct {
	// Key names the letter, Kind is its kind, and Day the day on which it is given.
	Key  string
	Kind LetterKind
	Day  civil.Date
	// To is who is told, and At where.
	To Recipient
	At Address
	// Account, Area and Class are those of the row.
	Account, Area, Class string
	// Debt is the due date that names the debt, as [Debt.Due] says it, and FirstDelinquent the day after.
	Debt, FirstDelinquent civil.Date
	// Amount is the amount of the delinquency, and Items what it is of, oldest due date first. A letter to tenants has neither: they
	// do not owe it.
	Amount money.Amount
	Items  []LetterItem
	// PayBy is the last day on which payment, or an arrangement, keeps the service on. Shutoff is the day of the shutoff that is
	// printed, and NotBefore its first instant.
	PayBy, Shutoff civil.Date
	NotBefore      time.Time
	// Fees are those of the shutoff and of turning service on again, as the district states them on the day of the letter.
	Fees []StatedFee
	// Languages are those in which it is written, Topics what it explains, and Wordings the template of each topic in each language,
	// in the order of both.
	Languages []LetterLanguage
	Topics    []LetterTopic
	Wordings  []Wording
	// Records are the steps that it is once it was given.
	Records []Step
	// Policy is what it was made under. Unconfirmed are the laws that the district's counsel has not confirmed, and Placeholders the
	// values that stand in for what is not known, in words.
	Policy                    string
	Unconfirmed, Placeholders []string
}

// LetterItem is a part of the delinquency.
type LetterItem struct {
	// Item is the open item, and Bill the key of the entry that charged it: its bill's.
	Item stored.ID
	Bill string
	// Kind and Service are the item's.
	Kind    ledger.Kind
	Service string
	// Billed is the day of the bill, and Due the last day on which it was to be paid, or its installment was.
	Billed, Due civil.Date
	// Amount is what of it is past due.
	Amount money.Amount
}

// LetterLanguage is a language of a letter, and why it is one.
type LetterLanguage struct {
	Language Language
	Source   string
	Status   Status
}

// StatedFee is a fee as a letter states it.
type StatedFee struct {
	// Step is the shutoff, or the reconnection, in hours or after them.
	Step Step
	When Hour
	// LowIncome says that it is for a household of low income: Amount is then the most that it is, and for both steps together, and
	// never above the actual cost.
	LowIncome bool
	Amount    money.Amount
	// Source is the policy's title, or where the law's cap stands.
	Source string
}

// Letters make the letters of a district. They are not changed by anything, and safe for goroutines where the ladder is.
type Letters struct {
	fees         *Fees
	policy       LetterPolicy
	placeholders []policy.Mark
	unconfirmed  []string
}

// CompileLetters checks a policy of letters and makes it usable, beside the ladder and the fees that they state. The policy is copied.
//
// Errors: those of [LetterPolicy.Check]; policy.ErrNotKnown; [ErrPolicy] for fees that are missing.
func CompileLetters(fees *Fees, p LetterPolicy) (*Letters, error) {
	f := p.findings()
	if fees == nil {
		f.Refuse("fees", "there are no fees", "give what CompileFees makes")
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	out := &Letters{fees: fees, policy: p.clone(), placeholders: f.Placeholders}
	for i := range p.Laws {
		if title := p.Laws[i].Title; !slices.Contains(p.Confirmed, title) {
			out.unconfirmed = append(out.unconfirmed, title)
		}
	}
	return out, nil
}

// LettersOf are the kinds of letters that a row of a list asks for, by who has to be told: none of a shutoff.
func LettersOf(list ListKind, f Facts) []LetterKind {
	switch list {
	case Notices:
		out := []LetterKind{PastDueLetter}
		if f.OtherAddress == Yes {
			out = append(out, OccupantLetter)
		}
		if f.Tenants == Yes {
			out = append(out, TenantsLetter)
		}
		if f.ThirdParty == Yes {
			out = append(out, ThirdPartyLetter)
		}
		return out
	case DoorTags:
		return []LetterKind{TagLetter}
	case FinalNotices:
		return []LetterKind{FinalLetter}
	}
	return nil
}

// recipient is who a kind of letter tells, and where. What is left at the premise is for who lives there.
func (k LetterKind) recipient(f *Facts) (Recipient, Address) {
	switch k {
	case PastDueLetter:
		return Customer, MailingAddress
	case OccupantLetter:
		return Occupant, ServiceAddress
	case TenantsLetter:
		return Tenants, ServiceAddress
	case ThirdPartyLetter:
		return ThirdParty, ThirdPartyAddress
	}
	switch {
	case f.Tenants == Yes:
		return Tenants, ServiceAddress
	case f.OtherAddress == Yes:
		return Occupant, ServiceAddress
	}
	return Customer, ServiceAddress
}

// Letter makes a letter of a kind, under a key, for an account of an approved list that goes, by its facts of the day of the list. The
// account is looked at again: it has to be on the list still, with the same debt and amount, and no later shutoff than its row states.
//
// Errors: [ErrList] for an account that does not go; [ErrLetter] for a key that is missing, for a day before that from which what it records counts, for a kind that the row does not ask for (see [LettersOf]), for a row that the facts do
// not make any more, and for a shutoff before which the office does not open again; policy.ErrNotStated for a kind that the policy
// has not; [ErrLaw] for a day for which the text of a law was not read; [ErrCap] as of [FeePolicy.Reconnection]; those of
// [Ladder.Walk] and [Ladder.List].
func (w *Letters) Letter(kind LetterKind, key string, d Dispatch, f Facts) (Letter, error) {
	if w.fees == nil {
		return Letter{}, &problem.Error{Code: ErrPolicy, Path: "letters", What: "no policy made them", Fix: "give what CompileLetters makes"}
	}
	l, list := w.fees.ladder, d.going.Kind
	refuse := func(path, what, fix string) (Letter, error) {
		return Letter{}, &problem.Error{Code: ErrLetter, Path: path, What: what, Fix: fix}
	}
	if f.Account == nil {
		return Letter{}, &problem.Error{Code: ErrFacts, Path: "account", What: "there is no account", Fix: "give what Ledger.Account makes"}
	}
	row, err := d.row(f.Account.ID())
	if err != nil {
		return Letter{}, err
	}
	if f.On != d.going.Day {
		return refuse("on", fmt.Sprintf("the facts are of %q, and the list of %s", f.On.String(), d.going.Day), "make the letter of the day of the list")
	}
	again, why, err := l.row(list, f.On, &f)
	switch {
	case err != nil:
		return Letter{}, err
	case len(why) > 0:
		return refuse("row", "the account is not on the list any more: "+says(why), "send no letter; make the list anew")
	case again.Area != row.Area || again.Class != row.Class || again.Due != row.Due || again.Amount != row.Amount:
		return refuse("row", fmt.Sprintf("the row is of %s due %s of %s, and by the facts it is %s due %s of %s", row.Amount, row.Due, row.Account,
			again.Amount, again.Due, again.Account), "make the list anew, and have it approved")
	case row.NotBefore.Before(again.NotBefore) || row.Shutoff.Before(again.Shutoff):
		return refuse("row", fmt.Sprintf("the row states a shutoff on %s, and by the facts it is not before %s", row.Shutoff, clock(again.NotBefore)),
			"make the list anew, and have it approved")
	case !l.isOn(row.NotBefore, row.Shutoff):
		return refuse("row", fmt.Sprintf("the first instant of the shutoff, %s, is not of %s", clock(row.NotBefore.In(l.location)), row.Shutoff),
			"give the row as Ladder.List makes it")
	case !slices.Contains(LettersOf(list, f), kind):
		return refuse("kind", fmt.Sprintf("a row of %s of the account asks for no letter %q", list, string(kind)), fmt.Sprintf("make one of %q", LettersOf(list, f)))
	}
	if err := l.shutoffDay(f.Class, row.Shutoff); err != nil {
		return Letter{}, err
	}
	rule := w.policy.rule(kind)
	if rule == nil {
		return Letter{}, &problem.Error{Code: policy.ErrNotStated, Path: "letters", What: fmt.Sprintf("%s: there is no letter %s", w.policy.Title, kind),
			Fix: "state what it records, and its wordings"}
	}
	out := Letter{
		Key: key, Kind: kind, Day: f.On, Account: row.Account, Area: row.Area, Class: row.Class, Debt: row.Due, Amount: row.Amount,
		Shutoff: row.Shutoff, NotBefore: row.NotBefore.In(l.location), Records: slices.Clone(rule.Records), Policy: w.policy.Title,
	}
	out.To, out.At = kind.recipient(&f)
	if err := l.counted(&out, &f); err != nil {
		return Letter{}, err
	}
	if out.FirstDelinquent, err = l.FirstDelinquent(row.Due); err != nil {
		return Letter{}, err
	}
	if out.PayBy, err = w.payBy(&out); err != nil {
		return Letter{}, err
	}
	if out.Items, err = l.letterItems(&f); err != nil {
		return Letter{}, err
	}
	if kind == TenantsLetter {
		out.Amount, out.Items = money.Amount{}, nil
	}
	if err := w.words(&out, rule); err != nil {
		return Letter{}, err
	}
	if out.Fees, err = w.fees.stated(f.Class, out.Shutoff); err != nil {
		return Letter{}, err
	}
	w.doubts(&out)
	return out, out.Check()
}

// counted refuses a letter that comes too early to be what it records: it would be told, and be no step for ever.
func (l *Ladder) counted(c *Letter, f *Facts) error {
	w := walk{Ladder: l, facts: f}
	if err := w.run(); err != nil {
		return err
	}
	for _, constraint := range l.constraints(f.Class) {
		for i := range constraint.Ways {
			way := &constraint.Ways[i]
			if !w.is(constraint.When) || !w.way(way) || !slices.Contains(c.Records, way.Step) || !slices.Contains(way.To, c.To) {
				continue
			}
			if from, known, err := w.from(way); err != nil || known && c.Day.Before(from) {
				return cmp.Or(err, error(&problem.Error{Code: ErrLetter, Path: "day", What: fmt.Sprintf("a %s of %s is none: it counts from %s on (%s)", way.Step, c.Day, from, constraint.Source),
					Fix: "make the list, and give the letter, on a later day"}))
			}
		}
	}
	return nil
}

// isOn says that an instant is of a day in the district.
func (l *Ladder) isOn(at time.Time, day civil.Date) bool {
	of, err := civil.DateOf(at, l.location)
	return err == nil && of == day
}

// payBy is the last day on which payment keeps the service on.
func (w *Letters) payBy(c *Letter) (civil.Date, error) {
	day, err := c.Shutoff.AddDays(-1)
	if err != nil || w.policy.PayBy == DayBefore {
		return day, err
	}
	if day, err = civil.PreviousOpen(w.fees.ladder.office, day); err != nil {
		return civil.Date{}, err
	}
	if day.Before(c.Day) {
		return civil.Date{}, &problem.Error{Code: ErrLetter, Path: "pay_by", What: fmt.Sprintf("between the letter of %s and the shutoff of %s the office is not open", c.Day, c.Shutoff),
			Fix: "give the letter on an earlier day, or state a later shutoff"}
	}
	return day, nil
}

// letterItems are the parts of the debt: of each item, and of each due date, one.
func (l *Ladder) letterItems(f *Facts) ([]LetterItem, error) {
	w, books := walk{Ladder: l, facts: f, terms: f.Account.Terms()}, f.Account.Books()
	if err := w.debt(); err != nil {
		return nil, err
	}
	obligations, err := f.Account.Obligations(f.On)
	if err != nil {
		return nil, err
	}
	var items []LetterItem
	for _, o := range obligations {
		if o.When != ledger.IsPastDue || o.Left().Sign() <= 0 || !slices.Contains(w.out.Debt.Items, o.Item) {
			continue
		}
		it, _ := books.Item(o.Item)
		e, _ := books.Entry(it.Entry)
		items = append(items, LetterItem{Item: o.Item, Bill: e.Key, Kind: it.Kind, Service: it.Service, Billed: it.Billed, Due: o.Due, Amount: o.Left()})
	}
	return items, nil
}

// words adds the languages, the topics and the wordings of a letter. The laws are of residential service; the languages of the policy
// are those of all its letters.
func (w *Letters) words(c *Letter, rule *LetterRule) error {
	p := &w.policy
	residential := w.fees.ladder.isResidential(c.Class)
	for i := range p.Laws {
		if law := &p.Laws[i]; residential && !law.During.Contains(c.Day) {
			return &problem.Error{Code: ErrLaw, Path: "on", What: fmt.Sprintf("%s is not of the days %s of %s", c.Day, law.During, law.Title),
				Fix: "use the law as it stands on that day, once its text was read anew"}
		}
	}
	c.Topics = p.topics(rule, residential)
	for _, language := range p.Languages {
		c.Languages = append(c.Languages, p.why(language, residential))
		for _, topic := range c.Topics {
			i := slices.IndexFunc(rule.Wordings, func(o Wording) bool { return o.Language == language && o.Topic == topic.Topic })
			c.Wordings = append(c.Wordings, rule.Wordings[i])
		}
	}
	return nil
}

// why is why a letter is in a language.
func (p *LetterPolicy) why(language Language, lawful bool) LetterLanguage {
	for i := range p.Laws {
		law := &p.Laws[i]
		for _, asked := range law.Languages {
			if lawful && asked.Language == language {
				return LetterLanguage{language, asked.Source, asked.Status}
			}
		}
		for _, s := range p.Spoken {
			if lawful && s.Language == language && law.asksFor(s.Percent.Get()) {
				return LetterLanguage{language, fmt.Sprintf("%s: %s%% of the customers speak it", law.ShareSource, s.Percent.Get()), law.ShareStatus}
			}
		}
	}
	return LetterLanguage{language, p.Citation, Ours}
}

// stated are the fees of a shutoff on a day, and of the reconnection, for a class.
func (f *Fees) stated(class string, shutoff civil.Date) ([]StatedFee, error) {
	p, s := &f.reconnection, &f.steps.ShutOff
	off, some := s.Amount.Value()
	some = some && slices.Contains(s.Classes, class)
	var out []StatedFee
	if some {
		out = append(out, StatedFee{Step: ShutOff, Amount: off, Source: f.steps.Title})
	}
	out = append(out, StatedFee{Step: Reconnected, When: InHours, Amount: p.InHours.Get(), Source: p.Title}, StatedFee{Step: Reconnected, When: AfterHours, Amount: p.AfterHours.Get(), Source: p.Title})
	if !f.ladder.isResidential(class) {
		return out, nil
	}
	most, err := p.capOn(shutoff)
	if err != nil {
		return nil, err
	}
	night, err := p.indexed(p.Cap.AfterHours, shutoff.Year())
	if err != nil {
		return nil, err
	}
	if some = some && !slices.Contains(s.Waivers, WaivedLowIncome); !some {
		off = money.Amount{}
	}
	for _, one := range []struct {
		when      Hour
		fee, most money.Amount
	}{{InHours, p.InHours.Get(), most}, {AfterHours, p.AfterHours.Get(), night}} {
		both, err := one.fee.Add(off)
		if err != nil {
			return nil, err
		}
		if one.most.Cmp(both) < 0 {
			both = one.most
		}
		out = append(out, StatedFee{Step: Reconnected, When: one.when, LowIncome: true, Amount: both, Source: p.Cap.Source})
	}
	return out, nil
}

// doubts adds what of it is not confirmed, and what stands in for what is not known.
func (w *Letters) doubts(c *Letter) {
	l := w.fees.ladder
	if l.isResidential(c.Class) {
		c.Unconfirmed = slices.Concat(l.unconfirmed, w.unconfirmed)
		if !w.fees.reconnection.Confirmed.Get() {
			c.Unconfirmed = append(c.Unconfirmed, w.fees.reconnection.Cap.Title)
		}
	}
	for _, mark := range slices.Concat(l.placeholders, w.placeholders, w.fees.placeholders, w.fees.reconnectionMarks()) {
		c.Placeholders = append(c.Placeholders, mark.String())
	}
}

// Given is how a letter was given.
type Given struct {
	// Day is the day of the letter, and At the instant where that is known.
	Day civil.Date
	At  time.Time
	// Method is mail, handed or posted, and By who did it. The district's own notice, which is no step that a law asks for in writing, may be
	// sent by e-mail.
	Method Method
	By     approval.Person
}

// Events are the steps that the letter is once it was given: with its account, its debt, and the amount and the day of shutoff that it
// states. The key of each is that of the letter and the step. What it states counts from its own day: given on another, it is made anew.
// Where it comes back, or is withdrawn, that is recorded of each of them.
//
// Errors: [ErrLetter] for another day than the letter's, and for a method that is not in writing; those of [Letter.Check] and of
// [Event.Check].
func (c Letter) Events(g Given) ([]Event, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	methods := written()
	if !slices.ContainsFunc(c.Records, func(step Step) bool { return step != PastDueNotice }) {
		methods = append(methods, ByEmail)
	}
	if g.Day != c.Day || !slices.Contains(methods, g.Method) {
		return nil, &problem.Error{Code: ErrLetter, Path: "given", What: fmt.Sprintf("the letter of %s was given on %q by %q", c.Day, g.Day.String(), string(g.Method)),
			Fix: fmt.Sprintf("record what was given on its day, by one of %q; make it anew for another", methods)}
	}
	row := Row{Account: c.Account, Due: c.Debt, Amount: c.Amount, Shutoff: c.Shutoff}
	var out []Event
	for _, step := range c.Records {
		e := row.told(Event{Key: c.Key + " " + string(step), Step: step, Day: g.Day, At: g.At, Method: g.Method, To: c.To, By: g.By})
		if err := e.Check(); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// String says it in one line: "N-1: past_due_notice to the customer: 0104417 owes $84.37 due 2026-04-16, to be paid by 2026-06-21; a shutoff not
// before 2026-06-22".
func (c Letter) String() string {
	to := map[Recipient]string{Customer: "the customer", Occupant: "the occupant", Tenants: "the tenants", ThirdParty: "the third party"}[c.To]
	owes := fmt.Sprintf("%s owes %s due %s", c.Account, c.Amount, c.Debt)
	if c.Kind == TenantsLetter {
		owes = c.Account
	}
	out := []string{fmt.Sprintf("%s: %s to %s: %s, to be paid by %s; a shutoff not before %s", c.Key, c.Kind, to, owes, c.PayBy, c.Shutoff)}
	if len(c.Unconfirmed) > 0 {
		out = append(out, strings.Join(c.Unconfirmed, " and ")+": to be confirmed by counsel")
	}
	for _, text := range c.Placeholders {
		out = append(out, "a placeholder stands in for "+text)
	}
	return strings.Join(out, "; ")
}
