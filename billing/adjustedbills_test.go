package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/rates"
)

// reverse takes an adjustment back.
func reverse(t require.TestingT, books *ledger.Ledger, done billing.Adjusted) {
	for i := len(done.Entries) - 1; i >= 0; i-- {
		e := done.Entries[i]
		require.True(t, must(books.Post(must(books.Reverse(e.ID(), "reversal of "+e.Key, e.Cause, day("2026-05-02"), day("2026-05-02"))))))
	}
}

// A correction that does not start from the one before it would take the same twice.
func TestABillIsNotCorrectedTwice(t *testing.T) {
	books, b := billedBooks(t, 0)
	item := ledger.OfItem(b.Entries()[0].ItemID(0))
	a := water("1", "2026-01-01", "")
	first := must(b.Rebill(again("RB-1", waterOf(t, a, march, 11)), books))
	second := must(b.Rebill(again("RB-2", waterOf(t, a, march, 11)), books)) // both wait for approval
	done := must(adjust(books, first))
	require.Equal(t, usd(55_55), books.Balance(item))
	_, err := adjust(books, second)
	require.ErrorIs(t, err, billing.ErrAdjustment)
	require.ErrorContains(t, err, "the books have adjustment RB-1 of it, from which this one does not start; ask for it anew with that one among the earlier ones, or reverse that one")
	_, err = b.Rebill(again("RB-3", waterOf(t, a, march, 5)), books)
	require.ErrorIs(t, err, billing.ErrCorrected)
	_, err = b.AdjustLines(leakRequest(), []billing.LineChange{{Line: 1, Units: exact.Int(-1)}}, enginesOf(book()), books)
	require.Error(t, err)
	require.Equal(t, first, must(b.Rebill(again("RB-1", waterOf(t, a, march, 11)), books)), "the same request is the same adjustment")
	require.Equal(t, done.Entries, must(adjust(books, first)).Entries, "and is made once")
	require.Equal(t, usd(55_55), books.Balance(item))

	reverse(t, books, done)
	_, err = adjust(books, first)
	require.ErrorContains(t, err, "adjustment RB-1 was taken back; ask for it anew, under another key")
	require.Equal(t, usd(66_65), books.Balance(item), "a run that changes nothing says no success")
	must(adjust(books, must(b.Rebill(again("RB-4", waterOf(t, a, march, 5)), books))))
	require.Equal(t, usd(35_00), books.Balance(item), "20.00, and 5 CCF at 3.00")
	other, _ := billedBooks(t, 0)
	require.Equal(t, usd(35_00-66_65), must(b.Rebill(again("RB-4", waterOf(t, a, march, 5)), other)).Change())

	batch := book()
	batch.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Num("18.00")}
	r := must(billing.Reprice([]billing.Bill{b}, must(rates.Compile(batch)), day("2026-01-01"), again("RP"), books))
	require.Empty(t, r.Adjustments, "a bill that was corrected is left, and the batch goes on without it")
	require.Len(t, r.Left, 1)
	require.ErrorIs(t, r.Left[0], billing.ErrCorrected)
	require.ErrorContains(t, r.Left[0], "bill A-1 2026-W14: ")
	require.ErrorContains(t, r.Left[0], "the books have adjustment RB-4 of it")
}

func TestALeakCreditAndUnitsAreTakenOnce(t *testing.T) {
	books, bill, _, changes := leakOf(t)
	engines := enginesOf(hanging(byLine(), "20.00"))
	r := leakRequest()
	must(adjust(books, must(bill.AdjustCharges(r, changes, engines, books))))
	r.Key = "another"
	_, err := bill.AdjustCharges(r, changes, engines, books)
	require.ErrorContains(t, err, "the books have adjustment LK-118 of it")

	books, bill = billOf(t, hanging(byLine(), "20.00"), water("1", "2026-01-01", ""), 13)
	three := linesRequest("L-1", billing.LineChange{Line: 2, Units: exact.Int(-3)})
	must(adjust(books, must(adjustLines(bill, three, engines, books))))
	three.Key = "L-2"
	_, err = adjustLines(bill, three, engines, books)
	require.ErrorContains(t, err, "the books have adjustment L-1 of it")
}

