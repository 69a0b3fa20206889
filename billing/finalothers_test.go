package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// billOther bills an item on any account.
func billOther(t *testing.T, books *ledger.Ledger, key, account, area, due string, cents int64) ledger.Entry {
	t.Helper()
	it := ledger.Item{Account: account, Area: area, Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day("2026-03-26"), Due: day(due)}
	e := ledger.Entry{Cause: ledger.Billed, Key: key, Effective: it.Billed, Accounting: it.Billed, Opens: []ledger.Open{{Item: it, Amount: usd(cents), Against: it.Against()}}}
	require.True(t, must(books.Post(e)))
	return e
}

func payOther(t *testing.T, books *ledger.Ledger, e ledger.Entry, cents int64) {
	t.Helper()
	moves := must(books.Settle(ledger.Clearing("lockbox"), e.ItemID(0), usd(cents)))
	require.True(t, must(books.Post(ledger.Entry{Cause: ledger.Paid, Key: "pays " + e.Key, Effective: day("2026-04-11"), Accounting: day("2026-04-11"), Moves: moves})))
}

func creditTo(t *testing.T, books *ledger.Ledger, account, area string, cents int64) {
	t.Helper()
	require.True(t, must(books.Post(ledger.Entry{Cause: ledger.Paid, Key: "credit " + account, Effective: day("2026-04-11"), Accounting: day("2026-04-11"),
		Moves: []ledger.Move{{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(account, area), Amount: usd(cents), RevenueCode: "2200"}}})))
}

// twoOthers are a final of 10.00 with a deposit of 75.00, an account A-8 that owes 20.00, and an account A-9 that was paid.
func twoOthers(t *testing.T) (*ledger.Ledger, billing.FinalRequest, ledger.Entry) {
	books, r := closing(t, 10_00, 75_00, 0)
	owes := billOther(t, books, "x8", "A-8", "ord", "2026-04-16", 20_00)
	payOther(t, books, billOther(t, books, "x9", "A-9", "ord", "2026-04-16", 5_00), 5_00)
	r.OtherAccounts = true
	r.Others = []billing.Holder{{Account: "A-8", Customer: "C-1", Area: "ord"}, {Account: "A-9", Customer: "C-1", Area: "ord"}}
	return books, r, owes
}

// The approver sees what the other accounts owe, of one that owes nothing too.
func TestAFinalSaysWhatTheOtherAccountsOwe(t *testing.T) {
	books, r, _ := twoOthers(t)
	text := must(r.Settle(books)).String()
	require.Contains(t, text, "\n  another account of the customer, of area ord: owes $20.00 and has a credit of $0.00 (A-8)\n")
	require.Contains(t, text, "\n  another account of the customer, of area ord: owes $0.00 and has a credit of $0.00 (A-9)\n")
}

// What was approved of the customer's other accounts is to be so still: 45.00 would be refunded of a customer who owes it, and
// a debt would be paid that is paid.
func TestAFinalOfWhichAnotherAccountHasChangedIsSettledAnew(t *testing.T) {
	for name, c := range map[string]struct {
		account, says string
		change        func(books *ledger.Ledger, owes ledger.Entry)
	}{
		"a bill on one that owed nothing": {"A-9", "owes or has something else", func(books *ledger.Ledger, _ ledger.Entry) {
			billOther(t, books, "new", "A-9", "ord", "2026-05-16", 45_00)
		}},
		"a bill on one that is paid from it": {"A-8", "owes or has something else", func(books *ledger.Ledger, _ ledger.Entry) {
			billOther(t, books, "new", "A-8", "ord", "2026-04-10", 1)
		}},
		"a payment": {"A-8", "owes or has something else", func(books *ledger.Ledger, owes ledger.Entry) { payOther(t, books, owes, 20_00) }},
		"a credit":  {"A-8", "owes or has something else", func(books *ledger.Ledger, _ ledger.Entry) { creditTo(t, books, "A-8", "ord", 1) }},
		"another debt of the same amount": {"A-8", "an item that the final pays has less open", func(books *ledger.Ledger, owes ledger.Entry) {
			payOther(t, books, owes, 20_00)
			billOther(t, books, "new", "A-8", "ord", "2026-05-16", 20_00)
		}},
	} {
		books, r, owes := twoOthers(t)
		f := must(r.Settle(books))
		f = must(billing.FinalForm.Unmarshal(must(billing.FinalForm.Marshal(f)))) // as it waits for its approval
		c.change(books, owes)
		_, err := closed(books, f)
		require.ErrorIs(t, err, billing.ErrFinal, name)
		require.ErrorContains(t, err, "account "+c.account+": ", name)
		require.ErrorContains(t, err, c.says, name)
		require.ErrorContains(t, err, "settle it anew, under another key, and have that approved", name)
		r.Key = "F-2"
		settled(t, books, r)
	}
	books, r, _ := twoOthers(t)
	require.Equal(t, usd(45_00), settled(t, books, r).Refund, "and where nothing has changed it is acted on")
}

// The account's own debt may come to the same, of another item, and the other account may turn out to be of another area.
func TestAFinalIsActedOnInTheBooksOnWhichItWasSettled(t *testing.T) {
	books, r := closing(t, 46_12, 75_00, 0)
	f := must(r.Settle(books))
	payOther(t, books, r.Bill.Entries()[0], 46_12)
	billOther(t, books, "new", "A-1", "central", "2026-05-16", 46_12)
	_, err := closed(books, f)
	require.ErrorContains(t, err, "account A-1: an item that the final pays has less open than when it was settled")

	in := func(area string) (*ledger.Ledger, billing.FinalRequest) {
		books, r := closing(t, 46_12, 75_00, 0)
		creditTo(t, books, "A-8", area, 5_00)
		r.OtherAccounts, r.Others = true, []billing.Holder{{Account: "A-8", Customer: "C-1", Area: area}}
		return books, r
	}
	books, r = in("ord")
	f = must(r.Settle(books))
	other, _ := in("south")
	_, err = closed(other, f)
	require.ErrorIs(t, err, billing.ErrFinal)
	require.ErrorContains(t, err, "account A-8: this other account of the customer owes or has something else than when the final was settled, or is of another area")
	require.NoError(t, second(closed(books, f)))
}

// The area of an account is what the books say, of one from which nothing is taken too: of one that only has a credit, and of one
// that the books do not have nobody knows.
func TestTheAreaOfEveryOtherAccountIsProved(t *testing.T) {
	books, r := closing(t, 10_00, 75_00, 0)
	creditTo(t, books, "A-8", "ord", 5_00)
	r.OtherAccounts, r.Others = true, []billing.Holder{{Account: "A-8", Customer: "C-1", Area: "ord"}}
	must(r.Settle(books))
	r.Others[0].Area = "south"
	_, err := r.Settle(books)
	require.ErrorIs(t, err, billing.ErrFinal)
	require.ErrorContains(t, err, "E_FINAL: others[0].area: account A-8 is of area ord; state the account's own area")
	r.Others[0] = billing.Holder{Account: "A-9", Customer: "C-1", Area: "ord"}
	_, err = r.Settle(books)
	require.ErrorIs(t, err, billing.ErrFinal)
	require.ErrorContains(t, err, "E_FINAL: others[0]: the books have nothing of account A-9; leave out an account that was never billed")
}
