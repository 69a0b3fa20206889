package scanline_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments/scanline"
)

func TestCase20TheScanlineSays8410AndTheCheck4810(t *testing.T) {
	d, err := scanline.Differs(money.Cents(8410), money.Cents(4810))
	require.NoError(t, err)
	require.Equal(t, money.Cents(3600), d.Off)
	require.True(t, d.ByNine)
	require.True(t, d.Swapped)
	require.False(t, d.IsZero())
	require.Equal(t, "due $84.10, paid $48.10: $36.00 short; the difference is divisible by 9: two neighboring digits were swapped, it seems", d.String())
}

func TestDifferencesAndTheirHints(t *testing.T) {
	for _, c := range []struct {
		due, paid       int64
		off             int64
		byNine, swapped bool
		text            string
	}{
		{8410, 8410, 0, false, false, "due $84.10, paid $84.10"},
		{0, 0, 0, false, false, "due $0.00, paid $0.00"},
		{4810, 8410, -3600, true, true, "due $48.10, paid $84.10: $36.00 over; the difference is divisible by 9: two neighboring digits were swapped, it seems"},
		{8410, 8400, 10, false, false, "due $84.10, paid $84.00: $0.10 short"},
		{8410, 8380, 30, false, false, "due $84.10, paid $83.80: $0.30 short"},
		{1012, 1921, -909, true, false, "due $10.12, paid $19.21: $9.09 over; the difference is divisible by 9: digits may have been swapped"},
		{-48, -84, 36, true, false, "due -$0.48, paid -$0.84: $0.36 short; the difference is divisible by 9: digits may have been swapped"},
		{8410, 8401, 9, true, true, "due $84.10, paid $84.01: $0.09 short; the difference is divisible by 9: two neighboring digits were swapped, it seems"},
		{12345, 14325, -1980, true, false, "due $123.45, paid $143.25: $19.80 over; the difference is divisible by 9: digits may have been swapped"},
		{500, 50, 450, true, true, "due $5.00, paid $0.50: $4.50 short; the difference is divisible by 9: two neighboring digits were swapped, it seems"},
		{5000, 50, 4950, true, false, "due $50.00, paid $0.50: $49.50 short; the difference is divisible by 9: digits may have been swapped"},
		{909, 0, 909, true, false, "due $9.09, paid $0.00: $9.09 short; the difference is divisible by 9: digits may have been swapped"},
		{48, -42, 90, true, false, "due $0.48, paid -$0.42: $0.90 short; the difference is divisible by 9: digits may have been swapped"},
	} {
		d, err := scanline.Differs(money.Cents(c.due), money.Cents(c.paid))
		require.NoError(t, err)
		require.Equal(t, scanline.Difference{Due: money.Cents(c.due), Paid: money.Cents(c.paid), Off: money.Cents(c.off), ByNine: c.byNine, Swapped: c.swapped}, d)
		require.Equal(t, c.text, d.String())
		require.Equal(t, c.off == 0, d.IsZero())
	}
	_, err := scanline.Differs(money.Cents(math.MaxInt64), money.Cents(-1))
	require.ErrorIs(t, err, money.ErrOverflow)
	d, err := scanline.Differs(money.Cents(-1), money.Cents(math.MaxInt64))
	require.NoError(t, err)
	require.Contains(t, d.String(), "over")
}

func TestSwappingNeighborsIsAlwaysHinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.StringMatching(`[0-9]{2,18}`).Draw(t, "digits"))
		due, err := strconv.ParseInt(string(text), 10, 64)
		require.NoError(t, err)
		at := rapid.IntRange(0, len(text)-2).Draw(t, "at")
		text[at], text[at+1] = text[at+1], text[at]
		paid, err := strconv.ParseInt(string(text), 10, 64)
		require.NoError(t, err)
		d, err := scanline.Differs(money.Cents(due), money.Cents(paid))
		require.NoError(t, err)
		require.Equal(t, due != paid, d.Swapped)
		require.Equal(t, due != paid, d.ByNine)
	})
}
