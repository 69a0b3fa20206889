package approval

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Seal is what a host's [Signer] made of a record.
type Seal struct {
	Key string // names the key, so that keys can be replaced
	Sum []byte
}

// IsZero reports whether there is no seal.
func (s Seal) IsZero() bool { return s.Key == "" && len(s.Sum) == 0 }

// Signer seals records. Only what stores decisions needs one.
type Signer interface {
	// Sign makes the seal of a message. An error is passed on, and the record is not sealed.
	Sign(message []byte) (Seal, error)
}

// Verifier tells the host's own records from others.
type Verifier interface {
	// Verify returns nil only where the seal was made of this very message with a key of the host. Any error refuses the
	// record.
	Verify(message []byte, seal Seal) error
}

// HMAC seals records by HMAC-SHA256 and verifies them: a [Signer] and a [Verifier]. It cannot be printed: what it knows is
// behind functions, and every way of writing it gives the same few words. The zero value refuses everything.
//
// Whoever has the secret can seal anything. Keep it where approvals are stored, and away from where they are prepared.
type HMAC struct {
	current string
	sums    map[string]func(key string, message []byte) []byte
}

const minSecret = 32

// NewHMAC seals with a secret of at least 32 bytes, of the host's random numbers, under a name that is stored with each
// seal, such as "2026". Anything else is [ErrText] or [ErrSeal], and so is a secret of one byte over and over, as memory is
// that was never filled. The secret is copied.
func NewHMAC(key string, secret []byte) (HMAC, error) { return HMAC{}.with(key, secret, true) }

// Accepting returns an HMAC that also verifies what was sealed with an older secret, and never seals with it. Rotate by
// NewHMAC with the new key, Accepting each older one as long as its records are read. A secret that is there already under
// another name is [ErrSeal]: nothing would have been replaced.
func (h HMAC) Accepting(key string, secret []byte) (HMAC, error) {
	if h.current == "" {
		return HMAC{}, noKey()
	}
	return h.with(key, secret, false)
}

func (h HMAC) with(key string, secret []byte, current bool) (HMAC, error) {
	if e := checkText("key", key); e != nil {
		return HMAC{}, e
	}
	if len(secret) < minSecret {
		return HMAC{}, &problem.Error{Code: ErrSeal, Path: "secret", What: fmt.Sprintf("the secret has fewer than %d bytes", minSecret),
			Fix: "take 32 bytes or more of a generator of random numbers that is made for keys"}
	}
	if bytes.Count(secret, secret[:1]) == len(secret) {
		return HMAC{}, &problem.Error{Code: ErrSeal, Path: "secret", What: "the secret is one byte over and over",
			Fix: "take 32 bytes or more of a generator of random numbers that is made for keys"}
	}
	if _, twice := h.sums[key]; twice {
		return HMAC{}, &problem.Error{Code: ErrSeal, Path: "key", What: fmt.Sprintf("the key %q is given twice", key),
			Fix: "give each secret a name of its own"}
	}
	own := slices.Clone(secret)
	sum := func(key string, message []byte) []byte {
		sum := hmac.New(sha256.New, own)
		sum.Write(stored.AppendText(stored.AppendKind(nil, "headgate.approval.seal.1"), key)) // a hash has no write errors
		sum.Write(message)
		return sum.Sum(nil)
	}
	// Secrets are compared by what they make: a zero byte behind one changes nothing of that.
	for _, other := range h.sums {
		if hmac.Equal(sum("", nil), other("", nil)) {
			return HMAC{}, &problem.Error{Code: ErrSeal, Path: "secret", What: "the secret is given under two names",
				Fix: "take a secret of its own for each key"}
		}
	}
	sums := maps.Clone(h.sums)
	if sums == nil {
		sums = map[string]func(string, []byte) []byte{}
	}
	sums[key] = sum
	if current {
		h.current = key
	}
	return HMAC{current: h.current, sums: sums}, nil
}

// Sign seals a message with the current key. The zero HMAC refuses: [ErrSeal].
func (h HMAC) Sign(message []byte) (Seal, error) {
	sum, ok := h.sums[h.current]
	if !ok {
		return Seal{}, noKey()
	}
	return Seal{Key: h.current, Sum: sum(h.current, message)}, nil
}

// Verify compares in constant time. A key that is not known and a seal of anything else are [ErrSeal].
func (h HMAC) Verify(message []byte, seal Seal) error {
	sum, ok := h.sums[seal.Key]
	switch {
	case !ok:
		return &problem.Error{Code: ErrSeal, Path: "seal.key", What: "the seal is of a key that is not known here",
			Fix: "accept the key, or restore the record as it was written"}
	case !hmac.Equal(sum(seal.Key, message), seal.Sum):
		return &problem.Error{Code: ErrSeal, Path: "seal", What: "the seal is of another record",
			Fix: "restore the record as it was written: what is stored is never changed"}
	}
	return nil
}

func noKey() *problem.Error {
	return &problem.Error{Code: ErrSeal, Path: "seal", What: "there is no key to seal with", Fix: "make the HMAC with NewHMAC"}
}

// masked is what an HMAC says of itself in every form.
const masked = "[sealing key]"

// Format gives the same words for every key, verb and flag.
func (HMAC) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, masked) // fmt hands the error of its writer to the caller
}

// MarshalText gives the same words for every key, in JSON too.
func (HMAC) MarshalText() ([]byte, error) { return []byte(masked), nil }
