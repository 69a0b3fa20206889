package approval_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	htmltemplate "html/template"
	"log/slog"
	"strings"
	"testing"
	texttemplate "text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/headgate-dev/headgate/billing/approval"
)

func TestKeyIsNamedAndLongEnough(t *testing.T) {
	_, err := approval.NewHMAC("", secret("k"))
	requireCode(t, err, approval.ErrText)
	_, err = approval.NewHMAC("2026", secret("k")[:31])
	requireCode(t, err, approval.ErrSeal)
	_, err = sealer(t).Accepting("2026", secret("o"))
	requireCode(t, err, approval.ErrSeal)
}

func TestZeroKeySealsAndVerifiesNothing(t *testing.T) {
	var none approval.HMAC
	_, err := none.Sign([]byte("message"))
	requireCode(t, err, approval.ErrSeal)
	requireCode(t, none.Verify([]byte("message"), approval.Seal{}), approval.ErrSeal)
	_, err = none.Accepting("2025", secret("o"))
	requireCode(t, err, approval.ErrSeal)
}

func TestKeysAreReplaced(t *testing.T) {
	old := sealer(t)
	was, err := old.Sign([]byte("message"))
	require.NoError(t, err)
	next, err := approval.NewHMAC("2027", secret("n"))
	require.NoError(t, err)
	requireCode(t, next.Verify([]byte("message"), was), approval.ErrSeal)

	both, err := next.Accepting("2026", secret("k"))
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
	one, err := approval.NewHMAC("one", secret("k"))
	require.NoError(t, err)
	two, err := approval.NewHMAC("two", secret("k"))
	require.NoError(t, err)
	seal, err := one.Sign([]byte("message"))
	require.NoError(t, err)
	seal.Key = "two"
	requireCode(t, two.Verify([]byte("message"), seal), approval.ErrSeal)
}

func TestSecretIsCopied(t *testing.T) {
	own := secret("k")
	h, err := approval.NewHMAC("2026", own)
	require.NoError(t, err)
	before, err := h.Sign(nil)
	require.NoError(t, err)
	own[0]++
	after, err := h.Sign(nil)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestSecretOfOneByteIsRefused(t *testing.T) {
	for _, b := range []byte{0, 1, 'k', 0x80, 0xff} {
		_, err := approval.NewHMAC("2026", bytes.Repeat([]byte{b}, 40))
		requireCode(t, err, approval.ErrSeal)
		_, err = sealer(t).Accepting("2025", bytes.Repeat([]byte{b}, 40))
		requireCode(t, err, approval.ErrSeal)
	}
	_, err := approval.NewHMAC("2026", append(bytes.Repeat([]byte{0x80}, 39), 0x81))
	require.NoError(t, err)
}

func TestOneSecretHasOneName(t *testing.T) {
	_, err := sealer(t).Accepting("2025", secret("k"))
	requireCode(t, err, approval.ErrSeal)
	_, err = sealer(t).Accepting("2025", append(secret("k"), 0)) // the same to HMAC
	requireCode(t, err, approval.ErrSeal)
	_, err = sealer(t).Accepting("2025", secret("o"))
	require.NoError(t, err)
}

// A recorder takes what a failing assertion would print.
type recorder struct{ out *bytes.Buffer }

func (r recorder) Errorf(format string, args ...any) { fmt.Fprintf(r.out, format, args...) }

// printed is what a value gives in every way of writing it, inside others and alone.
func printed(t *testing.T, values ...any) string {
	t.Helper()
	var out bytes.Buffer
	for _, v := range values {
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
		fmt.Fprintln(&out, v)
		for _, verb := range []string{"%v", "%w", "%+w"} {
			fmt.Fprintln(&out, fmt.Errorf(verb, v))
		}
		yml, err := yaml.Marshal(v)
		fmt.Fprintln(&out, string(yml), err)
		fmt.Fprintln(&out, gob.NewEncoder(&out).Encode(v)) // refuses what it does not know, and says so
		for _, text := range []string{"{{.}}", `{{printf "%v %+v %#v %x" . . . .}}`, "<a title='{{.}}' onclick='f({{.}})'>"} {
			fmt.Fprintln(&out, texttemplate.Must(texttemplate.New("t").Parse(text)).Execute(&out, v))
			fmt.Fprintln(&out, htmltemplate.Must(htmltemplate.New("t").Parse(text)).Execute(&out, v))
		}
	}
	return out.String()
}

// requireNoTrace checks that an output has nothing of a marker, in any base.
func requireNoTrace(t *testing.T, out string, marker []byte) {
	t.Helper()
	list := strings.Trim(fmt.Sprint(marker[:8]), "[]")
	for _, trace := range []string{"MARKER", hex.EncodeToString(marker[:8]), strings.ToUpper(hex.EncodeToString(marker[:8])),
		base64.StdEncoding.EncodeToString(marker[:6]), list, strings.ReplaceAll(list, " ", ", ")} {
		require.NotContains(t, out, trace)
	}
}

// requireMask checks that a value says the same words however it is written.
func requireMask(t *testing.T, v any, mask string) {
	t.Helper()
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		require.Equal(t, mask, fmt.Sprintf(format, v))
	}
	data, err := json.Marshal(v)
	require.NoError(t, err)
	require.Equal(t, `"`+mask+`"`, string(data))
}

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
	out := printed(t, h, &h, in, &in, []any{in}, map[string]any{"k": in})
	data, err := xml.Marshal(h)
	require.NoError(t, err)
	requireMask(t, h, "[sealing key]")
	requireNoTrace(t, out+string(data), marker)
	require.NotNil(t, in.hidden)
}

func TestRestOfARowIsNeverPrinted(t *testing.T) {
	marker := []byte("MARKER of a name and an account at a bank")
	row := approval.Row{Key: "1", Rest: approval.RestOf(marker)}
	type holder struct {
		hidden approval.Row
		Any    any
	}
	in := holder{row, &row}
	out := printed(t, row.Rest, row, &row, in, []approval.Row{row}, map[string]any{"k": in})
	requireMask(t, row.Rest, "[rest of the row]")
	requireNoTrace(t, out, marker)
	require.NotEmpty(t, in.hidden.Key)

	// It is the caller's bytes no more.
	before := approval.AppendList(nil, nil, []approval.Row{row})
	require.Contains(t, string(before), string(marker), "what is digested is the plain bytes")
	marker[0]++
	require.Equal(t, before, approval.AppendList(nil, nil, []approval.Row{row}))
}
