package metering_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

func TestVolumeKeepsItsNumberAndUnit(t *testing.T) {
	v, err := metering.VolumeOf("31.2370", metering.CCF)
	require.NoError(t, err)
	require.Equal(t, "31.237", v.Number().String())
	require.Equal(t, metering.CCF, v.Unit())
	require.Equal(t, "31237/1000", v.Ratio().String())
	require.Equal(t, "31.237 CCF", v.String())
	require.True(t, v == volume(t, "31.237 HCF"), "the same volume however it was written")
	require.False(t, v == volume(t, "3123.7 ft3"), "another unit is another volume")
}

func TestParseVolumeRefusesWhatHasNotBothParts(t *testing.T) {
	for text, code := range map[string]problem.Code{
		"":                          metering.ErrVolume,
		"31.237":                    metering.ErrVolume,
		"CCF":                       metering.ErrVolume,
		"31.237CCF":                 metering.ErrVolume,
		" 31.237 CCF":               metering.ErrVolume,
		"31.237 PULSE":              metering.ErrUnit,
		"31.237 ":                   metering.ErrUnit,
		"31,237 gal":                exact.ErrNumber,
		"CCF 31":                    metering.ErrUnit,
		"1e3 gal":                   exact.ErrNumber,
		"1000000000000000000 gal":   exact.ErrRange,
		"0.0000000000000000001 CCF": exact.ErrRange,
	} {
		_, err := metering.ParseVolume(text)
		require.ErrorIs(t, err, code, "%q", text)
	}
	_, err := metering.VolumeOf("x", metering.CCF)
	require.ErrorIs(t, err, exact.ErrNumber)
	_, err = metering.VolumeOf("1", 0)
	require.ErrorIs(t, err, metering.ErrUnit)
}

func TestVolumesOfTwoUnitsDoNotMix(t *testing.T) {
	a, b := volume(t, "1 CCF"), volume(t, "748 gal")
	_, addErr := a.Add(b)
	_, subErr := a.Sub(b)
	_, cmpErr := a.Cmp(b)
	for _, err := range []error{addErr, subErr, cmpErr} {
		require.EqualError(t, err, "E_UNIT: one volume is in CCF, the other in gal; convert them to one unit with In first")
	}
	_, err := volume(t, "1 m3").Add(volume(t, "1 kL"))
	require.ErrorIs(t, err, metering.ErrUnit, "two names are two units")
}

func TestVolumeWithoutUnitIsRefused(t *testing.T) {
	var none metering.Volume
	one := volume(t, "1 CCF")
	_, err := none.Add(none)
	require.ErrorIs(t, err, metering.ErrUnit)
	_, err = one.Add(none)
	require.ErrorIs(t, err, metering.ErrUnit)
	_, err = none.Sub(one)
	require.ErrorIs(t, err, metering.ErrUnit)
	_, err = none.Cmp(none)
	require.ErrorIs(t, err, metering.ErrUnit)
	_, err = none.In(0)
	require.ErrorIs(t, err, metering.ErrUnit)
	_, err = none.In(metering.CCF)
	require.ErrorIs(t, err, metering.ErrUnit)
	_, err = none.MarshalText()
	require.ErrorIs(t, err, metering.ErrUnit)
	_, err = json.Marshal(none)
	require.ErrorIs(t, err, metering.ErrUnit)
}

func TestVolumeOutOfRangeIsRefused(t *testing.T) {
	most := volume(t, "999999999999999999 gal")
	_, err := most.Add(volume(t, "1 gal"))
	require.ErrorIs(t, err, exact.ErrRange)
	_, err = most.Add(volume(t, "0.1 gal"))
	require.ErrorIs(t, err, exact.ErrRange)
	_, err = volume(t, "-999999999999999999 gal").Sub(volume(t, "1 gal"))
	require.ErrorIs(t, err, exact.ErrRange)
}

func TestVolumeArithmeticAgreesWithItsNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := volumes().Draw(t, "v")
		w, err := metering.NewVolume(volumes().Draw(t, "w").Number(), v.Unit())
		require.NoError(t, err)
		x, y := v.Ratio().Rat(), w.Ratio().Rat()
		order, err := v.Cmp(w)
		require.NoError(t, err)
		require.Equal(t, x.Cmp(y), order)
		require.Equal(t, x.Sign(), v.Sign())
		require.Equal(t, x.Sign() == 0, v.IsZero())
		if sum, err := v.Add(w); err == nil {
			require.Equal(t, v.Unit(), sum.Unit())
			require.Zero(t, x.Add(x, y).Cmp(sum.Ratio().Rat()))
			back, err := sum.Sub(w)
			require.NoError(t, err)
			require.Equal(t, v, back)
		} else {
			require.ErrorIs(t, err, exact.ErrRange)
		}
	})
}

func TestConversionThereAndBackIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := volumes().Draw(t, "v")
		u := rapid.SampledFrom(units()).Draw(t, "to")
		if v.Unit() == metering.BillingUnit || u == metering.BillingUnit {
			t.Skip("a billing unit has no volume")
		}
		there, err := v.In(u)
		require.NoError(t, err)
		size, err := u.CubicInches()
		require.NoError(t, err)
		own, err := v.Unit().CubicInches()
		require.NoError(t, err)
		inches := there.Rat()
		inches.Mul(inches, size.Rat())
		want := v.Ratio().Rat()
		want.Mul(want, own.Rat())
		require.Zero(t, want.Cmp(inches))
	})
}

func TestVolumeTextsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := volumes().Draw(t, "v")
		text, err := v.MarshalText()
		require.NoError(t, err)
		require.Equal(t, v.String(), string(text))
		var back metering.Volume
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, v, back)

		encoded, err := json.Marshal(map[string]metering.Volume{"usage": v})
		require.NoError(t, err)
		require.Equal(t, `{"usage":"`+v.String()+`"}`, string(encoded))
		var decoded map[string]metering.Volume
		require.NoError(t, json.Unmarshal(encoded, &decoded))
		require.Equal(t, v, decoded["usage"])
	})
}

func TestVolumeJSONRefusesWhatIsNoVolume(t *testing.T) {
	for text, code := range map[string]problem.Code{
		"null": metering.ErrVolume, "31.237": metering.ErrVolume, `"31.237"`: metering.ErrVolume, "{}": metering.ErrVolume,
		`"31.237 PULSE"`: metering.ErrUnit, `"x CCF"`: exact.ErrNumber,
	} {
		kept := volume(t, "7 gal")
		require.ErrorIs(t, json.Unmarshal([]byte(text), &kept), code, text)
		require.Equal(t, volume(t, "7 gal"), kept, "a refused text changes nothing")
	}
	require.ErrorIs(t, new(metering.Volume).UnmarshalJSON([]byte(`"1 CCF`)), metering.ErrVolume)
	require.ErrorIs(t, new(metering.Volume).UnmarshalJSON(nil), metering.ErrVolume)
}

func FuzzParseVolume(f *testing.F) {
	for _, seed := range []string{"31.237 CCF", "-0.5 kgal", "1 1,000 gal", "1 PULSE", "", " ", "1e3 gal", "12. m³", "1  gal"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := metering.ParseVolume(text)
		if err != nil {
			var found *problem.Error
			require.ErrorAs(t, err, &found)
			require.Contains(t, []problem.Code{metering.ErrVolume, metering.ErrUnit, exact.ErrNumber, exact.ErrRange}, found.Code)
			require.Zero(t, v)
			return
		}
		require.True(t, v.Unit().Valid())
		again, err := metering.ParseVolume(v.String())
		require.NoError(t, err)
		require.Equal(t, v, again)
	})
}
