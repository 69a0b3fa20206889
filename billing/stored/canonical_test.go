package stored_test

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/stored"
)

// kind and count are parts that a Go type of their own tells from texts and numbers.
type (
	kind  string
	count int
	// moment is an instant as its bytes tell it.
	moment struct {
		seconds int64
		nanos   uint32
	}
)

// appended appends parts by the functions of the package.
func appended(b []byte, parts []any) []byte {
	for _, part := range parts {
		switch p := part.(type) {
		case kind:
			b = stored.AppendKind(b, string(p))
		case string:
			b = stored.AppendText(b, p)
		case []byte:
			b = stored.AppendBytes(b, p)
		case int64:
			b = stored.AppendInt(b, p)
		case bool:
			b = stored.AppendBool(b, p)
		case stored.ID:
			b = stored.AppendID(b, p)
		case count:
			b = stored.AppendCount(b, int(p))
		case moment:
			b = stored.AppendInstant(b, time.Unix(p.seconds, int64(p.nanos)))
		}
	}
	return b
}

var errTorn = errors.New("torn")

// decoded reads canonical bytes back. Nothing in the package does: that it can be done for any sequence of parts is the proof
// that no two have the same bytes.
func decoded(b []byte) (parts []any, err error) {
	take := func(n uint64) (data []byte) {
		if n > uint64(len(b)) {
			err = errTorn
			return nil
		}
		data, b = b[:n], b[n:]
		return data
	}
	length := func() uint64 {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			err = errTorn
			return 0
		}
		b = b[size:]
		return n
	}
	for len(b) > 0 && err == nil {
		var part any
		switch take(1)[0] {
		case 'k':
			part = kind(take(length()))
		case 't':
			part = string(take(length()))
		case 'x':
			part = append([]byte{}, take(length())...)
		case 'i':
			if data := take(8); err == nil {
				part = int64(binary.BigEndian.Uint64(data))
			}
		case 'f':
			part = false
		case 'y':
			part = true
		case 'u':
			if data := take(16); err == nil {
				part = stored.ID(data)
			}
		case 'n':
			part = count(length())
		case 'z':
			if data := take(12); err == nil {
				part = moment{int64(binary.BigEndian.Uint64(data)), binary.BigEndian.Uint32(data[8:])}
			}
		default:
			err = errTorn
		}
		parts = append(parts, part)
	}
	return parts, err
}

func drawnPart(t *rapid.T) any {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("ktxinzufy\x00\x01\x02é")), 0, 200, -1)
	switch rapid.IntRange(0, 7).Draw(t, "part") {
	case 0:
		return kind(text.Draw(t, "kind"))
	case 1:
		return text.Draw(t, "text")
	case 2:
		return []byte(text.Draw(t, "bytes"))
	case 3:
		return rapid.Int64().Draw(t, "int")
	case 4:
		return rapid.Bool().Draw(t, "bool")
	case 5:
		return stored.NewID("", stored.ID{}, text.Draw(t, "id"), nil)
	case 6:
		return count(rapid.IntRange(0, 1<<40).Draw(t, "count"))
	}
	return moment{rapid.Int64Range(-1<<40, 1<<40).Draw(t, "seconds"), rapid.Uint32Max(999_999_999).Draw(t, "nanos")}
}

// No two sequences of parts have the same bytes: each is read back from them alone.
func TestCanonicalBytesSayOneThing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Custom(drawnPart), 1, 6).Draw(t, "parts")
		b := appended(nil, parts)
		back, err := decoded(b)
		require.NoError(t, err)
		require.Equal(t, parts, back)
		before := []byte("before")
		require.Equal(t, append(before, b...), appended(before, parts), "it is appended")
	})
}

// Canonical bytes are digested, sealed and stored as digests: they never change.
func TestCanonicalBytesNeverChange(t *testing.T) {
	b := appended(nil, []any{kind("headgate.leg.1"), "water", []byte{0xff}, int64(-2), true, false, count(300), moment{1, 2}})
	b = stored.AppendID(b, stored.ID{0: 1, 15: 2})
	require.Equal(t, "k\x0eheadgate.leg.1"+"t\x05water"+"x\x01\xff"+"i\xff\xff\xff\xff\xff\xff\xff\xfe"+"y"+"f"+"n\xac\x02"+
		"z\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02"+"u\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02", string(b))
}

func TestPartsOfOtherTypesDiffer(t *testing.T) {
	seen := map[string]any{}
	for _, part := range []any{kind("1"), "1", []byte("1"), int64(1), true, false, count(1), moment{1, 0}, moment{0, 1}, kind(""), "", []byte{}, int64(0), count(0),
		int64(math.MinInt64), int64(math.MaxInt64), stored.ID{}} {
		b := string(appended(nil, []any{part}))
		require.NotContains(t, seen, b, "%v", part)
		seen[b] = part
	}
}

func TestInstantIsTheSameInEveryZone(t *testing.T) {
	at := time.Date(2026, 7, 14, 23, 30, 0, 7, time.UTC)
	want := stored.AppendInstant(nil, at)
	require.Equal(t, want, stored.AppendInstant(nil, at.In(time.FixedZone("PDT", -7*3600))))
	require.NotEqual(t, want, stored.AppendInstant(nil, at.Add(1)), "a nanosecond later")
	require.NotEqual(t, want, stored.AppendInstant(nil, at.Add(-1)), "a nanosecond before")
	require.NotEqual(t, want, stored.AppendInstant(nil, at.Add(time.Hour)))
	for _, far := range []time.Time{{}, time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)} {
		parts, err := decoded(stored.AppendInstant(nil, far))
		require.NoError(t, err)
		got := parts[0].(moment)
		require.True(t, far.Equal(time.Unix(got.seconds, int64(got.nanos))), "%v", far)
	}
}
