package rates

import (
	"math"
	"math/big"
	"math/bits"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
)

// A variable is a text that a program looks at when it runs: that of a fact, or the season.
type variable struct {
	slot int // of the fact, or seasonSlot
	// texts are what it may be; code 0 is a fact that is not given, code i the text i-1.
	// The code of a season counts from 0, since there always is one.
	texts []string
	reg   int
}

const seasonSlot = -1

// codes is how many codes a variable has.
func (v *variable) codes() int {
	if v.slot == seasonSlot {
		return len(v.texts)
	}
	return 1 + len(v.texts)
}

// What a program looks up is at most so large.
const (
	maxVariables = 32
	maxTexts     = 256
	maxCases     = 1024
)

// A splitError says that each code of a variable has to be lowered by itself.
type splitError struct{ of int }

func (s *splitError) Error() string { return "the bill has cases" }

func splitBy(vars uint64) error { return &splitError{bits.TrailingZeros64(vars)} }

// isFixed says whether a slot has a variable that is fixed.
func (l *lowering) isFixed(slot int) bool {
	return l.unfixed(slot) == 0 && slices.ContainsFunc(l.vars, func(v variable) bool { return v.slot == slot })
}

// unfixed is the variable of a slot, as a bit, where its text is not fixed.
func (l *lowering) unfixed(slot int) uint64 {
	for i := range l.vars {
		if l.vars[i].slot == slot && l.fixed&(1<<i) == 0 {
			return 1 << i
		}
	}
	return 0
}

// lookUp is a number that depends on variables alone: a constant, or a table of it by
// their codes. A code for which there is none makes the program give up.
func (l *lowering) lookUp(vars uint64, find func() (exact.Ratio, error)) (polynomial, error) {
	if vars == 0 {
		l.frame.forget()
		v, err := find()
		if err != nil {
			return nil, notLowered(err.Error())
		}
		return constantPolynomial(v), nil
	}
	values, ok, err := l.combinations(vars, find)
	if err != nil {
		return nil, err
	}
	unit := new(big.Rat)
	var low, high *big.Rat
	for i, v := range values {
		if !ok[i] {
			continue
		}
		r := v.Rat()
		unit = gcdRat(unit, r)
		if low == nil || r.Cmp(low) < 0 {
			low = r
		}
		if high == nil || r.Cmp(high) > 0 {
			high = r
		}
	}
	if low == nil {
		return nil, notLowered("no text of a fact has a price")
	}
	if low.Cmp(high) == 0 && !slices.Contains(ok, false) {
		return constantPolynomial(values[0]), nil
	}
	index, err := l.index(vars)
	if err != nil {
		return nil, err
	}
	if unit.Sign() == 0 {
		unit = big.NewRat(1, 1)
	}
	r, err := l.newRegister(unit, low, high)
	if err != nil {
		return nil, err
	}
	o := operation{code: opTable, dst: uint8(r), a: uint8(index), table: make([]int64, len(values))}
	for i, v := range values {
		of := quoRat(v.Rat(), unit).Num()
		switch {
		case !ok[i]:
			o.table[i] = noValue
		case of.CmpAbs(most64) >= 0:
			return nil, notLowered("a price is larger than 64 bits hold")
		default:
			o.table[i] = of.Int64()
		}
	}
	l.op(o)
	return register(r), nil
}

// noValue stands in a table where a key has no value.
const noValue = math.MinInt64

// combinations are the values for all codes of variables; the codes of the first one
// run fastest.
func (l *lowering) combinations(vars uint64, find func() (exact.Ratio, error)) (values []exact.Ratio, ok []bool, err error) {
	count := 1
	var each []int
	for i := range l.vars {
		if vars&(1<<i) != 0 {
			each = append(each, i)
			if count *= l.vars[i].codes(); count > maxCases {
				return nil, nil, notLowered("a price depends on too many facts")
			}
		}
	}
	codes := make([]int, len(each))
	for range count {
		var release []func()
		for k, i := range each {
			release = append(release, l.fix(i, codes[k]))
		}
		v, err := find()
		values, ok = append(values, v), append(ok, err == nil)
		for _, done := range slices.Backward(release) {
			done()
		}
		for k := range codes {
			if codes[k]++; codes[k] < l.vars[each[k]].codes() {
				break
			}
			codes[k] = 0
		}
	}
	return values, ok, nil
}

