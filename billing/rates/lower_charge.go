package rates

import (
	"errors"
	"math/big"

	"github.com/headgate-dev/headgate/billing/exact"
)

// A foundLine is a line of a charge, in dollars and units.
type foundLine struct {
	charge *charge
	// guard is the register that says that the line is on the bill; 0 where it always is.
	guard                  int
	tier                   int
	quantity, price, exact polynomial
	amount                 polynomial // rounded
	item                   *lineItem  // nil until its numbers are made
	quantityAt, otherAt    lineSource
	group                  int // lines of one group are the tiers of one charge
	ifNotZero              bool
}

// charge makes the operations of a charge.
func (l *lowering) charge(c *charge) error {
	if len(c.meters) > 0 {
		return notLowered("charge " + c.book.ID + " is of the usage of some meters")
	}
	flag, always, err := l.condition(c)
	if err != nil {
		return err
	}
	if always {
		return l.cases(c)
	}
	if flag == 0 {
		return nil // it is never on the bill
	}
	return l.guarded(flag, 1, func() error { return l.cases(c) })
}

// condition is the register that is 1 where a charge is made; always says that there is
// none since it always is, and 0 that it never is.
func (l *lowering) condition(c *charge) (flag int, always bool, err error) {
	vars := uint64(0)
	if c.book.Season != "" {
		vars |= l.unfixed(seasonSlot)
	}
	for _, w := range c.when {
		of, numeric := l.reads(w.fact, true)
		if numeric {
			return 0, false, notLowered("a condition of charge " + c.book.ID + " is a number that is not known before")
		}
		vars |= of
	}
	holds := func() (exact.Ratio, error) {
		if c.book.Season != "" && c.book.Season != l.frame.season {
			return exact.Ratio{}, nil
		}
		if ok, err := (planned{}).holds(l.frame, c.when); err != nil || !ok {
			return exact.Ratio{}, err
		}
		return exact.Int(1), nil
	}
	p, err := l.lookUp(vars, holds)
	if err != nil {
		return 0, false, err
	}
	if v, known := p.constant(); known {
		return 0, !v.IsZero(), nil
	}
	return p[0].regs[0], false, nil
}

// cases makes the operations of a charge: of each case by itself where its shape depends
// on what is not known before.
func (l *lowering) cases(c *charge) error {
	undo := l.mark()
	err := l.chargeLines(c)
	var split *splitError
	if !errors.As(err, &split) {
		return err
	}
	l.undo(undo)
	v := &l.vars[split.of]
	if c.book.Memo && !l.lines {
		return notLowered("it is not needed")
	}
	made := 0
	var because error
	for code := range v.codes() {
		undo := l.mark()
		err := l.guarded(v.reg, int64(code), func() error {
			release := l.fix(split.of, code)
			defer release()
			return l.cases(c)
		})
		var none *unproven
		switch {
		case err == nil:
			made++
		case errors.As(err, &none) && !errors.Is(err, errTooWide) && !errors.Is(err, errTooMany):
			because = err
			l.undo(undo)
			if err := l.guarded(v.reg, int64(code), func() error { l.op(operation{code: opRefuse}); return nil }); err != nil {
				return err
			}
		default:
			return err
		}
	}
	if made == 0 {
		return because
	}
	return nil
}

// chargeLines makes the lines of a charge.
func (l *lowering) chargeLines(c *charge) error {
	for _, slot := range c.of {
		if l.failed[slot] {
			return notLowered("it rests on a charge that has no program")
		}
	}
	lines, err := l.linesOf(c)
	if err != nil {
		return err
	}
	for i := range lines {
		line := &lines[i]
		line.charge, line.guard, line.group = c, l.guard, len(l.found)-i
		line.amount = line.exact
		if l.byLine || c.book.Memo {
			if line.amount, err = l.cents(line.exact); err != nil {
				return err
			}
		}
		if err = l.checkSize(line.amount, line.exact); err != nil {
			return err
		}
		if l.byLine {
			line.amount, err = l.keep(line.amount)
			l.charges[c.slot] = l.charges[c.slot].plus(line.amount)
		} else {
			line.exact, err = l.keep(line.exact)
			l.charges[c.slot] = l.charges[c.slot].plus(line.exact)
		}
		if err != nil {
			return err
		}
		if l.lines && l.inside > 0 {
			// What guarded operations leave has to be put away among them. Numbers of other
			// lines wait until the total is there.
			if err := l.number(line); err != nil {
				return err
			}
		}
		l.found = append(l.found, *line)
	}
	return nil
}

// checkSize is that the cents of a line fit 64 bits, and those of all lines together,
// whatever their signs: what is refused for its size is left to the exact pricing.
func (l *lowering) checkSize(amounts ...polynomial) error {
	size := new(big.Rat)
	for _, p := range amounts {
		low, high := l.reach(p.times(exact.Int(100)))
		for _, v := range []*big.Rat{low, high} {
			if v.Abs(v).Cmp(size) > 0 {
				size = v
			}
		}
	}
	if l.largest.Add(&l.largest, size); l.largest.Cmp(new(big.Rat).SetInt(most64)) >= 0 {
		return errTooWide
	}
	return nil
}

