package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A bill may be billed again and again, each time from what the one before has made of it, up and down, paid or not; it comes to what
// it would have been billed at the last time.
func TestABillIsBilledAgainFromWhatTheLastRebillMadeOfIt(t *testing.T) {
	a := water("1", "2026-01-01", "")
	rapid.Check(t, func(t *rapid.T) {
		books, b := billedBooks(t, rapid.Int64Range(0, 66_65).Draw(t, "paid"))
		var done []billing.Adjustment
		was := b.Quotes()[0].Total
		for i, units := range rapid.SliceOfN(rapid.Int64Range(0, 40), 1, 6).Draw(t, "units") {
			s := waterOf(t, a, march, units)
			r := again("RB-"+string(rune('A'+i)), s)
			r.Earlier = done
			change, err := b.Rebill(r, books)
			if s.Quote.Total == was {
				require.ErrorContains(t, err, "it comes to what was billed")
				continue
			}
			require.NoError(t, err)
			require.Len(t, change.Follows, len(done))
			require.Equal(t, s.Quote.Total.Cents()-was.Cents(), change.Change().Cents())
			must(adjust(books, change))
			done, was = append(done, change), s.Quote.Total
			r.Earlier = done
			require.Equal(t, change, must(b.Rebill(r, books)), "asked for again, whatever is given as earlier")
		}
		require.NoError(t, books.Check())
		item, _ := books.Item(b.Entries()[0].ItemID(0))
		require.Equal(t, was, item.Charged)
	})
}

// A courtesy stays beside what is corrected later, and neither blocks the other.
func TestACreditStaysBesideACorrection(t *testing.T) {
	books, b := billedBooks(t, 0)
	engines, a := enginesOf(book()), water("1", "2026-01-01", "")
	r := leakRequest()
	r.Key, r.Kind = "C-1", billing.Courtesy
	courtesy := must(b.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "water", After: usd(40_00)}}, engines, books))
	must(adjust(books, courtesy))

	ask := again("RB-1", waterOf(t, a, march, 11))
	_, err := b.Rebill(ask, books)
	require.ErrorIs(t, err, billing.ErrCorrected)
	require.ErrorContains(t, err, "the books have adjustment C-1 of it, from which this one does not start; ask for it anew with that one among the earlier ones, or reverse that one")
	ask.Earlier = []billing.Adjustment{courtesy}
	change := must(b.Rebill(ask, books))
	require.Equal(t, usd(46_65), change.Lines[0].Before, "the courtesy is no part of what was billed")
	require.Equal(t, usd(35_55), change.Lines[0].After)
	require.Contains(t, change.String(), "RB-1 rebill of account A-1, -$11.10 in all, bill 2026-W14, after adjustment C-1\n")
	must(adjust(books, change))
	require.Equal(t, usd(55_55-6_65), books.Balance(ledger.OfItem(b.Entries()[0].ItemID(0))))

	// What stands of the charge is what another adjustment of it starts from: billed again, and the courtesy.
	r.Key, r.Earlier, r.Rebilled = "C-2", []billing.Adjustment{courtesy, change}, ask.Services
	more := must(b.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "water", After: usd(28_00)}}, engines, books))
	require.Equal(t, usd(35_55-6_65), more.Lines[0].Before)
	require.Equal(t, usd(28_00-28_90), more.Change())
}

// What was approved is not acted on where the bill has been corrected, or a correction taken back, in between.
func TestAnAdjustmentHoldsWhileItStartsFromWhatStands(t *testing.T) {
	books, b := billedBooks(t, 0)
	a := water("1", "2026-01-01", "")
	first := must(b.Rebill(again("RB-1", waterOf(t, a, march, 11)), books))
	done := must(adjust(books, first))
	ask := again("RB-2", waterOf(t, a, march, 5))
	ask.Earlier = []billing.Adjustment{first}
	second2 := must(b.Rebill(ask, books))
	reverse(t, books, done)
	_, err := adjust(books, second2)
	require.ErrorIs(t, err, billing.ErrCorrected)
	require.ErrorContains(t, err, "it starts from adjustment RB-1, which the books do not have, or which was taken back; ask for it anew without that one")
	require.Empty(t, must(b.Rebill(ask, books)).Follows, "what was taken back is passed over")

	// A debit by hand as high as the credit before it leaves the item as it was billed, and opens nothing.
	books, b = billedBooks(t, 0)
	must(adjust(books, must(b.Rebill(again("RB-1", waterOf(t, a, march, 11)), books))))
	hand := credit(b, "D-1", 55_55, 66_65)
	hand.Lines[0].Charge = ""
	must(adjust(books, hand))
	require.Equal(t, usd(66_65), books.Balance(ledger.OfItem(b.Entries()[0].ItemID(0))))
	_, err = b.Rebill(again("RB-2", waterOf(t, a, march, 11)), books)
	require.ErrorIs(t, err, billing.ErrCorrected)
}

