package impactreport_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/adapters/table/impactreport"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/metering"
)

// Every table of the impact stands in the page, cell by cell.
func TestFiguresAreThoseOfTheImpact(t *testing.T) {
	r := proposal(t, 1500)
	found := tables(t, requireSound(t, written(t, r)))
	i := &r.Impact
	want := []table.Table{table.Classes(i), table.Moves(i), table.Percentiles(i), table.Left(i)}
	groups := []*ratecheck.Group{&i.All}
	for c := range i.Classes {
		groups = append(groups, &i.Classes[c])
	}
	for _, g := range groups {
		for _, tab := range []table.Table{table.Revenue(g), table.Causes(g), table.Deciles(g), table.Sizes(g), table.Extremes(g)} {
			if g.Class != "" {
				tab.Title = g.Class + ": " + tab.Title
			}
			if strings.Contains(g.Class, "fire") && !strings.Contains(tab.Title, "Revenue") && !strings.Contains(tab.Title, "before") {
				require.NotContains(t, found, tab.Title, "a fire line uses no water and its bill does not change")
				continue
			}
			want = append(want, tab)
		}
	}
	require.Len(t, want, 4+5*3+2*2)
	for _, tab := range want {
		rows := found[tab.Title]
		require.NotEmpty(t, rows, tab.Title)
		for c, column := range tab.Columns {
			require.Equal(t, column.Name, rows[0][c])
		}
		for n, row := range tab.Rows {
			for c, cell := range row {
				require.Equal(t, cell.String(), rows[n+1][c], tab.Title)
			}
		}
		for c, cell := range tab.Total {
			if cell.Plain() != "" {
				require.Equal(t, cell.String(), rows[len(rows)-1][c], tab.Title)
			}
		}
	}
}

// The first screen says what the impact says, in words.
func TestTheAnswerStandsFirst(t *testing.T) {
	r := proposal(t, 1500)
	root := parsed(t, written(t, r))
	first := textOf(all(root, "section")[0])
	g := &r.Impact.All
	for _, want := range []string{
		g.Before.String(), g.After.String(), g.Change().String() + " more in all",
		g.RiseBy.String(), g.FallBy.String(), "of 31 days on average",
		"falls by " + money.Cents(-g.Percentile(50).Cents()).String(), "rise by " + g.Percentile(95).String() + " or less",
		"5 of 1,501 accounts", "The accounts are invented, and so is the proposal.",
	} {
		require.Contains(t, first, want)
	}
	// The typical bill is that of the first customer of the class with the most bills.
	home := &r.Customers[0]
	usage, err := metering.VolumeOf("8", metering.CCF748)
	require.NoError(t, err)
	bill := home.Bills(r.Before.Engine, r.After.Engine, []metering.Volume{usage})[0]
	require.Contains(t, first, bill.Before.String()+" to "+bill.After.String())
	require.Contains(t, first, "3/4 inch meter, 8 CCF: the median of Ord Community water.")
}

func TestTheAnswerInWords(t *testing.T) {
	bill := func(before, after int64) ratecheck.Impact {
		g := ratecheck.Group{Class: "a", Bills: 1_200, Before: money.Cents(before), After: money.Cents(after), Same: 1_200}
		return ratecheck.Impact{Seen: 1_200, All: g, Classes: []ratecheck.Group{g}}
	}
	one := bill(10_00, 11_00)
	one.All.Bills = 1
	for _, c := range []struct {
		name string
		of   ratecheck.Impact
		want string
	}{
		{"more", bill(1_000_00, 1_100_00), "The 1,200 bills studied come to $100.00 more in all (+10.0%): $1,100.00 instead of $1,000.00."},
		{"less", bill(1_000_00, 900_00), "The 1,200 bills studied come to $100.00 less in all (-10.0%): $900.00 instead of $1,000.00."},
		{"the same", bill(1_000_00, 1_000_00), "The 1,200 bills studied come to the same in all: $1,000.00."},
		{"from nothing", bill(0, 1_000_00), "The 1,200 bills studied come to $1,000.00 more in all: $1,000.00 instead of $0.00."},
		{"one bill", one, "The one bill studied comes to $1.00 more in all (+10.0%): $11.00 instead of $10.00."},
		{"none", ratecheck.Impact{}, "There is no bill that both books price, and so nothing to compare."},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := proposal(t, 1)
			r.Impact, r.Customers = c.of, nil
			root := requireSound(t, written(t, r))
			require.Contains(t, textOf(all(root, "section")[0]), c.want)
		})
	}
}

