package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// per is a price for each unit of a quantity that a formula gives.
func per(id, price, quantity string) rates.Charge {
	return charge(id, rates.PerUnit{Of: formula(quantity), Price: num(price)})
}

func TestQuantities(t *testing.T) {
	winter := number("winter_average")
	zone := withFacts(schedule(charge("pumping", rates.PerUnit{Price: rates.Table{By: []string{"zone"}, Rows: []rates.Row{{Key: []string{"high"}, Value: num("0.66")}}, Else: num("0.00")}})), texts("zone"))
	requireRules(t, []ruleCase{
		{rule: "an included allowance", schedule: schedule(per("water", "2.00", "max(0, usage - 6)")), in: input("8.25", nil), lines: "water 4.50"},
		{rule: "an allowance that is not used up", schedule: schedule(per("water", "2.00", "max(0, usage - 6)")), in: input("5", nil), lines: "water 0.00"},
		{rule: "a return factor", schedule: schedule(per("sewer", "5.00", "0.85 * usage")), in: input("10", nil), lines: "sewer 42.50"},
		{rule: "a return factor and a cap", schedule: schedule(per("sewer", "5.00", "min(0.85 * usage, 8)")), in: input("10", nil), lines: "sewer 40.00"},
		{rule: "a cap", schedule: schedule(per("sewer", "5.00", "min(usage, 16)")), in: input("17", nil), lines: "sewer 80.00"},
		{rule: "a floor", schedule: schedule(per("sewer", "5.00", "max(usage, 3)")), in: input("1", nil), lines: "sewer 15.00"},
		{rule: "the lower of the average and this month, this month", schedule: withFacts(schedule(per("sewer", "3.00", "min(usage, winter_average)")), winter), in: input("4", rates.Facts{"winter_average": "6"}), lines: "sewer 12.00"},
		{rule: "the lower of the average and this month, the average", schedule: withFacts(schedule(per("sewer", "3.00", "min(usage, winter_average)")), winter), in: input("9", rates.Facts{"winter_average": "6"}), lines: "sewer 18.00"},
		{rule: "a pumping zone", schedule: zone, in: input("20", rates.Facts{"zone": "high"}), lines: "pumping 13.20"},
		{rule: "another zone", schedule: zone, in: input("20", rates.Facts{"zone": "valley"}), lines: "pumping 0.00"},
	})
}

func TestStormwaterUnits(t *testing.T) {
	bill := func(price, quantity string, sqft string) (rates.Schedule, rates.Input) {
		c := per("stormwater", price, quantity)
		if quantity[len(quantity)-1] == '!' {
			c = charge("stormwater", rates.PerUnit{Of: fraction(quantity[:len(quantity)-1]), Price: num(price)})
		}
		return withFacts(schedule(c), number("sqft")), rates.Input{Period: june(), Facts: rates.Facts{"sqft": sqft}}
	}
	for _, c := range []struct{ rule, price, quantity, sqft, units, lines string }{
		{"up", "1.20", "ceil(sqft / 500)", "2100", "5", "stormwater 6.00"},
		{"up, whole units", "1.20", "ceil(sqft / 500)", "2000", "4", "stormwater 4.80"},
		{"nearest, below", "36.00", "round(sqft / 2760)", "915447", "332", "stormwater 11952.00"},
		{"nearest, a half", "36.00", "round(sqft / 2760)", "1380", "1", "stormwater 36.00"},
		{"none", "6.17", "sqft / 2651!", "4000", "4000/2651", "stormwater 9.31"},
		{"four decimals", "6.17", "round(sqft / 2651, 4)", "4000", "15089/10000", "stormwater 9.31"},
		{"a tenth", "2.67", "round(sqft / 1000, 1)", "2349", "23/10", "stormwater 6.14"},
		{"a tenth, up", "2.67", "ceil(sqft / 1000, 1)", "2301", "12/5", "stormwater 6.41"},
		{"a tenth, down", "2.67", "floor(sqft / 1000, 1)", "2399", "23/10", "stormwater 6.14"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s, in := bill(c.price, c.quantity, c.sqft)
			quote := priced(t, s, in)
			require.Equal(t, c.lines, printed(lines(quote)))
			require.Equal(t, c.units, lines(quote)[0].Quantity().String())
		})
	}
}

