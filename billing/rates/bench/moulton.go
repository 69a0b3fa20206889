package bench

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// Moulton Niguel Water District, 2018, single homes: tiers by a budget of their own.
//
//	indoor  = persons × 55 gallons × days / 748, to a whole unit
//	outdoor = 0.7 × evapotranspiration × area × 0.62 / 748, to a whole unit
//	budget  = indoor + outdoor
//	tiers end at indoor, at the budget, at 125% and at 150% of it, to whole units
//
// Whole units are rounded half even; the bill is rounded half up, once.

// A Home is what a bill of Moulton Niguel is priced from.
type Home struct {
	// Usage in thousandths of a CCF, not negative.
	Usage int64
	// Meter is an index of moultonSizes.
	Meter int
	// Persons in the home, and square feet that it waters.
	Persons, Area int64
	// Days in tenths, and evapotranspiration in hundredths of an inch.
	Days, Inches int64
}

var moultonSizes = [10]string{`5/8"`, `3/4"`, `1"`, `1|1/2"`, `2"`, `3"`, `4"`, `6"`, `8"`, `10"`}

var moultonService = [10]int64{1122, 1122, 1122, 3741, 5985, 12094, 22446, 46762, 67337, 108487}

// floorMoulton prices by hand: the total in cents.
func floorMoulton(h Home) int64 {
	indoor := halfEven(h.Persons*55*h.Days, 7480)
	budget := indoor + halfEven(434*h.Inches*h.Area, 74_800_000)
	b1, b2, b3, b4 := 1000*indoor, 1000*budget, 1000*halfEven(5*budget, 4), 1000*halfEven(3*budget, 2)
	u := h.Usage
	water := min(u, b1)*169 + min(max(u-b1, 0), b2-b1)*194 + min(max(u-b2, 0), b3-b2)*332 + min(max(u-b3, 0), b4-b3)*512 + max(u-b4, 0)*959
	return moultonService[h.Meter] + (water+500)/1000
}

var (
	shopGallons  = decimal.NewFromInt(55)
	shop748      = decimal.NewFromInt(748)
	shopLand     = decimal.RequireFromString("0.7")
	shopInchFoot = decimal.RequireFromString("0.62")
	shop125      = decimal.RequireFromString("1.25")
	shop150      = decimal.RequireFromString("1.5")
	shopMoulton1 = decimal.RequireFromString("1.69")
	shopMoulton2 = decimal.RequireFromString("1.94")
	shopMoulton3 = decimal.RequireFromString("3.32")
	shopMoulton4 = decimal.RequireFromString("5.12")
	shopMoulton5 = decimal.RequireFromString("9.59")
	shopServices = [10]decimal.Decimal{
		decimal.RequireFromString("11.22"), decimal.RequireFromString("11.22"), decimal.RequireFromString("11.22"),
		decimal.RequireFromString("37.41"), decimal.RequireFromString("59.85"), decimal.RequireFromString("120.94"),
		decimal.RequireFromString("224.46"), decimal.RequireFromString("467.62"), decimal.RequireFromString("673.37"),
		decimal.RequireFromString("1084.87"),
	}
)

// shopspringMoulton prices naively: the total in dollars. It divides last, or it would
// be wrong where 1/748 is cut to 16 digits.
func shopspringMoulton(h Home) decimal.Decimal {
	days, inches := decimal.New(h.Days, -1), decimal.New(h.Inches, -2)
	persons, area := decimal.NewFromInt(h.Persons), decimal.NewFromInt(h.Area)
	indoor := persons.Mul(shopGallons).Mul(days).Div(shop748).RoundBank(0)
	outdoor := shopLand.Mul(inches).Mul(area).Mul(shopInchFoot).Div(shop748).RoundBank(0)
	budget := indoor.Add(outdoor)
	b3, b4 := budget.Mul(shop125).RoundBank(0), budget.Mul(shop150).RoundBank(0)
	u := decimal.New(h.Usage, -3)
	return decimal.Min(u, indoor).Mul(shopMoulton1).
		Add(decimal.Min(decimal.Max(u.Sub(indoor), shopZero), budget.Sub(indoor)).Mul(shopMoulton2)).
		Add(decimal.Min(decimal.Max(u.Sub(budget), shopZero), b3.Sub(budget)).Mul(shopMoulton3)).
		Add(decimal.Min(decimal.Max(u.Sub(b3), shopZero), b4.Sub(b3)).Mul(shopMoulton4)).
		Add(decimal.Max(u.Sub(b4), shopZero).Mul(shopMoulton5)).
		Add(shopServices[h.Meter]).Round(2)
}

// ratMoulton prices with fractions of any size.
func ratMoulton(h Home) Bill {
	whole := func(x *big.Rat) int64 { return ratRound(x, exact.HalfEven).Num().Int64() }
	product := func(factors ...*big.Rat) *big.Rat {
		all := big.NewRat(1, 748)
		for _, f := range factors {
			all.Mul(all, f)
		}
		return all
	}
	indoor := whole(product(big.NewRat(h.Persons, 1), big.NewRat(55, 1), big.NewRat(h.Days, 10)))
	outdoor := whole(product(big.NewRat(7, 10), big.NewRat(h.Inches, 100), big.NewRat(h.Area, 1), big.NewRat(62, 100)))
	budget := indoor + outdoor
	cents := ratTiers(big.NewRat(h.Usage, 1000), []ratTier{
		{0, 169}, {indoor, 194}, {budget, 332}, {whole(big.NewRat(125*budget, 100)), 512}, {whole(big.NewRat(150*budget, 100)), 959},
	})
	cents.Add(cents, big.NewRat(moultonService[h.Meter], 1))
	return totalAlone(ratRound(cents, exact.HalfUp).Num().Int64())
}

// moultonColumns are the facts that differ from home to home, beside the meter size.
var moultonColumns = []string{"hhsize", "days_in_period", "et_amount", "irr_area"}

func (h Home) columns() []exact.Number {
	return []exact.Number{
		must(exact.NewNumber(h.Persons, 0)), must(exact.NewNumber(h.Days, 1)), must(exact.NewNumber(h.Inches, 2)), must(exact.NewNumber(h.Area, 0)),
	}
}

// newMoultonPricer is the district's rate file by the engine.
func newMoultonPricer(file *owrs.File) (*pricer[Home], error) {
	engine, err := rates.Compile(file.Book(money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}))
	if err != nil {
		return nil, err
	}
	unit := file.Metadata().Unit
	const schedule = "RESIDENTIAL_SINGLE"
	var bounds [len(moultonSizes)]*rates.Bound
	for i, size := range moultonSizes {
		in := rates.Input{Schedule: schedule, Facts: rates.Facts{"meter_size": size}}
		if bounds[i], err = engine.Bind(in, moultonColumns...); err != nil {
			return nil, err
		}
	}
	return &pricer[Home]{
		engine: engine,
		input: func(h Home) rates.Input {
			facts := map[string]string{"meter_size": moultonSizes[h.Meter]}
			for i, n := range h.columns() {
				facts[moultonColumns[i]] = n.String()
			}
			return rates.Input{Schedule: schedule, Facts: owrs.Facts(facts), Usage: thousandths(h.Usage, unit)}
		},
		bound: func(h Home) boundAccount {
			return boundAccount{bounds[h.Meter], rates.Account{Usage: thousandths(h.Usage, unit), Columns: h.columns()}}
		},
		place: billAlone,
	}, nil
}
