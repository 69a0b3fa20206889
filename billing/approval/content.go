package approval

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Kind is a kind of thing that is approved, such as "adjustment", "billing_cycle" or "draft_run": the word that the
// policy's limits use. Lower-case letters, digits, "_" and ".", at most 64.
type Kind string

func (k Kind) check(path string) *problem.Error {
	if len(k) > 0 && len(k) <= 64 && !bytes.ContainsFunc([]byte(k), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '_' || r == '.')
	}) {
		return nil
	}
	return &problem.Error{Code: ErrText, Path: path, What: "the kind is no word of 1 to 64 lower-case letters, digits, _ and .",
		Fix: `name a kind such as "adjustment"`}
}

// Content is what a thing must have to be approved. T is the type itself.
//
// Content with a method ApprovalCheck() error is asked whether it may be approved at all: a cycle with an open exception may
// not. Where the method returns an error, it is neither proposed nor restored. Content with a method ProposalCheck() error is asked besides
// whether it may be proposed: a list of which rows were taken out may not, since only what was approved is reduced with reasons.
type Content[T any] interface {
	// AppendCanonical writes all of it that the approver answers for, and begins with [stored.AppendKind]; see
	// [stored.Canonical].
	stored.Canonical
	// Clone returns a copy that shares nothing with it that could be changed.
	Clone() T
	// ApprovalKind is the kind whose limits apply. It is the content's to say, not the caller's: the kind decides who may
	// approve.
	ApprovalKind() Kind
	// Stakes are the amounts that the approval moves, for each account, once or several times. Nothing where no money is
	// at stake. They follow from what AppendCanonical writes.
	Stakes() []Stake
}

// checked is content that may refuse itself.
type checked interface{ ApprovalCheck() error }

// proposable is content that may refuse to be proposed.
type proposable interface{ ProposalCheck() error }

// absent says whether content is a nil that has no methods to call.
func absent(content any) bool {
	v := reflect.ValueOf(content)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// beginsWithKind says whether canonical bytes begin with the kind that tells what the others are of.
func beginsWithKind(canonical []byte) bool {
	if len(canonical) == 0 || canonical[0] != stored.AppendKind(nil, "")[0] {
		return false
	}
	length, n := binary.Uvarint(canonical[1:])
	return n > 0 && length > 0 && length <= uint64(len(canonical)-1-n)
}

func contentError(path, what, fix string) *problem.Error {
	return &problem.Error{Code: ErrContent, Path: path, What: what, Fix: fix}
}

// Stake is an amount for which an approval answers, and the account it is for. Limits count its magnitude: a debit and a
// credit of $100.00 are $200.00.
type Stake struct {
	Account string // the id of the account
	Amount  money.Amount
}

// tally is stakes by account, in order of accounts, as magnitudes above zero, and their sum.
func tally(stakes []Stake) ([]Stake, money.Amount, *problem.Error) {
	sums := make(map[string]money.Amount, len(stakes))
	for i, s := range stakes {
		path := fmt.Sprintf("stakes[%d]", i)
		if e := checkText(path+".account", s.Account); e != nil {
			return nil, money.Amount{}, e
		}
		sum, err := magnitude(s.Amount)
		if err == nil {
			sum, err = sums[s.Account].Add(sum)
		}
		if err != nil {
			return nil, money.Amount{}, overflow(path+".amount", err)
		}
		sums[s.Account] = sum
	}
	var total money.Amount
	byAccount := make([]Stake, 0, len(sums))
	for account, sum := range sums {
		if !sum.IsZero() {
			byAccount = append(byAccount, Stake{account, sum})
		}
	}
	slices.SortFunc(byAccount, func(a, b Stake) int { return cmp.Compare(a.Account, b.Account) })
	for _, s := range byAccount {
		var err error
		if total, err = total.Add(s.Amount); err != nil {
			return nil, money.Amount{}, overflow("stakes", err)
		}
	}
	return byAccount, total, nil
}

func magnitude(a money.Amount) (money.Amount, error) {
	if a.Sign() < 0 {
		return a.Neg()
	}
	return a, nil
}

func overflow(path string, err error) *problem.Error {
	return &problem.Error{Code: money.ErrOverflow, Path: path, What: "what is at stake is more than an amount can hold",
		Fix: "look for a wrong unit or a misplaced decimal point", Err: err}
}

// Digest is the SHA-256 of what is approved: of its kind, the key of its request and its canonical bytes; or of a policy, see
// [Matrix.Digest]. What differs in a bit has another digest. Digests compare with ==. The zero value is of nothing.
//
// It is of the content unmasked and made without a key: whoever guesses the content can prove the guess by it. Where content
// holds bank data, its records are kept as safe as the content is.
type Digest [sha256.Size]byte

// IsZero reports whether d is of nothing.
func (d Digest) IsZero() bool { return d == Digest{} }

// String is the digest in 64 hexadecimal digits; empty where it is of nothing.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	return hex.EncodeToString(d[:])
}

// MarshalText writes what String gives.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes: an empty text is the zero Digest, anything else that is no digest is
// [ErrDigest].
func (d *Digest) UnmarshalText(text []byte) error {
	var parsed Digest
	if len(text) > 0 {
		n, err := hex.Decode(parsed[:], text[:min(len(text), 2*len(parsed))])
		if err != nil || n != len(parsed) || parsed.String() != string(text) {
			return &problem.Error{Code: ErrDigest, What: "the text is no digest", Fix: "give it as it was written, 64 digits 0 to 9 and a to f"}
		}
	}
	*d = parsed
	return nil
}

// digestOf digests content under its kind and request, so that the same bytes approved for another purpose have another
// digest.
func digestOf(kind Kind, request string, content stored.Canonical) Digest {
	b := stored.AppendKind(nil, "headgate.approval.digest.1")
	b = stored.AppendText(b, string(kind))
	b = stored.AppendText(b, request)
	return sha256.Sum256(stored.AppendBytes(b, content.AppendCanonical(nil))) // content sees nothing of what is before it
}
