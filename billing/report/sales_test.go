package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

func TestTheUseOfSeveralMetersIsOne(t *testing.T) {
	a := service("w-1")
	in := got(a.Input(daysOf(april)))
	s := billing.Service{Agreement: a}
	for meter, tenths := range map[string]int64{"M-1": 30, "M-2": 45} {
		u, unit := got(measured(meter, meter, april, tenths).Billable()), metering.CCF
		if meter == "M-2" {
			unit = metering.CubicFoot
		}
		s.Usage = append(s.Usage, u)
		in.Meters = append(in.Meters, rates.Meter{ID: meter, Usage: got(u.Volume(unit, 1, exact.HalfUp))})
	}
	s.Quote = got(prices.Price(in))
	use := got(consume(april, report.ByDay, sold([]billing.Agreement{a}, billed("k", s)))).Totals[0].Use
	require.Equal(t, "7.5 CCF", got(use.In(metering.CCF)).String(), "in the unit of the first, whatever that is")
}

func TestFactsOfTheAgreementTurnOnTheirDays(t *testing.T) {
	s := town(1)
	s.Agreements[0].Facts = map[string]string{"stage": "1"}
	s.Agreements[0].Changes = []rates.Change{{Fact: "stage", Value: "2", On: dayOf("2026-04-15")}, {Fact: "stage", Value: "3", On: dayOf("2026-05-15")}}
	require.Equal(t, []string{"1 water: 5 CCF in 15 days, 1 accounts, 1 bills, mean 5", "2 water: 5 CCF in 15 days, 1 accounts, 1 bills, mean 5"},
		told(got(consume(april, report.ByDay, s, "stage")).Rows, row))
}

func TestDaysWithoutABillAreToldOnce(t *testing.T) {
	s := town(1)
	a := s.Agreements[0]
	s.Bills = append(s.Bills, billed("none", line(a, "[2026-05-20, 2026-05-20)", 0)), billed("june", line(a, "[2026-06-01, 2026-07-01)", 10)))
	s.Books = booked(s.Bills...)
	require.Equal(t, []string{
		"account A-w-1 agreement w-1 [2026-04-30, 2026-06-01): no bill has 32 days of its water",
		"account A-w-1 agreement w-1 [2026-07-01, 2026-08-01): no bill has 31 days of its water",
	}, told(got(consume("[2026-03-15, 2026-08-01)", report.ByDay, s)).Left, words))
	s.Agreements[0].Until = dayOf("2026-07-01")
	require.Len(t, got(consume("[2026-03-15, 2026-08-01)", report.ByDay, s)).Left, 1, "an agreement has no days after it ended")
}

func TestACorrectionOfAPaidBillCountsOnce(t *testing.T) {
	s := town(1)
	b := s.Bills[1]
	moves := got(s.Books.Settle(ledger.Clearing("lockbox"), b.Entries()[0].ItemID(0), b.Charges()))
	got(s.Books.Post(ledger.Entry{Cause: ledger.Paid, Key: "receipt", Effective: dayOf("2026-05-02"), Accounting: dayOf("2026-05-02"), Moves: moves}))
	a := credited(s.Books, "L-1", billing.Correction, b, billing.LineChange{Line: 1, Units: exact.Int(-2)})
	s.Corrections = []report.Correction{{Adjustment: a, Units: []report.UnitsChange{{Agreement: "w-1", Period: daysOf(april), By: volume("-2 CCF")}}}}
	require.Equal(t, "8 CCF", got(consume(april, report.ByDay, s)).Totals[0].Use.String())
}

func TestWhatIsWrongIsToldInOneOrder(t *testing.T) {
	s := town(4)
	s.Bills = append(s.Bills, s.Bills...)
	for i := range s.Facts {
		s.Facts[i].From = civil.Date{}
	}
	want := failure(consume(april, report.ByDay, s)).Error()
	for seed := range uint64(5) {
		require.Equal(t, want, failure(consume(april, report.ByDay, mixed(s, seed))).Error())
	}
}

func TestWaterWithoutAUnitIsNone(t *testing.T) {
	require.ErrorIs(t, failure(report.Water{}.In(0)), report.ErrWater)
	require.Empty(t, report.Water{}.String())
}

// units is water in units of a tariff that do not say how much water they are.
func units(id, period string) (billing.Agreement, billing.Bill) {
	a := flat(id)
	a.From, a.Schedule = daysOf(period).From, "units"
	engine := got(rates.Compile(rates.Book{Name: "Units", Schedules: []rates.Schedule{{
		ID: "units", Unit: metering.BillingUnit, Rounding: pricesRounding, Select: rates.ByPeriodStart,
		Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage,
		Versions: []rates.Version{{From: dayOf("2025-01-01"), Source: rates.Citation{Resolution: "invented"}, Charges: []rates.Charge{{ID: "flat",
			Text: "Units", Rule: rates.PerUnit{Price: rates.Num("3.00")}}}}},
	}}}))
	in := got(a.Input(daysOf(period)))
	in.Usage = volume("3 billing_unit")
	return a, billed("units", billing.Service{Agreement: a, Quote: got(engine.Price(in)), Basis: "as agreed"})
}

func TestUnitsThatDoNotConvertAreRefused(t *testing.T) {
	a, b := units("u-1", "[2026-04-01, 2026-05-01)")
	m := ofApril(1)
	m.Sales.Agreements, m.Sales.Bills = append(m.Sales.Agreements, a), append(m.Sales.Bills, b)
	m.Sales.Books = booked(m.Sales.Bills...)
	audit := balanced(1)
	audit.Sales, audit.Without = m.Sales, nil
	rebates := lawns()
	rebates.Rebates = []report.Rebate{{Key: "R", Agreement: "u-1", Class: "turf", Day: dayOf("2026-04-10")}}
	rebates.Before, rebates.After, rebates.Sales = 5, 5, m.Sales
	for what, err := range map[string]error{
		"a month": failure(report.Month(m)), "a year": failure(report.Annual(of2026(m.Sales))), "an audit": failure(report.AuditWater(audit)),
		"rebates": failure(report.CompareRebates(rebates)),
	} {
		require.ErrorIs(t, err, report.ErrWater, what)
	}
	refused, _ := report.Annual(of2026(m.Sales))
	require.Zero(t, refused, "nothing is filled where it is refused")
	m.Sales.Facts = append(m.Sales.Facts, report.Fact{Agreement: "u-1", Fact: "class", Value: "farm", From: a.From})
	m.Residential = []string{"farm"}
	require.ErrorIs(t, failure(report.Month(m)), report.ErrWater, "of the residential use alone")
	require.Equal(t, "3 unit", got(consume("[2026-04-01, 2026-05-01)", report.ByDay, sold([]billing.Agreement{a}, b))).Totals[0].Use.String())
}
