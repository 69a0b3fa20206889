package approval

import (
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Approved is content that a second person has approved: what a function that acts takes. It is had from [Approve],
// [Reduce] and [Restore] alone; the zero value is refused where it is opened.
type Approved[T Content[T]] struct {
	content  T
	decision Record // the approval
	last     Record // the last reduction, or the approval
}

// Open returns a copy of what was approved, at the instant at which it is acted on.
//
// Refused are the zero value ([ErrNotApproved]), an instant at or after the end of the approval ([ErrExpired]), one before
// the approval ([ErrInstant]), and content that was changed since ([ErrAltered]).
func (a Approved[T]) Open(now time.Time) (T, error) {
	var none T
	if a.decision.ID.IsZero() {
		return none, notApproved("approved")
	}
	if now.Before(a.last.At) {
		return none, &problem.Error{Code: ErrInstant, Path: "now", What: "it is acted on before it was approved", Fix: "give the time of the host's clock"}
	}
	if !now.Before(a.last.Until) {
		return none, &problem.Error{Code: ErrExpired, Path: "now", What: "the approval held until " + a.last.Until.Format(time.RFC3339Nano),
			Fix: "propose it again as a new request"}
	}
	return a.copied()
}

// Content returns a copy of what was approved, to be shown: also where the approval has ended. What acts takes that of
// [Approved.Open]. Refused are the zero value ([ErrNotApproved]) and content that was changed since ([ErrAltered]).
func (a Approved[T]) Content() (T, error) {
	if a.decision.ID.IsZero() {
		var none T
		return none, notApproved("approved")
	}
	return a.copied()
}

func (a Approved[T]) copied() (T, error) {
	var none T
	// What is handed out is digested, and not what it was copied from.
	out := a.content.Clone()
	if digestOf(out.ApprovalKind(), a.last.Request, out) != a.last.Digest {
		return none, altered("approved")
	}
	return out, nil
}

// Digest is the digest of what is approved, after its reductions; zero where nothing is.
func (a Approved[T]) Digest() Digest { return a.last.Digest }

// Proposal is the id of the proposal that was approved; zero where nothing is.
func (a Approved[T]) Proposal() stored.ID { return a.decision.Proposal }

// Record is the last record of it: that of the approval, or of the last reduction. It is to be stored, sealed, before
// anything is done.
func (a Approved[T]) Record() Record { return a.last.clone() }

// Kind is the kind of what was approved; empty where nothing is.
func (a Approved[T]) Kind() Kind { return a.decision.Kind }

// Request is the key of the request that was approved; empty where nothing is.
func (a Approved[T]) Request() string { return a.decision.Request }

// By is who approved it.
func (a Approved[T]) By() Person { return a.decision.By }

// Authority is on whose authority it was approved: By, or who delegated to them.
func (a Approved[T]) Authority() Person { return a.decision.Authority }

// At is when it was approved.
func (a Approved[T]) At() time.Time { return a.decision.At }

// Until is when the approval ends: it is opened strictly before.
func (a Approved[T]) Until() time.Time { return a.last.Until }

// MarshalJSON refuses: what is stored is the content and the record, and [Restore] makes an approval of them.
func (a Approved[T]) MarshalJSON() ([]byte, error) {
	return nil, &problem.Error{Code: ErrRecord, What: "an approval is not written as JSON",
		Fix: "store its Record by RecordForm, and the content by its own form"}
}

// Restore makes an approval of stored content and the host's records. request is the key of the request.
//
// Only what stands is restored: refused are content of which the history has no approval ([ErrNotApproved]), a request that
// was approved for other content ([ErrDigest]), and content as it was before it was reduced, withdrawn or rejected
// ([ErrStale]), and content that [Propose] refuses or that has other stakes than were approved ([ErrContent]). Records of another
// kind are of another request, whatever the bytes. An approval that has ended is restored, and not opened.
func Restore[T Content[T]](content T, request string, h *History) (Approved[T], error) {
	if h == nil || h.rows == nil {
		return Approved[T]{}, noHistory()
	}
	var found problem.List
	own, s := describe(content, request, &found)
	if len(found) > 0 {
		return Approved[T]{}, found.Err()
	}
	var decision Record
	r, decided := h.rows[ProposalID(s.kind, request)], false
	if r != nil {
		decision, decided = r.decision()
	}
	if !decided {
		return Approved[T]{}, notApproved("history")
	}
	last := r.last()
	switch {
	case !slices.ContainsFunc(r.records, func(rec Record) bool { return rec.Digest == s.digest }):
		return Approved[T]{}, &problem.Error{Code: ErrDigest, Path: "content", What: "the request was decided on other content",
			Fix: "restore the content as it was written"}
	case !last.stands(), last.Digest != s.digest:
		return Approved[T]{}, stale("content", last.Verdict)
	case last.Verdict == VerdictApproved && !slices.Equal(s.byAccount, decision.Stakes):
		return Approved[T]{}, contentError("content.stakes", "the content has other stakes than were approved",
			"let Stakes follow from what AppendCanonical writes, and restore the content as it was written")
	}
	return Approved[T]{content: own, decision: decision.clone(), last: last.clone()}, nil
}
