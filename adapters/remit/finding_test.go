package remit_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/problem"
)

func TestAFindingIsAnErrorWithItsPlace(t *testing.T) {
	finding := &remit.Finding{Code: remit.ErrControl, Pos: problem.Pos{File: "day.bai", Line: 7}, Of: "batch 1", What: "the total is wrong", Fix: "ask the bank",
		Fails: remit.Batch, Control: &remit.Control{Name: "total", Stated: 109, Computed: 100, Money: true}}
	assert.ErrorIs(t, finding.Err(), remit.ErrControl)
	assert.Equal(t, "day.bai:7: E_CONTROL: batch 1: the total is wrong; ask the bank", finding.String())
	finding.Field = "amount"
	assert.Equal(t, "day.bai:7: E_CONTROL: amount: the total is wrong; ask the bank", finding.String())
}

func TestAControlIsOffByWhatItStatesMore(t *testing.T) {
	for _, c := range []struct {
		stated, computed, off int64
		fits                  bool
	}{{109, 100, 9, true}, {100, 109, -9, true}, {-5, 5, -10, true}, {5, 5, 0, true}, {0, math.MinInt64, 0, false}, {math.MinInt64, 1, 0, false}, {math.MaxInt64, -1, 0, false}, {math.MaxInt64, 0, math.MaxInt64, true}} {
		off, fits := remit.Control{Stated: c.stated, Computed: c.computed}.Off()
		assert.Equal(t, c.fits, fits, "%d and %d", c.stated, c.computed)
		if fits {
			assert.Equal(t, c.off, off, "%d and %d", c.stated, c.computed)
		}
	}
}

func TestALevelAndAVerdictSayWhichTheyAre(t *testing.T) {
	words := map[remit.Level]string{remit.NoLevel: "", remit.File: "file", remit.Group: "group", remit.Batch: "batch", remit.Receipt: "receipt"}
	for level, word := range words {
		text, err := level.MarshalText()
		assert.NoError(t, err)
		assert.Equal(t, word, string(text))
	}
	assert.Equal(t, "batch 1, lines 4 to 9, holds", remit.Verdict{Of: "batch 1", First: 4, Last: 9, Holds: true}.String())
	assert.Equal(t, "batch 1, lines 4 to 9, does not hold", remit.Verdict{Of: "batch 1", First: 4, Last: 9}.String())
}
