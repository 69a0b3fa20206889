package collections

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// ListKind is what a list is of. It is the kind of its approval too.
type ListKind string

// The lists.
const (
	Notices  ListKind = "past_due_notices"
	DoorTags ListKind = "door_tags"
	Shutoffs ListKind = "shutoff_list"
)

// List is who is told, tagged or shut off on a day: what a supervisor approves. Once approved it may shrink, and never grows.
type List struct {
	// Key names the list, and Day is the day on which it is acted on.
	Key  string
	Kind ListKind
	Day  civil.Date
	// By is who prepared it, and does not approve it.
	By approval.Person
	// Rows are the accounts on it, in their order, each once.
	Rows []Row
	// Left are the accounts that were looked at and are not on it, each with why, in their order. They are no part of what is
	// approved, and not stored with it.
	Left []Left
}

// Row is an account on a list.
type Row struct {
	Account, Area, Class string
	// Due is the due date that names the debt, see [Debt.Due], as events of it name the debt, and Amount what is past due.
	Due    civil.Date
	Amount money.Amount
	// Shutoff is the day of the shutoff: that of the list, or the one that a notice or a door tag states. It is the earliest that
	// all constraints allow once the steps that are missing were taken on the day of the list, and after that day; of a door tag,
	// once it hangs.
	Shutoff civil.Date
	// NotBefore is the first instant of the shutoff.
	NotBefore time.Time
	// Words say why the account is on the list.
	Words string
}

// told is an event with the account and the debt of the row, and the amount and the day of shutoff that it states.
func (r Row) told(e Event) Event {
	e.Account, e.Debt, e.Printed, e.Amount = r.Account, r.Due, r.Shutoff, r.Amount
	return e
}

// Left is an account that is not on a list, and why.
type Left struct {
	Account string
	Reasons []Reason
}

// String says it: "0104417: blocked: appeal pending: …".
func (l Left) String() string { return l.Account + ": " + says(l.Reasons) }

// List is the list of a kind for a day that a person prepares, of all the accounts whose facts are given, in whatever order.
//
//   - Past-due notices: accounts with a debt from [Policy.NoticeAfter] days after its due date on that got none of it. Facts are
//     those of the day of the list.
//   - Door tags: accounts that lack nothing but the tag, and that may be shut off within [Policy.TagLead] days after it. Facts are
//     those of the day of the list.
//   - Final notices: accounts whose plan was broken, and that lack the notice of it, see [FinalNotices].
//   - Shutoffs: accounts that may be shut off on the day. Facts are those of the day or of an earlier one.
//
// An account that is blocked is on none. Errors: [ErrList] for a list without a key, a person or of no kind, for an account that is given
// twice, for facts of the wrong day, and for a day on which nobody is shut off; those of [Ladder.Walk], with the account as their
// place; all are told.
func (l *Ladder) List(kind ListKind, key string, day civil.Date, by approval.Person, facts []Facts) (List, error) {
	out := List{Key: key, Kind: kind, Day: day, By: by}
	if e := out.head(); e != nil {
		return List{}, e
	}
	var found problem.List
	seen := map[string]bool{}
	for i := range facts {
		f := &facts[i]
		place := fmt.Sprintf("facts[%d]", i)
		if f.Account != nil {
			place = "account " + f.Account.ID()
			if seen[f.Account.ID()] {
				found.Add(&problem.Error{Code: ErrList, Path: place, What: "it is given twice", Fix: "give the facts of each account once"})
				continue
			}
			seen[f.Account.ID()] = true
		}
		if f.On.After(day) || kind != Shutoffs && f.On != day {
			found.Add(&problem.Error{Code: ErrList, Path: place, What: fmt.Sprintf("its facts are of %q, and the list of %s", f.On.String(), day),
				Fix: "give the facts of the day; of a shutoff list those of an earlier day will do"})
			continue
		}
		row, why, err := l.row(kind, day, f)
		switch {
		case err != nil:
			found.Add(&problem.Error{Code: ErrList, Path: place, Err: err})
		case len(why) > 0:
			out.Left = append(out.Left, Left{f.Account.ID(), why})
		default:
			out.Rows = append(out.Rows, row)
		}
	}
	if err := found.Err(); err != nil {
		return List{}, err
	}
	slices.SortFunc(out.Rows, func(a, b Row) int { return strings.Compare(a.Account, b.Account) })
	slices.SortFunc(out.Left, func(a, b Left) int { return strings.Compare(a.Account, b.Account) })
	return out, nil
}

// row is the account's row of a list, or why it has none.
func (l *Ladder) row(kind ListKind, day civil.Date, f *Facts) (Row, []Reason, error) {
	switch kind {
	case Notices:
		return l.notice(day, f)
	case DoorTags:
		return l.tag(day, f)
	case FinalNotices:
		return l.final(day, f)
	}
	return l.shutoff(day, f)
}

// project is [Ladder.Walk] as if the steps that are missing were taken on a day: all, or one alone.
func (l *Ladder) project(f *Facts, on civil.Date, step Step) (walk, error) {
	w := walk{Ladder: l, facts: f, assume: on, assumes: step}
	return w, w.run()
}

