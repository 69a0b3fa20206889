package latecharge_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

// Practice of districts, each from its own page (rules.md §3.2); the amounts of the bills are invented.
func TestLatePractice(t *testing.T) {
	t.Run("Murfreesboro: 10% without tax, from 50.00 on", func(t *testing.T) {
		p := uncapped()
		p.MinimumBalance = cents(50_00)
		b := newLateBooks(t)
		b.items("bill 1", "2026-04-16", lineOf{"charge", 50_00}, lineOf{"tax", 4_88})
		c := b.charge(p, "2026-04-17")
		require.Equal(t, money.Cents(5_00), c.Total)
		require.Equal(t, []latecharge.Code{latecharge.Exempt}, why(c))
		less := newLateBooks(t)
		less.items("bill 1", "2026-04-16", lineOf{"charge", 49_99}, lineOf{"tax", 4_87})
		c = less.charge(p, "2026-04-17")
		require.Empty(t, c.Lines)
		require.Equal(t, "blocked: below minimum balance: $49.99 was delinquent on 2026-04-17, less than $50.00", c.Reasons[0].String())
	})
	t.Run("with tax", func(t *testing.T) {
		p := uncapped()
		p.Kinds, p.Exempt = []ledger.Kind{"charge", "tax"}, []ledger.Kind{}
		b := newLateBooks(t)
		b.items("bill 1", "2026-04-16", lineOf{"charge", 50_00}, lineOf{"tax", 4_88})
		require.Equal(t, money.Cents(5_49), b.charge(p, "2026-04-17").Total)
	})
	t.Run("Wilson County: flat 10.00, a closed due day rolls", func(t *testing.T) {
		p := uncapped()
		p.Percent, p.Flat, p.Roll = percent("0"), cents(10_00), latecharge.RollLastDay
		b := newLateBooks(t)
		b.items("bill 1", "2026-05-02", lineOf{"charge", 30_00}, lineOf{"charge", 60_00}) // a Saturday
		f := b.facts("2026-05-04")
		f.Office = office(t)
		require.Empty(t, of(t, p, f).Lines)
		f.On = civil.MustDate("2026-05-05")
		c := of(t, p, f)
		require.Equal(t, money.Cents(10_00), c.Total, "once for the bill")
		require.Len(t, c.Lines, 2)
		require.ElementsMatch(t, []int64{3_33, 6_67}, []int64{c.Lines[0].Amount.Cents(), c.Lines[1].Amount.Cents()})
	})
	t.Run("the greater of 5.00 and 10%", func(t *testing.T) {
		p := uncapped()
		p.Flat = cents(5_00)
		for cents, want := range map[int64]int64{20_00: 5_00, 49_99: 5_00, 50_00: 5_00, 50_10: 5_01, 100_00: 10_00} {
			b := newLateBooks(t)
			b.bill("bill 1", "2026-04-16", cents)
			require.Equal(t, want, b.charge(p, "2026-04-17").Total.Cents())
		}
	})
	t.Run("San Lorenzo Valley: 10.00 at day 31", func(t *testing.T) {
		p := uncapped()
		p.Percent, p.Flat, p.GraceDays = percent("0"), cents(10_00), policy.Is(30)
		b := newLateBooks(t)
		b.bill("bill 1", "2026-04-16", 44_00)
		require.Equal(t, []latecharge.Code{latecharge.NotDelinquent}, why(b.charge(p, "2026-05-16")))
		require.Equal(t, money.Cents(10_00), b.charge(p, "2026-05-17").Total)
	})
	t.Run("Left Hand: none", func(t *testing.T) {
		p := uncapped()
		p.Percent = percent("0")
		b := newLateBooks(t)
		b.bill("bill 1", "2026-04-16", 44_00)
		require.Equal(t, []latecharge.Code{latecharge.NoRate}, why(b.charge(p, "2026-05-16")))
	})
}

// A cent above the limit is above it: rounding never takes a charge there, and a flat amount is cut.
func TestLateTheLawCapsEachCharge(t *testing.T) {
	b := newLateBooks(t)
	b.bill("bill 1", "2026-04-16", 100_05)
	p := gov()
	p.Rounding = exact.Up
	c := b.charge(p, "2026-05-01")
	require.Equal(t, money.Cents(10_00), c.Total, "10% of 100.05 is 10.005")
	require.Contains(t, c.Lines[0].Words, "as far as the law allows")
	p.Percent = percent("9.9951")
	require.Equal(t, money.Cents(10_00), b.charge(p, "2026-05-01").Total, "below the limit, up")

	p = gov()
	p.Percent, p.Flat, p.MinimumBalance = percent("0"), cents(10_00), cents(100_00)
	b.pay("receipt 1", "2026-05-03", b.bill("bill 2", "2026-05-04", 300_00), 250_00)
	first := b.run(p, "2026-05-01")
	require.Equal(t, money.Cents(10_00), first.Total)
	c = b.charge(p, "2026-06-01")
	require.Equal(t, money.Cents(5_00), c.Lines[len(c.Lines)-1].Parts[0].Amount,
		"the balance is above the least one, and the charge is within 10% of 50.00")
	require.True(t, c.Lines[len(c.Lines)-1].Parts[0].Capped)
}

