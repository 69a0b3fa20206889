package rates

import (
	"errors"
	"math/big"
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

// An unproven is why bills have no program. They are priced exactly all the same.
type unproven struct{ why string }

func (u *unproven) Error() string { return u.why }

// errTooWide says that 64 bits do not hold what the inputs may come to, errTooMany that
// there are not registers enough.
var (
	errTooWide error = &unproven{"its amounts may be larger than 64 bits hold"}
	errTooMany error = &unproven{"it has too many steps"}
)

func notLowered(why string) error { return &unproven{why} }

// A lowering makes a program of the bills of one version: of those of one account, but
// for its usage and numeric facts, or of all that no change cuts. What is fixed is
// worked out while it is made.
type lowering struct {
	schedule *schedule
	version  *version
	frame    *frame // with what is fixed
	byLine   bool
	// lines says that the lines are asked for, and not the total alone.
	lines bool
	vars  []variable
	fixed uint64 // the variables that are settled while a case is lowered
	// numbers are the registers of numeric facts, present those that say whether an
	// account has the fact, by slot.
	numbers, present map[int]int
	// billed is the billed usage; days and prorations are of the whole bill.
	billed, days, prorate, tiersBy polynomial
	depth                          int
	defs                           map[int]*definitionValue
	// charges are what charges come to, by slot; failed those that have no program.
	charges []polynomial
	failed  []bool
	// largest is what the sizes of all lines come to, in cents.
	largest big.Rat
	found   []foundLine
	// inside is the first register of the guarded operations that are being made; 0
	// outside of any. guard is the register that says that they have run.
	inside, guard int
	memo          bool
	regs          []registerRange
	sums          []knownSum
	program       program
}

// Register 0 is 1, register 1 the usage; numeric facts follow.
const usageRegister = 1

// The ranges that are tried for usage and numeric facts, the widest first: in units, and
// decimals.
var inputRanges = []struct {
	places int
	most   int64
}{{6, 1_000_000_000}, {4, 1_000_000_000}, {4, 10_000_000}, {3, 1_000_000}, {3, 100_000}, {2, 100_000}}

// lower makes the program of a pricing with nothing cut or blended. columns are the slots
// of the numeric facts that are inputs. It is nil where there is none, and without lines
// where only the total has one.
func (p *pricing) lower(columns []int) *program {
	if p.cut || len(p.blends) > 1 || len(p.in.Meters) > 0 {
		return nil
	}
	run := p.versionRuns(p.blends[0])[0]
	v := &p.schedule.versions[run.version]
	parts := p.parts(run, p.blends[0], &group{reads: reads{facts: make([]bool, len(p.schedule.facts))}})
	for _, lines := range []bool{true, false} {
		made, err := tryRanges(func(places int, most int64) (*lowering, error) {
			l := newLowering(v, p.frame(v, &parts[0], p.account, exact.Ratio{}), lines)
			for _, slot := range columns {
				l.numbers[slot] = 0
			}
			l.days = constantPolynomial(p.numDays())
			l.prorate, l.tiersBy = constantPolynomial(parts[0].prorate), constantPolynomial(parts[0].tiers)
			if err := l.inputs(columns, places, most); err != nil {
				return nil, err
			}
			return l, l.bill()
		})
		if err == nil {
			return &made.program
		}
	}
	return nil
}

// tryRanges is the lowering with the widest inputs that 64 bits hold.
func tryRanges(lower func(places int, most int64) (*lowering, error)) (*lowering, error) {
	for _, inputs := range inputRanges {
		l, err := lower(inputs.places, inputs.most)
		if !errors.Is(err, errTooWide) {
			return l, err
		}
	}
	return nil, errTooWide
}

func newLowering(v *version, f *frame, lines bool) *lowering {
	s := v.schedule
	n := len(v.charges)
	return &lowering{schedule: s, version: v, frame: f, lines: lines, byLine: s.Rounding.Place == money.ByLine,
		numbers: map[int]int{}, present: map[int]int{}, defs: map[int]*definitionValue{}, charges: make([]polynomial, n), failed: make([]bool, n)}
}

// inputs gives usage and numeric facts their registers.
func (l *lowering) inputs(slots []int, places int, most int64) error {
	l.regs = append(l.regs, registerRange{big.NewRat(1, 1), big.NewInt(1), big.NewInt(1)})
	for i := range 1 + len(slots) {
		scale := new(big.Int).SetUint64(powersOfTen[places])
		in := inputRange{places: places, most: new(big.Int).Mul(scale, big.NewInt(most)).Int64(), step: 1}
		if i > 0 {
			fact := &l.schedule.facts[slots[i-1]]
			if len(fact.Allowed) > 0 {
				return notLowered("fact " + fact.Name + " is a number of a list")
			}
			if !in.narrow(fact.Range) {
				return notLowered("the range of fact " + fact.Name + " is not above zero, or finer than is priced")
			}
			l.numbers[slots[i-1]] = len(l.regs)
		}
		l.regs = append(l.regs, registerRange{new(big.Rat).SetFrac(big.NewInt(1), scale), big.NewInt(in.least), big.NewInt(in.most)})
		l.program.inputs = append(l.program.inputs, in)
	}
	if len(l.regs) > maxRegisters {
		return notLowered("it has too many facts")
	}
	return nil
}

// narrow holds an input to the range of a fact.
func (in *inputRange) narrow(r *Range) bool {
	if r == nil {
		return true
	}
	scale := exact.Int(int64(powersOfTen[in.places]))
	least, whole := exact.FromDecimal(r.Least.decimal()).Mul(scale).Ceil(0).Int64()
	most, alsoWhole := exact.FromDecimal(r.Most.decimal()).Mul(scale).Floor(0).Int64()
	if !whole || least < 0 || !alsoWhole && r.Most.decimal().IsNegative() {
		return false
	}
	if alsoWhole {
		in.most = min(in.most, most)
	}
	if in.least = least; r.Whole {
		in.step = int64(powersOfTen[in.places])
	}
	return in.least <= in.most
}

// bill makes the program of the total, and of the lines where they are asked for.
func (l *lowering) bill() error {
	l.billed = register(usageRegister)
	var err error
	switch l.schedule.Usage {
	case NextWholeUnit:
		l.billed, err = l.round(l.billed, 0, roundCeil)
	case TruncateAndCarry:
		l.billed, err = l.round(l.billed, 0, roundFloor)
	}
	if err != nil {
		return err
	}
	for i := range l.version.groups {
		of := l.version.groups[i].charges
		// What refuses a memo charge refuses those that rest on it.
		memo := !slices.ContainsFunc(of, func(slot int) bool { return !l.version.charges[slot].book.Memo })
		if l.memo && !memo {
			// Definitions are looked at again: what was checked for a memo charge alone is
			// not checked for a total.
			clear(l.defs)
		}
		l.memo = memo
		for _, slot := range of {
			c := &l.version.charges[slot]
			switch err := l.charge(c); {
			case err != nil && (!c.book.Memo || l.lines || errors.Is(err, errTooWide) || errors.Is(err, errTooMany)):
				return err
			case err != nil:
				l.failed[slot] = true // a total may do without it
			}
		}
	}
	l.memo = false
	if err := l.total(); err != nil {
		return err
	}
	if l.lines {
		if err := l.printed(); err != nil {
			return err
		}
	}
	p := &l.program
	p.regs = len(l.regs)
	if len(l.vars) == 0 {
		p.totals = fused(p.needed())
		p.sum, p.totalRegs = squeeze(p.totals, usageRegister+len(p.inputs), p.total)
		p.small = p.totalRegs <= len(few{})
	}
	p.ops = fused(p.ops)
	return nil
}

// total puts the cents of the bill into a register.
func (l *lowering) total() error {
	var total polynomial
	for slot := range l.charges {
		if !l.version.charges[slot].book.Memo {
			total = total.plus(l.charges[slot])
		}
	}
	if !l.byLine {
		var err error
		if total, err = l.cents(total); err != nil {
			return err
		}
	}
	total = total.times(exact.Int(100))
	one := big.NewRat(1, 1)
	r, cents, err := l.side(total)
	if err == nil && (r == 0 || cents.Cmp(one) != 0) {
		if r > 0 {
			total = l.times(r, cents)
		}
		r, err = l.sumOf(total, one)
	}
	l.program.total = uint8(r)
	return err
}

// cents rounds dollars.
func (l *lowering) cents(p polynomial) (polynomial, error) {
	return l.round(p, 2, rounderOf(l.schedule.Rounding.Mode))
}
