package bench

import (
	"iter"
	"math/rand/v2"
)

// The reference bill has eight lines, each rounded to the cent; percentages are taken
// of rounded lines.
//
//	0 meter     23.45, 35.12, 58.67, 118.90, 234.56 by size
//	1 tier 1    3.8125 a CCF, to 8 CCF
//	2 tier 2    5.6543 a CCF, above 8 and to 22 CCF
//	3 tier 3    9.1277 a CCF, above 22 CCF
//	4 drought   12.5% of lines 1 to 3
//	5 pumping   0.3127 for every CCF
//	6 sewer     34.56
//	7 tax       6.5% of lines 0 to 5

// An Account is what the reference bill is priced from.
type Account struct {
	// Usage in thousandths of a CCF, not negative.
	Usage int64
	// Meter is the index of the meter's size, 0 to 4 (on the reference bill).
	Meter int
}

// A Bill is eight lines and their total, in cents. Other schedules have fewer lines;
// the total always stands last.
type Bill [9]int64

// total is the place of the total in a [Bill].
const total = 8

// A vector is a reference bill that was worked apart.
type vector struct {
	account Account
	bill    Bill
}

// vectors are rounded half up.
var vectors = []vector{
	{Account{0, 0}, Bill{2345, 0, 0, 0, 0, 0, 3456, 152, 5953}},
	{Account{80, 0}, Bill{2345, 31, 0, 0, 4, 3, 3456, 155, 5994}},
	{Account{8000, 1}, Bill{3512, 3050, 0, 0, 381, 250, 3456, 468, 11117}},
	{Account{8001, 1}, Bill{3512, 3050, 1, 0, 381, 250, 3456, 468, 11118}},
	{Account{22000, 2}, Bill{5867, 3050, 7916, 0, 1371, 688, 3456, 1228, 23576}},
	{Account{31237, 1}, Bill{3512, 3050, 7916, 8431, 2425, 977, 3456, 1710, 31477}},
	{Account{50000, 3}, Bill{11890, 3050, 7916, 25558, 4566, 1564, 3456, 3545, 61545}},
	{Account{72000, 4}, Bill{23456, 3050, 7916, 45639, 7076, 2251, 3456, 5810, 98654}},
	{Account{200000, 4}, Bill{23456, 3050, 7916, 162473, 21680, 6254, 3456, 14614, 242899}},
}

// The sums of the totals of the input sets, rounded half up, in cents.
const (
	sumBenchmark  = 39_321_410
	sumAgreement  = 23_162_234_086
	sumPeer       = 187_639_778
	sumMillion    = 38_199_239_134
	sumTenMillion = 381_657_453_319
)

// inputs is the number of accounts that a benchmark prices in turn: a power of two, so
// that the next one is found by a mask.
const inputs = 1024

// drawn is n accounts with less usage than most and one of so many meter sizes, from a
// seeded generator.
func drawn(n int, seed1, seed2 uint64, most int64, meters int) []Account {
	r := rand.New(rand.NewPCG(seed1, seed2))
	all := make([]Account, n)
	for i := range all {
		all[i] = Account{Usage: r.Int64N(most), Meter: r.IntN(meters)}
	}
	return all
}

// benchmarkSet is what benchmarks price, over and over.
func benchmarkSet() []Account { return drawn(inputs, 1, 2, 60_000, 5) }

// agreementSet is what every form must price alike.
func agreementSet() []Account { return drawn(200_000, 3, 4, 200_000, 5) }

// peerSet is steps through the usages of homes.
func peerSet() []Account {
	all := make([]Account, 5000)
	for i := range all {
		all[i] = Account{Usage: int64(37 * i % 60_000), Meter: i % 5}
	}
	return all
}

// batch is n accounts that are not held in memory, by xorshift64.
func batch(n int) iter.Seq[Account] {
	return func(yield func(Account) bool) {
		x := uint64(88172645463325252)
		next := func() uint64 {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			return x
		}
		for range n {
			usage := int64(next() % 60_000)
			if !yield(Account{Usage: usage, Meter: int(next() % 5)}) {
				return
			}
		}
	}
}
