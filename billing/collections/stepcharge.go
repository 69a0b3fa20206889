package collections

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// StepFacts are what the fees of an account's steps rest on, and nothing else: the same facts give the same fees.
type StepFacts struct {
	// Facts are those of the ladder. Of its class, and of the policies that the fees were compiled of, those hold that did when a
	// step was taken that has no fee in the books yet: what is there stays as it was charged.
	Facts Facts
	// Service is the service that the fees are of, as an open item has it.
	Service string
	// LowIncome are the days on which the household was below 200% of the federal poverty line (H&S 116914): an empty list where on
	// none; nil was not stated.
	LowIncome []civil.Period
	// ActualCost is what a reconnection in hours costs the district, above zero where a household of low income bears a fee for
	// the shutoff.
	ActualCost money.Amount
	// Waivers are those that were granted.
	Waivers []FeeWaiver
}

// FeeWaiver is a fee that was waived.
type FeeWaiver struct {
	// Event is the key of the event whose fee it is, Reason one of the fee's, and By who granted it.
	Event, Reason string
	By            approval.Person
}

// Outcome is what is to be done about the fee of an event.
type Outcome string

// The outcomes. What stands is in the books and stays there; what is taken back is in the books and should not be.
const (
	ChargeFee   Outcome = "charge"
	FeeStands   Outcome = "stands"
	TakeFeeBack Outcome = "take_back"
	NoFee       Outcome = "no_fee"
)

// The codes of why a step bears no fee, besides what blocked the account on the day of the step.
const (
	StepWithdrawn  Code = "withdrawn"
	MailReturned   Code = "mail returned"
	NotOwed        Code = "not owed"
	NoFeeStated    Code = "no fee stated"
	ClassExempt    Code = "class exempt"
	FeeWaived      Code = "waived"
	OnceForDebt    Code = "charged once for the debt"
	CapReached     Code = "cap reached"
	TakenBackSince Code = "taken back"
)

// StepCharge is the fee of an event, or why it bears none.
type StepCharge struct {
	// Account, Area and Service are whose it is. Event is the key of the event, Step its step, Debt the due date of its debt, and
	// Day its day.
	Account, Area, Service, Event string
	Step                          Step
	Debt, Day                     civil.Date
	Outcome                       Outcome
	// Amount is what is charged, stands or is taken back; zero where there is no fee.
	Amount money.Amount
	// Stated is the district's fee, zero where none is stated; Limit, where it holds, the most that is left under the law's cap
	// on a reconnection, and Capped says that it made the fee less.
	Stated, Limit money.Amount
	Capped        bool
	// Why is why there is none, or why it is taken back; empty otherwise. Words say it with its numbers.
	Why   Code
	Words string
	// Policy is what it was made under, and Placeholders are the values of it that stand in for what is not known.
	Policy       string
	Placeholders []policy.Mark

	on          civil.Date
	kind        ledger.Kind
	revenueCode string
	entry       stored.ID
	wrong       bool // the step should not have been taken
}

// String gives the words.
func (c StepCharge) String() string { return c.Words }

// Steps are the fees of all steps that the account's events record and that may bear one, in order of their days and keys.
//
// A step bears its fee by a recorded event alone, once; not where the event was withdrawn, its mail came back, or a notice, a tag or a visit
// states an amount which a correction has made less since; where the debt that it was of was paid by its day; and where the ladder was
// blocked on that day, such as by an appeal or money on its way: a step that should not have been taken costs nothing. Once for a debt, the fee is that of the event which has it in the books, else of the
// first that bears one; one that was waived, or was taken back by hand, was that of the debt. What is in the books and should not be is
// taken back.
//
// Of a household of low income, [Fees.Reconnection] says how the fee for a shutoff is under the law's cap on the reconnection.
//
// Errors: those of [Ladder.Walk]; [ErrFacts] for facts that are missing, and for a waiver of no event, or for a reason that is none
// of the fee's; [ErrLaw] and [ErrCap] as of [FeePolicy.Reconnection].
func (f *Fees) Steps(s StepFacts) ([]StepCharge, error) {
	j, err := f.judged(&s)
	if err != nil {
		return nil, err
	}
	return f.charges(&j)
}

