package owrs_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/adapters/owrs"
	"github.com/headgate-dev/headgate/billing/rates"
)

// The rules are numbered as the semantics of OWRS are stated for the golden corpus.
// Amounts are worked out by hand.

type ruleTest struct{ name, fields, usage, inputs, want string }

func testRules(t *testing.T, tests []ruleTest) {
	t.Helper()
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			q, err := price(t, parse(t, home(c.fields)), "HOME", c.usage, c.inputs)
			require.Equal(t, c.want, outcome(t, q, err), "%v", err)
		})
	}
}

func TestRule1ScalarsAreTexts(t *testing.T) {
	const byFlag = `
bill:
  depends_on: flag
  values:
    True: 2
    No: 3
    .7: 4
    0123: 5
    1|1/2": 6
    2017-01-01: 7
    ~: 8`
	testRules(t, []ruleTest{
		{"True is no boolean", byFlag, "0", "flag=True", "2"},
		{"true is another text", byFlag, "0", "flag=true", "3:5 E_MAP_KEY"},
		{"No is no boolean", byFlag, "0", "flag=No", "3"},
		{".7 is not 0.7", byFlag, "0", "flag=0.7", "3:5 E_MAP_KEY"},
		{".7", byFlag, "0", "flag=.7", "4"},
		{"a leading zero stays", byFlag, "0", "flag=0123", "5"},
		{"a separator inside a key stays", byFlag, "0", `flag=1|1/2"`, "6"},
		{"a date is a text", byFlag, "0", "flag=2017-01-01", "7"},
		{"null is a text", byFlag, "0", "flag=~", "8"},
		{"quotes make no difference", `bill: "2*usage_ccf"`, "3", "", "6"},
		{"a tag makes no difference", `bill: !!str 2`, "3", "", "2"},
		{"an alias is what it repeats", "a: &a 2.5\nb: *a\nbill: a+b", "0", "", "5"},
	})
}

func TestRule1OnlyRatesAndMetadataMatter(t *testing.T) {
	file := parse(t, "author_info:\n  author:\ncapacity_charge:\n  bill: 7\n"+home("bill: 1"))
	require.Equal(t, []string{"HOME"}, file.Classes())
	q, err := price(t, file, "HOME", "0", "")
	require.Equal(t, "1", outcome(t, q, err))
}

func TestRule2Names(t *testing.T) {
	testRules(t, []ruleTest{
		{"a field", "bill: rate*usage_ccf\nrate: 1.5", "4", "", "6"},
		{"an input", "bill: rate*usage_ccf", "4", "rate=1.5", "6"},
		{"an input beats the field", "bill: rate*usage_ccf\nrate: 1.5", "4", "rate=2", "8"},
		{"an input beats a map", "bill: rate\nrate: {depends_on: zone, values: {A: 1}}", "0", "rate=2", "2"},
		{"an input beats a part", "bill: service_charge\nservice_charge: 9", "0", "service_charge=2", "2"},
		{"an input beats a list of prices", "bill: commodity_charge\ncommodity_charge: Tiered\ntier_starts: [0]\ntier_prices: [3]", "4", "tier_prices=2", "8"},
		{"usage_ccf is the usage", "bill: usage_ccf\nusage_ccf: 9", "4", "usage_ccf=7", "4"},
		{"the suffix _commodity is found", "bill: gpcd\ngpcd_commodity: 55", "0", "", "55"},
		{"the field itself comes first", "bill: gpcd\ngpcd_commodity: 55\ngpcd: 50", "0", "", "50"},
		{"an input comes before the suffix", "bill: gpcd\ngpcd_commodity: 55", "0", "gpcd=60", "60"},
		{"an input of the name with suffix is not that of the name", "bill: gpcd\ngpcd_commodity: 55", "0", "gpcd_commodity=60", "55"},
		{"never the reverse", "bill: gpcd_commodity\ngpcd: 55", "0", "", "3:11 E_MISSING_FIELD"},
		{"the bill may have the suffix", "bill_commodity: 3", "0", "", "3"},
		{"the field's own suffix comes before _commodity",
			"bill: indoor_drought\nindoor_drought: 2*gpcd\ngpcd_drought: 40\ngpcd_commodity: 55", "0", "", "80"},
		{"the suffix is that of the field, not of who reads it",
			"bill: budget_drought\nbudget_drought: indoor\nindoor: 2*gpcd\ngpcd_drought: 40\ngpcd_commodity: 55", "0", "", "110"},
		{"a part is of its family",
			"bill: variable_drought_surcharge\nvariable_drought_surcharge: flat_rate*usage_ccf\nflat_rate_drought: 0.5\nflat_rate_commodity: 9", "4", "", "2"},
		{"one name may mean two fields",
			"bill: a_drought+100*b_commodity\na_drought: gpcd\nb_commodity: gpcd\ngpcd_drought: 4\ngpcd_commodity: 5", "0", "", "504"},
		{"neither", "bill: 1+rate", "0", "", "3:11 E_MISSING_FIELD"},
		{"a name that the engine knows otherwise", "bill: days*usage+min\ndays: 3\nusage: 5", "7", "min=2", "17"},
		{"and its input", "bill: days*usage+min\ndays: 3\nusage: 5", "7", "min=2 days=4", "22"},
		{"a name with a blank", "bill: {depends_on: meter size, values: {A: 1, B: 2}}", "0", "meter size=B;", "2"},
	})
}

