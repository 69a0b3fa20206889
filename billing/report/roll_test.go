package report_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/internal/corpus"
)

var finMay = civil.MustPeriod("[2026-05-01, 2026-06-01)")

// rolling is the month of the case Y-rollforward, with an area and a sewer agency besides where they are asked for.
func rolling(t finTester, more bool) *bookTown {
	b := &bookTown{t: t}
	old := b.bill("A", "Ord", "charge", "2026-04-16", 1000_00)
	move := func(cause ledger.Cause, key, on string, from, to ledger.Place, cents int64, code string) {
		b.post(ledger.Entry{Cause: cause, Key: key, Effective: finDay(on), Accounting: finDay(on), Moves: []ledger.Move{{From: from, To: to, Amount: finUSD(cents), RevenueCode: code}}})
	}
	move(ledger.Paid, "deposit", "2025-04-01", ledger.Clearing("drawer"), ledger.DepositOf("A", "Ord"), 75_00, "2200")
	now := b.bill("A", "Ord", "charge", "2026-05-16", 5000_00)
	late := ledger.Item{Account: "A", Area: "Ord", Kind: "penalty", Service: "water", RevenueCode: "4090", Billed: finDay("2026-05-10"), Due: finDay("2026-05-31")}
	b.post(ledger.Entry{Cause: ledger.Charged, Key: "late", Effective: late.Billed, Accounting: late.Billed, Opens: []ledger.Open{{Item: late, Amount: finUSD(50_00), Against: late.Against()}}})
	move(ledger.Adjusted, "adjustment", "2026-05-18", ledger.Revenue("4000"), ledger.OfItem(now), 120_00, "4000")
	b.pay(old, "2026-05-04", 1000_00)
	returned := b.pay(now, "2026-05-19", 84_37)
	b.pay(now, "2026-05-20", 3226_97-84_37)
	b.credit("A", "Ord", "2026-05-20", 73_03)
	b.post(finMust(b.books.Reverse(returned.ID(), "returned", ledger.Returned, finDay("2026-05-22"), finDay("2026-05-22"))))
	move(ledger.Refunded, "refund", "2026-05-23", ledger.CreditOf("A", "Ord"), ledger.RefundTo("A", "Ord"), 28_88, "2100")
	move(ledger.DepositApplied, "final", "2026-05-24", ledger.DepositOf("A", "Ord"), ledger.OfItem(now), 75_00, "4000")
	move(ledger.WrittenOff, "write-off", "2026-05-25", ledger.Place{Kind: ledger.PlaceWriteOff}, ledger.OfItem(now), 12_40, "4000")
	if more {
		b.bill("C", "Central", "charge", "2026-05-16", 40_00)
		passThrough(b)
	}
	return b
}

// passThrough bills sewer for another agency, collects some of it, hands some on, and writes some off.
func passThrough(b *bookTown) {
	sewer := func(key, billed string, cents int64) stored.ID {
		it := ledger.Item{Account: "S", Area: "Ord", Kind: "charge", Service: "sewer", RevenueCode: "2300", Agency: "M1W", Billed: finDay(billed), Due: finMust(finDay(billed).AddDays(21))}
		e := b.post(ledger.Entry{Cause: ledger.Billed, Key: key, Effective: it.Billed, Accounting: it.Billed, Opens: []ledger.Open{{Item: it, Amount: finUSD(cents), Against: it.Against()}}})
		return e.ItemID(0)
	}
	april, may := sewer("sewer 1", "2026-04-16", 33_00), sewer("sewer 2", "2026-05-16", 34_00)
	b.pay(april, "2026-04-20", 10_00)
	b.pay(april, "2026-05-02", 23_00)
	back := b.pay(may, "2026-05-20", 20_00)
	b.post(finMust(b.books.Reverse(back.ID(), "returned sewer", ledger.Returned, finDay("2026-05-23"), finDay("2026-05-23"))))
	for _, m := range []struct {
		cause    ledger.Cause
		key      string
		from, to ledger.Place
		cents    int64
	}{
		{ledger.Banked, "to M1W", ledger.AgencyPayable("M1W"), ledger.Place{Kind: ledger.PlaceBank, Key: "operating"}, 30_00},
		{ledger.Adjusted, "sewer adjustment", ledger.Agency("M1W"), ledger.OfItem(may), 4_00},
		{ledger.WrittenOff, "sewer write-off", ledger.Agency("M1W"), ledger.OfItem(may), 5_00},
	} {
		b.post(ledger.Entry{Cause: m.cause, Key: m.key, Effective: finDay("2026-05-28"), Accounting: finDay("2026-05-28"), Moves: []ledger.Move{{From: m.from, To: m.to, Amount: finUSD(m.cents), RevenueCode: "2300"}}})
	}
}

