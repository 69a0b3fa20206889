package billing_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func TestAgreementStatesEverything(t *testing.T) {
	require.NoError(t, water("1", "2026-01-01", "").Check())
	size := rates.Change{Fact: "meter_size", Value: "1", On: day("2026-03-01")}
	class := rates.Change{Fact: "class", Value: "x", On: day("2026-02-01")}
	for name, change := range map[string]func(*billing.Agreement){
		"id":         func(a *billing.Agreement) { a.ID = "" },
		"customer":   func(a *billing.Agreement) { a.Customer = "" },
		"account":    func(a *billing.Agreement) { a.Account = "" },
		"premise":    func(a *billing.Agreement) { a.Premise = "" },
		"service":    func(a *billing.Agreement) { a.Service = "" },
		"schedule":   func(a *billing.Agreement) { a.Schedule = "" },
		"reads":      func(a *billing.Agreement) { a.Reads = 0 },
		"from":       func(a *billing.Agreement) { a.From = civil.Date{} },
		"until":      func(a *billing.Agreement) { a.Until = day("2025-12-31") },
		"changes[0]": func(a *billing.Agreement) { a.Changes = []rates.Change{{Fact: "meter_size", Value: "1"}} },
		"changes[0]: meter_size changes on 2026-01-01": func(a *billing.Agreement) {
			a.Changes = []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-01-01")}}
		},
		"changes[0]: meter_size changes on 2026-03-01": func(a *billing.Agreement) { a.Until, a.Changes = day("2026-03-01"), []rates.Change{size} },
		"changes[1]: the changes are not in the order": func(a *billing.Agreement) { a.Changes = []rates.Change{size, class} },
		"changes[1]: meter_size changes twice":         func(a *billing.Agreement) { a.Changes = []rates.Change{size, size} },
	} {
		a := water("1", "2026-01-01", "")
		change(&a)
		require.ErrorIs(t, a.Check(), billing.ErrAgreement, name)
		require.ErrorContains(t, a.Check(), name)
	}
	require.Equal(t, "metered unmetered Reads(0)", billing.Metered.String()+" "+billing.Unmetered.String()+" "+billing.Reads(0).String())
}

func TestInputHasTheFactsOfTheFirstDayAndTheirChangesWithin(t *testing.T) {
	a := water("1", "2026-01-01", "2026-07-01")
	a.Changes = []rates.Change{
		{Fact: "class", Value: "irrigation", On: day("2026-02-01")}, {Fact: "meter_size", Value: "1", On: day("2026-03-12")},
		{Fact: "meter_size", Value: "2", On: day("2026-04-01")},
	}
	in := must(a.Input(days("[2026-03-01, 2026-04-01)")))
	require.Equal(t, rates.Input{
		Schedule: "water", Period: days("[2026-03-01, 2026-04-01)"), Facts: rates.Facts{"meter_size": "3/4", "class": "irrigation"},
		Changes: a.Changes[1:2],
	}, in)
	in.Facts["meter_size"] = "4"
	require.Equal(t, "3/4", a.Facts["meter_size"], "what was given in is as it was")
	a.Facts = nil
	require.Equal(t, rates.Facts{"class": "irrigation"}, must(a.Input(days("[2026-02-01, 2026-03-01)"))).Facts)
	for _, outside := range []string{"[2025-12-31, 2026-02-01)", "[2026-06-01, 2026-07-02)"} {
		require.ErrorIs(t, second(a.Input(days(outside))), billing.ErrDays, outside)
	}
	require.ErrorIs(t, second(a.Input(civil.Period{})), billing.ErrDays)
	require.ErrorIs(t, second(billing.Agreement{}.Input(days("[2026-02-01, 2026-03-01)"))), billing.ErrAgreement)
	open := water("1", "2026-01-01", "")
	require.NoError(t, second(open.Input(days("[2026-02-01, 2030-03-01)"))))
	require.ErrorContains(t, second(open.Input(days("[2025-02-01, 2030-03-01)"))), "from 2026-01-01 and goes on")
}