func (f *Fees) charges(j *judged) ([]StepCharge, error) {
	var places []int // of the events that may bear a fee
	for i := range j.events {
		if f.steps.of(j.events[i].Step) != nil {
			places = append(places, i)
		}
	}
	slices.SortFunc(places, func(a, b int) int {
		return cmp.Or(j.events[a].Day.Compare(j.events[b].Day), strings.Compare(j.events[a].Key, j.events[b].Key))
	})
	out := make([]StepCharge, len(places))
	bore := map[debtStep]string{} // which event has the fee of a debt in the books
	for k, i := range places {
		c, err := f.judge(j, i)
		if err != nil {
			return nil, err
		}
		out[k] = c
		if c.Outcome == FeeStands {
			bore[debtStep{c.Step, c.Debt}] = c.Event
		}
	}
	for k := range out {
		c := &out[k]
		once := debtStep{c.Step, c.Debt}
		if f.steps.of(c.Step).Times == OncePerDebt && (c.Outcome == ChargeFee || c.Why == FeeWaived || c.Why == TakenBackSince) {
			if key, has := bore[once]; has && c.Outcome == ChargeFee {
				c.none(OnceForDebt, fmt.Sprintf("the fee is charged once for the debt due %s, and %s has borne it", c.Debt, key))
			} else if !has {
				bore[once] = c.Event
			}
		}
		if err := f.limit(j, c); err != nil {
			return nil, err
		}
		c.say()
	}
	return out, nil
}

// debtStep is a step of a debt.
type debtStep struct {
	step Step
	debt civil.Date
}

// judged are facts while the fees of their steps are found.
type judged struct {
	*StepFacts
	index
	terms ledger.Terms // of the account
	// turns are the shutoffs and the reconnections that were not withdrawn.
	turns []Event
}

// judged finds all that is wrong with facts, and makes them usable.
func (f *Fees) judged(s *StepFacts) (judged, error) {
	if f.ladder == nil {
		return judged{}, &problem.Error{Code: ErrPolicy, Path: "fees", What: "no policy made them", Fix: "give what CompileFees makes"}
	}
	var own few
	j := judged{StepFacts: s, index: newIndex(s.Facts.Events, &own)}
	w := walk{Ladder: f.ladder, index: j.index, facts: &s.Facts}
	if err := w.check(); err != nil {
		return judged{}, err
	}
	if err := f.check(&j); err != nil {
		return judged{}, err
	}
	j.terms = s.Facts.Account.Terms()
	for i := range j.events {
		if e := &j.events[i]; (e.Step == ShutOff || e.Step == Reconnected) && j.withdrawn(i) == nil {
			j.turns = append(j.turns, *e)
		}
	}
	return j, nil
}

// event is the event of a key; nil where there is none.
func (s *judged) event(key string) *Event {
	at := s.at(key)
	if at < 0 {
		return nil
	}
	return &s.events[at]
}

