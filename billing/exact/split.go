package exact

import (
	"slices"
	"strconv"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Split shares total out in proportion to the weights, in whole units, by largest remainder: each part is its share cut
// to a whole number, and the units left over go one each to the largest remainders, ties to the earlier part. The parts
// sum to total. A part of weight 0 gets 0. The split of a negative total is the opposite of that of the positive one.
//
// Weights are not negative (ErrRange) and their sum is not zero (ErrDivideByZero).
func Split(total int64, weights []Ratio) ([]int64, error) {
	var sum Ratio
	for i, weight := range weights {
		if weight.Sign() < 0 {
			return nil, &problem.Error{
				Code: ErrRange, Path: "weights[" + strconv.Itoa(i) + "]",
				What: "the weight " + weight.String() + " is negative", Fix: "give weights of zero or more",
			}
		}
		sum = sum.Add(weight)
	}
	if sum.IsZero() {
		return nil, &problem.Error{
			Code: ErrDivideByZero, Path: "weights",
			What: "the weights sum to zero", Fix: "give at least one weight above zero",
		}
	}
	whole := Int(total)
	unit, err := whole.Abs().Quo(sum)
	if err != nil {
		return nil, err
	}
	shares := make([]Ratio, len(weights))
	for i, weight := range weights {
		shares[i] = unit.Mul(weight)
	}
	return largestRemainder(shares, whole.Abs(), total < 0)
}

// Fit returns whole numbers near the values that sum to total, by largest remainder: each value is cut down to a whole
// number (its floor), and the units missing from total go one each to the largest remainders, ties to the earlier value.
// Each result is thus the floor or the floor plus one. Fitting the opposites of all values to the opposite of total gives
// the opposites: where total is negative, or is 0 and the first value other than 0 is negative, the rule works on the
// opposites.
//
// Where the missing units are fewer than none or more than one for each value, no such numbers exist: ErrRange. That
// cannot happen where total is the values' sum, rounded to a whole number in any mode.
func Fit(values []Ratio, total int64) ([]int64, error) {
	negative := total < 0
	if total == 0 {
		first := slices.IndexFunc(values, func(v Ratio) bool { return !v.IsZero() })
		negative = first >= 0 && values[first].Sign() < 0
	}
	turned := slices.Clone(values)
	if negative {
		for i, value := range turned {
			turned[i] = value.Neg()
		}
	}
	return largestRemainder(turned, Int(total).Abs(), negative)
}

// largestRemainder fits the values to total, and then turns every sign where negative says so.
func largestRemainder(values []Ratio, total Ratio, negative bool) ([]int64, error) {
	parts := make([]Ratio, len(values))
	rests := make([]Ratio, len(values))
	order := make([]int, len(values))
	missing := total
	for i, value := range values {
		parts[i] = value.Floor(0)
		rests[i] = value.Sub(parts[i])
		order[i] = i
		missing = missing.Sub(parts[i])
	}
	if missing.Sign() < 0 || missing.Cmp(Int(int64(len(values)))) > 0 {
		return nil, &problem.Error{
			Code: ErrRange, Path: "total",
			What: "the total is " + missing.String() + " above the cut values, and " + strconv.Itoa(len(values)) +
				" values can take 0 to " + strconv.Itoa(len(values)),
			Fix: "give the rounded sum of the values as the total",
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return rests[b].Cmp(rests[a]) })
	units, _ := missing.Int64()
	for _, i := range order[:units] {
		parts[i] = parts[i].Add(Int(1))
	}
	whole := make([]int64, len(parts))
	for i, part := range parts {
		if negative {
			part = part.Neg()
		}
		n, ok := part.Int64()
		if !ok {
			return nil, &problem.Error{
				Code: ErrRange, Path: "values[" + strconv.Itoa(i) + "]",
				What: "the whole number near it does not fit 64 bits", Fix: "give values within ±9.2e18",
			}
		}
		whole[i] = n
	}
	return whole, nil
}
