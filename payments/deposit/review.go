package deposit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Code is why a deposit goes back or does not. Its text is what a clerk reads.
type Code string

// The codes. All but the first keep a deposit from going back.
const (
	Eligible      Code = "eligible"
	NothingHeld   Code = "nothing held"
	NotFullyPaid  Code = "not fully paid"
	NeverCame     Code = "never came"
	TooSoon       Code = "not held long enough"
	PaidLate      Code = "paid late"
	WasShutoff    Code = "shut off"
	ItemReturned  Code = "payment returned"
	PastDue       Code = "past due"
	OnPlan        Code = "on a payment plan"
	Uncleared     Code = "inside the return window"
	NotRequested  Code = "not asked for"
	OnlyAtClosing Code = "only at closing"
	Closed        Code = "closed"
	Forfeited     Code = "forfeited"
)

// Reason says why a deposit goes back or does not: the code with its numbers.
type Reason struct {
	Code  Code
	Words string
}

// Verdict says whether the deposit of an account goes back on a day, and why.
type Verdict struct {
	Account, Area string
	On            civil.Date
	// Policy and Citation are those of the policy, and Placeholders the values of it that stand in for what is not known: what
	// prints the verdict says so.
	Policy, Citation string
	Placeholders     []policy.Mark
	// Held is what the books hold, and Cleared what of it came and no bank can take back.
	Held, Cleared money.Amount
	// Earned is its interest up to the day, also where it does not go back.
	Earned Earned
	// Since is the day from which the months of good service run, and Ripe the day on which they end; no dates while it is not
	// paid in full under a clock that asks for it, or where nothing of it came.
	Since, Ripe civil.Date
	// Refund is all that is held and its interest where it goes back, and zero otherwise.
	Refund money.Amount
	// As is how it goes back.
	As As
	// Reasons is one, Eligible, where it goes back; otherwise all that keep it.
	Reasons []Reason
}

// Eligible reports whether the deposit goes back.
func (v Verdict) Eligible() bool { return len(v.Reasons) == 1 && v.Reasons[0].Code == Eligible }

// Words are the reasons in one line.
func (v Verdict) Words() string {
	words := make([]string, len(v.Reasons))
	for i, r := range v.Reasons {
		words[i] = r.Words
	}
	return strings.Join(words, "; ")
}

// Review says whether the deposit of an account goes back on a day. The books are those that it was read from. Errors: those of
// [Policy.Check] and policy.ErrNotKnown; [ErrFacts], [ErrOlder] and [ErrFuture] for facts that are missing, contradict one another
// or the books, or have not happened; those of ledger.Ledger.Account for the terms.
func (p Policy) Review(books *ledger.Ledger, h Holding, f Facts, on civil.Date) (Verdict, error) {
	found := p.findings()
	if err := found.Err(); err != nil {
		return Verdict{}, err
	}
	if books == nil {
		return Verdict{}, &problem.Error{Code: ErrFacts, Path: "books", What: "there are no books", Fix: "give those that the deposit was read from"}
	}
	v, err := p.look(books, h, f, on, true, newLateness())
	if err != nil {
		return Verdict{}, err
	}
	v.Placeholders = found.Placeholders
	return v, nil
}

// look is Review for a policy that was checked, without its placeholders. Without amounts it tells what keeps the deposit alone.
func (p Policy) look(books *ledger.Ledger, h Holding, f Facts, on civil.Date, amounts bool, late *lateness) (Verdict, error) {
	if err := f.check(h, on); err != nil {
		return Verdict{}, err
	}
	v := Verdict{Account: f.Account, Area: h.Area, On: on, Policy: p.Title, Citation: p.Citation, Held: h.Held, As: p.As}
	if h.Held.IsZero() {
		v.Earned.Words = "nothing is held"
		if h.Open.IsZero() {
			v.no(NothingHeld, "nothing held: no money is, and nothing that was charged is open")
		} else {
			v.no(NothingHeld, "nothing held: %s was charged and is not paid", h.Open)
		}
		return v, nil
	}
	r := review{p: p, books: books, h: h, f: f, v: &v, late: late}
	if err := r.all(amounts); err != nil {
		return Verdict{}, err
	}
	return v, nil
}

func (v *Verdict) no(code Code, words string, figures ...any) {
	v.Reasons = append(v.Reasons, Reason{code, fmt.Sprintf(words, figures...)})
}

