package rates

import (
	"math/big"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
)

// most64 is what every number of a program stays below: a product and its half fit 63
// bits.
var most64 = new(big.Int).Lsh(big.NewInt(1), 62)

// reach is the least and the most that a polynomial may come to.
func (l *lowering) reach(p polynomial) (low, high *big.Rat) {
	low, high = new(big.Rat), new(big.Rat)
	for _, m := range p {
		from, to := m.coef.Rat(), m.coef.Rat()
		for _, r := range m.regs {
			reg := &l.regs[r]
			a, b := new(big.Rat).SetFrac(reg.low, reg.den), new(big.Rat).SetFrac(reg.high, reg.den)
			corners := []*big.Rat{mulRat(from, a), mulRat(from, b), mulRat(to, a), mulRat(to, b)}
			from, to = slices.MinFunc(corners, (*big.Rat).Cmp), slices.MaxFunc(corners, (*big.Rat).Cmp)
		}
		low.Add(low, from)
		high.Add(high, to)
	}
	return low, high
}

func mulRat(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

// denominator is the least number by which all terms of a polynomial are whole.
func (l *lowering) denominator(p polynomial) *big.Int {
	den := big.NewInt(1)
	for _, m := range p {
		den = lcm(den, l.unit(m).Denom())
	}
	return den
}

// unit is what a term is where the whole numbers of its registers are 1.
func (l *lowering) unit(m monomial) *big.Rat {
	v := m.coef.Rat()
	for _, r := range m.regs {
		v.Quo(v, new(big.Rat).SetInt(l.regs[r].den))
	}
	return v
}

// newRegister adds a register.
func (l *lowering) newRegister(den *big.Int, low, high *big.Rat) (int, error) {
	if len(l.regs) == maxRegisters {
		return 0, notLowered("it has too many steps")
	}
	scale := new(big.Rat).SetInt(den)
	l.regs = append(l.regs, registerRange{den, floorOf(mulRat(low, scale)), ceilOf(mulRat(high, scale))})
	return len(l.regs) - 1, nil
}

func floorOf(v *big.Rat) *big.Int { return new(big.Int).Div(v.Num(), v.Denom()) }
func ceilOf(v *big.Rat) *big.Int {
	n := new(big.Int).Neg(v.Num())
	return n.Neg(n.Div(n, v.Denom()))
}

// op adds an operation.
func (l *lowering) op(o operation) {
	o.memo = l.memo
	l.program.ops = append(l.program.ops, o)
}

// sum puts a polynomial into a register, and returns it.
func (l *lowering) sum(p polynomial) (int, error) {
	if r, is := p.register(); is {
		return r, nil
	}
	return l.newSum(p)
}

// newSum puts a polynomial into a register of its own.
func (l *lowering) newSum(p polynomial) (int, error) { return l.sumOf(p, l.denominator(p)) }

// sumOf puts a polynomial into a register of its own, in units of 1/den.
func (l *lowering) sumOf(p polynomial, den *big.Int) (int, error) {
	o := operation{code: opSum}
	// Every partial sum is below what the sizes of all terms come to.
	size := new(big.Int)
	for _, m := range p {
		if len(m.regs) > maxFactors {
			return 0, notLowered("a formula has too many factors")
		}
		unit := l.unit(m)
		coef := new(big.Int).Mul(unit.Num(), den)
		coef.Quo(coef, unit.Denom())
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
	low, high := l.reach(p)
	r, err := l.newRegister(den, low, high)
	if err != nil {
		return 0, err
	}
	o.dst = uint8(r)
	l.op(o)
	return r, nil
}

// size is the largest number without its sign.
func (r *registerRange) size() *big.Int {
	size := new(big.Int).Abs(r.low)
	if high := new(big.Int).Abs(r.high); high.Cmp(size) > 0 {
		return high
	}
	return size
}

// round rounds a polynomial to so many decimals.
func (l *lowering) round(p polynomial, places int, mode rounder) (polynomial, error) {
	if v, ok := p.constant(); ok {
		return constantPolynomial(roundedConstant(v, places, mode)), nil
	}
	r, err := l.sum(p)
	if err != nil {
		return nil, err
	}
	reg := l.regs[r]
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	g := new(big.Int).GCD(nil, nil, ten, reg.den)
	by, factor := new(big.Int).Quo(reg.den, g), new(big.Int).Quo(ten, g)
	largest := new(big.Int).Mul(reg.size(), factor)
	largest.Add(largest, by) // a half, or all but one
	if largest.Cmp(most64) >= 0 || !by.IsUint64() || !factor.IsInt64() {
		return nil, errTooWide
	}
	low, high := l.reach(p)
	one := new(big.Rat).SetFrac(big.NewInt(1), ten)
	to, err := l.newRegister(ten, new(big.Rat).Sub(low, one), new(big.Rat).Add(high, one))
	if err != nil {
		return nil, err
	}
	if low.Sign() >= 0 {
		l.regs[to].low = new(big.Int) // what is not below zero is not rounded below it
	}
	o := operation{code: opRound, dst: uint8(to), a: uint8(r), x: factor.Int64(), rounding: mode,
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
	x, err := l.sum(p)
	if err != nil {
		return nil, err
	}
	y, err := l.sum(q)
	if err != nil {
		return nil, err
	}
	den := lcm(l.regs[x].den, l.regs[y].den)
	o := operation{code: code, a: uint8(x), b: uint8(y)}
	for _, side := range []struct {
		reg  int
		into *int64
	}{{x, &o.x}, {y, &o.y}} {
		factor := new(big.Int).Quo(den, l.regs[side.reg].den)
		if new(big.Int).Mul(factor, l.regs[side.reg].size()).Cmp(most64) >= 0 || !factor.IsInt64() {
			return nil, errTooWide
		}
		*side.into = factor.Int64()
	}
	low, high := slices.MinFunc([]*big.Rat{pLow, qLow}, (*big.Rat).Cmp), slices.MinFunc([]*big.Rat{pHigh, qHigh}, (*big.Rat).Cmp)
	if code == opMax {
		low, high = slices.MaxFunc([]*big.Rat{pLow, qLow}, (*big.Rat).Cmp), slices.MaxFunc([]*big.Rat{pHigh, qHigh}, (*big.Rat).Cmp)
	}
	r, err := l.newRegister(den, low, high)
	if err != nil {
		return nil, err
	}
	o.dst = uint8(r)
	l.op(o)
	return register(r), nil
}

// window is what of a quantity lies between two bounds that are constant. Bounds that
// are no whole numbers of what the quantity counts have no window.
func (l *lowering) window(p polynomial, low, high exact.Ratio, open bool) (in polynomial, ok bool, err error) {
	r, err := l.sum(p)
	if err != nil {
		return nil, false, err
	}
	den := l.regs[r].den
	scaled := func(v exact.Ratio) (*big.Int, bool) {
		of := mulRat(v.Rat(), new(big.Rat).SetInt(den))
		return of.Num(), of.IsInt() && of.Num().Cmp(most64) < 0
	}
	from, ok := scaled(low)
	to, also := scaled(high)
	if !ok || !also && !open {
		return nil, false, nil
	}
	_, most := l.reach(p)
	width := new(big.Int).Sub(to, from)
	if all := new(big.Int).Sub(ceilOf(mulRat(most, new(big.Rat).SetInt(den))), from); open || all.Cmp(width) < 0 {
		width = all
	}
	if width.Sign() < 0 {
		width = new(big.Int)
	}
	to64, err := l.newRegister(den, new(big.Rat), new(big.Rat).SetFrac(width, den))
	if err != nil {
		return nil, false, err
	}
	l.op(operation{code: opWindow, dst: uint8(to64), a: uint8(r), x: from.Int64(), y: width.Int64()})
	return register(to64), true, nil
}