func TestRule3LazyInAnyOrder(t *testing.T) {
	testRules(t, []ruleTest{
		{"fields stand in any order", "bill: a\na: b\nb: c\nc: 4", "0", "", "4"},
		{"a bad field that nothing reads", "bill: 1\nbad: (\nworse: [[]]\nworst: {a: b}", "0", "", "1"},
		{"a bad value that is not chosen", "bill: {depends_on: k, values: {a: 1, b: (, c: {d: e}}}", "0", "k=a", "1"},
		{"a bad value that is chosen", "bill: {depends_on: k, values: {a: 1, b: (, c: {d: e}}}", "0", "k=b", "3:45 E_EXPR"},
		{"the first error is the code: left to right", "bill: a+b\na: none\nb: (", "0", "", "4:8 E_MISSING_FIELD"},
		{"and the other way round", "bill: b+a\na: none\nb: (", "0", "", "5:8 E_EXPR"},
		{"a product too", "bill: 0*b*a\na: none\nb: (", "0", "", "5:8 E_EXPR"},
		{"a cycle", "bill: 1+a\na: 2*b\nb: a", "0", "", "5:8 E_CYCLE"},
		{"a cycle of one", "bill: bill", "0", "", "3:11 E_CYCLE"},
		{"an input breaks a cycle", "bill: 1+a\na: 2*b\nb: a", "0", "b=3", "7"},
		{"a cycle that is not reached", "bill: {depends_on: k, values: {a: 1, b: bill}}", "0", "k=a", "1"},
	})
}

