package collections

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of collections.
const (
	ErrPolicy problem.Code = "E_COLLECTIONS_POLICY" // a value of a policy that cannot be, or contradicts another
	ErrLaw    problem.Code = "E_COLLECTIONS_LAW"    // a law that is unknown, or a day for which its text was not read
	ErrFacts  problem.Code = "E_COLLECTIONS_FACTS"  // facts of an account that are missing or contradict one another
	ErrEvent  problem.Code = "E_COLLECTIONS_EVENT"  // a recorded event that is not whole, in the future, or of no other
	ErrList   problem.Code = "E_COLLECTIONS_LIST"   // a list that is not whole, or is asked for a day on which nobody is shut off
	ErrPlan   problem.Code = "E_COLLECTIONS_PLAN"   // a payment plan that is longer than the law allows
	ErrCap    problem.Code = "E_COLLECTIONS_CAP"    // a cap of a fee that cannot be told
)

// Reading is how "at least so many days delinquent" is read: the sources leave one day of doubt.
type Reading string

const (
	// AtLeast is reading A: due on 16 April, 60 days delinquent on 15 June.
	AtLeast Reading = "at_least"
	// FullDays is reading B: so many full days after the due date; a day later.
	FullDays Reading = "full_days"
)

// Policy is a district's rule of collections, under the laws that it acts under. Every field is stated; one that is not, or
// that a file states as not known, is an error that names it.
type Policy struct {
	// Title is the policy's name, and Citation what adopted it.
	Title    string `policy:"title"`
	Citation string `policy:"citation"`
	// Laws are those of the shutoff of residential service, and Confirmed the titles of those that the district's counsel has
	// confirmed: every answer names the others.
	Laws      []Law    `policy:"laws,empty"`
	Confirmed []string `policy:"confirmed,empty" validate:"unique"`
	// Waived are the presets that are not among the laws though there is residential service, each with why: every answer says so.
	Waived []Waiver `policy:"waived,empty" validate:"dive"`
	// Reading is how days of delinquency are read. The later is FullDays.
	Reading Reading `policy:"reading" validate:"oneof=at_least full_days"`
	// Residential and Others are the classes of service that are residential and that are not. An account of a class in
	// neither is refused.
	Residential []string `policy:"residential,empty" validate:"unique"`
	Others      []string `policy:"others,empty" validate:"unique"`
	// Kinds are the kinds of items for which service may be shut off, and Exempt those for which it may not. A past-due item of
	// a kind in neither is an error. Agencies are those for whose charges it may be.
	Kinds    []ledger.Kind `policy:"kinds" validate:"unique"`
	Exempt   []ledger.Kind `policy:"exempt,empty" validate:"unique"`
	Agencies []string      `policy:"agencies,empty" validate:"unique"`
	// MinimumBalance is the least debt for which anybody is told or shut off; 0 for none.
	MinimumBalance policy.Value[money.Amount] `policy:"minimum_balance"`
	// Constraints are the district's own rules on the date, besides those of the laws.
	Constraints []Constraint `policy:"constraints,empty" validate:"dive"`
	// Never are days of the week on which the district shuts nobody off, such as friday.
	Never []Weekday `policy:"never,empty" validate:"unique"`
	// Opens and Closes are the times of day from which, and before which, service is shut off.
	Opens  policy.Value[Clock] `policy:"opens"`
	Closes policy.Value[Clock] `policy:"closes"`
	// NoticeAfter is the days after the due date from which an account is on the list of past-due notices, 0 to 366.
	NoticeAfter policy.Value[int] `policy:"notice_after"`
	// TagLead is the most days from a door tag to the shutoff that it announces, 1 to 60: no tag hangs for weeks.
	TagLead policy.Value[int] `policy:"tag_lead"`
	// LastContactAge is the most days from a last contact, that is a door tag, an adult who was reached, or a visit, to a shutoff for
	// which it still counts; from TagLead to 366. It is the district's own, and no law.
	LastContactAge policy.Value[int] `policy:"last_contact_age"`
	// Marks are the placeholders of the plain fields.
	Marks policy.Marks
}

