package approval

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Request is what is asked for: by whom, when, and under which key.
type Request struct {
	// Key names the request among those of its kind, as its source does. It is what makes two equal things two: two
	// requests for the same credit are two adjustments. A request is decided once; a corrected one needs a key of its own.
	Key string
	// Prepared are all who prepared the content, one or more. None of them may decide on it.
	Prepared []Person
	// At is when it was proposed.
	At time.Time
}

// Proposal is content that waits for a decision. It is made by [Propose]; the zero value is refused.
type Proposal[T Content[T]] struct {
	subject
	content T
}

// subject is what is decided on, whatever its type.
type subject struct {
	kind      Kind
	request   Request
	digest    Digest
	byAccount []Stake
	total     money.Amount
}

// Propose describes content for its decision. The proposal has a copy of its own: what the caller changes afterwards, it
// does not change.
//
// All that is wrong is told at once: a request without key, preparer or instant ([ErrText], [ErrPerson], [ErrInstant]),
// content that is nil, refuses itself, has no canonical bytes, or whose copy, stakes or rows do not say the same as the content,
// and a list without rows ([ErrContent]), stakes whose sum is no amount (money.ErrOverflow).
//
// Where it is decided on later or elsewhere, store [Proposal.Record], sealed, and propose it there again.
func Propose[T Content[T]](content T, request Request) (Proposal[T], error) {
	var found problem.List
	found.Add(checkText("request.key", request.Key))
	found.Add(checkInstant("request.at", request.At))
	if len(request.Prepared) == 0 {
		found.Add(&problem.Error{Code: ErrPerson, Path: "request.prepared", What: "nobody prepared the proposal", Fix: "name all who did"})
	}
	for i, p := range request.Prepared {
		found.Add(checkPerson(fmt.Sprintf("request.prepared[%d]", i), p))
	}
	own, s := describe(content, request.Key, &found)
	if c, ok := any(own).(proposable); ok && !absent(own) {
		if err := c.ProposalCheck(); err != nil {
			found.Add(&problem.Error{Code: ErrContent, Path: "content", Err: err})
		}
	}
	if list, ok := any(content).(rowed); ok && !absent(content) {
		if _, rows := list.ApprovalRows(); len(rows) == 0 {
			found.Add(contentError("rows", "the list has no rows", "propose it where there is something to approve"))
		}
	}
	if len(found) > 0 {
		return Proposal[T]{}, found.Err()
	}
	prepared := slices.SortedFunc(slices.Values(request.Prepared), Person.compare)
	s.request = Request{Key: request.Key, Prepared: slices.Compact(prepared), At: request.At.UTC()}
	return Proposal[T]{subject: s, content: own}, nil
}

// describe returns a copy of content and what is decided on in it, without the request. Content that contradicts itself is
// told.
func describe[T Content[T]](content T, request string, found *problem.List) (T, subject) {
	var none T
	if absent(content) {
		found.Add(contentError("content", "there is no content", "give what is to be approved"))
		return none, subject{}
	}
	own := content.Clone()
	if absent(own) {
		found.Add(contentError("content", "the content's Clone gives nothing", "copy every part in Clone"))
		return none, subject{}
	}
	kind := content.ApprovalKind()
	found.Add(kind.check("content.kind"))
	digest := digestOf(kind, request, content)
	if digestOf(own.ApprovalKind(), request, own) != digest {
		found.Add(contentError("content", "the content's Clone does not say the same as the content",
			"copy every part in Clone, and let AppendCanonical depend on nothing else"))
	}
	if !beginsWithKind(own.AppendCanonical(nil)) {
		found.Add(contentError("content", "the content's canonical bytes do not begin with a kind", "begin AppendCanonical with stored.AppendKind"))
	}
	if c, ok := any(own).(checked); ok {
		if err := c.ApprovalCheck(); err != nil {
			found.Add(&problem.Error{Code: ErrContent, Path: "content", Err: err})
		}
	}
	// What is acted on is the copy: its stakes count.
	byAccount, total, fault := tally(own.Stakes())
	if fault != nil {
		found.Add(fault)
		return own, subject{kind: kind, digest: digest}
	}
	if given, _, fault := tally(content.Stakes()); fault != nil || !slices.Equal(given, byAccount) {
		found.Add(contentError("content.stakes", "the stakes of the content's Clone are not those of the content",
			"copy every part in Clone, and let Stakes follow from what AppendCanonical writes"))
	}
	if rows, ok := any(own).(rowed); ok {
		found.Add(checkRows(own, rows, byAccount))
	}
	return own, subject{kind: kind, digest: digest, byAccount: byAccount, total: total}
}