func TestRule4Maps(t *testing.T) {
	testRules(t, []ruleTest{
		{"one name", "bill: {depends_on: k, values: {a: 1, b: 2}}", "0", "k=b", "2"},
		{"a list of one", "bill: {depends_on: [k], values: {a: 1, b: 2}}", "0", "k=b", "2"},
		{"several are joined", "bill: {depends_on: [k, m], values: {a|x: 1, a|y: 2}}", "0", "k=a m=y", "2"},
		{"in their order", "bill: {depends_on: [k, m], values: {a|x: 1, a|y: 2}}", "0", "k=y m=a", "3:5 E_MAP_KEY"},
		{"joined keys are never split", "bill: {depends_on: [k, m], values: {a|b|c: 1}}", "0", "k=a|b m=c", "1"},
		{"a missing input has the place of the map", "rate: {depends_on: k, values: {a: 1}}\nbill: rate", "0", "", "3:5 E_MISSING_FIELD"},
		{"a key is never a default", "rate: {depends_on: k, values: {a: 1}}\nbill: 2*rate", "0", "k=b", "3:5 E_MAP_KEY"},
		{"nor normalized", `bill: {depends_on: k, values: {1 1/2": 1}}`, "0", `k=1|1/2";`, "3:5 E_MAP_KEY"},
		{"an empty map has no key", "bill: {depends_on: k, values: {}}", "0", "k=a", "3:5 E_MAP_KEY"},
		{"a number is compared as text", "bill: {depends_on: month, values: {4: 1}}", "0", "month=4.0", "3:5 E_MAP_KEY"},
		{"a field gives its text", "bill: {depends_on: zone, values: {A: 1, B: 2}}\nzone: B", "0", "", "2"},
		{"an input comes first", "bill: {depends_on: zone, values: {A: 1, B: 2}}\nzone: B", "0", "zone=A", "1"},
		{"a formula is a text as written", "bill: {depends_on: zone, values: {4: 1, 2+2: 2}}\nzone: 2+2", "0", "", "2"},
		{"names are looked up by family", "bill: a_drought\na_drought: {depends_on: zone, values: {A: 1, B: 2}}\nzone_drought: B\nzone_commodity: A", "0", "", "2"},
		{"a map may choose a text", "bill: {depends_on: zone, values: {A: 1, B: 2}}\nzone: {depends_on: city, values: {X: B}}", "0", "city=X", "2"},
		{"usage is a text too", "bill: {depends_on: usage_ccf, values: {15.5: 1}}", "15.5", "", "1"},
		{"a formula as value", "bill: {depends_on: k, values: {a: 2*rate}}\nrate: 1.25", "0", "k=a", "2.5"},
		{"a list as value", "bill: {depends_on: k, values: {a: [4]}}", "0", "k=a", "4"},
		{"a keyword as value", `
bill: commodity_charge
commodity_charge: {depends_on: k, values: {flat: 2*usage_ccf, tiers: Tiered}}
tier_starts: [0, 6]
tier_prices: [1, 10]`, "7", "k=tiers", "25"},
		{"lists chosen by a map", `
bill: commodity_charge
commodity_charge: Tiered
tier_starts: {depends_on: k, values: {a: [0, 6], b: 0}}
tier_prices: {depends_on: k, values: {a: [1, 10], b: 3}}`, "7", "k=b", "21"},
		{"no depends_on", "bill: {values: {a: 1}}", "0", "", "3:5 E_MAP_SHAPE"},
		{"no values", "bill: {depends_on: k}", "0", "k=a", "3:5 E_MAP_SHAPE"},
		{"values that are a list", "bill: {depends_on: k, values: [1]}", "0", "k=a", "3:5 E_MAP_SHAPE"},
		{"values that are a number", "bill: {depends_on: k, values: 1}", "0", "k=a", "3:5 E_MAP_SHAPE"},
		{"depends on a map", "bill: {depends_on: {k: m}, values: {a: 1}}", "0", "k=a", "3:5 E_MAP_SHAPE"},
		{"depends on nothing", "bill: {depends_on: [], values: {a: 1}}", "0", "k=a", "3:5 E_MAP_SHAPE"},
		{"the value found is a map", "rate: 1\nbill: {depends_on: k, values: {a: {b: 1}}}", "0", "k=a", "4:5 E_MAP_SHAPE"},
		{"a key that is a list", "bill: {depends_on: k, values: {a: 1}}\nk: [a]", "0", "", "3:5 E_TYPE"},
	})
}

func TestRule5ListsAndNumbers(t *testing.T) {
	const tiers = "bill: commodity_charge\ncommodity_charge: Tiered\n"
	testRules(t, []ruleTest{
		{"one numeric item is a number", "bill: service_charge\nservice_charge: [2.4441]", "0", "", "2.4441"},
		{"two are not", "bill: 1+service_charge\nservice_charge: [2, 3]", "0", "", "3:11 E_TYPE"},
		{"none is not", "bill: 1+service_charge\nservice_charge: []", "0", "", "3:11 E_TYPE"},
		{"a formula is not", "bill: 1+rate\nrate: [2*3]", "0", "", "3:11 E_TYPE"},
		{"nor a list in a list", "bill: 1+rate\nrate: [[2]]", "0", "", "3:11 E_TYPE"},
		{"a bill that is a list", "bill: [1, 2]", "0", "", "3:5 E_TYPE"},
		{"a number is a list of one", tiers + "tier_starts: 0\ntier_prices: 3.5", "4", "", "14"},
		{"a formula is no list", tiers + "tier_starts: 0\ntier_prices: 2*3", "4", "", "6:18 E_TYPE"},
		{"an empty list is no price", tiers + "tier_starts: []\ntier_prices: []", "4", "", "5:18 E_TYPE"},
		{"nor is nothing", tiers + "tier_starts:\ntier_prices:", "4", "", "5:17 E_TYPE"},
		{"a list in a list of prices", tiers + "tier_starts: [0, 2]\ntier_prices: [1, [2]]", "4", "", "6:22 E_TYPE"},
	})
}

