package private_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/problem"
)

// FuzzText gives one text to every constructor. What one takes comes back from storage as it was given, is printed nowhere, and
// is its own equal; what one refuses is refused with a code of this package and a remedy, and by every other way in.
func FuzzText(f *testing.F) {
	for _, s := range subjects() {
		f.Add(s.plain)
		f.Add(s.other)
	}
	for _, text := range []string{
		"", " a", "a\n", "a\r\nb", "\xff", "\ufffd", "\u202e", "[private name]", "****6789", "XXXX6789", "a@b.c", "a@b", "<a@b.c>", "+1 (559) 555-0100 x1",
		"12345-6", "021000022", "000000000", "null", `"`, `\u0041`, "&<>", strings.Repeat("é", 201), "İ@b.c", "\u2028",
	} {
		f.Add(text)
	}
	key := testKey(f, 1)
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range subjects() {
			v, err := s.make(text)
			if err != nil {
				requireRefused(t, s, v, text, err)
				continue
			}
			r := s.reveal(v)
			require.Equal(t, text, r.Text())
			back := s.wire()
			data, err := json.Marshal(r)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(data, back))
			require.Equal(t, text, back.(revealed).Text())

			other, err := s.make(text)
			require.NoError(t, err)
			same, err := s.equal(key, v, other)
			require.NoError(t, err)
			require.True(t, same)

			masked, err := json.Marshal(v)
			require.NoError(t, err)
			require.ErrorIs(t, json.Unmarshal(masked, s.zero()), private.ErrMask)
			mask := "[private " + s.word + "]"
			require.Equal(t, strings.Repeat(mask, 6), fmt.Sprintf("%v%+v%#v%s%q%x", v, v, r, r, v, r))
		}
	})
}

func requireRefused(t *testing.T, s subject, v any, text string, err error) {
	t.Helper()
	require.True(t, s.reveal(v).IsZero())
	var found *problem.Error
	require.ErrorAs(t, err, &found)
	require.True(t, slices.Contains([]problem.Code{private.ErrText, private.ErrMask}, found.Code), found.Code)
	require.NotEmpty(t, found.Fix)
	if text == "" {
		return // what is stored for nothing known
	}
	require.ErrorIs(t, s.zero().(interface{ UnmarshalText([]byte) error }).UnmarshalText([]byte(text)), found.Code)
	require.ErrorIs(t, s.wire().(interface{ Scan(any) error }).Scan(text), found.Code)
}