func TestDrought(t *testing.T) {
	stage := texts("stage", "0", "1", "2")
	perStage := withFacts(schedule(perUnit("water", "2.00"),
		charge("drought", rates.PerUnit{Price: table("stage", "0", "0", "1", "0.25", "2", "0.75")})), stage)
	percentStage := withFacts(schedule(fixed("base", "30.00"), perUnit("water", "5.50"),
		when(charge("drought", rates.Percent{Rate: table("stage", "1", "8", "2", "15"), Of: []string{"water"}}), "stage", "1", "2")), stage)
	requireRules(t, []ruleCase{
		{rule: "per unit", schedule: perStage, in: input("7", rates.Facts{"stage": "2"}), lines: "water 14.00, drought 5.25"},
		{rule: "per unit, no stage", schedule: perStage, in: input("7", rates.Facts{"stage": "0"}), lines: "water 14.00, drought 0.00"},
		{rule: "per cent of the flow alone", schedule: percentStage, in: input("7", rates.Facts{"stage": "1"}), lines: "base 30.00, water 38.50, drought 3.08"},
		{rule: "per cent, no stage", schedule: percentStage, in: input("7", rates.Facts{"stage": "0"}), lines: "base 30.00, water 38.50"},
	})
}

// westernBudget gives each person 55 gallons a day, to a tenth of a unit of 748
// gallons, and a garden what evaporates from it. Prices are made up.
func westernBudget() rates.Schedule {
	s := define(schedule(charge("water", rates.Tiered{Tiers: rates.TierList{
		{UpTo: rates.Name("indoor"), Price: num("1.00")}, {UpTo: rates.Name("budget"), Price: num("2.00")}, {Price: num("5.00")}}})),
		rates.Definition{Name: "budget", Value: formula("indoor + outdoor")},
		rates.Definition{Name: "indoor", Value: formula("round(persons * gallons * days / 748, 1)")},
		rates.Definition{Name: "outdoor", Value: formula("round(evapotranspiration * plant_factor * area * 0.62 / 748, 1)")},
		rates.Definition{Name: "gallons", Fact: "gallons", Value: num("55")},
		rates.Definition{Name: "plant_factor", Fact: "plant_factor", Value: num("0.8")})
	s.Unit = metering.CCF748
	for _, name := range []string{"persons", "gallons", "evapotranspiration", "plant_factor", "area"} {
		s.Facts = append(s.Facts, number(name))
	}
	return s
}

func TestBudgetTiers(t *testing.T) {
	for _, c := range []struct {
		rule                     string
		facts                    rates.Facts
		indoor, outdoor, outside string
	}{
		{"55 gallons a person and day", rates.Facts{"persons": "3", "evapotranspiration": "0", "area": "0"}, "33/5", "", "467/5"},
		{"60 gallons, a fact before the definition", rates.Facts{"persons": "3", "gallons": "60", "evapotranspiration": "0", "area": "0"}, "36/5", "", "464/5"},
		// 4.65 * 0.8 * 1500 * 0.62 / 748 = 4.6251...
		{"with a garden", rates.Facts{"persons": "3", "evapotranspiration": "4.65", "area": "1500"}, "33/5", "23/5", "444/5"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			quote := priced(t, westernBudget(), rates.Input{Period: june(), Usage: volume("100", metering.CCF748), Facts: c.facts})
			got := map[int]string{}
			for line := range quote.Lines() {
				got[line.Tier()] = line.Quantity().String()
			}
			want := map[int]string{1: c.indoor, 3: c.outside}
			if c.outdoor != "" {
				want[2] = c.outdoor
			}
			require.Equal(t, want, got)
		})
	}
}

