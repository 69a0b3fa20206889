package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/metering"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestOrNoneIsStatedOrRefused(t *testing.T) {
	var unset policy.OrNone[metering.Volume]
	require.False(t, unset.Stated())
	require.Equal(t, "not stated", unset.String())
	_, err := unset.MarshalText()
	require.ErrorIs(t, err, policy.ErrNotStated)
	require.ErrorIs(t, unset.UnmarshalText(nil), policy.ErrNotStated)
	require.ErrorIs(t, unset.UnmarshalText([]byte("25000")), metering.ErrVolume)
	require.False(t, unset.Stated(), "an error leaves it as it was")
	var whole policy.OrNone[int]
	require.ErrorIs(t, whole.UnmarshalText([]byte("3")), policy.ErrNotStated)
	require.Equal(t, "3", string(must(policy.Of(3).MarshalText())))
	_, is := policy.None[metering.Volume]().Value()
	require.False(t, is)
	require.True(t, policy.None[metering.Volume]().Stated())
	for _, text := range []string{"none", "25000 gal"} {
		require.NoError(t, unset.UnmarshalText([]byte(text)))
		require.Equal(t, text, string(must(unset.MarshalText())))
		require.Equal(t, text, unset.String())
	}
	// Money for programs and for people is written differently.
	five := policy.Of(money.Cents(500))
	require.Equal(t, "5.00", string(must(five.MarshalText())))
	require.Equal(t, "$5.00", five.String())
}

func FuzzOrNone(f *testing.F) {
	for _, text := range []string{"", "none", "1", "25000", "1.5", "-1", "none "} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var o policy.OrNone[exact.Number]
		if o.UnmarshalText([]byte(text)) != nil {
			require.False(t, o.Stated())
			return
		}
		require.True(t, o.Stated())
		var again policy.OrNone[exact.Number]
		require.NoError(t, again.UnmarshalText(must(o.MarshalText())))
		require.Equal(t, o, again)
	})
}
