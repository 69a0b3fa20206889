package ledger_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/internal/corpus"
)

var may = civil.MustPeriod("[2026-05-01, 2026-06-01)")

// rolled is the ledger of the case Y-rollforward: an area's month with every line of the roll-forward.
func rolled(t tester) *ledger.Ledger {
	var l ledger.Ledger
	old := billOne("bill 1", "2026-04-16", 1000_00)
	post(t, &l, old, entry(ledger.Paid, "deposit 1", "2025-04-01", move(ledger.Clearing("drawer"), ledger.DepositOf(acct, area), 75_00, "2200")))
	now := billOne("bill 2", "2026-05-16", 5000_00)
	late := bill("late 1", []ledger.Item{penalty("2026-05-10")}, 50_00)
	late.Cause = ledger.Charged
	post(t, &l, now, late,
		entry(ledger.Adjusted, "adjustment 1", "2026-05-18", move(ledger.Revenue("4000"), ledger.OfItem(now.ItemID(0)), 120_00, "4000")))
	returned := pay(t, &l, "receipt 2", "2026-05-19", now.ItemID(0), 84_37)
	rest := pay(t, &l, "receipt 3", "2026-05-20", now.ItemID(0), 3226_97-84_37)
	rest.Moves = append(rest.Moves, toCredit(73_03))
	post(t, &l, pay(t, &l, "receipt 1", "2026-05-04", old.ItemID(0), 1000_00), returned, rest)
	back, err := l.Reverse(returned.ID(), "return 1", ledger.Returned, day("2026-05-22"), day("2026-05-22"))
	require.NoError(t, err)
	post(t, &l, back,
		entry(ledger.Refunded, "refund 1", "2026-05-23", move(ledger.CreditOf(acct, area), ledger.RefundTo(acct, area), 28_88, "2100")),
		entry(ledger.DepositApplied, "final 1", "2026-05-24", move(ledger.DepositOf(acct, area), ledger.OfItem(now.ItemID(0)), 75_00, "4000")),
		entry(ledger.WrittenOff, "write-off 1", "2026-05-25", move(ledger.Place{Kind: ledger.PlaceWriteOff}, ledger.OfItem(now.ItemID(0)), 12_40, "4000")),
		billOne("bill 3", "2026-06-16", 1_00), // of another month
	)
	return &l
}

func TestTheReceivableRollsForward(t *testing.T) {
	cases := map[string]int64{"Y-rollforward": 1655_85}
	l := rolled(t)
	f, err := l.RollForward(may)
	require.NoError(t, err)
	require.Equal(t, ledger.RollRow{
		Opening: usd(1000_00), Billed: usd(5000_00), Fees: usd(50_00), Adjustments: usd(-120_00), Payments: usd(-4300_00), Returned: usd(84_37),
		Refunds: usd(28_88), DepositsApplied: usd(-75_00), WriteOffs: usd(-12_40), Closing: usd(cases["Y-rollforward"]),
		OpenItems: usd(1700_00), Credits: usd(44_15),
	}, f.Total)
	require.Equal(t, []ledger.RollRow{
		{Area: area, Kind: "charge", Opening: usd(1000_00), Billed: usd(5000_00), Adjustments: usd(-120_00), Payments: usd(-4226_97), Returned: usd(84_37),
			DepositsApplied: usd(-75_00), WriteOffs: usd(-12_40), Closing: usd(1650_00), OpenItems: usd(1650_00)},
		{Area: area, Kind: ledger.KindCredit, Payments: usd(-73_03), Refunds: usd(28_88), Closing: usd(-44_15), Credits: usd(44_15)},
		{Area: area, Kind: "penalty", Fees: usd(50_00), Closing: usd(50_00), OpenItems: usd(50_00)},
	}, f.Rows)

	t.Run("as the acceptance cases have it", func(t *testing.T) {
		expected := policyCents(t, "report")
		for id, cents := range cases {
			require.Equal(t, expected[id], cents, id)
		}
	})
}

// policyCents are the expected cents of the acceptance cases of a group, by their ids.
func policyCents(t *testing.T, group string) map[string]int64 {
	cents := map[string]int64{}
	for _, row := range corpus.Rows(t, "policy", "cases.csv") {
		if row["group"] == group && row["expected_cents"] != "" {
			n, err := strconv.ParseInt(row["expected_cents"], 10, 64)
			require.NoError(t, err)
			cents[row["id"]] = n
		}
	}
	return cents
}

func TestTheNextMonthOpensWithTheClosingOfTheLast(t *testing.T) {
	l := rolled(t)
	this, err := l.RollForward(may)
	require.NoError(t, err)
	next, err := l.RollForward(civil.MustPeriod("[2026-06-01, 2026-07-01)"))
	require.NoError(t, err)
	require.Equal(t, this.Total.Closing, next.Total.Opening)
	require.Equal(t, usd(1_00), next.Total.Billed)
	for i := range this.Rows {
		require.Equal(t, this.Rows[i].Closing, next.Rows[i].Opening)
	}
}

