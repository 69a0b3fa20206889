package scanline

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of this package's errors. Where an error is of a text, Pos.Col is the column in it, counted from 1. No error repeats the
// text: what is read as an account may be anything.
const (
	// ErrRoutine: a routine that is not well formed.
	ErrRoutine problem.Code = "E_ROUTINE"
	// ErrTemplate: a template that is not well formed.
	ErrTemplate problem.Code = "E_TEMPLATE"
	// ErrLength: a text that is too short or too long.
	ErrLength problem.Code = "E_LENGTH"
	// ErrCharacter: a character that cannot stand where it does.
	ErrCharacter problem.Code = "E_CHARACTER"
	// ErrCheckDigit: a check digit that is not the one that the rest gives. Something of what it covers, or it, is wrong.
	ErrCheckDigit problem.Code = "E_CHECK_DIGIT"
	// ErrNoDigit: a payload that has no check digit, or more than one, under the routine.
	ErrNoDigit problem.Code = "E_NO_CHECK_DIGIT"
	// ErrField: a value that cannot be printed in its field, or a field that holds no such value.
	ErrField problem.Code = "E_FIELD"
	// ErrLimit: a bound of a search that is missing or out of range.
	ErrLimit problem.Code = "E_LIMIT"
)

// MaxLength is how many characters a payload, or a line, has at most.
const MaxLength = 256

const (
	maxWeight = 999
	maxPrefix = 8
)

// Direction is the end of the payload at which the weights begin.
type Direction string

// The directions.
const (
	FromLeft  Direction = "from_left"
	FromRight Direction = "from_right"
)

// Sum is what is summed of each digit times its weight.
type Sum string

// The sums: of the products, or of the decimal digits of each product, once (2 × 9 = 18 counts 9, 11 × 9 = 99 counts 18).
const (
	Products  Sum = "products"
	DigitSums Sum = "digit_sums"
)

// Result is how the check digit follows from the sum S and the modulus m.
type Result string

// The results.
const (
	// Remainder: it is S mod m.
	Remainder Result = "remainder"
	// Complement: it is m − S mod m, and 0 where that is m. The sum with the check digit leaves 0.
	Complement Result = "complement"
	// ToOne: the sum with the check digit leaves 1, as in the pure systems of ISO 7064. Two check digits are m + 1 − S mod m: 02 to 98
	// of modulus 97.
	ToOne Result = "to_one"
)

// Routine is a way of making check digits. All that banks and their vendors publish are one algorithm: each digit times the weight of
// its place, the products or their digits summed, and the remainder of the sum, or what is missing from it, is the check digit. What
// goes by a name is among the presets; what a bank states can be written down as a value. There are no defaults.
//
// A Routine is plain data, and its methods are safe for use by several goroutines. Each of them first does what [Routine.Check] does.
type Routine struct {
	// Name is what the routine is called in errors. It may be left out.
	Name string
	// Weights are used one for each digit and begin anew after the last. They are 0 to 999, and not all 0.
	Weights []int
	// Factor, of one weight alone, makes each next weight so many times the one before: 2 with Factor 2 is 2, 4, 8 …. It goes with Products.
	Factor int
	// Step, of one weight alone, makes each next weight so much more than the one before: 1 with Step 1 is the place itself, 1, 2, 3 ….
	Step int
	// Direction is where the first weight stands.
	Direction Direction
	Sum       Sum
	// Modulus is 2 to 36 with one check digit, and 11 to 100 with two (11 to 98 where the Result is ToOne).
	Modulus int
	Result  Result
	// Included says that the one check digit is weighed like the others, in its place behind the payload: with FromRight it has the
	// first weight, with FromLeft the one after the payload's last. Otherwise it counts as itself.
	Included bool
	// Digits is how many check digits there are, 1 or 2.
	Digits int
	// Letters are the characters that stand for a check digit of 10, 11 and so on: "X" of modulus 11. A payload that needs one that is not
	// stated has no check digit, and such numbers must not be given out.
	Letters string
	// Alphanumeric says that A to Z may stand in the payload. Each counts as two digits, 10 to 35 (ISO 7064).
	Alphanumeric bool
	// Prefix, of at most 8 capital letters, stands in front, and the check digits after it, before the payload: RF18…. It is weighed
	// behind the payload. It goes with Alphanumeric.
	Prefix string
	// Shortest and Longest bound the characters of the payload. Where they are 0, it has 1 to MaxLength.
	Shortest, Longest int
}

// Check says all that is wrong with the routine, each as ErrRoutine; nil where nothing is. That a routine is well formed does not make it
// good: see [Routine.Misses].
func (r Routine) Check() error {
	var found problem.List
	r.checkWeights(&found)
	if r.Direction != FromLeft && r.Direction != FromRight {
		found.Add(r.fault("direction", "it is not stated, or unknown", "state from_left or from_right"))
	}
	if r.Sum != Products && r.Sum != DigitSums {
		found.Add(r.fault("sum", "it is not stated, or unknown", "state products or digit_sums"))
	}
	if r.Result != Remainder && r.Result != Complement && r.Result != ToOne {
		found.Add(r.fault("result", "it is not stated, or unknown", "state remainder, complement or to_one"))
	}
	r.checkDigits(&found)
	r.checkPrefix(&found)
	if shortest, longest := r.bounds(); shortest < 1 || shortest > longest || longest > MaxLength {
		found.Add(r.fault("longest", "no payload has such lengths", "state 1 to 256 characters, the shortest first"))
	}
	return found.Err()
}

