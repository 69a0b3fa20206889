package bench

import "github.com/cockroachdb/apd/v3"

var (
	apdZero    = apd.New(0, 0)
	apdBound1  = apd.New(8, 0)
	apdWidth2  = apd.New(14, 0)
	apdBound2  = apd.New(22, 0)
	apdPrice1  = apd.New(38125, -4)
	apdPrice2  = apd.New(56543, -4)
	apdPrice3  = apd.New(91277, -4)
	apdDrought = apd.New(125, -3)
	apdPumping = apd.New(3127, -4)
	apdSewer   = apd.New(3456, -2)
	apdTax     = apd.New(65, -3)
	apdMeters  = [5]*apd.Decimal{apd.New(2345, -2), apd.New(3512, -2), apd.New(5867, -2), apd.New(11890, -2), apd.New(23456, -2)}
)

// An apdPricer prices the reference bill with cockroachdb/apd. As that library wants
// to be used, results are written over those of the bill before.
type apdPricer struct {
	context                *apd.Context
	usage, q, water, taxed apd.Decimal
	lines                  [9]apd.Decimal
}

func newAPDPricer(rounding apd.Rounder) *apdPricer {
	c := apd.BaseContext.WithPrecision(34)
	c.Rounding = rounding
	return &apdPricer{context: c}
}

// price returns lines that hold until the next bill.
func (p *apdPricer) price(a Account) *[9]apd.Decimal {
	u, q, l := &p.usage, &p.q, &p.lines
	u.SetFinite(a.Usage, -3)
	l[0].Set(apdMeters[a.Meter])

	p.line(&l[1], apdLess(u, apdBound1), apdPrice1)
	p.sub(q, u, apdBound1)
	p.line(&l[2], apdLess(apdMore(q, apdZero), apdWidth2), apdPrice2)
	p.sub(q, u, apdBound2)
	p.line(&l[3], apdMore(q, apdZero), apdPrice3)

	p.add(&p.water, &l[1], &l[2])
	p.add(&p.water, &p.water, &l[3])
	p.line(&l[4], &p.water, apdDrought)
	p.line(&l[5], u, apdPumping)
	l[6].Set(apdSewer)

	p.add(&p.taxed, &l[0], &p.water)
	p.add(&p.taxed, &p.taxed, &l[4])
	p.add(&p.taxed, &p.taxed, &l[5])
	p.line(&l[7], &p.taxed, apdTax)
	p.add(&l[8], &p.taxed, apdSewer)
	p.add(&l[8], &l[8], &l[7])
	return l
}

func (p *apdPricer) line(d, quantity, price *apd.Decimal) {
	must(p.context.Mul(d, quantity, price))
	must(p.context.Quantize(d, d, -2))
}

func (p *apdPricer) add(d, x, y *apd.Decimal) { must(p.context.Add(d, x, y)) }
func (p *apdPricer) sub(d, x, y *apd.Decimal) { must(p.context.Sub(d, x, y)) }

func apdLess(x, y *apd.Decimal) *apd.Decimal {
	if x.Cmp(y) < 0 {
		return x
	}
	return y
}

func apdMore(x, y *apd.Decimal) *apd.Decimal {
	if x.Cmp(y) > 0 {
		return x
	}
	return y
}

// apdCents is a number of dollars in cents; it fails where they are not whole.
func apdCents(d *apd.Decimal) int64 {
	var cents apd.Decimal
	must(apd.BaseContext.WithPrecision(34).Mul(&cents, d, apd.New(100, 0)))
	return must(cents.Int64())
}