// What each regime's further months are on, simple and compound, worked by hand from 100.00 with a first charge of 10.00.
func TestLateFurtherMonths(t *testing.T) {
	for name, c := range map[string]struct {
		on     latecharge.MonthlyOn
		growth latecharge.Growth
		cents  int64
	}{
		"on charges":                      {latecharge.OnCharges, latecharge.Simple, 10_00 + 3*2_00},
		"on charges and first":            {latecharge.OnChargesAndFirst, latecharge.Simple, 10_00 + 3*2_20},
		"compound, on charges":            {latecharge.OnCharges, latecharge.Compound, 10_00 + 2_00 + 2_04 + 2_08},
		"compound, on charges and first":  {latecharge.OnChargesAndFirst, latecharge.Compound, 10_00 + 2_20 + 2_24 + 2_29},
		"simple again, the order is free": {latecharge.OnCharges, latecharge.Simple, 16_00},
	} {
		t.Run(name, func(t *testing.T) {
			p := uncapped()
			p.Monthly, p.MonthlyOn, p.Growth = percent("2"), c.on, c.growth
			b := newLateBooks(t)
			b.bill("bill 1", "2026-04-16", 100_00)
			require.Equal(t, c.cents, b.charge(p, "2026-07-17").Total.Cents())
			sum := int64(0)
			for _, on := range []string{"2026-04-17", "2026-05-17", "2026-06-17", "2026-07-17"} {
				sum += b.run(p, on).Total.Cents()
			}
			require.Equal(t, c.cents, sum, "the same, charged month by month")
		})
	}
}

// A further month is on what of the first late charge is unpaid, and not on what was paid of it.
func TestLateFurtherMonthLeavesOutAPaidFirstCharge(t *testing.T) {
	b := newLateBooks(t)
	b.bill("bill 1", "2026-04-16", 100_00)
	first := b.run(gov(), "2026-05-01")
	b.pay("receipt 1", "2026-05-10", entries(t, first)[0].ItemID(0), 10_00)
	c := b.charge(gov(), "2026-06-01")
	require.Equal(t, money.Cents(50), c.Total)
	require.Equal(t, money.Cents(100_00), c.Lines[0].Parts[0].Basis)
	require.Contains(t, why(b.charge(gov(), "2026-05-31")), latecharge.ChargedBefore)

	later := newLateBooks(t)
	later.bill("bill 1", "2026-04-16", 100_00)
	first = later.run(gov(), "2026-05-01")
	later.pay("receipt 1", "2026-06-10", entries(t, first)[0].ItemID(0), 10_00)
	require.Equal(t, money.Cents(50), later.charge(gov(), "2026-06-15").Total, "paid after the month began, and before it was charged")
}

// A month is charged on the smaller of what was unpaid when it began and what is unpaid now.
func TestLateBasisIsTheSmallerOfThenAndNow(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	b.pay("receipt 1", "2026-05-20", item, 60_00)
	c := b.charge(water(), "2026-06-20")
	require.Equal(t, money.Cents(4_00+60+60), c.Total, "paid before the charge was made")
	b.pay("receipt 2", "2026-06-21", item, 40_00)
	require.Empty(t, b.charge(water(), "2026-06-21").Lines, "paid late, and before it was charged")
	// The part that is credited now was not unpaid then either.
	later := newLateBooks(t)
	item = later.bill("bill 1", "2026-04-16", 100_00)
	later.pay("receipt 1", "2026-04-16", item, 60_00)
	require.NoError(t, returnOf(later, "receipt 1", "2026-06-01"))
	c = later.charge(water(), "2026-06-17")
	require.Equal(t, []int64{4_00, 60, 1_50}, partCents(c.Lines[0]), "returned on 2026-06-01")
}

