// Package rates prices water: it turns a utility's rates, written as plain data,
// into bills that are exact to the cent and can say why.
//
//	engine, err := rates.Compile(book) // every problem at once, each with its path
//	...
//	quote, err := engine.Price(rates.Input{
//		Schedule: "water-residential",
//		Period:   july,
//		Usage:    used,
//		Facts:    rates.Facts{"meter_size": "3/4"},
//	})
//	...
//	fmt.Println(quote.Total)        // $126.59
//	fmt.Println(engine.Explain(in)) // 10 CCF in tier 1 (to 10 CCF) at $4.90 = $49.00  [Resolution …]
//
//	why, err := rates.Why(lastMonth, thisMonth)
//	...
//	for _, cause := range why.Causes {
//		fmt.Println(cause) // +$19.90 you used 2 CCF more, 15 instead of 13, in tier 2
//	}
//
// A [Book] holds schedules, a [Schedule] its versions as they were adopted, a
// [Version] its charges. [Compile] proves a book and makes an [Engine] of it, as
// package regexp does with expressions; the engine is immutable and safe for use
// by several goroutines.
//
// # What is exact, and where it is rounded
//
// Amounts, quantities and shares of days are exact fractions up to one point, the
// [money.Rounding] that the schedule names: each line, or once the total, with
// the lines fitted to it by largest remainder. Rounding is symmetric: a credit
// rounds to the opposite of the charge. The amounts of the lines always sum to
// the total.
//
// # Days
//
// Every amount grows with days and usage together. So where something changes
// inside a period (the version, the season, a fact), a schedule that splits by
// day prices the whole bill under the conditions of each part and takes the part's
// share of the days: usage, fixed amounts and the widths of tiers are shared
// alike, and each part has lines of its own. A schedule that blends by day weighs
// whole bills the same way and rounds once. Only charges that depend on what
// changes, or rest on charges that do, have several lines; parts of one amount sum
// to it, each being the rounded sum so far less what went before. A change for which
// no rule is stated is refused where the fact is needed.
//
// In formulas, "usage", "days" and charges are those of the whole bill, under the
// conditions of the part. What an account has in a part is its share of the result.
//
// # Many bills
//
// Compile makes a program of each version: sums, windows and roundings of 64-bit integers,
// proven to hold every amount for usage and numbers of everyday size. Price runs it and
// allocates nothing. What a change cuts or blends, several meters, and usage beyond that size
// are priced by exact fractions of any size, to the same cents; so are the bills of a
// version that has no program ([Engine.Unproven] says why).
//
//	bound, err := engine.Bind(in)                 // all but usage and numbers settled
//	total, err := bound.Total(rates.Account{...}) // some tens of nanoseconds
//	refused, err := bound.Totals(totals, usage)   // columns of a study: half of that
//	for quote, err := range engine.Stream(bills)  // one after the other, none kept
//
// Package adapters/batch runs them over all cores.
//
// # Formulas
//
//	expr   = term { ("+" | "-") term }
//	term   = unary { ("*" | "/") unary }
//	unary  = { "+" | "-" } ( number | name | call | "(" expr ")" )
//	call   = ("min" | "max") "(" expr { "," expr } ")"
//	       | "round" "(" expr [ "," places [ "," mode ] ] ")"
//	       | ("ceil" | "floor") "(" expr [ "," places ] ")"
//	number = digits [ "." [ digits ] ] | "." digits
//	name   = ( letter | "_" ) { letter | digit | "_" | "." }
//
// A name is a fact, a definition, a charge (its amount), "usage" or "days". round
// rounds to places decimals (none by default), half up unless a mode is named:
// half_up, half_even, up or down. Operands are evaluated from left to right, and
// only where they are reached; the first fault is the one that is reported.
//
// # Compatibility
//
// A book that compiles prices the same under every version of this package, to
// the cent; where an amount must change to be right, the changelog says which and
// from when.
package rates
