package ratecheck

import (
	"iter"

	"github.com/headgate-dev/headgate/billing/money"
)

// A Distribution is how many bills have which amount. Amounts of up to $999.99 are counted by
// the cent, those beyond by their first five digits, so that it is bounded however many bills
// there are.
type Distribution struct {
	above, below bins[int64] // by the index of cents; below zero by that of their magnitude
	count        int64
}

// exactDigits are the first digits of an amount that it is counted by.
const exactDigits = 5

func (d *Distribution) add(cents int64) {
	d.count++
	if cents < 0 {
		*d.below.at(indexOf(-uint64(cents), exactDigits))++
	} else {
		*d.above.at(indexOf(uint64(cents), exactDigits))++
	}
}

func (d *Distribution) merge(o *Distribution) {
	d.count += o.count
	add := func(to, from *int64) { *to += *from }
	d.above.merge(&o.above, add)
	d.below.merge(&o.below, add)
}

// Count is how many bills there are.
func (d *Distribution) Count() int64 { return d.count }

// A Bin is bills of about the same amount.
type Bin struct {
	// Amount is that of the bills: to the cent up to $999.99, beyond that cut toward zero after
	// its first five digits.
	Amount money.Amount
	Bills  int64
}

// Bins are the amounts that there are bills of, the lowest first.
func (d *Distribution) Bins() iter.Seq[Bin] {
	return func(yield func(Bin) bool) {
		for i := d.below.size() - 1; i >= 0; i-- {
			if n := d.below.get(i); n > 0 && !yield(Bin{money.Cents(-int64(valueOf(i, exactDigits))), n}) {
				return
			}
		}
		for i := range d.above.size() {
			if n := d.above.get(i); n > 0 && !yield(Bin{money.Cents(int64(valueOf(i, exactDigits))), n}) {
				return
			}
		}
	}
}

// Percentile is the smallest amount that p percent of the bills do not exceed, p from 0 to
// 100: 50 is the median, 0 the smallest. Without bills it is zero.
func (d *Distribution) Percentile(p int) money.Amount {
	p = min(max(p, 0), 100)
	// The bill of the rank is the count times p over 100, rounded up; the count is split so
	// that it cannot overflow.
	rank := max(d.count/100*int64(p)+(d.count%100*int64(p)+99)/100, 1)
	last := money.Amount{}
	for bin := range d.Bins() {
		last = bin.Amount
		if rank -= bin.Bills; rank <= 0 {
			break
		}
	}
	return last
}

// Above is how many bills come to more than an amount. Beyond $999.99 it is as exact as Bins.
func (d *Distribution) Above(amount money.Amount) int64 {
	n := int64(0)
	for bin := range d.Bins() {
		if bin.Amount.Cmp(amount) > 0 {
			n += bin.Bills
		}
	}
	return n
}

// bins are counters by number: pages of them are made where there is something to count.
type bins[T any] struct{ pages []*[pageSize]T }

const pageSize = 256

func (b *bins[T]) size() int { return len(b.pages) * pageSize }

// at is the counter of a number.
func (b *bins[T]) at(i int) *T {
	if page := uint(i) / pageSize; page < uint(len(b.pages)) && b.pages[page] != nil {
		return &b.pages[page][uint(i)%pageSize]
	}
	return b.first(i)
}

// first makes the page of a number.
func (b *bins[T]) first(i int) *T {
	page := i / pageSize
	for page >= len(b.pages) {
		b.pages = append(b.pages, nil)
	}
	if b.pages[page] == nil {
		b.pages[page] = new([pageSize]T)
	}
	return &b.pages[page][i%pageSize]
}

// get is what the counter of a number below the size has counted.
func (b *bins[T]) get(i int) (zero T) {
	if page := b.pages[i/pageSize]; page != nil {
		return page[i%pageSize]
	}
	return zero
}

func (b *bins[T]) merge(o *bins[T], add func(to, from *T)) {
	for page, from := range o.pages {
		if from == nil {
			continue
		}
		for i := range from {
			add(b.at(page*pageSize+i), &from[i])
		}
	}
}

// powers are those of ten.
var powers = func() (p [20]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return p
}()

// indexOf numbers values by so many first digits: those of not more digits are their own
// number, and each further decade has nine tenths as many.
func indexOf(v uint64, digits int) int {
	if v < powers[digits] {
		return int(v)
	}
	return indexOfLarge(v, digits)
}

func indexOfLarge(v uint64, digits int) int {
	most := powers[digits]
	decades := 0
	for ; v >= most; decades++ {
		v /= 10
	}
	return int(most) + (decades-1)*int(most-most/10) + int(v-most/10)
}

// valueOf is the least value of a number.
func valueOf(i, digits int) uint64 {
	most := int(powers[digits])
	if i < most {
		return uint64(i)
	}
	perDecade := most - most/10
	decades := (i-most)/perDecade + 1
	return uint64((i-most)%perDecade+most/10) * powers[decades]
}
