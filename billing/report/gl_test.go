package report_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/report"
)

// finChart has rows that say more and rows that say less; its accounts are invented.
func finChart() ledger.Chart {
	return ledger.Chart{
		{Place: ledger.PlaceItem, GL: "1200"}, {Place: ledger.PlaceItem, Area: "Central", GL: "1210"}, {Place: ledger.PlaceItem, Area: "Ord", Kind: "penalty", GL: "1220"},
		{Place: ledger.PlaceItem, RevenueCode: "2300", Area: "Ord", Kind: "charge", GL: "1230"}, {Place: ledger.PlaceCredit, GL: "2100"}, {Place: ledger.PlaceCredit, Kind: ledger.KindCredit, Area: "Ord", GL: "2101"},
		{Place: ledger.PlaceRevenue, Key: "4000", GL: "4000"}, {Place: ledger.PlaceRevenue, GL: "4999"}, {Place: ledger.PlaceRevenue, Key: "4090", Area: "Ord", GL: "4090"},
		{Place: ledger.PlaceClearing, GL: "1010"}, {Place: ledger.PlaceDeposit, GL: "2200"}, {Place: ledger.PlaceRefund, GL: "2110"}, {Place: ledger.PlaceWriteOff, GL: "5200"},
		{Place: ledger.PlaceAgency, GL: "1300"}, {Place: ledger.PlaceAgency, Key: "M1W", GL: "1301"}, {Place: ledger.PlaceAgencyPayable, GL: "2300"}, {Place: ledger.PlaceBank, GL: "1000"},
		{Place: ledger.PlaceCredit, Key: "A", Area: "Ord", Kind: ledger.KindCredit, GL: "2199"}, // no account of a customer is one of the general ledger
	}
}

func TestTheDistributionIsByAccountAndRevenueCode(t *testing.T) {
	d, err := report.Distribution(&rolling(t, true).books, finMay, finChart())
	require.NoError(t, err)
	var rows []string
	for _, r := range d.Rows {
		rows = append(rows, fmt.Sprintf("%s %s %s %s", r.GL, r.RevenueCode, r.Debits, r.Credits))
	}
	require.Equal(t, []string{
		"1000 2300 $0.00 $30.00", "1010 2100 $73.03 $0.00", "1010 2300 $43.00 $20.00", "1010 4000 $4,226.97 $84.37", "1200 4000 $5,084.37 $4,434.37",
		"1210 4000 $40.00 $0.00", "1220 4090 $50.00 $0.00", "1230 2300 $54.00 $52.00", "1301 2300 $52.00 $54.00", "2101 2100 $28.88 $73.03", "2110 2100 $0.00 $28.88", "2200 4000 $75.00 $0.00",
		"2300 2300 $50.00 $43.00", "4000 4000 $120.00 $5,040.00", "4090 4090 $0.00 $50.00", "5200 4000 $12.40 $0.00",
	}, rows)
	require.Equal(t, d.Total.Debits, d.Total.Credits)
	require.True(t, d.Total.Net.IsZero())
	for _, code := range d.Codes {
		require.Equal(t, code.Debits, code.Credits, code.RevenueCode)
	}
	require.Len(t, d.Accounts, 14)
}

func TestADistributionIsTheLedgersOwn(t *testing.T) {
	b := rolling(t, true)
	lines := finMust(b.books.Distribution(finMay, finChart()))
	for words, spoil := range map[string]func(d *report.GLDistribution, lines []ledger.GLLine) []ledger.GLLine{
		"1000: debits are $1.00": func(d *report.GLDistribution, l []ledger.GLLine) []ledger.GLLine {
			d.Accounts[0].Debits = finUSD(1_00)
			return l
		},
		"1000: debits are $0.00": func(d *report.GLDistribution, l []ledger.GLLine) []ledger.GLLine {
			d.Accounts[0].Credits = finUSD(1_00)
			return l
		},
		"the ledger distributes to": func(_ *report.GLDistribution, l []ledger.GLLine) []ledger.GLLine { return l[1:] },
		"revenue code 2100": func(d *report.GLDistribution, l []ledger.GLLine) []ledger.GLLine {
			d.Codes[0].Net = finUSD(1)
			return l
		},
		"1000: debits": func(d *report.GLDistribution, l []ledger.GLLine) []ledger.GLLine { d.Accounts[0].Legs++; return l },
	} {
		d := finMust(report.Distribution(&b.books, finMay, finChart()))
		require.NoError(t, report.ProveGL(d, lines))
		refusedBy(t, report.ProveGL(d, spoil(&d, lines)), report.ErrTie, words)
	}
}

func TestAPlaceWithoutAnAccountIsRefused(t *testing.T) {
	_, err := report.Distribution(&rolling(t, true).books, finMay, finChart()[1:])
	refusedBy(t, err, ledger.ErrChart, "item")
}

// What a month adds to each account of the general ledger, by revenue code.
func ExampleDistribution() {
	var books ledger.Ledger
	item := ledger.Item{Account: "0104417", Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: finDay("2026-05-05"), Due: finDay("2026-05-26")}
	finMust(books.Post(ledger.Entry{Cause: ledger.Billed, Key: "bill 1", Effective: item.Billed, Accounting: item.Billed, Opens: []ledger.Open{{Item: item, Amount: finUSD(62_00), Against: item.Against()}}}))

	d, err := report.Distribution(&books, finMay, ledger.Chart{{Place: ledger.PlaceItem, GL: "1200"}, {Place: ledger.PlaceRevenue, Key: "4000", GL: "4010"}})
	if err != nil {
		fmt.Println(err)
	}
	for _, row := range d.Rows {
		fmt.Println(row.GL, "revenue code", row.RevenueCode, "debits", row.Debits, "credits", row.Credits)
	}
	// Output:
	// 1200 revenue code 4000 debits $62.00 credits $0.00
	// 4010 revenue code 4000 debits $0.00 credits $62.00
}
