package scanline

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Digit is the check digit of a payload: a digit, a letter where the routine has them, or two digits. A payload with other characters is
// ErrCharacter, of another length ErrLength, and one that has no check digit under the routine ErrNoDigit.
func (r Routine) Digit(payload string) (string, error) {
	if err := r.Check(); err != nil {
		return "", err
	}
	if e := r.payloadFits(payload); e != nil {
		return "", e
	}
	sum, weight, bad := r.weigh(payload)
	if bad >= 0 {
		return "", r.wrongCharacter(bad + 1)
	}
	check, fits := r.solve(sum, weight)
	if fits != 1 {
		return "", r.noDigit(fits)
	}
	return check, nil
}

// Append is the payload with its check digits: behind it, or in front after the routine's prefix. Its errors are those of Digit.
func (r Routine) Append(payload string) (string, error) {
	check, err := r.Digit(payload)
	if err != nil {
		return "", err
	}
	if r.Prefix != "" {
		return r.Prefix + check + payload, nil
	}
	return payload + check, nil
}

// Verify is nil where the text, with its check digits, is in order. A check digit that is not the one that the rest gives is ErrCheckDigit,
// at its column; a text of other characters or another length is ErrCharacter or ErrLength. It allocates nothing unless there is an error.
func (r Routine) Verify(text string) error {
	if err := r.Check(); err != nil {
		return err
	}
	if e := r.verify(text); e != nil {
		return e
	}
	return nil
}

// Holds reports whether Verify is nil. It allocates nothing for wrong texts either, and so is the one to ask about many of them.
func (r Routine) Holds(text string) bool {
	if r.Check() != nil {
		return false
	}
	n := len(text) - r.overhead()
	if shortest, longest := r.bounds(); n < shortest || n > longest || !strings.HasPrefix(text, r.Prefix) {
		return false
	}
	payload, check, _ := r.cut(text)
	sum, weight, bad := r.weigh(payload)
	value, badCheck := r.value(check)
	return bad < 0 && badCheck < 0 && r.fits(sum, weight, value)
}

// cut parts a text that is long enough into its payload and its check digits, and counts what stands before these.
func (r *Routine) cut(text string) (payload, check string, before int) {
	if r.Prefix != "" {
		return text[r.overhead():], text[len(r.Prefix):r.overhead()], len(r.Prefix)
	}
	before = len(text) - r.Digits
	return text[:before], text[before:], before
}

// verify is Verify of a routine that was checked.
func (r *Routine) verify(text string) *problem.Error {
	shortest, longest := r.bounds()
	if n := len(text) - r.overhead(); n < shortest || n > longest {
		return r.wrongLength("the text", len(text), shortest+r.overhead(), longest+r.overhead())
	}
	if !strings.HasPrefix(text, r.Prefix) {
		return &problem.Error{
			Code: ErrCharacter, Pos: problem.Pos{Col: 1}, What: r.named("it does not begin with " + r.Prefix), Fix: "look for another kind of reference",
		}
	}
	payload, check, before := r.cut(text)
	sum, weight, bad := r.weigh(payload)
	if bad >= 0 {
		if r.Prefix != "" {
			bad += r.overhead()
		}
		return r.wrongCharacter(bad + 1)
	}
	return r.compare(sum, weight, check, before)
}

// compare looks whether check digits, behind so many characters, are those of a sum.
func (r *Routine) compare(sum, weight int, check string, before int) *problem.Error {
	value, bad := r.value(check)
	if bad >= 0 {
		return &problem.Error{
			Code: ErrCharacter, Pos: problem.Pos{Col: before + bad + 1},
			What: r.named(fmt.Sprintf("character %d is no %s", before+bad+1, r.digitsWord())),
			Fix:  "look whether a letter was read for a digit, or a character is missing",
		}
	}
	if r.fits(sum, weight, value) {
		return nil
	}
	what := "the check digit does not fit the rest"
	if right, n := r.solve(sum, weight); n == 1 {
		what = fmt.Sprintf("the %s %s, and the rest gives %s", r.digitsAre(), check, right)
	}
	if r.Result == ToOne {
		what += fmt.Sprintf(": the remainder is %d and must be 1", (sum+r.counts(weight, value))%r.Modulus)
	}
	return &problem.Error{
		Code: ErrCheckDigit, Pos: problem.Pos{Col: before + 1}, What: r.named(what),
		Fix: "compare with the paper: any of the digits may be the wrong one",
	}
}

func (r *Routine) payloadFits(payload string) *problem.Error {
	if shortest, longest := r.bounds(); len(payload) < shortest || len(payload) > longest {
		return r.wrongLength("the payload", len(payload), shortest, longest)
	}
	return nil
}

func (r *Routine) noDigit(fits int) *problem.Error {
	e := &problem.Error{
		Code: ErrNoDigit, What: r.named("the payload has no check digit: its remainder has no character"),
		Fix: "do not give out such a number, or state letters for remainders from 10 on",
	}
	if fits > 1 {
		e.What, e.Fix = r.named(fmt.Sprintf("%d check digits fit the payload", fits)), "take a routine that weighs the check digit with 1"
	}
	return e
}