// review is a Verdict in the making.
type review struct {
	p       Policy
	books   *ledger.Ledger
	account *ledger.Account
	h       Holding
	f       Facts
	v       *Verdict
	good    []string // what was looked at and found good
	late    *lateness
}

func (r *review) all(amounts bool) error {
	var err error
	if r.account, err = r.books.Account(r.f.Account, r.f.Terms); err != nil {
		return &problem.Error{Code: ErrFacts, Path: "account " + r.f.Account, Err: err}
	}
	if amounts {
		if r.v.Earned, err = r.p.earned(r.h, r.v.On); err != nil {
			return err
		}
	}
	for _, look := range []func() error{r.history, r.gives, r.clock, r.service, r.owes, r.cleared} {
		if err := look(); err != nil {
			return err
		}
	}
	if len(r.v.Reasons) > 0 {
		return nil
	}
	if r.v.Refund, err = r.h.Held.Add(r.v.Earned.Interest); err != nil {
		return err
	}
	r.v.Reasons = []Reason{{Eligible, "eligible: " + strings.Join(r.good, "; ")}}
	return nil
}

// gives looks at what the policy gives back, and when.
func (r *review) gives() error {
	if !r.f.Closed.IsZero() {
		if months := r.p.ForfeitMonths.Get(); months > 0 {
			last, err := r.f.Closed.AddMonths(months)
			if err != nil {
				return err
			}
			asked := !r.f.Requested.IsZero() && !r.f.Requested.After(last)
			if r.v.On.After(last) && !asked {
				r.v.no(Forfeited, "forfeited: closed on %s, and not asked for within %d months, by %s", r.f.Closed, months, last)
			}
		}
		r.v.no(Closed, "closed on %s: the final bill settles the deposit", r.f.Closed)
		return nil
	}
	switch {
	case r.p.Gives == AtClosing:
		r.v.no(OnlyAtClosing, "only at closing: the policy gives no deposit back before")
	case r.p.Gives == OnRequest && r.f.Requested.IsZero():
		r.v.no(NotRequested, "not asked for: the policy gives it back on request")
	case r.p.Gives == OnRequest:
		r.good = append(r.good, "asked for on "+r.f.Requested.String())
	}
	return nil
}

// clock looks at the months of good service.
func (r *review) clock() error {
	first, last := r.h.paid(r.f.PaidSince)
	says := ""
	switch r.p.Clock {
	case FromFullyPaid:
		r.v.Since, says = last, "fully paid on"
		if r.h.Open.Sign() > 0 {
			r.v.Since = civil.Date{}
			r.v.no(NotFullyPaid, "not fully paid: %s is held and %s of what was charged is open", r.h.Held, r.h.Open)
			return nil
		}
	case FromFirstPaid:
		r.v.Since, says = first, "first paid on"
	case FromService:
		r.v.Since, says = r.f.Service, "in service since"
		if r.f.Service.IsZero() {
			return &problem.Error{Code: ErrFacts, Path: "service", What: "the policy's months run from the first day of service, and it is missing", Fix: "give it"}
		}
	}
	if r.v.Since.IsZero() {
		return nil // nothing of it came, which cleared tells
	}
	var err error
	if r.v.Ripe, err = r.v.Since.AddMonths(r.p.Months.Get()); err != nil {
		return err
	}
	words := fmt.Sprintf("%s %s, %d months end on %s", says, r.v.Since, r.p.Months.Get(), r.v.Ripe)
	if r.v.On.Before(r.v.Ripe) {
		r.v.no(TooSoon, "not held long enough: %s", words)
		return nil
	}
	r.good = append(r.good, words)
	return nil
}

// history sees that somebody has looked for what the books do not tell, as far as the policy asks for it.
func (r *review) history() error {
	converted := slices.ContainsFunc(r.h.Movements, func(m Movement) bool { return m.Cause == ledger.Converted })
	var found problem.List
	for _, events := range []struct {
		path, what string
		days       []civil.Date
		needed     bool
	}{
		{"shutoffs", "whether the account was shut off", r.f.Shutoffs, r.p.Shutoff == Bars},
		{"late", "whether it was late before the books", r.f.Late, converted},
		{"returned", "whether a payment was returned before the books", r.f.Returned, converted && r.p.ReturnedItem == Bars},
	} {
		if events.needed && events.days == nil {
			found.Add(&problem.Error{Code: ErrFacts, Path: events.path, What: "nobody has looked " + events.what, Fix: "give the days, or an empty list where there was none"})
		}
	}
	return found.Err()
}