func TestEarlierAdjustmentsAreThoseOfTheBooks(t *testing.T) {
	books, b := billedBooks(t, 0)
	a := water("1", "2026-01-01", "")
	first := must(b.Rebill(again("RB-1", waterOf(t, a, march, 11)), books))
	must(adjust(books, first))
	for says, change := range map[string]func(*billing.Adjustment){
		"earlier, adjustment RB-1: it is not what the books have; give it as it was approved": func(x *billing.Adjustment) { x.Lines[0].After = usd(35_56) },
		"its charge water is of no agreement and days of the bill":                            func(x *billing.Adjustment) { x.Lines[0].Agreement = "2" },
		"its charge water is of no agreement and days":                                        func(x *billing.Adjustment) { x.Lines[0].Agreement = "" },
		"the books have adjustment RB-1 of it":                                                func(x *billing.Adjustment) { x.Account = "A-9" },
	} {
		ask := again("RB-2", waterOf(t, a, march, 5))
		ask.Earlier = []billing.Adjustment{first.Clone()}
		change(&ask.Earlier[0])
		_, err := b.Rebill(ask, books)
		require.ErrorIs(t, err, billing.ErrAdjustment)
		require.ErrorContains(t, err, says)
	}

	// Whoever corrects an item and does not say which charge leaves nobody to tell what the charges are.
	books, b = billedBooks(t, 0)
	hand := credit(b, "D-1", 66_65, 60_00)
	hand.Lines[0].Charge = ""
	must(adjust(books, hand))
	ask := again("RB-1", waterOf(t, a, march, 11))
	ask.Earlier = []billing.Adjustment{hand}
	_, err := b.Rebill(ask, books)
	require.ErrorContains(t, err, "it corrects an item of the bill, and does not say which charge; reverse it, and correct the bill anew")
	for kind, to := range map[billing.AdjustmentKind]int64{billing.Correction: 66_65, billing.Courtesy: 59_00} { // a debit too is seen
		books, b := billedBooks(t, 0)
		hand := credit(b, "D-1", 60_00, to)
		hand.Kind, hand.Lines[0].Charge = kind, ""
		must(adjust(books, hand))
		ask := again("RB-1", waterOf(t, a, march, 11))
		_, err := b.Rebill(ask, books)
		require.ErrorIs(t, err, billing.ErrCorrected)
		ask.Earlier = []billing.Adjustment{hand}
		change, err := b.Rebill(ask, books)
		if kind == billing.Courtesy { // and stays beside what was billed
			require.NoError(t, err)
			require.Equal(t, usd(46_65), change.Lines[0].Before)
			continue
		}
		require.ErrorContains(t, err, "it corrects an item of the bill")
	}
	for _, follows := range [][]string{{""}, {"RB-9"}, {"A", "A"}} {
		wrong := credit(b, "RB-9", 66_65, 60_00)
		wrong.Follows = follows
		require.ErrorContains(t, wrong.Check(), "it is no key of an earlier adjustment, or stands there twice; name each once")
	}
	follows := credit(b, "W-1", 60_00, 50_00)
	follows.Lines[0].Charge, follows.Follows = "", []string{"D-1"}
	require.ErrorContains(t, follows.Check(), "follows: it changes no charge of a bill")

	// An entry that no adjustment has made is not passed over either.
	books, b = billedBooks(t, 0)
	item, _ := books.Item(b.Entries()[0].ItemID(0))
	require.True(t, must(books.Post(ledger.Entry{
		Cause: ledger.Adjusted, Key: "by hand", Effective: day("2026-05-01"), Accounting: day("2026-05-01"),
		Moves: []ledger.Move{{From: item.Against(), To: ledger.OfItem(item.ID), Amount: usd(11_10), RevenueCode: item.RevenueCode}},
	})))
	_, err = b.Rebill(again("RB-1", waterOf(t, a, march, 11)), books)
	require.ErrorIs(t, err, billing.ErrCorrected)
	require.ErrorContains(t, err, "entry by hand has changed its item, and is of no adjustment; reverse it, and make an adjustment of it")
}

