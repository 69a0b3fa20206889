package scanline

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
)

// Misses is what a routine does not see: which wrong numbers have a check digit that fits. Each share is of all errors of its kind, each
// place and each two digits once, and is exact: whether an error of one digit or of two neighbors is seen does not hang on the others.
type Misses struct {
	// Length is the number of digits of the payload.
	Length int
	// Digit is one digit of the payload read as another.
	Digit Share
	// Swap is two different neighbors of the payload in each other's place.
	Swap Share
	// Check is one of the check digits read as another digit.
	Check Share
	// CheckSwap is a check digit in the place of its neighbor among the payload or the check digits, and that in its. Here the sum of the
	// payload counts too, and each remainder of it is taken to be as likely as any other.
	CheckSwap Share
}

// Share is how many errors are missed, of how many that can be made.
type Share struct {
	Missed, Of int
	// Pairs are the digits that are taken for each other unseen, in rising order.
	Pairs []Pair
}

// Ratio is Missed of Of; 0 where no such error can be made.
func (s Share) Ratio() exact.Ratio {
	ratio, _ := exact.New(int64(s.Missed), int64(max(s.Of, 1))) // the one error is a divisor of 0
	return ratio
}

// String gives the share in percent, rounded to one decimal, and exactly: "2.2 % (1/45)"; "0 %" where all errors are seen.
func (s Share) String() string {
	if s.Missed == 0 {
		return "0 %"
	}
	ratio := s.Ratio()
	percent := ratio.Mul(exact.Int(100)).Round(1, exact.HalfUp)
	text, _ := percent.Decimal(1) // it was rounded to one
	exactly, _ := exact.Fraction{Ratio: ratio}.MarshalText()
	return fmt.Sprintf("%s %% (%s)", text, exactly)
}

// Pair is two digits, and the places at which one in the other's stead is not seen.
type Pair struct {
	Low, High int
	// Places are counted from 1 at the left of the payload, 0 in check digits; of a swap, the left one of the two.
	Places []int
}

// String gives "09".
func (p Pair) String() string { return fmt.Sprintf("%d%d", p.Low, p.High) }

// Misses computes what the routine does not see in payloads of so many digits. Prefer what sees every wrong digit, then every swap. A routine
// that is not well formed is ErrRoutine, and a length that its payloads do not have, ErrLength.
//
// Where a routine has a remainder without a character (10 of modulus 11), the payloads that need it count as the others do.
func (r Routine) Misses(length int) (Misses, error) {
	if err := r.Check(); err != nil {
		return Misses{}, err
	}
	if shortest, longest := r.bounds(); length < shortest || length > longest {
		return Misses{}, r.wrongLength("the payload", length, shortest, longest)
	}
	terms, check := r.terms(length)
	m := Misses{Length: length}
	for i, here := range terms {
		m.Digit.count(i+1, func(a, b int) bool { return (here[a]-here[b])%r.Modulus == 0 })
		if i+1 < len(terms) {
			next := terms[i+1]
			m.Swap.count(i+1, func(a, b int) bool { return (here[a]+next[b]-here[b]-next[a])%r.Modulus == 0 })
		}
	}
	neighbor, at := terms[length-1], length
	if r.Prefix != "" {
		neighbor, at = terms[0], 0
	}
	r.missesOfCheck(&m, check, neighbor, at)
	return m, nil
}

// count looks at each digit that can be taken for another at a place.
func (s *Share) count(place int, missed func(a, b int) bool) {
	for a := range 10 {
		for b := range 10 {
			if a != b {
				s.add(place, a, b, missed(a, b))
			}
		}
	}
}

func (s *Share) add(place, a, b int, missed bool) {
	s.Of++
	if !missed {
		return
	}
	s.Missed++
	pair := Pair{Low: min(a, b), High: max(a, b)}
	i, found := slices.BinarySearchFunc(s.Pairs, pair, func(p, q Pair) int { return 10*(p.Low-q.Low) + p.High - q.High })
	if !found {
		s.Pairs = slices.Insert(s.Pairs, i, pair)
	}
	if p := &s.Pairs[i]; !slices.Contains(p.Places, place) {
		p.Places = append(p.Places, place)
	}
}

// terms are what each digit adds to the sum, at each place of a payload from the left, and the weight of the check digit.
func (r *Routine) terms(length int) (terms [][10]int, check int) {
	s := r.scale()
	if r.Direction == FromRight {
		check = s.weight
		if r.Included {
			s.next()
		}
		for range 2 * len(r.Prefix) {
			s.next()
		}
	}
	terms = make([][10]int, length)
	for i := range terms {
		weight := s.next()
		for digit := range 10 {
			terms[i][digit] = term(weight, digit, s.products)
		}
	}
	if r.Direction == FromRight {
		slices.Reverse(terms)
	} else {
		check = s.weight
	}
	return terms, check
}

// missesOfCheck looks at errors that touch check digits: whatever the sum of the payload may be, for each check digits of it and each
// digit of the payload beside them.
func (r *Routine) missesOfCheck(m *Misses, weight int, neighbor [10]int, at int) {
	values := 10
	if r.Digits == 2 {
		values = 100
	}
	for sum := range r.Modulus {
		for value := range values {
			if !r.fits(sum, weight, value) {
				continue
			}
			tens, ones := value/10, value%10
			for other := range 10 {
				if other != ones {
					m.Check.add(0, ones, other, r.fits(sum, weight, value-ones+other))
				}
				if r.Digits == 2 && other != tens {
					m.Check.add(0, tens, other, r.fits(sum, weight, value+10*(other-tens)))
				}
			}
			if r.Digits == 2 && tens != ones {
				for range 10 { // whichever digit of the payload stands beside them
					m.CheckSwap.add(0, tens, ones, r.fits(sum, weight, 10*ones+tens))
				}
			}
			r.missesBeside(m, sum, weight, value, neighbor, at)
		}
	}
}

// missesBeside swaps a check digit with the digit of the payload beside it, whichever that is.
func (r *Routine) missesBeside(m *Misses, sum, weight, value int, neighbor [10]int, at int) {
	scale := 1
	if r.Digits == 2 && r.Prefix == "" { // the first of two touches the payload, and otherwise the last
		scale = 10
	}
	touching := value / scale % 10
	for digit := range 10 {
		if digit == touching {
			continue
		}
		swapped := (sum + neighbor[touching] - neighbor[digit]) % r.Modulus
		if swapped < 0 {
			swapped += r.Modulus
		}
		m.CheckSwap.add(at, digit, touching, r.fits(swapped, weight, value+scale*(digit-touching)))
	}
}