func (p Person) compare(q Person) int { return strings.Compare(p.id, q.id) }

// ID is the proposal's id; see [ProposalID].
func (p Proposal[T]) ID() stored.ID { return p.id() }

func (s subject) id() stored.ID {
	if s.digest.IsZero() {
		return stored.ID{}
	}
	return ProposalID(s.kind, s.request.Key)
}

// ProposalID is the id of the proposal that a request of a kind leads to. It is made of these two alone: the request is
// decided once, whatever the content was, and no id is computed over what the content holds of people.
func ProposalID(kind Kind, request string) stored.ID {
	return stored.NewID("approval.proposal", stored.ID{}, request, stored.AppendText(nil, string(kind)))
}

// Kind is the kind whose limits apply.
func (p Proposal[T]) Kind() Kind { return p.kind }

// Digest is what a decision must name: show it with the content.
func (p Proposal[T]) Digest() Digest { return p.digest }

// Request returns who proposed it, when, and under which key; each preparer once, in order of ids.
func (p Proposal[T]) Request() Request {
	r := p.request
	r.Prepared = slices.Clone(r.Prepared)
	return r
}

// Total is what is at stake in all accounts together.
func (p Proposal[T]) Total() money.Amount { return p.total }

// Stakes are what is at stake in each account, in order of accounts: magnitudes above zero.
func (p Proposal[T]) Stakes() []Stake { return slices.Clone(p.byAccount) }

// Content returns a copy of what is proposed, to be shown to who decides. The zero Proposal has none: [ErrContent].
func (p Proposal[T]) Content() (T, error) {
	if err := p.check(); err != nil {
		var none T
		return none, err
	}
	return p.content.Clone(), nil
}

// Record is the record of the proposal itself: what was proposed, when, and who prepared it. It is stored, sealed, where the
// decision is made later or elsewhere than in the run that proposes, so that nobody can say in between that others prepared it.
// Where the history has it, decisions are held to it; see [Approve]. The zero Proposal has none.
func (p Proposal[T]) Record() Record {
	if p.digest.IsZero() {
		return Record{}
	}
	return Record{
		Proposal: p.id(), Verdict: VerdictProposed, Kind: p.kind, Request: p.request.Key, Digest: p.digest, At: p.request.At,
		Prepared: slices.Clone(p.request.Prepared),
	}.named()
}

// MarshalJSON refuses: what is stored is the content and the record, and [Propose] makes a proposal of the content again.
func (p Proposal[T]) MarshalJSON() ([]byte, error) {
	return nil, &problem.Error{Code: ErrRecord, What: "a proposal is not written as JSON",
		Fix: "store its Record by RecordForm, and the content by its own form"}
}

// check refuses the zero value, and content that was changed through a Clone that shares parts of it.
func (p Proposal[T]) check() *problem.Error {
	if p.digest.IsZero() {
		return &problem.Error{Code: ErrContent, Path: "proposal", What: "nothing is proposed", Fix: "make the proposal with Propose"}
	}
	if digestOf(p.content.ApprovalKind(), p.request.Key, p.content) != p.digest {
		return altered("proposal")
	}
	return nil
}

func altered(path string) *problem.Error {
	return &problem.Error{Code: ErrAltered, Path: path, What: "the content was changed after it was digested",
		Fix: "copy every part in the content's Clone, and propose the changed content as a new request"}
}
