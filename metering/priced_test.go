package metering_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// M-changeout of the policy: Cranberry Township prints 2 kgal of the old meter and 4 kgal of the new one, at 6.46 a kgal
// and 6.00 of service charge once: 44.76.
func TestAMeterExchangedWithinAPeriodIsOneBill(t *testing.T) {
	r := dials(6, metering.ThousandGallons)
	x := metering.Exchange{Record: "1", Final: actual(r, 102, "2026-10-12"), Start: actual(r, 0, "2026-10-12"), Register: r}
	x.Start.Meter = "9001"
	to := actual(r, 4, oct31)
	to.Meter = "9001"
	m := must(exchanged(base(r, 100, oct1), []metering.Exchange{x}, r, to, metering.ThousandGallons, refuse(), nil))
	usage := must(held(t, m).Billable())

	engine := must(rates.Compile(rates.Book{Name: "Cranberry Township", Schedules: []rates.Schedule{{
		ID: "water", Unit: metering.ThousandGallons, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine},
		Select: rates.ByPeriodStart, Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage,
		Versions: []rates.Version{{Source: rates.Citation{Resolution: "published rates"}, Charges: []rates.Charge{
			{ID: "service", Text: "Service charge", Rule: rates.Fixed{Amount: rates.Num("6.00")}},
			{ID: "water", Text: "Water", Rule: rates.PerUnit{Price: rates.Num("6.46")}},
		}}},
	}}}))
	quote := must(engine.Price(rates.Input{
		Schedule: "water", Period: usage.Period(), Usage: must(usage.Volume(metering.ThousandGallons, 0, exact.HalfUp)),
	}))
	require.Equal(t, int64(44_76), quote.Total.Cents())
}