// index is the register with the place of variables' codes among all combinations.
func (l *lowering) index(vars uint64) (int, error) {
	var p polynomial
	stride := int64(1)
	for i := range l.vars {
		if vars&(1<<i) != 0 {
			p = p.plus(register(l.vars[i].reg).times(exact.Int(stride)))
			stride *= int64(l.vars[i].codes())
		}
	}
	one := big.NewRat(1, 1)
	if r, is := p.register(); is {
		return r, nil
	}
	return l.sumOf(p, one)
}

// fix settles what a variable is, until it is released.
func (l *lowering) fix(i, code int) (release func()) {
	v := &l.vars[i]
	wasFixed := l.fixed
	l.fixed |= 1 << i
	l.frame.forget()
	if v.slot == seasonSlot {
		was := l.frame.season
		l.frame.season = v.texts[code]
		return func() { l.frame.season, l.fixed = was, wasFixed; l.frame.forget() }
	}
	was := l.frame.facts[v.slot]
	l.frame.facts[v.slot] = given{}
	if code > 0 {
		l.frame.facts[v.slot] = given{state: factKnown, text: v.texts[code-1]}
	}
	return func() { l.frame.facts[v.slot], l.fixed = was, wasFixed; l.frame.forget() }
}

// forget lets definitions be found again.
func (f *frame) forget() {
	clear(f.numbers)
	clear(f.texts)
}

// guarded makes operations that run only where a register has a value. Their registers
// are zero where they do not.
func (l *lowering) guarded(reg int, is int64, body func() error) error {
	from := len(l.program.ops)
	l.op(operation{code: opUnless, a: uint8(reg), x: is})
	wasInside, wasGuard, defs := l.inside, l.guard, l.defs
	l.inside = len(l.regs)
	l.defs = make(map[int]*definitionValue, len(defs))
	for slot, d := range defs {
		l.defs[slot] = d
	}
	one := big.NewRat(1, 1)
	var err error
	if l.guard, err = l.newRegister(one, one, one); err == nil {
		l.op(operation{code: opLinear, dst: uint8(l.guard), x: 1})
		err = body()
	}
	l.inside, l.guard, l.defs = wasInside, wasGuard, defs
	l.program.ops[from].y = int64(len(l.program.ops) - from)
	return err
}

// keep is a number that is zero where the guarded operations do not run.
func (l *lowering) keep(p polynomial) (polynomial, error) {
	if l.inside == 0 || len(p) == 0 {
		return p, nil
	}
	if r, is := p.register(); is && r >= l.inside {
		l.regs[r].admitZero()
		return p, nil
	}
	r, err := l.sumOf(p, l.commonUnit(p))
	if err != nil {
		return nil, err
	}
	l.regs[r].admitZero()
	return register(r), nil
}

// A lowerMark is how far a lowering has come.
type lowerMark struct {
	ops, regs, found, sums int
	charges                []polynomial
	defs                   map[int]*definitionValue
}

func (l *lowering) mark() lowerMark {
	defs := make(map[int]*definitionValue, len(l.defs))
	for slot, d := range l.defs {
		defs[slot] = d
	}
	return lowerMark{len(l.program.ops), len(l.regs), len(l.found), len(l.sums), slices.Clone(l.charges), defs}
}

func (l *lowering) undo(m lowerMark) {
	l.program.ops, l.regs, l.found, l.sums, l.charges, l.defs = l.program.ops[:m.ops], l.regs[:m.regs], l.found[:m.found], l.sums[:m.sums], m.charges, m.defs
}
