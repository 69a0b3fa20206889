package impactreport_test

import (
	"fmt"
	"html"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/adapters/table/impactreport"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func Example() {
	priced := func(base, price string) *rates.Engine {
		number := func(text string) rates.Number { return rates.Number(decimal.RequireFromString(text)) }
		engine, err := rates.Compile(rates.Book{Schedules: []rates.Schedule{{
			ID: "home", Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine},
			Select: rates.SplitByDay, Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage,
			Versions: []rates.Version{{From: civil.MustDate("2026-01-01"), Charges: []rates.Charge{
				{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: number(base)}},
				{ID: "water", Text: "Water", Rule: rates.Tiered{Tiers: rates.TierList{{Price: number(price)}}}},
			}}},
		}}})
		if err != nil {
			panic(err)
		}
		return engine
	}
	before, after := priced("20.00", "4.90"), priced("18.00", "5.30")

	study := ratecheck.NewStudy(before, after)
	home := rates.Input{Schedule: "home", Period: civil.MustPeriod("[2026-03-01, 2026-04-01)")}
	for _, used := range []string{"3", "8", "20"} {
		account := ratecheck.Account{Before: home, After: home}
		account.Before.Usage, _ = metering.VolumeOf(used, metering.CCF)
		account.After.Usage = account.Before.Usage
		if err := study.Add(&account); err != nil {
			fmt.Println(err)
		}
	}
	impact, err := study.Impact()
	if err != nil {
		fmt.Println(err)
	}
	report := impactreport.Report{
		Title:  "Water rates from July",
		Before: impactreport.Book{Name: "Rates of 2026", Engine: before}, After: impactreport.Book{Name: "The proposal", Engine: after},
		Impact:    impact,
		Customers: []ratecheck.Customer{{Class: "home", Label: "A home", Before: home, After: home}},
	}
	var page strings.Builder
	if err := report.WriteHTML(&page); err != nil {
		fmt.Println(err)
	}
	for line := range strings.Lines(page.String()) {
		if strings.Contains(line, "lead") && strings.HasPrefix(line, "<p") {
			fmt.Print(html.UnescapeString(line))
		}
	}
	// Output:
	// <p class="lead">The 3 bills studied come to $6.40 more in all (+3.0%): $218.30 instead of $211.90.</p>
}
