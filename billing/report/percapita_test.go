package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/internal/corpus"
	"github.com/headgate-dev/headgate/metering"
)

// thirty is the case of the policy: 90,000,000 gal, 68% residential, 30,000 people, 30 days.
func thirty() report.PerCapitaRequest {
	return report.PerCapitaRequest{
		Period: daysOf(april), Produced: report.WaterOf(volume("90000000 gal")), Residential: ratioOf(68, 100), Population: 30_000, Places: 2,
		Mode: exact.HalfUp,
	}
}

func ExamplePerPerson() {
	each, err := report.PerPerson(thirty())
	fmt.Println(each.Words, err)
	// Output: 90000000 gal × 0.68 ÷ (30000 people × 30 days) is 68 gal by person and day, rounded half_up to 2 decimals <nil>
}

func TestCasesOfReports(t *testing.T) {
	t.Run("Q-rgpcd", func(t *testing.T) {
		each := got(report.PerPerson(thirty()))
		require.True(t, each.Gallons.Equal(exact.Int(68)))
		require.True(t, each.Exact.Equal(exact.Int(68)), "nothing is rounded")
	})
	t.Run("as the policy has them", func(t *testing.T) {
		seen := 0
		for _, row := range corpus.Rows(t, "policy", "cases.csv") {
			if row["group"] != "report" || !strings.HasPrefix(row["id"], "Q-") {
				continue
			}
			seen++
			require.Equal(t, "Q-rgpcd", row["id"])
			require.Equal(t, "production 90,000,000 gal, 68% residential, population 30,000, 30 days", row["given"])
			require.True(t, got(exact.Parse(row["expected"])).Equal(got(report.PerPerson(thirty())).Gallons))
		}
		require.Equal(t, 1, seen)
	})
}

func TestGallonsByPersonAreRoundedOnceAsIsSaid(t *testing.T) {
	r := thirty()
	r.Produced = report.WaterOf(volume("276.2 acre-ft"))
	each := got(report.PerPerson(r))
	gallons := got(r.Produced.In(metering.Gallon)).Amount
	require.True(t, each.Exact.Equal(gallons.Mul(ratioOf(68, 100)).Mul(ratioOf(1, 900_000))), "exactly, from any unit")
	require.True(t, each.Gallons.Equal(each.Exact.Round(2, exact.HalfUp)))
	r.Places, r.Mode = 0, exact.Up
	require.True(t, got(report.PerPerson(r)).Gallons.Equal(each.Exact.Round(0, exact.Up)))
}

func TestGallonsByPersonOfWhatCannotBe(t *testing.T) {
	none := failure(report.PerPerson(report.PerCapitaRequest{}))
	require.ErrorIs(t, none, report.ErrRequest)
	require.ErrorIs(t, none, report.ErrWater, "production without a unit is not zero")
	for _, what := range []string{"the report has no days", "0 people are served", "0 decimals"} {
		require.ErrorContains(t, none, what)
	}
	for what, change := range map[string]func(*report.PerCapitaRequest){
		"the residential share is 1.01":  func(r *report.PerCapitaRequest) { r.Residential = ratioOf(101, 100) },
		"the residential share is -0.01": func(r *report.PerCapitaRequest) { r.Residential = ratioOf(-1, 100) },
		"0 people are served":            func(r *report.PerCapitaRequest) { r.Population = 0 },
		"it is -1 gal":                   func(r *report.PerCapitaRequest) { r.Produced = report.WaterOf(volume("-1 gal")) },
		"19 decimals":                    func(r *report.PerCapitaRequest) { r.Places = 19 },
		"-1 decimals":                    func(r *report.PerCapitaRequest) { r.Places = -1 },
		"state 0 to 18 decimals and how they are rounded": func(r *report.PerCapitaRequest) { r.Mode = 0 },
	} {
		r := thirty()
		change(&r)
		require.ErrorContains(t, failure(report.PerPerson(r)), what)
	}
	whole := thirty()
	whole.Residential = exact.Int(1)
	got(report.PerPerson(whole))
	whole.Residential, whole.Produced.Amount = exact.Int(0), exact.Int(0)
	got(report.PerPerson(whole))
}

// wells is a supply of a district with two wells, a connection that brings water, and none that takes it.
func wells() report.Supply {
	return report.Supply{
		Sources: []report.Source{{ID: "W-1", Item: report.OwnSources}, {ID: "W-2", Item: report.OwnSources}, {ID: "X-1", Item: report.Imported}},
		Without: []report.Item{report.Exported},
		Supplied: []report.Supplied{supplied("W-1", "[2026-03-01, 2026-05-10)", "70 CCF"), supplied("W-2", "[2026-03-01, 2026-05-10)", "35 CCF"),
			supplied("X-1", "[2026-04-01, 2026-05-01)", "15 CCF")},
	}
}

