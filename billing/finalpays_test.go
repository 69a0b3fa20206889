package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// goingOn is a final of water on an account whose sewer ends on another day, if ever: a final bill of 66.65 for water, 33.00 for
// sewer and a fee of 12.00, and an older bill of 20.00.
func goingOn(t require.TestingT, sewerUntil string, deposit, credit int64) (*ledger.Ledger, billing.FinalRequest) {
	_, final := closing(t, 1, 0, 0)
	sewer := sewerOf(t, water("1", "2026-01-01", sewerUntil), march)
	r := request(t)
	r.Key, r.Services = "final", []billing.Service{waterOf(t, final.Agreement, march, 13), sewer}
	r.Fees = []billing.Fee{{Key: "closing", Text: "Closing an account", Amount: usd(12_00), Source: rates.Citation{Resolution: "placeholder"},
		Posting: billing.Posting{Kind: "fee", Service: "water", RevenueCode: "4100"}}}
	final.Bill, final.Deposit = must(billing.NewBill(r)), usd(deposit)
	var books ledger.Ledger
	old := ledger.Item{Account: "A-1", Area: "central", Kind: "charge", Service: "sewer", RevenueCode: "4000", Billed: day("2026-02-26"), Due: day("2026-03-16")}
	all := append(final.Bill.Entries(), ledger.Entry{Cause: ledger.Billed, Key: "old", Effective: old.Billed, Accounting: old.Billed,
		Opens: []ledger.Open{{Item: old, Amount: usd(20_00), Against: old.Against()}}})
	for i, to := range []ledger.Place{ledger.DepositOf("A-1", "central"), ledger.CreditOf("A-1", "central")} {
		if cents := []int64{deposit, credit}[i]; cents > 0 {
			all = append(all, ledger.Entry{Cause: ledger.Paid, Key: "to " + string(to.Kind), Effective: day("2025-01-02"), Accounting: day("2025-01-02"),
				Moves: []ledger.Move{{From: ledger.Clearing("lockbox"), To: to, Amount: usd(cents), RevenueCode: "2300"}}})
		}
	}
	require.Equal(t, len(all), must(books.PostAll(all...)))
	return &books, final
}

// owedOn is what of the items of A-1 is open, in order.
func owedOn(books *ledger.Ledger) (out []money.Amount) {
	for it := range books.Items("A-1") {
		out = append(out, it.Open)
	}
	return out
}

// A deposit secures the agreement that goes on too: whether it pays that agreement's bills nobody says by leaving something out.
func TestAFinalSaysWhetherAnotherAgreementOfTheAccountGoesOn(t *testing.T) {
	books, r := goingOn(t, "", 150_00, 0)
	for pays, says := range map[billing.FinalPays]string{
		0: "E_FINAL: pays: it is not stated whether another agreement of the account goes on", 4: "E_FINAL: pays: it is not stated",
		billing.PaysClosedAccount: "E_FINAL: pays: the account is stated to be closed, and agreement 1s goes on; state PaysWholeAccount or PaysFinalBill",
	} {
		r.Pays = pays
		_, err := r.Settle(books)
		require.ErrorIs(t, err, billing.ErrFinal)
		require.ErrorContains(t, err, says)
	}
	books, r = goingOn(t, "2026-04-11", 150_00, 0)
	_, err := r.Settle(books)
	require.ErrorContains(t, err, "agreement 1s goes on", "it ends after the settlement")
	books, r = goingOn(t, "2026-03-31", 150_00, 0)
	require.Equal(t, usd(18_35), settled(t, books, r).Refund, "both have ended: the account is closed")
}

func TestADepositPaysTheBillsOfAnotherAgreementWhereTheRequestSaysSo(t *testing.T) {
	books, r := goingOn(t, "", 150_00, 0)
	r.Pays = billing.PaysWholeAccount
	f := settled(t, books, r)
	require.Equal(t, "A-1 $150.00 deposit held; A-1 $0.00 another agreement of the account goes on: its bills are paid too; "+
		"A-1 $131.65 applied to this account; A-1 $18.35 refund to the customer", linesOf(f))
	require.Contains(t, f.String(), "\n  another agreement of the account goes on: its bills are paid too\n", "the approver sees it")
	require.Equal(t, []money.Amount{usd(0), usd(0), usd(0), usd(0)}, owedOn(books))
}