// A charge that came up by a re-bill goes again by the next, from the item that it had.
func TestAChargeThatARebillAddedIsCorrectedOnItsItem(t *testing.T) {
	corrected := book()
	c := &corrected.Schedules[0].Versions[0].Charges
	*c = append(*c, rates.Charge{ID: "drought", Text: "Drought surcharge", Rule: rates.Fixed{Amount: rates.Num("5.00")}})
	books, b := billedBooks(t, 0)
	ask := func(key string, of rates.Book, units int64, earlier ...billing.Adjustment) billing.RebillRequest {
		s := waterOf(t, water("1", "2026-01-01", ""), march, units)
		s.Quote = must(must(rates.Compile(of)).Price(s.Quote.Input))
		r := again(key, s)
		r.Postings[billing.ChargeOf{Schedule: "water", Charge: "drought"}] = billing.Posting{Kind: "surcharge", Service: "water", RevenueCode: "4007"}
		r.Earlier = earlier
		return r
	}
	one := must(b.Rebill(ask("RB-1", corrected, 11), books))
	done := must(adjust(books, one))
	drought := done.Entries[0].ItemID(0)
	require.Equal(t, usd(5_00), books.Balance(ledger.OfItem(drought)))

	two := must(b.Rebill(ask("RB-2", book(), 13, one), books))
	require.Equal(t, usd(11_10-5_00), two.Change())
	require.Equal(t, drought, two.Lines[1].Item)
	must(adjust(books, two))
	require.Equal(t, usd(0), books.Balance(ledger.OfItem(drought)))
	require.Equal(t, usd(66_65), books.Balance(ledger.OfItem(b.Entries()[0].ItemID(0))))

	three := must(b.Rebill(ask("RB-3", corrected, 13, one, two), books))
	require.Equal(t, drought, three.Lines[0].Item)
	must(adjust(books, three))
	require.Equal(t, usd(5_00), books.Balance(ledger.OfItem(drought)))
	require.NoError(t, books.Check())
}

// A leak is credited on a bill that was billed again: what hangs on what, and what was billed, the quote of the re-bill tells.
func TestALeakIsCreditedAfterARebill(t *testing.T) {
	rated := hanging(byLine(), "20.00")
	engines := enginesOf(rated)
	books, bill := billOf(t, rated, water("1", "2026-01-01", ""), 35)
	s := priced(t, rated, water("1", "2026-01-01", ""), used("A-1", 30, march), march)
	ask := again("RB-1", s)
	for _, c := range rated.Schedules[0].Versions[0].Charges {
		ask.Postings[billing.ChargeOf{Schedule: "water", Charge: c.ID}] = billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}
	}
	rebill := must(bill.Rebill(ask, books))
	must(adjust(books, rebill))

	fresh, other, credit, changes := leakOf(t) // of the same use, billed so at once
	want := must(other.AdjustCharges(leakRequest(), changes, engines, fresh))
	r := leakRequest()
	r.Earlier = []billing.Adjustment{rebill}
	_, err := bill.AdjustCharges(r, changes, engines, books)
	require.ErrorContains(t, err, "rebilled, agreement 1: re-bill RB-1 has priced it by another quote than the bill's; give the service as it was billed again")
	r.Rebilled = []billing.Service{{Agreement: s.Agreement, Quote: bill.Quotes()[0]}}
	_, err = bill.AdjustCharges(r, changes, engines, books)
	require.ErrorContains(t, err, "its quote is not what re-bill RB-1 has made of charge drought")
	r.Rebilled = []billing.Service{s}
	got := must(bill.AdjustCharges(r, changes, engines, books))
	require.Equal(t, credit.Credit.Cents(), -got.Change().Cents())
	require.Len(t, got.Lines, len(want.Lines))
	for i, l := range got.Lines {
		require.Equal(t, []any{want.Lines[i].Charge, want.Lines[i].Before, want.Lines[i].After, want.Lines[i].HangsOn}, []any{l.Charge, l.Before, l.After, l.HangsOn})
	}
	must(adjust(books, got))

	// The credit was computed on that re-bill: before another one it is taken back.
	more := again("RB-2", priced(t, rated, water("1", "2026-01-01", ""), used("A-1", 25, march), march))
	more.Postings, more.Earlier = ask.Postings, []billing.Adjustment{rebill, got}
	_, err = bill.Rebill(more, books)
	require.ErrorIs(t, err, billing.ErrCorrected)
	require.ErrorContains(t, err, "leak credit LK-118 was computed on what was billed; reverse it, correct the bill, and compute it anew")
}

