package exact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
)

func TestFractionIsInLowestTerms(t *testing.T) {
	for _, text := range []string{"0", "13", "-1/748", "833/31"} {
		var f exact.Fraction
		require.NoError(t, f.UnmarshalText([]byte(text)), text)
		back, err := f.MarshalText()
		require.NoError(t, err)
		require.Equal(t, text, string(back))
	}
	kept := exact.Fraction{Ratio: exact.Int(7)}
	for _, text := range []string{"", "2/4", "1/0", "1/-2", "+1", "01", "1.5", "1/2/3", "-0", "3/1", "1e3", " 1", strings.Repeat("1", 1<<15+1)} {
		require.ErrorIs(t, kept.UnmarshalText([]byte(text)), exact.ErrNumber, text)
		require.Equal(t, "7", kept.String())
	}
}

func TestFractionComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, err := exact.New(rapid.Int64().Draw(t, "num"), rapid.Int64Range(1, 1<<62).Draw(t, "den"))
		require.NoError(t, err)
		text, err := json.Marshal(exact.Fraction{Ratio: r.Mul(r)})
		require.NoError(t, err)
		var back exact.Fraction
		require.NoError(t, json.Unmarshal(text, &back))
		require.True(t, back.Equal(r.Mul(r)))
	})
}
