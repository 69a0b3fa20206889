package payments

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// MaxCertain is the number of candidates up to which a sum is taken for what exactly one set of them comes to. Beyond it a set that is
// found to be the only one is mostly so by chance: of 14 bills, one sum in five fits another set as well, of 20 four in five.
const MaxCertain = 12

// maxLooked is the number of candidates up to which all sets are looked through: a million sets.
const maxLooked = 20

// Subsets are the sets of amounts that sum to a target, as the places of the amounts in order; at most so many. All says that there are no
// others. Amounts below zero count, such as credits; those of nothing are in no set. More than 20 amounts are [ErrCandidates]: narrow
// them by payer, day or deposit first.
//
// The sets come in order of the places: [0 1] before [0 2] before [1 2].
func Subsets(amounts []money.Amount, target money.Amount, most int) (sets [][]int, all bool, err error) {
	var at []int
	var cents []int64
	low, high := int64(0), int64(0)
	for i, a := range amounts {
		if a.IsZero() {
			continue
		}
		at, cents = append(at, i), append(cents, a.Cents())
		if a.Cents() < -math.MaxInt64/(maxLooked+1) || a.Cents() > math.MaxInt64/(maxLooked+1) {
			return nil, false, &problem.Error{Code: money.ErrOverflow, Path: fmt.Sprintf("amounts[%d]", i), What: "the amount is too large to be summed with others", Fix: "leave it out"}
		}
	}
	if len(at) > maxLooked {
		return nil, false, &problem.Error{Code: ErrCandidates, What: fmt.Sprintf("there are %d amounts, and up to %d are looked through", len(at), maxLooked), Fix: "narrow them by payer, day or deposit"}
	}
	// The least and the most that what comes after a place can add bound the search.
	least, greatest := make([]int64, len(cents)+1), make([]int64, len(cents)+1)
	for i := len(cents) - 1; i >= 0; i-- {
		low, high = low+min(0, cents[i]), high+max(0, cents[i])
		least[i], greatest[i] = low, high
	}
	s := subsets{at: at, cents: cents, least: least, greatest: greatest, most: most}
	s.look(0, target.Cents())
	slices.SortFunc(s.found, func(x, y []int) int { return slices.CompareFunc(x, y, cmp.Compare[int]) })
	return s.found, !s.more, nil
}

type subsets struct {
	at              []int
	cents           []int64
	least, greatest []int64
	most            int
	chosen          []int
	found           [][]int
	more            bool
}

func (s *subsets) look(i int, rest int64) {
	if s.more || rest < s.least[i] || rest > s.greatest[i] {
		return
	}
	if i == len(s.cents) {
		if rest != 0 || len(s.chosen) == 0 {
			return
		}
		if len(s.found) >= s.most {
			s.more = true
			return
		}
		s.found = append(s.found, slices.Clone(s.chosen))
		return
	}
	s.chosen = append(s.chosen, s.at[i])
	s.look(i+1, rest-s.cents[i])
	s.chosen = s.chosen[:len(s.chosen)-1]
	s.look(i+1, rest)
}
