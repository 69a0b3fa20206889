package bench

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A pricer is a schedule as the engine prices it. Accounts become the engine's own
// inputs before time is taken: a host holds them so.
type pricer[A any] struct {
	engine *rates.Engine
	// input is an account with all its facts by name.
	input func(A) rates.Input
	// bound is an account as what is settled for it and what differs.
	bound func(A) boundAccount
	// place is where a line stands on a [Bill]; below zero it stands nowhere.
	place func(rates.Line) int
}

// A boundAccount is an account of a [rates.Bound].
type boundAccount struct {
	*rates.Bound
	account rates.Account
}

func (p *pricer[A]) price(in rates.Input) rates.Quote { return must(p.engine.Price(in)) }

func boundQuote(b boundAccount) (rates.Quote, error) { return b.Price(b.account) }

func boundPrice(b boundAccount) rates.Quote { return must(b.Price(b.account)) }

func boundTotal(b boundAccount) money.Amount { return must(b.Total(b.account)) }

// bill is a quote as a [Bill]; it panics where a line has no place there.
func (p *pricer[A]) bill(q rates.Quote) Bill {
	bill := Bill{total: q.Total.Cents()}
	for line := range q.Lines() {
		i := p.place(line)
		if i < 0 {
			panic(fmt.Sprintf("bench: a line of %s, tier %d, is not on the bill", line.Charge(), line.Tier()))
		}
		bill[i] += line.Amount().Cents()
	}
	return bill
}

// thousandths is usage in thousandths of a unit.
func thousandths(usage int64, unit metering.Unit) metering.Volume {
	return must(metering.NewVolume(must(exact.NewNumber(usage, 3)), unit))
}

// referenceSizes are the meter sizes of the reference bill, by their index.
var referenceSizes = [5]string{"5/8", "3/4", "1", "1 1/2", "2"}

// referenceBook is the reference bill as a book.
func referenceBook(mode exact.Mode) rates.Book {
	meters := rates.Table{By: []string{"meter_size"}}
	for i, price := range [5]string{"23.45", "35.12", "58.67", "118.90", "234.56"} {
		meters.Rows = append(meters.Rows, rates.Row{Key: []string{referenceSizes[i]}, Value: rates.Num(price)})
	}
	return rates.Book{Name: "Reference bill", Schedules: []rates.Schedule{{
		ID: "reference", Unit: metering.CCF, Select: rates.SplitByDay, Usage: rates.ExactUsage,
		Rounding:  money.Rounding{Mode: mode, Place: money.ByLine},
		Proration: rates.Proration{Over: rates.NotProrated},
		Facts:     []rates.Fact{{Name: "meter_size", Type: rates.TextFact, Allowed: referenceSizes[:]}},
		Versions: []rates.Version{{Charges: []rates.Charge{
			{ID: "meter", Rule: rates.Fixed{Amount: meters}},
			{ID: "water", Rule: rates.Tiered{Tiers: rates.TierList{
				{UpTo: rates.Num("8"), Price: rates.Num("3.8125")},
				{UpTo: rates.Num("22"), Price: rates.Num("5.6543")},
				{Price: rates.Num("9.1277")},
			}}},
			{ID: "drought", Rule: rates.Percent{Rate: rates.Num("12.5"), Of: []string{"water"}}},
			{ID: "pumping", Rule: rates.PerUnit{Price: rates.Num("0.3127")}},
			{ID: "sewer", Rule: rates.Fixed{Amount: rates.Num("34.56")}},
			{ID: "tax", Rule: rates.Percent{Rate: rates.Num("6.5"), Of: []string{"meter", "water", "drought", "pumping"}}},
		}}},
	}}}
}

// newReferencePricer is the reference bill by the engine.
func newReferencePricer(mode exact.Mode) (*pricer[Account], error) {
	engine, err := rates.Compile(referenceBook(mode))
	if err != nil {
		return nil, err
	}
	june, err := civil.NewPeriod(civil.MustDate("2026-06-01"), civil.MustDate("2026-07-01"))
	if err != nil {
		return nil, err
	}
	return newMeterPricer(engine, rates.Input{Schedule: "reference", Period: june}, metering.CCF, referenceSizes[:], referencePlace)
}

// referencePlace is the place of a line on the reference bill.
func referencePlace(l rates.Line) int {
	switch l.Charge() {
	case "meter":
		return 0
	case "water":
		return l.Tier()
	case "drought":
		return 4
	case "pumping":
		return 5
	case "sewer":
		return 6
	case "tax":
		return 7
	}
	return -1
}

// newMeterPricer is a schedule whose accounts differ in usage and meter size alone.
func newMeterPricer(engine *rates.Engine, common rates.Input, unit metering.Unit, sizes []string, place func(rates.Line) int) (*pricer[Account], error) {
	settled := make([]rates.Input, len(sizes))
	bounds := make([]*rates.Bound, len(sizes))
	for i, size := range sizes {
		settled[i] = common
		settled[i].Facts = rates.Facts{"meter_size": size}
		bound, err := engine.Bind(settled[i])
		if err != nil {
			return nil, err
		}
		bounds[i] = bound
	}
	return &pricer[Account]{
		engine: engine,
		input: func(a Account) rates.Input {
			in := settled[a.Meter]
			in.Usage = thousandths(a.Usage, unit)
			return in
		},
		bound: func(a Account) boundAccount {
			return boundAccount{bounds[a.Meter], rates.Account{Usage: thousandths(a.Usage, unit)}}
		},
		place: place,
	}, nil
}
