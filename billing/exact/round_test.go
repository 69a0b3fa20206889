package exact

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func modes() []Mode { return []Mode{HalfUp, HalfEven, Up, Down} }

func mustParse(t require.TestingT, text string) Ratio {
	r, err := Parse(text)
	require.NoError(t, err, text)
	return r
}

func TestRoundingModes(t *testing.T) {
	for _, c := range []struct {
		value                      string
		places                     int
		halfUp, halfEven, up, down string
		ceil, floor                string
	}{
		{"7.125", 2, "7.13", "7.12", "7.13", "7.12", "7.13", "7.12"},
		{"7.135", 2, "7.14", "7.14", "7.14", "7.13", "7.14", "7.13"},
		{"-7.125", 2, "-7.13", "-7.12", "-7.13", "-7.12", "-7.12", "-7.13"},
		{"7.1251", 2, "7.13", "7.13", "7.13", "7.12", "7.13", "7.12"},
		{"7.1249", 2, "7.12", "7.12", "7.13", "7.12", "7.13", "7.12"},
		{"7.12", 2, "7.12", "7.12", "7.12", "7.12", "7.12", "7.12"},
		{"0.5", 0, "1", "0", "1", "0", "1", "0"},
		{"1.5", 0, "2", "2", "2", "1", "2", "1"},
		{"-0.5", 0, "-1", "0", "-1", "0", "0", "-1"},
		{"0.001", 2, "0", "0", "0.01", "0", "0.01", "0"},
		{"50", -2, "100", "0", "100", "0", "100", "0"},
		{"150", -2, "200", "200", "200", "100", "200", "100"},
		{"-149", -2, "-100", "-100", "-200", "-100", "-100", "-200"},
		{"0", 2, "0", "0", "0", "0", "0", "0"},
		{"9223372036854775807.5", 0, "9223372036854775808", "9223372036854775808", "9223372036854775808", "9223372036854775807",
			"9223372036854775808", "9223372036854775807"},
		{"0.0000000000000000005", 18, "0.000000000000000001", "0", "0.000000000000000001", "0", "0.000000000000000001", "0"},
		{"500000000000000000", -18, "1000000000000000000", "0", "1000000000000000000", "0", "1000000000000000000", "0"},
		{"9223372036854775807", -18, "9000000000000000000", "9000000000000000000", "10000000000000000000",
			"9000000000000000000", "10000000000000000000", "9000000000000000000"},
		{"92233720368547758.07", -18, "0", "0", "1000000000000000000", "0", "1000000000000000000", "0"},
		{"19", 18, "19", "19", "19", "19", "19", "19"},
		{"9500000000000000000", -18, "10000000000000000000", "10000000000000000000", "10000000000000000000",
			"9000000000000000000", "10000000000000000000", "9000000000000000000"},
	} {
		value := mustParse(t, c.value)
		for mode, want := range map[Mode]string{HalfUp: c.halfUp, HalfEven: c.halfEven, Up: c.up, Down: c.down} {
			got, ends := value.Round(c.places, mode).Decimal(0)
			require.True(t, ends)
			require.Equal(t, want, got, "%s to %d places %s", c.value, c.places, mode)
		}
		got, _ := value.Ceil(c.places).Decimal(0)
		require.Equal(t, c.ceil, got, "ceil of %s to %d", c.value, c.places)
		got, _ = value.Floor(c.places).Decimal(0)
		require.Equal(t, c.floor, got, "floor of %s to %d", c.value, c.places)
	}
}

func TestRoundCountsStepsBeyondSixtyFourBits(t *testing.T) {
	// 2^64 − 1 hundredths and 15/19 of one.
	r, err := New(3_504_881_374_004_814_807, 19)
	require.NoError(t, err)
	for mode, want := range map[Mode]string{
		HalfUp: "184467440737095516.16", HalfEven: "184467440737095516.16", Up: "184467440737095516.16",
		Down: "184467440737095516.15",
	} {
		got, _ := r.Round(2, mode).Decimal(0)
		require.Equal(t, want, got, mode)
	}
}

