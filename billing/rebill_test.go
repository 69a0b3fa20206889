package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func again(key string, services ...billing.Service) billing.RebillRequest {
	return billing.RebillRequest{
		Key: key, Services: services, Postings: postings(), Reason: "the meter was read wrong", Evidence: []string{"RO-7"}, By: person("m.alvarez"),
		Effective: day("2026-05-01"), Due: day("2026-05-22"),
	}
}

func TestARebillIsTheDifferenceByCharge(t *testing.T) {
	books, b := billedBooks(t, 0)
	a := water("1", "2026-01-01", "")
	change := must(b.Rebill(again("RB-1", waterOf(t, a, march, 11)), books))
	require.Equal(t, billing.Rebilled, change.Kind)
	require.Equal(t, "2026-W14", change.Bill)
	require.Equal(t, []billing.AdjustedLine{{
		Item: b.Entries()[0].ItemID(0), Charge: "water", Agreement: "1", Period: days(march), Text: "Water", Before: usd(46_65), After: usd(35_55),
	}}, change.Lines)
	must(adjust(books, change))
	require.Equal(t, usd(55_55), books.Balance(ledger.OfItem(b.Entries()[0].ItemID(0))), "base and 11 CCF")

	corrected := a
	corrected.Facts = rates.Facts{"meter_size": "1"} // which this schedule prices alike
	_, err := b.Rebill(again("RB-2", waterOf(t, corrected, march, 13)), books)
	require.ErrorContains(t, err, "it comes to what was billed")
	for says, s := range map[string]billing.Service{
		"agreement 2 is not on the bill": waterOf(t, water("2", "2026-01-01", ""), march, 11),
		"it is of [2026-03-01, 2026-03-30), and was billed for [2026-03-01, 2026-03-31)": waterOf(t, a, "[2026-03-01, 2026-03-30)", 11),
		"made by no book": {Agreement: a, Quote: rates.Quote{Input: rates.Input{Period: days(march)}}},
	} {
		_, err := b.Rebill(again("RB-3", s), books)
		require.ErrorContains(t, err, says)
	}
	unread := waterOf(t, a, march, 11)
	unread.Usage = nil
	_, err = b.Rebill(again("RB-3", unread), books)
	require.ErrorIs(t, err, billing.ErrUsage)
	noReason := again("RB-3", waterOf(t, a, march, 11))
	noReason.Reason = ""
	_, err = b.Rebill(noReason, books)
	require.ErrorIs(t, err, billing.ErrAdjustment)

	fresh, _ := billedBooks(t, 0)
	back := must(fresh.Reverse(b.Entries()[0].ID(), "void", ledger.Billed, day("2026-04-10"), day("2026-04-10")))
	require.True(t, must(fresh.Post(back)))
	_, err = b.Rebill(again("RB-4", waterOf(t, a, march, 11)), fresh)
	require.ErrorContains(t, err, "it was taken back")
}

// caseRebillPaid is the first half of its case: 120.00 was paid, and is billed again at 90.00: 30.00 become credit. The
// penalty's half is of the late charge.
func caseRebillPaid(t *testing.T) int64 {
	a := water("1", "2026-01-01", "")
	r := request(t)
	b := book()
	b.Schedules[0].Versions[0].Charges = []rates.Charge{{ID: "water", Text: "Water", Rule: rates.PerUnit{Price: rates.Num("6.00")}}}
	engine := must(rates.Compile(b))
	service := func(units int64) billing.Service {
		in := must(a.Input(days(march)))
		usage := used("A-1", units, march)
		in.Usage = must(usage.Volume(metering.CCF, 0, exact.HalfUp))
		return billing.Service{Agreement: a, Quote: must(engine.Price(in)), Usage: []metering.Usage{usage}}
	}
	r.Services = []billing.Service{service(20)}
	bill := must(billing.NewBill(r))
	require.Equal(t, usd(120_00), bill.Charges())
	var books ledger.Ledger
	require.True(t, must(books.Post(bill.Entries()[0])))
	item := bill.Entries()[0].ItemID(0)
	moves := must(books.Settle(ledger.Clearing("lockbox"), item, usd(120_00)))
	require.True(t, must(books.Post(ledger.Entry{Cause: ledger.Paid, Key: "r", Effective: day("2026-04-28"), Accounting: day("2026-04-28"), Moves: moves})))
	change := must(bill.Rebill(again("RB-1", service(15)), &books))
	require.Equal(t, usd(-30_00), change.Change())
	must(adjust(&books, change))
	require.Equal(t, usd(0), books.Balance(ledger.OfItem(item)))
	return books.Balance(ledger.CreditOf("A-1", "central")).Cents()
}