func TestRule6TiersByTheNameOfThePart(t *testing.T) {
	testRules(t, []ruleTest{
		{"commodity_charge", "bill: commodity_charge\ncommodity_charge: Tiered\ntier_starts: [0, 3]\ntier_prices: [1, 10]", "4", "", "22"},
		{"its lists may have the suffix", "bill: commodity_charge\ncommodity_charge: Tiered\ntier_starts_commodity: [0, 3]\ntier_prices_commodity: [1, 10]", "4", "", "22"},
		{"sewer_charge", "bill: sewer_charge\nsewer_charge: Tiered\nsewer_tier_starts: [0, 3]\nsewer_tier_prices_commodity: [1, 10]\ntier_starts: [0]\ntier_prices: [7]", "4", "", "22"},
		{"a budget for sewer", "bill: sewer_charge\nsewer_charge: Budget\nsewer_tier_starts: [0, indoor, 100%]\nsewer_tier_prices: [1, 10, 100]\nindoor: 1\nbudget: 90\nsewer_budget: 3", "4", "", "121"},
		{"drought", "bill: old_drought_fee\nold_drought_fee: Budget\ntier_starts_drought: [0, outdoor, 100%]\ntier_prices_drought: [1, 10, 100]\noutdoor_drought: 1\noutdoor: 90\nbudget: 90\nbudget_drought: 3", "4", "", "121"},
		{"wastewater", "bill: variable_wastewater_charge\nvariable_wastewater_charge: Budget\ntier_starts_wastewater: [0, indoor, 100%]\ntier_prices_wastewater: [1, 10, 100]\nindoor_wastewater: 1\nindoor: 90\nbudget_wastewater: 3", "4", "", "121"},
		{"another part", "bill: pumping_charge\npumping_charge: Tiered\ntier_starts: [0]\ntier_prices: [1]", "4", "", "4:21 E_TIER_FAMILY"},
		{"a field that another part reads", "bill: commodity_charge\ncommodity_charge: budget\nbudget: Tiered", "4", "", "5:13 E_TIER_FAMILY"},
		{"a budget that is one", "bill: commodity_charge\ncommodity_charge: budget\nbudget: Budget", "4", "", "5:13 E_TIER_FAMILY"},
		{"the words have capitals", "bill: commodity_charge\ncommodity_charge: tiered\ntier_starts: [0]\ntier_prices: [1]", "4", "", "4:23 E_MISSING_FIELD"},
		{"starts come first", "bill: commodity_charge\ncommodity_charge: Tiered", "4", "", "4:23 E_MISSING_FIELD"},
		{"then prices", "bill: commodity_charge\ncommodity_charge: Tiered\ntier_starts: [0, none]", "4", "", "4:23 E_MISSING_FIELD"},
		{"then their number", "bill: commodity_charge\ncommodity_charge: Tiered\ntier_starts: [0, none]\ntier_prices: [none]", "4", "", "5:5 E_TIER_LEN"},
		{"then each price", "bill: commodity_charge\ncommodity_charge: Tiered\ntier_starts: [0, (]\ntier_prices: [1, none]", "4", "", "6:22 E_MISSING_FIELD"},
		{"then each start", "bill: commodity_charge\ncommodity_charge: Tiered\ntier_starts: [0, (]\ntier_prices: [1, 2]", "4", "", "5:22 E_EXPR"},
		{"a price may be a formula", "bill: commodity_charge\ncommodity_charge: Tiered\ntier_starts: [0, 3]\ntier_prices: [1, rate*2]\nrate_commodity: 5", "4", "", "22"},
		{"a share needs a budget", "bill: commodity_charge\ncommodity_charge: Tiered\ntier_starts: [0, 50%]\ntier_prices: [1, 2]", "4", "", "5:22 E_PCT_IN_TIERED"},
		{"a first start of a budget", "bill: commodity_charge\ncommodity_charge: Budget\ntier_starts: [indoor, 50%]\ntier_prices: [1, 2]\nindoor: 0\nbudget: 2", "4", "", "5:19 E_FIRST_START"},
		{"a first start of a budget is no formula", "bill: commodity_charge\ncommodity_charge: Budget\ntier_starts: [0*1, 2]\ntier_prices: [1, 2]", "4", "", "5:19 E_FIRST_START"},
		{"a budget that is missing", "bill: commodity_charge\ncommodity_charge: Budget\ntier_starts: [0, 50%]\ntier_prices: [1, 2]", "4", "", "5:22 E_MISSING_FIELD"},
	})
}