func TestDepositsSuspenseAndAgenciesRollSeparately(t *testing.T) {
	l := rolled(t)
	sewer := bill("bill 4", []ledger.Item{sewerOf("M1W", "2026-05-16")}, 33_00)
	post(t, l, sewer)
	post(t, l, pay(t, l, "receipt 4", "2026-05-28", sewer.ItemID(0), 20_00),
		entry(ledger.Paid, "receipt 5", "2026-05-28", move(ledger.Clearing(lockbox), ledger.Suspense("receipt 5"), 9_00, "2900")),
		entry(ledger.Banked, "to M1W", "2026-05-31", move(ledger.AgencyPayable("M1W"), ledger.Place{Kind: ledger.PlaceBank, Key: "operating"}, 15_00, "2300")))
	rolls, err := l.Rolls(may)
	require.NoError(t, err)
	find := func(p ledger.Place) ledger.PlaceRoll {
		i := slices.IndexFunc(rolls, func(r ledger.PlaceRoll) bool { return r.Place == p })
		require.GreaterOrEqual(t, i, 0, p)
		return rolls[i]
	}
	deposit := ledger.DepositOf(acct, area)
	require.Equal(t, ledger.PlaceRoll{Place: deposit, Opening: usd(75_00), Out: usd(75_00)}, find(deposit))
	require.Equal(t, ledger.PlaceRoll{Place: ledger.Agency("M1W"), In: usd(33_00), Out: usd(20_00), Closing: usd(13_00)}, find(ledger.Agency("M1W")))
	require.Equal(t, ledger.PlaceRoll{Place: ledger.AgencyPayable("M1W"), In: usd(20_00), Out: usd(15_00), Closing: usd(5_00)}, find(ledger.AgencyPayable("M1W")))
	require.Equal(t, usd(9_00), find(ledger.Suspense("receipt 5")).Closing)
	require.True(t, slices.IsSortedFunc(rolls, func(a, b ledger.PlaceRoll) int {
		return slices.Compare([]string{string(a.Place.Kind), a.Place.Key}, []string{string(b.Place.Kind), b.Place.Key})
	}))

	for _, p := range []civil.Period{{}, civil.MustPeriod("[2026-05-01, 2026-05-01)"), {From: day("2026-05-02"), To: day("2026-05-01")}} {
		_, err = l.Rolls(p)
		requireCode(t, err, ledger.ErrPeriod)
		_, err = l.RollForward(p)
		requireCode(t, err, ledger.ErrPeriod)
		_, err = l.Distribution(p, nil)
		requireCode(t, err, ledger.ErrPeriod)
	}
}

func chart() ledger.Chart {
	return ledger.Chart{
		{Place: ledger.PlaceItem, GL: "1200"},
		{Place: ledger.PlaceItem, Kind: "penalty", GL: "1210"},
		{Place: ledger.PlaceCredit, GL: "2100"},
		{Place: ledger.PlaceClearing, GL: "1010"},
		{Place: ledger.PlaceDeposit, GL: "2200"},
		{Place: ledger.PlaceRefund, GL: "2110"},
		{Place: ledger.PlaceWriteOff, GL: "5900"},
		{Place: ledger.PlaceRevenue, RevenueCode: "4000", GL: "4000"},
		{Place: ledger.PlaceRevenue, RevenueCode: "4000", Area: area, GL: "4000-Ord"},
		{Place: ledger.PlaceRevenue, RevenueCode: "4090", GL: "4090"},
	}
}

func TestTheGeneralLedgerDistributionTies(t *testing.T) {
	l := rolled(t)
	lines, err := l.Distribution(may, chart())
	require.NoError(t, err)
	require.Equal(t, []ledger.GLLine{
		{GL: "1010", Debits: usd(4300_00), Credits: usd(84_37), Legs: 5},
		{GL: "1200", Debits: usd(5084_37), Credits: usd(4226_97 + 120_00 + 75_00 + 12_40), Legs: 8},
		{GL: "1210", Debits: usd(50_00), Legs: 1},
		{GL: "2100", Debits: usd(28_88), Credits: usd(73_03), Legs: 2},
		{GL: "2110", Credits: usd(28_88), Legs: 1},
		{GL: "2200", Debits: usd(75_00), Legs: 1},
		{GL: "4000-Ord", Debits: usd(120_00), Credits: usd(5000_00), Legs: 2},
		{GL: "4090", Credits: usd(50_00), Legs: 1},
		{GL: "5900", Debits: usd(12_40), Legs: 1},
	}, lines)
	debits, credits := money.Amount{}, money.Amount{}
	for _, line := range lines {
		debits, _ = debits.Add(line.Debits)
		credits, _ = credits.Add(line.Credits)
	}
	require.Equal(t, debits, credits)
}

func TestAChartThatIsSilentOrSpeaksTwiceIsRefused(t *testing.T) {
	l := rolled(t)
	_, err := l.Distribution(may, chart()[1:])
	requireCode(t, err, ledger.ErrChart, "no row fits item", `kind "charge"`)
	twice := append(chart(), ledger.ChartRow{Place: ledger.PlaceItem, Kind: "penalty", GL: "1299"})
	_, err = l.Distribution(may, twice)
	requireCode(t, err, ledger.ErrChart, "chart[10]", "chart[1]")
	same := append(chart(), ledger.ChartRow{Place: ledger.PlaceItem, Kind: "penalty", GL: "1210"})
	_, err = l.Distribution(may, same)
	require.NoError(t, err, "said twice alike is no conflict")
	_, err = l.Distribution(may, append(chart(), ledger.ChartRow{}))
	requireCode(t, err, ledger.ErrChart, "chart[10].place", "chart[10].gl")
}
