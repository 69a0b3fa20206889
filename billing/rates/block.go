package rates

import (
	"fmt"
	"math/bits"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// A Column is one number of many accounts: whole numbers of 10^-Places. 31.237 is 31237
// with 3 places.
type Column struct {
	Values []int64
	// Places is from 0 to 18.
	Places int
}

// A RowError is why one of many accounts has no total.
type RowError struct {
	// Row counts from 0.
	Row int
	Err error
}

// Totals prices many accounts at once, into totals, which has a place for each: the
// usage in the schedule's unit, and a column for each of those that were bound, in their
// order. All have as many rows. It is the fastest way to price, for rate studies and
// totals; each total is that of [Bound.Total].
//
// Accounts that are refused have the total zero and are listed, in order, each with the
// error of [Bound.Price]. The error is [ErrMissingFact] where the columns are not those
// that were bound or not of one length, [ErrUsage] where places are none; then nothing
// is priced.
func (b *Bound) Totals(totals []money.Amount, usage Column, columns ...Column) ([]RowError, error) {
	if len(columns) != len(b.columns) {
		return nil, &problem.Error{Code: ErrMissingFact, Path: "columns", What: fmt.Sprintf("%d columns are given, and %d were bound", len(columns), len(b.columns)), Fix: "give one for each, in their order"}
	}
	all := append([]Column{usage}, columns...)
	for i, c := range all {
		path := "usage"
		if i > 0 {
			path = b.columns[i-1]
		}
		switch {
		case len(c.Values) != len(totals):
			return nil, &problem.Error{Code: ErrMissingFact, Path: path, What: fmt.Sprintf("the column has %d rows, and there are %d totals", len(c.Values), len(totals)), Fix: "give all one length"}
		case c.Places < 0 || c.Places >= len(powersOfTen):
			return nil, &problem.Error{Code: ErrUsage, Path: path, What: fmt.Sprintf("the column counts 10^-%d", c.Places), Fix: fmt.Sprintf("give 0 to %d places", len(powersOfTen)-1)}
		}
	}
	var k *block
	if b.program != nil {
		k = newBlock(b.program)
	}
	var refused []RowError
	for from := 0; from < len(totals); from += blockRows {
		to := min(from+blockRows, len(totals))
		ok := k != nil && k.load(all, from, to)
		if ok {
			k.run(to - from)
			total := k.regs[k.program.sum]
			for i := range to - from {
				totals[from+i] = money.Cents(total[i])
			}
		}
		for row := from; row < to; row++ {
			if ok && !k.left[row-from] {
				continue
			}
			var err error
			if totals[row], err = b.row(all, row); err != nil {
				refused = append(refused, RowError{row, err})
			}
		}
	}
	return refused, nil
}

// row prices one row by itself.
func (b *Bound) row(all []Column, row int) (money.Amount, error) {
	var a Account
	for i, c := range all {
		n, err := exact.NewNumber(c.Values[row], c.Places)
		if err != nil {
			return money.Amount{}, err
		}
		if i > 0 {
			a.Columns = append(a.Columns, n)
		} else if a.Usage, err = metering.NewVolume(n, b.schedule.Unit); err != nil {
			return money.Amount{}, err
		}
	}
	return b.Total(a)
}

// blockRows is how many rows are priced at once: so few that their registers stay in
// the nearest cache.
const blockRows = 256

// A block runs a program over the registers of many rows.
type block struct {
	program *program
	regs    [][]int64
	// left are rows that the program does not price.
	left [blockRows]bool
}

func newBlock(p *program) *block {
	k := &block{program: p, regs: make([][]int64, p.totalRegs)}
	store := make([]int64, p.totalRegs*blockRows)
	for i := range k.regs {
		k.regs[i], store = store[:blockRows:blockRows], store[blockRows:]
	}
	for i := range k.regs[0] {
		k.regs[0][i] = 1
	}
	return k
}

// load sets the inputs, and says whether the program can price rows so fine. A row that
// is out of bounds is left, and run as zeros.
func (k *block) load(all []Column, from, to int) bool {
	clear(k.left[:])
	for i, in := range k.program.inputs {
		values, reg := all[i].Values[from:to], k.regs[usageRegister+i][:to-from]
		up := in.places - all[i].Places
		if up < 0 {
			return false
		}
		factor := int64(powersOfTen[up])
		most := in.most / factor
		for row, v := range values {
			if v < 0 || v > most || !in.takes(v*factor) {
				k.left[row] = true
				v = 0
			}
			reg[row] = v * factor
		}
	}
	return true
}

// run executes the program over so many rows.
func (k *block) run(rows int) {
	for i := range k.program.totals {
		o := &k.program.totals[i]
		a, dst := k.regs[o.a][:rows], k.regs[o.dst][:rows]
		switch o.code {
		case opScale:
			k.scale(o, o.x, a, dst)
		case opWindow:
			low, width := o.x, o.y
			for row := range dst {
				dst[row] = min(max(a[row]-low, 0), width)
			}
		case opTier:
			in := k.regs[o.b][:rows]
			low, width := o.x, o.y
			for row := range in {
				in[row] = min(max(a[row]-low, 0), width)
			}
			k.scale(o, o.z, in, dst)
		case opShare:
			sum := k.regs[o.b][:rows]
			k.sum(o, sum)
			k.scale(o, o.z, sum, dst)
		case opSum, opLinear:
			k.sum(o, dst)
		case opRound:
			for row := range dst {
				dst[row] = o.round(a[row] * o.x)
			}
		case opMin:
			b := k.regs[o.b][:rows]
			for row := range dst {
				dst[row] = min(a[row]*o.x, b[row]*o.y)
			}
		case opMax:
			b := k.regs[o.b][:rows]
			for row := range dst {
				dst[row] = max(a[row]*o.x, b[row]*o.y)
			}
		case opNotNegative:
			for row := range a {
				if a[row]*o.x < 0 {
					k.left[row] = true
				}
			}
		}
	}
}

func (k *block) scale(o *operation, times int64, a, dst []int64) {
	factor, half, mul, shift := uint64(times), o.half, o.div.mul, o.div.shift&63
	if !o.div.exact {
		for row := range dst {
			dst[row] = int64((uint64(a[row])*factor + half) / o.div.by)
		}
		return
	}
	for row := range dst {
		hi, _ := bits.Mul64(uint64(a[row])*factor+half, mul)
		dst[row] = int64(hi >> shift)
	}
}

func (k *block) sum(o *operation, dst []int64) {
	for row := range dst {
		dst[row] = o.x
	}
	for i := range o.terms {
		t := &o.terms[i]
		a := k.regs[t.a][:len(dst)]
		if t.b == 0 && t.c == 0 {
			for row := range dst {
				dst[row] += t.coef * a[row]
			}
			continue
		}
		b, c := k.regs[t.b][:len(dst)], k.regs[t.c][:len(dst)]
		for row := range dst {
			dst[row] += t.coef * a[row] * b[row] * c[row]
		}
	}
}
