package billing_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/leak"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// leakPolicy excuses half of the water above the mean of two bills. Placeholders: no district's figures.
func leakPolicy() leak.Policy {
	number := func(text string) exact.Number { return must(exact.ParseNumber(text)) }
	count := func(text string) policy.OrNone[exact.Number] { return policy.Of(number(text)) }
	none := policy.None[exact.Number]()
	return leak.Policy{
		Title: "half of the excess", Source: "placeholder",
		Rule: leak.Rule{
			Baseline: leak.MeanBills, Bills: count("2"), LeastBills: count("2"), BaselineUnits: policy.Is(leak.Exact()), Multiple: policy.Is(number("1")),
			Parts: []leak.Part{{Name: "water", Of: []string{"water", "pumping"}, Share: policy.Is(number("0.5")), ShareIs: leak.ShareFixed, Units: policy.Is(leak.Exact()),
				Price: leak.AsBilled, Stated: none, When: leak.Always}},
			Cap: policy.None[money.Amount](),
		},
		Eligible: leak.Eligibility{
			Test: leak.NoTest, TestMultiple: none, Repaired: leak.Required, Proof: leak.NotRequired, Current: leak.NotRequired,
			Periods: count("2"), Frequency: leak.OnceInMonths, Months: count("12"), Deadline: none, Since: leak.SinceNone, History: none,
		},
		Winter: leak.Excluded,
	}
}

// leakOf is a bill of 30 CCF where 10 are normal, with its leak credit and the changes of its charges.
func leakOf(t require.TestingT) (*ledger.Ledger, billing.Bill, leak.Credit, []billing.ChargeChange) {
	b := hanging(byLine(), "20.00")
	books, bill := billOf(t, b, water("1", "2026-01-01", ""), 30)
	facts := leak.Facts{
		Leak: "work order 118", Asked: day("2026-04-10"), Repaired: day("2026-03-24"), Baselines: []leak.Baseline{{Kind: leak.MeanBills, Cycles: []metering.Cycle{
			{Period: days("[2026-01-01, 2026-01-31)"), Use: must(metering.ParseVolume("9 CCF")), Source: metering.Actual},
			{Period: days("[2026-01-31, 2026-03-01)"), Use: must(metering.ParseVolume("11 CCF")), Source: metering.Actual},
		}}},
	}
	credit := must(leakPolicy().Credit(must(rates.Compile(b)), bill.Quotes()[0], facts))
	var changes []billing.ChargeChange
	for _, l := range credit.Lines {
		c := billing.ChargeChange{Agreement: "1", Charge: l.Charge, After: l.After}
		if !l.Was.IsZero() {
			c.Because = fmt.Sprintf("%s CCF to pay for, was %s", l.Now, l.Was)
		}
		changes = append(changes, c)
	}
	return books, bill, credit, changes
}

func leakRequest() billing.AdjustmentRequest {
	return billing.AdjustmentRequest{
		Key: "LK-118", Kind: billing.LeakCredit, Reason: "a leak that was repaired", Evidence: []string{"work order 118"}, By: person("m.alvarez"), Effective: day("2026-05-01"),
	}
}

// A leak is credited: the formula says what each charge comes to, with its taxes, the supervisor approves what she is shown,
// and the credit is entered on the items of the bill.
func ExampleBill_AdjustCharges() {
	books, bill, credit, changes := leakOf(nil)
	for _, words := range credit.Words {
		fmt.Println(words)
	}
	change, err := bill.AdjustCharges(leakRequest(), changes, enginesOf(hanging(byLine(), "20.00")), books)
	fmt.Println(change)
	fmt.Println(err)

	done := must(adjust(books, change)) // once s.reyes has approved it
	fmt.Println(done.ApprovedBy, "has approved", done.Adjustment.Change())
	// Output:
	// 30 CCF were billed; normal are 10, the mean of bills (9, 11); above 1 × 10 they are 20 in excess
	// water: 0.5 × 20 = 10 are excused as 10; the rest, 10, is priced as billed
	// the bill of $192.66 comes to $125.85: $66.81 less
	// LK-118 leak_credit of account A-1, -$66.81 in all, bill 2026-W14
	//   Water: $85.50, was $141.00 (20 CCF to pay for, was 30)
	//   Pumping: $5.50, was $8.25 (20 CCF to pay for, was 30)
	//   Drought surcharge: $6.84, was $11.28 (follows water)
	//   Utility tax: $7.66, was $11.73 (follows water, pumping, drought)
	//   State levy: $0.35, was $0.40 (follows tax)
	// because a leak that was repaired; work order 118; asked for by m.alvarez
	// <nil>
	// s.reyes has approved -$66.81
}