// An item that is credited after it was delinquent bears on what is left of it, and one whose credit is taken back bears on that
// from the next month on.
func TestLateBasisAfterAnAdjustment(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	on := civil.MustDate("2026-04-25")
	b.post(ledger.Entry{Cause: ledger.Adjusted, Key: "adjustment 1", Effective: on, Accounting: on, Moves: []ledger.Move{
		{From: ledger.Revenue("4000"), To: ledger.OfItem(item), Amount: money.Cents(40_00), RevenueCode: "4000"}}})
	require.Equal(t, []int64{6_00}, partCents(b.charge(water(), "2026-04-30").Lines[0]), "charged late, on what is left")
	require.Equal(t, []int64{10_00}, partCents(b.charge(water(), "2026-04-24").Lines[0]), "charged before the credit")

	for e := range b.l.Entries() {
		if e.Cause == ledger.Adjusted {
			back, err := b.l.Reverse(e.ID(), "taken back", ledger.Adjusted, civil.MustDate("2026-06-01"), civil.MustDate("2026-06-01"))
			require.NoError(t, err)
			b.post(back)
			break
		}
	}
	require.Equal(t, []int64{10_00, 90, 1_50}, partCents(b.charge(water(), "2026-06-17").Lines[0]),
		"unpaid in full when April's month began, 60.00 in May, and in full again in June")
}

func partCents(line latecharge.Line) []int64 {
	var out []int64
	for _, part := range line.Parts {
		out = append(out, part.Amount.Cents())
	}
	return out
}

// returnOf takes a payment back.
func returnOf(b *books, key, on string) error {
	for e := range b.l.Entries() {
		if e.Cause == ledger.Paid && e.Key == key {
			back, err := b.l.Reverse(e.ID(), key+" returned", ledger.Returned, civil.MustDate(on), civil.MustDate(on))
			if err != nil {
				return err
			}
			_, err = b.l.Post(back)
			return err
		}
	}
	return fmt.Errorf("no payment %s", key)
}

// On current charges only the latest bill bears its first charge; an older one that bore none in its time bears none later.
func TestLateOnCurrentCharges(t *testing.T) {
	p := uncapped()
	p.Basis = latecharge.OnCurrent
	b := newLateBooks(t)
	old := b.bill("bill 1", "2026-03-16", 40_00)
	b.bill("bill 2", "2026-04-16", 60_00)
	f := b.facts("2026-04-17")
	f.Disputes = []latecharge.Dispute{{
		Item: old, Amount: money.Cents(40_00), From: civil.MustDate("2026-03-01"), Until: civil.MustDate("2026-04-01"),
	}}
	c := of(t, p, f)
	require.Equal(t, money.Cents(6_00), c.Total)
	require.Equal(t, []latecharge.Code{latecharge.Disputed, latecharge.NotCurrent}, why(c))
	p.Basis = latecharge.OnPastDue
	require.Equal(t, money.Cents(10_00), of(t, p, f).Total)
	f.Disputes = nil
	p.Basis = latecharge.OnCurrent
	require.Equal(t, money.Cents(10_00), of(t, p, f).Total, "each was the current one on its own day")
}

// A month of an item is charged once, whatever day it is charged on again; months from elsewhere count too.
func TestLateNeverTwiceForAMonth(t *testing.T) {
	b := newLateBooks(t)
	b.bill("bill 1", "2026-04-16", 100_00)
	first := b.run(gov(), "2026-05-01")
	require.Equal(t, money.Cents(10_00), first.Total)
	for _, on := range []string{"2026-05-01", "2026-05-02", "2026-05-31"} {
		require.Empty(t, b.charge(gov(), on).Lines)
	}
	require.Equal(t, money.Cents(55), b.charge(gov(), "2026-06-01").Total)

	stale := entries(t, first)
	stale[0].Effective = civil.MustDate("2026-05-02")
	_, err := b.l.Post(stale[0])
	require.ErrorIs(t, err, ledger.ErrConflict, "the ledger refuses the same month otherwise")

	elsewhere := newLateBooks(t)
	item := elsewhere.bill("bill 1", "2026-04-16", 100_00)
	f := elsewhere.facts("2026-06-01")
	f.Taken = []latecharge.Taken{{Item: item, Month: civil.MustDate("2026-05-20"), First: true, Unpaid: money.Cents(6_00)}}
	c := of(t, gov(), f)
	require.Equal(t, []int64{53}, partCents(c.Lines[0]), "0.5% of 106.00")
	f.Taken[0].Month = civil.MustDate("2026-04-30")
	require.Equal(t, []int64{53, 53}, partCents(of(t, gov(), f).Lines[0]), "a first charge before its day is the first all the same")
}

// A late charge that was reversed is not charged again for its month.
func TestLateReversedChargeStaysTaken(t *testing.T) {
	b := newLateBooks(t)
	b.bill("bill 1", "2026-04-16", 100_00)
	first := entries(t, b.run(gov(), "2026-05-01"))[0]
	back, err := b.l.Reverse(first.ID(), "courtesy", ledger.Charged, civil.MustDate("2026-05-04"), civil.MustDate("2026-05-04"))
	require.NoError(t, err)
	b.post(back)
	require.Equal(t, []latecharge.Code{latecharge.ChargedBefore}, why(b.charge(gov(), "2026-05-05")))
	require.Equal(t, money.Cents(50), b.charge(gov(), "2026-06-01").Total, "on the charges alone")
}