// given is the first event of a step of the debt that counts.
func (w *walk) given(step Step) *Event {
	var first *Event
	for i := range w.events {
		if e := &w.events[i]; e.Step == step && w.counts(i) && (first == nil || e.before(first)) {
			first = e
		}
	}
	return first
}

func (l *Ladder) notice(day civil.Date, f *Facts) (Row, []Reason, error) {
	w, err := l.project(f, day, "")
	if err != nil {
		return Row{}, nil, err
	}
	a := &w.out
	if a.Blocked() {
		return Row{}, a.Blocks, nil
	}
	from, err := a.Debt.Due.AddDays(l.policy.NoticeAfter.Get())
	if err != nil {
		return Row{}, nil, err
	}
	if day.Before(from) {
		return Row{}, []Reason{{TooEarly, fmt.Sprintf("due %s: a notice goes out from %s on", a.Debt.Due, from), []Figure{{"due", a.Debt.Due.String()}, {"from", from.String()}}}}, nil
	}
	if e := w.given(PastDueNotice); e != nil {
		return Row{}, []Reason{given(NoticeGiven, e)}, nil
	}
	if !a.Day.After(day) {
		// Nothing is missing, and only the notice was not given: it states no day that has gone by, nor its own.
		next := Bound{}
		if next.Day, err = day.AddDays(1); err != nil {
			return Row{}, nil, err
		}
		if a.Day, a.NotBefore, a.Moved, err = l.move(f.Class, &next); err != nil {
			return Row{}, nil, err
		}
	}
	return a.row("%s due %s is past due, and no notice of it was given: a shutoff not before %s", clock(a.NotBefore)), nil, nil
}

func given(code Code, e *Event) Reason {
	return Reason{code, fmt.Sprintf("%s %s was given on %s", e.Step, e.Key, e.Day), []Figure{{"event", e.Key}, {"day", e.Day.String()}}}
}

func (l *Ladder) tag(day civil.Date, f *Facts) (Row, []Reason, error) {
	w := walk{Ladder: l, facts: f}
	if err := w.run(); err != nil {
		return Row{}, nil, err
	}
	if e := w.given(DoorTag); e != nil && !w.out.Debt.Due.IsZero() {
		return Row{}, append([]Reason{given(TagHung, e)}, w.out.Blocks...), nil
	}
	if !w.out.Blocked() {
		return Row{}, []Reason{{NothingMissing, "service may be shut off from " + clock(w.out.NotBefore) + " on", []Figure{{"day", w.out.Day.String()}}}}, nil
	}
	w, err := l.project(f, day, DoorTag)
	if err != nil {
		return Row{}, nil, err
	}
	a := &w.out
	if a.Blocked() {
		return Row{}, a.Blocks, nil
	}
	lead := l.policy.TagLead.Get()
	if days := a.Day.Sub(day); days > lead {
		return Row{}, []Reason{{TooEarly, fmt.Sprintf("the shutoff would be on %s, %d days after the tag, and a tag hangs for %d at most", a.Day, days, lead),
			[]Figure{{"shutoff", a.Day.String()}, {"days", fmt.Sprint(days)}, {"lead", fmt.Sprint(lead)}}}}, nil
	}
	return a.row("%s due %s is past due, and nothing but the tag is missing: a shutoff not before %s", clock(a.NotBefore)), nil, nil
}

func (l *Ladder) shutoff(day civil.Date, f *Facts) (Row, []Reason, error) {
	w := walk{Ladder: l, facts: f, by: day}
	if err := w.run(); err != nil {
		return Row{}, nil, err
	}
	a := &w.out
	if err := l.shutoffDay(f.Class, day); err != nil {
		return Row{}, nil, err
	}
	if a.Blocked() {
		return Row{}, a.Blocks, nil
	}
	last, _ := a.Deciding()
	if a.Day.After(day) {
		return Row{}, []Reason{{TooEarly, fmt.Sprintf("not before %s: %s", clock(a.NotBefore), last), []Figure{{"day", a.Day.String()}, {"constraint", last.Constraint}}}}, nil
	}
	if a.Day.Before(day) {
		a.Day, a.NotBefore = day, l.policy.Opens.Get().on(day, l.location)
	}
	return a.row("%s due %s is past due, and every constraint allows it: %s", last.String()), nil, nil
}

// row is the row of an answer. Words say the amount, the due date and one thing more.
func (a *Answer) row(words, more string) Row {
	words = fmt.Sprintf(words, a.Debt.Amount, a.Debt.Due, more)
	for _, r := range a.Notes {
		words += "; " + r.String()
	}
	if len(a.Unconfirmed) > 0 {
		words += "; " + strings.Join(a.Unconfirmed, " and ") + ": to be confirmed by counsel"
	}
	for _, mark := range a.Placeholders {
		words += "; a placeholder stands in for " + mark.String()
	}
	return Row{Account: a.Account, Area: a.Area, Class: a.Class, Due: a.Debt.Due, Amount: a.Debt.Amount, Shutoff: a.Day, NotBefore: a.NotBefore, Words: words}
}

