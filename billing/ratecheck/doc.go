// Package ratecheck proves a change of rates before it goes live: that a book comes to the bills
// of the board's table, that the table proves all of the book, that the book breaks no law of
// rates, what the change does to whose bills, and what it says in words.
//
//	table, err := ratecheck.ParseTable("resolution-2027-08.csv", src)
//	...
//	for _, e := range ratecheck.Golden(next, table) {
//		fmt.Println(e) // resolution-2027-08.csv:14:43: E_CHECK: total: a home in July: expected $96.48, computed $96.49: …
//	}
//	report := ratecheck.Laws(next, ratecheck.LawOptions{})
//	fmt.Println(report.Err()) // home: larger_pays_more: meter size 1 1/2 pays $4,833.00, and 2 pays $60.24, …
//	coverage := ratecheck.Cover(next, checks)
//	fmt.Println(coverage.Missing()) // home from 2027-07-01: $7.62 of the price of tier 3 of Water
//
//	study := ratecheck.NewStudy(now, next)
//	for account := range accounts {
//		if err := study.Add(&account); err != nil {
//			fmt.Println(err) // left out of the totals, and counted
//		}
//	}
//	impact, err := study.Impact()
//	fmt.Println(impact.All.Change(), impact.All.Percentile(95))
//	for _, d := range ratecheck.Diff(nowBook, nextBook) {
//		fmt.Println(d) // home, from 2027-07-01: Base charge rises from $38.79 to $41.20 (+$2.41, +6.2%)
//	}
//
// All of it is pure and deterministic: values in, findings out. Package ratetest is the same for
// test suites.
//
// # What proves what
//
// [Golden] compares bills that a person has worked out. It proves the numbers that they rest on,
// and those alone: [Cover] says which those are, by making each number, day and rule of the book
// wrong and looking whether a bill notices. [Laws] need no worked bills: they are what holds for
// any rates, and find slips of the pen that no table has a row for, but not a wrong price that is
// as good as the right one. A [Study] compares two books, of which either may be wrong.
package ratecheck
