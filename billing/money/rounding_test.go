package money_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
)

func TestRoundingMustBeNamedInFull(t *testing.T) {
	for _, c := range []struct {
		rounding money.Rounding
		wrong    []string
	}{
		{money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, nil},
		{money.Rounding{Mode: exact.Down, Place: money.AtTotal}, nil},
		{money.Rounding{Place: money.ByLine}, []string{"mode"}},
		{money.Rounding{Mode: exact.HalfUp}, []string{"place"}},
		{money.Rounding{}, []string{"mode", "place"}},
		{money.Rounding{Mode: exact.Down + 1, Place: money.AtTotal + 1}, []string{"mode", "place"}},
	} {
		err := c.rounding.Check()
		if c.wrong == nil {
			require.True(t, err == nil, "%v", err)
			continue
		}
		require.ErrorIs(t, err, exact.ErrMode)
		for _, path := range c.wrong {
			require.ErrorContains(t, err, "E_ROUNDING: "+path+": ")
		}
	}
}

func TestRoundingReadsAsASentence(t *testing.T) {
	require.Equal(t, "half_up by line", money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}.String())
	require.Equal(t, "half_even at the total", money.Rounding{Mode: exact.HalfEven, Place: money.AtTotal}.String())
	require.Equal(t, "Mode(0) at Place(0)", money.Rounding{}.String())
}

func TestPlaceTextRoundTrips(t *testing.T) {
	for text, place := range map[string]money.Place{"line": money.ByLine, "total": money.AtTotal} {
		require.True(t, place.Valid())
		written, err := place.MarshalText()
		require.NoError(t, err)
		require.Equal(t, text, string(written))
		require.Equal(t, text, place.String())
		var back money.Place
		require.NoError(t, back.UnmarshalText(written))
		require.Equal(t, place, back)
	}
}

func TestUnknownPlaceIsRefused(t *testing.T) {
	for _, text := range []string{"", "Line", "bill", "Place(0)"} {
		kept := money.AtTotal
		require.ErrorIs(t, kept.UnmarshalText([]byte(text)), exact.ErrMode, text)
		require.Equal(t, money.AtTotal, kept, "a refused text changes nothing")
	}
	for _, place := range []money.Place{0, money.AtTotal + 1} {
		require.False(t, place.Valid())
		_, err := place.MarshalText()
		require.ErrorIs(t, err, exact.ErrMode)
	}
}
