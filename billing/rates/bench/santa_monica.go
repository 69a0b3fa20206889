package bench

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// City of Santa Monica, March 2016: tiers by class, the bill rounded half up, once.
// Classes other than homes have the tiers of a 3/4 inch meter of potable water.

// A Read is what a bill of Santa Monica is priced from.
type Read struct {
	// Usage in thousandths of a unit, not negative.
	Usage int64
	// Class is an index of santaMonicaClasses.
	Class int
}

var santaMonicaClasses = [5]string{"RESIDENTIAL_SINGLE", "RESIDENTIAL_MULTI", "COMMERCIAL", "INSTITUTIONAL", "IRRIGATION"}

// floorSantaMonica prices by hand: the total in cents.
func floorSantaMonica(r Read) int64 {
	u := r.Usage
	switch r.Class {
	case 0:
		return (min(u, 14000)*287 + min(max(u-14000, 0), 26000)*429 + min(max(u-40000, 0), 108000)*644 + max(u-148000, 0)*1007 + 500) / 1000
	case 1:
		return (min(u, 4000)*287 + min(max(u-4000, 0), 5000)*429 + min(max(u-9000, 0), 11000)*644 + max(u-20000, 0)*1007 + 500) / 1000
	default:
		return (min(u, 210000)*407 + max(u-210000, 0)*1003 + 500) / 1000
	}
}

// A shopTier is a band of usage in shopspring/decimal; the last band is very wide.
type shopTier struct{ from, width, price decimal.Decimal }

var (
	shopSingle = []shopTier{shopBand("0", "14", "2.87"), shopBand("14", "26", "4.29"), shopBand("40", "108", "6.44"), shopBand("148", "1000000000000", "10.07")}
	shopMulti  = []shopTier{shopBand("0", "4", "2.87"), shopBand("4", "5", "4.29"), shopBand("9", "11", "6.44"), shopBand("20", "1000000000000", "10.07")}
	shopOthers = []shopTier{shopBand("0", "210", "4.07"), shopBand("210", "1000000000000", "10.03")}
	shopSanta  = [5][]shopTier{shopSingle, shopMulti, shopOthers, shopOthers, shopOthers}
)

func shopBand(from, width, price string) shopTier {
	return shopTier{decimal.RequireFromString(from), decimal.RequireFromString(width), decimal.RequireFromString(price)}
}

// shopspringSantaMonica prices naively: the total in dollars.
func shopspringSantaMonica(r Read) decimal.Decimal {
	u := decimal.New(r.Usage, -3)
	sum := decimal.Zero
	for _, tier := range shopSanta[r.Class] {
		sum = sum.Add(decimal.Min(decimal.Max(u.Sub(tier.from), shopZero), tier.width).Mul(tier.price))
	}
	return sum.Round(2)
}

// A ratTier is a band of usage, from units on, at a price in cents.
type ratTier struct{ from, price int64 }

// ratTiers is what a usage costs in cents, exactly.
func ratTiers(u *big.Rat, tiers []ratTier) *big.Rat {
	sum := new(big.Rat)
	for i, tier := range tiers {
		var to *big.Rat
		if i+1 < len(tiers) {
			to = big.NewRat(tiers[i+1].from, 1)
		}
		part := ratBetween(u, big.NewRat(tier.from, 1), to)
		sum.Add(sum, part.Mul(part, big.NewRat(tier.price, 1)))
	}
	return sum
}

// ratSantaMonica prices with fractions of any size.
func ratSantaMonica(r Read) Bill {
	others := []ratTier{{0, 407}, {210, 1003}}
	tiers := [5][]ratTier{
		{{0, 287}, {14, 429}, {40, 644}, {148, 1007}},
		{{0, 287}, {4, 429}, {9, 644}, {20, 1007}},
		others, others, others,
	}[r.Class]
	return totalAlone(ratRound(ratTiers(big.NewRat(r.Usage, 1000), tiers), exact.HalfUp).Num().Int64())
}

// newSantaMonicaPricer is the city's rate file by the engine.
func newSantaMonicaPricer(file *owrs.File) (*pricer[Read], error) {
	engine, err := rates.Compile(file.Book(money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}))
	if err != nil {
		return nil, err
	}
	unit := file.Metadata().Unit
	facts := owrs.Facts(map[string]string{"meter_size": `3/4"`, "water_type": "POTABLE"})
	var bounds [len(santaMonicaClasses)]*rates.Bound
	for i, class := range santaMonicaClasses {
		if bounds[i], err = engine.Bind(rates.Input{Schedule: class, Facts: facts}); err != nil {
			return nil, err
		}
	}
	return &pricer[Read]{
		engine: engine,
		input: func(r Read) rates.Input {
			return rates.Input{Schedule: santaMonicaClasses[r.Class], Facts: facts, Usage: thousandths(r.Usage, unit)}
		},
		bound: func(r Read) boundAccount {
			return boundAccount{bounds[r.Class], rates.Account{Usage: thousandths(r.Usage, unit)}}
		},
		place: billAlone,
	}, nil
}

// totalAlone is a bill of one line.
func totalAlone(cents int64) Bill { return Bill{0: cents, total: cents} }

// billAlone is the place of the one line that a bill of an OWRS file has.
func billAlone(l rates.Line) int {
	if l.Charge() == owrs.ChargeBill {
		return 0
	}
	return -1
}