// Lines that were corrected are corrected further by charge, and not by line, where nobody could tell what is left of them.
func TestWhatWasCorrectedByLineIsCorrectedFurtherByCharge(t *testing.T) {
	engines := enginesOf(hanging(byLine(), "20.00"))
	books, bill := billOf(t, hanging(byLine(), "20.00"), water("1", "2026-01-01", ""), 13)
	three := linesRequest("L-1", billing.LineChange{Line: 2, Units: exact.Int(-3)})
	first := must(adjustLines(bill, three, engines, books))
	must(adjust(books, first))
	three.Key, three.Earlier = "L-2", []billing.Adjustment{first}
	_, err := adjustLines(bill, three, engines, books)
	require.ErrorIs(t, err, billing.ErrCorrected)
	require.ErrorContains(t, err, "adjustment L-1 has changed its charges, and what is left of a line is not told; state what each charge comes to (AdjustCharges), or reverse that one")

	// So are lines of a bill with a leak credit, and those that a courtesy has changed; others are not.
	base := billing.ChargeChange{Agreement: "1", Charge: "base", After: usd(15_00)}
	for kind, refused := range map[billing.AdjustmentKind]bool{billing.LeakCredit: true, billing.Courtesy: false, billing.Waiver: false} {
		own, other := billOf(t, book(), water("1", "2026-01-01", ""), 13)
		r := leakRequest()
		r.Kind = kind
		of := must(other.AdjustCharges(r, []billing.ChargeChange{base}, enginesOf(book()), own))
		must(adjust(own, of))
		for line, change := range map[int]bool{0: true, 1: refused, 2: refused} {
			ask := linesRequest("L-1", billing.LineChange{Line: line, By: usd(-1_00)})
			ask.Kind, ask.Earlier = billing.Courtesy, []billing.Adjustment{of}
			_, err := adjustLines(other, ask, enginesOf(book()), own)
			if change {
				require.ErrorIs(t, err, billing.ErrCorrected, "%s, line %d", kind, line)
			} else {
				require.NoError(t, err, "%s, line %d", kind, line)
			}
		}
	}
	own, other := billOf(t, book(), water("1", "2026-01-01", ""), 13)
	corrected := linesRequest("L-1", billing.LineChange{Line: 0, By: usd(-1_00)})
	of := must(adjustLines(other, corrected, enginesOf(book()), own))
	must(adjust(own, of))
	corrected.Key, corrected.Earlier, corrected.Changes[0].Line = "L-2", []billing.Adjustment{of}, 1
	require.ErrorIs(t, second(adjustLines(other, corrected, enginesOf(book()), own)), billing.ErrCorrected)

	stand := charges(bill, first)
	r := leakRequest()
	r.Kind, r.Earlier = billing.Correction, []billing.Adjustment{first}
	for _, c := range []string{"pumping", "drought", "tax"} {
		r.Keeps = append(r.Keeps, billing.Keep{Charge: c, Why: "by resolution"})
	}
	change := must(bill.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "water", After: usd(29_00)}}, engines, books))
	require.Equal(t, usd(stand["water"]), change.Lines[0].Before)
	for _, k := range change.Keeps {
		require.Equal(t, usd(stand[k.Charge]), k.Amount, "%s stays at what it is, not at what it was billed", k.Charge)
	}

}