// head finds what is wrong with the list besides its rows.
func (l *List) head() error {
	var found problem.List
	if strings.TrimSpace(l.Key) == "" {
		found.Add(&problem.Error{Code: ErrList, Path: "key", What: "the list has no key", Fix: "give the key under which the district keeps it"})
	}
	if !slices.Contains([]ListKind{Notices, DoorTags, FinalNotices, Shutoffs}, l.Kind) {
		found.Add(&problem.Error{Code: ErrList, Path: "kind", What: fmt.Sprintf("there is no list of %q", string(l.Kind)), Fix: "use a constant of this package, such as Shutoffs"})
	}
	if l.Day.IsZero() {
		found.Add(&problem.Error{Code: ErrList, Path: "day", What: "the list is of no day", Fix: "give the day on which it is acted on"})
	}
	if l.By.IsZero() {
		found.Add(&problem.Error{Code: ErrList, Path: "by", What: "it is not said who prepared the list", Fix: "give the person, who does not approve it"})
	}
	return found.Err()
}

// ApprovalCheck refuses a list that is not whole: without a key, a kind, a day or who prepared it, with rows that are out of order,
// stand twice, owe nothing, or are of a shutoff before the day of the list.
func (l List) ApprovalCheck() error {
	if err := l.head(); err != nil {
		return err
	}
	return l.rows()
}

// rows finds what is wrong with the rows.
func (l *List) rows() error {
	var found problem.List
	for i := range l.Rows {
		r := &l.Rows[i]
		refuse := func(what, fix string) {
			found.Add(&problem.Error{Code: ErrList, Path: fmt.Sprintf("rows[%d]", i), What: what, Fix: fix})
		}
		if r.Account == "" || i > 0 && l.Rows[i-1].Account >= r.Account {
			refuse("the account is missing, out of order or there twice", "give the rows as Ladder.List makes them")
		}
		if r.Due.IsZero() || r.Amount.Sign() <= 0 || r.Words == "" {
			refuse("it is not said for which debt, of what amount, or why", "give the rows as Ladder.List makes them")
		}
		if r.Shutoff.Before(l.Day) || r.NotBefore.IsZero() || l.Kind == Shutoffs && r.Shutoff != l.Day {
			refuse(fmt.Sprintf("the shutoff of %q is not of the list of %s", r.Shutoff.String(), l.Day), "give the rows as Ladder.List makes them")
		}
	}
	return found.Err()
}

// ApprovalKind is the kind of the list.
func (l List) ApprovalKind() approval.Kind { return approval.Kind(l.Kind) }

// ApprovalRows returns the list as its head and its rows. No money is at stake: what is owed stands in the rest of each row.
func (l List) ApprovalRows() (head []byte, rows []approval.Row) {
	head = stored.AppendKind(nil, "headgate.collections.list.1")
	for _, text := range []string{l.Key, string(l.Kind), l.Day.String(), l.By.String()} {
		head = stored.AppendText(head, text)
	}
	for _, r := range l.Rows {
		rest := stored.AppendKind(nil, "headgate.collections.row.1")
		for _, text := range []string{r.Area, r.Class, r.Due.String(), r.Shutoff.String(), r.Words} {
			rest = stored.AppendText(rest, text)
		}
		rest = stored.AppendInstant(stored.AppendInt(rest, r.Amount.Cents()), r.NotBefore)
		rows = append(rows, approval.Row{Key: r.Account, Account: r.Account, Rest: approval.RestOf(rest)})
	}
	return head, rows
}

// AppendCanonical writes all of it that the approver answers for.
func (l List) AppendCanonical(b []byte) []byte {
	head, rows := l.ApprovalRows()
	return approval.AppendList(b, head, rows)
}

// Stakes are none: a list moves no money.
func (l List) Stakes() []approval.Stake {
	_, rows := l.ApprovalRows()
	return approval.StakesOf(rows)
}

// Clone returns a copy that shares nothing with it that could be changed.
func (l List) Clone() List {
	l.Rows, l.Left = slices.Clone(l.Rows), slices.Clone(l.Left)
	for i := range l.Left {
		l.Left[i].Reasons = slices.Clone(l.Left[i].Reasons)
		for j := range l.Left[i].Reasons {
			l.Left[i].Reasons[j].Figures = slices.Clone(l.Left[i].Reasons[j].Figures)
		}
	}
	return l
}

// String is what the second person is shown first.
func (l List) String() string {
	cents := int64(0)
	for _, r := range l.Rows {
		cents += r.Amount.Cents()
	}
	accounts := "accounts that owe"
	if len(l.Rows) == 1 {
		accounts = "account that owes"
	}
	return fmt.Sprintf("%s: %s of %s, prepared by %s: %d %s %s past due; %d looked at and left out", l.Key, l.Kind, l.Day, l.By, len(l.Rows), accounts, money.Cents(cents), len(l.Left))
}
