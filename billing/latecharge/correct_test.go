package latecharge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// corrected is what goes back of charges, in cents by line.
func corrected(t *testing.T, charges []latecharge.Charge, corrections ...latecharge.Correction) []int64 {
	t.Helper()
	credit, err := latecharge.Correct(charges, corrections)
	require.NoError(t, err)
	var out []int64
	sum := int64(0)
	for _, line := range credit.Lines {
		require.Equal(t, line.Was.Cents()-line.Should.Cents(), line.Credit.Cents())
		require.NotEmpty(t, line.Words)
		out, sum = append(out, line.Credit.Cents()), sum+line.Credit.Cents()
	}
	require.Equal(t, sum, credit.Total.Cents())
	return out
}

func less(item stored.ID, cents int64) latecharge.Correction {
	return latecharge.Correction{Item: item, Less: money.Cents(cents)}
}

// Months that were charged one by one are corrected together: a further month on a first charge that fell falls with it.
func TestLateCorrectionReachesEveryMonth(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 400_00)
	charges := []latecharge.Charge{b.run(gov(), "2026-05-01"), b.run(gov(), "2026-06-01")}
	require.Equal(t, money.Cents(2_20), charges[1].Total, "0.5% of 440.00")
	require.Equal(t, []int64{10_00, 55}, corrected(t, charges, less(item, 100_00)), "30.00, and 0.5% of 330.00")
	require.Equal(t, []int64{40_00, 2_20}, corrected(t, charges, less(item, 500_00)), "nothing was owed")
	require.Equal(t, []int64{10_00, 55}, corrected(t, []latecharge.Charge{charges[1], charges[0]}, less(item, 100_00)), "in any order")
	require.Empty(t, corrected(t, charges, less(item, 0)))

	credit, err := latecharge.Correct(charges, []latecharge.Correction{less(item, 100_00)})
	require.NoError(t, err)
	for i, c := range charges {
		require.Equal(t, entries(t, c)[0].ID(), credit.Lines[i].Entry, "it names the entry that charged it")
	}
	require.Equal(t, "$30.00 in place of $40.00, on $300.00 in place of $400.00", credit.Lines[0].Words)
}

// A compound month falls by what the earlier ones fell.
func TestLateCorrectionOfCompoundMonths(t *testing.T) {
	p := uncapped()
	p.Percent, p.Monthly, p.Growth = percent("0"), percent("10"), latecharge.Compound
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	c := b.charge(p, "2026-07-17")
	require.Equal(t, []int64{10_00, 11_00, 12_10}, partCents(c.Lines[0]))
	require.Equal(t, []int64{5_00, 5_50, 6_05}, corrected(t, []latecharge.Charge{c}, less(item, 50_00)))
}

// A flat amount stays while anything of the bill is late, as shared out, and goes when nothing is.
func TestLateCorrectionOfAFlatAmount(t *testing.T) {
	p := uncapped()
	p.Percent, p.Flat = percent("0"), cents(10_00)
	b := newLateBooks(t)
	items := b.items("bill 1", "2026-04-16", lineOf{"charge", 30_00}, lineOf{"charge", 30_00})
	charges := []latecharge.Charge{b.charge(p, "2026-04-17")}
	require.Empty(t, corrected(t, charges, less(items[0], 30_00)))
	require.Equal(t, []int64{5_00, 5_00}, corrected(t, charges, less(items[0], 30_00), less(items[1], 30_00)))
	p.Percent = percent("25")
	charges = []latecharge.Charge{b.charge(p, "2026-04-17")}
	require.Equal(t, money.Cents(15_00), charges[0].Total)
	credit, err := latecharge.Correct(charges, []latecharge.Correction{less(items[0], 30_00)})
	require.NoError(t, err)
	require.Equal(t, money.Cents(5_00), credit.Total, "from 25% of 60.00 to the flat 10.00")
}

// A balance that falls below the least one would have borne nothing.
func TestLateCorrectionBelowTheLeastBalance(t *testing.T) {
	p := uncapped()
	p.MinimumBalance = cents(50_00)
	b := newLateBooks(t)
	items := b.items("bill 1", "2026-04-16", lineOf{"charge", 40_00}, lineOf{"charge", 20_00})
	charges := []latecharge.Charge{b.charge(p, "2026-04-17")}
	require.Equal(t, []int64{1_00}, corrected(t, charges, less(items[0], 10_00)))
	credit, err := latecharge.Correct(charges, []latecharge.Correction{less(items[0], 10_01)})
	require.NoError(t, err)
	require.Equal(t, money.Cents(6_00), credit.Total)
}

func TestLateCorrectionsAreRefused(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	c := b.charge(gov(), "2026-05-01")
	foreign := c
	foreign.Account, foreign.Lines = "7", nil
	for name, x := range map[string]struct {
		charges     []latecharge.Charge
		corrections []latecharge.Correction
	}{
		"an item that bears none": {[]latecharge.Charge{c}, []latecharge.Correction{less(stored.NewID("item", item, "0", nil), 1)}},
		"an item twice":           {[]latecharge.Charge{c}, []latecharge.Correction{less(item, 1), less(item, 1)}},
		"an item that was too low": {[]latecharge.Charge{c},
			[]latecharge.Correction{less(item, -1)}},
		"a late charge twice": {[]latecharge.Charge{c, c}, []latecharge.Correction{less(item, 1)}},
		"two accounts":        {[]latecharge.Charge{c, foreign}, []latecharge.Correction{less(item, 1)}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := latecharge.Correct(x.charges, x.corrections)
			refused(t, err, latecharge.ErrFacts)
		})
	}
}

// The case of the policy to its end: the late charge falls by 3.00, and the entry that gives it back names it.
func TestLateRebillAfterPaymentGivesThePenaltyBack(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 120_00)
	c := b.run(gov(), "2026-05-01")
	entry := entries(t, c)[0]
	b.pay("receipt 1", "2026-05-05", item, 120_00)
	b.pay("receipt 2", "2026-05-05", entry.ItemID(0), 12_00)
	credit, err := latecharge.Correct([]latecharge.Charge{c}, []latecharge.Correction{less(item, 30_00)})
	require.NoError(t, err)
	require.Equal(t, entry.ID(), credit.Lines[0].Entry)
	penalty := entry.ItemID(0)
	moves, err := b.l.Unapply(penalty, credit.Lines[0].Credit)
	require.NoError(t, err)
	on := civil.MustDate("2026-05-20")
	b.post(ledger.Entry{Cause: ledger.Applied, Key: "re-bill 1 off", Effective: on, Accounting: on, Moves: moves})
	b.post(ledger.Entry{Cause: ledger.Adjusted, Key: "re-bill 1 penalty", Parent: credit.Lines[0].Entry,
		Effective: on, Accounting: on, Moves: []ledger.Move{
			{From: ledger.Revenue("4090"), To: ledger.OfItem(penalty), Amount: credit.Lines[0].Credit, RevenueCode: "4090"}}})
	require.Equal(t, money.Cents(3_00), b.l.Balance(ledger.CreditOf(acct, "Ord")))
	require.NoError(t, b.l.Check())
}
