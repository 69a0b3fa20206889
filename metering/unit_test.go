package metering_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

func units() []metering.Unit {
	var all []metering.Unit
	for u := metering.Gallon; u.Valid(); u++ {
		all = append(all, u)
	}
	return all
}

func volume(t require.TestingT, text string) metering.Volume {
	v, err := metering.ParseVolume(text)
	require.NoError(t, err, text)
	return v
}

func in(t require.TestingT, text string, u metering.Unit) exact.Ratio {
	r, err := volume(t, text).In(u)
	require.NoError(t, err)
	return r
}

func rounded(r exact.Ratio, places int) string {
	text, _ := r.Round(places, exact.HalfUp).Decimal(0)
	return text
}

func TestM16OneCCFIsAnExactFractionOfGallons(t *testing.T) {
	gallons := in(t, "1 CCF", metering.Gallon)
	require.Equal(t, "57600/77", gallons.String())
	require.Equal(t, "748.0519", rounded(gallons, 4))
}

func TestM17TheConventionOf748GallonsIsNotTheCCF(t *testing.T) {
	byMeasure := in(t, "10000 CCF", metering.Gallon)
	byConvention := in(t, "10000 CCF748", metering.Gallon)
	require.Equal(t, "7480519.48", rounded(byMeasure, 2))
	require.Equal(t, "7480000", byConvention.String())
	share, err := byMeasure.Sub(byConvention).Quo(byMeasure)
	require.NoError(t, err)
	require.Equal(t, "69.44", rounded(share.Mul(exact.Int(1_000_000)), 2), "parts in a million less than a CCF")

	ccf, err := metering.ParseUnit("CCF")
	require.NoError(t, err)
	require.Equal(t, metering.CCF, ccf, "748 is never the default")
}

func TestM18OneAcreFootIs435Point6CCF(t *testing.T) {
	require.Equal(t, "2178/5", in(t, "1 acre-ft", metering.CCF).String())
	require.Equal(t, "325851.4286", rounded(in(t, "1 acre-ft", metering.Gallon), 4))
}

func TestM20OneCubicMeterInFeetAndGallons(t *testing.T) {
	require.Equal(t, "35.314667", rounded(in(t, "1 m3", metering.CubicFoot), 6))
	require.Equal(t, "264.172052", rounded(in(t, "1 m3", metering.Gallon), 6))
}

func TestM21UnknownOrEmptyUnitIsRefused(t *testing.T) {
	for _, text := range []string{"Unknown", "unknown", ""} {
		u, err := metering.ParseUnit(text)
		require.ErrorIs(t, err, metering.ErrUnit, "%q", text)
		require.Zero(t, u)
		_, err = metering.ParseVolume("31.237 " + text)
		require.ErrorIs(t, err, metering.ErrUnit, "%q", text)
	}
}

func TestNoVolumeIsAssumedForWhatStatesNone(t *testing.T) {
	for _, text := range []string{
		"PULSE", "LBS", "FLUID_BARREL", "BBL", "barrel", "TGAL", "MGAL", "10 gal", "748", "Unit(0)", "c", "k", " ", "-", "gal.",
		"ſt3", "gallons and more words than any unit has", "KWH",
	} {
		_, err := metering.ParseUnit(text)
		require.ErrorIs(t, err, metering.ErrUnit, "%q", text)
		require.Less(t, len(err.Error()), 130, "a long text may be private and is cut: %s", err)
	}
}

func TestUnitSynonyms(t *testing.T) {
	for u, texts := range map[metering.Unit][]string{
		metering.Gallon:          {"gal", "GAL", "Gallons", "us gal", "US_GALLON"},
		metering.HundredGallons:  {"hgal", "100 gal", "100-gallons", "hundred gallons"},
		metering.ThousandGallons: {"kgal", "KGAL", "1000 gal", "1,000 gal", "Thousand Gallons", "KILOGALLONS"},
		metering.CubicFoot:       {"ft3", "FT³", "CF", "cu ft", "CUBIC_FEET", "cubic foot"},
		metering.CCF:             {"CCF", "ccf", "HCF", "hcf", "100 cf", "100 cu ft", "hundred cubic feet"},
		metering.CCF748:          {"CCF748", "ccf748", "CCF 748"},
		metering.MCF:             {"MCF", "1000 ft3", "thousand cubic feet"},
		metering.AcreFoot:        {"acre-ft", "AF", "ACRE_FEET", "acre foot", "ac-ft"},
		metering.Liter:           {"L", "l", "liter", "LITRES"},
		metering.CubicMeter:      {"m3", "M3", "m³", "CUBIC_METER", "cubic metre"},
		metering.Kiloliter:       {"kL", "KL", "kl", "kilolitre"},
		metering.ImperialGallon:  {"imp-gal", "imperial gallon", "IMPERIAL_GALLONS"},
		metering.OilBarrel:       {"oil-bbl", "oil barrel", "OIL_BARRELS"},
		metering.BillingUnit:     {"unit", "UNITS", "billing unit"},
	} {
		for _, text := range texts {
			got, err := metering.ParseUnit(text)
			require.NoError(t, err, text)
			require.Equal(t, u, got, "%s is %s", text, u)
		}
	}
}

