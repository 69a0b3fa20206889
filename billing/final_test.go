package billing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// closing is a closed account with a final bill of so many cents, and a deposit and a credit that are held, in a ledger.
func closing(t require.TestingT, cents, deposit, credit int64) (*ledger.Ledger, billing.FinalRequest) {
	a := water("1", "2026-01-01", "2026-03-31")
	b := book()
	text, _ := usd(cents).Ratio().Decimal(2)
	b.Schedules[0].Versions[0].Charges = []rates.Charge{{ID: "base", Text: "Final charges", Rule: rates.Fixed{Amount: rates.Num(text)}}}
	in := must(a.Input(days(march)))
	usage := waterOf(t, a, march, 13)
	in.Usage = usage.Quote.Input.Usage
	r := request(t)
	r.Key, r.Services = "final", []billing.Service{{Agreement: a, Quote: must(must(rates.Compile(b)).Price(in)), Usage: usage.Usage}}
	bill := must(billing.NewBill(r))
	var books ledger.Ledger
	for _, e := range bill.Entries() {
		require.True(t, must(books.Post(e)))
	}
	e := ledger.Entry{Cause: ledger.Paid, Key: "before", Effective: day("2025-01-02"), Accounting: day("2025-01-02")}
	for _, m := range []ledger.Move{
		{To: ledger.DepositOf("A-1", "central"), Amount: usd(deposit), RevenueCode: "2300"}, {To: ledger.CreditOf("A-1", "central"), Amount: usd(credit), RevenueCode: "2200"},
	} {
		if m.Amount.Sign() > 0 {
			m.From = ledger.Clearing("lockbox")
			e.Moves = append(e.Moves, m)
		}
	}
	if len(e.Moves) > 0 {
		require.True(t, must(books.Post(e)))
	}
	none := usd(0)
	return &books, billing.FinalRequest{
		Key: "F-1", Holder: billing.Holder{Account: "A-1", Customer: "C-1", Area: "central"}, Agreement: a, Bill: bill, Pays: billing.PaysClosedAccount, Deposit: usd(deposit),
		DepositCode: "2300", CreditCode: "2200", Small: billing.SmallBalance{Source: "placeholder", CollectFrom: &none, RefundFrom: &none},
		On: day("2026-04-10"), Accounting: day("2026-04-10"), By: person("m.alvarez"),
	}
}

