package remit_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

func TestAFindingIsAnErrorWithItsPlace(t *testing.T) {
	finding := &remit.Finding{Code: remit.ErrControl, Pos: problem.Pos{File: "day.bai", Line: 7}, Of: "batch 1", What: "the total is wrong", Fix: "ask the bank",
		Fails: payments.OfBatch, Control: &remit.Control{Name: "total", Stated: 109, Computed: 100, Money: true}}
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

func TestAVerdictSaysWhichLevelItIsOf(t *testing.T) {
	assert.Equal(t, "batch 1, lines 4 to 9, holds", remit.Verdict{Of: "batch 1", First: 4, Last: 9, Holds: true}.String())
	assert.Equal(t, "batch 1, lines 4 to 9, does not hold", remit.Verdict{Of: "batch 1", First: 4, Last: 9}.String())
}

func TestACountMayBeAcceptedAndMoneyMayNot(t *testing.T) {
	count := &remit.Finding{Code: remit.ErrControl, Fails: payments.OfBatch, Of: "batch 1", Control: &remit.Control{Name: "count"}}
	assert.Equal(t, payments.Fault{Level: payments.OfBatch, Of: "batch 1", What: "E_CONTROL: batch 1"}, count.Fault())
	count.Control.Money = true
	assert.True(t, count.Fault().Money)
	assert.True(t, (&remit.Finding{Code: remit.ErrTorn, Fails: payments.OfBatch}).Fault().Money)
	assert.False(t, (&remit.Finding{Code: remit.ErrControl, Fails: payments.OfBatch}).Fault().Money, "a control number")
}
