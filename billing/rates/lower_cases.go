package rates

import (
	"math"
	"math/big"
	"math/bits"
	"slices"
	"strconv"
	"strings"

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
		if l.vars[i].slot == slot && l.program.fixed&(1<<i) == 0 {
			return 1 << i
		}
	}
	return 0
}

// dependence is which variables a value depends on, and whether it depends on numbers
// that are not fixed.
type dependence struct {
	vars    uint64
	numeric bool
}

func (d *dependence) and(e dependence) {
	d.vars |= e.vars
	d.numeric = d.numeric || e.numeric
}

// reads is what a value depends on, as a text or as a number.
func (l *lowering) reads(n node, text bool) (vars uint64, numeric bool) {
	d := (&reading{l, map[asked]dependence{}}).node(n, text)
	return d.vars, d.numeric
}

// A reading remembers what definitions depend on.
type reading struct {
	*lowering
	known map[asked]dependence
}

// asked is a definition that is asked for a text or a number.
type asked struct {
	slot int
	text bool
}

func (w *reading) node(n node, text bool) (d dependence) {
	switch n := n.(type) {
	case usageNode, chargeNode:
		d.numeric = true
	case daysNode:
		_, known := w.days.constant()
		d.numeric = !known
	case seasonNode:
		d.vars = w.unfixed(seasonSlot)
	case factNode:
		return w.fact(n.slot, text)
	case *definitionNode:
		return w.definition(n, text)
	case joinedNode:
		return w.nodes(n.parts, true)
	case listNode:
		return w.nodes(n.items, text)
	case listItem:
		return w.node(n.of, false)
	case *tableNode:
		return w.table(n, text)
	case *formulaNode:
		for _, of := range n.by {
			d.and(w.node(of, false))
		}
	case *tieredNode:
		_, known := w.tiersBy.constant()
		d.numeric = !known
		d.and(w.node(n.of, false))
		d.and(w.nodes(n.bounds, false))
		d.and(w.nodes(n.prices, false))
	}
	return d
}

func (w *reading) nodes(all []node, text bool) (d dependence) {
	for _, n := range all {
		d.and(w.node(n, text))
	}
	return d
}

func (w *reading) definition(n *definitionNode, text bool) dependence {
	at := asked{n.slot, text}
	if d, known := w.known[at]; known {
		return d
	}
	w.known[at] = dependence{numeric: true} // one that needs itself has no value to look up
	var d dependence
	if n.fact != nil {
		d = w.fact(n.fact.slot, text)
	}
	d.and(w.node(n.of, text))
	w.known[at] = d
	return d
}

// fact is a number where it is an input, unless its text is a variable.
func (w *reading) fact(slot int, text bool) dependence {
	_, number := w.numbers[slot]
	if number && !text {
		return dependence{numeric: true}
	}
	vars := w.unfixed(slot)
	return dependence{vars, number && vars == 0 && !w.isFixed(slot)}
}

// table reads a table: the one row where its key is fixed, all of them where it is not.
func (w *reading) table(n *tableNode, text bool) dependence {
	d := w.nodes(n.by, true)
	if d == (dependence{}) {
		if row, err := n.find(w.frame); err == nil {
			return w.node(row, text)
		}
		return d
	}
	for _, row := range n.rows {
		d.and(w.node(row, text))
	}
	if n.els != nil {
		d.and(w.node(n.els, text))
	}
	return d
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
	wasFixed := l.program.fixed
	l.program.fixed |= 1 << i
	l.frame.forget()
	if v.slot == seasonSlot {
		was := l.frame.season
		l.frame.season = v.texts[code]
		return func() { l.frame.season, l.program.fixed = was, wasFixed; l.frame.forget() }
	}
	was := l.frame.facts[v.slot]
	l.frame.facts[v.slot] = given{}
	if code > 0 {
		l.frame.facts[v.slot] = given{state: factKnown, text: v.texts[code-1]}
	}
	return func() { l.frame.facts[v.slot], l.program.fixed = was, wasFixed; l.frame.forget() }
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

// texts are the texts of a fact that tables and conditions of a version know, and which
// facts it reads as numbers.
type texts struct {
	v        *version
	of       map[int][]string // by slot
	asText   map[int]bool
	asNumber map[int]bool
	needed   map[int]bool // facts that are read themselves
	instead  map[int]bool // facts that may stand in the place of a definition
	seen     map[asked]bool
	season   bool
}

func (t *texts) node(n node, text bool) {
	switch n := n.(type) {
	case seasonNode:
		t.season = true
	case factNode:
		t.fact(n.slot, text)
		t.needed[n.slot] = true
	case *definitionNode:
		at := asked{n.slot, text}
		if t.seen[at] {
			return
		}
		t.seen[at] = true
		if n.fact != nil {
			t.fact(n.fact.slot, text)
			t.instead[n.fact.slot] = true
		}
		t.node(n.of, text)
	case joinedNode:
		for _, part := range n.parts {
			t.node(part, true)
		}
	case listNode:
		for _, item := range n.items {
			t.node(item, text)
		}
	case *tableNode:
		for i, by := range n.by {
			t.node(by, true)
			for key := range n.rows {
				t.key(by, splitKey(key, len(n.by))[i])
			}
		}
		for _, row := range n.rows {
			t.node(row, text)
		}
		if n.els != nil {
			t.node(n.els, text)
		}
	case *formulaNode:
		for _, of := range n.by {
			t.node(of, false)
		}
	case *tieredNode:
		t.node(n.of, false)
		for _, of := range append(slices.Clone(n.bounds), n.prices...) {
			t.node(of, false)
		}
	}
}

func (t *texts) fact(slot int, text bool) {
	if text {
		t.asText[slot] = true
	} else {
		t.asNumber[slot] = true
	}
}

// key notes a key of a table or a condition with the fact that it is compared with.
func (t *texts) key(by node, text string) {
	for {
		switch n := by.(type) {
		case factNode:
			t.add(n.slot, text)
			return
		case *definitionNode:
			if n.fact != nil {
				t.add(n.fact.slot, text)
			}
			at := asked{slot: -2 - n.slot}
			if t.seen[at] {
				return // it needs itself
			}
			t.seen[at] = true
			defer delete(t.seen, at)
			by = n.of
			continue
		}
		return
	}
}

func (t *texts) add(slot int, text string) {
	if !slices.Contains(t.of[slot], text) {
		t.of[slot] = append(t.of[slot], text)
	}
}

// splitKey takes what tableKey joined apart.
func splitKey(key string, parts int) []string {
	if parts == 1 {
		return []string{key}
	}
	all := make([]string, 0, parts)
	for range parts {
		length, rest, _ := strings.Cut(key, ":")
		n, _ := strconv.Atoi(length) // tableKey wrote it
		all, key = append(all, rest[:n]), rest[n:]
	}
	return all
}
