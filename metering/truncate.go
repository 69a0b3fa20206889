package metering

import (
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Some districts bill whole units and truncate the readings, not the uses: ⌊c/u⌋ − ⌊p/u⌋. What is cut off one bill is on
// the next one. Kept as a carry, the rule holds over a rollover and an exchange too, where readings begin anew.

// CarryAt is the part of a unit that a reading has begun and no bill has charged: what the first bill after it carries. It
// is 0 or more and less than 1. ErrUnit where the register's unit does not convert.
func CarryAt(b Baseline, unit Unit) (exact.Ratio, error) {
	if err := b.Check(); err != nil {
		return exact.Ratio{}, err
	}
	value, err := convert(b.Register.Value(b.Digits), b.Register.Unit, unit)
	if err != nil {
		return exact.Ratio{}, err
	}
	return value.Sub(value.Floor(0)), nil
}

// WholeUnits gives the whole units of a use, what was carried to it included, and what is carried to the next. Reads of 0,
// 150 and 300 cubic feet are 1 CCF and then 2; truncating the uses would give 1 and 1.
//
// A negative use, and a carry that is not from 0 to below 1, are ErrRule; more units than an int64 holds are exact.ErrRange.
func WholeUnits(use exact.Ratio, carry exact.Ratio) (units int64, next exact.Ratio, err error) {
	if use.Sign() < 0 || carry.Sign() < 0 || carry.Cmp(exact.Int(1)) >= 0 {
		return 0, exact.Ratio{}, &problem.Error{
			Code: ErrRule, What: "a use below 0, or a carry that is no part of a unit", Fix: "take the carry from CarryAt or from the last bill",
		}
	}
	sum := use.Add(carry)
	whole := sum.Floor(0)
	units, ok := whole.Int64()
	if !ok {
		return 0, exact.Ratio{}, &problem.Error{Code: exact.ErrRange, What: "more units than a bill can have", Fix: "look at the reading"}
	}
	return units, sum.Sub(whole), nil
}

// Prorate shares whole units out over the days of the parts of a period, as where the rates change within it: floored, and
// the units left over go one each to the largest remainders, ties to the earlier part. The parts sum to units (ours).
//
// Units or days below 0 are ErrRule, parts without any day exact.ErrDivideByZero.
func Prorate(units int64, days []int) ([]int64, error) {
	weights := make([]exact.Ratio, len(days))
	negative := units < 0
	for i, d := range days {
		weights[i], negative = exact.Int(int64(d)), negative || d < 0
	}
	if negative {
		return nil, &problem.Error{Code: ErrRule, What: "units or days below 0", Fix: "prorate a use over the days of its period"}
	}
	return exact.Split(units, weights)
}
