package metering

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/stored"
)

// OverrideKind is the kind of approval of an Override: the word of the policy's limits.
const OverrideKind approval.Kind = "read_override"

// Override is the proposal to bill a use although checks have refused it: the review, the use, every exception that is open
// with its numbers, and the reason. It is what a second person is shown and approves. In San Diego, readers had used a
// supervisor's code to skip the check.
type Override struct {
	key        string
	round      int // how many exceptions the review has had: a later measurement is another proposal
	period     civil.Period
	use        exact.Ratio
	unit       Unit
	exceptions []Exception
	reason     string
}

// Propose makes the override of all that is open. It is refused (ErrReview) where no use is known, nothing is open, an order
// is out, or the reason is missing. Name in approval.Request.Prepared who proposes it.
func (r Review) Propose(reason string) (Override, error) {
	open := r.Open()
	switch {
	case r.key == "":
		return Override{}, refuseStep("review", "there is no review", "make one with NewReview")
	case r.order != nil:
		return Override{}, refuseStep("order", "order "+r.order.ID+" is out", "take its result, or cancel it first")
	case !r.m.known:
		return Override{}, refuseStep("measurement", "no use is known that could be billed", "have it read again, estimated or serviced")
	case len(open) == 0:
		return Override{}, refuseStep("measurement", "no exception is open", "bill the usage")
	case strings.TrimSpace(reason) == "":
		return Override{}, refuseStep("reason", "the reason is missing", "say why it is billed all the same")
	}
	return Override{
		key: r.key, round: len(r.held), period: r.m.period, use: r.m.total, unit: r.m.unit, exceptions: open, reason: reason,
	}, nil
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
	if err != nil {
		return Review{}, err
	}
	if !bytes.Equal(o.AppendCanonical(nil), want.AppendCanonical(nil)) {
		return Review{}, refuseStep("approval", "the approval is of another review, or of another state of it", "propose what is open now")
	}
	if slices.Contains(r.m.readers, a.By()) {
		return Review{}, refuseStep("approval", "who read the meter has approved it", "let another person decide")
	}
	if err := r.inOrder(now); err != nil {
		return Review{}, err
	}
	r.held = slices.Clone(r.held)
	for i := range r.held {
		if r.held[i].Resolution == Unresolved {
			r.held[i].Resolution = Overridden
		}
	}
	return r.log(Event{
		Kind: OverriddenEvent, Step: Step{By: a.By(), At: now, Reason: o.reason}, Codes: codes(o.exceptions), Approval: a.Proposal(),
	}), nil
}

// String is what the second person is shown: the use, the exceptions one a line, and the reason.
func (o Override) String() string {
	var b strings.Builder
	b.WriteString(o.key + " " + o.period.String() + ": bill " + figure("", o.use).String() + " " + o.unit.String() + " although\n")
	for _, e := range o.exceptions {
		b.WriteString("  " + e.String() + "\n")
	}
	b.WriteString("because " + o.reason)
	return b.String()
}

// AppendCanonical writes all of it that the approver answers for.
func (o Override) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.metering.read_override.1")
	b = stored.AppendText(b, o.key)
	b = stored.AppendCount(b, o.round)
	b = stored.AppendText(b, o.period.String())
	b = stored.AppendText(b, o.use.String())
	b = stored.AppendText(b, o.unit.String())
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
