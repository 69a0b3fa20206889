package ratecheck

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// Values by their first digits are numbered without a gap, and found again.
func TestIndexOfFirstDigits(t *testing.T) {
	for _, digits := range []int{1, 4, 5} {
		last := -1
		for i := range int(powers[digits]) * 8 {
			v := valueOf(i, digits)
			require.Equal(t, i, indexOf(v, digits))
			require.Greater(t, int(v), last)
			if i > 0 {
				require.Equal(t, i-1, indexOf(v-1, digits), "%d", v)
			}
			last = int(v)
		}
		require.Positive(t, indexOf(1<<63, digits))
		require.LessOrEqual(t, valueOf(indexOf(1<<63, digits), digits), uint64(1<<63))
	}
}

func TestLiteralsOfFormulas(t *testing.T) {
	for text, want := range map[string][]string{
		"12 * usage": {"12"}, "min(usage, winter_average_2, 12.50)": {"12.50"}, "a1.b2 + .5": {".5"}, "round(usage / 748, 2, half_up)": {"748", "2"}, "x": nil, "-3-4": {"3", "4"},
	} {
		var got []string
		for _, at := range literalPlaces(text) {
			got = append(got, text[at[0]:at[1]])
		}
		require.Equal(t, want, got, text)
	}
	w := rewriter{change: func(l leaf) decimal.Decimal { return l.number.Neg() }}
	require.Equal(t, "min(usage2, (-12.5))*(-3)", w.formula("min(usage2, 12.5)*3", leaf{}))
}

func TestSizesOfMeters(t *testing.T) {
	for text, want := range map[string]string{"5/8": "5/8", `3/4"`: "3/4", "1 1/2": "3/2", `1|1/2"`: "3/2", "1-1/2": "3/2", "2": "2", "0.75": "3/4", "residential": "", "": "", "1/0": "", "a b/c": "", "0": ""} {
		size, ok := sizeText(text)
		require.Equal(t, want != "", ok, text)
		if ok {
			require.Equal(t, want, size.String(), text)
		}
	}
}
