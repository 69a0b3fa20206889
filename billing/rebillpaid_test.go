package billing_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/internal/corpus"
	"github.com/headgate-dev/headgate/metering"
)

// paidLate is an account whose bill of 120.00 bore a late charge of 12.00, and of which both are paid; with the same bill priced
// for other units.
func paidLate(t *testing.T) (books *ledger.Ledger, bill billing.Bill, penalty latecharge.Charge, service func(units int64) billing.Service) {
	a := water("1", "2026-01-01", "")
	b := book()
	b.Schedules[0].Versions[0].Charges = []rates.Charge{{ID: "water", Text: "Water", Rule: rates.PerUnit{Price: rates.Num("6.00")}}}
	engine := must(rates.Compile(b))
	service = func(units int64) billing.Service {
		in := must(a.Input(days(march)))
		usage := used("A-1", units, march)
		in.Usage = must(usage.Volume(metering.CCF, 0, exact.HalfUp))
		return billing.Service{Agreement: a, Quote: must(engine.Price(in)), Usage: []metering.Usage{usage}}
	}
	r := request(t)
	r.Services = []billing.Service{service(20)}
	bill = must(billing.NewBill(r))
	books = &ledger.Ledger{}
	require.True(t, must(books.Post(bill.Entries()[0])))
	rule := latecharge.Policy{
		Title: "late charge", Citation: "placeholder", Regime: latecharge.Gov54348(), GraceDays: policy.Is(0), Roll: latecharge.RollNone,
		PaymentDay: latecharge.ByReceipt, Basis: latecharge.OnPastDue, Kinds: []ledger.Kind{"charge"}, Exempt: []ledger.Kind{}, Agencies: []string{},
		Percent: policy.Is(decimal.New(10, 0)), Flat: policy.Is(money.Cents(0)), Monthly: policy.Is(decimal.New(0, 0)),
		MonthlyOn: latecharge.OnCharges, Growth: latecharge.Simple, MinimumBalance: policy.Is(money.Cents(0)), Waives: latecharge.WaivesNothing,
		WaiverReasons: []string{}, WaiverMonths: policy.Is(0), Rounding: exact.HalfUp, Kind: "penalty", RevenueCode: "4090",
	}
	penalty = must(rule.Charge(latecharge.Facts{
		Account: must(books.Account("A-1", ledger.Terms{})), Items: slices.Collect(books.Items("A-1")), Books: books, On: day("2026-05-04"), Since: day("2026-01-01"),
	}))
	entries := must(penalty.Entries(latecharge.Posting{Billed: day("2026-05-04"), Due: day("2026-05-25"), Accounting: day("2026-05-04")}))
	require.Len(t, entries, 1)
	require.True(t, must(books.Post(entries[0])))
	pay := ledger.Entry{Cause: ledger.Paid, Key: "receipt", Effective: day("2026-05-05"), Accounting: day("2026-05-05")}
	for it := range books.Items("A-1") {
		pay.Moves = append(pay.Moves, must(books.Settle(ledger.Clearing("lockbox"), it.ID, it.Open))...)
	}
	require.True(t, must(books.Post(pay)))
	return books, bill, penalty, service
}

// The case A-rebill-paid whole, on one account: what the re-bill frees of the payment and what goes back of the late charge are
// one credit, 33.00 by the policy's own row.
func TestARebillAfterPaymentAndItsLateChargeAreOneCredit(t *testing.T) {
	books, bill, penalty, service := paidLate(t)
	standing := func() money.Amount {
		return must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-05-20"))).Balance
	}
	require.Equal(t, usd(12_00), penalty.Total)
	require.Equal(t, usd(0), standing())

	request := again("RB-1", service(15))
	request.Effective, request.Due = day("2026-05-10"), day("2026-05-31")
	change := must(bill.Rebill(request, books))
	require.Equal(t, usd(-30_00), change.Change())
	must(adjust(books, change))
	require.Equal(t, usd(30_00), books.Balance(ledger.CreditOf("A-1", "central")))

	// By how much the item was too high, the adjustment says; the late charge is computed again on that.
	require.Len(t, change.Lines, 1)
	less := latecharge.Correction{Item: change.Lines[0].Item, Less: usd(-change.Lines[0].Change().Cents())}
	back := must(latecharge.Correct([]latecharge.Charge{penalty}, []latecharge.Correction{less}))
	require.Equal(t, usd(3_00), back.Total)
	waived := billing.Adjustment{
		Key: "RB-1 late", Account: "A-1", Area: "central", Kind: billing.Correction, Reason: request.Reason, Evidence: request.Evidence, By: request.By,
		Effective: request.Effective,
	}
	for _, l := range back.Lines {
		entry, ok := books.Entry(l.Entry)
		require.True(t, ok)
		waived.Lines = append(waived.Lines, billing.AdjustedLine{Item: entry.ItemID(0), Text: "Late charge", Before: l.Was, After: l.Should, Because: l.Words})
	}
	must(adjust(books, waived))
	require.Equal(t, usd(33_00), books.Balance(ledger.CreditOf("A-1", "central")))
	require.Equal(t, usd(-33_00), standing())
	for it := range books.Items("A-1") {
		require.Equal(t, usd(0), it.Open)
	}
	require.NoError(t, books.Check())
}

func TestTheCreditOfARebillAfterPaymentIsThePolicys(t *testing.T) {
	for _, row := range corpus.Rows(t, "policy", "cases.csv") {
		if row["id"] == "A-rebill-paid" {
			require.Equal(t, strconv.Itoa(33_00), row["expected_cents"])
			return
		}
	}
	t.Fatal("the policy has no case A-rebill-paid")
}
