package metering

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/stored"
)

// OverrideKind is the kind of approval of an Override: the word of the policy's limits.
const OverrideKind approval.Kind = "read_override"

// Override is the proposal to bill a use although checks have refused it: the review, the readings and the use, every
// exception with its numbers, and the reason. It is what a second person is shown and approves. In San Diego, readers had
// used a supervisor's code to skip the check.
type Override struct {
	key        string
	round      int // how many exceptions the review has had: a later measurement is another proposal
	m          Measurement
	instead    bool // m takes the place of what is held
	exceptions []Exception
	reason     string
}

// Propose makes the override of all that is open. It is refused (ErrReview) where no use is known, nothing is open, an order
// is out, or the reason is missing. Name in approval.Request.Prepared who proposes it.
func (r Review) Propose(reason string) (Override, error) {
	o := Override{key: r.key, round: len(r.held), m: r.m, exceptions: r.Open(), reason: reason}
	return o, r.proposable(o)
}

// ProposeUse makes the override of all that is open by another measurement of the same period, with a use, where the checks
// have refused to know one: the clerk who looked at the register takes NegativeOrRollover for a rollover, and says of the
// reading that it has passed the top. at is when it is proposed: no reading is of a later day. What that measurement's own checks have found is part of it. It is refused like
// Propose, and a measurement that Return would refuse.
func (r Review) ProposeUse(m Measurement, reason string, at time.Time) (Override, error) {
	o := Override{key: r.key, round: len(r.held), m: m, instead: true, exceptions: append(r.Open(), m.Exceptions()...), reason: reason}
	if err := r.proposable(o); err != nil {
		return Override{}, err
	}
	return o, r.replaceable(m, Overridden, at)
}

func (r Review) proposable(o Override) error {
	switch {
	case r.key == "":
		return refuseStep("review", "there is no review", "make one with NewReview")
	case r.order != nil:
		return refuseStep("order", "order "+r.order.ID+" is out", "take its result, or cancel it first")
	case !o.m.known:
		return refuseStep("measurement", "no use is known that could be billed", "have it read again, estimated or serviced, or propose a use")
	case len(r.Open()) == 0:
		return refuseStep("measurement", "no exception is open", "bill the usage")
	case strings.TrimSpace(o.reason) == "":
		return refuseStep("reason", "the reason is missing", "say why it is billed all the same")
	}
	return nil
}

// Override ends all that is open, on the approval of a second person at the instant at which it is acted on. It is refused
// where the approval is none, or has ended (see approval.Approved.Open); where it was given for another state of the review,
// since a re-read may have come between; and where the person who approved read the meter (ErrReview).
func (r Review) Override(a approval.Approved[Override], now time.Time) (Review, error) {
	o, err := a.Open(now)
	if err != nil {
		return Review{}, err
	}
	want, err := r.Propose(o.reason)
	if o.instead {
		want, err = r.ProposeUse(o.m, o.reason, now)
	}
	if err != nil {
		return Review{}, err
	}
	if !bytes.Equal(o.AppendCanonical(nil), want.AppendCanonical(nil)) {
		return Review{}, refuseStep("approval", "the approval is of another review, or of another state of it", "propose what is open now")
	}
	return r.overridden(o, Step{By: a.By(), At: now, Reason: o.reason}, a.Proposal())
}

// overridden ends all that is open by what a second person has approved.
func (r Review) overridden(o Override, s Step, proposal stored.ID) (Review, error) {
	if slices.Contains(r.readers, s.By) || slices.Contains(o.m.readers, s.By) {
		return Review{}, refuseStep("approval", "who read the meter has approved it", "let another person decide")
	}
	if err := r.step(s); err != nil {
		return Review{}, err
	}
	if o.instead {
		r = r.take(o.m)
	}
	r.held = slices.Clone(r.held)
	for i := range r.held {
		if r.held[i].Resolution == Unresolved {
			r.held[i].Resolution = Overridden
		}
	}
	t := taken{event: Event{Kind: OverriddenEvent, Step: s, Codes: codes(o.exceptions), Approval: proposal}, instead: o.instead}
	if o.instead {
		t.m = &o.m
	}
	return r.log(t), nil
}

// String is what the second person is shown: the use, the readings and the exceptions one a line, and the reason.
func (o Override) String() string {
	var b strings.Builder
	b.WriteString(o.key + " " + o.m.period.String() + ": bill " + figure("", o.m.total).String() + " " + o.m.unit.String())
	if o.instead {
		b.WriteString(", another measurement than the one that is held,")
	}
	b.WriteString(" although\n")
	for _, e := range o.exceptions {
		b.WriteString("  " + e.String() + "\n")
	}
	for _, p := range o.m.parts {
		b.WriteString("  read: " + p.String() + "\n")
	}
	b.WriteString("because " + o.reason)
	return b.String()
}

// AppendCanonical writes all of it that the approver answers for.
func (o Override) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.metering.read_override.1")
	b = stored.AppendText(b, o.key)
	b = stored.AppendCount(b, o.round)
	b = stored.AppendBool(b, o.instead)
	b = stored.AppendText(b, o.m.period.String())
	b = stored.AppendText(b, o.m.total.String())
	b = stored.AppendText(b, o.m.unit.String())
	b = stored.AppendText(b, o.m.source.String())
	b = stored.AppendCount(b, len(o.m.parts))
	for _, p := range o.m.parts {
		b = stored.AppendText(b, p.String())
		b = stored.AppendText(b, p.Use.String())
	}
	b = stored.AppendCount(b, len(o.m.rebills))
	for _, again := range o.m.rebills {
		b = stored.AppendText(b, again.Period.String())
		b = stored.AppendText(b, again.Use.String())
		b = stored.AppendText(b, again.Billed.String())
	}
	b = stored.AppendCount(b, len(o.m.baselines))
	for _, at := range o.m.baselines {
		b = stored.AppendText(b, at.Meter)
		b = stored.AppendText(b, at.Register.ID)
		b = stored.AppendCount(b, int(at.Digits))
		b = stored.AppendText(b, at.Day.String())
		b = stored.AppendText(b, at.Source.String())
		b = stored.AppendCount(b, at.Estimates)
	}
	b = stored.AppendCount(b, len(o.exceptions))
	for _, e := range o.exceptions {
		b = stored.AppendText(b, string(e.Code))
		b = stored.AppendText(b, e.Rule)
		b = stored.AppendText(b, e.Meter)
		b = stored.AppendText(b, e.Register)
		b = stored.AppendText(b, e.Words)
		b = stored.AppendCount(b, len(e.Figures))
		for _, f := range e.Figures {
			b = stored.AppendText(b, f.What)
			b = stored.AppendText(b, f.Value.String())
			b = stored.AppendText(b, f.Text)
		}
	}
	return stored.AppendText(b, o.reason)
}

// Clone returns a copy that shares nothing with it that could be changed.
func (o Override) Clone() Override {
	o.exceptions = cloneExceptions(o.exceptions)
	return o
}

// ApprovalKind is OverrideKind.
func (o Override) ApprovalKind() approval.Kind { return OverrideKind }

// Stakes are none: no price is known where usage is measured.
func (o Override) Stakes() []approval.Stake { return nil }
