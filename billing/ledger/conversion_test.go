package ledger_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
)

func conversion() ledger.Conversion {
	other := water("2026-02-16")
	other.Account = "0109999"
	return ledger.Conversion{
		Key: "cutover-2026", On: day("2026-04-01"), NoticesFrom: day("2026-05-01"),
		Items: []ledger.OpeningItem{
			{Item: water("2026-01-16"), Open: usd(50_00)},
			{Item: other, Open: usd(70_00)},
			{Item: penalty("2026-02-20"), Open: usd(5_00)},
			{Item: sewerOf("M1W", "2026-01-16"), Open: usd(33_00)},
		},
		Holdings: []ledger.Holding{
			{Place: ledger.CreditOf("0109999", area), Amount: usd(12_50), RevenueCode: "2100"},
			{Place: ledger.DepositOf(acct, area), Amount: usd(75_00), RevenueCode: "2200"},
			{Place: ledger.Suspense("old receipt 9"), Amount: usd(8_00), RevenueCode: "2900"},
			{Place: ledger.AgencyPayable("M1W"), Amount: usd(41_00), RevenueCode: "2300"},
		},
		Control: []ledger.ControlTotal{
			{Place: ledger.PlaceItem, Area: area, Kind: "charge", Count: 3, Amount: usd(153_00)},
			{Place: ledger.PlaceItem, Area: area, Kind: "penalty", Count: 1, Amount: usd(5_00)},
			{Place: ledger.PlaceCredit, Area: area, Count: 1, Amount: usd(12_50)},
			{Place: ledger.PlaceDeposit, Area: area, Count: 1, Amount: usd(75_00)},
			{Place: ledger.PlaceSuspense, Count: 1, Amount: usd(8_00)},
			{Place: ledger.PlaceAgencyPayable, Count: 1, Amount: usd(41_00)},
		},
	}
}

// Failure 15 (Cortez CO): at a conversion three months of records were lost, and then 150 notices went out.
func TestFailure15OpeningBalancesAreProvedAndNoticesHeld(t *testing.T) {
	var l ledger.Ledger
	entered, err := l.Convert(conversion())
	require.NoError(t, err)
	require.True(t, entered)
	require.NoError(t, l.Check())

	a, err := l.Account(acct, ledger.Terms{})
	require.NoError(t, err)
	s, err := a.Standing(day("2026-04-02"))
	require.NoError(t, err)
	require.Equal(t, usd(88_00), s.PastDue, "past due by the old system's due dates")
	require.Equal(t, day("2026-02-06"), s.OldestDue)
	require.Equal(t, day("2026-05-01"), s.NoticesFrom, "but no notice yet")
	require.Equal(t, usd(75_00), l.Balance(ledger.DepositOf(acct, area)))

	f, err := l.RollForward(civil.MustPeriod("[2026-04-01, 2026-05-01)"))
	require.NoError(t, err)
	require.Equal(t, usd(145_50), f.Total.Converted)
	require.Equal(t, usd(145_50), f.Total.Closing)

	// What the loss of records looks like: nothing comes in.
	for name, lose := range map[string]func(*ledger.Conversion){
		"an item lost": func(c *ledger.Conversion) { c.Items = c.Items[1:] },
		"a cent lost":  func(c *ledger.Conversion) { c.Items[0].Open = usd(49_99) },
		"an item split in two": func(c *ledger.Conversion) {
			c.Items[0].Open = usd(25_00)
			c.Items = append(c.Items, c.Items[0])
		},
		"an item doubled":           func(c *ledger.Conversion) { c.Items = append(c.Items, c.Items[0]) },
		"a group without its total": func(c *ledger.Conversion) { c.Control = c.Control[1:] },
		"a total without its group": func(c *ledger.Conversion) {
			c.Control = append(c.Control, ledger.ControlTotal{Place: ledger.PlaceItem, Area: "Marina", Kind: "charge", Count: 1, Amount: usd(1)})
		},
		"two totals for a group": func(c *ledger.Conversion) { c.Control = append(c.Control, c.Control[0]) },
		"two that make up for each other": func(c *ledger.Conversion) {
			c.Items[0].Open, c.Items[2].Open = usd(51_00), usd(4_00)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var empty ledger.Ledger
			c := conversion()
			lose(&c)
			_, err := empty.Convert(c)
			requireCode(t, err, ledger.ErrControl)
			require.Empty(t, empty.Accounts())
			require.Empty(t, slices.Collect(empty.Entries()))
		})
	}
}