// A fee has no units: what is left of it is told.
func TestAFeeIsAdjustedFromWhatIsLeftOfIt(t *testing.T) {
	ask := request(t)
	ask.Fees = []billing.Fee{fee("opening", 12_00)}
	withFee := must(billing.NewBill(ask))
	var own ledger.Ledger
	require.True(t, must(own.Post(withFee.Entries()[0])))
	line := 0
	for l := range withFee.Lines() {
		if l.Charge == "opening" {
			break
		}
		line++
	}
	half := linesRequest("F-1", billing.LineChange{Line: line, By: usd(-7_00)})
	one := must(adjustLines(withFee, half, enginesOf(book()), &own))
	must(adjust(&own, one))
	half.Key, half.Earlier = "F-2", []billing.Adjustment{one}
	_, err := adjustLines(withFee, half, enginesOf(book()), &own)
	require.ErrorContains(t, err, "-$7.00 is taken of a line of $5.00")
	half.Changes[0].By = usd(-5_00)
	require.Equal(t, usd(5_00), must(adjustLines(withFee, half, enginesOf(book()), &own)).Lines[0].Before)
}

// What was written off is recovered before a correction takes it: nothing is credited that was never paid. And what was moved to
// another account is not taken here.
func TestACorrectionTakesNothingThatWasNotPaid(t *testing.T) {
	books, b := billedBooks(t, 40_00)
	item := b.Entries()[0].ItemID(0)
	off := credit(b, "WO-1", 66_65, 40_00)
	off.Kind, off.Bill, off.Lines[0].Charge = billing.WriteOff, "", ""
	change := must(b.Rebill(again("RB-1", waterOf(t, water("1", "2026-01-01", ""), march, 11)), books))
	must(adjust(books, off))
	_, err := b.Rebill(again("RB-1", waterOf(t, water("1", "2026-01-01", ""), march, 11)), books)
	require.ErrorIs(t, err, billing.ErrItem)
	_, err = adjust(books, change)
	require.ErrorContains(t, err, "$11.10 is taken off beyond what is open, and $26.65 of it was written off; recover what was written off first, so that nothing is credited that was never paid")
	back := credit(b, "RC-1", 40_00, 66_65)
	back.Kind, back.Bill, back.Lines[0].Charge = billing.Recovery, "", ""
	must(adjust(books, back))
	must(adjust(books, change))
	require.Equal(t, usd(15_55), books.Balance(ledger.OfItem(item)))

	reverse(t, books, must(adjust(books, func() billing.Adjustment {
		off := credit(b, "WO-2", 15_55, 0)
		off.Kind, off.Bill, off.Lines[0].Charge = billing.WriteOff, "", ""
		return off
	}())))
	more := again("RB-2", waterOf(t, water("1", "2026-01-01", ""), march, 1))
	more.Earlier = []billing.Adjustment{change}
	must(adjust(books, must(b.Rebill(more, books)))) // a write-off that was taken back is none
	require.Equal(t, usd(40_00-23_00), books.Balance(ledger.CreditOf("A-1", "central")))

	books, b = billedBooks(t, 0)
	held, _ := books.Item(item)
	moved := must(billing.Transfer{
		Key: "T-1", From: billing.Holder{Account: "A-1", Customer: "C-1", Area: "central"}, To: billing.Holder{Account: "A-2", Customer: "C-1", Area: "central"},
		Items: []billing.TransferredItem{{Item: held, Amount: held.Open}}, Effective: day("2026-04-20"), Accounting: day("2026-04-20"),
	}.Entry())
	require.True(t, must(books.Post(moved)))
	_, err = b.Rebill(again("RB-1", waterOf(t, water("1", "2026-01-01", ""), march, 11)), books)
	require.ErrorContains(t, err, "$11.10 is taken off, $0.00 is open of it, and $66.65 of it was moved to another account; take off what is left here; adjust the rest where it was moved to")
}

