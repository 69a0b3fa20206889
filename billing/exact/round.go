package exact

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
)

// Round returns r rounded to a multiple of 10^-places: places 2 is hundredths, 0 whole numbers, -2 hundreds. It panics
// where places is outside -18 to 18 or mode is not valid: both are checked where they are read, not where they are used.
func (r Ratio) Round(places int, mode Mode) Ratio {
	if !mode.Valid() {
		panic("exact: Round: no valid rounding mode; check the mode with Valid where it is read")
	}
	if places < -maxPlaces || places > maxPlaces {
		panic("exact: Round: places outside -18 to 18; check them where they are read")
	}
	if r.big == nil {
		if rounded, ok := r.roundSmall(places, mode); ok {
			return rounded
		}
	}
	return r.roundBig(places, mode)
}

// Ceil returns the least multiple of 10^-places that is not below r. Its places are those of Round.
func (r Ratio) Ceil(places int) Ratio {
	if r.Sign() < 0 {
		return r.Round(places, Down)
	}
	return r.Round(places, Up)
}

// Floor returns the greatest multiple of 10^-places that is not above r. Its places are those of Round.
func (r Ratio) Floor(places int) Ratio {
	if r.Sign() < 0 {
		return r.Round(places, Up)
	}
	return r.Round(places, Down)
}

// roundSmall counts steps of 10^-places in 128 bits. It gives up where the steps do not fit 64.
func (r Ratio) roundSmall(places int, mode Mode) (Ratio, bool) {
	var high, low, divisor, unit uint64
	if places >= 0 {
		unit = power10(places)
		divisor = r.denominator()
		high, low = bits.Mul64(magnitude(r.num), unit)
	} else {
		unit = power10(-places)
		var over uint64
		over, divisor = bits.Mul64(r.denominator(), unit)
		if over != 0 {
			return Ratio{}, false
		}
		low = magnitude(r.num)
	}
	if high >= divisor {
		return Ratio{}, false
	}
	steps, rest := bits.Div64(high, low, divisor)
	if mode.away(steps&1 == 1, rest != 0, cmp.Compare(rest, divisor-rest)) {
		if steps == math.MaxUint64 {
			return Ratio{}, false
		}
		steps++
	}
	if places >= 0 {
		g := gcd(steps, unit)
		return small(r.num < 0, steps/g, unit/g)
	}
	// At most one unit, 10^18, above the numerator's 2^63.
	return small(r.num < 0, steps*unit, 1)
}

func (r Ratio) roundBig(places int, mode Mode) Ratio {
	value := r.rat()
	unit := new(big.Int).SetUint64(power10(max(places, -places)))
	num := new(big.Int).Abs(value.Num())
	den := new(big.Int).Set(value.Denom())
	if places >= 0 {
		num.Mul(num, unit)
	} else {
		den.Mul(den, unit)
	}
	steps, rest := num.QuoRem(num, den, new(big.Int))
	half := new(big.Int).Lsh(rest, 1).Cmp(den)
	if mode.away(steps.Bit(0) == 1, rest.Sign() != 0, half) {
		steps.Add(steps, big.NewInt(1))
	}
	if value.Sign() < 0 {
		steps.Neg(steps)
	}
	if places >= 0 {
		return fromBig(new(big.Rat).SetFrac(steps, unit))
	}
	return fromBig(new(big.Rat).SetInt(steps.Mul(steps, unit)))
}
