package private_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/private"
)

func TestAMACIsOfItsKeyAndItsPurpose(t *testing.T) {
	first, err := private.NewKey([]byte("0123456789abcdef0123456789abcdef"))
	require.NoError(t, err)
	second, err := private.NewKey([]byte("another key of at least 32 bytes"))
	require.NoError(t, err)
	sum := func(key private.Key, purpose, text string) string {
		mac, err := private.NewMAC(key, purpose)
		require.NoError(t, err)
		mac.Write([]byte(text))
		return string(mac.Sum(nil))
	}
	assert.Equal(t, sum(first, "check", "12"), sum(first, "check", "12"))
	assert.NotEqual(t, sum(first, "check", "12"), sum(first, "payer", "12"))
	assert.NotEqual(t, sum(first, "check", "12"), sum(second, "check", "12"))
	assert.NotEqual(t, sum(first, "check", "12"), sum(first, "check", "13"))
	for _, purpose := range []string{"", "a\x00b"} {
		_, err = private.NewMAC(first, purpose)
		assert.ErrorIs(t, err, private.ErrKey)
	}
	_, err = private.NewMAC(private.Key{}, "check")
	assert.ErrorIs(t, err, private.ErrKey)
}
