package ledger_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// On all days but those of its changes an account owes what it owed the day before, and the changes are in order, each once.
func TestBetweenChangesTheStandingIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawLedger(t)
		terms := d.terms()
		for i := range rapid.IntRange(0, 2).Draw(t, "pending") {
			p := ledger.Pending{Key: rapid.SampledFrom([]string{"held", "receipt 1", "receipt 2"}).Draw(t, "key") + string(rune('a'+i)), Account: acct, Kind: ledger.HeldBatch,
				Amount: usd(rapid.Int64Range(1, 90_00).Draw(t, "cents")), From: dayOf(rapid.IntRange(0, 150).Draw(t, "from"))}
			if rapid.Bool().Draw(t, "ends") {
				p.Until, _ = p.From.AddDays(rapid.IntRange(0, 30).Draw(t, "until"))
			}
			terms.Pending = append(terms.Pending, p)
		}
		a, err := d.Account(acct, terms)
		if err != nil {
			return
		}
		after, through := dayOf(rapid.IntRange(0, 100).Draw(t, "after")), dayOf(rapid.IntRange(100, 260).Draw(t, "through"))
		changes := a.Changes(after, through)
		require.True(t, slices.IsSortedFunc(changes, civil.Date.Compare))
		require.Len(t, slices.Compact(slices.Clone(changes)), len(changes))
		before, err := a.Standing(after)
		require.NoError(t, err)
		for on, _ := after.AddDays(1); !on.After(through); on, _ = on.AddDays(1) {
			s, err := a.Standing(on)
			require.NoError(t, err)
			before.On = on
			if before.NextDue != s.NextDue && before.Current == s.Current {
				before.NextDue = s.NextDue // of a credit that was used before it came it is the day itself
			}
			if before != s {
				require.Contains(t, changes, on, "%+v after %+v", s, before)
			}
			before = s
		}
	})
}

func TestChangesAreThoseOfTheDaysAsked(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill", "2026-03-05", 60_00) // due on 2026-03-26
	post(t, &l, b)
	post(t, &l, pay(t, &l, "part", "2026-03-30", b.ItemID(0), 10_00))
	a, err := l.Account(acct, ledger.Terms{})
	require.NoError(t, err)
	require.Equal(t, []civil.Date{day("2026-03-05"), day("2026-03-27"), day("2026-03-30")}, a.Changes(day("2026-01-01"), day("2026-12-31")))
	require.Equal(t, []civil.Date{day("2026-03-27"), day("2026-03-30")}, a.Changes(day("2026-03-05"), day("2026-03-30")), "after the one, up to the other")
	require.Equal(t, []civil.Date{day("2026-03-27")}, a.Changes(day("2026-03-26"), day("2026-03-29")))
	require.Empty(t, a.Changes(day("2026-03-30"), day("2026-12-31")))
	a, err = l.Account(acct, ledger.Terms{Extensions: []ledger.Extension{{Key: "x", Account: acct, Items: idsOf(b), Granted: day("2026-04-01"), Until: day("2026-04-20")}}})
	require.NoError(t, err)
	require.Equal(t, []civil.Date{day("2026-04-01"), day("2026-04-21")}, a.Changes(day("2026-03-30"), day("2026-12-31")), "an extension, from its day on")
	post(t, &l, pay(t, &l, "rest", "2026-04-02", b.ItemID(0), 50_00))
	a, err = l.Account(acct, ledger.Terms{})
	require.NoError(t, err)
	require.Equal(t, []civil.Date{day("2026-03-30"), day("2026-04-02")}, a.Changes(day("2026-03-27"), day("2026-12-31")), "of what is paid too")
	require.Empty(t, a.Changes(day("2026-04-02"), day("2026-12-31")))
}

// What an item was for on a day changes by adjustments, from their day on, and by no payment.
func TestWhatAnItemIsForIsThatOfADay(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill", "2026-03-05", 60_00)
	post(t, &l, b)
	post(t, &l, pay(t, &l, "part", "2026-03-30", b.ItemID(0), 10_00))
	it := b.Opens[0].Item
	post(t, &l, entry(ledger.Adjusted, "less", "2026-04-10", move(it.Against(), ledger.OfItem(b.ItemID(0)), 20_00, it.RevenueCode)))
	for on, want := range map[string]int64{"2026-03-04": 0, "2026-03-05": 60_00, "2026-04-09": 60_00, "2026-04-10": 40_00} {
		require.Equal(t, usd(want), l.Charged(b.ItemID(0), day(on)), on)
	}
	require.Equal(t, usd(0), l.Charged(b.ID(), day("2026-04-10")), "of no item")
}