// A courtesy is beside what was charged: a correction and a leak credit come to the same with it and without, and it is never more
// than what is left of its charge.
func TestACourtesyIsNoPartOfWhatACorrectionOrALeakCreditStartsFrom(t *testing.T) {
	books, bill, credit, changes := leakOf(t)
	engines := enginesOf(hanging(byLine(), "20.00"))
	r := leakRequest()
	r.Key, r.Kind = "C-1", billing.Courtesy
	for _, c := range []string{"pumping", "drought", "tax"} {
		r.Keeps = append(r.Keeps, billing.Keep{Charge: c, Why: "by resolution"})
	}
	courtesy := must(bill.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "water", After: usd(131_00)}}, engines, books))
	must(adjust(books, courtesy))
	ask := leakRequest()
	ask.Earlier = []billing.Adjustment{courtesy}
	got := must(bill.AdjustCharges(ask, changes, engines, books))
	require.Equal(t, credit.Credit.Cents(), -got.Change().Cents())
	must(adjust(books, got))

	books, b := billedBooks(t, 0)
	r = leakRequest()
	r.Key, r.Kind = "C-1", billing.Courtesy
	courtesy = must(b.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "water", After: usd(20_00)}}, enginesOf(book()), books))
	must(adjust(books, courtesy))
	for after, refused := range map[int64]bool{26_64: true, 26_65: false} {
		r := leakRequest()
		r.Kind, r.Earlier = billing.Correction, []billing.Adjustment{courtesy}
		change, err := b.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "water", After: usd(after)}}, enginesOf(book()), books)
		if refused {
			require.ErrorIs(t, err, billing.ErrCorrected)
			require.ErrorContains(t, err, "charge water: $26.65 of it was given by adjustment C-1, and $26.64 of it is left; reverse that one first, and give anew what is still right")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, usd(46_65), change.Lines[0].Before)
	}
	down := again("RB-1", waterOf(t, water("1", "2026-01-01", ""), march, 5))
	down.Earlier = []billing.Adjustment{courtesy}
	require.ErrorContains(t, second(b.Rebill(down, books)), "$26.65 of it was given by adjustment C-1, and $15.00 of it is left")

	// None of the three kinds of credit makes anybody owe more.
	for _, kind := range []billing.AdjustmentKind{billing.Courtesy, billing.Waiver, billing.LeakCredit} {
		wrong := credit2(b, kind)
		require.ErrorContains(t, wrong.Check(), "lines: a "+string(kind)+" of $0.01 would be owed; give a credit")
	}
}

func credit2(b billing.Bill, kind billing.AdjustmentKind) billing.Adjustment {
	a := credit(b, "X-1", 46_65, 46_66)
	a.Kind = kind
	return a
}

// What was corrected of one service, or of other days of it, is no change of another.
func TestEachServiceStartsFromItsOwn(t *testing.T) {
	const february = "[2026-02-01, 2026-03-01)"
	a, other := water("1", "2026-01-01", ""), water("2", "2026-01-01", "")
	other.Premise, other.Customer, other.Account = "P-2", "C-1", "A-1"
	r := request(t)
	ofOther := func(units int64) billing.Service { return priced(t, book(), other, used("A-1/2", units, march), march) }
	r.Services = []billing.Service{waterOf(t, a, february, 13), waterOf(t, a, march, 13), ofOther(13)}
	b := must(billing.NewBill(r))
	var books ledger.Ledger
	require.True(t, must(books.Post(b.Entries()[0])))
	first := must(b.Rebill(again("RB-1", waterOf(t, a, march, 11)), &books))
	must(adjust(&books, first))
	for _, s := range []billing.Service{waterOf(t, a, february, 12), ofOther(12)} {
		ask := again("RB-2", s)
		ask.Earlier = []billing.Adjustment{first}
		require.Equal(t, usd(46_65), must(b.Rebill(ask, &books)).Lines[0].Before)
	}
	ask := again("RB-2", waterOf(t, a, march, 12))
	ask.Earlier = []billing.Adjustment{first}
	require.Equal(t, usd(35_55), must(b.Rebill(ask, &books)).Lines[0].Before)
}