// nearby returns the multiples of 10^-places around x, worked out on big numbers alone.
func nearby(x *big.Rat, places int) (below, above *big.Rat, oddBelow bool) {
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(places, -places))), nil))
	if places > 0 {
		unit.Inv(unit)
	}
	scaled := new(big.Rat).Quo(x, unit)
	// Div is Euclidean: for a positive divisor it is the floor.
	steps := new(big.Int).Div(scaled.Num(), scaled.Denom())
	below = new(big.Rat).Mul(new(big.Rat).SetInt(steps), unit)
	above = new(big.Rat).Set(below)
	if below.Cmp(x) != 0 {
		above.Add(below, unit)
	}
	return below, above, steps.Bit(0) == 1
}

func TestRoundAgreesWithTheDefinition(t *testing.T) {
	halves := rapid.Custom(func(t *rapid.T) *big.Rat {
		x := new(big.Rat).SetFrac64(int64s().Draw(t, "num"), 2)
		power := new(big.Int).Exp(big.NewInt(10), big.NewInt(rapid.Int64Range(0, 18).Draw(t, "power")), nil)
		return x.Quo(x, new(big.Rat).SetInt(power))
	})
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.OneOf(rats(), halves).Draw(t, "x")
		places := rapid.IntRange(-18, 18).Draw(t, "places")
		r := FromRat(x)
		below, above, oddBelow := nearby(x, places)
		requireSame(t, below, r.Floor(places), "floor")
		requireSame(t, above, r.Ceil(places), "ceil")

		inner, outer := below, above
		if x.Sign() < 0 {
			inner, outer = above, below
		}
		requireSame(t, inner, r.Round(places, Down), "down")
		requireSame(t, outer, r.Round(places, Up), "up")

		middle := new(big.Rat).Add(below, above)
		middle.Mul(middle, big.NewRat(1, 2))
		nearest, even := below, below
		if x.Cmp(middle) > 0 {
			nearest, even = above, above
		} else if x.Cmp(middle) == 0 {
			nearest = outer
			if oddBelow {
				even = above
			}
		}
		requireSame(t, nearest, r.Round(places, HalfUp), "half_up")
		requireSame(t, even, r.Round(places, HalfEven), "half_even")
	})
}

func TestReversalRoundsToTheExactOpposite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := FromRat(rats().Draw(t, "x"))
		places := rapid.IntRange(-18, 18).Draw(t, "places")
		for _, mode := range modes() {
			there := r.Round(places, mode)
			require.Equal(t, there.Neg().String(), r.Neg().Round(places, mode).String(), mode)
			require.Equal(t, there.String(), there.Round(places, mode).String(), "rounding twice is rounding once")
		}
	})
}

func TestRoundRefusesToGuess(t *testing.T) {
	for name, call := range map[string]func(){
		"no mode":          func() { Int(1).Round(2, 0) },
		"unknown mode":     func() { Int(1).Round(2, Down+1) },
		"19 places":        func() { Int(1).Round(19, HalfUp) },
		"-19 places":       func() { Int(1).Round(-19, HalfUp) },
		"negative digits":  func() { Int(1).Decimal(-1) },
		"ceil, 19 places":  func() { Int(1).Ceil(19) },
		"floor, 19 places": func() { Int(1).Floor(19) },
	} {
		require.Panics(t, call, name)
	}
}

func TestModeTextRoundTrips(t *testing.T) {
	for text, mode := range map[string]Mode{"half_up": HalfUp, "half_even": HalfEven, "up": Up, "down": Down} {
		require.True(t, mode.Valid())
		got, err := ParseMode(text)
		require.NoError(t, err)
		require.Equal(t, mode, got)
		written, err := mode.MarshalText()
		require.NoError(t, err)
		require.Equal(t, text, string(written))
		var back Mode
		require.NoError(t, back.UnmarshalText(written))
		require.Equal(t, mode, back)
	}
}

func TestUnknownModeIsRefused(t *testing.T) {
	for _, text := range []string{"", "HALF_UP", "half-up", "nearest", "Mode(0)", "half_up "} {
		_, err := ParseMode(text)
		require.ErrorIs(t, err, ErrMode, text)
		kept := HalfEven
		require.ErrorIs(t, kept.UnmarshalText([]byte(text)), ErrMode)
		require.Equal(t, HalfEven, kept, "a refused text changes nothing")
	}
	for _, mode := range []Mode{0, Down + 1, 255} {
		require.False(t, mode.Valid())
		_, err := mode.MarshalText()
		require.ErrorIs(t, err, ErrMode)
	}
	require.Equal(t, "Mode(0)", Mode(0).String())
}
