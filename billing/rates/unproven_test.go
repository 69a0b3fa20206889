package rates_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/rates"
)

// A schedule whose bills have no program says which version has none, and why; it is
// priced all the same.
func TestWhyBillsHaveNoProgram(t *testing.T) {
	long := make([]rates.Charge, 140)
	for i := range long {
		long[i] = charge(fmt.Sprintf("c%d", i), rates.PerUnit{Price: num("1.234")})
	}
	for name, c := range map[string]struct {
		why    string
		change func(*rates.Schedule)
	}{
		"proven": {"", func(*rates.Schedule) {}},
		"a quotient": {"divides by what is not known before", func(s *rates.Schedule) {
			s.Versions[0].Charges = append(s.Versions[0].Charges, charge("share", rates.PerUnit{Of: rates.Formula{Text: "usage / units", Exact: true}, Price: num("2")}))
			s.Facts = append(s.Facts, number("units"))
		}},
		"many lines": {"too many steps", func(s *rates.Schedule) { s.Versions[0].Charges = append(s.Versions[0].Charges, long...) }},
		"prices of twenty digits": {"larger than 64 bits hold", func(s *rates.Schedule) {
			s.Versions[0].Charges = append(s.Versions[0].Charges, charge("fine", rates.PerUnit{Price: num("123456789.00000000001")}))
		}},
		"a text that no one states": {"no table says which texts", func(s *rates.Schedule) {
			s.Versions[0].Definitions = []rates.Definition{{Name: "key", Value: rates.Joined{Names: []string{"zone", "meter"}, With: "-"}}}
			s.Versions[0].Charges = append(s.Versions[0].Charges, charge("joined", rates.Fixed{Amount: table("key", "a-1", "2")}))
			s.Facts = append(s.Facts, rates.Fact{Name: "zone", Type: rates.AnyFact})
		}},
		"usage of some meters": {"usage of some meters", func(s *rates.Schedule) {
			some := perAccount(charge("some", rates.PerUnit{Price: num("1")}))
			some.Meters = []rates.Condition{{Fact: "meter", In: []string{"1"}}}
			s.Versions[0].Charges = append(s.Versions[0].Charges, some)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := reference()
			c.change(&s)
			engine := compiled(t, s)
			in := input("31.237", rates.Facts{"meter": "1", "units": "2", "zone": "a"})
			quote, err := engine.Price(in)
			require.NoError(t, err)
			want, err := engine.PriceSlowly(in)
			require.NoError(t, err)
			require.Equal(t, told(want, nil), told(quote, nil))
			_, quick := engine.PriceQuickly(in)
			require.Equal(t, c.why == "", quick)
			if c.why == "" {
				require.NoError(t, engine.Unproven("s"))
				return
			}
			err = engine.Unproven("s")
			requireProblem(t, err, rates.ErrUnproven)
			require.ErrorContains(t, err, c.why)
			require.ErrorContains(t, err, "versions[0]")
		})
	}
	requireProblem(t, compiled(t, reference()).Unproven("x"), rates.ErrNoSchedule)
}

// What lies beyond a program's bounds, or is not plain, is priced exactly all the same, or
// refused as it always is.
func TestWhatProgramsLeaveToFractions(t *testing.T) {
	home := rates.Facts{"meter": "1"}
	s := reference()
	engine := compiled(t, s)
	for usage, quick := range map[string]bool{
		"0": true, "31.237": true, "0.0001": true, "999999999.9999": true, "1000000000": true,
		"1000000000.0001": false, "0.00001": false, "1000000000000": false, "-0.001": false, "1000000000001": false,
	} {
		in := input(usage, home)
		quote, ok := engine.PriceQuickly(in)
		require.Equal(t, quick, ok, usage)
		want, wantErr := engine.PriceSlowly(in)
		if ok {
			require.Equal(t, told(want, wantErr), told(quote, nil))
		}
		got, err := engine.Price(in)
		require.Equal(t, told(want, wantErr), told(got, err), usage)
	}
	for _, in := range []rates.Input{
		{}, {Schedule: "s"}, input("1", nil), input("1", rates.Facts{"meter": "9"}), input("1", rates.Facts{"meter": " 1"}),
	} {
		_, ok := engine.PriceQuickly(in)
		require.False(t, ok)
		_, err := engine.Price(in)
		require.Error(t, err)
	}
}
