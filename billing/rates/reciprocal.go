package rates

import "math/bits"

// A divisor divides by a constant: by multiplying with its reciprocal where that is
// proven to give the same whole number for every numerator up to a bound, and by the
// machine's division where it is not.
type divisor struct {
	by    uint64
	mul   uint64
	shift uint8
	exact bool // mul and shift may be used
}

// newDivisor makes a divisor for numerators from 0 to most. by is above zero.
//
// With m = ceil(2^(64+s)/d) and e = m·d − 2^(64+s), floor(n·m / 2^(64+s)) is floor(n/d)
// for all n up to most where e·most < 2^(64+s) (Granlund and Montgomery, 1994).
func newDivisor(by, most uint64) divisor {
	d := divisor{by: by}
	for s := range bits.Len64(by) {
		// m has to fit 64 bits: 2^s < d.
		if uint64(1)<<s >= by {
			break
		}
		m, rest := bits.Div64(1<<s, 0, by)
		if rest == 0 {
			d.mul, d.shift, d.exact = m, uint8(s), true
			return d
		}
		m++
		e := by - rest // m·by − 2^(64+s)
		if m == 0 {
			continue
		}
		if hi, _ := bits.Mul64(e, most); hi < 1<<s {
			d.mul, d.shift, d.exact = m, uint8(s), true
			return d
		}
	}
	return d
}

func (d *divisor) div(n uint64) uint64 {
	if d.exact {
		hi, _ := bits.Mul64(n, d.mul)
		return hi >> d.shift
	}
	return n / d.by
}
