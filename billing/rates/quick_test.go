package rates_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What a program prices is, to the last digit of every line, what exact fractions price.
func TestProgramsPriceLinesAsFractionsDo(t *testing.T) {
	quick, lines := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		n := quickAgrees(t)
		if n > 0 {
			quick++
		}
		lines += n
	})
	require.True(t, testing.Short() || quick > 20 && lines > 40, "the law would be next to empty")
}

func FuzzLinesAgainstExact(f *testing.F) {
	fuzzDrawn(f, 1, func(t *rapid.T) { quickAgrees(t) })
}

func quickAgrees(t *rapid.T) (lines int) {
	d := &drawer{T: t, calm: rapid.Bool().Draw(t, "calm")}
	s := d.schedule()
	engine := compiled(t, s)
	for range 4 {
		in := d.input(s)
		if d.one(2) {
			in.Changes, in.Meters = nil, nil
		}
		if d.one(3) {
			in.Usage = usageAtBounds(d, s.Unit)
		}
		quote, ok := engine.PriceQuickly(in)
		if !ok {
			continue
		}
		want, err := engine.PriceSlowly(in)
		require.NoError(t, err)
		require.Equal(t, told(want, nil), told(quote, nil))
		lines += len(slices.Collect(quote.Lines()))
	}
	return lines
}
