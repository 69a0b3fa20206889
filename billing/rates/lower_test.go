package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// What the program of integers comes to is what the exact pricing comes to, and it
// refuses what that refuses.
func TestProgramsAgreeWithExactPricing(t *testing.T) {
	proven := 0
	rapid.Check(t, func(t *rapid.T) {
		if agree(t) {
			proven++
		}
	})
	require.True(t, testing.Short() || proven > 20, "the law would be next to empty")
}

func FuzzProgramAgainstExact(f *testing.F) { fuzzDrawn(f, 1, func(t *rapid.T) { agree(t) }) }

func agree(t *rapid.T) (proven bool) {
	d := &drawer{T: t, calm: rapid.Bool().Draw(t, "calm")}
	s := d.schedule()
	in := d.input(s)
	in.Meters = nil
	if d.one(2) {
		in.Changes = nil
	}
	var columns []string
	if _, ok := in.Facts["units"]; ok && d.one(2) {
		delete(in.Facts, "units")
		columns = append(columns, "units")
		in.Changes = nil
	}
	bound, err := compiled(t, s).Bind(in, columns...)
	if err != nil {
		return false
	}
	for range 6 {
		var a rates.Account
		a.Usage, a.Carried = d.usage(s)
		if d.one(3) {
			a.Usage = usageAtBounds(d, s.Unit)
		}
		for range columns {
			a.Columns = append(a.Columns, must(exact.ParseNumber(pick(d, "1", "2", "3.5", "0", "-2", "70000", "12.345678"))))
		}
		total, err := bound.Total(a)
		quote, want := bound.Price(a)
		require.Equal(t, want == nil, err == nil, "%v %v", err, want)
		require.Equal(t, quote.Total, total, "%s", a.Usage)
	}
	return bound.Proven()
}

// usageAtBounds is usage at and beside the bounds of tiers and of programs.
func usageAtBounds(d *drawer, unit metering.Unit) metering.Volume {
	return volume(pick(d, "0", "0.5", "5.5", "8", "9.0001", "1234567", "100000000000", "0.000001", "3.3333333333",
		"999999999.999999", "1000000000", "1000000000.000001", "1000000000.0001", "10000000", "10000000.0001", "1000000", "1000000.001", "100000", "100000.001", "100000.01"), unit)
}

// The reference bill in every mode and place, at its ties and beside the bounds of its
// tiers: L1 ties where usage is 0.08 above a multiple of 0.16, pumping at 50 and 150.
func TestProgramOfABillThatTies(t *testing.T) {
	for _, mode := range []exact.Mode{exact.HalfUp, exact.HalfEven, exact.Up, exact.Down} {
		for _, place := range []money.Place{money.ByLine, money.AtTotal} {
			s := reference()
			s.Rounding = money.Rounding{Mode: mode, Place: place}
			bound, err := compiled(t, s).Bind(input("0", rates.Facts{"meter": "1"}))
			require.NoError(t, err)
			require.True(t, bound.Proven())
			for u := int64(0); u <= 200_000; u += 80 {
				for _, n := range []int64{u - 1, u, u + 1} {
					if n < 0 {
						continue
					}
					a := rates.Account{Usage: must(metering.NewVolume(must(exact.NewNumber(n, 3)), metering.CCF))}
					if n%8000 > 1 && n%50_000 > 1 && n%22_000 > 1 && u%4000 != 0 {
						continue
					}
					quote, err := bound.Price(a)
					require.NoError(t, err)
					total, err := bound.Total(a)
					require.NoError(t, err)
					require.Equal(t, quote.Total, total, "%s %s of %d", mode, place, n)
				}
			}
		}
	}
}

// reference is a bill of eight lines: a meter, three tiers, a surcharge on them,
// pumping, sewer, and a tax on all but sewer.
func reference() rates.Schedule {
	s := schedule(
		charge("base", rates.Fixed{Amount: table("meter", "0", "23.45", "1", "35.12", "2", "58.67", "3", "118.90", "4", "234.56")}),
		tiered("water", "8", "3.8125", "22", "5.6543", "9.1277"),
		charge("drought", rates.Percent{Rate: num("12.5"), Of: []string{"water"}}),
		perUnit("pumping", "0.3127"),
		fixed("sewer", "34.56"),
		charge("tax", rates.Percent{Rate: num("6.5"), Of: []string{"base", "water", "drought", "pumping"}}))
	s.Facts = []rates.Fact{texts("meter", "0", "1", "2", "3", "4")}
	return s
}

// Pricing within the bounds allocates nothing.
func TestProgramsAllocateNothing(t *testing.T) {
	bound, err := compiled(t, reference()).Bind(input("0", rates.Facts{"meter": "1"}))
	require.NoError(t, err)
	a := rates.Account{Usage: ccf("31.237")}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		total, err := bound.Total(a)
		if err != nil || total.Cents() != 314_77 {
			t.Fatal(total, err)
		}
	}))
}
