package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func TestUsageRules(t *testing.T) {
	cases := []struct {
		name            string
		rule            rates.UsageRule
		unit            metering.Unit
		usage           metering.Volume
		carried         string
		measured, bills exact.Ratio
		carries         string
	}{
		{"exact", rates.ExactUsage, metering.CCF, ccf("8.125"), "0", ratio("8.125"), ratio("8.125"), "0"},
		{"exact, of another unit", rates.ExactUsage, metering.CCF, volume("57600", metering.Gallon), "0", ratio("77"), ratio("77"), "0"},
		{"exact, a fraction that does not end", rates.ExactUsage, metering.CCF, volume("1", metering.Gallon), "0", part(77, 57600), part(77, 57600), "0"},
		{"exact, of the 748 gallons that some take for a CCF", rates.ExactUsage, metering.CCF748, volume("1496", metering.Gallon), "0", ratio("2"), ratio("2"), "0"},
		{"truncate, a rest to carry", rates.TruncateAndCarry, metering.ThousandGallons, volume("4999", metering.Gallon), "0", ratio("4.999"), ratio("4"), "0.999"},
		{"truncate, with a rest carried in", rates.TruncateAndCarry, metering.ThousandGallons, volume("4400", metering.Gallon), "0.7", ratio("4.4"), ratio("5"), "0.1"},
		{"truncate, a rest that makes the unit full", rates.TruncateAndCarry, metering.ThousandGallons, volume("4300", metering.Gallon), "0.7", ratio("4.3"), ratio("5"), "0"},
		{"truncate, whole units", rates.TruncateAndCarry, metering.ThousandGallons, kgal("4"), "0", ratio("4"), ratio("4"), "0"},
		{"truncate, nothing used", rates.TruncateAndCarry, metering.ThousandGallons, kgal("0"), "0.999", ratio("0"), ratio("0"), "0.999"},
		{"next whole unit, a part of one", rates.NextWholeUnit, metering.ThousandGallons, volume("1", metering.Gallon), "0", ratio("0.001"), ratio("1"), "0"},
		{"next whole unit, whole units", rates.NextWholeUnit, metering.ThousandGallons, kgal("13"), "0", ratio("13"), ratio("13"), "0"},
		{"next whole unit, nothing used", rates.NextWholeUnit, metering.ThousandGallons, metering.Volume{}, "0", ratio("0"), ratio("0"), "0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := schedule(perUnit("water", "1.00"))
			s.Usage, s.Unit = c.rule, c.unit
			quote := priced(t, s, rates.Input{Period: june(), Usage: c.usage, Carried: ratio(c.carried)})
			require.Len(t, quote.Usage(), 1)
			used := quote.Usage()[0]
			require.Empty(t, used.Meter)
			require.Equal(t, c.measured.String(), used.Measured.String())
			require.Equal(t, c.bills.String(), used.Usage.String())
			require.Equal(t, ratio(c.carries).String(), used.Carry.String())
			require.Equal(t, c.bills.String(), lines(quote)[0].Quantity().String())
		})
	}
}

// What twelve bills carry on is billed in the end: no water is lost, none twice.
func TestCarryLosesNothing(t *testing.T) {
	s := schedule(perUnit("water", "1.00"))
	s.Unit, s.Usage = metering.ThousandGallons, rates.TruncateAndCarry
	var carried, bills exact.Ratio
	for range 12 {
		quote := priced(t, s, rates.Input{Period: june(), Usage: volume("4333", metering.Gallon), Carried: carried})
		carried = quote.Usage()[0].Carry
		bills = bills.Add(quote.Usage()[0].Usage)
	}
	require.Equal(t, "51", bills.String())
	require.Equal(t, "249/250", carried.String())
}

// Measured usage at its largest is billed; see also TestRefusedUsage.
func TestLargestUsage(t *testing.T) {
	quote := priced(t, schedule(tiered("water", "10", "1.00", "2.00")), input("1000000000000", nil))
	require.Equal(t, "water#1 10.00, water#2 1999999999980.00", printed(lines(quote)))
	require.Equal(t, int64(1_000_000_000_000), int64(rates.MaxUsage))
}
