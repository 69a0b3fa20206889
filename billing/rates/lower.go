package rates

import (
	"errors"
	"math/big"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
)

// errNotLowered says that a bill has no program; why is of no use to anyone.
var errNotLowered = errors.New("the bill has no program")

// A lowering makes a program of a bill that is resolved but for its usage and numeric
// facts.
type lowering struct {
	frame   *frame
	byLine  bool
	mode    exact.Mode
	columns map[int]int // fact slot to register
	defs    map[int]polynomial
	// charges are what charges that were lowered come to, by slot.
	charges []polynomial
	// without are charges that could not be lowered.
	without map[int]bool
	regs    []registerRange
	program program
}

// A registerRange is what a register may hold: whole numbers from low to high, of 1/den.
type registerRange struct{ den, low, high *big.Int }

// Register 0 is 1, register 1 the usage, then the columns.
const usageRegister = 1

// The ranges that are tried for inputs, the widest first: in units, and decimals.
var inputRanges = []struct {
	places int
	most   int64
}{{6, 1_000_000_000}, {4, 1_000_000_000}, {4, 10_000_000}, {3, 1_000_000}, {3, 100_000}, {2, 100_000}}

// lower makes the program of a pricing with nothing cut or blended; nil where there is
// none. columns are the slots of the numeric facts that are inputs.
func (p *pricing) lower(columns []int) *program {
	if p.cut || len(p.blends) > 1 || len(p.in.Meters) > 0 || p.schedule.Usage == TruncateAndCarry || !p.schedule.strict() {
		return nil
	}
	for _, inputs := range inputRanges {
		if l, err := p.lowered(columns, inputs.places, inputs.most); err == nil {
			return &l.program
		} else if !errors.Is(err, errTooWide) {
			return nil
		}
	}
	return nil
}

// errTooWide says that 64 bits do not hold what the inputs may come to.
var errTooWide = errors.New("the inputs are too wide")

func (p *pricing) lowered(columns []int, places int, most int64) (*lowering, error) {
	run := p.versionRuns(p.blends[0])[0]
	v := &p.schedule.versions[run.version]
	l := &lowering{byLine: p.byLine, mode: p.schedule.Rounding.Mode, columns: map[int]int{}, defs: map[int]polynomial{}, without: map[int]bool{}, charges: make([]polynomial, len(v.charges))}
	l.regs = append(l.regs, registerRange{big.NewInt(1), big.NewInt(1), big.NewInt(1)})
	for i := range 1 + len(columns) {
		scale := new(big.Int).SetUint64(powersOfTen[places])
		high := new(big.Int).Mul(scale, big.NewInt(most))
		l.regs = append(l.regs, registerRange{scale, new(big.Int), high})
		l.program.inputs = append(l.program.inputs, inputRange{places, high.Int64()})
		if i > 0 {
			l.columns[columns[i-1]] = i + 1
		}
	}
	var lines []polynomial
	total := polynomial(nil)
	for i := range v.groups {
		parts := p.parts(run, p.blends[0], &v.groups[i])
		if len(parts) != 1 {
			return nil, errNotLowered
		}
		l.frame = p.frame(v, &parts[0], p.account, exact.Ratio{})
		for _, slot := range v.groups[i].charges {
			c := &v.charges[slot]
			its, err := l.chargeLines(c)
			switch {
			case err == nil && !c.book.Memo:
				lines = append(lines, its...)
			case err != nil && !c.book.Memo:
				return nil, err
			case err != nil:
				l.without[slot] = true // a program may do without it
			}
		}
	}
	for _, line := range lines {
		total = total.plus(line)
	}
	if !p.byLine {
		var err error
		if total, err = l.cents(total); err != nil {
			return nil, err
		}
	}
	r, err := l.sum(total.times(exact.Int(100)))
	if err != nil {
		return nil, err
	}
	l.program.total = r
	l.program.regs = len(l.regs)
	return l, nil
}

// chargeLines are the lines of a charge: rounded, where lines are.
func (l *lowering) chargeLines(c *charge) ([]polynomial, error) {
	lines, err := l.charge(c)
	for i := range lines {
		if err == nil && l.byLine {
			lines[i], err = l.cents(lines[i])
		}
		l.charges[c.slot] = l.charges[c.slot].plus(lines[i])
	}
	return lines, err
}

// cents rounds dollars.
func (l *lowering) cents(p polynomial) (polynomial, error) { return l.round(p, 2, rounderOf(l.mode)) }

