package table_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/metering"
)

func TestTheTablesOfAnImpact(t *testing.T) {
	i := impact(t, 400)
	var words, plain strings.Builder
	for _, tab := range table.Impact(&i) {
		require.NoError(t, table.WriteMarkdown(&words, tab))
		plain.WriteString("-- " + tab.Name + ".csv --\n")
		require.NoError(t, table.WriteCSV(&plain, tab))
	}
	golden(t, "impact.md", words.String())
	golden(t, "impact.txt", plain.String())
}

// column is the sum of a column, for rows of a class where one is given.
func column(t *testing.T, tab table.Table, name, class string) *big.Rat {
	sum := new(big.Rat)
	for at, c := range tab.Columns {
		if c.Name != name {
			continue
		}
		for _, row := range tab.Rows {
			if class != "" && row[0].Plain() != class {
				continue
			}
			if text := row[at].Plain(); text != "" {
				n, ok := new(big.Rat).SetString(text)
				require.True(t, ok, text)
				sum.Add(sum, n)
			}
		}
	}
	return sum
}

// The sums of the rows are those of the impact, in each table and for each class.
func TestTablesSumToTheImpact(t *testing.T) {
	i := impact(t, 400)
	same := func(want exact.Ratio, got *big.Rat, what string) {
		require.Zero(t, want.Rat().Cmp(got), "%s: %s is not %s", what, got.FloatString(2), want)
	}
	for _, tab := range table.Impact(&i) {
		switch tab.Name {
		case "classes", "moves":
			same(exact.Int(i.All.Bills), column(t, tab, "Bills", ""), tab.Name)
		case "left_out":
			same(exact.Int(i.LeftOut()), column(t, tab, "Accounts", ""), tab.Name)
		case "revenue", "usage", "sizes", "causes":
			for _, g := range append(i.Classes, i.All) {
				class := g.Class
				if class == "" {
					class = table.AllClasses
				}
				same(g.Change().Ratio(), column(t, tab, "Change $", class), tab.Name+" "+class)
				if tab.Name != "causes" {
					same(g.Before.Ratio(), column(t, tab, "Before $", class), tab.Name+" "+class)
					same(g.After.Ratio(), column(t, tab, "After $", class), tab.Name+" "+class)
				}
				if tab.Name == "usage" || tab.Name == "sizes" {
					same(exact.Int(g.Bills), column(t, tab, "Bills", class), tab.Name+" "+class)
					same(exact.Int(g.Rise), column(t, tab, "Rise", class), tab.Name+" "+class)
				}
			}
		}
	}
}

func TestEachTableHasANameOfItsOwn(t *testing.T) {
	i := impact(t, 40)
	seen := map[string]bool{}
	for _, tab := range table.Impact(&i) {
		require.Regexp(t, `^[a-z_]+$`, tab.Name)
		require.False(t, seen[tab.Name], tab.Name)
		require.NotEmpty(t, tab.Title)
		seen[tab.Name] = true
	}
}

func TestOneClassStandsOnce(t *testing.T) {
	before, after := books(t)
	study := ratecheck.NewStudy(before, after)
	in := march("ord-water", "3/4", "13")
	require.NoError(t, study.Add(&ratecheck.Account{Before: in, After: in}))
	i, err := study.Impact()
	require.NoError(t, err)
	for _, tab := range table.Impact(&i) {
		for _, row := range tab.Rows {
			require.NotEqual(t, table.AllClasses, row[0].Plain(), tab.Name)
		}
	}
}

func TestAnEmptyImpactHasTablesWithoutRows(t *testing.T) {
	tables := table.Impact(&ratecheck.Impact{})
	require.Len(t, tables, 9)
	for _, tab := range tables {
		require.Empty(t, tab.Rows, tab.Name)
		require.NotContains(t, markdown(t, tab), "0.0%", "there is no percentage of nothing")
	}
	require.Contains(t, markdown(t, tables[0]), "There are no accounts.")
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	for _, c := range []struct {
		name string
		of   ratecheck.Impact
		want string
	}{
		{"nothing", ratecheck.Impact{Seen: 1_200}, "Accounts studied: 1,200. All of them are in the totals."},
		{"one", ratecheck.Impact{Seen: 2, Left: []ratecheck.Left{{Accounts: 1}}}, "1 of 2 accounts is in no total: not both books price it."},
		{"all of one", ratecheck.Impact{Seen: 1, Left: []ratecheck.Left{{Accounts: 1}}}, "1 of 1 account is in no total: not both books price it."},
		{"many", ratecheck.Impact{Seen: 12_000, Left: []ratecheck.Left{{Accounts: 2_000}, {Accounts: 1}}}, "2,001 of 12,000 accounts are in no total: not both books price them."},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, table.LeftOut(&c.of))
			require.Equal(t, c.want, table.Classes(&c.of).Note)
			require.Equal(t, c.want, table.Left(&c.of).Note)
		})
	}
}

// What is left out is shown with what it comes to under the book that prices it.
func TestLeftOutAccountsKeepTheirPrices(t *testing.T) {
	left := func(side ratecheck.Side) []string {
		i := ratecheck.Impact{Left: []ratecheck.Left{{Class: "a", Code: "E_NO_ROW", Side: side, Accounts: 2, Before: money.Cents(1_00), After: money.Cents(2_00)}}}
		var cells []string
		for _, cell := range table.Left(&i).Rows[0] {
			cells = append(cells, cell.String())
		}
		return cells
	}
	const why = "no price in a table of the rates for this account"
	require.Equal(t, []string{"a", "the book before", why, "E_NO_ROW", "2", "–", "2.00"}, left(ratecheck.BeforeOnly))
	require.Equal(t, []string{"a", "the book after", why, "E_NO_ROW", "2", "1.00", "–"}, left(ratecheck.AfterOnly))
	require.Equal(t, []string{"a", "both books", why, "E_NO_ROW", "2", "–", "–"}, left(ratecheck.BothBooks))
	require.Equal(t, []string{"a", "the reader: no book was asked", why, "E_NO_ROW", "2", "–", "–"}, left(ratecheck.NoBook))
}

