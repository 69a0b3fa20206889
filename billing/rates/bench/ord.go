package bench

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// Ord Community water of Marina Coast Water District, 2018: a base charge by meter
// size and three tiers, each line rounded half up. The lines are 0 base, 1 to 3 tiers.

// ordSizes are the meter sizes by their index.
var ordSizes = [9]string{"5/8", "3/4", "1", "1 1/2", "2", "3", "4", "6", "8"}

var ordBase = [9]int64{3879, 3879, 6051, 9671, 14014, 24157, 38631, 74831, 147272}

// An ordBill is the base charge, the tiers and the total.
type ordBill [5]int64

func (b ordBill) bill() Bill { return Bill{0: b[0], 1: b[1], 2: b[2], 3: b[3], total: b[4]} }

// floorOrd prices by hand.
func floorOrd(a Account) ordBill {
	u := a.Usage
	base := ordBase[a.Meter]
	tier1 := (min(u, 8000)*368 + 500) / 1000
	tier2 := (min(max(u-8000, 0), 8000)*565 + 500) / 1000
	tier3 := (max(u-16000, 0)*762 + 500) / 1000
	return ordBill{base, tier1, tier2, tier3, base + tier1 + tier2 + tier3}
}

var (
	shopOrdBound1 = decimal.NewFromInt(8)
	shopOrdWidth2 = decimal.NewFromInt(8)
	shopOrdBound2 = decimal.NewFromInt(16)
	shopOrdPrice1 = decimal.RequireFromString("3.68")
	shopOrdPrice2 = decimal.RequireFromString("5.65")
	shopOrdPrice3 = decimal.RequireFromString("7.62")
	shopOrdBase   = [9]decimal.Decimal{
		decimal.RequireFromString("38.79"), decimal.RequireFromString("38.79"), decimal.RequireFromString("60.51"),
		decimal.RequireFromString("96.71"), decimal.RequireFromString("140.14"), decimal.RequireFromString("241.57"),
		decimal.RequireFromString("386.31"), decimal.RequireFromString("748.31"), decimal.RequireFromString("1472.72"),
	}
)

// shopspringOrd prices naively: base, tiers and total.
func shopspringOrd(a Account) [5]decimal.Decimal {
	u := decimal.New(a.Usage, -3)
	base := shopOrdBase[a.Meter]
	tier1 := decimal.Min(u, shopOrdBound1).Mul(shopOrdPrice1).Round(2)
	tier2 := decimal.Min(decimal.Max(u.Sub(shopOrdBound1), shopZero), shopOrdWidth2).Mul(shopOrdPrice2).Round(2)
	tier3 := decimal.Max(u.Sub(shopOrdBound2), shopZero).Mul(shopOrdPrice3).Round(2)
	return [5]decimal.Decimal{base, tier1, tier2, tier3, base.Add(tier1).Add(tier2).Add(tier3)}
}

func shopspringOrdBill(a Account) Bill {
	var b ordBill
	for i, d := range shopspringOrd(a) {
		b[i] = shopspringCents(d)
	}
	return b.bill()
}

// ratOrd prices with fractions of any size.
func ratOrd(a Account) Bill {
	u := big.NewRat(a.Usage, 1000)
	b := ordBill{ordBase[a.Meter]}
	sum := b[0]
	for i, tier := range []struct {
		from, to *big.Rat
		price    int64
	}{{ratZero, big.NewRat(8, 1), 368}, {big.NewRat(8, 1), big.NewRat(16, 1), 565}, {big.NewRat(16, 1), nil, 762}} {
		amount := ratRound(new(big.Rat).Mul(ratBetween(u, tier.from, tier.to), big.NewRat(tier.price, 1)), exact.HalfUp)
		b[i+1] = amount.Num().Int64()
		sum += b[i+1]
	}
	b[4] = sum
	return b.bill()
}

// newOrdPricer is the book file of Marina Coast's rates by the engine.
func newOrdPricer(file *ratefile.File) (*pricer[Account], error) {
	engine, err := file.Compile()
	if err != nil {
		return nil, err
	}
	march, err := civil.NewPeriod(civil.MustDate("2018-03-01"), civil.MustDate("2018-04-01"))
	if err != nil {
		return nil, err
	}
	return newMeterPricer(engine, rates.Input{Schedule: "ord-water", Period: march}, metering.CCF748, ordSizes[:], func(l rates.Line) int {
		switch l.Charge() {
		case "base":
			return 0
		case "commodity":
			return l.Tier()
		}
		return -1
	})
}
