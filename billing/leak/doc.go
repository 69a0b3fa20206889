// Package leak finds the credit for water that was lost by a leak, by the one formula that expresses the rules of eleven
// districts: of the usage above a baseline a share is excused, and the rest is priced as the district says.
//
//	credit, err := rule.Credit(engine, quote, leak.Facts{…})   // the quote that was billed, verified against its book
//	fmt.Println(credit.Credit)                                 // $180.00
//	for _, line := range credit.Lines {
//		fmt.Println(line.Words)                            // what each charge was, and what it is now
//	}
//	for _, reason := range credit.Reasons {
//		fmt.Println(reason.Words)                          // or why there is no credit, with the numbers
//	}
//
// A policy states everything, what it does without too. A credit below the cost of the lowest tier is doubtful under
// Proposition 218: no policy here is legal advice.
package leak
