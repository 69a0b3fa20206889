package ratecheck_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// diffHomes is the book of testdata/diff/now.yaml, with the parts that tests change.
type diffHomes struct {
	book    rates.Book
	homes   *rates.Schedule
	version *rates.Version
}

func newDiffHomes(t *testing.T) *diffHomes {
	h := &diffHomes{book: diffBook(t, "testdata/diff/now.yaml")}
	h.homes = &h.book.Schedules[0]
	h.version = &h.homes.Versions[0]
	return h
}

func (h *diffHomes) charge(id string) *rates.Charge {
	for i := range h.version.Charges {
		if h.version.Charges[i].ID == id {
			return &h.version.Charges[i]
		}
	}
	panic("no charge " + id)
}

func (h *diffHomes) rule(id string, rule rates.Rule) { h.charge(id).Rule = rule }

func diffRow(value string, key ...string) rates.Row {
	return rates.Row{Key: key, Value: rates.Num(value)}
}

func diffSizes(rows ...rates.Row) rates.Table {
	return rates.Table{By: []string{"meter_size"}, Rows: rows}
}

// diffTexts are the sentences with their kinds.
func diffTexts(all []ratecheck.Difference) []string {
	var texts []string
	for _, d := range all {
		texts = append(texts, d.Kind.String()+": "+d.Text)
	}
	return texts
}

// A change of the book at hand, and what is told of it.
type diffCase struct {
	name string
	make func(h *diffHomes)
	want []string
}

func runDiffCases(t *testing.T, cases []diffCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newDiffHomes(t)
			c.make(h)
			require.Equal(t, c.want, diffTexts(ratecheck.Diff(diffBook(t, "testdata/diff/now.yaml"), h.book)))
		})
	}
}