// A tier was misread: one line of the bill is adjusted by its units, and what hangs on it follows. An amount does not say of how
// many units it is, and is refused until a person says what becomes of the surcharge on them.
func ExampleBill_AdjustLines() {
	rates := hanging(byLine(), "20.00")
	books, bill := billOf(nil, rates, water("1", "2026-01-01", ""), 13)
	request := billing.AdjustmentRequest{
		Key: "ADJ-1041", Kind: billing.Correction, Reason: "the tier was misread", Evidence: []string{"RO-7"}, By: person("m.alvarez"), Effective: day("2026-05-01"),
	}
	change, err := bill.AdjustLines(request, []billing.LineChange{{Line: 2, Units: exact.Int(-2)}}, enginesOf(rates), books)
	fmt.Println(change)
	fmt.Println(err)

	request.Key, request.Kind, request.Reason = "ADJ-1042", billing.Courtesy, "waited for an appointment"
	_, err = bill.AdjustLines(request, []billing.LineChange{{Line: 2, By: usd(-5_00)}}, enginesOf(rates), books)
	fmt.Println(err)
	request.Keeps = []billing.Keep{{Charge: "pumping", Why: "the water was used"}}
	change, err = bill.AdjustLines(request, []billing.LineChange{{Line: 2, By: usd(-5_00)}}, enginesOf(rates), books)
	fmt.Println(change)
	fmt.Println(err)
	// Output:
	// ADJ-1041 correction of account A-1, -$13.37 in all, bill 2026-W14
	//   Water: $5.55, was $16.65 (1 CCF in tier 2 at $5.55, was 3)
	//   Pumping: $3.03, was $3.58 (follows water: 11 CCF at $0.275, was 13)
	//   Drought surcharge: $2.84, was $3.73 (follows water: 8% of $35.55, was of $46.65)
	//   Utility tax: $3.99, was $4.81 (follows drought, pumping, water: 6.5% of $61.42, was of $73.96)
	//   State levy: $0.30, was $0.31 (follows tax: 1.25% of $23.99, was of $24.81)
	// because the tier was misread; RO-7; asked for by m.alvarez
	// <nil>
	// E_ADJUSTMENT_FOLLOWS: charge pumping: it is priced from the units of charge water, and the amount does not say how many are changed; state the units where that tells it, bill the period again, or name the charge among those that stay, with the reason
	// ADJ-1042 courtesy of account A-1, -$5.75 in all, bill 2026-W14
	//   Water: $11.65, was $16.65
	//   Drought surcharge: $3.33, was $3.73 (follows water: 8% of $41.65, was of $46.65)
	//   Utility tax: $4.46, was $4.81 (follows drought, water: 6.5% of $68.56, was of $73.96)
	//   Pumping stays at $3.58: the water was used
	//   State levy stays at $0.31: comes to the same: 1.25% of $24.46, was of $24.81
	// because waited for an appointment; RO-7; asked for by m.alvarez
	// <nil>
}

