package winter_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/winter"
	"github.com/headgate-dev/headgate/metering"
)

func TestSewerUse(t *testing.T) {
	average := func(quantity string) winter.Average {
		p := withClass(longviewWinter(), func(c *winter.Class) { c.Default = stated(quantity) })
		a, err := p.Average(winterOf())
		require.NoError(t, err)
		return a
	}
	for _, c := range []struct {
		basis                         winter.SewerBasis
		average, actual, cap, use, is string
	}{
		{winter.SewerByAverage, "6000 gal", "4000 gal", "", "6000 gal", "SewerAverage: the winter average, 6000 gal"},
		{winter.SewerByActual, "6000 gal", "9000 gal", "", "9000 gal", "SewerActual: the use of the period, 9000 gal"},
		{winter.SewerByLower, "6000 gal", "5999 gal", "", "5999 gal",
			"SewerActual: the use of the period, 5999 gal, which is not above the winter average, 6000 gal"},
		{winter.SewerByLower, "6000 gal", "6000 gal", "", "6000 gal",
			"SewerActual: the use of the period, 6000 gal, which is not above the winter average, 6000 gal"},
		{winter.SewerByLower, "6000 gal", "6001 gal", "", "6000 gal",
			"SewerAverage: the winter average, 6000 gal, which is below the use of the period, 6001 gal"},
		{winter.SewerByAverage, "6000 gal", "4000 gal", "6000 gal", "6000 gal", "SewerAverage: the winter average, 6000 gal"},
		{winter.SewerByAverage, "6000 gal", "4000 gal", "5999 gal", "5999 gal",
			"SewerCapped: the cap for residential, 5999 gal, which is below the winter average, 6000 gal"},
	} {
		t.Run(c.is, func(t *testing.T) {
			limit := sewerNoCap()
			if c.cap != "" {
				limit = stated(c.cap)
			}
			use, err := winter.SewerPolicy{
				Title: "sewer", Source: "test", Classes: map[string]winter.SewerClass{"residential": {Basis: c.basis, Cap: limit}},
			}.Use(winter.SewerFacts{Class: "residential", Period: june(), Actual: volume(c.actual), Average: average(c.average)})
			require.NoError(t, err)
			require.Equal(t, c.use, use.Quantity.String())
			require.Equal(t, c.is, string(use.Code)+": "+use.Words)
		})
	}
}

func TestSewerRefusesWhatItCannotBill(t *testing.T) {
	average, err := longviewWinter().Average(winterOf(months("7000 gal", "6800 gal", "6900 gal")...))
	require.NoError(t, err)
	none, err := longviewWinter().Average(winterOf())
	require.ErrorIs(t, err, winter.ErrAverage)
	good := winter.SewerFacts{Class: "residential", Period: june(), Actual: volume("4000 gal"), Average: average}
	lower := winter.SewerPolicy{Title: "sewer", Source: "test", Classes: map[string]winter.SewerClass{
		"residential": {Basis: winter.SewerByLower, Cap: stated("25000 gal")}, "commercial": {Basis: winter.SewerByLower, Cap: sewerNoCap()},
	}}
	_, err = lower.Use(good)
	require.NoError(t, err)
	for _, c := range []struct {
		rule string
		code error
		harm func(f *winter.SewerFacts)
	}{
		{"a class that is not stated", winter.ErrClass, func(f *winter.SewerFacts) { f.Class = "fire" }},
		{"no period", winter.ErrHistory, func(f *winter.SewerFacts) { f.Period = civil.Period{} }},
		{"no actual use", winter.ErrHistory, func(f *winter.SewerFacts) { f.Actual = metering.Volume{} }},
		{"an actual use below 0", winter.ErrHistory, func(f *winter.SewerFacts) { f.Actual = volume("-1 gal") }},
		{"an actual use in another unit", metering.ErrUnit, func(f *winter.SewerFacts) { f.Actual = volume("4 kgal") }},
		{"an average and an actual use in another unit than the cap", metering.ErrUnit, func(f *winter.SewerFacts) {
			f.Actual, f.Average.Quantity = volume("4 kgal"), volume("6 kgal")
		}},
		{"no average", winter.ErrAverage, func(f *winter.SewerFacts) { f.Average = winter.Average{} }},
		{"the average of an account without history", winter.ErrAverage, func(f *winter.SewerFacts) { f.Average = none }},
		{"an average below 0", winter.ErrAverage, func(f *winter.SewerFacts) { f.Average.Quantity = volume("-1 gal") }},
		{"the average of another class", winter.ErrAverage, func(f *winter.SewerFacts) { f.Class = "commercial" }},
		{"the average of another winter", winter.ErrAverage, func(f *winter.SewerFacts) {
			f.Period = civil.MustPeriod("[2027-04-01, 2027-05-01)")
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			f := good
			c.harm(&f)
			_, err := lower.Use(f)
			require.ErrorIs(t, err, c.code)
		})
	}
	for path, p := range map[string]winter.SewerPolicy{
		"title": {}, "authority": {}, "classes": {}, "classes.home.basis": {Classes: map[string]winter.SewerClass{"home": {}}},
		"classes.home.cap": {Classes: map[string]winter.SewerClass{"home": {}}},
	} {
		_, err := p.Use(good)
		require.ErrorIs(t, err, policy.ErrNotStated)
		require.ErrorContains(t, err, "E_NOT_STATED: "+path+": ")
	}
}