func TestDiffOfAmounts(t *testing.T) {
	runDiffCases(t, []diffCase{
		{"a row of a table", func(h *diffHomes) {
			h.rule("base", rates.Fixed{Amount: diffSizes(diffRow("38.79", "5/8"), diffRow("41.20", "3/4"), diffRow("60.51", "1"))})
		}, []string{"raised: Base charge for meter size 3/4 rises from $38.79 to $41.20 (+$2.41, +6.2%)"}},
		{"rows in the order of the table", func(h *diffHomes) {
			h.rule("base", rates.Fixed{Amount: diffSizes(diffRow("60", "1"), diffRow("41.20", "3/4"), diffRow("38.79", "5/8"))})
		}, []string{
			"lowered: Base charge for meter size 1 falls from $60.51 to $60.00 (-$0.51, -0.8%)",
			"raised: Base charge for meter size 3/4 rises from $38.79 to $41.20 (+$2.41, +6.2%)",
		}},
		{"all rows by the same percentage", func(h *diffHomes) {
			h.rule("base", rates.Fixed{Amount: diffSizes(diffRow("41.20", "5/8"), diffRow("41.20", "3/4"), diffRow("64.26", "1"))})
		}, []string{"raised: Base charge rises by 6.2% for every meter size ($38.79 to $41.20 for 5/8, $38.79 to $41.20 for 3/4, $60.51 to $64.26 for 1)"}},
		{"all rows by the same amount", func(h *diffHomes) {
			h.rule("base", rates.Fixed{Amount: diffSizes(diffRow("36.79", "5/8"), diffRow("36.79", "3/4"), diffRow("58.51", "1"))})
		}, []string{"lowered: Base charge falls by $2.00 for every meter size ($38.79 to $36.79 for 5/8, $38.79 to $36.79 for 3/4, $60.51 to $58.51 for 1)"}},
		{"some rows by the same percentage are not all", func(h *diffHomes) {
			h.rule("base", rates.Fixed{Amount: diffSizes(diffRow("41.20", "5/8"), diffRow("41.20", "3/4"), diffRow("60.51", "1"))})
		}, []string{
			"raised: Base charge for meter size 5/8 rises from $38.79 to $41.20 (+$2.41, +6.2%)",
			"raised: Base charge for meter size 3/4 rises from $38.79 to $41.20 (+$2.41, +6.2%)",
		}},
		{"a new row, and one that is gone, are not all rows", func(h *diffHomes) {
			h.rule("base", rates.Fixed{Amount: diffSizes(diffRow("41.20", "5/8"), diffRow("41.20", "3/4"), diffRow("140.14", "2"))})
		}, []string{
			"raised: Base charge for meter size 5/8 rises from $38.79 to $41.20 (+$2.41, +6.2%)",
			"raised: Base charge for meter size 3/4 rises from $38.79 to $41.20 (+$2.41, +6.2%)",
			"added: Base charge for meter size 2 is new: $140.14",
			"removed: Base charge for meter size 1 is gone; it was $60.51",
		}},
		{"from zero there is no percentage", func(h *diffHomes) {
			h.rule("pumping", rates.PerUnit{Price: rates.Table{By: []string{"zone"}, Rows: []rates.Row{diffRow("0.80", "hill")}, Else: rates.Num("0.25")}})
		}, []string{"raised: Pumping for any other zone rises from $0.00 to $0.25 per CCF (+$0.25)"}},
		{"to zero there is one", func(h *diffHomes) { h.rule("summer", rates.PerUnit{Price: rates.Num("0")}) },
			[]string{"lowered: Summer use falls from $0.10 to $0.00 per CCF (-$0.10, -100.0%)"}},
		{"half a tenth of a percent goes up", func(h *diffHomes) {
			h.version.Definitions[0].Value = rates.Num("8.004")
		}, []string{"raised: The book's winter average rises from 8 to 8.004 (+0.004, +0.1%)"}},
		{"less than half goes down", func(h *diffHomes) {
			h.version.Definitions[0].Value = rates.Num("7.9961")
		}, []string{"lowered: The book's winter average falls from 8 to 7.9961 (-0.0039, -0.0%)"}},
		{"a table becomes an amount", func(h *diffHomes) { h.rule("base", rates.Fixed{Amount: rates.Num("1234.5")}) },
			[]string{"altered: Base charge was $38.79 for meter size 5/8, $38.79 for meter size 3/4, $60.51 for meter size 1 and is now $1,234.50"}},
		{"numbers that are written otherwise", func(h *diffHomes) {
			h.rule("base", rates.Fixed{Amount: diffSizes(diffRow("60.5100", "1"), diffRow("3879e-2", "5/8"), diffRow("38.79", "3/4"))})
		}, nil},
		{"the names of a table in another order", func(h *diffHomes) {
			h.rule("pumping", rates.PerUnit{Price: rates.Table{By: []string{"meter_size", "zone"}, Rows: []rates.Row{diffRow("1.5", "3/4", "hill"), diffRow("2", "1", "hill")}}})
			before := newDiffHomes(t).book
			before.Schedules[0].Versions[0].Charges[2].Rule = rates.PerUnit{Price: rates.Table{By: []string{"zone", "meter_size"}, Rows: []rates.Row{diffRow("2", "hill", "1"), diffRow("1", "hill", "3/4")}}}
			require.Equal(t, []string{
				"altered: Pumping now goes by meter size and zone instead of zone and meter size",
				"raised: Pumping for meter size 3/4 and zone hill rises from $1.00 to $1.50 per CCF (+$0.50, +50.0%)",
			}, diffTexts(ratecheck.Diff(before, h.book)))
		}, []string{"altered: Pumping was $0.80 per CCF for zone hill, $0.00 per CCF for any other zone and is now $1.50 per CCF for meter size 3/4 and zone hill, $2.00 per CCF for meter size 1 and zone hill"}},
		{"another name of a table", func(h *diffHomes) {
			h.rule("base", rates.Fixed{Amount: rates.Table{By: []string{"zone"}, Rows: []rates.Row{diffRow("38.79", "5/8"), diffRow("38.79", "3/4"), diffRow("60.51", "1")}}})
		}, []string{"altered: Base charge now goes by zone instead of meter size"}},
	})
}

