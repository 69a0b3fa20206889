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
	// regs is how many registers there are; total is the one with the total in cents.
	regs, total int
}

// maxRegisters is how many registers a program may have.
const maxRegisters = 64

// An inputRange is what a program takes as an input: 0 to most units of 10^-places.
type inputRange struct {
	places int
	most   int64
}

type opcode uint8

const (
	// opSum is a constant and products of registers with coefficients.
	opSum opcode = iota + 1
	// opWindow is what of a register lies above a bound, up to a width.
	opWindow
	// opScale multiplies a register that is never below zero and rounds it half up.
	opScale
	// opRound multiplies a register and rounds it.
	opRound
	// opMin and opMax are of two registers, each times a factor.
	opMin
	opMax
	// opNotNegative gives up where a register is below zero.
	opNotNegative
)

// An operation is one step of a program.
type operation struct {
	code      opcode
	dst, a, b uint8
	rounding  rounder
	// x and y are the constant of a sum, the bound and the width of a window, the
	// factors of the others.
	x, y  int64
	half  uint64
	div   divisor
	terms []product64
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

// run executes the program over registers of which the inputs are set, and says
// whether it came to an end.
func (p *program) run(r *[maxRegisters]int64) bool {
	for i := range p.ops {
		o := &p.ops[i]
		switch o.code {
		case opScale:
			r[o.dst&63] = int64(o.div.div(uint64(r[o.a&63]*o.x) + o.half))
		case opWindow:
			r[o.dst&63] = min(max(r[o.a&63]-o.x, 0), o.y)
		case opSum:
			sum := o.x
			for k := range o.terms {
				t := &o.terms[k]
				sum += t.coef * r[t.a&63] * r[t.b&63] * r[t.c&63]
			}
			r[o.dst&63] = sum
		case opRound:
			r[o.dst&63] = o.round(r[o.a&63] * o.x)
		case opMin:
			r[o.dst&63] = min(r[o.a&63]*o.x, r[o.b&63]*o.y)
		case opMax:
			r[o.dst&63] = max(r[o.a&63]*o.x, r[o.b&63]*o.y)
		case opNotNegative:
			if r[o.a&63] < 0 {
				return false
			}
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
	return int64(lo), hi == 0 && lo <= uint64(in.most)
}

var powersOfTen = [...]uint64{1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
	10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
	10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000}