func TestOneCustomerHasTheServiceOnEachDay(t *testing.T) {
	_, err := billing.NewPoint(water("1", "2026-01-01", "2026-03-01"), water("2", "2026-02-28", ""))
	require.ErrorIs(t, err, billing.ErrOverlap)
	_, err = billing.NewPoint(water("1", "2026-01-01", ""), water("2", "2026-02-28", ""))
	require.ErrorIs(t, err, billing.ErrOverlap)
	_, err = billing.NewPoint(water("1", "2026-01-01", "2026-01-31"), water("2", "2026-01-15", "2026-01-15"))
	require.ErrorIs(t, err, billing.ErrOverlap, "one of no days in the midst of another's")
	_, err = billing.NewPoint()
	require.ErrorIs(t, err, billing.ErrPoint)
	_, err = billing.NewPoint(water("1", "2026-01-01", "2026-03-01"), water("1", "2026-03-01", ""))
	require.ErrorIs(t, err, billing.ErrPoint, "one id twice")
	sewer := water("2", "2026-03-01", "")
	sewer.Service = "sewer"
	_, err = billing.NewPoint(water("1", "2026-01-01", ""), sewer)
	require.ErrorIs(t, err, billing.ErrPoint)
	elsewhere := water("2", "2026-03-01", "")
	elsewhere.Premise = "P-13"
	_, err = billing.NewPoint(water("1", "2026-01-01", ""), elsewhere)
	require.ErrorIs(t, err, billing.ErrPoint)
	_, err = billing.NewPoint(billing.Agreement{ID: "9"})
	require.ErrorContains(t, err, "agreement 9")

	p := must(billing.NewPoint(water("3", "2026-03-01", ""), water("1", "2026-01-01", "2026-03-01"), water("2", "2026-03-01", "2026-03-01")))
	require.Equal(t, []string{"1", "2", "3"}, ids(p))
	require.Equal(t, "P-12 water", p.Premise()+" "+p.Service())
	on, ok := p.On(day("2026-03-01"))
	require.True(t, ok)
	require.Equal(t, "3", on.ID, "the day of the turnover is the incoming customer's")
	_, ok = p.On(day("2025-12-31"))
	require.False(t, ok)
	p.Agreements()[0].Facts["meter_size"] = "4"
	on.Facts["meter_size"] = "4"
	require.Equal(t, "3/4", p.Agreements()[2].Facts["meter_size"])
}

func ids(p billing.Point) []string {
	var list []string
	for _, a := range p.Agreements() {
		list = append(list, a.ID)
	}
	return list
}

func TestTurnoverStopAndRevertToTheOwner(t *testing.T) {
	tenant := water("1", "2026-01-01", "")
	tenant.Changes = []rates.Change{{Fact: "class", Value: "a", On: day("2026-02-01")}, {Fact: "class", Value: "b", On: day("2026-03-01")}}
	p := must(billing.NewPoint(tenant))
	next := must(p.Turnover(water("2", "2026-03-01", "")))
	require.Equal(t, []string{"1", "2"}, ids(next))
	require.Equal(t, day("2026-03-01"), next.Agreements()[0].Until)
	require.Len(t, next.Agreements()[0].Changes, 1, "what would have changed later is not the first customer's")
	require.Equal(t, []string{"1"}, ids(p), "the point before is as it was")
	require.True(t, p.Agreements()[0].Open())

	owner := water("O", "2026-04-01", "")
	owner.Owner = true
	reverted := must(next.Stop("2", day("2026-04-01"), owner))
	require.Equal(t, []string{"1", "2", "O"}, ids(reverted))
	vacant := must(next.Stop("2", day("2026-04-01")))
	_, taken := vacant.On(day("2026-04-01"))
	require.False(t, taken)
	again := must(vacant.Start(water("3", "2026-05-01", "")))
	require.Equal(t, []billing.Stay{
		{Agreement: "2", Period: days("[2026-03-15, 2026-04-01)")}, {Period: days("[2026-04-01, 2026-05-01)")}, {Agreement: "3", Period: days("[2026-05-01, 2026-05-10)")},
	}, must(again.Stays(days("[2026-03-15, 2026-05-10)"))))

	wrongDay, tenants := owner, owner
	wrongDay.From, tenants.Owner = day("2026-04-02"), false
	for name, err := range map[string]error{
		"none of the point's":     second(next.Stop("9", day("2026-04-01"))),
		"it ended on 2026-03-01":  second(next.Stop("1", day("2026-04-01"))),
		"the day is missing":      second(next.Stop("2", civil.Date{})),
		"does not revert":         second(next.Stop("2", day("2026-04-01"), wrongDay)),
		"does not revert to":      second(next.Stop("2", day("2026-04-01"), tenants)),
		"does not revert to that": second(next.Stop("2", day("2026-04-01"), owner, owner)),
		"nobody has the service":  second(vacant.Turnover(water("3", "2026-05-01", ""))),
	} {
		require.ErrorIs(t, err, billing.ErrPoint, name)
		require.ErrorContains(t, err, name)
	}
	require.ErrorIs(t, second(next.Stop("2", day("2026-02-01"))), billing.ErrAgreement, "before it began")
	require.ErrorIs(t, second(next.Start(water("3", "2026-05-01", ""))), billing.ErrOverlap)
	require.ErrorIs(t, second(next.Stays(civil.Period{})), billing.ErrDays)
	require.ErrorIs(t, second(next.Turnover(water("3", "2026-02-01", ""))), billing.ErrAgreement, "before the customer before has begun")
}

