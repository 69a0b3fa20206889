package hangs_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/internal/hangs"
	"github.com/headgate-dev/headgate/billing/rates"
)

func formula(text string) rates.Formula { return rates.Formula{Text: text} }

// TestNamesAreReadThroughDefinitions has every rule and value that can read a name, and definitions that read each other.
func TestNamesAreReadThroughDefinitions(t *testing.T) {
	v := rates.Version{Definitions: []rates.Definition{
		{Name: "indoor", Value: formula("people * 55 + base")}, {Name: "round", Value: formula("around")}, {Name: "around", Value: formula("round + x_1.y")},
	}}
	for want, rule := range map[string]rates.Rule{
		"base indoor people":    rates.Fixed{Amount: formula("(indoor)+2")},
		"price usage":           rates.PerUnit{Price: rates.Name("price")},
		"flow price":            rates.PerUnit{Of: rates.Name("flow"), Price: rates.Name("price")},
		"around round x_1.y":    rates.Computed{Amount: rates.Name("round")},
		"class size table_else": rates.Fixed{Amount: rates.Table{By: []string{"class"}, Rows: []rates.Row{{Value: rates.Name("size")}}, Else: rates.Name("table_else")}},
		"a b c":                 rates.Fixed{Amount: rates.List{rates.Name("a"), rates.Joined{Names: []string{"b", "c"}}}},
		"p upper usage":         rates.Tiered{Tiers: rates.TierList{{UpTo: rates.Name("upper"), Price: rates.Name("p")}}},
		"columns flow starts":   rates.Tiered{Of: rates.Name("flow"), Tiers: rates.TierColumns{From: rates.Name("starts"), Prices: rates.Name("columns")}},
		"rate":                  rates.Percent{Of: []string{"water"}, Rate: rates.Name("rate")},
		"least":                 rates.Minimum{Of: []string{"water"}, Amount: rates.Name("least")},
		"amount cap percent":    rates.Credit{Of: []string{"water"}, Amount: rates.Name("amount"), Percent: rates.Name("percent"), Cap: rates.Name("cap")},
	} {
		names := slices.Sorted(maps.Keys(hangs.Names(v, rates.Charge{Rule: rule})))
		require.Equal(t, want, join(names))
	}
	require.Equal(t, []string{"usage"}, slices.Sorted(maps.Keys(hangs.NamesOfQuantity(v, nil))))
	when := rates.Charge{Rule: rates.Fixed{Amount: rates.Name("a")}, When: []rates.Condition{{Fact: "round"}}, Meters: []rates.Condition{{Fact: "use"}}}
	require.Equal(t, "a around round use x_1.y", join(slices.Sorted(maps.Keys(hangs.Names(v, when)))), "conditions too, through definitions")
	require.Equal(t, "around round use x_1.y", join(slices.Sorted(maps.Keys(hangs.NamesOfConditions(v, when)))))
	for _, rule := range []rates.Rule{rates.Percent{Of: []string{"water"}}, rates.Minimum{Of: []string{"water"}}, rates.Credit{Of: []string{"water"}}} {
		require.Equal(t, []string{"water"}, hangs.Listed(rule))
	}
	require.Empty(t, hangs.Listed(rates.Fixed{}))
}

func join(names []string) string {
	text := ""
	for i, name := range names {
		if i > 0 {
			text += " "
		}
		text += name
	}
	return text
}

func TestChargesOfTheSameUnits(t *testing.T) {
	per := func(of rates.Value) rates.Charge { return rates.Charge{Rule: rates.PerUnit{Of: of}} }
	tiers := rates.Charge{Rule: rates.Tiered{}}
	daily := per(nil)
	daily.Per = rates.Charge{}.Per + 1
	for _, c := range []struct {
		a, b rates.Charge
		same bool
	}{
		{per(nil), tiers, true},
		{per(rates.Name("flow")), per(rates.Name("flow")), true},
		{per(formula("flow")), per(formula("flow")), true},
		{per(nil), per(rates.Name("flow")), false},
		{per(formula("flow")), per(rates.Name("flow")), false},
		{per(rates.List{}), per(rates.List{}), false},
		{per(nil), daily, false},
	} {
		require.Equal(t, c.same, hangs.SameQuantity(c.a, c.b))
	}
}
