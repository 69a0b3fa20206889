package approval

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Verdict is what a record says of its proposal.
type Verdict string

// The verdicts. A proposal may be stored before its decision; two decide; the last two follow on an approval.
const (
	VerdictProposed  Verdict = "proposed"
	VerdictApproved  Verdict = "approved"
	VerdictRejected  Verdict = "rejected"
	VerdictReduced   Verdict = "reduced"   // a list shrank
	VerdictWithdrawn Verdict = "withdrawn" // an approval was taken back
)

// Record is what a decision leaves behind, for the host to store: who decided what, on whose authority, when and why. It is
// plain data to be read and reported; nothing is believed of it until a [History] has checked its id, its seal and its place.
//
// Records of one proposal form a row: the proposal itself where it was stored, the decision, then each reduction or
// withdrawal. Each names the one before it. (Proposal, Ordinal) must be a unique key in the host's store: of two records that
// claim one place, only one may be stored, or no history can be made of them.
type Record struct {
	ID       stored.ID // of Proposal, Ordinal, Verdict, By and At: no id is made of what content holds of people
	Proposal stored.ID // see ProposalID
	Ordinal  int       // 0 for the first, then 1, 2, …
	Before   stored.ID // the record before; none for the first
	Verdict  Verdict
	Kind     Kind
	Request  string // the key of the request
	Digest   Digest // of what was decided on; after a reduction, of what is left
	By       Person // who acted; nobody for a proposal, which has its preparers
	At       time.Time
	Reason   string // rejections and withdrawals; approvals may have one; holds no names, addresses or bank data

	Prepared     []Person  // proposals and decisions: who prepared it, in order of ids
	Authority    Person    // decisions and withdrawals: whose authority By acted on; By, or who delegated to them
	Role         string    // decisions and withdrawals: the role whose limit decided
	Policy       string    // decisions and withdrawals: the name of the policy
	PolicyDigest Digest    // decisions and withdrawals: what the policy said, see Matrix.Digest
	Until        time.Time // approvals and reductions: the approval holds strictly before
	Stakes       []Stake   // approvals: magnitudes above zero by account, in order of accounts, which count against limits

	Was        Digest      // reductions: the digest of what they reduce
	Reductions []Reduction // reductions: what was taken out or lowered, in the order of the list

	Seal Seal // see Sealed
}

// Reduction is a row of an approved list that was taken out or lowered.
type Reduction struct {
	Key     string       // the row's
	Account string       // may be missing, as in Row
	From    money.Amount // as it was approved
	To      money.Amount // as it is left; $0.00 where the row is removed
	Removed bool
	Reason  string // holds no names, addresses or bank data
}

// Sealed returns the record with the host's seal, to be stored. A record that no decision could have left is [ErrRecord],
// one whose id is not that of its content stored.ErrID.
func (r Record) Sealed(signer Signer) (Record, error) {
	if signer == nil {
		return Record{}, noKey()
	}
	if err := r.check(); err != nil {
		return Record{}, err
	}
	seal, err := signer.Sign(r.AppendCanonical(nil))
	if err != nil {
		return Record{}, err
	}
	if seal.IsZero() {
		return Record{}, unsealed()
	}
	r = r.clone()
	r.Seal = Seal{Key: seal.Key, Sum: slices.Clone(seal.Sum)}
	return r, nil
}

func unsealed() *problem.Error {
	return &problem.Error{Code: ErrSeal, Path: "seal", What: "the record is not sealed",
		Fix: "seal it with the host's key before it is stored: record.Sealed(signer)"}
}

// AppendCanonical writes all of the record but its id, which follows from it, and its seal, which is of this.
func (r Record) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.approval.record.1")
	b = stored.AppendID(b, r.Proposal)
	b = stored.AppendInt(b, int64(r.Ordinal))
	b = stored.AppendID(b, r.Before)
	b = stored.AppendText(b, string(r.Verdict))
	b = stored.AppendText(b, string(r.Kind))
	b = stored.AppendText(b, r.Request)
	b = stored.AppendBytes(b, r.Digest[:])
	b = stored.AppendText(b, r.By.id)
	b = stored.AppendInstant(b, r.At)
	b = stored.AppendText(b, r.Reason)
	b = stored.AppendCount(b, len(r.Prepared))
	for _, p := range r.Prepared {
		b = stored.AppendText(b, p.id)
	}
	b = stored.AppendText(b, r.Authority.id)
	b = stored.AppendText(b, r.Role)
	b = stored.AppendText(b, r.Policy)
	b = stored.AppendBytes(b, r.PolicyDigest[:])
	b = stored.AppendInstant(b, r.Until)
	b = stored.AppendCount(b, len(r.Stakes))
	for _, s := range r.Stakes {
		b = stored.AppendText(b, s.Account)
		b = stored.AppendInt(b, s.Amount.Cents())
	}
	b = stored.AppendBytes(b, r.Was[:])
	b = stored.AppendCount(b, len(r.Reductions))
	for _, d := range r.Reductions {
		b = stored.AppendText(b, d.Key)
		b = stored.AppendText(b, d.Account)
		b = stored.AppendInt(b, d.From.Cents())
		b = stored.AppendInt(b, d.To.Cents())
		b = stored.AppendBool(b, d.Removed)
		b = stored.AppendText(b, d.Reason)
	}
	return b
}

// named returns the record with its id.
func (r Record) named() Record {
	r.ID = r.derived()
	return r
}

func (r Record) derived() stored.ID {
	b := stored.AppendText(nil, string(r.Verdict))
	b = stored.AppendText(b, r.By.id)
	b = stored.AppendInstant(b, r.At)
	return stored.NewID("approval.record", r.Proposal, stored.Ordinal(r.Ordinal), b)
}