// check finds what is wrong with the facts beside those of the ladder.
func (f *Fees) check(s *judged) error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrFacts, Path: path, What: what, Fix: fix})
	}
	if s.LowIncome == nil {
		refuse("low_income", "it is not stated on which days the household was of low income", "give the days, or an empty list")
	}
	for i, days := range s.LowIncome {
		if days.Check() != nil {
			refuse(fmt.Sprintf("low_income[%d]", i), "it is of no days", "give the days")
		}
	}
	if s.ActualCost.Sign() < 0 {
		refuse("actual_cost", fmt.Sprintf("a reconnection costs %s", s.ActualCost), "give what it costs the district")
	}
	for i, w := range s.Waivers {
		path := fmt.Sprintf("waivers[%d]", i)
		e := s.event(w.Event)
		switch {
		case e == nil || f.steps.of(e.Step) == nil:
			refuse(path+".event", fmt.Sprintf("there is no event %q of a step that may bear a fee", w.Event), "give the key of the event whose fee is waived")
		case !slices.Contains(f.steps.of(e.Step).Waivers, w.Reason):
			refuse(path+".reason", fmt.Sprintf("the fee of %s is not waived for %q", e.Step, w.Reason), "give one of the fee's reasons, or leave the waiver out")
		case w.Reason == WaivedLowIncome && !s.lowIncome(e.Day):
			refuse(path+".reason", fmt.Sprintf("the household was not of low income on %s", e.Day), "give the days of low income; the waiver follows from them")
		case w.By.IsZero():
			refuse(path+".by", "it is not said who granted it", "give the person")
		}
	}
	return found.Err()
}

// lowIncome says that the household was of low income on a day.
func (s *StepFacts) lowIncome(day civil.Date) bool {
	return slices.ContainsFunc(s.LowIncome, func(days civil.Period) bool { return days.Contains(day) })
}

// feeEntry is what the fee of an event is known by in the books.
func feeEntry(e *Event) ledger.Entry {
	return ledger.Entry{Cause: ledger.Charged, Parent: e.ID(), Key: string(e.Step) + " fee"}
}

// judge is the fee of an event by itself.
func (f *Fees) judge(s *judged, i int) (StepCharge, error) {
	e := &s.events[i]
	fee, books := f.steps.of(e.Step), s.Facts.Account.Books()
	c := StepCharge{
		Account: e.Account, Area: s.Facts.Account.Area(), Service: s.Service, Event: e.Key, Step: e.Step, Debt: e.Debt, Day: e.Day, Outcome: ChargeFee,
		Policy: f.steps.Title, Placeholders: slices.Clone(f.placeholders),
		on: s.Facts.On, kind: f.steps.Kind, revenueCode: f.steps.RevenueCode, entry: feeEntry(e).ID(),
	}
	var some bool
	c.Stated, some = fee.Amount.Value()
	c.Amount = c.Stated
	why, words, err := f.stood(s, i)
	if err != nil {
		return StepCharge{}, err
	}
	if c.wrong = why != ""; why == "" {
		why, words = s.waived(fee, e)
	}
	if charged, ok := feeIn(books, c.entry); ok {
		switch {
		case books.Reversed(c.entry):
			if why == "" {
				why, words = TakenBackSince, "it was charged, and taken back since"
			}
			c.none(why, words)
		case why == "":
			c.Outcome, c.Amount = FeeStands, charged
		default:
			c.Outcome, c.Amount, c.Why, c.Words = TakeFeeBack, charged, why, words
		}
		return c, nil
	}
	switch {
	case !some:
		c.none(NoFeeStated, "the district states none")
	case slices.Contains(fee.Exempt, s.Facts.Class):
		c.none(ClassExempt, fmt.Sprintf("the class %s bears none", s.Facts.Class))
	case why != "":
		c.none(why, words)
	}
	return c, nil
}

// feeIn is the fee that an entry of the books has charged, taken back or not; false where there is none.
func feeIn(books *ledger.Ledger, id stored.ID) (money.Amount, bool) {
	e, ok := books.Entry(id)
	if !ok || len(e.Opens) != 1 {
		return money.Amount{}, false
	}
	return e.Opens[0].Amount, true
}

// none makes it no fee.
func (c *StepCharge) none(why Code, words string) {
	c.Outcome, c.Amount, c.Why, c.Words = NoFee, money.Amount{}, why, words
}

