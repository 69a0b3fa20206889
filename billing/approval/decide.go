package approval

import (
	"fmt"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Decision is what a person decides, once they have seen what they decide on.
type Decision struct {
	By Person // who decides
	// As is on whose delegation By decides; nobody where it is on their own authority. It is never guessed, since what is
	// approved counts against that person's limits.
	As Person
	At time.Time
	// Saw is the digest of the content that By was shown: [Proposal.Digest]. One of other content is refused.
	Saw Digest
	// Reason is needed to reject and to withdraw, and may be given to approve. It is stored and reported: it holds no
	// names, addresses or bank data.
	Reason string
}

// Approve makes an approval of a proposal, where the policy lets the person decide and the history leaves room within the
// limits. Store the approval's record, sealed, before acting on it.
//
// The history learns nothing by this: several approvals on one History each use the same room. Store each record and give it
// to [History.Add] before the next decision is made:
//
//	approved, err := approval.Approve(proposal, decision, matrix, history)
//	record, err := approved.Record().Sealed(signer)   // stored
//	err = history.Add(record)                         // then the next
//
// Where the history has the proposal's own record ([Proposal.Record]), the proposal must be that one: of its digest, its instant
// and its preparers. Where it has none, who prepared the content is what this proposal says: so it is decided on in the run that
// proposed it. Elsewhere, or later, whoever makes the proposal again may name others, and decide on their own work.
//
// Approving twice is approving once: where the history has this person's approval of the same content, that one is
// returned, and nothing is counted anew.
//
// Refused are: a digest of other content than is decided on or was proposed ([ErrDigest]); a preparer who decides or whose
// authority is used ([ErrSamePerson]); another instant or other preparers than were proposed ([ErrRecord]); an instant before the
// proposal's, as the clocks of two servers may give ([ErrInstant]); a policy not in force that day, or without the kind
// ([ErrPolicy]); a person without a role or delegation for it ([ErrAuthority]); an amount beyond a limit by a cent or more
// ([ErrLimit]); a request that was decided otherwise ([ErrDecided]) or whose approval was reduced or withdrawn since ([ErrStale]).
func Approve[T Content[T]](p Proposal[T], d Decision, m *Matrix, h *History) (Approved[T], error) {
	if err := p.check(); err != nil {
		return Approved[T]{}, err
	}
	record, err := p.approve(d, m, h)
	if err != nil {
		return Approved[T]{}, err
	}
	return Approved[T]{content: p.content, decision: record, last: record}, nil
}

func (s subject) approve(d Decision, m *Matrix, h *History) (Record, error) {
	if err := s.mayDecide(d, m, h, VerdictApproved); err != nil {
		return Record{}, err
	}
	if standing, err := s.standing(d, h, VerdictApproved); err != nil || !standing.ID.IsZero() {
		return standing, err
	}
	day, fault := m.day(d.At)
	if fault != nil {
		return Record{}, fault
	}
	validity, ok := m.validity[s.kind]
	if !ok {
		return Record{}, unknownKind(s.kind)
	}
	a, fault := m.authority(s.kind, d.By, d.As, day)
	if fault != nil {
		return Record{}, fault
	}
	role, err := m.within(a, s, day, h)
	if err != nil {
		return Record{}, err
	}
	record := s.record(d, VerdictApproved, a, role, m, h)
	record.Until = record.At.Add(validity)
	record.Stakes = slices.Clone(s.byAccount)
	if fault := checkInstant("until", record.Until); fault != nil {
		return Record{}, fault
	}
	return record.named(), nil
}

// Reject refuses a proposal for good, with a reason: its request can be approved no more, and a corrected one is a new
// request. Who may approve anything of the kind may reject, whatever is at stake; refused otherwise as [Approve] is, and
// without a reason ([ErrText]). Store the record, sealed.
func Reject[T Content[T]](p Proposal[T], d Decision, m *Matrix, h *History) (Record, error) {
	if err := p.check(); err != nil {
		return Record{}, err
	}
	return p.reject(d, m, h)
}

func (s subject) reject(d Decision, m *Matrix, h *History) (Record, error) {
	if err := s.mayDecide(d, m, h, VerdictRejected); err != nil {
		return Record{}, err
	}
	if standing, err := s.standing(d, h, VerdictRejected); err != nil || !standing.ID.IsZero() {
		return standing, err
	}
	a, role, err := m.anyRole(s.kind, d)
	if err != nil {
		return Record{}, err
	}
	return s.record(d, VerdictRejected, a, role, m, h).named(), nil
}

// Withdraw takes an approval back, with a reason: it is restored no more. It is for approvals that nobody has acted on; what was
// done is undone by an opposite entry, with its own approval. An approval that has ended is not withdrawn.
//
// Its amounts count against limits no more where others take it back: where neither who withdraws nor whose authority they use
// approved it, lent the authority or prepared it. Else they keep counting: nobody makes room for themselves by approving, acting
// and withdrawing.
//
// d.Saw is the digest of what stands. Who may approve anything of the kind may withdraw, a preparer too. Refused are a
// proposal that is not approved ([ErrNotApproved], [ErrStale]), another digest ([ErrDigest]), an instant before the last record's
// ([ErrInstant]) or not before the end of the approval ([ErrExpired]), and a person as [Approve] refuses them. Withdrawing twice
// is withdrawing once. Store the record, sealed.
func Withdraw(proposal stored.ID, d Decision, m *Matrix, h *History) (Record, error) {
	var found problem.List
	found.Add(checkParts(m, h))
	found.Add(checkPerson("decision.by", d.By))
	found.Add(checkText("decision.reason", d.Reason))
	if len(found) > 0 {
		return Record{}, found.Err()
	}
	r := h.rows[proposal]
	if r == nil {
		return Record{}, notApproved("proposal")
	}
	last := r.last()
	switch {
	case last.Verdict == VerdictWithdrawn && last.By == d.By && last.Authority == d.authority() && last.Digest == d.Saw:
		return last.clone(), nil
	case last.Verdict == VerdictProposed:
		return Record{}, notApproved("proposal")
	case !last.stands():
		return Record{}, stale("proposal", last.Verdict)
	case last.Digest != d.Saw:
		return Record{}, otherDigest()
	case d.At.Before(last.At):
		return Record{}, &problem.Error{Code: ErrInstant, Path: "decision.at", What: "it is withdrawn before it was approved or reduced",
			Fix: "give the time of the host's clock"}
	case !d.At.Before(last.Until):
		return Record{}, &problem.Error{Code: ErrExpired, Path: "decision.at", What: "the approval held until " + last.Until.Format(time.RFC3339Nano),
			Fix: "leave it: what has ended is not acted on"}
	}
	a, role, err := m.anyRole(last.Kind, d)
	if err != nil {
		return Record{}, err
	}
	s := subject{kind: last.Kind, request: Request{Key: last.Request}, digest: last.Digest}
	return s.record(d, VerdictWithdrawn, a, role, m, h).named(), nil
}

// mayDecide refuses what can be seen from proposal and decision alone, all at once.
func (s subject) mayDecide(d Decision, m *Matrix, h *History, v Verdict) error {
	var found problem.List
	found.Add(checkParts(m, h))
	found.Add(checkPerson("decision.by", d.By))
	if d.At.Before(s.request.At) {
		found.Add(&problem.Error{Code: ErrInstant, Path: "decision.at", What: "the decision is dated before its proposal",
			Fix: "give the time of the host's clock"})
	}
	if d.Saw != s.digest {
		found.Add(otherDigest())
	}
	if slices.Contains(s.request.Prepared, d.By) {
		found.Add(&problem.Error{Code: ErrSamePerson, Path: "decision.by", What: "the person prepared what they decide on, in whatever spelling",
			Fix: "have another person decide"})
	}
	if !d.As.IsZero() && slices.Contains(s.request.Prepared, d.As) {
		found.Add(&problem.Error{Code: ErrSamePerson, Path: "decision.as", What: "the authority is that of a person who prepared what is decided on",
			Fix: "have it decided on the authority of another person"})
	}
	if v == VerdictRejected || d.Reason != "" {
		found.Add(checkText("decision.reason", d.Reason))
	}
	return found.Err()
}

// standing is the record of the same decision where it was made before, and the error where it was made otherwise.
func (s subject) standing(d Decision, h *History, v Verdict) (Record, error) {
	r := h.rows[s.id()]
	if r == nil {
		return Record{}, nil
	}
	if r.records[0].Verdict == VerdictProposed {
		if e := s.isOf(r.records[0], d); e != nil {
			return Record{}, e
		}
	}
	first, decided := r.decision()
	if !decided {
		return Record{}, nil
	}
	last := r.last()
	switch {
	case first.Verdict != v || first.Digest != s.digest || first.By != d.By || first.Authority != d.authority():
		return Record{}, &problem.Error{Code: ErrDecided, Path: "proposal",
			What: "the request was decided before: " + string(first.Verdict) + " on another decision",
			Fix:  "make a new request with a key of its own; an approval that must not stand is withdrawn"}
	case last.Ordinal != first.Ordinal:
		return Record{}, stale("proposal", last.Verdict)
	}
	return first.clone(), nil
}

// isOf refuses a subject that is not what was proposed, or was prepared by others.
func (s subject) isOf(proposed Record, d Decision) *problem.Error {
	switch {
	case proposed.Digest != s.digest:
		return &problem.Error{Code: ErrDigest, Path: "proposal", What: "the request was proposed for other content",
			Fix: "decide on the content as it was proposed, or make a new request with a key of its own"}
	case slices.Contains(proposed.Prepared, d.By) || slices.Contains(proposed.Prepared, d.authority()):
		return &problem.Error{Code: ErrSamePerson, Path: "proposal", What: "by its record, the person prepared what they decide on",
			Fix: "have another person decide"}
	case !proposed.At.Equal(s.request.At) || !slices.Equal(proposed.Prepared, s.request.Prepared):
		return &problem.Error{Code: ErrRecord, Path: "proposal", What: "who prepared it, or when, is not what its record says",
			Fix: "propose it with the instant and the preparers of the record"}
	}
	return nil
}

// authority is the person on whose authority the decision is made.
func (d Decision) authority() Person {
	if d.As.IsZero() {
		return d.By
	}
	return d.As
}

// record is the record of a decision, behind those that the history has, without what only approvals have, and without its id.
func (s subject) record(d Decision, v Verdict, a authority, role string, m *Matrix, h *History) Record {
	record := Record{
		Proposal: s.id(), Verdict: v, Kind: s.kind, Request: s.request.Key, Digest: s.digest, By: d.By, At: d.At.UTC(), Reason: d.Reason,
		Prepared: slices.Clone(s.request.Prepared), Authority: a.person, Role: role, Policy: m.policy.Name, PolicyDigest: m.digest,
	}
	if r := h.rows[record.Proposal]; r != nil {
		record.Ordinal, record.Before = len(r.records), r.last().ID
	}
	return record
}

// anyRole finds the authority for a kind where no amount has a say, and its first role in the policy's order.
func (m *Matrix) anyRole(kind Kind, d Decision) (authority, string, error) {
	day, fault := m.day(d.At)
	if fault != nil {
		return authority{}, "", fault
	}
	if _, ok := m.validity[kind]; !ok {
		return authority{}, "", unknownKind(kind)
	}
	a, fault := m.authority(kind, d.By, d.As, day)
	if fault != nil {
		return authority{}, "", fault
	}
	return a, m.policy.Limits[a.limits[0]].Role, nil
}

func checkParts(m *Matrix, h *History) *problem.Error {
	switch {
	case m == nil || m.validity == nil:
		return policyError("policy", "there is no policy", "compile the policy that is in force")
	case h == nil || h.rows == nil:
		return noHistory()
	}
	return nil
}

func unknownKind(kind Kind) *problem.Error {
	return policyError("policy.kinds", fmt.Sprintf("the policy does not say how approvals of the kind %q are given", kind),
		"state the kind in the policy, and who may approve it")
}

func otherDigest() *problem.Error {
	return &problem.Error{Code: ErrDigest, Path: "decision.saw", What: "the decision is on other content than this",
		Fix: "show the content again, and decide on its digest"}
}

func notApproved(path string) *problem.Error {
	return &problem.Error{Code: ErrNotApproved, Path: path, What: "nobody has approved this", Fix: "propose it, and have another person approve it"}
}

func stale(path string, v Verdict) *problem.Error {
	fix := "make a new request"
	if v == VerdictReduced {
		fix = "go on with what is left of the list"
	}
	return &problem.Error{Code: ErrStale, Path: path, What: "the last record of it is that it was " + string(v), Fix: fix}
}