func TestRule7Boundaries(t *testing.T) {
	tiered := func(starts, prices string) string {
		return "bill: commodity_charge\ncommodity_charge: Tiered\ntier_starts: [" + starts + "]\ntier_prices: [" + prices + "]"
	}
	budget := func(starts, prices, fields string) string {
		return "bill: commodity_charge\ncommodity_charge: Budget\ntier_starts: [" + starts + "]\ntier_prices: [" + prices + "]\n" + fields
	}
	testRules(t, []ruleTest{
		{"no usage", tiered("0, 15", "1, 10"), "0", "", "0"},
		{"a start is the first unit of its tier", tiered("0, 15", "1, 10"), "14.5", "", "19"}, // 14 + 0.5×10
		{"up to the boundary", tiered("0, 15", "1, 10"), "14", "", "14"},
		{"a first start of 1 changes nothing", tiered("1, 15", "1, 10"), "14.5", "", "19"},
		{"a fractional start is lowered by one too", tiered("0, 14.062", "1, 10"), "14", "", "22.442"}, // 13.062 + 0.938×10
		{"a formula start is lowered by one", tiered("0, 5*n", "1, 10"), "15", "n=3", "24"},            // 14 + 10
		{"one tier is one price", tiered("0", "3"), "14.5", "", "43.5"},
		{"three tiers", tiered("0, 9, 17", "2.78, 3.19, 4.05"), "20", "", "63.96"},                  // 22.24 + 25.52 + 16.20
		{"starts that do not rise leave a tier empty", tiered("0, 1, 1", "7, 8, 9"), "5", "", "45"}, // all at 9
		{"starts that fall", tiered("0, 11, 6, 13", "1, 2, 3, 4"), "14", "", "24"},                  // 10×1 + 0 + 2×3 + 2×4
		{"a budget's start is not lowered", budget("0, 15", "1, 10", ""), "15.5", "", "20"},         // 15 + 0.5×10
		{"a share is rounded", budget("0, 150%", "1, 10", "budget: 5"), "10", "", "28"},             // 7.5 → 8: 8 + 20
		{"half to even, down", budget("0, 50%", "1, 10", "budget: 5"), "3", "", "12"},               // 2.5 → 2: 2 + 10
		{"a share with decimals", budget("0, 12.5%", "1, 10", "budget: 20"), "3", "", "12"},         // 2.5 → 2
		{"indoor is rounded", budget("0, indoor", "1, 10", "indoor: 2.51"), "4", "", "13"},          // 3 + 10
		{"indoor half to even", budget("0, Indoor", "1, 10", "indoor: 2.5"), "4", "", "22"},         // 2 + 20
		{"outdoor in any case", budget("0, OUTDOOR", "1, 10", "outdoor_commodity: 3.5"), "5", "", "14"},
		{"another formula is not rounded", budget("0, indoor+0", "1, 10", "indoor: 2.5"), "4", "", "17.5"}, // 2.5 + 15
		{"a map may choose indoor", budget("0, indoor", "1, 10", "indoor: {depends_on: big, values: {True: 2, False: half}}\nhalf: 1.5"), "4", "big=False", "22"},
		{"a fixed start among shares", budget("0, 2, 200%", "1, 10, 100", "budget: 2"), "5", "", "122"}, // 2 + 20 + 100
	})
}