func TestAnAgreementOfNoDaysHasItsStay(t *testing.T) {
	p := must(billing.NewPoint(water("1", "2026-01-01", "2026-01-15"), water("2", "2026-01-15", "2026-01-15"), water("3", "2026-01-15", "")))
	require.Equal(t, []billing.Stay{
		{Agreement: "1", Period: days("[2026-01-01, 2026-01-15)")}, {Agreement: "2", Period: days("[2026-01-15, 2026-01-15)")},
		{Agreement: "3", Period: days("[2026-01-15, 2026-02-01)")},
	}, must(p.Stays(days("[2026-01-01, 2026-02-01)"))))
	require.Equal(t, []billing.Stay{{Agreement: "2", Period: days("[2026-01-15, 2026-01-15)")}}, must(p.Stays(days("[2026-01-15, 2026-01-15)"))))
	require.Len(t, must(p.Stays(days("[2026-01-01, 2026-01-15)"))), 1)
	require.Len(t, must(p.Stays(days("[2026-01-16, 2026-02-15)"))), 1)

	zero := p.Agreements()[1]
	require.Equal(t, []civil.Period{days("[2026-01-15, 2026-01-15)")}, must(zero.Coverage(nil, day("2026-02-01"))).Unbilled)
	require.Empty(t, must(zero.Coverage(nil, day("2026-01-15"))).Unbilled, "not yet")
	bill := billing.BilledDays{Bill: "B1", Agreement: "2", Period: days("[2026-01-15, 2026-01-15)")}
	require.True(t, must(zero.Coverage([]billing.BilledDays{bill}, day("2026-02-01"))).Complete())
	twice := bill
	twice.Bill = "B2"
	require.Equal(t, []billing.BilledTwice{{Period: bill.Period, Bills: []string{"B1", "B2"}}},
		must(zero.Coverage([]billing.BilledDays{bill, twice}, day("2026-02-01"))).Twice)
}

func TestEveryServiceDayIsOnExactlyOneBill(t *testing.T) {
	a := water("1", "2026-01-10", "2026-04-01")
	bill := func(key, period string) billing.BilledDays {
		return billing.BilledDays{Bill: key, Agreement: "1", Period: days(period)}
	}
	all := []billing.BilledDays{bill("B1", "[2026-01-10, 2026-02-01)"), bill("B2", "[2026-02-01, 2026-03-01)"), bill("B3", "[2026-03-01, 2026-04-01)")}
	require.True(t, must(a.Coverage(all, day("2026-05-01"))).Complete())
	require.Equal(t, []civil.Period{days("[2026-02-01, 2026-03-01)")}, must(a.Coverage([]billing.BilledDays{all[2], all[0]}, day("2026-05-01"))).Unbilled)
	require.Equal(t, []civil.Period{days("[2026-01-10, 2026-02-15)")}, must(a.Coverage(nil, day("2026-02-15"))).Unbilled, "up to the day that is asked for")
	require.Empty(t, must(a.Coverage(nil, day("2026-01-10"))).Unbilled)

	reversed := all[1]
	reversed.Reversed = true
	other := bill("B9", "[2026-02-01, 2026-03-01)")
	other.Agreement = "2"
	require.Equal(t, []civil.Period{days("[2026-02-01, 2026-03-01)")},
		must(a.Coverage([]billing.BilledDays{all[0], reversed, other, all[2]}, day("2026-05-01"))).Unbilled)

	c := must(a.Coverage(append(all, bill("B4", "[2026-02-20, 2026-03-05)")), day("2026-02-25")))
	require.Equal(t, []billing.BilledTwice{
		{Period: days("[2026-02-20, 2026-02-25)"), Bills: []string{"B2", "B4"}}, {Period: days("[2026-02-25, 2026-03-01)"), Bills: []string{"B2", "B4"}},
		{Period: days("[2026-03-01, 2026-03-05)"), Bills: []string{"B3", "B4"}},
	}, c.Twice, "after the day that is asked for too")
	require.False(t, c.Complete())
	late := bill("B5", "[2026-03-01, 2026-04-02)")
	early := bill("B6", "[2026-01-09, 2026-02-01)")
	require.Equal(t, []billing.BilledDays{early, late}, must(a.Coverage([]billing.BilledDays{early, all[1], late}, day("2026-05-01"))).Outside)
	_, err := a.Coverage([]billing.BilledDays{{Bill: "B7", Agreement: "1"}}, day("2026-05-01"))
	require.ErrorContains(t, err, "bill B7")
	require.ErrorIs(t, second(a.Coverage(all, civil.Date{})), billing.ErrDays)
	require.ErrorIs(t, second(billing.Agreement{}.Coverage(all, day("2026-05-01"))), billing.ErrAgreement)
}

