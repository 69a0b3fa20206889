package ratefile_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/internal/corpus"
)

// The bills that utilities print on their own pages are recomputed by a book of each publisher's rates, in this folder.
// What they print stays in the corpus.
const workedFolder = "testdata/worked"

// workedBook is a book of the folder, compiled: its checks have been reproduced.
func workedBook(t *testing.T, name string) (*rates.Engine, *ratefile.File, string) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(workedFolder, name+".yaml"))
	require.NoError(t, err)
	file, err := ratefile.Parse(name+".yaml", src)
	require.NoError(t, err)
	engine, err := file.Compile()
	require.NoError(t, err)
	return engine, file, string(src)
}

// workedQuotes prices bills, and explains them.
func workedQuotes(t *testing.T, engine *rates.Engine, bills []rates.Input) []rates.Quote {
	t.Helper()
	var quotes []rates.Quote
	for _, in := range bills {
		quote, err := engine.Price(in)
		require.NoError(t, err)
		why := engine.Explain(in)
		require.NoError(t, why.Err)
		require.Equal(t, quote.Total, why.Quote.Total)
		require.True(t, slices.EqualFunc(slices.Collect(quote.Lines()), slices.Collect(why.Quote.Lines()), rates.Line.Equal))
		require.Len(t, why.Lines, len(slices.Collect(quote.Lines())))
		quotes = append(quotes, quote)
	}
	return quotes
}

// workedLine adds up a line over the bills: a charge, a tier of it as water#1, what a credit takes off as -discount, or
// the total.
func workedLine(t *testing.T, quotes []rates.Quote, line string) (amount money.Amount, unrounded, quantity exact.Ratio) {
	t.Helper()
	name, credit := strings.CutPrefix(line, "-")
	found := false
	for _, q := range quotes {
		if name == "total" {
			amount, unrounded, found = workedSum(t, amount, q.Total), unrounded.Add(q.Exact()), true
			continue
		}
		for l := range q.Lines() {
			if lineIs(l, name) {
				amount, unrounded, quantity, found = workedSum(t, amount, l.Amount()), unrounded.Add(l.Exact()), quantity.Add(l.Quantity()), true
			}
		}
	}
	require.True(t, found, "no line %s", line)
	if credit {
		var err error
		amount, err = amount.Neg()
		require.NoError(t, err)
		unrounded = unrounded.Neg()
	}
	return amount, unrounded, quantity
}

// lineIs reports whether a line is of a charge, or of a tier of it.
func lineIs(l rates.Line, name string) bool {
	return name == l.Charge() || name == fmt.Sprintf("%s#%d", l.Charge(), l.Tier())
}

func workedSum(t *testing.T, a, b money.Amount) money.Amount {
	t.Helper()
	sum, err := a.Add(b)
	require.NoError(t, err)
	return sum
}

// workedAmounts are the amounts in what a row prints: "48.94 + 10x4.90; 22.13 + 30.60 = 52.73; 2 x 1.005 = 2.01". What a
// sum comes to is proven, what a product is said to come to is taken; parts that are words are left out.
func workedAmounts(t *testing.T, printed string) []decimal.Decimal {
	t.Helper()
	var all []decimal.Decimal
	for part := range strings.SplitSeq(printed, ";") {
		var sum decimal.Decimal
		for item := range strings.SplitSeq(part, "+") {
			left, right, equals := strings.Cut(item, "=")
			if equals && strings.Contains(left, "x") {
				left, equals = right, false
			}
			value, ok := workedProduct(left)
			if !ok {
				continue
			}
			all = append(all, value)
			if sum = sum.Add(value); equals {
				stated, ok := workedProduct(right)
				require.True(t, ok && sum.Equal(stated), "%s: the parts of %q are %s", printed, part, sum)
			}
		}
	}
	return all
}

// workedProduct is a number, or several with an x between them.
func workedProduct(text string) (decimal.Decimal, bool) {
	product := decimal.NewFromInt(1)
	for factor := range strings.SplitSeq(strings.NewReplacer("(", "", ")", "", ",", "", " ", "").Replace(text), "x") {
		d, err := decimal.NewFromString(factor)
		if err != nil {
			return d, false
		}
		product = product.Mul(d)
	}
	return product, true
}

// Every printed bill comes out as printed. A bill that its publisher has wrong comes out right, and off what is printed
// by exactly what the publisher is off: a change that makes one agree with the publisher fails.
func TestWorkedBills(t *testing.T) {
	rows := workedRows()
	read := map[string]bool{}
	right := map[string]int{}
	for _, row := range corpus.Rows(t, "policy", "worked_examples.csv") {
		id := row["id"]
		require.False(t, read[id], "two rows %s", id)
		read[id] = true
		if t.Run(id, func(t *testing.T) {
			w, ok := rows[id]
			require.True(t, ok, "the row is not priced")
			require.JSONEq(t, row["inputs"], w.given)
			engine, _, src := workedBook(t, w.book)
			require.Contains(t, src, row["url"])
			quotes := workedQuotes(t, engine, w.bills)
			w.requireAmount(t, row, engine, quotes)
			w.requireFigures(t, row, quotes)
			w.requireLines(t, row, quotes)
			for _, in := range w.each {
				w.requireAmount(t, row, engine, workedQuotes(t, engine, oneBill(in)))
			}
		}) {
			right[row["basis"]]++
			right[row["match"]]++
			right[row["kind"]]++
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(rows)), slices.Collect(maps.Keys(read)))
	t.Logf("of %d rows: %d stated and %d fitted come out right, %d of them against what their publisher prints", len(read), right["stated"], right["fitted"],
		right["publisher-off"])
	require.Equal(t, map[string]int{"stated": 28, "fitted": 29, "exact": 52, "publisher-off": 5, "money": 54, "quantity": 3}, right)
}

