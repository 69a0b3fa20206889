package rates_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/internal/corpus"
	"github.com/headgate-dev/headgate/metering"
)

// A policyCase is an acceptance case of the policy: what its publisher or the
// district charges, in cents.
type policyCase struct {
	id    string
	cents int64
	// lines are the bill; of names the one line that the case is about, where it
	// is not the total.
	lines, of string
	schedule  rates.Schedule
	in        rates.Input
}

func marinaInput(units string) rates.Input {
	return rates.Input{Period: june(), Usage: volume(units, metering.CCF748), Facts: rates.Facts{"meter_size": "3/4"}}
}

func kgal(number string) metering.Volume { return volume(number, metering.ThousandGallons) }

func policyCases() []policyCase {
	return []policyCase{
		{id: "R00-ord", cents: 4894, lines: "base 48.94, water#1 0.00", schedule: ordFAQ(), in: marinaInput("0")},
		{id: "R10-ord", cents: 9794, lines: "base 48.94, water#1 49.00", schedule: ordFAQ(), in: marinaInput("10")},
		{id: "R11-ord", cents: 10749, lines: "base 48.94, water#1 49.00, water#2 9.55", schedule: ordFAQ(), in: marinaInput("11")},
		{id: "R-cm18-8", cents: 4460, lines: "base 22.36, water#1 22.24", schedule: marina2018(), in: marinaInput("8")},
		{id: "R-cm18-9", cents: 4779, lines: "base 22.36, water#1 22.24, water#2 3.19", schedule: marina2018(), in: marinaInput("9")},
		{id: "R-cm18-16", cents: 7012, lines: "base 22.36, water#1 22.24, water#2 25.52", schedule: marina2018(), in: marinaInput("16")},
		{id: "R-cm18-17", cents: 7575, lines: "base 22.36, water#1 22.24, water#2 25.52, water#3 5.63", schedule: marina2018(), in: marinaInput("17")},
		{id: "R-ord18-frac", cents: 7106, lines: "base 38.79, water#1 29.44, water#2 2.83", schedule: ord2018(), in: marinaInput("8.5")},
		{id: "R-fire-2in", cents: 1399, lines: "fire 13.99", schedule: ordFire2018(),
			in: rates.Input{Period: june(), Facts: rates.Facts{"meter_size": "2"}}},
		{id: "R-mf-10du", cents: 28545, lines: "water#1 226.80, water#2 58.65", schedule: glendale(),
			in: rates.Input{Period: june(), Usage: ccf("75"), Facts: rates.Facts{"dwelling_units": "10"}}},
		{id: "R-season-peak16", cents: 13571, lines: "base 15.17, water#1 64.53, water#2 47.34, water#3 8.67", schedule: losAlamos(),
			in: rates.Input{Period: whole("2026-07-01", "2026-07-31"), Usage: kgal("16")}},
		{id: "R-season-split", cents: 12560, lines: "base 15.17, water#1 43.02, water#2 31.56, off_water 35.85", schedule: losAlamos(),
			in: rates.Input{Period: whole("2026-04-21", "2026-05-20"), Usage: kgal("15")}},
		{id: "R-pump-hi", cents: 1320, lines: "pumping 13.20", schedule: santaMargarita(), in: input("20", rates.Facts{"zone": "high"})},
		{id: "R-pump-lo", cents: 220, lines: "pumping 2.20", schedule: santaMargarita(), in: input("20", rates.Facts{"zone": "low"})},
		{id: "R-charlotte-20", cents: 22836, schedule: charlotte(), in: input("20", nil),
			lines: "water_fixed 6.16, water#1 7.92, water#2 10.24, water#3 47.28, water#4 44.80, water_availability 1.44, " +
				"sewer_fixed 6.16, sewer 94.88, sewer_availability 9.48"},
		{id: "R-portland-part", cents: 5618, lines: "base 13.84, water#1 39.26, water#2 3.08", schedule: portland(),
			in: rates.Input{Period: june(), Usage: volume("13001", metering.Gallon)}},
		{id: "R-min-nwcwd-0", cents: 2850, lines: "minimum 28.50, water 0.00", schedule: northWeld(), in: rates.Input{Period: june()}},
		{id: "R-min-nwcwd-7", cents: 3325, lines: "minimum 28.50, water 4.75", schedule: northWeld(),
			in: rates.Input{Period: june(), Usage: volume("7000", metering.Gallon)}},
		{id: "R-drought-8", cents: 308, of: "drought", lines: "service 30.00, flow 38.50, drought 3.08", schedule: ebmud(), in: input("7", nil)},
		{id: "R-two-meters-each", cents: 15906, schedule: ord2018(),
			lines: "base@A 38.79, base@B 38.79, water#1@A 29.44, water#2@A 11.30, water#1@B 29.44, water#2@B 11.30",
			in: rates.Input{Period: june(), Facts: rates.Facts{"meter_size": "3/4"}, Meters: []rates.Meter{
				{ID: "A", Usage: volume("10", metering.CCF748)}, {ID: "B", Usage: volume("10", metering.CCF748)}}}},
		{id: "R-round-even", cents: 712, lines: "water 7.12", schedule: archCape(exact.HalfEven),
			in: rates.Input{Period: june(), Usage: volume("2850", metering.Gallon)}},
		{id: "R-round-float", cents: 464, lines: "water 4.64", schedule: schedule(perUnit("water", "3.09")), in: input("1.5", nil)},
		{id: "R-round-total", cents: 491741, schedule: urbanUtilities(money.AtTotal),
			lines: "water#1 58.68, water#2 1536.24, bulk 3122.00, access_water 58.77, access_sewer 141.72",
			in:    rates.Input{Period: days("2026-04-01", "2026-06-30"), Usage: volume("1000", metering.Kiloliter)}},
		{id: "P-19of30", cents: 1900, lines: "base 19.00", schedule: overMonthDays(),
			in: rates.Input{Period: whole("2026-04-12", "2026-04-30")}},
		{id: "P-use-change", cents: 6400, lines: "water 20.00, water 44.00", schedule: invented200(), in: input("30", nil)},
		{id: "P-tier-change-blend", cents: 11655, schedule: ordChange(rates.BlendByDay), in: marinaInput("13"),
			lines: "base 12.93, water#1 9.81, water#2 9.42, base 32.63, water#1 32.66, water#2 19.10"},
		{id: "P-tier-change-split", cents: 11656, schedule: ordChange(rates.SplitByDay), in: marinaInput("13"),
			lines: "base 12.93, water#1 9.81, water#2 9.42, base 32.63, water#1 32.67, water#2 19.10"},
		{id: "P-barrie-58d", cents: 2409, lines: "base 24.09", schedule: prorated("24.92", rates.Proration{Over: rates.StatedDays, Days: 60}),
			in: rates.Input{Period: days("2026-05-01", "2026-06-28")}},
		{id: "P-size-change", cents: 3104, lines: "base 8.20, base 22.84, water#1 0.00", schedule: marina2018(),
			in: rates.Input{Period: june(), Facts: rates.Facts{"meter_size": "3/4"},
				Changes: []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-06-12")}}}},
		{id: "S-longview", cents: 3176, lines: "minimum 12.40, sewer 19.36", schedule: longview(),
			in: rates.Input{Period: june(), Facts: rates.Facts{"winter_average": "6.9"}}},
		{id: "S-wspmn-lower", cents: 1200, lines: "sewer 12.00", schedule: westStPaul(),
			in: rates.Input{Period: june(), Usage: kgal("4"), Facts: rates.Facts{"winter_average": "6"}}},
		{id: "S-new-cust", cents: 4776, lines: "base 28.00, sewer 19.76", schedule: wcid17(), in: rates.Input{Period: june()}},
		{id: "S-cww-16", cents: 5645, lines: "base 5.15, sewer 51.30", schedule: columbus(), in: input("16", rates.Facts{"class": "residential"})},
		{id: "F-zero-day", cents: 400, lines: "base 0.00, water 4.00", schedule: withUsage(overMonthDays(), "2.00"),
			in: rates.Input{Period: days("2026-07-15", "2026-07-15"), Usage: ccf("2")}},
	}
}

func TestPolicyCases(t *testing.T) {
	for _, c := range policyCases() {
		t.Run(c.id, func(t *testing.T) {
			quote := priced(t, c.schedule, c.in)
			require.Equal(t, c.lines, printed(lines(quote)))
			if c.of == "" {
				require.Equal(t, c.cents, quote.Total.Cents())
				return
			}
			i := slices.IndexFunc(lines(quote), func(l rates.Line) bool { return l.Charge() == c.of })
			require.Equal(t, c.cents, lines(quote)[i].Amount().Cents())
		})
	}
}

// The turnover day is billed once, to the incoming customer: two bills, and both
// together are the month.
func TestPolicySameDayTurnover(t *testing.T) {
	outgoing := priced(t, overMonthDays(), rates.Input{Period: days("2026-07-01", "2026-07-15")})
	incoming := priced(t, overMonthDays(), rates.Input{Period: days("2026-07-15", "2026-08-01")})
	require.Equal(t, "base 13.55", printed(lines(outgoing)))
	require.Equal(t, "base 16.45", printed(lines(incoming)))
	both, err := outgoing.Total.Add(incoming.Total)
	require.NoError(t, err)
	require.Equal(t, sameDayCents, both.Cents())
}

const sameDayCents int64 = 3000

// What each case guards against comes out otherwise under the other policy.
func TestPolicyForks(t *testing.T) {
	t.Run("half up", func(t *testing.T) {
		quote := priced(t, archCape(exact.HalfUp), rates.Input{Period: june(), Usage: volume("2850", metering.Gallon)})
		require.Equal(t, int64(713), quote.Total.Cents())
	})
	t.Run("rounded by line", func(t *testing.T) {
		quote := priced(t, urbanUtilities(money.ByLine), rates.Input{Period: days("2026-04-01", "2026-06-30"), Usage: volume("1000", metering.Kiloliter)})
		require.Equal(t, int64(491740), quote.Total.Cents())
	})
	t.Run("19 of 30 stated days", func(t *testing.T) {
		quote := priced(t, prorated("30.00", rates.Proration{Over: rates.StatedDays, Days: 30}), rates.Input{Period: days("2026-04-12", "2026-05-01")})
		require.Equal(t, int64(1900), quote.Total.Cents())
	})
	t.Run("tiers on the sum of the meters", func(t *testing.T) {
		s := ord2018()
		s.Versions[0].Charges[1].Per = rates.PerAccount
		quote := priced(t, s, rates.Input{Period: june(), Facts: rates.Facts{"meter_size": "3/4"}, Meters: []rates.Meter{
			{ID: "A", Usage: volume("10", metering.CCF748)}, {ID: "B", Usage: volume("10", metering.CCF748)}}})
		// 38.79 twice; 8 at 3.68, 8 at 5.65, 4 at 7.62.
		require.Equal(t, int64(7758+2944+4520+3048), quote.Total.Cents())
	})
	t.Run("no cap for others", func(t *testing.T) {
		quote := priced(t, columbus(), input("16", rates.Facts{"class": "commercial"}))
		require.Equal(t, int64(5922), quote.Total.Cents())
	})
	t.Run("a known winter average", func(t *testing.T) {
		quote := priced(t, wcid17(), rates.Input{Period: june(), Facts: rates.Facts{"winter_average": "4"}})
		require.Equal(t, int64(2800+988), quote.Total.Cents())
	})
	t.Run("actual above the average", func(t *testing.T) {
		quote := priced(t, westStPaul(), rates.Input{Period: june(), Usage: kgal("9"), Facts: rates.Facts{"winter_average": "6"}})
		require.Equal(t, int64(1800), quote.Total.Cents())
	})
}

// TestPolicyCorpus holds the table above against the acceptance cases, both ways.
func TestPolicyCorpus(t *testing.T) {
	stated := map[string]int64{}
	for _, row := range corpus.Rows(t, "policy", "cases.csv") {
		id := row["id"]
		if slices.Contains([]string{"rate", "rounding", "proration", "sewer"}, row["group"]) || id == "F-zero-day" || id == "F-same-day" {
			cents, err := strconv.ParseInt(row["expected_cents"], 10, 64)
			require.NoError(t, err, id)
			stated[id] = cents
		}
	}
	tested := map[string]int64{"F-same-day": sameDayCents}
	for _, c := range policyCases() {
		require.NotContains(t, tested, c.id)
		tested[c.id] = c.cents
	}
	require.Equal(t, stated, tested)
}
