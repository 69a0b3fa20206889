// Package core breaks every rule once.
package core

import (
	"math"
	"math/big"
	"strconv"
)

type rate struct {
	perUnit float64 // want "no floats"
	count   int
}

type ratio float32 // want "no floats"

var (
	table = map[string]int{"a": 1}
	list  = []rate{{count: 1}}
	total int
	big1  = big.NewRat(1, 3)
)

const exact = 1.5 * 2 // a constant without a type is exact

func half(n int) int {
	return n / int(exact)
}

func infer(n int) int {
	x := 0.5          // want "no floats"
	y := math.Sqrt(4) // want "no floats"
	if x < y {        // want "no floats"
		return n
	}
	return exact * 2
}

func parse(text string) bool {
	_, err := strconv.ParseFloat(text, 64) // want "no floats"
	_, same := big1.Float64()              // want "no floats"
	return err == nil && same
}

func bigFloat(r *big.Rat) string {
	return new(big.Float).SetRat(r).String() // want "no floats"
}

func wave() {
	z := complex(1, 2) // want "no floats"
	_ = z              // want "no floats"
}

func start(f func()) {
	go f() // want "no goroutines"
}

func change(key string) {
	total = 1             // want "variable total is changed"
	total++               // want "variable total is changed"
	total += 2            // want "variable total is changed"
	table[key] = 2        // want "variable table is changed"
	list[0].count = 3     // want "variable list is changed"
	(list)[0].count--     // want "variable list is changed"
	delete(table, key)    // want "variable table is changed"
	clear(table)          // want "variable table is changed"
	copy(list, list[1:])  // want "variable list is changed"
	for total = range 3 { // want "variable total is changed"
	}
	strconv.ErrRange = nil // want "variable ErrRange is changed"
}

func local() int {
	total := 0
	total++
	table := map[string]int{}
	table["a"] = total
	r := rate{}
	r.count = table["a"]
	return r.count
}