func TestDiffOfTiers(t *testing.T) {
	num := rates.Num
	tiers := func(h *diffHomes, list ...rates.Tier) { h.rule("water", rates.Tiered{Tiers: rates.TierList(list)}) }
	runDiffCases(t, []diffCase{
		{"a price and a bound", func(h *diffHomes) {
			tiers(h, rates.Tier{UpTo: num("10"), Price: num("4.90")}, rates.Tier{UpTo: num("16"), Price: num("6.45")}, rates.Tier{Price: num("9.55")})
		}, []string{
			"altered: Tier 2 of Water ends at 16 CCF instead of 20",
			"raised: Water in tier 2 rises from $6.10 to $6.45 per CCF (+$0.35, +5.7%)",
		}},
		{"all prices by the same amount", func(h *diffHomes) {
			tiers(h, rates.Tier{UpTo: num("10"), Price: num("5")}, rates.Tier{UpTo: num("16"), Price: num("6.20")}, rates.Tier{Price: num("9.65")})
		}, []string{
			"raised: Water rises by $0.10 per CCF in every tier ($4.90 to $5.00 in tier 1, $6.10 to $6.20 in tier 2, $9.55 to $9.65 in tier 3)",
			"altered: Tier 2 of Water ends at 16 CCF instead of 20",
		}},
		{"another number of tiers", func(h *diffHomes) {
			tiers(h, rates.Tier{UpTo: num("12"), Price: num("5")}, rates.Tier{Price: num("9.55")})
		}, []string{"altered: Water was in 3 tiers: up to 10 CCF at $4.90, up to 20 CCF at $6.10 and above that at $9.55 and is now in 2 tiers: up to 12 CCF at $5.00 and above that at $9.55"}},
		{"a bound that is computed", func(h *diffHomes) {
			tiers(h, rates.Tier{UpTo: num("10"), Price: num("4.90")}, rates.Tier{UpTo: rates.Formula{Text: "16 * dwelling_units"}, Price: num("6.10")}, rates.Tier{Price: num("9.55")})
		}, []string{`altered: Tier 2 of Water ends at "16 * dwelling_units" CCF instead of 20 CCF`}},
		{"a price that is looked up", func(h *diffHomes) {
			tiers(h, rates.Tier{UpTo: num("10"), Price: num("4.90")}, rates.Tier{UpTo: num("20"), Price: num("6.10")}, rates.Tier{Price: rates.Table{By: []string{"zone"}, Rows: []rates.Row{diffRow("10", "hill")}, Else: num("9.55")}})
		}, []string{"altered: Water in tier 3 was $9.55 per CCF and is now $10.00 per CCF for zone hill, $9.55 per CCF for any other zone"}},
		{"another quantity", func(h *diffHomes) {
			water := h.charge("water").Rule.(rates.Tiered)
			water.Of = rates.Formula{Text: "0.9 * usage"}
			h.rule("water", water)
		}, []string{
			`altered: Water now counts "0.9 * usage" instead of the billed usage`,
		}},
		{"a row of a quantity", func(h *diffHomes) {
			before := newDiffHomes(t)
			of := rates.Table{By: []string{"zone"}, Rows: []rates.Row{diffRow("1", "hill")}}
			before.rule("summer", rates.PerUnit{Of: of, Price: num("0.10")})
			of.Rows = append(of.Rows[:1:1], diffRow("2", "valley"))
			h.rule("summer", rates.PerUnit{Of: of, Price: num("0.10")})
			require.Equal(t, []string{"altered: Summer use for zone valley now counts 2 instead of nothing"}, diffTexts(ratecheck.Diff(before.book, h.book)))
			h.rule("summer", rates.PerUnit{Price: num("0.10")})
		}, nil},
		{"a price for each unit in place of tiers", func(h *diffHomes) { h.rule("water", rates.PerUnit{Price: num("4.10")}) },
			[]string{"altered: Water was in 3 tiers: up to 10 CCF at $4.90, up to 20 CCF at $6.10 and above that at $9.55 and is now $4.10 per CCF"}},
		{"tiers in place of a price for each unit", func(h *diffHomes) {
			h.rule("summer", rates.Tiered{Tiers: rates.TierList{{UpTo: num("10"), Price: num("0.05")}, {Price: num("0.15")}}})
		}, []string{"altered: Summer use was $0.10 per CCF and is now in 2 tiers: up to 10 CCF at $0.05 and above that at $0.15"}},
	})
}