func TestRule8TermsOfBudgetsAreRounded(t *testing.T) {
	of := func(budget string) string { return "bill: budget*1\nbudget: " + budget }
	testRules(t, []ruleTest{
		{"a plain number is not", of("2.5"), "0", "", "2.5"},
		{"nor with a sign", of("-2.5"), "0", "", "-2.5"},
		{"each term is", of("a+b"), "0", "a=2.5 b=3.5", "6"},
		{"a factor is a term", of("a * 0.93"), "0", "a=10", "10"}, // 10 × round(0.93)
		{"times before plus", of("a + b * c"), "0", "a=1 b=2 c=3", "7"},
		{"a minus stays inside its term", of("a-b+c"), "0", "a=3.7 b=1.2 c=1", "3"}, // round(2.5) + 1
		{"a division too", of("a/4*3"), "0", "a=10", "6"},                           // round(2.5) × 3
		{"parentheses inside a term", of("(a/4)*3"), "0", "a=10", "6"},
		{"parentheses round a plus", of("(a+b)*2"), "0", "a=1 b=2", "4:13 E_EXPR"},
		{"a blank inside a term", of("a - b"), "0", "a=3 b=1", "4:13 E_EXPR"},
		{"an operator too many", of("a++b"), "0", "a=3 b=1", "4:13 E_EXPR"},
		{"an operator at the end", of("a+"), "0", "a=3", "4:13 E_EXPR"},
		{"the formula that its map chose", "bill: budget\nbudget: {depends_on: k, values: {x: a+a, y: 2.5}}", "0", "k=x a=1.5", "4"},
		{"the number that its map chose", "bill: budget\nbudget: {depends_on: k, values: {x: a+a, y: 2.5}}", "0", "k=y", "2.5"},
		{"any field with budget in its name", "bill: my_budget_2\nmy_budget_2: a+a", "0", "a=1.5", "4"},
		{"no other field", "bill: indoor\nindoor: a+a", "0", "a=1.5", "3"},
		{"all is checked before names", of("none+("), "0", "", "4:13 E_EXPR"},
		{"names of its family", "bill: budget_drought\nbudget_drought: a+a\na_drought: 1.5\na_commodity: 9", "0", "", "4"},
	})
}

func TestRule9Formulas(t *testing.T) {
	bill := func(formula string) string { return "bill: \"" + formula + "\"" }
	testRules(t, []ruleTest{
		{"precedence", bill("1+2*3-4/2"), "0", "", "5"},
		{"left to right", bill("10-3-2"), "0", "", "5"},
		{"division left to right", bill("24/4/2*3"), "0", "", "9"},
		{"parentheses", bill("(1+2)*(3-(4-2))"), "0", "", "3"},
		{"signs", bill("-a+-+-2--3"), "0", "a=1", "4"},
		{"a sign after an operator", bill("3*-2"), "0", "", "-6"},
		{"numbers", bill("12.+.7+1e3+2E+2+5e-1"), "0", "", "1213.2"},
		{"blanks anywhere", bill("  1 \\t+ ( 2 )\\n"), "0", "", "3"},
		{"names hold dots and digits", bill("a.b_2*A"), "0", "a.b_2=3 A=4", "12"},
		{"a name with a minus is a subtraction", bill("turn-on_charge"), "0", "turn=5 on_charge=3", "2"},
		{"and its parts must be there", bill("turn-on_charge"), "0", "on_charge=3", "3:11 E_MISSING_FIELD"},
		{"names that look like ours", bill("a.part+service_charge"), "0", "a.part=1 service_charge=2", "3"},
		{"no functions", bill("max(1)"), "0", "", "3:11 E_EXPR"},
		{"no powers", bill("2^3"), "0", "", "3:11 E_EXPR"},
		{"no comparisons", bill("1<2"), "0", "", "3:11 E_EXPR"},
		{"no underscores at the front", bill("_a"), "0", "_a=1", "3:11 E_EXPR"},
		{"two fields folded into one", "bill: flat_rate*usage_ccf\n  flat_rate:4.1165", "0", "", "3:11 E_EXPR"},
		{"nothing", "bill:", "0", "", "3:10 E_EXPR"},
		{"two numbers", bill("1 2"), "0", "", "3:11 E_EXPR"},
		{"two points", bill("1.2.3"), "0", "", "3:11 E_EXPR"},
		{"an exponent without digits", bill("1e"), "0", "", "3:11 E_EXPR"},
		{"a parenthesis too many", bill("(1))"), "0", "", "3:11 E_EXPR"},
		{"a parenthesis too few", bill("((1)"), "0", "", "3:11 E_EXPR"},
		{"an operator too many", bill("1*/2"), "0", "", "3:11 E_EXPR"},
		{"all is checked before names", bill("none+"), "0", "", "3:11 E_EXPR"},
		{"an exponent beyond reason", bill("a*1e31"), "0", "a=1", "3:11 E_EXPR"},
		{"a plain number beyond reason", bill("1e400000000"), "0", "", "3:11 E_EXPR"},
		{"more digits than any number", bill(strings.Repeat("9", 41)), "0", "", "3:11 E_EXPR"},
		{"as many parentheses as are read", bill(strings.Repeat("(", 100) + "1" + strings.Repeat(")", 100)), "0", "", "1"},
		{"more parentheses", bill(strings.Repeat("(", 101) + "1" + strings.Repeat(")", 101)), "0", "", "3:11 E_EXPR"},
		{"a long formula is no deep one", bill("1" + strings.Repeat("+1", 30_000)), "0", "", "30001"},
		{"a long chain of signs", bill(strings.Repeat("-", 60_000) + "1"), "0", "", "1"},
		{"a longer formula", bill("1" + strings.Repeat("+1", 33_000)), "0", "", "3:11 E_EXPR"},
		{"a budget that is too long with its roundings", "bill: budget\nbudget: a" + strings.Repeat("+a", 5_000), "0", "a=1", "4:13 E_EXPR"},
		{"division by zero", bill("1/(a-a)"), "0", "a=1", "3:11 E_DIV0"},
		{"by a zero that is written", bill("1/0"), "0", "", "3:11 E_DIV0"},
		{"an input that is no number", bill("2*meter_size"), "0", "meter_size=1\"", "3:11 E_TYPE"},
		{"a text that is a name of nothing", "bill: 2*zone\nzone: B", "0", "", "4:11 E_MISSING_FIELD"},
	})
}

