package ratefile_test

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A workedRow is how a row of the printed bills is priced.
type workedRow struct {
	book string
	// given is the row's inputs, which the bills are written from.
	given string
	// bills are what the row adds up: one bill, mostly. each are other bills that come to the same as the first.
	bills, each []rates.Input
	// of is what the row publishes: the total where it is empty, or a line (see workedLine).
	of string
	// lines are the lines that the row prints, in its order, empty for a 0 that is no line of ours; off is the one among
	// them that is printed wrongly. Where that does not move the total, offPrinted is what is printed, and offComputed
	// what the arithmetic gives to as many decimals.
	lines                        []string
	off, offPrinted, offComputed string
	// figures are all numbers that the row prints, in its order, where some are no lines.
	figures []workedFigure
	// in is the unit of a row that publishes a quantity, where it is not the schedule's.
	in metering.Unit
}

func workedVolume(number string, unit metering.Unit) metering.Volume {
	v, err := metering.VolumeOf(number, unit)
	if err != nil {
		panic(err)
	}
	return v
}

// workedDays are n days. Where the row states none, the day they begin on is ours.
func workedDays(from string, n int) civil.Period {
	first := civil.MustDate(from)
	to, err := first.AddDays(n)
	if err != nil {
		panic(err)
	}
	p, err := civil.NewPeriod(first, to)
	if err != nil {
		panic(err)
	}
	return p
}

// workedBill is a bill without dates.
func workedBill(schedule, usage string, unit metering.Unit, facts rates.Facts) rates.Input {
	return rates.Input{Schedule: schedule, Usage: workedVolume(usage, unit), Facts: facts}
}

// workedAccount is a bill that rests on facts alone.
func workedAccount(schedule string, facts rates.Facts) rates.Input {
	return rates.Input{Schedule: schedule, Facts: facts}
}

func oneBill(in rates.Input) []rates.Input { return []rates.Input{in} }