// Waiver says that a district does not act under a law that is a preset.
type Waiver struct {
	// Law is its title, and Why the reason, as an answer tells it.
	Law string `policy:"law"`
	Why string `policy:"why"`
}

// Check finds all that is wrong with the policy, as a problem.List: what is not stated (policy.ErrNotStated), what cannot be or
// contradicts itself ([ErrPolicy]). What a file states as not known is an error, policy.ErrNotKnown, once it is compiled.
func (p Policy) Check() error {
	f := p.findings()
	return f.Faults()
}

func (p Policy) findings() policy.Findings {
	f := policy.Findings{Code: ErrPolicy, Title: p.Title, Marks: p.Marks}
	f.Need("title", p.Title != "", "it")
	f.Need("citation", p.Citation != "", "what adopted it")
	p.checkLaws(&f)
	policy.OneOf(&f, "reading", p.Reading, AtLeast, FullDays)
	p.checkWhom(&f)
	if f.Value("minimum_balance", p.MinimumBalance) && p.MinimumBalance.Get().Sign() < 0 {
		f.Refuse("minimum_balance", fmt.Sprintf("%s is below zero", p.MinimumBalance.Get()), "state the least debt, or 0")
	}
	checkWeekdays(&f, "never", p.Never)
	opens, closes := f.Value("opens", p.Opens), f.Value("closes", p.Closes)
	for _, clock := range []struct {
		path  string
		known bool
		at    Clock
	}{{"opens", opens, p.Opens.Get()}, {"closes", closes, p.Closes.Get()}} {
		if clock.known && (clock.at < 0 || clock.at > lastMinute) {
			f.Refuse(clock.path, fmt.Sprintf("%d minutes are no time of day", int(clock.at)), "state minutes from 0 to 1439")
		}
	}
	if opens && closes && p.Closes.Get() <= p.Opens.Get() {
		f.Refuse("closes", fmt.Sprintf("%s is not after %s", p.Closes.Get(), p.Opens.Get()), "state the time before which service is shut off")
	}
	for _, days := range []struct {
		path        string
		value       policy.Value[int]
		least, most int
	}{{"notice_after", p.NoticeAfter, 0, 366}, {"tag_lead", p.TagLead, 1, 60}, {"last_contact_age", p.LastContactAge, max(1, p.TagLead.Get()), 366}} {
		if n := days.value.Get(); f.Value(days.path, days.value) && (n < days.least || n > days.most) {
			f.Refuse(days.path, fmt.Sprintf("%d days are not from %d to %d", n, days.least, days.most), "state the days")
		}
	}
	return f
}

// checkLaws looks at the laws and the district's own constraints.
func (p Policy) checkLaws(f *policy.Findings) {
	f.Need("laws", p.Laws != nil, "the laws, or an empty list")
	f.Need("confirmed", p.Confirmed != nil, "the titles of the laws that counsel has confirmed, or an empty list")
	f.Need("waived", p.Waived != nil, "the presets that the district does not act under, each with why, or an empty list")
	f.Need("constraints", p.Constraints != nil, "the district's own constraints, or an empty list")
	titles, laws := map[string]bool{}, map[string]bool{}
	once := func(path, title string, seen map[string]bool) {
		if title != "" && seen[title] {
			f.Refuse(path, fmt.Sprintf("%q stands there twice", title), "state it once")
		}
		seen[title] = true
	}
	for i := range p.Laws {
		path := fmt.Sprintf("laws[%d]", i)
		p.Laws[i].check(f, path)
		once(path+".title", p.Laws[i].Title, laws)
		for j, c := range p.Laws[i].Constraints {
			once(fmt.Sprintf("%s.constraints[%d].title", path, j), c.Title, titles)
		}
	}
	for i, title := range p.Confirmed {
		if !laws[title] {
			f.Refuse(fmt.Sprintf("confirmed[%d]", i), fmt.Sprintf("%q is none of the laws", title), "state the title of a law of the policy")
		}
	}
	p.checkWaived(f, laws)
	residential, others := false, false
	always := func(c *Constraint) {
		if c.When == Always || c.When == "" { // which is told by itself
			residential, others = residential || c.For != ForOthers, others || c.For != ForResidential
		}
	}
	for i := range p.Constraints {
		path := fmt.Sprintf("constraints[%d]", i)
		p.Constraints[i].check(f, path)
		once(path+".title", p.Constraints[i].Title, titles)
		always(&p.Constraints[i])
	}
	for i := range p.Laws {
		for j := range p.Laws[i].Constraints {
			always(&p.Laws[i].Constraints[j])
		}
	}
	if len(p.Residential) > 0 && !residential || len(p.Others) > 0 && !others {
		f.Refuse("constraints", "of residential service, or of others, nothing says when it is shut off, whatever the account", "state a constraint for it that holds always, such as days delinquent")
	}
}