func TestTheRollForwardStandsInRows(t *testing.T) {
	r, err := report.RollForward(&rolling(t, false).books, finMay)
	require.NoError(t, err)
	const closing = 1655_85
	var steps []string
	sum := int64(0)
	for _, s := range report.RollSteps(r.Total) {
		sum += s.Amount.Cents()
		steps = append(steps, fmt.Sprint(s.What, " ", s.Amount))
	}
	require.Equal(t, []string{"opening $1,000.00", "billed $5,000.00", "fees $50.00", "adjustments -$120.00", "payments -$4,300.00", "returned $84.37", "refunds $28.88",
		"deposits applied -$75.00", "write-offs -$12.40", "recoveries $0.00", "transfers $0.00", "converted $0.00"}, steps)
	require.EqualValues(t, closing, sum)
	require.Equal(t, []money.Amount{finUSD(closing), finUSD(1700_00), finUSD(44_15)}, []money.Amount{r.Total.Closing, r.Total.OpenItems, r.Total.Credits})
	require.Equal(t, []string{"charge", "credit", "penalty"}, []string{string(r.Rows[0].Kind), string(r.Rows[1].Kind), string(r.Rows[2].Kind)})
	require.True(t, slices.ContainsFunc(r.Kinds, func(k report.KindRoll) bool { return k.Kind == ledger.PlaceRevenue && k.Places == 2 }))
	require.Contains(t, r.Kinds, report.KindRoll{Kind: ledger.PlaceDeposit, Places: 1, Opening: finUSD(75_00), Out: finUSD(75_00)})

	t.Run("Y-rollforward", func(t *testing.T) {
		cents := corpus.Cents(t, "policy", "cases.csv", "expected_cents", func(row map[string]string) bool { return row["id"] == "Y-rollforward" })
		require.Equal(t, map[string]int64{"Y-rollforward": closing}, cents)
	})
}

// Failure 13: Baltimore could not say how much was billed and how much was collected. Each area and kind rolls forward to the cent, ends
// where its open items and credits are, begins where the last month ended, and who owes it since when adds up to the same.
func TestFailure13WhatWasBilledAndCollectedIsToldToTheCent(t *testing.T) {
	b := rolling(t, true)
	r, err := report.RollForward(&b.books, finMay)
	require.NoError(t, err)
	billed := map[string][2]money.Amount{}
	for _, row := range r.Rows {
		sum := int64(0)
		for _, step := range report.RollSteps(row) {
			sum += step.Amount.Cents()
		}
		require.Equal(t, row.Closing.Cents(), sum)
		require.Equal(t, row.Closing.Cents(), row.OpenItems.Cents()-row.Credits.Cents())
		billed[row.Area+" "+string(row.Kind)] = [2]money.Amount{row.Billed, row.Payments}
	}
	require.Equal(t, map[string][2]money.Amount{
		"Central charge": {finUSD(40_00)}, "Ord charge": {finUSD(5034_00), finUSD(-4269_97)}, "Ord credit": {{}, finUSD(-73_03)}, "Ord penalty": {},
	}, billed)
	require.NoError(t, r.Follows(finMust(report.RollForward(&b.books, civil.MustPeriod("[2026-04-01, 2026-05-01)")))))
	a, err := b.aged("2026-05-31", nil)
	require.NoError(t, err)
	require.Equal(t, r.Total.Closing, a.Total.Balance)

	untold := r
	untold.Rows = slices.Clone(r.Rows)
	untold.Rows[1].Payments = finUSD(-4269_96) // a cent that nobody can tell of
	refusedBy(t, report.ProveRoll(untold), report.ErrTie, "Ord charge: it rolls forward to", "total.payments")
}

func TestAreasComeToTheTotal(t *testing.T) {
	r, err := report.RollForward(&rolling(t, true).books, finMay)
	require.NoError(t, err)
	require.Equal(t, []string{"Central $40.00", "Ord $1,680.85"}, []string{fmt.Sprint(r.Areas[0].Area, " ", r.Areas[0].Closing), fmt.Sprint(r.Areas[1].Area, " ", r.Areas[1].Closing)})
	require.Equal(t, finUSD(1720_85), r.Total.Closing)
}

