package rates

import (
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/billing/problem"
)

// The words of the choices, in order; the zero value has none.
var (
	selectWords      = []string{"by_period_start", "by_period_end", "by_bill_date", "split_by_day", "blend_by_day"}
	denominatorWords = []string{"not_prorated", "stated_days", "cycle_days", "month_days"}
	usageWords       = []string{"exact", "truncate_and_carry", "next_whole_unit"}
	factTypeWords    = []string{"text", "number", "any"}
	perWords         = []string{"per_meter", "per_account"}
)

// word is a choice's word; "unset" for the zero value.
func word(words []string, choice uint8) string {
	switch {
	case choice == 0:
		return "unset"
	case int(choice) > len(words):
		return fmt.Sprintf("unknown(%d)", choice)
	}
	return words[choice-1]
}

func marshalWord(words []string, choice uint8) ([]byte, error) {
	if choice == 0 || int(choice) > len(words) {
		return nil, &problem.Error{Code: ErrUnset, What: "the choice is " + word(words, choice), Fix: "state one of: " + list(words)}
	}
	return []byte(words[choice-1]), nil
}

func unmarshalWord[T ~uint8](to *T, words []string, text []byte) error {
	i := slices.Index(words, string(text))
	if i < 0 {
		return &problem.Error{Code: ErrUnset, What: quoted(string(text)) + " is none of the choices", Fix: "state one of: " + list(words)}
	}
	*to = T(i + 1)
	return nil
}

// String is the rule's word, such as split_by_day.
func (s Select) String() string { return word(selectWords, uint8(s)) }

// MarshalText writes the rule's word; an unset rule is [ErrUnset].
func (s Select) MarshalText() ([]byte, error) { return marshalWord(selectWords, uint8(s)) }

// UnmarshalText reads the rule's word.
func (s *Select) UnmarshalText(text []byte) error { return unmarshalWord(s, selectWords, text) }

// String is the denominator's word, such as stated_days.
func (d Denominator) String() string { return word(denominatorWords, uint8(d)) }

// MarshalText writes the denominator's word; an unset one is [ErrUnset].
func (d Denominator) MarshalText() ([]byte, error) { return marshalWord(denominatorWords, uint8(d)) }

// UnmarshalText reads the denominator's word.
func (d *Denominator) UnmarshalText(text []byte) error {
	return unmarshalWord(d, denominatorWords, text)
}

// String is the rule's word, such as truncate_and_carry.
func (u UsageRule) String() string { return word(usageWords, uint8(u)) }

// MarshalText writes the rule's word; an unset rule is [ErrUnset].
func (u UsageRule) MarshalText() ([]byte, error) { return marshalWord(usageWords, uint8(u)) }

// UnmarshalText reads the rule's word.
func (u *UsageRule) UnmarshalText(text []byte) error { return unmarshalWord(u, usageWords, text) }

// String is the type's word, such as number.
func (t FactType) String() string { return word(factTypeWords, uint8(t)) }

// MarshalText writes the type's word; an unset type is [ErrUnset].
func (t FactType) MarshalText() ([]byte, error) { return marshalWord(factTypeWords, uint8(t)) }

// UnmarshalText reads the type's word.
func (t *FactType) UnmarshalText(text []byte) error { return unmarshalWord(t, factTypeWords, text) }

// String is the rule's word, such as per_meter.
func (p Per) String() string { return word(perWords, uint8(p)) }

// MarshalText writes the rule's word; an unset rule is [ErrUnset].
func (p Per) MarshalText() ([]byte, error) { return marshalWord(perWords, uint8(p)) }

// UnmarshalText reads the rule's word.
func (p *Per) UnmarshalText(text []byte) error { return unmarshalWord(p, perWords, text) }

// String is the number as people write it.
func (n Number) String() string { return n.decimal().String() }

func (n Number) decimal() decimal.Decimal { return decimal.Decimal(n) }

// String is the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes the digest in hexadecimal.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the digest in hexadecimal.
func (d *Digest) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(d) {
		return &problem.Error{Code: ErrOtherBook, What: fmt.Sprintf("a digest has %d hexadecimal digits, and this has %d", 2*len(d), len(text)), Fix: "give the digest whole"}
	}
	if _, err := hex.Decode(d[:], text); err != nil {
		return &problem.Error{Code: ErrOtherBook, What: "the digest is not hexadecimal", Fix: "give it as it was written", Err: err}
	}
	return nil
}