func TestUnitNamesRoundTrip(t *testing.T) {
	seen := map[string]bool{}
	for _, u := range units() {
		text, err := u.MarshalText()
		require.NoError(t, err)
		require.False(t, seen[string(text)], "two units are called %s", text)
		seen[string(text)] = true
		require.NotContains(t, string(text), " ")
		var back metering.Unit
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, u, back)
	}
	require.Len(t, seen, 14)
}

func TestNoUnitIsRefusedEverywhere(t *testing.T) {
	for _, u := range []metering.Unit{0, metering.BillingUnit + 1, 255} {
		require.False(t, u.Valid())
		_, err := u.MarshalText()
		require.ErrorIs(t, err, metering.ErrUnit)
		_, err = u.CubicInches()
		require.ErrorIs(t, err, metering.ErrUnit)
		_, err = metering.NewVolume(exact.Number{}, u)
		require.ErrorIs(t, err, metering.ErrUnit)
		_, err = volume(t, "1 CCF").In(u)
		require.ErrorIs(t, err, metering.ErrUnit)
	}
	kept := metering.CCF
	require.ErrorIs(t, kept.UnmarshalText([]byte("PULSE")), metering.ErrUnit)
	require.Equal(t, metering.CCF, kept, "a refused text changes nothing")
}

func TestCubicInchesFollowFromTheDefinitions(t *testing.T) {
	gallon := big.NewRat(231, 1)
	foot := big.NewRat(12*12*12, 1)
	// An inch is 2.54 cm, so that a liter (1,000 cubic centimeters) is 1000/2.54³ cubic inches.
	inch := big.NewRat(254, 100)
	cube := new(big.Rat).Mul(new(big.Rat).Mul(inch, inch), inch)
	liter := new(big.Rat).Quo(big.NewRat(1000, 1), cube)
	times := func(n, d int64, base *big.Rat) *big.Rat { return new(big.Rat).Mul(big.NewRat(n, d), base) }

	want := map[metering.Unit]*big.Rat{
		metering.Gallon:          gallon,
		metering.HundredGallons:  times(100, 1, gallon),
		metering.ThousandGallons: times(1000, 1, gallon),
		metering.CubicFoot:       foot,
		metering.CCF:             times(100, 1, foot),
		metering.CCF748:          times(748, 1, gallon),
		metering.MCF:             times(1000, 1, foot),
		metering.AcreFoot:        times(43_560, 1, foot),
		metering.Liter:           liter,
		metering.CubicMeter:      times(1000, 1, liter),
		metering.Kiloliter:       times(1000, 1, liter),
		metering.ImperialGallon:  times(454_609, 100_000, liter),
		metering.OilBarrel:       times(42, 1, gallon),
	}
	require.Len(t, want, len(units())-1)
	for u, size := range want {
		got, err := u.CubicInches()
		require.NoError(t, err)
		require.Equal(t, size.RatString(), got.String(), u)
	}
}

func TestBillingUnitConvertsToNothingButItself(t *testing.T) {
	_, err := metering.BillingUnit.CubicInches()
	require.ErrorIs(t, err, metering.ErrUnit)
	for _, u := range units() {
		_, err := volume(t, "3 unit").In(u)
		if u == metering.BillingUnit {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, metering.ErrUnit, u)
		_, err = volume(t, "3 "+u.String()).In(metering.BillingUnit)
		require.ErrorIs(t, err, metering.ErrUnit, u)
	}
	require.Equal(t, "3", in(t, "3 unit", metering.BillingUnit).String())
}

func FuzzParseUnit(f *testing.F) {
	for _, u := range units() {
		f.Add(u.String())
	}
	f.Add("Unknown")
	f.Add("1,000 gal")
	f.Add("m³")
	f.Fuzz(func(t *testing.T, text string) {
		u, err := metering.ParseUnit(text)
		if err != nil {
			require.ErrorIs(t, err, metering.ErrUnit)
			require.Zero(t, u)
			return
		}
		require.True(t, u.Valid())
		again, err := metering.ParseUnit(u.String())
		require.NoError(t, err)
		require.Equal(t, u, again)
	})
}

func volumes() *rapid.Generator[metering.Volume] {
	return rapid.Custom(func(t *rapid.T) metering.Volume {
		coef := rapid.OneOf(
			rapid.Int64Range(-1000, 1000), rapid.Int64Range(-999_999_999_999_999_999, 999_999_999_999_999_999),
		).Draw(t, "coef")
		n, err := exact.NewNumber(coef, rapid.IntRange(0, 18).Draw(t, "places"))
		require.NoError(t, err)
		v, err := metering.NewVolume(n, rapid.SampledFrom(units()).Draw(t, "unit"))
		require.NoError(t, err)
		return v
	})
}
