package impactreport_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/table/impactreport"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/metering"
)

// ofPeriods is a report on bills of one class, so many of each period, with a customer of the first.
func ofPeriods(t *testing.T, bills int, periods ...string) impactreport.Report {
	t.Helper()
	r := proposal(t, 10)
	study := ratecheck.NewStudy(r.Before.Engine, r.After.Engine)
	in := march("ord-water", "3/4")
	r.Customers = []ratecheck.Customer{{Class: "Homes", Label: "A home", Before: in, After: in}}
	for _, period := range periods {
		in.Period = civil.MustPeriod(period)
		for i := range bills {
			var err error
			in.Usage, err = metering.VolumeOf(fmt.Sprint(10+i%10), metering.CCF748)
			require.NoError(t, err)
			require.NoError(t, study.Add(&ratecheck.Account{Class: "Homes", Before: in, After: in}))
		}
	}
	impact, err := study.Impact()
	require.NoError(t, err)
	r.Impact = impact
	return r
}

const aboveTitle = "All bills of the class that are more than a share of the income"

// Bills of one month and of two are not set against one income; the customer's are, against that
// of their own days.
func TestBillsOfDifferentDaysAreNotCountedAgainstOneIncome(t *testing.T) {
	r := ofPeriods(t, 50, "[2018-03-01, 2018-04-01)", "[2018-03-01, 2018-05-01)")
	root := requireSound(t, written(t, r))
	require.NotContains(t, tables(t, root), aboveTitle)
	require.Contains(t, textOf(root), "The bills of this class are of 31 to 61 days, so that one income cannot be set against all of them")
	require.Contains(t, tables(t, root), "A home: bills as shares of the income of their 31 days")

	// A bill of one day is not like one of three.
	r = ofPeriods(t, 5, "[2018-03-01, 2018-03-02)", "[2018-03-01, 2018-03-04)")
	require.NotContains(t, tables(t, requireSound(t, written(t, r))), aboveTitle)
}

// Bills of calendar months are set against the income of the longest.
func TestBillsOfCalendarMonthsAreCounted(t *testing.T) {
	r := ofPeriods(t, 5, "[2018-02-01, 2018-03-01)", "[2018-03-01, 2018-04-01)")
	r.Income = money.Cents(36_500_00)
	root := requireSound(t, written(t, r))
	require.Equal(t, "31.00", tables(t, root)[aboveTitle][1][1], "1.0% of $100 a day for 31 days")
	require.Contains(t, textOf(root), "The bills of the class are of 28 to 31 days. The income is that of 31 days for all of them")

	r = ofPeriods(t, 5, "[2018-03-01, 2018-04-01)")
	require.Contains(t, textOf(requireSound(t, written(t, r))), "The bills of the class are of 31 days, and so is the income.")
}

// A customer's bills before and after may have days of their own.
func TestSharesAreOfTheDaysOfTheirBill(t *testing.T) {
	r := ofPeriods(t, 5, "[2018-03-01, 2018-04-01)")
	r.Income = money.Cents(36_500_00)
	r.Customers[0].After.Period = civil.MustPeriod("[2018-03-01, 2018-04-11)")
	rows := tables(t, requireSound(t, written(t, r)))["A home: bills as shares of the income of their days (31 before, 41 after)"]
	require.Len(t, rows, 4)
	for _, row := range rows[1:] {
		before, err := money.Parse(row[1])
		require.NoError(t, err)
		after, err := money.Parse(row[2])
		require.NoError(t, err)
		require.Equal(t, percentOf(before.Cents(), 31_00_00), row[4])
		require.Equal(t, percentOf(after.Cents(), 41_00_00), row[5])
	}
	r.Customers[0].Before.Period = civil.Period{From: civil.MustDate("2018-03-01")}
	requireSound(t, written(t, r)) // no book prices a bill without an end
}

// percentOf is a share with two decimals, rounded half up.
func percentOf(part, whole int64) string {
	hundredths := (part*10_000*2 + whole) / (whole * 2)
	return fmt.Sprintf("%d.%02d%%", hundredths/100, hundredths%100)
}

// Of each class that was named something is said.
func TestNamedHouseholdsAreTold(t *testing.T) {
	r := proposal(t, 400)
	r.Customers = r.Customers[:1] // Ord Community water
	r.Households = []string{"Central Marina water", "Nobody", "Nobody", "Ord Community water"}
	root := requireSound(t, written(t, r))
	text := textOf(root)
	require.Contains(t, text, "Central Marina water This report has no customer of this class, so that no sample bills are set against the income. "+aboveTitle)
	require.Contains(t, text, "Nobody No bill of this class was studied, so that none is set against the income. ")
	heard := 0
	for _, h := range all(root, "h3") {
		if textOf(h) == "Nobody" {
			heard++
		}
	}
	require.Equal(t, 1, heard)

	r.Customers, r.Households = nil, nil
	require.Contains(t, textOf(requireSound(t, written(t, r))), "No customer of this report is of a class that was studied and uses water")

	r = proposal(t, 400)
	r.Households = []string{"Ord Community fire lines"}
	require.Contains(t, textOf(requireSound(t, written(t, r))), "The median usage of this class is not above zero")
}
