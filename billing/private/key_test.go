package private_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/private"
)

func TestKeyIsLongAndRandom(t *testing.T) {
	for _, secret := range [][]byte{nil, {}, []byte("short"), slices.Repeat([]byte{1, 2}, 16)[:31], make([]byte, 32), bytes.Repeat([]byte("a"), 64)} {
		key, err := private.NewKey(secret)
		require.ErrorIs(t, err, private.ErrKey)
		requireRemedy(t, err)
		require.True(t, key.IsZero())
	}
	_, err := private.NewKey(slices.Repeat([]byte{1, 2}, 16))
	require.NoError(t, err)
}

func TestKeyIsACopyOfTheSecret(t *testing.T) {
	secret := slices.Repeat([]byte{1, 2}, 16)
	key, err := private.NewKey(secret)
	require.NoError(t, err)
	name, err := private.NewName("Ada Weir")
	require.NoError(t, err)
	before, err := private.FingerprintOf(key, name)
	require.NoError(t, err)
	clear(secret)
	after, err := private.FingerprintOf(key, name)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// TestFingerprintNeverChanges holds what hosts have in their columns: a release that changed one of these would find nobody.
func TestFingerprintNeverChanges(t *testing.T) {
	key := testKey(t, 1)
	// Made by another program: HMAC-SHA256 under 32 bytes 01 07 01 07 … of "headgate.private.", the word, ".1", a zero byte and
	// the canonical form.
	golden := map[string]string{
		"name":           "882a8d70079c5c75405c8b4c923d94901e908ac611f87906c1b9b4c9a42792c2",
		"address":        "5177fa7d15649619ea0550ea9f1c826752b65b9a622c5318ca79bbaecbc1d27e",
		"e-mail":         "934b9ce487d3d3971426114b065c9ca6ee3cc76cb4d3dd9d6703b839973caaea",
		"telephone":      "80acde2bdb22844fe7ff61d7c26d04e9059d7b53c3bbb19415a1f39214ee1891",
		"bank account":   "b68f27b03e4138517d14e0f443e390356777c9c66fd12f7ce118c59b2fe01915",
		"routing number": "32617aaa699ac6dbb1f32ac1b6e341c0609bbbbf5cb442a94180c139d35cbf1c",
	}
	forEach(t, func(t *testing.T, s subject, v any) {
		got, err := s.print(key, v)
		require.NoError(t, err)
		require.Equal(t, golden[s.word], got.(private.Fingerprint).String())
	})
}

func TestCanonicalFormsAreTheSame(t *testing.T) {
	key := testKey(t, 1)
	for _, c := range []struct {
		word, a, b string
		same       bool
	}{
		{"name", "Ada Weir", "Ada  Weir", true},
		{"name", "Ada Weir", "Ada\u00a0Weir", true},
		{"name", "Ada Weir", "ADA WEIR", false},
		{"name", "Ada Weir", "AdaWeir", false},
		{"name", "José", "Jose\u0301", false},
		{"address", "1 Weir Road\nDelano", "1  Weir Road\nDelano", true},
		{"address", "1 Weir Road\nDelano", "1 Weir Road Delano", false},
		{"address", "1 Weir Road\nDelano", "1 Weir road\nDelano", false},
		{"e-mail", "ada@example.com", "ada@EXAMPLE.com", true},
		{"e-mail", "ada@example.com", "Ada@example.com", false},
		{"telephone", "559-555-0100", "(559) 555.0100", true},
		{"telephone", "559-555-0100", "+1 559-555-0100", false},
		{"bank account", "12345a", "12345A", true},
		{"bank account", "12345-6", "123456", false},
		{"bank account", "012345", "12345", false},
		{"routing number", "121042882", "121042882", true},
		{"routing number", "121042882", "021000021", false},
	} {
		s := subjectOfWord(t, c.word)
		a, err := s.make(c.a)
		require.NoError(t, err)
		b, err := s.make(c.b)
		require.NoError(t, err)
		same, err := s.equal(key, a, b)
		require.NoError(t, err)
		require.Equal(t, c.same, same, "%q and %q", c.a, c.b)
		x, err := s.print(key, a)
		require.NoError(t, err)
		y, err := s.print(key, b)
		require.NoError(t, err)
		require.Equal(t, c.same, x == y)
	}
}

func TestFingerprintsOfOtherTypesAndKeysDiffer(t *testing.T) {
	// 121042882 can be five of the six types.
	const text = "121042882"
	seen := map[private.Fingerprint]string{}
	for _, first := range []byte{1, 2} {
		key := testKey(t, first)
		for _, s := range subjects() {
			if s.word == "e-mail" {
				continue
			}
			v, err := s.make(text)
			require.NoError(t, err)
			got, err := s.print(key, v)
			require.NoError(t, err)
			mark := got.(private.Fingerprint)
			require.NotContains(t, seen, mark, s.word)
			seen[mark] = s.word
		}
	}
	require.Len(t, seen, 10)
	plain := sha256.Sum256([]byte(text))
	require.NotContains(t, seen, private.Fingerprint(plain))
}

func TestNothingIsComparedWithoutAKeyOrAValue(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, v any) {
		key, zero := testKey(t, 1), deref(s.zero())
		_, err := s.print(private.Key{}, v)
		require.ErrorIs(t, err, private.ErrKey)
		requireRemedy(t, err)
		_, err = s.print(key, zero)
		require.ErrorIs(t, err, private.ErrNone)
		requireRemedy(t, err)
		for _, c := range [][2]any{{zero, zero}, {v, zero}, {zero, v}} {
			same, err := s.equal(key, c[0], c[1])
			require.ErrorIs(t, err, private.ErrNone)
			require.False(t, same)
		}
		same, err := s.equal(private.Key{}, v, v)
		require.ErrorIs(t, err, private.ErrKey)
		require.False(t, same)
	})
}

func TestFingerprintIsReadBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark := private.Fingerprint(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "bytes"))
		data, err := json.Marshal(map[private.Fingerprint]private.Fingerprint{mark: mark})
		require.NoError(t, err)
		var back map[private.Fingerprint]private.Fingerprint
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, map[private.Fingerprint]private.Fingerprint{mark: mark}, back)
	})
	var mark private.Fingerprint
	require.NoError(t, mark.UnmarshalText(nil))
	require.True(t, mark.IsZero())
	require.Empty(t, mark.String())
	right := strings.Repeat("0f", 32)
	require.NoError(t, mark.UnmarshalText([]byte(right)))
	for _, text := range []string{
		right[1:], right + "0", right + "00", right[:62], strings.ToUpper(right), strings.Repeat("0", 64), "x" + right[1:], " " + right, right + "\n",
	} {
		err := mark.UnmarshalText([]byte(text))
		require.ErrorIs(t, err, private.ErrFingerprint, text)
		requireRemedy(t, err)
		require.Equal(t, right, mark.String(), "an error leaves the value as it was")
	}
}
