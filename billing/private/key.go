package private

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Key is a host's secret for comparing private values and finding them again. It is masked wherever it is printed, as the
// private values are. Every function refuses the zero Key.
type Key struct{ veil[key] }

type key struct{}

func (key) word() string { return "key" }

// NewKey takes a secret of at least 32 bytes, which come from a generator of random numbers and stay out of the database that
// holds the fingerprints. It keeps a copy. A shorter one, or one that repeats a single byte, is [ErrKey].
//
// Values can be compared only with fingerprints of the same key: changing it means making them all anew.
func NewKey(secret []byte) (Key, error) {
	switch {
	case len(secret) < 32:
		return Key{}, &problem.Error{Code: ErrKey, What: fmt.Sprintf("the key has %d bytes", len(secret)), Fix: "give at least 32 random bytes"}
	case strings.Trim(string(secret), string(secret[:1])) == "":
		return Key{}, &problem.Error{Code: ErrKey, What: "the key is one byte, repeated", Fix: "fill it with random bytes before it is used"}
	}
	return Key{drawn[key](string(secret))}, nil
}

// FingerprintOf makes the fingerprint of a value under a key. Two values of a type have the same one where their canonical
// forms are the same:
//
//   - name: one blank for each run of white space; capitals as they are
//   - address: each line so; lines stay lines
//   - e-mail: the domain in lower case; what stands before the @ as it is, since its server may tell capitals apart
//   - telephone: its digits; with and without the country's code are two
//   - bank account: letters in upper case; hyphens and leading zeros as they are
//   - routing number: its digits
//
// An accented letter and the same letter followed by its accent are two. Values of different types never have the same
// fingerprint, and one without the key tells nothing. The zero Key is [ErrKey]; a zero value, which has no fingerprint, is
// [ErrNone].
func FingerprintOf[T Value](key Key, v T) (Fingerprint, error) {
	if key.IsZero() {
		return Fingerprint{}, &problem.Error{Code: ErrKey, What: "there is no key", Fix: "make one with private.NewKey from the host's secret"}
	}
	text, word, canonical := v.secret()
	if text == "" {
		return Fingerprint{}, &problem.Error{Code: ErrNone, What: "there is no " + word + " to compare", Fix: "ask IsZero first"}
	}
	mac := hmac.New(sha256.New, []byte(key.text()))
	// No word holds a zero byte, so that no kind and text run into another's. A Hash has no errors.
	mac.Write([]byte("headgate.private." + word + ".1\x00"))
	mac.Write([]byte(canonical(text)))
	return Fingerprint(mac.Sum(nil)), nil
}

// Equal reports whether two values have the same fingerprint under a key, in a time that does not tell how much of it is the
// same. It has the errors of [FingerprintOf]: two values of which nothing is known are not the same.
func Equal[T Value](key Key, a, b T) (bool, error) {
	x, err := FingerprintOf(key, a)
	if err != nil {
		return false, err
	}
	y, err := FingerprintOf(key, b)
	if err != nil {
		return false, err
	}
	return hmac.Equal(x[:], y[:]), nil
}

// Fingerprint stands for a private value where values are searched or compared: HMAC-SHA256 under a host's [Key].
// Fingerprints compare with == and can be map keys. The zero value stands for nothing.
type Fingerprint [sha256.Size]byte

// IsZero reports whether f stands for nothing.
func (f Fingerprint) IsZero() bool { return f == Fingerprint{} }

// String is f as 64 hexadecimal digits in lower case; empty where it stands for nothing.
func (f Fingerprint) String() string {
	if f.IsZero() {
		return ""
	}
	return hex.EncodeToString(f[:])
}

// MarshalText gives what String gives. It has no errors.
func (f Fingerprint) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what MarshalText writes: an empty text is the zero Fingerprint. Anything else is [ErrFingerprint]. On an
// error f stays as it was.
func (f *Fingerprint) UnmarshalText(text []byte) error {
	var read Fingerprint
	if len(text) > 0 {
		if n, err := hex.Decode(read[:], text[:min(len(text), hex.EncodedLen(len(read)))]); err != nil || n != len(read) || read.String() != string(text) {
			return &problem.Error{Code: ErrFingerprint, What: "the text is not a fingerprint", Fix: "give it as it was written, 64 hexadecimal digits"}
		}
	}
	*f = read
	return nil
}

// NewMAC is HMAC-SHA256 under a key, for fingerprints that are made of several values, such as of a check. The purpose, which is not
// empty, parts fingerprints of different kinds; the values are parted by who writes them. The zero Key is [ErrKey].
func NewMAC(key Key, purpose string) (hash.Hash, error) {
	if key.IsZero() {
		return nil, &problem.Error{Code: ErrKey, What: "there is no key", Fix: "make one with private.NewKey from the host's secret"}
	}
	if purpose == "" || strings.Contains(purpose, "\x00") {
		return nil, &problem.Error{Code: ErrKey, What: "the purpose is empty or holds a zero byte", Fix: "name what the fingerprints are of"}
	}
	// A key of its own for each purpose: no fingerprint of this package, whose texts begin with a word of their own, comes out the same.
	derived := hmac.New(sha256.New, []byte(key.text()))
	derived.Write([]byte("headgate.private.mac.1\x00" + purpose))
	return hmac.New(sha256.New, derived.Sum(nil)), nil
}
