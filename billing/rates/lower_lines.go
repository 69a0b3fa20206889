package rates

import (
	"math/big"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
)

// A programLine is a line that a program prices.
type programLine struct {
	// amount is its cents; where lines are fitted to the total, the cents before that.
	amount, quantity, other lineSource
	// guard is the register that is not zero where the line is on the bill; 0 where it
	// always is.
	guard uint8
	// plain lines are always printed.
	plain bool
	// Of the lines of tiers those with a quantity are printed, or the first: starts and
	// ends say which are the first and the last, before is how far the first lies back.
	tier, starts, ends bool
	// ifNotZero lines are printed where they come to something.
	ifNotZero bool
	before    int
	item      *lineItem
}

// A lineSource is where the number of a line is: a register of the program, and later the
// place where a quote keeps what that register held, times a factor.
type lineSource struct {
	reg    uint8
	factor int64
}

func (s *lineSource) in(q *Quote) int64 { return q.keeps(s.reg) * s.factor }

// keeps is what a register held.
func (q *Quote) keeps(place uint8) int64 {
	if q.more != nil {
		return q.more[place]
	}
	return q.kept[place%uint8(len(q.kept))]
}

// pack finds which registers the lines need, and gives the lines their places among them.
func (p *program) pack() {
	place := func(r *uint8) {
		i := slices.Index(p.kept, *r)
		if i < 0 {
			i = len(p.kept)
			p.kept = append(p.kept, *r)
		}
		*r = uint8(i)
	}
	zero := uint8(0)
	place(&zero) // a line without a guard looks at what is always 1
	for _, lines := range [][]programLine{p.lines, p.memos} {
		for i := range lines {
			of := &lines[i]
			for _, r := range []*uint8{&of.guard, &of.amount.reg, &of.quantity.reg, &of.other.reg} {
				place(r)
			}
		}
	}
}

// number makes the numbers of a line.
func (l *lowering) number(line *foundLine) (err error) {
	c := line.charge
	item := &lineItem{charge: c.book.ID, text: c.text, service: c.book.Service, tier: line.tier, version: l.version.book.From, source: c.source}
	line.item = item
	if item.quantity, line.quantityAt, err = l.source(line.quantity); err != nil {
		return err
	}
	if price, constant := line.price.constant(); constant {
		item.price.value = price
		item.exact, line.otherAt, err = l.source(line.exact)
		return err
	}
	item.priced = true
	switch c.book.Rule.(type) {
	case PerUnit, Tiered:
		item.share = exact.Int(1)
	case Percent:
		item.share, _ = exact.New(1, 100)
	default:
		return notLowered("the percentage of credit " + c.book.ID + " is not fixed")
	}
	item.price, line.otherAt, err = l.source(line.price)
	return err
}

// source is where a number is found.
func (l *lowering) source(p polynomial) (lineNumber, lineSource, error) {
	if v, constant := p.constant(); constant {
		return lineNumber{value: v}, lineSource{factor: int64(v.Sign())}, nil
	}
	r, factor, err := l.sum(p)
	if err != nil {
		return lineNumber{}, lineSource{}, err
	}
	times := factor.Num()
	if new(big.Int).Mul(times, l.regs[r].size()).CmpAbs(most64) >= 0 || !times.IsInt64() {
		return lineNumber{}, lineSource{}, errTooWide
	}
	if !factor.Denom().IsInt64() {
		return lineNumber{}, lineSource{}, notLowered("a line is finer than 64 bits hold")
	}
	return lineNumber{den: factor.Denom().Int64()}, lineSource{uint8(r), times.Int64()}, nil
}

// printed makes the lines, now that the total is there.
func (l *lowering) printed() error {
	slices.SortStableFunc(l.found, func(a, b foundLine) int { return a.charge.slot - b.charge.slot })
	fit := big.NewRat(1, 1)
	for i := range l.found {
		line := &l.found[i]
		if line.item == nil {
			if err := l.number(line); err != nil {
				return err
			}
		}
		if !l.byLine && !line.charge.book.Memo {
			fit = gcdRat(fit, l.commonUnit(line.exact.times(exact.Int(100))))
		}
	}
	if !fit.Denom().IsInt64() {
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
			// The unit of all lines divides a cent.
			cents := line.exact.times(exact.Int(100))
			r, factor, err := l.side(cents)
			if err != nil {
				return err
			}
			times := quoRat(factor, fit).Num()
			if new(big.Int).Mul(times, l.regs[r].size()).CmpAbs(most64) >= 0 || !times.IsInt64() {
				return errTooWide
			}
			amount = lineSource{uint8(r), times.Int64()}
		}
		of := programLine{item: line.item, guard: uint8(line.guard), amount: amount, quantity: line.quantityAt, other: line.otherAt,
			tier: line.tier > 0, ifNotZero: line.ifNotZero}
		of.plain = of.guard == 0 && !of.tier && !of.ifNotZero
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
	l.program.pack()
	if !l.byLine {
		l.program.fit = fit.Denom().Int64()
	}
	return nil
}
