package amount_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/internal/amount"
	"github.com/headgate-dev/headgate/billing/problem"
)

func TestAnAmountIsReadExactlyOrRefused(t *testing.T) {
	for _, c := range []struct {
		text     string
		decimals int
		cents    int64
		code     problem.Code
	}{
		{"84.10", 2, 84_10, ""}, {"84.1", 2, 84_10, ""}, {"84", 2, 84_00, ""}, {"8.85000", 2, 8_85, ""}, {"0.00", 2, 0, ""}, {"0084.10", 2, 84_10, ""}, {"999999999999999999", 0, 999_999_999_999_999_999, ""},
		{"8410", 0, 84_10, ""}, {"8410.0", 0, 84_10, ""}, {"8410.5", 0, 0, remit.ErrSubCent}, {"8.855", 2, 0, remit.ErrSubCent}, {"", 2, 0, remit.ErrField}, {".10", 2, 0, remit.ErrField}, {"84.", 2, 0, remit.ErrField},
		{"8 4", 2, 0, remit.ErrField}, {"-84", 2, 0, remit.ErrField}, {"84.1x", 2, 0, remit.ErrField}, {"1e2", 2, 0, remit.ErrField}, {"99999999999999999.00", 2, 0, remit.ErrRange}, {"1234567890123456789", 0, 0, remit.ErrRange},
	} {
		cents, code, what := amount.Cents(c.text, c.decimals)
		assert.Equal(t, c.cents, cents, c.text)
		assert.Equal(t, c.code, code, c.text)
		assert.Equal(t, code != "", what != "")
	}
}
