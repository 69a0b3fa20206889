package rates

import (
	"math/bits"

	"github.com/headgate-dev/headgate/billing/exact"
)

// A program prices bills that are alike in all but usage and numeric facts, with
// scaled integers in registers. What it comes to is proven when it is made: within the
// bounds of its inputs no operation leaves 64 bits.
type program struct {
	inputs []inputRange
	ops    []operation
	// total is the register with the total in cents; regs is how many there are.
	total uint8
	regs  int
	// totals are the operations that the total needs, in registers of their own, of which
	// sum is the one with the total; most bills are small.
	totals    []operation
	totalRegs int
	sum       uint8
	small     bool
	// lines are the lines in printed order, memos those of memo charges; hasLines says
	// that they were asked for.
	lines, memos []programLine
	hasLines     bool
	// kept are the registers that they need.
	kept []uint8
	// fit is the denominator of the lines' cents, where lines are fitted to the total.
	fit int64
}

// maxRegisters is how many registers a program may have.
const maxRegisters = 128

// An inputRange is what a program takes as an input: least to most units of 10^-places,
// multiples of step.
type inputRange struct {
	places      int
	least, most int64
	step        int64
}

type opcode uint8

const (
	// opSum is a constant and products of registers with coefficients; opLinear has no
	// product of two registers.
	opSum opcode = iota + 1
	opLinear
	// opWindow is what of a register lies above a bound, up to a width.
	opWindow
	// opScale multiplies a register that is never below zero and rounds it half up.
	opScale
	// opRound multiplies a register and rounds it.
	opRound
	// opMin and opMax are of two registers, each times a factor.
	opMin
	opMax
	// opTier is opWindow into one register and opScale of it into another, opShare
	// opLinear and opScale.
	opTier
	opShare
	// opNotNegative gives up where a register is below zero.
	opNotNegative
	// opTable looks a register up, and gives up where there is no value.
	opTable
	// opUnless jumps where a register is not what it should be.
	opUnless
	// opRefuse gives up.
	opRefuse
)

// An operation is one step of a program.
type operation struct {
	code      opcode
	dst, a, b uint8
	rounding  rounder
	// memo says that only memo charges need it, keeps that the window or the sum of one
	// that scales it is read after.
	memo, keeps bool
	// x and y are the constant of a sum, the bound and the width of a window, what a
	// register should be and how many operations on one jumps to; the factors of the
	// others. z is the factor of a scale that is one with a window or a sum.
	x, y, z int64
	half    uint64
	div     divisor
	terms   []product64
	table   []int64
}

// A product64 is a coefficient times one to three registers; register 0 is 1.
type product64 struct {
	coef    int64
	a, b, c uint8
}

// rounder is a way to a whole number: the modes of package exact, and down to the
// floor or up to the ceiling.
type rounder uint8

const (
	roundHalfUp rounder = iota
	roundHalfEven
	roundUp
	roundDown
	roundFloor
	roundCeil
)

func rounderOf(m exact.Mode) rounder {
	switch m {
	case exact.HalfEven:
		return roundHalfEven
	case exact.Up:
		return roundUp
	case exact.Down:
		return roundDown
	}
	return roundHalfUp
}

// registers are those of a program that runs, some and few those of smaller ones:
// clearing many takes longer than a bill does.
type (
	registers [maxRegisters]int64
	some      [32]int64
	few       [16]int64
)

// run executes operations over registers of which the inputs are set, and says whether
// it came to an end.
func run[R registers | some | few](ops []operation, r *R) bool {
	mask := uint8(len(*r) - 1) // so that the machine need not look where a register is
	for i := 0; i < len(ops); i++ {
		o := &ops[i]
		switch o.code {
		case opTier:
			part := min(max((*r)[o.a&mask]-o.x, 0), o.y)
			(*r)[o.b&mask] = part
			(*r)[o.dst&mask] = int64(o.div.div(uint64(part*o.z) + o.half))
		case opShare:
			sum := o.x
			for k := range o.terms {
				t := &o.terms[k]
				sum += t.coef * (*r)[t.a&mask]
			}
			(*r)[o.b&mask] = sum
			(*r)[o.dst&mask] = int64(o.div.div(uint64(sum*o.z) + o.half))
		case opScale:
			(*r)[o.dst&mask] = int64(o.div.div(uint64((*r)[o.a&mask]*o.x) + o.half))
		case opLinear:
			sum := o.x
			for k := range o.terms {
				t := &o.terms[k]
				sum += t.coef * (*r)[t.a&mask]
			}
			(*r)[o.dst&mask] = sum
		case opWindow:
			(*r)[o.dst&mask] = min(max((*r)[o.a&mask]-o.x, 0), o.y)
		case opSum:
			sum := o.x
			for k := range o.terms {
				t := &o.terms[k]
				sum += t.coef * (*r)[t.a&mask] * (*r)[t.b&mask] * (*r)[t.c&mask]
			}
			(*r)[o.dst&mask] = sum
		case opRound:
			(*r)[o.dst&mask] = o.round((*r)[o.a&mask] * o.x)
		case opMin:
			(*r)[o.dst&mask] = min((*r)[o.a&mask]*o.x, (*r)[o.b&mask]*o.y)
		case opMax:
			(*r)[o.dst&mask] = max((*r)[o.a&mask]*o.x, (*r)[o.b&mask]*o.y)
		case opNotNegative:
			if (*r)[o.a&mask]*o.x < 0 {
				return false
			}
		case opTable:
			v := o.table[(*r)[o.a&mask]]
			if v == noValue {
				return false
			}
			(*r)[o.dst&mask] = v
		case opUnless:
			if (*r)[o.a&mask] != o.x {
				i += int(o.y) - 1
			}
		case opRefuse:
			return false
		}
	}
	return true
}

// round divides by the operation's divisor.
func (o *operation) round(n int64) int64 {
	size, mode := uint64(n), o.rounding
	if n < 0 {
		size = -size
		switch mode {
		case roundFloor:
			mode = roundUp
		case roundCeil:
			mode = roundDown
		}
	}
	var q uint64
	switch mode {
	case roundHalfUp:
		q = o.div.div(size + o.half)
	case roundHalfEven:
		q = o.div.div(size + o.half)
		if o.div.by&1 == 0 && q&1 == 1 && q*o.div.by == size+o.half {
			q--
		}
	case roundUp, roundCeil:
		q = o.div.div(size + o.div.by - 1)
	default:
		q = o.div.div(size)
	}
	if n < 0 {
		return -int64(q)
	}
	return int64(q)
}

// scaled is a number in units of 10^-places, and whether it is one of them and within
// the range.
func (in inputRange) scaled(n exact.Number) (int64, bool) {
	up := in.places - n.Places()
	if up < 0 || n.Coefficient() < 0 {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(n.Coefficient()), powersOfTen[up])
	return int64(lo), hi == 0 && lo <= uint64(in.most) && in.takes(int64(lo))
}

// takes says whether a number that is not above the range is in it.
func (in inputRange) takes(v int64) bool { return v >= in.least && (in.step == 1 || v%in.step == 0) }

var powersOfTen = [...]uint64{1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
	10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
	10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000}
