package table_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

func csvOf(t *testing.T, tables ...table.Table) string {
	t.Helper()
	var b strings.Builder
	for _, one := range tables {
		require.NoError(t, table.WriteCSV(&b, one))
	}
	return b.String()
}

// Each column has a figure of its own, so that none stands in for another.
func TestARefundRunIsTablesOfWhatGoesAndWhatStays(t *testing.T) {
	day, usd := civil.MustDate, money.Cents
	run := deposit.Run{
		Key: "2026-06", On: day("2026-06-30"), Placeholders: []policy.Mark{{Path: "rate", Why: "not public"}},
		Rows: []deposit.Row{
			{Account: "0104417", Area: "Ord", Held: usd(75_00), Interest: usd(1_25), Refund: usd(76_25), As: deposit.AsCheck, Words: "eligible: 12 months"},
			{Account: "0104418", Area: "Marina", Held: usd(150_00), Interest: usd(2_36), Refund: usd(152_36), As: deposit.AsCredit, Words: "eligible"},
		},
		Kept: []deposit.Verdict{{Account: "0104419", Area: "Ord", Held: usd(60_00), Cleared: usd(45_00), Since: day("2026-01-02"), Ripe: day("2027-01-02"),
			Reasons: []deposit.Reason{{Code: deposit.TooSoon, Words: "not held long enough"}}}},
	}
	tables := table.DepositRefunds(&run)
	require.Equal(t, `Account,Area,Held $,Interest $,Refund $,As,Why
0104417,Ord,75.00,1.25,76.25,check,eligible: 12 months
0104418,Marina,150.00,2.36,152.36,credit,eligible
All,,225.00,3.61,228.61,,
Account,Area,Held $,Cleared $,Since,Ripe,Why
0104419,Ord,60.00,45.00,2026-01-02,2027-01-02,not held long enough
`, csvOf(t, tables...))
	require.Equal(t, "A placeholder stands in for rate: not public.", tables[0].Note)
	run.Rows[0].Held = usd(1<<63 - 1)
	require.Contains(t, csvOf(t, table.DepositRefunds(&run)[0]), "All,,,3.61,228.61,,", "a total that does not fit is not shown")
}

func TestAccountsPayableGetsRowsAlone(t *testing.T) {
	id := stored.NewID("entry", stored.ID{}, "k", nil)
	payees := table.Payees([]deposit.Payee{{Reference: id, Account: "0104417", Area: "Ord", On: civil.MustDate("2026-06-30"), Amount: money.Cents(76_25)},
		{Reference: id, Account: "0104418", Area: "Ord", On: civil.MustDate("2026-07-01"), Amount: money.Cents(23_75)}})
	require.Equal(t, "Reference,Account,Area,On,Amount $\n"+id.String()+",0104417,Ord,2026-06-30,76.25\n"+id.String()+",0104418,Ord,2026-07-01,23.75\n", csvOf(t, payees))
	require.Equal(t, "In all 100.00 dollars.", payees.Note)
}

func TestUnclaimedMoneyIsTableOfStages(t *testing.T) {
	id := stored.NewID("entry", stored.ID{}, "k", nil)
	day := civil.MustDate
	ages := []deposit.Age{
		{Owed: deposit.Owed{Reference: id, Account: "0104417", Area: "Ord", Since: day("2022-01-01"), Amount: money.Cents(15_00), Unclaimed: money.Cents(15_00)}, On: day("2026-06-30"),
			Since: day("2022-06-30"), Stage: deposit.Published, Next: day("2026-08-01"), Source: "Gov 50050", Words: "published"},
		{Owed: deposit.Owed{Reference: id, Account: "0104418", Area: "Ord", Amount: money.Cents(20_50)}, On: day("2026-06-30"), Since: day("2026-06-01"), Stage: deposit.ToPublish, Source: "Gov 50050"},
	}
	require.Equal(t, "Reference,Account,Area,Since,Days,Owed $,Set aside $,Stage,Until,Law,Why\n"+
		id.String()+",0104417,Ord,2022-06-30,1461,15.00,15.00,published,2026-08-01,Gov 50050,published\n"+
		id.String()+",0104418,Ord,2026-06-01,29,20.50,0.00,to be published,,Gov 50050,\n"+
		"All,,,,,35.50,15.00,,,,\n", csvOf(t, table.UnclaimedMoney(ages)))
}
