package policyfile_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
)

// LateCharge is all that has to be written for an area.
type LateCharge struct {
	GraceDays      int                            `policy:"grace_days" validate:"gte=0,lte=60"`
	Basis          string                         `policy:"basis" validate:"oneof=current_charges past_due_balance"`
	Percent        decimal.Decimal                `policy:"percent" validate:"gte=0,lte=10"`
	Fee            money.Amount                   `policy:"fee" validate:"gte=0"`
	MinimumBalance policyfile.Known[money.Amount] `policy:"minimum_balance" validate:"gte=0"`
	Waived         []string                       `policy:"waived,optional" validate:"unique"`
}

const marina = `headgate: policy/1
name: Marina Coast Water District
late_charge:
  - from: 2026-01-01
    to: 2026-07-01
    source: {resolution: 2025-31, section: "4"}
    grace_days: 5
    basis: current_charges
    percent: 10
    fee: 0.00
    minimum_balance: 20.00
  - from: 2026-07-01
    source: {resolution: 2026-18}
    grace_days: 10
    basis: past_due_balance
    percent: 7.5
    fee: {placeholder: 25.00, why: not public}
    minimum_balance: {unknown: not public}
    waived: [level_pay]
`

// A program names the areas that it reads, and gets each by date, with its source.
func Example() {
	var late policyfile.Dated[LateCharge]
	file, err := policyfile.Parse("marina.yaml", []byte(marina), policyfile.Into("late_charge", &late))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, day := range []string{"2026-06-30", "2026-07-01"} {
		rule, source, err := late.On(civil.MustDate(day))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %s%% after %d days, fee %s [%s]\n", day, rule.Percent, rule.GraceDays, rule.Fee, source.Resolution)
		if balance, err := rule.MinimumBalance.Value(); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println("from", balance)
		}
	}
	for _, mark := range file.Placeholders() {
		fmt.Println("placeholder:", mark)
	}
	_, _, err = late.On(civil.MustDate("2025-12-31"))
	fmt.Println(err)
	// Output:
	// 2026-06-30: 10% after 5 days, fee $0.00 [2025-31]
	// from $20.00
	// 2026-07-01: 7.5% after 10 days, fee $25.00 [2026-18]
	// marina.yaml:18:22: E_NOT_KNOWN: late_charge[1].minimum_balance: the value is not known: not public; ask the district for it, and state it in the file with its source
	// placeholder: late_charge[1].fee: not public
	// marina.yaml:4:5: E_NO_VERSION: late_charge: no version holds on 2025-12-31: the first begins on 2026-01-01; add the version of that day, with its source
}

// Everything that is wrong is told at once, with its place.
func ExampleParse() {
	const src = `headgate: policy/1
name: Marina Coast Water District
late_charge:
  - from: 2026-01-01
    to: 2026-07-01
    source: {resolution: 2025-31}
    grace_days: 5.5
    basis: balance
    percent: 12
    fee: 25
  - from: 2026-07-15
    source: {resolution: 2026-18}
    grace_dais: 10
    grace_days: 10
    basis: current_charges
    percent: 1e1
    fee: 0.005
    minimum_balance: {unknown: }
deposits:
  - from: 2026-01-01
`
	var late policyfile.Dated[LateCharge]
	_, err := policyfile.Parse("marina.yaml", []byte(src), policyfile.Into("late_charge", &late))
	fmt.Println(err)
	// Output:
	// marina.yaml:4:5: E_MISSING: late_charge[0].minimum_balance: minimum_balance is missing; state minimum_balance, or that it is not known: {unknown: not public}
	// marina.yaml:7:17: E_NUMBER: late_charge[0].grace_days: 5.5 is not a whole number; write it without a point
	// marina.yaml:8:12: E_POLICY_RULE: late_charge[0].basis: "balance" is none of the choices; write one of: current_charges, past_due_balance
	// marina.yaml:9:14: E_POLICY_RULE: late_charge[0].percent: 12 is more than 10; write at most 10
	// marina.yaml:11:11: E_VERSION_GAP: late_charge[1].from: no version holds from 2026-07-01 to 2026-07-15, the end not included; begin on 2026-07-01, or state the days between as {from: 2026-07-01, to: 2026-07-15, unknown: why}
	// marina.yaml:13:5: E_UNKNOWN_KEY: late_charge[1].grace_dais: "grace_dais" has no meaning here; correct it to one of grace_days, basis, percent, fee, minimum_balance, waived, from, to, source, or take it out
	// marina.yaml:16:14: E_NUMBER: late_charge[1].percent: "1e1" is not a plain number; write 10
	// marina.yaml:17:10: E_SUB_CENT: late_charge[1].fee: the amount has a fraction of a cent; round it by a named rounding first, and write at most two decimals
	// marina.yaml:18:32: E_MISSING: late_charge[1].minimum_balance.unknown: the value is missing; say why it is not known, as: {unknown: not public}
	// marina.yaml:19:1: E_UNKNOWN_KEY: deposits: the program reads no area "deposits"; correct it to one of late_charge, or take it out
}

// A calendar knows the days, and why the office is closed on them.
func ExampleIntoCalendars() {
	const src = `headgate: policy/1
name: Example District
calendars:
  office:
    - from: 2026-01-01
      to: 2027-01-01
      source: {resolution: 2025-40}
      weekend: [saturday, sunday]
      closed: {2026-05-25: Memorial Day, 2026-06-19: Juneteenth}
`
	var calendars policyfile.Calendars
	if _, err := policyfile.Parse("example.yaml", []byte(src), policyfile.IntoCalendars("calendars", &calendars)); err != nil {
		fmt.Println(err)
		return
	}
	office, err := calendars.Get("office")
	if err != nil {
		fmt.Println(err)
		return
	}
	letter := civil.MustDate("2026-06-12")
	earliest, err := civil.AddOpenDays(office, letter, 5)
	fmt.Println(earliest, err)
	name, err := office.HolidayName(civil.MustDate("2026-06-19"))
	fmt.Println(name, err)
	_, err = office.Open(civil.MustDate("2027-01-04"))
	fmt.Println(err)
	// Output:
	// 2026-06-22 <nil>
	// Juneteenth <nil>
	// example.yaml:5:7: E_CALENDAR: calendars.office: the calendar covers [2026-01-01, 2027-01-01) and has no answer for "2027-01-04"; add the weekend and the closed days of that year, with their source
}
