package approval

import (
	"math"
	"math/bits"
	"slices"
	"sort"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// spent is what one approval had at stake in an account: cents above zero.
type spent struct {
	of      stored.ID // the proposal
	at      time.Time
	amount  money.Amount
	through total // of all up to this one, in order of instants
}

// spending is what was approved in an account, in order of instants. A window's sum is the difference of two totals, so that
// the ten-thousandth approval in an account is found as fast as the tenth.
type spending struct{ entries []spent }

// add takes an approval in; most are later than all before them.
func (s *spending) add(e spent) {
	i := sort.Search(len(s.entries), func(i int) bool { return e.at.Before(s.entries[i].at) })
	s.entries = slices.Insert(s.entries, i, e)
	s.sum(i)
}

// drop takes the approval of a proposal out again.
func (s *spending) drop(of stored.ID, at time.Time) {
	i := sort.Search(len(s.entries), func(i int) bool { return !s.entries[i].at.Before(at) })
	for s.entries[i].of != of {
		i++
	}
	s.entries = slices.Delete(s.entries, i, i+1)
	s.sum(i)
}

// sum makes the totals from a place on.
func (s *spending) sum(from int) {
	for i := from; i < len(s.entries); i++ {
		s.entries[i].through = s.before(i).plus(s.entries[i].amount)
	}
}

// before is the total of what stands before a place.
func (s *spending) before(i int) total {
	if i == 0 {
		return total{}
	}
	return s.entries[i-1].through
}

// between is the sum of what stands from a place up to another, which is not in it.
func (s *spending) between(from, to int) (money.Amount, error) {
	return s.before(to).minus(s.before(from))
}

// first is the place of the first that was approved on a day or later. Each instant was found to be on a day that is known.
func (s *spending) first(day civil.Date, location *time.Location) int {
	return sort.Search(len(s.entries), func(i int) bool {
		d, err := civil.DateOf(s.entries[i].at, location)
		return err == nil && !d.Before(day)
	})
}

// total is cents of any number of amounts, which together may be more than an amount can hold.
type total struct{ high, low uint64 }

// plus adds an amount above zero.
func (t total) plus(a money.Amount) total {
	low, carry := bits.Add64(t.low, uint64(a.Cents()), 0)
	return total{t.high + carry, low}
}

// minus is what t is more than an earlier total.
func (t total) minus(earlier total) (money.Amount, error) {
	low, borrow := bits.Sub64(t.low, earlier.low, 0)
	if t.high-earlier.high-borrow != 0 || low > math.MaxInt64 {
		return money.Amount{}, money.ErrOverflow
	}
	return money.Cents(int64(low)), nil
}