func TestRule10NumbersAreExact(t *testing.T) {
	testRules(t, []ruleTest{
		{"a third", "bill: 1/3", "0", "", "1/3"},
		{"three thirds", "bill: (1/3)*3", "0", "", "1"},
		{"gallons and back", "bill: usage_ccf*(1/748)*748", "27.3", "", "27.3"},
		{"no cents inside", "bill: a+a\na: 0.005", "0", "", "0.01"},
		{"no binary fractions", "bill: 0.1+0.2", "0", "", "0.3"},
	})
}

func TestCentsAreASeparateRule(t *testing.T) {
	q, err := price(t, parse(t, home("bill: a\na: 0.125")), "HOME", "0", "")
	require.NoError(t, err)
	require.Equal(t, "$0.13", q.Total.String())
	require.Equal(t, "0.125", outcome(t, q, err))
}

func TestWorkedExamples(t *testing.T) {
	const base = "hhsize=3 days_in_period=30.4 et_amount=4.0 irr_area=2000"
	for _, c := range []struct{ name, file, class, usage, inputs, commodity, want string }{
		{"A, tiers at 13", "tiered.owrs", "RESIDENTIAL_SINGLE", "13", `meter_size=3/4"`, "38.19", "60.55"},
		{"A, tiers at 15.5", "tiered.owrs", "RESIDENTIAL_SINGLE", "15.5", `meter_size=3/4"`, "46.165", "68.525"},
		{"B, a budget", "budget.owrs", "RESIDENTIAL_SINGLE", "27.3", base, "136.037", "147.257"},
		{"B, a tie", "budget.owrs", "COMMERCIAL", "27.3", "rolling_average=18", "76.677", "82.217"},
		{"C, the key True", "choice.owrs", "RESIDENTIAL_MULTI", "27.3", "greater_than=True days_in_period=60.8", "174.2805", "174.2805"},
		{"C, the key False", "choice.owrs", "RESIDENTIAL_MULTI", "27.3", "greater_than=False days_in_period=60.8", "251.2965", "251.2965"},
		{"D, formula starts", "starts.owrs", "RESIDENTIAL_MULTI", "27.3", "number_dwelling_units=4", "48.515", "241.3025"},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, err := price(t, testdata(t, c.file), c.class, c.usage, c.inputs)
			require.Equal(t, c.want, outcome(t, q, err))
			for memo := range q.Memos() {
				if memo.Charge() == owrs.ChargeCommodity {
					text, _ := memo.Exact().Decimal(0)
					require.Equal(t, c.commodity, text)
					return
				}
			}
			require.Fail(t, "no commodity charge")
		})
	}
}

func TestPartsStandBesideTheBill(t *testing.T) {
	file := parse(t, home(`
bill: service_charge+2
service_charge: 5
commodity_charge: none
fixed_drought_surcharge: 1
variable_wastewater_charge_commodity: 0.5*usage_ccf
pumping_charge: 9`))
	q, err := price(t, file, "HOME", "3", "")
	require.Equal(t, "7", outcome(t, q, err))
	lines := slices.Collect(q.Lines())
	require.Len(t, lines, 1)
	require.Equal(t, owrs.ChargeBill, lines[0].Charge())
	got := map[string]string{}
	for memo := range q.Memos() {
		got[memo.Charge()], _ = memo.Exact().Decimal(0)
	}
	require.Equal(t, map[string]string{owrs.ChargeService: "5", owrs.ChargeFixedDrought: "1", owrs.ChargeVariableWastewater: "1.5"}, got)
	require.Len(t, q.Refusals(), 1, "a part that fails beside the bill does not refuse it")
	require.Equal(t, owrs.ChargeCommodity, q.Refusals()[0].Charge)
	require.ErrorIs(t, q.Refusals()[0].Err, owrs.ErrMissingField)
}