func TestAmountsCutAreSaidToBe(t *testing.T) {
	group := func(size string) ratecheck.Impact {
		before, after := books(t)
		study := ratecheck.NewStudy(before, after)
		a := ratecheck.Account{Before: march("ord-water", size, "3000"), After: march("ord-water", size, "3000")}
		for range 3 {
			require.NoError(t, study.Add(&a))
		}
		i, err := study.Impact()
		require.NoError(t, err)
		return i
	}
	large, small := group("3/4"), impact(t, 40)
	require.Contains(t, table.Percentiles(&large).Note, table.FirstDigits)
	require.NotContains(t, table.Percentiles(&small).Note, table.FirstDigits)
}

func TestTheFirstBandIsBelowZeroAndTheLastIsOpen(t *testing.T) {
	g := ratecheck.Group{Bills: 3, Sizes: []ratecheck.Band{
		{Number: 1, Bills: 1}, {Number: 2, To: exact.Int(25), Bills: 1}, {Number: 14, From: exact.Int(10_000), Bills: 1},
	}}
	rows := table.Sizes(&g).Rows
	require.Equal(t, []string{"–", "0"}, []string{rows[0][0].String(), rows[0][1].String()})
	require.Equal(t, []string{"0", "25"}, []string{rows[1][0].String(), rows[1][1].String()})
	require.Equal(t, []string{"10,000", "–"}, []string{rows[2][0].String(), rows[2][1].String()})
}

func TestUsageOfDifferentUnitsHasNoTenths(t *testing.T) {
	mixed := ratecheck.Group{Bills: 3}
	require.Empty(t, table.Deciles(&mixed).Rows)
	require.Contains(t, table.Deciles(&mixed).Note, "different units")
	one := ratecheck.Group{Bills: 1, Unit: metering.CCF748, Deciles: []ratecheck.Band{{Number: 1, To: ratio("2.125"), Bills: 1}}}
	require.Contains(t, table.Deciles(&one).Note, "Usage in CCF.")
	require.Equal(t, "2.125", table.Deciles(&one).Rows[0][2].String())
}

func TestSampleBillsSayWhatIsRefused(t *testing.T) {
	refused := func(path string) error {
		return problem.List{{Code: "E_NO_ROW", Path: path, What: "no row"}}
	}
	volume := func(n string) metering.Volume {
		v, err := metering.VolumeOf(n, metering.CCF748)
		require.NoError(t, err)
		return v
	}
	tab := table.Bills(&ratecheck.Customer{Class: "ord-water"}, []ratecheck.SampleBill{
		{Usage: volume("0"), Before: money.Cents(10_00), After: money.Cents(11_00)},
		{Usage: volume("5.5"), Before: money.Amount{}, Err: refused("after.facts.x")},
		{Usage: volume("6"), After: money.Cents(12_00), Err: refused("before")},
		{Usage: volume("7"), Err: refused("facts.x")},
		{Usage: volume("8"), Before: money.Cents(1_000_00), After: money.Cents(1_000_00)},
	})
	require.Equal(t, `**ord-water**

| Usage | Unit | Before $ |  After $ | Change $ | Change % |
| ----: | ---- | -------: | -------: | -------: | -------: |
|   0.0 | CCF  |    10.00 |    11.00 |    +1.00 |   +10.0% |
|   5.5 | CCF  |     0.00 |        – |        – |        – |
|   6.0 | CCF  |        – |    12.00 |        – |        – |
|   7.0 | CCF  |        – |        – |        – |        – |
|   8.0 | CCF  | 1,000.00 | 1,000.00 |     0.00 |     0.0% |
`, strings.Split(markdown(t, tab), "\nAt")[0])
	require.Equal(t, 3, strings.Count(tab.Note, "At "))
	most := ratecheck.SampleBill{Before: money.Cents(1 << 62), After: money.Cents(-1<<62 - 1)} // no amount holds the change
	require.Equal(t, []table.Cell{table.Amount(most.Before), table.Amount(most.After), {}, {}}, table.Bill(&most))
	require.Contains(t, tab.Note, "At 5.5 CCF748: E_NO_ROW: after.facts.x: no row")
}

func TestStackKeepsRowsAndNotes(t *testing.T) {
	one := table.Table{Name: "bills", Title: "3/4 in", Note: "same", Columns: []table.Column{{Name: "Usage"}}, Rows: [][]table.Cell{{table.Count(1)}}, Total: []table.Cell{{}}}
	two := one
	two.Title = "1 in"
	all := table.Stack("Customer", one, two)
	require.Equal(t, table.Table{Name: "bills", Note: "same", Columns: []table.Column{{Name: "Customer"}, {Name: "Usage"}},
		Rows: [][]table.Cell{{table.Text("3/4 in"), table.Count(1)}, {table.Text("1 in"), table.Count(1)}}}, all)
	two.Note = "other"
	require.Equal(t, "3/4 in: same 1 in: other", table.Stack("Customer", one, two).Note)
	require.Equal(t, table.Table{}, table.Stack("Customer"))
}
