package bench

import (
	"math/big"

	"github.com/headgate-dev/headgate/billing/exact"
)

// In math/big, usage is in CCF and prices in cents: what is rounded is whole numbers.
var (
	ratZero    = new(big.Rat)
	ratOne     = big.NewInt(1)
	ratHalf    = big.NewRat(1, 2)
	ratBound1  = big.NewRat(8, 1)
	ratBound2  = big.NewRat(22, 1)
	ratPrice1  = big.NewRat(38125, 100)
	ratPrice2  = big.NewRat(56543, 100)
	ratPrice3  = big.NewRat(91277, 100)
	ratDrought = big.NewRat(125, 1000)
	ratPumping = big.NewRat(3127, 100)
	ratSewer   = big.NewRat(3456, 1)
	ratTax     = big.NewRat(65, 1000)
	ratMeters  = [5]*big.Rat{big.NewRat(2345, 1), big.NewRat(3512, 1), big.NewRat(5867, 1), big.NewRat(11890, 1), big.NewRat(23456, 1)}
)

// ratReference prices the reference bill with fractions of any size, half up. The other
// forms are held against it.
func ratReference(a Account) Bill { return ratBill(a, exact.HalfUp) }

// ratReferenceEven is ratReference with halves to the even cent.
func ratReferenceEven(a Account) Bill { return ratBill(a, exact.HalfEven) }

func ratBill(a Account, mode exact.Mode) Bill {
	u := big.NewRat(a.Usage, 1000)
	line := func(quantity, price *big.Rat) *big.Rat { return ratRound(new(big.Rat).Mul(quantity, price), mode) }
	l0 := ratMeters[a.Meter]
	l1 := line(ratBetween(u, ratZero, ratBound1), ratPrice1)
	l2 := line(ratBetween(u, ratBound1, ratBound2), ratPrice2)
	l3 := line(ratBetween(u, ratBound2, nil), ratPrice3)
	water := ratSum(l1, l2, l3)
	l4 := line(water, ratDrought)
	l5 := line(u, ratPumping)
	taxed := ratSum(l0, water, l4, l5)
	l7 := line(taxed, ratTax)
	var bill Bill
	for i, v := range []*big.Rat{l0, l1, l2, l3, l4, l5, ratSewer, l7, ratSum(taxed, ratSewer, l7)} {
		bill[i] = v.Num().Int64()
	}
	return bill
}

// ratBetween is the part of a usage above from and up to to; nil for no end.
func ratBetween(u, from, to *big.Rat) *big.Rat {
	if to != nil && u.Cmp(to) > 0 {
		u = to
	}
	if u.Cmp(from) <= 0 {
		return new(big.Rat)
	}
	return new(big.Rat).Sub(u, from)
}

func ratSum(all ...*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for _, v := range all {
		sum.Add(sum, v)
	}
	return sum
}

// ratRound is the whole number next to x, which is not negative: the floor of x and a
// half. Half even, it is one less where that is odd and x is a tie.
func ratRound(x *big.Rat, mode exact.Mode) *big.Rat {
	up := new(big.Rat).Add(x, ratHalf)
	whole := new(big.Int).Div(up.Num(), up.Denom())
	if mode == exact.HalfEven && up.IsInt() && whole.Bit(0) == 1 {
		whole.Sub(whole, ratOne)
	}
	return new(big.Rat).SetInt(whole)
}
