package main

import (
	"maps"
	"slices"
)

// exactBelow is the change in cents below which each cent is counted apart.
const exactBelow = 1000_00

// maxBins is how many different changes there can be at most: all cents below exactBelow on both sides, and beyond it
// 900 for each power of ten that an int64 holds.
const maxBins = 2*exactBelow - 1 + 2*14*900

// changes counts bills by how much they change, in cents: exactly below $1,000.00, and beyond it by the first three
// digits. Where a change is counted depends on nothing but itself, so that counts can be added; and there are at most
// maxBins of them, however many bills there are.
type changes map[int64]int64

// bin is the change under which a change is counted: itself, or cut toward zero to three digits.
func bin(cents int64) int64 {
	if -exactBelow < cents && cents < exactBelow {
		return cents
	}
	step := int64(1)
	for rest := cents; rest > 999 || rest < -999; rest /= 10 {
		step *= 10
	}
	return cents / step * step
}

// percentiles are the least changes that at least so many percent of the bills do not exceed (nearest rank), for
// percents from 1 to 100, rising. Without bills there are none.
func (c changes) percentiles(percents ...int64) []int64 {
	var bills int64
	for _, count := range c {
		bills += count
	}
	if bills == 0 {
		return nil
	}
	found := make([]int64, 0, len(percents))
	var seen int64
	for _, change := range slices.Sorted(maps.Keys(c)) {
		seen += c[change]
		for len(found) < len(percents) && seen >= rank(bills, percents[len(found)]) {
			found = append(found, change)
		}
	}
	return found
}

// rank is so many percent of the bills, rounded up, made so that nothing overflows.
func rank(bills, percent int64) int64 { return bills/100*percent + (bills%100*percent+99)/100 }
