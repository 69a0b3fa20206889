// Package backbill says how far back a billing error is corrected: within which days, and why not the others.
//
//	verdict, err := rule.Verdict(backbill.Facts{Side: backbill.Underbilled, Start: start, Discovered: today})
//	fmt.Println(verdict.Period)       // [2024-06-30, 2026-06-30)
//	err = verdict.Allows(rebilled)    // E_BACKBILL_LIMIT where one day lies beyond
//
// The limits for what was billed too low and too high are two, with another where nobody knows when the error began. The
// periods that are allowed are billed again each at its own version of the rates, see billing.Bill.Rebill.
package backbill