func TestALeakCreditIsPostedByChargeWithItsTaxes(t *testing.T) {
	books, bill, credit, changes := leakOf(t)
	engines := enginesOf(hanging(byLine(), "20.00"))
	a := must(bill.AdjustCharges(leakRequest(), changes, engines, books))
	require.Equal(t, credit.Credit.Cents(), -a.Change().Cents())
	require.Len(t, a.Lines, len(credit.Lines))
	for i, l := range a.Lines {
		require.Equal(t, []any{credit.Lines[i].Charge, credit.Lines[i].Before, credit.Lines[i].After}, []any{l.Charge, l.Before, l.After})
	}
	before := must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-05-01"))).Balance
	must(adjust(books, a))
	require.Equal(t, before.Cents()-credit.Credit.Cents(), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-05-01"))).Balance.Cents())

	for says, change := range map[string]func(r *billing.AdjustmentRequest, c *[]billing.ChargeChange){
		"charge tax: it is made of charge water, which is changed, and is not": func(_ *billing.AdjustmentRequest, c *[]billing.ChargeChange) {
			*c = slices.DeleteFunc(*c, func(x billing.ChargeChange) bool { return x.Charge == "tax" })
		},
		"charge drought: it is made of charge water":  func(_ *billing.AdjustmentRequest, c *[]billing.ChargeChange) { *c = (*c)[:2] },
		"the bill has no charge x of agreement 1":     func(_ *billing.AdjustmentRequest, c *[]billing.ChargeChange) { (*c)[0].Charge = "x" },
		"the bill has no charge water of agreement 2": func(_ *billing.AdjustmentRequest, c *[]billing.ChargeChange) { (*c)[0].Agreement = "2" },
		"charge water stands there twice":             func(_ *billing.AdjustmentRequest, c *[]billing.ChargeChange) { *c = append(*c, (*c)[0]) },
		"take all of it at most":                      func(_ *billing.AdjustmentRequest, c *[]billing.ChargeChange) { (*c)[0].After = usd(-1) },
		"a bill is not adjusted by a rebill":          func(r *billing.AdjustmentRequest, _ *[]billing.ChargeChange) { r.Kind = billing.Rebilled },
		"keeps[0]: the charge": func(r *billing.AdjustmentRequest, _ *[]billing.ChargeChange) {
			r.Keeps = []billing.Keep{{Charge: "tax"}}
		},
		"by: ": func(r *billing.AdjustmentRequest, _ *[]billing.ChargeChange) { r.By = approval.Person{} },
	} {
		r, c := leakRequest(), slices.Clone(changes)
		change(&r, &c)
		_, err := bill.AdjustCharges(r, c, engines, books)
		require.ErrorContains(t, err, says)
	}
	r := leakRequest()
	r.Keeps = []billing.Keep{{Charge: "tax", Why: "the state takes it all the same"}, {Charge: "drought", Why: "by resolution"}}
	a = must(bill.AdjustCharges(r, changes[:2], engines, books))
	require.Equal(t, []string{"drought by resolution", "tax the state takes it all the same"}, []string{a.Keeps[0].Charge + " " + a.Keeps[0].Why, a.Keeps[1].Charge + " " + a.Keeps[1].Why})
	r.Keeps = append(r.Keeps, billing.Keep{Charge: "base", Why: "x"})
	_, err := bill.AdjustCharges(r, changes[:2], engines, books)
	require.ErrorContains(t, err, "charge base does not hang on what is changed")
	_, err = bill.AdjustCharges(r, changes[:2], enginesOf(book()), books)
	require.ErrorContains(t, err, "is not found")
}

// Adjusting lines, and adjusting charges to what that came to, is the same.
func TestAdjustingLinesAndChargesIsTheSame(t *testing.T) {
	b := hanging(byLine(), "20.00")
	rapid.Check(t, func(t *rapid.T) {
		books, bill := billOf(t, b, water("1", "2026-01-01", ""), 23)
		r := linesRequest("ADJ-1", billing.LineChange{Line: 0, By: usd(rapid.Int64Range(-20_00, -1).Draw(t, "base"))})
		a := must(adjustLines(bill, r, enginesOf(b), books))
		var changes []billing.ChargeChange
		for _, l := range a.Lines {
			changes = append(changes, billing.ChargeChange{Agreement: "1", Charge: l.Charge, After: l.After, Because: l.Because})
		}
		for _, k := range a.Keeps {
			changes = append(changes, billing.ChargeChange{Agreement: "1", Charge: k.Charge, After: k.Amount, Because: k.Why})
		}
		again := must(bill.AdjustCharges(r.AdjustmentRequest, changes, enginesOf(b), books))
		require.Equal(t, charges(bill, a), charges(bill, again))
		require.Len(t, again.Lines, len(a.Lines))
	})
}
