package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/rates"
)

// total is what an input comes to under a schedule.
func total(t *testing.T, s rates.Schedule, in rates.Input) string {
	return dollars(priced(t, s, in).Total)
}

// A charge in a formula is its amount for the whole bill: cutting the period changes
// nothing.
func TestChargeInFormulaIsSharedOnce(t *testing.T) {
	s := schedule(perUnit("water", "3"), charge("fee", rates.Computed{Amount: formula("round(water*0.1,2)")}))
	require.Equal(t, "33.00", total(t, s, input("10", nil)))
	require.Equal(t, "33.00", total(t, from(s, "2026-06-16", s.Versions[0].Charges...), input("10", nil)))
}

// An amount that is prorated does not rest on a charge, which already is.
func TestAmountIsProratedOnce(t *testing.T) {
	s := schedule(fixed("base", "30"), charge("units", rates.Fixed{Amount: formula("round(base*0.5,2)")}))
	s.Proration = rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true}
	_, err := rates.Compile(book(s))
	require.ErrorIs(t, err, rates.ErrRule)
}

// Parts of one amount sum to it, whatever the kind of charge.
func TestPartsSumToTheAmount(t *testing.T) {
	for name, c := range map[string]rates.Rule{
		"minimum":  rates.Minimum{Amount: num("10"), Of: []string{"none"}},
		"credit":   rates.Credit{Amount: num("10")},
		"computed": rates.Computed{Amount: num("10")},
		"per unit": rates.PerUnit{Of: num("10"), Price: num("1")},
	} {
		t.Run(name, func(t *testing.T) {
			s := schedule(fixed("none", "0"), charge("x", c))
			s = from(s, "2026-06-11", s.Versions[0].Charges...)
			s = from(s, "2026-06-21", s.Versions[0].Charges...)
			require.Contains(t, []string{"10.00", "-10.00"}, total(t, s, input("0", nil)))
		})
	}
}

// A memo charge that is split leaves the charge that it rests on whole.
func TestMemoChargeSplitsNothingElse(t *testing.T) {
	s := schedule(perUnit("water", "1"))
	s.Facts = []rates.Fact{changing(texts("stage"), rates.SplitByDay)}
	in := input("10", rates.Facts{"stage": "1"})
	in.Changes = []rates.Change{{Fact: "stage", Value: "2", On: day("2026-06-11")}, {Fact: "stage", Value: "3", On: day("2026-06-21")}}
	memo := charge("info", rates.Percent{Rate: table("stage", "1", "1", "2", "2", "3", "3"), Of: []string{"water"}})
	memo.Memo = true
	s.Versions[0].Charges = append(s.Versions[0].Charges, memo)
	quote := priced(t, s, in)
	require.Equal(t, "water 10.00", printed(lines(quote)))
	require.Len(t, memos(quote), 3)
}

// Under month days too, equal prices in two versions are one price.
func TestSplitOfEqualPricesUnderMonthDays(t *testing.T) {
	s := schedule(tiered("w", "10", "1", "2"))
	s.Proration = rates.Proration{Over: rates.MonthDays, Tiers: true}
	in := input("20", nil)
	in.Period = days("2026-01-01", "2026-03-01")
	require.Equal(t, "20.00", total(t, s, in))
	require.Equal(t, "20.00", total(t, from(s, "2026-02-01", s.Versions[0].Charges...), in))
}

// A number is compared as a number: 2.0 is 2.
func TestNumberFactIsComparedAsANumber(t *testing.T) {
	s := schedule(fixed("base", "10"), perUnit("drought", "1"))
	s.Facts = []rates.Fact{number("stage")}
	s.Versions[0].Charges[1].When = []rates.Condition{{Fact: "stage", In: []string{"2"}}}
	require.Equal(t, "18.00", total(t, s, input("8", rates.Facts{"stage": "2.0"})))
}

// A fact that makes an amount negative is refused, and so is one outside its range.
func TestNegativeAmountsAreRefused(t *testing.T) {
	s := schedule(charge("base", rates.Fixed{Amount: formula("units*10")}))
	s.Facts = []rates.Fact{number("units")}
	_, err := price(t, s, input("8", rates.Facts{"units": "-3"}))
	requireProblem(t, err, rates.ErrNegative)
	s.Facts[0].Range = &rates.Range{Least: num("1"), Most: num("400"), Whole: true}
	for _, units := range []string{"-3", "0", "401", "1.5"} {
		_, err = price(t, s, input("8", rates.Facts{"units": units}))
		requireProblem(t, err, rates.ErrFactValue)
	}
	require.Equal(t, "30.00", total(t, s, input("8", rates.Facts{"units": "3"})))
}

// A charge for the account may run on the sum of some of its meters.
func TestTiersOnTheSumOfSomeMeters(t *testing.T) {
	water := charge("water", rates.Tiered{Tiers: tiers("10", "1.00", "2.00")})
	water.Per = rates.PerAccount
	water.Meters = []rates.Condition{{Fact: "use", In: []string{"domestic"}}}
	s := withFacts(schedule(water), texts("use", "domestic", "irrigation"))
	in := rates.Input{Schedule: "s", Period: june(), Meters: meters("8", "7", "100")}
	for i, use := range []string{"domestic", "domestic", "irrigation"} {
		in.Meters[i].Facts = rates.Facts{"use": use}
	}
	require.Equal(t, "water#1 10.00, water#2 10.00", printed(lines(priced(t, s, in))))
	in.Meters[1].Facts = nil
	_, err := price(t, s, in)
	requireProblem(t, err, rates.ErrMissingFact)
}
