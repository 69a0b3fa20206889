package bench

import "github.com/shopspring/decimal"

// The rates of the reference bill, as a program states them that does not count
// nanoseconds.
var (
	shopZero    = decimal.Zero
	shopBound1  = decimal.NewFromInt(8)
	shopWidth2  = decimal.NewFromInt(14)
	shopBound2  = decimal.NewFromInt(22)
	shopPrice1  = decimal.RequireFromString("3.8125")
	shopPrice2  = decimal.RequireFromString("5.6543")
	shopPrice3  = decimal.RequireFromString("9.1277")
	shopDrought = decimal.RequireFromString("0.125")
	shopPumping = decimal.RequireFromString("0.3127")
	shopSewer   = decimal.RequireFromString("34.56")
	shopTax     = decimal.RequireFromString("0.065")
	shopMeters  = [5]decimal.Decimal{
		decimal.RequireFromString("23.45"), decimal.RequireFromString("35.12"), decimal.RequireFromString("58.67"),
		decimal.RequireFromString("118.90"), decimal.RequireFromString("234.56"),
	}
)

// shopspringReference is the naive bill that the engine is measured against: plain
// shopspring/decimal, half up.
func shopspringReference(a Account) [9]decimal.Decimal { return shopspringBill(a, false) }

// shopspringReferenceEven is shopspringReference with halves to the even cent.
func shopspringReferenceEven(a Account) [9]decimal.Decimal { return shopspringBill(a, true) }

func shopspringBill(a Account, even bool) [9]decimal.Decimal {
	u := decimal.New(a.Usage, -3)
	l0 := shopMeters[a.Meter]
	l1 := shopRound(decimal.Min(u, shopBound1).Mul(shopPrice1), even)
	l2 := shopRound(decimal.Min(decimal.Max(u.Sub(shopBound1), shopZero), shopWidth2).Mul(shopPrice2), even)
	l3 := shopRound(decimal.Max(u.Sub(shopBound2), shopZero).Mul(shopPrice3), even)
	water := l1.Add(l2).Add(l3)
	l4 := shopRound(water.Mul(shopDrought), even)
	l5 := shopRound(u.Mul(shopPumping), even)
	taxed := l0.Add(water).Add(l4).Add(l5)
	l7 := shopRound(taxed.Mul(shopTax), even)
	return [9]decimal.Decimal{l0, l1, l2, l3, l4, l5, shopSewer, l7, taxed.Add(shopSewer).Add(l7)}
}

func shopRound(d decimal.Decimal, even bool) decimal.Decimal {
	if even {
		return d.RoundBank(2)
	}
	return d.Round(2)
}

// shopspringCents is a number of dollars in cents; it panics where they are not whole.
func shopspringCents(d decimal.Decimal) int64 {
	cents := d.Shift(2)
	if !cents.IsInteger() {
		panic("bench: a line is not whole cents: " + d.String())
	}
	return cents.IntPart()
}
