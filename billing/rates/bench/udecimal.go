package bench

import "github.com/quagmt/udecimal"

var (
	udecZero    = udecimal.Zero
	udecBound1  = udecimal.MustParse("8")
	udecWidth2  = udecimal.MustParse("14")
	udecBound2  = udecimal.MustParse("22")
	udecPrice1  = udecimal.MustParse("3.8125")
	udecPrice2  = udecimal.MustParse("5.6543")
	udecPrice3  = udecimal.MustParse("9.1277")
	udecDrought = udecimal.MustParse("0.125")
	udecPumping = udecimal.MustParse("0.3127")
	udecSewer   = udecimal.MustParse("34.56")
	udecTax     = udecimal.MustParse("0.065")
	udecMeters  = [5]udecimal.Decimal{
		udecimal.MustParse("23.45"), udecimal.MustParse("35.12"), udecimal.MustParse("58.67"),
		udecimal.MustParse("118.90"), udecimal.MustParse("234.56"),
	}
)

// udecimalReference prices the reference bill with quagmt/udecimal, half up.
func udecimalReference(a Account) [9]udecimal.Decimal { return udecimalBill(a, false) }

// udecimalReferenceEven is udecimalReference with halves to the even cent.
func udecimalReferenceEven(a Account) [9]udecimal.Decimal { return udecimalBill(a, true) }

func udecimalBill(a Account, even bool) [9]udecimal.Decimal {
	u := udecimal.MustFromInt64(a.Usage, 3)
	l0 := udecMeters[a.Meter]
	l1 := udecRound(udecimal.Min(u, udecBound1).Mul(udecPrice1), even)
	l2 := udecRound(udecimal.Min(udecimal.Max(u.Sub(udecBound1), udecZero), udecWidth2).Mul(udecPrice2), even)
	l3 := udecRound(udecimal.Max(u.Sub(udecBound2), udecZero).Mul(udecPrice3), even)
	water := l1.Add(l2).Add(l3)
	l4 := udecRound(water.Mul(udecDrought), even)
	l5 := udecRound(u.Mul(udecPumping), even)
	taxed := l0.Add(water).Add(l4).Add(l5)
	l7 := udecRound(taxed.Mul(udecTax), even)
	return [9]udecimal.Decimal{l0, l1, l2, l3, l4, l5, udecSewer, l7, taxed.Add(udecSewer).Add(l7)}
}

func udecRound(d udecimal.Decimal, even bool) udecimal.Decimal {
	if even {
		return d.RoundBank(2)
	}
	return d.RoundHAZ(2)
}

// udecimalCents is a number of dollars in cents; it panics where they are not whole.
func udecimalCents(d udecimal.Decimal) int64 {
	cents := d.Mul64(100)
	if !cents.Equal(cents.Trunc(0)) {
		panic("bench: a line is not whole cents: " + d.String())
	}
	return must(cents.Int64())
}