func TestDiffOfRules(t *testing.T) {
	runDiffCases(t, []diffCase{
		{"a percentage", func(h *diffHomes) { h.rule("drought", rates.Percent{Rate: rates.Num("9"), Of: []string{"water"}}) },
			[]string{"raised: Drought surcharge rises from 8% to 9% of Water (+1 percentage point)"}},
		{"a percentage of other charges", func(h *diffHomes) {
			h.rule("drought", rates.Percent{Rate: rates.Num("8"), Of: []string{"water", "base"}})
		}, []string{"altered: Drought surcharge is now a percentage of Water and Base charge instead of Water"}},
		{"a credit and its cap", func(h *diffHomes) {
			h.rule("help", rates.Credit{Percent: rates.Num("15"), Cap: rates.Num("7.50"), Of: []string{"base"}})
		}, []string{
			"raised: Help with bills rises from 10% to 15% of Base charge (+5 percentage points)",
			"raised: The cap of Help with bills rises from $5.00 to $7.50 (+$2.50, +50.0%)",
		}},
		{"a credit without a cap", func(h *diffHomes) {
			h.rule("help", rates.Credit{Percent: rates.Num("10"), Of: []string{"base"}})
		}, []string{"removed: The cap of Help with bills is gone; it was $5.00"}},
		{"a credit of an amount", func(h *diffHomes) {
			h.rule("help", rates.Credit{Amount: rates.Num("3"), Of: []string{"base"}})
		}, []string{"altered: Help with bills was a credit of 10% of Base charge, at most $5.00 and is now a credit of $3.00, at most what is charged (Base charge)"}},
		{"a formula", func(h *diffHomes) {
			h.rule("sewer", rates.PerUnit{Of: rates.Formula{Text: "min(usage, winter_average)"}, Price: rates.Num("2.10")})
		}, []string{`altered: Sewer now counts "min(usage, winter_average)" instead of "min(usage, winter_average, 12)"`}},
		{"a definition", func(h *diffHomes) { h.version.Definitions[1].Value = rates.Formula{Text: "14 * dwelling_units"} },
			[]string{`altered: The book's allotment is now computed as "14 * dwelling_units" instead of "16 * dwelling_units"`}},
		{"a formula that may be a third", func(h *diffHomes) {
			h.version.Definitions[1].Value = rates.Formula{Text: "16 * dwelling_units", Exact: true}
		}, []string{`altered: The book's allotment, computed as "16 * dwelling_units", may now come to a fraction that no decimal holds, such as a third`}},
		{"a definition that is new, and one that is gone", func(h *diffHomes) { h.version.Definitions[1].Name = "budget" },
			[]string{
				`added: The book now defines budget: "16 * dwelling_units"`,
				`removed: The book no longer defines allotment; it was: "16 * dwelling_units"`,
			}},
		{"a fact in place of a definition", func(h *diffHomes) { h.version.Definitions[0].Fact = "" },
			[]string{"altered: An account's own winter average no longer stands in place of the book's winter average"}},
	})
}

