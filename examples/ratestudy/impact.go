package main

import (
	"math/bits"
	"slices"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// mostTold is how many refused rows are told with their reasons. All are counted.
const mostTold = 10

// impact is what a change of rates comes to over any number of rows: an accumulator. Adding rows and merging impacts
// gives the same in any order and grouping, to the cent: sums cannot overflow, and where only some can be kept, those
// that stand first are.
type impact struct {
	Rows, Bills, Blank int64
	Now, Next          sum // of all bills, in cents
	Rise, Fall, Same   int64
	MostUp, MostDown   extreme
	Changes            changes
	Refused            map[problem.Code]int64
	Told               []refusal // of the refused rows, the first by place
	Bytes              int64     // of all lines, also those that are no rows
	Cut                int64     // lines without an end: the last ones of their files
	FirstCut           place
}

// extreme is the bill that changes most, the first by place where several change alike; the zero value is no bill.
type extreme struct {
	Change int64 // cents
	At     place
}

func (e extreme) none() bool { return e == extreme{} }

// add takes a line into account.
func (i *impact) add(o outcome) {
	i.Bytes += o.Bytes
	if o.Cut {
		i.Cut++
		i.FirstCut = firstPlace(i.FirstCut, o.At)
	}
	switch o.Kind {
	case isBlank:
		i.Blank++
	case isRefused:
		i.Rows++
		if i.Refused == nil {
			i.Refused = map[problem.Code]int64{}
		}
		i.Refused[o.Refusal.Code]++
		i.Told = firstTold(i.Told, o.Refusal)
	case isPriced:
		i.Rows++
		i.Bills++
		i.Now, i.Next = i.Now.plus(sumOf(o.Now)), i.Next.plus(sumOf(o.Next))
		i.change(extreme{o.Next - o.Now, o.At}) // the pricer has seen that it fits
	}
}

// change takes the change of one bill into account.
func (i *impact) change(e extreme) {
	switch {
	case e.Change > 0:
		i.Rise++
		i.MostUp = most(i.MostUp, e)
	case e.Change < 0:
		i.Fall++
		i.MostDown = most(i.MostDown, e)
	default:
		i.Same++
	}
	if i.Changes == nil {
		i.Changes = changes{}
	}
	i.Changes[bin(e.Change)]++
}

// merge takes all that another impact has seen into account.
func (i *impact) merge(j impact) {
	i.Rows += j.Rows
	i.Bills += j.Bills
	i.Blank += j.Blank
	i.Now, i.Next = i.Now.plus(j.Now), i.Next.plus(j.Next)
	i.Rise += j.Rise
	i.Fall += j.Fall
	i.Same += j.Same
	i.MostUp, i.MostDown = most(i.MostUp, j.MostUp), most(i.MostDown, j.MostDown)
	i.Changes = addCounts(i.Changes, j.Changes)
	i.Refused = addCounts(i.Refused, j.Refused)
	for _, r := range j.Told {
		i.Told = firstTold(i.Told, r)
	}
	i.Bytes += j.Bytes
	i.Cut += j.Cut
	i.FirstCut = firstPlace(i.FirstCut, j.FirstCut)
}

// refused is how many rows are refused.
func (i *impact) refused() (n int64) {
	for _, count := range i.Refused {
		n += count
	}
	return n
}

// addCounts adds counts to others, which it changes.
func addCounts[M ~map[K]int64, K comparable](to, more M) M {
	if to == nil && len(more) > 0 {
		to = make(M, len(more))
	}
	for key, count := range more {
		to[key] += count
	}
	return to
}

// most is the one of two extremes, both rises or both falls, that is further from zero.
func most(a, b extreme) extreme {
	switch {
	case a.none():
		return b
	case b.none():
		return a
	case a.Change == b.Change:
		if a.At.compare(b.At) <= 0 {
			return a
		}
		return b
	case (a.Change > b.Change) == (a.Change > 0):
		return a
	}
	return b
}

// firstPlace is the earlier of two places; the zero place is none.
func firstPlace(a, b place) place {
	if a == (place{}) || b != (place{}) && b.compare(a) < 0 {
		return b
	}
	return a
}

// firstTold puts a refusal in its place among the first ones.
func firstTold(told []refusal, r refusal) []refusal {
	at, _ := slices.BinarySearchFunc(told, r, func(a, b refusal) int { return a.At.compare(b.At) })
	if at >= mostTold {
		return told
	}
	told = slices.Insert(told, at, r)
	return told[:min(len(told), mostTold)]
}

// sum is a whole number of 128 bits: it holds more cents than 2⁶³ bills can come to, so that sums do not depend on the
// order in which they are made. What is reported must fit an amount of money.
type sum struct {
	High int64
	Low  uint64
}

func sumOf(cents int64) sum { return sum{cents >> 63, uint64(cents)} }

func (s sum) plus(t sum) sum {
	low, carry := bits.Add64(s.Low, t.Low, 0)
	high, _ := bits.Add64(uint64(s.High), uint64(t.High), carry)
	return sum{int64(high), low}
}

// amount is the sum as money, or money's overflow.
func (s sum) amount() (money.Amount, error) {
	if s != sumOf(int64(s.Low)) {
		return money.Amount{}, &problem.Error{Code: money.ErrOverflow, What: "the sum of the bills is beyond what an amount can hold", Fix: "study fewer accounts at a time"}
	}
	return money.Cents(int64(s.Low)), nil
}