// The final bill is paid alone, without what it charges for the sewer that goes on; nothing is refunded of an account that owes.
func TestADepositStaysWithTheAgreementThatGoesOn(t *testing.T) {
	books, r := goingOn(t, "", 150_00, 0)
	r.Pays = billing.PaysFinalBill
	f := settled(t, books, r)
	require.Equal(t, "A-1 $150.00 deposit held; A-1 $0.00 another agreement of the account goes on: $53.00 that the account owes besides is not paid; "+
		"A-1 $78.65 applied to this account; A-1 $71.35 stays with the account, of which another agreement goes on", linesOf(f))
	require.Equal(t, []money.Amount{usd(78_65), usd(0), usd(71_35), usd(0)}, []money.Amount{f.Applied, f.Refund, f.Kept, f.StillDue})
	require.Equal(t, []money.Amount{usd(0), usd(33_00), usd(0), usd(20_00)}, owedOn(books), "water, sewer, the fee, the older bill")
	require.Equal(t, usd(71_35), books.Balance(ledger.DepositOf("A-1", "central")), "it is held on as a deposit")

	books, r = goingOn(t, "", 50_00, 0)
	r.Pays = billing.PaysFinalBill
	require.Equal(t, usd(28_65), settled(t, books, r).StillDue, "of the final bill")

	books, r = goingOn(t, "", 50_00, 40_00)
	r.Pays = billing.PaysFinalBill
	require.Equal(t, usd(11_35), settled(t, books, r).Kept)
	require.Equal(t, []money.Amount{usd(11_35), usd(0)},
		[]money.Amount{books.Balance(ledger.DepositOf("A-1", "central")), books.Balance(ledger.CreditOf("A-1", "central"))}, "the credit pays first")
}

// What a bill charges nothing for opens no item, and does not shift which item is whose.
func TestTheItemsOfAFinalBillAreThoseOfItsAgreement(t *testing.T) {
	books, r := goingOn(t, "", 150_00, 0)
	b := book()
	b.Schedules[0].Versions[0].Charges = []rates.Charge{{ID: "base", Text: "Nothing", Rule: rates.Fixed{Amount: rates.Num("0.00")}}}
	empty := waterOf(t, water("1", "2026-01-01", ""), march, 13)
	empty.Agreement.ID, empty.Quote = "0", must(must(rates.Compile(b)).Price(empty.Quote.Input))
	q := request(t)
	q.Key, q.Services = "final 2", []billing.Service{empty, waterOf(t, r.Agreement, march, 13), sewerOf(t, water("1", "2026-01-01", ""), march)}
	r.Bill, r.Pays = must(billing.NewBill(q)), billing.PaysFinalBill
	require.Equal(t, len(r.Bill.Entries()), must(books.PostAll(r.Bill.Entries()...)))
	require.Equal(t, usd(66_65), settled(t, books, r).Applied)
	require.Equal(t, []money.Amount{usd(0), usd(33_00)}, owedOn(books)[4:])
}

func TestNothingElseIsPaidWhereADepositStays(t *testing.T) {
	books, r := goingOn(t, "", 150_00, 0)
	billOther(t, books, "x8", "A-8", "ord", "2026-04-16", 20_00)
	r.Pays, r.OtherAccounts, r.Others = billing.PaysFinalBill, true, []billing.Holder{{Account: "A-8", Customer: "C-1", Area: "ord"}}
	_, err := r.Settle(books)
	require.ErrorIs(t, err, billing.ErrFinal)
	require.ErrorContains(t, err, "E_FINAL: others: what is left stays with the account, and other accounts are given")
	r.Pays = billing.PaysWholeAccount
	require.Equal(t, usd(18_35), settled(t, books, r).Others)
}

// The deposit of an account that goes on may be asked for still.
func TestADepositThatIsAskedForStaysAskedForWhereTheAccountGoesOn(t *testing.T) {
	books, r := goingOn(t, "", 150_00, 0)
	depositAsked(t, books, "A-1", "central", 45_00)
	r.Pays = billing.PaysWholeAccount
	_, err := r.Settle(books)
	require.ErrorContains(t, err, "E_FINAL: deposit: a deposit of $45.00 was charged and is not paid")
	r.Pays = billing.PaysFinalBill
	f := settled(t, books, r)
	require.Contains(t, linesOf(f), "$98.00 that the account owes besides is not paid")
	require.Equal(t, usd(71_35), f.Kept)
}

