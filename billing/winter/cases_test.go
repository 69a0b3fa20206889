package winter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/winter"
	"github.com/headgate-dev/headgate/internal/corpus"
	"github.com/headgate-dev/headgate/metering"
)

func sewerFixed(amount string) rates.Charge {
	return rates.Charge{ID: "base", Rule: rates.Fixed{Amount: rates.Num(amount)}}
}

func sewerPerUnit(price string) rates.Charge {
	return rates.Charge{ID: "sewer", Rule: rates.PerUnit{Price: rates.Num(price)}}
}

// sewerUse is what a class is billed, by a policy of its own.
func sewerUse(t require.TestingT, basis winter.SewerBasis, limit policy.OrNone[metering.Volume], f winter.SewerFacts) metering.Volume {
	f.Period = june()
	use, err := winter.SewerPolicy{
		Title: "sewer", Source: "test", Classes: map[string]winter.SewerClass{f.Class: {Basis: basis, Cap: limit}},
	}.Use(f)
	require.NoError(t, err)
	return use.Quantity
}

func sewerNoCap() policy.OrNone[metering.Volume] { return policy.None[metering.Volume]() }

// longviewBill is 12.40 with 2,000 gallons in it, and 3.95 for each 1,000 above: the mean of 7,000, 6,800 and 6,900 gallons is
// 6,900, and 4.9 × 3.95 = 19.355.
func longviewBill(t testing.TB) int64 {
	average, err := longviewWinter().Average(winterOf(months("7000 gal", "6800 gal", "6900 gal")...))
	require.NoError(t, err)
	use := sewerUse(t, winter.SewerByAverage, sewerNoCap(), winter.SewerFacts{Class: "residential", Average: average})
	return priced(t, metering.ThousandGallons, rates.Input{Usage: use}, sewerFixed("12.40"),
		rates.Charge{ID: "sewer", Rule: rates.PerUnit{Of: rates.Formula{Text: "max(0, usage - 2)"}, Price: rates.Num("3.95")}})
}

// westStPaulBill is the lower of an average of 6,000 gallons, which any winter of such bills gives, and 4,000 used.
func westStPaulBill(t testing.TB) int64 {
	average, err := longviewWinter().Average(winterOf(months("6000 gal", "5000 gal", "7000 gal")...))
	require.NoError(t, err)
	use := sewerUse(t, winter.SewerByLower, sewerNoCap(),
		winter.SewerFacts{Class: "residential", Actual: volume("4000 gal"), Average: average})
	return priced(t, metering.ThousandGallons, rates.Input{Usage: use}, sewerPerUnit("3.00"))
}

// wcid17Bill is that of an account without a bill in the winter: 8,000 gallons, 28.00 and 2.47 for each 1,000.
func wcid17Bill(t testing.TB) int64 {
	p := withClass(longviewWinter(), func(c *winter.Class) { c.Default = stated("8000 gal") })
	average, err := p.Average(winterOf())
	require.NoError(t, err)
	require.Equal(t, winter.Defaulted, average.Code)
	use := sewerUse(t, winter.SewerByAverage, sewerNoCap(), winter.SewerFacts{Class: "residential", Average: average})
	return priced(t, metering.ThousandGallons, rates.Input{Usage: use}, sewerFixed("28.00"), sewerPerUnit("2.47"))
}

// columbusBill is 5.15, 3.42 for each unit to 15 and 2.77 above, of the actual use, which a home has capped at 15.
func columbusBill(t testing.TB, class string, limit policy.OrNone[metering.Volume]) int64 {
	use := sewerUse(t, winter.SewerByActual, limit, winter.SewerFacts{Class: class, Actual: volume("16 CCF")})
	return priced(t, metering.CCF, rates.Input{Usage: use}, sewerFixed("5.15"),
		rates.Charge{ID: "sewer", Rule: rates.Tiered{Tiers: rates.TierList{
			{UpTo: rates.Num("15"), Price: rates.Num("3.42")}, {Price: rates.Num("2.77")},
		}}})
}

// mapleGroveBill is the use of the winter quarter, one bill of 20,000 gallons, at 25.68 and 2.79 for each 1,000.
func mapleGroveBill(t testing.TB) int64 {
	p := longviewWinter()
	p.Months, p.Least = policy.Is([]time.Month{1, 2, 3}), policy.Is(1)
	average, err := p.Average(winterOf(candidate("2026-01-01", "2026-04-01", "20000 gal")))
	require.NoError(t, err)
	use := sewerUse(t, winter.SewerByAverage, sewerNoCap(), winter.SewerFacts{Class: "residential", Average: average})
	return priced(t, metering.ThousandGallons, rates.Input{Usage: use}, sewerFixed("25.68"), sewerPerUnit("2.79"))
}

func sewerCases() map[string]corpus.Case {
	return map[string]corpus.Case{
		"S-cww-16":      {Cents: 5645, Find: func(t testing.TB) int64 { return columbusBill(t, "residential", stated("15 CCF")) }},
		"S-longview":    {Cents: 3176, Find: longviewBill},
		"S-new-cust":    {Cents: 4776, Find: wcid17Bill},
		"S-wspmn-lower": {Cents: 1200, Find: westStPaulBill},
	}
}

// sewerExamples are the rows of printed bills whose sewer is of a winter, or capped.
func sewerExamples() map[string]corpus.Case {
	return map[string]corpus.Case{
		"cww-nonres-16":    {Cents: 5922, Find: func(t testing.TB) int64 { return columbusBill(t, "commercial", sewerNoCap()) }},
		"cww-res-16":       {Cents: 5645, Find: func(t testing.TB) int64 { return columbusBill(t, "residential", stated("15 CCF")) }},
		"longview-sewer":   {Cents: 3176, Find: longviewBill},
		"maplegrove-sewer": {Cents: 8148, Find: mapleGroveBill},
		"wcid17-sewer":     {Cents: 4776, Find: wcid17Bill},
	}
}

func TestSewerCases(t *testing.T) { corpus.Run(t, sewerCases()) }

func TestSewerPrintedBills(t *testing.T) { corpus.Run(t, sewerExamples()) }

func TestSewerCasesAreThoseOfTheCorpus(t *testing.T) {
	cents := corpus.Cents(t, "policy", "cases.csv", "expected_cents", func(row map[string]string) bool { return row["group"] == "sewer" })
	corpus.Same(t, cents, sewerCases())
}

func TestSewerPrintedBillsAreThoseOfTheCorpus(t *testing.T) {
	expected := map[string]int64{}
	for _, row := range corpus.Rows(t, "policy", "worked_examples.csv") {
		id := row["id"]
		if strings.Contains(row["features"], "winter") || strings.HasPrefix(id, "cww-") {
			require.Equal(t, "exact", row["match"], id)
			require.Equal(t, row["published"], row["recomputed"], id)
			expected[id] = must(money.Parse(row["recomputed"])).Cents()
		}
	}
	corpus.Same(t, expected, sewerExamples())
}
