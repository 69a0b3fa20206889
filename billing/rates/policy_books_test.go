package rates_test

import (
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// The schedules of the policy cases. Each states its whole policy: what a source
// does not decide (rounding, which date picks the version) is our own choice, half
// up by line and split by day.

func perMeter(c rates.Charge) rates.Charge {
	c.Per = rates.PerMeter
	return c
}

func perAccount(c rates.Charge) rates.Charge {
	c.Per = rates.PerAccount
	return c
}

func inSeason(season string, c rates.Charge) rates.Charge {
	c.Season = season
	return c
}

func inService(service string, c rates.Charge) rates.Charge {
	c.Service = service
	return c
}

func baseBy(fact string, rows ...string) rates.Charge {
	return charge("base", rates.Fixed{Amount: table(fact, rows...)})
}

// marina is a schedule of Marina Coast Water District; its unit is 748 gallons.
func marina(charges ...rates.Charge) rates.Schedule {
	s := schedule(charges...)
	s.Unit = metering.CCF748
	s.Facts = []rates.Fact{changing(texts("meter_size"), rates.SplitByDay)}
	s.Versions[0].Source = rates.Citation{Resolution: "published rates"}
	return s
}

func ord2018Charges() []rates.Charge {
	return []rates.Charge{
		perMeter(baseBy("meter_size", "5/8", "38.79", "3/4", "38.79", "1", "60.51", "1 1/2", "96.71", "2", "140.14",
			"3", "241.57", "4", "386.31", "6", "748.31", "8", "1472.72")),
		perMeter(tiered("water", "8", "3.68", "16", "5.65", "7.62")),
	}
}

func ordFAQCharges() []rates.Charge {
	return []rates.Charge{
		perMeter(baseBy("meter_size", "3/4", "48.94")),
		perMeter(tiered("water", "10", "4.90", "9.55")),
	}
}

func ord2018() rates.Schedule { return marina(ord2018Charges()...) }

func ordFAQ() rates.Schedule { return marina(ordFAQCharges()...) }

func marina2018() rates.Schedule {
	return marina(
		baseBy("meter_size", "5/8", "22.36", "3/4", "22.36", "1", "36.07", "1 1/2", "58.94", "2", "86.36",
			"3", "150.41", "4", "241.82", "6", "470.42", "8", "927.88"),
		tiered("water", "8", "2.78", "16", "3.19", "5.63"))
}

func ordFire2018() rates.Schedule {
	return marina(charge("fire", rates.Fixed{Amount: table("meter_size", "1", "2.26", "1 1/2", "6.56", "2", "13.99",
		"3", "40.63", "4", "86.58", "6", "251.49", "8", "535.94")}))
}

// ordChange has its rates of 2018 for the first 10 of June's 30 days.
func ordChange(rule rates.Select) rates.Schedule {
	s := from(ord2018(), "2026-06-11", ordFAQCharges()...)
	s.Select = rule
	s.Proration = rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true, Tiers: true}
	return s
}

func glendale() rates.Schedule {
	s := schedule(charge("water", rates.Tiered{Tiers: rates.TierList{
		{UpTo: formula("6 * dwelling_units"), Price: num("3.78")}, {Price: num("3.91")},
	}}))
	s.Facts = []rates.Fact{number("dwelling_units")}
	return s
}

// losAlamos is seasonal from May on. That the season ends with September is made
// up: no case reaches it.
func losAlamos() rates.Schedule {
	s := schedule(
		fixed("base", "15.17"),
		inSeason("peak", tiered("water", "9", "7.17", "15", "7.89", "8.67")),
		inSeason("off", perUnit("off_water", "7.17")))
	s.Unit = metering.ThousandGallons
	s.Seasons = rates.Seasons{Select: rates.SplitByDay, Starts: []rates.SeasonStart{
		{Name: "peak", Month: 5, Day: 1}, {Name: "off", Month: 10, Day: 1}}}
	return s
}

func santaMargarita() rates.Schedule {
	s := schedule(charge("pumping", rates.PerUnit{Price: table("zone", "high", "0.66", "low", "0.11")}))
	s.Facts = []rates.Fact{texts("zone", "high", "low")}
	return s
}

func charlotte() rates.Schedule {
	return schedule(
		inService("water", fixed("water_fixed", "6.16")),
		inService("water", tiered("water", "4", "1.98", "8", "2.56", "16", "5.91", "11.20")),
		inService("water", fixed("water_availability", "1.44")),
		inService("sewer", fixed("sewer_fixed", "6.16")),
		inService("sewer", charge("sewer", rates.PerUnit{Of: formula("min(usage, 16)"), Price: num("5.93")})),
		inService("sewer", fixed("sewer_availability", "9.48")))
}