// charge is the exact lines of a charge, in dollars.
func (l *lowering) charge(c *charge) ([]polynomial, error) {
	f := l.frame
	if c.book.Season != "" && c.book.Season != f.season {
		return nil, nil
	}
	if len(c.meters) > 0 {
		return nil, errNotLowered
	}
	for _, w := range c.when {
		if !l.known(w.fact) {
			return nil, errNotLowered
		}
	}
	if ok, err := (planned{}).holds(f, c.when); err != nil || !ok {
		return nil, notLowered(err)
	}
	var base polynomial
	for _, slot := range c.of {
		if l.without[slot] {
			return nil, errNotLowered
		}
		base = base.plus(l.charges[slot])
	}
	prorate := f.part.prorate
	switch c.book.Rule.(type) {
	case Fixed:
		amount, err := l.notNegative(c.amount)
		return []polynomial{amount.times(prorate)}, err
	case PerUnit:
		price, err := l.notNegative(c.price)
		if err != nil {
			return nil, err
		}
		quantity, err := l.notNegative(c.quantity)
		if err != nil {
			return nil, err
		}
		line, ok := quantity.mul(price)
		return []polynomial{line}, lowerable(ok)
	case Tiered:
		return l.tiers(c.tiers)
	case Percent:
		rate, err := l.notNegative(c.percent)
		if err != nil {
			return nil, err
		}
		hundredth, _ := exact.New(1, 100)
		line, ok := base.mul(rate.times(hundredth))
		return []polynomial{line}, lowerable(ok)
	case Minimum:
		least, err := l.notNegative(c.amount)
		if err != nil {
			return nil, err
		}
		lacks, err := l.extreme(opMax, least.times(prorate).plus(base.times(exact.Int(-1))), nil)
		return []polynomial{lacks}, err
	case Credit:
		return l.credit(c, base)
	case Computed:
		amount, err := l.value(c.amount)
		return []polynomial{amount}, err
	}
	return nil, errNotLowered
}

// credit is the least of what the credit is, its cap, and what it is taken of.
func (l *lowering) credit(c *charge, base polynomial) ([]polynomial, error) {
	base, err := l.extreme(opMax, base, nil)
	if err != nil {
		return nil, err
	}
	prorate := l.frame.part.prorate
	var off polynomial
	if c.percent != nil {
		rate, err := l.notNegative(c.percent)
		if err != nil {
			return nil, err
		}
		hundredth, _ := exact.New(1, 100)
		var ok bool
		if off, ok = base.mul(rate.times(hundredth)); !ok {
			return nil, errNotLowered
		}
	} else if off, err = l.notNegative(c.amount); err != nil {
		return nil, err
	} else {
		off = off.times(prorate)
	}
	if c.cap != nil {
		most, err := l.notNegative(c.cap)
		if err != nil {
			return nil, err
		}
		if off, err = l.extreme(opMin, off, most.times(prorate)); err != nil {
			return nil, err
		}
	}
	if len(c.of) > 0 {
		if off, err = l.extreme(opMin, off, base); err != nil {
			return nil, err
		}
	}
	return []polynomial{off.times(exact.Int(-1))}, nil
}

func lowerable(ok bool) error {
	if !ok {
		return errNotLowered
	}
	return nil
}

func notLowered(err error) error { return lowerable(err == nil) }

// notNegative is a number that is refused below zero; the exact pricing says how.
func (l *lowering) notNegative(n node) (polynomial, error) {
	p, err := l.value(n)
	if err != nil {
		return nil, err
	}
	return p, l.checkNotNegative(p)
}

func (l *lowering) checkNotNegative(p polynomial) error {
	if low, _ := l.reach(p); low.Sign() >= 0 {
		return nil
	}
	if _, constant := p.constant(); constant {
		return errNotLowered
	}
	r, err := l.sum(p)
	if err != nil {
		return err
	}
	l.program.ops = append(l.program.ops, operation{code: opNotNegative, a: uint8(r)})
	return nil
}