// say completes the words.
func (c *StepCharge) say() {
	of := fmt.Sprintf("%s %s of %s", c.Step, c.Event, c.Day)
	switch c.Outcome {
	case ChargeFee:
		of = fmt.Sprintf("a fee of %s for %s", c.Amount, of)
	case FeeStands:
		of = fmt.Sprintf("the fee of %s for %s stands", c.Amount, of)
	case TakeFeeBack:
		of = fmt.Sprintf("the fee of %s for %s is taken back", c.Amount, of)
	default:
		of = "no fee for " + of
	}
	if c.Words != "" {
		of += ": " + c.Words
	}
	for _, mark := range c.Placeholders {
		of += "; a placeholder stands in for " + mark.String()
	}
	c.Words = of
}

// waived is why the fee of an event is waived; empty where it is not.
func (s *StepFacts) waived(fee *StepFee, e *Event) (Code, string) {
	if slices.Contains(fee.Waivers, WaivedLowIncome) && s.lowIncome(e.Day) {
		return FeeWaived, "it is waived for a household of low income"
	}
	var first *FeeWaiver
	for i := range s.Waivers {
		if w := &s.Waivers[i]; w.Event == e.Key && (first == nil || cmp.Or(strings.Compare(w.Reason, first.Reason), strings.Compare(w.By.String(), first.By.String())) < 0) {
			first = w
		}
	}
	if first != nil {
		return FeeWaived, fmt.Sprintf("it is waived for %s, by %s", first.Reason, first.By)
	}
	return "", ""
}

// stood is why an event was no step that bears a fee; empty where it was one. The ladder is asked as it was on the day of the event, with
// what is dated alone: of the undated facts it is not known what they were. What came after takes nothing from a step, but for what makes
// it none: that it was withdrawn, that its mail came back, and of a notice that what it states was corrected.
func (f *Fees) stood(s *judged, i int) (Code, string, error) {
	e := &s.events[i]
	if by := s.withdrawn(i); by != nil {
		return StepWithdrawn, "it was withdrawn on " + by.Day.String(), nil
	}
	if by := s.returned(i); by != nil {
		return MailReturned, "its mail came back on " + by.Day.String(), nil
	}
	past := s.past(e)
	var own few
	w := walk{Ladder: f.ladder, index: newIndex(past.Events, &own), facts: &past, terms: s.terms}
	if err := w.debt(); err != nil {
		return "", "", err
	}
	if err := w.blocks(); err != nil {
		return "", "", err
	}
	due := w.out.Debt.Due
	switch {
	case due.IsZero():
		return NotOwed, fmt.Sprintf("the debt due %s was not owed on that day: it was paid by then, not past due, or on a later date", e.Debt), nil
	case due != e.Debt:
		return NotOwed, fmt.Sprintf("the debt due %s was not owed on that day: what was past due was due %s", e.Debt, due), nil
	case w.out.Blocked():
		return w.out.Blocks[0].Code, "the ladder was blocked on that day: " + w.out.Blocks[0].Words, nil
	case e.Step == ShutOff || e.Amount.IsZero():
		return "", "", nil
	}
	then, now, err := w.charged(e.Day, s.Facts.On)
	if err != nil || !e.corrected(then, now) {
		return "", "", err
	}
	return AnotherAmount, fmt.Sprintf("it states %s, and %s is what was charged since a correction", e.Amount, money.Cents(now)), nil
}

// past are the facts of the day of an event, as far as they are dated: of the events the last shutoff and the last reconnection.
func (s *judged) past(e *Event) Facts {
	out := s.Facts
	out.On, out.InService = e.Day, Yes // it is not asked whether it has service since
	out.Events, out.Reviews, out.Bankruptcies = []Event{}, []Review{}, []Bankruptcy{}
	last := map[Step]*Event{}
	for i := range s.turns {
		o := &s.turns[i]
		if before := o.Day.Before(e.Day) || o.Day == e.Day && o.turnedBefore(e); before && (last[o.Step] == nil || o.laterThan(last[o.Step])) {
			last[o.Step] = o
		}
	}
	for _, step := range []Step{ShutOff, Reconnected} {
		if last[step] != nil {
			out.Events = append(out.Events, *last[step])
		}
	}
	for _, r := range s.Facts.Reviews {
		if !r.Filed.After(e.Day) {
			out.Reviews = append(out.Reviews, r)
		}
	}
	for _, b := range s.Facts.Bankruptcies {
		if !b.Petition.After(e.Day) {
			out.Bankruptcies = append(out.Bankruptcies, b)
		}
	}
	return out
}