// checkWaived sees that each preset is a law of the policy, just as it is, or waived with a reason, where there is residential service.
func (p Policy) checkWaived(f *policy.Findings, laws map[string]bool) {
	waived := map[string]bool{}
	for i := range p.Waived {
		w, path := &p.Waived[i], fmt.Sprintf("waived[%d]", i)
		f.Need(path+".law", w.Law != "", "the title of the preset")
		f.Need(path+".why", strings.TrimSpace(w.Why) != "", "why the district does not act under it")
		switch {
		case w.Law == "":
		case waived[w.Law]:
			f.Refuse(path+".law", fmt.Sprintf("%q stands there twice", w.Law), "state it once")
		case laws[w.Law]:
			f.Refuse(path+".law", fmt.Sprintf("%q is a law of the policy, and is waived", w.Law), "state it once")
		case !slices.ContainsFunc(presets(), func(l Law) bool { return l.Title == w.Law }):
			f.Refuse(path+".law", fmt.Sprintf("%q is no preset", w.Law), "state the title of a preset, such as CA-HSC-116900@2024")
		}
		waived[w.Law] = true
	}
	for _, preset := range presets() {
		if p.Laws != nil && p.Waived != nil && len(p.Residential) > 0 && !laws[preset.Title] && !waived[preset.Title] {
			f.Refuse("waived", fmt.Sprintf("there is residential service, and %s is neither a law of the policy nor waived", preset.Title), "state it in laws; or waive it, with why")
		}
	}
	for i := range p.Laws {
		if j := slices.IndexFunc(presets(), func(l Law) bool { return l.Title == p.Laws[i].Title }); j >= 0 && !p.Laws[i].same(presets()[j]) {
			f.Refuse(fmt.Sprintf("laws[%d].title", i), fmt.Sprintf("%q is the name of a preset, and says something else", p.Laws[i].Title), "use the preset as it is, or give the law another title and waive the preset")
		}
	}
}

// checkWhom looks at the classes, kinds and agencies.
func (p Policy) checkWhom(f *policy.Findings) {
	f.Need("residential", p.Residential != nil, "the classes of residential service, or an empty list")
	f.Need("others", p.Others != nil, "the other classes, or an empty list")
	f.Need("kinds", len(p.Kinds) > 0, "the kinds of items for which service may be shut off")
	f.Need("exempt", p.Exempt != nil, "the kinds for which it may not, or an empty list")
	f.Need("agencies", p.Agencies != nil, "the agencies for whose charges it may be, or an empty list")
	for _, class := range p.Residential {
		if slices.Contains(p.Others, class) {
			f.Refuse("others", fmt.Sprintf("the class %q is residential and is not", class), "state it once")
		}
	}
	for _, kind := range p.Kinds {
		if slices.Contains(p.Exempt, kind) {
			f.Refuse("exempt", fmt.Sprintf("the kind %q permits a shutoff and does not", string(kind)), "state it once")
		}
	}
}