func supplied(source, period, text string) report.Supplied {
	return report.Supplied{Source: source, Period: daysOf(period), Volume: volume(text)}
}

// ofApril asks for the month of April of a town whose bills have all of it.
func ofApril(houses int) report.MonthRequest {
	s := town(houses)
	const may = "[2026-04-30, 2026-05-30)"
	for _, a := range s.Agreements {
		s.Bills = append(s.Bills, billed(may, line(a, may, 100)))
	}
	s.Books = booked(s.Bills...)
	return report.MonthRequest{
		Supplier: "CA-0000000", Month: dayOf("2026-04-12"), Unit: metering.CCF, Supply: wells(), ClassFact: "class", Residential: []string{"residential"},
		Services: []string{"water"}, Sales: s, Population: 10, Places: 1, Mode: exact.HalfUp, On: dayOf("2026-05-20"),
	}
}

func balanceRow(r report.BalanceRow) string {
	return fmt.Sprintf("%s %s %s: %s", r.Item, r.State, r.Water, r.Words)
}

func ExampleMonth() {
	month, err := report.Month(ofApril(3))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(month.Period, "due", month.Due, "in", month.DaysLeft, "days")
	for _, r := range month.Rows {
		fmt.Println(r.Item, r.Water, r.State)
	}
	fmt.Println("residential", month.Residential, "of", month.All)
	fmt.Println(month.PerCapita.Words)
	// Output:
	// [2026-04-01, 2026-05-01) due 2026-05-28 in 8 days
	// own sources 45 CCF whole
	// imported 15 CCF whole
	// exported 0 CCF whole
	// water supplied 60 CCF whole
	// residential 10 CCF of 32.9 CCF
	// 44883.1169 gal × 0.304 ÷ (10 people × 30 days) is 45.5 gal by person and day, rounded half_up to 1 decimal
}

func TestAMonthThatLacksSomethingSaysSo(t *testing.T) {
	r := ofApril(3)
	month := got(report.Month(r))
	require.Equal(t, report.Whole, month.State)
	require.Empty(t, month.Left)

	r.Supply.Supplied = r.Supply.Supplied[:2]
	month = got(report.Month(r))
	require.Equal(t, report.Unknown, month.State)
	require.Equal(t, "there is none: the water supplied is partial", month.PerCapita.Words)
	require.Equal(t, []string{"source X-1 [2026-04-01, 2026-05-01): nothing was measured on 30 days of imported"}, told(month.Left, words))
	require.Equal(t, "imported partial 0 CCF: of 1 source; 30 days of a source lack", balanceRow(month.Rows[1]))
	r.Supply.Without = nil
	require.Equal(t, "exported unknown : no source is given, and nothing says that there is none", balanceRow(got(report.Month(r)).Rows[2]))
	require.Equal(t, "there is none: the water supplied is unknown", got(report.Month(r)).PerCapita.Words)

	r = ofApril(3)
	r.Sales.Bills = r.Sales.Bills[:len(r.Sales.Bills)-1]
	month = got(report.Month(r))
	require.Equal(t, report.Partial, month.State)
	require.Contains(t, month.PerCapita.Words, "the residential share is of use without 1 item that is told")

	r = ofApril(1)
	r.Sales.Bills, r.On = nil, dayOf("2026-05-29")
	month = got(report.Month(r))
	require.Equal(t, "there is none: no use is billed, of which residential use would be a part", month.PerCapita.Words)
	require.Equal(t, -1, month.DaysLeft, "overdue")
}

func TestAMonthIsOfTheServicesOfItsWater(t *testing.T) {
	r := ofApril(1)
	sewer := flat("s-1")
	sewer.Service, sewer.Schedule = "sewer", "sewer"
	r.Sales.Agreements = append(r.Sales.Agreements, sewer)
	r.Sales.Bills = append(r.Sales.Bills, billed("s", line(sewer, april, -1)))
	r.Sales.Books = booked(r.Sales.Bills...)
	month := got(report.Month(r))
	require.Len(t, month.Use, 1)
	require.Empty(t, month.Left, "days of the sewer that no bill has are none of the month's")
}