func workedRows() map[string]workedRow {
	hdwd := func(units, dwellings string) []rates.Input {
		return oneBill(workedBill("water", units, metering.CCF, rates.Facts{"meter_size": "5/8", "dwelling_units": dwellings}))
	}
	columbus := func(class string) []rates.Input {
		return oneBill(workedBill("sewer", "16", metering.CCF, rates.Facts{"class": class}))
	}
	urban := func(schedule, kL string) []rates.Input {
		in := workedBill(schedule, kL, metering.Kiloliter, nil)
		in.Period = workedDays("2026-01-01", 90)
		return oneBill(in)
	}
	rest := func(allowance string) []rates.Input {
		in := workedBill("water", "142", metering.Kiloliter, rates.Facts{"allowance": allowance})
		in.Period = workedDays("2026-01-01", 92)
		return oneBill(in)
	}
	archCape := func(schedule string, excess ...string) []rates.Input {
		facts := rates.Facts{}
		for i, gallons := range excess {
			facts[fmt.Sprintf("excess_%d", i+1)] = gallons
		}
		return oneBill(workedAccount(schedule, facts))
	}
	mesa := oneBill(workedAccount("fixed", rates.Facts{"senior_program": "enrolled"}))
	budget := func(schedule string) []rates.Input {
		// Any usage beyond the budget fills it.
		in := workedBill(schedule, "10", metering.CCF748, rates.Facts{"people": "3"})
		in.Period = workedDays("2026-01-01", 30)
		return oneBill(in)
	}
	gallonsOf := func(personADay string) []workedFigure {
		return []workedFigure{combined(combined(figure(personADay), '*', factOf("people")), '*', daysOf), quantityOf("water#1")}
	}
	quarter := func(sqft string) rates.Input { return workedAccount("stormwater", rates.Facts{"sqft": sqft}) }

	bournemouth := workedBill("water", "45", metering.CubicMeter, nil)
	bournemouth.Period = workedDays("2020-04-01", 90)
	read, err := workedVolume("2502.5", metering.CubicMeter).Sub(workedVolume("2386.3", metering.CubicMeter))
	if err != nil {
		panic(err)
	}
	nanaimo := rates.Input{Schedule: "home", Period: workedDays("2019-01-01", 112), Usage: read}
	april, err := civil.Inclusive(civil.MustDate("2026-04-12"), civil.MustDate("2026-04-30"))
	if err != nil {
		panic(err)
	}

	rows := map[string]workedRow{
		"mcwd-ord-13": {book: "marina-coast-ord", given: `{"units":13,"meter":"3/4"}`, lines: []string{"base", "water#1", "water#2"},
			figures: []workedFigure{figureOfLine("base"), quantityOf("water#1"), priceOf("water#1"), quantityOf("water#2"), priceOf("water#2")},
			bills:   oneBill(workedBill("water", "13", metering.CCF748, rates.Facts{"meter_size": "3/4"}))},
		"hdwd-6-as-stated": {book: "hi-desert", given: `{"units":6}`, lines: []string{"water#1", "water#2", "fixed"}, off: "water#2", bills: hdwd("6", "1")},
		"hdwd-8-implied":   {book: "hi-desert", given: `{"units":8}`, lines: []string{"water#1", "water#2", "fixed"}, bills: hdwd("8", "1")},
		// The row is tier 1 filled: a unit more does not enlarge it.
		"hdwd-2du-tier1": {book: "hi-desert", given: `{"dwelling_units":2,"tier":1}`, of: "water#1", lines: []string{"water#1"},
			figures: []workedFigure{combined(quantityOf("water#1"), '/', factOf("dwelling_units")), priceOf("water#1"), factOf("dwelling_units")},
			bills:   hdwd("9", "2"), each: hdwd("8", "2")},
		"ardenhills-q-10k": {book: "arden-hills", given: `{"gallons":10000}`, bills: oneBill(workedBill("quarter", "10000", metering.Gallon, nil))},
		"ardenhills-q-50k": {book: "arden-hills", given: `{"gallons":50000}`, bills: oneBill(workedBill("quarter", "50000", metering.Gallon, nil))},
		"longview-sewer": {book: "longview", given: `{"winter":[7000,6800,6900]}`, lines: []string{"minimum", "sewer"},
			// What is above 2,000 gallons is billed by thousands.
			figures: []workedFigure{
				combined(figure("1000"), '*', combined(quantityOf("sewer"), '+', figure("2"))), figureOfLine("minimum"),
				quantityOf("sewer"), priceOf("sewer"), figureOfLine("sewer"),
			},
			bills: oneBill(workedAccount("sewer", rates.Facts{"december": "7000", "january": "6800", "february": "6900"}))},
		// The row is a year, which is billed by halves.
		"charlottesville-sw": {book: "charlottesville", given: `{"sqft":2100}`, lines: []string{"total"},
			figures: []workedFigure{
				combined(factOf("sqft"), '/', figure("500")), quantityOf("stormwater"), quantityOf("stormwater"),
				combined(priceOf("stormwater"), '/', figure("6")), figure("12"), figureOfFirst("total"),
			},
			bills: []rates.Input{quarter("2100"), quarter("2100")}},
		"berkeley-sw": {book: "berkeley-county", given: `{"sqft":915447}`,
			figures: []workedFigure{combined(factOf("sqft"), '/', figure("2760")), quantityOf("stormwater")}, bills: oneBill(quarter("915447"))},
		"seguin-sw": {book: "seguin", given: `{"sqft":30000}`,
			figures: []workedFigure{publishedFigure, figureOfLine("total"), combined(figure("12"), '*', figureOfLine("total"))}, bills: oneBill(quarter("30000"))},
		"jupiter-sw":       {book: "jupiter", given: `{"sqft":4000}`, figures: []workedFigure{quantityOf("stormwater")}, bills: oneBill(quarter("4000"))},
		"stockton-drought": {book: "stockton", given: `{"units":15}`, bills: oneBill(workedBill("drought", "15", metering.CCF, nil))},
		"carmichael-20": {book: "carmichael", given: `{"ccf":20}`, lines: []string{"base", "water"},
			bills: oneBill(workedBill("water", "20", metering.CCF, rates.Facts{"meter_size": "1"}))},
		"cranberry-meterchange": {book: "cranberry", given: `{"old_meter_kgal":2,"new_meter_kgal":4}`, lines: []string{"water", "base"},
			bills: oneBill(rates.Input{Schedule: "water", Meters: []rates.Meter{
				{ID: "old", Usage: workedVolume("2", metering.ThousandGallons)}, {ID: "new", Usage: workedVolume("4", metering.ThousandGallons)}}})},
		"maplegrove-sewer": {book: "maple-grove", given: `{"kgal":20}`, bills: oneBill(workedAccount("sewer", rates.Facts{"winter_quarter": "20"}))},
		// 8,000 gallons is what an account without a winter is billed, too.
		"wcid17-sewer": {book: "wcid-17", given: `{"avg_gal":8000}`, lines: []string{"sewer", "base"},
			bills: oneBill(workedAccount("sewer", rates.Facts{"winter_average": "8"})), each: oneBill(workedAccount("sewer", nil))},
		"cww-res-16":     {book: "columbus", given: `{"ccf":16,"class":"SFR"}`, lines: []string{"base", "sewer#1"}, bills: columbus("single family")},
		"cww-nonres-16":  {book: "columbus", given: `{"ccf":16,"class":"nonres"}`, lines: []string{"base", "sewer#1", "sewer#2"}, bills: columbus("other")},
		"bournemouth-45": {book: "bournemouth", given: `{"m3":45,"days":90}`, lines: []string{"water", "standing"}, bills: oneBill(bournemouth)},
		"nanaimo-112d": {book: "nanaimo", given: `{"prev":"2386.3","curr":"2502.5","days":112}`, lines: []string{"water", "sewer", "garbage"},
			figures: []workedFigure{priceOf("water"), daysOf, figureOfLine("water"), figureOfLine("sewer"), figureOfLine("garbage")},
			bills:   oneBill(nanaimo)},
		"urbanutil-comm-1000kl": {book: "urban-utilities", given: `{"kL":1000,"days":90}`,
			lines: []string{"water#1", "water#2", "bulk", "water_access", "sewer_access"}, bills: urban("commercial", "1000")},
		"urbanutil-res-80kl": {book: "urban-utilities", given: `{"kL":80,"days":90}`, off: "water#2",
			lines: []string{"water#1", "water#2", "bulk", "water_access", "sewer_access"}, bills: urban("gatton-home", "80")},
		// Of these two rows a line each is printed off in the fourth decimal or so (the book says how): no cent hangs on it.
		"rest-noallow": {book: "rockend-rest", given: `{"kL":142,"days":92}`, lines: []string{"water#1", "water#2", "water#3"},
			off: "water#1", offPrinted: "21.65440", offComputed: "21.65403", bills: rest("0")},
		"rest-allow136": {book: "rockend-rest", given: `{"kL":142,"days":92,"allowance":136}`, lines: []string{"", "water#2", "water#3"},
			off: "water#2", offPrinted: "133.2209", offComputed: "133.2210",
			bills: rest("136")},
		"archcape-line-2850": {book: "arch-cape", given: `{"gal":2850}`, of: "tier_1", lines: []string{"tier_1"},
			bills: archCape("water", "2850", "0", "0", "0", "0")},
		"archcape-water": {book: "arch-cape", given: `{"excess":["8850","4080","4000","9000","13550"]}`,
			lines: []string{"tier_1", "tier_2", "tier_3", "tier_4", "tier_5"}, bills: archCape("water", "8850", "4080", "4000", "9000", "13550")},
		"archcape-sanitary": {book: "arch-cape", given: `{"excess":["8850","4080","4000","9000","13550"]}`,
			lines: []string{"lower", "upper", "base"}, bills: archCape("sewer", "8850", "4080", "4000", "9000", "13550")},
		"wildwoodfl-3k": {book: "wildwood-florida", given: `{"gallons":3000}`, lines: []string{"water", "water_base", "tax", "sewer_base", "sewer", "garbage"},
			bills: oneBill(workedBill("home", "3000", metering.Gallon, nil))},
		"mesa-senior-discount": {book: "mesa", given: `{}`, of: "-discount", lines: []string{"-discount"}, bills: mesa},
		"mesa-senior-net":      {book: "mesa", given: `{}`, lines: []string{"total"}, bills: mesa},
		"current-prorate-19of30": {book: "current", given: `{"start":"04-12","end":"04-30"}`,
			figures: []workedFigure{daysOf, figure("30")}, bills: oneBill(rates.Input{Schedule: "monthly", Period: april})},
		"slo-leak": {book: "san-luis-obispo", given: `{"units":32}`, of: "-leak", lines: []string{"-leak"},
			figures: []workedFigure{combined(figureOfLine("-leak"), '/', figure("1.81")), figure("1.81")},
			bills:   oneBill(workedBill("leak", "32", metering.CCF, nil))},
		"wildwoodnj-leak": {book: "wildwood-new-jersey", given: `{"use":125000,"avg":6000}`, of: "credited", in: metering.Gallon,
			figures: []workedFigure{
				combined(usageIn(metering.Gallon), '-', combined(figure("1000"), '*', factOf("four_quarter_mean"))),
				combined(figure("1000"), '*', quantityOf("credited")),
			},
			bills: oneBill(workedBill("leak-quantity", "125000", metering.Gallon, rates.Facts{"four_quarter_mean": "6"}))},
		"wmwd-indoor-55": {book: "western-mwd", given: `{"people":3,"days":30}`, of: "water#1", figures: gallonsOf("55"), bills: budget("indoor-55")},
		"wmwd-indoor-60": {book: "western-mwd", given: `{"people":3,"days":30}`, of: "water#1", figures: gallonsOf("60"), bills: budget("indoor-60")},
	}
	for kgal := range 15 {
		rows[fmt.Sprintf("bourbon-%02dk", kgal+1)] = workedRow{book: "bourbon-rwd-4", given: fmt.Sprintf(`{"kgal":%d}`, kgal+1), of: "water",
			bills: oneBill(workedBill("water", fmt.Sprint(kgal+1), metering.ThousandGallons, nil))}
	}
	// A least bill is that of no usage, and of all the usage that it includes.
	for _, s := range [][3]string{
		{"5/8", "5/8", "300"}, {"1", "1", "600"}, {"1.5", "1 1/2", "1000"}, {"2", "2", "1700"}, {"3", "3", "2500"}, {"4", "4", "7000"}, {"6", "6", "17000"},
	} {
		facts := rates.Facts{"meter_size": s[1]}
		rows["sheffield-min-"+strings.ReplaceAll(s[0], "/", "_")] = workedRow{book: "sheffield", given: fmt.Sprintf(`{"meter":%q,"cf_allowed":%s}`, s[0], s[2]),
			bills: oneBill(workedAccount("water", facts)), each: oneBill(workedBill("water", s[2], metering.CubicFoot, facts))}
	}
	return rows
}
