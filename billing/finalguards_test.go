package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// refusedFinal has a settlement refused, and says why.
func refusedFinal(t *testing.T, says string, change func(r *billing.FinalRequest)) {
	t.Helper()
	books, r := closing(t, 112_40, 75_00, 0)
	_, err := r.Settle(books)
	require.NoError(t, err)
	change(&r)
	_, err = r.Settle(books)
	require.ErrorIs(t, err, billing.ErrFinal)
	require.ErrorContains(t, err, says)
}

func TestInterestIsNeverMoreThanTheDepositThatBoreIt(t *testing.T) {
	refusedFinal(t, "E_FINAL: interest: ", func(r *billing.FinalRequest) { r.Interest = usd(75_01) })
	books, r := closing(t, 10_00, 75_00, 0)
	r.Interest = usd(75_00)
	require.Equal(t, usd(140_00), settled(t, books, r).Refund)
	books, r = closing(t, 10_00, 0, 0)
	r.Interest = usd(1_000_000_00)
	_, err := r.Settle(books)
	require.ErrorContains(t, err, "interest: $1,000,000.00 of it, and a deposit of $0.00")
	r.Interest = usd(1)
	_, err = r.Settle(books)
	require.ErrorContains(t, err, "E_FINAL: interest: ", "no deposit bears none")
}

func TestAFinalIsSettledOnceItIsBilled(t *testing.T) {
	books, r := closing(t, 10_00, 75_00, 0)
	billed := r.Bill.Billed()
	refusedFinal(t, "E_FINAL: on: it is before the day of the bill, "+billed.String(), func(r *billing.FinalRequest) { r.On = must(billed.AddDays(-1)) })
	r.On = billed
	settled(t, books, r)
}

func TestAnOtherAccountStandsThereOnceInWhateverArea(t *testing.T) {
	twice := []billing.Holder{{Account: "A-2", Customer: "C-1", Area: "central"}, {Account: "A-2", Customer: "C-1", Area: "south"}}
	refusedFinal(t, "E_FINAL: others[1]: account A-2 stands there twice", func(r *billing.FinalRequest) { r.OtherAccounts, r.Others = true, twice })
	refusedFinal(t, "E_FINAL: others[0]: account A-1 stands there twice", func(r *billing.FinalRequest) {
		r.OtherAccounts, r.Others = true, []billing.Holder{{Account: "A-1", Customer: "C-1", Area: "south"}}
	})
	refusedFinal(t, "E_FINAL: others[0]: the account or its area is missing", func(r *billing.FinalRequest) {
		r.OtherAccounts, r.Others = true, []billing.Holder{{Account: "A-2", Customer: "C-1"}}
	})
}

// What an account is, the bill and the books say, and not the request.
func TestAFinalIsOfTheBillsOwnCustomerAreaAndAgreement(t *testing.T) {
	refusedFinal(t, "E_FINAL: holder: the bill is of customer C-1", func(r *billing.FinalRequest) { r.Agreement.Customer, r.Holder.Customer = "C-9", "C-9" })
	refusedFinal(t, "E_FINAL: holder.area: the bill is of area central", func(r *billing.FinalRequest) { r.Holder.Area, r.Deposit = "south", usd(0) })
	for _, change := range []func(a *billing.Agreement){
		func(a *billing.Agreement) { a.From = day("2026-02-01") }, func(a *billing.Agreement) { a.Premise = "P-9" },
		func(a *billing.Agreement) { a.Service = "sewer" }, func(a *billing.Agreement) { a.Account = "A-9" },
		func(a *billing.Agreement) { a.Customer = "C-9" },
	} {
		refusedFinal(t, "E_FINAL: agreement: agreement 1 is not the one that the bill is of", func(r *billing.FinalRequest) { change(&r.Agreement) })
	}
	refusedFinal(t, "E_FINAL: bill: the bill begins on 2026-03-01, and the agreement on 2026-03-15", func(r *billing.FinalRequest) {
		r.Agreement.From = day("2026-03-15")
	})
	books, r := closing(t, 10_00, 75_00, 0)
	other := ledger.Item{Account: "A-8", Area: "ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day("2026-03-26"), Due: day("2026-04-16")}
	e := ledger.Entry{Cause: ledger.Billed, Key: "x", Effective: other.Billed, Accounting: other.Billed, Opens: []ledger.Open{{Item: other, Amount: usd(20_00), Against: other.Against()}}}
	require.True(t, must(books.Post(e)))
	r.OtherAccounts, r.Others = true, []billing.Holder{{Account: "A-8", Customer: "C-1", Area: "south"}}
	_, err := r.Settle(books)
	require.ErrorContains(t, err, "E_FINAL: others[0].area: account A-8 is of area ord")
}

// depositAsked asks an account for a deposit.
func depositAsked(t *testing.T, books *ledger.Ledger, account, area string, cents int64) ledger.Entry {
	t.Helper()
	it := ledger.Item{Account: account, Area: area, Kind: "deposit", Service: "deposit", RevenueCode: "2300", Billed: day("2026-01-01"), Due: day("2026-02-01"), Deposit: true}
	e := ledger.Entry{Cause: ledger.Billed, Key: "deposit " + account, Effective: day("2026-01-01"), Accounting: day("2026-01-01"),
		Opens: []ledger.Open{{Item: it, Amount: usd(cents), Against: it.Against()}}}
	require.True(t, must(books.Post(e)))
	return e
}

// A deposit that was asked for and not paid is not the closed account's debt, and not passed over either: 20.00 would be
// refunded of an account that owes 45.00.
func TestADepositThatWasNotPaidIsTakenBackBeforeTheFinal(t *testing.T) {
	books, r := closing(t, 10_00, 30_00, 0)
	asked := depositAsked(t, books, "A-1", "central", 45_00)
	_, err := r.Settle(books)
	require.ErrorIs(t, err, billing.ErrFinal)
	require.ErrorContains(t, err, "E_FINAL: deposit: a deposit of $45.00 was charged and is not paid; take the charge back first")
	back := billing.Adjustment{
		Key: "D-1", Account: "A-1", Area: "central", Kind: billing.Correction, Reason: "the account is closed", Evidence: []string{"RO-7"}, By: person("m.alvarez"),
		Effective: day("2026-04-01"), Lines: []billing.AdjustedLine{{Item: asked.ItemID(0), Text: "Deposit", Before: usd(45_00)}},
	}
	must(adjust(books, back))
	f := settled(t, books, r)
	require.Equal(t, usd(20_00), f.Refund)
	require.Equal(t, usd(0), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-04-10"))).Balance)
}

// A deposit pays what is owed, and no other deposit.
func TestADepositDoesNotPayTheDepositOfAnotherAccount(t *testing.T) {
	books, r := closing(t, 10_00, 75_00, 0)
	depositAsked(t, books, "A-8", "ord", 45_00)
	r.OtherAccounts, r.Others = true, []billing.Holder{{Account: "A-8", Customer: "C-1", Area: "ord"}}
	f := settled(t, books, r)
	require.Equal(t, usd(0), f.Others)
	require.Equal(t, usd(65_00), f.Refund)
}

func TestALimitForSmallBalancesIsNotBelowZero(t *testing.T) {
	below := usd(-5)
	refusedFinal(t, "E_FINAL: small.refund_from: the balance below which nothing is refunded is -$0.05", func(r *billing.FinalRequest) { r.Small.RefundFrom = &below })
	refusedFinal(t, "E_FINAL: small.collect_from: the balance below which a debt is written off is -$0.05", func(r *billing.FinalRequest) { r.Small.CollectFrom = &below })
}