// The value of a definition: a number, a formula, a table, tiers; a text for the
// keys of tables; and what stands before it.
func TestDefinitions(t *testing.T) {
	amount := func(id string) rates.Charge { return charge("fee", rates.Computed{Amount: rates.Name(id)}) }
	facts := []rates.Fact{number("units"), texts("class"), texts("size")}
	with := func(definitions ...rates.Definition) rates.Schedule {
		return define(withFacts(schedule(amount("x")), facts...), definitions...)
	}
	text := func(name string, v rates.Value) rates.Definition { return rates.Definition{Name: name, Value: v} }
	requireRules(t, []ruleCase{
		{rule: "a number", schedule: with(text("x", num("3.25"))), in: input("0", nil), lines: "fee 3.25"},
		{rule: "another definition, which stands below", schedule: with(text("x", rates.Name("y")), text("y", num("4"))), in: input("0", nil), lines: "fee 4.00"},
		{rule: "a formula of definitions and facts", schedule: with(text("x", formula("y * units")), text("y", num("4"))), in: input("0", rates.Facts{"units": "2.5"}), lines: "fee 10.00"},
		{rule: "tiers, as an amount", schedule: with(text("x", rates.Tiered{Tiers: tiers("8", "1.00", "2.00")})), in: input("10", nil), lines: "fee 12.00"},
		{rule: "tiers of a quantity of their own", schedule: with(text("x", rates.Tiered{Of: formula("usage / 2"), Tiers: tiers("8", "1.00", "2.00")})), in: input("20", nil), lines: "fee 12.00"},
		{rule: "a table by a text that is defined", schedule: with(text("x", table("band", "A", "1.00", "B", "2.00")),
			text("band", rates.Table{By: []string{"class"}, Rows: []rates.Row{{Key: []string{"home"}, Value: rates.Text("A")}}, Else: rates.Text("B")})),
			in: input("0", rates.Facts{"class": "shop"}), lines: "fee 2.00"},
		{rule: "a table by joined texts", schedule: with(text("x", table("key", "home|5/8", "1.00", "home|1", "2.00")),
			text("key", rates.Joined{Names: []string{"class", "size"}, With: "|"})), in: input("0", rates.Facts{"class": "home", "size": "1"}), lines: "fee 2.00"},
		{rule: "a table by the text of a number", schedule: with(text("x", table("n", "0.5", "1.00", "2", "2.00")), text("n", formula("units / 2"))), in: input("0", rates.Facts{"units": "4.0"}), lines: "fee 2.00"},
		{rule: "what is not reached is not evaluated", schedule: with(text("x", num("1")), text("never", fraction("units / (usage - usage)"))), in: input("0", nil), lines: "fee 1.00"},
		{rule: "a part that is refused, where no one reaches it", in: input("0", rates.Facts{"class": "home"}), lines: "fee 1.00",
			schedule: with(text("x", rates.Table{By: []string{"class"}, Rows: []rates.Row{{Key: []string{"home"}, Value: num("1")}, {Key: []string{"shop"}, Value: rates.Refuse{Code: "E_DAMAGED", What: "damaged", Fix: "mend it"}}}}))},
		{rule: "the fact stands in for the definition", schedule: with(rates.Definition{Name: "x", Fact: "units", Value: num("8")}), in: input("0", rates.Facts{"units": "6.5"}), lines: "fee 6.50"},
		{rule: "the definition stands where there is no fact", schedule: with(rates.Definition{Name: "x", Fact: "units", Value: num("8")}), in: input("0", nil), lines: "fee 8.00"},
		{rule: "a fact of the definition's own name", schedule: define(withFacts(schedule(amount("units")), number("units")), rates.Definition{Name: "units", Fact: "units", Value: num("8")}), in: input("0", rates.Facts{"units": "2"}), lines: "fee 2.00"},
		{rule: "an amount of other charges", in: input("10", nil), lines: "base 30.00, fee 3.05",
			schedule: define(schedule(fixed("base", "30.00"), amount("x")), text("x", formula("base / 10 + usage * 0.005")))},
	})
}

// A fact of any type is a text where a table asks, and a number where a formula does.
func TestAnyFact(t *testing.T) {
	s := withFacts(schedule(charge("base", rates.Fixed{Amount: table("size", "1", "10.00", "2", "20.00")}), charge("fee", rates.Computed{Amount: formula("size * 3")})),
		rates.Fact{Name: "size", Type: rates.AnyFact})
	require.Equal(t, "base 20.00, fee 6.00", printed(lines(priced(t, s, input("0", rates.Facts{"size": "2"})))))
}

// A formula's usage and days are those of the whole bill in each of its parts.
func TestFormulasKnowUsageAndDays(t *testing.T) {
	s := schedule(charge("fee", rates.Computed{Amount: formula("usage + days")}))
	require.Equal(t, "fee 42.00", printed(lines(priced(t, s, input("12", nil)))))
	s = from(s, "2026-06-11", s.Versions[0].Charges...)
	require.Equal(t, "fee 14.00, fee 28.00", printed(lines(priced(t, s, input("12", nil)))))
}
