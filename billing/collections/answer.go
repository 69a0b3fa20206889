package collections

import (
	"fmt"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Code is why an account is not shut off, or is not on a list. Its text is what a clerk reads, such as "appeal pending". A
// constraint whose step is missing has its own, see [Constraint.Missing].
type Code string

// The codes of what blocks an account, whatever the dates.
const (
	InBankruptcy    Code = "bankruptcy"
	PaymentHeld     Code = "payment received, not posted"
	DraftPending    Code = "draft pending"
	AppealPending   Code = "appeal pending"
	ComplaintOpen   Code = "complaint under review"
	ExtensionOpen   Code = "extension under review"
	InHardship      Code = "hardship"
	LevelPay        Code = "level pay"
	PlanKept        Code = "kept plan"
	InCredit        Code = "credit balance"
	NothingPastDue  Code = "nothing past due"
	BelowMinimum    Code = "below minimum balance"
	NoticesHeld     Code = "notices held"
	AnotherAmount   Code = "notice on another amount"
	AlreadyOff      Code = "already shut off"
	NoService       Code = "no service"
	LawDoesNotApply Code = "law does not apply" // a note, no block
	LawWaived       Code = "law waived"         // a note, no block
	HardshipInPart  Code = "hardship in part"   // a note, no block
)

// The codes of why an account is on no list, besides what blocks it.
const (
	TooEarly    Code = "too early"
	NoticeGiven Code = "notice given"
	TagHung     Code = "door tag given"
	NotApproved Code = "not on the approved list"
	// NothingMissing is why an account is on no list of door tags: it may be shut off without one.
	NothingMissing Code = "nothing is missing"
)

// Figure is one of the numbers of a reason.
type Figure struct{ What, Text string }

// String gives "balance $240.00".
func (f Figure) String() string { return f.What + " " + f.Text }

// Reason says why, in words with their numbers.
type Reason struct {
	Code Code
	// Words say it with its numbers, and Figures are the numbers.
	Words   string
	Figures []Figure
}

// String is "blocked: appeal pending: …"; a note is not blocked.
func (r Reason) String() string {
	text := string(r.Code) + ": " + r.Words
	switch r.Code {
	case LawDoesNotApply, LawWaived, HardshipInPart, TooEarly, NoticeGiven, TagHung, NotApproved, NothingMissing, NotAfterPlan:
		return text
	}
	return "blocked: " + text
}

// Debt is what an account may be shut off for.
type Debt struct {
	// Due is the due date of its oldest part, and FirstDelinquent the day after; no dates where there is no debt. Older parts that are together
	// below the policy's MinimumBalance are of the debt, and make it no older.
	Due, FirstDelinquent civil.Date
	// Amount is what of it is past due, of the policy's kinds and agencies, less what credit covers and money on its way.
	Amount money.Amount
	// Items are what it is of, oldest due date first.
	Items []stored.ID
}

// Bound is the earliest day that a constraint allows.
type Bound struct {
	// Constraint is its title, Source where it stands, and Status how it is known.
	Constraint, Source string
	Status             Status
	// Step is the step that it counts from, and Event the key of its event; empty where it counts from a due date or a breach, and
	// Event where the step is only assumed. From is the day that it counts from, and Wait how long.
	Step  Step
	Event string
	From  civil.Date
	Wait  Wait
	// Day is the earliest day, and At, of clock hours alone, the instant on it.
	Day civil.Date
	At  time.Time
	// Reading is that of days of delinquency.
	Reading Reading
}

// String says it: "60 days delinquent (H&S 116908(a)(1)(A), verified): 60 delinquent days (full_days) after due 2026-04-16 is
// 2026-06-16".
func (b Bound) String() string {
	from := "due"
	switch {
	case b.Constraint == printedTitle:
		return fmt.Sprintf("the notice %s of %s states %s", b.Event, b.From, b.Day)
	case b.Event != "":
		from = "the " + string(b.Step) + " " + b.Event + " of"
	case b.Step != "":
		from = "a " + string(b.Step) + " on"
	}
	reading, day := "", b.Day.String()
	if b.Reading != "" {
		reading = " (" + string(b.Reading) + ")"
	}
	if !b.At.IsZero() {
		day = clock(b.At)
	}
	return fmt.Sprintf("%s (%s, %s): %s%s after %s %s is %s", b.Constraint, b.Source, b.Status, b.Wait, reading, from, b.From, day)
}

// clock is an instant in words: in minutes, and where there are seconds to it in these, never before it.
func clock(at time.Time) string {
	if part := time.Duration(at.Nanosecond()); part > 0 {
		at = at.Add(time.Second - part)
	}
	if at.Second() == 0 {
		return at.Format("2006-01-02 15:04")
	}
	return at.Format("2006-01-02 15:04:05")
}

// after says that the bound is later than another, of the same day by the instant.
func (b *Bound) after(o *Bound) bool {
	if b.Day != o.Day {
		return b.Day.After(o.Day)
	}
	return o.At.Before(b.At)
}

// Moved is a day on which nobody is shut off, and why.
type Moved struct {
	Day civil.Date
	// Closed says that the office is closed; else the day of the week is one of Law, or of the district where Law is empty. At is
	// the bound, where it is after the hours of the day, and no instant else.
	Closed bool
	Law    string
	At     time.Time
}

// String says it: "on 2026-06-19 the office is closed".
func (m Moved) String() string {
	switch {
	case !m.At.IsZero():
		return fmt.Sprintf("%s is after the hours of %s", clock(m.At), m.Day)
	case m.Closed:
		return fmt.Sprintf("on %s the office is closed", m.Day)
	case m.Law != "":
		return fmt.Sprintf("%s is a %s, on which %s allows no shutoff", m.Day, m.Day.Weekday(), m.Law)
	}
	return fmt.Sprintf("%s is a %s, on which the district shuts nobody off", m.Day, m.Day.Weekday())
}

// Answer says when service may be shut off, and why not before; or why it may not be.
type Answer struct {
	Account, Area, Class string
	On                   civil.Date
	Debt                 Debt
	// Blocks are why service may not be shut off: where there is one, Day is no date. A missing step is among them.
	Blocks []Reason
	// Notes say more: that a law does not apply or was waived, that a hardship was shown in part.
	Notes []Reason
	// Bounds are the constraints that hold and whose step was taken, in the order of the laws, of the policy, and then of dates
	// that notices state.
	Bounds []Bound
	// Day is the first permitted day on or after all bounds, which may have gone by, and NotBefore the first instant on it. The
	// day is that of an open office, within the hours of the policy.
	Day       civil.Date
	NotBefore time.Time
	// Moved are the days that were passed over after the bounds, each with why.
	Moved []Moved
	// Unconfirmed are the laws that it rests on and that the district's counsel has not confirmed, and Placeholders the values of
	// the policy that stand in for what is not known: what prints the answer says so.
	Unconfirmed  []string
	Placeholders []policy.Mark
}

// Blocked says that service may not be shut off, whatever the day.
func (a Answer) Blocked() bool { return len(a.Blocks) > 0 }

// Deciding is the latest of the bounds; false where there is none.
func (a Answer) Deciding() (Bound, bool) {
	if len(a.Bounds) == 0 {
		return Bound{}, false
	}
	last := 0
	for i := range a.Bounds {
		if a.Bounds[i].after(&a.Bounds[last]) {
			last = i
		}
	}
	return a.Bounds[last], true
}

// String says the answer in words.
func (a Answer) String() string {
	var out []string
	for _, r := range a.Blocks {
		out = append(out, r.String())
	}
	if !a.Blocked() {
		last, _ := a.Deciding()
		out = append(out, fmt.Sprintf("from %s on, for %s due %s: %s", clock(a.NotBefore), a.Debt.Amount, a.Debt.Due, last))
		for _, m := range a.Moved {
			out = append(out, m.String())
		}
	}
	for _, r := range a.Notes {
		out = append(out, r.String())
	}
	if len(a.Unconfirmed) > 0 {
		out = append(out, strings.Join(a.Unconfirmed, " and ")+": to be confirmed by counsel")
	}
	for _, mark := range a.Placeholders {
		out = append(out, "a placeholder stands in for "+mark.String())
	}
	return strings.Join(out, "; ")
}

// says joins reasons.
func says(reasons []Reason) string {
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = r.String()
	}
	return strings.Join(out, "; ")
}
