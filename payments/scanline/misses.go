package scanline

import "github.com/headgate-dev/headgate/billing/exact"

// Missed is what a routine fails to see, as shares of all such errors.
type Missed struct {
	// Digit is the share of wrong digits, and Swap that of neighbors that are swapped.
	Digit, Swap exact.Ratio
	// Digits and Swaps are the pairs that are missed at a place at least, the lower first.
	Digits, Swaps [][2]int
}

// Misses are what the routine fails to see in numbers of so many digits before the check digit, counted over all places and all digits; none
// where the routine is none or the length out of bounds.
func (r *Routine) Misses(length int) Missed {
	if r.Check() != nil || length < 2 || length > MaxDigits {
		return Missed{}
	}
	m := r.Modulus
	at := func(digit, i int) int { return r.weigh(digit, r.place(i, length)) % m }
	return missed(length, func(i, a, b int) bool { return at(a, i) == at(b, i) },
		func(i, a, b int) bool { return (at(a, i)+at(b, i+1))%m == (at(b, i)+at(a, i+1))%m })
}

// Mod97Misses are what ISO 7064 mod 97-10 fails to see: nothing of the kind.
func Mod97Misses(length int) Missed {
	if length < 2 || length > MaxDigits {
		return Missed{}
	}
	weight := make([]int, length)
	for i, w := length-1, 100%97; i >= 0; i, w = i-1, w*10%97 {
		weight[i] = w
	}
	return missed(length, func(i, a, b int) bool { return (a-b)*weight[i]%97 == 0 },
		func(i, a, b int) bool { return (a-b)*(weight[i]-weight[i+1])%97 == 0 })
}

func missed(length int, digit, swap func(i, a, b int) bool) Missed {
	var out Missed
	count := func(places int, is func(i, a, b int) bool) (exact.Ratio, [][2]int) {
		n, pairs := int64(0), [][2]int(nil)
		for a := range 10 {
			for b := a + 1; b < 10; b++ {
				before := n
				for i := range places {
					if is(i, a, b) {
						n++
					}
				}
				if n > before {
					pairs = append(pairs, [2]int{a, b})
				}
			}
		}
		share, err := exact.New(n, int64(places)*45)
		if err != nil {
			return exact.Ratio{}, nil // there are places
		}
		return share, pairs
	}
	out.Digit, out.Digits = count(length, digit)
	out.Swap, out.Swaps = count(length-1, swap)
	return out
}