// linesOf is the lines of a charge, before rounding.
func (l *lowering) linesOf(c *charge) ([]foundLine, error) {
	var base polynomial
	for _, slot := range c.of {
		base = base.plus(l.charges[slot])
	}
	switch c.book.Rule.(type) {
	case Fixed:
		amount, err := l.notNegative(c.amount)
		if err != nil {
			return nil, err
		}
		line, err := l.product(amount, l.prorate)
		return []foundLine{{exact: line}}, err
	case PerUnit:
		price, err := l.notNegative(c.price)
		if err != nil {
			return nil, err
		}
		quantity, err := l.notNegative(c.quantity)
		if err != nil {
			return nil, err
		}
		line, err := l.product(quantity, price)
		return []foundLine{{quantity: quantity, price: price, exact: line}}, err
	case Tiered:
		return l.tiers(c.tiers)
	case Percent:
		rate, err := l.notNegative(c.percent)
		if err != nil {
			return nil, err
		}
		line, err := l.percent(base, rate)
		return []foundLine{{quantity: base, price: rate, exact: line}}, err
	case Minimum:
		least, err := l.notNegative(c.amount)
		if err != nil {
			return nil, err
		}
		if least, err = l.product(least, l.prorate); err != nil {
			return nil, err
		}
		lacks, err := l.extreme(opMax, least.plus(base.times(exact.Int(-1))), nil)
		return []foundLine{{exact: lacks, ifNotZero: true}}, err
	case Credit:
		return l.credit(c, base)
	case Computed:
		amount, err := l.value(c.amount)
		return []foundLine{{exact: amount}}, err
	}
	return nil, notLowered("charge " + c.book.ID + " is of another kind")
}

func (l *lowering) percent(of, rate polynomial) (polynomial, error) {
	hundredth, _ := exact.New(1, 100)
	return l.product(of, rate.times(hundredth))
}

// credit is the least of what the credit is, its cap, and what it is taken of.
func (l *lowering) credit(c *charge, whole polynomial) ([]foundLine, error) {
	base, err := l.extreme(opMax, whole, nil)
	if err != nil {
		return nil, err
	}
	line := foundLine{ifNotZero: true}
	var off polynomial
	if c.percent != nil {
		line.quantity = whole
		if line.price, err = l.notNegative(c.percent); err != nil {
			return nil, err
		}
		off, err = l.percent(base, line.price)
	} else if off, err = l.notNegative(c.amount); err == nil {
		off, err = l.product(off, l.prorate)
	}
	if err != nil {
		return nil, err
	}
	if c.cap != nil {
		most, err := l.notNegative(c.cap)
		if err != nil {
			return nil, err
		}
		if most, err = l.product(most, l.prorate); err != nil {
			return nil, err
		}
		if off, err = l.extreme(opMin, off, most); err != nil {
			return nil, err
		}
	}
	if len(c.of) > 0 {
		if off, err = l.extreme(opMin, off, base); err != nil {
			return nil, err
		}
	}
	line.exact = off.times(exact.Int(-1))
	return []foundLine{line}, nil
}

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
		return notLowered("a number is below zero")
	}
	r, factor, err := l.sum(p)
	if err != nil {
		return err
	}
	l.op(operation{code: opNotNegative, a: uint8(r), x: int64(factor.Sign())})
	return nil
}

// tiers are the lines of tiers: what of the quantity lies in each, at its price. Bounds of
// an outside format may fall; then a tier is empty.
func (l *lowering) tiers(n *tieredNode) ([]foundLine, error) {
	bounds, priceNodes := n.bounds, n.prices
	if n.columns {
		var err error
		if bounds, err = l.list(n.bounds[0]); err != nil {
			return nil, err
		}
		if priceNodes, err = l.list(n.prices[0]); err != nil {
			return nil, err
		}
		if len(bounds) != len(priceNodes) || len(bounds) == 0 {
			return nil, notLowered("its tiers have other bounds than prices")
		}
		if _, err := l.value(bounds[0]); err != nil {
			return nil, err // it is read, though not used
		}
		bounds = bounds[1:]
	}
	lines := make([]foundLine, len(priceNodes))
	var err error
	for i, node := range priceNodes {
		lines[i].tier = i + 1
		if lines[i].price, err = l.value(node); err == nil && n.strict {
			err = l.checkNotNegative(lines[i].price)
		}
		if err != nil {
			return nil, err
		}
	}
	quantity, err := l.notNegative(n.of)
	if err != nil {
		return nil, err
	}
	below := polynomial(nil)
	for i := range lines {
		open := i >= len(bounds)
		var bound polynomial // nil in the open tier
		if !open {
			if bound, err = l.value(bounds[i]); err == nil {
				bound, err = l.product(bound, l.tiersBy)
			}
			switch {
			case err != nil:
			case n.columns:
				bound, err = l.extreme(opMax, bound, below)
			default:
				err = l.checkNotNegative(bound.plus(below.times(exact.Int(-1))))
			}
			if err != nil {
				return nil, err
			}
		}
		if lines[i].quantity, err = l.inTier(quantity, below, bound, open); err != nil {
			return nil, err
		}
		below = bound
		if lines[i].exact, err = l.product(lines[i].quantity, lines[i].price); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// inTier is what of a quantity lies above one bound and up to another.
func (l *lowering) inTier(quantity, below, bound polynomial, open bool) (polynomial, error) {
	low, lowKnown := below.constant()
	high, highKnown := bound.constant()
	if lowKnown && highKnown {
		in, ok, err := l.window(quantity, low, high, open)
		if ok || err != nil {
			return in, err
		}
	}
	in, err := l.extreme(opMax, quantity.plus(below.times(exact.Int(-1))), nil)
	if err != nil || open {
		return in, err
	}
	return l.extreme(opMin, in, bound.plus(below.times(exact.Int(-1))))
}
