package bench

import "github.com/govalues/decimal"

var (
	govZero    = decimal.Zero
	govBound1  = decimal.MustParse("8")
	govWidth2  = decimal.MustParse("14")
	govBound2  = decimal.MustParse("22")
	govPrice1  = decimal.MustParse("3.8125")
	govPrice2  = decimal.MustParse("5.6543")
	govPrice3  = decimal.MustParse("9.1277")
	govDrought = decimal.MustParse("0.125")
	govPumping = decimal.MustParse("0.3127")
	govSewer   = decimal.MustParse("34.56")
	govTax     = decimal.MustParse("0.065")
	govHalf    = decimal.MustParse("0.005")
	govMeters  = [5]decimal.Decimal{
		decimal.MustParse("23.45"), decimal.MustParse("35.12"), decimal.MustParse("58.67"),
		decimal.MustParse("118.90"), decimal.MustParse("234.56"),
	}
)

// govaluesReference prices the reference bill with govalues/decimal, half up.
func govaluesReference(a Account) [9]decimal.Decimal { return govaluesBill(a, false) }

// govaluesReferenceEven is govaluesReference with halves to the even cent.
func govaluesReferenceEven(a Account) [9]decimal.Decimal { return govaluesBill(a, true) }

func govaluesBill(a Account, even bool) [9]decimal.Decimal {
	u := decimal.MustNew(a.Usage, 3)
	l0 := govMeters[a.Meter]
	l1 := govRound(govMul(u.Min(govBound1), govPrice1), even)
	l2 := govRound(govMul(govSub(u, govBound1).Max(govZero).Min(govWidth2), govPrice2), even)
	l3 := govRound(govMul(govSub(u, govBound2).Max(govZero), govPrice3), even)
	water := govAdd(govAdd(l1, l2), l3)
	l4 := govRound(govMul(water, govDrought), even)
	l5 := govRound(govMul(u, govPumping), even)
	taxed := govAdd(govAdd(govAdd(l0, water), l4), l5)
	l7 := govRound(govMul(taxed, govTax), even)
	return [9]decimal.Decimal{l0, l1, l2, l3, l4, l5, govSewer, l7, govAdd(govAdd(taxed, govSewer), l7)}
}

// govRound rounds half up by adding half a cent and cutting: the library itself rounds
// half even alone.
func govRound(d decimal.Decimal, even bool) decimal.Decimal {
	if even {
		return d.Round(2)
	}
	return govAdd(d, govHalf).Trunc(2)
}

func govAdd(a, b decimal.Decimal) decimal.Decimal { return must(a.Add(b)) }
func govSub(a, b decimal.Decimal) decimal.Decimal { return must(a.Sub(b)) }
func govMul(a, b decimal.Decimal) decimal.Decimal { return must(a.Mul(b)) }

// govaluesCents is a number of dollars in cents; it panics where they are not whole.
func govaluesCents(d decimal.Decimal) int64 {
	whole, cents, ok := d.Int64(2)
	if !ok || d.MinScale() > 2 {
		panic("bench: a line is not whole cents: " + d.String())
	}
	return 100*whole + cents
}
