package collections

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// block takes note of a reason.
func (w *walk) block(code Code, words string, figures ...Figure) {
	w.out.Blocks = append(w.out.Blocks, Reason{Code: code, Words: words, Figures: figures})
}

// blocks finds all that keeps the account from a shutoff, whatever the dates.
func (w *walk) blocks() error {
	f, s, debt := w.facts, &w.standing, &w.out.Debt
	w.bankruptcies()
	if err := w.pending(); err != nil {
		return err
	}
	w.reviews()
	w.hardship()
	day := Figure{"day", f.On.String()}
	if s.OnLevelPay {
		w.block(LevelPay, fmt.Sprintf("on level pay on %s; the balance of %s is settled at its end", f.On, s.Balance), day, Figure{"balance", s.Balance.String()})
	}
	if s.OnPlan && !s.Broken {
		w.block(PlanKept, fmt.Sprintf("on a payment plan that was kept on %s", f.On), day)
	}
	if f.On.Before(s.NoticesFrom) {
		w.block(NoticesHeld, fmt.Sprintf("after the conversion no notice goes out before %s", s.NoticesFrom), day, Figure{"notices_from", s.NoticesFrom.String()})
	}
	if f.InService == No {
		w.block(NoService, fmt.Sprintf("it had no service on %s: there is nothing to shut off", f.On), day)
	}
	if w.off() {
		w.block(AlreadyOff, "it was shut off and not reconnected since", day)
	}
	switch least := w.policy.MinimumBalance.Get(); {
	case s.Balance.Sign() <= 0:
		w.block(InCredit, fmt.Sprintf("the balance was %s on %s", s.Balance, f.On), day, Figure{"balance", s.Balance.String()})
	case debt.Due.IsZero():
		w.block(NothingPastDue, fmt.Sprintf("nothing for which service may be shut off was past due on %s; past due in all: %s", f.On, s.PastDue), day,
			Figure{"past_due", s.PastDue.String()})
	case debt.Amount.Cmp(least) < 0:
		w.block(BelowMinimum, fmt.Sprintf("%s is past due, below %s", debt.Amount, least), day, Figure{"past_due", debt.Amount.String()}, Figure{"minimum", least.String()})
	}
	return nil
}

// off says that service is shut off: the last of the shutoffs and the reconnections that were not withdrawn decides. Of those of one
// day the reconnection is the last, unless the instants of both say otherwise.
func (w *walk) off() bool {
	off, on := w.last(ShutOff), w.last(Reconnected)
	switch {
	case off == nil || on == nil:
		return off != nil
	case off.Day != on.Day:
		return off.Day.After(on.Day)
	}
	return !off.At.IsZero() && !on.At.IsZero() && on.At.Before(off.At)
}

// bankruptcies blocks while a case is open, and where all that is past due is from before one.
func (w *walk) bankruptcies() {
	f := w.facts
	var first *Bankruptcy
	firstOpen := false
	for i := range f.Bankruptcies {
		b := &f.Bankruptcies[i]
		if b.Dismissed && !f.On.Before(b.Closed) {
			continue
		}
		open := b.Closed.IsZero() || f.On.Before(b.Closed)
		if first == nil || open && !firstOpen || open == firstOpen && (b.Petition.Before(first.Petition) || b.Petition == first.Petition && b.Through.Before(first.Through)) {
			first, firstOpen = b, open
		}
	}
	if first == nil || !firstOpen && (!w.out.Debt.Due.IsZero() || w.standing.PastDue.IsZero()) {
		return
	}
	words := fmt.Sprintf("petition of %s: what was billed up to %s is never on a shutoff list", first.Petition, first.Through)
	if firstOpen {
		words += ", and nothing while the case is open"
	}
	w.block(InBankruptcy, words, Figure{"petition", first.Petition.String()}, Figure{"through", first.Through.String()})
}

// pending blocks while money is on its way, whatever its amount.
func (w *walk) pending() error {
	s := &w.standing
	if !s.IsPending() {
		return nil
	}
	held := false
	for _, p := range w.terms.Pending {
		if !s.On.Before(p.From) && (p.Until.IsZero() || s.On.Before(p.Until)) {
			held = held || p.Kind != ledger.DraftInFlight
		}
	}
	amount, err := s.Pending.Add(s.PendingOver)
	if err != nil {
		return err
	}
	figures := []Figure{{"day", s.On.String()}, {"pending", amount.String()}}
	if held {
		w.block(PaymentHeld, fmt.Sprintf("%s was received and is not posted on %s", amount, s.On), figures...)
	} else {
		w.block(DraftPending, fmt.Sprintf("a draft of %s was sent and has not settled on %s", amount, s.On), figures...)
	}
	return nil
}

// reviews blocks while an appeal, a complaint or a request is open; each kind once, by the first that was filed.
func (w *walk) reviews() {
	for _, kind := range []struct {
		of    ReviewKind
		code  Code
		words string
	}{
		{Appeal, AppealPending, "an appeal of %s is open"},
		{Complaint, ComplaintOpen, "a complaint of %s is under review"},
		{ExtensionRequest, ExtensionOpen, "an extension asked for on %s is under review"},
	} {
		var first *Review
		for i := range w.facts.Reviews {
			r := &w.facts.Reviews[i]
			if r.Kind == kind.of && (r.Decided.IsZero() || w.facts.On.Before(r.Decided)) && (first == nil || r.Filed.Before(first.Filed)) {
				first = r
			}
		}
		if first != nil {
			w.block(kind.code, fmt.Sprintf(kind.words, first.Filed), Figure{"filed", first.Filed.String()})
		}
	}
}

// hardship blocks where all three parts hold, be they shown by one record or by several.
func (w *walk) hardship() {
	switch n, since := w.parts(w.facts.On); n {
	case 0:
	case len(since):
		from := since[0]
		for _, day := range since {
			if day.After(from) {
				from = day
			}
		}
		w.block(InHardship, fmt.Sprintf("danger to health is certified, the customer cannot pay, and is willing to enter a plan, since %s (H&S 116910(a))", from),
			Figure{"from", from.String()})
	default:
		w.out.Notes = append(w.out.Notes, Reason{Code: HardshipInPart, Words: fmt.Sprintf("%d of the three parts hold, and all three have to (H&S 116910(a))", n),
			Figures: []Figure{{"parts", fmt.Sprint(n)}}})
	}
}

// parts is how many of the three parts of a hardship hold on a day, by whichever records, and since when each has been shown; no date for
// one that does not.
func (w *walk) parts(on civil.Date) (n int, since [3]civil.Date) {
	for i := range w.facts.Hardships {
		h := &w.facts.Hardships[i]
		if !h.holds(on) {
			continue
		}
		for k, shown := range [...]bool{h.Certified, h.CannotPay, h.Willing} {
			switch {
			case !shown:
			case since[k].IsZero():
				n, since[k] = n+1, h.From
			case h.From.Before(since[k]):
				since[k] = h.From
			}
		}
	}
	return n, since
}