func TestFlatServicesMakeTheResidentialSharePartial(t *testing.T) {
	r := ofApril(3)
	for i := range 50 {
		f := flat(fmt.Sprint("f-", i))
		f.From = dayOf("2026-03-01")
		r.Sales.Agreements = append(r.Sales.Agreements, f)
		for _, p := range []string{march, april, "[2026-04-30, 2026-05-30)"} {
			r.Sales.Bills = append(r.Sales.Bills, billed(p, line(f, p, -1)))
		}
		r.Sales.Facts = append(r.Sales.Facts, report.Fact{Agreement: f.ID, Fact: "class", Value: "residential", From: f.From})
	}
	r.Sales.Books = booked(r.Sales.Bills...)
	month := got(report.Month(r))
	require.Equal(t, []report.State{report.Partial, report.Partial}, []report.State{month.Used, month.State})
	require.Equal(t, []string{"flat services [2026-04-01, 2026-05-01) 50: 50 flat services of which nobody states the use"}, told(month.Left, words))
	require.Contains(t, month.PerCapita.Words, "the residential share is of use without 1 item that is told")
	for i := range r.Sales.Agreements {
		if r.Sales.Agreements[i].Reads == billing.Unmetered {
			r.Sales.Agreements[i].Service = "sewer"
		}
	}
	require.Equal(t, report.Whole, got(report.Month(r)).Used, "flat services of other water lack nothing")
}

func TestAResidentialClassThatNoAgreementHasIsRefused(t *testing.T) {
	for _, class := range []string{"residence", ""} {
		r := ofApril(3)
		r.Residential = append(r.Residential, class)
		err := failure(report.Month(r))
		require.ErrorIs(t, err, report.ErrRequest)
		require.ErrorContains(t, err, fmt.Sprintf("residential: no agreement of these services ever has the class %q", class))
	}
	r := ofApril(3)
	r.Sales.Agreements[1].Facts = map[string]string{"class": "duplex"}
	r.Sales.Agreements[2].Changes = []rates.Change{{Fact: "class", Value: "flat", On: dayOf("2027-01-01")}}
	r.Residential = []string{"residential", "duplex", "flat"}
	got(report.Month(r))
	r.Services = []string{"sewer"}
	require.ErrorContains(t, failure(report.Month(r)), "ever has the class", "of those services")
}

func TestABillTakenBackAndBilledAgainLacksNothing(t *testing.T) {
	r := ofApril(3)
	before := got(report.Month(r))
	b, a := r.Sales.Bills[1], r.Sales.Agreements[0]
	takenBack(r.Sales.Books, b.Entries()[0])
	month := got(report.Month(r))
	require.Equal(t, []report.State{report.Partial, report.Partial}, []report.State{month.Used, month.State}, "its days are on no bill")
	require.Contains(t, told(month.Left, words), "account A-w-1 agreement w-1 bill "+april+" "+april+": it was taken back")

	again := billed("again", line(a, april, 100))
	got(r.Sales.Books.PostAll(again.Entries()...))
	r.Sales.Bills = append(r.Sales.Bills, again)
	month = got(report.Month(r))
	require.Equal(t, []report.State{report.Whole, report.Whole}, []report.State{month.Used, month.State})
	require.Equal(t, before.PerCapita, month.PerCapita)
	require.Equal(t, []string{"account A-w-1 agreement w-1 bill " + april + " " + april +
		": it was taken back, and none of its days lacks: they are on other bills, or nobody has the service"}, told(month.Left, words))
	require.True(t, month.Left[0].Note)
}

func TestMonthsThatCannotBeReported(t *testing.T) {
	r := ofApril(1)
	r.Unit, r.ClassFact = 0, ""
	err := failure(report.Month(r))
	require.ErrorContains(t, err, "the report has no unit that others convert to")
	require.ErrorContains(t, err, "which classes are residential")
	r = ofApril(1)
	r.On = dayOf("2026-05-01")
	r.Month = r.On
	require.Equal(t, "2026-06-28", got(report.Month(r)).Due.String())
	for what, change := range map[string]func(*report.MonthRequest){
		"the supplier's id, the month":          func(r *report.MonthRequest) { r.Supplier = "" },
		"the month or the day":                  func(r *report.MonthRequest) { r.Month = civil.Date{} },
		"the day of the report is missing":      func(r *report.MonthRequest) { r.On = civil.Date{} },
		"and which classes are residential":     func(r *report.MonthRequest) { r.Residential = nil },
		"which services are of this water":      func(r *report.MonthRequest) { r.Services = nil },
		"class_fact, residential, services: it": func(r *report.MonthRequest) { r.ClassFact = "" },
	} {
		r := ofApril(1)
		change(&r)
		require.ErrorIs(t, failure(report.Month(r)), report.ErrRequest)
		require.ErrorContains(t, failure(report.Month(r)), what)
	}
	r = ofApril(1)
	r.Population = 0
	require.ErrorContains(t, failure(report.Month(r)), "0 people are served")
	r = ofApril(1)
	r.Population, r.Places, r.Mode, r.Supply = -1, 19, 0, report.Supply{}
	require.ErrorContains(t, failure(report.Month(r)), "-1 people are served", "also where no figure is found")
	require.ErrorContains(t, failure(report.Month(r)), "19 decimals")
	r = ofApril(1)
	r.Sales.Books = nil
	require.ErrorIs(t, failure(report.Month(r)), report.ErrSales)
	r = ofApril(1)
	r.Month = dayOf("2026-12-31")
	require.Equal(t, "2027-01-28", got(report.Month(r)).Due.String(), "of December in January")
}