// Sample bills are those that the engines price, at 0, at round usages, at the median, and where
// a tier ends.
func TestSampleBills(t *testing.T) {
	r := proposal(t, 1500)
	root := parsed(t, written(t, r))
	var cards [][][]string
	for _, n := range all(root, "div") {
		if attribute(n, "class") == "card" {
			for _, rows := range tables(t, n) {
				cards = append(cards, rows)
			}
		}
	}
	require.Len(t, cards, len(r.Customers))
	for i, rows := range cards {
		var usages []string
		for _, row := range rows[1:] {
			text, _, _ := strings.Cut(strings.TrimSuffix(row[0], " (median)"), " ")
			usages = append(usages, text)
			usage, err := metering.VolumeOf(text, metering.CCF748)
			require.NoError(t, err)
			c := r.Customers[i]
			c.Before.Usage, c.After.Usage = usage, usage
			before, err := r.Before.Engine.Price(c.Before)
			require.NoError(t, err)
			after, err := r.After.Engine.Price(c.After)
			require.NoError(t, err)
			require.Equal(t, []string{before.Total.String(), after.Total.String()}, []string{"$" + row[1], "$" + row[2]})
			change, err := after.Total.Sub(before.Total)
			require.NoError(t, err)
			require.Equal(t, table.Change(change).String(), row[3])
			require.Equal(t, table.PercentChange(before.Total, after.Total).String(), row[4])
		}
		if want := []string{"0", "5", "8", "10", "16", "20", "25"}; i < 6 {
			require.Equal(t, want, usages)
			require.Equal(t, "8 CCF (median)", rows[3][0])
		} else {
			require.Equal(t, []string{"0"}, usages, "a fire line uses no water")
		}
	}
}

// A customer whom one book does not price is shown with what the other asks, and why.
func TestSampleBillsThatABookRefuses(t *testing.T) {
	r := proposal(t, 400)
	r.Customers = r.Customers[:1]
	r.Customers[0].After.Facts = nil
	root := requireSound(t, written(t, r))
	rows := tables(t, root)["3/4 inch meter"]
	require.Equal(t, []string{"0 CCF", "38.79", "–", "–", "–"}, rows[1])
	require.Contains(t, textOf(root), "E_MISSING_FACT: after")
	require.NotContains(t, textOf(root), "at which a tier ends", "where those of the book after do is not known")
	require.NotContains(t, textOf(all(root, "dl")[0]), "A typical bill", "there is none to compare")
}

// Shares of the income are those of big fractions: bill ÷ (income × days ÷ 365).
func TestBillsAndIncome(t *testing.T) {
	r := proposal(t, 1500)
	root := parsed(t, written(t, r))
	rows := tables(t, root)
	income := big.NewRat(72_000*31, 365)
	percent := func(of *big.Rat) *big.Rat { return of.Mul(of, big.NewRat(100, 1)) }
	amount := func(text string) *big.Rat {
		n, ok := new(big.Rat).SetString(strings.ReplaceAll(text, ",", ""))
		require.True(t, ok, text)
		return n
	}
	shares := rows["3/4 inch meter: bills as shares of the income of their 31 days"]
	require.Len(t, shares, 4)
	for _, row := range shares[1:] {
		for bill, share := range map[string]string{row[1]: row[4], row[2]: row[5]} {
			require.Equal(t, percent(new(big.Rat).Quo(amount(bill), income)).FloatString(2)+"%", share)
		}
	}
	above := rows["All bills of the class that are more than a share of the income"]
	require.Len(t, above, 5)
	central := r.Impact.Classes[1]
	require.Equal(t, "Central Marina water", central.Class)
	for _, row := range above[1:] {
		limit := new(big.Rat).Quo(new(big.Rat).Mul(amount(strings.TrimSuffix(row[0], "%")), income), big.NewRat(100, 1))
		for d, cell := range map[*ratecheck.Distribution]string{&central.BillsBefore: row[2], &central.BillsAfter: row[3]} {
			n := int64(0)
			for bin := range d.Bins() {
				if big.NewRat(bin.Amount.Cents(), 100).Cmp(limit) > 0 {
					n += bin.Bills
				}
			}
			require.Equal(t, table.Count(n).String(), cell)
		}
	}
}

