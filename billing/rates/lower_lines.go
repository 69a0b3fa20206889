package rates

import (
	"math/big"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
)

// A programLine is a line that a program prices.
type programLine struct {
	item *lineItem
	// guard is the register that is not zero where the line is on the bill.
	guard uint8
	// amount is its cents; where lines are fitted to the total, the cents before that.
	amount                 lineSource
	quantity, price, exact lineSource
	// Of the lines of tiers those with a quantity are printed, or the first: starts and
	// ends say which are the first and the last, before is how far the first lies back.
	tier, starts, ends bool
	before             int
	// ifNotZero lines are printed where they come to something.
	ifNotZero bool
}

// A lineSource is where the number of a line is: a register times a factor.
type lineSource struct {
	reg    uint8
	factor int64
}

func (s *lineSource) in(r *registers) int64 { return r[s.reg&63] * s.factor }

// number makes the numbers of a line.
func (l *lowering) number(line *foundLine) error {
	c := line.charge
	item := &lineItem{charge: c.book.ID, text: c.text, service: c.book.Service, tier: line.tier, version: l.version.book.From, source: c.source}
	line.item = item
	for _, n := range []struct {
		of     polynomial
		number *lineNumber
		source *lineSource
	}{{line.quantity, &item.quantity, &line.numbers[0]}, {line.price, &item.price, &line.numbers[1]}, {line.exact, &item.exact, &line.numbers[2]}} {
		var err error
		if *n.number, *n.source, err = l.source(n.of); err != nil {
			return err
		}
	}
	return nil
}

// source is where a number is found.
func (l *lowering) source(p polynomial) (lineNumber, lineSource, error) {
	if v, constant := p.constant(); constant {
		return lineNumber{value: v}, lineSource{factor: int64(v.Sign())}, nil
	}
	if len(p) == 1 && len(p[0].regs) == 1 {
		unit := l.unit(p[0])
		r := p[0].regs[0]
		largest := new(big.Int).Mul(new(big.Int).Abs(unit.Num()), l.regs[r].size())
		if largest.Cmp(most64) < 0 && unit.Num().IsInt64() && unit.Denom().IsInt64() {
			return lineNumber{den: unit.Denom().Int64()}, lineSource{uint8(r), unit.Num().Int64()}, nil
		}
	}
	r, err := l.newSum(p)
	if err != nil {
		return lineNumber{}, lineSource{}, err
	}
	if !l.regs[r].den.IsInt64() {
		return lineNumber{}, lineSource{}, notLowered("a line is finer than 64 bits hold")
	}
	return lineNumber{den: l.regs[r].den.Int64()}, lineSource{uint8(r), 1}, nil
}

// printed makes the lines, now that the total is there.
func (l *lowering) printed() error {
	slices.SortStableFunc(l.found, func(a, b foundLine) int { return a.charge.slot - b.charge.slot })
	fit := big.NewInt(1)
	for i := range l.found {
		line := &l.found[i]
		if line.item == nil {
			if err := l.number(line); err != nil {
				return err
			}
		}
		if !l.byLine && !line.charge.book.Memo {
			fit = lcm(fit, l.denominator(line.exact.times(exact.Int(100))))
		}
	}
	if !fit.IsInt64() {
		return notLowered("a line is finer than 64 bits hold")
	}
	for i := range l.found {
		line := &l.found[i]
		memo := line.charge.book.Memo
		var amount lineSource
		if l.byLine || memo {
			cents := line.amount.times(exact.Int(100))
			var err error
			if _, amount, err = l.source(cents); err != nil {
				return err
			}
			if v, constant := cents.constant(); constant {
				amount.factor, _ = v.Int64() // it was rounded, and fits 64 bits as all constants do
			}
		} else {
			r, err := l.sumOf(line.exact.times(exact.Int(100)), fit)
			if err != nil {
				return err
			}
			amount = lineSource{uint8(r), 1}
		}
		of := programLine{item: line.item, guard: uint8(line.guard), amount: amount, quantity: line.numbers[0], price: line.numbers[1], exact: line.numbers[2],
			tier: line.tier > 0, ifNotZero: line.ifNotZero}
		if of.tier {
			same := func(k int) bool {
				return k >= 0 && k < len(l.found) && l.found[k].charge == line.charge && l.found[k].group == line.group
			}
			of.starts, of.ends, of.before = !same(i-1), !same(i+1), line.tier-1
		}
		if memo {
			l.program.memos = append(l.program.memos, of)
		} else {
			l.program.lines = append(l.program.lines, of)
		}
	}
	l.program.hasLines = true
	if !l.byLine {
		l.program.fit = fit.Int64()
	}
	return nil
}