// approvedFinal is a final as s.reyes approves it.
func approvedFinal(f billing.Final) (approval.Approved[billing.Final], error) {
	history := must(approval.NewHistory(must(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers"))), nil))
	proposal, err := approval.Propose(f, approval.Request{Key: f.Key, Prepared: []approval.Person{person("m.alvarez")}, At: may()})
	if err != nil {
		return approval.Approved[billing.Final]{}, err
	}
	return approval.Approve(proposal, approval.Decision{By: person("s.reyes"), At: may().Add(time.Hour), Saw: proposal.Digest()}, approvals(), history)
}

// closed has a final approved, and enters it.
func closed(books *ledger.Ledger, f billing.Final) (billing.Closed, error) {
	approved, err := approvedFinal(f)
	if err != nil {
		return billing.Closed{}, err
	}
	done, err := billing.CloseAccount(approved, may().Add(2*time.Hour), books)
	if err != nil {
		return done, err
	}
	_, err = books.PostAll(done.Entries...)
	return done, err
}

func settled(t require.TestingT, books *ledger.Ledger, r billing.FinalRequest) billing.Final {
	f, err := r.Settle(books)
	require.NoError(t, err)
	_, err = closed(books, f)
	require.NoError(t, err)
	require.NoError(t, books.Check())
	return f
}

func linesOf(f billing.Final) string {
	var texts []string
	for _, l := range f.Lines {
		texts = append(texts, l.Account+" "+l.Amount.String()+" "+l.Text)
	}
	return strings.Join(texts, "; ")
}

// caseFinal settles a final bill with a deposit.
func caseFinal(t *testing.T, bill, deposit int64, lines string) billing.Final {
	books, r := closing(t, bill, deposit, 0)
	f := settled(t, books, r)
	require.Equal(t, lines, linesOf(f))
	require.Equal(t, usd(bill), f.Charges)
	require.Equal(t, f.Refund, books.Balance(ledger.RefundTo("A-1", "central")))
	require.Equal(t, f.StillDue, must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-04-10"))).Balance)
	return f
}

func TestInterestCreditOtherAccountsAndTheOrderOfPayment(t *testing.T) {
	books, r := closing(t, 46_12, 75_00, 10_00)
	old := ledger.Item{Account: "A-1", Area: "central", Kind: "penalty", Service: "water", RevenueCode: "4200", Billed: day("2025-03-26"), Due: day("2025-04-16")}
	other := ledger.Item{Account: "A-8", Area: "ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day("2026-03-26"), Due: day("2026-04-16")}
	late := other
	late.Due = day("2026-05-16")
	for i, item := range []ledger.Item{old, late, other} {
		e := ledger.Entry{Cause: ledger.Billed, Key: "x" + string(rune('0'+i)), Effective: item.Billed, Accounting: item.Billed,
			Opens: []ledger.Open{{Item: item, Amount: usd(20_00), Against: item.Against()}}}
		require.True(t, must(books.Post(e)))
	}
	r.Interest, r.OtherAccounts, r.Others = usd(3_29), true, []billing.Holder{{Account: "A-8", Customer: "C-1", Area: "ord"}}
	f := settled(t, books, r)
	require.Equal(t, "A-1 $75.00 deposit held; A-1 $3.29 interest on the deposit; A-1 $10.00 credit of the account; "+
		"A-8 $0.00 another account of the customer, of area ord: owes $40.00 and has a credit of $0.00; A-1 $66.12 applied to this account; "+
		"A-8 $22.17 applied to another account of the customer", linesOf(f))
	require.Equal(t, []money.Amount{usd(88_29), usd(66_12), usd(22_17), usd(0), usd(0)}, []money.Amount{f.Held, f.Applied, f.Others, f.Refund, f.StillDue})
	var open []string
	for it := range books.Items("A-8") {
		open = append(open, it.Due.String()+" "+it.Open.String())
	}
	require.Equal(t, []string{"2026-05-16 $17.83", "2026-04-16 $0.00"}, open, "the earlier due date first")
	r.Key, r.Deposit, r.Interest = "F-2", usd(0), usd(0)
	require.Empty(t, must(closed(books, must(r.Settle(books)))).Entries, "nothing is left to settle")
}

func TestSmallBalances(t *testing.T) {
	limit := usd(5_00)
	books, r := closing(t, 72_00, 75_00, 0)
	r.Small.RefundFrom = &limit
	f := settled(t, books, r)
	require.Equal(t, []money.Amount{usd(0), usd(3_00)}, []money.Amount{f.Refund, f.Kept})
	require.Equal(t, usd(3_00), books.Balance(ledger.CreditOf("A-1", "central")), "the customer's, until it is unclaimed")
	require.Contains(t, linesOf(f), "below $5.00: stays as credit (placeholder)")
	books, r = closing(t, 70_00, 75_00, 0)
	r.Small.RefundFrom = &limit
	require.Equal(t, usd(5_00), settled(t, books, r).Refund, "the limit itself is refunded")
	books, r = closing(t, 79_99, 75_00, 0)
	r.Small.CollectFrom = &limit
	f = settled(t, books, r)
	require.Equal(t, []money.Amount{usd(4_99), usd(4_99)}, []money.Amount{f.StillDue, f.WriteOff})
	books, r = closing(t, 80_00, 75_00, 0)
	r.Small.CollectFrom = &limit
	require.Equal(t, usd(0), settled(t, books, r).WriteOff)
}

func TestAFinalStatesEverything(t *testing.T) {
	books, good := closing(t, 46_12, 75_00, 0)
	for says, change := range map[string]func(*billing.FinalRequest){
		"E_FINAL: key: ": func(r *billing.FinalRequest) { r.Key = "" }, "E_FINAL: holder: ": func(r *billing.FinalRequest) { r.Holder.Account = "" },
		"E_FINAL: small.source: ":       func(r *billing.FinalRequest) { r.Small.Source = "" },
		"E_FINAL: small.collect_from: ": func(r *billing.FinalRequest) { r.Small.CollectFrom = nil },
		"E_FINAL: small.refund_from: ":  func(r *billing.FinalRequest) { r.Small.RefundFrom = nil },
		"E_FINAL: by: ":                 func(r *billing.FinalRequest) { r.By = approval.Person{} },
		"E_FINAL: on: ":                 func(r *billing.FinalRequest) { r.On = civil.Date{} },
		"agreement 1 goes on":           func(r *billing.FinalRequest) { r.Agreement.Until = civil.Date{} },
		"does not have agreement 9":     func(r *billing.FinalRequest) { r.Agreement.ID = "9" },
		"the bill ends on 2026-03-31, and the agreement on 2026-04-05": func(r *billing.FinalRequest) { r.Agreement.Until = day("2026-04-05") },
		"not of one customer":                         func(r *billing.FinalRequest) { r.Agreement.Customer = "C-9" },
		"$74.00 is stated, and the books hold $75.00": func(r *billing.FinalRequest) { r.Deposit = usd(74_00) },
		"E_FINAL: interest: ":                         func(r *billing.FinalRequest) { r.Interest = usd(-1) },
		"the district does not pay other accounts": func(r *billing.FinalRequest) {
			r.Others = []billing.Holder{{Account: "A-8", Customer: "C-1", Area: "ord"}}
		},
		"E_OTHER_CUSTOMERS: others[0]": func(r *billing.FinalRequest) {
			r.OtherAccounts, r.Others = true, []billing.Holder{{Account: "A-8", Customer: "C-2", Area: "ord"}}
		},
		"account A-1 stands there twice": func(r *billing.FinalRequest) { r.OtherAccounts, r.Others = true, []billing.Holder{r.Holder} },
		"enter the final bill first": func(r *billing.FinalRequest) {
			q := request(t)
			q.Key, q.Services = "other", []billing.Service{waterOf(t, r.Agreement, march, 13)}
			r.Bill = must(billing.NewBill(q))
		},
	} {
		r := good
		change(&r)
		_, err := r.Settle(books)
		require.ErrorContains(t, err, says)
	}
	back := must(books.Reverse(good.Bill.Entries()[0].ID(), "void", ledger.Billed, day("2026-04-10"), day("2026-04-10")))
	require.True(t, must(books.Post(back)))
	_, err := good.Settle(books)
	require.ErrorContains(t, err, "it was taken back")
}

// Deposit, interest and credit are what is applied, refunded or kept; the bill is what is applied and still due.
func TestAFinalConservesDepositAndBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bill, deposit, credit := rapid.Int64Range(1, 300_00).Draw(t, "bill"), rapid.Int64Range(0, 200_00).Draw(t, "deposit"), rapid.Int64Range(0, 200_00).Draw(t, "credit")
		books, r := closing(t, bill, deposit, credit)
		r.Interest = usd(rapid.Int64Range(0, min(5_00, deposit)).Draw(t, "interest"))
		least, most := usd(rapid.Int64Range(0, 10_00).Draw(t, "collect")), usd(rapid.Int64Range(0, 10_00).Draw(t, "refund"))
		r.Small.CollectFrom, r.Small.RefundFrom = &least, &most
		f := settled(t, books, r)
		require.Equal(t, deposit+credit+r.Interest.Cents(), f.Held.Cents())
		require.Equal(t, f.Held.Cents(), f.Applied.Cents()+f.Others.Cents()+f.Refund.Cents()+f.Kept.Cents())
		require.Equal(t, bill, f.Applied.Cents()+f.StillDue.Cents())
		require.Equal(t, f.StillDue.Cents()-f.Kept.Cents(), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-04-10"))).Balance.Cents())
		require.Equal(t, usd(0), books.Balance(ledger.DepositOf("A-1", "central")))
	})
}