func TestDiffOfCharges(t *testing.T) {
	runDiffCases(t, []diffCase{
		{"a new charge", func(h *diffHomes) {
			h.version.Charges = append(h.version.Charges, rates.Charge{ID: "fire", Text: "Fire readiness", Per: rates.PerMeter, When: []rates.Condition{{Fact: "zone", In: []string{"hill"}}},
				Rule: rates.Fixed{Amount: rates.Num("1.25")}})
		}, []string{"added: Fire readiness is new: $1.25, where zone is hill, for each meter"}},
		{"a charge that is gone", func(h *diffHomes) { h.version.Charges = h.version.Charges[:6] },
			[]string{"removed: Help with bills is gone; it was a credit of 10% of Base charge, at most $5.00"}},
		{"another ID", func(h *diffHomes) { h.charge("summer").ID = "season_use" },
			[]string{"altered: Summer use stands in the book as season_use instead of summer; nothing else of it changes"}},
		{"the text", func(h *diffHomes) { h.charge("base").Text = "Meter charge" },
			[]string{`altered: The charge base is printed as "Meter charge" instead of "Base charge"`}},
		{"the service", func(h *diffHomes) { h.charge("base").Service = "" }, []string{"altered: Base charge now belongs to no service instead of the service water"}},
		{"for each meter", func(h *diffHomes) { h.charge("base").Per = rates.PerMeter },
			[]string{"altered: Base charge is now made for each meter instead of without a rule for several meters"}},
		{"some meters", func(h *diffHomes) {
			h.charge("water").Per = rates.PerAccount
			h.charge("water").Meters = []rates.Condition{{Fact: "zone", In: []string{"hill", "valley"}}}
		}, []string{
			"altered: Water is now made once for the account instead of without a rule for several meters",
			"altered: Water now counts the meters of which zone is hill or valley instead of all meters",
		}},
		{"where it applies", func(h *diffHomes) {
			h.charge("drought").When = []rates.Condition{{Fact: "stage", In: []string{"3"}}, {Fact: "zone", In: []string{"hill"}}}
		}, []string{"altered: Drought surcharge now applies where stage is 3 and zone is hill instead of where stage is 2 or 3"}},
		{"when it applies", func(h *diffHomes) { h.charge("summer").Season = "" }, []string{"altered: Summer use now applies all the year instead of in season summer"}},
		{"for information", func(h *diffHomes) { h.charge("sewer").Memo = true },
			[]string{"altered: Sewer is now shown for information alone, instead of being part of the total"}},
		{"the source", func(h *diffHomes) { h.charge("sewer").Source.Resolution = "Ordinance 61" },
			[]string{"altered: Sewer now rests on Ordinance 61 instead of Resolution 2025-11, Exhibit A"}},
		{"the source of all", func(h *diffHomes) { h.version.Source.Address = "https://example.org/rates" },
			[]string{"altered: The rates rest on Resolution 2025-11, Exhibit A (https://example.org/rates) instead of Resolution 2025-11, Exhibit A"}},
		{"the printed order", func(h *diffHomes) {
			c := h.version.Charges
			c[0], c[1] = c[1], c[0]
		}, []string{"altered: The bill prints its charges in another order: Water, Base charge, Pumping, Sewer, Drought surcharge, Summer use and Help with bills"}},
		{"an order that follows from what is gone", func(h *diffHomes) {
			c := h.version.Charges
			c[0], c[1] = c[1], c[0]
			h.version.Charges = c[:6]
		}, []string{"removed: Help with bills is gone; it was a credit of 10% of Base charge, at most $5.00"}},
	})
}

