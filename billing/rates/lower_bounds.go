package rates

import (
	"math/big"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
)

// most64 is what every number of a program stays below: a product and its half fit 63
// bits.
var most64 = new(big.Int).Lsh(big.NewInt(1), 62)

// A registerRange is what a register may hold: whole numbers from low to high, each so
// many units.
type registerRange struct {
	unit      *big.Rat
	low, high *big.Int
}

// size is the largest number without its sign.
func (r *registerRange) size() *big.Int {
	size := new(big.Int).Abs(r.low)
	if high := new(big.Int).Abs(r.high); high.Cmp(size) > 0 {
		return high
	}
	return size
}

func (r *registerRange) admitZero() {
	if r.low.Sign() > 0 {
		r.low = new(big.Int)
	}
	if r.high.Sign() < 0 {
		r.high = new(big.Int)
	}
}

// newRegister adds a register for numbers from low to high.
func (l *lowering) newRegister(unit, low, high *big.Rat) (int, error) {
	if len(l.regs) == maxRegisters {
		return 0, errTooMany
	}
	l.regs = append(l.regs, registerRange{unit, floorOf(quoRat(low, unit)), ceilOf(quoRat(high, unit))})
	return len(l.regs) - 1, nil
}

// reach is the least and the most that a polynomial may come to.
func (l *lowering) reach(p polynomial) (low, high *big.Rat) {
	low, high = new(big.Rat), new(big.Rat)
	for _, m := range p {
		from := l.unit(m)
		to := from
		for _, r := range m.regs {
			reg := &l.regs[r]
			a, b := new(big.Rat).SetInt(reg.low), new(big.Rat).SetInt(reg.high)
			corners := []*big.Rat{mulRat(from, a), mulRat(from, b), mulRat(to, a), mulRat(to, b)}
			from, to = slices.MinFunc(corners, (*big.Rat).Cmp), slices.MaxFunc(corners, (*big.Rat).Cmp)
		}
		low.Add(low, from)
		high.Add(high, to)
	}
	return low, high
}

// unit is what a term is where the whole numbers of its registers are 1.
func (l *lowering) unit(m monomial) *big.Rat {
	v := m.coef.Rat()
	for _, r := range m.regs {
		v.Mul(v, l.regs[r].unit)
	}
	return v
}

// commonUnit is the largest number of which all terms of a polynomial are whole multiples.
func (l *lowering) commonUnit(p polynomial) *big.Rat {
	unit := new(big.Rat)
	for _, m := range p {
		unit = gcdRat(unit, l.unit(m))
	}
	return unit
}