// What the account owes besides is what was approved, or the final is settled anew.
func TestAFinalOfAnAccountThatGoesOnIsSettledAnewWhereItHasChanged(t *testing.T) {
	for name, change := range map[string]func(books *ledger.Ledger){
		"a bill":    func(books *ledger.Ledger) { billOther(t, books, "new", "A-1", "central", "2026-05-16", 1) },
		"a payment": func(books *ledger.Ledger) { payOther(t, books, olderBill(books.Entries()), 20_00) },
	} {
		for _, pays := range []billing.FinalPays{billing.PaysWholeAccount, billing.PaysFinalBill} {
			books, r := goingOn(t, "", 150_00, 0)
			r.Pays = pays
			f := must(billing.FinalForm.Unmarshal(must(billing.FinalForm.Marshal(must(r.Settle(books))))))
			change(books)
			_, err := closed(books, f)
			require.ErrorIs(t, err, billing.ErrFinal, name)
			require.ErrorContains(t, err, "account A-1: it holds or owes something else than when it was settled", name)
			r.Key = "F-2"
			settled(t, books, r)
		}
	}
}

// olderBill is the older bill of goingOn among entries.
func olderBill(entries func(func(ledger.Entry) bool)) (out ledger.Entry) {
	for e := range entries {
		if e.Key == "old" {
			out = e
		}
	}
	return out
}

// Whatever is held, none of it is lost, and what the account owes is what was paid and what was not.
func TestAFinalOfAnAccountThatGoesOnConservesDepositAndBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		deposit, credit := rapid.Int64Range(0, 200_00).Draw(t, "deposit"), rapid.Int64Range(0, 200_00).Draw(t, "credit")
		books, r := goingOn(t, "", deposit, credit)
		r.Pays = rapid.SampledFrom([]billing.FinalPays{billing.PaysWholeAccount, billing.PaysFinalBill}).Draw(t, "pays")
		r.Interest = usd(rapid.Int64Range(0, min(5_00, deposit)).Draw(t, "interest"))
		f := settled(t, books, r)
		require.Equal(t, f, must(billing.FinalForm.Unmarshal(must(billing.FinalForm.Marshal(f)))))
		require.Equal(t, deposit+credit+r.Interest.Cents(), f.Held.Cents())
		require.Equal(t, f.Held.Cents(), f.Applied.Cents()+f.Refund.Cents()+f.Kept.Cents())
		var open int64
		for _, a := range owedOn(books) {
			open += a.Cents()
		}
		require.Equal(t, int64(131_65), f.Applied.Cents()+open)
		if r.Pays == billing.PaysFinalBill {
			require.Equal(t, int64(78_65), f.Applied.Cents()+f.StillDue.Cents())
			require.Equal(t, usd(0), f.Refund)
		}
		held := books.Balance(ledger.DepositOf("A-1", "central")).Cents() + books.Balance(ledger.CreditOf("A-1", "central")).Cents()
		require.Equal(t, f.Kept.Cents(), held)
	})
}

// What a correction of the final bill has added is of the final bill.
func TestAFinalBillIsPaidWithWhatCorrectionsHaveAddedToIt(t *testing.T) {
	books, r := goingOn(t, "", 150_00, 0)
	r.Pays = billing.PaysFinalBill
	drought := book()
	c := &drought.Schedules[0].Versions[0].Charges
	*c = append(*c, rates.Charge{ID: "drought", Text: "Drought surcharge", Rule: rates.Fixed{Amount: rates.Num("5.00")}})
	s := waterOf(t, r.Agreement, march, 13)
	s.Quote = must(must(rates.Compile(drought)).Price(s.Quote.Input))
	ask := again("RB-1", s)
	ask.Postings[billing.ChargeOf{Schedule: "water", Charge: "drought"}] = billing.Posting{Kind: "surcharge", Service: "water", RevenueCode: "4007"}
	ask.Effective, ask.Due = day("2026-04-02"), day("2026-04-23")
	must(adjust(books, must(r.Bill.Rebill(ask, books))))
	f := settled(t, books, r)
	require.Equal(t, usd(83_65), f.Applied, "66.65 for water, 12.00 for closing, and 5.00")
	require.Equal(t, usd(0), owedOn(books)[4])
}