func portland() rates.Schedule {
	s := schedule(fixed("base", "13.84"), tiered("water", "13", "3.02", "3.08"))
	s.Unit, s.Usage = metering.ThousandGallons, rates.NextWholeUnit
	return s
}

func northWeld() rates.Schedule {
	s := schedule(fixed("minimum", "28.50"), charge("water", rates.PerUnit{Of: formula("max(0, usage - 6)"), Price: num("4.75")}))
	s.Unit = metering.ThousandGallons
	return s
}

// ebmud has a flow charge of 38.50 for 7 units; the fixed charge is made up, and
// no part of what the surcharge is of.
func ebmud() rates.Schedule {
	return schedule(fixed("service", "30.00"), perUnit("flow", "5.50"),
		charge("drought", rates.Percent{Rate: num("8"), Of: []string{"flow"}}))
}

// archCape is a price per 100 gallons; by the case's policy it rounds half even.
func archCape(mode exact.Mode) rates.Schedule {
	s := schedule(perUnit("water", "0.25"))
	s.Unit = metering.HundredGallons
	s.Rounding.Mode = mode
	return s
}

func urbanUtilities(place money.Place) rates.Schedule {
	s := schedule(
		charge("water", rates.Tiered{Tiers: rates.TierList{
			{UpTo: formula("round(300 * days / 365, 0, half_up)"), Price: num("0.793")}, {Price: num("1.659")}}}),
		perUnit("bulk", "3.122"), fixed("access_water", "58.77"), fixed("access_sewer", "141.72"))
	s.Unit = metering.Kiloliter
	s.Rounding.Place = place
	return s
}

// prorated is one fixed amount over a denominator.
func prorated(amount string, p rates.Proration) rates.Schedule {
	s := schedule(fixed("base", amount))
	p.Fixed = true
	s.Proration = p
	return s
}

// invented200 charges 2.00 a unit, and 2.20 from the 11th of June on.
func invented200() rates.Schedule {
	return from(schedule(perUnit("water", "2.00")), "2026-06-11", perUnit("water", "2.20"))
}

func longview() rates.Schedule {
	s := schedule(fixed("minimum", "12.40"),
		charge("sewer", rates.PerUnit{Of: formula("max(0, winter_average - 2)"), Price: num("3.95")}))
	s.Unit = metering.ThousandGallons
	s.Facts = []rates.Fact{number("winter_average")}
	return s
}

func westStPaul() rates.Schedule {
	s := schedule(charge("sewer", rates.PerUnit{Of: formula("min(usage, winter_average)"), Price: num("3.00")}))
	s.Unit = metering.ThousandGallons
	s.Facts = []rates.Fact{number("winter_average")}
	return s
}

// wcid17 bills 8,000 gallons where an account has no winter average.
func wcid17() rates.Schedule {
	s := schedule(fixed("base", "28.00"), charge("sewer", rates.PerUnit{Of: rates.Name("winter_average"), Price: num("2.47")}))
	s.Unit = metering.ThousandGallons
	s.Facts = []rates.Fact{number("winter_average")}
	return define(s, rates.Definition{Name: "winter_average", Fact: "winter_average", Value: num("8")})
}

// columbus caps homes at 15 units, and no one else.
func columbus() rates.Schedule {
	homes := charge("sewer", rates.PerUnit{Of: formula("min(usage, 15)"), Price: num("3.42")})
	homes.When = []rates.Condition{{Fact: "class", In: []string{"residential"}}}
	others := tiered("sewer_uncapped", "15", "3.42", "2.77")
	others.When = []rates.Condition{{Fact: "class", In: []string{"commercial", "industrial"}}}
	s := schedule(fixed("base", "5.15"), homes, others)
	s.Facts = []rates.Fact{texts("class", "residential", "commercial", "industrial")}
	return s
}

func overMonthDays() rates.Schedule {
	return prorated("30.00", rates.Proration{Over: rates.MonthDays})
}

func withUsage(s rates.Schedule, price string) rates.Schedule {
	s.Versions[0].Charges = append(s.Versions[0].Charges, perUnit("water", price))
	return s
}

// whole is a period of both days.
func whole(first, last string) civil.Period { return must(civil.Inclusive(day(first), day(last))) }
