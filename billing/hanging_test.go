package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/leak"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// withCharges is a book of a base and water, with others.
func withCharges(charges ...rates.Charge) rates.Book {
	b := hanging(byLine(), "20.00")
	b.Schedules[0].Versions[0].Charges = append(b.Schedules[0].Versions[0].Charges[:2:2], charges...)
	return b
}

// A credit of water is not posted while a charge that hangs on it in any way stays unsaid.
func TestNoChargeThatHangsOnAChangedOneIsLeftByOversight(t *testing.T) {
	taxOf := func(of string) rates.Charge {
		return rates.Charge{ID: "tax", Text: "Tax", Rule: rates.Percent{Rate: rates.Num("10"), Of: []string{of}}}
	}
	memo := rates.Charge{ID: "memo", Text: "Taxable", Memo: true, Rule: rates.Percent{Rate: rates.Num("100"), Of: []string{"water"}}}
	second := rates.Charge{ID: "second", Memo: true, Rule: rates.Percent{Rate: rates.Num("100"), Of: []string{"memo"}}}
	volume := rates.Charge{ID: "volume", Memo: true, Rule: rates.PerUnit{Price: rates.Num("1.00")}}
	over := []rates.Condition{{Fact: "over", In: []string{"1"}}}
	for name, c := range map[string]struct {
		charges []rates.Charge
		charge  string
		says    string
	}{
		"a tax of a memo charge":              {[]rates.Charge{memo, taxOf("memo")}, "tax", "charge tax: it is made of charge memo, which is changed"},
		"a tax of a memo charge of another":   {[]rates.Charge{second, memo, taxOf("second")}, "tax", "charge tax: it is made of charge second, which is changed"},
		"a tax of a memo charge of the units": {[]rates.Charge{volume, taxOf("volume")}, "tax", "charge tax: it is made of charge volume, which is changed"},
		"a surcharge on the same units": {
			[]rates.Charge{{ID: "pumping", Text: "Pumping", Rule: rates.PerUnit{Price: rates.Num("0.275")}}}, "pumping",
			"charge pumping: it is priced by the units of charge water, which is changed",
		},
		"a minimum that comes up": {
			[]rates.Charge{{ID: "least", Text: "Minimum", Rule: rates.Minimum{Amount: rates.Num("100.00"), Of: []string{"base", "water"}}}}, "least",
			"charge least: it is not on the bill, and may be once water is changed",
		},
		"a condition on the units": {
			[]rates.Charge{{ID: "high", Text: "High use", When: over, Rule: rates.Fixed{Amount: rates.Num("25.00")}}}, "high",
			"charge high: it is priced by the units of charge water, which is changed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := withCharges(c.charges...)
			b.Schedules[0].Versions[0].Definitions = []rates.Definition{{Name: "over", Value: rates.Formula{Text: "min(1, max(0, usage - 10))"}}}
			books, bill := billOf(t, b, water("1", "2026-01-01", ""), 30)
			changes := []billing.ChargeChange{{Agreement: "1", Charge: "water", After: usd(0)}}
			_, err := bill.AdjustCharges(leakRequest(), changes, enginesOf(b), books)
			require.ErrorIs(t, err, billing.ErrFollows)
			require.ErrorContains(t, err, c.says)

			kept := leakRequest()
			kept.Keeps = []billing.Keep{{Charge: c.charge, Why: "by resolution"}}
			a := must(bill.AdjustCharges(kept, changes, enginesOf(b), books))
			require.Equal(t, c.charge, a.Keeps[0].Charge)
			named := billing.ChargeChange{Agreement: "1", Charge: c.charge, After: usd(1)}
			if name == "a minimum that comes up" {
				named.Posting = billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}
			}
			a = must(bill.AdjustCharges(leakRequest(), append(changes, named), enginesOf(b), books))
			require.Len(t, a.Lines, 2)
		})
	}
}

