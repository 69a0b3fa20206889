package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// Bills with credits beside them are priced again with the batch; those that were corrected are left.
func TestABatchTakesBillsWithCreditsBesideThem(t *testing.T) {
	lower := book()
	lower.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Num("18.00")}
	engine := must(rates.Compile(lower))
	books, b := billedBooks(t, 0)
	r := leakRequest()
	r.Key, r.Kind = "C-1", billing.Courtesy
	courtesy := must(b.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "water", After: usd(40_00)}}, enginesOf(book()), books))
	must(adjust(books, courtesy))
	ask := again("RP-1")
	require.Len(t, must(billing.Reprice([]billing.Bill{b}, engine, day("2026-01-01"), ask, books)).Left, 1)
	ask.Earlier = []billing.Adjustment{courtesy}
	batch := must(billing.Reprice([]billing.Bill{b}, engine, day("2026-01-01"), ask, books))
	require.Len(t, batch.Adjustments, 1)
	require.Equal(t, money.Cents(-2_00), batch.Adjustments[0].Change())
	require.Equal(t, []string{"C-1"}, batch.Adjustments[0].Follows)

	rebilled := again("RB-1", waterOf(t, water("1", "2026-01-01", ""), march, 11))
	rebilled.Earlier = ask.Earlier
	change := must(b.Rebill(rebilled, books))
	must(adjust(books, change))
	ask.Earlier = append(ask.Earlier, change)
	left := must(billing.Reprice([]billing.Bill{b}, engine, day("2026-01-01"), ask, books)).Left
	require.Len(t, left, 1)
	require.ErrorContains(t, left[0], "agreement 1: re-bill RB-1 has priced it by another quote than the bill's; give the service as it was billed again")
	ask.Rebilled = rebilled.Services
	batch = must(billing.Reprice([]billing.Bill{b}, engine, day("2026-01-01"), ask, books))
	require.Empty(t, batch.Left)
	require.Equal(t, usd(-2_00), batch.Adjustments[0].Change())
	require.Equal(t, usd(20_00), batch.Adjustments[0].Lines[0].Before)

	// One that was corrected by charge since is left: what was measured may not be what a quote says.
	r.Key, r.Kind, r.Earlier, r.Rebilled = "K-1", billing.Correction, ask.Earlier, ask.Rebilled
	by := must(b.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "water", After: usd(35_00)}}, enginesOf(book()), books))
	must(adjust(books, by))
	ask.Earlier = append(ask.Earlier, by)
	left = must(billing.Reprice([]billing.Bill{b}, engine, day("2026-01-01"), ask, books)).Left
	require.ErrorContains(t, left[0], "adjustment K-1 has corrected charges of what is priced again; bill it again by itself, or reverse that one")
}

// A batch compares with what stands and not with what was billed first, and a batch follows a batch.
func TestABatchFollowsABatch(t *testing.T) {
	of := func(base string) *rates.Engine {
		b := book()
		b.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Num(base)}
		return must(rates.Compile(b))
	}
	books, b := billedBooks(t, 0)
	bills := []billing.Bill{b}
	one := must(billing.Reprice(bills, of("18.00"), day("2026-01-01"), again("RP-1"), books))
	must(adjust(books, one.Adjustments[0]))
	again1 := must(billing.Reprice(bills, of("18.00"), day("2026-01-01"), again("RP-1"), books))
	require.Equal(t, one.Adjustments, again1.Adjustments, "run again")
	for _, base := range []string{"20.00", "18.00", "21.00"} { // back to what was billed; the same once more; to something else
		ask := again("RP-" + base)
		left := must(billing.Reprice(bills, of(base), day("2026-01-01"), ask, books)).Left
		require.Len(t, left, 1, base)
		ask.Earlier = one.Adjustments
		left = must(billing.Reprice(bills, of(base), day("2026-01-01"), ask, books)).Left
		require.Len(t, left, 1, base)
		s := waterOf(t, water("1", "2026-01-01", ""), march, 13)
		s.Quote = must(of("18.00").Price(s.Quote.Input))
		ask.Rebilled = []billing.Service{s}
		batch := must(billing.Reprice(bills, of(base), day("2026-01-01"), ask, books))
		require.Empty(t, batch.Left)
		if base == "18.00" {
			require.Empty(t, batch.Adjustments)
			continue
		}
		require.Equal(t, must(of(base).Price(s.Quote.Input)).Total.Cents()-64_65, batch.Adjustments[0].Change().Cents())
	}
	later := again("RP-L")
	require.Empty(t, must(billing.Reprice(bills, of("21.00"), day("2026-04-01"), later, books)).Left, "a bill without days since is none of it")
}

// A bill that comes to the same item by item, and one that an item cannot take, are left; the batch goes on.
func TestABatchGoesOnWithoutABillThatAnItemCannotTake(t *testing.T) {
	b := book()
	charges := b.Schedules[0].Versions[0].Charges
	charges[0].Rule = rates.Fixed{Amount: rates.Num("31.10")}
	a := water("1", "2026-01-01", "")
	var books ledger.Ledger
	var bills []billing.Bill
	for i, units := range []int64{13, 11} {
		r := request(t)
		r.Key = "B-" + string(rune('1'+i))
		r.Services = []billing.Service{priced(t, book(), a, used("A-1/"+r.Key, units, march), march)}
		bills = append(bills, must(billing.NewBill(r)))
		require.True(t, must(books.Post(bills[i].Entries()[0])))
	}
	lower := b.Schedules[0].Versions[0].Charges[1]
	lower.Rule = rates.PerUnit{Price: rates.Num("2.7346153846")} // 35.55 for 13
	charges[1] = lower
	batch := must(billing.Reprice(bills, must(rates.Compile(b)), day("2026-01-01"), again("RP"), &books))
	require.Len(t, batch.Left, 1)
	require.ErrorIs(t, batch.Left[0], billing.ErrItem)
	require.ErrorContains(t, batch.Left[0], "its lines cancel each other item by item")
	require.Len(t, batch.Adjustments, 1)
}
