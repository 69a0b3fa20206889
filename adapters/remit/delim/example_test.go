package delim_test

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/adapters/remit/delim"
)

// A portal's settlement: payments, and a chargeback that names what it takes back.
func ExampleScan() {
	const file = `txn_id,type,date,account,amount_cents,fee_cents,net_cents
T1,PAYMENT,2026-03-03,31970791,26217,790,25427
T2,PAYMENT,2026-03-03,69523330,125.705,395,12175
T1R,CHARGEBACK,2026-03-03,31970791,-26217,1500,-27717
`
	profile, err := delim.ShippedProfile("portal-settlement")
	if err != nil {
		fmt.Println(err)
		return
	}
	for item, err := range delim.Scan(strings.NewReader(file), profile, "portal.csv") {
		switch {
		case err != nil:
			fmt.Println(err)
		case item.Finding != nil:
			fmt.Println(item.Finding)
		case item.Verdict != nil:
			fmt.Println(item.Verdict)
		case item.Record != nil:
			fmt.Printf("%s %s %s, takes back %q\n", item.Record.Kind, item.Record.Account, item.Record.Amount, item.Record.Reverses)
		}
	}
	// Output:
	// payment 31970791 $262.17, takes back ""
	// portal.csv:3:32: E_SUB_CENT: amount: the amount has a fraction of a cent, and is not rounded; correct the file, or look at the payment by itself
	// chargeback 31970791 -$262.17, takes back "T1"
	// file, lines 1 to 4, does not hold
}

// A bank's own file is some lines of YAML. Its header states the total of its checks and their number.
func ExampleParse() {
	profile, err := delim.Parse("bank.yaml", []byte(`
id: bank
seen: the bank's letter of 2026-01-05
unit: cents
sign: plain
date: MMDDYY
records:
  - {name: header, from: 1, to: 1, text: H, is: control}
  - {name: check, from: 1, to: 1, text: C, is: row}
fields:
  - {record: header, role: control_total, from: 2, to: 11}
  - {record: header, role: control_count, from: 12, to: 15}
  - {record: check, role: account, from: 2, to: 11}
  - {record: check, role: amount, from: 12, to: 21}
  - {record: check, role: deposited_on, from: 22, to: 27}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	const file = "H00000094190002\nC0104417   0000008410030326\nC0104418   0000001000030326\n"
	for item, err := range delim.Scan(strings.NewReader(file), profile, "checks.txt") {
		switch {
		case err != nil:
			fmt.Println(err)
		case item.Finding != nil:
			fmt.Println(item.Finding)
		case item.Record != nil:
			fmt.Println(item.Record.Account, item.Record.Amount, item.Record.DepositedOn)
		}
	}
	// Output:
	// 0104417 $84.10 2026-03-03
	// 0104418 $10.00 2026-03-03
	// checks.txt:1:2: E_CONTROL: total: the total of the file is stated as $94.19, and its rows come to $94.10; hold it, and have its sender look at it
}

// What a publication leaves out, a site states.
func ExampleProfile_unstated() {
	profile, err := delim.ShippedProfile("bostonpost-lockbox")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(profile.Check())
	profile.Unit, profile.Date, profile.Unstated = "dollars", "MM/DD/YYYY", nil
	fmt.Println(profile.Check())
	// Output:
	// E_PROFILE: date: the site must state it: the page does not say how dates are written; state it in a copy of the profile bostonpost-lockbox, and take it out of unstated there
	// E_PROFILE: unit: the site must state it: the columns that the page lists have no example of an amount; state it in a copy of the profile bostonpost-lockbox, and take it out of unstated there
	// <nil>
}
