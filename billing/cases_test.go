package billing_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/internal/corpus"
	"github.com/headgate-dev/headgate/metering"
)

// cases are the acceptance cases of this package by their ids, with the cents that each comes to.
var cases = map[string]struct {
	run   func(t *testing.T) int64
	cents int64
}{
	"A-rebill-paid":  {caseRebillPaid, 30_00},
	"A-two-equal":    {caseTwoEqual, -50_00},
	"E-trueup-under": {caseTrueUpUnder, 120_00},
	"F-same-day":     {caseSameDay, 30_00},
	"F-zero-day":     {caseZeroDay, 4_00},
	"P-size-change":  {caseSizeChange, 31_04},
	"D-final": {func(t *testing.T) int64 {
		lines := "A-1 $75.00 deposit held; A-1 $46.12 applied to this account; A-1 $28.88 refund to the customer"
		return caseFinal(t, 46_12, 75_00, lines).Refund.Cents()
	}, 28_88},
	"D-final-short": {func(t *testing.T) int64 {
		lines := "A-1 $75.00 deposit held; A-1 $75.00 applied to this account; A-1 $37.40 still due"
		return caseFinal(t, 112_40, 75_00, lines).StillDue.Cents()
	}, 37_40},
}

func TestCases(t *testing.T) {
	for id, c := range cases {
		t.Run(id, func(t *testing.T) { require.Equal(t, c.cents, c.run(t)) })
	}
}

// Every case here is one of the policy's and comes to its cents, and the policy has no other of these groups: those of J are of
// the packages leak and backbill.
func TestCasesOfThePolicy(t *testing.T) {
	seen := 0
	for _, row := range corpus.Rows(t, "policy", "cases.csv") {
		id, group := row["id"], row["group"]
		c, ours := cases[id]
		if slices.Contains([]string{"final", "adjustment", "estimate"}, group) && !strings.HasPrefix(id, "J-") {
			require.True(t, ours, "%s is not tested", id)
		}
		if !ours {
			continue
		}
		seen++
		cents, err := strconv.ParseInt(row["expected_cents"], 10, 64)
		require.NoError(t, err)
		if id == "A-rebill-paid" {
			require.Equal(t, "credit 30.00 and penalty credit 3.00", row["expected"])
			cents -= 3_00 // the penalty's, which the package latecharge tests
		}
		require.Equal(t, cents, c.cents, id)
	}
	require.Len(t, cases, seen, "a case here is not one of the policy's")
}

// billedIn bills what an agreement owes for a period by a rate book, and tells the amounts of the lines and their sum.
func billedIn(t *testing.T, b rates.Book, a billing.Agreement, period civil.Period, units int64) (lines string, cents int64) {
	in := must(a.Input(period))
	usage := used("k", units, period.String())
	in.Usage = must(usage.Volume(metering.CCF, 0, exact.HalfUp))
	r := request(t)
	r.Postings[billing.ChargeOf{Schedule: "water", Charge: "base"}] = billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}
	a.Account, r.Customer = "A-1", a.Customer
	r.Services = []billing.Service{{Agreement: a, Quote: must(must(rates.Compile(b)).Price(in)), Usage: []metering.Usage{usage}}}
	bill := must(billing.NewBill(r))
	var amounts []string
	for l := range bill.Lines() {
		amounts = append(amounts, l.Amount.String())
	}
	return strings.Join(amounts, " + "), bill.Charges().Cents()
}

// byDays is a base of 30.00 by days of the month, and 2.00 a unit.
func byDays() rates.Book {
	b := book()
	b.Schedules[0].Select, b.Schedules[0].Proration = rates.SplitByDay, rates.Proration{Over: rates.MonthDays, Fixed: true}
	b.Schedules[0].Versions[0].Charges = []rates.Charge{
		{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Num("30.00")}}, {ID: "water", Text: "Water", Rule: rates.PerUnit{Price: rates.Num("2.00")}},
	}
	return b
}

// caseSameDay: a turnover on 2026-07-15 with one reading.
func caseSameDay(t *testing.T) (total int64) {
	p := must(must(billing.NewPoint(water("1", "2026-01-01", ""))).Turnover(water("2", "2026-07-15", "")))
	var july []string
	for _, stay := range must(p.Stays(days("[2026-07-01, 2026-08-01)"))) {
		on, _ := p.On(stay.Period.From)
		lines, cents := billedIn(t, byDays(), on, stay.Period, 0)
		july, total = append(july, stay.Period.String()+" "+lines), total+cents
	}
	require.Equal(t, []string{"[2026-07-01, 2026-07-15) $13.55 + $0.00", "[2026-07-15, 2026-08-01) $16.45 + $0.00"}, july)
	return total
}

// caseZeroDay: a service that was opened and closed on one day, with 2 units.
func caseZeroDay(t *testing.T) int64 {
	lines, cents := billedIn(t, byDays(), water("3", "2026-07-15", "2026-07-15"), days("[2026-07-15, 2026-07-15)"), 2)
	require.Equal(t, "$0.00 + $4.00", lines)
	return cents
}

// caseSizeChange: a meter that is exchanged for a larger one within the period.
func caseSizeChange(t *testing.T) int64 {
	b := book()
	b.Schedules[0].Facts[0].Change = rates.SplitByDay
	b.Schedules[0].Select, b.Schedules[0].Proration = rates.SplitByDay, rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true}
	b.Schedules[0].Versions[0].Charges = []rates.Charge{{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Table{
		By: []string{"meter_size"}, Rows: []rates.Row{{Key: []string{"3/4"}, Value: rates.Num("22.36")}, {Key: []string{"1"}, Value: rates.Num("36.07")}},
	}}}}
	a := water("1", "2026-01-01", "")
	a.Changes = []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-06-12")}}
	lines, cents := billedIn(t, b, a, days("[2026-06-01, 2026-07-01)"), 0)
	require.Equal(t, "$8.20 + $22.84", lines)
	return cents
}