// Any partition of a span of service into agreements and bills has every day once; one bill less or more is told.
func TestAnyPartitionIntoAgreementsAndBillsCoversEveryDayOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := day("2026-01-01")
		var agreements []billing.Agreement
		for i := range rapid.IntRange(1, 5).Draw(t, "agreements") {
			from := must(at.AddDays(rapid.IntRange(0, 2).Draw(t, "vacant")))
			at = must(from.AddDays(rapid.IntRange(0, 100).Draw(t, "days")))
			agreements = append(agreements, water(fmt.Sprint(i), from.String(), at.String()))
		}
		p := must(billing.NewPoint(agreements...))
		span := must(civil.NewPeriod(day("2026-01-01"), must(at.AddDays(1))))
		total := 0
		var billed []billing.BilledDays
		for _, s := range must(p.Stays(span)) {
			total += s.Period.Days()
			if s.Agreement == "" {
				continue
			}
			var cuts []civil.Date
			for range rapid.IntRange(0, 4).Draw(t, "cuts") {
				cuts = append(cuts, must(s.Period.From.AddDays(rapid.IntRange(0, 99).Draw(t, "cut"))))
			}
			for _, part := range s.Period.Cut(cuts...) {
				billed = append(billed, billing.BilledDays{Bill: fmt.Sprint(len(billed)), Agreement: s.Agreement, Period: part})
			}
		}
		require.Equal(t, span.Days(), total)
		for _, a := range agreements {
			require.True(t, must(a.Coverage(billed, span.To)).Complete())
		}
		i := rapid.IntRange(0, len(billed)-1).Draw(t, "bill")
		owner := agreements[slices.IndexFunc(agreements, func(a billing.Agreement) bool { return a.ID == billed[i].Agreement })]
		if !owner.From.Before(span.To) {
			return
		}
		require.Equal(t, []civil.Period{billed[i].Period}, must(owner.Coverage(slices.Delete(slices.Clone(billed), i, i+1), span.To)).Unbilled)
		require.Equal(t, billed[i].Period, must(owner.Coverage(append(slices.Clone(billed), billed[i]), span.To)).Twice[0].Period)
	})
}

// used is a usage of a number of CCF over a period.
func used(key string, units int64, period string) metering.Usage {
	r := metering.Register{ID: "1", Dials: 6, Multiplier: must(exact.NewNumber(1, 0)), Unit: metering.CCF}
	p := days(period)
	reading := func(digits int64, on civil.Date) metering.Reading {
		return metering.Reading{Meter: "7088", Register: "1", State: metering.Read, Digits: digits, Day: on, Source: metering.Actual}
	}
	rule := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
	m := must(metering.Between(must(metering.Open(r, reading(1000, p.From))), r, reading(1000+units, p.To), rule))
	m = m.With(must(metering.CheckDays(m.Days(), 400)))
	return must(must(metering.NewReview(key, p.To, m)).Billable())
}

func TestUseAtAVacantPremiseIsListed(t *testing.T) {
	p := must(billing.NewPoint(water("1", "2026-01-01", "2026-02-15"), water("2", "2026-03-01", "2026-03-01"), water("3", "2026-03-10", "")))
	rows := must(p.VacantUse(
		used("clean", 5, "[2026-01-01, 2026-02-01)"), used("partly", 7, "[2026-02-01, 2026-03-15)"), used("none", 0, "[2026-02-15, 2026-03-01)"),
		used("a day nobody has", 2, "[2026-02-20, 2026-02-20)"), used("a day somebody has", 2, "[2026-01-20, 2026-01-20)"),
		used("of no days", 2, "[2026-03-01, 2026-03-01)"),
	))
	require.Len(t, rows, 2)
	require.Equal(t, "partly", rows[0].Usage)
	require.Equal(t, []civil.Period{days("[2026-02-15, 2026-03-01)"), days("[2026-03-01, 2026-03-10)")}, rows[0].Vacant)
	require.Equal(t, "7 CCF", rows[0].Use.String()+" "+rows[0].Unit.String())
	require.Equal(t, "a day nobody has", rows[1].Usage)
}