func TestAMonthGoesOnWhereTheLastHasEnded(t *testing.T) {
	b := rolling(t, true)
	june := civil.MustPeriod("[2026-06-01, 2026-07-01)")
	last := finMust(report.RollForward(&b.books, finMay))
	next := finMust(report.RollForward(&b.books, june))
	require.NoError(t, next.Follows(last))
	refusedBy(t, last.Follows(next), report.ErrTie, "period: it begins on")

	b.bill("A", "Ord", "charge", "2026-05-31", 1_00) // entered into May since
	refusedBy(t, finMust(report.RollForward(&b.books, june)).Follows(last), report.ErrTie, "Ord charge: it opens with", "revenue 4000: it opens with")

	gone := next
	gone.Rows, gone.Places = nil, nil
	refusedBy(t, gone.Follows(last), report.ErrTie, "Ord charge: it closed with", "revenue 4000: it closed with")
	require.NotContains(t, gone.Follows(last).Error(), "deposit A", "what closed with nothing may be gone")
	nothing := last
	nothing.Rows = append(slices.Clone(last.Rows), ledger.RollRow{Area: "Zone", Kind: "fee"})
	require.NoError(t, next.Follows(nothing))
}

func TestARollThatDoesNotTieIsRefused(t *testing.T) {
	for words, spoil := range map[string]func(r *report.Roll){
		"Ord charge: it rolls forward to": func(r *report.Roll) { r.Rows[1].Billed = finUSD(1) },
		"open items less":                 func(r *report.Roll) { r.Rows[1].OpenItems = finUSD(1) },
		"total.billed: the rows come to":  func(r *report.Roll) { r.Rows = r.Rows[1:] },
		"the areas come to":               func(r *report.Roll) { r.Areas = r.Areas[1:] },
		"total: it rolls forward to":      func(r *report.Roll) { r.Total.Closing = finUSD(1) },
		"deposit: it rolls forward to":    func(r *report.Roll) { r.Kinds = []report.KindRoll{{Kind: "deposit", Closing: finUSD(1)}} },
	} {
		r := finMust(report.RollForward(&rolling(t, true).books, finMay))
		require.NoError(t, report.ProveRoll(r))
		spoil(&r)
		refusedBy(t, report.ProveRoll(r), report.ErrTie, words)
	}
}

func TestChargesOfOtherAgenciesArePassedThrough(t *testing.T) {
	a, err := report.PassThrough(&rolling(t, true).books, finMay)
	require.NoError(t, err)
	want := report.AgencyRow{
		Agency: "M1W", Opening: finUSD(23_00), Billed: finUSD(34_00), Adjusted: finUSD(-4_00), WrittenOff: finUSD(-5_00), Collected: finUSD(23_00), Closing: finUSD(25_00),
		OpeningPayable: finUSD(10_00), Remitted: finUSD(30_00), ClosingPayable: finUSD(3_00),
	}
	require.Equal(t, []report.AgencyRow{want}, a.Rows)
	want.Agency = ""
	require.Equal(t, want, a.Total)

	for words, spoil := range map[string]func(a *report.Agencies, open map[string]money.Amount){
		"M1W.opening: it is $0.01":         func(a *report.Agencies, _ map[string]money.Amount) { a.Rows[0].Opening = finUSD(1) },
		"M1W.closing: it is $0.01":         func(a *report.Agencies, _ map[string]money.Amount) { a.Rows[0].Closing = finUSD(1) },
		"M1W.opening_payable: it is $0.01": func(a *report.Agencies, _ map[string]money.Amount) { a.Rows[0].OpeningPayable = finUSD(1) },
		"M1W.closing_payable: it is $0.01": func(a *report.Agencies, _ map[string]money.Amount) { a.Rows[0].ClosingPayable = finUSD(1) },
		"M1W.open_items":                   func(_ *report.Agencies, open map[string]money.Amount) { open["M1W"] = finUSD(1) },
	} {
		b := rolling(t, true)
		a, open := finMust(report.PassThrough(&b.books, finMay)), map[string]money.Amount{"M1W": finUSD(25_00)}
		require.NoError(t, report.ProveAgencies(a, finMust(b.books.Rolls(finMay)), open))
		spoil(&a, open)
		refusedBy(t, report.ProveAgencies(a, finMust(b.books.Rolls(finMay)), open), report.ErrTie, words)
	}
}

