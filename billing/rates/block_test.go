package rates_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// Many accounts at once come to what each comes to by itself; those that are refused are
// listed, and cost no other row.
func TestTotalsAreThoseOfEachRow(t *testing.T) {
	priced, refusals := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{T: t, calm: rapid.Bool().Draw(t, "calm")}
		s := d.schedule()
		in := d.input(s)
		in.Meters, in.Changes = nil, nil
		var names []string
		if _, ok := in.Facts["units"]; ok && d.one(2) {
			delete(in.Facts, "units")
			names = []string{"units"}
		}
		bound, err := compiled(t, s).Bind(in, names...)
		if err != nil {
			return
		}
		rows := pick(d, 0, 1, 3, 255, 256, 257, 600)
		usage := rates.Column{Values: make([]int64, rows), Places: pick(d, 0, 2, 3, 7)}
		units := rates.Column{Values: make([]int64, rows), Places: pick(d, 0, 3)}
		for i := range rows {
			usage.Values[i] = int64(i) * 997 % 60_000
			units.Values[i] = int64(i%7) * 500
		}
		if rows > 2 {
			usage.Values[1], usage.Values[2] = -1, 123_456_789_012_345_678
			units.Values[0] = -1000
		}
		columns := []rates.Column{units}[:len(names)]
		totals := make([]money.Amount, rows)
		refused, err := bound.Totals(totals, usage, columns...)
		require.NoError(t, err)
		for i := range rows {
			a := rates.Account{Usage: must(metering.NewVolume(must(exact.NewNumber(usage.Values[i], usage.Places)), s.Unit))}
			for _, c := range columns {
				a.Columns = append(a.Columns, must(exact.NewNumber(c.Values[i], c.Places)))
			}
			quote, err := bound.Price(a)
			if err != nil {
				require.NotEmpty(t, refused, "row %d: %v", i, err)
				require.Equal(t, i, refused[0].Row)
				require.Equal(t, err.Error(), refused[0].Err.Error())
				refused = refused[1:]
				refusals++
			} else {
				priced++
			}
			require.Equal(t, quote.Total, totals[i], "row %d", i)
		}
		require.Empty(t, refused)
	})
	require.Positive(t, priced)
	require.Positive(t, refusals)
}

func TestTotalsRefuseColumnsThatDoNotFit(t *testing.T) {
	s := schedule(charge("water", rates.PerUnit{Of: formula("usage * units"), Price: num("2")}))
	s.Facts = []rates.Fact{number("units")}
	bound, err := compiled(t, s).Bind(input("0", nil), "units")
	require.NoError(t, err)
	totals := make([]money.Amount, 2)
	two := rates.Column{Values: []int64{1, 2}}
	for _, c := range []struct {
		path    string
		usage   rates.Column
		columns []rates.Column
	}{
		{"columns", two, nil},
		{"columns", two, []rates.Column{two, two}},
		{"usage", rates.Column{Values: []int64{1}}, []rates.Column{two}},
		{"units", two, []rates.Column{{Values: []int64{1, 2, 3}}}},
		{"usage", rates.Column{Values: two.Values, Places: 19}, []rates.Column{two}},
		{"units", two, []rates.Column{{Values: two.Values, Places: -1}}},
	} {
		refused, err := bound.Totals(totals, c.usage, c.columns...)
		require.Empty(t, refused)
		require.Error(t, err)
		require.Contains(t, err.Error(), ": "+c.path+": ")
		require.Zero(t, totals[1])
	}
}

// A rate study: what a hundred thousand accounts pay in all.
func ExampleBound_Totals() {
	engine, err := rates.Compile(ordWater())
	if err != nil {
		fmt.Println(err)
		return
	}
	bound, err := engine.Bind(june13())
	if err != nil {
		fmt.Println(err)
		return
	}
	usage := rates.Column{Places: 1} // tenths of a unit
	for i := range int64(100_000) {
		usage.Values = append(usage.Values, i%300)
	}
	totals := make([]money.Amount, len(usage.Values))
	refused, err := bound.Totals(totals, usage)
	if err != nil {
		fmt.Println(err)
		return
	}
	sum, err := money.Sum(totals...)
	fmt.Println(sum, len(refused), err)
	// Output: $15,296,182.00 0 <nil>
}

func BenchmarkTotals(b *testing.B) {
	bound := must(compiled(b, reference()).Bind(input("0", rates.Facts{"meter": "1"})))
	account := rates.Account{Usage: ccf("31.237")}
	b.Run("each", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := bound.Total(account); err != nil {
				b.Fatal(err)
			}
		}
	})
	usage := rates.Column{Values: make([]int64, 1<<16), Places: 3}
	for i := range usage.Values {
		usage.Values[i] = int64(i) * 7919 % 60_000
	}
	totals := make([]money.Amount, len(usage.Values))
	b.Run("block", func(b *testing.B) {
		b.ReportAllocs()
		for n := 0; n < b.N; n += len(totals) {
			if _, err := bound.Totals(totals, usage); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// Sums that are scaled and read again: the surcharge and the tax of the reference bill.
func TestTotalsOfTheReferenceBill(t *testing.T) {
	bound, err := compiled(t, reference()).Bind(input("0", rates.Facts{"meter": "1"}))
	require.NoError(t, err)
	usage := rates.Column{Places: 3}
	for u := int64(0); u < 60_000; u += 37 {
		usage.Values = append(usage.Values, u)
	}
	totals := make([]money.Amount, len(usage.Values))
	refused, err := bound.Totals(totals, usage)
	require.NoError(t, err)
	require.Empty(t, refused)
	for i, u := range usage.Values {
		quote, err := bound.Price(rates.Account{Usage: must(metering.NewVolume(must(exact.NewNumber(u, 3)), metering.CCF))})
		require.NoError(t, err)
		require.Equal(t, quote.Total, totals[i], "%d", u)
	}
}
