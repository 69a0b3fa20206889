package impactreport

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/money"
)

func TestTilesSayWhatIsTrueWithTies(t *testing.T) {
	same := func(cents int64, bills int) []int64 {
		var all []int64
		for range bills {
			all = append(all, cents)
		}
		return all
	}
	for _, c := range []struct {
		name            string
		changes         []int64
		middle, highest string
	}{
		{"all rise alike", same(56, 100),
			"rises by $0.56 At least half of the bills rise by this or less, or do not rise; at least half rise by this or more.",
			"rise by $0.56 or less or do not rise. No more than 5 of 100 bills rise by more."},
		{"all fall alike", same(-56, 100),
			"falls by $0.56 At least half of the bills fall by this or more; at least half fall by this or less, or do not fall.",
			"fall by $0.56 or more No more than 5 of 100 bills fall by less, or do not fall."},
		{"almost all stay", append(same(0, 98), 100),
			"stays the same At least half of the bills do not rise; at least half do not fall.",
			"do not rise No more than 5 of 100 bills rise."},
		{"amounts that are cut", same(1_234_56, 3),
			"rises by about $1,234.50 At least half of the bills rise by this or less, or do not rise; at least half rise by this or more. Amounts beyond $999.99 are counted by their first five digits, cut toward zero.",
			"rise by about $1,234.50 or less or do not rise. No more than 5 of 100 bills rise by more. Amounts beyond $999.99 are counted by their first five digits, cut toward zero."},
		{"falls that are cut", same(-1_000_00, 3),
			"falls by about $1,000.00 At least half of the bills fall by this or more; at least half fall by this or less, or do not fall. Amounts beyond $999.99 are counted by their first five digits, cut toward zero.",
			"fall by about $1,000.00 or more No more than 5 of 100 bills fall by less, or do not fall. Amounts beyond $999.99 are counted by their first five digits, cut toward zero."},
	} {
		t.Run(c.name, func(t *testing.T) {
			changes := changesOf(t, c.changes)
			m, h := middle(changes.Percentile(50)), highest(changes.Percentile(95))
			require.Equal(t, c.middle, m.Value+" "+m.Detail)
			require.Equal(t, c.highest, h.Value+" "+h.Detail)
		})
	}
}

// What the tiles say of bills is so, counted one by one.
func TestTilesAreTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(-99_999, 99_999), rapid.Int64Range(-2, 2)), 1, 60).Draw(t, "changes")
		changes := changesOf(t, cents)
		share := func(is func(change int64) bool) int {
			n := 0
			for _, c := range cents {
				if is(c) {
					n++
				}
			}
			return n * 100
		}
		at := func(text string) int64 {
			words := strings.Fields(text)
			sign := map[bool]int64{true: -1, false: 1}[strings.HasPrefix(words[0], "fall")]
			for _, word := range words {
				if amount, ok := strings.CutPrefix(word, "$"); ok {
					a, err := money.Parse(strings.ReplaceAll(amount, ",", ""))
					require.NoError(t, err)
					return sign * a.Cents()
				}
			}
			return 0
		}
		m, h := at(middle(changes.Percentile(50)).Value), at(highest(changes.Percentile(95)).Value)
		require.GreaterOrEqual(t, share(func(c int64) bool { return c <= m }), 50*len(cents))
		require.GreaterOrEqual(t, share(func(c int64) bool { return c >= m }), 50*len(cents))
		require.GreaterOrEqual(t, share(func(c int64) bool { return c <= h }), 95*len(cents))
		require.LessOrEqual(t, share(func(c int64) bool { return c > h }), 5*len(cents))
	})
}