func TestPartsOfARefusedBillStillHold(t *testing.T) {
	q, err := price(t, parse(t, home("bill: service_charge+none\nservice_charge: 5")), "HOME", "3", "")
	require.ErrorIs(t, err, owrs.ErrMissingField)
	memos := slices.Collect(q.Memos())
	require.Len(t, memos, 1)
	text, _ := memos[0].Exact().Decimal(0)
	require.Equal(t, "5", text)
}

func TestAFaultRefusesOneClassAndNoOther(t *testing.T) {
	file := parse(t, "rate_structure:\n  GOOD: {bill: 1}\n  TEXT: Tiered\n  LIST:\n    - bill\n  EMPTY: {}\n  NULL:\n  ALSO_GOOD: {bill: 2}\n")
	require.Equal(t, []string{"GOOD", "TEXT", "LIST", "EMPTY", "NULL", "ALSO_GOOD"}, file.Classes())
	for class, want := range map[string]string{
		"GOOD": "1", "ALSO_GOOD": "2", "TEXT": "3:3 E_CLASS_SHAPE", "LIST": "4:3 E_CLASS_SHAPE", "NULL": "7:3 E_CLASS_SHAPE", "EMPTY": "6:3 E_MISSING_FIELD",
	} {
		q, err := price(t, file, class, "1", "")
		require.Equal(t, want, outcome(t, q, err), class)
	}
}

func TestInputsAreDeclaredAsFacts(t *testing.T) {
	engine, err := rates.Compile(testdata(t, "tiered.owrs").Book(halfUp))
	require.NoError(t, err)
	facts, ok := engine.Facts("RESIDENTIAL_SINGLE")
	require.True(t, ok)
	names := map[string]bool{}
	for _, fact := range facts {
		require.Equal(t, rates.AnyFact, fact.Type)
		names[fact.Name] = true
	}
	for input := range owrs.Facts(map[string]string{"meter_size": "", "tier_starts": "", "tier_prices": "", "service_charge": "", "commodity_charge": "", "bill": ""}) {
		require.True(t, names[input], input)
	}
	require.Len(t, facts, 6)
}

func TestFactsAreTheInputsUnderNamesOfFacts(t *testing.T) {
	require.Equal(t, rates.Facts{
		"meter_size": "a", "a.b": "b", "_x": "c", "in.days": "d", "in.bill": "e", "in.meter.x20.size": "f", "in.in.x2E.days": "g",
	}, owrs.Facts(map[string]string{
		"meter_size": "a", "a.b": "b", "_x": "c", "days": "d", "bill": "e", "meter size": "f", "in.days": "g",
	}))
}

// However odd the names, no input is lost, and each is a name that the engine takes.
func TestFactsLoseNothing(t *testing.T) {
	name := rapid.OneOf(rapid.StringMatching(`(in\.)?[ a-z_.x0-9é-]{1,6}`), rapid.SampledFrom([]string{"days", "usage", "min", "service_charge", "in.days", "in.x2E.days"})).
		Filter(func(name string) bool { return name != owrs.ChargeBill }) // would be the answer itself
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(name, 1, 4, rapid.ID).Draw(t, "names")
		inputs := map[string]string{}
		var depends, key []string
		for i, n := range names {
			inputs[n] = strconv.Itoa(i)
			depends = append(depends, strconv.QuoteToASCII(n))
			key = append(key, strconv.Itoa(i))
		}
		facts := owrs.Facts(inputs)
		require.Len(t, facts, len(names))
		file := parse(t, home("bill: {depends_on: ["+strings.Join(depends, ", ")+"], values: {"+strings.Join(key, "|")+": 7}}"))
		engine, err := rates.Compile(file.Book(halfUp))
		require.NoError(t, err)
		q, err := engine.Price(rates.Input{Schedule: "HOME", Usage: volume(t, "1", file.Metadata().Unit), Facts: facts})
		require.Equal(t, "7", outcome(t, q, err))
	})
}
