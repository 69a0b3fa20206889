package civil_test

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
)

func Example() {
	first, last := civil.MustDate("2026-04-12"), civil.MustDate("2026-05-11")
	period, err := civil.Inclusive(first, last) // as the bill prints it
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(period, "has", period.Days(), "days")
	for _, part := range period.Months() {
		fmt.Println(part.Period.Days(), "of", part.DaysInMonth, "days of", part.Period.From.Month())
	}
	// Output:
	// [2026-04-12, 2026-05-12) has 30 days
	// 19 of 30 days of April
	// 11 of 31 days of May
}

func ExampleNewDate() {
	_, err := civil.NewDate(2026, time.February, 31)
	fmt.Println(err)
	// Output: E_DATE: February 2026 has no day 31; give a day from 1 to 28
}

func ExampleDate_AddMonths() {
	next, err := civil.MustDate("2026-01-31").AddMonths(1)
	fmt.Println(next, err)
	// Output: 2026-02-28 <nil>
}

func ExampleDateOf() {
	read := time.Date(2026, time.April, 13, 2, 30, 0, 0, time.UTC)
	pacific := time.FixedZone("PDT", -7*60*60)
	d, err := civil.DateOf(read, pacific)
	fmt.Println(d, err)
	// Output: 2026-04-12 <nil>
}

func ExamplePeriod_Cut() {
	newRates := civil.MustDate("2026-07-01")
	for _, part := range civil.MustPeriod("[2026-06-12, 2026-07-12)").Cut(newRates) {
		fmt.Println(part, part.Days())
	}
	// Output:
	// [2026-06-12, 2026-07-01) 19
	// [2026-07-01, 2026-07-12) 11
}

func ExampleNextOpen() {
	holidays := []civil.Date{civil.MustDate("2026-07-03")}
	office, err := civil.NewListCalendar(civil.MustPeriod("[2026-01-01, 2027-01-01)"), holidays, time.Saturday, time.Sunday)
	if err != nil {
		fmt.Println(err)
		return
	}
	due, err := civil.NextOpen(office, civil.MustDate("2026-07-03"))
	fmt.Println(due, due.Weekday(), err)

	_, err = civil.NextOpen(office, civil.MustDate("2027-01-02"))
	fmt.Println(err)
	// Output:
	// 2026-07-06 Monday <nil>
	// E_CALENDAR: no open day can be found from 2027-01-02: E_CALENDAR: the calendar covers [2026-01-01, 2027-01-01) and has no answer for "2027-01-02"; add the closed days of that year
}