// clone shares nothing with the policy that could be changed.
func (p Policy) clone() Policy {
	p.Laws, p.Constraints = slices.Clone(p.Laws), slices.Clone(p.Constraints)
	for i := range p.Laws {
		p.Laws[i] = p.Laws[i].clone()
	}
	for i := range p.Constraints {
		p.Constraints[i] = p.Constraints[i].clone()
	}
	p.Waived = slices.Clone(p.Waived)
	p.Confirmed, p.Residential, p.Others = slices.Clone(p.Confirmed), slices.Clone(p.Residential), slices.Clone(p.Others)
	p.Kinds, p.Exempt, p.Agencies, p.Never = slices.Clone(p.Kinds), slices.Clone(p.Exempt), slices.Clone(p.Agencies), slices.Clone(p.Never)
	return p
}

// CheckPlan refuses a payment plan that ends later than a law of the policy allows ([ErrPlan]), and one that is not whole
// (ledger.ErrPlan). What its installments come to is the ledger's to say.
func (p Policy) CheckPlan(plan ledger.Plan) error {
	if err := plan.Check(); err != nil {
		return err
	}
	last := plan.Installments[len(plan.Installments)-1].Due
	for i := range p.Laws {
		law := &p.Laws[i]
		if law.PlanMonths == 0 {
			continue
		}
		if err := law.holds("agreed", plan.Agreed); err != nil {
			return err
		}
		end, err := plan.Agreed.AddMonths(law.PlanMonths)
		if err != nil {
			return err
		}
		if last.After(end) {
			return &problem.Error{Code: ErrPlan, Path: "installments",
				What: fmt.Sprintf("the last installment of %s is due on %s, after %s: %s allows %d months from %s", plan.Key, last, end, law.Title, law.PlanMonths,
					plan.Agreed),
				Fix: "agree on fewer or larger installments"}
		}
	}
	return nil
}

// Clock is a time of day, in minutes from its beginning: 0 to 1439.
type Clock int

const lastMinute = 24*60 - 1

// String gives "08:00".
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// UnmarshalText reads what String writes, of a time from 00:00 to 23:59. On an error c stays as it was.
func (c *Clock) UnmarshalText(text []byte) error {
	t, err := time.Parse("15:04", string(text))
	if err != nil || len(text) != len("15:04") {
		return &problem.Error{Code: ErrPolicy, What: "it is no time of day", Fix: `write it as "08:00"`}
	}
	*c = Clock(t.Hour()*60 + t.Minute())
	return nil
}

// on is the instant of the time on a day at a place.
func (c Clock) on(day civil.Date, at *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), int(c)/60, int(c)%60, 0, 0, at)
}

// Weekday is a day of the week, as policy files write it: "friday".
type Weekday time.Weekday

func (w Weekday) String() string { return strings.ToLower(time.Weekday(w).String()) }

// UnmarshalText reads what String writes. On an error w stays as it was.
func (w *Weekday) UnmarshalText(text []byte) error {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if Weekday(day).String() == string(text) {
			*w = Weekday(day)
			return nil
		}
	}
	return &problem.Error{Code: ErrPolicy, What: "it is no day of the week", Fix: "write monday, or another"}
}

func checkWeekdays(f *policy.Findings, path string, never []Weekday) {
	f.Need(path, never != nil || strings.HasPrefix(path, "laws"), "the days of the week on which nobody is shut off, or an empty list")
	left := 7
	for i, w := range never {
		if w < 0 || w > 6 || slices.Contains(never[:i], w) {
			f.Refuse(path, fmt.Sprintf("the day of the week %d is none, or stands there twice", w), "state each once")
		}
		left--
	}
	if left <= 0 {
		f.Refuse(path, "no day of the week is left", "leave a day")
	}
}
