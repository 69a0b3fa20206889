package approval_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
)

func TestKeyIsNamedAndLongEnough(t *testing.T) {
	_, err := approval.NewHMAC("", bytes.Repeat([]byte("k"), 32))
	requireCode(t, err, approval.ErrText)
	_, err = approval.NewHMAC("2026", bytes.Repeat([]byte("k"), 31))
	requireCode(t, err, approval.ErrSeal)
	_, err = sealer(t).Accepting("2026", bytes.Repeat([]byte("o"), 32))
	requireCode(t, err, approval.ErrSeal)
}

func TestZeroKeySealsAndVerifiesNothing(t *testing.T) {
	var none approval.HMAC
	_, err := none.Sign([]byte("message"))
	requireCode(t, err, approval.ErrSeal)
	requireCode(t, none.Verify([]byte("message"), approval.Seal{}), approval.ErrSeal)
	_, err = none.Accepting("2025", bytes.Repeat([]byte("o"), 32))
	requireCode(t, err, approval.ErrSeal)
}

func TestKeysAreReplaced(t *testing.T) {
	old := sealer(t)
	was, err := old.Sign([]byte("message"))
	require.NoError(t, err)
	next, err := approval.NewHMAC("2027", bytes.Repeat([]byte("n"), 32))
	require.NoError(t, err)
	requireCode(t, next.Verify([]byte("message"), was), approval.ErrSeal)

	both, err := next.Accepting("2026", bytes.Repeat([]byte("k"), 32))
	require.NoError(t, err)
	require.NoError(t, both.Verify([]byte("message"), was))
	is, err := both.Sign([]byte("message"))
	require.NoError(t, err)
	require.Equal(t, "2027", is.Key)
	require.NotEqual(t, was.Sum, is.Sum)
	requireCode(t, next.Verify([]byte("message"), was), approval.ErrSeal) // Accepting changed no other HMAC

	is.Key = "2026" // the sum of one key under the name of another
	requireCode(t, both.Verify([]byte("message"), is), approval.ErrSeal)
	was.Sum = was.Sum[:16]
	requireCode(t, both.Verify([]byte("message"), was), approval.ErrSeal)
}

func TestSealIsOfTheKeysName(t *testing.T) {
	secret := bytes.Repeat([]byte("k"), 32)
	one, err := approval.NewHMAC("one", secret)
	require.NoError(t, err)
	both, err := one.Accepting("two", secret)
	require.NoError(t, err)
	seal, err := both.Sign([]byte("message"))
	require.NoError(t, err)
	seal.Key = "two"
	requireCode(t, both.Verify([]byte("message"), seal), approval.ErrSeal)
}

func TestSecretIsCopied(t *testing.T) {
	secret := bytes.Repeat([]byte("k"), 32)
	h, err := approval.NewHMAC("2026", secret)
	require.NoError(t, err)
	before, err := h.Sign(nil)
	require.NoError(t, err)
	secret[0]++
	after, err := h.Sign(nil)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// A recorder takes what a failing assertion would print.
type recorder struct{ out *bytes.Buffer }

func (r recorder) Errorf(format string, args ...any) { fmt.Fprintf(r.out, format, args...) }

func TestSecretIsNeverPrinted(t *testing.T) {
	marker := []byte("MARKER-of-a-secret-that-is-long-enough")
	h, err := approval.NewHMAC("2026", marker)
	require.NoError(t, err)
	type holder struct {
		Exported approval.HMAC
		hidden   approval.HMAC
		Any      any
	}
	in := holder{h, h, &h}
	var out bytes.Buffer
	for _, v := range []any{h, &h, in, &in, []any{in}, map[string]any{"k": in}} {
		for _, verb := range "vsqxXdTtbcoUeEfFgGp" {
			for _, flags := range []string{"", "+", "#", "-", " ", "0", "20.5"} {
				fmt.Fprintf(&out, "%"+flags+string(verb)+"\n", v)
			}
		}
		data, err := json.Marshal(v)
		require.NoError(t, err)
		out.Write(data)
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "k", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "k", v)
		assert.Equal(recorder{&out}, v, "other")
	}
	data, err := xml.Marshal(h)
	require.NoError(t, err)
	out.Write(data)
	fmt.Fprintln(&out, h, fmt.Errorf("%v", h))

	require.Contains(t, out.String(), "[sealing key]")
	list := strings.Trim(fmt.Sprint(marker[:8]), "[]")
	for _, trace := range []string{"MARKER", hex.EncodeToString(marker[:8]), strings.ToUpper(hex.EncodeToString(marker[:8])),
		base64.StdEncoding.EncodeToString(marker[:6]), list,
		strings.ReplaceAll(list, " ", ", ")} {
		require.NotContains(t, out.String(), trace)
	}
	require.NotNil(t, in.hidden)
}
