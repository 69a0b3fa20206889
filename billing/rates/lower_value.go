package rates

import (
	"errors"
	"math/big"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// A definitionValue is what a definition was found to be.
type definitionValue struct {
	running bool
	value   polynomial
}

// value is a number in terms of the inputs.
func (l *lowering) value(n node) (polynomial, error) {
	vars, numeric := l.reads(n, false)
	if !numeric {
		return l.lookUp(vars, func() (exact.Ratio, error) {
			l.frame.depth = l.depth
			return n.num(l.frame)
		})
	}
	switch n := n.(type) {
	case usageNode:
		return l.billed, nil
	case daysNode:
		return l.days, nil
	case chargeNode:
		if l.failed[n.slot] {
			return nil, notLowered("it rests on a charge that has no program")
		}
		return l.charges[n.slot], nil
	case factNode:
		return register(l.numbers[n.slot]), nil
	case *definitionNode:
		return l.definition(n)
	case *tableNode:
		row, err := l.row(n)
		if err != nil {
			return nil, err
		}
		return l.value(row)
	case *formulaNode:
		return l.formula(n, n.of)
	case *tieredNode:
		lines, err := l.tiers(n)
		var sum polynomial
		for i := range lines {
			sum = sum.plus(lines[i].exact)
		}
		return sum, err
	}
	return nil, notLowered("a number is found by a text that is not known before")
}

// row is the row of a table that holds numbers which are not fixed.
func (l *lowering) row(n *tableNode) (node, error) {
	for _, by := range n.by {
		vars, numeric := l.reads(by, true)
		if numeric {
			return nil, notLowered("a table is looked up by a number that is not known before")
		}
		if vars != 0 {
			return nil, splitBy(vars)
		}
	}
	row, err := n.find(l.frame)
	if err != nil {
		return nil, notLowered(err.Error())
	}
	return row, nil
}

// A listItem is one number of a list that variables pick.
type listItem struct {
	untyped
	of node
	at int
}

func (n listItem) num(f *frame) (exact.Ratio, error) {
	items, err := n.of.list(f)
	if err != nil {
		return exact.Ratio{}, err
	}
	if n.at >= len(items) {
		return exact.Ratio{}, tierLength(len(items), n.at+1, problem.Pos{})
	}
	return items[n.at].num(f)
}

// list is the numbers of a list: where all lists that variables may pick are of one
// length, each number is looked up by itself.
func (l *lowering) list(n node) ([]node, error) {
	items, err := l.pickedList(n)
	var split *splitError
	if !errors.As(err, &split) {
		return items, err
	}
	vars, numeric := l.reads(n, false)
	if numeric {
		return nil, err
	}
	length, mixed := -1, false
	_, _, countErr := l.combinations(vars, func() (exact.Ratio, error) {
		items, err := n.list(l.frame)
		if err == nil {
			mixed = mixed || length >= 0 && length != len(items)
			length = len(items)
		}
		return exact.Ratio{}, err
	})
	if countErr != nil || length < 1 || mixed {
		return nil, err
	}
	items = make([]node, length)
	for i := range items {
		items[i] = listItem{of: n, at: i}
	}
	return items, nil
}

// pickedList is the numbers of a list whose key is fixed.
func (l *lowering) pickedList(n node) ([]node, error) {
	switch n := n.(type) {
	case *tableNode:
		row, err := l.row(n)
		if err != nil {
			return nil, err
		}
		return l.pickedList(row)
	case *definitionNode:
		if n.fact != nil {
			if _, number := l.present[n.fact.slot]; number {
				return nil, notLowered("a list may be given as a number")
			}
			if vars := l.unfixed(n.fact.slot); vars != 0 {
				return nil, splitBy(vars)
			}
			if n.given(l.frame) {
				return []node{*n.fact}, nil
			}
		}
		if l.depth >= MaxDepth {
			return nil, notLowered("its definitions rest on each other too deeply")
		}
		l.depth++
		defer func() { l.depth-- }()
		return l.pickedList(n.of)
	}
	items, err := n.list(l.frame)
	if err != nil {
		return nil, notLowered(err.Error())
	}
	return items, nil
}

func (l *lowering) definition(n *definitionNode) (polynomial, error) {
	if made := l.defs[n.slot]; made != nil {
		if made.running {
			return nil, notLowered(n.name + " needs itself")
		}
		return made.value, nil
	}
	if l.depth >= MaxDepth {
		return nil, notLowered("its definitions rest on each other too deeply")
	}
	l.defs[n.slot] = &definitionValue{running: true}
	l.depth++
	value, err := l.defined(n)
	l.depth--
	if err != nil {
		delete(l.defs, n.slot)
		return nil, err
	}
	l.defs[n.slot] = &definitionValue{value: value}
	return value, nil
}

// defined is what a definition states, or the fact that stands in its place.
func (l *lowering) defined(n *definitionNode) (polynomial, error) {
	if n.fact == nil {
		return l.value(n.of)
	}
	slot := n.fact.slot
	flag, maybe := l.present[slot]
	if _, number := l.numbers[slot]; number && !maybe {
		return l.value(*n.fact)
	}
	if !maybe {
		if vars := l.unfixed(slot); vars != 0 {
			return nil, splitBy(vars)
		}
		if n.given(l.frame) {
			return l.value(*n.fact)
		}
		return l.value(n.of)
	}
	// It is the fact times whether there is one, and the value times whether there is none.
	of, err := l.value(n.of)
	if err != nil {
		return nil, err
	}
	given, err := l.product(register(flag), register(l.numbers[slot]))
	if err != nil {
		return nil, err
	}
	without, err := l.product(of, register(flag).times(exact.Int(-1)))
	return given.plus(of).plus(without), err
}

// product is the product of two numbers. What has too many terms is put in a register.
func (l *lowering) product(p, q polynomial) (polynomial, error) {
	if product, ok := p.mul(q); ok && product.degree() <= maxFactors {
		return product, nil
	}
	x, err := l.inRegister(p)
	if err != nil {
		return nil, err
	}
	y, err := l.inRegister(q)
	if err != nil {
		return nil, err
	}
	product, ok := x.mul(y)
	if !ok {
		return nil, notLowered("a formula has too many terms")
	}
	return product, nil
}

// inRegister is a number as a constant or a register.
func (l *lowering) inRegister(p polynomial) (polynomial, error) {
	if _, constant := p.constant(); constant {
		return p, nil
	}
	r, factor, err := l.sum(p)
	return l.times(r, factor), err
}

// times is a register times a factor.
func (l *lowering) times(r int, factor *big.Rat) polynomial {
	return register(r).times(exact.FromRat(quoRat(factor, l.regs[r].unit)))
}

// maxCoefficient is how many bits a coefficient may have. The exact pricing refuses values of
// [MaxBits]; with a program's inputs, what is below this stays far below that.
const maxCoefficient = 256

// formula is a formula in terms of the inputs. None of its steps is so large that the exact
// pricing might refuse it.
func (l *lowering) formula(n *formulaNode, e expr) (polynomial, error) {
	p, err := l.step(n, e)
	for _, m := range p {
		if m.coef.BitLen() > maxCoefficient {
			return nil, errTooWide
		}
	}
	return p, err
}

func (l *lowering) step(n *formulaNode, e expr) (polynomial, error) {
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
					return nil, notLowered("a formula divides by what is not known before")
				}
				p = constantPolynomial(inverse)
			}
			if all, err = l.product(all, p); err != nil {
				return nil, err
			}
		}
		return all, nil
	case call:
		return l.call(n, e)
	}
	return nil, notLowered("a formula holds what has no program")
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
