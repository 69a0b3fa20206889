package table_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

func ratio(text string) exact.Ratio {
	r, err := exact.Parse(text)
	if err != nil {
		panic(err)
	}
	return r
}

func TestCellsAreWrittenForTheirReader(t *testing.T) {
	third, _ := exact.New(1, 3)
	for _, c := range []struct {
		name          string
		cell          table.Cell
		people, plain string
	}{
		{"nothing", table.Cell{}, "–", ""},
		{"an empty text is nothing", table.Text(""), "–", ""},
		{"a text", table.Text("Ord, 3/4 in"), "Ord, 3/4 in", "Ord, 3/4 in"},
		{"an amount", table.Amount(money.Cents(1_234_567_89)), "1,234,567.89", "1234567.89"},
		{"an amount of less than a thousand", table.Amount(money.Cents(999_00)), "999.00", "999.00"},
		{"an amount below zero", table.Amount(money.Cents(-1_000_05)), "-1,000.05", "-1000.05"},
		{"the lowest amount", table.Amount(money.Cents(-1 << 63)), "-92,233,720,368,547,758.08", "-92233720368547758.08"},
		{"zero", table.Amount(money.Amount{}), "0.00", "0.00"},
		{"a rise", table.Change(money.Cents(2_41)), "+2.41", "2.41"},
		{"a fall", table.Change(money.Cents(-2_41)), "-2.41", "-2.41"},
		{"no change", table.Change(money.Amount{}), "0.00", "0.00"},
		{"a count", table.Count(12_345), "12,345", "12345"},
		{"a quantity has the decimals that were asked", table.Quantity(ratio("1234.5"), 3), "1,234.500", "1234.500"},
		{"a quantity is rounded half up", table.Quantity(ratio("0.125"), 2), "0.13", "0.13"},
		{"below zero too", table.Quantity(ratio("-0.125"), 2), "-0.13", "-0.13"},
		{"a quantity that rounds to zero has no sign", table.Quantity(ratio("-0.001"), 2), "0.00", "0.00"},
		{"a share", table.Percent(third, exact.Int(1), 1), "33.3%", "33.3"},
		{"a share with more decimals", table.Percent(third, exact.Int(1), 4), "33.3333%", "33.3333"},
		{"a share of nothing is nothing", table.Percent(third, exact.Int(0), 1), "–", ""},
		{"a percentage is rounded half up", table.PercentChange(money.Cents(100_00), money.Cents(106_25)), "+6.3%", "6.3"},
		{"a fall too", table.PercentChange(money.Cents(100_00), money.Cents(93_75)), "-6.3%", "-6.3"},
		{"from zero there is none", table.PercentChange(money.Amount{}, money.Cents(5)), "–", ""},
		{"none of nothing either", table.PercentChange(money.Amount{}, money.Amount{}), "–", ""},
		{"no change in percent", table.PercentChange(money.Cents(5), money.Cents(5)), "0.0%", "0.0"},
		{"a fall too small to show has no sign", table.PercentChange(money.Cents(10_000_00), money.Cents(9_999_99)), "0.0%", "0.0"},
		{"nor has a rise", table.PercentChange(money.Cents(10_000_00), money.Cents(10_000_01)), "0.0%", "0.0"},
		{"half of what is shown has", table.PercentChange(money.Cents(10_000_00), money.Cents(9_995_00)), "-0.1%", "-0.1"},
		{"from below zero a rise is a rise", table.PercentChange(money.Cents(-10_00), money.Cents(-5_00)), "+50.0%", "50.0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.people, c.cell.String())
			require.Equal(t, c.plain, c.cell.Plain())
		})
	}
}

// Percentages are those of big fractions, rounded half away from zero.
func TestPercentagesAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-100_000, 100_000))
		before, after := cents.Draw(t, "before"), cents.Draw(t, "after")
		got := table.PercentChange(money.Cents(before), money.Cents(after))
		if before == 0 {
			require.Equal(t, table.Cell{}, got)
			return
		}
		share := new(big.Rat).SetInt(new(big.Int).Sub(big.NewInt(after), big.NewInt(before)))
		share.Quo(share, new(big.Rat).Abs(new(big.Rat).SetInt64(before)))
		share.Mul(share, big.NewRat(100, 1))
		want := share.FloatString(1) // rounds half away from zero
		if want == "-0.0" {
			want = "0.0"
		}
		require.Equal(t, want, got.Plain())
		require.Equal(t, want, strings.NewReplacer(",", "", "+", "", "%", "").Replace(got.String()))
		require.Equal(t, share.Sign() > 0 && want != "0.0", strings.HasPrefix(got.String(), "+"))
		require.Equal(t, share.Sign() < 0 && want != "0.0", strings.HasPrefix(got.String(), "-"))
	})
}

// What people read is the amount, to the cent.
func TestAmountsAreWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := money.Cents(rapid.Int64().Draw(t, "cents"))
		read, err := money.Parse(table.Amount(amount).Plain())
		require.NoError(t, err)
		require.Equal(t, amount, read)
		require.Equal(t, amount.String(), strings.Replace("$"+table.Amount(amount).String(), "$-", "-$", 1))
		require.Equal(t, table.Amount(amount).String(), strings.TrimPrefix(table.Change(amount).String(), "+"))
	})
}
