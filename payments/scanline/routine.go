package scanline

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of this package's errors.
const (
	ErrRoutine    problem.Code = "E_CHECK_ROUTINE" // a routine that is none
	ErrDigits     problem.Code = "E_DIGITS"        // a number with something other than digits in it
	ErrNoDigit    problem.Code = "E_NO_CHECK_DIGIT"
	ErrCheckDigit problem.Code = "E_CHECK_DIGIT"
	ErrTemplate   problem.Code = "E_SCANLINE_TEMPLATE"
	ErrLine       problem.Code = "E_SCANLINE"
)

// MaxDigits is the longest number that is read.
const MaxDigits = 200

// Routine is how a check digit is made: each digit is multiplied by a weight, the products or their digits are added, the sum is
// divided by a modulus, and the remainder, or what it lacks to the modulus, is the check digit. The zero Routine is none.
type Routine struct {
	// Name is the routine's, and Source where it is published.
	Name, Source string
	// Weights are the weights, as Progress says: in turn; or the first alone, from which the others follow.
	Weights  []int
	Progress Progress
	// FromLeft weighs from the left end; otherwise from the right.
	FromLeft bool
	// DigitSum adds the digits of each product in place of it: of 14, 1 and 4.
	DigitSum bool
	// Modulus is 2 to 97.
	Modulus int
	// Complement gives what the remainder lacks to the modulus, and 0 for none; otherwise the remainder is the check digit.
	Complement bool
	// Included weighs the check digit too: it is what makes the sum divisible by the modulus.
	Included bool
	// Ten is what stands for a check digit of 10 or more, as modulus 11 has it; a number that would have it is refused where it is 0.
	Ten byte
}

// Progress is how weights go on.
type Progress uint8

// How weights go on.
const (
	// InTurn goes through the weights and begins again.
	InTurn Progress = iota
	// Multiplied multiplies each by the first weight to get the next: 2, 4, 8.
	Multiplied
	// Counted adds 1 to each: 1, 2, 3.
	Counted
)

// Check finds all that is wrong with the routine.
func (r Routine) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrRoutine, Path: path, What: what, Fix: fix})
	}
	if r.Name == "" || r.Source == "" {
		refuse("source", "the routine has no name, or nothing says where it is published", "give both")
	}
	if len(r.Weights) == 0 || r.Progress != InTurn && len(r.Weights) != 1 || r.Progress > Counted {
		refuse("weights", "there are no weights, or several where the others follow from the first", "give the weights in turn, or the first alone")
	}
	if len(r.Weights) > MaxDigits {
		refuse("weights", "there are more weights than digits are read", "leave those out")
	}
	for i, w := range r.Weights {
		if w < 1 || w > 1000 {
			refuse(fmt.Sprintf("weights[%d]", i), fmt.Sprintf("a weight of %d", w), "give 1 to 1000")
		}
	}
	if r.Modulus < 2 || r.Modulus > 97 {
		refuse("modulus", fmt.Sprintf("a modulus of %d", r.Modulus), "give 2 to 97")
	}
	if r.Progress == Multiplied && r.DigitSum {
		refuse("digit_sum", "the digits of products that grow with the length are not added", "add the products")
	}
	if r.Ten >= '0' && r.Ten <= '9' || r.Ten != 0 && (r.Ten < '0' || r.Ten > 'Z') {
		refuse("ten", "a check digit of 10 would be written as a digit, or as something other than a capital", "give a letter, or 0 to refuse such numbers")
	}
	return found.Err()
}

// digitOf is the value of a digit; false where it is none.
func digitOf(c byte) (int, bool) { return int(c - '0'), c-'0' <= 9 }

// weigh is what a digit adds to the sum at a place counted from the end that weights begin at.
func (r *Routine) weigh(digit, place int) int {
	var product int
	switch r.Progress {
	case Multiplied:
		w := 1
		for range place + 1 {
			w = w * r.Weights[0] % r.Modulus
		}
		product = digit * w
	case Counted:
		product = digit * (r.Weights[0] + place)
	default:
		product = digit * r.Weights[place%len(r.Weights)]
	}
	if !r.DigitSum {
		return product % r.Modulus
	}
	sum := 0
	for ; product > 0; product /= 10 {
		sum += product % 10
	}
	return sum
}