// service looks at late payments, shutoffs and returned payments, in the days that count.
func (r *review) service() error {
	from := r.v.Since
	if r.p.Counts == InLastMonths {
		var err error
		if from, err = r.v.On.AddMonths(-r.p.Months.Get()); err != nil {
			return err
		}
	}
	if from.IsZero() {
		from = r.f.Opened
	}
	l, err := r.lateness(from)
	if err != nil {
		return err
	}
	late, more, err := l.days()
	if err != nil {
		return err
	}
	words := fmt.Sprintf("late %s since %s%s, and %d allowed", times(len(late))+more, from, onDays(late), r.p.LateAllowed.Get())
	if len(late) > r.p.LateAllowed.Get() {
		r.v.no(PaidLate, "paid late: %s", words)
	} else {
		r.good = append(r.good, words)
	}
	returned := append(within(r.f.Returned, from), l.returned...)
	for _, day := range within(r.h.returned, from) {
		if !day.After(r.v.On) {
			returned = append(returned, day)
		}
	}
	for _, event := range []struct {
		bar  Bar
		code Code
		days []civil.Date
	}{{r.p.Shutoff, WasShutoff, within(r.f.Shutoffs, from)}, {r.p.ReturnedItem, ItemReturned, returned}} {
		slices.SortFunc(event.days, civil.Date.Compare)
		if event.bar == Bars && len(event.days) > 0 {
			r.v.no(event.code, "%s: %s since %s%s, and one bars the refund", event.code, times(len(event.days)), from, onDays(event.days))
		}
	}
	return nil
}

// owes looks at what is past due, and at payment plans.
func (r *review) owes() error {
	owed, err := r.account.Obligations(r.v.On)
	if err != nil {
		return err
	}
	var pastDue, pending int64
	var oldest civil.Date
	for _, o := range owed {
		if o.When != ledger.IsPastDue || o.Left().IsZero() && o.Pending.IsZero() {
			continue
		}
		pastDue, pending = pastDue+o.Left().Cents(), pending+o.Pending.Cents()
		if oldest.IsZero() || o.Due.Before(oldest) {
			oldest = o.Due
		}
	}
	switch {
	case pending > 0:
		r.v.no(PastDue, "past due: %s since %s, of which %s is on its way", money.Cents(pastDue+pending), oldest, money.Cents(pending))
	case pastDue > 0:
		r.v.no(PastDue, "past due: %s since %s", money.Cents(pastDue), oldest)
	default:
		r.good = append(r.good, "nothing past due")
	}
	if slices.ContainsFunc(r.f.Terms.Plans, func(p ledger.Plan) bool { return inForce(p, r.v.On) }) {
		r.v.no(OnPlan, "on a payment plan on %s", r.v.On)
	}
	return nil
}

// cleared looks at the return window of the payments of the deposit.
func (r *review) cleared() error {
	days := r.p.ReturnDays.Get()
	cleared, err := r.h.Cleared(r.v.On, days)
	if err != nil {
		return err
	}
	r.v.Cleared = cleared
	clears, err := r.h.ClearsOn(days)
	if err != nil {
		return err
	}
	if r.h.NeverCame.Sign() > 0 {
		r.v.no(NeverCame, "never came: of %s no payment stands behind %s", r.h.Held, r.h.NeverCame)
	}
	if clears.After(r.v.On) {
		r.v.no(Uncleared, "inside the return window: %s of %s is cleared, and all of it on %s, %d days being its window", cleared, r.h.Held, clears, days)
	}
	return nil
}

func within(days []civil.Date, from civil.Date) []civil.Date {
	var out []civil.Date
	for _, day := range days {
		if !day.Before(from) {
			out = append(out, day)
		}
	}
	return out
}

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// onDays names the days, in brackets; nothing where there are none.
func onDays(days []civil.Date) string {
	if len(days) == 0 {
		return ""
	}
	texts := make([]string, len(days))
	for i, day := range days {
		texts[i] = day.String()
	}
	return " (" + strings.Join(texts, ", ") + ")"
}

// inForce reports whether a payment plan is on a day.
func inForce(p ledger.Plan, on civil.Date) bool {
	return !on.Before(p.Agreed) && (p.Ended.IsZero() || on.Before(p.Ended))
}
