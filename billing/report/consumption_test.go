package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

// row is a row of consumption in short.
func row(r report.ConsumptionRow) string {
	text := strings.Join(append(r.Of, r.Service), " ")
	if !r.Metered {
		text += " unmetered"
	}
	return fmt.Sprintf("%s: %s in %d days, %d accounts, %d bills, mean %s", text, r.Use, r.Days, r.Accounts, r.Bills, r.Mean)
}

func consume(period string, cut report.Cut, s report.Sales, by ...string) (report.Consumption, error) {
	return report.Consume(report.ConsumptionRequest{Period: daysOf(period), Cut: cut, By: by, Sales: s})
}

func TestWhatIsLeftSaysHowMany(t *testing.T) {
	require.Equal(t, "account A-1: no zone", report.Left{Account: "A-1", Why: "no zone"}.String())
	require.Equal(t, "3: outside the period", report.Left{Count: 3, Why: "outside the period"}.String())
}

func ExampleConsume() {
	sales := town(5)
	used, err := report.Consume(report.ConsumptionRequest{
		Period: daysOf("[2026-04-01, 2026-05-01)"), Cut: report.ByDay, By: []string{"class", "zone"}, Sales: sales,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range used.Rows {
		fmt.Println(r.Of, r.Use, r.Days, r.Accounts)
	}
	fmt.Println(used.Totals[0].Use, used.Left[0])
	// Output:
	// [commercial north] 13.5333 CCF 29 1
	// [commercial south] 10.6333 CCF 29 1
	// [irrigation north] 11.6 CCF 29 1
	// [residential north] 9.6667 CCF 29 1
	// [residential south] 12.5667 CCF 29 1
	// 58 CCF account A-w-1 agreement w-1 [2026-04-30, 2026-05-01): no bill has 1 day of its water
}

func TestUseIsOfTheBillsThatEndOrOfTheDays(t *testing.T) {
	s := town(2)
	ended := got(consume("[2026-04-01, 2026-05-01)", report.ByPeriodEnd, s))
	require.Equal(t, []string{"water: 21 CCF in 60 days, 2 accounts, 2 bills, mean 21/2"}, told(ended.Rows, row))
	require.Empty(t, ended.Left)
	spread := got(consume("[2026-03-21, 2026-04-10)", report.ByDay, s))
	require.Equal(t, []string{"water: 14 CCF in 40 days, 2 accounts, 4 bills, mean 7"}, told(spread.Rows, row), "20 days of 30 at 21 CCF")
	require.Equal(t, []string{"water: 21 CCF in 60 days, 2 accounts, 2 bills, mean 21/2"}, told(got(consume("[2026-03-01, 2026-03-31)",
		report.ByPeriodEnd, s)).Rows, row))
	require.Equal(t, "by period end, by day, none", fmt.Sprintf("%s, %s, %s", report.ByPeriodEnd, report.ByDay, report.Cut(0)))
}

func TestTheLastDayOfABillIsTheDayBeforeTheNextOneBegins(t *testing.T) {
	s := town(1)
	require.Empty(t, got(consume("[2026-04-30, 2026-05-30)", report.ByPeriodEnd, s)).Rows)
	require.Len(t, got(consume("[2026-04-29, 2026-04-30)", report.ByPeriodEnd, s)).Rows, 1)
}

func TestAServiceOfNoDaysCountsOnItsDay(t *testing.T) {
	a := service("w-1")
	a.From, a.Until = dayOf("2026-03-05"), dayOf("2026-03-05")
	s := sold([]billing.Agreement{a}, billed("k", line(a, "[2026-03-05, 2026-03-05)", 20)))
	for _, cut := range []report.Cut{report.ByDay, report.ByPeriodEnd} {
		require.Equal(t, []string{"water: 2 CCF in 0 days, 1 accounts, 1 bills, mean 2"}, told(got(consume("[2026-03-05, 2026-03-06)", cut, s)).Rows, row))
		require.Empty(t, got(consume("[2026-03-06, 2026-03-07)", cut, s)).Rows)
	}
}

func TestAFactThatTurnsWithinABillSplitsItByDay(t *testing.T) {
	s := town(1)
	s.Facts = append(s.Facts, report.Fact{Agreement: "w-1", Fact: "zone", Value: "south", From: dayOf("2026-04-10")})
	require.Equal(t, []string{"north water: 3.3333 CCF in 10 days, 1 accounts, 1 bills, mean 10/3",
		"south water: 6.6667 CCF in 20 days, 1 accounts, 1 bills, mean 20/3"},
		told(got(consume(april, report.ByDay, s, "zone")).Rows, row))
	require.Equal(t, []string{"south water: 10 CCF in 30 days, 1 accounts, 1 bills, mean 10"}, told(got(consume(april, report.ByPeriodEnd, s,
		"zone")).Rows, row), "the fact of its last day")
	whole := got(consume(april, report.ByDay, s, "zone"))
	require.Equal(t, 1, whole.Totals[0].Bills, "a bill in two rows is one bill")
}

func TestFactsOfTheHostStandBeforeThoseOfTheAgreement(t *testing.T) {
	s := town(1)
	s.Agreements[0].Facts = map[string]string{"size": "1", "zone": "east"}
	used := got(consume(april, report.ByDay, s, "zone", "size", "dma"))
	require.Equal(t, []string{"north 1  water: 10 CCF in 30 days, 1 accounts, 1 bills, mean 10"}, told(used.Rows, row))
	require.Equal(t,
		[]string{"account A-w-1 agreement w-1 fact dma " + april + ": nothing states it on these days: its use stands in the row without it"},
		told(used.Left, words))
}

func TestUnmeteredAndMeteredUseStandApart(t *testing.T) {
	f, m, sewer := flat("w-1"), service("w-2"), flat("s-2")
	sewer.Service, sewer.Schedule, sewer.Account, sewer.Customer = "sewer", "sewer", m.Account, m.Customer
	s := sold([]billing.Agreement{f, m, sewer}, billed("k", line(f, april, -1)), billed("k", line(m, april, 100), line(sewer, april, -1)))
	require.Equal(t, "10 CCF", got(got(consume(april, report.ByDay, s)).UseBy("", nil, nil, metering.CCF)).String())
	require.Equal(t, []string{
		"sewer unmetered:  in 30 days, 1 accounts, 1 bills, mean 0", "water: 10 CCF in 30 days, 1 accounts, 1 bills, mean 10",
		"water unmetered:  in 30 days, 1 accounts, 1 bills, mean 0",
	}, told(got(consume(april, report.ByDay, s)).Rows, row))
}

func TestWhatWasTakenBackOrNotPostedIsLeftOut(t *testing.T) {
	s := town(3)
	back, waiting := s.Bills[1], s.Bills[3] // of April
	s.Books = booked(append(s.Bills[:3:3], s.Bills[4:]...)...)
	takenBack(s.Books, back.Entries()[0])
	used := got(consume(april, report.ByPeriodEnd, s))
	require.Equal(t, []string{"water: 12 CCF in 30 days, 1 accounts, 1 bills, mean 12"}, told(used.Rows, row))
	require.Equal(t, []string{
		"account A-w-1 agreement w-1 bill " + back.Key() + " " + april + ": it was taken back",
		"account A-w-2 agreement w-2 bill " + waiting.Key() + " " + april + ": the books do not have it: it was not posted",
	}, told(used.Left, words))
	require.Len(t, got(consume(april, report.ByDay, s)).Left, 4, "and the days that no bill has")
	require.Empty(t, got(consume(march, report.ByPeriodEnd, s)).Left, "what is left out of April is not told of March")
}

func TestABillThatWasBilledAgainHasTheNewUse(t *testing.T) {
	s := town(1)
	c := rebilled(s.Books, "RB-1", s.Bills[1], line(s.Agreements[0], april, 40))
	require.ErrorContains(t, failure(consume(april, report.ByDay, s)),
		"the books have adjustment RB-1 of it, which is not given; give it among the corrections")
	s.Corrections = []report.Correction{c}
	require.Equal(t, []string{"water: 4 CCF in 30 days, 1 accounts, 1 bills, mean 4"}, told(got(consume(april, report.ByDay, s)).Rows, row))

	again := got(s.Bills[1].Rebill(billing.RebillRequest{
		Key: "RB-0", Services: []billing.Service{line(s.Agreements[0], april, 70)}, Earlier: []billing.Adjustment{c.Adjustment},
		Reason: "misread", Evidence: []string{"card 8"},
		By: whoIs("clerk"), Effective: dayOf("2026-05-05"), Due: dayOf("2026-06-05"),
	}, s.Books))
	done := corrected(s.Books, again)
	s.Corrections = append(s.Corrections, report.Correction{Adjustment: again, Again: []billing.Service{line(s.Agreements[0], april, 70)}})
	for seed := range uint64(4) {
		require.Equal(t, "7 CCF", got(consume(april, report.ByDay, mixed(s, seed))).Totals[0].Use.String(), "the last one stands, in the order of the books")
	}
	for _, e := range done.Entries {
		if e.Cause == ledger.Adjusted {
			takenBack(s.Books, e)
		}
	}
	require.Equal(t, "4 CCF", got(consume(april, report.ByDay, s)).Totals[0].Use.String(), "one that was taken back is passed over")
}

func TestACorrectionOfLinesSaysWhatWaterItIsAbout(t *testing.T) {
	s := town(1)
	a := credited(s.Books, "L-1", billing.Correction, s.Bills[1], billing.LineChange{Line: 1, Units: exact.Int(-2)})
	use := func(units ...report.UnitsChange) (report.Consumption, error) {
		s.Corrections = []report.Correction{{Adjustment: a, Units: units}}
		return consume(april, report.ByDay, s)
	}
	of := func(by string) report.UnitsChange {
		return report.UnitsChange{Agreement: "w-1", Period: daysOf(april), By: volume(by)}
	}
	require.Equal(t, "8 CCF", got(use(of("-2 CCF"))).Totals[0].Use.String())
	require.Equal(t, "8 CCF", got(use(of("-200 ft3"))).Totals[0].Use.String(), "units are converted")
	require.Equal(t, "10 CCF", got(use(of("0 CCF"))).Totals[0].Use.String(), "money alone was corrected")
	require.ErrorIs(t, failure(use()), report.ErrSales)
	require.ErrorContains(t, failure(use()), "does not say what water it is about; give the services")
	require.ErrorContains(t, failure(use(of("-11 CCF"))), "takes more water off than was billed: -1 CCF is left")
	require.ErrorContains(t, failure(use(of("1 billing_unit"))), "whose units do not convert")
	require.ErrorContains(t, failure(use(report.UnitsChange{Agreement: "w-1", Period: daysOf(april)})), "whose units do not convert", "a change that is not stated is none of 0")
	other := of("1 CCF")
	other.Period = daysOf(march)
	require.ErrorContains(t, failure(use(other)), "has agreement w-1 with "+march+", which the bill does not have")
	s.Corrections = []report.Correction{{Adjustment: a, Again: []billing.Service{line(s.Agreements[0], march, 20)}}}
	require.ErrorContains(t, failure(consume(april, report.ByDay, s)), "has agreement w-1 with "+march+", which the bill does not have")
}

func TestACourtesyChangesNoWater(t *testing.T) {
	s := town(1)
	a := credited(s.Books, "C-1", billing.Courtesy, s.Bills[1], billing.LineChange{Line: 1, By: money.Cents(-5_00)})
	s.Corrections = []report.Correction{{Adjustment: a}}
	require.Equal(t, "10 CCF", got(consume(april, report.ByDay, s)).Totals[0].Use.String())
	s.Corrections[0].Units = []report.UnitsChange{{Agreement: "w-1", Period: daysOf(april), By: volume("-1 CCF")}}
	require.ErrorContains(t, failure(consume(april, report.ByDay, s)), "is a courtesy, which changes no water, and states some")
}

func TestABillOfNothingIsCorrectedToo(t *testing.T) {
	a := service("w-1")
	a.Schedule = "free"
	b := billed("k", line(a, april, 0))
	require.Empty(t, b.Entries())
	s := sold([]billing.Agreement{a}, b)
	require.Equal(t, "0 CCF", got(consume(april, report.ByDay, s)).Totals[0].Use.String(), "it opens nothing, and was released")
	c := got(b.Rebill(billing.RebillRequest{
		Key: "RB-1", Services: []billing.Service{line(a, april, 30)}, Reason: "misread", Evidence: []string{"card"}, By: whoIs("clerk"),
		Effective: dayOf("2026-05-05"),
		Due:       dayOf("2026-06-05"), Postings: billing.Postings{{Schedule: "free", Charge: "water"}: {Kind: "charge", Service: "water", RevenueCode: "4000"}},
	}, s.Books))
	corrected(s.Books, c)
	require.ErrorContains(t, failure(consume(april, report.ByDay, s)), "the books have adjustment RB-1 of it")
	s.Corrections = []report.Correction{{Adjustment: c, Again: []billing.Service{line(a, april, 30)}}}
	require.Equal(t, "3 CCF", got(consume(april, report.ByDay, s)).Totals[0].Use.String())
}

func TestSalesThatContradictThemselvesAreRefused(t *testing.T) {
	twice := town(1)
	twice.Bills = append(twice.Bills, twice.Bills[0])
	overlap := town(1)
	b := billed("other", line(overlap.Agreements[0], "[2026-03-20, 2026-04-05)", 10))
	got(overlap.Books.PostAll(b.Entries()...))
	overlap.Bills = append(overlap.Bills, b)
	none := town(1)
	none.Agreements = nil
	noBooks := town(1)
	noBooks.Books = nil
	fact := town(1)
	fact.Facts = append(fact.Facts, report.Fact{Agreement: "w-1", Fact: "zone", Value: "south", From: dayOf("2026-03-01")},
		report.Fact{Agreement: "w-1", Fact: "zone"})
	again := town(1)
	again.Agreements = append(again.Agreements, again.Agreements[0])
	broken := town(1)
	broken.Agreements = append(broken.Agreements, billing.Agreement{ID: "w-9"})
	nothing := town(1)
	nothing.Bills = append(nothing.Bills, billing.Bill{})
	corrections := town(1)
	corrections.Corrections = []report.Correction{{Adjustment: billing.Adjustment{Key: "L-1"}}, {Adjustment: billing.Adjustment{Key: "L-1"}}}
	keyless := town(1)
	keyless.Corrections = []report.Correction{{}}
	for what, s := range map[string]report.Sales{
		"account A-w-1 bill " + march + ": it is no bill, or stands there twice": twice, "days stand on both": overlap,
		"agreement w-1 of it is not given": none,
		"there are no books":               noBooks, "it is stated twice from 2026-03-01 on": fact, "a fact without an agreement, a name or a first day": fact,
		"agreement w-1: it stands there twice": again, "agreement w-9": broken, "correction : its key is missing": keyless,
		"correction L-1: its key is missing, or stands there twice": corrections, "account  bill : it is no bill": nothing,
	} {
		err := failure(consume(april, report.ByDay, s))
		require.ErrorIs(t, err, report.ErrSales, what)
		require.ErrorContains(t, err, what)
	}
	err := failure(report.Consume(report.ConsumptionRequest{By: []string{"zone", "zone"}, Sales: town(1)}))
	require.ErrorIs(t, err, report.ErrRequest)
	require.ErrorContains(t, failure(consume(april, report.ByDay, town(1), "")), "a fact without a name")
	for _, what := range []string{"the report has no days", "state ByPeriodEnd or ByDay", "named twice"} {
		require.ErrorContains(t, err, what)
	}
	require.ErrorContains(t, failure(consume("[2026-03-01, 2026-03-01)", report.ByDay, town(1))), "the report has no days")
}

func TestUseByAClassIsInAnyUnit(t *testing.T) {
	used := got(consume(april, report.ByDay, town(3), "class"))
	require.Equal(t, report.Water{Amount: ratioOf(57600*10, 77), Unit: metering.Gallon}, got(used.UseBy("class", []string{"residential"},
		[]string{"water"}, metering.Gallon)))
	require.Equal(t, "33 CCF", got(used.UseBy("", nil, nil, metering.CCF)).String())
	require.Equal(t, "0 CCF", got(used.UseBy("", nil, []string{"sewer"}, metering.CCF)).String())
	require.ErrorIs(t, failure(used.UseBy("zone", []string{"north"}, nil, metering.CCF)), report.ErrRequest)
	require.ErrorIs(t, failure(used.UseBy("", nil, nil, metering.BillingUnit)), report.ErrWater)
}

// anyTown has houses with bills of any days, of which some are missing.
func anyTown(t *rapid.T) report.Sales {
	s := report.Sales{}
	for i := range rapid.IntRange(1, 4).Draw(t, "houses") {
		a := service(fmt.Sprint("w-", i))
		s.Agreements = append(s.Agreements, a)
		for on := a.From; on.Before(dayOf("2026-06-01")); {
			next := got(on.AddDays(rapid.IntRange(1, 40).Draw(t, "days")))
			period := fmt.Sprintf("[%s, %s)", on, next)
			if rapid.IntRange(0, 5).Draw(t, "missing") > 0 {
				s.Bills = append(s.Bills, billed(period, line(a, period, rapid.Int64Range(0, 300).Draw(t, "use"))))
			}
			on = next
		}
		for _, on := range []string{"2026-01-01", "2026-02-11", "2026-04-07"} {
			if rapid.Bool().Draw(t, "turns") {
				s.Facts = append(s.Facts, report.Fact{Agreement: a.ID, Fact: "zone", Value: rapid.SampledFrom([]string{"n", "s"}).Draw(t, "zone"),
					From: dayOf(on)})
			}
		}
	}
	s.Books = booked(s.Bills...)
	return s
}

func TestRowsSumToTheTotalAndOrderHasNoEffect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyTown(t)
		cut := rapid.SampledFrom([]report.Cut{report.ByDay, report.ByPeriodEnd}).Draw(t, "cut")
		used := got(consume("[2026-02-03, 2026-04-20)", cut, s, "zone"))
		sum, days := exact.Ratio{}, 0
		for _, r := range used.Rows {
			sum, days = sum.Add(r.Use.Amount), days+r.Days
		}
		for _, total := range used.Totals {
			require.True(t, sum.Equal(total.Use.Amount), "%s, %s", sum, total.Use.Amount)
			require.Equal(t, days, total.Days)
		}
		require.Equal(t, used, got(consume("[2026-02-03, 2026-04-20)", cut, mixed(s, rapid.Uint64().Draw(t, "seed")), "zone")))
	})
}

func TestUseThatIsSpreadIsAllOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyTown(t)
		whole := exact.Ratio{}
		for _, b := range s.Bills {
			whole = whole.Add(b.Quotes()[0].Input.Usage.Ratio())
		}
		at := got(dayOf("2025-12-01").AddDays(rapid.IntRange(1, 200).Draw(t, "at")))
		for _, cut := range []report.Cut{report.ByDay, report.ByPeriodEnd} {
			sum, days := exact.Ratio{}, 0
			for _, p := range daysOf("[2025-12-01, 2026-08-01)").Cut(at) {
				for _, r := range got(consume(p.String(), cut, s, "zone")).Rows {
					sum, days = sum.Add(r.Use.Amount), days+r.Days
				}
			}
			require.True(t, whole.Equal(sum), "%s: %s, %s", cut, whole, sum)
		}
		// Each day of an agreement is on a bill, or told.
		used := got(consume("[2026-02-03, 2026-04-20)", report.ByDay, s))
		days := 0
		for _, r := range used.Rows {
			days += r.Days
		}
		for _, l := range used.Left {
			days += l.Period.Days()
		}
		require.Equal(t, len(s.Agreements)*daysOf("[2026-02-03, 2026-04-20)").Days(), days)
	})
}