// weigh sums a payload, with the prefix behind it, and gives the weight of the check digit. bad is the index of a character that cannot
// be weighed, -1 where there is none.
func (r *Routine) weigh(payload string) (sum, weight, bad int) {
	s := r.scale()
	if r.Direction == FromLeft {
		for i := range len(payload) {
			if !s.add(payload[i], r.Alphanumeric) {
				return 0, 0, i
			}
		}
		for i := range len(r.Prefix) {
			s.add(r.Prefix[i], true)
		}
		return s.sum, s.next(), -1
	}
	weight = s.weight
	if r.Included {
		s.next()
	}
	for i := len(r.Prefix) - 1; i >= 0; i-- {
		s.add(r.Prefix[i], true)
	}
	bad = -1
	for i := len(payload) - 1; i >= 0; i-- {
		if !s.add(payload[i], r.Alphanumeric) {
			bad = i // and on to the leftmost, which is the one to tell of
		}
	}
	return s.sum, weight, bad
}

// scale adds up digits, each with its weight.
type scale struct {
	weights               []int
	at                    int
	weight                int // of the next digit
	factor, step, modulus int
	products, left        bool
	sum                   int
}

func (r *Routine) scale() scale {
	return scale{
		weights: r.Weights, weight: r.Weights[0], factor: r.Factor, step: r.Step, modulus: r.Modulus,
		products: r.Sum == Products, left: r.Direction == FromLeft,
	}
}

// next is the weight of the next digit, which is taken.
func (s *scale) next() int {
	w := s.weight
	switch {
	case s.factor != 0: // what counts is its remainder, and the weight itself would grow beyond all numbers
		s.weight = s.weight * s.factor % s.modulus
	case s.step != 0:
		s.weight += s.step
	default:
		if s.at++; s.at == len(s.weights) {
			s.at = 0
		}
		s.weight = s.weights[s.at]
	}
	return w
}

// add weighs a character, a letter as two digits. It reports whether the character can be weighed.
func (s *scale) add(c byte, letters bool) bool {
	switch {
	case isDigit(c):
		s.sum += term(s.next(), int(c-'0'), s.products)
	case letters && isLetter(c):
		tens, ones := int(c-'A'+10)/10, int(c-'A'+10)%10
		if !s.left {
			tens, ones = ones, tens
		}
		s.sum += term(s.next(), tens, s.products)
		s.sum += term(s.next(), ones, s.products)
	default:
		return false
	}
	return true
}

// term is what a digit adds to the sum.
func term(weight, digit int, products bool) int {
	p := weight * digit
	if products {
		return p
	}
	sum := 0
	for ; p > 0; p /= 10 {
		sum += p % 10
	}
	return sum
}

// value is what check digits stand for. bad is the index of a character that is none, -1 where all are.
func (r *Routine) value(check string) (value, bad int) {
	for i := range len(check) {
		switch c := check[i]; {
		case isDigit(c):
			value = 10*value + int(c-'0')
		case strings.IndexByte(r.Letters, c) >= 0:
			value = 10 + strings.IndexByte(r.Letters, c)
		default:
			return 0, i
		}
	}
	return value, -1
}

// counts is what a check digit adds to the sum.
func (r *Routine) counts(weight, value int) int {
	if r.Included {
		return term(weight, value, r.Sum == Products)
	}
	return value
}

// fits reports whether check digits that stand for a value belong to a sum.
func (r *Routine) fits(sum, weight, value int) bool {
	if !r.Included {
		return r.needed(sum) == value
	}
	counts := r.counts(weight, value)
	switch r.Result {
	case Remainder:
		return sum%r.Modulus == counts%r.Modulus
	case ToOne:
		return (sum+counts)%r.Modulus == 1
	default:
		return (sum+counts)%r.Modulus == 0
	}
}

// needed is the value of the check digits that belong to a sum, where they are not weighed.
func (r *Routine) needed(sum int) int {
	rest := sum % r.Modulus
	switch {
	case r.Result == Remainder:
		return rest
	case r.Result == Complement:
		return (r.Modulus - rest) % r.Modulus
	case r.Digits == 2:
		return r.Modulus + 1 - rest
	default:
		return (r.Modulus + 1 - rest) % r.Modulus
	}
}

// solve gives the last of the check digits that belong to a sum, and how many there are.
func (r *Routine) solve(sum, weight int) (check string, fits int) {
	if r.Digits == 2 {
		return fmt.Sprintf("%02d", r.needed(sum)), 1
	}
	const digits = "0123456789"
	for value := range 10 + len(r.Letters) {
		if !r.fits(sum, weight, value) {
			continue
		}
		if fits++; value < 10 {
			check = digits[value : value+1]
		} else {
			check = r.Letters[value-10 : value-9]
		}
	}
	return check, fits
}
