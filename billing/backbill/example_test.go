package backbill_test

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/backbill"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

// A wrong multiplier is found after four and a half years. What was billed too low is billed again for 24 months, and what
// was billed too high would be refunded from the first day.
func ExamplePolicy_Verdict() {
	none := policy.None[backbill.Span]()
	rule := backbill.Policy{
		Title: "Skamania PUD", Source: "metering errors page",
		Under:    backbill.Terms{Limit: policy.Of(backbill.Span{Months: 24}), UnknownStart: policy.Is(backbill.UnknownAsKnown())},
		Over:     backbill.Terms{Limit: none, UnknownStart: policy.Is(backbill.UnknownAsKnown())},
		Accuracy: backbill.AccuracyNotAsked, Doubt: backbill.DoubtHasNoEffect, LeastRefund: policy.Is(money.Cents(5_00)),
	}
	for _, side := range []backbill.Side{backbill.Underbilled, backbill.Overbilled} {
		verdict, err := rule.Verdict(backbill.Facts{
			Side: side, Start: civil.MustDate("2022-01-01"), Discovered: civil.MustDate("2026-06-30"),
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(verdict.Code, verdict.Period)
		for _, out := range verdict.LeftOut {
			fmt.Println("  not", out.Words)
		}
	}
	// Output:
	// Limited [2024-06-30, 2026-06-30)
	//   not before 2024-06-30, 24 months before the discovery on 2026-06-30: the limit for what was under-billed
	// Whole [2022-01-01, 2026-06-30)
}