func mulRat(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
func quoRat(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

func floorOf(v *big.Rat) *big.Int { return new(big.Int).Div(v.Num(), v.Denom()) }
func ceilOf(v *big.Rat) *big.Int {
	n := new(big.Int).Neg(v.Num())
	return n.Neg(n.Div(n, v.Denom()))
}

// gcdRat is the largest number of which both are whole multiples; of 0 and another, that
// without its sign.
func gcdRat(a, b *big.Rat) *big.Rat {
	num := new(big.Int).GCD(nil, nil, new(big.Int).Abs(a.Num()), new(big.Int).Abs(b.Num()))
	den := new(big.Int).GCD(nil, nil, a.Denom(), b.Denom())
	return new(big.Rat).SetFrac(num, den.Mul(new(big.Int).Quo(a.Denom(), den), b.Denom()))
}

// op adds an operation.
func (l *lowering) op(o operation) {
	o.memo = l.memo
	l.program.ops = append(l.program.ops, o)
}

// sum puts a polynomial into a register: the number is what the register holds times a
// factor, which is not zero.
func (l *lowering) sum(p polynomial) (r int, factor *big.Rat, err error) {
	if len(p) == 1 && len(p[0].regs) == 1 {
		r = p[0].regs[0]
		return r, l.unit(p[0]), nil
	}
	unit := l.commonUnit(p)
	of := l.multiples(p, unit)
	for _, known := range l.sums {
		if known.of.equal(of) {
			return known.reg, unit, nil
		}
	}
	if r, err = l.sumOf(l.shorter(p, of, unit), unit); err == nil && l.inside == 0 {
		l.sums = append(l.sums, knownSum{of, r})
	}
	return r, unit, err
}

// shorter is a polynomial with the longest sum that is known in the place of its terms.
func (l *lowering) shorter(p, of polynomial, unit *big.Rat) polynomial {
	for _, known := range slices.Backward(l.sums) {
		factor, ok := known.of.within(of)
		if !ok {
			continue
		}
		inUnits := exact.FromRat(unit).Mul(factor)
		own := exact.FromRat(quoRat(inUnits.Rat(), l.regs[known.reg].unit))
		for _, m := range known.of {
			for _, r := range m.regs {
				m.coef = m.coef.Mul(exact.FromRat(new(big.Rat).Inv(l.regs[r].unit)))
			}
			p = p.plus(polynomial{{m.coef.Mul(inUnits).Neg(), m.regs}})
		}
		return p.plus(register(known.reg).times(own))
	}
	return p
}

// A knownSum is what stands in a register, whatever guarded operations run: a polynomial
// of registers' whole numbers.
type knownSum struct {
	of  polynomial
	reg int
}

// multiples is a polynomial in whole numbers of registers, as multiples of a unit.
func (l *lowering) multiples(p polynomial, unit *big.Rat) polynomial {
	of := make(polynomial, len(p))
	for i, m := range p {
		of[i] = monomial{exact.FromRat(quoRat(l.unit(m), unit)), m.regs}
	}
	return of
}

// sumOf puts a polynomial into a register of its own.
func (l *lowering) sumOf(p polynomial, unit *big.Rat) (int, error) {
	if unit.Sign() == 0 {
		unit = big.NewRat(1, 1) // nothing is any number of anything
	}
	o := operation{code: opSum}
	// Every partial sum is below what the sizes of all terms come to.
	size := new(big.Int)
	for _, m := range p {
		if len(m.regs) > maxFactors {
			return 0, notLowered("a formula has too many factors")
		}
		coef := quoRat(l.unit(m), unit).Num()
		largest := big.NewInt(1)
		places := [maxFactors]uint8{}
		for i, r := range m.regs {
			largest.Mul(largest, l.regs[r].size())
			places[i] = uint8(r)
		}
		if size.Add(size, largest.Mul(largest, new(big.Int).Abs(coef))); size.Cmp(most64) >= 0 || !coef.IsInt64() {
			return 0, errTooWide
		}
		if len(m.regs) == 0 {
			o.x += coef.Int64()
			continue
		}
		o.terms = append(o.terms, product64{coef.Int64(), places[0], places[1], places[2]})
	}
	if p.degree() < 2 {
		o.code = opLinear
	}
	low, high := l.reach(p)
	r, err := l.newRegister(unit, low, high)
	if err != nil {
		return 0, err
	}
	o.dst = uint8(r)
	l.op(o)
	return r, nil
}

// round rounds a polynomial to so many decimals.
func (l *lowering) round(p polynomial, places int, mode rounder) (polynomial, error) {
	if v, ok := p.constant(); ok {
		return constantPolynomial(roundedConstant(v, places, mode)), nil
	}
	one := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).SetUint64(powersOfTen[places]))
	if quoRat(l.commonUnit(p), one).IsInt() {
		return p, nil // it has no more decimals
	}
	r, factor, err := l.sum(p)
	if err != nil {
		return nil, err
	}
	factor = quoRat(factor, one)
	by, times := factor.Denom(), factor.Num()
	reg := &l.regs[r]
	largest := new(big.Int).Mul(reg.size(), new(big.Int).Abs(times))
	largest.Add(largest, by) // a half, or all but one
	if largest.Cmp(most64) >= 0 || !by.IsUint64() || !times.IsInt64() {
		return nil, errTooWide
	}
	low, high := l.reach(p)
	to, err := l.newRegister(one, new(big.Rat).Sub(low, one), new(big.Rat).Add(high, one))
	if err != nil {
		return nil, err
	}
	if low.Sign() >= 0 {
		l.regs[to].low = new(big.Int) // what is not below zero is not rounded below it
	}
	o := operation{code: opRound, dst: uint8(to), a: uint8(r), x: times.Int64(), rounding: mode,
		div: newDivisor(by.Uint64(), largest.Uint64()), half: by.Uint64() / 2}
	if mode == roundHalfUp && low.Sign() >= 0 {
		o.code = opScale
	}
	l.op(o)
	return register(to), nil
}