func TestDiffOfSchedules(t *testing.T) {
	runDiffCases(t, []diffCase{
		{"the name of the book", func(h *diffHomes) { h.book.Name = "Other" }, []string{`altered: The rate book is named "Other" instead of "Example Water District"`}},
		{"another ID", func(h *diffHomes) { h.homes.ID = "houses" }, []string{"altered: The schedule homes is now called houses; nothing else of it changes"}},
		{"another ID and something else", func(h *diffHomes) {
			h.homes.ID, h.homes.Usage = "houses", rates.NextWholeUnit
		}, []string{
			"added: The schedule Water and sewer for homes (houses) is new; it charges Base charge, Water, Pumping, Sewer, Drought surcharge, Summer use and Help with bills",
			"removed: The schedule Water and sewer for homes (homes) is gone; it charged Base charge, Water, Pumping, Sewer, Drought surcharge, Summer use and Help with bills",
		}},
		{"the unit", func(h *diffHomes) { h.homes.Unit = metering.CCF },
			[]string{"altered: Usage is now counted in CCF of 100 cubic feet instead of CCF of 748 gallons, and so are prices and the bounds of tiers"}},
		{"the rounding", func(h *diffHomes) { h.homes.Rounding = money.Rounding{Mode: exact.HalfEven, Place: money.AtTotal} },
			[]string{"altered: Bills are now rounded half to even instead of half up", "altered: Bills are now rounded once at the total instead of line by line"}},
		{"a change of rates inside a bill", func(h *diffHomes) { h.homes.Select = rates.ByBillDate },
			[]string{"altered: A change of rates inside a bill is now decided by the date of the bill instead of split by days"}},
		{"the proration", func(h *diffHomes) { h.homes.Proration = rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true} },
			[]string{"altered: Bills are now prorated over 30 days (fixed amounts) instead of charged in full, whatever their days"}},
		{"the usage", func(h *diffHomes) { h.homes.Usage = rates.NextWholeUnit }, []string{"altered: Usage is now billed by the begun unit instead of as it is measured"}},
		{"a season's first day", func(h *diffHomes) { h.homes.Seasons.Starts[0].Day = 15 }, []string{"altered: Season summer begins on May 15 instead of May 1"}},
		{"no seasons", func(h *diffHomes) { h.homes.Seasons = rates.Seasons{} }, []string{
			"altered: A change of season inside a bill is now refused instead of split by days",
			"altered: The seasons are now none instead of summer from May 1 and winter from November 1",
		}},
		{"what a fact may be", func(h *diffHomes) {
			h.homes.Facts[0].Allowed = []string{"1", "3/4", "1 1/2", "2"} // another order, which is not told beside
		}, []string{"added: Meter size may now also be 1 1/2 or 2", "removed: Meter size may no longer be 5/8"}},
		{"the range of a fact", func(h *diffHomes) {
			h.homes.Facts[3].Range = &rates.Range{Least: rates.Num("1"), Most: rates.Num("9999")}
		},
			[]string{"altered: Dwelling units is now a number from 1 to 9,999 instead of a whole number from 1 to 999"}},
		{"the change of a fact", func(h *diffHomes) { h.homes.Facts[0].Change = rates.SplitByDay },
			[]string{"altered: A change of meter size inside a bill is now split by days instead of refused"}},
		{"facts", func(h *diffHomes) { h.homes.Facts[1] = rates.Fact{Name: "area", Type: rates.AnyFact} }, []string{
			"added: The schedule now asks for area, a text or a number; a change inside a bill is refused",
			"removed: The schedule no longer asks for zone, a text (hill or valley)",
		}},
		{"undated", func(h *diffHomes) { h.homes.Undated = true }, []string{"altered: Bills without dates are now priced, instead of refused"}},
		{"codes", func(h *diffHomes) { h.homes.Codes = map[problem.Code]problem.Code{rates.ErrNoRow: "E_MAP_KEY"} },
			[]string{"altered: A refusal with " + string(rates.ErrNoRow) + " is now reported as E_MAP_KEY instead of as it is"}},
	})
}

// A percentage of what is below zero would say more where there is less.
func TestDiffFromBelowZero(t *testing.T) {
	of := func(amount string) rates.Book {
		v := diffVersion("", "", "0")
		v.Charges[0].Rule = rates.Computed{Amount: rates.Num(amount)}
		return diffDated(v)
	}
	require.Equal(t, []string{"raised: Base charge rises from -$2.00 to $1.00 (+$3.00)"}, diffTexts(ratecheck.Diff(of("-2"), of("1"))))
	require.Equal(t, []string{"lowered: Base charge falls from -$2.00 to -$1,234,567.005 (-$1,234,565.005)"}, diffTexts(ratecheck.Diff(of("-2"), of("-1234567.005"))))
}

