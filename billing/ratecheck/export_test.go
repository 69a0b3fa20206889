package ratecheck

import "github.com/headgate-dev/headgate/billing/rates"

// Points are the points of a book, without what covers them.
func Points(engine *rates.Engine) []Point {
	var all []Point
	book := engine.Book()
	for i := range book.Schedules {
		for _, p := range points(&book.Schedules[i]) {
			all = append(all, p.Point)
		}
	}
	return all
}