// says reports whether two records say the same, whatever their seals: their ids are not of all that they say.
func (r Record) says(other Record) bool {
	return bytes.Equal(r.AppendCanonical(nil), other.AppendCanonical(nil))
}

// decides says whether the record is a decision on its proposal.
func (r Record) decides() bool { return r.Verdict == VerdictApproved || r.Verdict == VerdictRejected }

// stands says whether the record leaves an approval in force.
func (r Record) stands() bool { return r.Verdict == VerdictApproved || r.Verdict == VerdictReduced }

// frees says whether a withdrawal gives back the room that an approval took: only where others withdraw it than who gave or
// prepared it.
func (r Record) frees(approval Record) bool {
	own := func(p Person) bool {
		return p == approval.By || p == approval.Authority || slices.Contains(approval.Prepared, p)
	}
	return !own(r.By) && !own(r.Authority)
}

func (r Record) clone() Record {
	r.Prepared, r.Stakes, r.Reductions = slices.Clone(r.Prepared), slices.Clone(r.Stakes), slices.Clone(r.Reductions)
	r.Seal.Sum = slices.Clone(r.Seal.Sum)
	return r
}

// check refuses a record that no decision could have left, all that is wrong at once, and one whose ids are not its own.
func (r Record) check() error {
	var found problem.List
	refuse := func(bad bool, path, what string) {
		if bad {
			found.Add(&problem.Error{Code: ErrRecord, Path: path, What: what, Fix: "restore the record as it was written"})
		}
	}
	proposed, decides, holds := r.Verdict == VerdictProposed, r.decides(), r.stands()
	byPolicy := decides || r.Verdict == VerdictWithdrawn
	refuse(!proposed && !decides && r.Verdict != VerdictReduced && r.Verdict != VerdictWithdrawn, "verdict", "the verdict is unknown")
	refuse(r.Ordinal < 0 || proposed && r.Ordinal > 0 || decides && r.Ordinal > 1 || !proposed && !decides && r.Ordinal == 0,
		"ordinal", "the ordinal does not fit the verdict")
	refuse(r.Before.IsZero() != (r.Ordinal == 0), "before", "the record before does not fit the ordinal")
	found.Add(r.Kind.check("kind"))
	found.Add(checkText("request", r.Request))
	refuse(r.Digest.IsZero(), "digest", "the digest is missing")
	if !proposed {
		found.Add(checkPerson("by", r.By))
	}
	refuse(proposed && !r.By.IsZero(), "by", "nobody acts by a proposal but its preparers")
	found.Add(checkInstant("at", r.At))
	if r.Reason != "" || !holds && !proposed {
		found.Add(checkText("reason", r.Reason))
	}
	refuse((proposed || r.Verdict == VerdictReduced) && r.Reason != "", "reason", "a proposal and a reduction have no reason of their own")
	refuse((proposed || decides) != (len(r.Prepared) > 0), "prepared", "who prepared it does not fit the verdict")
	for i, p := range r.Prepared {
		refuse(p.IsZero() || i > 0 && r.Prepared[i-1].compare(p) >= 0, fmt.Sprintf("prepared[%d]", i), "the preparers are not each once in order of ids")
		refuse(p == r.By || p == r.Authority, fmt.Sprintf("prepared[%d]", i), "a preparer decided")
	}
	refuse(byPolicy == r.Authority.IsZero(), "authority", "the authority does not fit the verdict")
	if byPolicy {
		found.Add(checkText("role", r.Role))
		found.Add(checkText("policy", r.Policy))
	}
	refuse(!byPolicy && r.Role+r.Policy != "", "role", "a proposal and a reduction need no role and no policy")
	refuse(byPolicy == r.PolicyDigest.IsZero(), "policy_digest", "the digest of the policy does not fit the verdict")
	refuse(holds != r.At.Before(r.Until), "until", "the end of the approval does not fit")
	if holds {
		found.Add(checkInstant("until", r.Until))
	}
	refuse(!holds && !r.Until.IsZero(), "until", "only an approval has an end")
	refuse(r.Verdict != VerdictApproved && len(r.Stakes) > 0, "stakes", "only an approval has stakes")
	for i, s := range r.Stakes {
		found.Add(checkText(fmt.Sprintf("stakes[%d].account", i), s.Account))
		refuse(s.Amount.Sign() <= 0 || i > 0 && cmp.Compare(r.Stakes[i-1].Account, s.Account) >= 0, fmt.Sprintf("stakes[%d]", i),
			"the stakes are not above zero, each account once, in order of accounts")
	}
	refuse((r.Verdict == VerdictReduced) == r.Was.IsZero(), "was", "the digest of what is reduced does not fit the verdict")
	refuse((r.Verdict == VerdictReduced) != (len(r.Reductions) > 0), "reductions", "the reductions do not fit the verdict")
	for i, d := range r.Reductions {
		path := fmt.Sprintf("reductions[%d]", i)
		found.Add(checkText(path+".key", d.Key))
		if d.Account != "" {
			found.Add(checkText(path+".account", d.Account))
		}
		found.Add(checkText(path+".reason", d.Reason))
		refuse(d.Removed && !d.To.IsZero() || !d.Removed && !lower(d.From, d.To), path+".to", "the amount is not lowered")
	}
	if len(found) > 0 {
		return found.Err()
	}
	if err := r.Proposal.Check("proposal", ProposalID(r.Kind, r.Request)); err != nil {
		return err
	}
	return r.ID.Check("id", r.derived())
}

// lower says whether an amount is nearer to zero than it was, and on the same side.
func lower(from, to money.Amount) bool {
	if from.Sign() < 0 {
		return to.Sign() <= 0 && to.Cmp(from) > 0
	}
	return to.Sign() >= 0 && to.Cmp(from) < 0
}