func (r *Routine) checkWeights(found *problem.List) {
	heaviest := 0
	for _, w := range r.Weights {
		if w < 0 || w > maxWeight {
			found.Add(r.fault("weights", "a weight is below 0 or above 999", "state weights of 1 to 999"))
			return
		}
		heaviest = max(heaviest, w)
	}
	if heaviest == 0 || len(r.Weights) > MaxLength {
		found.Add(r.fault("weights", "there are none, or no other than 0, or more than 256", "state the weights; 1 is unweighted"))
	}
	if r.Factor == 0 && r.Step == 0 {
		return
	}
	if len(r.Weights) != 1 || r.Factor != 0 && r.Step != 0 {
		found.Add(r.fault("weights", "a factor or a step goes on from one weight", "state the first weight and one of factor and step"))
	}
	if r.Factor != 0 && (r.Factor < 2 || r.Factor > maxWeight || r.Sum == DigitSums) {
		found.Add(r.fault("factor", "it is not 2 to 999, or digits of products would be summed that grow without end",
			"state 2 to 999, with the sum of products"))
	}
	if r.Step < 0 || r.Step > maxWeight {
		found.Add(r.fault("step", "it is not 1 to 999", "state how much heavier each next place is"))
	}
}

func (r *Routine) checkDigits(found *problem.List) {
	switch r.Digits {
	case 1:
		if r.Modulus < 2 || r.Modulus > 36 {
			found.Add(r.fault("modulus", "it is not 2 to 36", "state such a modulus, or two check digits"))
		}
	case 2:
		highest := 100
		if r.Result == ToOne {
			highest = 98
		}
		if r.Modulus < 11 || r.Modulus > highest {
			found.Add(r.fault("modulus", "two check digits cannot tell its remainders, or one could", "state 11 to 100, 98 with to_one"))
		}
		if r.Included || r.Letters != "" {
			found.Add(r.fault("digits", "two check digits are not weighed and have no letters", "leave out included and letters"))
		}
	default:
		found.Add(r.fault("digits", "it is not 1 or 2", "state how many check digits there are"))
	}
	if len(r.Letters) > max(0, r.Modulus-10) {
		found.Add(r.fault("letters", "there are more letters than remainders from 10 on", "state one for each, or none"))
		return
	}
	for i := range len(r.Letters) {
		if !isLetter(r.Letters[i]) || strings.IndexByte(r.Letters, r.Letters[i]) != i {
			found.Add(r.fault("letters", "one is not of A to Z, or stands for two remainders", "state capital letters, each once"))
			return
		}
	}
}

func (r *Routine) checkPrefix(found *problem.List) {
	if r.Prefix == "" {
		return
	}
	if !r.Alphanumeric || r.Included {
		found.Add(r.fault("prefix", "it goes with letters in the payload and with check digits that are not weighed", "state alphanumeric, or leave it out"))
	}
	if len(r.Prefix) > maxPrefix || strings.ContainsFunc(r.Prefix, func(c rune) bool { return c < 'A' || c > 'Z' }) {
		found.Add(r.fault("prefix", "it is not 1 to 8 capital letters", "state what stands in front of the check digits"))
	}
}

func (r *Routine) fault(path, what, fix string) *problem.Error {
	return &problem.Error{Code: ErrRoutine, Path: path, What: r.named(what), Fix: fix}
}

func (r *Routine) named(what string) string {
	if r.Name == "" {
		return what
	}
	return r.Name + ": " + what
}

// bounds are the least and the most characters of a payload.
func (r *Routine) bounds() (shortest, longest int) {
	shortest, longest = r.Shortest, r.Longest
	if shortest == 0 {
		shortest = 1
	}
	if longest == 0 {
		longest = MaxLength
	}
	return shortest, longest
}

// overhead is how many characters Append adds to a payload.
func (r *Routine) overhead() int { return len(r.Prefix) + r.Digits }

// digitsWord is what the routine's errors call its check digits.
func (r *Routine) digitsWord() string {
	if r.Digits == 2 {
		return "check digits"
	}
	return "check digit"
}

// digitsAre is digitsWord with its verb.
func (r *Routine) digitsAre() string {
	if r.Digits == 2 {
		return "check digits are"
	}
	return "check digit is"
}

// wrongLength is the error of a text, or a payload, that has not so many characters.
func (r *Routine) wrongLength(what string, length, shortest, longest int) *problem.Error {
	bounds := fmt.Sprintf("%d to %d", shortest, longest)
	if shortest == longest {
		bounds = fmt.Sprint(shortest)
	}
	return &problem.Error{
		Code: ErrLength, What: r.named(fmt.Sprintf("%s has %d characters and must have %s", what, length, bounds)),
		Fix: "look whether something is missing, or stands there that does not belong to it",
	}
}

// wrongCharacter is the error of a character, counted from 1, that the routine cannot weigh.
func (r *Routine) wrongCharacter(col int) *problem.Error {
	want, fix := "a digit", "leave out blanks and hyphens; look whether a letter was read for a digit"
	if r.Alphanumeric {
		want, fix = "a digit or a capital letter", "leave out blanks and hyphens, and write capitals"
	}
	return &problem.Error{
		Code: ErrCharacter, Pos: problem.Pos{Col: col}, What: r.named(fmt.Sprintf("character %d is not %s", col, want)), Fix: fix,
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }
