package impactreport

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// changesOf are the changes of bills, in cents, as a study has counted them. Fees of the book
// before are a fact of each account; those after are another.
func changesOf(t require.TestingT, cents []int64) ratecheck.Distribution {
	fee := func(fact string) *rates.Engine {
		engine, err := rates.Compile(rates.Book{Schedules: []rates.Schedule{flat(fact)}})
		require.NoError(t, err)
		return engine
	}
	study := ratecheck.NewStudy(fee("fee_before"), fee("fee_after"))
	for _, c := range cents {
		before, after := money.Cents(max(-c, 0)), money.Cents(max(c, 0))
		text := func(a money.Amount) string { return a.Decimal().StringFixed(2) }
		in := rates.Input{Schedule: "flat", Facts: rates.Facts{"fee_before": text(before), "fee_after": text(after)}, Period: civil.MustPeriod("[2026-01-01, 2026-02-01)")}
		require.NoError(t, study.Add(&ratecheck.Account{Before: in, After: in}))
	}
	impact, err := study.Impact()
	require.NoError(t, err)
	return impact.All.Changes
}

// Each bar counts the bills whose change it says, and all of them together count all bills.
func TestBarsCountTheBillsThatTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.OneOf(rapid.Int64Range(-99_999, 99_999), rapid.Int64Range(-30, 30), rapid.Just(int64(0)), rapid.Int64Range(-500, 500))
		cents := rapid.SliceOfN(one, 1, 60).Draw(t, "changes")
		changes := changesOf(t, cents)
		h := histogramOf(&changes)
		require.LessOrEqual(t, len(h.falls)+len(h.rises), histogramBars+4)
		tab := h.table("")
		sum := int64(0)
		for _, row := range tab.Rows {
			want := int64(0)
			for _, c := range cents {
				if inBar(t, row[0].Plain(), c) {
					want++
				}
			}
			require.Equal(t, count(want), row[1].String(), row[0].Plain())
			sum += want
		}
		require.Equal(t, int64(len(cents)), sum)
		require.Equal(t, count(sum), tab.Total[1].String())
	})
}

// inBar reads what a bar says and tells whether it counts a change.
func inBar(t require.TestingT, text string, cents int64) bool {
	if text == "stay the same" {
		return cents == 0
	}
	side, rest, _ := strings.Cut(text, " by ")
	if side == "fall" {
		cents = -cents
	}
	amount := func(s string) int64 {
		a, err := money.Parse(strings.NewReplacer("$", "", ",", "").Replace(s))
		require.NoError(t, err)
		return a.Cents()
	}
	if more, ok := strings.CutPrefix(rest, "more than "); ok {
		return cents > amount(more)
	}
	from, to, ok := strings.Cut(rest, " to ")
	if !ok {
		to = from
	}
	return amount(from) <= cents && cents <= amount(to)
}

func TestBarsOfABookThatOnlyRaises(t *testing.T) {
	var cents []int64
	for i := range int64(100) {
		cents = append(cents, 100+i*10)
	}
	changes := changesOf(t, append(cents, 5_000_00))
	h := histogramOf(&changes)
	require.Empty(t, h.falls)
	require.Equal(t, int64(50), h.width)
	tab := h.table("")
	require.Equal(t, "stay the same", tab.Rows[0][0].Plain())
	require.Equal(t, "rise by $0.01 to $0.50", tab.Rows[1][0].Plain())
	require.Equal(t, "rise by more than $10.50", tab.Rows[len(tab.Rows)-1][0].Plain())
	require.NotEmpty(t, tab.Note, "one change is counted by its first digits")
	for _, tick := range h.changeTicks() {
		require.NotContains(t, tick.Label, "-")
	}
}
