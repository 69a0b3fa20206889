package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// Two meters of an account that were read in one cycle are two usages: under one key, such as account and cycle, they would be
// taken for one that stands there twice.
func TestEachUsageOfAnAccountHasAKeyOfItsOwn(t *testing.T) {
	engine := must(rates.Compile(byMeter()))
	bill := func(first, second string) (billing.Bill, error) {
		r := request(t)
		in := must(r.Services[0].Agreement.Input(days(march)))
		in.Meters = []rates.Meter{{ID: "7088", Usage: volume("13 CCF")}, {ID: "7089", Usage: volume("2 CCF")}}
		r.Services = []billing.Service{{Agreement: r.Services[0].Agreement, Quote: must(engine.Price(in)),
			Usage: []metering.Usage{usedBy(first, "7088", 13, metering.CCF), usedBy(second, "7089", 2, metering.CCF)}}}
		return billing.NewBill(r)
	}
	_, err := bill("A-1/2026-03", "A-1/2026-03")
	require.ErrorIs(t, err, billing.ErrUsage)
	require.ErrorContains(t, err, "usage A-1/2026-03 stands there twice")
	require.Len(t, must(bill("A-1/2026-03/7088", "A-1/2026-03/7089")).Reads("1"), 2)
}
