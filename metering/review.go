package metering

import (
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Resolution is how an exception ended. The zero value is one that has not: it is open, and holds the usage.
type Resolution uint8

// The ends of an exception.
const (
	Unresolved   Resolution = iota
	Accepted                // one person accepted it with a reason
	Overridden              // a second person approved that it is billed all the same
	ReadAgain               // another reading took its place
	EstimatedFor            // an estimate took its place
	Serviced                // field work found another use
	Corrected               // a reading came late
)

// String gives the end in words: "open", "accepted", "overridden", "read again", "estimated", "serviced",
// "corrected".
func (r Resolution) String() string {
	return word("Resolution", int(r)+1, "open", "accepted", "overridden", "read again", "estimated", "serviced", "corrected")
}

// Held is an exception in a review, and how it ended.
type Held struct {
	Exception  Exception
	Resolution Resolution
}

// Step is who takes a step of a review, when and why.
type Step struct {
	By     approval.Person
	At     time.Time
	Reason string // stored and reported: no names, addresses or bank data
}

// EventKind is a step that a review has taken.
type EventKind uint8

// The steps.
const (
	AcceptedEvent EventKind = iota + 1
	OverriddenEvent
	OrderedEvent
	CanceledEvent
	ResultEvent
	EstimatedEvent
	CorrectedEvent
)

// String gives the step in a word, such as "accepted".
func (k EventKind) String() string {
	return word("EventKind", int(k), "accepted", "overridden", "ordered", "canceled", "result", "estimated", "corrected")
}

// Event is one step of a review, as its log keeps it.
type Event struct {
	Kind     EventKind
	Step     Step
	Codes    []Code    // the exceptions that it was about
	Order    string    // the number of the order, where there is one
	Record   string    // what came late, where the step is a correction
	Found    string    // what the crew found, where there is something
	Approval stored.ID // the proposal, where a second person approved
}

// Pile is where a clerk finds a review: billing systems show three.
type Pile uint8

// The piles.
const (
	Approved    Pile = iota + 1 // nothing is open
	Acceptable                  // one person may accept all that is open
	Exceptional                 // anything else
)

// String gives the name of the pile: "approved", "acceptable", "exceptions".
func (p Pile) String() string { return word("Pile", int(p), "approved", "acceptable", "exceptions") }

// Review takes a measurement to its usage: no exception is just listed, each ends. A Review is a value: every step returns
// the next one, and leaves the one before as it was. The zero value is refused.
type Review struct {
	key     string
	due     civil.Date
	checks  []string // those that a measured use must have had
	first   Measurement
	m       Measurement
	shown   bool              // that any reading under review had a number
	readers []approval.Person // of every reading that was under review
	held    []Held
	order   *Order
	orders  []string // numbers given so far
	steps   []taken
}

// taken is a step with all that it was taken with, so that it can be taken again.
type taken struct {
	event   Event
	held    int          // which exception was accepted
	m       *Measurement // what took the place
	instead bool         // the override was of m
	order   Order
}

// NewReview begins the review of a measurement, under a key of the host's that is unique, such as account and cycle. checks
// are the titles of those that every measured use must have had, such as "InforDefault" (Exception.Rule): without its
// verdict a use is refused, here and where a re-read brings another one, so that a re-read is no way round a check. Those
// that the first measurement has had are asked for too, and a review without any is refused: every use would pass.
// What Estimate made, in all its registers, is not measured, and has none; a reading that its sender calls estimated has.
//
// due is the day on which the reading was due: where no use is known nobody estimates another period than up to that day.
//
// A measurement without exceptions has nothing to review, and is Billable at once.
func NewReview(key string, due civil.Date, m Measurement, checks ...string) (Review, error) {
	if strings.TrimSpace(key) == "" {
		return Review{}, refuseStep("key", "the review has no key", "give one that is unique, such as account and cycle")
	}
	if m.from.IsZero() {
		return Review{}, refuseStep("measurement", "there is no measurement", "give what Between or another of its kind returned")
	}
	if due.IsZero() || due.Before(m.from) {
		return Review{}, refuseStep("due", "the day on which the reading was due is missing, or before the period", "state the day that the cycle's reads are of")
	}
	r := Review{key: key, checks: slices.Clone(checks), due: due}
	for _, e := range m.verdicts {
		if e.Rule != "" && !slices.Contains(r.checks, e.Rule) {
			r.checks = append(r.checks, e.Rule)
		}
	}
	if len(r.checks) == 0 {
		return Review{}, refuseStep("checks", "no check is named", "name those that every use must have had, such as InforDefault")
	}
	if err := r.checked(m); err != nil {
		return Review{}, err
	}
	r.first = m
	return r.take(m), nil
}

// Key returns the key.
func (r Review) Key() string { return r.key }

// Measurement returns what is reviewed now: the first measurement, or the one that took its place.
func (r Review) Measurement() Measurement { return r.m }

// Exceptions returns every exception that the review has had, with its end.
func (r Review) Exceptions() []Held {
	out := slices.Clone(r.held)
	for i := range out {
		out[i].Exception = out[i].Exception.clone()
	}
	return out
}

// Open returns the exceptions that have not ended.
func (r Review) Open() []Exception {
	var out []Exception
	for _, h := range r.held {
		if h.Resolution == Unresolved {
			out = append(out, h.Exception.clone())
		}
	}
	return out
}

// Events returns the steps taken, in their order.
func (r Review) Events() []Event {
	var out []Event
	for _, t := range r.steps {
		t.event.Codes = slices.Clone(t.event.Codes)
		out = append(out, t.event)
	}
	return out
}

// Pile says where a clerk finds the review.
func (r Review) Pile() Pile {
	switch open := r.Open(); {
	case r.order != nil || !r.m.known:
		return Exceptional
	case len(open) == 0:
		return Approved
	case slices.ContainsFunc(open, func(e Exception) bool { return !e.Acceptable() }):
		return Exceptional
	}
	return Acceptable
}

// Accept ends an open exception, one of Open, that one person may accept; see Exception.Acceptable. Another of the same code, as
// of another register, stays open. The reason is stored. It is refused (ErrReview) where no use is known, an order is out, or
// the person read the meter: nobody checks their own reading.
func (r Review) Accept(s Step, e Exception) (Review, error) {
	return r.accept(s, slices.IndexFunc(r.held, func(h Held) bool { return h.Resolution == Unresolved && h.Exception.same(e) }))
}

// accept ends an open exception by its place among all that the review has had; below 0 it has none.
func (r Review) accept(s Step, at int) (Review, error) {
	if err := r.decide(s); err != nil {
		return Review{}, err
	}
	if at < 0 {
		return Review{}, refuseStep("exception", "no such exception is open", "accept one of those that Open returns")
	}
	e := r.held[at].Exception // and not the caller's, whose figures may be others
	switch {
	case !e.Acceptable():
		return Review{}, refuseStep("code", string(e.Code)+" is not accepted by one person",
			"have it read again, estimated or serviced, or propose an override")
	case !r.m.known:
		return Review{}, refuseStep("measurement", "no use is known that could be accepted", "have it read again, estimated or serviced")
	}
	r.held = slices.Clone(r.held)
	r.held[at].Resolution = Accepted
	return r.log(taken{event: Event{Kind: AcceptedEvent, Step: s, Codes: []Code{e.Code}}, held: at}), nil
}

// Estimate puts what Estimate made, in all registers, in the place of what was held: up to the day on which the reading was
// due, or to that of the use that is held. Its own exceptions, such as MaxEstimates or NoBasis, are open then. Where some of
// what was held stands, as the last digits of a meter that was taken out or another register's, a Sum or an Exchanged with an
// estimate in it is proposed to a second person, see ProposeUse. Refused (ErrReview) are those, a reading that its sender
// calls estimated, an estimate where an actual reading has settled earlier ones or was to, and a step by who read the meter.
func (r Review) Estimate(s Step, m Measurement) (Review, error) {
	if err := r.decide(s); err != nil {
		return Review{}, err
	}
	open := r.Open()
	switch {
	case !m.guess:
		return Review{}, refuseStep("measurement", "the measurement is no estimate", "give what Estimate returned, or propose a use")
	case len(open) == 0:
		return Review{}, refuseStep("measurement", "no exception is open", "an estimate takes the place of a reading that does not stand")
	case r.settles():
		return Review{}, refuseStep("measurement", "an actual reading is there, and settles the estimates before it", "true them up and propose that, or have it read again")
	}
	next, err := r.replace(m, EstimatedFor, s.At)
	if err != nil {
		return Review{}, err
	}
	return next.log(taken{event: Event{Kind: EstimatedEvent, Step: s, Codes: codes(open)}, m: &m}), nil
}

// settles reports whether the review has had a true-up, or a reading that calls for one.
func (r Review) settles() bool {
	return len(r.m.rebills) > 0 || slices.ContainsFunc(r.held, func(h Held) bool { return h.Exception.Code == TrueUpDue })
}

// Correct puts a reading that came late in the place of none: where nothing came, or no number was read, and the customer's
// card or the file arrives after all. record names it, such as the number of the card. It is refused (ErrReview) where any
// number was under review, also one that was refused: another number takes its place by a re-read, or as a second person
// approves (ProposeUse), and so do an exchange that is found, a true-up, a register's card, another day. Who read the meter,
// then or now, corrects nothing.
func (r Review) Correct(s Step, record string, m Measurement) (Review, error) {
	if err := r.decide(s); err != nil {
		return Review{}, err
	}
	open := r.Open()
	had := slices.IndexFunc(r.held, func(h Held) bool { return !h.Exception.Correctable() })
	switch {
	case had >= 0 || r.shown:
		return Review{}, refuseStep("measurement", "a number was under review", "have it read again, or propose a use")
	case len(open) == 0:
		return Review{}, refuseStep("measurement", "no exception is open", "bill the usage")
	case slices.Contains(m.readers, s.By):
		return Review{}, refuseStep("by", "who read the meter does not enter the reading", "let another person enter it")
	case strings.TrimSpace(record) == "":
		return Review{}, refuseStep("record", "what came late is not named", "name the record, such as the number of the card")
	}
	next, err := r.replace(m, Corrected, s.At)
	if err != nil {
		return Review{}, err
	}
	return next.log(taken{event: Event{Kind: CorrectedEvent, Step: s, Codes: codes(open), Record: record}, m: &m}), nil
}

// take makes m the measurement under review, and opens its exceptions.
func (r Review) take(m Measurement) Review {
	r.m, r.held, r.readers = m, slices.Clone(r.held), slices.Clone(r.readers)
	r.shown = r.shown || m.shown
	for _, p := range m.readers {
		if !slices.Contains(r.readers, p) {
			r.readers = append(r.readers, p)
		}
	}
	for _, e := range m.Exceptions() {
		r.held = append(r.held, Held{Exception: e})
	}
	return r
}

func (r Review) log(t taken) Review {
	r.steps = append(slices.Clone(r.steps), t)
	return r
}

// decide reports whether the person may end what is open: ready, and not one who read the meter.
func (r Review) decide(s Step) error {
	if err := r.ready(s); err != nil {
		return err
	}
	if slices.Contains(r.readers, s.By) {
		return refuseStep("by", "who read the meter decides nothing about it", "let another person decide")
	}
	return nil
}

// ready reports whether a step may be taken: it is whole, and no order is out.
func (r Review) ready(s Step) error {
	if err := r.step(s); err != nil {
		return err
	}
	if r.order != nil {
		return refuseStep("order", "order "+r.order.ID+" is out", "take its result, or cancel it first")
	}
	return nil
}

func (r Review) step(s Step) error {
	switch {
	case r.key == "":
		return refuseStep("review", "there is no review", "make one with NewReview")
	case s.By.IsZero():
		return refuseStep("by", "the person is missing", "say who decides")
	case strings.TrimSpace(s.Reason) == "":
		return refuseStep("reason", "the reason is missing", "say why")
	case s.At.IsZero():
		return refuseStep("at", "the instant is missing", "say when")
	}
	return r.inOrder(s.At)
}

func (r Review) inOrder(at time.Time) error {
	if n := len(r.steps); n > 0 && at.Before(r.steps[n-1].event.Step.At) {
		return refuseStep("at", "the instant is before the step before it", "give the time of the step")
	}
	return nil
}

func codes(list []Exception) []Code {
	var out []Code
	for _, e := range list {
		if !slices.Contains(out, e.Code) {
			out = append(out, e.Code)
		}
	}
	return out
}

func refuseStep(path, what, fix string) *problem.Error {
	return &problem.Error{Code: ErrReview, Path: path, What: what, Fix: fix}
}
