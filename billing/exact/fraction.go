package exact

import (
	"math/big"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Fraction is a Ratio as it is stored: a text in lowest terms, such as "13" or "-1/748". A Ratio itself has no text of its
// own, since what a person reads is a decimal that somebody has rounded.
type Fraction struct{ Ratio }

// maxFraction bounds the text of a fraction, so that reading one takes no time. It is far beyond what a rate book makes.
const maxFraction = 1 << 15

// MarshalText writes the number.
func (f Fraction) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what MarshalText wrote, and nothing else: ErrNumber. On an error f stays as it was.
func (f *Fraction) UnmarshalText(text []byte) error {
	if len(text) > maxFraction {
		return notFraction("the number is too long")
	}
	above, below, over := strings.Cut(string(text), "/")
	num, ok := new(big.Int).SetString(above, 10)
	den, okToo := big.NewInt(1), true
	if over {
		den, okToo = new(big.Int).SetString(below, 10)
	}
	if !ok || !okToo || den.Sign() == 0 {
		return notFraction("the text is no fraction")
	}
	read := FromRat(new(big.Rat).SetFrac(num, den))
	if read.String() != string(text) {
		return notFraction("the fraction is not in lowest terms")
	}
	f.Ratio = read
	return nil
}

func notFraction(what string) error {
	return &problem.Error{Code: ErrNumber, What: what, Fix: "restore it as it was written: a fraction in lowest terms, such as 833/31"}
}