// Months before the books began are not charged, nor a first charge that was due then.
func TestLateSinceTheBooksBegan(t *testing.T) {
	b := newLateBooks(t)
	b.bill("bill 1", "2026-02-10", 100_00)
	f := b.facts("2026-06-01")
	f.Since = civil.MustDate("2026-05-01")
	c := of(t, gov(), f)
	require.Equal(t, []int64{50, 50}, partCents(c.Lines[0]))
	require.Equal(t, []latecharge.Code{latecharge.Before}, why(c))
}

// A flat amount is charged once for what fell delinquent on a day, also where a part of it comes later.
func TestLateFlatOnceForABill(t *testing.T) {
	p := uncapped()
	p.Flat = cents(10_00)
	b := newLateBooks(t)
	items := b.items("bill 1", "2026-04-16", lineOf{"charge", 30_00}, lineOf{"charge", 90_00})
	f := b.facts("2026-04-17")
	f.Disputes = []latecharge.Dispute{{
		Item: items[1], Amount: money.Cents(90_00), From: civil.MustDate("2026-04-01"), Until: civil.MustDate("2026-05-01"),
	}}
	first := of(t, p, f)
	require.Equal(t, money.Cents(10_00), first.Total, "of 30.00, 10% is less")
	for _, e := range entries(t, first) {
		b.post(e)
	}
	disputes := f.Disputes
	f = b.facts("2026-05-17")
	f.Disputes = disputes
	c := of(t, p, f)
	require.Equal(t, money.Cents(2_00), c.Total, "10%% of 120.00 is 12.00, of which 10.00 was charged")
	p.Percent = percent("0")
	require.Empty(t, of(t, p, f).Lines)
	require.Contains(t, why(of(t, p, f)), latecharge.NoRate)
}

// What the entries say: one for each month, of the cause Charged, whose key and parent come from the item.
func TestLateEntries(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	c := b.charge(gov(), "2026-06-01")
	entries := entries(t, c)
	require.Len(t, entries, 2)
	require.Equal(t, "late charge "+item.String()+" 2026-05 first", entries[0].Key)
	require.Equal(t, "late charge "+item.String()+" 2026-06", entries[1].Key)
	for i, e := range entries {
		open, _ := b.l.Item(item)
		require.Equal(t, ledger.Charged, e.Cause)
		require.Equal(t, open.Entry, e.Parent)
		require.Equal(t, c.On, e.Effective)
		require.Equal(t, ledger.Kind("penalty"), e.Opens[0].Item.Kind)
		require.Equal(t, "water", e.Opens[0].Item.Service)
		require.Equal(t, c.Lines[0].Parts[i].Amount, e.Opens[0].Amount)
		b.post(e)
	}
	require.NoError(t, b.l.Check())
	require.Equal(t, money.Cents(10_55), b.l.Balance(ledger.Revenue("4090")))
	_, err := c.Entries(latecharge.Posting{Billed: c.On, Due: c.On})
	require.ErrorIs(t, err, ledger.ErrEntry)
}

// A first charge that was made elsewhere, or waived, was the flat amount: no other item of the bill bears it again.
func TestLateFlatThatWasTakenElsewhere(t *testing.T) {
	p := uncapped()
	p.Percent, p.Flat = percent("0"), cents(10_00)
	b := newLateBooks(t)
	items := b.items("bill 1", "2026-04-16", lineOf{"charge", 30_00}, lineOf{"charge", 90_00})
	f := b.facts("2026-04-17")
	f.Taken = []latecharge.Taken{{Item: items[0], Month: f.On, First: true}}
	require.Empty(t, of(t, p, f).Lines)
	f.Taken[0].First = false
	require.Equal(t, money.Cents(10_00), of(t, p, f).Total, "a further month is none")
}

// What does not fit is an error, and never another amount.
func TestLateOverflowIsAnError(t *testing.T) {
	p := uncapped()
	p.Monthly, p.Growth = percent("100"), latecharge.Compound
	b := newLateBooks(t)
	b.bill("bill 1", "2020-01-16", 100_00)
	f := b.facts("2026-07-01")
	f.Since = civil.MustDate("2020-01-01")
	_, err := p.Charge(f)
	require.ErrorIs(t, err, money.ErrOverflow)
	p.Growth = latecharge.Simple
	require.Equal(t, money.Cents(10_00+77*100_00), of(t, p, f).Total)
}