// A unit that changes leaves no number to compare prices by.
func TestDiffOfPricesInOtherUnits(t *testing.T) {
	h := newDiffHomes(t)
	h.homes.Unit = metering.ThousandGallons
	h.rule("summer", rates.PerUnit{Price: rates.Num("0.15")})
	require.Equal(t, []string{
		"altered: Usage is now counted in thousand gallons instead of CCF of 748 gallons, and so are prices and the bounds of tiers",
		"altered: Summer use was $0.10 per CCF and is now $0.15 per thousand gallons",
	}, diffTexts(ratecheck.Diff(diffBook(t, "testdata/diff/now.yaml"), h.book)))
}

// Schedules stand in the order of the book after, and what is gone follows.
func TestDiffOfTheBooksOrder(t *testing.T) {
	named := func(id, amount string) rates.Schedule {
		return rates.Schedule{ID: id, Versions: []rates.Version{{Charges: []rates.Charge{{ID: "base", Rule: rates.Fixed{Amount: rates.Num(amount)}}}}}}
	}
	before := rates.Book{Schedules: []rates.Schedule{named("x", "1"), named("a", "2"), named("b", "3"), named("y", "4")}}
	after := rates.Book{Schedules: []rates.Schedule{named("b", "4"), named("new", "9"), named("a", "3")}}
	var ids []string
	for _, d := range ratecheck.Diff(before, after) {
		ids = append(ids, d.Schedule)
	}
	require.Equal(t, []string{"b", "new", "a", "x", "y"}, ids)
	swapped := rates.Book{Schedules: []rates.Schedule{named("a", "2"), named("x", "1"), named("b", "3"), named("y", "4")}}
	require.Equal(t, []ratecheck.Difference{{Kind: ratecheck.Altered, Text: "The schedules stand in another order: a, x, b and y"}}, ratecheck.Diff(before, swapped))
}

func TestDifferenceString(t *testing.T) {
	d := ratecheck.Difference{Schedule: "homes", Text: "Water rises"}
	require.Equal(t, "homes: Water rises", d.String())
	d.Title, d.From, d.Source = "Homes", civil.MustDate("2026-07-01"), rates.Citation{Resolution: "Resolution 1", Address: "https://example.org"}
	require.Equal(t, "Homes, from 2026-07-01: Water rises  [Resolution 1]", d.String())
	d.To = civil.MustDate("2027-01-01")
	require.Equal(t, "Homes, from 2026-07-01 to 2026-12-31: Water rises  [Resolution 1]", d.String())
	require.Equal(t, "Water rises", ratecheck.Difference{Text: "Water rises"}.String())
	require.Equal(t, "unknown(9)", ratecheck.DifferenceKind(9).String())
}

// Books that do not compile are told as far as it goes.
func TestDiffOfBooksThatDoNotCompile(t *testing.T) {
	of := func(rule rates.Rule) rates.Book {
		return rates.Book{Schedules: []rates.Schedule{{ID: "s", Versions: []rates.Version{{Charges: []rates.Charge{{Rule: rule}, {Rule: rule}}}}}}}
	}
	huge := of(rates.Fixed{Amount: rates.Number(decimal.New(1, 2_000_000_000))})
	require.Empty(t, ratecheck.Diff(huge, huge))
	require.Contains(t, ratecheck.Diff(huge, of(nil))[0].Text, "A charge without a name was 1e2000000000 and is now without a price")
	require.Empty(t, ratecheck.Diff(rates.Book{}, rates.Book{}))
	num := rates.Num("1")
	pointer := of(rates.Fixed{Amount: &num})
	require.Empty(t, ratecheck.Diff(pointer, pointer))
	require.Contains(t, ratecheck.Diff(huge, pointer)[0].Text, "a value of type *rates.Number, which cannot be priced")
	none := rates.Book{Schedules: []rates.Schedule{{ID: "s"}}}
	require.Equal(t, []string{"removed: There are no rates for these days, where there were some before"}, diffTexts(ratecheck.Diff(huge, none)))
	require.Equal(t, []string{"added: There are rates, where there were none: A charge without a name and A charge without a name"}, diffTexts(ratecheck.Diff(none, huge)))
}