// tiers are the lines of tiers: what of the quantity lies in each, at its price.
func (l *lowering) tiers(n *tieredNode) ([]polynomial, error) {
	if n.columns || !n.strict {
		return nil, errNotLowered
	}
	prices := make([]polynomial, len(n.prices))
	var err error
	for i := range n.prices {
		if prices[i], err = l.notNegative(n.prices[i]); err != nil {
			return nil, err
		}
	}
	quantity, err := l.notNegative(n.of)
	if err != nil {
		return nil, err
	}
	var lines []polynomial
	below := polynomial(nil)
	for i := range prices {
		var bound polynomial // nil in the open tier
		if open := i == len(n.bounds); !open {
			if bound, err = l.value(n.bounds[i]); err != nil {
				return nil, err
			}
			bound = bound.times(l.frame.part.tiers)
			if err := l.checkNotNegative(bound.plus(below.times(exact.Int(-1)))); err != nil {
				return nil, err
			}
		}
		in, err := l.inTier(quantity, below, bound, i == len(n.bounds))
		if err != nil {
			return nil, err
		}
		below = bound
		line, ok := in.mul(prices[i])
		if !ok {
			return nil, errNotLowered
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// inTier is what of a quantity lies above one bound and up to another.
func (l *lowering) inTier(quantity, below, bound polynomial, open bool) (polynomial, error) {
	low, lowKnown := below.constant()
	high, highKnown := bound.constant()
	if lowKnown && highKnown {
		if in, err := l.window(quantity, low, high, open); !errors.Is(err, errNotLowered) {
			return in, err
		}
	}
	in, err := l.extreme(opMax, quantity.plus(below.times(exact.Int(-1))), nil)
	if err != nil || open {
		return in, err
	}
	return l.extreme(opMin, in, bound.plus(below.times(exact.Int(-1))))
}

// known says whether a value depends on nothing that is an input.
func (l *lowering) known(n node) bool {
	switch n := n.(type) {
	case numberNode, textNode, daysNode, seasonNode:
		return true
	case factNode:
		_, column := l.columns[n.slot]
		return !column
	case *definitionNode:
		if n.fact != nil && (!l.known(*n.fact) || n.given(l.frame)) {
			return l.known(*n.fact)
		}
		return l.known(n.of)
	case joinedNode:
		return !slices.ContainsFunc(n.parts, func(part node) bool { return !l.known(part) })
	case *tableNode:
		if slices.ContainsFunc(n.by, func(by node) bool { return !l.known(by) }) {
			return false
		}
		row, err := n.find(l.frame)
		return err == nil && l.known(row)
	case *formulaNode:
		for _, of := range n.by {
			if !l.known(of) {
				return false
			}
		}
		return true
	}
	return false
}

// value is a number in terms of the inputs.
func (l *lowering) value(n node) (polynomial, error) {
	switch n := n.(type) {
	case numberNode:
		return constantPolynomial(n.value), nil
	case usageNode:
		return l.usage()
	case chargeNode:
		return l.charges[n.slot], lowerable(!l.without[n.slot])
	case factNode:
		if r, column := l.columns[n.slot]; column {
			return l.column(r, n.fact)
		}
	case *definitionNode:
		return l.definition(n)
	case *tableNode:
		if slices.ContainsFunc(n.by, func(by node) bool { return !l.known(by) }) {
			return nil, errNotLowered
		}
		row, err := n.find(l.frame)
		if err != nil {
			return nil, errNotLowered
		}
		return l.value(row)
	case *formulaNode:
		return l.formula(n, n.of)
	case *tieredNode:
		lines, err := l.tiers(n)
		var sum polynomial
		for _, line := range lines {
			sum = sum.plus(line)
		}
		return sum, err
	}
	if !l.known(n) {
		return nil, errNotLowered
	}
	v, err := n.num(l.frame)
	return constantPolynomial(v), notLowered(err)
}

// column is a numeric fact that is an input. One that has a range, or may be below
// zero, is left to the exact pricing to refuse.
func (l *lowering) column(r int, fact *Fact) (polynomial, error) {
	if fact.Range != nil || fact.Type != NumberFact {
		return nil, errNotLowered
	}
	return register(r), nil
}

func (l *lowering) usage() (polynomial, error) {
	if l.frame.version.schedule.Usage == NextWholeUnit {
		return l.round(register(usageRegister), 0, roundCeil)
	}
	return register(usageRegister), nil
}

func (l *lowering) definition(n *definitionNode) (polynomial, error) {
	if p, ok := l.defs[n.slot]; ok {
		return p, nil
	}
	var p polynomial
	var err error
	if n.fact != nil && (!l.known(*n.fact) || n.given(l.frame)) {
		p, err = l.value(*n.fact)
	} else {
		p, err = l.value(n.of)
	}
	l.defs[n.slot] = p
	return p, err
}

func (l *lowering) formula(n *formulaNode, e expr) (polynomial, error) {
	switch e := e.(type) {
	case literal:
		return constantPolynomial(e.value), nil
	case name:
		return l.value(n.by[e])
	case sum:
		var all polynomial
		for _, t := range e {
			p, err := l.formula(n, t.of)
			if err != nil {
				return nil, err
			}
			if t.minus {
				p = p.times(exact.Int(-1))
			}
			all = all.plus(p)
		}
		return all, nil
	case product:
		all := constantPolynomial(exact.Int(1))
		for _, f := range e {
			p, err := l.formula(n, f.of)
			if err != nil {
				return nil, err
			}
			if f.divide {
				by, ok := p.constant()
				inverse, err := exact.Int(1).Quo(by)
				if !ok || err != nil {
					return nil, errNotLowered
				}
				p = constantPolynomial(inverse)
			}
			var ok bool
			if all, ok = all.mul(p); !ok {
				return nil, errNotLowered
			}
		}
		return all, nil
	case call:
		return l.call(n, e)
	}
	return nil, errNotLowered
}

func (l *lowering) call(n *formulaNode, e call) (polynomial, error) {
	var v polynomial
	for i, a := range e.args {
		p, err := l.formula(n, a)
		if err != nil {
			return nil, err
		}
		switch {
		case i == 0:
			v = p
		case e.fn == fnMin:
			v, err = l.extreme(opMin, v, p)
		case e.fn == fnMax:
			v, err = l.extreme(opMax, v, p)
		}
		if err != nil {
			return nil, err
		}
	}
	switch e.fn {
	case fnRound:
		return l.round(v, e.places, rounderOf(e.mode))
	case fnCeil:
		return l.round(v, e.places, roundCeil)
	case fnFloor:
		return l.round(v, e.places, roundFloor)
	}
	return v, nil
}
