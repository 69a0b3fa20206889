package yamldoc_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
)

var format = yamldoc.Format{Name: "a test", MaxBytes: 1000, MaxNodes: 100, MaxText: 1000, MaxDepth: 10, Strict: true}

func TestReadGoesOnToTheEnd(t *testing.T) {
	for name, c := range map[string]struct {
		src    string
		faults []string // the places
		keys   []string // what could be read
		gaps   [][2]int
	}{
		"a good document":           {"a: 1\nb: 2\n", nil, []string{"a", "b"}, nil},
		"a second document":         {"a: 1\n---\na: 2\nb: 3\n", []string{"f:2:1"}, []string{"a"}, [][2]int{{2, 5}}},
		"an open quote":             {"a: 1\nb: \"x\nc: 2\n", []string{"f:2:4"}, []string{"a", "c"}, [][2]int{{2, 2}}},
		"an open quote before more": {"a: \"x\nb: \"1\"\nc: \"2\"\n", []string{"f:1:4"}, []string{"b", "c"}, [][2]int{{1, 1}}},
		"a quote below a fault":     {"a: @\nb: \"x\nc: 2\n", []string{"f:1:4", "f:2:4"}, []string{"c"}, [][2]int{{1, 1}, {2, 2}}},
		"a tab":                     {"a:\n  b: 1\n\tc: 2\n  d: 3\ne: 4\n", []string{"f:3:1"}, []string{"a", "e"}, [][2]int{{3, 3}}},
		"a byte in an open quote":   {"a: \"\xff\nb: 1\n", []string{"f:1:4", "f:1:5"}, []string{"b"}, [][2]int{{1, 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			torn := format.Read("f", []byte(c.src))
			var faults, keys []string
			for _, e := range torn.Faults {
				faults = append(faults, e.Pos.String())
			}
			for _, e := range torn.Root.Entries {
				keys = append(keys, e.Key.Text)
			}
			var gaps [][2]int
			for _, gap := range torn.Gaps {
				gaps = append(gaps, [2]int{gap.First, gap.Last})
			}
			require.Equal(t, c.faults, faults, "%v", torn.Faults)
			require.Equal(t, c.keys, keys)
			require.Equal(t, c.gaps, gaps)
		})
	}
}

func TestAGapKeepsItsText(t *testing.T) {
	torn := format.Read("f", []byte("a: 1\nb: @x\n  y\nc: 2\n"))
	require.Equal(t, []yamldoc.Gap{{First: 2, Last: 3, Text: "b: @x\n  y\n"}}, torn.Gaps)
	require.True(t, torn.In(2, 3))
	require.False(t, torn.In(3, 9))
	require.True(t, torn.Lost("@x", 1, 9))
	require.False(t, torn.Lost("@x", 3, 9))
	require.False(t, torn.Lost("z", 1, 9))
	torn = format.Read("f", []byte("a: 1\nunits @x\nc: 2\n"))
	require.True(t, torn.Lost("units", 1, 9))
	require.False(t, torn.Lost("unit", 1, 9), "units is another word")
}