func TestMoneyMovesBetweenAccountsOfOneCustomerAlone(t *testing.T) {
	var books ledger.Ledger
	item := ledger.Item{Account: "A-1", Area: "central", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day("2026-03-26"), Due: day("2026-04-16")}
	bill := ledger.Entry{Cause: ledger.Billed, Key: "bill 1", Effective: day("2026-03-26"), Accounting: day("2026-03-26"),
		Opens: []ledger.Open{{Item: item, Amount: usd(62_00), Against: item.Against()}}}
	require.True(t, must(books.Post(bill)))
	clearing := ledger.Clearing("lockbox")
	receipt := ledger.Entry{Cause: ledger.Paid, Key: "receipt 1", Effective: day("2026-04-01"), Accounting: day("2026-04-01"), Moves: []ledger.Move{
		{From: clearing, To: ledger.CreditOf("A-1", "central"), Amount: usd(20_00), RevenueCode: "2200"},
		{From: clearing, To: ledger.DepositOf("A-1", "central"), Amount: usd(75_00), RevenueCode: "2300"},
	}}
	require.True(t, must(books.Post(receipt)))
	open, _ := books.Item(bill.ItemID(0))

	tr := billing.Transfer{
		Key: "transfer 1", From: billing.Holder{Account: "A-1", Customer: "C-1", Area: "central"}, To: billing.Holder{Account: "A-2", Customer: "C-1", Area: "central"},
		Items:  []billing.TransferredItem{{Item: open, Amount: usd(50_00)}},
		Credit: usd(20_00), CreditCode: "2200", Deposit: usd(75_00), DepositCode: "2300", Effective: day("2026-05-01"), Accounting: day("2026-05-01"),
	}
	e := must(tr.Entry())
	require.True(t, must(books.Post(e)))
	require.NoError(t, books.Check())
	require.Equal(t, []money.Amount{usd(12_00), usd(50_00), usd(0), usd(20_00), usd(0), usd(75_00)}, []money.Amount{
		books.Balance(ledger.OfItem(bill.ItemID(0))), books.Balance(ledger.OfItem(e.ItemID(0))), books.Balance(ledger.CreditOf("A-1", "central")),
		books.Balance(ledger.CreditOf("A-2", "central")), books.Balance(ledger.DepositOf("A-1", "central")), books.Balance(ledger.DepositOf("A-2", "central")),
	})
	moved, _ := books.Item(e.ItemID(0))
	require.Equal(t, day("2026-04-16"), moved.Due, "who moves does not owe later")

	for place, change := range map[string]func(*billing.Transfer){
		"E_OTHER_CUSTOMERS: to: ":  func(t *billing.Transfer) { t.To.Customer = "C-2" },
		"E_TRANSFER: from: ":       func(t *billing.Transfer) { t.From.Area = "" },
		"E_TRANSFER: to: ":         func(t *billing.Transfer) { t.To.Account = "" },
		"E_TRANSFER: to: it is":    func(t *billing.Transfer) { t.To.Account = "A-1" },
		"E_TRANSFER: key: ":        func(t *billing.Transfer) { t.Key = "" },
		"E_TRANSFER: effective: ":  func(t *billing.Transfer) { t.Accounting = civil.Date{} },
		"E_TRANSFER: credit: ":     func(t *billing.Transfer) { t.Deposit = usd(-1) },
		"E_TRANSFER: items: ":      func(t *billing.Transfer) { t.Items, t.Credit, t.Deposit = nil, usd(0), usd(0) },
		"E_TRANSFER: credit_code":  func(t *billing.Transfer) { t.CreditCode = "" },
		"E_TRANSFER: credit_code:": func(t *billing.Transfer) { t.DepositCode = "" },
		"items[0]: the item is of": func(t *billing.Transfer) { t.Items[0].Item.Account = "A-3" },
		"items[0]: the item":       func(t *billing.Transfer) { t.Items[0].Item.Area = "ord" },
		"items[0]: $62.01 is not":  func(t *billing.Transfer) { t.Items[0].Amount = usd(62_01) },
		"E_TRANSFER: items[1]: ": func(t *billing.Transfer) {
			t.Items = []billing.TransferredItem{{Item: open, Amount: usd(30_00)}, {Item: open, Amount: usd(20_00)}}
		},
		"items[0]: $0.00 is not": func(t *billing.Transfer) { t.Items[0].Amount = usd(0) },
	} {
		wrong := tr
		wrong.Items = slices.Clone(tr.Items)
		change(&wrong)
		require.ErrorContains(t, second(wrong.Entry()), place)
	}
}
