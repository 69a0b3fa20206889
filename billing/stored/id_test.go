package stored_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/stored"
)

// Ids that hosts have stored never change: these were written once and for all.
func TestIDsNeverChange(t *testing.T) {
	item := stored.NewID("item", stored.ID{}, "2026-07-A-1001", nil)
	leg := stored.NewID("leg", item, stored.Ordinal(1), stored.AppendInt(nil, 12340))
	require.Equal(t, "71582f8f-28f8-5a1e-a38d-529c2af2cf20", item.String())
	require.Equal(t, "bdf39409-2e0a-5970-a901-816474f3e6cf", leg.String())
	require.Equal(t, leg, stored.NewID("leg", item, "1", stored.AppendInt(nil, 12340)), "the same again")
}

// An id is the UUIDv5 of RFC 9562 section 5.5: the SHA-1 of the space and the name, with the bits of version and variant.
func TestIDIsAUUIDOfVersion5(t *testing.T) {
	// The space is itself the version 5 of this module's address, among URLs.
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/headgate-dev/headgate"))
	rapid.Check(t, func(t *rapid.T) {
		q := drawnName(t)
		q.content += strings.Repeat("x", rapid.IntRange(0, 400).Draw(t, "long"))
		name := stored.AppendBytes(stored.AppendText(stored.AppendID(stored.AppendKind(nil, q.kind), q.parent), q.key), []byte(q.content))
		require.Equal(t, stored.ID(uuid.NewSHA1(space, name)), stored.NewID(q.kind, q.parent, q.key, []byte(q.content)))
	})
}

// quadruple is what an id is made of.
type quadruple struct {
	kind    string
	parent  stored.ID
	key     string
	content string
}

func (q quadruple) id() stored.ID { return stored.NewID(q.kind, q.parent, q.key, []byte(q.content)) }

// drawnName draws texts that try to run into each other: of few letters, among them those that parts begin with.
func drawnName(t *rapid.T) quadruple {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("ktxu\x00\x01\x02")), 0, 4, -1)
	parents := []stored.ID{{}, stored.NewID("p", stored.ID{}, "", nil), stored.NewID("", stored.ID{}, "p", nil)}
	return quadruple{text.Draw(t, "kind"), rapid.SampledFrom(parents).Draw(t, "parent"), text.Draw(t, "key"), text.Draw(t, "content")}
}

// Things that differ in kind, parent, key or content have different ids, wherever one text ends and the next begins.
func TestNoTwoThingsHaveOneID(t *testing.T) {
	t.Run("one thing different", func(t *testing.T) {
		one := quadruple{kind: "leg", key: "1", content: "c"}
		for _, other := range []quadruple{
			{kind: "item", key: "1", content: "c"},
			{kind: "leg", parent: one.id(), key: "1", content: "c"},
			{kind: "leg", key: "2", content: "c"},
			{kind: "leg", key: "1", content: "d"},
		} {
			require.NotEqual(t, one.id(), other.id(), "%q", other)
		}
	})
	t.Run("one text cut in three", func(t *testing.T) {
		for _, text := range []string{"legleg", "t\x01t\x01x\x01x", "kkk\x00t\x00x"} {
			seen := map[stored.ID]bool{}
			for i := range len(text) + 1 {
				for j := i; j <= len(text); j++ {
					id := quadruple{kind: text[:i], key: text[i:j], content: text[j:]}.id()
					require.False(t, seen[id], "%q cut at %d and %d", text, i, j)
					seen[id] = true
				}
			}
		}
	})
	// Parts that hold what stands between parts: they would be one, were the key or the kind written without its length.
	t.Run("one text made to end in another", func(t *testing.T) {
		require.NotEqual(t, quadruple{content: "x\x00"}.id(), quadruple{key: "x\x02"}.id())
		const key = "abt\x02cd"
		parent := stored.ID([]byte("PPPuQQQQQQQQQQQQ"))
		require.NotEqual(t, quadruple{parent: parent, key: key}.id(), quadruple{kind: "uPPP", parent: stored.ID([]byte("QQQQQQQQQQQQt\x06ab")), key: "cd"}.id())
	})
	t.Run("drawn", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			a, b := drawnName(t), drawnName(t)
			require.Equal(t, a == b, a.id() == b.id(), "%q %q", a, b)
		})
	})
}

func TestTwoEqualThingsStayTwo(t *testing.T) {
	check := stored.NewID("remittance", stored.ID{}, "lockbox 2026-07-14", nil)
	stub := []byte("12340")
	require.NotEqual(t, stored.NewID("stub", check, stored.Ordinal(1), stub), stored.NewID("stub", check, stored.Ordinal(2), stub))
}

func TestIDIsReadOnlyAsItWasWritten(t *testing.T) {
	const text = "6ba7b810-9dad-51d1-80b4-00c04fd430c8"
	id, err := stored.ParseID(text)
	require.NoError(t, err)
	require.Equal(t, text, id.String())
	for name, other := range map[string]string{
		"empty":            "",
		"of nothing":       "00000000-0000-0000-0000-000000000000",
		"in capitals":      strings.ToUpper(text),
		"in braces":        "{" + text + "}",
		"as a URN":         "urn:uuid:" + text,
		"without hyphens":  strings.ReplaceAll(text, "-", ""),
		"with a blank":     text + " ",
		"cut":              text[:35],
		"of version 4":     "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
		"of other variant": "6ba7b810-9dad-51d1-c0b4-00c04fd430c8",
		"private":          marker,
		"no hexadecimal":   "6ba7b810-9dad-51d1-80b4-00c04fd430cg",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := stored.ParseID(other)
			requireProblem(t, err, stored.ErrID)
			require.NotContains(t, err.Error(), marker)
			if other != "" {
				id := id
				require.ErrorIs(t, id.UnmarshalText([]byte(other)), stored.ErrID)
				require.Equal(t, text, id.String(), "it stays as it was")
			}
		})
	}
}

func TestIDOfNothingIsAnEmptyText(t *testing.T) {
	var none stored.ID
	require.True(t, none.IsZero())
	require.Empty(t, none.String())
	require.False(t, stored.NewID("", none, "", nil).IsZero())
	for _, id := range []stored.ID{none, stored.NewID("leg", none, "1", nil)} {
		data, err := json.Marshal(id)
		require.NoError(t, err)
		back := stored.NewID("other", none, "", nil)
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, id, back)
	}
}

// IDs sort as their texts do.
func TestIDsSortAsTheirTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawnName(t).id(), drawnName(t).id()
		require.Equal(t, strings.Compare(a.String(), b.String()), a.Compare(b))
		require.Equal(t, 1, a.Compare(stored.ID{}))
	})
}

func TestIDIsCheckedAgainstTheContent(t *testing.T) {
	id, other := stored.NewID("leg", stored.ID{}, "1", nil), stored.NewID("leg", stored.ID{}, "2", nil)
	require.NoError(t, id.Check("id", id))
	for _, stated := range []stored.ID{other, {}} {
		p := requireProblem(t, stated.Check("legs[0].id", id), stored.ErrID)
		require.Equal(t, "legs[0].id", p.Path)
		require.Contains(t, p.What, id.String())
	}
}
