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
	var usual [8]Column
	all := append(append(usual[:0], usage), columns...)
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
	var store [len(few{}) * blockRows]int64
	k := block{program: b.program, store: store[:]}
	if b.program != nil {
		if !b.program.small {
			k.store = make([]int64, b.program.totalRegs*blockRows)
		}
		for i := range blockRows {
			k.store[i] = 1
		}
	}
	var refused []RowError
	for from := 0; from < len(totals); from += blockRows {
		to := min(from+blockRows, len(totals))
		ok := b.program != nil && k.load(all, from, to)
		if ok {
			k.run(to - from)
			total := k.reg(b.program.sum, to-from)
			for i := range total {
				totals[from+i] = money.Cents(total[i])
			}
		}
		for row := from; row < to && (!ok || k.some); row++ {
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
const blockRows = 128

// A block runs a program over the registers of many rows.
type block struct {
	program *program
	store   []int64
	// left are rows that the program does not price; some says that there are any.
	left [blockRows]bool
	some bool
}

// reg is a register of so many rows.
func (k *block) reg(r uint8, rows int) []int64 {
	from := int(r) * blockRows
	return k.store[from : from+rows : from+rows]
}

// load sets the inputs, and says whether the program can price rows so fine. A row that
// is out of bounds is left, and run as zeros: what that comes to is not used.
func (k *block) load(all []Column, from, to int) bool {
	if k.some {
		clear(k.left[:])
		k.some = false
	}
	for i, in := range k.program.inputs {
		values, reg := all[i].Values[from:to], k.reg(uint8(usageRegister+i), to-from)
		up := in.places - all[i].Places
		if up < 0 {
			return false
		}
		factor := int64(powersOfTen[up])
		most := in.most / factor
		reg = reg[:len(values)]
		for row, v := range values {
			if uint64(v) > uint64(most) || v*factor < in.least || in.step > 1 && v*factor%in.step != 0 {
				k.left[row], k.some = true, true
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
		dst := k.reg(o.dst, rows)
		a := k.reg(o.a, rows)[:len(dst)]
		switch o.code {
		case opScale:
			o.scale(o.x, a, dst)
		case opTier:
			o.tier(a, dst)
			if o.keeps {
				o.window(a, k.reg(o.b, rows))
			}
		case opShare:
			k.sum(o, dst)
			if o.keeps {
				copy(k.reg(o.b, rows), dst)
			}
			o.scale(o.z, dst, dst)
		case opWindow:
			o.window(a, dst)
		case opSum, opLinear:
			k.sum(o, dst)
		case opRound:
			for row := range dst {
				dst[row] = o.round(a[row] * o.x)
			}
		case opMin:
			b := k.reg(o.b, rows)[:len(dst)]
			for row := range dst {
				dst[row] = min(a[row]*o.x, b[row]*o.y)
			}
		case opMax:
			b := k.reg(o.b, rows)[:len(dst)]
			for row := range dst {
				dst[row] = max(a[row]*o.x, b[row]*o.y)
			}
		case opNotNegative:
			for row := range a {
				if a[row]*o.x < 0 {
					k.left[row], k.some = true, true
				}
			}
		}
	}
}

func (o *operation) window(a, dst []int64) {
	a = a[:len(dst)]
	low, width := o.x, o.y
	for row := range dst {
		dst[row] = min(max(a[row]-low, 0), width)
	}
}

func (o *operation) tier(a, dst []int64) {
	if !o.div.exact {
		o.window(a, dst)
		o.scale(o.z, dst, dst)
		return
	}
	a = a[:len(dst)]
	low, width := o.x, o.y
	factor, half, mul, shift := uint64(o.z), o.half, o.div.mul, o.div.shift&63
	for row := range dst {
		hi, _ := bits.Mul64(uint64(min(max(a[row]-low, 0), width))*factor+half, mul)
		dst[row] = int64(hi >> shift)
	}
}

func (o *operation) scale(times int64, a, dst []int64) {
	a = a[:len(dst)]
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

// sum adds terms up, two at a time: each pass over the rows takes as long as its additions.
func (k *block) sum(o *operation, dst []int64) {
	terms, constant := o.terms, o.x
	for row := range dst {
		dst[row] = constant
	}
	for len(terms) > 1 && o.code != opSum {
		s, t := &terms[0], &terms[1]
		a, b := k.reg(s.a, len(dst))[:len(dst)], k.reg(t.a, len(dst))[:len(dst)]
		x, y := s.coef, t.coef
		for row := range dst {
			dst[row] += x*a[row] + y*b[row]
		}
		terms = terms[2:]
	}
	for i := range terms {
		t := &terms[i]
		a, b, c := k.reg(t.a, len(dst))[:len(dst)], k.reg(t.b, len(dst))[:len(dst)], k.reg(t.c, len(dst))[:len(dst)]
		for row := range dst {
			dst[row] += t.coef * a[row] * b[row] * c[row]
		}
	}
}