// caseTrueUpUnder: estimates of 40 and 40 at 2.00 a unit, and the actual reading shows 60 over three equal periods. Nothing is
// priced below zero.
func caseTrueUpUnder(t *testing.T) int64 {
	dial := metering.Register{ID: "1", Dials: 6, Multiplier: must(exact.NewNumber(1, 0)), Unit: metering.CCF}
	reading := func(digits int64, on string) metering.Reading {
		return metering.Reading{Meter: "7088", Register: "1", State: metering.Read, Digits: digits, Day: day(on), Source: metering.Actual}
	}
	b := book()
	b.Schedules[0].Versions[0].Charges = []rates.Charge{{ID: "water", Text: "Water", Rule: rates.PerUnit{Price: rates.Num("2.00")}}}
	engine := must(rates.Compile(b))
	a := water("1", "2026-01-01", "")
	priced := func(usage metering.Usage, period string) billing.Service {
		in := must(a.Input(days(period)))
		text, _ := must(usage.Of(days(period), metering.CCF)).Decimal(3)
		in.Usage = must(metering.VolumeOf(text, metering.CCF))
		return billing.Service{Agreement: a, Quote: must(engine.Price(in)), Usage: []metering.Usage{usage}}
	}
	rule := metering.EstimateRule{MaxInRow: 6, Method: metering.EstimateMethod{
		Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume("1.333333 CCF")),
	}}
	last := must(metering.Open(dial, reading(1000, "2026-01-01")))
	from := last
	var books ledger.Ledger
	var bills []billing.Bill
	var cycles []metering.Cycle
	for i, period := range []string{"[2026-01-01, 2026-01-31)", "[2026-01-31, 2026-03-02)"} {
		m, _, err := metering.Estimate(from, dial, days(period).To, rule, nil)
		require.NoError(t, err)
		usage := must(must(metering.NewReview("A-1/"+period, days(period).To, m, "days")).Billable())
		from = usage.Baselines()[0]
		cycles = append(cycles, must(usage.Cycle(metering.CCF, 0)))
		r := request(t)
		r.Key, r.Services = []string{"1", "2"}[i], []billing.Service{priced(usage, period)}
		bills = append(bills, must(billing.NewBill(r)))
		require.Equal(t, usd(80_00), bills[i].Charges())
		require.True(t, must(books.Post(bills[i].Entries()[0])))
	}
	delta := metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
	whole := must(metering.Between(last, dial, reading(1060, "2026-04-01"), delta))
	m := must(metering.TrueUp(whole, cycles, from))
	m = m.With(must(metering.CheckDays(m.Days(), 35)))
	usage := must(must(metering.NewReview("A-1/3", day("2026-04-01"), m)).Billable())
	r := request(t)
	r.Key, r.Services = "3", []billing.Service{priced(usage, "[2026-03-02, 2026-04-01)")}
	third := must(billing.NewBill(r))
	require.Equal(t, usd(40_00), third.Charges())
	require.True(t, must(books.Post(third.Entries()[0])))
	total := third.Charges().Cents()
	for i, bill := range bills {
		change := must(bill.Rebill(again("RB-"+bill.Key(), priced(usage, cycles[i].Period.String())), &books))
		require.Equal(t, usd(-40_00), change.Change())
		must(adjust(&books, change))
		total += bill.Charges().Cents() + change.Change().Cents()
	}
	require.Equal(t, usd(total), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-05-02"))).Balance)
	return total
}

// A re-bill of an unchanged bill is nothing; a re-bill and the bill come to what a bill of the right usage would have.
func TestABillAndItsRebillAreTheRightBill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		books, b := billedBooks(t, rapid.Int64Range(0, 66_65).Draw(t, "paid"))
		a := water("1", "2026-01-01", "")
		units := rapid.Int64Range(0, 40).Draw(t, "units")
		change, err := b.Rebill(again("RB-1", waterOf(t, a, march, units)), books)
		if units == 13 {
			require.ErrorIs(t, err, billing.ErrRebill)
			return
		}
		require.NoError(t, err)
		r := request(t)
		r.Services[0] = waterOf(t, a, march, units)
		require.Equal(t, must(billing.NewBill(r)).Charges().Cents(), b.Charges().Cents()+change.Change().Cents())
		must(adjust(books, change))
	})
}
