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

// Step is a step of the ladder that was taken. A letter that is two steps at once, such as a past-due notice that is the mailed
// notice too, is recorded as two events.
type Step string

// The steps.
const (
	BillMailed    Step = "bill_mailed"     // the mailing of the bill
	PastDueNotice Step = "past_due_notice" // the district's own first notice
	Contact       Step = "contact"         // the customer is told, by telephone or in writing, business days before
	MailedNotice  Step = "mailed_notice"   // the notice by mail, days before
	Visit         Step = "visit"           // the notice of imminent shutoff and the policy, left at the premise
	AdultReached  Step = "adult_reached"   // an adult at the premise was spoken to, hours before
	DoorTag       Step = "door_tag"        // the posting, or the handing over, where no adult was reached
	FinalNotice   Step = "final_notice"    // the notice after a plan was broken
	ShutOff       Step = "shut_off"        // the water was shut off
	Reconnected   Step = "reconnected"     // the water was turned on again
	Returned      Step = "returned"        // mail of another event came back; of a letter that is two events, either tells it
	Withdrawn     Step = "withdrawn"       // another event counts no more, such as a notice of an amount that was corrected
)

// Method is how a step was taken.
type Method string

// The methods.
const (
	ByTelephone Method = "telephone"
	InPerson    Method = "in_person"
	ByMail      Method = "mail"
	Handed      Method = "handed"
	Posted      Method = "posted"
	// ByEmail is how a paperless bill, or the district's own notice, is sent. No law of the presets takes it for writing (ours).
	ByEmail Method = "email"
)

// Recipient is who was told.
type Recipient string

// The recipients.
const (
	Customer   Recipient = "customer"
	Occupant   Recipient = "occupant"
	Tenants    Recipient = "tenants"
	ThirdParty Recipient = "third_party"
)

var (
	steps = []Step{BillMailed, PastDueNotice, Contact, MailedNotice, Visit, AdultReached, DoorTag, FinalNotice, ShutOff, Reconnected,
		Returned, Withdrawn}
	methods    = []Method{ByTelephone, InPerson, ByMail, Handed, Posted, ByEmail}
	recipients = []Recipient{Customer, Occupant, Tenants, ThirdParty}
)

// Event is a step that was taken, as it is recorded: when, how, by whom and to whom. What is not recorded did not happen.
type Event struct {
	// Key is the record's own, and Account whose it is.
	Key, Account string
	// Debt is the due date that names what it was about, see [Debt.Due]: a notice of a debt that was paid is none of the next debt.
	// [Answer.Debt] has it, and so has the row of a list. Of the mailing of a bill it is the bill's own due date, whatever else is owed.
	Debt civil.Date
	Step Step
	// Day is the day on which it was done, and At the instant where that is known. Of an event without one, hours count from the
	// end of the day.
	Day civil.Date
	At  time.Time
	// Method is how it was done, and To who was told; neither for mail that came back and for what was withdrawn.
	Method Method
	To     Recipient
	// By is who did it.
	By approval.Person
	// Printed is the date of shutoff that the notice states; no date where it states none. Nobody is shut off before it.
	Printed civil.Date
	// Amount is what the notice states as past due, as [Row.Amount] has it; zero where it states none. Once what was charged falls by a
	// correction the notice is no step any more; a payment takes nothing from it.
	Amount money.Amount
	// Of is, of mail that came back and of what was withdrawn, the key of the event that it was.
	Of string
}

// ID is made of the event's key and account.
func (e Event) ID() stored.ID {
	return stored.NewID("collections_event", stored.ID{}, e.Key, stored.AppendText(nil, e.Account))
}

// AppendCanonical appends all that the event says.
func (e Event) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.collections.event.1")
	for _, text := range []string{
		e.Key, e.Account, e.Debt.String(), string(e.Step), e.Day.String(), string(e.Method), string(e.To), e.By.String(), e.Printed.String(), e.Of,
	} {
		b = stored.AppendText(b, text)
	}
	b = stored.AppendInt(b, e.Amount.Cents())
	b = stored.AppendBool(b, !e.At.IsZero())
	if !e.At.IsZero() {
		b = stored.AppendInstant(b, e.At)
	}
	return b
}

// about says that the event is of another one.
func (e *Event) about() bool { return e.Step == Returned || e.Step == Withdrawn }

// Check finds all that is wrong with the event by itself, as a problem.List of [ErrEvent].
func (e Event) Check() error {
	var found problem.List
	e.check(&found)
	return found.Err()
}

func (e *Event) check(found *problem.List) {
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrEvent, Path: path, What: what, Fix: fix})
	}
	if strings.TrimSpace(e.Key) == "" || strings.TrimSpace(e.Account) == "" {
		refuse("key", "the event has no key or no account", "give both")
	}
	if e.Debt.IsZero() {
		refuse("debt", "it is not said which debt the event was about", "give the due date of the oldest part of it")
	}
	if e.Day.IsZero() {
		refuse("day", "the event is of no day", "give the day on which it was done")
	}
	if e.By.IsZero() {
		refuse("by", "it is not said who did it", "give the person")
	}
	if !slices.Contains(steps, e.Step) {
		refuse("step", fmt.Sprintf("there is no step %q", string(e.Step)), fmt.Sprintf("give one of %q", steps))
	}
	if !e.Printed.IsZero() && e.Printed.Before(e.Day) {
		refuse("printed", fmt.Sprintf("the date of shutoff %s is before the notice of %s", e.Printed, e.Day), "give the date that the notice states")
	}
	if e.Amount.Sign() < 0 {
		refuse("amount", fmt.Sprintf("the notice states %s as past due", e.Amount), "give the amount that it states, or none")
	}
	if e.about() {
		if e.Of == "" || e.Of == e.Key || e.Method != "" || e.To != "" || !e.Printed.IsZero() || !e.Amount.IsZero() {
			refuse("of", "it does not say of which other event it is, or says more", "give the key of that event, and no method, recipient, printed date or amount")
		}
		return
	}
	if e.Of != "" {
		refuse("of", fmt.Sprintf("the step %s is of no other event", e.Step), "leave it out")
	}
	if !slices.Contains(methods, e.Method) {
		refuse("method", fmt.Sprintf("there is no method %q", string(e.Method)), fmt.Sprintf("give one of %q", methods))
	}
	if !slices.Contains(recipients, e.To) {
		refuse("to", fmt.Sprintf("there is no recipient %q", string(e.To)), fmt.Sprintf("give one of %q", recipients))
	}
}
