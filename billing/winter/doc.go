// Package winter finds the winter average of a customer, which stands for the sewer flow of the whole year, and what it
// bills: the usage of wet months, when nothing is watered.
//
//	average, err := rule.Average(winter.Facts{Class: "residential", On: june, History: bills})
//	for _, out := range average.LeftOut {
//		fmt.Println(out.Cycle.Period, out.Words) // since its 31000 gal were high by a leak
//	}
//	use, err := sewer.Use(winter.SewerFacts{…})      // the lower of the average and the use of the period, up to the cap
//
// A policy states everything: its months, what counts, what is left out, the cap, the default without history. What it does
// not state is an error that names it.
package winter