func roundedConstant(v exact.Ratio, places int, mode rounder) exact.Ratio {
	switch mode {
	case roundHalfEven:
		return v.Round(places, exact.HalfEven)
	case roundUp:
		return v.Round(places, exact.Up)
	case roundDown:
		return v.Round(places, exact.Down)
	case roundFloor:
		return v.Floor(places)
	case roundCeil:
		return v.Ceil(places)
	}
	return v.Round(places, exact.HalfUp)
}

// extreme is the lesser or the greater of two numbers.
func (l *lowering) extreme(code opcode, p, q polynomial) (polynomial, error) {
	a, aKnown := p.constant()
	b, bKnown := q.constant()
	if aKnown && bKnown {
		if (a.Cmp(b) < 0) == (code == opMin) {
			return p, nil
		}
		return q, nil
	}
	pLow, pHigh := l.reach(p)
	qLow, qHigh := l.reach(q)
	switch first, second := pHigh.Cmp(qLow) <= 0, qHigh.Cmp(pLow) <= 0; { // is never above the other
	case first && code == opMin, second && code == opMax:
		return p, nil
	case second && code == opMin, first && code == opMax:
		return q, nil
	}
	o := operation{code: code}
	unit := gcdRat(l.commonUnit(p), l.commonUnit(q))
	for _, side := range []struct {
		of   polynomial
		reg  *uint8
		into *int64
	}{{p, &o.a, &o.x}, {q, &o.b, &o.y}} {
		r, factor, err := l.side(side.of)
		if err != nil {
			return nil, err
		}
		times := quoRat(factor, unit).Num()
		if new(big.Int).Mul(times, l.regs[r].size()).CmpAbs(most64) >= 0 || !times.IsInt64() {
			return nil, errTooWide
		}
		*side.reg, *side.into = uint8(r), times.Int64()
	}
	low, high := slices.MinFunc([]*big.Rat{pLow, qLow}, (*big.Rat).Cmp), slices.MinFunc([]*big.Rat{pHigh, qHigh}, (*big.Rat).Cmp)
	if code == opMax {
		low, high = slices.MaxFunc([]*big.Rat{pLow, qLow}, (*big.Rat).Cmp), slices.MaxFunc([]*big.Rat{pHigh, qHigh}, (*big.Rat).Cmp)
	}
	r, err := l.newRegister(unit, low, high)
	if err != nil {
		return nil, err
	}
	o.dst = uint8(r)
	l.op(o)
	return register(r), nil
}

// side is a number as a register times a factor; constants are register 0, which is 1.
func (l *lowering) side(p polynomial) (int, *big.Rat, error) {
	if v, constant := p.constant(); constant {
		return 0, v.Rat(), nil
	}
	return l.sum(p)
}

// window is what of a quantity lies between two bounds that are constant. Bounds that
// are no whole numbers of what the quantity counts have no window.
func (l *lowering) window(p polynomial, low, high exact.Ratio, open bool) (in polynomial, ok bool, err error) {
	if _, constant := p.constant(); constant {
		return nil, false, nil
	}
	r, factor, err := l.sum(p)
	if err != nil || factor.Sign() < 0 {
		return nil, false, err
	}
	scaled := func(v exact.Ratio) (*big.Int, bool) {
		of := quoRat(v.Rat(), factor)
		return of.Num(), of.IsInt() && of.Num().CmpAbs(most64) < 0
	}
	from, ok := scaled(low)
	to, also := scaled(high)
	if !ok || !also && !open {
		return nil, false, nil
	}
	width := new(big.Int).Sub(to, from)
	if all := new(big.Int).Sub(l.regs[r].high, from); open || all.Cmp(width) < 0 {
		width = all
	}
	if width.Sign() < 0 {
		width = new(big.Int)
	}
	part, err := l.newRegister(factor, new(big.Rat), mulRat(new(big.Rat).SetInt(width), factor))
	if err != nil {
		return nil, false, err
	}
	l.op(operation{code: opWindow, dst: uint8(part), a: uint8(r), x: from.Int64(), y: width.Int64()})
	return register(part), true, nil
}