func TestAgenciesAreToldOfWhatWasConvertedAndOfWhatWasAdjustedAfterItWasCollected(t *testing.T) {
	b := &bookTown{t: t}
	it := ledger.Item{Account: "S", Area: "Ord", Kind: "charge", Service: "sewer", RevenueCode: "2300", Agency: "M1W", Billed: finDay("2026-04-16"), Due: finDay("2026-05-07")}
	_, err := b.books.Convert(ledger.Conversion{Key: "cutover", On: finDay("2026-05-01"), NoticesFrom: finDay("2026-05-01"), Items: []ledger.OpeningItem{{Item: it, Open: finUSD(33_00)}},
		Holdings: []ledger.Holding{{Place: ledger.AgencyPayable("M1W"), Amount: finUSD(7_00), RevenueCode: "2300"}}, Control: []ledger.ControlTotal{
			{Place: ledger.PlaceItem, Area: "Ord", Kind: "charge", Count: 1, Amount: finUSD(33_00)}, {Place: ledger.PlaceAgencyPayable, Count: 1, Amount: finUSD(7_00)}}})
	require.NoError(t, err)
	b.post(ledger.Entry{Cause: ledger.Adjusted, Key: "paid back", Effective: finDay("2026-05-20"), Accounting: finDay("2026-05-20"), Moves: []ledger.Move{
		{From: ledger.AgencyPayable("M1W"), To: ledger.CreditOf("S", "Ord"), Amount: finUSD(2_00), RevenueCode: "2300"}}})
	a, err := report.PassThrough(&b.books, finMay)
	require.NoError(t, err)
	require.Equal(t, []report.AgencyRow{{Agency: "M1W", Converted: finUSD(33_00), Closing: finUSD(33_00), Brought: finUSD(5_00), ClosingPayable: finUSD(5_00)}}, a.Rows)
	aged, err := b.aged("2026-05-31", nil)
	require.NoError(t, err)
	require.Equal(t, finUSD(33_00), aged.Rows[0].PastDue[0])
}

func TestReportsOfTheBooksNeedBooksAndAPeriod(t *testing.T) {
	b := rolling(t, false)
	_, err := report.RollForward(nil, finMay)
	refusedBy(t, err, report.ErrRoll, "no books")
	_, err = report.PassThrough(nil, finMay)
	refusedBy(t, err, report.ErrRoll, "no books")
	_, err = report.Distribution(nil, finMay, finChart())
	refusedBy(t, err, report.ErrGL, "no books")
	for _, p := range []civil.Period{{}, civil.MustPeriod("[2026-05-01, 2026-05-01)")} {
		_, err = report.RollForward(&b.books, p)
		refusedBy(t, err, ledger.ErrPeriod)
		_, err = report.PassThrough(&b.books, p)
		refusedBy(t, err, ledger.ErrPeriod)
		_, err = report.Distribution(&b.books, p, finChart())
		refusedBy(t, err, ledger.ErrPeriod)
	}
}

func TestAnyBooksRollAndDistribute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, _ := someBooks(t)
		from := finMust(finDay("2026-01-01").AddDays(rapid.IntRange(0, 150).Draw(t, "from")))
		mid := finMust(from.AddDays(rapid.IntRange(1, 60).Draw(t, "days")))
		first, second := civil.Period{From: from, To: mid}, civil.Period{From: mid, To: finMust(mid.AddDays(30))}
		last := finMust(report.RollForward(&b.books, first))
		require.NoError(t, finMust(report.RollForward(&b.books, second)).Follows(last))

		agencies := finMust(report.PassThrough(&b.books, first))
		whole := int64(0)
		for _, r := range agencies.Rows {
			whole += r.Collected.Cents()
		}
		require.Equal(t, agencies.Total.Collected.Cents(), whole)

		d := finMust(report.Distribution(&b.books, first, finChart()))
		var debits, credits int64
		for _, r := range d.Rows {
			debits, credits = debits+r.Debits.Cents(), credits+r.Credits.Cents()
			require.Equal(t, r.Debits.Cents()-r.Credits.Cents(), r.Net.Cents())
		}
		require.Equal(t, []int64{d.Total.Debits.Cents(), d.Total.Credits.Cents()}, []int64{debits, credits})
		require.Equal(t, debits, credits)
	})
}

// A month's receivable, from its opening to its closing.
func ExampleRollForward() {
	var books ledger.Ledger
	item := ledger.Item{Account: "0104417", Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: finDay("2026-05-05"), Due: finDay("2026-05-26")}
	bill := ledger.Entry{Cause: ledger.Billed, Key: "bill 1", Effective: item.Billed, Accounting: item.Billed, Opens: []ledger.Open{{Item: item, Amount: money.Cents(62_00), Against: item.Against()}}}
	finMust(books.Post(bill))
	moves := finMust(books.Settle(ledger.Clearing("lockbox"), bill.ItemID(0), money.Cents(40_00)))
	finMust(books.Post(ledger.Entry{Cause: ledger.Paid, Key: "lockbox 17", Effective: finDay("2026-05-20"), Accounting: finDay("2026-05-20"), Moves: moves}))

	roll, err := report.RollForward(&books, civil.MustPeriod("[2026-05-01, 2026-06-01)"))
	if err != nil {
		fmt.Println(err)
	}
	for _, step := range report.RollSteps(roll.Total) {
		if !step.Amount.IsZero() {
			fmt.Println(step.What, step.Amount)
		}
	}
	fmt.Println("closing", roll.Total.Closing)
	// Output:
	// billed $62.00
	// payments -$40.00
	// closing $22.00
}