// requireAmount compares the amount, or the quantity, that the row publishes.
func (w workedRow) requireAmount(t *testing.T, row map[string]string, engine *rates.Engine, quotes []rates.Quote) {
	t.Helper()
	of := w.of
	if of == "" {
		of = "total"
	}
	amount, _, quantity := workedLine(t, quotes, of)
	computed := amount.Decimal()
	if row["kind"] == "quantity" {
		computed = w.published(t, engine, quantity)
	}
	recomputed, published, delta := workedNumber(t, row["recomputed"]), workedNumber(t, row["published"]), workedNumber(t, row["delta"])
	require.Truef(t, computed.Equal(recomputed), "computed %s, and it is %s", computed, recomputed)
	require.Truef(t, published.Sub(computed).Equal(delta), "published %s, computed %s: %s apart", published, computed, delta)
	require.Equal(t, row["match"] == "publisher-off", !delta.IsZero())
}

// published is a quantity in the unit in which the row publishes it.
func (w workedRow) published(t *testing.T, engine *rates.Engine, quantity exact.Ratio) decimal.Decimal {
	t.Helper()
	text, ends := quantity.Decimal(9)
	require.True(t, ends)
	if w.in != 0 {
		unit, ok := engine.Unit(w.bills[0].Schedule)
		require.True(t, ok)
		converted, err := workedVolume(text, unit).In(w.in)
		require.NoError(t, err)
		text, ends = converted.Decimal(9)
		require.True(t, ends)
	}
	return workedNumber(t, text)
}

func workedNumber(t *testing.T, text string) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(text)
	require.NoError(t, err)
	return d
}

// requireLines compares what the row prints beside its amount. Amounts with more than two decimals are lines before they
// are rounded. The line that is off is off by what the row is; where the row is right all the same, it and what the
// arithmetic gives are those of the table.
func (w workedRow) requireLines(t *testing.T, row map[string]string, quotes []rates.Quote) {
	t.Helper()
	if row["kind"] == "quantity" {
		return
	}
	printed := workedAmounts(t, row["published_lines"])
	require.Lenf(t, printed, len(w.lines), "the row prints %q", row["published_lines"])
	for i, line := range w.lines {
		if line == "" {
			require.True(t, printed[i].IsZero(), "%s is printed", printed[i])
			continue
		}
		amount, unrounded, _ := workedLine(t, quotes, line)
		computed := amount.Decimal()
		if places := -printed[i].Exponent(); places > 2 {
			text, ends := unrounded.Round(int(places), exact.HalfUp).Decimal(int(places))
			require.True(t, ends)
			computed = workedNumber(t, text)
		}
		if line != w.off {
			require.Truef(t, computed.Equal(printed[i]), "%s: printed %s, computed %s", line, printed[i], computed)
			continue
		}
		require.Falsef(t, computed.Equal(printed[i]), "%s is printed right", line)
		if w.offPrinted != "" {
			require.Truef(t, workedNumber(t, w.offPrinted).Equal(printed[i]), "%s: printed %s", line, printed[i])
			require.Truef(t, workedNumber(t, w.offComputed).Equal(computed), "%s: computed %s", line, computed)
		} else {
			require.Equal(t, row["delta"], printed[i].Sub(computed).StringFixed(2), line)
		}
	}
}

// Each book is priced by a row, has a bill of its own beside the printed ones, and cites where its rates are printed. Two
// publishers print amounts that only rounding once, at the total, gives; no amount of the others decides against half up
// by line, which stands for them all.
func TestWorkedBooks(t *testing.T) {
	used := map[string]bool{}
	for id, w := range workedRows() {
		used[w.book+".yaml"] = true
		require.NotEmpty(t, w.bills, id)
	}
	entries, err := os.ReadDir(workedFolder)
	require.NoError(t, err)
	for _, entry := range entries {
		t.Run(entry.Name(), func(t *testing.T) {
			require.True(t, used[entry.Name()], "no row is priced by this book")
			_, file, _ := workedBook(t, strings.TrimSuffix(entry.Name(), ".yaml"))
			require.True(t, slices.ContainsFunc(file.Checks(), func(c ratecheck.Check) bool { return len(c.Lines) > 0 }), "no check states its lines")
			place := money.ByLine
			if name := entry.Name(); name == "urban-utilities.yaml" || name == "rockend-rest.yaml" {
				place = money.AtTotal
			}
			for _, s := range file.Book().Schedules {
				require.Equal(t, money.Rounding{Mode: exact.HalfUp, Place: place}, s.Rounding)
				for _, v := range s.Versions {
					require.Contains(t, v.Source.Address, "http")
				}
			}
		})
		delete(used, entry.Name())
	}
	require.Empty(t, used)
}