// A charge that the bill did not have has no item of the bill by which its second coming would be seen.
func TestAChargeThatTheBillDidNotHaveComesOnce(t *testing.T) {
	for name, amount := range map[string]int64{"charge": 5_00, "credit": -5_00} {
		corrected := book()
		c := &corrected.Schedules[0].Versions[0].Charges
		*c = append(*c, rates.Charge{ID: "drought", Text: "Drought surcharge", Rule: rates.Fixed{Amount: rates.Num("5.00")}})
		if name == "credit" {
			(*c)[len(*c)-1].Rule = rates.Credit{Amount: rates.Num("5.00"), Of: []string{"water"}}
		}
		engine := must(rates.Compile(corrected))
		books, b := billedBooks(t, 0)
		s := waterOf(t, water("1", "2026-01-01", ""), march, 13)
		s.Quote = must(engine.Price(s.Quote.Input))
		ask := func(key string) (billing.Adjustment, error) {
			r := again(key, s)
			r.Postings[billing.ChargeOf{Schedule: "water", Charge: "drought"}] = billing.Posting{Kind: "surcharge", Service: "water", RevenueCode: "4007"}
			return b.Rebill(r, books)
		}
		one, other := must(ask("RB-1")), must(ask("RB-2"))
		require.Equal(t, usd(amount), one.Change(), name)
		taken := credit(b, "RB-1", 33_00, 30_00)
		taken.Lines[0].Item = b.Entries()[0].ItemID(1)
		fresh, _ := billedBooks(t, 0)
		must(adjust(fresh, taken))
		require.ErrorContains(t, second(adjust(fresh, one)), "another adjustment has the key RB-1")
		done := must(adjust(books, one))
		require.ErrorContains(t, second(adjust(books, taken)), "another adjustment has the key RB-1")
		require.Equal(t, done.Entries, must(adjust(books, one)).Entries, "run again")
		for _, x := range []func() error{func() error { return second(adjust(books, other)) }, func() error { return second(ask("RB-3")) }} {
			require.ErrorContains(t, x(), "the books have adjustment RB-1 of it", name)
		}
		reverse(t, books, done)
		must(adjust(books, must(ask("RB-4"))))
	}
}

func TestAnAdjustmentIsOfABillInTheBooks(t *testing.T) {
	books, b := billedBooks(t, 0)
	for says, change := range map[string]func(*billing.Adjustment){
		"its item is none of bill no such bill": func(a *billing.Adjustment) { a.Bill = "no such bill" },
		"it was $66.66, and its item is for $66.65": func(a *billing.Adjustment) {
			a.Lines[0].Charge, a.Lines[0].Before, a.Lines[0].After = "", usd(66_66), usd(60_00)
		},
		"it was billed on 2026-04-02, and is adjusted as of 2026-04-01": func(a *billing.Adjustment) { a.Effective = day("2026-04-01") },
	} {
		wrong := credit(b, "ADJ-1", 46_65, 30_00)
		change(&wrong)
		require.ErrorContains(t, second(adjust(books, wrong)), says)
	}
	first := credit(b, "ADJ-1", 66_65, 60_00)
	first.Lines[0].Charge, first.Effective = "", day("2026-04-02")
	must(adjust(books, first))
}

func TestARebillIsOfTheServicesOfABillInTheBooks(t *testing.T) {
	books, b := billedBooks(t, 0)
	a := water("1", "2026-01-01", "")
	s := waterOf(t, a, march, 11)
	require.ErrorContains(t, second(b.Rebill(again("RB-1", s, s), books)), "services[1]: agreement 1 of [2026-03-01, 2026-03-31) stands there twice")
	for name, change := range map[string]func(*billing.Agreement){
		"customer": func(a *billing.Agreement) { a.Customer = "C-9" }, "premise": func(a *billing.Agreement) { a.Premise = "P-77" },
		"service": func(a *billing.Agreement) { a.Service = "gas" },
	} {
		other := water("1", "2026-01-01", "")
		change(&other)
		require.ErrorContains(t, second(b.Rebill(again("RB-1", waterOf(t, other, march, 11)), books)), "is of another customer, premise or service", name)
	}
	early := again("RB-1", s)
	early.Effective = day("2026-04-01")
	require.ErrorContains(t, second(b.Rebill(early, books)), "it is of 2026-04-02, and would be corrected as of 2026-04-01")
	var none ledger.Ledger
	require.ErrorContains(t, second(b.Rebill(again("RB-1", s), &none)), "the books do not have it")
	require.ErrorIs(t, second(adjustLines(b, linesRequest("L-1", billing.LineChange{Line: 0, By: usd(-1)}), enginesOf(book()), &none)), billing.ErrAdjustment)

	r := again("RB-1", s)
	change := must(b.Rebill(r, books))
	r.Evidence[0] = "another"
	require.Equal(t, []string{"RO-7"}, change.Evidence)
}