// place is where a digit stands for its weight, of a number of so many digits with or without its check digit.
func (r *Routine) place(i, length int) int {
	if r.FromLeft {
		return i
	}
	if r.Included {
		length++
	}
	return length - 1 - i
}

// remainder is that of the sum over a payload.
func (r *Routine) remainder(payload string) (int, error) {
	if len(r.Weights) == 0 || r.Modulus < 2 {
		return 0, &problem.Error{Code: ErrRoutine, What: "the routine is none", Fix: "give its weights and its modulus"}
	}
	if payload == "" || len(payload) > MaxDigits {
		return 0, &problem.Error{Code: ErrDigits, What: fmt.Sprintf("a number of %d digits", len(payload)), Fix: fmt.Sprintf("give 1 to %d", MaxDigits)}
	}
	sum := 0
	for i := range len(payload) {
		digit, ok := digitOf(payload[i])
		if !ok {
			return 0, &problem.Error{Code: ErrDigits, Pos: problem.Pos{Line: 1, Col: i + 1}, What: "something other than a digit stands in the number", Fix: "give digits alone"}
		}
		sum += r.weigh(digit, r.place(i, len(payload)))
	}
	return sum % r.Modulus, nil
}

// Digit is the check digit of a number that has none yet: '0' to '9', or the routine's Ten. A number that can have none, as one whose check
// digit would be 10 where nothing stands for it, is [ErrNoDigit]: such account numbers are not given out. Where several
// digits would do, as with a weight that shares a factor with the modulus, it is the lowest.
func (r *Routine) Digit(payload string) (byte, error) {
	rest, err := r.remainder(payload)
	if err != nil {
		return 0, err
	}
	if r.Included {
		place := r.place(len(payload), len(payload))
		for digit := range 10 {
			if (rest+r.weigh(digit, place))%r.Modulus == 0 {
				return byte('0' + digit), nil
			}
		}
		return 0, noDigit()
	}
	if r.Complement && rest > 0 {
		rest = r.Modulus - rest
	}
	switch {
	case rest < 10:
		return byte('0' + rest), nil
	case rest == 10 && r.Ten != 0:
		return r.Ten, nil
	}
	return 0, noDigit()
}

func noDigit() error {
	return &problem.Error{Code: ErrNoDigit, What: "no single digit is the check digit of this number", Fix: "pass the number over, or let a letter stand for ten"}
}

// Append is a number with its check digit behind it.
func (r *Routine) Append(payload string) (string, error) {
	digit, err := r.Digit(payload)
	if err != nil {
		return "", err
	}
	return payload + string(rune(digit)), nil
}

// Verify says whether the last digit of a number is its check digit: nil, or [ErrCheckDigit]. The number is not repeated in an error.
func (r *Routine) Verify(number string) error {
	if r.holds(number) {
		return nil
	}
	if len(number) < 2 {
		return &problem.Error{Code: ErrCheckDigit, What: fmt.Sprintf("a number of %d digits has no check digit", len(number)), Fix: "look at the number again"}
	}
	if _, err := r.remainder(number[:len(number)-1]); err != nil {
		return err
	}
	return &problem.Error{Code: ErrCheckDigit, Pos: problem.Pos{Line: 1, Col: len(number)}, What: "the check digit is wrong: a digit of the number was misread, or two were swapped", Fix: "look at the number again"}
}

// Holds reports whether the last digit of a number is its check digit.
func (r *Routine) Holds(number string) bool { return r.holds(number) }

func (r *Routine) holds(number string) bool {
	if len(number) < 2 {
		return false
	}
	payload, check := number[:len(number)-1], number[len(number)-1]
	if r.Included {
		rest, err := r.remainder(payload)
		digit, ok := digitOf(check)
		return err == nil && ok && (rest+r.weigh(digit, r.place(len(payload), len(payload))))%r.Modulus == 0
	}
	digit, err := r.Digit(payload)
	return err == nil && digit == check
}

// String is the routine's name.
func (r Routine) String() string { return strings.TrimSpace(r.Name) }
