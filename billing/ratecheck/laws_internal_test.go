package ratecheck

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// twoVersions are rates that split, prorate and have tiers, at a price.
func twoVersions(t *testing.T, price string) *rates.Engine {
	charges := func(price string) []rates.Charge {
		return []rates.Charge{
			{ID: "base", Rule: rates.Fixed{Amount: rates.Num("20")}},
			{ID: "water", Rule: rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Num("8"), Price: rates.Num("3.685")}, {Price: rates.Num(price)}}}},
			{ID: "tax", Rule: rates.Percent{Rate: rates.Num("3"), Of: []string{"base", "water"}}},
		}
	}
	engine, err := rates.Compile(rates.Book{Name: "Two versions", Schedules: []rates.Schedule{{
		ID: "home", Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: rates.SplitByDay,
		Proration: rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true, Tiers: true}, Usage: rates.ExactUsage,
		Versions: []rates.Version{{To: civil.MustDate("2027-07-01"), Charges: charges("5")}, {From: civil.MustDate("2027-07-01"), Charges: charges(price)}},
	}}})
	require.NoError(t, err)
	return engine
}

// The laws that hold of any book would be broken by an engine that contradicts itself. Here the
// bills are those of one book, and what they are compared with is of another.
func TestLawsOfTheEngineCanBreak(t *testing.T) {
	engine, other := twoVersions(t, "6"), twoVersions(t, "9")
	fresh := func() *trial {
		book := engine.Book()
		return newTrial(engine, &book.Schedules[0], nil)
	}
	for _, law := range laws {
		require.Nil(t, law.try(fresh()), law.name)
	}
	for name, try := range map[Law]func(*trial) *Breach{
		OthersIgnored: (*trial).othersIgnored, OrderIgnored: (*trial).orderIgnored, EqualAgree: (*trial).equalAgree, CausesSum: (*trial).causesSum,
		PartsShare: (*trial).partsShare, HalvesSum: (*trial).halvesSum,
	} {
		t.Run(string(name), func(t *testing.T) {
			tr := fresh()
			tr.engine = other
			b := try(tr)
			require.NotNil(t, b)
			require.NotEmpty(t, b.What)
			require.NotEmpty(t, b.Fix)
		})
	}
	t.Run(string(LinesSum), func(t *testing.T) {
		tr := fresh()
		tr.s.Rounding.Mode = exact.Down
		require.NotNil(t, tr.linesSum())
	})
}
