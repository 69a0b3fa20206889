package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/rates"
)

// metered has a charge of each kind for each meter, and one for the account.
func metered() rates.Schedule {
	s := schedule(
		perMeter(baseBy("meter_size", "small", "10.00", "large", "40.00")),
		perMeter(tiered("water", "10", "1.00", "2.00")),
		perAccount(tiered("sewer", "10", "1.00", "2.00")),
		perAccount(fixed("service", "5.00")),
		perMeter(charge("each", rates.Percent{Rate: num("10"), Of: []string{"base", "water"}})),
		perAccount(charge("all", rates.Percent{Rate: num("10"), Of: []string{"base", "water", "service"}})))
	s.Facts = []rates.Fact{changing(texts("meter_size", "small", "large"), rates.SplitByDay)}
	return s
}

func meters(usages ...string) []rates.Meter {
	all := make([]rates.Meter, len(usages))
	for i, usage := range usages {
		all[i] = rates.Meter{ID: string(rune('A' + i)), Usage: ccf(usage)}
	}
	return all
}

func TestSeveralMeters(t *testing.T) {
	in := rates.Input{Period: june(), Facts: rates.Facts{"meter_size": "small"}, Meters: meters("12", "6")}
	in.Meters[1].Facts = rates.Facts{"meter_size": "large"}
	quote := priced(t, metered(), in)
	require.Equal(t, "base@A 10.00, base@B 40.00, water#1@A 10.00, water#2@A 4.00, water#1@B 6.00, "+
		"sewer#1 10.00, sewer#2 16.00, service 5.00, each@A 2.40, each@B 4.60, all 7.50", printed(lines(quote)))
	require.Len(t, quote.Usage(), 2)
	require.Equal(t, "A", quote.Usage()[0].Meter)
	require.True(t, quote.Usage()[0].Usage.Equal(ratio("12")))
	require.Equal(t, "B", quote.Usage()[1].Meter)
	require.True(t, quote.Usage()[1].Usage.Equal(ratio("6")))
}

// One meter with facts of its own prices as an account with those facts.
func TestOneMeterIsTheAccount(t *testing.T) {
	account := priced(t, metered(), input("12", rates.Facts{"meter_size": "large"}))
	one := rates.Input{Period: june(), Facts: rates.Facts{"meter_size": "small"}, Meters: meters("12")}
	one.Meters[0].Facts = rates.Facts{"meter_size": "large"}
	quote := priced(t, metered(), one)
	require.Equal(t, "base@A 40.00, water#1@A 10.00, water#2@A 4.00, sewer#1 10.00, sewer#2 4.00, service 5.00, each@A 5.40, all 5.90", printed(lines(quote)))
	require.Equal(t, account.Total, quote.Total)

	unset := metered()
	for i := range unset.Versions[0].Charges {
		unset.Versions[0].Charges[i].Per = 0
	}
	require.Equal(t, account.Total, priced(t, unset, one).Total, "what a charge is made for need not be said for one meter")
}

// A charge that does not say what it is made for is refused where there are
// several meters; the others stay.
func TestMetersUnset(t *testing.T) {
	s := schedule(perMeter(fixed("base", "10.00")), fixed("service", "5.00"))
	quote, err := price(t, s, rates.Input{Schedule: "s", Period: june(), Meters: meters("1", "2")})
	p := requireProblem(t, err, rates.ErrMeters)
	require.Equal(t, "service", p.Path)
	require.Equal(t, "base@A 10.00, base@B 10.00", printed(lines(quote)))
}

func TestMetersWithDatedFacts(t *testing.T) {
	s := schedule(perMeter(baseBy("meter_size", "small", "10.00", "large", "40.00")))
	s.Facts = []rates.Fact{changing(texts("meter_size", "small", "large"), rates.SplitByDay)}
	two := rates.Input{Period: june(), Facts: rates.Facts{"meter_size": "small"}, Meters: meters("1", "2")}
	grown := []rates.Change{{Fact: "meter_size", Value: "large", On: day("2026-06-11")}}

	t.Run("a meter's own change", func(t *testing.T) {
		in := two
		in.Meters = meters("1", "2")
		in.Meters[1].Changes = grown
		require.Equal(t, "base@A 06-01..06-30 10.00, base@B 06-01..06-10 3.33, base@B 06-11..06-30 26.67", onDays(priced(t, s, in)))
	})
	t.Run("a change of the account is one of its meters", func(t *testing.T) {
		in := two
		in.Changes = grown
		require.Equal(t, "base@A 06-01..06-10 3.33, base@A 06-11..06-30 26.67, base@B 06-01..06-10 3.33, base@B 06-11..06-30 26.67", onDays(priced(t, s, in)))
	})
	t.Run("but not of a meter with the fact of its own", func(t *testing.T) {
		in := two
		in.Changes = grown
		in.Meters = meters("1", "2")
		in.Meters[0].Facts = rates.Facts{"meter_size": "small"}
		require.Equal(t, "base@A 06-01..06-30 10.00, base@B 06-01..06-10 3.33, base@B 06-11..06-30 26.67", onDays(priced(t, s, in)))
	})
}

// Each meter's usage is billed by the usage rule, and carries on its own.
func TestMetersCarryEach(t *testing.T) {
	s := schedule(perAccount(perUnit("water", "1.00")))
	s.Usage = rates.TruncateAndCarry
	in := rates.Input{Period: june(), Meters: meters("1.75", "2.5")}
	in.Meters[1].Carried = ratio("0.5")
	quote := priced(t, s, in)
	require.Equal(t, "water 4.00", printed(lines(quote)))
	require.True(t, quote.Usage()[0].Carry.Equal(ratio("0.75")))
	require.True(t, quote.Usage()[1].Carry.IsZero())
}

// A formula's usage is that of the meter where the charge is made for each, and
// the sum of all where it is made once.
func TestMetersInFormulas(t *testing.T) {
	of := rates.PerUnit{Of: formula("max(0, usage - 4)"), Price: num("1.00")}
	in := rates.Input{Period: june(), Meters: meters("5", "6")}
	require.Equal(t, "water@A 1.00, water@B 2.00", printed(lines(priced(t, schedule(perMeter(charge("water", of))), in))))
	require.Equal(t, "water 7.00", printed(lines(priced(t, schedule(perAccount(charge("water", of))), in))))
}
