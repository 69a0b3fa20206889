package owrs_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/problem"
)

func warnings(file *owrs.File) []string {
	var all []string
	for _, w := range file.Warnings() {
		all = append(all, fmt.Sprintf("%d:%d %s", w.Pos.Line, w.Pos.Col, w.Code))
	}
	return all
}

func TestWarnings(t *testing.T) {
	const tiered = "bill: commodity_charge\ncommodity_charge: Tiered\ntier_prices: [1, 2, 3]\n"
	const budget = "bill: commodity_charge\ncommodity_charge: Budget\nbudget: 9\ntier_prices: [1, 2, 3]\n"
	for _, c := range []struct {
		name, fields string
		want         []string
	}{
		{"nothing is wrong", tiered + "tier_starts: [0, 9, 17]", nil},
		{"starts that do not rise", tiered + "tier_starts: [0, 1, 1]", []string{"6:25 W_STARTS_ORDER"}},
		{"starts that fall", tiered + "tier_starts: [0, 9, 4]", []string{"6:25 W_STARTS_ORDER"}},
		{"starts that do not rise in a budget", budget + "tier_starts: [0, 9, 4]", []string{"7:25 W_STARTS_ORDER"}},
		{"a fractional start", tiered + "tier_starts: [0, 14.062, 17]", []string{"6:22 W_FRACTIONAL_START"}},
		{"is nothing special in a budget", budget + "tier_starts: [0, 14.062, 17]", nil},
		{"a first start of 1", tiered + "tier_starts: [1, 9, 17]", []string{"6:19 W_FIRST_START"}},
		{"a first start of 5 in a budget", budget + "tier_starts: [5, 9, 100%]", []string{"7:19 W_FIRST_START"}},
		{"starts that are not read", "bill: 1\ntier_starts: [1, 1, 1.5]", nil},
		{"starts in a map", tiered + "tier_starts: {depends_on: k, values: {a: [0, 2, 3], b: [1, 2, 3]}}", []string{"6:61 W_FIRST_START"}},
		{"maps with other keys", "bill: a+b\na:\n  depends_on: k\n  values: {x: 1, y: 2}\nb:\n  depends_on: [k]\n  values: {x: 1, z: 2}", []string{"4:5 W_MAP_KEYS", "7:5 W_MAP_KEYS"}},
		{"a map with fewer keys", "bill: a+b\na: {depends_on: k, values: {x: 1, y: 2}}\nb: {depends_on: k, values: {x: 1}}", []string{"5:5 W_MAP_KEYS"}},
		{"maps over other names", "bill: a+b\na: {depends_on: k, values: {x: 1}}\nb: {depends_on: m, values: {z: 1}}", nil},
		{"maps alike", "bill: a+b\na: {depends_on: k, values: {x: 1, y: 2}}\nb: {depends_on: k, values: {y: 1, x: 2}}", nil},
		{"a key without effect", "bill: a\na: {depends_on: k, area_starts: [1, 2], values: {x: 1}}", []string{"4:24 W_IGNORED_KEY"}},
		{"a charge that the bill leaves out", "bill: 1\nfixed_drought_surcharge: 2\nvariable_wastewater_charge: 3*usage_ccf", []string{"4:5 W_UNBILLED", "5:5 W_UNBILLED"}},
		{"a charge of zero", "bill: 1\nfixed_drought_surcharge: 0\nfixed_wastewater_charge: {depends_on: k, values: {x: 0.00, y: [0]}}", nil},
		{"a charge that the bill reads", "bill: a\na: 1+fixed_drought_surcharge\nfixed_drought_surcharge: 2", nil},
		{"service and commodity may be left out", "bill: 1\nservice_charge: 2\ncommodity_charge: 3", nil},
		{"a divisor like 748", "bill: 2*a*(1/178)", []string{"3:11 W_CONVERSION"}},
		{"748", "bill: 2*a*(1/748)+1/12+1/1000+1/748.052+31/365", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, warnings(parse(t, home(c.fields))))
		})
	}
}

func TestWarningsOfTheMetadata(t *testing.T) {
	file := parse(t, "metadata:\n  effective_date: someday\n  bill_unit: bucket\n"+home("bill: 1"))
	require.Equal(t, []string{"2:19 W_DATE", "3:14 W_UNIT"}, warnings(file))
	require.Empty(t, warnings(parse(t, "metadata: {effective_date: 7/1/2024, bill_unit: ccf}\n"+home("bill: 1"))))
	require.Empty(t, warnings(parse(t, "metadata: {effective_date:, bill_unit:}\n"+home("bill: 1"))))
}

func TestWarningsSayWhatToDo(t *testing.T) {
	file := parse(t, home("bill: a+b\na: {depends_on: k, values: {x: 1, y: 2, z: 3}}\nb: {depends_on: k, values: {x: 1}}"))
	w := file.Warnings()
	require.Len(t, w, 1)
	require.EqualError(t, w[0], `f:5:5: W_MAP_KEYS: rate_structure.HOME.b: b has no value for "y" (nor for 1 more), which a on line 4 has: such customers may have no bill; write the keys alike, and state all of them`)
	var codes []problem.Code
	for _, name := range []string{"tiered.owrs", "budget.owrs", "choice.owrs", "starts.owrs"} {
		for _, w := range testdata(t, name).Warnings() {
			codes = append(codes, w.Code)
		}
	}
	require.Empty(t, codes)
}