// Two periods of one agreement on a bill are two services, each known by its days.
func TestAServiceIsAnAgreementAndItsDays(t *testing.T) {
	const february = "[2026-02-01, 2026-03-01)"
	a := water("1", "2026-01-01", "")
	r := request(t)
	r.Services = []billing.Service{waterOf(t, a, february, 13), waterOf(t, a, march, 13)}
	b := must(billing.NewBill(r))
	var books ledger.Ledger
	require.True(t, must(books.Post(b.Entries()[0])))
	for i, period := range []string{february, march} {
		change := must(b.Rebill(again("RB", waterOf(t, a, period, 11)), &books))
		require.Equal(t, b.Entries()[0].ItemID(i), change.Lines[0].Item)
		require.Len(t, change.Lines, 1)
		charge := billing.ChargeChange{Agreement: "1", Period: days(period), Charge: "water", After: usd(30_00)}
		change = must(b.AdjustCharges(leakRequest(), []billing.ChargeChange{charge}, enginesOf(book()), &books))
		require.Len(t, change.Lines, 1)
		require.Equal(t, b.Entries()[0].ItemID(i), change.Lines[0].Item)
	}
	charge := billing.ChargeChange{Agreement: "1", Charge: "water", After: usd(30_00)}
	require.ErrorContains(t, second(b.AdjustCharges(leakRequest(), []billing.ChargeChange{charge}, enginesOf(book()), &books)),
		"agreement 1 stands on the bill for several periods")
}

// A bill of nothing has no entry in the books; what it should have charged is charged once all the same.
func TestABillOfNothingIsBilledAgainOnce(t *testing.T) {
	b := book()
	b.Schedules[0].Versions[0].Charges = b.Schedules[0].Versions[0].Charges[1:2]
	engine := must(rates.Compile(b))
	a := water("1", "2026-01-01", "")
	of := func(units int64) billing.Service {
		s := waterOf(t, a, march, units)
		s.Quote = must(engine.Price(s.Quote.Input))
		return s
	}
	r := request(t)
	r.Services = []billing.Service{of(0)}
	bill := must(billing.NewBill(r))
	require.Empty(t, bill.Entries())
	var books ledger.Ledger
	first, other := must(bill.Rebill(again("RB-1", of(5)), &books)), must(bill.Rebill(again("RB-2", of(5)), &books))
	done := must(adjust(&books, first))
	require.Equal(t, usd(15_00), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-05-02"))).Balance)
	require.ErrorContains(t, second(adjust(&books, other)), "the books have adjustment RB-1 of it")
	reverse(t, &books, done)
	must(adjust(&books, other))
}

// A base that rises by what water falls leaves their item as it was: nothing in the books would say that the bill was corrected, and water could fall
// again.
func TestACorrectionThatTheBooksWouldNotShowIsRefused(t *testing.T) {
	books, b := billedBooks(t, 0)
	a := water("1", "2026-01-01", "")
	higher := book()
	higher.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Num("31.10")}
	s := waterOf(t, a, march, 11)
	s.Quote = must(must(rates.Compile(higher)).Price(s.Quote.Input))
	_, err := b.Rebill(again("RB-1", s), books)
	require.ErrorIs(t, err, billing.ErrAdjustment)
	require.ErrorContains(t, err, "the books would show no correction; leave it; where the bill is to show it, take the bill back, and bill anew")
}