// turnedBefore says that a shutoff or a reconnection came before a step of its day: by the instants of both. Where these do not say it, it
// came after; but of two shutoffs one without an instant is the first, or the first by its key.
func (e *Event) turnedBefore(o *Event) bool {
	switch {
	case !e.At.IsZero() && !o.At.IsZero() && !e.At.Equal(o.At):
		return e.At.Before(o.At)
	case e.Step != ShutOff || o.Step != ShutOff:
		return false
	case e.At.IsZero() != o.At.IsZero():
		return e.At.IsZero()
	}
	return e.Key < o.Key
}

// Entries are the ledger entries that charge the fee, or take it back, in the order in which they are posted: Ledger.PostAll. There
// are none where nothing is to be done. A fee is charged by the event: posted again, it changes nothing. One that is taken
// back is reversed on the day of the question; what was paid on it becomes the account's credit first.
//
// Errors: what the ledger finds wrong with the entries; [ErrFacts] for books that are missing, and for a fee that was adjusted, written off
// or moved since.
func (c StepCharge) Entries(books *ledger.Ledger, days Posting) ([]ledger.Entry, error) {
	switch c.Outcome {
	case ChargeFee:
		item := ledger.Item{Account: c.Account, Area: c.Area, Kind: c.kind, Service: c.Service, RevenueCode: c.revenueCode, Billed: days.Billed, Due: days.Due}
		e := feeEntry(&Event{Key: c.Event, Account: c.Account, Step: c.Step})
		e.Effective, e.Accounting, e.Opens = c.Day, days.Accounting, []ledger.Open{{Item: item, Amount: c.Amount, Against: item.Against()}}
		return []ledger.Entry{e}, e.Check()
	case TakeFeeBack:
		return c.back(books, days.Accounting)
	}
	return nil, nil
}

// back takes the fee back.
func (c *StepCharge) back(books *ledger.Ledger, accounting civil.Date) ([]ledger.Entry, error) {
	return takeBack(books, c.entry, c.Amount, fmt.Sprintf("%s %s", c.Step, c.Event), c.on, accounting)
}

// takeBack reverses a fee of the books; what was paid on it becomes the account's credit first.
func takeBack(books *ledger.Ledger, fee stored.ID, amount money.Amount, of string, on, accounting civil.Date) ([]ledger.Entry, error) {
	if books == nil {
		return nil, noBooks()
	}
	reversal, err := books.Reverse(fee, "fee taken back", ledger.Charged, on, accounting)
	if err != nil {
		return nil, err
	}
	charged, _ := books.Entry(fee)
	item, _ := books.Item(charged.ItemID(0))
	if item.Charged != amount {
		what := fmt.Sprintf("the fee of %s for %s stands at %s: it was adjusted, written off or moved since", amount, of, item.Charged)
		return nil, &problem.Error{Code: ErrFacts, Path: "books", What: what, Fix: "take that back first, or adjust what is left"}
	}
	out := []ledger.Entry{reversal}
	if paid := item.Charged.Cents() - item.Open.Cents(); paid > 0 {
		moves, err := books.Unapply(item.ID, money.Cents(paid))
		if err != nil {
			return nil, err
		}
		unapplied := ledger.Entry{Cause: ledger.Applied, Key: "paid on a fee that is taken back", Parent: fee, Effective: on, Accounting: accounting, Moves: moves}
		out = []ledger.Entry{unapplied, reversal}
	}
	for i := range out {
		if err := out[i].Check(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func noBooks() error {
	return &problem.Error{Code: ErrFacts, Path: "books", What: "there are no books", Fix: "give those that the fee is in"}
}