// What is for others, by a fact that does not change, comes up for nobody else.
func TestAChargeForOthersDoesNotComeUp(t *testing.T) {
	shop := []rates.Condition{{Fact: "class", In: []string{"shop"}}}
	b := withCharges(
		rates.Charge{ID: "memo", Memo: true, When: shop, Rule: rates.Percent{Rate: rates.Num("100"), Of: []string{"water"}}},
		rates.Charge{ID: "tax", Text: "Tax", Rule: rates.Percent{Rate: rates.Num("10"), Of: []string{"base", "memo"}}},
		rates.Charge{ID: "least", Text: "Minimum", When: shop, Rule: rates.Minimum{Amount: rates.Num("100.00"), Of: []string{"base", "water"}}},
		rates.Charge{ID: "pumping", Text: "Pumping", When: shop, Rule: rates.PerUnit{Price: rates.Num("0.275")}},
		rates.Charge{ID: "other", Text: "Other", When: shop, Rule: rates.PerUnit{Of: rates.Formula{Text: "usage / 2"}, Price: rates.Num("0.275")}},
	)
	b.Schedules[0].Facts = append(b.Schedules[0].Facts, rates.Fact{Name: "class", Type: rates.TextFact, Allowed: []string{"home", "shop"}})
	home := water("1", "2026-01-01", "")
	home.Facts["class"] = "home"
	books, bill := billOf(t, b, home, 30)
	a := must(bill.AdjustCharges(leakRequest(), []billing.ChargeChange{{Agreement: "1", Charge: "water", After: usd(0)}}, enginesOf(b), books))
	require.Len(t, a.Lines, 1)
	a = must(adjustLines(bill, linesRequest("ADJ-1", billing.LineChange{Line: 2, Units: exact.Int(-3)}), enginesOf(b), books))
	require.Len(t, a.Lines, 1)
}

// A credit that excuses one agreement's tax says nothing of another's.
func TestWhatStaysIsOfItsAgreement(t *testing.T) {
	b := withCharges(rates.Charge{ID: "tax", Text: "Tax", Rule: rates.Percent{Rate: rates.Num("10"), Of: []string{"water"}}})
	e := must(rates.Compile(b))
	first, other := water("1", "2026-01-01", ""), water("2", "2026-01-01", "")
	other.Account, other.Customer, other.Premise = "A-1", "C-1", "P-13"
	r := request(t)
	r.Postings[billing.ChargeOf{Schedule: "water", Charge: "tax"}] = billing.Posting{Kind: "tax", Service: "water", RevenueCode: "4009"}
	r.Services = []billing.Service{waterOf(t, first, march, 13), waterOf(t, other, march, 2)}
	for i := range r.Services {
		r.Services[i].Quote = must(e.Price(r.Services[i].Quote.Input))
	}
	bill := must(billing.NewBill(r))
	var books ledger.Ledger
	require.True(t, must(books.Post(bill.Entries()[0])))
	changes := []billing.ChargeChange{{Agreement: "1", Charge: "water"}, {Agreement: "2", Charge: "water"}}
	ask := leakRequest()
	ask.Keeps = []billing.Keep{{Charge: "tax", Why: "premise 12 is exempt"}}
	require.ErrorContains(t, second(bill.AdjustCharges(ask, changes, enginesOf(b), &books)), "keeps[0]: the agreement is missing")
	ask.Keeps[0].Agreement = "1"
	require.ErrorContains(t, second(bill.AdjustCharges(ask, changes, enginesOf(b), &books)), "charge tax: it is made of charge water")
	require.Len(t, must(bill.AdjustCharges(ask, changes[:1], enginesOf(b), &books)).Keeps, 1)
	ask.Keeps = append(ask.Keeps, billing.Keep{Agreement: "2", Charge: "tax", Why: "so is 13"})
	require.Len(t, must(bill.AdjustCharges(ask, changes, enginesOf(b), &books)).Keeps, 2)
	require.ErrorContains(t, second(bill.AdjustCharges(ask, changes[:1], enginesOf(b), &books)), "charge tax does not hang on what is changed")

	lines := []billing.LineChange{{Line: lineOf(bill, "water", 2), Units: exact.Int(-1)}}
	require.ErrorContains(t, second(bill.AdjustLines(ask, lines, enginesOf(b), &books)), "charge tax does not hang on what is changed")
	ask.Keeps = ask.Keeps[:1]
	require.Equal(t, usd(4_67), must(bill.AdjustLines(ask, lines, enginesOf(b), &books)).Keeps[0].Amount)
}