func TestIncomeOnlyWhereThereIsOne(t *testing.T) {
	headings := func(r impactreport.Report) string {
		var all2 []string
		for _, h := range all(requireSound(t, written(t, r)), "h2", "h3") {
			all2 = append(all2, textOf(h))
		}
		return strings.Join(all2, "\n")
	}
	r := proposal(t, 400)
	require.Contains(t, headings(r), "Bills and income\nOrd Community water\nCentral Marina water\nBills that change most")
	r.Households = []string{"Central Marina water"}
	require.Contains(t, headings(r), "Bills and income\nCentral Marina water\nBills that change most")
	r.Households = []string{"Ord Community fire lines"}
	require.Contains(t, headings(r), "Bills and income\nOrd Community fire lines\nBills that change most", "it was named")
	r.Households, r.Income = nil, money.Amount{}
	require.NotContains(t, headings(r), "Bills and income")
	r.Income = money.Cents(1)
	r.Impact.Classes[1].LongestDays = 0
	require.Contains(t, textOf(parsed(t, written(t, r))), "The bills of this class have no days")
}

func TestDifferencesAreGrouped(t *testing.T) {
	r := proposal(t, 10)
	root := parsed(t, written(t, r))
	section := all(root, "section")[1]
	require.Len(t, all(section, "h3"), 2)
	require.Len(t, all(section, "li"), 4)
	require.Equal(t, "Base charge for meter size 3/4 falls from $38.79 to $36.50 (-$2.29, -5.9%) From 2018-01-01. [an invented proposal]", textOf(all(section, "li")[0]))
	require.Equal(t, "Water in tier 2 rises from $3.19 to $3.45 for each CCF (+$0.26, +8.2%)", textOf(all(section, "li")[3]))

	r.Differences, r.After.Engine = nil, r.Before.Engine
	require.Contains(t, textOf(parsed(t, written(t, r))), "Nothing: the two books are the same.")
}

func TestWhatDoesNotHoldStandsFirst(t *testing.T) {
	r := proposal(t, 10)
	require.NotContains(t, written(t, r), "Not everything that was checked")
	r.Proof[0] = impactreport.Proof{What: "12 laws of rates", Result: "2 do not hold"}
	root := requireSound(t, written(t, r))
	require.Contains(t, textOf(all(root, "section")[0]), "Not everything that was checked is as it should be: 12 laws of rates: 2 do not hold")
	sections := all(root, "section")
	require.Contains(t, textOf(sections[len(sections)-1]), "Not as it should be: 12 laws of rates: 2 do not hold")
	require.Contains(t, textOf(sections[len(sections)-1]), r.Before.Engine.Digest().String())
	require.Contains(t, textOf(sections[len(sections)-1]), r.After.Engine.Digest().String())
}

func TestDifferentUnits(t *testing.T) {
	r := proposal(t, 400)
	r.Impact.All.Unit, r.Impact.All.Units, r.Impact.All.Deciles = 0, exact.Ratio{}, nil
	require.Contains(t, textOf(requireSound(t, written(t, r))), "The classes count usage in different units")
}