func TestADifferenceIsToldWithBothTotals(t *testing.T) {
	var l ledger.Ledger
	c := conversion()
	c.Items = c.Items[1:]
	c.Holdings = c.Holdings[1:]
	_, err := l.Convert(c)
	var found problem.List
	require.ErrorAs(t, err, &found)
	require.Len(t, found, 2)
	require.ErrorContains(t, err, "item charge (Ord): the old system states 3 of together $153.00, and 2 of together $103.00 come in, a difference of -$50.00")
	require.ErrorContains(t, err, "credit (Ord): the old system states 1 of together $12.50, and 0 of together $0.00 come in")
}

func TestAConversionTwiceChangesNothing(t *testing.T) {
	var l ledger.Ledger
	_, err := l.Convert(conversion())
	require.NoError(t, err)
	n := len(slices.Collect(l.Entries()))
	shuffled := conversion()
	slices.Reverse(shuffled.Items)
	slices.Reverse(shuffled.Holdings)
	slices.Reverse(shuffled.Control)
	for _, c := range []ledger.Conversion{conversion(), shuffled} {
		entered, err := l.Convert(c)
		require.NoError(t, err)
		require.False(t, entered)
	}
	require.Len(t, slices.Collect(l.Entries()), n)
}

func TestAConversionIsEnteredWholeOrNotAtAll(t *testing.T) {
	var l ledger.Ledger
	post(t, &l, billOne("bill 1", "2026-03-16", 1_00))
	c := conversion()
	c.Items[0].Item.Area = "Marina"
	c.Control[0] = ledger.ControlTotal{Place: ledger.PlaceItem, Area: area, Kind: "charge", Count: 2, Amount: usd(103_00)}
	c.Control = append(c.Control, ledger.ControlTotal{Place: ledger.PlaceItem, Area: "Marina", Kind: "charge", Count: 1, Amount: usd(50_00)})
	_, err := l.Convert(c)
	requireCode(t, err, ledger.ErrArea, "cutover-2026/account/"+acct)
	require.Equal(t, []string{acct}, l.Accounts())

	require.NoError(t, l.Close(day("2026-04-30")))
	_, err = l.Convert(conversion())
	requireCode(t, err, ledger.ErrMonthClosed)
}

func TestStoredOpeningBalancesAreRestored(t *testing.T) {
	var l, again ledger.Ledger
	_, err := l.Convert(conversion())
	require.NoError(t, err)
	for e := range l.Entries() {
		_, err := again.Post(e)
		requireCode(t, err, ledger.ErrConversion)
		posted, err := again.Restore(e)
		require.NoError(t, err)
		require.True(t, posted)
	}
	require.NoError(t, again.Check())
	a, err := again.Account(acct, ledger.Terms{})
	require.NoError(t, err)
	s, err := a.Standing(day("2026-04-02"))
	require.NoError(t, err)
	require.Equal(t, day("2026-05-01"), s.NoticesFrom)
}

func TestBadConversionsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ledger.Conversion)
		part   string
	}{
		"no key":                {func(c *ledger.Conversion) { c.Key = "" }, "key: the conversion has no key"},
		"no day":                {func(c *ledger.Conversion) { c.On = civil.Date{} }, "no accounting date"},
		"no day for notices":    {func(c *ledger.Conversion) { c.NoticesFrom = civil.Date{} }, "notices_from"},
		"notices before":        {func(c *ledger.Conversion) { c.NoticesFrom = day("2026-03-31") }, "notices_from"},
		"nothing":               {func(c *ledger.Conversion) { c.Items, c.Holdings = nil, nil }, "nothing to convert"},
		"an item of the future": {func(c *ledger.Conversion) { c.Items[0].Item = water("2026-04-02") }, "items[0].item.billed"},
		"nothing open":          {func(c *ledger.Conversion) { c.Items[0].Open = usd(0) }, "items[0].open"},
		"an opening of income":  {func(c *ledger.Conversion) { c.Holdings[0].Place = ledger.Revenue("4000") }, "no opening balance of revenue 4000"},
		"no place":              {func(c *ledger.Conversion) { c.Holdings[0].Place = ledger.Place{} }, "holdings[0].place"},
		"less than nothing":     {func(c *ledger.Conversion) { c.Holdings[0].Amount = usd(-1) }, "holdings[0].amount"},
	} {
		t.Run(name, func(t *testing.T) {
			var l ledger.Ledger
			in := conversion()
			c.change(&in)
			_, err := l.Convert(in)
			require.ErrorContains(t, err, c.part)
			require.Empty(t, l.Accounts())
		})
	}
}