func TestSupplyThatCannotBeIsRefused(t *testing.T) {
	for what, change := range map[string]func(*report.Supply){
		"source W-1: it has no id, or stands there twice": func(s *report.Supply) { s.Sources = append(s.Sources, s.Sources[0]) },
		"source : it has no id":                           func(s *report.Supply) { s.Sources = append(s.Sources, report.Source{Item: report.OwnSources}) },
		"is below zero, or has no unit":                   func(s *report.Supply) { s.Supplied[0].Volume = metering.Volume{} },
		`source W-9: it is "wells"`: func(s *report.Supply) {
			s.Sources = append(s.Sources, report.Source{ID: "W-9",
				Item: "wells"})
		},
		"it is imported, of which there is stated to be none": func(s *report.Supply) { s.Without = append(s.Without, report.Imported) },
		"source W-9 " + april + ": it is none of the sources": func(s *report.Supply) { s.Supplied = append(s.Supplied, supplied("W-9", april, "1 gal")) },
		"its volume is below zero, or has no unit":            func(s *report.Supply) { s.Supplied[0].Volume = volume("-1 gal") },
		"source W-1 [2026-03-01, 2026-03-01): it has no days": func(s *report.Supply) { s.Supplied[0].Period.To = s.Supplied[0].Period.From },
		"[2026-03-01, 2026-05-10) and [2026-05-09, 2026-05-20) have days in common": func(s *report.Supply) {
			s.Supplied = append(s.Supplied, supplied("W-1", "[2026-05-09, 2026-05-20)", "1 gal"))
		},
	} {
		r := ofApril(1)
		r.Supply.Supplied = append([]report.Supplied(nil), r.Supply.Supplied...)
		change(&r.Supply)
		err := failure(report.Month(r))
		require.ErrorContains(t, err, what)
	}
	r := ofApril(1)
	r.Supply.Supplied[0].Volume = volume("1 billing_unit")
	require.ErrorIs(t, failure(report.Month(r)), report.ErrWater)
}

func TestSupplyIsSpreadOverItsDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := report.Supply{Sources: []report.Source{{ID: "W", Item: report.OwnSources}}, Without: []report.Item{report.Imported, report.Exported}}
		whole := exact.Ratio{}
		for on := dayOf("2026-01-03"); on.Before(dayOf("2026-12-01")); {
			next := got(on.AddDays(rapid.IntRange(1, 70).Draw(t, "days")))
			if rapid.IntRange(0, 4).Draw(t, "missing") > 0 {
				v := fmt.Sprintf("%d CCF", rapid.IntRange(0, 999).Draw(t, "volume"))
				s.Supplied = append(s.Supplied, supplied("W", fmt.Sprintf("[%s, %s)", on, next), v))
				whole = whole.Add(volume(v).Ratio())
			}
			on = next
		}
		r := report.AnnualRequest{
			Supplier: "CA", Year: 2026, Unit: metering.CCF, Supply: s, ClassFact: "class", Classes: map[string]string{"a": "A"},
			Services: []string{"water"}, Sales: sold(nil),
		}
		if len(s.Supplied) > 0 && s.Supplied[len(s.Supplied)-1].Period.To.After(dayOf("2027-01-01")) {
			t.Skip("the last one goes on into the next year")
		}
		found := got(report.Annual(r))
		sum := exact.Ratio{}
		for _, m := range found.Supply[0].Months {
			sum = sum.Add(m.Water.Amount)
		}
		require.True(t, sum.Equal(whole))
		require.True(t, found.Supply[0].Year.Water.Amount.Equal(whole))
		lacks := 0
		for _, l := range found.Left {
			lacks += l.Period.Days()
		}
		covered := 0
		for _, v := range s.Supplied {
			covered += v.Period.Days()
		}
		require.Equal(t, 365, covered+lacks)
		r.Supply.Supplied = shuffled(s.Supplied, rapid.Uint64().Draw(t, "seed"))
		require.Equal(t, found, got(report.Annual(r)))
	})
}