// What applies by a condition on the units is no charge that can be told from lines.
func TestAConditionOnChangedUnitsIsRefused(t *testing.T) {
	over := func(text string) rates.Book {
		b := withCharges(rates.Charge{ID: "high", Text: "High use", When: []rates.Condition{{Fact: "over", In: []string{"1"}}}, Rule: rates.Fixed{Amount: rates.Num("25.00")}})
		b.Schedules[0].Versions[0].Definitions = []rates.Definition{{Name: "over", Value: rates.Formula{Text: text}}}
		return b
	}
	off := linesRequest("ADJ-1", billing.LineChange{Line: 2, Units: exact.Int(-3)})
	for text, says := range map[string]string{
		"min(1, max(0, usage - 10))": "charge high: it is priced from the units of charge water", // it is on the bill, and would not be
		"min(1, max(0, 11 - usage))": "charge high: it is not on the bill, and may be",           // the other way round
	} {
		books, bill := billOf(t, over(text), water("1", "2026-01-01", ""), 13)
		_, err := adjustLines(bill, off, enginesOf(over(text)), books)
		require.ErrorIs(t, err, billing.ErrFollows)
		require.ErrorContains(t, err, says)
		kept := off
		kept.Keeps = []billing.Keep{{Charge: "high", Why: "by resolution"}}
		require.Len(t, must(adjustLines(bill, kept, enginesOf(over(text)), books)).Lines, 1)
	}

	// A charge whose own condition reads its units.
	b := over("min(1, max(0, usage - 10))")
	b.Schedules[0].Versions[0].Charges[2].Rule = rates.PerUnit{Price: rates.Num("1.00")}
	books, bill := billOf(t, b, water("1", "2026-01-01", ""), 13)
	own := linesRequest("ADJ-1", billing.LineChange{Line: lineOf(bill, "high", 0), Units: exact.Int(-1)})
	own.Keeps = []billing.Keep{{Charge: "water", Why: "by resolution"}}
	_, err := adjustLines(bill, own, enginesOf(b), books)
	require.ErrorContains(t, err, "whether it applies rests on charge high, which is changed")
	// A price for each of the same units, with such a condition.
	_, err = adjustLines(bill, off, enginesOf(b), books)
	require.ErrorContains(t, err, "charge high: whether it applies rests on charge water, which is changed")
}

func TestNoUnitsOfTiersThatNoBillWouldHave(t *testing.T) {
	b := hanging(byLine(), "20.00")
	for says, c := range map[string]struct {
		units   int64
		changes []billing.LineChange
	}{
		"tier 1: units are taken of it, and tier 2 keeps 3": {13, []billing.LineChange{{Line: 1, Units: exact.Int(-5)}}},
		"tier 1: units are taken of it, and tier 2 keeps 1": {13, []billing.LineChange{{Line: 1, Units: exact.Int(-5)}, {Line: 2, Units: exact.Int(-2)}}},
		"tier 1: units are taken of it, and tier 2 keeps 2": {12, []billing.LineChange{{Line: 1, By: usd(-30_00)}}}, // all of a line is all of its units
		"tier 1: it is full, since tier 2 has units":        {13, []billing.LineChange{{Line: 1, Units: exact.Int(5)}}},
		"tier 1: it has a bound":                            {4, []billing.LineChange{{Line: 1, Units: exact.Int(5)}}},
	} {
		books, bill := billOf(t, b, water("1", "2026-01-01", ""), c.units)
		_, err := adjustLines(bill, linesRequest("ADJ-1", c.changes...), enginesOf(b), books)
		require.ErrorIs(t, err, billing.ErrFollows)
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, "bill the period again")
	}
	for want, changes := range map[int64][]billing.LineChange{
		8: {{Line: 1, Units: exact.Int(-2)}, {Line: 2, Units: exact.Int(-3)}}, 15: {{Line: 2, Units: exact.Int(2)}},
	} {
		books, bill := billOf(t, b, water("1", "2026-01-01", ""), 13)
		_, right := billOf(t, b, water("1", "2026-01-01", ""), want)
		a := must(adjustLines(bill, linesRequest("ADJ-1", changes...), enginesOf(b), books))
		require.Equal(t, right.Charges().Cents(), bill.Charges().Cents()+a.Change().Cents())
	}
}

// A leak credit under which a minimum comes up is posted with it.
func TestALeakCreditOfABillWithAMinimum(t *testing.T) {
	b := withCharges(rates.Charge{ID: "least", Text: "Minimum", Rule: rates.Minimum{Amount: rates.Num("100.00"), Of: []string{"base", "water"}}})
	books, bill := billOf(t, b, water("1", "2026-01-01", ""), 30)
	use := func(period string) metering.Cycle {
		return metering.Cycle{Period: days(period), Use: must(metering.ParseVolume("1 CCF")), Source: metering.Actual}
	}
	facts := leak.Facts{
		Leak: "work order 118", Asked: day("2026-04-10"), Repaired: day("2026-03-24"),
		Baselines: []leak.Baseline{{Kind: leak.MeanBills, Cycles: []metering.Cycle{use("[2026-01-01, 2026-01-31)"), use("[2026-01-31, 2026-03-01)")}}},
	}
	p := leakPolicy()
	p.Rule.Parts[0].Of = []string{"water", "least"}
	p.Rule.Parts[0].Share = policy.Is(must(exact.ParseNumber("1")))
	credit := must(p.Credit(must(rates.Compile(b)), bill.Quotes()[0], facts))
	var changes []billing.ChargeChange
	for _, l := range credit.Lines {
		changes = append(changes, billing.ChargeChange{Agreement: "1", Charge: l.Charge, Meter: l.Meter, After: l.After})
	}
	require.Len(t, changes, 2)
	_, err := bill.AdjustCharges(leakRequest(), changes, enginesOf(b), books)
	require.ErrorIs(t, err, billing.ErrPosting)
	posting := billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4001"}
	changes[1].Posting = posting
	ask := leakRequest()
	ask.Due = day("2026-05-22")
	a := must(bill.AdjustCharges(ask, changes, enginesOf(b), books))
	require.Equal(t, credit.Credit.Cents(), -a.Change().Cents())
	require.Equal(t, "least", a.Lines[1].Charge)
	require.Equal(t, "water", a.Lines[1].HangsOn)
	must(adjust(books, a))
	require.Equal(t, usd(100_00), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-05-02"))).Balance)
	changes[0].Posting = posting
	require.ErrorContains(t, second(bill.AdjustCharges(ask, changes, enginesOf(b), books)), "the bill says how charge water is entered")
}

func TestAChargeOfOneMeterIsChangedAlone(t *testing.T) {
	b := hanging(byLine(), "20.00")
	b.Schedules[0].Versions[0].Charges = b.Schedules[0].Versions[0].Charges[:3:3]
	tax := rates.Charge{ID: "tax", Text: "Tax", Rule: rates.Percent{Rate: rates.Num("10"), Of: []string{"water"}}}
	b.Schedules[0].Versions[0].Charges[2] = tax
	for i := range b.Schedules[0].Versions[0].Charges {
		b.Schedules[0].Versions[0].Charges[i].Per = rates.PerMeter
	}
	a := water("1", "2026-01-01", "")
	in := must(a.Input(days(march)))
	one, two := used("m1", 13, march), used("m2", 20, march)
	in.Meters = []rates.Meter{{ID: "m1", Usage: must(one.Volume(metering.CCF, 0, exact.HalfUp))}, {ID: "m2", Usage: must(two.Volume(metering.CCF, 0, exact.HalfUp))}}
	r := request(t)
	r.Postings[billing.ChargeOf{Schedule: "water", Charge: "tax"}] = billing.Posting{Kind: "tax", Service: "water", RevenueCode: "4009"}
	r.Services = []billing.Service{{Agreement: a, Quote: must(must(rates.Compile(b)).Price(in)), Usage: []metering.Usage{one, two}}}
	bill := must(billing.NewBill(r))
	var books ledger.Ledger
	require.True(t, must(books.Post(bill.Entries()[0])))
	change := func(charge, meter string, after int64) billing.ChargeChange {
		return billing.ChargeChange{Agreement: "1", Charge: charge, Meter: meter, After: usd(after)}
	}
	x := must(bill.AdjustCharges(leakRequest(), []billing.ChargeChange{change("water", "m2", 46_65), change("tax", "m2", 4_67)}, enginesOf(b), &books))
	require.Equal(t, usd(85_50), x.Lines[0].Before, "20 CCF")
	require.Equal(t, usd(46_65-85_50), x.Lines[0].Change())
	require.Equal(t, "m2", x.Lines[0].Meter)
	require.Contains(t, x.String(), "\n  Water, meter m2: $46.65, was $85.50\n")
	for says, changes := range map[string][]billing.ChargeChange{
		"charge tax: it is made of charge water":      {change("water", "m2", 46_65), change("tax", "m1", 4_00)},
		"charge water stands there twice":             {change("water", "m2", 46_65), change("water", "", 4_00)},
		"the bill has no charge water of agreement 1": {change("water", "m3", 46_65)},
	} {
		require.ErrorContains(t, second(bill.AdjustCharges(leakRequest(), changes, enginesOf(b), &books)), says)
	}

	// What was changed of the one meter is no change of the other, and what was changed of all of them is of none alone.
	must(adjust(&books, x))
	ask := leakRequest()
	ask.Key, ask.Kind, ask.Earlier = "LK-119", billing.Courtesy, []billing.Adjustment{x}
	y := must(bill.AdjustCharges(ask, []billing.ChargeChange{change("water", "m1", 40_00), change("tax", "m1", 4_00)}, enginesOf(b), &books))
	require.Equal(t, usd(46_65), y.Lines[0].Before, "13 CCF")
	z := must(bill.AdjustCharges(ask, []billing.ChargeChange{change("water", "m2", 40_00), change("tax", "m2", 4_00)}, enginesOf(b), &books))
	require.Equal(t, usd(46_65), z.Lines[0].Before, "as the leak credit has left it")
	all := must(bill.AdjustCharges(ask, []billing.ChargeChange{change("water", "", 80_00), change("tax", "", 8_00)}, enginesOf(b), &books))
	require.Equal(t, usd(2*46_65), all.Lines[0].Before)

	// A re-bill is by meter too, and one that has mixed them up is not what stands.
	var third ledger.Ledger
	require.True(t, must(third.Post(bill.Entries()[0])))
	in.Meters[1].Usage = in.Meters[0].Usage
	s := billing.Service{Agreement: a, Quote: must(must(rates.Compile(b)).Price(in)), Usage: []metering.Usage{one, used("m2", 13, march)}}
	rebill := must(bill.Rebill(again("RB-1", s), &third))
	require.Equal(t, []string{"m2", "m2"}, []string{rebill.Lines[0].Meter, rebill.Lines[1].Meter})
	in.Meters[0].Usage, in.Meters[1].Usage = must(used("m1", 12, march).Volume(metering.CCF, 0, exact.HalfUp)), must(used("m2", 14, march).Volume(metering.CCF, 0, exact.HalfUp))
	s = billing.Service{Agreement: a, Quote: must(must(rates.Compile(b)).Price(in)), Usage: []metering.Usage{used("m1", 12, march), used("m2", 14, march)}}
	must(adjust(&third, rebill))
	next := again("RB-2", s)
	next.Earlier = []billing.Adjustment{rebill}
	second2 := must(bill.Rebill(next, &third))
	must(adjust(&third, second2))
	on := leakRequest()
	on.Kind, on.Earlier, on.Rebilled = billing.Courtesy, []billing.Adjustment{rebill, second2}, next.Services
	must(bill.AdjustCharges(on, []billing.ChargeChange{change("water", "m1", 30_00), change("tax", "m1", 3_00)}, enginesOf(b), &third))
	in.Meters[0].Usage, in.Meters[1].Usage = in.Meters[1].Usage, in.Meters[0].Usage
	on.Rebilled[0].Quote = must(must(rates.Compile(b)).Price(in))
	require.ErrorContains(t, second(bill.AdjustCharges(on, []billing.ChargeChange{change("water", "m1", 30_00), change("tax", "m1", 3_00)}, enginesOf(b), &third)),
		"its quote is not what re-bill RB-2 has made of charge tax")

	// A courtesy of all of the one meter is no more of the other.
	var other ledger.Ledger
	require.True(t, must(other.Post(bill.Entries()[0])))
	ask.Earlier = nil
	given := must(bill.AdjustCharges(ask, []billing.ChargeChange{change("water", "m1", 0), change("tax", "m1", 0)}, enginesOf(b), &other))
	must(adjust(&other, given))
	right := leakRequest()
	right.Kind, right.Earlier = billing.Correction, []billing.Adjustment{given}
	must(bill.AdjustCharges(right, []billing.ChargeChange{change("water", "m2", 10_00), change("tax", "m2", 1_00)}, enginesOf(b), &other))
	require.ErrorContains(t, second(bill.AdjustCharges(right, []billing.ChargeChange{change("water", "m1", 10_00), change("tax", "m1", 1_00)}, enginesOf(b), &other)),
		"charge water: $46.65 of it was given by adjustment LK-119")
	must(adjust(&books, all))
	fix := leakRequest()
	fix.Key, fix.Kind, fix.Earlier = "K-1", billing.Correction, []billing.Adjustment{x, all}
	require.ErrorContains(t, second(bill.AdjustCharges(fix, []billing.ChargeChange{change("water", "m1", 40_00), change("tax", "m1", 4_00)}, enginesOf(b), &books)),
		"agreement 1: leak credit LK-118 was computed on what was billed; reverse it, correct the bill, and compute it anew")
	ask.Key, ask.Earlier = "LK-120", []billing.Adjustment{x, all}
	require.ErrorContains(t, second(bill.AdjustCharges(ask, []billing.ChargeChange{change("water", "m1", 40_00), change("tax", "m1", 4_00)}, enginesOf(b), &books)),
		"adjustment LK-119 has changed charge water of all meters together; state what it comes to for all of them, or reverse that one")
}
